//! What a text says with a medicine about the person who has it: `(UDS negative)`, `w/ counseling`, `declined safety cap`. The words of such remarks
//! name services and tests too (`Oxycodone UDS`), and a drug may be what was declined: if the text leaves open which it is, nothing is judged, and it
//! is reported. The words are in `drugs/lexicon.toml`.

use std::ops::Range;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::clause::MOST_WORDS;
use super::not_the_drug::{is_number, states_strength};
use crate::drug::book::dictionary::Dictionary;
use crate::drug::book::lexicon::phrases;
use crate::drug::resolve::{contains, is_list};

/// The table as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::drug) struct RemarksFile {
    beside: Vec<String>,
    visits: Vec<String>,
    refusals: Vec<String>,
    not_given: Vec<String>,
    own_supply: Vec<String>,
    taken_back: Vec<String>,
    refused_itself: Vec<String>,
    perhaps_refusals: Vec<String>,
    refused_by: Vec<String>,
    by_whom: Vec<String>,
    refused_before: Vec<String>,
    refused_packs: Vec<String>,
    refused_things: Vec<String>,
}

/// The same, ready for matching.
#[derive(Debug, Default)]
pub(in crate::drug) struct Remarks {
    /// Services or tests by themselves, which are also done for a person who has a medicine.
    beside: Vec<Vec<String>>,
    /// Visits, permits and the like: they may be all there was, or the occasion on which the medicine was given.
    visits: Vec<Vec<String>>,
    /// Phrases after a name: it was not taken, unless something else follows that was refused.
    refusals: Vec<Vec<String>>,
    /// Phrases after a name, its strength and its form: it was not handed out.
    not_given: Vec<Vec<String>>,
    /// Phrases after those: the person has some of it.
    own_supply: Vec<Vec<String>>,
    /// Phrases before or after all that: it was cancelled, or waits, if nothing else follows.
    taken_back: Vec<Vec<String>>,
    /// Words for the medicine itself, if that is refused: `refused injection`.
    refused_itself: FxHashSet<String>,
    /// Phrases after a name: it may be the visit that was cancelled.
    perhaps_refusals: Vec<Vec<String>>,
    /// Words that continue a refusal: by whom, when, why.
    refused_by: FxHashSet<String>,
    /// Words that begin the part that says by whom.
    by_whom: FxHashSet<String>,
    /// Things refused, or cancelled, of a medicine that was taken, before the word that says so: `generic refused`, `old rx void`.
    refused_before: FxHashSet<String>,
    /// The same, if a form or a sign precedes it, so that it is not the product's own: `tablets, bottle refused`.
    refused_packs: FxHashSet<String>,
    /// The first words of all phrases that say that a name was refused or cancelled.
    first: FxHashSet<String>,
    /// Things refused of a medicine that was taken, after the word that says so.
    refused_things: FxHashSet<String>,
}

impl Remarks {
    pub(in crate::drug) fn add(&mut self, file: &RemarksFile) {
        self.beside.extend(phrases(&file.beside));
        self.visits.extend(phrases(&file.visits));
        self.refusals.extend(phrases(&file.refusals));
        self.not_given.extend(phrases(&file.not_given));
        self.own_supply.extend(phrases(&file.own_supply));
        self.taken_back.extend(phrases(&file.taken_back));
        self.refused_itself.extend(phrases(&file.refused_itself).into_iter().flatten());
        self.perhaps_refusals.extend(phrases(&file.perhaps_refusals));
        self.refused_by.extend(phrases(&file.refused_by).into_iter().flatten());
        self.by_whom.extend(phrases(&file.by_whom).into_iter().flatten());
        self.refused_before.extend(phrases(&file.refused_before).into_iter().flatten());
        self.refused_packs.extend(phrases(&file.refused_packs).into_iter().flatten());
        self.refused_things.extend(phrases(&file.refused_things).into_iter().flatten());
        self.first = self.all_refusals().map(|phrase| phrase[0].clone()).collect();
    }

    /// Phrases that say that a drug was not taken.
    pub(in crate::drug) fn refusals(&self) -> &[Vec<String>] {
        &self.refusals
    }

    /// Phrases that say that it was cancelled.
    pub(in crate::drug) fn taken_back(&self) -> &[Vec<String>] {
        &self.taken_back
    }

    /// Phrases that say that it was not handed out.
    pub(in crate::drug) fn not_given(&self) -> &[Vec<String>] {
        &self.not_given
    }

    /// Phrases that may say that it was not taken.
    pub(in crate::drug) fn perhaps_refusals(&self) -> &[Vec<String>] {
        &self.perhaps_refusals
    }

    /// What these words say, if they say only that something was refused or cancelled, and perhaps by whom before and when after.
    pub(super) fn refusal(&self, words: &[String]) -> Option<Said> {
        const MOST_BEFORE: usize = 2;
        let is_by = |word: &&String| self.refused_by.contains(*word);
        let by = words.iter().take(MOST_BEFORE).take_while(is_by).count();
        let is_all = |all: &[Vec<String>], may_follow: &dyn Fn(&[String]) -> bool| {
            (0..=by).any(|at| {
                let mut rests = all.iter().filter_map(|p| words.get(at..)?.strip_prefix(&p[..]));
                rests.any(may_follow)
            })
        };
        let is_itself = |word: &String| is_number(word) || self.refused_itself.contains(word);
        let is_itself = |rest: &[String]| rest.iter().all(is_itself) || self.goes_on(rest);
        let is_end =
            |rest: &[String]| rest.iter().all(|word| is_number(word)) || self.goes_on(rest);
        if is_all(&self.refusals, &is_itself) || is_all(&self.taken_back, &is_end) {
            return Some(Said::None);
        }
        is_all(&self.perhaps_refusals, &is_itself).then_some(Said::Open)
    }

    /// Whether a word may mean the medicine itself: `refused injection`.
    pub(super) fn is_itself(&self, word: &str) -> bool {
        self.refused_itself.contains(word)
    }

    /// Whether a word is for something refused of a medicine that was taken: `refused generic`.
    pub(super) fn is_refused_of_it(&self, word: &str) -> bool {
        self.refused_before.contains(word) || self.refused_things.contains(word)
    }

    /// Whether words after a refusal say only by whom, when or why: `by MD`.
    fn goes_on(&self, rest: &[String]) -> bool {
        let is_by = |word: &String| self.refused_by.contains(word) || is_number(word);
        rest.first().is_some_and(|first| self.by_whom.contains(first)) && rest.iter().all(is_by)
    }

    /// Every phrase that says that a name was refused or cancelled.
    fn all_refusals(&self) -> impl Iterator<Item = &Vec<String>> {
        let all = [&self.refusals, &self.not_given, &self.taken_back, &self.perhaps_refusals];
        all.into_iter().flatten()
    }

    /// Whether the words before a refusal say what was refused, not only who refused it.
    pub(super) fn has_subject(&self, refusal: &[String], before: &[String]) -> bool {
        let is_subject = |word: &String| !is_number(word) && !self.refused_by.contains(word);
        self.all_refusals().any(|phrase| phrase == refusal) && before.iter().any(is_subject)
    }

    /// The remark among these words.
    fn in_words(&self, words: &[String]) -> Option<&[String]> {
        let mut all = self.beside.iter().chain(&self.visits);
        all.find(|phrase| contains(words, phrase)).map(Vec::as_slice)
    }
}

/// What a remark next to a name, or a refusal after it, makes of what is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It is a medicine that someone has.
    Medicine,
    /// It is not: a test, a service, what was refused.
    None,
    /// It may be either.
    Open,
}

impl Dictionary {
    /// What the words of a test, a supply, an allergy or a remark in the text make of the name in these words. They change nothing for a medicine
    /// whose strength or form is stated.
    pub(super) fn said_beside(
        &self,
        text: &str,
        words: &[String],
        named: &Range<usize>,
    ) -> Option<(Said, &[String])> {
        let lexicon = self.lexicon();
        let test = lexicon.not_the_drug().test_or_supply(words);
        let remark = || lexicon.remarks().in_words(words);
        let phrase = test.or_else(remark)?;
        let is_taken =
            words.iter().any(|word| lexicon.is_unit_of_use(word) && !phrase.contains(word));
        let said = if is_taken
            || is_list(text)
            || states_strength(text)
            || has_joined_strength(&words[named.end..])
        {
            Said::Medicine
        } else if test.is_none() {
            self.said_by_remark(text, words, named, phrase)
        } else if self.is_in_brackets(text, phrase) {
            Said::Open
        } else {
            Said::None
        };
        Some((said, phrase))
    }

    /// What a remark makes of a name without a unit of strength: it is a service or a test if the text says nothing else.
    fn said_by_remark(
        &self,
        text: &str,
        words: &[String],
        named: &Range<usize>,
        remark: &[String],
    ) -> Said {
        let after = &words[named.end..];
        let (not, lexicon) = (self.lexicon().not_the_drug(), self.lexicon());
        let is_visit = lexicon.remarks().visits.iter().any(|phrase| phrase == remark);
        let comes_with = |pair: &[String]| not.is_together(&pair[0]) && pair[1..] == *remark;
        let is_part = text.contains(['+', '&']) || after.windows(remark.len() + 1).any(comes_with);
        let is_given = || is_visit && words.iter().any(|word| lexicon.notes().says_given(word));
        if is_part || after.first().is_some_and(|word| is_number(word)) || is_given() {
            return Said::Medicine;
        }
        let is_of_it = |at: usize| {
            let word = &words[at];
            let is_of_remark = || lexicon.remarks().beside.iter().any(|all| all.contains(word));
            remark.contains(word)
                || lexicon.is_filler(word)
                || self.names_one(words, at)
                || is_of_remark()
        };
        let mut others = (0..words.len()).filter(|at| !named.contains(at));
        if !is_visit && others.all(is_of_it) && !self.is_in_brackets(text, remark) {
            Said::None
        } else {
            Said::Open
        }
    }

    /// Whether a phrase occurs only within brackets, after a name: `Suboxone (test strips given)`.
    fn is_in_brackets(&self, text: &str, phrase: &[String]) -> bool {
        if !text.contains(['(', '[']) {
            return false;
        }
        let outside = self.read(&outside_brackets(text));
        !contains(&outside, phrase) && (0..outside.len()).any(|at| self.names_one(&outside, at))
    }

    /// What the text says about what these words of it name, if it says that it was refused or cancelled: before it, directly after it, or after its
    /// strength and its form.
    pub(super) fn refused(
        &self,
        text: &str,
        words: &[String],
        named: &Range<usize>,
    ) -> Option<Said> {
        let remarks = self.lexicon().remarks();
        if words.len() > MOST_WORDS || !words.iter().any(|word| remarks.first.contains(word)) {
            return None;
        }
        let clauses = self.clauses(text, words);
        let after = self.own_words(&clauses, words, named);
        let said = self.behind_amount(after, |at| clauses.sign_before(named.end + at).is_some());
        // `naltrexone 50 mg tablet, refused injection`
        let is_other_form = |said: &[String]| {
            let own = &after[..after.len() - said.len()];
            own.iter().any(|word| self.lexicon().is_unit_of_use(word))
                && !self.lexicon().is_injection(own)
                && self.lexicon().is_injection(said)
        };
        let behind = || {
            let of = |said: &&[String]| {
                let refusal = remarks.refusal(said)?;
                Some(if is_other_form(said) { Said::Medicine } else { refusal })
            };
            said.iter().find_map(of)
        };
        remarks
            .refusal(&words[..named.start])
            .or_else(|| self.is_not_given(&said).then_some(Said::None))
            .or_else(|| self.said_by_refusal(after))
            .or_else(behind)
    }

    /// Whether one of these ends of what follows a name says that it was not handed out: `5 mg - not dispensed`. That need not apply to a person's
    /// own supply.
    fn is_not_given(&self, said: &[&[String]]) -> bool {
        const FARTHEST: usize = 3;
        let (not, remarks) = (self.lexicon().not_the_drug(), self.lexicon().remarks());
        said.iter().any(|said| {
            let mut rests = remarks.not_given.iter().filter_map(|p| said.strip_prefix(&p[..]));
            rests.next().is_some_and(|rest| {
                let has_own = || remarks.own_supply.iter().any(|phrase| contains(rest, phrase));
                let notes = self.lexicon().notes();
                let is_of_another =
                    |word: &String| remarks.is_refused_of_it(word) || notes.is_other(word);
                !not.is_given_after_all(rest)
                    && !rest.iter().take(FARTHEST).any(is_of_another)
                    && !has_own()
                    && !notes.says_given_among(rest)
            })
        })
    }

    /// The words after a name, and what is left of them after each word of its strength and form; not after something that is only part of what was
    /// handed out, or something else.
    fn behind_amount<'w>(
        &self,
        after: &'w [String],
        is_signed: impl Fn(usize) -> bool,
    ) -> Vec<&'w [String]> {
        const FARTHEST: usize = 8;
        let (lexicon, remarks) = (self.lexicon(), self.lexicon().remarks());
        let is_unit = |word: &str| lexicon.is_form(word) || lexicon.is_unit_of_use(word);
        let is_thing = |at: usize| {
            let stands_apart = || is_signed(at) || after[..at].iter().any(|word| is_unit(word));
            remarks.refused_before.contains(&after[at])
                || remarks.refused_packs.contains(&after[at]) && stands_apart()
        };
        let is_beside = |&at: &usize| {
            let word = &after[at];
            (is_number(word) || lexicon.is_filler(word) || lexicon.is_glue(word)) && !is_thing(at)
        };
        let beside = (0..after.len().min(FARTHEST)).take_while(is_beside).count();
        // `1 tab refused` is a part, `50 tab` and `5/325 tab` are the product.
        let is_part = |at: usize| match &after[..at] {
            [.., before, number, unit] if !is_signed(at) => {
                let is_counted =
                    lexicon.is_unit_of_use(unit) || remarks.refused_itself.contains(unit);
                is_counted && is_number(number) && !is_number(before)
            }
            _ => false,
        };
        let from = (0..=beside).rev().find(|&at| is_part(at)).map_or(0, |part| part + 1);
        (from..=beside).map(|at| &after[at..]).collect()
    }

    /// Whether the text says after a name, its strength and its form that it was stopped, and names another drug in another clause.
    pub(super) fn is_stopped_beside_another(
        &self,
        text: &str,
        words: &[String],
        named: &Range<usize>,
    ) -> bool {
        let not = self.lexicon().not_the_drug();
        if words.len() > MOST_WORDS || !words.iter().any(|word| not.begins_stop(word)) {
            return false;
        }
        let clauses = self.clauses(text, words);
        let after = self.own_words(&clauses, words, named);
        let mut said = self.behind_amount(after, |_| false).into_iter();
        let is_stop = |said: &[String]| {
            not.stop_at(said).is_some_and(|length| said[length..].iter().all(|w| is_number(w)))
        };
        said.any(is_stop) && (0..words.len()).any(|at| self.is_another(words, at, named))
    }

    /// What a refusal directly after a name says about it, if there is one: `Norco declined safety cap`.
    fn said_by_refusal(&self, after: &[String]) -> Option<Said> {
        const FARTHEST: usize = 3;
        let (lexicon, remarks) = (self.lexicon(), self.lexicon().remarks());
        let starts =
            |all: &[Vec<String>]| all.iter().find(|phrase| after.starts_with(phrase)).map(Vec::len);
        let refused = starts(&remarks.refusals);
        let rest = &after[refused.or_else(|| starts(&remarks.perhaps_refusals))?..];
        let is_thing = |word: &String| {
            remarks.refused_things.contains(word)
                || lexicon.is_form(word)
                || lexicon.is_unit_of_use(word)
        };
        let is_by = |next: &String| is_number(next) || remarks.refused_by.contains(next);
        Some(match rest.first() {
            next if next.is_none_or(is_by) => match refused {
                Some(_) => Said::None,
                None => Said::Open,
            },
            _ if rest.iter().take(FARTHEST).any(is_thing) => Said::Medicine,
            _ => Said::Open,
        })
    }
}

/// Whether words after a name begin with two numbers, as the strengths of a product do: `Percocet 5/325`.
fn has_joined_strength(after: &[String]) -> bool {
    after.iter().take_while(|word| is_number(word)).count() == 2
}

/// A text without what is in brackets.
fn outside_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    let is_outside = |c: &char| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        depth == 0
    };
    text.chars().filter(is_outside).collect()
}

#[cfg(test)]
mod tests {
    use crate::drug::Identity;
    use crate::rule::Book;

    /// Whether a text is a medicine of that drug, or is left open and mentioned, or neither.
    fn said(book: &Book, text: &str) -> String {
        let verdict = book.dictionary().resolve(&Identity::text(text));
        let mentioned = !book.dictionary().mentions(text).is_empty();
        let first = verdict.components.first();
        let id = first.map(|c| book.dictionary().drug(c.drug).file.id.clone());
        match (id, verdict.resolved) {
            (Some(id), _) => id,
            (None, true) => (if mentioned { "mentioned" } else { "none" }).to_owned(),
            (None, false) => (if mentioned { "open" } else { "lost" }).to_owned(),
        }
    }

    #[test]
    fn a_remark_beside_a_medicine_does_not_take_it_away() {
        let book = Book::built_in().unwrap();
        for (text, is) in [
            ("Percocet 5/325 (patient declined counseling)", "oxycodone"),
            ("Percocet 5/325 education given", "oxycodone"),
            ("Suboxone 8/2 w/counseling", "buprenorphine"),
            ("Methadone 10 (UDS 3/1)", "methadone"),
            ("Percocet 10/325 - drug screen on file", "oxycodone"),
            ("Suboxone 8/2 (fentanyl test strips given)", "buprenorphine"),
            ("Norco 5/325 UDS ok", "hydrocodone"),
            ("Vivitrol 380 (UDS negative)", "naltrexone"),
            ("Vivitrol w/ counseling", "naltrexone"),
            ("Naltrexone + counseling", "naltrexone"),
            ("Lybalvi 10/10 pt education given", "samidorphan"),
            ("Vivitrol (UDS negative)", "open"),
            ("Contrave (education given)", "open"),
            ("Percocet (patient declined counseling)", "oxycodone"),
            ("Suboxone (fentanyl test strips given)", "open"),
            ("Oxycodone UDS", "none"),
            ("Methadone counseling", "none"),
            ("Vivitrol patient education", "none"),
            ("Fentanyl drug screen, urine", "none"),
            ("Oxycodone/hydrocodone drug screen", "none"),
            ("Morphine 300 test cassette", "none"),
        ] {
            assert_eq!(said(&book, text), is, "{text}");
        }
    }

    #[test]
    fn what_somebody_is_allergic_to_may_stand_before_the_word() {
        let book = Book::built_in().unwrap();
        for (text, is) in [
            ("PCN allergy - oxycodone 5 mg tab", "oxycodone"),
            ("PCN allergy / oxycodone 5 mg tab", "oxycodone"),
            ("(PCN allergy) oxycodone 5 mg tab", "oxycodone"),
            ("egg allergy - naltrexone 50 mg", "naltrexone"),
            ("NSAID allergic: Norco 5/325", "hydrocodone"),
            ("bee sting allergy, methadone 10 mg tab", "methadone"),
            ("severe allergy - codeine", "none"),
            ("pt has allergy to codeine", "none"),
            ("drug allergy: codeine", "none"),
            ("all: codeine", "none"),
        ] {
            assert_eq!(said(&book, text), is, "{text}");
        }
    }

    #[test]
    fn what_is_only_spoken_of_or_was_entered_by_mistake_is_no_medicine() {
        let book = Book::built_in().unwrap();
        for (text, is) in [
            ("Ibuprofen 600 (substituted for Norco)", "none"),
            ("Ibuprofen 600 mg tab (sub'd for Norco 5-325)", "none"),
            ("Substituted for oxycodone: ibuprofen", "none"),
            ("Ibuprofen 600 (was Norco 5-325)", "none"),
            ("Ibuprofen (was Norco)", "none"),
            ("tramadol 50 mg (substituted for oxycodone)", "tramadol"),
            ("do not give oxycodone", "none"),
            ("DO NOT GIVE NALTREXONE 50 MG", "none"),
            ("never oxycodone", "none"),
            ("discussed naltrexone", "open"),
            ("considering naltrexone", "open"),
            ("docusate - take with oxycodone", "none"),
            ("naloxone 4 mg (for use with oxycodone)", "naloxone"),
            ("lorazepam - not with methadone", "none"),
            ("tramadol (seizures) - avoid", "open"),
            ("Codeine: itching", "open"),
            ("CODEINE - NAUSEA/VOMITING", "open"),
            ("oxycodone 5 mg - did not take", "none"),
            ("oxycodone 5 mg - refused by patient", "none"),
            ("oxycodone 5 mg tab - wrong patient", "none"),
            ("oxycodone 5 mg - error", "none"),
            ("cancel - oxycodone 5", "open"),
            // These are taken; what may no longer be ordered is an old catalogue entry.
            ("DO NOT USE - oxycodone 5 mg tab", "oxycodone"),
            ("oxycodone 5 mg tab was given", "oxycodone"),
            ("oxycodone 5 mg tablet, take with food", "oxycodone"),
            ("naltrexone 50 mg - declined by insurance, paid cash", "naltrexone"),
            ("oxycodone 5 mg error of pharmacy corrected", "oxycodone"),
            ("Relistor 12 mg for constipation", "methylnaltrexone"),
        ] {
            // What is only spoken of may be reported as a mention.
            let said = said(&book, text).replace("mentioned", "none");
            assert_eq!(said, is, "{text}");
        }
    }

    #[test]
    fn a_visit_or_a_permit_alone_leaves_it_open() {
        let book = Book::built_in().unwrap();
        for (text, is) in [
            ("Vivitrol injection administration 96372", "open"),
            ("Vivitrol injection visit", "open"),
            ("Naltrexone consult", "open"),
            ("Vivitrol prior authorization", "open"),
            ("Sublocade REMS", "open"),
            ("Vivitrol enrolment visit", "open"),
            ("Vivitrol patient assistance", "open"),
            ("methadone dosing visit", "open"),
            ("Buprenorphine induction visit", "open"),
            ("Vivitrol 380 mg injection visit", "naltrexone"),
            ("Suboxone 8/2 prior auth", "buprenorphine"),
            ("Vivitrol given at clinic visit", "naltrexone"),
            ("Percocet 5/325 pharmacist consult", "oxycodone"),
        ] {
            assert_eq!(said(&book, text), is, "{text}");
        }
    }

    #[test]
    fn what_was_refused_may_be_something_else_than_the_medicine() {
        let book = Book::built_in().unwrap();
        for (text, is) in [
            ("Norco declined safety cap", "hydrocodone"),
            ("Norco refused generic", "hydrocodone"),
            ("Norco declined refill", "hydrocodone"),
            ("Vivitrol, refused tabs", "naltrexone"),
            ("Norco declined naloxone", "hydrocodone"),
            ("Norco declined crushing", "open"),
            ("Percocet not taken with food", "open"),
            ("Percocet not taken", "none"),
            ("Norco (allergies: PCN)", "hydrocodone"),
            ("Percocet (allergy: penicillin)", "oxycodone"),
            ("Norco allergies reviewed", "hydrocodone"),
            ("Codeine allergy: hives", "none"),
            ("Vivitrol declined oral", "naltrexone"),
            ("Norco declined, ibuprofen given", "none"),
            ("Norco declined", "none"),
            ("Norco refused by patient", "none"),
            ("Norco refused 3/1", "none"),
            ("Vivitrol abgelehnt", "none"),
            ("Vivitrol cancelled", "none"),
            ("Vivitrol - no show", "open"),
            ("Vivitrol storniert", "none"),
            ("cancelled Vivitrol", "none"),
            ("Naltrexone - not taking", "open"),
            ("Vivitrol D/C'd", "open"),
            ("Vivitrol cancelled refill", "naltrexone"),
            ("Norco 5/325 cancelled refill", "hydrocodone"),
        ] {
            assert_eq!(said(&book, text), is, "{text}");
        }
    }
}

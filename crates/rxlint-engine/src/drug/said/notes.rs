//! Notes after the name of a product that are about another one: a naloxone kit that was handed out with an opioid, a depot that is to follow the
//! tablets (`Naltrexone 50 mg tab (before Vivitrol)`), any drug that was stopped or that someone has from elsewhere (`Gabapentin 300 mg - switched
//! from tramadol`). The words are under `[notes]` in `drugs/lexicon.toml`.

use std::ops::Range;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::clause::{Clauses, MOST_WORDS};
use super::not_the_drug::MOST_NAMES;
use super::sentence::Standing;
use crate::drug::book::dictionary::Dictionary;
use crate::drug::book::file::Role;
use crate::drug::book::lexicon::phrases;
use crate::drug::resolve::{Hit, Scan, is_list};
use crate::drug::spelling::name::words;
use rxlint_model::record::Field;

/// The table as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::drug) struct NotesFile {
    rescue_devices: Vec<String>,
    rescue_after: Vec<String>,
    amounts: Vec<String>,
    given: Vec<String>,
    given_others: Vec<String>,
    depot_before: Vec<String>,
    depot_after: Vec<String>,
    spoken_before: Vec<String>,
    spoken_after: Vec<String>,
    spoken_last: Vec<String>,
    left: Vec<String>,
    screens: Vec<String>,
    indications: Vec<String>,
    times: Vec<String>,
    links: Vec<String>,
}

/// The same, ready for matching.
#[derive(Debug, Default)]
pub(in crate::drug) struct Notes {
    /// Devices in which a rescue drug is handed out, after its name and its strength.
    rescue_devices: Vec<Vec<String>>,
    /// Phrases for what was done with it, directly after its name.
    rescue_after: Vec<Vec<String>>,
    amounts: FxHashSet<String>,
    /// Words that say that a drug was given, and words after which that is said about something else.
    given: FxHashSet<String>,
    given_others: FxHashSet<String>,
    /// Phrases before, or after, the depot that is to follow or that came before.
    depot_before: Vec<Vec<String>>,
    depot_after: Vec<Vec<String>>,
    /// Phrases before, or after, a drug that another drug's text only mentions; and those that then end the text after it.
    spoken_before: Vec<Vec<String>>,
    spoken_after: Vec<Vec<String>>,
    spoken_last: Vec<Vec<String>>,
    /// Beginnings of clauses that say that a drug gives way to the one that follows: `stop Norco, start Percocet`.
    left: Vec<Vec<String>>,
    /// Tests: the drugs after them, without an amount, are what was looked for.
    screens: Vec<Vec<String>>,
    /// Illnesses caused by a drug in brackets after them: `for opioid use disorder (heroin)`.
    indications: Vec<Vec<String>>,
    /// Words that make a number after a name a time: `last oxycodone 10 days ago`.
    times: FxHashSet<String>,
    /// Words that may be between such phrases and the name.
    links: FxHashSet<String>,
}

impl Notes {
    pub(in crate::drug) fn add(&mut self, file: &NotesFile) {
        self.rescue_devices.extend(phrases(&file.rescue_devices));
        self.rescue_after.extend(phrases(&file.rescue_after));
        self.amounts.extend(phrases(&file.amounts).into_iter().flatten());
        self.given.extend(phrases(&file.given).into_iter().flatten());
        self.given_others.extend(phrases(&file.given_others).into_iter().flatten());
        self.depot_before.extend(phrases(&file.depot_before));
        self.depot_after.extend(phrases(&file.depot_after));
        self.spoken_before.extend(phrases(&file.spoken_before));
        self.spoken_after.extend(phrases(&file.spoken_after));
        self.spoken_last.extend(phrases(&file.spoken_last));
        self.left.extend(phrases(&file.left));
        self.screens.extend(phrases(&file.screens));
        self.indications.extend(phrases(&file.indications));
        self.times.extend(phrases(&file.times).into_iter().flatten());
        self.links.extend(phrases(&file.links).into_iter().flatten());
    }

    /// Phrases that say that the drug after them gives way to another.
    pub(in crate::drug) fn left(&self) -> &[Vec<String>] {
        &self.left
    }

    /// Where a phrase begins that these words end with, except for links.
    fn ends(&self, all: &[Vec<String>], before: &[String]) -> Option<usize> {
        const MOST_LINKS: usize = 3;
        let nearest = before.iter().rev().take(MOST_LINKS);
        let linked = nearest.take_while(|word| self.links.contains(*word)).count();
        (0..=linked).find_map(|links| {
            let before = &before[..before.len() - links];
            let phrase =
                all.iter().filter(|phrase| before.ends_with(phrase)).max_by_key(|p| p.len());
            phrase.map(|phrase| before.len() - phrase.len())
        })
    }

    /// Where a test begins that no amount follows.
    fn screen_before(&self, before: &[String], is_amount: impl Fn(&str) -> bool) -> Option<usize> {
        // More words than any panel has; a cell that repeats its names would take time by the square of its length.
        const LONGEST_PANEL: usize = 64;
        let nearest = (0..before.len()).rev().take(LONGEST_PANEL);
        let last = nearest.take_while(|&at| !is_amount(&before[at]));
        last.into_iter().find(|&at| begins(&self.screens, &before[at..]))
    }

    /// Whether the words after a drug begin with a phrase that says that the text only mentions it.
    pub(super) fn is_spoken_behind(&self, after: &[String]) -> bool {
        begins(&self.spoken_after, after)
    }

    /// Whether a word says that a drug was given.
    pub(super) fn says_given(&self, word: &str) -> bool {
        self.given.contains(word)
    }

    /// Whether a word of a text says that something was given, and no word before it says that it was something else or was not.
    fn says_given_at(&self, words: &[String], at: usize) -> bool {
        let is_of_other = |before: &String| self.given_others.contains(before);
        self.says_given(&words[at]) && !words[..at].last().is_some_and(is_of_other)
    }

    /// Whether a word is for something given in addition to a drug: a kit, a leaflet.
    pub(super) fn is_other(&self, word: &str) -> bool {
        self.given_others.contains(word)
    }

    /// Whether one of these words says that something was given.
    pub(super) fn says_given_among(&self, words: &[String]) -> bool {
        (0..words.len()).any(|at| self.says_given_at(words, at))
    }

    fn is_amount(&self, word: &str) -> bool {
        word.starts_with(|c: char| c.is_ascii_digit()) || self.amounts.contains(word)
    }
}

fn begins(all: &[Vec<String>], words: &[String]) -> bool {
    all.iter().any(|phrase| words.starts_with(phrase))
}

/// Whether a sign follows a word of a text: `tramadol stopped, oxycodone` says it about the drug before.
fn is_set_apart(text: &str, word: &str) -> bool {
    let text = text.to_lowercase();
    let mut ends = text.match_indices(word).map(|(at, _)| &text[at + word.len()..]);
    ends.any(|rest| {
        rest.trim_start_matches(' ').starts_with([
            '\r', '\n', '\u{2028}', ',', ';', '.', '-', '–', '/', '>', '→', ')', ']', '|', '+', '&',
        ])
    })
}

impl Dictionary {
    /// Removes the names that are in a note.
    pub(in crate::drug) fn leave_notes_out(
        &self,
        written: &[(Field, &str)],
        texts: &[Vec<String>],
        scan: &mut Scan,
    ) {
        if !(1..=MOST_NAMES).contains(&scan.hits.len()) {
            return;
        }
        scan.hits.retain(|hit| {
            !self.is_only_spoken_of(written[hit.text].1, &texts[hit.text], &hit.words)
        });
        let is_note = |hit: &Hit| {
            let words = &texts[hit.text];
            let before =
                |other: &&Hit| other.text == hit.text && other.words.end <= hit.words.start;
            let mut products = scan.hits.iter().filter(before).filter(|other| {
                let between = &words[other.words.end..hit.words.start];
                between.iter().any(|word| self.says_product(word))
            });
            products.any(|product| {
                self.is_rescue_note(hit, product, words) || self.is_depot_note(hit, product, words)
            })
        };
        let is_note: Vec<bool> =
            scan.hits.iter().map(|hit| !is_list(written[hit.text].1) && is_note(hit)).collect();
        let mut is_note = is_note.into_iter();
        scan.hits.retain(|_| !is_note.next().unwrap_or(false));
    }

    /// Whether a drug's text says that the drug itself, not another thing next to it, was given and not handed over.
    pub fn says_given(&self, text: &str) -> bool {
        let (all, notes) = (words(text), self.lexicon().notes());
        notes.says_given_among(&all)
    }

    /// Whether a word says what was handed out: a strength, a tablet, a film.
    fn says_product(&self, word: &str) -> bool {
        let lexicon = self.lexicon();
        word.starts_with(|c: char| c.is_ascii_digit())
            || lexicon.is_unit_of_use(word)
            || lexicon.is_form(word)
    }

    /// Whether the text, which names another drug before, only mentions the one that these words name: it was stopped, is to follow, or someone has
    /// it from elsewhere, and it has neither a strength nor a form of its own.
    pub(in crate::drug) fn is_only_spoken_of(
        &self,
        text: &str,
        words: &[String],
        named: &Range<usize>,
    ) -> bool {
        const FARTHEST: usize = 32;
        let others = || (0..words.len()).filter(|&at| self.is_another(words, at, named));
        let standing = self.standing(text, words, named);
        match standing {
            Some(Standing::Taken) => return false,
            Some(Standing::Perhaps) if !self.is_elsewhere(text, words, named) => return false,
            Some(Standing::Stopped) => return self.takes_another(text, words, others()),
            _ => {}
        }
        if self.is_left(text, words, named) {
            return true;
        }
        if named.start == 0 {
            return false;
        }
        let notes = self.lexicon().notes();
        let (before, after) = (&words[..named.start], &words[named.end..]);
        // `for heroin/oxycodone dependence`
        let beyond = after.first().filter(|_| text.contains('/') && self.names_one(after, 0));
        let is_amount = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_digit()) || self.lexicon().is_unit_of_use(word)
        };
        let behind = || {
            let is_last = notes.spoken_last.iter().any(|phrase| after == phrase)
                && !self.is_beside_watched(words, named);
            let is_spoken = is_last
                // `naltrexone, denied cravings`
                || standing != Some(Standing::Free) && begins(&notes.spoken_after, after)
                || beyond.is_some_and(|_| begins(&notes.spoken_after, &after[1..]));
            let is_cause = || {
                notes.indications.iter().any(|phrase| before.ends_with(phrase))
                    && self.clauses(text, words).sign_before(named.start) == Some('(')
            };
            (is_spoken || is_cause())
                .then_some(named.start)
                .or_else(|| notes.screen_before(before, is_amount))
        };
        let ahead = notes.ends(&notes.spoken_before, before);
        let ahead = ahead.filter(|&note| {
            // `lisinopril - stopped and oxycodone`
            let ends = |clauses: &Clauses| {
                (note + 1..named.start).any(|at| clauses.sign_before(at) == Some(','))
            };
            !is_set_apart(text, &words[named.start - 1]) && !ends(&self.clauses(text, words))
        });
        let Some(note) = ahead.or_else(behind) else {
            return false;
        };
        let is_other = |at: usize| self.names_another(words, at, named);
        !self.has_own_amount(after) && (note.saturating_sub(FARTHEST)..note).any(is_other)
    }

    /// Whether another watched drug is next to a name.
    fn is_beside_watched(&self, words: &[String], named: &Range<usize>) -> bool {
        let is_watched = |at| self.drug_at(words, at).is_some_and(|drug| self.is_watched(drug));
        (0..words.len()).any(|at| self.is_another(words, at, named) && is_watched(at))
    }

    /// Whether a drug that someone takes does not belong to the record: what the text is about precedes it, is taken too, is not a watched drug
    /// (`senna, on methadone`) and is not one of a list of what is taken. The record is not about what is not taken.
    fn is_elsewhere(&self, text: &str, words: &[String], named: &Range<usize>) -> bool {
        let is_product = |at: &usize| {
            self.is_another(words, *at, named)
                && self.standing(text, words, &(*at..at + 1)) != Some(Standing::Perhaps)
        };
        let products: Vec<usize> = (0..named.start).filter(is_product).collect();
        !self.is_beside_watched(words, named)
            && !products.is_empty()
            && self.takes_another(text, words, products.into_iter())
    }

    /// Whether the text says that what these words name gives way to another drug, named after it.
    fn is_left(&self, text: &str, words: &[String], named: &Range<usize>) -> bool {
        const FARTHEST: usize = 6;
        if words.len() > MOST_WORDS {
            return false;
        }
        let (notes, not) = (self.lexicon().notes(), self.lexicon().not_the_drug());
        let names_another =
            |from: usize| (from..words.len()).any(|at| self.is_another(words, at, named));
        let before = &words[..named.start];
        if not.is_switched_from(before) {
            let mut nearest = (named.end..words.len()).take(FARTHEST);
            let to = nearest.find(|&at| not.is_switched_to(&words[at]));
            return to.is_some_and(names_another);
        }
        if let Some(start) = notes.ends(&notes.left, before) {
            let clauses = self.clauses(text, words);
            let opens = start == 0 || clauses.sign_before(start).is_some();
            return opens && self.another_follows(&clauses, words, named);
        }
        self.is_stopped_beside_another(text, words, named)
    }

    /// Whether a word begins the name of another drug than these words name, or of the same drug with what was handed out.
    fn names_another(&self, words: &[String], at: usize, named: &Range<usize>) -> bool {
        if !self.names_one(words, at) {
            return false;
        }
        let both = self.drug_at(words, at).zip(self.drug_at(words, named.start));
        let Some((one, other)) = both else { return true };
        !self.shares_ingredient(one, other)
            || words[at..named.start].iter().any(|word| self.says_product(word))
    }

    /// Whether a strength or something to take follows a name, before another name.
    fn has_own_amount(&self, after: &[String]) -> bool {
        const FARTHEST: usize = 4;
        let notes = self.lexicon().notes();
        let is_amount = |at: usize| {
            let is_time = || after.get(at + 1).is_some_and(|word| notes.times.contains(word));
            let is_number = after[at].starts_with(|c: char| c.is_ascii_digit()) && !is_time();
            is_number && (at == 0 || after.get(at + 1).is_some_and(|w| notes.amounts.contains(w)))
        };
        let mut own = (0..after.len().min(FARTHEST)).take_while(|&at| !self.names_one(after, at));
        own.any(|at| is_amount(at) || self.lexicon().is_unit_of_use(&after[at]))
    }

    fn is_rescue_note(&self, hit: &Hit, product: &Hit, words: &[String]) -> bool {
        let file = &self.drug(hit.drug).file;
        if file.role != Role::Rescue || product.drug == hit.drug {
            return false;
        }
        let name = &words[hit.words.clone()];
        let is_brand =
            || file.brands.iter().any(|brand| phrases(std::slice::from_ref(brand)) == [name]);
        let notes = self.lexicon().notes();
        let after = &words[hit.words.end..];
        let amount = after.iter().take_while(|word| notes.is_amount(word)).count();
        begins(&notes.rescue_devices, &after[amount..])
            || begins(&notes.rescue_after, after)
            || is_brand()
    }

    /// Whether a depot is in a note on another form of the same drug.
    fn is_depot_note(&self, hit: &Hit, product: &Hit, words: &[String]) -> bool {
        let lasts = |hit: &Hit| {
            let kind = |&form: &u8| self.form(hit.drug, form).kind;
            !hit.forms.is_empty() && hit.forms.iter().all(|form| kind(form).lasts_by_itself())
        };
        if !lasts(hit) || lasts(product) || !self.shares_ingredient(hit.drug, product.drug) {
            return false;
        }
        let notes = self.lexicon().notes();
        let (before, after) = (&words[..hit.words.start], &words[hit.words.end..]);
        notes.ends(&notes.depot_before, before).is_some() || begins(&notes.depot_after, after)
    }
}

#[cfg(test)]
mod tests {
    use crate::drug::{FormKind, Identity, Role};
    use crate::rule::Book;

    #[test]
    fn what_was_given_beside_a_drug_is_not_the_drug() {
        let book = Book::built_in().unwrap();
        let says = |text: &str| book.dictionary().says_given(text);
        for text in [
            "Naltrexone 50 mg tablet - Narcan kit given",
            "Naltrexone 50 mg tablet (lock box given)",
            "Naltrexone 50 mg tablet, leaflet given",
            "Naltrexone 50 mg tablet to be given at clinic",
            "Naltrexone 50 mg tablet self-administered",
            "Naltrexone 50 mg tablet - not given elsewhere",
            "Naltrexone 50 mg tablet (last dose not given)",
            "Oxycodone 5 mg tablet, naloxone not given",
            "Oxycodone 5 mg tablet",
            "Oxycodone 5 mg tablet - not given",
            "Methadone not administered",
        ] {
            assert!(!says(text), "{text}");
        }
        for text in [
            "Oxycodone 5 mg tablet (given)",
            "Methadone given 10:00 EDT",
            "Oxycodone 5 mg 0800 not given, 1400 given",
        ] {
            assert!(says(text), "{text}");
        }
    }

    /// The drugs of a text, each with its kind of form and its role.
    fn read(book: &Book, text: &str) -> Vec<(String, FormKind, Role)> {
        let dictionary = book.dictionary();
        let components = dictionary.resolve(&Identity::text(text)).components;
        let one = |c: &crate::drug::Component| {
            let kind = dictionary.form(c.drug, c.form).kind;
            (dictionary.drug(c.drug).name.clone(), kind, c.role)
        };
        components.iter().map(one).collect()
    }

    #[test]
    fn naloxone_in_a_note_makes_no_combination() {
        let book = Book::built_in().unwrap();
        let plain = ("oxycodone".to_owned(), FormKind::Tablet, Role::FullAgonist);
        for text in [
            "Oxycodone 5 mg tab (Naloxone kit dispensed)",
            "Oxycodone IR 5 mg + naloxone nasal",
            "Oxycodone 10mg tab + Narcan co-prescribed",
            "Oxycodone 5 mg tab, Narcan offered",
            "Oxycodone 5 mg tab w/ naloxone Rx",
            "Oxycodone 5 mg tab, naloxone 4 mg nasal spray given",
            "Roxicodone 5 mg (Naloxone kit dispensed)",
            "Percocet 5-325 mg (Naloxone kit dispensed)",
            "Oxycodone-APAP 5-325 (Naloxone kit dispensed)",
            "Oxycodone 5 mg tab, naloxone education provided",
        ] {
            assert_eq!(read(&book, text), std::slice::from_ref(&plain), "{text}");
        }
        for text in [
            "Targin 10/5 mg",
            "Oxycodone/naloxone 10/5 mg",
            "Oxycodone 10 mg / naloxone 5 mg PR tablets",
            "oxycodone naloxone dispensed",
            "Oxycodon 10 mg Naloxon 5 mg Retardtabletten",
        ] {
            let read = read(&book, text);
            assert_eq!(read[0].1, FormKind::ExtendedRelease, "{text}");
            assert_eq!(read[1].2, Role::Deterrent, "{text}");
        }
        let first = read(&book, "Naloxone nasal spray 4 mg (for oxycodone)");
        assert!(first.iter().any(|(name, ..)| name == "naloxone"), "it is no note");
    }

    #[test]
    fn a_drug_that_another_one_s_text_only_speaks_of_is_a_mention() {
        let book = Book::built_in().unwrap();
        for text in [
            "Gabapentin 300 mg - switched from tramadol",
            "Ibuprofen 800 mg; stop oxycodone",
            "Ibuprofen 800 mg (tramadol discontinued)",
            "Ibuprofen 800 mg (off oxycodone)",
            "Duloxetine 30 mg - failed tramadol",
            "Clonidine 0.1 mg for methadone taper",
            "Ondansetron 4 mg - withdrawal from fentanyl",
            "Senna 8.6 mg - constipation from oxycodone",
            "Docusate 100 mg - while on morphine",
            "Acamprosate - switched from naltrexone",
            "Topiramate; stop naltrexone",
            "Wegovy - failed Contrave",
            "Wegovy (Contrave not covered)",
            "Gabapentin before Vivitrol",
            "Clonidine bridge to Vivitrol",
            "Naloxone kit (for patients on oxycodone)",
            "Naloxone kit - patient on naltrexone",
            "Naloxone 4 mg nasal spray (before Vivitrol)",
            "Narcan 4 mg nasal spray - oxycodone patient",
            "Naloxone 4 mg spray co-prescribed with oxycodone",
            "Ibuprofen 600 mg tab - nausea with codeine",
            "Ibuprofen 600 mg tab - tramadol ineffective",
            "Ibuprofen 600 mg tab (morphine sparing)",
            "Ibuprofen 600 mg tab, past Suboxone",
            "Acamprosate (naltrexone not suitable)",
            "Clonidine 0.1 mg - oxycodone withdrawal",
        ] {
            let dictionary = book.dictionary();
            let verdict = dictionary.resolve(&Identity::text(text));
            let is_judged =
                |c: &crate::drug::Component| !matches!(c.role, Role::Rescue | Role::Known);
            assert!(verdict.resolved && !verdict.components.iter().any(is_judged), "{text}");
            let mentions = dictionary.mentions(text);
            assert!(mentions.iter().any(|mention| !mention.is_product), "{text}: {mentions:?}");
        }
        for text in [
            "oxycodone + naltrexone",
            "tramadol 50 mg; naltrexone 50 mg",
            "Oxycodone with naloxone",
            "Gabapentin 300 mg, on methadone 40 mg",
            "Tramadol failed - oxycodone",
            "Metformin and low dose naltrexone",
            "Paracetamol post-op tramadol",
            "Oxycodone 5 mg tab, after that tramadol 50 mg tab",
        ] {
            let drugs = if text.starts_with(['G', 'M', 'P']) { 1 } else { 2 };
            assert_eq!(read(&book, text).len(), drugs, "{text}");
        }
        for text in [
            "Naltrexone 50 mg - was on Vivitrol",
            "Naltrexone 50 mg (relais Vivitrol)",
            "Naltrexone 50 mg - last Vivitrol given 1/3",
            "Naltrexone 50 mg - switched to Vivitrol next month",
            "Suboxone 8/2 film before Vivitrol",
            "Oxycodone 5 mg after Vivitrol d/c",
        ] {
            let read = read(&book, text);
            assert!(read.iter().all(|(_, kind, _)| *kind == FormKind::Tablet), "{text}: {read:?}");
        }
    }

    #[test]
    fn a_depot_in_a_note_is_not_what_was_handed_out() {
        let book = Book::built_in().unwrap();
        for text in [
            "Naltrexone 50 mg tab (before Vivitrol)",
            "Naltrexone 50 mg tab after Vivitrol",
            "Naltrexone 50 mg tablet - bridge to next Vivitrol",
            "Naltrexone HCl 50 mg (to start Vivitrol)",
            "Naltrexone 50 mg tab, on Vivitrol waitlist",
            "Buprenorphine 8 mg SL tab (Sublocade bridge)",
            "Buprenorphine SL film (before Sublocade) 8-2",
            "Buprenorphine 8 mg SL tab until first Brixadi",
            "Suboxone 8-2 film - before Sublocade",
        ] {
            assert_eq!(read(&book, text)[0].1, FormKind::Tablet, "{text}");
        }
        for text in [
            "Vivitrol 380 mg (after naltrexone 50 mg tab)",
            "Naltrexone ER inj 380 mg (Vivitrol)",
            "naltrexone (Vivitrol) pending",
            "Naltrexone 380 mg Vivitrol kit",
            "Sublocade 300 mg, before Sublocade 100 mg",
            "Buprenorphine ER 100 mg/0.5 mL (Sublocade) bridge",
        ] {
            assert_eq!(read(&book, text)[0].1, FormKind::Depot, "{text}");
        }
    }
}

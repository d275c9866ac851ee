//! What a text says about a drug without being one: a test for it (`Fentanyl test strip`), a supply for its use (`Needle for Vivitrol`), a thing that
//! bears its name (`Vivitrol co-pay card`, `Opium perfume`), an allergy to it; a product without it (`codeine-free`, `sans codéine`); and what is not
//! taken (`instead of tramadol`, `declined`). If it is unclear whether someone has the drug (a fee, a history, `switched from`), nothing is judged,
//! and it is reported. The words are in `drugs/lexicon.toml`.

use std::cell::LazyCell;
use std::ops::Range;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::remark::Said;
use super::sentence::Standing;
use crate::drug::book::dictionary::{Dictionary, DrugIx};
use crate::drug::book::lexicon::phrases;
use crate::drug::forms::strength;
use crate::drug::resolve::{Hit, Scan, contains, is_list};
use rxlint_model::record::Field;

/// A text about one drug names it at most this often: a text with more names is a list.
pub(super) const MOST_NAMES: usize = 32;

/// The table as it is written.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::drug) struct NotTheDrugFile {
    wherever: Vec<String>,
    supplies: Vec<String>,
    for_words: Vec<String>,
    between: Vec<String>,
    tests: Vec<String>,
    beside_tests: Vec<String>,
    institutions: Vec<String>,
    materials: Vec<String>,
    placebos: Vec<String>,
    things: Vec<String>,
    together: Vec<String>,
    tools: Vec<String>,
    sizes: Vec<String>,
    absent_before: Vec<String>,
    absent_after: Vec<String>,
    present_after: Vec<String>,
    headings: Vec<String>,
    not_taken_before: Vec<String>,
    not_taken_after: Vec<String>,
    no_before: Vec<String>,
    links: Vec<String>,
    openers: Vec<String>,
    denials: Vec<String>,
    products: Vec<String>,
    stopped: Vec<String>,
    not_given_but: Vec<String>,
    open: OpenFile,
}

/// The table of what stays open, as it is written.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct OpenFile {
    services: Vec<String>,
    tools: Vec<String>,
    before: Vec<String>,
    after: Vec<String>,
    switched_from: Vec<String>,
    switched_to: Vec<String>,
}

/// The same, ready for matching.
#[derive(Debug, Default)]
pub(in crate::drug) struct NotTheDrug {
    /// Tests, supplies and allergies: they count wherever they are, unless a strength or something to take is next to them.
    wherever: Vec<Vec<String>>,
    /// Supplies that are also part of a product: they count if `for` and the name follow.
    supplies: Vec<Vec<String>>,
    for_words: FxHashSet<String>,
    /// Words that may be between `for` and the name: `for use with`.
    between: FxHashSet<String>,
    /// Words of laboratory tests, if nothing else follows the name but those that may stand beside them.
    tests: Vec<Vec<String>>,
    beside_tests: FxHashSet<String>,
    /// Words for places, services and firms that bear a drug's name.
    institutions: FxHashSet<String>,
    /// Things that a text is about whatever strength it states: laboratory standards.
    materials: Vec<Vec<String>>,
    placebos: Vec<Vec<String>>,
    /// Things that a text ending with them is about, and words before a part of a product instead: `with adapter`.
    things: Vec<Vec<String>>,
    together: FxHashSet<String>,
    /// Things that a text beginning with them is about, if only their size precedes the name.
    tools: Vec<Vec<String>>,
    sizes: FxHashSet<String>,
    /// Phrases before, or after, the name of what a product is free of; and phrases after those that deny it.
    absent_before: Vec<Vec<String>>,
    absent_after: Vec<Vec<String>>,
    present_after: Vec<Vec<String>>,
    /// Beginnings of texts about allergies.
    headings: Vec<Vec<String>>,
    /// Phrases before, or after, the name of what someone does not take: an allergy, a refusal, a replacement.
    not_taken_before: Vec<Vec<String>>,
    not_taken_after: Vec<Vec<String>>,
    /// The same, if no strength follows the name: `no tramadol`.
    no_before: Vec<Vec<String>>,
    /// Words that may be between such phrases and the name: `allergy to the`.
    links: FxHashSet<String>,
    /// Words that may precede an allergy without being the allergen: `severe allergy`.
    openers: FxHashSet<String>,
    /// Words that negate such phrases when they precede them: `no known allergies`.
    denials: FxHashSet<String>,
    /// Words that make a product of such phrases when they follow them: `allergy relief`.
    products: FxHashSet<String>,
    /// Phrases that say, next to its name, that a drug was stopped.
    stopped: Vec<Vec<String>>,
    /// Words that say, after a name, its strength and `not given`, that it was handed out after all.
    not_given_but: FxHashSet<String>,
    open: Open,
}

/// Phrases that leave open whether someone has a drug.
#[derive(Debug, Default)]
struct Open {
    /// Services for it, wherever they are.
    services: Vec<Vec<String>>,
    /// Tools that are also forms of medicines, before the name.
    tools: Vec<Vec<String>>,
    /// Phrases before, or after, a drug of the past, or one that someone is ill from.
    before: Vec<Vec<String>>,
    after: Vec<Vec<String>>,
    /// `switched from`, and the words that then follow the name.
    switched_from: Vec<Vec<String>>,
    switched_to: FxHashSet<String>,
}

impl NotTheDrug {
    pub(in crate::drug) fn add(&mut self, file: &NotTheDrugFile) {
        self.wherever.extend(phrases(&file.wherever));
        self.supplies.extend(phrases(&file.supplies));
        self.for_words.extend(phrases(&file.for_words).into_iter().flatten());
        self.between.extend(phrases(&file.between).into_iter().flatten());
        self.absent_before.extend(phrases(&file.absent_before));
        self.absent_after.extend(phrases(&file.absent_after));
        self.present_after.extend(phrases(&file.present_after));
        self.headings.extend(phrases(&file.headings));
        self.not_taken_before.extend(phrases(&file.not_taken_before));
        self.not_taken_after.extend(phrases(&file.not_taken_after));
        self.no_before.extend(phrases(&file.no_before));
        self.links.extend(phrases(&file.links).into_iter().flatten());
        self.openers.extend(phrases(&file.openers).into_iter().flatten());
        self.denials.extend(phrases(&file.denials).into_iter().flatten());
        self.products.extend(phrases(&file.products).into_iter().flatten());
        self.stopped.extend(phrases(&file.stopped));
        self.tests.extend(phrases(&file.tests));
        self.beside_tests.extend(phrases(&file.beside_tests).into_iter().flatten());
        self.institutions.extend(phrases(&file.institutions).into_iter().flatten());
        self.materials.extend(phrases(&file.materials));
        self.placebos.extend(phrases(&file.placebos));
        self.things.extend(phrases(&file.things));
        self.together.extend(phrases(&file.together).into_iter().flatten());
        self.tools.extend(phrases(&file.tools));
        self.sizes.extend(phrases(&file.sizes).into_iter().flatten());
        self.not_given_but.extend(phrases(&file.not_given_but).into_iter().flatten());
        let (open, file) = (&mut self.open, &file.open);
        open.services.extend(phrases(&file.services));
        open.tools.extend(phrases(&file.tools));
        open.before.extend(phrases(&file.before));
        open.after.extend(phrases(&file.after));
        open.switched_from.extend(phrases(&file.switched_from));
        open.switched_to.extend(phrases(&file.switched_to).into_iter().flatten());
    }

    /// Whether one of these phrases ends there, except for links, and nothing before it denies it, makes it another product (`Benadryl Allergy`) or
    /// is the allergen (`PCN allergy`). `is_apart` is whether the phrase at a word is about something else, and whether it opens its own clause.
    fn ends_before(
        &self,
        all: &[Vec<String>],
        before: &[String],
        is_name: impl Fn(&str) -> bool,
        is_apart: impl Fn(&[String], &[String]) -> Apart,
    ) -> bool {
        const MOST_LINKS: usize = 3;
        let nearest = before.iter().rev().take(MOST_LINKS);
        let linked = nearest.take_while(|word| self.links.contains(*word)).count();
        (0..=linked).any(|links| {
            let before = &before[..before.len() - links];
            all.iter().any(|phrase| {
                let rest = before.strip_suffix(&phrase[..]);
                rest.is_some_and(|rest| {
                    let is_of = |word: &String| {
                        !self.openers.contains(word)
                            && (is_name(word) || links == 0 && self.is_allergen(word))
                    };
                    let is_of_another = (self.headings.contains(phrase)
                        || self.not_taken_after.contains(phrase))
                        && rest.last().is_some_and(is_of);
                    let said = is_apart(phrase, rest);
                    (!is_of_another || said == Apart::Opens)
                        && said != Apart::OfAnother
                        && !self.is_denied(rest.iter().rev())
                })
            })
        })
    }

    /// Whether a word directly before an allergy may be the allergen, and not the opening of a remark: `known allergy`.
    fn is_allergen(&self, word: &str) -> bool {
        word.chars().all(char::is_alphabetic)
            && !self.links.contains(word)
            && !self.denials.contains(word)
    }

    /// Whether words after `not given` say that it was given: `not given with food`.
    pub(super) fn is_given_after_all(&self, after: &[String]) -> bool {
        after.first().is_some_and(|next| self.not_given_but.contains(next))
    }

    /// Whether a word may be between what is said about a drug and its name.
    pub(super) fn is_link(&self, word: &str) -> bool {
        self.links.contains(word)
    }

    /// Whether a word may precede what is said about a drug, in the same clause.
    pub(super) fn is_opener(&self, word: &str) -> bool {
        self.openers.contains(word)
    }

    /// Whether one of the nearest words is a denial.
    fn is_denied<'w>(&self, nearest: impl Iterator<Item = &'w String>) -> bool {
        const NEAREST: usize = 3;
        nearest.take(NEAREST).any(|word| self.denials.contains(word))
    }

    /// The words of a test, a supply or an allergy in a text.
    pub(super) fn test_or_supply(&self, words: &[String]) -> Option<&[String]> {
        let wherever = || self.wherever.iter().find(|phrase| contains(words, phrase));
        self.heading(words).or_else(|| wherever().map(Vec::as_slice))
    }

    /// Whether a word is that of a place, a service or a firm, which may bear a drug's name.
    pub(in crate::drug) fn is_institution(&self, word: &str) -> bool {
        self.institutions.contains(word)
    }

    /// The words of a laboratory test, if all words after a name are such and those that may stand beside them.
    fn test_after<'t>(
        &'t self,
        after: &[String],
        names: impl Fn(usize) -> bool,
    ) -> Option<&'t [String]> {
        let (mut found, mut at) = (None, 0);
        while at < after.len() {
            if let Some(test) = self.tests.iter().find(|phrase| after[at..].starts_with(phrase)) {
                found = found.or(Some(test.as_slice()));
                at += test.len();
            } else if self.beside_tests.contains(&after[at])
                || names(at)
                || found.is_some() && is_number(&after[at])
            {
                at += 1;
            } else {
                return None;
            }
        }
        found
    }

    /// Whether the word says that what follows comes with what precedes it.
    pub(super) fn is_together(&self, word: &str) -> bool {
        self.together.contains(word)
    }

    /// Whether what is taken now follows this word, after `switched from`.
    pub(super) fn is_switched_to(&self, word: &str) -> bool {
        self.open.switched_to.contains(word)
    }

    /// Whether a word begins a phrase that says that a drug was stopped.
    pub(super) fn begins_stop(&self, word: &str) -> bool {
        self.stopped.iter().any(|phrase| phrase[0] == word)
    }

    /// Phrases that say that a drug was stopped.
    pub(in crate::drug) fn stopped(&self) -> &[Vec<String>] {
        &self.stopped
    }

    /// Beginnings of texts about allergies.
    pub(in crate::drug) fn headings(&self) -> &[Vec<String>] {
        &self.headings
    }

    /// Phrases that say that the drug after them is not taken.
    pub(in crate::drug) fn not_taken_before(&self) -> &[Vec<String>] {
        &self.not_taken_before
    }

    /// Phrases that say so about the drug before them.
    pub(in crate::drug) fn not_taken_after(&self) -> &[Vec<String>] {
        &self.not_taken_after
    }

    /// The length of the phrase for a stopped drug that these words begin with.
    pub(super) fn stop_at(&self, words: &[String]) -> Option<usize> {
        begins(&self.stopped, words)
    }

    /// Whether these words, directly before a name, say that someone was switched from it.
    pub(super) fn is_switched_from(&self, before: &[String]) -> bool {
        self.open.switched_from.iter().any(|phrase| before.ends_with(phrase))
    }

    /// The heading of allergies that a text begins with.
    fn heading(&self, words: &[String]) -> Option<&[String]> {
        let heads = self.headings.iter().filter(|phrase| words.starts_with(phrase));
        let longest = heads.max_by_key(|phrase| phrase.len())?;
        let rest = &words[longest.len()..];
        let is_other =
            rest.first().is_some_and(|w| self.products.contains(w)) || self.is_denied(rest.iter());
        (!is_other).then_some(longest.as_slice())
    }

    /// Whether the words before the first name are a supply and `for`, with nothing else but words that may be in between: `needle 20 g for use
    /// with`.
    fn is_supply_for(&self, before: &[String]) -> Option<&[String]> {
        let at = before.iter().rposition(|word| self.for_words.contains(word))?;
        if !before[at + 1..].iter().all(|word| self.between.contains(word)) {
            return None;
        }
        self.supplies.iter().find(|phrase| contains(&before[..at], phrase)).map(Vec::as_slice)
    }

    /// The thing that a text is about and that bears a drug's name: a laboratory standard, a placebo, what the text ends with (`Vivitrol co-pay
    /// card`) or begins with (`needle 20 g 1.5 in Vivitrol`).
    fn thing(&self, text: &str, words: &[String], named: &Range<usize>) -> Option<&[String]> {
        if is_list(text) {
            return None;
        }
        let (before, after) = (&words[..named.start], &words[named.end.min(words.len())..]);
        let lists =
            || text.contains([',', '+', '&']) || after.iter().any(|w| self.together.contains(w));
        let ends = |phrase: &&Vec<String>| after.ends_with(phrase);
        let materials = self.materials.iter().find(|phrase| contains(words, phrase));
        let placebo = || self.placebos.iter().find(|phrase| before.starts_with(phrase));
        let thing = || self.things.iter().find(ends).filter(|_| !states_strength(text) && !lists());
        let tool = || match after {
            [] => self.begins_with_tool(&self.tools, before),
            // `Vivitrol needle 20G 1.5in`; a size before it belongs to the product.
            [first, ..] if before.is_empty() && !self.is_size(first) => {
                self.begins_with_tool(&self.tools, after)
            }
            _ => None,
        };
        materials.or_else(placebo).or_else(thing).or_else(tool).map(Vec::as_slice)
    }

    /// The tool with which these words begin, if they hold nothing else but its size.
    fn begins_with_tool<'t>(
        &self,
        tools: &'t [Vec<String>],
        before: &[String],
    ) -> Option<&'t Vec<String>> {
        let at = before.iter().position(|word| !self.is_size(word))?;
        let tool = tools.iter().find(|phrase| before[at..].starts_with(phrase))?;
        before[at + tool.len()..].iter().all(|word| self.is_size(word)).then_some(tool)
    }

    fn is_size(&self, word: &str) -> bool {
        is_number(word) || self.sizes.contains(word)
    }
}

pub(super) fn states_strength(text: &str) -> bool {
    !strength::amounts(text).is_empty()
}

pub(super) fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// How a phrase before a name relates to it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Apart {
    /// As if there were no signs.
    No,
    /// It opens a clause that the name is in: `tablets (allergic to codeine)`.
    Opens,
    /// It ends one that is about something else: `senna refused, oxycodone`.
    OfAnother,
}

/// The length of the phrase that these words begin with.
fn begins(all: &[Vec<String>], words: &[String]) -> Option<usize> {
    all.iter().find(|phrase| words.starts_with(phrase)).map(Vec::len)
}

impl Dictionary {
    /// The words that show that a text that names drugs, the first of them in these words, is about a test, a supply, another thing or an allergy
    /// instead of a drug.
    pub(in crate::drug) fn instead_of_a_drug(
        &self,
        text: &str,
        words: &[String],
        first: &Range<usize>,
    ) -> Option<&[String]> {
        let not = self.lexicon().not_the_drug();
        let after = &words[first.end.min(words.len())..];
        let test = not.test_after(after, |at| self.names_one(after, at));
        if let Some(test) = test.filter(|_| !states_strength(text)) {
            return Some(test);
        }
        let supply = not.is_supply_for(&words[..first.start]);
        if let Some(thing) = supply.or_else(|| not.thing(text, words, first)) {
            return Some(thing);
        }
        let (said, phrase) = self.said_beside(text, words, first)?;
        // What someone who takes the drug refused: `oxycodone, refused urine screen`.
        let is_beside = || self.standing(text, words, first) == Some(Standing::Free);
        (said == Said::None && !self.says_taken(text, words) && !is_beside()).then_some(phrase)
    }

    /// Removes what the texts mention without being about it: a test, a supply, an allergy, what a product is free of.
    pub(in crate::drug) fn leave_out(
        &self,
        written: &[(Field, &str)],
        texts: &[Vec<String>],
        scan: &mut Scan,
    ) {
        if scan.hits.is_empty() && scan.near.is_none() && scan.slip.is_none() {
            return;
        }
        let is_none = |(number, (_, text)): (usize, &(Field, &str))| {
            let mut own = scan.hits.iter().filter(|hit| hit.text == number);
            let end = texts[number].len();
            let first = own.next().map_or(end..end, |hit| hit.words.clone());
            self.instead_of_a_drug(text, &texts[number], &first).is_some()
        };
        if written.iter().enumerate().any(is_none) {
            *scan = Scan::default();
            return;
        }
        let is_free = |hit: &Hit| self.is_free_of(&texts[hit.text], &hit.words);
        let free: Vec<DrugIx> =
            scan.hits.iter().filter(|hit| is_free(hit)).map(|hit| hit.drug).collect();
        // `Codral codeine-free`: the brand does not hold it either, unless other medicines are listed with it.
        let is_one = !written.iter().any(|(_, text)| is_list(text));
        // A text that names more drugs is a list, and each question about it would be asked for every one of them.
        let names_many = scan.hits.len() > MOST_NAMES;
        let is_stopped = |hit: &Hit| {
            let (words, (_, text)) = (&texts[hit.text], &written[hit.text]);
            let said = || self.standing(text, words, &hit.words);
            match if names_many { None } else { said() } {
                Some(Standing::Taken | Standing::Perhaps) => false,
                Some(Standing::Open) => true,
                // Next to another drug it is a note on that.
                Some(Standing::Stopped) => {
                    self.is_stopped(words, &hit.words)
                        || self.is_open_beside(text, words, &hit.words)
                        || !self.is_only_spoken_of(text, words, &hit.words)
                }
                Some(Standing::Free) => self.is_open_beside(text, words, &hit.words),
                _ => {
                    self.is_stopped(words, &hit.words)
                        || !names_many && self.is_open(text, words, &hit.words)
                }
            }
        };
        let (before, mut stopped, mut not_taken) = (scan.hits.len(), false, false);
        scan.hits.retain(|hit| {
            let (words, (_, text)) = (&texts[hit.text], &written[hit.text]);
            let is_absent = self.is_absent(text, words, &hit.words);
            let is_stopped = !is_absent && is_stopped(hit);
            stopped |= is_stopped;
            // Next to another drug the record is about that one.
            not_taken |= is_absent
                && (self.refused(text, words, &hit.words) == Some(Said::None)
                    || self.standing(text, words, &hit.words) == Some(Standing::Held))
                && !(0..hit.words.start).any(|at| self.names_one(words, at));
            !(is_absent || is_stopped || is_one && free.contains(&hit.drug))
        });
        if scan.hits.is_empty() && before > 0 {
            *scan = Scan { stopped, not_taken: not_taken && !stopped, ..Scan::default() };
        }
    }

    /// Whether a text leaves open whether someone has the drug that these words of it name: without a strength, it is about a service, a syringe, the
    /// past or an illness; or a change to something else; or a refusal of it or of something else.
    fn is_open(&self, text: &str, words: &[String], named: &Range<usize>) -> bool {
        let after = &words[named.end..];
        self.is_open_beside(text, words, named)
            || self.said_by_allergy(after) == Some(Said::Open)
            || self.refused(text, words, named) == Some(Said::Open)
            || self.said_beside(text, words, named).is_some_and(|(said, _)| said == Said::Open)
    }

    /// The same, except for refusals.
    fn is_open_beside(&self, text: &str, words: &[String], named: &Range<usize>) -> bool {
        const FARTHEST: usize = 6;
        let not = self.lexicon().not_the_drug();
        let (open, before, after) = (&not.open, &words[..named.start], &words[named.end..]);
        let ends =
            |phrases: &[Vec<String>]| not.ends_before(phrases, before, |_| false, |_, _| Apart::No);
        let is_service = || {
            open.services.iter().any(|phrase| contains(words, phrase))
                || not.begins_with_tool(&open.tools, before).is_some()
        };
        let is_past = || {
            (ends(&open.before) || begins(&open.after, after).is_some())
                && self.standing(text, words, named) != Some(Standing::Free)
                && !self.is_only_spoken_of(text, words, named)
        };
        // Up to the next drug, which has its own strength.
        let is_bare = || {
            let mut own = (0..after.len()).take_while(|&at| !self.names_one(after, at));
            !own.any(|at| is_number(&after[at]))
        };
        let mut nearest = after.iter().take(FARTHEST);
        ends(&open.switched_from) && nearest.any(|word| open.switched_to.contains(word))
            || !states_strength(text) && !is_list(text) && is_service()
            || is_past() && is_bare()
    }

    /// Whether the text says only that the drug these words name was stopped: since when it was in use is unknown. Another drug may follow.
    fn is_stopped(&self, words: &[String], named: &Range<usize>) -> bool {
        let not = self.lexicon().not_the_drug();
        let after = &words[named.end..];
        let is_other = |at: usize| self.names_one(after, at);
        let behind = begins(&not.stopped, after)
            .is_some_and(|length| length == after.len() || (length..after.len()).any(is_other));
        let is_whole = |phrase: &Vec<String>| words[..named.start] == phrase[..];
        behind && named.start == 0 || after.is_empty() && not.stopped.iter().any(is_whole)
    }

    /// Whether the text says that what these words of it name is not in the product, or not taken.
    pub(in crate::drug) fn is_absent(
        &self,
        text: &str,
        words: &[String],
        named: &Range<usize>,
    ) -> bool {
        self.is_free_of(words, named)
            || match self.standing(text, words, named) {
                Some(Standing::Not | Standing::Held) => true,
                Some(_) => false,
                None => self.is_not_taken(text, words, named),
            }
    }

    fn is_not_taken(&self, text: &str, words: &[String], named: &Range<usize>) -> bool {
        let not = self.lexicon().not_the_drug();
        let (before, after) = (&words[..named.start], &words[named.end..]);
        let is_strength = |word: &String| is_number(word);
        let is_name = |word: &str| self.begins_phrase(word) || self.at_large().has(word);
        let clauses = LazyCell::new(|| self.clauses(text, words));
        let is_apart = |phrase: &[String], rest: &[String]| {
            // What follows a colon is what came before it, unless that was a drug.
            let opens = clauses.sign_before(rest.len()).is_some();
            let ends = clauses.sign_before(named.start).is_some_and(|sign| sign != ':')
                || !opens
                    && (0..rest.len()).any(|at| self.names_one(rest, at))
                    && self.has_weak_sign_before(text, words, named.start);
            if ends && self.lexicon().remarks().has_subject(phrase, rest) {
                Apart::OfAnother
            } else if !ends && opens {
                Apart::Opens
            } else {
                Apart::No
            }
        };
        let ends = |phrases: &[Vec<String>]| not.ends_before(phrases, before, is_name, is_apart);
        ends(&not.not_taken_before)
            || !after.first().is_some_and(is_strength) && ends(&not.no_before)
            || self.said_by_allergy(after) == Some(Said::None)
            || self.refused(text, words, named) == Some(Said::None)
    }

    /// What an allergy or a replacement after a name says about it: the allergy may be to what is named after that (`Norco (allergies: penicillin)`).
    fn said_by_allergy(&self, after: &[String]) -> Option<Said> {
        const FARTHEST: usize = 2;
        let not = self.lexicon().not_the_drug();
        let length = begins(&not.not_taken_after, after)?;
        let rest = &after[length..];
        let names = |at: usize| self.names_one(rest, at) || self.lexicon().is_short_name(&rest[at]);
        let is_allergy = not.headings.iter().any(|phrase| after[..length] == phrase[..]);
        Some(match rest.first() {
            Some(next) if not.products.contains(next) => Said::Medicine,
            Some(_) if is_allergy && (0..rest.len().min(FARTHEST)).any(names) => Said::Open,
            _ => Said::None,
        })
    }

    fn is_free_of(&self, words: &[String], named: &Range<usize>) -> bool {
        let not = self.lexicon().not_the_drug();
        let after = &words[named.end..];
        not.absent_before.iter().any(|phrase| words[..named.start].ends_with(phrase))
            || begins(&not.absent_after, after)
                .is_some_and(|length| begins(&not.present_after, &after[length..]).is_none())
    }

    /// Why a text is not about a drug, in its own words, or what it says is not in the product; for a person to read.
    pub fn why_no_drug(&self, text: &str) -> Option<String> {
        let words = self.read(text);
        let named = self.names_at(&words);
        let first = named.first()?;
        if let Some(phrase) = self.instead_of_a_drug(text, &words, first) {
            return Some(format!("“{}” says that it is no drug", phrase.join(" ")));
        }
        let absent = named.iter().find(|range| self.is_absent(text, &words, range))?;
        let name = words[absent.clone()].join(" ");
        let said = if self.is_free_of(&words, absent) { "in it" } else { "taken" };
        Some(format!("it says that “{name}” is not {said}"))
    }

    /// Where names are in a text.
    fn names_at(&self, words: &[String]) -> Vec<Range<usize>> {
        let (mut found, mut at) = (Vec::new(), 0);
        while at < words.len() {
            let length = self
                .phrase_at(words, at)
                .map(|phrase| phrase.words.len())
                .or_else(|| self.whole_word(&words[at]).map(|_| 1));
            found.extend(length.map(|length| at..at + length));
            at += length.unwrap_or(1);
        }
        found
    }
}

#[cfg(test)]
mod tests;

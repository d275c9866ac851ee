//! Notes behind the name of a product that are about another one: a kit of naloxone that was handed out beside an opioid, a depot that
//! is to follow the tablets (`Naltrexone 50 mg tab (before Vivitrol)`). The words stand under `[notes]` in `drugs/lexicon.toml`.

use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::dictionary::Dictionary;
use super::file::Role;
use super::lexicon::phrases;
use super::resolve::{Hit, Scan, is_list};
use rxlint_model::record::Field;

/// A text with more names is a list.
const MOST_NAMES: usize = 32;

/// The table as written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct NotesFile {
    rescue_devices: Vec<String>,
    rescue_after: Vec<String>,
    amounts: Vec<String>,
    depot_before: Vec<String>,
    depot_after: Vec<String>,
    links: Vec<String>,
}

/// The same, ready for matching.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// What a rescue drug is handed out in, behind its name and its strength.
    rescue_devices: Vec<Vec<String>>,
    /// What was done with it, directly behind its name.
    rescue_after: Vec<Vec<String>>,
    amounts: FxHashSet<String>,
    /// What stands before, or behind, the depot that is to follow or that came before.
    depot_before: Vec<Vec<String>>,
    depot_after: Vec<Vec<String>>,
    /// What may stand between such words and the depot.
    links: FxHashSet<String>,
}

impl Notes {
    pub(super) fn add(&mut self, file: &NotesFile) {
        self.rescue_devices.extend(phrases(&file.rescue_devices));
        self.rescue_after.extend(phrases(&file.rescue_after));
        self.amounts.extend(phrases(&file.amounts).into_iter().flatten());
        self.depot_before.extend(phrases(&file.depot_before));
        self.depot_after.extend(phrases(&file.depot_after));
        self.links.extend(phrases(&file.links).into_iter().flatten());
    }

    fn is_amount(&self, word: &str) -> bool {
        word.starts_with(|c: char| c.is_ascii_digit()) || self.amounts.contains(word)
    }
}

fn begins(all: &[Vec<String>], words: &[String]) -> bool {
    all.iter().any(|phrase| words.starts_with(phrase))
}

impl Dictionary {
    /// Takes out the names that stand in a note.
    pub(super) fn leave_notes_out(
        &self,
        written: &[(Field, &str)],
        texts: &[Vec<String>],
        scan: &mut Scan,
    ) {
        if !(2..=MOST_NAMES).contains(&scan.hits.len()) {
            return;
        }
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

    /// Whether a word says what was handed out: a strength, a tablet, a film.
    fn says_product(&self, word: &str) -> bool {
        let lexicon = self.lexicon();
        word.starts_with(|c: char| c.is_ascii_digit())
            || lexicon.is_unit_of_use(word)
            || lexicon.is_form(word)
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

    /// Whether a depot stands in a note on another form of the same drug.
    fn is_depot_note(&self, hit: &Hit, product: &Hit, words: &[String]) -> bool {
        const MOST_LINKS: usize = 3;
        let lasts = |hit: &Hit| {
            let kind = |&form: &u8| self.form(hit.drug, form).kind;
            !hit.forms.is_empty() && hit.forms.iter().all(|form| kind(form).lasts_by_itself())
        };
        if !lasts(hit) || lasts(product) || !self.shares_ingredient(hit.drug, product.drug) {
            return false;
        }
        let notes = self.lexicon().notes();
        let (before, after) = (&words[..hit.words.start], &words[hit.words.end..]);
        let nearest = before.iter().rev().take(MOST_LINKS);
        let linked = nearest.take_while(|word| notes.links.contains(*word)).count();
        let ends = |links: usize| {
            let before = &before[..before.len() - links];
            notes.depot_before.iter().any(|phrase| before.ends_with(phrase))
        };
        (0..=linked).any(ends) || begins(&notes.depot_after, after)
    }
}

#[cfg(test)]
mod tests {
    use crate::drug::{FormKind, Identity, Role};
    use crate::rule::Book;

    /// The drugs of a text, each with the kind of its form and its role.
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
            assert_eq!(read(&book, text), [plain.clone()], "{text}");
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

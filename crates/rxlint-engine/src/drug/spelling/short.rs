//! Names as pharmacy systems shorten them to fit a field: cut at the end (`HYDROMORPH`, `BUPREN`, `OXYCONT`), or without vowels (`OXYCDN`,
//! `BUPRENORPHN`, `NALOXN`). One missing vowel is a slip, not a short form.

use super::stem;
use crate::drug::book::dictionary::{Dictionary, DrugIx, How, Phrase};
use crate::drug::book::file::Role;
use crate::drug::verdict::Component;

/// Shorter heads could belong to too many words.
const SHORTEST: usize = 6;
/// The same for foreign brands, of which there are many. Measured on the names at large, each as if it were not listed: docs/knowledge.md.
const SHORTEST_ABROAD: usize = 7;
/// Next to what the drug is combined with, or a salt.
const SHORTEST_BESIDE: usize = 4;
/// At most this many words on each side of one are looked at.
const MOST_BESIDE: usize = 3;
/// A head that the drug's file lists.
const SHORTEST_LISTED: usize = 4;
/// A longer name is a chemical one, made of stems that also begin ordinary names (`propionyl`): half of it must be present.
const LONGEST_COMMON: usize = 24;
/// No name is longer, and so no cut form is.
const LONGEST: usize = 64;

impl Dictionary {
    /// The one drug whose name a word shortens, with the forms that a brand stands for; `None` if another name could be meant.
    pub(in crate::drug) fn short_form(&self, word: &str) -> Option<(DrugIx, Vec<u8>)> {
        if !(5..LONGEST).contains(&word.len())
            || !word.bytes().all(|b| b.is_ascii_lowercase())
            || self.is_known_as_written(word)
        {
            return None;
        }
        self.beyond_listed_head(word).or_else(|| self.only_cut(word))
    }

    /// The opioid or antagonist whose name a word of at least four letters begins, if a word next to it says so: what the drug is combined with
    /// (`HYDROC/HOMAT`), or a salt (`MORP SULF`); and whether it can be nothing else.
    pub(in crate::drug) fn cut_beside(&self, text: &[String], at: usize) -> Option<(DrugIx, bool)> {
        let word = &text[at];
        if !(SHORTEST_BESIDE..LONGEST).contains(&word.len())
            || !word.bytes().all(|b| b.is_ascii_lowercase())
        {
            return None;
        }
        let mut begins: Vec<(&str, DrugIx)> = Vec::new();
        for (name, drug) in self.names_beginning(&word[..2]) {
            let role = self.drug(*drug).file.role;
            let is_told = role.is_opioid() || role == Role::Antagonist;
            if is_told && is_cut_of(word, name) {
                begins.push((name, *drug));
            }
        }
        begins.dedup_by_key(|(_, drug)| *drug);
        let mut beside = beside(text, at);
        // A word that occurs with names (`code`) counts only after what the drug is combined with, and without its own number.
        if self.lexicon().is_filler(word) {
            if text.get(at + 1).is_some_and(|next| is_number_of_a_list(next)) {
                return None;
            }
            let before = words_before(text, at).map(String::as_str).collect::<Vec<_>>();
            beside.retain(|other| before.contains(other));
        }
        let is_combined = |drug: DrugIx| {
            let with = &self.drug(drug).file.combined_with;
            let is_cut = |name: &str, word: &str| {
                word == name || word.len() >= SHORTEST_BESIDE && name.starts_with(word)
            };
            with.iter().any(|name| beside.iter().any(|word| is_cut(name, word)))
        };
        let combined = only(begins.iter().map(|(_, drug)| *drug).filter(|&drug| is_combined(drug)));
        if let Some(drug) = combined {
            return Some((drug, true));
        }
        let is_salt = || beside.iter().any(|word| self.lexicon().is_salt_of_cuts(word));
        let drug = only(begins.iter().map(|(_, drug)| *drug)).filter(|_| is_salt())?;
        if self.at_large().has(word) || self.has_part(word) {
            return None;
        }
        let could_be_other = begins.iter().any(|(name, _)| self.is_other_head(word, name));
        Some((drug, !could_be_other))
    }

    /// Whether a word is the beginning of the name of one of those components.
    pub(in crate::drug) fn is_head_of(&self, word: &str, components: &[Component]) -> bool {
        let names = word.get(..2).map_or(&[][..], |head| self.names_beginning(head));
        let is_of = |drug: DrugIx| components.iter().any(|component| component.drug == drug);
        names.iter().any(|(name, drug)| is_of(*drug) && name.starts_with(word))
    }

    /// The drug that has a shorter head listed (`HYDROMOR`): a longer head is not another drug.
    fn beyond_listed_head(&self, word: &str) -> Option<(DrugIx, Vec<u8>)> {
        let drug = (SHORTEST_LISTED..word.len()).rev().find_map(|end| {
            let listed =
                self.phrases(&word[..end]).iter().find(|phrase| phrase.words.len() == 1)?;
            let goes_on = |(name, drug): &(String, DrugIx)| {
                *drug == listed.drug && name.len() > word.len() && name.starts_with(word)
            };
            let names = self.names_beginning(&word[..2]).iter();
            let is_cut = listed.how != How::Doubtful
                && names.chain(self.near_names().beginning_with(word)).any(goes_on);
            is_cut.then_some(listed.drug)
        })?;
        Some((drug, self.forms_of_cut(word, drug)))
    }

    /// The only drug among all names with that beginning, or that become this without vowels.
    fn only_cut(&self, word: &str) -> Option<(DrugIx, Vec<u8>)> {
        let mut found: Option<DrugIx> = None;
        let is_long = |name: &str| word.len() >= SHORTEST_ABROAD || self.is_of_no_country(name);
        let brands = self.near_names().beginning_with(word).filter(|(name, _)| is_long(name));
        for (name, drug) in self.names_beginning(word.get(..2)?).iter().chain(brands) {
            let cut = word.len() >= SHORTEST && is_cut_of(word, name);
            if cut && self.is_other_head(word, name) {
                return None;
            }
            if cut || without_vowels(word, name) {
                if found.is_some_and(|other| other != *drug) {
                    return None;
                }
                found = Some(*drug);
            }
        }
        found.map(|drug| (drug, self.forms_of_cut(word, drug)))
    }

    /// Whether a one-word name is more than a foreign brand.
    fn is_of_no_country(&self, name: &str) -> bool {
        let is_one = |phrase: &&Phrase| phrase.words.len() == 1;
        self.phrases(name)
            .iter()
            .filter(is_one)
            .any(|phrase| phrase.countries.is_empty() || phrase.countries.contains("US"))
    }

    /// The forms of the brands with that beginning, if no name of the drug itself has it.
    fn forms_of_cut(&self, word: &str, drug: DrugIx) -> Vec<u8> {
        let is_name = |(name, of): &(String, DrugIx)| *of == drug && name.starts_with(word);
        if self.names_beginning(&word[..2]).iter().any(is_name) {
            return Vec::new();
        }
        let brands = self.near_names().beginning_with(word).filter(|(_, of)| *of == drug);
        let mut forms: Vec<u8> = brands
            .filter_map(|(name, _)| self.meaning_of(name))
            .flat_map(|(_, forms)| forms)
            .collect();
        forms.sort_unstable();
        forms.dedup();
        forms
    }

    /// Whether a longer name of some drug begins with a word.
    pub(super) fn begins_longer_name(&self, word: &str) -> bool {
        let is_longer = |name: &str| name.len() > word.len() && name.starts_with(word);
        let listed = word.get(..2).map_or(&[][..], |head| self.names_beginning(head));
        listed.iter().any(|(name, _)| is_longer(name))
            || self.at_large().beginning_with(word).any(is_longer)
    }

    /// Whether a name at large that sounds different also begins with it.
    fn is_other_head(&self, word: &str, name: &str) -> bool {
        let sounds = stem::stem(name);
        self.at_large().beginning_with(word).any(|other| stem::stem(other) != sounds)
    }
}

/// The words next to one, up to a number on each side.
fn beside(text: &[String], at: usize) -> Vec<&str> {
    let after = text[at + 1..].iter().take_while(is_word).take(MOST_BESIDE);
    after.chain(words_before(text, at)).map(String::as_str).collect()
}

/// The same, before it only.
fn words_before(text: &[String], at: usize) -> impl Iterator<Item = &String> {
    text[..at].iter().rev().take_while(is_word).take(MOST_BESIDE)
}

fn is_word(word: &&String) -> bool {
    word.parse::<f64>().is_err()
}

/// Whether a word is a number as list items have, not a strength: `code 30417`.
fn is_number_of_a_list(word: &str) -> bool {
    word.len() >= 4 && word.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a word is a name with its end cut off.
fn is_cut_of(word: &str, name: &str) -> bool {
    let is_enough = || name.len() <= LONGEST_COMMON || word.len() * 2 >= name.len();
    name.len() > word.len() && name.starts_with(word) && is_enough()
}

/// The drug, if these are all the same one.
fn only(mut drugs: impl Iterator<Item = DrugIx>) -> Option<DrugIx> {
    let first = drugs.next()?;
    drugs.all(|drug| drug == first).then_some(first)
}

/// Whether the word is the name without at least two of its vowels, at least one of them inside, with all consonants kept.
fn without_vowels(word: &str, name: &str) -> bool {
    if name.len() < word.len() + 2 {
        return false;
    }
    let mut rest = word.bytes().peekable();
    let (mut inside, mut dropped) = (false, 0);
    for letter in name.bytes() {
        if rest.peek() == Some(&letter) {
            rest.next();
        } else if b"aeiouy".contains(&letter) {
            dropped += 1;
            inside |= rest.peek().is_some();
        } else {
            return false;
        }
    }
    rest.next().is_none() && dropped >= 2 && inside
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drug::Identity;
    use crate::rule::Book;

    #[test]
    fn four_letters_are_a_name_beside_what_it_is_combined_with_or_its_salt() {
        let book = Book::built_in().unwrap();
        let dictionary = book.dictionary();
        let id = |drug| dictionary.drug(drug).file.id.clone();
        // The drug, and whether it is certain.
        let meant = |text: &str| {
            let verdict = dictionary.resolve(&Identity::text(text));
            match (verdict.components.first(), &verdict.slip) {
                (Some(component), _) => (id(component.drug), true),
                (None, Some(slip)) => (id(slip.meant), false),
                (None, None) => (String::new(), false),
            }
        };
        for (text, drug, certain) in [
            ("HYDROC/HOMAT SYP", "hydrocodone", true),
            ("HYDRO/HOMATROP", "hydrocodone", true),
            ("HYDROC W/ACETAMINOPHEN", "hydrocodone", true),
            ("HYDROC/CHLORPHEN SUS ER", "hydrocodone", true),
            ("BUPRE/NALOX 8-2", "buprenorphine", true),
            ("MEPER HCL 50MG", "meperidine", true),
            ("TAPEN HCL", "tapentadol", true),
            ("HYDROM HCL", "hydromorphone", true),
            ("MORP SULF", "morphine", false),
            ("Morf. clorh. 10 mg", "morphine", false),
            ("HYDRO HCL 25", "", false),
            ("HYDROXYZ HCL", "", false),
            ("HYDRO 25 MG; APAP 500 MG", "", false),
            ("HYDROC CREAM 1%", "", false),
            ("METH / SULFAMETHOXAZOLE", "", false),
            ("BUPR HCL XL 150", "", false),
            ("HYDROCO/APAP 5-325", "hydrocodone", true),
            ("HYDROCO-ACETAMIN 5-325", "hydrocodone", true),
            ("HYDROCO/IBU 7.5-200", "hydrocodone", true),
            ("HYDROCO BITART/APAP", "hydrocodone", true),
            ("HYDROCO 5 MG", "hydrocodone", false),
            ("HYDROCO", "hydrocodone", false),
            // Hydrocortisone.
            ("HYDROCO CRE 1%", "", false),
            ("hydroco lot 2.5%", "", false),
            ("HYDROCO OINT 2.5%", "", false),
            ("HYDROCO AC CRE 2.5%", "", false),
            ("HYDROCO VAL CRE 0.2%", "", false),
            ("HYDROCO BUTYR 0.1% CRM", "", false),
            ("Neo/poly/hydroco otic", "", false),
            ("Acetic acid/hydroco otic", "", false),
            ("Lidocaine/hydroco", "", false),
            ("HYDROCO 20 MG TAB CORTEF", "", false),
            ("Fucidin-Hydroco", "", false),
            ("PROMETHAZINE W/ CODE", "codeine", true),
            ("ACETAMINOPHEN-CODE", "codeine", true),
            ("GUAIFENESIN-CODE", "codeine", true),
            ("CARISOPRODOL-ASA-CODE", "codeine", true),
            ("BUTALB-ASPIRIN-CAFF-CODE", "codeine", true),
            ("CHLORPHENIRAMINE-CODE", "codeine", true),
            ("PARACETAMOL + CODE", "codeine", true),
            ("Paracetamol Code 500/30", "codeine", true),
            ("PROMETHAZINE CODE 30417", "", false),
            ("Code: paracetamol 500 mg", "", false),
            ("Item code promethazine", "", false),
            ("OLANZAPINE-SAMID", "samidorphan", true),
            ("BUPIV-FENT EPIDURAL", "fentanyl", true),
            ("Levobupi/fent", "fentanyl", true),
            ("BUPIVACAINE-FENT", "fentanyl", true),
            ("BELLADONNA-OPI", "opium", true),
            // Chemical stems.
            ("Propionyl-L-Carnitine HCl 500 mg cap", "", false),
            ("Propionyl erythromycin", "", false),
            ("clobetasol propiony", "", false),
            ("Propionylphenylethoxye", "prosidol", true),
            // Names at large, cut off: trandolapril, apomorphine.
            ("TRANDOLAP 2 MG TAB", "", false),
            ("TRANDOLAP/VERAPAMIL ER 2-240", "", false),
            ("APOMORPHI HCL SOLN", "apomorphine", true),
            ("Tyr-Leu-Glu-Pro-Gly-Pro-Val-Thr-Val", "", false),
        ] {
            assert_eq!(meant(text), (drug.to_owned(), certain), "{text}");
        }
    }

    #[test]
    fn vowels_are_left_out_and_consonants_are_not() {
        for (word, name) in [
            ("oxycdn", "oxycodone"),
            ("buprenorphn", "buprenorphine"),
            ("naloxn", "naloxone"),
            ("hydrcdn", "hydrocodone"),
            ("mrphn", "morphine"),
            ("fntnyl", "fentanyl"),
        ] {
            assert!(without_vowels(word, name), "{word}");
        }
        for (word, name) in [
            ("buprenorphne", "buprenorphine"),
            ("oxycodon", "oxycodone"),
            ("oxcodone", "oxycodone"),
            ("nalxn", "naltrexone"),
        ] {
            assert!(!without_vowels(word, name), "{word}");
        }
    }
}

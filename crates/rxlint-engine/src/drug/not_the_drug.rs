//! What a text says of a drug without being one: a test for it (`Fentanyl test strip`), a supply for its use (`Needle for Vivitrol`), an
//! allergy to it; and a product without it (`codeine-free`, `sans codéine`). The words stand in `drugs/lexicon.toml`.

use std::ops::Range;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::dictionary::{Dictionary, DrugIx};
use super::lexicon::phrases;
use super::resolve::{Hit, Scan, contains, is_list};
use super::strength;
use rxlint_model::record::Field;

/// The table as written.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct NotTheDrugFile {
    wherever: Vec<String>,
    supplies: Vec<String>,
    for_words: Vec<String>,
    between: Vec<String>,
    absent_before: Vec<String>,
    absent_after: Vec<String>,
    present_after: Vec<String>,
}

/// The same, ready for matching.
#[derive(Debug, Default)]
pub(super) struct NotTheDrug {
    /// Tests, supplies and allergies: so it is wherever they stand, where no strength and nothing to take stands beside them.
    wherever: Vec<Vec<String>>,
    /// Supplies that are also part of a product: so it is where `for` and the name stand behind.
    supplies: Vec<Vec<String>>,
    for_words: FxHashSet<String>,
    /// What may stand between `for` and the name: `for use with`.
    between: FxHashSet<String>,
    /// What stands before, or behind, the name of what a product is free of; and what, behind that, says that it is not so.
    absent_before: Vec<Vec<String>>,
    absent_after: Vec<Vec<String>>,
    present_after: Vec<Vec<String>>,
}

impl NotTheDrug {
    pub(super) fn add(&mut self, file: &NotTheDrugFile) {
        self.wherever.extend(phrases(&file.wherever));
        self.supplies.extend(phrases(&file.supplies));
        self.for_words.extend(phrases(&file.for_words).into_iter().flatten());
        self.between.extend(phrases(&file.between).into_iter().flatten());
        self.absent_before.extend(phrases(&file.absent_before));
        self.absent_after.extend(phrases(&file.absent_after));
        self.present_after.extend(phrases(&file.present_after));
    }

    /// Whether the words before the first name are a supply, `for`, and nothing else but what may stand between: `needle 20 g for use
    /// with`.
    fn is_supply_for(&self, before: &[String]) -> Option<&[String]> {
        let at = before.iter().rposition(|word| self.for_words.contains(word))?;
        if !before[at + 1..].iter().all(|word| self.between.contains(word)) {
            return None;
        }
        self.supplies.iter().find(|phrase| contains(&before[..at], phrase)).map(Vec::as_slice)
    }
}

impl Dictionary {
    /// The words by which a text that names drugs, the first of them at a word, is about a test, a supply or an allergy, and no drug.
    pub(super) fn instead_of_a_drug(
        &self,
        text: &str,
        words: &[String],
        first: usize,
    ) -> Option<&[String]> {
        let not = self.lexicon().not_the_drug();
        if let Some(supply) = not.is_supply_for(&words[..first]) {
            return Some(supply);
        }
        let phrase = not.wherever.iter().find(|phrase| contains(words, phrase))?;
        let is_taken =
            words.iter().any(|word| self.lexicon().is_unit_of_use(word) && !phrase.contains(word));
        let is_medicine = is_taken || is_list(text) || !strength::amounts(text).is_empty();
        (!is_medicine).then_some(phrase.as_slice())
    }

    /// Takes out what the texts speak of without being about it: a test, a supply, an allergy, what a product is free of.
    pub(super) fn leave_out(
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
            let first = own.next().map_or(texts[number].len(), |hit| hit.words.start);
            self.instead_of_a_drug(text, &texts[number], first).is_some()
        };
        if written.iter().enumerate().any(is_none) {
            *scan = Scan::default();
            return;
        }
        let is_absent = |hit: &Hit| self.is_absent(&texts[hit.text], &hit.words);
        let absent: Vec<DrugIx> =
            scan.hits.iter().filter(|hit| is_absent(hit)).map(|hit| hit.drug).collect();
        if absent.is_empty() {
            return;
        }
        // `Codral codeine-free`: nor does the brand hold it, unless other medicines are listed beside.
        let is_one = !written.iter().any(|(_, text)| is_list(text));
        scan.hits.retain(|hit| !(is_absent(hit) || is_one && absent.contains(&hit.drug)));
        if scan.hits.is_empty() {
            *scan = Scan::default();
        }
    }

    /// Whether the text says that what these words of it name is not in the product.
    pub(super) fn is_absent(&self, words: &[String], named: &Range<usize>) -> bool {
        let not = self.lexicon().not_the_drug();
        let begins = |all: &[Vec<String>], rest: &[String]| {
            all.iter().find(|phrase| rest.starts_with(phrase)).map(Vec::len)
        };
        let after = &words[named.end..];
        not.absent_before.iter().any(|phrase| words[..named.start].ends_with(phrase))
            || begins(&not.absent_after, after)
                .is_some_and(|length| begins(&not.present_after, &after[length..]).is_none())
    }

    /// Why a text is about no drug, in the words that say so, or what it says is not in the product; for a person to read.
    pub fn why_no_drug(&self, text: &str) -> Option<String> {
        let words = self.read(text);
        let named = self.names_at(&words);
        let first = named.first()?.start;
        if let Some(phrase) = self.instead_of_a_drug(text, &words, first) {
            return Some(format!("“{}” says that it is no drug", phrase.join(" ")));
        }
        let absent = named.iter().find(|range| self.is_absent(&words, range))?;
        Some(format!("it says that “{}” is not in it", words[absent.clone()].join(" ")))
    }

    /// Where names stand in a text.
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
mod tests {
    use crate::drug::Identity;
    use crate::rule::Book;

    fn about(book: &Book, text: &str) -> String {
        let verdict = book.dictionary().resolve(&Identity::text(text));
        assert!(verdict.resolved, "{text}");
        let first = verdict.components.first();
        first.map_or("", |c| book.dictionary().drug(c.drug).file.id.as_str()).to_owned()
    }

    #[test]
    fn a_test_a_supply_and_an_allergy_are_no_drug() {
        let book = Book::built_in().unwrap();
        for text in [
            "BTNX FENTANYL TEST STRIPS 20CT",
            "Fentanyl drug screen, urine",
            "Methadone (EDDP) urine test",
            "Oxycodone UDS",
            "Fentanyl immunoassay",
            "Fentanyl Rapid Test 20 ng/mL",
            "Drug test cup 12 panel incl. buprenorphine and oxycodone",
            "One Step Fentanyl Drug Test Dip Card",
            "Buprenorphine, urine",
            "Diluent for Vivitrol",
            "Needle 20G for use with Vivitrol 380 mg",
            "Sharps container for Sublocade",
            "PCA tubing morphine",
            "Methadone lockbox",
            "Morphine allergy",
        ] {
            assert_eq!(about(&book, text), "", "{text}");
            assert!(book.dictionary().why_no_drug(text).is_some(), "{text}");
            assert!(book.dictionary().mentions(text).is_empty(), "{text}");
        }
        for (text, drug) in [
            ("Vivitrol 380 mg kit with diluent and needle for injection", "naltrexone"),
            ("Suboxone film strips 8-2", "buprenorphine"),
            ("Naltrexone 50 mg tablet; urine drug screen", "naltrexone"),
            ("Morphine 1 mg/mL PCA syringe", "morphine"),
            ("Buprenorphine test dose 2 mg", "buprenorphine"),
            ("Fentanyl patch 25 mcg/h, codeine allergy", "fentanyl"),
        ] {
            assert_eq!(about(&book, text), drug, "{text}");
        }
    }

    #[test]
    fn what_a_product_is_free_of_is_not_in_it() {
        let book = Book::built_in().unwrap();
        for text in [
            "Codeine-free cough syrup",
            "Sirop sans codéine",
            "Codein-frei Hustensaft",
            "sin codeína jarabe",
            "Butalbital/APAP/caffeine w/o codeine",
            "Codral cold codeine free",
            "Hostemedicin uden kodein",
        ] {
            assert_eq!(about(&book, text), "", "{text}");
            assert!(book.dictionary().mentions(text).is_empty(), "{text}");
        }
        for (text, drug) in [
            ("Morphine free base", "morphine"),
            ("Methadone sugar free 1 mg/mL", "methadone"),
            ("Codeine w/o acetaminophen", "codeine"),
            ("Naltrexone without bupropion", "naltrexone"),
            ("Tylenol w/ codeine", "codeine"),
        ] {
            assert_eq!(about(&book, text), drug, "{text}");
        }
    }
}

//! Shorthand that may be another word (`OXY`, `COD`, `MS`): when it is believed, when it is reported, and when it is part of another name.

use std::ops::Range;

use crate::drug::book::dictionary::{Dictionary, How, Phrase};
use crate::drug::resolve::contains;

/// What is doubtful about a phrase.
#[derive(Clone, Copy)]
pub(in crate::drug) enum Doubt {
    /// Nothing: it is a name, or a word next to it confirms it.
    None,
    /// Whether it is the drug: then it is reported.
    Open,
    /// It is something else: an acne wash, a disease.
    Other,
}

/// The doubts of one text. They depend on the whole text, and so are computed once, not for each of a million words.
#[derive(Default)]
pub(in crate::drug) struct Doubts<'d> {
    before: Vec<(&'d Phrase, Doubt)>,
}

impl<'d> Doubts<'d> {
    /// What is doubtful about a phrase, given everything that is written.
    pub(in crate::drug) fn of(&mut self, phrase: &'d Phrase, hints: &[String]) -> Doubt {
        if phrase.how != How::Doubtful {
            return Doubt::None;
        }
        if let Some((_, doubt)) = self.before.iter().find(|(p, _)| std::ptr::eq(*p, phrase)) {
            return *doubt;
        }
        let is_beside = |phrases: &[Vec<String>]| phrases.iter().any(|p| contains(hints, p));
        let doubt = if is_beside(&phrase.never) {
            Doubt::Other
        } else if is_beside(&phrase.with) {
            Doubt::None
        } else {
            Doubt::Open
        };
        self.before.push((phrase, doubt));
        doubt
    }
}

impl Dictionary {
    /// Whether shorthand is part of another name: the word directly before or after it may be a name, and is not a known drug's (`OXY Cleansing
    /// Pads`). Next to a known drug it is another drug (`IBUPROFEN/OXY`).
    pub(in crate::drug) fn is_part_of_another(
        &self,
        text: &[String],
        shorthand: &Range<usize>,
    ) -> bool {
        let is_unknown = |at: usize| {
            text.get(at).is_some_and(|word| self.may_be_a_name(word)) && !self.names_one(text, at)
        };
        is_unknown(shorthand.end) || shorthand.start.checked_sub(1).is_some_and(is_unknown)
    }

    /// Whether one-word shorthand is the drug because of a word next to it that is shortened too: `HYDROCO/ACETAMIN`.
    pub(in crate::drug) fn is_cut_beside(
        &self,
        text: &[String],
        shorthand: &Range<usize>,
        phrase: &Phrase,
    ) -> bool {
        shorthand.len() == 1
            && self
                .cut_beside(text, shorthand.start)
                .is_some_and(|(drug, is_sure)| is_sure && drug == phrase.drug)
    }

    /// Whether a word is long enough for a name and not a form, unit or filler.
    fn may_be_a_name(&self, word: &str) -> bool {
        word.len() >= 4 && word.chars().all(char::is_alphabetic) && !self.lexicon().is_filler(word)
    }
}

#[cfg(test)]
mod tests {
    use crate::drug::Identity;
    use crate::rule::Book;

    /// The drug that shorthand in a text is reported as, or taken for.
    fn meant(book: &Book, text: &str) -> (Option<String>, bool) {
        let verdict = book.dictionary().resolve(&Identity::text(text));
        let id = |drug| book.dictionary().drug(drug).file.id.clone();
        match (verdict.components.first(), &verdict.slip) {
            (Some(component), _) => (Some(id(component.drug)), true),
            (None, slip) => (slip.as_ref().map(|slip| id(slip.meant)), false),
        }
    }

    #[test]
    fn shorthand_is_told_alone_and_beside_another_known_drug() {
        let book = Book::built_in().unwrap();
        for (text, drug) in [
            ("OXY 10", "oxycodone"),
            ("OXY 10MG; SENNA 8.6MG", "oxycodone"),
            ("LDN, VITAMIN D", "naltrexone"),
            ("IBU/COD", "codeine"),
            ("PARACETAMOL/DHC 500/20", "dihydrocodeine"),
            ("DHC 30MG, PARACETAMOL 500MG", "dihydrocodeine"),
            ("MS 4MG IV, ONDANSETRON 4MG", "morphine"),
            ("MORPH 10 / CYCLIZINE", "morphine"),
            ("FENT/MIDAZOLAM", "fentanyl"),
            ("bup 8 sertraline 50", "buprenorphine"),
            ("DTO 0.6 mL", "opium"),
        ] {
            assert_eq!(meant(&book, text), (Some(drug.to_owned()), false), "{text}");
        }
    }

    #[test]
    fn short_forms_beside_what_they_are_combined_with_are_the_drug() {
        let book = Book::built_in().unwrap();
        for (text, drug) in [
            ("BUP/NALOX 8/2", "buprenorphine"),
            ("BUPE/NALOXONE", "buprenorphine"),
            ("ACETAM/COD TAB 300-30MG", "codeine"),
            ("COD-ACETAMINOPHEN TAB", "codeine"),
            ("ASPIRIN/COD", "codeine"),
            ("OXY-IBUPROFEN TAB", "oxycodone"),
            ("ACETAM/OXY", "oxycodone"),
            ("OXYC/APAP", "oxycodone"),
            ("HYDROC-ACETAMINOPHEN", "hydrocodone"),
            ("ACETAMINOPHEN/TRAM", "tramadol"),
            ("NALT/BUPROP", "naltrexone"),
            ("OLANZAPIN/SAMIDORPH", "samidorphan"),
            ("DHC-APAP-CAFF 16-320.5-30 CAP", "dihydrocodeine"),
            ("ASA/CAFF/DHC 356.4-30-16", "dihydrocodeine"),
            ("APAP/CAFF/DHC TAB", "dihydrocodeine"),
        ] {
            assert_eq!(meant(&book, text), (Some(drug.to_owned()), true), "{text}");
        }
    }

    #[test]
    fn a_part_of_another_name_is_no_shorthand() {
        let book = Book::built_in().unwrap();
        for text in [
            "OXY Cleansing Pads",
            "Oxy 10 benzoyl peroxide",
            "COD LIVER OIL 1000 MG, PARACETAMOL 500 MG",
            "Ocrelizumab for MS",
            "Almasil MS chewable tablet",
        ] {
            assert_eq!(meant(&book, text), (None, false), "{text}");
        }
    }
}

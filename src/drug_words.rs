//! The words of a rule book's drugs, as redaction asks for them.

use std::sync::OnceLock;

use rxlint_engine::drug::{Identity, Role, name};
use rxlint_engine::rule::Book;
use rxlint_report::redaction::DrugWords;

/// The words that name the drugs of a book.
#[derive(Clone, Copy, Debug)]
pub struct BookDrugWords<'b>(pub &'b Book);

impl DrugWords for BookDrugWords<'_> {
    fn words(&self, text: &str) -> Vec<String> {
        name::words(text)
    }

    fn has_word(&self, word: &str) -> bool {
        self.0.dictionary().has_word(word)
    }

    fn names(&self, text: &str, drug: &str) -> bool {
        ingredients(self.0, &Identity::text(text)).contains(&drug)
    }
}

/// The names of the watched ingredients that an identity names, in order.
pub fn ingredients<'b>(book: &'b Book, identity: &Identity<'_>) -> Vec<&'b str> {
    let dictionary = book.dictionary();
    let verdict = dictionary.resolve(identity);
    verdict.components.iter().map(|c| dictionary.drug(c.drug).name.as_str()).collect()
}

/// The built-in book; read once, and only where something asks for it.
fn built_in() -> Option<&'static Book> {
    static BOOK: OnceLock<Option<Book>> = OnceLock::new();
    BOOK.get_or_init(|| Book::built_in().ok()).as_ref()
}

/// Whether a text has a word of the built-in drugs in it.
pub fn names_a_drug(text: &str) -> bool {
    let has_word = |word: &String| {
        word.len() > 3 && built_in().is_some_and(|book| book.dictionary().has_word(word))
    };
    name::words(text).iter().any(has_word)
}

/// Whether a text names a drug, watched or at large, rather than a form or a class.
pub fn names_a_listed_drug(text: &str) -> bool {
    let Some(book) = built_in() else { return false };
    let (dictionary, large) = (book.dictionary(), book.dictionary().at_large());
    let is_large = |word: &String| {
        word.len() > 4 && (large.is_sure(word) || large.has_stem(word) && !large.has(word))
    };
    !names_a_class(text)
        && (!dictionary.resolve(&Identity::text(text)).components.is_empty()
            || name::words(text).iter().any(is_large))
}

/// Whether a text names a drug that a rule is about.
pub fn names_a_watched_drug(text: &str) -> bool {
    built_in().is_some_and(|book| {
        let verdict = book.dictionary().resolve(&Identity::text(text));
        verdict.components.iter().any(|component| component.role != Role::Known)
    })
}

/// Whether a text is a class of opioids or of what blocks them.
pub fn names_a_class(text: &str) -> bool {
    built_in().is_some_and(|book| !book.classes().groups(text).is_empty())
}

/// The words of the built-in drugs, for text that is shown where no book was read.
#[derive(Clone, Copy, Debug)]
pub struct BuiltInDrugWords;

impl DrugWords for BuiltInDrugWords {
    fn words(&self, text: &str) -> Vec<String> {
        name::words(text)
    }

    fn has_word(&self, word: &str) -> bool {
        built_in().is_some_and(|book| book.dictionary().has_word(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rxlint_model::record::Field;
    use rxlint_report::redaction::{self, Privacy, RedactionTerms};

    #[test]
    fn what_speaks_of_a_drug_is_shown_and_nothing_else() {
        let book = Book::built_in().unwrap();
        let masked = |field, text: &str| {
            redaction::cell(
                field,
                text,
                RedactionTerms { privacy: Privacy::Mask, ..RedactionTerms::default() },
                &BookDrugWords(&book),
            )
        };
        for (field, text, shown) in [
            (Field::Drug, "Naltrexone HCl 50 MG Oral Tablet", "Naltrexone HCl 50 MG Oral Tablet"),
            (Field::Drug, "Oxycodone-APAP 5-325 MG tab", "Oxycodone-APAP 5-325 MG tab"),
            (Field::Drug, "APAP/COD #3", "APAP/COD #3"),
            (
                Field::Drug,
                "Naltrexone 50 mg for Zelda DOE 1961",
                "Naltrexone 50 mg for ***** *** ****",
            ),
            (Field::Drug, "Vivitrol 7712345 mg", "Vivitrol ******* mg"),
            (Field::Brand, "Zelda's Vivitrol", "*****'s Vivitrol"),
            (Field::Dispensed, "2026-03-05", "2026-03-05"),
            (Field::Dispensed, "7712345", "*******"),
            (Field::Dispensed, "call Zelda", "**** *****"),
            (Field::Status, "PAID", "PAID"),
            (Field::Status, "paid by Zelda", "paid by *****"),
            (Field::Form, "Oral tablet, DOE", "Oral tablet, ***"),
            (Field::Frequency, "twice daily, Zelda", "twice daily, *****"),
            (Field::Quantity, "30", "30"),
            (Field::Quantity, "7712345", "*******"),
            (Field::Ndc, "00406-0552-01", "00406-0552-01"),
            (Field::Ndc, "999-88-7777", "***-**-****"),
            (Field::Code, "N07BB04", "N07BB04"),
            (Field::Code, "DOE JANE", "*** ****"),
            (Field::Claim, "C0012", "*****"),
            (Field::Age, "64", "**"),
            (Field::Diagnosis, "F11.20", "***.**"),
        ] {
            assert_eq!(masked(field, text), shown, "{field:?}");
        }
    }
}

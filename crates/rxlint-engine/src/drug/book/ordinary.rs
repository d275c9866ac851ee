//! Words of ordinary language and first names that look like a watched name: `Strom`, `profundo`, `Carlos`, `μορφή`.

use rustc_hash::FxHashSet;

use super::dictionary::{Dictionary, Phrase};
use crate::drug::spelling::name::own_letters;

/// The words, each in its own script.
#[derive(Debug, Default)]
pub(in crate::drug) struct OrdinaryWords {
    words: FxHashSet<String>,
}

impl OrdinaryWords {
    /// Adds a list: words separated by spaces or line breaks; what follows a `#` is a comment.
    pub(super) fn add(&mut self, list: &str) {
        let said = list.lines().map(|line| line.split('#').next().unwrap_or_default());
        self.words.extend(said.flat_map(str::split_whitespace).map(own_letters));
    }
}

impl Dictionary {
    /// Whether a word, in lower case and in the letters of its own script, is one of ordinary language. It is never a name cut short, in another
    /// spelling, with something glued to it, or a slip.
    pub(in crate::drug) fn is_ordinary(&self, word: &str) -> bool {
        self.ordinary.words.contains(word)
    }

    /// Whether a word is known as it is written: a name of an unwatched product, a part of names or what occurs with them, or an ordinary word.
    pub(in crate::drug) fn is_known_as_written(&self, word: &str) -> bool {
        self.at_large().has(word) || self.has_part(word) || self.is_ordinary(word)
    }

    /// Whether a name is also an ordinary word and nothing that is written shows a product: neither a number, nor a form directly beside it.
    pub(in crate::drug) fn is_ordinary_here(&self, name: &Phrase, hints: &[String]) -> bool {
        /// Shorter words are parts of phrases: `de`, `con`.
        const SHORTEST_FORM: usize = 4;
        let [word] = &name.words[..] else { return false };
        if !self.is_ordinary(word) {
            return false;
        }
        let is_amount = |hint: &String| hint.bytes().any(|b| b.is_ascii_digit());
        let is_form = |hint: &String| {
            hint.len() >= SHORTEST_FORM
                && (self.lexicon().is_form(hint) || self.lexicon().is_unit_of_use(hint))
        };
        let has_form = |pair: &[String]| {
            pair.contains(word) && pair.iter().any(|hint| hint != word && is_form(hint))
        };
        !hints.iter().any(is_amount) && !hints.windows(2).any(has_form)
    }
}

#[cfg(test)]
mod tests {
    use crate::drug::Identity;
    use crate::rule::Book;

    /// The drug that a text is taken for; with a question mark if it is only told.
    fn meant(book: &Book, text: &str) -> String {
        let dictionary = book.dictionary();
        let verdict = dictionary.resolve(&Identity::text(text));
        let id = |drug| dictionary.drug(drug).file.id.clone();
        match (verdict.components.first(), &verdict.slip) {
            (Some(component), _) => id(component.drug),
            (None, Some(slip)) => id(slip.meant) + "?",
            (None, None) => String::new(),
        }
    }

    #[test]
    fn an_ordinary_word_or_a_first_name_is_no_brand_cut_short() {
        let book = Book::built_in().unwrap();
        for text in [
            "Formula magistral Farmacia San Carlos",
            "Suero hospital San Carlos",
            "Gel calor profundo 100 ml",
            "Sodio cromato (51Cr)",
            "Cromato de sódio",
            "Gel para fortalecer las uñas",
            "Fortalecer encías colutorio 500 ml",
            "HYDROMETER 1 UNIT",
            "apomorfie",
            "Requires prior approval",
            "Amidon",
            "AMIDON DE MAIS POUDRE OFFICINALE",
            "Glycérolé d'amidon 10 %",
            "Hydroxyéthylamidon 130/0,4 perfusion",
            "Métadonnées",
        ] {
            assert_eq!(meant(&book, text), "", "{text}");
        }
        assert_eq!(meant(&book, "Amidone 10 mg"), "methadone");
        assert_eq!(meant(&book, "TRAMADO 50 MG"), "tramadol");
        assert_eq!(meant(&book, "MorphineER 15"), "morphine");
        assert_eq!(meant(&book, "Fentapatch 25"), "fentanyl");
    }

    #[test]
    fn a_brand_that_is_an_ordinary_word_is_the_brand_alone_or_with_an_amount_or_a_form() {
        let book = Book::built_in().unwrap();
        for (text, drug) in [
            ("Captor", "tramadol"),
            ("Captor 37,5 mg/325 mg", "tramadol"),
            ("Strom 50mg caps", "tramadol"),
            ("Dolmen comprimidos efervescentes", "codeine"),
            ("Pyrex bottle", "tramadol?"),
            ("Čajovník strom", ""),
            ("Innovar Derma crema", ""),
        ] {
            assert_eq!(meant(&book, text), drug, "{text}");
        }
    }

    #[test]
    fn the_first_word_of_a_japanese_brand_is_not_the_brand() {
        let book = Book::built_in().unwrap();
        for (text, drug) in [
            ("濃厚ブロチンコデイン配合シロップ", "codeine"),
            ("濃厚血小板「日赤」", ""),
            ("濃厚赤血球", ""),
            ("濃厚流動食", ""),
            ("濃厚グリセリン", ""),
            ("複合アレビアチン配合錠", "phenytoin"),
            ("複合ビタミンＢ剤", ""),
        ] {
            assert_eq!(meant(&book, text), drug, "{text}");
        }
    }

    #[test]
    fn brands_of_a_few_countries_in_their_own_script() {
        let book = Book::built_in().unwrap();
        for (text, drug) in [
            ("قرص سوباکسون 8", "buprenorphine"),
            ("نالوفين 20مجم/مل 5", "nalbuphine"),
            ("بيثدين امبول", "meperidine"),
            ("טרג׳ין 10/5 מ״ג", "oxycodone"),
            ("טרג'ין", "oxycodone"),
            ("דורוג'סיק 25", "fentanyl"),
            ("フスコブロン配合シロップ", "dihydrocodeine"),
            ("（麻）メテバニール錠２ｍｇ", "oxymetebanol"),
            ("건트라셋서방정", "tramadol"),
            ("아트놀셋세미정", "tramadol"),
            ("이트라펜정", ""),
            ("二氢可待因片", "dihydrocodeine"),
            ("Onemer Duet tabletas", "tramadol"),
            ("Soloro 7 parche 10 mcg", "buprenorphine"),
            ("PACO 500/30", "codeine"),
        ] {
            assert_eq!(meant(&book, text), drug, "{text}");
        }
    }
}

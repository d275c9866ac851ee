//! Mentions of watched drugs in any text: what the witness looks for, wherever it is.

use super::book::dictionary::{Dictionary, DrugIx, How, Phrase};
use super::book::file::Role;
use super::codes::atc;
use super::codes::billing::billing_codes;
use super::codes::code;
use super::forms::strength;
use super::spelling::name::words;

/// Words that do not name a drug and often occur with one: units, forms, routes, salts.
const BESIDE: [&str; 44] = [
    "mg",
    "mcg",
    "ug",
    "g",
    "gm",
    "ml",
    "meq",
    "hr",
    "h",
    "hcl",
    "hydrochloride",
    "tab",
    "tabs",
    "tablet",
    "tablets",
    "cap",
    "caps",
    "capsule",
    "capsules",
    "er",
    "sr",
    "xr",
    "cr",
    "ir",
    "oral",
    "po",
    "sl",
    "film",
    "patch",
    "inj",
    "injection",
    "solution",
    "soln",
    "susp",
    "vial",
    "kit",
    "each",
    "ea",
    "per",
    "x",
    "of",
    "acetate",
    "citrate",
    "sulfate",
];

/// With more words than this next to the name, a text is a sentence, not a product.
const MOST_OTHER_WORDS: usize = 1;

/// After a name and its amount come the words of directions, up to this many.
const MOST_BEHIND_STRENGTH: usize = 6;

/// A watched drug that a text mentions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The drug.
    pub drug: DrugIx,
    /// Whether the text reads as a product: only a name, or one with a strength or form.
    pub is_product: bool,
}

impl Dictionary {
    /// The watched drugs that a text names, or whose code it is. Shorthand that means a drug only next to other words is not a mention, nor is a slip
    /// or a shortened name.
    pub fn mentions(&self, text: &str) -> Vec<Mention> {
        let Some(change) = self.change(text) else { return self.mentions_now(text) };
        let before = self.mentions_in(&change.before);
        let before = before.into_iter().map(|mention| Mention { is_product: false, ..mention });
        let mut found = self.mentions_now(&change.now);
        found.extend(before);
        found
    }

    /// The same for a text without a change.
    fn mentions_now(&self, text: &str) -> Vec<Mention> {
        let mut found = self.mentions_in(text);
        if found.iter().any(|mention| mention.is_product)
            && let Some(rest) = self.without_aside(text)
        {
            // What occurs only in a remark on the product is not a product: `was on methadone 40 mg`.
            let products = self.mentions_in(&rest);
            for mention in &mut found {
                mention.is_product &= products.iter().any(|product| product.drug == mention.drug);
            }
        }
        found
    }

    fn mentions_in(&self, text: &str) -> Vec<Mention> {
        let codes = self.code_mentions(text.trim());
        if !codes.is_empty() {
            return codes;
        }
        let text = &*self.legible(text);
        if !self.may_name(text) {
            return Vec::new();
        }
        let words = self.without_other_words(text, self.split_unspaced(words(text)));
        if self.lexicon().is_homeopathic(&words) && strength::single(text).is_none() {
            return Vec::new();
        }
        let (mut found, mut others, mut at) = (Vec::new(), 0, 0);
        let mut first = None;
        while at < words.len() {
            let names = |phrase: &&Phrase| {
                phrase.how != How::Doubtful
                    && words[at..].starts_with(&phrase.words)
                    && !self.is_ordinary_here(phrase, &words)
            };
            let phrase = self.phrases(&words[at]).iter().find(names);
            let named = phrase
                .map(|phrase| (self.settled(&words, at, phrase).0.drug, phrase.words.len()))
                .or_else(|| Some((self.whole_word(&words[at])?, 1)));
            match named {
                Some((drug, length)) => {
                    first = first.or(Some(at..at + length));
                    let named = at..at + length;
                    if self.is_watched(drug) && !self.is_absent(text, &words, &named) {
                        found.push((drug, self.is_only_spoken_of(text, &words, &named)));
                    }
                    at += length;
                }
                None => {
                    others +=
                        usize::from(!is_beside(&words[at]) && !self.lexicon().is_form(&words[at]));
                    at += 1;
                }
            }
        }
        let is_none = |first| self.instead_of_a_drug(text, &words, &first).is_some();
        if !found.is_empty() && first.is_some_and(is_none) {
            return Vec::new();
        }
        let is_institution = |word: &String| self.lexicon().not_the_drug().is_institution(word);
        let is_product = others <= MOST_OTHER_WORDS && !words.iter().any(is_institution)
            || others <= MOST_BEHIND_STRENGTH && self.begins_with_strength(&words);
        let mention = |(drug, spoken_of): (DrugIx, bool)| Mention {
            drug,
            is_product: is_product && !spoken_of,
        };
        found.into_iter().map(mention).collect()
    }

    /// Whether a text begins with a name and its amount, as a line of a medication list does: `oxycodone 5 mg 1 tab q6h`.
    fn begins_with_strength(&self, words: &[String]) -> bool {
        let named = words.first().map_or(0, |first| {
            let phrase = self.phrase_at(words, 0).map(|phrase| phrase.words.len());
            phrase.or_else(|| self.whole_word(first).map(|_| 1)).unwrap_or(0)
        });
        let is_strength = |word: &String| word.starts_with(|c: char| c.is_ascii_digit());
        // A salt may be in between.
        named > 0 && words[named..].iter().take(2).any(is_strength)
    }

    /// Whether a text may hold a name: this settles most texts of a file without splitting them into words.
    fn may_name(&self, text: &str) -> bool {
        const MOST: usize = 40;
        if !text.is_ascii() {
            return true;
        }
        text.split(|c: char| !c.is_ascii_alphabetic()).any(|run| {
            if run.len() < 2 || run.len() > MOST {
                return run.len() > MOST;
            }
            let mut lower = [0; MOST];
            for (to, from) in lower.iter_mut().zip(run.bytes()) {
                *to = from.to_ascii_lowercase();
            }
            self.is_head(&lower[..run.len()])
        }) || has_zero_for_o(text)
    }

    /// The longest phrase that begins at a word.
    pub(super) fn phrase_at(&self, words: &[String], at: usize) -> Option<&Phrase> {
        self.phrases(&words[at]).iter().find(|phrase| words[at..].starts_with(&phrase.words))
    }

    /// The drugs of a text that is only codes. Bare numbers with another length than a product code are not mentions: they may be anything.
    fn code_mentions(&self, text: &str) -> Vec<Mention> {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let entry = match text.len() {
            7 if atc::is_one(text) => self.by_atc(text),
            11..=13 if digits >= 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-') => {
                code::ndc(text).ok().and_then(|ndc| self.by_ndc(ndc))
            }
            // A code with the name or the address of its system, and no sentence in which one stands.
            ..=160 if text.split_ascii_whitespace().count() <= 2 => {
                code::prefixed(text).and_then(|_| self.by_letters(text))
            }
            _ => None,
        };
        let billed = billing_codes(text).filter_map(|code| self.hcpcs(code));
        let watched = entry.into_iter().chain(billed).filter(|entry| self.is_watched(entry.drug));
        watched.map(|entry| Mention { drug: entry.drug, is_product: true }).collect()
    }

    /// Whether a text holds the name of any known drug, watched or not.
    pub fn names_a_drug(&self, text: &str) -> bool {
        let text = &*self.legible(text);
        let words = self.without_other_words(text, self.split_unspaced(words(text)));
        (0..words.len()).any(|at| self.names_one(&words, at))
    }

    /// Whether a word among others is the name of a known drug, or begins one.
    pub(super) fn names_one(&self, words: &[String], at: usize) -> bool {
        let word = &words[at];
        self.known_words_have(word) && !self.lexicon().is_filler(word)
            || self.phrase_at(words, at).is_some()
            || self.at_large().is_sure(word) && !self.has_part(word)
            || self.at_large().has_stem(word)
            || self.whole_word(word).is_some()
    }

    /// The ingredients of a drug: itself, or the parts of a combination.
    pub(super) fn ingredients(&self, drug: DrugIx) -> Vec<DrugIx> {
        match &self.drug(drug).components[..] {
            [] => vec![drug],
            parts => parts.iter().map(|part| part.drug).collect(),
        }
    }

    /// Whether two drugs are one, or have an ingredient in common.
    pub(super) fn shares_ingredient(&self, a: DrugIx, b: DrugIx) -> bool {
        let of_b = self.ingredients(b);
        self.ingredients(a).iter().any(|part| of_b.contains(part))
    }

    /// Whether some rule can concern the drug, in any of its forms.
    pub(super) fn is_watched(&self, drug: DrugIx) -> bool {
        let is_watched = |role| !matches!(role, Role::Known | Role::Rescue | Role::Deterrent);
        self.ingredients(drug)
            .into_iter()
            .any(|part| self.drug(part).forms.iter().any(|form| is_watched(form.role)))
    }
}

/// Whether a zero is among enough letters for a name, and so may have been typed for an `o`.
fn has_zero_for_o(text: &str) -> bool {
    const FEWEST_LETTERS: usize = 3;
    text.contains('0')
        && text.split(|c: char| !c.is_ascii_alphabetic() && c != '0').any(|run| {
            run.contains('0')
                && run.bytes().filter(u8::is_ascii_alphabetic).count() >= FEWEST_LETTERS
        })
}

fn is_beside(word: &str) -> bool {
    word.bytes().any(|b| b.is_ascii_digit()) || word.len() < 2 || BESIDE.contains(&word)
}

#[cfg(test)]
mod tests {
    use crate::rule::Book;

    #[test]
    fn watched_drugs_are_found_in_every_spelling() {
        let book = Book::built_in().unwrap();
        let dictionary = book.dictionary();
        for (text, id) in [
            ("Naltrexone 50mg", "naltrexone"),
            ("OxyContin", "oxycodone"),
            ("Tylenol with codeine", "codeine"),
            ("Morphinsulfat 10 mg", "morphine"),
            ("налтрексон 50 мг", "naltrexone"),
            ("00406-0552-01", "oxycodone"),
            ("J2315", "naltrexone"),
            ("NDC:00406117003", "naltrexone"),
            ("NDC/00406117003", "naltrexone"),
            ("ndc|00406-1170-03", "naltrexone"),
            ("RXNORM:7804", "oxycodone"),
            ("RxNorm/7804", "oxycodone"),
            ("ATC:N07BB04", "naltrexone"),
            ("ATC/N07BB04", "naltrexone"),
            ("HCPCS:J2315", "naltrexone"),
            ("HCPCS/J2315", "naltrexone"),
            ("CPT4:J2315", "naltrexone"),
            ("HC:J2315:JZ", "naltrexone"),
            ("99213;J2315", "naltrexone"),
            ("0xycodone 5 mg", "oxycodone"),
        ] {
            let found = dictionary.mentions(text);
            let [mention] = &found[..] else { panic!("{text}: {found:?}") };
            assert_eq!(dictionary.drug(mention.drug).file.id, id, "{text}");
            assert!(mention.is_product, "{text}");
        }
        for text in [
            "ipratropium",
            "apomorphine",
            "2026-03-01",
            "555-0100",
            "lisinopril",
            "decade",
            "",
            "MED001",
            "NDC:00000000000",
            "RXNORM:314076",
            "ATC:C09AA03",
            "NDC of the product",
        ] {
            assert!(dictionary.mentions(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_known_drug_is_known_in_every_language() {
        let book = Book::built_in().unwrap();
        let known = |text: &str| book.dictionary().names_a_drug(text);
        for text in [
            "Lisinopril 10 MG",
            "Metformina 850 mg comprimidos",
            "Amoxicilline",
            "Oxycodon",
            "Zestril",
        ] {
            assert!(known(text), "{text}");
        }
        for text in ["MED001", "tablet 50 mg", "C0012", "", "2026-03-01", "PAID", "Smith"] {
            assert!(!known(text), "{text}");
        }
    }
}

//! Where a text mentions watched drugs, by name or code, at word boundaries: a plain look at raw input, which knows nothing of
//! records. It asks for less than the resolver does (no slips, no shorthand that needs a word beside it, no cut names).

use std::ops::Range;

use super::code;
use super::dictionary::{Dictionary, DrugIx, How, Phrase};
use super::file::Role;
use super::name::{Word, placed_words};

/// A drug that a text mentions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The bytes of the name or code.
    pub place: Range<usize>,
    /// The drug: an ingredient, or a combination.
    pub drug: DrugIx,
    /// Whether it is a code.
    pub by_code: bool,
}

/// How far from its first letter a name of several words is looked for.
const LONGEST: usize = 96;

impl Dictionary {
    /// Every mention of a drug that some rule may speak of, in order.
    pub fn mentions(&self, text: &str) -> Vec<Mention> {
        let mut mentions = Vec::new();
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if !is_word_byte(bytes[at]) {
                at += 1;
                continue;
            }
            let end = at + bytes[at..].iter().take_while(|&&b| is_word_byte(b)).count();
            let before = mentions.len();
            if bytes[at].is_ascii_digit() || bytes[at..end].iter().any(u8::is_ascii_digit) {
                mentions.extend(self.code_mention(text, at));
            }
            if mentions.len() == before && self.may_name(&text[at..end]) {
                self.name_mentions(text, at..end, &mut mentions);
            }
            at = mentions.last().map_or(end, |mention: &Mention| mention.place.end.max(end));
        }
        mentions
    }

    /// Whether a text holds the name of any drug, watched or not.
    pub fn names_a_known_drug(&self, text: &str) -> bool {
        let words = self.split_unspaced(super::name::words(text));
        words.iter().enumerate().any(|(at, word)| {
            self.known_words_have(word)
                || self.phrase_at(&words, at).is_some()
                || self.at_large().is_sure(word) && !self.has_part(word)
                || self.at_large().has_stem(word)
                || self.whole_word(word).is_some()
        })
    }

    /// The longest phrase that begins at a word.
    pub(super) fn phrase_at(&self, words: &[String], at: usize) -> Option<&Phrase> {
        self.phrases(&words[at]).iter().find(|phrase| words[at..].starts_with(&phrase.words))
    }

    /// Whether a text that mentions drugs there reads as a product: names alone, or with strengths and forms. With another word
    /// it may be a maker; with more it is a sentence.
    pub fn reads_as_product(&self, text: &str, mentions: &[Mention]) -> bool {
        const MOST_OTHER_WORDS: usize = 1;
        let is_named = |word: &Word| {
            mentions
                .iter()
                .any(|mention| mention.place.start < word.to && word.from < mention.place.end)
        };
        let others = placed_words(text).into_iter().filter(|word| !is_named(word));
        others.filter(|word| !self.is_beside(&word.text)).count() <= MOST_OTHER_WORDS
    }

    /// Whether a word names no drug and often stands beside one: a number, a unit, a form, a salt.
    fn is_beside(&self, word: &str) -> bool {
        word.bytes().any(|b| b.is_ascii_digit()) || word.len() < 3 || self.has_part(word)
    }

    /// The ingredients of a drug: itself, or the parts of a combination.
    pub fn ingredients(&self, drug: DrugIx) -> Vec<DrugIx> {
        match &self.drug(drug).components[..] {
            [] => vec![drug],
            parts => parts.iter().map(|part| part.drug).collect(),
        }
    }

    /// Whether some rule can concern the drug, in any of its forms.
    fn is_watched(&self, drug: DrugIx) -> bool {
        let is_watched = |role| !matches!(role, Role::Known | Role::Rescue | Role::Deterrent);
        self.ingredients(drug)
            .into_iter()
            .any(|part| self.drug(part).forms.iter().any(|form| is_watched(form.role)))
    }

    /// Whether a run of letters may hold a name. Most words of a file are settled here.
    fn may_name(&self, run: &str) -> bool {
        const MOST: usize = 40;
        if !run.is_ascii() {
            return true;
        }
        let letters = run.bytes().take_while(|b| !b.is_ascii_digit()).count();
        let run = &run[..letters];
        if run.len() < 2 || run.len() > MOST {
            return run.len() > MOST;
        }
        let mut lower = [0; MOST];
        for (to, from) in lower.iter_mut().zip(run.bytes()) {
            *to = from.to_ascii_lowercase();
        }
        self.is_head(&lower[..run.len()])
    }

    fn name_mentions(&self, text: &str, run: Range<usize>, mentions: &mut Vec<Mention>) {
        let mut limit = (run.start + LONGEST).max(run.end).min(text.len());
        while !text.is_char_boundary(limit) {
            limit += 1;
        }
        let words = placed_words(&text[run.start..limit]);
        let inside = words.iter().take_while(|word| run.start + word.from < run.end).count();
        let mut at = 0;
        while at < inside {
            let (found, length) = self.named_at(&words, at);
            if let Some(drug) = found.filter(|&drug| self.is_watched(drug)) {
                let (from, to) = (words[at].from, words[at + length - 1].to);
                mentions.push(Mention {
                    place: run.start + from..run.start + to,
                    drug,
                    by_code: false,
                });
            }
            at += length;
        }
    }

    /// The drug that is named from a word on, and by how many words.
    fn named_at(&self, words: &[Word], at: usize) -> (Option<DrugIx>, usize) {
        let starts = |phrase: &&Phrase| {
            phrase.how != How::Doubtful
                && phrase.words.len() <= words.len() - at
                && phrase.words.iter().zip(&words[at..]).all(|(a, b)| *a == b.text)
        };
        if let Some(phrase) = self.phrases(&words[at].text).iter().find(starts) {
            return (Some(phrase.drug), phrase.words.len());
        }
        let word = &words[at].text;
        if word.is_ascii() {
            return (self.whole_word(word), 1);
        }
        let parts = self.split_unspaced(vec![word.clone()]);
        let named = (0..parts.len()).find_map(|at| self.phrase_at(&parts, at));
        (named.map(|phrase| phrase.drug), 1)
    }

    /// A code that begins there and stands for a watched drug: an NDC with its hyphens or in 11 digits, ATC, HCPCS.
    fn code_mention(&self, text: &str, at: usize) -> Option<Mention> {
        let is_code = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'-';
        let length = text.as_bytes()[at..].iter().take_while(is_code).count();
        let run = text.get(at..at + length)?;
        let entry = if code::is_atc(run) {
            self.by_atc(run)
        } else if code::is_hcpcs(run) {
            self.hcpcs(run)
        } else if run.len() >= 11 || run.matches('-').count() == 2 {
            code::ndc(run).ok().and_then(|ndc| self.by_ndc(ndc))
        } else {
            None
        };
        let drug = entry.map(|entry| entry.drug).filter(|&drug| self.is_watched(drug))?;
        Some(Mention { place: at..at + length, drug, by_code: true })
    }
}

/// A letter, a digit, or part of a character that is not ASCII.
const fn is_word_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b >= 0x80
}

#[cfg(test)]
mod tests {
    use crate::rule::Book;

    #[test]
    fn watched_drugs_are_found_wherever_they_stand() {
        let book = Book::built_in().unwrap();
        let found = |text: &str| -> Vec<(String, String)> {
            let dictionary = book.dictionary();
            dictionary
                .mentions(text)
                .into_iter()
                .map(|m| (text[m.place].to_owned(), dictionary.drug(m.drug).file.id.clone()))
                .collect()
        };
        let one = |text: &str, place: &str, id: &str| {
            assert_eq!(found(text), [(place.to_owned(), id.to_owned())], "{text}");
        };
        one("P1|2026-03-01|Naltrexone 50mg|30", "Naltrexone", "naltrexone");
        one("<td>OxyContin</td>", "OxyContin", "oxycodone");
        one("note: took Tylenol with codeine", "Tylenol with codeine", "codeine");
        one("Morphinsulfat 10 mg", "Morphinsulfat", "morphine");
        one("налтрексон 50 мг", "налтрексон", "naltrexone");
        one("1,00406-0552-01,30", "00406-0552-01", "oxycodone");
        one("J2315 380", "J2315", "naltrexone");
        assert_eq!(found("ipratropium apomorphine 2026-03-01 555-0100 lisinopril decade").len(), 0);
        assert_eq!(found("").len(), 0);
    }

    #[test]
    fn a_known_drug_is_known_in_every_language() {
        let book = Book::built_in().unwrap();
        let known = |text: &str| book.dictionary().names_a_known_drug(text);
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

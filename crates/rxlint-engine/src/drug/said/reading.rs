//! What is where in the texts of an identity: its names, and what is said next to each.

use crate::drug::book::dictionary::{Dictionary, DrugIx};
use crate::drug::identity::Identity;
use crate::drug::resolve::{Hit, is_list};
use crate::drug::spelling::name::words;

/// The names in an identity, and everything that is written next to them.
#[derive(Clone, Copy)]
pub(in crate::drug) struct Reading<'r> {
    pub(in crate::drug) hits: &'r [Hit],
    pub(in crate::drug) texts: &'r [Vec<String>],
    /// The words of strength, form and route columns.
    pub(in crate::drug) beside: &'r [String],
    pub(in crate::drug) hints: &'r [String],
    pub(in crate::drug) identity: &'r Identity<'r>,
}

impl Reading<'_> {
    /// Whether one text names everything, with one unit of use after all names and no separator between them: `naltrexone 4.5 mg hydrocodone 5 mg
    /// capsule`.
    pub(in crate::drug) fn is_one_unit(&self, dictionary: &Dictionary) -> bool {
        let (Some(first), Some(last)) = (self.hits.first(), self.hits.last()) else { return false };
        let units: Vec<usize> = (0..self.texts[first.text].len())
            .filter(|&at| dictionary.lexicon().is_unit_of_use(&self.texts[first.text][at]))
            .collect();
        let separates = |text: &str| {
            is_list(text)
                || text.contains([',', '+', '&'])
                || words(text).iter().any(|word| word == "and")
        };
        let behind = matches!(units[..], [only] if only >= last.words.end);
        first.text == last.text
            && behind
            && !self.identity.all_texts().any(separates)
            && !self.is_parted(dictionary)
    }

    /// Whether a sign or a word between two names says that they are two products: `oxycodone 5 mg then naltrexone 50 mg`.
    pub(in crate::drug) fn is_parted(&self, dictionary: &Dictionary) -> bool {
        let verbs = dictionary.lexicon().verbs();
        let written = self.identity.written();
        if written.iter().any(|(_, text)| text.contains("//")) {
            return true;
        }
        self.hits.windows(2).filter(|pair| pair[0].text == pair[1].text).any(|pair| {
            let words = &self.texts[pair[0].text];
            let clauses = dictionary.clauses(written[pair[0].text].1, words);
            let (from, to) = (pair[0].words.end, pair[1].words.start);
            let is_sign = |sign| matches!(sign, ';' | '|' | '\n' | '.' | '-' | '–' | '—' | ':');
            (from..=to).any(|at| clauses.sign_before(at).is_some_and(is_sign))
                || (from..to)
                    .any(|at| verbs.parts.contains(&words[at]) || verbs.at(&words[at..]).is_some())
        })
    }

    /// What is written next to one of several medicines: in the texts that name it, from its name to the next; in texts that name none of them and in
    /// other columns, everything.
    pub(in crate::drug) fn hints_of(&self, drug: DrugIx) -> Vec<String> {
        let mut hints = Vec::new();
        for (number, text) in self.texts.iter().enumerate() {
            let hits: Vec<&Hit> = self.hits.iter().filter(|hit| hit.text == number).collect();
            if hits.is_empty() {
                hints.extend_from_slice(text);
            }
            for (at, hit) in hits.iter().enumerate().filter(|(_, hit)| hit.drug == drug) {
                let end = hits.get(at + 1).map_or(text.len(), |next| next.words.start);
                hints.extend_from_slice(&text[hit.words.start..end]);
            }
        }
        hints.extend_from_slice(self.beside);
        hints
    }
}

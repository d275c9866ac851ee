//! Cough medicines that no list has, with the letters after their name by which the market marks codeine or hydrocodone: `Nalex AC` syrup. They are
//! reported, and not taken for a drug. The words are in `drugs/lexicon.toml`.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::drug::book::dictionary::Dictionary;
use crate::drug::book::lexicon::phrases;
use crate::drug::verdict::{Slip, SlipBy};

/// The table as it is written.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::drug) struct CoughFile {
    parts: Vec<String>,
    liquids: Vec<String>,
    never: Vec<String>,
    marks: BTreeMap<String, Vec<String>>,
}

/// The same, ready for matching.
#[derive(Debug, Default)]
pub(in crate::drug) struct Cough {
    /// Parts of the names of cough medicines: `tuss`.
    parts: Vec<String>,
    /// Words next to which another unknown name is that of a cough medicine.
    liquids: FxHashSet<String>,
    /// Words next to which it is not.
    never: FxHashSet<String>,
    /// The letters, and the drug that they stand for.
    marks: FxHashMap<String, String>,
}

impl Cough {
    pub(in crate::drug) fn add(&mut self, file: &CoughFile) {
        self.parts.extend(file.parts.iter().cloned());
        self.liquids.extend(phrases(&file.liquids).into_iter().flatten());
        self.never.extend(phrases(&file.never).into_iter().flatten());
        for (drug, marks) in &file.marks {
            let marks = phrases(marks).into_iter().flatten();
            self.marks.extend(marks.map(|mark| (mark, drug.clone())));
        }
    }

    fn has_part(&self, word: &str) -> bool {
        self.parts.iter().any(|part| word.contains(part.as_str()))
    }
}

impl Dictionary {
    /// What the letters after the name of a cough medicine say in a text without a known name.
    pub(in crate::drug) fn cough_mark(&self, text: &[String]) -> Option<Slip> {
        const SHORTEST_MARK_OF_ANY: usize = 2;
        let cough = self.lexicon().cough();
        let at = (1..text.len()).find(|&at| {
            let mark = &text[at];
            cough.marks.contains_key(mark)
                && (cough.has_part(&text[at - 1])
                    || at > 1 && cough.has_part(&text[at - 2])
                    || mark.len() >= SHORTEST_MARK_OF_ANY
                        && text.iter().any(|word| cough.liquids.contains(word))
                        && self.is_unknown_brand(&text[at - 1]))
                && !self.at_large().has_stem(&text[at - 1])
        })?;
        if text.iter().any(|word| cough.never.contains(word)) {
            return None;
        }
        let meant = self.find(&cough.marks[&text[at]])?;
        let word = text[at.saturating_sub(2)..=at].join(" ");
        Some(Slip { word, meant, by: SlipBy::CoughMark, resolved: false })
    }

    fn is_unknown_brand(&self, word: &str) -> bool {
        const SHORTEST: usize = 3;
        word.len() >= SHORTEST
            && word.bytes().all(|b| b.is_ascii_lowercase())
            && !self.at_large().is_sure(word)
            && !self.has_part(word)
    }
}

#[cfg(test)]
mod tests {
    use crate::drug::Identity;
    use crate::rule::Book;

    #[test]
    fn a_cough_medicine_with_the_mark_of_an_opioid_is_told() {
        let book = Book::built_in().unwrap();
        let told = |text: &str| {
            let verdict = book.dictionary().resolve(&Identity::text(text));
            let by_name = verdict.components.first().map(|c| c.drug);
            let told = by_name.or(verdict.slip.map(|slip| slip.meant));
            told.map_or("", |drug| book.dictionary().drug(drug).file.id.as_str()).to_owned()
        };
        for (text, drug) in [
            ("G Tussin AC 100-10 mg/5 mL", "codeine"),
            ("Xyltuss-AC", "codeine"),
            ("Brolex AC syrup", "codeine"),
            ("Brovatuss HC liquid", "hydrocodone"),
            ("Anahist HD", "hydrocodone"),
        ] {
            assert_eq!(told(text), drug, "{text}");
        }
        // Chlophedianol, whatever its letters say.
        assert_eq!(told("VanaCof AC"), "line-extension");
        for text in [
            "Tussin DM",
            "Robitussin CF liquid",
            "Anusol HC",
            "VoSoL HC otic liquid",
            "Cardizem CD",
            "Trittico AC 75 mg tablets",
            "Vitamin C syrup",
            "Hydrocortisone AC liquid",
            "Lorista HD",
            "Eye Drops AC",
        ] {
            assert_eq!(told(text), "", "{text}");
        }
    }
}

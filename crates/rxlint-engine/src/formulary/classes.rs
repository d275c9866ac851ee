//! What the classes of formularies and interaction tables hold: `rules/formulary/classes.csv`.

use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::drug::name::words;

/// What a class holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassGroup {
    /// Opioids that act.
    Agonist,
    /// Partial and mixed agonists.
    Partial,
    /// What blocks opioids, or reverses an overdose.
    Antagonist,
    /// Opioids, whichever.
    Opioid,
    /// Opioid antagonists outside of the brain.
    Peripheral,
    /// Alcohol dependence.
    Alcohol,
    /// Opioid dependence, or substance use as a whole.
    Dependence,
    /// Agonists and antagonists by their name.
    Mixed,
    /// What says that it is no opioid.
    Neither,
}

/// Names and codes of classes.
#[derive(Clone, Debug, Default)]
pub struct ClassTable {
    /// Phrases by their first word, the longest first.
    phrases: FxHashMap<String, Vec<(Vec<String>, ClassGroup)>>,
    /// Codes in capital letters.
    codes: Vec<(String, ClassGroup)>,
    /// Codes of digits, with the lengths that a whole code may have.
    numbers: Vec<(String, &'static [usize], ClassGroup)>,
}

/// Digits of an AHFS class: `2810`, `280808`, `28080892`.
const AHFS: &[usize] = &[4, 6, 8];
/// Digits of a GPI, from the group to the product.
const GPI: &[usize] = &[4, 6, 8, 10, 12, 14];

#[derive(Deserialize)]
struct Line {
    holds: ClassGroup,
    how: How,
    text: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum How {
    Phrase,
    Code,
    Ahfs,
    Gpi,
}

impl ClassTable {
    /// Adds the lines of a file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        for line in reader.deserialize::<Line>() {
            let Line { holds, how, text } = line.map_err(|error| error.to_string())?;
            match how {
                How::Phrase => {
                    let phrase = words(&text);
                    let Some(first) = phrase.first().cloned() else { continue };
                    let of_word = self.phrases.entry(first).or_default();
                    of_word.push((phrase, holds));
                    of_word.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.cmp(b)));
                }
                How::Code => self.codes.push((text.to_ascii_uppercase(), holds)),
                How::Ahfs => self.numbers.push((text, AHFS, holds)),
                How::Gpi => self.numbers.push((text, GPI, holds)),
            }
        }
        Ok(())
    }

    /// What a class holds, by its name and code, sorted; empty if nothing of it is known.
    pub fn groups(&self, text: &str) -> Vec<ClassGroup> {
        let mut groups = self.by_code(text);
        let words = words(text);
        let mut at = 0;
        while at < words.len() {
            let listed = self.phrases.get(&words[at]).map_or(&[][..], Vec::as_slice);
            match listed.iter().find(|(phrase, _)| words[at..].starts_with(phrase)) {
                Some((phrase, group)) => {
                    groups.push(*group);
                    at += phrase.len();
                }
                None => at += 1,
            }
        }
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// What the code says with which a class begins, or of which it consists.
    fn by_code(&self, text: &str) -> Vec<ClassGroup> {
        let first = text
            .split([' ', ',', ';', '/', '[', '('])
            .find(|word| !word.is_empty())
            .unwrap_or_default();
        let code = first.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_uppercase();
        let lettered = self
            .codes
            .iter()
            .filter(|(known, _)| code.starts_with(known.as_str()))
            .map(|(_, group)| *group);
        let digits: String = first.chars().filter(|c| !matches!(c, ':' | '.' | '-')).collect();
        let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let numbered = self
            .numbers
            .iter()
            .filter(|(known, lengths, _)| {
                is_number && lengths.contains(&digits.len()) && digits.starts_with(known.as_str())
            })
            .map(|(.., group)| *group);
        lettered.chain(numbered).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ClassGroup::{Agonist, Alcohol, Antagonist, Dependence, Opioid, Partial, Peripheral};

    #[test]
    fn the_longest_phrase_counts_and_codes_stand_first() {
        let mut table = ClassTable::default();
        table.add(include_str!("../../../../rules/formulary/classes.csv")).unwrap();
        for (text, expected) in [
            ("Opioid Antagonists", vec![Antagonist]),
            ("ANALGESICS, NARCOTIC", vec![Agonist]),
            ("Opioid-Induced Constipation Agents", vec![Peripheral]),
            ("Antagonistes des opioïdes", vec![Antagonist]),
            ("Analgésicos opióides", vec![Agonist]),
            ("Opioid Analgesics, Long-acting", vec![Agonist]),
            ("N02AA05", vec![Agonist]),
            ("28:08.08 Opiate Agonists", vec![Agonist]),
            ("281000", vec![Antagonist]),
            ("65200010100310", vec![Partial]),
            ("CN102", vec![Antagonist]),
            ("Alcohol Deterrents/Anti-craving", vec![Alcohol]),
            ("Anti-Addiction/Substance Abuse Treatment Agents", vec![Dependence]),
            ("Pain Relief - Opioids", vec![Agonist]),
            ("Opioid Dependence Treatments", vec![Dependence]),
            ("Opiates", vec![Opioid]),
            ("Non-opioid analgesics", vec![ClassGroup::Neither]),
            ("Antagonistes des opiacés", vec![Antagonist]),
            ("Opiate overdose antidote", vec![Antagonist]),
            ("Constipation - opioid", vec![Peripheral]),
            ("Deshabituación alcohólica", vec![Alcohol]),
            ("Antibacterials", vec![]),
            ("651", vec![]),
            ("H3", vec![]),
        ] {
            assert_eq!(table.groups(text), expected, "{text}");
        }
    }
}

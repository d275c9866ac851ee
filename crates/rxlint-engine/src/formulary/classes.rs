//! What the classes of formularies and interaction tables hold: `rules/formulary/classes.csv`.

mod damage;
mod narrow;

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::drug::mend;
use crate::drug::name::words;
use rxlint_model::record::SEVERAL_CODES;

/// What a class holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassGroup {
    /// Opioids that act as agonists.
    Agonist,
    /// Partial and mixed agonists.
    Partial,
    /// What blocks opioids, or reverses an overdose.
    Antagonist,
    /// Any opioids.
    Opioid,
    /// Opioid antagonists outside the brain.
    Peripheral,
    /// Alcohol dependence.
    Alcohol,
    /// Opioid dependence, or substance use as a whole.
    Dependence,
    /// Agonists and antagonists, by name.
    Mixed,
    /// What says that it is not an opioid.
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
    /// Parts of words that mean something wherever they occur.
    stems: Vec<(String, ClassGroup)>,
    /// The same for whole words: abbreviations.
    whole: FxHashMap<String, ClassGroup>,
    /// Words that leave open whether a class of opioids is one of agonists or of antagonists.
    open: FxHashSet<String>,
    /// Words that join two classes, both of which are meant.
    and: FxHashSet<String>,
    /// Stems that only mean something next to another word: drugs that represent all opioids next to a word for agonists or antagonists, alcohol next
    /// to one for dependence.
    beside: Vec<(String, ClassGroup)>,
    /// Words that reverse the meaning of the opioid next to them, before and after it.
    before: Vec<(String, ClassGroup)>,
    behind: Vec<(String, ClassGroup)>,
    /// Words that introduce what a class excludes, and words between the parts of a cell.
    except: Vec<Vec<String>>,
    between: Vec<Vec<String>>,
    /// Words after what a class excludes, words that do not narrow a class, and words that always do.
    behind_exception: Vec<String>,
    neutral: FxHashSet<String>,
    narrow: FxHashSet<String>,
    narrow_stems: Vec<String>,
    /// Words that narrow one unless they continue another class: `opioids and other narcotics`.
    other: FxHashSet<String>,
    /// Phrases that narrow a drug beyond its name.
    narrow_drug: Vec<Vec<String>>,
}

/// Digits of an AHFS class: `2810`, `280808`, `28080892`.
const AHFS: &[usize] = &[4, 6, 8];
/// Digits of a GPI, from the group to the product.
const GPI: &[usize] = &[4, 6, 8, 10, 12, 14];
/// Digits of a paragraph of the BNF: `040702`, `0407020`.
const BNF: &[usize] = &[6, 7];

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
    Bnf,
    Stem,
    Word,
    Open,
    And,
    Beside,
    Before,
    Behind,
    Except,
    ExceptBehind,
    Between,
    Neutral,
    Narrow,
    NarrowStem,
    Other,
    NarrowDrug,
}

/// What the words of a class say, in any order.
#[derive(Clone, Copy, Debug, Default)]
struct Said {
    opioid: bool,
    denied: bool,
    agonist: bool,
    partial: bool,
    antagonist: bool,
    peripheral: bool,
    alcohol: bool,
    dependence: bool,
    central: bool,
    /// Whether a word leaves agonist or antagonist open.
    open: bool,
    /// Whether a word joins classes: `opioids and partial agonists`.
    several: bool,
    /// Whether the only opioid is a drug that represents all of them.
    by_drug: bool,
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
                How::Bnf => self.numbers.push((text, BNF, holds)),
                How::Stem => self.stems.extend(words(&text).into_iter().map(|stem| (stem, holds))),
                How::Word => {
                    self.whole.extend(words(&text).into_iter().map(|word| (word, holds)));
                }
                How::Open => self.open.extend(words(&text)),
                How::And => self.and.extend(words(&text)),
                How::Beside => {
                    self.beside.extend(words(&text).into_iter().map(|stem| (stem, holds)));
                }
                How::Before => {
                    self.before.extend(words(&text).into_iter().map(|word| (word, holds)))
                }
                How::Behind => {
                    self.behind.extend(words(&text).into_iter().map(|word| (word, holds)))
                }
                How::Except => self.except.push(words(&text)),
                How::ExceptBehind => self.behind_exception.extend(words(&text)),
                How::Between => self.between.push(words(&text)),
                How::Neutral => self.neutral.extend(words(&text)),
                How::Narrow => self.narrow.extend(words(&text)),
                How::NarrowStem => self.narrow_stems.extend(words(&text)),
                How::Other => self.other.extend(words(&text)),
                How::NarrowDrug => self.narrow_drug.push(words(&text)),
            }
        }
        Ok(())
    }

    /// What a class holds, by its name and code, sorted; empty if nothing in it is known. Damage that exporting did to its letters is undone if that
    /// makes a known class of it.
    pub fn groups(&self, text: &str) -> Vec<ClassGroup> {
        let restored = mend::restored(text);
        let groups = self.groups_of(&restored);
        if !groups.is_empty() {
            return groups;
        }
        damage::readings(&restored)
            .iter()
            .map(|reading| self.groups_of(reading))
            .find(|groups| !groups.is_empty())
            .unwrap_or_default()
    }

    fn groups_of(&self, text: &str) -> Vec<ClassGroup> {
        let mut groups = Vec::new();
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
        mend(&mut groups, self.said(&words));
        groups.extend(self.by_code(text));
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// What the classes of several columns say, each by itself: a broad one (`Opioids`) is overridden by a narrower one, and what no single column
    /// says they may say together (`Analgesics`, `Narcotics`).
    pub fn readings<'t>(&self, class: &'t str) -> Vec<Cow<'t, str>> {
        let parts: Vec<&str> =
            class.split(SEVERAL_CODES).map(str::trim).filter(|part| !part.is_empty()).collect();
        if let [] | [_] = parts[..] {
            return vec![Cow::Borrowed(class)];
        }
        let groups: Vec<Vec<ClassGroup>> = parts.iter().map(|part| self.groups(part)).collect();
        let is_broad = |of: &[ClassGroup]| of.iter().all(|group| *group == ClassGroup::Opioid);
        let blocks = |of: &Vec<ClassGroup>| {
            of.iter().any(|group| matches!(group, ClassGroup::Antagonist | ClassGroup::Peripheral))
        };
        // A chapter of opioids may have a section of antagonists.
        let is_chapter = |at: usize| {
            let acts =
                |group: &ClassGroup| matches!(group, ClassGroup::Agonist | ClassGroup::Opioid);
            groups[at].iter().all(acts) && groups[at + 1..].iter().any(blocks)
        };
        let says = |at: &usize| !is_broad(&groups[*at]) && !is_chapter(*at);
        let mut readings: Vec<Cow<'t, str>> =
            (0..parts.len()).filter(says).map(|at| Cow::Borrowed(parts[at])).collect();
        if groups.iter().all(|of| is_broad(of)) {
            readings.push(Cow::Owned(parts.join(" / ")));
        }
        readings
    }

    /// Whether a text is a class named by a drug that represents all opioids: `Antagonistes de la morphine`.
    pub fn goes_by_a_drug(&self, text: &str) -> bool {
        let said = self.said(&words(text));
        said.by_drug && said.antagonist
    }

    /// Whether a word separates the parts of a cell.
    fn joins(&self, word: &String) -> bool {
        self.between.iter().any(|phrase| phrase.iter().eq([word]))
    }

    /// What the words of a class say, wherever they are.
    fn said(&self, words: &[String]) -> Said {
        let mut said = Said::default();
        let (mut by_drug, mut spirits) = (false, false);
        said.several = words.iter().any(|word| self.joins(word));
        for (at, word) in words.iter().enumerate() {
            let mut rest = word.clone();
            // `antagonist` holds `agonist`: antagonists and negations are looked for first, and removed.
            let goes_first =
                |group: ClassGroup| matches!(group, ClassGroup::Antagonist | ClassGroup::Neither);
            let (blocks, others): (Vec<_>, Vec<_>) =
                self.stems.iter().partition(|(_, group)| goes_first(*group));
            for (stem, group) in blocks.into_iter().chain(others) {
                if rest.contains(stem.as_str()) {
                    if goes_first(*group) {
                        rest = rest.replace(stem.as_str(), " ");
                    }
                    if *group == ClassGroup::Opioid {
                        self.opioid(&mut said, words, at);
                    } else {
                        said.set(*group);
                    }
                }
            }
            match self.whole.get(word) {
                Some(ClassGroup::Opioid) => self.opioid(&mut said, words, at),
                Some(group) => said.set(*group),
                None => said.open |= self.open.contains(word),
            }
            let stands = |group: ClassGroup| {
                self.beside.iter().any(|(stem, of)| *of == group && word.contains(stem.as_str()))
            };
            by_drug |= stands(ClassGroup::Opioid);
            spirits |= stands(ClassGroup::Alcohol);
            said.central |= word.contains("central") || word.contains("zentral");
        }
        said.alcohol |= spirits && said.dependence;
        if by_drug && !said.opioid && (said.antagonist || said.agonist) {
            (said.opioid, said.by_drug) = (true, true);
        }
        said
    }

    /// A word for opioids, which the words next to it may negate.
    fn opioid(&self, said: &mut Said, words: &[String], at: usize) {
        let next = |list: &[(String, ClassGroup)], word: Option<&String>| {
            list.iter().find(|(known, _)| Some(known) == word).map(|(_, group)| *group)
        };
        let earlier = at.checked_sub(1).and_then(|at| words.get(at));
        match next(&self.before, earlier).or_else(|| next(&self.behind, words.get(at + 1))) {
            Some(ClassGroup::Neither) => said.denied = true,
            Some(group) => {
                said.opioid = true;
                said.set(group);
            }
            None => said.opioid = true,
        }
    }

    /// A class and what it excludes: `opioids (except tramadol)`.
    pub fn exception<'t>(&self, text: &'t str) -> Option<[&'t str; 2]> {
        let spans = spans(text);
        let trim = |text: &'t str| text.trim_matches(|c: char| !c.is_alphanumeric());
        // `opioids -oxycodone`: a sign attached to its word, and no earlier sign.
        let sign = text.match_indices(" -").map(|(at, sign)| [at, at + sign.len()]);
        let minus = sign
            .into_iter()
            .find(|[at, end]| *at > 0 && text[*end..].starts_with(char::is_alphabetic));
        if let Some([at, end]) = minus {
            return Some([trim(&text[..at]), trim(&text[end..])]);
        }
        let before = (1..spans.len()).find_map(|at| {
            let phrase = self.except.iter().find(|phrase| begins(&spans[at..], phrase))?;
            let after = spans.get(at + phrase.len())?;
            Some([trim(&text[..spans[at].0]), trim(&text[after.0..])])
        });
        before.or_else(|| {
            // `opioids (tramadol excluded)`: the exclusion is between a bracket and the word.
            let is_word =
                |words: &[String]| matches!(words, [word] if self.behind_exception.contains(word));
            let (end, _) = spans.iter().rev().find(|(_, words)| is_word(words))?;
            let opens = text[..*end].rfind(['(', '[', ',', ';', ':', '-', '–', '—'])?;
            let left_out = trim(&text[opens..*end]);
            (!left_out.is_empty()).then(|| [trim(&text[..opens]), left_out])
        })
    }

    /// The parts of a cell that lists classes and drugs: `opioids, e.g. morphine`.
    pub fn parts<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let mut parts = Vec::new();
        for piece in text.split(['/', ';', '|', ',', '(', ')', '[', ']', '\n', '+', '&']) {
            let spans = spans(piece);
            let (mut from, mut at) = (0, 0);
            while at < spans.len() {
                match self.between.iter().find(|phrase| begins(&spans[at..], phrase)) {
                    Some(phrase) => {
                        parts.push(&piece[from..spans[at].0]);
                        at += phrase.len();
                        from = spans.get(at).map_or(piece.len(), |span| span.0);
                    }
                    None => at += 1,
                }
            }
            parts.push(&piece[from..]);
        }
        let trimmed = parts.into_iter().map(|part: &str| part.trim_matches([' ', '.', ':', '-']));
        trimmed.filter(|part| !part.is_empty()).collect()
    }

    /// What a code means that a class begins with or consists of.
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

impl Said {
    fn set(&mut self, group: ClassGroup) {
        match group {
            ClassGroup::Agonist => self.agonist = true,
            ClassGroup::Partial => self.partial = true,
            ClassGroup::Antagonist => self.antagonist = true,
            ClassGroup::Peripheral => self.peripheral = true,
            ClassGroup::Alcohol => self.alcohol = true,
            ClassGroup::Dependence => self.dependence = true,
            ClassGroup::Neither => self.denied = true,
            ClassGroup::Opioid | ClassGroup::Mixed => {}
        }
    }
}

/// What the phrases of a class say, corrected by its words. In a class of what blocks opioids, or treats dependence on them, `opioids` are what it
/// acts against.
fn mend(groups: &mut Vec<ClassGroup>, said: Said) {
    use ClassGroup::{
        Agonist, Alcohol, Antagonist, Dependence, Mixed, Neither, Opioid, Partial, Peripheral,
    };
    let has = |groups: &[ClassGroup], list: &[ClassGroup]| {
        groups.iter().any(|group| list.contains(group))
    };
    if said.alcohol && !has(groups, &[Alcohol]) {
        groups.push(Alcohol);
    }
    if !said.opioid {
        if said.denied && !has(groups, &[Neither]) {
            groups.retain(|group| !matches!(group, Opioid | Agonist));
            groups.push(Neither);
        }
        return;
    }
    // `Opioid antagonists (peripherally acting)` are only those outside the brain.
    if said.peripheral && !said.central && groups[..] == [Antagonist] {
        *groups = vec![Peripheral];
    }
    // A class that also treats dependence or withdrawal is not one of antagonists only, whatever comes first in its name.
    if said.dependence && groups[..] == [Antagonist] {
        groups.push(Dependence);
    }
    if has(groups, &[Antagonist, Partial, Mixed, Peripheral, Neither]) {
        // In `mixed agonist/antagonist opioids` they are only those.
        if has(groups, &[Partial]) && !said.several {
            groups.retain(|group| *group != Opioid);
        }
        return;
    }
    let meant = if said.peripheral {
        Peripheral
    } else if said.antagonist && said.agonist {
        Mixed
    } else if said.antagonist {
        Antagonist
    } else if said.partial {
        Partial
    } else if said.agonist {
        Agonist
    } else if said.dependence || has(groups, &[Dependence]) {
        Dependence
    } else if said.open && !has(groups, &[Agonist]) {
        Mixed
    } else {
        Opioid
    };
    let is_said = match meant {
        Agonist => has(groups, &[Dependence, Alcohol]),
        Opioid => has(groups, &[Agonist]),
        _ => false,
    };
    if !is_said {
        groups.retain(|group| !matches!(group, Opioid | Agonist));
        groups.push(meant);
    }
}

/// The words of a text, each with its position.
fn spans(text: &str) -> Vec<(usize, Vec<String>)> {
    let mut spans = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, c.is_alphanumeric()) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                spans.push((from, words(&text[from..at])));
                start = None;
            }
            _ => {}
        }
    }
    spans
}

/// Whether the words begin with those of a phrase.
fn begins(spans: &[(usize, Vec<String>)], phrase: &[String]) -> bool {
    !phrase.is_empty()
        && spans.len() >= phrase.len()
        && spans.iter().zip(phrase).all(|((_, words), word)| words[..] == [word.clone()])
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
            ("AnalgÃ©siques opioÃ¯des", vec![Agonist]),
            ("Analg\u{fffd}siques opio\u{fffd}des", vec![Agonist]),
            ("Analg?siques opio?des", vec![Agonist]),
            ("Analg&eacute;siques opio&iuml;des", vec![Agonist]),
            ("AnalgÃ©sicos opiÃ³ides", vec![Agonist]),
            ("ANALGESICS, NARCOTIC", vec![Agonist]),
            ("Opioid-Induced Constipation Agents", vec![Peripheral]),
            ("Antagonistes des opioïdes", vec![Antagonist]),
            ("Analgésicos opióides", vec![Agonist]),
            ("Opioid Analgesics, Long-acting", vec![Agonist]),
            ("N02AA05", vec![Agonist]),
            ("28:08.08 Opiate Agonists", vec![Agonist]),
            ("0407020", vec![Agonist]),
            ("04.10.03", vec![Dependence]),
            ("0501070", vec![]),
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
            ("Antagonistas de los receptores opioides", vec![Antagonist]),
            ("Antagonista puro de opioides", vec![Antagonist]),
            ("Opioid-Rezeptor-Antagonisten", vec![Antagonist]),
            ("Opioidrezeptorantagonisten", vec![Antagonist]),
            ("Antagonisten (Opioide)", vec![Antagonist]),
            ("Antagoniste opioïde", vec![Antagonist]),
            ("Antidotes des opioïdes", vec![Antagonist]),
            ("Antagonisti dei recettori oppioidi", vec![Antagonist]),
            ("Antagonisti dei narcotici", vec![Antagonist]),
            ("Antagonistes de la morphine", vec![Antagonist]),
            ("Morphinantagonisten", vec![Antagonist]),
            ("Opioid receptor blockers", vec![Antagonist]),
            ("Reversal agent - opioids", vec![Antagonist]),
            ("Antidotes: Narcotic", vec![Antagonist]),
            ("Anti-opioid", vec![Antagonist]),
            ("Opioid Analgesics & Antagonists", vec![ClassGroup::Mixed]),
            ("Opioid-free analgesics", vec![ClassGroup::Neither]),
            ("Opioid-sparing", vec![ClassGroup::Neither]),
            ("Nicht-Opioid-Analgetika", vec![ClassGroup::Neither]),
            ("Drugs other than opioids", vec![ClassGroup::Neither]),
            ("Treatment of opioid abuse", vec![Dependence]),
            ("Entwöhnungsmittel (Opioide)", vec![Dependence]),
            ("Sevrage aux opiacés", vec![Dependence]),
            ("Opioidagonist", vec![Agonist]),
            ("Analgésico narcótico", vec![Agonist]),
            ("Agonista opiáceo", vec![Agonist]),
            ("Natural opium alkaloids", vec![Agonist]),
            ("Opiaat", vec![Opioid]),
            ("AUD Agents", vec![Alcohol]),
            ("Antialcohólicos", vec![Alcohol]),
            ("Morphine", vec![]),
            ("Calcium channel blockers", vec![]),
            ("Muscarinic antagonists", vec![]),
            ("Antibacterials", vec![]),
            ("651", vec![]),
            ("H3", vec![]),
        ] {
            assert_eq!(table.groups(text), expected, "{text}");
        }
        for text in
            ["opioids (except tramadol)", "opioids other than tramadol", "Opioide außer tramadol"]
        {
            assert_eq!(
                table.exception(text).map(|[_, left_out]| left_out),
                Some("tramadol"),
                "{text}"
            );
        }
        assert_eq!(table.exception("opioids"), None);
        assert_eq!(table.parts("opioids, e.g. morphine"), ["opioids", "morphine"]);
        assert_eq!(table.parts("opioids including tramadol"), ["opioids", "tramadol"]);
    }
}

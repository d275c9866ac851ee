//! Cells of a quantity that are no plain number: `2x28`, `1 OP + 20 St`, `1 box of 56`, `30 tabs (thirty)`. Each word of such a cell has
//! to be understood; one that is not may say that nothing was handed over, or that the number is one of days.

use regex::{Captures, Regex};

use super::file::WordsFile;
use super::packs::{Counts, LARGEST_PACK, PackPatterns, Quantity, Unit};
use super::pattern::{Fault, phrases, regex};
use crate::drug::name::words;
use crate::drug::phrases::Phrases;
use crate::drug::strength;
use crate::exposure::days::number;

/// What takes a cell apart.
#[derive(Debug)]
pub(super) struct CellPatterns {
    sums: Regex,
    fractions: Regex,
    commas: Regex,
    brackets: Regex,
    /// Two numbers with nothing but a sign between them: `28/56`, `14-28`.
    unclear: Regex,
    of: Phrases,
    spelled: Phrases,
}

/// One part of a cell, with the number of pieces or packs.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Part {
    count: f64,
    counts: Counts,
    /// Whether it says what it counts, if only that it counts whole things: `20 St`.
    says: bool,
}

impl CellPatterns {
    pub(super) fn of(file: &WordsFile) -> Result<Self, Fault> {
        let sums = phrases(&file.quantity_sums);
        Ok(Self {
            sums: regex(&format!(r"\s*[+&]\s*|\s+{sums}\.?\s+"), "")?,
            fractions: regex(r"(?:\b(\d+)\s+)?\b([13])/([24])\b|(\d*)\s*([½¼¾])", "")?,
            commas: regex(r"\d+(?:,\d+)+", "")?,
            brackets: regex(r"[(\[]([^()\[\]]*)[)\]]", "")?,
            unclear: regex(r"\d\s*[^\w\s.()\[\]]+\s*\d", "")?,
            of: Phrases::of(&file.quantity_of),
            spelled: Phrases::of(&file.spelled_numbers),
        })
    }

    /// The text with fractions and decimal commas as others write them, and one sign for times.
    fn plain(&self, cell: &str) -> String {
        let fraction = |found: &Captures<'_>| {
            let of = |n: usize| found.get(n).and_then(|part| part.as_str().parse::<f64>().ok());
            let part = match found.get(5).map(|sign| sign.as_str()) {
                Some("½") => 0.5,
                Some("¼") => 0.25,
                Some(_) => 0.75,
                None => of(2).zip(of(3)).map_or(0.0, |(part, parts)| part / parts),
            };
            (of(1).or(of(4)).unwrap_or(0.0) + part).to_string()
        };
        let comma = |found: &Captures<'_>| {
            number(found[0].as_bytes()).map_or_else(|| found[0].to_owned(), |n| n.to_string())
        };
        let text = self.fractions.replace_all(cell, fraction);
        let text = self.commas.replace_all(&text, comma);
        text.replace(['×', '*'], " x ")
    }
}

impl PackPatterns {
    /// What a cell says that is no plain number; `size` is that of a pack, where other cells give it, and `names` are the words of the
    /// product.
    pub(super) fn written(
        &self,
        cell: &str,
        unit: Unit,
        size: Option<f64>,
        names: &[String],
    ) -> Quantity {
        let text = self.cell.plain(cell);
        let parts = self.cell.sums.split(self.without_label(&text));
        let parts: Option<Vec<Part>> = parts.map(|part| self.part(part, unit, names)).collect();
        const UNREAD: Quantity = Quantity { number: None, counts: Counts::Unread };
        let Some(parts) = parts else { return UNREAD };
        let [only] = parts[..] else {
            let sum = parts.iter().map(|part| part.pieces(size)).sum::<Option<f64>>();
            let sum = sum.filter(|_| parts.iter().any(|part| part.says));
            return sum
                .map_or(UNREAD, |sum| Quantity { number: Some(sum), counts: Counts::Pieces });
        };
        let counts = match only.counts {
            Counts::Packs(None) => Counts::Packs(size),
            counts => counts,
        };
        Quantity { number: Some(only.count), counts }
    }

    /// One part of a cell, where all of it is understood. What stands in brackets says it again.
    fn part(&self, text: &str, unit: Unit, names: &[String]) -> Option<Part> {
        let outside = self.cell.brackets.replace_all(text, " ");
        let inside = self.cell.brackets.captures_iter(text).map(|found| found[1].to_owned());
        if outside.trim().is_empty() {
            let whole = text.trim().strip_prefix('(')?.strip_suffix(')')?;
            return self.clause(whole, unit, names);
        }
        let mut part = self.clause(&outside, unit, names)?;
        for again in inside {
            if again.contains(|c: char| c.is_ascii_digit()) {
                part = part.said_again(self.clause(&again, unit, names)?)?;
            } else if !self.says_nothing_else(&words(&again), unit, names) {
                return None;
            }
        }
        Some(part)
    }

    /// Whether words are of a number, of what is counted, or the end of a word: `30 (thirty) tablet(s)`.
    fn says_nothing_else(&self, words: &[String], unit: Unit, names: &[String]) -> bool {
        let mut rest = words;
        while let Some(word) = rest.first() {
            let is_ending = word.len() <= 2 && words.len() == 1;
            let known = self.cell.spelled.starts(rest).or_else(|| self.passed(rest, names));
            let known = known.or_else(|| Some(self.counted(rest, unit)?.1));
            let Some(taken) = known.or_else(|| is_ending.then_some(1)) else { return false };
            rest = &rest[taken..];
        }
        true
    }

    /// How many words say nothing of a number: `of`, and those of the product's own name.
    fn passed(&self, words: &[String], names: &[String]) -> Option<usize> {
        let is_of_name =
            |word: &&String| word.starts_with(char::is_alphabetic) && names.contains(word);
        self.cell.of.starts(words).or_else(|| words.first().filter(is_of_name).map(|_| 1))
    }

    /// A number with what it counts, and behind a pack how many it holds.
    fn clause(&self, text: &str, unit: Unit, names: &[String]) -> Option<Part> {
        let without_strength = strength::without_amounts(text);
        let has_number = without_strength.contains(|c: char| c.is_ascii_digit());
        let text =
            if has_number { without_strength.trim_end().trim_end_matches(" x") } else { text };
        let starts = text.trim_start().starts_with(|c: char| c.is_ascii_digit());
        if !starts || self.cell.unclear.is_match(text) {
            return None;
        }
        let all = words(text);
        let mut part =
            Part { count: in_digits(all.first()?)?, counts: Counts::Unsaid, says: false };
        let (mut rest, mut times) = (&all[1..], false);
        while let Some(word) = rest.first() {
            let taken = if word == "x" && !times {
                times = true;
                1
            } else if let Some(number) = in_digits(word) {
                part = part.with_number(number, times)?;
                times = false;
                1
            } else if let Some((counts, taken)) = self.counted(rest, unit) {
                // Behind an `x` there are packs: `2 x OP`.
                if times && !matches!(counts, Counts::Packs(_)) {
                    return None;
                }
                times = false;
                part = part.with_unit(counts)?;
                taken
            } else {
                self.passed(rest, names)?
            };
            rest = &rest[taken..];
        }
        (!times).then_some(part)
    }
}

fn in_digits(word: &str) -> Option<f64> {
    word.starts_with(|c: char| c.is_ascii_digit()).then(|| word.parse().ok()).flatten()
}

impl Part {
    /// With one more number: how often, or how many are in a pack.
    fn with_number(self, number: f64, times: bool) -> Option<Self> {
        let counts = match (self.counts, times) {
            (Counts::Packs(None) | Counts::Strips, _) => Some(number),
            (Counts::Packs(Some(size)), true) => Some(size * number),
            (Counts::Unsaid | Counts::Pieces, true) => {
                let count = self.count * number;
                return Some(Self { count, counts: Counts::Pieces, says: true });
            }
            _ => return None,
        };
        let size = counts.filter(|size| (1.0..=LARGEST_PACK).contains(size))?;
        Some(Self { counts: Counts::Packs(Some(size)), ..self })
    }

    fn with_unit(self, counts: Counts) -> Option<Self> {
        let counts = match (self.counts, counts) {
            (Counts::Unsaid, counts) => counts,
            // `30 film tablets`, and what is in a pack: `1 box of 56 tablets`.
            (Counts::Pieces, Counts::Pieces | Counts::Unsaid) => Counts::Pieces,
            (Counts::Packs(size), Counts::Pieces | Counts::Unsaid | Counts::Packs(None)) => {
                Counts::Packs(size)
            }
            (known, counts) if known == counts => known,
            _ => return None,
        };
        Some(Self { counts, says: true, ..self })
    }

    /// With what brackets say behind it.
    fn said_again(self, again: Self) -> Option<Self> {
        let total = |part: Self| part.pieces(None);
        match (self.counts, again.counts) {
            (_, Counts::Others) => Some(self),
            (Counts::Packs(None) | Counts::Strips, Counts::Unsaid | Counts::Pieces)
                if self.count == 1.0 =>
            {
                self.with_number(again.count, false)
            }
            _ => Some(self).filter(|_| total(self).is_some() && total(self) == total(again)),
        }
    }

    /// The pieces that it is, with packs of that size.
    fn pieces(self, size: Option<f64>) -> Option<f64> {
        match self.counts {
            Counts::Pieces | Counts::Unsaid => Some(self.count),
            Counts::Packs(own) => Some(self.count * own.or(size)?),
            Counts::Measures(ml) => Some(self.count * ml),
            Counts::Strips | Counts::Others | Counts::Unread | Counts::Either(..) => None,
        }
    }
}

//! Cells of a quantity that are not a plain number: `2x28`, `1 OP + 20 St`, `1 box of 56`, `30 tabs (thirty)`. Each word of such a cell
//! must be understood; an unknown one may say that nothing was dispensed, or that the number is one of days.

use std::borrow::Cow;
use std::ops::Range;

use regex::{Captures, Regex};

use super::file::WordsFile;
use super::packs::{Counts, LARGEST_PACK, MOST_IN_DOUBT, PackPatterns, Quantity, Unit};
use super::pattern::{Fault, phrases, regex};
use super::spelled::Spelled;
use crate::drug::name::words;
use crate::drug::phrases::Phrases;
use crate::drug::strength;
use crate::exposure::days::number;
use rxlint_model::time_unit::{Plainness, TimeUnit};

/// What takes a cell apart.
#[derive(Debug)]
pub(super) struct CellPatterns {
    sums: Regex,
    fractions: Regex,
    commas: Regex,
    brackets: Regex,
    /// Two numbers with only a sign between them: `28/56`, `14-28`.
    unclear: Regex,
    of: Phrases,
    pub(super) handed: Phrases,
    holding: Phrases,
    short_packs: Phrases,
    split_in: Phrases,
    pub(super) spelled: Spelled,
}

/// What else is known about the product whose quantity a cell states.
pub(super) struct Product<'n> {
    pub(super) unit: Unit,
    /// The pieces of a pack, if other cells give them.
    pub(super) size: Option<f64>,
    /// The words of its names.
    pub(super) words: &'n [String],
    /// The mg that its names give; empty if a strength is that of a liquid.
    pub(super) mg: &'n [f64],
}

/// One part of a cell, with the number of pieces or packs.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Part {
    count: f64,
    counts: Counts,
    /// Whether it says what it counts, even if only that it counts whole things: `20 St`.
    says: bool,
    /// Whether it is a product, and whether a unit follows that: `1 x 280 ml`.
    is_product: bool,
    in_units: bool,
    /// For how many days that is, if it says so: `112 for 56 days`.
    days: Option<f64>,
}

/// No one dispenses more refills than this: a larger number is one of pieces.
const MOST_REFILLS: f64 = 12.0;
/// The least that one of several packs or blisters holds.
const LEAST_IN_PACK: f64 = 10.0;
const LEAST_IN_BLISTER: f64 = 5.0;

impl CellPatterns {
    pub(super) fn of(file: &WordsFile) -> Result<Self, Fault> {
        let sums = phrases(&file.quantity_sums);
        Ok(Self {
            sums: regex(&format!(r"\s*[+&]\s*|\s+{sums}\.?\s+"), "")?,
            fractions: regex(r"(?:\b(\d+)\s+)?\b([13])/([24])\b|(\d*)\s*([½¼¾])", "")?,
            commas: regex(r"\d+(?:,\d+)+", "")?,
            brackets: regex(r"[(\[]([^()\[\]]*)[)\]]", "")?,
            unclear: regex(r"\d\s*[^\w\s.()\[\]]+\s*\d", "")?,
            of: Phrases::of(file.quantity_of.iter().chain(&file.no_refills)),
            handed: Phrases::of(&file.handed_over),
            holding: Phrases::of(&file.holding),
            short_packs: Phrases::of(&file.short_packs),
            split_in: Phrases::of(&file.split_in),
            spelled: Spelled::of(&file.spelled_numbers, &file.quantity_sums)?,
        })
    }

    /// The text with fractions and decimal commas in the usual form, numbers in digits, and one sign for times.
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
        // A single word may be a unit: `30 (un)`.
        let in_words = |found: &Captures<'_>| {
            let value = self.spelled.value(&words(&found[1])).filter(|value| *value > 1.0);
            value.map_or_else(|| found[0].to_owned(), |value| format!("({value})"))
        };
        let text = self.fractions.replace_all(cell, fraction);
        let text = self.commas.replace_all(&text, comma);
        let text = self.brackets.replace_all(&text, in_words);
        self.with_first_in_digits(&text).replace(['×', '*'], " x ")
    }

    /// A text that begins with a number in words, with that number in digits: `sixty (60)`, `two boxes of 28`.
    fn with_first_in_digits<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let is_letter = |c: char| c.is_alphabetic() || matches!(c, ' ' | '-');
        let end = text.find(|c: char| !is_letter(c)).unwrap_or(text.len());
        let (mut ends, mut first, mut at) = (Vec::new(), Vec::new(), 0);
        for word in text[..end].split([' ', '-']) {
            match &words(word)[..] {
                [] => {}
                [only] => {
                    first.push(only.clone());
                    ends.push(at + word.len());
                }
                _ => break,
            }
            at += word.len() + 1;
        }
        // By itself, the word for one may be a unit: `UN`.
        let is_number = |(value, _): &(f64, usize)| *value > 1.0 || first.len() > 1;
        match self.spelled.starts(&first).filter(is_number) {
            Some((value, taken)) => Cow::Owned(format!("{value}{}", &text[ends[taken - 1]..])),
            None => Cow::Borrowed(text),
        }
    }

    /// The parts of a sum, not split within brackets.
    fn parts<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let brackets: Vec<Range<usize>> =
            self.brackets.find_iter(text).map(|found| found.range()).collect();
        let (mut parts, mut from) = (Vec::new(), 0);
        for sign in self.sums.find_iter(text) {
            if !brackets.iter().any(|inside| inside.contains(&sign.start())) {
                parts.push(&text[from..sign.start()]);
                from = sign.end();
            }
        }
        parts.push(&text[from..]);
        parts
    }
}

impl PackPatterns {
    /// What a cell says that is not a plain number.
    pub(super) fn written(&self, cell: &str, of: &Product<'_>) -> Quantity {
        let text = self.cell.plain(cell);
        let Some(whole) = self.sum(self.without_label(&text), of) else { return Quantity::UNREAD };
        let counts = match whole.counts {
            Counts::Packs(None) => Counts::Packs(of.size),
            counts => counts,
        };
        let pieces = whole.pieces(of.size).unwrap_or(whole.count);
        // Another strength than the product's: one of the two is not what was dispensed.
        let is_of_it = |mg: f64| of.mg.iter().any(|one| *one == mg || one * pieces == mg);
        let is_other = counts != Counts::Others
            && !of.mg.is_empty()
            && !strength::amounts(cell).iter().all(|amount| amount.per_ml || is_of_it(amount.mg));
        if is_other {
            return Quantity::UNREAD;
        }
        Quantity { number: Some(whole.count), counts, days: whole.days }
    }

    /// A cell or the content of brackets, if each part of it is understood.
    fn sum(&self, text: &str, of: &Product<'_>) -> Option<Part> {
        let parts: Option<Vec<Part>> =
            self.cell.parts(text).into_iter().map(|part| self.part(part, of)).collect();
        let parts = parts?;
        if let [only] = parts[..] {
            return Some(only);
        }
        let count = parts.iter().map(|part| part.pieces(of.size)).sum::<Option<f64>>()?;
        let is_of_pieces = parts.iter().any(|part| part.says)
            || parts.iter().all(|part| part.count > MOST_REFILLS);
        let is_sum = is_of_pieces && parts.iter().all(|part| part.days.is_none());
        is_sum.then(|| Part { counts: Counts::Pieces, says: true, ..Part::of(count) })
    }

    /// One part of a cell, if all of it is understood. Brackets say it again.
    fn part(&self, text: &str, of: &Product<'_>) -> Option<Part> {
        if let Some(rest) = self.without_article_pack(text) {
            let part = self.part(rest, of)?;
            return Some(part).filter(|part| part.are_surely_pieces());
        }
        let outside = self.cell.brackets.replace_all(text, " ");
        let inside = self.cell.brackets.captures_iter(text).map(|found| found[1].to_owned());
        if outside.trim().is_empty() {
            let whole = text.trim().strip_prefix('(')?.strip_suffix(')')?;
            return self.clause(whole, of);
        }
        let mut part = self.clause(&outside, of)?;
        for again in inside {
            part = match self.remarked(part, &words(&again), of) {
                Some(part) => part,
                None => part.said_again(self.sum(&again, of)?, of.size)?,
            };
        }
        Some(part)
    }

    /// What follows the size of a pack at the beginning of a cell: `N3 (112 St)`.
    fn without_article_pack<'t>(&self, text: &'t str) -> Option<&'t str> {
        let text = text.trim_start();
        let label = self.article_packs.find(text).filter(|label| label.start() == 0)?;
        let rest = &text[label.end()..];
        rest.contains(|c: char| c.is_ascii_digit()).then_some(rest)
    }

    /// A part with what words without a number say after it, if that is nothing, what is counted, or the end of a word:
    /// `30 (film-coated) tablet(s)`.
    fn remarked(&self, part: Part, words: &[String], of: &Product<'_>) -> Option<Part> {
        if let [ending] = words
            && ending.len() <= 2
            && ending.starts_with(char::is_alphabetic)
        {
            return Some(part);
        }
        let (mut part, mut rest) = (part, words);
        while !rest.is_empty() {
            let taken = match self.passed(rest, of) {
                Some(taken) => taken,
                None => {
                    let (counts, taken) = self.counted(rest, of.unit)?;
                    // The bottle that holds the pieces.
                    let is_vessel = matches!(counts, Counts::Packs(None) | Counts::Strips);
                    if !(is_vessel && part.are_surely_pieces()) {
                        part = part.with_unit(counts)?;
                    }
                    taken
                }
            };
            rest = &rest[taken..];
        }
        Some(part)
    }

    /// How many words say nothing about a number: `of`, those of dispensing, and those of the product's own name.
    fn passed(&self, words: &[String], of: &Product<'_>) -> Option<usize> {
        let is_of_name =
            |word: &&String| word.starts_with(char::is_alphabetic) && of.words.contains(word);
        let known = self.cell.of.starts(words).or_else(|| self.cell.handed.starts(words));
        known.or_else(|| words.first().filter(is_of_name).map(|_| 1))
    }

    /// A number with what it counts, and after a pack how many it holds.
    fn clause(&self, text: &str, of: &Product<'_>) -> Option<Part> {
        let without_strength = strength::without_amounts(text);
        let has_number = without_strength.contains(|c: char| c.is_ascii_digit());
        let has_strength = has_number && without_strength.len() < text.len();
        let text = match has_number {
            true => without_strength.trim_end().trim_end_matches(" x"),
            false => text,
        };
        let text = text.trim_start();
        let text = if has_strength { text.trim_start_matches("x ") } else { text };
        let starts = text.trim_start().starts_with(|c: char| c.is_ascii_digit());
        if !starts || self.cell.unclear.is_match(text) {
            return None;
        }
        self.counting(&words(text), has_strength, of)
    }

    /// The words of a clause, from its number on.
    fn counting(&self, all: &[String], has_strength: bool, of: &Product<'_>) -> Option<Part> {
        let first = in_digits(all.first()?)?;
        let days = all.get(1).and_then(|unit| days_of(unit)).map(|days| first * days);
        let mut part = Part { days, ..Part::of(first) };
        let (mut rest, mut times) = (&all[1..], false);
        while let Some(word) = rest.first() {
            let next = || rest.get(1).and_then(|next| in_digits(next));
            let taken = if word == "x" && !times {
                times = true;
                1
            } else if let Some(taken) = self.joined(rest, part.counts).filter(|_| next().is_some())
            {
                if self.cell.split_in.starts(rest).is_some() && !part.is_of_packs() {
                    let again = self.counting(&rest[taken..], has_strength, of)?;
                    return part.said_again(again, of.size);
                }
                part = part.with_unit(Counts::Packs(None)).unwrap_or(part);
                taken
            } else if let Some(taken) = self.cell.of.starts(rest).filter(|_| !times) {
                taken
            } else if let Some(number) = in_digits(word) {
                let days = rest.get(1).and_then(|unit| days_of(unit)).filter(|_| !times);
                part = match days {
                    Some(days) => part.lasting(number * days)?,
                    None => part.with_number(number, times)?,
                };
                times = false;
                if days.is_some() { 2 } else { 1 }
            } else if let Some(taken) = self.article_pack(rest).filter(|_| part.are_surely_pieces())
            {
                taken
            } else if let Some((counts, taken)) = self.counted(rest, of.unit) {
                // An `x` is followed by packs: `2 x OP`. With a strength in between it joined that: `28 x 5 mg tablets`.
                if times && !has_strength && !matches!(counts, Counts::Packs(_)) {
                    return None;
                }
                times = false;
                part = part.with_unit(counts)?;
                taken
            } else {
                self.passed(rest, of)?
            };
            rest = &rest[taken..];
        }
        (!times).then_some(part)
    }

    /// How many words before a number say that it is the content of a pack, or the number of packs that hold it all.
    fn joined(&self, words: &[String], counts: Counts) -> Option<usize> {
        match counts {
            Counts::Packs(None) | Counts::Strips => self.cell.holding.starts(words),
            Counts::Unsaid => {
                self.cell.short_packs.starts(words).or_else(|| self.cell.split_in.starts(words))
            }
            Counts::Pieces => self.cell.split_in.starts(words),
            _ => None,
        }
    }

    /// How many words are the size of a pack by its letter and number: `N3`.
    fn article_pack(&self, words: &[String]) -> Option<usize> {
        let [letter, number, ..] = words else { return None };
        let label = format!("{letter}{number}");
        self.article_packs.find(&label).filter(|found| found.len() == label.len()).map(|_| 2)
    }
}

fn in_digits(word: &str) -> Option<f64> {
    word.starts_with(|c: char| c.is_ascii_digit()).then(|| word.parse().ok()).flatten()
}

/// The days of a unit of time, if its word is plain.
fn days_of(word: &str) -> Option<f64> {
    TimeUnit::of(word).filter(|unit| unit.plainness == Plainness::Plain).map(|unit| unit.days)
}

impl Part {
    fn of(count: f64) -> Self {
        Self {
            count,
            counts: Counts::Unsaid,
            says: false,
            is_product: false,
            in_units: false,
            days: None,
        }
    }

    fn is_of_packs(self) -> bool {
        matches!(self.counts, Counts::Packs(_) | Counts::Strips)
    }

    /// Whether it counts pieces, by its unit or because no one dispenses so many packs.
    fn are_surely_pieces(self) -> bool {
        match self.counts {
            Counts::Pieces => true,
            Counts::Unsaid => self.count > MOST_IN_DOUBT,
            _ => false,
        }
    }

    /// Adds one more number: how often, or how many are in a pack.
    fn with_number(self, number: f64, times: bool) -> Option<Self> {
        let counts = match (self.counts, times) {
            (Counts::Packs(None) | Counts::Strips, _) => Some(number),
            (Counts::Packs(Some(size)), true) => Some(size * number),
            (Counts::Unsaid | Counts::Pieces, true) => {
                let count = self.count * number;
                let counts = Counts::Pieces;
                return Some(Self { count, counts, says: true, is_product: true, ..self });
            }
            _ => return None,
        };
        let size = counts.filter(|size| (1.0..=LARGEST_PACK).contains(size))?;
        Some(Self { counts: Counts::Packs(Some(size)), ..self })
    }

    fn with_unit(self, counts: Counts) -> Option<Self> {
        let counts = match (self.counts, counts) {
            (Counts::Unsaid, counts) => counts,
            // `30 film tablets`, and the content of a pack: `1 box of 56 tablets`.
            (Counts::Pieces, Counts::Pieces | Counts::Unsaid) => {
                return Some(Self { says: true, in_units: self.is_product, ..self });
            }
            // `1 x 280 ml bottle`
            (Counts::Pieces, Counts::Packs(None)) if self.in_units => Counts::Pieces,
            (Counts::Packs(size), Counts::Pieces | Counts::Unsaid | Counts::Packs(None)) => {
                Counts::Packs(size)
            }
            (known, counts) if known == counts => known,
            _ => return None,
        };
        Some(Self { counts, says: true, ..self })
    }

    /// Adds the days for which it is.
    fn lasting(self, days: f64) -> Option<Self> {
        let is_one = self.days.is_none() && self.counts != Counts::Others;
        is_one.then_some(Self { days: Some(days), ..self })
    }

    /// Adds what follows it about pieces and the packs that hold them.
    fn said_again(self, again: Self, size: Option<f64>) -> Option<Self> {
        let total = |part: Self| part.pieces(None);
        match (self.counts, again.counts) {
            (_, Counts::Others) => Some(Self { days: again.days.or(self.days), ..self }),
            (Counts::Packs(None) | Counts::Strips, Counts::Unsaid | Counts::Pieces)
                if self.count == 1.0 =>
            {
                self.with_number(again.count, false)
            }
            (Counts::Unsaid | Counts::Pieces, Counts::Packs(None) | Counts::Strips) => {
                let each = self.count / again.count;
                let is_pack = again.counts != Counts::Strips;
                let least = if is_pack { LEAST_IN_PACK } else { LEAST_IN_BLISTER };
                let is_size = size.is_none_or(|size| !is_pack || size == each);
                (each.fract() == 0.0 && each >= least && is_size).then_some(self)
            }
            _ => Some(self).filter(|_| total(self).is_some() && total(self) == total(again)),
        }
    }

    /// The pieces that it comes to, with packs of that size.
    fn pieces(self, size: Option<f64>) -> Option<f64> {
        match self.counts {
            Counts::Pieces | Counts::Unsaid => Some(self.count),
            Counts::Packs(own) => Some(self.count * own.or(size)?),
            Counts::Measures(ml) => Some(self.count * ml),
            Counts::Doses(ml) => Some(self.count * ml?),
            Counts::Strips | Counts::Others | Counts::Unread | Counts::Either(..) => None,
        }
    }
}

//! Steps by the days, weeks or months that they take: `Week 1-4: 8 mg daily, Week 5-8: 4 mg daily`.

use std::borrow::Cow;

use regex::{Captures, Regex};

use super::file::WordsFile;
use super::pattern::{Fault, regex};

/// What finds the spans.
#[derive(Debug)]
pub(super) struct Spans {
    of: Option<Regex>,
}

/// A span: where it is written, and its days.
struct Span {
    place: std::ops::Range<usize>,
    days: u32,
    /// The unit, first and last number.
    unit: u32,
    from: u32,
    to: u32,
}

impl Span {
    fn of(found: &Captures<'_>) -> Option<Self> {
        let number = |name: &str| found.name(name).map(|number| number.as_str().parse::<u32>());
        let from = number("from")?.ok()?;
        let to = number("to").transpose().ok()?.unwrap_or(from);
        let unit = [("days", 1), ("weeks", 7), ("months", 30)];
        let (_, unit) = unit.into_iter().find(|(name, _)| found.name(name).is_some())?;
        let days = unit * (to.checked_sub(from)? + 1);
        Some(Self { place: found.get(0)?.range(), days, unit, from, to })
    }
}

impl Spans {
    pub(super) fn of(file: &WordsFile) -> Result<Self, Fault> {
        let is_some = !file.spans.is_empty();
        Ok(Self { of: is_some.then(|| regex(&file.spans, &file.spans)).transpose()? })
    }

    /// The text with each span behind its step, as a length, if together they follow each other from the first day on, and if it is
    /// plain that the last one ends: some are ranges, or months.
    pub(super) fn as_lengths<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.rewritten(text).map_or(Cow::Borrowed(text), Cow::Owned)
    }

    fn rewritten(&self, text: &str) -> Option<String> {
        let of = self.of.as_ref()?;
        let spans: Vec<Span> =
            of.captures_iter(text).map(|found| Span::of(&found)).collect::<Option<_>>()?;
        let (first, last) = (spans.first()?, spans.last()?);
        let follows = |two: &[Span]| two[0].unit == two[1].unit && two[0].to + 1 == two[1].from;
        let ends = spans.iter().any(|span| span.to > span.from) || last.unit == 30;
        let head = &text[..first.place.start];
        if spans.len() < 2
            || first.from != 1
            || !spans.windows(2).all(follows)
            || !ends
            || head.contains(|c: char| c.is_ascii_digit())
        {
            return None;
        }
        let mut whole = String::new();
        let ends = spans.iter().skip(1).map(|span| span.place.start).chain([text.len()]);
        for (span, end) in spans.iter().zip(ends) {
            let step = text[span.place.end..end].trim_end_matches([' ', ',', ';', '.', '\n', '/']);
            if !whole.is_empty() {
                whole.push_str(", then ");
            }
            whole += &format!("{step} for {} days", span.days);
        }
        Some(whole)
    }
}

//! From when to when an order is to be taken, according to all its timings: several in one place, and those in several places that disagree.

use super::delimiters::Delimiters;
use super::draft::Hl7Draft;
use super::segments::Hl7Part;
use super::timing::Timing;
use rxlint_model::date;
use rxlint_model::day::Day;
use rxlint_model::record::Field;

/// The timings in one place: TQ1 segments, or a field of the older kind.
#[derive(Clone, Copy)]
pub(super) struct Span<'m> {
    start: Option<Day>,
    /// How long, if no end is stated.
    days: Option<i32>,
    last: Option<Day>,
    /// Whether the last day is a date that is written there.
    is_stated: bool,
    from: Hl7Part<'m>,
    /// The timing whose end cannot be read.
    unread: Option<Timing<'m>>,
}

impl<'m> Span<'m> {
    /// The span of timings that are parallel or in sequence.
    pub(super) fn of(
        all: &[Timing<'m>],
        in_sequence: bool,
        delimiters: &Delimiters,
    ) -> Option<Self> {
        let first = all.first()?;
        let spans: Vec<Self> = all.iter().map(|timing| Self::of_one(timing, delimiters)).collect();
        if let [only] = spans.as_slice() {
            return Some(*only);
        }
        let is_stated = spans.iter().any(|span| span.is_stated);
        let from = if first.duration.is_empty() { first.start } else { first.duration };
        let unread = spans.iter().find_map(|span| span.unread);
        let nothing =
            Self { start: spans[0].start, days: None, last: None, is_stated, from, unread };
        let Some(start) = spans.iter().filter_map(|span| span.start).min() else {
            // In sequence, they last as long as all of them together.
            let days: Option<Vec<i32>> = spans.iter().map(|span| span.days).collect();
            let days = days.filter(|_| in_sequence).map(|days| days.iter().sum());
            return Some(Self { days, ..nothing });
        };
        let (mut last, mut next): (Option<Day>, Day) = (None, start);
        for span in &spans {
            let own = span.start.unwrap_or(if in_sequence { next } else { start });
            let Some(end) = span.last.or_else(|| Some(own.plus(span.days? - 1))) else {
                return Some(nothing);
            };
            last = last.max(Some(end));
            next = end.plus(1);
        }
        Some(Self { start: Some(start), last, ..nothing })
    }

    fn of_one(timing: &Timing<'m>, delimiters: &Delimiters) -> Self {
        let day = |part: Hl7Part<'_>| {
            date::parse(part.text, None).ok().filter(|day| !date::is_endless(*day))
        };
        let (start, stop) = (day(timing.start), day(timing.stop));
        let days = timing.length(delimiters).and_then(|days| i32::try_from(days).ok());
        let from = if timing.duration.is_empty() { timing.start } else { timing.duration };
        let last = stop.or_else(|| Some(start?.plus(days? - 1)));
        let unread = timing.is_unread(delimiters).then_some(*timing);
        Self { start, days, last, is_stated: stop.is_some(), from, unread }
    }

    /// States how long several timings last together, if nothing has stated it yet.
    pub(super) fn say(&self, draft: &mut Hl7Draft) {
        if draft.has(Field::Stop) || draft.has(Field::DaysSupply) {
            return;
        }
        let between = || Some(self.last?.since(self.start?) + 1);
        if let Some(days) = between().or(self.days).filter(|days| *days > 0) {
            draft.say(Field::DaysSupply, format_args!("{days}"), self.from);
        }
    }
}

/// If the places of one order disagree about when it is taken, it is taken from the earliest first day to the latest last day: it is unknown which of
/// them was not updated when the order was changed. If one of them cannot be read, that is reported.
pub(super) fn reconcile(draft: &mut Hl7Draft, spans: &[Span<'_>], delimiters: &Delimiters) {
    if let Some(unread) = spans.iter().find_map(|span| span.unread) {
        return unread.say_unread(draft, delimiters);
    }
    let Some(base) = spans.iter().find_map(|span| span.start) else {
        let longest = spans.iter().filter(|span| span.days.is_some()).max_by_key(|span| span.days);
        if let Some((span, days)) = longest.and_then(|span| Some((span, span.days?)))
            && spans.iter().any(|other| other.days.is_some_and(|other| other != days))
        {
            draft.unset(Field::DaysSupply);
            draft.say(Field::DaysSupply, format_args!("{days}"), span.from);
        }
        return;
    };
    let last_of = |span: &Span<'_>| {
        let start = span.start.unwrap_or(base);
        span.last.or_else(|| Some(start.plus(span.days? - 1)))
    };
    let firsts = || spans.iter().filter_map(|span| span.start);
    let lasts = || spans.iter().filter_map(last_of);
    let (Some(first), Some(last)) = (firsts().min(), lasts().max()) else { return };
    let is_one = firsts().all(|day| day == first) && lasts().all(|day| day == last);
    let from = spans.iter().find(|span| last_of(span) == Some(last)).map(|span| span.from);
    let Some(from) = from.filter(|_| !is_one && last >= first) else { return };
    draft.unset(Field::Start);
    draft.say(Field::Start, format_args!("{first}"), from);
    draft.unset(Field::Stop);
    draft.unset(Field::DaysSupply);
    if spans.iter().any(|span| span.is_stated) {
        draft.say(Field::Stop, format_args!("{last}"), from);
    } else {
        draft.say(Field::DaysSupply, format_args!("{}", last.since(first) + 1), from);
    }
}

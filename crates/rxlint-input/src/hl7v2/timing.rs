//! When and how often: TQ1 segments, and the quantity/timing field that they replaced.

use super::delimiters::Delimiters;
use super::draft::Hl7Draft;
use super::segments::{Hl7Part, Segment, field};
use super::spans::Span;
use rxlint_model::date;
use rxlint_model::record::{Field, decode};

/// The content of a timing, field by field, wherever it came from.
#[derive(Clone, Copy)]
pub(super) struct Timing<'m> {
    amount: Hl7Part<'m>,
    repeat: Hl7Part<'m>,
    times: Hl7Part<'m>,
    pub(super) duration: Hl7Part<'m>,
    /// The unit of `duration`, if it is in a separate place.
    duration_unit: Hl7Part<'m>,
    pub(super) start: Hl7Part<'m>,
    pub(super) stop: Hl7Part<'m>,
    priority: Hl7Part<'m>,
    occurrences: Hl7Part<'m>,
}

impl Timing<'_> {
    /// Whether its end or, if it states none, its length cannot be read.
    pub(super) fn is_unread(&self, delimiters: &Delimiters) -> bool {
        if !says(self.stop) {
            return self.unread_length(delimiters).is_some();
        }
        date::parse(self.stop.text.trim_ascii(), None).is_err()
            && !date::is_zeros(self.stop.text.trim_ascii())
    }

    /// States what cannot be read, so that nothing else is used instead.
    pub(super) fn say_unread(&self, draft: &mut Hl7Draft, delimiters: &Delimiters) {
        if says(self.stop) {
            draft.unset(Field::Stop);
            return draft.set(Field::Stop, self.stop, delimiters);
        }
        let Some((number, unit)) = self.unread_length(delimiters) else { return };
        draft.unset(Field::DaysSupply);
        draft.unset(Field::DaysUnit);
        draft.say(Field::DaysSupply, format_args!("{}", decode(number)), self.duration);
        draft.say(Field::DaysUnit, format_args!("{}", decode(unit)), self.duration);
    }

    /// A length whose unit is unknown here, and the unit as written: in another language, or not a unit of time.
    fn unread_length(&self, delimiters: &Delimiters) -> Option<(&[u8], &[u8])> {
        let text = self.duration.text.trim_ascii();
        let is_number = !text.is_empty() && !text.iter().all(|byte| b"0.".contains(byte));
        if !self.duration_unit.is_empty() {
            let unit = self.duration_unit;
            let unit = [unit.sub(1, delimiters), unit.sub(2, delimiters)]
                .into_iter()
                .find(|part| !part.is_empty());
            let is_known = self.days(delimiters).is_some() || !is_number;
            return unit.filter(|_| !is_known).map(|unit| (text, unit.text.trim_ascii()));
        }
        coded_length(text).filter(|_| is_number && self.days(delimiters).is_none())
    }

    /// How long it lasts, if it says so itself.
    fn days(&self, delimiters: &Delimiters) -> Option<u32> {
        if self.duration_unit.is_empty() {
            coded_days(self.duration.text)
        } else {
            days(self.duration, self.duration_unit, delimiters)
        }
    }

    /// How often it happens in total: `X14` in place of the duration states that too.
    fn count(&self) -> Option<f64> {
        let coded = || {
            let text = std::str::from_utf8(self.duration.text.trim_ascii()).ok()?;
            text.strip_prefix(['X', 'x'])?.parse::<u32>().ok().map(f64::from)
        };
        let stated = self.occurrences.number();
        stated.or_else(|| coded().filter(|_| self.duration_unit.is_empty())).filter(|&n| n >= 1.0)
    }

    /// How long it lasts, in days, by its duration or by how often it happens.
    pub(super) fn length(&self, delimiters: &Delimiters) -> Option<u32> {
        self.days(delimiters).or_else(|| {
            let mut times = 0.0;
            for part in self.repeat.repetitions(delimiters).filter(|part| !part.is_empty()) {
                match often(part.component(1, delimiters).sub(1, delimiters).text) {
                    Often::Daily(a_day) => times += a_day,
                    _ => return None,
                }
            }
            whole_days(self.count()? / times)
        })
    }
}

/// How often, if codes state it for certain.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Often {
    /// That many times a day.
    Daily(f64),
    /// A single time.
    Once,
    /// When needed.
    AsNeeded,
    /// Something else, perhaps in words.
    Words,
}

/// Takes the timing from TQ1 segments.
pub(super) fn of_segments<'m>(
    draft: &mut Hl7Draft,
    message: &'m [u8],
    segments: &[Segment],
    delimiters: &Delimiters,
) -> Option<Span<'m>> {
    let own = || segments.iter().filter(|s| s.name == *b"TQ1");
    // TQ1-12 says that they are in sequence.
    let in_sequence = own().any(|s| field(message, s, 12, delimiters).text.trim_ascii() == b"S");
    let all: Vec<Timing<'_>> = own()
        .map(|segment| {
            let at = |n| field(message, segment, n, delimiters);
            let durations = || at(6).repetitions(delimiters);
            let duration = durations().find(|part| !part.is_empty());
            let duration = duration.unwrap_or_else(|| at(6).repetition(1, delimiters));
            Timing {
                amount: at(2).repetition(1, delimiters),
                repeat: at(3),
                times: at(4),
                duration: duration.component(1, delimiters),
                duration_unit: duration.component(2, delimiters),
                start: at(7).component(1, delimiters),
                stop: at(8).component(1, delimiters),
                priority: at(9),
                occurrences: at(14),
            }
        })
        .collect();
    if !in_sequence && are_of_one_day(&all) {
        draft.say(Field::Frequency, format_args!("{} times a day", all.len()), all[0].repeat);
    }
    if !in_sequence {
        say_shared_duration(draft, &all, delimiters);
    }
    let last = all.last().copied().filter(|_| all.len() > 1);
    apply(draft, message, all.first().copied(), last, delimiters);
    let span = Span::of(&all, in_sequence, delimiters);
    if let Some(span) = span.filter(|_| all.len() > 1) {
        span.say(draft);
    }
    span
}

/// The duration that all timings share: parallel timings, for pain and every morning, do not change it. Those that begin on other days are
/// steps.
fn say_shared_duration(draft: &mut Hl7Draft, all: &[Timing<'_>], delimiters: &Delimiters) {
    const DAY: usize = 8;
    let Some(first) = all.first() else { return };
    let start = |timing: &Timing<'_>| {
        let text = timing.start.text.trim_ascii();
        text[..text.len().min(DAY)].to_vec()
    };
    if all.iter().any(|timing| says(timing.start) && start(timing) != start(first)) {
        return;
    }
    let of = |timing: &Timing<'_>| timing.days(delimiters);
    if let Some(days) = of(first).filter(|days| all.iter().all(|timing| of(timing) == Some(*days)))
    {
        draft.say(Field::DaysSupply, format_args!("{days}"), first.duration);
    }
}

/// Codes of a time of day (HL7 table 0335 and usage).
const TIMES_OF_DAY: [&[&[u8]]; 4] = [
    &[b"QAM", b"AM", b"ACM", b"CM", b"PCM"],
    &[b"QNOON", b"NOON", b"ACD", b"CD", b"PCD", b"QPC"],
    &[b"QPM", b"PM", b"QEVE", b"EVE", b"ACV", b"CV", b"PCV"],
    &[b"QHS", b"HS", b"BEDTIME", b"QNIGHT"],
];

/// Whether several timings are times of the same day, with the same amount and first day: morning and evening.
fn are_of_one_day(all: &[Timing<'_>]) -> bool {
    let time = |timing: &Timing<'_>| {
        let code = timing.repeat.text.split(|byte| matches!(byte, b'^' | b'&')).next();
        let code = code.unwrap_or_default().trim_ascii();
        TIMES_OF_DAY.iter().position(|codes| codes.iter().any(|one| one.eq_ignore_ascii_case(code)))
    };
    let says = |timing: &Timing<'_>| {
        [timing.amount.text, timing.start.text, timing.stop.text].map(<[u8]>::to_vec)
    };
    let times: Vec<Option<usize>> = all.iter().map(time).collect();
    all.len() > 1
        && times.iter().enumerate().all(|(at, time)| time.is_some() && !times[..at].contains(time))
        && all.iter().all(|timing| says(timing) == says(&all[0]))
}

/// Takes the timing from a quantity/timing field (RXE-1, ORC-7, RXG-3).
pub(super) fn of_field<'m>(
    draft: &mut Hl7Draft,
    message: &[u8],
    part: Hl7Part<'m>,
    delimiters: &Delimiters,
) -> Option<Span<'m>> {
    if part.is_empty() {
        return None;
    }
    let repetitions = || part.repetitions(delimiters).filter(|part| !part.is_empty());
    // The conjunction says that the next one follows.
    let follows = |part: Hl7Part<'_>| part.component(9, delimiters).text.trim_ascii() == b"S";
    let in_sequence = repetitions().any(follows);
    let all = repetitions().map(|part| {
        let at = |n| part.component(n, delimiters);
        let interval = at(2);
        let plain = Timing {
            amount: at(1),
            repeat: interval.sub(1, delimiters),
            times: Hl7Part { text: &[], ..interval },
            duration: at(3),
            duration_unit: Hl7Part { text: &[], ..interval },
            start: at(4),
            stop: at(5),
            priority: at(6),
            occurrences: at(12),
        };
        // Some senders write the frequency where the priority belongs.
        let misplaced =
            plain.repeat.is_empty() && matches!(often(plain.priority.text), Often::Daily(_));
        if misplaced { Timing { repeat: plain.priority, ..plain } } else { plain }
    });
    let all: Vec<Timing<'m>> = all.collect();
    let last = all.last().copied().filter(|_| all.len() > 1);
    apply(draft, message, all.first().copied(), last, delimiters);
    let span = Span::of(&all, in_sequence, delimiters);
    if let Some(span) = span.filter(|_| all.len() > 1) {
        span.say(draft);
    }
    span
}

/// Writes one timing, or the first and the last of several, into the draft.
fn apply(
    draft: &mut Hl7Draft,
    message: &[u8],
    first: Option<Timing<'_>>,
    last: Option<Timing<'_>>,
    delimiters: &Delimiters,
) {
    let Some(timing) = first else { return };
    draft.set(Field::Start, timing.start, delimiters);
    draft.set(Field::Stop, last.unwrap_or(timing).stop, delimiters);
    if !draft.has(Field::Dose) {
        let amount = timing.amount.component(1, delimiters).sub(1, delimiters);
        let unit = timing.amount.component(2, delimiters);
        // As a component of the older field, the unit is a subcomponent.
        let unit = if unit.is_empty() || timing.amount.label.component > 0 {
            timing.amount.sub(2, delimiters)
        } else {
            unit
        };
        let unit = if unit.sub(1, delimiters).is_empty() {
            unit.sub(2, delimiters)
        } else {
            unit.sub(1, delimiters)
        };
        if amount.number().is_some_and(|n| n > 0.0) && !unit.is_empty() {
            draft.set(Field::Dose, amount, delimiters);
            draft.set(Field::DoseUnit, unit, delimiters);
        }
    }
    let days = timing.days(delimiters);
    if draft.has(Field::Frequency) {
        // How often is stated elsewhere; for how long may be stated only here.
        if let Some(days) = days.filter(|_| last.is_none()) {
            draft.say(Field::DaysSupply, format_args!("{days}"), timing.duration);
        }
        return;
    }
    let often = frequency(draft, message, &timing, delimiters);
    if let Some(last) = last {
        // Several timings may be in sequence or parallel, which cannot be decided.
        if last.repeat.text != timing.repeat.text || last.amount.text != timing.amount.text {
            draft.add(Field::Frequency, " then ", last.repeat, message, delimiters);
        }
        return;
    }
    let each = timing.count();
    match (days, often, each) {
        _ if timing.is_unread(delimiters) => {}
        (Some(days), ..) => draft.say(Field::DaysSupply, format_args!("{days}"), timing.duration),
        (None, Often::Once, _) => draft.say(Field::DaysSupply, format_args!("1"), timing.repeat),
        (None, Often::Daily(times), Some(count)) => draft.say(
            Field::DaysSupply,
            format_args!("{}", (count / times).ceil()),
            timing.occurrences,
        ),
        _ => {}
    }
}

/// Writes how often, in words that the reader of directions understands.
fn frequency(
    draft: &mut Hl7Draft,
    message: &[u8],
    timing: &Timing<'_>,
    delimiters: &Delimiters,
) -> Often {
    let mut total = 0.0;
    let mut found = Often::Daily(0.0);
    for part in timing.repeat.repetitions(delimiters).filter(|part| !part.is_empty()) {
        let code = part.component(1, delimiters).sub(1, delimiters);
        found = match often(code.text) {
            Often::Daily(times) => {
                total += times;
                found
            }
            Often::Words => every(part, delimiters).map_or(Often::Words, |times| {
                total += times;
                found
            }),
            other => other,
        };
        if found == Often::Words {
            let words = part.component(1, delimiters).sub(2, delimiters);
            draft.add(
                Field::Frequency,
                " and ",
                if words.is_empty() { code } else { words },
                message,
                delimiters,
            );
        }
    }
    if timing.repeat.is_empty() && !timing.times.is_empty() {
        let mut times = timing.times.repetitions(delimiters).filter(|part| !part.is_empty());
        let times =
            times.try_fold(0u32, |count, part| is_time_of_day(part.text).then(|| count + 1));
        // A moment on one day is not a time of every day.
        total = f64::from(times.unwrap_or(0));
    }
    let needed = found == Often::AsNeeded
        || timing.priority.component(1, delimiters).text.trim_ascii().eq_ignore_ascii_case(b"PRN");
    if found == Often::Once {
        draft.say(Field::Frequency, format_args!("once"), timing.repeat);
    } else if total > 0.0 && found != Often::Words {
        let as_needed = if needed { " as needed" } else { "" };
        let from = if timing.repeat.is_empty() { timing.times } else { timing.repeat };
        let (times, every) = (total.round(), (1.0 / total).round());
        if (total - times).abs() < 1e-9 {
            draft.say(Field::Frequency, format_args!("{times} times daily{as_needed}"), from);
        } else if (1.0 / total - every).abs() < 1e-9 {
            draft.say(Field::Frequency, format_args!("every {every} days{as_needed}"), from);
        }
    } else if needed {
        let prn = if timing.repeat.is_empty() { timing.priority } else { timing.repeat };
        draft.say(Field::Frequency, format_args!("as needed"), prn);
    }
    match found {
        Often::Daily(_) if needed => Often::AsNeeded,
        Often::Daily(_) if total > 0.0 => Often::Daily(total),
        Often::Daily(_) => Often::Words,
        other => other,
    }
}

/// Whether a text is a time without a day: `0900`, `09:00`, and not `202603050900`.
fn is_time_of_day(text: &[u8]) -> bool {
    text.trim_ascii().iter().take_while(|byte| byte.is_ascii_digit()).count() < 8
}

/// What a repeat pattern code means.
fn often(code: &[u8]) -> Often {
    let mut folded = [0u8; 12];
    let mut len = 0;
    for byte in code.iter().filter(|b| !matches!(b, b' ' | b'.' | b'-')) {
        let Some(slot) = folded.get_mut(len) else { return Often::Words };
        *slot = byte.to_ascii_uppercase();
        len += 1;
    }
    let times = match &folded[..len] {
        b"ONCE" | b"ONETIME" | b"1X" | b"X1" => return Often::Once,
        [b'P', b'R', b'N', ..] => return Often::AsNeeded,
        b"QD" | b"DAILY" | b"QDAY" | b"OD" | b"QAM" | b"QPM" | b"QHS" | b"HS" | b"QNIGHT"
        | b"NIGHTLY" => 1.0,
        b"BID" | b"BD" => 2.0,
        b"TID" | b"TDS" => 3.0,
        b"QID" => 4.0,
        b"QOD" => 0.5,
        b"QH" => 24.0,
        b"WEEKLY" | b"QWK" | b"QWEEK" => 1.0 / 7.0,
        [n @ b'1'..=b'9', b'I', b'D'] => f64::from(n - b'0'),
        [b'Q', rest @ ..] => {
            let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            let number = std::str::from_utf8(&rest[..digits])
                .ok()
                .and_then(|n| n.parse::<f64>().ok())
                .filter(|&n| n >= 1.0);
            match (number, &rest[digits..]) {
                (Some(n), b"H" | b"HR" | b"HRS") => 24.0 / n,
                (Some(n), b"D" | b"DAY" | b"DAYS") => 1.0 / n,
                (Some(n), b"W" | b"WK" | b"WEEK" | b"WEEKS") => 1.0 / (7.0 * n),
                (Some(n), b"M") => 1440.0 / n,
                // Every few weeks, on the days that follow.
                (Some(n), [b'J', days @ ..])
                    if !days.is_empty() && days.iter().all(u8::is_ascii_digit) =>
                {
                    days.len() as f64 / (7.0 * n)
                }
                _ => return Often::Words,
            }
        }
        _ => return Often::Words,
    };
    Often::Daily(times)
}

/// How often, by the period of a repeat pattern (its fifth and sixth component): `^^^^8^h`.
fn every(part: Hl7Part<'_>, delimiters: &Delimiters) -> Option<f64> {
    let period = part.component(5, delimiters).number().filter(|&n| n > 0.0)?;
    let per_day = match unit_of(part.component(6, delimiters), delimiters)? {
        TimeUnit::Minutes => 1440.0,
        TimeUnit::Hours => 24.0,
        TimeUnit::Days => 1.0,
        TimeUnit::Weeks => 1.0 / 7.0,
        TimeUnit::Months => 1.0 / 30.0,
    };
    Some(per_day / period)
}

/// Units of time.
enum TimeUnit {
    Minutes,
    Hours,
    Days,
    Weeks,
    Months,
}

fn unit_of(part: Hl7Part<'_>, delimiters: &Delimiters) -> Option<TimeUnit> {
    let read = |text: &[u8]| {
        let lower = text.trim_ascii().to_ascii_lowercase();
        Some(match lower.as_slice() {
            b"min" | b"minute" | b"minutes" => TimeUnit::Minutes,
            b"h" | b"hr" | b"hrs" | b"hour" | b"hours" => TimeUnit::Hours,
            b"d" | b"day" | b"days" => TimeUnit::Days,
            b"w" | b"wk" | b"wks" | b"week" | b"weeks" => TimeUnit::Weeks,
            b"mo" | b"mon" | b"month" | b"months" | b"l" => TimeUnit::Months,
            _ => return None,
        })
    };
    read(part.sub(1, delimiters).text).or_else(|| read(part.sub(2, delimiters).text))
}

/// A length with its unit, in whole days: `3^D&day&ISO+`.
fn days(length: Hl7Part<'_>, unit: Hl7Part<'_>, delimiters: &Delimiters) -> Option<u32> {
    let each = match unit_of(unit, delimiters)? {
        TimeUnit::Minutes => 1.0 / 1440.0,
        TimeUnit::Hours => 1.0 / 24.0,
        TimeUnit::Days => 1.0,
        TimeUnit::Weeks => 7.0,
        TimeUnit::Months => 30.0,
    };
    whole_days(length.number()? * each)
}

/// A length as the older field codes it: `D10`, `W2`, `H12`, `L1` (months), and `X5d`, which occurs for five days. `M` is minutes there, and months
/// to many senders: it is not read.
fn coded_days(code: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(code.trim_ascii()).ok()?;
    let number = |digits: &str| digits.trim().parse::<f64>().ok();
    let (letter, rest) = (text.chars().next()?, text.get(1..)?);
    whole_days(match letter {
        'D' | 'd' => number(rest)?,
        'W' | 'w' => number(rest)? * 7.0,
        'L' | 'l' => number(rest)? * 30.0,
        'H' | 'h' => number(rest)? / 24.0,
        'X' | 'x' => number(rest.strip_suffix(['d', 'D'])?)?,
        _ => return None,
    })
}

/// The number and the letter of a length code that the field does not define: `Y1`, `36D`, `36`. Without a letter there is no unit.
fn coded_length(code: &[u8]) -> Option<(&[u8], &[u8])> {
    // Minutes and seconds last a day, times and counts are not lengths, and INDEF is the default if nothing is stated.
    let (first, rest) = code.split_first()?;
    if matches!(first, b'M' | b'm' | b'S' | b's' | b'T' | b't' | b'X' | b'x' | b'I' | b'i') {
        return None;
    }
    let is_number = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    if is_number(rest) && first.is_ascii_alphabetic() {
        return Some((rest, &code[..1]));
    }
    let digits = code.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, unit) = code.split_at(digits);
    let none = &b"?"[..];
    let unit = if unit.is_empty() { none } else { unit };
    Some(if digits > 0 { (number, unit) } else { (code, none) })
}

/// Whether a part has content; a pair of quotes deletes.
fn says(part: Hl7Part<'_>) -> bool {
    !matches!(part.text.trim_ascii(), b"" | b"\"\"")
}

fn whole_days(days: f64) -> Option<u32> {
    (days > 0.0 && days < 40_000.0).then(|| days.ceil() as u32)
}

#[cfg(test)]
mod tests {
    use super::super::segments::Segments;
    use super::*;

    const DELIMITERS: Delimiters = Delimiters {
        field: b'|',
        component: b'^',
        repetition: b'~',
        escape: Some(b'\\'),
        sub: Some(b'&'),
    };

    /// Dose, unit, frequency, days, start, stop.
    fn read(message: &str) -> [String; 6] {
        let bytes = message.as_bytes();
        let segments: Vec<Segment> = Segments::new(bytes, b'|').collect();
        let mut draft = Hl7Draft::new();
        if message.starts_with("TQ1") {
            of_segments(&mut draft, bytes, &segments, &DELIMITERS);
        } else {
            of_field(&mut draft, bytes, field(bytes, &segments[0], 1, &DELIMITERS), &DELIMITERS);
        }
        [
            Field::Dose,
            Field::DoseUnit,
            Field::Frequency,
            Field::DaysSupply,
            Field::Start,
            Field::Stop,
        ]
        .map(|field| String::from_utf8_lossy(draft.text(bytes, field)).into_owned())
    }

    #[test]
    fn tq1_segments() {
        let empty = String::new;
        assert_eq!(
            read("TQ1|1|1^tablet^^|Q6H||||20260705080000||S|||||24"),
            ["1", "tablet", "4 times daily", "6", "20260705080000", ""].map(String::from)
        );
        assert_eq!(read("TQ1|1||TID|||3^D&day&ISO+|||R")[2..4], ["3 times daily", "3"]);
        assert_eq!(
            read("TQ1|||1013&x y&J|||3^D&\u{65E5}&ISO+|20160825")[2..5],
            ["x y", "3", "20160825"]
        );
        assert_eq!(
            read("TQ1|1|1|BID||||20260705120000|20260712120000|R")[2..6],
            ["2 times daily", "", "20260705120000", "20260712120000"].map(String::from)
        );
        assert_eq!(read("TQ1|1||QAM~QHS")[2], "2 times daily");
        assert_eq!(read("TQ1|1|||070000~150000~230000")[2], "3 times daily");
        assert_eq!(read("TQ1|1|||202603050900")[2], "", "a moment is no time of every day");
        assert_eq!(read("TQ1|1|||202603050900~202603060900")[2], "");
        assert_eq!(read("TQ1|1||^^^^8^h")[2], "3 times daily");
        assert_eq!(read("TQ1|1||Q4H||||||PRN")[2], "6 times daily as needed");
        assert_eq!(read("TQ1|1||PRN\rTQ1|2||Q4H")[2], "as needed then Q4H");
        assert_eq!(
            read("TQ1|1||TID|||~30^D")[3],
            "30",
            "the first of its repetitions that says something"
        );
        assert_eq!(read("TQ1|1||BID|||14^D\rTQ1|2||Q6H^PRN|||14^D")[3], "14", "both last as long");
        assert_eq!(read("TQ1|1||BID|||14^D\rTQ1|2||QD|||7^D")[3], "", "which of them is it?");
        assert_eq!(
            read("TQ1|1||BID|||7^D||||||S\rTQ1|2||QD|||7^D")[3],
            "14",
            "one after the other"
        );
        assert_eq!(read("TQ1|1||BID|||3^d|20260201\rTQ1|2||QD|||4^d|20260204")[3], "7");
        assert_eq!(read("TQ1|1||Once")[2..4], ["once", "1"]);
        assert_eq!(read("TQ1|1||Q72H|||2^wk")[2..4], ["every 3 days", "14"]);
        assert_eq!(read("TQ1|1||Q4W")[2], "every 28 days");
        assert_eq!(read("TQ1|"), [empty(), empty(), empty(), empty(), empty(), empty()]);
    }

    #[test]
    fn the_older_field() {
        assert_eq!(read("RXE|10^BID^D4^^^R|")[2..4], ["2 times daily", "4"]);
        assert_eq!(
            read("RXE|1&tablet^Q8H&0800^^20260705080000^20260712080000^R^^^^^^12|"),
            ["1", "tablet", "3 times daily", "4", "20260705080000", "20260712080000"]
                .map(String::from)
        );
        assert_eq!(
            read("RXE|^Q24H&0600^^20210330144208^^ROU|")[2..5],
            ["1 times daily", "", "20210330144208"]
        );
        assert_eq!(read("RXE|1^^^20260419140000^^BID|")[2], "2 times daily");
        assert_eq!(read("RXE|^Every 6 hours^^20210101|")[2], "Every 6 hours");
        assert_eq!(read("RXE|^Q2D^X5d|")[2..4], ["every 2 days", "5"]);
        assert_eq!(read("RXE|^QID^M6|")[3], "");
        assert_eq!(
            read("RXE|^QD^W2^20260101~^BID^W2^20260115^20260128|")[2..6],
            ["1 times daily then BID", "", "20260101", "20260128"].map(String::from)
        );
        assert_eq!(read("RXE|1^BID^D3^20260201~1^QD^D4^20260204|")[3], "7");
        assert_eq!(read("RXE|^BID^X14^20260201|")[3], "7", "fourteen times");
    }
}

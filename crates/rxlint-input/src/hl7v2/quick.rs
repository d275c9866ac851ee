//! Messages at a glance. Most are one order about a drug that no rule watches, written as usual; what decides that is in a few fields. They are
//! recognised by the first bytes of their lines, and settled by the bytes of those fields, as rows of tables are (`rxlint_model::fast_path`).
//! Anything unusual is left to `message` and `order`, which this may never contradict.

use super::control::{self, Action};
use super::delimiters::Delimiters;
use super::drug::{self, DrugSegment};
use super::patient::Naming;
use super::segments::{Hl7Part, Segment, field};
use super::{charset, patient};

/// The header of messages that are looked at: nearly all have these delimiters.
const USUAL: &[u8] = b"MSH|^~\\&|";

/// More segments about the order than this are unusual.
const MOST_LINES: usize = 8;

/// More fields than this are not looked at.
const MOST_FIELDS: usize = 48;

/// What is kept from message to message.
#[derive(Debug, Default)]
pub(super) struct QuickWork {
    /// The deciding bytes about the drug.
    identity: Vec<u8>,
    /// A character set that needs no conversion, as the last message named it.
    plain: Vec<u8>,
}

/// The content of a usual message's single order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glance<'m> {
    pub(super) patient: &'m [u8],
    pub(super) day: &'m [u8],
    pub(super) status: &'static [u8],
    pub(super) identity: &'m [u8],
    /// Where the deciding segment begins in the message.
    pub(super) start: usize,
    /// How many line ends the message has.
    pub(super) lines: u32,
}

/// A line about the order.
#[derive(Clone, Copy)]
struct Line<'m> {
    name: [u8; 3],
    start: usize,
    text: &'m [u8],
}

/// The lines that decide.
struct Lines<'m> {
    header: &'m [u8],
    person: Option<Line<'m>>,
    order: [Option<Line<'m>>; MOST_LINES],
    count: usize,
    ends: u32,
}

/// Looks at a message; `None` if it is not a usual one.
pub(super) fn glance<'w>(
    message: &'w [u8],
    naming: Naming<'_>,
    work: &'w mut QuickWork,
) -> Option<Glance<'w>> {
    let lines = lines(message)?;
    let delimiters = Delimiters {
        field: b'|',
        component: b'^',
        repetition: b'~',
        escape: Some(b'\\'),
        sub: Some(b'&'),
    };
    if !is_plain(&lines, &delimiters, work) {
        return None;
    }
    let person = lines.person?;
    let segment = Segment { name: person.name, start: 0, end: person.text.len(), line: 0 };
    let chosen = patient::usual(field(person.text, &segment, 3, &delimiters), naming, &delimiters)?;
    let order = Order::of(&lines, &delimiters)?;
    let day = order.day()?;
    order.write_identity(&mut work.identity)?;
    let status: &'static [u8] = if order.rank < 3 { b"order" } else { b"" };
    let start = order.event.line.start;
    Some(Glance {
        patient: chosen,
        day,
        status,
        identity: &work.identity,
        start,
        lines: lines.ends,
    })
}

/// Cuts a message into lines, if each of them is a segment and none needs a closer look.
fn lines(message: &[u8]) -> Option<Lines<'_>> {
    if !message.starts_with(USUAL) {
        return None;
    }
    let mut lines =
        Lines { header: b"", person: None, order: [None; MOST_LINES], count: 0, ends: 0 };
    let mut at = 0;
    // The frame of the next message may be at the end.
    while at < message.len() && message[at..] != [0x0B] {
        let end = at + memchr::memchr2(b'\r', b'\n', &message[at..])?;
        let text = &message[at..end];
        let is_pair = message[end] == b'\r' && message.get(end + 1) == Some(&b'\n');
        if !matches!(text, b"" | [0x1C]) {
            lines.add(at, text)?;
        }
        lines.ends += 1;
        at = end + 1 + usize::from(is_pair);
    }
    Some(lines)
}

impl<'m> Lines<'m> {
    /// Takes the next line; `None` if the message needs a closer look because of it.
    fn add(&mut self, start: usize, text: &'m [u8]) -> Option<()> {
        let &[a, b, c, b'|', ..] = text else { return None };
        let is_name = a.is_ascii_uppercase()
            && [b, c].iter().all(|n| n.is_ascii_uppercase() || n.is_ascii_digit());
        if !is_name {
            return None;
        }
        let line = Line { name: [a, b, c], start, text };
        match &line.name {
            b"MSH" if start == 0 => self.header = text,
            // A person precedes the order.
            b"PID" if self.person.is_none() && self.count == 0 => self.person = Some(line),
            b"PV1" if !may_tell_pregnancy(line) => {}
            b"OBX" if may_answer_pregnancy(line) => return None,
            b"ORC" | b"RXO" | b"RXE" | b"RXD" | b"RXG" | b"RXA" | b"RXR" | b"TQ1" => {
                *self.order.get_mut(self.count)? = Some(line);
                self.count += 1;
            }
            b"EVN" | b"PD1" | b"PV2" | b"NK1" | b"AL1" | b"IAM" | b"NTE" | b"OBX" | b"IN1"
            | b"IN2" | b"IN3" | b"GT1" | b"TQ2" | b"FT1" | b"BLG" | b"SFT" | b"MSA" | b"ROL"
            | b"CTI" => {}
            // Local segments.
            [b'Z', ..] => {}
            _ => return None,
        }
        // A message end may hide in a line.
        memchr::memchr(0x1C, text).is_none().then_some(())
    }
}

/// Whether a visit may have `B6` among its ambulatory statuses.
fn may_tell_pregnancy(visit: Line<'_>) -> bool {
    let segment = Segment { name: visit.name, start: 0, end: visit.text.len(), line: 0 };
    let delimiters =
        Delimiters { field: b'|', component: 0, repetition: 0, escape: None, sub: None };
    field(visit.text, &segment, 15, &delimiters).text.windows(2).any(|two| two == b"B6")
}

/// Whether an observation may answer whether someone is pregnant.
fn may_answer_pregnancy(observation: Line<'_>) -> bool {
    let segment =
        Segment { name: observation.name, start: 0, end: observation.text.len(), line: 0 };
    let delimiters =
        Delimiters { field: b'|', component: b'^', repetition: b'~', escape: None, sub: None };
    patient::asks_pregnancy(observation.text, &segment, &delimiters)
}

/// Whether the message need not be converted.
fn is_plain(lines: &Lines<'_>, delimiters: &Delimiters, work: &mut QuickWork) -> bool {
    let segment = Segment { name: *b"MSH", start: 0, end: lines.header.len(), line: 0 };
    let named = field(lines.header, &segment, 18, delimiters);
    if named.text.is_empty() || named.text == work.plain {
        return true;
    }
    let is_plain = charset::is_plain(named, delimiters);
    if is_plain {
        work.plain.clear();
        work.plain.extend_from_slice(named.text);
    }
    is_plain
}

/// A line and where its fields end.
struct Fields<'m> {
    line: Line<'m>,
    ends: [u32; MOST_FIELDS],
    count: usize,
}

impl<'m> Fields<'m> {
    fn of(line: Line<'m>) -> Self {
        let mut fields = Self { line, ends: [0; MOST_FIELDS], count: 0 };
        for (at, end) in fields
            .ends
            .iter_mut()
            .zip(memchr::memchr_iter(b'|', line.text).chain([line.text.len()]))
        {
            *at = end as u32;
            fields.count += 1;
        }
        fields
    }

    /// A field, from 1. Field 0, which no segment has, is empty.
    fn get(&self, n: u8) -> &'m [u8] {
        let n = usize::from(n);
        if n == 0 || n >= self.count {
            return b"";
        }
        &self.line.text[self.ends[n - 1] as usize + 1..self.ends[n] as usize]
    }

    /// The same as a part.
    fn part(&self, n: u8) -> Hl7Part<'m> {
        Hl7Part { text: self.get(n), at: 0, label: super::field_path::FieldPath::default() }
    }

    /// Its first repetition.
    fn repetition(&self, n: u8) -> &'m [u8] {
        let text = self.get(n);
        &text[..memchr::memchr(b'~', text).unwrap_or(text.len())]
    }

    /// The first component of its first repetition.
    fn first(&self, n: u8) -> &'m [u8] {
        let text = self.get(n);
        &text[..memchr::memchr2(b'~', b'^', text).unwrap_or(text.len())]
    }
}

/// An order with everything that was seen of it.
struct Order<'m> {
    control: Fields<'m>,
    /// The same order less specifically, the earlier first.
    earlier: [Option<Fields<'m>>; 2],
    event: Fields<'m>,
    rank: u8,
    timing: Option<Fields<'m>>,
    /// All lines, in order.
    lines: [Option<Line<'m>>; MOST_LINES],
}

impl<'m> Order<'m> {
    /// The order, if there is only one, in force, without any fact about the person.
    fn of(lines: &Lines<'m>, delimiters: &Delimiters) -> Option<Self> {
        let mut all = lines.order.iter().flatten();
        let control =
            all.next().filter(|line| line.name == *b"ORC").map(|line| Fields::of(*line))?;
        let (mut seen, mut timing): ([Option<Fields<'m>>; 3], _) = ([None, None, None], None);
        let (mut count, mut rank) = (0, 0);
        for line in all {
            match &line.name {
                b"RXR" => {}
                b"TQ1" if timing.is_none() => timing = Some(Fields::of(*line)),
                name => {
                    let (shape, of_line) = drug::shape(name)?;
                    let fields = Fields::of(*line);
                    if of_line <= rank || !is_usual(&fields, shape) {
                        return None;
                    }
                    rank = of_line;
                    *seen.get_mut(count)? = Some(fields);
                    count += 1;
                }
            }
        }
        let event = seen.get_mut(count.checked_sub(1)?)?.take()?;
        let [first, second, _] = seen;
        let order =
            Self { control, earlier: [first, second], event, rank, timing, lines: lines.order };
        (order.action() == Action::State
            && order.is_listed()
            && order.control.part(16).repetitions(delimiters).all(|part| part.text.is_empty()))
        .then_some(order)
    }

    fn action(&self) -> Action {
        let control = self.control.first(1);
        let replaced = self.control.get(1).trim_ascii().eq_ignore_ascii_case(b"RO");
        let action = control::action(control, self.control.first(5), replaced);
        match &self.event.line.name {
            b"RXA" => {
                let drug = self.event.get(5).split(|&byte| byte == b'^').nth(1);
                let said = [20, 21, 18, 9, 6].map(|n| self.event.repetition(n));
                control::administration(said, drug.unwrap_or_default(), action).unwrap_or(action)
            }
            _ => action,
        }
    }

    /// Whether every code of its state is in its table.
    fn is_listed(&self) -> bool {
        control::is_listed(self.control.first(1), control::CONTROLS)
            && control::is_listed(self.control.first(5), control::STATUSES)
            && (self.event.line.name != *b"RXA"
                || control::is_listed(self.event.first(20), control::ADMINISTRATIONS)
                    && control::is_listed(self.event.first(21), control::ACTIONS))
    }

    /// What gives the record its day, as the fields of a record are filled: `order::Hl7Message::control` and `timing`.
    fn day(&self) -> Option<&'m [u8]> {
        let said =
            |text: &'m [u8]| Some(text.trim_ascii()).filter(|text| !matches!(*text, b"" | b"\"\""));
        if let b"RXD" | b"RXA" = &self.event.line.name {
            return said(self.event.first(3));
        }
        if self.begins_twice() {
            return None;
        }
        let timing = self.timing.as_ref().and_then(|timing| {
            let text = timing.get(7);
            said(&text[..memchr::memchr(b'^', text).unwrap_or(text.len())])
        });
        let own = || {
            let all = std::iter::once(&self.event).chain(self.earlier.iter().rev().flatten());
            all.filter_map(|fields| match &fields.line.name {
                b"RXE" => Some(fields.get(1)),
                b"RXG" => Some(fields.get(3)),
                _ => None,
            })
            .find_map(|text| said(start_of(text)?))
        };
        timing
            .or_else(own)
            .or_else(|| said(start_of(self.control.get(7))?))
            .or_else(|| said(self.control.first(15)))
            .or_else(|| said(self.control.first(9)))
    }

    /// Whether the places that say when it is taken may give several first days.
    fn begins_twice(&self) -> bool {
        let all = std::iter::once(&self.event).chain(self.earlier.iter().flatten());
        let older = all.filter(|fields| fields.line.name == *b"RXE").map(|fields| fields.get(1));
        let older = older.chain([self.control.get(7)]).filter(|text| !text.is_empty());
        let (mut first, mut repeats) = (None, false);
        let timing = self.timing.as_ref().map(|timing| timing.get(7));
        let timing = timing.map(|text| &text[..memchr::memchr(b'^', text).unwrap_or(text.len())]);
        let starts = older.filter_map(|text| {
            repeats |= memchr::memchr(b'~', text).is_some();
            start_of(text)
        });
        let starts = timing.into_iter().chain(starts).map(<[u8]>::trim_ascii);
        let differ = starts
            .filter(|start| !matches!(*start, b"" | b"\"\""))
            .any(|start| *first.get_or_insert(start) != start);
        differ || repeats && first.is_some()
    }

    /// Writes everything that may show which drug it is: names, codes, forms, strengths and routes, segment by segment.
    fn write_identity(&self, identity: &mut Vec<u8>) -> Option<()> {
        identity.clear();
        let mut drugs = self.earlier.iter().flatten().chain([&self.event]);
        for line in self.lines.iter().flatten() {
            identity.extend_from_slice(&line.name);
            match &line.name {
                b"ORC" | b"TQ1" => {}
                b"RXR" => {
                    let rest = &line.text[4..];
                    identity.extend_from_slice(
                        &rest[..memchr::memchr(b'|', rest).unwrap_or(rest.len())],
                    );
                }
                _ => {
                    let fields = drugs.next()?;
                    let (shape, _) = drug::shape(&line.name)?;
                    let volume = if shape.volume > 0 { shape.volume + 1 } else { 0 };
                    for n in [
                        shape.drug,
                        shape.form,
                        shape.strength,
                        shape.strength_unit,
                        shape.volume,
                        volume,
                        shape.supplementary,
                    ] {
                        identity.extend_from_slice(fields.get(n));
                        identity.push(b'|');
                    }
                }
            }
            identity.push(b'\r');
        }
        Some(())
    }
}

/// The start in a quantity and timing, as `timing::of_field` takes it: of the first repetition that is not empty.
fn start_of(text: &[u8]) -> Option<&[u8]> {
    let is_said = |part: &&[u8]| !matches!(part.trim_ascii(), b"" | b"\"\"");
    let first = text.split(|&byte| byte == b'~').find(is_said)?;
    first.split(|&byte| byte == b'^').nth(3)
}

/// Whether a segment about a drug names it where it belongs, and nothing makes the record more than that: no diagnosis, no return.
fn is_usual(fields: &Fields<'_>, shape: &DrugSegment) -> bool {
    let name = fields.get(shape.drug).split(|&byte| byte == b'^').nth(1).unwrap_or_default();
    name.iter().any(u8::is_ascii_alphabetic)
        && fields.count < MOST_FIELDS
        && fields.get(shape.indication).is_empty()
        && !fields.get(shape.quantity).trim_ascii_start().starts_with(b"-")
        && !control::is_nothing(fields.get(shape.quantity))
}

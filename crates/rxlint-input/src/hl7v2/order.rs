//! One message made into records: one for each order group that is about a drug.
//!
//! An ORC segment begins a group. What follows is the same order seen several times: as ordered
//! (RXO), as encoded by the pharmacy (RXE), as dispensed, given or administered (RXD, RXG, RXA).
//! The most specific one is the record's event and place; codes and names of the others are kept
//! too. Several dispenses or administrations in one group are several records.

use super::control::{self, Action};
use super::delimiters::Delimiters;
use super::draft::Hl7Draft;
use super::drug::{self, DrugSegment};
use super::segments::{Hl7Part, Segment, field};
use super::{amounts, patient, timing};
use rxlint_model::date;
use rxlint_model::record::Field;

/// Responses to queries and other messages whose own date says nothing about the order in them are
/// not in this list.
const STATES_ORDERS: [&[u8]; 14] = [
    b"RDE", b"RDS", b"RGV", b"RAS", b"OMP", b"ORM", b"PPR", b"VXU", b"RRE", b"RRD", b"RRG", b"RRA",
    b"ORP", b"ORR",
];

/// A message that was cut into segments. `segments` holds those that matter, in their order.
pub(super) struct Hl7Message<'m> {
    pub(super) bytes: &'m [u8],
    pub(super) header: Segment,
    pub(super) segments: &'m [Segment],
    pub(super) delimiters: Delimiters,
    /// The wanted type of patient identifier.
    pub(super) identifier: Option<&'m [u8]>,
}

/// Whether a segment matters to orders.
pub(super) fn matters(name: &[u8; 3]) -> bool {
    drug::shape(name).is_some()
        || matches!(name, b"PID" | b"PV1" | b"DG1" | b"ORC" | b"RXC" | b"RXR" | b"TQ1")
}

impl<'m> Hl7Message<'m> {
    fn field(&self, segment: &Segment, n: u8) -> Hl7Part<'m> {
        field(self.bytes, segment, n, &self.delimiters)
    }

    /// Makes the records, one after the other, in `draft`, and hands each over with its deciding
    /// segment.
    pub(super) fn records(&self, draft: &mut Hl7Draft, mut take: impl FnMut(&Hl7Draft, &Segment)) {
        let mut person = 0..0;
        let mut at = 0;
        // What precedes the first order belongs to the person, and to every order that follows.
        while at < self.segments.len() {
            let name = &self.segments[at].name;
            if name == b"PID" {
                let end = self.segments[at..]
                    .iter()
                    .position(|s| s.name == *b"ORC" || drug::shape(&s.name).is_some());
                person = at..end.map_or(self.segments.len(), |end| at + end);
                at = person.end;
                continue;
            }
            if name != b"ORC" && drug::shape(name).is_none() {
                at += 1;
                continue;
            }
            let end = self.group_end(at);
            // A person who is named after the order is better than none.
            let named = if person.is_empty() {
                self.segments.iter().position(|s| s.name == *b"PID").map(|at| at..at + 1)
            } else {
                None
            };
            self.group(draft, named.unwrap_or(person.clone()), at, end, &mut take);
            at = end;
        }
    }

    /// Where the group that begins at `start` ends: at the next ORC or PID, or where a second order
    /// begins without one.
    fn group_end(&self, start: usize) -> usize {
        let mut most = 0;
        for (at, segment) in self.segments.iter().enumerate().skip(start) {
            if at > start && matches!(&segment.name, b"ORC" | b"PID") {
                return at;
            }
            if let Some((_, rank)) = drug::shape(&segment.name) {
                if rank < most || rank == most && rank < 3 {
                    return at;
                }
                most = rank;
            }
        }
        self.segments.len()
    }

    fn group(
        &self,
        draft: &mut Hl7Draft,
        person: std::ops::Range<usize>,
        start: usize,
        end: usize,
        take: &mut impl FnMut(&Hl7Draft, &Segment),
    ) {
        let group = &self.segments[start..end];
        let Some(most) =
            group.iter().filter_map(|s| drug::shape(&s.name)).map(|(_, rank)| rank).max()
        else {
            return;
        };
        // An order that follows another without an ORC of its own shares that.
        let control =
            self.segments[..=start].iter().rposition(|s| matches!(&s.name, b"ORC" | b"PID"));
        let control = control.map(|at| &self.segments[at]).filter(|s| s.name == *b"ORC");
        for (at, event) in group.iter().enumerate() {
            let Some((shape, rank)) = drug::shape(&event.name) else { continue };
            if rank == most {
                draft.clear();
                self.identity(draft, group, at, shape);
                for segment in
                    group[..=at].iter().rev().filter(|s| **s == *event || !is_same_rank(s, event))
                {
                    amounts::take(draft, self.bytes, segment, &self.delimiters);
                }
                self.timing(draft, group, at, control);
                self.person(draft, person.clone(), group, control);
                self.control(draft, event, control, rank);
                take(draft, event);
            }
        }
    }

    /// The segments of one name that belong to the event: those after it, else after the order it
    /// came from.
    fn belonging<'g>(
        &self,
        group: &'g [Segment],
        event: usize,
        name: &'static [u8; 3],
    ) -> &'g [Segment] {
        let is_anchor = |s: &Segment| s.name == *b"ORC" || drug::shape(&s.name).is_some();
        let anchors = (0..=event).rev().filter(|&at| {
            at == event
                || at == 0
                || is_anchor(&group[at]) && !is_same_rank(&group[at], &group[event])
        });
        for anchor in anchors {
            let behind = &group[anchor + 1..];
            let behind = &behind[..behind.iter().position(is_anchor).unwrap_or(behind.len())];
            if behind.iter().any(|s| s.name == *name) {
                return behind;
            }
        }
        &[]
    }

    fn identity(&self, draft: &mut Hl7Draft, group: &[Segment], event: usize, shape: &DrugSegment) {
        let delimiters = &self.delimiters;
        let (part, _) = drug::place(self.bytes, &group[event], shape, delimiters);
        drug::codes(draft, part, delimiters);
        drug::texts(draft, part, self.bytes, delimiters);
        for earlier in group[..event].iter().rev().filter(|s| !is_same_rank(s, &group[event])) {
            if let Some((shape, _)) = drug::shape(&earlier.name) {
                let (part, _) = drug::place(self.bytes, earlier, shape, delimiters);
                drug::codes(draft, part, delimiters);
                drug::also(draft, part, self.bytes, delimiters);
            }
        }
        for component in self.belonging(group, event, b"RXC").iter().filter(|s| s.name == *b"RXC") {
            let part = self.field(component, 2);
            drug::codes(draft, part, delimiters);
            drug::also(draft, part, self.bytes, delimiters);
        }
        // An order in free text is in the instructions to the pharmacy.
        if !draft.has(Field::Drug) && group[event].name == *b"RXO" {
            let text = self.field(&group[event], 6).repetition(1, delimiters);
            draft.set(Field::Drug, text.component(2, delimiters), delimiters);
            draft.set(Field::Drug, text.component(1, delimiters), delimiters);
        }
        // What names the drug only by its code's place is the name: `|Codeine 30 mg tablet|`.
        if !draft.has(Field::Drug)
            && part.component(1, delimiters).text.iter().filter(|b| b.is_ascii_alphabetic()).count()
                > 3
        {
            draft.set(Field::Drug, part.component(1, delimiters), delimiters);
        }
        if let Some(route) = self.belonging(group, event, b"RXR").iter().find(|s| s.name == *b"RXR")
        {
            let route = self.field(route, 1);
            draft.set(Field::Route, route.component(2, delimiters), delimiters);
            draft.set(Field::Route, route.component(1, delimiters), delimiters);
        }
    }

    fn timing(
        &self,
        draft: &mut Hl7Draft,
        group: &[Segment],
        event: usize,
        control: Option<&Segment>,
    ) {
        let delimiters = &self.delimiters;
        timing::of_segments(draft, self.bytes, self.belonging(group, event, b"TQ1"), delimiters);
        for segment in group[..=event].iter().rev() {
            let quantity_timing = match &segment.name {
                b"RXE" => self.field(segment, 1),
                b"RXG" => self.field(segment, 3),
                _ => continue,
            };
            timing::of_field(draft, self.bytes, quantity_timing, delimiters);
        }
        if let Some(control) = control {
            timing::of_field(draft, self.bytes, self.field(control, 7), delimiters);
        }
        for segment in group[..=event].iter().rev() {
            amounts::daily(draft, self.bytes, segment, delimiters);
        }
    }

    fn person(
        &self,
        draft: &mut Hl7Draft,
        person: std::ops::Range<usize>,
        group: &[Segment],
        control: Option<&Segment>,
    ) {
        let delimiters = &self.delimiters;
        for segment in self.segments[person].iter().chain(group) {
            match &segment.name {
                b"PID" => patient::take(draft, self.bytes, segment, self.identifier, delimiters),
                b"PV1" => patient::visit(draft, self.bytes, segment, delimiters),
                b"DG1" => {
                    let (what, since) = (self.field(segment, 3), Some(self.field(segment, 5)));
                    patient::diagnosis(draft, self.bytes, what, since, delimiters);
                }
                _ => {}
            }
        }
        if let Some(control) = control {
            patient::diagnosis(draft, self.bytes, self.field(control, 16), None, delimiters);
            draft.set(
                Field::Prescriber,
                self.field(control, 12).repetition(1, delimiters).component(1, delimiters),
                delimiters,
            );
        }
    }

    /// Dates, numbers and status.
    fn control(&self, draft: &mut Hl7Draft, event: &Segment, control: Option<&Segment>, rank: u8) {
        let delimiters = &self.delimiters;
        let first = |segment: &Segment, n: u8| {
            self.field(segment, n).repetition(1, delimiters).component(1, delimiters)
        };
        let nothing = Hl7Part { text: &[], ..self.field(&self.header, 7) };
        let of_control = |n: u8| control.map_or(nothing, |segment| first(segment, n));
        let number = |n: u8| of_control(n).sub(1, delimiters);

        // The order's numbers are what a later cancellation names it by.
        draft.set(Field::Claim, number(2), delimiters);
        if !number(3).is_empty() {
            draft.unset(Field::Prescription);
            draft.set(Field::Prescription, number(3), delimiters);
        }
        let mut action =
            control::action(of_control(1).text, of_control(5).text, self.is_replaced());
        match &event.name {
            b"RXD" => {
                draft.set(Field::Dispensed, first(event, 3), delimiters);
                draft.set(Field::FillNumber, first(event, 1), delimiters);
            }
            b"RXA" => {
                draft.set(Field::Administered, first(event, 3), delimiters);
                let given = first(event, 4);
                draft.unset(Field::Stop);
                draft.set(Field::Stop, given, delimiters);
                action = control::administration(first(event, 20).text, first(event, 21).text)
                    .unwrap_or(action);
            }
            _ => {}
        }
        // One administration, and one give without a timing, is one dose.
        if matches!(&event.name, b"RXA")
            || event.name == *b"RXG" && !draft.has(Field::Frequency) && !draft.has(Field::Stop)
        {
            draft.unset(Field::DaysSupply);
            draft.say(Field::DaysSupply, format_args!("1"), self.field(event, 1));
        }
        let effective = of_control(15);
        draft.set(Field::Start, effective, delimiters);
        let written = [
            of_control(9),
            self.misplaced_date(of_control(8)),
            if event.name == *b"RXE" { first(event, 32) } else { nothing },
            self.sent(),
        ];
        written.into_iter().for_each(|part| draft.set(Field::Written, part, delimiters));

        let is_order = rank < 3;
        let code = of_control(1);
        let mark = match action {
            Action::State if is_order => "order",
            Action::State => return,
            Action::Nothing(why) => return self.status(draft, why, code),
            Action::Change if is_order => "order-change",
            Action::Change => return,
            Action::Cancel if is_order => "order-cancel",
            Action::Cancel => return self.status(draft, "reversed", code),
            Action::Stop => match (is_order, self.stop(draft, effective, &written, is_order)) {
                (true, true) => "order-change",
                (true, false) => "order-stop",
                (false, _) => return,
            },
        };
        draft.say(Field::Adjustment, format_args!("{mark}"), code);
    }

    /// Ends a course, and says whether it had begun by then. `effective` is when it ends, else the
    /// first of `written`.
    fn stop(
        &self,
        draft: &mut Hl7Draft,
        effective: Hl7Part<'_>,
        written: &[Hl7Part<'_>],
        is_order: bool,
    ) -> bool {
        let stop = if effective.is_empty() {
            draft.text(self.bytes, Field::Written)
        } else {
            effective.text
        };
        let stop = date::parse(stop, None).ok();
        let own = [Field::Administered, Field::Dispensed, Field::Start]
            .into_iter()
            .find(|field| draft.has(*field));
        let start = own.and_then(|field| date::parse(draft.text(self.bytes, field), None).ok());
        let began = start.zip(stop).is_some_and(|(start, stop)| start < stop);
        let day = if began || !is_order {
            Field::Discontinued
        } else {
            // It only says when an order that was given elsewhere has ended.
            draft.unset(Field::Start);
            draft.unset(Field::Written);
            Field::Written
        };
        draft.set(day, effective, &self.delimiters);
        written.iter().for_each(|part| draft.set(day, *part, &self.delimiters));
        began
    }

    fn status(&self, draft: &mut Hl7Draft, word: &str, code: Hl7Part<'_>) {
        draft.say(Field::Status, format_args!("{word}"), code);
    }

    /// A date that is one field early; anything else there is not a date.
    fn misplaced_date(&self, part: Hl7Part<'m>) -> Hl7Part<'m> {
        let is_date = part.text.len() >= 8 && part.text.iter().all(u8::is_ascii_digit);
        if is_date { part } else { Hl7Part { text: &[], ..part } }
    }

    /// When the message was sent, where it is one that states orders as they happen.
    fn sent(&self) -> Hl7Part<'m> {
        let kind = self.field(&self.header, 9).component(1, &self.delimiters).text.trim_ascii();
        let sent = self.field(&self.header, 7).component(1, &self.delimiters);
        if STATES_ORDERS.contains(&kind) { sent } else { Hl7Part { text: &[], ..sent } }
    }

    /// Whether the message holds an order that takes another's place.
    fn is_replaced(&self) -> bool {
        self.segments.iter().any(|s| {
            s.name == *b"ORC" && self.field(s, 1).text.trim_ascii().eq_ignore_ascii_case(b"RO")
        })
    }
}

fn is_same_rank(a: &Segment, b: &Segment) -> bool {
    let rank = |s: &Segment| drug::shape(&s.name).map(|(_, rank)| rank);
    rank(a) == rank(b)
}

//! One message made into records: one per order group about a drug.
//!
//! An ORC segment begins a group. What follows is the same order seen several times: as ordered (RXO), as encoded by the pharmacy (RXE), as
//! dispensed, given or administered (RXD, RXG, RXA). The most specific one is the record's event and place, and says which drug it is; a different
//! name before it is kept for comparison. Several dispenses or administrations in one group are several records. A group that names no drug is a
//! cancellation, a change, or was cut off.

mod mark;

use super::control::{self, Action};
use super::delimiters::Delimiters;
use super::draft::Hl7Draft;
use super::drug::{self, DrugSegment};
use super::patient::Naming;
use super::segments::{Hl7Part, Segment, field};
use super::spans::{self, Span};
use super::{amounts, patient, tabular, timing};
use rxlint_model::record::{FREE_TEXT, Field};

/// Messages that are only about drugs.
const ABOUT_DRUGS: [&[u8]; 5] = [b"RDE", b"RDS", b"RGV", b"RAS", b"OMP"];

const NO_DRUG: &str = "this order names no drug: its segment for that (RXO, RXE, RXD, RXG or RXA) is missing, so that the message may have been cut off; send it again";
const NO_ORDER: &str = "this message orders, dispenses or gives a drug by its type, and holds no order: it may have been cut off; send it again";
const CUT: &str = "the message ends in the middle of its last segment, before or within the drug's name: it was cut off; send it again";
const TOO_MANY_PARTS: &str = "this order has more than 500 components (RXC), which no compound has: send each order in a group of its own";
const TOO_MANY_DIAGNOSES: &str = "this message repeats too many diagnoses (DG1) for too many orders: send fewer orders in one message";

/// More components than this do not belong to one compound.
const MOST_PARTS: usize = 500;

/// Diagnoses times orders of a message, at most.
const MOST_DIAGNOSES: usize = 1 << 20;

/// A message cut into segments. `segments` holds those that matter, in order.
pub(super) struct Hl7Message<'m> {
    pub(super) bytes: &'m [u8],
    pub(super) header: Segment,
    pub(super) segments: &'m [Segment],
    pub(super) delimiters: Delimiters,
    /// How people are named.
    pub(super) naming: Naming<'m>,
}

/// Whether messages of this kind are only about drugs. One whose header ends before its type may be.
pub(super) fn is_about_drugs(kind: &[u8]) -> bool {
    kind.is_empty() || ABOUT_DRUGS.contains(&kind)
}

/// Whether a segment matters to orders.
pub(super) fn matters(name: &[u8; 3]) -> bool {
    drug::shape(name).is_some()
        || matches!(name, b"PID" | b"PV1" | b"DG1" | b"ORC" | b"RXC" | b"RXR" | b"TQ1")
        || is_of_others(name)
        || matches!(name, b"RDF" | b"RDT")
}

/// Takes the drug from a free text.
fn free_text(draft: &mut Hl7Draft, text: Hl7Part<'_>, delimiters: &Delimiters) {
    if !draft.has(Field::Drug) && !text.is_empty() {
        draft.set(Field::Drug, text, delimiters);
        draft.say(Field::CodeSystem, format_args!("{FREE_TEXT}"), text);
    }
}

/// Whether a segment says that an order is about something other than a drug.
fn is_of_others(name: &[u8; 3]) -> bool {
    matches!(name, b"OBR" | b"ODS" | b"ODT" | b"RQD" | b"RQ1" | b"BPO" | b"PRT" | b"SCH")
}

/// The segments of a group, sorted out once for all its events.
struct Group<'m> {
    segments: &'m [Segment],
    /// Its ORC, or that of the order before it.
    control: Option<&'m Segment>,
    /// What precedes it and belongs to the person.
    person: &'m [Segment],
    /// What it says about the person itself.
    own_person: Vec<&'m Segment>,
    /// The numbers of the segments that show the same order less specifically, and of its ORC.
    others: Vec<usize>,
    /// Whether another order of the message replaces those that are replaced.
    is_replaced: bool,
}

impl<'m> Hl7Message<'m> {
    pub(super) fn field(&self, segment: &Segment, n: u8) -> Hl7Part<'m> {
        field(self.bytes, segment, n, &self.delimiters)
    }

    /// The kind of message: `RDE`.
    pub(super) fn kind(&self) -> &'m [u8] {
        self.field(&self.header, 9).component(1, &self.delimiters).text.trim_ascii()
    }

    /// Makes the records, one after the other, in `draft`, and hands each over with its deciding segment; or says why there is none.
    pub(super) fn records(
        &self,
        draft: &mut Hl7Draft,
        mut take: impl FnMut(Result<&Hl7Draft, &'static str>, &Segment),
    ) {
        let about_drugs = is_about_drugs(self.kind());
        let begins = |s: &Segment| s.name == *b"ORC" || drug::shape(&s.name).is_some();
        let count =
            |counts: &dyn Fn(&Segment) -> bool| self.segments.iter().filter(|s| counts(s)).count();
        let orders = count(&begins);
        if orders == 0 && tabular::records(self, draft, &mut take) {
            return;
        }
        if orders == 0 {
            if about_drugs {
                take(Err(NO_ORDER), &self.header);
            }
            return;
        }
        if orders.saturating_mul(count(&|s| s.name == *b"DG1")) > MOST_DIAGNOSES {
            return take(Err(TOO_MANY_DIAGNOSES), &self.header);
        }
        let is_replaced = self.is_replaced();
        let first_person = self.segments.iter().position(|s| s.name == *b"PID");
        let (mut person, mut control) = (0..0, None);
        let mut at = 0;
        // What precedes the first order belongs to the person, and to every order that follows.
        while at < self.segments.len() {
            let segment = &self.segments[at];
            if segment.name == *b"PID" {
                let end = self.segments[at..].iter().position(begins);
                person = at..end.map_or(self.segments.len(), |end| at + end);
                at = person.end;
                control = None;
                continue;
            }
            if !begins(segment) {
                at += 1;
                continue;
            }
            let end = self.group_end(at);
            // An order that follows another without its own ORC shares that one.
            control = if segment.name == *b"ORC" { Some(segment) } else { control };
            // A person named after the order is better than none.
            let named = first_person.filter(|_| person.is_empty()).map(|at| at..at + 1);
            let segments = &self.segments[at..end];
            let most =
                segments.iter().filter_map(|s| drug::shape(&s.name)).map(|(_, rank)| rank).max();
            let is_person = |s: &&Segment| matches!(&s.name, b"PID" | b"PV1" | b"DG1" | b"OBX");
            let is_other = |s: &Segment| {
                s.name == *b"ORC"
                    || drug::shape(&s.name).is_some_and(|(_, rank)| Some(rank) != most)
            };
            let group = Group {
                segments,
                control,
                person: &self.segments[named.unwrap_or(person.clone())],
                own_person: segments.iter().filter(is_person).collect(),
                others: (0..segments.len()).filter(|&at| is_other(&segments[at])).collect(),
                is_replaced,
            };
            let answers = || self.is_link(&group) || self.decides(&group);
            match most {
                Some(most) => self.group(draft, &group, most, &mut take),
                None if segments.iter().any(|s| is_of_others(&s.name)) => {}
                None if about_drugs || self.kind() == b"ORM" || answers() => {
                    self.without_drug(draft, &group, &mut take);
                }
                None => {}
            }
            at = end;
        }
    }

    /// An order that names no drug: it may end another by its number.
    fn without_drug(
        &self,
        draft: &mut Hl7Draft,
        group: &Group<'m>,
        take: &mut impl FnMut(Result<&Hl7Draft, &'static str>, &Segment),
    ) {
        let Some(control) = group.control else { return };
        let code = self.field(control, 1).component(1, &self.delimiters).text;
        match self.action_of(group) {
            // The orders of a parent follow, each with its drug.
            Action::State if code.trim_ascii().eq_ignore_ascii_case(b"PA") => return,
            Action::State if !self.tells_only(code) => return take(Err(NO_DRUG), control),
            _ => {}
        }
        draft.clear();
        self.person(draft, group);
        self.control(draft, control, group, 1);
        take(Ok(draft), control);
    }

    /// What a group's own ORC says about its order.
    fn action_of(&self, group: &Group<'_>) -> Action {
        let of = |n: u8| {
            let first = |control| self.field(control, n).component(1, &self.delimiters).text;
            group.control.map_or(&b""[..], first)
        };
        control::action(of(1), of(5), group.is_replaced)
    }

    /// Where the group that begins at `start` ends: at the next ORC or PID, or where a second order begins without one.
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
        group: &Group<'m>,
        most: u8,
        take: &mut impl FnMut(Result<&Hl7Draft, &'static str>, &Segment),
    ) {
        for (at, event) in group.segments.iter().enumerate() {
            let Some((shape, rank)) = drug::shape(&event.name) else { continue };
            if rank == most {
                draft.clear();
                if self.is_cut(event, shape) {
                    take(Err(CUT), event);
                    continue;
                }
                let parts = self.belonging(group, at, b"RXC");
                if parts.iter().filter(|s| s.name == *b"RXC").count() > MOST_PARTS {
                    take(Err(TOO_MANY_PARTS), event);
                    continue;
                }
                self.identity(draft, group, at, shape);
                for segment in group.seen(at) {
                    amounts::take(draft, self.bytes, segment, &self.delimiters);
                }
                self.timing(draft, group, at);
                self.person(draft, group);
                for segment in group.seen(at) {
                    amounts::prescriber_named(draft, self.bytes, segment, &self.delimiters);
                }
                self.control(draft, event, group, rank);
                take(Ok(draft), event);
            }
        }
    }

    /// Whether the message ends without a line end, in this segment, before anything follows the drug.
    fn is_cut(&self, event: &Segment, shape: &DrugSegment) -> bool {
        let is_last = event.end == self.bytes.len();
        let fields = || {
            memchr::memchr_iter(self.delimiters.field, &self.bytes[event.start..event.end]).count()
        };
        is_last && fields() <= usize::from(shape.drug)
    }

    /// The segments of one name that belong to the event: those after it, else after the order it came from.
    fn belonging(&self, group: &Group<'m>, event: usize, name: &'static [u8; 3]) -> &'m [Segment] {
        let is_anchor = |s: &Segment| s.name == *b"ORC" || drug::shape(&s.name).is_some();
        let earlier = group.others.iter().rev().copied().filter(|&at| at < event);
        for anchor in [event].into_iter().chain(earlier).chain([0]) {
            let behind = &group.segments[anchor + 1..];
            let behind = &behind[..behind.iter().position(is_anchor).unwrap_or(behind.len())];
            if behind.iter().any(|s| s.name == *name) {
                return behind;
            }
        }
        &[]
    }

    fn identity(&self, draft: &mut Hl7Draft, group: &Group<'m>, event: usize, shape: &DrugSegment) {
        let delimiters = &self.delimiters;
        let segment = &group.segments[event];
        let more = |draft: &mut Hl7Draft, segment: &Segment, n: u8, moved: u8| {
            if n > 0 {
                let part = self.field(segment, n + moved);
                drug::supplementary(draft, part, self.bytes, delimiters);
            }
        };
        let (part, moved) = drug::place(self.bytes, segment, shape, delimiters);
        drug::codes(draft, part, delimiters);
        drug::texts(draft, part, self.bytes, delimiters);
        more(draft, segment, shape.supplementary, moved);
        for earlier in group.seen(event).skip(1) {
            if let Some((shape, _)) = drug::shape(&earlier.name) {
                let (part, moved) = drug::place(self.bytes, earlier, shape, delimiters);
                if drug::earlier(draft, part, self.bytes, delimiters) {
                    more(draft, earlier, shape.supplementary, moved);
                }
            }
        }
        for component in self.belonging(group, event, b"RXC").iter().filter(|s| s.name == *b"RXC") {
            let part = self.field(component, 2);
            drug::codes(draft, part, delimiters);
            drug::also(draft, part, self.bytes, delimiters);
            more(draft, component, 7, 0);
        }
        // A free-text order is in the instructions to the pharmacy.
        if !draft.has(Field::Drug) && segment.name == *b"RXO" {
            let text = self.field(segment, 6).repetition(1, delimiters);
            free_text(draft, amounts::words(text, delimiters), delimiters);
        }
        // A drug that is named only in place of its code: `|Codeine 30 mg tablet|`.
        if !draft.has(Field::Drug)
            && part.component(1, delimiters).text.iter().filter(|b| b.is_ascii_alphabetic()).count()
                > 3
        {
            draft.set(Field::Drug, part.component(1, delimiters), delimiters);
        }
        // Some write the drug only into the instructions.
        if !draft.has(Field::Drug) && !drug::has_known_code(draft) && shape.directions > 0 {
            let text = self.field(segment, shape.directions).repetition(1, delimiters);
            free_text(draft, amounts::words(text, delimiters), delimiters);
        }
        if let Some(route) = self.belonging(group, event, b"RXR").iter().find(|s| s.name == *b"RXR")
        {
            let route = self.field(route, 1);
            draft.set(Field::Route, route.component(2, delimiters), delimiters);
            draft.set(Field::Route, route.component(1, delimiters), delimiters);
        }
    }

    fn timing(&self, draft: &mut Hl7Draft, group: &Group<'m>, event: usize) {
        let delimiters = &self.delimiters;
        let own = self.belonging(group, event, b"TQ1");
        let mut spans: Vec<Span<'m>> =
            timing::of_segments(draft, self.bytes, own, delimiters).into_iter().collect();
        for segment in group.seen(event) {
            let quantity_timing = match &segment.name {
                b"RXE" => self.field(segment, 1),
                b"RXG" => self.field(segment, 3),
                _ => continue,
            };
            spans.extend(timing::of_field(draft, self.bytes, quantity_timing, delimiters));
        }
        if let Some(control) = group.control {
            let quantity_timing = self.field(control, 7);
            spans.extend(timing::of_field(draft, self.bytes, quantity_timing, delimiters));
        }
        // What is given now has its own timing, whatever its order says.
        if !matches!(&group.segments[event].name, b"RXG" | b"RXA") {
            spans::reconcile(draft, &spans, delimiters);
        }
        for segment in group.seen(event) {
            amounts::daily(draft, self.bytes, segment, delimiters);
        }
        for segment in group.seen(event) {
            amounts::directions_in_notes(draft, self.bytes, segment, delimiters);
        }
    }

    fn person(&self, draft: &mut Hl7Draft, group: &Group<'m>) {
        let delimiters = &self.delimiters;
        for segment in group.person.iter().chain(group.own_person.iter().copied()) {
            match &segment.name {
                b"PID" => patient::take(draft, self.bytes, segment, self.naming, delimiters),
                b"PV1" => patient::visit(draft, self.bytes, segment, delimiters),
                b"OBX" => patient::observation(draft, self.bytes, segment, delimiters),
                b"DG1" => {
                    let (what, since) = (self.field(segment, 3), Some(self.field(segment, 5)));
                    patient::diagnosis(draft, self.bytes, what, since, delimiters);
                }
                _ => {}
            }
        }
        if let Some(control) = group.control {
            patient::diagnosis(draft, self.bytes, self.field(control, 16), None, delimiters);
            amounts::number_of_person(draft, self.field(control, 12), delimiters);
            amounts::name_of_person(draft, self.field(control, 12), delimiters);
        }
    }

    /// Whether an ORC without a drug says what became of an order. In a message of dispenses or administrations, a segment is missing instead.
    fn tells_only(&self, control: &[u8]) -> bool {
        let is_of_event = matches!(self.kind(), b"RDS" | b"RGV" | b"RAS");
        control::tells_only(control) && !(is_of_event && control::is_answer(control))
    }

    /// Whether an answer gives an order its second number.
    fn is_link(&self, group: &Group<'_>) -> bool {
        let of = |n: u8| {
            group.control.map(|control| self.field(control, n).component(1, &self.delimiters))
        };
        let says = |n: u8| of(n).is_some_and(|part| !part.is_empty());
        let tells = || of(1).is_some_and(|code| self.tells_only(code.text));
        self.is_response() && says(2) && says(3) && tells()
    }

    /// Whether an answer without a drug says that an order was not accepted, has ended, or could not be cancelled.
    fn decides(&self, group: &Group<'_>) -> bool {
        use Action::{Cancel, Hold, Keep, Replaced, Stop};
        self.is_response()
            && !group.person.is_empty()
            && matches!(self.action_of(group), Cancel | Hold | Keep(_) | Replaced | Stop)
    }

    /// Whether the message answers another that holds the order.
    fn is_response(&self) -> bool {
        matches!(self.kind(), b"RRE" | b"ORR" | b"ORP")
    }

    /// Whether the message holds an order that replaces another.
    fn is_replaced(&self) -> bool {
        self.segments.iter().any(|s| {
            s.name == *b"ORC" && self.field(s, 1).text.trim_ascii().eq_ignore_ascii_case(b"RO")
        })
    }
}

impl<'m> Group<'m> {
    /// A number of its ORC, whole.
    fn entity(&self, message: &Hl7Message<'m>, n: u8) -> Hl7Part<'m> {
        let nothing = Hl7Part { text: &[], ..message.field(&message.header, 7) };
        self.control
            .map_or(nothing, |control| message.field(control, n).repetition(1, &message.delimiters))
    }

    /// The same order as it was seen: the event, then what precedes it, the most recent first.
    fn seen(&self, event: usize) -> impl Iterator<Item = &'m Segment> {
        let (segments, others) = (self.segments, &self.others);
        let earlier = others[..others.partition_point(|&at| at < event)].iter().rev();
        let earlier: Vec<usize> = earlier.copied().collect();
        [event].into_iter().chain(earlier).map(move |at| &segments[at])
    }
}

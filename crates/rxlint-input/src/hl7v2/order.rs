//! One message made into records: one for each order group that is about a drug.
//!
//! An ORC segment begins a group. What follows is the same order seen several times: as ordered
//! (RXO), as encoded by the pharmacy (RXE), as dispensed, given or administered (RXD, RXG, RXA).
//! The most specific one is the record's event and place, and says which drug it is; another name
//! before it is kept beside it, to be compared. Several dispenses or administrations in one group are
//! several records. A group that names no drug is a cancellation, a change, or was cut off.

use super::control::{self, Action};
use super::delimiters::Delimiters;
use super::draft::Hl7Draft;
use super::drug::{self, DrugSegment};
use super::patient::Naming;
use super::segments::{Hl7Part, Segment, field};
use super::spans::{self, Span};
use super::{amounts, patient, tabular, timing};
use rxlint_model::date;
use rxlint_model::record::{FREE_TEXT, Field, decode};

/// Responses to queries and other messages whose own date says nothing about the order in them are
/// not in this list.
const STATES_ORDERS: [&[u8]; 14] = [
    b"RDE", b"RDS", b"RGV", b"RAS", b"OMP", b"ORM", b"PPR", b"VXU", b"RRE", b"RRD", b"RRG", b"RRA",
    b"ORP", b"ORR",
];

/// Messages that are about drugs and nothing else.
const ABOUT_DRUGS: [&[u8]; 5] = [b"RDE", b"RDS", b"RGV", b"RAS", b"OMP"];

const NO_DRUG: &str = "this order names no drug: its segment for that (RXO, RXE, RXD, RXG or RXA) is missing, so that the message may have been cut off; send it again";
const NO_ORDER: &str = "this message orders, dispenses or gives a drug by its type, and holds no order: it may have been cut off; send it again";
const CUT: &str = "the message ends in the middle of its last segment, before or within the drug's name: it was cut off; send it again";
const TOO_MANY_PARTS: &str = "this order has more than 500 components (RXC), which no compound has: send each order in a group of its own";
const TOO_MANY_DIAGNOSES: &str = "this message repeats too many diagnoses (DG1) for too many orders: send fewer orders in one message";

/// More components than this are none of one compound.
const MOST_PARTS: usize = 500;

/// A longer text is no status.
const MOST_STATUS: usize = 30;

/// Diagnoses times orders of a message, at most.
const MOST_DIAGNOSES: usize = 1 << 20;

/// A message that was cut into segments. `segments` holds those that matter, in their order.
pub(super) struct Hl7Message<'m> {
    pub(super) bytes: &'m [u8],
    pub(super) header: Segment,
    pub(super) segments: &'m [Segment],
    pub(super) delimiters: Delimiters,
    /// How people are named.
    pub(super) naming: Naming<'m>,
}

/// Whether messages of this kind are about drugs and nothing else. One whose header ends before its type may be.
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

/// Takes the drug from a text in which people write what they like.
fn free_text(draft: &mut Hl7Draft, text: Hl7Part<'_>, delimiters: &Delimiters) {
    if !draft.has(Field::Drug) && !text.is_empty() {
        draft.set(Field::Drug, text, delimiters);
        draft.say(Field::CodeSystem, format_args!("{FREE_TEXT}"), text);
    }
}

/// Whether a segment says that an order is about something else than a drug.
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
    /// What it says of the person itself.
    own_person: Vec<&'m Segment>,
    /// The numbers of the segments that see the same order less specifically, and of its ORC.
    others: Vec<usize>,
    /// Whether another order of the message takes the place of those that are replaced.
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

    /// Makes the records, one after the other, in `draft`, and hands each over with its deciding
    /// segment; or why there is none.
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
            // An order that follows another without an ORC of its own shares that.
            control = if segment.name == *b"ORC" { Some(segment) } else { control };
            // A person who is named after the order is better than none.
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

    /// What a group's own ORC says of its order.
    fn action_of(&self, group: &Group<'_>) -> Action {
        let of = |n: u8| {
            let first = |control| self.field(control, n).component(1, &self.delimiters).text;
            group.control.map_or(&b""[..], first)
        };
        control::action(of(1), of(5), group.is_replaced)
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

    /// The segments of one name that belong to the event: those after it, else after the order it
    /// came from.
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
        // An order in free text is in the instructions to the pharmacy.
        if !draft.has(Field::Drug) && segment.name == *b"RXO" {
            let text = self.field(segment, 6).repetition(1, delimiters);
            free_text(draft, amounts::words(text, delimiters), delimiters);
        }
        // What names the drug only by its code's place is the name: `|Codeine 30 mg tablet|`.
        if !draft.has(Field::Drug)
            && part.component(1, delimiters).text.iter().filter(|b| b.is_ascii_alphabetic()).count()
                > 3
        {
            draft.set(Field::Drug, part.component(1, delimiters), delimiters);
        }
        // Some write the drug into the instructions alone.
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
        // What is given now is timed by itself, whatever its order says.
        if !matches!(&group.segments[event].name, b"RXG" | b"RXA") {
            spans::reconcile(draft, &spans, delimiters);
        }
        for segment in group.seen(event) {
            amounts::daily(draft, self.bytes, segment, delimiters);
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
            draft.set(
                Field::Prescriber,
                self.field(control, 12).repetition(1, delimiters).component(1, delimiters),
                delimiters,
            );
        }
    }

    /// Dates, numbers and status.
    fn control(&self, draft: &mut Hl7Draft, event: &Segment, group: &Group<'m>, rank: u8) {
        let delimiters = &self.delimiters;
        let control = group.control;
        let first = |segment: &Segment, n: u8| {
            self.field(segment, n).repetition(1, delimiters).component(1, delimiters)
        };
        let nothing = Hl7Part { text: &[], ..self.field(&self.header, 7) };
        let of_control = |n: u8| control.map_or(nothing, |segment| first(segment, n));
        let number = |n: u8| of_control(n).sub(1, delimiters);

        // The order's numbers are what a later cancellation names it by, each within its namespace.
        self.number(draft, Field::Claim, of_control(2), group.entity(self, 2));
        if !number(3).is_empty() {
            draft.unset(Field::Prescription);
            self.number(draft, Field::Prescription, of_control(3), group.entity(self, 3));
        }
        let ordered = control::action(of_control(1).text, of_control(5).text, group.is_replaced);
        let action = self.event(draft, event, ordered).unwrap_or(ordered);
        let effective = of_control(15);
        // On an order that is stopped it is the end.
        if rank >= 3 || !matches!(action, Action::Stop | Action::Replaced) {
            draft.set(Field::Start, effective, delimiters);
        }
        let written = [
            of_control(9),
            self.misplaced_date(of_control(8)),
            if event.name == *b"RXE" { first(event, 32) } else { nothing },
            self.sent(),
        ];
        written.into_iter().for_each(|part| draft.set(Field::Written, part, delimiters));
        if event.name == *b"RXG" && draft.text(self.bytes, Field::DaysSupply) == b"1" {
            self.one_give(draft, event);
        }

        self.tell_unknown(draft, "ORC-1", of_control(1), control::CONTROLS);
        self.tell_unknown(draft, "ORC-5", of_control(5), control::STATUSES);
        let code = of_control(1);
        let dates = (effective, &written[..]);
        let Some(mark) = self.mark(draft, event, action, rank < 3, code, dates) else { return };
        draft.say(Field::Adjustment, format_args!("{mark}"), code);
        // What takes an order back, and what states it again afterwards, are told apart by when they were sent. That stands where a
        // fill has its number.
        let said = [self.sent(), of_control(9), self.misplaced_date(of_control(8))];
        said.into_iter().for_each(|part| draft.set(Field::FillNumber, part, delimiters));
        // Many are sent at once, long after: what the order says of its own time goes first.
        let is_timed = |part: &Hl7Part<'_>| control::time_of_day(part.text).is_some();
        for part in [said[1], said[2], said[0]].into_iter().filter(is_timed) {
            draft.set(Field::Processed, part, delimiters);
        }
    }

    /// What a dispense or an administration says of itself; and what became of it, where it says so.
    fn event(&self, draft: &mut Hl7Draft, event: &Segment, ordered: Action) -> Option<Action> {
        let delimiters = &self.delimiters;
        let first = |n: u8| self.field(event, n).repetition(1, delimiters).component(1, delimiters);
        let mut action = None;
        match &event.name {
            b"RXD" => {
                draft.set(Field::Dispensed, first(3), delimiters);
                draft.set(Field::FillNumber, first(1), delimiters);
                if control::is_nothing(first(4).text) {
                    action = Some(Action::Nothing("not dispensed"));
                }
            }
            b"RXA" => {
                draft.set(Field::Administered, first(3), delimiters);
                // Of several doses of a day, the time tells which is meant. It stands where a fill has its number.
                if let Some(time) = control::time_of_day(first(3).text) {
                    draft.say(Field::FillNumber, format_args!("{time}"), first(3));
                }
                draft.unset(Field::Stop);
                draft.set(Field::Stop, first(4), delimiters);
                let said =
                    [20, 21, 18, 9, 6].map(|n| self.field(event, n).repetition(1, delimiters));
                let drug = draft.text(self.bytes, Field::Drug);
                action = control::administration(said.map(|part| part.text), drug, ordered);
                self.tell_unknown(draft, "RXA-20", first(20), control::ADMINISTRATIONS);
                self.tell_unknown(draft, "RXA-21", first(21), control::ACTIONS);
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
        action
    }

    /// One give is a dose of its order, and carries out no more of it.
    fn one_give(&self, draft: &mut Hl7Draft, event: &Segment) {
        let dated = [Field::Start, Field::Written].into_iter().find(|&field| draft.has(field));
        let Some(day) = dated.map(|field| decode(draft.text(self.bytes, field)).into_owned())
        else {
            return;
        };
        draft.say(Field::Administered, format_args!("{day}"), self.field(event, 3));
    }

    /// As what a record changes its order; none where it changes none, since it is itself what was stopped, or goes on. The
    /// dates are when that takes effect, and when it was written.
    fn mark(
        &self,
        draft: &mut Hl7Draft,
        event: &Segment,
        action: Action,
        is_order: bool,
        code: Hl7Part<'_>,
        (effective, written): (Hl7Part<'_>, &[Hl7Part<'_>]),
    ) -> Option<&'static str> {
        let status = |draft: &mut Hl7Draft, why| {
            self.status(draft, why, code);
            None
        };
        Some(match action {
            Action::State | Action::Change
                if event.name == *b"ORC" && self.tells_only(code.text) =>
            {
                "order-status"
            }
            // What answers an order states nothing new, unless it states it.
            Action::State if is_order && self.is_response() => "order-change",
            Action::State if is_order && control::is_answer(code.text) => "order-answer",
            Action::State if is_order => "order",
            Action::State => return None,
            Action::Nothing(why) => return status(draft, why),
            Action::Keep(refused) if is_order => {
                // One that names its drug states the order as well.
                if event.name == *b"ORC" {
                    self.stop_elsewhere(draft, effective, written);
                }
                refused
            }
            // What is ordered from now on, be it another drug.
            Action::Change if is_order && code.text.trim_ascii().eq_ignore_ascii_case(b"XO") => {
                "order-exchange"
            }
            // One that names its drug is the order as it goes on from now; one that names none lifts the hold.
            Action::Release if is_order && event.name != *b"ORC" => "order-exchange",
            // Whoever names the drug once more may name what is taken from now on.
            Action::Replace if is_order && event.name != *b"ORC" => "order-change",
            Action::Change if is_order => "order-change",
            Action::Keep(_) | Action::Change => return None,
            Action::Cancel if is_order => "order-cancel",
            Action::Cancel => return status(draft, "reversed"),
            Action::Hold | Action::Replace if is_order => {
                self.stop_elsewhere(draft, effective, written);
                "order-hold"
            }
            // What was handed out before is not taken back by that.
            Action::Hold if draft.has(Field::Dispensed) => return None,
            Action::Hold => return status(draft, "on hold"),
            Action::Replace => return None,
            Action::Release if !is_order => return None,
            Action::Release => {
                self.stop_elsewhere(draft, effective, written);
                "order-release"
            }
            Action::Stop | Action::Replaced => {
                match (is_order, self.stop(draft, effective, written, (action, is_order))) {
                    (true, true) => "order-ended",
                    (true, false) if action == Action::Replaced => "order-hold",
                    (true, false) => "order-stop",
                    (false, _) => return None,
                }
            }
        })
    }

    /// Ends a course, and says whether it had begun by then. `effective` is when it ends, else the first of `written`.
    fn stop(
        &self,
        draft: &mut Hl7Draft,
        effective: Hl7Part<'_>,
        written: &[Hl7Part<'_>],
        (action, is_order): (Action, bool),
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
        // The day of a stop is the last, and may be the only one; what took its place on its first day took all of it.
        let least = i32::from(action == Action::Replaced);
        let began = start.zip(stop).is_some_and(|(start, stop)| stop.since(start) >= least);
        if !began && is_order {
            self.stop_elsewhere(draft, effective, written);
            return false;
        }
        draft.set(Field::Discontinued, effective, &self.delimiters);
        written.iter().for_each(|part| draft.set(Field::Discontinued, *part, &self.delimiters));
        began
    }

    /// It only says when an order that was given elsewhere has ended.
    fn stop_elsewhere(
        &self,
        draft: &mut Hl7Draft,
        effective: Hl7Part<'_>,
        written: &[Hl7Part<'_>],
    ) {
        draft.unset(Field::Start);
        draft.unset(Field::Written);
        draft.set(Field::Written, effective, &self.delimiters);
        written.iter().for_each(|part| draft.set(Field::Written, *part, &self.delimiters));
    }

    /// Sets an order's number together with who gave it: `NUMBER^NAMESPACE`, the latter empty where it is left out.
    fn number(&self, draft: &mut Hl7Draft, field: Field, number: Hl7Part<'m>, entity: Hl7Part<'m>) {
        let (number, namespace) =
            (number.sub(1, &self.delimiters), entity.component(2, &self.delimiters));
        if number.is_empty() {
            return;
        }
        let [number_text, namespace] =
            [number, namespace].map(|part| decode(part.text.trim_ascii()));
        draft.say(field, format_args!("{number_text}^{namespace}"), number);
    }

    /// Tells a code that its table does not have, as a status that is not known. A word there may be a status of the list.
    fn tell_unknown(&self, draft: &mut Hl7Draft, field: &str, code: Hl7Part<'_>, known: &[&[u8]]) {
        let text = code.text.trim_ascii();
        if code.is_empty() || control::is_listed(text, known) || text.len() > MOST_STATUS {
            return;
        }
        let text = decode(text);
        match text.len() {
            0..=2 => draft.say(Field::Status, format_args!("{field} {text}"), code),
            _ => draft.say(Field::Status, format_args!("{text}"), code),
        }
    }

    fn status(&self, draft: &mut Hl7Draft, word: &str, code: Hl7Part<'_>) {
        draft.unset(Field::Status);
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

    /// Whether an ORC without a drug says what became of an order. In a message of what was handed out or given a segment is missing.
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

    /// Whether an answer without a drug says that an order was not accepted, is no longer taken, or could not be taken back.
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

    /// Whether the message holds an order that takes another's place.
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

    /// The same order as it was seen: the event, then what is before it, the most recent first.
    fn seen(&self, event: usize) -> impl Iterator<Item = &'m Segment> {
        let (segments, others) = (self.segments, &self.others);
        let earlier = others[..others.partition_point(|&at| at < event)].iter().rev();
        let earlier: Vec<usize> = earlier.copied().collect();
        [event].into_iter().chain(earlier).map(move |at| &segments[at])
    }
}

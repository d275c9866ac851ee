//! When an order was stated, under which numbers, and what its message does to it.

use super::super::control::{self, Action};
use super::super::draft::Hl7Draft;
use super::super::segments::{Hl7Part, Segment};
use super::{Group, Hl7Message};
use rxlint_model::date;
use rxlint_model::record::{Field, decode};

/// Not in this list: responses to queries and other messages whose own date says nothing about the order in them.
const STATES_ORDERS: [&[u8]; 14] = [
    b"RDE", b"RDS", b"RGV", b"RAS", b"OMP", b"ORM", b"PPR", b"VXU", b"RRE", b"RRD", b"RRG", b"RRA",
    b"ORP", b"ORR",
];

/// A longer text is not a status.
const MOST_STATUS: usize = 30;

impl<'m> Hl7Message<'m> {
    /// Dates, numbers and status.
    pub(super) fn control(
        &self,
        draft: &mut Hl7Draft,
        event: &Segment,
        group: &Group<'m>,
        rank: u8,
    ) {
        let delimiters = &self.delimiters;
        let control = group.control;
        let first = |segment: &Segment, n: u8| {
            self.field(segment, n).repetition(1, delimiters).component(1, delimiters)
        };
        let nothing = Hl7Part { text: &[], ..self.field(&self.header, 7) };
        let of_control = |n: u8| control.map_or(nothing, |segment| first(segment, n));
        let number = |n: u8| of_control(n).sub(1, delimiters);

        // The order's numbers are those by which a later cancellation names it, each within its namespace.
        self.number(draft, Field::Claim, of_control(2), group.entity(self, 2));
        if !number(3).is_empty() {
            draft.unset(Field::Prescription);
            self.number(draft, Field::Prescription, of_control(3), group.entity(self, 3));
        }
        let ordered = control::action(of_control(1).text, of_control(5).text, group.is_replaced);
        let action = self.event(draft, event, ordered).unwrap_or(ordered);
        let effective = of_control(15);
        // For an order that is stopped it is the end.
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
        // What cancels an order, and what states it again afterwards, are distinguished by when
        // they were sent. That is kept in the place of a fill number.
        let said = [self.sent(), of_control(9), self.misplaced_date(of_control(8))];
        said.into_iter().for_each(|part| draft.set(Field::FillNumber, part, delimiters));
        // Many are sent at once, long after: the order's own time has priority.
        let is_timed = |part: &Hl7Part<'_>| control::time_of_day(part.text).is_some();
        for part in [said[1], said[2], said[0]].into_iter().filter(is_timed) {
            draft.set(Field::Processed, part, delimiters);
        }
    }

    /// What a dispense or an administration says about itself; and what became of it, if it says so.
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
                // If there are several doses on a day, the time shows which is meant. It is kept in the place of a fill number.
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

    /// One give is a dose of its order, and carries out only that much of it.
    fn one_give(&self, draft: &mut Hl7Draft, event: &Segment) {
        let dated = [Field::Start, Field::Written].into_iter().find(|&field| draft.has(field));
        let Some(day) = dated.map(|field| decode(draft.text(self.bytes, field)).into_owned())
        else {
            return;
        };
        draft.say(Field::Administered, format_args!("{day}"), self.field(event, 3));
    }

    /// How a record changes its order; `None` if it changes none, since it is itself what was stopped, or continues. The dates are when that takes
    /// effect, and when it was written.
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
            // An answer to an order states nothing new, unless it states the order.
            Action::State if is_order && self.is_response() => "order-change",
            Action::State if is_order && control::is_answer(code.text) => "order-answer",
            Action::State if is_order => "order",
            Action::State => return None,
            Action::Nothing(why) => return status(draft, why),
            Action::Keep(refused) if is_order => {
                // One that names its drug also states the order.
                if event.name == *b"ORC" {
                    self.stop_elsewhere(draft, effective, written);
                }
                refused
            }
            // What is ordered from now on, even if it is another drug.
            Action::Change if is_order && code.text.trim_ascii().eq_ignore_ascii_case(b"XO") => {
                "order-exchange"
            }
            // One that names its drug is the order as it continues from now on; one that names none lifts the hold.
            Action::Release if is_order && event.name != *b"ORC" => "order-exchange",
            // One that names the drug again may name what is taken from now on, or what was taken.
            Action::Replace if is_order && event.name != *b"ORC" => "order-replaced",
            Action::Change if is_order => "order-change",
            Action::Keep(_) | Action::Change => return None,
            Action::Cancel if is_order => "order-cancel",
            Action::Cancel => return status(draft, "reversed"),
            Action::Hold | Action::Replace if is_order => {
                self.stop_elsewhere(draft, effective, written);
                "order-hold"
            }
            // A supply that was handed out before is not cancelled by that.
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

    /// Ends a course, and returns whether it had begun by then. `effective` is when it ends, else the first of `written`.
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
        // The day of a stop is the last, and may be the only one; a replacement on its first day leaves nothing of it.
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

    /// It only says when an order that was stated elsewhere has ended.
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

    /// Sets an order's number together with its issuer: `NUMBER^NAMESPACE`, the latter empty if left out.
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

    /// Reports a code that is not in its table as an unknown status. A word there may be a status of the list.
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

    /// When the message was sent, if it is one that states orders as they happen.
    fn sent(&self) -> Hl7Part<'m> {
        let kind = self.field(&self.header, 9).component(1, &self.delimiters).text.trim_ascii();
        let sent = self.field(&self.header, 7).component(1, &self.delimiters);
        if STATES_ORDERS.contains(&kind) { sent } else { Hl7Part { text: &[], ..sent } }
    }
}

//! Whether a record is an exposure at all, judging by its status.

mod phrase;
mod words;

use super::{Marks, days};
use rxlint_model::answers::{says_no, says_yes};
use rxlint_model::date;
use rxlint_model::record::{AdjustmentCodes, Field, Record, Statement};
pub use words::{Meaning, StatusMeaning, StatusTable, UnknownStatuses};

/// What a record's status means for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// It is an exposure.
    #[default]
    Active,
    /// It is an exposure and replaces an earlier claim with the same number.
    Replacement,
    /// It is not an exposure.
    Inactive,
    /// It is not an exposure, and neither is an earlier row of the same claim: a separate column says that it was voided.
    Voided,
    /// It is not an exposure and cancels an earlier claim.
    Reversal,
}

/// What a record says about its status, and whether all of it was understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatusReading {
    /// What it means.
    pub status: Status,
    /// Whether an open course is over, although it states no end.
    pub ended: bool,
    /// Whether a column says that what is in a list of medication goes on.
    pub goes_on: bool,
    /// Whether it says that an order of the same drug ended on its day.
    pub ends_order: bool,
    /// Whether it says what was ordered, which other rows may say was handed over.
    pub is_order: bool,
    /// The field whose word is unknown; it counts as active.
    pub unknown: Option<Field>,
}

impl StatusReading {
    /// Whether the record is not an exposure, and cancels no other.
    pub fn is_gone(&self) -> bool {
        matches!(self.status, Status::Inactive | Status::Voided)
    }

    /// What a status cell means by itself.
    pub fn of_word(word: &[u8], table: &StatusTable, quantity: Option<f64>) -> Self {
        let meaning = table.look(None, word);
        Self {
            status: meaning
                .map_or_else(|| by_quantity(quantity), |meaning| by_meaning(meaning, quantity)),
            ended: meaning == Some(Meaning::Ended),
            unknown: (meaning.is_none() && !word.is_empty()).then_some(Field::Status),
            is_order: word == words::ORDERED.as_bytes(),
            ..Self::default()
        }
    }
}

/// The status of a record, from its adjustment code, its status, the columns that say that it was voided, cancelled or is no
/// longer active, and the sign of its quantity. A date of cancellation is not read here: its effect depends on the first day.
pub fn of(record: &Record<'_>, quantity: Option<f64>, table: &StatusTable) -> StatusReading {
    let mut word = StatusReading::of_word(record.text(Field::Status), table, quantity);
    let is_reversal = reverses_another(record, table) || cancels_another(record, word.status);
    if is_reversal {
        word.status = Status::Reversal;
    }
    let adjustment = record.text(Field::Adjustment);
    if record.adjustment == AdjustmentCodes::Order {
        let status = match adjustment {
            b"order-cancel" | b"order-stop" | b"order-hold" | b"order-release" => Status::Reversal,
            b"order-status" => Status::Reversal,
            _ if states_refused(record) => Status::Replacement,
            _ if refusal(record).is_some() => Status::Reversal,
            b"order-change" | b"order-exchange" | b"order-ended" | b"order-replaced" => {
                Status::Replacement
            }
            _ => word.status,
        };
        return StatusReading { status, ..word };
    }
    let code =
        if adjustment.is_empty() { None } else { table.look(Some(record.adjustment), adjustment) };
    let unknown =
        word.unknown.or((code.is_none() && !adjustment.is_empty()).then_some(Field::Adjustment));
    let refused = !is_reversal
        && table.look(None, record.text(Field::Status)) == Some(Meaning::Rejected)
        || is_rejected_response(record);
    let flags = flags(record, table);
    let status = match code {
        Some(Meaning::Reversal) if refused => Status::Inactive,
        Some(Meaning::Reversal) => Status::Reversal,
        Some(Meaning::Replacement) if !refused => Status::Replacement,
        // What came back, with a minus before it.
        Some(Meaning::Inactive | Meaning::Cancelled)
            if !refused && by_quantity(quantity) == Status::Reversal =>
        {
            Status::Reversal
        }
        Some(Meaning::Inactive) if !refused && cancels_claim(record, table) => Status::Voided,
        Some(Meaning::Inactive | Meaning::Rejected) => Status::Inactive,
        Some(Meaning::Cancelled) if !refused && cancels_by_code(record) => Status::Reversal,
        Some(Meaning::Cancelled) => Status::Voided,
        None if word.status == Status::Active && replaces_named(record) => Status::Replacement,
        _ => word.status,
    };
    let status = match status {
        Status::Active | Status::Replacement if flags.status == Status::Voided => Status::Voided,
        status => status,
    };
    let status = if cancels_another(record, status) { Status::Reversal } else { status };
    let ended = word.ended || flags.ended || code == Some(Meaning::Ended);
    let goes_on = record.statement == Statement::Listed && !ended && says_ongoing(record, table);
    let ends_order = record.text(Field::Status) == words::ORDER_ENDED.as_bytes();
    let is_order = word.is_order || adjustment == words::ORDERED.as_bytes();
    let unknown = unknown.or(flags.unknown);
    StatusReading { status, ended, goes_on, ends_order, is_order, unknown }
}

/// Whether a line of a list of medication says that the drug is still taken: by a word, or by *yes* to whether it is.
fn says_ongoing(record: &Record<'_>, table: &StatusTable) -> bool {
    [Field::Status, Field::Active]
        .into_iter()
        .map(|field| record.text(field))
        .any(|text| !text.is_empty() && (says_yes(text) || table.goes_on(text)))
}

/// How a reader writes the letter `R` of a column in which it is a reversal if its row names the claim that it cancels.
const REVERSAL_OR_REJECTION: &[u8] = b"reversal or rejection";
/// How it writes that of a column of adjustments that may be either: the claim that its row names is cancelled in both cases.
const REPLACEMENT_OR_REVERSAL: &[u8] = b"replacement or reversal";

/// Whether what a record's status means depends on the claim that it names.
pub fn depends_on_original(record: &Record<'_>) -> bool {
    record.text(Field::Status) == REVERSAL_OR_REJECTION || may_replace_named(record)
}

/// Whether a claim replaces the one that it names, if it names one.
fn may_replace_named(record: &Record<'_>) -> bool {
    record.text(Field::Adjustment) == REPLACEMENT_OR_REVERSAL
        || record.adjustment == AdjustmentCodes::Replaces
}

/// Whether a claim replaces the one that it names, whatever else it says.
fn replaces_named(record: &Record<'_>) -> bool {
    may_replace_named(record) && original(record).is_some()
}

/// The mark of a reversal that its status or a flag states, or whose transaction is called a cancellation: its row may be that of the claim which was
/// taken back. Neither a negative quantity has it nor the code of a transaction that can only be about another.
pub fn mark_of_reversal(record: &Record<'_>, table: &StatusTable) -> Marks {
    let code = record.text(Field::Adjustment);
    let may_be_own = code.is_empty()
        || record.adjustment == AdjustmentCodes::Indicator
        || table.look(Some(record.adjustment), code) == Some(Meaning::Cancelled);
    let quantity = days::number(record.text(Field::Quantity));
    let is_stated = may_be_own && by_quantity(quantity) != Status::Reversal;
    if is_stated { Marks::OF_STATUS } else { Marks::default() }
}

/// Whether what was done is that a claim was cancelled: in a log of orders that only ends an order.
fn cancels_claim(record: &Record<'_>, table: &StatusTable) -> bool {
    record.adjustment == AdjustmentCodes::Action
        && !record.is_resource
        && !record.text(Field::Claim).is_empty()
        && table.look(None, record.text(Field::Adjustment)) == Some(Meaning::Cancelled)
}

/// Whether a transaction that is called a cancellation may be about another row: each has its own number, and a prescription may show which.
fn cancels_by_code(record: &Record<'_>) -> bool {
    let says = |field: Field| !record.text(field).is_empty();
    !record.is_resource && says(Field::Claim) && says(Field::Prescription)
}

/// Whether a transaction bills a claim anew (NCPDP 103-A3), replacing what was billed for its prescription and fill.
pub fn is_rebill(record: &Record<'_>) -> bool {
    record.adjustment == AdjustmentCodes::Transaction
        && record.text(Field::Adjustment).eq_ignore_ascii_case(b"B3")
}

fn reverses_another(record: &Record<'_>, table: &StatusTable) -> bool {
    record.text(Field::Status) == REVERSAL_OR_REJECTION
        && original(record).is_some()
        && !table.is_own(b"R")
}

/// Whether a status says that a claim was cancelled, next to the number of another: then it cancels that one.
fn cancels_another(record: &Record<'_>, status: Status) -> bool {
    status == Status::Voided && original(record).is_some() && !record.is_resource
}

/// The number of the claim that a record reverses or replaces, if it names that besides its own.
pub fn original<'a>(record: &Record<'a>) -> Option<&'a [u8]> {
    let text = record.text(Field::Original);
    let is_number = text.iter().any(|byte| matches!(byte, b'1'..=b'9'));
    (is_number && text != record.text(Field::Claim)).then_some(text)
}

/// Whether a payer answers a reversal or rebill with `R`: as NCPDP's response status (112-AN) that means *rejected*.
fn is_rejected_response(record: &Record<'_>) -> bool {
    let is_asked = matches!(record.text(Field::Adjustment), [_, b'2' | b'3']);
    is_asked
        && record.adjustment == AdjustmentCodes::Transaction
        && record.text(Field::Status).eq_ignore_ascii_case(b"R")
}

/// What the separate columns say: voided, cancelled, active, discontinued.
fn flags(record: &Record<'_>, table: &StatusTable) -> StatusReading {
    let mut said = StatusReading::default();
    let voided = record.text(Field::Voided);
    if says_flag(voided) {
        said.status = Status::Voided;
    } else if !voided.is_empty() && !says_no(voided) {
        match table.look(None, voided) {
            // `Yes` is a status too, with another meaning.
            _ if says_yes(voided) => said.status = Status::Voided,
            Some(Meaning::Active | Meaning::Ended) => {}
            Some(_) => said.status = Status::Voided,
            None if date::gives_day(voided) => said.status = Status::Voided,
            None if date::is_filler(voided) => {}
            None => said.unknown = Some(Field::Voided),
        }
    }
    let cancelled = record.text(Field::Cancelled);
    if says_yes(cancelled)
        || says_flag(cancelled)
        || table.look(None, cancelled).is_some_and(is_taken_back)
    {
        said.status = Status::Voided;
    }
    let active = record.text(Field::Active);
    if !active.is_empty() && !says_yes(active) {
        match table.look(None, active) {
            _ if says_no(active) => said.ended = true,
            Some(Meaning::Active) => {}
            Some(Meaning::Ended) => said.ended = true,
            Some(Meaning::Inactive | Meaning::Cancelled | Meaning::Rejected) => {
                said.status = Status::Voided;
            }
            _ => said.unknown = Some(Field::Active),
        }
    }
    said.ended |= says_yes(record.text(Field::Discontinued));
    said
}

/// Whether a flag says yes with a letter that means something else as a status: *sí*, *sì*, *oui*.
fn says_flag(cell: &[u8]) -> bool {
    matches!(cell, [b'S' | b's' | b'O' | b'o'])
}

fn is_taken_back(meaning: Meaning) -> bool {
    matches!(meaning, Meaning::Inactive | Meaning::Cancelled | Meaning::Reversal)
}

fn by_meaning(meaning: Meaning, quantity: Option<f64>) -> Status {
    match meaning {
        // A negative quantity reverses, whatever was cancelled. A reversal that was refused reverses nothing.
        Meaning::Inactive | Meaning::Cancelled if by_quantity(quantity) == Status::Reversal => {
            Status::Reversal
        }
        Meaning::Cancelled => Status::Voided,
        Meaning::Active | Meaning::Ended => by_quantity(quantity),
        Meaning::Inactive | Meaning::Rejected => Status::Inactive,
        Meaning::Reversal => Status::Reversal,
        Meaning::Replacement => Status::Replacement,
    }
}

/// The status of a record whose status word leaves it open.
pub fn by_quantity(quantity: Option<f64>) -> Status {
    if quantity.is_some_and(|quantity| quantity < 0.0) { Status::Reversal } else { Status::Active }
}

/// Whether a word in the place of something else says that nothing was taken.
pub fn is_not_taken(word: &[u8], table: &StatusTable) -> bool {
    table.look(None, word).is_some_and(|said| said == Meaning::Rejected || is_taken_back(said))
}

/// Whether a word says that a claim that had counted was taken back.
pub fn is_reversed(word: &[u8], table: &StatusTable) -> bool {
    table.look(None, word) == Some(Meaning::Reversal)
}

/// Whether the amount of a dose says that it was not given: `Refused`, `held`.
pub fn is_no_dose(record: &Record<'_>, table: &StatusTable) -> bool {
    [Field::Dose, Field::Quantity].iter().any(|field| is_no_amount(record.text(*field), table))
}

/// Whether an amount says that it was not given, with or without the amount itself: `Refused`, `60 mg refused`.
pub fn is_no_amount(text: &[u8], table: &StatusTable) -> bool {
    const SHORTEST: usize = 3;
    let word = beside_amount(text);
    let is_short = word.len() < SHORTEST && !table.is_own(word);
    if is_short || word.iter().any(u8::is_ascii_digit) {
        return false;
    }
    if word.len() == text.len() {
        return is_not_taken(word, table);
    }
    // `60 mg, rest refused` was given.
    let known = std::str::from_utf8(word).ok().and_then(|word| table.known(word));
    matches!(known, Some(Meaning::Inactive | Meaning::Cancelled | Meaning::Rejected))
}

/// The field that should say how much was given, and holds an unknown code or a dash: `W`, `x`, `--`.
pub fn unknown_amount(record: &Record<'_>, table: &StatusTable) -> Option<Field> {
    const LONGEST: usize = 3;
    const UNITS: [&[u8]; 16] = [
        b"mg", b"ml", b"mcg", b"ug", b"g", b"gm", b"l", b"cc", b"iu", b"u", b"ea", b"tab", b"cap",
        b"amp", b"pc", b"pkt",
    ];
    let is_unit = |text: &[u8]| UNITS.iter().any(|unit| text.eq_ignore_ascii_case(unit));
    let is_code = |text: &[u8]| text.iter().all(u8::is_ascii_alphabetic) && !is_unit(text);
    let is_stroke = |text: &[u8]| {
        std::str::from_utf8(text).is_ok_and(|text| text.chars().all(|c| "-–—".contains(c)))
    };
    let is_unknown = |field: &Field| {
        let text = record.text(*field);
        let is_known = || table.is_own(text) || says_yes(text) && text.len() > 1;
        let is_nothing = text == words::NO_AMOUNT.as_bytes();
        is_nothing && table.known(words::NO_AMOUNT).is_none()
            || !text.is_empty()
                && text.len() <= LONGEST
                && (is_code(text) || is_stroke(text))
                && !is_known()
    };
    [Field::Dose, Field::Quantity].into_iter().find(is_unknown)
}

/// What comes before or after an amount; all of a text without one.
fn beside_amount(text: &[u8]) -> &[u8] {
    const UNITS: [&[u8]; 6] = [b"mg", b"ml", b"mcg", b"tabs", b"tab", b"g"];
    let is_number = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',');
    let is_joint = |byte: &u8| byte.is_ascii_whitespace() || b"-:;,()".contains(byte);
    let start = text.iter().position(|byte| !is_number(byte)).unwrap_or(text.len());
    if start > 0 {
        let rest = text[start..].trim_ascii_start();
        let begins = |unit: &&&[u8]| {
            rest.get(..unit.len()).is_some_and(|own| own.eq_ignore_ascii_case(unit))
                && rest.get(unit.len()).is_none_or(|next| !next.is_ascii_alphabetic())
        };
        let rest = UNITS.iter().find(begins).map_or(rest, |unit| &rest[unit.len()..]);
        let start = rest.iter().position(|byte| !is_joint(byte)).unwrap_or(rest.len());
        return &rest[start..];
    }
    let ends = |unit: &&&[u8]| {
        text.len().checked_sub(unit.len()).is_some_and(|at| text[at..].eq_ignore_ascii_case(unit))
    };
    let rest = UNITS.iter().find(ends).map_or(text, |unit| &text[..text.len() - unit.len()]);
    let rest = rest.trim_ascii_end();
    let end = rest.iter().rposition(|byte| !is_number(byte)).map_or(0, |at| at + 1);
    if end == rest.len() {
        return text;
    }
    let end = rest[..end].iter().rposition(|byte| !is_joint(byte)).map_or(0, |at| at + 1);
    &rest[..end]
}

/// Whether a remark on a record says that nothing was taken: all of it or a part, and not only that someone refused or
/// returned something.
pub fn remark_says_not_taken(text: &str, table: &StatusTable) -> bool {
    // The day and time do not matter.
    let is_word = |word: &&str| !word.contains(char::is_numeric);
    let text = text.split_whitespace().filter(is_word).collect::<Vec<_>>().join(" ");
    is_not_taken(text.as_bytes(), table) && phrase::says_in_full(&text, |part| table.known(part))
}

/// Whether the header of a column of yes and no says that yes means *not taken*: `Not Dispensed`, `on_hold`.
pub fn header_says_not_taken(header: &str) -> bool {
    let words = header.replace(['_', '?'], " ");
    !phrase::is_vague(&words) && is_not_taken(words.as_bytes(), StatusTable::built_in())
}

/// Whether a report or a claim revises what it said about a prescription's fill, or an order what it said, including its drug.
pub fn is_revision(record: &Record<'_>) -> bool {
    matches!(record.text(Field::Adjustment), b"revision" | b"order-exchange")
}

/// The marks of an order (HL7 v2): it is identified only by its number, whatever its day. One that
/// only says when the order ended is marked as stopped.
pub fn order_marks(record: &Record<'_>) -> Marks {
    if record.adjustment != AdjustmentCodes::Order {
        return Marks::default();
    }
    if let Some(refused) = refusal(record) {
        return if states_refused(record) { Marks::ORDER } else { refused };
    }
    match record.text(Field::Adjustment) {
        b"order-stop" | b"order-ended" => Marks::ORDER.with(Marks::STOPPED),
        b"order-replaced" => Marks::ORDER.with(Marks::STOPPED).with(Marks::REVISION),
        b"order-answer" => Marks::ORDER.with(Marks::ANSWER),
        b"order-status" => Marks::LINK,
        b"order-hold" => Marks::ORDER.with(HOLD),
        b"order-release" => Marks::ORDER.with(Marks::REPLACEMENT),
        b"order" | b"order-cancel" | b"order-change" | b"order-exchange" => Marks::ORDER,
        _ => Marks::default(),
    }
}

/// What holds an order.
const HOLD: Marks = Marks::STOPPED.with(Marks::REPLACEMENT);

/// Whether a refusal also states the order, since it names the drug. A refused change that names its drug may state
/// what the change would have made of the order.
fn states_refused(record: &Record<'_>) -> bool {
    let of_change = Marks::REFUSED.with(Marks::REPLACEMENT);
    let goes_on = |refused: Marks| !refused.has(of_change) || refused.has(Marks::STOPPED);
    refusal(record).is_some_and(goes_on)
        && Field::IDENTITY.iter().any(|field| !record.text(*field).is_empty())
}

/// The marks of a record that says that an order could not be cancelled, stopped, held, released or changed.
pub fn refusal(record: &Record<'_>) -> Option<Marks> {
    let refused = Marks::ORDER.with(Marks::REFUSED);
    match record.text(Field::Adjustment) {
        _ if record.adjustment != AdjustmentCodes::Order => None,
        b"order-not-cancelled" => Some(refused),
        b"order-not-stopped" => Some(refused.with(Marks::STOPPED)),
        b"order-not-held" => Some(refused.with(HOLD)),
        b"order-not-changed" => Some(refused.with(Marks::REPLACEMENT)),
        b"order-not-released" => Some(refused.with(Marks::REPLACEMENT).with(Marks::OPEN)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rxlint_model::record::Statement;

    fn read(cells: &[(Field, &str)], codes: AdjustmentCodes) -> StatusReading {
        let mut record = Record::of_cells(Statement::Fill, cells);
        record.adjustment = codes;
        of(&record, None, StatusTable::built_in())
    }

    fn word(text: &str) -> StatusReading {
        read(&[(Field::Status, text)], AdjustmentCodes::Claim)
    }

    #[test]
    fn words_that_mean_not_taken() {
        for text in [
            "Cancelled",
            "on-hold",
            "ON HOLD",
            "entered-in-error",
            "not-taken",
            "Rejected",
            "Return",
            "Returned",
            "Not Picked Up",
            "Profiled",
            "Pending",
            "retourniert",
            "Cancelado",
            "CXL",
            "Unfilled",
            "Unclaimed",
            "X",
            "R",
            "Cancelled - patient request",
            "não retirado",
            "Nicht abgeholt",
            "wstrzymano",
        ] {
            let read = word(text);
            assert_eq!((read.is_gone(), read.unknown), (true, None), "{text}");
        }
        for text in [
            "Cancelled",
            "Returned",
            "Unclaimed",
            "Cancelado",
            "iade",
            "storniert",
            "Anulado",
            "annulé",
            "ANNULÉE",
            "geannuleerd",
            "anulowano",
            "annullata",
        ] {
            let read = word(text);
            assert_eq!((read.status, read.unknown), (Status::Voided, None), "{text}");
        }
        for text in [
            "Reversed",
            "RVRSL",
            "Recouped",
            "Takeback",
            "V",
            "VOID",
            "Storno",
            "estornado",
            "Void - duplicate",
            "eliminado",
            "usunięto",
            "Returned to Stock",
            "RTS",
            "Filled; returned to stock",
        ] {
            assert_eq!(word(text).status, Status::Reversal, "{text}");
        }
    }

    #[test]
    fn words_that_mean_taken_and_words_that_nobody_knows() {
        for text in [
            "PAID",
            "completed",
            "stopped",
            "Discontinued",
            "NORMAL",
            "Picked Up",
            "",
            "abgegeben",
            "délivré",
            "entregue",
            "P",
            "wydano",
            "Discontinued via patient discharge",
            "opgehaald",
        ] {
            let read = word(text);
            assert_eq!((read.status, read.unknown), (Status::Active, None), "{text}");
        }
        for text in ["FOO", "D", "C", "not cancelled", "17"] {
            let read = word(text);
            assert_eq!(
                (read.status, read.unknown),
                (Status::Active, Some(Field::Status)),
                "{text}"
            );
        }
    }

    #[test]
    fn an_adjustment_decides_before_the_word_and_the_word_before_the_quantity() {
        use AdjustmentCodes::{Claim, Order};
        for (codes, adjustment, word, quantity, expected) in [
            (Claim, "D", "PAID", Some(30.0), Status::Reversal),
            (Claim, "d", "", None, Status::Reversal),
            (Claim, "A", "reversed", Some(-30.0), Status::Replacement),
            (Claim, "a", "", None, Status::Replacement),
            (Order, "order", "", None, Status::Active),
            (Order, "order", "cancelled", None, Status::Voided),
            (Order, "order-change", "cancelled", None, Status::Replacement),
            (Order, "order-cancel", "", None, Status::Reversal),
            (Order, "order-stop", "", None, Status::Reversal),
            (Claim, "O", "PAID", Some(30.0), Status::Active),
            (Claim, "", "cancelled", Some(-30.0), Status::Reversal),
            (Claim, "", "X", Some(-30.0), Status::Reversal),
            (Claim, "", "denied", Some(-30.0), Status::Inactive),
            (Claim, "", "", Some(-0.5), Status::Reversal),
            (Claim, "", "", Some(0.0), Status::Active),
            (Claim, "", "", Some(0.5), Status::Active),
            (Claim, "", "", None, Status::Active),
        ] {
            let cells = [(Field::Adjustment, adjustment), (Field::Status, word)];
            let mut record = Record::of_cells(Statement::Fill, &cells);
            record.adjustment = codes;
            let status = of(&record, quantity, StatusTable::built_in()).status;
            assert_eq!(status, expected, "{adjustment} {word} {quantity:?}");
        }
    }

    #[test]
    fn a_code_means_what_its_column_says() {
        use AdjustmentCodes::{Action, Claim, ClaimType, Frequency, Indicator, Sign, Transaction};
        for (codes, code, expected) in [
            (Transaction, "B1", Status::Active),
            (Transaction, "B2", Status::Reversal),
            (Transaction, "B3", Status::Replacement),
            (Transaction, "D", Status::Active),
            (Transaction, "Dispense", Status::Active),
            (Transaction, "Return", Status::Voided),
            (Transaction, "REVERSAL", Status::Reversal),
            (ClaimType, "0", Status::Active),
            (ClaimType, "1", Status::Reversal),
            (ClaimType, "2", Status::Replacement),
            (Frequency, "1", Status::Active),
            (Frequency, "8", Status::Reversal),
            (Frequency, "7", Status::Replacement),
            (Action, "NEW", Status::Active),
            (Action, "DISCONTINUE", Status::Inactive),
            (ClaimType, "4", Status::Replacement),
            (ClaimType, "V", Status::Reversal),
            (Sign, "-1", Status::Reversal),
            (Sign, "1", Status::Active),
            (Transaction, "RVSL", Status::Reversal),
            (Indicator, "V", Status::Reversal),
            (Indicator, "Y", Status::Reversal),
            (Indicator, "N", Status::Active),
        ] {
            let read = read(&[(Field::Adjustment, code)], codes);
            assert_eq!((read.status, read.unknown), (expected, None), "{codes:?} {code}");
        }
        // A code that only HL7 uses has no effect in a table.
        let read = read(&[(Field::Adjustment, "order-cancel")], Claim);
        assert_eq!((read.status, read.unknown), (Status::Active, Some(Field::Adjustment)));
    }

    #[test]
    fn whatever_says_that_a_claim_was_cancelled_cancels_the_one_it_names() {
        use AdjustmentCodes::{Action, Claim, Transaction};
        let own = [(Field::Claim, "C9"), (Field::Original, "C1")];
        for (codes, field, text) in [
            (Transaction, Field::Adjustment, "Cancel"),
            (Transaction, Field::Adjustment, "Return"),
            (Action, Field::Adjustment, "Cancel"),
            (Claim, Field::Status, "Cancelled"),
            (Claim, Field::Voided, "Y"),
            (Claim, Field::Voided, "2026-03-02"),
            (Claim, Field::Cancelled, "1"),
        ] {
            let named = [own[0], own[1], (field, text)];
            assert_eq!(read(&named, codes).status, Status::Reversal, "{text}");
            assert_eq!(read(&[own[0], (field, text)], codes).status, Status::Voided, "{text}");
        }
        let rejected = [own[0], own[1], (Field::Status, "Rejected")];
        assert_eq!(read(&rejected, Claim).status, Status::Inactive);
    }

    #[test]
    fn a_rejected_reversal_takes_nothing_back() {
        let answered = |code, status| {
            let cells = [(Field::Adjustment, code), (Field::Status, status)];
            read(&cells, AdjustmentCodes::Transaction).status
        };
        for status in ["Rejected", "Denied", "R", "r"] {
            assert_eq!(answered("B2", status), Status::Inactive, "{status}");
            assert_eq!(answered("B3", status), Status::Inactive, "{status}");
        }
        assert_eq!(answered("B2", "A"), Status::Reversal);
        // For a reversal by its name, `R` may mean *reversed*.
        assert_eq!(answered("Reversal", "R"), Status::Reversal);
    }

    #[test]
    fn columns_of_their_own() {
        let of = |field, text| read(&[(field, text)], AdjustmentCodes::Claim);
        for text in
            ["Y", "Yes", "YES", "1", "1.0", "true", "X", "2026-02-01", "02/01/2026", "ja", "S", "O"]
        {
            assert_eq!(of(Field::Voided, text).status, Status::Voided, "{text}");
        }
        for text in ["", "N", "0", "0.0", "false", "0000-00-00", "9999-12-31", "nein"] {
            assert_eq!(of(Field::Voided, text).status, Status::Active, "{text}");
        }
        assert_eq!(of(Field::Cancelled, "true").status, Status::Voided);
        for (text, ended) in
            [("0", true), ("false", true), ("Inactive", true), ("1", false), ("Y", false)]
        {
            let read = of(Field::Active, text);
            assert_eq!(
                (read.status, read.ended, read.unknown),
                (Status::Active, ended, None),
                "{text}"
            );
        }
        assert!(of(Field::Discontinued, "1").ended && !of(Field::Discontinued, "0").ended);
    }

    #[test]
    fn words_that_end_a_course() {
        for text in [
            "completed",
            "Stopped",
            " discontinued ",
            "INACTIVE",
            "expired",
            "abgesetzt",
            "terminé",
        ] {
            assert!(word(text).ended, "{text}");
        }
        for text in ["active", "", "on-hold", "not stopped", "unknown"] {
            assert!(!word(text).ended, "{text}");
        }
    }
}

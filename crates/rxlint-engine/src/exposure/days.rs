//! How many days a record covers its patient, and what that rests on.

use std::borrow::Cow;

use crate::drug::{Dictionary, FormKind, Verdict};
use crate::exposure::Marks;
use crate::exposure::directions::Directions;
use crate::exposure::schedule::Schedule;
use crate::exposure::supply::{self, Supply};
use rxlint_model::date;
use rxlint_model::day::Day;
use rxlint_model::digit;
use rxlint_model::record::{AdjustmentCodes, Field, Record, Statement};

/// What a record says about its length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Length {
    /// Days; 0 if the record gives none.
    pub days: u16,
    /// What else it says.
    pub marks: Marks,
    /// Whether it states an end or a length that cannot be read, and nothing better states it.
    pub unread: bool,
}

/// The text with full-width letters, digits of other scripts and the long minus replaced by the usual ones; most texts have
/// none.
pub(super) fn narrow(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let narrow = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(c) - 0xFF01 + u32::from('!')).unwrap_or(c)
        }
        '\u{3000}' => ' ',
        '\u{2212}' | '\u{2013}' => '-',
        other => digit::plain(other).unwrap_or(other),
    };
    Cow::Owned(text.chars().map(narrow).collect())
}

/// Whether a cell may hold a negative number, judging by its ends.
pub fn may_be_negative(cell: &[u8]) -> bool {
    matches!(cell, [b'-' | b'(' | 0x80.., ..] | [.., b'-' | b'R' | b'r'])
}

/// A number that is marked as negative otherwise than by a sign directly before it: `(20)`, `20-`, `- 20`, `20 CR`.
fn negative(text: &str) -> Option<f64> {
    let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let credit = || {
        let rest = text.strip_suffix("CR").or_else(|| text.strip_suffix("Cr"))?;
        rest.ends_with(' ').then_some(rest)
    };
    let parted = || text.strip_prefix('-').filter(|rest| rest.starts_with(' '));
    let amount = inner.or_else(|| text.strip_suffix('-')).or_else(parted).or_else(credit)?.trim();
    let is_plain = amount.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
    (is_plain && !amount.is_empty())
        .then(|| number(amount.as_bytes()).map(|number| -number))
        .flatten()
}

/// A number in a cell: `30`, `30.0`, `1,000`, `30 days`, `(20)`; `None` for anything else.
pub fn number(bytes: &[u8]) -> Option<f64> {
    // Most are whole, and short enough to be exact.
    if matches!(bytes.len(), 1..=15) && bytes.iter().all(u8::is_ascii_digit) {
        return Some(
            bytes.iter().fold(0, |number: u64, digit| number * 10 + u64::from(digit - b'0')) as f64,
        );
    }
    if bytes.is_empty() {
        return None;
    }
    let text = narrow(std::str::from_utf8(bytes).ok()?.trim());
    let text = text.trim();
    if let Some(number) = negative(text) {
        return Some(number);
    }
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+')))
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let rest = rest.trim_start();
    // Letters after the number are a unit; an exponent is a spreadsheet's rounding.
    if !rest.is_empty()
        && (!rest.starts_with(char::is_alphabetic)
            || (rest.starts_with(['e', 'E'])
                && rest.len() > 1
                && !rest[1..].starts_with(char::is_alphabetic)))
    {
        return None;
    }
    let plain = match digits.split_once(',') {
        // 1,000 is a thousand; 1,5 is one and a half.
        Some((_, tail)) if tail.len() == 3 && tail.bytes().all(|b| b.is_ascii_digit()) => {
            digits.replace(',', "")
        }
        Some(_) if digits.matches(',').count() == 1 && !digits.contains('.') => {
            digits.replace(',', ".")
        }
        Some(_) => digits.replace(',', ""),
        None => digits.to_owned(),
    };
    plain.parse().ok().filter(|n: &f64| n.is_finite())
}

/// The length that a record gives: its stop date, its days' supply, or its quantity and directions, in that order; cut
/// by a later discontinue date. `first` is the first day; `date` reads a date cell. A dose that was administered lasts a day, unless its
/// own row says for how many days it was dispensed. If a stop or a days' supply is stated and cannot be read, a length that is counted
/// out is not used if it is shorter than the `assumed` days of a record that says nothing.
pub fn of(
    record: &Record<'_>,
    first: Day,
    (quantity, directions): (Option<f64>, Directions),
    administered: Administered,
    assumed: u16,
    date: impl Fn(Field) -> Option<Day>,
) -> Length {
    let mut marks = Marks::default();
    let supply = supply::stated(record);
    if supply == Supply::Unbelievable {
        marks = marks.with(Marks::UNBELIEVABLE_SUPPLY);
    }
    let supply = match supply {
        Supply::Days(days) => Some(days),
        Supply::Unbelievable | Supply::None => None,
    };
    if administered != Administered::No {
        let days = given_days(record, first, (administered, supply), &date);
        return Length { days, marks: marks.with(Marks::STATES_END), unread: false };
    }
    let stop = date(Field::Stop);
    // A course that is said to go on has no end, whatever was supplied for it; a fill lasts as long as its supply.
    let text = record.text(Field::Stop);
    let goes_on = stop.is_some_and(date::is_endless) || stop.is_none() && supply::goes_on(text);
    let ongoing = goes_on && record.statement == Statement::Course;
    let unread_stop = !text.is_empty()
        && stop.is_none()
        && !goes_on
        && !date::is_zeros(text)
        && !supply::stands_for_no_end(text);
    let stop = stop.filter(|&stop| !date::is_endless(stop));
    if stop.is_some_and(|stop| stop < first && !date::is_calendar_start(stop)) {
        marks = marks.with(Marks::ENDS_EARLY);
    }
    let is_filler = |stop| is_filler_stop(record, stop == first, supply, quantity);
    let stop = stop.filter(|&stop| stop >= first && !is_filler(stop));
    let unread = unread_stop || stop.is_none() && supply.is_none() && supply::is_unread(record);
    // A last day that directions state is an end, and the supply may be used up before it.
    let last = directions.until.filter(|last| *last >= first);
    let last = last.map(|last| f64::from(last.since(first) + 1));
    let guessed = || counted_out((quantity, directions), last, unread, f64::from(assumed));
    let mut days = match stop {
        Some(stop) => stop.since(first) + 1,
        None if ongoing => 0,
        None => supply.or_else(guessed).unwrap_or(0.0) as i32,
    };
    let ends = supply.is_none() && last.is_some_and(|last| last == f64::from(days));
    let mut states_end = stop.is_some() || ends || record.statement == Statement::Course;
    let ended = [Field::Discontinued, Field::Cancelled].into_iter().filter_map(&date);
    if let Some(discontinued) = ended.filter(|&day| day >= first && !date::is_endless(day)).min() {
        let until = discontinued.since(first) + 1;
        states_end |= days == 0 || until < days;
        days = if days == 0 { until } else { days.min(until) };
    }
    if states_end {
        marks = marks.with(Marks::STATES_END);
    }
    if days == 0 && record.statement == Statement::Course {
        marks = marks.with(Marks::OPEN);
    }
    Length { days: days.clamp(0, i32::from(u16::MAX)) as u16, marks, unread }
}

/// The length of an order that may be filled again: as long as all its fills last, of which only the first is stated.
pub fn with_refills(record: &Record<'_>, length: Length) -> Length {
    const MOST: f64 = 24.0;
    let refills = number(record.text(Field::Refills));
    let refills = refills.filter(|count| (1.0..=MOST).contains(count) && count.fract() == 0.0);
    let Some(refills) = refills.filter(|_| length.days > 0) else { return length };
    let days = f64::from(length.days) * (1.0 + refills);
    let marks = length.marks.with(Marks::REFILLED);
    Length { days: days.min(f64::from(u16::MAX)) as u16, marks, ..length }
}

/// The days that a quantity lasts by its directions, or that these state, at most to the `last` that they name. If an end is
/// `unread`, no fewer than the `assumed` days count.
fn counted_out(
    (quantity, directions): (Option<f64>, Directions),
    last: Option<f64>,
    unread: bool,
    assumed: f64,
) -> Option<f64> {
    let is_enough = |days: &f64| !unread || *days >= assumed;
    let counted = || {
        let days = whole_days(directions.days_of(quantity?)?);
        Some(days).filter(|days| (1.0..=supply::MOST_DAYS).contains(days))
    };
    if let Some(last) = last {
        let stated = directions.lasting(last).stated_days(quantity);
        let days = counted().map(|days| days.min(last)).or(stated);
        return days.filter(is_enough);
    }
    if quantity.is_some_and(|quantity| directions.contradicts(quantity)) {
        // A larger supply than the stated length needs lasts only that long; a smaller one leaves open how it is taken.
        let lasts = counted().filter(|days| directions.for_days.is_some_and(|of| of < *days));
        return lasts.filter(|days| !unread && *days < assumed);
    }
    // `As needed, for up to 3 days`.
    counted().or_else(|| directions.stated_days(quantity)).filter(is_enough)
}

/// The days of a dose that was given: one, unless a log says that more was taken home, or the record itself how long it took.
fn given_days(
    record: &Record<'_>,
    first: Day,
    (administered, supply): (Administered, Option<f64>),
    date: impl Fn(Field) -> Option<Day>,
) -> u16 {
    let own = supply.filter(|_| administered == Administered::InLog).map(|days| days as i32);
    let until = || given_until(record, first, administered, date).map(|last| last.since(first) + 1);
    own.or_else(until).unwrap_or(1).clamp(1, i32::from(u16::MAX)) as u16
}

/// Whether a record is about a dose that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Administered {
    /// It is not.
    No,
    /// It is, and a length next to it is that of an order.
    Yes,
    /// It is a row of a log with no other day than that of the dose: a length next to it is that of the take-home doses.
    InLog,
}

impl Administered {
    /// What a record is whose first day is given by that field.
    pub fn of(record: &Record<'_>, dated_by: Field, by_name: impl FnOnce() -> bool) -> Self {
        const OF_ORDER: [Field; 3] = [Field::Dispensed, Field::Start, Field::Written];
        let is_alone = || OF_ORDER.iter().all(|&field| record.text(field).is_empty());
        let is_row = record.adjustment != AdjustmentCodes::Order && !record.is_resource;
        match dated_by {
            Field::Administered if is_row && is_alone() => Self::InLog,
            Field::Administered => Self::Yes,
            _ if by_name() => Self::Yes,
            _ => Self::No,
        }
    }
}

/// The last day of an administration that itself says how long it took, as messages, resources and documents do for an infusion, or of
/// what a log says was taken home. For any other administration in a table, the stop is that of its order.
fn given_until(
    record: &Record<'_>,
    first: Day,
    administered: Administered,
    date: impl Fn(Field) -> Option<Day>,
) -> Option<Day> {
    let is_own = record.adjustment == AdjustmentCodes::Order || administered == Administered::InLog;
    date(Field::Stop).filter(|&stop| is_own && stop >= first && !date::is_endless(stop))
}

/// Units a day: by the directions, which may only say how long the supply lasts at least; by the supply if the record's
/// own days say when it stopped, not how long the supply was meant to last.
pub fn schedule(
    record: &Record<'_>,
    quantity: Option<f64>,
    directions: Directions,
    length: Length,
) -> Schedule {
    let directed = directions.schedule();
    if length.days == 0
        && !length.unread
        && !directed.is_known()
        && let Some(days) = quantity.and_then(|quantity| directions.least_days(quantity))
    {
        return Schedule::lasting(days);
    }
    if directed.is_known() || !length.marks.has(Marks::STATES_END) {
        return directed;
    }
    match (quantity, supply::stated(record)) {
        (Some(quantity), Supply::Days(days)) => Schedule::of(quantity / days, 1.0),
        _ => directed,
    }
}

/// Whether a stop on the first day is only the day of the service: in OMOP, and in billed lines that state more days or units.
fn is_filler_stop(
    record: &Record<'_>,
    is_first: bool,
    supply: Option<f64>,
    units: Option<f64>,
) -> bool {
    let is_billed = !record.text(Field::Hcpcs).is_empty();
    let fills_in = is_billed || !record.text(Field::Concept).is_empty();
    let says_more = |count: Option<f64>| count.is_some_and(|count| count > 1.0);
    is_first && fills_in && (says_more(supply) || is_billed && says_more(units))
}

/// Whether a record states what was dispensed, whatever is said next to the drug's name: it is a dispense of a message or a resource, or
/// has a days' supply, more than one piece, or a last day after the first.
pub fn states_supply(record: &Record<'_>, (first, dated_by): (Day, Field)) -> bool {
    let days = || supply::stated(record);
    let is_dispense = record.is_resource || record.adjustment == AdjustmentCodes::Order;
    let quantity = record.text(Field::Quantity);
    let has_pieces = || !is_volume(quantity) && number(quantity).is_some_and(|pieces| pieces > 1.0);
    let ends = || {
        let stop = date::parse(record.text(Field::Stop), record.date_order[Field::Stop as usize]);
        stop.is_ok_and(|stop| stop > first)
    };
    is_dispense && dated_by == Field::Dispensed
        || matches!(days(), Supply::Days(days) if days > 1.0)
        || has_pieces()
        || ends()
}

/// Whether the record is about one unit of something injected or infused.
pub fn is_one_injection(
    dictionary: &Dictionary,
    record: &Record<'_>,
    quantity: Option<f64>,
) -> bool {
    quantity == Some(1.0) && says_injection(dictionary, record)
}

/// Whether the record is about something injected or infused.
pub fn says_injection(dictionary: &Dictionary, record: &Record<'_>) -> bool {
    let says = |field: Field| {
        let text = record.string(field);
        !text.is_empty() && dictionary.says_injection(&text)
    };
    [Field::Drug, Field::Generic, Field::Form].into_iter().any(says)
        || dictionary.is_injected_by(&record.string(Field::Route))
}

/// Days rounded up if the remaining fraction of a day is more than the rounding of a division (9 tablets of 4.5 a week).
pub(crate) fn whole_days(days: f64) -> f64 {
    (days * (1.0 - 1e-9)).ceil()
}

/// Whether a quantity is in millilitres: `4 mL`, `3.4ml`.
pub fn is_volume(text: &[u8]) -> bool {
    // The last one is NCPDP's code.
    const UNITS: [&str; 9] = [
        "ml",
        "mls",
        "ml.",
        "cc",
        "milliliter",
        "milliliters",
        "millilitre",
        "millilitres",
        "c28254",
    ];
    let text = text.trim_ascii();
    let unit = text.iter().position(|byte| byte.is_ascii_alphabetic()).map(|at| &text[at..]);
    unit.is_some_and(|unit| UNITS.iter().any(|known| unit.eq_ignore_ascii_case(known.as_bytes())))
}

/// Whether the quantity of a record is in millilitres, by its own unit or that of the column next to it.
pub fn counts_volume(record: &Record<'_>) -> bool {
    let (quantity, unit) = (record.text(Field::Quantity), record.text(Field::QuantityUnit));
    let is_bare = !quantity.iter().any(u8::is_ascii_alphabetic);
    is_volume(quantity) || is_bare && is_volume(unit)
}

/// Whether a quantity without a unit is as many mL as one unit of the product holds: 4 of an injection that comes as 4 mL.
pub fn is_volume_of_one(record: &Record<'_>, quantity: f64, of_one: Option<f64>) -> bool {
    let (text, unit) = (record.text(Field::Quantity), record.text(Field::QuantityUnit));
    let has_no_unit = !text.iter().any(u8::is_ascii_alphabetic) && unit.is_empty();
    has_no_unit && of_one == Some(quantity)
}

/// How many mL one unit of a product holds, if a quantity may count them.
pub fn volume_of_one(dictionary: &Dictionary, verdict: &Verdict) -> Option<f64> {
    let mut forms = verdict.components.iter().map(|c| dictionary.form(c.drug, c.form));
    forms.find_map(|form| form.volume_ml)
}

/// How long a product lasts by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnDuration {
    /// Days that a record covers at least, whatever it says: one injection or implant, or all its patches.
    pub at_least: i32,
    /// Days of a record that gives none: those of one unit, times the units.
    pub by_units: i32,
}

/// How long a product lasts by itself; `None` if it has no duration of its own. A billed quantity (380 units of 1 mg)
/// is turned into units of the product first; a quantity that cannot count units (mL, rods of one implant) is one. A code with
/// its own period covers that, times the billed units.
pub fn own_duration(
    dictionary: &Dictionary,
    verdict: &Verdict,
    quantity: Option<f64>,
) -> Option<OwnDuration> {
    if let Some(days) = verdict.billed_days {
        let units = quantity.filter(|units| (1.0..=MOST_UNITS).contains(units)).unwrap_or(1.0);
        let by_units = i32::from(days) * units as i32;
        return Some(OwnDuration { at_least: by_units, by_units });
    }
    let forms = verdict.components.iter().map(|c| dictionary.form(c.drug, c.form));
    let form = forms.filter(|form| form.days_each.is_some()).max_by_key(|form| form.days_each)?;
    let each = i32::from(form.days_each?);
    let units = match (quantity, verdict.billed_units) {
        _ if form.kind == FormKind::Implant => 1.0,
        (Some(quantity), Some(billed)) if billed > 0.0 => (quantity / f64::from(billed)).ceil(),
        (Some(quantity), None) if quantity.fract() == 0.0 && quantity <= MOST_UNITS => quantity,
        _ => 1.0,
    };
    let by_units = each * units.clamp(1.0, MOST_UNITS) as i32;
    Some(OwnDuration {
        at_least: if form.kind == FormKind::Patch { by_units } else { each },
        by_units,
    })
}

/// How many days one patch lasts; `None` if the product is not a patch.
pub fn patch_days(dictionary: &Dictionary, verdict: &Verdict) -> Option<u16> {
    let mut forms = verdict.components.iter().map(|c| dictionary.form(c.drug, c.form));
    forms.find(|form| form.kind == FormKind::Patch)?.days_each
}

/// A larger number of patches or injections in one record does not count units.
const MOST_UNITS: f64 = 60.0;

#[cfg(test)]
mod tests;

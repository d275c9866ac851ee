//! Numbers of claims, prescriptions and fills, as an exposure carries them: short, and the same in every run.

use crate::exposure::{Dispense, Marks, days, order_number, status, turn, version};
use rxlint_model::date;
use rxlint_model::day::Day;
use rxlint_model::record::{Field, Record};

/// Whether a number is written with an exponent and without all of its digits: `1.23457E+15`.
pub(super) fn is_rounded(identifier: &[u8]) -> bool {
    let Some(at) = identifier.iter().position(|byte| matches!(byte, b'E' | b'e')) else {
        return false;
    };
    let (number, exponent) = (&identifier[..at], identifier[at + 1..].strip_prefix(b"+"));
    let decimals = match number {
        [b'0'..=b'9', b'.' | b',', decimals @ ..] => decimals,
        [b'0'..=b'9'] => &[],
        _ => return false,
    };
    let exponent = exponent.filter(|digits| !digits.is_empty() && digits.len() < 4);
    let exponent =
        exponent.and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<usize>().ok());
    decimals.iter().all(u8::is_ascii_digit)
        && exponent.is_some_and(|exponent| exponent > decimals.len())
}

/// The prescription number, hashed together with the pharmacy that issued it.
pub(super) fn prescription_number(record: &Record<'_>) -> u32 {
    let (number, pharmacy) = (record.text(Field::Prescription), record.text(Field::Pharmacy));
    if number.is_empty() || pharmacy.is_empty() {
        return order_number::of(number, hash_of_number);
    }
    hash(&[plain(number), b"\x1f", plain(pharmacy)].concat())
}

/// A number without leading zeros, which some systems write and spreadsheets lose: `0007001`.
fn plain(number: &[u8]) -> &[u8] {
    let is_number = number.iter().all(u8::is_ascii_digit);
    let first = number.iter().position(|&digit| digit != b'0').filter(|_| is_number);
    first.map_or(number, |first| &number[first..])
}

/// The hash of a claim or prescription number, ignoring leading zeros.
pub(super) fn hash_of_number(number: &[u8]) -> u32 {
    hash(plain(number))
}

/// The first day of a year, so that an age is too high rather than too low.
pub(super) fn year_of_birth(text: &[u8]) -> Option<Day> {
    let digits = text.strip_suffix(b".0").unwrap_or(text);
    let year = std::str::from_utf8(digits).ok().filter(|digits| digits.len() == 4)?.parse().ok()?;
    Day::from_ymd(year, 1, 1).filter(|_| (1850..2200).contains(&year))
}

/// Makes a claim's record refer to the claim that it names, if it is a version of it, or cancels or replaces it.
pub(super) fn referring(dispense: Dispense, record: &Record<'_>) -> Dispense {
    let changes = Marks::REVERSAL.with(Marks::REPLACEMENT);
    let is_about = dispense.marks.has_any(changes) || !record.text(Field::Version).is_empty();
    match status::original(record) {
        Some(text) if is_about && !dispense.marks.has(Marks::ORDER) => {
            let refers = dispense.marks.has_any(changes);
            let marks = if refers { Marks::REFERS } else { Marks::default() };
            let claim = with_line(text, record);
            Dispense { claim, marks: dispense.marks.with(marks), ..dispense }
        }
        _ => dispense,
    }
}

/// The claim number, hashed; in a table with versions, together with the line. If only records that change a claim have their own number
/// (T-MSIS, ICN_ADJ), the original's number is the claim's.
pub(super) fn claim_number(record: &Record<'_>) -> u32 {
    let own = record.text(Field::Claim);
    with_line(if own.is_empty() { record.text(Field::Original) } else { own }, record)
}

fn with_line(claim: &[u8], record: &Record<'_>) -> u32 {
    let line = record.text(Field::ClaimLine);
    if claim.is_empty() || line.is_empty() || record.text(Field::Version).is_empty() {
        // The ids of resources are not numbers, whatever they look like.
        let hash = if record.is_resource { hash } else { hash_of_number };
        return order_number::of(claim, hash);
    }
    hash(&[plain(claim), b"\x1f", plain(line)].concat())
}

/// The record with the stamp of its version, if it is one.
pub(super) fn versioned(dispense: Dispense, record: &Record<'_>) -> Dispense {
    if dispense.claim == 0 {
        return dispense;
    }
    let marks = if record.is_resource { Marks::RESOURCE } else { Marks::default() };
    let dispense = Dispense { marks: dispense.marks.with(marks), ..dispense };
    let text = record.text(Field::Version);
    match if record.is_resource { version::stamp(text) } else { version::of_claim(text) } {
        0 => dispense,
        stamp => dispense.stamped(stamp),
    }
}

/// The record with its fill number; an order with the day on which its message was sent, which is stored in that place, and
/// the time.
pub(super) fn numbered(dispense: Dispense, record: &Record<'_>) -> Dispense {
    let text = record.text(Field::FillNumber);
    if dispense.marks.has(Marks::ORDER) {
        return dispense.stated_on(date::parse(text, None).ok(), record.text(Field::Processed));
    }
    Dispense { fill: fill_number(text), ..dispense }
}

/// The record of a claim with when it was made.
pub(super) fn made(dispense: Dispense, record: &Record<'_>) -> Dispense {
    let text = record.text(Field::Processed);
    if text.is_empty() {
        return dispense;
    }
    // In the date order of the file's first days, if it is all numeric.
    let own = Field::FIRST_DAY.iter().find_map(|field| record.date_order[*field as usize]);
    dispense.made(turn::of(text, own, dispense.first))
}

/// A hash that is the same in every version and on every machine, because a ledger stores it.
pub(super) fn hash(text: &[u8]) -> u32 {
    if text.is_empty() {
        return 0;
    }
    (twox_hash::XxHash64::oneshot(0, text) as u32).max(1)
}

pub(super) fn fill_number(text: &[u8]) -> u16 {
    match days::number(text) {
        Some(number) if (0.0..60_000.0).contains(&number) => number as u16 + 1,
        _ if text.is_empty() => 0,
        _ => (hash(text) as u16).max(1),
    }
}

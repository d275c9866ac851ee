//! How much: dose, quantity, strength, form, directions.

use super::delimiters::Delimiters;
use super::draft::Hl7Draft;
use super::segments::{Hl7Part, Segment, field};
use super::{drug, patient};
use rxlint_model::record::{Field, decode};

/// Takes what one segment about a drug says, unless a more specific segment has said it.
pub(super) fn take(
    draft: &mut Hl7Draft,
    message: &[u8],
    segment: &Segment,
    delimiters: &Delimiters,
) {
    let Some((shape, _)) = drug::shape(&segment.name) else { return };
    let (_, moved) = drug::place(message, segment, shape, delimiters);
    let at = |n: u8| match n {
        0 => Hl7Part { text: &[], ..field(message, segment, 1, delimiters) },
        n => field(message, segment, n + moved, delimiters),
    };
    dose(
        draft,
        at(shape.dose),
        at(shape.dose_max),
        at(shape.dose_unit).component(1, delimiters),
        delimiters,
    );
    draft.set(Field::Form, words(at(shape.form), delimiters), delimiters);
    let quantity = at(shape.quantity).component(1, delimiters);
    if quantity.number().is_some_and(|n| n != 0.0) {
        draft.set(Field::Quantity, quantity, delimiters);
        let unit = at(shape.quantity_unit);
        for part in [unit.component(2, delimiters), unit.component(1, delimiters)] {
            draft.set(Field::QuantityUnit, part, delimiters);
        }
    }
    draft.set(Field::Refills, at(shape.refills).component(1, delimiters), delimiters);
    if !draft.has(Field::Directions) {
        for part in at(shape.directions).repetitions(delimiters) {
            draft.add(Field::Directions, " ", words(part, delimiters), message, delimiters);
        }
    }
    if !draft.has(Field::Strength) {
        strength(
            draft,
            at(shape.strength).component(1, delimiters),
            at(shape.strength_unit).component(1, delimiters),
            delimiters,
        );
        if let (true, Some(volume)) =
            (draft.has(Field::Strength), at(shape.volume).number().filter(|&n| n > 0.0))
        {
            let unit = at(shape.volume + 1).component(1, delimiters);
            let of = at(shape.strength_unit).component(1, delimiters);
            draft.unset(Field::StrengthUnit);
            draft.say(
                Field::StrengthUnit,
                format_args!(
                    "{}/{volume} {}",
                    decode(of.text.trim_ascii()),
                    decode(unit.text.trim_ascii())
                ),
                of,
            );
        }
    }
    draft.set(Field::Prescription, at(shape.number).component(1, delimiters), delimiters);
    number_of_person(draft, at(shape.prescriber), delimiters);
    patient::diagnosis(draft, message, at(shape.indication), None, delimiters);
}

/// Takes the directions from notes, if nothing else says how the drug is taken: what stands there may also be something else.
pub(super) fn directions_in_notes(
    draft: &mut Hl7Draft,
    message: &[u8],
    segment: &Segment,
    delimiters: &Delimiters,
) {
    const SAID: [Field; 3] = [Field::Directions, Field::Frequency, Field::DaysSupply];
    let Some((shape, _)) = drug::shape(&segment.name).filter(|(shape, _)| shape.notes > 0) else {
        return;
    };
    if SAID.into_iter().any(|field| draft.has(field)) {
        return;
    }
    let (_, moved) = drug::place(message, segment, shape, delimiters);
    for part in field(message, segment, shape.notes + moved, delimiters).repetitions(delimiters) {
        draft.add(Field::Directions, " ", words(part, delimiters), message, delimiters);
    }
}

/// Takes the prescriber's number; one of several spellings may lack it.
pub(super) fn number_of_person(draft: &mut Hl7Draft, who: Hl7Part<'_>, delimiters: &Delimiters) {
    for one in who.repetitions(delimiters) {
        draft.set(Field::Prescriber, one.component(1, delimiters), delimiters);
    }
}

/// Takes the prescriber's name, if there is no number: `^ROE^ANN`.
pub(super) fn name_of_person(draft: &mut Hl7Draft, who: Hl7Part<'_>, delimiters: &Delimiters) {
    for one in who.repetitions(delimiters) {
        if draft.has(Field::Prescriber) {
            return;
        }
        let family = one.component(2, delimiters).sub(1, delimiters);
        let given = one.component(3, delimiters);
        match (family.is_empty(), given.is_empty()) {
            (false, false) => draft.say(
                Field::Prescriber,
                format_args!(
                    "{}, {}",
                    decode(family.text.trim_ascii()),
                    decode(given.text.trim_ascii())
                ),
                one,
            ),
            (true, false) => draft.set(Field::Prescriber, given, delimiters),
            (false, true) => draft.set(Field::Prescriber, family, delimiters),
            (true, true) => {}
        }
    }
}

/// The prescriber's name in a segment about a drug.
pub(super) fn prescriber_named(
    draft: &mut Hl7Draft,
    message: &[u8],
    segment: &Segment,
    delimiters: &Delimiters,
) {
    let Some((shape, _)) = drug::shape(&segment.name).filter(|(shape, _)| shape.prescriber > 0)
    else {
        return;
    };
    let (_, moved) = drug::place(message, segment, shape, delimiters);
    name_of_person(
        draft,
        field(message, segment, shape.prescriber + moved, delimiters),
        delimiters,
    );
}

/// Uses the total daily dose as the frequency, if nothing else states one: `3^TAB`.
pub(super) fn daily(
    draft: &mut Hl7Draft,
    message: &[u8],
    segment: &Segment,
    delimiters: &Delimiters,
) {
    let Some((shape, _)) = drug::shape(&segment.name).filter(|(shape, _)| shape.daily > 0) else {
        return;
    };
    let total = field(message, segment, shape.daily, delimiters);
    // Some write the unit as part of the amount: `10&MG`.
    let amount = total.component(1, delimiters);
    let units = [total.component(2, delimiters).sub(1, delimiters), amount.sub(2, delimiters)];
    let amount = amount.sub(1, delimiters);
    let unit = if units[0].is_empty() { units[1] } else { units[0] };
    if amount.number().is_some_and(|n| n > 0.0) && !unit.is_empty() {
        draft.say(
            Field::Frequency,
            format_args!(
                "{} {} daily",
                decode(amount.text.trim_ascii()),
                decode(unit.text.trim_ascii())
            ),
            amount,
        );
    }
}

/// The text of a coded element, else its code.
pub(super) fn words<'m>(part: Hl7Part<'m>, delimiters: &Delimiters) -> Hl7Part<'m> {
    let text = part.component(2, delimiters);
    if text.is_empty() { part.component(1, delimiters) } else { text }
}

/// The dose taken at one time. A range is not a definite dose; some senders write the amount with its unit.
fn dose(
    draft: &mut Hl7Draft,
    least: Hl7Part<'_>,
    most: Hl7Part<'_>,
    unit: Hl7Part<'_>,
    delimiters: &Delimiters,
) {
    if draft.has(Field::Dose) {
        return;
    }
    let (low, high) = (least.number(), most.number().filter(|&n| n > 0.0));
    let is_amount = unit.text.trim_ascii().first().is_some_and(u8::is_ascii_digit)
        && unit.text.iter().any(u8::is_ascii_alphabetic);
    if is_amount {
        if low.is_none_or(|low| low == 0.0 || low == 1.0) {
            draft.set(Field::Dose, unit, delimiters);
        }
    // 999 is "unknown" in an administration.
    } else if low
        .is_some_and(|low| low > 0.0 && low != 999.0 && high.is_none_or(|high| high == low))
    {
        draft.set(Field::Dose, least, delimiters);
        draft.set(Field::DoseUnit, unit, delimiters);
    }
}

/// A strength of zero is none.
fn strength(
    draft: &mut Hl7Draft,
    strength: Hl7Part<'_>,
    unit: Hl7Part<'_>,
    delimiters: &Delimiters,
) {
    if strength.number().is_none_or(|n| n > 0.0) && !strength.is_empty() {
        draft.set(Field::Strength, strength, delimiters);
        draft.set(Field::StrengthUnit, unit, delimiters);
    }
}

//! Who a message is about.

use super::delimiters::Delimiters;
use super::draft::Hl7Draft;
use super::segments::{Hl7Part, Segment, field};
use rxlint_model::record::Field;

/// Takes the identifier, its authority and the birth date from a PID segment. Of several
/// identifiers the one of the wanted type is taken, else the medical record number, else the
/// internal identifier, else the first; a social security number never, since it is not an
/// identifier of a patient and must not be shown.
pub(super) fn take(
    draft: &mut Hl7Draft,
    message: &[u8],
    segment: &Segment,
    wanted: Option<&[u8]>,
    delimiters: &Delimiters,
) {
    let list = field(message, segment, 3, delimiters);
    let mut best: Option<(u8, Hl7Part<'_>)> = None;
    for part in list.repetitions(delimiters) {
        let kind = part.component(5, delimiters).text.trim_ascii();
        let is = |name: &[u8]| kind.eq_ignore_ascii_case(name);
        if is(b"SS") || is(b"SSN") || part.component(1, delimiters).is_empty() {
            continue;
        }
        let rank = if wanted.is_some_and(is) {
            0
        } else if is(b"MR") || is(b"MRN") {
            1
        } else if is(b"PI") {
            2
        } else {
            3
        };
        if best.is_none_or(|(least, _)| rank < least) {
            best = Some((rank, part));
        }
    }
    // Older feeds have it in PID-2 or PID-4 alone.
    let older = [2, 4].map(|n| field(message, segment, n, delimiters).repetition(1, delimiters));
    let part = best
        .map(|(_, part)| part)
        .or_else(|| older.into_iter().find(|part| !part.component(1, delimiters).is_empty()));
    if let Some(part) = part {
        draft.set(Field::Patient, part.component(1, delimiters).sub(1, delimiters), delimiters);
        let authority = part.component(4, delimiters);
        draft.set(Field::Authority, authority.sub(1, delimiters), delimiters);
        draft.set(Field::Authority, authority.sub(2, delimiters), delimiters);
    }
    draft.set(
        Field::BirthDate,
        field(message, segment, 7, delimiters).component(1, delimiters),
        delimiters,
    );
}

/// Takes what a visit segment says of the person: `B6` among the ambulatory statuses (HL7 table
/// 0009) is pregnancy, passed on as the ICD-10 code for it.
pub(super) fn visit(
    draft: &mut Hl7Draft,
    message: &[u8],
    segment: &Segment,
    delimiters: &Delimiters,
) {
    let statuses = field(message, segment, 15, delimiters);
    let pregnant = statuses
        .repetitions(delimiters)
        .find(|part| part.component(1, delimiters).text.trim_ascii() == b"B6");
    if let Some(part) = pregnant {
        draft.say(Field::Pregnancy, format_args!("Z33"), part);
    }
}

/// Adds the codes of a diagnosis (DG1-3, RXE-27 and the like), each with the day since when it is known: `K74.6@20250601`.
pub(super) fn diagnosis(
    draft: &mut Hl7Draft,
    message: &[u8],
    part: Hl7Part<'_>,
    since: Option<Hl7Part<'_>>,
    delimiters: &Delimiters,
) {
    for part in part.repetitions(delimiters) {
        for n in [1, 4] {
            let code = part.component(n, delimiters).sub(1, delimiters);
            draft.add(Field::Diagnosis, ";", code, message, delimiters);
            if let Some(since) = since.filter(|_| !code.is_empty()) {
                let day = since.component(1, delimiters).sub(1, delimiters);
                draft.add(Field::Diagnosis, "@", day, message, delimiters);
            }
        }
    }
}

//! Who a message is about.

use super::delimiters::Delimiters;
use super::draft::Hl7Draft;
use super::persons::Persons;
use super::segments::{Hl7Part, Segment, field};
use rxlint_model::record::Field;

/// One of the identifiers of a person.
#[derive(Clone, Copy, Debug)]
pub(super) struct Identifier<'m> {
    pub(super) id: &'m [u8],
    pub(super) authority: &'m [u8],
    /// 1 for a medical record number, 2 for the internal one, 3 for any other.
    pub(super) rank: u8,
    /// The whole repetition; `None` where it was put together.
    pub(super) part: Option<Hl7Part<'m>>,
}

/// The identifiers in a list. A social security number is none of a patient, and must not be shown.
pub(super) fn identifiers<'m>(list: Hl7Part<'m>, delimiters: &Delimiters) -> Vec<Identifier<'m>> {
    list.repetitions(delimiters).filter_map(|part| identifier(part, delimiters)).collect()
}

fn identifier<'m>(part: Hl7Part<'m>, delimiters: &Delimiters) -> Option<Identifier<'m>> {
    let kind = part.component(5, delimiters).text.trim_ascii();
    let is = |name: &[u8]| kind.eq_ignore_ascii_case(name);
    let id = part.component(1, delimiters).sub(1, delimiters);
    if is(b"SS") || is(b"SSN") || id.is_empty() {
        return None;
    }
    let rank = if is(b"MR") || is(b"MRN") { 1 } else { 2 + u8::from(!is(b"PI")) };
    let issued = part.component(4, delimiters);
    let authority =
        [1, 2].map(|n| issued.sub(n, delimiters)).into_iter().find(|one| !one.is_empty());
    let authority = authority.map_or(&b""[..], |one| one.text);
    Some(Identifier { id: id.text.trim_ascii(), authority, rank, part: Some(part) })
}

/// Whether a list holds two medical record numbers or more.
pub(super) fn has_several(list: Hl7Part<'_>, delimiters: &Delimiters) -> bool {
    let all = list.repetitions(delimiters).filter_map(|part| identifier(part, delimiters));
    all.filter(|one| one.rank == 1).nth(1).is_some()
}

/// The identifier that [`take`] takes from PID-3, where there is one, no type is asked for, and it is the number that the
/// person goes by.
pub(super) fn usual<'m>(
    list: Hl7Part<'m>,
    naming: Naming<'_>,
    delimiters: &Delimiters,
) -> Option<&'m [u8]> {
    if naming.wanted.is_some() {
        return None;
    }
    let mut best: Option<Identifier<'m>> = None;
    for part in list.repetitions(delimiters) {
        let Some(one) = identifier(part, delimiters) else { continue };
        if best.is_none_or(|best| one.rank < best.rank) {
            best = Some(one);
        }
        if one.rank == 1 {
            break;
        }
    }
    let best = best.filter(|best| naming.persons.survivor(best).is_none())?;
    // One that is written with escapes is read with them.
    memchr::memchr(b'\\', best.id).is_none().then_some(best.id)
}

/// How the identifiers of people are read: the type that is asked for first, and who goes by another number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Naming<'n> {
    pub(super) wanted: Option<&'n [u8]>,
    pub(super) persons: &'n Persons,
}

/// Takes the identifier, its authority and the birth date from a PID segment. Of several
/// identifiers the one of the wanted type is taken, else the medical record number, else the
/// internal identifier, else the first. A number that was merged into another gives way to that.
pub(super) fn take(
    draft: &mut Hl7Draft,
    message: &[u8],
    segment: &Segment,
    naming: Naming<'_>,
    delimiters: &Delimiters,
) {
    let all = identifiers(field(message, segment, 3, delimiters), delimiters);
    let is_wanted = |one: &Identifier<'_>| {
        let kind = one.part.map(|part| part.component(5, delimiters).text.trim_ascii());
        naming
            .wanted
            .is_some_and(|wanted| kind.is_some_and(|kind| kind.eq_ignore_ascii_case(wanted)))
    };
    let best = all.iter().min_by_key(|one| if is_wanted(one) { 0 } else { one.rank });
    // Older feeds have it in PID-2 or PID-4 alone.
    let older = [2, 4].map(|n| field(message, segment, n, delimiters));
    let older: Vec<Identifier<'_>> = if best.is_some() {
        Vec::new()
    } else {
        older
            .into_iter()
            .filter_map(|list| identifiers(list, delimiters).into_iter().next())
            .collect()
    };
    if let Some((best, part)) = best.or(older.first()).and_then(|best| Some((best, best.part?))) {
        let id = part.component(1, delimiters).sub(1, delimiters);
        if let Some((survivor, authority)) = naming.persons.survivor(best) {
            draft.say(Field::Patient, format_args!("{survivor}"), id);
            draft.say(Field::Authority, format_args!("{authority}"), part.component(4, delimiters));
        }
        draft.set(Field::Patient, id, delimiters);
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

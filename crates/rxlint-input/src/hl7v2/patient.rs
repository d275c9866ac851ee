//! Who a message is about.

use super::delimiters::Delimiters;
use super::draft::Hl7Draft;
use super::persons::Persons;
use super::segments::{Hl7Part, Segment, field};
use rxlint_model::record::Field;

/// One of a person's identifiers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Identifier<'m> {
    pub(super) id: &'m [u8],
    pub(super) authority: &'m [u8],
    /// 1 for a medical record number, 2 for the internal one, 3 for another that is one person's, 4 for the rest.
    pub(super) rank: u8,
    /// Whether it always belongs to one person, so that identifiers next to it are that person's too.
    pub(super) links: bool,
    /// The whole repetition; `None` if it was composed.
    pub(super) part: Option<Hl7Part<'m>>,
}

/// Types of identifiers (HL7 table 0203 and usage) that belong to one person only: medical record, patient, enterprise and master numbers, and those
/// of national health services. Accounts, visits, insurances and licences are not among them.
const OF_ONE_PERSON: [&[u8]; 17] = [
    b"MR", b"MRN", b"PI", b"PT", b"PN", b"EPI", b"MPI", b"EMPI", b"CMRN", b"NI", b"NH", b"NHS",
    b"HC", b"JHN", b"PHN", b"CHI", b"U",
];

/// The identifiers in a list. A social security number does not count as a patient's, and must not be shown.
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
    let issued = part.component(4, delimiters);
    let links = if kind.is_empty() {
        !issued.is_empty()
    } else {
        OF_ONE_PERSON.iter().any(|name| is(name))
    };
    let rank = match links || kind.is_empty() {
        true if is(b"MR") || is(b"MRN") => 1,
        true if is(b"PI") => 2,
        true => 3,
        false => 4,
    };
    let authority =
        [1, 2].map(|n| issued.sub(n, delimiters)).into_iter().find(|one| !one.is_empty());
    let authority = authority.map_or(&b""[..], |one| one.text);
    Some(Identifier { id: id.text.trim_ascii(), authority, rank, links, part: Some(part) })
}

/// The identifier that [`take`] takes from PID-3, if there is one, no type is asked for, and it has not been replaced.
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
    // An identifier with escapes has to be unescaped first.
    memchr::memchr(b'\\', best.id).is_none().then_some(best.id)
}

/// How the identifiers of people are read: the type that is asked for first, and whose number was replaced.
#[derive(Clone, Copy, Debug)]
pub(super) struct Naming<'n> {
    pub(super) wanted: Option<&'n [u8]>,
    pub(super) persons: &'n Persons,
}

/// Takes the identifier, its authority and the birth date from a PID segment. Of several identifiers the one of the wanted type is taken, else the
/// medical record number, else the internal identifier, else the first. A number that was merged into another is replaced by that.
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
    let older = if best.is_some() { Vec::new() } else { older(message, segment, delimiters) };
    let best = best.or(older.iter().min_by_key(|one| one.rank));
    if let Some((best, part)) = best.and_then(|best| Some((best, best.part?))) {
        let id = part.component(1, delimiters).sub(1, delimiters);
        if let Some((survivor, authority)) = naming.persons.survivor(best) {
            draft.say(Field::Patient, format_args!("{survivor}"), id);
            draft.say(Field::Authority, format_args!("{authority}"), part.component(4, delimiters));
        }
        draft.set(Field::Patient, id, delimiters);
        let authority = part.component(4, delimiters);
        if let Some(name) = naming.persons.authority(best.authority) {
            draft.say(Field::Authority, format_args!("{name}"), authority);
        }
        draft.set(Field::Authority, authority.sub(1, delimiters), delimiters);
        draft.set(Field::Authority, authority.sub(2, delimiters), delimiters);
    }
    draft.set(
        Field::BirthDate,
        field(message, segment, 7, delimiters).component(1, delimiters),
        delimiters,
    );
}

/// The identifiers of older feeds, which have them only in PID-2 or PID-4. If all fields are shifted by one, PID-2 holds the number of the segment.
pub(super) fn older<'m>(
    message: &'m [u8],
    segment: &Segment,
    delimiters: &Delimiters,
) -> Vec<Identifier<'m>> {
    let is_numbered = !field(message, segment, 1, delimiters).is_empty();
    let first = |n: u8| {
        let one =
            identifiers(field(message, segment, n, delimiters), delimiters).into_iter().next()?;
        names_one(&one, n == 2 && !is_numbered).then_some(one)
    };
    [2, 4].into_iter().filter_map(first).collect()
}

/// Whether PID-2 or PID-4, if PID-3 is empty, identifies a person: it says what kind of number it is or who issued it, or it has a digit, as no name
/// has. If it `may_be_number_of_segment`, it must not be such a number.
fn names_one(one: &Identifier<'_>, may_be_number_of_segment: bool) -> bool {
    const LONGEST_NUMBER: usize = 2;
    if one.rank < 3 || one.links {
        return true;
    }
    let is_number = one.id.len() <= LONGEST_NUMBER && one.id.iter().all(u8::is_ascii_digit);
    one.id.iter().any(u8::is_ascii_digit) && !(may_be_number_of_segment && is_number)
}

/// Takes what a visit segment says about the person: `B6` among the ambulatory statuses (HL7 table
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

/// Questions about pregnancy: LOINC codes of its status, as used in OBX-3.
const PREGNANCY_QUESTIONS: [&[u8]; 2] = [b"82810-3", b"11449-6"];

/// Whether an observation segment answers whether someone is pregnant.
pub(super) fn asks_pregnancy(message: &[u8], segment: &Segment, delimiters: &Delimiters) -> bool {
    let question = field(message, segment, 3, delimiters);
    [1, 4]
        .into_iter()
        .any(|n| PREGNANCY_QUESTIONS.contains(&question.component(n, delimiters).text.trim_ascii()))
}

/// Takes an observation that someone is pregnant (SNOMED CT 77386006, LOINC LA15173-0, yes, or in words), passed on as the ICD-10 code for it with
/// its day. A deleted one (OBX-11) does not count.
pub(super) fn observation(
    draft: &mut Hl7Draft,
    message: &[u8],
    segment: &Segment,
    delimiters: &Delimiters,
) {
    let answer = field(message, segment, 5, delimiters);
    let says = |n: u8| answer.component(n, delimiters).text.trim_ascii().to_ascii_uppercase();
    let is_yes = [1, 2, 4, 5].into_iter().any(|n| {
        matches!(
            &says(n)[..],
            b"77386006" | b"LA15173-0" | b"Y" | b"YES" | b"PREGNANT" | b"POS" | b"POSITIVE"
        )
    });
    let status = field(message, segment, 11, delimiters).text.trim_ascii();
    if !is_yes || matches!(status, b"D" | b"W" | b"X" | b"N") {
        return;
    }
    let day = field(message, segment, 14, delimiters).component(1, delimiters);
    match draft.has(Field::Diagnosis) {
        true => {
            let code = Hl7Part { text: b"Z33", ..answer };
            draft.add(Field::Diagnosis, ";", code, message, delimiters);
        }
        false => draft.say(Field::Diagnosis, format_args!("Z33"), answer),
    }
    draft.add(Field::Diagnosis, "@", day, message, delimiters);
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
        let is_coded =
            [1, 4].iter().any(|n| !part.component(*n, delimiters).sub(1, delimiters).is_empty());
        // A diagnosis without a code has a name at most.
        let components: &[u8] = if is_coded { &[1, 4] } else { &[2] };
        for &n in components {
            let code = part.component(n, delimiters).sub(1, delimiters);
            draft.add(Field::Diagnosis, ";", code, message, delimiters);
            if let Some(since) = since.filter(|_| !code.is_empty()) {
                let day = since.component(1, delimiters).sub(1, delimiters);
                draft.add(Field::Diagnosis, "@", day, message, delimiters);
            }
        }
    }
}

//! What messages without orders say about people: admissions and updates state birth dates, diagnoses and pregnancies, which at many sites are found
//! nowhere else.

use rxlint_model::place::Place;
use rxlint_model::record::{Field, PersonFact, Said};
use rxlint_model::sink::RecordSink;

use super::draft::Hl7Draft;
use super::order::Hl7Message;
use super::patient;

/// Reads what a message says about its person into the draft; returns whether it says anything. Birth dates count only in admissions and updates,
/// which are about them.
pub(super) fn read(message: &Hl7Message<'_>, draft: &mut Hl7Draft) -> bool {
    draft.clear();
    let is_admission = message.kind() == b"ADT";
    let (bytes, delimiters) = (message.bytes, &message.delimiters);
    for segment in message.segments {
        match &segment.name {
            b"PID" => patient::take(draft, bytes, segment, message.naming, delimiters),
            b"PV1" => patient::visit(draft, bytes, segment, delimiters),
            b"OBX" => patient::observation(draft, bytes, segment, delimiters),
            // A deleted diagnosis (DG1-21) does not count.
            b"DG1" if message.field(segment, 21).text.trim_ascii() != b"D" => {
                let (what, since) = (message.field(segment, 3), Some(message.field(segment, 5)));
                patient::diagnosis(draft, bytes, what, since, delimiters);
            }
            _ => {}
        }
    }
    if draft.has(Field::Pregnancy) {
        let sent = message.field(&message.header, 7).component(1, delimiters);
        draft.set(Field::Written, sent, delimiters);
    }
    if !is_admission {
        draft.unset(Field::BirthDate);
    }
    draft.has(Field::Patient)
        && [Field::BirthDate, Field::Diagnosis, Field::Pregnancy].iter().any(|f| draft.has(*f))
}

/// Reports what was read.
pub(super) fn tell<S: RecordSink>(draft: &Hl7Draft, text: &[u8], place: Place, sink: &mut S) {
    let said = |field| rxlint_model::record::decode(draft.text(text, field));
    let [patient, authority, born, diagnoses, pregnancy, sent] = [
        Field::Patient,
        Field::Authority,
        Field::BirthDate,
        Field::Diagnosis,
        Field::Pregnancy,
        Field::Written,
    ]
    .map(said);
    let mut person = |what| {
        let (patient, authority) = (patient.trim(), authority.trim());
        sink.person(&Said { patient, authority, what, key: place.into() });
    };
    if !born.is_empty() {
        person(PersonFact::Born(&born));
    }
    for diagnosis in diagnoses.split(';').filter(|one| !one.is_empty()) {
        let (codes, on) = diagnosis.split_once('@').unwrap_or((diagnosis, ""));
        person(PersonFact::Condition { codes, on, until: "", said: "" });
    }
    if !pregnancy.is_empty() {
        person(PersonFact::Condition { codes: &pregnancy, on: &sent, until: "", said: "" });
    }
}

//! What resources say about a person besides prescriptions: birth, diagnoses, observations.

use std::borrow::Cow;

use super::json::{JsonValue, Object};
use super::kind::ResourceKind;
use super::persons::Persons;
use super::reference;
use crate::partial_date::first_of;
use rxlint_model::place::Place;
use rxlint_model::record::{PersonFact, Said};
use rxlint_model::sink::RecordSink;

/// Reports what a Patient, Condition or Observation says, if anything.
pub(super) fn tell<I: RecordSink>(
    kind: ResourceKind,
    resource: &Object<'_>,
    full_url: Option<&str>,
    persons: (&Persons, u32),
    place: Place,
    sink: &mut I,
) {
    match kind {
        ResourceKind::Patient => born(resource, full_url, persons, place, sink),
        ResourceKind::Condition if stands(resource) => {
            let codes = codes(resource.get("code"));
            let on = ["onsetDateTime", "recordedDate", "assertedDate", "dateRecorded"]
                .iter()
                .find_map(|name| resource.get(name));
            let on = on
                .or_else(|| resource.get("onsetPeriod")?.get("start"))
                .and_then(JsonValue::text)
                .map(|text| first_of(text).into_owned());
            let ended = resource.get("abatementDateTime").or_else(|| {
                let period = resource.get("abatementPeriod")?;
                period.get("end").or_else(|| period.get("start"))
            });
            let until = ended.and_then(JsonValue::text).map(|text| first_of(text).into_owned());
            let what = PersonFact::Condition {
                codes: &codes,
                on: on.as_deref().unwrap_or_default(),
                until: until.as_deref().unwrap_or_default(),
                said: "",
            };
            about(resource, what, persons, place, sink);
        }
        ResourceKind::Observation if stands(resource) => {
            let Some(answer) = answer(resource) else { return };
            let question = codes(resource.get("code"));
            let on = resource
                .any(&["effectiveDateTime", "effectiveInstant", "issued"])
                .or_else(|| resource.get("effectivePeriod")?.get("start"));
            let on = on.and_then(JsonValue::text).map(|text| first_of(text).into_owned());
            let what = PersonFact::Observation {
                question: &question,
                answer: &answer,
                on: on.as_deref().unwrap_or_default(),
            };
            about(resource, what, persons, place, sink);
        }
        _ => {}
    }
}

/// What an Observation says: codes, or words, or yes.
fn answer(resource: &Object<'_>) -> Option<String> {
    let coded = resource.get("valueCodeableConcept").map(|value| codes(Some(value)));
    let said = || resource.get("valueString")?.text().map(Cow::into_owned);
    let yes =
        || resource.get("valueBoolean").filter(|value| value.is_true()).map(|_| "true".into());
    coded.or_else(said).or_else(yes)
}

/// Whether the statement counts: it is not refuted, not one of several possibilities, and not an error.
fn stands(resource: &Object<'_>) -> bool {
    const NONE: [&str; 4] = ["entered-in-error", "refuted", "differential", "cancelled"];
    let verified = resource.get("verificationStatus");
    let coded = verified
        .and_then(|status| status.get("coding"))
        .into_iter()
        .flat_map(JsonValue::items)
        .filter_map(|coding| coding.text_at(&["code"]));
    let plain =
        [verified, resource.get("status")].into_iter().flatten().filter_map(JsonValue::text);
    !coded.chain(plain).any(|word| NONE.contains(&&*word))
}

fn born<I: RecordSink>(
    resource: &Object<'_>,
    full_url: Option<&str>,
    (persons, file): (&Persons, u32),
    place: Place,
    sink: &mut I,
) {
    let Some(day) =
        resource.get("birthDate").and_then(JsonValue::text).map(|text| first_of(text).into_owned())
    else {
        return;
    };
    let id = resource.get("id").and_then(JsonValue::text).unwrap_or_default();
    if let Some((patient, authority)) = persons.find(file, &format!("Patient/{id}")) {
        return sink.person(&Said {
            patient,
            authority,
            what: PersonFact::Born(&day),
            key: place.into(),
        });
    }
    let (address, authority) = full_url.and_then(reference::id).unwrap_or_default();
    // References in a Bundle use the address that it gives; elsewhere the id.
    for patient in
        [Some(id.as_ref()), Some(address).filter(|address| *address != id)].into_iter().flatten()
    {
        if !patient.is_empty() {
            sink.person(&Said {
                patient,
                authority,
                what: PersonFact::Born(&day),
                key: place.into(),
            });
        }
    }
}

fn about<I: RecordSink>(
    resource: &Object<'_>,
    what: PersonFact<'_>,
    persons: (&Persons, u32),
    place: Place,
    sink: &mut I,
) {
    let mut cells = super::cells::FhirCells::default();
    reference::patient(resource, persons, &mut cells);
    let text = |field| cells.text(field).unwrap_or_default();
    let patient = text(rxlint_model::record::Field::Patient);
    if !patient.is_empty() {
        sink.person(&Said {
            patient,
            authority: text(rxlint_model::record::Field::Authority),
            what,
            key: place.into(),
        });
    }
}

/// The codes of a concept, one after the other; its name if it has none.
pub(super) fn codes(concept: Option<JsonValue<'_>>) -> String {
    let Some(concept) = concept else { return String::new() };
    let of_codings = |key: &str| -> Vec<String> {
        let codings = concept.get("coding").into_iter().flat_map(JsonValue::items);
        codings.filter_map(|coding| Some(coding.text_at(&[key])?.to_string())).collect()
    };
    let codes = of_codings("code");
    if !codes.is_empty() {
        return codes.join(";");
    }
    let names = of_codings("display");
    let text = || concept.get("text").and_then(JsonValue::text).map(|text| text.to_string());
    let names = if names.is_empty() { text().into_iter().collect() } else { names };
    names.join(";")
}

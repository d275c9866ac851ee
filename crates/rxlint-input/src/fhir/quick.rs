//! Resources at a glance. Most are about drugs that no rule watches, and repeat bytes that came before: what decides that is in a few members, by
//! whose bytes a resource is settled, as rows of tables are (`rxlint_model::fast_path`). Anything
//! unusual is left to `record`, which this may never contradict.

use std::borrow::Cow;

use super::json::{JsonValue, Object};
use super::kind::ResourceKind;
use super::record;
use super::resources::FhirResources;

/// Longer contained resources hardly ever repeat.
const LONGEST_CONTAINED: usize = 2000;

/// What a usual resource says.
#[derive(Clone, Debug)]
pub(super) struct Glance<'a> {
    pub(super) patient: Cow<'a, str>,
    pub(super) day: Cow<'a, str>,
}

/// Looks at a resource, and writes down what decides the status and the drug; `None` if it is not a usual one.
pub(super) fn glance<'a>(
    kind: ResourceKind,
    resource: &Object<'a>,
    fhir: &'a FhirResources,
    (status, identity): (&mut Vec<u8>, &mut Vec<u8>),
) -> Option<Glance<'a>> {
    // A date without a day or a month is completed.
    let day = day(kind, resource).filter(|day| !matches!(day.len(), 4 | 7))?;
    if !is_in_force(resource) || states_facts(resource) || fhir.medications.has_deleted() {
        return None;
    }
    let patient = patient(resource, fhir)?;
    write_identity(resource, fhir.file, identity)?;
    status.clear();
    status.push(kind as u8);
    status.push(u8::from(resource.get("id").and_then(JsonValue::text).is_some()));
    status.extend_from_slice(resource.get("status")?.raw().as_bytes());
    Some(Glance { patient, day })
}

/// Whether its status is a plain one, and nothing else says that it was not to be taken.
fn is_in_force(resource: &Object<'_>) -> bool {
    let is = |name: &str, words: &[&str]| {
        resource.get(name).is_none_or(|value| words.contains(&value.raw()))
    };
    let never = ["doNotPerform", "wasNotTaken", "wasNotGiven", "notGiven", "notDone"];
    matches!(resource.get("status").map(JsonValue::raw), Some("\"active\"" | "\"completed\""))
        && is("intent", &["\"order\""])
        && never.iter().all(|name| is(name, &["false"]))
        && resource.get("taken").is_none()
        && resource.get("modifierExtension").is_none()
        && resource.get("adherence").is_none()
}

/// Whether it says more than a drug, a person and a day: a diagnosis, or a quantity that was returned.
fn states_facts(resource: &Object<'_>) -> bool {
    const REASONS: [&str; 4] =
        ["reasonCode", "reason", "reasonCodeableConcept", "reasonForUseCodeableConcept"];
    let supply = resource.get("dispenseRequest").and_then(|supply| supply.get("quantity"));
    let quantities = [resource.get("quantity"), supply].into_iter().flatten();
    let is_negative = |quantity: JsonValue<'_>| {
        quantity
            .get("value")
            .is_some_and(|value| value.raw().trim_start_matches('"').trim_start().starts_with('-'))
    };
    resource.any(&REASONS).is_some() || quantities.into_iter().any(is_negative)
}

/// The id of the patient, if the reference is a plain one.
fn patient<'a>(resource: &Object<'a>, fhir: &'a FhirResources) -> Option<Cow<'a, str>> {
    let subject = resource.any(&["subject", "patient"])?;
    let Some(Cow::Borrowed(reference)) = subject.get("reference")?.text() else { return None };
    let id = reference.strip_prefix("Patient/")?;
    if id.is_empty() || id.contains(['/', '?', '#']) {
        return None;
    }
    let known = fhir.medications.persons.find(fhir.file, reference);
    Some(Cow::Borrowed(known.map_or(id, |(id, _)| id)))
}

/// What gives the record its day, as `record` fills its fields.
fn day<'a>(kind: ResourceKind, resource: &Object<'a>) -> Option<Cow<'a, str>> {
    let text = |name: &str| resource.get(name).and_then(JsonValue::text);
    match kind {
        ResourceKind::Dispense => resource.any(&["whenHandedOver", "whenPrepared"])?.text(),
        ResourceKind::Request => {
            // A dosage may say when it begins, which has priority.
            let dosages = resource.any(&["dosageInstruction", "dosage"]);
            let mut dosages = dosages.into_iter().flat_map(JsonValue::items);
            let is_bound = dosages.any(|dosage| {
                dosage.at(&["timing", "repeat", "boundsPeriod"]).is_some()
                    || dosage.at(&["timing", "event"]).is_some()
            });
            text("authoredOn").filter(|_| !is_bound && record::period(resource).is_none())
        }
        ResourceKind::Administration => {
            let periods =
                ["effectivePeriod", "occurencePeriod", "occurrencePeriod", "effectiveTimePeriod"];
            text("effectiveDateTime").filter(|_| resource.any(&periods).is_none())
        }
        ResourceKind::Statement => text("effectiveDateTime"),
        _ => None,
    }
}

/// Writes everything that may show which drug it is.
fn write_identity(resource: &Object<'_>, file: u32, identity: &mut Vec<u8>) -> Option<()> {
    identity.clear();
    for name in ["medicationCodeableConcept", "medicationReference", "medication"] {
        let Some(value) = resource.get(name) else { continue };
        identity.extend_from_slice(name.as_bytes());
        identity.extend_from_slice(value.raw().as_bytes());
    }
    if identity.is_empty() {
        return None;
    }
    let is_reference = |name: &str| resource.get(name).is_some();
    if is_reference("medicationReference") || is_reference("medication") {
        // The same reference means something else in another file, and in another resource.
        identity.extend_from_slice(&file.to_le_bytes());
        let contained = resource.get("contained").map_or("", JsonValue::raw);
        if contained.len() > LONGEST_CONTAINED {
            return None;
        }
        identity.extend_from_slice(contained.as_bytes());
    }
    let dosages = resource.any(&["dosageInstruction", "dosage"]);
    for dosage in dosages.into_iter().flat_map(JsonValue::items) {
        if let Some(route) = dosage.get("route") {
            identity.extend_from_slice(b"route");
            identity.extend_from_slice(route.raw().as_bytes());
        }
    }
    Some(())
}

//! An object of a list of drugs: the cells of one record per plan that lists it.

use std::borrow::Cow;

use super::super::cells::FhirCells;
use super::super::json::{JsonValue, Object};
use super::super::medication::concept;
use rxlint_model::record::Field;

/// The records of an object; `None` if it is not a drug.
pub(super) fn of<'a>(object: &Object<'a>) -> Option<Vec<FhirCells<'a>>> {
    match object.get("resourceType").and_then(JsonValue::text).as_deref() {
        Some("MedicationKnowledge") => Some(vec![knowledge(object)]),
        Some("Medication") => Some(vec![medication(object)]),
        Some("Basic") => item(object).map(|cells| vec![cells]),
        Some(_) => None,
        None => (object.get("rxnorm_id").is_some() || object.get("drug_name").is_some())
            .then(|| drug(object)),
    }
}

/// A drug of a qualified health plan's `drugs.json`, one record per plan.
fn drug<'a>(object: &Object<'a>) -> Vec<FhirCells<'a>> {
    let mut common = FhirCells::default();
    common.put(Field::Rxcui, object.get("rxnorm_id"));
    common.put(Field::Drug, object.get("drug_name"));
    let of_plan = |plan: JsonValue<'a>| {
        let plan = plan.object();
        let mut cells = common.clone();
        let id = plan.get("plan_id");
        let years: Vec<Cow<'_, str>> = plan
            .get("years")
            .into_iter()
            .flat_map(JsonValue::items)
            .filter_map(JsonValue::text)
            .collect();
        if let Some(text) = id.and_then(JsonValue::text) {
            let text = if years.is_empty() {
                text
            } else {
                format!("{text} of {}", years.join(", ")).into()
            };
            cells.say(Field::Plan, text, id);
        }
        cells.put(Field::Tier, plan.get("drug_tier"));
        cells.put(Field::Quantity, plan.get("quantity_limit"));
        cells
    };
    let plans: Vec<FhirCells<'a>> =
        object.get("plans").into_iter().flat_map(JsonValue::items).map(of_plan).collect();
    if plans.is_empty() { vec![common] } else { plans }
}

/// A drug of a Da Vinci formulary: with plan and tier in its first version, without in its second.
fn knowledge<'a>(object: &Object<'a>) -> FhirCells<'a> {
    let mut cells = FhirCells::default();
    if let Some(code) = object.get("code") {
        concept(code, &mut cells);
    }
    cells.put(Field::Status, object.get("status"));
    cells.put(Field::Form, object.get("doseForm").and_then(words));
    cells.put(
        Field::Route,
        object.get("intendedRoute").and_then(|route| words(route.items().next()?)),
    );
    let class = object
        .get("medicineClassification")
        .and_then(|classes| words(classes.items().next()?.get("classification")?.items().next()?));
    cells.put(Field::Class, class);
    extensions(object, &mut cells);
    cells
}

/// A drug that other resources may point to, in a list of only drugs.
fn medication<'a>(object: &Object<'a>) -> FhirCells<'a> {
    let mut cells = FhirCells::default();
    if let Some(code) = object.get("code") {
        concept(code, &mut cells);
    }
    cells.put(Field::Status, object.get("status"));
    cells.put(Field::Form, object.get("form").and_then(words));
    cells
}

/// A drug's entry in a plan's formulary. The drug itself is another resource, which is not
/// followed.
fn item<'a>(object: &Object<'a>) -> Option<FhirCells<'a>> {
    let mut codings = object.get("code")?.get("coding")?.items();
    if !codings.any(|coding| coding.text_at(&["code"]).as_deref() == Some("formulary-item")) {
        return None;
    }
    let mut cells = FhirCells::default();
    let subject = object.get("subject");
    cells.put(Field::Drug, subject.and_then(|subject| subject.get("display")));
    if let Some(reference) = subject.and_then(|subject| subject.get("reference")) {
        cells.put(Field::Code, Some(reference));
        cells.elsewhere(Field::CodeSystem, "reference");
    }
    extensions(object, &mut cells);
    Some(cells)
}

fn extensions<'a>(object: &Object<'a>, cells: &mut FhirCells<'a>) {
    for extension in object.get("extension").into_iter().flat_map(JsonValue::items) {
        let Some(url) = extension.text_at(&["url"]) else { continue };
        let value = |name: &str| extension.get(name);
        match url.rsplit('/').next().unwrap_or_default() {
            "usdf-PlanID-extension" => cells.put(Field::Plan, value("valueString")),
            "usdf-FormularyReference-extension" => cells
                .put(Field::Plan, value("valueReference").and_then(|value| value.get("reference"))),
            "usdf-DrugTierID-extension" => {
                let coding = value("valueCodeableConcept")
                    .and_then(|value| value.get("coding")?.items().next()?.get("code"));
                cells.put(Field::Tier, coding.or_else(|| words(value("valueCodeableConcept")?)));
            }
            "usdf-AvailabilityStatus-extension" => cells.put(Field::Status, value("valueCode")),
            "usdf-QuantityLimit-extension" => cells.put(Field::Quantity, value("valueBoolean")),
            _ => {}
        }
    }
}

/// The text of a coded concept, or the name of its first code.
fn words(concept: JsonValue<'_>) -> Option<JsonValue<'_>> {
    concept.get("text").or_else(|| concept.get("coding")?.items().next()?.get("display"))
}

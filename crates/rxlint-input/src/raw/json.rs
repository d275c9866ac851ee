//! The strings of FHIR resources.

use serde_json::Value;

use super::{RawContent, RawExtent, RawField, RawUnit, RawValue, RawVisitor};
use crate::error::InputError;
use crate::input::Input;
use crate::registry::OpenedFormat;

/// Resources that speak of a drug without anybody having it: findings, allergies, questions, charges, plans, definitions, and
/// whoever bears a drug's name. What is not listed may be a prescription under any name.
const SPEAKS_OF: [&str; 62] = [
    "Account",
    "ActivityDefinition",
    "AdverseEvent",
    "AllergyIntolerance",
    "Appointment",
    "AppointmentResponse",
    "AuditEvent",
    "CapabilityStatement",
    "CarePlan",
    "CareTeam",
    "CatalogEntry",
    "ChargeItem",
    "ChargeItemDefinition",
    "Claim",
    "ClaimResponse",
    "ClinicalImpression",
    "CodeSystem",
    "Communication",
    "CommunicationRequest",
    "Composition",
    "ConceptMap",
    "Condition",
    "Consent",
    "Coverage",
    "CoverageEligibilityRequest",
    "CoverageEligibilityResponse",
    "DetectedIssue",
    "DiagnosticReport",
    "DocumentManifest",
    "DocumentReference",
    "Encounter",
    "EpisodeOfCare",
    "ExplanationOfBenefit",
    "FamilyMemberHistory",
    "Flag",
    "Goal",
    "Group",
    "GuidanceResponse",
    "HealthcareService",
    "InsurancePlan",
    "Library",
    "Location",
    "Measure",
    "MeasureReport",
    "Media",
    "MessageDefinition",
    "MessageHeader",
    "Observation",
    "OperationOutcome",
    "Organization",
    "OrganizationAffiliation",
    "Patient",
    "Person",
    "PlanDefinition",
    "Practitioner",
    "PractitionerRole",
    "Questionnaire",
    "QuestionnaireResponse",
    "RelatedPerson",
    "RiskAssessment",
    "Specimen",
    "ValueSet",
];

/// Resources that say what a drug is, not that anybody has it.
const DRUGS: [&str; 5] = [
    "Medication",
    "MedicationKnowledge",
    "Substance",
    "MedicinalProductDefinition",
    "PackagedProductDefinition",
];

/// Elements whose text is for a reader.
const FREE_TEXT: [&str; 12] = [
    "text",
    "note",
    "dosageInstruction",
    "dosage",
    "reason",
    "reasonCode",
    "reasonReference",
    "patientInstruction",
    "additionalInstruction",
    "statusReason",
    "supportingInformation",
    "extension",
];

/// Elements whose text is an identifier or an address, which may be any word.
const NAMES: [&str; 8] = [
    "id",
    "reference",
    "url",
    "fullUrl",
    "system",
    "identifier",
    "instantiatesUri",
    "resourceType",
];

/// Members of a Bundle's entry beside the resource itself.
const OF_ENTRY: [&str; 7] = ["fullUrl", "link", "search", "request", "response", "id", "extension"];

/// Looks at every resource that begins where the extent says.
pub(super) fn look<V: RawVisitor>(
    input: &Input,
    extent: RawExtent,
    make: &(dyn Fn() -> V + Sync),
) -> Result<Vec<V>, InputError> {
    if extent == RawExtent::Off {
        return Ok(Vec::new());
    }
    let OpenedFormat::Fhir(fhir) = &input.opened else { return Ok(Vec::new()) };
    fhir.resources(&input.source, |pieces| {
        let mut visitor = make();
        for (offset, bytes) in pieces.filter(|(offset, _)| extent.holds(*offset)) {
            let end = offset + bytes.len() as u64;
            // What cannot be read as JSON is a rejected record already.
            if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
                resource(&value, RawUnit { start: offset, end, whole: true }, &mut visitor);
            }
        }
        visitor.end();
        visitor
    })
}

fn resource<V: RawVisitor>(value: &Value, unit: RawUnit, visitor: &mut V) {
    // A server may send a resource as text.
    if let Some(inner) = value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok()) {
        return resource(&inner, unit, visitor);
    }
    let kind = value.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    if DRUGS.contains(&kind) {
        return;
    }
    if kind == "Bundle" {
        let entries = value.get("entry").and_then(Value::as_array);
        for member in entries.into_iter().flatten().filter_map(Value::as_object) {
            // The resource stands under its name; whatever else a server puts there is looked at as well.
            for (_, inner) in member.iter().filter(|(name, _)| !OF_ENTRY.contains(&name.as_str())) {
                resource(inner, unit, visitor);
            }
        }
        return;
    }
    let content = if SPEAKS_OF.contains(&kind) && !is_pharmacy_claim(value, kind) {
        RawContent::FreeText
    } else {
        RawContent::Prescription
    };
    walk(value, kind, (content, is_billed(value, kind)), unit, visitor);
}

/// Elements of a claim that say what was billed: a drug's code there is more than a mention.
const BILLED: [&str; 2] = ["productOrService", "service"];

fn is_billed(value: &Value, kind: &str) -> bool {
    let of_prescription = kind == "Claim" && value.get("prescription").is_some();
    let is_active = value["status"].as_str().is_none_or(|status| status == "active");
    ["Claim", "ClaimResponse", "ExplanationOfBenefit"].contains(&kind)
        && is_active
        && !of_prescription
}

fn is_pharmacy_claim(value: &Value, kind: &str) -> bool {
    let codings = value.pointer("/type/coding").and_then(Value::as_array);
    ["Claim", "ExplanationOfBenefit"].contains(&kind)
        && codings.into_iter().flatten().any(|coding| coding["code"] == "pharmacy")
}

/// Visits the strings of a value. `about` is what they are there for, and whether they are of a bill.
fn walk<V: RawVisitor>(
    value: &Value,
    name: &str,
    about: (RawContent, bool),
    unit: RawUnit,
    visitor: &mut V,
) {
    let (content, is_billed) = about;
    match value {
        Value::String(text) => {
            visitor.value(&RawValue { unit, field: RawField::Named(name, content), text });
        }
        Value::Array(values) => {
            values.iter().for_each(|value| walk(value, name, about, unit, visitor));
        }
        Value::Object(members) => {
            let told = members.iter().filter(|(name, _)| !NAMES.contains(&name.as_str()));
            for (name, value) in told {
                // What a care plan or a composition holds in itself is more than words.
                if name == "contained" && content == RawContent::FreeText {
                    contained(value, unit, visitor);
                    continue;
                }
                // `text` is a narrative where it is an object, and a drug's name where it is a string.
                let is_free =
                    FREE_TEXT.contains(&name.as_str()) && (name != "text" || value.is_object());
                let content = match () {
                    () if is_free => RawContent::FreeText,
                    () if is_billed && BILLED.contains(&name.as_str()) => RawContent::Prescription,
                    () => content,
                };
                walk(value, name, (content, is_billed), unit, visitor);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn contained<V: RawVisitor>(value: &Value, unit: RawUnit, visitor: &mut V) {
    for inner in value.as_array().into_iter().flatten() {
        let kind = inner.get("resourceType").and_then(Value::as_str).unwrap_or_default();
        let is_free = SPEAKS_OF.contains(&kind);
        let content = if is_free { RawContent::FreeText } else { RawContent::Prescription };
        walk(inner, kind, (content, false), unit, visitor);
    }
}

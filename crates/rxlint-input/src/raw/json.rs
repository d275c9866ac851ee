//! The strings of FHIR resources.

use rayon::prelude::*;

use super::names::shown;
use super::{
    FIRST, MIB, Piece, RawContent, RawExtent, RawField, RawUnit, RawValue, RawVisitor, loose,
    next_held,
};
use crate::error::InputError;
use crate::fhir::FhirInput;
use crate::fhir::json::{JsonValue, Object, Tape};
use crate::fhir::kind::OF_ENTRY;
use crate::input::Input;
use crate::registry::OpenedFormat;

/// Resources that speak of a drug without anybody having it: findings, allergies, questions, charges, plans, definitions, and
/// whoever bears a drug's name. What is not listed may be a prescription under any name.
const SPEAKS_OF: [&str; 68] = [
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
    "Provenance",
    "Questionnaire",
    "QuestionnaireResponse",
    "RelatedPerson",
    "ResearchStudy",
    "RiskAssessment",
    "Schedule",
    "Slot",
    "Specimen",
    "StructureDefinition",
    "SubscriptionStatus",
    "ValueSet",
];

/// Resources that say what a drug is, not that someone has it.
const DRUGS: [&str; 5] = [
    "Medication",
    "MedicationKnowledge",
    "Substance",
    "MedicinalProductDefinition",
    "PackagedProductDefinition",
];

/// Whether the text of an element is for a reader, or names a person, a place, a visit or who pays: these may be called anything.
fn is_free_text(name: &str) -> bool {
    matches!(
        name,
        "requester"
            | "recorder"
            | "subject"
            | "performer"
            | "receiver"
            | "location"
            | "encounter"
            | "context"
            | "insurance"
            | "destination"
            | "groupIdentifier"
            | "tag"
            | "courseOfTherapyType"
            | "detectedIssue"
            | "category"
            | "text"
            | "note"
            | "dosageInstruction"
            | "dosage"
            | "reason"
            | "reasonCode"
            | "reasonReference"
            | "patientInstruction"
            | "additionalInstruction"
            | "statusReason"
            | "supportingInformation"
            | "extension"
    )
}

/// Whether the text of an element is an identifier or an address, which may be any word.
fn is_name(name: &str) -> bool {
    matches!(
        name,
        "id" | "reference"
            | "url"
            | "fullUrl"
            | "system"
            | "identifier"
            | "instantiatesUri"
            | "resourceType"
    )
}

/// Resources are nested no deeper than this; anything deeper is not looked at.
const DEEPEST: usize = 128;

/// Whether each line of the input is a resource, so that parts of the input can be looked at.
pub(super) fn has_lines(input: &Input) -> bool {
    matches!(&input.opened, OpenedFormat::Fhir(fhir) if fhir.has_lines())
}

/// Visits the texts of any JSON, without the names of members. An HL7 message in it is split into its values.
pub(super) fn texts<V: RawVisitor>(bytes: &[u8], visitor: &mut V) {
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'"', &bytes[at..]).map(|found| at + found) {
        let mut end = start + 1;
        while let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[end..]) {
            end += found;
            if bytes[end] == b'"' {
                break;
            }
            end = (end + 2).min(bytes.len());
        }
        at = (end + 1).min(bytes.len());
        let is_name = bytes[at..].trim_ascii_start().starts_with(b":");
        let text = bytes.get(start..at).filter(|_| !is_name);
        let Some(text) = text.and_then(|text| serde_json::from_slice::<String>(text).ok()) else {
            continue;
        };
        let unit = RawUnit { start: start as u64, end: at as u64, whole: true };
        if text.contains("MSH|") {
            loose(text.as_bytes(), "", unit, visitor);
        } else if !text.trim().is_empty() {
            let field = RawField::Named("", RawContent::Prescription);
            visitor.value(&RawValue { unit, field, text: text.trim() });
        }
    }
}

/// Visits the strings of each line.
pub(super) fn visit_lines<V: RawVisitor>(_: &Input, piece: &Piece, visitor: &mut V) {
    let mut tape = Tape::default();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', &piece.bytes).chain([piece.bytes.len()]) {
        let line = &piece.bytes[start..end];
        let text = line.trim_ascii_start();
        let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
        let from = piece.offset + (start + line.len() - text.len()) as u64;
        let text = text.trim_ascii_end();
        start = end + 1;
        if !text.is_empty() {
            let unit = RawUnit { start: from, end: from + text.len() as u64, whole: true };
            read(text, &mut tape, unit, 0, visitor);
        }
    }
}

/// Looks at every resource of a document that begins where the extent says. If only parts are
/// looked at, resources are found from the middle of the document.
pub(super) fn look<V: RawVisitor>(
    input: &Input,
    extent: RawExtent,
    make: &(dyn Fn() -> V + Sync),
) -> Result<Vec<V>, InputError> {
    let OpenedFormat::Fhir(fhir) = &input.opened else { return Ok(Vec::new()) };
    let until = match extent {
        RawExtent::Off => return Ok(Vec::new()),
        RawExtent::Sampled => FIRST * MIB,
        RawExtent::All => u64::MAX,
    };
    let mut visitors = fhir.resources(&input.source, until, |pieces| {
        let (mut visitor, mut tape) = (make(), Tape::default());
        for (offset, bytes) in pieces.filter(|(offset, _)| *offset < until) {
            let unit = RawUnit { start: offset, end: offset + bytes.len() as u64, whole: true };
            read(bytes, &mut tape, unit, 0, &mut visitor);
        }
        visitor.end();
        visitor
    })?;
    let reader = input.source.reader()?;
    let (mut later, mut at) = (Vec::new(), until);
    while let Some(from) = next_held(&reader, extent, at)? {
        later.push(from);
        at = from + MIB;
    }
    let of_piece = |from: u64| Ok(middle(&reader.bytes(from, 2 * MIB as usize)?, from, make));
    let later: Result<Vec<V>, InputError> = later.into_par_iter().map(of_piece).collect();
    visitors.extend(later?);
    Ok(visitors)
}

/// Looks at the resources that begin in the first MiB of bytes from the middle of a document.
fn middle<V: RawVisitor>(bytes: &[u8], offset: u64, make: &(dyn Fn() -> V + Sync)) -> V {
    let (mut visitor, mut tape) = (make(), Tape::default());
    let all = FhirInput::resources_from_the_middle(bytes, offset);
    for (start, end) in all.into_iter().filter(|(start, _)| *start < offset + MIB) {
        let within = |place: u64| usize::try_from(place.saturating_sub(offset)).unwrap_or(0);
        let unit = RawUnit { start, end, whole: true };
        let piece = bytes.get(within(start)..within(end)).unwrap_or_default();
        read(piece, &mut tape, unit, 0, &mut visitor);
    }
    visitor.end();
    visitor
}

/// Reads a resource. What is not an object is not a resource, and what cannot be read as JSON is already a rejected record.
fn read<V: RawVisitor>(
    bytes: &[u8],
    tape: &mut Tape,
    unit: RawUnit,
    depth: usize,
    visitor: &mut V,
) {
    if let Ok(object) = tape.read(bytes) {
        resource(&object, unit, depth, visitor);
    } else if let Some(inner) = text_of(bytes).filter(|_| depth < DEEPEST) {
        // A server may send a resource as text.
        read(inner.as_bytes(), tape, unit, depth + 1, visitor);
    }
}

/// A text alone, without its quotes.
fn text_of(bytes: &[u8]) -> Option<String> {
    if bytes.first() == Some(&b'"') { serde_json::from_slice(bytes).ok() } else { None }
}

fn resource<V: RawVisitor>(resource: &Object<'_>, unit: RawUnit, depth: usize, visitor: &mut V) {
    let kind = resource.get("resourceType").and_then(JsonValue::text).unwrap_or_default();
    if DRUGS.contains(&&*kind) || depth > DEEPEST {
        return;
    }
    if kind == "Bundle" {
        let entries = resource.get("entry").filter(|entries| entries.first() == b'[');
        let entries = entries.into_iter().flat_map(JsonValue::items).map(JsonValue::object);
        for (name, inner) in entries.flat_map(|entry| entry.members()) {
            // The resource is under its name; whatever else a server puts there is looked at too.
            if OF_ENTRY.contains(&&*name) {
                continue;
            }
            of_entry(inner, unit, depth + 1, visitor);
        }
        return;
    }
    let is_mention = SPEAKS_OF.contains(&&*kind) && !is_pharmacy_claim(resource, &kind);
    let content = if is_mention || is_of_laboratory(resource, &kind) {
        RawContent::FreeText
    } else {
        RawContent::Prescription
    };
    members(resource, "", (content, is_billed(resource, &kind)), unit, depth, visitor);
}

/// What an entry holds: a resource, which a server may send as text; or something else.
fn of_entry<V: RawVisitor>(value: JsonValue<'_>, unit: RawUnit, depth: usize, visitor: &mut V) {
    if value.first() == b'{' {
        return resource(&value.object(), unit, depth, visitor);
    }
    let (text, mut tape) = (value.text().unwrap_or_default(), Tape::default());
    match tape.read(text.as_bytes()) {
        Ok(inner) => resource(&inner, unit, depth, visitor),
        Err(_) => walk(value, "", (RawContent::Prescription, false), unit, depth, visitor),
    }
}

/// The purpose of strings, and whether they are part of a bill.
type About = (RawContent, bool);

/// Elements of a claim that say what was billed: a drug's code there is more than a mention.
const BILLED: [&str; 2] = ["productOrService", "service"];

fn is_billed(resource: &Object<'_>, kind: &str) -> bool {
    let of_prescription = kind == "Claim" && resource.get("prescription").is_some();
    let status = resource.get("status").and_then(JsonValue::text);
    ["Claim", "ClaimResponse", "ExplanationOfBenefit"].contains(&kind)
        && status.is_none_or(|status| status == "active")
        && !of_prescription
}

/// Whether an order asks a laboratory for something: `Fentanyl, urine`. Codes of LOINC name tests.
fn is_of_laboratory(resource: &Object<'_>, kind: &str) -> bool {
    const ORDERS: [&str; 3] = ["ServiceRequest", "ProcedureRequest", "DiagnosticOrder"];
    const CATEGORIES: [&str; 4] = ["108252007", "laboratory", "lab", "26436-6"];
    if !ORDERS.contains(&kind) {
        return false;
    }
    let is_category = |coding: &JsonValue<'_>| {
        let code = coding.text_at(&["code"]);
        code.is_some_and(|code| CATEGORIES.iter().any(|known| known.eq_ignore_ascii_case(&code)))
    };
    let is_test = |coding: &JsonValue<'_>| {
        coding.text_at(&["system"]).is_some_and(|system| system.contains("loinc.org"))
    };
    let categories = resource.get("category").into_iter().flat_map(JsonValue::items);
    let mut of_category = categories.filter_map(|one| one.get("coding")).flat_map(JsonValue::items);
    let codings = resource.get("code").and_then(|code| code.get("coding"));
    of_category.any(|coding| is_category(&coding))
        || codings.into_iter().flat_map(JsonValue::items).any(|coding| is_test(&coding))
}

fn is_pharmacy_claim(resource: &Object<'_>, kind: &str) -> bool {
    let codings = resource.get("type").and_then(|of| of.get("coding"));
    ["Claim", "ExplanationOfBenefit"].contains(&kind)
        && codings
            .into_iter()
            .flat_map(JsonValue::items)
            .any(|coding| coding.text_at(&["code"]).is_some_and(|code| code == "pharmacy"))
}

fn members<V: RawVisitor>(
    object: &Object<'_>,
    around: &str,
    (content, is_billed): About,
    unit: RawUnit,
    depth: usize,
    visitor: &mut V,
) {
    if depth > DEEPEST {
        return;
    }
    for (name, value) in object.members().filter(|(name, _)| !is_name(name)) {
        // `text` is a narrative if it is an object, and a drug's name if it is a string.
        let is_free = is_free_text(&name) && (name != "text" || value.first() == b'{');
        if name == "contained" && content == RawContent::FreeText {
            contained(value, unit, depth + 1, visitor);
            continue;
        }
        let content = match () {
            () if is_free => RawContent::FreeText,
            () if is_billed && BILLED.contains(&name.as_ref()) => RawContent::Prescription,
            () => content,
        };
        walk(value, shown(&name, around), (content, is_billed), unit, depth + 1, visitor);
    }
}

/// Visits the strings of a value under this name. `about` is their purpose, and whether they are part of a bill.
fn walk<V: RawVisitor>(
    value: JsonValue<'_>,
    name: &str,
    about: About,
    unit: RawUnit,
    depth: usize,
    visitor: &mut V,
) {
    match value.first() {
        b'"' => {
            if let Some(text) = value.text() {
                let field = RawField::Named(name, about.0);
                visitor.value(&RawValue { unit, field, text: &text });
            }
        }
        b'[' if depth <= DEEPEST => {
            value.items().for_each(|item| walk(item, name, about, unit, depth + 1, visitor));
        }
        b'{' => members(&value.object(), name, about, unit, depth, visitor),
        _ => {}
    }
}

/// What a care plan or a composition contains is more than words.
fn contained<V: RawVisitor>(value: JsonValue<'_>, unit: RawUnit, depth: usize, visitor: &mut V) {
    for inner in value.items().map(JsonValue::object) {
        let kind = inner.get("resourceType").and_then(JsonValue::text).unwrap_or_default();
        let is_free = SPEAKS_OF.contains(&kind.as_ref());
        let content = if is_free { RawContent::FreeText } else { RawContent::Prescription };
        members(&inner, "contained", (content, false), unit, depth, visitor);
    }
}

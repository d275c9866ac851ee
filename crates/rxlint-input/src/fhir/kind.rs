//! Which resources are read, and as what.

use memchr::memmem;

use super::json::{JsonValue, Object};

/// The kinds of resources, as this program uses them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResourceKind {
    /// An order: MedicationRequest, called MedicationOrder in DSTU2.
    Request,
    /// A supply handed over.
    Dispense,
    /// A dose given.
    Administration,
    /// What is taken, according to someone.
    Statement,
    /// A claim of a pharmacy, or a payer's answer to it.
    Claim,
    /// A product that the others refer to, or what it is made of.
    Medication,
    /// A person: the birth date.
    Patient,
    /// Which Patients are one person.
    Link,
    /// A diagnosis.
    Condition,
    /// An observation, which may record a pregnancy.
    Observation,
    /// An envelope with other resources in it.
    Envelope,
    /// Everything else.
    Other,
}

impl ResourceKind {
    /// The kind of that resource type.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "MedicationRequest" | "MedicationOrder" | "MedicationPrescription" => Self::Request,
            "MedicationDispense" => Self::Dispense,
            "MedicationAdministration" => Self::Administration,
            "MedicationStatement" | "MedicationUsage" => Self::Statement,
            "ExplanationOfBenefit" | "Claim" => Self::Claim,
            "Medication" | "Substance" => Self::Medication,
            "Patient" => Self::Patient,
            "Person" | "Linkage" => Self::Link,
            "Condition" => Self::Condition,
            "Observation" => Self::Observation,
            "Bundle" | "Parameters" => Self::Envelope,
            _ => Self::Other,
        }
    }

    /// The kind of a resource that was read; `None` if it does not state its type.
    pub(super) fn of_resource(resource: &Object<'_>) -> Option<Self> {
        resource.get("resourceType")?.text().map(|name| Self::of(&name))
    }

    /// The kind by the first bytes, if the type comes first, as in nearly every export.
    pub(super) fn hint(bytes: &[u8]) -> Option<Self> {
        type_first(bytes).map(|(name, _)| Self::of(name))
    }

    /// Whether it is a record about a drug and a patient.
    pub(super) fn is_record(self) -> bool {
        use ResourceKind::{Administration, Claim, Dispense, Request, Statement};
        matches!(self, Request | Dispense | Administration | Statement | Claim)
    }

    /// Whether it describes a person.
    pub(super) fn is_person(self) -> bool {
        matches!(self, Self::Patient | Self::Condition | Self::Observation)
    }
}

/// The type if it comes first, and what follows it.
fn type_first(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let rest = bytes.strip_prefix(b"{")?.trim_ascii_start().strip_prefix(b"\"resourceType\"")?;
    let name =
        rest.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start().strip_prefix(b"\"")?;
    let end = name.iter().take(64).position(|&byte| byte == b'"')?;
    Some((std::str::from_utf8(&name[..end]).ok()?, &name[end + 1..]))
}

/// Types of resources that are of no use, and of which exports hold many.
const PASSED_OVER: [&str; 27] = [
    "AllergyIntolerance",
    "AuditEvent",
    "CarePlan",
    "CareTeam",
    "ClaimResponse",
    "Communication",
    "Composition",
    "Coverage",
    "Device",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "Goal",
    "ImagingStudy",
    "Immunization",
    "Location",
    "Media",
    "Observation",
    "Organization",
    "Practitioner",
    "PractitionerRole",
    "Procedure",
    "Provenance",
    "QuestionnaireResponse",
    "RelatedPerson",
    "ServiceRequest",
    "Specimen",
];

/// Whether the first bytes show that a resource is of a type that is skipped. Anything else is read, if only to see that it is JSON: if damage has
/// cost it its type, it may be anything.
pub(super) fn is_passed_over(bytes: &[u8]) -> bool {
    let Some((name, rest)) = type_first(bytes) else { return false };
    let rest = rest.trim_ascii_start();
    let goes_on = match rest.strip_prefix(b",").map(<[u8]>::trim_ascii_start) {
        Some(next) => next.first() == Some(&b'"'),
        None => rest.first() == Some(&b'}'),
    };
    let has = |text: &[u8]| memmem::find(bytes, text).is_some();
    let may_hold_document = || name == "DocumentReference" && has(b"\"data\"");
    goes_on && PASSED_OVER.contains(&name) && !has(b"edication") && !may_hold_document()
}

/// Members of a Bundle's entry besides the resource itself.
pub(crate) const OF_ENTRY: [&str; 8] =
    ["fullUrl", "link", "search", "request", "response", "id", "extension", "modifierExtension"];

/// Whether an entry of a Bundle holds something that should be under the name `resource`, and is not.
pub(super) fn is_misnamed(entry: JsonValue<'_>) -> bool {
    entry.first() != b'{' || holds_more(&entry.object())
}

/// Whether an entry contains more than what belongs in an entry.
pub(super) fn holds_more(entry: &Object<'_>) -> bool {
    entry.members().any(|(name, value)| value.first() != b'n' && !OF_ENTRY.contains(&&*name))
}

/// Whether an entry without a resource shows that one is missing: the server could not return it, there is nothing under its name or in the whole
/// entry, or the entry has the address of a record and requests nothing.
pub(super) fn lost_resource(entry: &Object<'_>) -> bool {
    let status = entry.get("response").and_then(|response| response.text_at(&["status"]));
    let is_refused = status.as_ref().is_some_and(|status| status.starts_with(['4', '5']));
    let is_null = entry.members().any(|(name, _)| name == "resource");
    let of_record = || {
        let url = entry.get("fullUrl").and_then(JsonValue::text).unwrap_or_default();
        let kind = url.rsplit('/').nth(1).map(ResourceKind::of);
        status.is_none() && kind.is_some_and(ResourceKind::is_record)
    };
    let is_empty = entry.members().next().is_none();
    is_refused || is_empty || entry.get("request").is_none() && (is_null || of_record())
}

/// Whether a resource says that the response with it is incomplete: an OperationOutcome with an error.
pub(super) fn is_error(resource: &Object<'_>) -> bool {
    let is_outcome =
        resource.get("resourceType").is_some_and(|kind| kind.raw() == "\"OperationOutcome\"");
    let issues =
        resource.get("issue").filter(|_| is_outcome).into_iter().flat_map(JsonValue::items);
    let says = |issue: JsonValue<'_>, name: &str, words: &[&str]| {
        issue.text_at(&[name]).is_some_and(|text| words.contains(&&*text))
    };
    let mut issues = issues;
    issues.any(|issue| {
        says(issue, "severity", &["error", "fatal"]) || says(issue, "code", &["incomplete"])
    })
}

/// Whether bytes that could not be read may have been a record: they contain a name that begins like one.
pub(super) fn may_be_record(bytes: &[u8]) -> bool {
    memmem::find(bytes, b"\"Medication").is_some()
}

/// The kinds of resources that bytes name, in any order, to see what a file holds before it is read.
pub(super) fn named(bytes: &[u8]) -> Vec<ResourceKind> {
    let name = b"\"resourceType\"";
    let mut kinds = Vec::new();
    for at in memmem::find_iter(bytes, name) {
        let rest = bytes[at + name.len()..].trim_ascii_start();
        let value = rest
            .strip_prefix(b":")
            .map(<[u8]>::trim_ascii_start)
            .and_then(|rest| rest.strip_prefix(b"\""));
        let Some(value) = value else { continue };
        let end = value.iter().take(64).position(|&byte| byte == b'"').unwrap_or(0);
        let kind = std::str::from_utf8(&value[..end]).map_or(ResourceKind::Other, ResourceKind::of);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_by_their_first_bytes_and_anywhere() {
        assert_eq!(
            ResourceKind::hint(b"{ \"resourceType\" : \"MedicationOrder\""),
            Some(ResourceKind::Request)
        );
        assert_eq!(
            ResourceKind::hint(b"{\"resourceType\":\"Encounter\"}"),
            Some(ResourceKind::Other)
        );
        assert_eq!(ResourceKind::hint(b"{\"id\":1,\"resourceType\":\"Patient\"}"), None);
        assert_eq!(ResourceKind::hint(b"{\"resourceType\":\"Pat"), None);
        assert_eq!(
            named(b"{\"resourceType\": \"Bundle\", x \"resourceType\":\n\"Patient\" \"resourceType\":3"),
            [ResourceKind::Envelope, ResourceKind::Patient]
        );
    }
}

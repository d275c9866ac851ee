//! FHIR R4: a Bundle with a DetectedIssue for each finding, and an OperationOutcome that accounts for every record.
//!
//! What a finding points at is described in words, not by references: the resources are in another system, with ids that an
//! export does not always contain.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter};

use super::summary::{counts_line, gap_lines};
use super::text::label;
use super::{Document, Findings, FormatInfo, Medium, ReportLayout, Reporter, ShownFinding};
use crate::redaction::safe;
use rxlint_model::finding::{Fingerprint, Severity};

/// HL7's codes for what a pharmacy system may warn about.
const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BundleEntry<R> {
    full_url: String,
    resource: R,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DetectedIssue<'a> {
    resource_type: &'static str,
    id: String,
    identifier: [FhirIdentifier<'a>; 1],
    status: &'static str,
    code: Concept<'a>,
    severity: Severity,
    #[serde(skip_serializing_if = "Option::is_none")]
    patient: Option<Reference<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identified_date_time: Option<String>,
    implicated: Vec<Display>,
    detail: String,
}

#[derive(Serialize)]
struct Concept<'a> {
    coding: Vec<Coding<'a>>,
    text: &'a str,
}

#[derive(Serialize)]
struct Coding<'a> {
    system: &'static str,
    code: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    display: &'a str,
}

#[derive(Serialize)]
struct FhirIdentifier<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<&'static str>,
    value: std::borrow::Cow<'a, str>,
}

#[derive(Serialize)]
struct Reference<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    identifier: FhirIdentifier<'a>,
}

#[derive(Serialize)]
struct Display {
    display: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OperationOutcome {
    resource_type: &'static str,
    id: &'static str,
    issue: Vec<OutcomeIssue>,
}

#[derive(Serialize)]
struct OutcomeIssue {
    severity: &'static str,
    code: &'static str,
    diagnostics: String,
}

/// A FHIR R4 Bundle of DetectedIssue resources.
pub(super) struct FhirReporter;

impl Reporter for FhirReporter {
    fn about(&self) -> FormatInfo {
        FormatInfo { name: "fhir", medium: Medium::File, leaves_site: false, holds_summary: false }
    }

    /// Writes the bundle, one resource per line.
    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        _: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        out.write_all(b"{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":")?;
        let mut list = PrettyFormatter::with_indent(b" ");
        list.begin_array(out)?;
        element(&mut list, true, &record_counts(document), out)?;
        for finding in findings.iter() {
            element(&mut list, false, &entry(document, &finding), out)?;
        }
        list.end_array(out)?;
        out.write_all(b"}\n")
    }
}

fn element(
    list: &mut PrettyFormatter<'_>,
    first: bool,
    entry: &impl Serialize,
    out: &mut dyn Write,
) -> io::Result<()> {
    list.begin_array_value(out, first)?;
    serde_json::to_writer(&mut *out, entry)?;
    list.end_array_value(out)
}

fn entry<'a>(document: &Document<'_>, finding: &'a ShownFinding) -> BundleEntry<DetectedIssue<'a>> {
    let rule = &*finding.rule;
    let mut coding: Vec<Coding<'_>> = act_code(&rule.dur)
        .map(|code| Coding { system: ACT_CODE, code, display: "" })
        .into_iter()
        .collect();
    if !rule.dur.is_empty() {
        coding.push(Coding {
            system: "urn:rxlint:reason-for-service",
            code: &rule.dur,
            display: "",
        });
    }
    coding.push(Coding { system: "urn:rxlint:rule", code: &rule.id, display: &rule.title });
    let resource = DetectedIssue {
        resource_type: "DetectedIssue",
        id: finding.fingerprint.to_string(),
        identifier: [FhirIdentifier {
            system: Some("urn:rxlint:fingerprint:v1"),
            value: finding.fingerprint.to_string().into(),
        }],
        // No one has confirmed it yet.
        status: "preliminary",
        code: Concept { coding, text: &rule.title },
        severity: finding.severity,
        patient: finding.patient.as_deref().map(|patient| Reference {
            kind: "Patient",
            identifier: FhirIdentifier { system: None, value: patient.into() },
        }),
        identified_date_time: document.as_of.map(|day| day.to_string()),
        implicated: finding
            .places
            .iter()
            .chain(&finding.also_places)
            .map(|place| Display {
                display: format!("{} ({})", named(place), place.shown.at_line()),
            })
            .collect(),
        detail: format!("{}. {}", finding.message, finding.help),
    };
    BundleEntry { full_url: uuid(finding.fingerprint), resource }
}

/// `naltrexone, antagonist, 2026-03-05 to 2026-04-03`, even if the cell names the drug: the cell is not shown here.
fn named(place: &super::ShownPlace) -> String {
    let text = label(place);
    if text.starts_with(&place.drug) { text } else { format!("{}, {text}", place.drug) }
}

fn record_counts(document: &Document<'_>) -> BundleEntry<OperationOutcome> {
    let summary = document.summary;
    let issue = |severity, code, diagnostics| OutcomeIssue { severity, code, diagnostics };
    let mut issues = vec![match summary.is_complete() {
        true => issue("information", "informational", counts_line(summary)),
        false => issue("error", "incomplete", counts_line(summary)),
    }];
    issues.extend(gap_lines(summary).map(|gap| issue("error", "incomplete", gap)));
    issues.extend(document.settings_line().map(|line| issue("information", "informational", line)));
    issues.extend(
        summary
            .notes
            .iter()
            .map(|note| issue("information", "informational", safe(note).into_owned())),
    );
    let resource =
        OperationOutcome { resource_type: "OperationOutcome", id: "rxlint-summary", issue: issues };
    BundleEntry { full_url: uuid(Fingerprint(0)), resource }
}

/// HL7's code for a reason for service, if there is one with the same meaning.
fn act_code(dur: &str) -> Option<&'static str> {
    Some(match dur {
        "DD" => "DRG",
        "TD" | "ID" => "DUPTHPY",
        "HD" => "DOSEH",
        "LD" => "DOSEL",
        "ER" => "TOOSOON",
        "PA" => "AGE",
        "PG" => "PREG",
        "DC" | "MC" => "COND",
        _ => return None,
    })
}

/// A UUID of version 8. Its bits are those of the fingerprint, except the six that give version and variant.
fn uuid(print: Fingerprint) -> String {
    let bits = (print.0 & !(0xF << 76) & !(0x3 << 62)) | (0x8 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    format!(
        "urn:uuid:{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

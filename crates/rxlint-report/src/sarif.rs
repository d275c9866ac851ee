//! SARIF 2.1.0, as GitHub's code scanning accepts it.
//!
//! Meant for formularies and rules that are kept in a repository. Patients are masked unless the user asks otherwise; even
//! so, reports about patients should not be uploaded to a forge.

mod types;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::ser::PrettyFormatter;

use super::summary::{counts_line, gap_lines, plural};
use super::{
    Document, Findings, FormatInfo, Medium, ReportLayout, Reporter, RuleText, ShownFinding,
    ShownPlace, path, text,
};
use crate::redaction::safe;
use rxlint_model::finding::{RuleInfo, Severity};
use types::*;

/// How many results of a run GitHub keeps.
const RESULTS: usize = 5000;
/// How many tags of a rule GitHub shows.
const TAGS: usize = 10;
/// The name of the fingerprint. `primaryLocationLineHash` is left to the tool that uploads the file.
const FINGERPRINT: &str = "rxlint/v1";
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// SARIF 2.1.0, for code scanning.
pub(super) struct SarifReporter;

impl Reporter for SarifReporter {
    fn about(&self) -> FormatInfo {
        FormatInfo { name: "sarif", medium: Medium::File, leaves_site: true, holds_summary: false }
    }

    /// Writes one run, worst findings first. A notification says what is left out.
    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        _: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let found = findings.worst_first();
        let kept = &found[..found.len().min(RESULTS)];
        let mut rules: Vec<SarifRule<'_>> = document.rules.iter().map(rule).collect();
        let mut index: BTreeMap<&str, usize> = document
            .rules
            .iter()
            .enumerate()
            .map(|(at, rule)| (rule.info.id.as_str(), at))
            .collect();
        for finding in kept {
            // Every finding needs its rule, even one that is not in the book.
            let info = finding.rule();
            if !index.contains_key(info.id.as_str()) {
                index.insert(&info.id, rules.len());
                rules.push(rule(&RuleText {
                    info,
                    severity: finding.severity(),
                    why: "",
                    remedy: "",
                }));
            }
        }
        let results = kept.iter().map(|finding| {
            let shown = findings.show(*finding);
            result(document, &shown, index.get(shown.rule.id.as_str()).copied().unwrap_or(0))
        });
        let log = SarifLog {
            schema: SCHEMA,
            version: "2.1.0",
            runs: [SarifRun {
                tool: SarifTool {
                    driver: Driver { name: "rxlint", semantic_version: document.version, rules },
                },
                column_kind: "unicodeCodePoints",
                original_uri_base_ids: BTreeMap::from([(
                    "SRCROOT",
                    Described { description: message("The folder that the paths begin at.") },
                )]),
                invocations: [Invocation {
                    execution_successful: document.summary.is_complete(),
                    tool_execution_notifications: notifications(document, found.len() - kept.len()),
                }],
                artifacts: document
                    .summary
                    .files
                    .iter()
                    .map(|file| artifact(document, file))
                    .collect(),
                properties: RunProperties {
                    rules_digest: document.digest,
                    changed_settings: document.changed_settings,
                    as_of: document.as_of.map(|day| day.to_string()),
                },
                results: results.collect(),
            }],
        };
        let mut json =
            serde_json::Serializer::with_formatter(&mut *out, PrettyFormatter::with_indent(b" "));
        serde::Serialize::serialize(&log, &mut json)?;
        out.write_all(b"\n")
    }
}

fn rule<'a>(rule: &RuleText<'a>) -> SarifRule<'a> {
    let RuleText { info, severity, why, remedy } = *rule;
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let why = if why.is_empty() { info.title.clone() } else { words(why) };
    let remedy = if remedy.is_empty() { why.clone() } else { words(remedy) };
    SarifRule {
        id: &info.id,
        short_description: message(&info.title),
        full_description: message(why),
        help: message(remedy),
        default_configuration: Configuration { level: level(severity) },
        properties: RuleProperties {
            tags: tags(info),
            evidence: &info.grade,
            disputed: info.disputed,
            version: info.version,
        },
    }
}

fn tags(info: &RuleInfo) -> Vec<&str> {
    let mut tags: Vec<&str> = vec![&info.dur];
    tags.extend(info.tags.iter().map(String::as_str));
    tags.retain(|tag| !tag.is_empty());
    tags.dedup();
    tags.truncate(TAGS);
    tags
}

fn result(document: &Document<'_>, finding: &ShownFinding, rule_index: usize) -> ResultOut {
    let mut places = finding.places.iter();
    let first = places.next().map(|place| location(document, place, None));
    let mut related: Vec<SarifLocation> = Vec::new();
    for place in places.chain(&finding.also_places) {
        related.push(location(document, place, Some(related.len() + 1)));
    }
    ResultOut {
        rule_id: finding.rule.id.clone(),
        rule_index,
        level: level(finding.severity),
        message: message(format!("{}. {}", finding.message, finding.help)),
        locations: first.into_iter().collect(),
        related_locations: related,
        partial_fingerprints: BTreeMap::from([(FINGERPRINT, finding.fingerprint.to_string())]),
        properties: ResultProperties {
            severity: finding.severity,
            patient: finding.patient.clone(),
            clean_from: finding.clean_from.map(|day| day.to_string()),
            assumed: finding.assumed.clone(),
            also: finding.also,
        },
    }
}

fn location(document: &Document<'_>, place: &ShownPlace, id: Option<usize>) -> SarifLocation {
    let (start_column, end_column) = match place.shown.characters {
        Some((column, length)) => (Some(column), (length > 0).then_some(column + length)),
        None => (None, None),
    };
    SarifLocation {
        id,
        physical_location: PhysicalLocation {
            artifact_location: artifact_location(document, &place.shown.path),
            region: Region { start_line: place.shown.line.max(1), start_column, end_column },
        },
        message: message(match &place.shown.sheet_cell {
            Some(cell) => format!("{} (cell {cell})", text::label(place)),
            None => text::label(place),
        }),
    }
}

fn artifact_location(document: &Document<'_>, path: &str) -> ArtifactLocation {
    ArtifactLocation { uri: path::uri(path, document.root), uri_base_id: "SRCROOT" }
}

fn artifact(document: &Document<'_>, file: &rxlint_model::summary::RecordCount) -> Artifact {
    Artifact {
        location: artifact_location(document, &safe(&file.path)),
        properties: RecordCounts {
            read: file.read,
            checked: file.checked,
            inactive: file.inactive,
            unresolved: file.unresolved,
            rejected: file.rejected,
        },
    }
}

fn notifications(document: &Document<'_>, dropped: usize) -> Vec<Notification> {
    let summary = document.summary;
    let note = |level, text: String| Notification { level, message: message(text) };
    let mut notes =
        vec![note(if summary.is_complete() { "note" } else { "error" }, counts_line(summary))];
    notes.extend(gap_lines(summary).map(|text| note("error", text)));
    notes.extend(summary.notes.iter().map(|text| note("note", safe(text).into_owned())));
    if dropped > 0 {
        let left = plural(dropped as u64, "finding was left out", "findings were left out");
        notes.push(note(
            "warning",
            format!("{left}: the {RESULTS} most severe are here, as many as a code scanning run holds. --report json=report.json has all."),
        ));
    }
    notes
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "error",
        Severity::Moderate => "warning",
        Severity::Low => "note",
    }
}

fn message(text: impl Into<String>) -> SarifMessage {
    SarifMessage { text: text.into() }
}

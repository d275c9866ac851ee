//! A code quality report, as GitLab reads it: a list of issues and nothing else.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter};

use super::summary::account;
use super::{Document, Findings, FormatInfo, Medium, ReportLayout, Reporter, ShownFinding, path};
use rxlint_model::finding::Severity;

#[derive(Serialize)]
struct CodeQualityIssue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: IssueLocation,
}

#[derive(Serialize)]
struct IssueLocation {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// A code quality report, as GitLab reads it.
pub(super) struct GitlabReporter;

impl Reporter for GitlabReporter {
    fn about(&self) -> FormatInfo {
        FormatInfo { name: "gitlab", medium: Medium::File, leaves_site: true, holds_summary: false }
    }

    /// Writes the findings, then an issue of the lowest severity that accounts for every record: the format has no other place
    /// for it.
    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        _: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        // GitLab drops issues with equal fingerprints. Two findings can have the same one if an export is read twice.
        let mut seen: BTreeMap<u128, u32> = BTreeMap::new();
        let mut list = PrettyFormatter::with_indent(b" ");
        list.begin_array(out)?;
        for (at, finding) in findings.iter().enumerate() {
            let same = seen.entry(finding.fingerprint.0).or_default();
            let fingerprint = if *same == 0 {
                finding.fingerprint.to_string()
            } else {
                format!("{}-{same}", finding.fingerprint)
            };
            *same += 1;
            element(&mut list, at, &issue(document, &finding, fingerprint), out)?;
        }
        element(&mut list, findings.len(), &record_counts(document), out)?;
        list.end_array(out)?;
        out.write_all(b"\n")
    }
}

fn element(
    list: &mut PrettyFormatter<'_>,
    at: usize,
    issue: &CodeQualityIssue<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    list.begin_array_value(out, at == 0)?;
    serde_json::to_writer(&mut *out, issue)?;
    list.end_array_value(out)
}

fn issue<'a>(
    document: &Document<'_>,
    finding: &'a ShownFinding,
    fingerprint: String,
) -> CodeQualityIssue<'a> {
    let place = finding.places.first().map(|place| &place.shown);
    CodeQualityIssue {
        description: format!("{}. {}", finding.message, finding.help),
        check_name: &finding.rule.id,
        fingerprint,
        severity: match finding.severity {
            Severity::High => "critical",
            Severity::Moderate => "major",
            Severity::Low => "minor",
        },
        location: location(
            place.map_or("", |shown| &shown.path),
            place.map_or(1, |shown| shown.line),
            document,
        ),
    }
}

fn record_counts(document: &Document<'_>) -> CodeQualityIssue<'static> {
    let first = document.summary.files.first().map_or("-", |file| &file.path);
    CodeQualityIssue {
        description: account(document.summary),
        check_name: "rxlint-summary",
        fingerprint: "rxlint-summary".to_owned(),
        severity: if document.summary.is_complete() { "info" } else { "blocker" },
        location: location(first, 1, document),
    }
}

fn location(path: &str, line: u32, document: &Document<'_>) -> IssueLocation {
    IssueLocation {
        path: path::relative(&crate::redaction::safe(path), document.root),
        lines: Lines { begin: line },
    }
}

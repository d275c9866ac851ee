//! JUnit XML: a suite for each input with a case for each rule, so that a build server also shows what passed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

use super::summary::account;
use super::text::{help, label};
use super::{
    Document, Findings, FormatInfo, Medium, ReportLayout, Reporter, ShownFinding, Unshown,
};
use crate::redaction::safe;
use rxlint_model::finding::Severity;
use rxlint_model::summary::RecordCount;

/// How many findings of a case are shown in full.
const SHOWN: usize = 20;

/// Findings of one input by rule.
type ByRule<'a> = BTreeMap<&'a str, Vec<Unshown<'a>>>;

/// JUnit XML, for a build server: one suite per file, one case per rule.
pub(super) struct JunitReporter;

impl Reporter for JunitReporter {
    fn about(&self) -> FormatInfo {
        FormatInfo { name: "junit", medium: Medium::File, leaves_site: true, holds_summary: false }
    }

    /// Writes the suites. A finding that would not fail the run does not fail its case: it is in the case's output.
    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        _: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut by_file: BTreeMap<usize, ByRule<'_>> = BTreeMap::new();
        for finding in findings.unshown() {
            let of_file = by_file.entry(finding.file()).or_default();
            of_file.entry(&finding.rule().id).or_default().push(finding);
        }
        let none = ByRule::new();
        let mut suites = String::new();
        let mut all = TestCounts::default();
        for (at, file) in document.summary.files.iter().enumerate() {
            all.add(suite(
                document,
                findings,
                file,
                by_file.get(&at).unwrap_or(&none),
                &mut suites,
            ));
        }
        // Findings can be about something other than an input: an acceptance in the configuration.
        for by_rule in by_file.range(document.summary.files.len()..).map(|(_, by_rule)| by_rule) {
            let path = by_rule.values().flatten().next().and_then(|finding| {
                findings.show(*finding).places.first().map(|at| at.shown.path.clone())
            });
            let file = RecordCount { path: path.unwrap_or_default(), ..RecordCount::default() };
            all.add(suite(
                &Document { rules: &[], ..*document },
                findings,
                &file,
                by_rule,
                &mut suites,
            ));
        }
        // Unchecked records are an error of the whole run, which is a case of its own.
        all.tests += 1;
        all.errors += usize::from(!document.summary.is_complete());
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(out, "<testsuites name=\"rxlint\" {}>", all.attributes())?;
        out.write_all(suites.as_bytes())?;
        let run = TestCounts {
            tests: 1,
            failures: 0,
            errors: usize::from(!document.summary.is_complete()),
        };
        writeln!(out, " <testsuite name=\"rxlint\" {}>", run.attributes())?;
        let mut counts = account(document.summary);
        if let Some(line) = document.settings_line() {
            counts.push('\n');
            counts.push_str(&line);
        }
        write!(out, "  <testcase name=\"every-record-accounted-for\" classname=\"rxlint\">")?;
        if !document.summary.is_complete() {
            write!(out, "<error message=\"{}\" type=\"incomplete\"/>", escape(&counts))?;
        }
        writeln!(out, "<system-out>{}</system-out></testcase>", escape(&counts))?;
        writeln!(out, " </testsuite>\n</testsuites>")
    }
}

#[derive(Clone, Copy, Default)]
struct TestCounts {
    tests: usize,
    failures: usize,
    errors: usize,
}

impl TestCounts {
    fn add(&mut self, other: Self) {
        self.tests += other.tests;
        self.failures += other.failures;
        self.errors += other.errors;
    }

    fn attributes(self) -> String {
        format!(
            "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\"",
            self.tests, self.failures, self.errors
        )
    }
}

fn suite(
    document: &Document<'_>,
    findings: &Findings<'_>,
    file: &RecordCount,
    by_rule: &ByRule<'_>,
    out: &mut String,
) -> TestCounts {
    // All rules that judged, and those of other findings.
    let rules: BTreeSet<&str> = document
        .rules
        .iter()
        .map(|rule| rule.info.id.as_str())
        .chain(by_rule.keys().copied())
        .collect();
    let fails =
        |found: &&Vec<Unshown<'_>>| found.iter().any(|it| it.severity() >= document.fail_on);
    let counts = TestCounts {
        tests: rules.len(),
        failures: by_rule.values().filter(fails).count(),
        errors: 0,
    };
    let name = escape(&safe(&file.path)).into_owned();
    let _ = writeln!(out, " <testsuite name=\"{name}\" {}>\n  <properties>", counts.attributes());
    for (name, value) in [
        ("read", file.read),
        ("checked", file.checked),
        ("inactive", file.inactive),
        ("unresolved", file.unresolved),
        ("rejected", file.rejected),
    ] {
        let _ = writeln!(out, "   <property name=\"{name}\" value=\"{value}\"/>");
    }
    out.push_str("  </properties>\n");
    for rule in rules {
        let _ = write!(out, "  <testcase name=\"{}\" classname=\"{name}\"", escape(rule));
        match by_rule.get(rule) {
            None => out.push_str("/>\n"),
            Some(found) => case(document.fail_on, findings, found, out),
        }
    }
    out.push_str(" </testsuite>\n");
    counts
}

fn case(fail_on: Severity, findings: &Findings<'_>, found: &[Unshown<'_>], out: &mut String) {
    let worst = found.iter().map(|finding| finding.severity()).max().unwrap_or(Severity::Low);
    let mut text = String::new();
    for finding in &found[..found.len().min(SHOWN)] {
        write_finding(&findings.show(*finding), &mut text);
    }
    if found.len() > SHOWN {
        let _ = writeln!(
            text,
            "{} more of this rule: --report json=report.json has all.",
            found.len() - SHOWN
        );
    }
    let text = escape(&text);
    let _ = if worst >= fail_on {
        let count = found.len();
        let message = if count == 1 { "1 finding".to_owned() } else { format!("{count} findings") };
        writeln!(
            out,
            "><failure message=\"{message}\" type=\"{}\">{text}</failure></testcase>",
            worst.name()
        )
    } else {
        writeln!(out, "><system-out>{text}</system-out></testcase>")
    };
}

fn write_finding(finding: &ShownFinding, text: &mut String) {
    let patient =
        finding.patient.as_deref().map(|patient| format!(" {patient}:")).unwrap_or_default();
    let _ = writeln!(text, "{}:{patient} {}", finding.severity.name(), finding.message);
    for place in &finding.places {
        let column = place.shown.characters.filter(|_| place.shown.sheet_cell.is_none());
        let column = column.map(|(column, _)| format!(":{column}")).unwrap_or_default();
        let _ = writeln!(text, "  {}{column}: {}", place.shown.at_line(), label(place));
    }
    for line in help(finding) {
        let _ = writeln!(text, "  {line}");
    }
}

/// Text for XML 1.0, without the characters that it forbids.
fn escape(text: &str) -> Cow<'_, str> {
    let plain = |c: char| {
        !matches!(c, '&' | '<' | '>' | '"' | '\'' | '\u{FFFE}' | '\u{FFFF}')
            && (c >= ' ' || c == '\n')
    };
    if text.chars().all(plain) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c if plain(c) => out.push(c),
            _ => {}
        }
    }
    out.into()
}

//! Workflow commands: GitHub shows each next to its line.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::summary::{account, plural};
use super::{Document, Findings, FormatInfo, Medium, ReportLayout, Reporter, path};
use rxlint_model::finding::Severity;

/// How many annotations of one level GitHub shows per step.
const SHOWN: usize = 10;

/// Workflow commands, which GitHub shows next to the lines.
pub(super) struct GithubReporter;

impl Reporter for GithubReporter {
    fn about(&self) -> FormatInfo {
        FormatInfo { name: "github", medium: Medium::File, leaves_site: true, holds_summary: false }
    }

    /// Writes the worst findings first, as many as are shown, then a notice that accounts for every record.
    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        _: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        // The counts take one of the notices.
        let mut room = [SHOWN - 1, SHOWN, SHOWN];
        let mut left_out = 0;
        for finding in findings.worst_first() {
            let room = &mut room[finding.severity() as usize];
            if *room == 0 {
                left_out += 1;
                continue;
            }
            *room -= 1;
            let finding = findings.show(finding);
            let (mut at, mut shown_at) = (String::new(), String::new());
            if let Some(place) = finding.places.first() {
                let file = path::relative(&place.shown.path, document.root);
                let _ = write!(at, "file={},line={}", property(&file), place.shown.line);
                let _ = write!(shown_at, "{file}:{}", place.shown.line);
                if let Some((column, _)) = place.shown.characters {
                    let _ = write!(at, ",col={column}");
                    let _ = write!(shown_at, ":{column}");
                }
            }
            // The log does not show where a command points, so its text repeats it.
            let text = format!("{shown_at}: {}. {}", finding.message, finding.help);
            writeln!(
                out,
                "::{} {at},title={}::{}",
                level(finding.severity),
                property(&finding.rule.id),
                data(&text)
            )?;
        }
        let mut counts = account(document.summary);
        if left_out > 0 {
            let left = plural(left_out, "finding is", "findings are");
            let _ = write!(counts, " {left} not shown here: --report json=report.json has all.");
        }
        let level = if document.summary.is_complete() { "notice" } else { "error" };
        writeln!(out, "::{level} title=rxlint::{}", data(&counts))
    }
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "error",
        Severity::Moderate => "warning",
        Severity::Low => "notice",
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

//! A summary for a mail or a page: one sentence, what was not checked, how many findings each rule has, and the most severe ones.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::summary::{
    closing_sentence, counts_line, gap_lines, group_name, groups_note, plural, thousands,
};
use super::{Document, Findings, FormatInfo, Medium, ReportLayout, Reporter, ShownFinding};
use crate::redaction::safe;
use rxlint_model::summary::{Groups, Summary};

/// How many findings a mail holds unless it is asked for more.
const SHOWN: usize = 50;

/// The summary in Markdown.
pub(super) struct MarkdownReporter;

impl Reporter for MarkdownReporter {
    fn about(&self) -> FormatInfo {
        // A mail goes through other people's machines.
        FormatInfo {
            name: "markdown",
            medium: Medium::File,
            leaves_site: true,
            holds_summary: true,
        }
    }

    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        layout: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let summary = document.summary;
        let mut text = String::from("# rxlint\n\n");
        let _ = writeln!(text, "{}", escaped(&closing_sentence(summary)));
        if let Some(day) = document.as_of {
            let _ = writeln!(text, "Judged as of {day}.");
        }
        if let Some(line) = document.settings_line() {
            let _ = writeln!(text, "\n{}", escaped(&line));
        }
        if !summary.is_complete() {
            text.push_str("\n**Something went unchecked:**\n\n");
            for line in gap_lines(summary) {
                let _ = writeln!(text, "* {}", escaped(&line));
            }
        }
        text.push_str(&rules(summary));
        if let Some(groups) = &summary.groups {
            text.push_str(&groups_table(groups));
        }
        out.write_all(text.as_bytes())?;
        self.findings(findings, layout, out)?;
        writeln!(out, "\n{}", escaped(&counts_line(summary)))?;
        for note in &summary.notes {
            writeln!(out, "\n* {}", escaped(note))?;
        }
        Ok(())
    }
}

impl MarkdownReporter {
    /// The most severe findings.
    fn findings(
        &self,
        findings: &Findings<'_>,
        layout: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if findings.is_empty() {
            return Ok(());
        }
        let (sorted, left_out) = findings.gravest(layout.max_shown.or(Some(SHOWN)));
        writeln!(
            out,
            "\n## Findings\n\n| severity | patient | what | clean from | prescriber |\n|---|---|---|---|---|"
        )?;
        for finding in sorted {
            writeln!(out, "{}", row(&findings.show(finding)))?;
        }
        if left_out > 0 {
            let more = plural(left_out as u64, "more finding", "more findings");
            writeln!(out, "\n{more}: --max-shown all, or --report xlsx=worklist.xlsx")?;
        }
        Ok(())
    }
}

fn row(finding: &ShownFinding) -> String {
    format!(
        "| {} | {} | {} | {} | {} |",
        finding.severity.name(),
        escaped(finding.patient.as_deref().unwrap_or_default()),
        escaped(&finding.message),
        finding.clean_from.map(|day| day.to_string()).unwrap_or_default(),
        escaped(&finding.prescribers())
    )
}

/// How many findings each rule has.
fn rules(summary: &Summary) -> String {
    let mut rules: Vec<(&String, u64)> =
        summary.by_rule.iter().map(|(rule, count)| (rule, *count)).collect();
    if rules.is_empty() {
        return String::new();
    }
    rules.sort_by_key(|(rule, count)| (std::cmp::Reverse(*count), *rule));
    let mut text = String::from("\n## Rules\n\n| rule | findings |\n|---|--:|\n");
    for (rule, count) in rules {
        let _ = writeln!(text, "| {} | {} |", escaped(rule), thousands(count));
    }
    text
}

/// The findings of each prescriber, site, rule or month.
fn groups_table(groups: &Groups) -> String {
    let by = groups.by.name();
    let mut text = format!(
        "\n## By {by}\n\n| {by} | findings | high | moderate | low | patients | per 1,000 |\n|---|--:|--:|--:|--:|--:|--:|\n"
    );
    for group in &groups.rows {
        let counts = [group.findings(), group.high, group.moderate, group.low, group.patients]
            .map(thousands)
            .join(" | ");
        let name = escaped(group_name(group));
        let _ = writeln!(text, "| {name} | {counts} | {} |", group.rate());
    }
    let _ = writeln!(text, "\n{}", groups_note(groups));
    text
}

/// Text that Markdown shows as it is, on one line.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in safe(text).chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            '\\' | '|' | '<' | '>' | '*' | '_' | '[' | ']' | '`' | '#' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_stands_in_a_record_makes_markup() {
        assert_eq!(escaped("a|b <c> [d](e) `f` *g*"), "a\\|b \\<c\\> \\[d\\](e) \\`f\\` \\*g\\*");
    }
}

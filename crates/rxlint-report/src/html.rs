//! One page for a person: the summary, then each finding with a picture of its days.
//!
//! The page is one file, uses no network and is complete without its script, which only filters and sorts. A policy in its
//! head forbids everything else, so that not even a mistake here could send anything out.

mod finding;
mod timeline;

use std::io::{self, Write};

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::summary::{closing_sentence, counts_line, gap_text, plural, thousands};
use super::{Document, Findings, FormatInfo, Medium, ReportLayout, Reporter, Unshown};
use crate::redaction::safe;
use rxlint_model::finding::Severity;
use rxlint_model::summary::{LedgerSummary, Summary};

/// How many findings a page contains by default: a browser must still be able to open it.
const SHOWN: usize = 2000;
const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");
/// Nothing may be loaded, and only the script with this hash may run.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-CtciibUhnW/ZPvcJbqynvgRXOMp0ZSExlUrDWdJsVxE='; base-uri 'none'; form-action 'none'";
const WORST_FIRST: [Severity; 3] = [Severity::High, Severity::Moderate, Severity::Low];

/// One page for a browser, with a picture of each finding's days.
pub(super) struct HtmlReporter;

impl Reporter for HtmlReporter {
    fn about(&self) -> FormatInfo {
        FormatInfo { name: "html", medium: Medium::File, leaves_site: false, holds_summary: true }
    }

    /// Writes the page: findings by severity, then by patient.
    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        layout: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut sorted = findings.worst_first();
        sorted.sort_by_key(|finding| {
            (std::cmp::Reverse(finding.severity()), findings.patient_number(*finding))
        });
        let left_out = sorted.len().saturating_sub(layout.max_shown.unwrap_or(SHOWN));
        sorted.truncate(sorted.len() - left_out);

        let head = html! {
            (DOCTYPE)
            (PreEscaped("<html lang=\"en\">\n"))
            (page_head(document.summary))
            (PreEscaped("<body>\n"))
            a .skip href="#findings" { "Skip to the findings" }
            (timeline::patterns())
            (header(document))
            (PreEscaped("<main>\n"))
            (counts(document.summary))
            @if left_out > 0 {
                p .alarm { (plural(left_out as u64, "finding is", "findings are")) " not on this page, which holds the gravest: --report json=report.json has all." }
            }
            @if !sorted.is_empty() { (timeline::legend()) (filter(document.summary)) }
            p #shown role="status" .dim {}
            (PreEscaped("<div id=\"findings\" tabindex=\"-1\">\n"))
        };
        out.write_all(head.into_string().as_bytes())?;
        for group in sorted.chunk_by(|a, b| a.severity() == b.severity()) {
            severity(document, findings, group, out)?;
        }
        let end = html! {
            (PreEscaped("</div>\n</main>\n"))
            footer {
                p { "rxlint " (document.version) ", rules and settings " (document.digest) "."
                @if !document.changed_settings.is_empty() {
                    " Not as built in: " (document.changed_settings.join("; ")) "."
                } }
                p { "Made on this site's own machine. It is no medical device: a pharmacist decides." }
            }
            script { (PreEscaped(SCRIPT)) }
            (PreEscaped("</body>\n</html>\n"))
        };
        out.write_all(end.into_string().as_bytes())
    }
}

fn page_head(summary: &Summary) -> Markup {
    let total: u64 = summary.findings.values().sum();
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta http-equiv="Content-Security-Policy" content=(POLICY);
            meta name="referrer" content="no-referrer";
            meta name="robots" content="noindex";
            title { "rxlint: " (plural(total, "finding", "findings")) }
            style { (PreEscaped(STYLE)) }
        }
    }
}

fn header(document: &Document<'_>) -> Markup {
    let summary = document.summary;
    html! {
        header {
            h1 { "Prescriptions checked by rxlint" }
            p .lead { (closing_sentence(summary)) }
            @if !summary.is_complete() {
                div .alarm role="note" {
                    p { "The check is incomplete: something went unchecked." }
                    ul { @for gap in &summary.gaps { li { (gap_text(gap)) " " (safe(&gap.remedy)) } } }
                }
            }
            @if let Some(day) = document.as_of { p .dim { "Judged as of " (day) "." } }
        }
    }
}

/// What was read and what was found, in tables that a person can check against the export.
fn counts(summary: &Summary) -> Markup {
    html! {
        section aria-labelledby="summary" {
            h2 #summary { "Summary" }
            p { (counts_line(summary)) }
            div .scroll .tables tabindex="0" role="group" aria-label="What was read and found" {
                (files(summary))
                (severities(summary))
            }
            @if !summary.by_rule.is_empty() { (by_rule(summary)) }
            @if let Some(ledger) = &summary.ledger { (earlier(ledger)) }
            @if summary.accepted + summary.baselined > 0 {
                p {
                    "Left out: " (thousands(summary.accepted)) " accepted, "
                    (thousands(summary.baselined)) " in the baseline."
                }
            }
            @for (reason, count) in &summary.rejects {
                p .dim { "Rejected, " (reason) ": " (thousands(*count)) }
            }
            @for note in &summary.notes { p { "Note: " (safe(note)) } }
        }
    }
}

fn files(summary: &Summary) -> Markup {
    let today = summary.files.iter().map(|file| (file, ""));
    let history = summary.history.iter().map(|file| (file, " (history)"));
    html! {
        table {
            caption { "Every record read, accounted for once" }
            thead { tr {
                th scope="col" { "Input" }
                @for name in ["Read", "Checked", "Inactive", "Unresolved", "Rejected"] {
                    th scope="col" { (name) }
                }
            } }
            tbody {
                @for (file, note) in today.chain(history) {
                    tr {
                        th scope="row" { (safe(&file.path)) (note) }
                        @for number in [
                            file.read, file.checked, file.inactive, file.unresolved, file.rejected,
                        ] {
                            td .number { (thousands(number)) }
                        }
                    }
                }
            }
        }
    }
}

fn severities(summary: &Summary) -> Markup {
    let count = |severity| summary.findings.get(&severity).copied().unwrap_or(0);
    html! {
        table {
            caption { "Findings" }
            thead { tr { th scope="col" { "Severity" } th scope="col" { "Findings" } } }
            tbody {
                @for severity in WORST_FIRST {
                    tr {
                        th scope="row" { (severity.name()) }
                        td .number { (thousands(count(severity))) }
                    }
                }
            }
        }
    }
}

fn by_rule(summary: &Summary) -> Markup {
    html! {
        details {
            summary { "Findings by rule" }
            table {
                thead { tr { th scope="col" { "Rule" } th scope="col" { "Findings" } } }
                tbody {
                    @for (rule, count) in &summary.by_rule {
                        tr { th scope="row" { (rule) } td .number { (thousands(*count)) } }
                    }
                }
            }
        }
    }
}

fn earlier(ledger: &LedgerSummary) -> Markup {
    let [recalled, new, earlier, withdrawn] =
        [ledger.recalled, ledger.new, ledger.earlier, ledger.withdrawn.len() as u64].map(thousands);
    html! {
        p {
            "From the ledger: " (recalled) " earlier records of these patients; " (new)
            " findings that no earlier run has made, " (earlier)
            " that stand since an earlier run and are not told again, " (withdrawn)
            " that no longer stand."
        }
    }
}

/// Hidden until the script, without which it cannot work, shows it.
fn filter(summary: &Summary) -> Markup {
    html! {
        form #filter hidden aria-label="Filter and sort the findings" {
            fieldset {
                legend { "Severity" }
                @for severity in WORST_FIRST {
                    label { input type="checkbox" name="severity" value=(severity.name()) checked; " " (severity.name()) }
                }
            }
            label .block { "Rule" select name="rule" {
                option value="" { "all rules" }
                @for rule in summary.by_rule.keys() { option { (rule) } }
            } }
            label .block { "Patient" input type="search" name="patient" placeholder="part of the identifier"; }
            label .block { "Sort by" select name="sort" {
                option value="severity" { "severity, then patient" }
                option value="patient" { "patient" }
                option value="rule" { "rule" }
                option value="day" { "first day" }
            } }
        }
    }
}

fn severity(
    document: &Document<'_>,
    findings: &Findings<'_>,
    group: &[Unshown<'_>],
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(first) = group.first() else { return Ok(()) };
    let severity = first.severity().name();
    let title = match first.severity() {
        Severity::High => "High",
        Severity::Moderate => "Moderate",
        Severity::Low => "Low",
    };
    let heading = html! {
        (PreEscaped(format!("<section aria-labelledby=\"{severity}\">\n")))
        h2 #(severity) { (title) " (" (thousands(group.len() as u64)) ")" }
    };
    out.write_all(heading.into_string().as_bytes())?;
    let number = |finding: &Unshown<'_>| findings.patient_number(*finding);
    for of_patient in group.chunk_by(|a, b| number(a) == number(b)) {
        let shown: Vec<_> = of_patient.iter().map(|finding| findings.show(*finding)).collect();
        let patient = match shown.iter().find_map(|finding| finding.patient.as_deref()) {
            Some(patient) => format!("Patient {patient}"),
            None if of_patient.iter().all(|finding| !finding.has_patient()) => {
                "About no patient".to_owned()
            }
            None => "Patient that could not be read again".to_owned(),
        };
        let number = of_patient.first().map_or(0, number);
        let section = html! {
            section aria-labelledby={ (severity) "-" (number) } {
                h3 #{ (severity) "-" (number) } { (patient) }
                @for one in &shown { (finding::article(document, one, number)) }
            }
        };
        out.write_all(section.into_string().as_bytes())?;
        out.write_all(b"\n")?;
    }
    out.write_all(b"</section>\n")
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    /// Sixty-four characters for six bits each, as the policy writes a hash.
    fn base64(bytes: &[u8]) -> String {
        let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let text = bytes.chunks(3).flat_map(|three| {
            let number = (0..3).fold(0, |number, at| {
                (number << 8) | u32::from(three.get(at).copied().unwrap_or(0))
            });
            let digit =
                move |at: usize| char::from(digits[(number >> (18 - 6 * at) & 63) as usize]);
            (0..4).map(move |at| if at <= three.len() { digit(at) } else { '=' })
        });
        text.collect()
    }

    #[test]
    fn the_policy_allows_the_script() {
        let hash = base64(&Sha256::digest(SCRIPT));
        assert!(
            POLICY.contains(&format!("'sha256-{hash}'")),
            "the script has changed: its hash is {hash}"
        );
    }

    #[test]
    fn nothing_in_the_page_leads_out() {
        for text in [STYLE, SCRIPT] {
            assert!(
                !text.contains("http")
                    && !text.contains("url(")
                    && !text.contains("@import")
                    && !text.contains("</")
            );
        }
    }
}

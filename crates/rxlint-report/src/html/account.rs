//! What was read and what was found, in tables that a person can check against the export.

use maud::{Markup, html};

use super::WORST_FIRST;
use crate::redaction::safe;
use crate::summary::{counts_line, group_name, groups_note, plural, thousands};
use rxlint_model::summary::{Groups, LedgerSummary, Summary};

/// All counts of the run.
pub(super) fn counts(summary: &Summary) -> Markup {
    html! {
        section aria-labelledby="summary" {
            h2 #summary { "Summary" }
            p { (counts_line(summary)) }
            div .scroll .tables tabindex="0" role="group" aria-label="What was read and found" {
                (files(summary))
                (severities(summary))
            }
            @if !summary.by_rule.is_empty() { (by_rule(summary)) }
            @if let Some(groups) = &summary.groups { (by_group(groups)) }
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

/// The findings of each prescriber, site, rule or month.
fn by_group(groups: &Groups) -> Markup {
    let by = groups.by.name();
    html! {
        div .scroll tabindex="0" role="group" aria-label={ "Findings by " (by) } {
            table {
                caption { "Findings by " (by) }
                thead { tr {
                    @for name in [by, "Findings", "High", "Moderate", "Low", "Patients", "Per 1,000"] {
                        th scope="col" { (name) }
                    }
                } }
                tbody {
                    @for group in &groups.rows {
                        tr {
                            th scope="row" { (safe(group_name(group))) }
                            @for number in [
                                group.findings(), group.high, group.moderate, group.low, group.patients,
                            ] {
                                td .number { (thousands(number)) }
                            }
                            td .number { (group.rate()) }
                        }
                    }
                }
            }
        }
        p .dim { (groups_note(groups)) }
    }
}

/// How much is known from before, in one sentence, and what is no longer found.
fn earlier(ledger: &LedgerSummary) -> Markup {
    let withdrawn = ledger.withdrawn.len() as u64;
    html! {
        p {
            "Judged along with "
            (plural(ledger.recalled, "earlier record", "earlier records"))
            " of these patients from the ledger: "
            (plural(ledger.new, "finding is", "findings are")) " new, "
            (plural(ledger.earlier, "finding stands", "findings stand"))
            " since an earlier run and " @if ledger.earlier == 1 { "is" } @else { "are" } " not on this page, "
            (plural(withdrawn, "finding no longer stands", "findings no longer stand")) "."
        }
    }
}

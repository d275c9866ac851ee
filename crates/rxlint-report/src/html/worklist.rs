//! The table at the top: a row for each finding, and one for all findings that say the same of many records.

use maud::{Markup, html};

use super::WORST_FIRST;
use super::quality::Alike;
use crate::ShownFinding;
use crate::summary::{plural, thousands};
use rxlint_model::finding::Severity;
use rxlint_model::summary::Summary;

/// The form above the table, hidden until the script, without which it cannot work, shows it.
pub(super) fn filter(summary: &Summary) -> Markup {
    html! {
        form #filter hidden aria-label="Filter the findings" {
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
            label .block { "Anything" input type="search" name="text" placeholder="patient, drug, prescriber …"; }
            button #open type="button" { "Open all details" }
        }
    }
}

/// The table's beginning. Its head sorts, once the script runs.
pub(super) fn head() -> Markup {
    html! {
        thead { tr {
            @for (key, name) in [
                ("severity", "Severity"), ("patient", "Patient"), ("rule", "What"), ("clean", "Clean from"), ("prescriber", "Prescriber"),
            ] {
                th scope="col" data-key=(key) { (name) }
            }
        } }
    }
}

/// What a row is filtered and sorted by, and where it leads.
struct Row<'a> {
    severity: Severity,
    rule: &'a str,
    patient: String,
    /// The patient's number, to sort by.
    number: u32,
    message: String,
    clean: String,
    clean_rank: i32,
    prescribers: String,
    /// The element with its details.
    target: String,
    count: usize,
}

/// The row of one finding about a patient's treatment.
pub(super) fn finding(finding: &ShownFinding, patient: &str, number: u32) -> Markup {
    row(&Row {
        severity: finding.severity,
        rule: &finding.rule.id,
        patient: patient.to_owned(),
        number,
        message: finding.message.clone(),
        clean: finding.clean_from.map(|day| day.to_string()).unwrap_or_default(),
        clean_rank: finding.clean_from.map_or(i32::MAX, crate::redaction::ShownDay::rank),
        prescribers: finding.prescribers(),
        target: format!("f-{}", finding.fingerprint),
        count: 1,
    })
}

/// The row of findings that say the same of many records.
pub(super) fn alike(alike: &Alike<'_>, at: usize) -> Markup {
    let count = alike.findings.len();
    let number = alike.findings.first().map_or(0, |(number, _)| *number);
    let patient = match alike.findings.as_slice() {
        [(_, one)] => one.patient.clone().unwrap_or_default(),
        many => {
            let mut patients: Vec<u32> = many.iter().map(|(number, _)| *number).collect();
            patients.dedup();
            plural(patients.len() as u64, "patient", "patients")
        }
    };
    row(&Row {
        severity: alike.severity,
        rule: &alike.rule.id,
        patient,
        number,
        message: alike.message.clone(),
        clean: String::new(),
        clean_rank: i32::MAX,
        prescribers: match alike.findings.as_slice() {
            [(_, one)] => one.prescribers(),
            _ => String::new(),
        },
        target: format!("q-{at}"),
        count,
    })
}

fn row(row: &Row<'_>) -> Markup {
    html! {
        tr .(row.severity.name()) data-severity=(row.severity.name()) data-rank=(row.severity as u8) data-rule=(row.rule)
            data-number=(row.number) data-clean=(row.clean_rank) data-for=(row.target) data-count=(row.count) {
            td data-label="Severity" { span .severity { (row.severity.name()) } }
            th scope="row" data-label="Patient" { (row.patient) }
            td data-label="What" {
                a href={ "#" (row.target) } { (row.message) }
                @if row.count > 1 { " (" (thousands(row.count as u64)) " times)" }
                span .dim .rule { (row.rule) }
            }
            td .day data-label="Clean from" { (row.clean) }
            td data-label="Prescriber" { (row.prescribers) }
        }
    }
}

//! One finding: what happened, its records, what to do, and the strength of the evidence. Opened on demand.

use maud::{Markup, html};

use crate::redaction::Shown;
use crate::text::help;
use crate::{Document, ShownFinding, ShownPlace};

/// The finding, with the number that it has in its patient's timeline.
pub(super) fn details(document: &Document<'_>, finding: &ShownFinding, number: usize) -> Markup {
    let rule = &*finding.rule;
    html! {
        details .finding .(finding.severity.name()) #{ "f-" (finding.fingerprint) } {
            summary { (number) ". " span .severity { (finding.severity.name()) } " " (finding.message) }
            p .dim { (rule.id) @if !rule.dur.is_empty() { " · " (rule.dur) } }
            @for line in help(finding) { p { (line) } }
            (records(finding))
            @for place in &finding.places { (excerpt(&place.shown)) }
            (evidence(document, finding))
        }
    }
}

fn records(finding: &ShownFinding) -> Markup {
    html! {
        div .scroll tabindex="0" role="group" aria-label="Records of this finding" {
            table {
                caption { "Records" }
                thead { tr { @for name in ["Drug", "Role", "First day", "Last day", "Days", "Prescription", "Prescriber", "Where"] { th scope="col" { (name) } } } }
                tbody {
                    @for place in &finding.places { (row(place, "")) }
                    @for place in &finding.also_places { (row(place, " (also)")) }
                }
            }
        }
    }
}

fn row(place: &ShownPlace, note: &str) -> Markup {
    html! {
        tr {
            th scope="row" { (place.drug) (note) }
            td { (place.role) }
            @if let Some((first, last)) = place.days {
                td .day { (first) }
                td .day { (last) }
                td .number { (last.since(first) + 1) }
            } @else { td {} td {} td {} }
            td { (place.contact.prescription) }
            td { (place.contact.prescriber) }
            td { (whereabouts(&place.shown)) }
        }
    }
}

/// The file and line, or the cell of a workbook.
pub(super) fn whereabouts(shown: &Shown) -> String {
    match shown.sheet_cell {
        Some(_) => shown.at_line(),
        None => format!("{}, line {}", shown.path, shown.line),
    }
}

/// The record's own lines, with the telling cell marked.
pub(super) fn excerpt(shown: &Shown) -> Markup {
    let Some(excerpt) = &shown.excerpt else { return html! {} };
    html! {
        pre role="group" aria-label={ "The record in " (whereabouts(shown)) } {
            @for (at, line) in excerpt.lines.iter().enumerate() {
                @if at > 0 { "\n" }
                span .line { (line.number) "  " }
                @if line.cut_left { "…" }
                @if at == 0 && !excerpt.span.is_empty() {
                    (line.text[..excerpt.span.start]) mark { (line.text[excerpt.span.clone()]) } (line.text[excerpt.span.end..])
                } @else { (line.text) }
                @if line.cut_right { "…" }
            }
        }
    }
}

/// The grade, and a link to what the page says once about each rule.
pub(super) fn evidence(document: &Document<'_>, finding: &ShownFinding) -> Markup {
    let rule = &*finding.rule;
    let explained = document.rules.iter().any(|text| text.info.id == rule.id);
    html! {
        p .dim {
            @if !rule.grade.is_empty() { "Evidence " (rule.grade) @if rule.disputed { ", disputed" } ". " }
            @if explained { a href={ "#r-" (rule.id) } { "Why it matters, and the sources" } ". " }
            "Fingerprint " code { (finding.fingerprint) }
        }
    }
}

//! One finding: what happened, its days, its records, what to do, and the strength of the evidence.

use maud::{Markup, html};

use super::timeline;
use crate::redaction::Shown;
use crate::text::help;
use crate::{Document, ShownFinding, ShownPlace};

/// The finding as an article. `number` is the patient's, to sort by.
pub(super) fn article(document: &Document<'_>, finding: &ShownFinding, number: u32) -> Markup {
    let rule = &*finding.rule;
    let id = finding.fingerprint.to_string();
    let patient = finding.patient.as_deref().unwrap_or_default();
    let day = finding
        .places
        .iter()
        .filter_map(|place| place.days)
        .map(|(first, _)| first.rank())
        .min()
        .unwrap_or(0);
    html! {
        article .(finding.severity.name()) aria-labelledby={ "h-" (id) }
            data-severity=(finding.severity.name()) data-rule=(rule.id) data-patient=(patient) data-number=(number) data-day=(day) {
            h4 #{ "h-" (id) } { (finding.message) }
            p { span .severity { (finding.severity.name()) } " · " (rule.id) @if !patient.is_empty() { " · patient " (patient) } @if !rule.dur.is_empty() { " · " (rule.dur) } }
            (timeline::figure(finding, &id))
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
                thead { tr { @for name in ["Drug", "Role", "First day", "Last day", "Days", "Where"] { th scope="col" { (name) } } } }
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
            td { (whereabouts(&place.shown)) }
        }
    }
}

fn whereabouts(shown: &Shown) -> String {
    match shown.sheet_cell {
        Some(_) => shown.at_line(),
        None => format!("{}, line {}", shown.path, shown.line),
    }
}

/// The record's own lines, with the telling cell marked.
fn excerpt(shown: &Shown) -> Markup {
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

fn evidence(document: &Document<'_>, finding: &ShownFinding) -> Markup {
    let rule = &*finding.rule;
    let text = document.rules.iter().find(|text| text.info.id == rule.id);
    html! {
        @if !rule.grade.is_empty() || !rule.sources.is_empty() {
            p { "Evidence" @if !rule.grade.is_empty() { " " (rule.grade) } @if rule.disputed { ", disputed" } ":" }
            ul { @for source in &rule.sources { li { (source) } } }
        }
        @if let Some(text) = text {
            details {
                summary { "Why it matters, and what to do" }
                p { (text.why) }
                p { (text.remedy) }
            }
        }
        p .dim { "Fingerprint " (finding.fingerprint) }
    }
}

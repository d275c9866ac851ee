//! The days of a patient as a picture: a row for each drug, then one for each finding.
//!
//! Every text has a line of its own, so that none runs into another however close the days are. Widths are given in percent and
//! heights in pixels: the picture takes the width of the screen or page, and its text keeps its size. Every colour has its own
//! pattern, for print and for people who cannot distinguish the colours.

use std::collections::HashSet;

use maud::{Markup, PreEscaped, html};

use super::patient::PatientFindings;
use crate::pattern::{PATTERNS, fill};
use crate::redaction::ShownDay;
use crate::summary::plural;
use crate::text::days;
use crate::{ShownDays, ShownFinding, ShownPlace};
use rxlint_model::finding::Side;

/// Height of a drug's row: its words, then its bar.
const ROW: i32 = 46;
const BAR: i32 = 20;
/// Height of a finding's row: its words, then its mark.
const MARK_ROW: i32 = 32;
const MARK: i32 = 8;
/// So many findings have a mark; the others are listed below the picture all the same.
const MARKED: usize = 25;
/// So many drugs have a row.
const DRUGS: usize = 25;
/// A picture spans at least so many days: a single day must not fill the width.
const SPAN: i32 = 28;
/// Today is drawn if it is at most so many days after all others; further away it would squeeze them.
const AHEAD: i32 = 45;

/// The patterns that bars are filled with, once for the page.
pub(super) fn patterns() -> Markup {
    html! {
        svg width="0" height="0" style="position:absolute" aria-hidden="true" focusable="false" { (PreEscaped(PATTERNS)) }
    }
}

/// What the patterns mean.
pub(super) fn legend() -> Markup {
    let sample = |side: Side| html! { svg width="32" height="16" aria-hidden="true" focusable="false" { rect .bar width="32" height="16" fill=(fill(side)) {} } };
    html! {
        ul .legend aria-label="How the timelines are drawn" {
            li { (sample(Side::Antagonist)) "antagonist: stripes" }
            li { (sample(Side::Opioid)) "opioid: dots" }
            li { (sample(Side::Other)) "other drug: lines" }
            li { svg width="32" height="16" aria-hidden="true" focusable="false" { rect .band width="32" height="16" {} } "the days that count" }
            li { svg width="8" height="16" aria-hidden="true" focusable="false" { line .clean x1="4" x2="4" y1="0" y2="16" {} } "first day on which it would be clean" }
            li { svg width="8" height="16" aria-hidden="true" focusable="false" { line .today x1="4" x2="4" y1="0" y2="16" {} } "today" }
        }
    }
}

/// The picture, with a title and a description that say the same.
pub(super) fn figure(patient: &PatientFindings<'_>, today: Option<ShownDay>) -> Markup {
    let rows = rows(patient);
    let Some(scale) = Scale::of(patient, &rows, today) else { return html! {} };
    let today = today.filter(|day| *day >= scale.first && *day <= scale.last);
    let marked = &patient.findings[..patient.findings.len().min(MARKED)];
    let drugs = rows.len().min(DRUGS) as i32 * ROW;
    let bottom = drugs + marked.len() as i32 * MARK_ROW + 4;
    let id = patient.number;
    html! {
        figure {
            svg role="img" aria-labelledby={ "t-" (id) " d-" (id) } width="100%" height=(bottom + 22 + if today.is_some() { 18 } else { 0 }) {
                title #{ "t-" (id) } { "Timeline" }
                desc #{ "d-" (id) } { (in_words(patient, &rows)) }
                @for finding in marked {
                    @if let Some(days) = finding.days.filter(|days| days.last >= days.first) {
                        rect .band x=(scale.at(days.first)) width=(scale.wide(days.first, days.last)) y="0" height=(drugs) {}
                    }
                }
                @for (at, row) in rows.iter().take(DRUGS).enumerate() { (bars(row, at as i32 * ROW, &scale)) }
                @for (at, finding) in marked.iter().enumerate() { (mark(finding, at + 1, drugs + at as i32 * MARK_ROW, &scale)) }
                line .axis x1="0" x2="100%" y1=(bottom) y2=(bottom) {}
                text x="0" y=(bottom + 16) { (scale.first) }
                text x="100%" y=(bottom + 16) text-anchor="end" { (scale.last) }
                @if let Some(day) = today {
                    line .today x1=(scale.at(day)) x2=(scale.at(day)) y1="0" y2=(bottom) {}
                    text x=(scale.at(day)) y=(bottom + 34) text-anchor=(anchor(scale.percent(day))) { "today, " (day) }
                }
            }
            @if rows.len() > DRUGS || patient.findings.len() > MARKED {
                figcaption .dim { "The picture shows the first " (DRUGS) " drugs and the first " (MARKED) " findings." }
            }
        }
    }
}

/// The records of one drug, which share a row. `true`: a record that tells a finding's story.
type DrugRow<'a> = Vec<(&'a ShownPlace, bool)>;

/// All records with days that the findings name, each once.
fn rows<'a>(patient: &PatientFindings<'a>) -> Vec<DrugRow<'a>> {
    let main =
        patient.findings.iter().flat_map(|finding| &finding.places).map(|place| (place, true));
    let also = patient
        .findings
        .iter()
        .flat_map(|finding| &finding.also_places)
        .map(|place| (place, false));
    let mut rows: Vec<DrugRow<'a>> = Vec::new();
    let mut seen = HashSet::new();
    for (place, main) in main.chain(also).filter(|(place, _)| place.days.is_some()) {
        if !seen.insert((
            &place.shown.path,
            place.shown.record,
            &place.drug,
            place.days.map(|(first, _)| first.rank()),
        )) {
            continue;
        }
        let same =
            |row: &&mut DrugRow<'_>| row.first().is_some_and(|(first, _)| first.drug == place.drug);
        match rows.iter_mut().find(same) {
            Some(row) => row.push((place, main)),
            None => rows.push(vec![(place, main)]),
        }
    }
    rows
}

fn bars(row: &DrugRow<'_>, top: i32, scale: &Scale) -> Markup {
    let Some((first, _)) = row.first() else { return html! {} };
    html! {
        text .strong x="0" y=(top + 15) { (first.drug) @if !first.role.is_empty() { ", " (first.role) } }
        @for (place, main) in row.iter().rev() {
            @if let Some((first, last)) = place.days {
                rect .bar .more[!main] x=(scale.at(first)) width=(scale.wide(first, last)) y=(top + 22) height=(BAR) fill=(fill(place.side)) {}
            }
        }
    }
}

/// A finding's row: its number, what it counts, its days, and the first clean day.
fn mark(finding: &ShownFinding, number: usize, top: i32, scale: &Scale) -> Markup {
    let counted = finding.days.map(|days| counted(&days)).unwrap_or_default();
    html! {
        text x="0" y=(top + 15) { (number) ". " (counted) }
        @if let Some(days) = finding.days {
            rect .mark .(finding.severity.name()) x=(scale.at(days.first)) width=(scale.wide(days.first, days.last.max(days.first))) y=(top + 20) height=(MARK) {}
        }
        @if let Some(day) = finding.clean_from {
            text .strong x="100%" y=(top + 15) text-anchor="end" { "clean from " (day) }
            line .clean x1=(scale.at(day)) x2=(scale.at(day)) y1="0" y2=(top + MARK_ROW) {}
        }
    }
}

/// The scale from the first to the last day that is drawn.
struct Scale {
    first: ShownDay,
    last: ShownDay,
}

impl Scale {
    fn of(
        patient: &PatientFindings<'_>,
        rows: &[DrugRow<'_>],
        today: Option<ShownDay>,
    ) -> Option<Self> {
        let places = || rows.iter().flatten().filter_map(|(place, _)| place.days);
        let spans = || patient.findings.iter().filter_map(|finding| finding.days);
        let clean = patient.findings.iter().filter_map(|finding| finding.clean_from);
        let first = places().map(|(first, _)| first).chain(spans().map(|days| days.first)).min()?;
        let last = places()
            .map(|(_, last)| last)
            .chain(spans().map(|days| days.last))
            .chain(clean)
            .max()?;
        let last = today.filter(|day| *day > last && day.since(last) <= AHEAD).unwrap_or(last);
        Some(Self { first, last: last.max(first.plus(SPAN - 1)) })
    }

    /// Where a day begins, in percent of the width.
    fn percent(&self, day: ShownDay) -> f64 {
        let days = f64::from(self.last.since(self.first)) + 1.0;
        (f64::from(day.since(self.first)) * 100.0 / days).clamp(0.0, 100.0)
    }

    fn share(&self, first: ShownDay, last: ShownDay) -> f64 {
        (self.percent(last.plus(1)) - self.percent(first)).max(0.0)
    }

    fn at(&self, day: ShownDay) -> String {
        at(self.percent(day))
    }

    fn wide(&self, first: ShownDay, last: ShownDay) -> String {
        at(self.share(first, last).max(0.4))
    }
}

fn at(percent: f64) -> String {
    format!("{percent:.2}%")
}

/// The anchor that keeps text near an edge inside the picture.
fn anchor(percent: f64) -> &'static str {
    match percent {
        p if p < 30.0 => "start",
        p if p > 70.0 => "end",
        _ => "middle",
    }
}

fn counted(span: &ShownDays) -> String {
    let count = u64::from(span.count);
    match span.kind {
        "overlap" => plural(count, "shared day", "shared days"),
        "opioid-free" => plural(count, "opioid-free day", "opioid-free days"),
        "blockade" => format!("{} into the blockade", plural(count, "day", "days")),
        "interval" => format!("{} apart", plural(count, "day", "days")),
        "between" => format!("{} between", plural(count, "day", "days")),
        _ => plural(count, "day", "days"),
    }
}

/// The picture in words.
fn in_words(patient: &PatientFindings<'_>, rows: &[DrugRow<'_>]) -> String {
    let records = rows.iter().flatten().filter_map(|(place, _)| Some((place, place.days?)));
    let mut sentences: Vec<String> = records
        .take(DRUGS)
        .map(|(place, (first, last))| {
            format!("{}, {}: {}", place.drug, place.role, days(first, last))
        })
        .collect();
    for (at, finding) in patient.findings.iter().take(MARKED).enumerate() {
        let counted = finding.days.map(|span| {
            let when = if span.last >= span.first {
                format!(": {}", days(span.first, span.last))
            } else {
                String::new()
            };
            format!("{}{when}", counted(&span))
        });
        let clean = finding.clean_from.map(|day| format!("clean from {day}"));
        let parts: Vec<String> = counted.into_iter().chain(clean).collect();
        sentences.push(format!("Finding {}: {}", at + 1, parts.join(", ")));
    }
    sentences.join(". ") + "."
}

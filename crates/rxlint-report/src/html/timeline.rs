//! The days of a patient as a picture: a row for each drug with all its exposures, then one for each finding.
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
/// How many findings have a mark; the others are still listed below the picture.
const MARKED: usize = 25;
/// How many drugs have a row.
const DRUGS: usize = 25;
/// A picture spans at least this many days: a single day must not fill the width.
const SPAN: i32 = 28;
/// Exposures that no finding names are drawn if they are at most this many days from one that a finding names.
const AROUND: i32 = 366;
/// Today is drawn if it is at most this many days after all others; further away it would squeeze them.
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
            li { svg width="32" height="16" aria-hidden="true" focusable="false" { rect .bar.more width="32" height="16" fill=(fill(Side::Other)) {} } "pale: exposures that no finding is about" }
            li { svg width="32" height="16" aria-hidden="true" focusable="false" { rect .band width="32" height="16" {} } "the days that count" }
            li { svg width="8" height="16" aria-hidden="true" focusable="false" { line .clean x1="4" x2="4" y1="0" y2="16" {} } "first day on which it would be clean" }
            li { svg width="8" height="16" aria-hidden="true" focusable="false" { line .today x1="4" x2="4" y1="0" y2="16" {} } "today" }
        }
    }
}

/// The picture, with a title and a description that say the same.
pub(super) fn figure(patient: &PatientFindings<'_>, today: Option<ShownDay>) -> Markup {
    let Drawn { rows, left_out } = Drawn::of(patient);
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
                @if let Some(day) = today { line .today x1=(scale.at(day)) x2=(scale.at(day)) y1="0" y2=(bottom) {} }
                @for finding in marked {
                    @if let Some(days) = finding.days.filter(|days| days.last >= days.first) {
                        rect .band x=(scale.at(days.first)) width=(scale.wide(days.first, days.last)) y="0" height=(drugs) {}
                    }
                }
                @for (at, row) in rows.iter().take(DRUGS).enumerate() { (bars(row, at as i32 * ROW, &scale)) }
                @for (at, finding) in marked.iter().enumerate() {
                    @if let Some(day) = finding.clean_from {
                        line .clean x1=(scale.at(day)) x2=(scale.at(day)) y1="0" y2=(drugs + (at as i32 + 1) * MARK_ROW) {}
                    }
                }
                @for (at, finding) in marked.iter().enumerate() { (mark(finding, at + 1, drugs + at as i32 * MARK_ROW, &scale)) }
                line .axis x1="0" x2="100%" y1=(bottom) y2=(bottom) {}
                text x="0" y=(bottom + 16) { (scale.first) }
                text x="100%" y=(bottom + 16) text-anchor="end" { (scale.last) }
                @if let Some(day) = today {
                    text x=(scale.at(day)) y=(bottom + 34) text-anchor=(anchor(scale.percent(day))) { "today, " (day) }
                }
            }
            @if rows.len() > DRUGS || patient.findings.len() > MARKED {
                figcaption .dim { "The picture shows the first " (DRUGS) " drugs and the first " (MARKED) " findings." }
            }
            @if left_out > 0 {
                figcaption .dim { (plural(left_out, "exposure is", "exposures are")) " more than a year away and not drawn: rxlint timeline draws all." }
            }
        }
    }
}

/// The days of one drug, which share a row.
struct DrugRow<'a> {
    drug: &'a str,
    role: &'a str,
    side: Side,
    bars: Vec<Bar>,
}

#[derive(Clone, Copy)]
struct Bar {
    first: ShownDay,
    last: ShownDay,
    /// Whether it belongs to a finding's story.
    main: bool,
}

/// What is drawn of a patient's exposures, and how many are too far from the story.
struct Drawn<'a> {
    rows: Vec<DrugRow<'a>>,
    left_out: u64,
}

impl<'a> Drawn<'a> {
    /// All records with days that the findings name, each once, then the patient's other exposures.
    fn of(patient: &'a PatientFindings<'a>) -> Self {
        let mut drawn = Self { rows: Vec::new(), left_out: 0 };
        let places = |of: fn(&ShownFinding) -> &[ShownPlace]| {
            patient.findings.iter().flat_map(move |finding| of(finding))
        };
        let main = places(|finding| &finding.places).map(|place| (place, true));
        let also = places(|finding| &finding.also_places).map(|place| (place, false));
        let mut seen = HashSet::new();
        for (place, main) in main.chain(also) {
            let Some((first, last)) = place.days else { continue };
            if seen.insert((&place.shown.path, place.shown.record, &place.drug, first.rank())) {
                drawn.add(&place.drug, &place.role, place.side, Bar { first, last, main });
            }
        }
        drawn.add_others(patient);
        drawn
    }

    /// The exposures that no finding names, as far as they are near enough to be drawn with the story.
    fn add_others(&mut self, patient: &'a PatientFindings<'a>) {
        let Some((first, last)) = story(patient, &self.rows) else { return };
        let (from, to) = (first.plus(-AROUND), last.plus(AROUND));
        let named: HashSet<(&str, i32)> = self.rows.iter().flat_map(DrugRow::starts).collect();
        for exposure in patient.exposures {
            if named.contains(&(exposure.drug.as_str(), exposure.first.rank())) {
                continue;
            }
            if exposure.last < from || exposure.first > to {
                self.left_out += 1;
                continue;
            }
            let bar = Bar { first: exposure.first, last: exposure.last, main: false };
            self.add(&exposure.drug, exposure.role, exposure.side, bar);
        }
    }

    /// Adds a bar to the row of its drug. Refills that follow on one another are one bar, unless a finding names them.
    fn add(&mut self, drug: &'a str, role: &'a str, side: Side, bar: Bar) {
        let Some(row) = self.rows.iter_mut().find(|row| row.drug == drug) else {
            self.rows.push(DrugRow { drug, role, side, bars: vec![bar] });
            return;
        };
        let before = row.bars.last_mut().filter(|before| {
            !before.main
                && !bar.main
                && bar.first >= before.first
                && bar.first <= before.last.plus(1)
        });
        match before {
            Some(before) => before.last = before.last.max(bar.last),
            None => row.bars.push(bar),
        }
    }
}

impl<'a> DrugRow<'a> {
    fn starts(&self) -> impl Iterator<Item = (&'a str, i32)> {
        let drug = self.drug;
        self.bars.iter().map(move |bar| (drug, bar.first.rank()))
    }
}

/// The first and last day that the findings are about.
fn story(patient: &PatientFindings<'_>, rows: &[DrugRow<'_>]) -> Option<(ShownDay, ShownDay)> {
    let bars = || rows.iter().flat_map(|row| &row.bars).map(|bar| (bar.first, bar.last));
    let spans = || {
        patient
            .findings
            .iter()
            .filter_map(|finding| finding.days)
            .map(|days| (days.first, days.last))
    };
    let clean = patient.findings.iter().filter_map(|finding| finding.clean_from);
    let first = bars().chain(spans()).map(|(first, _)| first).min()?;
    let last = bars().chain(spans()).map(|(_, last)| last).chain(clean).max()?;
    Some((first, last))
}

fn bars(row: &DrugRow<'_>, top: i32, scale: &Scale) -> Markup {
    html! {
        text .strong x="0" y=(top + 15) { (row.drug) @if !row.role.is_empty() { ", " (row.role) } }
        @for bar in row.bars.iter().rev() {
            rect .bar .more[!bar.main] x=(scale.at(bar.first)) width=(scale.wide(bar.first, bar.last)) y=(top + 22) height=(BAR) fill=(fill(row.side)) {}
        }
    }
}

/// A finding's row: its number, what it counts, its days, and the first clean day in words.
fn mark(finding: &ShownFinding, number: usize, top: i32, scale: &Scale) -> Markup {
    let counted = finding.days.map(|days| counted(&days)).unwrap_or_default();
    html! {
        text x="0" y=(top + 15) { (number) ". " (counted) }
        @if let Some(days) = finding.days {
            rect .mark .(finding.severity.name()) x=(scale.at(days.first)) width=(scale.wide(days.first, days.last.max(days.first))) y=(top + 20) height=(MARK) {}
        }
        @if let Some(day) = finding.clean_from {
            text .strong x="100%" y=(top + 15) text-anchor="end" { "clean from " (day) }
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
        let (first, last) = story(patient, rows)?;
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
    let records = rows.iter().flat_map(|row| row.bars.iter().map(move |bar| (row, bar)));
    let mut sentences: Vec<String> = records
        .take(DRUGS)
        .map(|(row, bar)| format!("{}, {}: {}", row.drug, row.role, days(bar.first, bar.last)))
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

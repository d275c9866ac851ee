//! The days of a finding as a picture.
//!
//! Widths are given in percent and heights in pixels: the picture takes the width of the screen or page, and its text
//! keeps its size. Every colour has its own pattern, for print and for people who cannot distinguish the colours.

use maud::{Markup, PreEscaped, html};

use crate::redaction::ShownDay;
use crate::summary::plural;
use crate::text::days;
use crate::{ShownDays, ShownFinding, ShownPlace};
use rxlint_model::finding::Side;

/// Height of a row: its words, then its bar.
const ROW: i32 = 46;
const BAR: i32 = 20;

/// The patterns that bars are filled with, once for the page.
pub(super) fn patterns() -> Markup {
    PreEscaped(
        r##"<svg width="0" height="0" style="position:absolute" aria-hidden="true" focusable="false"><defs>
<pattern id="antagonist" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" fill="#0072b2"/><rect width="3" height="8" fill="#cfe6f5"/></pattern>
<pattern id="opioid" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="#d55e00"/><circle cx="4" cy="4" r="2" fill="#fff"/></pattern>
<pattern id="other" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="#8c8c8c"/><rect width="6" height="2" fill="#efefef"/></pattern>
</defs></svg>
"##
        .to_owned(),
    )
}

/// What the patterns mean.
pub(super) fn legend() -> Markup {
    let sample = |side: Side| html! { svg width="32" height="16" aria-hidden="true" focusable="false" { rect .bar width="32" height="16" fill=(fill(side)) {} } };
    html! {
        h2 #legend { "Findings" }
        ul .legend aria-label="How the timelines are drawn" {
            li { (sample(Side::Antagonist)) "antagonist: stripes" }
            li { (sample(Side::Opioid)) "opioid: dots" }
            li { (sample(Side::Other)) "other drug: lines" }
            li { svg width="32" height="16" aria-hidden="true" focusable="false" { rect .band width="32" height="16" {} } "the days that count" }
            li { svg width="8" height="16" aria-hidden="true" focusable="false" { line .clean x1="4" x2="4" y1="0" y2="16" {} } "first day on which it would be clean" }
        }
    }
}

/// The picture, with a title and a description that say the same.
pub(super) fn figure(finding: &ShownFinding, id: &str) -> Markup {
    let Some(scale) = Scale::of(finding) else { return html! {} };
    let rows = rows(finding);
    let bottom = rows.len() as i32 * ROW + 4;
    let band = finding.days.filter(|days| days.last >= days.first);
    let height = bottom
        + 22
        + if finding.days.is_some() { 20 } else { 0 }
        + if finding.clean_from.is_some() { 20 } else { 0 };
    let clean_line = bottom + if finding.days.is_some() { 40 } else { 20 };
    html! {
        figure {
            svg role="img" aria-labelledby={ "t-" (id) " d-" (id) } width="100%" height=(height) {
                title #{ "t-" (id) } { "Timeline" }
                desc #{ "d-" (id) } { (in_words(finding)) }
                @if let Some(days) = band { rect .band x=(scale.at(days.first)) width=(scale.wide(days.first, days.last)) y="0" height=(bottom) {} }
                @for (at, row) in rows.iter().enumerate() { (bars(row, at as i32 * ROW, &scale)) }
                line .axis x1="0" x2="100%" y1=(bottom) y2=(bottom) {}
                text x="0" y=(bottom + 16) { (scale.first) }
                text x="100%" y=(bottom + 16) text-anchor="end" { (scale.last) }
                @if let Some(days) = finding.days {
                    @let middle = scale.percent(days.first) + scale.share(days.first, days.last) / 2.0;
                    text .strong x=(at(middle)) y=(bottom + 36) text-anchor=(anchor(middle)) { (counted(&days)) }
                }
                @if let Some(day) = finding.clean_from {
                    line .clean x1=(scale.at(day)) x2=(scale.at(day)) y1="0" y2=(clean_line + 4) {}
                    text .strong x=(scale.at(day)) y=(clean_line + 16) text-anchor=(anchor(scale.percent(day))) { "clean from " (day) }
                }
            }
        }
    }
}

/// The records of one drug, which share a row.
type DrugRow<'a> = Vec<(&'a ShownPlace, bool)>;

fn rows(finding: &ShownFinding) -> Vec<DrugRow<'_>> {
    let mut rows: Vec<DrugRow<'_>> = Vec::new();
    let main = finding.places.iter().map(|place| (place, true));
    for (place, main) in main.chain(finding.also_places.iter().map(|place| (place, false))) {
        match rows.iter_mut().find(|row| {
            row.first()
                .is_some_and(|(first, _)| first.drug == place.drug && first.role == place.role)
        }) {
            Some(row) => row.push((place, main)),
            None => rows.push(vec![(place, main)]),
        }
    }
    rows
}

fn bars(row: &DrugRow<'_>, top: i32, scale: &Scale) -> Markup {
    let Some((first, _)) = row.first() else { return html! {} };
    html! {
        text .strong x="0" y=(top + 15) { (first.drug) }
        @for (place, main) in row.iter().rev() {
            @if let Some((first, last)) = place.days {
                rect .bar .more[!main] x=(scale.at(first)) width=(scale.wide(first, last)) y=(top + 22) height=(BAR) fill=(fill(place.side)) {}
            }
        }
    }
}

const fn fill(side: Side) -> &'static str {
    match side {
        Side::Antagonist => "url(#antagonist)",
        Side::Opioid => "url(#opioid)",
        Side::Other => "url(#other)",
    }
}

/// The scale from the first to the last day that is drawn.
struct Scale {
    first: ShownDay,
    last: ShownDay,
}

impl Scale {
    fn of(finding: &ShownFinding) -> Option<Self> {
        let places =
            || finding.places.iter().chain(&finding.also_places).filter_map(|place| place.days);
        let first =
            places().map(|(first, _)| first).chain(finding.days.map(|days| days.first)).min()?;
        let last = places()
            .map(|(_, last)| last)
            .chain(finding.days.map(|days| days.last))
            .chain(finding.clean_from)
            .max()?;
        Some(Self { first, last })
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
        "blockade" => format!("begins {} into the blockade", plural(count, "day", "days")),
        "interval" => format!("{} apart", plural(count, "day", "days")),
        "between" => format!("{} between", plural(count, "day", "days")),
        _ => plural(count, "day", "days"),
    }
}

/// The picture in words.
fn in_words(finding: &ShownFinding) -> String {
    let mut sentences: Vec<String> = finding
        .places
        .iter()
        .filter_map(|place| Some((place, place.days?)))
        .map(|(place, (first, last))| {
            format!("{}, {}: {}", place.drug, place.role, days(first, last))
        })
        .collect();
    if !finding.also_places.is_empty() {
        sentences.push(plural(
            finding.also_places.len() as u64,
            "further record",
            "further records",
        ));
    }
    if let Some(span) = &finding.days {
        let when = if span.last >= span.first {
            format!(": {}", days(span.first, span.last))
        } else {
            String::new()
        };
        sentences.push(format!("{}{when}", counted(span)));
    }
    sentences.extend(finding.clean_from.map(|day| format!("clean from {day}")));
    sentences.join(". ") + "."
}

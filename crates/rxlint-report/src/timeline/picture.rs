//! The picture as SVG, and as a page that holds it with all of it in words.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Chart, Lane, Scale, in_words, mark_in_words, title};
use crate::pattern::{PATTERNS, fill};
use rxlint_model::finding::Severity;

const WIDTH: f64 = 960.0;
/// Where the days begin; drugs are named to the left of it.
const LEFT: f64 = 200.0;
const RIGHT: f64 = 20.0;
const ROW: f64 = 30.0;
const BAR: f64 = 18.0;
const TOP: f64 = 34.0;

/// How the picture looks, wherever it is shown.
const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1a1a1a}.dim{fill:#555}.bar{stroke:#1a1a1a;stroke-width:.5}\
.assumed{fill-opacity:.45;stroke-dasharray:3 2}.mark{stroke-width:6;stroke-linecap:butt}.high{stroke:#b00020;fill:#b00020}\
.moderate{stroke:#9a5b00;fill:#9a5b00}.low{stroke:#555;fill:#555}.today{stroke:#1a1a1a;stroke-dasharray:4 3}\
.axis{stroke:#1a1a1a}.clean{fill:#00664f}";

/// A page with these pictures and, below each, what it says in words.
pub fn html(charts: &[Chart]) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                title { "rxlint: timeline" }
                style { (PreEscaped("body{font:16px system-ui,sans-serif;margin:1rem auto;max-width:62rem;padding:0 1rem;color:#1a1a1a;background:#fff}svg{width:100%;height:auto}")) }
            }
            body {
                main { @for chart in charts { (section(chart)) } }
                footer { p { "Made on this site's own machine. It is not a medical device: a pharmacist decides." } }
            }
        }
    };
    page.into_string() + "\n"
}

fn section(chart: &Chart) -> Markup {
    html! {
        section {
            h1 { (chart.patient) }
            figure style="margin:0" { (drawing(chart)) }
            h2 { "Findings" }
            @if chart.marks.is_empty() { p { "None. Only what these files say was looked at." } }
            ol { @for mark in &chart.marks { li { (mark_in_words(mark)) } } }
            h2 { "Exposures" }
            ul { @for lane in &chart.lanes { li { (lane_in_words(lane)) } } }
            p { "Today counts as " (chart.today) "." }
        }
    }
}

fn lane_in_words(lane: &Lane) -> String {
    let bars: Vec<String> = lane.bars.iter().map(in_words).collect();
    format!("{}: {}", title(lane), bars.join("; "))
}

impl Chart {
    /// The picture as a file of its own.
    pub fn svg(&self) -> String {
        drawing(self).into_string() + "\n"
    }
}

fn drawing(chart: &Chart) -> Markup {
    let Some(scale) = chart.scale() else { return html! { p { "no exposures" } } };
    let rows = chart.lanes.len() + chart.marks.len();
    let bottom = TOP + rows as f64 * ROW;
    let height = bottom + 44.0;
    html! {
        svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox={ "0 0 " (WIDTH) " " (height) } width=(WIDTH) height=(height) {
            title { "Timeline of " (chart.patient) }
            desc { @for lane in &chart.lanes { (lane_in_words(lane)) ". " } @for mark in &chart.marks { (mark_in_words(mark)) ". " } }
            style { (PreEscaped(STYLE)) }
            (PreEscaped(PATTERNS))
            text x="0" y="18" { (chart.patient) }
            (today(chart, scale, bottom))
            @for (at, lane) in chart.lanes.iter().enumerate() { (bars(lane, scale, TOP + at as f64 * ROW)) }
            @for (at, mark) in chart.marks.iter().enumerate() {
                (self::mark(mark, at + 1, scale, TOP + (chart.lanes.len() + at) as f64 * ROW))
            }
            line .axis x1=(LEFT) x2=(WIDTH - RIGHT) y1=(bottom) y2=(bottom) {}
            text .dim x=(LEFT) y=(bottom + 18.0) { (scale.first) }
            text .dim x=(WIDTH - RIGHT) y=(bottom + 18.0) text-anchor="end" { (scale.last()) }
            text .dim x=(LEFT) y=(bottom + 36.0) { "stripes: antagonist; dots: opioid; lines: other drug; pale: days assumed; diamond: clean from" }
        }
    }
}

fn x(scale: Scale, day: crate::redaction::ShownDay) -> f64 {
    round(LEFT + scale.at(day).clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT))
}

/// To a tenth of a pixel: the same on every machine.
fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn today(chart: &Chart, scale: Scale, bottom: f64) -> Markup {
    let at = x(scale, chart.today);
    html! {
        @if scale.holds(chart.today) {
            line .today x1=(at) x2=(at) y1=(TOP - 6.0) y2=(bottom) {}
            text .dim x=(at) y=(TOP - 10.0) text-anchor=(if at > WIDTH / 2.0 { "end" } else { "start" }) { "today, " (chart.today) }
        }
    }
}

fn bars(lane: &Lane, scale: Scale, top: f64) -> Markup {
    html! {
        text x="0" y=(top + 15.0) { (lane.drug) }
        @for bar in &lane.bars {
            @let from = x(scale, bar.first);
            @let wide = round((x(scale, bar.last.plus(1)) - from).max(2.0));
            rect .bar .assumed[bar.assumed] x=(from) y=(top) width=(wide) height=(BAR) fill=(fill(lane.side)) {
                title { (lane.drug) " " (in_words(bar)) }
            }
        }
    }
}

fn mark(mark: &super::Mark, number: usize, scale: Scale, top: f64) -> Markup {
    let class = match mark.severity {
        Severity::High => "high",
        Severity::Moderate => "moderate",
        Severity::Low => "low",
    };
    let middle = top + BAR / 2.0;
    html! {
        text x="0" y=(top + 15.0) { "[" (number) "] " (mark.severity.name()) }
        @if let Some((first, last)) = mark.days {
            @let from = x(scale, first);
            line class={ "mark " (class) } x1=(from) x2=(round(x(scale, last.plus(1)).max(from + 2.0))) y1=(middle) y2=(middle) { title { (mark_in_words(mark)) } }
        }
        @if let Some(day) = mark.clean_from {
            @let at = x(scale, day);
            path .clean d={ "M" (at) " " (middle - 7.0) "l6 7l-6 7l-6 -7z" } { title { "clean from " (day) } }
        }
    }
}

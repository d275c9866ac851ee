//! Reports for people: findings with their records underlined, one line each, or in sentences.

use std::fmt;
use std::io::{self, Write};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NarratableReportHandler,
    SourceCode, ThemeCharacters, ThemeStyles,
};

use super::summary::{counts_line, gap_lines, plural, thousands};
use super::windows::{ExcerptWindows, Fit, NAMED_CELL};
use super::{
    Document, Findings, FormatInfo, Medium, ReportLayout, Reporter, ShownFinding, ShownPlace, Style,
};
use crate::redaction::ShownDay;
use rxlint_model::finding::Severity;

/// How many of the further records are listed.
const LISTED: usize = 8;

/// For a person at a terminal: each finding with its records, underlined.
pub(super) struct FullReporter;

impl Reporter for FullReporter {
    fn about(&self) -> FormatInfo {
        about("full")
    }

    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        layout: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        FindingWriter::graphical(&layout.style).write(document, findings, layout, out)
    }
}

/// One line per finding.
pub(super) struct ConciseReporter;

impl Reporter for ConciseReporter {
    fn about(&self) -> FormatInfo {
        about("concise")
    }

    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        layout: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        FindingWriter::new(Rendering::Concise, &layout.style).write(document, findings, layout, out)
    }
}

/// For a screen reader: each finding in sentences.
pub(super) struct NarratedReporter;

impl Reporter for NarratedReporter {
    fn about(&self) -> FormatInfo {
        about("narrated")
    }

    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        layout: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let rendering = Rendering::Narrated(NarratableReportHandler::new());
        let mut writer = FindingWriter::new(rendering, &layout.style);
        writer.fit.width = usize::MAX;
        writer.write(document, findings, layout, out)
    }
}

const fn about(name: &'static str) -> FormatInfo {
    FormatInfo { name, medium: Medium::Terminal, leaves_site: false, holds_summary: false }
}

fn links(style: &Style) -> bool {
    style.links && !env!("CARGO_PKG_REPOSITORY").is_empty()
}

/// Writes one finding after the other in one format.
struct FindingWriter {
    rendering: Rendering,
    width: usize,
    fit: Fit,
    links: bool,
}

enum Rendering {
    Graphical(Box<GraphicalReportHandler>),
    Narrated(NarratableReportHandler),
    Concise,
}

impl FindingWriter {
    fn new(rendering: Rendering, style: &Style) -> Self {
        let width = style.width.clamp(40, 400);
        Self {
            rendering,
            width,
            fit: Fit { width, ellipsis: if style.unicode { "…" } else { "..." } },
            links: links(style),
        }
    }

    fn graphical(style: &Style) -> Self {
        let theme = GraphicalTheme {
            characters: if style.unicode {
                ThemeCharacters::unicode()
            } else {
                ThemeCharacters::ascii()
            },
            styles: if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() },
        };
        // Lines are broken here: miette's own wrapping breaks dates at their hyphens.
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_links(links(style))
            .with_wrap_lines(false);
        Self::new(Rendering::Graphical(Box::new(handler)), style)
    }

    /// Writes the findings, at most `max_shown` of them, then one line that accounts for every record read.
    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        layout: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let total = findings.len();
        let shown = layout.max_shown.map_or(total, |most| most.min(total));
        let mut text = String::new();
        for finding in findings.iter().take(shown) {
            text.clear();
            self.write_finding(&finding, &mut text);
            out.write_all(text.as_bytes())?;
        }
        writeln!(out, "{}", counts_line(document.summary))?;
        for line in gap_lines(document.summary) {
            writeln!(out, "{line}")?;
        }
        if shown < total {
            let left = plural((total - shown) as u64, "more finding", "more findings");
            writeln!(out, "{left}: --max-shown all, or --report json=report.json")?;
        }
        Ok(())
    }

    /// Appends the finding. If miette cannot render it, it becomes one line: no finding is lost because of its picture.
    fn write_finding(&self, finding: &ShownFinding, text: &mut String) {
        let rendered = match &self.rendering {
            Rendering::Graphical(handler) => {
                let (message, help) = (wrap(&title(finding), self.width - 6), help(finding));
                let help: Vec<String> =
                    help.iter().map(|line| wrap(line, self.width - 8)).collect();
                handler.render_report(
                    text,
                    &FindingDiagnostic::new(finding, message, help.join("\n"), self),
                )
            }
            Rendering::Narrated(handler) => handler.render_report(
                text,
                &FindingDiagnostic::new(finding, title(finding), help(finding).join("\n"), self),
            ),
            Rendering::Concise => return concise(finding, text),
        };
        if rendered.is_err() {
            text.clear();
            concise(finding, text);
        }
        if matches!(self.rendering, Rendering::Narrated(_)) {
            severity_in_words(finding, text);
        }
        cells_without_lines(text);
        text.push('\n');
    }
}

/// Says the severity in the words that all other formats, the options and the documents use.
fn severity_in_words(finding: &ShownFinding, text: &mut String) {
    const SAID: &str = "    Diagnostic severity: ";
    let Some(at) = text.find(SAID) else { return };
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    text.replace_range(at..end, &format!("    Severity: {}", finding.severity.name()));
}

/// A finding in the form that miette needs.
#[derive(Debug)]
struct FindingDiagnostic<'a> {
    finding: &'a ShownFinding,
    message: String,
    help: String,
    url: String,
    windows: ExcerptWindows,
}

impl<'a> FindingDiagnostic<'a> {
    fn new(
        finding: &'a ShownFinding,
        message: String,
        help: String,
        writer: &FindingWriter,
    ) -> Self {
        let page = format!("docs/rules.md#{}", finding.rule.id);
        let url = if writer.links {
            format!("{}/blob/main/{page}", env!("CARGO_PKG_REPOSITORY"))
        } else {
            page
        };
        let places = finding.places.iter().map(|place| (&place.shown, label(place)));
        Self { finding, message, help, url, windows: ExcerptWindows::new(places, writer.fit) }
    }
}

impl fmt::Display for FindingDiagnostic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FindingDiagnostic<'_> {}

impl Diagnostic for FindingDiagnostic<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.finding.rule.id))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::High => miette::Severity::Error,
            Severity::Moderate => miette::Severity::Warning,
            Severity::Low => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.help.is_empty()).then(|| Box::new(&self.help) as Box<dyn fmt::Display>)
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.url))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.windows)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.windows.labels()))
    }
}

/// `antagonist, 2026-03-05 to 2026-04-03`; with the drug if the underlined cell does not name it.
pub(super) fn label(place: &ShownPlace) -> String {
    let named = place.shown.text.to_lowercase().contains(&place.drug.to_lowercase());
    let drug = if named && !place.role.is_empty() { "" } else { &place.drug };
    let days = place.days.map(|(first, last)| days(first, last)).unwrap_or_default();
    // Without a word the days of a refill look like a mistake.
    let carried = match place.carried {
        0 => String::new(),
        1 => "1 day of it carried over".to_owned(),
        carried => format!("{carried} days of it carried over"),
    };
    let words = [drug, &place.role, &days, &carried];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ")
}

pub(super) fn days(first: ShownDay, last: ShownDay) -> String {
    if first == last { first.to_string() } else { format!("{first} to {last}") }
}

/// What to do, and what else a reader must know: one paragraph each.
pub(super) fn help(finding: &ShownFinding) -> Vec<String> {
    let mut lines = vec![finding.help.clone()];
    lines.extend(finding.assumed.iter().map(|name| format!("Rests on {}.", assumption(name))));
    if finding.also > 0 {
        lines.push(format!("And {}{}.", more(finding, true), listed(&finding.also_places)));
    }
    lines.extend(finding.places.iter().filter(|place| place.shown.excerpt.is_none()).map(
        |place| {
            format!(
                "{} ({}) could not be read again: the input changed after it was checked.",
                place.shown.at_line(),
                label(place)
            )
        },
    ));
    lines.push(contacts(finding));
    lines.retain(|line| !line.is_empty());
    lines
}

/// How to find the prescriptions and call their prescribers; empty if the records do not say.
fn contacts(finding: &ShownFinding) -> String {
    let told: Vec<String> = finding
        .places
        .iter()
        .map(|place| (&place.drug, place.contact.words()))
        .filter(|(_, words)| !words.is_empty())
        .map(|(drug, words)| format!("{drug}: {words}"))
        .collect();
    if told.is_empty() { String::new() } else { format!("Records: {}.", told.join("; ")) }
}

/// Removes the line and column that miette writes after the name of a cell.
fn cells_without_lines(text: &mut String) {
    while let Some(at) = text.find(NAMED_CELL) {
        let rest = &text[at + NAMED_CELL.len_utf8()..];
        let numbers =
            rest.len() - rest.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit()).len();
        text.replace_range(at..at + NAMED_CELL.len_utf8() + numbers, "");
    }
}

/// How many further pairs or entries the finding is about.
fn more(finding: &ShownFinding, whole: bool) -> String {
    let count = u64::from(finding.also);
    // A finding without days is about entries of a list.
    if finding.places.iter().all(|place| place.days.is_none()) {
        return plural(count, "more entry", "more entries");
    }
    let courses = if whole { " in these two courses" } else { "" };
    format!("{}{courses}", plural(count, "more pair", "more pairs"))
}

/// An assumption in words.
pub(super) fn assumption(name: &str) -> String {
    match name {
        "days-supply" => "an assumed days' supply".into(),
        name => format!("an assumed {}", name.replace('-', " ")),
    }
}

/// `: records at claims.csv:15, :18 and 3 more`. The path is given when it changes.
fn listed(places: &[ShownPlace]) -> String {
    let (mut text, mut path) = (String::new(), "");
    for place in &places[..places.len().min(LISTED)] {
        text.push_str(if text.is_empty() { ": records at " } else { ", " });
        if place.shown.path != path {
            path = &place.shown.path;
            text.push_str(path);
        }
        text.push_str(&format!(":{}", place.shown.line));
    }
    if places.len() > LISTED {
        text.push_str(&format!(" and {} more", thousands((places.len() - LISTED) as u64)));
    }
    text
}

/// `claims.csv:12:38: high[rule] message (with claims.csv:7:38; clean from 2026-03-18)`
/// The patient and what happened.
fn title(finding: &ShownFinding) -> String {
    match &finding.patient {
        Some(patient) => format!("{patient}: {}", finding.message),
        None => finding.message.clone(),
    }
}

fn concise(finding: &ShownFinding, text: &mut String) {
    let at = |place: &ShownPlace| place.shown.at();
    if let Some(place) = finding.places.first() {
        text.push_str(&at(place));
        text.push_str(": ");
    }
    let mut notes: Vec<String> =
        finding.places.iter().skip(1).map(|place| format!("with {}", at(place))).collect();
    match finding.clean_from {
        Some(day) => notes.push(format!("clean from {day}")),
        None => notes.extend(first_sentence(&finding.help).map(String::from)),
    }
    notes.extend(finding.assumed.iter().map(|name| format!("rests on {}", assumption(name))));
    if finding.also > 0 {
        notes.push(more(finding, false));
    }
    text.push_str(&format!("{}[{}] {}", finding.severity.name(), finding.rule.id, title(finding)));
    if !notes.is_empty() {
        text.push_str(&format!(" ({})", notes.join("; ")));
    }
    text.push('\n');
}

/// The first sentence, without its full stop.
fn first_sentence(text: &str) -> Option<&str> {
    let first = text.split_once(". ").map_or(text, |(first, _)| first).trim().trim_end_matches('.');
    (!first.is_empty()).then_some(first)
}

/// Breaks text at spaces into lines of at most `width` columns; a longer word stays whole.
fn wrap(text: &str, width: usize) -> String {
    let (mut wrapped, mut column) = (String::with_capacity(text.len() + 8), 0);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let length = word.chars().count();
        if column > 0 {
            let fits = column + 1 + length <= width;
            wrapped.push(if fits { ' ' } else { '\n' });
            column = if fits { column + 1 } else { 0 };
        }
        wrapped.push_str(word);
        column += length;
    }
    wrapped
}

//! The report of a run: one document, in the format that was asked for.
//!
//! A [`Reporter`] sees findings only as [`ShownFinding`], whose texts have all passed through [`crate::redaction`]. Findings
//! come one by one, each made when it is written: a run may have hundreds of thousands, and their records are read again
//! from the inputs.

#[cfg(feature = "arrow")]
pub mod columns;
mod csv;
mod fhir;
pub mod file;
mod format;
mod github;
mod gitlab;
mod html;
pub mod json;
mod junit;
mod markdown;
mod path;
mod pattern;
pub mod redaction;
mod sarif;
mod shown;
pub mod statistics;
pub mod summary;
pub mod temporary;
pub mod text;
pub mod timeline;
mod windows;
#[cfg(feature = "spreadsheets")]
mod xlsx;

use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::redaction::ShownSummary;
pub use format::{Format, FormatInfo, Medium, ReportLayout, Reporter};
use rxlint_model::day::Day;
use rxlint_model::finding::{RuleInfo, Severity};
pub use shown::{
    Contact, Findings, MASKED_PREMISE, ShownDays, ShownExposure, ShownFinding, ShownPlace, Unshown,
    View,
};

/// The columns of a worklist, as text and as a workbook. A name that both have comes twice.
pub fn worklist_columns() -> impl Iterator<Item = &'static str> {
    #[cfg(feature = "spreadsheets")]
    let workbook = xlsx::COLUMNS.iter().map(|(name, _)| *name);
    #[cfg(not(feature = "spreadsheets"))]
    let workbook = std::iter::empty();
    csv::COLUMNS.into_iter().chain(workbook)
}

/// How text looks. The caller knows whether it goes to a terminal; nothing here asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to use colour.
    pub color: bool,
    /// Whether to draw with characters beyond ASCII.
    pub unicode: bool,
    /// Whether to write terminal hyperlinks.
    pub links: bool,
    /// How many columns a line may have.
    pub width: usize,
}

impl Default for Style {
    /// For files and pipes.
    fn default() -> Self {
        Self { color: false, unicode: true, links: false, width: 120 }
    }
}

/// A rule as reports that list the rules describe it.
#[derive(Clone, Copy, Debug)]
pub struct RuleText<'a> {
    /// What its findings share.
    pub info: &'a RuleInfo,
    /// How severe its findings are, unless the rule says otherwise.
    pub severity: Severity,
    /// Why it matters.
    pub why: &'a str,
    /// What to do.
    pub remedy: &'a str,
}

/// What a document says besides its findings.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The version of rxlint.
    pub version: &'a str,
    /// A digest of everything that can change a verdict: the rules that were applied, and the settings.
    pub digest: &'a str,
    /// The settings that differ from the built-in ones, as a site would write them.
    pub changed_settings: &'a [String],
    /// The rules that judged in this run, by id.
    pub rules: &'a [RuleText<'a>],
    /// The day that counts as today; `None` if no record gave one, or if no calendar dates are shown.
    pub as_of: Option<Day>,
    /// The counts of the run, as the reader may see them.
    pub summary: &'a ShownSummary<'a>,
    /// The least severity with which a run fails.
    pub fail_on: Severity,
    /// The folder that paths are relative to, for formats without absolute paths.
    pub root: Option<&'a Path>,
}

impl Document<'_> {
    /// What a reader of the report has to know of the settings: nothing if none was changed.
    fn settings_line(&self) -> Option<String> {
        let changed = redaction::safe(&self.changed_settings.join("; ")).into_owned();
        (!changed.is_empty()).then(|| format!("Changed settings: {changed}."))
    }
}

/// Writes one document, with all its findings.
///
/// The formats for people show at most `max_shown` findings and say how many they left out; the others leave out only what
/// their readers would refuse, and say so. What is written is buffered here, and flushed.
pub fn write(
    format: Format,
    document: &Document<'_>,
    findings: &Findings<'_>,
    style: &Style,
    max_shown: Option<usize>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let layout = ReportLayout { style: *style, max_shown };
    format.reporter().write(document, findings, &layout, &mut out)?;
    out.flush()
}

#[cfg(test)]
mod tests;

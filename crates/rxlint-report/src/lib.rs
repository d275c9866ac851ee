//! What a run tells: one document, in the format that was asked for.
//!
//! A renderer sees findings only as [`ShownFinding`], whose texts have all passed through [`crate::excerpt`]. Findings come one by
//! one, each made when it is written: a run may have hundreds of thousands, and their records are read again from the
//! inputs.

mod csv;
pub mod excerpt;
mod fhir;
pub mod file;
mod github;
mod gitlab;
mod html;
pub mod json;
mod junit;
mod path;
mod sarif;
mod shown;
pub mod statistics;
pub mod summary;
pub mod text;
mod windows;

use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::excerpt::Privacy;
use rxlint_model::day::Day;
use rxlint_model::finding::{RuleInfo, Severity};
use rxlint_model::summary::Summary;
pub use shown::{Findings, ShownDays, ShownFinding, ShownPlace, View};

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a person at a terminal: each finding with its records, underlined.
    Full,
    /// One line a finding.
    Concise,
    /// For a screen reader: each finding in sentences.
    Narrated,
    /// One `rxlint/report/1` document.
    Json,
    /// One JSON object a line: the findings, then the summary.
    Jsonl,
    /// The worklist: one row a finding, for a spreadsheet.
    Csv,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML, for a test runner: one suite a file, one case a rule.
    Junit,
    /// Workflow commands, which GitHub shows beside the lines.
    Github,
    /// A code quality report, as GitLab reads it.
    Gitlab,
    /// A FHIR R4 Bundle of DetectedIssue resources.
    Fhir,
    /// One page for a browser, with a picture of each finding's days.
    Html,
}

impl Format {
    /// All formats, as `--help` lists them.
    pub const ALL: [Self; 12] = [
        Self::Full,
        Self::Concise,
        Self::Narrated,
        Self::Json,
        Self::Jsonl,
        Self::Csv,
        Self::Sarif,
        Self::Junit,
        Self::Github,
        Self::Gitlab,
        Self::Fhir,
        Self::Html,
    ];

    /// The name used on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Concise => "concise",
            Self::Narrated => "narrated",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Fhir => "fhir",
            Self::Html => "html",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Whether it is made for a person to read as text.
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Full | Self::Concise | Self::Narrated)
    }

    /// How much is shown unless asked: what is made for a forge or a build server leaves the site, or may.
    pub const fn privacy(self) -> Privacy {
        match self {
            Self::Sarif | Self::Junit | Self::Github | Self::Gitlab => Privacy::Mask,
            _ => Privacy::Minimum,
        }
    }
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
    /// How grave its findings are, unless it says otherwise.
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
    /// The day taken for today; `None` where no record gave one, or where no days of the calendar are shown.
    pub as_of: Option<Day>,
    /// The counts of the run.
    pub summary: &'a Summary,
    /// The least severity with which a run fails.
    pub fail_on: Severity,
    /// The folder that paths are told from, where a format has no place for absolute ones.
    pub root: Option<&'a Path>,
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
    match format {
        Format::Full | Format::Concise | Format::Narrated => {
            text::write(format, document, &mut findings.iter(), style, max_shown, &mut out)?;
        }
        Format::Json => json::write(document, &mut findings.iter(), &mut out)?,
        Format::Jsonl => json::write_lines(document, &mut findings.iter(), &mut out)?,
        Format::Csv => csv::write(document, findings, &mut out)?,
        Format::Sarif => sarif::write(document, findings, &mut out)?,
        Format::Junit => junit::write(document, findings, &mut out)?,
        Format::Github => github::write(document, findings, &mut out)?,
        Format::Gitlab => gitlab::write(document, findings, &mut out)?,
        Format::Fhir => fhir::write(document, findings, &mut out)?,
        Format::Html => html::write(document, findings, max_shown, &mut out)?,
    }
    out.flush()
}

#[cfg(test)]
mod tests;

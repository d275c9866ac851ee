//! The report formats: what each says about itself, and the one table that lists them all.

use std::fmt;
use std::io::{self, Write};

#[cfg(feature = "arrow")]
use super::columns;
#[cfg(feature = "spreadsheets")]
use super::xlsx;
use super::{
    Document, Findings, Style, csv, fhir, github, gitlab, html, json, junit, markdown, sarif, text,
};
use crate::redaction::Privacy;

/// Every format, in the order in which `--help` lists them. A new one is a module next to this one,
/// and a line here.
const REPORTERS: &[&dyn Reporter] = &[
    &text::FullReporter,
    &text::ConciseReporter,
    &text::NarratedReporter,
    &json::JsonReporter,
    &json::JsonlReporter,
    &markdown::MarkdownReporter,
    &csv::CsvReporter,
    #[cfg(feature = "spreadsheets")]
    &xlsx::XlsxReporter,
    &sarif::SarifReporter,
    &junit::JunitReporter,
    &github::GithubReporter,
    &gitlab::GitlabReporter,
    &fhir::FhirReporter,
    &html::HtmlReporter,
    #[cfg(feature = "arrow")]
    &columns::ParquetReporter,
    #[cfg(feature = "arrow")]
    &columns::ArrowReporter,
];

/// One way to write a report.
///
/// A reporter is given nothing that has not passed through [`crate::redaction`]: the summary of a
/// [`Document`] is redacted, and [`Findings`] gives out findings as a reader may see them.
pub trait Reporter: Sync {
    /// What the format says about itself.
    fn about(&self) -> FormatInfo;

    /// Writes one document, with all its findings. `out` is buffered.
    ///
    /// # Errors
    /// A failed write.
    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        layout: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()>;
}

/// What a format says about itself. Nothing here has a default: each format decides all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatInfo {
    /// The name used on the command line, in the configuration and in errors.
    pub name: &'static str,
    /// What it is made for.
    pub medium: Medium,
    /// Whether its reports may leave the site, as those for a forge or a build server do. Patients
    /// are then masked unless the user asks otherwise.
    pub leaves_site: bool,
    /// Whether it holds the summary, with how many findings each rule has; every format accounts for
    /// the records read.
    pub holds_summary: bool,
}

/// What a format is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// A terminal, where a person reads it as text.
    Terminal,
    /// A file, for a program, a spreadsheet or a browser.
    File,
}

/// How a document is laid out for a person; the formats for programs need none of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReportLayout {
    /// How text looks.
    pub style: Style,
    /// The most findings that are shown; if it is `None`, each format decides.
    pub max_shown: Option<usize>,
}

/// A format of the table.
#[derive(Clone, Copy)]
pub struct Format(&'static dyn Reporter);

impl Format {
    /// For a person at a terminal: each finding with its records, underlined.
    pub const FULL: Self = Self(&text::FullReporter);
    /// One line per finding.
    pub const CONCISE: Self = Self(&text::ConciseReporter);

    /// All formats, as `--help` lists them.
    pub fn all() -> impl Iterator<Item = Self> {
        REPORTERS.iter().map(|reporter| Self(*reporter))
    }

    /// The names of all formats, as `--help` lists them.
    pub fn names() -> Vec<&'static str> {
        Self::all().map(Self::name).collect()
    }

    /// The names of the formats for which this is true, in words: `markdown, sarif, junit, github and gitlab`.
    pub fn in_words(is_so: impl Fn(FormatInfo) -> bool) -> String {
        let about = Self::all().map(Self::about).filter(|about| is_so(*about));
        let names: Vec<&str> = about.map(|about| about.name).collect();
        match names.split_last() {
            Some((last, others)) if !others.is_empty() => {
                format!("{} and {last}", others.join(", "))
            }
            _ => names.concat(),
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|format| format.name() == name)
    }

    /// What it says about itself.
    pub fn about(self) -> FormatInfo {
        self.0.about()
    }

    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        self.about().name
    }

    /// How much is shown by default.
    pub fn privacy(self) -> Privacy {
        if self.about().leaves_site { Privacy::Mask } else { Privacy::Minimum }
    }

    pub(super) fn reporter(self) -> &'static dyn Reporter {
        self.0
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Format {}

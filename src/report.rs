//! What a run tells: one document, in the format that was asked for.
//!
//! A renderer sees findings only as [`ShownFinding`], whose texts have all passed through [`excerpt`]. Findings come one by
//! one, each made when it is written: a run may have hundreds of thousands, and their records are read again from the
//! inputs.

pub mod file;
pub mod json;
pub mod statistics;
pub mod summary;
pub mod text;
mod windows;

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use crate::day::Day;
use crate::excerpt::{self, Privacy, Shown, safe};
use crate::finding::{Days, Finding, FindingPlace, Fingerprint, RuleInfo, Severity};
use crate::input::RecordText;
use crate::record::{Field, Place};
use crate::summary::Summary;

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
}

impl Format {
    /// All formats, as `--help` lists them.
    pub const ALL: [Self; 5] = [Self::Full, Self::Concise, Self::Narrated, Self::Json, Self::Jsonl];

    /// The name used on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Concise => "concise",
            Self::Narrated => "narrated",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
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

/// What a document says besides its findings.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The version of rxlint.
    pub version: &'a str,
    /// The digest of the rules that were applied.
    pub rules_digest: &'a str,
    /// The day taken for today; `None` where no record gave one.
    pub as_of: Option<Day>,
    /// The counts of the run.
    pub summary: &'a Summary,
}

/// What the reader of a document may see.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The inputs' paths, by [`Place::file`].
    pub paths: &'a [String],
    /// How much of a record is shown.
    pub privacy: Privacy,
    /// Whether a patient is shown with the authority that issued the identifier.
    pub authority: bool,
}

/// A record that a finding points at, as a person may see it.
#[derive(Clone, Debug)]
pub struct ShownPlace {
    /// Where the record stands, and its lines.
    pub shown: Shown,
    /// The drug's role there.
    pub role: String,
    /// The drug.
    pub drug: String,
    /// First day of the exposure.
    pub first: Day,
    /// Last day of the exposure, inclusive.
    pub last: Day,
}

/// A finding as a person may see it.
#[derive(Clone, Debug)]
pub struct ShownFinding {
    /// The rule that found it.
    pub rule: Arc<RuleInfo>,
    /// How grave it is.
    pub severity: Severity,
    /// The patient's identifier; `None` where no record of the finding could be read again.
    pub patient: Option<String>,
    /// One sentence: what happened.
    pub message: String,
    /// The arithmetic, what to do, from which day it is clean, the evidence.
    pub help: String,
    /// The days it speaks of.
    pub days: Option<Days>,
    /// The first day on which the drug could start without a finding.
    pub clean_from: Option<Day>,
    /// What it rests on that the records do not say.
    pub assumed: Vec<&'static str>,
    /// The records that tell the story, the main one first.
    pub places: Vec<ShownPlace>,
    /// How many further pairs of the same courses break the rule.
    pub also: u32,
    /// The records of those pairs, as far as they are listed; only pointed at.
    pub also_places: Vec<ShownPlace>,
    /// What it is recognised by from run to run.
    pub fingerprint: Fingerprint,
    /// What a baseline must know besides.
    pub premise: String,
}

impl ShownFinding {
    /// The finding, with its records read again. Where `reread` has no text, because the input changed meanwhile, the place
    /// is shown without its lines: no finding is lost for that.
    pub fn new(finding: &Finding, view: &View<'_>, mut reread: impl FnMut(&Place) -> Option<RecordText>) -> Self {
        let mut patient = None;
        let places = finding.places.iter().map(|at| match reread(&at.place) {
            Some(record) => {
                patient = patient.take().or_else(|| named(&record, view));
                ShownPlace::new(at, Shown::new(path(view, &at.place), at.place, at.field, &record, view.privacy))
            }
            None => ShownPlace::pointer(at, view),
        });
        let places = places.collect();
        Self {
            rule: Arc::clone(&finding.rule),
            severity: finding.severity,
            patient,
            message: safe(&finding.message).into_owned(),
            help: safe(&finding.help).into_owned(),
            days: finding.days,
            clean_from: finding.clean_from,
            assumed: finding.assumed.clone(),
            places,
            also: finding.also,
            also_places: finding.also_places.iter().map(|at| ShownPlace::pointer(at, view)).collect(),
            fingerprint: finding.fingerprint,
            premise: finding.premise.clone(),
        }
    }
}

impl ShownPlace {
    fn new(at: &FindingPlace, shown: Shown) -> Self {
        let [role, drug] = [&at.role, &at.drug].map(|text| safe(text).into_owned());
        Self { shown, role, drug, first: at.first, last: at.last }
    }

    fn pointer(at: &FindingPlace, view: &View<'_>) -> Self {
        Self::new(at, Shown::pointer(path(view, &at.place), at.place, at.field))
    }
}

fn path<'a>(view: &View<'a>, place: &Place) -> &'a str {
    view.paths.get(place.file as usize).map_or("?", String::as_str)
}

/// The patient as shown, with the authority in brackets where it is needed to tell people apart.
fn named(record: &RecordText, view: &View<'_>) -> Option<String> {
    let patient = excerpt::patient(record, view.privacy)?;
    let authority = record.cell(Field::Authority).filter(|cell| view.authority && !cell.text.is_empty());
    Some(match authority {
        Some(cell) => format!("{patient} ({})", safe(&cell.text)),
        None => patient,
    })
}

/// Writes one document. Findings are taken as they come: sorted by the caller, made one by one.
///
/// The formats for people show at most `max_shown` findings and say how many they left out; the others show all. What is
/// written is buffered here, and flushed.
pub fn write(
    format: Format,
    document: &Document<'_>,
    findings: &mut dyn ExactSizeIterator<Item = ShownFinding>,
    style: &Style,
    max_shown: Option<usize>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    match format {
        Format::Full | Format::Concise | Format::Narrated => {
            text::write(format, document, findings, style, max_shown, &mut out)?;
        }
        Format::Json => json::write(document, findings, &mut out)?,
        Format::Jsonl => json::write_lines(document, findings, &mut out)?,
    }
    out.flush()
}

#[cfg(test)]
mod tests;

//! The options about what is reported, and to whom. Where they name report formats, the names come
//! from the table of formats.

use std::path::PathBuf;

use clap::Args;

use super::{ReportFile, chosen, one_of, severity};
use rxlint_model::finding::Severity;
use rxlint_report::Format;
use rxlint_report::redaction::{DateDisplay, Privacy};

/// What is written of a run; shared by every command that reports.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Reporting")]
pub struct ReportingArgs {
    /// How to show findings
    #[arg(long, value_name = "FORMAT", value_parser = format, help = format_help())]
    pub format: Option<Format>,
    /// Also write a report to a file, in any of these formats; can be repeated
    #[arg(long, value_name = "FORMAT=PATH", value_parser = ReportFile::parse)]
    pub report: Vec<ReportFile>,
    /// Show at most this many findings to a person: a number, or all; by default 50 on a terminal
    #[arg(long, value_name = "N", value_parser = max_shown)]
    pub max_shown: Option<MaxShown>,
    /// Show only findings that are at least this severe; all are counted
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub show: Option<Severity>,
    /// Show how many findings each rule has, instead of the findings
    #[arg(long, help = statistics_help())]
    pub statistics: bool,
    /// Draw with ASCII characters only, as where the locale is C
    #[arg(long)]
    pub ascii: bool,
    /// Say on standard error what was read, applied and left out
    #[arg(long, short)]
    pub verbose: bool,
    /// Print no summary; given twice, print no report on standard output either
    #[arg(long, short, action = clap::ArgAction::Count)]
    pub quiet: u8,
}

/// What is shown about the people whose prescriptions are checked. A formulary has none.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Reporting")]
pub struct PrivacyArgs {
    /// What to show of a person
    #[arg(long, value_name = "minimum|mask|show", value_parser = privacy, help = phi_help())]
    pub phi: Option<Privacy>,
    /// How to show dates: calendar, or relative to the patient's first day shown
    #[arg(long, value_name = "calendar|relative", value_parser = dates)]
    pub dates: Option<DateDisplay>,
    /// A file with your site's secret: masked reports then give each patient and finding the same code in every run
    #[arg(long, value_name = "FILE")]
    pub site_key: Option<PathBuf>,
}

/// How many findings to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaxShown {
    /// Every one.
    All,
    /// At most this many.
    Some(usize),
}

fn max_shown(text: &str) -> Result<MaxShown, String> {
    if text == "all" {
        return Ok(MaxShown::All);
    }
    text.parse().map(MaxShown::Some).map_err(|_| "give a number, or all".to_owned())
}

fn format(text: &str) -> Result<Format, String> {
    Format::from_name(&text.to_ascii_lowercase()).ok_or_else(|| one_of(&Format::names()))
}

fn privacy(text: &str) -> Result<Privacy, String> {
    chosen(&Privacy::ALL, text)
}

fn dates(text: &str) -> Result<DateDisplay, String> {
    chosen(&DateDisplay::ALL, text)
}

fn format_help() -> String {
    let [terminal, pipe] = [Format::FULL, Format::CONCISE].map(Format::name);
    let mut others = Format::names();
    others.retain(|name| ![terminal, pipe].contains(name));
    let others = others.join(", ");
    format!("How to show findings: by default {terminal} on a terminal, else {pipe}; or {others}")
}

fn phi_help() -> String {
    let masked = Format::in_words(|about| about.leaves_site);
    format!(
        "What to show of a person: minimum (the identifier and whom to call), mask (a code; the default for \
         {masked}), show (everything)"
    )
}

fn statistics_help() -> String {
    let both = Format::in_words(|about| about.holds_summary);
    format!(
        "Show how many findings each rule has, instead of the findings; {both} always contain both"
    )
}

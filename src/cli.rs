//! The command line.

mod formulary;
pub mod guess;
mod job;
mod past;
mod report_file;
mod site;

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::day::Day;
use crate::excerpt::{Dates, Privacy};
use crate::finding::Severity;
use crate::input::format::Format as InputFormat;
use crate::record::DateOrder;
use crate::report::Format;
use crate::rule::registry::Kind;
pub use formulary::FormularyArgs;
pub use job::{JobArgs, LogFormat};
pub use past::{ImportArgs, LedgerAction, LedgerArgs, LedgerFile, PastArgs};
pub use report_file::ReportFile;
pub use site::{
    BaselineAction, BaselineArgs, BaselinePruneArgs, BaselineWriteArgs, CompletionsArgs,
    ConfigArgs, InitArgs,
};

/// Finds naltrexone given together with, or too soon after, opioids in prescription exports.
///
/// Reads files on this machine and nothing else. Not a medical device: a pharmacist decides.
#[derive(Debug, Parser)]
#[command(name = "rxlint", version, after_help = EXIT_CODES, max_term_width = 110, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Whether to colour what a person reads.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  every input was read, and no finding reached --fail-on
  1  the run finished, and at least one finding reached --fail-on
  2  the run could not be done: bad option, configuration or rule file, unreadable input, failed write
  3  the run finished, and something went unchecked: no input matched, or more records rejected than --max-rejects allows
  3 outranks 1. The format of the report never changes the code.";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check prescription exports
    #[command(after_help = EXIT_CODES)]
    Check(Box<CheckArgs>),
    /// Check formularies and other lists of drugs
    #[command(after_help = EXIT_CODES)]
    Formulary(Box<FormularyArgs>),
    /// List the rules, test them, or begin a new one
    Rules(RulesArgs),
    /// Explain a rule, a drug, or how a text or code is understood
    Explain(ExplainArgs),
    /// Write down what is found now, so that later runs report only what is new
    Baseline(BaselineArgs),
    /// Look after a ledger, which keeps what earlier nights have read and found
    Ledger(LedgerArgs),
    /// Print the settings that hold, and where each comes from
    Config(Box<ConfigArgs>),
    /// Write a commented rxlint.toml to begin with
    Init(InitArgs),
    /// Print the completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal that can, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What the book is made of; shared by every command that uses it.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Rules and configuration")]
pub struct BookArgs {
    /// Add a folder of rules and drugs to the built-in ones; a rule or drug of the same id is replaced
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,
    /// Add a table of codes, for codes that the shipped tables lack: a CSV with code and name, FDA's product.txt, RXNCONSO.RRF or CONCEPT.csv
    #[arg(long, value_name = "FILE")]
    pub vocabulary: Vec<PathBuf>,
    /// Keep what was read of large tables in this folder, for the next run
    #[arg(long, value_name = "DIR")]
    pub vocabulary_cache: Option<PathBuf>,
    /// Read the configuration from this file
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long, conflicts_with = "config")]
    pub isolated: bool,
}

/// `rxlint check`
#[derive(Clone, Debug, Default, Args)]
pub struct CheckArgs {
    /// Exports to check: files, folders, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Show how the files are understood, and check nothing
    #[arg(long)]
    pub dry_run: bool,

    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub reading: ReadingArgs,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub past: PastArgs,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub judging: JudgingArgs,
    /// End with 1 when a finding is at least this grave
    #[arg(long, value_name = "SEVERITY", value_parser = severity, help_heading = "Judging")]
    pub fail_on: Option<Severity>,
    /// End with 0 where the findings would make it 1; what could not be done or checked still ends with 2 or 3
    #[arg(long, help_heading = "Judging")]
    pub exit_zero: bool,
    /// Report only what this baseline or earlier JSON report does not know, and list what is gone
    #[arg(long, value_name = "FILE", help_heading = "Judging")]
    pub baseline: Option<PathBuf>,

    /// How to show findings: full on a terminal, else concise; or narrated, json, jsonl, csv, sarif, junit, github, gitlab, fhir, html
    #[arg(long, value_name = "FORMAT", value_parser = format, help_heading = "Reporting")]
    pub format: Option<Format>,
    /// Write a report to a file as well, in any of these formats; may be given more than once
    #[arg(long, value_name = "FORMAT=PATH", value_parser = ReportFile::parse, help_heading = "Reporting")]
    pub report: Vec<ReportFile>,
    /// What is shown of a person: minimum (the identifier), mask (a code; the default of sarif, junit, github and gitlab), show (all)
    #[arg(long, value_name = "minimum|mask|show", value_parser = privacy, help_heading = "Reporting")]
    pub phi: Option<Privacy>,
    /// How days are shown: calendar, or relative to the patient's first shown day
    #[arg(long, value_name = "calendar|relative", value_parser = dates, help_heading = "Reporting")]
    pub dates: Option<Dates>,
    /// A file with a secret of your site: masked reports then name patients and findings the same in every run
    #[arg(long, value_name = "FILE", help_heading = "Reporting")]
    pub site_key: Option<PathBuf>,
    /// Show at most so many findings to a person: a number, or all; 50 on a terminal unless given
    #[arg(long, value_name = "N", value_parser = max_shown, help_heading = "Reporting")]
    pub max_shown: Option<MaxShown>,
    /// Show only findings that are at least this grave; all of them are counted
    #[arg(long, value_name = "SEVERITY", value_parser = severity, help_heading = "Reporting")]
    pub show: Option<Severity>,
    /// Show how many findings each rule has, instead of the findings; json and jsonl always hold both
    #[arg(long, help_heading = "Reporting")]
    pub statistics: bool,
    /// Say on standard error what was read, applied and left out
    #[arg(long, short, help_heading = "Reporting")]
    pub verbose: bool,
    /// No summary; twice: nothing but the exit code
    #[arg(long, short, action = clap::ArgAction::Count, help_heading = "Reporting")]
    pub quiet: u8,

    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub job: JobArgs,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub book: BookArgs,
}

/// How the inputs are read; shared by every command that reads them.
#[derive(Clone, Debug, Default, Args)]
pub struct ReadingArgs {
    /// Which column serves which field: patient=MRN,drug=Med_Desc (a header's name, or its number from 1)
    #[arg(long, value_name = "FIELD=HEADER,…", value_delimiter = ',', help_heading = "Reading")]
    pub columns: Vec<String>,
    /// The order of day and month in dates of numbers alone
    #[arg(long, value_parser = date_order, value_name = "dmy|mdy", help_heading = "Reading")]
    pub date_order: Option<DateOrder>,
    /// The character between cells, where it is not found by itself: a character, or tab
    #[arg(long, value_name = "CHAR", value_parser = delimiter, help_heading = "Reading")]
    pub delimiter: Option<u8>,
    /// The format of every input, where it is not told right by its first bytes: csv, hl7, fhir or ncpdp
    #[arg(long, value_name = "FORMAT", value_parser = input_format, help_heading = "Reading")]
    pub input_format: Option<InputFormat>,
    /// How standard input is called in reports
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    pub stdin_name: Option<String>,
    /// The type of patient identifier to take where HL7 messages give several; MR, then PI, then the first unless given
    #[arg(long, value_name = "TYPE", help_heading = "Reading")]
    pub patient_id_type: Option<String>,
    /// A table of birth dates: patient, birth_date
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub patients: Vec<PathBuf>,
    /// A table of diagnoses: patient, code (ICD-10 or SNOMED CT), date
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub conditions: Vec<PathBuf>,
    /// Write the records that could not be understood to this file, with the reason
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub rejects: Option<PathBuf>,
    /// End with 3 when more records than these could not be understood
    #[arg(long, value_name = "N", help_heading = "Reading")]
    pub max_rejects: Option<u64>,
    /// How many threads to use; all cores unless given
    #[arg(long, value_name = "N", help_heading = "Reading")]
    pub threads: Option<usize>,
}

/// What the verdict depends on; shared by every command that judges.
#[derive(Clone, Debug, Default, Args)]
pub struct JudgingArgs {
    /// What counts as today: YYYY-MM-DD; the latest first day of the input unless given
    #[arg(long, value_name = "DATE", value_parser = day, help_heading = "Judging")]
    pub as_of: Option<Day>,
    /// Whose labels count: us, uk or eu
    #[arg(long, value_name = "WHERE", value_parser = ["us", "uk", "eu"], help_heading = "Judging")]
    pub jurisdiction: Option<String>,
    /// Report every gap below the soft limit as high
    #[arg(long, help_heading = "Judging")]
    pub strict: bool,
    /// Only these rules: ids, DUR codes or tags
    #[arg(long, value_name = "RULE,…", value_delimiter = ',', help_heading = "Judging")]
    pub select: Vec<String>,
    /// Not these rules: ids, DUR codes or tags
    #[arg(long, value_name = "RULE,…", value_delimiter = ',', help_heading = "Judging")]
    pub ignore: Vec<String>,
    /// How many records the sender says there are; another number leaves the run incomplete, which ends with 3
    #[arg(long, value_name = "N", help_heading = "Reading")]
    pub expect_records: Option<u64>,
    /// Keep watched records beyond this in a temporary file: 512M, 2G; 64 bytes each, all in memory unless given
    #[arg(long, value_name = "SIZE", value_parser = size, help_heading = "Reading")]
    pub memory_limit: Option<u64>,
}

/// `rxlint rules`
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// What to do with the rules; lists them unless given
    #[command(subcommand)]
    pub action: Option<RulesAction>,
    /// text, json, or markdown (the whole manual)
    #[arg(long, default_value = "text", value_parser = ["text", "json", "markdown"], value_name = "FORMAT")]
    pub format: String,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub book: BookArgs,
}

/// The actions on rules.
#[derive(Debug, Subcommand)]
pub enum RulesAction {
    /// Run the cases of every rule, of the built-in book or with a folder of your own
    Test {
        /// A folder of rules to add to the built-in ones
        dir: Option<PathBuf>,
    },
    /// Write the skeleton of a new rule
    New {
        /// The rule's id: lower case, hyphens
        id: String,
        /// The folder to write it to
        #[arg(long, value_name = "DIR", default_value = ".")]
        dir: PathBuf,
        /// The kind of rule
        #[arg(long, default_value = "overlap", value_parser = PossibleValuesParser::new(Kind::NAMES))]
        kind: String,
    },
}

/// `rxlint explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A rule's id, a drug, or a text or code as a pharmacy writes it: "APAP/COD #3"
    pub what: String,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub book: BookArgs,
}

/// How many findings to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaxShown {
    /// Every one.
    All,
    /// At most so many.
    Some(usize),
}

fn max_shown(text: &str) -> Result<MaxShown, String> {
    if text == "all" {
        return Ok(MaxShown::All);
    }
    text.parse().map(MaxShown::Some).map_err(|_| "give a number, or all".to_owned())
}

fn day(text: &str) -> Result<Day, String> {
    Day::from_iso(text).ok_or_else(|| "give a date of the calendar as YYYY-MM-DD".to_owned())
}

fn date_order(text: &str) -> Result<DateOrder, String> {
    match text.to_ascii_lowercase().as_str() {
        "dmy" => Ok(DateOrder::Dmy),
        "mdy" => Ok(DateOrder::Mdy),
        _ => Err("give dmy (31/12/2025) or mdy (12/31/2025)".to_owned()),
    }
}

/// The byte that a delimiter on the command line or in the configuration stands for.
pub(crate) fn delimiter(text: &str) -> Result<u8, String> {
    match text {
        "tab" | "\\t" => Ok(b'\t'),
        "comma" => Ok(b','),
        "pipe" => Ok(b'|'),
        "semicolon" => Ok(b';'),
        _ => match text.as_bytes() {
            [one] if !one.is_ascii_alphanumeric() && !matches!(one, b'"' | b'\n' | b'\r') => {
                Ok(*one)
            }
            _ => Err("give one character, or tab".to_owned()),
        },
    }
}

pub(crate) fn size(text: &str) -> Result<u64, String> {
    let (digits, unit) =
        text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let shift = match unit.to_ascii_lowercase().trim_end_matches('b').trim_end_matches('i') {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        _ => return Err("give bytes, or a number with K, M or G".to_owned()),
    };
    digits
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(1 << shift))
        .ok_or_else(|| "give bytes, or a number with K, M or G".to_owned())
}

fn severity(text: &str) -> Result<Severity, String> {
    [Severity::High, Severity::Moderate, Severity::Low]
        .into_iter()
        .find(|severity| severity.name() == text)
        .ok_or_else(|| "give high, moderate or low".to_owned())
}

fn input_format(text: &str) -> Result<InputFormat, String> {
    InputFormat::from_name(text).ok_or_else(|| "give one of csv, hl7, fhir, ncpdp".to_owned())
}

fn format(text: &str) -> Result<Format, String> {
    Format::from_name(text)
        .ok_or_else(|| format!("give one of {}", Format::ALL.map(Format::name).join(", ")))
}

fn privacy(text: &str) -> Result<Privacy, String> {
    chosen(&Privacy::ALL, text)
}

fn dates(text: &str) -> Result<Dates, String> {
    chosen(&Dates::ALL, text)
}

fn chosen<T: Copy>(choices: &[(&str, T)], text: &str) -> Result<T, String> {
    let names = || choices.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    choices
        .iter()
        .find(|(name, _)| *name == text)
        .map(|(_, choice)| *choice)
        .ok_or_else(|| format!("give one of {}", names()))
}

//! The command line.

mod dispositions;
mod filter;
mod formulary;
pub mod guess;
mod job;
mod judging;
mod past;
mod reading;
mod report_file;
mod reporting;
mod site;
mod timeline;

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

pub use dispositions::{
    DispositionsAction, DispositionsArgs, DispositionsImportArgs, DispositionsPlace,
};
pub use filter::FilterArgs;
pub use formulary::FormularyArgs;
pub use job::{JobArgs, LogFormat};
pub use judging::{JudgingArgs, OutcomeArgs, SelectionArgs};
pub use past::{
    ImportArgs, KeepingArgs, LedgerAction, LedgerArgs, LedgerFile, LedgerPlace, LookBackArgs,
    PastArgs,
};
pub(crate) use reading::delimiter;
pub use reading::{InputArgs, ReadingArgs};
pub use report_file::ReportFile;
pub use reporting::{MaxShown, PrivacyArgs, ReportingArgs};
use rxlint_engine::rule::registry::Kind;
use rxlint_model::day::Day;
use rxlint_model::finding::Severity;
pub use site::{
    BaselineAction, BaselineArgs, BaselinePruneArgs, BaselineWriteArgs, CompletionsArgs,
    ConfigArgs, InitArgs,
};
pub use timeline::TimelineArgs;

/// Finds naltrexone given together with, or too soon after, opioids in prescription exports.
///
/// Reads files on this machine and nothing else. Not a medical device: a pharmacist decides.
#[derive(Debug, Parser)]
#[command(name = "rxlint", version, after_help = EXIT_CODES, max_term_width = 110, disable_help_subcommand = true)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
    /// When to use colour in text for a person.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  every input was read, and no finding reached --fail-on
  1  the run finished, and at least one finding reached --fail-on
  2  the run failed: bad option, configuration or rule file, unreadable input, failed write
  3  the run finished, and something went unchecked: the summary says what, and what to do
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
    /// List the rules, test them, or start a new one
    Rules(RulesArgs),
    /// Explain a rule, a drug, or how rxlint understands a drug text or code
    #[command(visible_alias = "rule")]
    Explain(ExplainArgs),
    /// Draw all of one patient's exposures
    Timeline(Box<TimelineArgs>),
    /// Record the findings of today, so that later runs report only new ones
    Baseline(BaselineArgs),
    /// Import what people decided about findings, and report on it
    Dispositions(DispositionsArgs),
    /// Maintain a ledger, which keeps what earlier runs read and found
    Ledger(LedgerArgs),
    /// Print the settings in effect, and where each comes from
    Config(Box<ConfigArgs>),
    /// Write a commented rxlint.toml to start from
    Init(InitArgs),
    /// Print the completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page of rxlint, or of one command
    Man(ManArgs),
    /// Print the help of rxlint, or of one command
    Help(HelpArgs),
    /// Print the version
    Version,
}

/// `rxlint help`
#[derive(Debug, Args)]
pub struct HelpArgs {
    /// The command, with its action if it has one: rxlint help ledger prune
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}

/// `rxlint man`
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The command, with its action if it has one: rxlint man ledger prune
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal that supports it, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What the rule book consists of; shared by every command that uses it.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Rules and configuration")]
pub struct BookArgs {
    /// Add a folder of rules and drugs to the built-in ones; a rule or drug with the same id replaces the built-in one
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,
    /// Add a table of codes that the built-in tables lack: a CSV with code and name, FDA's product.txt, RXNCONSO.RRF or CONCEPT.csv
    #[arg(long, value_name = "FILE")]
    pub vocabulary: Vec<PathBuf>,
    /// Cache large tables of codes in this folder, so that the next run starts faster
    #[arg(long, value_name = "DIR")]
    pub vocabulary_cache: Option<PathBuf>,
    /// Read the configuration from this file, in place of the one that the variable RXLINT_CONFIG names, or the nearest rxlint.toml
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
    /// Show how the files are read, and check nothing
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
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub filter: FilterArgs,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub outcome: OutcomeArgs,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub reporting: ReportingArgs,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub privacy: PrivacyArgs,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub job: JobArgs,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub book: BookArgs,
}

/// `rxlint rules`
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// What to do with the rules; without it they are listed
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
    /// Run the test cases of every rule, including a folder of your own
    Test {
        /// A folder of rules to add to the built-in ones
        dir: Option<PathBuf>,
    },
    /// Write a skeleton for a new rule
    New {
        /// The rule's id: lower-case letters, digits and hyphens
        id: String,
        /// The folder to write it in
        #[arg(long, value_name = "DIR", default_value = ".")]
        dir: PathBuf,
        /// The kind of rule
        #[arg(long, default_value = "overlap", value_parser = PossibleValuesParser::new(Kind::NAMES))]
        kind: String,
    },
    /// Enter a filled-in review sheet (rxlint explain --review) into the rules of a folder
    Reviewed {
        /// The sheet
        sheet: PathBuf,
        /// The folder of the rules
        #[arg(long, value_name = "DIR", default_value = ".")]
        dir: PathBuf,
    },
}

/// `rxlint explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A rule's id, a drug, or a drug text or code as a pharmacy writes it: "APAP/COD #3"
    #[arg(required_unless_present = "review")]
    pub what: Option<String>,
    /// Print a sheet on which a pharmacist reviews the rule, or all rules
    #[arg(long)]
    pub review: bool,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub book: BookArgs,
}

fn day(text: &str) -> Result<Day, String> {
    let day = Day::from_iso(text).ok_or_else(|| "give a real date as YYYY-MM-DD".to_owned())?;
    // A typing error would make every record implausible.
    if ("1900".."2300").contains(&&text[..4]) {
        Ok(day)
    } else {
        Err("give a date from 1900-01-01 to 2299-12-31".to_owned())
    }
}

fn severity(text: &str) -> Result<Severity, String> {
    [Severity::High, Severity::Moderate, Severity::Low]
        .into_iter()
        .find(|severity| severity.name().eq_ignore_ascii_case(text))
        .ok_or_else(|| "give high, moderate or low".to_owned())
}

fn chosen<T: Copy>(choices: &[(&str, T)], text: &str) -> Result<T, String> {
    choices
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(text))
        .map(|(_, choice)| *choice)
        .ok_or_else(|| one_of(&choices.iter().map(|(name, _)| *name).collect::<Vec<_>>()))
}

fn one_of(names: &[&str]) -> String {
    format!("give one of {}", names.join(", "))
}

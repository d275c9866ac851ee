//! The options about what is judged, and how a run ends.

use std::path::PathBuf;

use clap::Args;

use super::{day, severity};
use rxlint_model::day::Day;
use rxlint_model::finding::Severity;

/// Which rules judge, and on which day; shared by every command that judges.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Judging")]
pub struct SelectionArgs {
    /// The date that counts as today: YYYY-MM-DD; by default the latest first day in the input
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<Day>,
    /// Apply only these rules: ids, DUR codes or tags; * stands for any characters
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Do not apply these rules: ids, DUR codes or tags; * stands for any characters
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    pub ignore: Vec<String>,
}

/// What the verdict on a prescription depends on.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Judging")]
pub struct JudgingArgs {
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub selection: SelectionArgs,
    /// Which country's drug labels to follow: us, uk or eu
    #[arg(long, value_name = "WHERE", value_parser = ["us", "uk", "eu"], ignore_case = true)]
    pub jurisdiction: Option<String>,
    /// Report every gap below the soft limit as high
    #[arg(long)]
    pub strict: bool,
}

/// When findings make a run exit with 1.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Judging")]
pub struct OutcomeArgs {
    /// Exit with 1 if a finding is at least this severe
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub fail_on: Option<Severity>,
    /// Exit with 0 despite findings; a run that failed or is incomplete still exits with 2 or 3
    #[arg(long)]
    pub exit_zero: bool,
    /// Report only findings that are not in this baseline or earlier JSON report, and list those that are gone
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Leave out findings that are settled by this file of `rxlint dispositions import`; a ledger keeps its own
    #[arg(long, value_name = "FILE")]
    pub dispositions: Option<PathBuf>,
}

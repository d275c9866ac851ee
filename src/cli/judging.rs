//! The options about what is judged, and what a run comes to.

use std::path::PathBuf;

use clap::Args;

use super::{day, severity};
use rxlint_model::day::Day;
use rxlint_model::finding::Severity;

/// Which rules judge, and on which day; shared by every command that judges.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Judging")]
pub struct SelectionArgs {
    /// What counts as today: YYYY-MM-DD; the latest first day of the input unless given
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<Day>,
    /// Only these rules: ids, DUR codes or tags
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Not these rules: ids, DUR codes or tags
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
    /// Whose labels count: us, uk or eu
    #[arg(long, value_name = "WHERE", value_parser = ["us", "uk", "eu"])]
    pub jurisdiction: Option<String>,
    /// Report every gap below the soft limit as high
    #[arg(long)]
    pub strict: bool,
}

/// When findings end a run with 1.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Judging")]
pub struct OutcomeArgs {
    /// End with 1 when a finding is at least this grave
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub fail_on: Option<Severity>,
    /// End with 0 where the findings would make it 1; what could not be done or checked still ends with 2 or 3
    #[arg(long)]
    pub exit_zero: bool,
    /// Report only what this baseline or earlier JSON report does not know, and list what is gone
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
}

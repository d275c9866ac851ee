//! The options of unattended runs.

use clap::{Args, ValueEnum};

/// How to follow an unattended run; shared by the commands that read exports.
#[derive(Clone, Debug, Default, Args)]
pub struct JobArgs {
    /// What standard error gets: text for a person, or json for a log collector (one object per line)
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Reporting")]
    pub log_format: LogFormat,
}

/// What a run writes to standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A summary for a person.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

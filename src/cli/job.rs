//! The arguments of runs that nobody watches.

use clap::{Args, ValueEnum};

/// How a run that nobody watches is followed; shared by the commands that read exports.
#[derive(Clone, Debug, Default, Args)]
pub struct JobArgs {
    /// How the run is told on standard error: text for a person, json for a log collector (one object a line)
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", help_heading = "Reporting")]
    pub log_format: LogFormat,
}

/// How a run is told on standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A summary for a person.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

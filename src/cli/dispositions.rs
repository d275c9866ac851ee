//! The arguments of `rxlint dispositions`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{BookArgs, LedgerPlace, chosen, day};
use rxlint_model::day::Day;
use rxlint_model::record::DateOrder;

/// `rxlint dispositions`
#[derive(Debug, Args)]
pub struct DispositionsArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: DispositionsAction,
}

/// What is done with people's decisions about findings.
#[derive(Debug, Subcommand)]
pub enum DispositionsAction {
    /// Import the decisions in filled-in worklists
    Import(DispositionsImportArgs),
    /// Show, by rule, how many findings were real, changed or false alarms, and how many findings there are
    Report {
        /// text, json, csv or markdown
        #[arg(long, default_value = "text", value_parser = ["text", "json", "csv", "markdown"], value_name = "FORMAT")]
        format: String,
        #[command(flatten)]
        #[allow(missing_docs, reason = "documented at the type")]
        place: DispositionsPlace,
    },
    /// List everything that was decided, with who and when, as CSV
    List {
        #[command(flatten)]
        #[allow(missing_docs, reason = "documented at the type")]
        place: DispositionsPlace,
    },
}

/// `rxlint dispositions import`
#[derive(Debug, Args)]
pub struct DispositionsImportArgs {
    /// Filled-in worklists: workbooks or CSV, as written by --report xlsx or --report csv and saved again
    #[arg(required = true, value_name = "WORKLIST")]
    pub worklists: Vec<PathBuf>,
    /// The day on which it was decided: YYYY-MM-DD; by default the day of the worklist
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub on: Option<Day>,
    /// The order of day and month in the worklist's dates, where they do not show it: dmy or mdy
    #[arg(long, value_name = "dmy|mdy", value_parser = order)]
    pub date_order: Option<DateOrder>,
    /// Replace earlier decisions that differ; the history keeps both
    #[arg(long)]
    pub replace: bool,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub place: DispositionsPlace,
}

/// Where decisions are kept: in the ledger, or in a file of their own.
#[derive(Clone, Debug, Args)]
pub struct DispositionsPlace {
    /// The file of a site without a ledger; by default `dispositions` in the configuration
    #[arg(long, value_name = "FILE", conflicts_with = "ledger")]
    pub dispositions: Option<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub ledger: LedgerPlace,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub book: BookArgs,
}

fn order(text: &str) -> Result<DateOrder, String> {
    chosen(&[("dmy", DateOrder::Dmy), ("mdy", DateOrder::Mdy)], text)
}

//! The arguments about what was read before: older exports, and the ledger.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{BookArgs, JudgingArgs, ReadingArgs, chosen, day};
use rxlint_ledger::past::SameName;
use rxlint_model::day::Day;

/// `--ledger` for a run that is not about the ledger itself.
const LEDGER: &str = "Keep what is read and found in this file, and judge today's records \
    together with those of earlier runs";

/// Where the ledger is, and how long to wait for it.
#[derive(Clone, Debug, Default, Args)]
pub struct LedgerPlace {
    /// The ledger; by default `ledger` in the configuration
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// Wait up to this many seconds if another run is using the ledger; by default that is an error at once
    #[arg(long, value_name = "SECONDS", default_value_t = 0, hide_default_value = true)]
    pub ledger_wait: u32,
}

/// How long a ledger keeps records.
#[derive(Clone, Debug, Default, Args)]
pub struct LookBackArgs {
    /// Keep records in the ledger for this many days; by default `look-back` in the configuration, or 400
    #[arg(long, value_name = "DAYS")]
    pub look_back: Option<u16>,
}

/// What a ledger keeps of the files that are read into it.
#[derive(Clone, Debug, Default, Args)]
pub struct KeepingArgs {
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub look_back: LookBackArgs,
    /// Create a ledger where there is none; without it, a path that holds none is an error
    #[arg(long)]
    pub new_ledger: bool,
    /// What a file with the same name as an earlier one means: replace (a correction of it) or add (another night's records)
    #[arg(long, value_name = "replace|add", value_parser = same_name)]
    pub same_name: Option<SameName>,
}

/// What was read before today's files.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Earlier nights", mut_arg("ledger", |arg| arg.help(LEDGER)))]
pub struct PastArgs {
    /// Older exports, read for earlier prescriptions only: every finding involves a record in today's files
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub history: Vec<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub place: LedgerPlace,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub keeping: KeepingArgs,
    /// Report only findings that no earlier run made; needs a ledger
    #[arg(long, conflicts_with = "since")]
    pub only_new: bool,
    /// Report every finding first seen on or after this day, including those of patients not in today's files; needs a ledger
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub since: Option<Day>,
}

fn same_name(text: &str) -> Result<SameName, String> {
    chosen(&SameName::ALL, text)
}

/// `rxlint ledger`
#[derive(Debug, Args)]
pub struct LedgerArgs {
    /// What to do with the ledger.
    #[command(subcommand)]
    pub action: LedgerAction,
}

/// The actions on a ledger.
#[derive(Debug, Subcommand)]
pub enum LedgerAction {
    /// Show what the ledger holds
    Status {
        /// text or json
        #[arg(long, default_value = "text", value_parser = ["text", "json"], value_name = "FORMAT")]
        format: String,
        #[command(flatten)]
        #[allow(missing_docs, reason = "documented at the type")]
        file: LedgerFile,
    },
    /// List the current findings, or those that were withdrawn
    Findings {
        /// List withdrawn findings: a claim was reversed, a file was corrected
        #[arg(long)]
        withdrawn: bool,
        /// text or json
        #[arg(long, default_value = "text", value_parser = ["text", "json"], value_name = "FORMAT")]
        format: String,
        #[command(flatten)]
        #[allow(missing_docs, reason = "documented at the type")]
        file: LedgerFile,
    },
    /// Add older exports to the ledger without reporting their findings
    Import(Box<ImportArgs>),
    /// Delete everything about a patient
    Forget {
        /// The patient's identifier, as the exports write it
        #[arg(long, value_name = "ID")]
        patient: String,
        #[command(flatten)]
        #[allow(missing_docs, reason = "documented at the type")]
        file: LedgerFile,
    },
    /// Delete what is older than the look-back, and make the file smaller
    Prune {
        #[command(flatten)]
        #[allow(missing_docs, reason = "documented at the type")]
        keep: LookBackArgs,
        #[command(flatten)]
        #[allow(missing_docs, reason = "documented at the type")]
        file: LedgerFile,
    },
    /// Copy the ledger and its key, also while a run is using it; a damaged ledger is not copied
    Backup {
        /// The copy; an earlier copy of the same ledger is replaced as a whole
        #[arg(value_name = "FILE")]
        to: PathBuf,
        #[command(flatten)]
        #[allow(missing_docs, reason = "documented at the type")]
        file: LedgerFile,
    },
    /// Check the ledger for damage; exits with 1 if there is any
    Verify {
        #[command(flatten)]
        #[allow(missing_docs, reason = "documented at the type")]
        file: LedgerFile,
    },
}

/// Which ledger.
#[derive(Clone, Debug, Args)]
pub struct LedgerFile {
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub place: LedgerPlace,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub book: BookArgs,
}

/// `rxlint ledger import`
#[derive(Clone, Debug, Args)]
pub struct ImportArgs {
    /// Exports to add: files, folders, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub place: LedgerPlace,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub keeping: KeepingArgs,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub reading: ReadingArgs,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub judging: JudgingArgs,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub book: BookArgs,
}

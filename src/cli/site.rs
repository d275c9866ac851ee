//! The arguments of one-off tasks at a site: baselines, configuration, completions.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use clap_complete::Shell;

use super::{BookArgs, CheckArgs, JudgingArgs, ReadingArgs};

/// `rxlint baseline`
#[derive(Debug, Args)]
pub struct BaselineArgs {
    /// What to do with the baseline.
    #[command(subcommand)]
    pub action: BaselineAction,
}

/// The actions on a baseline.
#[derive(Debug, Subcommand)]
pub enum BaselineAction {
    /// Check exports, and record the findings that are not accepted
    Write(Box<BaselineWriteArgs>),
    /// Check exports, and remove from the baseline what is no longer found; nothing is added
    Prune(Box<BaselinePruneArgs>),
}

/// `rxlint baseline write`
#[derive(Debug, Args)]
pub struct BaselineWriteArgs {
    /// Replace an existing baseline: everything found now counts as known from then on
    #[arg(long)]
    pub overwrite: bool,
    /// What both actions need.
    #[command(flatten)]
    pub run: BaselinePruneArgs,
}

/// `rxlint baseline prune`
#[derive(Debug, Args)]
pub struct BaselinePruneArgs {
    /// Exports to check: files, folders, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The baseline; by default `baseline` in the configuration, or rxlint-baseline.json
    #[arg(long, short = 'o', visible_alias = "output", value_name = "FILE")]
    pub baseline: Option<PathBuf>,
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

/// `rxlint config`: takes every option of `rxlint check`, so that you can try out a command line.
#[derive(Debug, Args)]
#[command(mut_arg("paths", |arg| arg.required(false).hide(true)), mut_arg("dry_run", |arg| arg.hide(true)))]
pub struct ConfigArgs {
    /// Print the JSON schema of rxlint.toml instead
    #[arg(long)]
    pub schema: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub check: CheckArgs,
}

/// `rxlint init`
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Exports to examine: their columns and their order of day and month go into the file; one that is not understood yet
    /// gets a profile to complete
    #[arg(value_name = "EXPORT")]
    pub exports: Vec<PathBuf>,
    /// The file to write
    #[arg(long, short, value_name = "FILE", default_value = crate::config::FILE_NAME)]
    pub output: PathBuf,
}

/// `rxlint completions`
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

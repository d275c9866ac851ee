//! The arguments of `rxlint formulary`.

use std::path::PathBuf;

use clap::Args;

use super::{BookArgs, InputArgs, JobArgs, OutcomeArgs, ReportingArgs, SelectionArgs};

/// `--columns` of a formulary.
const COLUMNS: &str = "Which column holds which field: drug=Med_Desc,ndc=NDC_11,tier=TIER \
    (the header's name, or the column's number from 1)";
/// `--input-format` of a formulary.
const INPUT_FORMAT: &str = "The format of every input, if it is not recognised correctly: csv, or \
    fhir for any JSON";
/// `--as-of` of a formulary.
const AS_OF: &str =
    "The date that counts as today when acceptances expire: YYYY-MM-DD; without it none expires";

/// `rxlint formulary`
#[derive(Clone, Debug, Args)]
#[command(
    mut_arg("columns", |arg| arg.help(COLUMNS)),
    mut_arg("input_format", |arg| arg.help(INPUT_FORMAT)),
    mut_arg("as_of", |arg| arg.help(AS_OF))
)]
pub struct FormularyArgs {
    /// Formularies to check: files, folders, or - for standard input; by default `paths` of `formulary` in rxlint.toml
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Write a patch to standard output that fixes what is certain (codes that lost zeros or became numbers), and report nothing
    #[arg(long, conflicts_with_all = ["dry_run", "hook"])]
    pub fix: bool,
    /// Show how the files are read, and check nothing
    #[arg(long)]
    pub dry_run: bool,

    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub input: InputArgs,
    /// The site's interaction table: a CSV with two columns of drugs or classes; a pair missing from it is a finding
    #[arg(long, value_name = "FILE", help_heading = "Judging")]
    pub alerts: Option<PathBuf>,
    /// Report only what these older lists did not already have: files or folders
    #[arg(long, value_name = "OLD", help_heading = "Judging")]
    pub against: Vec<PathBuf>,
    /// As a hook before a commit: judge the configured lists whole as they were staged, and report only what the last commit did not
    /// already have. Files that git does not track do not count
    #[arg(long, help_heading = "Judging")]
    pub hook: bool,
    /// Also look for look-alike names without tall-man letters
    #[arg(long, help_heading = "Judging")]
    pub look_alikes: bool,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub selection: SelectionArgs,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub outcome: OutcomeArgs,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub reporting: ReportingArgs,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub job: JobArgs,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub book: BookArgs,
}

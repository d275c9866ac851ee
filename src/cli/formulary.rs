//! The arguments of `rxlint formulary`.

use std::path::PathBuf;

use clap::Args;

use super::{
    BookArgs, CheckArgs, JobArgs, JudgingArgs, MaxShown, ReadingArgs, ReportFile, day, delimiter,
    format, help, input_format, max_shown, severity,
};
use crate::day::Day;
use crate::finding::Severity;
use crate::input::format::Format as InputFormat;
use crate::report::Format;

/// `rxlint formulary`
#[derive(Clone, Debug, Args)]
pub struct FormularyArgs {
    /// Formularies to check: files, folders, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Show how the files are understood, and check nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Which column serves which field: drug=Med_Desc,ndc=NDC_11,tier=TIER (a header's name, or its number from 1)
    #[arg(long, value_name = "FIELD=HEADER,…", value_delimiter = ',', help_heading = "Reading")]
    pub columns: Vec<String>,
    /// The character between cells, where it is not found by itself: a character, or tab
    #[arg(long, value_name = "CHAR", value_parser = delimiter, help_heading = "Reading")]
    pub delimiter: Option<u8>,
    /// The format of every input, where it is not told right by its first bytes: csv, or fhir for any JSON
    #[arg(long, value_name = "FORMAT", value_parser = input_format, help_heading = "Reading")]
    pub input_format: Option<InputFormat>,
    /// How standard input is called in reports
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    pub stdin_name: Option<String>,
    /// Write the rows that could not be understood to this file, with the reason
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub rejects: Option<PathBuf>,
    /// End with 3 when more rows than these could not be understood
    #[arg(long, value_name = "N", help_heading = "Reading")]
    pub max_rejects: Option<u64>,
    /// How many rows the sender says there are; another number leaves the run incomplete, which ends with 3
    #[arg(long, value_name = "N", help_heading = "Reading")]
    pub expect_records: Option<u64>,
    /// How many threads to use; all cores unless given
    #[arg(long, value_name = "N", help_heading = "Reading")]
    pub threads: Option<usize>,

    /// The site's interaction table: a CSV with two columns of drugs or classes; pairs that it lacks are findings
    #[arg(long, value_name = "FILE", help_heading = "Judging")]
    pub alerts: Option<PathBuf>,
    /// Also look for look-alike names without tall-man letters
    #[arg(long, help_heading = "Judging")]
    pub look_alikes: bool,
    /// What counts as today, for acceptances that run out: YYYY-MM-DD; without it none does
    #[arg(long, value_name = "DATE", value_parser = day, help_heading = "Judging")]
    pub as_of: Option<Day>,
    /// Only these rules: ids, DUR codes or tags
    #[arg(long, value_name = "RULE,…", value_delimiter = ',', help_heading = "Judging")]
    pub select: Vec<String>,
    /// Not these rules: ids, DUR codes or tags
    #[arg(long, value_name = "RULE,…", value_delimiter = ',', help_heading = "Judging")]
    pub ignore: Vec<String>,
    /// End with 1 when a finding is at least this grave
    #[arg(long, value_name = "SEVERITY", value_parser = severity, help_heading = "Judging")]
    pub fail_on: Option<Severity>,
    /// End with 0 where the findings would make it 1; what could not be done or checked still ends with 2 or 3
    #[arg(long, help_heading = "Judging")]
    pub exit_zero: bool,
    /// Report only what this baseline or earlier JSON report does not know, and list what is gone
    #[arg(long, value_name = "FILE", help_heading = "Judging")]
    pub baseline: Option<PathBuf>,

    /// How to show findings
    #[arg(long, value_name = "FORMAT", value_parser = format, help = help::format(), help_heading = "Reporting")]
    pub format: Option<Format>,
    /// Write a report to a file as well, in any of these formats; may be given more than once
    #[arg(long, value_name = "FORMAT=PATH", value_parser = ReportFile::parse, help_heading = "Reporting")]
    pub report: Vec<ReportFile>,
    /// Show at most so many findings to a person: a number, or all; 50 on a terminal unless given
    #[arg(long, value_name = "N", value_parser = max_shown, help_heading = "Reporting")]
    pub max_shown: Option<MaxShown>,
    /// Show only findings that are at least this grave; all of them are counted
    #[arg(long, value_name = "SEVERITY", value_parser = severity, help_heading = "Reporting")]
    pub show: Option<Severity>,
    /// Show how many findings each rule has, instead of the findings
    #[arg(long, help = help::statistics(), help_heading = "Reporting")]
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

impl FormularyArgs {
    /// The same as arguments of `check`, which shares all but the columns and what is judged.
    pub fn as_check(&self) -> CheckArgs {
        let reading = ReadingArgs {
            delimiter: self.delimiter,
            input_format: self.input_format,
            stdin_name: self.stdin_name.clone(),
            rejects: self.rejects.clone(),
            max_rejects: self.max_rejects,
            threads: self.threads,
            ..ReadingArgs::default()
        };
        let judging = JudgingArgs {
            as_of: self.as_of,
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            ..JudgingArgs::default()
        };
        CheckArgs {
            paths: self.paths.clone(),
            dry_run: self.dry_run,
            reading,
            judging,
            fail_on: self.fail_on,
            exit_zero: self.exit_zero,
            baseline: self.baseline.clone(),
            format: self.format,
            report: self.report.clone(),
            max_shown: self.max_shown,
            show: self.show,
            statistics: self.statistics,
            verbose: self.verbose,
            quiet: self.quiet,
            job: self.job.clone(),
            book: self.book.clone(),
            ..CheckArgs::default()
        }
    }
}

//! The arguments of `rxlint timeline`.

use std::path::PathBuf;

use clap::Args;

use super::{BookArgs, JudgingArgs, PrivacyArgs, ReadingArgs};

/// `rxlint timeline`
#[derive(Debug, Args)]
pub struct TimelineArgs {
    /// Exports to read: files, folders, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The patient, by the identifier in the exports
    #[arg(long, value_name = "ID")]
    pub patient: String,
    /// text, svg (a picture) or html (a page)
    #[arg(long, default_value = "text", value_parser = ["text", "svg", "html"], value_name = "FORMAT")]
    pub format: String,
    /// Draw with ASCII characters only
    #[arg(long)]
    pub ascii: bool,
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub privacy: PrivacyArgs,
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

//! Why a command failed, and how a person is told.

use std::borrow::Cow;
use std::io::IsTerminal;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};

use super::shown_file;
use super::terminal::style;
use crate::cli::Color;
use crate::tell::tell;
use rxlint_engine::file_error::FileError;
use rxlint_input::error::InputError;
use rxlint_report::redaction::safe;

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// A rule, drug or configuration file.
    File(Box<FileError>),
    /// Anything else: what went wrong, and what to do.
    Other {
        /// What went wrong, and where.
        what: String,
        /// What to do.
        help: Option<String>,
    },
    /// Whoever read standard output has read enough: no failure at all.
    ClosedPipe,
}

impl Failure {
    /// A failure, with advice on what to do about it.
    pub fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Other { what: what.into(), help: Some(help.into()) }
    }

    pub(super) fn report(&self, color: Color) {
        match self {
            Self::File(error) => {
                let style = style(color, std::io::stderr().is_terminal());
                let plain = drawn(error, GraphicalTheme::unicode_nocolor());
                let lines: Vec<_> = plain.lines().map(safe).collect();
                let text = lines.join("\n");
                // Text that holds control sequences is shown without colour, so that the two cannot be confused.
                let is_safe = lines.iter().all(|line| matches!(line, Cow::Borrowed(_)));
                if style.color && is_safe {
                    tell(format_args!(
                        "rxlint: error:\n{}\n",
                        drawn(error, GraphicalTheme::unicode())
                    ));
                } else {
                    tell(format_args!("rxlint: error:\n{text}\n\n"));
                }
            }
            Self::Other { what, help } => {
                tell(format_args!("rxlint: error: {}\n", safe(what)));
                if let Some(help) = help {
                    tell(format_args!("  help: {}\n", safe(help)));
                }
            }
            Self::ClosedPipe => {}
        }
    }
}

/// One of the site's own files, with what is wrong in it underlined.
fn drawn(error: &FileError, theme: GraphicalTheme) -> String {
    let mut text = String::new();
    let drawn = GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .render_report(&mut text, &shown_file::ShownFile::new(error) as &dyn Diagnostic);
    if drawn.is_err() { error.to_string() } else { text }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::File(Box::new(error))
    }
}

impl From<InputError> for Failure {
    fn from(error: InputError) -> Self {
        Self::Other { what: error.to_string(), help: Some(error.help()) }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::ClosedPipe;
        }
        Self::Other { what: format!("writing to standard output failed: {error}"), help: None }
    }
}

/// A closed pipe counts as success: its reader has read enough.
pub(super) fn finish(written: std::io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// What went wrong, and what to do, as text.
pub fn in_words(failure: &Failure) -> (String, Option<String>) {
    match failure {
        Failure::File(error) => {
            let plain = drawn(error, GraphicalTheme::unicode_nocolor());
            (plain.lines().map(safe).collect::<Vec<_>>().join("\n"), None)
        }
        Failure::ClosedPipe => ("whoever read the output went away".to_owned(), None),
        Failure::Other { what, help } => {
            (safe(what).into_owned(), help.as_ref().map(|help| safe(help).into_owned()))
        }
    }
}

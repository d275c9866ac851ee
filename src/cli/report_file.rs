//! `--report FORMAT=PATH`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::guess::shell_word;
use rxlint_report::Format;

/// A report file that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// The format.
    pub format: Format,
    /// Where it is written.
    pub path: PathBuf,
}

impl ReportFile {
    /// The option that writes a file of this name: in the format that its ending says, where one does.
    pub fn option(path: &str) -> String {
        let ending = Path::new(path).extension().map(|ending| ending.to_ascii_lowercase());
        let name = match ending.as_deref().and_then(OsStr::to_str) {
            Some("md") => "markdown",
            Some("txt") => "full",
            Some(name) => Format::from_name(name).map_or("json", Format::name),
            None => "json",
        };
        let path = if path.is_empty() { "report.json" } else { path };
        format!("--report {name}={}", shell_word(path))
    }

    /// Reads `FORMAT=PATH`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, path) = text
            .split_once('=')
            .ok_or_else(|| format!("write FORMAT=PATH, as in {}", Self::option(text)))?;
        let format = Format::from_name(&name.to_ascii_lowercase()).ok_or_else(|| {
            format!("`{name}` is not a report format: {}", super::one_of(&Format::names()))
        })?;
        match path {
            "" => Err("there is no path after the =".to_owned()),
            "-" => Err(format!("to write to standard output, use --format {name}")),
            path => Ok(Self { format, path: path.into() }),
        }
    }
}

//! `--report FORMAT=PATH`.

use std::path::PathBuf;

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
    /// Reads `FORMAT=PATH`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, path) =
            text.split_once('=').ok_or("write FORMAT=PATH, as in --report json=report.json")?;
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

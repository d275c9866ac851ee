//! `rxlint.toml`: what a site settles once instead of on every command line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::finding::Severity;
use crate::record::DateOrder;
use crate::rule::file_error::FileError;

/// The name of the file that is looked for.
pub const FILE_NAME: &str = "rxlint.toml";

/// The configuration file, as written. What is left out keeps its default.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// Which column serves which field: `patient = "MRN"`.
    pub columns: BTreeMap<String, String>,
    /// The order of day and month in dates of numbers alone.
    pub date_order: Option<DateOrder>,
    /// `us`, `uk` or `eu`.
    pub jurisdiction: Option<String>,
    /// Whether every gap below `soft` is high.
    pub strict: Option<bool>,
    /// Only these rules: ids, DUR codes or tags.
    pub select: Vec<String>,
    /// Not these rules.
    pub ignore: Vec<String>,
    /// End with 1 when a finding is at least this grave.
    pub fail_on: Option<Severity>,
    /// End with 3 when more records than these were rejected.
    pub max_rejects: Option<u64>,
    /// Days of a fill that says nothing about its length.
    pub default_days: Option<u16>,
    /// The most days that left-over supply adds to a refill.
    pub carry_over_cap: Option<u16>,
    /// Further identifiers that stand for no patient.
    pub placeholders: Vec<String>,
    /// Severity by rule id.
    pub severity: BTreeMap<String, Severity>,
    /// Washout windows by name.
    pub windows: BTreeMap<String, WindowOverride>,
    /// Folders of rules to add, relative to this file.
    pub rules: Vec<PathBuf>,
    /// Tables of codes to add.
    pub vocabulary: Vec<VocabularyTable>,
    /// The folder that keeps what was read of large tables, relative to this file.
    pub vocabulary_cache: Option<PathBuf>,
}

/// A table of codes.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct VocabularyTable {
    /// The file, relative to the configuration.
    pub path: PathBuf,
}

/// A site's own washout window.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WindowOverride {
    /// Fewer free days than these are high.
    pub hard: i32,
    /// Fewer free days than these are moderate.
    pub soft: i32,
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    /// What is wrong with the file, and where.
    pub fn parse(path: &str, text: &str) -> Result<Self, FileError> {
        let config: Self = toml::from_str(text).map_err(|error| FileError::toml(path, text, &error))?;
        if let Some(other) = config.jurisdiction.as_deref().filter(|j| !["us", "uk", "eu"].contains(j)) {
            return Err(FileError::at(path, text, other, format!("`{other}` is no jurisdiction")).with_help("give us, uk or eu"));
        }
        if let Some((name, _)) = config.windows.iter().find(|(_, window)| window.hard < 0 || window.soft < window.hard) {
            return Err(FileError::at(path, text, name, "a window's soft limit is not below its hard limit, and neither is negative"));
        }
        Ok(config)
    }
}

/// The configuration file for a run: the nearest `rxlint.toml` in the working folder or above it, up to the first folder
/// that holds `.git`. No user-level file is read: two people get the same result on the same files.
pub fn discover(start: &Path) -> Option<PathBuf> {
    for folder in start.ancestors() {
        let candidate = folder.join(FILE_NAME);
        if candidate.is_file() {
            return Some(candidate);
        }
        if folder.join(".git").exists() {
            return None;
        }
    }
    None
}

//! `rxlint.toml`: what a site sets once instead of on every command line.

pub mod accept;
pub mod effective;
pub mod source;
mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::accept::Acceptance;
use crate::run::limits::MaxUnresolved;
use accept::Accept;
use rxlint_engine::exposure::status::StatusMeaning;
use rxlint_engine::file_error::FileError;
use rxlint_engine::rule::settings::{BookSettings, WindowSetting};
use rxlint_ledger::past::SameName;
use rxlint_model::finding::Severity;
use rxlint_model::record::DateOrder;
use rxlint_report::Format;
use rxlint_report::redaction::{DateDisplay, Privacy};
use source::ConfigSource;

/// The name of the file that is looked for.
pub const FILE_NAME: &str = "rxlint.toml";

/// The baseline if neither the command line nor the configuration names one.
pub const BASELINE_NAME: &str = "rxlint-baseline.json";

/// The configuration file, as written. What is left out keeps its default.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// Which column holds which field: `patient = "MRN"`.
    pub columns: BTreeMap<String, String>,
    /// The lists that `rxlint formulary` judges where none are named, and their interaction table.
    pub formulary: FormularySettings,
    /// The same for `rxlint formulary`: `tier = "TIER_CD"`.
    pub formulary_columns: BTreeMap<String, String>,
    /// The order of day and month in all-numeric dates, if the file does not show it: `dmy` or `mdy`.
    pub date_order: Option<DateOrder>,
    /// The first two-digit year that means 19YY: by default 69, so that 68 is 2068.
    pub date_pivot: Option<u32>,
    /// How a field's dates are written: `fill_date = "%d/%m/%y"`, `start = "excel"`, `written = "unix"` or `"unix-ms"`.
    pub date_format: BTreeMap<String, String>,
    /// The character between cells, if it is not recognised correctly: a character, or `tab`.
    pub delimiter: Option<String>,
    /// How many lines are above the header of a table, if it is not found automatically.
    pub skip_lines: Option<u32>,
    /// Tables have no header: their first row is a record.
    pub no_header: Option<bool>,
    /// How the files of some paths are read instead: the first profile that fits a path holds.
    pub profile: Vec<Profile>,
    /// Exit with 3 if more than this many records were rejected.
    pub max_rejects: Option<u64>,
    /// Exit with 3 if more records than this name no drug that can be read: a number, or a share of those read (`"5%"`).
    pub max_unresolved: Option<MaxUnresolved>,
    /// How much of the raw inputs to search for watched drugs that no record accounts for: `sampled`, `all` or `off`.
    pub witness: Option<WitnessExtent>,
    /// How many threads to use; by default one per core.
    pub threads: Option<usize>,
    /// Which country's drug labels to follow: `us`, `uk` or `eu`.
    #[cfg_attr(test, schemars(extend("enum" = ["us", "uk", "eu"])))]
    pub jurisdiction: Option<String>,
    /// Whose brands are meant, in two letters such as `AU`; otherwise those of the jurisdiction.
    pub country: Option<String>,
    /// Report every gap below the soft limit as high.
    pub strict: Option<bool>,
    /// Apply only these rules: ids, DUR codes or tags.
    pub select: Vec<String>,
    /// Do not apply these rules: ids, DUR codes or tags.
    pub ignore: Vec<String>,
    /// How many days to assume for a fill that does not give its length.
    pub default_days: Option<u16>,
    /// The most days that leftover supply adds to a refill.
    pub carry_over_cap: Option<u16>,
    /// Further identifiers that mean no patient.
    pub placeholders: Vec<String>,
    /// What the words of a status column mean that rxlint does not know: `"FOO" = "cancelled"`, `"BAR" = "active"`.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, String>"))]
    pub status: BTreeMap<String, StatusMeaning>,
    /// Folders of rules to add, relative to this file.
    pub rules: Vec<PathBuf>,
    /// The folder in which large tables of codes are cached, relative to this file.
    pub vocabulary_cache: Option<PathBuf>,
    /// Exit with 1 if a finding is at least this severe.
    pub fail_on: Option<Severity>,
    /// Exit with 0 despite findings.
    pub exit_zero: Option<bool>,
    /// How to show findings.
    #[serde(deserialize_with = "format_name", serialize_with = "format_out")]
    #[cfg_attr(test, schemars(with = "Option<String>", extend("enum" = Format::names())))]
    pub format: Option<Format>,
    /// What to show of a person: `minimum` (the identifier), `mask` (a code) or `show` (everything).
    pub phi: Option<Privacy>,
    /// How to show dates: `calendar`, or `relative` to the patient's first day shown.
    pub dates: Option<DateDisplay>,
    /// A file with the site's secret, relative to this file: masked reports then give each patient the same code in every run.
    pub site_key: Option<PathBuf>,
    /// Show only findings that are at least this severe; all are counted.
    pub show: Option<Severity>,
    /// Show at most this many findings to a person: a number, or `all`.
    pub max_shown: Option<Most>,
    /// Show how many findings each rule has, instead of the findings.
    pub statistics: Option<bool>,
    /// Say on standard error what was read, applied and left out.
    pub verbose: Option<bool>,
    /// 1: no summary; 2: nothing but the exit code.
    pub quiet: Option<u8>,
    /// A baseline or earlier JSON report, relative to this file: findings in it are counted, not shown.
    pub baseline: Option<PathBuf>,
    /// What people decided about findings, relative to this file, for a site without a ledger: `rxlint dispositions import` writes it.
    pub dispositions: Option<PathBuf>,
    /// The site's interaction table, for `rxlint formulary`, relative to this file.
    pub alerts: Option<PathBuf>,
    /// Whether `rxlint formulary` also looks for look-alike names without tall-man letters.
    pub look_alikes: Option<bool>,
    /// The ledger, which keeps what earlier runs read and found, relative to this file; `rxlint check` uses it.
    pub ledger: Option<PathBuf>,
    /// For how many days a ledger keeps records.
    pub look_back: Option<u16>,
    /// What a file with the same name as an earlier one means: `replace` (a correction of it) or `add` (another night's records).
    pub same_name: Option<SameName>,
    /// Severity by rule id.
    pub severity: BTreeMap<String, Severity>,
    /// Washout windows by name.
    pub windows: BTreeMap<String, WindowOverride>,
    /// Days of blockade after an antagonist, by the name of the window: `oral = 3`.
    pub blockade: BTreeMap<String, u16>,
    /// Tables of codes to add.
    pub vocabulary: Vec<VocabularyTable>,
    /// Findings that the site accepts, each with a reason; and what it has looked at, so that it is not reported again.
    #[serde(skip_serializing)]
    pub accept: Accept,
    /// The file that this was read from.
    #[serde(skip)]
    pub source: Option<ConfigSource>,
}

/// The lists of a site.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct FormularySettings {
    /// Files and folders, relative to this file.
    pub paths: Vec<PathBuf>,
    /// The interaction table, relative to this file; the same as `alerts` outside of this table.
    pub alerts: Option<PathBuf>,
}

/// How the files of some paths are read: two sites' layouts in one run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Profile {
    /// The paths, as a pattern of the whole path or its end: `north/*.csv`, `*_rx.txt`.
    pub path: String,
    /// Which column holds which field, instead of `[columns]`.
    pub columns: BTreeMap<String, String>,
    /// The order of day and month in all-numeric dates.
    pub date_order: Option<DateOrder>,
    /// How a field's dates are written.
    pub date_format: BTreeMap<String, String>,
    /// The character between cells.
    pub delimiter: Option<String>,
    /// How many lines are above the header.
    pub skip_lines: Option<u32>,
    /// The first row is a record.
    pub no_header: Option<bool>,
    /// What a status of this site means, in a word that rxlint knows: `Z9 = "cancelled"`.
    pub status: BTreeMap<String, String>,
    /// What the days' supply counts: `days`, `weeks` or `months`.
    #[cfg_attr(test, schemars(extend("enum" = ["days", "weeks", "months"])))]
    pub days_unit: Option<String>,
}

/// How much of the raw inputs the witness looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum WitnessExtent {
    /// The first 16 MiB, and every sixteenth MiB after them.
    #[default]
    Sampled,
    /// Everything.
    All,
    /// Nothing.
    Off,
}

/// A table of codes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct VocabularyTable {
    /// The file, relative to the configuration.
    pub path: PathBuf,
}

/// A site's own washout window.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WindowOverride {
    /// Fewer free days than this are high.
    pub hard: i32,
    /// Fewer free days than this are moderate.
    pub soft: i32,
}

/// How many findings a person is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Most {
    /// At most this many.
    Number(usize),
    /// Every one.
    Word(Every),
}

/// Every finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Every {
    /// Every finding.
    All,
}

/// What is wrong with a configuration. A file by another name may be an export that was given by mistake, and is not shown.
fn not_toml(path: &str, text: &str, error: &toml::de::Error) -> FileError {
    let is_named_so = std::path::Path::new(path).extension().is_some_and(|ending| ending == "toml");
    if is_named_so {
        return words::error(path, text, error);
    }
    FileError::plain(path, "this is not a configuration in TOML")
        .with_help("give a file like rxlint.toml, with that ending; `rxlint init` writes one")
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    /// What is wrong with the file, and where.
    pub fn parse(path: &str, text: &str) -> Result<Self, FileError> {
        let source = ConfigSource::new(path, text);
        let mut config: Self =
            toml::from_str(text).map_err(|error| not_toml(path, source.shown(), &error))?;
        if let Some(spoilt) = source.spoilt_path() {
            return Err(spoilt);
        }
        if let Some(other) =
            config.jurisdiction.as_deref().filter(|j| !["us", "uk", "eu"].contains(j))
        {
            return Err(source
                .error("jurisdiction", format!("`{other}` is not a jurisdiction"))
                .with_help("give us, uk or eu"));
        }
        let is_country = |c: &&str| c.len() == 2 && c.bytes().all(|b| b.is_ascii_alphabetic());
        if let Some(other) = config.country.as_deref().filter(|c| !is_country(c)) {
            return Err(source
                .error("country", format!("`{other}` is not a country"))
                .with_help("give two letters, such as AU"));
        }
        if let Some((name, _)) =
            config.windows.iter().find(|(_, window)| window.hard < 0 || window.soft < window.hard)
        {
            let what = format!("the limits of the window `{name}` are impossible");
            return Err(source
                .error(&format!("windows.{name}"), what)
                .with_help("soft must be at least hard, and neither may be negative"));
        }
        if config.default_days == Some(0) {
            return Err(source
                .error("default-days", "nothing lasts 0 days".to_owned())
                .with_help("give 1 or more, or leave it out for 30"));
        }
        for entry in &config.accept.findings {
            entry.check(&source)?;
        }
        config.source = Some(source);
        Ok(config)
    }

    /// What the site accepts.
    pub fn acceptances(&self) -> Vec<Acceptance> {
        let Some(source) = &self.source else { return Vec::new() };
        self.accept
            .findings
            .iter()
            .zip(1..)
            .map(|(entry, number)| entry.acceptance(number, source))
            .collect()
    }

    /// What it changes in the rule book.
    pub fn book_settings(&self) -> BookSettings {
        let window = |own: &WindowOverride| WindowSetting { hard: own.hard, soft: own.soft };
        BookSettings {
            select: self.select.clone(),
            ignore: self.ignore.clone(),
            severity: self.severity.clone(),
            named: self.accept.findings.iter().map(|entry| entry.rule.get_ref().clone()).collect(),
            windows: self.windows.iter().map(|(name, own)| (name.clone(), window(own))).collect(),
            blockade: self.blockade.clone(),
        }
    }

    /// A path in this file, resolved relative to it.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        let folder = self.source.as_ref().and_then(|source| Path::new(&source.path).parent());
        folder.map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }
}

/// The configuration file for a run: the nearest `rxlint.toml` in the working folder or above it, up to the first folder
/// that holds `.git`. No user-level file is read: two people get the same result on the same files.
///
/// The path is relative to the working folder, as in `../rxlint.toml`: it appears in reports, which do not say where a
/// folder is on this machine.
pub fn discover(start: &Path) -> Option<PathBuf> {
    let mut relative = PathBuf::new();
    for folder in start.ancestors() {
        if folder.join(FILE_NAME).is_file() {
            return Some(relative.join(FILE_NAME));
        }
        if folder.join(".git").exists() {
            return None;
        }
        relative.push("..");
    }
    None
}

fn format_name<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Format>, D::Error> {
    let name = String::deserialize(deserializer)?;
    let known = || format!("`{}`", Format::names().join("`, `"));
    // Worded as serde words it, so that the nearest name is suggested.
    Format::from_name(&name).map(Some).ok_or_else(|| {
        serde::de::Error::custom(format!("unknown format `{name}`, expected one of {}", known()))
    })
}

fn format_out<S: serde::Serializer>(
    format: &Option<Format>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    format.map(Format::name).serialize(serializer)
}

#[cfg(test)]
mod tests;

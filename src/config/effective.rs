//! The settings in effect, and where each comes from.

use super::{Config, Every, Most, WitnessExtent};
use crate::run::limits::MaxUnresolved;
use rxlint_engine::exposure::ExposureOptions;
use rxlint_ledger::past::LOOK_BACK;
use rxlint_model::finding::Severity;
use rxlint_report::Format;
use rxlint_report::redaction::DateDisplay;

/// A setting that is in effect in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key, as in the file: `fail-on`, `columns.patient`.
    pub key: String,
    /// The value in TOML; `None` if nothing is set and each run decides.
    pub value: Option<String>,
    /// `default`, `rxlint.toml:12`, or `option --fail-on`.
    pub source: String,
}

/// The keys without a default value, and what happens then.
const OPEN: [(&str, &str); 15] = [
    ("alerts", "none"),
    ("date-order", "found in each file"),
    ("date-pivot", "69: 68 is 2068, 69 is 1969"),
    ("delimiter", "found in each file"),
    ("skip-lines", "found in each file"),
    ("threads", "all cores"),
    ("format", "full on a terminal, else concise"),
    ("max-shown", "50 on a terminal, else all"),
    ("baseline", "none"),
    ("dispositions", "none"),
    ("site-key", "none"),
    ("vocabulary-cache", "none"),
    ("show", "every severity"),
    ("ledger", "none"),
    ("same-name", "a correction where the days are the same, else refused"),
];

/// Every setting in the order of the file's documentation. `given` are the keys that the command line sets.
pub fn settings(config: &Config, given: &[&str]) -> Vec<Setting> {
    let table = toml::Table::try_from(with_defaults(config)).unwrap_or_default();
    let mut settings = Vec::new();
    for (key, value) in &table {
        match value {
            toml::Value::Table(inner) if !inner.is_empty() => {
                settings.extend(inner.iter().map(|(name, value)| {
                    setting(config, given, &format!("{key}.{name}"), key, Some(value.to_string()))
                }));
            }
            value => settings.push(setting(config, given, key, key, Some(value.to_string()))),
        }
    }
    let phi = format!("mask in {}, else minimum", Format::in_words(|about| about.leaves_site));
    let open = OPEN.into_iter().chain([("phi", phi.as_str())]);
    let missing = open.filter(|(key, _)| !table.contains_key(*key));
    settings.extend(missing.map(|(key, says)| Setting {
        key: key.to_owned(),
        value: None,
        source: format!("default: {says}"),
    }));
    settings.sort_by(|a, b| a.key.cmp(&b.key));
    settings
}

fn setting(
    config: &Config,
    given: &[&str],
    key: &str,
    option: &str,
    value: Option<String>,
) -> Setting {
    let file = config.source.as_ref();
    let written = || file.and_then(|file| Some((file, file.line_of(key)?)));
    let source = if given.contains(&key) || (given.contains(&option) && written().is_none()) {
        format!("option --{option}")
    } else if let Some((file, line)) = written() {
        format!("{}:{line}", file.path)
    } else {
        "default".to_owned()
    };
    Setting { key: key.to_owned(), value, source }
}

/// The configuration with every default written out.
fn with_defaults(config: &Config) -> Config {
    let exposure = ExposureOptions::default();
    Config {
        no_header: config.no_header.or(Some(false)),
        max_rejects: config.max_rejects.or(Some(0)),
        max_unresolved: config.max_unresolved.or_else(|| Some(MaxUnresolved::default())),
        witness: config.witness.or_else(|| Some(WitnessExtent::default())),
        jurisdiction: config.jurisdiction.clone().or(Some("us".to_owned())),
        strict: config.strict.or(Some(false)),
        fail_on: config.fail_on.or(Some(Severity::Moderate)),
        exit_zero: config.exit_zero.or(Some(false)),
        default_days: config.default_days.or(Some(exposure.default_days)),
        carry_over_cap: config.carry_over_cap.or(u16::try_from(exposure.carry_cap).ok()),
        dates: config.dates.or_else(|| Some(DateDisplay::default())),
        look_alikes: config.look_alikes.or(Some(false)),
        statistics: config.statistics.or(Some(false)),
        verbose: config.verbose.or(Some(false)),
        quiet: config.quiet.or(Some(0)),
        look_back: config.look_back.or(Some(LOOK_BACK)),
        ..config.clone()
    }
}

impl Most {
    /// The limit; `None` if there is none.
    pub fn limit(self) -> Option<usize> {
        match self {
            Self::Number(most) => Some(most),
            Self::Word(Every::All) => None,
        }
    }
}

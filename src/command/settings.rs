//! The settings in effect: the configuration, with the options of the command line on top of it.

use rxlint_model::record::Field;
use rxlint_report::redaction::RedactionTerms;

use super::{Failure, configuration};
use crate::cli::{BookArgs, InputArgs, JudgingArgs, ReadingArgs, SelectionArgs};
use crate::config::Config;

/// The configuration with the settings of the command line applied, and the keys that the command line sets.
///
/// # Errors
/// A configuration that cannot be used, or an impossible option.
pub fn config(
    reading: &ReadingArgs,
    judging: &JudgingArgs,
    book: &BookArgs,
) -> Result<(Config, Given), Failure> {
    let (mut config, mut given) = any_config(&reading.input, &judging.selection, book)?;
    given.set(&mut config.witness, reading.witness, "witness");
    given.set(&mut config.max_unresolved, reading.max_unresolved, "max-unresolved");
    given.set(&mut config.date_order, reading.date_order, "date-order");
    given.set(&mut config.date_pivot, reading.date_pivot, "date-pivot");
    date_formats(&reading.date_format, &mut config, &mut given)?;
    let jurisdiction = judging.jurisdiction.as_deref().map(str::to_ascii_lowercase);
    given.set(&mut config.jurisdiction, jurisdiction, "jurisdiction");
    given.set(&mut config.strict, judging.strict.then_some(true), "strict");
    columns(&reading.input.columns, &mut config, &mut given)?;
    Ok((config, given))
}

/// The same for inputs of any kind: without the settings for prescriptions alone, and without the columns,
/// because prescriptions and formularies have different ones.
///
/// # Errors
/// A configuration that cannot be used.
pub fn any_config(
    input: &InputArgs,
    selection: &SelectionArgs,
    book: &BookArgs,
) -> Result<(Config, Given), Failure> {
    let (mut config, _) = configuration(book)?;
    let mut given = Given::default();
    given.set(&mut config.max_rejects, input.max_rejects, "max-rejects");
    given.set(&mut config.threads, input.threads, "threads");
    let delimiter = input
        .delimiter
        .map(|byte| if byte == b'\t' { "tab".to_owned() } else { char::from(byte).to_string() });
    given.set(&mut config.delimiter, delimiter, "delimiter");
    given.set(&mut config.skip_lines, input.skip_lines, "skip-lines");
    given.set(&mut config.no_header, input.no_header.then_some(true), "no-header");
    for (list, option, key) in [
        (&mut config.select, &selection.select, "select"),
        (&mut config.ignore, &selection.ignore, "ignore"),
    ] {
        if !option.is_empty() {
            list.clone_from(option);
            given.0.push(key.to_owned());
        }
    }
    Ok((config, given))
}

/// Adds the columns of `--columns` to those of the configuration, which they replace.
///
/// # Errors
/// A pair without an equals sign.
pub fn columns(pairs: &[String], config: &mut Config, given: &mut Given) -> Result<(), Failure> {
    let mut seen: Vec<String> = Vec::new();
    for (number, pair) in (1..).zip(pairs) {
        let (field, header) = pair.split_once('=').ok_or_else(|| {
            // The text is not repeated: it may be a row of data that was taken for a header.
            Failure::new(
                format!("part {number} of --columns has no ="),
                "write FIELD=HEADER, as in --columns patient=MRN,drug=Med_Desc; for a header that contains a comma, give the column's number",
            )
        })?;
        let name = field_name(field);
        if seen.contains(&name) {
            return Err(Failure::new(
                format!("--columns gives {name} twice"),
                format!(
                    "one field has one column; several columns make one with +, as in {name}=A+B"
                ),
            ));
        }
        seen.push(name);
        given.0.push(format!("columns.{}", field.trim()));
        config.columns.insert(field.trim().to_owned(), header.trim().to_owned());
    }
    Ok(())
}

/// The name of a field, however it was written; any other word as it is.
pub(super) fn field_name(word: &str) -> String {
    let word = word.trim();
    let plain = |text: &str| text.replace(['_', '-', ' '], "").to_lowercase();
    let known = Field::ALL.into_iter().find(|field| plain(field.name()) == plain(word));
    known.map_or_else(|| word.to_owned(), |field| field.name().to_owned())
}

/// Puts the patterns that `--date-format` states on top of those of the configuration.
fn date_formats(pairs: &[String], config: &mut Config, given: &mut Given) -> Result<(), Failure> {
    let mut seen: Vec<String> = Vec::new();
    for (number, pair) in (1..).zip(pairs) {
        let (field, pattern) = pair.split_once('=').ok_or_else(|| {
            Failure::new(
                format!("part {number} of --date-format has no ="),
                "write FIELD=PATTERN, as in --date-format fill_date=%d/%m/%y",
            )
        })?;
        let name = field_name(field);
        if seen.contains(&name) {
            return Err(Failure::new(
                format!("--date-format gives {name} twice"),
                "all dates of one field are written in one way: give it one pattern",
            ));
        }
        seen.push(name);
        given.0.push(format!("date-format.{}", field.trim()));
        config.date_format.insert(field.trim().to_owned(), pattern.trim().to_owned());
    }
    Ok(())
}

/// The keys that the command line sets.
#[derive(Debug, Default)]
pub struct Given(pub Vec<String>);

impl Given {
    /// Replaces a setting by an option, if it is given.
    pub fn set<T>(&mut self, slot: &mut Option<T>, option: Option<T>, key: &str) {
        if option.is_some() {
            *slot = option;
            self.0.push(key.to_owned());
        }
    }
}

/// What is wrong with a word, shown in the configuration if it is written there.
pub(super) fn in_file(config: &Config, word: &str, what: &str, help: &str) -> Failure {
    match config.source.as_ref().and_then(|source| source.error_about(word, what)) {
        Some(error) => error.with_help(help).into(),
        None => Failure::new(what, help),
    }
}

/// What a reader may see, unless a format says otherwise.
pub(super) fn terms(config: &Config) -> RedactionTerms {
    RedactionTerms {
        privacy: config.phi.unwrap_or_default(),
        dates: config.dates.unwrap_or_default(),
    }
}

//! The profiles of `rxlint.toml`: how the files of some paths are read.

use glob::Pattern;

use super::Failure;
use super::opening::{column_map, date_patterns, delimiter_byte};
use super::settings::in_file;
use crate::cli::InputArgs;
use crate::config::{Config, Profile};
use rxlint_input::{InputOptions, InputProfile};

/// What a days' supply can count.
const UNITS: [(&str, Option<&str>); 3] =
    [("days", None), ("weeks", Some("week")), ("months", Some("month"))];

/// The options of every profile; what it leaves out is as in `usual`.
///
/// # Errors
/// A profile that cannot be used.
pub(super) fn read(
    config: &Config,
    input: &InputArgs,
    usual: &InputOptions,
) -> Result<Vec<InputProfile>, Failure> {
    let read = |profile: &Profile| {
        let help = "write a path or its end with * for any name, as in north/*.csv";
        let path = Pattern::new(&profile.path).ok().filter(|_| !profile.path.is_empty());
        let path = path.ok_or_else(|| {
            in_file(config, &profile.path, "a profile needs a pattern of paths", help)
        })?;
        Ok(InputProfile { path, options: options(config, input, usual, profile)? })
    };
    config.profile.iter().map(read).collect()
}

fn options(
    config: &Config,
    input: &InputArgs,
    usual: &InputOptions,
    profile: &Profile,
) -> Result<InputOptions, Failure> {
    let mut options = usual.clone();
    if !profile.columns.is_empty() {
        // The command line outranks it, the columns of other files do not.
        let mut columns = profile.columns.clone();
        let given = input.columns.iter().filter_map(|pair| pair.split_once('='));
        columns.extend(given.map(|(field, column)| (field.trim().into(), column.trim().into())));
        options.columns = column_map(config, &columns)?;
    }
    if !profile.date_format.is_empty() {
        options.date_format = date_patterns(config, &profile.date_format)?;
    }
    if input.delimiter.is_none() && profile.delimiter.is_some() {
        options.delimiter = delimiter_byte(config, profile.delimiter.as_deref())?;
    }
    options.date_order = profile.date_order.or(options.date_order);
    if !input.no_header && input.skip_lines.is_none() {
        options.skip_lines = profile.skip_lines.or(options.skip_lines);
        options.no_header = profile.no_header.unwrap_or(options.no_header);
    }
    options.status_words = profile.status.clone().into_iter().collect();
    if let Some(unit) = &profile.days_unit {
        let known = UNITS.iter().find(|(name, _)| name == unit);
        let unit = known.ok_or_else(|| {
            in_file(config, unit, "days are not counted in this", "write days, weeks or months")
        })?;
        options.supply_unit = unit.1;
    }
    Ok(options)
}

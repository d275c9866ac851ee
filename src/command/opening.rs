//! The inputs of a command, opened as the settings say.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rxlint_engine::formulary::status;
use rxlint_input::columnar::OpenColumns;
use rxlint_input::layout::{ColumnMap, DrugLook};
use rxlint_input::{Input, InputOptions, Opened};
use rxlint_model::date::pattern::{DatePattern, PatternError};
use rxlint_model::purpose::Purpose;
use rxlint_model::record::Field;

use super::settings::{field_name, in_file};
use super::{Failure, profiles};
use crate::cli::{self, InputArgs, ReadingArgs};
use crate::config::Config;
use crate::drug_words;

/// Opens the inputs, on the number of threads that was asked for.
///
/// # Errors
/// An input that cannot be opened or understood, or an impossible setting.
pub fn open(
    paths: &[PathBuf],
    history: &[PathBuf],
    config: &Config,
    reading: &ReadingArgs,
) -> Result<Opened, Failure> {
    threads(config)?;
    Ok(Input::open_after(paths, history, &reading_options(config, reading)?)?)
}

/// Opens what can be opened of the inputs, to say how it is understood.
///
/// # Errors
/// An input that cannot be opened, or an impossible setting.
pub fn examine(
    paths: &[PathBuf],
    history: &[PathBuf],
    config: &Config,
    reading: &ReadingArgs,
) -> Result<Opened, Failure> {
    threads(config)?;
    Ok(Input::examine(paths, history, &reading_options(config, reading)?)?)
}

/// No more threads than this are started.
const MOST_THREADS: usize = 256;

/// Starts the number of threads that was asked for.
///
/// # Errors
/// An impossible number.
pub fn threads(config: &Config) -> Result<(), Failure> {
    match config.threads {
        None => {}
        Some(0) => {
            return Err(Failure::new(
                "--threads 0 leaves no thread to do the work",
                "give --threads 1 or more, or leave it out for all cores",
            ));
        }
        // More threads than any machine has cores only take time to start.
        Some(threads) => rayon::ThreadPoolBuilder::new()
            .num_threads(threads.min(MOST_THREADS))
            .build_global()
            .map_err(|error| {
                Failure::new(
                    format!("{threads} threads cannot be started: {error}"),
                    "give --threads a smaller number",
                )
            })?,
    }
    Ok(())
}

/// How prescriptions are read with these settings.
///
/// # Errors
/// An impossible column or delimiter.
pub fn reading_options(config: &Config, reading: &ReadingArgs) -> Result<InputOptions, Failure> {
    // These are about the inputs of one run, not about a site: they have no place in the configuration.
    Ok(InputOptions {
        patients: reading.patients.clone(),
        conditions: reading.conditions.clone(),
        identifier_type: reading.patient_id_type.clone(),
        ..input_options(config, &reading.input, Purpose::Prescriptions)?
    })
}

/// What takes Parquet and Arrow files apart, where the program was built with it.
#[cfg(feature = "parquet")]
const OPEN_COLUMNS: Option<OpenColumns> = Some(rxlint_arrow::open);
#[cfg(not(feature = "parquet"))]
const OPEN_COLUMNS: Option<OpenColumns> = None;

/// How inputs of any kind are read with these settings.
///
/// # Errors
/// An impossible column or delimiter.
pub fn input_options(
    config: &Config,
    input: &InputArgs,
    purpose: Purpose,
) -> Result<InputOptions, Failure> {
    let mut options = InputOptions {
        purpose,
        columns: column_map(config, &config.columns)?,
        date_order: config.date_order,
        date_pivot: config.date_pivot,
        date_format: date_patterns(config, &config.date_format)?,
        delimiter: delimiter_byte(config, config.delimiter.as_deref())?,
        skip_lines: config.skip_lines,
        no_header: config.no_header.unwrap_or(false),
        drug_look: match purpose {
            Purpose::Prescriptions => {
                DrugLook::new(drug_words::names_a_drug).and_listed(drug_words::names_a_listed_drug)
            }
            Purpose::Formulary => DrugLook::new(drug_words::names_a_listed_drug)
                .and_classes(drug_words::names_a_class)
                .and_watched(drug_words::names_a_watched_drug)
                .and_listing(status::listing),
        },
        format: input.input_format,
        stdin_name: input.stdin_name.clone(),
        open_columns: OPEN_COLUMNS,
        ..InputOptions::default()
    };
    options.profiles = profiles::read(config, input, &options)?;
    Ok(options)
}

/// Which column holds which field.
///
/// # Errors
/// A field that does not exist.
pub(super) fn column_map(
    config: &Config,
    columns: &BTreeMap<String, String>,
) -> Result<ColumnMap, Failure> {
    let mut map = ColumnMap::default();
    for (field, header) in columns {
        if header.trim().is_empty() && field_name(field) == Field::Patient.name() {
            let what = format!("no column is named for {field}");
            let help = "name it by its header or its number from 1, or put a # before the line";
            let place =
                config.source.as_ref().and_then(|source| source.error_about_empty(field, &what));
            return Err(match place {
                Some(error) => error.with_help(help).into(),
                None => Failure::new(what, help),
            });
        }
        map.insert(field, header).map_err(|error| {
            in_file(config, field, &error.to_string(), &format!("the fields are: {}", fields()))
        })?;
    }
    Ok(map)
}

/// The byte between cells.
///
/// # Errors
/// A text that cannot separate cells.
pub(super) fn delimiter_byte(config: &Config, text: Option<&str>) -> Result<Option<u8>, Failure> {
    text.map(cli::delimiter).transpose().map_err(|help| {
        in_file(config, text.unwrap_or_default(), "this cannot separate cells", &help)
    })
}

/// How the dates of each field are written, where the configuration says it.
pub(super) fn date_patterns(
    config: &Config,
    formats: &BTreeMap<String, String>,
) -> Result<Vec<(Field, DatePattern)>, Failure> {
    let read = |(name, pattern): (&String, &String)| {
        let field = Field::from_name(name).filter(|field| field.is_date()).ok_or_else(|| {
            let dates = Field::ALL.into_iter().filter(|field| field.is_date());
            let names: Vec<&str> = dates.map(Field::name).collect();
            let help = format!("the fields with dates are: {}", names.join(", "));
            in_file(config, name, &format!("`{name}` is not a field with dates"), &help)
        })?;
        let pattern = pattern.parse().map_err(|error: PatternError| {
            let help = "write %Y or %y, %m or %b, and %d; or excel, unix, unix-ms";
            in_file(config, pattern, &error.to_string(), help)
        })?;
        Ok((field, pattern))
    };
    formats.iter().map(read).collect()
}

/// The names of the fields that prescriptions have.
fn fields() -> String {
    Field::ALL
        .into_iter()
        .filter(|field| field.is_of_prescriptions())
        .map(Field::name)
        .collect::<Vec<_>>()
        .join(", ")
}

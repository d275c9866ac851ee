//! What decides whether the results of earlier nights are still valid: everything that changes reading and judging, as typed
//! values; by content, never by name or path.

use std::collections::BTreeMap;

use rxlint_engine::engine::Engine;
use rxlint_engine::exposure::status::StatusMeaning;
use rxlint_input::layout::ColumnMap;
use rxlint_input::{InputOptions, InputProfile};
use rxlint_model::date::pattern::DatePattern;
use rxlint_model::purpose::Purpose;
use rxlint_model::record::{DateOrder, Field};
use serde::Serialize;

/// Two digests. A file that was read with another `reading` is read again; if `judging` changes, everyone is judged again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingsKey {
    /// Over everything that changes how a record is read, and whether it is kept.
    pub reading: [u8; 32],
    /// Over everything that changes what is found in the same records.
    pub judging: [u8; 32],
}

/// Everything that changes how a record is read, and whether it is kept.
#[derive(Serialize)]
struct ReadingSettings<'a> {
    version: &'static str,
    rules: &'a str,
    vocabulary: u64,
    placeholders: &'a [String],
    status: &'a BTreeMap<String, StatusMeaning>,
    formulary: bool,
    columns: &'a ColumnMap,
    date_order: Option<DateOrder>,
    date_pivot: Option<u32>,
    date_format: &'a [(Field, DatePattern)],
    delimiter: Option<u8>,
    skip_lines: Option<u32>,
    no_header: bool,
    status_words: &'a [(String, String)],
    supply_unit: Option<&'a str>,
    profiles: Vec<(String, String)>,
    format: Option<&'static str>,
    identifier_type: Option<&'a str>,
}

impl SettingsKey {
    /// The key of a run.
    pub fn of(engine: &Engine, options: &InputOptions) -> Self {
        // Spelled out, so that every new option has to be considered here.
        let InputOptions {
            purpose,
            columns,
            date_order,
            date_pivot,
            date_format,
            delimiter,
            skip_lines,
            no_header,
            status_words,
            supply_unit,
            profiles,
            format,
            identifier_type,
            // The built-in drugs, which the version covers.
            drug_look: _,
            // The name of standard input changes no record.
            stdin_name: _,
            // Tables of persons are inputs themselves, identified by their content.
            patients: _,
            conditions: _,
            // What a program can read changes nothing about how it reads it.
            open_columns: _,
        } = options;
        let reading = ReadingSettings {
            version: env!("CARGO_PKG_VERSION"),
            rules: engine.book().digest(),
            vocabulary: engine.book().dictionary().vocabulary().digest(),
            placeholders: &engine.settings().exposure.placeholders,
            status: &engine.settings().exposure.status,
            formulary: *purpose == Purpose::Formulary,
            columns,
            date_order: *date_order,
            date_pivot: *date_pivot,
            date_format,
            delimiter: *delimiter,
            skip_lines: *skip_lines,
            no_header: *no_header,
            status_words,
            supply_unit: *supply_unit,
            profiles: profiles.iter().map(|profile| profile_key(engine, profile)).collect(),
            format: format.map(rxlint_input::InputFormatName::name),
            identifier_type: identifier_type.as_deref(),
        };
        let reading = serde_json::to_string(&reading).unwrap_or_default();
        Self {
            reading: *blake3::hash(reading.as_bytes()).as_bytes(),
            judging: *blake3::hash(engine.digest().as_bytes()).as_bytes(),
        }
    }
}

/// A profile's paths, and the key of how they are read.
fn profile_key(engine: &Engine, profile: &InputProfile) -> (String, String) {
    let key =
        SettingsKey::of(engine, &InputOptions { profiles: Vec::new(), ..profile.options.clone() });
    (profile.path.as_str().to_owned(), blake3::Hash::from_bytes(key.reading).to_string())
}

#[cfg(test)]
mod tests;

//! What an engine is made of, as bytes: to build the same engine elsewhere.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::arguments;
use crate::cli::CheckArgs;
use crate::command::book::{RuleFolder, book_of, place_of_use, rule_folders, vocabulary_tables};
use crate::command::judging::{engine_settings, keep};
use crate::command::{Failure, check};
use rxlint_engine::drug::PlaceOfUse;
use rxlint_engine::drug::vocabulary::Vocabulary;
use rxlint_engine::engine::{Engine, Settings};
use rxlint_model::purpose::Purpose;

/// The rules, tables of codes and settings of an engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EngineSpec {
    version: String,
    settings: Settings,
    /// Jurisdiction and country, as far as they were given.
    place: [String; 2],
    /// Folders of rules, each with its files: path and text.
    rules: Vec<RuleFolder>,
    /// Tables of codes by name; their bytes follow in the same order.
    tables: Vec<(String, usize)>,
    #[serde(skip)]
    bytes: Vec<Vec<u8>>,
}

impl EngineSpec {
    /// What the options of `rxlint check` and the configuration that they name make of the built-in rules.
    ///
    /// # Errors
    /// An impossible option, or a file that cannot be read.
    pub fn of(options: &[String]) -> Result<Self, Failure> {
        let args = arguments(options)?;
        let (config, _) = check::settings(&args)?;
        let CheckArgs { book, .. } = &args;
        let source = config.source.as_ref().map(|source| Path::new(&source.path));
        let folder = source.and_then(Path::parent).unwrap_or(Path::new(""));
        let rules = rule_folders(book, &config, folder)?;
        let (mut names, mut bytes) = (Vec::new(), Vec::new());
        for path in vocabulary_tables(book, &config, folder) {
            let table = std::fs::read(&path).map_err(|error| {
                let what = format!("the table {} cannot be read: {error}", path.display());
                Failure::new(what, "name a file that you may read")
            })?;
            names.push((path.display().to_string(), table.len()));
            bytes.push(table);
        }
        let (version, settings) = (env!("CARGO_PKG_VERSION").to_owned(), engine_settings(&config));
        let PlaceOfUse { jurisdiction, country } = place_of_use(&config);
        let place = [jurisdiction, country];
        Ok(Self { version, settings, place, rules, tables: names, bytes })
    }

    /// The engine.
    ///
    /// # Errors
    /// A rule, drug or code file that cannot be used.
    pub fn build(&self) -> Result<Engine, Failure> {
        let [jurisdiction, country] = self.place.clone();
        let mut book = book_of(&self.rules, PlaceOfUse { jurisdiction, country })?;
        let mut vocabulary = Vocabulary::default();
        for ((name, _), bytes) in self.tables.iter().zip(&self.bytes) {
            vocabulary
                .read(name, &bytes[..], book.dictionary())
                .map_err(|error| Failure::new(error.what, error.help))?;
        }
        book.set_vocabulary(vocabulary);
        book.configure(&self.settings.book).map_err(|what| {
            Failure::new(what, "`rxlint rules` lists the rules, their DUR codes and tags")
        })?;
        keep(&mut book, Purpose::Prescriptions)?;
        Ok(Engine::of(book, self.settings.clone()))
    }

    /// All of it as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let head = serde_json::to_vec(self).unwrap_or_default();
        let mut bytes = (head.len() as u64).to_le_bytes().to_vec();
        bytes.extend(head);
        self.bytes.iter().for_each(|table| bytes.extend(table));
        bytes
    }

    /// Reads what [`EngineSpec::to_bytes`] wrote.
    ///
    /// # Errors
    /// Bytes of another version, or of something else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Failure> {
        let foreign = || {
            Failure::new(
                "these bytes are not an engine of this version of rxlint",
                "install the same version of rxlint everywhere",
            )
        };
        let (length, rest) = bytes.split_first_chunk::<8>().ok_or_else(foreign)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| foreign())?;
        let (head, mut rest) = rest.split_at_checked(length).ok_or_else(foreign)?;
        let mut spec: Self = serde_json::from_slice(head).map_err(|_| foreign())?;
        if spec.version != env!("CARGO_PKG_VERSION") {
            return Err(foreign());
        }
        for (_, length) in &spec.tables {
            let (table, later) = rest.split_at_checked(*length).ok_or_else(foreign)?;
            spec.bytes.push(table.to_vec());
            rest = later;
        }
        Ok(spec)
    }
}

//! The engine: a rule book and the settings in force, shared by everyone who judges with them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use crate::drug::PlaceOfUse;
use crate::drug::file::RulePack;
use crate::drug::vocabulary::{Vocabulary, VocabularyError};
use crate::exposure::ExposureOptions;
use crate::file_error::FileError;
use crate::rule::Book;
use crate::rule::book::BUILT_IN;
use crate::rule::settings::BookSettings;
use rxlint_model::finding::PatientKey;

/// What an engine is made of: texts and bytes, never paths.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pack<'p> {
    /// Rule, drug and code files besides the built-in ones; they add or replace.
    pub rules: &'p [RulePack<'p>],
    /// Tables of codes, each with its name in error messages.
    pub vocabulary: &'p [(&'p str, &'p [u8])],
}

/// Everything besides the book that can change a verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Settings {
    /// How records become exposures.
    pub exposure: ExposureOptions,
    /// Which labels apply: `us`, `uk` or `eu`.
    pub jurisdiction: String,
    /// The country whose brands are meant, in two letters (`AU`); otherwise those of the jurisdiction.
    pub country: Option<String>,
    /// Whether every gap below the soft limit is high.
    pub strict: bool,
    /// What the site changes in the book.
    pub book: BookSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            exposure: ExposureOptions::default(),
            jurisdiction: "us".to_owned(),
            country: None,
            strict: false,
            book: BookSettings::default(),
        }
    }
}

/// Why an engine could not be built.
#[derive(Debug)]
pub enum EngineError {
    /// A rule, drug or code file that cannot be used.
    File(FileError),
    /// A table of codes that cannot be used.
    Vocabulary(VocabularyError),
    /// A setting that names something the book does not have.
    Setting(String),
}

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(f),
            Self::Vocabulary(error) => f.write_str(&error.what),
            Self::Setting(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for EngineError {}

/// A rule book with the settings in force. Cloning it is cheap and all clones are one engine; it
/// can be shared between threads.
///
/// ```
/// use rxlint_engine::engine::{Engine, Pack, Settings};
///
/// let engine = Engine::new(Pack::default(), Settings::default())?;
/// assert_eq!(engine.digest().len(), 16);
/// assert!(engine.changed_settings().is_empty());
/// # Ok::<(), rxlint_engine::engine::EngineError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Engine(Arc<EngineParts>);

#[derive(Debug)]
struct EngineParts {
    book: Arc<Book>,
    settings: Settings,
    digest: OnceLock<String>,
}

impl Engine {
    /// The engine of the built-in book, with what a site adds to it.
    ///
    /// # Errors
    /// A file or table that cannot be used, or a setting that names a rule or window that does not
    /// exist.
    pub fn new(pack: Pack<'_>, settings: Settings) -> Result<Self, EngineError> {
        let mut packs = vec![RulePack { folder: "", files: BUILT_IN }];
        packs.extend_from_slice(pack.rules);
        let mut book = Book::read_packs(&packs).map_err(EngineError::File)?;
        let mut vocabulary = Vocabulary::default();
        for (name, bytes) in pack.vocabulary {
            vocabulary.read(name, *bytes, book.dictionary()).map_err(EngineError::Vocabulary)?;
        }
        book.set_place(PlaceOfUse {
            jurisdiction: settings.jurisdiction.clone(),
            country: settings.country.clone().unwrap_or_default(),
        });
        book.set_vocabulary(vocabulary);
        book.configure(&settings.book).map_err(EngineError::Setting)?;
        Ok(Self::of(book, settings))
    }

    /// The engine of the built-in book and settings.
    ///
    /// # Errors
    /// Never for a released version: a test reads the same files.
    pub fn built_in() -> Result<Self, EngineError> {
        Self::new(Pack::default(), Settings::default())
    }

    /// The engine of a book to which `settings.book` has already been applied.
    pub fn of(book: impl Into<Arc<Book>>, settings: Settings) -> Self {
        Self(Arc::new(EngineParts { book: book.into(), settings, digest: OnceLock::new() }))
    }

    /// The rule book.
    pub fn book(&self) -> &Book {
        &self.0.book
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// 16 hexadecimal digits over everything that can change a verdict: the engine's version, the rules, the site's changes
    /// to them, how records become exposures, the jurisdiction, and the content of its tables of codes.
    pub fn digest(&self) -> &str {
        self.0.digest.get_or_init(|| {
            let EngineParts { book, settings, .. } = &*self.0;
            let mut settings = settings.clone();
            for list in [&mut settings.book.select, &mut settings.book.ignore] {
                list.sort();
                list.dedup();
            }
            // These names only have to exist; they change nothing.
            settings.book.named.clear();
            let mut hasher = blake3::Hasher::new();
            let settings = serde_json::to_string(&settings).unwrap_or_default();
            for part in [env!("CARGO_PKG_VERSION"), book.digest(), &settings] {
                hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
            }
            // An unstated place differs from the usual one: brands stay ambiguous.
            let place = book.dictionary().place();
            for part in [&place.jurisdiction, &place.country] {
                hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
            }
            hasher.update(&book.dictionary().vocabulary().digest().to_le_bytes());
            hasher.finalize().to_hex()[..16].to_owned()
        })
    }

    /// The settings that differ from the built-in ones, one per line, as a site would write them.
    pub fn changed_settings(&self) -> Vec<String> {
        let EngineParts { book, settings, .. } = &*self.0;
        let mut changed = Vec::new();
        let built_in = Settings::default();
        let value = |settings: &Settings| serde_json::to_value(settings).unwrap_or_default();
        let (mut own, mut usual) = (BTreeMap::new(), BTreeMap::new());
        flatten("", &value(settings), &mut own);
        flatten("", &value(&built_in), &mut usual);
        for (key, value) in own {
            if usual.get(&key) != Some(&value) && !key.starts_with("book.named") {
                let key = key.trim_start_matches("book.").trim_start_matches("exposure.");
                changed.push(match key {
                    // A site's own placeholder words are its own business.
                    "placeholders" => {
                        format!("{key} = {} words", settings.exposure.placeholders.len())
                    }
                    _ => format!("{key} = {value}"),
                });
            }
        }
        if book.digest() != Book::built_in_digest() {
            changed.push(format!("rules = {}", book.digest()));
        }
        let (watched, others) = book.dictionary().vocabulary().counts();
        if watched + others > 0 {
            changed.push(format!("vocabulary = {} codes", watched + others));
        }
        changed
    }

    /// The key of a patient; `None` for identifiers that identify no one (empty, `UNKNOWN`,
    /// zeros). Callers that bring the records of a patient together must use this key: `" M1 "`
    /// and `"M1"` are one patient.
    ///
    /// One identifier issued by several authorities means several patients only if a session meets
    /// more than one of them; leave the authority out to treat them as one.
    pub fn patient_key(&self, identifier: &str) -> Option<PatientKey> {
        let identifier = identifier.trim();
        (!self.0.settings.exposure.is_placeholder(identifier))
            .then(|| PatientKey::new(identifier, ""))
    }
}

/// Every value that is not a table, by its dotted key.
fn flatten(key: &str, value: &serde_json::Value, into: &mut BTreeMap<String, String>) {
    match value {
        serde_json::Value::Object(table) => {
            for (name, value) in table {
                let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                flatten(&key, value, into);
            }
        }
        serde_json::Value::Array(list) if list.is_empty() => {}
        other => {
            into.insert(key.to_owned(), other.to_string());
        }
    }
}

#[cfg(test)]
mod tests;

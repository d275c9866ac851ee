//! What earlier nights read and found, in one SQLite file, so that tonight's run reads only tonight's files.
//!
//! A run holds the ledger from its first access to its commit: everything that it learns is one transaction, and a run that is killed leaves no
//! trace. The ledger keeps records about watched drugs, facts that rules need, and findings; patients are identified by the hash of their identifier,
//! sealed with the ledger's key (`key.rs`). Drugs are kept as the record wrote them, and resolved again by the current rules.

mod care;
mod dispositions;
mod error;
mod feeds;
mod files;
mod findings;
mod key;
mod look_back;
mod merges;
mod night;
mod recall;
mod rows;
pub mod schema;
mod seal;
mod shared;
mod show;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, ToSql};

pub use care::{Forgotten, KeptFinding, LedgerDamage, LedgerStatus};
pub use dispositions::MonthCount;
pub use key::{LedgerKey, key_path};
pub use night::{AcceptedSetting, Night, NightSettings};
use rxlint_input::error::InputError;
use rxlint_model::finding::PatientKey;

/// An open ledger.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    /// Reports read earlier records from several threads.
    connection: Mutex<Connection>,
    /// Seals patients, numbers and fingerprints.
    key: Result<LedgerKey, KeyFault>,
    /// Whether an older ledger was sealed when it was opened.
    converted: bool,
    /// Whether it read FHIR files before it kept the identifiers and links of their patients.
    lacks_persons: bool,
    /// Whether it was created when it was opened.
    begun: Option<Begun>,
}

/// How a ledger was created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begun {
    /// With a new key.
    Anew,
    /// With a key file that was already there, as that of a lost ledger.
    BesideAKey,
}

/// Why a ledger has no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyFault {
    /// There is no key file.
    Missing,
    /// The key file holds another ledger's key, or no key.
    Other,
}

/// How a ledger is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// For reading, while others may write.
    Read,
    /// For writing, exclusively.
    Write {
        /// How long to wait for another run to finish.
        wait: Duration,
        /// Whether to create the ledger if there is none.
        new: bool,
    },
}

/// How long a reader waits for a run that is writing its last pages.
const PATIENCE: Duration = Duration::from_secs(10);

impl Ledger {
    /// Opens a ledger. One that is opened for writing is locked until it is committed or dropped.
    ///
    /// # Errors
    /// If it does not exist (for reading), is not a ledger, was written by a newer rxlint, is damaged, or is in use.
    pub fn open(path: &Path, access: OpenMode) -> Result<Self, InputError> {
        let failed = |error| error::of(path, &error);
        let wait = match access {
            OpenMode::Read if is_nothing(path) => return Err(error::missing(path)),
            OpenMode::Read => PATIENCE,
            OpenMode::Write { new: false, .. } if is_nothing(path) => {
                return Err(error::none(path));
            }
            OpenMode::Write { wait, .. } => {
                make_private(path).map_err(|error| error::system(path, &error))?;
                wait
            }
        };
        let connection = Connection::open(path).map_err(failed)?;
        connection.busy_timeout(wait).map_err(failed)?;
        connection.set_prepared_statement_cache_capacity(64);
        // Deleted content is overwritten; the cache is large enough for one night.
        connection.execute_batch("PRAGMA secure_delete = ON; PRAGMA cache_size = -262144; PRAGMA foreign_keys = OFF;").map_err(failed)?;
        let mut ledger = Self {
            path: path.to_owned(),
            connection: Mutex::new(connection),
            key: Err(KeyFault::Missing),
            converted: false,
            lacks_persons: false,
            begun: None,
        };
        if access == OpenMode::Read {
            schema::check(&ledger.connection()).map_err(|found| error::schema(path, found))?;
            ledger.find_key()?;
        } else {
            ledger.run("BEGIN IMMEDIATE")?;
            ledger.connection().busy_timeout(PATIENCE).map_err(failed)?;
            let before = schema::migrate(&ledger.connection());
            let before = before.map_err(|found| error::schema(path, found))?;
            ledger.use_key(before)?;
            ledger.lacks_persons = ledger.lacks_persons_since(before)?;
        }
        Ok(ledger)
    }

    /// Commits all changes. Until then nothing is changed.
    ///
    /// # Errors
    /// If it cannot be written; the ledger is then unchanged.
    pub fn commit(self) -> Result<(), InputError> {
        self.note_held()?;
        self.run("COMMIT")
    }

    /// Commits all changes, and returns the freed space to the disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn commit_smaller(self) -> Result<(), InputError> {
        self.note_held()?;
        self.run("COMMIT")?;
        self.run("VACUUM")
    }

    fn run(&self, sql: &str) -> Result<(), InputError> {
        self.connection().execute_batch(sql).map_err(|error| self.failed(error))
    }

    /// The connection, for one statement; do not use the ledger otherwise while holding it.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The error for a row that is not what was written.
    fn damaged(&self) -> InputError {
        error::damaged(&self.path)
    }

    fn failed(&self, error: rusqlite::Error) -> InputError {
        error::of(&self.path, &error)
    }

    /// Runs one statement, which is prepared once.
    fn change(&self, sql: &str, values: &[&dyn ToSql]) -> Result<usize, InputError> {
        let connection = self.connection();
        let statement = connection.prepare_cached(sql);
        statement
            .and_then(|mut statement| statement.execute(values))
            .map_err(|error| self.failed(error))
    }

    /// The only value that a query returns, if any.
    fn value<T: rusqlite::types::FromSql>(
        &self,
        sql: &str,
        values: &[&dyn ToSql],
    ) -> Result<Option<T>, InputError> {
        let connection = self.connection();
        let statement = connection.prepare_cached(sql);
        let found = statement
            .and_then(|mut statement| statement.query_row(values, |row| row.get(0)).optional());
        found.map_err(|error| self.failed(error))
    }

    /// Every row that a query returns.
    fn rows<T>(
        &self,
        sql: &str,
        values: &[&dyn ToSql],
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, InputError> {
        let connection = self.connection();
        let statement = connection.prepare_cached(sql);
        let found =
            statement.and_then(|mut statement| statement.query_map(values, read)?.collect());
        found.map_err(|error| self.failed(error))
    }

    /// The rows about a patient, each read with its checksum.
    ///
    /// # Errors
    /// If one is not what was written.
    fn rows_about<T>(
        &self,
        sql: &str,
        patient: PatientKey,
        read: fn(&rusqlite::Row<'_>) -> rusqlite::Result<(T, i64)>,
        sum: fn(&T) -> i64,
    ) -> Result<Vec<T>, InputError> {
        let found = self.rows(sql, &[&self.sealed(patient)?], read)?;
        let is_whole = |(row, written): (T, i64)| (sum(&row) == written).then_some(row);
        found.into_iter().map(is_whole).collect::<Option<_>>().ok_or_else(|| self.damaged())
    }

    fn meta<T: rusqlite::types::FromSql>(&self, key: &str) -> Result<Option<T>, InputError> {
        self.value("SELECT value FROM meta WHERE key = ?1", &[&key])
    }

    /// Stores a value unless it is already stored, so that a run that learns nothing writes nothing.
    fn set_meta(&self, key: &str, value: &dyn ToSql) -> Result<(), InputError> {
        let same = "SELECT 1 FROM meta WHERE key = ?1 AND value IS ?2";
        if self.value::<i64>(same, &[&key, value])?.is_none() {
            self.change(
                "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)",
                &[&key, value],
            )?;
        }
        Ok(())
    }
}

/// Whether there is no file, or an empty one.
fn is_nothing(path: &Path) -> bool {
    std::fs::metadata(path).map_or(true, |about| about.len() == 0)
}

/// Makes the ledger readable only by its owner. SQLite gives its journal the same permissions.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(0o600);
        let file = options.open(path)?;
        let permissions = file.metadata()?.permissions();
        if permissions.mode() & 0o077 != 0 {
            file.set_permissions(std::fs::Permissions::from_mode(permissions.mode() & 0o700))?;
        }
        Ok(())
    }
    #[cfg(not(unix))]
    options.open(path).map(drop)
}

//! What earlier nights have read and found, kept in one SQLite file, so that tonight's run reads tonight's files alone.
//!
//! A run holds the ledger from its first look to its commit: everything that it learns is one transaction, and a run that
//! is killed leaves nothing behind. Kept are records about watched drugs, facts that rules ask for, and findings; patients
//! go by the hash of their identifier. Drugs are kept as the record wrote them, and judged anew by the rules of the day.

mod care;
mod error;
mod files;
mod findings;
mod look_back;
mod night;
mod recall;
mod rows;
pub mod schema;
mod show;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, ToSql};

pub use care::{Forgotten, KeptFinding, LedgerDamage, LedgerStatus};
pub use night::{Night, NightSettings};
use rxlint_input::error::InputError;

/// A ledger that is open.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    /// Reports read earlier records from several threads.
    connection: Mutex<Connection>,
}

/// How a ledger is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// For looking at it, while others may write.
    Read,
    /// For changing it, as the only one. It is made where it is not there.
    Write {
        /// How long to wait for another run.
        wait: Duration,
    },
}

/// How long a reader waits for a run that is just writing its last pages.
const PATIENCE: Duration = Duration::from_secs(10);

impl Ledger {
    /// Opens a ledger. One that is opened for writing is locked until it is committed or dropped.
    ///
    /// # Errors
    /// When it is not there (for reading), not a ledger, made by a newer rxlint, damaged, or held by another run.
    pub fn open(path: &Path, access: OpenMode) -> Result<Self, InputError> {
        let failed = |error| error::of(path, &error);
        let wait = match access {
            OpenMode::Read if !path.exists() => return Err(error::missing(path)),
            OpenMode::Read => PATIENCE,
            OpenMode::Write { wait } => {
                make_private(path).map_err(|error| error::system(path, &error))?;
                wait
            }
        };
        let connection = Connection::open(path).map_err(failed)?;
        connection.busy_timeout(wait).map_err(failed)?;
        connection.set_prepared_statement_cache_capacity(64);
        // Content that is taken out is overwritten; and the cache holds what one night touches.
        connection.execute_batch("PRAGMA secure_delete = ON; PRAGMA cache_size = -262144; PRAGMA foreign_keys = OFF;").map_err(failed)?;
        if access == OpenMode::Read {
            schema::check(&connection).map_err(|found| error::schema(path, found))?;
        } else {
            connection.execute_batch("BEGIN IMMEDIATE").map_err(failed)?;
            connection.busy_timeout(PATIENCE).map_err(failed)?;
            schema::migrate(&connection).map_err(|found| error::schema(path, found))?;
        }
        Ok(Self { path: path.to_owned(), connection: Mutex::new(connection) })
    }

    /// Keeps what was changed. Until then nothing was.
    ///
    /// # Errors
    /// When it cannot be written; the ledger is as it was before, then.
    pub fn commit(self) -> Result<(), InputError> {
        self.run("COMMIT")
    }

    /// Keeps what was changed, and gives the room that became free back to the disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn commit_smaller(self) -> Result<(), InputError> {
        self.run("COMMIT")?;
        self.run("VACUUM")
    }

    fn run(&self, sql: &str) -> Result<(), InputError> {
        self.connection().execute_batch(sql).map_err(|error| self.failed(error))
    }

    /// The connection, for one statement: whoever holds it asks the ledger for nothing else.
    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// The only value that a query gives, if it gives one.
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

    /// Every row that a query gives.
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

    fn meta<T: rusqlite::types::FromSql>(&self, key: &str) -> Result<Option<T>, InputError> {
        self.value("SELECT value FROM meta WHERE key = ?1", &[&key])
    }

    /// Notes a value; one that is noted already is left alone, so that a run that learns nothing writes nothing.
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

/// Sees to it that only its owner may read the ledger. SQLite gives its journal the same rights.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(0o600);
        let file = options.open(path)?;
        let rights = file.metadata()?.permissions();
        if rights.mode() & 0o077 != 0 {
            file.set_permissions(std::fs::Permissions::from_mode(rights.mode() & 0o700))?;
        }
        Ok(())
    }
    #[cfg(not(unix))]
    options.open(path).map(drop)
}

//! The tables, and the migration of older versions. A published step is never changed: a new one is added.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use rusqlite::Connection;

use super::rows::text_sum;

/// Marks a SQLite file as an rxlint ledger: `rxli`.
pub const APPLICATION: i32 = 0x7278_6C69;

/// The version that this program writes.
pub const VERSION: i32 = STEPS.len() as i32;

/// The first version that keeps the identifiers and links of FHIR patients.
pub const KEEPS_PERSONS: i32 = 9;

/// The first step creates the tables; every further one changes them.
///
/// `patient` is the sealed hash of an identifier, a file's `digest` that of its content; days are counted from 1970-01-01. `sum` shows whether a row
/// is still what was written. Tables that are searched by patient are sorted by patient, so that everything about one is stored together.
const STEPS: [&str; 10] = [
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
     CREATE TABLE file (
         id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, settings BLOB NOT NULL, path TEXT NOT NULL, format TEXT NOT NULL,
         read INTEGER NOT NULL, low INTEGER, high INTEGER);
     CREATE TABLE name (path TEXT PRIMARY KEY, file INTEGER NOT NULL) WITHOUT ROWID;
     CREATE TABLE day (file INTEGER NOT NULL, day INTEGER NOT NULL, records INTEGER NOT NULL, PRIMARY KEY (file, day)) WITHOUT ROWID;
     CREATE TABLE identity (id INTEGER PRIMARY KEY, said TEXT NOT NULL UNIQUE);
     CREATE TABLE authority (id INTEGER PRIMARY KEY, said TEXT NOT NULL UNIQUE);
     CREATE TABLE record (
         patient BLOB NOT NULL, file INTEGER NOT NULL, record INTEGER NOT NULL, part INTEGER NOT NULL, line INTEGER NOT NULL,
         offset INTEGER NOT NULL, identity INTEGER, authority INTEGER, first INTEGER NOT NULL, days INTEGER NOT NULL, quantity REAL,
         claim INTEGER NOT NULL, prescription INTEGER NOT NULL, fill INTEGER NOT NULL, marks INTEGER NOT NULL, born INTEGER,
         sum INTEGER NOT NULL, PRIMARY KEY (patient, file, record, part)) WITHOUT ROWID;
     CREATE INDEX record_of_file ON record (file, record);
     CREATE TABLE fact (
         patient BLOB NOT NULL, file INTEGER NOT NULL, record INTEGER NOT NULL, part INTEGER NOT NULL, line INTEGER NOT NULL,
         offset INTEGER NOT NULL, authority INTEGER, kind TEXT NOT NULL, value INTEGER, day INTEGER, sum INTEGER NOT NULL,
         PRIMARY KEY (patient, file, record, part)) WITHOUT ROWID;
     CREATE INDEX fact_of_file ON fact (file);
     CREATE TABLE finding (
         patient BLOB NOT NULL, fingerprint BLOB NOT NULL, rule TEXT NOT NULL, severity TEXT NOT NULL, first_seen INTEGER NOT NULL,
         last_seen INTEGER NOT NULL, last_day INTEGER NOT NULL, withdrawn INTEGER, PRIMARY KEY (patient, fingerprint)) WITHOUT ROWID;",
    // The premise of a finding, since a more severe one is new; which run made or withdrew it, so that a repeated run reports the same; and whom the
    // mere passing of days concerns. `judging` is cleared: the next run judges everyone and finds out.
    "ALTER TABLE finding ADD COLUMN premise TEXT;
     ALTER TABLE finding ADD COLUMN made_by BLOB;
     ALTER TABLE finding ADD COLUMN withdrawn_by BLOB;
     CREATE INDEX finding_of_day ON finding (first_seen) WHERE withdrawn IS NULL;
     CREATE TABLE waiting (patient BLOB PRIMARY KEY) WITHOUT ROWID;
     DELETE FROM meta WHERE key = 'judging';",
    // Which version of a claim or resource is the last.
    "ALTER TABLE record ADD COLUMN version INTEGER NOT NULL DEFAULT 0;",
    // Whether a text is still what was written, and how many rows a file left, so that deletions and changes by others are noticed.
    "ALTER TABLE identity ADD COLUMN sum INTEGER;
     ALTER TABLE authority ADD COLUMN sum INTEGER;
     ALTER TABLE file ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;
     UPDATE file SET kept = (SELECT count(*) FROM record WHERE record.file = file.id)
                          + (SELECT count(*) FROM fact WHERE fact.file = file.id);",
    // What people decided about findings: rows are added, never changed.
    "CREATE TABLE disposition (
         patient BLOB NOT NULL, number INTEGER NOT NULL, fingerprint BLOB NOT NULL, rule TEXT NOT NULL, premise TEXT,
         also INTEGER NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, decided_by TEXT NOT NULL, until INTEGER,
         service TEXT, outcome TEXT, decided_on INTEGER, sum INTEGER NOT NULL, PRIMARY KEY (patient, number)) WITHOUT ROWID;",
    // Whether a finding is still what was written. From this version on, patients, numbers and fingerprints are sealed (`seal.rs`).
    "ALTER TABLE finding ADD COLUMN sum INTEGER;",
    // Which lines a table had (hashes of some, sealed), to distinguish a correction from another night; and which patient numbers were merged into
    // which others: a merge also applies to records of earlier and later nights.
    "ALTER TABLE file ADD COLUMN sketch BLOB;
     CREATE TABLE merged (
         patient BLOB NOT NULL, authority TEXT NOT NULL, into_patient BLOB NOT NULL, into_authority TEXT NOT NULL,
         format TEXT NOT NULL,
         PRIMARY KEY (patient, authority, into_patient, into_authority, format)) WITHOUT ROWID;",
    // How many decisions about a finding there were when it became current: whether it is back since the last of them.
    "ALTER TABLE finding ADD COLUMN decisions INTEGER;",
    // Who has which identifiers (sealed like patients), in the order of the nights: documents give a person a new number each time, and an identifier
    // shows that they are one person.
    "CREATE TABLE shared (
         number INTEGER PRIMARY KEY, patient BLOB NOT NULL, authority TEXT NOT NULL, identifier BLOB NOT NULL,
         issuer TEXT NOT NULL, born TEXT NOT NULL, format TEXT NOT NULL,
         UNIQUE (patient, authority, identifier, issuer, born, format));
     CREATE INDEX shared_identifier ON shared (identifier);",
    // The header of a table's patient column: two feeds may number the same people by different columns.
    "ALTER TABLE file ADD COLUMN patients TEXT;",
];

/// The number of tables that the steps create.
const TABLES: i64 = 13;

/// Why a file cannot be used as a ledger.
#[derive(Debug)]
pub enum UnfitSchema {
    /// It is another program's database.
    NotOurs,
    /// It has a version that this program does not know.
    Newer(i32),
    /// It has an older version, which has to be migrated first.
    Older(i32),
    /// One of its tables is missing.
    Damaged,
    /// The database failed.
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for UnfitSchema {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

fn number(connection: &Connection, pragma: &str) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, pragma, |row| row.get(0))
}

/// The version; `None` if the file is empty.
fn version(connection: &Connection) -> Result<Option<i32>, UnfitSchema> {
    let (application, version) =
        (number(connection, "application_id")?, number(connection, "user_version")?);
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (application, version) {
        (0, 0) if tables == 0 => Ok(None),
        (APPLICATION, version) if version > VERSION => Err(UnfitSchema::Newer(version)),
        (APPLICATION, version) if version > 0 => Ok(Some(version)),
        _ => Err(UnfitSchema::NotOurs),
    }
}

/// Whether the ledger can be read as it is.
///
/// # Errors
/// If it is not a ledger, or has another version.
pub fn check(connection: &Connection) -> Result<(), UnfitSchema> {
    match version(connection)? {
        Some(VERSION) => whole(connection),
        Some(older) => Err(UnfitSchema::Older(older)),
        None => Err(UnfitSchema::NotOurs),
    }
}

/// Whether a file is a ledger, by its first bytes.
pub fn is_ledger(path: &Path) -> bool {
    let mut head = [0; 72];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok()
        && head.starts_with(b"SQLite format 3\0")
        && head[68..] == APPLICATION.to_be_bytes()
}

/// Whether no table is missing.
fn whole(connection: &Connection) -> Result<(), UnfitSchema> {
    let sql =
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let tables: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    if tables < TABLES { Err(UnfitSchema::Damaged) } else { Ok(()) }
}

/// Creates or migrates the tables, and returns the version that was there before. Must be called within a transaction.
///
/// # Errors
/// If it is not a ledger, or has a newer version.
pub fn migrate(connection: &Connection) -> Result<i32, UnfitSchema> {
    let before = version(connection)?.unwrap_or(0);
    for step in STEPS.iter().skip(usize::try_from(before).unwrap_or(0)) {
        connection.execute_batch(step)?;
    }
    if before < VERSION {
        connection.pragma_update(None, "application_id", APPLICATION)?;
        connection.pragma_update(None, "user_version", VERSION)?;
        for table in ["identity", "authority"] {
            sum_texts(connection, table)?;
        }
    }
    whole(connection).map(|()| before)
}

/// Gives the texts of an older ledger their checksums.
fn sum_texts(connection: &Connection, table: &str) -> rusqlite::Result<()> {
    let mut find =
        connection.prepare(&format!("SELECT id, said FROM {table} WHERE sum IS NULL"))?;
    let texts: Vec<(i64, String)> =
        find.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut put = connection.prepare(&format!("UPDATE {table} SET sum = ?2 WHERE id = ?1"))?;
    for (id, said) in texts {
        put.execute(rusqlite::params![id, text_sum(&said)])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_of_any_older_version_becomes_the_same_as_a_new_one() {
        let tables = |connection: &Connection| {
            let mut statement =
                connection.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").unwrap();
            let rows = statement.query_map([], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?))
            });
            rows.unwrap().map(Result::unwrap).collect::<Vec<_>>()
        };
        let new = Connection::open_in_memory().unwrap();
        migrate(&new).unwrap();
        assert_eq!(number(&new, "user_version").unwrap(), VERSION);
        for older in 1..VERSION {
            let connection = Connection::open_in_memory().unwrap();
            for step in &STEPS[..older as usize] {
                connection.execute_batch(step).unwrap();
            }
            connection.pragma_update(None, "application_id", APPLICATION).unwrap();
            connection.pragma_update(None, "user_version", older).unwrap();
            assert!(matches!(check(&connection), Err(UnfitSchema::Older(found)) if found == older));
            migrate(&connection).unwrap();
            assert_eq!(tables(&connection), tables(&new));
            check(&connection).unwrap();
        }
    }

    #[test]
    fn what_is_not_a_ledger_is_left_alone() {
        let other = Connection::open_in_memory().unwrap();
        other.execute_batch("CREATE TABLE x (y)").unwrap();
        assert!(matches!(migrate(&other), Err(UnfitSchema::NotOurs)));
        let newer = Connection::open_in_memory().unwrap();
        migrate(&newer).unwrap();
        newer.pragma_update(None, "user_version", VERSION + 1).unwrap();
        assert!(matches!(migrate(&newer), Err(UnfitSchema::Newer(found)) if found == VERSION + 1));
    }
}

//! The error messages of a ledger: what is wrong, where, and what to do.

use std::path::Path;

use rusqlite::ErrorCode;

use super::KeyFault;
use super::key::key_path;
use super::schema::UnfitSchema;
use rxlint_input::error::{ErrorKind, InputError};

fn ledger(path: &Path, what: &str, help: &str) -> InputError {
    InputError::new(ErrorKind::Ledger {
        what: format!("the ledger {} {what}", path.display()),
        help: help.to_owned(),
    })
}

/// A database error. Its text never contains anything from a record: the statements are constants.
pub(super) fn of(path: &Path, error: &rusqlite::Error) -> InputError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ledger(
            path,
            "is in use by another run.",
            "Run again when that run has finished, or let this one wait: --ledger-wait SECONDS. Nothing was changed.",
        ),
        Some(ErrorCode::NotADatabase) => not_ours(path),
        Some(ErrorCode::DatabaseCorrupt) => damaged(path),
        Some(ErrorCode::DiskFull) => ledger(
            path,
            "cannot grow: the disk is full.",
            "Free some space and run again. Nothing was changed.",
        ),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => ledger(
            path,
            "cannot be opened or written.",
            "The file and its folder must be writable by this user: SQLite writes a journal next to it.",
        ),
        _ => ledger(
            path,
            &format!("could not be used: {error}."),
            "Nothing was changed. `rxlint ledger verify` looks for damage.",
        ),
    }
}

/// A ledger in which something is not what was written.
pub(super) fn damaged(path: &Path) -> InputError {
    ledger(
        path,
        "is damaged.",
        "Restore its last backup and check the nights since then again; docs/ledger.md explains how. `rxlint ledger verify` says \
         what is wrong with it.",
    )
}

/// A ledger whose key is missing.
pub(super) fn no_key(path: &Path, fault: KeyFault) -> InputError {
    let key = key_path(path);
    let (what, why) = match fault {
        KeyFault::Missing => {
            ("is not there", "Without it no one in the ledger can be found again.")
        }
        KeyFault::Other => {
            ("is not the key of this ledger", "With another key no one in the ledger can be found.")
        }
    };
    ledger(
        path,
        &format!("needs its key, and {} {what}.", key.display()),
        &format!(
            "{why} Put the key file back from the backup (`rxlint ledger backup` copies both). If it is lost, move the ledger away \
             and begin a new one from the exports of the look-back: `rxlint ledger import PATH… --ledger FILE --new-ledger`; findings are then first \
             seen on that day."
        ),
    )
}

/// A path without a ledger, where none may be created.
pub(super) fn none(path: &Path) -> InputError {
    ledger(
        path,
        "does not exist, or nothing is in it.",
        "Check the path: with another ledger the earlier nights would be missing. `--new-ledger` begins one.",
    )
}

/// A file that is not a ledger.
pub(super) fn not_ours(path: &Path) -> InputError {
    ledger(
        path,
        "is not a ledger of rxlint.",
        "Give another file; `--new-ledger` begins a ledger where there is none.",
    )
}

/// A path without a ledger, where one is needed.
pub(super) fn missing(path: &Path) -> InputError {
    ledger(
        path,
        "does not exist, or nothing is in it.",
        "Check the path, or `ledger` in rxlint.toml: give the ledger that `rxlint check` keeps the nights in.",
    )
}

/// An operating system error.
pub(super) fn system(path: &Path, error: &std::io::Error) -> InputError {
    ledger(
        path,
        &format!("cannot be opened: {error}."),
        "The file and its folder must be writable by this user.",
    )
}

/// A ledger of another version.
pub(super) fn schema(path: &Path, found: UnfitSchema) -> InputError {
    match found {
        UnfitSchema::NotOurs => not_ours(path),
        UnfitSchema::Newer(version) => ledger(
            path,
            &format!(
                "was written by a newer rxlint (its version is {version}, and this program knows version {}).",
                super::schema::VERSION
            ),
            "Use the newer rxlint. Nothing was changed.",
        ),
        UnfitSchema::Older(version) => ledger(
            path,
            &format!(
                "was written by an older rxlint (its version is {version}, and this program writes version {}).",
                super::schema::VERSION
            ),
            "Any run that writes to it updates it: `rxlint check --ledger` or `rxlint ledger prune`.",
        ),
        UnfitSchema::Damaged => damaged(path),
        UnfitSchema::Database(error) => of(path, &error),
    }
}

/// A file with the same name as an earlier one, which may be a correction of it or not: `doubt` says why not.
pub(super) fn same_name(name: &str, doubt: &str) -> InputError {
    InputError::new(ErrorKind::Ledger {
        what: format!(
            "a file called {name} was read before, {doubt}. Is it a correction, or another night under the same name?"
        ),
        help: "Give --same-name replace if it corrects what was read before, or --same-name add if the export has this name every night \
               (same-name in rxlint.toml sets it for good). Nothing was changed."
            .to_owned(),
    })
}

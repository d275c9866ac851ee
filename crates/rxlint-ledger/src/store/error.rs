//! What can be wrong with a ledger, in words: what, where, and what to do.

use std::path::Path;

use rusqlite::ErrorCode;

use super::schema::UnfitSchema;
use rxlint_input::error::{ErrorKind, InputError};

fn ledger(path: &Path, what: &str, help: &str) -> InputError {
    InputError::new(ErrorKind::Ledger {
        what: format!("the ledger {} {what}", path.display()),
        help: help.to_owned(),
    })
}

/// What the database said. Its own words never hold anything of a record: statements are constants.
pub(super) fn of(path: &Path, error: &rusqlite::Error) -> InputError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ledger(
            path,
            "is in use by another run.",
            "Wait until that run has ended, or let this one wait: --ledger-wait SECONDS. Nothing was changed.",
        ),
        Some(ErrorCode::NotADatabase) => not_ours(path),
        Some(ErrorCode::DatabaseCorrupt) => ledger(
            path,
            "is damaged.",
            "Put back the last copy of it and check the nights since then again; docs/ledger.md tells how.",
        ),
        Some(ErrorCode::DiskFull) => ledger(
            path,
            "cannot grow: the disk is full.",
            "Make room and run it again. Nothing was changed.",
        ),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => ledger(
            path,
            "cannot be opened or written.",
            "It and its folder must be writable for this user: SQLite keeps a journal beside it while it writes.",
        ),
        _ => ledger(
            path,
            &format!("could not be used: {error}."),
            "Nothing was changed. `rxlint ledger verify` looks for damage.",
        ),
    }
}

/// A file that holds something else.
pub(super) fn not_ours(path: &Path) -> InputError {
    ledger(
        path,
        "is no ledger of rxlint.",
        "Name another file; a new ledger is made where there is none.",
    )
}

/// No file where one is to be read.
pub(super) fn missing(path: &Path) -> InputError {
    ledger(
        path,
        "is not there.",
        "Check the path; `rxlint check --ledger FILE` and `rxlint ledger import` make one.",
    )
}

/// What the system said.
pub(super) fn system(path: &Path, error: &std::io::Error) -> InputError {
    ledger(
        path,
        &format!("cannot be opened: {error}."),
        "It and its folder must be writable for this user.",
    )
}

/// A ledger of another version.
pub(super) fn schema(path: &Path, found: UnfitSchema) -> InputError {
    match found {
        UnfitSchema::NotOurs => not_ours(path),
        UnfitSchema::Newer(version) => ledger(
            path,
            &format!(
                "was written by a newer rxlint (its version is {version}, and this program knows {}).",
                super::schema::VERSION
            ),
            "Use the newer rxlint. Nothing was changed.",
        ),
        UnfitSchema::Older(version) => ledger(
            path,
            &format!(
                "was written by an older rxlint (its version is {version}, and this program writes {}).",
                super::schema::VERSION
            ),
            "Any run that writes to it brings it up to date: `rxlint check --ledger` or `rxlint ledger prune`.",
        ),
        UnfitSchema::Database(error) => of(path, &error),
    }
}

/// A file that has the name of one that was read before, and other days.
pub(super) fn same_name(name: &str, before: &str, now: &str) -> InputError {
    InputError::new(ErrorKind::Ledger {
        what: format!(
            "{name} was read before, with the days {before}; now it holds {now}. Is that a correction, or another night under the same name?"
        ),
        help: "Say --same-name replace where it corrects what was read before, or --same-name add where every night has that name \
               (same-name in rxlint.toml settles it). Nothing was changed."
            .to_owned(),
    })
}

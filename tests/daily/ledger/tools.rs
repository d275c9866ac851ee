//! What these tests share: a folder of nights, the program run in it, and the contents of its ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::common::{rxlint_in, stderr, stdout};

/// The columns of every export here.
pub(crate) const HEADER: &str = "claim_id,patient_id,auth,birth_date,fill_date,drug_name,quantity,days_supply,status,diagnosis_code\n";

/// A folder with exports and a ledger.
pub(crate) struct Site {
    folder: tempfile::TempDir,
}

impl Site {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.path().join("ledger.db")
    }

    /// Writes an export with these rows.
    pub(crate) fn export(&self, name: &str, rows: &[&str]) {
        std::fs::write(
            self.path().join(name),
            HEADER.to_owned() + &rows.iter().map(|row| format!("{row}\n")).collect::<String>(),
        )
        .unwrap();
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        rxlint_in(self.path(), arguments)
    }

    /// Runs `check` with the ledger, and returns the report as JSON.
    pub(crate) fn night(&self, arguments: &[&str]) -> serde_json::Value {
        self.check(&[&["--new-ledger", "--ledger", "ledger.db"], arguments].concat())
    }

    /// Runs `check`, and returns the report as JSON.
    pub(crate) fn check(&self, arguments: &[&str]) -> serde_json::Value {
        let all = [
            &["check", "--isolated", "--columns", "authority=auth", "--format", "json"],
            arguments,
        ]
        .concat();
        let output = self.run(&all);
        assert!(output.status.code().is_some_and(|code| code != 2), "{}", stderr(&output));
        serde_json::from_str(&stdout(&output)).unwrap()
    }

    /// The same, without waiting for it.
    pub(crate) fn spawn(&self, arguments: &[&str]) -> std::process::Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rxlint"));
        command
            .current_dir(self.path())
            .env_clear()
            .args(["check", "--isolated", "--columns", "authority=auth"])
            .args(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The fingerprints of the current findings, or of the withdrawn ones.
    pub(crate) fn kept(&self, withdrawn: bool) -> BTreeSet<String> {
        let mut arguments =
            vec!["ledger", "findings", "--isolated", "--ledger", "ledger.db", "--format", "json"];
        arguments.extend(withdrawn.then_some("--withdrawn"));
        let output = self.run(&arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        prints(&serde_json::from_str(&stdout(&output)).unwrap())
    }

    /// The entire contents of the ledger, table by table.
    pub(crate) fn dump(&self) -> Dump {
        dump(&self.ledger())
    }

    pub(crate) fn verify(&self) -> String {
        stdout(&self.run(&["ledger", "verify", "--isolated", "--ledger", "ledger.db"]))
    }
}

/// The contents of each table.
pub(crate) type Dump = BTreeMap<String, Vec<Vec<Value>>>;

/// The contents of a ledger's tables; empty if there is no ledger yet.
pub(crate) fn dump(path: &Path) -> Dump {
    if !path.exists() {
        return BTreeMap::new();
    }
    let connection = Connection::open(path).unwrap();
    let mut tables = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .unwrap();
    let names: Vec<String> =
        tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let table = |name: String| {
        let mut statement = connection.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| (0..columns).map(|at| row.get(at)).collect());
        let rows: Vec<Vec<Value>> = rows.unwrap().map(Result::unwrap).collect();
        (name, rows)
    };
    names.into_iter().map(table).collect()
}

/// The fingerprints in a report or a list of findings.
pub(crate) fn prints(report: &serde_json::Value) -> BTreeSet<String> {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["fingerprint"].as_str().unwrap().to_owned()).collect()
}

//! Concurrent runs, killed runs, and disks that fail.

use std::time::Duration;

use rusqlite::Connection;

use crate::common::stderr;
use crate::ledger::tools::{Site, dump};

const ROW: &str = "C1,P1,,,2026-03-01,Oxycodone HCl 5 MG Tablet,42,14,PAID,";

#[test]
fn a_second_run_says_that_the_ledger_is_in_use() {
    let site = Site::new();
    site.export("a.csv", &[ROW]);
    site.night(&["a.csv"]);
    let before = site.dump();
    let other = Connection::open(site.ledger()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let output =
        site.run(&["check", "--isolated", "a.csv", "--new-ledger", "--ledger", "ledger.db"]);
    assert_eq!(output.status.code(), Some(2));
    let told = stderr(&output);
    assert!(
        told.contains("the ledger ledger.db is in use by another run.")
            && told.contains("--ledger-wait SECONDS"),
        "{told}"
    );
    // Read access is possible all the while.
    assert!(
        site.run(&["ledger", "status", "--isolated", "--ledger", "ledger.db"]).status.success()
    );
    // A run that waits gets its turn.
    let mut waiting =
        site.spawn(&["a.csv", "--new-ledger", "--ledger", "ledger.db", "--ledger-wait", "60"]);
    std::thread::sleep(Duration::from_millis(700));
    assert!(waiting.try_wait().unwrap().is_none(), "it waits");
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(waiting.wait().unwrap().code(), Some(0));
    assert_eq!(site.dump(), before);
}

/// Thirty-two concurrent runs, each over its own file.
fn crowd(wait: &str) -> (Site, Vec<(Option<i32>, String)>) {
    let site = Site::new();
    for run in 0..32 {
        site.export(
            &format!("{run}.csv"),
            &[&ROW.replace("P1", &format!("P{run}")).replace("C1", &format!("C{run}"))],
        );
    }
    let names: Vec<String> = (0..32).map(|run| format!("{run}.csv")).collect();
    let children: Vec<_> = names
        .iter()
        .map(|name| {
            site.spawn(&[name, "--new-ledger", "--ledger", "ledger.db", "--ledger-wait", wait])
        })
        .collect();
    let ended = children.into_iter().map(|child| {
        let output = child.wait_with_output().unwrap();
        (output.status.code(), stderr(&output))
    });
    let ended = ended.collect();
    (site, ended)
}

#[test]
fn thirty_two_runs_at_once() {
    let (site, ended) = crowd("0");
    let done = ended.iter().filter(|(code, _)| *code == Some(0)).count();
    for (code, told) in &ended {
        assert!(
            *code == Some(0) || (*code == Some(2) && told.contains("is in use by another run")),
            "{code:?}: {told}"
        );
    }
    assert!(done >= 1);
    assert_eq!(site.dump()["record"].len(), done);
    assert_eq!(site.verify(), "ledger.db: whole\n");

    let (site, ended) = crowd("300");
    for (code, told) in &ended {
        assert_eq!(*code, Some(0), "{told}");
    }
    assert_eq!(site.dump()["record"].len(), 32);
    assert_eq!(site.verify(), "ledger.db: whole\n");
}

#[test]
fn a_run_that_dies_while_it_writes_leaves_nothing() {
    let site = Site::new();
    let rows: Vec<String> = (0..2000).map(|n| ROW.replace("P1", &format!("P{n}"))).collect();
    site.export("a.csv", &rows.iter().map(String::as_str).collect::<Vec<_>>());
    site.night(&["a.csv"]);
    let before = site.dump();
    // A writer without room in its cache has begun to change pages; its machine stops here.
    let writer = Connection::open(site.ledger()).unwrap();
    writer.execute_batch("PRAGMA cache_size = 5; BEGIN IMMEDIATE; UPDATE record SET days = 99, sum = 0; DELETE FROM file;").unwrap();
    let journal = site.path().join("ledger.db-journal");
    assert!(journal.metadata().unwrap().len() > 4096);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            journal.metadata().unwrap().permissions().mode() & 0o777,
            0o600,
            "the journal is as private as the ledger"
        );
    }
    let after = Site::new();
    std::fs::copy(site.ledger(), after.ledger()).unwrap();
    std::fs::copy(&journal, after.path().join("ledger.db-journal")).unwrap();
    let key = |site: &Site| site.path().join("ledger.db.key");
    std::fs::copy(key(&site), key(&after)).unwrap();
    drop(writer);
    assert_eq!(after.verify(), "ledger.db: whole\n");
    assert_eq!(dump(&after.ledger()), before);
}

#[test]
fn a_run_whose_report_cannot_be_written_does_not_count() {
    let site = Site::new();
    site.export("a.csv", &[ROW]);
    let output = site.run(&[
        "check",
        "--isolated",
        "a.csv",
        "--ledger",
        "ledger.db",
        "--report",
        "json=no/such/folder/r.json",
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(site.dump().is_empty(), "what could not be told was not taken in");
}

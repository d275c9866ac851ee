//! The power fails while a run writes its ledger: whatever had reached the disk by then, the ledger is as it was before the run, or, once the run had
//! committed, as it is after it.
//!
//! One run of the program is stopped at its commit, so that its journal can be kept; then the states are constructed that a power failure may leave
//! under SQLite's protocol: the journal is on disk before a page is changed, and gone once all pages are. Pages and sectors reach the disk in any
//! order, and the last may be torn.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rxlint_ledger::{Ledger, OpenMode, key_path};

use crate::ledger::tools::{Dump, Site, dump};

/// What a disk writes atomically, at best.
const SECTOR: usize = 512;
/// How many places each kind of failure is tried at.
const PLACES: usize = 60;

/// A ledger before and after a run, and the run's journal as it was at the commit.
struct Written {
    before: Vec<u8>,
    after: Vec<u8>,
    journal: Vec<u8>,
    key: Vec<u8>,
}

/// Rows of patients; from the second night on, half of them are known.
fn export(site: &Site, name: &str, patients: std::ops::Range<u32>, day: u32) {
    let rows: Vec<String> = patients
        .map(|n| {
            format!(
                "{name}{n},P{n},,,2026-03-{day:02},{},30,14,PAID,",
                ["Oxycodone HCl 5 MG Tablet", "Naltrexone HCl 50 MG Tablet"][n as usize % 2]
            )
        })
        .collect();
    site.export(name, &rows.iter().map(String::as_str).collect::<Vec<_>>());
}

fn one_run() -> Written {
    let site = Site::new();
    export(&site, "one.csv", 0..300, 1);
    export(&site, "two.csv", 151..450, 9);
    site.night(&["one.csv"]);
    let before = fs::read(site.ledger()).unwrap();
    // The report goes into a pipe that is not read yet: the run waits with everything written but not committed.
    let pipe = site.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
    let mut run = Command::new(env!("CARGO_BIN_EXE_rxlint"))
        .current_dir(site.path())
        .env_clear()
        .args([
            "check",
            "--isolated",
            "--columns",
            "authority=auth",
            "two.csv",
            "--ledger",
            "ledger.db",
            "-qq",
            "--report",
            "json=pipe",
        ])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let journal = site.path().join("ledger.db-journal");
    let kept = site.path().join("kept");
    while fs::hard_link(&journal, &kept).is_err() {
        assert!(run.try_wait().unwrap().is_none(), "the run has ended without a journal");
        std::thread::yield_now();
    }
    // Once the report is read, the run commits: the journal is then complete, and its name disappears.
    assert!(!fs::read(&pipe).unwrap().is_empty());
    run.wait().unwrap();
    let (after, journal) = (fs::read(site.ledger()).unwrap(), fs::read(kept).unwrap());
    assert!(before != after && journal.len() > 10 * 4096, "{} bytes", journal.len());
    Written { before, after, journal, key: fs::read(key_path(&site.ledger())).unwrap() }
}

/// The ledger's contents after the power is back.
fn recovered(folder: &Path, what: &str, ledger: &[u8], journal: Option<&[u8]>, key: &[u8]) -> Dump {
    let path: PathBuf = folder.join("ledger.db");
    fs::write(&path, ledger).unwrap();
    fs::write(key_path(&path), key).unwrap();
    let beside = folder.join("ledger.db-journal");
    match journal {
        Some(journal) => fs::write(&beside, journal).unwrap(),
        None => drop(fs::remove_file(&beside)),
    }
    let open =
        Ledger::open(&path, OpenMode::Read).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(open.verify().unwrap(), [""; 0], "{what}");
    drop(open);
    dump(&path)
}

/// The ledger with some of its sectors in their state after the run.
fn mixed(written: &Written, is_new: impl Fn(usize) -> bool) -> Vec<u8> {
    let mut mixed = written.before.clone();
    for (sector, new) in written.after.chunks(SECTOR).enumerate() {
        let at = sector * SECTOR;
        if is_new(sector) {
            mixed.resize(mixed.len().max(at + new.len()), 0);
            mixed[at..at + new.len()].copy_from_slice(new);
        }
    }
    mixed
}

#[test]
fn a_power_failure_leaves_the_ledger_as_it_was_or_as_it_is() {
    let written = one_run();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let ledger = |what: &str, ledger: &[u8], journal: Option<&[u8]>| {
        recovered(folder, what, ledger, journal, &written.key)
    };
    let before = ledger("before", &written.before, None);
    let after = ledger("after", &written.after, None);
    assert_ne!(before, after);
    let mut points = 0;
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    for place in 0..PLACES {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        // Before the journal was safe, no page of the ledger was touched, and the journal may end anywhere, with any contents.
        let cut = written.journal.len() * place / PLACES + (random % 97) as usize;
        let cut = cut.min(written.journal.len());
        assert!(
            ledger("a journal cut short", &written.before, Some(&written.journal[..cut])) == before,
            "{cut}"
        );
        let mut torn = written.journal.clone();
        torn[cut..].fill(if place % 2 == 0 { 0 } else { 0xA5 });
        assert!(ledger("a torn journal", &written.before, Some(&torn)) == before, "{cut}");
        // After that, pages are changed, in this order and in any other, whole and torn.
        let sectors = written.after.len() / SECTOR;
        let in_order = mixed(&written, |sector| sector < sectors * place / PLACES);
        assert!(
            ledger("some pages written", &in_order, Some(&written.journal)) == before,
            "{place}"
        );
        let scattered =
            mixed(&written, |sector| (sector as u64).wrapping_mul(random | 1) >> 60 < 8);
        assert!(
            ledger("scattered pages written", &scattered, Some(&written.journal)) == before,
            "{place}"
        );
        points += 4;
    }
    // Every page is written, and the journal is still there; then it is gone.
    assert!(ledger("all pages written", &written.after, Some(&written.journal)) == before);
    assert!(ledger("committed", &written.after, None) == after);
    // A journal whose head was cleared is not a journal.
    let mut cleared = written.journal.clone();
    cleared[..28].fill(0);
    assert!(ledger("a cleared journal", &written.after, Some(&cleared)) == after);
    println!("{} points", points + 3);
    assert!(points >= 200);
}

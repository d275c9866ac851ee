//! The key of a ledger: the file alone does not reveal who is in it, and a ledger whose key is lost says what to do.

use std::fs;

use rusqlite::Connection;
use rxlint_ledger::{LedgerKey, key_path};
use rxlint_model::finding::PatientKey;

use crate::common::{stderr, stdout};
use crate::ledger::tools::{Site, prints};

const OXYCODONE: &str = "C1,P1,,1970-02-02,2026-03-01,Oxycodone HCl 5 MG Tablet,42,14,PAID,";
const NALTREXONE: &str =
    "C2,P1,,1970-02-02,2026-03-10,Naltrexone HCl 50 MG Tablet,30,30,PAID,G89.29";

fn two_nights() -> Site {
    let site = Site::new();
    site.export(
        "one.csv",
        &[OXYCODONE, "C3,P2,,1980-03-03,2026-03-02,Lisinopril 10 MG Tablet,30,30,PAID,"],
    );
    site.export("two.csv", &[NALTREXONE]);
    site.night(&["one.csv"]);
    assert_eq!(prints(&site.night(&["two.csv"])).len(), 2);
    site
}

/// A ledger of the same two nights as written by version 4, with identifiers that anyone could compute.
pub(crate) fn version_4() -> Site {
    let site = Site::new();
    Connection::open(site.ledger()).unwrap().execute_batch(include_str!("version-4.sql")).unwrap();
    site
}

fn holds(site: &Site, bytes: &[u8]) -> bool {
    let ledger = fs::read(site.ledger()).unwrap();
    ledger.windows(bytes.len()).any(|window| window == bytes)
}

/// A patient's key as written by versions before 5.
fn open_key(patient: &str) -> Vec<u8> {
    PatientKey::new(patient, "").0.map(u64::to_be_bytes).concat()
}

fn code(site: &Site, arguments: &[&str]) -> (Option<i32>, String) {
    let output = site.run(arguments);
    (output.status.code(), stdout(&output) + &stderr(&output))
}

const CHECK: [&str; 5] = ["check", "--isolated", "two.csv", "--ledger", "ledger.db"];

#[test]
fn no_one_is_found_in_a_ledger_without_its_key() {
    let site = two_nights();
    let key = key_path(&site.ledger());
    let text = fs::read_to_string(&key).unwrap();
    assert!(text.starts_with("rxlint-ledger-key-1 ") && text.trim().len() == 84, "{text}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    // Neither a patient nor a finding can be found by computing its key.
    for patient in ["P1", "P2"] {
        assert!(!holds(&site, &open_key(patient)), "{patient}");
    }
    for print in site.kept(false) {
        assert!(!holds(&site, &u128::from_str_radix(&print, 16).unwrap().to_be_bytes()), "{print}");
    }
    // Two sites that read the same files have nothing in common that reveals who is in them.
    let other = two_nights();
    let (ours, theirs) = (site.dump(), other.dump());
    for (table, columns) in [("record", &[0, 11][..]), ("fact", &[0]), ("finding", &[0, 1])] {
        for column in columns {
            let [mut ours, mut theirs] = [&ours, &theirs].map(|dump| {
                dump[table].iter().map(|row| format!("{:?}", row[*column])).collect::<Vec<_>>()
            });
            ours.sort();
            theirs.sort();
            assert!(ours.iter().all(|value| !theirs.contains(value)), "{table} {column}: {ours:?}");
        }
    }
    assert_eq!(site.kept(false), other.kept(false), "and both say the same of it");
}

#[test]
fn a_lost_key_is_reported_with_what_to_do() {
    let site = two_nights();
    let (key, away) = (key_path(&site.ledger()), site.path().join("away"));
    let before = fs::read(site.ledger()).unwrap();
    fs::rename(&key, &away).unwrap();
    for arguments in [
        &CHECK[..],
        &["ledger", "findings", "--isolated", "--ledger", "ledger.db"],
        &["ledger", "forget", "--patient", "P1", "--isolated", "--ledger", "ledger.db"],
        &["ledger", "backup", "copy", "--isolated", "--ledger", "ledger.db"],
    ] {
        let (code, told) = code(&site, arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {told}");
        assert!(told.contains("needs its key, and ledger.db.key is not there."), "{told}");
        assert!(
            told.contains("from the backup") && told.contains("--ledger FILE --new-ledger"),
            "{told}"
        );
    }
    assert!(!key.exists(), "no other key is made in its place");
    let (code_, told) = code(&site, &["ledger", "verify", "--isolated", "--ledger", "ledger.db"]);
    assert!(code_ == Some(1) && told.contains("needs its key"), "{told}");
    // Another ledger's key, a truncated one, an empty one.
    let other = fs::read(key_path(&two_nights().ledger())).unwrap();
    for wrong in [&other[..], &other[..40], b"", b"0123456789abcdef"] {
        fs::write(&key, wrong).unwrap();
        let (code, told) = code(&site, &CHECK);
        assert_eq!(code, Some(2), "{told}");
        assert!(told.contains("ledger.db.key is not the key of this ledger."), "{told}");
        assert_eq!(fs::read(&key).unwrap(), wrong, "it is left alone");
    }
    assert!(fs::read(site.ledger()).unwrap() == before, "not a byte");
    fs::rename(&away, &key).unwrap();
    assert_eq!(code(&site, &CHECK).0, Some(1));
    // An existing file in the place of a new ledger's key is not overwritten.
    fs::write(site.path().join("new.db.key"), "a letter").unwrap();
    let (code, told) =
        code(&site, &["check", "--isolated", "two.csv", "--new-ledger", "--ledger", "new.db"]);
    assert_eq!(code, Some(2), "{told}");
    assert_eq!(fs::read(site.path().join("new.db.key")).unwrap(), b"a letter");
}

#[test]
fn an_older_ledger_is_sealed_and_says_so() {
    let new = two_nights();
    let site = version_4();
    assert!(holds(&site, &open_key("P1")));
    site.export("three.csv", &["C9,P9,,,2026-03-12,Methadone 10 MG,30,30,PAID,"]);
    let (code_, told) = code(&site, &["check", "--isolated", "three.csv", "--ledger", "ledger.db"]);
    assert_eq!(code_, Some(0), "{told}");
    assert!(
        told.contains("its identifiers are now sealed with the key in ledger.db.key"),
        "{told}"
    );
    assert!(!holds(&site, &open_key("P1")), "what was open is overwritten");
    assert_eq!(site.verify(), "ledger.db: whole\n");
    // Current findings remain current, with the same fingerprints, and the patients are found again.
    assert_eq!(site.kept(false), new.kept(false));
    let (_, told) = code(&site, &["check", "--isolated", "three.csv", "--ledger", "ledger.db"]);
    assert!(!told.contains("sealed"), "it is said once: {told}");
    site.export(
        "four.csv",
        &["C1,P1,,1970-02-02,2026-03-01,Oxycodone HCl 5 MG Tablet,42,14,REVERSED,"],
    );
    let report = site.night(&["four.csv"]);
    let withdrawn = report["summary"]["ledger"]["withdrawn"].as_array().unwrap();
    assert_eq!(withdrawn[0]["rule"], "opioid-antagonist-overlap", "{report}");
    let (_, told) = code(
        &site,
        &["ledger", "forget", "--patient", "P1", "--isolated", "--ledger", "ledger.db"],
    );
    assert!(told.starts_with("3 records, 1 fact and "), "{told}");
    // A row that was damaged before is still damaged.
    let site = version_4();
    Connection::open(site.ledger())
        .unwrap()
        .execute("UPDATE record SET days = days + 1 WHERE days = 14", [])
        .unwrap();
    let (code_, told) = code(&site, &["ledger", "prune", "--isolated", "--ledger", "ledger.db"]);
    assert_eq!(code_, Some(0), "{told}");
    assert!(told.contains("Note: The ledger is from an older version"), "{told}");
    assert!(site.verify().contains("1 records are not what was written"), "{}", site.verify());
}

#[test]
fn a_backup_is_one_command_while_a_run_goes_on() {
    let site = two_nights();
    let backup =
        |to: &str| code(&site, &["ledger", "backup", to, "--isolated", "--ledger", "ledger.db"]);
    let run = Connection::open(site.ledger()).unwrap();
    run.execute_batch("BEGIN IMMEDIATE; UPDATE meta SET value = 1 WHERE key = 'as-of'").unwrap();
    let (code_, told) = backup("copy.db");
    assert_eq!(
        (code_, told.as_str()),
        (Some(0), "copy.db: a whole copy, with its key in copy.db.key\n")
    );
    run.execute_batch("ROLLBACK").unwrap();
    let copy = site.path().join("copy.db");
    assert_eq!(crate::ledger::tools::dump(&copy), site.dump());
    #[cfg(unix)]
    for file in [&copy, &key_path(&copy)] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    // It is a usable ledger, and replaces only an earlier backup of the same ledger.
    assert_eq!(code(&site, &["check", "--isolated", "two.csv", "--ledger", "copy.db"]).0, Some(1));
    assert_eq!(backup("copy.db").0, Some(0));
    let other = two_nights();
    for (file, name) in [(other.ledger(), "other.db"), (key_path(&other.ledger()), "other.db.key")]
    {
        fs::copy(file, site.path().join(name)).unwrap();
    }
    for (to, why) in [
        ("one.csv", "one.csv exists, and is not an rxlint ledger"),
        ("other.db", "other.db is the backup of another ledger"),
        ("ledger.db", "are the same file"),
        ("./ledger.db", "are the same file"),
        ("ledger.db-journal", "a journal of --ledger"),
        ("ledger.db-wal", "a journal of --ledger"),
        ("no/such/folder.db", "No such file"),
    ] {
        let before = fs::read(site.ledger()).unwrap();
        let (code, told) = backup(to);
        assert!(code == Some(2) && told.contains(why), "{to}: {told}");
        assert!(fs::read(site.ledger()).unwrap() == before);
    }
    // A damaged ledger does not replace a good copy.
    let good = fs::read(&copy).unwrap();
    Connection::open(site.ledger()).unwrap().execute("UPDATE record SET days = 3", []).unwrap();
    let (code_, told) = backup("copy.db");
    assert!(code_ == Some(1) && told.contains("2 records are not what was written"), "{told}");
    assert!(fs::read(&copy).unwrap() == good);
    let left = fs::read_dir(site.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(left.filter(|name| name.ends_with(".tmp")).count(), 0);
}

#[test]
fn a_run_refuses_what_verify_refuses() {
    let site = two_nights();
    let whole = fs::read(site.ledger()).unwrap();
    for change in [
        "UPDATE record SET first = first - 300 WHERE days = 14",
        "UPDATE record SET days = days + 1",
        "UPDATE record SET claim = 0",
        "UPDATE record SET patient = x'00112233445566778899aabbccddeeff'",
        "UPDATE fact SET day = day - 9999",
        "UPDATE identity SET said = replace(said, 'Oxycodone', 'Lisinopril')",
        "UPDATE finding SET first_seen = first_seen - 1",
        "UPDATE finding SET withdrawn = 20000",
        "UPDATE finding SET severity = 'low'",
        "DELETE FROM record",
        "DELETE FROM record WHERE days = 14",
        "DELETE FROM fact",
        "DELETE FROM finding WHERE severity = 'high'",
        "DELETE FROM file WHERE id = 1",
        "DELETE FROM file",
        "DELETE FROM name",
        "DELETE FROM day WHERE file = 1",
        "DELETE FROM identity",
        "DELETE FROM meta WHERE key = 'judging'",
        "DELETE FROM meta WHERE key = 'held'",
        "DELETE FROM meta WHERE key = 'key'",
        "INSERT INTO record SELECT patient, file, record + 1, part, line, offset, identity, authority, first, days, quantity, claim, \
         prescription, fill, marks, born, sum, version FROM record",
        "DROP TABLE waiting",
    ] {
        fs::write(site.ledger(), &whole).unwrap();
        Connection::open(site.ledger()).unwrap().execute_batch(change).unwrap();
        let (verified, said) =
            code(&site, &["ledger", "verify", "--isolated", "--ledger", "ledger.db"]);
        let (checked, told) = code(&site, &CHECK);
        assert!(matches!(verified, Some(1 | 2)), "{change}: {said}");
        assert!(checked == Some(2) && told.contains("is damaged."), "{change}: {told}");
    }
    fs::write(site.ledger(), &whole).unwrap();
    assert_eq!(code(&site, &CHECK).0, Some(1));
    assert!(LedgerKey::read(&key_path(&site.ledger())).unwrap().is_some());
}

use std::fs;
use std::path::Path;

use super::*;
use crate::cli::{BookArgs, ReadingArgs};
use crate::command::judging;
use crate::command::opening;
use crate::config::Config;

/// What a change of a configuration key changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// How records are read, and so what was kept of them.
    Reading,
    /// What is found in the same records.
    Judging,
    Both,
    /// Neither, and why.
    Neither(&'static str),
}
use Effect::*;

const SHOWN: Effect = Neither("it decides what is shown or written, not what is found");
const EXIT: Effect = Neither("it decides the exit code");

/// Every key of `rxlint.toml`, a change of it, and what that changes.
const KEYS: &[(&str, &str, Effect)] = &[
    (
        "accept",
        "[[accept]]\nrule = \"recent-opioid\"\nreason = \"r\"\nfingerprint = \"0123456789abcdef0123456789abcdef\"\nuntil = 2026-12-31\n",
        SHOWN,
    ),
    (
        "alerts",
        "alerts = \"a.csv\"",
        Neither("the table is for formularies, which no ledger keeps"),
    ),
    ("baseline", "baseline = \"b.json\"", SHOWN),
    ("blockade", "[blockade]\noral = 4", Judging),
    ("carry-over-cap", "carry-over-cap = 7", Judging),
    ("columns", "[columns]\npatient = \"MRN\"", Reading),
    ("date-format", "[date-format]\nfill_date = \"%d/%m/%y\"", Reading),
    ("date-order", "date-order = \"mdy\"", Reading),
    ("date-pivot", "date-pivot = 30", Reading),
    ("dates", "dates = \"relative\"", SHOWN),
    ("default-days", "default-days = 14", Judging),
    ("delimiter", "delimiter = \";\"", Reading),
    ("dispositions", "dispositions = \"d.csv\"", SHOWN),
    ("exit-zero", "exit-zero = true", EXIT),
    ("fail-on", "fail-on = \"high\"", EXIT),
    ("format", "format = \"json\"", SHOWN),
    ("formulary", "[formulary]\npaths = [\"f.csv\"]", Neither("no ledger keeps formularies")),
    (
        "formulary-columns",
        "[formulary-columns]\ntier = \"T\"",
        Neither("no ledger keeps formularies"),
    ),
    ("ignore", "ignore = [\"missing-days-supply\"]", Judging),
    ("country", "country = \"AU\"", Judging),
    ("jurisdiction", "jurisdiction = \"uk\"", Judging),
    ("ledger", "ledger = \"l.db\"", Neither("it names the ledger itself")),
    ("look-alikes", "look-alikes = true", Neither("it switches on rules about formularies alone")),
    ("look-back", "look-back = 90", Neither("what is older is pruned by each run anew")),
    ("max-rejects", "max-rejects = 3", EXIT),
    ("max-unresolved", "max-unresolved = \"10%\"", EXIT),
    ("max-shown", "max-shown = 3", SHOWN),
    ("no-header", "no-header = true", Reading),
    ("phi", "phi = \"mask\"", SHOWN),
    // A placeholder identifier is not kept; and one that no longer is a placeholder would have been.
    ("placeholders", "placeholders = [\"nobody\"]", Both),
    ("profile", "[[profile]]\npath = \"*.csv\"\n[profile.status]\nZ9 = \"cancelled\"", Reading),
    ("quiet", "quiet = 1", SHOWN),
    ("rules", "rules = [\"own\"]", Both),
    ("same-name", "same-name = \"add\"", Neither("it speaks of tonight's files alone")),
    ("select", "select = [\"DD\"]", Judging),
    ("severity", "[severity]\nrecent-opioid = \"low\"", Judging),
    ("show", "show = \"high\"", SHOWN),
    ("site-key", "site-key = \"k\"", SHOWN),
    ("skip-lines", "skip-lines = 2", Reading),
    ("status", "[status]\n\"Z9\" = \"cancelled\"", Both),
    ("statistics", "statistics = true", SHOWN),
    ("status", "[status]\nFOO = \"cancelled\"", Both),
    ("strict", "strict = true", Judging),
    ("threads", "threads = 2", Neither("no result depends on threads")),
    ("verbose", "verbose = true", SHOWN),
    ("vocabulary", "[[vocabulary]]\npath = \"codes.csv\"", Both),
    ("vocabulary-cache", "vocabulary-cache = \"cache\"", Neither("a copy is read as its table")),
    ("witness", "witness = \"off\"", EXIT),
    ("windows", "[windows.short-acting]\nhard = 7\nsoft = 14", Judging),
];

/// The key of a run with that configuration, which is in the folder.
fn key(folder: &Path, text: &str) -> SettingsKey {
    let config = Config::parse(&folder.join("rxlint.toml").display().to_string(), text).unwrap();
    let engine = judging::engine(&BookArgs::default(), &config, Purpose::Prescriptions).unwrap();
    let options = opening::reading_options(&config, &ReadingArgs::default()).unwrap();
    SettingsKey::of(&engine, &options)
}

/// A folder with what the configurations above name.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let drug = "id = \"ours\"\nnames = [\"oursofen\"]\nrole = \"known\"\n";
    fs::create_dir_all(folder.path().join("own/drugs")).unwrap();
    fs::write(folder.path().join("own/drugs/ours.toml"), drug).unwrap();
    fs::write(folder.path().join("codes.csv"), "code,name\nN1,Naltrexone 50 mg\n").unwrap();
    folder
}

#[test]
fn every_configuration_key_is_in_the_key_or_says_why_not() {
    let folder = folder();
    let usual = key(folder.path(), "");
    for (name, text, effect) in KEYS {
        let changed = key(folder.path(), text);
        let found = (changed.reading != usual.reading, changed.judging != usual.judging);
        let expected = match effect {
            Reading => (true, false),
            Judging => (false, true),
            Both => (true, true),
            Neither(_) => (false, false),
        };
        assert_eq!(found, expected, "{name}: reading, judging");
    }
    let schema = serde_json::to_value(schemars::schema_for!(Config)).unwrap();
    let listed: Vec<&str> = KEYS.iter().map(|(name, ..)| *name).collect();
    for key in schema["properties"].as_object().unwrap().keys() {
        assert!(listed.contains(&key.as_str()), "decide what `{key}` changes, and list it here");
    }
}

#[test]
fn content_counts_and_names_do_not() {
    let folder = folder();
    let table = "[[vocabulary]]\npath = \"codes.csv\"";
    let before = key(folder.path(), table);
    fs::copy(folder.path().join("codes.csv"), folder.path().join("same.csv")).unwrap();
    assert_eq!(key(folder.path(), &table.replace("codes", "same")), before, "another name");
    fs::write(folder.path().join("codes.csv"), "code,name\nN1,Oxycodone 5 mg\n").unwrap();
    assert_ne!(key(folder.path(), table), before, "another content");

    // What standard input is called, and how a table of persons is, changes nothing.
    let config = Config::default();
    let engine = judging::engine(&BookArgs::default(), &config, Purpose::Prescriptions).unwrap();
    let plain = ReadingArgs::default();
    let mut named = plain.clone();
    named.input.stdin_name = Some("tonight.csv".to_owned());
    named.patients = vec!["births.csv".into()];
    let of =
        |reading| SettingsKey::of(&engine, &opening::reading_options(&config, reading).unwrap());
    assert_eq!(of(&named), of(&plain));
}

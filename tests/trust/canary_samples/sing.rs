//! Runs that read variants of a sample, and the search for what they must not reveal.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::common::{document, everything_written};

/// A name and a number that occur nowhere else.
pub(crate) const CANARY: &str = "Zqcanary 7712345";
const CANARIES: [&str; 2] = ["zqcanary", "7712345"];

/// A sample changed in one place.
pub(crate) struct Variant {
    name: String,
    pub(crate) bytes: Vec<u8>,
    /// What precedes the change.
    what: String,
}

impl Variant {
    /// The variant gets its own patients, by a text of the same length: what is found in one says nothing about another.
    pub(crate) fn new(nth: usize, name: &str, mut bytes: Vec<u8>, what: String) -> Self {
        let own = [b'Q' + (nth / 26) as u8, b'A' + (nth % 26) as u8];
        for at in 0..bytes.len().saturating_sub(4) {
            if bytes[at..].starts_with(b"P00") && bytes[at + 3].is_ascii_digit() {
                bytes[at + 1..at + 3].copy_from_slice(&own);
            }
        }
        Self { name: format!("{nth:03}-{name}"), bytes, what }
    }

    /// The same with other bytes: what was changed was only a part.
    pub(crate) fn with(self, bytes: Vec<u8>) -> Self {
        Self { bytes, ..self }
    }
}

/// The text around each canary, each distinct one once.
fn heard(place: &str, bytes: &[u8], leaks: &mut BTreeSet<String>) {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    for canary in CANARIES {
        for (at, _) in text.match_indices(canary) {
            let from = text.floor_char_boundary(at.saturating_sub(100));
            let to = text.ceil_char_boundary((at + 60).min(text.len()));
            leaks.insert(format!("{place}: …{}…", text[from..to].escape_debug()));
        }
    }
}

/// Runs what writes or says something about these variants, and fails if a canary is found. It must make at least this many findings, since a run
/// that finds nothing proves little.
pub(crate) fn sing(kind: &str, variants: Vec<Variant>, findings: usize) {
    assert!(!variants.is_empty(), "{kind}");
    let site = tempfile::tempdir().unwrap();
    let (site, temporary) = (site.path(), site.path().join("temporary"));
    fs::create_dir(&temporary).unwrap();
    fs::create_dir(site.join("in")).unwrap();
    for variant in &variants {
        fs::write(site.join("in").join(&variant.name), &variant.bytes).unwrap();
    }
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rxlint"));
        command.current_dir(site).env_clear().env("TMPDIR", &temporary).args(arguments);
        command.output().unwrap()
    };
    let mut leaks = BTreeSet::new();
    let masked = [
        "check",
        "in",
        "--isolated",
        "--phi",
        "mask",
        "--max-rejects",
        "99999",
        "--memory-limit",
        "1",
    ];
    let written = everything_written();
    let mut all = masked.to_vec();
    all.extend(written.iter().map(String::as_str));
    let output = run(&all);
    assert_ne!(output.status.code(), None, "{kind}");
    heard("standard output", &output.stdout, &mut leaks);
    heard("standard error", &output.stderr, &mut leaks);
    let dry = run(&[&masked[..], &["--dry-run"]].concat());
    heard("dry run", &[dry.stdout, dry.stderr].concat(), &mut leaks);
    // Whatever may be shown of a record, progress messages never show a cell.
    let shown = run(&["check", "in", "--isolated", "-v", "--max-rejects", "99999"]);
    heard("standard error, not masked", &shown.stderr, &mut leaks);
    let found = fs::read(site.join("r.jsonl")).map_or(0, |report| {
        String::from_utf8_lossy(&report)
            .lines()
            .filter(|line| line.contains("\"type\":\"finding\""))
            .count()
    });
    leaks.extend(files(site, &masked_ledger(site)));
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0, "{kind}: temporary files are left");
    println!("{kind}: {} variants, {found} findings", variants.len());
    let told: Vec<String> = leaks.into_iter().take(20).collect();
    assert!(told.is_empty(), "{kind}:\n{}\nvariants:\n{}", told.join("\n"), list(&variants));
    assert!(found >= findings, "{kind}: {found} findings");
}

fn list(variants: &[Variant]) -> String {
    variants
        .iter()
        .map(|variant| format!("{}: {}\n", variant.name, variant.what.escape_debug()))
        .collect()
}

/// The texts that a ledger deliberately keeps as a record wrote them: drugs, and issuers of identifiers.
fn masked_ledger(site: &Path) -> Vec<String> {
    let Ok(connection) = rusqlite::Connection::open(site.join("rx.ledger")) else {
        return Vec::new();
    };
    let mut kept = Vec::new();
    for table in ["identity", "authority"] {
        let Ok(mut texts) = connection.prepare(&format!("SELECT said FROM {table}")) else {
            continue;
        };
        let texts = texts.query_map([], |row| row.get::<_, String>(0)).unwrap();
        kept.extend(texts.map(|text| text.unwrap().to_lowercase()));
    }
    kept
}

/// Canaries in the files that a run wrote, excluding the drugs and authorities that the ledger keeps.
fn files(site: &Path, kept: &[String]) -> BTreeSet<String> {
    let mut leaks = BTreeSet::new();
    for entry in fs::read_dir(site)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_file())
    {
        let (name, bytes) =
            (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap());
        if name.starts_with("rx.ledger") {
            let mut text = String::from_utf8_lossy(&bytes).to_lowercase();
            let mut long_first = kept.to_vec();
            long_first.sort_by_key(|text| std::cmp::Reverse(text.len()));
            long_first.iter().for_each(|kept| text = text.replace(kept.as_str(), ""));
            heard(&name, text.as_bytes(), &mut leaks);
        } else {
            heard(&name, document(bytes).as_bytes(), &mut leaks);
        }
    }
    leaks
}

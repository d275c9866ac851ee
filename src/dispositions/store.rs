//! The file of a site that keeps no ledger: one row per decision, and one per worklist that was imported. Rows are added,
//! never changed.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::WorklistCount;
use crate::command::Failure;
use rxlint_model::day::Day;
use rxlint_model::disposition::{Disposition, DispositionKind};
use rxlint_report::file::write_whole;

/// The columns of the file.
pub const COLUMNS: [&str; 14] = [
    "type",
    "fingerprint",
    "rule",
    "premise",
    "also",
    "disposition",
    "reason",
    "by",
    "until",
    "outcome",
    "service",
    "on",
    "findings",
    "patients",
];

/// What the file holds.
#[derive(Clone, Debug, Default)]
pub struct Store {
    /// What was decided, in the order in which it was imported.
    pub dispositions: Vec<Disposition>,
    /// The worklists that were imported.
    pub worklists: Vec<WorklistCount>,
}

impl Store {
    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read, or a row of it is not what was written.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let bytes = std::fs::read(path).map_err(|error| {
            Failure::new(
                format!("the dispositions {} cannot be read: {error}", path.display()),
                "`rxlint dispositions import WORKLIST --dispositions FILE` creates the file",
            )
        })?;
        Self::parse(&bytes).map_err(|row| {
            Failure::new(
                format!("{}: row {row} does not belong in a file of dispositions", path.display()),
                "restore the file from its last backup: only `rxlint dispositions import` writes it",
            )
        })
    }

    /// The same; nothing where there is no file yet.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_if_there(path: &Path) -> Result<Self, Failure> {
        if path.exists() { Self::read(path) } else { Ok(Self::default()) }
    }

    fn parse(bytes: &[u8]) -> Result<Self, usize> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        let mut store = Self::default();
        for (number, row) in (1..).zip(rows.records()) {
            let row = row.map_err(|_| number)?;
            if number == 1 {
                if !row.iter().eq(COLUMNS) {
                    return Err(number);
                }
                continue;
            }
            store.take(&row).ok_or(number)?;
        }
        Ok(store)
    }

    fn take(&mut self, row: &csv::StringRecord) -> Option<()> {
        let cell = |name: &str| {
            let at = COLUMNS.iter().position(|column| *column == name)?;
            Some(unguarded(row.get(at)?)).filter(|cell| !cell.is_empty())
        };
        let text = |name: &str| cell(name).map(str::to_owned);
        let day = |name: &str| match cell(name) {
            Some(text) => Day::from_iso(text).map(Some),
            None => Some(None),
        };
        let kind = DispositionKind::from_text;
        match cell("type")? {
            "worklist" => self.worklists.push(WorklistCount {
                as_of: day("on")??,
                findings: cell("findings")?.parse().ok()?,
                patients: cell("patients").map(str::parse).transpose().ok()?,
            }),
            "disposition" => self.dispositions.push(Disposition {
                fingerprint: cell("fingerprint")?.parse().ok()?,
                rule: text("rule")?,
                premise: text("premise"),
                also: cell("also").unwrap_or("0").parse().ok()?,
                kind: kind(cell("disposition")?)?,
                reason: text("reason").unwrap_or_default(),
                by: text("by")?,
                until: match day("until")? {
                    None if kind(cell("disposition")?)?.needs_until() => return None,
                    until => until,
                },
                service: text("service"),
                outcome: text("outcome"),
                on: day("on")?,
            }),
            _ => return None,
        }
        Some(())
    }

    /// Writes the file whole, or leaves it as it is.
    ///
    /// # Errors
    /// A failed write.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        write_whole(path, |out| self.write_to(out)).map_err(|error| {
            Failure::new(error.to_string(), "give --dispositions a path that you may write to")
        })
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// A failed write.
    pub fn write_to(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(out);
        table.write_record(COLUMNS)?;
        for one in &self.dispositions {
            table.write_record(disposition_row(one).iter().map(|cell| guarded(cell)))?;
        }
        for one in &self.worklists {
            let mut row = vec![String::new(); COLUMNS.len()];
            row[0] = "worklist".to_owned();
            row[11] = one.as_of.to_string();
            row[12] = one.findings.to_string();
            row[13] = one.patients.map(|count| count.to_string()).unwrap_or_default();
            table.write_record(&row)?;
        }
        table.flush()
    }
}

fn disposition_row(one: &Disposition) -> [String; 14] {
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        "disposition".to_owned(),
        one.fingerprint.to_string(),
        one.rule.clone(),
        text(&one.premise),
        one.also.to_string(),
        one.kind.name().to_owned(),
        one.reason.clone(),
        one.by.clone(),
        day(one.until),
        text(&one.outcome),
        text(&one.service),
        day(one.on),
        String::new(),
        String::new(),
    ]
}

/// A cell that no spreadsheet reads as a formula.
fn guarded(cell: &str) -> String {
    let is_formula = cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}

/// The cell without what guards it.
pub(super) fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'')
        .filter(|rest| rest.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r']))
        .unwrap_or(cell)
}

/// Keeps other imports into the same file away as long as it lives: two at once would lose what one of them adds.
#[derive(Debug)]
pub struct StoreLock(#[allow(dead_code, reason = "it is unlocked when it is dropped")] File);

impl StoreLock {
    /// Waits for the file.
    ///
    /// # Errors
    /// If its folder cannot be written.
    pub fn of(path: &Path) -> Result<Self, Failure> {
        let mut name = path.as_os_str().to_owned();
        name.push(".lock");
        let name = PathBuf::from(name);
        let cannot = |error: io::Error| {
            Failure::new(
                format!("{} cannot be locked: {error}", name.display()),
                "give --dispositions a path in a folder that you may write to",
            )
        };
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(&name).map_err(cannot)?;
        file.lock().map_err(cannot)?;
        Ok(Self(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rxlint_model::finding::Fingerprint;

    #[test]
    fn what_was_decided_reads_back_as_it_was_written() {
        let one = Disposition {
            fingerprint: Fingerprint(7),
            rule: "recent-opioid".into(),
            premise: Some("high".into()),
            also: 2,
            kind: DispositionKind::FalseAlarm,
            reason: "=1+1, \"said\"\nthe 'prescriber'".into(),
            by: "'-Meyer".into(),
            until: Day::from_iso("2026-12-31"),
            service: None,
            outcome: Some("1A".into()),
            on: Day::from_iso("2026-03-01"),
        };
        let worklist = WorklistCount { as_of: Day(20_513), findings: 12, patients: Some(900) };
        let store = Store { dispositions: vec![one], worklists: vec![worklist] };
        let mut text = Vec::new();
        store.write_to(&mut text).unwrap();
        let back = Store::parse(&text).unwrap();
        assert_eq!(back.dispositions, store.dispositions);
        assert_eq!(back.worklists, store.worklists);
        assert_eq!(Store::parse(b"patient,drug\n").err(), Some(1));
        text.truncate(text.len() - 5);
        assert_eq!(Store::parse(&text).err(), Some(3), "a file that breaks off");
    }
}

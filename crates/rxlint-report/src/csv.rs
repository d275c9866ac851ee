//! The pharmacist's worklist: one row per finding, and a last row that accounts for every record.

use std::borrow::Cow;
use std::io::{self, Write};

use super::summary::account;
use super::{
    Document, Findings, FormatInfo, Medium, ReportLayout, Reporter, ShownFinding, ShownPlace,
};

/// The columns. They never change: a spreadsheet that reads them by number must not break.
const COLUMNS: [&str; 34] = [
    "type",
    "severity",
    "rule",
    "dur",
    "patient",
    "message",
    "help",
    "clean_from",
    "days_kind",
    "days_first",
    "days_last",
    "days_count",
    "drug_1",
    "role_1",
    "first_1",
    "last_1",
    "path_1",
    "line_1",
    "record_1",
    "drug_2",
    "role_2",
    "first_2",
    "last_2",
    "path_2",
    "line_2",
    "record_2",
    "also",
    "evidence",
    "disputed",
    "source",
    "assumed",
    "fingerprint",
    "done",
    "first_seen",
];

/// The worklist: one row per finding, for a spreadsheet.
pub(super) struct CsvReporter;

impl Reporter for CsvReporter {
    fn about(&self) -> FormatInfo {
        FormatInfo { name: "csv", medium: Medium::File, leaves_site: false, holds_summary: false }
    }

    /// Writes the rows. The column `done` is for the person who works through them.
    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        _: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut table = ::csv::Writer::from_writer(out);
        table.write_record(COLUMNS).map_err(written)?;
        for finding in findings.iter() {
            table
                .write_record(row(&finding).iter().map(|cell| guarded(cell).into_owned()))
                .map_err(written)?;
        }
        let mut summary = vec![String::new(); COLUMNS.len()];
        summary[0] = "summary".to_owned();
        summary[5] = account(document.summary);
        table.write_record(summary).map_err(written)?;
        table.flush()
    }
}

/// The error of the stream itself, so that a closed pipe is known as one.
fn written(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn row(finding: &ShownFinding) -> Vec<String> {
    let rule = &finding.rule;
    let days = finding.days;
    let mut row = vec![
        "finding".to_owned(),
        finding.severity.name().to_owned(),
        rule.id.clone(),
        rule.dur.clone(),
        finding.patient.clone().unwrap_or_default(),
        finding.message.clone(),
        finding.help.clone(),
        shown(finding.clean_from),
        days.map(|days| days.kind.to_owned()).unwrap_or_default(),
        shown(days.map(|days| days.first)),
        shown(days.map(|days| days.last)),
        shown(days.map(|days| days.count)),
    ];
    row.extend(place(finding.places.first()));
    row.extend(place(finding.places.get(1)));
    row.extend([
        finding.also.to_string(),
        rule.grade.clone(),
        if rule.disputed { "yes" } else { "" }.to_owned(),
        rule.sources.first().cloned().unwrap_or_default(),
        finding.assumed.join(" "),
        finding.fingerprint.to_string(),
        String::new(),
        shown(finding.first_seen),
    ]);
    row
}

fn place(place: Option<&ShownPlace>) -> [String; 7] {
    let Some(place) = place else { return Default::default() };
    [
        place.drug.clone(),
        place.role.clone(),
        shown(place.days.map(|(first, _)| first)),
        shown(place.days.map(|(_, last)| last)),
        place.shown.path.clone(),
        place.shown.line.to_string(),
        place.shown.record.to_string(),
    ]
}

fn shown(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A cell that no spreadsheet takes for a formula. An apostrophe before it makes it text; full-width characters count too.
fn guarded(cell: &str) -> Cow<'_, str> {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula { format!("'{cell}").into() } else { cell.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(guarded(cell), format!("'{cell}"));
        }
        assert_eq!(guarded("naltrexone = x"), "naltrexone = x");
    }
}

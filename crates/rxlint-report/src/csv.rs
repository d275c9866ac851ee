//! The pharmacist's worklist: one row per finding, and a last row that accounts for every record.

use std::borrow::Cow;
use std::io::{self, Write};

use super::summary::{account, group_name, plural};
use super::{
    Contact, Document, Findings, FormatInfo, Medium, ReportLayout, Reporter, ShownFinding,
    ShownPlace,
};
use rxlint_model::day::Day;
use rxlint_model::summary::{Group, Groups};

/// The columns. They never change: a spreadsheet that reads them by number must not break.
pub(super) const COLUMNS: [&str; 56] = [
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
    "prescriber_1",
    "prescription_1",
    "claim_1",
    "site_1",
    "quantity_1",
    "days_supply_1",
    "prescriber_2",
    "prescription_2",
    "claim_2",
    "site_2",
    "quantity_2",
    "days_supply_2",
    "disposition",
    "reason",
    "by",
    "until",
    "outcome",
    "service",
    "premise",
    "as_of",
    "patients",
    "check",
];

/// The column with the patients of the run, which the last row has.
const PATIENTS: usize = COLUMNS.len() - 2;

/// The worklist: one row per finding, for a spreadsheet.
pub(super) struct CsvReporter;

impl Reporter for CsvReporter {
    fn about(&self) -> FormatInfo {
        FormatInfo { name: "csv", medium: Medium::File, leaves_site: false, holds_summary: false }
    }

    /// Writes the rows. The columns `done` and `disposition` to `service` are for the person who works through them.
    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        _: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut table = ::csv::Writer::from_writer(out);
        table.write_record(COLUMNS).map_err(written)?;
        let (sorted, _) = findings.gravest(None);
        for finding in sorted {
            let finding = findings.show(finding);
            table
                .write_record(
                    row(&finding, document.as_of).iter().map(|cell| guarded(cell).into_owned()),
                )
                .map_err(written)?;
        }
        for group in document.summary.groups.iter().flat_map(group_rows) {
            table.write_record(&group).map_err(written)?;
        }
        let mut summary = vec![String::new(); COLUMNS.len()];
        summary[0] = "summary".to_owned();
        summary[5] = account(document.summary);
        if document.summary.products.is_none() {
            summary[PATIENTS - 1] = shown(document.as_of);
            summary[PATIENTS] = document.summary.patients.to_string();
        }
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

fn row(finding: &ShownFinding, as_of: Option<Day>) -> Vec<String> {
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
    for at in 0..2 {
        let contact = finding.places.get(at).map(|place| &place.contact);
        let cells = contact.map(Contact::cells).unwrap_or_default();
        row.extend(cells.map(str::to_owned));
    }
    // What a person fills in, then what it is recognised by, then the patients of the run.
    row.extend([const { String::new() }; 6]);
    row.extend([
        finding.shown_premise().to_owned(),
        shown(as_of),
        String::new(),
        finding.row_check(),
    ]);
    row
}

/// A row for each group that was asked for: whose findings under `message`, and how many.
fn group_rows(groups: &Groups) -> Vec<Vec<String>> {
    let row = |group: &Group| {
        let mut row = vec![String::new(); COLUMNS.len()];
        row[0] = "group".to_owned();
        row[5] = guarded(&format!(
            "{} {}: {} ({} high, {} moderate, {} low) about {} of {} with a watched drug, {} of each 1,000",
            groups.by.name(),
            group_name(group),
            plural(group.findings(), "finding", "findings"),
            group.high,
            group.moderate,
            group.low,
            group.patients,
            plural(group.watched, "patient", "patients"),
            group.rate()
        ))
        .into_owned();
        row[PATIENTS] = group.patients.to_string();
        row
    };
    groups.rows.iter().map(row).collect()
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

/// A cell that no spreadsheet reads as a formula. An apostrophe before it makes it text; full-width characters count too.
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

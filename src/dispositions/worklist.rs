//! A worklist that someone filled in and saved: as a workbook or as text, with its columns and rows in any order.
//!
//! Messages name cells and never repeat them.

mod touched;

use std::path::Path;

use super::WorklistCount;
use super::store::unguarded;
use rxlint_input::error::InputError;
use rxlint_input::{Input, NamedTable};
use rxlint_model::date::{self, DateError, day_and_month};
use rxlint_model::day::Day;
use rxlint_model::disposition::{
    Disposition, DispositionKind, is_code, outcomes, row_check, services,
};
use rxlint_model::finding::Fingerprint;
use rxlint_model::record::{DateOrder, decode};
use rxlint_report::MASKED_PREMISE;
pub use touched::not_taken_in;

/// What is wrong with every row of a masked worklist.
pub const MASKED: &str =
    "this worklist is masked, and its fingerprints are not those of the findings";

/// No worklist is longer.
const LONGEST: usize = 1 << 29;

/// The header is in one of the first rows.
const HEADER_WITHIN: usize = 50;

/// What an import goes by besides the file.
#[derive(Clone, Copy, Debug, Default)]
pub struct WorklistSettings {
    /// The day on which everything was decided, if it is given.
    pub on: Option<Day>,
    /// The order of day and month, where the worklist does not show it.
    pub date_order: Option<DateOrder>,
}

/// What a filled-in worklist says.
#[derive(Clone, Debug, Default)]
pub struct Worklist {
    /// What was decided, with the cell that says so.
    pub decisions: Vec<(String, Disposition)>,
    /// How many findings have no disposition.
    pub without: u64,
    /// Cells that say something in rows without a disposition.
    pub loose: Vec<String>,
    /// Cells with a last day so far away that its year may be a typo.
    pub far: Vec<String>,
    /// Cells with codes of NCPDP that a worklist does not offer.
    pub unlisted: Vec<String>,
    /// What has to be fixed: the cell, and what is wrong with it.
    pub faults: Vec<(String, String)>,
    /// How much was on it.
    pub counts: Vec<WorklistCount>,
}

/// Why a file is not a worklist.
#[derive(Debug)]
pub enum NoWorklist {
    /// It cannot be read.
    Input(InputError),
    /// No table in it has the columns of a worklist.
    Columns,
    /// It is larger than any worklist.
    TooLarge,
}

/// The columns that are looked for, by the names that they have in a worklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Fingerprint,
    Disposition,
    Reason,
    By,
    Until,
    Outcome,
    Service,
    Premise,
    AsOf,
    Also,
    Rule,
    Type,
    Patients,
    Patient,
    Check,
    Done,
}

impl Column {
    const ALL: [(Self, &'static str); 16] = [
        (Self::Fingerprint, "fingerprint"),
        (Self::Disposition, "disposition"),
        (Self::Reason, "reason"),
        (Self::By, "by"),
        (Self::Until, "until"),
        (Self::Outcome, "outcome"),
        (Self::Service, "service"),
        (Self::Premise, "premise"),
        (Self::AsOf, "as_of"),
        (Self::Also, "also"),
        (Self::Rule, "rule"),
        (Self::Type, "type"),
        (Self::Patients, "patients"),
        (Self::Patient, "patient"),
        (Self::Check, "check"),
        (Self::Done, "done"),
    ];

    /// The columns without which nothing can be imported.
    const NEEDED: [Self; 7] = [
        Self::Fingerprint,
        Self::Disposition,
        Self::By,
        Self::Until,
        Self::Rule,
        Self::Premise,
        Self::Also,
    ];

    fn of(header: &str) -> Option<Self> {
        let folded = header.trim().to_lowercase().replace([' ', '-'], "_");
        Self::ALL.iter().find(|(_, name)| *name == folded).map(|(column, _)| *column)
    }
}

/// A row of a table, with its number as a spreadsheet shows it.
#[derive(Clone, Debug)]
struct Row {
    number: usize,
    cells: Vec<String>,
}

/// Reads a filled-in worklist.
///
/// # Errors
/// If it is not one. What is wrong with single cells is in [`Worklist::faults`].
pub fn read(path: &Path, settings: WorklistSettings) -> Result<Worklist, NoWorklist> {
    let tables = Input::named_tables(path, LONGEST).map_err(NoWorklist::Input)?;
    if tables.iter().any(|table| table.text.len() >= LONGEST) {
        return Err(NoWorklist::TooLarge);
    }
    let mut worklist = Worklist::default();
    let mut summary = (None, None);
    let mut found = false;
    for table in &tables {
        let rows = rows(table);
        match Sheet::of(table, &rows) {
            Some(sheet) => {
                found = true;
                sheet.read(settings, &mut worklist);
            }
            None => summary_sheet(&rows, &mut summary),
        }
    }
    if let (Some(as_of), Some(patients)) = summary {
        note_patients(&mut worklist.counts, as_of, patients);
    }
    found.then_some(worklist).ok_or(NoWorklist::Columns)
}

/// The rows of a table.
fn rows(table: &NamedTable) -> Vec<Row> {
    let text = decode(&table.text);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    // As `CSV (Macintosh)` is written.
    let text = &if text.contains('\n') { text.to_owned() } else { text.replace('\r', "\n") };
    let delimiter = if table.sheet.is_some() { b',' } else { delimiter(text) };
    let mut rows = Vec::new();
    for (number, line) in (1..).zip(lines(text)) {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(line.as_bytes());
        let Some(Ok(record)) = reader.records().next() else { continue };
        let cells = record.iter().map(|cell| unguarded(cell.trim()).to_owned()).collect();
        rows.push(Row { number, cells });
    }
    rows
}

/// The rows of a text, empty ones too. A line end between quotes begins no new row.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    text.split_inclusive(move |c| {
        is_quoted ^= c == '"';
        c == '\n' && !is_quoted
    })
}

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

fn count_of(line: &str, byte: u8) -> usize {
    line.bytes().filter(|&b| b == byte).count()
}

/// What separates the cells of a text: the character that splits the header into most columns.
fn delimiter(text: &str) -> u8 {
    let is_header = |line: &&str| {
        let line = line.to_lowercase();
        line.contains("fingerprint") && line.contains("disposition")
    };
    let most = |line: &str| DELIMITERS.map(|byte| count_of(line, byte)).into_iter().max();
    let header = text.lines().take(HEADER_WITHIN).find(is_header);
    let header = header.or_else(|| text.lines().take(HEADER_WITHIN).max_by_key(|line| most(line)));
    let header = header.unwrap_or_default();
    DELIMITERS.into_iter().max_by_key(|&byte| count_of(header, byte)).unwrap_or(b',')
}

/// What the sheet beside a worklist says of the run.
fn summary_sheet(rows: &[Row], summary: &mut (Option<Day>, Option<u64>)) {
    for row in rows {
        let value = row.cells.get(1).map(String::as_str).unwrap_or_default();
        match row.cells.first().map(String::as_str) {
            Some("patients") => summary.1 = summary.1.or(value.parse().ok()),
            Some("as of") => summary.0 = summary.0.or(Day::from_iso(value)),
            _ => {}
        }
    }
}

fn note_patients(counts: &mut [WorklistCount], as_of: Day, patients: u64) {
    for count in counts.iter_mut().filter(|count| count.as_of == as_of) {
        count.patients = Some(patients);
    }
}

/// A table that is a worklist.
struct Sheet<'r> {
    name: Option<&'r str>,
    columns: Vec<(Column, usize)>,
    header: &'r Row,
    rows: &'r [Row],
}

impl<'r> Sheet<'r> {
    fn of(table: &'r NamedTable, rows: &'r [Row]) -> Option<Self> {
        let columns = |row: &Row| -> Vec<(Column, usize)> {
            let cells = row.cells.iter().enumerate();
            cells.filter_map(|(at, cell)| Some((Column::of(cell)?, at))).collect()
        };
        let has = |columns: &[(Column, usize)], wanted| columns.iter().any(|(c, _)| *c == wanted);
        rows.iter().take(HEADER_WITHIN).enumerate().find_map(|(at, row)| {
            let columns = columns(row);
            let is_header =
                has(&columns, Column::Fingerprint) && has(&columns, Column::Disposition);
            is_header.then(|| Self {
                name: table.sheet.as_deref(),
                columns,
                header: row,
                rows: &rows[at + 1..],
            })
        })
    }

    /// The name of a cell: `Worklist!K7`.
    fn cell_name(&self, row: &Row, column: Column) -> String {
        let at = self.columns.iter().find(|(c, _)| *c == column).map_or(0, |(_, at)| *at);
        self.name_at(row, at)
    }

    fn name_at(&self, row: &Row, at: usize) -> String {
        let sheet = self.name.map(|name| format!("{name}!")).unwrap_or_default();
        format!("{sheet}{}{}", letters(at), row.number)
    }

    fn cell<'c>(&self, row: &'c Row, column: Column) -> &'c str {
        let at = self.columns.iter().find(|(c, _)| *c == column).map(|(_, at)| *at);
        at.and_then(|at| row.cells.get(at)).map(String::as_str).unwrap_or_default()
    }

    fn read(&self, settings: WorklistSettings, into: &mut Worklist) {
        let faults = into.faults.len();
        self.check_header(&mut into.faults);
        if into.faults.len() > faults {
            return;
        }
        let written = self.written_order();
        let order = self.date_order(&mut into.faults).or(settings.date_order).or(written);
        let reading = Reading { sheet: self, on: settings.on, order, written: written.or(order) };
        for row in self.rows {
            reading.row(row, into);
        }
    }

    /// A column that is missing or there twice.
    fn check_header(&self, faults: &mut Vec<(String, String)>) {
        for (column, name) in Column::ALL {
            let places: Vec<usize> =
                self.columns.iter().filter(|(c, _)| *c == column).map(|(_, at)| *at).collect();
            match places[..] {
                [] if Column::NEEDED.contains(&column) => faults.push((
                    self.name_at(self.header, 0),
                    format!("this header row has no column `{name}`: put it back"),
                )),
                [_, second, ..] if !matches!(column, Column::Patients | Column::Done) => faults
                    .push((
                        self.name_at(self.header, second),
                        format!("there is a second column `{name}`: give it another name"),
                    )),
                _ => {}
            }
        }
    }

    /// The order of day and month in the dates that a person wrote under `until`, as they show it.
    fn date_order(&self, faults: &mut Vec<(String, String)>) -> Option<DateOrder> {
        let mut shown: Option<DateOrder> = None;
        for row in self.rows {
            let Some(order) = order_of(self.cell(row, Column::Until)) else { continue };
            if shown.is_some_and(|shown| shown != order) {
                faults.push((
                    self.cell_name(row, Column::Until),
                    "its day and month are in a different order from those above: write 2026-12-31"
                        .to_owned(),
                ));
            }
            shown = shown.or(Some(order));
        }
        shown
    }

    /// The order of day and month in the other dates, which a spreadsheet writes anew when it saves text.
    fn written_order(&self) -> Option<DateOrder> {
        let is_date = |&at: &usize| {
            let header = self.header.cells[at].trim().to_lowercase();
            DATES.iter().any(|date| header.starts_with(date))
        };
        let dates: Vec<usize> = (0..self.header.cells.len()).filter(is_date).collect();
        let cells = self.rows.iter().flat_map(|row| dates.iter().map(|&at| row.cells.get(at)));
        cells.flatten().find_map(|cell| order_of(cell))
    }
}

/// How the headers of the other dates in a worklist begin.
const DATES: [&str; 7] =
    ["as_of", "clean_from", "days_first", "days_last", "first_", "last_", "first_seen"];

/// The order of day and month, where a date shows it.
fn order_of(text: &str) -> Option<DateOrder> {
    let (first, second) = day_and_month(text.as_bytes())?;
    match (first > 12, second > 12) {
        (true, false) => Some(DateOrder::Dmy),
        (false, true) => Some(DateOrder::Mdy),
        _ => None,
    }
}

/// What someone may have filled in without deciding anything.
const LOOSE: [Column; 5] =
    [Column::Reason, Column::By, Column::Until, Column::Service, Column::Done];

/// Reads the rows of one sheet.
struct Reading<'s> {
    sheet: &'s Sheet<'s>,
    on: Option<Day>,
    /// The order of day and month as people wrote it, and as the spreadsheet did.
    order: Option<DateOrder>,
    written: Option<DateOrder>,
}

impl Reading<'_> {
    fn row(&self, row: &Row, into: &mut Worklist) {
        let cell = |column| self.sheet.cell(row, column);
        let as_of = cell(Column::AsOf);
        let as_of = date::parse(as_of.as_bytes(), self.written).ok().or_else(|| serial_day(as_of));
        let first = |columns: &[Column]| columns.iter().copied().find(|of| !cell(*of).is_empty());
        let decided = first(&[Column::Disposition, Column::Outcome]);
        if cell(Column::Type) == "summary" {
            if let (Some(as_of), Ok(patients)) = (as_of, cell(Column::Patients).parse()) {
                count(&mut into.counts, as_of, 0);
                note_patients(&mut into.counts, as_of, patients);
            }
            if let Some(at) = decided {
                let what = "this row is the summary of the run, not a finding: write it in the row of the finding";
                into.faults.push((self.sheet.cell_name(row, at), what.to_owned()));
                return;
            }
        }
        let is_finding = !cell(Column::Fingerprint).is_empty();
        if let Some(as_of) = as_of.filter(|_| is_finding) {
            count(&mut into.counts, as_of, 1);
        }
        if decided.is_none() {
            into.without += u64::from(is_finding);
            if let Some(said) = first(&LOOSE) {
                into.loose.push(self.sheet.cell_name(row, said));
            }
            return;
        }
        match self.decision(row, as_of) {
            Ok(decision) => {
                let is_unlisted = |code: &Option<String>, listed: &[&str]| {
                    code.as_deref().is_some_and(|code| !listed.contains(&code))
                };
                let results: Vec<&str> = outcomes().map(|known| known.code).collect();
                let offered: Vec<&str> = services().map(|known| known.code).collect();
                if is_unlisted(&decision.outcome, &results) {
                    into.unlisted.push(self.sheet.cell_name(row, Column::Outcome));
                }
                if is_unlisted(&decision.service, &offered) {
                    into.unlisted.push(self.sheet.cell_name(row, Column::Service));
                }
                if is_far(&decision) {
                    into.far.push(self.sheet.cell_name(row, Column::Until));
                }
                into.decisions.push((self.sheet.cell_name(row, Column::Disposition), decision))
            }
            Err((column, what)) => into.faults.push((self.sheet.cell_name(row, column), what)),
        }
    }

    /// What the row says was decided.
    fn decision(&self, row: &Row, as_of: Option<Day>) -> Result<Disposition, (Column, String)> {
        let cell = |column| self.sheet.cell(row, column);
        let text = |column| Some(cell(column).to_owned()).filter(|text| !text.is_empty());
        let fault = |column, what: &str| Err((column, what.to_owned()));
        let fingerprint = match cell(Column::Fingerprint).parse::<Fingerprint>() {
            Ok(fingerprint) => fingerprint,
            Err(_) => {
                return fault(
                    Column::Fingerprint,
                    "the fingerprint of the finding is missing or damaged: copy it from the worklist as it was written",
                );
            }
        };
        let premise = text(Column::Premise);
        if premise.as_deref() == Some(MASKED_PREMISE) {
            return fault(Column::Premise, MASKED);
        }
        if premise.is_none() {
            return fault(
                Column::Premise,
                "what the finding rests on is missing: copy it from the worklist as it was written",
            );
        }
        let patient = cell(Column::Patient);
        let check = row_check(fingerprint, cell(Column::Rule), patient);
        let written = text(Column::Check).filter(|_| !patient.is_empty());
        if written.zip(check).is_some_and(|(written, check)| !written.eq_ignore_ascii_case(&check))
        {
            return fault(
                Column::Check,
                "the patient and the rule of this row are not those of its fingerprint: were some columns sorted without the others? Copy \
                 the row from the worklist as it was written",
            );
        }
        let code = |column| match text(column).map(|code| code.to_uppercase()) {
            Some(code) if !is_code(&code) => {
                let what = "this is not an NCPDP code, which has two digits or capital letters";
                Err((column, what.to_owned()))
            }
            code => Ok(code),
        };
        let (outcome, service) = (code(Column::Outcome)?, code(Column::Service)?);
        let kind = self.kind(row, outcome.as_deref())?;
        let Some(on) = self.on.or(as_of) else {
            return fault(
                Column::AsOf,
                "the worklist no longer says what day it is from: give --on DATE",
            );
        };
        let reason = cell(Column::Reason);
        if reason.is_empty() && kind.needs_reason() {
            return Err((Column::Reason, format!("`{kind}` needs a reason")));
        }
        if cell(Column::By).is_empty() {
            return fault(Column::By, "who decided is missing");
        }
        let until = self.until(row, kind, on)?;
        Ok(Disposition {
            fingerprint,
            rule: cell(Column::Rule).to_owned(),
            premise,
            also: cell(Column::Also)
                .split(['.', ','])
                .next()
                .unwrap_or_default()
                .parse()
                .unwrap_or(0),
            kind,
            reason: reason.to_owned(),
            by: cell(Column::By).to_owned(),
            until,
            service,
            outcome,
            on: Some(on),
        })
    }

    /// What was decided: as the disposition says, or the result of the service.
    fn kind(&self, row: &Row, outcome: Option<&str>) -> Result<DispositionKind, (Column, String)> {
        let written = self.sheet.cell(row, Column::Disposition);
        let of_code = |code: &str| outcomes().find(|known| known.code == code)?.kind;
        let coded = outcome.and_then(of_code);
        let kind = if written.is_empty() {
            coded
        } else {
            DispositionKind::from_text(written).or_else(|| of_code(&written.to_uppercase()))
        };
        let Some(kind) = kind else {
            let column = if written.is_empty() { Column::Outcome } else { Column::Disposition };
            let names = DispositionKind::ALL.map(DispositionKind::name).join(", ");
            return Err((column, format!("this is not a disposition: write one of {names}")));
        };
        if let Some(coded) = coded.filter(|coded| *coded != kind && !kind.is_open()) {
            // A counselled patient goes on with the treatment too.
            let goes_on =
                |kind| matches!(kind, DispositionKind::Accepted | DispositionKind::Counselled);
            if !(goes_on(coded) && goes_on(kind)) {
                return Err((
                    Column::Outcome,
                    format!("this result means `{coded}`, and the disposition is `{kind}`"),
                ));
            }
        }
        Ok(kind)
    }

    fn until(
        &self,
        row: &Row,
        kind: DispositionKind,
        on: Day,
    ) -> Result<Option<Day>, (Column, String)> {
        let written = self.sheet.cell(row, Column::Until);
        let fault = |what: String| Err((Column::Until, what));
        if written.is_empty() {
            return if kind.needs_until() {
                fault(format!("`{kind}` needs the last day on which it holds"))
            } else {
                Ok(None)
            };
        }
        let day = match date::parse(written.as_bytes(), self.order) {
            Ok(_) if date::is_filler(written.as_bytes()) => {
                return fault(
                    "this date is a placeholder for `never`: write the last day on which it holds"
                        .to_owned(),
                );
            }
            Ok(day) => day,
            Err(error) => match serial_day(written) {
                Some(day) => day,
                None if error == DateError::Order => {
                    return fault(
                        "this could be day and month or month and day: write 2026-12-31, or give --date-order dmy or mdy"
                            .to_owned(),
                    );
                }
                None => return fault(format!("this is not a date: {}", told(error))),
            },
        };
        if day < on {
            return fault(format!("this date is before {on}, when it was decided"));
        }
        Ok(Some(day))
    }
}

/// Whether a decision holds for more than two years.
fn is_far(one: &Disposition) -> bool {
    const TWO_YEARS: i32 = 731;
    one.until.zip(one.on).is_some_and(|(until, on)| until.since(on) > TWO_YEARS)
}

fn told(error: DateError) -> &'static str {
    match error {
        DateError::Impossible => "the calendar has no such day",
        DateError::Incomplete => "it names only a month or a year",
        _ => "write it as 2026-12-31",
    }
}

/// A day as the number that spreadsheets keep for it, where a cell lost its format.
fn serial_day(text: &str) -> Option<Day> {
    let number: i32 = text.strip_suffix(".0").unwrap_or(text).parse().ok()?;
    let beginning = Day::from_ymd(1899, 12, 30)?;
    (36_526..=73_050).contains(&number).then(|| beginning.plus(number))
}

fn count(counts: &mut Vec<WorklistCount>, as_of: Day, findings: u64) {
    match counts.iter_mut().find(|count| count.as_of == as_of) {
        Some(count) => count.findings += findings,
        None => counts.push(WorklistCount { as_of, findings, patients: None }),
    }
}

/// The letters of a column, counted from 0: `A`, `Z`, `AA`.
fn letters(column: usize) -> String {
    let (mut letters, mut rest) = (Vec::new(), column + 1);
    while rest > 0 {
        rest -= 1;
        letters.push(b'A' + (rest % 26) as u8);
        rest /= 26;
    }
    letters.iter().rev().map(|&letter| char::from(letter)).collect()
}

#[cfg(test)]
mod tests;

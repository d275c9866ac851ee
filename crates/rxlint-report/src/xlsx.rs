//! The pharmacist's worklist as a workbook: a row for each finding, the worst first and patient by
//! patient, with columns to fill in; and a sheet that accounts for every record.

use std::io::{self, Write};

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format,
    FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use rxlint_model::day::Day;
use rxlint_model::disposition::{DispositionKind, outcomes, services};
use rxlint_model::finding::Severity;
use rxlint_model::summary::Groups;

use super::summary::{account, gap_lines, group_name, groups_note};
use super::{
    Contact, Document, Findings, FormatInfo, Medium, ReportLayout, Reporter, ShownFinding,
    ShownPlace,
};
use crate::redaction::safe;

/// The columns with their widths. An import finds them by these names in a filled-in worklist.
pub(super) const COLUMNS: [(&str, f64); 43] = [
    ("severity", 11.0),
    ("patient", 16.0),
    ("message", 52.0),
    ("help", 60.0),
    ("clean_from", 12.0),
    ("disposition", 14.0),
    ("reason", 30.0),
    ("by", 12.0),
    ("until", 12.0),
    ("outcome", 9.0),
    ("service", 9.0),
    ("drug_1", 18.0),
    ("first_1", 12.0),
    ("last_1", 12.0),
    ("where_1", 30.0),
    ("drug_2", 18.0),
    ("first_2", 12.0),
    ("last_2", 12.0),
    ("where_2", 30.0),
    ("also", 7.0),
    ("assumed", 14.0),
    ("rule", 30.0),
    ("evidence", 10.0),
    ("disputed", 10.0),
    ("source", 34.0),
    ("dur", 7.0),
    ("first_seen", 12.0),
    ("fingerprint", 36.0),
    ("prescriber_1", 18.0),
    ("prescription_1", 16.0),
    ("claim_1", 16.0),
    ("site_1", 12.0),
    ("quantity_1", 10.0),
    ("days_supply_1", 12.0),
    ("prescriber_2", 18.0),
    ("prescription_2", 16.0),
    ("claim_2", 16.0),
    ("site_2", 12.0),
    ("quantity_2", 10.0),
    ("days_supply_2", 12.0),
    ("premise", 12.0),
    ("as_of", 12.0),
    ("check", 10.0),
];

/// The columns that a person fills in.
const DISPOSITION: u16 = 5;
const UNTIL: u16 = 8;
const OUTCOME: u16 = 9;
const SERVICE: u16 = 10;

/// The column of a count.
const ALSO: u16 = 19;

/// How many findings are on one sheet. Excel has some more rows.
const MOST_ROWS: usize = 1_000_000;

/// Excel keeps no more text than this in a cell.
const LONGEST_TEXT: usize = 32_000;

/// The worklist as a workbook.
pub(super) struct XlsxReporter;

impl Reporter for XlsxReporter {
    fn about(&self) -> FormatInfo {
        FormatInfo { name: "xlsx", medium: Medium::File, leaves_site: false, holds_summary: false }
    }

    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        _: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let workbook = workbook(document, findings);
        out.write_all(&workbook.map_err(|error| io::Error::other(error.to_string()))?)
    }
}

fn workbook(document: &Document<'_>, findings: &Findings<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // A report depends on what was checked, not on when it was written.
    let written = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(
        &DocProperties::new().set_title("rxlint worklist").set_creation_datetime(&written),
    );
    let mut rows: Vec<ShownFinding> = findings.iter().collect();
    rows.sort_by(|one, other| {
        let key =
            |finding: &ShownFinding| (std::cmp::Reverse(finding.severity), finding.patient.clone());
        key(one).cmp(&key(other))
    });
    let looks = Looks::new();
    for (number, rows) in rows.chunks(MOST_ROWS).enumerate() {
        let sheet = workbook.add_worksheet();
        let number = if number == 0 { String::new() } else { format!(" {}", number + 1) };
        sheet.set_name(format!("Worklist{number}"))?;
        worklist(sheet, rows, document.as_of, &looks)?;
    }
    if rows.is_empty() {
        worklist(workbook.add_worksheet().set_name("Worklist")?, &[], None, &looks)?;
    }
    if let Some(groups) = &document.summary.groups {
        group_sheet(workbook.add_worksheet().set_name("Groups")?, groups, &looks)?;
    }
    summary(workbook.add_worksheet().set_name("Summary")?, document, &looks)?;
    workbook.save_to_buffer()
}

/// How cells look.
struct Looks {
    header: Format,
    to_fill_in: Format,
    text: Format,
    date: Format,
    severities: [Format; 3],
}

impl Looks {
    fn new() -> Self {
        let text = Format::new().set_align(FormatAlign::Top).set_text_wrap();
        let header = Format::new().set_bold().set_border_bottom(FormatBorder::Thin);
        let severity = |color| text.clone().set_bold().set_background_color(color);
        Self {
            to_fill_in: header.clone().set_background_color(Color::RGB(0x00FF_F2CC)),
            header: header.set_background_color(Color::RGB(0x00D9_E1F2)),
            date: text.clone().set_num_format("yyyy-mm-dd"),
            severities: [0x00E7_E6E6, 0x00FF_E699, 0x00F8_CBAD]
                .map(|rgb| severity(Color::RGB(rgb))),
            text,
        }
    }

    fn severity(&self, severity: Severity) -> &Format {
        match severity {
            Severity::Low => &self.severities[0],
            Severity::Moderate => &self.severities[1],
            Severity::High => &self.severities[2],
        }
    }
}

fn worklist(
    sheet: &mut Worksheet,
    rows: &[ShownFinding],
    as_of: Option<Day>,
    looks: &Looks,
) -> Result<(), XlsxError> {
    for (column, (name, width)) in (0..).zip(COLUMNS) {
        let is_to_fill_in = (DISPOSITION..=SERVICE).contains(&column);
        let look = if is_to_fill_in { &looks.to_fill_in } else { &looks.header };
        sheet.write_string_with_format(0, column, name, look)?;
        sheet.set_column_width(column, width)?;
    }
    let last_row = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let last_column = COLUMNS.len() as u16 - 1;
    sheet.set_freeze_panes(1, 2)?;
    sheet.autofilter(0, 0, last_row, last_column)?;
    sheet.set_landscape().set_repeat_rows(0, 0)?;
    for (row, finding) in (1..).zip(rows) {
        let severity = looks.severity(finding.severity);
        sheet.write_string_with_format(row, 0, finding.severity.name(), severity)?;
        for (column, text) in (1..).zip(cells(finding, as_of)) {
            write(sheet, row, column, &text, looks)?;
        }
    }
    if !rows.is_empty() {
        validate(sheet, last_row)?;
    }
    Ok(())
}

/// The choices of a disposition, and dates under `until`.
fn validate(sheet: &mut Worksheet, last_row: u32) -> Result<(), XlsxError> {
    let names = DispositionKind::ALL.map(DispositionKind::name);
    let choices = DataValidation::new()
        .allow_list_strings(&names)?
        .set_error_style(DataValidationErrorStyle::Stop)
        .set_error_title("Not a disposition")?
        .set_error_message("Choose one of the list; the sheet Summary says what each means.")?;
    sheet.add_data_validation(1, DISPOSITION, last_row, DISPOSITION, &choices)?;
    let first = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let dates = DataValidation::new()
        .allow_date(rust_xlsxwriter::DataValidationRule::GreaterThan(first))
        .set_error_style(DataValidationErrorStyle::Warning)
        .set_error_title("Not a date")?
        .set_error_message("Write the last day on which the disposition holds, as a date.")?;
    sheet.add_data_validation(1, UNTIL, last_row, UNTIL, &dates)?;
    let outcomes: Vec<&str> = outcomes().map(|code| code.code).collect();
    let services: Vec<&str> = services().map(|code| code.code).collect();
    for (column, offered) in [(OUTCOME, outcomes), (SERVICE, services)] {
        let codes = DataValidation::new()
            .allow_list_strings(&offered)?
            .set_error_style(DataValidationErrorStyle::Warning)
            .set_error_title("Not a code that is offered")?
            .set_error_message("The sheet Summary says what the codes of NCPDP mean.")?;
        sheet.add_data_validation(1, column, last_row, column, &codes)?;
    }
    Ok(())
}

/// A day as a date, a count as a number, anything else as text, which no program reads as a formula.
fn write(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    looks: &Looks,
) -> Result<(), XlsxError> {
    if text.is_empty() {
        if column == UNTIL {
            sheet.write_blank(row, column, &looks.date)?;
        } else if (DISPOSITION..=SERVICE).contains(&column) {
            sheet.write_blank(row, column, &looks.text)?;
        }
        return Ok(());
    }
    if column == ALSO {
        sheet.write_number_with_format(row, column, text.parse().unwrap_or(0.0), &looks.text)?;
        return Ok(());
    }
    if is_day(text)
        && let Ok(day) = ExcelDateTime::parse_from_str(text)
    {
        sheet.write_datetime_with_format(row, column, &day, &looks.date)?;
        return Ok(());
    }
    let kept: String = text.chars().take(LONGEST_TEXT).collect();
    sheet.write_string_with_format(row, column, kept, &looks.text)?;
    Ok(())
}

fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// The cells after the severity.
fn cells(finding: &ShownFinding, as_of: Option<Day>) -> Vec<String> {
    let rule = &finding.rule;
    let mut cells = vec![
        finding.patient.clone().unwrap_or_default(),
        finding.message.clone(),
        finding.help.clone(),
        shown(finding.clean_from),
    ];
    // What a person fills in.
    cells.extend([const { String::new() }; (SERVICE - DISPOSITION + 1) as usize]);
    cells.extend(place(finding.places.first()));
    cells.extend(place(finding.places.get(1)));
    cells.extend([
        finding.also.to_string(),
        finding.assumed.join(" "),
        rule.id.clone(),
        rule.grade.clone(),
        if rule.disputed { "yes" } else { "" }.to_owned(),
        rule.sources.first().cloned().unwrap_or_default(),
        rule.dur.clone(),
        shown(finding.first_seen),
        finding.fingerprint.to_string(),
    ]);
    for at in 0..2 {
        let contact = finding.places.get(at).map(|place| &place.contact);
        cells.extend(contact.map(Contact::cells).unwrap_or_default().map(str::to_owned));
    }
    cells.extend([finding.shown_premise().to_owned(), shown(as_of), finding.row_check()]);
    cells
}

fn place(place: Option<&ShownPlace>) -> [String; 4] {
    let Some(place) = place else { return Default::default() };
    let role = if place.role.is_empty() { String::new() } else { format!(" ({})", place.role) };
    [
        format!("{}{role}", place.drug),
        shown(place.days.map(|(first, _)| first)),
        shown(place.days.map(|(_, last)| last)),
        place.shown.at_line(),
    ]
}

fn shown(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// The findings of each prescriber, site, rule or month, where that was asked for.
fn group_sheet(sheet: &mut Worksheet, groups: &Groups, looks: &Looks) -> Result<(), XlsxError> {
    let names = [
        "findings",
        "high",
        "moderate",
        "low",
        "patients",
        "watched_patients",
        "per_1000_watched_patients",
    ];
    sheet.set_column_width(0, 40)?;
    for (column, name) in (0..).zip([groups.by.name()].into_iter().chain(names)) {
        sheet.write_string_with_format(0, column, name, &looks.header)?;
    }
    for (row, group) in (1..).zip(&groups.rows) {
        sheet.write_string_with_format(row, 0, safe(group_name(group)), &looks.text)?;
        let [high, moderate, low] = [group.high, group.moderate, group.low];
        let counts = [group.findings(), high, moderate, low, group.patients, group.watched];
        for (column, count) in (1..).zip(counts) {
            sheet.write_number(row, column, count as f64)?;
        }
        if let Some(tenths) = group.tenths_per_1000() {
            sheet.write_number(row, 7, tenths as f64 / 10.0)?;
        }
    }
    let end = u32::try_from(groups.rows.len()).unwrap_or(u32::MAX).saturating_add(2);
    sheet.write_string_with_format(end, 0, groups_note(groups), &looks.text)?;
    Ok(())
}

/// The sheet that accounts for every record, and says what the choices mean.
fn summary(sheet: &mut Worksheet, document: &Document<'_>, looks: &Looks) -> Result<(), XlsxError> {
    sheet.set_column_width(0, 18)?.set_column_width(1, 110)?;
    let mut row = 0;
    let mut line = |name: &str, text: &str| -> Result<(), XlsxError> {
        let kept: String = text.chars().take(LONGEST_TEXT).collect();
        sheet.write_string_with_format(row, 0, name, &looks.text)?;
        sheet.write_string_with_format(row, 1, kept, &looks.text)?;
        row += 1;
        Ok(())
    };
    line("records", &account(document.summary))?;
    for gap in gap_lines(document.summary) {
        line("not checked", &gap)?;
    }
    for note in &document.summary.notes {
        line("note", note)?;
    }
    if document.summary.products.is_none() {
        line("as of", &shown(document.as_of))?;
        line("patients", &document.summary.patients.to_string())?;
    }
    for kind in DispositionKind::ALL {
        line(kind.name(), kind.meaning())?;
    }
    line("reason, by, until", "why; who decided; the last day on which it holds")?;
    line(
        "outcome, service",
        "if wanted, codes of NCPDP (441-E6, 440-E5), from its External Code List:",
    )?;
    for code in outcomes().chain(services()) {
        line(code.code, code.meaning)?;
    }
    line("", "`rxlint dispositions import` imports the filled-in rows and skips the others.")?;
    Ok(())
}

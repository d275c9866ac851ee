//! A site's interaction table: which drugs or classes its alerts treat as dangerous together.

mod columns;
mod headers;
mod hints;
mod remarks;
mod severity;
mod shape;
mod shown;
mod talk;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use super::{days, section, struck};
use crate::drug::name;
use columns::Column;
use rxlint_model::day::Day;
use rxlint_model::record::decode;
use severity::Says;
pub use shape::Names;
use shape::{Layout, Shape};
pub use shown::{Called, Showing};

/// At most this many different texts that may switch a row off are counted separately; the others are counted together.
const MOST_DOUBTS: usize = 1000;

/// A row of an interaction table that warns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRow {
    /// Its two sides: names, classes or codes.
    pub sides: [Vec<String>; 2],
    /// The day from which it warns.
    pub starts: Option<Day>,
    /// The day after which it no longer warns.
    pub ends: Option<Day>,
    /// The day after which it may no longer warn, from a date column of unknown meaning.
    pub may_end: Option<Day>,
    /// Whether something in it may mean that it does not warn.
    pub doubt: bool,
}

/// The rows of an interaction table that are in force.
#[derive(Clone, Debug, Default)]
pub struct Alerts {
    /// The path, as it was given.
    pub path: String,
    /// How many columns it has.
    pub width: usize,
    /// The rows that warn.
    pub rows: Vec<AlertRow>,
    /// Rows that are switched off, or whose severity says that no one is warned.
    pub off: u64,
    /// Rows that name only one side.
    pub one_sided: u64,
    /// Rows with a cell that names more than two.
    pub many_sided: u64,
    /// Headings and titles that disable the rows below them, as they may be shown, with the number of those rows.
    pub sections: BTreeMap<String, u64>,
    /// What is to be reported about its sheets.
    pub notes: Vec<String>,
    /// How the table was understood, for people: what it is, and the columns of each side.
    pub understood: Vec<(String, String)>,
    /// The columns that may switch their rows off, and what they hold.
    pub open: Vec<(Called, &'static str)>,
    /// How often each severity occurs.
    pub severities: BTreeMap<String, u64>,
    /// How often each text that may switch a row off occurs in a column; `None` for texts that are not shown.
    pub unknown: BTreeMap<(Called, Option<String>), u64>,
}

impl Alerts {
    /// Reads a table: two columns (or two groups of columns) of drugs or classes, one column that names both, or a matrix; with or
    /// without a header, and with columns for the severity, for being switched on, and for the end.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(path: &str, bytes: &[u8], names: Names<'_>) -> Result<Self, String> {
        let headers = |row: &[String]| row.iter().cloned().map(Some).collect();
        let all = Showing { headers: &headers, is_name: &|_| true };
        Self::read_beside(path, bytes, names, &[], all)
    }

    /// The same, given columns that a site has checked and that switch nothing off: by their headers, or by their numbers. What may not be shown is
    /// kept out of everything that is reported about the table.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read_beside(
        path: &str,
        bytes: &[u8],
        names: Names<'_>,
        looked: &[String],
        showing: Showing<'_>,
    ) -> Result<Self, String> {
        if is_json(bytes) {
            return Err(
                "it is JSON: write it as a table with two columns of drugs or classes".to_owned()
            );
        }
        let (titles, rows) = below_titles(table(bytes)?);
        let told = |heading: &str| match showing.cell(heading) {
            Some(heading) => format!("“{}”", heading.chars().take(60).collect::<String>()),
            None => "a heading that is not shown, as it may be data".to_owned(),
        };
        let mut section = titles.iter().find(|title| puts_out(title)).map(|title| told(title));
        let columns = rows.first().map(|first| showing.columns(first)).unwrap_or_default();
        let mut layout = Layout::of(&rows, names, &columns)?;
        let width = rows[0].len();
        let mut alerts = Self { path: path.to_owned(), width, ..Self::default() };
        let called = layout.called(columns);
        let is_looked_at = |at: usize| {
            let header = rows[0].get(at).filter(|_| !layout.headless);
            header.is_some_and(|header| looked.contains(header))
                || looked.contains(&called(at).label())
                || looked.contains(&(at + 1).to_string())
        };
        layout.columns.retain(|(at, column)| !column.is_guess() || !is_looked_at(*at));
        alerts.understood = understood(&layout, &called);
        let open =
            layout.columns.iter().filter_map(|(at, column)| Some((called(*at), column.open()?)));
        alerts.open = open.collect();
        if layout.shape == Shape::Matrix {
            alerts.matrix(&rows, &called, showing);
            alerts.below(section.as_deref(), 0);
        } else {
            let mut above: Vec<String> = Vec::new();
            for row in rows.iter().skip(usize::from(!layout.headless)) {
                if let Some(heading) = heading(row) {
                    // The name of a drug or class is the heading of its rows, and ends nothing.
                    if puts_out(heading) {
                        section = Some(told(heading));
                    } else if !row[0].is_empty() && names(heading).is_none() {
                        section = None;
                    }
                }
                let from = alerts.rows.len();
                let doubts = alerts.row(row, &layout, &mut above, names);
                for at in doubts {
                    alerts.doubt(called(at), row.get(at).and_then(|cell| showing.cell(cell)));
                }
                alerts.below(section.as_deref(), from);
            }
        }
        if alerts.rows.is_empty() && alerts.off == 0 {
            return Err("no row of it names two drugs or classes".to_owned());
        }
        Ok(alerts)
    }

    /// The rows that warn on a day.
    pub fn in_force(&self, today: Day) -> impl Iterator<Item = &AlertRow> {
        self.rows.iter().filter(move |row| row.ends.is_none_or(|end| end >= today))
    }

    /// Adds a row, and returns which of its columns leave in doubt whether it warns.
    fn row(
        &mut self,
        row: &[String],
        layout: &Layout,
        above: &mut Vec<String>,
        names: Names<'_>,
    ) -> Vec<usize> {
        let cell = |at: usize| row.get(at).map_or("", String::as_str);
        let mut sides = layout.sides(cell, above);
        let exceptions = layout.columns.iter().filter(|(_, column)| *column == Column::Exception);
        leave_out(&mut sides, exceptions.map(|(at, _)| cell(*at)), names);
        if sides.iter().any(Vec::is_empty) {
            let is_many = matches!(layout.shape, Shape::Joined(at) if shape::names_many(cell(at)));
            self.many_sided += u64::from(is_many);
            let says = !is_many && row.iter().any(|cell| !cell.is_empty());
            self.one_sided += u64::from(says);
            return Vec::new();
        }
        let mut doubts: Vec<usize> = Vec::new();
        let mut left_out: Vec<usize> = Vec::new();
        let (mut starts, mut ends, mut may_end) = (None::<Day>, None::<Day>, None::<Day>);
        let mut excepted: Vec<String> = Vec::new();
        let mut is_off = false;
        for (at, column) in &layout.columns {
            let text = cell(*at);
            if matches!(column, Column::Severity(_)) && !text.is_empty() {
                *self.severities.entry(text.to_lowercase()).or_default() += 1;
            }
            if matches!(column, Column::Remark | Column::Text) {
                let without = remarks::left_out(text, &sides, names);
                if !without.is_empty() {
                    left_out.push(*at);
                    excepted.extend(without);
                    continue;
                }
            }
            match column.says(text) {
                Says::Off => is_off = true,
                Says::Unknown => doubts.push(*at),
                Says::Warns | Says::Nothing => {}
            }
            let [start, end] = column.days(text);
            starts = starts.max(start);
            ends = [ends, end].into_iter().flatten().min();
            if *column == Column::OpenDays {
                may_end = [may_end, days::latest(text)].into_iter().flatten().min();
            }
        }
        if is_off {
            self.off += 1;
            return left_out;
        }
        let doubt = !doubts.is_empty() || sides.iter().flatten().any(|cell| is_struck(cell));
        let row = AlertRow { sides, starts, ends, may_end, doubt };
        if !excepted.is_empty() {
            // Only what the remark is not about is certain.
            let mut sure = row.clone();
            leave_out(&mut sure.sides, excepted.iter().map(String::as_str), names);
            self.rows.push(sure);
            self.rows.push(AlertRow { doubt: true, ..row });
        } else {
            self.rows.push(row);
        }
        // A column of answers is reported as a whole.
        left_out.extend(doubts.into_iter().filter(|at| !layout.is_open(*at)));
        left_out
    }

    /// Marks the newest rows as doubtful if they are below a heading that disables them.
    fn below(&mut self, section: Option<&str>, from: usize) {
        let Some(section) = section else { return };
        let rows = self.rows.get_mut(from..).unwrap_or_default();
        let count = rows.len() as u64;
        rows.iter_mut().for_each(|row| row.doubt = true);
        if count > 0 {
            *self.sections.entry(section.to_owned()).or_default() += count;
        }
    }

    /// Adds the rows of a further sheet of the same workbook.
    pub fn join(&mut self, other: Self) {
        let Self { rows, off, one_sided, many_sided, sections, understood, open, .. } = other;
        let Self { severities, unknown, .. } = other;
        self.rows.extend(rows);
        self.off += off;
        self.one_sided += one_sided;
        self.many_sided += many_sided;
        self.understood.extend(understood);
        self.open.extend(open);
        for (into, from) in [(&mut self.severities, severities), (&mut self.sections, sections)] {
            for (word, count) in from {
                *into.entry(word).or_default() += count;
            }
        }
        for (word, count) in unknown {
            self.count_doubt(word, count);
        }
    }

    /// Whether the name of a sheet says that its rows warn no one, by a word that says so of a list, a cell or a remark.
    pub fn sheet_says_off(sheet: &str) -> bool {
        // Test rows are not alerts; a list may well be about tests.
        const TRIALS: [&str; 4] = ["test", "tests", "testing", "sandbox"];
        let is_trial = |word: &String| TRIALS.contains(&word.as_str());
        section::says_off(sheet)
            || severity::is_none(sheet)
            || remarks::remarked(sheet) != Says::Nothing
            || name::words(sheet).iter().all(is_trial) && !sheet.trim().is_empty()
    }

    /// Marks all rows as doubtful: those of a sheet whose name, or being hidden, says that it is out of use.
    pub fn put_out(&mut self, section: &str) {
        self.below(Some(&format!("“{section}”")), 0);
    }

    /// Counts a text of a column that may switch a row off.
    fn doubt(&mut self, column: Called, shown: Option<&str>) {
        let text = shown.map(|cell| cell.to_lowercase().chars().take(40).collect());
        self.count_doubt((column, text), 1);
    }

    fn count_doubt(&mut self, (column, text): (Called, Option<String>), count: u64) {
        let key = (column, text);
        let has_room = self.unknown.len() < MOST_DOUBTS || self.unknown.contains_key(&key);
        let key = if has_room { key } else { (key.0, None) };
        *self.unknown.entry(key).or_default() += count;
    }

    fn matrix(
        &mut self,
        rows: &[Vec<String>],
        called: &dyn Fn(usize) -> Called,
        showing: Showing<'_>,
    ) {
        let Some((top, below)) = rows.split_first() else { return };
        let marks = || below.iter().flat_map(|row| row.iter().skip(1)).map(String::as_str);
        let scale = severity::letter_scale(
            "",
            marks().filter(|mark| mark.chars().any(char::is_alphabetic)),
        );
        let has = |sign: fn(&str) -> bool| marks().any(|mark| !mark.is_empty() && sign(mark));
        let both = has(is_tick) && has(|mark| is_sign(mark) && !is_tick(mark));
        // Next to crosses a ring may be a zero.
        let crossed = has(|mark| mark.eq_ignore_ascii_case("x"));
        for row in below {
            let Some((side, marks)) = row.split_first() else { continue };
            for (mark, (at, name)) in marks.iter().zip(top.iter().enumerate().skip(1)) {
                let is_set =
                    !mark.is_empty() && !mark.chars().all(|c| matches!(c, '-' | '.' | '–' | '—'));
                if !is_set || name.is_empty() || side.is_empty() || side == name {
                    continue;
                }
                let says = scale.map_or_else(|| severity::severity(mark), |scale| scale.says(mark));
                if says == Says::Off {
                    self.off += 1;
                    continue;
                }
                // It is unknown which of crosses and ticks warns.
                let doubt = both && is_sign(mark)
                    || crossed && is_ring(mark)
                    || says == Says::Unknown && !is_sign(mark);
                if doubt {
                    self.doubt(called(at), showing.cell(mark));
                }
                *self.severities.entry(mark.to_lowercase()).or_default() += 1;
                let sides = [vec![side.clone()], vec![name.clone()]];
                self.rows.push(AlertRow { sides, starts: None, ends: None, may_end: None, doubt });
            }
        }
    }
}

/// Removes from the classes of a row what a column of exceptions names.
fn leave_out<'c>(
    sides: &mut [Vec<String>; 2],
    exceptions: impl Iterator<Item = &'c str>,
    names: Names<'_>,
) {
    for exception in exceptions.filter(|cell| !headers::is_open(cell)) {
        let is_class =
            |text: &&mut String| names(text).is_some_and(|name| remarks::is_group(&name));
        for text in sides.iter_mut().flatten().filter(is_class) {
            text.push_str(&format!(" (except {exception})"));
        }
    }
}

/// Whether a name is marked as not to be used: `DO NOT USE - naltrexone`, `zzNaltrexone`.
fn is_struck(cell: &str) -> bool {
    let lower = cell.trim_start_matches(['*', '-', ' ', '[', '(']).to_lowercase();
    lower.starts_with("xx") || struck::is_struck(cell) || struck::is_struck(&lower)
}

/// Signs that mean a warning or none, as a matrix has them.
fn is_sign(mark: &str) -> bool {
    is_tick(mark)
        || mark
            .chars()
            .all(|c| matches!(c, '✗' | '✘' | '×' | '❌' | '●' | '•' | '!' | '+' | '⚠' | '\u{fe0f}'))
}

fn is_ring(mark: &str) -> bool {
    matches!(mark, "o" | "O" | "○" | "◯" | "〇" | "Ø" | "ø")
}

fn is_tick(mark: &str) -> bool {
    mark.chars().any(|c| matches!(c, '✓' | '✔' | '✅' | '☑'))
}

/// Whether a text begins as JSON does. A header may be in brackets: `[drug a],[drug b]`.
fn is_json(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    match text {
        [b'{', ..] => true,
        [b'[', rest @ ..] => matches!(rest.trim_ascii_start().first(), Some(b'{' | b'"' | b'[')),
        _ => false,
    }
}

/// The cells of a table, without empty rows.
fn table(bytes: &[u8]) -> Result<Vec<Vec<String>>, String> {
    let text = decode(bytes);
    let text = text.trim_start_matches('\u{FEFF}');
    // A title has no delimiter, or another one.
    let lines = || text.lines().filter(|line| !line.trim().is_empty()).take(20);
    let delimiter = [b'|', b'\t', b';', b',']
        .into_iter()
        .max_by_key(|&d| lines().filter(|line| line.as_bytes().contains(&d)).count())
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| error.to_string())?;
        let cells: Vec<String> = row.iter().map(|cell| cell.trim().to_owned()).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(cells);
        }
    }
    Ok(rows)
}

/// The only text of a row.
fn heading(row: &[String]) -> Option<&str> {
    let mut filled = row.iter().filter(|cell| !cell.is_empty());
    filled.next().filter(|_| filled.next().is_none()).map(String::as_str)
}

/// Whether a heading or a title says that the rows below it warn no one.
fn puts_out(text: &str) -> bool {
    section::says_off(text) || remarks::remarked(text) == Says::Unknown
}

/// The titles, and the rows below them: titles are single cells in rows above those with several cells.
fn below_titles(mut rows: Vec<Vec<String>>) -> (Vec<String>, Vec<Vec<String>>) {
    let filled = |row: &Vec<String>| row.iter().filter(|cell| !cell.is_empty()).count();
    let titles = rows.iter().take_while(|row| filled(row) < 2).count();
    if titles == rows.len() {
        return (Vec::new(), rows);
    }
    let below = rows.split_off(titles);
    (rows.into_iter().flatten().filter(|cell| !cell.is_empty()).collect(), below)
}

fn understood(layout: &Layout, called: &dyn Fn(usize) -> Called) -> Vec<(String, String)> {
    let list = |columns: &[usize]| {
        columns.iter().map(|at| called(*at).label()).collect::<Vec<_>>().join(", ")
    };
    let mut lines = match &layout.shape {
        Shape::Pairs([one, other]) => {
            let merged = if layout.is_merged { ", empty cells as above" } else { "" };
            vec![
                ("one side".to_owned(), list(one) + merged),
                ("other side".to_owned(), list(other)),
            ]
        }
        Shape::Joined(at) => vec![("both sides".to_owned(), called(*at).label())],
        Shape::Matrix => vec![(
            "both sides".to_owned(),
            "a matrix: drugs along the top and down the first column".to_owned(),
        )],
    };
    for what in ["severity", "switch", "exceptions", "start", "end"] {
        let of_kind = layout.columns.iter().filter(|(_, column)| column.called() == Some(what));
        let columns: Vec<usize> = of_kind.map(|(at, _)| *at).collect();
        if !columns.is_empty() {
            lines.push((what.to_owned(), list(&columns)));
        }
    }
    if layout.headless {
        lines.push(("header".to_owned(), "none: the first line is a row".to_owned()));
    }
    lines
}

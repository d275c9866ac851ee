//! A site's interaction table: which drugs or classes its alerts treat as dangerous together.

mod hints;
mod severity;
mod shape;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use super::{days, struck};
use rxlint_model::day::Day;
use rxlint_model::record::decode;
use severity::Says;
pub use shape::Names;
use shape::{Layout, Shape};

/// A row of an interaction table that warns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRow {
    /// Its two sides: names, classes or codes.
    pub sides: [Vec<String>; 2],
    /// The day from which it warns.
    pub starts: Option<Day>,
    /// The day after which it warns no more.
    pub ends: Option<Day>,
    /// Whether something in it may mean that it warns nobody, and nobody knows.
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
    /// Rows that are switched off, or whose severity says that nobody is warned.
    pub off: u64,
    /// Rows that name one side alone.
    pub one_sided: u64,
    /// Rows with a cell that names more than two.
    pub many_sided: u64,
    /// How the table was understood, for people: what it is, and the columns of each side.
    pub understood: Vec<(String, String)>,
    /// The headers of columns that answer yes or no, and of which nobody knows what.
    pub open: Vec<String>,
    /// How often each severity occurs.
    pub severities: BTreeMap<String, u64>,
    /// How often each word occurs of which nobody knows whether it means that a row is off.
    pub unknown: BTreeMap<String, u64>,
}

impl Alerts {
    /// Reads a table: two columns (or two groups of columns) of drugs or classes, one column that names both, or a matrix; with or
    /// without a header, and with columns that say how bad it is, whether it is switched on, and when it ends.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(path: &str, bytes: &[u8], names: Names<'_>) -> Result<Self, String> {
        if is_json(bytes) {
            return Err(
                "it is JSON: write it as a table with two columns of drugs or classes".to_owned()
            );
        }
        let rows = below_titles(table(bytes)?);
        let layout = Layout::of(&rows, names)?;
        let width = rows[0].len();
        let mut alerts = Self { path: path.to_owned(), width, ..Self::default() };
        alerts.understood = understood(&layout, &rows[0]);
        alerts.open = layout.open.iter().filter_map(|at| rows[0].get(*at)).cloned().collect();
        if layout.shape == Shape::Matrix {
            alerts.matrix(&rows);
        } else {
            let mut above: Vec<String> = Vec::new();
            for row in rows.iter().skip(usize::from(!layout.headless)) {
                alerts.row(row, &layout, &mut above, names);
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

    fn row(&mut self, row: &[String], layout: &Layout, above: &mut Vec<String>, names: Names<'_>) {
        let cell = |at: usize| row.get(at).map_or("", String::as_str);
        let mut sides = match &layout.shape {
            Shape::Pairs(sides) => sides.clone().map(|side| {
                side.into_iter()
                    .map(cell)
                    .filter(|cell| !cell.is_empty())
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            }),
            Shape::Joined(at) => shape::split(cell(*at))
                .map(|parts| parts.map(|part| vec![part.to_owned()]))
                .unwrap_or_default(),
            Shape::Matrix => return,
        };
        layout.complete(&mut sides, above);
        leave_out(&mut sides, layout.exceptions.iter().map(|at| cell(*at)), names);
        if sides.iter().any(Vec::is_empty) {
            let is_many = matches!(layout.shape, Shape::Joined(at) if shape::names_many(cell(at)));
            self.many_sided += u64::from(is_many);
            let says = !is_many && row.iter().any(|cell| !cell.is_empty());
            self.one_sided += u64::from(says);
            return;
        }
        for at in &layout.severities {
            if !cell(*at).is_empty() {
                *self.severities.entry(cell(*at).to_lowercase()).or_default() += 1;
            }
        }
        let says = |at: &usize| match layout.letters.iter().find(|(column, _)| column == at) {
            Some((_, scale)) => scale.says(cell(*at)),
            None => severity::severity(cell(*at)),
        };
        let told: Vec<(usize, Says)> = [
            layout.severities.iter().map(|at| (*at, says(at))).collect::<Vec<_>>(),
            layout.advice.iter().map(|at| (*at, advised(cell(*at)))).collect(),
            layout.switches.iter().map(|at| (*at, severity::switch(cell(*at)))).collect(),
            layout.reversed.iter().map(|at| (*at, severity::reversed(cell(*at)))).collect(),
            layout.remarks.iter().map(|at| (*at, remarked(cell(*at)))).collect(),
            layout.hints.iter().map(|at| (*at, hints::hinted(cell(*at)))).collect(),
            layout.texts.iter().map(|at| (*at, hints::told(cell(*at)))).collect(),
        ]
        .concat();
        if told.iter().any(|(_, says)| *says == Says::Off) {
            self.off += 1;
            return;
        }
        let is_day = |at: &&usize| days::end_of(cell(**at)).is_some();
        let no_day = layout.ends.iter().filter(|at| !is_day(at) && is_filled(cell(**at)));
        let doubts: Vec<usize> = told
            .iter()
            .filter(|(_, says)| *says == Says::Unknown)
            .map(|(at, _)| *at)
            .chain(no_day.copied())
            .collect();
        for at in &doubts {
            let word: String = cell(*at).to_lowercase().chars().take(40).collect();
            *self.unknown.entry(word).or_default() += 1;
        }
        let dated = layout.ends.iter().chain(&layout.reversed);
        let ends = dated.filter_map(|at| days::end_of(cell(*at))).min();
        let starts = layout.starts.iter().filter_map(|at| days::start_of(cell(*at))).max();
        let doubt = !doubts.is_empty() || sides.iter().flatten().any(|cell| is_struck(cell));
        self.rows.push(AlertRow { sides, starts, ends, doubt });
    }

    fn matrix(&mut self, rows: &[Vec<String>]) {
        let Some((top, below)) = rows.split_first() else { return };
        let marks = || below.iter().flat_map(|row| row.iter().skip(1)).map(String::as_str);
        let scale = severity::letter_scale(
            "",
            marks().filter(|mark| mark.chars().any(char::is_alphabetic)),
        );
        let has = |sign: fn(&str) -> bool| marks().any(|mark| !mark.is_empty() && sign(mark));
        let both = has(is_tick) && has(|mark| is_sign(mark) && !is_tick(mark));
        // Beside crosses a ring may be a nought.
        let crossed = has(|mark| mark.eq_ignore_ascii_case("x"));
        for row in below {
            let Some((side, marks)) = row.split_first() else { continue };
            for (mark, name) in marks.iter().zip(top.iter().skip(1)) {
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
                // Of crosses and ticks nobody knows which of the two warns.
                let doubt = both && is_sign(mark)
                    || crossed && is_ring(mark)
                    || says == Says::Unknown && !is_sign(mark);
                if doubt {
                    *self.unknown.entry(mark.to_lowercase()).or_default() += 1;
                }
                *self.severities.entry(mark.to_lowercase()).or_default() += 1;
                let sides = [vec![side.clone()], vec![name.clone()]];
                self.rows.push(AlertRow { sides, starts: None, ends: None, doubt });
            }
        }
    }
}

/// Takes from the classes of a row what a column of exceptions names.
fn leave_out<'c>(
    sides: &mut [Vec<String>; 2],
    exceptions: impl Iterator<Item = &'c str>,
    names: Names<'_>,
) {
    for exception in exceptions.filter(|cell| is_filled(cell)) {
        let is_class =
            |text: &&mut String| names(text).is_some_and(|name| name.starts_with("group "));
        for text in sides.iter_mut().flatten().filter(is_class) {
            text.push_str(&format!(" (except {exception})"));
        }
    }
}

/// Whether a name is marked as one that nobody should use: `DO NOT USE - naltrexone`, `zzNaltrexone`.
fn is_struck(cell: &str) -> bool {
    let lower = cell.trim_start_matches(['*', '-', ' ', '[', '(']).to_lowercase();
    lower.starts_with("xx") || struck::is_struck(cell) || struck::is_struck(&lower)
}

/// Signs that warn or do not, as a matrix has them.
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

/// Whether a cell of an end says something: an open end may be written as a dash or in words.
fn is_filled(cell: &str) -> bool {
    const OPEN: [&str; 12] = [
        "", "na", "none", "null", "open", "never", "no", "ongoing", "current", "active", "present",
        "nan",
    ];
    !OPEN.contains(&words::fold(cell).as_str())
}

/// What advice on a pair says: only a word for nothing at all switches it off.
fn advised(cell: &str) -> Says {
    if words::OFF.contains(&words::fold(cell).as_str()) { Says::Off } else { Says::Nothing }
}

fn remarked(cell: &str) -> Says {
    if severity::remark_says_off(cell) { Says::Unknown } else { Says::Nothing }
}

/// Whether a text begins as JSON does. A header may stand in brackets: `[drug a],[drug b]`.
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
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let delimiter = [b',', b';', b'\t', b'|']
        .into_iter()
        .max_by_key(|&d| first.bytes().filter(|&b| b == d).count())
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

/// The rows without titles: what stands alone in its row above those that have several cells.
fn below_titles(rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let filled = |row: &Vec<String>| row.iter().filter(|cell| !cell.is_empty()).count();
    let titles = rows.iter().take_while(|row| filled(row) < 2).count();
    if titles < rows.len() { rows.into_iter().skip(titles).collect() } else { rows }
}

fn understood(layout: &Layout, header: &[String]) -> Vec<(String, String)> {
    let called = |at: &usize| match header.get(*at).filter(|_| !layout.headless) {
        Some(name) if !name.is_empty() => name.clone(),
        _ => format!("column {}", at + 1),
    };
    let list = |columns: &[usize]| columns.iter().map(called).collect::<Vec<_>>().join(", ");
    let mut lines = match &layout.shape {
        Shape::Pairs([one, other]) => {
            let merged = if layout.is_merged { ", empty cells as above" } else { "" };
            vec![
                ("one side".to_owned(), list(one) + merged),
                ("other side".to_owned(), list(other)),
            ]
        }
        Shape::Joined(at) => vec![("both sides".to_owned(), called(at))],
        Shape::Matrix => vec![(
            "both sides".to_owned(),
            "a matrix: drugs along the top and down the first column".to_owned(),
        )],
    };
    let switches = [&layout.switches[..], &layout.reversed[..]].concat();
    for (what, columns) in [
        ("severity", &layout.severities),
        ("switch", &switches),
        ("exceptions", &layout.exceptions),
        ("start", &layout.starts),
        ("end", &layout.ends),
    ] {
        if !columns.is_empty() {
            lines.push((what.to_owned(), list(columns)));
        }
    }
    if layout.headless {
        lines.push(("header".to_owned(), "none: the first line is a row".to_owned()));
    }
    lines
}

//! Logs of doses that were given. Their dates are those of administrations, whatever the header says; their take-home doses last from
//! the day after; and the days of an order do not belong to them.

pub(super) mod charted;
pub(super) mod claims_and_orders;
pub(super) mod counted;
mod handed_over;
mod log;

use rxlint_model::record::Field;

use super::SampleRows;
use super::cells::content::Content;
use super::headers::tokens::{self, words_of};
use super::table::JoinedColumns;
pub(crate) use handed_over::doses_counted;
pub use handed_over::{
    is_unread_take_home, may_count_take_home, may_state_take_home, says_doses_went, says_next_dose,
    says_take_home, says_take_home_level,
};

/// Days without any word for what they are the days of.
const PLAIN_DAYS: [&str; 10] = [
    "date",
    "datetime",
    "eventdate",
    "eventdt",
    "eventdttm",
    "eventtime",
    "eventdatetime",
    "eventdtm",
    "performeddttm",
    "performdttm",
];

/// Recognises a table of doses as one.
pub(super) fn place(
    headers: &[String],
    folded: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
    rows: &SampleRows,
) -> Option<JoinedColumns> {
    let charted = charted::Table { headers, contents, rows };
    charted.place_day(columns);
    let is_log = log::is_one(headers, columns, contents, rows);
    if is_log {
        date_doses(columns, |_| true);
    }
    let has =
        |columns: &[(usize, Field)], field: Field| columns.iter().any(|(_, other)| *other == field);
    let is_handed_over = has(columns, Field::Quantity) || has(columns, Field::DaysSupply);
    let says_given = |at: usize| says_given(&headers[at]) || is_given_alone(headers, rows, at);
    if !is_handed_over && (0..headers.len()).any(says_given) {
        date_doses(columns, |(at, field)| {
            *field == Field::Start && PLAIN_DAYS.contains(&folded[*at].as_str())
        });
    }
    log::place_day_of_dose(is_log, headers, columns, contents, rows);
    if !has(columns, Field::Administered) {
        return None;
    }
    columns.retain(|(at, field)| *field != Field::DaysSupply || !is_of_order(&headers[*at]));
    handed_over::place(headers, columns, contents, rows);
    place_plain_dose(headers, columns);
    place_given(headers, columns, contents, rows);
    charted.place_outcomes(columns);
    place_times(headers, columns, contents, rows);
    charted.place_own_end(columns);
    charted.planned(columns)
}

/// What a log calls `Dose mg` says how strong a dose was, and perhaps that none was given.
fn place_plain_dose(headers: &[String], columns: &mut Vec<(usize, Field)>) {
    if columns.iter().any(|(_, field)| *field == Field::Dose) {
        return;
    }
    let strength = columns.iter().find(|(_, field)| *field == Field::Strength).map(|(at, _)| *at);
    let dose = strength.filter(|at| says_plain_dose(&headers[*at]));
    columns.extend(dose.map(|at| (at, Field::Dose)));
}

/// Whether a header says only that its column holds doses: `Dose`, `Dose mg`.
pub(crate) fn says_plain_dose(header: &str) -> bool {
    const DOSES: [&str; 7] = ["dose", "dosis", "dosi", "dosage", "dawka", "dos", "doses"];
    let words = words_of(header);
    words.iter().any(|word| DOSES.contains(&word.as_str())) && words.iter().all(|w| is_amount(w))
}

/// The dose of a log is the one that was given, whatever was ordered.
fn place_given(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
    rows: &SampleRows,
) {
    let is_free = |at: &usize| {
        let may_serve = |field: Field| matches!(field, Field::Dose | Field::Quantity);
        columns.iter().all(|(other, field)| other != at || may_serve(*field))
    };
    let is_amount = |at: &usize| {
        let cells = contents.get(*at).filter(|cells| !cells.is_answers() && !cells.has_dates());
        let is_bare = words_of(&headers[*at]).iter().all(|word| is_given(word));
        says_amount_given(&headers[*at])
            && cells.is_some()
            && (!is_bare || is_given_alone(headers, rows, *at))
    };
    let found = (0..headers.len()).filter(is_free).find(is_amount);
    if let Some(at) = found.filter(|at| !columns.contains(&(*at, Field::Quantity))) {
        columns.retain(|(_, field)| *field != Field::Dose);
        columns.push((at, Field::Dose));
    }
}

/// What may follow a time of day.
pub(crate) const OF_TIMES: [&[u8]; 9] =
    [b"am", b"pm", b"a", b"p", b"h", b"hr", b"hrs", b"hours", b"uhr"];

/// What replaces the time at which a dose was given says that it was not given, if no status does.
fn place_times(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
    rows: &SampleRows,
) {
    if columns.iter().any(|(_, field)| *field == Field::Status) {
        return;
    }
    let says_word = |cell: &Vec<u8>| {
        let letters = cell.iter().filter(|byte| byte.is_ascii_alphabetic());
        let letters: Vec<u8> = letters.map(u8::to_ascii_lowercase).collect();
        let is_of_time = OF_TIMES.contains(&letters.as_slice());
        !(letters.is_empty() || is_of_time && cell.iter().any(u8::is_ascii_digit))
    };
    let is_time = |at: &usize| {
        let has_days = contents.get(*at).is_none_or(Content::has_dates);
        let mut cells = rows.iter().filter_map(|row| row.get(*at));
        let has_times = || rows.iter().filter_map(|row| row.get(*at)).any(|cell| is_clock(cell));
        let is_its = says_time_given(&headers[*at]) || says_only_time(&headers[*at]) && has_times();
        is_its && !has_days && columns.iter().all(|(other, _)| other != at) && cells.any(says_word)
    };
    let found = (0..headers.len()).find(is_time);
    columns.extend(found.map(|at| (at, Field::Status)));
}

/// Whether a cell begins with a time of day: `8:05`, `08.15`, `7h30`.
fn is_clock(cell: &[u8]) -> bool {
    let digits = cell.iter().take_while(|byte| byte.is_ascii_digit()).count();
    matches!(digits, 1 | 2)
        && cell.get(digits).is_some_and(|byte| b":.h".contains(byte))
        && cell.get(digits + 1).is_some_and(u8::is_ascii_digit)
}

/// Whether a header says only that its column holds times: `Time`, `Uhrzeit`. In a log they are those of its doses.
pub(crate) fn says_only_time(header: &str) -> bool {
    tokens::says_only(header, &["time"])
}

/// Whether a column says in its header only that something was given, and holds amounts: `Given`.
fn is_given_alone(headers: &[String], rows: &SampleRows, at: usize) -> bool {
    let words = words_of(&headers[at]);
    let mut cells = rows.iter().filter_map(|row| row.get(at)).filter(|cell| !cell.is_empty());
    let is_amount = |cell: &Vec<u8>| {
        let digits = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
        matches!(digits, 2 | 3) && cell[0].is_ascii_digit() && !cell.contains(&b':')
    };
    !words.is_empty() && words.iter().all(|word| is_given(word)) && cells.any(is_amount)
}

/// Words for given, by their beginnings in several languages: `gegebene`, `administrées`, `somministrato`.
const GIVEN: [&str; 15] = [
    "given",
    "actual",
    "admin",
    "taken",
    "received",
    "dosed",
    "gegeben",
    "verabreicht",
    "somministrat",
    "toegediend",
    "gegeven",
    "podan",
    "givet",
    "gitt",
    "indgivet",
];
/// Words for how much it was.
const AMOUNTS: [&str; 32] = [
    "dose",
    "doses",
    "dosage",
    "amount",
    "amounts",
    "amt",
    "qty",
    "quantity",
    "units",
    "mg",
    "ml",
    "tabs",
    "tablets",
    "dosis",
    "dosen",
    "dos",
    "dosi",
    "menge",
    "mengen",
    "cantidad",
    "dawka",
    "dawki",
    "quantite",
    "quantita",
    "quantidade",
    "hoeveelheid",
    "doseringen",
    "ilosc",
    "mangd",
    "mengde",
    "maengde",
    "dosering",
];

fn is_given(word: &str) -> bool {
    GIVEN.iter().any(|given| word.starts_with(given))
}

fn is_amount(word: &str) -> bool {
    AMOUNTS.contains(&word)
}

/// Whether a header is that of how much was given: `Dose Given`, `Administered Amount`, and `Given` by itself if it holds amounts.
pub fn says_amount_given(header: &str) -> bool {
    const OF_OTHERS: [&str; 8] =
        ["by", "date", "time", "datetime", "unit", "uom", "status", "reason"];
    let words = words_of(header);
    let is_of_other = words.iter().any(|word| OF_OTHERS.contains(&word.as_str()));
    let has = |word: &str| words.iter().any(|own| own == word);
    let is_dispensed_dose = has("dose") && (has("dispensed") || has("disp"));
    (is_dispensed_dose || words.iter().any(|word| is_given(word)))
        && !is_of_other
        && (words.iter().any(|word| is_amount(word)) || words.iter().all(|word| is_given(word)))
}

/// Whether a header is that of the time at which something was given: `Time Given`, `Administered At`.
pub fn says_time_given(header: &str) -> bool {
    const OTHERS: [&str; 3] = ["user", "status", "because"];
    let words = words_of(header);
    let is_time = |word: &String| word == "at" || tokens::says(word, "time");
    words.iter().any(|word| is_given(word) || tokens::says(word, "given"))
        && words.iter().any(is_time)
        && !tokens::says_any(header, &OTHERS)
}

/// Whether all words of a text are about doses and giving them.
pub(crate) fn speaks_of_doses(text: &str) -> bool {
    words_of(text).iter().all(|word| is_given(word) || is_amount(word))
}

/// The first day is that of a dose, if nothing else gives one.
fn date_doses(columns: &mut [(usize, Field)], fits: impl Fn(&(usize, Field)) -> bool) {
    let is_first = |(_, field): &&mut (usize, Field)| Field::FIRST_DAY.contains(field);
    if columns.iter().any(|(_, field)| *field == Field::Administered) {
        return;
    }
    let best = columns
        .iter_mut()
        .filter(is_first)
        .filter(|column| fits(column))
        .min_by_key(|(_, field)| Field::FIRST_DAY.iter().position(|first| first == field));
    if let Some(column) = best {
        column.1 = Field::Administered;
    }
}

/// Whether a header is that of what was given, by whom, or when.
fn says_given(header: &str) -> bool {
    let words = words_of(header);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&["admin", "administered", "given"]) && has(&["dose", "amount", "amt", "by", "dosage"])
        || says_time_given(header)
}

/// Whether a length is that of an order, not of what was handed over with a dose.
fn is_of_order(header: &str) -> bool {
    const OF_ORDER: [&str; 14] = [
        "order",
        "ordered",
        "rx",
        "prescribed",
        "prescription",
        "duration",
        "therapy",
        "course",
        "length",
        "planned",
        "authorized",
        "dauer",
        "duree",
        "duracion",
    ];
    words_of(header).iter().any(|word| OF_ORDER.contains(&word.as_str()))
}

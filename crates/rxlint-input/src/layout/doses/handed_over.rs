//! What was handed over with a dose for the days after: how many doses, or until which day.

use rxlint_model::answers::{answer, says_no, says_none};
use rxlint_model::record::Field;

use super::is_given;
use crate::layout::SampleRows;
use crate::layout::cells::content::Content;
use crate::layout::headers::tokens::{self, words_of};

/// Words for what is handed over for one day each.
const THINGS: [&str; 24] = [
    "doses", "bottle", "bottles", "vial", "vials", "day", "days", "dosen", "tage", "flaschen",
    "jours", "dias", "dosi", "dagen", "flacons", "dawki", "giorni", "dosis", "doser", "dni",
    "flaconi", "frascos", "flesjes", "dagar",
];
/// Words for one of them.
const THING: [&str; 9] =
    ["dose", "tag", "jour", "dia", "giorno", "dag", "flasche", "flacon", "dos"];
/// Words for what counts them, including a single `dose`.
const COUNTS: [&str; 11] =
    ["number", "no", "num", "nr", "nbr", "qty", "quantity", "count", "cnt", "anzahl", "aantal"];
/// Words that say that they were handed over.
const HANDED: [&str; 18] = [
    "dispensed",
    "disp",
    "issued",
    "provided",
    "supplied",
    "released",
    "handed",
    "out",
    "poured",
    "prepared",
    "medicated",
    "covered",
    "total",
    "of",
    "in",
    "all",
    "picked",
    "up",
];

/// Gives a log the column that says for how many days a dose was handed over, or until when.
pub(super) fn place(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
    rows: &SampleRows,
) {
    let has =
        |columns: &[(usize, Field)], field: Field| columns.iter().any(|(_, other)| *other == field);
    let is_free = |columns: &[(usize, Field)], at: usize, spared: &[Field]| {
        columns.iter().all(|(other, field)| *other != at || spared.contains(field))
    };
    if !has(columns, Field::DaysSupply) {
        let extra = (0..headers.len()).find(|&at| {
            is_free(columns, at, &[Field::Quantity])
                && says_take_home(&headers[at])
                && is_counts(rows, at)
        });
        let amounts = [Field::Dose, Field::Strength];
        let states_dose = |at: usize| {
            columns.iter().any(|(other, field)| *other != at && amounts.contains(field))
        };
        let in_all = || {
            (0..headers.len()).find(|&at| {
                states_dose(at)
                    && is_free(columns, at, &[Field::Quantity])
                    && counts_handed_over(&headers[at])
                    && contents.get(at).is_some_and(Content::fills_all)
                    && counts_all(rows, at)
            })
        };
        if let Some(at) = extra.or_else(in_all) {
            columns.retain(|(other, _)| *other != at);
            columns.push((at, Field::DaysSupply));
            // Zero of them means that no dose was given.
            if super::says_amount_given(&headers[at]) && !has(columns, Field::Quantity) {
                columns.push((at, Field::Quantity));
            }
        }
    }
    if !has(columns, Field::DaysSupply) {
        place_last_day(headers, columns, contents);
    }
}

/// The last day of take-home doses ends what was handed over; the end of an order does not.
fn place_last_day(headers: &[String], columns: &mut Vec<(usize, Field)>, contents: &[Content]) {
    const ENDS: [&str; 5] = ["end", "ending", "until", "thru", "last"];
    let spared = |field: Field| matches!(field, Field::Stop | Field::Start | Field::Dispensed);
    let is_free = |at: usize| columns.iter().all(|(other, field)| *other != at || spared(*field));
    let last = (0..headers.len()).find(|&at| {
        is_free(at)
            && tokens::says(&headers[at], "take_home")
            && tokens::says_any(&headers[at], &ENDS)
            && contents.get(at).is_some_and(Content::has_dates)
    });
    // Without the order's days, a record has only the day of its dose.
    let is_order = |field: Field| matches!(field, Field::Start | Field::Dispensed | Field::Written);
    match last {
        Some(at) => {
            columns.retain(|(other, field)| {
                *other != at && *field != Field::Stop && !is_order(*field)
            });
            columns.push((at, Field::Stop));
        }
        None if !columns.iter().any(|(_, field)| is_order(*field)) => {
            columns.retain(|(_, field)| *field != Field::Stop);
        }
        None => {}
    }
}

/// Whether every word of a header says that doses or days were handed over, and how many in total: `Bottles Dispensed`, `# Doses`.
fn counts_handed_over(header: &str) -> bool {
    let words = words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let is_thing = |word: &String| is(&THINGS, word) || word == "dose";
    let counts = header.contains('#') || words.iter().any(|word| is(&COUNTS, word));
    words
        .iter()
        .all(|word| is_thing(word) || is(&COUNTS, word) || is(&HANDED, word) || is_given(word))
        && words.iter().any(|word| is(&THINGS, word) || counts && word == "dose")
}

/// Whether the cells count days up to a month, at least one in every row, and exactly one in some.
fn counts_all(rows: &SampleRows, at: usize) -> bool {
    let count = |row: &Vec<Vec<u8>>| std::str::from_utf8(row.get(at)?).ok()?.parse::<u8>().ok();
    let counts: Option<Vec<u8>> = rows.iter().map(count).collect();
    counts.is_some_and(|counts| {
        counts.iter().all(|count| (1..=MONTH).contains(count)) && counts.contains(&1)
    })
}

/// The days of a month: more is not handed over at a time.
const MONTH: u8 = 31;

/// Whether a header counts doses for the following days: `Take-Home Qty`, `Takeaways`, `Carries`.
pub fn says_take_home(header: &str) -> bool {
    // A level or a phase is how many someone may have, not how many were handed over.
    const OF_OTHERS: [&str; 7] =
        ["date", "time", "status", "user", "prescriber", "because", "level"];
    tokens::says(header, "take_home") && !tokens::says_any(header, &OF_OTHERS)
}

/// Whether a header says that its column gives which doses for the following days someone may have: `TH Phase`, `Take Home Level`.
pub fn says_take_home_level(header: &str) -> bool {
    tokens::says(header, "take_home") && tokens::says(header, "level")
}

/// Whether a header speaks of doses that went somewhere, possibly home: `Doses Sent`, `Bottles Received`.
pub fn says_doses_went(header: &str) -> bool {
    const WENT: [&str; 9] = [
        "sent",
        "send",
        "received",
        "delivered",
        "mailed",
        "shipped",
        "left",
        "home",
        "transferred",
    ];
    let words = words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    words.iter().any(|word| is(&WENT, word)) && words.iter().any(|word| is(&THINGS, word))
}

/// When someone comes for the next dose, as headers of logs call it: until then doses may have been handed over.
const NEXT: [&str; 16] = [
    "next",
    "nachste",
    "nachster",
    "nachstes",
    "prochaine",
    "prochain",
    "proxima",
    "proximo",
    "prossima",
    "prossimo",
    "volgende",
    "nasta",
    "naeste",
    "neste",
    "nastepna",
    "seuraava",
];
/// What that is.
const COMING: [&str; 30] = [
    "dose",
    "dosing",
    "doses",
    "dosed",
    "pickup",
    "pick",
    "due",
    "attendance",
    "attend",
    "med",
    "medication",
    "methadone",
    "dosis",
    "vergabe",
    "abgabe",
    "abholung",
    "prise",
    "delivrance",
    "toma",
    "tomada",
    "somministrazione",
    "gift",
    "inname",
    "verstrekking",
    "dos",
    "dawka",
    "wydanie",
    "annos",
    "dispense",
    "dispensing",
];
/// The same, but it may be about something other than doses.
const VISITS: [&str; 5] = ["visit", "return", "besuch", "visite", "visita"];

/// Whether a header says when someone comes for the next dose: `Next Dose Due`, `Days to next dose`; with `is_days`, in counted days,
/// where a visit is enough.
pub fn says_next_dose(header: &str, is_days: bool) -> bool {
    const BESIDE: [&str; 14] = [
        "to", "until", "till", "for", "in", "of", "up", "bis", "zur", "zum", "de", "la", "day",
        "days",
    ];
    let words = words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let is_coming = |word: &String| is(&COMING, word) || is_days && is(&VISITS, word);
    let is_known = |word: &String| {
        is(&NEXT, word)
            || is_coming(word)
            || is(&BESIDE, word)
            || ["date", "time", "days"].iter().any(|meaning| tokens::says(word, meaning))
    };
    words.iter().any(|word| is(&NEXT, word))
        && words.iter().any(is_coming)
        && words.iter().all(is_known)
}

/// Whether a column of small numbers in a log may count doses for the following days, as far as its header says.
pub fn may_count_take_home(header: &str) -> bool {
    const OTHERS: [&str; 4] = ["tally", "time", "date", "strength"];
    const NUMBERS: [&str; 2] = ["id", "code"];
    !tokens::says_any(header, &OTHERS) && !tokens::words_have(header, &NUMBERS)
}

/// How many handed-over doses a cell counts, whatever they are called: `13`, `13.0`, `x13`, `13 doses`, `6+7`.
pub(crate) fn doses_counted(cell: &[u8]) -> Option<u32> {
    std::str::from_utf8(cell).ok()?.split('+').map(count_of).sum()
}

/// Whether a cell of a column of take-home doses says something other than a count: `see note`, `3/4-3/16`.
pub fn is_unread_take_home(cell: &[u8]) -> bool {
    let cell = cell.trim_ascii();
    let is_word = |words: &[&str]| words.iter().any(|w| cell.eq_ignore_ascii_case(w.as_bytes()));
    let says_something = cell.iter().any(u8::is_ascii_alphanumeric) && answer(cell).is_none();
    says_something
        && !says_none(cell)
        && !is_word(&["n/a", "na", "null", "nan"])
        && doses_counted(cell).is_none()
}

fn count_of(part: &str) -> Option<u32> {
    const DIGITS: usize = 2;
    let part = part.trim().trim_start_matches(['x', 'X']).trim_start();
    let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
    let (number, rest) = part.split_at(end);
    let is_none = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte == b'0');
    let rest = match rest.strip_prefix(['.', ',']) {
        Some(decimals) if is_none(decimals) => "",
        _ => rest.trim_start(),
    };
    let is_thing = |word: &String| {
        [&THINGS[..], &THING].iter().any(|list| list.contains(&word.as_str())) || word == "x"
    };
    let is_counted = rest.is_empty()
        || !rest.contains(|c: char| c.is_ascii_digit())
            && (words_of(rest).iter().all(is_thing) || tokens::says_only(rest, &["take_home"]));
    (number.len() <= DIGITS && is_counted).then(|| number.parse().ok()).flatten()
}

/// Whether some cells count doses, whatever the others hold.
fn is_counts(rows: &SampleRows, at: usize) -> bool {
    rows.iter().filter_map(|row| row.get(at)).any(|cell| doses_counted(cell).is_some())
}

/// The same, if some rows count none.
pub(super) fn counts_extra(rows: &SampleRows, at: usize) -> bool {
    let is_none = |row: &Vec<Vec<u8>>| {
        let cell = row.get(at);
        cell.is_some_and(|cell| cell.is_empty() || says_no(cell) || doses_counted(cell) == Some(0))
    };
    is_counts(rows, at) && rows.iter().any(is_none)
}

/// Whether a header is about doses that were handed over, for which a cell may state a range of days: `TH Dates`, `Dispensed For`.
pub fn may_state_take_home(header: &str) -> bool {
    const THEIRS: [&str; 3] = ["dates", "period", "for"];
    let words = words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let is_known = |word: &String| {
        is(&THINGS, word) || is(&THING, word) || is(&HANDED, word) || is(&THEIRS, word)
    };
    tokens::says(header, "take_home")
        || words.iter().all(is_known) && words.iter().any(|word| is(&HANDED, word))
}

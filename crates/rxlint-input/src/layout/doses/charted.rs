//! Tables that say of each of their rows what became of a dose: those of a medication administration record. Whatever the header of
//! their day, which may be the planned one, it is that of the dose; and whatever the header of the column, words in it that say that
//! nothing was given are read.

use std::sync::LazyLock;

use rxlint_model::answers::answer;
use rxlint_model::record::{Field, decode};

use super::claims_and_orders::{says_dose, says_money, says_order};
use crate::layout::SampleRows;
use crate::layout::cells::content::Content;
use crate::layout::cells::content::cell::{has_strength, is_given, is_nothing};
use crate::layout::days::other_days::{ORDERS, days_apart};
use crate::layout::headers::tokens::{self, words_of};
use crate::layout::headers::{free_text, private};
use crate::layout::outcomes::{outcome, word_table};
use crate::layout::table::JoinedColumns;

/// A table whose columns are looked at.
pub(super) struct Table<'a> {
    pub(super) headers: &'a [String],
    pub(super) contents: &'a [Content],
    pub(super) rows: &'a SampleRows,
}

/// How well the day of a column is that of the dose of its row, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    /// When it was given or written down.
    Given,
    /// A day without any word for what it is the day of.
    Plain,
    Planned,
    /// When something began.
    Start,
}

/// What a cell says of a dose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Given,
    NotGiven,
    /// That someone did not come for it.
    NoShow,
    /// A short code that says so in a column of codes.
    Letters,
    /// How much it was.
    Amount,
    /// A number, which may be a code.
    Number,
    Other,
}

impl Table<'_> {
    /// Makes the day of a table of administrations that of its doses, if no header says so.
    pub(super) fn place_day(&self, columns: &mut Vec<(usize, Field)>) {
        let has = |fields: &[Field]| columns.iter().any(|(_, field)| fields.contains(field));
        if has(&[Field::Administered]) {
            return;
        }
        // A `Status` with such words may also be that of what a pharmacy hands over.
        let is_supply = has(&[Field::Quantity, Field::DaysSupply, Field::FillNumber, Field::Stop]);
        let is_dose = has(&[Field::Dose, Field::Strength]);
        let says_it = |named: bool| (0..self.headers.len()).any(|at| self.tells(at, named));
        let says_only = |meaning: &str| {
            let is_one = |header: &String| {
                tokens::says(header, meaning)
                    && tokens::says_only(header, &[meaning, "date", "time"])
            };
            self.headers.iter().any(is_one)
        };
        let is_of_doses = || {
            says_only("planned") && says_only("actual")
                || (0..self.headers.len()).any(|at| {
                    is_free_for_words(columns, at) && self.is_of_outcomes(at, is_dose)
                        || super::says_time_given(&self.headers[at])
                            && self.cells(at).any(super::is_clock)
                })
        };
        let farthest = match says_it(true) {
            true => Nearness::Start,
            false if !is_supply && (says_it(false) || is_of_doses()) => Nearness::Planned,
            false => return,
        };
        let is_free = |at: &usize| {
            let mut served = columns.iter().filter(|(other, _)| other == at);
            served.all(|(_, field)| Field::FIRST_DAY.contains(field))
        };
        let near = |at: usize| {
            let holds_days = self.contents.get(at).is_some_and(Content::is_day_column);
            let near =
                nearness(&self.headers[at]).filter(|near| holds_days && *near <= farthest)?;
            Some((near, at))
        };
        if let Some((_, day)) = (0..self.headers.len()).filter(is_free).filter_map(near).min() {
            columns.retain(|(at, _)| *at != day);
            columns.push((day, Field::Administered));
        }
    }

    /// The day of a dose with the one for which it was planned, if some were only planned yet, and with what became of it.
    pub(super) fn planned(&self, columns: &mut Vec<(usize, Field)>) -> Option<JoinedColumns> {
        let at = |wanted: Field| columns.iter().find(|(_, f)| *f == wanted).map(|(at, _)| *at);
        let day = at(Field::Administered)?;
        let status = at(Field::Status);
        let is_blank = |row: &Vec<Vec<u8>>| row.get(day).is_some_and(|cell| is_nothing(cell));
        let is_free = |at: &usize| {
            let mut served = columns.iter().filter(|(other, _)| other == at);
            *at != day && served.all(|(_, field)| Field::FIRST_DAY.contains(field))
        };
        let is_planned = |at: &usize| {
            nearness(&self.headers[*at]) == Some(Nearness::Planned)
                && self.contents.get(*at).is_some_and(Content::is_day_column)
        };
        let found = (0..self.headers.len()).filter(is_free).find(is_planned);
        let planned = found.filter(|_| self.rows.iter().any(is_blank))?;
        columns.retain(|(at, _)| *at != planned);
        let list = [day, planned].into_iter().chain(status).collect();
        Some(JoinedColumns::of(Field::Administered, list, JoinedColumns::PLANNED))
    }

    /// The end of an administration, such as that of an infusion, next to its beginning. The days of its order do not matter then.
    pub(super) fn place_own_end(&self, columns: &mut Vec<(usize, Field)>) {
        let at = |wanted: Field| columns.iter().find(|(_, f)| *f == wanted).map(|(at, _)| *at);
        let Some(day) = at(Field::Administered).filter(|_| at(Field::DaysSupply).is_none()) else {
            return;
        };
        let is_order =
            |field: Field| matches!(field, Field::Start | Field::Dispensed | Field::Written);
        let fills_all = self.contents.get(day).is_some_and(Content::fills_all);
        if !fills_all && columns.iter().any(|(_, field)| is_order(*field)) {
            return;
        }
        let is_free = |at: &usize| {
            let mut served = columns.iter().filter(|(other, _)| other == at);
            *at != day
                && served.all(|(_, field)| matches!(field, Field::Stop | Field::Discontinued))
        };
        let begins = says_begin(&self.headers[day]);
        let is_end = |at: &usize| {
            let header = &self.headers[*at];
            self.contents.get(*at).is_some_and(Content::is_day_column)
                && says_own_end(header, begins)
                && !self.rows.iter().any(|row| comes_before(row, *at, day))
        };
        if let Some(end) = (0..self.headers.len()).filter(is_free).find(is_end) {
            columns.retain(|(at, field)| *at != end && *field != Field::Stop && !is_order(*field));
            columns.push((end, Field::Stop));
        }
    }

    /// Whether a column says what became of the doses of its rows, in words or answers: by its header too if it must be `named`.
    fn tells(&self, at: usize, named: bool) -> bool {
        let (header, content) = (self.headers[at].as_str(), self.contents.get(at));
        let says_given = content.is_some_and(Content::says_given);
        if says_money(header) || says_order(header) {
            return false;
        }
        if !named {
            return outcome::may_say_of_doses(header) && says_given;
        }
        let answers = || self.cells(at).any(|cell| answer(cell) == Some(true));
        is_named(header) && (says_given || answers())
    }

    /// Whether nearly all cells of a column say that a dose was given or not, and some that one was given; or that people did not come for
    /// theirs.
    fn is_of_outcomes(&self, at: usize, is_dose: bool) -> bool {
        let header = &self.headers[at];
        if is_of_someone(header) || free_text::is_header(header) || says_money(header) {
            return false;
        }
        let counts = self.counts(at);
        let all: usize = counts.iter().sum();
        let of = |kind: Said| counts[kind as usize];
        let not_given = of(Said::NotGiven) + of(Said::NoShow);
        of(Said::Given) > 0 && not_given > 0 && (of(Said::Given) + not_given) * 10 >= all * 9
            || is_dose && of(Said::NoShow) > 0 && says_code(header)
    }

    /// How many of its cells say what.
    fn counts(&self, at: usize) -> [usize; 7] {
        let mut counts = [0; 7];
        self.cells(at).for_each(|cell| counts[said(cell) as usize] += 1);
        counts
    }

    fn cells(&self, at: usize) -> impl Iterator<Item = &[u8]> {
        let cells = self.rows.iter().filter_map(move |row| row.get(at));
        cells.map(Vec::as_slice).filter(|cell| !cell.is_empty())
    }

    /// Reads what a log says of its doses, if no column does yet: next to their amounts, in words, or in codes.
    pub(super) fn place_outcomes(&self, columns: &mut Vec<(usize, Field)>) {
        let is_told = |(at, field): &(usize, Field)| {
            matches!(field, Field::Status | Field::Voided | Field::Cancelled)
                && self
                    .cells(*at)
                    .any(|cell| matches!(said(cell), Said::Given | Said::NotGiven | Said::NoShow))
        };
        if columns.iter().any(is_told) {
            return;
        }
        let is_free = |at: usize| {
            let header = &self.headers[at];
            is_free_for_words(columns, at)
                && !is_of_someone(header)
                && (!free_text::is_header(header) || says_code(header))
                && !says_money(header)
                && !says_order(header)
        };
        let found = (0..self.headers.len()).filter(|at| is_free(*at));
        let Some((at, field)) = found.filter_map(|at| Some((at, self.outcome(at)?))).next() else {
            return;
        };
        let has_status =
            columns.iter().any(|(other, field)| *other != at && *field == Field::Status);
        let field = if field == Field::Status && has_status { Field::Voided } else { field };
        columns.retain(|(other, known)| *other != at && (field != Field::Dose || *known != field));
        columns.push((at, field));
    }

    /// What a column serves whose cells say what became of doses.
    fn outcome(&self, at: usize) -> Option<Field> {
        let header = &self.headers[at];
        let counts = self.counts(at);
        let of = |kinds: &[Said]| kinds.iter().map(|kind| counts[*kind as usize]).sum::<usize>();
        let all: usize = counts.iter().sum();
        let are = |kinds: &[Said]| {
            all > 0
                && kinds.iter().map(|kind| counts[*kind as usize]).sum::<usize>() * 10 >= all * 9
        };
        let not_given = of(&NOT_GIVEN);
        let amounts = of(&[Said::Amount, Said::Number]);
        let has_amounts = of(&[Said::Amount]) > 0 || amounts > 0 && !says_code(header);
        if not_given > 0 && has_amounts && of(&NOT_GIVEN) + amounts == all {
            return Some(Field::Dose);
        }
        let is_free_text = free_text::is_header(header);
        let is_in_words = not_given > 0
            && !is_free_text
            && (are(&[Said::Given, Said::NotGiven, Said::NoShow])
                || is_named(header) && self.cells(at).all(says_anything));
        // Letters of other columns are sides of the body, shifts and people.
        let is_short = |cell: &[u8]| cell.len() <= LONGEST_CODE && cell.is_ascii();
        // Why something was not given is asked about, unless letters say it under the header of a reason for anything.
        let is_of_reasons = tokens::says(header, "because");
        let may_say = !is_of_reasons
            || of(&[Said::NotGiven]) == 0 && !tokens::words_have(header, &["not", "omission"]);
        let says_so = of(&[Said::Letters]) + not_given > 0
            || !is_of_reasons && says_number(header) && are(&[Said::Number]);
        let is_in_codes = says_code(header) && may_say && says_so && self.cells(at).all(is_short);
        (is_in_words || is_in_codes).then_some(Field::Status)
    }
}

/// What says that no dose was given.
const NOT_GIVEN: [Said; 2] = [Said::NotGiven, Said::NoShow];

/// Whether a cell says what became of a dose, in words or in answer to the header.
fn says_anything(cell: &[u8]) -> bool {
    answer(cell).is_some() || matches!(said(cell), Said::Given | Said::NotGiven | Said::NoShow)
}

/// Whether a column may say what became of doses, whatever it was taken for.
fn is_free_for_words(columns: &[(usize, Field)], at: usize) -> bool {
    let may_serve = |field: Field| {
        matches!(
            field,
            Field::Code | Field::CodeSystem | Field::Adjustment | Field::Status | Field::Dose
        )
    };
    columns.iter().all(|(other, field)| *other != at || may_serve(*field))
}

/// Whether a header says that its column is about what became of doses.
fn is_named(header: &str) -> bool {
    outcome::may_say_of_doses(header) && (says_dose(header) || tokens::says(header, "given"))
        || outcome::asks_of_doses(header)
}

/// Whether a header says that its numbers are codes for what became of doses.
fn says_number(header: &str) -> bool {
    const WHY: [&str; 5] = ["omission", "exception", "outcome", "chart", "disposition"];
    const WHAT: [&str; 5] = ["action", "status", "rslt", "result", "code"];
    tokens::words_have(header, &WHY)
        || says_dose(header) && tokens::words_have(header, &WHAT)
        || outcome::may_say_of_doses(header)
}

/// Longer ones are words.
const LONGEST_CODE: usize = 3;

/// Whether a header is that of people, or of their initials.
fn is_of_someone(header: &str) -> bool {
    const SIGNED: [&str; 8] =
        ["initials", "initial", "init", "signature", "sign", "hz", "handzeichen", "witness"];
    private::is_of_people(header)
        || tokens::says(header, "user")
        || tokens::words_have(header, &SIGNED)
}

/// Whether a header is that of codes for what became of something, or why.
fn says_code(header: &str) -> bool {
    const CODES: [&str; 15] = [
        "status",
        "code",
        "codes",
        "result",
        "outcome",
        "attended",
        "attendance",
        "exception",
        "omission",
        "disposition",
        "action",
        "response",
        "charting",
        "reason",
        "rslt",
    ];
    tokens::words_have(header, &CODES)
}

/// What a cell says of a dose.
fn said(cell: &[u8]) -> Said {
    const LONGEST: usize = 60;
    static KNOWN: LazyLock<Vec<(String, Said)>> = LazyLock::new(|| {
        let words = word_table::words(include_str!("not_given.txt"));
        let said = |kind| match kind {
            "words" => Said::NotGiven,
            "visits" => Said::NoShow,
            _ => Said::Letters,
        };
        words.map(|(kind, word)| (plain(word), said(kind))).collect()
    });
    if cell.len() > LONGEST {
        return Said::Other;
    }
    let text = decode(cell);
    let plain = plain(&text);
    if is_given(&text) || is_given(&plain) {
        return Said::Given;
    }
    let begins = |known: &str| {
        plain.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let is_it = |(known, says): &&(String, Said)| match says {
        Said::Letters => plain == *known,
        _ => begins(known),
    };
    match KNOWN.iter().find(is_it) {
        Some((_, says)) => *says,
        None if cell.iter().all(u8::is_ascii_digit) => Said::Number,
        None if has_strength(&text) => Said::Amount,
        None => Said::Other,
    }
}

/// The words of a text in small letters, each after a space.
fn plain(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(word_table::small).collect::<Vec<_>>().join(" ")
}

/// Whether a header says that something begins.
fn says_begin(header: &str) -> bool {
    words_of(header).iter().any(|word| tokens::says(word, "start"))
}

/// Whether a header is that of the end of an administration: it says so, or only that something ends, next to a beginning that says so.
fn says_own_end(header: &str, begins: bool) -> bool {
    const ENDS: [&str; 5] = ["end", "ending", "halt", "halted", "discontinue"];
    const WORDS: [&str; 4] = ["stop", "stopped", "ended", "removed"];
    let is_end = |word: &String| tokens::says_any(word, &ENDS) || WORDS.contains(&word.as_str());
    let words = words_of(header);
    let is_plain = |word: &String| is_end(word) || tokens::says_any(word, &["date", "time"]);
    words.iter().any(is_end)
        && (tokens::says(header, "given") || begins && words.iter().all(is_plain))
        && !tokens::says_any(header, &["order", "planned"])
}

/// Whether the day of one column of a row comes before that of another, however they are written.
fn comes_before(row: &[Vec<u8>], end: usize, day: usize) -> bool {
    let apart = |order| days_apart(row, [day, end], order);
    let all: Vec<i32> = ORDERS.into_iter().filter_map(apart).collect();
    !all.is_empty() && all.iter().all(|days| *days < 0)
}

/// The day of a dose from its cells: the day itself, the one for which it was planned, and what became of it. What was planned and of
/// which nothing is said was not given yet.
pub(crate) fn day_of_dose(mut cells: Vec<Vec<u8>>) -> Vec<u8> {
    let said = cells.get(2).map_or(&[][..], Vec::as_slice);
    let is_told = !is_nothing(said);
    match () {
        () if cells.len() < 2 || !is_nothing(&cells[0]) || is_nothing(&cells[1]) => {
            cells.swap_remove(0)
        }
        () if is_told && is_given(&decode(said)) => cells.swap_remove(1),
        () if is_told => Vec::new(),
        () => b"not given".to_vec(),
    }
}

/// How well the header of a column of days says that they are those of doses; `None` if they are those of something else.
fn nearness(header: &str) -> Option<Nearness> {
    const OF_OTHERS: [&str; 14] = [
        "birth",
        "written",
        "dispense",
        "fill",
        "order",
        "end",
        "ending",
        "until",
        "thru",
        "discontinue",
        "last",
        "last_dose",
        "valid",
        "prescriber",
    ];
    const WORDS: [&str; 30] = [
        "next",
        "verified",
        "verify",
        "verification",
        "admit",
        "admitted",
        "admission",
        "discharge",
        "discharged",
        "expires",
        "expiry",
        "expiration",
        "exp",
        "updated",
        "modified",
        "changed",
        "created",
        "printed",
        "report",
        "extract",
        "approved",
        "approval",
        "prior",
        "previous",
        "first",
        "reordered",
        "cosigned",
        "cosign",
        "review",
        "reviewed",
    ];
    const GIVEN: [&str; 9] = [
        "performed",
        "perform",
        "documented",
        "recorded",
        "record",
        "done",
        "charttime",
        "signed",
        "charted",
    ];
    const PLANNED: [&str; 4] = ["due", "sched", "scheduled", "for"];
    let says = |meaning: &str| tokens::says(header, meaning);
    let has = |list: &[&str]| tokens::words_have(header, list);
    if tokens::says_any(header, &OF_OTHERS) || has(&WORDS) {
        return None;
    }
    let is_planned = says("planned") || has(&PLANNED);
    let is_given = says("given") || says("actual") || has(&GIVEN);
    let begins = || words_of(header).iter().any(|word| tokens::says(word, "start"));
    Some(match () {
        () if is_planned => Nearness::Planned,
        () if is_given => Nearness::Given,
        () if begins() => Nearness::Start,
        () => Nearness::Plain,
    })
}

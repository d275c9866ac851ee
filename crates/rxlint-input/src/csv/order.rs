//! How a column's dates are written: day before month or month before day, serial numbers or
//! seconds. Decided per column over the whole file, never row by row.

use super::cells::is_null;
use super::compact::{self, CompactEvidence};
use super::forms::unguarded;
use rxlint_model::date::pattern::DatePattern;
use rxlint_model::date::{self, day_and_month, short_year};
use rxlint_model::place::Place;
use rxlint_model::record::{DateOrder, Field, Record};

/// The date columns whose form has to be found out while the file is read. Empty for files with unambiguous dates.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watched {
    fields: Vec<Field>,
    /// The order shown in the head of the file by the columns that serve no field.
    pub(super) beside: Option<DateOrder>,
}

/// What the dates of one column show about their form; lines count from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct OrderEvidence {
    /// The first line that can only mean day before month.
    pub(crate) dmy: Option<u32>,
    /// The first line that can only mean month before day.
    pub(crate) mdy: Option<u32>,
    /// The first two lines that can mean either, on different days.
    pub(crate) either: [Option<u32>; 2],
    short: ShortYears,
    /// How many cells are not empty, and how many of them are numbers that count days, seconds or thousandths.
    cells: u32,
    numbers: [u32; 3],
    /// How many of those that count a spreadsheet's days are before 1990 or after 2049.
    odd_days: u32,
    compact: CompactEvidence,
}

/// Dates of three two-digit numbers, by which numbers are first and last: a bit for each from 0 to 99.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct ShortYears {
    first: u128,
    last: u128,
    /// The first line with one.
    line: Option<u32>,
    /// Whether some first number has one digit, which no year has.
    has_one_digit: bool,
    /// The last two digits of the four-digit years that other dates of the column begin with.
    beside: u128,
}

/// How a column's dates are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrderVerdict {
    /// It makes no difference.
    Any,
    /// One order, and the first line that shows it.
    Settled(DateOrder, u32),
    /// Some lines can only be read one way, others only the other.
    Contradictory(u32, u32),
    /// Nothing in the column shows it.
    Unknown(u32, Option<u32>),
    /// Its years have two digits and may be first.
    YearFirst(u32),
}

/// The days from 1990 to 2049, as spreadsheets count them.
const DAYS_OF_NOW: std::ops::Range<&[u8; 5]> = b"32874"..b"54789";

/// Numbers that mean days, as [`OrderEvidence`] counts them.
const NUMBERS: [DatePattern; 3] = [DatePattern::Excel, DatePattern::Seconds, DatePattern::Millis];

impl Watched {
    /// Picks the date fields that have to be watched, from the head of the file: those with a date whose form is not plain, and those without any
    /// date, which may still come.
    pub(crate) fn choose(fields: impl Iterator<Item = Field>, head: &[(Field, &[u8])]) -> Self {
        let doubtful = |field, text: &[u8]| {
            number(field, text).is_some()
                || compact::may_be(field, text)
                || day_and_month(text).is_some()
        };
        let watched = |field: &Field| {
            let mut texts = head.iter().filter(|(f, text)| f == field && !is_null(text)).peekable();
            texts.peek().is_none() || texts.any(|(_, text)| doubtful(*field, text))
        };
        Self { fields: fields.filter(watched).collect(), beside: None }
    }

    pub(crate) fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// No evidence yet, for each of the fields.
    pub(crate) fn evidence(&self) -> Vec<OrderEvidence> {
        vec![OrderEvidence::default(); self.fields.len()]
    }

    /// Notes what the record's dates show.
    pub(crate) fn note(&self, record: &Record<'_>, evidence: &mut [OrderEvidence]) {
        for (field, evidence) in self.fields.iter().zip(evidence) {
            evidence.note_text(*field, record.text(*field), Place::from(record.key).line);
        }
    }
}

/// Which of [`NUMBERS`] a cell is: days of a spreadsheet from 1954 to 2119 (of births, from 1927), seconds from 1973 to 2286, or thousandths of them.
/// What can be read as a date is a date.
fn number(field: Field, text: &[u8]) -> Option<usize> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_whole = match &text[digits..] {
        [] => true,
        [b'.' | b',', decimals @ ..] => decimals.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if !is_whole {
        return None;
    }
    let earliest: &[u8] = if field == Field::BirthDate { b"10000" } else { b"20000" };
    match digits {
        5 => (earliest..=&b"80000"[..]).contains(&&text[..5]).then_some(0),
        9 | 10 | 12 | 13 if date::parse(text, None).is_err() => {
            Some(if digits < 12 { 1 } else { 2 })
        }
        _ => None,
    }
}

impl OrderEvidence {
    /// Notes what one cell shows.
    #[inline]
    pub(crate) fn note_text(&mut self, field: Field, text: &[u8], line: u32) {
        // Nearly every date of such a column.
        match *text {
            [] => {}
            [
                d1 @ b'0'..=b'9',
                d2 @ b'0'..=b'9',
                b'/' | b'-',
                m1 @ b'0'..=b'9',
                m2 @ b'0'..=b'9',
                b'/' | b'-',
                y1,
                y2,
                y3,
                y4,
            ] if text[2] == text[5] && [y1, y2, y3, y4].iter().all(u8::is_ascii_digit) => {
                let number =
                    |tens: u8, ones: u8| u32::from(tens - b'0') * 10 + u32::from(ones - b'0');
                self.note((number(d1, d2), number(m1, m2)), line);
                self.cells = self.cells.saturating_add(1);
            }
            _ => self.note_any(field, text, line),
        }
    }

    fn note_any(&mut self, field: Field, text: &[u8], line: u32) {
        let text = unguarded(field, text);
        self.short.note_beside(text);
        if let Some(numbers) = day_and_month(text) {
            self.note(numbers, line);
            if let Some((first, _, last)) = short_year(text) {
                self.short.first |= 1 << first;
                self.short.last |= 1 << last;
                self.short.line = self.short.line.or(Some(line));
                self.short.has_one_digit |= !text[1].is_ascii_digit();
            }
        }
        if !text.is_empty() && !is_null(text) {
            self.cells = self.cells.saturating_add(1);
            self.compact.note(field, text);
            let is_odd =
                matches!(text.first_chunk::<5>(), Some(day) if !DAYS_OF_NOW.contains(&day));
            if number(field, text) == Some(0) && is_odd {
                self.odd_days = self.odd_days.saturating_add(1);
            }
            if let Some(count) = number(field, text).and_then(|n| self.numbers.get_mut(n)) {
                *count = count.saturating_add(1);
            }
        }
    }

    fn note(&mut self, (first, second): (u32, u32), line: u32) {
        match (first > 12, second > 12) {
            (true, false) => self.dmy = self.dmy.or(Some(line)),
            (false, true) => self.mdy = self.mdy.or(Some(line)),
            (false, false) if first != second => self.add_either(line),
            // Neither is a date, or both are the same one.
            _ => {}
        }
    }

    fn add_either(&mut self, line: u32) {
        match &mut self.either {
            [first @ None, _] => *first = Some(line),
            [_, second @ None] => *second = Some(line),
            _ => {}
        }
    }

    /// Adds what a later block shows, which begins after `lines` lines.
    pub(crate) fn add(&mut self, later: &Self, lines: u32) {
        let shifted = |line: u32| line.saturating_add(lines);
        self.dmy = self.dmy.or(later.dmy.map(shifted));
        self.mdy = self.mdy.or(later.mdy.map(shifted));
        later.either.iter().flatten().for_each(|&line| self.add_either(shifted(line)));
        self.short.first |= later.short.first;
        self.short.last |= later.short.last;
        self.short.beside |= later.short.beside;
        self.short.has_one_digit |= later.short.has_one_digit;
        self.short.line = self.short.line.or(later.short.line.map(shifted));
        self.cells = self.cells.saturating_add(later.cells);
        self.odd_days = self.odd_days.saturating_add(later.odd_days);
        self.compact.add(&later.compact);
        for (all, more) in self.numbers.iter_mut().zip(later.numbers) {
            *all = all.saturating_add(more);
        }
    }

    /// Whether most of the cells are a spreadsheet's days, and all of those before 1990 or after 2049: another program may count from another day.
    pub(super) fn are_odd_days(&self) -> bool {
        self.numbers() == Some(DatePattern::Excel) && self.odd_days == self.numbers[0]
    }

    /// What kind of numbers most of the cells are.
    pub(crate) fn numbers(&self) -> Option<DatePattern> {
        if let Some(form) = self.compact.form(self.cells) {
            return Some(form);
        }
        let most = |count: &u32| u64::from(*count) * 2 > u64::from(self.cells);
        self.numbers.iter().position(most).map(|n| NUMBERS[n].clone())
    }

    pub(crate) fn verdict(&self) -> OrderVerdict {
        match (self.dmy, self.mdy, self.either) {
            _ if self.short.year_may_be_first() => {
                OrderVerdict::YearFirst(self.short.line.unwrap_or_default())
            }
            (Some(dmy), Some(mdy), _) => OrderVerdict::Contradictory(dmy, mdy),
            (Some(line), None, _) => OrderVerdict::Settled(DateOrder::Dmy, line),
            (None, Some(line), _) => OrderVerdict::Settled(DateOrder::Mdy, line),
            (None, None, [Some(first), second]) => OrderVerdict::Unknown(first, second),
            (None, None, [None, _]) => OrderVerdict::Any,
        }
    }
}

impl ShortYears {
    /// Notes the year of a date that begins with it: `2026-03-05`.
    fn note_beside(&mut self, text: &[u8]) {
        if let [
            b'1' | b'2',
            b'0'..=b'9',
            tens @ b'0'..=b'9',
            ones @ b'0'..=b'9',
            b'-' | b'/' | b'.',
            _,
            ..,
        ] = text
        {
            self.beside |= 1 << ((tens - b'0') * 10 + (ones - b'0'));
        }
    }

    /// Beside dates that begin with a four-digit year, whether it is doubtful that the last numbers are the years. It is not if all of them are among
    /// those years or next to them, and no first number is.
    fn is_doubtful_beside(&self) -> bool {
        let near = self.beside | self.beside << 1 | self.beside >> 1;
        self.beside != 0
            && self.line.is_some()
            && (self.last & !near != 0 || self.first & near != 0)
    }

    /// Four-digit years beside them decide. A number above 31 is a year. Otherwise years are the numbers with fewer distinct values.
    fn year_may_be_first(&self) -> bool {
        if self.beside != 0 {
            return self.is_doubtful_beside();
        }
        let above_31 = |numbers: u128| numbers >> 32 != 0;
        let more = self.last.count_ones() >= 3 && self.last.count_ones() > self.first.count_ones();
        above_31(self.first)
            || (more || self.days_may_be_last()) && !above_31(self.last) && !self.has_one_digit
    }

    /// Whether first numbers that are not months are one year, or two in a row, and the last ones make more sense as days than as years: they vary
    /// more than the first, or are all long before them.
    fn days_may_be_last(&self) -> bool {
        const NO_MONTH: u32 = 13;
        const LONG_AGO: u32 = 20;
        let span = |numbers: u128| {
            let lowest = numbers.trailing_zeros();
            (lowest, 127u32.saturating_sub(numbers.leading_zeros()).saturating_sub(lowest))
        };
        if self.first == 0 || self.last == 0 {
            return false;
        }
        let ((first, firsts), (last, lasts)) = (span(self.first), span(self.last));
        first >= NO_MONTH
            && (firsts == 0 && self.last.count_ones() > 1
                || firsts <= 1 && lasts > 1
                || firsts == 0 && first >= LONG_AGO && last + lasts < LONG_AGO)
    }
}

/// The order that the dates of these columns show in the head of a file, if they agree.
pub(super) fn shown_by(
    rows: &[Vec<Vec<u8>>],
    columns: impl Iterator<Item = usize>,
) -> Option<DateOrder> {
    let shown = columns.filter_map(|column| {
        let mut evidence = OrderEvidence::default();
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.for_each(|cell| evidence.note_text(Field::Written, cell, 0));
        match evidence.verdict() {
            OrderVerdict::Settled(order, _) => Some(order),
            _ => None,
        }
    });
    let shown: Vec<DateOrder> = shown.collect();
    shown.first().copied().filter(|first| shown.iter().all(|order| order == first))
}

/// The order of each watched column, `None` if it makes no difference: its own evidence settles it, else that of the file's other date columns, if
/// they agree, else what was `asked` for, else that of the columns `beside` which serve no field.
///
/// # Errors
/// For a column that contradicts itself, or that nothing settles.
pub(crate) fn settle(
    verdicts: &[OrderVerdict],
    beside: Option<DateOrder>,
    asked: Option<DateOrder>,
) -> Vec<Result<Option<DateOrder>, OrderVerdict>> {
    let settled = |verdict: &OrderVerdict| match verdict {
        OrderVerdict::Settled(order, _) => Some(*order),
        _ => None,
    };
    let first = verdicts.iter().find_map(settled);
    let agreed = first.filter(|order| verdicts.iter().filter_map(settled).all(|o| o == *order));
    let of = |verdict: &OrderVerdict| match verdict {
        OrderVerdict::Any => Ok(None),
        OrderVerdict::Settled(order, _) => Ok(Some(*order)),
        OrderVerdict::Unknown(..) => agreed.or(asked).or(beside).map(Some).ok_or(*verdict),
        OrderVerdict::Contradictory(..) | OrderVerdict::YearFirst(_) => {
            asked.map(Some).ok_or(*verdict)
        }
    };
    verdicts.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(dates: &[&str]) -> OrderVerdict {
        let mut evidence = OrderEvidence::default();
        for (n, date) in dates.iter().enumerate() {
            evidence.note_text(Field::Dispensed, date.as_bytes(), n as u32 + 1);
        }
        evidence.verdict()
    }

    #[test]
    fn a_year_of_two_digits_may_stand_first() {
        let is_first = |dates: &[&str]| matches!(of(dates), OrderVerdict::YearFirst(_));
        assert!(is_first(&["26/03/05", "26/03/10"]));
        assert!(
            is_first(&["26/03/05", "26/03/05"]),
            "no prescription of 2005 beside those of today"
        );
        assert!(is_first(&["25/12/30", "26/01/03"]));
        assert!(!is_first(&["05/03/26", "10/03/26"]));
        assert!(!is_first(&["26/03/25", "26/03/25"]));
        assert!(!is_first(&["01/03/25", "01/03/26"]), "the first of a month");
        assert!(!is_first(&["15/12/25", "28/12/25", "03/01/26"]));
        assert!(!is_first(&["26/12/25", "27/12/25"]));
    }

    #[test]
    fn one_date_settles_a_column_and_two_can_contradict() {
        assert_eq!(of(&["03/04/2025", "13/04/2025"]), OrderVerdict::Settled(DateOrder::Dmy, 2));
        assert_eq!(of(&["04/13/2025", "03/04/2025"]), OrderVerdict::Settled(DateOrder::Mdy, 1));
        assert_eq!(of(&["04/13/2025", "13/04/2025"]), OrderVerdict::Contradictory(2, 1));
        assert_eq!(
            of(&["04/04/2025", "03/04/2025", "05/04/2025"]),
            OrderVerdict::Unknown(2, Some(3))
        );
        assert_eq!(of(&["04/04/2025", "2025-03-04", "31/31/2025"]), OrderVerdict::Any);
    }

    #[test]
    fn a_usual_date_tells_what_any_other_way_to_read_it_tells() {
        for date in [
            "03/04/2025",
            "13-04-2025",
            "04/13/2025",
            "99/99/9999",
            "00/00/0000",
            "31-31-2025",
            "03/04-2025",
            "1a/02/2025",
        ] {
            let (mut short, mut long) = (OrderEvidence::default(), OrderEvidence::default());
            for line in 1..4 {
                short.note_text(Field::Dispensed, date.as_bytes(), line);
                long.note_any(Field::Dispensed, date.as_bytes(), line);
            }
            assert_eq!(short, long, "{date}");
        }
    }

    #[test]
    fn dates_without_zeros_and_with_short_years_tell_as_well() {
        assert_eq!(of(&["3/4/2026", "3/14/2026"]), OrderVerdict::Settled(DateOrder::Mdy, 2));
        assert_eq!(of(&["3/4/26", "3/14/26"]), OrderVerdict::Settled(DateOrder::Mdy, 2));
        assert_eq!(of(&["3/4/2026", "3/28/2026", "28/3/2026"]), OrderVerdict::Contradictory(3, 2));
        assert_eq!(of(&["14.3.2026", "3/14/2026"]), OrderVerdict::Settled(DateOrder::Mdy, 2));
    }

    #[test]
    fn a_two_digit_year_that_may_stand_first_settles_nothing() {
        assert_eq!(of(&["26/03/01", "26/03/05", "26/03/15"]), OrderVerdict::YearFirst(1));
        assert_eq!(of(&["99/12/11", "12/13/99"]), OrderVerdict::YearFirst(1));
        assert_eq!(
            of(&["01/03/26", "05/03/26", "15/03/26"]),
            OrderVerdict::Settled(DateOrder::Dmy, 3)
        );
        assert_eq!(
            of(&["3/13/23", "3/13/24", "3/13/25"]),
            OrderVerdict::Settled(DateOrder::Mdy, 1)
        );
    }

    #[test]
    fn a_two_digit_year_beside_years_of_four_digits_is_the_number_that_is_one_of_them() {
        for doubtful in ["26-03-12", "26/03/14", "31-03-12", "26-03-12 09:00", "26/3/26"] {
            let column = of(&["2026-03-05", doubtful]);
            assert!(!matches!(column, OrderVerdict::Settled(DateOrder::Dmy, _)), "{doubtful}");
        }
        assert_eq!(of(&["2026-03-05", "26-03-12"]), OrderVerdict::YearFirst(2));
        let plain = of(&["2026-03-05", "13/03/26", "13/12/25"]);
        assert_eq!(plain, OrderVerdict::Settled(DateOrder::Dmy, 2), "no year near 2026 is 13");
    }

    #[test]
    fn other_columns_settle_what_a_column_leaves_open() {
        use DateOrder::{Dmy, Mdy};
        let (dmy, mdy) = (OrderVerdict::Settled(Dmy, 1), OrderVerdict::Settled(Mdy, 1));
        let open = OrderVerdict::Unknown(2, None);
        assert_eq!(
            settle(&[open, mdy, OrderVerdict::Any], None, None),
            [Ok(Some(Mdy)), Ok(Some(Mdy)), Ok(None)]
        );
        assert_eq!(settle(&[open, mdy, dmy], None, None)[0], Err(open), "the others do not agree");
        assert_eq!(settle(&[open, OrderVerdict::Any], None, None)[0], Err(open));
        assert_eq!(
            settle(&[open, dmy], None, Some(Mdy)),
            [Ok(Some(Dmy)), Ok(Some(Dmy))],
            "the file decides"
        );
        assert_eq!(settle(&[open, OrderVerdict::Any], None, Some(Mdy))[0], Ok(Some(Mdy)));
        let both = OrderVerdict::Contradictory(2, 3);
        assert_eq!(
            settle(&[both, mdy], None, None)[0],
            Err(both),
            "no other column settles a contradiction"
        );
    }

    #[test]
    fn most_of_a_column_makes_it_one_of_numbers() {
        let numbers = |field, cells: &[&str]| {
            let mut evidence = OrderEvidence::default();
            cells.iter().for_each(|cell| evidence.note_text(field, cell.as_bytes(), 1));
            evidence.numbers()
        };
        let fill = Field::Dispensed;
        assert_eq!(numbers(fill, &["46082", "46086.0", ""]), Some(DatePattern::Excel));
        assert_eq!(numbers(fill, &["46082", "2026-03-05"]), None, "half is not most");
        assert_eq!(numbers(fill, &["12945", "12946"]), None);
        let odd = |cells: &[&str]| {
            let mut evidence = OrderEvidence::default();
            cells.iter().for_each(|cell| evidence.note_text(fill, cell.as_bytes(), 1));
            evidence.are_odd_days()
        };
        assert!(odd(&["24566", "24570"]) && odd(&["67630", "67634"]) && !odd(&["46082", "24566"]));
        assert!(matches!(numbers(fill, &["25360", "26002"]), Some(DatePattern::Text(_))));
        assert_eq!(numbers(Field::BirthDate, &["25360", "26002"]), Some(DatePattern::Excel));
        assert_eq!(numbers(Field::BirthDate, &["12345", "12346"]), Some(DatePattern::Excel));
        assert_eq!(numbers(fill, &["1772323200"]), Some(DatePattern::Seconds));
        assert_eq!(numbers(fill, &["1772323200000"]), Some(DatePattern::Millis));
        assert_eq!(numbers(fill, &["2026030509", "202603050910"]), None, "dates with a time");
    }

    #[test]
    fn evidence_adds_up_over_blocks() {
        let mut all = OrderEvidence::default();
        let block = |numbers| {
            let mut evidence = OrderEvidence::default();
            evidence.note(numbers, 3);
            evidence
        };
        all.add(&block((3, 4)), 10);
        all.add(&block((5, 4)), 20);
        assert_eq!(all.verdict(), OrderVerdict::Unknown(13, Some(23)));
        all.add(&block((1, 30)), 30);
        assert_eq!((all.mdy, all.verdict()), (Some(33), OrderVerdict::Settled(DateOrder::Mdy, 33)));
    }
}

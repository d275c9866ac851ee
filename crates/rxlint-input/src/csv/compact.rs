//! Dates that consist only of digits in orders other than `20260301`: mainframes' `26060` and `1260301`, `03012026`, `260301`. A cell does not show
//! which; a column does, if all of its cells fit one of them and no other that is as likely.

use rxlint_model::date;
use rxlint_model::date::pattern::{DatePattern, Part};
use rxlint_model::record::Field;

/// The forms, each with its number of digits.
const FORMS: [(usize, &[Part]); 7] = [
    (5, &[Part::ShortYear, Part::DayOfYear]),
    (7, &[Part::Exactly('1'), Part::ShortYear, Part::Month, Part::Day]),
    (8, &[Part::Month, Part::Day, Part::Year]),
    (8, &[Part::Day, Part::Month, Part::Year]),
    (6, &[Part::ShortYear, Part::Month, Part::Day]),
    (6, &[Part::Month, Part::Day, Part::ShortYear]),
    (6, &[Part::Day, Part::Month, Part::ShortYear]),
];
/// Dates of prescriptions with two-digit years begin in this range of years.
const YEARS: std::ops::Range<i32> = 2000..2050;
/// Numbers of five digits below this one are days of a spreadsheet before 1990.
const DAY_OF_1990: u32 = 32_874;
/// The dates of one column lie within this many years; read in a wrong form, they seem further apart.
const NEAR: u32 = 5;
const FAR: u32 = 10;

/// What the numbers of one column show about their form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct CompactEvidence {
    /// How many cells are numbers of five, six, seven and eight digits that are not dates by themselves.
    numbers: [u32; 4],
    /// How many of those of six digits may be a year and a month.
    months: u32,
    /// How many of them are dates in each form, and in which years from 2000 on.
    fits: [u32; FORMS.len()],
    years: [u64; FORMS.len()],
}

/// The digits of a cell that could be such a date.
fn digits(text: &[u8]) -> Option<&[u8]> {
    let is_number = (5..=8).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    (is_number && (text.len() == 6 || date::parse(text, None).is_err())).then_some(text)
}

/// Whether a cell of that field may be one.
pub(super) fn may_be(field: Field, text: &[u8]) -> bool {
    field != Field::BirthDate && digits(text).is_some()
}

fn pattern(form: usize) -> DatePattern {
    DatePattern::Text(FORMS[form].1.to_vec())
}

/// One of these forms, as written for `--date-format`.
pub(crate) fn written(form: &DatePattern) -> Option<String> {
    let DatePattern::Text(parts) = form else { return None };
    FORMS.iter().find(|(_, known)| *known == parts.as_slice())?;
    let part = |part: &Part| match part {
        Part::Year => "%Y",
        Part::ShortYear => "%y",
        Part::Month => "%m",
        Part::Day => "%d",
        Part::DayOfYear => "%j",
        _ => "1",
    };
    Some(parts.iter().map(part).collect())
}

impl CompactEvidence {
    /// Notes what one cell shows.
    pub(super) fn note(&mut self, field: Field, text: &[u8]) {
        let Some(digits) = digits(text).filter(|_| field != Field::BirthDate) else { return };
        let add = |count: &mut u32| *count = count.saturating_add(1);
        add(&mut self.numbers[digits.len() - 5]);
        for (form, (length, _)) in FORMS.iter().enumerate() {
            let day = (*length == digits.len()).then(|| pattern(form).read(digits, Some(99)).ok());
            let year = day.flatten().map(|day| day.ymd().0).filter(|year| YEARS.contains(year));
            if let Some(year) = year {
                add(&mut self.fits[form]);
                self.years[form] |= 1 << (year - YEARS.start);
            }
        }
        if let [b'1' | b'2', b'9' | b'0', _, _, month @ ..] = digits
            && (b"01"..=b"12").contains(&month.first_chunk().unwrap_or(b"00"))
            && digits.len() == 6
        {
            add(&mut self.months);
        }
        // A spreadsheet's day of 1990 or later is not a year and a day of it.
        let number = digits.iter().fold(0, |n, digit| n * 10 + u32::from(digit - b'0'));
        if digits.len() == 5 && number >= DAY_OF_1990 && self.fits[0] > 0 {
            self.fits[0] = 0;
            self.numbers[0] = u32::MAX;
        }
    }

    /// Adds what a later block shows.
    pub(super) fn add(&mut self, later: &Self) {
        self.months = self.months.saturating_add(later.months);
        let counts = self.numbers.iter_mut().chain(&mut self.fits);
        for (count, more) in counts.zip(later.numbers.iter().chain(&later.fits)) {
            *count = count.saturating_add(*more);
        }
        self.years.iter_mut().zip(later.years).for_each(|(years, more)| *years |= more);
    }

    /// The form of most of the column's `cells`, if it is the only one.
    pub(super) fn form(&self, cells: u32) -> Option<DatePattern> {
        let all = |form: &usize| {
            let numbers = self.numbers[FORMS[*form].0 - 5];
            let are_months = FORMS[*form].0 == 6 && numbers == self.months;
            numbers > 0 && numbers == self.fits[*form] && !are_months
        };
        let fitting: Vec<usize> = (0..FORMS.len()).filter(all).collect();
        let apart = |form: usize| {
            let years = self.years[form];
            64 - years.leading_zeros() - years.trailing_zeros()
        };
        let near: Vec<usize> =
            fitting.iter().copied().filter(|form| apart(*form) <= NEAR).collect();
        let [form] = near[..] else { return None };
        let others = fitting.iter().all(|other| *other == form || apart(*other) > FAR);
        let is_most = u64::from(self.fits[form]) * 2 > u64::from(cells);
        (others && is_most).then(|| pattern(form))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[&str]) -> Option<String> {
        let mut evidence = CompactEvidence::default();
        cells.iter().for_each(|cell| evidence.note(Field::Dispensed, cell.as_bytes()));
        let form = evidence.form(cells.len() as u32)?;
        form.read(cells[0].as_bytes(), None).ok().map(|day| day.to_string())
    }

    #[test]
    fn a_column_shows_its_form_where_only_one_fits() {
        for (cells, first) in [
            (&["25360", "26002", "26010"][..], Some("2025-12-26")),
            (&["1260301", "1260305"], Some("2026-03-01")),
            (&["03012026", "03152026"], Some("2026-03-01")),
            (&["01032026", "15032026"], Some("2026-03-01")),
            (&["260301", "260305", "260315", "260312"], Some("2026-03-01")),
            (&["030126", "031526"], Some("2026-03-01")),
            // Day and month may be either; spreadsheet days; months; numbers; years that are as close.
            (&["03012026", "03052026"], None),
            (&["46082", "46086"], None),
            (&["25360", "46086"], None),
            (&["46086", "25360"], None),
            (&["25360", "25900"], None),
            (&["202603", "202604"], None),
            (&["201101", "201102", "201112"], None),
            (&["2026060", "2026064"], None),
            (&["20260301", "20260305"], None),
            (&["260301", "260305"], None),
            (&["123456", "654321"], None),
        ] {
            assert_eq!(of(cells).as_deref(), first, "{cells:?}");
        }
    }
}

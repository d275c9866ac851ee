//! Columns whose cells are written in a special form: serial numbers of days, stated patterns, decimal commas. Their cells are passed on in the usual
//! form; their places in the file stay the same.

use super::cells::is_null;
use super::meanings::of_a_dose;
use crate::layout;
use rxlint_model::answers::{says_no, says_none};
use rxlint_model::date::{self, pattern::DatePattern};
use rxlint_model::day::Day;
use rxlint_model::record::{DateOrder, Field, Record};

/// The form of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ColumnForm {
    /// Only dates of this form.
    Stated(DatePattern, Option<u32>),
    /// Mostly numbers of this form, among dates that are unambiguous.
    Mostly(DatePattern),
    /// Dates whose two-digit years from this one on begin with 19.
    ShortYears(u32),
    /// Nothing reliable.
    None,
    /// Numbers with a decimal comma.
    DecimalComma,
    /// Counts of a unit that the header or a profile names: weeks, months.
    Counts(&'static str),
    /// Amounts taken per day.
    PerDay,
    /// Numbers of doses for the following days: with that of the day itself they last a day longer.
    OneMore,
    /// Amounts given; an amount of zero means that no dose was given.
    Given,
    /// Doses, given or planned.
    Planned,
    /// Times at which doses were given, and the words written in place of a time.
    GivenAt,
    /// A site's own words, with what each means.
    Words(Vec<(String, String)>),
}

/// The columns of a file that have a form, by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Forms {
    own: Vec<(Field, ColumnForm)>,
    /// The fields with some cells protected from a spreadsheet: `="0042"`.
    guarded: Vec<Field>,
    /// Whether the cell of the drug also holds its directions and quantity: `Name, Dosage and Quantity`.
    says_all: bool,
}

/// The text without what keeps a spreadsheet from taking it for a number: `="0042"`; before a date also `'`.
pub(crate) fn unguarded(field: Field, text: &[u8]) -> &[u8] {
    match text {
        [b'=', b'"', inner @ .., b'"'] if !inner.contains(&b'"') => super::cells::trim(inner),
        [b'\'', inner @ ..] if field.is_date() => inner,
        _ => text,
    }
}

impl Forms {
    pub(crate) fn is_empty(&self) -> bool {
        self.own.is_empty() && self.guarded.is_empty() && !self.says_all
    }

    /// Whether a column of one of these fields has a form.
    pub(crate) fn concern(&self, fields: &[Field]) -> bool {
        self.own.iter().any(|(field, _)| fields.contains(field))
    }

    /// Whether some cells are protected.
    pub(crate) fn has_guards(&self) -> bool {
        !self.guarded.is_empty()
    }

    /// Notes which of these fields have protected cells in the head of the file.
    pub(crate) fn note_guards(&mut self, head: &[(Field, &[u8])]) {
        let guarded =
            head.iter().filter(|(field, text)| unguarded(*field, text).len() < text.len());
        self.guarded = guarded.map(|(field, _)| *field).collect();
        self.guarded.sort_unstable();
        self.guarded.dedup();
    }

    /// Whether statuses are written in a site's own words, or cells are protected.
    pub(crate) fn has_words(&self) -> bool {
        !self.guarded.is_empty()
            || self.own.iter().any(|(_, form)| matches!(form, ColumnForm::Words(_)))
    }

    /// Notes what the header of the drug says about its cells.
    pub(crate) fn note_drug(&mut self, header: &str) {
        let words = layout::words_of(header);
        let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        self.says_all = has(&["dosage", "directions", "sig"]) && has(&["quantity", "qty"]);
    }

    pub(crate) fn has_dates(&self) -> bool {
        self.own.iter().any(|(field, _)| field.is_date())
    }

    /// The pattern that the numbers of a field's column follow.
    pub(crate) fn pattern(&self, field: Field) -> Option<&DatePattern> {
        self.own.iter().find_map(|(of, form)| match form {
            ColumnForm::Mostly(pattern) if *of == field => Some(pattern),
            _ => None,
        })
    }

    /// Sets the form of a field, or removes it.
    pub(crate) fn set(&mut self, field: Field, form: Option<ColumnForm>) {
        self.own.retain(|(other, _)| *other != field);
        self.own.extend(form.map(|form| (field, form)));
        self.own.sort_by_key(|(field, _)| *field);
    }

    /// The record in the usual form. `room` is for the texts that had to be changed.
    pub(crate) fn applied<'s>(&self, record: &Record<'s>, room: &'s mut Vec<u8>) -> Record<'s> {
        room.clear();
        let mut whole = record.clone();
        for field in &self.guarded {
            let cell = &mut whole.cells[*field as usize];
            cell.text = unguarded(*field, cell.text);
        }
        if self.says_all {
            take_apart(&mut whole);
        }
        let mut changed = Vec::new();
        for (field, form) in &self.own {
            let text = whole.text(*field);
            if let Some(new) = form.rewrite(text, record.date_order[*field as usize]) {
                room.extend_from_slice(&new);
                changed.push((*field, room.len()));
            }
        }
        let mut start = 0;
        for (field, end) in changed {
            whole.cells[field as usize].text = &room[start..end];
            start = end;
        }
        whole
    }
}

/// Fills directions and quantity from the cell of the drug: `Naltrexone 50mg tablets, One To Be Taken Each Day, 28 tablet`.
fn take_apart(record: &mut Record<'_>) {
    let text = record.text(Field::Drug);
    let is_comma = |byte: &u8| *byte == b',';
    let between = text.iter().position(is_comma).zip(text.iter().rposition(is_comma));
    let Some((first, last)) = between.filter(|(first, last)| first + 1 < *last) else { return };
    let quantity = super::cells::trim(&text[last + 1..]);
    if !quantity.first().is_some_and(u8::is_ascii_digit) {
        return;
    }
    let directions = super::cells::trim(&text[first + 1..last]);
    for (field, text) in [(Field::Directions, directions), (Field::Quantity, quantity)] {
        if record.text(field).is_empty() {
            record.cells[field as usize].text = text;
        }
    }
}

impl ColumnForm {
    /// The text in the usual form, if that differs.
    fn rewrite(&self, text: &[u8], order: Option<DateOrder>) -> Option<Vec<u8>> {
        // Zeros are not a day; in a flag they mean no.
        if text.is_empty()
            || date::is_zeros(text)
                && !matches!(self, Self::Words(_) | Self::Given | Self::GivenAt | Self::Planned)
        {
            return None;
        }
        let iso = |day: Day| Some(day.to_string().into_bytes());
        match self {
            // Anything in another form is not a date, whatever it looks like.
            Self::Stated(pattern, pivot) => {
                pattern.read(text, *pivot).map_or_else(|_| Some(b"?".to_vec()), iso)
            }
            Self::Mostly(pattern) => pattern.read(text, None).ok().and_then(iso),
            Self::ShortYears(pivot) => {
                let usual = date::parse(text, order).ok()?;
                let day = date::parse_from(text, order, *pivot).ok()?;
                if day == usual && order.is_some() { None } else { iso(day) }
            }
            Self::None => Some(b"?".to_vec()),
            Self::DecimalComma => decimal_point(text),
            Self::Words(words) => {
                let said =
                    words.iter().find(|(word, _)| text.eq_ignore_ascii_case(word.as_bytes()));
                said.map(|(_, means)| means.clone().into_bytes())
            }
            Self::PerDay => a_day(text),
            Self::Given => match of_a_dose(text) {
                Some(means) => Some(means.as_bytes().to_vec()),
                None => is_none_of_it(text).then(|| b"not given".to_vec()),
            },
            // A plain dose of zero may be no dose or one that was not recorded: that is reported.
            Self::Planned => match of_a_dose(text) {
                Some(means) => Some(means.as_bytes().to_vec()),
                None => is_none_of_it(text).then(|| b"dose of nothing".to_vec()),
            },
            Self::GivenAt => Some(given_at(text)),
            // What is not a count is left to be reported.
            Self::OneMore => match layout::doses_counted(text) {
                Some(count) => Some((count + 1).to_string().into_bytes()),
                None if says_no(text) => Some(Vec::new()),
                None => Some(b"?".to_vec()),
            },
            Self::Counts(unit) => {
                let is_number = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',');
                let sign = if text.first() == Some(&b'-') { 1 } else { 0 };
                text[sign..].iter().all(is_number).then(|| [text, b" ", unit.as_bytes()].concat())
            }
        }
    }
}

/// Whether an amount is zero, in whatever unit or out of whatever was ordered: `0`, `0 mg`, `0.0 tabs`, `0/60`, `0 of 60`, `nil given`, `no`; or a
/// letter in its place says that none was given.
pub fn is_none_of_it(text: &[u8]) -> bool {
    const OF: [&[u8]; 7] = [b"/", b"of ", b"out of ", b"von ", b"van ", b"de ", b"sur "];
    let end = text.iter().position(|byte| !b"0.,".contains(byte)).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = unit.trim_ascii_start();
    let is_of_all =
        || OF.iter().any(|of| unit.len() > of.len() && unit[..of.len()].eq_ignore_ascii_case(of));
    number.contains(&b'0') && (!unit.iter().any(u8::is_ascii_digit) || is_of_all())
        || says_no(text) && text != b"-"
        || of_a_dose(text).is_some_and(|means| means != "given")
        || says_nothing_given(text)
}

/// Whether an amount is zero in words, with or without what was not given: `nil`, `keine`, `none given`.
fn says_nothing_given(text: &[u8]) -> bool {
    let is_word = text.first().is_some_and(|byte| !byte.is_ascii_digit());
    let text = is_word.then(|| std::str::from_utf8(text).ok()).flatten().unwrap_or_default();
    let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
    says_none(first.as_bytes()) && (rest.is_empty() || layout::speaks_of_doses(rest))
}

/// What the cell of a time says about a dose: with a time it was given, unless a word says otherwise (`08:00 refused`).
fn given_at(text: &[u8]) -> Vec<u8> {
    const SHORTEST: usize = 4;
    let is_time = text.iter().any(u8::is_ascii_digit);
    if !is_time {
        let is_blank = !text.iter().any(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii());
        return match of_a_dose(text) {
            _ if is_blank => Vec::new(),
            Some(means) => means.as_bytes().to_vec(),
            None => text.to_vec(),
        };
    }
    let is_word = |word: &&[u8]| word.first().is_some_and(|byte| !byte.is_ascii_digit());
    let words = text.split(|byte| b" ,;()-".contains(byte)).filter(is_word);
    let others =
        words.filter(|word| !layout::OF_TIMES.iter().any(|of| word.eq_ignore_ascii_case(of)));
    let others: Vec<&[u8]> = others.collect();
    match others.as_slice() {
        [word] if word.len() < SHORTEST => of_a_dose(word).unwrap_or("given").as_bytes().to_vec(),
        [] => b"given".to_vec(),
        words => {
            let said = words.join(&b' ');
            of_a_dose(&said).map_or(said.clone(), |means| means.as_bytes().to_vec())
        }
    }
}

/// The amount taken per day as directions state it. For several times of the day it is the sum, which is unknown if one of them cannot be read.
fn a_day(text: &[u8]) -> Option<Vec<u8>> {
    let written = std::str::from_utf8(text).ok()?;
    let is_sum = written.contains('+');
    let parts: Option<Vec<f64>> = written.split('+').map(layout::amount_at_a_time).collect();
    match parts.map(|parts| parts.iter().sum::<f64>()) {
        // Without a unit only such counts are read.
        Some(count) if count > 0.0 && count <= 4.0 && (count * 2.0).fract() == 0.0 => {
            Some(format!("{count} daily").into_bytes())
        }
        Some(0.0) if !text.contains(&b'0') => Some(Vec::new()),
        Some(count) => Some(format!("{count} tablets daily").into_bytes()),
        None if is_sum => None,
        None => text[0].is_ascii_digit().then(|| [text, b" daily"].concat()),
    }
}

/// Numbers with a decimal comma, written with a point: `1.234,5 mg` is `1234.5 mg`.
fn decimal_point(text: &[u8]) -> Option<Vec<u8>> {
    if !has_number(text, b',') {
        return None;
    }
    let between = |at: usize| {
        at > 0 && text[at - 1].is_ascii_digit() && text.get(at + 1).is_some_and(u8::is_ascii_digit)
    };
    let new = text.iter().enumerate().filter_map(|(at, byte)| match byte {
        b',' if between(at) => Some(b'.'),
        b'.' if between(at) => None,
        other => Some(*other),
    });
    Some(new.collect())
}

/// Whether the byte is between two digits.
fn has_number(text: &[u8], byte: u8) -> bool {
    text.windows(3).any(|w| w[1] == byte && w[0].is_ascii_digit() && w[2].is_ascii_digit())
}

/// What the numbers of a column show about their commas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Commas {
    /// Some comma can only precede decimals.
    decimal: bool,
    /// Some comma can only separate thousands.
    thousands: bool,
    /// Some comma can be either.
    either: bool,
}

/// The fields that hold amounts.
const AMOUNTS: [Field; 4] = [Field::Quantity, Field::DaysSupply, Field::Dose, Field::Strength];

impl Commas {
    /// Notes what one cell shows.
    fn note(&mut self, text: &[u8]) {
        let digits = |part: &[u8]| part.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let commas = text.iter().filter(|byte| **byte == b',').count();
        let Some(comma) = text.iter().position(|byte| *byte == b',') else {
            // A point before decimals means that the comma separates thousands.
            let point = text.iter().position(|byte| *byte == b'.').map(|at| &text[at + 1..]);
            let is_decimal = |tail: &[u8]| digits(tail) > 0 && tail.iter().any(|b| *b != b'0');
            self.thousands |= point.is_some_and(is_decimal);
            return;
        };
        if comma == 0 || !text[comma - 1].is_ascii_digit() || digits(&text[comma + 1..]) == 0 {
            return;
        }
        let before = text[..comma].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let point = text.iter().position(|byte| *byte == b'.');
        let can_be_thousands = digits(&text[comma + 1..]) == 3
            && (1..=3).contains(&before)
            && text[comma - before] != b'0'
            && point.is_none_or(|point| point > comma);
        let must_be_thousands = commas > 1 || point.is_some_and(|point| point > comma);
        match (can_be_thousands, must_be_thousands) {
            (true, true) => self.thousands = true,
            (true, false) => self.either = true,
            (false, false) => self.decimal = true,
            (false, true) => {}
        }
    }
}

/// The columns of amounts that are written with a decimal comma, by the head of the file: a column's own cells decide, else those of the other
/// columns, else semicolons between cells, which mean that the file comes from where the comma is decimal.
pub(crate) fn decimal_commas(head: &[(Field, &[u8])], delimiter: u8) -> Vec<Field> {
    let of = |field: Field| {
        let mut commas = Commas::default();
        head.iter()
            .filter(|(other, text)| *other == field && !is_null(text))
            .for_each(|(_, text)| commas.note(text));
        (field, commas)
    };
    let columns = AMOUNTS.map(of);
    let any = |tells: fn(&Commas) -> bool| columns.iter().any(|(_, commas)| tells(commas));
    let elsewhere = match (any(|commas| commas.decimal), any(|commas| commas.thousands)) {
        (decimal, thousands) if decimal != thousands => decimal,
        _ => delimiter == b';',
    };
    let is_decimal = |commas: &Commas| match (commas.decimal, commas.thousands) {
        (decimal, thousands) if decimal != thousands => decimal,
        _ => elsewhere,
    };
    columns.iter().filter(|(_, commas)| is_decimal(commas)).map(|(field, _)| *field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(cells: &[(Field, &str)], delimiter: u8) -> Vec<Field> {
        let head: Vec<_> = cells.iter().map(|(field, text)| (*field, text.as_bytes())).collect();
        let mut fields = decimal_commas(&head, delimiter);
        fields.retain(|field| cells.iter().any(|(other, _)| other == field));
        fields
    }

    #[test]
    fn a_columns_own_cells_tell_what_its_commas_are() {
        use Field::{DaysSupply, Quantity};
        assert_eq!(decimal(&[(Quantity, "30,000"), (Quantity, "30,5")], b','), [Quantity]);
        assert_eq!(decimal(&[(Quantity, "30,000"), (Quantity, "1,000,000")], b';'), []);
        assert_eq!(decimal(&[(Quantity, "30,000"), (Quantity, "2.5")], b';'), []);
        assert_eq!(decimal(&[(Quantity, "0,500")], b','), [Quantity]);
        assert_eq!(decimal(&[(Quantity, "1.000,5")], b','), [Quantity]);
        assert_eq!(decimal(&[(Quantity, "1,000.5")], b';'), []);
        assert_eq!(decimal(&[(Quantity, "30,000")], b','), [], "as in English");
        assert_eq!(decimal(&[(Quantity, "30,000")], b';'), [Quantity], "as on the continent");
        assert_eq!(
            decimal(&[(Quantity, "30,000"), (DaysSupply, "7,0")], b','),
            [Quantity, DaysSupply],
            "another column tells"
        );
    }

    #[test]
    fn a_decimal_comma_becomes_a_point() {
        for (text, new) in [
            ("30,000", Some("30.000")),
            ("4,5 mg", Some("4.5 mg")),
            ("1.234,5", Some("1234.5")),
            ("30", None),
            ("30.5", None),
            ("one, two", None),
        ] {
            let found = decimal_point(text.as_bytes()).map(|new| String::from_utf8(new).unwrap());
            assert_eq!(found.as_deref(), new, "{text}");
        }
    }
}

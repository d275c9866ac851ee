//! What the columns of an interaction table, other than its two sides, say about their rows.

use std::collections::BTreeSet;

use super::headers::{Header, Means, Switch, answers, are_days, ends, is_open, is_start, switch};
use super::hints::{Looks, MOST_WORDS, hinted, is_text, look};
use super::remarks;
use super::severity::{self, LetterScale, Says};
use super::words::{ADVICE, CLASSES, CODES, KEYS, NOUNS, SEVERITIES, fold, tokens};
use crate::formulary::days;
use rxlint_model::day::Day;

/// What a column says about its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// The severity of a pair, in words or by letters.
    Severity(Option<LetterScale>),
    /// Advice on a pair, which hardly ever says anything about the row itself.
    Advice,
    /// Remarks on a pair or its row.
    Remark,
    /// Whether a row is on, what an empty cell says about it, and whether its letters and digits are a site's own.
    On { empty: Says, own_codes: bool },
    /// Whether, or from which day, a row is off.
    Off,
    /// The day from which a row warns.
    Start,
    /// The day after which it no longer warns.
    End,
    /// Both of them in one cell.
    Range,
    /// What a class excludes.
    Exception,
    /// The condition under which a row warns.
    Condition,
    /// Short cells under an unknown header that may mean that a row is off.
    Hint,
    /// Texts, in which someone may have written that a row is off.
    Text,
    /// Yes and no under an unknown header, and whether that differs between rows.
    OpenAnswers { differ: bool },
    /// Two words, letters or digits, one of which may mean that a row is off.
    OpenValues,
    /// Days under an unknown header, each of which may be the last of its row.
    OpenDays,
}

impl Column {
    /// What a column is read as; `None` if it is unknown what it says.
    pub(super) fn called(self) -> Option<&'static str> {
        match self {
            Self::Severity(_) => Some("severity"),
            Self::On { .. } | Self::Off => Some("switch"),
            Self::Exception => Some("exceptions"),
            Self::Start => Some("start"),
            Self::End | Self::Range => Some("end"),
            _ => None,
        }
    }

    /// What is in a column that may switch its rows off.
    pub(super) fn open(self) -> Option<&'static str> {
        match self {
            Self::OpenAnswers { .. } => Some("answers yes or no"),
            Self::OpenValues => Some("says one of two things or a few"),
            Self::OpenDays => Some("holds days"),
            _ => None,
        }
    }

    /// What one of its cells says about the row.
    pub(super) fn says(self, cell: &str) -> Says {
        match self {
            Self::Severity(Some(scale)) => scale.says(cell),
            Self::Severity(None) => severity::severity(cell),
            // Next to advice someone may have written what was done with the alert.
            Self::Advice => match severity::advised(cell) {
                Says::Nothing => remarks::remarked(cell),
                says => says,
            },
            Self::Remark => remarks::remarked(cell),
            Self::Text => remarks::told(cell),
            Self::Hint => hinted(cell),
            Self::On { empty, .. } if cell.is_empty() => empty,
            Self::On { own_codes: true, .. } if severity::is_code(cell) => severity::own_code(cell),
            Self::On { .. } => severity::switch(cell),
            Self::Off => severity::reversed(cell),
            Self::OpenAnswers { differ: true } | Self::OpenValues => Says::Unknown,
            Self::Condition if !is_open(cell) && !is_always(cell) => Says::Unknown,
            Self::Start
                if !is_open(cell) && !severity::is_yes(cell) && days::start_of(cell).is_none() =>
            {
                Says::Unknown
            }
            Self::End if !is_open(cell) && days::end_of(cell).is_none() => Says::Unknown,
            _ => Says::Nothing,
        }
    }

    /// The days from which and until which a row warns, according to one of its cells.
    pub(super) fn days(self, cell: &str) -> [Option<Day>; 2] {
        match self {
            Self::Start => [days::start_of(cell), None],
            Self::End | Self::Off => [None, days::end_of(cell)],
            Self::Range => days::range(cell).map_or([None, None], |range| range.map(Some)),
            _ => [None, None],
        }
    }

    /// Whether it counts only because its meaning is unknown, so not once a site has checked it.
    pub(super) fn is_guess(self) -> bool {
        matches!(
            self,
            Self::Hint | Self::Text | Self::OpenAnswers { .. } | Self::OpenValues | Self::OpenDays
        )
    }
}

/// The header of a table, which may be empty, and its rows.
#[derive(Clone, Copy)]
pub(super) struct Columns<'r> {
    pub(super) header: &'r [String],
    pub(super) below: &'r [Vec<String>],
}

impl<'r> Columns<'r> {
    /// What a column says; `None` if it cannot say whether a row is on.
    pub(super) fn column(self, at: usize) -> Option<Column> {
        let header = self.called(at);
        let words = Header::of(header);
        let has = |list: &[&str]| tokens(header).iter().any(|token| list.contains(&token.as_str()));
        if self.cells(at).all(str::is_empty) {
            return None;
        }
        if ends(header, self.cells(at)) {
            return Some(Column::End);
        }
        if let Some(switch) = self.switch(at) {
            return (!self.is_of_nurses(at)).then_some(switch);
        }
        if self.filled(at).all(|cell| days::range(cell).is_some()) {
            return Some(Column::Range);
        }
        if self.is_open_code(at) || self.is_kind_of_alert(at) {
            return Some(Column::OpenValues);
        }
        if self.grades(at) {
            let severity = Column::Severity(self.scale(at));
            return Some(if has(&ADVICE) { Column::Advice } else { severity });
        }
        if is_start(header) || words.has(Means::On) && are_days(self.cells(at)) {
            return Some(Column::Start);
        }
        if words.has(Means::Exception) {
            return Some(Column::Exception);
        }
        if words.has(Means::Condition) && !self.cells(at).all(answers) {
            return Some(Column::Condition);
        }
        let looks = || look(header, self.cells(at));
        if words.has(Means::Remark) {
            let severity = Column::Severity(self.scale(at));
            // `Alert fatigue - hidden` and `oxycodone: no alert` are remarks, whatever words they contain.
            let is_short = self.filled(at).all(|cell| cell.split_whitespace().count() < 3);
            let grades = is_short && looks() == Looks::Severities;
            return Some(if grades { severity } else { Column::Remark });
        }
        let is_open = !has(&KEYS) && !words.is_about_the_pair();
        if self.cells(at).all(|cell| answers(cell) && !severity::is_none(cell)) {
            return is_open.then(|| Column::OpenAnswers { differ: self.differ(at) });
        }
        if are_days(self.cells(at)) {
            return (is_open && !words.is_of_other_days()).then_some(Column::OpenDays);
        }
        Some(match looks() {
            Looks::Severities => Column::Severity(self.scale(at)),
            _ if self.is_open_pair(at) => Column::OpenValues,
            Looks::Hints => Column::Hint,
            Looks::Texts if words.has(Means::Action) => Column::Remark,
            Looks::Texts => Column::Text,
        })
    }

    /// Whether a column says whether nurses see the alert, next to one that says so for prescribers or pharmacists: the latter then says whom it
    /// warns.
    fn is_of_nurses(self, at: usize) -> bool {
        let tells_prescribers = |other: &usize| {
            Header::of(self.called(*other)).has(Means::Prescriber)
                && matches!(self.switch(*other), Some(Column::On { .. }))
        };
        let words = Header::of(self.called(at));
        words.has(Means::Nurse)
            && !words.has(Means::Prescriber)
            && (0..self.header.len()).any(|other| tells_prescribers(&other))
    }

    fn called(self, at: usize) -> &'r str {
        self.header.get(at).map_or("", String::as_str)
    }

    fn cells(self, at: usize) -> impl Iterator<Item = &'r str> + Clone {
        self.below.iter().map(move |row| row.get(at).map_or("", String::as_str))
    }

    fn filled(self, at: usize) -> impl Iterator<Item = &'r str> + Clone {
        self.cells(at).filter(|cell| !cell.is_empty())
    }

    /// Whether the cells of a column differ.
    fn differ(self, at: usize) -> bool {
        // A tick has no letters, and a dash is an empty cell.
        let said = |cell: &str| {
            let folded = fold(cell);
            let is_dash = cell.chars().all(|c| matches!(c, '-' | '–' | '—' | '.' | ' '));
            if folded.is_empty() && !is_dash { cell.to_owned() } else { folded }
        };
        self.cells(at).map(said).collect::<BTreeSet<_>>().len() > 1
    }

    /// What a column switches. Whatever its header, a column of on and off cells is a switch; a remark may be about anything.
    fn switch(self, at: usize) -> Option<Column> {
        let header = self.called(at);
        let switches = || {
            let is_off = self.cells(at).any(severity::is_plainly_off);
            let is_about = Header::of(header).has(Means::Remark) || is_text(header);
            (is_off && !is_about && self.cells(at).all(answers)).then_some(Switch::On)
        };
        Some(match switch(header, self.cells(at)).or_else(switches)? {
            Switch::On => self.on(at),
            Switch::Off => Column::Off,
        })
    }

    /// A column that switches rows on. If all other cells are crosses, an empty one says no; if they are a letter, that is unknown.
    fn on(self, at: usize) -> Column {
        let is_grade = says_grade(self.called(at));
        let own_codes = !is_grade && severity::are_own_codes(self.filled(at));
        let empty = if self.filled(at).all(severity::is_yes) {
            Says::Off
        } else if !is_grade && self.filled(at).all(severity::is_code) {
            Says::Unknown
        } else {
            Says::Nothing
        };
        Column::On { empty, own_codes }
    }

    /// The distinct values of a column, ignoring case.
    fn values(self, at: usize) -> BTreeSet<String> {
        self.filled(at).map(str::to_lowercase).collect()
    }

    /// Whether a header says that its cells are not a switch: what a pair does, who maintained it, keys.
    fn is_explained(self, at: usize) -> bool {
        let header = Header::of(self.called(at));
        let is_key = tokens(self.called(at)).iter().any(|token| KEYS.contains(&token.as_str()));
        is_key || header.is_about_the_pair() || header.is_text() || header.has(Means::Remark)
    }

    /// Whether a column has two letters or digits, under a header that is not one of a grade.
    fn is_open_code(self, at: usize) -> bool {
        let values = self.values(at);
        let is_about_alert = says_alert(self.called(at));
        let is_letter = |value: &String| value.bytes().all(|b| b.is_ascii_alphabetic());
        let most = if is_about_alert && values.iter().all(is_letter) { 4 } else { 2 };
        // `C`, `D` and `X` are grades of one reference.
        let is_scale = self.scale(at) == Some(LetterScale::ToX) && !values.contains("a");
        let is_one_of_two = (2..=most).contains(&values.len())
            || values.len() == 1 && !values.contains("x") && self.cells(at).any(str::is_empty);
        is_one_of_two
            && values.iter().all(|value| severity::is_code(value))
            && !self.cells(at).all(answers)
            && !is_scale
            && !says_grade(self.called(at))
            && !self.is_explained(at)
    }

    /// Whether a column says how an alert is shown, in a few words that are not all known: `Alert type` with `Popup` and `Inbox`.
    fn is_kind_of_alert(self, at: usize) -> bool {
        let is_advice = tokens(self.called(at)).iter().any(|word| ADVICE.contains(&word.as_str()));
        is_advice && says_alert(self.called(at)) && !self.is_explained(at) && self.is_open(at, 4)
    }

    /// Whether a column has one of two values of unknown meaning. What is said about drugs and classes does not count.
    fn is_open_pair(self, at: usize) -> bool {
        let is_of_drugs = |word: &String| {
            [&NOUNS[..], &CLASSES, &CODES].iter().any(|list| list.contains(&word.as_str()))
        };
        !tokens(self.called(at)).iter().any(is_of_drugs)
            && !self.is_explained(at)
            && self.is_open(at, 2)
    }

    /// Whether a column has at most this many distinct values, each of a few words, and not all of them known.
    fn is_open(self, at: usize, most: usize) -> bool {
        let values = self.values(at);
        let is_number = |value: &String| {
            value.len() > 2 && value.bytes().all(|b| b.is_ascii_digit() || b".,-/".contains(&b))
        };
        let is_short = |value: &String| value.split_whitespace().count() <= MOST_WORDS;
        (2..=most).contains(&values.len())
            && values.iter().all(|value| is_short(value) && !is_number(value))
            && !values.iter().all(|value| severity::is_grade(value))
    }

    fn scale(self, at: usize) -> Option<LetterScale> {
        // Crosses next to empty cells are not letters of a scale, except under a header that says so.
        let is_marked = self.cells(at).any(str::is_empty)
            && self.filled(at).all(|cell| cell.eq_ignore_ascii_case("x"));
        if is_marked && !says_grade(self.called(at)) {
            return None;
        }
        severity::letter_scale(self.called(at), self.cells(at))
    }

    /// Whether a column gives the severity of a pair.
    fn grades(self, at: usize) -> bool {
        let tokens = tokens(self.called(at));
        let says_so =
            tokens.iter().any(|token| SEVERITIES.contains(&token.as_str())) && tokens.len() < 4;
        says_so || self.scale(at) == Some(LetterScale::ToX)
    }
}

/// Whether a condition always holds.
fn is_always(cell: &str) -> bool {
    const ALWAYS: [&str; 12] = [
        "all",
        "any",
        "always",
        "allpatients",
        "allages",
        "alle",
        "immer",
        "tous",
        "toujours",
        "todos",
        "siempre",
        "sempre",
    ];
    ALWAYS.contains(&fold(cell).as_str())
}

/// Whether a header is that of a grade, not of the alert or of advice.
fn says_grade(header: &str) -> bool {
    let is_grade = |word: &String| {
        SEVERITIES.contains(&word.as_str()) && !ADVICE.contains(&word.as_str()) && word != "alert"
    };
    tokens(header).iter().any(is_grade)
}

/// Whether a header is about the alert, or about what switches it.
fn says_alert(header: &str) -> bool {
    let words = Header::of(header);
    words.has(Means::On) || words.has(Means::Off)
}

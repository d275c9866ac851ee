//! What the columns of a log of doses leave open: how many doses were handed over for the following days, and which were not given.

use rxlint_input::layout::{
    ColumnUse, RivalKind, may_count_take_home, may_state_take_home, says_doses_went, says_money,
    says_next_dose, says_take_home_level, says_time_given,
};
use rxlint_model::record::Field;

use super::{ColumnStats, Doubt, Remedy, Table, says_why_not_taken};

/// Whether a column may say something in a log of doses that it says nowhere else: why a dose was not given, how many were handed
/// over, when the next one is due.
pub(in crate::run::witness) fn may_tell_in_a_log(header: &str) -> bool {
    says_why_not_taken(header) || may_say_why(header) || may_tell_of_doses(header)
}

/// Whether a header says only that its column gives reasons: `Reason`, `Exception Reason`.
pub(super) fn may_say_why(header: &str) -> bool {
    const REASONS: [&str; 9] =
        ["reason", "reasons", "why", "grund", "motif", "motivo", "reden", "exception", "variance"];
    const BESIDE: [&str; 10] =
        ["code", "cd", "desc", "description", "text", "dose", "dosing", "mar", "for", "type"];
    let words = rxlint_input::layout::words(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    words.iter().any(|word| is(&REASONS, word))
        && words.iter().all(|word| is(&REASONS, word) || is(&BESIDE, word))
}

/// Whether a header that is of no use elsewhere may be about doses that were handed over.
fn may_tell_of_doses(header: &str) -> bool {
    says_take_home_level(header) || says_doses_went(header) || says_next_dose(header, true)
}

impl Table<'_> {
    /// What a log of doses may say in an unread column: that a dose was not given, in place of its time; how many were
    /// handed over with it.
    pub(super) fn of_doses(&self, column: &ColumnUse, stats: &ColumnStats) -> Option<Doubt> {
        let header = column.header.as_str();
        if !self.serves(Field::Administered) || column.is_of_no_use && !may_tell_of_doses(header) {
            return None;
        }
        let not_given = stats.lettered.as_ref();
        let not_given = not_given.filter(|_| says_time_given(header));
        if let Some(first) = not_given.filter(|_| !self.serves(Field::Status)) {
            return Some(Doubt::of_not_taken("words in place of times", first));
        }
        let is_known = [Field::DaysSupply, Field::Stop].map(|field| self.serves(field));
        if is_known.contains(&true) || says_money(header) {
            return None;
        }
        if says_next_dose(header, true) {
            return self.of_days_to_next(header, stats);
        }
        let may_be = stats.may_be_take_home(self.most_said[0]) || stats.may_be_handed_over();
        let may_count = match says_take_home_level(header) {
            // No level is that high.
            true => may_be && stats.has_more_than_a_week(),
            false => may_be && may_count_take_home(header),
        };
        let what = "each record is one day's dose, and {} holds small numbers and was not read: it may count doses handed over for the \
                    following days.";
        let of_range = "each record is one day's dose, and {} says what was handed over with some of them, and was not read: it may be for \
                        the following days.";
        let may_state = || stats.counted > 0 && may_state_take_home(header);
        let what = if may_count { Some(what) } else { may_state().then_some(of_range) };
        what.map(|what| Doubt::of(what, Remedy::TakeHome))
    }

    /// Whether the days between the doses of a log are those of an order, and not a sign of doses that were handed over.
    fn is_by_order(&self) -> bool {
        self.assumed
            || [Field::Frequency, Field::Directions].iter().any(|field| self.serves(*field))
    }

    /// How many days there are to the next dose. A header about a visit may mean something else, if it is not the next day in most
    /// rows.
    fn of_days_to_next(&self, header: &str, stats: &ColumnStats) -> Option<Doubt> {
        let is_it = match says_next_dose(header, false) {
            true => stats.is_several_in_some(),
            false => stats.is_mostly_next_day(),
        };
        let what = "each record is one day's dose, and {} counts several days to the next one in some rows: doses may have been handed over \
                    for the days between.";
        (is_it && !self.is_by_order()).then(|| Doubt::of(what, Remedy::NextDose))
    }

    /// The day of the next dose, some days after that of the row's own.
    pub(super) fn of_next_dose(&self, column: &ColumnUse, stats: &ColumnStats) -> Option<Doubt> {
        let is_end = column.rival.is_some_and(|rival| rival.kind == RivalKind::End);
        let is_it = is_end
            && self.serves(Field::Administered)
            && says_next_dose(&column.header, false)
            && stats.is_sometimes_later()
            && !self.is_by_order();
        let what = "each record is one day's dose, and in some rows {} is several days after {other}: doses may have been handed over for \
                    the days between.";
        is_it.then(|| Doubt::of(what, Remedy::NextDose))
    }

    /// Take-home doses of which some cells are not counts; or a quantity next to the doses of a log that is one in most rows, and in
    /// some as many as a week has days.
    pub(super) fn of_doses_counted(
        &self,
        column: &ColumnUse,
        stats: &ColumnStats,
    ) -> Option<Doubt> {
        if column.fields.contains(&Field::DaysSupply) && stats.counted > 0 {
            let what = "{} counts doses handed over for the following days, but some of its cells are not numbers and were not read.";
            return Some(Doubt::of(what, Remedy::Numbers));
        }
        let is_of_log = self.serves(Field::Administered)
            && (self.serves(Field::Dose) || self.serves(Field::Strength))
            && ![Field::DaysSupply, Field::Stop].map(|field| self.serves(field)).contains(&true);
        let is_it = is_of_log && column.fields == [Field::Quantity] && stats.may_be_handed_over();
        let what = "each record is one day's dose, and {} is 1 in most of them and more in some: it may count doses handed over for the \
                    following days.";
        is_it.then(|| Doubt::of(what, Remedy::TakeHome))
    }
}

/// Whether a text counts halves or quarters, as of tablets: `0.5`, `1,25`.
pub(super) fn is_broken(text: &str) -> bool {
    const MOST: f64 = 12.0;
    let count = text.replace(',', ".").parse::<f64>().unwrap_or_default();
    text.len() <= 4 && count > 0.0 && count <= MOST && (count * 4.0).fract() == 0.0
}

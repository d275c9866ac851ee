//! What the columns of a log of doses leave open: how many doses were handed over for the days after, and which were not given.

use rxlint_input::layout::{
    ColumnUse, may_count_take_home, may_state_take_home, says_money, says_time_given,
};
use rxlint_model::record::Field;

use super::{ColumnStats, Doubt, Remedy, Table};

impl Table<'_> {
    /// What a log of doses may say in a column that nothing reads: that a dose was not given, in place of its time; how many were
    /// handed over with it.
    pub(super) fn of_doses(&self, column: &ColumnUse, stats: &ColumnStats) -> Option<Doubt> {
        if !self.serves(Field::Administered) || column.is_of_no_use {
            return None;
        }
        let not_given = stats.lettered.as_ref();
        let not_given = not_given.filter(|_| says_time_given(&column.header));
        if let Some(first) = not_given.filter(|_| !self.serves(Field::Status)) {
            return Some(Doubt::of_not_taken("words in place of times", first));
        }
        let is_known = [Field::DaysSupply, Field::Stop].map(|field| self.serves(field));
        let may_count = !is_known.contains(&true)
            && (stats.may_be_take_home(self.most_said[0]) || stats.may_be_handed_over())
            && may_count_take_home(&column.header)
            && !says_money(&column.header);
        let what = "records are doses of a day, and {} holds small numbers and was not read: it may count doses that were \
                    handed over for the days after.";
        let of_range = "records are doses of a day, and {} says of some what was handed over with them, and was not read: it \
                        may be for the days after.";
        let may_state = || {
            !is_known.contains(&true) && stats.counted > 0 && may_state_take_home(&column.header)
        };
        let what = if may_count { Some(what) } else { may_state().then_some(of_range) };
        what.map(|what| Doubt::of(what, Remedy::TakeHome))
    }

    /// Take-home doses of which some cells are no count; or a quantity of a log beside its doses that is one in most rows, and in some as many as a week has days.
    pub(super) fn of_doses_counted(
        &self,
        column: &ColumnUse,
        stats: &ColumnStats,
    ) -> Option<Doubt> {
        if column.fields.contains(&Field::DaysSupply) && stats.counted > 0 {
            let what = "{} counts doses that were handed over for the days after, and some of its cells are no numbers and \
                        were not read.";
            return Some(Doubt::of(what, Remedy::Numbers));
        }
        let is_of_log = self.serves(Field::Administered)
            && (self.serves(Field::Dose) || self.serves(Field::Strength))
            && ![Field::DaysSupply, Field::Stop].map(|field| self.serves(field)).contains(&true);
        let is_it = is_of_log && column.fields == [Field::Quantity] && stats.may_be_handed_over();
        let what = "records are doses of a day, and {} is 1 in most of them and more in some: it may count doses that were \
                    handed over for the days after.";
        is_it.then(|| Doubt::of(what, Remedy::TakeHome))
    }
}

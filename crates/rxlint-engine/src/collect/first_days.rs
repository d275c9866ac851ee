//! How many records begin on each day: the basis for the as-of day.

use rustc_hash::FxHashMap;

use rxlint_model::day::Day;

/// Days further than this from the others are counted one by one.
const WIDEST: usize = 1 << 14;

/// Records by first day.
#[derive(Clone, Debug, Default)]
pub struct FirstDays {
    /// The day of the first of `counts`, which holds one number for each day that follows.
    from: i32,
    counts: Vec<u64>,
    far: FxHashMap<i32, u64>,
}

impl FirstDays {
    /// Counts a record.
    #[inline]
    pub fn add(&mut self, day: Day) {
        self.add_many(day.0, 1);
    }

    /// Counts `count` records.
    #[inline]
    pub fn add_many(&mut self, day: i32, count: u64) {
        let at = i64::from(day) - i64::from(self.from);
        match usize::try_from(at).ok().and_then(|at| self.counts.get_mut(at)) {
            Some(counted) => *counted += count,
            None => self.widen(day, count),
        }
    }

    /// Makes room for a day before or after those that are counted.
    #[cold]
    fn widen(&mut self, day: i32, count: u64) {
        if self.counts.is_empty() {
            self.from = day;
        }
        let (first, end) = (i64::from(self.from), i64::from(self.from) + self.counts.len() as i64);
        let (from, to) = (first.min(i64::from(day)), end.max(i64::from(day) + 1));
        if (to - from) as usize > WIDEST {
            *self.far.entry(day).or_default() += count;
            return;
        }
        self.counts.splice(0..0, std::iter::repeat_n(0, (first - from) as usize));
        self.counts.resize((to - from) as usize, 0);
        self.from = from as i32;
        self.counts[(i64::from(day) - from) as usize] += count;
    }

    /// Adds the counts of another part of the input.
    pub fn absorb(&mut self, other: &Self) {
        #[allow(
            clippy::iter_over_hash_type,
            reason = "counts are summed; the order does not matter"
        )]
        for (day, count) in other.all() {
            self.add_many(day, count);
        }
    }

    /// Every day with a record, in no particular order.
    pub fn all(&self) -> impl Iterator<Item = (i32, u64)> {
        let near = self.counts.iter().zip(self.from..).map(|(&count, day)| (day, count));
        // A day may be among the far ones and, once the near range has grown to reach it, among
        // those too.
        near.chain(self.far.iter().map(|(&day, &count)| (day, count)))
            .filter(|(_, count)| *count > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn counts_add_up_wherever_the_days_lie() {
        let days = [
            20_000, 20_001, 19_990, 20_000, -700_000, 2_900_000, 20_500, 2_900_000, 36_384, 36_383,
            3_600,
        ];
        let sum = |counts: &FirstDays| {
            counts.all().fold(BTreeMap::new(), |mut sum, (day, count)| {
                *sum.entry(day).or_insert(0) += count;
                sum
            })
        };
        let mut expected = BTreeMap::new();
        let (mut all, mut odd, mut even) =
            (FirstDays::default(), FirstDays::default(), FirstDays::default());
        for (n, day) in days.into_iter().enumerate() {
            *expected.entry(day).or_insert(0) += 1;
            all.add(Day(day));
            if n % 2 == 0 { even.add(Day(day)) } else { odd.add(Day(day)) }
        }
        assert_eq!(sum(&all), expected);
        even.absorb(&odd);
        assert_eq!(sum(&even), expected);
    }

    #[test]
    fn days_before_1970_are_not_taken_for_others() {
        let mut counts = FirstDays::default();
        let days = [-5, 5, 7, -5, -7];
        days.iter().for_each(|&day| counts.add(Day(day)));
        let mut all: Vec<(i32, u64)> = counts.all().collect();
        all.sort_unstable();
        assert_eq!(all, [(-7, 1), (-5, 2), (5, 1), (7, 1)]);
    }

    #[test]
    fn days_close_to_each_other_stand_in_a_row_and_wild_ones_take_no_room_between() {
        let last = WIDEST as i32 - 1;
        for from in [-20_000, 0, 20_000] {
            let mut counts = FirstDays::default();
            for (day, row, far) in [
                (0, 1, 0),
                (9, 10, 0),
                (last, WIDEST, 0),
                (last + 1, WIDEST, 1),
                (-1, WIDEST, 2),
                (2_900_000, WIDEST, 3),
            ] {
                counts.add(Day(from + day));
                assert_eq!((counts.counts.len(), counts.far.len()), (row, far), "{from} {day}");
            }
        }
    }
}

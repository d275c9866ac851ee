//! The as-of day of an input: never the wall clock, but the latest first day, ignoring a few wild
//! dates.

use rxlint_model::date;
use rxlint_model::day::Day;

/// The as-of day of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Today {
    /// The day.
    pub day: Day,
    /// How many records begin later and were ignored as implausible.
    pub left_out: u64,
}

/// First days more than this many days beyond all the others are not believed, if they are few.
const FARTHEST: i32 = 366;

/// With fewer records than this, a share of them is not a useful limit: only one single latest day
/// is ignored.
const MANY: u64 = 1000;

/// The as-of day, given how many records begin on each day; `None` if none does, or none on a day
/// that can count. The latest days are ignored if they are more than 366 days beyond all the others
/// and hold at most one in a thousand records; with fewer than a thousand records, one record alone;
/// and never half of all. Days that only fill a cell, and those from 2300 on, never count.
pub fn of(first_days: impl Iterator<Item = (i32, u64)>) -> Option<Today> {
    let all: Vec<(i32, u64)> = first_days.collect();
    let wild = |day: i32| {
        let day = Day(day);
        day.ymd().0 >= date::FIRST_WILD_YEAR
            || date::is_endless(day)
            || date::is_calendar_start(day)
    };
    let (mut days, mut fillers) = (Vec::new(), 0);
    for (day, count) in all {
        if wild(day) { fillers += count } else { days.push((day, count)) }
    }
    days.sort_unstable();
    let total: u64 = days.iter().map(|(_, count)| count).sum();
    let most = if total < MANY { 1 } else { total / MANY };
    let mut today = Today { day: Day(days.last()?.0), left_out: fillers };
    let mut later = 0;
    for pair in days.windows(2).rev() {
        let [(before, _), (day, count)] = pair else { continue };
        later += count;
        if later > most || later * 2 >= total {
            break;
        }
        if day - before > FARTHEST {
            today = Today { day: Day(*before), left_out: fillers + later };
        }
    }
    Some(today)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today(days: &[(i32, u64)]) -> (i32, u64) {
        let today = of(days.iter().copied()).unwrap();
        (today.day.0, today.left_out)
    }

    #[test]
    fn wild_dates_do_not_become_today() {
        assert_eq!(today(&[(100, 5), (101, 5)]), (101, 0));
        assert_eq!(today(&[(100, 5), (467, 1)]), (100, 1));
        assert_eq!(today(&[(100, 5), (466, 1)]), (466, 0), "366 days are not more than 366");
        assert_eq!(today(&[(100, 5), (900, 2)]), (900, 0), "two are no slip");
        assert_eq!(today(&[(100, 5), (900, 1), (2000, 1)]), (900, 1), "one day alone");
        assert_eq!(today(&[(100, 3), (1100, 1), (1110, 1)]), (1110, 0), "two records of 2021");
        assert_eq!(today(&[(100, 1), (900, 1)]), (900, 0), "one of two is as good as the other");
        assert_eq!(today(&[(100, 1000), (900, 1)]), (100, 1), "one in a thousand");
        assert_eq!(today(&[(100, 5000), (900, 6)]), (900, 0), "more than one in a thousand");
        assert_eq!(today(&[(100, 6000), (900, 5), (1900, 1)]), (100, 6));
    }

    #[test]
    fn fillers_never_become_today() {
        let day = |text| Day::from_iso(text).unwrap().0;
        for filler in ["9999-12-31", "9999-03-05", "2300-01-01", "2099-12-31"] {
            assert_eq!(today(&[(100, 1), (day(filler), 1)]), (100, 1), "{filler}");
            assert_eq!(today(&[(100, 1), (day(filler), 9)]), (100, 9), "{filler}, however many");
        }
        assert_eq!(of([(day("9999-12-31"), 3)].into_iter()), None);
        assert_eq!(today(&[(day("2126-02-01"), 2)]), (day("2126-02-01"), 0), "shifted on purpose");
        assert_eq!(of(std::iter::empty()), None);
    }
}

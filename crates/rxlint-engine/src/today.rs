//! The as-of day of an input: never the wall clock, but the latest first day, ignoring a few wild
//! dates.

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

/// This many records always count as few, as long as they are less than half of all.
const FEW: u64 = 3;

/// The as-of day, given how many records begin on each day; `None` if none does. The latest days
/// are ignored if they are more than 366 days beyond all the others and hold at most three records
/// and less than half, or at most one in a hundred.
pub fn of(first_days: impl Iterator<Item = (i32, u64)>) -> Option<Today> {
    let mut days: Vec<(i32, u64)> = first_days.collect();
    days.sort_unstable();
    let total: u64 = days.iter().map(|(_, count)| count).sum();
    let mut today = Today { day: Day(days.last()?.0), left_out: 0 };
    let mut later = 0;
    for pair in days.windows(2).rev() {
        let [(before, _), (day, count)] = pair else { continue };
        later += count;
        let few = (later <= FEW && later * 2 < total) || later * 100 <= total;
        if !few {
            break;
        }
        if day - before > FARTHEST {
            today = Today { day: Day(*before), left_out: later };
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
        assert_eq!(today(&[(100, 5), (900, 1), (2000, 1)]), (100, 2));
        assert_eq!(today(&[(100, 1), (900, 1)]), (900, 0), "half of all is not few");
        assert_eq!(today(&[(100, 3), (900, 3)]), (900, 0), "half of all is not few");
        assert_eq!(today(&[(100, 2), (900, 1)]), (100, 1), "one of three is less than half");
        assert_eq!(today(&[(100, 4), (900, 3)]), (100, 3), "three of seven are less than half");
        assert_eq!(today(&[(100, 9), (900, 4)]), (900, 0), "four are not few");
        assert_eq!(
            today(&[(100, 500), (900, 6)]),
            (900, 0),
            "six in 506 are more than one in a hundred"
        );
        assert_eq!(today(&[(100, 600), (900, 6)]), (100, 6));
        assert_eq!(of(std::iter::empty()), None);
    }
}

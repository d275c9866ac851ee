//! How much is taken on a day, as directions give it: the most on one day, and how often such a day comes. Packed into
//! 16 bits, since a record has no room for more.

/// Units taken on a day; 0 if nothing certain is known about them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schedule(pub u16);

/// How many times the average the most on one day is: every day, six or five days a week, every second day, three days a
/// week, every third day, two days a week, once a week.
const SPREADS: [f64; 8] = [1.0, 7.0 / 6.0, 7.0 / 5.0, 2.0, 7.0 / 3.0, 3.0, 3.5, 7.0];

/// In the place of a spread: it is unknown how often such a day comes.
const OPEN: u16 = 8;

/// In the place of a spread: the number is the least number of days that the supply lasts.
const AT_LEAST: u16 = 9;

/// In the place of a spread: the amount is in mg, in steps of [`MG_IN_UNIT`], taken every day or on some days. The product does not say
/// how many mg its units hold.
const OF_MG: [u16; 2] = [10, 11];
const MG_IN_UNIT: f64 = 10.0;

const AMOUNT_BITS: u32 = 12;

/// Amounts in three ranges: from where, the first number, and how many parts make a unit. Halves, thirds, quarters, eighths and
/// tenths are exact where they occur.
const RANGES: [(f64, u16, f64); 3] = [(0.0, 0, 1200.0), (1.0, 1200, 120.0), (10.0, 2280, 10.0)];

/// An amount has no number if it differs from every amount that has one by more than this share.
const NEAR: f64 = 0.05;

impl Schedule {
    /// So many units each time, so many times a day (below 1: not every day). If they do not fit, at most the amount is known.
    pub fn of(units: f64, times_a_day: f64) -> Self {
        if times_a_day >= 1.0 {
            Self::spread(units * times_a_day, 1.0)
        } else {
            Self::spread(units, 1.0 / times_a_day)
        }
    }

    /// So many units on one day, `spread` times as much as on average.
    pub fn spread(most: f64, spread: f64) -> Self {
        let spread = SPREADS.iter().position(|known| (known - spread).abs() < 1e-6);
        let spread = spread.map_or(OPEN, |at| at as u16);
        number_of(most).map_or(Self(0), |amount| Self(amount | spread << AMOUNT_BITS))
    }

    /// So many units on some days.
    pub fn on_some_days(most: f64) -> Self {
        Self::spread(most, f64::NAN)
    }

    /// So many mg on one day, and whether that is every day.
    pub fn of_mg(most: f64, is_daily: bool) -> Self {
        let kind = OF_MG[usize::from(!is_daily)];
        number_of(most / MG_IN_UNIT).map_or(Self(0), |amount| Self(amount | kind << AMOUNT_BITS))
    }

    /// The most mg on one day, and whether that is every day, if only mg are known.
    pub fn mg(self) -> Option<(f64, bool)> {
        let kind = OF_MG.iter().position(|kind| *kind == self.0 >> AMOUNT_BITS)?;
        Some((self.amount()? * MG_IN_UNIT, kind == 0))
    }

    /// Whether it is known how much is taken on some day.
    pub fn is_known(self) -> bool {
        self.most().is_some() || self.mg().is_some()
    }

    /// Nothing certain is known about a day, only how many days the supply lasts at least.
    pub fn lasting(days: u16) -> Self {
        Self(days.min((1 << AMOUNT_BITS) - 1) | AT_LEAST << AMOUNT_BITS)
    }

    /// How many days the supply lasts at least, if that is all that is known.
    pub fn least_days(self) -> Option<u16> {
        (self.0 >> AMOUNT_BITS == AT_LEAST).then_some(self.0 & ((1 << AMOUNT_BITS) - 1))
    }

    /// The most units on one day.
    pub fn most(self) -> Option<f64> {
        self.amount().filter(|_| self.0 >> AMOUNT_BITS < AT_LEAST)
    }

    fn amount(self) -> Option<f64> {
        let number = self.0 & ((1 << AMOUNT_BITS) - 1);
        let (from, first, parts) =
            RANGES.iter().rev().find(|(_, first, _)| number >= *first).copied()?;
        (number != 0).then(|| from + f64::from(number - first) / parts)
    }

    /// Units a day on average, if that is known.
    pub fn average(self) -> Option<f64> {
        Some(self.most()? / SPREADS.get(usize::from(self.0 >> AMOUNT_BITS))?)
    }

    /// What a ledger of an earlier version noted: sixtieths of a unit, with the spread in the three bits above them.
    pub fn of_sixtieths(noted: u16) -> Self {
        let (parts, spread) = (noted & 0x1FFF, SPREADS[usize::from(noted >> 13)]);
        if parts == 0 { Self(0) } else { Self::spread(f64::from(parts) / 60.0, spread) }
    }
}

/// The number of an amount.
fn number_of(units: f64) -> Option<u16> {
    let (from, first, parts) = RANGES.iter().rev().find(|(from, ..)| units >= *from)?;
    let number = f64::from(*first) + ((units - from) * parts).round();
    if !(1.0..f64::from(1 << AMOUNT_BITS)).contains(&number) {
        return None;
    }
    let known = Schedule(number as u16).most()?;
    ((known - units).abs() <= units * NEAR).then_some(number as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_how_often_they_are_taken_come_back() {
        for (units, times, most, average) in [
            (1.0, 1.0, 1.0, 1.0),
            (0.5, 2.0, 1.0, 1.0),
            (2.0, 0.5, 2.0, 1.0),
            (3.0, 1.0 / 3.0, 3.0, 1.0),
            (1.0, 3.0 / 7.0, 1.0, 3.0 / 7.0),
            (4.5, 1.0, 4.5, 4.5),
            (0.1, 1.0, 0.1, 0.1),
            (0.125, 1.0, 0.125, 0.125),
            (0.09, 1.0, 0.09, 0.09),
            (1.0 / 3.0, 1.0, 1.0 / 3.0, 1.0 / 3.0),
            (1.0, 1.0 / 7.0, 1.0, 1.0 / 7.0),
            (136.0, 1.0, 136.0, 136.0),
        ] {
            let schedule = Schedule::of(units, times);
            let (read_most, read_average) = (schedule.most().unwrap(), schedule.average().unwrap());
            assert!((read_most - most).abs() < 1e-9, "{units} × {times}: {read_most}");
            assert!((read_average - average).abs() < 1e-9, "{units} × {times}: {read_average}");
        }
    }

    #[test]
    fn of_days_that_come_in_another_way_the_amount_is_known() {
        for times in [1.0 / 28.0, 0.25, 0.2] {
            let schedule = Schedule::of(4.0, times);
            assert_eq!((schedule.most(), schedule.average()), (Some(4.0), None), "{times}");
        }
        assert_eq!(Schedule::on_some_days(4.0).most(), Some(4.0));
    }

    #[test]
    fn days_at_least_are_no_amount() {
        for days in [1, 5, 366] {
            let schedule = Schedule::lasting(days);
            assert_eq!(schedule.least_days(), Some(days));
            assert_eq!((schedule.most(), schedule.average()), (None, None), "{days}");
        }
        assert_eq!(Schedule::of(4.0, 1.0).least_days(), None);
        assert_eq!(Schedule::default().least_days(), None);
    }

    #[test]
    fn mg_are_no_units() {
        for (mg, is_daily) in [(200.0, true), (4.5, true), (0.1, true), (150.0, false)] {
            let schedule = Schedule::of_mg(mg, is_daily);
            let (read, daily) = schedule.mg().unwrap();
            assert!((read - mg).abs() < 1e-9 && daily == is_daily, "{mg}: {read}");
            assert_eq!(
                (schedule.most(), schedule.average(), schedule.least_days()),
                (None, None, None)
            );
            assert!(schedule.is_known());
        }
        assert_eq!(Schedule::of(4.0, 1.0).mg(), None);
        assert!(!Schedule::lasting(5).is_known() && !Schedule::default().is_known());
    }

    #[test]
    fn what_does_not_fit_is_none() {
        for (units, times) in [(200.0, 1.0), (0.001, 1.0), (f64::NAN, 1.0), (0.0, 1.0), (-1.0, 1.0)]
        {
            assert_eq!(Schedule::of(units, times).most(), None, "{units} × {times}");
        }
        assert_eq!((Schedule::default().most(), Schedule::default().average()), (None, None));
    }

    #[test]
    fn what_an_earlier_version_noted_is_read() {
        assert_eq!(Schedule::of_sixtieths(0), Schedule::default());
        assert_eq!(Schedule::of_sixtieths(120 | 3 << 13), Schedule::of(2.0, 0.5));
        assert_eq!(Schedule::of_sixtieths(60), Schedule::of(1.0, 1.0));
    }
}

//! How much is taken on a day, as directions give it: the most on one day, and how often such a day comes. Packed into
//! 16 bits, since a record has no more room for it.

/// Units taken on a day; 0 where nothing certain is known of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schedule(pub u16);

/// Amounts count in sixtieths of a unit: halves, thirds, quarters, tenths and their like are exact.
const PARTS: f64 = 60.0;

/// How many times the average the most on one day is: every day, six or five days a week, every second day, three days a
/// week, every third day, two days a week, once a week.
const SPREADS: [f64; 8] = [1.0, 7.0 / 6.0, 7.0 / 5.0, 2.0, 7.0 / 3.0, 3.0, 3.5, 7.0];

const AMOUNT_BITS: u32 = 13;

impl Schedule {
    /// So many units each time, so many times a day (below 1: not every day). A schedule that does not fit is none.
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
        let parts = (most * PARTS).round();
        match spread {
            Some(spread) if parts >= 1.0 && parts < f64::from(1 << AMOUNT_BITS) => {
                Self(parts as u16 | (spread as u16) << AMOUNT_BITS)
            }
            _ => Self(0),
        }
    }

    /// The most units on one day.
    pub fn most(self) -> Option<f64> {
        let parts = self.0 & ((1 << AMOUNT_BITS) - 1);
        (parts != 0).then(|| f64::from(parts) / PARTS)
    }

    /// Units a day on average.
    pub fn average(self) -> Option<f64> {
        Some(self.most()? / SPREADS[usize::from(self.0 >> AMOUNT_BITS)])
    }
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
    fn what_does_not_fit_is_none() {
        for (units, times) in
            [(1.0, 1.0 / 28.0), (200.0, 1.0), (0.001, 1.0), (1.0, 0.25), (f64::NAN, 1.0)]
        {
            assert_eq!(Schedule::of(units, times).most(), None, "{units} × {times}");
        }
        assert_eq!(Schedule::default().average(), None);
    }
}

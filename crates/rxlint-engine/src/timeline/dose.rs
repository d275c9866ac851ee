//! Daily doses.

use crate::drug::{Component, FormKind};
use crate::exposure::{Dispense, Marks};

/// A daily dose in mg.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DailyDose {
    /// The dose to judge, on average; `None` if only the most on some day is known.
    pub mg: Option<f64>,
    /// The most on one day of the schedule.
    pub most_mg: f64,
    /// What the directions say, if quantity and days give so much more that those are judged.
    pub directed_mg: Option<f64>,
}

/// Quantity and days that give more than this many times what the directions say are believed instead.
const TOO_MANY: f64 = 1.5;

/// The daily dose: strength × units a day, from the directions, otherwise from quantity and days' supply; without a strength,
/// the mg of the directions. `None` if any of these is in doubt, and for forms that last for a fixed time or are not taken by mouth.
pub fn daily(component: &Component, kind: FormKind, record: &Dispense) -> Option<DailyDose> {
    if kind.lasts_by_itself() || kind == FormKind::Topical {
        return None;
    }
    let Some(strength) = component.strength else {
        let (most_mg, is_daily) = record.schedule.mg()?;
        return Some(DailyDose { mg: is_daily.then_some(most_mg), most_mg, directed_mg: None });
    };
    let mg = |units: f64| strength.mg * units;
    let supplied = supplied(record, strength.per_ml);
    let Some(most) = record.schedule.most() else {
        let every_day =
            |units| DailyDose { mg: Some(mg(units)), most_mg: mg(units), directed_mg: None };
        return supplied.map(every_day);
    };
    let directed = DailyDose { mg: None, most_mg: mg(most), directed_mg: None };
    Some(match (record.schedule.average(), supplied) {
        (Some(average), Some(units)) if units > average * TOO_MANY => {
            DailyDose { mg: Some(mg(units)), directed_mg: Some(mg(average)), ..directed }
        }
        (Some(average), _) => DailyDose { mg: Some(mg(average)), ..directed },
        // Taken on some days only: the supply shows the average.
        (None, supplied) => DailyDose { mg: supplied.map(mg), ..directed },
    })
}

/// Units a day by quantity and days. Days that only come from when the course was stopped say nothing about them.
fn supplied(record: &Dispense, per_ml: bool) -> Option<f64> {
    let quantity = f64::from(record.quantity);
    if record.quantity.is_nan() {
        return None;
    }
    if record.marks.has(Marks::PER_DAY) {
        return Some(quantity);
    }
    if record.days == 0
        || record.marks.has(Marks::STATES_END)
        || per_ml && quantity < SMALLEST_VOLUME
    {
        return None;
    }
    Some(quantity / f64::from(record.days)).filter(|&units| units >= FEWEST_A_DAY)
}

/// Below this, a quantity with a strength per mL may count bottles rather than mL.
const SMALLEST_VOLUME: f64 = 5.0;

/// Fewer units per day than this, by quantity and days only, do not match any real schedule (every
/// third day is a third): the quantity counts packages, or the days are wrong.
const FEWEST_A_DAY: f64 = 0.3;

//! Daily doses.

use crate::drug::{Component, FormKind};
use crate::exposure::{Dispense, Marks};

/// The daily dose in mg: strength × quantity / days, otherwise strength × units per day. `None` if
/// any of these is in doubt, and for forms that last for a fixed time.
pub fn daily_mg(component: &Component, kind: FormKind, record: &Dispense) -> Option<f64> {
    let strength = component.strength?;
    if kind.lasts_by_itself() || record.quantity.is_nan() {
        return None;
    }
    let quantity = f64::from(record.quantity);
    let units = if record.marks.has(Marks::PER_DAY) {
        quantity
    } else if record.days > 0 && !(strength.per_ml && quantity < SMALLEST_VOLUME) {
        let units = quantity / f64::from(record.days);
        if units < FEWEST_A_DAY {
            return None;
        }
        units
    } else {
        return None;
    };
    Some(strength.mg * units)
}

/// Below this, a quantity with a strength per mL may count bottles rather than mL.
const SMALLEST_VOLUME: f64 = 5.0;

/// Fewer units per day than this, by quantity and days alone, do not match any real schedule (every
/// third day is a third): the quantity counts packages, or the days are wrong.
const FEWEST_A_DAY: f64 = 0.3;

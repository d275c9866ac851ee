//! The order of day and month that was asked for: it settles what a file leaves open. If a column
//! shows another order, the column decides, and that is reported.

use std::sync::{Arc, OnceLock};

use super::order::OrderVerdict;
use rxlint_model::record::DateOrder;

/// What is to be reported once the whole file has been seen; copies of a table report the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct OrderNotes(Arc<OnceLock<Vec<String>>>);

impl OrderNotes {
    /// Notes each of these columns that does not show what was asked for.
    pub(super) fn compare<'c>(
        &self,
        path: &str,
        asked: Option<DateOrder>,
        columns: impl Iterator<Item = (String, &'c OrderVerdict)>,
    ) {
        let Some(asked) = asked else { return };
        let told = columns.filter_map(|(column, verdict)| {
            difference(*verdict, asked).map(|told| format!("{path}: the dates in {column} {told}"))
        });
        // A table that is read twice sets the same text twice.
        let _ = self.0.set(told.collect());
    }

    /// What there is to report.
    pub(crate) fn told(&self) -> &[String] {
        self.0.get().map(Vec::as_slice).unwrap_or_default()
    }
}

/// The rest of a sentence about a column that shows something other than what was asked for.
fn difference(verdict: OrderVerdict, asked: DateOrder) -> Option<String> {
    // Rows that a caller handed over have no line.
    let on = |line: u32| if line > 0 { format!(" (line {line})") } else { String::new() };
    let asked_for = format!("{}, as `date-order` says", words(asked));
    match verdict {
        OrderVerdict::Settled(order, line) if order != asked => Some(format!(
            "can only be {}{}, and are read so: `date-order` says {}, and settles only what a file leaves open. Where files differ, \
             give it to some of them by `[[profile]]` in rxlint.toml.",
            words(order),
            on(line),
            words(asked)
        )),
        OrderVerdict::Contradictory(day_first, month_first) => {
            let other = if asked == DateOrder::Dmy { month_first } else { day_first };
            Some(format!(
                "are read as {asked_for}, and some of them can only be the other way round{}: those cannot be read.",
                on(other)
            ))
        }
        _ => None,
    }
}

fn words(order: DateOrder) -> &'static str {
    match order {
        DateOrder::Dmy => "day/month",
        DateOrder::Mdy => "month/day",
    }
}

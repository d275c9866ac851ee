//! What is seen of a table before it is actually read.

use crate::csv::order::OrderEvidence;

/// How the dates of some rows are written. What several scouts saw adds up to what one would have seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Scout {
    pub(super) dates: Vec<OrderEvidence>,
}

impl Scout {
    /// Adds what another has seen of the same table.
    pub fn merge(&mut self, other: &Self) {
        if self.dates.is_empty() {
            self.dates.clone_from(&other.dates);
            return;
        }
        self.dates.iter_mut().zip(&other.dates).for_each(|(all, more)| all.add(more, 0));
    }
}

//! What is said beside a name: remarks, notes, other drugs, and the verbs of its clause. It decides whether the drug that is named is the product, and
//! whether it is taken.

pub(super) mod aside;
mod change;
mod clause;
pub(super) mod not_the_drug;
pub(super) mod notes;
pub(super) mod reading;
pub(super) mod remark;
mod sentence;
pub(super) mod verb;

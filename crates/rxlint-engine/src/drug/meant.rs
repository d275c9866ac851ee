//! What a name stands for if it may stand for several drugs, or for none: brands, shorthand, other countries' names, cough medicines.

mod brand;
pub(super) mod cough;
pub(super) mod doubtful;
pub(super) mod place;

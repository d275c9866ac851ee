//! Whose row it is: the column that numbers the patients, among those of families, groups and prescribers. And the place that handed
//! the drug over.

mod alias;
mod bearers;
pub(super) mod group;
pub(super) mod household;
pub(super) mod numbering;
pub(super) mod person;
pub(crate) mod person_code;
pub(super) mod site;

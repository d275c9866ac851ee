//! What a product is besides its drug: its form, the route by which it is given, its strength.

mod form;
mod open_form;
mod plain_strength;
pub(super) mod route;
pub mod strength;

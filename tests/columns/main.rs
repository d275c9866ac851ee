//! Which column says what: headers, contents, dates and lengths, from the table to the finding.

#[path = "../common/mod.rs"]
mod common;

mod columns_about_others;
mod dates;
mod dialects;
mod first_export;
mod generated_layouts;
mod guessed_columns;
mod headers;
mod lengths;
mod proposed_columns;
mod routes;
mod tables;
mod which_counts;
mod whose_row;

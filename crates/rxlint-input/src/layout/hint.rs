//! What to tell the user about a file that lacks an essential column.

use rxlint_model::date;
use rxlint_model::record::Field;

use super::essential::Essential;
use super::fold;
use super::known::KnownLayout;
use super::shown::names;

/// What the file seems to be, and whether it plainly is not a prescription export.
pub(super) fn hint(
    known: bool,
    columns: &[(usize, Field)],
    missing: &[Essential],
) -> (Option<&'static str>, bool) {
    let lacks = |essential| missing.contains(&essential);
    let telling = [
        Field::DaysSupply,
        Field::Prescription,
        Field::FillNumber,
        Field::Directions,
        Field::Frequency,
    ];
    let prescribes = columns.iter().any(|(_, field)| telling.contains(field));
    let (no_patient, no_drug) = (lacks(Essential::Patient), lacks(Essential::Drug));
    match prescribes {
        _ if known => (None, false),
        _ if columns.is_empty() => (Some("nothing in it looks like a prescription export"), true),
        true if no_drug => {
            (Some("where the drug stands in another table, join the two first"), false)
        }
        false if no_drug => (Some("it names no drugs, and does not look like prescriptions"), true),
        false if no_patient => {
            (Some("it looks like a list of drugs, not like prescriptions of patients"), true)
        }
        _ => (None, false),
    }
}

/// A `--columns` option with the likeliest header for what is missing.
pub(super) fn example(
    headers: &[String],
    columns: &[(usize, Field)],
    missing: &[Essential],
    known: Option<&KnownLayout>,
) -> String {
    let names = names(headers);
    let pairs = missing.iter().map(|essential| {
        let (field, parts) = essential.guess();
        let is_ignored = |folded: &str| known.is_some_and(|known| known.ignored.contains(&folded));
        let is_free = |index: &usize| !columns.iter().any(|(n, _)| n == index);
        let holds = |index: &usize, part: &&str| {
            let folded = fold::fold(&headers[*index]);
            folded.contains(*part) && !is_ignored(&folded)
        };
        let found = parts
            .iter()
            .find_map(|part| (0..headers.len()).filter(is_free).find(|index| holds(index, part)));
        // A header that may be data is named by its number.
        let called = |index: usize| names[index].clone().unwrap_or_else(|| (index + 1).to_string());
        format!("{}={}", field.name(), found.map_or("HEADER".to_owned(), called))
    });
    format!("--columns {}", pairs.collect::<Vec<_>>().join(","))
}

/// Whether a row has cells that no header has: numbers and dates. A single cell is a line of text,
/// not a row.
pub(super) fn looks_like_data(headers: &[String]) -> bool {
    let is_number = |cell: &str| {
        cell.starts_with(|c: char| c.is_ascii_digit()) && !cell.contains(char::is_alphabetic)
    };
    headers.len() > 1
        && headers.iter().any(|header| {
            is_number(header.trim()) || date::parse(header.trim().as_bytes(), None).is_ok()
        })
}

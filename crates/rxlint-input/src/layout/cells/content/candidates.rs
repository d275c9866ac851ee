//! The columns that could hold something, by their content, among those that nothing else identifies.

use super::Content;
use crate::layout::SampleRows;
use crate::layout::answer::essential::Essential;
use crate::layout::answer::rival::may_be_first_day;
use crate::layout::cells::drug_look::DrugLook;
use crate::layout::days::other_days::births;
use crate::layout::headers::tokens::{says_any, says_in_days, says_more};

/// Words in headers of columns that belong to no field.
const SAYS_ANOTHER: [&str; 2] = ["other", "elsewhere"];

/// The columns that could provide what is missing, by their content. Patients are handled in `persons/person.rs`.
pub(in crate::layout) fn candidates(
    essential: Essential,
    headers: &[String],
    rows: &SampleRows,
    contents: &[Content],
    is_free: impl Fn(usize) -> bool,
) -> Vec<usize> {
    let fits = |content: &Content| match essential {
        Essential::Patient => content.is_identifier(),
        Essential::Drug => content.is_drug(),
        Essential::FirstDay => content.is_first_day(),
    };
    let says_another = |header: &str| match essential {
        Essential::Patient => false,
        Essential::Drug => says_any(header, &["patient", "prescriber", "sig"]),
        Essential::FirstDay => says_any(header, &["patient"]) || !may_be_first_day(header),
    };
    let births = match essential {
        Essential::FirstDay => births(rows, contents),
        _ => Vec::new(),
    };
    let has_names = essential == Essential::Drug && contents.iter().any(names_with_strengths);
    let found: Vec<usize> = (0..contents.len().min(headers.len()))
        .filter(|&index| is_free(index) && fits(&contents[index]))
        .filter(|&index| !has_names || !is_kind(&contents[index]))
        .filter(|&index| {
            !says_any(&headers[index], &SAYS_ANOTHER)
                && !says_another(&headers[index])
                && !births.contains(&index)
        })
        .collect();
    // Names with strengths say which drug it is, better than directions or long numbers.
    let is_named = |index: &usize| {
        let content = &contents[*index];
        content.is_drug_names() && content.has_strengths() && content.drugs > 0
    };
    match found.iter().copied().filter(is_named).collect::<Vec<_>>()[..] {
        [only] if essential == Essential::Drug && !says_any(&headers[only], &["apart"]) => {
            vec![only]
        }
        _ => found,
    }
}

/// A longer table has more different drugs than this.
const FEW: usize = 2;

/// Whether a column has one or two words for all rows of a longer table, such as `Drug`, `Tablet` or `Original`.
fn is_kind(content: &Content) -> bool {
    const LONGER: usize = 8;
    content.distinct <= FEW && content.filled >= LONGER && !content.has_strengths()
}

/// Whether a column names several drugs with their strengths: next to it, a kind is no drug.
fn names_with_strengths(content: &Content) -> bool {
    content.may_be_names() && content.has_strengths() && content.distinct > FEW
}

/// The columns that could hold the directions, by their content.
pub(in crate::layout) fn directions_candidates(
    headers: &[String],
    contents: &[Content],
    is_free: impl Fn(usize) -> bool,
) -> Vec<usize> {
    const OTHER: [&str; 5] = ["other", "apart", "patient", "prescriber", "date"];
    (0..contents.len().min(headers.len()))
        .filter(|&index| is_free(index) && contents[index].is_directions())
        .filter(|&index| !says_any(&headers[index], &OTHER))
        .collect()
}

/// The columns whose cells are drug names, among those that nothing else identifies. `drugs`, whose first answers take time, is asked
/// only about columns that state no strengths and may still be names.
pub(in crate::layout) fn named_drugs(
    rows: &[Vec<Vec<u8>>],
    headers: &[String],
    contents: &[Content],
    drugs: Option<&DrugLook>,
    is_free: impl Fn(usize) -> bool,
) -> Vec<(usize, Content)> {
    const OTHER: [&str; 6] = ["other", "apart", "patient", "prescriber", "sig", "written"];
    let known = |index: usize| {
        let content = contents.get(index)?;
        let asked = drugs.filter(|_| content.may_be_names() && !content.is_drug());
        Some((
            index,
            asked.map_or_else(|| content.clone(), |drugs| Content::of(rows, index, drugs)),
        ))
    };
    let has_names = contents.iter().any(names_with_strengths);
    let is_no_drug = |index: usize| has_names && contents.get(index).is_some_and(is_kind);
    (0..headers.len())
        .filter(|&index| is_free(index) && !is_no_drug(index))
        .filter(|&index| !says_any(&headers[index], &OTHER))
        .filter_map(known)
        .filter(|(_, content)| content.is_drug_names())
        .collect()
}

/// The columns that could hold the days' supply, by their content. Small whole numbers count anything: without a header that speaks
/// of a length they are only a question, as are those under one that does not say days if no column holds quantities.
pub(in crate::layout) fn days_candidates(
    headers: &[String],
    contents: &[Content],
    counts_quantities: bool,
    is_free: impl Fn(usize) -> bool,
) -> Vec<usize> {
    const LENGTH: [&str; 4] = ["days", "duration", "supply", "ds"];
    const BESIDE: [&str; 14] = [
        "days", "duration", "length", "supply", "ds", "therapy", "covered", "rx", "drug",
        "dispense", "fill", "noise", "and", "kind",
    ];
    let says_length = |index: usize| {
        says_in_days(&headers[index]) || counts_quantities && says_any(&headers[index], &LENGTH)
    };
    (0..contents.len().min(headers.len()))
        .filter(|&index| is_free(index) && contents[index].is_days())
        .filter(|&index| says_length(index) && !says_more(&headers[index], &BESIDE))
        .collect()
}

/// The columns whose cells are lengths with their unit, whatever they are called.
pub(in crate::layout) fn stated_lengths(
    headers: &[String],
    contents: &[Content],
    is_free: impl Fn(usize) -> bool,
) -> Vec<usize> {
    (0..contents.len().min(headers.len()))
        .filter(|&index| is_free(index) && contents[index].is_lengths())
        .collect()
}

//! Pairs of listed drugs that the site's interaction table does not know together.

use std::collections::BTreeMap;

use super::file::FormularyCheck;
use super::{FormularyContext, FormularyDraft, role};
use crate::drug::dictionary::{Dictionary, DrugIx};
use crate::drug::name::words;
use crate::drug::{Component, Identity, Verdict, code};
use crate::formulary::alerts::Alerts;
use crate::formulary::{FormularyEntry, Product};
use crate::rule::book::Rule;
use crate::rule::message::Words;
use crate::rule::select::Selector;
use rxlint_model::finding::Finding;

/// The drugs of one side: each ingredient, alone or in a combination, and the entries that list it.
type ListedDrugs<'a> = BTreeMap<(DrugIx, Option<DrugIx>), Vec<&'a FormularyEntry>>;

/// What a cell of the table stands for.
enum Cover<'r> {
    /// An ingredient, in one form if the cell says so.
    Drug(DrugIx, Option<u8>),
    /// A combination.
    Combination(DrugIx),
    /// The drugs of an ATC class.
    Atc(String),
    /// The drugs of a class that the rule knows.
    Group(&'r Selector),
}

/// One finding for each pair that no row covers.
pub(super) fn judge(
    context: &FormularyContext<'_>,
    rule: &Rule,
    check: &FormularyCheck,
) -> Vec<Finding> {
    let (Some(alerts), Some([subjects, others])) = (context.alerts, sides(context, check)) else {
        return Vec::new();
    };
    let dictionary = context.book.dictionary();
    let rows: Vec<[Vec<Cover<'_>>; 2]> = alerts
        .rows
        .iter()
        .map(|row| [0, 1].map(|at| covers(dictionary, check, &row[at])))
        .collect();
    let mut findings = Vec::new();
    for (subject, of_subject) in &subjects {
        for (other, of_other) in &others {
            let covered = |a: &FormularyEntry, b: &FormularyEntry| {
                let covers = |side: &[Cover<'_>], key, entry| {
                    side.iter()
                        .any(|cover| cover.holds(dictionary, key, context.formulary.product(entry)))
                };
                rows.iter().any(|[left, right]| {
                    covers(left, subject, a) && covers(right, other, b)
                        || covers(left, other, b) && covers(right, subject, a)
                })
            };
            let Some((a, b)) = of_subject
                .iter()
                .flat_map(|a| of_other.iter().map(move |b| (*a, *b)))
                .find(|(a, b)| !covered(a, b))
            else {
                continue;
            };
            let names = [name(dictionary, subject), name(dictionary, other)];
            let words = Words::default()
                .with("subject", &names[0])
                .with("other", &names[1])
                .with("table", &alerts.path);
            let places = [a, b].map(|entry| {
                let product = context.formulary.product(entry);
                (entry, product.verdict.decided, role(product))
            });
            findings.push(context.finding(
                rule,
                FormularyDraft {
                    keys: names.to_vec(),
                    words,
                    bound: String::new(),
                    places: places.to_vec(),
                    also: Vec::new(),
                },
            ));
        }
    }
    findings
}

/// How many pairs the rule would compare with a table.
pub fn pairs(context: &FormularyContext<'_>, check: &FormularyCheck) -> usize {
    sides(context, check).map_or(0, |[subjects, others]| subjects.len() * others.len())
}

/// How many rows of the table have a side that names nothing known.
pub fn unknown(dictionary: &Dictionary, check: &FormularyCheck, alerts: &Alerts) -> usize {
    alerts
        .rows
        .iter()
        .filter(|row| row.iter().any(|side| covers(dictionary, check, side).is_empty()))
        .count()
}

/// What the formulary lists on both sides. One entry of each form, alone or in a combination, is
/// enough.
fn sides<'a>(
    context: &FormularyContext<'a>,
    check: &FormularyCheck,
) -> Option<[ListedDrugs<'a>; 2]> {
    let (subject, other) = (check.subject.as_ref()?, check.other.as_ref()?);
    let mut listed: [ListedDrugs<'a>; 2] = Default::default();
    let mut forms: Vec<(usize, DrugIx, Option<DrugIx>, u8)> = Vec::new();
    for entry in context.formulary.of_formularies() {
        let verdict = &context.formulary.product(entry).verdict;
        let combination = verdict.product.filter(|product| {
            verdict.components.iter().all(|component| component.drug != *product)
        });
        for (side, selector) in [subject, other].into_iter().enumerate() {
            for component in selected(context.book.dictionary(), selector, verdict) {
                // An opioid in a combination is still the opioid; an antagonist in one goes by a
                // name that hides it.
                let key = (component.drug, combination.filter(|_| side == 0));
                let form = (side, component.drug, combination, component.form);
                if !forms.contains(&form) {
                    forms.push(form);
                    listed[side].entry(key).or_default().push(entry);
                }
            }
        }
    }
    Some(listed)
}

fn selected<'v>(
    dictionary: &'v Dictionary,
    selector: &'v Selector,
    verdict: &'v Verdict,
) -> impl Iterator<Item = &'v Component> {
    verdict
        .components
        .iter()
        .filter(move |component| selector.matches(dictionary, component, verdict))
}

fn name(dictionary: &Dictionary, (of, combination): &(DrugIx, Option<DrugIx>)) -> String {
    match combination {
        Some(combination) => {
            let file = &dictionary.drug(*combination).file;
            let brand = file.brands.first().map(|brand| format!(" ({brand})")).unwrap_or_default();
            format!("{}{brand}", dictionary.drug(*combination).name)
        }
        None => {
            // An ingredient sold only in one combination goes by that combination's brand.
            let only = dictionary
                .drugs()
                .iter()
                .find(|drug| matches!(drug.components[..], [part] if part.drug == *of));
            let brand = only
                .and_then(|only| only.file.brands.first())
                .map(|brand| format!(" ({brand})"))
                .unwrap_or_default();
            format!("{}{brand}", dictionary.drug(*of).name)
        }
    }
}

/// Words that carry no meaning in the name of a class.
const EMPTY: [&str; 6] = ["class", "drugs", "drug", "agents", "all", "any"];

fn covers<'r>(
    dictionary: &Dictionary,
    check: &'r FormularyCheck,
    cells: &[String],
) -> Vec<Cover<'r>> {
    let mut covers = Vec::new();
    for cell in cells {
        let said: Vec<String> = words(cell)
            .into_iter()
            .filter(|word| {
                !EMPTY.contains(&word.as_str()) && !word.chars().all(|c| c.is_ascii_digit())
            })
            .collect();
        let is_named = |name: &String| words(name) == said;
        let mut groups = check
            .groups
            .iter()
            .filter(|group| group.names.iter().any(is_named))
            .map(|group| Cover::Group(&group.covers))
            .peekable();
        if groups.peek().is_some() {
            covers.extend(groups);
            continue;
        }
        if is_atc_class(cell) {
            covers.push(Cover::Atc(cell.to_ascii_uppercase()));
            continue;
        }
        let digits = cell.bytes().filter(u8::is_ascii_digit).count();
        let verdict = if digits * 2 > cell.len() {
            let rxcui = if digits == cell.len() && digits <= 8 { cell.as_str() } else { "" };
            let ndc = if rxcui.is_empty() { cell.as_str() } else { "" };
            dictionary.resolve(&Identity {
                rxcui: rxcui.into(),
                ndc: ndc.into(),
                ..Identity::default()
            })
        } else {
            dictionary.resolve(&Identity::text(cell))
        };
        let combination = verdict.product.filter(|product| {
            verdict.components.iter().all(|component| component.drug != *product)
        });
        match combination {
            Some(combination) => covers.push(Cover::Combination(combination)),
            None => covers.extend(
                verdict
                    .components
                    .iter()
                    .map(|c| Cover::Drug(c.drug, (c.form > 0).then_some(c.form))),
            ),
        }
    }
    covers
}

/// An ATC code of level 2 to 5; one letter alone could be anything.
fn is_atc_class(text: &str) -> bool {
    let [letter, tens, ones, rest @ ..] = text.as_bytes() else { return false };
    let is_group = letter.is_ascii_alphabetic() && tens.is_ascii_digit() && ones.is_ascii_digit();
    is_group && (code::is_atc(text) || rest.len() < 3 && rest.iter().all(u8::is_ascii_alphabetic))
}

impl Cover<'_> {
    fn holds(
        &self,
        dictionary: &Dictionary,
        (drug, combination): &(DrugIx, Option<DrugIx>),
        product: &Product,
    ) -> bool {
        let component = product.verdict.components.iter().find(|component| component.drug == *drug);
        match self {
            Self::Drug(covered, form) => {
                covered == drug && form.is_none_or(|form| component.is_some_and(|c| c.form == form))
            }
            Self::Combination(covered) => {
                Some(covered) == combination.as_ref()
                    || combination.is_none() && product.verdict.product == Some(*covered)
            }
            Self::Atc(prefix) => {
                let atc = |drug: DrugIx| {
                    dictionary
                        .drug(drug)
                        .file
                        .atc
                        .iter()
                        .any(|code| code.starts_with(prefix.as_str()))
                };
                atc(*drug) || combination.is_some_and(atc)
            }
            Self::Group(selector) => component
                .is_some_and(|component| selector.matches(dictionary, component, &product.verdict)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_atc_class_has_two_digits_at_least() {
        for class in ["N02", "n02a", "N02AA", "N02AA05"] {
            assert!(is_atc_class(class), "{class}");
        }
        for other in ["", "N", "N0", "NO2", "002", "opium", "Opiu", "N02A5", "N02AAA", "N02AA0"] {
            assert!(!is_atc_class(other), "{other}");
        }
    }
}

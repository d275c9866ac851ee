//! A formulary that lists a group of drugs but none of those needed alongside it.

use std::collections::BTreeMap;

use super::file::FormularyCheck;
use super::{FormularyContext, FormularyDraft, role};
use crate::drug::Identity;
use crate::formulary::{FormularyEntry, Product};
use crate::rule::book::Rule;
use crate::rule::message::Words;
use crate::rule::select::Selector;
use rxlint_model::finding::Finding;
use rxlint_model::record::Field;

/// What a plan lists of the two groups.
#[derive(Default)]
struct PlanList<'a> {
    subjects: Vec<&'a FormularyEntry>,
    has_other: bool,
    /// Some entries could be any drug.
    unknown: bool,
}

/// Whether the name or generic name of a product, by itself, is that of a drug.
fn named(context: &FormularyContext<'_>, product: &Product, selector: &Selector) -> bool {
    let dictionary = context.book.dictionary();
    product.identity.texts[..2].iter().any(|text| {
        let verdict = dictionary.resolve(&Identity::text(text));
        verdict.components.iter().any(|component| selector.matches(dictionary, component, &verdict))
    })
}

pub(super) fn judge(
    context: &FormularyContext<'_>,
    rule: &Rule,
    check: &FormularyCheck,
) -> Vec<Finding> {
    let (Some(subject), Some(other)) = (&check.subject, &check.other) else { return Vec::new() };
    let mut plans: BTreeMap<&str, PlanList<'_>> = BTreeMap::new();
    for entry in context.formulary.of_formularies() {
        let product = context.formulary.product(entry);
        let listed = plans.entry(context.formulary.plan(entry)).or_default();
        // What is of two drugs counts for neither; but where its name is that of what is asked for, it is listed.
        if product.verdict.mismatch.is_some() {
            listed.has_other |= named(context, product, other);
            continue;
        }
        listed.has_other |= context.selected(other, product).is_some();
        listed.unknown |= !product.is_readable()
            || product.verdict.slip.as_ref().is_some_and(|slip| !slip.resolved);
        if context.selected(subject, product).is_some() {
            listed.subjects.push(entry);
        }
    }
    let lacks = plans
        .into_iter()
        .filter(|(_, listed)| !listed.has_other && !listed.unknown && !listed.subjects.is_empty());
    lacks
        .map(|(plan, listed)| {
            let mut drugs: Vec<String> = listed
                .subjects
                .iter()
                .map(|entry| context.drug(context.formulary.product(entry)))
                .collect();
            drugs.sort();
            drugs.dedup();
            let named = drugs.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
            let more = drugs.len().saturating_sub(3);
            let named = if more > 0 { format!("{named} and {more} more") } else { named };
            let list =
                if plan.is_empty() { "The formulary".to_owned() } else { format!("Plan {plan}") };
            let point = |entry: &&'_ FormularyEntry| {
                let product: &Product = context.formulary.product(entry);
                (product.verdict.decided, role(product))
            };
            let mut places: Vec<(&FormularyEntry, Field, String)> = listed
                .subjects
                .iter()
                .map(|entry| (*entry, point(entry).0, point(entry).1))
                .collect();
            let also = places.split_off(1);
            let words = Words::default()
                .with("list", list)
                .with("drugs", named)
                .with("count", listed.subjects.len());
            context.finding(
                rule,
                FormularyDraft {
                    keys: vec![plan.to_owned()],
                    words,
                    bound: String::new(),
                    places,
                    also,
                },
            )
        })
        .collect()
}

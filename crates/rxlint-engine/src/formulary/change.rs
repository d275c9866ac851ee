//! What changed between two states of a formulary: what was added, removed, re-tiered and re-limited.

use std::collections::{BTreeMap, BTreeSet};

use super::limit::Limit;
use super::{Formulary, FormularyEntry, Product};
use crate::drug::{Dictionary, Role};

/// At most this many watched products are named for each kind of change; all are counted.
const NAMED: usize = 8;

/// The terms of a product in one plan.
struct Listed<'f> {
    product: &'f Product,
    tier: String,
    limit: String,
}

/// The changes, one sentence for each kind that occurred.
pub fn changes(old: &Formulary, new: &Formulary, dictionary: &Dictionary) -> Vec<String> {
    let (old, new) = (listed(old, dictionary), listed(new, dictionary));
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let (mut added, mut removed, mut tiers, mut limits) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for key in keys {
        match (old.get(key), new.get(key)) {
            (None, Some(after)) => added.push((after.product, String::new())),
            (Some(before), None) => removed.push((before.product, String::new())),
            (Some(before), Some(after)) => {
                let from_to = |a: &str, b: &str| format!(" ({} to {})", said(a), said(b));
                if before.tier != after.tier {
                    tiers.push((after.product, from_to(&before.tier, &after.tier)));
                }
                if before.limit != after.limit {
                    limits.push((after.product, from_to(&before.limit, &after.limit)));
                }
            }
            (None, None) => {}
        }
    }
    [
        ("Added", added),
        ("Removed", removed),
        ("On another tier", tiers),
        ("With another limit", limits),
    ]
    .into_iter()
    .filter(|(_, products)| !products.is_empty())
    .map(|(what, products)| sentence(what, &products))
    .collect()
}

fn said(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}

/// What is on the list, by plan and product.
fn listed<'f>(
    formulary: &'f Formulary,
    dictionary: &Dictionary,
) -> BTreeMap<(String, String), Listed<'f>> {
    let of_entry = |entry: &FormularyEntry| {
        let product = formulary.product(entry);
        let terms = formulary.terms(entry);
        let limit = match Limit::of(terms) {
            Some(limit) => format!("{} in {} days", limit.amount, limit.days),
            None => terms.limit.trim().to_lowercase(),
        };
        let name = product.likeness(dictionary).unwrap_or_else(|| product.key.clone());
        (
            (formulary.plan(entry).to_owned(), name),
            Listed { product, tier: terms.tier.trim().to_lowercase(), limit },
        )
    };
    formulary.active().map(of_entry).collect()
}

/// `Added: 12 products, with a watched drug: naltrexone 50 mg tablet and 2 more`.
fn sentence(what: &str, products: &[(&Product, String)]) -> String {
    let is_watched = |product: &Product| {
        product.verdict.components.iter().any(|component| component.role != Role::Known)
    };
    let watched: Vec<String> = products
        .iter()
        .filter(|(product, _)| is_watched(product))
        .map(|(product, how)| format!("{}{how}", product.title()))
        .collect();
    let more = watched.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let named = watched.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let named = if named.is_empty() { "none".to_owned() } else { named };
    format!("{what}: {} products; with a watched drug: {named}{more}.", products.len())
}

//! A formulary that lists a group of drugs but none of those needed alongside it.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::file::{FormularyCheck, Test};
use super::{FormularyContext, FormularyDraft, role};
use crate::drug::Identity;
use crate::formulary::{FormularyEntry, Product, status};
use crate::rule::book::Rule;
use crate::rule::file::Condition;
use crate::rule::message::Words;
use crate::rule::select::Selector;
use rxlint_model::finding::Finding;
use rxlint_model::place::RowKey;
use rxlint_model::record::Field;

/// What a plan lists of the two groups.
#[derive(Default)]
struct PlanList<'a> {
    subjects: Vec<&'a FormularyEntry>,
    has_other: bool,
    /// Some entries could be any drug.
    unknown: bool,
}

/// Whether the name or generic name of a product, by itself, names such a drug.
fn named(context: &FormularyContext<'_>, product: &Product, selector: &Selector) -> bool {
    let dictionary = context.book.dictionary();
    product.identity.texts[..2].iter().any(|text| {
        let verdict = dictionary.resolve(&Identity::text(text));
        verdict.components.iter().any(|component| selector.matches(dictionary, component, &verdict))
    })
}

/// Entries of what a group of drugs needs alongside it that may be off the list, if nothing else on it is on the list: their status is an
/// unknown word and most others have another one, or a remark mentions being off.
pub fn in_doubt(context: &FormularyContext<'_>) -> Vec<(RowKey, Field)> {
    checks(context).flat_map(|(rule, check)| in_doubt_for(context, rule, check)).collect()
}

/// The rules that ask for what is needed alongside.
fn checks<'c>(
    context: &FormularyContext<'c>,
) -> impl Iterator<Item = (&'c Rule, &'c FormularyCheck)> + use<'c> {
    context.book.active().filter_map(|rule| match &rule.condition {
        Condition::Formulary(check) if check.check == Test::MissingReversalAgent => {
            Some((rule, check))
        }
        _ => None,
    })
}

/// The lists that are not formularies and in which something would be missing if they were.
pub fn unasked(context: &FormularyContext<'_>) -> Vec<u32> {
    let others = || context.formulary.listed().filter(|entry| !entry.of_formulary);
    let lacks = checks(context)
        .any(|(rule, check)| !judge_listed(context, rule, check, others()).is_empty());
    let mut lists: Vec<u32> = others().map(|entry| entry.list).filter(|_| lacks).collect();
    lists.dedup();
    lists
}

fn in_doubt_for(
    context: &FormularyContext<'_>,
    rule: &Rule,
    check: &FormularyCheck,
) -> Vec<(RowKey, Field)> {
    let Some(other) = &check.other else { return Vec::new() };
    let formulary = context.formulary;
    let mut all: BTreeMap<u32, usize> = BTreeMap::new();
    let mut same: BTreeMap<(u32, &str), usize> = BTreeMap::new();
    for entry in formulary.of_formularies() {
        *all.entry(entry.list).or_default() += 1;
        *same.entry((entry.list, formulary.terms(entry).status.as_str())).or_default() += 1;
    }
    let is_rare = |entry: &FormularyEntry, word: &str| {
        let count = same.get(&(entry.list, word)).copied().unwrap_or_default();
        count * 2 < all.get(&entry.list).copied().unwrap_or_default()
    };
    let doubt = |entry: &FormularyEntry| {
        let product = formulary.product(entry);
        context.selected(other, product)?;
        let word = formulary.terms(entry).status.as_str();
        if !status::is_known(word) && is_rare(entry, word) {
            return Some((entry.key, Field::Status));
        }
        status::note_may_say_off(&product.note).then_some((entry.key, Field::Note))
    };
    let doubtful: Vec<(RowKey, Field)> = formulary.of_formularies().filter_map(doubt).collect();
    if doubtful.is_empty() {
        return doubtful;
    }
    let keys: FxHashSet<RowKey> = doubtful.iter().map(|(key, _)| *key).collect();
    if is_lacking(context, rule, check, &keys) { doubtful } else { Vec::new() }
}

/// Whether something would be missed on a list without these entries that is not missed with them.
pub fn would_lack(context: &FormularyContext<'_>, without: &FxHashSet<RowKey>) -> bool {
    checks(context).any(|(rule, check)| is_lacking(context, rule, check, without))
}

fn is_lacking(
    context: &FormularyContext<'_>,
    rule: &Rule,
    check: &FormularyCheck,
    without: &FxHashSet<RowKey>,
) -> bool {
    let others = context.formulary.of_formularies().filter(|entry| !without.contains(&entry.key));
    judge_listed(context, rule, check, others).len() > judge(context, rule, check).len()
}

pub(super) fn judge(
    context: &FormularyContext<'_>,
    rule: &Rule,
    check: &FormularyCheck,
) -> Vec<Finding> {
    judge_listed(context, rule, check, context.formulary.of_formularies())
}

/// The same for these entries only, as if they were all that is on formularies.
fn judge_listed<'f>(
    context: &FormularyContext<'f>,
    rule: &Rule,
    check: &FormularyCheck,
    entries: impl Iterator<Item = &'f FormularyEntry>,
) -> Vec<Finding> {
    let (Some(subject), Some(other)) = (&check.subject, &check.other) else { return Vec::new() };
    let mut plans: BTreeMap<&str, PlanList<'_>> = BTreeMap::new();
    for entry in entries {
        let product = context.formulary.product(entry);
        let listed = plans.entry(context.formulary.plan(entry)).or_default();
        // An entry of two drugs counts for neither; but if its name is that of the required drug, it is listed.
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

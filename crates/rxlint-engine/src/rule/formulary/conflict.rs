//! One product on different terms in one formulary.

use std::collections::BTreeMap;

use super::{FormularyContext, FormularyDraft};
use crate::drug::code;
use crate::formulary::limit::Limit;
use crate::formulary::{CoverageTerms, FormularyEntry, Product};
use crate::rule::book::Rule;
use crate::rule::message::Words;
use rxlint_model::finding::Finding;
use rxlint_model::record::Field;

/// The formulary that an entry belongs to: its plan, and the file if a plan does not extend beyond
/// it.
type ListScope<'a> = (Option<u32>, &'a str);

/// Entries of one product that contradict each other in the same way, in one formulary or several.
#[derive(Default)]
struct Conflict<'a> {
    pairs: Vec<[&'a FormularyEntry; 2]>,
    also: Vec<(&'a FormularyEntry, Field, String)>,
    plans: Vec<&'a str>,
    field: Option<Field>,
}

/// One finding for each product and contradiction.
pub(super) fn judge(context: &FormularyContext<'_>, rule: &Rule) -> Vec<Finding> {
    let formulary = context.formulary;
    let keys: Vec<String> = formulary.products.iter().map(key).collect();
    let mut groups: BTreeMap<(ListScope<'_>, &str, &str), Vec<&FormularyEntry>> = BTreeMap::new();
    for entry in &formulary.entries {
        let plan = formulary.plan(entry);
        let file = if entry.across_files && !plan.is_empty() { None } else { Some(entry.list) };
        let product = keys[entry.product as usize].as_str();
        // Later terms replace earlier ones: only entries with the same start date contradict each
        // other.
        let start = formulary.terms(entry).start.as_str();
        if !product.is_empty() {
            groups.entry(((file, plan), product, start)).or_default().push(entry);
        }
    }
    let mut conflicts: BTreeMap<(&str, &'static str, [String; 2]), Conflict<'_>> = BTreeMap::new();
    for (((_, plan), product, _), entries) in groups {
        let Some((first, rest)) = entries.split_first() else { continue };
        let mut differing = rest.iter().filter_map(|entry| {
            Some((*entry, differ(formulary.terms(first), formulary.terms(entry), first, entry)?))
        });
        let Some((second, difference)) = differing.next() else { continue };
        let conflict = conflicts.entry((product, difference.what, difference.values)).or_default();
        conflict.pairs.push([*first, second]);
        conflict.plans.push(plan);
        conflict.field = Some(difference.field);
        conflict.also.extend(differing.map(|(entry, other)| {
            (entry, other.field, format!("{} {}", other.what, other.values[1]))
        }));
    }
    conflicts
        .into_iter()
        .filter_map(|(key, conflict)| finding(context, rule, key, conflict))
        .collect()
}

fn finding(
    context: &FormularyContext<'_>,
    rule: &Rule,
    (product, what, values): (&str, &'static str, [String; 2]),
    conflict: Conflict<'_>,
) -> Option<Finding> {
    let Conflict { mut pairs, mut also, plans, field } = conflict;
    pairs.sort_by_key(|[first, _]| first.key);
    let (field, [first, second]) = (field?, *pairs.first()?);
    let [title, other] = [first, second].map(|entry| context.formulary.product(entry).title());
    let same = title.eq_ignore_ascii_case(&other);
    let title = if same {
        format!("“{title}”")
    } else {
        format!("“{title}” (by the same code “{other}”)")
    };
    let listed = match plans[..] {
        [""] => String::new(),
        [plan] => format!(" for plan {plan}"),
        _ => format!(" for {} plans", plans.len()),
    };
    let roles = [0, 1].map(|at| format!("{what} {}", values[at]));
    let words = Words::default().with("title", title).with("plan", listed).with("what", what);
    let words = words.with("one", &values[0]).with("other", &values[1]);
    also.extend(
        pairs.iter().skip(1).flat_map(|pair| {
            [(pair[0], field, roles[0].clone()), (pair[1], field, roles[1].clone())]
        }),
    );
    also.sort_by_key(|(entry, ..)| entry.key);
    let places = vec![(first, field, roles[0].clone()), (second, field, roles[1].clone())];
    let [one, other] = values;
    let keys = vec![product.to_owned(), what.to_owned(), one, other];
    Some(
        context.finding(rule, FormularyDraft { keys, words, bound: what.to_owned(), places, also }),
    )
}

/// What makes two entries one product: the code, if there is a readable one; otherwise everything
/// that is written.
fn key(product: &Product) -> String {
    let identity = &product.identity;
    if let Ok(ndc) = code::ndc(&identity.ndc) {
        return format!("ndc {:011}", ndc.number);
    }
    if let Some(rxcui) = code::rxcui(&identity.rxcui) {
        return format!("rxcui {rxcui}");
    }
    if !identity.code.is_empty() {
        return format!("code {} {}", identity.system.to_lowercase(), identity.code.to_lowercase());
    }
    if product.texts().next().is_some() { product.key.clone() } else { String::new() }
}

struct Difference {
    what: &'static str,
    field: Field,
    values: [String; 2],
}

/// The first of tier, limit and status in which two entries differ.
fn differ(
    a: &CoverageTerms,
    b: &CoverageTerms,
    first: &FormularyEntry,
    second: &FormularyEntry,
) -> Option<Difference> {
    let fold = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let shown = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
    if fold(&a.tier) != fold(&b.tier) {
        return Some(Difference {
            what: "tier",
            field: Field::Tier,
            values: [shown(&a.tier), shown(&b.tier)],
        });
    }
    let limit = |terms: &CoverageTerms| match Limit::of(terms) {
        Some(limit) => format!("{} in {} days", limit.amount, limit.days),
        None => fold(&format!("{} {}", terms.limit, terms.days)),
    };
    if limit(a) != limit(b) {
        return Some(Difference {
            what: "limit",
            field: Field::Quantity,
            values: [shown(limit(a).trim()), shown(limit(b).trim())],
        });
    }
    let status = |entry: &FormularyEntry, terms: &CoverageTerms| {
        if terms.status.is_empty() { entry.active.to_string() } else { fold(&terms.status) }
    };
    (first.active != second.active || status(first, a) != status(second, b)).then(|| Difference {
        what: "status",
        field: Field::Status,
        values: [shown(&a.status), shown(&b.status)],
    })
}

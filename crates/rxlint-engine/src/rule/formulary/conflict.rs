//! One product on different terms in one formulary.

use std::collections::BTreeMap;

use super::{FormularyContext, FormularyDraft};
use crate::drug::{Component, code};
use crate::formulary::classes::ClassGroup;
use crate::formulary::limit::Limit;
use crate::formulary::{CoverageTerms, FormularyEntry, Product};
use crate::rule::book::Rule;
use crate::rule::message::Words;
use rxlint_model::finding::Finding;
use rxlint_model::record::{Field, SEVERAL_CODES};

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
    let codes: Vec<String> = formulary.products.iter().map(key).collect();
    let dictionary = context.book.dictionary();
    let likeness = |product: &Product| product.likeness(dictionary).unwrap_or_default();
    let names: Vec<String> = formulary.products.iter().map(likeness).collect();
    let mut conflicts: Conflicts<'_> = BTreeMap::new();
    // The same code is the same product; so is the same name with the same strength, in another package.
    // An entry of two drugs counts for nothing else.
    let is_sure = |a: &FormularyEntry, b: &FormularyEntry| {
        [a, b].iter().all(|entry| formulary.product(entry).verdict.mismatch.is_none())
    };
    compare(context, &codes, &is_sure, &mut conflicts);
    let other_package = |a: &FormularyEntry, b: &FormularyEntry| {
        let [one, other] = [a, b].map(|entry| entry.product as usize);
        let [a, b] = [a, b].map(|entry| &formulary.product(entry).verdict);
        codes[one] != codes[other]
            && a.mismatch.is_none()
            && b.mismatch.is_none()
            && is_one(&a.components, &b.components)
    };
    compare(context, &names, &other_package, &mut conflicts);
    conflicts
        .into_iter()
        .filter_map(|(key, conflict)| finding(context, rule, key, conflict))
        .collect()
}

/// Whether two products may be one: the same drugs, in strengths that do not differ. A strength that only one of them gives is not a
/// difference.
fn is_one(a: &[Component], b: &[Component]) -> bool {
    let is_same = |(a, b): (&Component, &Component)| {
        let strengths = a.strength.zip(b.strength);
        a.drug == b.drug && strengths.is_none_or(|(a, b)| a == b)
    };
    a.len() == b.len() && a.iter().zip(b).all(is_same)
}

/// Contradictions by product, by what differs, and by how.
type Conflicts<'a> = BTreeMap<(String, &'static str, [String; 2]), Conflict<'a>>;

/// Compares the entries of each product, as `keys` identify products, with the first of them.
fn compare<'a>(
    context: &FormularyContext<'a>,
    keys: &[String],
    is_compared: &dyn Fn(&FormularyEntry, &FormularyEntry) -> bool,
    conflicts: &mut Conflicts<'a>,
) {
    let formulary = context.formulary;
    let mut groups: BTreeMap<(ListScope<'a>, &str, &str), Vec<&'a FormularyEntry>> =
        BTreeMap::new();
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
    for (((_, plan), product, _), entries) in groups {
        let Some((first, rest)) = entries.split_first() else { continue };
        let mut differing = rest
            .iter()
            .filter(|entry| is_compared(first, entry))
            .filter_map(|entry| Some((*entry, differ(context, first, entry)?)));
        let Some((second, difference)) = differing.next() else { continue };
        let key = (product.to_owned(), difference.what, difference.values);
        let conflict = conflicts.entry(key).or_default();
        conflict.pairs.push([*first, second]);
        conflict.plans.push(plan);
        conflict.field = Some(difference.field);
        conflict.also.extend(differing.map(|(entry, other)| {
            (entry, other.field, format!("{} {}", other.what, other.values[1]))
        }));
    }
}

fn finding(
    context: &FormularyContext<'_>,
    rule: &Rule,
    (product, what, values): (String, &'static str, [String; 2]),
    conflict: Conflict<'_>,
) -> Option<Finding> {
    let Conflict { mut pairs, mut also, plans, field } = conflict;
    pairs.sort_by_key(|[first, _]| first.key);
    let (field, [first, second]) = (field?, *pairs.first()?);
    let [title, other] = [first, second].map(|entry| context.formulary.product(entry).title());
    let same = title.eq_ignore_ascii_case(&other);
    let is_code = ["ndc ", "rxcui ", "code "].iter().any(|system| product.starts_with(system));
    let title = if same {
        format!("“{title}”")
    } else if !is_code {
        format!("“{title}” (also written “{other}”)")
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
    let keys = vec![product, what.to_owned(), one, other];
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

/// The first of tier, limit, status and class in which two entries differ.
fn differ(
    context: &FormularyContext<'_>,
    first: &FormularyEntry,
    second: &FormularyEntry,
) -> Option<Difference> {
    let [a, b] = [first, second].map(|entry| context.formulary.terms(entry));
    let shown = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
    if !is_one_tier(&a.tier, &b.tier) {
        return Some(Difference {
            what: "tier",
            field: Field::Tier,
            values: [shown(&a.tier), shown(&b.tier)],
        });
    }
    if let Some(values) = differing_limits(a, b) {
        return Some(Difference {
            what: "limit",
            field: Field::Quantity,
            values: values.map(|text| shown(text.trim())),
        });
    }
    let status = |entry: &FormularyEntry, terms: &CoverageTerms| {
        if terms.status.is_empty() { entry.active.to_string() } else { fold(&terms.status) }
    };
    if first.active != second.active || status(first, a) != status(second, b) {
        return Some(Difference {
            what: "status",
            field: Field::Status,
            values: [shown(&a.status), shown(&b.status)],
        });
    }
    class(context, first, second)
}

/// Two limits that do not allow the same amount; `30 per 30 days` and `1 a day` do.
fn differing_limits(a: &CoverageTerms, b: &CoverageTerms) -> Option<[String; 2]> {
    if (&a.limit, &a.days) == (&b.limit, &b.days) {
        return None;
    }
    let limits = [a, b].map(Limit::of);
    if let [Some(a), Some(b)] = limits
        && (a.amount * b.days - b.amount * a.days).abs() < 1e-6
    {
        return None;
    }
    let told = |limit: Option<Limit>, terms: &CoverageTerms| match limit {
        Some(limit) => format!("{} in {} days", limit.amount, limit.days),
        None => fold(&format!("{} {}", terms.limit, terms.days)),
    };
    let values = [told(limits[0], a), told(limits[1], b)];
    (values[0] != values[1]).then_some(values)
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether two cells give one tier, whatever else they say about it: `1`, `1.0`, `T1`, `Tier 1: Preferred Generic`.
fn is_one_tier(a: &str, b: &str) -> bool {
    let [(one, of_one), (other, of_other)] = [a, b].map(tier);
    one == other
        && (of_one == of_other || one.is_some() && (of_one.is_empty() || of_other.is_empty()))
}

/// The number of a tier, if it has one, and what else its cell says.
fn tier(text: &str) -> (Option<u32>, String) {
    let text = fold(text);
    let rest = text.strip_prefix("tier").or_else(|| text.strip_prefix('t')).unwrap_or(&text);
    let rest = rest.trim_start_matches([' ', ':', '#', '-', '_']);
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (number, behind) = rest.split_at(digits);
    let behind = behind.strip_prefix(".0").unwrap_or(behind);
    // `1A` and `1/2` are tiers of their own.
    match number.parse() {
        Ok(number)
            if !behind.starts_with(|c: char| c.is_alphanumeric() || c == '/' || c == '.') =>
        {
            let sign = |c: char| !c.is_alphanumeric();
            (Some(number), behind.trim_matches(sign).to_owned())
        }
        _ => (None, text),
    }
}

/// Two classes of which one says agonist and the other antagonist or partial agonist: any two others may both be right.
fn class(
    context: &FormularyContext<'_>,
    first: &FormularyEntry,
    second: &FormularyEntry,
) -> Option<Difference> {
    let classes = [first, second].map(|entry| context.formulary.product(entry).class.as_str());
    if classes[0] == classes[1] {
        return None;
    }
    let opposed = [ClassGroup::Agonist, ClassGroup::Partial, ClassGroup::Antagonist];
    let groups = classes.map(|class| context.book.classes().groups(class));
    let is_one = |groups: &[ClassGroup]| groups.len() == 1 && opposed.contains(&groups[0]);
    (groups.iter().all(|groups| is_one(groups)) && groups[0] != groups[1]).then(|| Difference {
        what: "class",
        field: Field::Class,
        values: classes.map(|class| class.replace(SEVERAL_CODES, " / ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_tier_is_spelt_in_many_ways() {
        for other in ["Tier 1", "T1", "1.0", "01", "1 - Generic", "TIER 1: Preferred Generic"] {
            assert!(is_one_tier("1", other), "{other}");
        }
        assert!(is_one_tier("Tier 1", "Tier 1: Preferred Generic"));
        for (one, other) in [
            ("1", "2"),
            ("1", "1A"),
            ("1", "Generic"),
            ("1 - Generic", "1 - Brand"),
            ("1", ""),
            ("1 / 2", "1 / 3"),
        ] {
            assert!(!is_one_tier(one, other), "{one}, {other}");
        }
    }
}

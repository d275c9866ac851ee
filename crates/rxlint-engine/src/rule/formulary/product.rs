//! What is wrong with a product's own codes and names.

use std::collections::{BTreeMap, BTreeSet};

use super::{FormularyContext, Remark, role};
use crate::drug::code;
use crate::formulary::code::large_is_float;
use crate::formulary::is_name;
use crate::rule::book::Rule;
use crate::rule::message::Words;
use rxlint_model::finding::Finding;
use rxlint_model::record::Field;

/// Codes that cannot be what their column says.
pub(super) fn invalid_codes(context: &FormularyContext<'_>, rule: &Rule) -> Vec<Finding> {
    let rounded = rounded_columns(context);
    let habits = habits(context);
    context.by_product(rule, |product, entry| {
        let is_rounded = |field: Field| rounded.contains(&(entry.list, field.name()));
        let mut large = product.codes().filter(|(_, code)| large_is_float(code) == Some(true));
        // A check digit may fit a rounded code by chance.
        if let Some((field, code)) = large.find(|(field, _)| is_rounded(*field)) {
            let words = Words::default()
                .with("code", code)
                .with("system", "whole code")
                .with("why", ROUNDED);
            return Some(Remark {
                cause: format!("{} rounded", field.name()),
                of_column: true,
                ..Remark::new(field, "rounded".to_owned(), words, "rounded".to_owned())
            });
        }
        let problem = product.problem.as_ref()?;
        let is_habit =
            habits.iter().any(|(list, kind)| *list == entry.list && *kind == problem.kind);
        if is_habit && problem.field == Field::Ndc {
            return None;
        }
        let words = Words::default()
            .with("code", &problem.code)
            .with("system", problem.system)
            .with("why", &problem.why);
        Some(Remark {
            cause: format!("{} {}", problem.field.name(), problem.kind),
            of_column: problem.is_of_column(),
            ..Remark::new(problem.field, problem.role(), words, problem.kind.to_owned())
        })
    })
}

const ROUNDED: &str = "the whole column went through numbers that hold 53 bits, and the last digits of its long codes are rounded";

/// Fewer long codes may be even by chance.
const LEAST_LONG: usize = 4;

/// The columns whose codes above 2^53 are all numbers that a float can hold, which would not happen by chance.
fn rounded_columns(context: &FormularyContext<'_>) -> BTreeSet<(u32, &'static str)> {
    let mut long: BTreeMap<(u32, &'static str), (usize, bool)> = BTreeMap::new();
    for entry in context.formulary.active() {
        for (field, code) in context.formulary.product(entry).codes() {
            if let Some(is_float) = large_is_float(code) {
                let (count, all) = long.entry((entry.list, field.name())).or_insert((0, true));
                *count += 1;
                *all &= is_float;
            }
        }
    }
    long.into_iter()
        .filter(|(_, (count, all))| *count >= LEAST_LONG && *all)
        .map(|(column, _)| column)
        .collect()
}

/// What all NDCs of a list have in common, so that it is how the list writes them: nine digits of products, and zeros before the
/// eleven digits of a package.
fn habits(context: &FormularyContext<'_>) -> BTreeSet<(u32, &'static str)> {
    let mut counts: BTreeMap<u32, [usize; 5]> = BTreeMap::new();
    for entry in context.formulary.active() {
        let product = context.formulary.product(entry);
        let ndc = product.identity.ndc.trim();
        let [all, filled, nine, products, lost] = counts.entry(entry.list).or_default();
        *all += usize::from(!ndc.is_empty());
        *filled += usize::from(code::is_filled_up(ndc));
        let is_nine = ndc.len() == 9 && ndc.bytes().all(|b| b.is_ascii_digit());
        let kind = product.problem.as_ref().map(|problem| problem.kind);
        *nine += usize::from(is_nine);
        *products += usize::from(is_nine && kind.is_none());
        *lost += usize::from(kind == Some("zeros"));
    }
    let of_list = |(list, [all, filled, nine, products, lost]): (u32, [usize; 5])| {
        let fills = (filled >= LEAST_LONG && filled * 2 > all).then_some((list, "filled"));
        let lists_products = (products > lost && nine * 2 > all).then_some((list, "nine"));
        fills.into_iter().chain(lists_products)
    };
    counts.into_iter().flat_map(of_list).collect()
}

/// Two fields of different drugs: a name and a code, two codes, a generic name and a brand.
pub(super) fn mismatches(context: &FormularyContext<'_>, rule: &Rule) -> Vec<Finding> {
    context.by_product(rule, |product, _| {
        let mismatch = product.verdict.mismatch.as_ref()?;
        let [one, other] = product.differ?;
        let what = match (is_name(one), is_name(other)) {
            (true, true) if one == Field::Generic => "Generic name and brand",
            (true, true) => "Two names",
            (true, false) => "Name and code",
            _ => "Two codes",
        };
        // If there are two codes, each is called by its own name.
        let several = product.codes().count() > 1;
        let called = |field: Field| match field {
            Field::Brand => "the brand",
            Field::Generic => "the generic name",
            field if is_name(field) => "the name",
            Field::Ndc if several => "the NDC",
            Field::Rxcui if several => "the RxCUI",
            Field::Atc if several => "the ATC code",
            Field::Hcpcs if several => "the HCPCS code",
            _ => "the code",
        };
        let further = if is_name(one) { "the name in brackets" } else { "a further code" };
        let words = Words::default()
            .with("what", what)
            .with("one", called(one))
            .with("word", &mismatch.text)
            .with("other", if one == other { further } else { called(other) })
            .with("meant", &mismatch.code);
        let role = format!("{} of {}", called(other), mismatch.code);
        Some(Remark::new(other, role, words, String::new()))
    })
}

/// Entries whose drug is unknown: no name and no code, or a name one slip away from a watched
/// one.
pub(super) fn unresolved(context: &FormularyContext<'_>, rule: &Rule) -> Vec<Finding> {
    context.by_product(rule, |product, _| {
        let verdict = &product.verdict;
        if let Some(slip) = &verdict.slip {
            let meant = &context.book.dictionary().drug(slip.meant).name;
            let taken = if slip.resolved {
                format!("it was taken for {meant}")
            } else {
                "it was taken for no drug".to_owned()
            };
            let words =
                Words::default().with("what", format!("“{}” may mean {meant}; {taken}", slip.word));
            let role = format!("may mean {meant}");
            return Some(Remark::new(verdict.decided, role, words, "name".to_owned()));
        }
        // A code that no table here knows may be any drug: it is counted as unresolved, and is not
        // the list's fault.
        if product.is_readable()
            || product.problem.is_some()
            || product.codes().any(|(_, code)| !is_filler(code))
        {
            return None;
        }
        let words = Words::default()
            .with("what", "the entry has neither a name nor a code that can be read");
        let role = if role(product).is_empty() {
            "no drug that can be read".to_owned()
        } else {
            role(product)
        };
        Some(Remark {
            cause: "nothing".to_owned(),
            ..Remark::new(Field::Drug, role, words, "nothing".to_owned())
        })
    })
}

fn is_filler(code: &str) -> bool {
    !code.bytes().any(|b| b.is_ascii_digit())
        || code.bytes().all(|b| matches!(b, b'0' | b'9' | b'-' | b'.'))
}

//! What is wrong with a product's own codes and names.

use super::{FormularyContext, Remark, role};
use crate::rule::book::Rule;
use crate::rule::message::Words;
use rxlint_model::finding::Finding;
use rxlint_model::record::Field;

/// Codes that cannot be what their column says.
pub(super) fn invalid_codes(context: &FormularyContext<'_>, rule: &Rule) -> Vec<Finding> {
    context.by_product(rule, |product, _| {
        let problem = product.problem.as_ref()?;
        let words = Words::default()
            .with("code", &problem.code)
            .with("system", problem.system)
            .with("why", problem.why);
        Some(Remark {
            field: problem.field,
            role: format!("no {}", problem.system),
            words,
            bound: problem.kind.to_owned(),
        })
    })
}

/// Name and code of different drugs.
pub(super) fn mismatches(context: &FormularyContext<'_>, rule: &Rule) -> Vec<Finding> {
    context.by_product(rule, |product, _| {
        let mismatch = product.verdict.mismatch.as_ref()?;
        let words = Words::default().with("word", &mismatch.text).with("meant", &mismatch.code);
        let field = product.codes().next().map_or(product.verdict.decided, |(field, _)| field);
        Some(Remark {
            field,
            role: format!("the code of {}", mismatch.code),
            words,
            bound: String::new(),
        })
    })
}

/// Entries whose drug nobody can tell: no name and no code, or a name one slip away from a watched
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
            return Some(Remark {
                field: verdict.decided,
                role: format!("may mean {meant}"),
                words,
                bound: "name".to_owned(),
            });
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
        Some(Remark { field: Field::Drug, role, words, bound: "nothing".to_owned() })
    })
}

fn is_filler(code: &str) -> bool {
    !code.bytes().any(|b| b.is_ascii_digit())
        || code.bytes().all(|b| matches!(b, b'0' | b'9' | b'-' | b'.'))
}

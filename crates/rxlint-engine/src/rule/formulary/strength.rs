//! Strengths that no one sells, on an entry that does not say it is compounded.

use super::file::FormularyCheck;
use super::{FormularyContext, Remark};
use crate::drug::Component;
use crate::drug::file::FormKind;
use crate::drug::name::words;
use crate::drug::resolve::contains;
use crate::drug::strength::mg;
use crate::formulary::Product;
use crate::rule::book::Rule;
use crate::rule::message::Words;
use rxlint_model::finding::Finding;
use rxlint_model::record::Field;

pub(super) fn judge(
    context: &FormularyContext<'_>,
    rule: &Rule,
    check: &FormularyCheck,
) -> Vec<Finding> {
    let Some(marketed) = &check.marketed else { return Vec::new() };
    context.by_product(rule, |product, _| {
        // If name and code differ, the strength may be the other drug's.
        if product.verdict.mismatch.is_some() {
            return None;
        }
        let [only] = &product.verdict.components[..] else { return None };
        let component = context
            .selected(&marketed.subject, product)
            .filter(|component| component.drug == only.drug)?;
        let strength = component.strength?;
        let said = product.words();
        if is_billing_unit(context, product, component, strength.mg) {
            return None;
        }
        let sold = !strength.per_ml
            && marketed.strengths_mg.iter().any(|sold| (sold - strength.mg).abs() < 1e-6);
        if sold || marketed.marks.iter().any(|mark| contains(&said, &words(mark))) {
            return None;
        }
        let written =
            format!("{} mg{}", mg(strength.mg), if strength.per_ml { " per mL" } else { "" });
        let sold: Vec<String> =
            marketed.strengths_mg.iter().map(|sold| format!("{} mg", mg(*sold))).collect();
        let words = Words::default()
            .with("drug", &context.book.dictionary().drug(component.drug).name)
            .with("strength", &written)
            .with("sold", sold.join(" and "));
        let field =
            if product.identity.strength.is_empty() { Field::Drug } else { Field::Strength };
        let role = format!("{written}, not marked as compounded");
        Some(Remark::new(field, role, words, written))
    })
}

/// Whether a strength is the unit in which an injection is billed: 1 mg in the words that Medicare gives to a billing code.
fn is_billing_unit(
    context: &FormularyContext<'_>,
    product: &Product,
    component: &Component,
    mg: f64,
) -> bool {
    let form = context.book.dictionary().form(component.drug, component.form);
    let is_billed = !product.identity.hcpcs.is_empty() || product.verdict.billed_units.is_some();
    let is_one = (mg - 1.0).abs() < f64::EPSILON;
    is_one && (is_billed || form.kind == FormKind::Depot)
}

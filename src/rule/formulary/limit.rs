//! Quantity limits that allow more than a drug's maximum.

use super::file::FormularyCheck;
use super::{Context, EVIDENCE, Told};
use crate::drug::Component;
use crate::finding::Finding;
use crate::formulary::Product;
use crate::formulary::limit::Limit;
use crate::record::Field;
use crate::rule::book::Rule;
use crate::rule::message::{Words, mg};

pub(super) fn judge(context: &Context<'_>, rule: &Rule, check: &FormularyCheck) -> Vec<Finding> {
    context.by_product(rule, |product, entry| {
        // Where name and code differ, the strength may be the other drug's.
        if product.verdict.mismatch.is_some() {
            return None;
        }
        let limit = Limit::of(context.formulary.terms(entry))?;
        check.maximums.iter().find_map(|maximum| {
            let component = context.selected(&maximum.subject, product)?;
            let drug = &context.book.dictionary().drug(component.drug).name;
            let (allowed, most) = match (maximum.daily_mg, maximum.one_in_days) {
                (Some(most), _) => {
                    let daily = daily_mg(limit, component)?;
                    (daily > most * EXACT).then(|| (format!("{} mg of {drug} a day", mg(daily)), format!("{} mg a day", mg(most))))?
                }
                (_, Some(days)) => {
                    let units = units(limit, component, product)?;
                    (units * days > limit.days * EXACT)
                        .then(|| (format!("{} doses of {drug} in {} days", mg(units), mg(limit.days)), format!("1 in {} days", mg(days))))?
                }
                (None, None) => return None,
            };
            let words = Words::default()
                .with("allowed", &allowed)
                .with("most", &most)
                .with(EVIDENCE, format!("{}: {}", maximum.grade, maximum.source));
            Some(Told { field: Field::Quantity, role: format!("allows {allowed}"), words, bound: format!("above {most}") })
        })
    })
}

/// What is above a bound only by the last bit of a division is not above it.
const EXACT: f64 = 1.000_001;

fn daily_mg(limit: Limit, component: &Component) -> Option<f64> {
    if limit.in_mg {
        return Some(limit.amount / limit.days);
    }
    Some(limit.amount * component.strength?.mg / limit.days)
}

/// Units of the product. Amounts that are billed by the mg, or are the mg of one unit, are so many mg.
fn units(limit: Limit, component: &Component, product: &Product) -> Option<f64> {
    let strength = component.strength.map(|strength| strength.mg);
    let billed = product.verdict.billed_units.map(f64::from).filter(|units| *units > 1.0);
    match (limit.in_mg, billed, strength) {
        (true, _, strength) => Some(limit.amount / strength?),
        (_, Some(billed), _) => Some(limit.amount / billed),
        (_, _, Some(mg)) if limit.amount >= mg => Some(limit.amount / mg),
        _ => Some(limit.amount),
    }
}

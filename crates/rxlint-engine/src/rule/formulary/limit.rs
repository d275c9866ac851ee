//! Quantity limits that allow more than a drug's maximum.

use super::file::FormularyCheck;
use super::{EVIDENCE, FormularyContext, Remark};
use crate::drug::Component;
use crate::formulary::Product;
use crate::formulary::limit::Limit;
use crate::rule::book::Rule;
use crate::rule::message::{Words, mg};
use rxlint_model::finding::Finding;
use rxlint_model::record::Field;

pub(super) fn judge(
    context: &FormularyContext<'_>,
    rule: &Rule,
    check: &FormularyCheck,
) -> Vec<Finding> {
    context.by_product(rule, |product, entry| {
        // If name and code differ, the strength may be the other drug's.
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
                    (daily > most * EXACT).then(|| {
                        (
                            format!("{} mg of {drug} a day", mg(daily)),
                            format!("{} mg a day", mg(most)),
                        )
                    })?
                }
                (_, Some(days)) => {
                    let units = units(limit, component, product)?;
                    (units * days > limit.days * EXACT).then(|| {
                        (
                            format!("{} doses of {drug} in {} days", mg(units), mg(limit.days)),
                            format!("1 in {} days", mg(days)),
                        )
                    })?
                }
                (None, None) => return None,
            };
            let words = Words::default()
                .with("allowed", &allowed)
                .with("most", &most)
                .with(EVIDENCE, format!("{}: {}", maximum.grade, maximum.source));
            let role = format!("allows {allowed}");
            Some(Remark::new(Field::Quantity, role, words, format!("above {most}")))
        })
    })
}

/// A value above a bound only in the last bit of a division is not above it.
const EXACT: f64 = 1.000_001;

fn daily_mg(limit: Limit, component: &Component) -> Option<f64> {
    if limit.in_mg {
        return Some(limit.amount / limit.days);
    }
    Some(limit.amount * component.strength?.mg / limit.days)
}

/// The amount in units of the product. Amounts billed by the mg, or equal to the mg of one unit,
/// are numbers of mg.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drug::{Identity, Verdict};
    use crate::rule::Book;

    /// A table of codes may say that one billed unit is one product: then the number is not a
    /// number of mg.
    #[test]
    fn a_code_of_one_unit_tells_no_mg() {
        let book = Book::built_in().unwrap();
        let kit = book.dictionary().resolve(&Identity::text("Vivitrol 380 mg kit"));
        let units = |billed_units: Option<f32>, amount: f64| {
            let product = Product {
                identity: Identity::default(),
                class: String::new(),
                note: String::new(),
                verdict: Verdict { billed_units, ..kit.clone() },
                problem: None,
                key: String::new(),
            };
            super::units(Limit { amount, in_mg: false, days: 28.0 }, &kit.components[0], &product)
        };
        for (billed, amount, expected) in [
            (None, 2.0, 2.0),
            (None, 379.0, 379.0),
            (None, 380.0, 1.0),
            (Some(1.0), 2.0, 2.0),
            (Some(1.0), 760.0, 2.0),
            (Some(190.0), 760.0, 4.0),
        ] {
            assert_eq!(units(billed, amount), Some(expected), "{billed:?} {amount}");
        }
    }
}

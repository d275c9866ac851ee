//! Quantity limits that allow more than a drug's maximum.

use super::file::{FormularyCheck, Maximum};
use super::{EVIDENCE, FormularyContext, Remark};
use crate::drug::name::words;
use crate::drug::strength::mg;
use crate::drug::{Component, strength};
use crate::formulary::limit::{Limit, LimitUnit};
use crate::formulary::{FormularyEntry, Product};
use crate::rule::book::Rule;
use crate::rule::message::Words;
use rxlint_model::finding::Finding;
use rxlint_model::record::Field;

pub(super) fn judge(
    context: &FormularyContext<'_>,
    rule: &Rule,
    check: &FormularyCheck,
) -> Vec<Finding> {
    context.by_product(rule, |product, entry| {
        // If name and code differ, the strength may be the other drug's.
        if product.verdict.mismatch.is_some() || product.verdict.components.is_empty() {
            return None;
        }
        let limits = Limit::all(context.formulary.terms(entry));
        let pairs =
            limits.iter().flat_map(|limit| check.maximums.iter().map(move |most| (*limit, most)));
        pairs.into_iter().find_map(|(limit, maximum)| {
            let component = context.selected(&maximum.subject, product)?;
            let dictionary = context.book.dictionary();
            let form = &dictionary.form(component.drug, component.form).id;
            if maximum.form.as_ref().is_some_and(|only| only != form) {
                return None;
            }
            let drug = maximum.partner.as_ref().unwrap_or(&dictionary.drug(component.drug).name);
            let (allowed, most) = above(maximum, limit, component, product, drug)?;
            let words = Words::default()
                .with("allowed", &allowed)
                .with("most", &most)
                .with(EVIDENCE, format!("{}: {}", maximum.grade, maximum.source));
            let role = format!("allows {allowed}");
            let bound = format!("above {most}");
            Some(Remark {
                severity: maximum.severity,
                ..Remark::new(Field::Quantity, role, words, bound)
            })
        })
    })
}

/// The entries whose limit could not be compared with the drug's maximum, since it is unknown how much one unit holds.
pub fn uncompared<'a>(
    context: &FormularyContext<'a>,
    check: &FormularyCheck,
) -> Vec<&'a FormularyEntry> {
    let is_uncompared = |entry: &&FormularyEntry| {
        let product = context.formulary.product(entry);
        if product.verdict.mismatch.is_some() || product.verdict.components.is_empty() {
            return false;
        }
        let Some(limit) = Limit::of(context.formulary.terms(entry)) else { return false };
        let found = check.maximums.iter().find_map(|maximum| {
            let component = context.selected(&maximum.subject, product)?;
            let form = &context.book.dictionary().form(component.drug, component.form).id;
            let fits =
                maximum.partner.is_none() && maximum.form.as_ref().is_none_or(|only| only == form);
            fits.then_some((maximum, component))
        });
        found.is_some_and(|(maximum, component)| match maximum.daily_mg {
            Some(_) => daily_mg(limit, component, product).is_none(),
            None => units(limit, component, product, maximum.ml_each).is_none(),
        })
    };
    context.formulary.active().filter(is_uncompared).collect()
}

/// How much a limit allows according to a finding, by the part of it that `above` words; `None` for a finding of another rule.
pub fn allowed_in(role: &str) -> Option<f64> {
    let said: Vec<&str> = role.strip_prefix("allows ")?.split(' ').collect();
    let amount: f64 = said.first()?.parse().ok()?;
    match said[..] {
        [.., "in", days, "days"] => Some(amount / days.parse::<f64>().ok()?),
        _ => Some(amount),
    }
}

/// What a limit allows and what the maximum is, in words, if it allows more.
fn above(
    maximum: &Maximum,
    limit: Limit,
    component: &Component,
    product: &Product,
    drug: &str,
) -> Option<(String, String)> {
    if let Some(most) = maximum.daily_mg {
        let daily = match &maximum.partner {
            Some(partner) => partner_daily_mg(limit, product, partner, maximum)?,
            None => daily_mg(limit, component, product)?,
        };
        let said =
            || (format!("{} mg of {drug} a day", mg(daily)), format!("{} mg a day", mg(most)));
        return (daily > most * EXACT).then(said);
    }
    let days = maximum.one_in_days?;
    let units = units(limit, component, product, maximum.ml_each)?;
    let said = || {
        (
            format!(
                "{} dose{} of {drug} in {} days",
                mg(units),
                if (units - 1.0).abs() < f64::EPSILON { "" } else { "s" },
                mg(limit.days)
            ),
            format!("1 in {} days", mg(days)),
        )
    };
    (units * days > limit.days * EXACT).then(said)
}

/// A value that exceeds a limit only in the last bit of a division is not above it.
const EXACT: f64 = 1.000_001;

fn daily_mg(limit: Limit, component: &Component, product: &Product) -> Option<f64> {
    // In `2.5-0.025 mg` the first is that of the drug by whose name the product goes; in `2.5-0.025 mg/5 mL` it is that of 5 mL.
    let first = || {
        let number = product.texts().flat_map(strength::joined).next()?;
        let is_whole = limit.unit == LimitUnit::Ml || volume(product).is_none();
        is_whole.then_some(strength::Strength { mg: number, per_ml: false })
    };
    let strength = || component.strength.or_else(first);
    let amount = match limit.unit {
        LimitUnit::Mg => limit.amount,
        LimitUnit::Units => limit.amount * strength()?.mg,
        // Less than one unit holds is not a dose: it counts units.
        LimitUnit::Dose if limit.amount < strength()?.mg => limit.amount * strength()?.mg,
        LimitUnit::Dose => limit.amount,
        LimitUnit::Ml if strength()?.per_ml => limit.amount * strength()?.mg,
        LimitUnit::Ml => limit.amount / volume(product)? * strength()?.mg,
        LimitUnit::Packages => return None,
    };
    Some(amount / limit.days)
}

/// The mg a day of an ingredient that no rule watches: next to an opioid it is the larger of the two strengths.
fn partner_daily_mg(
    limit: Limit,
    product: &Product,
    partner: &str,
    maximum: &Maximum,
) -> Option<f64> {
    let names = &maximum.partner_names;
    let texts = || product.texts().chain([product.identity.strength.as_ref()]);
    let is_named =
        |text: &str| words(text).iter().any(|word| word == partner || names.contains(word));
    if !texts().any(is_named) || matches!(limit.unit, LimitUnit::Mg | LimitUnit::Packages) {
        return None;
    }
    let strengths = texts().flat_map(|text| {
        let stated = strength::amounts(text).into_iter().map(|amount| {
            amount.mg * if amount.per_ml { volume(product).unwrap_or(1.0) } else { 1.0 }
        });
        stated.chain(strength::joined(text)).collect::<Vec<f64>>()
    });
    let is_marked = |text: &str| {
        let text = text.to_lowercase().replace("no. ", "#").replace("no.", "#").replace("# ", "#");
        maximum.partner_marks.iter().any(|mark| text.contains(mark.as_str()))
    };
    let largest = strengths
        .filter(|mg| (100.0..=1000.0).contains(mg))
        .max_by(f64::total_cmp)
        .or_else(|| maximum.partner_marks_mg.filter(|_| texts().any(is_marked)))?;
    let units = match (limit.unit, volume(product)) {
        (LimitUnit::Ml, None) => return None,
        // A liquid is counted in mL, whatever the limit calls it.
        (_, Some(volume)) => limit.amount / volume,
        (_, None) => limit.amount,
    };
    if limit.unit == LimitUnit::Dose && limit.amount >= largest {
        return Some(limit.amount / limit.days);
    }
    Some(units * largest / limit.days)
}

/// The mL in which a strength is stated: 1.5 of `300 MG/1.5 ML`.
fn volume(product: &Product) -> Option<f64> {
    let texts = product.texts().chain([product.identity.strength.as_ref()]);
    texts.filter_map(strength::volume).next()
}

/// The amount in units of the product. Amounts billed by the mg, or equal to the mg of one unit,
/// are numbers of mg.
fn units(
    limit: Limit,
    component: &Component,
    product: &Product,
    ml_each: Option<f64>,
) -> Option<f64> {
    let volume = volume(product).or(ml_each);
    let strength = component.strength.and_then(|strength| {
        if strength.per_ml { Some(strength.mg * volume?) } else { Some(strength.mg) }
    });
    let billed = product.verdict.billed_units.map(f64::from).filter(|units| *units > 1.0);
    match (limit.unit, billed, strength) {
        (LimitUnit::Packages, ..) => None,
        (LimitUnit::Ml, ..) => Some(limit.amount / volume?),
        (LimitUnit::Mg, _, strength) => Some(limit.amount / strength?),
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

    /// A table of codes may say that one billed unit is one product: then the number is not in mg.
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
                differ: None,
                problem: None,
                key: String::new(),
            };
            let limit = Limit { amount, unit: LimitUnit::Units, days: 28.0 };
            super::units(limit, &kit.components[0], &product, None)
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

//! Exposures of the remaining rows: own days, leftover supply, and eras.

use rxlint_engine::drug::{Component, Identity};
use rxlint_engine::rule::Book;
use rxlint_model::day::Day;

use super::read::Row;

#[derive(Clone)]
pub(super) struct Exposure<'r> {
    pub(super) component: Component,
    /// Every ingredient of the product.
    pub(super) product: Vec<Component>,
    pub(super) first: i32,
    pub(super) end: i32,
    /// The end if every exposure of the default length lasted a day.
    pub(super) certain_end: i32,
    pub(super) assumed: bool,
    pub(super) quantity: String,
    pub(super) row: &'r Row,
    pub(super) era: usize,
}

pub(super) struct Era {
    pub(super) first: i32,
    pub(super) end: i32,
}

pub(super) fn components(book: &Book, drug: &str) -> Vec<Component> {
    let known = rxlint_engine::drug::Role::Known;
    book.dictionary()
        .resolve(&Identity::text(drug))
        .components
        .into_iter()
        .filter(|component| component.role != known)
        .collect()
}

pub(super) fn exposures<'r>(book: &Book, rows: &[&'r Row]) -> Vec<Exposure<'r>> {
    let mut all: Vec<Exposure<'_>> = Vec::new();
    for row in rows {
        let product = components(book, &row.drug);
        let own =
            product.iter().filter_map(|c| book.dictionary().form(c.drug, c.form).days_each).max();
        let given = row.days.parse::<f64>().ok().map(|days| days as i32);
        let first = Day::from_iso(&row.first).unwrap().0;
        for &component in &product {
            let by_default = given.is_none()
                && own.is_none()
                && !(row.quantity == "1" && row.drug.contains("Injection"));
            // A depot covers its own days, whatever the row says, one injection per unit.
            let (days, assumed) = match (given, own) {
                (Some(given), Some(own)) => (given.max(i32::from(own)), false),
                (Some(given), None) => (given, false),
                (None, Some(own)) => {
                    (i32::from(own) * row.quantity.parse::<i32>().unwrap_or(1).min(60), true)
                }
                // One unit of an injection lasts a day.
                (None, None) if row.quantity == "1" && row.drug.contains("Injection") => (1, true),
                (None, None) => (30, true),
            };
            all.push(Exposure {
                component,
                product: product.clone(),
                first,
                end: first + days,
                certain_end: first + if by_default { 1 } else { days },
                assumed,
                quantity: row.quantity.clone(),
                row,
                era: 0,
            });
        }
    }
    // Identical records count once: the first in the input.
    let mut once: Vec<Exposure<'_>> = Vec::new();
    for exposure in all {
        let same = |other: &Exposure<'_>| {
            (other.component, other.first, other.end, &other.quantity)
                == (exposure.component, exposure.first, exposure.end, &exposure.quantity)
                && other.product == exposure.product
        };
        if !once.iter().any(same) {
            once.push(exposure);
        }
    }
    once.sort_by_key(order);
    // Carry-over: supply that is left when more arrives is used first, up to 30 days of it.
    for at in 0..once.len() {
        if !book
            .dictionary()
            .form(once[at].component.drug, once[at].component.form)
            .kind
            .carries_over()
        {
            continue;
        }
        let kind = |e: &Exposure<'_>| (e.component.drug, e.component.form, e.component.role);
        // Two strengths filled on one day are taken together; two fills of one strength are one supply.
        let strength = |e: &Exposure<'_>| {
            let numbers = book.dictionary().resolve(&Identity::text(&e.row.drug)).numbers;
            (e.component.strength.map(|s| (s.mg.to_bits(), s.per_ml)), numbers)
        };
        let of_now = strength(&once[at]);
        let left = |end: fn(&Exposure<'_>) -> i32| {
            let lasts = once[..at]
                .iter()
                .filter(|earlier| kind(earlier) == kind(&once[at]))
                .filter(|earlier| {
                    let (mg, numbers) = strength(earlier);
                    earlier.first < once[at].first
                        || mg == of_now.0 && (mg.is_some() || numbers == of_now.1)
                })
                .map(end)
                .max();
            lasts.map_or(0, |lasts| (lasts - once[at].first).clamp(0, 30))
        };
        let (carried, certain) = (left(|e| e.end), left(|e| e.certain_end));
        once[at].end += carried;
        once[at].certain_end += certain;
    }
    once.sort_by_key(order);
    once
}

/// First day, end, and then a tie-breaker that is never equal.
pub(super) fn order(
    e: &Exposure<'_>,
) -> (i32, i32, u16, u8, u32, rxlint_engine::drug::Role, u64, usize) {
    let quantity = e.quantity.parse::<f32>().unwrap_or(f32::NAN).to_bits();
    (
        e.first,
        e.end,
        e.component.drug,
        e.component.form,
        quantity,
        e.component.role,
        e.component.strength.map_or(0, |s| s.mg.to_bits()),
        e.row.record,
    )
}

/// Exposures to one drug in one form and role, at most 30 days apart.
pub(super) fn eras(exposures: &mut [Exposure<'_>]) -> Vec<Era> {
    let mut eras: Vec<Era> = Vec::new();
    let mut kinds: Vec<_> = Vec::new();
    for exposure in exposures.iter_mut() {
        let kind = (exposure.component.drug, exposure.component.form, exposure.component.role);
        let open = (0..eras.len())
            .rev()
            .find(|&era| kinds[era] == kind)
            .filter(|&era| exposure.first - eras[era].end <= 30);
        exposure.era = open.unwrap_or_else(|| {
            eras.push(Era { first: exposure.first, end: exposure.end });
            kinds.push(kind);
            eras.len() - 1
        });
        let era = &mut eras[exposure.era];
        era.end = era.end.max(exposure.end);
    }
    eras
}

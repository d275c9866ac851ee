//! What directions say a dose or a day comes to in mg, next to how many units are taken: `1 tablet (10 mg total)` of tablets of 5 mg.
//! If the two do not agree, it is unknown which is meant.

use regex::{Captures, Regex};

use super::Directions;
use super::amount::{amount, units};
use super::asked::Mg;
use super::file::WordsFile;
use super::pattern::{Fault, any_of, regex};
use super::words::Words;
use crate::drug::file::Role;
use crate::drug::{Verdict, strength};
use rxlint_model::record::{Field, Record};

/// Amounts that differ by less than this share are one: doses are rounded.
const CLOSE: f64 = 0.06;

/// What finds such amounts.
#[derive(Debug)]
pub(super) struct Sums {
    /// Units with what they come to.
    of_dose: Regex,
    /// What a day comes to.
    of_day: Regex,
}

impl Sums {
    pub(super) fn of(file: &WordsFile) -> Result<Self, Fault> {
        const MG: &str = r"\d+(?:[.,]\d+)?\s*(?:mg|mcg)\b";
        any_of(&file.dose_sums)?;
        let joins = file.dose_sums.join("|");
        let of_dose = format!(
            r"{}\w*\)?[\s,]*(?<join>{joins})?\s*(?<mg>{MG})(?<per>\s*(?:/|-|\bper\b))?(?<total>\s*total)?",
            units(&file.units.join("|"))
        );
        let of_day: Vec<String> = file
            .day_sums
            .iter()
            .map(|pattern| pattern.replace("(M)", &format!("({MG})")))
            .collect();
        Ok(Self { of_dose: regex(&of_dose, "")?, of_day: any_of(&of_day)? })
    }
}

/// What one unit of a product holds.
#[derive(Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Held {
    /// The mg of its one drug, or of the opioid of a combination.
    mg: Option<Mg>,
    /// Whether it holds more than that one drug, so that mg may be those of the other.
    is_shared: bool,
    /// Whether it is unknown how much it holds, and it holds only one drug.
    pub(super) is_unknown: bool,
    /// Every number of mg that the product's names state.
    named: Vec<Mg>,
}

impl Held {
    /// What a record says about a product of one watched drug, whose strength is `alone` if it is stated alone. Of two strengths
    /// naloxone's is the smaller, and that of an analgesic next to an opioid the larger: no product has it the other way.
    pub(super) fn of(record: &Record<'_>, verdict: &Verdict, alone: Option<f64>) -> Self {
        let texts = [Field::Drug, Field::Generic, Field::Brand, Field::Strength]
            .map(|field| record.string(field));
        let mut named: Vec<f64> = Vec::new();
        let all = texts.iter().flat_map(|text| {
            let amounts = strength::amounts(text).into_iter().map(|amount| amount.mg);
            amounts.chain(strength::joined(text))
        });
        for mg in all.take(MOST_NUMBERS) {
            if !named.contains(&mg) {
                named.push(mg);
            }
        }
        let is_deterrent = |role: Role| role == Role::Deterrent;
        let mut others = verdict.components.iter().filter(|c| !is_deterrent(c.role));
        let is_opioid =
            others.next().is_some_and(|c| c.role.is_opioid()) && others.next().is_none();
        let has_deterrent = verdict.components.iter().any(|c| is_deterrent(c.role));
        let of_two = match named[..] {
            [a, b] if is_opioid && has_deterrent => Some(a.max(b)),
            [a, b] if is_opioid => Some(a.min(b)),
            _ => None,
        };
        let of_two = of_two.filter(|_| texts.iter().any(|text| strength::is_joined(text)));
        Self {
            mg: alone.or(of_two).map(Mg),
            is_shared: alone.is_none() || verdict.components.len() > 1,
            is_unknown: alone.is_none() && named.is_empty() && verdict.components.len() == 1,
            named: named.into_iter().map(Mg).collect(),
        }
    }

    pub(super) fn mg(&self) -> Option<f64> {
        self.mg.map(|mg| mg.0)
    }

    /// How many units hold so many mg: for a combination only as many as are taken, in quarters.
    pub(super) fn units_of(&self, mg: f64) -> Option<f64> {
        const MOST: f64 = 8.0;
        let units = mg / self.mg()?;
        (!self.is_shared || units <= MOST && (units * 4.0).fract() < 1e-9).then_some(units)
    }
}

/// A name with more numbers is not a product's.
const MOST_NUMBERS: usize = 8;

fn is_close(one: f64, other: f64) -> bool {
    (one - other).abs() <= CLOSE * one.max(other)
}

impl Words {
    /// Left open if the units that they say do not hold the mg that they say.
    pub(super) fn summing_up(&self, text: &str, said: Directions, held: &Held) -> Directions {
        let Some(mg) = held.mg().filter(|_| said.units.is_some() && says_mg(text)) else {
            return said;
        };
        if self.agrees(text, said, mg, held) {
            return said;
        }
        Directions { open: true, units: None, for_days: None, for_weeks: None, ..said }
    }

    /// Adds the mg that are taken each time, for a product that does not say how many it holds: `200 mg daily`, `4 tablets (200 mg
    /// total) daily`. `is_sum` is whether they may be those of a day.
    pub(super) fn in_mg(&self, text: &str, said: Directions, is_sum: bool) -> Directions {
        if said.open {
            return said;
        }
        // `200 mg (4 tablets)`, `4 tablets (200 mg)`
        let behind = strength::last_end(text).map_or("", |at| text[at..].trim_start());
        let comes_first = behind.starts_with(['(', '=']) && self.has_amount(behind);
        let of_dose = self.sums().and_then(|sums| sums.of_dose.captures(text));
        let total = of_dose.filter(|found| is_total(found) || found.name("join").is_some());
        let total = total.and_then(|found| strength::single(&found["mg"]));
        let total = total.or_else(|| strength::single(text).filter(|_| comes_first));
        let is_one = said.units.is_none_or(|units| units == 1.0) && said.bare.is_none();
        let alone = || strength::single(text).filter(|_| is_one && !is_sum);
        let mg = total.or_else(alone).filter(|amount| !amount.per_ml).map(|amount| amount.mg);
        Directions { mg, ..said }
    }

    fn agrees(&self, text: &str, said: Directions, mg: f64, held: &Held) -> bool {
        let Some(sums) = self.sums() else { return true };
        let is_dose = |found: Captures<'_>| {
            let stated = strength::single(&found["mg"]).map(|stated| stated.mg);
            let Some((units, stated)) = amount(&found).zip(stated) else { return true };
            let is_total = is_total(&found);
            let is_strength =
                || is_close(stated, mg) || held.named.iter().any(|n| is_close(stated, n.0));
            found.name("per").is_some()
                || is_close(stated, units * mg)
                || !is_total && is_strength()
        };
        if !sums.of_dose.captures_iter(text).all(is_dose) {
            return false;
        }
        let Some(a_day) = said.units_a_day().map(|units| units * mg) else { return true };
        let a_dose = said.units.map_or(mg, |units| units * mg);
        let is_day = |found: Captures<'_>| {
            let stated = found.iter().skip(1).flatten().next();
            let stated = stated.and_then(|stated| strength::single(stated.as_str()));
            let Some(stated) = stated.map(|stated| stated.mg) else { return true };
            // `with a tablet of 4 mg, total daily dose 12 mg`: includes another product.
            let known = [stated, a_dose, mg];
            let named = held.named.iter().map(|mg| mg.0);
            let is_other = |other: f64| {
                !known.into_iter().chain(named.clone()).any(|one| is_close(one, other))
            };
            is_close(stated, a_day) || strength::amounts(text).iter().any(|one| is_other(one.mg))
        };
        sums.of_day.captures_iter(text).all(is_day)
    }
}

/// Whether an amount next to units is what they come to, not what each holds.
fn is_total(found: &Captures<'_>) -> bool {
    found.name("total").is_some()
        || found.name("join").is_some_and(|join| join.as_str().contains(['=', 't']))
}

fn says_mg(text: &str) -> bool {
    !strength::amounts(text).is_empty()
}

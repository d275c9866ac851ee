//! One injection on record twice: as the claim for it and as its administration.

use std::collections::{BTreeMap, VecDeque};

use super::Exposure;
use crate::drug::{Dictionary, FormKind, Role};
use crate::exposure::Marks;
use rxlint_model::day::Day;

/// A pharmacy dispenses an injection up to this many days before it is given.
pub const HANDED_OUT_BEFORE: i32 = 21;

/// Any other claim is for an administration at most this many days away, on either side.
pub const BILLED_WITHIN: i32 = 7;

/// Drops the claims that have an administration of the same depot: one to one, the nearest first, the earlier if two
/// are equally near. Administrations never pair with each other.
pub fn pair(exposures: &mut Vec<Exposure<'_>>, dictionary: &Dictionary) {
    let is_depot =
        |e: &Exposure<'_>| dictionary.form(e.drug(), e.component.form).kind == FormKind::Depot;
    let given = |e: &Exposure<'_>| e.record.marks.has(Marks::ADMINISTERED);
    if !exposures.iter().any(|e| given(e) && is_depot(e)) {
        return;
    }
    let mut depots: BTreeMap<(u16, u8, Role), Injections> = BTreeMap::new();
    for (at, exposure) in exposures.iter().enumerate().filter(|(_, e)| is_depot(e)) {
        let kind = (exposure.drug(), exposure.component.form, exposure.role());
        let of_kind = depots.entry(kind).or_default();
        if given(exposure) {
            of_kind.given.push(exposure.first);
        } else {
            of_kind.claims.entry(exposure.first).or_default().push_back((at, reach(exposure)));
        }
    }
    let mut gone = vec![false; exposures.len()];
    for injections in depots.into_values() {
        injections.pair(&mut gone);
    }
    let mut at = 0;
    exposures.retain(|_| {
        at += 1;
        !gone[at - 1]
    });
}

/// Joins the lines of one claim that bill one injection: what was given, and the part of the vial that was discarded (`JW`).
pub fn join_lines(exposures: &mut Vec<Exposure<'_>>) {
    // They are sorted by drug, form and role, then by day.
    exposures.dedup_by(|later, earlier| {
        let is_one = earlier.record.claim != 0
            && earlier.record.claim == later.record.claim
            && (earlier.drug(), earlier.component.form, earlier.role(), earlier.first)
                == (later.drug(), later.component.form, later.role(), later.first)
            && [&*earlier, &*later].iter().all(|line| is_part_of_injection(line));
        if is_one {
            earlier.record.quantity += later.record.quantity;
        }
        is_one
    });
}

/// Whether a line bills less than one injection, by its units.
fn is_part_of_injection(line: &Exposure<'_>) -> bool {
    let quantity = line.record.quantity;
    line.product.billed_units.is_some_and(|units| units > 1.0 && quantity > 0.0 && quantity < units)
}

/// How many days a claim may come before its administration: a pharmacy's is a fill without a billing code.
fn reach(claim: &Exposure<'_>) -> i32 {
    let other = Marks::ORDER.with(Marks::STATES_END);
    let is_pharmacy = !claim.record.marks.has_any(other) && claim.product.billed_units.is_none();
    if is_pharmacy { HANDED_OUT_BEFORE } else { BILLED_WITHIN }
}

/// The injections of one depot.
#[derive(Default)]
struct Injections {
    /// The days on which it was given.
    given: Vec<Day>,
    /// The claims by day, each with its reach.
    claims: BTreeMap<Day, VecDeque<(usize, i32)>>,
}

impl Injections {
    fn pair(mut self, gone: &mut [bool]) {
        self.given.sort_unstable();
        let mut alone: Vec<Day> = self.given.clone();
        for apart in 0..=HANDED_OUT_BEFORE {
            alone.retain(|&day| {
                let before = self.take(day.plus(-apart), apart, gone);
                !(before || apart <= BILLED_WITHIN && self.take(day.plus(apart), apart, gone))
            });
        }
    }

    /// Takes a claim of that day whose reach is at least `apart`, if there is one.
    fn take(&mut self, day: Day, apart: i32, gone: &mut [bool]) -> bool {
        let Some(claims) = self.claims.get_mut(&day) else { return false };
        let Some(fits) = claims.iter().position(|(_, reach)| *reach >= apart) else { return false };
        let taken = claims.remove(fits);
        gone[taken.map_or(0, |(at, _)| at)] |= taken.is_some();
        true
    }
}

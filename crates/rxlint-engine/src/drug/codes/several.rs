//! Several codes in one cell: `65757030001;00406117003`, `J2315;J0592`.

use super::billing::billing_codes;
use super::code;
use crate::drug::book::dictionary::Dictionary;
use crate::drug::identity::Identity;
use crate::drug::verdict::Verdict;

/// A cell with more codes does not belong to one record.
const MOST: usize = 64;

impl Dictionary {
    /// The verdict on an identity with several codes in one cell: each is a medicine of the record. `None` for all others.
    pub(in crate::drug) fn of_several_codes(&self, identity: &Identity<'_>) -> Option<Verdict> {
        let parts = of_ndcs(identity).or_else(|| self.of_billing_codes(identity))?;
        let mut verdicts = parts.iter().map(|part| self.resolve_legible(part));
        let mut whole = verdicts.next()?;
        for next in verdicts {
            let first = whole.components.iter().map(|c| c.medicine + 1).max().unwrap_or(0);
            for mut component in next.components {
                let is_same = |drug| drug == component.drug;
                if !whole.components.iter().any(|c| is_same(c.drug) && c.role == component.role) {
                    component.medicine = component.medicine.saturating_add(first);
                    whole.components.push(component);
                }
            }
            whole.resolved &= next.resolved;
            whole.new_package |= next.new_package;
            whole.compounded |= next.compounded;
            whole.mismatch = whole.mismatch.or(next.mismatch);
            whole.slip = whole.slip.or(next.slip);
            whole.ambiguity = whole.ambiguity.or(next.ambiguity);
            whole.problem = whole.problem.or(next.problem);
        }
        // The record's quantity does not belong to any single one of them.
        (whole.billed_units, whole.billed_days) = (None, None);
        whole.product = self.product(&whole.components);
        Some(whole)
    }

    /// The identity with each watched billing code of its cell by itself, if there are several.
    fn of_billing_codes<'i>(&self, identity: &Identity<'i>) -> Option<Vec<Identity<'i>>> {
        let mut codes: Vec<&str> =
            billing_codes(&identity.hcpcs).filter(|code| self.hcpcs(code).is_some()).collect();
        codes.dedup();
        let alone = |code: &&str| Identity { hcpcs: (*code).to_owned().into(), ..identity.clone() };
        (2..=MOST).contains(&codes.len()).then(|| codes.iter().map(alone).collect())
    }
}

/// The identity with each NDC of its cell by itself, if there are several.
fn of_ndcs<'i>(identity: &Identity<'i>) -> Option<Vec<Identity<'i>>> {
    // Two codes of eight digits, which have lost their zeros, and a separator.
    const SHORTEST: usize = 17;
    let cell = &*identity.ndc;
    if cell.len() < SHORTEST || code::ndc(cell).is_ok() {
        return None;
    }
    let mut parts = super::code_cell::parts(cell, "NDC");
    parts.dedup();
    let is_list = (1..=MOST).contains(&parts.len()) && parts.iter().all(|p| code::ndc(p).is_ok());
    let alone = |part: String| Identity { ndc: part.into(), ..identity.clone() };
    is_list.then(|| parts.into_iter().map(alone).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Book;

    /// The drugs of an identity, each with the number of its medicine.
    fn drugs(book: &Book, identity: &Identity<'_>) -> String {
        let dictionary = book.dictionary();
        let verdict = dictionary.resolve(identity);
        let named = verdict.components.iter().map(|component| {
            format!("{} {}", component.medicine, dictionary.drug(component.drug).file.id)
        });
        let drugs = named.collect::<Vec<_>>().join(", ");
        if verdict.resolved { drugs } else { format!("{drugs} unresolved") }
    }

    #[test]
    fn each_ndc_of_a_cell_is_a_medicine() {
        let book = Book::built_in().unwrap();
        for (ndc, expected) in [
            ("65757030001;00406117003", "0 naltrexone"),
            ("65757030001;00054017613", "0 naltrexone, 1 buprenorphine"),
            ("65757-300-01, 00054-0176-13", "0 naltrexone, 1 buprenorphine"),
            ("65757030001|00054017613", "0 naltrexone, 1 buprenorphine"),
            ("65757030001 00054017613", "0 naltrexone, 1 buprenorphine"),
            // One of them may be any drug.
            ("65757030001;12345678901", "0 naltrexone unresolved"),
            ("65757030001;ABC", " unresolved"),
            // One code, in groups.
            ("65757 0300 01", "0 naltrexone"),
        ] {
            let identity = Identity { ndc: ndc.into(), ..Identity::default() };
            assert_eq!(drugs(&book, &identity), expected, "{ndc}");
        }
    }

    #[test]
    fn each_watched_billing_code_of_a_cell_is_a_medicine() {
        let book = Book::built_in().unwrap();
        for (hcpcs, expected) in [
            ("J2315;J0592", "0 naltrexone, 1 buprenorphine"),
            ("96372;J2315;J2270", "0 naltrexone, 1 morphine"),
            ("J2315;J2315", "0 naltrexone"),
            ("J2315:JZ", "0 naltrexone"),
        ] {
            let identity = Identity { hcpcs: hcpcs.into(), ..Identity::default() };
            assert_eq!(drugs(&book, &identity), expected, "{hcpcs}");
        }
    }

    #[test]
    fn a_name_beside_several_codes_is_compared_with_each() {
        let book = Book::built_in().unwrap();
        let ndc = "00054017613;65757030001";
        let identity = Identity { ndc: ndc.into(), ..Identity::text("Naltrexone 380 mg vial") };
        let verdict = book.dictionary().resolve(&identity);
        assert!(verdict.mismatch.is_some());
        assert_eq!(drugs(&book, &identity), "0 naltrexone");
    }
}

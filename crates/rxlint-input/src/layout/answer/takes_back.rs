//! Columns that no header explains, and whose cells say which rows take others back: they go with the signs of the quantities, or they alone
//! tell a row from another that it names.

use std::collections::{BTreeMap, BTreeSet};

use rxlint_model::record::Field;

use crate::layout::SampleRows;
use crate::layout::is_negative;

/// A column of kinds has few words.
const MOST_WORDS: usize = 6;

/// What is asked of a table.
pub(in crate::layout) struct Rows<'a> {
    pub(in crate::layout) columns: &'a [(usize, Field)],
    pub(in crate::layout) rows: &'a SampleRows,
}

impl<'a> Rows<'a> {
    fn column(&self, wanted: Field) -> Option<usize> {
        self.columns.iter().find(|(_, field)| *field == wanted).map(|(at, _)| *at)
    }

    /// Those of the columns whose words go with the sign of the quantity: rows with some of them are negative, and rows with the others are not.
    pub(in crate::layout) fn by_sign(&self, free: impl Iterator<Item = usize>) -> Vec<usize> {
        let Some(quantity) = self.column(Field::Quantity) else { return Vec::new() };
        let is_back =
            |row: &&Vec<Vec<u8>>| is_negative(&String::from_utf8_lossy(cell(row, quantity)));
        let (back, other): (Vec<_>, Vec<_>) = self.rows.iter().partition(is_back);
        if back.is_empty() {
            return Vec::new();
        }
        let goes_with_sign = |at: &usize| {
            let words = |rows: &[&'a Vec<Vec<u8>>]| -> BTreeSet<&'a [u8]> {
                rows.iter().map(|row| cell(row, *at)).collect()
            };
            let (back, other) = (words(&back), words(&other));
            back.len() + other.len() <= MOST_WORDS && back.is_disjoint(&other)
        };
        free.filter(goes_with_sign).collect()
    }

    /// Those of the columns that alone say what a row is to another: one that names the other's claim as its original, or has its number, and is its
    /// equal in patient, drug, day and supply. Each such pair has the same two words.
    pub(in crate::layout) fn telling(&self, free: impl Iterator<Item = usize>) -> Vec<usize> {
        const SAY: [Field; 5] =
            [Field::Status, Field::Adjustment, Field::Voided, Field::Cancelled, Field::Version];
        if SAY.iter().any(|field| self.column(*field).is_some()) {
            return Vec::new();
        }
        let pairs = self.pairs();
        if pairs.is_empty() {
            return Vec::new();
        }
        let tells = |at: &usize| {
            let words: BTreeSet<&[u8]> = self.rows.iter().map(|row| cell(row, *at)).collect();
            let kinds: BTreeSet<[&[u8]; 2]> =
                pairs.iter().map(|pair| pair.map(|row| cell(&self.rows[row], *at))).collect();
            let is_one = kinds.len() == 1 && kinds.iter().all(|[claim, other]| claim != other);
            is_one && words.len() <= MOST_WORDS
        };
        free.filter(tells).collect()
    }

    /// Rows that are equal, the first of which the second names.
    fn pairs(&self) -> Vec<[usize; 2]> {
        let Some(claim) = self.column(Field::Claim) else { return Vec::new() };
        let original = self.column(Field::Original);
        const SAME: [Field; 3] = [Field::Patient, Field::Quantity, Field::DaysSupply];
        let is_same = |field: &Field| {
            SAME.contains(field)
                || Field::FIRST_DAY.contains(field)
                || Field::IDENTITY.contains(field)
        };
        let compared: Vec<usize> =
            self.columns.iter().filter(|(_, field)| is_same(field)).map(|(at, _)| *at).collect();
        let mut by_claim: BTreeMap<&[u8], usize> = BTreeMap::new();
        let mut pairs = Vec::new();
        for (at, row) in self.rows.iter().enumerate() {
            let own = cell(row, claim);
            if !own.is_empty() && original.is_none() && by_claim.contains_key(own) {
                pairs.push([by_claim[own], at]);
            }
            by_claim.entry(own).or_insert(at);
        }
        for (at, row) in self.rows.iter().enumerate() {
            let named = original.map_or(&b""[..], |original| cell(row, original));
            if let Some(&first) = by_claim.get(named).filter(|_| !named.is_empty())
                && first != at
            {
                pairs.push([first, at]);
            }
        }
        pairs.retain(|[a, b]| {
            compared.iter().all(|at| cell(&self.rows[*a], *at) == cell(&self.rows[*b], *at))
        });
        pairs
    }
}

fn cell(row: &[Vec<u8>], at: usize) -> &[u8] {
    row.get(at).map_or(&b""[..], |cell| cell.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The columns that go with the sign, and those that tell rows apart, of rows of claim, original, patient, drug, day, quantity, days and two
    /// others.
    fn found(rows: &[&str], has_original: bool) -> (Vec<usize>, Vec<usize>) {
        let rows: Vec<Vec<Vec<u8>>> = rows
            .iter()
            .map(|row| row.split(',').map(|cell| cell.as_bytes().to_vec()).collect())
            .collect();
        let mut columns = vec![
            (0, Field::Claim),
            (2, Field::Patient),
            (3, Field::Drug),
            (4, Field::Dispensed),
            (5, Field::Quantity),
            (6, Field::DaysSupply),
        ];
        columns.extend(has_original.then_some((1, Field::Original)));
        let rows = Rows { columns: &columns, rows: &rows };
        (rows.by_sign([7, 8].into_iter()), rows.telling([7, 8].into_iter()))
    }

    #[test]
    fn the_column_that_alone_tells_a_row_from_the_one_it_names_is_found() {
        let bill = "C1,,P1,oxycodone,2026-03-01,120,30,Fill,East";
        let other = "C2,,P1,naltrexone,2026-03-15,30,30,Fill,West";
        let back = "C9,C1,P1,oxycodone,2026-03-01,120,30,Unfill,East";
        assert_eq!(found(&[bill, back, other], true), (vec![], vec![7]));
        assert_eq!(found(&[back, other, bill], true), (vec![], vec![7]), "in any order");
        let same = "C1,,P1,oxycodone,2026-03-01,120,30,Unfill,East";
        assert_eq!(found(&[bill, same, other], false), (vec![], vec![7]), "by the same number");
        let less = "C9,C1,P1,oxycodone,2026-03-01,20,5,Unfill,East";
        assert_eq!(found(&[bill, less, other], true), (vec![], vec![]), "another supply");
    }

    #[test]
    fn words_that_go_with_the_sign_add_nothing() {
        let bill = "C1,,P1,oxycodone,2026-03-01,120,30,Verkauf,East";
        let back = "C9,C1,P1,oxycodone,2026-03-01,-120,30,Storno,East";
        assert_eq!(found(&[bill, back], true).0, vec![7]);
        let plain = "C8,C1,P1,oxycodone,2026-03-01,120,30,Storno,East";
        assert_eq!(found(&[bill, back, plain], true).0, Vec::<usize>::new());
    }
}

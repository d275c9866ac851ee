//! Columns that may say that a few records were reversed, whatever their headers are, if no column is known to say so.

use rxlint_input::layout::ColumnUse;
use rxlint_model::record::Field;

use super::{ColumnStats, Doubt, Remedy, Table};

/// Headers of reasons, which say why a record was reversed, and otherwise what a drug is given for.
const REASONS: [&str; 6] = ["reason", "reasons", "rsn", "reas", "grund", "motivo"];
/// Headers of kinds, answers and records of claims, below which a letter may say that one was reversed.
#[rustfmt::skip]
const KINDS: [&str; 26] = [
    "type", "typ", "response", "resp", "record", "rec", "rev", "pdrev", "pr", "paid", "pay", "claim", "clm", "trx", "trans", "txn",
    "tran", "transaction", "sale", "sales", "status", "stat", "billing", "adj",
    "disposition", "dispo",
];
/// The letters of reversed, each with its counterpart: paid, original, sold.
const LETTERS: [&[u8]; 5] = [b"PR", b"OR", b"SR", b"PRX", b"PRV"];
/// Who adds to the payment of a claim, or allows it: what became of that is not what became of the fill.
const OTHERS: [&str; 4] = ["copay", "voucher", "pa", "preauth"];

/// Whether the column of a header may say of records that they were reversed, though it is of no use otherwise.
pub(in crate::run::witness) fn may_tell_of_reversals(column: &ColumnUse) -> bool {
    let is_free = column.fields.is_empty() || column.fields == [Field::Diagnosis];
    is_free && has(&column.header, &[&REASONS[..], &KINDS[..]].concat())
}

fn has(header: &str, list: &[&str]) -> bool {
    rxlint_input::layout::words(header).iter().any(|word| list.contains(&word.as_str()))
}

impl Table<'_> {
    /// A column that serves no field, or reasons, and says of some records that they were reversed.
    pub(super) fn of_reversals(&self, column: &ColumnUse, stats: &ColumnStats) -> Option<Doubt> {
        let tells = [Field::Status, Field::Adjustment, Field::Voided, Field::Cancelled];
        if tells.iter().any(|field| self.serves(*field)) || !may_tell_of_reversals(column) {
            return None;
        }
        let header = column.header.as_str();
        if let Some(first) = stats.reversed_in_few(self.most_said[0])
            && !self.is_beside(header)
            && !stats.are_ways_to_pay(header)
        {
            return Some(Doubt::of_not_taken("words", first));
        }
        // Who pays for a dose does not say whether it was given.
        if let Some(first) = stats.reversed_beside_paid()
            && !self.serves(Field::Administered)
            && has(header, &KINDS)
            && !has(header, &OTHERS)
        {
            return Some(Doubt::of_not_taken("words", first));
        }
        let are_letters = LETTERS.iter().any(|letters| stats.are_the_letters(letters));
        let what = "{} holds letters that may say which claims were reversed, and was not read.";
        (are_letters && has(header, &KINDS)).then(|| Doubt::of(what, Remedy::ReadAs(Field::Status)))
    }
}

//! Words of ways to pay, among which a credit is no credit of a claim.

use std::sync::LazyLock;

use super::word_table;
use crate::layout::words_of;

/// A word by its kind: `way`, `credit`, `header` or `paid`.
static WORDS: LazyLock<Vec<(&'static str, &'static str)>> =
    LazyLock::new(|| word_table::words(include_str!("payment.txt")).collect());

fn of_kind(kind: &'static str) -> impl Iterator<Item = &'static str> {
    WORDS.iter().filter(move |(of, _)| *of == kind).map(|(_, word)| *word)
}

fn is_one(kind: &'static str, text: &str) -> bool {
    let text = text.trim().to_lowercase();
    of_kind(kind).any(|word| word == text)
}

/// Whether a text names a way to pay that is hardly anything else.
pub fn is_way_to_pay(text: &str) -> bool {
    is_one("way", text)
}

/// Whether a text says that a payer took a claim.
pub fn is_paid(text: &str) -> bool {
    is_one("paid", text)
}

/// The ways to pay, and whether each may also be the credit or debit of a book.
pub fn ways_to_pay() -> impl Iterator<Item = (&'static str, bool)> {
    of_kind("way").map(|word| (word, false)).chain(credits().map(|word| (word, true)))
}

/// The words of credits and debits.
pub(crate) fn credits() -> impl Iterator<Item = &'static str> {
    of_kind("credit")
}

/// Whether a header says that its column holds ways to pay: `Payment Method`, `Tender`, `Zahlart`. What became of a payment is another matter.
pub fn says_way_to_pay(header: &str) -> bool {
    const OTHERS: [&str; 6] = ["status", "stat", "state", "amount", "amt", "date"];
    let words = words_of(header);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    !has(&OTHERS) && words.iter().any(|word| is_one("header", word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credit_is_a_way_to_pay_below_a_header_of_payments() {
        for header in ["Payment Method", "Pay Type", "Tender", "Zahlart", "Forma de pago"] {
            assert!(says_way_to_pay(header), "{header}");
        }
        for header in ["Payment Status", "Paid Amount", "Status", "Transaction Type"] {
            assert!(!says_way_to_pay(header), "{header}");
        }
        assert!(is_way_to_pay("Credit Card") && !is_way_to_pay("Credit"));
    }
}

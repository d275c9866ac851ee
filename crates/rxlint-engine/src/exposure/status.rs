//! Whether a record is an exposure at all, judging by its status.

use super::Marks;
use rxlint_model::record::{Field, Record};

/// What a record's status means for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is an exposure.
    Active,
    /// It is an exposure and replaces an earlier claim with the same number.
    Replacement,
    /// It is not an exposure.
    Inactive,
    /// It is not an exposure and takes an earlier claim back.
    Reversal,
}

/// Status words for records that are not exposures, folded to lower-case letters.
const INACTIVE: [&str; 34] = [
    "cancelled",
    "canceled",
    "cancel",
    "rejected",
    "reject",
    "denied",
    "declined",
    "returned",
    "returnedtostock",
    "returntostock",
    "rts",
    "onhold",
    "hold",
    "held",
    "suspended",
    "enteredinerror",
    "error",
    "nottaken",
    "notadministered",
    "notdone",
    "notgiven",
    "refused",
    "quote",
    "quoted",
    "proposal",
    "proposed",
    "plan",
    "planned",
    "draft",
    "option",
    "transferredout",
    "neverfilled",
    "notdispensed",
    "abandoned",
];

/// Status words that take an earlier claim back.
const REVERSAL: [&str; 7] = ["reversed", "reversal", "reverse", "void", "voided", "b2", "deleted"];

/// The status of a record, from its status cell, its adjustment code and the sign of its quantity.
pub fn of(record: &Record<'_>, quantity: Option<f64>) -> Status {
    match record.text(Field::Adjustment) {
        b"D" | b"d" => return Status::Reversal,
        b"A" | b"a" => return Status::Replacement,
        b"order-cancel" | b"order-stop" => return Status::Reversal,
        b"order-change" => return Status::Replacement,
        _ => {}
    }
    word(record.text(Field::Status)).unwrap_or_else(|| by_quantity(quantity))
}

/// What a status word decides by itself.
pub fn word(text: &[u8]) -> Option<Status> {
    let mut folded = [0u8; 24];
    let mut len = 0;
    for letter in text.iter().filter(|b| b.is_ascii_alphanumeric()).take(folded.len()) {
        folded[len] = letter.to_ascii_lowercase();
        len += 1;
    }
    let is = |word: &&str| word.as_bytes() == &folded[..len];
    if REVERSAL.iter().any(&is) {
        return Some(Status::Reversal);
    }
    INACTIVE.iter().any(is).then_some(Status::Inactive)
}

/// The status of a record whose status word leaves it open.
pub fn by_quantity(quantity: Option<f64>) -> Status {
    if quantity.is_some_and(|quantity| quantity < 0.0) { Status::Reversal } else { Status::Active }
}

/// The marks of an order (HL7 v2): it is identified by its number alone, whatever its day. One that
/// only says when the order ended is marked as stopped.
pub fn order_marks(record: &Record<'_>) -> Marks {
    match record.text(Field::Adjustment) {
        b"order-stop" => Marks::ORDER.with(Marks::STOPPED),
        b"order" | b"order-cancel" | b"order-change" => Marks::ORDER,
        _ => Marks::default(),
    }
}

/// Whether a course with this status is over, although it gives no end.
pub fn has_ended(status: &[u8]) -> bool {
    const ENDED: [&str; 8] = [
        "completed",
        "complete",
        "stopped",
        "discontinued",
        "inactive",
        "expired",
        "ended",
        "finished",
    ];
    let text = status.trim_ascii();
    ENDED.iter().any(|word| text.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rxlint_model::record::Statement;

    fn status(text: &str) -> Status {
        of(&Record::of_cells(Statement::Fill, &[(Field::Status, text)]), None)
    }

    #[test]
    fn words() {
        for text in [
            "Cancelled",
            "on-hold",
            "ON HOLD",
            "entered-in-error",
            "Returned to Stock",
            "not-taken",
            "Rejected",
        ] {
            assert_eq!(status(text), Status::Inactive, "{text}");
        }
        assert_eq!(status("Reversed"), Status::Reversal);
        for text in ["PAID", "completed", "stopped", "Discontinued", "NORMAL", "Picked Up", ""] {
            assert_eq!(status(text), Status::Active, "{text}");
        }
    }

    #[test]
    fn an_adjustment_decides_before_the_word_and_the_word_before_the_quantity() {
        for (adjustment, word, quantity, expected) in [
            ("D", "PAID", Some(30.0), Status::Reversal),
            ("d", "", None, Status::Reversal),
            ("A", "reversed", Some(-30.0), Status::Replacement),
            ("a", "", None, Status::Replacement),
            ("order", "", None, Status::Active),
            ("order", "cancelled", None, Status::Inactive),
            ("order-change", "cancelled", None, Status::Replacement),
            ("order-cancel", "", None, Status::Reversal),
            ("order-stop", "", None, Status::Reversal),
            ("O", "PAID", Some(30.0), Status::Active),
            ("", "cancelled", Some(-30.0), Status::Inactive),
            ("", "", Some(-0.5), Status::Reversal),
            ("", "", Some(0.0), Status::Active),
            ("", "", Some(0.5), Status::Active),
            ("", "", None, Status::Active),
        ] {
            let record = Record::of_cells(
                Statement::Fill,
                &[(Field::Adjustment, adjustment), (Field::Status, word)],
            );
            assert_eq!(of(&record, quantity), expected, "{adjustment} {word} {quantity:?}");
        }
    }

    #[test]
    fn words_that_end_a_course() {
        for text in ["completed", "Stopped", " discontinued ", "INACTIVE", "expired"] {
            assert!(has_ended(text.as_bytes()), "{text}");
        }
        for text in ["active", "", "on-hold", "not stopped", "unknown"] {
            assert!(!has_ended(text.as_bytes()), "{text}");
        }
    }
}

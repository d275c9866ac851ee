//! Which headers are those of numbers of people.

use super::household;
use crate::layout::headers::tokens::{says, says_any, words_of};
use crate::layout::{header_means, private, words};
use rxlint_model::record::Field;

/// What other numbers are about.
const OTHERS: [&str; 9] =
    ["drug", "prescriber", "claim", "rx", "order", "date", "quantity", "article", "place"];

/// Whether a header says that people have the numbers below it: `MRN`, `Member ID`, `Health Card No`, `Subscriber ID`.
pub fn numbers_people(header: &str) -> bool {
    header_means(header, Field::Patient)
        || says(header, "personal")
        || (says(header, "patient") || household::is_of_a_family(header))
            && says_number(header)
            && !says_any(header, &OTHERS)
}

/// Whether a header is that of a number which a family shares, and is unlikely to be a person's own: `Policy Number`, `Subscriber ID`.
pub fn numbers_families(header: &str) -> bool {
    household::is_of_a_family(header)
}

/// Whether people may have the numbers below a header that no field has: it says that they are numbers, and of nothing else.
pub fn may_number_people(header: &str) -> bool {
    numbers_people(header)
        || says_number(header) && !says_any(header, &OTHERS) && !private::is_of_place(header)
}

fn says_number(header: &str) -> bool {
    says(header, "id") || words_of(header).iter().any(|word| word == "mrn")
}

/// Whether two headers are the same, but for words that one of them adds: `Patient MRN` and `MRN`.
pub fn are_alike(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(words);
    let holds = |all: &[String], some: &[String]| some.iter().all(|word| all.contains(word));
    !one.is_empty() && !other.is_empty() && (holds(&one, &other) || holds(&other, &one))
}

//! What the columns of a table of claims leave open: why a claim was rejected, if no status says that it was, and which later claim replaced it.

use rxlint_input::layout::{ColumnUse, says_current, says_later_claim, says_rejection};
use rxlint_model::record::Field;

use super::{ColumnStats, Doubt, Remedy, Table};

/// Whether a header that is of no use elsewhere may say that claims are not in force.
pub(in crate::run::witness) fn may_tell_of_claims(header: &str) -> bool {
    says_rejection(header, true) || says_later_claim(header) || says_current(header)
}

impl Table<'_> {
    /// What a column that serves no field may say of some claims: that they were not taken, or were replaced by others.
    pub(super) fn of_claims(&self, column: &ColumnUse, stats: &ColumnStats) -> Option<Doubt> {
        let is_of_claims = [Field::Claim, Field::Prescription].iter().any(|of| self.serves(*of));
        if !column.is_open() || !is_of_claims || stats.says_nothing_but_no() {
            return None;
        }
        let header = column.header.as_str();
        let tells_versions = [Field::Original, Field::Version, Field::Adjustment, Field::Voided]
            .iter()
            .any(|of| self.serves(*of));
        let what = if says_rejection(header, stats.said * 2 <= self.most_said[0])
            && !self.serves(Field::Status)
        {
            "{} says why some claims were rejected, and was not read."
        } else if says_later_claim(header) && !tells_versions {
            "{} names later claims, which may have replaced those in the same rows, and was not read."
        } else if says_current(header) && stats.says_no() && !tells_versions {
            "{} marks some records as not current: others may have replaced them. It was not read."
        } else {
            return None;
        };
        Some(Doubt::of(what, Remedy::Standing))
    }
}

/// Whether a header is about what became of a claim.
pub(super) fn says_outcome(header: &str) -> bool {
    const OUTCOMES: [&str; 13] = [
        "outcome",
        "response",
        "resp",
        "disposition",
        "adjudication",
        "adjudicated",
        "result",
        "approved",
        "payable",
        "rec",
        "record",
        "debit",
        "credit",
    ];
    rxlint_input::layout::words(header).iter().any(|word| OUTCOMES.contains(&word.as_str()))
}

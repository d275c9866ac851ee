//! What the columns of a table of claims leave open: why a claim was rejected, where no status says that it was, and by which later claim
//! it was replaced.

use rxlint_input::layout::{ColumnUse, says_current, says_later_claim, says_rejection};
use rxlint_model::record::Field;

use super::{ColumnStats, Doubt, Remedy, Table};

/// Whether a header that is of no use elsewhere may tell of claims that they do not stand.
pub(in crate::run::witness) fn may_tell_of_claims(header: &str) -> bool {
    says_rejection(header, true) || says_later_claim(header) || says_current(header)
}

impl Table<'_> {
    /// What a column that serves no field may say of some claims that were not taken, or that others took the place of.
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
            "{} says of some claims why they were rejected, and was not read."
        } else if says_later_claim(header) && !tells_versions {
            "{} names later claims, which may have taken the place of those that they stand beside, and was not read."
        } else if says_current(header) && stats.says_no() && !tells_versions {
            "{} says of some records that they are not current: others may have taken their place. It was not read."
        } else {
            return None;
        };
        Some(Doubt::of(what, Remedy::Standing))
    }
}

/// Whether a header speaks of what came of a claim.
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

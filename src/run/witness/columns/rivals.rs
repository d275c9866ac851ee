//! What a column that serves no field leaves open beside one that does.

use rxlint_input::layout::{Rival, RivalKind};
use rxlint_model::record::Field;

use super::stats::ColumnStats;
use super::{Doubt, Remedy};

/// What a column that serves no field leaves open beside one that does.
pub(super) fn contradicts(rival: Rival, stats: &ColumnStats, assumed: bool) -> Option<Doubt> {
    let compared = &stats.compared;
    let (what, field) = match rival.kind {
        RivalKind::FirstDay if stats.may_be_first_days() => (
            "records begin on the day in {other}, which only says when something was written, ordered or begun, and {} \
             may say when it was handed over or given.",
            rival.field,
        ),
        RivalKind::HandOver if stats.may_be_hand_overs() => (
            "records begin on the day in {other}, on which they were made ready, and {} may say when they were handed over, days later.",
            rival.field,
        ),
        RivalKind::End if assumed && stats.may_be_ends() => (
            "days' supply is assumed for most records of watched drugs, and {} holds days after that of {other}: it may say when \
             they end.",
            rival.field,
        ),
        RivalKind::Person if compared.may_join_persons() => (
            "{} has one identifier where {other} has several: it may be one person, whose records were judged apart.",
            rival.field,
        ),
        RivalKind::Finer | RivalKind::Within if compared.may_number_groups(rival.kind) => (
            "{other} has one identifier where {} has several: it may number homes, firms or families, whose people were judged as one.",
            rival.field,
        ),
        RivalKind::Count if compared.has_several() => (
            "{other} stands beside several numbers of {}: if those count the people of a family, they were judged as one person.",
            rival.field,
        ),
        RivalKind::Original if compared.both > 0 => (
            "{} has numbers like those of {other} in rows of some status alone, and was not read: it may say which claim they take back \
             or replace.",
            rival.field,
        ),
        RivalKind::Sign if compared.has_both_signs() => (
            "{} has the same amounts above and below nothing beside one quantity in {other}, and was not read: what is below may \
             take the others back.",
            rival.field,
        ),
        RivalKind::Returned if compared.both > 0 => (
            "{} has dates of return, and was not read: it may say that records went back to stock, or when somebody comes again.",
            Field::Voided,
        ),
        RivalKind::ReturnedCount if compared.all_back > 0 => {
            let what = "{} counts in some records as much as {other}, and was not read: what came back was not taken.";
            return Some(Doubt::of(what, Remedy::Meaning));
        }
        RivalKind::ReturnedOrCount if compared.all_back > 0 => {
            let what = "{} may count how much came back of {other}, or say that all of it did, and was not read.";
            return Some(Doubt::of(what, Remedy::Meaning));
        }
        RivalKind::SameName
            if rival.field == Field::Status && compared.taken > 0
                || rival.field != Field::Status && compared.differ > 0 =>
        {
            (
                "{} has the name of {other}, and says otherwise: only the first was read.",
                rival.field,
            )
        }
        RivalKind::Numbered if compared.differ > 0 => (
            "rows seem to hold several medicines: {} differs from {other}, and only that was read.",
            rival.field,
        ),
        _ => return None,
    };
    let may_be_end = rival.kind == RivalKind::FirstDay && stats.may_be_ends();
    let remedy = if may_be_end { Remedy::ReadAsOrEnd } else { Remedy::ReadAs };
    Some(Doubt::of(what, remedy(field)))
}

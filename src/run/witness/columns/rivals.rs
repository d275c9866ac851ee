//! What a column that serves no field leaves open about one that does.

use rxlint_input::layout::{Rival, RivalKind};
use rxlint_model::record::Field;

use super::stats::ColumnStats;
use super::{Doubt, Remedy};

/// What a column that serves no field leaves open about one that does.
pub(super) fn contradicts(rival: Rival, stats: &ColumnStats, assumed: bool) -> Option<Doubt> {
    let compared = &stats.compared;
    let (what, field) = match rival.kind {
        RivalKind::FirstDay if stats.may_be_first_days() => (
            "records begin on the day in {other}, which only says when something was written, ordered or begun, and {} \
             may say when it was handed over or given.",
            rival.field,
        ),
        RivalKind::HandOver if stats.may_be_hand_overs() => (
            "records begin on the day in {other}, on which they were prepared, and {} may say when they were handed over, days later.",
            rival.field,
        ),
        RivalKind::Processed if stats.may_be_hand_overs() => (
            "records begin on the day in {other}, on which claims were processed, and {} may say when they were filled, days before.",
            rival.field,
        ),
        RivalKind::End if assumed && stats.may_be_ends() => (
            "days' supply is assumed for most records of watched drugs, and {} holds days after the one in {other}: it may say when they end.",
            rival.field,
        ),
        RivalKind::Supplied if compared.differ > 0 => (
            "{} says how much was handed over in some records, which differs from {other}, and only that was read.",
            rival.field,
        ),
        RivalKind::AtOnce if compared.both > 0 => (
            "{} has the day in {other} in every row, though days' supply says more, and was not read: it may be that of a visit, a claim \
             or a discharge.",
            rival.field,
        ),
        kind if kind.joins_persons() && compared.may_join(kind) => (
            "{} has one identifier where {other} has several: they may be one person, whose records were judged separately.",
            rival.field,
        ),
        RivalKind::Finer | RivalKind::Within if compared.may_number_groups(rival.kind) => (
            "{other} has one identifier where {} has several: it may number homes, firms or families, whose members were judged as one person.",
            rival.field,
        ),
        RivalKind::Count if compared.has_several() => (
            "{other} goes with several numbers in {}: if those count the people of a family, they were judged as one person.",
            rival.field,
        ),
        RivalKind::Original if compared.both > 0 => (
            "{} has numbers like those in {other}, only in rows of some status, and was not read: it may say which claim they reverse or replace.",
            rival.field,
        ),
        RivalKind::TakesBack if compared.both > 0 => (
            "{} alone tells apart rows of which one names the claim of the other, and was not read: it may say that one takes the other back.",
            rival.field,
        ),
        RivalKind::Sign if compared.has_both_signs() => (
            "{} has the same amounts, positive and negative, beside one quantity in {other}, and was not read: the negative ones may \
             reverse the others.",
            rival.field,
        ),
        RivalKind::CountedByName if compared.all_back > 0 => (
            "no quantity column was recognised, and {} has negative numbers, which may reverse other records or a part of them.",
            rival.field,
        ),
        RivalKind::Counted if compared.has_both_signs() => (
            "no quantity column was recognised, and {} has the same numbers, positive and negative, beside one text in {other}: the \
             negative ones may reverse the others.",
            rival.field,
        ),
        RivalKind::Returned if compared.both > 0 => (
            "{} has return dates, and was not read: it may say that records went back to stock, or when someone comes again.",
            Field::Voided,
        ),
        RivalKind::ReturnedCount if compared.all_back > 0 => {
            let what = "{} counts as much as {other} in some records, and was not read: what came back was not taken.";
            return Some(Doubt::of(what, Remedy::Meaning));
        }
        RivalKind::ReturnedOrCount if compared.all_back > 0 => {
            let what = "{} may count how much of {other} came back, or say that all of it did, and was not read.";
            return Some(Doubt::of(what, Remedy::Meaning));
        }
        RivalKind::SameName
            if rival.field == Field::Status && compared.taken > 0
                || rival.field != Field::Status && compared.differ > 0 =>
        {
            (
                "{} has the same name as {other} but says something else: only the first was read.",
                rival.field,
            )
        }
        RivalKind::Corrected if compared.differ > 0 => (
            "{} and {other} differ, and one of them is the corrected one: only {other} was read.",
            rival.field,
        ),
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

//! Notes on columns that need no answer.

use rxlint_input::layout::{ColumnUse, Rival, RivalKind};
use rxlint_model::record::Field;

use super::Looked;
use super::stats::ColumnStats;

/// Columns of statuses that say *not taken* when the one that decides does not, or the other way round: the column, that one, and how often.
pub(in crate::run::witness) fn second_statuses(
    columns: &[ColumnUse],
    stats: &[ColumnStats],
    looked: &Looked,
) -> Vec<String> {
    let mut notes = Vec::new();
    for (column, stats) in columns.iter().zip(stats) {
        let is_status = |rival: &Rival| matches!(rival.kind, RivalKind::Status | RivalKind::Money);
        let Some(rival) = column.rival.filter(is_status) else { continue };
        let Some(other) = columns.get(rival.of) else { continue };
        if stats.compared.taken == 0 || looked.holds(column) {
            continue;
        }
        let option = column.option(Field::Status);
        notes.push(match rival.kind {
            RivalKind::Money => format!(
                "{} marks {} records as not paid, and was not read: paid or not, the dose on the day in {} was given. {option} lets it decide.",
                column.called, stats.compared.taken, other.called
            ),
            _ => format!(
                "{} and {} disagree on {} records: {} decides, as it is nearer to the hand-over. {option} lets the other decide.",
                column.called, other.called, stats.compared.taken, other.called
            ),
        });
    }
    notes
}

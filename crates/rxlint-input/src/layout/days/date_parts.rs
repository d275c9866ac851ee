//! A first day in three columns.

use rxlint_model::record::Field;

use crate::layout::answer::essential::Essential;
use crate::layout::cells::content::Content;
use crate::layout::table::JoinedColumns;

/// The columns that together make a first day, if no single column has one: `Year`, `Month`, `Day`.
pub(in crate::layout) fn parts_of_date(
    folded: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
) -> Option<JoinedColumns> {
    const PARTS: [&[&str]; 3] = [
        &[
            "year", "yr", "yyyy", "jahr", "annee", "année", "año", "anno", "ano", "jaar", "rok",
            "år",
        ],
        &[
            "month", "mo", "mm", "mon", "monat", "mois", "mes", "mese", "mês", "maand", "miesiąc",
            "miesiac", "måned", "månad",
        ],
        &["day", "dy", "dd", "tag", "jour", "día", "dia", "giorno", "dag", "dzień", "dzien"],
    ];
    if columns.iter().any(|(_, field)| Essential::FirstDay.fields().contains(field)) {
        return None;
    }
    let of = |start: &str| -> Option<Vec<usize>> {
        let at = |names: &&[&str]| {
            let is_part = |header: &String| {
                header.strip_prefix(start).is_some_and(|rest| names.contains(&rest))
            };
            folded.iter().position(is_part)
        };
        PARTS.iter().map(at).collect()
    };
    let found = [
        ("fill", Field::Dispensed),
        ("dispense", Field::Dispensed),
        ("disp", Field::Dispensed),
        ("service", Field::Dispensed),
        ("rx", Field::Start),
        ("", Field::Start),
    ]
    .into_iter()
    .find_map(|(start, field)| Some((of(start)?, field)))
    .filter(|(parts, _)| contents.get(parts[0]).is_none_or(Content::is_years));
    let (parts, field) = found?;
    columns.retain(|(at, _)| !parts.contains(at));
    columns.push((parts[0], field));
    Some(JoinedColumns::of(field, parts, "-"))
}

//! Columns that say what the numbers next to them count, and numbers that are identified by the column next to them.

use rxlint_model::record::Field;
use rxlint_model::time_unit::TimeUnit;

use crate::layout::SampleRows;
use crate::layout::cells::content::Content;
use crate::layout::columns::ColumnMap;
use crate::layout::headers::{tokens, units};
use crate::layout::outcomes::outcome;

/// What units are called in headers, folded.
const UNITS: [&str; 17] = [
    "unit",
    "units",
    "einheit",
    "unité",
    "unite",
    "unidad",
    "unidade",
    "unità",
    "unita",
    "eenheid",
    "enhet",
    "enhed",
    "enheter",
    "jednostka",
    "jedn",
    "yksikkö",
    "yksikko",
];

/// Names of a unit of measure in headers other than `unit`, folded.
const OF_MEASURE: [&str; 4] = ["uom", "unitofmeasure", "unitofmeasurement", "unitmeasure"];

/// The column with the unit of the lengths of another, whatever it is called: one next to it, or one whose header speaks of units or
/// periods. A unit right after a length that is not said to be in days belongs to it, whatever its words are, if nothing else is
/// counted: a number whose unit cannot be read is not a number of days. Letters are a unit only below a header of units, and where all
/// lengths make sense with them.
pub(in crate::layout) fn duration_unit(
    headers: &[String],
    columns: &[(usize, Field)],
    (contents, rows): (&[Content], &SampleRows),
    asked: &ColumnMap,
) -> Option<(usize, Field)> {
    const PERIODS: [&str; 5] = ["uom", "unitcd", "period", "time", "duration"];
    const COUNTED: [Field; 4] = [Field::Quantity, Field::Strength, Field::Dose, Field::Age];
    const OTHERS: [&str; 7] = ["age", "dose", "strength", "qty", "quantity", "weight", "refill"];
    let of = |wanted: Field| columns.iter().find(|(_, field)| *field == wanted).map(|(at, _)| *at);
    let is_said = |field: Field| asked.chosen().iter().any(|(chosen, _)| *chosen == field);
    let supply = of(Field::DaysSupply)?;
    if of(Field::DaysUnit).is_some() || is_said(Field::DaysUnit) {
        return None;
    }
    let fits = |&index: &usize| {
        let words = tokens::words_of(&headers[index]);
        let says = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        let is_unit = (says(&UNITS) || says(&PERIODS)) && !says(&["freq", "frequency", "interval"]);
        let is_beside = index.abs_diff(supply) == 1 && !units::is_of_another(&headers[index]);
        let is_own = index == supply + 1
            && (says(&UNITS) || says(&["uom"]))
            && !tokens::says_any(&headers[supply], &["days", "ds"])
            && COUNTED.iter().all(|field| of(*field).is_none());
        let is_of_time =
            |content: &Content| content.is_time_unit(is_unit) || is_own && content.is_words();
        let says_units = is_unit || words.iter().all(|word| TimeUnit::of(word).is_some());
        !columns.iter().any(|(at, _)| *at == index)
            && contents.get(index).is_some_and(is_of_time)
            && (!are_letters(rows, index) || says_units && make_sense(rows, supply, index))
            && !says(&OTHERS)
            && !outcome::names_outcome(&headers[index])
            && (is_beside || is_unit)
    };
    let nearest = |index: &usize| index.abs_diff(supply);
    (0..headers.len()).filter(fits).min_by_key(nearest).map(|index| (index, Field::DaysUnit))
}

/// Whether all cells of a column are single letters, which may be the codes of anything.
fn are_letters(rows: &SampleRows, index: usize) -> bool {
    let is_letter = |cell: &Vec<u8>| cell.trim_ascii().len() <= 1;
    rows.iter().filter_map(|row| row.get(index)).all(is_letter)
}

/// Whether no letter makes a length of more than about a year: nobody is supplied with 30 months.
fn make_sense(rows: &SampleRows, length: usize, unit: usize) -> bool {
    const MOST: f64 = 366.0;
    let text =
        |cell: Option<&Vec<u8>>| String::from_utf8_lossy(cell.map_or(&[][..], |c| c)).into_owned();
    rows.iter().all(|row| {
        let unit = TimeUnit::of(text(row.get(unit)).trim());
        let length: Option<f64> = text(row.get(length)).trim().parse().ok();
        unit.zip(length).is_none_or(|(unit, length)| unit.days * length <= MOST)
    })
}

/// The column of numbers next to one that only gives the unit of lengths, if nothing else says how long records last: `Duration
/// Value` and `Duration Units`.
pub(in crate::layout) fn length_beside_unit(
    headers: &[String],
    columns: &[(usize, Field)],
    contents: &[Content],
    asked: &ColumnMap,
) -> Option<(usize, Field)> {
    const LENGTH: [&str; 6] = ["duration", "length", "days", "supply", "ds", "therapy"];
    const COURSES: [&str; 3] = ["course", "kuur", "cure"];
    let is_free = |at: usize| !columns.iter().any(|(other, _)| *other == at);
    let is_served = |field: Field| {
        columns.iter().any(|(_, other)| *other == field)
            || asked.chosen().iter().any(|(chosen, _)| *chosen == field)
    };
    if is_served(Field::DaysSupply) {
        return None;
    }
    let is_unit = |at: usize| {
        (is_free(at) || columns.contains(&(at, Field::DaysUnit)))
            && contents.get(at).is_some_and(|content| content.is_time_unit(true))
    };
    let is_length = |at: &usize| {
        let header = headers[*at].as_str();
        let speaks = tokens::says_any(header, &LENGTH) || tokens::words_have(header, &COURSES);
        is_free(*at)
            && speaks
            && contents.get(*at).is_some_and(Content::is_small_numbers)
            && (is_unit(at + 1) || at.checked_sub(1).is_some_and(is_unit))
    };
    (0..headers.len()).find(is_length).map(|at| (at, Field::DaysSupply))
}

/// A `unit` is that of a duration if it comes right after one, and nothing else says what it is.
pub(in crate::layout) fn place_duration_unit(folded: &[String], columns: &mut Vec<(usize, Field)>) {
    const DURATIONS: [&str; 6] = ["duration", "dauer", "durée", "duree", "duración", "durata"];
    let supply = columns.iter().find(|(_, field)| *field == Field::DaysSupply).map(|(at, _)| *at);
    let Some(supply) = supply.filter(|at| DURATIONS.contains(&folded[*at].as_str())) else {
        return;
    };
    let next = folded.get(supply + 1).filter(|header| UNITS.contains(&header.as_str()));
    let is_free = |field: Field| !columns.iter().any(|(_, other)| *other == field);
    if next.is_some() && is_free(Field::DaysUnit) {
        columns.retain(|(index, _)| *index != supply + 1);
        columns.push((supply + 1, Field::DaysUnit));
    }
}

/// A `unit` is that of a dose if it comes right after one.
pub(in crate::layout) fn place_dose_unit(
    folded: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
) {
    let of = |wanted: Field| columns.iter().find(|(_, field)| *field == wanted).map(|(at, _)| *at);
    let Some(unit) = of(Field::Dose).filter(|_| of(Field::DoseUnit).is_none()).map(|at| at + 1)
    else {
        return;
    };
    let is_unit =
        |header: &String| UNITS.contains(&header.as_str()) || OF_MEASURE.contains(&header.as_str());
    if folded.get(unit).is_some_and(is_unit)
        && !columns.iter().any(|(at, _)| *at == unit)
        && contents.get(unit).is_none_or(Content::is_words)
    {
        columns.push((unit, Field::DoseUnit));
    }
}

/// A `unit` is that of the quantity if it comes right after one, and nothing else says what it is; a `UOM` is anywhere, except after
/// a strength or a dose.
pub(in crate::layout) fn place_quantity_unit(
    folded: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
) {
    let of = |wanted: Field| columns.iter().find(|(_, field)| *field == wanted).map(|(at, _)| *at);
    let Some(quantity) = of(Field::Quantity).filter(|_| of(Field::QuantityUnit).is_none()) else {
        return;
    };
    let is_amount = |at: usize| {
        let field = columns.iter().find(|(other, _)| *other == at).map(|(_, field)| *field);
        matches!(field, Some(Field::Strength | Field::Dose | Field::DaysSupply))
    };
    let fits = |&index: &usize| {
        let header = folded[index].as_str();
        let is_next = index == quantity + 1;
        !columns.iter().any(|(at, _)| *at == index)
            && (is_next && (UNITS.contains(&header) || header == "unittype")
                || OF_MEASURE.contains(&header) && (is_next || index == 0 || !is_amount(index - 1)))
            && !contents
                .get(index)
                .is_some_and(|content| content.is_time_unit(true) || content.is_small_numbers())
    };
    let found = (0..folded.len()).find(fits);
    columns.extend(found.map(|index| (index, Field::QuantityUnit)));
}

/// A box or a bottle, or a size without further words, is how much a pack holds if its cells are such numbers: `28`, `28 tab`.
pub(in crate::layout) fn place_pack_size(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
) {
    let has = |wanted: Field| columns.iter().any(|(_, field)| *field == wanted);
    if !has(Field::Quantity) || has(Field::PackSize) {
        return;
    }
    let is_size = |&at: &usize| {
        let header = headers[at].as_str();
        let holds = |content: &Content| {
            content.is_days() && tokens::says(header, "vessel")
                || content.is_amounts_in_words()
                    && !content.states_amounts()
                    && !content.is_lengths()
                    && !content.is_drug()
        };
        !columns.iter().any(|(other, _)| *other == at)
            && tokens::says_any(header, &["vessel", "size"])
            && tokens::says_only(header, &["vessel", "size", "package", "noise"])
            && contents.get(at).is_some_and(holds)
    };
    let found = (0..headers.len()).find(is_size);
    columns.extend(found.map(|at| (at, Field::PackSize)));
}

/// A number of packs is not all that was handed over if another column counts loose pieces.
pub(in crate::layout) fn leave_packs_beside_loose(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
) {
    const LOOSE: [&str; 9] =
        ["loose", "extra", "odd", "singles", "lose", "losse", "sueltos", "sueltas", "sfuse"];
    let is_loose = |&at: &usize| {
        !columns.iter().any(|(other, _)| *other == at)
            && tokens::words_of(&headers[at]).iter().any(|word| LOOSE.contains(&word.as_str()))
            && contents.get(at).is_some_and(Content::has_digits)
    };
    if (0..headers.len()).any(|at| is_loose(&at)) {
        columns
            .retain(|(at, field)| *field != Field::Quantity || !tokens::says_packs(&headers[*at]));
    }
}

/// A number without further words (`Aantal`, `Antal`) counts pieces if directions say how they are taken, and nothing else says how
/// many there are or how long they last. In languages in which a quantity is called that, it also does so next to days' supply or the
/// size of a pack.
pub(in crate::layout) fn place_count(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
) {
    let has = |fields: &[Field]| columns.iter().any(|(_, field)| fields.contains(field));
    const CALLED_SO: [&str; 6] = ["aantal", "antal", "antall", "anzahl", "liczba", "pocet"];
    let is_supplied = has(&[Field::DaysSupply, Field::PackSize]);
    if has(&[Field::Quantity]) || !is_supplied && !has(&[Field::Directions]) {
        return;
    }
    let says_so = |header: &str| !is_supplied || tokens::words_have(header, &CALLED_SO);
    let is_count = |&at: &usize| {
        let header = headers[at].as_str();
        !columns.iter().any(|(other, _)| *other == at)
            && says_so(header)
            && tokens::says(header, "count")
            && !tokens::says_more(header, &["count", "noise"])
            && contents.get(at).is_some_and(Content::has_digits)
    };
    if let Some(at) = (0..headers.len()).find(is_count) {
        columns.push((at, Field::Quantity));
    }
}

//! Headers to fields: which column of an export carries what rxlint needs.
//!
//! What the user asked for comes first, then what a header says (a known system's layout, a listed name, its words), then, if
//! something essential still has no column, what the cells look like. `recognition` takes these steps:
//!
//! 1. `headers`: what each header means.
//! 2. `cells`: what the first rows of each column look like.
//! 3. `assign`: which column serves which field.
//! 4. `amounts`, `days`, `doses`, `persons`, `outcomes`: which of several columns counts, by headers and cells together.
//! 5. `columns`: what was asked for instead.
//! 6. `cells` again: what is lacking, if exactly one column fits it; for the patient, `persons`.
//! 7. `answer`: why the table is refused, or what is asked about it. `table` is the result.
//!
//! `formulary` does the same for lists of drugs.

mod amounts;
mod answer;
mod assign;
mod cells;
mod columns;
mod days;
mod doses;
mod formulary;
mod headers;
mod outcomes;
mod persons;
mod recognition;
mod table;

pub(crate) use amounts::moments::amount_at_a_time;
pub use amounts::moments::of_headers as moments_of;
pub use amounts::quantity_count::QuantityCount;
pub use answer::essential::{Essential, LayoutError};
pub use answer::hint::speaks_of_a_person;
pub(crate) use answer::hint::{looks_like_data, quoted};
pub use answer::rival::{Rival, RivalKind};
pub use answer::shown::names as shown_headers;
pub(crate) use answer::shown::{list, names};
pub use cells::content::cell::{is_length, is_negative};
pub use cells::content::is_diagnosis_code;
pub use cells::drug_look::DrugLook;
pub use cells::looks::Looks;
pub(crate) use cells::record_row::{is_record, says_amount_or_code};
pub use columns::{Column, ColumnError, ColumnMap};
pub use days::other_days::Years;
pub(crate) use doses::charted::day_of_dose;
pub use doses::claims_and_orders::says_status_of_payment;
pub(crate) use doses::counted::says_doses_counted;
pub(crate) use doses::{OF_TIMES, doses_counted, says_only_time, says_plain_dose, speaks_of_doses};
pub use doses::{
    is_unread_take_home, may_count_take_home, may_state_take_home, says_amount_given,
    says_doses_went, says_next_dose, says_take_home, says_take_home_level, says_time_given,
};
pub(crate) use formulary::{PATIENTS, is_list, recognise_formulary};
pub use formulary::{says_other_day, says_something_else};
pub use headers::code_system::code_systems;
pub(crate) use headers::fold::nearest;
pub(crate) use headers::generic::{says_purpose, says_reporting_status};
pub use headers::known::VOCABULARY;
pub(crate) use headers::known::WORKLIST;
pub(crate) use headers::tokens::{says_per_day, words_of};
pub(crate) use headers::units::{age_unit, counted, strength_unit};
pub use outcomes::decisions::{Decision, decision};
pub(crate) use outcomes::decisions::{decisions, says_decision};
pub(crate) use outcomes::last_word::says_final;
pub use outcomes::last_word::{says_current, says_rejection};
pub(crate) use outcomes::order_log::words as order_words;
pub(crate) use outcomes::order_rows::words as words_of_order_rows;
pub use outcomes::original::says_later_claim;
pub(crate) use outcomes::outcome::says_taking;
pub(crate) use outcomes::outcome::{
    BILLS, IN_PLACE, initial_of_handed_over, names_outcome, says_debit, says_haben, says_not_denied,
};
pub use outcomes::outcome::{says_doubtful_step, says_handed_over, says_taken_back};
pub(crate) use outcomes::payment::credits;
pub use outcomes::payment::{is_paid, is_way_to_pay, says_way_to_pay, ways_to_pay};
pub(crate) use outcomes::word_table::words as words_of_table;
pub use persons::group::calls_given_names;
pub use persons::numbering::{are_alike, may_number_people, numbers_families, numbers_people};
pub(crate) use persons::person_code;
pub(crate) use recognition::recognise;
pub use table::{ColumnUse, Found, JoinedColumns, TableLayout, columns_option};

use answer::{hint, shown};
use cells::content::{self, Content};
use days::other_days;
use doses::claims_and_orders::Doses;
use headers::{fold, generic, private, tokens};
use outcomes::outcome;
use persons::household;
use rxlint_model::record::Field;

/// The words of a header in lower case and without accents.
pub fn words(header: &str) -> Vec<String> {
    words_of(header)
}

/// The first rows of a table, cell by cell.
pub(crate) type SampleRows = [Vec<Vec<u8>>];

/// What was found out about a column: the field that it serves, else what its cells look like.
fn found(index: usize, columns: &[(usize, Field)], contents: &[Content]) -> String {
    let fields: Vec<&str> =
        columns.iter().filter(|(at, _)| *at == index).map(|(_, field)| field.name()).collect();
    if !fields.is_empty() {
        return fields.join(", ");
    }
    let looks = contents.get(index).and_then(|content| {
        let again = content.is_identifier().then_some("identifiers that come again");
        content::looks_like(content).map(Looks::in_words).or(again)
    });
    looks.map_or_else(
        || "not understood".to_owned(),
        |looks| format!("not understood; looks like {looks}"),
    )
}

/// Why a table whose first row is a record is refused: nothing says what the columns are.
pub(crate) fn no_header(
    first: &[String],
    rows: &SampleRows,
    drugs: &DrugLook,
    is_formulary: bool,
) -> Option<LayoutError> {
    // Records have dates; drug names only make a list of drugs.
    let names = if is_formulary { drugs.clone() } else { DrugLook::default() };
    if !is_record(first, rows, &names) {
        return None;
    }
    let first: Vec<Vec<u8>> = first.iter().map(|cell| cell.trim().as_bytes().to_vec()).collect();
    let all: Vec<Vec<Vec<u8>>> = std::iter::once(first).chain(rows.iter().cloned()).collect();
    let width = all[0].len();
    let mut contents = content::of_columns(&all, width, &DrugLook::default());
    if !contents.iter().any(Content::is_drug_names) {
        contents = content::of_columns(&all, width, drugs);
    }
    Some(if is_formulary {
        formulary::without_header(&contents)
    } else {
        without_header(&all, &Essential::ALL, &contents)
    })
}

/// The option for a table whose first row holds data: columns by their numbers. A number that may count pieces as well as days is only a question.
fn without_header(rows: &SampleRows, lacking: &[Essential], contents: &[Content]) -> LayoutError {
    let nameless = vec![String::new(); contents.len()];
    let is_only = |fits: Vec<usize>| <[usize; 1]>::try_from(fits).ok().map(|[only]| only);
    let columns_of = |fits: fn(&Content) -> bool| {
        (0..contents.len()).filter(|&index| fits(&contents[index])).collect::<Vec<_>>()
    };
    let candidates = |essential: &Essential| {
        let found = content::candidates(*essential, &nameless, rows, contents, |_| true);
        let or_once = || is_only(columns_of(Content::may_be_identifier)).into_iter().collect();
        if found.is_empty() && *essential == Essential::Patient { or_once() } else { found }
    };
    let fits = lacking.iter().map(candidates).collect::<Vec<_>>();
    let names = vec![None; contents.len()];
    let other_days = other_days::births(rows, contents);
    let named =
        hint::Named { headers: &nameless, names: &names, by_name: None, other_days: &other_days };
    let mut example = hint::example(named, lacking, &fits, contents, |_| true);
    let directions = is_only(columns_of(Content::is_directions));
    let numbers = is_only(columns_of(Content::is_small_numbers));
    if let Some(directions) = directions {
        let quantity = numbers.map(|at| format!(",quantity={}", at + 1)).unwrap_or_default();
        example = format!("{example},directions={}{quantity}", directions + 1);
    }
    let days = columns_of(Content::is_days);
    let days = match (directions, days.is_empty()) {
        (None, false) => columns_of(Content::is_small_numbers).iter().map(|at| at + 1).collect(),
        _ => Vec::new(),
    };
    let example = format!("--no-header {}", example.replace("HEADER", "NUMBER"));
    let first_day = lacking.iter().position(|essential| *essential == Essential::FirstDay);
    let dates = first_day.map_or(&[][..], |at| &fits[at]);
    let dates = if dates.len() > 1 { dates.iter().map(|at| at + 1).collect() } else { Vec::new() };
    LayoutError::NoHeader { example, days, dates }
}

/// How the column of a field was found.
fn how(column: &(usize, Field), by_content: &[(usize, Field)], asked: &ColumnMap) -> Found {
    if by_content.contains(column) {
        Found::Content
    } else if asked.chosen().iter().any(|(field, _)| *field == column.1) {
        Found::Asked
    } else {
        Found::Header
    }
}

/// The columns that nothing identifies, with what their cells look like.
fn open(
    headers: &[String],
    contents: &[Content],
    columns: &[(usize, Field)],
    joined: &[JoinedColumns],
    names: &[(usize, Content)],
) -> Vec<(usize, Option<Looks>)> {
    let looks_like = |index: usize| {
        let is_name = names.iter().any(|(at, _)| *at == index);
        let of_cells = || contents.get(index).and_then(content::looks_like);
        if is_name { Some(Looks::DrugNames) } else { of_cells() }
    };
    let serves = |index: usize| {
        columns.iter().any(|(at, _)| *at == index)
            || joined.iter().any(|joined| joined.columns.contains(&index))
    };
    // The last action or status is the one that holds.
    let is_last = |index: usize| {
        matches!(&tokens::words_of(&headers[index])[..], [last, of] if last == "last"
            && ["action", "status", "disposition", "event"].contains(&of.as_str()))
    };
    // Of a diagnosis or a reason, diagnosis codes are worth a question.
    let is_coded = |index: usize| {
        contents.get(index).is_some_and(Content::is_diagnosis_codes)
            && tokens::says_any(&headers[index], &["dx", "because"])
    };
    let has_outcome = outcome::Outcomes::of(headers, contents).has_any();
    let doses = Doses::of(headers, contents);
    let of_no_use = |index: usize| {
        let says_otherwise = is_last(index)
            || outcome::is_of_visit(&headers[index])
            || is_coded(index)
            || says_taken_back(&headers[index])
            || contents.get(index).is_some_and(Content::is_lengths);
        (tokens::says_but(&headers[index], "other", "flag") && !says_otherwise)
            || private::is_of_no_drug(&headers[index])
            || outcome::says_status_of_another(&headers[index])
            || doses.says_who_pays(&headers[index])
            || outcome::is_of_denials(&headers[index], contents.get(index))
            || has_outcome && outcome::is_of_catalogue(&headers[index], true)
    };
    (0..headers.len())
        .filter(|&index| !serves(index) && !of_no_use(index))
        .map(|index| (index, looks_like(index)))
        .collect()
}

/// Whether a header speaks of a birth, whatever else it says, and not of another person's than the patient's.
pub fn may_say_birth(header: &str) -> bool {
    const PARTS: [&str; 6] = ["birth", "brth", "dob", "geburt", "naiss", "nacim"];
    const PLACES: [&str; 5] = ["place", "country", "state", "weight", "name"];
    let folded = fold::fold(header);
    let is_said = tokens::says(header, "birth") || PARTS.iter().any(|part| folded.contains(part));
    is_said
        && !private::is_of_another_person(header)
        && !tokens::says(header, "prescriber")
        && !tokens::words_have(header, &PLACES)
}

/// Whether a header speaks of a length.
pub fn says_length(header: &str) -> bool {
    tokens::says_any(header, &["days", "duration", "ds", "supply"])
        && !tokens::says_any(header, &["other", "date", "refill", "planned"])
}

/// Whether a header speaks of how much of something was handed over, and not of what is left, may be handed over or is in stock:
/// `RX_QTY_X`, `Units Submitted`.
pub fn says_quantity(header: &str) -> bool {
    const OTHERS: [&str; 34] = [
        "par",
        "ql",
        "return",
        "returned",
        "returns",
        "waste",
        "wasted",
        "credit",
        "starting",
        "beginning",
        "remaining",
        "left",
        "authorized",
        "authorised",
        "auth",
        "written",
        "prescribed",
        "ordered",
        "refill",
        "refills",
        "owed",
        "hand",
        "stock",
        "limit",
        "max",
        "maximum",
        "min",
        "per",
        "daily",
        "unit",
        "uom",
        "type",
        "qualifier",
        "reorder",
    ];
    let is_said = tokens::says(header, "quantity");
    is_said && !tokens::words_have(header, &OTHERS) && !tokens::says_any(header, &["date", "money"])
}

/// Whether a header speaks of how much is in stock before or after something was taken out: `Beginning Count`, `Ending Bal`.
pub fn says_stock(header: &str) -> bool {
    const WHEN: [&str; 9] = [
        "beginning",
        "begin",
        "ending",
        "starting",
        "closing",
        "opening",
        "expected",
        "par",
        "hand",
    ];
    const WHAT: [&str; 9] =
        ["count", "cnt", "qty", "quantity", "balance", "bal", "level", "inventory", "stock"];
    tokens::words_have(header, &WHEN) && tokens::words_have(header, &WHAT)
}

/// Whether a header speaks of money. `Amount` with another word does, unless it is the amount handed over.
pub fn says_money(header: &str) -> bool {
    const OF_PIECES: [&str; 9] =
        ["days", "duration", "supply", "ds", "quantity", "dispense", "fill", "drug", "given"];
    let words = words_of(header);
    let is_amount = words.len() > 1 && words.last().is_some_and(|last| last == "amt");
    (is_amount || tokens::says(header, "money")) && !tokens::says_any(header, &OF_PIECES)
}

/// Whether a header speaks of what a claim cost or who paid it: `Plan Paid`, `Ingredient Cost`, `Net Amount`.
pub(crate) fn says_money_of_claims(header: &str) -> bool {
    const MONEY: [&str; 26] = [
        "paid",
        "pay",
        "cost",
        "costs",
        "amount",
        "amt",
        "price",
        "charge",
        "charges",
        "fee",
        "copay",
        "total",
        "net",
        "gross",
        "reimbursement",
        "payment",
        "betrag",
        "montant",
        "importe",
        "importo",
        "bedrag",
        "kosten",
        "cout",
        "coste",
        "costo",
        "kwota",
    ];
    const OTHERS: [&str; 10] =
        ["date", "dt", "id", "code", "cd", "flag", "ind", "status", "indicator", "type"];
    (says_money(header) || tokens::words_have(header, &MONEY))
        && !tokens::words_have(header, &OTHERS)
        && generic::header_meaning(header).is_none()
}

/// Whether a header speaks of births.
pub(crate) fn says_birth(header: &str) -> bool {
    tokens::says(header, "birth")
}

/// Whether a header speaks of RxNorm, whose codes are plain numbers.
pub fn says_rxnorm(header: &str) -> bool {
    let folded = fold::fold(header);
    folded.contains("rxnorm") || folded.contains("rxcui")
}

/// Whether a header says that its column holds a field.
pub fn header_means(header: &str, field: Field) -> bool {
    generic::header_meaning(header).is_some_and(|(meant, _)| meant == field)
}

/// How many of the headers are known, to choose between delimiters.
pub(super) fn familiar(headers: &[String]) -> usize {
    headers.iter().filter(|header| generic::header_meaning(header).is_some()).count()
}

/// Whether a text can be a header and nothing else.
pub(super) fn is_header_text(text: &str) -> bool {
    shown::is_header(text)
}

/// How many of the headers are known, or are about people: names, numbers that a family shares, how they are related.
pub(super) fn nameable(headers: &[String]) -> usize {
    let is_of_people = |header: &str| household::is_part(header) || private::is_private(header);
    let is_known =
        |header: &&String| generic::header_meaning(header).is_some() || is_of_people(header);
    headers.iter().filter(is_known).count()
}

#[cfg(test)]
mod tests;

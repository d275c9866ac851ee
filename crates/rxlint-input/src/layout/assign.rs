//! Which column serves which field.

use rxlint_model::record::{Field, Statement};

use super::amounts::beside::{
    leave_packs_beside_loose, place_count, place_dose_unit, place_duration_unit, place_pack_size,
    place_quantity_unit,
};
use super::amounts::{quantity_count, supplied};
use super::answer::essential::{Essential, LayoutError};
use super::cells::content::Content;
use super::columns::ColumnMap;
use super::days::span;
use super::doses::claims_and_orders::Doses;
use super::headers::known::KnownLayout;
use super::headers::{fold, free_text, generic, tokens};
use super::outcomes::decisions;
use super::outcomes::outcome::{
    self, Outcomes, is_of_denials, is_of_no_fill, says_status_of_another,
};
use super::persons::group;
use super::table::JoinedColumns;

/// The best column for each field, each column serving one field.
pub(super) fn assign(
    headers: &[String],
    folded: &[String],
    known: Option<&KnownLayout>,
    contents: &[Content],
) -> Vec<(usize, Field)> {
    let mut columns = known.map_or_else(Vec::new, |known| of_known(known, folded, contents));
    let ignored =
        |header: &String| known.is_some_and(|known| known.ignored.contains(&header.as_str()));
    let free = |index: usize, header: &String| {
        !columns.iter().any(|(n, _)| *n == index) && !ignored(header)
    };
    let until = span::until_beside_since(headers);
    let outcomes = Outcomes::of(headers, contents);
    let is_billed = headers.iter().any(|header| super::header_means(header, Field::Hcpcs));
    let doses = Doses::of(headers, contents);
    let mut meanings: Vec<(Field, bool, usize, usize)> = (folded.iter().enumerate())
        .filter(|(index, header)| free(*index, header))
        .filter_map(|(index, _)| {
            let header = &headers[index];
            if let Some(serves) = of_outcome(headers, index, contents, &outcomes, &doses) {
                return serves.map(|(field, rank)| (field, false, rank, index));
            }
            let (field, listed) = generic::header_meaning(header)
                .filter(|_| until != Some(index))
                .or_else(|| (until == Some(index)).then_some((Field::Stop, generic::BY_WORDS)))?;
            let (field, rank) = of_cells(field, listed, header, contents.get(index))?;
            let rank = match field {
                Field::Quantity => quantity_count::rank(header, rank, is_billed),
                Field::Status if doses.has_status(header, contents.get(index)) => 0,
                _ => rank,
            };
            if matches!(field, Field::Status | Field::Voided | Field::Cancelled)
                && doses.is_beside(header)
            {
                return None;
            }
            // What only the words of a header suggest must not contradict its cells; and no drug is called *true*.
            let is_name = matches!(field, Field::Drug | Field::Generic | Field::Brand);
            let fits = contents.get(index).is_none_or(|content| {
                (rank.max(listed) < generic::BY_WORDS || content.can_be(field))
                    && !(is_name && content.is_flag())
            });
            fits.then_some((field, is_empty(contents, index), rank, index))
        })
        .collect();
    // The best name of each field comes first, and of equal names the first column. A blank column comes last.
    meanings.sort_unstable();
    for (field, _, _, index) in meanings {
        if Field::REPEATABLE.contains(&field) || !columns.iter().any(|(_, f)| *f == field) {
            columns.push((index, field));
        }
    }
    if is_exchanged(&columns, contents) {
        columns.retain(|(_, field)| *field != Field::Patient);
    }
    supplied::place_names(headers, &mut columns, contents);
    place_dosage(folded, &mut columns);
    place_duration_unit(folded, &mut columns);
    place_dose_unit(folded, &mut columns, contents);
    place_quantity_unit(folded, &mut columns, contents);
    place_count(headers, &mut columns, contents);
    if !is_billed {
        quantity_count::leave_counts_of_claims(headers, &mut columns, contents);
    }
    place_pack_size(headers, &mut columns, contents);
    leave_packs_beside_loose(headers, &mut columns, contents);
    place_facility(folded, &mut columns, contents);
    columns
}

/// What a column serves, and how well, if it says what became of its rows in answers, letters or words, whatever else its header may
/// mean; `Some(None)` if it serves nothing.
fn of_outcome(
    headers: &[String],
    index: usize,
    contents: &[Content],
    outcomes: &Outcomes,
    doses: &Doses,
) -> Option<Option<(Field, usize)>> {
    let (header, content) = (headers[index].as_str(), contents.get(index));
    let where_none_else = || Some((Field::Status, LAST)).filter(|_| !outcomes.has_any());
    let says_by_letters = outcome::says_by_letters(header, content);
    let asks = outcome::asks_whether_handed_over(header, content);
    let goes_on = || outcome::says_may_go_on(header) && !doses.are_logged();
    Some(if (says_by_letters || asks) && (doses.is_beside(header) || goes_on()) {
        None
    } else if says_by_letters {
        where_none_else()
    } else if asks {
        let rank = |field| if field == Field::Status { 0 } else { LAST };
        outcomes.answers_serve(header).map(|field| (field, rank(field)))
    } else if decisions::is_of_decisions(header, content) {
        where_none_else()
    } else if outcome::is_of_charting(headers, index, contents) {
        Some((Field::Voided, LAST))
    } else if outcome::is_of_bills(headers, header, content) {
        Some((Field::Adjustment, LAST))
    } else if is_of_denials(header, content)
        || !outcomes.has_any() && outcome::is_of_doses(headers, header, content)
    {
        Some((Field::Status, LAST))
    } else if outcome::is_of_catalogue(header, outcomes.has_any()) {
        None
    } else {
        return None;
    })
}

/// Whether the headers of the patient's column and of one of codes or quantities are above each other's cells: then no column identifies
/// a patient by its header.
fn is_exchanged(columns: &[(usize, Field)], contents: &[Content]) -> bool {
    let of = |wanted: Field| {
        let column = columns.iter().find(|(_, field)| *field == wanted);
        column.and_then(|(at, _)| contents.get(*at))
    };
    let Some(patient) = of(Field::Patient) else { return false };
    patient.is_code() && of(Field::Ndc).is_some_and(Content::is_of_identifiers_alone)
        || patient.is_small_numbers()
            && of(Field::Quantity).is_some_and(Content::is_of_identifiers_alone)
}

/// The columns that a known layout names; of several for one field, filled ones first.
fn of_known(known: &KnownLayout, folded: &[String], contents: &[Content]) -> Vec<(usize, Field)> {
    let of_field = |(field, names): &(Field, &str)| {
        let named = |name: &str| folded.iter().position(|header| header == name);
        let says_something = |index: &usize| !is_empty(contents, *index);
        let found = || names.split_ascii_whitespace().filter_map(named);
        let index = found().find(says_something).or_else(|| found().next())?;
        Some((index, *field))
    };
    known.names.iter().filter_map(of_field).collect()
}

/// Far below every other name.
const LAST: usize = 10_000;

/// What a header means with these cells, and how well: `Dni` are days in Prague and an identity card in Madrid. `None` if the column
/// is about something other than its field.
pub(super) fn of_cells(
    field: Field,
    rank: usize,
    header: &str,
    content: Option<&Content>,
) -> Option<(Field, usize)> {
    const PLANNED: [&str; 8] =
        ["rx", "prescription", "prescribed", "written", "ordered", "order", "authorized", "script"];
    let words = tokens::words_of(header);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let is_day_or_length = field.is_date() || field == Field::DaysSupply;
    if is_day_or_length && tokens::says(header, "actual") {
        return content.is_none_or(|content| content.can_be(field)).then_some((field, 0));
    }
    // What really happened ranks before all others.
    let rank = rank_of_day(field, rank + 1, header);
    match field {
        Field::Quantity | Field::DaysSupply if tokens::ends_in_written_number(header) => None,
        Field::Patient => of_patient(rank, header, &words, content),
        Field::Generic if tells_misuse(header, content) => None,
        Field::Adjustment if tokens::says(header, "tob") => {
            let is_frequency = |content: &Content| {
                tokens::says(header, "frequency") && content.is_bill_frequency()
            };
            content
                .is_none_or(|content| content.is_bill_types() || is_frequency(content))
                .then_some((field, rank + LAST))
        }
        Field::Prescription if words == ["rx"] && content.is_some_and(Content::is_drug_names) => {
            Some((Field::Drug, rank + LAST))
        }
        // `Dispensed Units` may say which, or how many.
        Field::QuantityUnit
            if tokens::says(header, "quantity") && content.is_some_and(Content::is_numbers) =>
        {
            Some((Field::Quantity, rank))
        }
        // What was handed over decides, not what was prescribed.
        Field::DaysSupply if has(&PLANNED) => Some((field, rank + LAST)),
        Field::DaysSupply if supplied::says_handed(header) => Some((field, 1)),
        Field::DaysSupply if supplied::said(header).is_some() => Some((field, rank + LAST)),
        Field::DaysSupply if rank == 1 => Some((field, 2)),
        Field::Status | Field::Voided if is_of_no_fill(&words) => None,
        Field::Status if says_status_of_another(header) => None,
        // `Current` may be a dose, or a day; and `IS_CURRENT` may be the version of the row.
        Field::Active if words.len() == 1 && ["current", "ongoing"].contains(&&*words[0]) => {
            let is_whole = fold::fold(header) == words[0];
            (is_whole && content.is_some_and(Content::is_answers)).then_some((field, rank))
        }
        // Where the claim comes from.
        Field::Status if has(&["state"]) && content.is_some_and(Content::is_tiny) => None,
        // Codes that only their own system knows say less than its words next to them.
        Field::Status if content.is_some_and(Content::is_numbers) => Some((field, rank + LAST)),
        // The text of a label is the directions, if it says how often.
        Field::Drug | Field::Generic | Field::Brand
            if words == ["label", "text"] && content.is_some_and(Content::is_directions) =>
        {
            Some((Field::Directions, rank))
        }
        // A reason, a problem and a `CID` are diagnoses if their cells are diagnosis codes.
        Field::Diagnosis if rank >= generic::BY_WORDS && !says_diagnosis(header, &words) => {
            content.is_some_and(Content::is_diagnosis_codes).then_some((field, rank))
        }
        // A procedure and a service may be given by name.
        Field::Hcpcs if rank >= generic::BY_WORDS && !tokens::says(header, "hcpcs") => {
            content.is_some_and(Content::is_procedure_codes).then_some((field, rank))
        }
        // Without a word for a day only the cells say that it is one.
        Field::Administered
            if rank >= generic::BY_WORDS && !tokens::says_any(header, &["date", "time"]) =>
        {
            content.is_none_or(Content::has_dates).then_some((field, rank))
        }
        Field::Start | Field::Stop
            if rank >= generic::BY_WORDS
                && tokens::says_any(header, &["since", "until", "discontinue"])
                && !tokens::says_any(header, &["start", "end", "date", "time"]) =>
        {
            content.is_none_or(Content::has_dates).then_some((field, rank))
        }
        _ => Some((field, rank)),
    }
}

/// What a header of the patient means with its cells, and how well.
fn of_patient(
    rank: usize,
    header: &str,
    words: &[String],
    content: Option<&Content>,
) -> Option<(Field, usize)> {
    let is = |what: fn(&Content) -> bool| content.is_some_and(what);
    match words {
        [only] if only == "dni" && is(Content::is_small_numbers) => Some((Field::DaysSupply, rank)),
        // Until when in Spanish, a patient in Turkish.
        [only] if only == "hasta" && is(Content::is_written_dates) => Some((Field::Stop, rank)),
        // In Chile; elsewhere a `run` is that of a program.
        words if words.iter().any(|word| word == "run") && !is(Content::is_checked_numbers) => None,
        // A tax number in Italy, or whether someone has cystic fibrosis.
        _ if fold::fold(header) == "cf" && is(Content::is_tiny) => None,
        // No identifier of a person is a day, whatever the header says.
        _ if is(Content::is_written_dates) => None,
        // A number identifies better than a name.
        _ if is(Content::is_letters_alone) => Some((Field::Patient, rank + LAST)),
        // Who typed the row, if another column says who the patient is.
        _ if group::says_user(header) => Some((Field::Patient, rank + LAST / 2)),
        _ if group::says_licence(header) => Some((Field::Patient, rank + LAST / 4)),
        // Four times a day, unless the cells are long numbers.
        [only] if only == "qid" && !is(Content::is_of_identifiers_alone) => None,
        _ => Some((Field::Patient, rank)),
    }
}

/// How well a header names a day compared with others: what was planned comes last; each service of a claim has its own day, which
/// comes before those of the whole claim and after that of a fill.
fn rank_of_day(field: Field, rank: usize, header: &str) -> usize {
    let says = |meaning: &str| tokens::says(header, meaning);
    match field {
        Field::Stop if says("planned") => rank + LAST,
        Field::Dispensed if says("line") => generic::rank_of("servicedate"),
        Field::Dispensed if says("service") && says("start") => generic::rank_of("servicedate") + 1,
        _ => rank,
    }
}

/// Whether a column of substances says what patients of an addiction clinic use, rather than an ingredient.
fn tells_misuse(header: &str, content: Option<&Content>) -> bool {
    free_text::may_be_of_misuse(header) && content.is_some_and(Content::names_misused)
}

/// Whether a header plainly speaks of diagnoses, whatever its cells are.
fn says_diagnosis(header: &str, words: &[String]) -> bool {
    tokens::says(header, "dx") && words != ["cid"]
}

/// Whether the cells may count what is taken per day: small numbers, fractions included, or numbers with a word. A `daily dose` in
/// plain numbers may be in milligrams, unless its header says what it counts.
pub(super) fn counts_per_day(header: &str, content: &Content) -> bool {
    let is_dose = tokens::words_of(header).iter().any(|word| word == "dose");
    let may_be_mg = is_dose && !tokens::says_pieces(header);
    content.is_amounts_in_words()
        || (content.is_small_numbers() || content.is_pieces()) && !may_be_mg
}

/// A date of return in nearly every row is that of a next visit, or the file is one of returns: it cancels nothing unless the user says so.
pub(super) fn drop_doubtful_returns(
    columns: &mut Vec<(usize, Field)>,
    folded: &[String],
    contents: &[Content],
) {
    columns.retain(|(at, field)| {
        let is_throughout = contents.get(*at).is_some_and(Content::has_dates_throughout);
        *field != Field::Voided || !is_return_date(&folded[*at]) || !is_throughout
    });
}

/// A `Refill` is the number of the fill if it counts; otherwise it may say whether the row is a refill.
pub(super) fn drop_doubtful_refills(
    columns: &mut Vec<(usize, Field)>,
    folded: &[String],
    contents: &[Content],
) {
    columns.retain(|(at, field)| {
        let counts = || contents.get(*at).is_none_or(|cells| cells.is_tiny() && cells.has_digits());
        *field != Field::FillNumber || folded[*at] != "refill" || counts()
    });
}

/// Whether a header is that of a date on which something was or will be returned.
pub(super) fn is_return_date(folded: &str) -> bool {
    ["returndate", "returneddate", "datereturned", "returndt", "returnon", "dateofreturn"]
        .contains(&folded)
}

/// A facility issues medical record numbers: another one may give the same number to someone else.
fn place_facility(folded: &[String], columns: &mut Vec<(usize, Field)>, contents: &[Content]) {
    const NUMBERS: [&str; 9] = [
        "mrn",
        "medicalrecord",
        "medrec",
        "chartno",
        "chartnum",
        "hospitalno",
        "hospitalnum",
        "unitnumber",
        "urnumber",
    ];
    const OF_ALL: [&str; 5] = ["enterprise", "emrn", "empi", "master", "global"];
    const FACILITIES: [&str; 8] = [
        "facility",
        "facilityid",
        "facilitycode",
        "facilityname",
        "hospital",
        "hospitalid",
        "hospitalcode",
        "hospitalname",
    ];
    let has = |header: &str, parts: &[&str]| parts.iter().any(|part| header.contains(part));
    let is_issued = columns.iter().any(|(index, field)| {
        let header = &folded[*index];
        *field == Field::Patient && has(header, &NUMBERS) && !has(header, &OF_ALL)
    });
    if !is_issued || columns.iter().any(|(_, field)| *field == Field::Authority) {
        return;
    }
    let is_free = |index: usize| !columns.iter().any(|(at, _)| *at == index);
    let facility = FACILITIES.iter().find_map(|name| {
        (0..folded.len())
            .find(|&index| folded[index] == *name && is_free(index) && !is_empty(contents, index))
    });
    columns.extend(facility.map(|index| (index, Field::Authority)));
}

fn is_empty(contents: &[Content], index: usize) -> bool {
    contents.get(index).is_some_and(Content::is_empty)
}

/// Further columns that name the drug serve the fields for names that have no column; those that differ only by a number (`drug1`,
/// `drug2`) are medicines of one list.
pub(super) fn add_drug_names(
    headers: &[String],
    folded: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
) -> Vec<JoinedColumns> {
    let is_used =
        |index: usize, columns: &[(usize, Field)]| columns.iter().any(|(at, _)| *at == index);
    let names_drug = |index: usize| {
        let field = generic::header_meaning(&headers[index]).map(|(field, _)| field);
        matches!(field, Some(Field::Drug | Field::Generic | Field::Brand))
            && !VAGUE.contains(&folded[index].as_str())
            && !tells_misuse(&headers[index], contents.get(index))
            && !is_empty(contents, index)
            && contents.get(index).is_none_or(|content| content.can_be(Field::Drug))
    };
    let stem = |index: usize| folded[index].trim_end_matches(|c: char| c.is_ascii_digit());
    let mut joined: Vec<JoinedColumns> = Vec::new();
    let Some(&(first, _)) = columns.iter().find(|(_, field)| *field == Field::Drug) else {
        return joined;
    };
    let mut list = vec![first];
    let (number_of, several) = (without_numbers(folded), has_several_days(headers, folded));
    for index in 0..headers.len() {
        if is_used(index, columns) || !names_drug(index) {
            continue;
        }
        // Each medicine has its own days, which are not those of the first.
        if several && number_of(index) == number_of(first) {
            continue;
        }
        if folded[index] != folded[first] && stem(index) == stem(first) {
            list.push(index);
            continue;
        }
        let is_free = |field: &Field| !columns.iter().any(|(_, other)| other == field);
        let free = [Field::Generic, Field::Brand].into_iter().find(is_free);
        columns.extend(free.map(|field| (index, field)));
    }
    if list.len() > 1 {
        joined.push(JoinedColumns::of(Field::Drug, list, "; "));
    }
    joined
}

/// A header without the numbers in it.
fn without_numbers(folded: &[String]) -> impl Fn(usize) -> String + '_ {
    |index| folded[index].chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// Whether several columns of first days, ends or days' supplies are the same but for a number.
fn has_several_days(headers: &[String], folded: &[String]) -> bool {
    let name = without_numbers(folded);
    let is_day = |index: &usize| {
        let field = generic::header_meaning(&headers[*index]).map(|(field, _)| field);
        field.is_some_and(|field| {
            Field::FIRST_DAY.contains(&field) || matches!(field, Field::Stop | Field::DaysSupply)
        })
    };
    let days: Vec<String> = (0..headers.len()).filter(is_day).map(name).collect();
    days.iter().enumerate().any(|(at, name)| days[..at].contains(name))
}

/// Every column of diagnoses counts: together they are one list.
pub(super) fn add_diagnoses(
    headers: &[String],
    columns: &[(usize, Field)],
    contents: &[Content],
) -> Option<JoinedColumns> {
    let &(first, _) = columns.iter().find(|(_, field)| *field == Field::Diagnosis)?;
    let is_free = |index: &usize| !columns.iter().any(|(at, _)| at == index);
    let is_one = |index: &usize| {
        let field = generic::header_meaning(&headers[*index]).map(|(field, _)| field);
        field == Some(Field::Diagnosis) && !is_empty(contents, *index)
    };
    let others = (0..headers.len()).filter(is_free).filter(is_one);
    let list: Vec<usize> = std::iter::once(first).chain(others).collect();
    (list.len() > 1).then_some(JoinedColumns::of(Field::Diagnosis, list, "; "))
}

/// Every column that states the same length counts, the nearest to the hand-over first: a record gives its length in one of them.
/// Columns that count weeks, or belong to another medicine of the row, are left out.
pub(super) fn add_days(
    headers: &[String],
    folded: &[String],
    columns: &[(usize, Field)],
    contents: &[Content],
) -> Option<JoinedColumns> {
    let &(first, _) = columns.iter().find(|(_, field)| *field == Field::DaysSupply)?;
    let has = |field: Field| columns.iter().any(|(_, other)| *other == field);
    let counts_other = |at: usize| super::counted(&headers[at]).is_some();
    let has_twin = |at: usize| {
        let is_drug = |other: &usize| {
            let field = generic::header_meaning(&headers[*other]).map(|(field, _)| field);
            field.is_some_and(|field| Essential::Drug.fields().contains(&field))
        };
        folded[at + 1..].contains(&folded[at]) && is_drug(&at)
    };
    if has(Field::DaysUnit) || counts_other(first) || (0..headers.len()).any(has_twin) {
        return None;
    }
    let name = without_numbers(folded);
    let is_numbered = |at: usize| folded[at] != folded[first] && name(at) == name(first);
    let rank = |at: usize| {
        let is_free = !columns.iter().any(|(other, _)| *other == at);
        let (field, rank) = generic::header_meaning(&headers[at])?;
        let (field, rank) = of_cells(field, rank, &headers[at], contents.get(at))?;
        let fits = contents.get(at).is_none_or(|content| content.can_be(Field::DaysSupply));
        (field == Field::DaysSupply && is_free && fits && !is_numbered(at) && !counts_other(at))
            .then_some((rank, at))
    };
    let mut others: Vec<(usize, usize)> = (0..headers.len()).filter_map(rank).collect();
    others.sort_unstable();
    let list: Vec<usize> =
        std::iter::once(first).chain(others.into_iter().map(|(_, at)| at)).collect();
    (list.len() > 1).then_some(JoinedColumns::of(Field::DaysSupply, list, " "))
}

/// Names that things other than drugs also have.
const VAGUE: [&str; 20] = [
    "code",
    "kod",
    "sourcecode",
    "itemcode",
    "description",
    "sourcedescription",
    "itemdescription",
    "itemname",
    "product",
    "productservice",
    "itemservice",
    "item",
    "material",
    "displayname",
    "ordername",
    "orderdesc",
    "orderdescription",
    "libelle",
    "libellé",
    "designation",
];

/// A `code` or a `description` is taken for a drug's only next to something that only drugs have: in a list of diagnoses, "poisoning
/// by methadone" is not a prescription.
pub(super) fn drop_vague_names(columns: &mut Vec<(usize, Field)>, folded: &[String]) {
    const SAID_OF_DRUGS: [Field; 10] = [
        Field::Strength,
        Field::Dose,
        Field::Form,
        Field::Route,
        Field::Quantity,
        Field::DaysSupply,
        Field::Directions,
        Field::Frequency,
        Field::Prescription,
        Field::FillNumber,
    ];
    let of_drug = |field: &Field| Essential::Drug.fields().contains(field);
    let vague = |(index, field): &(usize, Field)| {
        of_drug(field) && VAGUE.contains(&folded[*index].as_str())
    };
    let plain = |column: &(usize, Field)| {
        SAID_OF_DRUGS.contains(&column.1) || of_drug(&column.1) && !vague(column)
    };
    if !columns.iter().any(plain) {
        columns.retain(|column| !vague(column));
    }
}

/// `dosage` is a product's strength if nothing else is, and otherwise what is taken at a time. `units` are a quantity if procedures are billed.
fn place_dosage(folded: &[String], columns: &mut Vec<(usize, Field)>) {
    let column = |names: &[&str]| folded.iter().position(|header| names.contains(&header.as_str()));
    let mut place = |index: Option<usize>, fields: &[Field]| {
        let free = |field: &&Field| !columns.iter().any(|(_, f)| f == *field);
        if let (Some(index), Some(field)) = (index, fields.iter().find(free)) {
            columns.push((index, *field));
        }
    };
    place(
        column(&["dosage", "dosagevalue", "medicationdosage", "drugdosage"]),
        &[Field::Strength, Field::Dose],
    );
    place(column(&["dosageunit", "dosageunits"]), &[Field::StrengthUnit, Field::DoseUnit]);
    if columns.iter().any(|(_, field)| *field == Field::Hcpcs)
        && !columns.iter().any(|(_, field)| *field == Field::Quantity)
    {
        let units = column(&["units", "unit", "svcunits", "lineserviceunits"]);
        columns.extend(units.map(|index| (index, Field::Quantity)));
    }
}

pub(super) fn override_with(
    columns: &mut Vec<(usize, Field)>,
    asked: &ColumnMap,
    headers: &[String],
) -> Result<Vec<JoinedColumns>, LayoutError> {
    let (mut wanted, mut joined) = (Vec::new(), Vec::new());
    for (field, column) in asked.chosen() {
        columns.retain(|(_, f)| f != field);
        if let Some(column) = column {
            let Some(indices) = column.find_all(headers) else {
                let near = fold::nearest(&column.to_string(), headers.iter().map(String::as_str))
                    .map(str::to_owned);
                return Err(LayoutError::NoColumn(*field, column.clone(), near));
            };
            wanted.extend(indices.first().map(|index| (*index, *field)));
            if indices.len() > 1 {
                let separator = match field {
                    Field::Drug => "; ",
                    // Year, month and day; a date and its time are only two.
                    field if field.is_date() && indices.len() == 3 => "-",
                    _ => " ",
                };
                joined.push(JoinedColumns::of(*field, indices, separator));
            }
        }
    }
    // A column that was asked for is no longer available to guesses.
    columns.retain(|(index, _)| !wanted.iter().any(|(n, _)| n == index));
    columns.extend(wanted);
    Ok(joined)
}

pub(super) fn missing(columns: &[(usize, Field)]) -> Vec<Essential> {
    let has =
        |essential: &Essential| columns.iter().any(|(_, field)| essential.fields().contains(field));
    [Essential::Patient, Essential::Drug, Essential::FirstDay]
        .into_iter()
        .filter(|essential| !has(essential))
        .collect()
}

/// What the rows of a table are: courses, where they have a start and a stop, or a start or an order and the day on which they were
/// discontinued, and no fill or supply; lines of a list, where these say only whether they are active.
pub(super) fn statement(
    columns: &[(usize, Field)],
    headers: &[String],
    by_content: &[(usize, Field)],
) -> Statement {
    let has = |fields: &[Field]| columns.iter().any(|(_, field)| fields.contains(field));
    // The only day of a table, which its header leaves open, need not be that of a fill.
    let is_any_day = by_content.iter().any(|(_, field)| *field == Field::Dispensed);
    let is_filled = has(&[Field::Dispensed]) && !is_any_day;
    if is_filled || has(&[Field::Administered, Field::DaysSupply]) {
        return Statement::Fill;
    }
    if has(&[Field::Start]) && has(&[Field::Stop]) {
        return Statement::Course;
    }
    let is_of_fills = has(&[Field::Quantity, Field::FillNumber, Field::Adjustment, Field::Hcpcs]);
    if !(is_any_day || has(&[Field::Start, Field::Written])) || is_of_fills {
        return Statement::Fill;
    }
    // What was filled or sold is not a course that goes on; what someone is taking is.
    let says_active = |(at, field): &(usize, Field)| {
        let header = &headers[*at];
        *field == Field::Active
            || *field == Field::Status
                && (outcome::says_taking(header) || !outcome::says_handed_over(header))
    };
    if has(&[Field::Discontinued, Field::Stop]) {
        Statement::Course
    } else if columns.iter().any(says_active) {
        Statement::Listed
    } else {
        Statement::Fill
    }
}

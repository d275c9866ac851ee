//! Makes header names comparable: `Patient ID`, `patient_id` and `PatientId` are the same name.

use rustc_hash::FxHashMap;

use rxlint_model::record::Field;

use super::generic::{header_meaning, is_listed};
use super::tokens::{says_any, says_nothing};

/// The letters and digits of a header in lower case, without the name of its own table before a dot (`claims.patient_id`), unless the
/// two together have a meaning of their own (`Fill.Date`).
pub(in crate::layout) fn fold(header: &str) -> String {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let (whole, name) = (letters(header), without_table(header));
    if name.len() == header.len() || is_listed(&whole) { whole } else { letters(name) }
}

/// The header without the table of its records before a dot. Anything else before the dot says what the column is about, as it would
/// before an underscore: `member.status`, `Prev. Drug`.
pub(super) fn without_table(header: &str) -> &str {
    let mut rest = header;
    while let Some((table, name)) = rest.split_once('.')
        && is_own_table(table)
        && is_name(name)
    {
        rest = name;
    }
    rest
}

/// The headers with numbers in place of what a join adds to columns of both tables, `Drug_x` and `Drug_y`, if it does so to several.
pub(in crate::layout) fn with_numbered_twins(headers: Vec<String>) -> Vec<String> {
    const FEWEST: usize = 2;
    let stem = |header: &str, letter: char| -> Option<String> {
        let stem = header.trim_end().strip_suffix(letter)?;
        stem.ends_with(['_', '.', ' ']).then(|| stem.to_owned())
    };
    let second = |stem: &String| headers.iter().any(|header| *header == format!("{stem}y"));
    let stems: Vec<String> =
        headers.iter().filter_map(|header| stem(header, 'x')).filter(second).collect();
    if stems.len() < FEWEST {
        return headers;
    }
    let numbered = |header: &String| {
        let of = |letter: char, number: u8| {
            let stem = stem(header, letter).filter(|stem| stems.contains(stem))?;
            Some(format!("{stem}{number}"))
        };
        of('x', 1).or_else(|| of('y', 2)).unwrap_or_else(|| header.clone())
    };
    headers.iter().map(numbered).collect()
}

/// The headers without the name of a table before all of them, or before several if it means nothing: `dbo.`, `t.`, `rx/`, `PHM_`. A
/// header that says who it is about only together with that name keeps it.
pub(in crate::layout) fn without_common_table(written: &[String]) -> Vec<String> {
    let headers = &without_common_beginning(written);
    let all = headers.iter().filter(|header| !header.is_empty()).count();
    let of_each: Vec<&str> = headers.iter().map(|header| table(header)).collect();
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    of_each.iter().for_each(|table| *counts.entry(table).or_default() += 1);
    let is_common = |table: &str| {
        let with = counts.get(table).copied().unwrap_or(0);
        let words = words(table);
        let is_alias =
            || words.iter().all(|word| word.chars().filter(|c| c.is_alphabetic()).count() < 2);
        let is_technical = || words.iter().all(|word| TECHNICAL.contains(&word.as_str()));
        let says_nothing = || with * 2 > all && says_nothing(table);
        !table.is_empty()
            && with > 1
            && (with == all
                || table.ends_with('.') && (is_alias() || is_technical() || says_nothing()))
    };
    let bare = |(header, table): (&String, &&str)| {
        let rest = &header[table.len()..];
        if !is_common(table) || needs_table(header, table, rest) { header } else { rest }.to_owned()
    };
    headers.iter().zip(&of_each).map(bare).collect()
}

/// The headers without the words that they all begin with: `Fill: `, `pharmacy_claim_`, `Textbox`.
fn without_common_beginning(headers: &[String]) -> Vec<String> {
    /// With fewer headers, or a shorter beginning, it may be chance.
    const FEWEST: usize = 4;
    const SHORTEST: usize = 3;
    let filled = || headers.iter().filter(|header| !header.is_empty());
    let Some(first) = filled().next().filter(|_| filled().count() >= FEWEST) else {
        return headers.to_vec();
    };
    let alike = |other: &String| {
        let same = first.char_indices().zip(other.chars()).find(|((_, a), b)| a != b);
        same.map_or(first.len().min(other.len()), |((at, _), _)| at)
    };
    let length = filled().map(alike).min().unwrap_or(0);
    let ends = first.char_indices().filter(|(at, _)| (SHORTEST..=length).contains(at));
    // Where one word ends and another begins.
    let is_end = |at: usize| {
        let before = first[..at].chars().next_back();
        let is_small = before.is_some_and(char::is_lowercase);
        let begins = |header: &String| header[at..].starts_with(char::is_uppercase);
        before.is_some_and(|c| !c.is_alphanumeric()) || is_small && filled().all(begins)
    };
    let is_beginning = |at: usize| is_end(at) && filled().all(|header| is_name(&header[at..]));
    let Some(end) = ends.map(|(at, _)| at).rfind(|at| is_beginning(*at)) else {
        return headers.to_vec();
    };
    let bare = |header: &String| match header.get(end..) {
        Some(rest) if !needs_beginning(header) => rest.to_owned(),
        _ => header.clone(),
    };
    headers.iter().map(bare).collect()
}

/// Whether a header has a meaning together with what they all begin with: `Drug Name`, `rx_date`, `Patient ID`.
fn needs_beginning(header: &str) -> bool {
    header_meaning(header).is_some() || is_listed(&fold(header))
}

/// What precedes the columns of a table that was merely copied.
const TECHNICAL: [&str; 10] = [
    "src",
    "source",
    "stg",
    "staging",
    "dim",
    "fact",
    "fields",
    "attributes",
    "properties",
    "columns",
];

/// What may be the name of a table before a header, with what separates them; empty if there is none.
fn table(header: &str) -> &str {
    let ends = [
        header.rfind('.').map(|at| at + 1),
        header.find(" - ").map(|at| at + 3),
        header.find(['/', ':']).map(|at| at + 1),
        header.find('_').filter(|at| *at > 0).map(|at| at + 1),
    ];
    let is_before = |end: &usize| is_name(&header[*end..]);
    ends.into_iter().flatten().find(is_before).map_or("", |end| &header[..end])
}

/// Whether a header means something else without its table: `patient.id`, `rx_date`.
fn needs_table(header: &str, table: &str, rest: &str) -> bool {
    let field = |header: &str| header_meaning(header).map(|(field, _)| field);
    match field(header) {
        Some(_) if table.ends_with('_') => true,
        Some(Field::Patient) => true,
        _ => says_any(table, &["patient"]) && field(rest).is_none(),
    }
}

/// Whether a text before a dot is the name of a table of prescriptions: `rx`, `pharmacy_claims`, `dbo`, `t1`.
fn is_own_table(table: &str) -> bool {
    const TABLES: [&str; 36] = [
        "claim",
        "claims",
        "clm",
        "rx",
        "rxs",
        "order",
        "orders",
        "med",
        "meds",
        "medication",
        "medications",
        "drug",
        "drugs",
        "dispense",
        "dispenses",
        "dispensing",
        "dispensings",
        "disp",
        "fill",
        "fills",
        "prescription",
        "prescriptions",
        "script",
        "scripts",
        "exposure",
        "row",
        "rows",
        "record",
        "records",
        "data",
        "table",
        "tbl",
        "dbo",
        "public",
        "pde",
        "export",
    ];
    const OF_OTHERS: [&str; 8] =
        ["prior", "previous", "prev", "next", "last", "first", "allergy", "interacting"];
    let words = words(table);
    let bare = |word: &String| word.trim_matches(|c: char| c.is_ascii_digit()).to_owned();
    let last = words.iter().map(bare).rfind(|word| !word.is_empty()).unwrap_or_default();
    let is_numbered = words.len() == 1 && words[0].len() > 1 && last == "t";
    (is_numbered || TABLES.contains(&last.as_str()))
        && !says_any(table, &["apart"])
        && !words.iter().any(|word| OF_OTHERS.contains(&word.as_str()))
}

fn is_name(text: &str) -> bool {
    !text.starts_with(char::is_whitespace) && text.chars().filter(|c| c.is_alphabetic()).count() > 1
}

/// The words of a header in lower case, at spaces, punctuation and changes of case.
pub(in crate::layout) fn words(header: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for c in header.chars() {
        if !c.is_alphanumeric() || after_small && c.is_uppercase() {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        after_small = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The header with its word for the kind of time replaced by "date": `filldt`, `dispensedat` and
/// `starttimestamp`.
pub(super) fn as_date(folded: &str) -> Option<String> {
    let ends = ["datetime", "timestamp", "dttm", "dtm", "date", "dt", "ts", "at", "on"];
    let stem = ends.iter().find_map(|end| folded.strip_suffix(end))?;
    Some(format!("{stem}date"))
}

/// How many letters must be added, dropped, changed or swapped with their neighbour to turn one text into the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = [vec![0; b.len() + 1], (0..=b.len()).collect(), vec![0; b.len() + 1]];
    for i in 0..a.len() {
        let [before, last, next] = &mut rows;
        next[0] = i + 1;
        for j in 0..b.len() {
            let change = last[j] + usize::from(a[i] != b[j]);
            next[j + 1] = change.min(last[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                next[j + 1] = next[j + 1].min(before[j - 1] + 1);
            }
        }
        rows.rotate_left(1);
    }
    rows[1][b.len()]
}

/// The candidate that the text most likely means, if one is near enough.
pub(crate) fn nearest<'c>(
    text: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let text = fold(text);
    let near =
        candidates.into_iter().map(|candidate| (distance(&text, &fold(candidate)), candidate));
    near.min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= 1 + text.len() / 4)
        .map(|(_, found)| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_fold_to_one_name() {
        for header in [
            "Patient ID",
            "patient_id",
            "PatientId",
            "PATIENT-ID",
            "claims.patient_id",
            " patient id ",
        ] {
            assert_eq!(fold(header), "patientid");
        }
        assert_eq!(fold("No."), "no");
        for (header, is) in [
            ("t1.patient_id", "patientid"),
            ("dbo.pharmacy_claims.drug_name", "drugname"),
            ("Fill.Date", "filldate"),
            ("rx.status", "rxstatus"),
            ("claims.status", "status"),
            ("member.status", "memberstatus"),
            ("Elig. Status", "eligstatus"),
            ("prior_meds.drug_name", "priormedsdrugname"),
            ("Rx. Status", "rxstatus"),
            ("D.O.B.", "dob"),
        ] {
            assert_eq!(fold(header), is, "{header}");
        }
        assert_eq!(words("patientFirstName"), ["patient", "first", "name"]);
        assert_eq!(words("BENE_SRNM_NAME"), ["bene", "srnm", "name"]);
        assert_eq!(as_date("filldt").as_deref(), Some("filldate"));
        assert_eq!(as_date("dispensedat").as_deref(), Some("dispenseddate"));
    }

    #[test]
    fn a_table_that_all_columns_have_in_common_says_nothing() {
        let bare = |headers: &[&str]| {
            without_common_table(
                &headers.iter().map(|&header| header.to_owned()).collect::<Vec<_>>(),
            )
        };
        assert_eq!(bare(&["a.id", "a.drug", "b.dob"]), ["id", "drug", "b.dob"]);
        assert_eq!(bare(&["acme.id", "acme.drug", "dob"]), ["id", "drug", "dob"]);
        assert_eq!(bare(&["pharmacy.id", "pharmacy.drug"]), ["id", "drug"]);
        assert_eq!(bare(&["member.id", "member.dob", "drug"]), ["member.id", "member.dob", "drug"]);
        assert_eq!(bare(&["patient.id", "patient.drug"]), ["patient.id", "drug"]);
        assert_eq!(
            bare(&["b.qty", "b.days", "id", "drug", "dob"]),
            ["qty", "days", "id", "drug", "dob"]
        );
        assert_eq!(bare(&["_source.qty", "_source.days", "id"]), ["qty", "days", "id"]);
        assert_eq!(bare(&["PHM_pat_id", "PHM_drug"]), ["pat_id", "drug"]);
        assert_eq!(bare(&["RX_patient_id", "RX_date"]), ["patient_id", "RX_date"]);
        assert_eq!(bare(&["rx/patient_id", "rx/status"]), ["patient_id", "status"]);
        assert_eq!(bare(&["Rx - patient_id", "Rx - qty"]), ["patient_id", "qty"]);
        assert_eq!(bare(&["pat_name", "drug"]), ["pat_name", "drug"]);
        assert_eq!(bare(&["id", "drug"]), ["id", "drug"]);
    }

    #[test]
    fn the_nearest_name_is_found() {
        assert_eq!(distance("patient", "pateint"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("drug", "drug"), 0);
        assert_eq!(nearest("pateint", ["patient", "prescriber"]), Some("patient"));
        assert_eq!(nearest("zebra", ["patient", "drug"]), None);
    }
}

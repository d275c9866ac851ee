//! How many doses of an order were given: `Doses Given` next to each order. With none, nothing was taken.

use rxlint_model::answers::says_none;
use rxlint_model::record::Field;

use crate::layout::SampleRows;
use crate::layout::headers::tokens::words_of;

/// Words for giving doses, in the languages of wards.
const GIVEN: [&str; 36] = [
    "given",
    "administered",
    "admin",
    "admins",
    "administration",
    "administrations",
    "mar",
    "emar",
    "charted",
    "taken",
    "used",
    "gaben",
    "verabreicht",
    "verabreichte",
    "verabreichungen",
    "gegeben",
    "administre",
    "administrees",
    "administres",
    "administrado",
    "administrada",
    "administradas",
    "administraciones",
    "administracoes",
    "somministrate",
    "somministrata",
    "somministrazioni",
    "toegediend",
    "toegediende",
    "toedieningen",
    "gegeven",
    "podanych",
    "givna",
    "givne",
    "givet",
    "gitt",
];
/// Words for counting them.
const COUNTED: [&str; 27] = [
    "doses",
    "dose",
    "dosen",
    "dosis",
    "dosi",
    "doseringen",
    "dawek",
    "doser",
    "times",
    "number",
    "num",
    "no",
    "nr",
    "nb",
    "nbr",
    "n",
    "count",
    "cnt",
    "total",
    "anzahl",
    "nombre",
    "aantal",
    "numero",
    "antal",
    "antall",
    "liczba",
    "of",
];
/// Words that add nothing.
const BESIDE: [&str; 7] = ["prn", "de", "d", "di", "actual", "actually", "the"];
/// Given words that count by themselves.
const ALONE: [&str; 12] = [
    "admins",
    "administrations",
    "gaben",
    "verabreichungen",
    "administraciones",
    "administracoes",
    "somministrazioni",
    "toedieningen",
    "administered",
    "given",
    "charted",
    "used",
];

/// Whether a header counts the doses that were given: `Doses Given`, `Admin Count`, `# Given`, `Anzahl Gaben`.
pub(crate) fn says_doses_counted(header: &str) -> bool {
    let words = words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let is_given = |word: &String| is(&GIVEN, word);
    let is_count = |word: &String| is(&COUNTED, word);
    // One dose is how much, not how many.
    let counts = header.contains('#')
        || words.iter().any(|word| is_count(word) && !matches!(word.as_str(), "dose" | "of"))
        || words.iter().any(|word| is(&ALONE, word)) && !words.iter().any(is_count);
    words.iter().any(is_given)
        && counts
        && words.iter().all(|word| is_given(word) || is_count(word) || is(&BESIDE, word))
}

/// Gives a column of such counts the field that says what became of its row.
pub(in crate::layout) fn place(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    rows: &SampleRows,
) {
    let has = |wanted: Field| columns.iter().any(|(_, field)| *field == wanted);
    let is_free =
        |at: usize| columns.iter().all(|(other, field)| *other != at || *field == Field::Quantity);
    let found = (0..headers.len())
        .find(|&at| is_free(at) && says_doses_counted(&headers[at]) && counts(rows, at));
    let fields = [Field::Status, Field::Cancelled, Field::Voided];
    let free = fields.into_iter().find(|field| !has(*field));
    columns.extend(found.zip(free));
}

/// Whether the cells count, as far as they say anything: `0`, `12`, `None`.
fn counts(rows: &SampleRows, at: usize) -> bool {
    const LONGEST: usize = 3;
    let is_count = |cell: &Vec<u8>| {
        cell.len() <= LONGEST && cell.iter().all(u8::is_ascii_digit) || says_none(cell)
    };
    let mut cells =
        rows.iter().filter_map(|row| row.get(at)).filter(|cell| !cell.is_empty()).peekable();
    cells.peek().is_some() && cells.all(is_count)
}

//! Files of a folder that were passed over for their headers, for lack of them, or as JSON of another kind: some hold
//! prescriptions after all.

use rxlint_engine::drug::{Dictionary, DrugIx};
use rxlint_engine::rule::Book;
use rxlint_input::UnknownTable;
use rxlint_input::error::InputError;
use rxlint_input::layout;
use rxlint_input::raw;
use rxlint_model::date;
use rxlint_model::gap::{Gap, GapKind};
use rxlint_model::record::DateOrder;

use super::look::{Look, Memories};

/// A file that was passed over, if something in it reads as a watched product, or if its rows have persons and days and its own name
/// names a watched drug: then it may hold prescriptions. `is_alone` is whether nothing else of its workbook or archive was read.
///
/// # Errors
/// When it cannot be read.
pub fn passed_over(
    book: &Book,
    table: &UnknownTable,
    is_alone: bool,
) -> Result<Option<Gap>, InputError> {
    let mentioned = if table.is_known { None } else { mentioned(book, table)? };
    let name = |drug: DrugIx| book.dictionary().drug(drug).name.as_str();
    let told = match mentioned {
        Some(drug) => Some(told_of(table, name(drug))),
        None => of_name(book.dictionary(), table, is_alone).map(|drug| {
            let drug = name(drug);
            (
                format!(
                    "its file name mentions {drug} and its rows have patients and dates, but no column names a drug: no prescriptions were \
                     read from it."
                ),
                "If its rows are fills or doses of that drug, give them a column `Drug` with its name and strength in each row; if not, \
                 give it another name or keep it out.",
            )
        }),
    };
    let path = table.why.about().0;
    Ok(told.map(|(what, remedy)| Gap::new(GapKind::UnreadFile, what, remedy).of(path)))
}

/// What to say of a file in which a drug is mentioned, and what to do.
fn told_of(table: &UnknownTable, drug: &str) -> (String, &'static str) {
    if table.why.is_of_other_kinds() {
        return (
            format!(
                "its messages or resources are of kinds that are not read, and one of them names {drug} as a product."
            ),
            "If it was prescribed or given to someone, have it sent as a prescription, a dispense or an administration; if not, keep \
             the file out of the folder.",
        );
    }
    if table.why.is_other_json() {
        return (
            format!("it is JSON of a kind that is not read, but it mentions {drug}."),
            "If it holds prescriptions, have them sent in a form that is read (`rxlint check --help` lists them), or as CSV with \
             a header row; if not, keep it out of the folder.",
        );
    }
    if table.why.has_no_columns() {
        return (
            format!(
                "its columns cannot be told apart, so it was not read, but it mentions {drug}."
            ),
            "If it holds prescriptions, have them exported as a table (CSV with a header row, or a workbook): a printed \
             report or a log is not read; if not, keep it out of the folder.",
        );
    }
    (
        format!("its columns were not recognised, so it was not read, but it mentions {drug}."),
        "If it holds prescriptions, name its columns (`rxlint init FILE` proposes them); if not, keep it out of the \
         folder.",
    )
}

/// The watched drug in the name of a table of persons and days. Beside others that were read, the name of the workbook or
/// archive says what those hold.
fn of_name(dictionary: &Dictionary, table: &UnknownTable, is_alone: bool) -> Option<DrugIx> {
    if !table.why.lacks_only_drugs() {
        return None;
    }
    let names = table.names();
    let of_others = usize::from(!is_alone && names.len() > 1);
    let said = names[of_others..].iter().flat_map(|name| dictionary.mentions(name));
    said.map(|mention| mention.drug).next()
}

/// The first watched product in it.
fn mentioned(book: &Book, table: &UnknownTable) -> Result<Option<DrugIx>, InputError> {
    if table.is_narrow_sheet() {
        let mut sheet = NarrowSheet::default();
        raw::look_at_lines(table, |line| {
            sheet.note(book.dictionary(), line);
            false
        })?;
        return Ok(sheet.product());
    }
    if table.why.is_of_other_kinds() {
        let memories = Memories::default();
        let looks = raw::look_at_other_kinds(table, &|| Look::new(book, &[], &memories, true))?;
        let found = looks.iter().flat_map(|look| &look.found);
        let mut products = found.filter(|found| found.is_product && !found.is_free_text);
        return Ok(products.next().map(|found| found.drug));
    }
    let mut drug = of_cells(book, table)?;
    if drug.is_none() && table.why.has_no_columns() {
        raw::look_at_lines(table, |line| {
            drug = of_line(book.dictionary(), line);
            drug.is_some()
        })?;
    }
    Ok(drug)
}

/// The first watched product that a cell or a text of JSON reads as.
fn of_cells(book: &Book, table: &UnknownTable) -> Result<Option<DrugIx>, InputError> {
    let memories = Memories::default();
    let mut look = Look::new(book, &[], &memories, true);
    match table.why.is_other_json() {
        true => raw::look_at_texts(table, &mut look)?,
        false => raw::look_at_table(table, &mut look)?,
    }
    Ok(look.found.iter().find(|found| found.is_product).map(|found| found.drug))
}

/// What a sheet of one or two columns says, line by line: it may be a form about one person, a text, a legend, or a count of drugs.
#[derive(Debug, Default)]
struct NarrowSheet {
    /// A product with its strength, and no bare number beside it.
    told: Option<DrugIx>,
    /// Any product, counted or without a strength.
    any: Option<DrugIx>,
    has_person: bool,
    has_day_or_number: bool,
}

impl NarrowSheet {
    fn note(&mut self, dictionary: &Dictionary, line: &str) {
        let cells = || line.split(',').map(|cell| cell.trim_matches(['"', ' ']));
        let has_digit = |cell: &str| cell.bytes().any(|byte| byte.is_ascii_digit());
        let is_number = |cell: &str| {
            has_digit(cell) && cell.bytes().all(|b| b.is_ascii_digit() || b".%-".contains(&b))
        };
        let product = cells().find_map(|cell| {
            let found = dictionary.mentions(cell).into_iter().find(|mention| mention.is_product)?;
            Some((found.drug, has_digit(cell)))
        });
        if let Some((drug, has_strength)) = product {
            self.any = self.any.or(Some(drug));
            let is_counted = cells().any(is_number);
            if is_counted {
                return;
            }
            self.told = self.told.or(Some(drug).filter(|_| has_strength));
        }
        let (label, value) = line.split_once([',', ':']).unwrap_or((line, ""));
        self.has_person |= has_digit(value)
            && layout::speaks_of_a_person(label.trim_matches(['"', ' ', ':', '#']));
        self.has_day_or_number |= says_day_or_number(line);
    }

    /// The product that somebody may have been given: the sheet has a person, or a day or a long number beside what it counts.
    fn product(&self) -> Option<DrugIx> {
        let told = self.told.filter(|_| self.has_day_or_number);
        self.any.filter(|_| self.has_person).or(told)
    }
}

/// The watched product in a line of a report or a log: it is between gaps or quotes, or in a line with a day or a long number,
/// as prose has none.
fn of_line(dictionary: &Dictionary, line: &str) -> Option<DrugIx> {
    if dictionary.mentions(line).is_empty() {
        return None;
    }
    let is_record = says_day_or_number(line);
    let product = |text: &str| {
        let found = dictionary.mentions(text).into_iter().find(|mention| mention.is_product);
        found.map(|mention| mention.drug)
    };
    let has_amount = |text: &&str| text.bytes().any(|byte| byte.is_ascii_digit());
    pieces(line).find_map(|piece| {
        let begins_with_name = |text: &&str| {
            let mut words = text.split(' ');
            let first = words.next().unwrap_or_default();
            let has_strength =
                words.take(2).any(|word| word.starts_with(|c: char| c.is_ascii_digit()));
            has_strength && !dictionary.mentions(first).is_empty()
        };
        let from_each_word = || words_from(piece).filter(begins_with_name).find_map(product);
        let whole = Some(piece).filter(|piece| is_record || has_amount(piece)).and_then(product);
        whole.or_else(|| is_record.then(from_each_word).flatten())
    })
}

/// What is between gaps, quotes and the characters that end values.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let parts = line.split(['"', '\'', '|', ';', '=', '\t', '<', '>', '[', ']', '{', '}']);
    parts.flat_map(|part| part.split("  ")).map(str::trim).filter(|piece| !piece.is_empty())
}

/// The text from each of its words on, with as many words as a product has.
fn words_from(text: &str) -> impl Iterator<Item = &str> {
    const MOST: usize = 4;
    let starts = |(at, _): (usize, char)| at == 0 || text[..at].ends_with(' ');
    text.char_indices().filter(move |place| starts(*place)).map(move |(at, _)| {
        let rest = &text[at..];
        let end = rest.match_indices(' ').nth(MOST - 1).map_or(rest.len(), |(end, _)| end);
        rest[..end].trim()
    })
}

/// Whether a line has a day or a number of five digits in it, as a record of a log has.
fn says_day_or_number(line: &str) -> bool {
    const LONG: usize = 5;
    let is_day = |word: &str| {
        let orders = [DateOrder::Dmy, DateOrder::Mdy];
        orders.into_iter().any(|order| date::parse(word.as_bytes(), Some(order)).is_ok())
    };
    let words = line.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '=' | '"'));
    let mut words = words.filter(|word| word.len() >= LONG);
    words.any(|word| word.bytes().all(|byte| byte.is_ascii_digit()) || is_day(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rxlint_engine::engine::Engine;

    #[test]
    fn products_are_found_in_reports_and_logs_and_not_in_prose() {
        let engine = Engine::built_in().unwrap();
        let found = |line: &str| of_line(engine.book().dictionary(), line).is_some();
        for line in [
            "0100001 BIRD, BIG        03/14/26  NALTREXONE 50MG TABLET       30  30",
            "0100002 BIRD, BIG        03/20/26  HYDROCODONE/APAP 5-325       12   3",
            "RX# 0100001 BIRD BIG 03/14/26 NALTREXONE 50MG TABLET 30 30",
            "DISPENSE pt=P1 drug=\"Naltrexone 50 mg tablet\"",
            "2026-03-14 INFO dispensed drug=naltrexone qty=30",
        ] {
            assert!(found(line), "{line}");
        }
        for line in [
            "This folder holds exports about naltrexone and opioids.",
            "Patients who take naltrexone 50 mg daily must not be given opioids.",
            "0100003 FROG, KERMIT     03/21/26  LISINOPRIL 10MG              30  30",
            "opioids, naltrexone, and others",
            "2026-03-14 INFO the naltrexone export is complete",
        ] {
            assert!(!found(line), "{line}");
        }
    }
}

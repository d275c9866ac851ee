//! Whether the row that would be the header is a record: a row with data in it does not name columns, whatever other words it has.

use rxlint_model::date;
use rxlint_model::record::{DateOrder, decode};

use super::content::cell::{has_strength, is_code, is_nothing};
use super::drug_look::DrugLook;
use crate::layout::headers::tokens;
use crate::layout::{SampleRows, familiar};

/// Numbers with this many digits do not name a column: they are identifiers, codes or days of a spreadsheet.
const LONG_NUMBER: usize = 5;

/// What a cell holds that no header does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Datum {
    Date,
    Amount,
    Code,
    Number,
    Drug,
}

/// Whether a row is a record of the table that continues `below` it. Drug names count only if `drugs` knows them.
pub(crate) fn is_record(row: &[String], below: &SampleRows, drugs: &DrugLook) -> bool {
    let filled = row.iter().filter(|cell| !cell.trim().is_empty()).count();
    if row.len() < 2 || filled < 2 {
        return false;
    }
    let (mut goes_on, mut alone) = (0, 0);
    for (at, cell) in row.iter().enumerate() {
        let Some(datum) = datum(cell.trim(), drugs) else { continue };
        let cells = below.iter().filter_map(|row| row.get(at)).filter(|cell| !is_nothing(cell));
        let (mut filled, mut same) = (0, 0);
        for cell in cells.take(ENOUGH) {
            filled += 1;
            same += usize::from(datum.is_of(&decode(cell), drugs));
        }
        goes_on += usize::from(filled > 0 && same * 2 >= filled);
        alone += usize::from(filled == 0);
    }
    // Days or drugs may be the names of columns, with something else below them; a single column may have lost its name.
    let has_names = || familiar(row) * 2 > filled;
    goes_on > 1 || goes_on == 1 && !has_names() || goes_on == 0 && alone > 1 && !has_names()
}

/// Whether a cell is a name with its strength, or a code.
pub(crate) fn says_amount_or_code(cell: &str) -> bool {
    let none = DrugLook::default();
    Datum::Amount.is_of(cell, &none) || Datum::Code.is_of(cell, &none)
}

/// This many cells of a column show whether it continues as its first one.
const ENOUGH: usize = 40;

fn datum(cell: &str, drugs: &DrugLook) -> Option<Datum> {
    const ALL: [Datum; 4] = [Datum::Date, Datum::Amount, Datum::Code, Datum::Number];
    let is_name = || Datum::Drug.is_of(cell, drugs) && !says_what_a_column_is(cell);
    ALL.into_iter()
        .find(|datum| datum.is_of(cell, drugs))
        .or_else(|| is_name().then_some(Datum::Drug))
}

/// Whether some word of a text is a word of headers: `Naltrexone products` may be a column.
fn says_what_a_column_is(text: &str) -> bool {
    tokens::words_of(text).iter().any(|word| tokens::is_known(word))
}

impl Datum {
    fn is_of(self, cell: &str, drugs: &DrugLook) -> bool {
        let cell = cell.trim();
        let digits = cell.bytes().filter(u8::is_ascii_digit).count();
        let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
        match self {
            Self::Date => {
                let is_date = |order| date::parse(cell.as_bytes(), Some(order)).is_ok();
                let is_bare = digits == cell.len();
                (!is_bare || digits >= 8)
                    && [DateOrder::Dmy, DateOrder::Mdy].into_iter().any(is_date)
            }
            Self::Amount => letters > 3 && has_strength(cell),
            Self::Code => is_code(cell),
            Self::Number => digits == cell.len() && digits >= LONG_NUMBER,
            Self::Drug => letters > 3 && drugs.names_drug(cell),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_record_above(row: &str, below: &[&str]) -> bool {
        let cells = |row: &str| row.split(',').map(str::to_owned).collect::<Vec<_>>();
        let below: Vec<Vec<Vec<u8>>> = below
            .iter()
            .map(|row| cells(row).into_iter().map(String::into_bytes).collect())
            .collect();
        let drugs = DrugLook::new(|text| text.starts_with("Naltrexone"));
        is_record(&cells(row), &below, &drugs)
    }

    #[test]
    fn a_row_with_data_in_it_is_no_header_whatever_words_it_has() {
        for (row, below) in [
            (
                "88120,2026-03-02,oxycodone 5 mg tablet,10,Sold",
                &["88120,2026-03-09,naltrexone 50 mg tablet,30,Sold"][..],
            ),
            ("88120,03/02/2026,Percocet,Given,Brand", &["88121,03/09/2026,Vivitrol,Given,Brand"]),
            ("P1,46083,Suboxone,Filled", &["P1,46090,Vivitrol,Filled"]),
            ("P1,2.3.26,Suboxone,Delivered", &["P1,14.3.26,Vivitrol,Delivered"]),
            ("00406117003,Listed,Brand", &["00406055201,Listed,Generic"]),
            (
                "Naltrexone 50 mg tab,Opioid agonists,Listed",
                &["Oxycodone 5 mg tab,Opioid agonists,Listed"],
            ),
            ("Naltrexone,Opioid agonists,Listed", &["Naltrexone HCl,Opioid agonists,Listed"]),
            ("88120,2026-03-02,oxycodone 5 mg tablet,10,Sold", &[]),
        ] {
            assert!(is_record_above(row, below), "{row}");
        }
    }

    #[test]
    fn names_of_columns_stay_a_header_though_days_strengths_or_drugs_are_among_them() {
        for (row, below) in [
            ("Patient,Drug,Fill Date,Days", &["88120,Naltrexone 50 mg,2026-03-02,30"][..]),
            ("Patient,Drug,2026-03-01,2026-03-02", &["88120,Naltrexone,1,1"]),
            ("Patient,Date,Naltrexone 50 mg,Oxycodone 5 mg", &["88120,2026-03-02,1,0"]),
            ("Patient,Date,Naltrexone,Oxycodone", &["88120,2026-03-02,1,0"]),
            ("302-C2 Cardholder ID,401-D1 Date,407-D7", &["88120,20260302,00406117003"]),
            ("Patient,Drug,Fill Date,20260331", &["88120,Naltrexone,2026-03-02,20260331"]),
            ("Item,Cls,Stat", &["Naltrexone 50 mg tab,Opioid agonists,Listed"]),
            ("K1,K2,K3,K4", &["88120,2026-03-02,Naltrexone 50 mg,30"]),
            ("patient_id,drug_name,fill_date", &[]),
        ] {
            assert!(!is_record_above(row, below), "{row}");
        }
    }
}

//! A second row of headers: names that complete groups of the first (`Date` above `Written` and `Dispensed`), or types, units and descriptions below
//! it. A row with a number in it is a record, and is never taken for one.

use super::dialect::LONGEST_NAME;
use crate::layout::{familiar, is_header_text};

/// What the row below the header is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SecondHeader {
    /// It completes the names of the first row: these are the headers.
    Completes(Vec<String>),
    /// It describes what the columns hold, as types, units or in other names.
    Describes,
    /// It may be one, and is read as a record.
    Doubtful,
}

impl SecondHeader {
    /// The remark about it.
    pub(super) fn told(&self, line: u32) -> String {
        match self {
            Self::Completes(_) => {
                format!(
                    "row {line} completes the names of the columns above it, and was read as part of the header."
                )
            }
            Self::Describes => {
                format!(
                    "row {line} gives types, units or further names of the columns, and was passed over as part of the header."
                )
            }
            Self::Doubtful => {
                format!(
                    "row {line} looks like a second header row, and was read as a record. If it is one, take it out of the file."
                )
            }
        }
    }
}

/// Types and units, as rows below a header give them. Weeks and months are not among them: they change what a number means.
const TYPES: &str = "character char varchar string str text txt numeric number num int integer bigint smallint float double decimal real \
     date datetime timestamp time boolean bool logical factor category object nvarchar mg mcg µg g ml mmol tablets tabs tab units unit iu \
     each ea days day d n/a na - yyyy-mm-dd dd/mm/yyyy mm/dd/yyyy dd.mm.yyyy yyyymmdd ddmmyyyy tage tag stück stk jours jour dias días \
     dia giorni dagen dni dagar dage";

/// What the row below a header is, if it is not a record like those `below` it.
pub(super) fn look(
    header: &[String],
    row: &[Vec<u8>],
    texts: &[String],
    below: &[&[Vec<u8>]],
) -> Option<SecondHeader> {
    let (header, second) = (cleaned(header), cleaned(texts));
    let filled: Vec<usize> = (0..second.len()).filter(|at| !second[*at].is_empty()).collect();
    if row.len() != header.len() || filled.is_empty() || !stands_above_numbers(row, &filled, below)
    {
        return None;
    }
    let is_type = |at: &usize| is_type(&second[*at]);
    if filled.iter().all(is_type) && (filled.len() > 1 || !header[filled[0]].is_empty()) {
        return Some(SecondHeader::Describes);
    }
    if filled.iter().any(|at| second[*at].contains(char::is_numeric)) {
        return None;
    }
    let is_name = |at: &usize| second[*at].len() <= LONGEST_NAME && is_header_text(&second[*at]);
    let all_names = filled.iter().all(|at| is_name(at) || is_type(at));
    if all_names && filled.iter().any(|at| is_gap(&header, *at)) {
        let joined = joined(&header, &second);
        if familiar(&joined) >= familiar(&header) {
            return Some(SecondHeader::Completes(joined));
        }
    }
    let is_full = filled.len() * 2 > header.iter().filter(|name| !name.is_empty()).count();
    if all_names && is_full && filled.len() > 1 {
        return Some(if familiar(&second) > familiar(&header) {
            SecondHeader::Completes(second)
        } else {
            SecondHeader::Describes
        });
    }
    (filled.len() > 1).then_some(SecondHeader::Doubtful)
}

/// The names of groups in one row joined with those of their columns in the next, if that says more than the second alone.
pub(super) fn with_groups(groups: &[String], names: &[String]) -> Option<Vec<String>> {
    let (groups, names) = (cleaned(groups), cleaned(names));
    let filled = || groups.iter().filter(|group| !group.is_empty());
    if groups.len() != names.len()
        || filled().count() < 2
        || !filled().all(|group| is_header_text(group) && !group.contains(char::is_numeric))
    {
        return None;
    }
    let joined = joined(&groups, &names);
    let known = |headers: &[String]| {
        let different: std::collections::BTreeSet<&String> = headers.iter().collect();
        (familiar(headers), different.len())
    };
    (known(&joined) > known(&names)).then_some(joined)
}

/// Cells without what programs write into merged ones: `Unnamed: 3_level_1`.
fn cleaned(cells: &[String]) -> Vec<String> {
    let is_filler = |cell: &str| cell.starts_with("Unnamed: ") && cell.contains("_level_");
    cells.iter().map(|cell| if is_filler(cell) { "" } else { cell.trim() }.to_owned()).collect()
}

/// Whether a column has no name of its own in the first row: none, or that of the one before it.
fn is_gap(header: &[String], at: usize) -> bool {
    header[at].is_empty() || at > 0 && header[at] == header[at - 1]
}

/// Each column's name below that of its group.
fn joined(header: &[String], second: &[String]) -> Vec<String> {
    let mut group = String::new();
    let mut names = Vec::with_capacity(header.len());
    for (above, below) in header.iter().zip(second) {
        if !above.is_empty() {
            group.clone_from(above);
        } else if below.is_empty() {
            // What follows belongs to no group.
            group.clear();
        }
        let both = format!("{group} {below}").trim().to_owned();
        let knows = |name: &str| familiar(&[name.to_owned()]) > 0;
        let is_alone = below.is_empty() || above == below;
        let is_worse = || !knows(&both) && knows(above) && !knows(below);
        names.push(if is_alone || is_worse() { above.clone() } else { both });
    }
    names
}

/// Whether a row has no number although the rows below have some: it has none in any column, and a
/// word in some columns that are nearly all numbers there.
fn stands_above_numbers(row: &[Vec<u8>], filled: &[usize], below: &[&[Vec<u8>]]) -> bool {
    const MOST: usize = 40;
    let has_digit = |cell: &[u8]| cell.iter().any(u8::is_ascii_digit);
    let is_of_numbers = |at: &usize| {
        let cells = below.iter().take(MOST).filter_map(|row| row.get(*at));
        let (mut said, mut numbers) = (0, 0);
        for cell in cells.filter(|cell| !cell.is_empty()) {
            said += 1;
            numbers += usize::from(has_digit(cell));
        }
        said > 0 && numbers * 10 >= said * 8
    };
    let is_plain = |at: &usize| {
        let text = String::from_utf8_lossy(&row[*at]);
        !has_digit(&row[*at]) || is_type(text.trim()) || text.starts_with("Unnamed: ")
    };
    filled.iter().all(is_plain) && filled.iter().any(is_of_numbers)
}

/// Whether a cell is a type or a unit: `varchar(20)`, `date`, `mg`.
fn is_type(cell: &str) -> bool {
    let name = cell.split('(').next().unwrap_or_default().trim().to_lowercase();
    !name.is_empty() && TYPES.split_ascii_whitespace().any(|known| known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looked(rows: &[&str]) -> Option<SecondHeader> {
        let cells = |row: &&str| row.split(',').map(str::to_owned).collect::<Vec<String>>();
        let all: Vec<Vec<String>> = rows.iter().map(cells).collect();
        let bytes = |row: &Vec<String>| row.iter().map(|cell| cell.clone().into_bytes()).collect();
        let data: Vec<Vec<Vec<u8>>> = all.iter().map(bytes).collect();
        let below: Vec<&[Vec<u8>]> = data[2..].iter().map(Vec::as_slice).collect();
        look(&all[0], &data[1], &all[1], &below)
    }

    const RECORD: &str = "102,NOVAK IVO,Oxycodone 5 mg,2026-02-20,2026-03-05,3,3";

    #[test]
    fn names_below_groups_complete_them() {
        let of = |first, second| match looked(&[first, second, RECORD]) {
            Some(SecondHeader::Completes(headers)) => headers.join("|"),
            other => format!("{other:?}"),
        };
        let whole = "Patient No|Patient Name|Drug|Date Written|Date Dispensed|Qty|Days";
        for (first, second) in [
            ("Patient No,Patient Name,Drug,Date,,Qty,Days", ",,,Written,Dispensed,,"),
            ("Patient No,Patient Name,Drug,Date,Date,Qty,Days", ",,,Written,Dispensed,,"),
            (
                "Patient No,Patient Name,Drug,Date,Date,Qty,Days",
                "Unnamed: 0_level_1,Unnamed: 1_level_1,Unnamed: 2_level_1,Written,Dispensed,,",
            ),
            (
                "Patient No,Patient Name,Drug,Date,,Qty,Days",
                "Patient No,,Drug,Written,Dispensed,Qty,",
            ),
        ] {
            assert_eq!(of(first, second), whole, "{first} {second}");
        }
    }

    #[test]
    fn types_and_units_are_passed_over() {
        let header = "Patient No,Patient Name,Drug,Date Written,Date Dispensed,Qty,Days";
        for second in [
            "character,character,character,date,date,numeric,numeric",
            "varchar(20),varchar(80),text,date,date,int,int",
            ",,,,,tablets,days",
            "Patient number,Name,Drug name,Date written,Date filled,Quantity,Days supply",
        ] {
            assert_eq!(
                looked(&[header, second, RECORD]),
                Some(SecondHeader::Describes),
                "{second}"
            );
        }
    }

    #[test]
    fn a_record_is_none_of_it() {
        let header = "Patient No,Patient Name,Drug,Date Written,Date Dispensed,Qty,Days";
        for second in [
            RECORD,
            "102,NOVAK IVO,Oxycodone 5 mg,,,,",
            "102,,,,,,",
            ",,Naltrexone,,,,",
            "P,NOVAK IVO,Naltrexone,,2026-03-05,,",
        ] {
            assert_eq!(looked(&[header, second, RECORD]), None, "{second}");
        }
        let pending = "UNKNOWN,NOVAK IVO,Naltrexone,pending,pending,,";
        assert_eq!(looked(&[header, pending, RECORD]), Some(SecondHeader::Doubtful));
    }
}

//! Which column says who, if no header does or only one of names: what recurs with several drugs, and a number rather than a name.

use std::collections::{BTreeMap, BTreeSet};

use rxlint_model::record::{Field, decode};

use super::household;
use crate::layout::SampleRows;
use crate::layout::answer::essential::Essential;
use crate::layout::cells::content::{self, Content};
use crate::layout::headers::fold::words;
use crate::layout::headers::tokens::{says_any, says_more};

/// Words that a header of identifiers of persons may have.
const OF_PERSONS: [&str; 10] =
    ["patient", "personal", "id", "system", "name", "local", "noise", "and", "therapy", "kind"];

/// This many rows show whether a number recurs.
const ENOUGH: usize = 20;

/// What headers say of keys of persons.
const KEYS: [&str; 3] = ["patient", "personal", "system"];

/// The columns of a table among which the patient's is sought.
pub(in crate::layout) struct Persons<'a> {
    pub(in crate::layout) headers: &'a [String],
    pub(in crate::layout) rows: &'a SampleRows,
    pub(in crate::layout) contents: &'a [Content],
    /// Which column serves which field so far.
    pub(in crate::layout) columns: &'a [(usize, Field)],
}

impl Persons<'_> {
    /// The columns that may identify a patient by their content.
    pub(in crate::layout) fn candidates(&self, is_free: impl Fn(usize) -> bool) -> Vec<usize> {
        let mut found = self.numbers(is_free);
        let families = self.families();
        found.retain(|at| {
            !self.goes_with_one_drug(*at)
                && !self.crosses(*at, &families)
                && !self.is_of_others(*at)
                && !self.is_licence(*at)
        });
        // Next to numbers that recur, an account that is new in each row is that of a visit.
        let is_new_each_time = |at: &usize| self.contents[*at].never_repeats();
        if self.rows.len() >= ENOUGH && !found.iter().all(is_new_each_time) {
            found.retain(|at| !is_new_each_time(at));
        }
        found
    }

    /// The columns that may number patients, or their prescriptions.
    pub(super) fn numbers(&self, is_free: impl Fn(usize) -> bool) -> Vec<usize> {
        let fits = |index: &usize| {
            (is_free(*index) || self.is_lasting_claim(*index))
                && !self.contents[*index].comes_too_often()
                && !household::is_half_a_person(&self.headers[*index], self.contents.get(*index))
                && !self.numbers_products(*index)
        };
        (0..self.contents.len().min(self.headers.len()))
            .filter(|&index| {
                self.is_identifier(index) || self.may_be_key(index) || self.is_lasting_claim(index)
            })
            .filter(fits)
            .collect()
    }

    /// The columns that hold numbers of families.
    fn families(&self) -> Vec<usize> {
        let all = 0..self.contents.len().min(self.headers.len());
        let is_one = |&at: &usize| {
            household::is_of_a_family(&self.headers[at]) && !self.contents[at].is_empty()
        };
        all.filter(is_one).collect()
    }

    /// Whether a column does not go with numbers of families as a person does: one of its texts goes with several of them, as those
    /// of plans and firms do, or most of them go with several of its texts.
    fn crosses(&self, index: usize, families: &[usize]) -> bool {
        families.iter().any(|&at| at != index && !self.stands_within(index, at))
    }

    /// Whether a candidate may be taken for the patient without asking: a short number may be that of anything.
    pub(in crate::layout) fn is_plain(&self, index: usize) -> bool {
        let header = &self.headers[index];
        let is_key = || {
            (says_account(header) || says_any(header, &KEYS)) && self.contents[index].repeats_keys()
        };
        self.is_identifier(index) || is_key()
    }

    /// Whether the cells are identifiers, and the header says nothing different.
    fn is_identifier(&self, index: usize) -> bool {
        let content = &self.contents[index];
        (content.is_identifier()
            || content.is_identifier_or_code() && self.names_drugs_beside(index))
            && !says_another(&self.headers[index])
    }

    /// Whether names say which drug it is, and the texts of that column say something else: its numbers are not drug codes.
    fn names_drugs_beside(&self, index: usize) -> bool {
        let is_name = |(at, field): &(usize, Field)| {
            matches!(field, Field::Drug | Field::Generic | Field::Brand)
                && *at != index
                && self.contents.get(*at).is_some_and(|cells| cells.is_text_with_names())
        };
        self.columns.iter().any(is_name) && !self.goes_with_one_drug(index)
    }

    /// Whether the header speaks of keys of persons, and the cells may be such, in any form.
    fn may_be_key(&self, index: usize) -> bool {
        let (header, content) = (&self.headers[index], &self.contents[index]);
        let says_person = says_account(header)
            || says_any(header, &KEYS) && (!says_another(header) || says_address(header));
        let says_key = says_any(header, &["id"]) && !says_another(header);
        says_person && content.is_keys() || says_key && content.repeats_keys()
    }

    /// Whether a claim has many fills, as in workers' compensation: then it is one person's.
    fn is_lasting_claim(&self, index: usize) -> bool {
        says_any(&self.headers[index], &["claim"])
            && self.contents[index].may_be_identifier()
            && self.returns(index)
    }

    /// Whether each text of a column that recurs nearly always goes with the same drug: then it is the drug's code, or no one has two drugs.
    pub(super) fn goes_with_one_drug(&self, index: usize) -> bool {
        let is_drug = |(_, field): &&(usize, Field)| Essential::Drug.fields().contains(field);
        let drugs: Vec<usize> = self.columns.iter().filter(is_drug).map(|(at, _)| *at).collect();
        let mut first: BTreeMap<&[u8], Vec<String>> = BTreeMap::new();
        let (mut again, mut same) = (0, 0);
        for row in self.rows {
            let Some(text) = row.get(index).filter(|text| !text.is_empty()) else { continue };
            let of_row: Vec<String> =
                drugs.iter().filter_map(|at| row.get(*at)).map(|cell| first_name(cell)).collect();
            match first.get(text.as_slice()) {
                Some(before) => {
                    again += 1;
                    let is_same =
                        |(one, other): (&String, &String)| one == other && !one.is_empty();
                    same += usize::from(before.iter().zip(&of_row).any(is_same));
                }
                None => {
                    first.insert(text, of_row);
                }
            }
        }
        !drugs.is_empty() && again > 0 && same * 10 >= again * 9
    }

    /// Whether the patient's column holds names of people, or letters without a number next to a column that may identify them: then
    /// it is not an identifier.
    pub(in crate::layout) fn is_by_name_alone(&self, patient: usize) -> bool {
        let is_free = |index: usize| {
            !self.columns.iter().any(|(at, field)| *at == index && *field != Field::Claim)
        };
        let is_claimant = words(&self.headers[patient]).iter().any(|word| word == "claimant");
        let is_claim = |index: usize| {
            is_claimant && says_any(&self.headers[index], &["claim"])
                || self.is_lasting_claim(index)
        };
        let may_identify = |index: usize| {
            let content = &self.contents[index];
            let header = &self.headers[index];
            content.may_be_identifier()
                && (!says_another(header) || says_account(header) || is_claim(index))
                && !household::is_half_a_person(header, Some(content))
                && !self.goes_with_one_drug(index)
                && self.is_about(index, patient)
        };
        let Some(content) = self.contents.get(patient) else { return false };
        content.is_full_names()
            || content.is_letters_alone()
                && (0..self.contents.len().min(self.headers.len()))
                    .any(|index| is_free(index) && may_identify(index))
    }

    /// Whether a column of numbers may be about the people of a column of names: a number that recurs does so with the same name, or
    /// its header says as much as that of the names, and it does not number groups of them: people change their names. Numbers that
    /// never recur are those of rows, if names often do.
    fn is_about(&self, number: usize, name: usize) -> bool {
        let mut first: BTreeMap<&[u8], BTreeSet<String>> = BTreeMap::new();
        let (mut rows, mut again, mut same) = (0, 0, 0);
        let mut names: BTreeSet<&[u8]> = BTreeSet::new();
        for row in self.rows {
            let (Some(text), Some(cell)) = (row.get(number), row.get(name)) else { continue };
            if text.is_empty() || cell.is_empty() {
                continue;
            }
            rows += 1;
            names.insert(cell);
            let words = name_words(cell);
            match first.get(text.as_slice()) {
                Some(before) => {
                    again += 1;
                    same += usize::from(!before.is_disjoint(&words));
                }
                None => {
                    first.insert(text, words);
                }
            }
        }
        if again == 0 {
            return names.len() * 3 > rows * 2 || rows < 5;
        }
        same * 10 >= again * 8
            || says_number(&self.headers[number]) && !self.numbers_groups_of(number, name)
    }
}

/// Whether a word of the header says that it is anything but a person's.
pub(super) fn says_another(header: &str) -> bool {
    const OTHERS: [&str; 11] = [
        "drug",
        "ndc",
        "claim",
        "rx",
        "order",
        "prescriber",
        "service",
        "quantity",
        "date",
        "other",
        "elsewhere",
    ];
    says_more(header, &OF_PERSONS) || says_any(header, &OTHERS)
}

/// Whether a header speaks of an e-mail address, of which a person has one.
pub(in crate::layout) fn says_address(header: &str) -> bool {
    words(header).iter().any(|word| matches!(word.as_str(), "email" | "mail"))
}

/// Whether a header speaks of an account or a file.
fn says_account(header: &str) -> bool {
    words(header).iter().any(|word| matches!(word.as_str(), "account" | "acct" | "konto" | "file"))
}

/// Whether a header speaks of numbers of persons, or of numbers and nothing else.
fn says_number(header: &str) -> bool {
    const NUMBERS: [&str; 6] = ["number", "no", "nr", "num", "id", "key"];
    says_account(header)
        || says_any(header, &KEYS)
        || words(header).iter().any(|word| NUMBERS.contains(&word.as_str()))
}

/// The first word of a cell that may be part of a name, else all of it.
pub(super) fn first_name(cell: &[u8]) -> String {
    let text = decode(cell);
    content::name_words(&text).into_iter().next().unwrap_or_else(|| text.to_lowercase())
}

/// The words of a person's name, without initials if there is anything else.
pub(super) fn name_words(cell: &[u8]) -> BTreeSet<String> {
    let text = decode(cell).to_lowercase();
    let words = || text.split(|c: char| !c.is_alphanumeric());
    let long: BTreeSet<String> =
        words().filter(|word| word.chars().count() > 1).map(str::to_owned).collect();
    if long.is_empty() { BTreeSet::from([words().collect()]) } else { long }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{ColumnMap, DrugLook, LayoutError, recognise};

    /// The header of the patient's column; empty if the table is refused.
    fn patient(table: &str) -> Option<String> {
        let separator = if table.contains('|') { '|' } else { ',' };
        let cells = |line: &str| line.trim().split(separator).map(str::to_owned).collect();
        let mut lines = table.trim().lines().map(cells);
        let headers: Vec<String> = lines.next().unwrap();
        let to_bytes = |row: Vec<String>| row.into_iter().map(String::into_bytes).collect();
        let rows: Vec<Vec<Vec<u8>>> = lines.map(to_bytes).collect();
        match recognise(&headers, &rows, &ColumnMap::default(), &DrugLook::default()) {
            Ok(layout) => layout.column(Field::Patient).map(|at| headers[at].clone()),
            Err(LayoutError::Missing { missing, .. }) => {
                assert_eq!(missing, [Essential::Patient], "{table}");
                None
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    /// A table of four fills, with a key of the patient and a further column.
    fn fills(key: &str, other: &str, keys: [&str; 4], others: [&str; 4]) -> String {
        const DRUGS: [&str; 4] =
            ["Oxycodone 5 mg", "Naltrexone 50 mg", "Statin 1 mg", "Statin 1 mg"];
        let row =
            |at: usize| format!("{},{},{},2026-03-0{},30", keys[at], others[at], DRUGS[at], at + 1);
        let rows: Vec<String> = (0..4).map(row).collect();
        format!("{key},{other},Drug,Fill Date,Days\n{}", rows.join("\n"))
    }

    #[test]
    fn a_code_of_drugs_is_nobody() {
        const KEYS: [&str; 4] = ["40012", "40012", "40977", "41340"];
        const CODES: [&str; 4] = ["02231934", "02444275", "02217481", "02217481"];
        for code in ["DIN", "SKU", "Xyzzy", "Katalog"] {
            let account = patient(&fills("Account No", code, KEYS, CODES));
            assert_eq!(account.as_deref(), Some("Account No"), "{code}");
            let of_key = patient(&fills("Plugh", code, KEYS, CODES));
            assert_eq!(of_key.as_deref(), Some("Plugh"), "{code}");
        }
        const STORES: [&str; 4] = ["0012345", "0012345", "0054321", "0054321"];
        for store in ["NCPDP", "Till", "Postcode"] {
            let account = patient(&fills("Account No", store, KEYS, STORES));
            assert_eq!(account.as_deref(), Some("Account No"), "{store}");
        }
        assert_eq!(patient(&fills("Plugh", "Xyzzy", KEYS, STORES)), None, "two that may be");
        let small = patient(&fills("record_id", "DIN", ["7", "7", "8", "9"], CODES));
        assert_eq!(small.as_deref(), Some("record_id"));
    }

    #[test]
    fn two_digits_are_the_codes_of_a_list() {
        const DRUGS: [&str; 4] = ["2101", "2101", "2205", "2207"];
        let of = |codes| patient(&fills("Plugh", "DIN", codes, DRUGS));
        assert_eq!(of(["01", "22", "01", "04"]), None);
        assert_eq!(of(["101", "122", "101", "104"]).as_deref(), Some("Plugh"));
        assert_eq!(of(["12", "22", "12", "14"]).as_deref(), Some("Plugh"), "numbers of rooms");
    }

    /// Six fills: two people of one name, and one who changed it.
    fn of_two_names(patient: &str, number: &str, names: [&str; 4]) -> String {
        let [smith, roe, moss, other] = names;
        let mut table = format!("{patient}|{number}|Drug|Fill Date|Days");
        for (at, (name, key)) in
            [(smith, 1901), (smith, 1902), (roe, 1903), (moss, 1903), (roe, 1904), (other, 1905)]
                .iter()
                .enumerate()
        {
            let drug = ["Oxycodone 5 mg", "Naltrexone 50 mg", "Statin 1 mg"][at % 3];
            table += &format!("\n{name}|{key}|{drug}|2026-03-0{}|30", at + 1);
        }
        table
    }

    #[test]
    fn letters_beside_a_number_are_names_however_they_are_written() {
        for names in [
            ["J. Smith", "A. Roe", "A. Moss", "L. Day"],
            ["SMITH,J", "ROE,A", "MOSS,A", "DAY,L"],
            ["Smith", "Roe", "Moss", "Day"],
            ["John", "Ann", "Eve", "Li"],
            ["JSMITH", "AROE", "AMOSS", "LDAY"],
            ["JS", "AR", "AM", "LD"],
            ["J.S.", "A.R.", "A.M.", "L.D."],
            ["J S", "A R", "A M", "L D"],
        ] {
            for header in ["Patient", "Pt", "Client", "Resident"] {
                for number in ["ID", "File No", "Number", "Acct", "Chart", "MRN", "Record No"] {
                    let found = patient(&of_two_names(header, number, names));
                    let is_right = found.as_deref().is_none_or(|found| found == number);
                    assert!(is_right, "{header} {names:?} beside {number}: {found:?}");
                }
            }
        }
    }

    #[test]
    fn names_without_a_number_identify_nobody_and_letters_may() {
        let fills = |header: &str, names: [&str; 4]| {
            patient(&fills(header, "Note", names, ["x", "y", "x", "x"]))
        };
        for header in ["Patient", "Pt", "Client", "Resident", "Member", "Person", "Customer"] {
            let named = fills(header, ["Smith John", "Smith John", "Roe Ann", "Day L."]);
            assert_eq!(named, None, "{header}");
            for letters in [
                ["P", "P", "A", "B"],
                ["AB", "AB", "CD", "EF"],
                ["patient-a", "patient-a", "patient-b", "patient-c"],
                ["Patient A", "Patient A", "Patient B", "Patient C"],
            ] {
                assert_eq!(fills(header, letters).as_deref(), Some(header), "{letters:?}");
            }
        }
    }

    #[test]
    fn a_number_says_who_it_is_rather_than_a_name() {
        const NAMES: [&str; 4] = ["Marsh Ann", "Marsh Ann M", "Keller Jo", "Day Li"];
        for name in ["Patient", "Client", "Resident", "Paciente", "Pt"] {
            for number in ["HRN", "PATNO", "DNI", "Plugh", "Kundennr", "ID"] {
                let keys = ["40012", "40012", "40977", "41340"];
                let found = patient(&fills(number, name, keys, NAMES));
                assert_eq!(found.as_deref(), Some(number), "{number} beside {name}");
            }
            let namesakes = fills("Plugh", name, ["1001", "1002", "1003", "1004"], NAMES);
            assert_eq!(patient(&namesakes), None, "a number that never comes again");
            let lots = fills("Xyzzy", name, ["L100", "L200", "L300", "L300"], NAMES);
            assert_eq!(patient(&lots), None, "a number of drugs, and names alone");
        }
    }
}

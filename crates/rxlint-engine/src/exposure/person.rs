//! What records say about the person: birth, age, conditions.

use rxlint_model::date;
use rxlint_model::day::Day;
use rxlint_model::finding::fingerprint::PatientKey;
use rxlint_model::place::{Place, RowKey};

/// Something on record about a patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// Who it is about.
    pub patient: PatientKey,
    /// The authority that issued the identifier; 0 is none.
    pub authority: u16,
    /// What it says.
    pub what: FactKind,
    /// The record that says it, by its caller's key.
    pub key: RowKey,
}

/// What is on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactKind {
    /// The day of birth.
    Born(Day),
    /// The age in years on a day.
    Aged {
        /// Years.
        years: u16,
        /// The day on which the record stated it.
        on: Day,
    },
    /// A condition of the rule book.
    Condition {
        /// Which, by its place in the book.
        condition: u8,
        /// Since when, where the record tells.
        on: Option<Day>,
    },
}

impl Fact {
    /// How many bytes a fact takes when it is written down.
    pub const BYTES: usize = 48;

    /// The fact as bytes, for keeping it outside memory during a run.
    pub fn to_bytes(&self) -> [u8; Self::BYTES] {
        let (kind, number, day) = match self.what {
            FactKind::Born(day) => (0, 0, day),
            FactKind::Aged { years, on } => (1, years, on),
            FactKind::Condition { condition, on: None } => (2, u16::from(condition), Day(0)),
            FactKind::Condition { condition, on: Some(on) } => (3, u16::from(condition), on),
        };
        let longs = self.patient.0;
        let words =
            [day.0 as u32, u32::from(kind as u8), u32::from(number), u32::from(self.authority)];
        let mut bytes = [0; Self::BYTES];
        let all = longs
            .iter()
            .flat_map(|n| n.to_le_bytes())
            .chain(self.key.0.to_le_bytes())
            .chain(words.iter().flat_map(|n| n.to_le_bytes()));
        bytes.iter_mut().zip(all).for_each(|(slot, byte)| *slot = byte);
        bytes
    }

    /// The fact that was written down as these bytes.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        let long =
            |at: usize| bytes[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let word =
            |at: usize| bytes[at..].first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
        let (day, number) = (Day(word(32) as i32), word(40) as u16);
        let what = match word(36) {
            0 => FactKind::Born(day),
            1 => FactKind::Aged { years: number, on: day },
            2 => FactKind::Condition { condition: number as u8, on: None },
            3 => FactKind::Condition { condition: number as u8, on: Some(day) },
            _ => return None,
        };
        let key = RowKey(u128::from(long(16)) | u128::from(long(24)) << 64);
        Some(Self {
            patient: PatientKey([long(0), long(8)]),
            authority: word(44) as u16,
            what,
            key,
        })
    }
}

/// A condition that rules ask for: its codes.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Its name: `pain`.
    pub name: String,
    /// ICD-10 codes, as prefixes without dots, upper case.
    pub icd10: Vec<String>,
    /// SNOMED CT codes, whole.
    pub snomed: Vec<String>,
    /// LOINC codes of the questions that ask for it.
    pub loinc: Vec<String>,
}

/// The conditions that a code stands for, by their places in the book. Several codes in one cell are all read.
pub fn conditions(book: &[Condition], cell: &str) -> Vec<u8> {
    let mut found = Vec::new();
    for code in
        cell.split([';', ',', '|', ' ', '^', '~']).map(str::trim).filter(|code| code.len() >= 3)
    {
        let plain: String =
            code.chars().filter(|c| *c != '.').map(|c| c.to_ascii_uppercase()).collect();
        let is_icd10 = matches!(plain.as_bytes(), [letter, digit, ..] if letter.is_ascii_alphabetic() && digit.is_ascii_digit());
        for (at, condition) in book.iter().enumerate() {
            let by_icd =
                is_icd10 && condition.icd10.iter().any(|prefix| plain.starts_with(prefix.as_str()));
            if (by_icd || condition.snomed.contains(&plain)) && !found.contains(&(at as u8)) {
                found.push(at as u8);
            }
        }
    }
    found
}

/// The conditions that an observation tells of: its question asks for them, and its answer is one of their codes, or yes.
pub fn answered(book: &[Condition], question: &str, answer: &str) -> Vec<u8> {
    let asks = |condition: &Condition| {
        question.split(';').any(|code| condition.loinc.iter().any(|asked| asked == code))
    };
    let found = if answer == "true" {
        (0..book.len()).filter_map(|at| u8::try_from(at).ok()).collect()
    } else {
        conditions(book, answer)
    };
    found.into_iter().filter(|&at| book.get(at as usize).is_some_and(asks)).collect()
}

/// Reads a table of patients: the columns `patient` and `birth_date`, by their headers.
///
/// # Errors
/// What is missing, or the line that cannot be read; never a cell's content.
pub fn read_patients(table: impl std::io::Read) -> Result<Vec<Fact>, String> {
    read_table(
        table,
        "birth_date",
        &["birth_date", "birthdate", "dob", "date_of_birth"],
        |_, cell| {
            let born = date::parse(cell.as_bytes(), None)
                .map_err(|_| "the birth date cannot be read".to_owned())?;
            Ok(vec![FactKind::Born(born)])
        },
    )
}

/// Reads a table of conditions: the columns `patient`, `code` (ICD-10 or SNOMED CT) and, if it is there, `date`.
///
/// # Errors
/// What is missing, or the line that cannot be read; never a cell's content.
pub fn read_conditions(table: impl std::io::Read, book: &[Condition]) -> Result<Vec<Fact>, String> {
    read_table(
        table,
        "code",
        &["code", "icd10", "snomed", "diagnosis", "condition"],
        |date_cell, cell| {
            let on = date_cell
                .filter(|text| !text.is_empty())
                .map(|text| date::parse(text.as_bytes(), None))
                .transpose();
            let on = on.map_err(|_| "the date cannot be read".to_owned())?;
            Ok(conditions(book, cell)
                .into_iter()
                .map(|condition| FactKind::Condition { condition, on })
                .collect())
        },
    )
}

fn read_table(
    table: impl std::io::Read,
    wanted: &str,
    synonyms: &[&str],
    facts: impl Fn(Option<&str>, &str) -> Result<Vec<FactKind>, String>,
) -> Result<Vec<Fact>, String> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(table);
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let column = |names: &[&str]| {
        header.iter().position(|cell| names.iter().any(|name| cell.eq_ignore_ascii_case(name)))
    };
    let patient = column(&["patient", "patient_id", "id"]).ok_or("there is no column `patient`")?;
    let value = column(synonyms).ok_or_else(|| format!("there is no column `{wanted}`"))?;
    let dated = column(&["date", "start", "onset", "recorded"]);
    let mut found = Vec::new();
    let mut row = csv::StringRecord::new();
    while reader.read_record(&mut row).map_err(|error| error.to_string())? {
        let line = row.position().map_or(0, csv::Position::line);
        let (Some(patient), Some(value)) = (row.get(patient), row.get(value)) else {
            return Err(format!("line {line}: a cell is missing"));
        };
        if patient.is_empty() || value.is_empty() {
            continue;
        }
        let key = Place { line: line as u32, ..Place::default() }.into();
        for what in facts(dated.and_then(|at| row.get(at)), value)
            .map_err(|what| format!("line {line}: {what}"))?
        {
            found.push(Fact { patient: PatientKey::new(patient, ""), authority: 0, what, key });
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_whatever_shape_are_read_or_passed_over() {
        let condition = |name: &str, icd10: &[&str], snomed: &[&str]| Condition {
            name: name.to_owned(),
            icd10: icd10.iter().map(|&code| code.to_owned()).collect(),
            snomed: snomed.iter().map(|&code| code.to_owned()).collect(),
            loinc: Vec::new(),
        };
        let book = [
            condition("hepatic", &["K74"], &["19943007"]),
            condition("pregnancy", &["O26", "Z33"], &[]),
        ];
        for (cell, found) in [
            ("K74.6", &[0][..]),
            ("k746;O26.90", &[0, 1]),
            ("O26.9 K74.0 O26.1", &[1, 0]),
            ("19943007", &[0]),
            ("1994300", &[]),
            ("KK74", &[]),
            ("...", &[]),
            ("....;K74", &[0]),
            ("..K", &[]),
            ("", &[]),
        ] {
            assert_eq!(conditions(&book, cell), found, "{cell}");
        }
    }

    #[test]
    fn an_answer_counts_where_its_question_asks_for_the_condition() {
        let condition = |name: &str, icd10: &str, loinc: &[&str]| Condition {
            name: name.to_owned(),
            icd10: vec![icd10.to_owned()],
            snomed: Vec::new(),
            loinc: loinc.iter().map(|&code| code.to_owned()).collect(),
        };
        let book = [
            condition("hepatic", "K74", &[]),
            condition("pregnancy", "Z33", &["82810-3", "11449-6"]),
        ];
        for (question, answer, found) in [
            ("82810-3", "Z33.1", &[1][..]),
            ("other;11449-6", "Z33.1", &[1]),
            ("82810-3", "true", &[1]),
            ("82810-3", "K74.6", &[]),
            ("82810-3", "false", &[]),
            ("82810-3", "", &[]),
            ("82810", "Z33.1", &[]),
            ("", "true", &[]),
            ("", "K74.6", &[]),
        ] {
            assert_eq!(answered(&book, question, answer), found, "{question}: {answer}");
        }
    }

    #[test]
    fn a_table_of_patients_gives_births_by_line() {
        let table = "id,name,DOB\nP1,,1980-02-29\n,,1981-01-01\nP2,,\nP3,,2001-12-31\n";
        let found = read_patients(table.as_bytes()).unwrap();
        let born = |patient: &str, day: &str, line: u32| Fact {
            patient: PatientKey::new(patient, ""),
            authority: 0,
            what: FactKind::Born(Day::from_iso(day).unwrap()),
            key: Place { line, ..Place::default() }.into(),
        };
        assert_eq!(found, [born("P1", "1980-02-29", 2), born("P3", "2001-12-31", 5)]);
        assert_eq!(
            read_patients("patient,dob\nP1\n".as_bytes()),
            Err("line 2: a cell is missing".to_owned())
        );
        assert_eq!(
            read_patients("patient,dob\nP1,soon\n".as_bytes()),
            Err("line 2: the birth date cannot be read".to_owned())
        );
        assert_eq!(
            read_patients("patient,name\n".as_bytes()),
            Err("there is no column `birth_date`".to_owned())
        );
        assert_eq!(
            read_patients("name,dob\n".as_bytes()),
            Err("there is no column `patient`".to_owned())
        );
    }
}

//! Tables of persons: birth dates, and conditions by code. They hold no prescriptions themselves.

use rxlint_model::date;
use rxlint_model::reason::Reason;
use rxlint_model::sink::RecordSink;
use std::borrow::Cow;
use std::io;
use std::path::Path;

use super::asked_order::OrderNotes;
use super::order::{OrderEvidence, OrderVerdict};
use crate::error::{ErrorKind, InputError};
use crate::options::InputOptions;
use crate::partial_date::first_of;
use crate::progress::ReadProgress;
use crate::source::{InputSource, SourceReader};
use rxlint_model::place::Place;
use rxlint_model::record::{DateOrder, Field, PersonFact, Said, decode};

/// What a table of persons states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonTableKind {
    /// When they were born.
    Births,
    /// Their conditions.
    Conditions,
}

/// An opened table of persons.
#[derive(Clone, Debug)]
pub(crate) struct PersonTable {
    file: u32,
    kind: PersonTableKind,
    delimiter: u8,
    order: Option<DateOrder>,
    /// Where the table shows another order than the one asked for.
    pub(super) order_notes: OrderNotes,
    /// The first two-digit year of the previous century.
    pivot: Option<u32>,
    patient: usize,
    /// Further columns that may identify the patient, each with its header.
    patients: Vec<(usize, String)>,
    value: usize,
    /// The columns of the year, month and day of birth.
    parts: Option<[usize; 3]>,
    date: Option<usize>,
    /// Whether its columns are recognised only by words in their headers, so that it may hold more than persons.
    pub(super) is_guessed: bool,
    end: Option<usize>,
    /// Columns that may deny the condition, or say how certain it is.
    said: Vec<usize>,
    certainty: Option<usize>,
}

/// In birth dates, two-digit years from this one on mean the previous century: more people are 80 than newborn.
const FIRST_BIRTH: u32 = 27;

const PATIENT: [&str; 9] = [
    "patient",
    "patientid",
    "personid",
    "memberid",
    "subjectid",
    "mrn",
    "beneid",
    "desynpufid",
    "id",
];
const BIRTH: [&str; 6] =
    ["birthdate", "dob", "dateofbirth", "patientdob", "birthdatetime", "benebirthdt"];
const CODE: [&str; 9] = [
    "code",
    "icd10",
    "icd10code",
    "icdcode",
    "snomed",
    "diagnosis",
    "diagnosiscode",
    "condition",
    "conditioncode",
];
const DATE: [&str; 8] = [
    "date",
    "start",
    "onset",
    "recorded",
    "startdate",
    "onsetdate",
    "diagnosisdate",
    "conditionstartdate",
];

const END: [&str; 12] = [
    "stop",
    "end",
    "stopdate",
    "enddate",
    "abatement",
    "abatementdate",
    "resolved",
    "resolveddate",
    "dateresolved",
    "resolutiondate",
    "conditionenddate",
    "diagnosisenddate",
];

const SAID: [&str; 10] = [
    "verificationstatus",
    "verification",
    "conditionverificationstatus",
    "status",
    "conditionstatus",
    "conditionstatussourcevalue",
    "diagnosisstatus",
    "problemstatus",
    "clinicalstatus",
    "qualifier",
];

/// Columns of ICD-10-GM's letter for certainty.
const CERTAINTY: [&str; 4] =
    ["diagnosesicherheit", "sicherheit", "certainty", "diagnosiscertainty"];

const DRUG: [&str; 8] =
    ["drug", "drugname", "medication", "medicationname", "ndc", "rxcui", "dayssupply", "quantity"];

/// The year, the month and the day of a birth, if each has a column, as in OMOP's PERSON.
const BIRTH_PARTS: [&[&str]; 3] =
    [&["yearofbirth", "birthyear"], &["monthofbirth", "birthmonth"], &["dayofbirth"]];

/// A birth date from its year, month and day; `None` if one of them is missing, as at sites that blur them.
fn born_on(parts: [&str; 3]) -> Option<String> {
    let number = |text: &str| text.trim_end_matches(".0").trim().parse::<u32>().ok();
    let [year, month, day] = parts.map(number);
    Some(format!("{:04}-{:02}-{:02}", year?, month?, day?))
}

/// Whether a file's name says that it holds conditions.
pub(crate) fn is_named_like_conditions(path: &Path) -> bool {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default();
    ["condition", "diagnos", "problem"].iter().any(|word| name.contains(word))
}

impl PersonTable {
    /// Looks for the columns of a table of persons, of both kinds if none was asked for.
    ///
    /// # Errors
    /// When the table cannot be read, or the kind that was asked for lacks its columns.
    pub(super) fn open(
        source: &InputSource,
        file: u32,
        asked: Option<PersonTableKind>,
        options: &InputOptions,
    ) -> Result<Option<Self>, InputError> {
        let mut people = Self::unread(source, file, options)?;
        let mut table = people.table(source)?;
        let headers: Vec<String> = table
            .byte_headers()
            .map(|row| row.iter().map(|cell| decode(cell).into_owned()).collect())
            .unwrap_or_default();
        let kinds: &[PersonTableKind] = match asked {
            Some(PersonTableKind::Births) => &[PersonTableKind::Births],
            Some(PersonTableKind::Conditions) => &[PersonTableKind::Conditions],
            None => &[PersonTableKind::Births, PersonTableKind::Conditions],
        };
        // Allergies, procedures and much else look the same as conditions: only the file's name says which they are.
        let may_be = |kind: PersonTableKind| {
            asked.is_some()
                || kind == PersonTableKind::Births
                || is_named_like_conditions(Path::new(source.name()))
        };
        for &kind in kinds {
            if may_be(kind) && people.find_columns(kind, &headers, asked.is_some()) {
                return Ok(Some(people));
            }
        }
        match asked {
            None => Ok(None),
            Some(_) => Err(InputError::new(ErrorKind::NoPersonColumns {
                path: source.name().to_owned(),
                births: asked == Some(PersonTableKind::Births),
                headers,
            })),
        }
    }

    /// A table of which only the delimiter is known.
    fn unread(source: &InputSource, file: u32, options: &InputOptions) -> Result<Self, InputError> {
        let head = source.reader()?.bytes(source.start(), 64 << 10)?;
        let header = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let count = |delimiter: u8| header.iter().filter(|&&byte| byte == delimiter).count();
        let delimiter = options.delimiter.unwrap_or_else(|| {
            b",;\t|"
                .iter()
                .copied()
                .max_by_key(|&delimiter| (count(delimiter), delimiter == b','))
                .unwrap_or(b',')
        });
        Ok(Self {
            file,
            kind: PersonTableKind::Births,
            delimiter,
            order: options.date_order,
            order_notes: OrderNotes::default(),
            pivot: options.date_pivot,
            patient: 0,
            patients: Vec::new(),
            value: 0,
            parts: None,
            date: None,
            is_guessed: false,
            end: None,
            said: Vec::new(),
            certainty: None,
        })
    }

    /// Finds the columns of a kind of table by its headers; `false` if they are missing. A table of
    /// conditions that was not asked for must not have drugs.
    fn find_columns(&mut self, kind: PersonTableKind, headers: &[String], is_asked: bool) -> bool {
        let folded: Vec<String> = headers.iter().map(|header| folded(header)).collect();
        let column = |names: &[&str]| {
            names.iter().find_map(|name| folded.iter().position(|header| header == name))
        };
        let is_births = kind == PersonTableKind::Births;
        let value = column(if is_births { &BIRTH } else { &CODE }).or_else(|| {
            // A year alone is not a date of birth, nor is a day of some month.
            let is_date = |at: &usize| {
                is_births && !folded[*at].contains("year") && !folded[*at].contains("dayof")
            };
            meant(headers, Field::BirthDate).find(is_date)
        });
        let part = |names: &&[&str]| column(names);
        let parts: Vec<usize> = BIRTH_PARTS.iter().filter_map(part).collect();
        self.parts = <[usize; 3]>::try_from(parts).ok().filter(|_| is_births);
        let value = value.or(self.parts.map(|[year, ..]| year));
        let by_meaning = || meant(headers, Field::Patient).find(|at| Some(*at) != value);
        let (Some(patient), Some(value)) = (column(&PATIENT).or_else(by_meaning), value) else {
            return false;
        };
        if !is_asked && !is_births && column(&DRUG).is_some() {
            return false;
        }
        (self.kind, self.patient, self.value) = (kind, patient, value);
        (self.date, self.end) = (column(&DATE), column(&END));
        self.certainty = column(&CERTAINTY);
        let is_said = |at: &usize| SAID.contains(&folded[*at].as_str());
        self.said = (0..folded.len()).filter(is_said).chain(self.certainty).collect();
        let is_listed = |at: usize, names: &[&str]| names.contains(&folded[at].as_str());
        self.is_guessed = is_births && !(is_listed(patient, &PATIENT) && is_listed(value, &BIRTH));
        let listed = PATIENT.iter().filter_map(|name| folded.iter().position(|h| h == name));
        self.patients = listed
            .chain(meant(headers, Field::Patient))
            .filter(|at| *at != value)
            .map(|at| (at, headers[at].clone()))
            .collect();
        true
    }

    /// Takes the column with the header of the patient in the prescriptions, if several may identify the patient.
    pub(super) fn follow(&mut self, headers: &[String]) {
        let folded = |header: &str| folded(header);
        let is_theirs = |(_, header): &&(usize, String)| {
            headers.iter().any(|theirs| folded(theirs) == folded(header))
        };
        if let Some((at, _)) = self.patients.iter().find(is_theirs) {
            self.patient = *at;
        }
    }

    /// The order of day and month: what the column itself shows, else what was asked for.
    fn settled_order(&self, source: &InputSource) -> Result<Option<DateOrder>, InputError> {
        let (column, field) = match self.kind {
            PersonTableKind::Births => (Some(self.value), Field::BirthDate),
            PersonTableKind::Conditions => (self.date, Field::Start),
        };
        let is_part = |at: &usize| self.parts.is_some_and(|parts| parts.contains(at));
        let Some(column) = column.filter(|at| !is_part(at)) else { return Ok(self.order) };
        let mut evidence = OrderEvidence::default();
        let (mut table, mut row) = (self.table(source)?, csv::ByteRecord::new());
        while table.read_byte_record(&mut row).map_err(|error| failed(source, error))? {
            let cell = row.get(column).unwrap_or_default().trim_ascii();
            evidence.note_text(field, cell, line_of(&row));
        }
        let verdict = evidence.verdict();
        let called = format!("column {}", column + 1);
        self.order_notes.compare(source.name(), self.order, [(called, &verdict)].into_iter());
        Ok(match verdict {
            OrderVerdict::Settled(order, _) => Some(order),
            _ => self.order,
        })
    }

    /// The layout, for the record count.
    pub(super) fn layout(&self) -> &'static str {
        match self.kind {
            PersonTableKind::Births => "patients",
            PersonTableKind::Conditions => "conditions",
        }
    }

    /// Reports what every row says. A row without a value is not an error; a date that cannot be read is rejected.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub(super) fn read<I: RecordSink>(
        &self,
        source: &InputSource,
        make: &(dyn Fn() -> I + Sync),
        progress: &ReadProgress,
    ) -> Result<Vec<I>, InputError> {
        let mut sink = make();
        let settled = Self { order: self.settled_order(source)?, ..self.clone() };
        let mut table = self.table(source)?;
        let mut row = csv::ByteRecord::new();
        let mut place = Place { file: self.file, ..Place::default() };
        while table.read_byte_record(&mut row).map_err(|error| failed(source, error))? {
            place = Place {
                record: place.record.saturating_add(1),
                line: line_of(&row),
                offset: source.start() + row.position().map_or(0, |at| at.byte()),
                ..place
            };
            if let Err(reason) = settled.row(&row, place, &mut sink) {
                sink.reject(place, reason);
            }
            progress.reached(source.start() + table.position().byte());
        }
        source.still_the_same()?;
        Ok(vec![sink])
    }

    fn row<I: RecordSink>(
        &self,
        row: &csv::ByteRecord,
        place: Place,
        sink: &mut I,
    ) -> Result<(), Reason> {
        let cell = |column: usize| decode(row.get(column).unwrap_or_default().trim_ascii());
        let (patient, value) = (cell(self.patient), cell(self.value));
        let is_part = self.parts.is_some_and(|parts| parts.contains(&self.value));
        let of_parts =
            || self.parts.and_then(|parts| born_on(parts.map(cell).each_ref().map(|part| &**part)));
        let value = match value {
            value if value.is_empty() || is_part => {
                of_parts().map_or(Cow::Borrowed(""), Cow::Owned)
            }
            value => value,
        };
        if value.is_empty() {
            return Ok(());
        }
        if patient.is_empty() {
            return Err(Reason::NoPatient);
        }
        let day = |text: &str, field: Field| {
            let usual = if field == Field::BirthDate { FIRST_BIRTH } else { date::FIRST_OF_1900S };
            let pivot = self.pivot.unwrap_or(usual);
            let day = date::parse_from(first_of(text).as_bytes(), self.order, pivot);
            day.map(|day| day.to_string()).map_err(|_| Reason::UnreadableDate { field })
        };
        let said = |what| Said { patient: &patient, authority: "", what, key: place.into() };
        match self.kind {
            PersonTableKind::Births => {
                sink.person(&said(PersonFact::Born(&day(&value, Field::BirthDate)?)))
            }
            PersonTableKind::Conditions => {
                let on = self
                    .date
                    .map(cell)
                    .filter(|text| !text.is_empty())
                    .map(|text| day(&text, Field::Start))
                    .transpose()?;
                // A spreadsheet took the code for a number.
                let mut code = Cow::Borrowed(value.strip_suffix(".0").unwrap_or(&value));
                if let Some(mark) = self.certainty.map(cell).filter(|mark| mark.len() == 1) {
                    code = format!("{code} {mark}").into();
                }
                let beside: Vec<_> = self.said.iter().map(|at| cell(*at)).collect();
                // An end that cannot be read counts as none.
                let until = self.end.map(cell).filter(|text| !text.is_empty());
                let until = until.and_then(|text| day(&text, Field::Stop).ok());
                sink.person(&said(PersonFact::Condition {
                    codes: &code,
                    on: on.as_deref().unwrap_or_default(),
                    until: until.as_deref().unwrap_or_default(),
                    said: &beside.join("; "),
                }));
            }
        }
        Ok(())
    }

    fn table<'s>(&self, source: &'s InputSource) -> Result<csv::Reader<Bytes<'s>>, InputError> {
        let bytes = Bytes { reader: source.reader()?, at: source.start() };
        Ok(csv::ReaderBuilder::new().flexible(true).delimiter(self.delimiter).from_reader(bytes))
    }
}

fn line_of(row: &csv::ByteRecord) -> u32 {
    row.position().map_or(0, |at| u32::try_from(at.line()).unwrap_or(u32::MAX))
}

/// A header in lower case, without anything between its words.
fn folded(header: &str) -> String {
    header.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

/// The columns whose headers mean a field in a table of prescriptions.
fn meant(headers: &[String], field: Field) -> impl Iterator<Item = usize> {
    (0..headers.len()).filter(move |&at| crate::layout::header_means(&headers[at], field))
}

fn failed(source: &InputSource, error: csv::Error) -> InputError {
    let error = match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    };
    InputError::new(ErrorKind::Read { path: source.name().to_owned(), error })
}

/// An input as a stream.
struct Bytes<'s> {
    reader: SourceReader<'s>,
    at: u64,
}

impl io::Read for Bytes<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self
            .reader
            .fill(buffer, self.at)
            .map_err(|error| io::Error::other(error.to_string()))?;
        self.at += got as u64;
        Ok(got)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rxlint_model::place::RowKey;
    use rxlint_model::record::Record;

    #[derive(Default)]
    struct Heard(Vec<String>);

    impl RecordSink for Heard {
        fn record(&mut self, _: &Record<'_>) {}

        fn reject(&mut self, key: impl Into<RowKey>, reason: Reason) {
            let key: RowKey = key.into();
            let place = key.place();
            self.0.push(format!("line {}: {}", place.line, reason.code()));
        }

        fn person(&mut self, said: &Said<'_>) {
            self.0.push(match said.what {
                PersonFact::Born(day) => format!("{} {day}", said.patient),
                PersonFact::Condition { codes, on, until, said: beside } => {
                    let text = format!("{} {codes} {on} {until} {beside}", said.patient);
                    text.trim_end().to_owned()
                }
                PersonFact::Observation { .. } => String::new(),
            });
        }

        fn shift(&mut self, _: RowKey) {}
    }

    fn heard(name: &str, text: &str, told: Option<PersonTableKind>) -> Option<Vec<String>> {
        let source = InputSource::memory(name, text.as_bytes().to_vec());
        let people = PersonTable::open(&source, 0, told, &InputOptions::default()).unwrap()?;
        Some(people.read(&source, &Heard::default, &ReadProgress::default()).unwrap().remove(0).0)
    }

    #[test]
    fn births_and_conditions() {
        let patients =
            "Id,BIRTHDATE,FIRST\nP1,1992-05-18,A\nP2,,B\n,1990-01-01,C\nP3,1974,D\nP4,x,E\n";
        assert_eq!(
            heard("patients.csv", patients, None).unwrap(),
            ["P1 1992-05-18", "line 4: no-patient", "P3 1974-01-01", "line 6: unreadable-date"]
        );
        let conditions = "START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION\n2020-01-02,,P1,E,72892002,Normal pregnancy\n2020-01-02T10:00:00Z,2020-02-03T10:00:00Z,P1,E,43878008.0,\n";
        assert_eq!(
            heard("conditions.csv", conditions, None).unwrap(),
            ["P1 72892002 2020-01-02", "P1 43878008 2020-01-02 2020-02-03"]
        );
        assert_eq!(heard("allergies.csv", conditions, None), None);
        assert_eq!(
            heard("x.csv", "patient;icd10\nP1;K74.6\n", Some(PersonTableKind::Conditions)).unwrap(),
            ["P1 K74.6"]
        );
        assert_eq!(heard("patients.csv", "a,b\n", None), None);
        // As sites name them, and as their own dates show day and month.
        for table in [
            "pat_key,surname,birth_dt\n1,Ash,03/04/1980\n2,Elm,25/12/2010\n",
            "person_id,year_of_birth,month_of_birth,day_of_birth\n1,1980,4,03.0\n2,2010,12,25\n3,1990,,\n",
            "person_id,year_of_birth,month_of_birth,day_of_birth,birth_datetime\n1,1980,04,03,\n2,1990,1,1,2010-12-25 00:00:00\n",
            "Patientennr;Name;Geburtsdatum\n1;Ash;03.04.1980\n2;Elm;25.12.2010\n",
            "Patient No,Date of Birth\n1,04/03/1980\n2,12/25/2010\n",
        ] {
            let births = ["1 1980-04-03", "2 2010-12-25"];
            assert_eq!(heard("people.csv", table, None).unwrap(), births, "{table}");
            let told = Some(PersonTableKind::Births);
            assert_eq!(heard("people.csv", table, told).unwrap(), births, "{table}");
        }
        let source = InputSource::memory("x.csv", b"a,b\n".to_vec());
        let error =
            PersonTable::open(&source, 0, Some(PersonTableKind::Births), &InputOptions::default())
                .unwrap_err();
        assert!(
            error.to_string().contains("birth date") && error.to_string().contains("2 columns"),
            "{error}"
        );
    }
}

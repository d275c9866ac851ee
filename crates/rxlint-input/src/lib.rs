//! Bytes to records: opens what a pharmacy points rxlint at, tells its format, and reads it record by record.

mod blocks;
pub mod csv;
pub mod describe;
pub mod error;
mod fhir;
mod folder;
pub mod format;
pub mod hl7v2;
pub mod layout;
pub mod ncpdp;
mod people;
pub mod reject;
pub mod source;

use rxlint_model::reason::Reason;
use std::path::{Path, PathBuf};

use csv::Table;
pub use describe::Description;
use error::ErrorKind;
pub use error::InputError;
use fhir::{Drugs, Fhir};
use format::Format;
use hl7v2::Messages;
use layout::ColumnMap;
use ncpdp::Script;
use rxlint_model::date::pattern::Pattern;
use rxlint_model::place::Place;
use rxlint_model::purpose::Purpose;
use rxlint_model::record::{DateOrder, Field};
use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;
use rxlint_model::summary::FileLedger;

use people::People;
pub use people::Told;
use source::Source;

/// How inputs are to be read, where the person knows better than the file tells.
#[derive(Clone, Debug, Default)]
pub struct InputOptions {
    /// What they are read for.
    pub purpose: Purpose,
    /// Which column serves which field.
    pub columns: ColumnMap,
    /// The order of dates that are written with numbers alone, year last.
    pub date_order: Option<DateOrder>,
    /// Two-digit years from this one on belong to the century before; 69 unless given.
    pub date_pivot: Option<u32>,
    /// How the dates of a field are written, where that is stated.
    pub date_format: Vec<(Field, Pattern)>,
    /// The byte between two cells.
    pub delimiter: Option<u8>,
    /// The format of every input.
    pub format: Option<Format>,
    /// Tables of birth dates, to be read along with the inputs.
    pub patients: Vec<PathBuf>,
    /// Tables of conditions by code, to be read along with the inputs.
    pub conditions: Vec<PathBuf>,
    /// How standard input is called in reports.
    pub stdin_name: Option<String>,
    /// The type of patient identifier that is asked for first, in messages that give several: `MR`.
    pub identifier_type: Option<String>,
}

/// An input that was opened and understood: ready to be read, as often as needed.
#[derive(Debug)]
pub struct Input {
    index: u32,
    source: Source,
    body: Body,
}

/// What an input was understood as.
#[derive(Debug)]
enum Body {
    /// A file without any row.
    Empty,
    /// A table.
    Table(Box<Table>),
    /// HL7 v2 messages.
    Hl7(Messages),
    /// NCPDP SCRIPT messages.
    Ncpdp(Script),
    /// FHIR resources.
    Fhir(Fhir),
    /// A list of drugs as JSON.
    Drugs(Drugs),
    /// A table that tells of persons alone.
    People(People),
}

/// The inputs of a run, and what a person should know of files that were left out.
#[derive(Debug, Default)]
pub struct Opened {
    /// The inputs, in the order in which they were given; those of a directory sorted by name.
    pub inputs: Vec<Input>,
    /// One line for each file of a directory that holds no prescriptions.
    pub notes: Vec<String>,
    /// How many of the inputs are today's; behind them stand older exports.
    pub today: usize,
}

/// So many files may stay open during a run; with more of them, each is opened when it is read.
const KEPT_OPEN: usize = 64;

impl Input {
    /// Opens files, directories and, for `-`, standard input. A directory is searched for `.csv`, `.tsv`, `.txt`, `.psv`,
    /// `.dat`, `.json`, `.ndjson`, `.jsonl`, `.hl7`, `.er7`, `.xml`, `.gz` and `.zst`; what holds no prescriptions is left
    /// out of a directory with a note, and is an error where it was named.
    ///
    /// # Errors
    /// When a path cannot be read, or a file is not understood: its format, its header, an option for it.
    pub fn open(paths: &[PathBuf], options: &InputOptions) -> Result<Opened, InputError> {
        Self::open_after(paths, &[], options)
    }

    /// The same, with older exports behind those that are to be checked.
    ///
    /// # Errors
    /// As [`Input::open`].
    pub fn open_after(
        paths: &[PathBuf],
        history: &[PathBuf],
        options: &InputOptions,
    ) -> Result<Opened, InputError> {
        let mut opened = Opened::default();
        Self::open_exports(paths, options, &mut opened)?;
        for (paths, told) in
            [(&options.patients, Told::Births), (&options.conditions, Told::Conditions)]
        {
            for path in paths {
                let input = Self::open_people(path, opened.inputs.len(), Some(told), options)?;
                opened.inputs.extend(input);
            }
        }
        opened.today = opened.inputs.len();
        Self::open_exports(history, options, &mut opened)?;
        if opened.inputs.len() <= KEPT_OPEN {
            opened.inputs.iter_mut().for_each(|input| input.source.keep_open());
        }
        Self::link(&mut opened.inputs)?;
        Ok(opened)
    }

    fn open_exports(
        paths: &[PathBuf],
        options: &InputOptions,
        opened: &mut Opened,
    ) -> Result<(), InputError> {
        for path in paths {
            if path.as_os_str() == "-" || !path.is_dir() {
                let input = Self::open_one(path, opened.inputs.len(), options)?;
                opened.inputs.push(input);
                continue;
            }
            for file in folder::files(path)? {
                // A table of patients, codes and dates could be prescriptions: its name decides.
                let prescriptions = options.purpose == Purpose::Prescriptions;
                let is_named = prescriptions
                    && people::is_called_conditions(&file)
                    && options.format.is_none();
                let people = if is_named {
                    Self::open_people(&file, opened.inputs.len(), None, options)?
                } else {
                    None
                };
                if let Some(people) = people {
                    opened.inputs.push(people);
                    continue;
                }
                match Self::open_one(&file, opened.inputs.len(), options) {
                    Ok(input) => opened.inputs.push(input),
                    Err(error) if error.is_no_export() && !prescriptions => {
                        opened.notes.push(error.left_out())
                    }
                    Err(error) if error.is_no_export() => {
                        match Self::open_people(&file, opened.inputs.len(), None, options)? {
                            Some(input) => opened.inputs.push(input),
                            None => opened.notes.push(error.left_out()),
                        }
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    /// The files of a directory that are read, as far as they hold what is looked for.
    ///
    /// # Errors
    /// When it cannot be looked into.
    pub fn files(folder: &Path) -> Result<Vec<PathBuf>, InputError> {
        folder::files(folder)
    }

    fn open_people(
        path: &Path,
        index: usize,
        told: Option<Told>,
        options: &InputOptions,
    ) -> Result<Option<Self>, InputError> {
        let source = Source::open(path, options.stdin_name.as_deref())?;
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let people = People::open(&source, index, told, options)?;
        Ok(people.map(|people| Self { index, source, body: Body::People(people) }))
    }

    /// Makes known to each input what another one holds and it refers to: the Medications of FHIR. To be called once
    /// for the inputs of a run that were not opened together.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn link(inputs: &mut [Self]) -> Result<(), InputError> {
        fhir::link(inputs.iter_mut().filter_map(|input| match &mut input.body {
            Body::Fhir(fhir) => Some((fhir, &input.source)),
            Body::Empty
            | Body::Table(_)
            | Body::Hl7(_)
            | Body::Ncpdp(_)
            | Body::Drugs(_)
            | Body::People(_) => None,
        }))
    }

    fn open_one(path: &Path, index: usize, options: &InputOptions) -> Result<Self, InputError> {
        let source = Source::open(path, options.stdin_name.as_deref())?;
        Self::of(source, u32::try_from(index).unwrap_or(u32::MAX), options)
    }

    /// A table of persons that is in memory: the cases of a rule. It is read as a file of
    /// `--patients` or `--conditions` is.
    ///
    /// # Errors
    /// When its columns are not there.
    pub fn memory_people(
        index: u32,
        name: &str,
        bytes: Vec<u8>,
        told: Told,
        options: &InputOptions,
    ) -> Result<Option<Self>, InputError> {
        let source = Source::memory(name, bytes);
        let people = People::open(&source, index, Some(told), options)?;
        Ok(people.map(|people| Self { index, source, body: Body::People(people) }))
    }

    /// An input that is in memory: tests, and the cases of a rule.
    ///
    /// # Errors
    /// When it is not understood.
    pub fn memory(
        index: u32,
        name: &str,
        bytes: Vec<u8>,
        options: &InputOptions,
    ) -> Result<Self, InputError> {
        let mut input = Self::of(Source::memory(name, bytes), index, options)?;
        Self::link(std::slice::from_mut(&mut input))?;
        Ok(input)
    }

    fn of(source: Source, index: u32, options: &InputOptions) -> Result<Self, InputError> {
        let format = match options.format {
            Some(format) => format,
            None => Format::sniff(&source.reader()?, source.start())?,
        };
        let path = || source.name().to_owned();
        let body = match format {
            Format::Csv => Table::open(&source, index, options)?
                .map_or(Body::Empty, |table| Body::Table(Box::new(table))),
            Format::Fhir if options.purpose == Purpose::Formulary => {
                Body::Drugs(Drugs::open(&source, index)?)
            }
            format if options.purpose == Purpose::Formulary => {
                return Err(InputError::new(ErrorKind::NotFormulary {
                    path: path(),
                    why: format.words(),
                }));
            }
            Format::Hl7v2 => Body::Hl7(Messages::open(&source, index, options)?),
            Format::Ncpdp => Body::Ncpdp(Script::open(&source, index)?),
            Format::Fhir => {
                let not = || ErrorKind::NotPrescriptions {
                    path: path(),
                    layout: "json",
                    why: "JSON without any medication or person of FHIR in it",
                };
                Body::Fhir(Fhir::open(&source, index)?.ok_or_else(|| InputError::new(not()))?)
            }
            // The other formats get their readers here.
            format => return Err(InputError::new(ErrorKind::Unsupported { path: path(), format })),
        };
        Ok(Self { index, source, body })
    }

    /// Which of the run's inputs it is, from 0.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The path as it was given; `-` for standard input that has no name.
    pub fn path(&self) -> &str {
        self.source.name()
    }

    /// The name of the format, as in `--input-format`.
    pub fn format(&self) -> &'static str {
        match &self.body {
            Body::Empty | Body::Table(_) | Body::People(_) => Format::Csv.name(),
            Body::Hl7(_) => Format::Hl7v2.name(),
            Body::Ncpdp(_) => Format::Ncpdp.name(),
            Body::Fhir(_) => Format::Fhir.name(),
            Body::Drugs(_) => "json",
        }
    }

    /// The layout that was recognised; `empty` for a file without any row.
    pub fn layout(&self) -> &'static str {
        match &self.body {
            Body::Empty => "empty",
            Body::Table(table) => table.layout().name,
            Body::Hl7(_) => "hl7v2",
            Body::Ncpdp(_) => "ncpdp-script",
            Body::Fhir(fhir) => fhir.layout(),
            Body::Drugs(drugs) => drugs.layout(),
            Body::People(people) => people.layout(),
        }
    }

    /// Whether it seems to tell of persons alone, so that it is best read after the prescriptions.
    pub fn is_context(&self) -> bool {
        match &self.body {
            Body::Empty | Body::Table(_) | Body::Hl7(_) | Body::Ncpdp(_) | Body::Drugs(_) => false,
            Body::Fhir(fhir) => fhir.is_context(),
            Body::People(_) => true,
        }
    }

    /// How the input calls the column that serves a field, where it is a table that has one.
    pub fn header(&self, field: Field) -> Option<&str> {
        let Body::Table(table) = &self.body else { return None };
        table.layout().column(field).map(|index| table.layout().headers[index].as_str())
    }

    /// The bytes of the input, as stored.
    pub fn bytes(&self) -> u64 {
        self.source.stored_bytes()
    }

    /// Whether it is stored in fewer bytes than these, as far as that is known before it was read.
    pub fn is_shorter_than(&self, bytes: u64) -> bool {
        self.source.is_shorter_than(bytes)
    }

    /// How many bytes of a table have been read, for showing how far the reading is.
    pub fn passed(&self) -> u64 {
        match &self.body {
            Body::Table(table) => table.passed(),
            _ => 0,
        }
    }

    /// A digest of the input's bytes as they are read (unpacked, and as UTF-8): the same content is the same, however it is
    /// called and packed.
    ///
    /// # Errors
    /// When the input cannot be read, or was changed meanwhile.
    pub fn digest(&self) -> Result<[u8; 32], InputError> {
        let reader = self.source.reader()?;
        let (mut hasher, mut buffer, mut at) = (blake3::Hasher::new(), vec![0; 1 << 20], 0);
        loop {
            let got = reader.fill(&mut buffer, at)?;
            if got == 0 {
                return Ok(*hasher.finalize().as_bytes());
            }
            hasher.update(&buffer[..got]);
            at += got as u64;
        }
    }

    /// The input's entry in the ledger, before anything is counted.
    pub fn ledger(&self) -> FileLedger {
        FileLedger {
            path: self.path().to_owned(),
            format: self.format().to_owned(),
            layout: self.layout().to_owned(),
            bytes: self.bytes(),
            ..FileLedger::default()
        }
    }

    /// Reads every record. Blocks are read in parallel, each into an intake that `make` gives; they come back in the
    /// order of the input, shifted to its numbering. How many there are depends on the input alone.
    ///
    /// # Errors
    /// When the input cannot be read or changes meanwhile, or the order of day and month cannot be told.
    pub fn read<I: RecordSink>(&self, make: &(dyn Fn() -> I + Sync)) -> Result<Vec<I>, InputError> {
        let mut intakes = match &self.body {
            Body::Empty => Vec::new(),
            Body::Table(table) => table.read(&self.source, make)?,
            Body::Hl7(messages) => messages.read(&self.source, make)?,
            Body::Ncpdp(script) => script.read(&self.source, make)?,
            Body::Fhir(fhir) => fhir.read(&self.source, make)?,
            Body::Drugs(drugs) => drugs.read(&self.source, make)?,
            Body::People(people) => people.read(&self.source, make)?,
        };
        // What a broken end has swallowed counts as one record that could not be read; it has no number and no line.
        if let Some(damage) = self.source.damage() {
            let mut intake = make();
            intake
                .reject(Place { file: self.index, ..Place::default() }, Reason::Malformed(damage));
            intakes.push(intake);
        }
        Ok(intakes)
    }

    /// Reads the record at a place again, for showing it.
    ///
    /// # Errors
    /// When it no longer stands there: the file was changed after it had been read.
    pub fn reread(&self, place: Place) -> Result<RecordText, InputError> {
        match &self.body {
            Body::Empty | Body::People(_) => {
                Err(InputError::new(ErrorKind::Changed { path: self.path().to_owned() }))
            }
            Body::Table(table) => table.reread(&self.source, place),
            Body::Hl7(messages) => messages.reread(&self.source, place),
            Body::Ncpdp(script) => script.reread(&self.source, place),
            Body::Fhir(fhir) => fhir.reread(&self.source, place),
            Body::Drugs(drugs) => drugs.reread(&self.source, place),
        }
    }

    /// What was understood of the input, for `--dry-run`.
    pub fn describe(&self) -> Description {
        let mut description = match &self.body {
            Body::Empty => Description::of(&self.source, None),
            Body::Table(table) => Description::of(&self.source, Some(table)),
            Body::Hl7(messages) => Description::of_records(
                &self.source,
                "HL7 v2",
                "hl7v2",
                messages.samples(&self.source),
            ),
            Body::Ncpdp(script) => Description::of_records(
                &self.source,
                "NCPDP SCRIPT",
                "ncpdp-script",
                script.samples(&self.source),
            ),
            Body::Fhir(fhir) => Description::of_resources(
                &self.source,
                fhir.words(),
                fhir.layout(),
                fhir.samples(&self.source).unwrap_or_default(),
            ),
            Body::Drugs(drugs) => Description::of_resources(
                &self.source,
                "JSON, a list of drugs",
                drugs.layout(),
                drugs.samples(&self.source).unwrap_or_default(),
            ),
            Body::People(people) => Description::of_resources(
                &self.source,
                "csv, a table of persons",
                people.layout(),
                Vec::new(),
            ),
        };
        if let Some(packing) = self.source.packing() {
            description.format += &format!(", unpacked from {packing}");
        }
        description
    }
}

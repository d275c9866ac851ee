//! One input of a run.

use rxlint_model::place::Place;
use rxlint_model::reason::Reason;
use rxlint_model::record::Field;
use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;
use rxlint_model::summary::RecordCount;

use crate::columnar::{ArrowInput, ColumnarInput, ParquetInput};
use crate::describe::Description;
use crate::error::InputError;
use crate::fhir::persons::Persons;
use crate::layout::ColumnUse;
use crate::merges::{Holder, Merge, PersonName};
use crate::progress::ReadProgress;
use crate::registry::OpenedFormat;
use crate::sketch::LineSketch;
use crate::source::InputSource;

/// An opened and recognised input. It can be read as often as needed.
#[derive(Debug)]
pub struct Input {
    index: u32,
    pub(crate) source: InputSource,
    pub(crate) opened: OpenedFormat,
    progress: ReadProgress,
}

/// What distinguishes the content of an input from another.
#[derive(Clone, Debug)]
pub struct InputContent {
    /// A digest of all of it.
    pub digest: [u8; 32],
    /// For a table, which lines are in it: see [`crate::sketch`].
    pub sketch: Option<Vec<u64>>,
}

impl Input {
    pub(crate) fn new(index: u32, source: InputSource, opened: OpenedFormat) -> Self {
        Self { index, source, opened, progress: ReadProgress::default() }
    }

    /// Its number among the inputs of the run, from 0.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The path as given; `-` for standard input without a name.
    pub fn path(&self) -> &str {
        self.source.name()
    }

    /// The name of the format in reports.
    pub fn format(&self) -> &'static str {
        self.opened.name()
    }

    /// Whether the input is read in another notation than the file's: FHIR in XML, a list of objects in JSON.
    pub fn is_rewritten(&self) -> bool {
        self.source.is_rewritten()
    }

    /// The recognised layout; `empty` for a file without any row.
    pub fn layout(&self) -> &'static str {
        self.opened.layout()
    }

    /// Whether it seems to describe only persons, so that it is best read after the prescriptions.
    pub fn is_context(&self) -> bool {
        self.opened.is_context()
    }

    /// Whether it holds messages or resources of any kind, so that one without records may name a drug all the same.
    pub fn is_of_messages(&self) -> bool {
        matches!(self.opened, OpenedFormat::Fhir(_) | OpenedFormat::Hl7v2(_))
    }

    /// The numbers of patients that all inputs of this format say are another's: merges, and several numbers of one person.
    pub fn merges(&self) -> Vec<Merge> {
        match &self.opened {
            OpenedFormat::Hl7v2(messages) => messages.merges(),
            OpenedFormat::Cda(documents) => documents.merges(),
            OpenedFormat::Fhir(resources) => {
                resources.persons().map(Persons::merges).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    /// Who has which identifiers, in all inputs of this format, if an identifier makes those with other numbers one person.
    pub fn holders(&self) -> Vec<Holder<PersonName, PersonName>> {
        match &self.opened {
            OpenedFormat::Fhir(resources) => {
                resources.persons().map(Persons::holders).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    /// How many records of this format read so far name their drug only by a resource that no input has.
    pub fn unfound_medications(&self) -> u64 {
        match &self.opened {
            OpenedFormat::Fhir(resources) => resources.unfound_medications(),
            _ => 0,
        }
    }

    /// How many requests of this format read so far only plan what someone else is to take.
    pub fn plans(&self) -> u64 {
        match &self.opened {
            OpenedFormat::Fhir(resources) => resources.plans(),
            _ => 0,
        }
    }

    /// How many dispenses of this format read so far are being prepared, and have no day.
    pub fn undated_dispenses(&self) -> u64 {
        match &self.opened {
            OpenedFormat::Fhir(resources) => resources.undated_dispenses(),
            _ => 0,
        }
    }

    /// The header of the column that serves a field, in a table that has one.
    pub fn header(&self, field: Field) -> Option<&str> {
        self.opened.header(field)
    }

    /// What each column was taken for, in a table of prescriptions.
    pub fn columns(&self) -> Vec<ColumnUse> {
        match &self.opened {
            OpenedFormat::Csv(table) => table.columns(),
            _ => self.columnar().map(ColumnarInput::uses).unwrap_or_default(),
        }
    }

    /// The columns whose dates consist of digits only, and are read by what all of their cells have in common.
    pub(crate) fn dates_of_digits(&self) -> Vec<String> {
        match &self.opened {
            OpenedFormat::Csv(table) => table.dates_of_digits(),
            _ => Vec::new(),
        }
    }

    /// The remark about a second row of headers in a table.
    pub(crate) fn second_header(&self) -> Option<&str> {
        match &self.opened {
            OpenedFormat::Csv(table) => table.second_header(),
            _ => None,
        }
    }

    /// The columns of spreadsheet days that are all before 1990 or after 2049.
    pub(crate) fn odd_days(&self) -> Vec<String> {
        match &self.opened {
            OpenedFormat::Csv(table) => table.odd_days(),
            _ => Vec::new(),
        }
    }

    /// Columns that show another order of day and month than the one asked for: what they show counts. Known once the input has been read.
    pub fn order_notes(&self) -> &[String] {
        match &self.opened {
            OpenedFormat::Csv(table) => table.order_notes(),
            _ => self.columnar().map(ColumnarInput::order_notes).unwrap_or_default(),
        }
    }

    /// The table, if its cells come by column.
    pub(crate) fn columnar(&self) -> Option<&ColumnarInput> {
        match &self.opened {
            OpenedFormat::Parquet(ParquetInput(table)) | OpenedFormat::Arrow(ArrowInput(table)) => {
                Some(table)
            }
            _ => None,
        }
    }

    /// The size of the input in bytes, as stored. Waits for the end of a stream.
    pub fn bytes(&self) -> u64 {
        self.source.stored_bytes()
    }

    /// Whether, before it is read, it is known to be stored in fewer than `bytes` bytes.
    pub fn is_shorter_than(&self, bytes: u64) -> bool {
        self.source.is_shorter_than(bytes)
    }

    /// How many bytes have been read so far, to show progress. They are counted after unpacking and conversion to UTF-8, so that there may be more of
    /// them than [`Input::bytes`].
    pub fn bytes_read(&self) -> u64 {
        self.progress.bytes()
    }

    /// What distinguishes the content from another: of the bytes that are read, after unpacking and conversion to UTF-8. It does not depend on the
    /// name of the file or on how it is packed.
    ///
    /// # Errors
    /// When the input cannot be read, or has changed meanwhile.
    pub fn content(&self) -> Result<InputContent, InputError> {
        // Only in a table is a line one record.
        let mut lines = matches!(self.opened, OpenedFormat::Csv(_)).then(LineSketch::default);
        let digest = self.digest_of(|bytes| {
            if let Some(lines) = &mut lines {
                lines.add(bytes);
            }
        })?;
        Ok(InputContent { digest, sketch: lines.map(LineSketch::finish) })
    }

    /// A digest of the bytes that are read: see [`Input::content`].
    ///
    /// # Errors
    /// When the input cannot be read, or has changed meanwhile.
    pub fn digest(&self) -> Result<[u8; 32], InputError> {
        self.digest_of(|_| {})
    }

    /// A digest of the bytes that are read, each of which `look` sees.
    fn digest_of(&self, mut look: impl FnMut(&[u8])) -> Result<[u8; 32], InputError> {
        let reader = self.source.reader()?;
        let (mut hasher, mut buffer, mut at) = (blake3::Hasher::new(), vec![0; 1 << 20], 0);
        loop {
            let got = reader.fill(&mut buffer, at)?;
            if got == 0 {
                return Ok(*hasher.finalize().as_bytes());
            }
            hasher.update(&buffer[..got]);
            look(&buffer[..got]);
            at += got as u64;
        }
    }

    /// The input's entry in the summary, before anything has been counted.
    pub fn record_count(&self) -> RecordCount {
        RecordCount {
            path: self.path().to_owned(),
            format: (self.source.workbook().map_or_else(|| self.format(), |sheet| sheet.kind))
                .to_owned(),
            layout: self.layout().to_owned(),
            bytes: self.bytes(),
            ..RecordCount::default()
        }
    }

    /// Reads every record. Blocks are read in parallel, each into a sink that `make` creates. The sinks are returned in the order of the input,
    /// shifted to its numbering; their number depends only on the input.
    ///
    /// # Errors
    /// When the input cannot be read or changes meanwhile, or the order of day and month cannot be determined.
    pub fn read<S: RecordSink>(&self, make: &(dyn Fn() -> S + Sync)) -> Result<Vec<S>, InputError> {
        let mut sinks = self.opened.read(&self.source, make, &self.progress)?;
        // What is missing after a break counts as one record that could not be read. It has neither a number nor a line.
        if let Some(damage) = self.source.damage() {
            let mut sink = make();
            sink.reject(Place { file: self.index, ..Place::default() }, Reason::Malformed(damage));
            sinks.push(sink);
        }
        Ok(sinks)
    }

    /// Reads the record at a place again, to show it.
    ///
    /// # Errors
    /// When it is no longer there: the file has changed since.
    pub fn reread(&self, place: Place) -> Result<RecordText, InputError> {
        let mut text = self.opened.reread(&self.source, place)?;
        if self.source.is_rewritten() {
            text.column = 0;
        }
        Ok(text)
    }

    /// All cells of the row of a table at a place, in the order of its columns; none where there is no such row.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub fn cells(&self, place: Place) -> Result<Vec<String>, InputError> {
        match &self.opened {
            OpenedFormat::Csv(table) => table.cells(&self.source, place),
            _ => Ok(Vec::new()),
        }
    }

    /// Makes ready to read the records at these places again, where that takes long one by one.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub fn keep(&self, places: &mut dyn Iterator<Item = Place>) -> Result<(), InputError> {
        let Some(table) = self.columnar() else { return Ok(()) };
        let own = places.filter(|place| place.file == self.index).map(|place| place.record);
        table.keep(self.path(), own.collect())
    }

    /// What was understood of the input, for `--dry-run`.
    pub fn describe(&self) -> Description {
        let mut description = self.opened.describe(&self.source);
        if let Some(sheet) = self.source.workbook() {
            description.format = format!("a sheet of a workbook ({})", sheet.kind);
        }
        if let Some(packing) = self.source.packing() {
            description.format += &format!(", unpacked from {packing}");
        }
        description
    }
}

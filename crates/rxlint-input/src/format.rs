//! What an input format has to provide.

use rxlint_model::place::Place;
use rxlint_model::purpose::Purpose;
use rxlint_model::record::Field;
use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;

use crate::describe::Description;
use crate::error::InputError;
use crate::options::InputOptions;
use crate::progress::ReadProgress;
use crate::source::InputSource;

/// What is known about a format before any file is opened.
#[derive(Debug)]
pub(crate) struct FormatAbout {
    /// The name in reports.
    pub(crate) name: &'static str,
    /// The name on the command line, after `--input-format`.
    pub(crate) option: &'static str,
    /// The name in a sentence, with its article if it takes one.
    pub(crate) words: &'static str,
    /// What it can be read for.
    pub(crate) purposes: &'static [Purpose],
}

/// An input format, implemented by the type that holds one opened file.
pub(crate) trait InputFormat: Sized {
    /// What is known about the format before any file is opened.
    const ABOUT: FormatAbout;

    /// Whether a file that begins with these bytes, at most 4 KiB, is of this format.
    fn sniff(head: &[u8]) -> bool;

    /// Opens a file for one of the purposes of [`FormatAbout::purposes`]. `file` is its number among the inputs of the run.
    ///
    /// # Errors
    /// When the file cannot be read, or does not hold what it should be read for.
    fn open(source: &InputSource, file: u32, options: &InputOptions) -> Result<Self, InputError>;

    /// The name of the format in reports.
    fn name(&self) -> &'static str {
        Self::ABOUT.name
    }

    /// The recognised layout.
    fn layout(&self) -> &'static str;

    /// Whether the file seems to describe only persons, so that it is best read after the prescriptions.
    fn is_context(&self) -> bool {
        false
    }

    /// The header of the column that serves a field, in a format that has columns.
    fn header(&self, _field: Field) -> Option<&str> {
        None
    }

    /// Gives every opened file of the format what its records refer to in the others.
    ///
    /// # Errors
    /// When one of them cannot be read.
    fn link(_files: Vec<(&mut Self, &InputSource)>) -> Result<(), InputError> {
        Ok(())
    }

    /// Reads every record, and reports how far it got. `make` creates a sink for each block; the sinks are returned in the order of the file, shifted
    /// to its numbering.
    ///
    /// # Errors
    /// When the file cannot be read, or changes meanwhile.
    fn read<S: RecordSink>(
        &self,
        source: &InputSource,
        make: &(dyn Fn() -> S + Sync),
        progress: &ReadProgress,
    ) -> Result<Vec<S>, InputError>;

    /// Reads the record at a place again, to show it.
    ///
    /// # Errors
    /// When it is no longer there: the file has changed since.
    fn reread(&self, source: &InputSource, place: Place) -> Result<RecordText, InputError>;

    /// What was understood of the file, for `--dry-run`.
    fn describe(&self, source: &InputSource) -> Description;
}

//! The input formats behind one type: which format a file has, and what to ask of an opened file.

use rxlint_model::place::Place;
use rxlint_model::purpose::Purpose;
use rxlint_model::record::Field;
use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;

use crate::asap::AsapInput;
use crate::binary::BinaryKind;
use crate::cda::CdaInput;
use crate::columnar::{ArrowInput, ParquetInput};
use crate::csv::CsvInput;
use crate::describe::Description;
use crate::error::{ErrorKind, InputError};
use crate::fhir::FhirInput;
use crate::foreign::ForeignFormat;
use crate::format::{FormatAbout, InputFormat};
use crate::format_name::{InputFormatName, for_each_input_format};
use crate::hl7v2::Hl7Input;
use crate::ncpdp::ScriptInput;
use crate::options::InputOptions;
use crate::progress::ReadProgress;
use crate::source::InputSource;
use crate::telecom::TelecomInput;

macro_rules! registry {
    ($($module:ident: $Variant:ident($Type:ident),)*) => {
        impl InputFormatName {
            /// What is known about the format before any file is opened.
            pub(crate) fn about(self) -> &'static FormatAbout {
                match self {
                    $(Self::$Variant => const { &<$Type as InputFormat>::ABOUT },)*
                }
            }

            fn sniff(self, head: &[u8]) -> bool {
                match self {
                    $(Self::$Variant => <$Type as InputFormat>::sniff(head),)*
                }
            }

            fn open(
                self,
                source: &InputSource,
                file: u32,
                options: &InputOptions,
            ) -> Result<OpenedFormat, InputError> {
                match self {
                    $(Self::$Variant => {
                        <$Type as InputFormat>::open(source, file, options)
                            .map(OpenedFormat::$Variant)
                    })*
                }
            }
        }

        /// An opened file of any format. Each method is that of [`InputFormat`].
        #[derive(Debug)]
        pub(crate) enum OpenedFormat {
            $($Variant($Type),)*
        }

        impl OpenedFormat {
            pub(crate) fn name(&self) -> &'static str {
                match self {
                    $(Self::$Variant(opened) => opened.name(),)*
                }
            }

            pub(crate) fn layout(&self) -> &'static str {
                match self {
                    $(Self::$Variant(opened) => opened.layout(),)*
                }
            }

            pub(crate) fn is_context(&self) -> bool {
                match self {
                    $(Self::$Variant(opened) => opened.is_context(),)*
                }
            }

            pub(crate) fn header(&self, field: Field) -> Option<&str> {
                match self {
                    $(Self::$Variant(opened) => opened.header(field),)*
                }
            }

            pub(crate) fn read<S: RecordSink>(
                &self,
                source: &InputSource,
                make: &(dyn Fn() -> S + Sync),
                progress: &ReadProgress,
            ) -> Result<Vec<S>, InputError> {
                match self {
                    $(Self::$Variant(opened) => opened.read(source, make, progress),)*
                }
            }

            pub(crate) fn reread(
                &self,
                source: &InputSource,
                place: Place,
            ) -> Result<RecordText, InputError> {
                match self {
                    $(Self::$Variant(opened) => opened.reread(source, place),)*
                }
            }

            pub(crate) fn describe(&self, source: &InputSource) -> Description {
                match self {
                    $(Self::$Variant(opened) => opened.describe(source),)*
                }
            }

            /// Links the files of each format with each other.
            ///
            /// # Errors
            /// When one of them cannot be read.
            pub(crate) fn link(files: Vec<(&mut Self, &InputSource)>) -> Result<(), InputError> {
                $(let mut $module = Vec::new();)*
                for (opened, source) in files {
                    match opened {
                        $(Self::$Variant(opened) => $module.push((opened, source)),)*
                    }
                }
                $(<$Type as InputFormat>::link($module)?;)*
                Ok(())
            }
        }
    };
}
for_each_input_format!(registry);

impl InputFormatName {
    /// The name of the format in reports.
    pub fn name(self) -> &'static str {
        self.about().name
    }

    /// The name of the format on the command line, after `--input-format`.
    pub fn option(self) -> &'static str {
        self.about().option
    }

    /// The format with that name, as on the command line or in reports.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| [format.option(), format.name()].contains(&name))
    }
}

/// Opens a file in the format that was asked for, or else in that of its first bytes.
///
/// # Errors
/// When the file cannot be read, is not of a format that is read for this purpose, or does not hold what it should be read for.
pub(crate) fn open(
    source: &InputSource,
    file: u32,
    options: &InputOptions,
) -> Result<OpenedFormat, InputError> {
    let is_formulary = options.purpose == Purpose::Formulary;
    let not_formulary = |why, patients| {
        let path = source.name().to_owned();
        InputError::new(ErrorKind::NotFormulary { path, why, plainly: true, patients })
    };
    let format = match options.format {
        Some(format) => format,
        None => match sniff(&source.reader()?.bytes(source.start(), 4096)?) {
            Ok(format) => format,
            Err(foreign) if is_formulary && foreign.is_no_table() => {
                return Err(not_formulary(foreign.words(), false));
            }
            Err(format) => {
                let path = source.name().to_owned();
                if format == ForeignFormat::Documents {
                    let (layout, why) = ("xdm", format.words());
                    return Err(InputError::new(ErrorKind::NotPrescriptions { path, layout, why }));
                }
                return Err(InputError::new(ErrorKind::Unsupported { path, format }));
            }
        },
    };
    if is_formulary && !format.about().purposes.contains(&Purpose::Formulary) {
        return Err(not_formulary(format.about().words, true));
    }
    format.open(source, file, options)
}

/// Refuses a file that is not text.
///
/// # Errors
/// When it is not, or cannot be read.
pub(crate) fn refuse_binary(source: &InputSource) -> Result<(), InputError> {
    match BinaryKind::of(&source.reader()?.bytes(source.start(), 4096)?) {
        Some(kind) => Err(InputError::new(ErrorKind::Unsupported {
            path: source.name().to_owned(),
            format: ForeignFormat::Binary(kind),
        })),
        None => Ok(()),
    }
}

/// The format of a file that begins with these bytes. Text that no other format claims is a table.
fn sniff(head: &[u8]) -> Result<InputFormatName, ForeignFormat> {
    let binary = [InputFormatName::Parquet, InputFormatName::Arrow];
    if let Some(format) = binary.into_iter().find(|format| format.sniff(head)) {
        return Ok(format);
    }
    // The marks of pharmacy formats occur in any picture. A format that is itself binary has to be asked before this.
    if let Some(kind) = BinaryKind::of(head) {
        return Err(ForeignFormat::of_binary(head, kind));
    }
    match InputFormatName::ALL.iter().find(|format| format.sniff(head)) {
        Some(format) => Ok(*format),
        None => ForeignFormat::of(head).map_or(Ok(InputFormatName::Csv), Err),
    }
}

#[cfg(test)]
mod tests;

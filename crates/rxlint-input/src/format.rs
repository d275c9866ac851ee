//! What kind of file an input is, by its first bytes.

use super::error::InputError;
use super::source::Reader;

/// The format of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Rows of cells, whatever separates them.
    Csv,
    /// HL7 version 2 messages.
    Hl7v2,
    /// NCPDP SCRIPT messages in XML.
    Ncpdp,
    /// FHIR resources as JSON.
    Fhir,
    /// Other XML, as some FHIR resources come.
    Xml,
    /// NCPDP Telecom claims.
    Telecom,
    /// A compressed file.
    Compressed,
    /// An office workbook.
    Workbook,
    /// Another binary file.
    Binary,
}

impl Format {
    /// The name, as in `--input-format` and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Hl7v2 => "hl7v2",
            Self::Ncpdp => "ncpdp",
            Self::Fhir => "fhir",
            Self::Xml => "xml",
            Self::Telecom => "ncpdp-telecom",
            Self::Compressed => "compressed",
            Self::Workbook => "workbook",
            Self::Binary => "binary",
        }
    }

    /// The format of that name, of those that can be asked for.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = if name == "hl7" { "hl7v2" } else { name };
        [Self::Csv, Self::Hl7v2, Self::Fhir, Self::Ncpdp]
            .into_iter()
            .find(|format| format.name() == name)
    }

    /// In words, with an article.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Csv => "a table in text form (CSV)",
            Self::Hl7v2 => "HL7 v2",
            Self::Ncpdp => "NCPDP SCRIPT",
            Self::Xml => "XML (FHIR?)",
            Self::Telecom => "an NCPDP Telecom transmission (claims)",
            Self::Fhir => "FHIR (JSON)",
            Self::Compressed => "a compressed file",
            Self::Workbook => "an office workbook",
            Self::Binary => "a binary file",
        }
    }

    /// What to do where the format is not read.
    pub(crate) const fn advice(self) -> &'static str {
        match self {
            Self::Compressed => {
                "Only gzip and Zstandard are unpacked, and those once. Unpack it first, or pipe it in: `bzip2 -dc FILE | rxlint check -`."
            }
            Self::Telecom => {
                "Export the claims as CSV, one a row, with patient, product, service date, quantity, days' supply and status."
            }
            Self::Workbook => {
                "Save the sheet as CSV (UTF-8) first, with dates as YYYY-MM-DD and codes as text."
            }
            Self::Xml => {
                "Export FHIR as JSON or NDJSON, other prescriptions as CSV with a header row."
            }
            _ => {
                "Export the prescriptions as CSV with a header row; if this is CSV all the same, say `--input-format csv`."
            }
        }
    }

    /// Tells the format by the first bytes of the text.
    pub(crate) fn of(head: &[u8]) -> Self {
        match head {
            [0x1F, 0x8B, ..]
            | [0x28, 0xB5, 0x2F, 0xFD, ..]
            | [b'B', b'Z', b'h', b'1'..=b'9', ..] => return Self::Compressed,
            [0xFD, b'7', b'z', b'X', b'Z', ..] => return Self::Compressed,
            [b'P', b'K', 3 | 5, 4 | 6, ..] if head.windows(3).any(|bytes| bytes == b"xl/") => {
                return Self::Workbook;
            }
            [b'P', b'K', 3 | 5, 4 | 6, ..] => return Self::Compressed,
            [0xD0, 0xCF, 0x11, 0xE0, ..] => return Self::Workbook,
            [b'P', b'A', b'R', b'1', ..]
            | [b'O', b'b', b'j', 1, ..]
            | [b'S', b'Q', b'L', b'i', b't', b'e', b' ', ..] => {
                return Self::Binary;
            }
            _ => {}
        }
        let text = head.trim_ascii_start();
        let text = text.strip_prefix(b"\x0B").unwrap_or(text);
        match text {
            [b'M', b'S', b'H', separator, ..] | [b'F' | b'B', b'H', b'S', separator, ..]
                if is_separator(*separator) =>
            {
                Self::Hl7v2
            }
            [b'<', ..] if super::ncpdp::tag(text).is_some() => Self::Ncpdp,
            [b'{', ..] => Self::Fhir,
            [b'[', rest @ ..]
                if matches!(
                    rest.trim_ascii_start().first(),
                    None | Some(b'{' | b'[' | b'"' | b']')
                ) =>
            {
                Self::Fhir
            }
            [b'<', ..] => Self::Xml,
            _ if is_telecom(head) => Self::Telecom,
            _ => Self::Csv,
        }
    }

    /// Tells the format of an input that is open.
    pub(crate) fn sniff(reader: &Reader<'_>, start: u64) -> Result<Self, InputError> {
        Ok(Self::of(&reader.bytes(start, 4096)?))
    }
}

/// Telecom claims part their fields by 0x1C and their segments by 0x1E or 0x1D; in print those are written out.
fn is_telecom(head: &[u8]) -> bool {
    let has = |byte: u8| memchr::memchr(byte, head).is_some();
    has(0x1C) && (has(0x1E) || has(0x1D)) || memchr::memmem::find(head, b"<1E><1C>").is_some()
}

/// HL7 lets any character separate fields; a comma after `MSH` is a CSV header.
fn is_separator(byte: u8) -> bool {
    byte.is_ascii_punctuation() && !matches!(byte, b',' | b';' | b'_' | b'-' | b'"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_first_bytes() {
        for (head, format) in [
            (&b"patient_id,drug\n"[..], Format::Csv),
            (b"", Format::Csv),
            (b"MSH|^~\\&|", Format::Hl7v2),
            (b"\x0BMSH|^~\\&|", Format::Hl7v2),
            (b"\r\nFHS|^~\\&|", Format::Hl7v2),
            (b"BHS|^~\\&|", Format::Hl7v2),
            (b"MSH,patient\n", Format::Csv),
            (b"  {\"resourceType\"", Format::Fhir),
            (b"[\n {", Format::Fhir),
            (b"[patient],[drug]\n", Format::Csv),
            (b"<?xml version", Format::Xml),
            (b"\x1F\x8B\x08", Format::Compressed),
            (b"PK\x03\x04 .. xl/workbook.xml", Format::Workbook),
            (b"PK\x03\x04 .. claims.csv", Format::Compressed),
            (b"PAR1", Format::Binary),
            (b"<n:Message xmlns:n='x'>", Format::Ncpdp),
            (b"D0B1 \x1EAM04\x1CC2", Format::Telecom),
        ] {
            assert_eq!(Format::of(head), format, "{:?}", String::from_utf8_lossy(head));
        }
        assert_eq!(Format::from_name("csv"), Some(Format::Csv));
        assert_eq!(Format::from_name("binary"), None);
    }
}

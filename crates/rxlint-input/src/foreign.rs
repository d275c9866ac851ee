//! Files that are recognised but not read: what they are, and what to do with them.

use crate::text_start::text_start;

/// A kind of file that is recognised by its first bytes and not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ForeignFormat {
    /// XML other than NCPDP SCRIPT; some FHIR resources come as XML.
    Xml,
    /// NCPDP Telecom claims.
    Telecom,
    /// A compressed file that is not unpacked.
    Compressed,
    /// An office workbook.
    Workbook,
    /// Parquet or Arrow, in a program that was built without them.
    Columns,
    /// Another binary file.
    Binary,
}

impl ForeignFormat {
    /// The name in a sentence, with its article if it takes one.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Xml => "XML (FHIR?)",
            Self::Telecom => "an NCPDP Telecom transmission (claims)",
            Self::Compressed => "a compressed file",
            Self::Workbook => "an office workbook",
            Self::Columns => "a Parquet or Arrow file",
            Self::Binary => "a binary file",
        }
    }

    /// What to do with such a file.
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
            Self::Columns => {
                "This program was built without them: `cargo install --locked --path . --features parquet` builds one that reads them. Or export the table as CSV."
            }
            Self::Binary => {
                "Export the prescriptions as CSV with a header row; if this is CSV all the same, say `--input-format csv`."
            }
        }
    }

    /// The kind of a file that begins with these bytes and that no input format has claimed;
    /// `None` for any other text.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [b'P', b'K', 3 | 5, 4 | 6, ..] if head.windows(3).any(|bytes| bytes == b"xl/") => {
                Some(Self::Workbook)
            }
            [0xD0, 0xCF, 0x11, 0xE0, ..] => Some(Self::Workbook),
            [0x1F, 0x8B, ..]
            | [0x28, 0xB5, 0x2F, 0xFD, ..]
            | [b'B', b'Z', b'h', b'1'..=b'9', ..]
            | [0xFD, b'7', b'z', b'X', b'Z', ..]
            | [b'P', b'K', 3 | 5, 4 | 6, ..] => Some(Self::Compressed),
            [b'O', b'b', b'j', 1, ..] | [b'S', b'Q', b'L', b'i', b't', b'e', b' ', ..] => {
                Some(Self::Binary)
            }
            _ if text_start(head).starts_with(b"<") => Some(Self::Xml),
            _ if is_telecom(head) => Some(Self::Telecom),
            _ => None,
        }
    }
}

/// Telecom claims separate their fields with 0x1C and their segments with 0x1E or 0x1D; listings
/// spell those out.
fn is_telecom(head: &[u8]) -> bool {
    let has = |byte: u8| memchr::memchr(byte, head).is_some();
    has(0x1C) && (has(0x1E) || has(0x1D)) || memchr::memmem::find(head, b"<1E><1C>").is_some()
}

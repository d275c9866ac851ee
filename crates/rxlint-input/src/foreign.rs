//! Files that are recognised but not read: what they are, and what to do with them.

use crate::text_start::text_start;

/// A kind of file that is recognised by its first bytes and not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ForeignFormat {
    /// XML other than NCPDP SCRIPT; some FHIR resources come as XML.
    Xml,
    /// A compressed file that is not unpacked.
    Compressed,
    /// An office workbook.
    Workbook,
    /// Another binary file.
    Binary,
}

impl ForeignFormat {
    /// The name in a sentence, with its article if it takes one.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Xml => "XML (FHIR?)",
            Self::Compressed => "a compressed file",
            Self::Workbook => "an office workbook",
            Self::Binary => "a binary file",
        }
    }

    /// What to do with such a file.
    pub(crate) const fn advice(self) -> &'static str {
        match self {
            Self::Compressed => {
                "Only gzip and Zstandard are unpacked, and those once. Unpack it first, or pipe it in: `bzip2 -dc FILE | rxlint check -`."
            }
            Self::Workbook => {
                "Save the sheet as CSV (UTF-8) first, with dates as YYYY-MM-DD and codes as text."
            }
            Self::Xml => {
                "Export FHIR as JSON or NDJSON, other prescriptions as CSV with a header row."
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
            [b'P', b'A', b'R', b'1', ..]
            | [b'O', b'b', b'j', 1, ..]
            | [b'S', b'Q', b'L', b'i', b't', b'e', b' ', ..] => Some(Self::Binary),
            _ if text_start(head).starts_with(b"<") => Some(Self::Xml),
            _ => None,
        }
    }
}

//! Files that are recognised but not read: what they are, and what to do with them.

use crate::binary::BinaryKind;
use crate::text_start::text_start;

/// A kind of file that is recognised by its first bytes and not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ForeignFormat {
    /// XML of another kind.
    Xml,
    /// A message of HL7 version 3.
    Hl7V3,
    /// The German medication plan.
    MedicationPlan,
    /// CDISC's operational data model.
    Cdisc,
    /// The list of the documents of a package (XDM).
    Documents,
    /// HL7 v2 messages with other text before or between them.
    Hl7Log,
    /// X12: claims and payments of hospitals and practices.
    X12,
    /// EDIFACT, in which older NCPDP SCRIPT messages are written too.
    Edifact,
    /// A database dump: SQL statements.
    Sql,
    /// A compressed file that is not unpacked.
    Compressed,
    /// An office workbook.
    Workbook,
    /// A web page, such as some programs write into `.xls` files.
    Html,
    /// What a repository contains instead of a large file that Git LFS keeps.
    LfsPointer,
    /// Another file that is not text.
    Binary(BinaryKind),
}

impl ForeignFormat {
    /// The name in a sentence, with its article if it takes one.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Xml => "XML of another kind",
            Self::Hl7V3 => "a message of HL7 version 3",
            Self::MedicationPlan => "a medication plan (BMP)",
            Self::Cdisc => "data of a trial (CDISC ODM)",
            Self::Documents => "the list of the documents of a package (XDM)",
            Self::Hl7Log => "HL7 v2 messages with other text around them (lines of a log, tags)",
            Self::X12 => "an X12 interchange (837, 835 and the like)",
            Self::Edifact => "an EDIFACT interchange (older NCPDP SCRIPT, MEDPRE)",
            Self::Sql => "a dump of a database (SQL)",
            Self::Compressed => "a compressed file",
            Self::Workbook => "an office workbook",
            Self::Html => "a web page (HTML)",
            Self::LfsPointer => "a pointer of Git LFS to a file that was not fetched",
            Self::Binary(kind) => kind.words,
        }
    }

    /// What to do with such a file.
    pub(crate) const fn advice(self) -> &'static str {
        match self {
            Self::Compressed => {
                "gzip, Zstandard, bzip2 and xz are unpacked once. Unpack it first, or pipe it in: `gzip -dc FILE.gz.gz | rxlint check -`."
            }
            Self::Workbook => {
                "Save the sheet as CSV (UTF-8) first, with dates as YYYY-MM-DD and codes as text."
            }
            Self::Xml | Self::MedicationPlan | Self::Documents => {
                "If it holds prescriptions, have them sent as FHIR, as a clinical document (C-CDA), or as CSV with a header row."
            }
            Self::Hl7V3 => {
                "Have the prescriptions sent as HL7 v2, FHIR, or a clinical document (C-CDA)."
            }
            Self::Cdisc => "Export the medications (domains CM and EX) as CSV with a header row.",
            Self::Hl7Log => {
                "Have the messages alone written, each from its MSH on: `grep -aoE '[A-Z][A-Z0-9]{2}[|].*' FILE` keeps the segments of most \
                 logs, without what precedes them on their lines."
            }
            Self::Sql => {
                "Export the table of prescriptions itself, with a header row: `mysql --batch -e 'SELECT …' > rx.tsv`, or in psql \
                 `\\copy (SELECT …) TO 'rx.csv' CSV HEADER`."
            }
            Self::X12 => {
                "Drugs are in SV1 and LIN segments: export those lines as CSV, with patient, code (NDC or HCPCS), day and units."
            }
            Self::Edifact => {
                "Have the messages sent as NCPDP SCRIPT in XML, or the prescriptions as CSV with a header row."
            }
            Self::Html => {
                "If it was saved as .xls, open it in a spreadsheet program and save it as a workbook (.xlsx) or CSV; else export the prescriptions as CSV."
            }
            Self::LfsPointer => "Fetch the file itself: `git lfs pull`.",
            Self::Binary(kind) => kind.advice,
        }
    }

    /// Whether it is of a kind that never holds a table: a picture, a document, a program.
    pub(crate) fn is_no_table(self) -> bool {
        matches!(self, Self::Binary(kind) if kind.is_no_table())
    }

    /// Whether a web page begins here.
    pub(crate) fn is_html(head: &[u8]) -> bool {
        let start = text_start(head);
        let begins = |tag: &str| {
            start.get(..tag.len()).is_some_and(|bytes| bytes.eq_ignore_ascii_case(tag.as_bytes()))
        };
        [
            "<!doctype html",
            "<html",
            "<head",
            "<meta ",
            "<table",
            "<style",
            "<body",
            "<center",
            "<div",
        ]
        .into_iter()
        .any(begins)
    }

    /// A file of that kind, if nothing more is known about it: a compressed one is reported as compressed.
    pub(crate) fn of_binary(head: &[u8], kind: BinaryKind) -> Self {
        Self::of(head)
            .filter(|known| matches!(known, Self::Compressed | Self::Workbook))
            .unwrap_or(Self::Binary(kind))
    }

    /// The kind of a file that begins with these bytes and that no input format has claimed; `None` for any other text.
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
            _ if Self::is_html(head) => Some(Self::Html),
            _ => Self::of_text(text_start(head)),
        }
    }

    /// The kind of a text.
    fn of_text(text: &[u8]) -> Option<Self> {
        let has = |name: &[u8]| memchr::memmem::find(text, name).is_some();
        match text {
            [b'I', b'S', b'A', separator, ..] if separator.is_ascii_punctuation() && has(b"GS") => {
                Some(Self::X12)
            }
            [b'U', b'N', b'A', ..]
            | [b'U', b'N', b'B', b'+', ..]
            | [b'U', b'I', b'B', b'+', ..]
                if has(b"UNB") || has(b"UIB") || has(b"UIH") =>
            {
                Some(Self::Edifact)
            }
            [b'<', ..] => Some(Self::of_xml(text)),
            _ if text.starts_with(b"version https://git-lfs.github.com/spec/") => {
                Some(Self::LfsPointer)
            }
            _ if has_messages(text) => Some(Self::Hl7Log),
            _ => is_sql(text).then_some(Self::Sql),
        }
    }

    fn of_xml(text: &[u8]) -> Self {
        let (name, tag) = crate::xml::first_tag(text).unwrap_or_default();
        let tag_has = |part: &[u8]| memchr::memmem::find(tag, part).is_some();
        match name {
            _ if text.len() >= 9 && text[..9].eq_ignore_ascii_case(b"<!doctype") => Self::Html,
            _ if name.eq_ignore_ascii_case(b"html") => Self::Html,
            b"ODM" => Self::Cdisc,
            b"SubmitObjectsRequest" => Self::Documents,
            b"MP" | b"bmp" => Self::MedicationPlan,
            _ if tag_has(b"urn:hl7-org:v3") => Self::Hl7V3,
            _ if has_messages(text) => Self::Hl7Log,
            _ => Self::Xml,
        }
    }
}
/// Whether a text contains an HL7 v2 message: its header and then a segment, possibly on the same line, and neither at the beginning of a table cell.
fn has_messages(text: &[u8]) -> bool {
    const HEADER: &[u8] = b"MSH|^~\\&";
    let is_cell = |at: usize| at > 0 && matches!(text[at - 1], b'"' | b',' | b';' | b'\t' | b'|');
    let Some(start) = memchr::memmem::find_iter(text, HEADER).find(|at| !is_cell(*at)) else {
        return false;
    };
    [&b"PID|"[..], b"EVN|", b"ORC|", b"MSA|", b"PV1|"].iter().any(|segment| {
        let mut found = memchr::memmem::find_iter(&text[start..], segment);
        found.any(|at| !is_cell(start + at))
    })
}

/// Whether a text begins like a database dump: after comments and settings comes a statement that creates or fills a table.
fn is_sql(text: &[u8]) -> bool {
    const BEGINNINGS: [&str; 12] = [
        "insert into ",
        "create table ",
        "create database ",
        "create schema ",
        "drop table ",
        "begin transaction",
        "begin;",
        "pragma foreign_keys",
        "use ",
        "set ",
        "copy ",
        "lock tables ",
    ];
    const TELLING: [&str; 5] = [
        "-- mysql dump",
        "-- mariadb dump",
        "-- postgresql database dump",
        "/*!4",
        "-- dumping data",
    ];
    let head = String::from_utf8_lossy(&text[..text.len().min(4096)]).to_lowercase();
    let mut lines = head.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
    if lines.peek().is_some_and(|line| TELLING.iter().any(|start| line.starts_with(start))) {
        return true;
    }
    let is_comment = |line: &&str| line.starts_with("--") || line.starts_with("/*");
    while lines.next_if(is_comment).is_some() {}
    let Some(first) = lines.next() else { return false };
    let fills = |line: &str| {
        line.starts_with("insert into ") && line.contains("values")
            || line.starts_with("create table ")
            || line.starts_with("copy ") && line.ends_with("from stdin;")
    };
    // A line of prose may begin so too, but a statement ends as one, or is followed by one that fills a table.
    BEGINNINGS.iter().any(|start| first.starts_with(start))
        && (fills(first)
            || first.ends_with(';') && lines.any(fills)
            || first.ends_with(';') && first.starts_with("insert into"))
}

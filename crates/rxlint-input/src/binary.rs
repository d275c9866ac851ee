//! Files of bytes that are not text: what they are, and what to do with them.
//!
//! They are recognised by their first bytes, before any input format is asked: the marks of a pharmacy format occur in any picture.

/// A kind of file that is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BinaryKind {
    /// The name in a sentence, with its article.
    pub words: &'static str,
    /// What to do with such a file.
    pub advice: &'static str,
}

const PICTURE: &str = "A picture or a scan cannot be read. Export the prescriptions from the system that printed them, as CSV or as a workbook (.xlsx).";
const DOCUMENT: &str = "A document has no columns. Export the prescriptions from the system that wrote it, as CSV or as a workbook (.xlsx).";
const TABLES: &str = "Export the table that holds the prescriptions as CSV with a header row, or as a workbook (.xlsx).";
const COLUMNAR: &str = "Write it as CSV first, as in `duckdb -c \"COPY (SELECT * FROM 'FILE') TO 'FILE.csv' (HEADER)\"`.";
const PARQUET_OR_ARROW: &str = "This program was built without `--features parquet`, which reads it. Or write it as CSV first, as in `duckdb -c \"COPY (SELECT * FROM 'FILE') TO 'FILE.csv' (HEADER)\"`.";
const SQLITE: &str = "Write the table as CSV first: `sqlite3 -header -csv FILE 'SELECT * FROM prescriptions' > FILE.csv`.";
const SAS: &str = "Write it as CSV first: `PROC EXPORT DATA=… OUTFILE=\"FILE.csv\" DBMS=CSV; RUN;`, or with Python: `pandas.read_sas(\"FILE\").to_csv(\"FILE.csv\", index=False)`.";
const STATA: &str = "Write it as CSV first: `export delimited using FILE.csv`.";
const SPSS: &str =
    "Write it as CSV first: `SAVE TRANSLATE /OUTFILE='FILE.csv' /TYPE=CSV /FIELDNAMES.`.";
const R: &str = "Write it as CSV first, in R: `write.csv(x, \"FILE.csv\", row.names = FALSE)`.";
const ARCHIVE: &str =
    "Unpack it first, and give rxlint the folder. ZIP and tar are opened as they are.";
const PACKED: &str = "Unpack it first, or pipe it in: `… -dc FILE | rxlint check -`. gzip, Zstandard, bzip2 and xz are unpacked as they are.";
const PROGRAM: &str = "Leave it out: it holds no prescriptions.";
const MAIL: &str = "Save its attachment as a file of its own, and give rxlint that.";
const OLD_WORKBOOK: &str =
    "Open it in a spreadsheet program and save it as a workbook (.xlsx), or each sheet as CSV.";
const OTHER: &str = "Export the prescriptions as CSV with a header row; if this is CSV after all, say `--input-format csv`.";

const SQLITE_BEGIN: &[u8] = b"SQLite format 3\0";

macro_rules! kinds {
    ($($NAME:ident = $words:literal, $advice:expr;)*) => {
        $(pub(crate) const $NAME: BinaryKind = BinaryKind { words: $words, advice: $advice };)*
    };
}

kinds! {
    DOC = "a Word document (.doc)", DOCUMENT;
    DOCX = "a Word document (.docx)", DOCUMENT;
    PPT = "a presentation (.ppt)", DOCUMENT;
    PPTX = "a presentation (.pptx)", DOCUMENT;
    ODT = "an OpenDocument text", DOCUMENT;
    ODF = "an OpenDocument file without sheets", DOCUMENT;
    EPUB = "an e-book (EPUB)", DOCUMENT;
    VISIO = "a drawing (Visio)", DOCUMENT;
    IWORK = "an Apple iWork document (Numbers, Pages, Keynote)",
        "Export it from Numbers as Excel (.xlsx) or CSV: File, Export To.";
    JAR = "a program (Java archive)", PROGRAM;
    MSG = "an Outlook e-mail (.msg)", MAIL;
    EMAIL = "an e-mail", MAIL;
    OLE = "an OLE file of an unknown program", OTHER;
    OLD_XLS = "a workbook from before Excel 5 (.xls)", OLD_WORKBOOK;
    BINARY = "a binary file", OTHER;
    MHTML = "a web page with its pictures in one file (MHTML), such as old programs write into a file called `.xls`", OLD_WORKBOOK;
    DBASE = "a dBase table (.dbf)",
        "Open it in a spreadsheet program (LibreOffice reads it) and save it as CSV or as a workbook (.xlsx).";
    UTF16 = "text in UTF-16 without a byte order mark",
        "Save it as UTF-8, as in `iconv -f UTF-16LE -t UTF-8 FILE > FILE.utf8.csv`.";
    UTF16_BIG = "text in UTF-16 without a byte order mark",
        "Save it as UTF-8, as in `iconv -f UTF-16BE -t UTF-8 FILE > FILE.utf8.csv`.";
    UTF32 = "text in UTF-32",
        "Save it as UTF-8, as in `iconv -f UTF-32 -t UTF-8 FILE > FILE.utf8.csv`.";
    HDF5 = "an HDF5 file", TABLES;
    PARQUET = "a Parquet file", PARQUET_OR_ARROW;
    ARROW = "an Arrow or Feather file", PARQUET_OR_ARROW;
    RDATA = "saved data of R (.RData, .rds)", R;
    ACCESS = "an Access database (.mdb, .accdb)", TABLES;
    STATA_DTA = "a Stata data set (.dta)", STATA;
    TORN_ZIP = "a ZIP archive or workbook that is cut off or broken", "Copy or download it again.";
    OF_PROGRAM = "a program", PROGRAM;
    LEDGER = "a ledger of rxlint",
        "It is not an export: give tonight's exports, and the ledger with --ledger FILE.";
}

/// Each kind with the bytes that it begins with, from an offset on.
const MAGIC: &[(usize, &[u8], BinaryKind)] = &[
    (0, b"\x89PNG\r\n\x1A\n", picture("a PNG picture")),
    (0, b"\xFF\xD8\xFF", picture("a JPEG picture")),
    (0, b"GIF87a", picture("a GIF picture")),
    (0, b"GIF89a", picture("a GIF picture")),
    (0, b"II*\0", picture("a TIFF picture")),
    (0, b"MM\0*", picture("a TIFF picture")),
    (0, b"ID3\x03\0", of("a sound", PROGRAM)),
    (0, b"ID3\x04\0", of("a sound", PROGRAM)),
    (0, b"%PDF-", document("a PDF document")),
    (0, b"%!PS", document("a PostScript document")),
    (0, b"{\\rtf", document("an RTF document")),
    (0, b"PAR1", PARQUET),
    (0, b"PARE", PARQUET),
    (0, b"ARROW1", ARROW),
    (0, b"FEA1", ARROW),
    (0, b"\xFF\xFF\xFF\xFF", of("a stream of Arrow or another binary file", COLUMNAR)),
    (0, b"Obj\x01", of("an Avro file", COLUMNAR)),
    (0, SQLITE_BEGIN, of("an SQLite database", SQLITE)),
    (
        12,
        b"\xC2\xEA\x81\x60\xB3\x14\x11\xCF\xBD\x92\x08\0\x09\xC7\x31\x8C",
        of("a SAS data set (.sas7bdat)", SAS),
    ),
    (0, b"HEADER RECORD*******", of("a SAS transport file (.xpt)", SAS)),
    (0, b"<stata_dta>", STATA_DTA),
    (0, b"$FL2", of("an SPSS data set (.sav)", SPSS)),
    (0, b"$FL3", of("an SPSS data set (.zsav)", SPSS)),
    (0, b"\0\x01\0\0Standard Jet DB", ACCESS),
    (0, b"\0\x01\0\0Standard ACE DB", ACCESS),
    (0, b"RDX2\n", RDATA),
    (0, b"RDX3\n", RDATA),
    (0, b"RDA2\n", RDATA),
    (0, b"RDA3\n", RDATA),
    (0, b"X\n\0\0\0", RDATA),
    (0, b"\x89HDF\r\n", HDF5),
    (0, b"MATLAB 5.0 MAT-file", of("a MATLAB file", TABLES)),
    (0, b"\x93NUMPY", of("a NumPy array", TABLES)),
    (0, b"\x80\x02", of("a pickled Python object", TABLES)),
    (0, b"\x80\x03", of("a pickled Python object", TABLES)),
    (0, b"\x80\x04\x95", of("a pickled Python object", TABLES)),
    (0, b"\x80\x05\x95", of("a pickled Python object", TABLES)),
    (0, b"7z\xBC\xAF\x27\x1C", of("a 7-Zip archive", ARCHIVE)),
    (0, b"Rar!\x1A\x07", of("a RAR archive", ARCHIVE)),
    (0, b"MSCF\0\0\0\0", of("a cabinet archive (.cab)", ARCHIVE)),
    (0, b"!<arch>\n", of("an ar archive", ARCHIVE)),
    (0, b"\x04\x22\x4D\x18", of("an LZ4 file", PACKED)),
    (0, b"\x1F\x9D", of("a file packed by compress (.Z)", PACKED)),
    (0, b"LZIP\x01", of("an lzip file", PACKED)),
    (0, b"\x89LZO\0\r\n", of("an lzop file", PACKED)),
    (0, b"\x7FELF", OF_PROGRAM),
    (0, b"MZ\x90\0", OF_PROGRAM),
    (0, b"MZP\0", OF_PROGRAM),
    (0, b"\xCF\xFA\xED\xFE", OF_PROGRAM),
    (0, b"\xCA\xFE\xBA\xBE", OF_PROGRAM),
    (0, b"\0asm", OF_PROGRAM),
    (0, b"\x09\x02\x06\0", OLD_XLS),
    (0, b"\x09\x04\x06\0", OLD_XLS),
    (0, b"\x09\0\x04\0", OLD_XLS),
    (0, b"\xD0\xCF\x11\xE0", OLE),
    (0, b"PK\x03\x04", TORN_ZIP),
    (0, b"PK\x07\x08", of("one part of a ZIP archive in several", ARCHIVE)),
    (
        0,
        b"-----BEGIN PGP MESSAGE",
        of("an encrypted file (PGP)", "Decrypt it first: `gpg --decrypt FILE > FILE.csv`."),
    ),
    (0, b"Salted__", of("an encrypted file (OpenSSL)", "Decrypt it first.")),
];

/// The same for kinds whose first bytes could be text: they have a zero byte before or among these.
const INNER_MAGIC: &[(usize, &[u8], BinaryKind)] = &[
    (8, b"WEBP", picture("a WebP picture")),
    (4, b"ftypheic", picture("a HEIC picture")),
    (4, b"ftypmif1", picture("a HEIC picture")),
    (4, b"ftyp", of("a film or sound", PROGRAM)),
    (8, b"WAVEfmt", of("a sound", PROGRAM)),
    (128, b"DICM", picture("a DICOM image")),
    (8, b"DUCK", of("a DuckDB database", COLUMNAR)),
];

const fn of(words: &'static str, advice: &'static str) -> BinaryKind {
    BinaryKind { words, advice }
}

const fn picture(words: &'static str) -> BinaryKind {
    of(words, PICTURE)
}

const fn document(words: &'static str) -> BinaryKind {
    of(words, DOCUMENT)
}

impl BinaryKind {
    /// Whether files of this kind never hold a table.
    pub(crate) fn is_no_table(self) -> bool {
        [PICTURE, DOCUMENT, PROGRAM].contains(&self.advice)
    }

    /// The kind of a file that begins with these bytes; `None` for text.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        let begins = |(at, magic, _): &&(usize, &[u8], Self)| {
            head.get(*at..).is_some_and(|rest| rest.starts_with(magic))
        };
        // Where an SQLite database has the mark of the program that wrote it.
        if head.starts_with(SQLITE_BEGIN) && head.get(68..72) == Some(b"rxli") {
            return Some(LEDGER);
        }
        let has_zero = memchr::memchr(0, head).is_some();
        let inner = INNER_MAGIC.iter().filter(|_| has_zero);
        if let Some((_, _, kind)) = MAGIC.iter().chain(inner).find(begins) {
            return Some(*kind);
        }
        // The version number, the byte order, and what kind of data set an old Stata file is.
        if let [102..=115, 1 | 2, 1, 0, ..] = head {
            return Some(STATA_DTA);
        }
        if is_dbase(head) {
            return Some(DBASE);
        }
        let mhtml = memchr::memmem::find(head, b"multipart/related").is_some();
        if mhtml && head.get(..13).is_some_and(|begun| begun.eq_ignore_ascii_case(b"MIME-Version:"))
        {
            return Some(MHTML);
        }
        if is_email(head) {
            return Some(EMAIL);
        }
        if let Some(wide) = wide_text(head) {
            return Some(wide);
        }
        is_binary(head).then_some(BINARY)
    }
}

/// Whether the bytes are the head of a dBase table: a version, the day of the last change, and the
/// length of a head that describes each column in 32 bytes.
fn is_dbase(head: &[u8]) -> bool {
    let [version, _, month, day, _, _, _, _, low, high, ..] = head else { return false };
    let length = u16::from_le_bytes([*low, *high]);
    let is_head = length >= 65 && (length % 32 == 1 || length % 32 == 9 && *version == 0x30);
    matches!(version, 0x03 | 0x30 | 0x31 | 0x43 | 0x83 | 0x8B | 0xF5)
        && (1..=12).contains(month)
        && (1..=31).contains(day)
        && is_head
        && memchr::memchr(0, head).is_some()
}

/// Whether the bytes are the head of an e-mail: at least three of its fields, one on each line.
fn is_email(head: &[u8]) -> bool {
    const FIELDS: [&str; 9] = [
        "received",
        "return-path",
        "delivered-to",
        "mime-version",
        "message-id",
        "from",
        "subject",
        "to",
        "date",
    ];
    let lines = head.split(|&byte| byte == b'\n').take(12);
    let is_field = |line: &&[u8]| {
        let name = line.split(|&byte| byte == b':').next().unwrap_or_default();
        name.len() < line.len()
            && FIELDS.iter().any(|field| name.eq_ignore_ascii_case(field.as_bytes()))
    };
    let first = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    (is_field(&first) || first.starts_with(b"From ")) && lines.filter(is_field).count() >= 3
}

/// The kind of text in which most bytes are zero: every other one, or three of four.
fn wide_text(head: &[u8]) -> Option<BinaryKind> {
    let is = |step: usize, pattern: &[bool]| {
        let fits = |(at, mostly): (usize, &bool)| {
            let zeros = head.iter().skip(at).step_by(step).filter(|byte| **byte == 0).count();
            let tenths = zeros * step * 10;
            if *mostly { tenths > head.len() * 8 } else { tenths < head.len() }
        };
        head.len() > step * 8 && pattern.iter().enumerate().all(fits)
    };
    let is_marked = head.starts_with(b"\xFF\xFE\0\0") || head.starts_with(b"\0\0\xFE\xFF");
    if is_marked || is(4, &[false, true, true, true]) || is(4, &[true, true, true, false]) {
        return Some(UTF32);
    }
    if is(2, &[true, false]) {
        return Some(UTF16_BIG);
    }
    is(2, &[false, true]).then_some(UTF16)
}

/// What separates the cells of a Hive table.
const HIVE: u8 = 0x01;

/// Whether these bytes are not text in any encoding: too many of them are control characters that neither text nor a message has.
fn is_binary(head: &[u8]) -> bool {
    let is_odd =
        |byte: &&u8| matches!(byte, 0..=1 | 4..=8 | 14..=26) && !matches!(byte, 0x05 | 0x15 | 0x17);
    // Hive writes 0x01 between cells, and no other control character.
    let odd = head.iter().filter(is_odd).filter(|byte| **byte != HIVE).count();
    let odd = if odd == 0 { 0 } else { head.iter().filter(is_odd).count() };
    odd > 2 && odd * 20 > head.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(head: &[u8]) -> Option<&'static str> {
        BinaryKind::of(head).map(|kind| kind.words)
    }

    #[test]
    fn a_binary_file_is_named_for_what_it_is() {
        for (head, expected) in [
            (&b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\x1C\x1E"[..], "a PNG picture"),
            (b"%PDF-1.7\n\x1C\x1E\x1D", "a PDF document"),
            (b"SQLite format 3\0\x10\0", "an SQLite database"),
            (b"PAR1\x15\x04", "a Parquet file"),
            (b"$FL2@(#) SPSS DATA FILE", "an SPSS data set (.sav)"),
            (b"\x72\x02\x01\0abc", "a Stata data set (.dta)"),
            (
                b"p\0a\0t\0i\0e\0n\0t\0,\0d\0r\0u\0g\0\n\0",
                "text in UTF-16 without a byte order mark",
            ),
            (b"\xFF\xFE\0\0p\0\0\0a\0\0\0", "text in UTF-32"),
            (b"p\0\0\0a\0\0\0t\0\0\0i\0\0\0e\0\0\0n\0\0\0t\0\0\0,\0\0\0d\0\0\0", "text in UTF-32"),
            (b"Return-Path: <a@b>\r\nReceived: from x\r\nFrom: a\r\nTo: b\r\n", "an e-mail"),
            (b"\x00\x01\x02\x03\x04\x05\x06\x07\x1C\x1E\x0E\x0F", "a binary file"),
        ] {
            assert_eq!(words(head), Some(expected));
        }
        let big = BinaryKind::of(b"\0p\0a\0t\0i\0e\0n\0t\0,\0d\0r\0u\0g\0\n");
        assert!(big.is_some_and(|kind| kind.advice.contains("UTF-16BE")));
        let mut dicom = vec![0; 128];
        dicom.extend(b"DICM\x02\0");
        assert_eq!(words(&dicom), Some("a DICOM image"));
    }

    #[test]
    fn text_and_messages_are_no_binary_files() {
        for head in [
            &b"patient_id,drug,fill_date\n1,a,2026-01-02\n"[..],
            b"\x0BMSH|^~\\&|A|B\r\x1C\r",
            b"610066D0B1PCN       \x1E\x1CAM04\x1CC2123\x1D\x1E\x1CAM07",
            b"From,To,Drug\nward,ward,oxycodone\n",
            b"MZ,drug\n",
            b"\xEF\xBB\xBFpatient\n",
            "患者,薬\n".as_bytes(),
            b"M\xFCller;Oxycodon\n",
            b"",
        ] {
            assert_eq!(words(head), None, "{:?}", String::from_utf8_lossy(head));
        }
    }
}

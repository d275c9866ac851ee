//! What kind of container a file is, by its content.

use std::io::Read;

use super::zip::Archive;
use crate::binary::{self, BinaryKind};
use crate::error::InputError;
use crate::foreign::ForeignFormat;
use crate::source::{InputSource, SourceCursor};
use crate::text_start::text_start;

/// A kind of container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ContainerKind {
    Zip,
    Tar,
    Workbook(WorkbookKind),
    /// It looks like a container but is a document.
    Foreign(ForeignFormat),
    /// It is a container but cannot be opened: what is wrong, and what to do.
    Closed(&'static str, &'static str),
}

const TORN: ContainerKind = ContainerKind::Closed(
    "is a ZIP archive or a workbook that is cut off or broken",
    "Copy or download it again; if it opens in a spreadsheet program, save it there again.",
);
const TORN_OLE: ContainerKind = ContainerKind::Closed(
    "is an old workbook (.xls) or document that is cut off or broken",
    "Copy or download it again; if it opens in a spreadsheet program, save it there as .xlsx.",
);
const EMPTY: ContainerKind = ContainerKind::Closed(
    "is called a workbook or an archive, and is an empty file",
    "Copy or download it again; if it opens in a spreadsheet program, save it there again.",
);
const PROTECTED: ContainerKind = ContainerKind::Closed(super::PROTECTED, super::PROTECTED_HELP);

/// A kind of workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "spreadsheets"), allow(dead_code, reason = "none is read"))]
pub(super) enum WorkbookKind {
    /// Excel since 2007: `.xlsx`, `.xlsm`.
    Xlsx,
    /// The same with binary sheets.
    Xlsb,
    /// Excel 5 to 2003.
    Xls,
    /// OpenDocument.
    Ods,
    /// OpenDocument in one XML file.
    FlatOds,
    /// XML Spreadsheet 2003, usually named `.xls`.
    Xml,
    /// A web page with tables, usually named `.xls`.
    Html,
}

const HEAD: usize = 4096;

/// The kind of container that a file is; `None` if it is not one.
///
/// # Errors
/// When it cannot be read.
pub(super) fn of(source: &InputSource) -> Result<Option<ContainerKind>, InputError> {
    let head = source.reader()?.bytes(source.start(), HEAD)?;
    Ok(match head[..] {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => match Archive::open(source)? {
            Ok(mut archive) => Some(of_zip(&mut archive)),
            Err(()) => Some(TORN),
        },
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => {
            Some(of_ole(SourceCursor::new(source)?))
        }
        _ if head.is_empty() && is_named_as_workbook(source.name()) => Some(EMPTY),
        _ if is_tar(&head) => Some(ContainerKind::Tar),
        _ => of_xml(&head).map(ContainerKind::Workbook),
    })
}

/// Whether a file is named like one that can never be empty.
pub(crate) fn is_named_as_workbook(name: &str) -> bool {
    const ENDINGS: [&str; 7] = ["xlsx", "xlsm", "xlsb", "xls", "ods", "zip", "tgz"];
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

/// A tar header: its magic, or, in archives older than that, its checksum.
fn is_tar(head: &[u8]) -> bool {
    let Some(header) = head.get(..512) else { return false };
    if &header[257..262] == b"ustar" {
        return true;
    }
    let text = String::from_utf8_lossy(&header[148..156]);
    let stated = u64::from_str_radix(text.trim_matches(['\0', ' ']), 8);
    let sum = header.iter().enumerate().map(|(at, byte)| match at {
        148..156 => 32,
        _ => u64::from(*byte),
    });
    header[0] != 0 && header[500..].iter().all(|&byte| byte == 0) && stated == Ok(sum.sum())
}

/// What a ZIP file is, by the names of its members.
fn of_zip(archive: &mut Archive<'_>) -> ContainerKind {
    let names: Vec<String> = archive.names();
    let has = |name: &str| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    let under = |folder: &str| names.iter().any(|known| known.starts_with(folder));
    let binary = |kind| ContainerKind::Foreign(ForeignFormat::Binary(kind));
    if has("[Content_Types].xml") {
        if has("xl/workbook.bin") {
            return ContainerKind::Workbook(WorkbookKind::Xlsb);
        }
        let kinds: [(&str, BinaryKind); 3] =
            [("word/", binary::DOCX), ("ppt/", binary::PPTX), ("visio/", binary::VISIO)];
        if let Some((_, kind)) = kinds.into_iter().find(|(folder, _)| under(folder)) {
            return binary(kind);
        }
        if under("xl/") || has("workbook.xml") {
            return ContainerKind::Workbook(WorkbookKind::Xlsx);
        }
    }
    if has("mimetype") {
        match archive.text("mimetype").as_str() {
            "application/vnd.oasis.opendocument.spreadsheet"
            | "application/vnd.oasis.opendocument.spreadsheet-template" => {
                return ContainerKind::Workbook(WorkbookKind::Ods);
            }
            "application/epub+zip" => return binary(binary::EPUB),
            "application/vnd.oasis.opendocument.text" => return binary(binary::ODT),
            kind if kind.starts_with("application/vnd.oasis.opendocument.") => {
                return binary(binary::ODF);
            }
            _ => {}
        }
    }
    if has("Index/Document.iwa") || has("Index.zip") {
        return binary(binary::IWORK);
    }
    if has("META-INF/MANIFEST.MF") || has("AndroidManifest.xml") {
        return binary(binary::JAR);
    }
    ContainerKind::Zip
}

/// What an OLE file is, by the names of its streams.
fn of_ole(cursor: SourceCursor<'_>) -> ContainerKind {
    let kind = |kind| ContainerKind::Foreign(ForeignFormat::Binary(kind));
    let Ok(file) = cfb::CompoundFile::open(cursor) else { return TORN_OLE };
    let has = |name: &str| file.is_stream(name);
    if has("/EncryptedPackage") {
        return PROTECTED;
    }
    if has("/Workbook") || has("/Book") {
        return ContainerKind::Workbook(WorkbookKind::Xls);
    }
    kind(match () {
        () if has("/WordDocument") => binary::DOC,
        () if has("/PowerPoint Document") => binary::PPT,
        () if has("/__properties_version1.0") => binary::MSG,
        () if has("/VisioDocument") => binary::VISIO,
        () => binary::OLE,
    })
}

/// Workbooks that are text.
fn of_xml(head: &[u8]) -> Option<WorkbookKind> {
    let start = text_start(head);
    if !start.starts_with(b"<") {
        return None;
    }
    let has = |text: &str| memchr::memmem::find(head, text.as_bytes()).is_some();
    if has("urn:schemas-microsoft-com:office:spreadsheet") && has("Workbook") {
        return Some(WorkbookKind::Xml);
    }
    if has("urn:oasis:names:tc:opendocument:xmlns:office:1.0")
        && has("application/vnd.oasis.opendocument.spreadsheet")
    {
        return Some(WorkbookKind::FlatOds);
    }
    let is_page = || start.starts_with(b"<?xml") && has("<html") && !has("ClinicalDocument");
    (ForeignFormat::is_html(head) || is_page()).then_some(WorkbookKind::Html)
}

/// The text of a member, if it is short.
pub(super) fn short_text(stream: impl Read) -> String {
    let mut text = String::new();
    let _ = stream.take(256).read_to_string(&mut text);
    text.trim().to_owned()
}

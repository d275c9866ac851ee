//! Files that are rewritten in memory before they are read: FHIR as XML, documents in other
//! character sets, and claims whose separators were printed as words.

use std::io;

use rxlint_model::purpose::Purpose;

use encoding_rs::{Encoding, WINDOWS_1252};

use crate::cda::CdaInput;
use crate::error::{ErrorKind, InputError};
use crate::fhir::drugs::ListedJson;
use crate::fhir::xml as fhir_xml;
use crate::format::InputFormat;
use crate::json_table;
use crate::ncpdp::ScriptInput;
use crate::options::InputOptions;
use crate::source::InputSource;
use crate::text_start::text_start;

/// A longer file is left as it is.
const LONGEST: usize = 256 << 20;
/// A shorter file is looked at whole, even if nothing at its beginning asks for that.
const SHORT: u64 = 64 << 20;

/// The source as its reader expects it.
///
/// # Errors
/// When it cannot be read, or is FHIR in broken XML.
pub(crate) fn readable(
    source: InputSource,
    options: &InputOptions,
) -> Result<InputSource, InputError> {
    let reader = source.reader()?;
    let head = reader.bytes(source.start(), 4096)?;
    let text = text_start(&head);
    let is_fhir = fhir_xml::is_fhir(text);
    let is_short = source.is_shorter_than(SHORT);
    let is_list = is_short
        && match options.purpose {
            Purpose::Prescriptions => is_list(text),
            Purpose::Formulary => options.format.is_none() && is_list_of_drugs(text),
        };
    let is_document = !is_fhir && (CdaInput::sniff(&head) || ScriptInput::sniff(&head));
    // Of a long document only the declaration is looked at.
    let may_recode = is_document && (is_short || declared(&head).is_some_and(is_other));
    if !is_fhir && !is_list && !may_recode && !has_printed_marks(text) {
        return Ok(source);
    }
    let bytes = reader.bytes(source.start(), LONGEST + 1)?;
    if bytes.len() > LONGEST {
        return Ok(source);
    }
    let converted = if is_fhir {
        let recoded = recoded(&bytes);
        let text = recoded.as_deref().unwrap_or(&bytes);
        Some(fhir_xml::to_json(&String::from_utf8_lossy(text)).map_err(|why| {
            let (path, error) =
                (source.name().to_owned(), io::Error::new(io::ErrorKind::InvalidData, why));
            InputError::new(ErrorKind::Read { path, error })
        })?)
    } else if is_list {
        json_table::table(&String::from_utf8_lossy(&bytes))
    } else if is_document {
        recoded(&bytes)
    } else {
        Some(with_marks(&bytes))
    };
    drop(reader);
    Ok(match converted {
        Some(bytes) => source.converted(bytes, is_list || is_fhir),
        None => source,
    })
}

/// Whether a text may be a list of records in JSON that is not FHIR, a formulary or a report.
#[allow(clippy::nonminimal_bool, reason = "one condition a line")]
fn is_list(head: &[u8]) -> bool {
    let has = |name: &str| memchr::memmem::find(head, name.as_bytes()).is_some();
    matches!(head.first(), Some(b'{' | b'['))
        && !has("\"resourceType\"")
        && !has("rxlint/report")
        && !has("\"fingerprint\"")
        && !(has("\"rxnorm_id\"") && has("\"plans\""))
        && json_table::may_tell_medicines(head)
}

/// Whether a text may be a list of drugs in JSON that no known source made.
fn is_list_of_drugs(head: &[u8]) -> bool {
    matches!(head.first(), Some(b'{' | b'[')) && ListedJson::of(head) == ListedJson::Unknown
}

/// XML in UTF-8, if it is written in another character set.
fn recoded(bytes: &[u8]) -> Option<Vec<u8>> {
    let declared = declared(bytes);
    let encoding = match declared {
        Some(encoding) if is_other(encoding) => encoding,
        _ if std::str::from_utf8(bytes).is_ok() => return None,
        _ => WINDOWS_1252,
    };
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned().into_bytes())
}

/// Whether a character set is other than UTF-8. UTF-16 has been converted before.
fn is_other(encoding: &'static Encoding) -> bool {
    encoding.is_single_byte()
}

/// The character set that an XML declaration names.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(256))?;
    let declaration = &head[..memchr::memmem::find(head, b"?>")?];
    let at = memchr::memmem::find(declaration, b"encoding")? + 8;
    let value = declaration[at..].split(|byte| matches!(byte, b'"' | b'\'')).nth(1)?;
    Encoding::for_label(value)
}

/// How listings print the separators of claims.
const MARKS: [(&str, u8); 15] = [
    ("<1C>", 0x1C),
    ("<1D>", 0x1D),
    ("<1E>", 0x1E),
    ("<FS>", 0x1C),
    ("<GS>", 0x1D),
    ("<RS>", 0x1E),
    ("[FS]", 0x1C),
    ("[GS]", 0x1D),
    ("[RS]", 0x1E),
    ("\\x1C", 0x1C),
    ("\\x1D", 0x1D),
    ("\\x1E", 0x1E),
    ("\u{241C}", 0x1C),
    ("\u{241D}", 0x1D),
    ("\u{241E}", 0x1E),
];

/// Whether the separators of claims are printed as words: between fields, and between segments or groups.
fn has_printed_marks(head: &[u8]) -> bool {
    let has = |mark: u8| {
        let mut printed = MARKS.iter().filter(|(_, byte)| *byte == mark);
        printed.any(|(word, _)| find(head, word).is_some())
    };
    has(0x1C) && (has(0x1E) || has(0x1D)) && memchr::memmem::find(head, b"AM").is_some()
}

/// Where a word is, in either case.
fn find(bytes: &[u8], word: &str) -> Option<usize> {
    let lower = word.to_ascii_lowercase();
    memchr::memmem::find(bytes, word.as_bytes())
        .or_else(|| memchr::memmem::find(bytes, lower.as_bytes()))
}

/// The bytes with separators in place of the words for them, and zeros in place of those printed with a stroke.
fn with_marks(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let mark = MARKS.iter().find(|(word, _)| {
            rest.get(..word.len()).is_some_and(|text| text.eq_ignore_ascii_case(word.as_bytes()))
        });
        if let Some((word, byte)) = mark {
            out.push(*byte);
            at += word.len();
        } else if rest.starts_with("\u{D8}".as_bytes()) {
            out.push(b'0');
            at += 2;
        } else {
            out.push(rest[0]);
            at += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_marks_are_marks_again() {
        let printed = "610066D\u{D8}B1<1E><1C>AM\u{D8}4<1c>C2[GS]\u{241E}\\x1CX";
        assert!(has_printed_marks(printed.as_bytes()));
        assert_eq!(with_marks(printed.as_bytes()), b"610066D0B1\x1E\x1CAM04\x1CC2\x1D\x1E\x1CX");
        assert!(!has_printed_marks(b"patient,drug\nP1,<FS> AM"));
    }

    #[test]
    fn other_character_sets_are_told_by_their_declaration_or_by_their_bytes() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>";
        assert!(String::from_utf8(recoded(latin).unwrap()).unwrap().ends_with("<a>\u{E9}</a>"));
        assert!(
            recoded("<?xml version='1.0' encoding='UTF-8'?><a>\u{E9}</a>".as_bytes()).is_none()
        );
        assert!(recoded(b"<a>\xE9</a>").is_some() && recoded(b"<a>e</a>").is_none());
    }
}

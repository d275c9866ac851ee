//! The text of a cell: without surrounding white space, and empty for a token that means "nothing".

use rxlint_model::record::Field;

/// Removes white space on both sides: spaces, control characters, the no-break spaces of office programs.
pub(crate) fn trim(text: &[u8]) -> &[u8] {
    match text {
        [] => text,
        [only] if is_plain(*only) => text,
        [first, .., last] if is_plain(*first) && is_plain(*last) => text,
        _ => trim_slow(text),
    }
}

/// Bytes that begin and end most cells: neither white space nor part of a character beyond ASCII.
#[inline(always)]
fn is_plain(byte: u8) -> bool {
    byte > b' ' && byte < 0x7F
}

/// Whether a text has nothing to trim and is not a token for "nothing", like most texts: decided by its ends and its length.
#[inline(always)]
pub(crate) fn is_plain_text(text: &[u8]) -> bool {
    matches!(text, [first, .., last] if is_plain(*first) && is_plain(*last) && (text.len() > LONGEST_NULL || first.is_ascii_digit()))
}

/// The length of the longest token for "nothing".
const LONGEST_NULL: usize = 4;

#[cold]
fn trim_slow(text: &[u8]) -> &[u8] {
    match std::str::from_utf8(text) {
        Ok(text) => text.trim_matches(is_space).as_bytes(),
        Err(_) => {
            // A single-byte encoding, where 0xA0 is the no-break space.
            let space = |byte: &u8| *byte <= b' ' || *byte == 0x7F || *byte == 0xA0;
            let start = text.iter().position(|byte| !space(byte)).unwrap_or(text.len());
            let end = text.iter().rposition(|byte| !space(byte)).map_or(start, |last| last + 1);
            &text[start..end]
        }
    }
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{FEFF}' | '\u{200B}'..='\u{200F}')
}

/// Whether a trimmed text means "nothing": what databases, spreadsheets and data frames write for a missing value.
pub(crate) fn is_null(text: &[u8]) -> bool {
    // Most cells are longer, or begin with something else.
    if text.len() > LONGEST_NULL
        || !matches!(text.first(), None | Some(b'.' | b'N' | b'n' | b'\\' | b'#' | b'<' | b'"'))
    {
        return false;
    }
    matches!(
        text,
        b"" | b"."
            | b"NULL"
            | b"null"
            | b"Null"
            | b"\\N"
            | b"NA"
            | b"N/A"
            | b"n/a"
            | b"#N/A"
            | b"<NA>"
            | b"nan"
            | b"NaN"
            | b"NAN"
            | b"NaT"
            | b"nat"
            | b"None"
            | b"\"\""
    )
}

/// Whether tokens for "nothing" are passed on as written: the code that reads a patient or a drug name decides.
pub(crate) fn keeps_null(field: Field) -> bool {
    use Field::{Brand, Drug, Generic, Ordered, Patient};
    matches!(field, Patient | Drug | Generic | Brand | Ordered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_of_every_kind_is_trimmed() {
        for (text, trimmed) in [
            (&b""[..], &b""[..]),
            (b"a", b"a"),
            (b" ", b""),
            (b"  a b\t", b"a b"),
            (b"\0a\0", b"a"),
            ("\u{A0}ä\u{202F}".as_bytes(), "ä".as_bytes()),
            ("\u{FEFF}id".as_bytes(), b"id"),
            (b"\xA0M\xFCller\xA0", b"M\xFCller"),
            (b"\xA0", b""),
            (b"\x7F", b""),
        ] {
            assert_eq!(trim(text), trimmed, "{text:?}");
        }
    }

    #[test]
    fn tokens_for_nothing() {
        for text in ["", ".", "NULL", "null", "\\N", "NA", "N/A", "nan", "None", "\"\"", "NaT"] {
            assert!(is_null(text.as_bytes()), "{text}");
        }
        for text in
            ["", ".", "NULL", " 10", "10 ", "N/A", "#N/A", "<NA>", "\u{A0}abcdef", "nan", "\"\""]
        {
            assert!(!is_plain_text(text.as_bytes()), "{text}");
        }
        assert!(
            ["10", "2025-01-02", "Nano plus", "NULLS"]
                .iter()
                .all(|text| is_plain_text(text.as_bytes()))
        );
        for text in ["0", "..", "Na", "NONE x", "Nano", "-"] {
            assert!(!is_null(text.as_bytes()), "{text}");
        }
    }
}

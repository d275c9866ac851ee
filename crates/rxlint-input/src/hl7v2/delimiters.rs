//! The characters that a message is written with, as stated in its first two header fields.

/// What separates fields, components, repetitions and subcomponents, and what begins an escape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delimiters {
    pub(super) field: u8,
    pub(super) component: u8,
    pub(super) repetition: u8,
    pub(super) escape: Option<u8>,
    pub(super) sub: Option<u8>,
}

/// Whether a character may be a separator: a punctuation mark, or one of ASCII's separators. The first of these ends a framed message.
pub(super) fn may_separate(byte: &u8) -> bool {
    byte.is_ascii_punctuation() || matches!(byte, 0x1D..=0x1F)
}

impl Delimiters {
    /// Reads them from the bytes of a header segment (MSH, BHS, FHS).
    ///
    /// # Errors
    /// What is wrong with the header.
    pub(super) fn of(header: &[u8]) -> Result<Self, &'static str> {
        const SHORT: &str =
            "the message header is cut off after its first characters: send the message again";
        let &field = header.get(3).ok_or(SHORT)?;
        let rest = header.get(4..).ok_or(SHORT)?;
        let end = rest.iter().position(|&b| b == field).ok_or(SHORT)?;
        let standard =
            Self { field, component: b'^', repetition: b'~', escape: Some(b'\\'), sub: Some(b'&') };
        let said = &rest[..end];
        // `^&~\` is how the standard's own pharmacy examples are written; they mean `^~\&`. `^~\\&` was escaped once too often. A character outside
        // ASCII was damaged by a change of encoding.
        if said.starts_with(b"^&~\\") || said == b"^~\\\\&" || !said.is_ascii() {
            return Ok(standard);
        }
        if said.is_empty() || said.len() > 5 || !said.iter().all(may_separate) {
            return Err("the encoding characters in MSH-2 cannot be read: it should be `^~\\&`");
        }
        let none = Self { field, component: said[0], repetition: b'~', escape: None, sub: None };
        Ok(match *said {
            // Some senders leave the escape character out, some both.
            [_, b'&'] => Self { sub: Some(b'&'), ..none },
            [_, repetition, b'&'] => Self { repetition, sub: Some(b'&'), ..none },
            [_, repetition, escape] => Self { repetition, escape: Some(escape), ..none },
            [_, repetition, escape, sub, ..] => {
                Self { repetition, escape: Some(escape), sub: Some(sub), ..none }
            }
            [_, repetition] => Self { repetition, ..none },
            _ => none,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::type_complexity, reason = "five characters, to be compared")]
    fn of(text: &str) -> Result<(char, char, char, Option<char>, Option<char>), &'static str> {
        let d = Delimiters::of(text.as_bytes())?;
        Ok((
            d.field.into(),
            d.component.into(),
            d.repetition.into(),
            d.escape.map(char::from),
            d.sub.map(char::from),
        ))
    }

    #[test]
    fn every_way_to_write_them() {
        let standard = Ok(('|', '^', '~', Some('\\'), Some('&')));
        for text in
            ["MSH|^~\\&|A", "MSH|^&~\\|A", "MSH|^~\\\\&|A", "MSH|^~\\&#|A", "MSH|^\u{2DC}\\&|A"]
        {
            assert_eq!(of(text), standard, "{text}");
        }
        assert_eq!(of("MSH|^~|A"), Ok(('|', '^', '~', None, None)));
        assert_eq!(of("MSH|^~&|A"), Ok(('|', '^', '~', None, Some('&'))));
        assert_eq!(of("MSH#!@%*#A"), Ok(('#', '!', '@', Some('%'), Some('*'))));
        for text in ["MSH|^~", "MSH", "MSH|", "MSH||A", "MSH|ADT^A01|x", "MSH|^~\\&#$|A"] {
            assert!(of(text).is_err(), "{text}");
        }
    }
}

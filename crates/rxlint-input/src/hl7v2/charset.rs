//! Character sets that a message declares in MSH-18.

use encoding_rs::Encoding;

use super::delimiters::Delimiters;
use super::segments::{Hl7Part, Segment, field};

/// The message as UTF-8, if it declares another character set and is in fact not UTF-8: what is declared and what is written often differ. `None` if
/// the bytes are good as they are. Done for the whole message at once, since in East Asian sets the
/// second byte of a character may look like a separator.
pub(super) fn decode(message: &[u8], header: &Segment, delimiters: &Delimiters) -> Option<Vec<u8>> {
    // If there are several sets, the message switches to the later ones on the way; the last is the one that matters.
    let list = field(message, header, 18, delimiters);
    let name = list.repetitions(delimiters).filter(|part| !part.is_empty()).last()?;
    let encoding = encoding(name.text.trim_ascii())?;
    let switches = encoding == encoding_rs::ISO_2022_JP && memchr::memchr(0x1B, message).is_some();
    if !switches && std::str::from_utf8(message).is_ok() {
        return None;
    }
    Some(encoding.decode_without_bom_handling(message).0.into_owned().into_bytes())
}

/// Whether a message whose header names that set is good as it is, whatever its bytes.
pub(super) fn is_plain(list: Hl7Part<'_>, delimiters: &Delimiters) -> bool {
    let name = list.repetitions(delimiters).filter(|part| !part.is_empty()).last();
    name.is_none_or(|name| encoding(name.text.trim_ascii()).is_none())
}

/// The encoding of HL7 table 0211's names, and of others seen in practice. `None` for sets that need no conversion: ASCII, UTF-8, and Latin-1, which
/// is how other bytes are read anyway.
fn encoding(name: &[u8]) -> Option<&'static Encoding> {
    let name = std::str::from_utf8(name).ok()?.to_ascii_uppercase();
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    if let Some(part) = plain.strip_prefix("8859").or_else(|| plain.strip_prefix("ISO8859")) {
        return (part != "1")
            .then(|| Encoding::for_label(format!("iso-8859-{part}").as_bytes()))
            .flatten();
    }
    if let Some(page) = plain.strip_prefix("CP125").or_else(|| plain.strip_prefix("WINDOWS125")) {
        return Encoding::for_label(format!("windows-125{page}").as_bytes());
    }
    Some(match plain.as_str() {
        "ISOIR14" | "ISOIR87" | "ISOIR159" | "ISOIR13" | "ISO2022JP" => encoding_rs::ISO_2022_JP,
        "SHIFTJIS" | "SJIS" | "MS932" | "CP932" => encoding_rs::SHIFT_JIS,
        "EUCJP" => encoding_rs::EUC_JP,
        "GB180302000" | "GB18030" | "GBK" | "GB2312" => encoding_rs::GB18030,
        "BIG5" => encoding_rs::BIG5,
        "KSX1001" | "EUCKR" | "KSC5601" => encoding_rs::EUC_KR,
        "KOI8R" => encoding_rs::KOI8_R,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::segments::Segments;
    use super::*;

    fn of(charset: &str, tail: &[u8]) -> Option<String> {
        let mut message = format!("MSH|^~\\&|||||||||||||||| {charset} |\rPID|").into_bytes();
        message.extend_from_slice(tail);
        let header = Segments::new(&message, b'|').next().unwrap();
        let read = decode(&message, &header, &Delimiters::of(&message).unwrap())?;
        Some(String::from_utf8(read).unwrap().split("PID|").nth(1).unwrap().to_owned())
    }

    #[test]
    fn declared_and_actual() {
        assert_eq!(of("8859/2", b"\xB1"), Some("ą".into()));
        assert_eq!(of("CP1250", b"\xB9"), Some("ą".into()));
        assert_eq!(of("~ISOIR87", b"\x1B$B7r\x1B(B|x"), Some("健|x".into()));
        assert_eq!(of("SHIFT_JIS", b"\x83\x5C"), Some("ソ".into()));
        // Declared, but written as UTF-8.
        assert_eq!(of("~ISOIR87", "健".as_bytes()), None);
        for charset in ["", "UNICODE UTF-8", "8859/1", "ASCII", "764", "ISO IR 999"] {
            assert_eq!(of(charset, b"\xE9"), None, "{charset}");
        }
    }
}

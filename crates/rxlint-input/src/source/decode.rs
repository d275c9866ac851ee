//! Which encoding an input has, by its byte order mark, and the conversion from UTF-16 to UTF-8.

use std::io::{self, Read, Write};

/// How the text of an input is encoded, judging by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-8, or a single-byte encoding that is read byte by byte.
    Bytes,
    /// UTF-8 after a byte order mark.
    Utf8Mark,
    /// UTF-16, lower byte first, after a byte order mark.
    Utf16Little,
    /// UTF-16, higher byte first, after a byte order mark.
    Utf16Big,
    /// UTF-16, lower byte first, without a mark, as databases export tables.
    BareLittle,
    /// UTF-16, higher byte first, without a mark.
    BareBig,
}

/// How many of the first bytes show whether every second one is zero.
pub(super) const SHOWN: usize = 512;
/// Shorter texts are not conclusive.
const SHORTEST: usize = 32;

impl Encoding {
    pub(super) fn of(head: &[u8]) -> Self {
        match head {
            [0xEF, 0xBB, 0xBF, ..] => Self::Utf8Mark,
            [0xFF, 0xFE, ..] => Self::Utf16Little,
            [0xFE, 0xFF, ..] => Self::Utf16Big,
            _ => Self::by_zeros(&head[..head.len().min(SHOWN)]),
        }
    }

    /// What the zeros among the first bytes show: if nearly every pair is an ASCII letter and a zero, it is UTF-16.
    fn by_zeros(head: &[u8]) -> Self {
        let pairs = || head.chunks_exact(2);
        let is_text = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
        let nearly_all = |text: usize, zero: usize| {
            let count = pairs().filter(|pair| is_text(pair[text]) && pair[zero] == 0).count();
            head.len() >= SHORTEST && count * 10 >= pairs().count() * 9
        };
        match (nearly_all(0, 1), nearly_all(1, 0)) {
            _ if pairs().any(|pair| pair == [0, 0]) => Self::Bytes,
            (true, _) => Self::BareLittle,
            (_, true) => Self::BareBig,
            _ => Self::Bytes,
        }
    }

    /// The length of the mark, in bytes.
    fn mark(self) -> usize {
        if matches!(self, Self::Utf16Little | Self::Utf16Big) { 2 } else { 0 }
    }

    pub(super) fn is_converted(self) -> bool {
        matches!(self, Self::Utf16Little | Self::Utf16Big | Self::BareLittle | Self::BareBig)
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Bytes => "UTF-8 or single-byte",
            Self::Utf8Mark => "UTF-8 with byte order mark",
            Self::Utf16Little => "UTF-16, little-endian",
            Self::Utf16Big => "UTF-16, big-endian",
            Self::BareLittle => "UTF-16, little-endian, without byte order mark",
            Self::BareBig => "UTF-16, big-endian, without byte order mark",
        }
    }
}

/// Converts a whole stream of UTF-16, including the byte order mark; returns how many bytes it had.
pub(super) fn convert(
    from: &mut dyn Read,
    encoding: Encoding,
    to: &mut dyn Write,
) -> io::Result<u64> {
    let mut chunk = Vec::with_capacity(1 << 16);
    let mut first = true;
    let mut read = 0;
    loop {
        // The rest of a chunk (half a unit, half a pair) is at the beginning of the next.
        let wanted = (1 << 16) - chunk.len() as u64;
        let got = from.take(wanted).read_to_end(&mut chunk)?;
        read += got as u64;
        let last = (got as u64) < wanted;
        let mut whole = if last { chunk.len() } else { chunk.len() & !1 };
        if !last && whole >= 2 && is_high(unit(&chunk[whole - 2..whole], encoding)) {
            whole -= 2;
        }
        let text = &chunk[if first { encoding.mark().min(whole) } else { 0 }..whole];
        to.write_all(units_to_utf8(text, encoding).as_bytes())?;
        first = false;
        chunk.drain(..whole);
        if last {
            return Ok(read);
        }
    }
}

/// The same for bytes in memory.
pub(super) fn utf16(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
    units_to_utf8(bytes.get(encoding.mark()..).unwrap_or_default(), encoding).into_bytes()
}

fn units_to_utf8(bytes: &[u8], encoding: Encoding) -> String {
    char::decode_utf16(bytes.chunks(2).map(|pair| unit(pair, encoding)))
        .map(|decoded| decoded.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn unit(pair: &[u8], encoding: Encoding) -> u16 {
    match (pair, encoding) {
        ([a, b], Encoding::Utf16Little | Encoding::BareLittle) => u16::from_le_bytes([*a, *b]),
        ([a, b], _) => u16::from_be_bytes([*a, *b]),
        // Half a unit at the end of a truncated file.
        _ => 0xFFFD,
    }
}

fn is_high(unit: u16) -> bool {
    (0xD800..0xDC00).contains(&unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_that_straddle_chunks_and_halves_at_the_end_survive() {
        // One one-byte unit after the mark, so that every later pair straddles the chunk's end.
        for lead in ["", "x"] {
            let text = format!("{lead}{}", "𝄞".repeat(40_000));
            let mut bytes = vec![0xFF, 0xFE];
            bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
            bytes.push(b'z');
            let mut out = Vec::new();
            let read = convert(&mut &bytes[..], Encoding::Utf16Little, &mut out).unwrap();
            assert_eq!(read, bytes.len() as u64);
            assert!(String::from_utf8(out).unwrap() == format!("{text}\u{FFFD}"));
        }
    }

    #[test]
    fn text_without_a_mark_is_known_by_its_zeros() {
        let text = "member_id,DOS,drug,ds\r\nP1,2026-03-01,Oxycodone,5\r\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let wide: Vec<u8> = text.bytes().flat_map(|byte| [byte, 0, 0, 0]).collect();
        assert_eq!(Encoding::of(&little), Encoding::BareLittle);
        assert_eq!(Encoding::of(&big), Encoding::BareBig);
        assert_eq!(Encoding::of(&wide), Encoding::Bytes, "UTF-32");
        assert_eq!(Encoding::of(text.as_bytes()), Encoding::Bytes);
        assert_eq!(utf16(&little, Encoding::BareLittle), text.as_bytes());
    }

    #[test]
    fn lone_surrogates_and_a_bare_mark_do_not_panic() {
        assert_eq!(
            utf16(&[0xFF, 0xFE, 0x00, 0xD8, b'a', 0], Encoding::Utf16Little),
            "\u{FFFD}a".as_bytes()
        );
        assert_eq!(utf16(&[0xFF, 0xFE], Encoding::Utf16Little), b"");
        let mut out = Vec::new();
        convert(&mut &[0xFE, 0xFF][..], Encoding::Utf16Big, &mut out).unwrap();
        assert!(out.is_empty());
    }
}

//! Texts of an `.xls` workbook, which continue in the next record whenever one is full.

use std::ops::Range;

use encoding_rs::Encoding;

/// The data of a record and of its continuations.
#[derive(Clone, Debug)]
pub(super) struct Pieces<'d> {
    pieces: Vec<&'d [u8]>,
    piece: usize,
    at: usize,
}

impl<'d> Pieces<'d> {
    pub(super) fn new(pieces: Vec<&'d [u8]>) -> Self {
        Self { pieces, piece: 0, at: 0 }
    }

    /// The rest of the piece that is being read; empty at the very end.
    fn rest(&mut self) -> &'d [u8] {
        while let Some(piece) = self.pieces.get(self.piece) {
            if self.at < piece.len() {
                return &piece[self.at..];
            }
            self.piece += 1;
            self.at = 0;
        }
        &[]
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        let byte = *self.rest().first()?;
        self.at += 1;
        Some(byte)
    }

    pub(super) fn short(&mut self) -> Option<usize> {
        Some(usize::from(u16::from_le_bytes([self.byte()?, self.byte()?])))
    }

    fn long(&mut self) -> Option<usize> {
        let (low, high) = (self.short()?, self.short()?);
        Some(low | high << 16)
    }

    pub(super) fn skip(&mut self, mut count: usize) {
        while count > 0 {
            let here = self.rest().len().min(count);
            if here == 0 {
                return;
            }
            self.at += here;
            count -= here;
        }
    }

    /// Adds this many characters of one or two bytes to a text. If they continue in another record,
    /// a byte before them says again how many bytes each has.
    pub(super) fn characters(
        &mut self,
        mut count: usize,
        mut wide: bool,
        text: &mut String,
    ) -> Option<()> {
        let mut units: Vec<u16> = Vec::new();
        while count > 0 {
            let before = self.piece;
            if self.rest().is_empty() {
                return None;
            }
            if self.piece != before && (before > 0 || self.piece > 0) {
                wide = self.byte()? & 1 != 0;
            }
            let rest = self.rest();
            let width = if wide { 2 } else { 1 };
            let here = (rest.len() / width).min(count);
            if here == 0 {
                // Half a character at the end of a piece is dropped.
                self.at += rest.len();
                continue;
            }
            let bytes = &rest[..here * width];
            if wide {
                units.extend(
                    bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])),
                );
            } else {
                units.extend(bytes.iter().map(|&byte| u16::from(byte)));
            }
            self.at += here * width;
            count -= here;
        }
        text.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
        Some(())
    }

    /// This many bytes in a code page.
    pub(super) fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        while bytes.len() < count {
            let rest = self.rest();
            let here = rest.len().min(count - bytes.len());
            if here == 0 {
                break;
            }
            bytes.extend_from_slice(&rest[..here]);
            self.at += here;
        }
        bytes
    }
}

/// The texts that cells share.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    all: String,
    each: Vec<Range<usize>>,
}

impl Texts {
    /// Reads the table of texts, as far as it goes.
    pub(super) fn of(mut pieces: Pieces<'_>) -> Self {
        let mut texts = Self::default();
        pieces.skip(4);
        let stated = pieces.long().unwrap_or(0);
        while texts.each.len() < stated && texts.next(&mut pieces).is_some() {}
        texts
    }

    fn next(&mut self, pieces: &mut Pieces<'_>) -> Option<()> {
        let count = pieces.short()?;
        let flags = pieces.byte()?;
        let runs = if flags & 8 != 0 { pieces.short()? } else { 0 };
        let extra = if flags & 4 != 0 { pieces.long()? } else { 0 };
        let start = self.all.len();
        pieces.characters(count, flags & 1 != 0, &mut self.all)?;
        self.each.push(start..self.all.len());
        pieces.skip(runs * 4);
        pieces.skip(extra);
        Some(())
    }

    /// The text with that number.
    pub(super) fn get(&self, number: u32) -> Option<&str> {
        self.all.get(self.each.get(number as usize)?.clone())
    }
}

/// How the texts of workbooks before Excel 97 are encoded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Codepage(&'static Encoding);

impl Default for Codepage {
    fn default() -> Self {
        Self(encoding_rs::WINDOWS_1252)
    }
}

impl Codepage {
    pub(super) fn of(number: u16) -> Self {
        Self(match number {
            874 => encoding_rs::WINDOWS_874,
            932 => encoding_rs::SHIFT_JIS,
            936 => encoding_rs::GBK,
            949 => encoding_rs::EUC_KR,
            950 => encoding_rs::BIG5,
            1250 => encoding_rs::WINDOWS_1250,
            1251 => encoding_rs::WINDOWS_1251,
            1253 => encoding_rs::WINDOWS_1253,
            1254 => encoding_rs::WINDOWS_1254,
            1255 => encoding_rs::WINDOWS_1255,
            1256 => encoding_rs::WINDOWS_1256,
            1257 => encoding_rs::WINDOWS_1257,
            1258 => encoding_rs::WINDOWS_1258,
            10_000 | 0x8000 => encoding_rs::MACINTOSH,
            _ => encoding_rs::WINDOWS_1252,
        })
    }

    pub(super) fn text(self, bytes: &[u8]) -> String {
        self.0.decode_without_bom_handling(bytes).0.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_goes_on_in_the_next_record_in_another_width() {
        // `naltrexone` with one byte per character, cut after four of them and continued in two bytes.
        let first = [&[0; 4][..], &[2, 0, 0, 0], &[10, 0, 0], b"nalt"].concat();
        let wide: Vec<u8> = "rexone".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let second = [&[1][..], &wide, &[1, 0, 0], b"x"].concat();
        let texts = Texts::of(Pieces::new(vec![&first, &second]));
        assert_eq!(
            (texts.get(0), texts.get(1), texts.get(2)),
            (Some("naltrexone"), Some("x"), None)
        );
    }

    #[test]
    fn a_table_that_states_more_than_it_has_gives_what_it_has() {
        let data = [&[0; 4][..], &[0xFF; 4], &[2, 0, 0], b"ab", &[9, 0, 0], b"cd"].concat();
        let texts = Texts::of(Pieces::new(vec![&data]));
        assert_eq!((texts.get(0), texts.get(1)), (Some("ab"), None));
        assert!(Texts::of(Pieces::new(vec![])).get(0).is_none());
    }
}

//! Texts that are looked up for every row. Those of the usual lengths are compared as numbers: the
//! end of a loop over their bytes would be mispredicted on every row.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// A text to look up, or one that is kept.
#[derive(Debug)]
pub(super) enum Text<B> {
    /// 16 to 48 bytes: the first, middle and last sixteen, which together cover all of it, and the
    /// length.
    Usual([u64; 6], usize),
    /// Any other.
    Other(B),
}

impl<'t> Text<&'t [u8]> {
    #[inline(always)]
    pub(super) fn of(text: &'t [u8]) -> Self {
        let (Some(first), Some(last), ..=48) = (text.first_chunk(), text.last_chunk(), text.len())
        else {
            return Self::Other(text);
        };
        let Some(middle) = text.get(text.len() / 2 - 8..).and_then(<[u8]>::first_chunk) else {
            return Self::Other(text);
        };
        let [a, b, c] = [first, middle, last].map(|part| u128::from_le_bytes(*part));
        Self::Usual(
            [a as u64, (a >> 64) as u64, b as u64, (b >> 64) as u64, c as u64, (c >> 64) as u64],
            text.len(),
        )
    }

    /// An owned copy of the text.
    pub(super) fn keep(self) -> Text<Box<[u8]>> {
        match self {
            Self::Usual(parts, len) => Text::Usual(parts, len),
            Self::Other(text) => Text::Other(text.into()),
        }
    }
}

impl<B: AsRef<[u8]>> Text<B> {
    #[inline(always)]
    pub(super) fn hash(&self) -> u64 {
        match self {
            Self::Usual([a, b, c, d, e, f], len) => {
                // Three products that do not depend on each other.
                product(*a, *b)
                    ^ product(*c, *d).rotate_left(21)
                    ^ product(*e, *f).rotate_left(42)
                    ^ *len as u64
            }
            Self::Other(text) => {
                let mut hasher = FxHasher::default();
                hasher.write(text.as_ref());
                hasher.finish()
            }
        }
    }

    /// Whether it is the same text.
    #[inline(always)]
    pub(super) fn is<C: AsRef<[u8]>>(&self, other: &Text<C>) -> bool {
        match (self, other) {
            (Self::Usual(parts, len), Text::Usual(others, other_len)) => {
                len == other_len && parts.iter().zip(others).all(|(part, other)| part == other)
            }
            (Self::Other(text), Text::Other(other)) => text.as_ref() == other.as_ref(),
            _ => false,
        }
    }
}

/// Both halves of a product, XORed.
#[inline(always)]
pub(super) fn product(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

/// A text of up to eight bytes as a number: texts of the same length are equal if their numbers
/// are.
#[inline(always)]
pub(super) fn short(text: &[u8]) -> Option<u64> {
    if let (Some(first), Some(last), ..=8) = (text.first_chunk(), text.last_chunk(), text.len()) {
        return Some(
            u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last)),
        );
    }
    match *text {
        [] => Some(0),
        [a] => Some(u64::from_le_bytes([a, 0, 0, 0, 0, 0, 0, 0])),
        [a, b] => Some(u64::from_le_bytes([a, b, 0, 0, 0, 0, 0, 0])),
        [a, b, c] => Some(u64::from_le_bytes([a, b, c, 0, 0, 0, 0, 0])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// Texts of every length up to 60 bytes, and each with one byte changed.
    fn texts() -> Vec<Vec<u8>> {
        let whole: Vec<u8> = (0..60).map(|n| b'a' + n % 23).collect();
        let mut texts = Vec::new();
        for len in 0..=60 {
            texts.push(whole[..len].to_vec());
            for at in 0..len {
                let mut other = whole[..len].to_vec();
                other[at] ^= 1 << (at % 8);
                texts.push(other);
            }
        }
        texts
    }

    #[test]
    fn a_text_is_itself_and_no_other() {
        let texts = texts();
        for (at, text) in texts.iter().enumerate() {
            let kept = Text::of(text).keep();
            assert_eq!(matches!(kept, Text::Usual(..)), (16..=48).contains(&text.len()));
            for (other_at, other) in texts.iter().enumerate() {
                assert_eq!(kept.is(&Text::of(other)), at == other_at, "{text:?} {other:?}");
            }
            assert_eq!(kept.hash(), Text::of(text).hash());
        }
    }

    #[test]
    fn hashes_tell_apart_what_differs_in_one_byte() {
        let hashes: HashSet<u64> = texts().iter().map(|text| Text::of(text).hash()).collect();
        assert_eq!(hashes.len(), texts().len());
        // Tables use the last bits of a hash and its first seven.
        let names: Vec<String> = (0..4096)
            .map(|n| format!("{:011},Drug {n} MG Oral Tablet", 50_000_000 + n * 7))
            .collect();
        for shift in [0, 52] {
            let places: HashSet<u64> = names
                .iter()
                .map(|name| Text::of(name.as_bytes()).hash() >> shift & 0xFFF)
                .collect();
            assert!(
                places.len() > 2400,
                "{} of 4096 places, by bits from {shift} on",
                places.len()
            );
        }
    }

    #[test]
    fn short_texts_are_numbers() {
        let texts: Vec<Vec<u8>> = texts().into_iter().filter(|text| text.len() <= 9).collect();
        for text in &texts {
            assert_eq!(short(text).is_some(), text.len() <= 8);
            for other in texts.iter().filter(|other| other.len() == text.len() && text.len() <= 8) {
                assert_eq!(short(text) == short(other), text == other);
            }
        }
    }
}

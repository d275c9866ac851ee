//! Texts that are looked up for every row. Short ones are compared as numbers: the end of a loop over their bytes would be
//! mispredicted on every row.

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

    /// Texts of every length up to 12 bytes, and each with one byte changed.
    fn texts() -> Vec<Vec<u8>> {
        let whole: Vec<u8> = (0..12).map(|n| b'a' + n % 23).collect();
        let mut texts = Vec::new();
        for len in 0..=12 {
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

//! Searches for bytes that are most likely near: a few words are looked at here, since a call would cost more than the search.

use memchr::{memchr, memchr3};

/// How many words of eight bytes are looked at before the search is left to `memchr`.
const WORDS: usize = 4;

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The first of three bytes.
#[inline]
pub(super) fn find3([a, b, c]: [u8; 3], bytes: &[u8]) -> Option<usize> {
    let (wide_a, wide_b, wide_c) = (LOW * u64::from(a), LOW * u64::from(b), LOW * u64::from(c));
    search(
        bytes,
        |word| zeros(word ^ wide_a) | zeros(word ^ wide_b) | zeros(word ^ wide_c),
        |rest| memchr3(a, b, c, rest),
    )
}

/// The first byte with that value.
#[inline]
pub(super) fn find(a: u8, bytes: &[u8]) -> Option<usize> {
    let wide = LOW * u64::from(a);
    search(bytes, |word| zeros(word ^ wide), |rest| memchr(a, rest))
}

#[inline(always)]
fn search(
    bytes: &[u8],
    hits: impl Fn(u64) -> u64,
    far: impl Fn(&[u8]) -> Option<usize>,
) -> Option<usize> {
    let mut at = 0;
    for word in bytes.as_chunks().0.iter().take(WORDS) {
        let hits = hits(u64::from_le_bytes(*word));
        if hits != 0 {
            return Some(at + hits.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    far(&bytes[at..]).map(|n| at + n)
}

/// The high bit of every byte that is zero. Bits above the lowest one may be wrong, so only that is used.
#[inline]
fn zeros(word: u64) -> u64 {
    word.wrapping_sub(LOW) & !word & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_hit_is_found_wherever_it_is() {
        let neighbours =
            [0x00, 0x01, 0x0B, 0x0C, 0x21, 0x23, 0x2B, 0x2D, 0x7F, 0x80, 0x8A, 0xA2, 0xAC, 0xFF];
        for length in 0..80 {
            for (n, filler) in neighbours.iter().enumerate() {
                let mut bytes = vec![*filler; length];
                assert_eq!((find(b',', &bytes), find3([b',', b'\n', b'\r'], &bytes)), (None, None));
                for at in (0..length).rev() {
                    bytes[at] = [b',', b'\n', b'\r'][(n + at) % 3];
                    assert_eq!(find3([b',', b'\n', b'\r'], &bytes), Some(at));
                    let comma = bytes.iter().position(|byte| *byte == b',');
                    assert_eq!(find(b',', &bytes), comma);
                }
            }
        }
    }
}

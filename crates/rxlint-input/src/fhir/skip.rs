//! Skips a whole object 64 bytes at a time, if it is a plain one. The scan looks at every brace and every string of a document; within a resource
//! there is nothing for it to see, if no name in it matters to the scan.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x64};

const STEP: usize = 64;

/// What was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Skipped {
    /// How many bytes.
    pub(super) len: usize,
    /// How many line ends are among them.
    pub(super) lines: u32,
}

/// Skips the object at the beginning of these bytes; `None` if it does not end in them, or has to be looked at byte by byte.
pub(super) fn object(bytes: &[u8]) -> Option<Skipped> {
    let skipped = dispatch!(Level::new(), simd => skip(simd, bytes))?;
    let names = [&b"\"resource\""[..], b"\"fullUrl\"", b"\"prefetch\""];
    let means_nothing = |name: &&[u8]| memchr::memmem::find(&bytes[..skipped.len], name).is_none();
    names.iter().all(means_nothing).then_some(skipped)
}

/// The bits of 64 bytes that equal this one.
#[inline(always)]
fn bits<S: Simd>(simd: S, block: u8x64<S>, byte: u8) -> u64 {
    block.simd_eq(u8x64::splat(simd, byte)).to_bitmask()
}

#[inline(always)]
fn skip<S: Simd>(simd: S, bytes: &[u8]) -> Option<Skipped> {
    let (mut at, mut depth, mut arrays) = (0, 0u32, 0i64);
    let (mut lines, mut inside, mut escaped) = (0u32, 0u64, 0u64);
    let mut last = [0; STEP];
    while at < bytes.len() {
        let block: &[u8; STEP] = match bytes[at..].first_chunk() {
            Some(block) => block,
            None => {
                last[..bytes.len() - at].copy_from_slice(&bytes[at..]);
                &last
            }
        };
        let block = u8x64::from_slice(simd, block);
        let quotes = bits(simd, block, b'"') & !escapes(bits(simd, block, b'\\'), &mut escaped);
        // All bits from an opening quote to the one before its closing quote.
        let text = parity(quotes) ^ inside;
        inside = 0u64.wrapping_sub(text >> 63);
        let line_ends = bits(simd, block, b'\n');
        let (opening, closing) = (bits(simd, block, b'{') & !text, bits(simd, block, b'}') & !text);
        let (open, shut) = (bits(simd, block, b'[') & !text, bits(simd, block, b']') & !text);
        // Up to the brace that closes the object, or all of the block.
        let end =
            if closing.count_ones() >= depth { closes(opening, closing, depth) } else { None };
        let within = end.map_or(u64::MAX, |end| u64::MAX >> (63 - end));
        if line_ends & text & within != 0 {
            return None;
        }
        lines += (line_ends & within).count_ones();
        arrays += i64::from((open & within).count_ones()) - i64::from((shut & within).count_ones());
        if let Some(end) = end {
            let len = at + end as usize + 1;
            return (arrays == 0 && len <= bytes.len()).then_some(Skipped { len, lines });
        }
        depth = (depth + opening.count_ones()).checked_sub(closing.count_ones())?;
        at += STEP;
    }
    None
}

/// The bits that a backslash before them makes plain text. `carried` is whether the last byte of a block does so to the next block.
#[inline(always)]
fn escapes(mut backslashes: u64, carried: &mut u64) -> u64 {
    let mut escaped = *carried;
    backslashes &= !escaped;
    *carried = 0;
    while backslashes != 0 {
        let bit = backslashes & backslashes.wrapping_neg();
        *carried = bit >> 63;
        escaped |= bit << 1;
        backslashes &= !(bit | bit << 1);
    }
    escaped
}

/// Each bit is whether the number of bits up to and including it is odd.
#[inline(always)]
const fn parity(mut bits: u64) -> u64 {
    let mut by = 1;
    while by < 64 {
        bits ^= bits << by;
        by *= 2;
    }
    bits
}

/// The brace that closes the last of this many open objects.
#[inline(always)]
fn closes(opening: u64, closing: u64, mut depth: u32) -> Option<u32> {
    let mut braces = opening | closing;
    while braces != 0 {
        let at = braces.trailing_zeros();
        if opening >> at & 1 == 1 {
            depth += 1;
        } else {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(at);
            }
        }
        braces &= braces - 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same byte by byte.
    fn plainly(bytes: &[u8]) -> Option<Skipped> {
        let (mut depth, mut arrays, mut lines, mut in_text, mut escaped) = (0, 0, 0, false, false);
        for (at, byte) in bytes.iter().enumerate() {
            if std::mem::take(&mut escaped) {
                if *byte == b'\n' {
                    if in_text {
                        return None;
                    }
                    lines += 1;
                }
                continue;
            }
            match byte {
                b'\\' => escaped = true,
                b'"' => in_text = !in_text,
                b'\n' if in_text => return None,
                b'\n' => lines += 1,
                b'{' if !in_text => depth += 1,
                b'[' if !in_text => arrays += 1,
                b']' if !in_text => arrays -= 1,
                b'}' if !in_text => {
                    depth -= 1;
                    if depth == 0 {
                        return (arrays == 0).then_some(Skipped { len: at + 1, lines });
                    }
                }
                _ => {}
            }
        }
        None
    }

    proptest! {
        #[test]
        fn blocks_and_bytes_go_over_the_same(text in "[{}\\[\\]\"\\\\\n, a]{0,300}", lead in "[a ]{0,70}") {
            // A backslash outside a string is not JSON: what it does to a brace does not matter.
            let text = format!("{{\"{lead}\":\"{}\",{}}}", text.replace(['\n', '"'], ""), text.replace('\\', "")).replace("\\\"", "\\\\\"");
            prop_assert_eq!(object(text.as_bytes()), plainly(text.as_bytes()), "{}", text);
        }
    }

    #[test]
    fn an_object_is_gone_over_whole_or_not_at_all() {
        let long =
            format!(r#"{{"a":[{{"b":"{}\"}}"}}],{}"c":1}}"#, "x".repeat(100), "\n".repeat(3));
        let skipped = Skipped { len: long.len(), lines: 3 };
        assert_eq!(object(format!("{long}]}},{{").as_bytes()), Some(skipped));
        for broken in
            [&long[..long.len() - 1], r#"{"a":[}"#, "{\"a\":\"\n\"}", r#"{"resource":1}"#, ""]
        {
            assert_eq!(object(broken.as_bytes()), None, "{broken}");
        }
    }
}

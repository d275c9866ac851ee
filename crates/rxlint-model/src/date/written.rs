//! Dates in other digits and signs than ASCII's, or with what programs put around them: `2026年3月1日`, `'2026-03-01`.

use crate::record::decode;

/// Years before the first of an era of Japan.
const ERAS: [(&str, u32); 2] = [("令和", 2018), ("平成", 1988)];
/// Words behind a year that say that it is one.
const YEAR_SIGNS: [&str; 4] = ["г.", "г", "года", "р."];

/// The text as everybody writes it; `None` where that is the same.
pub(super) fn plain(text: &[u8]) -> Option<Vec<u8>> {
    let is_ascii = text.is_ascii();
    if is_ascii
        && !text.starts_with(b"'")
        && !text.ends_with(b")")
        && !text.windows(2).any(|w| w == b". ")
    {
        return of_words(text);
    }
    let decoded = decode(text);
    let text = decoded.strip_prefix('\'').unwrap_or(&decoded);
    // JavaScript: `Sun Mar 01 2026 00:00:00 GMT+0000 (UTC)`.
    let text = match text.rsplit_once(" (") {
        Some((before, zone)) if zone.ends_with(')') => before,
        _ => text,
    };
    let mut plain = String::with_capacity(text.len());
    for c in in_our_years(text).chars() {
        match c {
            '\u{FF01}'..='\u{FF5E}' => plain.extend(char::from_u32(u32::from(c) - 0xFEE0)),
            '\u{0660}'..='\u{0669}' => plain.extend(char::from_digit(u32::from(c) - 0x0660, 10)),
            '\u{06F0}'..='\u{06F9}' => plain.extend(char::from_digit(u32::from(c) - 0x06F0, 10)),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => plain.push('-'),
            '年' | '月' | '년' | '월' => plain.push('-'),
            '日' | '일' | '\u{3000}' => plain.push(' '),
            // Behind a sign of the year or the month, and in `2026. 3. 1.`.
            ' ' if plain.ends_with(['-', '.'])
                && plain.starts_with(|c: char| c.is_ascii_digit()) => {}
            other => plain.push(other),
        }
    }
    let plain = plain.trim();
    let plain =
        YEAR_SIGNS.iter().find_map(|sign| plain.strip_suffix(sign)).unwrap_or(plain).trim_end();
    let plain = if is_ascii { plain.strip_suffix('.').unwrap_or(plain) } else { plain };
    (plain.as_bytes() != decoded.as_bytes()).then(|| plain.as_bytes().to_vec())
}

/// Finnish: `1.3.2026 klo 9.30`.
fn of_words(text: &[u8]) -> Option<Vec<u8>> {
    let at = text.windows(5).position(|window| window == b" klo ")?;
    Some([&text[..at], &text[at + 4..]].concat())
}

/// Years of an era of Japan as ours: `令和8年` is `2026年`.
fn in_our_years(text: &str) -> String {
    let of = |(era, before): &(&str, u32)| {
        let (year, rest) = text.strip_prefix(era)?.split_once('年')?;
        let year = if year == "元" { 1 } else { year.trim().parse::<u32>().ok()? };
        Some(format!("{}年{rest}", before + year))
    };
    ERAS.iter().find_map(of).unwrap_or_else(|| text.to_owned())
}

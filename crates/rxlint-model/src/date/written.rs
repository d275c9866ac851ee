//! Dates in non-ASCII digits and signs, or with what programs put around them: `2026年3月1日`, `'2026-03-01`.

use crate::day::Day;
use crate::digit;
use crate::record::decode;

/// The year before the first of each Japanese era.
const ERAS: [(&str, u32); 2] = [("令和", 2018), ("平成", 1988)];
/// Words after a year that mark it as one.
const YEAR_SIGNS: [&str; 4] = ["г.", "г", "года", "р."];

/// The text in the usual form; `None` if it already is.
pub(super) fn plain(text: &[u8]) -> Option<Vec<u8>> {
    let is_ascii = text.is_ascii();
    if is_ascii
        && !text.starts_with(b"'")
        && (!text.ends_with(b")") || !text.windows(3).any(|w| w == b"GMT"))
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
            '\u{2010}'..='\u{2015}' | '\u{2212}' => plain.push('-'),
            '年' | '月' | '년' | '월' => plain.push('-'),
            '日' | '일' | '\u{3000}' => plain.push(' '),
            // After a year or month sign, and in `2026. 3. 1.`.
            ' ' if plain.ends_with(['-', '.'])
                && plain.starts_with(|c: char| c.is_ascii_digit()) => {}
            other => plain.push(digit::plain(other).unwrap_or(other)),
        }
    }
    let plain = plain.trim();
    let plain =
        YEAR_SIGNS.iter().find_map(|sign| plain.strip_suffix(sign)).unwrap_or(plain).trim_end();
    let plain = if is_ascii { plain.strip_suffix('.').unwrap_or(plain) } else { plain };
    (plain.as_bytes() != decoded.as_bytes()).then(|| plain.as_bytes().to_vec())
}

/// ASCII text in the usual form: with words and signs for the time, other separators between its numbers, or as a count.
fn of_words(text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok()?;
    let plain = counted(text)
        .or_else(|| with_plain_clock(text))
        .or_else(|| clock_behind(text))
        .or_else(|| of_era_letter(text))
        .or_else(|| of_roman_month(text))
        .or_else(|| with_plain_signs(text))?;
    Some(plain.into_bytes())
}

/// Counts that programs write: `/Date(1772323200000)/` in milliseconds, `3260301.1435` in years from 1700 (VA FileMan).
fn counted(text: &str) -> Option<String> {
    const A_DAY: i64 = 86_400_000;
    let millis = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/"));
    if let Some(millis) = millis {
        let days = millis.parse::<i64>().ok()?.div_euclid(A_DAY);
        return Some(Day(i32::try_from(days).ok()?).to_string());
    }
    let (day, time) = text.split_once('.').unwrap_or((text, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if day.len() != 7 || !day.starts_with('3') || !are_digits(day) || !are_digits(time) {
        return None;
    }
    let year = 1700 + day[..3].parse::<u32>().ok()?;
    Some(format!("{year}-{}-{}", &day[3..5], &day[5..]))
}

/// `1.3.2026 klo 9.30`, `01.03.2026, 14:30 Uhr`, `01/03/2026 14h30`.
fn with_plain_clock(text: &str) -> Option<String> {
    if let Some((day, time)) = text.split_once(" klo ") {
        return Some(format!("{day} {time}"));
    }
    let (day, time) = text.split_once([' ', ','])?;
    let time = time.trim_start();
    let clock = time.strip_suffix("Uhr").or_else(|| time.strip_suffix("uhr")).unwrap_or(time);
    let clock = clock.trim_end().replacen(['h', 'H'], ":", 1);
    let clock = clock.strip_suffix(':').unwrap_or(&clock);
    let is_clock = clock.starts_with(|c: char| c.is_ascii_digit())
        && clock.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    let is_day = day.len() >= 8 && day.starts_with(|c: char| c.is_ascii_digit());
    let is_other = day.len() + 1 + clock.len() < text.len() || clock != time;
    (is_clock && is_day && is_other).then(|| format!("{day} {clock}"))
}

/// The time of day before the day: `14:30 03/01/2026`, `8:30 AM 03/01/2026`.
fn clock_behind(text: &str) -> Option<String> {
    let (clock, rest) = text.split_once(' ')?;
    let is_clock =
        clock.contains(':') && clock.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    if !is_clock {
        return None;
    }
    let half = |word: &str| word.eq_ignore_ascii_case("am") || word.eq_ignore_ascii_case("pm");
    match rest.split_once(' ') {
        Some((word, day)) if half(word) => Some(format!("{day} {clock} {word}")),
        _ => Some(format!("{rest} {clock}")),
    }
}

/// `R8.3.12`, `H31/04/30`: years of Japanese eras by their letters.
fn of_era_letter(text: &str) -> Option<String> {
    const LETTERS: [(char, u32); 2] = [('R', 2018), ('H', 1988)];
    let (_, before) = LETTERS.iter().find(|(letter, _)| text.starts_with(*letter))?;
    let mut parts = text[1..].split(['.', '/', '-']);
    let mut part = || parts.next()?.parse::<u8>().ok();
    let (year, month, day) = (part()?, part()?, part()?);
    (year > 0 && parts.next().is_none())
        .then(|| format!("{}-{month:02}-{day:02}", before + u32::from(year)))
}

/// `1.III.2026`, `1 III 2026`: months in Roman numerals.
fn of_roman_month(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] =
        ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
    let mut parts = text.split(['.', ' ', '-', '/']).filter(|part| !part.is_empty());
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    (parts.next().is_none() && year.len() == 4).then(|| format!("{year}-{month}-{day}"))
}

/// `2026 03 01`, `2026_03_01`, `Mar 1 '26`.
fn with_plain_signs(text: &str) -> Option<String> {
    if let [_, _, _, _, b' ' | b'_', _, _, b' ' | b'_', _, _] = text.as_bytes()
        && text.bytes().filter(u8::is_ascii_digit).count() == 8
    {
        return Some(text.replace([' ', '_'], "-"));
    }
    text.split_once(" '").map(|(day, year)| format!("{day} {year}"))
}

/// Years of a Japanese era in the Western calendar: `令和8年` is `2026年`.
fn in_our_years(text: &str) -> String {
    let of = |(era, before): &(&str, u32)| {
        let (year, rest) = text.strip_prefix(era)?.split_once('年')?;
        let year = if year == "元" { 1 } else { year.trim().parse::<u32>().ok()? };
        Some(format!("{}年{rest}", before + year))
    };
    ERAS.iter().find_map(of).unwrap_or_else(|| text.to_owned())
}

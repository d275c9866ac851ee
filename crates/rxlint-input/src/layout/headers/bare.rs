//! Headers without what exporting programs put around them: `max(fill_date)`, `Fill Date (MM/DD/YYYY)`, letters lost on the way.

use std::borrow::Cow;

use super::vocabulary::VOCABULARY;

/// Functions whose value is still what their argument is.
const FUNCTIONS: [&str; 8] =
    ["max", "min", "any_value", "first", "first_value", "to_char", "to_date", "date"];
/// Time zones that a header may state for its column.
const ZONES: [&str; 10] =
    ["utc", "gmt", "local", "cet", "est", "edt", "et", "pst", "local time", "time"];
/// dBase headers have at most this many letters.
const DBASE: usize = 10;

/// The header without functions around it or the form of its dates, with lost letters restored.
pub(super) fn bare(header: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(header);
    if let Some(inner) = argument(&text) {
        text = Cow::Owned(inner.to_owned());
    }
    if let Some(without) = without_format(&text) {
        text = Cow::Owned(without);
    }
    if let Some(mended) = decoded_twice(&text).or_else(|| lost_letters(&text)) {
        text = Cow::Owned(mended);
    }
    if let Some(whole) = cut_off(&text) {
        text = Cow::Owned(whole);
    }
    text
}

/// `fill_date` of `max(fill_date)`.
fn argument(header: &str) -> Option<&str> {
    let (function, rest) = header.trim().split_once('(')?;
    let inner = rest.strip_suffix(')')?;
    let is_one = FUNCTIONS.iter().any(|known| function.trim().eq_ignore_ascii_case(known));
    (is_one && !inner.contains(['(', ')'])).then_some(inner)
}

/// The header without a date form or a time zone in brackets after it.
fn without_format(header: &str) -> Option<String> {
    let open = header.find(['(', '['])?;
    let close = header[open..].find([')', ']'])? + open;
    let inner = header[open + 1..close].trim().to_lowercase();
    let letters = inner.chars().filter(|c| c.is_alphabetic()).count();
    let is_form = letters >= 4
        && inner.chars().all(|c| "dmyjathsi/.-: 0123456789".contains(c))
        && (inner.contains(['/', '.', '-']) || letters >= 6);
    let is_zone = ZONES.contains(&inner.as_str());
    (is_form || is_zone).then(|| format!("{} {}", &header[..open], &header[close + 1..]))
}

/// UTF-8 that was read as Latin-1: `dispensaciÃ³n`.
fn decoded_twice(header: &str) -> Option<String> {
    if !header.contains(['Ã', 'Â', 'Å', 'Ä']) {
        return None;
    }
    let bytes: Option<Vec<u8>> = header.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    String::from_utf8(bytes?).ok()
}

/// A question mark where a letter was lost: `dispensaci?n`.
fn lost_letters(header: &str) -> Option<String> {
    const LOST: [char; 2] = ['?', '\u{FFFD}'];
    if !header.contains(LOST) {
        return None;
    }
    let is_of_word = |c: char| c.is_alphanumeric() || LOST.contains(&c);
    let mut mended = String::new();
    let mut found = false;
    for part in header.split_inclusive(|c: char| !is_of_word(c)) {
        let word = part.trim_end_matches(|c: char| !is_of_word(c));
        let known =
            word.contains(LOST).then(|| VOCABULARY.with_lost_letters(&word.to_lowercase(), &LOST));
        match known.flatten() {
            Some(known) => {
                mended.push_str(known);
                mended.push_str(&part[word.len()..]);
                found = true;
            }
            None => mended.push_str(part),
        }
    }
    found.then_some(mended)
}

/// The last word, completed where dBase cut it off: `DATE_FILLE`.
fn cut_off(header: &str) -> Option<String> {
    if header.len() != DBASE || !header.is_ascii() {
        return None;
    }
    let at = header.rfind(['_', ' '])? + 1;
    let last = header[at..].to_lowercase();
    let whole = VOCABULARY.shortest_beginning(&last).filter(|_| last.len() >= 4)?;
    Some(format!("{}{whole}", &header[..at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_put_around_a_header_is_left_out() {
        for (header, is) in [
            ("max(fill_date)", "fill_date"),
            ("Fill Date (MM/DD/YYYY)", "Fill Date  "),
            ("Date Dispensed (dd/mm/yy)", "Date Dispensed  "),
            ("Fill Date [UTC]", "Fill Date  "),
            ("Fecha dispensaciÃ³n", "Fecha dispensación"),
            ("Fecha dispensaci?n", "Fecha dispensacion"),
            ("Date de d?livrance", "Date de delivrance"),
            ("DATE_FILLE", "DATE_filled"),
            ("PATIENT_ID", "PATIENT_ID"),
            ("Quantity (mg)", "Quantity (mg)"),
            ("Days (supply)", "Days (supply)"),
            ("Sold?", "Sold?"),
        ] {
            assert_eq!(bare(header).trim(), is.trim(), "{header}");
        }
    }
}

//! The codes in one cell of a code column.

/// The codes in a cell: usually one, sometimes a list. Groups of an NDC may be separated by spaces.
pub(crate) fn parts(cell: &str, system: &str) -> Vec<String> {
    if is_exponent(cell) {
        return vec![cell.to_owned()];
    }
    let groups: Vec<&str> = cell.split_ascii_whitespace().collect();
    let is_group = |group: &&str| group.len() <= 5 && group.bytes().all(|b| b.is_ascii_digit());
    if system == "NDC" && groups.len() == 3 && groups.iter().all(is_group) {
        return vec![groups.join("-")];
    }
    let spaces = matches!(system, "NDC" | "RxCUI" | "ATC code");
    let ends = |c: char| matches!(c, ';' | ',' | '|') || spaces && c.is_whitespace();
    cell.split(ends).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// Whether a text is a number with an exponent, whatever it stood for.
pub(crate) fn is_exponent(text: &str) -> bool {
    text.bytes().any(|b| matches!(b, b'e' | b'E'))
        && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'e' | b'E' | b'+' | b'.' | b','))
        && text.replace(',', ".").parse::<f64>().is_ok()
}

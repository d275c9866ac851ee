//! Digits of other scripts.

/// The zero of each script whose ten digits are consecutive in Unicode: Arabic, Persian and Urdu, Devanagari, Bengali, Thai, and full width.
const ZEROS: [char; 6] = ['\u{660}', '\u{6F0}', '\u{966}', '\u{9E6}', '\u{E50}', '\u{FF10}'];

/// The ASCII digit for a digit of another script.
///
/// ```
/// assert_eq!(rxlint_model::digit::plain('۵'), Some('5'));
/// assert_eq!(rxlint_model::digit::plain('5'), None);
/// ```
pub fn plain(c: char) -> Option<char> {
    let code = u32::from(c);
    let zero = ZEROS.into_iter().map(u32::from).find(|zero| (*zero..zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

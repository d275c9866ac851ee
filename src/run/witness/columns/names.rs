//! Cells that name people, or no one.

/// Whether a cell names no one: empty, or the same character throughout.
pub(super) fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 6] = ["unknown", "null", "none", "na", "n/a", "test"];
    let mut bytes = text.bytes().filter(|byte| byte.is_ascii_alphanumeric());
    let first = bytes.next();
    let is_one =
        first.is_none_or(|first| matches!(first, b'0' | b'9') && bytes.all(|byte| byte == first));
    is_one || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a cell is a name, which several people may bear, and not an identifier: `Marsh, Ann`.
pub(super) fn is_name(text: &str) -> bool {
    // Letters of another code page may look like fractions and superscript digits.
    let is_digit = |c: char| c.is_numeric() && !('\u{80}'..='\u{ff}').contains(&c);
    text.contains([' ', ',']) && !text.contains(is_digit)
}

/// How the first name of `Marsh, Ann` or `Ann Marsh` begins.
pub(in crate::run::witness) fn given_name(text: &str) -> String {
    const LETTERS: usize = 3;
    let given = text.split_once(',').map_or(text, |(_, given)| given);
    let letters = given.trim_start().chars().take_while(|c| !c.is_whitespace());
    letters.take(LETTERS).flat_map(char::to_lowercase).collect()
}

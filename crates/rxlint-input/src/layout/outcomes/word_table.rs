//! Tables of words: what the words of a line say, their language, and the words, separated by commas. Two spaces separate the three.

/// Every word of a table, with what it says.
pub(crate) fn words(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.lines().filter(|line| !line.starts_with('#')).filter_map(of_line).flatten()
}

fn of_line(line: &'static str) -> Option<impl Iterator<Item = (&'static str, &'static str)>> {
    let (says, rest) = line.split_once("  ")?;
    let (_, words) = rest.trim_start().split_once("  ")?;
    Some(words.split(',').map(move |word| (says.trim(), word.trim())))
}

/// The letters of a word in lower case, as words are compared.
pub(in crate::layout) fn small(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

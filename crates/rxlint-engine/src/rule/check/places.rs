//! Where the keys and texts of a TOML file are, for pointing at a faulty one. Only used once there
//! is a fault.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// Where a matching text occurs under some keys, joined by dots; lists are transparent. From top to
/// bottom.
pub fn values(text: &str, below: &str, is_meant: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    spans(text, |word| !word.is_key && is_below(&word.keys, below) && is_meant(&word.text))
}

/// Where that key occurs, written with the keys above it.
pub fn keys(text: &str, keys: &str) -> Vec<Range<usize>> {
    spans(text, |word| word.is_key && word.keys == keys)
}

fn is_below(keys: &str, above: &str) -> bool {
    above.is_empty()
        || keys.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// A key, or a text among the values.
struct TomlItem {
    keys: String,
    is_key: bool,
    text: String,
    span: Range<usize>,
}

fn spans(text: &str, is_meant: impl Fn(&TomlItem) -> bool) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    if let Ok(table) = DeTable::parse(text) {
        of_table(table.get_ref(), "", &mut words);
    }
    let mut spans: Vec<Range<usize>> =
        words.into_iter().filter(is_meant).map(|word| word.span).collect();
    spans.sort_by_key(|span| span.start);
    spans
}

fn of_table(table: &DeTable<'_>, above: &str, words: &mut Vec<TomlItem>) {
    for (key, value) in table {
        let name = key.get_ref();
        let keys = if above.is_empty() { name.to_string() } else { format!("{above}.{name}") };
        of_value(value.get_ref(), value.span(), &keys, words);
        words.push(TomlItem { keys, is_key: true, text: String::new(), span: key.span() });
    }
}

fn of_value(value: &DeValue<'_>, span: Range<usize>, keys: &str, words: &mut Vec<TomlItem>) {
    match value {
        DeValue::Table(table) => of_table(table, keys, words),
        DeValue::Array(list) => {
            for item in list.iter() {
                of_value(item.get_ref(), item.span(), keys, words);
            }
        }
        DeValue::String(text) => words.push(TomlItem {
            keys: keys.to_owned(),
            is_key: false,
            text: text.to_string(),
            span,
        }),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {}
    }
}

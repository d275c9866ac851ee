//! Turns the TOML files under `rules/` into JSON, which is read several times faster, without the cases of the rules.

use std::fmt::Write;
use std::io;

use serde_json::{Map, Value};

/// How `toml` tells a date from a text where another format brings it.
const DATE: &str = "$__toml_private_datetime";

/// The Rust source of a list: for each file its JSON, empty where it is no TOML.
pub(crate) fn list(files: &[(String, String)]) -> io::Result<String> {
    let mut list = "&[\n".to_owned();
    for (path, text) in files {
        let json = if path.ends_with(".toml") { json(path, text)? } else { String::new() };
        let _ = writeln!(list, "    {json:?},");
    }
    Ok(list + "]\n")
}

fn json(path: &str, text: &str) -> io::Result<String> {
    let broken = |error: toml::de::Error| io::Error::other(format!("rules/{path}: {error}"));
    let mut table: toml::Table = toml::from_str(text).map_err(broken)?;
    // Only tests and the manual ask for them.
    table.remove("case");
    Ok(value(toml::Value::Table(table)).to_string())
}

fn value(toml: toml::Value) -> Value {
    match toml {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(is) => is.into(),
        toml::Value::Datetime(date) => {
            Map::from_iter([(DATE.to_owned(), date.to_string().into())]).into()
        }
        toml::Value::Array(values) => values.into_iter().map(value).collect(),
        toml::Value::Table(table) => table
            .into_iter()
            .map(|(name, inner)| (name, value(inner)))
            .collect::<Map<_, _>>()
            .into(),
    }
}

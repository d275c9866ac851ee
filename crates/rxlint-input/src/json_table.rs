//! JSON that is a list of records but not FHIR, as systems return it: converted to the equivalent table.
//!
//! Each object of the list is a row, if possible on the line on which it begins. A nested value becomes a column with both names (`patient.id` is
//! `patient_id`); a list of objects in an object makes a row of each of them, with the values of the outer one.

use std::fmt::Write;

use rustc_hash::FxHashMap;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// A table does not have more columns.
const MOST_COLUMNS: usize = 500;
/// Objects in objects, and lists in lists, up to this depth.
const DEEPEST: usize = 6;
/// A list in an object gives at most this many rows.
const MOST_ROWS: usize = 100_000;

/// Parts of the names of members that hold medicines.
const MEDICINES: [&str; 9] =
    ["medication", "prescri", "drug", "ndc", "rxnorm", "dispens", "medicine", "pharmacy", "rxcui"];

/// Whether JSON with this beginning has members that mention medicines.
pub(crate) fn may_tell_medicines(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    let mut parts = text.split('"').skip(1);
    let mut names = std::iter::from_fn(|| Some((parts.next()?, parts.next().unwrap_or_default())));
    names.any(|(name, after)| {
        let is_name = name.len() < 64 && after.trim_start().starts_with(':');
        is_name && MEDICINES.iter().any(|part| name.contains(part))
    })
}

/// The table of a text; `None` if it is not a list of records about medicines, or is FHIR.
pub(crate) fn table(text: &str) -> Option<Vec<u8>> {
    // FHIR may state its type late.
    if memchr::memmem::find(text.as_bytes(), b"\"resourceType\"").is_some() {
        return None;
    }
    let objects = objects(text)?;
    let mut table = Table::default();
    for raw in objects {
        let begin = (raw.get().as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
        let line = text.get(table.seen..begin).map_or(0, |between| between.matches('\n').count());
        table.line += line;
        table.seen = table.seen.max(begin);
        let Ok(members) = serde_json::from_str::<Members>(raw.get()) else { continue };
        let cell = |(name, value)| (table.second_column(name), plain(&value));
        let mut second = members.second.into_iter().map(cell).collect();
        table.rows(&Value::Object(members.last), &mut second, "", 0);
        if table.columns.len() > MOST_COLUMNS {
            return None;
        }
    }
    (!table.rows.is_empty()).then(|| table.written())
}

/// The objects of a text: those of a list, of the longest list in an object, or one per line.
fn objects(text: &str) -> Option<Vec<&RawValue>> {
    let list = |text| serde_json::from_str::<Vec<&RawValue>>(text).ok();
    let is_object = |raw: &&RawValue| raw.get().starts_with('{');
    let text = text.trim_start_matches('\u{FEFF}');
    if text.trim_start().starts_with('[') {
        return list(text).filter(|all| all.iter().all(is_object));
    }
    if let Ok(members) = serde_json::from_str::<FxHashMap<String, &RawValue>>(text) {
        let lists = members.values().filter_map(|raw| list(raw.get()));
        let longest =
            lists.filter(|all| !all.is_empty() && all.iter().all(is_object)).max_by_key(Vec::len);
        return longest.or_else(|| serde_json::from_str(text).ok().map(|whole| vec![whole]));
    }
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| serde_json::from_str::<&RawValue>(line).ok().filter(is_object)).collect()
}

/// The members of an object: the last of each name, and different values of the same name.
#[derive(Default)]
struct Members {
    last: Map<String, Value>,
    second: Vec<(String, Value)>,
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersOf)
    }
}

struct MembersOf;

impl<'de> Visitor<'de> for MembersOf {
    type Value = Members;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Members::default();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            match members.last.get_mut(&name) {
                None => {
                    members.last.insert(name, value);
                }
                Some(last) => {
                    let before = std::mem::replace(last, value);
                    if !before.is_null() && *last != before {
                        members.second.push((name, before));
                    }
                }
            }
        }
        Ok(members)
    }
}

/// The rows while they are collected.
#[derive(Default)]
struct Table {
    columns: Vec<String>,
    numbers: FxHashMap<String, usize>,
    /// Each with the number of line ends before the object that it comes from.
    rows: Vec<(usize, Vec<(usize, String)>)>,
    line: usize,
    seen: usize,
}

impl Table {
    /// Adds the rows of an object: one, or one for each object of the lists in it.
    fn rows(&mut self, object: &Value, outer: &mut Vec<(usize, String)>, of: &str, depth: usize) {
        let before = outer.len();
        let mut lists = Vec::new();
        self.cells(object, "", of, (outer, &mut lists), depth);
        if lists.is_empty() || depth >= DEEPEST {
            self.rows.push((self.line, outer.clone()));
        }
        for (name, list) in lists {
            for inner in list.iter().take(MOST_ROWS) {
                self.rows(inner, outer, &name, depth + 1);
            }
        }
        outer.truncate(before);
    }

    /// Adds the cells of an object. A plain `id` in the objects of a list gets the name of the list.
    #[allow(clippy::type_complexity, reason = "what it fills: cells by column, and lists by name")]
    fn cells<'v>(
        &mut self,
        object: &'v Value,
        prefix: &str,
        of: &str,
        (cells, lists): (&mut Vec<(usize, String)>, &mut Vec<(String, &'v Vec<Value>)>),
        depth: usize,
    ) {
        let Some(members) = object.as_object() else { return };
        for (name, value) in members {
            let name = match (prefix, name.as_str()) {
                ("", "id") if !of.is_empty() => format!("{}_id", of.trim_end_matches('s')),
                ("", name) => name.to_owned(),
                (prefix, name) => format!("{prefix}_{name}"),
            };
            match value {
                Value::Null => {}
                Value::Object(_) if depth + prefix.matches('_').count() < DEEPEST => {
                    self.cells(value, &name, of, (&mut *cells, &mut *lists), depth);
                }
                Value::Array(all) if !all.is_empty() && all.iter().all(Value::is_object) => {
                    lists.push((name, all));
                }
                value => {
                    let text = plain(value);
                    let column = self.column(name);
                    cells.push((column, text));
                }
            }
        }
    }

    fn second_column(&mut self, name: String) -> usize {
        // The first column of the name comes first.
        self.column(name.clone());
        let next = self.columns.len();
        *self.numbers.entry(format!("{name}\n")).or_insert_with(|| {
            self.columns.push(name);
            next
        })
    }

    fn column(&mut self, name: String) -> usize {
        let next = self.columns.len();
        *self.numbers.entry(name).or_insert_with_key(|name| {
            self.columns.push(name.clone());
            next
        })
    }

    fn written(&self) -> Vec<u8> {
        let mut out = String::new();
        line(&mut out, self.columns.iter().map(String::as_str));
        let mut lines = 1;
        for (at, row) in &self.rows {
            while lines < *at {
                out.push('\n');
                lines += 1;
            }
            let mut cells = vec![""; self.columns.len()];
            for (column, text) in row {
                cells[*column] = text;
            }
            line(&mut out, cells.into_iter());
            lines += 1;
        }
        out.into_bytes()
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.replace(['\r', '\n'], " "),
        Value::Array(all) => all.iter().map(plain).collect::<Vec<_>>().join("; "),
        other => other.to_string().replace(['\r', '\n'], " "),
    }
}

fn line<'c>(out: &mut String, cells: impl Iterator<Item = &'c str>) {
    for (number, cell) in cells.enumerate() {
        if number > 0 {
            out.push(',');
        }
        if cell.contains(['"', ',', '\n', '\r', ';']) || cell.trim().len() < cell.len() {
            // Writing to a string cannot fail.
            let _ = write!(out, "\"{}\"", cell.replace('"', "\"\""));
        } else {
            out.push_str(cell);
        }
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        String::from_utf8(table(text).unwrap()).unwrap()
    }

    #[test]
    fn lists_of_objects_are_tables() {
        let list = "[\n {\"patient_id\": \"P1\", \"drug\": {\"name\": \"A, b\", \"ndc\": null}, \"days\": 30},\n {\"patient_id\": \"P2\", \"other\": true}\n]\n";
        let expected = "days,drug_name,patient_id,other\n30,\"A, b\",P1,\n,,P2,true\n";
        assert_eq!(written(list), expected);
        assert_eq!(written(&format!("{{\"count\": 2, \"data\": {list}}}")), expected);
        assert_eq!(written("{\"a\":1}\n{\"b\":\"x\"}\n"), "a,b\n1,\n,x\n");
    }

    #[test]
    fn lists_in_objects_make_a_row_of_each() {
        let text = r#"{"patients":[{"id":"P1","dob":"1970","prescriptions":[{"id":7,"drug":"A"},{"id":8,"drug":"B"}]},{"id":"P2","prescriptions":[]}]}"#;
        assert_eq!(
            written(text),
            "dob,id,drug,prescription_id,prescriptions\n1970,P1,A,7,\n1970,P1,B,8,\n,P2,,,\n"
        );
    }

    #[test]
    fn a_row_stands_on_the_line_of_its_object() {
        let text = "[\n{\n\"drug\":\"A\"\n},\n{\n\"drug\":\"B\"\n}\n]";
        assert_eq!(written(text), "drug\nA\n\n\nB\n");
    }

    #[test]
    fn a_name_that_stands_twice_has_two_columns() {
        let text = r#"[{"drug":"A","status":"paid","status":"void"},{"drug":"B","drug":"B"}]"#;
        assert_eq!(written(text), "status,status,drug\nvoid,paid,A\n,,B\n");
    }

    #[test]
    fn what_is_no_table() {
        for text in [
            "[1,2]",
            "{\"a\":",
            "{\"entry\":[{\"resource\":{\"resourceType\":\"Patient\"}}]}",
            "[]",
            "\"x\"",
            "",
        ] {
            assert!(table(text).is_none(), "{text}");
        }
        assert!(
            may_tell_medicines(b"[{\"Drug_Name\" : 1}]")
                && !may_tell_medicines(b"[{\"a\":\"drug\"}]")
        );
    }
}

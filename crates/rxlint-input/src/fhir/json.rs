//! JSON as written in the bytes: borrowed, and tolerant.
//!
//! A resource is read once, whole (`read`), into an ordered list of its values. Looking for a member walks that list, so that no byte is read twice;
//! a member of an unexpected type is absent instead of an error.

mod read;

use std::borrow::Cow;

use rustc_hash::FxHashMap;

pub(crate) use read::Tape;
use read::{Node, Places};

/// A value and its content. Never `null`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JsonValue<'a> {
    /// The resource's text, in which the nodes have their places.
    text: &'a str,
    node: &'a Node,
    /// The value itself, and after it its members or elements.
    nodes: &'a [Node],
}

/// An object's members, in order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Object<'a> {
    text: &'a str,
    /// Which names there may be.
    names: u64,
    nodes: &'a [Node],
    /// Where they are, if it is the outermost object.
    places: Option<&'a Places>,
}

/// The values on one level, `null` among them.
#[derive(Clone, Debug)]
struct Values<'a> {
    text: &'a str,
    left: &'a [Node],
}

impl<'a> Iterator for Values<'a> {
    type Item = JsonValue<'a>;

    #[inline]
    fn next(&mut self) -> Option<JsonValue<'a>> {
        let node = self.left.first()?;
        let (nodes, left) = self.left.split_at_checked(node.inside as usize + 1)?;
        self.left = left;
        Some(JsonValue { text: self.text, node, nodes })
    }
}

impl<'a> Object<'a> {
    fn values(&self) -> Values<'a> {
        Values { text: self.text, left: self.nodes }
    }

    /// The member of that name; the last one if there are several, as most readers do it.
    #[inline]
    pub(crate) fn get(&self, name: &str) -> Option<JsonValue<'a>> {
        let number = read::number_of(name.as_bytes());
        // Most members that are asked for do not exist.
        if self.names & 1 << number == 0 {
            return None;
        }
        let Some(places) = self.places.filter(|places| places.shared & 1 << number == 0) else {
            return self.find(name);
        };
        let nodes = self.nodes.get(places.nodes[number] as usize..)?;
        if self.is_called(nodes.first()?, name) {
            Values { text: self.text, left: nodes }.next()
        } else {
            None
        }
    }

    /// Whether a name occurs twice with different values: readers differ on which they take.
    pub(crate) fn has_twice(&self) -> bool {
        if self.places.is_some_and(|places| places.shared == 0) {
            return false;
        }
        // The first value of each name.
        let mut met: FxHashMap<&str, JsonValue<'a>> = FxHashMap::default();
        let is_shared = |value: &JsonValue<'a>| {
            let number = read::number_of(value.name_as_written().as_bytes());
            !value.node.is_null && self.places.is_none_or(|places| places.shared & 1 << number != 0)
        };
        self.values().filter(is_shared).any(|value| {
            let first = *met.entry(value.name_as_written()).or_insert(value);
            first.raw() != value.raw()
        })
    }

    fn find(&self, name: &str) -> Option<JsonValue<'a>> {
        let (mut left, mut found) = (self.nodes, None);
        while let Some(node) = left.first() {
            if self.is_called(node, name) {
                found = Some(left);
            }
            left = left.get(node.inside as usize + 1..).unwrap_or_default();
        }
        Values { text: self.text, left: found? }.next()
    }

    /// Whether the member has that name, and is not `null`.
    #[inline]
    fn is_called(&self, node: &'a Node, name: &str) -> bool {
        let at = node.name as usize;
        if node.name_len as usize == name.len()
            && self.text.as_bytes().get(at..at + name.len()) == Some(name.as_bytes())
        {
            return !node.is_null;
        }
        node.is_name_escaped && !node.is_null && self.name_of(node) == name
    }

    #[cold]
    fn name_of(&self, node: &'a Node) -> Cow<'a, str> {
        JsonValue { text: self.text, node, nodes: &[] }.name()
    }

    /// The first of these members that exists.
    #[inline]
    pub(super) fn any(&self, names: &[&str]) -> Option<JsonValue<'a>> {
        names.iter().find_map(|name| self.get(name))
    }

    /// The members.
    pub(crate) fn members(&self) -> impl Iterator<Item = (Cow<'a, str>, JsonValue<'a>)> + use<'a> {
        self.values().map(|value| (value.name(), value))
    }
}

impl<'a> JsonValue<'a> {
    /// The text as written, including quotes and escapes.
    #[inline]
    pub(crate) fn raw(self) -> &'a str {
        self.text.get(self.node.start as usize..self.node.end as usize).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn first(self) -> u8 {
        self.text.as_bytes().get(self.node.start as usize).copied().unwrap_or_default()
    }

    fn name_as_written(self) -> &'a str {
        let start = self.node.name as usize;
        self.text.get(start..start + self.node.name_len as usize).unwrap_or_default()
    }

    /// Its name. One that cannot be unescaped (half of a surrogate pair) stays as written.
    fn name(self) -> Cow<'a, str> {
        let written = self.name_as_written();
        if self.node.is_name_escaped { unescaped(written) } else { Cow::Borrowed(written) }
    }

    /// Its content.
    #[inline]
    fn inside(self) -> Values<'a> {
        Values { text: self.text, left: self.nodes.get(1..).unwrap_or_default() }
    }

    /// Its members, if it is an object; otherwise none.
    #[inline]
    pub(crate) fn object(self) -> Object<'a> {
        // Only objects have names; neither an array nor its elements do.
        let nodes = if self.node.names == 0 { &[] } else { self.inside().left };
        Object { text: self.text, names: self.node.names, nodes, places: None }
    }

    /// The member of that name, if it is an object that has one.
    #[inline]
    pub(crate) fn get(self, name: &str) -> Option<JsonValue<'a>> {
        self.object().get(name)
    }

    /// The member at the end of a path.
    pub(crate) fn at(self, path: &[&str]) -> Option<JsonValue<'a>> {
        path.iter().try_fold(self, |value, name| value.get(name))
    }

    /// Its elements if it is an array; otherwise itself, since a single value in one version is an array in another.
    #[inline]
    pub(crate) fn items(self) -> impl Iterator<Item = JsonValue<'a>> + Clone + use<'a> {
        let values = if self.first() == b'[' {
            self.inside()
        } else {
            Values { text: self.text, left: self.nodes }
        };
        values.filter(|item| !item.node.is_null)
    }

    /// Its text, if it is text, a number, true or false; `None` if it is empty.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        let text = match self.first() {
            b'{' | b'[' => return None,
            b'"' if self.node.is_escaped => unescaped(inner(self.raw())),
            b'"' => Cow::Borrowed(inner(self.raw())),
            _ => Cow::Borrowed(self.raw()),
        };
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(trimmed(text)),
            Cow::Owned(text) => Cow::Owned(trimmed(&text).to_owned()),
        };
        (!text.is_empty()).then_some(text)
    }

    /// The text of the member at the end of a path.
    pub(crate) fn text_at(self, path: &[&str]) -> Option<Cow<'a, str>> {
        self.at(path)?.text()
    }

    /// Its number, or the number that its text is.
    pub(super) fn number(self) -> Option<f64> {
        self.text()?.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// Whether it is `true`.
    pub(super) fn is_true(self) -> bool {
        self.raw() == "true"
    }
}

/// The text without surrounding white space. Most texts begin and end with plain bytes, which is checked faster.
#[inline]
fn trimmed(text: &str) -> &str {
    let is_plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    if is_plain(text.as_bytes().first()) && is_plain(text.as_bytes().last()) {
        text
    } else {
        text.trim()
    }
}

/// A string's text, if it is written with escapes. A lone surrogate is no reason to lose a drug's name.
fn unescaped(written: &str) -> Cow<'_, str> {
    serde_json::from_str::<String>(&format!("\"{written}\""))
        .map_or(Cow::Borrowed(written), Cow::Owned)
}

/// A string's text without its quotes.
pub(super) fn inner(raw: &str) -> &str {
    raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or(raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_where_they_stand() {
        let text = br#" {"a":{"b":[{"c":"x\/y"},null,{"c": 1.50 }]},"n":null,"e":"","a2":"  p ","\u0061":true} "#;
        let mut tape = Tape::default();
        let object = tape.read(text).unwrap();
        assert!(object.get("a").unwrap().is_true(), "the last of two, and its name unescaped");
        assert!(object.get("n").is_none() && object.get("e").unwrap().text().is_none());
        assert_eq!(object.get("a2").unwrap().text().unwrap(), "p");
        let first = object.members().next().unwrap().1;
        let items: Vec<JsonValue<'_>> = first.get("b").unwrap().items().collect();
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].text_at(&["c"]).unwrap(), "x/y");
        assert_eq!(items[1].at(&["c"]).unwrap().number(), Some(1.5));
        assert_eq!(
            items[1].get("c").unwrap().items().count(),
            1,
            "one is as good as a list of one"
        );
        assert!(items[1].at(&["c", "d"]).is_none());
    }

    #[test]
    fn a_name_that_stands_twice_with_other_values_is_seen() {
        let has = |text: &str| Tape::default().read(text.as_bytes()).unwrap().has_twice();
        assert!(has(r#"{"status":"completed","id":"a","status":"cancelled"}"#));
        assert!(has(r#"{"subject":{"reference":"a"},"subject":{"reference":"b"}}"#));
        for text in [
            r#"{"status":"completed","id":"a","status":"completed"}"#,
            r#"{"status":null,"status":"completed"}"#,
            r#"{"a":"1","i":"2","q":"3","y":"4","code":{"code":"x"},"text":"x"}"#,
        ] {
            assert!(!has(text), "{text}");
        }
    }

    #[test]
    fn reasons_quote_nothing() {
        for (text, reason) in [
            (&b"{\"a\":1"[..], "it ends before it is complete"),
            (b"{\"a\":1}}", "something follows its end (line 1, column 8 of it)"),
            (b"{\"a\" secret}", "it is not valid JSON (line 1, column 6 of it)"),
            (b"[1]", "it is not a JSON object"),
            (b"{\"a\":\"\xFF\"}", "byte 7 of it is not UTF-8"),
        ] {
            assert_eq!(Tape::default().read(text).unwrap_err(), reason);
        }
        let deep =
            [b"{\"a\":".as_slice(), &b"[".repeat(200_000), &b"]".repeat(200_000), b"}"].concat();
        let mut tape = Tape::default();
        let object = tape.read(&deep).unwrap();
        let mut value = object.get("a").unwrap();
        for _ in 0..100 {
            value = value.items().next().unwrap();
        }
        assert_eq!(
            tape.read(br#"{"a":"\ud800x"}"#).unwrap().get("a").unwrap().text().unwrap(),
            "\\ud800x"
        );
    }
}

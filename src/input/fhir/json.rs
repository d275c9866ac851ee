//! JSON as it stands in the bytes: borrowed, looked into only where asked, and patient with what stands there.
//!
//! A resource is checked once, whole, when its members are listed. Values deeper inside are found in their own text
//! again; so each knows where it stands, and a member of an unexpected type is absent instead of an error.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// A value: its text, without white space around it. Never `null`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Json<'a>(&'a str);

/// An object's members, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Object<'a> {
    /// Reads bytes that are to be one object and nothing else.
    ///
    /// # Errors
    /// Why they are not: a reason for the person, which never quotes them.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|error| format!("byte {} of it is not UTF-8", error.valid_up_to() + 1))?;
        let mut source = serde_json::Deserializer::from_str(text);
        let object = source.deserialize_map(Members).and_then(|object| source.end().map(|()| object));
        object.map_err(|error| why(&error))
    }

    /// The member of that name; the last one where there are several, as most readers take it.
    pub(super) fn get(&self, name: &str) -> Option<Json<'a>> {
        self.0.iter().rev().find(|(key, value)| key == name && value.0 != "null").map(|&(_, value)| value)
    }

    /// The first of these members that is there.
    pub(super) fn any(&self, names: &[&str]) -> Option<Json<'a>> {
        names.iter().find_map(|name| self.get(name))
    }

    /// The members.
    pub(super) fn members(&self) -> impl Iterator<Item = (&str, Json<'a>)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), *value))
    }
}

impl<'a> Json<'a> {
    /// The text as it stands, quotes and escapes included.
    pub(super) fn raw(self) -> &'a str {
        self.0
    }

    /// Its members, where it is an object; none elsewhere.
    pub(super) fn object(self) -> Object<'a> {
        if !self.0.starts_with('{') {
            return Object::default();
        }
        serde_json::Deserializer::from_str(self.0).deserialize_map(Members).unwrap_or_default()
    }

    /// The member of that name, where it is an object that has one.
    pub(super) fn get(self, name: &str) -> Option<Json<'a>> {
        self.object().get(name)
    }

    /// The member at the end of a path.
    pub(super) fn at(self, path: &[&str]) -> Option<Json<'a>> {
        path.iter().try_fold(self, |value, name| value.get(name))
    }

    /// Its elements where it is an array; itself where it is not, since what is one in one version is many in another.
    pub(super) fn items(self) -> Vec<Json<'a>> {
        if !self.0.starts_with('[') {
            return vec![self];
        }
        let items = serde_json::Deserializer::from_str(self.0).deserialize_seq(Elements).unwrap_or_default();
        items.into_iter().filter(|item| item.0 != "null").collect()
    }

    /// What it says, where it is text, a number, true or false; `None` where it says nothing.
    pub(super) fn text(self) -> Option<Cow<'a, str>> {
        let text: Cow<'a, str> = match self.0.as_bytes().first()? {
            b'{' | b'[' => return None,
            b'"' => {
                let inner = inner(self.0);
                if inner.contains('\\') {
                    // A lone surrogate is no reason to lose a drug's name.
                    serde_json::from_str::<String>(self.0).map_or(Cow::Borrowed(inner), Cow::Owned)
                } else {
                    Cow::Borrowed(inner)
                }
            }
            _ => Cow::Borrowed(self.0),
        };
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        (!text.is_empty()).then_some(text)
    }

    /// The text of the member at the end of a path.
    pub(super) fn text_at(self, path: &[&str]) -> Option<Cow<'a, str>> {
        self.at(path)?.text()
    }

    /// The number it is, or the text of a number.
    pub(super) fn number(self) -> Option<f64> {
        self.text()?.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// Whether it is `true`.
    pub(super) fn is_true(self) -> bool {
        self.0 == "true"
    }
}

/// A string's text without its quotes.
pub(super) fn inner(raw: &str) -> &str {
    raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or(raw)
}

/// What is wrong with JSON, in words that hold nothing of it.
fn why(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    let at = format!("line {}, column {} of it", error.line(), error.column());
    match error.classify() {
        Category::Eof => "it ends before it is complete".to_owned(),
        _ if error.to_string().starts_with("trailing") => format!("something follows its end ({at})"),
        Category::Data => "it is no JSON object".to_owned(),
        _ => format!("it is not valid JSON ({at})"),
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
        let mut members = Vec::with_capacity(16);
        while let Some(Key(key)) = map.next_key()? {
            let value: &RawValue = map.next_value()?;
            members.push((key, Json(value.get())));
        }
        Ok(Object(members))
    }
}

struct Elements;

impl<'de> Visitor<'de> for Elements {
    type Value = Vec<Json<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<Json<'de>>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<&RawValue>()? {
            items.push(Json(item.get()));
        }
        Ok(items)
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_where_they_stand() {
        let text = br#" {"a":{"b":[{"c":"x\/y"},null,{"c": 1.50 }]},"n":null,"e":"","a2":"  p ","\u0061":true} "#;
        let object = Object::parse(text).unwrap();
        assert!(object.get("a").unwrap().is_true(), "the last of two, and its name unescaped");
        assert!(object.get("n").is_none() && object.get("e").unwrap().text().is_none());
        assert_eq!(object.get("a2").unwrap().text().unwrap(), "p");
        let first = object.members().next().unwrap().1;
        let items = first.get("b").unwrap().items();
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].text_at(&["c"]).unwrap(), "x/y");
        assert_eq!(items[1].at(&["c"]).unwrap().number(), Some(1.5));
        assert_eq!(items[1].get("c").unwrap().items().len(), 1, "one is as good as a list of one");
        assert!(items[1].at(&["c", "d"]).is_none());
    }

    #[test]
    fn reasons_quote_nothing() {
        for (text, reason) in [
            (&b"{\"a\":1"[..], "it ends before it is complete"),
            (b"{\"a\":1}}", "something follows its end (line 1, column 8 of it)"),
            (b"{\"a\" secret}", "it is not valid JSON (line 1, column 6 of it)"),
            (b"[1]", "it is no JSON object"),
            (b"{\"a\":\"\xFF\"}", "byte 7 of it is not UTF-8"),
        ] {
            assert_eq!(Object::parse(text).unwrap_err(), reason);
        }
        let deep = [b"{\"a\":".as_slice(), &b"[".repeat(200_000), &b"]".repeat(200_000), b"}"].concat();
        let object = Object::parse(&deep).unwrap();
        let mut value = object.get("a").unwrap();
        for _ in 0..100 {
            value = value.items()[0];
        }
        assert_eq!(Object::parse(br#"{"a":"\ud800x"}"#).unwrap().get("a").unwrap().text().unwrap(), "\\ud800x");
    }
}

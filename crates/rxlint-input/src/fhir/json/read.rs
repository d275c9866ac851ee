//! Reads a resource in one pass: checks that it is JSON, and lists its values with their places.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, u8x16};

use super::Object;

/// A value's place in the resource's text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Node {
    /// Its first byte, and the one after its last.
    pub(super) start: u32,
    pub(super) end: u32,
    /// Its name in an object, without quotes.
    pub(super) name: u32,
    pub(super) name_len: u32,
    /// How many of the nodes after this one are inside it.
    pub(super) inside: u32,
    /// The bits of its members' names; zero if it has no members.
    pub(super) names: u64,
    pub(super) is_null: bool,
    pub(super) is_escaped: bool,
    pub(super) is_name_escaped: bool,
}

/// A name's number, under which it is looked up: an object notes the numbers of its members as bits.
#[inline]
pub(super) fn number_of(name: &[u8]) -> usize {
    let (Some(&first), Some(&last)) = (name.first(), name.last()) else { return 0 };
    (usize::from(first) + 4 * usize::from(last) + 7 * name.len()) % NUMBERS
}

pub(super) const NUMBERS: usize = 64;

/// Where the members of the outermost object are, by the numbers of their names.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// Which node has a name with that number. Meaningless if none has.
    pub(super) nodes: [u32; NUMBERS],
    /// Numbers that several names have, as bits.
    pub(super) shared: u64,
}

/// Room for the values of a resource, reused for the next.
#[derive(Debug)]
pub(crate) struct Tape {
    nodes: Vec<Node>,
    places: Places,
    /// The objects and arrays that are not closed yet.
    open: Vec<OpenValue>,
}

impl Default for Tape {
    fn default() -> Self {
        Self {
            nodes: Vec::new(),
            places: Places { nodes: [0; NUMBERS], shared: 0 },
            open: Vec::new(),
        }
    }
}

impl Tape {
    /// Reads bytes that must be one object and nothing else.
    ///
    /// # Errors
    /// Why they are not, in words that never quote them.
    pub(crate) fn read<'a>(&'a mut self, bytes: &'a [u8]) -> Result<Object<'a>, String> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| format!("byte {} of it is not UTF-8", error.valid_up_to() + 1))?;
        if u32::try_from(bytes.len()).is_err() {
            return Err("it is too long".to_owned());
        }
        self.list(bytes).ok_or_else(|| why(text))?;
        let (root, nodes) = self.nodes.split_first().ok_or_else(|| why(text))?;
        Ok(Object { text, names: root.names, nodes, places: Some(&self.places) })
    }

    /// Lists the object and everything in it; `None` if the bytes are not an object.
    fn list(&mut self, bytes: &[u8]) -> Option<()> {
        self.nodes.clear();
        self.open.clear();
        self.places.shared = 0;
        let mut at = behind_space(bytes, 0);
        let mut is_object = true;
        let mut names = 0;
        if byte(bytes, at) != b'{' {
            return None;
        }
        self.nodes.push(Node { start: at as u32, ..Node::default() });
        at = behind_space(bytes, at + 1);
        let mut is_due = byte(bytes, at) != b'}';
        loop {
            // A member or an element.
            if is_due {
                let mut node = Node::default();
                if is_object {
                    at = self.name(bytes, at, &mut node, &mut names)?;
                }
                node.start = at as u32;
                at = match byte(bytes, at) {
                    b'"' => {
                        let (end, is_escaped) = string_end(bytes, at + 1)?;
                        node.is_escaped = is_escaped;
                        end + 1
                    }
                    first @ (b'{' | b'[') => {
                        self.open.push(OpenValue {
                            node: self.nodes.len() as u32,
                            is_object,
                            names,
                        });
                        self.nodes.push(node);
                        (is_object, names) = (first == b'{', 0);
                        at = behind_space(bytes, at + 1);
                        is_due = byte(bytes, at) != closing(is_object);
                        continue;
                    }
                    b't' => behind_word(bytes, at, b"true")?,
                    b'f' => behind_word(bytes, at, b"false")?,
                    b'n' => {
                        node.is_null = true;
                        behind_word(bytes, at, b"null")?
                    }
                    _ => behind_number(bytes, at)?,
                };
                node.end = at as u32;
                self.nodes.push(node);
                at = behind_space(bytes, at);
            }
            // A comma, or the end of an open value.
            let found = byte(bytes, at);
            is_due = found == b',';
            at += 1;
            let end = at;
            at = behind_space(bytes, at);
            if is_due {
                continue;
            }
            if found != closing(is_object) {
                return None;
            }
            let outer = self.open.pop();
            let opened = outer.map_or(0, |outer| outer.node);
            let inside = (self.nodes.len() as u32).saturating_sub(opened + 1);
            let node = self.nodes.get_mut(opened as usize)?;
            (node.end, node.inside, node.names) = (end as u32, inside, names);
            match outer {
                Some(outer) => (is_object, names) = (outer.is_object, outer.names),
                None => return (at == bytes.len()).then_some(()),
            }
        }
    }
}

impl Tape {
    /// Reads a member's name and the colon after it; returns where its value begins.
    #[inline(always)]
    fn name(&mut self, bytes: &[u8], at: usize, node: &mut Node, names: &mut u64) -> Option<usize> {
        if byte(bytes, at) != b'"' {
            return None;
        }
        let (end, is_escaped) = string_end(bytes, at + 1)?;
        (node.name, node.name_len, node.is_name_escaped) =
            (at as u32 + 1, (end - at - 1) as u32, is_escaped);
        let number = number_of(&bytes[at + 1..end]);
        if self.open.is_empty() {
            // Places count from the first member.
            self.places.shared |= *names & 1 << number;
            self.places.nodes[number] = self.nodes.len() as u32 - 1;
        }
        *names |= 1 << number;
        if is_escaped {
            // It could be any name.
            (*names, self.places.shared) = (u64::MAX, u64::MAX);
        }
        let colon = behind_space(bytes, end + 1);
        (byte(bytes, colon) == b':').then(|| behind_space(bytes, colon + 1))
    }
}

/// An object or array that is not closed yet, and what is known about the one around it.
#[derive(Clone, Copy, Debug)]
struct OpenValue {
    node: u32,
    is_object: bool,
    names: u64,
}

/// The byte there; after the end, a byte that begins and ends nothing.
#[inline(always)]
fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

fn closing(is_object: bool) -> u8 {
    if is_object { b'}' } else { b']' }
}

#[inline(always)]
fn behind_space(bytes: &[u8], at: usize) -> usize {
    if byte(bytes, at) > b' ' { at } else { behind_some_space(bytes, at) }
}

fn behind_some_space(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    at
}

fn behind_word(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    bytes.get(at..)?.starts_with(word).then_some(at + word.len())
}

fn behind_digits(bytes: &[u8], mut at: usize) -> Option<usize> {
    let from = at;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    (at > from).then_some(at)
}

fn behind_number(bytes: &[u8], mut at: usize) -> Option<usize> {
    at += usize::from(byte(bytes, at) == b'-');
    at = if bytes.get(at) == Some(&b'0') { at + 1 } else { behind_digits(bytes, at)? };
    if bytes.get(at) == Some(&b'.') {
        at = behind_digits(bytes, at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        at += 1;
        at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        at = behind_digits(bytes, at)?;
    }
    Some(at)
}

/// The closing quote of a string whose text begins at `at`, and whether it is written with escapes.
#[inline(always)]
fn string_end(bytes: &[u8], mut at: usize) -> Option<(usize, bool)> {
    let mut is_escaped = false;
    loop {
        at = telling_byte(bytes, at);
        match bytes.get(at)? {
            b'"' => return Some((at, is_escaped)),
            b'\\' => {
                is_escaped = true;
                at += match bytes.get(at + 1)? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
                    b'u' if bytes.get(at + 2..at + 6)?.iter().all(u8::is_ascii_hexdigit) => 6,
                    _ => return None,
                };
            }
            // A control character.
            _ => return None,
        }
    }
}

/// The next byte, from `at` on, that may end a string's plain text: a quote, a backslash, a control character.
#[inline(always)]
fn telling_byte(bytes: &[u8], at: usize) -> usize {
    // Strings are short: the instructions of every processor do for them, without detecting which this one is.
    dispatch!(Level::baseline(), simd => telling_byte_by(simd, bytes, at))
}

#[inline(always)]
fn telling_byte_by<S: Simd>(simd: S, bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<16>) {
        let chunk = u8x16::from_slice(simd, chunk);
        let is = |byte: u8| chunk.simd_eq(u8x16::splat(simd, byte));
        let control = chunk.simd_le(u8x16::splat(simd, 0x1F));
        let found = (is(b'"') | is(b'\\') | control).to_bitmask();
        if found != 0 {
            return at + found.trailing_zeros() as usize;
        }
        at += 16;
    }
    while bytes.get(at).is_some_and(|&byte| byte != b'"' && byte != b'\\' && byte > 0x1F) {
        at += 1;
    }
    at
}

/// What is wrong with JSON that could not be read, without quoting it.
#[cold]
fn why(text: &str) -> String {
    use serde::Deserializer as _;
    use serde_json::error::Category;
    let mut source = serde_json::Deserializer::from_str(text);
    let Err(error) = source.deserialize_map(serde::de::IgnoredAny).and_then(|_| source.end())
    else {
        return "it is not valid JSON".to_owned();
    };
    let at = format!("line {}, column {} of it", error.line(), error.column());
    match error.classify() {
        Category::Eof => "it ends before it is complete".to_owned(),
        _ if error.to_string().starts_with("trailing") => {
            format!("something follows its end ({at})")
        }
        Category::Data => "it is not a JSON object".to_owned(),
        _ => format!("it is not valid JSON ({at})"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;
    use serde_json::value::RawValue;

    use super::super::JsonValue;
    use super::*;

    /// The result as values of the library.
    fn value(json: JsonValue<'_>) -> Value {
        match json.first() {
            b'{' => object(json.object()),
            b'[' => Value::Array(json.inside().map(value).collect()),
            _ => serde_json::from_str(json.raw()).unwrap(),
        }
    }

    fn object(object: Object<'_>) -> Value {
        Value::Object(
            object.members().map(|(name, member)| (name.into_owned(), value(member))).collect(),
        )
    }

    /// Either both readers take it or neither, and they read the same. Deeper nesting than the library takes as a value, and halves of surrogate
    /// pairs, are only compared as to whether they are JSON.
    fn same(bytes: &[u8]) {
        let mut tape = Tape::default();
        let ours = tape.read(bytes);
        let is_json =
            serde_json::from_slice::<&RawValue>(bytes).is_ok_and(|raw| raw.get().starts_with('{'));
        assert_eq!(ours.is_ok(), is_json, "{:?}", String::from_utf8_lossy(bytes));
        if let (Ok(ours), Ok(theirs)) = (ours, serde_json::from_slice::<Value>(bytes)) {
            assert_eq!(object(ours), theirs, "{:?}", String::from_utf8_lossy(bytes));
            for (name, theirs) in
                theirs.as_object().into_iter().flatten().filter(|(_, theirs)| !theirs.is_null())
            {
                assert_eq!(
                    value(ours.get(name).unwrap()),
                    *theirs,
                    "{:?}",
                    String::from_utf8_lossy(bytes)
                );
            }
        }
    }

    #[test]
    fn every_short_text_is_taken_or_refused_as_serde_json_does() {
        // All texts of up to 5 of these pieces, within an object and on their own.
        let pieces = [
            "{", "}", "[", "]", "\"", "\\", "a", ":", ",", "0", "-", ".", "1", "e", "null", " ",
            "\\u00e", "\n", "\u{1}", "é",
        ];
        for length in 0..=4u32 {
            for number in 0..pieces.len().pow(length) {
                let (mut text, mut n) = (String::new(), number);
                for _ in 0..length {
                    text.push_str(pieces[n % pieces.len()]);
                    n /= pieces.len();
                }
                same(text.as_bytes());
                same(format!("{{\"a\":{text}}}").as_bytes());
                same(format!("{{{text}}}").as_bytes());
            }
        }
    }

    fn json() -> impl Strategy<Value = String> {
        let text = prop_oneof![
            "[ -~é\u{1F600}]{0,40}",
            "(\\\\[\"\\\\/bfnrt]|\\\\u[0-9a-fA-F]{4}|[a-z]){0,12}"
        ]
        .prop_map(|text| {
            let kept: String = if text.contains('\\')
                && serde_json::from_str::<&RawValue>(&format!("\"{text}\"")).is_ok()
            {
                text
            } else {
                text.replace(['"', '\\'], "")
            };
            format!("\"{kept}\"")
        });
        let scalar = prop_oneof![
            text.clone(),
            "-?(0|[1-9][0-9]{0,6})(\\.[0-9]{1,6})?([eE][+-]?[0-9]{1,2})?",
            Just("true".to_owned()),
            Just("false".to_owned()),
            Just("null".to_owned()),
        ];
        let inner = scalar.prop_recursive(5, 60, 6, move |inner| {
            let space = "[ \t\r\n]{0,2}";
            let members = proptest::collection::vec((text.clone(), space, inner.clone()), 0..6);
            let items = proptest::collection::vec((inner, space), 0..6);
            prop_oneof![
                members.prop_map(|members| {
                    let members: Vec<String> = members
                        .iter()
                        .map(|(name, space, value)| format!("{space}{name}{space}:{value}{space}"))
                        .collect();
                    format!("{{{}}}", members.join(","))
                }),
                items.prop_map(|items| {
                    let items: Vec<String> = items
                        .iter()
                        .map(|(value, space)| format!("{space}{value}{space}"))
                        .collect();
                    format!("[{}]", items.join(","))
                }),
            ]
        });
        // Few names, so that some occur twice.
        proptest::collection::vec(("[a-c]{1,2}", inner), 0..8).prop_map(|members| {
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
            format!("{{{}}}", members.join(","))
        })
    }

    proptest! {
        #[test]
        fn whatever_is_json_reads_the_same(text in json()) {
            same(text.as_bytes());
        }

        #[test]
        fn what_is_damaged_is_taken_or_refused_as_serde_json_does(text in json(), at: prop::sample::Index, byte: u8, kind in 0..4u8) {
            let mut bytes = text.into_bytes();
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, byte),
                _ => bytes.truncate(at),
            }
            same(&bytes);
        }
    }
}

//! Finds the resources of a document as it streams by: the entries of Bundles, including nested ones, the resources of Parameters and of CDS Hooks
//! requests, and separate resources.
//!
//! The scan looks at braces, strings and three names, and validates nothing: the resources in a broken envelope (a brace too many, a missing comma)
//! are still found, and each of them is checked when it is read. A resource is what is under the name `resource`, or under none; if one is inside
//! another, the outer one is an envelope.

use memchr::memchr3;

use super::json::Tape;
use super::skip;

/// Nested envelopes, at most; anything deeper belongs to the resource around it.
const DEEPEST: usize = 64;

/// A resource that was found, by positions in the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FoundResource {
    /// Its first byte.
    pub(super) start: u64,
    /// After its last byte.
    pub(super) end: u64,
    /// The line on which it begins, from 1.
    pub(super) line: u32,
    /// The address that its entry gives it.
    pub(super) full_url: Option<Box<str>>,
    /// Whether it is an entry of a Bundle that holds nothing under the name `resource`.
    pub(super) is_entry: bool,
}

/// What is wrong with the envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Damage {
    /// Where it was seen.
    pub(super) at: u64,
    /// On which line.
    pub(super) line: u32,
    /// What it is.
    pub(super) what: &'static str,
}

/// A resource or an envelope that is not closed yet.
#[derive(Clone, Debug)]
struct OpenResource {
    start: u64,
    line: u32,
    depth: u64,
    is_envelope: bool,
    full_url: Option<Box<str>>,
    entries: Entries,
}

/// What is seen of the entries of a possible Bundle.
#[derive(Clone, Debug, Default)]
struct Entries {
    /// How many arrays are open in their array, while it is open.
    arrays: Option<i64>,
    /// The open entry in which no resource has been found: where it begins, and on which line.
    open: Option<(u64, u32)>,
    /// Those without a resource, until another is found to have one.
    bare: Vec<FoundResource>,
    /// The first that is a text or `null`.
    text: Option<(u64, u32)>,
}

/// Longer references do not occur.
const LONGEST_REFERENCE: usize = 2048;

/// Whether the object under the name `resource` only points to a resource, as in an action of a RequestGroup.
fn is_reference(object: &[u8]) -> bool {
    let has = |name: &[u8]| memchr::memmem::find(object, name).is_some();
    if object.len() > LONGEST_REFERENCE || has(b"\"resourceType\"") || !has(b"\"reference\"") {
        return false;
    }
    let mut tape = Tape::default();
    tape.read(object)
        .is_ok_and(|object| object.get("reference").is_some_and(|to| to.text().is_some()))
}

/// The names that matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Name {
    Resource,
    FullUrl,
    Prefetch,
    Entry,
    #[default]
    Other,
}

/// The scan, which continues from chunk to chunk.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Where the next byte is.
    at: u64,
    /// Line ends seen.
    lines: u32,
    /// Objects that are open.
    depth: u64,
    /// Arrays that are open, minus those closed once too often.
    arrays: i64,
    /// Whether a string is open, and where it began, while its bytes are kept.
    in_string: bool,
    string: Option<u64>,
    escaped: bool,
    last_string: Name,
    name: Name,
    open: Vec<OpenResource>,
    full_url: Option<(u64, Box<str>)>,
    prefetch: Option<u64>,
    /// The entry whose resource was found last and which may still state its address.
    entry: Option<u64>,
    damage: Option<Damage>,
}

impl Scan {
    /// A scan that begins at that position, after that many lines.
    pub(super) fn new(at: u64, lines: u32) -> Self {
        Self { at, lines, ..Self::default() }
    }

    /// Goes on through `kept[from..]`, which is the input from `base` on, and adds the resources that end in it.
    pub(super) fn go(
        &mut self,
        kept: &[u8],
        base: u64,
        from: usize,
        found: &mut Vec<FoundResource>,
    ) {
        let mut at = from;
        while at < kept.len() {
            if self.in_string {
                at = self.through_string(kept, base, at, found);
                continue;
            }
            let here = base + at as u64;
            if self.depth == 0 && self.arrays <= 0 && is_text(kept[at]) {
                self.note(here, "there is text outside of the resources");
            }
            match kept[at] {
                b'"' => (self.in_string, self.string) = (true, Some(here + 1)),
                b':' => self.name = std::mem::take(&mut self.last_string),
                b',' => self.name = Name::Other,
                b'\n' => self.lines = self.lines.saturating_add(1),
                b'{' => {
                    let skipped =
                        if self.name == Name::Resource { skip::object(&kept[at..]) } else { None };
                    if skipped.is_some_and(|it| is_reference(&kept[at..at + it.len])) {
                        self.name = Name::Other;
                    }
                    self.open_object(here, found);
                    if let Some(skipped) = skipped {
                        // As if every byte of it had been looked at.
                        self.lines = self.lines.saturating_add(skipped.lines);
                        self.close_object(here + skipped.len as u64 - 1, found);
                        at += skipped.len;
                        continue;
                    }
                }
                b'}' => self.close_object(here, found),
                b'[' => {
                    self.arrays += 1;
                    let is_entries = std::mem::take(&mut self.name) == Name::Entry;
                    let arrays = is_entries.then_some(self.arrays);
                    if let (Some(_), Some(open)) =
                        (arrays, Self::around(&mut self.open, self.depth))
                    {
                        open.entries.arrays = arrays;
                    }
                }
                // `null` in place of an entry.
                b'n' => {
                    let line = self.lines.saturating_add(1);
                    if let Some(open) = self.around_entry() {
                        open.entries.text.get_or_insert((here, line));
                        self.tell_text();
                    }
                }
                b']' => {
                    if let Some(open) = self.around_entry() {
                        open.entries.arrays = None;
                    }
                    self.arrays -= 1;
                }
                _ => {}
            }
            at += 1;
        }
        self.at = base + kept.len() as u64;
    }

    /// Goes on inside a string; returns the position after what was read.
    fn through_string(
        &mut self,
        kept: &[u8],
        base: u64,
        mut at: usize,
        found: &mut [FoundResource],
    ) -> usize {
        if std::mem::take(&mut self.escaped) {
            at += 1;
        }
        let Some(next) = kept.get(at..).and_then(|rest| memchr3(b'"', b'\\', b'\n', rest)) else {
            return kept.len();
        };
        let next = at + next;
        match kept[next] {
            b'\\' if next + 1 == kept.len() => self.escaped = true,
            b'\\' => return next + 2,
            // No string extends past the end of a line: one that does is broken, and ends here so that the rest can be read.
            b'\n' => {
                (self.in_string, self.string) = (false, None);
                self.lines = self.lines.saturating_add(1);
            }
            _ => {
                self.in_string = false;
                if self.name == Name::Resource {
                    self.note(base + next as u64, "a resource is written as text");
                }
                let line = self.lines.saturating_add(1);
                if let Some(open) = self.around_entry() {
                    open.entries.text.get_or_insert((base + next as u64, line));
                    self.tell_text();
                }
                let start = self
                    .string
                    .take()
                    .and_then(|start| usize::try_from(start.checked_sub(base)?).ok());
                self.end_string(start.map_or(&[], |start| &kept[start..next]), found);
            }
        }
        next + 1
    }

    fn end_string(&mut self, text: &[u8], found: &mut [FoundResource]) {
        if self.name == Name::FullUrl {
            let url: Box<str> = String::from_utf8_lossy(text).replace("\\/", "/").into();
            match found.last_mut().filter(|_| self.entry == Some(self.depth)) {
                Some(last) => last.full_url = Some(url),
                None => self.full_url = Some((self.depth, url)),
            }
            self.name = Name::Other;
        }
        self.last_string = match text {
            b"resource" => Name::Resource,
            b"fullUrl" => Name::FullUrl,
            b"prefetch" => Name::Prefetch,
            b"entry" => Name::Entry,
            _ => Name::Other,
        };
    }

    /// The resource or envelope of which the next value is a member, or an element of a member.
    fn around(open: &mut [OpenResource], depth: u64) -> Option<&mut OpenResource> {
        open.last_mut().filter(|open| open.depth + 1 == depth)
    }

    /// The same if the next value is an entry of it.
    fn around_entry(&mut self) -> Option<&mut OpenResource> {
        let arrays = Some(self.arrays);
        Self::around(&mut self.open, self.depth).filter(|open| open.entries.arrays == arrays)
    }

    /// Notes that an entry of an envelope is a text or `null`.
    fn tell_text(&mut self) {
        let envelope = self.open.last_mut().filter(|open| open.is_envelope);
        if let Some((at, line)) = envelope.and_then(|open| open.entries.text.take()) {
            let what = "an entry is not an object, but text or `null`";
            self.damage.get_or_insert(Damage { at, line, what });
        }
    }

    fn open_object(&mut self, here: u64, found: &mut Vec<FoundResource>) {
        let name = std::mem::take(&mut self.name);
        let stands_alone =
            self.depth == 0 || name == Name::Resource || self.prefetch == Some(self.depth);
        if stands_alone && self.open.len() < DEEPEST {
            if let Some(outer) = self.open.last_mut() {
                outer.is_envelope = true;
                outer.entries.open = None;
                found.append(&mut outer.entries.bare);
            }
            self.tell_text();
            let full_url =
                self.full_url.take_if(|(depth, _)| *depth == self.depth).map(|(_, url)| url);
            self.open.push(OpenResource {
                start: here,
                line: self.lines.saturating_add(1),
                depth: self.depth,
                is_envelope: false,
                full_url,
                entries: Entries::default(),
            });
        } else {
            let line = self.lines.saturating_add(1);
            if let Some(open) = self.around_entry() {
                open.entries.open = Some((here, line));
            }
        }
        self.depth += 1;
        if name == Name::Prefetch {
            self.prefetch = Some(self.depth);
        }
    }

    fn close_object(&mut self, here: u64, found: &mut Vec<FoundResource>) {
        self.name = Name::Other;
        self.full_url.take_if(|(depth, _)| *depth >= self.depth);
        self.prefetch.take_if(|depth| *depth >= self.depth);
        self.entry.take_if(|depth| *depth >= self.depth);
        if self.depth == 0 {
            self.note(here, "there is one `}` too many");
            return;
        }
        self.depth -= 1;
        let closed = self.open.pop_if(|open| open.depth == self.depth);
        if let Some(open) = closed.filter(|open| !open.is_envelope) {
            found.push(FoundResource {
                start: open.start,
                end: here + 1,
                line: open.line,
                full_url: open.full_url,
                is_entry: false,
            });
            self.entry = (self.depth > 0).then_some(self.depth);
        }
        let entry = self.around_entry().and_then(|open| {
            let (start, line) = open.entries.open.take()?;
            let bare = FoundResource { start, end: here + 1, line, full_url: None, is_entry: true };
            if open.is_envelope {
                return Some(bare);
            }
            open.entries.bare.push(bare);
            None
        });
        found.extend(entry);
    }

    fn note(&mut self, at: u64, what: &'static str) {
        let line = self.lines.saturating_add(1);
        self.damage.get_or_insert(Damage { at, line, what });
    }

    /// The first byte that is still needed: of the innermost open resource, of the open string, of a resource whose address may still follow.
    pub(super) fn needed(&self, found: &[FoundResource]) -> u64 {
        let resource = self.open.last().filter(|open| !open.is_envelope).map(|open| open.start);
        let entry = self.open.last().and_then(|open| open.entries.open);
        let entry = entry.map(|(start, _)| start);
        let last = found.last().filter(|_| self.entry.is_some()).map(|found| found.start);
        [resource, entry, self.string, last]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(self.at)
            .min(self.at)
    }

    /// Whether the last resource found may still be given an address.
    pub(super) fn awaits_address(&self) -> bool {
        self.entry.is_some()
    }

    /// Drops the bytes of whatever is open: it is longer than a resource may be. Returns where it begins, if it could be a resource.
    pub(super) fn give_up(&mut self) -> Option<(u64, u32)> {
        self.string = None;
        let open = self.open.last_mut()?;
        let entries = std::mem::take(&mut open.entries);
        if open.is_envelope {
            return entries.open;
        }
        open.is_envelope = true;
        Some((open.start, open.line))
    }

    /// The end of the input: what is cut off, and what is wrong with the envelope.
    pub(super) fn finish(mut self) -> (Option<(u64, u32)>, Option<Damage>) {
        let cut_off =
            self.open.last().filter(|open| !open.is_envelope).map(|open| (open.start, open.line));
        if cut_off.is_none() && self.depth > 0 {
            self.note(self.at, "it ends before it is complete");
        } else if cut_off.is_none() && self.arrays != 0 {
            self.note(self.at, "its `[` and `]` do not match");
        }
        (cut_off, self.damage)
    }
}

/// Whether the byte belongs neither to an envelope nor to what may separate two: white space, commas, byte order and record marks.
fn is_text(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !b"{}[],:\xEF\xBB\xBF\x1E\0".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each resource with its line and address, and the damage.
    type Scanned = (Vec<(String, u32, Option<String>)>, Option<&'static str>);

    fn scan(text: &str, chunk: usize) -> Scanned {
        let (mut scan, mut found) = (Scan::new(0, 0), Vec::new());
        let bytes = text.as_bytes();
        let mut from = 0;
        while from < bytes.len() {
            let to = (from + chunk).min(bytes.len());
            scan.go(&bytes[..to], 0, from, &mut found);
            from = to;
        }
        let (cut_off, damage) = scan.finish();
        let mut list: Vec<_> = found
            .iter()
            .filter(|found| !found.is_entry || text[found.start as usize..].starts_with("{\"R"))
            .map(|f| {
                (
                    text[f.start as usize..f.end as usize].to_owned(),
                    f.line,
                    f.full_url.as_ref().map(|u| u.to_string()),
                )
            })
            .collect();
        if let Some((start, line)) = cut_off {
            list.push((format!("cut off {}", &text[start as usize..]), line, None));
        }
        (list, damage.map(|damage| damage.what))
    }

    fn of(text: &str) -> Scanned {
        let whole = scan(text, usize::MAX);
        for chunk in [1, 2, 3, 7] {
            assert_eq!(scan(text, chunk), whole, "in chunks of {chunk}");
        }
        whole
    }

    fn names(text: &str) -> Vec<String> {
        of(text).0.into_iter().map(|(text, ..)| text).collect()
    }

    #[test]
    fn entries_of_bundles_with_their_addresses() {
        let text = "{\"resourceType\":\"Bundle\",\n\"entry\":[\n{\"fullUrl\":\"urn:uuid:1\",\"resource\":{\"a\":\"}\\\"{\"}},\n{\"resource\":{\"b\":1},\"fullUrl\":\"http:\\/\\/x/2\"},\n{\"resource\":{\"entry\":[{\"resource\":{\"c\":{\"d\":1}}}]}},{\"request\":{}}]}";
        let (found, damage) = of(text);
        let expected = [
            ("{\"a\":\"}\\\"{\"}".to_owned(), 3, Some("urn:uuid:1".to_owned())),
            ("{\"b\":1}".to_owned(), 4, Some("http://x/2".to_owned())),
            ("{\"c\":{\"d\":1}}".to_owned(), 5, None),
        ];
        assert_eq!(found, expected);
        assert_eq!(damage, None);
    }

    #[test]
    fn what_stands_alone_and_what_requests_carry() {
        assert_eq!(names("{\"a\":1}\n{\"b\":{}}"), ["{\"a\":1}", "{\"b\":{}}"]);
        assert_eq!(names("[{\"a\":1},{\"b\":2}]"), ["{\"a\":1}", "{\"b\":2}"]);
        assert_eq!(
            names(
                "{\"hook\":\"x\",\"prefetch\":{\"p\":{\"q\":{}},\"n\":null,\"i\":{\"resource\":{\"r\":1}}},\"z\":{}}"
            ),
            ["{\"q\":{}}", "{\"r\":1}"]
        );
        assert_eq!(names("{\"rest\":[{\"resource\":[{\"type\":1}]}]}").len(), 1);
    }

    #[test]
    fn an_entry_without_a_resource_is_found_where_others_have_one() {
        let (bare, whole) = ("{\"R\":{\"a\":[{}]}}", "{\"resource\":{\"b\":1}}");
        assert_eq!(names(&format!("{{\"entry\":[{bare},{whole}]}}")), [bare, "{\"b\":1}"]);
        assert_eq!(names(&format!("{{\"entry\":[{whole},{bare}]}}")), ["{\"b\":1}", bare]);
        let alone = format!("{{\"entry\":[{bare}]}}");
        assert_eq!(names(&alone), [alone.as_str()], "it may be a list of something else");
        assert_eq!(names(&format!("{{\"entry\":[{whole}],\"x\":[{bare}]}}")), ["{\"b\":1}"]);
        let text = Some("an entry is not an object, but text or `null`");
        assert_eq!(of(&format!("{{\"entry\":[\"x\",{whole}],\"y\":\"z\"}}")).1, text);
        assert_eq!(of(&format!("{{\"entry\":[{whole},\"x\"]}}")).1, text);
        assert_eq!(of(&format!("{{\"entry\":[{whole}],\"y\":[\"z\"]}}")).1, None);
    }

    #[test]
    fn broken_envelopes_give_up_what_they_hold() {
        let (found, damage) =
            of("{\"entry\":[{\"resource\":{\"a\":1}},{\"resource\":{\"b\":1}}]}}\n");
        assert_eq!((found.len(), damage), (2, Some("there is one `}` too many")));
        let (found, damage) =
            of("{\"entry\":[{\"resource\":{\"a\":1}}},{\"resource\":{\"b\":1}}]}");
        assert_eq!((found.len(), damage.is_some()), (2, true));
        let (found, damage) = of("{\"entry\":[{\"resource\":{\"a\":1}},{\"resource\":{\"b\":");
        assert_eq!(found[1].0, "cut off {\"b\":");
        assert_eq!(damage, None);
        assert_eq!(
            of("{\"entry\":[{\"resource\":{\"a\":1}}").1,
            Some("it ends before it is complete")
        );
        let (found, _) =
            of("{\"entry\":[{\"resource\":{\"a\":\"x\n}},{\"resource\":{\"b\":\"1\"}}]}");
        assert_eq!(found[1].0, "{\"b\":\"1\"}", "a string without an end ends with its line");
    }
}

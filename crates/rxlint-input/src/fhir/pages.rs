//! Pages of a search or a history: a Bundle says how many matches there are in all, and where the next page is. What no page of the
//! run holds was never read.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::InputError;
use crate::source::InputSource;

/// Bytes at either end of a document that say of what kind it is.
const ENDS: usize = 64 << 10;

/// How much is scanned at a time.
const CHUNK: usize = 256 << 10;

/// A page: what its Bundle says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    kind: String,
    total: Option<u64>,
    own: String,
    next: String,
    entries: u64,
}

/// The page that a document is, where it is one.
///
/// # Errors
/// When it cannot be read.
pub(super) fn page(source: &InputSource) -> Result<Option<Page>, InputError> {
    let reader = source.reader()?;
    let start = source.start();
    let says = |bytes: &[u8]| {
        [&b"\"searchset\""[..], b"\"history\""]
            .iter()
            .any(|kind| memchr::memmem::find(bytes, kind).is_some())
    };
    let head = reader.bytes(start, ENDS)?;
    // The kind stands at the head, as a rule; in a document of one piece it may stand anywhere.
    if !says(&head) {
        return Ok(None);
    }
    let (mut scan, mut at) = (Scan::default(), start);
    loop {
        let bytes = reader.bytes(at, CHUNK)?;
        bytes.iter().for_each(|byte| scan.take(*byte));
        if bytes.len() < CHUNK {
            break;
        }
        at += CHUNK as u64;
    }
    let page = scan.page;
    Ok(matches!(page.kind.as_str(), "searchset" | "history").then_some(page))
}

/// What is missing of the pages of a run, by file and in words; those of one folder belong together where they count the same.
pub(super) fn missing(pages: &[(u32, u64, Page)]) -> Vec<(u32, String)> {
    let addresses: FxHashSet<&str> = pages.iter().map(|(_, _, page)| page.own.as_str()).collect();
    let mut held: FxHashMap<(u64, u64), u64> = FxHashMap::default();
    for (_, folder, page) in pages {
        if let Some(total) = page.total {
            *held.entry((*folder, total)).or_default() += page.entries;
        }
    }
    let (mut told, mut missing) = (FxHashSet::default(), Vec::new());
    for (file, folder, page) in pages {
        let held = page.total.and_then(|total| held.get(&(*folder, total)));
        match page.total.zip(held.copied()) {
            // A count alone, without any match, is no page.
            Some((total, held))
                if held < total
                    && (held > 0 || !page.next.is_empty())
                    && told.insert((*folder, total)) =>
            {
                let why = format!(
                    "the Bundle is a page of a search with {total} matches, of which {held} are here: fetch the other pages, and check them together"
                );
                missing.push((*file, why));
            }
            None if !page.next.is_empty() && !addresses.contains(page.next.as_str()) => {
                let why = "the Bundle is a page of a search, and the next page is not here: fetch all pages, and check them together";
                missing.push((*file, why.to_owned()));
            }
            _ => {}
        }
    }
    missing
}

/// A scan for what stands at the top of a Bundle: texts and numbers by the names of their members.
#[derive(Default)]
struct Scan {
    page: Page,
    /// The members and lists around: the name of each, and whether it is a list.
    around: Vec<(String, bool)>,
    /// The last text at this depth that may be a name, and the name once a colon has followed.
    name: String,
    text: Vec<u8>,
    in_text: bool,
    is_escaped: bool,
    is_value: bool,
    number: Vec<u8>,
    relation: String,
    url: String,
}

impl Scan {
    fn take(&mut self, byte: u8) {
        if self.in_text {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => return self.is_escaped = true,
                b'"' => {
                    self.in_text = false;
                    return self.text_ended();
                }
                _ => {}
            }
            // Nothing deep inside is of use, and no long text.
            if self.around.len() <= 5 && self.text.len() < 4096 {
                self.text.push(byte);
            }
            return;
        }
        match byte {
            b'"' => {
                self.text.clear();
                self.in_text = true;
            }
            b':' => self.is_value = true,
            b'{' | b'[' => self.opened(byte == b'['),
            b'}' | b']' => self.closed(),
            b',' => self.number_ended(),
            b'0'..=b'9' if self.is_value && self.around.len() == 1 => self.number.push(byte),
            _ => {}
        }
    }

    fn opened(&mut self, is_list: bool) {
        let name = if self.is_value { std::mem::take(&mut self.name) } else { String::new() };
        self.around.push((name, is_list));
        self.is_value = false;
        if !is_list && self.is_in("entry", 3) {
            self.page.entries += 1;
        }
        if !is_list && self.is_in("link", 3) {
            self.relation.clear();
            self.url.clear();
        }
    }

    fn closed(&mut self) {
        self.number_ended();
        if self.is_in("link", 3) {
            let url = std::mem::take(&mut self.url);
            match self.relation.as_str() {
                "next" => self.page.next = url,
                "self" => self.page.own = url,
                _ => {}
            }
        }
        self.around.pop();
        self.is_value = false;
    }

    /// Whether it stands so deep, in that list at the top.
    fn is_in(&self, list: &str, depth: usize) -> bool {
        self.around.len() == depth
            && self.around.get(1).is_some_and(|(name, is)| *is && name == list)
    }

    fn number_ended(&mut self) {
        if self.around.len() == 1 && self.name == "total" {
            let number = std::str::from_utf8(&self.number).ok().and_then(|text| text.parse().ok());
            self.page.total = self.page.total.or(number);
        }
        self.number.clear();
        self.is_value = false;
    }

    fn text_ended(&mut self) {
        if self.around.len() > 5 {
            return;
        }
        let text = String::from_utf8_lossy(&self.text).into_owned();
        if !self.is_value {
            self.name = text;
            return;
        }
        let name = std::mem::take(&mut self.name);
        match name.as_str() {
            "type" if self.around.len() == 1 => self.page.kind = text,
            "relation" if self.is_in("link", 3) => self.relation = text,
            "url" if self.is_in("link", 3) => self.url = text,
            // What a match refers to is no match.
            "mode" if self.is_in("entry", 4) && matches!(text.as_str(), "include" | "outcome") => {
                self.page.entries = self.page.entries.saturating_sub(1);
            }
            _ => {}
        }
        self.is_value = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Page {
        let mut scan = Scan::default();
        text.bytes().for_each(|byte| scan.take(byte));
        scan.page
    }

    const FIRST: &str = r#"{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"total":9,"text":"a \" } ]"},
        "search":{"mode":"match"}},{"resource":{"link":[{"relation":"next"}]},"search":{"mode":"include"}}],
        "total":3,"link":[{"relation":"self","url":"a"},{"relation":"next","url":"b"}]}"#;

    #[test]
    fn a_page_says_what_it_is() {
        let (own, next) = ("a".to_owned(), "b".to_owned());
        let kind = "searchset".to_owned();
        assert_eq!(page(FIRST), Page { kind, total: Some(3), own, next, entries: 1 });
    }

    #[test]
    fn pages_that_are_not_here_are_missing() {
        let first = page(FIRST);
        let second = Page { entries: 2, next: String::new(), own: "b".to_owned(), ..first.clone() };
        assert_eq!(missing(&[(0, 1, first.clone())]).len(), 1);
        assert!(missing(&[(0, 1, first.clone()), (1, 1, second)]).is_empty());
        let untold = Page { total: None, ..first };
        assert_eq!(missing(&[(0, 1, untold.clone())]).len(), 1);
        let last = Page { next: String::new(), own: "b".to_owned(), ..untold.clone() };
        assert!(missing(&[(0, 1, untold), (1, 1, last)]).is_empty());
        assert!(
            missing(&[(0, 1, Page { total: Some(5), ..Page::default() })]).is_empty(),
            "a count"
        );
    }
}

//! Pages of a search or a history: a Bundle says how many matches there are in total, and where the
//! next page is. What no page of the run holds was never read.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::InputError;
use crate::source::InputSource;

/// How much is scanned at a time.
const CHUNK: usize = 256 << 10;

/// A page: what its Bundle says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    kind: String,
    total: Option<u64>,
    own: String,
    next: String,
    entries: u64,
}

/// The pages that an input holds: its own Bundle, those within it, those of its lines.
///
/// # Errors
/// When it cannot be read.
pub(super) fn pages(source: &InputSource) -> Result<Vec<Page>, InputError> {
    let reader = source.reader()?;
    let (mut scan, mut at) = (Scan::default(), source.start());
    loop {
        let bytes = reader.bytes(at, CHUNK)?;
        bytes.iter().for_each(|byte| scan.take(*byte));
        if bytes.len() < CHUNK {
            break;
        }
        at += CHUNK as u64;
    }
    Ok(scan.pages)
}

/// Whether bytes end where a Bundle states its kind.
pub(super) fn says_kind(before: &[u8]) -> bool {
    let before = before.trim_ascii_end().strip_suffix(b":").map(<[u8]>::trim_ascii_end);
    before.is_some_and(|before| before.ends_with(b"\"type\""))
}

/// The kinds of Bundles that are pages.
pub(super) const KINDS: [&[u8]; 2] = [b"\"searchset\"", b"\"history\""];

/// What is missing from the pages of a run, by file and in words; pages in one folder belong together if they state the same total.
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
            // A total without any match is not a page.
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

/// A scan for the top level of Bundles: texts and numbers by the names of their members.
#[derive(Default)]
struct Scan {
    /// The pages that have ended.
    pages: Vec<Page>,
    /// Open objects that may be pages, each with its depth.
    open: Vec<(usize, Page)>,
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
            // Nothing deep inside is of use, nor are long texts.
            if self.depth() <= 5 && self.text.len() < 4096 {
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
            b'0'..=b'9' if self.is_value && self.depth() == 1 => self.number.push(byte),
            _ => {}
        }
    }

    /// The depth within what may be a page.
    fn depth(&self) -> usize {
        self.around.len() - self.open.last().map_or(0, |(at, _)| *at)
    }

    fn page(&mut self) -> Option<&mut Page> {
        self.open.last_mut().map(|(_, page)| page)
    }

    fn opened(&mut self, is_list: bool) {
        let name = if self.is_value { std::mem::take(&mut self.name) } else { String::new() };
        let is_in_list = matches!(self.around.last(), Some((name, true)) if name.is_empty());
        let may_be_page = !is_list
            && (self.around.is_empty()
                || self.around.len() == 1 && is_in_list
                || name == "resource");
        if may_be_page {
            self.open.push((self.around.len(), Page::default()));
        }
        self.around.push((name, is_list));
        self.is_value = false;
        if !is_list
            && self.is_in("entry", 3)
            && let Some(page) = self.page()
        {
            page.entries += 1;
        }
        if !is_list && self.is_in("link", 3) {
            self.relation.clear();
            self.url.clear();
        }
    }

    fn closed(&mut self) {
        self.number_ended();
        if self.is_in("link", 3) {
            let (url, relation) =
                (std::mem::take(&mut self.url), std::mem::take(&mut self.relation));
            match (relation.as_str(), self.page()) {
                ("next", Some(page)) => page.next = url,
                ("self", Some(page)) => page.own = url,
                _ => {}
            }
        }
        self.around.pop();
        let ended = self.open.pop_if(|(at, _)| *at == self.around.len());
        let is_page = |page: &Page| matches!(page.kind.as_str(), "searchset" | "history");
        self.pages.extend(ended.map(|(_, page)| page).filter(is_page));
        self.is_value = false;
    }

    /// Whether it is at this depth, in that list at the top.
    fn is_in(&self, list: &str, depth: usize) -> bool {
        let top = self.around.len() - self.depth();
        self.depth() == depth
            && self.around.get(top + 1).is_some_and(|(name, is)| *is && name == list)
    }

    fn number_ended(&mut self) {
        if self.depth() == 1 && self.name == "total" {
            let number = std::str::from_utf8(&self.number).ok().and_then(|text| text.parse().ok());
            if let Some(page) = self.page() {
                page.total = page.total.or(number);
            }
        }
        self.number.clear();
        self.is_value = false;
    }

    fn text_ended(&mut self) {
        if self.depth() > 5 {
            return;
        }
        let text = String::from_utf8_lossy(&self.text).into_owned();
        if !self.is_value {
            self.name = text;
            return;
        }
        let (depth, in_link, in_entry) =
            (self.depth(), self.is_in("link", 3), self.is_in("entry", 4));
        let name = std::mem::take(&mut self.name);
        match (name.as_str(), self.page()) {
            ("type", Some(page)) if depth == 1 => page.kind = text,
            ("relation", _) if in_link => self.relation = text,
            ("url", _) if in_link => self.url = text,
            // A resource that a match refers to is not a match.
            ("mode", Some(page)) if in_entry && matches!(text.as_str(), "include" | "outcome") => {
                page.entries = page.entries.saturating_sub(1);
            }
            _ => {}
        }
        self.is_value = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<Page> {
        let mut scan = Scan::default();
        text.bytes().for_each(|byte| scan.take(byte));
        scan.pages
    }

    fn page(text: &str) -> Page {
        all(text).remove(0)
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
    fn pages_are_told_wherever_they_stand() {
        let alone = all(FIRST);
        let within = format!(
            r#"{{"resourceType":"Bundle","type":"batch-response","total":7,"entry":[{{"resource":{FIRST}}},{{"resource":{{"type":"x"}}}}]}}"#
        );
        let lines = format!("{{\"resourceType\":\"Patient\"}}\n{}\n", FIRST.replace('\n', ""));
        for text in [within, format!("[{{}},{FIRST}]"), lines] {
            assert_eq!(all(&text), alone, "{text}");
        }
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

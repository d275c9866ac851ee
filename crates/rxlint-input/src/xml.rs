//! An XML document as a list of its elements, for formats that need a whole document at once.
//!
//! Nothing is ever loaded from outside, and no entities declared by a document are known: a document type declaration is refused.

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

/// No document of a known kind is nested deeper; anything deeper is an attack.
const DEEPEST: usize = 256;

/// The elements of a document, in the order in which they begin.
#[derive(Debug)]
pub(crate) struct XmlTree<'t> {
    elements: Vec<XmlElement<'t>>,
    attributes: Vec<XmlAttribute<'t>>,
}

/// An element.
#[derive(Clone, Debug)]
pub(crate) struct XmlElement<'t> {
    /// Its name without a prefix.
    pub(crate) name: &'t str,
    /// Where it is, including tags.
    pub(crate) whole: Range<usize>,
    /// Its own text, without that of nested elements, and where it is.
    text: String,
    text_range: Range<usize>,
    parent: u32,
    /// The first element after the nested ones.
    after: u32,
    attributes: Range<u32>,
}

/// An attribute.
#[derive(Clone, Debug)]
pub(crate) struct XmlAttribute<'t> {
    /// Its name without a prefix.
    pub(crate) name: &'t str,
    pub(crate) value: Cow<'t, str>,
    /// Where the value is.
    pub(crate) range: Range<usize>,
}

/// An element of a tree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct XmlNode<'x, 't> {
    tree: &'x XmlTree<'t>,
    index: u32,
}

/// What is wrong, without quoting the document: a broken tag may hold a name.
pub(crate) fn wrong(error: &quick_xml::Error) -> &'static str {
    match error {
        quick_xml::Error::IllFormed(_) => "a tag is closed that was not opened, or not closed",
        quick_xml::Error::Syntax(_) => "a tag, a comment or a section does not end",
        quick_xml::Error::Encoding(_) => "bytes that are not text",
        _ => "it cannot be read",
    }
}

impl<'t> XmlTree<'t> {
    /// Reads the first element of a text, and everything in it. Anything after it is ignored.
    ///
    /// # Errors
    /// What is wrong with the XML, and where.
    pub(crate) fn read(text: &'t str) -> Result<Self, String> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        let mut tree = Self { elements: Vec::new(), attributes: Vec::new() };
        let mut open: Vec<u32> = Vec::new();
        loop {
            let before = reader.buffer_position() as usize;
            let event = reader.read_event().map_err(|error| {
                let what = if matches!(error, quick_xml::Error::IllFormed(_)) && open.is_empty() {
                    "it does not begin with a tag"
                } else {
                    wrong(&error)
                };
                broken(reader.error_position() as usize, what)
            })?;
            let after = reader.buffer_position() as usize;
            let piece = match &event {
                Event::Start(start) => {
                    if open.len() >= DEEPEST {
                        return Err(format!(
                            "its elements are nested more than {DEEPEST} deep, which no document needs"
                        ));
                    }
                    let tag = text.get(before..after).unwrap_or_default();
                    let index = tree.elements.len() as u32;
                    let attributes = tree.attributes.len() as u32;
                    tree.add_attributes(text, start.attributes(), before)?;
                    let name = tag.trim_start_matches('<');
                    let end = name.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
                    tree.elements.push(XmlElement {
                        name: local(&name[..end.unwrap_or(name.len())]),
                        whole: before..after,
                        text: String::new(),
                        text_range: after..after,
                        parent: open.last().copied().unwrap_or(index),
                        after: index + 1,
                        attributes: attributes..tree.attributes.len() as u32,
                    });
                    open.push(index);
                    continue;
                }
                Event::End(_) => {
                    let elements = tree.elements.len() as u32;
                    if let Some(element) =
                        open.pop().and_then(|at| tree.elements.get_mut(at as usize))
                    {
                        element.whole.end = after;
                        element.after = elements;
                    }
                    if open.is_empty() {
                        return Ok(tree);
                    }
                    continue;
                }
                Event::Eof => {
                    return Err(
                        "the document is not closed: it may have been cut off; send it again"
                            .to_owned(),
                    );
                }
                Event::DocType(_) => {
                    return Err("it has a document type declaration (DOCTYPE), which documents of this kind do not have: remove it".to_owned());
                }
                Event::Text(piece) => piece.xml10_content().into_owned(),
                Event::CData(piece) => piece.xml10_content().into_owned(),
                Event::GeneralRef(reference) => {
                    resolved(reference).map_err(|why| broken(after, why))?
                }
                _ => continue,
            };
            if let Some(element) = open.last().and_then(|at| tree.elements.get_mut(*at as usize)) {
                element.add(&piece, before..after);
            }
        }
    }

    fn add_attributes(
        &mut self,
        text: &'t str,
        attributes: quick_xml::events::attributes::Attributes<'_>,
        from: usize,
    ) -> Result<(), String> {
        for attribute in attributes {
            let Ok(attribute) = attribute else {
                return Err(broken(from, "an attribute without quotes, or one given twice"));
            };
            let raw: &str = &attribute.value;
            // That part of the text itself lives that long.
            let at = (raw.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
            let range = at..at.wrapping_add(raw.len());
            let key = attribute.key.as_ref();
            let key_at = (key.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
            let (Some(raw), Some(key)) =
                (text.get(range.clone()), text.get(key_at..key_at.wrapping_add(key.len())))
            else {
                continue;
            };
            let value = quick_xml::escape::unescape(raw).map_err(|_| {
                broken(from, "an entity that XML does not know; `&` is written `&amp;`")
            })?;
            self.attributes.push(XmlAttribute { name: local(key), value, range });
        }
        Ok(())
    }

    /// The outermost element.
    pub(crate) fn root(&self) -> XmlNode<'_, 't> {
        XmlNode { tree: self, index: 0 }
    }
}

fn broken(at: usize, why: &str) -> String {
    format!(
        "the XML is broken {at} bytes after its beginning ({why}): have the document sent again"
    )
}

impl XmlElement<'_> {
    fn add(&mut self, piece: &str, range: Range<usize>) {
        if self.text.trim().is_empty() {
            self.text.clear();
            self.text_range.start = range.start;
        }
        if !piece.trim().is_empty() || !self.text.is_empty() {
            self.text.push_str(piece);
            self.text_range.end = range.end;
        }
    }
}

impl<'x, 't> XmlNode<'x, 't> {
    fn element(self) -> &'x XmlElement<'t> {
        &self.tree.elements[self.index as usize]
    }

    /// Its number among all elements.
    pub(crate) fn index(self) -> u32 {
        self.index
    }

    /// Its name without a prefix.
    pub(crate) fn name(self) -> &'t str {
        self.element().name
    }

    /// Where it is, including tags.
    pub(crate) fn range(self) -> Range<usize> {
        self.element().whole.clone()
    }

    /// Its own text, trimmed, and where it is.
    pub(crate) fn text(self) -> (&'x str, Range<usize>) {
        let element = self.element();
        (element.text.trim(), element.text_range.clone())
    }

    /// The element around it.
    pub(crate) fn parent(self) -> Option<Self> {
        let parent = self.element().parent;
        (parent != self.index).then_some(Self { index: parent, ..self })
    }

    /// The elements around it, starting with the nearest.
    pub(crate) fn ancestors(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// Its direct children.
    pub(crate) fn children(self) -> impl Iterator<Item = Self> + use<'x, 't> {
        let end = self.element().after;
        let mut at = self.index + 1;
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let child = Self { index: at, ..self };
            at = child.element().after;
            Some(child)
        })
    }

    /// Its direct children with that name.
    pub(crate) fn all(self, name: &str) -> impl Iterator<Item = Self> {
        self.children().filter(move |child| child.name() == name)
    }

    /// Its first direct child with that name.
    pub(crate) fn child(self, name: &str) -> Option<Self> {
        self.children().find(|child| child.name() == name)
    }

    /// The element at the end of a path.
    pub(crate) fn at(self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self, |node, name| node.child(name))
    }

    /// All elements in it, at any depth.
    pub(crate) fn inside(self) -> impl Iterator<Item = Self> + use<'x, 't> {
        (self.index + 1..self.element().after).map(move |index| Self { index, ..self })
    }

    /// Its attributes.
    pub(crate) fn attributes(self) -> &'x [XmlAttribute<'t>] {
        let range = &self.element().attributes;
        self.tree.attributes.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// An attribute, by its name without a prefix.
    pub(crate) fn attribute(self, name: &str) -> Option<&'x XmlAttribute<'t>> {
        self.attributes().iter().find(|attribute| attribute.name == name)
    }

    /// The text of an attribute, trimmed; empty if there is none.
    pub(crate) fn value(self, name: &str) -> &'x str {
        self.attribute(name).map_or("", |attribute| attribute.value.trim())
    }

    /// Whether an attribute says yes, in either way that XML writes it.
    pub(crate) fn is_true(self, name: &str) -> bool {
        matches!(self.value(name), "true" | "1")
    }

    /// Everything in it that a reader sees, separated by spaces.
    pub(crate) fn words(self) -> String {
        let mut words = self.text().0.to_owned();
        // A name or directions are wanted, not a book.
        for node in self.inside().take(1000) {
            let text = node.text().0;
            if words.len() > 4096 {
                break;
            }
            if !text.is_empty() {
                words.push(' ');
                words.push_str(text);
            }
        }
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// The text of a reference to a character or an entity.
pub(crate) fn resolved(reference: &BytesRef<'_>) -> Result<String, &'static str> {
    let letter = reference.resolve_char_ref().map_err(|_| "a number that is not a character's")?;
    let entity = || quick_xml::escape::resolve_predefined_entity(reference.as_ref());
    letter
        .map(String::from)
        .or_else(|| entity().map(str::to_owned))
        .ok_or("an entity that XML does not know; `&` is written `&amp;`")
}

/// A name without its namespace prefix.
pub(crate) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The name of the first element of a text, and its start tag, if it begins with XML.
pub(crate) fn first_tag(head: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut at = 0;
    loop {
        at += memchr::memchr(b'<', head.get(at..)?)? + 1;
        match head.get(at)? {
            b'!' if head[at..].starts_with(b"!--") => {
                at += memchr::memmem::find(&head[at..], b"-->")? + 3;
            }
            b'?' | b'!' => {}
            _ => {
                let tag =
                    &head[at..at + memchr::memchr(b'>', &head[at..]).unwrap_or(head.len() - at)];
                let name = tag.split(|byte| byte.is_ascii_whitespace() || *byte == b'/').next()?;
                return Some((name.rsplit(|byte| *byte == b':').next().unwrap_or(name), tag));
            }
        }
    }
}

/// Where an unfinished tag begins at the end of a piece: what follows was cut off.
pub(crate) fn torn_tag(piece: &[u8]) -> Option<usize> {
    let at = memchr::memrchr2(b'<', b'>', piece)?;
    (piece[at] == b'<').then_some(at)
}

/// The message about it.
pub(crate) const TORN: &str = "the file ends, or goes on, in the middle of a tag: what was to follow may have been cut off; send it again";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_attributes_and_places() {
        let text =
            "<?xml version='1.0'?><n:a x:k=\"1 &amp; 2\">t<b/><c>u &#33;<d>v</d> w</c></n:a> rest";
        let tree = XmlTree::read(text).unwrap();
        let root = tree.root();
        assert_eq!((root.name(), root.value("k"), root.text().0), ("a", "1 & 2", "t"));
        let range = root.attribute("k").unwrap().range.clone();
        assert_eq!(&text[range], "1 &amp; 2");
        assert_eq!(root.children().map(XmlNode::name).collect::<Vec<_>>(), ["b", "c"]);
        let c = root.child("c").unwrap();
        assert_eq!((c.words().as_str(), c.parent().unwrap().index()), ("u ! w v", 0));
        assert_eq!(&text[root.at(&["c", "d"]).unwrap().range()], "<d>v</d>");
        assert_eq!(root.inside().count(), 3);
        assert_eq!(c.child("d").unwrap().ancestors().count(), 2);
    }

    #[test]
    fn what_is_refused() {
        let deep = "<a>".repeat(1000);
        let bomb = "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>";
        for (text, why) in [
            ("<a><b>", "not closed"),
            ("<a></b>", "broken"),
            ("<a>&nbsp;</a>", "&amp;"),
            ("<a k='&x;'/>", "&amp;"),
            ("<a k=1/>", "quotes"),
            (deep.as_str(), "256 deep"),
            (bomb, "DOCTYPE"),
            ("", "not closed"),
        ] {
            let error = XmlTree::read(text).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn first_tags() {
        let head = b"<?xml version='1.0'?>\n<!-- <x> --><h:ClinicalDocument xmlns:h='urn:hl7-org:v3' a='b'><c/>";
        assert_eq!(first_tag(head).unwrap().0, b"ClinicalDocument");
        let (name, tag) = first_tag(b"<?xml?><h:Doc xmlns='u'>").unwrap();
        assert_eq!((name, tag), (&b"Doc"[..], &b"h:Doc xmlns='u'"[..]));
        assert!(first_tag(b"no tags").is_none());
    }
}

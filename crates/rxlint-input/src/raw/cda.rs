//! The texts of clinical documents: those of entries about medicines, entry by entry, and all others.

use super::{Piece, RawContent, RawField, RawUnit, RawValue, RawVisitor, names};
use rustc_hash::FxHashMap;

use crate::cda::next_document;
use crate::cda::section::is_text_alone;
use crate::input::Input;
use crate::xml::{XmlNode, XmlTree};
use rxlint_model::record::decode;

/// Elements in an entry whose text is for a reader, or about something other than the product.
const FREE_TEXT: [&str; 6] =
    ["text", "entryRelationship", "precondition", "author", "participant", "performer"];

/// Where the next document begins.
pub(super) fn document_start(bytes: &[u8], from: usize) -> Option<usize> {
    next_document(bytes, from + usize::from(from > 0 || bytes.starts_with(b"<")))
}

/// Visits every text and every name of a code.
pub(super) fn visit<V: RawVisitor>(_: &Input, piece: &Piece, visitor: &mut V) {
    piece.each_message(document_start, |bytes, unit| {
        let Some(start) = next_document(bytes, 0) else { return };
        let text = decode(&bytes[start..]);
        // What cannot be read as XML is already a rejected record.
        let Ok(tree) = XmlTree::read(&text) else { return };
        let sections = tree.root().inside().filter(|node| node.name() == "section");
        let sections: Sections = sections.map(|section| (section.index(), kind(section))).collect();
        for node in tree.root().inside() {
            values(node, &sections, (unit, unit.start + start as u64), visitor);
        }
    });
}

/// What is known about each section: whether it mentions medicines only in its text, and whether it is about vaccinations.
type Sections = FxHashMap<u32, (bool, bool)>;

fn kind(section: XmlNode<'_, '_>) -> (bool, bool) {
    let code = section.child("code").map_or("", |code| code.value("code"));
    let alone = is_text_alone(section);
    (alone, code == "11369-6")
}

fn values<V: RawVisitor>(
    node: XmlNode<'_, '_>,
    sections: &Sections,
    (whole, start): (RawUnit, u64),
    visitor: &mut V,
) {
    let shown = node.attribute("displayName").map(|name| name.value.trim());
    let code = node.attribute("code").map(|code| code.value.trim());
    let texts =
        [Some(node.text().0), shown, code].into_iter().flatten().filter(|text| !text.is_empty());
    let texts: Vec<&str> = texts.collect();
    if texts.is_empty() {
        return;
    }
    let mut unit = whole;
    let mut content = RawContent::FreeText;
    let around: Vec<XmlNode<'_, '_>> = std::iter::once(node).chain(node.ancestors()).collect();
    let section = around.iter().find_map(|outer| sections.get(&outer.index()));
    let (alone, vaccinations) = section.copied().unwrap_or_default();
    if vaccinations {
        return;
    }
    let entry = around
        .iter()
        .rposition(|outer| matches!(outer.name(), "substanceAdministration" | "supply"));
    if let Some(entry) = entry {
        let range = around[entry].range();
        unit = RawUnit {
            start: start + range.start as u64,
            end: start + range.end as u64,
            whole: true,
        };
        if !around[..entry].iter().any(|inner| FREE_TEXT.contains(&inner.name())) {
            content = RawContent::Prescription;
        }
    } else if alone {
        content = RawContent::Prescription;
    }
    let name = around.iter().rev().fold("", |name, inner| names::shown(inner.name(), name));
    for text in texts {
        visitor.value(&RawValue { unit, field: RawField::Named(name, content), text });
    }
}

//! FHIR as XML, converted to the equivalent JSON, line for line, so that one reader serves both.
//!
//! Which elements may be repeated is unknown here and need not be known: the reader takes a single value for a list of one.

use std::fmt::Write;

use rustc_hash::FxHashMap;

use crate::xml::{XmlNode, XmlTree, first_tag};

/// Resources that can be the root of a file without a namespace.
const ROOTS: [&str; 12] = [
    "Bundle",
    "MedicationRequest",
    "MedicationOrder",
    "MedicationPrescription",
    "MedicationDispense",
    "MedicationStatement",
    "MedicationAdministration",
    "ExplanationOfBenefit",
    "Claim",
    "Patient",
    "Parameters",
    "Medication",
];

/// Whether a text with this beginning is FHIR as XML.
pub(crate) fn is_fhir(head: &[u8]) -> bool {
    if !head.starts_with(b"<") {
        return false;
    }
    first_tag(head).is_some_and(|(name, tag)| {
        let is_root = ROOTS.iter().any(|root| root.as_bytes() == name);
        memchr::memmem::find(tag, b"http://hl7.org/fhir").is_some()
            || is_root && memchr::memmem::find(head, b" value=").is_some()
    })
}

/// The resources of a text as JSON, each on the line on which it begins.
///
/// # Errors
/// What is wrong with the XML.
pub(crate) fn to_json(text: &str) -> Result<Vec<u8>, String> {
    let mut json = JsonWriter { text, out: String::with_capacity(text.len()), seen: 0 };
    let mut at = 0;
    // Files of several resources, one after the other, occur.
    while let Some(begin) = text.get(at..).and_then(|rest| rest.find('<')).map(|begin| at + begin) {
        let rest = &text[begin..];
        if rest.starts_with("<?") || rest.starts_with("<!--") {
            let end = if rest.starts_with("<?") { "?>" } else { "-->" };
            let length = rest.find(end).ok_or("a comment or an instruction does not end")?;
            at = begin + length + end.len();
            continue;
        }
        let tree = XmlTree::read(rest)?;
        if !json.out.is_empty() {
            json.out.push('\n');
        }
        json.resource(tree.root(), begin);
        at = begin + tree.root().range().end;
    }
    Ok(json.out.into_bytes())
}

struct JsonWriter<'t> {
    text: &'t str,
    out: String,
    /// Up to where line ends have been written.
    seen: usize,
}

impl JsonWriter<'_> {
    /// Writes the line ends before a place.
    fn lines(&mut self, at: usize) {
        if let Some(piece) = self.text.get(self.seen..at) {
            let ends = piece.bytes().filter(|byte| *byte == b'\n').count();
            self.out.extend(std::iter::repeat_n('\n', ends));
            self.seen = at;
        }
    }

    fn resource(&mut self, node: XmlNode<'_, '_>, base: usize) {
        self.lines(base + node.range().start);
        self.out.push_str("{\"resourceType\":");
        self.string(node.name());
        self.members(node, base, true);
        self.out.push('}');
    }

    /// The attributes and elements of an object, after what it already has.
    fn members(&mut self, node: XmlNode<'_, '_>, base: usize, has_some: bool) {
        let mut has_some = has_some;
        for attribute in node.attributes().iter().filter(|a| matches!(a.name, "id" | "url")) {
            self.comma(&mut has_some);
            self.string(attribute.name);
            self.out.push(':');
            self.string(&attribute.value);
        }
        let mut order: Vec<&str> = Vec::new();
        let mut groups: FxHashMap<&str, Vec<XmlNode<'_, '_>>> = FxHashMap::default();
        for child in node.children() {
            groups
                .entry(child.name())
                .or_insert_with(|| {
                    order.push(child.name());
                    Vec::new()
                })
                .push(child);
        }
        for name in order {
            let values = groups.remove(name).unwrap_or_default();
            self.comma(&mut has_some);
            self.string(name);
            self.out.push(':');
            match values.as_slice() {
                [value] => self.value(*value, base),
                several => self.list(several, |json, value| json.value(value, base)),
            }
        }
    }

    fn list<'a, 'i>(
        &mut self,
        nodes: &[XmlNode<'a, 'i>],
        mut write: impl FnMut(&mut Self, XmlNode<'a, 'i>),
    ) {
        self.out.push('[');
        for (number, node) in nodes.iter().enumerate() {
            if number > 0 {
                self.out.push(',');
            }
            write(self, *node);
        }
        self.out.push(']');
    }

    fn comma(&mut self, has_some: &mut bool) {
        if *has_some {
            self.out.push(',');
        }
        *has_some = true;
    }

    fn value(&mut self, node: XmlNode<'_, '_>, base: usize) {
        self.lines(base + node.range().start);
        let is_resource =
            |child: &XmlNode<'_, '_>| child.name().starts_with(|c: char| c.is_ascii_uppercase());
        if node.name() == "div" {
            return self.string(&node.words());
        }
        let resources: Vec<_> = node.children().filter(is_resource).collect();
        match resources.as_slice() {
            [] => {}
            [resource] => return self.resource(*resource, base),
            // One too many for FHIR: the reader reports it.
            several => {
                return self.list(several, |json, resource| json.resource(resource, base));
            }
        }
        match node.attribute("value") {
            Some(value) => match value.value.trim() {
                plain @ ("true" | "false") => self.out.push_str(plain),
                text => self.string(text),
            },
            None => {
                self.out.push('{');
                self.members(node, base, false);
                self.out.push('}');
            }
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                c if c < ' ' => {
                    // Writing to a string cannot fail.
                    let _ = write!(self.out, "\\u{:04x}", c as u32);
                }
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_become_members_on_their_lines() {
        let xml = "<?xml version=\"1.0\"?>\n<Bundle xmlns=\"http://hl7.org/fhir\">\n <entry>\n  <resource>\n   <MedicationRequest>\n    <id value=\"m\"/>\n    <doNotPerform value=\"false\"/>\n    <contained><Medication><id value=\"c\"/></Medication></contained>\n    <dosageInstruction><text value=\"a &quot;b&quot;\"/></dosageInstruction>\n    <dosageInstruction><text value=\"c\"/></dosageInstruction>\n    <extension url=\"u\"><valueDecimal value=\"1.5\"/></extension>\n   </MedicationRequest>\n  </resource>\n </entry>\n</Bundle>\n";
        assert!(is_fhir(xml.as_bytes()));
        let json = String::from_utf8(to_json(xml).unwrap()).unwrap();
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        let request = &value["entry"]["resource"];
        assert_eq!(request["resourceType"], "MedicationRequest");
        assert_eq!(request["doNotPerform"], false);
        assert_eq!(request["contained"]["resourceType"], "Medication");
        assert_eq!(request["dosageInstruction"][0]["text"], "a \"b\"");
        assert_eq!(request["extension"]["url"], "u");
        let line = |text: &str, of: &str| text[..text.find(of).unwrap()].matches('\n').count();
        assert_eq!(
            line(&json, "{\"resourceType\":\"MedicationRequest"),
            line(xml, "<MedicationRequest")
        );
        assert_eq!(line(&json, "a \\\"b"), line(xml, "a &quot;"));
    }

    #[test]
    fn several_roots_and_broken_ones() {
        let two = "<Patient xmlns=\"http://hl7.org/fhir\"><id value=\"1\"/></Patient>\n<!-- x -->\n<Patient xmlns=\"http://hl7.org/fhir\"/>";
        assert_eq!(to_json(two).unwrap().iter().filter(|byte| **byte == b'{').count(), 2);
        assert!(to_json("<Patient><id value=\"1\"/>").is_err());
        assert!(to_json("<!DOCTYPE x []><Patient/>").is_err());
        assert!(!is_fhir(b"<html xmlns='http://www.w3.org/1999/xhtml'>"));
    }
}

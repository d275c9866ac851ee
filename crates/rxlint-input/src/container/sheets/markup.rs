//! What the workbook formats written in XML have in common.

use quick_xml::events::BytesStart;

/// The name of a tag without its prefix, from what follows `<`.
pub(super) fn local_name(tag: &[u8]) -> &[u8] {
    let end = tag
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'))
        .unwrap_or(tag.len());
    let name = &tag[..end];
    memchr::memrchr(b':', name).map_or(name, |at| &name[at + 1..])
}

/// The value of an attribute of a tag, as written.
pub(super) fn attribute<'t>(tag: &'t [u8], name: &str) -> Option<&'t str> {
    for at in memchr::memmem::find_iter(tag, name.as_bytes()) {
        let rest = &tag[at + name.len()..];
        if let [b'=', quote @ (b'"' | b'\''), rest @ ..] = rest {
            return std::str::from_utf8(&rest[..memchr::memchr(*quote, rest)?]).ok();
        }
    }
    None
}

/// The value of an attribute by its name without prefix, with its references resolved.
pub(super) fn value(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| local_name(attribute.key.as_ref().as_bytes()) == name.as_bytes())?;
    let raw = found.value;
    Some(
        quick_xml::escape::unescape(&raw)
            .map_or_else(|_| raw.to_string(), |text| text.into_owned()),
    )
}

/// A count in an attribute; 1 if there is none.
pub(super) fn count(tag: &BytesStart<'_>, name: &str) -> u32 {
    value(tag, name).and_then(|text| text.trim().parse().ok()).unwrap_or(1)
}

/// What a reference such as `&amp;` or `&#10;` stands for.
pub(super) fn resolved(reference: &str) -> String {
    let text = format!("&{reference};");
    quick_xml::escape::unescape(&text).map_or_else(|_| text.clone(), |text| text.into_owned())
}

//! Documents in base64 within a DocumentReference or a Binary, which are not opened: the remark if one may hold prescriptions.

use super::json::{JsonValue, Object};

pub(super) const UNOPENED: &str = "a document in base64 (`data`), whose kind may hold prescriptions, is not opened: decode it, and check \
                                   the document as a file of its own";

/// How base64 documents begin that may hold prescriptions: XML, a clinical document, JSON, HL7.
const BEGINNINGS: [&str; 7] =
    ["PD94bW", "77u/PD94bW", "PENsaW5pY2FsRG", "PEJ1bmRsZ", "eyJ", "ewog", "TVNIf"];

/// Whether such a resource, by its bytes, may hold a document.
pub(super) fn may_hold_data(bytes: &[u8]) -> bool {
    let has = |name: &[u8]| memchr::memmem::find(bytes, name).is_some();
    (has(b"\"DocumentReference\"") || has(b"\"Binary\"")) && has(b"\"data\"")
}

/// Whether a resource holds a document that may hold prescriptions. Pictures, PDFs and plain notes are for people to read.
pub(super) fn holds_data(resource: &Object<'_>) -> bool {
    let kind = resource.get("resourceType").and_then(JsonValue::text).unwrap_or_default();
    let of = |object: &Object<'_>| {
        let text = |name: &str| object.get(name).and_then(JsonValue::text).unwrap_or_default();
        let (kind, data) = (text("contentType").to_ascii_lowercase(), text("data"));
        let may_be = |word: &str| kind.contains(word) && !kind.contains("html");
        let begins = |beginning: &&str| data.trim_start().starts_with(beginning);
        !data.is_empty()
            && (["xml", "json", "hl7"].into_iter().any(may_be) || BEGINNINGS.iter().any(begins))
    };
    match &*kind {
        "Binary" => of(resource),
        "DocumentReference" => {
            let contents = resource.get("content").into_iter().flat_map(JsonValue::items);
            let mut attachments = contents.filter_map(|content| content.get("attachment"));
            attachments.any(|attachment| of(&attachment.object()))
        }
        _ => false,
    }
}

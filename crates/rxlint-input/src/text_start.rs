//! Where the text of a file begins.

/// The first bytes of a text, without white space and the byte that frames HL7 messages.
pub(crate) fn text_start(head: &[u8]) -> &[u8] {
    let text = head.trim_ascii_start();
    text.strip_prefix(b"\x0B").unwrap_or(text)
}

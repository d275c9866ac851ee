//! Where messages begin and end: they are cut at their start tags, without parsing.

/// The start tag of the messages, with the namespace prefix of the first one.
pub(super) fn tag(head: &[u8]) -> Option<Vec<u8>> {
    memchr::memmem::find_iter(head, b"Message").find_map(|at| {
        let start = memchr::memrchr(b'<', &head[..at])?;
        let prefix = &head[start + 1..at];
        let plain = prefix.strip_suffix(b":").is_none_or(|name| {
            !name.is_empty()
                && name.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        });
        let is_tag =
            (prefix.is_empty() || prefix.ends_with(b":")) && plain && ends_name(head.get(at + 7));
        is_tag.then(|| head[start..at + 7].to_vec())
    })
}

fn ends_name(next: Option<&u8>) -> bool {
    next.is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
}

pub(super) fn next(bytes: &[u8], tag: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    memchr::memmem::find_iter(rest, tag)
        .find(|at| ends_name(rest.get(at + tag.len())))
        .map(|at| from + at)
}

pub(super) fn last(bytes: &[u8], tag: &[u8]) -> Option<usize> {
    memchr::memmem::rfind_iter(bytes, tag).find(|at| ends_name(bytes.get(at + tag.len())))
}

/// Where the messages of a piece begin and end.
pub(super) fn messages<'b>(
    bytes: &'b [u8],
    tag: &'b [u8],
) -> impl Iterator<Item = (usize, usize)> + 'b {
    let mut at = next(bytes, tag, 0);
    std::iter::from_fn(move || {
        let start = at?;
        at = next(bytes, tag, start + 1);
        Some((start, at.unwrap_or(bytes.len())))
    })
}

pub(super) fn newlines(bytes: &[u8]) -> u32 {
    let mut last = 0;
    bytes.iter().fold(0u32, |count, &byte| {
        let new = byte == b'\r' || byte == b'\n' && last != b'\r';
        last = byte;
        count.saturating_add(u32::from(new))
    })
}

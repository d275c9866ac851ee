//! Segments that continue in a following ADD segment, as long ones are sent.

use super::segments::{Segment, begins_line};

const NAME: &[u8; 3] = b"ADD";

/// Whether a segment only continues the one before it.
pub(super) fn goes_on(segment: &Segment) -> bool {
    segment.name == *NAME
}

/// The message with every segment whole: what follows `ADD|` continues where the segment before it broke off. `None` if no segment continues.
pub(super) fn join(message: &[u8], separator: u8) -> Option<Vec<u8>> {
    let goes_on = |at: &usize| begins_line(message, *at) && message.get(at + 3) == Some(&separator);
    let mut places = memchr::memmem::find_iter(message, NAME).filter(goes_on).peekable();
    places.peek()?;
    let (mut joined, mut from) = (Vec::with_capacity(message.len()), 0);
    for at in places {
        let before = &message[from..at];
        let line_end = memchr::memrchr2(b'\r', b'\n', before).unwrap_or(before.len());
        let is_text = |byte: &u8| !matches!(byte, b'\r' | b'\n');
        let end = before[..line_end].iter().rposition(is_text).map_or(0, |last| last + 1);
        joined.extend_from_slice(&before[..end]);
        from = at + 4;
    }
    joined.extend_from_slice(&message[from..]);
    Some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_goes_on_in_the_next() {
        let message = b"MSH|a\rRXA|0|777^Oxy\r\nADD|codone^L|1\rADD||CP\rOBX|ADD|\r";
        let joined = join(message, b'|').unwrap();
        assert_eq!(joined, b"MSH|a\rRXA|0|777^Oxycodone^L|1|CP\rOBX|ADD|\r");
        assert_eq!(
            join(b"MSH|a\r\nOBX|one \r\n ADD|two\r", b'|').unwrap(),
            b"MSH|a\r\nOBX|one two\r"
        );
        assert_eq!(join(b"MSH|a\rADDA|x\r", b'|'), None);
    }
}

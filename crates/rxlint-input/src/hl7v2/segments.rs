//! Messages cut into segments, whatever ends them, and segments into fields.

use memchr::memmem::Finder;

use super::delimiters::{Delimiters, may_separate};
use super::field_path::FieldPath;

/// A segment: which it is, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segment {
    /// The three letters, upper case.
    pub(super) name: [u8; 3],
    /// Its first byte and its end in the message.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Line ends of the message before it.
    pub(super) line: u32,
}

/// Goes through the segments of a message. A segment ends at CR, LF or CRLF, but only if another segment, or nothing, follows: some senders leave
/// line ends inside notes, and what follows belongs to the field before.
pub(super) struct Segments<'m> {
    message: &'m [u8],
    separator: u8,
    at: usize,
    line: u32,
}

impl<'m> Segments<'m> {
    pub(super) fn new(message: &'m [u8], separator: u8) -> Self {
        Self { message, separator, at: 0, line: 0 }
    }

    /// Line ends so far; after the last segment, those of the whole message.
    pub(super) fn lines(&self) -> u32 {
        self.line
    }

    /// Whether a segment begins at `at`.
    fn begins(&self, at: usize) -> bool {
        let rest = &self.message[at..];
        let Some(name) = rest.get(..3) else { return false };
        let upper = |name: &[u8]| {
            name[0].is_ascii_uppercase()
                && name[1..].iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        };
        let any = |name: &[u8]| {
            name[0].is_ascii_alphabetic() && name[1..].iter().all(u8::is_ascii_alphanumeric)
        };
        match rest.get(3) {
            Some(&next) if next == self.separator => any(name),
            // Batch headers and trailers have their own separators.
            Some(next) if may_separate(next) => {
                matches!(name, b"FHS" | b"BHS" | b"BTS" | b"FTS")
            }
            None | Some(b'\r' | b'\n') => upper(name),
            Some(_) => false,
        }
    }

    /// Skips line ends, framing bytes and blanks.
    fn skip_gap(&mut self) {
        while let Some(&byte) = self.message.get(self.at) {
            match byte {
                b'\r' if self.message.get(self.at + 1) == Some(&b'\n') => {}
                b'\r' | b'\n' => self.line = self.line.saturating_add(1),
                0x0B | 0x1C | b' ' | b'\t' | 0x1A | 0 => {}
                _ => return,
            }
            self.at += 1;
        }
    }
}

impl Iterator for Segments<'_> {
    type Item = Segment;

    fn next(&mut self) -> Option<Segment> {
        self.skip_gap();
        let (start, line) = (self.at, self.line);
        if start >= self.message.len() {
            return None;
        }
        let mut end;
        loop {
            let stop = memchr::memchr3(b'\r', b'\n', 0x1C, &self.message[self.at..]);
            end = stop.map_or(self.message.len(), |stop| self.at + stop);
            self.at = end;
            self.skip_gap();
            if self.at >= self.message.len() || self.begins(self.at) {
                break;
            }
            // What follows is not a segment: it is the rest of this one.
            if self.at == end {
                self.at += 1;
            }
        }
        let mut name = [b' '; 3];
        self.message[start..end]
            .iter()
            .zip(&mut name)
            .for_each(|(from, to)| *to = from.to_ascii_uppercase());
        Some(Segment { name, start, end, line })
    }
}

/// Whether the bytes end in a segment that has hardly more than its name: a name or part of it, a message with only its header, or a person without
/// an order, and no line end.
pub(super) fn is_torn(bytes: &[u8]) -> bool {
    let Some(end) = memchr::memrchr3(b'\r', b'\n', 0x1C, bytes) else { return false };
    let tail = &bytes[end + 1..];
    let tail = tail.strip_prefix(b"\x0B").unwrap_or(tail);
    let is_name = matches!(tail, [first, rest @ ..] if first.is_ascii_uppercase()
        && rest.len() < 3
        && rest.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()));
    if tail.starts_with(b"MSH") {
        return true;
    }
    // A message about only a person may end so.
    let message = &bytes[last_message(&bytes[..end]).unwrap_or(0)..end];
    let has_orders = [&b"\rRX"[..], b"\nRX", b"\rORC", b"\nORC"]
        .iter()
        .any(|name| memchr::memmem::find(message, name).is_some());
    let is_person = matches!(tail, [b'P', b'I', b'D', next, ..] if may_separate(next));
    is_name || is_person && has_orders
}

/// A piece of a message, and its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hl7Part<'m> {
    pub(super) text: &'m [u8],
    /// Where it begins in the message.
    pub(super) at: usize,
    pub(super) label: FieldPath,
}

impl<'m> Hl7Part<'m> {
    /// Whether it has no content: empty, blank, or the `""` that means "none".
    pub(super) fn is_empty(&self) -> bool {
        matches!(self.text.trim_ascii(), b"" | b"\"\"")
    }

    /// The piece before the n-th separator, counted from 1; empty if there are fewer.
    fn nth(self, separator: u8, n: usize) -> Self {
        let start = match n {
            0 | 1 => 0,
            _ => match nth_separator(self.text, separator, n - 1) {
                Some(at) => at + 1,
                None => return Self { text: &[], ..self },
            },
        };
        let end = nth_separator(&self.text[start..], separator, 1)
            .map_or(self.text.len(), |end| start + end);
        Self { text: &self.text[start..end], at: self.at + start, ..self }
    }

    /// The n-th repetition.
    pub(super) fn repetition(self, n: usize, delimiters: &Delimiters) -> Self {
        self.nth(delimiters.repetition, n)
    }

    /// Every repetition.
    pub(super) fn repetitions(
        self,
        delimiters: &Delimiters,
    ) -> impl Iterator<Item = Self> + use<'m> {
        let separator = delimiters.repetition;
        let mut start = Some(0);
        std::iter::from_fn(move || {
            let from = start?;
            let rest = &self.text[from..];
            let end = memchr::memchr(separator, rest).map_or(self.text.len(), |end| from + end);
            start = (end < self.text.len()).then_some(end + 1);
            Some(Self { text: &self.text[from..end], at: self.at + from, ..self })
        })
    }

    /// The n-th component.
    pub(super) fn component(self, n: u8, delimiters: &Delimiters) -> Self {
        let label = FieldPath { component: n, ..self.label };
        Self { label, ..self.nth(delimiters.component, n.into()) }
    }

    /// The n-th subcomponent; the whole if the message has none.
    pub(super) fn sub(self, n: usize, delimiters: &Delimiters) -> Self {
        match delimiters.sub {
            Some(separator) => self.nth(separator, n),
            None if n == 1 => self,
            None => Self { text: &[], ..self },
        }
    }

    /// Its number.
    pub(super) fn number(self) -> Option<f64> {
        std::str::from_utf8(self.text).ok()?.trim().parse().ok().filter(|n: &f64| n.is_finite())
    }
}

/// Where the n-th separator is, counted from 1. Separators are close together and texts are short: eight bytes at a time, which costs less than a
/// search from one separator to the next.
fn nth_separator(text: &[u8], separator: u8, mut n: usize) -> Option<usize> {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    const ONES: u64 = 0x0101_0101_0101_0101;
    let pattern = ONES * u64::from(separator);
    let mut at = 0;
    while let Some(&word) = text[at..].first_chunk::<8>() {
        let differs = u64::from_le_bytes(word) ^ pattern;
        // The highest bit of every byte that is the separator.
        let mut found = !(((differs & LOW) + LOW) | differs | LOW);
        let count = ((found >> 7).wrapping_mul(ONES) >> 56) as usize;
        if count >= n {
            for _ in 1..n {
                found &= found - 1;
            }
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        n -= count;
        at += 8;
    }
    let rest = text[at..].iter().enumerate().filter(|&(_, &byte)| byte == separator);
    rest.map(|(rest, _)| at + rest).nth(n - 1)
}

/// The n-th field of a segment, counted from 1 (in a header segment the separator itself is the first).
pub(super) fn field<'m>(
    message: &'m [u8],
    segment: &Segment,
    n: u8,
    delimiters: &Delimiters,
) -> Hl7Part<'m> {
    let text = message.get(segment.start..segment.end).unwrap_or_default();
    let whole = Hl7Part {
        text,
        at: segment.start,
        label: FieldPath { segment: segment.name, field: n, component: 0 },
    };
    let is_header = matches!(&segment.name, b"MSH" | b"BHS" | b"FHS");
    whole.nth(delimiters.field, usize::from(n) + usize::from(!is_header))
}

/// Where the next message begins, at or after `from`: `MSH` and a separator at the beginning of a line, or after blanks there.
pub(super) fn next_message(bytes: &[u8], from: usize) -> Option<usize> {
    MessageStarts::default().next(bytes, from)
}

/// Looks for the beginnings of messages, prepared once for many.
pub(super) struct MessageStarts(Finder<'static>);

impl Default for MessageStarts {
    fn default() -> Self {
        Self(Finder::new(b"MSH"))
    }
}

impl MessageStarts {
    /// Where the next message begins, at or after `from`.
    pub(super) fn next(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let starts = self.0.find_iter(bytes.get(from..)?).map(|at| from + at);
        starts.into_iter().find(|&at| is_message(bytes, at))
    }
}

/// Where the last message begins.
pub(super) fn last_message(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::rfind_iter(bytes, b"MSH").find(|&at| is_message(bytes, at))
}

fn is_message(bytes: &[u8], at: usize) -> bool {
    begins_line(bytes, at) && bytes.get(at + 3).is_some_and(may_separate)
}

/// Whether only blanks precede that place in its line.
pub(super) fn begins_line(bytes: &[u8], at: usize) -> bool {
    let blanks = bytes[..at].iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let before = bytes[..at - blanks].last();
    before.is_none_or(|byte| matches!(byte, b'\r' | b'\n' | 0x0B | 0x1C))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(String, String, u32)> {
        let text = text.as_bytes();
        let part = |s: &Segment| String::from_utf8_lossy(&text[s.start..s.end]).into_owned();
        Segments::new(text, b'|')
            .map(|s| (String::from_utf8_lossy(&s.name).into_owned(), part(&s), s.line))
            .collect()
    }

    #[test]
    fn every_line_end_and_framing_byte() {
        for text in [
            "MSH|a\rPID|b\rZZ1|c",
            "MSH|a\nPID|b\nZZ1|c\n",
            "MSH|a\r\nPID|b\r\nZZ1|c\r\n",
            "\u{B}MSH|a\rPID|b\nZZ1|c\r\u{1C}\r",
        ] {
            let found = cut(text);
            let found: Vec<_> = found
                .iter()
                .map(|(name, text, line)| (name.as_str(), text.as_str(), *line))
                .collect();
            assert_eq!(
                found,
                [("MSH", "MSH|a", 0), ("PID", "PID|b", 1), ("ZZ1", "ZZ1|c", 2)],
                "{text:?}"
            );
        }
        assert_eq!(cut("MSH|a\r\rpid|b\r\n\r\n")[1], ("PID".into(), "pid|b".into(), 2));
        assert!(cut("").is_empty() && cut("\r\n\r").is_empty());
    }

    #[test]
    fn a_line_end_inside_of_a_text_does_not_end_the_segment() {
        let found = cut("NTE|1||first\nsecond\n\nThe third|x\nRXE|1\nEND");
        assert_eq!(found[0].1, "NTE|1||first\nsecond\n\nThe third|x");
        assert_eq!((found[1].0.as_str(), found[1].2), ("RXE", 4));
        assert_eq!(found[2].0, "END");
    }

    #[test]
    fn lines_are_counted_to_the_end() {
        let mut segments = Segments::new(b"MSH|a\r\nNTE|x\ny\r\n\r\n", b'|');
        while segments.next().is_some() {}
        assert_eq!(segments.lines(), 4);
    }

    #[test]
    fn messages_begin_at_line_starts_alone() {
        let text = b"MSH|a\rNTE|see MSH|b\r\x0BMSH|c\rMSHA\rOBX|MSH|";
        assert_eq!(next_message(text, 0), Some(0));
        assert_eq!(next_message(text, 1), Some(21));
        assert_eq!(next_message(text, 22), None);
        assert_eq!(last_message(text), Some(21));
        assert_eq!(last_message(b"  MSH|a\n  NTE|see MSH|b\n \tMSH|c\n  PID|1"), Some(26));
    }

    #[test]
    fn separators_are_counted_across_words() {
        let mut state = 7u64;
        for len in 0..70 {
            let text: Vec<u8> = (0..len)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    [b'|', b'}', b'{', 0xFC, 0, b'a', 0xFF, b'|'][(state >> 61) as usize]
                })
                .collect();
            let places: Vec<usize> = memchr::memchr_iter(b'|', &text).collect();
            for n in 1..=len + 1 {
                assert_eq!(
                    nth_separator(&text, b'|', n),
                    places.get(n - 1).copied(),
                    "{n} of {text:?}"
                );
            }
        }
    }

    #[test]
    fn parts() {
        let delimiters = Delimiters::of(b"MSH|^~\\&|").unwrap();
        let message = b"PID|1||a^b&c~d^e|\"\"";
        let segment = Segments::new(message, b'|').next().unwrap();
        let id = field(message, &segment, 3, &delimiters);
        let text = |part: Hl7Part<'_>| String::from_utf8_lossy(part.text).into_owned();
        assert_eq!(
            text(id.repetition(1, &delimiters).component(2, &delimiters).sub(2, &delimiters)),
            "c"
        );
        assert_eq!(id.repetitions(&delimiters).map(text).collect::<Vec<_>>(), ["a^b&c", "d^e"]);
        assert_eq!(id.repetition(2, &delimiters).component(2, &delimiters).at, 15);
        assert!(
            field(message, &segment, 4, &delimiters).is_empty()
                && field(message, &segment, 9, &delimiters).is_empty()
        );
    }
}

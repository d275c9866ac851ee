//! Escape sequences in a field's text.

use super::delimiters::Delimiters;

/// Writes `text` to `out` with its escape sequences replaced. Unknown sequences stay as they are: unescaped escape characters are frequent, and a
/// local sequence means something to someone.
pub(super) fn unescape(text: &[u8], delimiters: &Delimiters, out: &mut Vec<u8>) {
    let Some(escape) = delimiters.escape else {
        out.extend_from_slice(text);
        return;
    };
    let mut rest = text;
    while let Some(at) = memchr::memchr(escape, rest) {
        out.extend_from_slice(&rest[..at]);
        let behind = &rest[at + 1..];
        let end =
            memchr::memchr(escape, behind).filter(|&end| sequence(&behind[..end], delimiters, out));
        match end {
            Some(end) => rest = &behind[end + 1..],
            None => {
                out.push(escape);
                rest = behind;
            }
        }
    }
    out.extend_from_slice(rest);
}

/// Writes what one sequence means; returns whether it is known.
fn sequence(inner: &[u8], delimiters: &Delimiters, out: &mut Vec<u8>) -> bool {
    match inner {
        b"F" => out.push(delimiters.field),
        b"S" => out.push(delimiters.component),
        b"T" => out.push(delimiters.sub.unwrap_or(b'&')),
        b"R" => out.push(delimiters.repetition),
        b"E" => out.extend(delimiters.escape),
        b"P" => out.push(b'#'),
        // Highlighting begins and ends: nothing to read.
        b"H" | b"N" => {}
        [b'X', digits @ ..]
            if !digits.is_empty()
                && digits.len() % 2 == 0
                && digits.iter().all(u8::is_ascii_hexdigit) =>
        {
            out.extend(digits.chunks(2).map(|pair| nibble(pair[0]) << 4 | nibble(pair[1])));
        }
        // Formatting: line breaks, indents, spaces.
        [b'.', a, b, ..]
            if a.is_ascii_lowercase() && b.is_ascii_lowercase() && inner.len() <= 8 =>
        {
            out.push(b' ')
        }
        _ => return false,
    }
    true
}

fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences() {
        let delimiters = Delimiters::of(b"MSH|^~\\&|A").unwrap();
        for (text, read) in [
            ("a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f\\P\\g", "a|b^c&d~e\\f#g"),
            ("\\X41\\\\X0d0A\\B", "A\r\nB"),
            ("\\H\\loud\\N\\ one\\.br\\two\\.sp+2\\", "loud one two "),
            ("BSV 4\\5 re.", "BSV 4\\5 re."),
            ("a\\Z99\\b\\C2842\\", "a\\Z99\\b\\C2842\\"),
            ("\\X4\\ \\XZZ\\", "\\X4\\ \\XZZ\\"),
            ("end\\", "end\\"),
            ("c:\\dir\\F\\x", "c:\\dir|x"),
            ("", ""),
        ] {
            let mut out = Vec::new();
            unescape(text.as_bytes(), &delimiters, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), read, "{text}");
        }
        let mut out = Vec::new();
        unescape(b"a\\F\\b", &Delimiters { escape: None, ..delimiters }, &mut out);
        assert_eq!(out, b"a\\F\\b");
    }
}

//! What can be fixed for certain, as a patch: codes whose lost digits are known, and, with `--look-alikes`, names in tall-man
//! letters. Everything else in a file stays as it is, byte by byte: its delimiter, quotes, line ends and encoding.

use std::collections::BTreeMap;
use std::path::Path;

use rxlint_engine::formulary::Formulary;
use rxlint_engine::rule::Book;
use rxlint_engine::rule::formulary::look_alike;
use rxlint_input::Input;

/// A code as it is on a line, and as it must have been.
type Mend = (u32, String, String);

/// The patch, in the unified format without context; empty if nothing is certain. With it, by file, how many codes are known but have no
/// place in a patch: in workbooks and packed files, twice on one line, after a cell of several lines.
pub(super) fn patch(
    inputs: &[Input],
    formulary: &Formulary,
    book: &Book,
) -> (Vec<u8>, Vec<(String, usize)>) {
    let mut files: BTreeMap<u32, Vec<Mend>> = BTreeMap::new();
    for entry in &formulary.entries {
        let Some(problem) = &formulary.product(entry).problem else { continue };
        if let Some(restored) = &problem.restored {
            let mend = (entry.key.place().line, problem.code.clone(), restored.clone());
            files.entry(entry.list).or_default().push(mend);
        }
    }
    for (entry, word, tall) in look_alike::tall_man(book, formulary) {
        files.entry(entry.list).or_default().push((entry.key.place().line, word, tall));
    }
    let (mut patch, mut left) = (Vec::new(), Vec::new());
    for (list, mut mends) in files {
        let Some(input) = inputs.get(list as usize) else { continue };
        mends.sort();
        mends.dedup();
        let is_plain = input.format() == "csv" && !input.is_rewritten();
        let bytes = std::fs::read(Path::new(input.path())).ok().filter(|_| is_plain);
        let (hunks, placed) = bytes.map(|bytes| hunks(&bytes, &mends)).unwrap_or_default();
        if placed < mends.len() {
            left.push((input.path().to_owned(), mends.len() - placed));
        }
        if !hunks.is_empty() {
            patch.extend(format!("--- a/{0}\n+++ b/{0}\n", input.path()).into_bytes());
            patch.extend(hunks);
        }
    }
    (patch, left)
}

/// One hunk for each line that changes, and how many fixes are in them.
fn hunks(bytes: &[u8], mends: &[Mend]) -> (Vec<u8>, usize) {
    let lines: Vec<&[u8]> = bytes.split_inclusive(|&byte| byte == b'\n').collect();
    let (mut hunks, mut placed) = (Vec::new(), 0);
    for of_line in mends.chunk_by(|(one, ..), (other, ..)| one == other) {
        let number = of_line[0].0;
        let Some(line) = (number as usize).checked_sub(1).and_then(|at| lines.get(at)) else {
            continue;
        };
        let mut mended = line.to_vec();
        for (_, code, restored) in of_line {
            if let Some(at) = only_cell(&mended, code.as_bytes()) {
                mended.splice(at..at + code.len(), restored.bytes());
                placed += 1;
            }
        }
        if mended == *line {
            continue;
        }
        hunks.extend(format!("@@ -{number} +{number} @@\n").into_bytes());
        let mut put = |sign: u8, line: &[u8]| {
            hunks.push(sign);
            hunks.extend_from_slice(line);
            if !hunks.ends_with(b"\n") {
                hunks.extend_from_slice(b"\n\\ No newline at end of file\n");
            }
        };
        put(b'-', line);
        put(b'+', &mended);
    }
    (hunks, placed)
}

/// Where a code is by itself on a line, if that is only once.
fn only_cell(line: &[u8], code: &[u8]) -> Option<usize> {
    let is_edge = |byte: Option<&u8>| {
        byte.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'.' | b'-'))
    };
    let mut places = line.windows(code.len()).enumerate().filter(|(at, window)| {
        let before = at.checked_sub(1).and_then(|before| line.get(before));
        *window == code && is_edge(before) && is_edge(line.get(at + code.len()))
    });
    let (first, _) = places.next()?;
    places.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_changes_in_its_code_alone() {
        let file = b"drug;ndc\r\n\"oxycodone; 5 mg\";406055201\r\nnaltrexone;\"406117003\"";
        let mends = vec![
            (2, "406055201".to_owned(), "00406055201".to_owned()),
            (3, "406117003".to_owned(), "00406117003".to_owned()),
        ];
        let expected = "@@ -2 +2 @@\n-\"oxycodone; 5 mg\";406055201\r\n+\"oxycodone; 5 mg\";00406055201\r\n@@ -3 +3 @@\n-naltrexone;\"406117003\"\n\\ No newline at end of file\n+naltrexone;\"00406117003\"\n\\ No newline at end of file\n";
        assert_eq!(String::from_utf8(hunks(file, &mends).0).unwrap(), expected);
        // Two fixes of one line are one hunk.
        let mends = [
            (1, "406117003".to_owned(), "00406117003".to_owned()),
            (1, "naltrexone".to_owned(), "naltreXONE".to_owned()),
        ];
        let (both, placed) = hunks(b"naltrexone,406117003\n", &mends);
        let expected = "@@ -1 +1 @@\n-naltrexone,406117003\n+naltreXONE,00406117003\n";
        assert_eq!((String::from_utf8(both).unwrap().as_str(), placed), (expected, 2));
        // Twice on a line, or in another number: left alone.
        assert!(hunks(b"1;1\n", &[(1, "1".to_owned(), "01".to_owned())]).0.is_empty());
        assert!(
            hunks(b"a;1406055201\n", &[(1, "406055201".to_owned(), "x".to_owned())]).0.is_empty()
        );
    }
}

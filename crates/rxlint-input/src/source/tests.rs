use super::*;
use std::io::Write;

fn all(source: &InputSource) -> Vec<u8> {
    source.reader().unwrap().bytes(source.start(), usize::MAX).unwrap()
}

#[test]
fn a_byte_order_mark_is_not_text() {
    assert_eq!(all(&InputSource::memory("m", b"\xEF\xBB\xBFa,b\n".to_vec())), b"a,b\n");
    assert_eq!(all(&InputSource::memory("m", b"a,b\n".to_vec())), b"a,b\n");
    assert_eq!(all(&InputSource::memory("m", b"\xEF\xBB\xBF".to_vec())), b"");
}

#[test]
fn utf16_becomes_utf8_from_memory_file_and_stream() {
    let text = "id,Wirkstoff\n1,Bü𝄞r\n";
    let mut little = vec![0xFF, 0xFE];
    little.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let mut big = vec![0xFE, 0xFF];
    big.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    for bytes in [little, big] {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&bytes).unwrap();
        let from_file = InputSource::open(file.path(), None).unwrap();
        assert_eq!(all(&from_file), text.as_bytes());
        assert_eq!(from_file.stored_bytes(), bytes.len() as u64);
        assert_eq!(
            all(&InputSource::stream("s", Box::new(io::Cursor::new(bytes.clone())), 0).unwrap()),
            text.as_bytes()
        );
        assert_eq!(all(&InputSource::memory("m", bytes)), text.as_bytes());
    }
}

#[test]
fn a_long_stream_is_read_while_it_comes_and_reads_the_same() {
    let bytes: Vec<u8> = (0..KEPT_IN_MEMORY + 70_000).map(|n| (n % 251) as u8 + 1).collect();
    let source = InputSource::stream("-", Box::new(io::Cursor::new(bytes.clone())), 0).unwrap();
    assert!(matches!(source.body, SourceBody::ReadAhead(_)));
    assert!(!source.is_shorter_than(u64::MAX), "nobody knows yet");
    assert!(all(&source) == bytes);
    assert_eq!(source.stored_bytes(), bytes.len() as u64);
    let reader = source.reader().unwrap();
    assert!(
        reader.ends_at(bytes.len() as u64).unwrap()
            && !reader.ends_at(bytes.len() as u64 - 1).unwrap()
    );
    assert_eq!(reader.bytes(bytes.len() as u64 - 3, 10).unwrap(), bytes[bytes.len() - 3..]);
}

/// Gives its bytes in two halves, the second one only on a signal.
struct Slow(Vec<u8>, usize, std::sync::mpsc::Receiver<()>);

impl Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let half = self.0.len() / 2;
        if self.1 == half {
            self.2.recv().map_err(io::Error::other)?;
        }
        let to = if self.1 < half { half } else { self.0.len() };
        let got = buffer.len().min(to - self.1);
        buffer[..got].copy_from_slice(&self.0[self.1..self.1 + got]);
        self.1 += got;
        Ok(got)
    }
}

#[test]
fn what_has_arrived_is_read_before_the_rest_comes() {
    let bytes = b"P1,naltrexone\n".repeat(3 * KEPT_IN_MEMORY / 14);
    let (go, waits) = std::sync::mpsc::channel();
    let source = InputSource::stream("-", Box::new(Slow(bytes.clone(), 0, waits)), 0).unwrap();
    let reader = source.reader().unwrap();
    assert!(reader.bytes(0, bytes.len() / 2 - 20).unwrap() == bytes[..bytes.len() / 2 - 20]);
    go.send(()).unwrap();
    assert!(all(&source) == bytes);
    // A stream that fails midway is an error for a reader that continues, not an end.
    let (go, waits) = std::sync::mpsc::channel();
    let source = InputSource::stream("-", Box::new(Slow(bytes.clone(), 0, waits)), 0).unwrap();
    drop(go);
    let reader = source.reader().unwrap();
    assert!(
        reader.bytes(bytes.len() as u64 - 100, 50).is_err()
            && reader.ends_at(bytes.len() as u64).is_err()
    );
}

#[test]
fn a_long_packed_file_that_breaks_off_ends_with_its_last_whole_line() {
    let rows: String = (0..1_500_000u64)
        .map(|n| format!("P{n},{}\n", n.wrapping_mul(2_654_435_761) >> 5))
        .collect();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(rows.as_bytes()).unwrap();
    let packed = packer.finish().unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&packed[..packed.len() * 9 / 10]).unwrap();
    let source = InputSource::open(file.path(), None).unwrap();
    assert!(matches!(source.body, SourceBody::ReadAhead(_)));
    let read = all(&source);
    assert!(
        read.len() > KEPT_IN_MEMORY && read.ends_with(b"\n") && rows.as_bytes().starts_with(&read)
    );
    assert!(source.damage().is_some_and(|damage| damage.contains("broken or cut off")));
    assert_eq!(source.stored_bytes(), packed.len() as u64 * 9 / 10);
}

#[test]
fn a_file_that_changed_is_not_read_as_if_it_had_not() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"a,b\n1,2\n").unwrap();
    let source = InputSource::open(file.path(), None).unwrap();
    file.write_all(b"3,4\n").unwrap();
    assert!(matches!(source.reader().err().unwrap().kind(), ErrorKind::Changed { .. }));
}

#[test]
fn a_missing_file_says_its_name() {
    let error = InputSource::open(Path::new("/nowhere/claims.csv"), None).unwrap_err();
    assert!(error.to_string().contains("/nowhere/claims.csv"), "{error}");
}

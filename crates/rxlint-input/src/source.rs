//! Where the bytes come from: files that are read by position, and streams that are kept so that they can be.
//!
//! A finding shows its records long after they were read, so that every input must be able to give a record a second
//! time. Regular files can; standard input, pipes, text that has to be converted and compressed files go through memory
//! while they are short, else through an unnamed temporary file, which a thread of its own fills ahead of the reading.

mod ahead;
mod decode;
mod positioned;
mod unpack;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::error::{ErrorKind, InputError};
use ahead::{Ahead, End, Stream};
use decode::Encoding;
use positioned::Positioned;
use unpack::{Packing, Unpacker};

/// A stream of up to this many bytes stays in memory.
pub const KEPT_IN_MEMORY: usize = 8 << 20;

/// An input that can be read at any position, as often as needed.
#[derive(Debug)]
pub struct Source {
    name: String,
    body: Body,
    encoding: Encoding,
    packing: Option<Packing>,
}

#[derive(Debug)]
enum Body {
    /// Opened anew for every reading, so that thousands of inputs need no open file each; a few are kept open.
    File { path: PathBuf, stamp: Stamp, kept: OnceLock<Positioned>, keeps: bool },
    /// Whole, with what is known of where it came from.
    Memory(Vec<u8>, End),
    /// On its way.
    Ahead(Ahead),
}

/// What tells that a file is still the one that was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    len: u64,
    modified: Option<std::time::SystemTime>,
}

impl Stamp {
    fn of(metadata: &fs::Metadata) -> Self {
        Self { len: metadata.len(), modified: metadata.modified().ok() }
    }
}

impl Source {
    /// Opens a file, a named pipe or, for `-`, standard input. `stdin_name` is how standard input is called in reports.
    ///
    /// # Errors
    /// When the file is not there or cannot be read, or a stream cannot be spooled.
    pub fn open(path: &Path, stdin_name: Option<&str>) -> Result<Self, InputError> {
        if path.as_os_str() == "-" {
            return Self::stream(stdin_name.unwrap_or("-"), Box::new(io::stdin()), 0);
        }
        let name = path.display().to_string();
        let failed = |error| InputError::new(ErrorKind::Open { path: name.clone(), error });
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(failed(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        if !metadata.is_file() {
            return Self::stream(&name, Box::new(file), 0);
        }
        let stamp = Stamp::of(&metadata);
        let positioned = Positioned::new(file);
        let mut head = [0; 4];
        let got = positioned.read_at(&mut head, 0).map_err(failed)?;
        let encoding = Encoding::of(&head[..got]);
        if !encoding.is_converted() && Packing::of(&head[..got]).is_none() {
            let path = path.to_owned();
            let body = Body::File { path, stamp, kept: OnceLock::new(), keeps: false };
            return Ok(Self { name, body, encoding, packing: None });
        }
        Self::stream(&name, Box::new(File::open(path).map_err(failed)?), stamp.len)
    }

    /// An input that is already in memory: tests, and the cases of a rule.
    pub fn memory(name: &str, bytes: Vec<u8>) -> Self {
        let encoding = Encoding::of(&bytes);
        let stored = bytes.len() as u64;
        let bytes = if encoding.is_converted() { decode::utf16(&bytes, encoding) } else { bytes };
        let end = End { len: bytes.len() as u64, stored, damage: None };
        Self { name: name.to_owned(), body: Body::Memory(bytes, end), encoding, packing: None }
    }

    /// Takes a stream, unpacked where it is compressed: whole if it is short, else on a thread of its own. `stored` is its
    /// length, where that is known before.
    fn stream(
        name: &str,
        mut stream: Box<dyn Read + Send>,
        stored: u64,
    ) -> Result<Self, InputError> {
        let failed = |error| InputError::new(ErrorKind::Read { path: name.to_owned(), error });
        let mut head = Vec::with_capacity(4);
        (&mut stream).take(4).read_to_end(&mut head).map_err(failed)?;
        let packing = Packing::of(&head);
        let whole: Box<dyn Read + Send> = Box::new(io::Cursor::new(head).chain(stream));
        let mut stream = match packing {
            Some(packing) => Stream::Packed(Unpacker::new(packing, whole)),
            None => Stream::Plain(whole),
        };
        let mut begun = Vec::new();
        (&mut stream).take(KEPT_IN_MEMORY as u64).read_to_end(&mut begun).map_err(failed)?;
        let encoding = Encoding::of(&begun);
        let body = if begun.len() < KEPT_IN_MEMORY {
            let (bytes, end) = ahead::short(begun, stream, encoding, stored);
            if let (Some(damage), 0) = (&end.damage, bytes.len()) {
                return Err(failed(io::Error::other(damage.clone())));
            }
            Body::Memory(bytes, end)
        } else {
            Body::Ahead(Ahead::start(begun, stream, encoding, stored).map_err(failed)?)
        };
        Ok(Self { name: name.to_owned(), body, encoding, packing })
    }

    /// What is known once the input was taken to its end; waits for it.
    fn end(&self) -> End {
        match &self.body {
            Body::File { stamp, .. } => End { len: stamp.len, stored: stamp.len, damage: None },
            Body::Memory(_, end) => end.clone(),
            // Whoever reads is told what has failed; here it counts as an end.
            Body::Ahead(ahead) => ahead.end().unwrap_or_default(),
        }
    }

    /// Keeps the file open once it was, so that its records are read again without opening it each time. That it is still
    /// the same file is looked at all the same.
    pub fn keep_open(&mut self) {
        if let Body::File { keeps, .. } = &mut self.body {
            *keeps = true;
        }
    }

    /// Why the input is not whole, if it is not: what was read of it is good, and something is missing behind it.
    pub fn damage(&self) -> Option<String> {
        self.end().damage
    }

    /// How the input is compressed.
    pub fn packing(&self) -> Option<&'static str> {
        self.packing.map(Packing::name)
    }

    /// The name under which the input is shown.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes the input has as it is stored; waits for the end of a stream.
    pub fn stored_bytes(&self) -> u64 {
        self.end().stored
    }

    /// Whether it is stored in fewer bytes than these, as far as that is known by now: a stream that is still on its way
    /// is long.
    pub fn is_shorter_than(&self, bytes: u64) -> bool {
        !matches!(self.body, Body::Ahead(_)) && self.stored_bytes() < bytes
    }

    /// Where the text begins: behind a byte order mark.
    pub fn start(&self) -> u64 {
        match self.encoding {
            Encoding::Utf8Mark => 3,
            _ => 0,
        }
    }

    /// The encoding in words, for `--dry-run`.
    pub fn encoding(&self) -> &'static str {
        self.encoding.words()
    }

    /// Opens the input for reading by position.
    ///
    /// # Errors
    /// When the file cannot be opened any more, or is no longer the one that was opened first.
    pub fn reader(&self) -> Result<Reader<'_>, InputError> {
        let from = match &self.body {
            Body::Memory(bytes, _) => Access::Memory(bytes),
            Body::Ahead(ahead) => Access::Ahead(ahead),
            Body::File { path, stamp, kept, keeps } => {
                let failed =
                    |error| InputError::new(ErrorKind::Open { path: self.name.clone(), error });
                let check = |metadata: io::Result<fs::Metadata>| match metadata {
                    Ok(metadata) if Stamp::of(&metadata) == *stamp => Ok(()),
                    Ok(_) => Err(InputError::new(ErrorKind::Changed { path: self.name.clone() })),
                    Err(error) => Err(failed(error)),
                };
                if let Some(file) = kept.get() {
                    check(fs::metadata(path))?;
                    Access::Shared(file, stamp.len)
                } else {
                    let file = File::open(path).map_err(failed)?;
                    check(file.metadata())?;
                    let file = Positioned::new(file);
                    if *keeps {
                        Access::Shared(kept.get_or_init(|| file), stamp.len)
                    } else {
                        Access::Own(file, stamp.len)
                    }
                }
            }
        };
        Ok(Reader { name: &self.name, from })
    }

    /// Checks that the file is still as it was opened, once it has been read.
    ///
    /// # Errors
    /// When it was changed, replaced or removed meanwhile.
    pub fn still_the_same(&self) -> Result<(), InputError> {
        self.reader().map(drop)
    }
}

/// An input that is open for reading by position.
pub struct Reader<'a> {
    name: &'a str,
    from: Access<'a>,
}

enum Access<'a> {
    Memory(&'a [u8]),
    Shared(&'a Positioned, u64),
    Own(Positioned, u64),
    Ahead(&'a Ahead),
}

impl Reader<'_> {
    /// Fills `buffer` with the bytes that stand at `offset`, and says how much of it: less than the whole only at the
    /// end of the input. Waits for what is on its way.
    ///
    /// # Errors
    /// When the bytes cannot be read, or the file has become shorter than it was.
    pub fn fill(&self, buffer: &mut [u8], offset: u64) -> Result<usize, InputError> {
        let there = self.there(offset.saturating_add(buffer.len() as u64))?;
        let wanted =
            buffer.len().min(usize::try_from(there.saturating_sub(offset)).unwrap_or(usize::MAX));
        let buffer = &mut buffer[..wanted];
        let file = match &self.from {
            Access::Memory(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                buffer.copy_from_slice(&bytes[start..start + wanted]);
                return Ok(wanted);
            }
            Access::Shared(file, _) => file,
            Access::Own(file, _) => file,
            Access::Ahead(ahead) => ahead.file(),
        };
        match file.read_at(buffer, offset) {
            Ok(got) if got == wanted => Ok(wanted),
            Ok(_) => Err(InputError::new(ErrorKind::Changed { path: self.name.to_owned() })),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// The bytes from `offset` on, `wanted` of them or as many as there are.
    ///
    /// # Errors
    /// As [`Reader::fill`].
    pub fn bytes(&self, offset: u64, wanted: usize) -> Result<Vec<u8>, InputError> {
        let there = self.there(offset.saturating_add(wanted as u64))?;
        let mut bytes =
            vec![
                0;
                wanted.min(usize::try_from(there.saturating_sub(offset)).unwrap_or(usize::MAX))
            ];
        self.fill(&mut bytes, offset)?;
        Ok(bytes)
    }

    /// Whether nothing stands at `offset` or behind it.
    ///
    /// # Errors
    /// When the input cannot be read so far.
    pub fn ends_at(&self, offset: u64) -> Result<bool, InputError> {
        Ok(self.there(offset.saturating_add(1))? <= offset)
    }

    /// Where the input ends, if it ends before `until`; else some position behind that.
    fn there(&self, until: u64) -> Result<u64, InputError> {
        match &self.from {
            Access::Memory(bytes) => Ok(bytes.len() as u64),
            Access::Shared(_, len) | Access::Own(_, len) => Ok(*len),
            Access::Ahead(ahead) => ahead.wait(until).map_err(|error| self.failed(error)),
        }
    }

    fn failed(&self, error: io::Error) -> InputError {
        InputError::new(ErrorKind::Read { path: self.name.to_owned(), error })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn all(source: &Source) -> Vec<u8> {
        source.reader().unwrap().bytes(source.start(), usize::MAX).unwrap()
    }

    #[test]
    fn a_byte_order_mark_is_not_text() {
        assert_eq!(all(&Source::memory("m", b"\xEF\xBB\xBFa,b\n".to_vec())), b"a,b\n");
        assert_eq!(all(&Source::memory("m", b"a,b\n".to_vec())), b"a,b\n");
        assert_eq!(all(&Source::memory("m", b"\xEF\xBB\xBF".to_vec())), b"");
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
            let from_file = Source::open(file.path(), None).unwrap();
            assert_eq!(all(&from_file), text.as_bytes());
            assert_eq!(from_file.stored_bytes(), bytes.len() as u64);
            assert_eq!(
                all(&Source::stream("s", Box::new(io::Cursor::new(bytes.clone())), 0).unwrap()),
                text.as_bytes()
            );
            assert_eq!(all(&Source::memory("m", bytes)), text.as_bytes());
        }
    }

    #[test]
    fn a_long_stream_is_read_while_it_comes_and_reads_the_same() {
        let bytes: Vec<u8> = (0..KEPT_IN_MEMORY + 70_000).map(|n| (n % 251) as u8 + 1).collect();
        let source = Source::stream("-", Box::new(io::Cursor::new(bytes.clone())), 0).unwrap();
        assert!(matches!(source.body, Body::Ahead(_)));
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

    /// Gives its bytes in two halves, the second one only when it is told to.
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
        let source = Source::stream("-", Box::new(Slow(bytes.clone(), 0, waits)), 0).unwrap();
        let reader = source.reader().unwrap();
        assert!(reader.bytes(0, bytes.len() / 2 - 20).unwrap() == bytes[..bytes.len() / 2 - 20]);
        go.send(()).unwrap();
        assert!(all(&source) == bytes);
        // A stream that fails on its way is an error for whoever reads on, and no end.
        let (go, waits) = std::sync::mpsc::channel();
        let source = Source::stream("-", Box::new(Slow(bytes.clone(), 0, waits)), 0).unwrap();
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
        let source = Source::open(file.path(), None).unwrap();
        assert!(matches!(source.body, Body::Ahead(_)));
        let read = all(&source);
        assert!(
            read.len() > KEPT_IN_MEMORY
                && read.ends_with(b"\n")
                && rows.as_bytes().starts_with(&read)
        );
        assert!(source.damage().is_some_and(|damage| damage.contains("broken or cut off")));
        assert_eq!(source.stored_bytes(), packed.len() as u64 * 9 / 10);
    }

    #[test]
    fn a_file_that_changed_is_not_read_as_if_it_had_not() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"a,b\n1,2\n").unwrap();
        let source = Source::open(file.path(), None).unwrap();
        file.write_all(b"3,4\n").unwrap();
        assert!(matches!(source.reader().err().unwrap().kind(), ErrorKind::Changed { .. }));
    }

    #[test]
    fn a_missing_file_says_its_name() {
        let error = Source::open(Path::new("/nowhere/claims.csv"), None).unwrap_err();
        assert!(error.to_string().contains("/nowhere/claims.csv"), "{error}");
    }
}

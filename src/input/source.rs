//! Where the bytes come from: files that are read by position, and streams that are kept so that they can be.
//!
//! A finding shows its records long after they were read, so that every input must be able to give a record a second
//! time. Regular files can; standard input, pipes and text that had to be converted are spooled into an unnamed
//! temporary file first (up to [`KEPT_IN_MEMORY`] stay in memory); compressed files are unpacked into it.

mod decode;
mod spool;
mod unpack;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::error::{ErrorKind, InputError};
use decode::Encoding;
use spool::{Positioned, Spool, Spooled};
use unpack::{Packing, Unpacker};

/// Up to this many spooled bytes stay in memory.
pub const KEPT_IN_MEMORY: usize = 8 << 20;

/// An input that can be read at any position, as often as needed.
#[derive(Debug)]
pub struct Source {
    name: String,
    body: Body,
    encoding: Encoding,
    stored: u64,
    len: u64,
    packing: Option<Packing>,
    damage: Option<String>,
}

#[derive(Debug)]
enum Body {
    /// Opened anew for every reading, so that thousands of inputs need no open file each; a few are kept open.
    File {
        path: PathBuf,
        stamp: Stamp,
        kept: OnceLock<Positioned>,
        keeps: bool,
    },
    Memory(Vec<u8>),
    Spool(Positioned),
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
            let name = stdin_name.unwrap_or("-");
            return Self::stream(name, &mut io::stdin().lock());
        }
        let name = path.display().to_string();
        let failed = |error| InputError::new(ErrorKind::Open { path: name.clone(), error });
        let mut file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(failed(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        if !metadata.is_file() {
            return Self::stream(&name, &mut file);
        }
        let stamp = Stamp::of(&metadata);
        let positioned = Positioned::new(file);
        let mut head = [0; 4];
        let got = positioned.read_at(&mut head, 0).map_err(failed)?;
        let encoding = Encoding::of(&head[..got]);
        if !encoding.is_converted() && Packing::of(&head[..got]).is_none() {
            let path = path.to_owned();
            return Ok(Self {
                name,
                body: Body::File { path, stamp, kept: OnceLock::new(), keeps: false },
                encoding,
                stored: stamp.len,
                len: stamp.len,
                packing: None,
                damage: None,
            });
        }
        let mut source = Self::stream(&name, &mut File::open(path).map_err(failed)?)?;
        source.stored = stamp.len;
        Ok(source)
    }

    /// An input that is already in memory: tests, and the cases of a rule.
    pub fn memory(name: &str, bytes: Vec<u8>) -> Self {
        let encoding = Encoding::of(&bytes);
        let stored = bytes.len() as u64;
        let bytes = if encoding.is_converted() { decode::utf16(&bytes, encoding) } else { bytes };
        let len = bytes.len() as u64;
        Self { name: name.to_owned(), body: Body::Memory(bytes), encoding, stored, len, packing: None, damage: None }
    }

    /// Reads a stream to its end and keeps it, unpacked where it is compressed.
    fn stream(name: &str, stream: &mut dyn Read) -> Result<Self, InputError> {
        let failed = |error| InputError::new(ErrorKind::Read { path: name.to_owned(), error });
        let mut head = Vec::with_capacity(4);
        stream.take(4).read_to_end(&mut head).map_err(failed)?;
        let Some(packing) = Packing::of(&head) else {
            return Self::spooled(name, head, stream).map_err(failed);
        };
        let mut whole = head.chain(stream);
        let mut unpacker = Unpacker::new(packing, &mut whole);
        let mut head = Vec::with_capacity(4);
        (&mut unpacker).take(4).read_to_end(&mut head).map_err(failed)?;
        let mut source = Self::spooled(name, head, &mut unpacker).map_err(failed)?;
        source.stored = unpacker.packed();
        source.packing = Some(packing);
        source.damage = unpacker.into_damage();
        if let Some(damage) = &source.damage {
            if source.len == 0 {
                return Err(failed(io::Error::other(damage.clone())));
            }
            source.len = source.last_line_end()?;
        }
        Ok(source)
    }

    /// Keeps a stream of which the first bytes were read already.
    fn spooled(name: &str, head: Vec<u8>, stream: &mut dyn Read) -> io::Result<Self> {
        let encoding = Encoding::of(&head);
        let mut spool = Spool::new();
        let mut whole = head.chain(stream);
        let stored =
            if encoding.is_converted() { decode::convert(&mut whole, encoding, &mut spool)? } else { io::copy(&mut whole, &mut spool)? };
        let (body, len) = match spool.finish()? {
            Spooled::Memory(bytes) => {
                let len = bytes.len() as u64;
                (Body::Memory(bytes), len)
            }
            Spooled::File(file, len) => (Body::Spool(file), len),
        };
        Ok(Self { name: name.to_owned(), body, encoding, stored, len, packing: None, damage: None })
    }

    /// Behind the last line end: half a line at a broken end could say anything. The end, where no line ends nearby.
    fn last_line_end(&self) -> Result<u64, InputError> {
        let from = self.len.saturating_sub(1 << 20);
        let tail = self.reader()?.bytes(from, 1 << 20)?;
        let end = memchr::memrchr2(b'\r', b'\n', &tail).map_or(tail.len(), |at| at + 1);
        Ok(from + end as u64)
    }

    /// Keeps the file open once it was, so that its records are read again without opening it each time. That it is still
    /// the same file is looked at all the same.
    pub fn keep_open(&mut self) {
        if let Body::File { keeps, .. } = &mut self.body {
            *keeps = true;
        }
    }

    /// Why the input is not whole, if it is not: what was read of it is good, and something is missing behind it.
    pub fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }

    /// How the input is compressed.
    pub fn packing(&self) -> Option<&'static str> {
        self.packing.map(Packing::name)
    }

    /// The name under which the input is shown.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes the input has as it is stored.
    pub fn stored_bytes(&self) -> u64 {
        self.stored
    }

    /// How many bytes there are to read: the end of every position.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.len == self.start()
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
            Body::Memory(bytes) => Access::Memory(bytes),
            Body::Spool(file) => Access::Shared(file),
            Body::File { path, stamp, kept, keeps } => {
                let failed = |error| InputError::new(ErrorKind::Open { path: self.name.clone(), error });
                let check = |metadata: io::Result<fs::Metadata>| match metadata {
                    Ok(metadata) if Stamp::of(&metadata) == *stamp => Ok(()),
                    Ok(_) => Err(InputError::new(ErrorKind::Changed { path: self.name.clone() })),
                    Err(error) => Err(failed(error)),
                };
                if let Some(file) = kept.get() {
                    check(fs::metadata(path))?;
                    Access::Shared(file)
                } else {
                    let file = File::open(path).map_err(failed)?;
                    check(file.metadata())?;
                    let file = Positioned::new(file);
                    if *keeps { Access::Shared(kept.get_or_init(|| file)) } else { Access::Own(file) }
                }
            }
        };
        Ok(Reader { name: &self.name, from, len: self.len })
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
    len: u64,
}

enum Access<'a> {
    Memory(&'a [u8]),
    Shared(&'a Positioned),
    Own(Positioned),
}

impl Reader<'_> {
    /// Fills `buffer` with the bytes that stand at `offset`, and says how much of it: less than the whole only at the
    /// end of the input.
    ///
    /// # Errors
    /// When the bytes cannot be read, or the file has become shorter than it was.
    pub fn fill(&self, buffer: &mut [u8], offset: u64) -> Result<usize, InputError> {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        let buffer = &mut buffer[..wanted];
        let file = match &self.from {
            Access::Memory(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                buffer.copy_from_slice(&bytes[start..start + wanted]);
                return Ok(wanted);
            }
            Access::Shared(file) => file,
            Access::Own(file) => file,
        };
        match file.read_at(buffer, offset) {
            Ok(got) if got == wanted => Ok(wanted),
            Ok(_) => Err(InputError::new(ErrorKind::Changed { path: self.name.to_owned() })),
            Err(error) => Err(InputError::new(ErrorKind::Read { path: self.name.to_owned(), error })),
        }
    }

    /// The bytes from `offset` on, `wanted` of them or as many as there are.
    ///
    /// # Errors
    /// As [`Reader::fill`].
    pub fn bytes(&self, offset: u64, wanted: usize) -> Result<Vec<u8>, InputError> {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let mut bytes = vec![0; wanted.min(left)];
        self.fill(&mut bytes, offset)?;
        Ok(bytes)
    }

    /// Where the input ends.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether the input has no bytes at all.
    pub fn is_empty(&self) -> bool {
        self.len == 0
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
        assert!(Source::memory("m", b"\xEF\xBB\xBF".to_vec()).is_empty());
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
            assert_eq!(all(&Source::stream("s", &mut &bytes[..]).unwrap()), text.as_bytes());
            assert_eq!(all(&Source::memory("m", bytes)), text.as_bytes());
        }
    }

    #[test]
    fn a_long_stream_goes_to_a_temporary_file_and_reads_the_same() {
        let bytes: Vec<u8> = (0..KEPT_IN_MEMORY + 70_000).map(|n| (n % 251) as u8 + 1).collect();
        let source = Source::stream("-", &mut &bytes[..]).unwrap();
        assert!(matches!(source.body, Body::Spool(_)));
        assert_eq!(source.len(), bytes.len() as u64);
        assert!(all(&source) == bytes);
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

//! Where the bytes come from: files that are read by position, and streams that are kept so that they can be too.
//!
//! A finding shows its records long after they were read, so every input must be able to read a record a second time. Regular files can. Standard
//! input, pipes, compressed files and text that has to be converted are kept in memory if they are short, else in an unnamed temporary file, which a
//! separate thread fills ahead of the reader.

mod ahead;
mod cursor;
mod decode;
mod positioned;
mod random;
mod reader;
mod spool;
mod unpack;
mod window;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::error::{ErrorKind, InputError};
use ahead::{ByteStream, End, ReadAhead};
pub(crate) use cursor::SourceCursor;
use decode::Encoding;
use positioned::Positioned;
pub use random::SourceBytes;
use reader::SourceAccess;
pub(crate) use reader::SourceReader;
pub(crate) use spool::{Spool, SpoolWriter};
pub(crate) use unpack::{MOST_TIMES, SMALL};
use unpack::{Packing, Unpacker};
pub(crate) use window::Window;

/// A stream of up to this many bytes stays in memory.
pub(crate) const KEPT_IN_MEMORY: usize = 8 << 20;

/// An input that can be read at any position, as often as needed.
#[derive(Debug)]
pub(crate) struct InputSource {
    name: String,
    body: SourceBody,
    encoding: Encoding,
    packing: Option<Packing>,
    /// Whether the text is not that of the file, but is equivalent, line by line.
    rewritten: bool,
    /// What it is a sheet of, if it is one: its lines are the sheet's rows.
    workbook: Option<SheetOf>,
}

/// What a sheet is a sheet of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SheetOf {
    /// The kind of workbook.
    pub(crate) kind: &'static str,
    /// Whether everything is in one column: its cells are the lines of a table in text form.
    pub(crate) is_one_column: bool,
}

#[derive(Debug)]
enum SourceBody {
    /// Opened for each reading, so that thousands of inputs do not keep thousands of files open; a
    /// few inputs are kept open.
    File { path: PathBuf, stamp: Stamp, kept: OnceLock<Positioned>, keeps: bool },
    /// Complete, with what is known about its origin.
    Memory(Vec<u8>, End),
    /// A stream that is still being read.
    ReadAhead(ReadAhead),
    /// A member of a container, which begins there.
    Window(Arc<Spool>, u64, End),
}

/// What shows that a file is still the one that was opened.
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

/// Opens a file or a pipe for reading. A device (`/dev/zero`) is refused, since it may have no end, unless it is the null device or a terminal.
///
/// # Errors
/// If it cannot be opened, or is a device.
pub fn open_file(path: &Path) -> io::Result<File> {
    if !is_device(&fs::metadata(path)?) {
        return File::open(path);
    }
    let is_null = fs::canonicalize(path).is_ok_and(|path| path == Path::new("/dev/null"));
    let file = File::open(path)?;
    if is_null || io::IsTerminal::is_terminal(&file) {
        return Ok(file);
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a device, and may have no end"))
}

#[cfg(unix)]
fn is_device(about: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    about.file_type().is_char_device() || about.file_type().is_block_device()
}

#[cfg(not(unix))]
fn is_device(_: &fs::Metadata) -> bool {
    false
}

impl InputSource {
    /// Opens a file, a named pipe or, for `-`, standard input. `stdin_name` is the name of standard input in reports.
    ///
    /// # Errors
    /// When the file does not exist or cannot be read, or a stream cannot be spooled.
    pub(crate) fn open(path: &Path, stdin_name: Option<&str>) -> Result<Self, InputError> {
        if path.as_os_str() == "-" {
            return Self::stream(stdin_name.unwrap_or("-"), Box::new(io::stdin()), 0);
        }
        Self::open_as(path, path.display().to_string())
    }

    /// Opens a file or a named pipe, which reports call by the given name.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) fn open_as(path: &Path, name: String) -> Result<Self, InputError> {
        let failed = |error| InputError::new(ErrorKind::Open { path: name.clone(), error });
        let file = open_file(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(failed(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        if !metadata.is_file() {
            return Self::stream(&name, Box::new(file), 0);
        }
        let stamp = Stamp::of(&metadata);
        let positioned = Positioned::new(file);
        let mut head = [0; unpack::HEAD];
        let got = positioned.read_at(&mut head, 0).map_err(failed)?;
        let encoding = Encoding::of(&head[..got]);
        if !encoding.is_converted() && Packing::of(&head[..got]).is_none() {
            let path = path.to_owned();
            let body = SourceBody::File { path, stamp, kept: OnceLock::new(), keeps: false };
            return Ok(Self {
                name,
                body,
                encoding,
                packing: None,
                rewritten: false,
                workbook: None,
            });
        }
        Self::stream(&name, Box::new(File::open(path).map_err(failed)?), stamp.len)
    }

    /// An input already in memory: tests, and the cases of a rule.
    pub(crate) fn memory(name: &str, bytes: Vec<u8>) -> Self {
        let encoding = Encoding::of(&bytes);
        let stored = bytes.len() as u64;
        let bytes = if encoding.is_converted() { decode::utf16(&bytes, encoding) } else { bytes };
        let end = End { len: bytes.len() as u64, stored, damage: None };
        Self {
            name: name.to_owned(),
            body: SourceBody::Memory(bytes, end),
            encoding,
            packing: None,
            rewritten: false,
            workbook: None,
        }
    }

    /// The same input with its text rewritten, in memory. Lines stay the same; in another notation, columns do not.
    pub(crate) fn converted(&self, bytes: Vec<u8>, rewritten: bool) -> Self {
        let end =
            End { len: bytes.len() as u64, stored: self.stored_bytes(), damage: self.damage() };
        Self {
            name: self.name.clone(),
            encoding: Encoding::of(&bytes),
            body: SourceBody::Memory(bytes, end),
            packing: self.packing,
            rewritten,
            workbook: None,
        }
    }

    /// Reads a stream, unpacked if it is compressed: all of it if it is short, else on a separate thread. `stored` is its length if that is known in
    /// advance, else 0.
    fn stream(
        name: &str,
        mut stream: Box<dyn Read + Send>,
        stored: u64,
    ) -> Result<Self, InputError> {
        let failed = |error| InputError::new(ErrorKind::Read { path: name.to_owned(), error });
        let mut head = Vec::with_capacity(unpack::HEAD);
        (&mut stream).take(unpack::HEAD as u64).read_to_end(&mut head).map_err(failed)?;
        let packing = Packing::of(&head);
        let whole: Box<dyn Read + Send> = Box::new(io::Cursor::new(head).chain(stream));
        let mut stream = match packing {
            Some(packing) => ByteStream::Packed(Unpacker::new(packing, whole)),
            None => ByteStream::Plain(whole),
        };
        let mut begun = Vec::new();
        (&mut stream).take(KEPT_IN_MEMORY as u64).read_to_end(&mut begun).map_err(failed)?;
        let encoding = Encoding::of(&begun);
        let body = if begun.len() < KEPT_IN_MEMORY {
            let (bytes, end) = ahead::short(begun, stream, encoding, stored);
            if let (Some(damage), 0) = (&end.damage, bytes.len()) {
                return Err(failed(io::Error::other(damage.clone())));
            }
            SourceBody::Memory(bytes, end)
        } else {
            SourceBody::ReadAhead(
                ReadAhead::start(begun, stream, encoding, stored).map_err(failed)?,
            )
        };
        Ok(Self {
            name: name.to_owned(),
            body,
            encoding,
            packing,
            rewritten: false,
            workbook: None,
        })
    }

    /// What is known after the input has been read to its end. Waits for the end.
    fn end(&self) -> End {
        match &self.body {
            SourceBody::File { stamp, .. } => {
                End { len: stamp.len, stored: stamp.len, damage: None }
            }
            SourceBody::Memory(_, end) | SourceBody::Window(_, _, end) => end.clone(),
            // The reader gets the error; here it counts as the end.
            SourceBody::ReadAhead(ahead) => ahead.end().unwrap_or_default(),
        }
    }

    /// Keeps the file open once it has been opened, so that records can be read again without opening it each time. Whether it is still the same file
    /// is checked all the same.
    pub(crate) fn keep_open(&mut self) {
        if let SourceBody::File { keeps, .. } = &mut self.body {
            *keeps = true;
        }
    }

    /// Why the input is incomplete, if it is: what was read is good, and the rest is missing.
    pub(crate) fn damage(&self) -> Option<String> {
        self.end().damage
    }

    /// How many bytes can be read. Waits for the end of a stream.
    pub(crate) fn readable_bytes(&self) -> u64 {
        self.end().len
    }

    /// What it is a sheet of, if it is one: its lines are the sheet's rows.
    pub(crate) fn workbook(&self) -> Option<SheetOf> {
        self.workbook
    }

    /// How the input is compressed.
    pub(crate) fn packing(&self) -> Option<&'static str> {
        self.packing.map(Packing::name)
    }

    /// Whether its text is in another notation than the file's.
    pub(crate) fn is_rewritten(&self) -> bool {
        self.rewritten
    }

    /// The name of the input in reports.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The size of the input in bytes, as stored. Waits for the end of a stream.
    pub(crate) fn stored_bytes(&self) -> u64 {
        self.end().stored
    }

    /// Whether it is stored in fewer than `bytes` bytes, as far as is known so far: a stream that is still being read counts as long.
    pub(crate) fn is_shorter_than(&self, bytes: u64) -> bool {
        !matches!(self.body, SourceBody::ReadAhead(_)) && self.stored_bytes() < bytes
    }

    /// Where the text begins: after a byte order mark.
    pub(crate) fn start(&self) -> u64 {
        match self.encoding {
            Encoding::Utf8Mark => 3,
            _ => 0,
        }
    }

    /// The encoding in words, for `--dry-run`.
    pub(crate) fn encoding(&self) -> &'static str {
        self.encoding.words()
    }

    /// Opens the input for reading by position.
    ///
    /// # Errors
    /// When the file can no longer be opened, or is no longer the one that was opened first.
    pub(crate) fn reader(&self) -> Result<SourceReader<'_>, InputError> {
        let from = match &self.body {
            SourceBody::Memory(bytes, _) => SourceAccess::Memory(bytes),
            SourceBody::ReadAhead(ahead) => SourceAccess::ReadAhead(ahead),
            SourceBody::Window(spool, start, end) => SourceAccess::Window(spool, *start, end.len),
            SourceBody::File { path, stamp, kept, keeps } => {
                let failed =
                    |error| InputError::new(ErrorKind::Open { path: self.name.clone(), error });
                let check = |metadata: io::Result<fs::Metadata>| match metadata {
                    Ok(metadata) if Stamp::of(&metadata) == *stamp => Ok(()),
                    Ok(_) => Err(InputError::new(ErrorKind::Changed { path: self.name.clone() })),
                    Err(error) => Err(failed(error)),
                };
                if let Some(file) = kept.get() {
                    check(fs::metadata(path))?;
                    SourceAccess::Shared(file, stamp.len)
                } else {
                    let file = File::open(path).map_err(failed)?;
                    check(file.metadata())?;
                    let file = Positioned::new(file);
                    if *keeps {
                        SourceAccess::Shared(kept.get_or_init(|| file), stamp.len)
                    } else {
                        SourceAccess::Own(file, stamp.len)
                    }
                }
            }
        };
        Ok(SourceReader { name: &self.name, from })
    }

    /// Checks, after reading, that the file is still as it was when opened.
    ///
    /// # Errors
    /// When it was changed, replaced or removed meanwhile.
    pub(crate) fn still_the_same(&self) -> Result<(), InputError> {
        self.reader().map(drop)
    }
}

#[cfg(test)]
mod tests;

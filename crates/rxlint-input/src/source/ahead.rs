//! Streams that a separate thread reads ahead: packed files, standard input, pipes.
//!
//! What has arrived can be read by position while the rest is still on its way. How much has
//! arrived only affects who waits for whom, never what is read.

use std::io::{self, Read, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use memchr::memrchr2;

use super::decode::{self, Encoding};
use super::positioned::Positioned;
use super::unpack::Unpacker;

/// How many bytes are read at a time.
const STEP: usize = 256 << 10;

/// The last line end of a broken stream is searched for within this many bytes.
const TAIL: u64 = 1 << 20;

/// A stream, unpacked while being read if it is packed.
pub(super) enum ByteStream {
    Plain(Box<dyn Read + Send>),
    Packed(Unpacker<Box<dyn Read + Send>>),
}

impl Read for ByteStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Packed(unpacker) => unpacker.read(buffer),
        }
    }
}

impl ByteStream {
    /// How many bytes are stored, given that `taken` bytes of the stream were read to its end, and what is wrong with them. `stored` is what was
    /// known before, if anything.
    fn told(self, taken: u64, stored: u64) -> (u64, Option<String>) {
        let (counted, damage) = match self {
            Self::Plain(_) => (taken, None),
            Self::Packed(unpacker) => (unpacker.packed(), unpacker.into_damage()),
        };
        (if stored > 0 { stored } else { counted }, damage)
    }
}

/// What is known about a stream after it has been read to its end.
#[derive(Clone, Debug, Default)]
pub(super) struct End {
    /// Bytes that can be read.
    pub(super) len: u64,
    /// Bytes of the stream, as stored.
    pub(super) stored: u64,
    /// What is wrong with it, if it ended early.
    pub(super) damage: Option<String>,
}

/// A stream on its way into an unnamed temporary file.
#[derive(Debug)]
pub(super) struct ReadAhead {
    file: Arc<Positioned>,
    way: Arc<Way>,
}

#[derive(Debug, Default)]
struct Way {
    so_far: Mutex<SoFar>,
    moved: Condvar,
}

#[derive(Debug, Default)]
struct SoFar {
    /// Bytes that can be read so far.
    ready: u64,
    end: Option<Result<End, (io::ErrorKind, String)>>,
    /// Whether the rest is no longer wanted.
    is_abandoned: bool,
}

impl ReadAhead {
    /// Reads `stream` on a separate thread; `begun` has already been read from it.
    pub(super) fn start(
        begun: Vec<u8>,
        mut stream: ByteStream,
        encoding: Encoding,
        stored: u64,
    ) -> io::Result<Self> {
        let file = Arc::new(Positioned::new(tempfile::tempfile()?));
        let way = Arc::new(Way::default());
        let mut taker =
            Taker { file: Arc::clone(&file), way: Arc::clone(&way), at: 0, line_end: 0 };
        std::thread::Builder::new().name("ahead".to_owned()).spawn(move || {
            let taken = take(&mut begun.chain(&mut stream), encoding, &mut taker);
            taker.finish(taken, stream, stored);
        })?;
        Ok(Self { file, way })
    }

    /// Waits until all bytes below `until` are there or the stream has ended; returns how many
    /// bytes can be read.
    pub(super) fn wait(&self, until: u64) -> io::Result<u64> {
        let so_far = self.way.wait_while(|so_far| so_far.ready < until && so_far.end.is_none());
        match &so_far.end {
            Some(Err((kind, what))) => Err(io::Error::new(*kind, what.clone())),
            Some(Ok(end)) => Ok(end.len),
            None => Ok(so_far.ready),
        }
    }

    /// Waits for the end.
    pub(super) fn end(&self) -> io::Result<End> {
        let so_far = self.way.wait_while(|so_far| so_far.end.is_none());
        match &so_far.end {
            Some(Err((kind, what))) => Err(io::Error::new(*kind, what.clone())),
            Some(Ok(end)) => Ok(end.clone()),
            None => Ok(End::default()),
        }
    }

    pub(super) fn file(&self) -> &Positioned {
        &self.file
    }
}

impl Drop for ReadAhead {
    fn drop(&mut self) {
        self.way.lock().is_abandoned = true;
    }
}

impl Way {
    fn lock(&self) -> MutexGuard<'_, SoFar> {
        self.so_far.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_while(&self, condition: impl Fn(&SoFar) -> bool) -> MutexGuard<'_, SoFar> {
        self.moved
            .wait_while(self.lock(), |so_far| condition(so_far))
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Copies a whole stream; returns how many bytes it had before any conversion.
pub(super) fn take(
    stream: &mut dyn Read,
    encoding: Encoding,
    to: &mut dyn Write,
) -> io::Result<u64> {
    if encoding.is_converted() {
        return decode::convert(stream, encoding, to);
    }
    let (mut buffer, mut taken) = (vec![0; STEP], 0);
    loop {
        let got = match stream.read(&mut buffer) {
            Ok(0) => return Ok(taken),
            Ok(got) => got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        to.write_all(&buffer[..got])?;
        taken += got as u64;
    }
}

/// The text of a stream that has already ended; cut after the last line end if it broke off.
pub(super) fn short(
    taken: Vec<u8>,
    stream: ByteStream,
    encoding: Encoding,
    stored: u64,
) -> (Vec<u8>, End) {
    let (stored, damage) = stream.told(taken.len() as u64, stored);
    let mut bytes = if encoding.is_converted() { decode::utf16(&taken, encoding) } else { taken };
    if damage.is_some() {
        let line_end = memrchr2(b'\n', b'\r', &bytes).map_or(0, |at| at + 1);
        if (bytes.len() - line_end) as u64 <= TAIL {
            bytes.truncate(line_end);
        }
    }
    let len = bytes.len() as u64;
    (bytes, End { len, stored, damage })
}

/// Writes what has been read, and releases it up to the last line end: should the stream break off, the half line after that could mean anything.
struct Taker {
    file: Arc<Positioned>,
    way: Arc<Way>,
    at: u64,
    line_end: u64,
}

impl Taker {
    /// Where a stream that breaks off here ends.
    fn broken_end(&self) -> u64 {
        if self.at - self.line_end > TAIL { self.at } else { self.line_end }
    }

    fn finish(self, taken: io::Result<u64>, stream: ByteStream, stored: u64) {
        let end = taken.map_err(|error| (error.kind(), error.to_string())).map(|taken| {
            let (stored, damage) = stream.told(taken, stored);
            End { len: if damage.is_some() { self.broken_end() } else { self.at }, stored, damage }
        });
        self.way.lock().end = Some(end);
        self.way.moved.notify_all();
    }
}

impl Write for Taker {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write_at(bytes, self.at)?;
        if let Some(end) = memrchr2(b'\n', b'\r', bytes) {
            self.line_end = self.at + end as u64 + 1;
        }
        self.at += bytes.len() as u64;
        let mut so_far = self.way.lock();
        if so_far.is_abandoned {
            return Err(io::Error::other("nobody reads on"));
        }
        so_far.ready = self.broken_end();
        drop(so_far);
        self.way.moved.notify_all();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

//! Where the members of a container are kept: one after the other, in memory while they are short, else in one unnamed temporary file.

use std::io::{self, Write};

use super::KEPT_IN_MEMORY;
use super::positioned::Positioned;

/// The members of one container, unpacked.
#[derive(Debug)]
pub(crate) struct Spool {
    body: SpoolBody,
}

#[derive(Debug)]
pub(super) enum SpoolBody {
    Memory(Vec<u8>),
    File(Positioned),
}

impl Spool {
    pub(super) fn body(&self) -> &SpoolBody {
        &self.body
    }

    #[cfg(all(test, feature = "spreadsheets"))]
    pub(crate) fn text(&self) -> String {
        match &self.body {
            SpoolBody::Memory(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            SpoolBody::File(_) => String::new(),
        }
    }
}

/// A spool that is being filled.
#[derive(Debug)]
pub(crate) struct SpoolWriter {
    body: SpoolBody,
    /// What has not been written to the file yet.
    pending: Vec<u8>,
    at: u64,
    /// Where the last line ended.
    line_end: u64,
    /// At most this many bytes are taken.
    most: u64,
}

/// How much is written to the file at a time.
const STEP: usize = 256 << 10;

impl SpoolWriter {
    /// An empty spool that refuses more than `most` bytes.
    pub(crate) fn new(most: u64) -> Self {
        let body = SpoolBody::Memory(Vec::new());
        Self { body, pending: Vec::new(), at: 0, line_end: 0, most }
    }

    /// How many bytes it has taken.
    pub(crate) fn position(&self) -> u64 {
        self.at
    }

    /// Where the last line of what was written since `start` ended.
    pub(crate) fn line_end(&self, start: u64) -> u64 {
        self.line_end.max(start)
    }

    /// The spool, once it is complete.
    ///
    /// # Errors
    /// When the temporary file cannot be written.
    pub(crate) fn finish(mut self) -> io::Result<Spool> {
        self.write_pending()?;
        Ok(Spool { body: self.body })
    }

    fn write_pending(&mut self) -> io::Result<()> {
        if let SpoolBody::File(file) = &self.body {
            file.write_at(&self.pending, self.at - self.pending.len() as u64)?;
            self.pending.clear();
        }
        Ok(())
    }
}

impl Write for SpoolWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let after = self.at + bytes.len() as u64;
        if after > self.most {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        if let Some(end) = memchr::memrchr2(b'\n', b'\r', bytes) {
            self.line_end = self.at + end as u64 + 1;
        }
        if let SpoolBody::Memory(kept) = &mut self.body {
            if kept.len() + bytes.len() <= KEPT_IN_MEMORY {
                kept.extend_from_slice(bytes);
                self.at = after;
                return Ok(bytes.len());
            }
            let file = Positioned::new(tempfile::tempfile()?);
            file.write_at(kept, 0)?;
            self.body = SpoolBody::File(file);
        }
        self.pending.extend_from_slice(bytes);
        self.at = after;
        if self.pending.len() >= STEP {
            self.write_pending()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

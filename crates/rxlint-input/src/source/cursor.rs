//! An input as a seekable stream, for libraries that ask for one.

use std::io::{self, Read, Seek, SeekFrom};

use super::InputSource;
use super::reader::SourceReader;
use crate::error::InputError;

/// An input, read from wherever it is positioned. What it reads is kept for the next small read.
pub(crate) struct SourceCursor<'a> {
    reader: SourceReader<'a>,
    length: u64,
    at: u64,
    buffer: Vec<u8>,
    /// Where the buffer begins in the input.
    from: u64,
}

/// How much is read at a time.
const STEP: usize = 64 << 10;

impl<'a> SourceCursor<'a> {
    /// Opens the input. Waits for the end of a stream.
    pub(crate) fn new(source: &'a InputSource) -> Result<Self, InputError> {
        let length = source.readable_bytes();
        Ok(Self { reader: source.reader()?, length, at: 0, buffer: Vec::new(), from: 0 })
    }
}

impl Read for SourceCursor<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let held = self.from..self.from + self.buffer.len() as u64;
        if !held.contains(&self.at) {
            let wanted = STEP.max(out.len().min(1 << 20));
            self.buffer = self
                .reader
                .bytes(self.at, wanted)
                .map_err(|error| io::Error::other(error.to_string()))?;
            self.from = self.at;
        }
        let start =
            usize::try_from(self.at - self.from).unwrap_or(usize::MAX).min(self.buffer.len());
        let got = out.len().min(self.buffer.len() - start);
        out[..got].copy_from_slice(&self.buffer[start..start + got]);
        self.at += got as u64;
        Ok(got)
    }
}

impl Seek for SourceCursor<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = place.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

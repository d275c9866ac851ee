//! Reading by position.

use std::io;

use super::ahead::ReadAhead;
use super::positioned::Positioned;
use super::spool::{Spool, SpoolBody};
use crate::error::{ErrorKind, InputError};

/// An input opened for reading by position.
pub(crate) struct SourceReader<'a> {
    pub(super) name: &'a str,
    pub(super) from: SourceAccess<'a>,
}

pub(super) enum SourceAccess<'a> {
    Memory(&'a [u8]),
    Shared(&'a Positioned, u64),
    Own(Positioned, u64),
    ReadAhead(&'a ReadAhead),
    Window(&'a Spool, u64, u64),
}

impl SourceReader<'_> {
    /// Fills `buffer` with the bytes at `offset` and returns how much of it: less than all only at
    /// the end of the input. Waits for what has not arrived yet.
    ///
    /// # Errors
    /// When the bytes cannot be read, or the file has become shorter than it was.
    pub(crate) fn fill(&self, buffer: &mut [u8], offset: u64) -> Result<usize, InputError> {
        let there = self.there(offset.saturating_add(buffer.len() as u64))?;
        let wanted =
            buffer.len().min(usize::try_from(there.saturating_sub(offset)).unwrap_or(usize::MAX));
        let buffer = &mut buffer[..wanted];
        let mut from_memory = |bytes: &[u8], offset: u64| {
            let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
            buffer.copy_from_slice(&bytes[start..start + wanted]);
            Ok(wanted)
        };
        let (file, offset) = match &self.from {
            SourceAccess::Memory(bytes) => return from_memory(bytes, offset),
            SourceAccess::Window(spool, start, _) => match spool.body() {
                SpoolBody::Memory(bytes) => return from_memory(bytes, start + offset),
                SpoolBody::File(file) => (file, start + offset),
            },
            SourceAccess::Shared(file, _) => (*file, offset),
            SourceAccess::Own(file, _) => (file, offset),
            SourceAccess::ReadAhead(ahead) => (ahead.file(), offset),
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
    /// As [`SourceReader::fill`].
    pub(crate) fn bytes(&self, offset: u64, wanted: usize) -> Result<Vec<u8>, InputError> {
        let there = self.there(offset.saturating_add(wanted as u64))?;
        let mut bytes =
            vec![
                0;
                wanted.min(usize::try_from(there.saturating_sub(offset)).unwrap_or(usize::MAX))
            ];
        self.fill(&mut bytes, offset)?;
        Ok(bytes)
    }

    /// Whether the input ends at `offset` or before it.
    ///
    /// # Errors
    /// When the input cannot be read that far.
    pub(crate) fn ends_at(&self, offset: u64) -> Result<bool, InputError> {
        Ok(self.there(offset.saturating_add(1))? <= offset)
    }

    /// Where the input ends, if it ends before `until`; else any position from `until` on.
    fn there(&self, until: u64) -> Result<u64, InputError> {
        match &self.from {
            SourceAccess::Memory(bytes) => Ok(bytes.len() as u64),
            SourceAccess::Shared(_, len)
            | SourceAccess::Own(_, len)
            | SourceAccess::Window(_, _, len) => Ok(*len),
            SourceAccess::ReadAhead(ahead) => ahead.wait(until).map_err(|error| self.failed(error)),
        }
    }

    fn failed(&self, error: io::Error) -> InputError {
        InputError::new(ErrorKind::Read { path: self.name.to_owned(), error })
    }
}

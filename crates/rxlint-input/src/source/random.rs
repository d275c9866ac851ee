//! Bytes at any position, for readers that start at a file's end.

use std::io;
use std::sync::Arc;

use super::positioned::Positioned;
use super::spool::{Spool, SpoolBody};
use super::{InputSource, SourceBody, Stamp};
use crate::error::{ErrorKind, InputError};

/// The bytes of an input, at any position and from any thread. A stream has been read completely.
#[derive(Clone, Debug)]
pub struct SourceBytes(Arc<Body>);

#[derive(Debug)]
enum Body {
    Memory(Vec<u8>),
    File(Positioned, u64),
    Window(Arc<Spool>, u64, u64),
}

impl SourceBytes {
    /// Bytes in memory.
    pub fn memory(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Body::Memory(bytes)))
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        match &*self.0 {
            Body::Memory(bytes) => bytes.len() as u64,
            Body::File(_, len) | Body::Window(_, _, len) => *len,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `buffer` from `offset` on, and returns how much of it: less than all only at the end.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let from = |bytes: &[u8], buffer: &mut [u8], offset: u64| {
            let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
            let wanted = buffer.len().min(bytes.len() - start);
            buffer[..wanted].copy_from_slice(&bytes[start..start + wanted]);
            Ok(wanted)
        };
        match &*self.0 {
            Body::File(file, _) => file.read_at(buffer, offset),
            Body::Memory(bytes) => from(bytes, buffer, offset),
            Body::Window(spool, start, len) => {
                let wanted = len.saturating_sub(offset).min(buffer.len() as u64);
                let buffer = &mut buffer[..wanted as usize];
                match spool.body() {
                    SpoolBody::Memory(bytes) => from(bytes, buffer, start + offset),
                    SpoolBody::File(file) => file.read_at(buffer, start + offset),
                }
            }
        }
    }
}

impl InputSource {
    /// The bytes at any position. Waits for the end of a stream.
    ///
    /// # Errors
    /// When the file can no longer be opened, or a stream cannot be read to its end.
    pub(crate) fn random(&self) -> Result<SourceBytes, InputError> {
        let path = || self.name.clone();
        let failed = |error| InputError::new(ErrorKind::Open { path: path(), error });
        let body = match &self.body {
            SourceBody::Memory(bytes, _) => Body::Memory(bytes.clone()),
            SourceBody::File { path: at, stamp, .. } => {
                let file = std::fs::File::open(at).map_err(failed)?;
                if Stamp::of(&file.metadata().map_err(failed)?) != *stamp {
                    return Err(InputError::new(ErrorKind::Changed { path: path() }));
                }
                Body::File(Positioned::new(file), stamp.len)
            }
            SourceBody::Window(spool, start, end) => {
                Body::Window(Arc::clone(spool), *start, end.len)
            }
            SourceBody::ReadAhead(ahead) => {
                let end = ahead.end().map_err(failed)?;
                Body::File(ahead.file().duplicate().map_err(failed)?, end.len)
            }
        };
        Ok(SourceBytes(Arc::new(body)))
    }
}

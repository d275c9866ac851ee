//! Streams kept for reading again, and files read by position on every platform.

use std::fs::File;
use std::io::{self, Write};

/// Takes a stream: in memory while it is short, else in a temporary file without a name, which vanishes with the run.
pub(super) struct Spool {
    memory: Vec<u8>,
    file: Option<File>,
    len: u64,
}

/// A stream that was taken to its end.
pub(super) enum Spooled {
    Memory(Vec<u8>),
    File(Positioned, u64),
}

impl Spool {
    pub(super) fn new() -> Self {
        Self { memory: Vec::new(), file: None, len: 0 }
    }

    pub(super) fn finish(mut self) -> io::Result<Spooled> {
        self.flush()?;
        Ok(match self.file {
            Some(file) => Spooled::File(Positioned::new(file), self.len),
            None => Spooled::Memory(self.memory),
        })
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.file.is_none() && self.memory.len() + bytes.len() > super::KEPT_IN_MEMORY {
            let mut file = tempfile::tempfile()?;
            file.write_all(&self.memory)?;
            self.memory = Vec::new();
            self.file = Some(file);
        }
        match &mut self.file {
            Some(file) => file.write_all(bytes)?,
            None => self.memory.extend_from_slice(bytes),
        }
        self.len += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

/// A file that is read by position, by several threads at a time.
#[derive(Debug)]
pub(super) struct Positioned {
    #[cfg(unix)]
    file: File,
    #[cfg(not(unix))]
    file: std::sync::Mutex<File>,
}

impl Positioned {
    #[cfg(unix)]
    pub(super) fn new(file: File) -> Self {
        Self { file }
    }

    #[cfg(not(unix))]
    pub(super) fn new(file: File) -> Self {
        Self { file: std::sync::Mutex::new(file) }
    }

    /// Fills `buffer` from `offset` on, and says how much of it: less than the whole only at the file's end.
    pub(super) fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read_some(&mut buffer[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(got) => filled += got,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    #[cfg(unix)]
    fn read_some(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(&self.file, buffer, offset)
    }

    #[cfg(not(unix))]
    fn read_some(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        use std::io::{Read, Seek, SeekFrom};
        let mut file = self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))?;
        file.read(buffer)
    }
}

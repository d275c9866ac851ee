//! A member of a container: a part of a spool, read like a separate file.

use std::io::{self, Read};
#[cfg(feature = "spreadsheets")]
use std::ops::Range;
use std::sync::Arc;

use super::ahead::{self, End};
use super::decode::{Encoding, SHOWN};
use super::spool::{Spool, SpoolWriter};
use super::unpack::{Packing, Unpacker};
use super::{InputSource, SheetOf, SourceBody};

/// Where a member is in a spool, and what is known about it.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    start: u64,
    end: End,
    encoding: Encoding,
    packing: Option<Packing>,
    workbook: Option<SheetOf>,
}

impl Window {
    /// Copies a member into the spool: unpacked if it is packed, and as UTF-8 if it is UTF-16. One that breaks off ends with its last whole line, and
    /// reports that.
    ///
    /// # Errors
    /// When the spool takes no more.
    pub(crate) fn copy(
        mut stream: Box<dyn Read + '_>,
        stored: u64,
        spool: &mut SpoolWriter,
    ) -> io::Result<Self> {
        let start = spool.position();
        let broken = |stored| End { len: 0, stored, damage: Some(broken(0)) };
        let mut head = Vec::new();
        if (&mut stream).take(super::unpack::HEAD as u64).read_to_end(&mut head).is_err() {
            let encoding = Encoding::Bytes;
            return Ok(Self {
                start,
                end: broken(stored),
                encoding,
                packing: None,
                workbook: None,
            });
        }
        let packing = Packing::of(&head);
        let whole = io::Cursor::new(head).chain(stream);
        let mut broke = false;
        let (encoding, damage) = match packing {
            None => {
                let mut plain = Tolerant { stream: whole, broke: &mut broke };
                (taken(&mut plain, spool)?, None)
            }
            Some(packing) => {
                let plain = Tolerant { stream: whole, broke: &mut broke };
                let mut unpacker = Unpacker::new(packing, plain);
                (taken(&mut unpacker, spool)?, unpacker.into_damage())
            }
        };
        let len = spool.position() - start;
        let damage = damage.or_else(|| broke.then(|| self::broken(len)));
        let len = if damage.is_some() { spool.line_end(start) - start } else { len };
        let end = End { len, stored, damage };
        Ok(Self { start, end, encoding, packing, workbook: None })
    }

    /// A sheet of a workbook, which is in this part of the spool.
    #[cfg(feature = "spreadsheets")]
    pub(crate) fn sheet(
        part: Range<u64>,
        stored: u64,
        damage: Option<String>,
        workbook: SheetOf,
    ) -> Self {
        let end = End { len: part.end - part.start, stored, damage };
        let (start, encoding) = (part.start, Encoding::Bytes);
        Self { start, end, encoding, packing: None, workbook: Some(workbook) }
    }

    /// What it is a sheet of, if it is one.
    pub(crate) fn workbook(&self) -> Option<SheetOf> {
        self.workbook
    }

    /// The member as an input.
    pub(crate) fn open(&self, name: &str, spool: &Arc<Spool>) -> InputSource {
        InputSource {
            name: name.to_owned(),
            body: SourceBody::Window(Arc::clone(spool), self.start, self.end.clone()),
            encoding: self.encoding,
            packing: self.packing,
            rewritten: false,
            workbook: self.workbook,
        }
    }
}

fn broken(len: u64) -> String {
    format!(
        "the data are broken or cut off after the first {len} bytes; what follows was not read: copy the archive again"
    )
}

/// Copies a stream; returns how its text is encoded.
fn taken(stream: &mut dyn Read, spool: &mut SpoolWriter) -> io::Result<Encoding> {
    let mut head = Vec::new();
    stream.take(SHOWN as u64).read_to_end(&mut head)?;
    let encoding = Encoding::of(&head);
    let mut whole = io::Cursor::new(head).chain(stream);
    ahead::take(&mut whole, encoding, spool)?;
    Ok(encoding)
}

/// A stream in which an error counts as the end.
struct Tolerant<'b, R> {
    stream: R,
    broke: &'b mut bool,
}

impl<R: Read> Read for Tolerant<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.stream.read(buffer) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                *self.broke = true;
                Ok(0)
            }
            result => result,
        }
    }
}

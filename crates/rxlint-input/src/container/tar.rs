//! Tar archives, as GNU tar, BSD tar and the like write them.

use std::io::{self, Read};

use super::archive::{Unpacking, Wanted};
use super::refused;
use crate::error::InputError;
use crate::source::{InputSource, SourceCursor};

/// Longer names do not occur.
const LONGEST_NAME: u64 = 64 << 10;

/// Unpacks every member that may be an input.
///
/// # Errors
/// When the archive cannot be read.
pub(super) fn unpack(source: &InputSource, to: &mut Unpacking<'_>) -> Result<(), InputError> {
    let mut archive = tar::Archive::new(SourceCursor::new(source)?);
    let broken = || {
        refused(
            source.name(),
            "is cut off or broken; the files before that were read, what follows was not",
            "Copy or download it again.",
        )
    };
    let entries = archive.entries().map_err(|_| broken())?;
    // What the header before a member says about its name.
    let mut long_name = None;
    for entry in entries.raw(true) {
        let Ok(mut entry) = entry else {
            to.fail(broken());
            break;
        };
        let kind = entry.header().entry_type();
        if kind.is_gnu_longname() || kind.is_pax_local_extensions() {
            let is_pax = kind.is_pax_local_extensions();
            let said = text(&mut entry).ok();
            let name = said.and_then(|said| if is_pax { pax_path(&said) } else { Some(said) });
            long_name = name.or(long_name);
            continue;
        }
        let name = long_name.take().unwrap_or_else(|| {
            let written = entry.path_bytes();
            String::from_utf8_lossy(&written).into_owned()
        });
        let name = name.trim_start_matches("./").replace('\\', "/");
        if !(kind.is_file() || kind.is_contiguous()) {
            continue;
        }
        match to.wants(&name) {
            Wanted::Yes => {}
            Wanted::No => continue,
            Wanted::NoMore => break,
        }
        let stored = entry.header().entry_size().unwrap_or(0);
        let mut whole = Whole { stream: entry, left: stored };
        to.take(&name, Box::new(&mut whole), stored);
        if to.is_full() {
            break;
        }
    }
    Ok(())
}

/// A member whose end is an error if bytes are missing.
struct Whole<R> {
    stream: R,
    left: u64,
}

impl<R: Read> Read for Whole<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.stream.read(buffer)?;
        self.left = self.left.saturating_sub(got as u64);
        if got == 0 && self.left > 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(got)
    }
}

fn text(stream: &mut impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    stream.take(LONGEST_NAME).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).trim_end_matches('\0').to_owned())
}

/// The name in the lines of an extended header: `27 path=2026/claims.csv`.
fn pax_path(lines: &str) -> Option<String> {
    lines.split('\n').find_map(|line| Some(line.split_once(" path=")?.1.to_owned()))
}

//! ZIP archives.

use std::io::BufReader;

use zip::ZipArchive;

use super::archive::{Unpacking, Wanted, several};
use super::kind::short_text;
use super::{name_inside, refused};
use crate::error::InputError;
use crate::source::{InputSource, SourceCursor};

/// An open ZIP archive.
pub(super) struct Archive<'a>(ZipArchive<BufReader<SourceCursor<'a>>>);

impl<'a> Archive<'a> {
    /// Opens it; the inner error if it is broken.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn open(source: &'a InputSource) -> Result<Result<Self, ()>, InputError> {
        let cursor = BufReader::new(SourceCursor::new(source)?);
        Ok(ZipArchive::new(cursor).map(Self).map_err(drop))
    }

    /// The names of its members, in archive order.
    pub(super) fn names(&self) -> Vec<String> {
        let name = |at| self.0.name_for_index(at).and_then(Result::ok).unwrap_or_default();
        (0..self.0.len()).map(|at| name(at).replace('\\', "/")).collect()
    }

    /// The text of a short member; empty if there is none.
    pub(super) fn text(&mut self, name: &str) -> String {
        self.0.by_name(name).map(short_text).unwrap_or_default()
    }
}

const PASSWORD: &str = "is encrypted: it was not read";
const PASSWORD_HELP: &str = "Unpack the archive with its password, and give rxlint the files.";
const METHOD: &str = "is packed in a way that is not read, or broken";
const METHOD_HELP: &str = "Unpack the archive yourself and give rxlint the files, or pack it again with a common program.";

/// Unpacks every member that may be an input.
///
/// # Errors
/// When the archive cannot be read.
pub(super) fn unpack(source: &InputSource, to: &mut Unpacking<'_>) -> Result<(), InputError> {
    let Ok(mut archive) = Archive::open(source)? else {
        return Err(refused(source.name(), "is cut off or broken", "Copy or download it again."));
    };
    if archive.0.has_duplicate_names() {
        to.fail(several(source.name().to_owned()));
    }
    for (index, name) in archive.names().into_iter().enumerate() {
        match to.wants(&name) {
            Wanted::Yes => {}
            Wanted::No => continue,
            Wanted::NoMore => break,
        }
        let about = archive.0.by_index_raw(index).map(|member| {
            (member.is_dir() || member.is_symlink(), member.encrypted(), member.compressed_size())
        });
        let path = name_inside(source.name(), &name);
        match about {
            Ok((true, ..)) => continue,
            Ok((_, true, _)) => to.fail(refused(&path, PASSWORD, PASSWORD_HELP)),
            Ok((_, _, stored)) => match archive.0.by_index(index) {
                Ok(member) => to.take(&name, Box::new(member), stored),
                Err(_) => to.fail(refused(&path, METHOD, METHOD_HELP)),
            },
            Err(_) => to.fail(refused(&path, METHOD, METHOD_HELP)),
        }
        if to.is_full() {
            break;
        }
    }
    Ok(())
}

//! What all archives have in common: which members are opened, and where they go.

use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use super::limits::{Budget, TOO_LARGE, TOO_LARGE_HELP, TOO_MANY};
use super::{Contents, Part, name_inside, refused};
use crate::error::{ErrorKind, InputError};
use crate::folder;
use crate::source::{InputSource, SpoolWriter, Window};

/// The error of an archive or a member whose name another has too.
pub(super) fn several(path: String) -> InputError {
    let what = "several members of the archive have one name, and only the last of them was read"
        .to_owned();
    let help =
        "Unpack the archive so that every member has a name of its own, and give rxlint the files.";
    InputError::new(ErrorKind::Container { path, what, help, is_read: true })
}

/// An archive that is being unpacked.
pub(super) struct Unpacking<'b> {
    archive: String,
    spool: SpoolWriter,
    windows: Vec<(String, Window)>,
    never: Vec<PathBuf>,
    /// How many members are hidden.
    hidden: usize,
    errors: Vec<InputError>,
    budget: &'b mut Budget,
    is_full: bool,
}

/// Whether a member is opened.
pub(super) enum Wanted {
    Yes,
    No,
    /// Nor are any that follow.
    NoMore,
}

impl Unpacking<'_> {
    /// Whether a member is opened, by its name.
    pub(super) fn wants(&mut self, name: &str) -> Wanted {
        if !self.budget.takes_one_more() {
            self.errors.push(refused(&self.archive, TOO_MANY, TOO_LARGE_HELP));
            self.is_full = true;
            return Wanted::NoMore;
        }
        if folder::is_hidden(name) {
            self.hidden += usize::from(!name.ends_with('/') && !folder::is_left_behind(name));
            return Wanted::No;
        }
        if name.ends_with('/') {
            return Wanted::No;
        }
        let path = PathBuf::from(name_inside(&self.archive, name));
        if folder::is_never_an_input(name.as_ref()) {
            self.never.push(path);
            return Wanted::No;
        }
        Wanted::Yes
    }

    /// Unpacks a member.
    pub(super) fn take(&mut self, name: &str, stream: Box<dyn Read + '_>, stored: u64) {
        let before = self.spool.position();
        match Window::copy(stream, stored, &mut self.spool) {
            Ok(window) => self.windows.push((name.to_owned(), window)),
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                self.errors.push(refused(&self.archive, TOO_LARGE, TOO_LARGE_HELP));
                self.is_full = true;
            }
            Err(error) => {
                let path = name_inside(&self.archive, name);
                self.errors.push(InputError::new(ErrorKind::Read { path, error }));
            }
        }
        self.budget.spend(self.spool.position() - before);
    }

    /// Notes what could not be read.
    pub(super) fn fail(&mut self, error: InputError) {
        self.errors.push(error);
    }

    /// Whether nothing more may be unpacked.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }
}

/// Unpacks an archive. Its members come sorted by name. If several have the same name the last counts, as when they are unpacked into a folder, and
/// the content of the others is reported.
///
/// # Errors
/// When it cannot be read, or what it holds cannot be kept.
pub(super) fn read(
    source: &InputSource,
    budget: &mut Budget,
    unpack: impl FnOnce(&InputSource, &mut Unpacking<'_>) -> Result<(), InputError>,
) -> Result<Contents, InputError> {
    let mut unpacking = Unpacking {
        archive: source.name().to_owned(),
        spool: SpoolWriter::new(budget.left()),
        windows: Vec::new(),
        never: Vec::new(),
        hidden: 0,
        errors: Vec::new(),
        budget,
        is_full: false,
    };
    unpack(source, &mut unpacking)?;
    let Unpacking { spool, mut windows, mut never, mut errors, hidden, .. } = unpacking;
    let path = || source.name().to_owned();
    let kept = spool.finish().map_err(|error| ErrorKind::Read { path: path(), error });
    let spool = Arc::new(kept.map_err(InputError::new)?);
    windows.reverse();
    windows.sort_by(|(one, _), (other, _)| one.cmp(other));
    windows.dedup_by(|(one, _), (last, _)| {
        let is_same = one == last;
        if is_same {
            errors.push(several(name_inside(source.name(), one)));
        }
        is_same
    });
    never.sort_unstable();
    let notes = folder::passed_over_hidden(hidden).map(|note| format!("{}: {note}", source.name()));
    let part = |(name, window): (String, Window)| Part {
        name: name_inside(source.name(), &name),
        window,
        spool: Arc::clone(&spool),
        doubt: None,
        struck: Vec::new(),
    };
    let parts = windows.into_iter().map(part).collect();
    Ok(Contents { parts, never, errors, notes: notes.into_iter().collect(), ..Contents::default() })
}

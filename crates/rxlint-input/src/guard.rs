//! Panics of libraries that are caught: code that reports panics asks here whether this one is.

use std::cell::Cell;

thread_local! {
    static GUARDED: Cell<u32> = const { Cell::new(0) };
}

/// Whether a panic on this thread is caught, so that it ends the reading of one file and need not be reported.
pub fn is_guarded() -> bool {
    GUARDED.get() > 0
}

/// While it exists, panics are caught.
#[cfg(feature = "spreadsheets")]
pub(crate) struct Quiet(());

/// Marks panics as caught from here on.
#[cfg(feature = "spreadsheets")]
pub(crate) fn quiet() -> Quiet {
    GUARDED.set(GUARDED.get() + 1);
    Quiet(())
}

#[cfg(feature = "spreadsheets")]
impl Drop for Quiet {
    fn drop(&mut self) {
        GUARDED.set(GUARDED.get() - 1);
    }
}

//! Panics of libraries that are caught: whoever reports panics asks here whether this one is.

use std::cell::Cell;

thread_local! {
    static GUARDED: Cell<u32> = const { Cell::new(0) };
}

/// Whether a panic on this thread is caught, so that it ends the reading of one file and needs no
/// report.
pub fn is_guarded() -> bool {
    GUARDED.get() > 0
}

/// Panics are caught until it is dropped.
#[cfg(feature = "spreadsheets")]
pub(crate) struct Quiet(());

/// Says that panics are caught from here on.
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

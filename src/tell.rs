//! Standard error: what a person is told beside the reports.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

static FAILED: AtomicBool = AtomicBool::new(false);

/// Writes to standard error. A pipe that was closed has nobody at its end; any other failure is remembered for the exit code, since
/// there is nowhere left to tell it.
pub fn tell(text: Arguments<'_>) {
    if let Err(error) = std::io::stderr().lock().write_fmt(text)
        && error.kind() != ErrorKind::BrokenPipe
    {
        FAILED.store(true, Ordering::Relaxed);
    }
}

/// Whether something could not be told.
pub fn has_failed() -> bool {
    FAILED.load(Ordering::Relaxed)
}

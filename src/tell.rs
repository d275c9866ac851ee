//! Standard error: messages to a person beside the reports.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

static FAILED: AtomicBool = AtomicBool::new(false);

/// Writes to standard error. A closed pipe has no reader; any other failure is remembered for the exit code, since
/// there is nowhere left to report it.
pub fn tell(text: Arguments<'_>) {
    if let Err(error) = std::io::stderr().lock().write_fmt(text)
        && error.kind() != ErrorKind::BrokenPipe
    {
        FAILED.store(true, Ordering::Relaxed);
    }
}

/// Whether something could not be reported.
pub fn has_failed() -> bool {
    FAILED.load(Ordering::Relaxed)
}

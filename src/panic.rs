//! What rxlint says when it fails itself: where in its source, and nothing about the data.

use crate::tell::tell;
use std::panic::PanicHookInfo;

/// Makes a panic report its place in the source and nothing else: its message may contain part of a record.
pub fn quiet() {
    std::panic::set_hook(Box::new(report));
}

fn report(info: &PanicHookInfo<'_>) {
    // A library that fails on a broken file is reported as a fault of the file.
    if rxlint_input::is_guarded() {
        return;
    }
    let place =
        info.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
    tell(format_args!(
        "rxlint: internal error{place}: this is a fault in rxlint {}, not in your files\n",
        env!("CARGO_PKG_VERSION")
    ));
    tell(format_args!(
        "  help: send the line above to whoever maintains rxlint; it contains nothing about any person\n"
    ));
}

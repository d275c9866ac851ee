//! What rxlint says when it fails itself: where in its source, and nothing about the data.

use std::panic::PanicHookInfo;

/// Makes a panic report its place in the source and nothing else: its message may contain part of a record.
pub fn quiet() {
    std::panic::set_hook(Box::new(report));
}

#[allow(clippy::print_stderr, reason = "the one place where a panic is reported")]
fn report(info: &PanicHookInfo<'_>) {
    // What a broken file makes a library do is told of the file.
    if rxlint_input::is_guarded() {
        return;
    }
    let place =
        info.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
    eprintln!(
        "rxlint: internal error{place}: this is a fault in rxlint {}, not in your files",
        env!("CARGO_PKG_VERSION")
    );
    eprintln!(
        "  help: send the line above to whoever maintains rxlint; it contains nothing about any person"
    );
}

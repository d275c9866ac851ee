//! What is said when rxlint itself is wrong: where in its source, and never about what.

use std::panic::PanicHookInfo;

/// Lets a panic tell its place in the source and nothing else: its message may hold a piece of a record.
pub fn quiet() {
    std::panic::set_hook(Box::new(tell));
}

#[allow(clippy::print_stderr, reason = "the one place where a panic is told")]
fn tell(info: &PanicHookInfo<'_>) {
    let place =
        info.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
    eprintln!(
        "rxlint: internal error{place}: this is a fault in rxlint, version {}, not in your files",
        env!("CARGO_PKG_VERSION")
    );
    eprintln!(
        "  help: report that line to whoever maintains rxlint; it says nothing about any person"
    );
}

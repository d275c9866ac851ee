//! The binary: arguments in, exit code out.

use std::process::ExitCode;

use clap::Parser;
use rxlint::cli::{Cli, guess};
use rxlint::exit::Exit;
use rxlint::{command, panic, tell};

fn main() -> ExitCode {
    panic::quiet();
    let exit = command::run(parse());
    if tell::has_failed() { Exit::Failed.into() } else { exit.into() }
}

/// The command line. If it cannot be understood, the error says what was probably meant.
fn parse() -> Cli {
    Cli::try_parse().unwrap_or_else(|error| {
        let arguments: Vec<_> = std::env::args_os().skip(1).collect();
        guess::mend(error, &arguments).exit()
    })
}

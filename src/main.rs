//! The binary: arguments in, exit code out.

use std::process::ExitCode;

use clap::Parser;
use rxlint::cli::{Cli, guess};
use rxlint::{command, panic};

fn main() -> ExitCode {
    panic::quiet();
    command::run(parse()).into()
}

/// The command line; where it is not understood, with what was probably meant.
fn parse() -> Cli {
    Cli::try_parse()
        .unwrap_or_else(|error| guess::mend(error, std::env::args_os().nth(1).as_deref()).exit())
}

//! The binary: arguments in, exit code out.

use std::process::ExitCode;

use clap::Parser;
use rxlint::cli::Cli;
use rxlint::{command, panic};

fn main() -> ExitCode {
    panic::quiet();
    command::run(Cli::parse()).into()
}

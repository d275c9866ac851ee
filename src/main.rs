//! The binary: arguments in, exit code out.

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use rxlint::cli::Cli;
use rxlint::{command, panic};

fn main() -> ExitCode {
    panic::quiet();
    command::run(parse()).into()
}

/// The command line; a file's name where a command is expected is told apart from a misspelled command.
fn parse() -> Cli {
    Cli::try_parse().unwrap_or_else(|error| {
        let file = std::env::args_os().nth(1).filter(|argument| std::path::Path::new(argument).exists());
        match file {
            Some(file) if error.kind() == ErrorKind::InvalidSubcommand => {
                let what = format!("no command is given; to check a file, write: rxlint check {}\n", file.to_string_lossy());
                clap::Error::raw(ErrorKind::InvalidSubcommand, what).exit()
            }
            _ => error.exit(),
        }
    })
}

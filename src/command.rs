//! The commands, one file each: arguments in, documents out.

pub mod baseline;
pub(crate) mod book;
pub mod check;
pub mod config;
pub mod dispositions;
pub mod explain;
mod failure;
pub mod formulary;
pub mod init;
pub mod judging;
pub mod ledger;
pub mod ledger_run;
pub mod log;
pub mod manual;
pub mod opening;
mod paths;
mod profiles;
pub mod progress;
pub mod reports;
pub mod rules;
pub mod settings;
pub mod shown_file;
mod terminal;
pub mod timeline;
mod verbose;

use crate::cli::{Cli, Command, LogFormat};
use crate::exit::Exit;

pub use book::{book, configuration};
use failure::finish;
pub use failure::{Failure, in_words};
pub use terminal::style;

/// Runs a command. Every error is reported on standard error and ends with exit code 2.
pub fn run(cli: Cli) -> Exit {
    let color = cli.color;
    let log = match &cli.command {
        Command::Check(args) => log::FailureLog(args.job.log_format, "check"),
        Command::Formulary(args) => log::FailureLog(args.job.log_format, "formulary"),
        _ => log::FailureLog(LogFormat::Text, ""),
    };
    let result = match cli.command {
        Command::Check(args) => check::run(&args, color),
        Command::Formulary(args) => formulary::run(&args, color),
        Command::Rules(args) => rules::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Timeline(args) => timeline::run(&args, color),
        Command::Baseline(args) => baseline::run(&args.action),
        Command::Dispositions(args) => dispositions::run(&args),
        Command::Ledger(args) => ledger::run(&args),
        Command::Config(args) => config::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Completions(args) => manual::completions(args.shell),
        Command::Man(args) => manual::man(&args.command),
        Command::Help(args) => manual::help(&args.command, color),
        Command::Version => manual::version(),
    };
    result.unwrap_or_else(|failure| {
        if matches!(failure, Failure::ClosedPipe) {
            return Exit::Clean;
        }
        if !log.report(&failure) {
            failure.report(color);
        }
        Exit::Failed
    })
}

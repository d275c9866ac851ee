//! `rxlint completions` and `rxlint man`: made from the command line itself, so that they cannot lag behind it.

use std::io::Write;

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Failure, finish};
use crate::cli::Cli;
use crate::exit::Exit;

/// Prints the completions for a shell.
///
/// # Errors
/// A failed write.
pub fn completions(shell: Shell) -> Result<Exit, Failure> {
    // Made in memory first: the generator panics where its output cannot be written.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "rxlint", &mut script);
    finish(std::io::stdout().lock().write_all(&script))?;
    Ok(Exit::Clean)
}

/// Prints the manual page.
///
/// # Errors
/// A failed write.
pub fn man() -> Result<Exit, Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    let mut command = Cli::command();
    command.build();
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let man = clap_mangen::Man::new(sub.clone());
        writeln!(page, ".SH \"{}\"", format!("rxlint {}", sub.get_name()).to_uppercase())?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    finish(std::io::stdout().lock().write_all(&page))?;
    Ok(Exit::Clean)
}

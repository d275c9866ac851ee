//! `rxlint help`, `rxlint version`, `rxlint man` and `rxlint completions`: made from the command line itself, so that they
//! cannot fall behind it.

use std::io::{IsTerminal, Write};

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Failure, finish, style};
use crate::cli::{Cli, Color};
use crate::exit::Exit;

/// Prints the help of a command, named by its words; of rxlint itself if there are none.
///
/// # Errors
/// A command that does not exist, or a failed write.
pub fn help(words: &[String], color: Color) -> Result<Exit, Failure> {
    let text = named(words)?.render_long_help();
    let mut out = std::io::stdout().lock();
    finish(if style(color, out.is_terminal()).color {
        write!(out, "{}", text.ansi())
    } else {
        write!(out, "{text}")
    })?;
    Ok(Exit::Clean)
}

/// The command that these words call.
fn named(words: &[String]) -> Result<clap::Command, Failure> {
    let mut command = Cli::command();
    command.build();
    for word in words {
        let names: Vec<String> =
            command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
        let called = command.get_bin_name().unwrap_or("rxlint").to_owned();
        let found = command.find_subcommand(word).cloned();
        command = found.ok_or_else(|| unknown(word, &called, &names))?;
    }
    Ok(command)
}

fn unknown(word: &str, called: &str, names: &[String]) -> Failure {
    let what = format!("`{called}` has no command `{word}`");
    if names.is_empty() {
        return Failure::new(what, format!("for its help, write: {called} --help"));
    }
    let near = names.iter().map(|name| (strsim::damerau_levenshtein(name, word), name)).min();
    if let Some((_, name)) = near.filter(|(distance, _)| *distance <= 2) {
        let help = format!("did you mean `{called} {name}`? Its commands are {}", names.join(", "));
        return Failure::new(what, help);
    }
    Failure::new(what, format!("its commands are {}", names.join(", ")))
}

/// Prints the version.
///
/// # Errors
/// A failed write.
pub fn version() -> Result<Exit, Failure> {
    finish(write!(std::io::stdout().lock(), "{}", Cli::command().render_version()))?;
    Ok(Exit::Clean)
}

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

/// Prints the manual page of a command, named by its words; of rxlint itself, with all its commands, if there are none.
///
/// # Errors
/// A command that does not exist, or a failed write.
pub fn man(words: &[String]) -> Result<Exit, Failure> {
    let mut page = Vec::new();
    if !words.is_empty() {
        let title = format!("rxlint-{}", words.join("-"));
        clap_mangen::Man::new(named(words)?).title(title).render(&mut page)?;
        finish(std::io::stdout().lock().write_all(&page))?;
        return Ok(Exit::Clean);
    }
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

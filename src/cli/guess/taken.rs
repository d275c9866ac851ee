//! What the command that was given takes, so that no tip is about an option of another.

use std::borrow::Cow;

use clap::{Arg, Command, CommandFactory};

use super::shell_word;
use crate::cli::Cli;

/// The command that a command line names, as far as there is one.
pub(super) struct Taken {
    /// Its name in full: `rxlint ledger forget`.
    pub(super) name: String,
    command: Command,
}

impl Taken {
    pub(super) fn of(words: &[Cow<'_, str>]) -> Self {
        let mut command = Cli::command();
        let mut name = command.get_name().to_owned();
        for word in words {
            let Some(action) = command.find_subcommand(word.as_ref()).cloned() else { break };
            name = format!("{name} {}", action.get_name());
            command = action;
        }
        Self { name, command }
    }

    /// Whether a command was named at all.
    pub(super) fn is_named(&self) -> bool {
        self.name.contains(' ')
    }

    /// What can be done with it: `status`, `findings`.
    pub(super) fn actions(&self) -> Vec<&str> {
        self.command.get_subcommands().map(Command::get_name).collect()
    }

    fn option(&self, long: &str) -> Option<&Arg> {
        self.command.get_arguments().find(|arg| arg.get_long() == Some(long))
    }

    pub(super) fn has(&self, long: &str) -> bool {
        self.option(long).is_some()
    }

    /// Whether a tip can be followed here: where it begins with an option, the command has that.
    pub(super) fn can_take(&self, tip: &str) -> bool {
        let begin = tip.split(' ').next().unwrap_or_default();
        match (begin.strip_prefix("--"), begin.strip_prefix('-')) {
            (Some(long), _) => self.has(long),
            (None, Some(short)) => {
                let has = |arg: &Arg| arg.get_short().is_some_and(|own| short == own.to_string());
                self.command.get_arguments().any(has)
            }
            (None, None) => true,
        }
    }

    /// The formats that it writes to standard output.
    pub(super) fn formats(&self) -> Vec<String> {
        let values = self.option("format").map(Arg::get_possible_values).unwrap_or_default();
        values.iter().map(|value| value.get_name().to_owned()).collect()
    }

    /// The option that a word without one was meant for: one that is needed and missing, or the ledger.
    pub(super) fn for_word(&self, word: &str, words: &[Cow<'_, str>]) -> Option<String> {
        let is_missing = |long: &str| {
            let given = format!("--{long}");
            !words.iter().any(|word| word.split('=').next() == Some(given.as_str()))
        };
        let needed = self.command.get_arguments().filter(|arg| arg.is_required_set());
        let needed = needed.filter_map(Arg::get_long).find(|long| is_missing(long));
        let ledger = self.has("ledger").then_some("ledger").filter(|long| is_missing(long));
        let long = needed.or(ledger)?;
        Some(format!("write --{long} {}", shell_word(word)))
    }

    /// Which other commands have an option, in a sentence.
    pub(super) fn elsewhere(&self, long: &str) -> Option<String> {
        const NAMED: usize = 3;
        let mut owners = Vec::new();
        owners_of(&Cli::command(), "", long, &mut owners);
        owners.truncate(NAMED);
        let owners: Vec<String> = owners.iter().map(|owner| format!("`{owner}`")).collect();
        (!owners.is_empty()).then(|| {
            format!(
                "--{long} is an option of {}; `rxlint help {}` lists those of this command",
                owners.join(", "),
                self.name.trim_start_matches("rxlint ")
            )
        })
    }
}

/// Collects the commands that have an option. `config` has those of `check`, to try them out.
fn owners_of(command: &Command, above: &str, long: &str, owners: &mut Vec<String>) {
    let name = format!("{above} {}", command.get_name()).trim().to_owned();
    let has = command.get_arguments().any(|arg| arg.get_long() == Some(long));
    if has && command.get_name() != "config" {
        owners.push(name.clone());
    }
    command.get_subcommands().for_each(|action| owners_of(action, &name, long, owners));
}

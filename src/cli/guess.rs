//! What was probably meant, where the command line is not understood.

use std::ffi::OsStr;
use std::path::Path;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use rxlint_report::Format;

/// The error with a better tip, where the first argument or the unknown one gives away what was meant.
pub fn mend(mut error: clap::Error, first: Option<&OsStr>) -> clap::Error {
    match error.kind() {
        ErrorKind::InvalidSubcommand if first == Some(OsStr::new("rules")) => {
            suggest(&mut error, "`rxlint rules` alone lists them")
        }
        ErrorKind::InvalidSubcommand => {
            if let Some(file) = first.filter(|argument| Path::new(argument).exists()) {
                let what = format!(
                    "no command is given; to check a file, write: rxlint check {}\n",
                    file.to_string_lossy()
                );
                return clap::Error::raw(ErrorKind::InvalidSubcommand, what);
            }
        }
        ErrorKind::UnknownArgument => {
            let unknown = match error.get(ContextKind::InvalidArg) {
                Some(ContextValue::String(unknown)) => unknown.trim_start_matches('-').to_owned(),
                _ => return error,
            };
            if let Some(format) = Format::from_name(&unknown) {
                let name = format.name();
                suggest(
                    &mut error,
                    &format!(
                        "--format {name} writes it on standard output, --report {name}=PATH into a file"
                    ),
                );
            } else if ["o", "out", "output", "output-file", "out-file"].contains(&unknown.as_str())
            {
                suggest(
                    &mut error,
                    "--report FORMAT=PATH writes a file, as in --report json=findings.json",
                );
            } else if ["fix", "w", "write"].contains(&unknown.as_str()) {
                suggest(
                    &mut error,
                    "rxlint changes no export: a finding is for a person to settle",
                );
            } else if ["patient", "mrn", "id"].contains(&unknown.as_str()) {
                suggest(
                    &mut error,
                    "every patient of an export is checked; --columns patient=HEADER names their column",
                );
            }
        }
        _ => {}
    }
    error
}

/// Puts this tip in the place of any other.
fn suggest(error: &mut clap::Error, tip: &str) {
    error.remove(ContextKind::SuggestedArg);
    error.insert(
        ContextKind::Suggested,
        ContextValue::StyledStrs(vec![StyledStr::from(tip.to_owned())]),
    );
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    fn told(arguments: &[&str]) -> String {
        let error = Cli::try_parse_from([&["rxlint"], arguments].concat()).unwrap_err();
        mend(error, arguments.first().map(OsStr::new)).to_string()
    }

    #[test]
    fn wrong_guesses_are_set_right() {
        for (arguments, tip) in [
            (&["check", "--json", "a.csv"][..], "--format json"),
            (&["check", "-o", "x.json", "a.csv"], "--report FORMAT=PATH"),
            (&["check", "--output=x", "a.csv"], "--report FORMAT=PATH"),
            (&["check", "--fix", "a.csv"], "changes no export"),
            (&["check", "--patient", "P1", "a.csv"], "--columns patient=HEADER"),
            (&["rules", "list"], "alone lists them"),
            (&["Cargo.toml"], "rxlint check Cargo.toml"),
            (&["chek"], "'check'"),
            (&["check", "--formt", "json"], "--format"),
        ] {
            let told = told(arguments);
            assert!(told.contains(tip), "{arguments:?}: {told}");
            assert!(!told.contains("as a value"), "{told}");
        }
    }
}

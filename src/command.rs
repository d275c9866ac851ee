//! The commands, one file each: arguments in, documents out.

pub mod baseline;
pub mod check;
pub mod config;
pub mod dispositions;
pub mod explain;
pub mod formulary;
pub mod init;
pub mod ledger;
pub mod ledger_run;
pub mod log;
pub mod manual;
mod paths;
mod profiles;
pub mod progress;
pub mod reports;
pub mod rules;
pub mod shared;
pub mod shown_file;
pub mod timeline;
mod verbose;

use std::borrow::Cow;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};

use crate::cli::{BookArgs, Cli, Color, Command, LogFormat};
use crate::config::{Config, discover};
use crate::exit::Exit;
use crate::tell::tell;
use crate::vocabulary;
use rxlint_engine::drug::PlaceOfUse;
use rxlint_engine::drug::file::RulePack;
use rxlint_engine::drug::vocabulary::Vocabulary;
use rxlint_engine::file_error::FileError;
use rxlint_engine::rule::Book;
use rxlint_engine::rule::book::{BUILT_IN, folder};
use rxlint_input::error::InputError;
use rxlint_report::Style;
use rxlint_report::redaction::safe;

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

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// A rule, drug or configuration file.
    File(Box<FileError>),
    /// Anything else: what went wrong, and what to do.
    Other {
        /// What went wrong, and where.
        what: String,
        /// What to do.
        help: Option<String>,
    },
    /// Whoever read standard output has read enough: no failure at all.
    ClosedPipe,
}

impl Failure {
    /// A failure, with advice on what to do about it.
    pub fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Other { what: what.into(), help: Some(help.into()) }
    }

    fn report(&self, color: Color) {
        match self {
            Self::File(error) => {
                let style = style(color, std::io::stderr().is_terminal());
                let plain = drawn(error, GraphicalTheme::unicode_nocolor());
                let lines: Vec<_> = plain.lines().map(safe).collect();
                let text = lines.join("\n");
                // Text that holds control sequences is shown without colour, so that the two cannot be confused.
                let is_safe = lines.iter().all(|line| matches!(line, Cow::Borrowed(_)));
                if style.color && is_safe {
                    tell(format_args!(
                        "rxlint: error:\n{}\n",
                        drawn(error, GraphicalTheme::unicode())
                    ));
                } else {
                    tell(format_args!("rxlint: error:\n{text}\n\n"));
                }
            }
            Self::Other { what, help } => {
                tell(format_args!("rxlint: error: {}\n", safe(what)));
                if let Some(help) = help {
                    tell(format_args!("  help: {}\n", safe(help)));
                }
            }
            Self::ClosedPipe => {}
        }
    }
}

/// One of the site's own files, with what is wrong in it underlined.
fn drawn(error: &FileError, theme: GraphicalTheme) -> String {
    let mut text = String::new();
    let drawn = GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .render_report(&mut text, &shown_file::ShownFile::new(error) as &dyn Diagnostic);
    if drawn.is_err() { error.to_string() } else { text }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::File(Box::new(error))
    }
}

impl From<InputError> for Failure {
    fn from(error: InputError) -> Self {
        Self::Other { what: error.to_string(), help: Some(error.help()) }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::ClosedPipe;
        }
        Self::Other { what: format!("writing to standard output failed: {error}"), help: None }
    }
}

/// A closed pipe counts as success: its reader has read enough.
fn finish(written: std::io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Colour, characters, links and width for a stream. The one place that asks the environment about the terminal.
#[allow(
    clippy::disallowed_methods,
    reason = "the one place that asks the environment about the terminal"
)]
pub fn style(color: Color, terminal: bool) -> Style {
    let set =
        |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => set("CLICOLOR_FORCE") || (terminal && !dumb && !set("NO_COLOR")),
    };
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<usize>().ok());
    // Shells know the width and do not export it.
    let size = || terminal_size::terminal_size().filter(|_| terminal);
    let columns =
        said.or_else(|| size().map(|(terminal_size::Width(width), _)| usize::from(width)));
    Style {
        color,
        links: color && terminal && !dumb,
        unicode: !is_of_ascii(),
        width: columns.unwrap_or(120).clamp(60, 200),
    }
}

/// Whether the locale says that there are only ASCII characters. Where it is not set, as in a job, that is unknown.
fn is_of_ascii() -> bool {
    let said = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(std::env::var_os);
    let locale = said.into_iter().find(|value| !value.is_empty());
    locale.is_some_and(|locale| locale == "C" || locale == "POSIX")
}

/// No configuration is longer than this: a longer file is something else, or has no end.
const LONGEST_CONFIGURATION: u64 = 4 << 20;

/// The text of a file that is not long.
fn read_limited(path: &std::path::Path) -> std::io::Result<String> {
    use std::io::Read;
    let mut text = String::new();
    let file = std::fs::File::open(path)?;
    let read = file.take(LONGEST_CONFIGURATION + 1).read_to_string(&mut text)?;
    if read as u64 > LONGEST_CONFIGURATION {
        return Err(std::io::Error::other("it is longer than 4 MiB, which no configuration is"));
    }
    Ok(text)
}

/// The configuration for this run, and the file that it comes from.
///
/// # Errors
/// A file that cannot be read, or that contains an impossible setting.
#[allow(clippy::disallowed_methods, reason = "RXLINT_CONFIG is part of the command line")]
pub fn configuration(args: &BookArgs) -> Result<(Config, Option<PathBuf>), Failure> {
    if args.isolated {
        return Ok((Config::default(), None));
    }
    let named = args.config.clone().or_else(|| {
        std::env::var_os("RXLINT_CONFIG").filter(|path| !path.is_empty()).map(PathBuf::from)
    });
    let found = named.or_else(|| std::env::current_dir().ok().and_then(|folder| discover(&folder)));
    let Some(path) = found else { return Ok((Config::default(), None)) };
    let text = read_limited(&path).map_err(|error| {
        Failure::new(
            format!("the configuration {} cannot be read: {error}", path.display()),
            "give another file with --config, or use none with --isolated",
        )
    })?;
    let config = Config::parse(&path.display().to_string(), &text)?;
    Ok((config, Some(path)))
}

/// The rule book: the built-in one, the folders that the configuration and the command line add, and the site's windows
/// and severities.
///
/// # Errors
/// A rule or drug file that cannot be used.
pub fn book(args: &BookArgs, config: &Config, config_path: Option<&Path>) -> Result<Book, Failure> {
    let folder_of_config = config_path.and_then(Path::parent).unwrap_or(Path::new(""));
    let rules = rule_folders(args, config, folder_of_config)?;
    let mut book = book_of(&rules, place_of_use(config))?;
    add_vocabulary(&mut book, args, config, folder_of_config)?;
    book.configure(&config.book_settings()).map_err(|what| unknown_name(&what, config))?;
    Ok(book)
}

/// A folder of rules: its name, and the path and text of each of its files.
pub(crate) type RuleFolder = (String, Vec<(String, String)>);

/// The folders of rules that the configuration and the command line add.
pub(crate) fn rule_folders(
    args: &BookArgs,
    config: &Config,
    folder_of_config: &Path,
) -> Result<Vec<RuleFolder>, Failure> {
    let named = config.rules.iter().map(|folder| folder_of_config.join(folder));
    let read = |folder: PathBuf| {
        let mut files = Vec::new();
        read_folder(&folder, &folder, &mut files)?;
        Ok((folder.display().to_string(), files))
    };
    named.chain(args.rules.iter().cloned()).map(read).collect()
}

/// The built-in book with these folders of rules.
pub(crate) fn book_of(rules: &[RuleFolder], place: PlaceOfUse) -> Result<Book, Failure> {
    let texts: Vec<Vec<(&str, &str)>> = rules
        .iter()
        .map(|(_, files)| files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect())
        .collect();
    let mut packs = vec![RulePack { folder: "", files: BUILT_IN }];
    packs.extend(rules.iter().zip(&texts).map(|((folder, _), files)| RulePack { folder, files }));
    let mut book = Book::read_packs(&packs)?;
    book.set_place(place);
    Ok(book)
}

/// Where the records come from, only as far as the site said it: the default jurisdiction settles no brand.
pub(crate) fn place_of_use(config: &Config) -> PlaceOfUse {
    PlaceOfUse {
        jurisdiction: config.jurisdiction.clone().unwrap_or_default(),
        country: config.country.clone().unwrap_or_default(),
    }
}

/// The tables of codes that the configuration and the command line name.
pub(crate) fn vocabulary_tables(
    args: &BookArgs,
    config: &Config,
    folder_of_config: &Path,
) -> Vec<PathBuf> {
    let named = config.vocabulary.iter().map(|table| folder_of_config.join(&table.path));
    named.chain(args.vocabulary.iter().cloned()).collect()
}

/// Reads the tables of codes that the configuration and the command line add.
fn add_vocabulary(
    book: &mut Book,
    args: &BookArgs,
    config: &Config,
    folder_of_config: &Path,
) -> Result<(), Failure> {
    let tables = vocabulary_tables(args, config, folder_of_config);
    let cache = args
        .vocabulary_cache
        .clone()
        .or_else(|| config.vocabulary_cache.as_ref().map(|folder| folder_of_config.join(folder)));
    let mut vocabulary = Vocabulary::default();
    for path in &tables {
        let read = match &cache {
            Some(folder) => vocabulary::read_cached(
                &mut vocabulary,
                path,
                book.dictionary(),
                folder,
                book.digest(),
            ),
            None => vocabulary::read(&mut vocabulary, path, book.dictionary()),
        };
        read.map_err(|error| Failure::new(error.what, error.help))?;
    }
    book.set_vocabulary(vocabulary);
    Ok(())
}

/// What went wrong, and what to do, as text.
pub fn in_words(failure: &Failure) -> (String, Option<String>) {
    match failure {
        Failure::File(error) => {
            let plain = drawn(error, GraphicalTheme::unicode_nocolor());
            (plain.lines().map(safe).collect::<Vec<_>>().join("\n"), None)
        }
        Failure::ClosedPipe => ("whoever read the output went away".to_owned(), None),
        Failure::Other { what, help } => {
            (safe(what).into_owned(), help.as_ref().map(|help| safe(help).into_owned()))
        }
    }
}

/// A name that the book does not have, shown in the configuration if it is written there.
fn unknown_name(what: &str, config: &Config) -> Failure {
    const HELP: &str = "`rxlint rules` lists the rules, their DUR codes and tags";
    let word = what.split('`').nth(1).unwrap_or_default();
    match config.source.as_ref().and_then(|source| source.error_about(word, what)) {
        Some(error) => error.with_help(HELP).into(),
        None => Failure::new(what, HELP),
    }
}

/// Collects the files of a folder that are meant for the book, by their path below it.
pub(crate) fn read_folder(
    root: &Path,
    folder: &Path,
    files: &mut Vec<(String, String)>,
) -> Result<(), Failure> {
    let cannot = |path: &Path, error: std::io::Error| {
        Failure::new(
            format!("the rules in {} cannot be read: {error}", path.display()),
            "give --rules a folder that contains interaction/, drugs/ or other folders of rules",
        )
    };
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|e| e.path())).collect())
        .map_err(|error| cannot(folder, error))?;
    entries.sort();
    for path in entries {
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        if path.is_dir() {
            if !name.starts_with('.') {
                read_folder(root, &path, files)?;
            }
        } else if folder::is_meant(&name) {
            // A file that does not belong in the book is refused by its name alone, whatever it contains.
            let text = match folder::holds(&name) {
                Some(_) => std::fs::read_to_string(&path).map_err(|error| cannot(&path, error))?,
                None => String::new(),
            };
            files.push((name, text));
        }
    }
    Ok(())
}

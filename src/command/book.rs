//! The configuration and the rule book of a command, from their files.

use std::path::{Path, PathBuf};

use super::Failure;
use crate::cli::BookArgs;
use crate::config::{Config, discover};
use crate::vocabulary;
use rxlint_engine::drug::PlaceOfUse;
use rxlint_engine::drug::file::RulePack;
use rxlint_engine::drug::vocabulary::Vocabulary;
use rxlint_engine::rule::Book;
use rxlint_engine::rule::book::{BUILT_IN, folder};

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
fn read_folder(
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

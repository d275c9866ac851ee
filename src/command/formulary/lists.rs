//! Which lists a run judges, and which it compares them with.

use std::path::{Path, PathBuf};

use super::head::{Head, Repository};
use crate::cli::FormularyArgs;
use crate::command::Failure;
use crate::config::Config;

/// The lists of a run, and what stood before them.
pub(super) struct Lists {
    /// The files and folders to judge.
    pub(super) paths: Vec<PathBuf>,
    /// Whether they were found and not named, so that what is no list among them is passed over.
    pub(super) found: bool,
    /// What they are compared with.
    pub(super) before: Before,
    /// As a hook: the files that the configuration names, and what it names and is not there.
    pub(super) named: Vec<PathBuf>,
    pub(super) missing: Vec<PathBuf>,
    /// As a hook: the repository.
    pub(super) repository: Option<Repository>,
}

/// What a run is compared with.
pub(super) enum Before {
    /// Nothing: everything is told.
    Nothing,
    /// Files and folders of an older state, with today's interaction table.
    Paths(Vec<PathBuf>),
    /// The last commit, with its own interaction table.
    Head(Head, Option<PathBuf>),
}

/// Parts of the names of lists, where no `[formulary] paths` say which files they are.
const NAMES: [&str; 3] = ["formular", "drugs.json", "drug_list"];
/// Endings of files that may be lists.
const ENDINGS: [&str; 10] =
    ["csv", "tsv", "txt", "json", "ndjson", "xlsx", "xls", "ods", "gz", "zst"];

impl Lists {
    /// The lists that the command line and the configuration name; for a hook without either, those that git knows by their names.
    pub(super) fn of(args: &FormularyArgs, config: &Config) -> Result<Self, Failure> {
        let configured: Vec<PathBuf> =
            config.formulary.paths.iter().map(|path| config.resolve(path)).collect();
        // pre-commit may name files: as a hook, the lists are judged whole, whichever of them changed.
        let named = if args.paths.is_empty() || args.hook && !configured.is_empty() {
            configured
        } else {
            args.paths.clone()
        };
        if !args.hook {
            if named.is_empty() {
                return Err(Failure::new(
                    "no formulary was named".to_owned(),
                    "name files or folders, or set `paths` under [formulary] in rxlint.toml",
                ));
            }
            let before = if args.against.is_empty() {
                Before::Nothing
            } else {
                Before::Paths(args.against.clone())
            };
            return Ok(Self::plain(named, before));
        }
        let repository = Repository::here()?;
        let by_name = config.formulary.paths.is_empty();
        let roots: Vec<String> = named.iter().filter_map(|path| repository.name(path)).collect();
        let alerts = config.alerts.as_ref().and_then(|path| repository.name(path));
        let is_list = |name: &str| {
            if by_name {
                is_named_as_list(name)
            } else {
                roots.iter().any(|root| lies_in(name, root))
            }
        };
        let head = repository.head(&|name| is_list(name) || Some(name) == alerts.as_deref())?;
        let mut missing = Vec::new();
        let paths: Vec<PathBuf> = if by_name {
            let files = repository.files()?;
            files
                .into_iter()
                .filter(|path| {
                    is_named_as_list(&path.to_string_lossy())
                        && config.alerts.as_ref() != Some(path)
                })
                .collect()
        } else {
            let (there, gone) = named.into_iter().partition(|path| path.exists());
            missing = gone;
            there
        };
        let named = if by_name {
            Vec::new()
        } else {
            paths.iter().filter(|path| path.is_file()).cloned().collect()
        };
        let before = match (head, args.against.is_empty()) {
            (_, false) => Before::Paths(args.against.clone()),
            (Some(head), true) => {
                let table = alerts.as_deref().and_then(|name| head.path(name));
                Before::Head(head, table)
            }
            (None, true) => Before::Nothing,
        };
        Ok(Self { paths, found: true, before, named, missing, repository: Some(repository) })
    }

    /// Lists that were named, outside of a hook.
    fn plain(paths: Vec<PathBuf>, before: Before) -> Self {
        let (named, missing) = (Vec::new(), Vec::new());
        Self { paths, found: false, before, named, missing, repository: None }
    }
}

impl Before {
    /// The older lists, without the table beside them.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Paths(paths) => paths.clone(),
            Self::Head(head, table) => {
                head.paths().into_iter().filter(|path| Some(path) != table.as_ref()).collect()
            }
        }
    }

    /// The older interaction table, if it is another than today's.
    pub(super) fn alerts(&self) -> Option<Option<&Path>> {
        match self {
            Self::Nothing | Self::Paths(_) => None,
            Self::Head(_, table) => Some(table.as_deref()),
        }
    }
}

/// Whether a path from the top of the repository is a file or lies in a folder; an empty name is the top itself.
fn lies_in(name: &str, root: &str) -> bool {
    root.is_empty()
        || name == root
        || name.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
}

fn is_named_as_list(name: &str) -> bool {
    let lower = name.to_lowercase();
    let file = lower.rsplit('/').next().unwrap_or_default();
    let of_lists = NAMES.iter().any(|part| file.contains(part))
        || lower.split('/').rev().skip(1).any(|folder| folder.contains("formular"));
    let ending = file.rsplit_once('.').map(|(_, ending)| ending);
    of_lists && ending.is_some_and(|ending| ENDINGS.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_known_by_their_names_and_folders() {
        for name in [
            "formulary/list.csv",
            "Hospital Formulary.xlsx",
            "data/drugs.json",
            "a/formularies/2026/pdl.tsv",
        ] {
            assert!(is_named_as_list(name), "{name}");
        }
        for name in ["formulary.md", "notes/prices.csv", "src/formulary.rs", "rxlint.toml"] {
            assert!(!is_named_as_list(name), "{name}");
        }
        assert!(
            lies_in("lists/a.csv", "lists") && lies_in("a.csv", "a.csv") && lies_in("a.csv", "")
        );
        assert!(!lies_in("lists2/a.csv", "lists"));
    }
}

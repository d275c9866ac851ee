//! Which lists a run judges, and which it compares them with.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::head::{Head, Next, Repository};
use crate::cli::FormularyArgs;
use crate::command::Failure;
use crate::config::Config;
use rxlint_input::{FoundFile, Input};

/// The lists of a run, and the state before them.
pub(super) struct Lists {
    /// The files and folders to judge, as they were named.
    pub(super) paths: Vec<PathBuf>,
    /// As a hook: the files to judge.
    pub(super) found: Option<Vec<FoundFile>>,
    /// What they are compared with.
    pub(super) before: Before,
    /// Where the interaction table is read: as a hook, as it was staged.
    pub(super) table: Option<PathBuf>,
    /// As a hook: what the configuration names and the next commit lacks, and why.
    pub(super) missing: Vec<(PathBuf, Cow<'static, str>)>,
    /// As a hook: the repository.
    pub(super) repository: Option<Repository>,
    /// What the next commit has: its copies last as long as this.
    _next: Option<Next>,
}

/// What a run is compared with.
pub(super) enum Before {
    /// Nothing: everything is reported.
    Nothing,
    /// Files and folders of an older state, with today's interaction table.
    Paths(Vec<PathBuf>),
    /// The last commit, with its own interaction table, and those of its files that the configuration names.
    Head(Head, Option<PathBuf>, BTreeSet<String>),
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
            return Ok(Self::plain(named, before, config.alerts.clone()));
        }
        Self::of_commit(named, args, config)
    }

    /// As a hook: the lists that the next commit has.
    fn of_commit(
        named: Vec<PathBuf>,
        args: &FormularyArgs,
        config: &Config,
    ) -> Result<Self, Failure> {
        let repository = Repository::here()?;
        let by_name = config.formulary.paths.is_empty();
        let roots: Vec<String> = named.iter().filter_map(|path| repository.name(path)).collect();
        let alerts = config.alerts.as_ref().and_then(|path| repository.name(path));
        let is_table = |name: &str| Some(name) == alerts.as_deref();
        let is_list = |name: &str| {
            if by_name {
                is_named_as_list(name) && !FoundFile::is_hidden(name)
            } else {
                roots.iter().any(|root| lies_in(name, root) && !is_hidden_in(name, root))
            }
        };
        let head = repository.head(&|name| is_list(name) || is_table(name))?;
        let next = repository.next(&|name| is_list(name) || is_table(name))?;
        let is_named = |name: &str| !by_name && roots.iter().any(|root| root == name);
        let mut found: Vec<FoundFile> = Vec::new();
        for name in
            next.files.iter().filter(|name| is_list(name) && (!is_table(name) || is_named(name)))
        {
            let (path, copy) = (repository.shown(name), next.copy(name));
            let is_named = is_named(name);
            if copy.is_none() && path.is_dir() {
                // A repository in this one, or a link to a folder.
                let inside = Input::files(&path).into_iter();
                found.extend(inside.map(|path| FoundFile { path, copy: None, is_named: false }));
            } else {
                found.push(FoundFile { path, copy, is_named });
            }
        }
        let mut missing = Vec::new();
        for path in if by_name { Vec::new() } else { named } {
            let name = repository.name(&path);
            let is_there = |name: &String| next.files.iter().any(|file| lies_in(file, name));
            match name {
                Some(name) if is_there(&name) => {}
                Some(_) if path.exists() => missing.push((path, UNTRACKED.into())),
                None if path.is_file() => {
                    found.push(FoundFile { path, copy: None, is_named: true });
                }
                _ => missing.push((path, GONE.into())),
            }
        }
        let mut table = None;
        if let Some(path) = &config.alerts {
            let is_next = alerts.as_ref().is_none_or(|name| next.files.contains(name));
            let staged = alerts.as_ref().and_then(|name| next.copy(name));
            match (is_next, staged.or_else(|| path.is_file().then(|| path.clone()))) {
                (true, Some(at)) => table = Some(at),
                (false, Some(_)) => missing.push((path.clone(), TABLE_UNTRACKED.into())),
                (_, None) => missing.push((path.clone(), TABLE_GONE.into())),
            }
        }
        let before = match (head, args.against.is_empty()) {
            (_, false) => Before::Paths(args.against.clone()),
            (Some(head), true) => {
                let old_table = alerts.as_deref().and_then(|name| head.path(name));
                let named: BTreeSet<String> =
                    roots.iter().filter(|root| is_named(root)).cloned().collect();
                Before::Head(head, old_table, named)
            }
            (None, true) => Before::Nothing,
        };
        let paths = found.iter().map(|file| file.path.clone()).collect();
        let (found, next) = (Some(found), Some(next));
        let repository = Some(repository);
        Ok(Self { paths, found, before, table, missing, repository, _next: next })
    }

    /// Lists that were named, outside of a hook.
    fn plain(paths: Vec<PathBuf>, before: Before, table: Option<PathBuf>) -> Self {
        let missing = Vec::new();
        Self { paths, found: None, before, table, missing, repository: None, _next: None }
    }
}

impl Before {
    /// The lists of the last commit, without the table beside them.
    pub(super) fn found(&self) -> Vec<FoundFile> {
        let Self::Head(head, table, named) = self else { return Vec::new() };
        let files = head.files().filter(|(_, path)| Some(path) != table.as_ref());
        let found = files.map(|(name, path)| FoundFile {
            path,
            copy: None,
            is_named: named.contains(name),
        });
        found.collect()
    }

    /// The older interaction table, if it is not today's.
    pub(super) fn alerts(&self) -> Option<Option<&Path>> {
        match self {
            Self::Nothing | Self::Paths(_) => None,
            Self::Head(_, table, _) => Some(table.as_deref()),
        }
    }
}

/// Whether a path from the top of the repository is a file or lies in a folder; an empty name is the top itself.
fn lies_in(name: &str, root: &str) -> bool {
    root.is_empty()
        || name == root
        || name.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a file of a folder is hidden in it, however the folder is called.
fn is_hidden_in(name: &str, root: &str) -> bool {
    FoundFile::is_hidden(name.strip_prefix(root).unwrap_or(name).trim_start_matches('/'))
}

const GONE: &str = "this list is named in rxlint.toml, but is not there.";
const UNTRACKED: &str =
    "this list is named in rxlint.toml, but the commit does not have it: git does not track it.";
const TABLE_GONE: &str = "this interaction table is named in rxlint.toml, but is not there.";
const TABLE_UNTRACKED: &str = "this interaction table is named in rxlint.toml, but the commit does not have it: git does not track it.";

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

//! What each file of a pack is, judged by its folder and name: nothing that was meant for the book
//! is skipped silently.

use crate::drug::file::{NAMES, RulePack, is_words};
use crate::file_error::{FileError, nearest};
use crate::rule::registry::Kind;

/// The tables in `codes/`.
const TABLES: [&str; 5] = ["ndc.csv", "rxcui.csv", "hcpcs.csv", "ndc-other.txt", "hcpcs-other.txt"];

/// What a file of a pack contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A drug.
    Drug,
    /// Names of drugs that are known to be something else, and words next to names.
    Names,
    /// A table of codes.
    Codes,
    /// The conditions that person rules ask about.
    Conditions,
    /// What the classes of formularies hold.
    Classes,
    /// A rule.
    Rule,
}

/// What the file at that path contains; `None` if the book has no such place.
pub fn holds(path: &str) -> Option<Holds> {
    let (folder, below) = path.split_once('/')?;
    let name = below.rsplit('/').next().unwrap_or(below);
    match folder {
        "drugs" if is_words(name) => Some(Holds::Names),
        "drugs" if name.ends_with(".toml") => Some(Holds::Drug),
        "codes" if TABLES.contains(&below) => Some(Holds::Codes),
        "person" if name == "conditions.toml" => Some(Holds::Conditions),
        "formulary" if name == "classes.csv" => Some(Holds::Classes),
        folder if name.ends_with(".toml") && of_rules().any(|known| known == folder) => {
            Some(Holds::Rule)
        }
        _ => None,
    }
}

/// Whether a file in a folder of rules is meant for the book. Notes, hidden files, an editor's
/// backup copies and a site's configuration are not.
pub fn is_meant(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    if hidden || name.ends_with('~') || path == "rxlint.toml" {
        return false;
    }
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    let ending = ending.to_ascii_lowercase();
    match ending.as_str() {
        "csv" | "yaml" | "yml" | "json" => true,
        // Some systems hide the last extension, so that `rule.toml.txt` looks like `rule.toml`.
        "txt" => {
            let of_the_book = path.split('/').next().is_some_and(is_known);
            of_the_book || stem.ends_with(".toml") || nearest(name, NAMES.into_iter()).is_some()
        }
        ending => strsim::damerau_levenshtein(ending, "toml") <= 1,
    }
}

/// Every file that has no place in the book, and every pack of a site that contains nothing at all.
pub fn faults(packs: &[RulePack<'_>]) -> Vec<FileError> {
    let mut faults = Vec::new();
    for pack in packs {
        let mut reported: Vec<(String, FileError, usize)> = Vec::new();
        for (path, _) in pack.files.iter().filter(|(path, _)| is_meant(path)) {
            if holds(path).is_some() {
                continue;
            }
            let (what, help) = misplaced(pack, path);
            // A folder given one level too deep or too high has the same fault in each of its
            // files.
            match reported.iter_mut().find(|(earlier, ..)| *earlier == help) {
                Some((.., more)) => *more += 1,
                None => {
                    let fault = FileError::plain(&pack.shown(path), &what).with_help(help.clone());
                    reported.push((help, fault, 0));
                }
            }
        }
        let nothing = pack.files.iter().all(|(path, _)| holds(path).is_none());
        if nothing && reported.is_empty() && !pack.folder.is_empty() {
            faults.push(
                FileError::plain(
                    pack.folder,
                    "no rule, drug, condition or table of codes is in it",
                )
                .with_help(format!("name the folder that holds {}", folders())),
            );
        }
        faults.extend(reported.into_iter().map(|(help, fault, more)| match more {
            0 => fault,
            1 => fault.with_help(format!("{help} (so does 1 more file)")),
            more => fault.with_help(format!("{help} (so do {more} more files)")),
        }));
    }
    faults
}

/// What is wrong with the place of a file, and what to do.
fn misplaced(pack: &RulePack<'_>, path: &str) -> (String, String) {
    let Some((folder, below)) = path.split_once('/') else {
        let own = pack.folder.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let what =
            "a rule or drug belongs in a folder of its kind, and this file is in none".to_owned();
        return if is_known(own) {
            (what, format!("name the folder above `{own}`, not `{own}` itself"))
        } else {
            (what, format!("move it to where it belongs: {}", folders()))
        };
    };
    let name = below.rsplit('/').next().unwrap_or(below);
    if !is_known(folder) {
        let what = format!("the book has no folder `{folder}`");
        let inner = below.split_once('/').map(|(inner, _)| inner);
        let help = match (inner, nearest(folder, known())) {
            (Some(inner), _) if is_known(inner) => {
                format!("name `{}` as the folder of rules", pack.shown(folder))
            }
            (_, Some(near)) => format!("did you mean `{near}`?"),
            _ => format!("the folders are {}", folders()),
        };
        return (what, help);
    }
    let what = format!("`{name}` is not a file that the book reads in `{folder}`");
    let help = match folder {
        "codes" => match nearest(name, TABLES.into_iter()) {
            Some(near) => format!("did you mean `codes/{near}`?"),
            None => format!("the tables are {}; others go to --vocabulary", TABLES.join(", ")),
        },
        "drugs" if nearest(name, NAMES.into_iter()).is_some() => {
            format!("did you mean `{}`?", nearest(name, NAMES.into_iter()).unwrap_or_default())
        }
        _ => {
            let stem = name.split('.').next().unwrap_or(name);
            format!("call it `{stem}.toml`, or begin its name with a dot to leave it out")
        }
    };
    (what, help)
}

/// Folders that hold rules, each once, although two kinds share one.
fn of_rules() -> impl Iterator<Item = &'static str> {
    let folder = |kind: &Kind| kind.about().folder;
    (0..Kind::ALL.len())
        .map(move |at| (at, folder(&Kind::ALL[at])))
        .filter(move |&(at, own)| Kind::ALL[..at].iter().all(|kind| folder(kind) != own))
        .map(|(_, own)| own)
}

fn known() -> impl Iterator<Item = &'static str> {
    of_rules().chain(["drugs", "codes"])
}

fn is_known(folder: &str) -> bool {
    known().any(|known| known == folder)
}

fn folders() -> String {
    known().map(|folder| format!("{folder}/")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;

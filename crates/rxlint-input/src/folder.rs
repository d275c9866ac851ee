//! The files of a folder that may be inputs.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::{ErrorKind, InputError};
use super::registry;
use super::source::PACKED_ENDINGS;

/// The files below a folder that have a known ending, sorted. Hidden files and folders are left
/// out, and so are links to folders, which could lead in circles.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, InputError> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort_unstable();
    Ok(files)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), InputError> {
    let failed =
        |error| InputError::new(ErrorKind::Open { path: folder.display().to_string(), error });
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() {
            collect(&path, files)?;
        } else if has_known_ending(&path) && path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

fn has_known_ending(path: &Path) -> bool {
    let mut known = registry::endings().chain(PACKED_ENDINGS);
    path.extension().is_some_and(|ending| known.any(|known| ending.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_sorted_and_hidden_ones_stay_away() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.csv", "a/z.TXT", "a/y.tsv", ".hidden.csv", "notes.md", ".git/x.csv"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let found: Vec<String> = files(folder.path())
            .unwrap()
            .iter()
            .map(|path| path.strip_prefix(folder.path()).unwrap().display().to_string())
            .collect();
        assert_eq!(found, ["a/y.tsv", "a/z.TXT", "b.csv"]);
        assert!(files(Path::new("/nowhere")).is_err());
    }
}

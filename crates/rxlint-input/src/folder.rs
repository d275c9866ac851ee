//! The files of a folder that may be inputs.

use std::fs;
use std::path::{Path, PathBuf};

use super::error::{ErrorKind, InputError};

/// Endings of files that never hold prescriptions: documents, pictures, code, settings, checksums.
/// Archives, spreadsheets and databases are not among them.
const NEVER: [&str; 62] = [
    "md", "markdown", "rst", "adoc", "tex", "pdf", "doc", "docx", "odt", "rtf", "ppt", "pptx",
    "odp", "html", "htm", "css", "png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "tif", "tiff",
    "ico", "mp3", "mp4", "wav", "mov", "py", "ipynb", "r", "rmd", "sql", "sh", "bat", "ps1", "js",
    "ts", "rs", "go", "java", "c", "h", "cpp", "toml", "yaml", "yml", "ini", "cfg", "conf", "lock",
    "log", "md5", "sha1", "sha256", "sha512", "asc", "sig", "pem", "key",
];

/// Names, without ending, of the texts that come with data.
const TEXTS: [&str; 8] =
    ["readme", "license", "licence", "copying", "changelog", "notice", "sha256sums", "md5sums"];

/// How many of the files that are passed over are named.
const NAMED: usize = 3;

/// What a folder holds.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// The files that may be inputs, sorted.
    pub(super) files: Vec<PathBuf>,
    /// The files of kinds that never hold prescriptions, sorted.
    pub(super) never: Vec<PathBuf>,
}

/// The files below a folder. Hidden files and folders are left out, and so are links to folders,
/// which could lead in circles.
pub(super) fn contents(folder: &Path) -> Result<Folder, InputError> {
    let mut found = Folder::default();
    collect(folder, &mut found)?;
    found.files.sort_unstable();
    found.never.sort_unstable();
    Ok(found)
}

impl Folder {
    /// One line on the files that were passed over.
    pub(super) fn passed_over(&self) -> Option<String> {
        passed_over(&self.never)
    }
}

/// One line on files that were passed over for their kind.
pub(super) fn passed_over(never: &[PathBuf]) -> Option<String> {
    let names: Vec<String> =
        never.iter().take(NAMED).map(|path| path.display().to_string()).collect();
    let more = never.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| {
        format!(
            "Passed over, since files of these kinds hold no prescriptions: {}{more}.",
            names.join(", ")
        )
    })
}

fn collect(folder: &Path, found: &mut Folder) -> Result<(), InputError> {
    let failed =
        |error| InputError::new(ErrorKind::Open { path: folder.display().to_string(), error });
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if is_hidden_name(&entry.file_name().to_string_lossy()) {
            continue;
        }
        let path = entry.path();
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() {
            collect(&path, found)?;
        } else if path.is_file() {
            let list = if is_never_an_input(&path) { &mut found.never } else { &mut found.files };
            list.push(path);
        }
    }
    Ok(())
}

/// Whether a member of an archive is hidden or lies in a hidden folder.
pub(super) fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part != "." && part != ".." && is_hidden_name(part))
}

/// What systems leave behind in folders besides hidden files.
fn is_hidden_name(name: &str) -> bool {
    name.starts_with('.')
        || name.starts_with("~$")
        || ["__MACOSX", "Thumbs.db", "desktop.ini"].contains(&name)
}

pub(super) fn is_never_an_input(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let name = path.file_stem().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let is_text = ending.is_empty() || ending == "txt";
    NEVER.contains(&ending.as_str()) || (is_text && TEXTS.contains(&name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_sorted_hidden_ones_stay_away_and_documents_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let names = [
            "b.csv",
            "a/z.TXT",
            "a/y.tsv",
            ".hidden.csv",
            "notes.md",
            "README.txt",
            ".git/x.csv",
            "d.csv.1",
            "e.bak",
            "f.xlsx",
            "export",
        ];
        for name in names {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let found = contents(folder.path()).unwrap();
        let below = |paths: &[PathBuf]| -> Vec<String> {
            let name =
                |path: &PathBuf| path.strip_prefix(folder.path()).unwrap().display().to_string();
            paths.iter().map(name).collect()
        };
        assert_eq!(
            below(&found.files),
            ["a/y.tsv", "a/z.TXT", "b.csv", "d.csv.1", "e.bak", "export", "f.xlsx"]
        );
        assert_eq!(below(&found.never), ["README.txt", "notes.md"]);
        assert!(found.passed_over().is_some_and(|note| note.ends_with("notes.md.")));
        assert!(contents(Path::new("/nowhere")).is_err());
    }
}

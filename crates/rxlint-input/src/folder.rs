//! The files of a folder that may be inputs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::error::{ErrorKind, InputError};

/// Endings of files that never hold prescriptions: documents, pictures, code, settings, checksums.
/// Archives, spreadsheets and databases are not among them.
const NEVER: [&str; 58] = [
    "md", "markdown", "rst", "adoc", "tex", "pdf", "doc", "docx", "odt", "rtf", "ppt", "pptx",
    "odp", "css", "png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "tif", "tiff", "ico", "mp3",
    "mp4", "wav", "mov", "py", "ipynb", "r", "rmd", "sh", "bat", "ps1", "js", "ts", "rs", "go",
    "java", "c", "h", "cpp", "toml", "yaml", "yml", "ini", "cfg", "conf", "lock", "md5", "sha1",
    "sha256", "sha512", "asc", "sig", "pem", "key",
];

/// Endings of files that seldom hold prescriptions, but sometimes do: pages with a table, a feed's log, copies of databases. They are tried, and no
/// one is asked to fix those that are not inputs.
const SELDOM: [&str; 4] = ["html", "htm", "sql", "log"];

/// Names, without ending, of the texts that come with data.
const TEXTS: [&str; 8] =
    ["readme", "license", "licence", "copying", "changelog", "notice", "sha256sums", "md5sums"];

/// How many of the skipped files are named.
const NAMED: usize = 3;

/// What a folder holds.
#[derive(Debug, Default)]
pub(super) struct Folder {
    /// The files that may be inputs, sorted.
    pub(super) files: Vec<PathBuf>,
    /// The files of kinds that seldom hold prescriptions, sorted.
    pub(super) seldom: Vec<PathBuf>,
    /// The files of kinds that never hold prescriptions, sorted.
    pub(super) never: Vec<PathBuf>,
    /// What is not a file: links that lead nowhere, pipes, devices.
    odd: Vec<PathBuf>,
    /// How many hidden files and folders there are.
    hidden: usize,
    /// The folders that cannot be listed, each with its reason.
    pub(super) unread: Vec<InputError>,
}

/// The files below a folder. Hidden files and folders are left out and counted. Links are followed, each folder once, since links could form a loop.
/// A folder that cannot be listed does not keep the others from being read.
pub(super) fn contents(folder: &Path) -> Folder {
    let mut found = Folder::default();
    collect(folder, &mut found, &mut BTreeSet::new());
    found.unread.sort_by(|one, other| one.about().0.cmp(other.about().0));
    for list in [&mut found.files, &mut found.seldom, &mut found.never, &mut found.odd] {
        list.sort_unstable();
    }
    found
}

impl Folder {
    /// One line on each kind of file that was skipped.
    pub(super) fn passed_over(&self) -> impl Iterator<Item = String> {
        let odd = (!self.odd.is_empty()).then(|| {
            let names = named(&self.odd);
            format!(
                "Passed over, since these are no files (links that lead nowhere, pipes): {names}."
            )
        });
        passed_over(&self.never).into_iter().chain(odd).chain(passed_over_hidden(self.hidden))
    }
}

/// One line on this many hidden files.
pub(super) fn passed_over_hidden(hidden: usize) -> Option<String> {
    (hidden > 0).then(|| {
        format!("Passed over: {hidden} hidden files and folders (names that begin with a dot).")
    })
}

/// One line on files that were skipped because of their kind.
pub(super) fn passed_over(never: &[PathBuf]) -> Option<String> {
    (!never.is_empty()).then(|| {
        format!("Passed over, since files of these kinds hold no prescriptions: {}.", named(never))
    })
}

fn named(paths: &[PathBuf]) -> String {
    let names: Vec<String> =
        paths.iter().take(NAMED).map(|path| path.display().to_string()).collect();
    match paths.len().saturating_sub(NAMED) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

fn collect(folder: &Path, found: &mut Folder, seen: &mut BTreeSet<PathBuf>) {
    if let Err(error) = collect_of(folder, found, seen) {
        let path = folder.display().to_string();
        found.unread.push(InputError::new(ErrorKind::OpenFolder { path, error }));
    }
}

fn collect_of(folder: &Path, found: &mut Folder, seen: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    if !seen.insert(fs::canonicalize(folder)?) {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if is_hidden_name(&name) {
            found.hidden += usize::from(!LEFT_BEHIND.contains(&&*name));
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            collect(&path, found, seen);
            continue;
        }
        let list = match () {
            () if !path.is_file() => &mut found.odd,
            () if is_never_an_input(&path) => &mut found.never,
            () if is_seldom_an_input(&path) => &mut found.seldom,
            () => &mut found.files,
        };
        list.push(path);
    }
    Ok(())
}

/// Whether a member of an archive is hidden or in a hidden folder.
pub(super) fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part != "." && part != ".." && is_hidden_name(part))
}

/// Whether a hidden member of an archive is what systems and programs leave behind.
pub(super) fn is_left_behind(name: &str) -> bool {
    name.split('/').any(|part| LEFT_BEHIND.contains(&part))
}

/// What systems and programs leave behind in folders.
const LEFT_BEHIND: [&str; 8] = [
    ".DS_Store",
    ".git",
    ".gitignore",
    ".gitattributes",
    ".pre-commit-config.yaml",
    "__MACOSX",
    "Thumbs.db",
    "desktop.ini",
];

fn is_hidden_name(name: &str) -> bool {
    name.starts_with('.') || name.starts_with("~$") || LEFT_BEHIND.contains(&name)
}

/// Whether a file is of a kind that seldom holds prescriptions.
pub(super) fn is_seldom_an_input(path: &Path) -> bool {
    SELDOM.contains(&ending(path).as_str())
}

fn ending(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase()
}

pub(super) fn is_never_an_input(path: &Path) -> bool {
    let ending = ending(path);
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
        let found = contents(folder.path());
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
        let notes: Vec<String> = found.passed_over().collect();
        assert!(notes[0].ends_with("notes.md.") && notes[1].contains("1 hidden"), "{notes:?}");
        assert_eq!(contents(Path::new("/nowhere")).unread.len(), 1, "told, and no more");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_once_and_what_is_no_file_is_told() {
        use std::os::unix::fs::symlink;
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(other.path().join("in.csv"), "").unwrap();
        fs::write(folder.path().join("feed.log"), "").unwrap();
        symlink(other.path(), folder.path().join("link")).unwrap();
        symlink(folder.path(), folder.path().join("circle")).unwrap();
        symlink("/nowhere", folder.path().join("gone.csv")).unwrap();
        let found = contents(folder.path());
        assert_eq!(found.files, [folder.path().join("link/in.csv")]);
        assert_eq!(found.seldom, [folder.path().join("feed.log")]);
        assert!(found.passed_over().any(|note| note.contains("gone.csv")));
    }
}

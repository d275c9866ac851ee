//! The files that a run reads and writes, compared before any is opened for writing: no output overwrites anything that the
//! run reads, or another output.
//!
//! Files are identified by device and inode, so that two spellings, a hard link or a linked folder are recognised. A file
//! that does not exist yet is identified by its folder and its name. An output that is a symbolic link is refused, not
//! followed: it may point elsewhere by the time the report is written.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::Failure;
use crate::cli::{BookArgs, InputArgs, ReadingArgs, ReportFile};
use crate::config::Config;
use crate::dispositions::{Decided, store, worklist};
use crate::vocabulary;
use rxlint_input::Input;
use rxlint_report::file::is_link_to_file;
use rxlint_report::redaction::safe;

/// The files that SQLite keeps next to a ledger.
const BESIDE_A_LEDGER: [&str; 3] = ["-journal", "-wal", "-shm"];

/// The paths of a run.
#[derive(Debug, Default)]
pub(super) struct Paths {
    read: Vec<Named>,
    written: Vec<Named>,
    /// The folders whose files are inputs, with what the input is called.
    folders: Vec<Named>,
}

/// A path, with the option that names it.
#[derive(Debug)]
struct Named {
    shown: String,
    path: PathBuf,
    /// Whether it is a store to which the run adds, rather than a document that it writes anew.
    is_store: bool,
}

/// What makes two paths the same.
#[derive(Debug, PartialEq, Eq)]
enum FileIdentity {
    /// An existing file: its device and inode number, or its canonical path if the system has no such number.
    Existing(u64, u64, PathBuf),
    /// A file that does not exist yet: its folder and name.
    New(PathBuf, OsString),
}

impl Paths {
    /// A path that the run reads.
    pub(super) fn reads(&mut self, option: &str, path: &Path) {
        self.read.push(Named::new(option, path));
    }

    /// A path that the run writes anew.
    pub(super) fn writes(&mut self, option: &str, path: &Path) {
        self.written.push(Named::new(option, path));
    }

    /// A path that the run adds to, or a copy of such a file.
    pub(super) fn keeps(&mut self, option: &str, path: &Path) {
        self.written.push(Named { is_store: true, ..Named::new(option, path) });
    }

    /// A ledger, which is written together with the files that SQLite keeps next to it.
    pub(super) fn ledger(&mut self, path: &Path) {
        self.keeps("--ledger", path);
        self.journals(path);
        let mut key = path.as_os_str().to_owned();
        key.push(".key");
        self.keeps("the key of --ledger,", Path::new(&key));
    }

    /// What SQLite keeps next to a ledger while it is in use.
    pub(super) fn journals(&mut self, ledger: &Path) {
        for ending in BESIDE_A_LEDGER {
            let mut beside = ledger.as_os_str().to_owned();
            beside.push(ending);
            self.keeps("a journal of --ledger,", Path::new(&beside));
        }
    }

    /// The configuration, and everything that the rule book is made from.
    pub(super) fn book(&mut self, args: &BookArgs, config: &Config) {
        if let Some(source) = &config.source {
            self.reads("the configuration", Path::new(&source.path));
        }
        let folders = config.rules.iter().map(|folder| config.resolve(folder));
        for folder in folders.chain(args.rules.iter().cloned()) {
            self.folder("--rules", &folder);
        }
        let configured = config.vocabulary_cache.as_ref().map(|folder| config.resolve(folder));
        let cache = args.vocabulary_cache.clone().or(configured);
        let tables = config.vocabulary.iter().map(|table| config.resolve(&table.path));
        for table in tables.chain(args.vocabulary.iter().cloned()) {
            self.reads("--vocabulary", &table);
            if let Some(folder) = &cache {
                self.writes("a copy in --vocabulary-cache,", &vocabulary::copy_of(&table, folder));
            }
        }
    }

    /// The inputs that are judged, and the file of rejected records.
    pub(super) fn inputs(&mut self, paths: &[PathBuf], history: &[PathBuf], args: &InputArgs) {
        for (option, paths) in [("the input", paths), ("--history", history)] {
            for path in paths {
                if path.is_dir() {
                    self.folders.push(Named::new(option, path));
                } else {
                    self.reads(option, path);
                }
            }
        }
        if let Some(path) = &args.rejects {
            self.writes("--rejects", path);
        }
    }

    /// The prescriptions that are judged, with the tables that are read along with them.
    pub(super) fn reading(&mut self, paths: &[PathBuf], history: &[PathBuf], args: &ReadingArgs) {
        self.inputs(paths, history, &args.input);
        for (option, tables) in [("--patients", &args.patients), ("--conditions", &args.conditions)]
        {
            tables.iter().for_each(|path| self.reads(option, path));
        }
    }

    /// The report files that are asked for.
    pub(super) fn reports(&mut self, reports: &[ReportFile]) {
        for report in reports {
            self.writes(&format!("--report {}=", report.format.name()), &report.path);
        }
    }

    /// The paths in the configuration that commands share, except those of the rule book.
    pub(super) fn settings(&mut self, config: &Config) {
        for (option, path) in [
            ("--baseline", &config.baseline),
            ("--dispositions", &config.dispositions),
            ("--site-key", &config.site_key),
            ("--alerts", &config.alerts),
        ] {
            path.iter().for_each(|path| self.reads(option, path));
        }
    }

    /// Every file below a folder. One that cannot be listed is reported later, by the code that reads it.
    fn folder(&mut self, option: &str, folder: &Path) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                self.folder(option, &path);
            } else {
                self.reads(option, &path);
            }
        }
    }

    /// Refuses to print into a file that is read, and a secret that others have.
    fn spares_what_was_given(&self) -> Result<(), Failure> {
        let is = |identity: &Option<FileIdentity>, of: &&Named| {
            identity.is_some() && of.identity() == *identity
        };
        let printed = standard_output();
        if let Some(read) = self.read.iter().find(|read| is(&printed, read)) {
            return Err(Failure::new(
                format!("standard output is the same file as {}", read.shown),
                "send it to a file of its own: rxlint never writes to a file that it reads",
            ));
        }
        let (keys, others): (Vec<&Named>, Vec<&Named>) =
            self.read.iter().partition(|read| read.shown.starts_with("--site-key"));
        for key in keys {
            let own = key.identity();
            if let Some(other) = others.iter().find(|other| is(&own, other)) {
                return Err(Failure::new(
                    format!("{} and {} are the same file", other.shown, key.shown),
                    "give it a secret of its own: whoever has the other file would have the key",
                ));
            }
        }
        Ok(())
    }

    /// Compares everything that is written with everything else. `inputs` are those that were opened.
    ///
    /// # Errors
    /// Two paths that are one file, or an output that is a symbolic link.
    pub(super) fn check(mut self, inputs: &[Input]) -> Result<(), Failure> {
        self.spares_what_was_given()?;
        for folder in std::mem::take(&mut self.folders) {
            let files = Input::files(&folder.path);
            let is_input = |path: &Path| inputs.iter().any(|input| *path == *input.path());
            let files = files.iter().filter(|path| is_input(path) || !is_output(path));
            self.read.extend(files.map(|path| Named::new(&folder.option(), path)));
        }
        let read: Vec<_> = self.read.iter().map(|named| (named, named.identity())).collect();
        let mut written: Vec<(&Named, FileIdentity)> = Vec::new();
        for named in &self.written {
            if is_link_to_file(&named.path) {
                return Err(Failure::new(
                    format!("{} is a symbolic link", named.shown),
                    "give the file itself: whoever can change the link could redirect the report",
                ));
            }
            let Some(identity) = named.identity() else { continue };
            let same =
                |(_, other): &&(&Named, Option<FileIdentity>)| other.as_ref() == Some(&identity);
            let other = read.iter().find(same).map(|(other, _)| *other);
            let earlier = written.iter().find(|(_, other)| *other == identity);
            if let Some(other) = other.or(earlier.map(|(other, _)| *other)) {
                return Err(Failure::new(
                    format!("{} and {} are the same file", other.shown, named.shown),
                    "give each its own file: rxlint never overwrites a file that it reads, and never writes one file twice",
                ));
            }
            written.push((named, identity));
        }
        written.iter().try_for_each(|(named, _)| named.spares_what_cannot_be_made_again())
    }
}

impl Named {
    fn new(option: &str, path: &Path) -> Self {
        let between = if option.ends_with('=') { "" } else { " " };
        let shown = format!("{option}{between}{}", path.display());
        Self { shown: safe(&shown).into_owned(), path: path.to_owned(), is_store: false }
    }

    /// Refuses to write a document over a file that holds what no run can make again, whether this run reads it or not.
    fn spares_what_cannot_be_made_again(&self) -> Result<(), Failure> {
        let what = match what_is_kept(&self.path) {
            _ if self.is_store => return Ok(()),
            Some(what) => what,
            None if !self.shown.starts_with("--report") && is_filled_in(&self.path) => {
                "a worklist that someone has filled in, or a file that cannot be read"
            }
            _ => return Ok(()),
        };
        Err(Failure::new(
            format!("{} would overwrite {what}", self.shown),
            "give it another name, or move that file away first",
        ))
    }

    /// The option alone.
    fn option(&self) -> String {
        let path = safe(&self.path.to_string_lossy()).into_owned();
        self.shown.strip_suffix(&path).unwrap_or(&self.shown).trim_end().to_owned()
    }

    /// What identifies the file; `None` if writing to it can lose nothing, as with `/dev/null`.
    fn identity(&self) -> Option<FileIdentity> {
        if self.path.as_os_str() == "-" {
            return standard_input();
        }
        match fs::metadata(&self.path) {
            Ok(about) => there(&about, &self.path),
            Err(_) => {
                let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
                let folder = folder.unwrap_or(Path::new("."));
                let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
                let name = self.path.file_name().unwrap_or_default();
                // On these systems names that differ only in case usually mean the same file.
                let folds = cfg!(any(windows, target_os = "macos"));
                let name = if folds { name.to_ascii_lowercase() } else { name.to_owned() };
                Some(FileIdentity::New(folder, name))
            }
        }
    }
}

#[cfg(unix)]
fn there(about: &fs::Metadata, _: &Path) -> Option<FileIdentity> {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let same = FileIdentity::Existing(about.dev(), about.ino(), PathBuf::new());
    (!about.file_type().is_char_device()).then_some(same)
}

#[cfg(not(unix))]
fn there(about: &fs::Metadata, path: &Path) -> Option<FileIdentity> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    (about.is_file() || about.is_dir()).then_some(FileIdentity::Existing(0, 0, path))
}

/// The file that standard input is read from, if it is a file.
#[cfg(unix)]
fn standard_input() -> Option<FileIdentity> {
    use std::os::fd::AsFd;
    let file = File::from(io::stdin().as_fd().try_clone_to_owned().ok()?);
    there(&file.metadata().ok()?, Path::new("-"))
}

#[cfg(not(unix))]
fn standard_input() -> Option<FileIdentity> {
    None
}

/// The file that standard output goes to, if it is a file.
#[cfg(unix)]
fn standard_output() -> Option<FileIdentity> {
    use std::os::fd::AsFd;
    let file = File::from(io::stdout().as_fd().try_clone_to_owned().ok()?);
    let about = file.metadata().ok()?;
    about.is_file().then(|| there(&about, Path::new("-"))).flatten()
}

#[cfg(not(unix))]
fn standard_output() -> Option<FileIdentity> {
    None
}

/// The first bytes of a file. A pipe gives none: opening it would wait for its other end.
fn head(path: &Path, most: u64) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    let file = path.is_file().then(|| File::open(path))?;
    file.and_then(|file| file.take(most).read_to_end(&mut head)).ok()?;
    Some(head)
}

/// What a file is that no run can make again: earlier nights, their key, or what people decided.
fn what_is_kept(path: &Path) -> Option<&'static str> {
    let head = head(path, 256)?;
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&head);
    let decided = store::COLUMNS.join(",");
    if head.starts_with(b"SQLite format 3\0") {
        Some("a ledger, or another database")
    } else if head.starts_with(b"rxlint-ledger-key-") {
        Some("the key of a ledger")
    } else if text.starts_with(decided.as_bytes()) {
        Some("what people decided about findings")
    } else {
        None
    }
}

/// Whether an existing file has the name of a table in which people write.
pub(super) fn may_be_worklist(path: &Path) -> bool {
    const TABLES: [&str; 8] = ["csv", "tsv", "tab", "txt", "xlsx", "xlsm", "xls", "ods"];
    let end = path.extension();
    let is_table = |end: &OsStr| TABLES.iter().any(|known| end.eq_ignore_ascii_case(known));
    end.is_some_and(is_table) && path.is_file()
}

/// Whether someone has written into a worklist, or that cannot be determined.
fn is_filled_in(path: &Path) -> bool {
    may_be_worklist(path)
        && worklist::not_taken_in(path, &Decided::default()).map_or(true, |cells| !cells.is_empty())
}

/// Whether a file was written by an earlier run into the folder that is read, so that tonight's output may replace it. An
/// empty file has nothing to lose.
fn is_output(path: &Path) -> bool {
    const BEGINNINGS: [&str; 2] =
        ["file,record,line,code,reason", "type,severity,rule,dur,patient"];
    let Some(head) = head(path, 4096) else { return false };
    let text = String::from_utf8_lossy(&head);
    let is_named = || text.contains("rxlint") || text.contains("\"check_name\"");
    let begins = || BEGINNINGS.iter().any(|beginning| text.starts_with(beginning));
    text.trim().is_empty() || text.trim() == "[]" || is_named() || begins()
}

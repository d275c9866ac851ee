//! What the last commit had, and what the next one will have: the lists and the interaction table of HEAD, and what was staged
//! in another state than in the working folder, each written to a folder that is removed with the run.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::command::Failure;

/// The files of HEAD, below a temporary folder.
pub(super) struct Head {
    folder: tempfile::TempDir,
    /// The paths that HEAD has, from the top of the repository.
    files: Vec<String>,
}

/// The repository that holds the working folder.
pub(super) struct Repository {
    top: PathBuf,
}

impl Repository {
    /// The repository around the working folder.
    ///
    /// # Errors
    /// If there is none, or no git.
    pub(super) fn here() -> Result<Self, Failure> {
        let top = git(None, &["rev-parse", "--show-toplevel"], None, &[])?;
        Ok(Self { top: PathBuf::from(text(&top).trim_end()) })
    }

    /// What the next commit will have of the files that are `wanted` by their path from the top.
    ///
    /// # Errors
    /// If git cannot say.
    pub(super) fn next(&self, wanted: &dyn Fn(&str) -> bool) -> Result<Next, Failure> {
        let listed = |arguments: &[&str]| -> Result<Vec<String>, Failure> {
            Ok(names(&git(Some(&self.top), arguments, None, &[])?))
        };
        let is_wanted = |name: &String| wanted(name);
        let files: Vec<String> =
            listed(&["ls-files", "-z"])?.into_iter().filter(is_wanted).collect();
        let changed = listed(&[
            "--no-optional-locks",
            "diff",
            "--name-only",
            "-z",
            "--no-ext-diff",
            "--no-renames",
        ])?;
        let changed: Vec<String> = changed.into_iter().filter(is_wanted).collect();
        if changed.is_empty() {
            return Ok(Next { files, copies: None });
        }
        let folder = tempfile::tempdir().map_err(|error| failed(&error.to_string()))?;
        self.check_out(&changed, folder.path(), &[])?;
        Ok(Next { files, copies: Some(folder) })
    }

    /// Writes files of an index below a folder.
    fn check_out(
        &self,
        files: &[String],
        folder: &Path,
        own: &[(&str, &Path)],
    ) -> Result<(), Failure> {
        let prefix = format!("--prefix={}/", folder.display());
        let list: String = files.iter().flat_map(|name| [name.as_str(), "\0"]).collect();
        let arguments = ["checkout-index", "-z", "--stdin", "-f", &prefix];
        git(Some(&self.top), &arguments, Some(list.as_bytes()), own).map(drop)
    }

    /// A path from the top as one from the working folder: messages then show it as people write it.
    pub(super) fn shown(&self, name: &str) -> PathBuf {
        let here = std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
        let top = self.top.canonicalize().unwrap_or_else(|_| self.top.clone());
        let path = top.join(name);
        if let Ok(below) = path.strip_prefix(&here) {
            return below.to_path_buf();
        }
        match here.strip_prefix(&top) {
            Ok(inner) => inner.iter().map(|_| Path::new("..")).chain([Path::new(name)]).collect(),
            Err(_) => self.top.join(name),
        }
    }

    /// The files of HEAD that are `wanted` by their path from the top; `None` before the first commit.
    pub(super) fn head(&self, wanted: &dyn Fn(&str) -> bool) -> Result<Option<Head>, Failure> {
        if git(Some(&self.top), &["rev-parse", "-q", "--verify", "HEAD"], None, &[]).is_err() {
            return Ok(None);
        }
        let listed =
            git(Some(&self.top), &["ls-tree", "-r", "-z", "--name-only", "HEAD"], None, &[])?;
        let files: Vec<String> = names(&listed).into_iter().filter(|name| wanted(name)).collect();
        let folder = tempfile::tempdir().map_err(|error| failed(&error.to_string()))?;
        let index = folder.path().join(".index");
        // A separate index: that of the commit being made stays as it is.
        let own = [("GIT_INDEX_FILE", index.as_path())];
        git(Some(&self.top), &["read-tree", "HEAD"], None, &own)?;
        self.check_out(&files, folder.path(), &own)?;
        Ok(Some(Head { folder, files }))
    }

    /// A path as HEAD names it, if it lies in the repository.
    pub(super) fn name(&self, path: &Path) -> Option<String> {
        let mut whole = PathBuf::new();
        // `sub/../lists` is `lists`: what the configuration names begins at its own folder.
        for part in std::path::absolute(path).ok()?.components() {
            match part {
                std::path::Component::ParentDir => drop(whole.pop()),
                part => whole.push(part),
            }
        }
        let top = std::path::absolute(&self.top).ok()?;
        let name = whole.strip_prefix(&top).ok()?;
        Some(name.to_string_lossy().replace('\\', "/"))
    }
}

/// What the next commit will have.
pub(super) struct Next {
    /// The paths from the top.
    pub(super) files: Vec<String>,
    /// Copies of those that differ here from what was staged.
    copies: Option<tempfile::TempDir>,
}

impl Next {
    /// The copy of a file that differs here from what was staged, if it does.
    pub(super) fn copy(&self, name: &str) -> Option<PathBuf> {
        let path = self.copies.as_ref()?.path().join(name);
        path.is_file().then_some(path)
    }
}

impl Head {
    /// The files, each with its name from the top and a path that can be opened.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, PathBuf)> {
        let files = self.files.iter().map(|name| (name.as_str(), self.folder.path().join(name)));
        files.filter(|(_, path)| path.is_file())
    }

    /// What HEAD calls a file of the working folder.
    pub(super) fn name(&self, path: &str) -> Option<String> {
        let name = Path::new(path).strip_prefix(self.folder.path()).ok()?;
        Some(name.to_string_lossy().replace('\\', "/"))
    }

    /// One file, if HEAD has it.
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        Some(self.folder.path().join(name)).filter(|path| path.is_file())
    }
}

fn names(listed: &[u8]) -> Vec<String> {
    text(listed).split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn failed(why: &str) -> Failure {
    Failure::new(
        format!("the last commit cannot be read: {why}"),
        "--hook needs git and a repository; --against OLD compares with files",
    )
}

fn git(
    folder: Option<&Path>,
    arguments: &[&str],
    input: Option<&[u8]>,
    own: &[(&str, &Path)],
) -> Result<Vec<u8>, Failure> {
    let mut command = Command::new("git");
    command.args(arguments).envs(own.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    if let Some(folder) = folder {
        command.current_dir(folder);
    }
    let mut child =
        command.spawn().map_err(|error| failed(&format!("git cannot be run: {error}")))?;
    if let (Some(input), Some(mut pipe)) = (input, child.stdin.take()) {
        pipe.write_all(input).map_err(|error| failed(&error.to_string()))?;
    }
    let output = child.wait_with_output().map_err(|error| failed(&error.to_string()))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    Err(failed(text(&output.stderr).lines().next().unwrap_or("git failed")))
}

//! What the last commit had: the lists and the interaction table of HEAD, written to a folder that goes with the run.

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

    /// The files that git knows, as paths that can be opened.
    pub(super) fn files(&self) -> Result<Vec<PathBuf>, Failure> {
        let listed = git(Some(&self.top), &["ls-files", "-z"], None, &[])?;
        Ok(names(&listed)
            .into_iter()
            .map(|name| self.open_path(&self.top.join(name)))
            .filter(|path| path.is_file())
            .collect())
    }

    /// A path from the top as one from the working folder, where that is possible: messages then show it as people write it.
    fn open_path(&self, path: &Path) -> PathBuf {
        let here = std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
        let top = self.top.canonicalize().unwrap_or_else(|_| self.top.clone());
        let name = path.strip_prefix(&self.top).unwrap_or(path);
        top.join(name).strip_prefix(&here).map_or_else(|_| path.to_path_buf(), Path::to_path_buf)
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
        // An index of its own: that of the commit in the making stays as it is.
        let own = [("GIT_INDEX_FILE", index.as_path())];
        git(Some(&self.top), &["read-tree", "HEAD"], None, &own)?;
        let prefix = format!("--prefix={}/", folder.path().display());
        let list: String = files.iter().flat_map(|name| [name.as_str(), "\0"]).collect();
        git(
            Some(&self.top),
            &["checkout-index", "-z", "--stdin", "-f", &prefix],
            Some(list.as_bytes()),
            &own,
        )?;
        Ok(Some(Head { folder, files }))
    }

    /// A path as HEAD names it, if it lies in the repository.
    pub(super) fn name(&self, path: &Path) -> Option<String> {
        let whole = std::path::absolute(path).ok()?;
        let top = std::path::absolute(&self.top).ok()?;
        let name = whole.strip_prefix(&top).ok()?;
        Some(name.to_string_lossy().replace('\\', "/"))
    }
}

impl Head {
    /// The files, as paths that can be opened.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        self.files
            .iter()
            .map(|name| self.folder.path().join(name))
            .filter(|path| path.is_file())
            .collect()
    }

    /// What HEAD calls a file that lies here.
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
        format!("the last commit cannot be looked at: {why}"),
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

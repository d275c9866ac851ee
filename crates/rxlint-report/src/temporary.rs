//! Temporary files next to the files that they become, and those that killed runs left.
//!
//! A run keeps its temporary file locked as long as it lives, and the system releases the lock of a run that was killed. So a
//! file that can be locked belongs to no run, whatever its age, and runs that write into one folder at the same time leave
//! each other's files alone. If a file system has no locks, nothing is removed.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

const PREFIX: &str = ".rxlint-";
const SUFFIX: &str = ".tmp";
/// How many characters are between the two.
const RANDOM: usize = 6;
/// How often a file is created again that another run took for one of a killed run.
const ATTEMPTS: u32 = 16;

/// Creates a temporary file in a folder, readable by its owner alone, and removes those that killed runs left there.
///
/// # Errors
/// If no file can be created there.
pub fn file_in(folder: &Path) -> io::Result<NamedTempFile> {
    sweep(folder);
    let mut builder = Builder::new();
    builder.prefix(PREFIX).rand_bytes(RANDOM).suffix(SUFFIX);
    let mut file = builder.tempfile_in(folder)?;
    for _ in 0..ATTEMPTS {
        let held = match file.as_file().try_lock() {
            Ok(()) | Err(fs::TryLockError::Error(_)) => true,
            Err(fs::TryLockError::WouldBlock) => false,
        };
        // Another run may have removed it before it was locked.
        if held && file.path().exists() {
            break;
        }
        file = builder.tempfile_in(folder)?;
    }
    Ok(file)
}

/// Removes the temporary files of killed runs. What cannot be removed stays: it does no harm.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if !is_file || !is_ours(&entry.file_name()) {
            continue;
        }
        let path = entry.path();
        let Ok(file) = OpenOptions::new().read(true).write(true).open(&path) else { continue };
        // The lock is held until the file is gone, so that no one starts to use it in the meantime.
        if file.try_lock().is_ok() {
            let _ = fs::remove_file(&path);
        }
    }
}

/// Whether it is a name as [`file_in`] gives.
fn is_ours(name: &OsStr) -> bool {
    let between = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
    between.is_some_and(|random| {
        random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_run_left_is_swept_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let stays = [".rxlint-notes.tmp", ".rxlint-abc12.tmp", ".rxlint-AbC123.csv", "x.tmp"];
        for name in stays.iter().chain(&[".rxlint-AbC123.tmp"]) {
            fs::write(path(name), "half a report").unwrap();
        }
        fs::create_dir(path(".rxlint-folder.tmp")).unwrap();
        let first = file_in(folder.path()).unwrap();
        assert!(!path(".rxlint-AbC123.tmp").exists());
        assert!(stays.iter().all(|name| path(name).exists()));
        assert!(path(".rxlint-folder.tmp").is_dir());

        // One that is in use stays, until whoever uses it is gone.
        let second = file_in(folder.path()).unwrap();
        assert!(first.path().exists() && second.path().exists());
        let (unlocked, left) = first.keep().unwrap();
        drop(unlocked);
        let third = file_in(folder.path()).unwrap();
        assert!(!left.exists());
        assert!(second.path().exists() && third.path().exists());
    }

    #[test]
    fn runs_at_the_same_time_keep_their_files() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for n in 0..50 {
                        let target =
                            folder.path().join(format!("{:?}-{n}", std::thread::current().id()));
                        file_in(folder.path()).unwrap().persist(&target).unwrap();
                        assert!(target.exists());
                    }
                });
            }
        });
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 8 * 50);
    }
}

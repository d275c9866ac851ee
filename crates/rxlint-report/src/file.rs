//! Report files that are either complete or absent.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::temporary;

/// Writes a file that is either complete or absent: into a temporary file next to it, readable by its owner alone, which is
/// renamed only when all of it is on disk. On an error the file that had the name before is unchanged.
///
/// What is not an ordinary file (a pipe, `/dev/null`) cannot be replaced and is written to directly. A symbolic link to a file
/// is refused: anyone who may write into the folder could use it to send a report where others read it, or over a file that
/// only this user may change.
///
/// # Errors
/// If it cannot be written.
pub fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    attempt(path, write).map_err(|error| {
        let what = match error.kind() {
            io::ErrorKind::NotFound => "does its folder exist?",
            io::ErrorKind::PermissionDenied => {
                "its folder must be writable; name a file in another folder"
            }
            io::ErrorKind::StorageFull => {
                "the disk is full; free some space or name a file on another disk"
            }
            io::ErrorKind::InvalidInput => "name the file itself",
            _ => "nothing was changed; fix the cause and run again",
        };
        io::Error::new(error.kind(), format!("cannot write {}: {error} ({what})", path.display()))
    })
}

fn attempt(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if is_link_to_file(path) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a symbolic link"));
    }
    match fs::metadata(path) {
        Ok(data) if data.is_dir() => {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
        }
        Ok(data) if !data.is_file() => {
            let mut out = BufWriter::new(OpenOptions::new().write(true).open(path)?);
            write(&mut out)?;
            return out.flush();
        }
        _ => {}
    }
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The error of the library names a path that no one gave.
    let mut temporary = temporary::file_in(folder).map_err(|error| match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::from(error.kind()),
    })?;
    {
        let mut out = BufWriter::new(temporary.as_file_mut());
        write(&mut out)?;
        out.flush()?;
    }
    temporary.as_file().sync_all()?;
    temporary.persist(path).map_err(|failed| failed.error)?;
    Ok(())
}

/// Whether it is a symbolic link to an ordinary file, or to nothing. Links to pipes and devices are how a shell hands them
/// on (`/dev/stdout`, `/dev/fd/63`).
pub fn is_link_to_file(path: &Path) -> bool {
    let is_link = fs::symlink_metadata(path).is_ok_and(|about| about.is_symlink());
    is_link && fs::metadata(path).map_or(true, |about| about.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        fs::write(&path, "old").unwrap();
        write_whole(&path, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_error_keeps_the_old_file_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        fs::write(&path, "old").unwrap();
        let error = write_whole(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("no more"))
        });
        assert!(error.unwrap_err().to_string().contains("report.json: no more"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn errors_name_the_path_and_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let missing =
            write_whole(&folder.path().join("a/b.json"), |_| Ok(())).unwrap_err().to_string();
        assert!(
            missing.contains("b.json") && missing.contains("does its folder exist?"),
            "{missing}"
        );
        let error = write_whole(folder.path(), |_| Ok(())).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
    }

    #[cfg(unix)]
    #[test]
    fn files_are_private_links_are_refused_and_devices_are_not_replaced() {
        use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("report"), folder.path().join("latest"));
        fs::write(&path, "old").unwrap();
        symlink(&path, &link).unwrap();
        for points_at in ["old", ""] {
            let error = write_whole(&link, |out| out.write_all(b"new")).unwrap_err().to_string();
            assert!(error.contains("it is a symbolic link (name the file itself)"), "{error}");
            assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
            assert_eq!(fs::read_to_string(&path).unwrap_or_default(), points_at);
            let _ = fs::remove_file(&path);
        }
        write_whole(&path, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

        write_whole(Path::new("/dev/null"), |out| out.write_all(b"x")).unwrap();
        assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    }
}

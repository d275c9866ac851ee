//! The list of the files of a bulk export: which it names, and which of them are next to it.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::error::{ErrorKind, InputError};
use crate::source::InputSource;

/// Whether JSON with such a beginning is the list of a bulk export's files.
pub(super) fn is_manifest(head: &[u8]) -> bool {
    let has = |name: &str| memchr::memmem::find(head, name.as_bytes()).is_some();
    has("\"transactionTime\"") && has("\"output\"")
}

/// Checks that the named files are next to the list.
///
/// # Errors
/// When some are missing, or the list cannot be read.
pub(super) fn check(path: &str, head: &[u8]) -> Result<(), InputError> {
    let incomplete =
        |what: String| InputError::new(ErrorKind::Incomplete { path: path.to_owned(), what });
    let Ok(manifest) = serde_json::from_slice::<Value>(head) else {
        return Err(incomplete(
            "the list of a bulk export's files cannot be read to its end".to_owned(),
        ));
    };
    let files: Vec<ManifestFile> =
        ["output", "deleted"].into_iter().flat_map(|list| entries(&manifest, list)).collect();
    let (named, by_type) = named_and_by_type(path, files);
    let missing = named.iter().filter(|file| !beside(path, &file.name).exists());
    let missing =
        missing.chain(by_type.iter().filter(|of| of.lacks_files()).flat_map(|of| &of.files));
    if let Some((are, kinds)) = told(missing) {
        return Err(incomplete(format!(
            "this list of a bulk export names {are} not beside it ({kinds})"
        )));
    }
    let differs = |file: &&ManifestFile| {
        let held = file.count.and_then(|_| resources_in(&beside(path, &file.name)));
        held.is_some() && held != file.count
    };
    let differ = named.iter().filter(differs);
    let differ = differ.chain(by_type.iter().filter(|of| of.differs()).flat_map(|of| &of.files));
    if let Some((are, kinds)) = told(differ) {
        return Err(incomplete(format!(
            "this list of a bulk export names {are} of another length: it says how many resources a file has, and other lines are there ({kinds}); fetch the export again"
        )));
    }
    Ok(())
}

/// Files whose addresses are keys of the server, and those beside the list that are named by the same type of resource.
struct OfType {
    files: Vec<ManifestFile>,
    beside: Vec<PathBuf>,
}

impl OfType {
    /// How many resources they have, if the list says it of each.
    fn count(&self) -> Option<u64> {
        self.files.iter().map(|file| file.count).sum()
    }

    /// Whether there are too few files beside the list; several may have been written into one if their lengths are stated.
    fn lacks_files(&self) -> bool {
        let fewest = if self.count().is_some() { 1 } else { self.files.len() };
        self.beside.len() < fewest
    }

    fn differs(&self) -> bool {
        let held = || self.beside.iter().map(|path| resources_in(path)).sum::<Option<u64>>();
        let counted = self.count().and_then(|count| Some((count, held()?)));
        counted.is_some_and(|(count, held)| count != held)
    }
}

/// The files that an address names, and those whose address names none (`/Binary/8f3a`), by their type.
fn named_and_by_type(path: &str, files: Vec<ManifestFile>) -> (Vec<ManifestFile>, Vec<OfType>) {
    let is_key =
        |file: &ManifestFile| !file.name.contains('.') && !beside(path, &file.name).exists();
    let (keys, named): (Vec<_>, Vec<_>) = files.into_iter().partition(is_key);
    let taken: Vec<PathBuf> = named.iter().map(|file| beside(path, &file.name)).collect();
    let mut by_type: Vec<OfType> = Vec::new();
    for file in keys {
        match by_type.iter_mut().find(|of| of.files.iter().any(|other| other.kind == file.kind)) {
            Some(of) => of.files.push(file),
            None => {
                let beside = called(path, &file.kind);
                let beside = beside.into_iter().filter(|path| !taken.contains(path)).collect();
                by_type.push(OfType { files: vec![file], beside });
            }
        }
    }
    (named, by_type)
}

/// The files of resources next to the list whose name has the word of a type: `Patient.ndjson`, `2.Patient.ndjson.gz`.
fn called(path: &str, kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty());
    let Ok(entries) = std::fs::read_dir(folder.unwrap_or(Path::new("."))) else {
        return Vec::new();
    };
    let is_of_kind = |name: &str| {
        let is_lines = name.contains(".ndjson") || name.contains(".json");
        is_lines && name.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word == kind)
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_name().to_str().is_some_and(is_of_kind))
        .map(|entry| {
            folder.map_or_else(
                || PathBuf::from(entry.file_name()),
                |folder| folder.join(entry.file_name()),
            )
        })
        .collect();
    paths.sort();
    paths
}

/// How many files they are, in words, and of what types; `None` if there are none.
fn told<'f>(files: impl Iterator<Item = &'f ManifestFile>) -> Option<(&'static str, String)> {
    let mut kinds: Vec<&str> = files.map(|file| file.kind.as_str()).collect();
    let count = kinds.len();
    kinds.sort_unstable();
    kinds.dedup();
    let are = if count == 1 { "a file that is" } else { "files that are" };
    (count > 0).then(|| (are, format!("{count}: {}", kinds.join(", "))))
}

/// How many resources a file of lines has; `None` if it is not such a file.
fn resources_in(path: &Path) -> Option<u64> {
    const CHUNK: usize = 256 << 10;
    let source = InputSource::open(path, None).ok()?;
    let reader = source.reader().ok()?;
    let (mut count, mut is_blank, mut last) = (0, true, b'}');
    let mut at = source.start();
    loop {
        let bytes = reader.bytes(at, CHUNK).ok()?;
        for byte in &bytes {
            match byte {
                b'\n' if is_blank => {}
                // JSON that continues on the next line is not a file of lines.
                b'\n' if last != b'}' => return None,
                b'\n' => is_blank = true,
                byte if byte.is_ascii_whitespace() => {}
                byte => {
                    count += u64::from(is_blank);
                    (is_blank, last) = (false, *byte);
                }
            }
        }
        if bytes.len() < CHUNK {
            return Some(count);
        }
        at += CHUNK as u64;
    }
}

/// A named file.
struct ManifestFile {
    /// The last part of its address.
    name: String,
    /// The type of the resources in it.
    kind: String,
    /// How many they are, if the list says so.
    count: Option<u64>,
}

fn entries(manifest: &Value, list: &str) -> impl Iterator<Item = ManifestFile> {
    let entries = manifest.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
    entries.into_iter().filter_map(|entry| {
        let url = entry.get("url")?.as_str()?;
        let url = url.split(['?', '#']).next().unwrap_or(url);
        let name = url.rsplit('/').next().filter(|name| !name.is_empty())?.to_owned();
        let kind = entry.get("type").and_then(Value::as_str).unwrap_or_default();
        let is_type = kind.len() <= 40 && kind.bytes().all(|byte| byte.is_ascii_alphabetic());
        let kind = if is_type && !kind.is_empty() { kind } else { "of no stated type" };
        let count = entry.get("count");
        let count =
            count.and_then(|count| count.as_u64().or_else(|| count.as_str()?.trim().parse().ok()));
        Some(ManifestFile { name, kind: kind.to_owned(), count })
    })
}

/// Where a file of that name would be; also with an ending added, or packed.
fn beside(path: &str, name: &str) -> PathBuf {
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let plain = folder.join(name);
    let ends = ["", ".ndjson", ".gz", ".ndjson.gz", ".zst"];
    let with = ends.iter().map(|end| folder.join(format!("{name}{end}")));
    with.into_iter().find(|path| path.exists()).unwrap_or(plain)
}

/// The files that a list names and that are next to it; empty if the file is not such a list.
pub(crate) fn files_beside(path: &Path) -> Vec<PathBuf> {
    let is_small = std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() < 1 << 20);
    let Some(bytes) = is_small.then(|| std::fs::read(path).ok()).flatten() else {
        return Vec::new();
    };
    if !is_manifest(&bytes) {
        return Vec::new();
    }
    let Ok(manifest) = serde_json::from_slice::<Value>(&bytes) else { return Vec::new() };
    let files = ["output", "deleted"].into_iter().flat_map(|list| entries(&manifest, list));
    let list = path.display().to_string();
    let (named, by_type) = named_and_by_type(&list, files.collect());
    let named = named.iter().map(|file| beside(&list, &file.name)).filter(|path| path.exists());
    let mut paths: Vec<PathBuf> =
        named.chain(by_type.into_iter().flat_map(|of| of.beside)).collect();
    paths.sort();
    paths.dedup();
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_beside_are_read_and_missing_ones_are_told_by_their_type() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("manifest.json");
        let text = r#"{"transactionTime":"2026-04-01","output":[{"type":"MedicationRequest","url":"https://x/o/a.ndjson?sig=1"},{"type":"Patient","url":"https://x/o/b"}],"deleted":[{"type":"Bundle","url":"https://x/o/d.ndjson"}]}"#;
        std::fs::write(&path, text).unwrap();
        std::fs::write(folder.path().join("a.ndjson"), "").unwrap();
        std::fs::write(folder.path().join("b.ndjson"), "").unwrap();
        let named = path.display().to_string();
        let error = check(&named, text.as_bytes()).unwrap_err();
        assert!(
            error.to_string().contains("names a file that is not beside it (1: Bundle)"),
            "{error}"
        );
        assert_eq!(files_beside(&path).len(), 2);
        std::fs::write(folder.path().join("d.ndjson"), "").unwrap();
        assert!(check(&named, text.as_bytes()).is_ok() && is_manifest(text.as_bytes()));
        let lines = |text: &str| std::fs::write(folder.path().join("a.ndjson"), text).unwrap();
        for (count, held, fits) in [
            ("5", "{\"id\":\"1\"}\n", false),
            ("0", "{\"id\":\"1\"}", false),
            ("\"2\"", "{\"id\":\"1\"}\n", false),
            ("2", "{\"id\":\"1\"}\r\n\r\n{\"id\":\"2\"} \n", true),
            ("1", "{\n\"id\":\"1\"}\n", true),
            ("\"many\"", "{}\n", true),
        ] {
            lines(held);
            let text = text.replace("a.ndjson?sig=1\"", &format!("a.ndjson\",\"count\":{count}"));
            assert_eq!(check(&named, text.as_bytes()).is_ok(), fits, "{count} {held}");
        }
    }

    #[test]
    fn a_file_whose_address_is_a_key_is_known_by_its_type() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("manifest.json");
        let text = r#"{"transactionTime":"2026-04-01","output":[{"type":"Medication","url":"https://x/BulkRequest/1/8f3a","count":1},{"type":"MedicationRequest","url":"https://x/Binary/8f3b"}]}"#;
        std::fs::write(&path, text).unwrap();
        let named = path.display().to_string();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("MedicationRequest.000.ndjson", "{}\n");
        let error = check(&named, text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("(1: Medication)"), "{error}");
        write("Medication.ndjson", "{}\n{}\n");
        let error = check(&named, text.as_bytes()).unwrap_err().to_string();
        assert!(
            error.contains("of another length") && error.contains("(1: Medication)"),
            "{error}"
        );
        write("Medication.ndjson", "{}\n");
        assert!(check(&named, text.as_bytes()).is_ok());
        assert_eq!(files_beside(&path).len(), 2);
        // An address that names a file needs that file.
        let text = text.replace("8f3b", "a.ndjson");
        assert!(check(&named, text.as_bytes()).is_err());
    }
}

//! Reading a site's tables of codes, and caching them for the next run.

use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rxlint_engine::drug::Dictionary;
use rxlint_engine::drug::vocabulary::{Vocabulary, VocabularyError};

const MAGIC: &str = "rxlint-vocabulary/1";

/// Adds the codes of a table to a vocabulary.
///
/// # Errors
/// A file that cannot be read, or whose columns are not recognised.
pub fn read(
    vocabulary: &mut Vocabulary,
    path: &Path,
    dictionary: &Dictionary,
) -> Result<(), VocabularyError> {
    let name = path.display().to_string();
    let opened = rxlint_input::open_file(path);
    let file = opened.map_err(|error| VocabularyError::unreadable(&name, &error))?;
    vocabulary.read(&name, file, dictionary)
}

/// Adds the codes of a table: from the cache folder, if its copy there was made from the same file (path, length, time of
/// change) with the same rule book; otherwise from the table itself, leaving a copy for the next run. A cache that cannot
/// be written is not an error: the next run only takes longer.
///
/// # Errors
/// As [`read`].
pub fn read_cached(
    vocabulary: &mut Vocabulary,
    path: &Path,
    dictionary: &Dictionary,
    folder: &Path,
    book: &str,
) -> Result<(), VocabularyError> {
    let Some(stamp) = stamp(path, book) else { return read(vocabulary, path, dictionary) };
    let copy = copy_of(path, folder);
    if let Some(cached) = load(&copy, &stamp) {
        vocabulary.absorb(cached);
        return Ok(());
    }
    let mut fresh = Vocabulary::default();
    read(&mut fresh, path, dictionary)?;
    let _ = store(&fresh, &copy, &stamp);
    vocabulary.absorb(fresh);
    Ok(())
}

/// What shows that a table has not changed since its copy was made.
fn stamp(path: &Path, book: &str) -> Option<String> {
    let metadata = fs::metadata(path).ok()?;
    let changed = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(format!("{MAGIC} {} {changed} {book}", metadata.len()))
}

/// The path of the copy of a table in a cache folder.
pub fn copy_of(path: &Path, folder: &Path) -> PathBuf {
    let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let digest = blake3::hash(whole.to_string_lossy().as_bytes()).to_hex();
    folder.join(format!("{}.vocabulary", &digest[..16]))
}

fn load(copy: &Path, stamp: &str) -> Option<Vocabulary> {
    let mut lines = BufReader::new(fs::File::open(copy).ok()?);
    let mut first = String::new();
    lines.read_line(&mut first).ok()?;
    (first.trim_end() == stamp).then(|| Vocabulary::from_lines(lines))?
}

/// Writes the copy whole or not at all.
fn store(vocabulary: &Vocabulary, copy: &Path, stamp: &str) -> std::io::Result<()> {
    let folder = copy.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut temporary = rxlint_report::temporary::file_in(folder)?;
    let mut out = BufWriter::new(temporary.as_file_mut());
    writeln!(out, "{stamp}")?;
    vocabulary.write(&mut out)?;
    out.flush()?;
    drop(out);
    temporary.as_file().sync_all()?;
    temporary.persist(copy).map_err(|failed| failed.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rxlint_engine::drug::vocabulary::{CodeMeaning, System, local};
    use rxlint_engine::rule::Book;

    #[test]
    fn the_second_run_reads_the_copy_and_a_changed_table_is_read_again() {
        let book = Book::built_in().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (table, cache) = (folder.path().join("codes.csv"), folder.path().join("cache"));
        let read_again = || {
            let mut vocabulary = Vocabulary::default();
            read_cached(&mut vocabulary, &table, book.dictionary(), &cache, "digest").unwrap();
            vocabulary
        };
        fs::write(&table, "code,name\nA,Naltrexone 50 mg\nB,Aspirin\n").unwrap();
        let first = read_again();
        let copy = fs::read_dir(&cache).unwrap().next().unwrap().unwrap().path();
        let kept = fs::read_to_string(&copy).unwrap();
        let second = read_again();
        assert_eq!(first.counts(), second.counts());
        assert_eq!(
            second.meaning(System::Local, local("A")),
            Some(CodeMeaning::Named("Naltrexone 50 mg"))
        );
        assert_eq!(second.meaning(System::Local, local("B")), Some(CodeMeaning::Other));
        // The copy is what is read: changed by hand, it shows.
        fs::write(&copy, kept.replace("Naltrexone 50 mg", "Naltrexone 25 mg")).unwrap();
        assert_eq!(
            read_again().meaning(System::Local, local("A")),
            Some(CodeMeaning::Named("Naltrexone 25 mg"))
        );
        fs::write(&table, "code,name\nA,Oxycodone 5 mg tablet\n").unwrap();
        assert_eq!(
            read_again().meaning(System::Local, local("A")),
            Some(CodeMeaning::Named("Oxycodone 5 mg tablet"))
        );
    }
}

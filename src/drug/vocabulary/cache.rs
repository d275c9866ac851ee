//! What was read from a large table, kept for the next run: RxNorm is a gigabyte, its codes are a few megabytes.

use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::{System, Vocabulary, VocabularyError};
use crate::drug::Dictionary;

const MAGIC: &str = "rxlint-vocabulary/1";

impl Vocabulary {
    /// Reads a table, from the cache folder where its copy there was made from the same file (path, length, time of change)
    /// by the same rule book; else from the table itself, leaving a copy for the next run. A cache that cannot be written
    /// is no error: the next run only takes longer.
    ///
    /// # Errors
    /// See [`Vocabulary::read`].
    pub fn read_cached(
        &mut self,
        path: &Path,
        dictionary: &Dictionary,
        folder: &Path,
        book: &str,
    ) -> Result<(), VocabularyError> {
        let Some(stamp) = stamp(path, book) else { return self.read(path, dictionary) };
        let copy = Self::copy_of(path, folder);
        if let Some(cached) = load(&copy, &stamp) {
            self.absorb(cached);
            return Ok(());
        }
        let mut fresh = Self::default();
        fresh.read(path, dictionary)?;
        let _ = store(&fresh, &copy, &stamp);
        self.absorb(fresh);
        Ok(())
    }

    /// Where the copy of a table stands in a cache folder.
    pub fn copy_of(path: &Path, folder: &Path) -> PathBuf {
        let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        folder.join(format!(
            "{}.vocabulary",
            &blake3::hash(whole.to_string_lossy().as_bytes()).to_hex()[..16]
        ))
    }

    fn absorb(&mut self, later: Self) {
        let base = self.names.len() as u32;
        self.names.extend(later.names);
        #[allow(clippy::iter_over_hash_type, reason = "each key is put into a map of its own")]
        for (key, name) in later.named {
            self.named.entry(key).or_insert(base + name);
        }
        self.other.extend(later.other);
    }
}

/// What tells that a table has not changed since its copy was made.
fn stamp(path: &Path, book: &str) -> Option<String> {
    let metadata = fs::metadata(path).ok()?;
    let changed = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some(format!("{MAGIC} {} {changed} {book}", metadata.len()))
}

fn load(copy: &Path, stamp: &str) -> Option<Vocabulary> {
    let mut lines = BufReader::new(fs::File::open(copy).ok()?).lines();
    if lines.next()?.ok()? != stamp {
        return None;
    }
    let mut vocabulary = Vocabulary::default();
    for line in lines {
        let line = line.ok()?;
        let mut cells = line.splitn(3, ' ');
        let system = SYSTEMS.get(cells.next()?.parse::<usize>().ok()?)?;
        let key = (*system, cells.next()?.parse().ok()?);
        match cells.next() {
            Some(name) => {
                vocabulary.named.insert(key, vocabulary.names.len() as u32);
                vocabulary.names.push(name.into());
            }
            None => {
                vocabulary.other.insert(key);
            }
        }
    }
    Some(vocabulary)
}

/// Writes the copy whole or not at all.
fn store(vocabulary: &Vocabulary, copy: &Path, stamp: &str) -> std::io::Result<()> {
    let folder = copy.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut temporary = crate::temporary::file_in(folder)?;
    let mut out = BufWriter::new(temporary.as_file_mut());
    writeln!(out, "{stamp}")?;
    let number =
        |system: System| SYSTEMS.iter().position(|known| *known == system).unwrap_or_default();
    let mut named: Vec<_> = vocabulary.named.iter().collect();
    named.sort_by_key(|((system, code), _)| (number(*system), *code));
    for ((system, code), name) in named {
        writeln!(
            out,
            "{} {code} {}",
            number(*system),
            vocabulary.names[*name as usize].replace(['\n', '\r'], " ")
        )?;
    }
    let mut other: Vec<_> =
        vocabulary.other.iter().map(|&(system, code)| (number(system), code)).collect();
    other.sort_unstable();
    for (system, code) in other {
        writeln!(out, "{system} {code}")?;
    }
    out.flush()?;
    drop(out);
    temporary.as_file().sync_all()?;
    temporary.persist(copy).map_err(|failed| failed.error)?;
    Ok(())
}

const SYSTEMS: [System; 5] =
    [System::Ndc, System::NdcProduct, System::Rxcui, System::Concept, System::Local];

#[cfg(test)]
mod tests {
    use super::super::{Meaning, local};
    use super::*;
    use crate::rule::Book;

    #[test]
    fn the_second_run_reads_the_copy_and_a_changed_table_is_read_again() {
        let book = Book::built_in().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (table, cache) = (folder.path().join("codes.csv"), folder.path().join("cache"));
        let read = || {
            let mut vocabulary = Vocabulary::default();
            vocabulary.read_cached(&table, book.dictionary(), &cache, "digest").unwrap();
            vocabulary
        };
        fs::write(&table, "code,name\nA,Naltrexone 50 mg\nB,Aspirin\n").unwrap();
        let first = read();
        let copy = fs::read_dir(&cache).unwrap().next().unwrap().unwrap().path();
        let kept = fs::read_to_string(&copy).unwrap();
        let second = read();
        assert_eq!(first.counts(), second.counts());
        assert_eq!(
            second.meaning(System::Local, local("A")),
            Some(Meaning::Named("Naltrexone 50 mg"))
        );
        assert_eq!(second.meaning(System::Local, local("B")), Some(Meaning::Other));
        // The copy is what is read: changed by hand, it shows.
        fs::write(&copy, kept.replace("Naltrexone 50 mg", "Naltrexone 25 mg")).unwrap();
        assert_eq!(
            read().meaning(System::Local, local("A")),
            Some(Meaning::Named("Naltrexone 25 mg"))
        );
        fs::write(&table, "code,name\nA,Oxycodone 5 mg tablet\n").unwrap();
        assert_eq!(
            read().meaning(System::Local, local("A")),
            Some(Meaning::Named("Oxycodone 5 mg tablet"))
        );
    }
}

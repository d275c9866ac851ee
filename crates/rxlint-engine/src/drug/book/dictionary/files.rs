//! Reads the files of drugs.

use super::DrugIx;
use crate::built_in;
use crate::drug::book::file::{DrugFile, RulePack, is_words};
use crate::file_error::FileError;

/// A form is numbered by one byte.
const MOST_FORMS: usize = 256;

/// The drug files of all packs, each with its path and text.
pub(super) fn drug_files<'a>(
    packs: &[RulePack<'a>],
    faults: &mut Vec<FileError>,
) -> Vec<(String, &'a str, DrugFile)> {
    let mut read: Vec<(String, &str, DrugFile)> = Vec::new();
    for pack in packs {
        let earlier = read.len();
        let mut own: Vec<(String, &str, DrugFile)> = Vec::new();
        for (at, &(path, text)) in pack
            .files
            .iter()
            .enumerate()
            .filter(|(_, (path, _))| path.starts_with("drugs/") && path.ends_with(".toml"))
            .filter(|(_, (path, _))| !is_words(path.rsplit('/').next().unwrap_or(path)))
        {
            let path = pack.shown(path);
            match built_in::read::<DrugFile>(pack.files, at) {
                Ok(file) => match own.iter().find(|(_, _, other)| other.id == file.id) {
                    Some((other, ..)) => faults.push(twice(&path, text, &file.id, other)),
                    None => own.push((path, text, file)),
                },
                Err(error) => faults.push(FileError::toml(&path, text, &error)),
            }
        }
        for drug in own {
            match read[..earlier].iter().position(|(_, _, file)| file.id == drug.2.id) {
                Some(at) => read[at] = drug,
                None => read.push(drug),
            }
        }
    }
    let too_many = |what: &str| format!("{what}: the program cannot number more");
    if read.len() > usize::from(DrugIx::MAX) {
        faults.push(FileError::plain("drugs", &too_many(&format!("{} drugs", read.len()))));
    }
    for (path, text, file) in read.iter().filter(|(.., file)| file.forms.len() > MOST_FORMS) {
        let what = too_many(&format!("{} forms of one drug", file.forms.len()));
        faults.push(FileError::at(path, text, "[[form]]", what));
    }
    read
}

/// The error for a folder with two files for one drug.
fn twice(path: &str, text: &str, id: &str, other: &str) -> FileError {
    FileError::at(path, text, &format!("\"{id}\""), format!("the drug `{id}` is also in {other}"))
        .with_help("merge the two files, or give one of them an id of its own")
}

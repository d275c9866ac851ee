//! Reads the book from its packs and checks all of it: every fault in every file is reported at
//! once.

use std::collections::BTreeMap;

use super::folder::{Holds, holds};
use super::{Book, Rule, conditions, folder};
use crate::drug::Dictionary;
use crate::drug::file::RulePack;
use crate::exposure::directions::DirectionWords;
use crate::file_error::FileError;
use crate::formulary::classes::ClassTable;
use crate::rule::check;
use crate::rule::notice;

/// A rule as it was read, before later packs replace some.
pub struct Page<'a> {
    /// The rule.
    pub rule: Rule,
    /// The contents of its file.
    pub text: &'a str,
    /// Which pack it belongs to.
    pub pack: usize,
}

impl Book {
    /// The book of these files (path below the rules folder, text).
    ///
    /// # Errors
    /// Every file that cannot be used.
    pub fn read(files: &[(&str, &str)]) -> Result<Self, FileError> {
        Self::read_packs(&[RulePack { folder: "", files }])
    }

    /// The book of these packs: a rule or drug in a later pack replaces an earlier one with the
    /// same id, and conditions add up.
    ///
    /// # Errors
    /// Every file that cannot be used.
    pub fn read_packs(packs: &[RulePack<'_>]) -> Result<Self, FileError> {
        FileError::all(folder::faults(packs))?;
        let dictionary = Dictionary::build(packs)?;
        let directions = DirectionWords::read_packs(packs)?;
        let mut faults = Vec::new();
        let conditions = conditions::read(packs, &mut faults);
        let classes = classes(packs, &mut faults);
        let (pages, is_whole) = pages(packs, &dictionary, &mut faults);
        for page in &pages {
            faults.extend(check::conditions(&page.rule, page.text, &conditions));
        }
        faults.extend(check::components(packs, &dictionary));
        // Otherwise the windows of an unreadable rule would be reported as missing.
        if is_whole {
            faults.extend(check::windows(packs, &dictionary, &pages));
        }
        FileError::all(faults)?;
        let mut book = Self {
            dictionary,
            directions,
            rules: in_force(pages),
            windows: BTreeMap::new(),
            conditions,
            digest: match packs {
                [only] if only.is_built_in() => Self::built_in_digest().to_owned(),
                _ => digest(packs),
            },
            notices: notice::RULES.map(|(id, ..)| id).to_vec(),
            set_aside: Vec::new(),
            classes,
        };
        book.collect_windows();
        Ok(book)
    }
}

/// What the classes of formularies hold; a site's own are added.
fn classes(packs: &[RulePack<'_>], faults: &mut Vec<FileError>) -> ClassTable {
    let mut table = ClassTable::default();
    for pack in packs {
        for (path, text) in
            pack.files.iter().filter(|(path, _)| holds(path) == Some(Holds::Classes))
        {
            faults
                .extend(table.add(text).err().map(|why| FileError::plain(&pack.shown(path), &why)));
        }
    }
    table
}

/// Every rule that can be read, and whether all of them can.
fn pages<'a>(
    packs: &[RulePack<'a>],
    dictionary: &Dictionary,
    faults: &mut Vec<FileError>,
) -> (Vec<Page<'a>>, bool) {
    let mut pages: Vec<Page<'a>> = Vec::new();
    let mut is_whole = true;
    for (pack, of_pack) in packs.iter().enumerate() {
        let rules = of_pack.files.iter().enumerate();
        for (at, &(path, text)) in rules.filter(|(_, (path, _))| holds(path) == Some(Holds::Rule)) {
            let path = of_pack.shown(path);
            match Rule::read_of(&path, of_pack.files, at, dictionary) {
                Ok(rule) => {
                    let id = &rule.file.id;
                    let other =
                        pages.iter().find(|page| page.pack == pack && page.rule.file.id == *id);
                    faults.extend(other.map(|other| {
                        let what = format!("the rule `{id}` is also in {}", other.rule.path);
                        FileError::at(&path, text, &format!("\"{id}\""), what)
                            .with_help("delete one of the two, or give it another id and file name")
                    }));
                    pages.push(Page { rule, text, pack });
                }
                Err(error) => {
                    is_whole = false;
                    faults.extend(error.each());
                }
            }
        }
    }
    (pages, is_whole)
}

/// The rules by id, keeping the last of several with the same id; each remembers its position among
/// all.
fn in_force(pages: Vec<Page<'_>>) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for page in pages {
        match rules.iter().position(|earlier| earlier.file.id == page.rule.file.id) {
            Some(at) => rules[at] = Rule { order: at, ..page.rule },
            None => rules.push(Rule { order: rules.len(), ..page.rule }),
        }
    }
    rules.sort_by(|a, b| a.file.id.cmp(&b.file.id));
    rules
}

pub(super) fn digest(packs: &[RulePack<'_>]) -> String {
    let mut hasher = blake3::Hasher::new();
    for (path, text) in packs.iter().flat_map(|pack| pack.files) {
        hasher.update(path.as_bytes()).update(&[0]).update(text.as_bytes()).update(&[0]);
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

//! The conditions that person rules ask about. A site's conditions add to the built-in ones and
//! never replace them.

use std::collections::BTreeMap;

use super::folder::{Holds, holds};
use crate::built_in;
use crate::drug::file::RulePack;
use crate::drug::name::words;
use crate::exposure::person::ConditionCodes;
use crate::file_error::{FileError, nearest};
use crate::rule::check::places;

/// A condition's number is one byte.
const MOST: usize = 256;

/// `[pain] icd10 = ["M54"], snomed = […], source = "…"`
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", expecting = "struct Written")]
struct ConditionTable {
    #[serde(default)]
    icd10: Vec<String>,
    #[serde(default)]
    snomed: Vec<String>,
    #[serde(default)]
    loinc: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    not_words: Vec<String>,
    #[serde(default)]
    alone: Vec<String>,
    #[serde(default)]
    from: BTreeMap<String, u32>,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    passes: bool,
    #[serde(default)]
    ends_as: Option<String>,
    #[serde(default)]
    denied_as: Option<String>,
    #[serde(default)]
    yields_to: Vec<String>,
    /// Adds these codes to a condition that an earlier pack defines.
    #[serde(default)]
    extend: bool,
    #[serde(rename = "source")]
    _source: toml::Value,
    #[serde(default, rename = "title")]
    _title: Option<String>,
}

/// The conditions of all packs, the built-in ones first.
pub fn read(packs: &[RulePack<'_>], faults: &mut Vec<FileError>) -> Vec<ConditionCodes> {
    let mut known: Vec<(ConditionCodes, String)> = Vec::new();
    for pack in packs {
        let files = pack.files.iter().enumerate();
        for (at, (path, text)) in
            files.filter(|(_, (path, _))| holds(path) == Some(Holds::Conditions))
        {
            let (path, named) = (pack.shown(path), pack.named(path));
            match built_in::read::<BTreeMap<String, ConditionTable>>(pack.files, at) {
                Ok(written) => {
                    for (name, codes) in written {
                        faults.extend(add(&mut known, name, codes, (&path, &named, text)).err());
                    }
                }
                Err(error) => faults.push(FileError::toml(&path, text, &error)),
            }
        }
    }
    if let Some((_, path)) = known.get(MOST) {
        let what = format!("{} conditions: the program numbers at most {MOST}", known.len());
        faults.push(FileError::plain(path, &what).with_help("join those that no rule tells apart"));
    }
    known.into_iter().map(|(condition, _)| condition).collect()
}

/// Names, each as its folded words.
fn folded(names: &[String]) -> Vec<Vec<String>> {
    names.iter().map(|name| words(name)).filter(|name| !name.is_empty()).collect()
}

/// Adds a condition, or codes to a known one. Repeating the very same condition changes nothing: a
/// site may have started with a copy of the built-in folder.
fn add(
    known: &mut Vec<(ConditionCodes, String)>,
    name: String,
    written: ConditionTable,
    (path, named, text): (&str, &str, &str),
) -> Result<(), FileError> {
    let fault = |name: &str, what: String| match places::keys(text, name).into_iter().next() {
        Some(span) => FileError::span(path, text, span, what),
        None => FileError::at(path, text, name, what),
    };
    let own = ConditionCodes {
        icd10: written
            .icd10
            .into_iter()
            .map(|code| code.replace('.', "").to_ascii_uppercase())
            .collect(),
        snomed: written.snomed,
        loinc: written.loinc,
        words: folded(&written.words),
        not_words: folded(&written.not_words),
        alone: folded(&written.alone),
        columns: folded(&written.columns),
        from: written.from.iter().map(|(name, least)| (words(name), *least)).collect(),
        passes: written.passes,
        ends_as: written.ends_as,
        denied_as: written.denied_as,
        yields_to: written.yields_to,
        name,
    };
    let earlier = known.iter_mut().find(|(condition, _)| condition.name == own.name);
    match (earlier, written.extend) {
        (None, false) => known.push((own, named.to_owned())),
        (Some((condition, _)), true) => {
            condition.icd10.extend(own.icd10);
            condition.snomed.extend(own.snomed);
            condition.loinc.extend(own.loinc);
            condition.words.extend(own.words);
            condition.not_words.extend(own.not_words);
            condition.alone.extend(own.alone);
            condition.from.extend(own.from);
            condition.columns.extend(own.columns);
            condition.passes |= own.passes;
            condition.ends_as = condition.ends_as.take().or(own.ends_as);
            condition.denied_as = condition.denied_as.take().or(own.denied_as);
            condition.yields_to.extend(own.yields_to);
        }
        (Some((condition, _)), false) if *condition == own => {}
        (Some((_, other)), false) => {
            let what = format!("the condition `{}` is also in {other}", own.name);
            return Err(fault(&own.name, what).with_help(
                "write `extend = true` to add these codes to it, or give this one another name",
            ));
        }
        (None, true) => {
            let what = format!("there is no condition `{}` to extend", own.name);
            let names = known.iter().map(|(condition, _)| condition.name.as_str());
            return Err(fault(&own.name, what).with_help(match nearest(&own.name, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "leave out `extend` to define it here".to_owned(),
            }));
        }
    }
    Ok(())
}

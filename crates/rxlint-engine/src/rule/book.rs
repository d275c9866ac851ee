//! The rule book: every rule and drug, read from its files and checked against the others.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::file::{Condition, Kind, RuleFile, Status, Window};
use super::notice;
use super::select::Selector;
use super::settings::BookSettings;
use crate::drug::vocabulary::Vocabulary;
use crate::drug::{Component, Dictionary, Role, Verdict};
use crate::exposure::person;
use crate::file_error::FileError;
use rxlint_model::finding::{RuleInfo, Severity};
use rxlint_model::purpose::Purpose;

/// The files under `rules/`, as they were when this binary was built.
pub const BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// Folders that hold rules, one file each.
const RULE_FOLDERS: [&str; 7] =
    ["interaction/", "washout/", "dose/", "duplicate/", "person/", "record/", "formulary/"];

/// A rule, ready to judge.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What stands in its file.
    pub file: RuleFile,
    /// Its condition.
    pub condition: Condition,
    /// What its findings share.
    pub info: Arc<RuleInfo>,
    /// Whether it judges in this run.
    pub active: bool,
    /// The severity that a site gives all its findings.
    pub severity_override: Option<Severity>,
    /// The file's path.
    pub path: String,
}

/// Every rule and drug.
#[derive(Debug)]
pub struct Book {
    dictionary: Dictionary,
    rules: Vec<Rule>,
    windows: BTreeMap<String, Window>,
    conditions: Vec<person::Condition>,
    digest: String,
    notices: Vec<&'static str>,
}

impl Book {
    /// The book that this binary was built with.
    ///
    /// # Errors
    /// Never for a released binary: a test reads the same files.
    pub fn built_in() -> Result<Self, FileError> {
        Self::read(BUILT_IN)
    }

    /// The book of these files (path below the rules folder, text); a later file replaces an earlier rule of its id.
    ///
    /// # Errors
    /// The first file that cannot be used.
    pub fn read(files: &[(&str, &str)]) -> Result<Self, FileError> {
        let dictionary = Dictionary::build(files)?;
        let mut rules: Vec<Rule> = Vec::new();
        let mut conditions = Vec::new();
        for &(path, text) in files {
            if path.ends_with("person/conditions.toml") {
                conditions = read_conditions(path, text)?;
            } else if path.ends_with(".toml")
                && RULE_FOLDERS.iter().any(|folder| path.starts_with(folder))
            {
                let rule = Rule::read(path, text, &dictionary)?;
                match rules.iter().position(|earlier| earlier.file.id == rule.file.id) {
                    Some(at) => rules[at] = rule,
                    None => rules.push(rule),
                }
            }
        }
        rules.sort_by(|a, b| a.file.id.cmp(&b.file.id));
        let digest = digest_of(files);
        let mut book = Self {
            dictionary,
            rules,
            windows: BTreeMap::new(),
            conditions,
            digest,
            notices: notice::RULES.map(|(id, ..)| id).to_vec(),
        };
        book.collect_windows();
        Ok(book)
    }

    /// The digest of the book that this binary was built with.
    pub fn built_in_digest() -> &'static str {
        static DIGEST: std::sync::LazyLock<String> =
            std::sync::LazyLock::new(|| digest_of(BUILT_IN));
        &DIGEST
    }

    /// The drugs.
    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// All rules, by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules, to switch on and off or to change as the configuration asks.
    pub fn rules_mut(&mut self) -> &mut [Rule] {
        &mut self.rules
    }

    /// The rules that judge in this run.
    pub fn active(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|rule| rule.active)
    }

    /// Whether a rule judges in this run: one of the book, or one about the configuration's own acceptances.
    pub fn applies(&self, id: &str) -> bool {
        self.rule(id).is_some_and(|rule| rule.active) || self.notices.contains(&id)
    }

    /// The rule of that id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.file.id == id)
    }

    /// The washout windows of all rules, by name.
    pub fn windows(&self) -> &BTreeMap<String, Window> {
        &self.windows
    }

    /// The conditions that person rules ask for.
    pub fn conditions(&self) -> &[person::Condition] {
        &self.conditions
    }

    /// 16 hexadecimal digits that change with every change of the files.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Adds a site's own tables of codes to the drugs.
    pub fn set_vocabulary(&mut self, vocabulary: Vocabulary) {
        self.dictionary.set_vocabulary(vocabulary);
    }

    /// Applies a site's configuration: which rules judge, how grave they are, and the windows.
    ///
    /// # Errors
    /// A name that no rule, DUR code, tag or window has.
    pub fn configure(&mut self, settings: &BookSettings) -> Result<(), String> {
        let names = |rule: &Rule, word: &str| {
            rule.info.id == word
                || rule.info.dur.eq_ignore_ascii_case(word)
                || rule.info.tags.iter().any(|tag| tag == word)
        };
        let notice = |(id, ..): &(&str, &str, &str), word: &str| {
            *id == word || word == notice::TAG || word.eq_ignore_ascii_case(notice::DUR)
        };
        let ids = || {
            self.rules
                .iter()
                .map(|rule| rule.info.id.as_str())
                .chain(notice::RULES.map(|(id, ..)| id))
        };
        for word in settings.select.iter().chain(&settings.ignore) {
            if !self.rules.iter().any(|rule| names(rule, word))
                && !notice::RULES.iter().any(|rule| notice(rule, word))
            {
                return Err(format!(
                    "no rule, DUR code or tag is called `{word}`{}",
                    nearest(word, ids())
                ));
            }
        }
        for word in settings.severity.keys().chain(&settings.named) {
            if !ids().any(|id| id == word) {
                return Err(format!("no rule is called `{word}`{}", nearest(word, ids())));
            }
        }
        let wanted = |rule: &_| {
            (settings.select.is_empty() || settings.select.iter().any(|word| notice(rule, word)))
                && !settings.ignore.iter().any(|word| notice(rule, word))
        };
        self.notices =
            notice::RULES.iter().filter(|rule| wanted(rule)).map(|(id, ..)| *id).collect();
        for rule in &mut self.rules {
            if !settings.select.is_empty() {
                rule.active = rule.file.status != Status::Removed
                    && settings.select.iter().any(|word| names(rule, word));
            }
            rule.active &= !settings.ignore.iter().any(|word| names(rule, word));
            if let Some(&severity) = settings.severity.get(&rule.file.id) {
                rule.severity_override = Some(severity);
            }
        }
        for (name, own) in &settings.windows {
            let mut windows = self.rules.iter_mut().filter_map(|rule| match &mut rule.condition {
                Condition::Washout(washout) => washout.window.get_mut(name),
                _ => None,
            });
            let Some(window) = windows.next() else {
                return Err(unknown_window(
                    "washout",
                    name,
                    self.windows.keys().map(String::as_str),
                ));
            };
            (window.hard, window.soft) = (own.hard, own.soft);
        }
        for (name, &days) in &settings.blockade {
            let mut windows = self.rules.iter_mut().filter_map(|rule| match &mut rule.condition {
                Condition::Blockade(blockade) => blockade.window.get_mut(name),
                _ => None,
            });
            let Some(window) = windows.next() else {
                let known = self.rules.iter().filter_map(|rule| match &rule.condition {
                    Condition::Blockade(blockade) => {
                        Some(blockade.window.keys().map(String::as_str))
                    }
                    _ => None,
                });
                return Err(unknown_window("blockade", name, known.flatten()));
            };
            window.days = i32::from(days);
        }
        self.collect_windows();
        Ok(())
    }

    /// Leaves only the rules of one command: those about prescriptions, or those about formularies.
    ///
    /// # Errors
    /// When rules were asked for and none of them is left: nothing would be checked.
    pub fn keep(&mut self, purpose: Purpose) -> Result<(), String> {
        let is_kept =
            |rule: &Rule| (rule.file.kind == Kind::Formulary) == (purpose == Purpose::Formulary);
        let asked: Vec<&str> = self.active().map(|rule| rule.info.id.as_str()).collect();
        if !asked.is_empty() && !self.active().any(is_kept) {
            let (other, this) = match purpose {
                Purpose::Prescriptions => ("formulary", "check"),
                Purpose::Formulary => ("check", "formulary"),
            };
            return Err(format!(
                "`{}` is a rule of `rxlint {other}`: `rxlint {this}` has nothing to do",
                asked[0]
            ));
        }
        self.rules.iter_mut().for_each(|rule| rule.active &= is_kept(rule));
        Ok(())
    }

    /// Whether some active rule speaks of a record with that verdict, or of the drug that a doubtful word may be meant for.
    pub fn watches(&self, verdict: &Verdict) -> bool {
        self.watches_by(verdict, |rule| rule.active)
    }

    /// The same of any rule, active or not: what is kept for later runs must not depend on the selection of this one.
    pub fn may_watch(&self, verdict: &Verdict) -> bool {
        self.watches_by(verdict, |_| true)
    }

    fn watches_by(&self, verdict: &Verdict, asked: impl Fn(&Rule) -> bool + Copy) -> bool {
        let meant = verdict.slip.as_ref().is_some_and(|slip| {
            let forms = self.dictionary.drug(slip.meant).forms.iter().enumerate();
            let components = forms.map(|(at, form)| Component {
                drug: slip.meant,
                form: at as u8,
                role: form.role,
                strength: None,
            });
            !self.dictionary.drug(slip.meant).components.is_empty()
                || components
                    .into_iter()
                    .any(|component| self.speaks_of(&component, verdict, asked))
        });
        meant
            || verdict.mismatch.is_some()
            || verdict.components.iter().any(|component| self.speaks_of(component, verdict, asked))
    }

    /// Whether some rule that is asked speaks of a component. Opioids and antagonists always matter: to the first clean day, and to
    /// the rules about records.
    fn speaks_of(
        &self,
        component: &Component,
        product: &Verdict,
        asked: impl Fn(&Rule) -> bool,
    ) -> bool {
        let always = component.role.is_opioid() || component.role == Role::Antagonist;
        let selected = || {
            let selectors = self
                .rules
                .iter()
                .filter(|rule| asked(rule))
                .flat_map(|rule| rule.condition.selectors());
            selectors
                .into_iter()
                .any(|selector| selector.matches(&self.dictionary, component, product))
        };
        always || (component.role != Role::Known && selected())
    }

    /// Collects the windows again, after rules were changed.
    pub fn collect_windows(&mut self) {
        self.windows = self
            .rules
            .iter()
            .filter_map(|rule| match &rule.condition {
                Condition::Washout(washout) => Some(&washout.window),
                _ => None,
            })
            .flat_map(|windows| windows.iter().map(|(name, window)| (name.clone(), window.clone())))
            .collect();
    }
}

/// 16 hexadecimal digits that change with every change of the files.
fn digest_of(files: &[(&str, &str)]) -> String {
    let mut hasher = blake3::Hasher::new();
    for (path, text) in files {
        hasher.update(path.as_bytes()).update(&[0]).update(text.as_bytes()).update(&[0]);
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

impl Rule {
    /// Reads a rule's file and checks it against the dictionary.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read(path: &str, text: &str, dictionary: &Dictionary) -> Result<Self, FileError> {
        let file: RuleFile =
            toml::from_str(text).map_err(|error| FileError::toml(path, text, &error))?;
        let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".toml");
        if file.id != stem {
            return Err(FileError::at(
                path,
                text,
                &file.id,
                format!("the rule's id is not the name of its file, `{stem}`"),
            ));
        }
        let condition = Condition::of(&file).ok_or_else(|| {
            FileError::at(
                path,
                text,
                "kind",
                "the condition table is missing, or there is more than one",
            )
            .with_help("give one table with the name of the kind")
        })?;
        let of_formulary = match &condition {
            Condition::Formulary(check) => check.selectors(),
            _ => Vec::new(),
        };
        for selector in condition.selectors().chain(of_formulary) {
            if let Some(unknown) = selector.ingredients().find(|id| dictionary.find(id).is_none()) {
                return Err(FileError::at(
                    path,
                    text,
                    unknown,
                    format!("`{unknown}` is no drug of the book"),
                ));
            }
        }
        let info = RuleInfo {
            id: file.id.clone(),
            title: file.title.clone(),
            dur: file.dur.clone(),
            grade: if file.evidence == "none" { String::new() } else { file.evidence.clone() },
            disputed: file.disputed,
            sources: file.sources.iter().map(|source| source.title.clone()).collect(),
            tags: file.tags.clone(),
            version: file.version,
        };
        let active = matches!(file.status, Status::Stable | Status::Deprecated) && !file.opt_in;
        Ok(Self {
            file,
            condition,
            info: Arc::new(info),
            active,
            severity_override: None,
            path: path.to_owned(),
        })
    }
}

impl Condition {
    /// The condition of a file: the one table that has the name of its kind.
    fn of(file: &RuleFile) -> Option<Self> {
        let found = [
            file.overlap.clone().map(|c| (Kind::Overlap, Self::Overlap(c))),
            file.washout.clone().map(|c| (Kind::Washout, Self::Washout(c))),
            file.blockade.clone().map(|c| (Kind::Blockade, Self::Blockade(c))),
            file.duplicate.clone().map(|c| (Kind::Duplicate, Self::Duplicate(c))),
            file.dose.clone().map(|c| (Kind::Dose, Self::Dose(c))),
            file.person.clone().map(|c| (Kind::Person, Self::Person(c))),
            file.record.clone().map(|c| (Kind::Record, Self::Record(c))),
            file.formulary.clone().map(|c| (Kind::Formulary, Self::Formulary(Box::new(c)))),
        ];
        let mut tables = found.into_iter().flatten();
        match (tables.next(), tables.next()) {
            (Some((kind, condition)), None) if kind == file.kind => Some(condition),
            _ => None,
        }
    }

    /// The selectors of a condition that speaks of exposures.
    pub fn selectors(&self) -> impl Iterator<Item = &Selector> {
        let (subject, other) = match self {
            Self::Overlap(c) => (Some(&c.subject), Some(&c.other)),
            Self::Washout(c) => (Some(&c.subject), Some(&c.other)),
            Self::Blockade(c) => (Some(&c.subject), Some(&c.other)),
            Self::Duplicate(c) => (Some(&c.subject), Some(&c.other)),
            Self::Dose(c) => (Some(&c.subject), None),
            Self::Person(c) => (Some(&c.subject), None),
            Self::Record(_) | Self::Formulary(_) => (None, None),
        };
        subject.into_iter().chain(other)
    }
}

fn unknown_window<'n>(kind: &str, name: &str, known: impl Iterator<Item = &'n str>) -> String {
    format!("no {kind} window is called `{name}`{}", nearest(name, known))
}

/// "; did you mean `…`?" where some name is near.
fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> String {
    let (distance, name) = names
        .map(|name| (strsim::damerau_levenshtein(word, name), name))
        .min()
        .unwrap_or((usize::MAX, ""));
    if distance <= 1 + word.len() / 3 { format!("; did you mean `{name}`?") } else { String::new() }
}

/// `[pain] icd10 = ["M54"], snomed = […], source = "…"`
fn read_conditions(path: &str, text: &str) -> Result<Vec<person::Condition>, FileError> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Written {
        #[serde(default)]
        icd10: Vec<String>,
        #[serde(default)]
        snomed: Vec<String>,
        #[serde(default)]
        loinc: Vec<String>,
        #[serde(rename = "source")]
        _source: toml::Value,
        #[serde(default, rename = "title")]
        _title: Option<String>,
    }
    let written: BTreeMap<String, Written> =
        toml::from_str(text).map_err(|error| FileError::toml(path, text, &error))?;
    let plain = |codes: Vec<String>| {
        codes.into_iter().map(|code| code.replace('.', "").to_ascii_uppercase()).collect()
    };
    Ok(written
        .into_iter()
        .map(|(name, codes)| person::Condition {
            name,
            icd10: plain(codes.icd10),
            snomed: codes.snomed,
            loinc: codes.loinc,
        })
        .collect())
}

#[cfg(test)]
mod tests;

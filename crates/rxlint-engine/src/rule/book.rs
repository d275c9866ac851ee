//! The rule book: every rule and drug, read from its files and checked against the others.

pub mod cases;
pub mod conditions;
pub mod folder;
pub mod read;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::blockade::BlockadeWindow;
use super::file::{CaseFile, Condition, RuleFile, RuleStatus};
use super::kind::{Judges, SetOff, WindowTables, WindowTablesMut};
use super::settings::BookSettings;
use super::washout::WashoutWindow;
use super::{check, notice};
use crate::built_in;
use crate::drug::vocabulary::Vocabulary;
use crate::drug::{Component, Dictionary, PlaceOfUse, Role, Verdict};
use crate::exposure::directions::DirectionWords;
use crate::exposure::person;
use crate::file_error::{self, FileError};
use crate::formulary::classes::ClassTable;
use cases::Cases;
use rxlint_model::day::Day;
use rxlint_model::finding::{RuleInfo, Severity};
use rxlint_model::purpose::Purpose;
use rxlint_model::wildcard;

pub use crate::built_in::FILES as BUILT_IN;

/// A rule, ready to judge.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The contents of its file.
    pub file: RuleFile,
    /// Its condition.
    pub condition: Condition,
    /// What its findings share.
    pub info: Arc<RuleInfo>,
    /// The same for findings that rest on another source, because of the numbers they use or their product.
    pub cited: Vec<Arc<RuleInfo>>,
    /// Whether it judges in this run.
    pub active: bool,
    /// The severity that a site gives all its findings.
    pub severity_override: Option<Severity>,
    /// The file's path.
    pub path: String,
    /// Its position among the rules in reading order, the built-in ones first.
    pub order: usize,
    cases: Cases,
}

/// Every rule and drug.
#[derive(Debug)]
pub struct Book {
    dictionary: Dictionary,
    directions: DirectionWords,
    rules: Vec<Rule>,
    windows: BTreeMap<String, WashoutWindow>,
    conditions: Vec<person::ConditionCodes>,
    digest: String,
    notices: Vec<&'static str>,
    /// Rules, by their order, that are switched on but that this run's command does not judge by.
    set_aside: Vec<usize>,
    classes: ClassTable,
}

impl Book {
    /// The book that this binary was built with.
    ///
    /// # Errors
    /// Never for a released binary: a test reads the same files.
    pub fn built_in() -> Result<Self, FileError> {
        Self::read(BUILT_IN)
    }

    /// The digest of the book that this binary was built with.
    pub const fn built_in_digest() -> &'static str {
        built_in::DIGEST
    }

    /// The drugs.
    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// The words of directions.
    pub fn directions(&self) -> &DirectionWords {
        &self.directions
    }

    /// All rules, by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules, for switching on and off or changing as the configuration asks.
    pub fn rules_mut(&mut self) -> &mut [Rule] {
        &mut self.rules
    }

    /// The rules that judge in this run.
    pub fn active(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|rule| rule.active)
    }

    /// The rules about prescriptions that are switched on, even when this run judges formularies.
    pub fn interactions(&self) -> impl Iterator<Item = &Rule> {
        let is_on = |rule: &&Rule| rule.active || self.set_aside.contains(&rule.order);
        self.rules.iter().filter(is_on)
    }

    /// Whether a rule judges in this run: one of the book, or one about the configuration's own acceptances.
    pub fn applies(&self, id: &str) -> bool {
        self.rule(id).is_some_and(|rule| rule.active) || self.notices.contains(&id)
    }

    /// The rule of that id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.file.id == id)
    }

    /// The washout windows by name, each taken from the first rule that lists it, the built-in ones
    /// first: a site's rule does not change the windows of the others.
    pub fn windows(&self) -> &BTreeMap<String, WashoutWindow> {
        &self.windows
    }

    /// The days of the longest of these windows: records further apart concern no rule.
    pub fn longest_window(&self) -> Option<i32> {
        self.windows.values().map(|window| window.soft).max()
    }

    /// The washout window with that name as a rule sees it: its own, otherwise that of the book.
    pub fn window_of<'b>(&'b self, rule: &'b Rule, name: &str) -> Option<&'b WashoutWindow> {
        rule.washout_windows().and_then(|own| own.get(name)).or_else(|| self.windows.get(name))
    }

    /// The blockade window with that name, of the first rule that lists it.
    pub fn blockade_of(&self, name: &str) -> Option<&BlockadeWindow> {
        self.rules.iter().find_map(|rule| rule.blockade_windows()?.get(name))
    }

    /// The conditions that person rules ask about.
    pub fn conditions(&self) -> &[person::ConditionCodes] {
        &self.conditions
    }

    /// The day on which the newest rule was written: today is no earlier.
    pub fn day(&self) -> Day {
        let days =
            self.rules.iter().filter_map(|rule| Day::from_iso(&rule.file.authored.to_string()));
        days.max().unwrap_or(Day(0))
    }

    /// What the classes of formularies and interaction tables hold.
    pub const fn classes(&self) -> &ClassTable {
        &self.classes
    }

    /// 16 hexadecimal digits that change whenever a file changes.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Adds a site's own tables of codes to the drugs.
    pub fn set_vocabulary(&mut self, vocabulary: Vocabulary) {
        self.dictionary.set_vocabulary(vocabulary);
    }

    /// Says where the records come from, for names that mean different drugs in different places.
    pub fn set_place(&mut self, place: PlaceOfUse) {
        self.dictionary.set_place(place);
    }

    /// Applies a site's configuration: which rules judge, how severe they are, and the windows.
    ///
    /// # Errors
    /// A name that is not a rule, DUR code, tag or window.
    pub fn configure(&mut self, settings: &BookSettings) -> Result<(), String> {
        let is_it = |word: &str, name: &str| {
            name == word || wildcard::is_pattern(word) && wildcard::fits(word, name)
        };
        let names = |rule: &Rule, word: &str| {
            is_it(word, &rule.info.id)
                || rule.info.dur.eq_ignore_ascii_case(word)
                || rule.info.tags.iter().any(|tag| is_it(word, tag))
        };
        let notice = |(id, ..): &(&str, &str, &str), word: &str| {
            is_it(word, id) || word == notice::TAG || word.eq_ignore_ascii_case(notice::DUR)
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
                rule.active = rule.file.status != RuleStatus::Removed
                    && settings.select.iter().any(|word| names(rule, word));
            }
            rule.active &= !settings.ignore.iter().any(|word| names(rule, word));
            if let Some(&severity) = settings.severity.get(&rule.file.id) {
                rule.severity_override = Some(severity);
            }
        }
        self.configure_windows(settings)?;
        self.collect_windows();
        Ok(())
    }

    fn configure_windows(&mut self, settings: &BookSettings) -> Result<(), String> {
        for (name, own) in &settings.windows {
            if !self.windows.contains_key(name) {
                let known = self.windows.keys().map(String::as_str);
                return Err(unknown_window("washout", name, known));
            }
            for rule in &mut self.rules {
                if let WindowTablesMut::Washout(windows) = rule.condition.rule_mut().windows_mut()
                    && let Some(window) = windows.get_mut(name)
                {
                    (window.hard, window.soft) = (own.hard, own.soft);
                }
            }
        }
        for (name, &days) in &settings.blockade {
            let mut is_known = false;
            for rule in &mut self.rules {
                if let WindowTablesMut::Blockade(windows) = rule.condition.rule_mut().windows_mut()
                    && let Some(window) = windows.get_mut(name)
                {
                    window.days = i32::from(days);
                    is_known = true;
                }
            }
            if !is_known {
                let known = self.rules.iter().filter_map(Rule::blockade_windows);
                let known = known.flat_map(|windows| windows.keys().map(String::as_str));
                return Err(unknown_window("blockade", name, known));
            }
        }
        Ok(())
    }

    /// Keeps only the rules of one command: those about prescriptions, or those about formularies.
    ///
    /// # Errors
    /// If none is left: nothing would be checked.
    pub fn keep(&mut self, purpose: Purpose) -> Result<(), String> {
        let judges = match purpose {
            Purpose::Prescriptions => Judges::Patients,
            Purpose::Formulary => Judges::Formularies,
        };
        let is_kept = |rule: &Rule| rule.file.kind.about().judges == judges;
        let asked: Vec<&str> = self.active().map(|rule| rule.info.id.as_str()).collect();
        if asked.is_empty() {
            return Err(
                "no rule is left that judges anything: see `select` and `ignore`".to_owned()
            );
        }
        if !self.active().any(is_kept) {
            let (other, this) = match purpose {
                Purpose::Prescriptions => ("formulary", "check"),
                Purpose::Formulary => ("check", "formulary"),
            };
            return Err(format!(
                "`{}` is a rule of `rxlint {other}`: `rxlint {this}` has nothing to do",
                asked[0]
            ));
        }
        let aside = self.rules.iter().filter(|rule| rule.active && !is_kept(rule));
        self.set_aside = aside.map(|rule| rule.order).collect();
        self.rules.iter_mut().for_each(|rule| rule.active &= is_kept(rule));
        Ok(())
    }

    /// Whether some active rule mentions a record with that verdict, or the drug that a doubtful
    /// word may stand for.
    pub fn watches(&self, verdict: &Verdict) -> bool {
        self.watches_by(verdict, |rule| rule.active)
    }

    /// The same for any rule, active or not: what is kept for later runs must not depend on this
    /// run's selection.
    pub fn may_watch(&self, verdict: &Verdict) -> bool {
        self.watches_by(verdict, |_| true)
    }

    /// Whether some active rule concerns conditions of a patient with this drug.
    pub fn is_personal(&self, verdict: &Verdict) -> bool {
        let asks = |rule: &Rule| match rule.condition.rule().set_off() {
            SetOff::Person(selector) => verdict
                .components
                .iter()
                .any(|component| selector.matches(&self.dictionary, component, verdict)),
            _ => false,
        };
        self.active().any(asks)
    }

    fn watches_by(&self, verdict: &Verdict, asked: impl Fn(&Rule) -> bool + Copy) -> bool {
        let meant = verdict.slip.as_ref().is_some_and(|slip| {
            let forms = self.dictionary.drug(slip.meant).forms.iter().enumerate();
            let components = forms.map(|(at, form)| Component {
                drug: slip.meant,
                form: at as u8,
                role: form.role,
                strength: None,
                medicine: 0,
            });
            !self.dictionary.drug(slip.meant).components.is_empty()
                || components
                    .into_iter()
                    .any(|component| self.speaks_of(&component, verdict, asked))
        });
        meant
            || verdict.mismatch.is_some()
            || verdict.ambiguity.is_some()
            || verdict.components.iter().any(|component| self.speaks_of(component, verdict, asked))
    }

    /// Whether any of the rules asked mentions a component. Opioids and antagonists always matter:
    /// for the first clean day, and for the rules about records.
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

    /// Collects the windows again after rules were changed.
    pub fn collect_windows(&mut self) {
        let mut rules: Vec<&Rule> = self.rules.iter().collect();
        rules.sort_by_key(|rule| rule.order);
        self.windows.clear();
        for rule in rules {
            for (name, window) in rule.washout_windows().into_iter().flatten() {
                self.windows.entry(name.clone()).or_insert_with(|| window.clone());
            }
        }
    }
}

impl Rule {
    /// The windows that forms name as their `washout`, if the rule lists any.
    fn washout_windows(&self) -> Option<&BTreeMap<String, WashoutWindow>> {
        match self.condition.rule().mentions().windows {
            WindowTables::Washout(windows) => Some(windows),
            WindowTables::Blockade(_) | WindowTables::None => None,
        }
    }

    /// The windows that forms name as their `blockade`, if the rule lists any.
    fn blockade_windows(&self) -> Option<&BTreeMap<String, BlockadeWindow>> {
        match self.condition.rule().mentions().windows {
            WindowTables::Blockade(windows) => Some(windows),
            WindowTables::Washout(_) | WindowTables::None => None,
        }
    }

    /// Reads a rule's file and checks it against the dictionary.
    ///
    /// # Errors
    /// Everything that is wrong with it, and where.
    pub fn read(path: &str, text: &str, dictionary: &Dictionary) -> Result<Self, FileError> {
        Self::read_of(path, &[(path, text)], 0, dictionary)
    }

    /// The same for a file of a pack. The cases of a built-in rule are read when they are asked for.
    fn read_of(
        path: &str,
        files: &[(&str, &str)],
        at: usize,
        dictionary: &Dictionary,
    ) -> Result<Self, FileError> {
        let text = files.get(at).map_or("", |(_, text)| text);
        let mut file: RuleFile =
            built_in::read(files, at).map_err(|error| FileError::toml(path, text, &error))?;
        let cases = match BUILT_IN.get(at) {
            Some((_, text)) if built_in::is_built_in(files) => Cases::later(text),
            _ => Cases::read(std::mem::take(&mut file.cases)),
        };
        Self::of_file(path, text, file, cases, dictionary)
    }

    /// Its tests.
    pub fn cases(&self) -> &[CaseFile] {
        self.cases.all()
    }

    fn of_file(
        path: &str,
        text: &str,
        file: RuleFile,
        cases: Cases,
        dictionary: &Dictionary,
    ) -> Result<Self, FileError> {
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
        let active =
            matches!(file.status, RuleStatus::Stable | RuleStatus::Deprecated) && !file.opt_in;
        let cited = cited(&info, &file, &condition);
        let rule = Self {
            file,
            condition,
            info: Arc::new(info),
            cited,
            active,
            severity_override: None,
            path: path.to_owned(),
            order: 0,
            cases,
        };
        FileError::all(check::rule(&rule, text, dictionary))?;
        Ok(rule)
    }
}

impl Rule {
    /// What a finding says about its rule if the numbers that it uses come from that source.
    pub fn citing(&self, grade: &str, source: &str) -> Arc<RuleInfo> {
        let title = title_of(source);
        let is_meant = |info: &&Arc<RuleInfo>| {
            info.grade == grade && info.sources.first().is_some_and(|first| first == title)
        };
        Arc::clone(self.cited.iter().find(is_meant).unwrap_or(&self.info))
    }
}

/// A source's title, without its content.
pub fn title_of(source: &str) -> &str {
    source.split_once(": ").map_or(source, |(title, _)| title)
}

/// What findings that rest on another source than the rule's first say about it.
fn cited(info: &RuleInfo, file: &RuleFile, condition: &Condition) -> Vec<Arc<RuleInfo>> {
    let windows = condition.rule().mentions().windows;
    let of_windows: Vec<(&str, &str)> = match windows {
        WindowTables::Washout(windows) => windows
            .values()
            .flat_map(|window| {
                let own = window.own.values().map(|own| (own.grade.as_str(), own.source.as_str()));
                own.chain([(window.grade.as_str(), window.source.as_str())])
            })
            .collect(),
        WindowTables::Blockade(windows) => {
            windows.values().flat_map(BlockadeWindow::evidence).collect()
        }
        WindowTables::None => Vec::new(),
    };
    let of_products = file.sources.iter();
    let of_products = of_products.map(|source| (info.grade.as_str(), source.title.as_str()));
    let mut cited: Vec<Arc<RuleInfo>> = Vec::new();
    for (grade, source) in of_windows.into_iter().chain(of_products) {
        let first = title_of(source);
        let others = info.sources.iter().filter(|other| *other != first).cloned();
        let sources = std::iter::once(first.to_owned()).chain(others).collect();
        let grade = grade.to_owned();
        let info = RuleInfo { grade, sources, ..info.clone() };
        if !cited.iter().any(|known| **known == info) {
            cited.push(Arc::new(info));
        }
    }
    cited
}

fn unknown_window<'n>(kind: &str, name: &str, known: impl Iterator<Item = &'n str>) -> String {
    format!("no {kind} window is called `{name}`{}", nearest(name, known))
}

/// "; did you mean `…`?" if some name is close.
fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> String {
    file_error::nearest(word, names)
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;

//! Checks the files of the book against each other: a drug, tag, condition, window or word that
//! does not exist would leave a rule silent, or a message with a gap in it.

pub mod places;

use std::collections::BTreeSet;
use std::ops::Range;

use super::book::{Rule, read};
use super::context::JURISDICTIONS;
use super::file::Condition;
use super::kind::{Mentions, WindowTables};
use super::message;
use super::select::Selector;
use crate::drug::Dictionary;
use crate::drug::dictionary::Form;
use crate::drug::file::RulePack;
use crate::exposure::person;
use crate::file_error::{FileError, nearest};

/// A file in which something is wrong.
#[derive(Clone, Copy)]
struct BookFile<'a> {
    path: &'a str,
    text: &'a str,
}

impl BookFile<'_> {
    /// One error at each of these places; one for the whole file if there are none.
    fn faults(self, spans: Vec<Range<usize>>, what: &str, help: &str) -> Vec<FileError> {
        if spans.is_empty() {
            return vec![FileError::plain(self.path, what).with_help(help)];
        }
        let fault =
            |span| FileError::span(self.path, self.text, span, what.to_owned()).with_help(help);
        spans.into_iter().map(fault).collect()
    }

    /// One error wherever that word occurs under these keys.
    fn word(self, below: &str, word: &str, what: &str, help: &str) -> Vec<FileError> {
        self.faults(places::values(self.text, below, |value| value == word), what, help)
    }
}

/// What is wrong with a rule by itself, and with the drugs and tags that it names.
pub fn rule(rule: &Rule, text: &str, dictionary: &Dictionary) -> Vec<FileError> {
    let page = BookFile { path: &rule.path, text };
    let kind = rule.file.kind.name();
    let Mentions { selectors, ingredients, jurisdictions, sources, .. } =
        rule.condition.rule().mentions();
    let mut faults = Vec::new();
    let of_messages = rule.file.message.variant.values().filter_map(|own| own.about.as_ref());
    let about = rule.file.sources.iter().filter_map(|source| source.about.as_ref());
    let of_condition = selectors.iter().flat_map(|selector| selector.ingredients());
    let named: [(&str, Vec<&String>); 3] = [
        ("message", of_messages.flat_map(Selector::ingredients).collect()),
        ("source", about.flat_map(Selector::ingredients).collect()),
        (kind, of_condition.chain(ingredients).collect()),
    ];
    let ids = || dictionary.drugs().iter().map(|drug| drug.file.id.as_str());
    for (below, named) in named {
        for unknown in distinct(named.into_iter(), ids()) {
            let what = format!("`{unknown}` is not a drug of the book");
            let help = did_you_mean(unknown, ids(), "drugs/");
            faults.extend(page.word(below, unknown, &what, &help));
        }
    }
    let titles = || rule.file.sources.iter().map(|source| source.title.as_str());
    for unknown in distinct(sources.into_iter(), titles()) {
        let what = format!("no source of this rule is called `{unknown}`");
        let help = did_you_mean(unknown, titles(), "the `title` of its [[source]] tables");
        faults.extend(page.word(kind, unknown, &what, &help));
    }
    let tags = || dictionary.drugs().iter().flat_map(|drug| &drug.file.tags).map(String::as_str);
    for unknown in distinct(selectors.iter().flat_map(|selector: &&Selector| &selector.tag), tags())
    {
        let what = format!("no drug is tagged `{unknown}`");
        let help = did_you_mean(unknown, tags(), "the `tags` of a drug");
        faults.extend(page.word(kind, unknown, &what, &help));
    }
    faults.extend(message(rule, page));
    faults.extend(placeholders(page));
    for place in distinct(jurisdictions.into_iter(), JURISDICTIONS.into_iter()) {
        let what = format!("no jurisdiction is called `{place}`");
        let spans = places::keys(text, &format!("{kind}.severity-by.{place}"));
        let help = format!("the jurisdictions are {}", JURISDICTIONS.join(", "));
        faults.extend(page.faults(spans, &what, &help));
    }
    faults
}

/// Words in braces that the rule's kind does not fill in.
fn message(rule: &Rule, page: BookFile<'_>) -> Vec<FileError> {
    let message = &rule.file.message;
    let known = rule.condition.rule().words();
    let mut faults = Vec::new();
    let mut reported = BTreeSet::new();
    for word in message.sentences().flat_map(|sentence| message::asked(sentence)) {
        let lower = word.to_lowercase();
        if known.contains(&lower.as_str()) || !reported.insert(word) {
            continue;
        }
        let shown = if word.starts_with('{') { word.to_owned() } else { format!("{{{word}}}") };
        let is_meant = |value: &str| value.contains(&shown);
        let spans = places::values(page.text, "message", is_meant).into_iter();
        let within = |span: Range<usize>| {
            let at = page.text.get(span.clone()).and_then(|value| value.find(&shown));
            at.map_or(span.clone(), |at| span.start + at..span.start + at + shown.len())
        };
        let (what, help) = if word.starts_with('{') {
            ("a brace is not closed".to_owned(), "close it after the word: {subject}".to_owned())
        } else {
            let all = known.iter().map(|word| format!("{{{word}}}")).collect::<Vec<_>>().join(" ");
            let meant = nearest(&lower, known.iter().copied()).map(|near| {
                let capital = word.starts_with(char::is_uppercase);
                let near = if capital { message::capital(near) } else { near.to_owned() };
                format!("did you mean `{{{near}}}`? ")
            });
            let help = format!("{}this rule fills in {all}", meant.unwrap_or_default());
            (format!("this rule has no word `{shown}`"), help)
        };
        faults.extend(page.faults(spans.map(within).collect(), &what, &help));
    }
    faults
}

/// Placeholders left over from `rxlint rules new`.
fn placeholders(page: BookFile<'_>) -> Vec<FileError> {
    if !page.text.contains('<') {
        return Vec::new();
    }
    let left = |value: &str| value.trim().starts_with('<') && value.trim().ends_with('>');
    let spans = places::values(page.text, "", left);
    if spans.is_empty() {
        return Vec::new();
    }
    page.faults(spans, "this is yet to be written", "replace it, the angle brackets included")
}

/// Conditions that a rule asks about and the book does not have.
pub fn conditions(rule: &Rule, text: &str, known: &[person::ConditionCodes]) -> Vec<FileError> {
    let page = BookFile { path: &rule.path, text };
    let names = || known.iter().map(|condition| condition.name.as_str());
    let asked = rule.condition.rule().mentions().conditions;
    let mut faults = Vec::new();
    for unknown in distinct(asked.into_iter(), names()) {
        let what = format!("no condition is called `{unknown}`");
        let help = did_you_mean(unknown, names(), "person/conditions.toml");
        faults.extend(page.word(rule.file.kind.name(), unknown, &what, &help));
    }
    faults
}

/// The key of a drug's form that names a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowKey {
    /// `washout`.
    Washout,
    /// `blockade`.
    Blockade,
}

impl WindowKey {
    const fn name(self) -> &'static str {
        match self {
            Self::Washout => "washout",
            Self::Blockade => "blockade",
        }
    }

    fn of(self, form: &Form) -> Option<&str> {
        match self {
            Self::Washout => form.washout.as_deref(),
            Self::Blockade => form.blockade.as_deref(),
        }
    }
}

/// The windows that a rule lists, and the key by which forms name them.
fn listed_by(condition: &Condition) -> Option<(WindowKey, Vec<&str>)> {
    match condition.rule().mentions().windows {
        WindowTables::None => None,
        WindowTables::Washout(windows) => {
            Some((WindowKey::Washout, windows.keys().map(String::as_str).collect()))
        }
        WindowTables::Blockade(windows) => {
            Some((WindowKey::Blockade, windows.keys().map(String::as_str).collect()))
        }
    }
}

/// Windows that a drug's form names and no rule lists, or the other way round: nothing would ever
/// be judged by them.
pub fn windows(
    packs: &[RulePack<'_>],
    dictionary: &Dictionary,
    rules: &[read::Page<'_>],
) -> Vec<FileError> {
    let mut faults = Vec::new();
    for key in [WindowKey::Washout, WindowKey::Blockade] {
        // Replaced rules count too: a site may do without one of their windows.
        let listed: BTreeSet<&str> = rules
            .iter()
            .filter_map(|page| listed_by(&page.rule.condition).filter(|(of, _)| *of == key))
            .flat_map(|(_, names)| names)
            .collect();
        // A book without rules of that kind needs no windows.
        if listed.is_empty() {
            continue;
        }
        faults.extend(windows_of_drugs(packs, dictionary, key, &listed));
        // A site's drug may lack a form that a built-in rule has a window for.
        let last = packs.len() - 1;
        for page in rules.iter().filter(|page| page.pack > 0 || last == 0) {
            faults.extend(windows_of_rule(page, dictionary, key));
        }
    }
    faults
}

fn windows_of_drugs(
    packs: &[RulePack<'_>],
    dictionary: &Dictionary,
    key: WindowKey,
    listed: &BTreeSet<&str>,
) -> Vec<FileError> {
    let mut faults = Vec::new();
    for drug in dictionary.drugs() {
        let named: BTreeSet<&str> = drug.forms.iter().filter_map(|form| key.of(form)).collect();
        for name in named.difference(listed) {
            let what = format!("no {} rule has a window called `{name}`", key.name());
            let place = format!("[{}.window.NAME] of a rule", key.name());
            let help = did_you_mean(name, listed.iter().copied(), &place);
            let page = BookFile { path: &drug.path, text: text_of(packs, &drug.path) };
            faults.extend(page.word(&format!("form.{}", key.name()), name, &what, &help));
        }
    }
    faults
}

fn windows_of_rule(
    page: &read::Page<'_>,
    dictionary: &Dictionary,
    key: WindowKey,
) -> Vec<FileError> {
    let listed = listed_by(&page.rule.condition).filter(|(of, _)| *of == key);
    let forms = dictionary.drugs().iter().flat_map(|drug| &drug.forms);
    let named: BTreeSet<&str> = forms.filter_map(|form| key.of(form)).collect();
    let mut faults = Vec::new();
    for name in listed.into_iter().flat_map(|(_, names)| names) {
        if named.contains(name) {
            continue;
        }
        let what = format!("no form of any drug has the {} window `{name}`", key.name());
        let place = format!("`{}` of a drug's form", key.name());
        let help = did_you_mean(name, named.iter().copied(), &place);
        let spans = places::keys(page.text, &format!("{}.window.{name}", key.name()));
        faults.extend(
            BookFile { path: &page.rule.path, text: page.text }.faults(spans, &what, &help),
        );
    }
    faults
}

/// Forms named by the components of a combination that their ingredients do not have.
pub fn components(packs: &[RulePack<'_>], dictionary: &Dictionary) -> Vec<FileError> {
    let mut faults = Vec::new();
    for drug in dictionary.drugs() {
        for (written, part) in drug.file.components.iter().zip(&drug.components) {
            let Some(form) = written.form.as_deref().filter(|_| part.form.is_none()) else {
                continue;
            };
            let forms = || dictionary.drug(part.drug).forms.iter().map(|form| form.id.as_str());
            let what = format!("`{}` has no form `{form}`", written.ingredient);
            let page = BookFile { path: &drug.path, text: text_of(packs, &drug.path) };
            let help = did_you_mean(form, forms(), "the forms of the ingredient");
            faults.extend(page.word("component.form", form, &what, &help));
        }
    }
    faults
}

fn text_of<'a>(packs: &[RulePack<'a>], shown: &str) -> &'a str {
    let files = packs.iter().rev().flat_map(|pack| pack.files.iter().map(move |file| (pack, file)));
    let text = |(pack, (path, text)): (&RulePack<'a>, &(&str, &'a str))| {
        (pack.shown(path) == shown).then_some(*text)
    };
    files.into_iter().find_map(text).unwrap_or_default()
}

/// The unknown words, each once.
fn distinct<'a, 'k>(
    words: impl Iterator<Item = &'a String>,
    known: impl Iterator<Item = &'k str>,
) -> BTreeSet<&'a str> {
    let mut unknown: BTreeSet<&str> = words.map(String::as_str).collect();
    if !unknown.is_empty() {
        known.for_each(|known| {
            unknown.remove(known);
        });
    }
    unknown
}

fn did_you_mean<'n>(word: &str, known: impl Iterator<Item = &'n str>, stand_in: &str) -> String {
    match nearest(word, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("those that exist are in {stand_in}"),
    }
}

#[cfg(test)]
mod tests;

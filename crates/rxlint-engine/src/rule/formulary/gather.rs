//! Joins remarks on single entries into findings: one for each product, and one for a fault that a whole list or column
//! has. A million findings with one cause tell a reader no more than one does.

use std::collections::BTreeMap;

use super::{FormularyContext, FormularyDraft, Remark};
use crate::formulary::{FormularyEntry, Product};
use crate::rule::book::Rule;
use crate::rule::message::Words;
use rxlint_model::finding::Finding;

/// This many products of one list with the same fault are reported as one finding.
pub(super) const MANY: usize = 100;

/// How many places of such a finding are shown.
const SHOWN: usize = 5;

/// The entries with the same remark.
type Told<'a> = (Remark, Vec<&'a FormularyEntry>);

/// One fault of one list.
#[derive(Default)]
struct Cause<'a> {
    /// By product, until there are too many.
    products: BTreeMap<&'a str, Told<'a>>,
    /// All of them, once there are too many.
    all: Option<(&'a str, Told<'a>)>,
}

impl<'a> FormularyContext<'a> {
    /// One finding for each product that the check remarks on, over the entries that are on the formulary; a single one
    /// if many have the same fault.
    pub(super) fn by_product(
        &self,
        rule: &Rule,
        check: impl Fn(&Product, &FormularyEntry) -> Option<Remark>,
    ) -> Vec<Finding> {
        let mut causes: BTreeMap<(u32, String), Cause<'a>> = BTreeMap::new();
        for entry in self.formulary.active() {
            let product = self.formulary.product(entry);
            let Some(remark) = check(product, entry) else { continue };
            let cause = causes.entry((entry.list, remark.cause.clone())).or_default();
            cause.add(product.key.as_str(), remark, entry);
        }
        // Several files may list one product: it is one finding.
        let mut single: BTreeMap<(&str, String), Told<'a>> = BTreeMap::new();
        let mut many: BTreeMap<(&str, String), Told<'a>> = BTreeMap::new();
        for ((_, name), cause) in causes {
            for (key, (remark, entries)) in cause.products {
                let key = (key, remark.bound.clone());
                single.entry(key).or_insert_with(|| (remark, Vec::new())).1.extend(entries);
            }
            if let Some((key, (remark, entries))) = cause.all {
                many.entry((key, name)).or_insert_with(|| (remark, Vec::new())).1.extend(entries);
            }
        }
        let single = single.into_iter().map(|((key, _), told)| self.of_product(rule, key, told));
        let many =
            many.into_iter().map(|((key, cause), told)| self.of_many(rule, key, &cause, told));
        single.chain(many).collect()
    }

    fn of_product(&self, rule: &Rule, key: &str, (remark, entries): Told<'a>) -> Finding {
        let point = |entry: &&'a FormularyEntry| (*entry, remark.field, remark.role.clone());
        let words = remark.words.clone().and(&Words::default().with("entries", entries.len()));
        let (first, also) = entries.split_at(1);
        let draft = FormularyDraft {
            keys: vec![key.to_owned(), remark.bound.clone()],
            words,
            bound: remark.bound.clone(),
            places: first.iter().map(point).collect(),
            also: also.iter().map(point).collect(),
        };
        let finding = self.finding(rule, draft);
        Finding { severity: remark.severity.unwrap_or(finding.severity), ..finding }
    }

    /// The first products are shown, and all are counted.
    fn of_many(
        &self,
        rule: &Rule,
        key: &str,
        cause: &str,
        (remark, mut entries): Told<'a>,
    ) -> Finding {
        entries.sort_by_key(|entry| entry.key);
        let mut shown: Vec<&'a FormularyEntry> = Vec::new();
        for entry in &entries {
            if shown.len() < SHOWN && shown.iter().all(|other| other.product != entry.product) {
                shown.push(entry);
            }
        }
        let also = entries.iter().filter(|entry| shown.iter().all(|other| other.key != entry.key));
        let role = |entry: &FormularyEntry| match self.formulary.product(entry).problem {
            Some(ref problem) if remark.field == problem.field => problem.role(),
            _ => remark.role.clone(),
        };
        let mut finding = self.finding(
            rule,
            FormularyDraft {
                keys: vec!["many".to_owned(), cause.to_owned(), key.to_owned()],
                words: remark.words.clone().and(&Words::default().with("entries", entries.len())),
                bound: format!("{cause}: {}", entries.len()),
                places: shown.iter().map(|entry| (*entry, remark.field, role(entry))).collect(),
                also: also.map(|entry| (*entry, remark.field, String::new())).collect(),
            },
        );
        let what = if remark.of_column {
            "codes of this column are damaged in the same way"
        } else {
            "entries of this list have the same fault"
        };
        finding.message = format!("{}; {} {what}", finding.message, entries.len());
        finding
    }
}

impl<'a> Cause<'a> {
    fn add(&mut self, key: &'a str, remark: Remark, entry: &'a FormularyEntry) {
        if let Some((first, (_, entries))) = &mut self.all {
            *first = (*first).min(key);
            entries.push(entry);
            return;
        }
        let most = if remark.of_column { 1 } else { MANY };
        self.products.entry(key).or_insert_with(|| (remark, Vec::new())).1.push(entry);
        if self.products.len() > most {
            let products = std::mem::take(&mut self.products);
            let mut all: Option<(&'a str, Told<'a>)> = None;
            for (key, (remark, entries)) in products {
                match &mut all {
                    Some((_, (_, told))) => told.extend(entries),
                    None => all = Some((key, (remark, entries))),
                }
            }
            self.all = all;
        }
    }
}

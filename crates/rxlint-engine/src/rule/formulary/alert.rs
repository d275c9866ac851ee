//! Pairs of listed drugs that the site's interaction table does not know together.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::file::{FormularyCheck, Group, Test};
use super::{FormularyContext, FormularyDraft, role};
use crate::drug::dictionary::{Dictionary, DrugIx};
use crate::drug::name::words;
use crate::drug::{Component, Identity, Verdict, code};
use crate::formulary::alerts::Alerts;
use crate::formulary::{FormularyEntry, Product};
use crate::rule::book::{Book, Rule};
use crate::rule::file::Condition;
use crate::rule::message::Words;
use crate::rule::select::Selector;
use rxlint_model::finding::{Finding, Severity};

/// The drugs of one side: each ingredient, alone or in a combination, and the entries that list it.
type ListedDrugs<'a> = BTreeMap<Key, Vec<&'a FormularyEntry>>;

/// An ingredient, and the combination by whose name it goes, if any.
type Key = (DrugIx, Option<DrugIx>);

/// Two groups of drugs of which each pair needs an alert, and how bad it is where none warns.
struct Wanted<'r> {
    subject: &'r Selector,
    other: &'r Selector,
    severity: Severity,
}

/// The rule's own two groups, then those of every interaction rule that is switched on.
fn wanted<'r>(
    context: &FormularyContext<'r>,
    rule: &'r Rule,
    check: &'r FormularyCheck,
) -> Vec<Wanted<'r>> {
    let own = check.subject.as_ref().zip(check.other.as_ref());
    let own = own.map(|(subject, other)| Wanted { subject, other, severity: rule.file.severity });
    let others = context.book.interactions().filter_map(|rule| match &rule.condition {
        Condition::Overlap(overlap) => Some(Wanted {
            subject: &overlap.subject,
            other: &overlap.other,
            severity: rule.file.severity,
        }),
        _ => None,
    });
    own.into_iter().chain(others).collect()
}

/// The rows of a table as what they cover, those alone that cover something on both sides.
type CoveredRows<'r> = Vec<[Vec<Cover<'r>>; 2]>;

/// One finding for each pair that no row covers.
pub(super) fn judge(
    context: &FormularyContext<'_>,
    rule: &Rule,
    check: &FormularyCheck,
) -> Vec<Finding> {
    let Some(alerts) = context.alerts else { return Vec::new() };
    missing(context, rule, check, alerts)
}

/// How many pairs are covered by nothing but rows of which nobody knows whether they warn.
pub fn in_doubt(context: &FormularyContext<'_>) -> usize {
    let Some(alerts) = context.alerts.filter(|alerts| alerts.rows.iter().any(|row| row.doubt))
    else {
        return 0;
    };
    let mut sure = alerts.clone();
    sure.rows.retain(|row| !row.doubt);
    let of_rule = |rule: &Rule| match &rule.condition {
        Condition::Formulary(check) if check.check == Test::MissingAlert => {
            let count = |alerts: &Alerts| missing(context, rule, check, alerts).len();
            count(&sure).saturating_sub(count(alerts))
        }
        _ => 0,
    };
    context.book.active().map(of_rule).sum()
}

fn missing(
    context: &FormularyContext<'_>,
    rule: &Rule,
    check: &FormularyCheck,
    alerts: &Alerts,
) -> Vec<Finding> {
    let rows = covered_rows(context, check, alerts);
    let mut findings: Vec<Finding> = Vec::new();
    let mut told: Vec<[String; 2]> = Vec::new();
    for wanted in wanted(context, rule, check) {
        let [subjects, others] = sides(context, check, &wanted);
        for (subject, of_subject) in &subjects {
            for (other, of_other) in others.iter().filter(|(other, _)| other.0 != subject.0) {
                // A combination is not given together with itself.
                let product =
                    |entry: &FormularyEntry| context.formulary.product(entry).verdict.product;
                let missing = || {
                    pair(of_subject, of_other)
                        .filter(|(a, b)| {
                            let of_cell = context.formulary.product(a).lists_several();
                            product(a) != product(b) || a.product == b.product && of_cell
                        })
                        .find(|(a, b)| !is_covered(context, check, &rows, (subject, a), (other, b)))
                };
                let names = [subject, other].map(|key| name(context.book.dictionary(), key));
                let known = told.iter().any(|[a, b]| {
                    [a, b] == [&names[0], &names[1]] || [b, a] == [&names[0], &names[1]]
                });
                let Some((a, b)) = Some(()).filter(|()| !known).and_then(|()| missing()) else {
                    continue;
                };
                let finding = missing_pair(context, rule, [a, b], &names, alerts);
                findings.push(Finding { severity: wanted.severity, ..finding });
                told.push(names);
            }
        }
    }
    findings
}

fn pair<'e>(
    subjects: &'e [&'e FormularyEntry],
    others: &'e [&'e FormularyEntry],
) -> impl Iterator<Item = (&'e FormularyEntry, &'e FormularyEntry)> {
    subjects.iter().flat_map(move |a| others.iter().map(move |b| (*a, *b)))
}

fn missing_pair(
    context: &FormularyContext<'_>,
    rule: &Rule,
    pair: [&FormularyEntry; 2],
    names: &[String; 2],
    alerts: &Alerts,
) -> Finding {
    let words = Words::default()
        .with("subject", &names[0])
        .with("other", &names[1])
        .with("table", &alerts.path);
    let places = pair.map(|entry| {
        let product = context.formulary.product(entry);
        (entry, product.verdict.decided, role(product))
    });
    context.finding(
        rule,
        FormularyDraft {
            keys: names.to_vec(),
            words,
            bound: String::new(),
            places: places.to_vec(),
            also: Vec::new(),
        },
    )
}

/// Whether some row covers two listed drugs, in either order.
fn is_covered(
    context: &FormularyContext<'_>,
    check: &FormularyCheck,
    rows: &CoveredRows<'_>,
    (subject, a): (&Key, &FormularyEntry),
    (other, b): (&Key, &FormularyEntry),
) -> bool {
    let holds = |side: &[Cover<'_>], key: &Key, entry: &FormularyEntry| {
        let product = context.formulary.product(entry);
        side.iter().any(|cover| cover.holds(context.book.dictionary(), check, key, product))
    };
    rows.iter().any(|[left, right]| {
        holds(left, subject, a) && holds(right, other, b)
            || holds(left, other, b) && holds(right, subject, a)
    })
}

fn covered_rows<'r>(
    context: &FormularyContext<'r>,
    check: &'r FormularyCheck,
    alerts: &Alerts,
) -> CoveredRows<'r> {
    let mut known: FxHashMap<String, Vec<Cover<'r>>> = FxHashMap::default();
    let mut rows = Vec::new();
    for row in alerts.in_force(context.today) {
        let sides = row.sides.each_ref().map(|cells| {
            let of_cell = |cell: &String| {
                let covered = known.entry(cell.clone());
                covered.or_insert_with(|| covers(context.book, check, cell)).clone()
            };
            // The name is what people read: a code of another drug beside it covers nothing.
            let cells = if differ(context.book, cells) { &cells[..1] } else { &cells[..] };
            cells.iter().flat_map(of_cell).collect::<Vec<_>>()
        });
        if sides.iter().all(|side| !side.is_empty()) {
            rows.push(sides);
        }
    }
    rows
}

/// Whether the cells of one side name different drugs.
fn differ(book: &Book, cells: &[String]) -> bool {
    let Some((first, rest)) = cells.split_first().filter(|(_, rest)| !rest.is_empty()) else {
        return false;
    };
    let drugs = |cell: &String| -> BTreeSet<DrugIx> {
        resolve(book.dictionary(), cell).components.iter().map(|component| component.drug).collect()
    };
    let own = drugs(first);
    rest.iter()
        .map(drugs)
        .any(|other| !own.is_empty() && !other.is_empty() && own.is_disjoint(&other))
}

/// How many rows have a side whose name and code are of different drugs.
pub fn contradicting(book: &Book, alerts: &Alerts) -> usize {
    alerts.rows.iter().filter(|row| row.sides.iter().any(|side| differ(book, side))).count()
}

/// How many pairs the rule would compare with a table.
pub fn pairs(context: &FormularyContext<'_>, check: &FormularyCheck) -> usize {
    let Some((subject, other)) = check.subject.as_ref().zip(check.other.as_ref()) else { return 0 };
    let [subjects, others] =
        sides(context, check, &Wanted { subject, other, severity: Severity::High });
    subjects.len() * others.len()
}

/// How many rows of the table are over, and how many have a side that names nothing known.
pub fn idle(context: &FormularyContext<'_>, check: &FormularyCheck, alerts: &Alerts) -> [usize; 2] {
    let over = alerts.rows.len() - alerts.in_force(context.today).count();
    let covered = covered_rows(context, check, alerts).len();
    [over, alerts.rows.len() - over - covered]
}

/// What a text of a table names, for finding out how the table is laid out: two texts that name one drug give the same answer.
pub fn names<'b>(book: &'b Book) -> impl Fn(&str) -> Option<String> + use<'b> {
    let check = book.rules().iter().find_map(|rule| match &rule.condition {
        Condition::Formulary(check) if check.check == Test::MissingAlert => Some(check),
        _ => None,
    });
    move |text: &str| {
        if is_atc_class(text) {
            return Some(text.to_ascii_uppercase());
        }
        let dictionary = book.dictionary();
        let verdict = resolve(dictionary, text);
        let group = check.and_then(|check| groups(book, check, text, &verdict).next());
        if let Some((at, _)) = group {
            return Some(format!("group {at}"));
        }
        if !verdict.components.is_empty() {
            return Some(dictionary.names(&verdict.components));
        }
        let large = dictionary.at_large();
        words(text).into_iter().find(|word| {
            word.len() > 3 && (large.is_sure(word) || large.has_stem(word) || large.has(word))
        })
    }
}

/// How a table was understood, for people.
pub fn describe(book: &Book, alerts: &Alerts) -> Vec<(String, String)> {
    let mut lines = alerts.understood.clone();
    lines.push(("rows that warn".to_owned(), alerts.rows.len().to_string()));
    for (what, count) in
        [("rows switched off", alerts.off), ("rows with one side", alerts.one_sided)]
    {
        if count > 0 {
            lines.push((what.to_owned(), count.to_string()));
        }
    }
    let names = names(book);
    let mut sides: BTreeMap<String, u64> = BTreeMap::new();
    let mut unknown = 0;
    for cell in alerts.rows.iter().flat_map(|row| &row.sides).flatten() {
        match names(cell) {
            Some(name) => {
                *sides
                    .entry(if name.starts_with("group ") { cell.to_lowercase() } else { name })
                    .or_default() += 1
            }
            None => unknown += 1,
        }
    }
    let mut most: Vec<(&String, &u64)> = sides.iter().collect();
    most.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let listed: Vec<String> =
        most.iter().take(12).map(|(name, count)| format!("{name} ({count})")).collect();
    lines.push((format!("{} drugs and classes", sides.len()), listed.join(", ")));
    if unknown > 0 {
        lines.push(("cells that name nothing known".to_owned(), unknown.to_string()));
    }
    let severities: Vec<String> =
        alerts.severities.iter().map(|(word, count)| format!("{word} ({count})")).collect();
    if !severities.is_empty() {
        lines.push(("severities".to_owned(), severities.join(", ")));
    }
    lines
}

/// What a cell of the table stands for.
#[derive(Clone)]
enum Cover<'r> {
    /// An ingredient, in one form if the cell says so.
    Drug(DrugIx, Option<u8>),
    /// An ingredient together with one that no rule watches, as Percocet is.
    Combined(DrugIx),
    /// A combination.
    Combination(DrugIx),
    /// A mixture without a name.
    Mixture(Vec<DrugIx>),
    /// The drugs of an ATC class.
    Atc(String),
    /// The drugs of a class that the rule knows.
    Group(&'r Selector),
    /// A class without some of its drugs.
    Except(Vec<Cover<'r>>, Vec<Cover<'r>>),
}

/// What the formulary lists on both sides. One entry of each form, alone or in a combination, is
/// enough.
fn sides<'a>(
    context: &FormularyContext<'a>,
    check: &FormularyCheck,
    wanted: &Wanted<'_>,
) -> [ListedDrugs<'a>; 2] {
    let mut listed: [ListedDrugs<'a>; 2] = Default::default();
    let mut forms = BTreeSet::new();
    for entry in context.formulary.listed() {
        let product = context.formulary.product(entry);
        let verdict = &product.verdict;
        let combination = combination(verdict);
        for (side, selector) in [wanted.subject, wanted.other].into_iter().enumerate() {
            for component in selected(context.book.dictionary(), selector, verdict) {
                // An opioid in a combination is still the opioid; an antagonist in one goes by a
                // name that hides it.
                let key = (component.drug, combination.filter(|_| side == 0));
                let form = (
                    side,
                    component.drug,
                    combination,
                    component.form,
                    check.is_combined(product.texts()),
                );
                if forms.insert(form) {
                    listed[side].entry(key).or_default().push(entry);
                }
            }
        }
    }
    listed
}

/// The combination that a product is, if it is one.
fn combination(verdict: &Verdict) -> Option<DrugIx> {
    verdict
        .product
        .filter(|product| verdict.components.iter().all(|component| component.drug != *product))
}

fn selected<'v>(
    dictionary: &'v Dictionary,
    selector: &'v Selector,
    verdict: &'v Verdict,
) -> impl Iterator<Item = &'v Component> {
    verdict
        .components
        .iter()
        .filter(move |component| selector.matches(dictionary, component, verdict))
}

fn name(dictionary: &Dictionary, (of, combination): &(DrugIx, Option<DrugIx>)) -> String {
    match combination {
        Some(combination) => {
            let file = &dictionary.drug(*combination).file;
            let brand = file.brands.first().map(|brand| format!(" ({brand})")).unwrap_or_default();
            format!("{}{brand}", dictionary.drug(*combination).name)
        }
        None => {
            // An ingredient sold only in one combination goes by that combination's brand.
            let only = dictionary
                .drugs()
                .iter()
                .find(|drug| matches!(drug.components[..], [part] if part.drug == *of));
            let brand = only
                .and_then(|only| only.file.brands.first())
                .map(|brand| format!(" ({brand})"))
                .unwrap_or_default();
            format!("{}{brand}", dictionary.drug(*of).name)
        }
    }
}

/// The verdict on a cell that is a code or a name.
fn resolve(dictionary: &Dictionary, cell: &str) -> Verdict {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    if digits * 2 <= cell.len() {
        return dictionary.resolve(&Identity::text(cell));
    }
    let rxcui = if digits == cell.len() && digits <= 8 { cell } else { "" };
    let ndc = if rxcui.is_empty() { cell } else { "" };
    dictionary.resolve(&Identity { rxcui: rxcui.into(), ndc: ndc.into(), ..Identity::default() })
}

/// The groups of the rule that a cell names, each with its number: a class by its name or code, which names no drug.
fn groups<'r>(
    book: &Book,
    check: &'r FormularyCheck,
    cell: &str,
    verdict: &Verdict,
) -> impl Iterator<Item = (usize, &'r Group)> + use<'r> {
    let classes = book.classes();
    // `Antagonistes de la morphine` names a drug, and is a class.
    let is_class = verdict.components.is_empty() || classes.goes_by_a_drug(cell);
    let named = if is_class { classes.groups(cell) } else { Vec::new() };
    check
        .groups
        .iter()
        .enumerate()
        .filter(move |(_, group)| named.iter().any(|named| group.holds.contains(named)))
}

fn is_class(book: &Book, text: &str) -> bool {
    is_atc_class(text)
        || resolve(book.dictionary(), text).components.is_empty()
            && !book.classes().groups(text).is_empty()
}

fn covers<'r>(book: &Book, check: &'r FormularyCheck, cell: &str) -> Vec<Cover<'r>> {
    if is_atc_class(cell) {
        return vec![Cover::Atc(cell.to_ascii_uppercase())];
    }
    if let Some([class, left_out]) =
        book.classes().exception(cell).filter(|[class, _]| is_class(book, class))
    {
        let parts = book.classes().parts(left_out);
        let without = parts.into_iter().flat_map(|part| covers(book, check, part)).collect();
        return vec![Cover::Except(covers(book, check, class), without)];
    }
    let dictionary = book.dictionary();
    let verdict = resolve(dictionary, cell);
    if let Some(parts) = several(book, cell, &verdict) {
        return parts.into_iter().flat_map(|part| covers(book, check, part)).collect();
    }
    let groups: Vec<Cover<'r>> =
        groups(book, check, cell, &verdict).map(|(_, group)| Cover::Group(&group.covers)).collect();
    if !groups.is_empty() {
        return groups;
    }
    if let Some(combination) = combination(&verdict) {
        return vec![Cover::Combination(combination)];
    }
    let drugs: Vec<DrugIx> = verdict.components.iter().map(|component| component.drug).collect();
    if drugs.len() > 1 {
        return vec![Cover::Mixture(drugs)];
    }
    if check.is_combined(std::iter::once(cell)) {
        return drugs.into_iter().map(Cover::Combined).collect();
    }
    verdict.components.iter().map(|c| Cover::Drug(c.drug, (c.form > 0).then_some(c.form))).collect()
}

/// The parts of a cell that lists several things: a class and drugs of it (`Opioid agonists / methadone`), or drugs that no product
/// combines.
fn several<'t>(book: &Book, cell: &'t str, verdict: &Verdict) -> Option<Vec<&'t str>> {
    let is_one = verdict.components.is_empty() || book.classes().goes_by_a_drug(cell);
    let parts = book.classes().parts(cell);
    if is_one || parts.len() < 2 {
        return None;
    }
    // `oxycodone/morphine` may be a mixture; commas, lines and words stand between drugs of their own.
    let is_list = || {
        let is_drug = |part: &&str| !resolve(book.dictionary(), part).components.is_empty();
        let apart = cell.contains([',', ';', '|', '\n']) || cell.contains(" / ");
        let by_words = || !cell.contains(['/', '+', '&']);
        combination(verdict).is_none()
            && verdict.components.len() > 1
            && (apart || by_words())
            && parts.iter().filter(|part| is_drug(part)).count() > 1
    };
    (parts.iter().any(|part| is_class(book, part)) || is_list()).then_some(parts)
}

/// An ATC code of level 2 to 5; one letter alone could be anything.
fn is_atc_class(text: &str) -> bool {
    let [letter, tens, ones, rest @ ..] = text.as_bytes() else { return false };
    let is_group = letter.is_ascii_alphabetic() && tens.is_ascii_digit() && ones.is_ascii_digit();
    is_group && (code::is_atc(text) || rest.len() < 3 && rest.iter().all(u8::is_ascii_alphabetic))
}

impl Cover<'_> {
    fn holds(
        &self,
        dictionary: &Dictionary,
        check: &FormularyCheck,
        key: &Key,
        product: &Product,
    ) -> bool {
        let (drug, combination) = key;
        let component = product.verdict.components.iter().find(|component| component.drug == *drug);
        match self {
            Self::Drug(covered, form) => {
                covered == drug && form.is_none_or(|form| component.is_some_and(|c| c.form == form))
            }
            Self::Combined(covered) => covered == drug && check.is_combined(product.texts()),
            Self::Mixture(drugs) => {
                let holds = |drug: &DrugIx| {
                    product.verdict.components.iter().any(|component| component.drug == *drug)
                };
                drugs.contains(drug) && drugs.iter().all(holds)
            }
            Self::Combination(covered) => {
                Some(covered) == combination.as_ref()
                    || combination.is_none() && product.verdict.product == Some(*covered)
            }
            Self::Atc(prefix) => {
                let atc = |drug: DrugIx| {
                    dictionary
                        .drug(drug)
                        .file
                        .atc
                        .iter()
                        .any(|code| code.starts_with(prefix.as_str()))
                };
                atc(*drug) || combination.is_some_and(atc)
            }
            Self::Except(class, without) => {
                let is_of = |covers: &[Cover<'_>]| {
                    covers.iter().any(|cover| cover.holds(dictionary, check, key, product))
                };
                is_of(class) && !is_of(without)
            }
            Self::Group(selector) => component
                .is_some_and(|component| selector.matches(dictionary, component, &product.verdict)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_atc_class_has_two_digits_at_least() {
        for class in ["N02", "n02a", "N02AA", "N02AA05"] {
            assert!(is_atc_class(class), "{class}");
        }
        for other in ["", "N", "N0", "NO2", "002", "opium", "Opiu", "N02A5", "N02AAA", "N02AA0"] {
            assert!(!is_atc_class(other), "{other}");
        }
    }
}

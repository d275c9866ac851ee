//! Pairs of listed drugs that the site's interaction table does not know together.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::cover::{Cover, Key, codes_of, combination, covers, groups, identity, is_code, resolve};
use super::file::{FormularyCheck, Test};
use super::{FormularyContext, FormularyDraft, role};
use crate::drug::dictionary::{Dictionary, DrugIx};
use crate::drug::listed::ListedLook;
use crate::drug::name::words;
use crate::drug::{Component, Verdict, atc};
use crate::formulary::FormularyEntry;
use crate::formulary::alerts::{AlertRow, Alerts, Showing};
use crate::rule::book::{Book, Rule};
use crate::rule::file::Condition;
use crate::rule::message::Words;
use crate::rule::select::Selector;
use rxlint_model::finding::{Finding, Severity};
use rxlint_model::place::RowKey;

/// The drugs of one side: each ingredient, alone or in a combination, and the entries that list it.
type ListedDrugs<'a> = BTreeMap<Key, Vec<&'a FormularyEntry>>;

/// Two groups of drugs of which each pair needs an alert, and the severity if none warns.
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

/// The rows of a table as what they cover; only those that cover something on both sides.
type CoveredRows<'r> = Vec<[Vec<Cover<'r>>; 2]>;

/// Which rows of a table count, and which of their covers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Counts {
    /// All that may warn.
    All,
    /// Only what certainly warns.
    Sure,
}

/// One finding for each pair that no row covers.
pub(super) fn judge(
    context: &FormularyContext<'_>,
    rule: &Rule,
    check: &FormularyCheck,
) -> Vec<Finding> {
    let Some(alerts) = context.alerts else { return Vec::new() };
    let finding = |pair: Uncovered<'_>| {
        let finding = missing_pair(context, rule, pair.entries, &pair.names, alerts);
        Finding { severity: pair.severity, ..finding }
    };
    uncovered(context, rule, check, alerts, Counts::All).into_iter().map(finding).collect()
}

/// Two listed drugs by their names, and the first entry of each.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The names of the two.
    pub names: [String; 2],
    /// The entries that list them.
    pub keys: [RowKey; 2],
}

/// The pairs that are covered only by rows of which it is unknown whether they warn.
pub fn in_doubt(context: &FormularyContext<'_>) -> Vec<Pair> {
    let Some(alerts) = context.alerts else { return Vec::new() };
    let of_rule = |rule: &Rule| match &rule.condition {
        Condition::Formulary(check) if check.check == Test::MissingAlert => {
            let [mut unsure, missing] = [Counts::Sure, Counts::All]
                .map(|counts| uncovered(context, rule, check, alerts, counts));
            unsure.retain(|pair| missing.iter().all(|other| other.names != pair.names));
            unsure
                .into_iter()
                .map(|pair| Pair { names: pair.names, keys: pair.entries.map(|entry| entry.key) })
                .collect()
        }
        _ => Vec::new(),
    };
    context.book.active().flat_map(of_rule).collect()
}

/// A pair that no row covers, the first entry of each, and its severity.
struct Uncovered<'e> {
    names: [String; 2],
    entries: [&'e FormularyEntry; 2],
    severity: Severity,
}

fn uncovered<'e>(
    context: &FormularyContext<'e>,
    rule: &Rule,
    check: &FormularyCheck,
    alerts: &Alerts,
    counts: Counts,
) -> Vec<Uncovered<'e>> {
    let rows = covered_rows(context, check, alerts, counts);
    let mut found: Vec<Uncovered<'e>> = Vec::new();
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
                        .find(|(a, b)| {
                            !is_covered(context, check, &rows, counts, [(subject, a), (other, b)])
                        })
                };
                let names = [subject, other].map(|key| name(context.book.dictionary(), key));
                let known = found.iter().any(|Uncovered { names: [a, b], .. }| {
                    [a, b] == [&names[0], &names[1]] || [b, a] == [&names[0], &names[1]]
                });
                let Some((a, b)) = Some(()).filter(|()| !known).and_then(|()| missing()) else {
                    continue;
                };
                found.push(Uncovered { names, entries: [a, b], severity: wanted.severity });
            }
        }
    }
    found
}

fn pair<'s, 'e: 's>(
    subjects: &'s [&'e FormularyEntry],
    others: &'s [&'e FormularyEntry],
) -> impl Iterator<Item = (&'e FormularyEntry, &'e FormularyEntry)> + 's {
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
    counts: Counts,
    [(subject, a), (other, b)]: [(&Key, &FormularyEntry); 2],
) -> bool {
    let dictionary = context.book.dictionary();
    let holds = |side: &[Cover<'_>], key: &Key, entry: &FormularyEntry| {
        let product = context.formulary.product(entry);
        side.iter().any(|cover| match counts {
            Counts::All => cover.holds(dictionary, check, key, product),
            Counts::Sure => cover.holds_surely(dictionary, check, key, product),
        })
    };
    let is_covered = rows.iter().any(|[left, right]| {
        holds(left, subject, a) && holds(right, other, b)
            || holds(left, other, b) && holds(right, subject, a)
    });
    // A drug with several ATC codes is covered if the classes of all of them are.
    let by_codes = |(one, a): (&Key, &FormularyEntry), (several, b): (&Key, &FormularyEntry)| {
        let codes = codes_of(dictionary, several, context.formulary.product(b));
        let has = |side: &[Cover<'_>], code: &str| {
            side.iter().any(
                |cover| matches!(cover, Cover::Atc(prefix) if code.starts_with(prefix.as_str())),
            )
        };
        let in_rows = |code: &String| {
            rows.iter().any(|[left, right]| {
                holds(left, one, a) && has(right, code) || holds(right, one, a) && has(left, code)
            })
        };
        codes.len() > 1 && codes.iter().all(in_rows)
    };
    is_covered
        || counts == Counts::Sure
            && (by_codes((subject, a), (other, b)) || by_codes((other, b), (subject, a)))
}

fn covered_rows<'r>(
    context: &FormularyContext<'r>,
    check: &'r FormularyCheck,
    alerts: &Alerts,
    counts: Counts,
) -> CoveredRows<'r> {
    let mut known: FxHashMap<String, Vec<Cover<'r>>> = FxHashMap::default();
    let look = ListedLook::of(context.book.dictionary());
    let mut rows = Vec::new();
    let is_sure = |row: &AlertRow| !row.doubt && row.may_end.is_none_or(|end| end >= context.today);
    for row in in_force(context, alerts).filter(|row| counts == Counts::All || is_sure(row)) {
        let sides = row.sides.each_ref().map(|cells| {
            let of_cell = |cell: &String| {
                let covered = known.entry(cell.clone());
                covered.or_insert_with(|| covers(context.book, check, cell)).clone()
            };
            // The name is what people read: a code of another drug next to it covers nothing.
            let differ = differ(context.book, &look, cells);
            let mut counting = cells.iter().filter(|cell| !differ || !is_code(cell));
            let named = counting.next().or_else(|| cells.first());
            let others = counting.filter(|_| !differ);
            named.into_iter().chain(others).flat_map(of_cell).collect::<Vec<_>>()
        });
        if sides.iter().all(|side| !side.is_empty()) {
            rows.push(sides);
        }
    }
    rows
}

/// The rows that are in force. A row that has yet to begin is left out only if the as-of day was given.
fn in_force<'r>(
    context: &FormularyContext<'_>,
    alerts: &'r Alerts,
) -> impl Iterator<Item = &'r AlertRow> + use<'r> {
    let as_of = context.as_of;
    let has_begun =
        move |row: &&AlertRow| row.starts.zip(as_of).is_none_or(|(start, today)| start <= today);
    alerts.in_force(context.today).filter(has_begun)
}

/// Whether the cells of one side name different drugs.
fn differ(book: &Book, look: &ListedLook<'_>, cells: &[String]) -> bool {
    let Some((first, rest)) = cells.split_first().filter(|(_, rest)| !rest.is_empty()) else {
        return false;
    };
    let drugs = |cell: &String| -> BTreeSet<DrugIx> {
        resolve(book.dictionary(), cell).components.iter().map(|component| component.drug).collect()
    };
    let own = drugs(first);
    let differs =
        |other: BTreeSet<DrugIx>| !own.is_empty() && !other.is_empty() && own.is_disjoint(&other);
    rest.iter().map(drugs).any(differs) || {
        // The name of a drug that no rule watches, next to the code of one.
        let written = identity(cells.iter().map(String::as_str));
        let has_both = cells.iter().any(|cell| is_code(cell)) && !written.texts[0].is_empty();
        has_both && look.verdict(&written, &[]).0.mismatch.is_some()
    }
}

/// How many rows have a side whose name and code are of different drugs.
pub fn contradicting(book: &Book, alerts: &Alerts) -> usize {
    let look = ListedLook::of(book.dictionary());
    let is_one = |row: &&AlertRow| row.sides.iter().any(|side| differ(book, &look, side));
    alerts.rows.iter().filter(is_one).count()
}

/// The cells of a table that may be narrower than the class that they name, with how often each occurs.
pub fn narrowed(context: &FormularyContext<'_>, check: &FormularyCheck) -> BTreeMap<String, u64> {
    let mut cells: BTreeMap<String, u64> = BTreeMap::new();
    let rows = context.alerts.into_iter().flat_map(|alerts| in_force(context, alerts));
    for cell in rows.flat_map(|row| row.sides.iter().flatten()) {
        let is_narrowed = |cover: &Cover<'_>| matches!(cover, Cover::Perhaps(_));
        if covers(context.book, check, cell).iter().any(is_narrowed) {
            *cells.entry(cell.to_lowercase()).or_default() += 1;
        }
    }
    cells
}

/// How many pairs the rule would compare with a table.
pub fn pairs(context: &FormularyContext<'_>, check: &FormularyCheck) -> usize {
    let Some((subject, other)) = check.subject.as_ref().zip(check.other.as_ref()) else { return 0 };
    let [subjects, others] =
        sides(context, check, &Wanted { subject, other, severity: Severity::High });
    subjects.len() * others.len()
}

/// How many rows of the table have expired, how many have not begun, and how many have a side that names nothing known.
pub fn idle(context: &FormularyContext<'_>, check: &FormularyCheck, alerts: &Alerts) -> [usize; 3] {
    let not_over = alerts.in_force(context.today).count();
    let in_force = in_force(context, alerts).count();
    let covered = covered_rows(context, check, alerts, Counts::All).len();
    [alerts.rows.len() - not_over, not_over - in_force, in_force - covered]
}

/// What a text of a table names, for recognising the table's layout: two texts that name one drug give the same answer.
pub fn names<'b>(book: &'b Book) -> impl Fn(&str) -> Option<String> + use<'b> {
    let check = book.rules().iter().find_map(|rule| match &rule.condition {
        Condition::Formulary(check) if check.check == Test::MissingAlert => Some(check),
        _ => None,
    });
    move |text: &str| {
        if atc::is_class(text) {
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

/// Whether a word is only the name of a drug, or a part of one.
pub fn is_name<'b>(book: &'b Book) -> impl Fn(&str) -> bool + use<'b> {
    let dictionary = book.dictionary();
    move |word: &str| dictionary.has_word(word) || dictionary.at_large().is_sure(word)
}

/// How a table was understood, for people.
pub fn describe(book: &Book, alerts: &Alerts, showing: Showing<'_>) -> Vec<(String, String)> {
    let mut lines = alerts.understood.clone();
    lines.push(("rows that warn".to_owned(), alerts.rows.len().to_string()));
    for (what, count) in
        [("rows switched off", alerts.off), ("rows with one side", alerts.one_sided)]
    {
        if count > 0 {
            lines.push((what.to_owned(), count.to_string()));
        }
    }
    let told = |text: &str| showing.cell(text).unwrap_or("texts that are not shown").to_owned();
    let names = names(book);
    let mut sides: BTreeMap<String, u64> = BTreeMap::new();
    let mut unknown = 0;
    for cell in alerts.rows.iter().flat_map(|row| &row.sides).flatten() {
        match names(cell) {
            Some(name) => {
                let is_group = name.starts_with("group ");
                let told = if is_group { told(&cell.to_lowercase()) } else { told(&name) };
                *sides.entry(told).or_default() += 1;
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
    let mut severities: BTreeMap<String, u64> = BTreeMap::new();
    for (word, count) in &alerts.severities {
        *severities.entry(told(word)).or_default() += count;
    }
    let severities: Vec<String> =
        severities.iter().map(|(word, count)| format!("{word} ({count})")).collect();
    if !severities.is_empty() {
        lines.push(("severities".to_owned(), severities.join(", ")));
    }
    lines
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

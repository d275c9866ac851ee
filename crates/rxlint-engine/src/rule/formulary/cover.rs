//! What the cells of an interaction table stand for: drugs, combinations and classes, for sure or perhaps.

use super::file::{FormularyCheck, Group};
use crate::drug::dictionary::{Dictionary, DrugIx};
use crate::drug::{Identity, Verdict, atc};
use crate::formulary::Product;
use crate::rule::book::Book;
use crate::rule::select::Selector;

/// An ingredient, and the combination whose name it goes by, if any.
pub(super) type Key = (DrugIx, Option<DrugIx>);

/// What a cell of the table stands for.
#[derive(Clone)]
pub(super) enum Cover<'r> {
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
    /// Something of which it is unknown whether all of it is meant: `opioid patches`.
    Perhaps(Box<Cover<'r>>),
}

/// The combination that a product is, if it is one.
pub(super) fn combination(verdict: &Verdict) -> Option<DrugIx> {
    verdict
        .product
        .filter(|product| verdict.components.iter().all(|component| component.drug != *product))
}

/// The verdict on a cell that is a code or a name.
pub(super) fn resolve(dictionary: &Dictionary, cell: &str) -> Verdict {
    dictionary.resolve(&identity(std::iter::once(cell)))
}

/// Whether a cell is a code rather than a name.
pub(super) fn is_code(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    digits * 2 > cell.len() || atc::is_class(cell)
}

/// What the cells of one side say together: names as texts, codes in their fields.
pub(super) fn identity<'c>(cells: impl Iterator<Item = &'c str>) -> Identity<'c> {
    let mut identity = Identity::default();
    for cell in cells {
        let digits = cell.bytes().filter(u8::is_ascii_digit).count();
        // Data frames write `.0` after what they take for numbers.
        let cell = cell.strip_suffix(".0").filter(|cell| cell.len() == digits - 1).unwrap_or(cell);
        let digits = cell.bytes().filter(u8::is_ascii_digit).count();
        let slot = if digits * 2 <= cell.len() {
            &mut identity.texts[0]
        } else if digits == cell.len() && digits <= 8 {
            &mut identity.rxcui
        } else {
            &mut identity.ndc
        };
        if slot.is_empty() {
            *slot = cell.into();
        }
    }
    identity
}

/// The groups of the rule that a cell names, each with its number: a class by its name or code, which names no drug.
pub(super) fn groups<'r>(
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

pub(super) fn is_class(book: &Book, text: &str) -> bool {
    atc::is_class(text)
        || resolve(book.dictionary(), text).components.is_empty()
            && !book.classes().groups(text).is_empty()
}

pub(super) fn covers<'r>(book: &Book, check: &'r FormularyCheck, cell: &str) -> Vec<Cover<'r>> {
    if atc::is_class(cell) {
        return vec![Cover::Atc(cell.to_ascii_uppercase())];
    }
    let classes = book.classes();
    if let Some([class, left_out]) =
        classes.exception(cell).filter(|[class, _]| is_class(book, class))
    {
        let parts = classes.parts(left_out);
        let without: Vec<Cover<'r>> =
            parts.into_iter().flat_map(|part| covers(book, check, part)).collect();
        // If its words are unknown, what it leaves out may be anything.
        let is_doubtful = without.is_empty();
        return vec![Cover::Except(covers(book, check, class), without).perhaps_if(is_doubtful)];
    }
    let dictionary = book.dictionary();
    let verdict = resolve(dictionary, cell);
    if let Some(parts) = several(book, cell, &verdict) {
        let doubt = in_brackets(book, cell);
        let of_part = |part: &str| {
            let is_doubtful = doubt && is_class(book, part);
            covers(book, check, part).into_iter().map(move |cover| cover.perhaps_if(is_doubtful))
        };
        return parts.into_iter().flat_map(of_part).collect();
    }
    let named: Vec<Cover<'r>> =
        groups(book, check, cell, &verdict).map(|(_, group)| Cover::Group(&group.covers)).collect();
    if !named.is_empty() {
        let is_narrowed = !classes.narrowing(cell).is_empty() || classes.may_be_either(cell);
        return named.into_iter().map(|cover| cover.perhaps_if(is_narrowed)).collect();
    }
    // `opioids ohne tramadol`, in whatever words, is not tramadol.
    let is_drug_of_class = !verdict.components.is_empty() && !classes.groups(cell).is_empty();
    let is_doubtful = is_drug_of_class && narrows(book, cell) || classes.narrows_drug(cell);
    let drugs = of_drugs(check, cell, &verdict, dictionary);
    drugs.into_iter().map(|cover| cover.perhaps_if(is_doubtful)).collect()
}

/// What a cell that names drugs covers.
fn of_drugs<'r>(
    check: &FormularyCheck,
    cell: &str,
    verdict: &Verdict,
    dictionary: &Dictionary,
) -> Vec<Cover<'r>> {
    if let Some(combination) = combination(verdict) {
        return vec![Cover::Combination(combination)];
    }
    let drugs: Vec<DrugIx> = verdict.components.iter().map(|component| component.drug).collect();
    if drugs.len() > 1 {
        return vec![Cover::Mixture(drugs)];
    }
    if check.is_combined(std::iter::once(cell)) {
        return drugs.into_iter().map(Cover::Combined).collect();
    }
    // `naltrexone oral/injection` is both, `naltrexone, extended release` is only the second.
    let is_name = |part: &&str| part.split_whitespace().nth(1).is_some() || !cell.contains(", ");
    let first = cell.split(['/', ',', '&', '+']).next().filter(is_name);
    let first = first.map(|part| resolve(dictionary, part));
    let has_form = |form: u8| {
        let of_first = first.as_ref().and_then(|verdict| verdict.components.first());
        of_first.is_none_or(|of_first| of_first.form == form)
    };
    let drug = |c: &crate::drug::Component| {
        Cover::Drug(c.drug, Some(c.form).filter(|form| *form > 0 && has_form(*form)))
    };
    verdict.components.iter().map(drug).collect()
}

/// Whether either a class or a drug is in brackets, as neither an example nor a further item: `opioids (morphine)` may be
/// only morphine, and `tramadol (opioid)` is only tramadol.
fn in_brackets(book: &Book, cell: &str) -> bool {
    let Some((before, inside)) = cell.split_once(['(', '[']) else { return false };
    !book.classes().begins_examples(inside)
        && is_class(book, before.trim()) != is_class(book, inside.trim_matches([' ', ')', ']']))
}

/// Whether a cell that names a drug and a class says something else that is unknown.
fn narrows(book: &Book, cell: &str) -> bool {
    let is_drug = |word: &str| !resolve(book.dictionary(), word).components.is_empty();
    let words = book.classes().narrowing(cell);
    // The letters of `m.u.v.` are words of their own.
    let is_spelt = cell
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| word.chars().count() == 1 && word.chars().all(char::is_alphabetic));
    is_spelt || words.iter().any(|word| !is_drug(word))
}

/// The parts of a cell that lists several things: a class and drugs of it (`Opioid agonists / methadone`), or drugs that no product
/// combines.
fn several<'t>(book: &Book, cell: &'t str, verdict: &Verdict) -> Option<Vec<&'t str>> {
    let is_one = verdict.components.is_empty() || book.classes().goes_by_a_drug(cell);
    let parts = book.classes().parts(cell);
    if is_one || parts.len() < 2 {
        return None;
    }
    // `oxycodone/morphine` may be a mixture; commas, line breaks and words separate different drugs.
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

impl<'r> Cover<'r> {
    fn perhaps_if(self, is_doubtful: bool) -> Self {
        if is_doubtful { Self::Perhaps(Box::new(self)) } else { self }
    }

    /// What it covers for sure of a product.
    pub(super) fn holds_surely(
        &self,
        dictionary: &Dictionary,
        check: &FormularyCheck,
        key: &Key,
        product: &Product,
    ) -> bool {
        let by_own_code = match self {
            // An alert that goes by codes does not fire for a product that has another code.
            Self::Atc(prefix) => {
                let own = product.identity.atc.trim();
                if atc::is_one(own) {
                    own.to_ascii_uppercase().starts_with(prefix.as_str())
                } else {
                    is_main_code(dictionary, check, key, product, prefix)
                }
            }
            Self::Perhaps(_) => false,
            Self::Except(class, _) => {
                class.iter().any(|cover| cover.holds_surely(dictionary, check, key, product))
            }
            _ => true,
        };
        by_own_code && self.holds(dictionary, check, key, product)
    }

    pub(super) fn holds(
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
            Self::Perhaps(cover) => cover.holds(dictionary, check, key, product),
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

/// The ATC codes of a drug in a product: those of the combination, if it has any.
pub(super) fn codes_of<'d>(
    dictionary: &'d Dictionary,
    key: &Key,
    product: &Product,
) -> &'d [String] {
    let of = |drug: DrugIx| &dictionary.drug(drug).file.atc[..];
    let combination = key.1.or_else(|| combination(&product.verdict)).map(of);
    combination.filter(|codes| !codes.is_empty()).unwrap_or_else(|| of(key.0))
}

/// Whether a drug is in an ATC class by its own code, and not by one of another use or of its combinations: methadone for pain
/// is in N02A, and methadone is N07BC02.
fn is_main_code(
    dictionary: &Dictionary,
    check: &FormularyCheck,
    key: &Key,
    product: &Product,
    prefix: &str,
) -> bool {
    let codes = codes_of(dictionary, key, product);
    // A combination with a drug that no rule watches has a code of combinations.
    let further = if check.is_combined(product.texts()) { codes.len() } else { 1 };
    codes.iter().take(further).any(|code| code.starts_with(prefix))
}

//! A formulary as the rules see it: which products it lists, on what terms, for which plan.
//!
//! Its rows share plans, not patients. Drugs in adjacent rows were not given to anyone, so nothing here knows about exposures or days.

pub mod alerts;
pub mod change;
pub mod classes;
pub mod code;
pub mod days;
mod heading;
pub mod intake;
pub mod limit;
mod meanings;
mod off;
pub mod section;
mod settle;
pub mod status;
mod struck;

use crate::drug::{Dictionary, FormKind, Identity, Verdict};
use code::Problem;
use rxlint_model::place::RowKey;
use rxlint_model::record::Field;

/// Whether a field holds a name rather than a code.
pub const fn is_name(field: Field) -> bool {
    matches!(field, Field::Drug | Field::Generic | Field::Brand | Field::Ordered)
}

/// What the inputs of a run list.
#[derive(Clone, Debug, Default)]
pub struct Formulary {
    /// The products, each once however often it is listed.
    pub products: Vec<Product>,
    /// The terms on which they are listed, each once.
    pub terms: Vec<CoverageTerms>,
    /// The plans; the first is for entries that name none.
    pub plans: Vec<String>,
    /// The entries, in the order of the inputs.
    pub entries: Vec<FormularyEntry>,
}

/// A product as the formulary writes it.
#[derive(Clone, Debug)]
pub struct Product {
    /// Everything that says which drug it is.
    pub identity: Identity<'static>,
    /// The class under which it is listed.
    pub class: String,
    /// Notes on it.
    pub note: String,
    /// Which drug it is.
    pub verdict: Verdict,
    /// The two fields that name different drugs, if its verdict has a mismatch.
    pub differ: Option<[Field; 2]>,
    /// What is wrong with one of its codes.
    pub problem: Option<Problem>,
    /// What identifies it from run to run: its names and codes, ignoring case.
    pub key: String,
}

impl Product {
    /// Whether it has a readable name. A drug list gives names, so two letters are one here, while in prescriptions they may be anything.
    pub fn is_readable(&self) -> bool {
        const NOTHING: [&str; 6] = ["null", "none", "na", "nan", "unknown", "missing"];
        let is_name = |run: &str| {
            run.chars().count() > 1
                && run.chars().all(char::is_alphabetic)
                && !NOTHING.iter().any(|nothing| run.eq_ignore_ascii_case(nothing))
        };
        let has_name = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(is_name);
        self.verdict.resolved || self.identity.texts.iter().any(|text| has_name(text))
    }
}

/// The terms on which a product is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CoverageTerms {
    /// The tier.
    pub tier: String,
    /// The quantity limit, and the days that it covers.
    pub limit: String,
    /// Those days, if they have a cell of their own.
    pub days: String,
    /// Whether it is on the formulary, in the input's words.
    pub status: String,
    /// The date from which it applies.
    pub start: String,
    /// The last day on which it applies.
    pub stop: String,
}

/// One row of a formulary, or one plan of a listed drug.
#[derive(Clone, Copy, Debug)]
pub struct FormularyEntry {
    /// The product.
    pub product: u32,
    /// Its terms.
    pub terms: u32,
    /// The plan.
    pub plan: u32,
    /// The row, by the caller's key.
    pub key: RowKey,
    /// Which of the run's lists it belongs to.
    pub list: u32,
    /// Whether it is on the formulary.
    pub active: bool,
    /// Whether it is not a product but the name of the class of the products below it.
    pub is_heading: bool,
    /// Whether entries of one plan in several files belong to one formulary.
    pub across_files: bool,
    /// Whether its list is a formulary rather than a directory or price table: what is missing from one of those means nothing.
    pub of_formulary: bool,
    /// Whether what its list names can be ordered: a list of exclusions names what cannot.
    pub orderable: bool,
}

impl Formulary {
    /// The product of an entry.
    pub fn product(&self, entry: &FormularyEntry) -> &Product {
        &self.products[entry.product as usize]
    }

    /// The terms of an entry.
    pub fn terms(&self, entry: &FormularyEntry) -> &CoverageTerms {
        &self.terms[entry.terms as usize]
    }

    /// The plan of an entry; empty if it names none.
    pub fn plan(&self, entry: &FormularyEntry) -> &str {
        &self.plans[entry.plan as usize]
    }

    /// The active entries of formularies: nothing is expected of other lists.
    pub fn of_formularies(&self) -> impl Iterator<Item = &FormularyEntry> {
        self.active().filter(|entry| entry.of_formulary)
    }

    /// The active entries of all lists except exclusions: a directory given with an interaction table is compared with it.
    pub fn listed(&self) -> impl Iterator<Item = &FormularyEntry> {
        self.active().filter(|entry| entry.orderable)
    }

    /// The entries that are on the formulary.
    pub fn active(&self) -> impl Iterator<Item = &FormularyEntry> {
        self.entries.iter().filter(|entry| entry.active)
    }
}

impl Product {
    /// The names as written: name, generic name, brand.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.identity.texts.iter().map(AsRef::as_ref).filter(|text: &&str| !text.is_empty())
    }

    /// Whether its cell lists several drugs rather than the parts of one product, as a brand, a strength or a form would show.
    pub fn lists_several(&self) -> bool {
        let identity = &self.identity;
        self.verdict.components.len() > 1
            && self.verdict.product.is_none()
            && self.texts().any(|text| text.contains([',', ';', '|', '\n']))
            && identity.strength.is_empty()
            && identity.form.is_empty()
            && !self.texts().any(|text| text.bytes().any(|b| b.is_ascii_digit()))
    }

    /// What messages call it: its first name, otherwise its code.
    pub fn title(&self) -> String {
        let codes = || self.codes().next().map(|(_, code)| code);
        let title: String = self
            .texts()
            .next()
            .or_else(codes)
            .unwrap_or("an entry without a name")
            .chars()
            .take(80)
            .collect();
        title
    }

    /// The codes as written, by field.
    pub fn codes(&self) -> impl Iterator<Item = (Field, &str)> {
        let identity = &self.identity;
        let codes = [
            (Field::Ndc, &identity.ndc),
            (Field::Rxcui, &identity.rxcui),
            (Field::Atc, &identity.atc),
            (Field::Hcpcs, &identity.hcpcs),
            (Field::Code, &identity.code),
        ];
        codes
            .into_iter()
            .filter(|(_, code)| !code.is_empty())
            .map(|(field, code)| (field, code.as_ref()))
    }

    /// What makes two rows one product whatever their codes: its name with its strength and form, in words that do not depend on spacing and
    /// abbreviations; `None` without a strength, since half a name may be many products.
    pub fn likeness(&self, dictionary: &Dictionary) -> Option<String> {
        let identity = &self.identity;
        let [name, generic, brand] = identity.texts.each_ref().map(|text| &**text);
        let name = if name.is_empty() { generic } else { name };
        let parts = [name, brand, &*identity.strength, &*identity.form, &*identity.route];
        let words: Vec<String> = parts.into_iter().flat_map(crate::drug::name::words).collect();
        let has_strength =
            words.iter().any(|word| word.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
        let (amounts, words) = amounts_apart(words);
        let (words, is_depot) = (without_coat(words), self.is_depot(dictionary));
        // A depot is an injection whatever its package.
        let is_packed = |word: &String| is_depot && PACKED.contains(&word.as_str());
        let mut kept: Vec<String> = words
            .into_iter()
            .filter_map(|word| dictionary.in_products(word))
            .filter(|word| !is_packed(word))
            .collect();
        // `tablet 50 mg` and `50 mg tablet` are the same, `5-10` and `10-5` are two.
        kept.sort();
        kept.dedup();
        has_strength.then(|| [amounts, kept].concat().join(" "))
    }

    fn is_depot(&self, dictionary: &Dictionary) -> bool {
        let components = &self.verdict.components;
        components.iter().any(|part| dictionary.form(part.drug, part.form).kind == FormKind::Depot)
    }

    /// Everything that is written about it, as words.
    pub fn words(&self) -> Vec<String> {
        let identity = &self.identity;
        let others = [&*identity.form, &*identity.route, &self.class, &self.note];
        self.texts().chain(others).flat_map(crate::drug::name::words).collect()
    }
}

/// What depots are packed in.
const PACKED: [&str; 5] = ["kit", "vial", "injection", "syringe", "suspension"];

/// The words of a name without a tablet's coating, because film is not a form.
fn without_coat(words: Vec<String>) -> Vec<String> {
    let is_film = |at: usize| {
        words[at] == "film" && words.get(at + 1).is_some_and(|next| next == "coated")
            || words[at] == "filmcoated"
    };
    (0..words.len()).filter(|at| !is_film(*at)).map(|at| words[at].clone()).collect()
}

/// The amounts in the words of a name, in mg if they are weights and with their unit otherwise, and its other words. The number in a package is not
/// an amount.
fn amounts_apart(words: Vec<String>) -> (Vec<String>, Vec<String>) {
    const COUNTS: [&str; 4] = ["ct", "count", "ea", "pack"];
    let (mut amounts, mut others) = (Vec::new(), Vec::new());
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        let Ok(number) = word.parse::<f64>() else {
            others.push(word);
            continue;
        };
        let mg = match words.peek().map(String::as_str) {
            Some("g" | "gm") => number * 1000.0,
            Some("mcg" | "ug") => number / 1000.0,
            _ => number,
        };
        let is_unit = |next: &String| ["g", "gm", "mcg", "ug", "mg", "ml"].contains(&next.as_str());
        let is_count = |next: &String| COUNTS.contains(&next.as_str());
        if words.next_if(is_count).is_some() {
            continue;
        }
        let unit = words.next_if(is_unit).filter(|unit| unit == "ml").unwrap_or_default();
        amounts.push(format!("{mg}{unit}"));
    }
    (amounts, others)
}

//! A formulary as rules see it: which products it lists, on what terms, for which plan.
//!
//! Its rows share plans, not patients. Two drugs beside each other in it were never given to anyone: nothing here knows
//! of exposures or days.

pub mod alerts;
pub mod code;
pub mod intake;
pub mod limit;

use crate::drug::{Identity, Verdict};
use code::Problem;
use rxlint_model::place::RowKey;
use rxlint_model::record::Field;

/// What the inputs of a run list.
#[derive(Debug, Default)]
pub struct Formulary {
    /// The products, each once however often it is listed.
    pub products: Vec<Product>,
    /// What they are listed on, each once.
    pub terms: Vec<CoverageTerms>,
    /// The plans; the first is that of entries which name none.
    pub plans: Vec<String>,
    /// The entries, in the order of the inputs.
    pub entries: Vec<FormularyEntry>,
}

/// A product as the formulary writes it.
#[derive(Clone, Debug)]
pub struct Product {
    /// Everything that tells which drug it is.
    pub identity: Identity<'static>,
    /// The class in which it stands.
    pub class: String,
    /// What else is said of it.
    pub note: String,
    /// Which drug it is.
    pub verdict: Verdict,
    /// What is wrong with one of its codes.
    pub problem: Option<Problem>,
    /// What it is recognised by from run to run: its names and codes, whatever their case.
    pub key: String,
}

/// On what terms a product is listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CoverageTerms {
    /// The tier.
    pub tier: String,
    /// The quantity limit, and the days that it is for.
    pub limit: String,
    /// Those days where they stand in a cell of their own.
    pub days: String,
    /// Whether it is on the formulary, as the input says it.
    pub status: String,
    /// From when on.
    pub start: String,
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
    /// The row, by its caller's key.
    pub key: RowKey,
    /// Which of the lists of a run it is part of.
    pub list: u32,
    /// Whether it is on the formulary.
    pub active: bool,
    /// Whether entries of one plan in several files are of one formulary.
    pub across_files: bool,
    /// Whether its list is a formulary, and not a directory or a table of prices: what such a list lacks says nothing.
    pub of_formulary: bool,
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

    /// The plan of an entry; empty where it names none.
    pub fn plan(&self, entry: &FormularyEntry) -> &str {
        &self.plans[entry.plan as usize]
    }

    /// The entries of formularies, as far as they are on them: of other lists nothing is missed.
    pub fn of_formularies(&self) -> impl Iterator<Item = &FormularyEntry> {
        self.active().filter(|entry| entry.of_formulary)
    }

    /// The entries that are on the formulary.
    pub fn active(&self) -> impl Iterator<Item = &FormularyEntry> {
        self.entries.iter().filter(|entry| entry.active)
    }
}

impl Product {
    /// The names that are written: name, generic name, brand.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.identity.texts.iter().map(AsRef::as_ref).filter(|text: &&str| !text.is_empty())
    }

    /// What it is called in a message: its first name, else its code.
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

    /// The codes that are written, by the field in which they stand.
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

    /// Everything that is written about it, in words.
    pub fn words(&self) -> Vec<String> {
        let identity = &self.identity;
        let others = [&*identity.form, &*identity.route, &self.class, &self.note];
        self.texts().chain(others).flat_map(crate::drug::name::words).collect()
    }
}

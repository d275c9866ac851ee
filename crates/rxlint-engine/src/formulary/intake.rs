//! Collects the rows of formularies: each distinct product, set of terms and plan is kept once, and each row as five numbers.

use std::borrow::Cow;

use super::{CoverageTerms, Formulary, FormularyEntry, Product, code, days, limit};
use super::{section, status};
use crate::drug::listed::ListedLook;
use crate::drug::{Dictionary, Identity};
use crate::numbered::Numbered;
use rxlint_model::answers::{says_no, says_yes};
use rxlint_model::day::Day;
use rxlint_model::place::RowKey;
use rxlint_model::reason::Reason;
use rxlint_model::record::{Field, Record, SEVERAL_CODES};
use rxlint_model::sink::RecordSink;

/// Layouts of lists that are not formularies: what such a list lacks means nothing.
const NO_FORMULARIES: [&str; 11] = [
    "fhir-medications",
    "ndc-directory",
    "drug-costs",
    "rxnorm-names",
    "chargemaster",
    "price-transparency",
    "code-list",
    "order-sets",
    "asp-crosswalk",
    // Only one of its blocks is read.
    "side-by-side",
    "dmd",
];

/// At most this many headers of further limit columns are looked at.
const FURTHER_LIMITS: usize = 6;

/// What the columns of an input mean beyond their fields.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// Which of the run's lists it is.
    list: u32,
    /// The vocabulary of codes if no cell names it, from the column's header.
    system: &'static str,
    /// Whether its NDCs are product codes, by their header.
    of_products: bool,
    /// Whether the note column marks compounded products.
    marks_compounded: bool,
    /// Whether a plan's drugs may be spread over several files.
    across_files: bool,
    /// Whether it is a formulary rather than a directory or price table.
    of_formulary: bool,
    /// Whether it is not a list of exclusions.
    orderable: bool,
    /// What the limit column's header says about all limits, and what those of further limit columns say.
    limits: limit::OfHeader,
    further_limits: [limit::OfHeader; FURTHER_LIMITS],
    /// Whether its classes are GPI codes, in which two digits are a group.
    of_gpi: bool,
}

impl Manner {
    /// The manner of an input, from its format, its layout and the header of each field's column.
    pub fn of<'h>(
        list: u32,
        path: &str,
        format: &str,
        layout: &str,
        header: impl Fn(Field) -> Option<&'h str>,
    ) -> Self {
        let limits = limit::OfHeader::of(header(Field::Quantity).unwrap_or_default());
        let header = |field| {
            let header = header(field).map(str::to_lowercase).unwrap_or_default();
            header.replace(['_', ' ', '-'], "")
        };
        let names = header(Field::Drug);
        let is_of_others = names.contains("nonformulary") || names.contains("exclu");
        // A sheet or file whose name says so holds what is off the list.
        let is_out = section::name_says_off(path);
        let orderable = !is_out && !is_of_others;
        Self {
            list,
            system: code::system_of_header(&header(Field::Code)),
            of_products: code::is_of_products(&header(Field::Ndc)),
            marks_compounded: header(Field::Note).contains("compound"),
            across_files: format == "json",
            of_formulary: !NO_FORMULARIES.contains(&layout) && orderable,
            orderable,
            limits,
            further_limits: [limit::OfHeader::default(); FURTHER_LIMITS],
            of_gpi: header(Field::Class).starts_with("gpi"),
        }
    }

    /// The same with further limit columns, in their order.
    #[must_use]
    pub fn and_limits<'h>(mut self, headers: impl Iterator<Item = &'h str>) -> Self {
        for (slot, header) in self.further_limits.iter_mut().zip(headers) {
            *slot = limit::OfHeader::of(header);
        }
        self
    }

    /// A class as its list means it: two digits are a group only if the column is named after the GPI.
    fn class(self, class: Cow<'_, str>) -> String {
        let code = class.trim();
        let is_group =
            self.of_gpi && code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_digit());
        if is_group { format!("GPI {code}") } else { class.into_owned() }
    }
}

/// Whether the terms of a row say that its drug is on the formulary. Empty terms do: a list shows what is on it.
fn terms_are_on(record: &Record<'_>) -> bool {
    !status::is_off(&record.string(Field::Status))
        && !status::is_off_tier(&record.string(Field::Tier))
        && !record.string(Field::Active).split(SEVERAL_CODES).any(is_not_active)
        && !FLAGS.iter().any(|flag| says_gone(record.text(*flag)))
}

/// Whether a column that can take a drug off by itself does so.
fn is_not_active(cell: &str) -> bool {
    says_no(cell.as_bytes()) || status::is_off(cell)
}

/// The same for what is written about the product.
fn product_is_on(record: &Record<'_>) -> bool {
    ![Field::Drug, Field::Generic, Field::Brand]
        .iter()
        .any(|field| status::name_says_off(&record.string(*field)))
        && !status::note_says_off(&record.string(Field::Note))
}

/// The columns that take a drug off the list if they say yes, or from a date on.
const FLAGS: [Field; 3] = [Field::Voided, Field::Discontinued, Field::Cancelled];

fn says_gone(cell: &[u8]) -> bool {
    says_yes(cell) || !says_no(cell) && status::is_off(&rxlint_model::record::decode(cell))
}

/// A product before its drug is known.
#[derive(Clone, Debug)]
pub struct ProductText {
    identity: Identity<'static>,
    pub(super) class: String,
    note: String,
    /// The codes of further columns with the same vocabulary.
    further: Vec<(Field, String)>,
    /// Whether its NDC is a product code, whatever it looks like.
    of_products: bool,
}

/// Collects the rows of one block, or of all.
#[derive(Debug, Default)]
pub struct ListCollector {
    manner: Manner,
    pub(super) products: Numbered<ProductText>,
    pub(super) terms: Numbered<CoverageTerms>,
    plans: Numbered<String>,
    pub(super) entries: Vec<FormularyEntry>,
    /// The rows that could not be understood.
    pub rejected: Vec<(RowKey, Reason)>,
    key: String,
    /// Whether what is written about each product, and each set of terms, leaves it on the list: decided once for each.
    products_on: Vec<bool>,
    terms_on: Vec<bool>,
}

impl ListCollector {
    /// A collector for one block of an input.
    pub fn new(manner: Manner) -> Self {
        Self { manner, ..Self::default() }
    }

    /// Adds the rows of a later block.
    pub fn append(&mut self, later: Self) {
        let products = self.products.absorb(later.products);
        let terms = self.terms.absorb(later.terms);
        let plans = self.plans.absorb(later.plans);
        self.entries.extend(later.entries.into_iter().map(|entry| FormularyEntry {
            product: products[entry.product as usize],
            terms: terms[entry.terms as usize],
            plan: plans[entry.plan as usize],
            ..entry
        }));
        self.rejected.extend(later.rejected);
    }

    /// The formulary, with the drug of every product. `resolve_all` maps the given function over
    /// the products in order, with as many threads as its caller likes.
    pub fn finish(
        self,
        dictionary: &Dictionary,
        resolve_all: impl FnOnce(
            Vec<ProductText>,
            &(dyn Fn(ProductText) -> Product + Sync),
        ) -> Vec<Product>,
    ) -> (Formulary, Vec<(RowKey, Reason)>) {
        let look = ListedLook::of(dictionary);
        let products = resolve_all(self.products.values, &|written| written.product(&look));
        let formulary = Formulary {
            products,
            terms: self.terms.values,
            plans: self.plans.values,
            entries: self.entries,
        };
        (formulary, self.rejected)
    }

    /// Takes entries off the formulary that ended before today.
    pub fn end(&mut self, today: Day) {
        let over = |terms: &CoverageTerms| days::latest(&terms.stop).is_some_and(|end| end < today);
        let over: Vec<bool> = self.terms.values.iter().map(over).collect();
        for entry in &mut self.entries {
            entry.active &= !over.get(entry.terms as usize).copied().unwrap_or_default();
        }
    }

    /// Joins the texts of some fields into `key`.
    fn key<'f>(&mut self, record: &Record<'_>, fields: impl IntoIterator<Item = &'f Field>) {
        self.key.clear();
        for field in fields {
            self.key.push_str(&record.string(*field));
            self.key.push('\x1f');
        }
    }
}

/// What describes a product besides its identity.
const BESIDE: [Field; 2] = [Field::Class, Field::Note];
const TERMS: [Field; 10] = [
    Field::Tier,
    Field::Quantity,
    Field::DaysSupply,
    Field::Status,
    Field::Start,
    Field::Stop,
    Field::Active,
    Field::Voided,
    Field::Discontinued,
    Field::Cancelled,
];

impl RecordSink for ListCollector {
    fn record(&mut self, record: &Record<'_>) {
        self.key(record, Field::IDENTITY.iter().chain(&BESIDE));
        self.key.push_str(self.manner.system);
        let manner = self.manner;
        let product = self.products.number(&self.key, || ProductText::of(record, manner));
        if self.products_on.len() <= product as usize {
            self.products_on.push(product_is_on(record));
        }
        self.key(record, &TERMS);
        let terms = self.terms.number(&self.key, || {
            let (limit, days) = manner.limits.applied(
                &manner.further_limits,
                &record.string(Field::Quantity),
                &record.string(Field::DaysSupply),
            );
            // A flag may be a date.
            let stop = std::iter::once(Field::Stop)
                .chain(FLAGS)
                .map(|field| record.string(field))
                .find(|cell| days::latest(cell).is_some());
            CoverageTerms {
                tier: record.string(Field::Tier).into_owned(),
                limit,
                days,
                status: record.string(Field::Status).into_owned(),
                start: record.string(Field::Start).into_owned(),
                stop: stop.map_or_else(|| record.string(Field::Stop).into_owned(), Cow::into_owned),
            }
        });
        if self.terms_on.len() <= terms as usize {
            self.terms_on.push(terms_are_on(record));
        }
        let is_on = self.products_on[product as usize] && self.terms_on[terms as usize];
        let plan = record.string(Field::Plan);
        let plan = self.plans.number(&plan, || plan.to_string());
        // An empty row, as spreadsheets leave them after a table, lists nothing, and neither does one with only a class. One with a price does.
        let says = |fields: &[Field]| fields.iter().any(|field| !record.text(*field).is_empty());
        let says_product =
            [&Field::IDENTITY[..], &[Field::Note, Field::Price], &TERMS].into_iter().any(says);
        self.entries.push(FormularyEntry {
            product,
            terms,
            plan,
            key: record.key,
            active: is_on && says_product,
            is_heading: !says_product && says(&[Field::Class]),
            list: manner.list,
            across_files: manner.across_files,
            of_formulary: manner.of_formulary,
            orderable: manner.orderable,
        });
    }

    fn reject(&mut self, key: impl Into<RowKey>, reason: Reason) {
        self.rejected.push((key.into(), reason));
    }

    fn shift(&mut self, by: RowKey) {
        let listed = self.entries.iter_mut().map(|entry| &mut entry.key);
        for key in listed.chain(self.rejected.iter_mut().map(|(key, _)| key)) {
            *key = key.shifted(by);
        }
    }
}

impl ProductText {
    fn of(record: &Record<'_>, manner: Manner) -> Self {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let identity = Identity::of(record);
        let system = if identity.system.is_empty() {
            Cow::Borrowed(manner.system)
        } else {
            owned(identity.system)
        };
        let rxcui = mapped(&identity.rxcui).map_or_else(|| owned(identity.rxcui), Cow::Owned);
        let note = record.string(Field::Note);
        let compounded = manner.marks_compounded && !note.is_empty() && !status::is_no(&note);
        let mut product = Self {
            identity: Identity {
                texts: identity.texts.map(owned),
                ordered: owned(identity.ordered),
                ndc: owned(identity.ndc),
                rxcui,
                atc: owned(identity.atc),
                hcpcs: owned(identity.hcpcs),
                code: owned(identity.code),
                system,
                concept: owned(identity.concept),
                strength: owned(identity.strength),
                strength_unit: owned(identity.strength_unit),
                form: owned(identity.form),
                route: owned(identity.route),
            },
            class: manner.class(record.string(Field::Class)),
            note: if compounded { format!("compounded {note}") } else { note.into_owned() },
            further: Vec::new(),
            of_products: manner.of_products,
        };
        product.further_codes();
        product.sort_codes();
        product
    }

    /// If several columns have one vocabulary, the first code is the product's own.
    fn further_codes(&mut self) {
        let identity = &mut self.identity;
        for (field, slot) in [(Field::Ndc, &mut identity.ndc), (Field::Rxcui, &mut identity.rxcui)]
        {
            if slot.contains(SEVERAL_CODES) {
                let codes = std::mem::take(slot).into_owned();
                let mut codes = codes.split(SEVERAL_CODES).map(str::to_owned);
                *slot = codes.next().unwrap_or_default().into();
                self.further.extend(codes.map(|code| (field, code)));
            }
        }
    }

    /// Moves codes of several columns to the fields of their vocabularies.
    fn sort_codes(&mut self) {
        let identity = &mut self.identity;
        if !identity.code.contains(SEVERAL_CODES) {
            return;
        }
        let codes = std::mem::take(&mut identity.code).into_owned();
        let systems = std::mem::take(&mut identity.system).into_owned();
        for (code, system) in codes.split(SEVERAL_CODES).zip(systems.split(SEVERAL_CODES)) {
            let slot = match system.trim().to_ascii_uppercase().as_str() {
                "NDC" => &mut identity.ndc,
                "HCPCS" | "CPT" => &mut identity.hcpcs,
                "RXCUI" | "RXNORM" => &mut identity.rxcui,
                _ if identity.code.is_empty() => {
                    identity.system = Cow::Owned(system.to_owned());
                    &mut identity.code
                }
                _ => continue,
            };
            if slot.is_empty() {
                *slot = Cow::Owned(code.to_owned());
            }
        }
    }

    /// Its only text, if nothing else is said about it.
    pub(super) fn only_text(&self) -> Option<&str> {
        let identity = &self.identity;
        let says = |text: &&Cow<'static, str>| !text.is_empty();
        let mut texts = identity.texts.iter().filter(says);
        let text = texts.next().filter(|_| texts.next().is_none())?;
        let is_alone = besides_texts(identity).into_iter().all(|other| other.is_empty());
        (is_alone && self.class.is_empty() && self.note.is_empty()).then_some(text)
    }

    /// The same product in a class.
    pub(super) fn with_class(&self, class: &str) -> Self {
        Self { class: class.to_owned(), ..self.clone() }
    }

    fn product(self, look: &ListedLook<'_>) -> Product {
        let Self { identity, class, note, further, of_products } = self;
        let further: Vec<(Field, Identity<'_>)> =
            further.iter().map(|(field, code)| (*field, alone(*field, code))).collect();
        // Digits from another vocabulary could match an NDC by chance.
        let (verdict, differ) = match code::is_looked_up(&identity.system) {
            true => look.verdict(&identity, &further),
            false => look.verdict(&Identity { code: "".into(), ..identity.clone() }, &further),
        };
        let of_further = || further.iter().find_map(|(_, code)| code::problem(code, look));
        let problem = code::problem(&identity, look)
            .filter(|problem| !of_products || problem.field != Field::Ndc || !problem.is_of_nine())
            .or_else(of_further);
        let parts = identity.texts.iter().chain(besides_texts(&identity));
        let key = parts.map(|part| part.trim().to_lowercase()).collect::<Vec<_>>().join("\x1f");
        Product { identity, class, note, verdict, differ, problem, key }
    }
}

/// The RxCUI among mappings to several vocabularies: `CIEL:80106;RxNORM:7804`.
fn mapped(cell: &str) -> Option<String> {
    let at = cell.to_ascii_lowercase().find("rxnorm")?;
    let after = cell.get(at + "rxnorm".len()..)?.trim_start_matches([':', ' ', '=', '-', '|']);
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

/// A code by itself.
fn alone(field: Field, code: &str) -> Identity<'_> {
    match field {
        Field::Rxcui => Identity { rxcui: code.into(), ..Identity::default() },
        _ => Identity { ndc: code.into(), ..Identity::default() },
    }
}

/// What an entry says about its product besides its names: codes, strength, form and route.
fn besides_texts<'i>(identity: &'i Identity<'static>) -> [&'i Cow<'static, str>; 8] {
    [
        &identity.ndc,
        &identity.rxcui,
        &identity.atc,
        &identity.hcpcs,
        &identity.code,
        &identity.strength,
        &identity.form,
        &identity.route,
    ]
}

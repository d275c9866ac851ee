//! Records whose form only the directions give: `Naltrexone`, `inject 380 mg IM every 4 weeks`. What they say fills the
//! columns of form, brand and strength that the record leaves empty, so that a ledger keeps it with the rest of the identity.

use std::ops::Deref;
use std::sync::PoisonError;

use rustc_hash::FxHashMap;

use super::verdict_cache::Resolution;
use super::{Collection, Collector};
use crate::drug::{Component, Dictionary, DrugIx, FormKind, Identity, Verdict, strength};
use crate::exposure::VerdictId;
use crate::exposure::directions::{DirectionWords, SaidForm};
use rxlint_model::record::{Cell, Field, Record};

/// With more directions than this, all are forgotten.
const MOST: usize = 1 << 13;

/// What directions are read from, and what decides how.
const READ: [Field; 9] = [
    Field::Directions,
    Field::Frequency,
    Field::Dose,
    Field::DoseUnit,
    Field::Drug,
    Field::Generic,
    Field::Brand,
    Field::Strength,
    Field::Route,
];

/// What directions say about the product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SaidProduct {
    form: String,
    brand: String,
    strength: String,
    swallowed: bool,
}

/// What was read before, by the verdict and everything that it was read from.
#[derive(Debug, Default)]
pub(super) struct SaidMemo {
    key: Vec<u8>,
    known: FxHashMap<Box<[u8]>, Option<SaidProduct>>,
}

impl<C: Deref<Target = Collection> + Send> Collector<C> {
    /// The verdict on a record with the form that its directions name, if nothing else gives one. It keeps ingredient and role:
    /// directions never remove anything.
    pub(super) fn with_form_of_directions(
        &mut self,
        record: &Record<'_>,
        id: VerdictId,
    ) -> VerdictId {
        if [Field::Directions, Field::Frequency, Field::Dose]
            .iter()
            .all(|f| record.text(*f).is_empty())
        {
            return id;
        }
        let Some(said) = self.said_product(record, id) else { return id };
        let own_form = record.string(Field::Form);
        let form = [own_form.as_ref(), &said.form].join(" ");
        let mut told = record.clone();
        let mut set =
            |field: Field, text| told.cells[field as usize] = Cell { text, ..Cell::default() };
        set(Field::Form, form.trim().as_bytes());
        if !said.brand.is_empty() {
            set(Field::Brand, said.brand.as_bytes());
        }
        if !said.strength.is_empty() {
            set(Field::Strength, said.strength.as_bytes());
        }
        let Resolution::Watched(other) = self.verdict(&told) else { return id };
        let is_another = {
            let verdicts = self.shared.verdicts.read().unwrap_or_else(PoisonError::into_inner);
            let [before, now] = [id, other].map(|id| verdicts.values.get(id as usize));
            let dictionary = self.shared.dictionary();
            before.zip(now).is_some_and(|(before, now)| is_told(dictionary, before, now, &said))
        };
        if is_another { other } else { id }
    }

    /// What the directions of a record say about its product; `None` if they say nothing that its
    /// verdict does not, or if its identity gives the form.
    fn said_product(&mut self, record: &Record<'_>, id: VerdictId) -> Option<SaidProduct> {
        let memo = &mut self.memo.said_products;
        memo.key.clear();
        memo.key.extend_from_slice(&id.to_le_bytes());
        for field in READ {
            memo.key.extend_from_slice(&(record.text(field).len() as u32).to_le_bytes());
            memo.key.extend_from_slice(record.text(field));
        }
        if let Some(known) = memo.known.get(&memo.key[..]) {
            return known.clone();
        }
        let key: Box<[u8]> = memo.key.as_slice().into();
        let said = self.read_product(record, id);
        let memo = &mut self.memo.said_products;
        if memo.known.len() >= MOST {
            memo.known.clear();
        }
        memo.known.insert(key, said.clone());
        said
    }

    fn read_product(&mut self, record: &Record<'_>, id: VerdictId) -> Option<SaidProduct> {
        let only = {
            let verdicts = self.shared.verdicts.read().unwrap_or_else(PoisonError::into_inner);
            bare(self.shared.dictionary(), verdicts.values.get(id as usize)?)?
        };
        let shared = self.shared.deref();
        let (dictionary, words) = (shared.dictionary(), shared.engine.book().directions());
        let directions = record.string(Field::Directions);
        let text = format!("{directions}. {}", record.string(Field::Frequency));
        let route = dictionary.route_in_words(&record.string(Field::Route));
        let names = [Field::Drug, Field::Generic, Field::Brand, Field::Strength];
        let is_per_cent = names.iter().any(|&field| strength::is_per_cent(&record.string(field)));
        let said = words.form(&text, &route, is_per_cent);
        let brand = if record.text(Field::Brand).is_empty() {
            let of_form = said.parts.iter().find_map(|part| {
                let (brand, before) = dictionary.brand_of_form(only.drug, part)?;
                (!words.is_elsewhere(before)).then_some(brand)
            });
            of_form.unwrap_or_default()
        } else {
            String::new()
        };
        let strength =
            strength_of(dictionary, words, record, only.drug, (&text, &said)).unwrap_or_default();
        let says_nothing = said.cell.is_empty() && brand.is_empty() && strength.is_empty();
        if says_nothing || !dictionary.leaves_form_open(&Identity::of(record)) {
            return None;
        }
        let of = |id: VerdictId| {
            shared.verdicts.read().unwrap_or_else(PoisonError::into_inner).values[id as usize]
                .clone()
        };
        let read = self.memo.directions(record, id, words, of);
        let often = read.times_a_day.map_or("", |times| interval(1.0 / times));
        let form = [&said.cell, often].join(" ").trim().to_owned();
        Some(SaidProduct { form, brand, strength, swallowed: said.swallowed })
    }
}

/// The word for an interval of days in the name of an injection.
fn interval(days: f64) -> &'static str {
    match days {
        6.5..=7.5 => "weekly",
        25.0..=32.0 => "monthly",
        _ => "",
    }
}

/// The only component of a verdict, if its form is the one that a bare name is assumed to have.
fn bare(dictionary: &Dictionary, verdict: &Verdict) -> Option<Component> {
    let [only] = verdict.components[..] else { return None };
    let forms = &dictionary.drug(only.drug).forms;
    (forms.len() > 1 && only.form == 0).then_some(only)
}

/// Whether a verdict differs from the one before by a form that such words may indicate.
fn is_told(dictionary: &Dictionary, before: &Verdict, now: &Verdict, said: &SaidProduct) -> bool {
    let ([before], [now]) = (&before.components[..], &now.components[..]) else { return false };
    let kind = dictionary.form(now.drug, now.form).kind;
    let fits = !said.swallowed || kind == FormKind::ExtendedRelease;
    (before.drug, before.role) == (now.drug, now.role) && before.form != now.form && fits
}

/// The only amount that directions or the dose name, if it is the strength of one of the drug's depots and the record states none.
fn strength_of(
    dictionary: &Dictionary,
    words: &DirectionWords,
    record: &Record<'_>,
    drug: DrugIx,
    (text, said): (&str, &SaidForm),
) -> Option<String> {
    let names = [Field::Drug, Field::Generic, Field::Brand];
    let states = |field: &Field| !strength::amounts(&record.string(*field)).is_empty();
    if said.swallowed || !record.text(Field::Strength).is_empty() || names.iter().any(states) {
        return None;
    }
    let dose = [record.string(Field::Dose), record.string(Field::DoseUnit)].join(" ");
    let only = match strength::amounts(text).is_empty() {
        true => strength::single(&dose),
        false => strength::single(text),
    };
    let mg = only.filter(|amount| !amount.per_ml)?.mg;
    let is_injected = said.cell.contains("injection");
    let number = mg.to_string();
    let is_elsewhere = said.parts.iter().any(|part| {
        let before = part.find(&number).map(|at| &part[..at]);
        before.is_some_and(|before| words.is_elsewhere(before))
    });
    (!is_elsewhere && dictionary.is_strength_of_injection(drug, mg, is_injected))
        .then(|| format!("{number} mg"))
}

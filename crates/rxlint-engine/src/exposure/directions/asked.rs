//! The directions of a record: everything that they are read from, and what was read from the same before. The same words occur
//! with many products, and reading them takes a hundred times as long as checking whether they were read.

use rustc_hash::FxHashMap;

use super::Directions;
use super::most::As;
use super::sums::Held;
use super::words::Words;
use crate::drug::name::words;
use crate::drug::{Verdict, strength};
use crate::exposure::days;
use rxlint_model::day::Day;
use rxlint_model::record::{Field, Record};

/// The fields that say whether units of a product are counted.
pub(crate) const COUNTED_BY: [Field; 5] =
    [Field::Drug, Field::Generic, Field::Brand, Field::Form, Field::DoseUnit];

/// With more than this, all are forgotten.
const MOST: usize = 1 << 12;

/// What was read before.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    /// Texts as they are read, with the last day that each states.
    spelled: FxHashMap<String, (String, Option<Day>)>,
    known: FxHashMap<Asked, Directions>,
}

impl Memo {
    /// The directions of a record, read by these words only.
    pub(super) fn directions(
        &mut self,
        words: &Words,
        record: &Record<'_>,
        verdict: &Verdict,
    ) -> Directions {
        let asked = Asked::of(record, verdict, words, &mut self.spelled);
        if let Some(known) = self.known.get(&asked) {
            return *known;
        }
        let read = Directions { until: asked.until, ..words.directions(&asked) };
        if self.known.len() >= MOST {
            self.known.clear();
        }
        self.known.insert(asked, read);
        read
    }
}

/// All that directions are read from.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Asked {
    /// The sentence, and the frequency column, spelled as they are read.
    sentence: String,
    frequency: String,
    /// The last day that they state.
    until: Option<Day>,
    /// The columns of the dose and of its unit.
    dose: String,
    dose_unit: String,
    product: Product,
}

/// What must be known about the product.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Product {
    /// The strength of its first ingredient, and of its last one that is not measured by volume, in mg per unit.
    first: Option<Mg>,
    last: Option<Mg>,
    /// Whether its units are counted.
    is_counted: bool,
    held: Held,
    /// The words of its name that the directions use.
    names: Vec<String>,
}

/// An amount in mg, compared to the last bit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mg(pub(super) f64);

impl Eq for Mg {}

impl std::hash::Hash for Mg {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl Asked {
    fn of(
        record: &Record<'_>,
        verdict: &Verdict,
        words: &Words,
        known: &mut FxHashMap<String, (String, Option<Day>)>,
    ) -> Self {
        let mut spelled = |field: Field| {
            let text = record.string(field);
            if let Some(spelled) = known.get(&*text) {
                return spelled.clone();
            }
            let (rest, until) = words.without_until(&text);
            let spelled = (words.rewritten(&rest).into_owned(), until);
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(text.into_owned(), spelled.clone());
            spelled
        };
        let (sentence, until) = spelled(Field::Directions);
        let (frequency, until_too) = spelled(Field::Frequency);
        let dose_spelled = [Field::Dose, Field::DoseUnit].map(|field| spelled(field).0);
        let texts = [&sentence, &frequency].into_iter().chain(&dose_spelled);
        let product = Product::of(record, verdict, words, &texts.collect::<Vec<_>>());
        let [dose, dose_unit] =
            [Field::Dose, Field::DoseUnit].map(|field| record.string(field).into_owned());
        Self { sentence, frequency, until: until.or(until_too), dose, dose_unit, product }
    }
}

impl Product {
    fn of(record: &Record<'_>, verdict: &Verdict, by: &Words, texts: &[&String]) -> Self {
        let strengths = || verdict.components.iter().filter_map(|c| c.strength);
        let per_ml = strengths().any(|strength| strength.per_ml);
        let is_counted =
            !per_ml && !COUNTED_BY.iter().any(|&field| by.is_uncounted(&record.string(field)));
        let first = strengths().next().map(|strength| strength.mg);
        let last = strengths().rfind(|s| !s.per_ml).map(|strength| strength.mg);
        let alone = first.filter(|_| strengths().nth(1).is_none());
        let names = [Field::Drug, Field::Generic, Field::Brand]
            .iter()
            .flat_map(|&field| words(&record.string(field)))
            .filter(|word| word.chars().all(char::is_alphabetic))
            .filter(|word| texts.iter().any(|text| text.contains(word.as_str())))
            .collect();
        let held = Held::of(record, verdict, alone);
        Self { first: first.map(Mg), last: last.map(Mg), is_counted, held, names }
    }
}

impl Words {
    fn directions(&self, asked: &Asked) -> Directions {
        let Product { names, held, is_counted, .. } = &asked.product;
        let mg = asked.product.first.map(|mg| mg.0);
        let read_as = |text: &str, how: As| {
            let said = self.read(text, names, how).counting(*is_counted, mg);
            let said = self.counting_mg(text, said, held);
            let said = if how == As::Taken { said.within_most(mg.or(held.mg())) } else { said };
            self.summing_up(text, said, held)
        };
        let one = |text: &str| {
            self.with_most(text, read_as(text, As::Taken), |upper| read_as(upper, As::Most))
        };
        let sentence = self.in_steps(&asked.sentence, one);
        if sentence.units_a_day().is_some() || asked.frequency.is_empty() {
            return sentence;
        }
        let frequency = self.in_steps(&asked.frequency, one);
        let weekly = sentence.weekly || frequency.weekly;
        // Systems write every day if no one said how often.
        let depot = self.depot.as_ref();
        let is_default = frequency
            .times_a_day
            .is_some_and(|times| depot.is_some_and(|depot| depot.is_default(times)));
        let too_soon = sentence.too_soon || frequency.too_soon && !is_default;
        let tampered = sentence.tampered || frequency.tampered;
        if sentence.open || frequency.units_a_day().is_some() {
            let decides = if sentence.open { sentence } else { frequency };
            return Directions { weekly, too_soon, tampered, ..decides };
        }
        let dose = format!("{} {}", asked.dose, asked.dose_unit);
        let of_dose =
            strength::single(&dose).zip(asked.product.last).map(|(dose, unit)| dose.mg / unit.0);
        let of_unknown = strength::single(&dose).filter(|dose| held.is_unknown && !dose.per_ml);
        let dose_mg = of_unknown.map(|dose| dose.mg).or(frequency.mg).or(sentence.mg);
        let units = frequency
            .units
            .or(self.read(&self.rewritten(&dose), names, As::Taken).units)
            .or(of_dose)
            .or_else(|| asked.counted_dose(mg.filter(|_| *is_counted)?))
            .or(sentence.units);
        let unread = frequency.unread || sentence.unread;
        let by_mg = sentence.by_mg.or(frequency.by_mg);
        Directions { units, mg: dose_mg, weekly, too_soon, by_mg, tampered, unread, ..frequency }
    }
}

impl Asked {
    /// The units that a dose that is only a number counts, for a product whose unit holds so many mg: a number that may be those mg, or
    /// those of a part of it, does not count.
    fn counted_dose(&self, mg: f64) -> Option<f64> {
        const MOST: f64 = 4.0;
        if !self.dose_unit.is_empty() {
            return None;
        }
        let units = days::number(self.dose.as_bytes())?;
        let is_count = units > 0.0 && units <= MOST && (units * 4.0).fract() == 0.0;
        let is_part = [1.0, 2.0, 4.0].iter().any(|parts| (units * parts - mg).abs() < 1e-9);
        (is_count && units < mg && !is_part).then_some(units)
    }
}

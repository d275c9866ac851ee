//! What goes with the patient's number in each row: another number of the person, or the name. Two inputs may number the same people
//! anew, each site its own way, below the same header; or give the same numbers to different people.

use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap};

use rxlint_input::layout::{
    ColumnUse, are_alike, calls_given_names, header_means, numbers_families, numbers_people,
};
use rxlint_input::raw::RawValue;
use rxlint_model::gap::{Gap, GapKind};
use rxlint_model::record::Field;

use super::Looked;
use super::columns::looked_at;
use super::identifiers::compared;
use super::look::is_of_patients;
use super::numbers::{says_something, spread};

/// At most this many keys of a column are kept: those whose hash ends in enough zeros, the same ones in every input.
const MOST: usize = 2048;
/// More inputs are not compared with each other.
const MOST_INPUTS: usize = 64;
/// This many people are no slip.
const SEVERAL: usize = 3;
/// Where this share of a small input's people is concerned, one is enough.
const SHARE: usize = 2;
/// This many times as many differ as agree where a few slips are between.
const TIMES: usize = 10;

/// By hash of a text in one column, the hash of the one beside it in another; `None` if several were.
#[derive(Clone, Debug, Default)]
struct Beside {
    kept: FxHashMap<u64, Option<u64>>,
    zeros: u32,
}

impl Beside {
    fn note(&mut self, key: u64, beside: u64) {
        self.merge(key, Some(beside));
        self.thin();
    }

    fn merge(&mut self, key: u64, beside: Option<u64>) {
        if key.trailing_zeros() >= self.zeros {
            let known = self.kept.entry(key).or_insert(beside);
            *known = known.filter(|_| *known == beside);
        }
    }

    fn thin(&mut self) {
        while self.kept.len() > MOST {
            self.zeros += 1;
            let zeros = self.zeros;
            self.kept.retain(|key, _| key.trailing_zeros() >= zeros);
        }
    }

    fn absorb(&mut self, later: Self) {
        self.zeros = self.zeros.max(later.zeros);
        let zeros = self.zeros;
        self.kept.retain(|key, _| key.trailing_zeros() >= zeros);
        // In whatever order: a key with two texts has none.
        later.kept.into_iter().for_each(|(key, beside)| self.merge(key, beside));
        self.thin();
    }

    /// Whether what two inputs both have goes with something else in each, and how often.
    fn against(&self, other: &Self) -> Compared {
        let zeros = self.zeros.max(other.zeros);
        let single = |of: &Self| {
            let kept = of.kept.iter().filter(|(key, _)| key.trailing_zeros() >= zeros);
            kept.filter(|(_, beside)| beside.is_some()).count()
        };
        let mut all = Compared { of: single(self).min(single(other)), ..Compared::default() };
        for (key, mine) in self.kept.iter().filter(|(key, _)| key.trailing_zeros() >= zeros) {
            match (mine, other.kept.get(key)) {
                (Some(mine), Some(Some(theirs))) if mine == theirs => all.same += 1,
                (Some(_), Some(Some(_))) => all.differ += 1,
                _ => {}
            }
        }
        all
    }
}

/// How often the same key goes with the same in two inputs, how often not, and how many keys the smaller has.
#[derive(Clone, Copy, Debug, Default)]
struct Compared {
    same: usize,
    differ: usize,
    of: usize,
}

impl Compared {
    /// Few are enough only if most of a small input's are concerned, and the numbers are not those of `families`.
    fn nearly_all_differ(self, families: bool) -> bool {
        let is_most = self.differ > 0 && self.differ * SHARE >= self.of && !families;
        self.same * TIMES <= self.differ && (self.differ >= SEVERAL || is_most)
    }
}

/// What one column has beside the patient's number.
#[derive(Clone, Debug, Default)]
struct Link {
    /// By its own text, the patient's number.
    patients: Beside,
    /// By the patient's number, its own text.
    own: Beside,
}

/// What kind of column may go with the patient's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Patient,
    /// Numbers that people have; `own` if it is each person's own, and no family's.
    Number {
        own: bool,
    },
    /// Names of the patients.
    Name,
}

impl Kind {
    fn of(column: &ColumnUse) -> Option<Self> {
        let is_of_person =
            |header: &str| header_means(header, Field::Patient) && !numbers_families(header);
        if is_of_patients(column) {
            return Some(Self::Patient);
        }
        let header = column.header.as_str();
        let is_free = column.fields.is_empty();
        if is_free && column.is_of_people && calls_given_names(header) {
            return Some(Self::Name);
        }
        (is_free && numbers_people(header)).then(|| Self::Number { own: is_of_person(header) })
    }

    fn hash(self, text: &str) -> Option<u64> {
        if self != Self::Name {
            return says_something(text.trim()).then(|| spread(compared(text)));
        }
        let mut words: Vec<String> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.chars().nth(1).is_some())
            .map(str::to_lowercase)
            .collect();
        words.sort_unstable();
        let is_name = !words.is_empty() && !text.bytes().any(|byte| byte.is_ascii_digit());
        is_name.then(|| FxBuildHasher.hash_one(words))
    }
}

/// What goes with the patients' numbers in the rows of an input.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// By column; empty if nothing is to be noted.
    kinds: Vec<Option<Kind>>,
    links: Vec<Link>,
    /// The row that is being read, and what it has said.
    row: u64,
    said: Vec<(usize, u64)>,
}

impl Links {
    /// Of an input with one column of patients and another that goes with it.
    pub(super) fn of(columns: &[ColumnUse]) -> Self {
        let kinds: Vec<Option<Kind>> = columns.iter().map(Kind::of).collect();
        let patients = columns.iter().filter(|column| column.fields.contains(&Field::Patient));
        let others = kinds.iter().flatten().filter(|kind| **kind != Kind::Patient);
        if patients.count() != 1 || others.count() == 0 || !kinds.contains(&Some(Kind::Patient)) {
            return Self::default();
        }
        Self { links: vec![Link::default(); columns.len()], kinds, ..Self::default() }
    }

    #[inline]
    pub(super) fn note(&mut self, column: usize, value: &RawValue<'_>) {
        let Some(Some(kind)) = self.kinds.get(column) else { return };
        if !value.unit.whole {
            return;
        }
        let hash = kind.hash(value.text);
        if value.unit.start != self.row {
            self.end_row();
            self.row = value.unit.start;
        }
        self.said.extend(hash.map(|hash| (column, hash)));
    }

    pub(super) fn end_row(&mut self) {
        let is_patient = |&&(column, _): &&(usize, u64)| self.kinds[column] == Some(Kind::Patient);
        if let Some(&(of, patient)) = self.said.iter().find(is_patient) {
            for &(column, hash) in self.said.iter().filter(|(column, _)| *column != of) {
                let link = &mut self.links[column];
                link.patients.note(hash, patient);
                link.own.note(patient, hash);
            }
        }
        self.said.clear();
    }

    pub(super) fn absorb(&mut self, later: Self) {
        for (mine, later) in self.links.iter_mut().zip(later.links) {
            mine.patients.absorb(later.patients);
            mine.own.absorb(later.own);
        }
    }
}

/// A column that goes with the patient's number.
#[derive(Debug)]
struct Linked {
    column: ColumnUse,
    kind: Kind,
    link: Link,
}

/// What is linked with the patients' numbers of one input.
#[derive(Debug)]
struct OfInput {
    path: String,
    /// Whether it is of an earlier day.
    is_earlier: bool,
    patient: ColumnUse,
    linked: Vec<Linked>,
}

/// What is linked with the patients' numbers of each input.
#[derive(Debug, Default)]
pub(super) struct AllLinks {
    inputs: Vec<OfInput>,
}

impl AllLinks {
    pub(super) fn add(
        &mut self,
        path: &str,
        columns: &[ColumnUse],
        links: Links,
        is_earlier: bool,
    ) {
        let Some(patient) = links.kinds.iter().position(|kind| *kind == Some(Kind::Patient)) else {
            return;
        };
        if self.inputs.len() >= MOST_INPUTS {
            return;
        }
        let all = columns.iter().zip(links.kinds).zip(links.links);
        let linked = all
            .filter(|(_, link)| !link.own.kept.is_empty())
            .filter_map(|((column, kind), link)| {
                Some(Linked { column: column.clone(), kind: kind?, link })
            })
            .collect();
        let (path, patient) = (path.to_owned(), columns[patient].clone());
        self.inputs.push(OfInput { path, is_earlier, patient, linked });
    }

    /// Pairs of inputs that number the same people differently, or different people alike: the first pair for each two columns.
    pub(super) fn gaps(&self, looked: &Looked) -> Vec<Gap> {
        let (mut gaps, mut told) = (Vec::new(), Vec::new());
        for (at, one) in self.inputs.iter().enumerate() {
            for other in self.inputs[at + 1..].iter().filter(|_| !one.is_earlier) {
                let Some((mine, is_same_people)) = between(one, other, looked) else { continue };
                let pair = (&one.patient.called, &mine.column.called, is_same_people);
                if !told.contains(&pair) {
                    told.push(pair);
                    gaps.push(gap(one, other, mine, is_same_people));
                }
            }
        }
        gaps
    }
}

/// The column that shows that two inputs number the same people differently (`true`), or different people alike.
fn between<'a>(one: &'a OfInput, other: &OfInput, looked: &Looked) -> Option<(&'a Linked, bool)> {
    let pairs = one.linked.iter().flat_map(|mine| other.linked.iter().map(move |own| (mine, own)));
    let open = pairs
        .filter(|(mine, theirs)| !looked.holds(&mine.column) && !looked.holds(&theirs.column))
        .filter(|(mine, theirs)| {
            mine.kind == theirs.kind && are_alike(&mine.column.header, &theirs.column.header)
        });
    let mut of_others = None;
    for (mine, theirs) in open {
        let is_number = matches!(mine.kind, Kind::Number { .. });
        let families = mine.kind == Kind::Number { own: false };
        if is_number
            && mine.link.patients.against(&theirs.link.patients).nearly_all_differ(families)
        {
            return Some((mine, true));
        }
        if !families && mine.link.own.against(&theirs.link.own).nearly_all_differ(false) {
            of_others = of_others.or(Some((mine, false)));
        }
    }
    of_others
}

fn gap(one: &OfInput, other: &OfInput, mine: &Linked, is_same_people: bool) -> Gap {
    let (patient, beside, there) = (&one.patient.called, &mine.column.called, &other.path);
    let what = if is_same_people {
        format!(
            "the same numbers in {beside} go with other numbers in {patient} here than in {there}: one person counts as two, and their \
             records were judged separately."
        )
    } else {
        format!(
            "the same numbers in {patient} go with another {beside} here than in {there}: two people may count as one, and their records \
             were judged together."
        )
    };
    let list = looked_at(&[&mine.column]);
    let remedy = if mine.kind == Kind::Name {
        format!(
            "If they are different people, check each file in a run of its own; if not, list {beside} in rxlint.toml: {list}."
        )
    } else {
        format!(
            "If {beside} is the person's number in both, add {}; if not, list it in rxlint.toml: {list}.",
            mine.column.option(Field::Patient)
        )
    };
    Gap::new(GapKind::OpenColumn, what, remedy).of(&one.path)
}

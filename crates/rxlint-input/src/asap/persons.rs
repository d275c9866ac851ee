//! Who a report is about. A pharmacy reports whatever identifier it has at the counter, so that one person may stand in a
//! report with a number of the pharmacy's own, with a driver's licence, and with none.

use rustc_hash::FxHashMap;

use super::form::{AsapSegment, Form, Version};
use crate::drafts::name_and_birth;

/// The identifiers under which each person stands in the reports of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct AsapPersons(FxHashMap<String, Vec<(u8, Option<String>)>>);

/// A patient as one segment names it.
#[derive(Clone, Debug, Default)]
pub(super) struct AsapPatient {
    /// Kind and number, the best kind first.
    identifiers: Vec<(u8, String)>,
    /// Name and birth date as one word.
    name: Option<String>,
    social: Option<String>,
    /// What tells an animal from its owner.
    animal: Option<String>,
    pub(super) born: String,
}

/// The kind of a social security number.
const SOCIAL: &str = "07";
/// The kind of a number of the pharmacy's own.
const OWN: &str = "03";

impl AsapPatient {
    pub(super) fn of(segment: &AsapSegment<'_>, form: Form) -> Self {
        let fields = form.version.fields();
        let mut patient = Self { born: segment.text(fields.birth), ..Self::default() };
        patient.name = name_and_birth(&segment.text(7), &segment.text(8), &patient.born);
        let pairs = match form.version {
            // The number of the system, then another with its kind.
            Version::Three => {
                [(OWN.to_owned(), segment.text(3)), (segment.text(2), segment.text(4))]
            }
            _ => [(segment.text(2), segment.text(3)), (segment.text(5), segment.text(6))],
        };
        for (kind, number) in pairs.into_iter().filter(|(_, number)| !number.is_empty()) {
            if kind == SOCIAL {
                patient.social = Some(number);
            } else {
                patient.identifiers.push((rank(&kind), number));
            }
        }
        patient.identifiers.sort();
        if segment.text(fields.species) == "02" {
            patient.animal = Some(segment.text(23).to_lowercase());
            patient.born.clear();
        }
        patient
    }

    /// The identifier that stands for the person in all reports.
    pub(super) fn identifier(&self, persons: &AsapPersons) -> Option<String> {
        let known = self.name.as_ref().and_then(|name| persons.0.get(name));
        let only = |rank: &u8| {
            known.into_iter().flatten().any(|(other, number)| other == rank && number.is_some())
        };
        let best =
            known.into_iter().flatten().find_map(|(rank, number)| Some((*rank, number.as_ref()?)));
        let own = self.identifiers.first();
        let number = match (own, best) {
            // A person with one number of a better kind goes by that.
            (Some((rank, _)), Some((better, number))) if better < *rank && only(rank) => {
                Some(number)
            }
            (Some((_, number)), _) => Some(number),
            (None, best) => best.map(|(_, number)| number),
        };
        let secret = || {
            let digest = blake3::hash(self.social.as_ref()?.as_bytes());
            Some(format!("number-{}", &digest.to_hex()[..16]))
        };
        let person = number.cloned().or_else(|| self.name.clone()).or_else(secret)?;
        Some(match &self.animal {
            Some(name) => format!("{person}/animal {name}").trim_end().to_owned(),
            None => person,
        })
    }
}

impl AsapPersons {
    pub(super) fn add(&mut self, patient: &AsapPatient) {
        let Some(name) = &patient.name else { return };
        for (rank, number) in &patient.identifiers {
            self.note(name, *rank, Some(number));
        }
    }

    /// Adds what another report knows.
    pub(super) fn absorb(&mut self, other: &Self) {
        let mut names: Vec<_> = other.0.iter().collect();
        names.sort_unstable();
        for (name, numbers) in names {
            for (rank, number) in numbers {
                self.note(name, *rank, number.as_deref());
            }
        }
    }

    /// Two numbers of one kind are two people, or a slip: then neither stands for the name.
    fn note(&mut self, name: &str, rank: u8, number: Option<&str>) {
        let numbers = self.0.entry(name.to_owned()).or_default();
        match numbers.binary_search_by_key(&rank, |(rank, _)| *rank) {
            Ok(at) if numbers[at].1.as_deref() == number => {}
            Ok(at) => numbers[at].1 = None,
            Err(at) => numbers.insert(at, (rank, number.map(str::to_owned))),
        }
    }
}

/// A number of the pharmacy's own is best, one of no stated kind worst.
fn rank(kind: &str) -> u8 {
    match kind {
        OWN => 0,
        kind => kind.parse().unwrap_or(100),
    }
}

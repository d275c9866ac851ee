//! Who a report is about.

use super::form::{AsapSegment, Form, Version};
use crate::drafts::name_and_birth;
use crate::identifiers::KnownIdentifiers;

/// A patient as one segment names it.
#[derive(Clone, Debug, Default)]
pub(super) struct AsapPatient {
    /// Kind and number, the best kind first.
    identifiers: Vec<(u8, String)>,
    /// Name and birth date in one text.
    name: Option<String>,
    social: Option<String>,
    /// What distinguishes an animal from its owner.
    animal: Option<String>,
    pub(super) born: String,
}

/// The kind of a social security number.
const SOCIAL: &str = "07";
/// The kind of the pharmacy's own number.
const OWN: &str = "03";

impl AsapPatient {
    pub(super) fn of(segment: &AsapSegment<'_>, form: Form) -> Self {
        let fields = form.version.fields();
        let mut patient = Self { born: segment.text(fields.birth), ..Self::default() };
        patient.name = name_and_birth(&segment.text(7), &segment.text(8), &patient.born);
        let pairs = match form.version {
            // The number in the system, then another with its kind.
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

    /// The identifier of the person in all reports.
    pub(super) fn identifier(&self, persons: &KnownIdentifiers) -> Option<String> {
        let number = persons.identifier(self.name.as_deref(), &self.identifiers).map(str::to_owned);
        let secret = || {
            let digest = blake3::hash(self.social.as_ref()?.as_bytes());
            Some(format!("number-{}", &digest.to_hex()[..16]))
        };
        let person = number.or_else(|| self.name.clone()).or_else(secret)?;
        Some(match &self.animal {
            Some(name) => format!("{person}/animal {name}").trim_end().to_owned(),
            None => person,
        })
    }

    /// Notes its identifiers.
    pub(super) fn note(&self, persons: &mut KnownIdentifiers) {
        persons.add(self.name.as_deref(), &self.identifiers);
    }
}

/// The pharmacy's own number is best, one of no stated kind worst.
fn rank(kind: &str) -> u8 {
    match kind {
        OWN => 0,
        kind => kind.parse().unwrap_or(100),
    }
}

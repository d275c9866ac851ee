//! The sections of a document, and what its entries are taken for.

use crate::xml::XmlNode;

/// What a section is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SectionKind {
    /// What somebody takes, took, or is to take.
    Medications,
    /// What was given there.
    Administered,
    /// What a pharmacy handed out.
    Dispensed,
    /// What is planned.
    Plan,
    Immunizations,
    /// Problems, diagnoses, pregnancy.
    Problems,
    Other,
}

impl SectionKind {
    /// The kind of a section, by its LOINC code.
    pub(super) fn of(section: XmlNode<'_, '_>) -> Self {
        match section.child("code").map_or("", |code| code.value("code")) {
            "10160-0" | "10183-2" | "42346-7" | "75311-1" | "57828-6" | "8677-7" | "19009-0"
            | "29305-0" => Self::Medications,
            "29549-3" | "18610-6" => Self::Administered,
            "60590-7" | "60593-1" => Self::Dispensed,
            "18776-5" => Self::Plan,
            "11369-6" => Self::Immunizations,
            "11450-4" | "11348-0" | "46240-8" | "11535-2" | "10154-3" | "10162-6" | "46241-6" => {
                Self::Problems
            }
            _ => Self::Other,
        }
    }

    /// Whether the text of such a section tells of medicines.
    pub(super) fn tells_medicines(self) -> bool {
        matches!(self, Self::Medications | Self::Administered | Self::Dispensed)
    }
}

/// Whether a section about medicines has text alone, and the text does not say that there are none.
pub(super) fn is_text_alone(section: XmlNode<'_, '_>) -> bool {
    SectionKind::of(section).tells_medicines()
        && section.attribute("nullFlavor").is_none()
        && section.child("entry").is_none()
        && section.child("component").is_none()
        && section.child("text").is_some_and(|text| says_something(&text.words()))
}

/// How a text begins that says that there is nothing.
const NOTHING: [&str; 12] = [
    "no ", "none", "not ", "nil", "n/a", "na", "unknown", "denies", "keine", "aucun", "nessun",
    "ningun",
];

fn says_something(words: &str) -> bool {
    let words = words.to_lowercase();
    let is_short = words.chars().count() < 80;
    !(words.is_empty() || is_short && NOTHING.iter().any(|nothing| words.starts_with(nothing)))
}

/// The templates of vaccinations.
const VACCINATIONS: [&str; 4] = [
    "2.16.840.1.113883.10.20.22.4.52",
    "2.16.840.1.113883.10.20.22.4.120",
    "1.3.6.1.4.1.19376.1.5.3.1.4.12",
    "1.3.6.1.4.1.19376.1.5.3.1.4.12.2",
];

/// Whether an entry is a vaccination.
pub(super) fn is_vaccination(entry: XmlNode<'_, '_>) -> bool {
    entry.all("templateId").any(|template| VACCINATIONS.contains(&template.value("root")))
}

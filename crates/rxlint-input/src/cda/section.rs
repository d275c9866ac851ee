//! The sections of a document, and how their entries are understood.

use crate::xml::XmlNode;

/// What a section is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SectionKind {
    /// What someone takes, took, or is to take.
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
    pub(crate) fn of(section: XmlNode<'_, '_>) -> Self {
        match section.child("code").map_or("", |code| code.value("code")) {
            "10160-0" | "10183-2" | "42346-7" | "75311-1" | "57828-6" | "8677-7" | "19009-0"
            | "29305-0" => Self::Medications,
            "29549-3" | "18610-6" => Self::Administered,
            "60590-7" | "60593-1" => Self::Dispensed,
            "18776-5" | "51847-2" => Self::Plan,
            "11369-6" => Self::Immunizations,
            "11450-4" | "11348-0" | "46240-8" | "11535-2" | "10154-3" | "10162-6" | "46241-6" => {
                Self::Problems
            }
            _ => Self::Other,
        }
    }

    /// Whether the text of such a section mentions medicines.
    pub(crate) fn tells_medicines(self) -> bool {
        matches!(self, Self::Medications | Self::Administered | Self::Dispensed)
    }
}

/// Whether a section about medicines names them only in its text: no entry in it is about a medicine, or says that there is none.
pub(crate) fn is_text_alone(section: XmlNode<'_, '_>) -> bool {
    SectionKind::of(section).tells_medicines()
        && section.attribute("nullFlavor").is_none()
        && section.child("component").is_none()
        && !section.all("entry").any(|entry| entry.inside().any(tells_of_medicines))
        && section.child("text").is_some_and(|text| says_something(&text.words()))
}

/// Whether a part of an entry is about a medicine, or says that there is none.
fn tells_of_medicines(part: XmlNode<'_, '_>) -> bool {
    matches!(part.name(), "substanceAdministration" | "supply") && !is_vaccination(part)
        || part.is_true("negationInd")
}

/// How a text begins if it says that there is nothing.
const NOTHING: [&str; 18] = [
    "no", "none", "not", "nil", "n/a", "na", "unknown", "denies", "keine", "aucun", "aucune",
    "nessun", "nessuna", "ningun", "ningún", "ninguna", "geen", "brak",
];

/// Units of what is taken: a text with an amount names a medicine, however it begins.
const AMOUNTS: [&str; 5] = ["mg", "mcg", "µg", "μg", "ml"];

fn says_something(words: &str) -> bool {
    let words = words.to_lowercase();
    let is_short = words.chars().count() < 80;
    // *Naltrexone* does not begin with *na*.
    let begins = |nothing: &&str| {
        let rest = words.strip_prefix(nothing);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    let amount = |word: &str| AMOUNTS.contains(&word.trim_matches(|c: char| !c.is_alphabetic()));
    let says_none = is_short && NOTHING.iter().any(begins) && !words.split_whitespace().any(amount);
    !(words.is_empty() || says_none)
}

/// Words for medicines, by their beginnings.
const MEDICINES: [&str; 10] =
    ["meds", "medic", "médic", "médec", "drug", "arznei", "medik", "geneesm", "farm", "lek"];

/// Whether a name says that there are no medicines. Something unknown or unnamed may be one.
pub(super) fn no_medicines(name: &str) -> bool {
    const OPEN: [&str; 6] = ["not", "nil", "n/a", "na", "unknown", "denies"];
    let words = name.to_lowercase();
    let mut words = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let says_no = words.next().is_some_and(|no| NOTHING.contains(&no) && !OPEN.contains(&no));
    let about = words.clone().next_back();
    let is_plain = words.count() <= 3;
    let is_medicine = |word: &str| MEDICINES.iter().any(|medicine| word.starts_with(medicine));
    says_no && is_plain && about.is_none_or(is_medicine)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_that_is_none() {
        for none in [
            "No known medications",
            "NO CURRENT MEDICATIONS.",
            "No Known Meds",
            "None",
            "Keine Medikation",
        ] {
            assert!(no_medicines(none), "{none}");
        }
        for some in [
            "Unknown medication",
            "",
            "Nil",
            "Naltrexone",
            "No name naltrexone",
            "No",
            "Medication",
        ] {
            assert_eq!(no_medicines(some), some == "No", "{some}");
        }
    }

    #[test]
    fn a_text_that_names_a_medicine_does_not_say_that_there_is_none() {
        for none in ["", "No known medications", "None.", "N/A", "Not on any medication", "Keine"] {
            assert!(!says_something(none), "{none}");
        }
        for some in [
            "Naltrexone 50 mg tablet",
            "Nilotinib",
            "Noradrenaline",
            "naloxone",
            "No longer takes aspirin; naltrexone 50mg daily",
        ] {
            assert!(says_something(some), "{some}");
        }
    }
}

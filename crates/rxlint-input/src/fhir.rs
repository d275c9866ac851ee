//! FHIR: prescriptions as JSON resources, alone, in Bundles or one per line (the bulk export's NDJSON); and lists of drugs as JSON.
//!
//! No file is loaded whole. Resources are separated by a scan or by lines (`scan`, `cut`), and each is read by itself, on all threads (`block`).
//! Versions from DSTU2 to R5 are recognised by the names of their members, since no file states its version. Medications that records refer to are
//! collected in a separate pass over all inputs of the run (`link`).

mod attachment;
mod block;
mod cells;
mod claim;
mod cut;
mod dosage;
pub(crate) mod drugs;
pub(crate) mod json;
pub(crate) mod kind;
mod link;
pub(crate) mod manifest;
mod medication;
mod pages;
mod person;
pub(crate) mod persons;
mod quick;
mod read;
mod record;
mod reference;
mod reread;
mod resources;
mod scan;
mod skip;
pub(crate) mod xml;

use rxlint_model::place::Place;
use rxlint_model::purpose::Purpose;
use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;

use crate::describe::Description;
use crate::error::{ErrorKind, InputError, OTHER_FHIR, OTHER_JSON};
use crate::format::{FormatAbout, InputFormat};
use crate::json_table::may_tell_medicines;
use crate::options::InputOptions;
use crate::progress::ReadProgress;
use crate::source::InputSource;
use crate::text_start::text_start;
use drugs::DrugList;
use resources::FhirResources;

/// A JSON file.
#[derive(Debug)]
pub(crate) enum FhirInput {
    /// Resources about patients.
    Resources(FhirResources),
    /// A list of drugs.
    Drugs(DrugList),
}

impl FhirInput {
    /// How many records read so far, in all files, refer to a Medication that no input has.
    pub(crate) fn unfound_medications(&self) -> u64 {
        match self {
            Self::Resources(resources) => resources.medications.unfound(),
            Self::Drugs(_) => 0,
        }
    }

    /// The ids of Patients that are another's, and who has which identifiers, over all inputs.
    pub(crate) fn persons(&self) -> Option<&persons::Persons> {
        match self {
            Self::Resources(resources) => Some(&resources.medications.persons),
            Self::Drugs(_) => None,
        }
    }

    /// How many requests read so far, in all files, only plan what someone else is to take.
    pub(crate) fn plans(&self) -> u64 {
        match self {
            Self::Resources(resources) => resources.medications.plans(),
            Self::Drugs(_) => 0,
        }
    }

    /// How many dispenses read so far, in all files, are being prepared and have no day.
    pub(crate) fn undated_dispenses(&self) -> u64 {
        match self {
            Self::Resources(resources) => resources.medications.undated(),
            Self::Drugs(_) => 0,
        }
    }

    /// Resources of which none is read, so that their values can be looked at.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub(crate) fn of_other_kinds(source: &InputSource) -> Result<Option<Self>, InputError> {
        Ok(FhirResources::of_any_kind(source, 0)?.map(|(resources, _)| Self::Resources(resources)))
    }

    /// The resources in bytes from the middle of a document: first byte, and the one after the last.
    pub(crate) fn resources_from_the_middle(bytes: &[u8], offset: u64) -> Vec<(u64, u64)> {
        read::from_the_middle(bytes, offset)
    }

    /// Whether each line is a resource.
    pub(crate) fn has_lines(&self) -> bool {
        matches!(self, Self::Resources(resources) if resources.mode == cut::Mode::Lines)
    }

    /// Takes the resources of each block of the input up to a place, with the place of their first bytes, in input order.
    pub(crate) fn resources<T: Send>(
        &self,
        source: &InputSource,
        until: u64,
        take: impl Fn(&mut dyn Iterator<Item = (u64, &[u8])>) -> T + Sync,
    ) -> Result<Vec<T>, InputError> {
        match self {
            Self::Resources(resources) => read::raw(resources, source, until, take),
            Self::Drugs(_) => Ok(Vec::new()),
        }
    }
}

impl InputFormat for FhirInput {
    const ABOUT: FormatAbout = FormatAbout {
        name: "fhir",
        option: "fhir",
        words: "FHIR",
        purposes: &[Purpose::Prescriptions, Purpose::Formulary],
    };

    fn sniff(head: &[u8]) -> bool {
        match text_start(head) {
            [b'{', ..] => true,
            // A sequence of JSON texts (RFC 7464).
            [cut::RECORD, rest @ ..] => rest.trim_ascii_start().starts_with(b"{"),
            // A table header may be in brackets: `[patient],[drug]`.
            [b'[', rest @ ..] => {
                matches!(rest.trim_ascii_start().first(), None | Some(b'{' | b'[' | b'"' | b']'))
            }
            _ => false,
        }
    }

    fn open(source: &InputSource, file: u32, options: &InputOptions) -> Result<Self, InputError> {
        if options.purpose == Purpose::Formulary {
            return DrugList::open(source, file, &options.drug_look).map(Self::Drugs);
        }
        if let Some(resources) = FhirResources::open(source, file)? {
            return Ok(Self::Resources(resources));
        }
        let head = source.reader()?.bytes(source.start(), cut::HEAD)?;
        let (layout, why) = if manifest::is_manifest(&head) {
            manifest::check(source.name(), &source.reader()?.bytes(source.start(), 4 << 20)?)?;
            ("json", "the list of a bulk export's files, which are read where they lie beside it")
        } else if holds(&head, b"rxlint/report") {
            ("json", "a report of rxlint's own")
        } else if DrugList::open(source, file, &options.drug_look).is_ok() {
            ("json", "a formulary, which holds no patients: check it with `rxlint formulary`")
        } else if may_tell_medicines(&head) || is_list_of_medicines(&head) {
            ("unread", "JSON of a kind that is not read, and the names in it tell of medicines")
        } else if holds_messages(&head) {
            ("unread", "JSON with HL7 v2 messages in it, which are read where they stand alone")
        } else if ![&b"resourceType"[..], b"rxlint"].iter().any(|name| holds(&head, name)) {
            (OTHER_JSON, "JSON without any medication or person of FHIR in it")
        } else if holds(&head, b"resourceType") {
            (OTHER_FHIR, OTHER_KINDS)
        } else {
            ("json", "JSON without any medication or person of FHIR in it")
        };
        let path = source.name().to_owned();
        Err(InputError::new(ErrorKind::NotPrescriptions { path, layout, why }))
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Resources(_) => Self::ABOUT.name,
            Self::Drugs(_) => "json",
        }
    }

    fn layout(&self) -> &'static str {
        match self {
            Self::Resources(resources) => resources.layout(),
            Self::Drugs(drugs) => drugs.layout(),
        }
    }

    fn is_context(&self) -> bool {
        match self {
            Self::Resources(resources) => resources.is_context(),
            Self::Drugs(_) => false,
        }
    }

    fn link(files: Vec<(&mut Self, &InputSource)>) -> Result<(), InputError> {
        link::link(files.into_iter().filter_map(|(file, source)| match file {
            Self::Resources(resources) => Some((resources, source)),
            Self::Drugs(_) => None,
        }))
    }

    fn read<S: RecordSink>(
        &self,
        source: &InputSource,
        make: &(dyn Fn() -> S + Sync),
        progress: &ReadProgress,
    ) -> Result<Vec<S>, InputError> {
        match self {
            Self::Resources(resources) => read::read(resources, source, make, progress),
            Self::Drugs(drugs) => drugs.read(source, make, progress),
        }
    }

    fn reread(&self, source: &InputSource, place: Place) -> Result<RecordText, InputError> {
        match self {
            Self::Resources(resources) => reread::reread(resources, source, place),
            Self::Drugs(drugs) => drugs.reread(source, place),
        }
    }

    fn describe(&self, source: &InputSource) -> Description {
        match self {
            Self::Resources(resources) => Description::of_resources(
                source,
                resources.words(),
                resources.layout(),
                read::samples(resources, source).unwrap_or_default(),
            ),
            Self::Drugs(drugs) => Description::of_resources(
                source,
                "JSON, a list of drugs",
                drugs.layout(),
                drugs.samples(source).unwrap_or_default(),
            ),
        }
    }
}

#[cfg(test)]
mod tests;

const OTHER_KINDS: &str = "FHIR (JSON or XML), and none of its resources is of a type that is read: MedicationRequest, \
     MedicationDispense and the like, claims, Patient, Condition";

fn holds(head: &[u8], text: &[u8]) -> bool {
    memchr::memmem::find(head, text).is_some()
}

/// Whether JSON texts are HL7 v2 messages, as they are or in Base64 (`MSH|^~`).
fn holds_messages(head: &[u8]) -> bool {
    holds(head, b"MSH|^~\\\\") || holds(head, b"\"TVNIfF5")
}

/// Whether a FHIR List says in words what someone takes, and points to nothing.
fn is_list_of_medicines(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    text.contains("\"list\"") && text.contains("medicat")
}

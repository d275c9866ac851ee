//! An opened file of FHIR resources.

use std::sync::Arc;

use super::cut::{HEAD, Mode};
use super::kind::{ResourceKind, named};
use super::medication::Medications;
use crate::error::InputError;
use crate::source::InputSource;

/// An opened file of FHIR resources.
#[derive(Clone, Debug)]
pub(crate) struct FhirResources {
    pub(super) file: u32,
    pub(super) mode: Mode,
    pub(super) has_records: bool,
    /// Whether it may say that resources were deleted.
    pub(super) may_delete: bool,
    /// Its folder, if it only says which of the resources there were deleted; else itself.
    pub(super) deletes_in: Option<u64>,
    /// Its folder.
    pub(super) folder: u64,
    pub(super) medications: Arc<Medications>,
    /// What is missing from the input, according to it: pages of its search.
    pub(super) missing: Option<String>,
}

impl FhirResources {
    /// Looks at the head of an input; `None` if it is not FHIR, or holds none of the resources that are read.
    ///
    /// A file of lines is never left out: a bulk export has a file for every type, and most have nothing to check.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub(super) fn open(source: &InputSource, file: u32) -> Result<Option<Self>, InputError> {
        let opened = Self::of_any_kind(source, file)?;
        Ok(opened.and_then(|(resources, is_of_use)| is_of_use.then_some(resources)))
    }

    /// The same for resources of any kind, and whether some may be read.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub(super) fn of_any_kind(
        source: &InputSource,
        file: u32,
    ) -> Result<Option<(Self, bool)>, InputError> {
        let reader = source.reader()?;
        let head = reader.bytes(source.start(), HEAD)?;
        let whole = reader.ends_at(source.start() + head.len() as u64)?;
        let kinds = named(&head);
        let mode = Mode::of(source.name(), &head, whole);
        let of_use = |kind: &ResourceKind| {
            kind.is_record()
                || kind.is_person()
                || matches!(kind, ResourceKind::Medication | ResourceKind::Link)
        };
        let deletes = memchr::memmem::find(&head, b"\"DELETE\"").is_some();
        let of_no_use = whole && mode == Mode::Document && !deletes && !kinds.iter().any(of_use);
        if kinds.is_empty() {
            return Ok(None);
        }
        let has_records =
            kinds.iter().any(|kind| kind.is_record() || *kind == ResourceKind::Envelope);
        let may_delete = kinds.contains(&ResourceKind::Envelope);
        let folder = folder(source.name());
        let deletes_in = (kinds == [ResourceKind::Envelope]).then_some(folder);
        let resources = Self {
            file,
            mode,
            has_records,
            may_delete,
            deletes_in,
            folder,
            medications: Arc::default(),
            missing: None,
        };
        Ok(Some((resources, !of_no_use)))
    }

    /// The layout, for the record count.
    pub(super) fn layout(&self) -> &'static str {
        match (self.mode, self.has_records) {
            (_, false) => "context",
            (Mode::Lines, _) => "ndjson",
            (Mode::Document, _) => "document",
        }
    }

    /// The format in words.
    pub(super) fn words(&self) -> &'static str {
        match self.mode {
            Mode::Lines => "FHIR, one resource on each line (NDJSON)",
            Mode::Document => "FHIR, JSON documents",
        }
    }

    /// Whether it seems to describe only persons and Medications, so that it is best read after the others.
    pub(super) fn is_context(&self) -> bool {
        !self.has_records
    }
}

/// A number for a file's folder.
fn folder(name: &str) -> u64 {
    let folder = name.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder);
    let digest = blake3::hash(folder.as_bytes());
    digest.as_bytes()[..8].iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

//! A file of FHIR resources that has been opened.

use std::sync::Arc;

use super::cut::{HEAD, Mode};
use super::kind::{ResourceKind, named};
use super::medication::Medications;
use crate::error::InputError;
use crate::source::InputSource;

/// A file of FHIR resources that has been opened.
#[derive(Clone, Debug)]
pub(crate) struct FhirResources {
    pub(super) file: u32,
    pub(super) mode: Mode,
    pub(super) has_records: bool,
    pub(super) medications: Arc<Medications>,
}

impl FhirResources {
    /// Looks at the head of an input; `None` where it is not FHIR, or holds none of the resources
    /// that are read.
    ///
    /// A file of lines is never left out: a bulk export has a file for every type, and most have
    /// nothing to check.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub(super) fn open(source: &InputSource, file: u32) -> Result<Option<Self>, InputError> {
        let reader = source.reader()?;
        let head = reader.bytes(source.start(), HEAD)?;
        let whole = reader.ends_at(source.start() + head.len() as u64)?;
        let kinds = named(&head);
        let mode = Mode::of(source.name(), &head, whole);
        let of_use = |kind: &ResourceKind| {
            kind.is_record() || kind.is_person() || *kind == ResourceKind::Medication
        };
        if kinds.is_empty() || whole && mode == Mode::Document && !kinds.iter().any(of_use) {
            return Ok(None);
        }
        let has_records =
            kinds.iter().any(|kind| kind.is_record() || *kind == ResourceKind::Envelope);
        Ok(Some(Self { file, mode, has_records, medications: Arc::default() }))
    }

    /// The layout, for the ledger.
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

    /// Whether it seems to describe persons and Medications only, so that it is best read after the
    /// others.
    pub(super) fn is_context(&self) -> bool {
        !self.has_records
    }
}

//! One patient: a timeline of all exposures, then each finding.

use maud::{Markup, html};

use super::finding;
use super::timeline;
use crate::redaction::ShownDay;
use crate::{Document, ShownExposure, ShownFinding};

/// The findings of one patient about the treatment, the worst first.
pub(super) struct PatientFindings<'a> {
    /// The patient's number in the run, which identifies the section.
    pub(super) number: u32,
    /// The patient as a heading names it.
    pub(super) name: String,
    pub(super) findings: Vec<&'a ShownFinding>,
    /// All exposures, as far as they are known.
    pub(super) exposures: &'a [ShownExposure],
}

/// The section of one patient. `today` is drawn where days are calendar dates.
pub(super) fn section(
    document: &Document<'_>,
    patient: &PatientFindings<'_>,
    today: Option<ShownDay>,
) -> Markup {
    let id = format!("p-{}", patient.number);
    html! {
        section .patient aria-labelledby=(id) {
            h3 #(id) { (patient.name) }
            (timeline::figure(patient, today))
            @for (at, finding) in patient.findings.iter().enumerate() {
                (finding::details(document, finding, at + 1))
            }
        }
    }
}

//! One page for a person: the worklist, then each patient with a picture of the days and the findings, then what is wrong
//! with the data, the counts, and the rules.
//!
//! The page is one file, uses no network and is complete without its script, which only filters, sorts and opens. A policy in its
//! head forbids everything else, so that not even a mistake here could send anything out.

mod account;
mod finding;
mod patient;
mod quality;
mod rules;
mod timeline;
mod worklist;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use maud::{DOCTYPE, Markup, PreEscaped, html};
use rayon::prelude::*;

use self::patient::PatientFindings;
use self::quality::Alike;
use super::summary::{closing_sentence, gap_text, plural};
use super::{
    Document, Findings, FormatInfo, Medium, ReportLayout, Reporter, ShownExposure, ShownFinding,
    Unshown,
};
use crate::redaction::{ShownDay, safe};
use rxlint_model::finding::Severity;
use rxlint_model::summary::Summary;

/// How many findings a page contains by default: a browser must still be able to open it.
const SHOWN: usize = 5000;
const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");
/// Nothing may be loaded, and only the script with this hash may run.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-QCoF7Dcx2bslVY5j9daEHhe5f7YfMHdTSQRWfUuQVWw='; base-uri 'none'; form-action 'none'";
const WORST_FIRST: [Severity; 3] = [Severity::High, Severity::Moderate, Severity::Low];

/// One page for a browser, with a picture of each finding's days.
pub(super) struct HtmlReporter;

impl Reporter for HtmlReporter {
    fn about(&self) -> FormatInfo {
        FormatInfo { name: "html", medium: Medium::File, leaves_site: false, holds_summary: true }
    }

    /// Writes the page.
    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        layout: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let (sorted, left_out) = findings.gravest(layout.max_shown.or(Some(SHOWN)));

        let page = Page::of(findings, &sorted);
        let alike = quality::group(&page.data);
        let head = html! {
            (DOCTYPE)
            (PreEscaped("<html lang=\"en\">\n"))
            (page_head(document.summary))
            (PreEscaped("<body>\n"))
            a .skip href="#worklist" { "Skip to the worklist" }
            (timeline::patterns())
            (header(document))
            (PreEscaped("<main>\n"))
            @if left_out > 0 {
                p .alarm { (plural(left_out as u64, "finding is", "findings are")) " not on this page, which holds the most severe: \
                                                                                    --report json=report.json has all." }
            }
        };
        out.write_all(head.into_string().as_bytes())?;
        if !sorted.is_empty() {
            worklist_section(document, &page, &alike, out)?;
            patient_sections(document, &page, out)?;
            data_section(document, &alike, out)?;
        }
        out.write_all(account::counts(document.summary).into_string().as_bytes())?;
        out.write_all(rules::section(document).into_string().as_bytes())?;
        let end = html! {
            (PreEscaped("</main>\n"))
            footer {
                p { "rxlint " (document.version) ", rules and settings " (document.digest) "."
                @if !document.changed_settings.is_empty() {
                    " Changed settings: " (document.changed_settings.join("; ")) "."
                } }
                p { "Made on this site's own machine. It is not a medical device: a pharmacist decides." }
            }
            script { (PreEscaped(SCRIPT)) }
            (PreEscaped("</body>\n</html>\n"))
        };
        out.write_all(end.into_string().as_bytes())
    }
}

fn page_head(summary: &Summary) -> Markup {
    let total: u64 = summary.findings.values().sum();
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta http-equiv="Content-Security-Policy" content=(POLICY);
            meta name="referrer" content="no-referrer";
            meta name="robots" content="noindex";
            title { "rxlint: " (plural(total, "finding", "findings")) }
            style { (PreEscaped(STYLE)) }
        }
    }
}

fn header(document: &Document<'_>) -> Markup {
    let summary = document.summary;
    html! {
        header {
            h1 { "Prescriptions checked by rxlint" }
            p .lead { (closing_sentence(summary)) }
            @if !summary.is_complete() {
                div .alarm role="note" {
                    p { "The check is incomplete: something went unchecked." }
                    ul { @for gap in &summary.gaps { li { (gap_text(gap)) " " (safe(&gap.remedy)) } } }
                }
            }
            @if let Some(day) = document.as_of { p .dim { "Judged as of " (day) "." } }
        }
    }
}

fn worklist_section(
    document: &Document<'_>,
    page: &Page,
    alike: &[Alike<'_>],
    out: &mut dyn Write,
) -> io::Result<()> {
    let begin = html! {
        (PreEscaped("<section aria-labelledby=\"worklist\">\n"))
        h2 #worklist tabindex="-1" { "Worklist" }
        (worklist::filter(document.summary))
        p #shown role="status" .dim {}
        (PreEscaped("<table id=\"work\">\n<caption>Most severe first; each line leads to its details</caption>\n"))
        (worklist::head())
        (PreEscaped("<tbody>\n"))
    };
    out.write_all(begin.into_string().as_bytes())?;
    let mut rows: Vec<&(u32, ShownFinding)> = page.treatment.iter().collect();
    rows.sort_by_key(|(number, finding)| (Reverse(finding.severity), *number));
    for (number, finding) in rows {
        let patient = finding.patient.as_deref().unwrap_or_default();
        out.write_all(worklist::finding(finding, patient, *number).into_string().as_bytes())?;
        out.write_all(b"\n")?;
    }
    for (at, alike) in alike.iter().enumerate() {
        out.write_all(worklist::alike(alike, at).into_string().as_bytes())?;
        out.write_all(b"\n")?;
    }
    out.write_all(b"</tbody>\n</table>\n</section>\n")
}

fn patient_sections(document: &Document<'_>, page: &Page, out: &mut dyn Write) -> io::Result<()> {
    if page.treatment.is_empty() {
        return Ok(());
    }
    let begin = html! {
        (PreEscaped("<section aria-labelledby=\"patients\">\n"))
        h2 #patients { "Patients" }
        (timeline::legend())
    };
    out.write_all(begin.into_string().as_bytes())?;
    let today = document.as_of.map(|day| ShownDay::new(day, None));
    for patient in page.patients() {
        out.write_all(patient::section(document, &patient, today).into_string().as_bytes())?;
        out.write_all(b"\n")?;
    }
    out.write_all(b"</section>\n")
}

fn data_section(
    document: &Document<'_>,
    alike: &[Alike<'_>],
    out: &mut dyn Write,
) -> io::Result<()> {
    if alike.is_empty() {
        return Ok(());
    }
    let begin = html! {
        (PreEscaped("<section aria-labelledby=\"data\">\n"))
        h2 #data { "Records to be fixed" }
    };
    out.write_all(begin.into_string().as_bytes())?;
    for (at, alike) in alike.iter().enumerate() {
        out.write_all(quality::details(document, alike, at).into_string().as_bytes())?;
        out.write_all(b"\n")?;
    }
    out.write_all(b"</section>\n")
}

/// What the page shows, sorted into a worklist, patients and causes.
struct Page {
    /// Findings about a treatment, by patient: the patient with the most severe first.
    treatment: Vec<(u32, ShownFinding)>,
    /// All exposures of these patients, by their numbers.
    exposures: BTreeMap<u32, Vec<ShownExposure>>,
    /// Findings about the data.
    data: Vec<(u32, ShownFinding)>,
}

impl Page {
    fn of(findings: &Findings<'_>, shown: &[Unshown<'_>]) -> Self {
        let mut gravest: BTreeMap<u32, Severity> = BTreeMap::new();
        for finding in shown {
            let known = gravest.entry(findings.patient_number(*finding)).or_insert(Severity::Low);
            *known = (*known).max(finding.severity());
        }
        let mut sorted: Vec<(u32, Unshown<'_>)> =
            shown.iter().map(|finding| (findings.patient_number(*finding), *finding)).collect();
        sorted.sort_by_key(|(number, finding)| {
            (Reverse(gravest.get(number).copied()), *number, Reverse(finding.severity()))
        });
        let (data, treatment): (Vec<_>, Vec<_>) = sorted
            .into_iter()
            .partition(|(_, one)| quality::is_about_data(one.rule()) || !one.has_patient());
        let exposures = treatment.chunk_by(|a, b| a.0 == b.0).filter_map(<[_]>::first);
        let exposures =
            exposures.map(|(number, one)| (*number, findings.exposures(*one))).collect();
        let show = |some: Vec<(u32, Unshown<'_>)>| -> Vec<(u32, ShownFinding)> {
            some.into_par_iter().map(|(number, one)| (number, findings.show(one))).collect()
        };
        Self { treatment: show(treatment), exposures, data: show(data) }
    }

    fn patients(&self) -> impl Iterator<Item = PatientFindings<'_>> {
        self.treatment.chunk_by(|a, b| a.0 == b.0).map(|chunk| {
            let findings: Vec<&ShownFinding> = chunk.iter().map(|(_, finding)| finding).collect();
            let patient = findings.iter().find_map(|finding| finding.patient.as_deref());
            let name = patient.map_or_else(
                || "Patient that could not be read again".to_owned(),
                |patient| format!("Patient {patient}"),
            );
            let number = chunk.first().map_or(0, |(number, _)| *number);
            let exposures = self.exposures.get(&number).map_or(&[][..], Vec::as_slice);
            PatientFindings { number, name, findings, exposures }
        })
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    /// Sixty-four characters for six bits each, as the policy writes a hash.
    fn base64(bytes: &[u8]) -> String {
        let digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let text = bytes.chunks(3).flat_map(|three| {
            let number = (0..3).fold(0, |number, at| {
                (number << 8) | u32::from(three.get(at).copied().unwrap_or(0))
            });
            let digit =
                move |at: usize| char::from(digits[(number >> (18 - 6 * at) & 63) as usize]);
            (0..4).map(move |at| if at <= three.len() { digit(at) } else { '=' })
        });
        text.collect()
    }

    #[test]
    fn the_policy_allows_the_script() {
        let hash = base64(&Sha256::digest(SCRIPT));
        assert!(
            POLICY.contains(&format!("'sha256-{hash}'")),
            "the script has changed: its hash is {hash}"
        );
    }

    #[test]
    fn nothing_in_the_page_leads_out() {
        for text in [STYLE, SCRIPT] {
            assert!(
                !text.contains("http")
                    && !text.contains("url(")
                    && !text.contains("@import")
                    && !text.contains("</")
            );
        }
    }
}

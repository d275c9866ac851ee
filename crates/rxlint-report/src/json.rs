//! Reports for programs: `rxlint/report/1`, as one document or one object per line.
//!
//! The types here define the format. They are separate from the engine's types, which may change freely.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::ser::PrettyFormatter;

use super::{
    Document, Findings, FormatInfo, Medium, ReportLayout, Reporter, ShownDays, ShownFinding,
    ShownPlace,
};
use crate::redaction::{ShownDay, safe};
use rxlint_model::finding::{Known, Severity};
use rxlint_model::gap::Gap;
use rxlint_model::summary::{Accepted, Group, Groups, LedgerSummary, RecordCount, Summary};

/// The name and version of the format.
pub const SCHEMA: &str = "rxlint/report/1";

/// One `rxlint/report/1` document.
pub(super) struct JsonReporter;

impl Reporter for JsonReporter {
    fn about(&self) -> FormatInfo {
        FormatInfo { name: "json", medium: Medium::File, leaves_site: false, holds_summary: true }
    }

    /// Writes one document, indented so that a person can read and compare it.
    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        _: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let mut findings = findings.iter();
        let report = Report {
            head: ReportHead::new(document),
            findings: FindingStream(RefCell::new(&mut findings)),
        };
        let formatter = PrettyFormatter::with_indent(b" ");
        report.serialize(&mut serde_json::Serializer::with_formatter(&mut *out, formatter))?;
        out.write_all(b"\n")
    }
}

/// One JSON object per line: the findings, then the summary.
pub(super) struct JsonlReporter;

impl Reporter for JsonlReporter {
    fn about(&self) -> FormatInfo {
        FormatInfo { name: "jsonl", medium: Medium::File, leaves_site: false, holds_summary: true }
    }

    /// Writes one finding per line, then one line with the summary.
    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        _: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for finding in findings.iter() {
            line(&Tagged { kind: "finding", body: FindingOut::new(&finding) }, out)?;
        }
        line(&Tagged { kind: "summary", body: ReportHead::new(document) }, out)
    }
}

/// All of a document but its findings, on one line.
#[cfg(feature = "arrow")]
pub(super) fn head(document: &Document<'_>) -> io::Result<String> {
    serde_json::to_string(&ReportHead::new(document)).map_err(io::Error::other)
}

fn line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
struct Tagged<T> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    body: T,
}

#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    head: ReportHead<'a>,
    findings: FindingStream<'a>,
}

/// The findings, written as they are made. They can be written once.
struct FindingStream<'a>(RefCell<&'a mut dyn ExactSizeIterator<Item = ShownFinding>>);

impl Serialize for FindingStream<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq;
        let mut list = serializer.serialize_seq(None)?;
        for finding in &mut **self.0.borrow_mut() {
            list.serialize_element(&FindingOut::new(&finding))?;
        }
        list.end()
    }
}

#[derive(Serialize)]
struct ReportHead<'a> {
    schema: &'static str,
    tool: Tool<'a>,
    rules: Rules<'a>,
    as_of: Option<Iso>,
    summary: SummaryOut<'a>,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct Rules<'a> {
    digest: &'a str,
    /// The settings that differ from the built-in ones.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    changed_settings: &'a [String],
}

impl<'a> ReportHead<'a> {
    fn new(document: &Document<'a>) -> Self {
        Self {
            schema: SCHEMA,
            tool: Tool { name: "rxlint", version: document.version },
            rules: Rules { digest: document.digest, changed_settings: document.changed_settings },
            as_of: document.as_of.map(|day| Iso(ShownDay::new(day, None))),
            summary: SummaryOut::new(document.summary),
        }
    }
}

/// A day as `YYYY-MM-DD`; as `day 4` if no calendar dates are shown.
#[derive(Clone, Copy)]
struct Iso(ShownDay);

impl Serialize for Iso {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

#[derive(Serialize)]
struct SummaryOut<'a> {
    files: Vec<FileOut<'a>>,
    /// Older exports, read because of `--history`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    history: Vec<FileOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ledger: Option<LedgerOut<'a>>,
    patients: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    products: Option<ProductsOut>,
    findings: SeverityCounts,
    by_rule: &'a BTreeMap<String, u64>,
    accepted: u64,
    baselined: u64,
    /// Left out because someone has settled them.
    #[serde(skip_serializing_if = "is_zero")]
    settled: u64,
    /// Reported again although someone had settled them.
    #[serde(skip_serializing_if = "is_zero")]
    returned: u64,
    /// Present if a filter was on.
    #[serde(skip_serializing_if = "Option::is_none")]
    filter: Option<FilterOut<'a>>,
    /// Present if findings were counted by something.
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<GroupsOut>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    acceptances: Vec<AcceptedOut<'a>>,
    #[serde(skip_serializing_if = "<[Known]>::is_empty")]
    gone: &'a [Known],
    complete: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    incomplete: Vec<GapOut>,
    exposures: u64,
    mentioned: u64,
    reversed: u64,
    assumed: &'a BTreeMap<&'static str, u64>,
    rejects: &'a BTreeMap<&'static str, u64>,
    notes: Vec<String>,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A filter on what is shown.
#[derive(Serialize)]
struct FilterOut<'a> {
    options: &'a [&'static str],
    left_out: u64,
}

/// The findings shown, counted.
#[derive(Serialize)]
struct GroupsOut {
    by: &'static str,
    findings: u64,
    watched_patients: u64,
    groups: Vec<GroupOut>,
}

#[derive(Serialize)]
struct GroupOut {
    name: Option<String>,
    findings: u64,
    high: u64,
    moderate: u64,
    low: u64,
    patients: u64,
    watched_patients: u64,
    per_1000: Option<f64>,
}

impl GroupsOut {
    fn new(groups: &Groups) -> Self {
        let group = |group: &Group| GroupOut {
            name: Some(safe(&group.name).into_owned()).filter(|name| !name.is_empty()),
            findings: group.findings(),
            high: group.high,
            moderate: group.moderate,
            low: group.low,
            patients: group.patients,
            watched_patients: group.watched,
            per_1000: group.tenths_per_1000().map(|tenths| tenths as f64 / 10.0),
        };
        Self {
            by: groups.by.name(),
            findings: groups.findings,
            watched_patients: groups.watched,
            groups: groups.rows.iter().map(group).collect(),
        }
    }
}

/// What was not checked, and what to do about it.
#[derive(Serialize)]
struct GapOut {
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    message: String,
    remedy: String,
}

impl GapOut {
    fn new(gap: &Gap) -> Self {
        Self {
            reason: gap.kind.code(),
            path: gap.path.as_deref().map(|path| safe(path).into_owned()),
            line: gap.line,
            message: safe(&gap.what).into_owned(),
            remedy: safe(&gap.remedy).into_owned(),
        }
    }
}

/// What a formulary lists.
#[derive(Serialize)]
struct ProductsOut {
    listed: u64,
    watched: u64,
}

#[derive(Serialize)]
struct SeverityCounts {
    high: u64,
    moderate: u64,
    low: u64,
}

#[derive(Serialize)]
struct FileOut<'a> {
    path: String,
    format: &'a str,
    bytes: u64,
    read: u64,
    checked: u64,
    inactive: u64,
    unresolved: u64,
    rejected: u64,
}

impl<'a> SummaryOut<'a> {
    fn new(summary: &'a Summary) -> Self {
        let count = |severity| summary.findings.get(&severity).copied().unwrap_or(0);
        Self {
            files: summary.files.iter().map(FileOut::new).collect(),
            history: summary.history.iter().map(FileOut::new).collect(),
            ledger: summary.ledger.as_ref().map(LedgerOut::new),
            patients: summary.patients,
            products: summary
                .products
                .map(|products| ProductsOut { listed: products.listed, watched: products.watched }),
            findings: SeverityCounts {
                high: count(Severity::High),
                moderate: count(Severity::Moderate),
                low: count(Severity::Low),
            },
            by_rule: &summary.by_rule,
            accepted: summary.accepted,
            baselined: summary.baselined,
            settled: summary.settled,
            returned: summary.returned,
            filter: summary.filtered.as_ref().map(|filtered| FilterOut {
                options: &filtered.options,
                left_out: filtered.left_out,
            }),
            groups: summary.groups.as_ref().map(GroupsOut::new),
            acceptances: summary.acceptances.iter().map(AcceptedOut::new).collect(),
            gone: &summary.gone,
            complete: summary.is_complete(),
            incomplete: summary.gaps.iter().map(GapOut::new).collect(),
            exposures: summary.exposures,
            mentioned: summary.mentioned,
            reversed: summary.reversed,
            assumed: &summary.assumed,
            rejects: &summary.rejects,
            notes: summary.notes.iter().map(|note| safe(note).into_owned()).collect(),
        }
    }
}

/// What a ledger knew, and what is no longer found.
#[derive(Serialize)]
struct LedgerOut<'a> {
    path: String,
    recalled: u64,
    new: u64,
    earlier: u64,
    withdrawn: Vec<WithdrawnOut<'a>>,
}

#[derive(Serialize)]
struct WithdrawnOut<'a> {
    rule: &'a str,
    fingerprint: String,
    first_seen: Option<Iso>,
}

impl<'a> LedgerOut<'a> {
    fn new(ledger: &'a LedgerSummary) -> Self {
        let withdrawn = ledger.withdrawn.iter().map(|gone| WithdrawnOut {
            rule: &gone.rule,
            fingerprint: gone.fingerprint.to_string(),
            first_seen: gone.first_seen.map(|day| Iso(ShownDay::new(day, None))),
        });
        Self {
            path: safe(&ledger.path).into_owned(),
            recalled: ledger.recalled,
            new: ledger.new,
            earlier: ledger.earlier,
            withdrawn: withdrawn.collect(),
        }
    }
}

/// An `[[accept]]` entry: what it accepts and how often, without patient and reason.
#[derive(Serialize)]
struct AcceptedOut<'a> {
    path: String,
    line: u32,
    rule: &'a str,
    until: Option<Iso>,
    by: Option<&'a str>,
    /// NCPDP 440-E5.
    service: Option<&'a str>,
    /// NCPDP 441-E6.
    outcome: Option<&'a str>,
    findings: u64,
}

impl<'a> AcceptedOut<'a> {
    fn new(entry: &'a Accepted) -> Self {
        Self {
            path: safe(&entry.path).into_owned(),
            line: entry.line,
            rule: &entry.rule,
            until: entry.until.map(|day| Iso(ShownDay::new(day, None))),
            by: entry.by.as_deref(),
            service: entry.service.as_deref(),
            outcome: entry.outcome.as_deref(),
            findings: entry.findings,
        }
    }
}

impl<'a> FileOut<'a> {
    fn new(file: &'a RecordCount) -> Self {
        Self {
            path: safe(&file.path).into_owned(),
            format: &file.format,
            bytes: file.bytes,
            read: file.read,
            checked: file.checked,
            inactive: file.inactive,
            unresolved: file.unresolved,
            rejected: file.rejected,
        }
    }
}

#[derive(Serialize)]
struct FindingOut<'a> {
    rule: &'a str,
    severity: Severity,
    dur: &'a str,
    patient: Option<&'a str>,
    message: &'a str,
    help: &'a str,
    days: Option<DaysOut>,
    clean_from: Option<Iso>,
    evidence: EvidenceOut<'a>,
    assumed: &'a [&'static str],
    places: Vec<PlaceOut<'a>>,
    also: u32,
    also_places: Vec<PlaceOut<'a>>,
    fingerprint: String,
    premise: &'a str,
    /// Present if a ledger is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<Iso>,
}

#[derive(Serialize)]
struct DaysOut {
    kind: &'static str,
    first: Iso,
    last: Iso,
    count: u32,
}

#[derive(Serialize)]
struct EvidenceOut<'a> {
    /// Data quality has no grade.
    grade: Option<&'a str>,
    disputed: bool,
    sources: &'a [String],
}

#[derive(Serialize)]
struct PlaceOut<'a> {
    path: &'a str,
    record: u32,
    line: u32,
    /// In bytes from 1; absent if the record was only referred to.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    /// The cell of a sheet, such as `D7`; absent if the input is not a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<&'a str>,
    field: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
    role: &'a str,
    drug: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<Iso>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<Iso>,
    #[serde(skip_serializing_if = "str::is_empty")]
    prescriber: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    prescription: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    claim: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    site: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    quantity: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    days_supply: &'a str,
}

impl<'a> FindingOut<'a> {
    fn new(finding: &'a ShownFinding) -> Self {
        let rule = &*finding.rule;
        Self {
            rule: &rule.id,
            severity: finding.severity,
            dur: &rule.dur,
            patient: finding.patient.as_deref(),
            message: &finding.message,
            help: &finding.help,
            days: finding.days.map(DaysOut::new),
            clean_from: finding.clean_from.map(Iso),
            evidence: EvidenceOut {
                grade: Some(rule.grade.as_str()).filter(|grade| !grade.is_empty()),
                disputed: rule.disputed,
                sources: &rule.sources,
            },
            assumed: &finding.assumed,
            places: finding.places.iter().map(PlaceOut::new).collect(),
            also: finding.also,
            also_places: finding.also_places.iter().map(PlaceOut::new).collect(),
            fingerprint: finding.fingerprint.to_string(),
            premise: finding.shown_premise(),
            first_seen: finding.first_seen.map(Iso),
        }
    }
}

impl DaysOut {
    fn new(days: ShownDays) -> Self {
        Self { kind: days.kind, first: Iso(days.first), last: Iso(days.last), count: days.count }
    }
}

impl<'a> PlaceOut<'a> {
    fn new(place: &'a ShownPlace) -> Self {
        let [prescriber, prescription, claim, site, quantity, days_supply] = place.contact.cells();
        Self {
            path: &place.shown.path,
            record: place.shown.record,
            line: place.shown.line,
            column: place.shown.column,
            cell: place.shown.sheet_cell.as_deref(),
            field: place.shown.field.name(),
            label: &place.shown.label,
            role: &place.role,
            drug: &place.drug,
            first: place.days.map(|(first, _)| Iso(first)),
            last: place.days.map(|(_, last)| Iso(last)),
            prescriber,
            prescription,
            claim,
            site,
            quantity,
            days_supply,
        }
    }
}

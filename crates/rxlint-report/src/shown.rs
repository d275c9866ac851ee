//! Findings as a reader may see them: all that a renderer is given has passed through [`crate::redaction`].

use std::sync::Arc;

use rayon::prelude::*;

use crate::redaction::{
    self, DrugWords, Privacy, Pseudonyms, RedactionTerms, Shown, ShownDay, dates, safe,
};
use crate::timeline::DrawnExposure;
use rxlint_model::day::Day;
use rxlint_model::disposition::row_check;
use rxlint_model::finding::{
    Finding, FindingPlace, Fingerprint, PatientKey, RuleInfo, Severity, Side,
};
use rxlint_model::place::Place;
use rxlint_model::record::Field;
use rxlint_model::record_text::{CellText, RecordText};

/// What the reader of a document may see.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The inputs' paths, by [`Place::file`].
    pub paths: &'a [String],
    /// How much of a record is shown, and how days are.
    pub terms: RedactionTerms,
    /// The patients of the run's findings.
    pub people: &'a Pseudonyms,
    /// The drugs whose words a masked report shows.
    pub drugs: &'a dyn DrugWords,
    /// Whether a patient is shown with the authority that issued the identifier.
    pub authority: bool,
}

impl View<'_> {
    /// The day from which a patient's days are counted, if they are not calendar dates.
    fn zero(&self, patient: PatientKey) -> Option<Day> {
        let is_relative = self.terms.dates == redaction::DateDisplay::Relative;
        is_relative.then(|| self.people.first_day(patient).unwrap_or(Day(0)))
    }
}

/// The days of one exposure, as they are shown.
#[derive(Clone, Debug)]
pub struct ShownExposure {
    /// The drug.
    pub drug: String,
    /// Its role.
    pub role: &'static str,
    /// Which side of the story that is.
    pub side: Side,
    /// The first of them.
    pub first: ShownDay,
    /// The last of them, inclusive.
    pub last: ShownDay,
}

/// The days that a finding is about, as they are shown.
#[derive(Clone, Copy, Debug)]
pub struct ShownDays {
    /// `overlap`, `opioid-free`, `blockade`, `interval` …
    pub kind: &'static str,
    /// The first of them.
    pub first: ShownDay,
    /// The last of them, inclusive.
    pub last: ShownDay,
    /// How many they are.
    pub count: u32,
}

/// A record that a finding points at, as a person may see it.
#[derive(Clone, Debug)]
pub struct ShownPlace {
    /// Where the record is, and its lines.
    pub shown: Shown,
    /// The drug's role there.
    pub role: String,
    /// Which side of the story that is.
    pub side: Side,
    /// The drug.
    pub drug: String,
    /// First and last day of the exposure, inclusive; `None` if the record is not about days.
    pub days: Option<(ShownDay, ShownDay)>,
    /// How many of those days are supply that was left when the record's own arrived.
    pub carried: u32,
    /// Whom to ask about it.
    pub contact: Contact,
}

/// What a pharmacist needs to call about a record, as the export writes it; empty where it says nothing, or is masked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// The prescriber, by name or number.
    pub prescriber: String,
    /// The number of the prescription.
    pub prescription: String,
    /// The number of the claim.
    pub claim: String,
    /// The pharmacy or site.
    pub site: String,
    /// How much was dispensed.
    pub quantity: String,
    /// For how many days.
    pub days_supply: String,
}

impl Contact {
    fn of(record: &RecordText, view: &View<'_>) -> Self {
        let cell = |field: Field| {
            let cell = record.cell(field).filter(|_| view.terms.shows_plainly(field));
            let shown =
                cell.map(|cell| redaction::cell(field, cell.text.trim(), view.terms, view.drugs));
            shown.unwrap_or_default()
        };
        Self {
            prescriber: cell(Field::Prescriber),
            prescription: cell(Field::Prescription),
            claim: cell(Field::Claim),
            site: cell(Field::Pharmacy),
            quantity: cell(Field::Quantity),
            days_supply: cell(Field::DaysSupply),
        }
    }

    /// What tables show in their columns: prescriber, prescription, claim, site, quantity, days' supply.
    pub fn cells(&self) -> [&str; 6] {
        let Self { prescriber, prescription, claim, site, quantity, days_supply } = self;
        [prescriber, prescription, claim, site, quantity, days_supply].map(String::as_str)
    }

    /// In words: `prescription 100, prescriber 1234567890, quantity 60`; empty if nothing is known by which anyone could be
    /// asked.
    pub fn words(&self) -> String {
        let known = [
            ("prescription", &self.prescription),
            ("claim", &self.claim),
            ("prescriber", &self.prescriber),
            ("site", &self.site),
            ("quantity", &self.quantity),
        ];
        let is_somebody = known[..4].iter().any(|(_, text)| !text.is_empty());
        let words = known.iter().filter(|(_, text)| !text.is_empty() && is_somebody);
        words.map(|(name, text)| format!("{name} {text}")).collect::<Vec<_>>().join(", ")
    }
}

/// A finding as a person may see it.
#[derive(Clone, Debug)]
pub struct ShownFinding {
    /// The rule that found it.
    pub rule: Arc<RuleInfo>,
    /// How severe it is.
    pub severity: Severity,
    /// The patient's identifier, or code if it is masked; `None` if no record of the finding could be read again.
    pub patient: Option<String>,
    /// One sentence: what happened.
    pub message: String,
    /// The calculation, what to do, from which day it is clean, the evidence.
    pub help: String,
    /// The days it is about.
    pub days: Option<ShownDays>,
    /// The first day on which the drug could start without a finding.
    pub clean_from: Option<ShownDay>,
    /// The assumptions it rests on, which the records do not state.
    pub assumed: Vec<&'static str>,
    /// The records that tell the story, the main one first.
    pub places: Vec<ShownPlace>,
    /// How many further pairs of the same courses break the rule.
    pub also: u32,
    /// The records of those pairs, as far as they are listed; only pointed at.
    pub also_places: Vec<ShownPlace>,
    /// What it is recognised by from run to run.
    pub fingerprint: Fingerprint,
    /// The day on which it was first found; known if a ledger is used.
    pub first_seen: Option<ShownDay>,
    /// What a baseline must know besides.
    pub premise: String,
    /// Whether the fingerprint is that of a masked report, by which the finding cannot be recognised again.
    pub masked: bool,
}

/// Replaces the premise in a masked worklist or report: what is entered in it cannot be imported, and it is not a baseline.
pub const MASKED_PREMISE: &str = "masked";

impl ShownFinding {
    /// Who prescribed its records, each once; empty where that is unknown or not shown.
    pub fn prescribers(&self) -> String {
        let mut known: Vec<&str> = Vec::new();
        for place in &self.places {
            let name = place.contact.prescriber.as_str();
            if !name.is_empty() && !known.contains(&name) {
                known.push(name);
            }
        }
        known.join(", ")
    }

    /// What holds a row of a worklist together.
    pub fn row_check(&self) -> String {
        let patient = self.patient.as_deref().unwrap_or_default();
        row_check(self.fingerprint, &self.rule.id, patient).unwrap_or_default()
    }

    /// The premise as a worklist or a report has it.
    pub fn shown_premise(&self) -> &str {
        if self.masked { MASKED_PREMISE } else { &self.premise }
    }

    /// The finding, with its records read again. Where `reread` has no text, because the input changed meanwhile, the place
    /// is shown without its lines: no finding is lost for that.
    pub fn new(
        finding: &Finding,
        view: &View<'_>,
        mut reread: impl FnMut(&Place) -> Option<RecordText>,
    ) -> Self {
        let zero = view.zero(finding.patient);
        let relative = zero.is_some();
        let masked = view.terms.privacy == Privacy::Mask;
        let text = |text: &str| {
            let text = safe(text);
            if relative { dates::relative(&text, zero).into_owned() } else { text.into_owned() }
        };
        let mut patient = (masked && finding.patient != PatientKey::default())
            .then(|| view.people.code(finding.patient));
        let places = finding.places.iter().map(|at| match reread(&at.row.place()) {
            Some(mut record) => {
                lead_with_drug(&mut record, at, view.drugs);
                patient = patient.take().or_else(|| named(&record, view));
                let shown = Shown::new(
                    path(view, &at.row.place()),
                    at.row.place(),
                    at.field,
                    &record,
                    view.terms,
                    view.drugs,
                );
                let contact = Contact::of(&record, view);
                ShownPlace { contact, ..ShownPlace::new(at, shown, zero) }
            }
            None => ShownPlace::pointer(at, view, zero),
        });
        let places = places.collect();
        let day = |day| ShownDay::new(day, zero);
        Self {
            rule: Arc::clone(&finding.rule),
            severity: finding.severity,
            patient,
            message: text(&finding.message),
            help: text(&finding.help),
            days: finding.days.map(|days| ShownDays {
                kind: days.kind,
                first: day(days.first),
                last: day(days.last),
                count: days.count,
            }),
            clean_from: finding.clean_from.map(day),
            assumed: finding.assumed.clone(),
            places,
            also: finding.also,
            also_places: finding
                .also_places
                .iter()
                .map(|at| ShownPlace::pointer(at, view, zero))
                .collect(),
            fingerprint: if masked {
                view.people.fingerprint(finding)
            } else {
                finding.fingerprint
            },
            first_seen: finding.first_seen.map(day),
            premise: finding.premise.clone(),
            masked,
        }
    }
}

impl ShownPlace {
    fn new(at: &FindingPlace, shown: Shown, zero: Option<Day>) -> Self {
        let [role, drug] = [&at.role, &at.drug].map(|text| safe(text).into_owned());
        let days =
            at.days.map(|(first, last)| (ShownDay::new(first, zero), ShownDay::new(last, zero)));
        let (side, carried, contact) = (at.side, at.carried, Contact::default());
        Self { shown, role, side, drug, days, carried, contact }
    }

    fn pointer(at: &FindingPlace, view: &View<'_>, zero: Option<Day>) -> Self {
        Self::new(at, Shown::pointer(path(view, &at.row.place()), at.row.place(), at.field), zero)
    }
}

/// Puts the cell that names the place's drug before the others of its field, where several columns hold drugs.
fn lead_with_drug(record: &mut RecordText, at: &FindingPlace, drugs: &dyn DrugWords) {
    let of_field = |(_, cell): &(usize, &CellText)| cell.field == at.field;
    let mut cells = record.cells.iter().enumerate().filter(of_field);
    let Some((first, _)) = cells.next() else { return };
    if let Some((own, _)) = cells.find(|(_, cell)| drugs.names(&cell.text, &at.drug)) {
        record.cells.swap(first, own);
    }
}

fn path<'a>(view: &View<'a>, place: &Place) -> &'a str {
    view.paths.get(place.file as usize).map_or("?", String::as_str)
}

/// The patient as shown, with the authority in brackets if it is needed to distinguish people.
fn named(record: &RecordText, view: &View<'_>) -> Option<String> {
    let patient = redaction::patient(record)?;
    let authority =
        record.cell(Field::Authority).filter(|cell| view.authority && !cell.text.is_empty());
    Some(match authority {
        Some(cell) => format!("{patient} ({})", safe(&cell.text)),
        None => patient,
    })
}

/// The findings of a document, sorted. Each is made when it is asked for: a run may have hundreds of thousands, and their
/// records are read again from the inputs.
#[derive(Clone, Copy)]
pub struct Findings<'a> {
    findings: &'a [&'a Finding],
    view: View<'a>,
    reread: &'a (dyn Fn(&Place) -> Option<RecordText> + Sync),
    exposures: &'a (dyn Fn(PatientKey) -> Vec<DrawnExposure> + Sync),
}

impl<'a> Findings<'a> {
    /// These findings, for a reader with this view of them.
    pub fn new(
        findings: &'a [&'a Finding],
        view: View<'a>,
        reread: &'a (dyn Fn(&Place) -> Option<RecordText> + Sync),
    ) -> Self {
        Self { findings, view, reread, exposures: &|_| Vec::new() }
    }

    /// The same, for reports that draw all of a patient's days: which exposures each patient has.
    #[must_use]
    pub fn with_exposures(
        self,
        exposures: &'a (dyn Fn(PatientKey) -> Vec<DrawnExposure> + Sync),
    ) -> Self {
        Self { exposures, ..self }
    }

    /// All exposures of a finding's patient, as they may be seen; none where they are unknown.
    pub fn exposures(&self, finding: Unshown<'_>) -> Vec<ShownExposure> {
        let zero = self.view.zero(finding.0.patient);
        let shown = (self.exposures)(finding.0.patient).into_iter().map(|exposure| ShownExposure {
            drug: safe(&exposure.drug).into_owned(),
            role: exposure.role,
            side: exposure.side,
            first: ShownDay::new(exposure.first, zero),
            last: ShownDay::new(exposure.last, zero),
        });
        shown.collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// All of them, in their order: some hundreds at a time, made on all threads.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = ShownFinding> {
        Shows { all: *self, left: self.findings, made: Vec::new().into_iter() }
    }

    /// All of them, not yet shown, in their order.
    pub fn unshown(&self) -> impl ExactSizeIterator<Item = Unshown<'a>> {
        self.findings.iter().map(|finding| Unshown(finding))
    }

    /// All of them, not yet shown: high before moderate before low, else in their order.
    pub fn worst_first(&self) -> Vec<Unshown<'a>> {
        let mut sorted: Vec<Unshown<'a>> = self.unshown().collect();
        sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
        sorted
    }

    /// The most severe first, patient by patient, as they are worked through: at most this many, and how many are left out.
    pub fn gravest(&self, most: Option<usize>) -> (Vec<Unshown<'a>>, usize) {
        let mut sorted = self.worst_first();
        sorted.sort_by_key(|finding| {
            (std::cmp::Reverse(finding.severity()), self.patient_number(*finding))
        });
        let left_out = most.map_or(0, |most| sorted.len().saturating_sub(most));
        sorted.truncate(sorted.len() - left_out);
        (sorted, left_out)
    }

    /// The number of a finding's patient in the order of appearance. Findings about no patient have one in common.
    pub fn patient_number(&self, finding: Unshown<'_>) -> u32 {
        self.view.people.number(finding.0.patient)
    }

    /// One finding as it may be seen.
    pub fn show(&self, finding: Unshown<'_>) -> ShownFinding {
        self.make(finding.0)
    }

    fn make(&self, finding: &Finding) -> ShownFinding {
        ShownFinding::new(finding, &self.view, self.reread)
    }
}

/// A finding that is not shown yet. It gives what a format sorts and groups by, and nothing that comes from a record.
#[derive(Clone, Copy)]
pub struct Unshown<'a>(&'a Finding);

impl<'a> Unshown<'a> {
    /// How severe it is.
    pub fn severity(self) -> Severity {
        self.0.severity
    }

    /// The rule that found it.
    pub fn rule(self) -> &'a RuleInfo {
        &self.0.rule
    }

    /// Whether it is about a patient.
    pub fn has_patient(self) -> bool {
        self.0.patient != PatientKey::default()
    }

    /// The number of the input that contains its main record.
    pub fn file(self) -> usize {
        self.0.places.first().map_or(0, |at| at.row.place().file as usize)
    }
}

/// Findings as they may be seen, made in batches: reading records again is most of the work.
struct Shows<'a> {
    all: Findings<'a>,
    left: &'a [&'a Finding],
    made: std::vec::IntoIter<ShownFinding>,
}

/// How many findings are made at a time.
const AT_A_TIME: usize = 256;

impl Iterator for Shows<'_> {
    type Item = ShownFinding;

    fn next(&mut self) -> Option<ShownFinding> {
        if self.made.len() == 0 {
            let (now, left) = self.left.split_at(self.left.len().min(AT_A_TIME));
            let made: Vec<ShownFinding> =
                now.par_iter().with_min_len(8).map(|finding| self.all.make(finding)).collect();
            (self.left, self.made) = (left, made.into_iter());
        }
        self.made.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let count = self.made.len() + self.left.len();
        (count, Some(count))
    }
}

impl ExactSizeIterator for Shows<'_> {}

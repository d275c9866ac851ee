//! Pseudonyms: who is who in a report that does not say who anyone is.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::fmt;
use std::ops::Deref;

use rustc_hash::FxHashMap;

use super::dates::relative;
use super::{DateDisplay, Privacy, RedactionTerms};
use rxlint_model::day::Day;
use rxlint_model::finding::fingerprint::PatientKey;
use rxlint_model::finding::{Finding, Fingerprint};
use rxlint_model::record::Field;
use rxlint_model::summary::{GroupBy, Summary};

/// A secret of the site, with which masked reports give patients and findings the same codes in every run.
///
/// A plain hash of an identifier hides nothing: anyone with a list of identifiers can hash them all and compare.
#[derive(Clone, Copy)]
pub struct SiteKey([u8; 32]);

impl SiteKey {
    /// The fewest bytes of a key file.
    pub const SHORTEST: usize = 16;

    /// The key made from the content of a key file; `None` if that is too short to be secret.
    pub fn new(secret: &[u8]) -> Option<Self> {
        let secret = secret.trim_ascii();
        (secret.len() >= Self::SHORTEST)
            .then(|| Self(blake3::derive_key("rxlint 2026 site key for masked reports", secret)))
    }

    fn hasher(&self, about: &str) -> blake3::Hasher {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(about.as_bytes()).update(&[0]);
        hasher
    }
}

impl fmt::Debug for SiteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SiteKey")
    }
}

/// The patients of a run's findings.
#[derive(Debug, Default)]
pub struct Pseudonyms {
    persons: FxHashMap<PatientKey, NumberedPatient>,
    /// The fingerprints that masked reports show, by the real ones.
    prints: FxHashMap<Fingerprint, Fingerprint>,
    key: Option<SiteKey>,
}

/// The summary of a run as a reader may see it; [`Pseudonyms::summary`] alone makes one.
#[derive(Clone, Debug)]
pub struct ShownSummary<'a>(Cow<'a, Summary>);

impl Deref for ShownSummary<'_> {
    type Target = Summary;

    fn deref(&self) -> &Summary {
        &self.0
    }
}

#[derive(Clone, Copy, Debug)]
struct NumberedPatient {
    number: u32,
    first: Day,
}

impl Pseudonyms {
    /// The patients of these findings, numbered in the order in which they appear.
    pub fn new(findings: &[Finding], key: Option<SiteKey>) -> Self {
        let mut people = Self { key, ..Self::default() };
        let mut seen: FxHashMap<Fingerprint, u32> = FxHashMap::default();
        for finding in findings {
            let number = people.persons.len() as u32 + 1;
            let first = first_day(finding);
            match people.persons.entry(finding.patient) {
                Entry::Occupied(mut known) => known.get_mut().first = known.get().first.min(first),
                Entry::Vacant(new) => drop(new.insert(NumberedPatient { number, first })),
            }
            let print = match &key {
                Some(key) => keyed(key, finding.fingerprint),
                None => {
                    let same = seen.entry(patientless(finding, 0)).or_default();
                    *same += 1;
                    patientless(finding, *same)
                }
            };
            people.prints.insert(finding.fingerprint, print);
        }
        people
    }

    /// The patient's number in the order of appearance, from 1.
    pub fn number(&self, patient: PatientKey) -> u32 {
        self.persons.get(&patient).map_or(0, |person| person.number)
    }

    /// The patient's first day that any finding shows.
    pub fn first_day(&self, patient: PatientKey) -> Option<Day> {
        self.persons.get(&patient).map(|person| person.first)
    }

    /// What a masked report calls the patient: a code that stays the same in every run if the site has a key; otherwise a
    /// number, which means nothing in any other report.
    pub fn code(&self, patient: PatientKey) -> String {
        let Some(key) = &self.key else { return format!("patient-{:04}", self.number(patient)) };
        let mut hasher = key.hasher("patient");
        hasher.update(&patient.0[0].to_le_bytes()).update(&patient.0[1].to_le_bytes());
        format!("patient-{}", &hasher.finalize().to_hex()[..12])
    }

    /// The summary of a run as a report on these terms may show it: a note can contain a day on which someone was given
    /// something, and findings that are gone since a baseline are identified by fingerprints.
    pub fn summary<'a>(&self, summary: &'a Summary, terms: RedactionTerms) -> ShownSummary<'a> {
        let mut shown = Cow::Borrowed(summary);
        if terms.privacy != Privacy::Mask && !summary.unknown_statuses.is_empty() {
            let words = summary.unknown_statuses.iter();
            let words: Vec<String> =
                words.map(|(word, count)| format!("\"{word}\" ({count})")).collect();
            shown.to_mut().notes.push(format!("Unknown statuses: {}.", words.join(", ")));
        }
        if let Some(groups) = &summary.groups
            && is_masked_group(groups.by, terms)
            && let Some(groups) = shown.to_mut().groups.as_mut()
        {
            let word = groups.by.name();
            let named = groups.rows.iter_mut().filter(|group| !group.name.is_empty());
            for (number, group) in (1..).zip(named) {
                group.name = format!("{word}-{number:04}");
            }
        }
        if terms.privacy == Privacy::Mask {
            // Who accepted something is a person too.
            let named = summary.acceptances.iter().any(|entry| entry.by.is_some());
            if named {
                shown.to_mut().acceptances.iter_mut().for_each(|entry| entry.by = None);
            }
        }
        if terms.dates == DateDisplay::Relative {
            let shown = shown.to_mut();
            shown.notes.iter_mut().for_each(|note| *note = relative(note, None).into_owned());
            shown.acceptances.iter_mut().for_each(|entry| entry.until = None);
            shown
                .ledger
                .iter_mut()
                .flat_map(|ledger| &mut ledger.withdrawn)
                .for_each(|gone| gone.first_seen = None);
        }
        if terms.privacy == Privacy::Mask
            && summary.ledger.as_ref().is_some_and(|ledger| !ledger.withdrawn.is_empty())
            && let Some(ledger) = shown.to_mut().ledger.as_mut()
        {
            match &self.key {
                Some(key) => ledger
                    .withdrawn
                    .iter_mut()
                    .for_each(|gone| gone.fingerprint = keyed(key, gone.fingerprint)),
                None => {
                    let withdrawn = std::mem::take(&mut ledger.withdrawn).len();
                    shown.to_mut().notes.push(format!(
                        "Findings of earlier runs that no longer stand: {withdrawn}."
                    ));
                }
            }
        }
        if terms.privacy == Privacy::Mask && !summary.gone.is_empty() {
            let shown = shown.to_mut();
            match &self.key {
                Some(key) => shown
                    .gone
                    .iter_mut()
                    .for_each(|known| known.fingerprint = keyed(key, known.fingerprint)),
                None => shown.notes.push(format!(
                    "Findings of the baseline that are gone: {}.",
                    std::mem::take(&mut shown.gone).len()
                )),
            }
        }
        ShownSummary(shown)
    }

    /// The fingerprint that a masked report shows. One that is made from the patient's identifier must not leave the site.
    pub fn fingerprint(&self, finding: &Finding) -> Fingerprint {
        self.prints.get(&finding.fingerprint).copied().unwrap_or_else(|| patientless(finding, 0))
    }
}

/// Whether the names of these groups are not shown on these terms. Rules are never masked, nor are months of the calendar;
/// prescribers and sites are shown where the records that name them are.
fn is_masked_group(by: GroupBy, terms: RedactionTerms) -> bool {
    match by {
        GroupBy::Prescriber => !terms.shows(Field::Prescriber),
        GroupBy::Site => !terms.shows(Field::Pharmacy),
        GroupBy::Month => terms.dates == DateDisplay::Relative,
        GroupBy::Rule => false,
    }
}

fn first_day(finding: &Finding) -> Day {
    let places = finding
        .places
        .iter()
        .chain(&finding.also_places)
        .filter_map(|place| place.days)
        .map(|(first, last)| first.min(last));
    places.chain(finding.days.map(|days| days.first)).min().unwrap_or(Day(0))
}

fn keyed(key: &SiteKey, print: Fingerprint) -> Fingerprint {
    let mut hasher = key.hasher("finding");
    hasher.update(&print.0.to_le_bytes());
    shortened(&hasher.finalize())
}

/// A fingerprint without the patient and without dates: of the rule, the drugs, the number of days between them, and a number
/// that distinguishes findings with all that in common.
fn patientless(finding: &Finding, nth: u32) -> Fingerprint {
    let mut hasher = blake3::Hasher::new();
    hasher
        .update(b"rxlint/v1 masked\0")
        .update(finding.rule.id.as_bytes())
        .update(&nth.to_le_bytes());
    let zero =
        finding.places.first().and_then(|place| place.days).map_or(Day(0), |(first, _)| first);
    for place in &finding.places {
        hasher.update(&[0]).update(place.drug.as_bytes()).update(&[0]);
        if let Some((first, last)) = place.days {
            hasher.update(&first.since(zero).to_le_bytes()).update(&last.since(zero).to_le_bytes());
        }
    }
    shortened(&hasher.finalize())
}

fn shortened(hash: &blake3::Hash) -> Fingerprint {
    Fingerprint(
        hash.as_bytes().iter().take(16).fold(0, |number, &byte| (number << 8) | u128::from(byte)),
    )
}

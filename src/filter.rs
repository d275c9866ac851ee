//! Questions of an auditor: which of a run's findings are shown, and how many each prescriber, site, rule or month has. What a
//! filter leaves out is counted, and every report says so.

use std::collections::{BTreeMap, BTreeSet};

use crate::command::shared::CommandRun;
use crate::drug_words::BookDrugWords;
use rxlint_model::day::Day;
use rxlint_model::finding::{Finding, PatientKey, Severity};
use rxlint_model::record::Field;
use rxlint_model::record_text::RecordText;
use rxlint_model::summary::{Filtered, Group, GroupBy, Groups};
use rxlint_model::wildcard::fits;
use rxlint_report::redaction::{self, DrugWords};

/// Which findings are shown: those that fit every question that is asked.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of one of these patients.
    pub patient: Vec<String>,
    /// With a record of one of these prescribers.
    pub prescriber: Vec<String>,
    /// With a record of one of these sites.
    pub site: Vec<String>,
    /// About one of these drugs.
    pub drug: Vec<String>,
    /// Not over before this day.
    pub from: Option<Day>,
    /// Begun by this day.
    pub to: Option<Day>,
    /// Of the last so many days, as-of included.
    pub last: Option<u32>,
}

impl Filter {
    /// The options that are given.
    fn options(&self) -> Vec<&'static str> {
        [
            ("--patient", !self.patient.is_empty()),
            ("--prescriber", !self.prescriber.is_empty()),
            ("--site", !self.site.is_empty()),
            ("--drug", !self.drug.is_empty()),
            ("--from", self.from.is_some()),
            ("--to", self.to.is_some()),
            ("--last", self.last.is_some()),
        ]
        .into_iter()
        .filter(|(_, is_given)| *is_given)
        .map(|(option, _)| option)
        .collect()
    }

    /// The days that are asked for.
    fn days(&self, as_of: Option<Day>) -> (Option<Day>, Option<Day>) {
        match (self.last, as_of) {
            (Some(days), Some(as_of)) => {
                let before = i32::try_from(days).unwrap_or(i32::MAX).saturating_sub(1);
                (Some(as_of.plus(-before)), Some(as_of))
            }
            _ => (self.from, self.to),
        }
    }

    fn wants(&self, finding: &Finding, run: &CommandRun) -> bool {
        let (from, to) = self.days(run.outcome.as_of);
        (from.is_none() && to.is_none() || is_within(finding, from, to))
            && (self.drug.is_empty() || self.is_about(finding, run))
            && (self.patient.is_empty() || self.is_of(finding, run))
            && (self.prescriber.is_empty()
                || names(finding, run, Field::Prescriber, &self.prescriber))
            && (self.site.is_empty() || names(finding, run, Field::Pharmacy, &self.site))
    }

    fn is_about(&self, finding: &Finding, run: &CommandRun) -> bool {
        let words = BookDrugWords(run.engine.book());
        self.drug.iter().any(|wanted| {
            finding
                .places
                .iter()
                .any(|place| fits(wanted, &place.drug) || words.names(wanted, &place.drug))
        })
    }

    fn is_of(&self, finding: &Finding, run: &CommandRun) -> bool {
        let is_key = |wanted: &String| PatientKey::new(wanted.trim(), "") == finding.patient;
        let is_shown = |wanted: &String| {
            records(finding, run).any(|record| {
                redaction::patient(&record).is_some_and(|shown| shown.trim() == wanted.trim())
            })
        };
        self.patient.iter().any(is_key)
            // Where several authorities issue the same identifiers, the key is another.
            || run.outcome.ambiguous && self.patient.iter().any(is_shown)
    }
}

/// Leaves out the findings that are not asked for, and counts those of each group.
pub fn apply(run: &mut CommandRun, filter: &Filter, by: Option<GroupBy>) {
    let options = filter.options();
    if !options.is_empty() {
        let findings = std::mem::take(&mut run.outcome.findings);
        let all = findings.len();
        let findings: Vec<Finding> =
            findings.into_iter().filter(|finding| filter.wants(finding, run)).collect();
        let left_out = (all - findings.len()) as u64;
        run.outcome.summary.tally(&findings);
        run.outcome.findings = findings;
        run.outcome.summary.filtered = Some(Filtered { options, left_out });
    }
    if let Some(by) = by {
        run.outcome.summary.groups = Some(groups(run, by));
    }
}

fn groups(run: &CommandRun, by: GroupBy) -> Groups {
    let mut groups: BTreeMap<String, (Group, BTreeSet<PatientKey>)> = BTreeMap::new();
    for finding in &run.outcome.findings {
        let name = match by {
            GroupBy::Rule => Some(finding.rule.id.clone()),
            GroupBy::Month => happened(finding).map(Day::month),
            GroupBy::Prescriber => first_name(finding, run, Field::Prescriber),
            GroupBy::Site => first_name(finding, run, Field::Pharmacy),
        };
        let (group, patients) = groups.entry(name.unwrap_or_default()).or_default();
        match finding.severity {
            Severity::High => group.high += 1,
            Severity::Moderate => group.moderate += 1,
            Severity::Low => group.low += 1,
        }
        if finding.patient != PatientKey::default() {
            patients.insert(finding.patient);
        }
    }
    let mut rows: Vec<Group> = groups
        .into_iter()
        .map(|(name, (group, patients))| Group { name, patients: patients.len() as u64, ..group })
        .collect();
    if by != GroupBy::Month {
        rows.sort_by(|a, b| {
            let key = |group: &Group| std::cmp::Reverse((group.findings(), group.high));
            key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
        });
    }
    Groups { by, watched: run.outcome.summary.patients, rows }
}

/// The day on which a finding came to be: that on which the last of its drugs began.
fn happened(finding: &Finding) -> Option<Day> {
    finding.places.iter().filter_map(|place| place.days).map(|(first, _)| first).max()
}

/// Whether the days of a finding reach into these, or it came to be within them.
fn is_within(finding: &Finding, from: Option<Day>, to: Option<Day>) -> bool {
    let reaches = |first: Day, last: Day| {
        from.is_none_or(|from| last >= from) && to.is_none_or(|to| first <= to)
    };
    let came = happened(finding).is_some_and(|day| reaches(day, day));
    came || finding
        .days
        .is_some_and(|days| days.count > 0 && reaches(days.first, days.last.max(days.first)))
}

/// The records of a finding, read again.
fn records<'a>(finding: &'a Finding, run: &'a CommandRun) -> impl Iterator<Item = RecordText> + 'a {
    let sources = run.sources();
    finding.places.iter().filter_map(move |place| sources.reread(&place.row.place()))
}

/// Whether a record of the finding names one of these people or sites.
fn names(finding: &Finding, run: &CommandRun, field: Field, wanted: &[String]) -> bool {
    records(finding, run).any(|record| {
        record.cell(field).is_some_and(|cell| wanted.iter().any(|wanted| fits(wanted, &cell.text)))
    })
}

/// Who is named by the finding's first record, or else by its others.
fn first_name(finding: &Finding, run: &CommandRun, field: Field) -> Option<String> {
    records(finding, run).find_map(|record| {
        let text = record.cell(field)?.text.trim().to_owned();
        (!text.is_empty()).then_some(text)
    })
}

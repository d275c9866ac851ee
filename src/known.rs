//! What a site already knows, taken out of what a run found: first what it accepts, then what its baseline holds. The one
//! place for both, after the rules and before any report.

use crate::config::Config;
use crate::finding::Finding;
use crate::finding::accept::{self, Acceptance, Lookup};
use crate::finding::baseline::Baseline;
use crate::input::{Input, RecordText};
use crate::record::{Field, Place};
use crate::rule::Book;
use crate::run::{self, Outcome};
use crate::summary::Accepted;

/// The inputs of a run and, after them, its configuration: whatever a finding can point at.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The inputs.
    pub inputs: &'a [Input],
    /// The configuration, whose acceptances are pointed at.
    pub config: &'a Config,
}

impl<'a> Sources<'a> {
    /// The paths, by [`Place::file`].
    pub fn paths(&self) -> Vec<&'a str> {
        let config = self.config.source.iter().map(|source| source.path.as_str());
        self.inputs.iter().map(Input::path).chain(config).collect()
    }

    /// The record at a place, read again; `None` where it cannot be.
    pub fn reread(&self, place: &Place) -> Option<RecordText> {
        match self.inputs.get(place.file as usize) {
            Some(input) => input.reread(*place).ok(),
            None => {
                let entry = self.config.accept.get((place.record as usize).checked_sub(1)?)?;
                Some(entry.record(place, self.config.source.as_ref()?))
            }
        }
    }
}

/// Takes out of the outcome what is accepted and what the baseline knows, adds what is wrong with the acceptances, and
/// counts again. Returns the accepted findings.
pub fn settle(outcome: &mut Outcome, sources: Sources<'_>, book: &Book, baseline: Option<&Baseline>) -> Vec<Finding> {
    let acceptances = sources.config.acceptances();
    let paths = sources.paths();
    let lookup = Lookup {
        path: &|place| paths.get(place.file as usize).map(|path| (*path).to_owned()).unwrap_or_default(),
        prescriber: &|place| Some(sources.reread(place)?.cell(Field::Prescriber)?.text.clone()),
    };
    let settled = accept::settle(std::mem::take(&mut outcome.findings), &acceptances, outcome.as_of, lookup);
    let mut findings = settled.findings;
    // Without a day nothing was read, and nothing can be said of what acceptances match.
    if let Some(today) = outcome.as_of {
        let file = u32::try_from(sources.inputs.len()).unwrap_or(u32::MAX);
        let notices = accept::notices(&acceptances, &settled.matches, today, file, |rule| book.applies(rule));
        findings.extend(notices.into_iter().map(|notice| Finding { severity: severity(sources.config, &notice), ..notice }));
        run::sort(&mut findings, &paths);
    }

    let summary = &mut outcome.summary;
    summary.accepted = settled.accepted.len() as u64;
    summary.acceptances =
        acceptances.iter().zip(&settled.matches).map(|(entry, &matches)| counted(entry, matches, sources.config)).collect();
    if let Some(baseline) = baseline {
        let compared = baseline.compare(findings, &settled.accepted, |rule| book.applies(rule));
        findings = compared.new;
        summary.baselined = compared.known;
        summary.gone = compared.gone;
    }
    summary.tally(&findings);
    outcome.findings = findings;
    settled.accepted
}

fn severity(config: &Config, notice: &Finding) -> crate::finding::Severity {
    config.severity.get(&notice.rule.id).copied().unwrap_or(notice.severity)
}

fn counted(acceptance: &Acceptance, matches: u64, config: &Config) -> Accepted {
    Accepted {
        path: config.source.as_ref().map(|source| source.path.clone()).unwrap_or_default(),
        line: acceptance.at.line,
        rule: acceptance.rule.clone(),
        until: acceptance.until,
        by: acceptance.by.clone(),
        service: acceptance.service.clone(),
        outcome: acceptance.outcome.clone(),
        findings: matches,
    }
}

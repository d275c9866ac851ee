//! Suppression: findings that a site already knows are counted instead of shown. First those that it accepts, then those that
//! someone has settled, then those in its baseline. All happens here, after the rules and before any report.

use crate::accept::{self, Acceptance, Lookup, Settled};
use crate::baseline::Baseline;
use crate::config::Config;
use crate::dispositions::{self, Decided};
use crate::run::{self, Outcome};
use rxlint_engine::rule::Book;
use rxlint_input::Input;
use rxlint_ledger::past::HistoryStore;
use rxlint_model::day::Day;
use rxlint_model::disposition::Disposition;
use rxlint_model::finding::Finding;
use rxlint_model::place::Place;
use rxlint_model::record::Field;
use rxlint_model::record_text::RecordText;
use rxlint_model::summary::Accepted;

/// The inputs of a run and, after them, its configuration and ledger: everything that a finding can point at.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// The inputs.
    pub inputs: &'a [Input],
    /// The configuration, whose acceptances are pointed at.
    pub config: &'a Config,
    /// The ledger, whose records are pointed at.
    pub ledger: Option<&'a dyn HistoryStore>,
}

impl<'a> Sources<'a> {
    /// The paths, by [`Place::file`].
    pub fn paths(&self) -> Vec<&'a str> {
        let mut config = self.config.source.as_ref().map(|source| source.path.as_str());
        if self.ledger.is_some() {
            // The ledger's files come after the configuration, whether there is one or not.
            config = config.or(Some(""));
        }
        let earlier = self.ledger.iter().flat_map(|ledger| ledger.paths()).map(String::as_str);
        self.inputs.iter().map(Input::path).chain(config).chain(earlier).collect()
    }

    /// The record at a place, read again; `None` if it cannot be.
    pub fn reread(&self, place: &Place) -> Option<RecordText> {
        let tonight = |place: &Place| self.inputs.get(place.file as usize)?.reread(*place).ok();
        let is_config = place.file as usize == self.inputs.len();
        match self.ledger.filter(|_| !is_config) {
            Some(ledger) => ledger.show(place, &tonight),
            None if !is_config => tonight(place),
            None => {
                let entry =
                    self.config.accept.findings.get((place.record as usize).checked_sub(1)?)?;
                Some(entry.record(place, self.config.source.as_ref()?))
            }
        }
    }
}

/// What a site knows of earlier findings, besides what its configuration accepts.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The findings of an earlier run.
    pub baseline: Option<Baseline>,
    /// What people decided, in the order in which it was imported.
    pub dispositions: Vec<Disposition>,
    /// What to say about that.
    pub note: Option<String>,
}

/// Removes from the outcome what is accepted, settled or in the baseline, adds findings about the acceptances themselves,
/// and counts again. Returns the accepted findings.
pub fn settle(
    outcome: &mut Outcome,
    sources: Sources<'_>,
    book: &Book,
    known: &Known,
) -> Vec<Finding> {
    let acceptances = sources.config.acceptances();
    let paths = sources.paths();
    let settled = accept(std::mem::take(&mut outcome.findings), outcome.as_of, sources);
    let decided = Decided::new(known.dispositions.iter().cloned());
    let decided = dispositions::sort(&decided, settled.findings, outcome.as_of);
    let (mut findings, returned) = (decided.undecided, decided.returned);
    // A run that looks back judges only today's patients: what it does not find may still be there.
    let partial = outcome.summary.ledger.is_some() || !outcome.summary.history.is_empty();
    // Without a day nothing was read, and nothing can be said about what acceptances match.
    if let Some(today) = outcome.as_of {
        let file = u32::try_from(sources.inputs.len()).unwrap_or(u32::MAX);
        let counts = settled.matches.iter().zip(&settled.outgrown);
        let matches: Vec<u64> = counts
            .map(|(&matches, &outgrown)| matches.max(u64::from(partial || outgrown)))
            .collect();
        let notices =
            accept::notices(&acceptances, &matches, today, file, |rule| book.applies(rule));
        findings.extend(
            notices
                .into_iter()
                .map(|notice| Finding { severity: severity(sources.config, &notice), ..notice }),
        );
    }

    let summary = &mut outcome.summary;
    summary.notes.extend(known.note.clone());
    if sources.ledger.is_none() {
        summary.notes.extend(accept::without_severity(&acceptances));
    }
    summary.accepted = settled.accepted.len() as u64;
    (summary.settled, summary.returned) = (decided.settled.len() as u64, returned.len() as u64);
    summary.acceptances = acceptances
        .iter()
        .zip(&settled.matches)
        .map(|(entry, &matches)| counted(entry, matches, sources.config))
        .collect();
    if let Some(baseline) = &known.baseline {
        let found = settled.accepted.iter().chain(&decided.settled).chain(&returned);
        let compared = baseline.compare(findings, found, |rule| book.applies(rule));
        findings = compared.new;
        summary.baselined = compared.known;
        summary.gone = if partial { Vec::new() } else { compared.gone };
    }
    // What someone wanted to see again is reported, whatever the baseline knows.
    findings.extend(returned);
    run::sort(&mut findings, &paths);
    summary.tally(&findings);
    outcome.findings = findings;
    settled.accepted
}

/// The findings among these that the configuration accepts.
pub fn accepted_of(
    findings: Vec<Finding>,
    today: Option<Day>,
    sources: Sources<'_>,
) -> Vec<Finding> {
    accept(findings, today, sources).accepted
}

/// Separates what the configuration accepts from what it does not.
fn accept(findings: Vec<Finding>, today: Option<Day>, sources: Sources<'_>) -> Settled {
    let paths = sources.paths();
    let lookup = Lookup {
        path: &|place| {
            paths.get(place.file as usize).map(|path| (*path).to_owned()).unwrap_or_default()
        },
        prescriber: &|place| Some(sources.reread(place)?.cell(Field::Prescriber)?.text.clone()),
        is_graver: &|finding| {
            sources.ledger.is_some_and(|ledger| ledger.has_become_graver(finding))
        },
        was_accepted: &|finding| {
            let inputs = sources.inputs.len();
            let is_earlier = |finding: &Finding| {
                finding.places.first().is_some_and(|place| place.row.place().file as usize > inputs)
            };
            is_earlier(finding) && sources.ledger.is_some_and(|ledger| ledger.was_accepted(finding))
        },
    };
    accept::settle(findings, &sources.config.acceptances(), today, lookup)
}

fn severity(config: &Config, notice: &Finding) -> rxlint_model::finding::Severity {
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

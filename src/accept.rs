//! Findings that a site has looked at and accepts, each with a reason: they are counted, not shown.
//!
//! Acceptance is decided only here, after the rules and before the baseline. An acceptance that has expired, or that matches
//! nothing, is a finding of its own: one that nobody reviews would hide the next patient.

use std::sync::Arc;

use glob::{MatchOptions, Pattern};

use rxlint_engine::rule::notice::{DUR, EXPIRED, RULES, TAG, UNMATCHED};
use rxlint_model::day::Day;
use rxlint_model::finding::{
    Finding, FindingPlace, Fingerprint, PatientKey, RuleInfo, Severity, Side,
};
use rxlint_model::place::Place;
use rxlint_model::record::Field;

/// One `[[accept]]` entry. All the criteria that it gives must match.
#[derive(Clone, Debug, Default)]
pub struct Acceptance {
    /// The rule whose findings it accepts.
    pub rule: String,
    /// The one finding.
    pub fingerprint: Option<Fingerprint>,
    /// The one patient.
    pub patient: Option<PatientKey>,
    /// Drugs that the finding must be about, by name in lower case.
    pub drugs: Vec<String>,
    /// Who prescribed what the finding is about (its first record).
    pub prescriber: Option<String>,
    /// The input that contains the finding's first record.
    pub path: Option<Pattern>,
    /// How severe the findings may be.
    pub severity: Option<Severity>,
    /// The last day on which it is valid.
    pub until: Option<Day>,
    /// Who accepted it.
    pub by: Option<String>,
    /// What the pharmacist did: NCPDP 440-E5.
    pub service: Option<String>,
    /// The outcome: NCPDP 441-E6.
    pub outcome: Option<String>,
    /// Where the entry is in the configuration.
    pub at: EntryPosition,
}

/// Where an entry is in the configuration.
#[derive(Clone, Copy, Debug, Default)]
pub struct EntryPosition {
    /// Its number, from 1.
    pub number: u32,
    /// The line of its rule, from 1.
    pub line: u32,
    /// The first byte of its rule.
    pub rule: usize,
    /// The line of its `until`, from 1.
    pub until_line: u32,
    /// The first byte of its `until`.
    pub until: usize,
}

/// What an acceptance may ask about a record beyond what the finding contains.
#[derive(Clone, Copy)]
pub struct Lookup<'a> {
    /// The path of its input.
    pub path: &'a dyn Fn(&Place) -> String,
    /// Its prescriber, read again from the input.
    pub prescriber: &'a dyn Fn(&Place) -> Option<String>,
    /// Whether the finding was accepted when it was less severe.
    pub is_graver: &'a dyn Fn(&Finding) -> bool,
    /// Whether the finding was accepted on the last night, and rests on a record of which the prescriber is not kept.
    pub was_accepted: &'a dyn Fn(&Finding) -> bool,
}

/// The result of acceptance.
#[derive(Debug, Default)]
pub struct Settled {
    /// The findings that nothing accepts, in the order in which they came.
    pub findings: Vec<Finding>,
    /// The findings that are accepted.
    pub accepted: Vec<Finding>,
    /// How many findings each entry matches. Two entries may match the same one.
    pub matches: Vec<u64>,
    /// Whether each entry is about a finding that has become more severe than what it accepts.
    pub outgrown: Vec<bool>,
}

/// Separates what is accepted from what is not.
pub fn settle(
    findings: Vec<Finding>,
    acceptances: &[Acceptance],
    today: Option<Day>,
    lookup: Lookup<'_>,
) -> Settled {
    let entries = acceptances.len();
    let (matches, outgrown) = (vec![0; entries], vec![false; entries]);
    let mut settled = Settled { matches, outgrown, ..Settled::default() };
    for mut finding in findings {
        let (mut accepted, mut graver) = (false, false);
        let counts = settled.matches.iter_mut().zip(&mut settled.outgrown);
        for (acceptance, (matches, outgrown)) in acceptances.iter().zip(counts) {
            if !acceptance.expired(today) && acceptance.matches(&finding, lookup) {
                if acceptance.is_graver(&finding, lookup) {
                    (graver, *outgrown) = (true, true);
                    continue;
                }
                *matches += 1;
                accepted = true;
            }
        }
        if graver && !accepted {
            tell_graver(&mut finding);
        }
        if accepted { &mut settled.accepted } else { &mut settled.findings }.push(finding);
    }
    settled
}

/// Says why a finding is reported although an entry names it.
fn tell_graver(finding: &mut Finding) {
    let severity = finding.severity.name();
    finding.message =
        format!("{} (reported again: more severe than what was accepted)", finding.message);
    finding.help.push_str(&format!(
        " Reported again: an [[accept]] entry is about it, from when it was less severe. Look at it again; `severity = \"{severity}\"` in \
         the entry accepts it as it is now."
    ));
}

/// What to say of entries that accept one finding, however severe it becomes: no earlier night says how severe it was.
pub fn without_severity(acceptances: &[Acceptance]) -> Option<String> {
    let is_open = |entry: &&Acceptance| entry.fingerprint.is_some() && entry.severity.is_none();
    let lines: Vec<String> =
        acceptances.iter().filter(is_open).map(|e| e.at.line.to_string()).collect();
    (!lines.is_empty()).then(|| {
        format!(
            "[[accept]] by fingerprint accepts the finding even if it becomes more severe: `severity = \"moderate\"` in the entry says how \
             severe it was when it was looked at (line {} of the configuration).",
            lines.join(", ")
        )
    })
}

/// A finding for each entry that has expired, and for each that matches nothing although its rule was applied. `file` is the
/// number of the configuration among the inputs; `wanted` says whether a rule judges in this run.
pub fn notices(
    acceptances: &[Acceptance],
    matches: &[u64],
    today: Day,
    file: u32,
    wanted: impl Fn(&str) -> bool,
) -> Vec<Finding> {
    let [expired, unmatched] = RULES.map(|(id, title, _)| info(id, title));
    let mut findings = Vec::new();
    for (acceptance, &matches) in acceptances.iter().zip(matches) {
        let rule = &acceptance.rule;
        if let Some(until) = acceptance.until.filter(|&until| until < today) {
            if wanted(EXPIRED) {
                let message = format!(
                    "The acceptance of {rule} ended on {until}: what it accepted is reported again"
                );
                let help =
                    "Look at the findings again; then give the entry a new `until`, or delete it.";
                findings.push(acceptance.notice(&expired, message, help, file, until));
            }
        } else if matches == 0 && wanted(rule) && wanted(UNMATCHED) {
            let message = format!("The acceptance of {rule} matches no finding of this run");
            let help = "Delete the entry, or correct what it selects by; a run over other files may still need it.";
            findings.push(acceptance.notice(&unmatched, message, help, file, today));
        }
    }
    findings
}

fn info(id: &str, title: &str) -> Arc<RuleInfo> {
    let (id, title) = (id.to_owned(), title.to_owned());
    let (dur, tags) = (DUR.to_owned(), vec![TAG.to_owned()]);
    // No evidence grade, as for the other rules about data.
    Arc::new(RuleInfo {
        id,
        title,
        dur,
        grade: String::new(),
        disputed: false,
        sources: Vec::new(),
        tags,
        version: 1,
    })
}

impl Acceptance {
    /// Whether it has expired by that day. Without a day, because no record has one, nothing expires.
    pub fn expired(&self, today: Option<Day>) -> bool {
        self.until.zip(today).is_some_and(|(until, today)| until < today)
    }

    /// Whether it matches a finding. The cheap comparisons come first; the prescriber needs the record to be read again.
    fn matches(&self, finding: &Finding, lookup: Lookup<'_>) -> bool {
        let Some(first) = finding.places.first() else { return false };
        let about =
            |drug: &String| finding.places.iter().any(|place| place.drug.to_lowercase() == *drug);
        self.rule == finding.rule.id
            && self.fingerprint.is_none_or(|fingerprint| fingerprint == finding.fingerprint)
            && self.patient.is_none_or(|patient| patient == finding.patient)
            && self.drugs.iter().all(about)
            && self
                .path
                .as_ref()
                .is_none_or(|pattern| path_matches(pattern, &(lookup.path)(&first.row.place())))
            && self.prescriber.as_ref().is_none_or(|wanted| {
                let found = (lookup.prescriber)(&first.row.place());
                found.map_or_else(|| (lookup.was_accepted)(finding), |found| same(wanted, &found))
            })
    }

    /// Whether a finding that it matches is more severe than what it accepts: what it says, or what was accepted before if it is
    /// about one finding and does not say. A severity that the site gives the rule does not count.
    fn is_graver(&self, finding: &Finding, lookup: Lookup<'_>) -> bool {
        match self.severity {
            Some(most) => finding.severity > most && finding.own_severity() > Some(most),
            None => self.fingerprint.is_some() && (lookup.is_graver)(finding),
        }
    }

    fn notice(
        &self,
        rule: &Arc<RuleInfo>,
        message: String,
        help: &str,
        file: u32,
        day: Day,
    ) -> Finding {
        let ran_out = rule.id == EXPIRED;
        let (line, offset) = if ran_out {
            (self.at.until_line, self.at.until)
        } else {
            (self.at.line, self.at.rule)
        };
        let place = FindingPlace {
            row: Place { file, record: self.at.number, line, offset: offset as u64 }.into(),
            // The keys of the configuration borrow the nearest fields of a record: the day on which it stops, and a code.
            field: if ran_out { Field::Stop } else { Field::Code },
            role: if ran_out { "ran out" } else { "matches nothing" }.to_owned(),
            side: Side::Other,
            drug: String::new(),
            days: Some((day, day)),
            carried: 0,
        };
        let premise = Severity::Low.name().to_owned();
        let fingerprint = Fingerprint::new(
            &rule.id,
            self.patient.unwrap_or_default(),
            &[(&self.selection(), self.until.unwrap_or(Day(0)))],
        );
        Finding {
            rule: Arc::clone(rule),
            severity: Severity::Low,
            message,
            help: help.to_owned(),
            days: None,
            clean_from: None,
            assumed: Vec::new(),
            places: vec![place],
            also: 0,
            also_places: Vec::new(),
            counted: Vec::new(),
            fingerprint,
            patient: self.patient.unwrap_or_default(),
            fresh: true,
            first_seen: None,
            stands_again: false,
            premise,
        }
    }

    /// Everything that it selects by, as one text.
    pub fn selection_and_patient(&self) -> String {
        let patient = self.patient.map(|patient| format!("{:016x?}", patient.0));
        format!("{}\n{}", self.selection(), patient.unwrap_or_default())
    }

    /// Its criteria as one text: an entry that is moved keeps its fingerprint.
    fn selection(&self) -> String {
        let fingerprint =
            self.fingerprint.map(|fingerprint| fingerprint.to_string()).unwrap_or_default();
        let path = self.path.as_ref().map(Pattern::as_str).unwrap_or_default();
        [
            &self.rule,
            &fingerprint,
            &self.drugs.join("+"),
            self.prescriber.as_deref().unwrap_or_default(),
            path,
            self.severity.map(Severity::name).unwrap_or_default(),
        ]
        .join("\n")
    }
}

/// A pattern without a slash matches the file's name; one with a slash matches the path, from its start or from any folder.
fn path_matches(pattern: &Pattern, path: &str) -> bool {
    let options = MatchOptions { require_literal_separator: true, ..MatchOptions::default() };
    let path = path.replace('\\', "/");
    let path = path.strip_prefix("./").unwrap_or(&path);
    let tails = path.match_indices('/').map(|(at, _)| &path[at + 1..]);
    if pattern.as_str().contains('/') {
        std::iter::once(path).chain(tails).any(|tail| pattern.matches_with(tail, options))
    } else {
        pattern.matches_with(path.rsplit('/').next().unwrap_or(path), options)
    }
}

/// Compares identifiers of people as systems write them: case and surrounding space are ignored.
fn same(a: &str, b: &str) -> bool {
    a.trim().eq_ignore_ascii_case(b.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_match_by_name_or_from_any_folder() {
        let matches =
            |pattern: &str, path: &str| path_matches(&Pattern::new(pattern).unwrap(), path);
        assert!(matches("claims*.csv", "/data/north/claims-03.csv"));
        assert!(matches("north/*.csv", "/data/north/claims-03.csv"));
        assert!(matches("north/**", "./north/a/b.csv"));
        assert!(!matches("north/*.csv", "/data/north/a/claims.csv"));
        assert!(!matches("claims", "/claims/a.csv"));
    }
}

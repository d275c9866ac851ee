//! Compares the findings with earlier ones: which are new, still current, or withdrawn.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Night;
use super::rows::{FindingRow, PatientBlob, patient};
use crate::past::{Reported, RunFindings};
use rxlint_input::error::InputError;
use rxlint_model::day::Day;
use rxlint_model::disposition::{Decided, Standing};
use rxlint_model::finding::{Finding, Fingerprint, PatientKey, Severity};
use rxlint_model::summary::{LedgerSummary, Withdrawn};

/// Prefixes the premise of a finding left out because the site accepts it: it was never reported.
pub(super) const ACCEPTED: &str = "accepted: ";

/// Prefixes the premise of a finding that was accepted when it was less severe: the acceptance no longer applies to it.
const GRAVER: &str = "graver than accepted: ";

/// Since when a finding is current.
#[derive(Clone, Copy)]
struct Seen {
    /// The day on which it was first found.
    first: Day,
    /// Whether it is reported as new.
    is_new: bool,
    /// Whether it was decided about before it became current, and not since.
    is_after_decision: bool,
}

/// The result of comparing findings with those of earlier runs.
struct Compared {
    /// Since when each finding is current.
    seen: Vec<Seen>,
    /// Those that are no longer found, sorted.
    withdrawn: Vec<Withdrawn>,
    /// Those that were left out as accepted, in the form to store if they no longer are.
    revived: Vec<FindingRow>,
    /// Those that were accepted when they were less severe, and those that were accepted as they are.
    graver: FxHashSet<Fingerprint>,
    accepted: FxHashSet<Fingerprint>,
}

/// The premises of findings with the same fingerprint, as one text.
fn premise<'f>(findings: impl Iterator<Item = &'f Finding>) -> String {
    let premises: BTreeSet<&str> = findings.map(|finding| finding.premise.as_str()).collect();
    premises.into_iter().collect::<Vec<_>>().join("; ")
}

/// A premise without the prefix that says that the finding was accepted.
fn told(premise: &str) -> &str {
    let premise = premise.strip_prefix(ACCEPTED).unwrap_or(premise);
    premise.strip_prefix(GRAVER).unwrap_or(premise)
}

/// The highest severity of a premise: premises begin with the severity that the rule itself gives.
fn gravest(premise: &str) -> Option<Severity> {
    premise.split("; ").filter_map(Severity::at_the_head_of).max()
}

impl FindingRow {
    /// Whether it was left out because the site accepts it.
    fn is_left_out(&self) -> bool {
        self.premise.as_deref().is_some_and(|premise| premise.starts_with(ACCEPTED))
    }

    /// Whether it was accepted with a less severe premise than this.
    fn was_less_grave(&self, premise: &str) -> bool {
        let Some(before) = self.premise.as_deref() else { return false };
        let is_marked = before.strip_prefix(ACCEPTED).unwrap_or(before).starts_with(GRAVER);
        let before = told(before);
        match before == premise {
            true => is_marked,
            false => (is_marked || self.is_left_out()) && gravest(premise) >= gravest(before),
        }
    }
}

/// The last day that a finding is about.
fn last_day(finding: &Finding) -> Day {
    finding
        .places
        .iter()
        .filter_map(|place| place.days)
        .map(|(first, last)| last.max(first))
        .max()
        .unwrap_or(Day(0))
}

/// Whether a known finding was dispensed again after a decision about it: it counts as new, once.
fn is_again(decided: &Decided, finding: &Finding, before: &FindingRow) -> bool {
    decided.last_about(finding).is_some_and(|last| {
        last.on.is_some_and(|on| before.first_seen <= on)
            && !is_after_decision(before.decisions, decided.count(finding.fingerprint))
            && last.standing(finding, None) == Standing::Again
    })
}

/// Whether a finding became current after all present decisions about it.
fn is_after_decision(when_it_began: Option<u32>, now: usize) -> bool {
    now > 0 && when_it_began.is_some_and(|then| then as usize == now)
}

impl Night {
    /// Compares the findings with those of earlier runs, stores them, and returns those to report.
    pub(super) fn settle_findings(
        &mut self,
        found: RunFindings,
    ) -> Result<(Vec<Finding>, LedgerSummary), InputError> {
        let path = self.asked.path.display().to_string();
        let (Some(as_of), run) = (found.as_of, self.run()) else {
            // Without a day there was nothing to judge.
            return Ok((found.findings, LedgerSummary { path, ..LedgerSummary::default() }));
        };
        let decided = Decided::new(self.ledger.dispositions()?);
        let compared = self.compare(&found, (as_of, &run, &decided))?;
        self.wait(&found)?;
        self.ledger.set_meta("as-of", &as_of.0)?;
        self.prune_now_and_then()?;

        let Compared { seen, withdrawn, revived, graver, accepted } = compared;
        (self.revived, self.graver, self.accepted) = (revived, graver, accepted);
        let may_be_accepted = |finding: &&Finding| self.is_of_accepted(finding);
        self.patients = (found.findings.iter().filter(may_be_accepted))
            .map(|finding| (finding.fingerprint, found.identifier(finding.patient)))
            .collect();
        let new = seen.iter().filter(|seen| seen.is_new).count() as u64;
        let reported = self.reported(found.findings, seen, &decided);
        let told: FxHashSet<Fingerprint> =
            reported.iter().map(|finding| finding.fingerprint).collect();
        let earlier = self.standing()?.saturating_sub(told.len() as u64);
        Ok((reported, LedgerSummary { path, recalled: self.recalled, new, earlier, withdrawn }))
    }

    /// Compares the findings of each judged patient with the earlier ones, and stores them.
    fn compare(
        &self,
        found: &RunFindings,
        (as_of, run, decided): (Day, &[u8; 32], &Decided),
    ) -> Result<Compared, InputError> {
        let mut by_patient: FxHashMap<PatientKey, Vec<usize>> = FxHashMap::default();
        for (at, finding) in found.findings.iter().enumerate() {
            by_patient.entry(found.identifier(finding.patient)).or_default().push(at);
        }
        let mut compared = Compared {
            seen: vec![
                Seen { first: as_of, is_new: true, is_after_decision: false };
                found.findings.len()
            ],
            withdrawn: Vec::new(),
            revived: Vec::new(),
            graver: FxHashSet::default(),
            accepted: FxHashSet::default(),
        };
        for &patient in &self.affected {
            let known = self.known(patient)?;
            let now = by_patient.get(&patient).map(Vec::as_slice).unwrap_or_default();
            let night = (as_of, run, decided);
            self.note_patient(patient, &known, now, &found.findings, night, &mut compared)?;
            for before in &known {
                if now.iter().any(|&at| found.findings[at].fingerprint == before.fingerprint) {
                    continue;
                }
                let is_ours = match before.withdrawn {
                    Some(_) => before.withdrawn_by.as_deref() == Some(run.as_slice()),
                    None => self.withdraw(before, as_of, run)?,
                };
                if is_ours {
                    compared.withdrawn.push(Withdrawn {
                        rule: before.rule.clone(),
                        fingerprint: before.fingerprint,
                        first_seen: Some(before.first_seen),
                    });
                }
            }
        }
        compared.withdrawn.sort_unstable();
        Ok(compared)
    }

    /// Those to report, each with its first day. Of the others, those that the site may accept are held.
    fn reported(
        &mut self,
        findings: Vec<Finding>,
        seen: Vec<Seen>,
        decided: &Decided,
    ) -> Vec<Finding> {
        let mut reported = Vec::new();
        for (mut finding, seen) in findings.into_iter().zip(seen) {
            let is_asked = match self.asked.reported {
                Reported::Tonight => finding.fresh || seen.is_new,
                Reported::New => seen.is_new,
                Reported::Since(since) => seen.first >= since,
            };
            (finding.first_seen, finding.stands_again) = (Some(seen.first), seen.is_after_decision);
            // Whether a decision still settles a finding is checked every night: one that is no longer settled is reported until someone decides
            // again.
            if is_asked || decided.last_about(&finding).is_some() {
                reported.push(finding);
            } else if self.is_of_accepted(&finding) {
                self.held.push(finding);
            }
        }
        reported
    }

    /// The number of current findings, over all patients, that the site does not accept.
    fn standing(&self) -> Result<u64, InputError> {
        let sql = format!(
            "SELECT count(*) FROM finding WHERE withdrawn IS NULL AND coalesce(premise, '') NOT LIKE '{ACCEPTED}%'"
        );
        Ok(self.ledger.value::<i64>(&sql, &[])?.unwrap_or(0).unsigned_abs())
    }

    /// Notes the findings of one patient: those at the positions `now`. For each that was found before, puts its first day into `seen`, and whether
    /// this same run had made it.
    fn note_patient(
        &self,
        patient: PatientKey,
        known: &[FindingRow],
        now: &[usize],
        findings: &[Finding],
        night: (Day, &[u8; 32], &Decided),
        compared: &mut Compared,
    ) -> Result<(), InputError> {
        let (_, run, decided) = night;
        let mut noted: FxHashSet<Fingerprint> = FxHashSet::default();
        for &at in now {
            let print = findings[at].fingerprint;
            let same = now.iter().map(|&other| &findings[other]);
            let premise = premise(same.filter(|other| other.fingerprint == print));
            // A finding with another premise is new: a dose that rose, a gap that shrank.
            let is_current = |known: &&FindingRow| {
                known.withdrawn.is_none()
                    && known.premise.as_ref().is_none_or(|known| told(known) == premise)
            };
            let before = known
                .iter()
                .filter(|known| known.fingerprint == print)
                .find(is_current)
                .filter(|before| !is_again(decided, &findings[at], before));
            let is_left_out = before.is_some_and(FindingRow::is_left_out);
            let same =
                |known: &&FindingRow| known.withdrawn.is_none() && known.fingerprint == print;
            let is_graver =
                known.iter().find(same).is_some_and(|known| known.was_less_grave(&premise));
            if is_graver {
                compared.graver.insert(print);
            } else if is_left_out {
                compared.accepted.insert(print);
            }
            let decisions = decided.count(print);
            match before {
                Some(before) => {
                    compared.seen[at] = Seen {
                        first: before.first_seen,
                        is_new: is_left_out || before.made_by.as_deref() == Some(run.as_slice()),
                        is_after_decision: is_after_decision(before.decisions, decisions),
                    }
                }
                None => compared.seen[at].is_after_decision = decisions > 0,
            }
            if noted.insert(print) {
                let premise = if is_graver { format!("{GRAVER}{premise}") } else { premise };
                if let Some(before) = before.filter(|_| is_left_out) {
                    let (premise, made_by) = (Some(premise.clone()), Some(run.to_vec()));
                    compared.revived.push(FindingRow {
                        patient,
                        premise,
                        made_by,
                        ..before.clone()
                    });
                }
                self.note(patient, &findings[at], &premise, before, night)?;
            }
        }
        Ok(())
    }

    /// The known findings of a patient: rows whose patient and fingerprint are opened.
    fn known(&self, patient: PatientKey) -> Result<Vec<FindingRow>, InputError> {
        let sql = format!("SELECT {} FROM finding WHERE patient = ?1", FindingRow::COLUMNS);
        let key = self.ledger.key()?;
        let rows = self.ledger.rows(&sql, &[&self.ledger.sealed(patient)?], FindingRow::read)?;
        let open = |(row, sum): (FindingRow, Option<i64>)| {
            let print = Fingerprint(key.open_print(row.fingerprint.0));
            (sum == Some(row.sum())).then_some(FindingRow { patient, fingerprint: print, ..row })
        };
        rows.into_iter().map(open).collect::<Option<_>>().ok_or_else(|| self.ledger.damaged())
    }

    /// Writes the current state of a finding.
    fn put(&self, row: FindingRow) -> Result<(), InputError> {
        let key = self.ledger.key()?;
        self.ledger.put_finding(&FindingRow {
            patient: PatientKey(key.seal_patient(row.patient.0)),
            fingerprint: Fingerprint(key.seal_print(row.fingerprint.0)),
            ..row
        })
    }

    /// Notes that a finding is current. Nothing is written if that is already noted.
    fn note(
        &self,
        patient: PatientKey,
        finding: &Finding,
        premise: &str,
        before: Option<&FindingRow>,
        (as_of, run, decided): (Day, &[u8; 32], &Decided),
    ) -> Result<(), InputError> {
        let (severity, last_day) = (finding.severity.name(), last_day(finding));
        let same = |known: &&FindingRow| {
            known.severity == severity
                && known.last_day == last_day
                && known.last_seen >= as_of
                && known
                    .premise
                    .as_deref()
                    .is_some_and(|known| known.strip_prefix(ACCEPTED).unwrap_or(known) == premise)
        };
        if before.is_some_and(|known| same(&known)) {
            return Ok(());
        }
        let (first_seen, last_seen) =
            before.map_or((as_of, as_of), |known| (known.first_seen, known.last_seen.max(as_of)));
        self.put(FindingRow {
            patient,
            fingerprint: finding.fingerprint,
            rule: finding.rule.id.to_string(),
            severity: severity.to_owned(),
            premise: Some(match before {
                Some(before) if before.is_left_out() => format!("{ACCEPTED}{premise}"),
                _ => premise.to_owned(),
            }),
            first_seen,
            last_seen,
            last_day,
            withdrawn: None,
            made_by: before.map_or(Some(run.to_vec()), |known| known.made_by.clone()),
            withdrawn_by: None,
            decisions: match before {
                Some(known) => known.decisions,
                None => u32::try_from(decided.count(finding.fingerprint)).ok(),
            },
        })
    }

    /// Whether some acceptance names its rule.
    fn is_of_accepted(&self, finding: &Finding) -> bool {
        self.settings.accepted.iter().any(|entry| entry.rule == finding.rule.id)
    }

    /// Notes which findings are left out as accepted, and which no longer are.
    pub(super) fn note_accepted(&mut self, findings: &[&Finding]) -> Result<u64, InputError> {
        let accepted: BTreeSet<Fingerprint> =
            findings.iter().map(|finding| finding.fingerprint).collect();
        let revived = std::mem::take(&mut self.revived);
        let (still, again): (Vec<_>, Vec<_>) =
            revived.into_iter().partition(|row| accepted.contains(&row.fingerprint));
        again.into_iter().try_for_each(|row| self.put(row))?;
        let key = *self.ledger.key()?;
        let sql = format!(
            "SELECT {} FROM finding WHERE patient = ?1 AND fingerprint = ?2",
            FindingRow::COLUMNS
        );
        for print in &accepted {
            let Some(patient) = self.patients.get(print) else { continue };
            let values = (self.ledger.sealed(*patient)?, key.seal_print(print.0).to_be_bytes());
            for (row, sum) in self.ledger.rows(&sql, &[&values.0, &values.1], FindingRow::read)? {
                if sum != Some(row.sum()) {
                    return Err(self.ledger.damaged());
                }
                if row.withdrawn.is_none() && !row.is_left_out() {
                    let premise = format!("{ACCEPTED}{}", row.premise.unwrap_or_default());
                    self.ledger.put_finding(&FindingRow { premise: Some(premise), ..row })?;
                }
            }
        }
        Ok(still.len() as u64)
    }

    /// Forgets that this run found these: the next one that judges their patients finds them as new.
    pub(super) fn take_back(&self, findings: &[Finding]) -> Result<(), InputError> {
        let (key, run) = (self.ledger.key()?, self.run());
        let sql = "DELETE FROM finding WHERE fingerprint = ?1 AND made_by = ?2 RETURNING patient";
        for finding in findings {
            let print = key.seal_print(finding.fingerprint.0).to_be_bytes();
            let patients =
                self.ledger.rows(sql, &[&print, &run.as_slice()], |row| patient(row, 0))?;
            for patient in patients {
                let sql = "INSERT OR IGNORE INTO waiting (patient) VALUES (?1)";
                self.ledger.change(sql, &[&PatientBlob(patient)])?;
            }
        }
        Ok(())
    }

    /// Notes that a finding is no longer current, unless that is unknown because its rule did not judge, or its records are too old to be kept.
    fn withdraw(&self, known: &FindingRow, as_of: Day, run: &[u8; 32]) -> Result<bool, InputError> {
        if !self.engine.book().applies(&known.rule)
            || self.cutoff.is_some_and(|cutoff| known.last_day < cutoff)
        {
            return Ok(false);
        }
        let (withdrawn, withdrawn_by) = (Some(as_of), Some(run.to_vec()));
        self.put(FindingRow { withdrawn, withdrawn_by, ..known.clone() }).map(|()| true)
    }

    /// Notes the patients whose findings may change merely because days pass.
    fn wait(&self, found: &RunFindings) -> Result<(), InputError> {
        let waiting: FxHashSet<PatientKey> =
            found.waiting.iter().map(|&patient| found.identifier(patient)).collect();
        let before = self.ledger.rows("SELECT patient FROM waiting", &[], |row| patient(row, 0))?;
        let before: FxHashSet<PatientKey> = self.ledger.opened(before)?.into_iter().collect();
        for key in self.affected.iter().filter(|key| waiting.contains(key) != before.contains(key))
        {
            let sql = match waiting.contains(key) {
                true => "INSERT INTO waiting (patient) VALUES (?1)",
                false => "DELETE FROM waiting WHERE patient = ?1",
            };
            self.ledger.change(sql, &[&self.ledger.sealed(*key)?])?;
        }
        Ok(())
    }
}

//! What was found before compared with what is found now: which findings are new, still current, or withdrawn.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Night;
use super::rows::{PatientBlob, patient};
use crate::past::{Reported, RunFindings};
use rxlint_input::error::InputError;
use rxlint_model::day::Day;
use rxlint_model::finding::{Finding, Fingerprint, PatientKey};
use rxlint_model::summary::{LedgerSummary, Withdrawn};

/// A finding as the ledger stores it.
#[derive(Clone, Debug)]
struct StoredFinding {
    fingerprint: Fingerprint,
    rule: String,
    severity: String,
    premise: Option<String>,
    first_seen: Day,
    last_seen: Day,
    last_day: Day,
    withdrawn: Option<Day>,
    made_by: Option<Vec<u8>>,
    withdrawn_by: Option<Vec<u8>>,
}

/// A fingerprint as the ledger stores it.
fn bytes(fingerprint: Fingerprint) -> [u8; 16] {
    fingerprint.0.to_be_bytes()
}

/// The premises of findings with the same fingerprint, as one text.
fn premise<'f>(findings: impl Iterator<Item = &'f Finding>) -> String {
    let premises: std::collections::BTreeSet<&str> =
        findings.map(|finding| finding.premise.as_str()).collect();
    premises.into_iter().collect::<Vec<_>>().join("; ")
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

impl Night {
    /// Compares the findings with those of earlier runs, stores them, and returns those that are to be reported.
    pub(super) fn settle_findings(
        &self,
        found: RunFindings,
    ) -> Result<(Vec<Finding>, LedgerSummary), InputError> {
        let (Some(as_of), run) = (found.as_of, self.run()) else {
            // Without a day there was nothing to judge.
            return Ok((
                found.findings,
                LedgerSummary {
                    path: self.asked.path.display().to_string(),
                    ..LedgerSummary::default()
                },
            ));
        };
        let mut by_patient: FxHashMap<PatientKey, Vec<usize>> = FxHashMap::default();
        for (at, finding) in found.findings.iter().enumerate() {
            by_patient.entry(found.identifier(finding.patient)).or_default().push(at);
        }
        let mut first_seen: Vec<(Day, bool)> = vec![(as_of, true); found.findings.len()];
        let mut withdrawn = Vec::new();
        for &patient in &self.affected {
            let known = self.known(patient)?;
            let now = by_patient.get(&patient).map(Vec::as_slice).unwrap_or_default();
            self.note_patient(
                patient,
                &known,
                now,
                &found.findings,
                (as_of, &run),
                &mut first_seen,
            )?;
            for before in &known {
                if now.iter().any(|&at| found.findings[at].fingerprint == before.fingerprint) {
                    continue;
                }
                let is_ours = match before.withdrawn {
                    Some(_) => before.withdrawn_by.as_deref() == Some(run.as_slice()),
                    None => self.withdraw(patient, before, as_of, &run)?,
                };
                if is_ours {
                    withdrawn.push(Withdrawn {
                        rule: before.rule.clone(),
                        fingerprint: before.fingerprint,
                        first_seen: Some(before.first_seen),
                    });
                }
            }
        }
        withdrawn.sort_unstable();
        self.wait(&found)?;
        self.ledger.set_meta("as-of", &as_of.0)?;
        self.prune_now_and_then()?;

        // What somebody wanted to be told again is told until somebody decides again.
        let due: FxHashSet<Fingerprint> =
            self.ledger.due(as_of)?.into_iter().map(|(_, print)| print).collect();
        let mut reported = Vec::new();
        let mut known = LedgerSummary {
            path: self.asked.path.display().to_string(),
            recalled: self.recalled,
            new: first_seen.iter().filter(|(_, is_new)| *is_new).count() as u64,
            earlier: 0,
            withdrawn,
        };
        for (mut finding, (day, is_new)) in found.findings.into_iter().zip(first_seen) {
            let report = match self.asked.reported {
                Reported::Tonight => finding.fresh || is_new,
                Reported::New => is_new,
                Reported::Since(since) => day >= since,
            };
            let report = report || due.contains(&finding.fingerprint);
            finding.first_seen = Some(day);
            if report { reported.push(finding) } else { known.earlier += 1 }
        }
        Ok((reported, known))
    }

    /// Notes what was found of one patient: the findings at the positions `now`. For each that was found before, its first
    /// day is put into `first_seen`, and whether this same run had made it.
    fn note_patient(
        &self,
        patient: PatientKey,
        known: &[StoredFinding],
        now: &[usize],
        findings: &[Finding],
        (as_of, run): (Day, &[u8; 32]),
        first_seen: &mut [(Day, bool)],
    ) -> Result<(), InputError> {
        let mut noted: FxHashSet<Fingerprint> = FxHashSet::default();
        for &at in now {
            let print = findings[at].fingerprint;
            let same = now.iter().map(|&other| &findings[other]);
            let premise = premise(same.filter(|other| other.fingerprint == print));
            // A finding with another premise is new: a dose that rose, a gap that shrank.
            let is_current = |known: &&StoredFinding| {
                known.withdrawn.is_none()
                    && known.premise.as_ref().is_none_or(|known| *known == premise)
            };
            let before = known.iter().filter(|known| known.fingerprint == print).find(is_current);
            if let Some(before) = before {
                first_seen[at] =
                    (before.first_seen, before.made_by.as_deref() == Some(run.as_slice()));
            }
            if noted.insert(print) {
                self.note(patient, &findings[at], &premise, before, as_of, run)?;
            }
        }
        Ok(())
    }

    fn known(&self, patient: PatientKey) -> Result<Vec<StoredFinding>, InputError> {
        let sql = "SELECT fingerprint, rule, severity, premise, first_seen, last_seen, last_day, withdrawn, made_by, withdrawn_by \
                   FROM finding WHERE patient = ?1";
        self.ledger.rows(sql, &[&PatientBlob(patient)], |row| {
            Ok(StoredFinding {
                fingerprint: Fingerprint(u128::from_be_bytes(row.get(0)?)),
                rule: row.get(1)?,
                severity: row.get(2)?,
                premise: row.get(3)?,
                first_seen: Day(row.get(4)?),
                last_seen: Day(row.get(5)?),
                last_day: Day(row.get(6)?),
                withdrawn: row.get::<_, Option<i32>>(7)?.map(Day),
                made_by: row.get(8)?,
                withdrawn_by: row.get(9)?,
            })
        })
    }

    /// Notes that a finding is current. Nothing is written if that is noted already.
    fn note(
        &self,
        patient: PatientKey,
        finding: &Finding,
        premise: &str,
        before: Option<&StoredFinding>,
        as_of: Day,
        run: &[u8; 32],
    ) -> Result<(), InputError> {
        let (severity, last_day) = (finding.severity.name(), last_day(finding));
        let same = |known: &&StoredFinding| {
            known.severity == severity
                && known.last_day == last_day
                && known.last_seen >= as_of
                && known.premise.as_deref() == Some(premise)
        };
        if before.is_some_and(|known| same(&known)) {
            return Ok(());
        }
        let (first_seen, last_seen) =
            before.map_or((as_of, as_of), |known| (known.first_seen, known.last_seen.max(as_of)));
        let made_by = before.map_or(Some(run.as_slice()), |known| known.made_by.as_deref());
        let sql = "INSERT OR REPLACE INTO finding (patient, fingerprint, rule, severity, premise, first_seen, last_seen, last_day, made_by) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        self.ledger
            .change(
                sql,
                &[
                    &PatientBlob(patient),
                    &bytes(finding.fingerprint),
                    &finding.rule.id,
                    &severity,
                    &premise,
                    &first_seen.0,
                    &last_seen.0,
                    &last_day.0,
                    &made_by,
                ],
            )
            .map(drop)
    }

    /// Notes that a finding is no longer current, unless that is unknown: its rule did not judge, or its records are too old
    /// to be kept.
    fn withdraw(
        &self,
        patient: PatientKey,
        known: &StoredFinding,
        as_of: Day,
        run: &[u8; 32],
    ) -> Result<bool, InputError> {
        if !self.engine.book().applies(&known.rule)
            || self.cutoff.is_some_and(|cutoff| known.last_day < cutoff)
        {
            return Ok(false);
        }
        self.ledger.change(
            "UPDATE finding SET withdrawn = ?3, withdrawn_by = ?4 WHERE patient = ?1 AND fingerprint = ?2",
            &[&PatientBlob(patient), &bytes(known.fingerprint), &as_of.0, run],
        )?;
        Ok(true)
    }

    /// Notes for whom the passing of days alone may change something.
    fn wait(&self, found: &RunFindings) -> Result<(), InputError> {
        let waiting: FxHashSet<PatientKey> =
            found.waiting.iter().map(|&patient| found.identifier(patient)).collect();
        let before: FxHashSet<PatientKey> = self
            .ledger
            .rows("SELECT patient FROM waiting", &[], |row| patient(row, 0))?
            .into_iter()
            .collect();
        for key in self.affected.iter().filter(|key| waiting.contains(key) != before.contains(key))
        {
            let sql = match waiting.contains(key) {
                true => "INSERT INTO waiting (patient) VALUES (?1)",
                false => "DELETE FROM waiting WHERE patient = ?1",
            };
            self.ledger.change(sql, &[&PatientBlob(*key)])?;
        }
        Ok(())
    }
}

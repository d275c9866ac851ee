//! Records that do not fit within the memory limit: kept in an anonymous temporary file, split by
//! patient so that they can be judged one part at a time. Spilling never changes the findings.

use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use crate::exposure::Dispense;
use crate::exposure::person::Fact;
use rxlint_model::finding::fingerprint::PatientKey;

/// Patients are split by key into this many parts. All records of one part are in memory together.
pub const PARTS: usize = 256;

/// Where records can be kept outside memory, usually a temporary file. The caller makes it; the
/// engine opens no files.
pub trait ScratchFile: Read + Write + Seek + Send {}

impl<T: Read + Write + Seek + Send> ScratchFile for T {}

/// How much may be kept in memory, and where the rest goes.
#[derive(Clone, Copy, Debug)]
pub struct MemoryLimit {
    /// The most bytes of watched records to keep in memory.
    pub bytes: u64,
    /// Makes the place for the rest, once it is needed.
    pub scratch: fn() -> io::Result<Box<dyn ScratchFile>>,
}

/// Where spilled records go.
pub struct Spill {
    /// The most bytes of records to keep in memory.
    limit: usize,
    scratch: fn() -> io::Result<Box<dyn ScratchFile>>,
    file: Mutex<Option<Box<dyn ScratchFile>>>,
    /// Why something had to stay in memory after all.
    failure: OnceLock<String>,
}

/// Records that were spilled together: where they begin, and where each part begins among them.
#[derive(Debug)]
pub struct SpillRun {
    at: u64,
    dispenses: Vec<usize>,
    facts: Vec<usize>,
}

fn part(patient: PatientKey) -> usize {
    (patient.0[0] >> 56) as usize
}

/// Where each part begins among records that are sorted by part, and where the last one ends.
fn starts<T>(sorted: &[T], patient: impl Fn(&T) -> PatientKey) -> Vec<usize> {
    (0..=PARTS).map(|at| sorted.partition_point(|record| part(patient(record)) < at)).collect()
}

impl std::fmt::Debug for Spill {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spill").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl Spill {
    /// A place for what exceeds the limit; without a limit, nothing does.
    pub fn beyond(limit: Option<MemoryLimit>) -> Self {
        let none = || Err(io::Error::other("there is no limit of memory"));
        let (limit, scratch) = limit.map_or((usize::MAX, none as _), |limit| {
            (usize::try_from(limit.bytes).unwrap_or(usize::MAX), limit.scratch)
        });
        Self { limit, scratch, file: Mutex::default(), failure: OnceLock::new() }
    }

    /// Moves records to the file. If that fails they stay in memory, and the first failure is kept
    /// for the report.
    pub fn relieve(
        &self,
        dispenses: &mut Vec<Dispense>,
        facts: &mut Vec<Fact>,
    ) -> Option<SpillRun> {
        let failed = |error: io::Error| self.failure.get_or_init(|| error.to_string());
        self.put(dispenses, facts).map_err(failed).ok()
    }

    /// Why something had to stay in memory despite the limit.
    pub fn failure(&self) -> Option<&str> {
        self.failure.get().map(String::as_str)
    }

    /// Whether this many records are too many.
    pub fn is_due(&self, dispenses: &[Dispense], facts: &[Fact]) -> bool {
        size_of_val(dispenses) + size_of_val(facts) > self.limit
    }

    /// Moves records to the file.
    ///
    /// # Errors
    /// If it cannot be made or written; the records stay where they are.
    pub fn put(
        &self,
        dispenses: &mut Vec<Dispense>,
        facts: &mut Vec<Fact>,
    ) -> io::Result<SpillRun> {
        dispenses.sort_unstable_by_key(|dispense| part(dispense.patient));
        facts.sort_unstable_by_key(|fact| part(fact.patient));
        let mut file = self.lock();
        let file = match &mut *file {
            Some(file) => file,
            none => none.insert((self.scratch)()?),
        };
        let run = SpillRun {
            at: file.seek(SeekFrom::End(0))?,
            dispenses: starts(dispenses, |d| d.patient),
            facts: starts(facts, |f| f.patient),
        };
        let mut out = BufWriter::with_capacity(1 << 16, file);
        dispenses.iter().try_for_each(|dispense| out.write_all(&dispense.to_bytes()))?;
        facts.iter().try_for_each(|fact| out.write_all(&fact.to_bytes()))?;
        out.flush()?;
        dispenses.clear();
        facts.clear();
        Ok(run)
    }

    /// The records of a part, from all runs.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn get(&self, runs: &[SpillRun], part: usize) -> io::Result<(Vec<Dispense>, Vec<Fact>)> {
        let (mut dispenses, mut facts, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
        let mut file = self.lock();
        let Some(file) = &mut *file else { return Ok((dispenses, facts)) };
        for run in runs {
            let behind = run.at + (run.dispenses[PARTS] * Dispense::BYTES) as u64;
            read(file, run.at, &run.dispenses[part..=part + 1], Dispense::BYTES, &mut bytes)?;
            dispenses.extend(bytes.as_chunks().0.iter().map(Dispense::from_bytes));
            read(file, behind, &run.facts[part..=part + 1], Fact::BYTES, &mut bytes)?;
            facts.extend(bytes.as_chunks().0.iter().filter_map(Fact::from_bytes));
        }
        Ok((dispenses, facts))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Box<dyn ScratchFile>>> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads records from one number up to another.
fn read(
    file: &mut dyn ScratchFile,
    at: u64,
    range: &[usize],
    size: usize,
    bytes: &mut Vec<u8>,
) -> io::Result<()> {
    bytes.clear();
    bytes.resize((range[1] - range[0]) * size, 0);
    file.seek(SeekFrom::Start(at + (range[0] * size) as u64))?;
    file.read_exact(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposure::person::FactKind;
    use rxlint_model::day::Day;
    use rxlint_model::place::Place;

    fn limit(bytes: u64) -> MemoryLimit {
        MemoryLimit { bytes, scratch: || Ok(Box::new(io::Cursor::new(Vec::new()))) }
    }

    #[test]
    fn what_is_spilled_comes_back_by_part() {
        let spill = Spill::beyond(Some(limit(1000)));
        let place = |n: u64| Place {
            file: n as u32 % 3,
            record: n as u32,
            line: n as u32 + 1,
            offset: n * 1000,
        };
        let patient = |n: u64| PatientKey([n.wrapping_mul(0x9E37_79B9_7F4A_7C15), n]);
        let mut dispenses: Vec<Dispense> = (0..500)
            .map(|n| Dispense::at(place(n), patient(n % 50), n as u32, Day(n as i32)))
            .collect();
        dispenses.iter_mut().for_each(|dispense| dispense.quantity = 1.5);
        let kinds = [
            FactKind::Born(Day(-9)),
            FactKind::Aged { years: 40, on: Day(7) },
            FactKind::Condition { condition: 3, on: None },
            FactKind::Condition { condition: 4, on: Some(Day(1)) },
        ];
        let mut facts: Vec<Fact> = (0..100)
            .map(|n| Fact {
                patient: patient(n),
                authority: n as u16,
                what: kinds[n as usize % 4],
                key: place(n).into(),
            })
            .collect();
        let (all, all_facts) = (dispenses.clone(), facts.clone());
        assert!(spill.is_due(&dispenses, &[]) && !spill.is_due(&dispenses[..10], &[]));
        let (mut late, mut late_facts) = (dispenses.split_off(200), facts.split_off(30));
        let runs = [
            spill.put(&mut dispenses, &mut facts).unwrap(),
            spill.put(&mut late, &mut late_facts).unwrap(),
        ];
        assert!(dispenses.is_empty() && late_facts.is_empty());
        let (mut back, mut back_facts) = (Vec::new(), Vec::new());
        for at in 0..PARTS {
            let (dispenses, facts) = spill.get(&runs, at).unwrap();
            assert!(
                dispenses.iter().all(|d| part(d.patient) == at)
                    && facts.iter().all(|f| part(f.patient) == at)
            );
            back.extend(dispenses);
            back_facts.extend(facts);
        }
        back.sort_by_key(|d: &Dispense| d.key);
        back.sort_by_key(|d| d.verdict);
        back_facts.sort_by_key(|f| f.authority);
        assert_eq!((back, back_facts), (all, all_facts));
    }

    #[test]
    fn patients_fall_into_all_parts_by_their_keys() {
        let patients =
            (0..=0xFF).map(|high: u64| PatientKey([high << 56 | 0x00FF_FFFF_FFFF_FFFF, u64::MAX]));
        assert!(patients.map(part).eq(0..PARTS));
    }

    #[test]
    fn what_is_as_long_as_the_limit_stays_in_memory() {
        let dispenses = vec![Dispense::at(Place::default(), PatientKey::default(), 0, Day(0)); 3];
        let what = FactKind::Born(Day(0));
        let facts = vec![
            Fact {
                patient: PatientKey::default(),
                authority: 0,
                what,
                key: Place::default().into()
            };
            2
        ];
        let bytes = size_of_val(&dispenses[..]) + size_of_val(&facts[..]);
        for (bytes, is_due) in [(bytes - 1, true), (bytes, false), (bytes + 1, false)] {
            assert_eq!(Spill::beyond(Some(limit(bytes as u64))).is_due(&dispenses, &facts), is_due);
        }
        assert!(!Spill::beyond(None).is_due(&dispenses, &facts));
    }

    #[test]
    fn what_cannot_be_moved_stays_and_the_reason_is_kept() {
        let mut dispenses = vec![Dispense::at(Place::default(), PatientKey::default(), 0, Day(0))];
        let mut facts = Vec::new();
        let spill = Spill::beyond(Some(limit(0)));
        assert!(spill.relieve(&mut dispenses.clone(), &mut facts).is_some());
        assert_eq!(spill.failure(), None);
        // A place that is full.
        let full: [u8; 0] = [];
        *spill.lock() = Some(Box::new(io::Cursor::new(Box::new(full) as Box<[u8]>)));
        assert!(spill.relieve(&mut dispenses, &mut facts).is_none());
        assert_eq!(dispenses.len(), 1);
        assert!(spill.failure().is_some_and(|reason| !reason.is_empty()));
    }
}

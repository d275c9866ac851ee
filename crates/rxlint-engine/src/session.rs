//! The engine's entry point for callers who have records but no files: a program, a notebook, a
//! worker in a cluster.

use std::sync::Arc;

use rxlint_model::day::Day;
use rxlint_model::finding::Finding;
use rxlint_model::place::RowKey;
use rxlint_model::record::{DateOrder, Field, Record};
use rxlint_model::sink::RecordSink;

use crate::collect::{Collected, Collection, Collector};
use crate::engine::Engine;
use crate::judge::{Judge, Judged};
use crate::patient;
use crate::rule::relevance::Relevance;
use crate::tally::Tally;

/// Records in, findings out. Records of one patient may come in any order, but must all come before
/// the patient is closed: a finding depends only on its patient's records, the engine and the as-of
/// day.
///
/// ```
/// use rxlint_engine::engine::{Engine, Pack, Settings};
/// use rxlint_model::day::Day;
/// use rxlint_model::place::RowKey;
/// use rxlint_model::record::{Field, Record, Statement};
///
/// let engine = Engine::new(Pack::default(), Settings::default())?;
/// let as_of = Day::from_ymd(2026, 3, 31).ok_or("no such day")?;
/// let mut session = engine.session(as_of, None);
/// for (row, drug, first, days) in [
///     (7, "Oxycodone HCl 5 MG Tablet", "2026-03-01", "7"),
///     (9, "Naltrexone 50 mg tablet", "2026-03-05", "30"),
/// ] {
///     let cells = [
///         (Field::Patient, "P1"),
///         (Field::Drug, drug),
///         (Field::Dispensed, first),
///         (Field::DaysSupply, days),
///     ];
///     session.record(&Record::of_cells(Statement::Fill, &cells), RowKey(row));
/// }
/// let (findings, tally) = session.finish();
/// assert_eq!(findings[0].rule.id, "opioid-antagonist-overlap");
/// assert_eq!(findings[0].places[0].row, RowKey(9));
/// assert_eq!((tally.read, tally.checked), (2, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Session {
    engine: Engine,
    as_of: Day,
    date_order: Option<DateOrder>,
    collector: Collector<Arc<Collection>>,
    tally: Tally,
    /// The relevance of the verdicts so far.
    relevance: Option<Arc<Relevance>>,
}

impl Engine {
    /// A session as of a day, with the order in which all-numeric dates are read. If either is not
    /// known yet, a first session over all the data finds it: [`Tally::as_of`],
    /// [`Tally::date_order`].
    pub fn session(&self, as_of: Day, date_order: Option<DateOrder>) -> Session {
        let collector = Collector::new(Arc::new(Collection::new(self)));
        Session {
            engine: self.clone(),
            as_of,
            date_order,
            collector,
            tally: Tally::default(),
            relevance: None,
        }
    }
}

impl Session {
    /// Takes a record; `key` comes back in the findings that involve it. A date order on the record
    /// itself wins over that of the session.
    pub fn record(&mut self, record: &Record<'_>, key: RowKey) {
        let mut record = record.clone();
        record.key = key;
        self.tally.note_dates(&record);
        let dates = Field::ALL.into_iter().filter(|field| field.is_date());
        for field in dates.chain([Field::Cancelled]) {
            let order = &mut record.date_order[field as usize];
            *order = order.or(self.date_order);
        }
        self.collector.record(&record);
    }

    /// Judges the patients whose records have arrived since the last call, and forgets them: they
    /// are all that is held in memory. The findings are sorted by key, rule and fingerprint.
    pub fn close(&mut self) -> Vec<Finding> {
        let mut collected = std::mem::take(&mut self.collector.collected);
        collected.name_reversals();
        self.count(&collected);
        let shared = self.collector.shared();
        let patients = patient::group(collected.dispenses, collected.facts, &shared.authorities());
        let verdicts = shared.verdicts();
        let known = self.relevance.take().filter(|known| known.covers(&verdicts));
        let judge = Judge::new(&self.engine, &verdicts, self.as_of, None, known);
        self.relevance = Some(judge.relevance());
        let judged = patients
            .all()
            .map(|patient| judge.patient(patient))
            .fold(Judged::default(), Judged::and);
        self.tally.patients += judged.patients;
        self.tally.exposures += judged.exposures;
        self.tally.assumed += judged.assumed;
        self.tally.reversed += judged.reversed;
        let mut findings = judged.findings;
        findings.sort_by(|a, b| sort_key(a).cmp(&sort_key(b)));
        findings
    }

    /// Judges the patients that are still open, and returns what the session counted.
    pub fn finish(mut self) -> (Vec<Finding>, Tally) {
        let findings = self.close();
        (findings, self.tally)
    }

    fn count(&mut self, collected: &Collected) {
        self.tally.read += collected.read;
        self.tally.checked += collected.checked;
        self.tally.inactive += collected.inactive;
        self.tally.unresolved += collected.unresolved;
        for (reason, count) in collected.rejected.counts() {
            *self.tally.rejected.entry(reason).or_default() += count;
        }
        self.tally.unknown_statuses.absorb(&collected.unknown_statuses);
        self.tally.note_first_days(&collected.first_days);
    }
}

fn sort_key(finding: &Finding) -> (Option<RowKey>, &str, u128, &str) {
    let first = finding.places.first().map(|place| place.row);
    (first, &finding.rule.id, finding.fingerprint.0, &finding.message)
}

#[cfg(test)]
mod tests;

//! Judging the rows of whole patients, one patient after another.

use std::collections::HashSet;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, RecordBatch};

use super::{ClusterError, KEY, Plan, SEQUENCE, Seen, wanted};
use crate::columns::BatchCells;
use rxlint_engine::engine::Engine;
use rxlint_engine::session::Session;
use rxlint_input::columnar::{Scout, TableReader};
use rxlint_model::finding::Finding;
use rxlint_model::place::{Place, RowKey};
use rxlint_model::reason::Reason;
use rxlint_model::record::Record;
use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;
use rxlint_report::columns::{FindingRow, PlaceRow, RunColumns, batch as to_batch};
use rxlint_report::redaction::{DrugWords, Privacy, Pseudonyms, RedactionTerms};
use rxlint_report::{ShownFinding, View};

/// Judges patients one after another, each patient's rows in the order of the sequence. A patient's rows may continue in the next batch.
#[derive(Debug)]
pub struct Worker {
    engine: Engine,
    reader: TableReader,
    session: Session,
    cells: BatchCells,
    privacy: Privacy,
    as_of: Option<i32>,
    /// The patient of the latest rows, and all earlier ones.
    current: Option<u128>,
    gone: HashSet<u128>,
    /// The rows that findings may still point to, and the number of the first row of each batch.
    open: Vec<(u64, RecordBatch)>,
    rows: u64,
}

/// The columns of a worker's results.
pub use rxlint_report::columns::schema as rows_schema;

impl Worker {
    /// A worker for a settled plan.
    ///
    /// # Errors
    /// As [`super::Survey::new`].
    pub fn new(engine: &Engine, plan: &Plan) -> Result<Self, ClusterError> {
        let reader = plan.reader(engine, SessionSink::PREVIEW_FIELDS)?;
        Ok(Self {
            engine: engine.clone(),
            reader,
            session: engine.session(plan.today(), None),
            cells: BatchCells::default(),
            privacy: if plan.show { Privacy::Show } else { Privacy::Minimum },
            as_of: plan.as_of,
            current: None,
            gone: HashSet::new(),
            open: Vec::new(),
            rows: 0,
        })
    }

    /// Takes the rows of a batch, and returns the findings about the patients that are complete.
    ///
    /// # Errors
    /// If columns are missing, or a patient comes back after others.
    pub fn batch(&mut self, batch: &RecordBatch) -> Result<RecordBatch, ClusterError> {
        let mut last_begins = None;
        for (row, key) in self.keys(batch)?.into_iter().enumerate() {
            if self.current == Some(key) {
                continue;
            }
            self.gone.extend(self.current.replace(key));
            if self.gone.contains(&key) {
                return Err(ClusterError::new(
                    "the rows of a patient do not come one after the other",
                    "sort each partition by the key before it is judged",
                ));
            }
            last_begins = Some(row);
        }
        // All patients but the last one are complete.
        let Some(last_begins) = last_begins else {
            self.push(batch.clone())?;
            return self.to_batch(&[]);
        };
        self.push(batch.slice(0, last_begins))?;
        let rows = self.close();
        self.push(batch.slice(last_begins, batch.num_rows() - last_begins))?;
        self.to_batch(&rows)
    }

    /// The findings about the remaining patients, and the counts of all.
    ///
    /// # Errors
    /// Never, as long as the columns of findings do not change.
    pub fn finish(mut self) -> Result<(RecordBatch, Seen), ClusterError> {
        let rows = self.close();
        let batch = self.to_batch(&rows)?;
        let (_, tally) = self.session.finish();
        let seen = Seen {
            patients: tally.patients,
            exposures: tally.exposures,
            assumed: tally.assumed,
            reversed: tally.reversed,
            ..Seen::default()
        };
        Ok((batch, seen))
    }

    /// The key of each row's patient.
    fn keys(&self, batch: &RecordBatch) -> Result<Vec<u128>, ClusterError> {
        let column = batch.column_by_name(KEY).and_then(|column| column.as_binary_opt::<i32>());
        let of = |row: usize| {
            let bytes = column.filter(|column| column.is_valid(row))?.value(row);
            Some(u128::from_be_bytes(bytes.try_into().ok()?))
        };
        (0..batch.num_rows()).map(of).collect::<Option<_>>().ok_or_else(|| {
            ClusterError::new(
                format!("there is no column `{KEY}` with a patient's key in each row"),
                "let the sieve add it",
            )
        })
    }

    /// Takes rows of any patients in any order; they are judged when all are closed.
    ///
    /// # Errors
    /// If there are too few columns.
    pub fn push(&mut self, batch: RecordBatch) -> Result<(), ClusterError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let sequence = batch.column_by_name(SEQUENCE);
        let sequence = sequence.and_then(|column| column.as_primitive_opt::<Int64Type>());
        let before = self.rows;
        let key = |row: usize| {
            let number =
                sequence.filter(|column| column.is_valid(row)).map(|column| column.value(row));
            row_key(number.unwrap_or(0), before + row as u64)
        };
        let Self { reader, session, cells, .. } = self;
        let (columns, late) = (wanted(reader, &batch)?, &reader.wanted().late);
        cells.with(batch.num_rows(), columns, late, |batch| {
            reader.read(batch, key, &mut SessionSink(session), &mut Scout::default());
        });
        self.rows += batch.num_rows() as u64;
        self.open.push((before, batch));
        Ok(())
    }

    /// The findings about everyone whose rows have been pushed; those rows are then dropped.
    ///
    /// # Errors
    /// Never, as long as the columns of findings do not change.
    pub fn close_all(&mut self) -> Result<RecordBatch, ClusterError> {
        let rows = self.close();
        self.to_batch(&rows)
    }

    /// Judges the patients whose rows have been pushed.
    fn close(&mut self) -> Vec<FindingRow> {
        let findings = self.session.close();
        let rows = findings.iter().map(|finding| self.row(finding)).collect();
        self.open.clear();
        rows
    }

    /// A finding as it may be shown.
    fn row(&self, finding: &Finding) -> FindingRow {
        let view = View {
            paths: &[],
            terms: RedactionTerms { privacy: self.privacy, ..RedactionTerms::default() },
            people: &Pseudonyms::default(),
            drugs: &NoWords,
            authority: false,
        };
        let shown = ShownFinding::new(finding, &view, |place| self.reread(place));
        let mut row = FindingRow::of(&shown);
        for (at, place) in [&mut row.subject, &mut row.other].into_iter().enumerate() {
            let key = finding.places.get(at).map(|place| place.row);
            *place = PlaceRow {
                source: None,
                row: key.map(|key| ((key.0 >> ROW_BITS) as u64 ^ SIGN) as i64),
                ..std::mem::take(place)
            };
        }
        row
    }

    /// A row's text, as a line of a text table.
    fn reread(&self, place: &Place) -> Option<RecordText> {
        let row = RowKey::from(*place).0 as u64 & ROWS;
        let at = self.open.partition_point(|(before, _)| *before <= row).checked_sub(1)?;
        let (before, batch) = self.open.get(at)?;
        let columns = wanted(&self.reader, batch).ok()?;
        let row = usize::try_from(row - before).ok()?;
        let one: Vec<_> = columns.iter().map(|column| column.slice(row, 1)).collect();
        BatchCells::default().with(1, &one, &[], |cells| self.reader.record_text(cells, 0))
    }

    fn to_batch(&self, rows: &[FindingRow]) -> Result<RecordBatch, ClusterError> {
        let run = RunColumns {
            digest: self.engine.digest(),
            version: env!("CARGO_PKG_VERSION"),
            as_of: self.as_of,
        };
        Ok(to_batch(rows, &run)?)
    }
}

/// Maps the order of signed integers to that of unsigned ones.
const SIGN: u64 = 1 << 63;

/// How many bits of a key hold the order of arrival. Together with the caller's number they replace the bits that distinguish files: all rows of a
/// table are in one file.
const ROW_BITS: u32 = 40;
const ROWS: u64 = (1 << ROW_BITS) - 1;

/// The key of a row: the caller's number, then the order of arrival.
fn row_key(sequence: i64, row: u64) -> RowKey {
    RowKey(u128::from(sequence as u64 ^ SIGN) << ROW_BITS | u128::from(row & ROWS))
}

/// Hands records to a session.
struct SessionSink<'s>(&'s mut Session);

impl RecordSink for SessionSink<'_> {
    fn record(&mut self, record: &Record<'_>) {
        self.0.record(record, record.key);
    }

    fn reject(&mut self, _: impl Into<RowKey>, _: Reason) {}

    fn shift(&mut self, _: RowKey) {}
}

/// No words: nothing is masked word by word here.
#[derive(Debug)]
struct NoWords;

impl DrugWords for NoWords {
    fn words(&self, _: &str) -> Vec<String> {
        Vec::new()
    }

    fn has_word(&self, _: &str) -> bool {
        false
    }
}

//! Findings as columns: `rxlint/findings/1`, one row per finding, for Parquet, Arrow, notebooks and clusters.
//!
//! What is written here has passed [`crate::redaction`] like any report. Columns are added at the end, never renamed.

use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Int32Builder, Int64Builder, StringBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};

use crate::json;
use crate::redaction::ShownDay;
use crate::{
    Document, Findings, FormatInfo, Medium, ReportLayout, Reporter, ShownFinding, ShownPlace,
};

/// The name and version of the table of findings.
pub const SCHEMA: &str = "rxlint/findings/1";

/// How many findings are written together.
const ROWS: usize = 8192;

/// A finding as a row. Days are counted from 1970-01-01; where days are shown as numbers of their own, there are none.
#[derive(Clone, Debug, Default)]
#[allow(
    missing_docs,
    reason = "the names are those of the columns, which docs/reports.md explains"
)]
pub struct FindingRow {
    pub fingerprint: String,
    pub rule: String,
    pub severity: &'static str,
    pub dur: String,
    pub patient: Option<String>,
    pub message: String,
    pub help: String,
    pub days_kind: Option<&'static str>,
    pub days_first: Option<i32>,
    pub days_last: Option<i32>,
    pub days: Option<u32>,
    pub clean_from: Option<i32>,
    pub evidence: String,
    pub disputed: bool,
    pub assumed: String,
    pub also: u32,
    pub subject: PlaceRow,
    pub other: PlaceRow,
}

/// A record of a finding, as a part of its row.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "as above")]
pub struct PlaceRow {
    pub claim: Option<String>,
    pub prescription: Option<String>,
    pub drug: Option<String>,
    pub role: Option<String>,
    pub first: Option<i32>,
    pub last: Option<i32>,
    pub prescriber: Option<String>,
    pub source: Option<String>,
    pub row: Option<i64>,
}

impl FindingRow {
    /// The row of a finding as it may be shown.
    pub fn of(finding: &ShownFinding) -> Self {
        let (rule, days) = (&finding.rule, finding.days);
        let place = |at: usize| finding.places.get(at).map(PlaceRow::of).unwrap_or_default();
        Self {
            fingerprint: finding.fingerprint.to_string(),
            rule: rule.id.clone(),
            severity: finding.severity.name(),
            dur: rule.dur.clone(),
            patient: finding.patient.clone(),
            message: finding.message.clone(),
            help: finding.help.clone(),
            days_kind: days.map(|days| days.kind),
            days_first: days.and_then(|days| days.first.calendar()),
            days_last: days.and_then(|days| days.last.calendar()),
            days: days.map(|days| days.count),
            clean_from: finding.clean_from.and_then(ShownDay::calendar),
            evidence: rule.grade.clone(),
            disputed: rule.disputed,
            assumed: finding.assumed.join(" "),
            also: finding.also,
            subject: place(0),
            other: place(1),
        }
    }
}

impl PlaceRow {
    fn of(place: &ShownPlace) -> Self {
        Self {
            claim: told(&place.contact.claim),
            prescription: told(&place.contact.prescription),
            drug: Some(place.drug.clone()).filter(|drug| !drug.is_empty()),
            role: Some(place.role.clone()).filter(|role| !role.is_empty()),
            first: place.days.and_then(|(first, _)| first.calendar()),
            last: place.days.and_then(|(_, last)| last.calendar()),
            prescriber: told(&place.contact.prescriber),
            source: Some(place.shown.path.clone()),
            row: Some(i64::from(place.shown.record)),
        }
    }
}

/// A text, where there is one.
fn told(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// What a value of a column is.
enum Value<'a> {
    Text(Option<&'a str>),
    Day(Option<i32>),
    Count(Option<u32>),
    Row(Option<i64>),
    Yes(bool),
}

/// What is the same for all findings of a run.
#[derive(Clone, Copy, Debug)]
pub struct RunColumns<'a> {
    /// The digest of rules and settings.
    pub digest: &'a str,
    /// The version of rxlint.
    pub version: &'a str,
    /// The day that counted as today.
    pub as_of: Option<i32>,
}

/// The columns of a row with their names, in order.
fn values<'a>(row: &'a FindingRow, run: &RunColumns<'a>) -> Vec<(&'static str, Value<'a>)> {
    use Value::{Count, Day, Row, Text, Yes};
    let text = |text: &'a str| Text(Some(text));
    let mut values = vec![
        ("fingerprint", text(&row.fingerprint)),
        ("rule", text(&row.rule)),
        ("severity", text(row.severity)),
        ("dur", text(&row.dur)),
        ("patient", Text(row.patient.as_deref())),
        ("message", text(&row.message)),
        ("help", text(&row.help)),
        ("days_kind", Text(row.days_kind)),
        ("days_first", Day(row.days_first)),
        ("days_last", Day(row.days_last)),
        ("days", Count(row.days)),
        ("clean_from", Day(row.clean_from)),
        ("evidence", text(&row.evidence)),
        ("disputed", Yes(row.disputed)),
        ("assumed", text(&row.assumed)),
        ("also", Count(Some(row.also))),
    ];
    let names = [
        [
            "subject_claim",
            "subject_prescription",
            "subject_drug",
            "subject_role",
            "subject_first",
            "subject_last",
            "subject_prescriber",
            "subject_source",
            "subject_row",
        ],
        [
            "other_claim",
            "other_prescription",
            "other_drug",
            "other_role",
            "other_first",
            "other_last",
            "other_prescriber",
            "other_source",
            "other_row",
        ],
    ];
    for (names, place) in names.into_iter().zip([&row.subject, &row.other]) {
        values.extend(names.into_iter().zip([
            Text(place.claim.as_deref()),
            Text(place.prescription.as_deref()),
            Text(place.drug.as_deref()),
            Text(place.role.as_deref()),
            Day(place.first),
            Day(place.last),
            Text(place.prescriber.as_deref()),
            Text(place.source.as_deref()),
            Row(place.row),
        ]));
    }
    values.extend([
        ("digest", text(run.digest)),
        ("version", text(run.version)),
        ("as_of", Day(run.as_of)),
    ]);
    values
}

/// The columns of the table of findings.
pub fn schema() -> SchemaRef {
    let run = RunColumns { digest: "", version: "", as_of: None };
    let row = FindingRow::default();
    let fields = values(&row, &run).into_iter().map(|(name, value)| {
        let kind = match value {
            Value::Text(_) => DataType::Utf8,
            Value::Day(_) => DataType::Date32,
            Value::Count(_) => DataType::Int32,
            Value::Row(_) => DataType::Int64,
            Value::Yes(_) => DataType::Boolean,
        };
        Field::new(name, kind, true)
    });
    let metadata = [("rxlint.schema".to_owned(), SCHEMA.to_owned())];
    Arc::new(Schema::new_with_metadata(fields.collect::<Vec<_>>(), metadata))
}

/// The rows of findings as a batch of [`schema`].
///
/// # Errors
/// Never, as long as the columns are those of the schema.
pub fn batch(rows: &[FindingRow], run: &RunColumns<'_>) -> Result<RecordBatch, ArrowError> {
    let rows: Vec<_> = rows.iter().map(|row| values(row, run)).collect();
    let schema = schema();
    let column = |at: usize, kind: &DataType| {
        let of = rows.iter().filter_map(|row| row.get(at)).map(|(_, value)| value);
        array(kind, of)
    };
    let columns = schema.fields().iter().enumerate();
    let columns = columns.map(|(at, field)| column(at, field.data_type())).collect();
    RecordBatch::try_new(schema, columns)
}

fn array<'v, 'a: 'v>(kind: &DataType, values: impl Iterator<Item = &'v Value<'a>>) -> ArrayRef {
    match kind {
        DataType::Date32 => {
            let mut days = Date32Builder::new();
            values.for_each(|value| {
                days.append_option(if let Value::Day(day) = value { *day } else { None })
            });
            Arc::new(days.finish())
        }
        DataType::Int32 => {
            let mut counts = Int32Builder::new();
            values.for_each(|value| {
                let count = if let Value::Count(count) = value { *count } else { None };
                counts.append_option(count.map(|count| i32::try_from(count).unwrap_or(i32::MAX)))
            });
            Arc::new(counts.finish())
        }
        DataType::Int64 => {
            let mut rows = Int64Builder::new();
            values.for_each(|value| {
                rows.append_option(if let Value::Row(row) = value { *row } else { None })
            });
            Arc::new(rows.finish())
        }
        DataType::Boolean => {
            let mut flags = BooleanBuilder::new();
            values.for_each(|value| flags.append_value(matches!(value, Value::Yes(true))));
            Arc::new(flags.finish())
        }
        _ => {
            let mut texts = StringBuilder::new();
            values.for_each(|value| {
                texts.append_option(if let Value::Text(text) = value { *text } else { None })
            });
            Arc::new(texts.finish())
        }
    }
}

/// The findings of a document as batches of [`schema`], whose metadata account for the records read.
fn batches(
    document: &Document<'_>,
    findings: &Findings<'_>,
    mut take: impl FnMut(&RecordBatch) -> io::Result<()>,
) -> io::Result<()> {
    let run = RunColumns {
        digest: document.digest,
        version: document.version,
        as_of: document.as_of.map(|day| day.0),
    };
    let mut rows = Vec::new();
    let mut flush = |rows: &mut Vec<FindingRow>| {
        let batch = batch(rows, &run).map_err(io::Error::other)?;
        rows.clear();
        take(&batch)
    };
    for finding in findings.iter() {
        rows.push(FindingRow::of(&finding));
        if rows.len() == ROWS {
            flush(&mut rows)?;
        }
    }
    flush(&mut rows)
}

/// [`schema`], with the summary of the run in its metadata.
fn with_summary(document: &Document<'_>) -> io::Result<SchemaRef> {
    let mut schema = schema().as_ref().clone();
    schema.metadata.insert("rxlint.summary".to_owned(), json::head(document)?);
    Ok(Arc::new(schema))
}

/// A Parquet file.
pub(super) struct ParquetReporter;

impl Reporter for ParquetReporter {
    fn about(&self) -> FormatInfo {
        FormatInfo {
            name: "parquet",
            medium: Medium::File,
            leaves_site: false,
            holds_summary: true,
        }
    }

    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        _: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        use parquet::arrow::ArrowWriter;
        use parquet::basic::Compression;
        use parquet::file::metadata::KeyValue;
        use parquet::file::properties::WriterProperties;
        let schema = with_summary(document)?;
        // Arrow keeps its metadata in a text of its own; every reader of Parquet sees these.
        let told = schema.metadata.iter();
        let mut told: Vec<KeyValue> =
            told.map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
        told.sort_by(|one, other| one.key.cmp(&other.key));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("rxlint version {}", document.version))
            .set_key_value_metadata(Some(told))
            .build();
        // The library wants a writer that it could hand to another thread; findings fit in memory.
        let mut writer = ArrowWriter::try_new(Vec::new(), self::schema(), Some(properties))
            .map_err(io::Error::other)?;
        batches(document, findings, |batch| writer.write(batch).map_err(io::Error::other))?;
        out.write_all(&writer.into_inner().map_err(io::Error::other)?)
    }
}

/// An Arrow file, which pandas calls Feather.
pub(super) struct ArrowReporter;

impl Reporter for ArrowReporter {
    fn about(&self) -> FormatInfo {
        FormatInfo { name: "arrow", medium: Medium::File, leaves_site: false, holds_summary: true }
    }

    fn write(
        &self,
        document: &Document<'_>,
        findings: &Findings<'_>,
        _: &ReportLayout,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let schema = with_summary(document)?;
        let mut writer =
            arrow_ipc::writer::FileWriter::try_new(out, &schema).map_err(io::Error::other)?;
        batches(document, findings, |batch| writer.write(batch).map_err(io::Error::other))?;
        writer.finish().map_err(io::Error::other)
    }
}

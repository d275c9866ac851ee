//! The counts as a table: `rxlint/tally/1`.

use std::sync::Arc;

use arrow_array::{Int64Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema};

/// The name and version of the table.
pub const TALLY: &str = "rxlint/tally/1";

/// Rows of what is counted, its kind (empty for all kinds) and how many, as a batch. Tables of parts add up, row by row of the same name.
///
/// # Errors
/// Never, as long as the columns do not change.
pub fn tally(rows: &[(&'static str, String, u64)]) -> Result<RecordBatch, ArrowError> {
    let metadata = [("rxlint.schema".to_owned(), TALLY.to_owned())];
    let fields = vec![
        Field::new("measure", DataType::Utf8, false),
        Field::new("name", DataType::Utf8, false),
        Field::new("count", DataType::Int64, false),
    ];
    let measures: StringArray = rows.iter().map(|(measure, ..)| Some(*measure)).collect();
    let names: StringArray = rows.iter().map(|(_, name, _)| Some(name.as_str())).collect();
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let counts: Int64Array = rows.iter().map(|(.., number)| Some(count(*number))).collect();
    let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
    RecordBatch::try_new(schema, vec![Arc::new(measures), Arc::new(names), Arc::new(counts)])
}

//! Reads a table with the `csv` crate, and finds lines and columns by counting.

/// A row by its column names, and the positions of the row and its drug cell.
pub(crate) struct Row {
    pub(crate) patient: String,
    pub(crate) claim: String,
    pub(crate) drug: String,
    pub(crate) first: String,
    pub(crate) days: String,
    pub(crate) quantity: String,
    pub(crate) status: String,
    pub(crate) made: String,
    pub(crate) record: usize,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

pub(crate) fn rows(bytes: &[u8], delimiter: u8) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes);
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|cell| cell == name).unwrap();
    let drug_column = column("drug_name");
    // Not every table says when a claim was processed.
    let made = header.iter().position(|cell| cell == "transaction_date");
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.unwrap();
        let mut start = record.position().unwrap().byte() as usize;
        while matches!(bytes[start], b'\r' | b'\n') {
            start += 1;
        }
        let cell = |name: &str| record[column(name)].trim().to_owned();
        rows.push(Row {
            patient: cell("patient_id"),
            claim: cell("claim_id"),
            drug: cell("drug_name"),
            first: cell("fill_date"),
            days: cell("days_supply"),
            quantity: cell("quantity"),
            status: cell("status"),
            made: made.map_or_else(String::new, |at| record[at].trim().to_owned()),
            record: rows.len() + 1,
            line: bytes[..start].iter().filter(|&&byte| byte == b'\n').count() + 1,
            column: cell_start(&bytes[start..], delimiter, drug_column) + 1,
        });
    }
    rows
}

/// Where that column's cell begins in a row, at its opening quote if it has one.
fn cell_start(row: &[u8], delimiter: u8, column: usize) -> usize {
    let (mut passed, mut inside) = (0, false);
    for (at, &byte) in row.iter().enumerate() {
        if passed == column {
            return at;
        }
        inside ^= byte == b'"';
        passed += usize::from(byte == delimiter && !inside);
    }
    row.len()
}

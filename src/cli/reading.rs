//! The options about how inputs are read.

use std::path::PathBuf;

use clap::Args;

use crate::config::WitnessExtent;
use crate::run::limits::MaxUnresolved;
use rxlint_input::InputFormatName;
use rxlint_model::record::DateOrder;

/// How any input is read, whether it lists prescriptions or drugs.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Reading")]
pub struct InputArgs {
    /// Which column holds which field: patient=MRN,drug=Med_Desc (the header's name, or the column's number from 1; several
    /// columns with +, as in patient=Last+First+DOB)
    #[arg(long, value_name = "FIELD=HEADER,…", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// The character between cells, if it is not recognised correctly: a character, or tab
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    pub delimiter: Option<u8>,
    /// How many lines are above the header of a table, if it is not found automatically
    #[arg(long, value_name = "N")]
    pub skip_lines: Option<u32>,
    /// Tables have no header: their first row is a record; --columns then gives numbers
    #[arg(long, conflicts_with = "skip_lines")]
    pub no_header: bool,
    /// The format of every input
    #[arg(long, value_name = "FORMAT", value_parser = input_format, help = input_format_help())]
    pub input_format: Option<InputFormatName>,
    /// What reports call standard input
    #[arg(long, value_name = "NAME")]
    pub stdin_name: Option<String>,
    /// Write the position of each record that could not be understood to this file, with the reason
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Exit with 3 if more than this many records could not be understood
    #[arg(long, value_name = "N", value_parser = count)]
    pub max_rejects: Option<u64>,
    /// How many records the sender says there are; any other number makes the run incomplete (exit code 3)
    #[arg(long, value_name = "N", value_parser = whole_number)]
    pub expect_records: Option<u64>,
    /// How many threads to use; by default one per core
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
}

/// How prescriptions are read; shared by every command that reads them.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Reading")]
pub struct ReadingArgs {
    #[command(flatten)]
    #[allow(missing_docs, reason = "documented at the type")]
    pub input: InputArgs,
    /// Exit with 3 if more records than this name no drug that can be read: a number, or a share of those read (by default 5%)
    #[arg(long, value_name = "N|N%")]
    pub max_unresolved: Option<MaxUnresolved>,
    /// How much of the raw inputs to search for watched drugs that no record accounts for; by default the first 16 MiB and every sixteenth MiB after them
    #[arg(long, value_name = "all|off", value_parser = witness)]
    pub witness: Option<WitnessExtent>,
    /// The order of day and month in all-numeric dates, where a file does not show it
    #[arg(long, value_parser = date_order, value_name = "dmy|mdy")]
    pub date_order: Option<DateOrder>,
    /// The first two-digit year that means 19YY; by default 69. A birth is never after its record
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=100), value_name = "YY")]
    pub date_pivot: Option<u32>,
    /// How a field's dates are written: fill_date=%d/%m/%y, start=excel, written=unix or unix-ms
    #[arg(long, value_name = "FIELD=PATTERN")]
    pub date_format: Vec<String>,
    /// Which type of patient identifier to use if HL7 messages give several; by default MR, else PI, else the first
    #[arg(long, value_name = "TYPE")]
    pub patient_id_type: Option<String>,
    /// A table of birth dates: patient, birth_date
    #[arg(long, value_name = "FILE")]
    pub patients: Vec<PathBuf>,
    /// A table of diagnoses: patient, code (ICD-10 or SNOMED CT), date
    #[arg(long, value_name = "FILE")]
    pub conditions: Vec<PathBuf>,
    /// Move watched records to a temporary file once they take more memory than this: 512M, 2G (64 bytes each); by default all stay in memory
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub memory_limit: Option<u64>,
}

fn whole_number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "give a whole number, as the sender states it".to_owned())
}

fn count(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "give a whole number of records".to_owned())
}

fn threads(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "give a whole number of threads".to_owned())
}

fn witness(text: &str) -> Result<WitnessExtent, String> {
    match text.to_ascii_lowercase().as_str() {
        "all" => Ok(WitnessExtent::All),
        "sampled" => Ok(WitnessExtent::Sampled),
        "off" => Ok(WitnessExtent::Off),
        _ => Err("give all, sampled or off".to_owned()),
    }
}

fn date_order(text: &str) -> Result<DateOrder, String> {
    match text.to_ascii_lowercase().as_str() {
        "dmy" => Ok(DateOrder::Dmy),
        "mdy" => Ok(DateOrder::Mdy),
        _ => Err("give dmy (31/12/2025) or mdy (12/31/2025)".to_owned()),
    }
}

/// The byte that a delimiter on the command line or in the configuration means.
pub(crate) fn delimiter(text: &str) -> Result<u8, String> {
    match text {
        "tab" | "\\t" => Ok(b'\t'),
        "comma" => Ok(b','),
        "pipe" => Ok(b'|'),
        "semicolon" => Ok(b';'),
        _ => match text.as_bytes() {
            [one] if !one.is_ascii_alphanumeric() && !matches!(one, b'"' | b'\n' | b'\r') => {
                Ok(*one)
            }
            _ => Err("give one character, or tab".to_owned()),
        },
    }
}

fn size(text: &str) -> Result<u64, String> {
    let (digits, unit) =
        text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let shift = match unit.to_ascii_lowercase().trim_end_matches('b').trim_end_matches('i') {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        _ => return Err("give a number of bytes, or a number with K, M or G".to_owned()),
    };
    digits
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(1 << shift))
        .ok_or_else(|| "give a number of bytes, or a number with K, M or G".to_owned())
}

fn input_format(text: &str) -> Result<InputFormatName, String> {
    InputFormatName::from_name(&text.to_ascii_lowercase())
        .ok_or_else(|| format!("give one of {}", input_formats().join(", ")))
}

fn input_format_help() -> String {
    let mut formats = input_formats();
    let last = formats.pop().unwrap_or_default();
    format!(
        "The format of every input, if it is not recognised correctly: {} or {last}",
        formats.join(", ")
    )
}

fn input_formats() -> Vec<&'static str> {
    InputFormatName::ALL.iter().map(|format| format.option()).collect()
}

//! Why an input could not be read at all: what, where, and what to do.

use std::path::Path;
use std::{fmt, io};

use super::foreign::ForeignFormat;
use super::layout::{Column, Essential, list, names, nearest, quoted, speaks_of_a_person};
use rxlint_model::record::Field;

/// Why an input could not be read. It never contains any of a record's content.
#[derive(Debug)]
pub struct InputError(Box<ErrorKind>);

/// What went wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file does not exist or may not be read.
    Open {
        /// The path as given.
        path: String,
        /// The system's error.
        error: io::Error,
    },
    /// The folder may not be listed.
    OpenFolder {
        /// The path, as given or found.
        path: String,
        /// The system's error.
        error: io::Error,
    },
    /// Reading failed midway.
    Read {
        /// The path as given.
        path: String,
        /// The system's error.
        error: io::Error,
    },
    /// The file was changed or replaced after it had been opened.
    Changed {
        /// The path as given.
        path: String,
    },
    /// The file is of a kind that is not read.
    Unsupported {
        /// The path as given.
        path: String,
        /// What it is.
        format: ForeignFormat,
    },
    /// An archive or a workbook, or something in it, that could not be read.
    Container {
        /// The path as given, and the part of it.
        path: String,
        /// What is wrong.
        what: String,
        /// What to do.
        help: &'static str,
        /// Whether it was read anyway.
        is_read: bool,
    },
    /// The first row is data.
    NoHeader {
        /// The path as given.
        path: String,
        /// An option that would help.
        example: String,
        /// The numbers of the columns that count days, or pieces.
        days: Vec<usize>,
        /// Those of several columns that hold days.
        dates: Vec<usize>,
    },
    /// It is not a table, but text with gaps between what would be its columns.
    Printed {
        /// The path as given.
        path: String,
    },
    /// Its rows have more cells than its header has names.
    WideRows {
        /// The path as given.
        path: String,
        /// How many names the header has, and how many cells the first row.
        counts: (usize, usize),
    },
    /// The first row cannot be read as headers.
    BrokenHeader {
        /// The path as given.
        path: String,
    },
    /// The file is known to hold something other than prescriptions.
    NotPrescriptions {
        /// The path as given.
        path: String,
        /// The recognised layout.
        layout: &'static str,
        /// What it holds, and what to do with it.
        why: &'static str,
    },
    /// The file belongs to others that are missing.
    Incomplete {
        /// The path as given.
        path: String,
        /// What is missing.
        what: String,
    },
    /// The file is known to hold something other than a formulary.
    NotFormulary {
        /// The path as given.
        path: String,
        /// What it holds, and what to do with it.
        why: &'static str,
        /// Whether it certainly holds no list, so that it may be skipped in a folder.
        plainly: bool,
        /// Whether there are patients in it.
        patients: bool,
    },
    /// Something essential has no column.
    MissingColumns {
        /// The path as given.
        path: String,
        /// What is missing.
        missing: Vec<Essential>,
        /// The headers, which may be data.
        headers: Vec<String>,
        /// What the file seems to be.
        hint: Option<&'static str>,
        /// An option that would help.
        example: String,
        /// Whether the file clearly holds no prescriptions.
        plainly: bool,
        /// For each column, what was found: the field that it serves, else what its cells look like.
        found: Vec<String>,
    },
    /// A table that was given as a table of persons lacks their columns.
    NoPersonColumns {
        /// The path as given.
        path: String,
        /// Whether it should hold birth dates; else conditions.
        births: bool,
        /// The headers.
        headers: Vec<String>,
    },
    /// A column that `--columns` names is not in the file.
    NoColumn {
        /// The path as given.
        path: String,
        /// The field that it should serve.
        field: Field,
        /// The column that was asked for.
        column: Column,
        /// The nearest header.
        nearest: Option<String>,
        /// The headers.
        headers: Vec<String>,
        /// Whether none of the columns that were asked for is there.
        other_layout: bool,
    },
    /// The ledger of earlier runs could not be used.
    Ledger {
        /// What is wrong, and with which file.
        what: String,
        /// What to do.
        help: String,
    },
    /// Day and month cannot be distinguished.
    AmbiguousDates {
        /// The path as given.
        path: String,
        /// The name of the column in messages.
        column: String,
        /// The line of one example, and of another.
        lines: (u32, Option<u32>),
        /// What is unknown about them.
        doubt: DateDoubt,
    },
}

const PRINTED: &str =
    "looks like a printed report or a log, with spaces between what would be its columns";
const AS_TABLE: &str = "If another character separates its cells, name it with `--delimiter`; a printed report or a log has to be exported \
                        as a table: CSV with a header row, or a workbook.";

/// Why the dates of a column cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateDoubt {
    /// Day or month may be first, and nothing shows which.
    Order,
    /// One line can only have the day first, another only the month.
    Contradiction,
    /// The year has two digits and may be first; the field's name.
    ShortYear(&'static str),
}

/// The layout of JSON about which nothing more is known.
pub(crate) const OTHER_JSON: &str = "other-json";

/// The layout of FHIR resources of which none is of a kind that is read.
pub(crate) const OTHER_FHIR: &str = "other-fhir";

/// The layout of HL7 messages, in an error: none of them is about prescriptions.
pub(crate) const OTHER_HL7: &str = "hl7v2";

impl InputError {
    /// The error of that kind.
    pub fn new(kind: ErrorKind) -> Self {
        Self(Box::new(kind))
    }

    /// What went wrong, for callers that decide by it.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// The path of the input as given, and what is wrong with it.
    pub fn about(&self) -> (&str, String) {
        let path = match self.kind() {
            ErrorKind::Open { path, .. }
            | ErrorKind::OpenFolder { path, .. }
            | ErrorKind::Read { path, .. }
            | ErrorKind::Changed { path }
            | ErrorKind::Unsupported { path, .. }
            | ErrorKind::Container { path, .. }
            | ErrorKind::NoHeader { path, .. }
            | ErrorKind::BrokenHeader { path }
            | ErrorKind::WideRows { path, .. }
            | ErrorKind::Printed { path }
            | ErrorKind::NotPrescriptions { path, .. }
            | ErrorKind::Incomplete { path, .. }
            | ErrorKind::NotFormulary { path, .. }
            | ErrorKind::MissingColumns { path, .. }
            | ErrorKind::NoPersonColumns { path, .. }
            | ErrorKind::NoColumn { path, .. }
            | ErrorKind::AmbiguousDates { path, .. } => path.as_str(),
            ErrorKind::Ledger { .. } => "",
        };
        let text = self.to_string();
        let why = text.strip_prefix(path).and_then(|text| text.strip_prefix(": "));
        (path, why.map_or_else(|| text.clone(), str::to_owned))
    }

    /// Whether there is no such file.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self.kind(), ErrorKind::Open { error, .. } if error.kind() == io::ErrorKind::NotFound)
    }

    /// Whether the file is known to hold something other than prescriptions, so that it may be skipped in a folder. A file that may hold some,
    /// without a header or under odd names, is not skipped.
    pub fn is_no_export(&self) -> bool {
        match self.kind() {
            // These hold prescriptions, though not in a form that can be read by itself.
            ErrorKind::NotPrescriptions {
                layout: "eicu" | "idr-claim-line" | "unread", ..
            } => false,
            ErrorKind::NotPrescriptions { .. } | ErrorKind::Printed { .. } => true,
            ErrorKind::MissingColumns { plainly, .. } | ErrorKind::NotFormulary { plainly, .. } => {
                *plainly
            }
            _ => false,
        }
    }

    /// The columns that would make the file understood: each field with its column, or with a word in capitals if none was found.
    pub fn proposed_columns(&self) -> Vec<(String, String)> {
        let example = match self.kind() {
            ErrorKind::NoHeader { example, .. } | ErrorKind::MissingColumns { example, .. } => {
                example
            }
            _ => return Vec::new(),
        };
        let pairs = example.split_once("--columns ").map_or("", |(_, pairs)| pairs);
        let pair = |pair: &str| {
            let (field, column) = pair.split_once('=')?;
            Some((field.to_owned(), column.to_owned()))
        };
        pairs.trim_matches('\'').split(',').filter_map(pair).collect()
    }

    /// What was found in each column of a table that is not understood: its header, if that may be shown, and what it serves or looks like.
    pub fn columns_found(&self) -> Vec<(String, String)> {
        let ErrorKind::MissingColumns { headers, found, .. } = self.kind() else {
            return Vec::new();
        };
        let called = names(headers).into_iter().zip(1..).map(|(name, at): (_, usize)| {
            name.map_or_else(|| format!("column {at}"), |name| format!("`{name}`"))
        });
        called.zip(found.iter().cloned()).collect()
    }

    /// Proposes a list of drugs, if the drugs of this table seem to be in that one: it has no patients, and both have a column of the same name.
    /// `path` is the list, quoted for a shell.
    pub(crate) fn propose_list(&mut self, list: &Self, path: &str) {
        let ErrorKind::MissingColumns { missing: lacks, headers: theirs, .. } = list.kind() else {
            return;
        };
        if !lacks.contains(&Essential::Patient) || !lacks.contains(&Essential::FirstDay) {
            return;
        }
        if let ErrorKind::MissingColumns { missing, headers, hint, example, .. } = &mut *self.0
            && missing[..] == [Essential::Drug]
            && let Some(key) = shared_key(headers, theirs)
        {
            *hint = Some("its drugs seem to be in a table of their own");
            let columns = format!("code={}", headers[key].trim());
            *example = format!("--vocabulary {path} --columns {}", quoted(&columns));
        }
    }

    /// Whether the file has no header at all.
    pub fn is_without_header(&self) -> bool {
        matches!(self.kind(), ErrorKind::NoHeader { .. })
    }

    /// Whether none of the named columns is in the file, so that they belong to other files.
    pub(crate) fn is_other_layout(&self) -> bool {
        matches!(self.kind(), ErrorKind::NoColumn { other_layout: true, .. })
    }

    /// Whether a file among lists of drugs is not one because it has patients in it.
    pub fn holds_patients(&self) -> bool {
        matches!(self.kind(), ErrorKind::NotFormulary { patients: true, .. })
    }

    /// Whether the input was read, and only something in it could not be.
    pub fn is_read(&self) -> bool {
        matches!(self.kind(), ErrorKind::Container { is_read: true, .. })
    }

    /// Whether the table has fewer columns than a patient, a drug and a date need.
    pub(crate) fn is_too_narrow(&self) -> bool {
        matches!(self.kind(), ErrorKind::MissingColumns { headers, .. } if headers.len() < 3)
    }

    /// Whether the rows of a table have a person and a day, but no drug: a log of one drug names it only in its own name.
    pub fn lacks_only_drugs(&self) -> bool {
        let ErrorKind::MissingColumns { missing, headers, found, .. } = self.kind() else {
            return false;
        };
        let lacks = |essential| missing.contains(&essential);
        let has_person = || headers.iter().any(|header| speaks_of_a_person(header));
        let has_day = || found.iter().any(|looks| looks.ends_with("dates"));
        lacks(Essential::Drug)
            && (!lacks(Essential::Patient) || has_person())
            && (!lacks(Essential::FirstDay) || has_day())
    }

    /// Whether only its headers, or the names in its JSON, say that the file holds no prescriptions.
    pub(crate) fn is_unknown_table(&self) -> bool {
        matches!(self.kind(), ErrorKind::MissingColumns { .. } | ErrorKind::Printed { .. })
            || self.is_other_json()
    }

    /// Whether it is JSON about which nothing more is known.
    pub fn is_other_json(&self) -> bool {
        matches!(self.kind(), ErrorKind::NotPrescriptions { layout: OTHER_JSON, .. })
    }

    /// Whether it holds resources of FHIR or messages of HL7, none of which is a prescription by its kind.
    pub fn is_of_other_kinds(&self) -> bool {
        matches!(self.kind(), ErrorKind::NotPrescriptions { layout: OTHER_FHIR | OTHER_HL7, .. })
    }

    /// Whether what was opened has no columns that could be named.
    pub fn has_no_columns(&self) -> bool {
        let is_text = matches!(
            self.kind(),
            ErrorKind::Printed { .. } | ErrorKind::Unsupported { format: ForeignFormat::Sql, .. }
        );
        self.is_too_narrow() || is_text
    }

    /// One line about a file that was skipped because it holds no prescriptions.
    pub(crate) fn passed_over(&self) -> String {
        match self.kind() {
            ErrorKind::NotPrescriptions { path, why, .. }
            | ErrorKind::NotFormulary { path, why, .. } => {
                format!("{path} was left out: it is {why}.")
            }
            ErrorKind::MissingColumns { path, hint: Some(hint), .. } => {
                format!("{path} was left out: {hint}.")
            }
            ErrorKind::Printed { path } => format!("{path} was left out: it {PRINTED}."),
            _ => format!("{self} It was left out."),
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self.kind() {
            ErrorKind::Open { path, error } if error.kind() == io::ErrorKind::NotFound => absent(path),
            ErrorKind::Open { .. } => "Check that the file may be read by this user.".into(),
            ErrorKind::OpenFolder { .. } => {
                "Check that the folder may be listed by this user, or leave it out.".into()
            }
            // The error of a column whose type cannot be read says what to do.
            ErrorKind::Read { error, .. } if error.kind() == io::ErrorKind::Unsupported => {
                "Make it a text, a number or a date, or say that another column holds it (`--columns`).".into()
            }
            // Another attempt reads the same.
            ErrorKind::Read { error, .. } if error.kind() == io::ErrorKind::InvalidData => {
                "Nothing was checked to the end. Have it fixed at the source, and sent again.".into()
            }
            ErrorKind::Read { .. } => {
                "Nothing was checked to the end. Run it again; if it fails again, copy the file to a local disk first.".into()
            }
            ErrorKind::Changed { .. } => "Run it again when the export is complete.".into(),
            ErrorKind::Unsupported { format, .. } => format.advice().into(),
            ErrorKind::Container { help, .. } => (*help).into(),
            ErrorKind::NoHeader { example, days, dates, .. } => by_numbers(example, days, dates),
            ErrorKind::BrokenHeader { .. } => {
                "The first row must hold the names of the columns. Look for a quote that is not closed, or for text before the table."
                    .into()
            }
            ErrorKind::WideRows { .. } => {
                "Have cells that contain the separator put in quotes, or have another separator used (`--delimiter` names it); or give each \
                 column a name."
                    .into()
            }
            ErrorKind::Incomplete { .. } => "Fetch the missing files into the same folder, and run it again.".into(),
            ErrorKind::NotFormulary { .. } => {
                "`rxlint formulary` reads lists of drugs: CSV, workbooks, JSON that is a list of objects, QHP drugs.json, FHIR \
                 MedicationKnowledge and Medication. Write it as one of them; if it is not a list of drugs, leave it out."
                    .into()
            }
            ErrorKind::NotPrescriptions { layout: "json" | OTHER_JSON | OTHER_FHIR, .. } => {
                "Leave it out, or export MedicationRequest, MedicationDispense and the like as FHIR.".into()
            }
            ErrorKind::NotPrescriptions { layout: "asap" | "cda" | "telecom" | "xdm", .. } => "Leave it out.".into(),
            ErrorKind::NotPrescriptions { layout: "unread", .. } => {
                "If it holds prescriptions, have them sent in a form that is read: `rxlint check --help` lists them; or as CSV with a header row.".into()
            }
            ErrorKind::NotPrescriptions { .. } => {
                "Leave it out; if it does hold prescriptions, name its columns: `--columns patient=…,drug=…,fill_date=…`.".into()
            }
            ErrorKind::Printed { .. } => AS_TABLE.into(),
            ErrorKind::MissingColumns { .. } if self.is_too_narrow() => format!(
                "A prescription needs a patient, a drug and a date in columns of their own. {AS_TABLE}"
            ),
            ErrorKind::MissingColumns { example, .. } => {
                format!("Name the columns, by header or by number from 1, as in `{example}`; `--dry-run` shows what is understood.")
            }
            ErrorKind::NoPersonColumns { births: true, .. } => "Call the columns `patient` and `birth_date`.".into(),
            ErrorKind::NoPersonColumns { .. } => {
                "Call the columns `patient`, `code` (ICD-10 or SNOMED CT) and, if there is one, `date`.".into()
            }
            ErrorKind::NoColumn { nearest, headers, .. } => other_column(nearest.as_ref(), headers),
            ErrorKind::Ledger { help, .. } => help.clone(),
            ErrorKind::AmbiguousDates { doubt: DateDoubt::ShortYear(field), .. } => format!(
                "Say how they are written with `--date-format {field}=%y/%m/%d` (or another pattern), or under \
                 `[date-format]` in rxlint.toml."
            ),
            ErrorKind::AmbiguousDates { .. } => {
                "Say which with `--date-order dmy` (31/12/2025) or `--date-order mdy` (12/31/2025), or `date-order` in \
                 rxlint.toml."
                    .into()
            }
        }
    }
}

/// What to do about a table without a header. `days` are columns that may count days.
fn by_numbers(example: &str, days: &[usize], dates: &[usize]) -> String {
    let days = match days[..] {
        [at] => format!(
            " (with `,days_supply={at}` if column {at} counts days, `,quantity={at}` if it counts units)"
        ),
        [one, other] => format!(
            " (with `,quantity={one},days_supply={other}` or the other way round: columns {one} and {other} hold \
             small numbers)"
        ),
        _ => String::new(),
    };
    let dates = match dates.split_last() {
        Some((last, before)) => {
            let before: Vec<String> = before.iter().map(ToString::to_string).collect();
            format!(
                " (columns {} and {last} hold days: name the one with the day on which it was handed over, given or begun)",
                before.join(", ")
            )
        }
        None => String::new(),
    };
    format!(
        "If it has none, name the columns by their numbers, as in `{example}`{dates}{days}; else export it with a header row."
    )
}

/// What to do about a missing column.
fn other_column(nearest: Option<&String>, headers: &[String]) -> String {
    let near = headers.iter().zip(names(headers)).find(|(name, _)| Some(*name) == nearest);
    match near.and_then(|(_, name)| name) {
        Some(name) => format!("Did you mean `{name}`?"),
        None => format!(
            "The file has {}; a number from 1 to {} does too.",
            list(headers),
            headers.len()
        ),
    }
}

/// What to do about a path where there is nothing.
fn absent(path: &str) -> String {
    if path.contains("://") {
        return "rxlint reads only files on this machine: fetch it first.".to_owned();
    }
    if path.contains(['*', '?']) {
        return "The shell found no files for it: give the folder, or the files by name."
            .to_owned();
    }
    let whole = Path::new(path);
    let folder = whole.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort_unstable();
    let wanted = whole.file_name().map(|name| name.to_string_lossy().into_owned());
    // A shell splits a header or a path at its spaces.
    let is_word = path.bytes().all(|byte| byte.is_ascii_alphabetic());
    // Names are not similar because of an ending that all of a kind share.
    let stem = |name: &str| name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
    let near = wanted.and_then(|wanted| {
        let stems: Vec<String> = names.iter().map(|name| stem(name)).collect();
        let near = nearest(&stem(&wanted), stems.iter().map(String::as_str))?;
        names.iter().zip(&stems).find(|(_, other)| *other == near).map(|(name, _)| name)
    });
    match near {
        Some(name) => format!("Did you mean `{name}`?"),
        None if is_word => {
            "Check the path. A name with spaces in it, of a column or of a file, needs quotes: `--columns 'patient=Full Name'`."
                .to_owned()
        }
        // A path with a folder or an extension does not mean a stream.
        None if path.ends_with('/') || whole.extension().is_some() => "Check the path.".to_owned(),
        None => "Check the path; `-` reads standard input.".to_owned(),
    }
}

/// The column of a table that has the same name as one of a list of drugs, and that can be named in an option.
fn shared_key(headers: &[String], list: &[String]) -> Option<usize> {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let shown = names(headers);
    (0..headers.len()).find(|&at| {
        let name = plain(&headers[at]);
        shown[at].as_ref().is_some_and(|name| !name.contains([',', '=', '+', '\'']))
            && !name.is_empty()
            && list.iter().any(|theirs| plain(theirs) == name)
    })
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            ErrorKind::Open { path, error } => write!(f, "{path}: cannot be opened: {error}."),
            ErrorKind::OpenFolder { path, error } => {
                write!(f, "{path}: this folder cannot be listed: {error}.")
            }
            ErrorKind::Read { path, error } => write!(f, "{path}: cannot be read: {error}."),
            ErrorKind::Changed { path } => {
                write!(f, "{path}: was changed or replaced while it was being read.")
            }
            ErrorKind::Unsupported { path, format } => {
                let ending = match format {
                    ForeignFormat::Binary(_) | ForeignFormat::LfsPointer => "which is not read",
                    _ => "not supported yet",
                };
                write!(f, "{path}: this is {}, {ending}.", format.words())
            }
            ErrorKind::Container { path, what, .. } => write!(f, "{path}: {what}."),
            ErrorKind::NoHeader { path, .. } => {
                write!(
                    f,
                    "{path}: has no header row. Its first row holds data, so nothing says what the columns are."
                )
            }
            ErrorKind::BrokenHeader { path } => {
                write!(f, "{path}: the first row cannot be read as a row of headers.")
            }
            ErrorKind::WideRows { path, counts: (names, cells) } => write!(
                f,
                "{path}: its rows have more cells ({cells}) than its header has names ({names}), so nothing says which is which."
            ),
            ErrorKind::Printed { path } => write!(f, "{path}: is not a table. It {PRINTED}."),
            ErrorKind::NotPrescriptions { path, why, .. } => {
                write!(f, "{path}: is not a prescription export. It is {why}.")
            }
            ErrorKind::Incomplete { path, what } => write!(f, "{path}: {what}."),
            ErrorKind::NotFormulary { path, why, .. } => {
                write!(f, "{path}: is not a formulary. It is {why}.")
            }
            ErrorKind::MissingColumns { path, missing, headers, hint, .. } => {
                let missing: Vec<&str> =
                    missing.iter().map(|essential| essential.words()).collect();
                write!(f, "{path}: no column was recognised for {}", missing.join(" and for "))?;
                write!(f, " among {}", list(headers))?;
                hint.map_or(Ok(()), |hint| write!(f, "; {hint}"))?;
                f.write_str(".")
            }
            ErrorKind::NoPersonColumns { path, births, headers } => {
                let value = if *births { "a birth date" } else { "a condition's code" };
                write!(
                    f,
                    "{path}: no columns were recognised for a patient and for {value} among {}.",
                    list(headers)
                )
            }
            ErrorKind::NoColumn { path, field, column, .. } => {
                // The name as given may have been copied from a row that is not a header.
                let typed = column.to_string();
                let is_shown = matches!(column, Column::Number(_)) || names(&[typed])[0].is_some();
                let called =
                    if is_shown { format!("column `{column}`") } else { "such column".to_owned() };
                let who = "`--columns` or rxlint.toml";
                write!(f, "{path}: has no {called}, which {who} gives to `{}`.", field.name())
            }
            ErrorKind::Ledger { what, .. } => f.write_str(what),
            ErrorKind::AmbiguousDates { path, column, lines, doubt } => {
                write!(f, "{path}: the dates in {column} {}", doubt.told(*lines))
            }
        }
    }
}

impl DateDoubt {
    /// The rest of the sentence: what is in doubt, and which lines show it.
    fn told(&self, (one, other): (u32, Option<u32>)) -> String {
        // Rows that a caller handed over have no line.
        let on = |word: &str| match (one, other) {
            (0, _) => String::new(),
            (one, None) => format!(" ({word} {one})"),
            (one, Some(other)) => format!(" ({word} {one} and {other})"),
        };
        match self {
            Self::Contradiction => format!(
                "contradict each other{}: one can only be day/month, the other only month/day.",
                on("lines")
            ),
            Self::Order => {
                format!("can be day/month or month/day{}, and no line shows which.", on("line"))
            }
            Self::ShortYear(_) => {
                format!("have years of two digits that may stand first{}.", on("line"))
            }
        }
    }
}

impl std::error::Error for InputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.kind() {
            ErrorKind::Open { error, .. }
            | ErrorKind::OpenFolder { error, .. }
            | ErrorKind::Read { error, .. } => Some(error),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_what_where_and_what_to_do() {
        let headers: Vec<String> = (0..50).map(|n| format!("code {n}")).collect();
        let error = InputError::new(ErrorKind::MissingColumns {
            path: "a.csv".into(),
            missing: vec![Essential::Patient, Essential::FirstDay],
            headers,
            hint: Some("it looks like a list of drugs"),
            example: "--columns patient=code 1".into(),
            plainly: true,
            found: Vec::new(),
        });
        let text = error.to_string();
        assert!(
            text.starts_with(
                "a.csv: no column was recognised for a patient and for a date among `code 0`, "
            ),
            "{text}"
        );
        assert!(text.ends_with("and 10 more; it looks like a list of drugs."), "{text}");
        assert!(error.help().contains("--columns patient=code 1"));

        let error = InputError::new(ErrorKind::AmbiguousDates {
            path: "a.csv".into(),
            column: "fill".into(),
            lines: (2, Some(3)),
            doubt: DateDoubt::Order,
        });
        assert!(error.to_string().contains("(line 2 and 3)"));
        assert!(error.help().contains("--date-order dmy"));
    }
}

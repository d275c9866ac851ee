//! `rxlint init`: a configuration to start from, filled in from an export if one is given.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use glob::Pattern;

use super::paths::Paths;
use super::{Failure, finish};
use crate::cli::{InitArgs, ReadingArgs};
use crate::drug_words::{names_a_drug, names_a_listed_drug};
use crate::exit::Exit;
use rxlint_input::describe::Description;
use rxlint_input::error::ErrorKind;
use rxlint_input::layout::DrugLook;
use rxlint_input::{Input, InputError, InputOptions};
use rxlint_model::date;
use rxlint_model::place::RowKey;
use rxlint_model::reason::Reason;
use rxlint_model::record::{DateOrder, Field, Record};
use rxlint_model::sink::RecordSink;
use rxlint_report::redaction::safe;

/// The file to start from. What an export shows replaces `@COLUMNS@` and `@DATES@`.
const TEMPLATE: &str = include_str!("init/template.toml");

/// Runs the command.
///
/// # Errors
/// A file that already exists or cannot be written, or an export that cannot be understood.
pub fn run(args: &InitArgs) -> Result<Exit, Failure> {
    let path = &args.output;
    if path.exists() {
        return Err(Failure::new(
            format!("{} already exists", path.display()),
            "name another file with --output, or move the existing one away first",
        ));
    }
    let mut paths = Paths::default();
    paths.reading(&args.exports, &[], &ReadingArgs::default());
    paths.writes("--output", path);
    paths.check(&[])?;
    let options = InputOptions {
        drug_look: DrugLook::new(names_a_drug).and_listed(names_a_listed_drug),
        ..InputOptions::default()
    };
    let opened = Input::examine(&args.exports, &[], &options)?;
    let has_columns = |error: &&InputError| !error.proposed_columns().is_empty();
    let (passed_over, unread): (Vec<&InputError>, Vec<&InputError>) =
        opened.unread.iter().filter(has_columns).partition(|error| error.is_no_export());
    // What a folder passes over holds no prescriptions, as far as its headers say: a profile would make it a file to be read.
    let is_read = |path: &Path| opened.inputs.iter().any(|input| Path::new(input.path()) == path);
    let unknown =
        opened.unknown.iter().filter(|table| table.asks_for_columns() && !is_read(table.path()));
    let unknown = unknown.map(|table| &table.why).filter(has_columns);
    let passed_over: Vec<&InputError> = passed_over.into_iter().chain(unknown).collect();
    if !args.exports.is_empty()
        && opened.inputs.is_empty()
        && unread.is_empty()
        && passed_over.is_empty()
    {
        return Err(match opened.unread.into_iter().next() {
            Some(error) => error.into(),
            None => Failure::new(
                "there is no export in what was given",
                "name an export, or a folder that contains one",
            ),
        });
    }
    let (columns, dates) = match opened.inputs.iter().find(|input| !input.is_context()) {
        None => (COLUMNS.to_owned(), DATES.to_owned()),
        Some(input) => (columns(&input.describe()), dates(input)?),
    };
    let mut text = TEMPLATE.replace("@COLUMNS@\n", &columns).replace("@DATES@\n", &dates);
    unread.iter().for_each(|error| text.push_str(&profile(error)));
    for error in passed_over {
        let lines = profile(error)
            .trim_start()
            .lines()
            .map(|line| format!("# {line}\n"))
            .collect::<String>();
        let lines = lines.replace("# # ", "# ");
        text.push_str(&format!("\n# If the next one holds prescriptions, remove the #.\n{lines}"));
    }
    rxlint_report::file::write_whole(path, |out| out.write_all(text.as_bytes())).map_err(
        |error| Failure::new(error.to_string(), "give --output a path that you may write to"),
    )?;
    let open = unread.iter().filter(|error| has_open_question(error)).map(|error| error.about().0);
    let open: String = open
        .map(|path| format!("{}: a column still has to be named, see its profile.\n", safe(path)))
        .collect();
    finish(writeln!(
        std::io::stdout().lock(),
        "{}\n{open}`rxlint config` shows the settings in effect and where they come from.",
        safe(&path.to_string_lossy())
    ))?;
    Ok(Exit::Clean)
}

/// Whether a needed column was not found.
fn has_open_question(error: &InputError) -> bool {
    error.proposed_columns().iter().any(|(_, column)| column == "HEADER" || column == "NUMBER")
}

/// A profile for a file that is not understood yet: what was found, and what a person has to fill in.
fn profile(error: &InputError) -> String {
    let name = Path::new(error.about().0).file_name().unwrap_or_default().to_string_lossy();
    let path = toml::Value::String(Pattern::escape(&name));
    let mut text = format!(
        "\n# {} is not understood as it is.\n# Guessed from its cells: check that each is right before a job relies on \
         it.\n[[profile]]\npath = {path}\n",
        safe(&name)
    );
    if error.is_without_header() {
        text.push_str("no-header = true\n");
    }
    text.push_str("[profile.columns]\n");
    for (field, column) in error.proposed_columns() {
        let is_found = column != "HEADER" && column != "NUMBER";
        let value = toml::Value::String(column);
        // Writing to a string cannot fail.
        let _ = match is_found {
            true => writeln!(text, "{field} = {value}"),
            // Left open it must not stop every run: it is a comment until someone fills it in.
            false => {
                writeln!(
                    text,
                    "# {field} = \"\"   # which column? its header, or its number from 1"
                )
            }
        };
    }
    text
}

const COLUMNS: &str = "# patient = \"MRN\"\n# drug = \"Med_Desc\"\n";
const DATES: &str = "# date-order = \"dmy\"\n";

/// The columns that were found, as comments: they are found again in each file, and one that is set here must be in every file.
fn columns(found: &Description) -> String {
    let mut text = format!(
        "# that export has the layout {}, and these columns are found automatically:\n",
        found.layout
    );
    for (field, header) in &found.fields {
        let (header, how) = header.split_once(", ").unwrap_or((header, ""));
        let names =
            header.split(" + ").map(|name| name.trim_matches('`').trim_start_matches("column "));
        let header = names.collect::<Vec<_>>().join("+");
        let how = if how.is_empty() { String::new() } else { format!("   # {how}") };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# {} = {}{how}", field.name(), toml::Value::String(header));
    }
    text
}

/// The order of day and month, as far as the export shows it.
fn dates(input: &Input) -> Result<String, Failure> {
    let mut seen = DateOrders::default();
    let blocks = match input.read(&DateOrders::default) {
        // This is what the file is created for, so it is said where the order goes.
        Err(error) if matches!(error.kind(), ErrorKind::AmbiguousDates { .. }) => {
            seen.open = true;
            Vec::new()
        }
        read => read?,
    };
    for block in blocks {
        seen = DateOrders {
            dmy: seen.dmy || block.dmy,
            mdy: seen.mdy || block.mdy,
            open: seen.open || block.open,
        };
    }
    Ok(match seen {
        DateOrders { dmy: true, mdy: false, .. } => {
            "# that export has the day first\ndate-order = \"dmy\"\n".to_owned()
        }
        DateOrders { mdy: true, dmy: false, .. } => {
            "# that export has the month first\ndate-order = \"mdy\"\n".to_owned()
        }
        DateOrders { dmy: true, mdy: true, .. } => {
            format!("# that export has both orders, each column its own\n{DATES}")
        }
        DateOrders { open: true, .. } => {
            format!(
                "# that export does not settle it: no day is above 12. Ask whoever made it, then say so here.\n{DATES}"
            )
        }
        _ => format!("# that export writes its dates beyond doubt\n{DATES}"),
    })
}

/// What the dates of an export show: which orders are settled, and whether some are not.
#[derive(Clone, Copy, Default)]
struct DateOrders {
    dmy: bool,
    mdy: bool,
    open: bool,
}

impl RecordSink for DateOrders {
    fn record(&mut self, record: &Record<'_>) {
        for field in Field::ALL.into_iter().filter(|field| field.is_date()) {
            let ambiguous = || date::day_and_month(record.text(field)).is_some();
            match record.date_order[field as usize] {
                Some(DateOrder::Dmy) => self.dmy |= ambiguous(),
                Some(DateOrder::Mdy) => self.mdy |= ambiguous(),
                None => self.open |= ambiguous(),
            }
        }
    }

    fn reject(&mut self, _: impl Into<RowKey>, reason: Reason) {
        // A date whose order is unknown cannot be read: this is why most such exports need a configuration.
        self.open |= matches!(reason, Reason::UnreadableDate { .. });
    }

    fn shift(&mut self, _: RowKey) {}
}

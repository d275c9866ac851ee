//! What a run did not check, and what to do about it.

use super::RunSettings;
use rxlint_engine::collect::{Collected, Rejected};
use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_input::layout::VOCABULARY;
use rxlint_model::gap::{Gap, GapKind};
use rxlint_model::reason::Reason;
use rxlint_model::summary::{RecordCount, Summary};

/// The paths of inputs in a sentence: the first few of them.
pub(super) fn named(paths: &[&str]) -> String {
    const NAMED: usize = 3;
    let more = if paths.len() > NAMED { " and others" } else { "" };
    format!("{}{more}", paths[..paths.len().min(NAMED)].join(", "))
}

/// What helps if records refer to a Medication that was not given.
const REFERRED: &str = "If records refer to Medication resources, have those exported with them every time (in a search, \
                        `_include=MedicationDispense:medication` and the like), or give the export that holds them in the same run.";

/// Records that name their drug by a Medication that no input holds, in a run with a ledger, which keeps no Medications.
pub(super) fn unfound_medications(inputs: &[Input]) -> Option<Gap> {
    // All inputs of FHIR count together.
    let unfound = inputs.iter().map(Input::unfound_medications).max().filter(|&count| count > 0)?;
    let what = format!(
        "Records that refer to a Medication which is in none of these files: {unfound}. They were not judged; the ledger does not keep \
         Medications of earlier nights."
    );
    Some(Gap::new(GapKind::Unresolved, what, REFERRED))
}

/// An input that was given, or found in a folder, and that could not be read.
pub fn unread(error: &InputError) -> Gap {
    let (path, why) = error.about();
    let what = if error.is_read() { why } else { format!("this file was not read: {why}") };
    Gap::new(GapKind::UnreadFile, what, error.help()).of(path)
}

/// Nothing was read, or nothing was checked.
pub(super) fn nothing_checked(files: &[RecordCount]) -> Option<Gap> {
    let sum = |count: fn(&RecordCount) -> u64| files.iter().map(count).sum::<u64>();
    if sum(|file| file.read) == 0 {
        let what = "No record was read: nothing was checked.";
        let (no_row, table, messages) = ("empty", "csv", "hl7v2");
        let remedy = if files.is_empty() {
            "There is no file in this folder, or none that is read: check the path."
        } else if files.iter().all(|file| file.layout == no_row) {
            "The export is empty; it has no header row either. Have it exported again."
        } else if files.iter().all(|file| file.format == table) {
            "The export has a header row and no rows below it. Have it exported again, unless there was nothing to export."
        } else if files.iter().all(|file| file.format == messages) {
            "No message in it orders or dispenses a drug. What messages say about patients (merged identifiers) was kept; if you expected \
             prescriptions, have it sent again."
        } else {
            "Check that the export is not empty, and that the path is the right one."
        };
        return Some(Gap::new(GapKind::NothingChecked, what, remedy));
    }
    if sum(|file| file.checked) > 0 {
        return None;
    }
    let what = "Records were read, and none of them was checked.";
    let is_fhir = |file: &&RecordCount| file.unresolved > 0 && file.format.starts_with("fhir");
    let remedy = if files.iter().any(|file| is_fhir(&file)) {
        REFERRED
    } else if sum(|file| file.unresolved) > 0 {
        "`--dry-run` shows which column was taken for the drug; `--columns drug=…` or `--vocabulary FILE` fixes it."
    } else if sum(|file| file.inactive) == sum(|file| file.read) {
        "All of them are inactive or reverse earlier ones: if that was intended, there is nothing to do. If not, `--dry-run` shows which \
         column was taken for the status."
    } else {
        "`--dry-run` shows what was understood of each file."
    };
    Some(Gap::new(GapKind::NothingChecked, what, remedy))
}

/// Stop dates and days' supplies of watched drugs that are filled in but unreadable: more than one in a hundred of a file's.
pub(super) fn unread_lengths(of_file: &Collected, path: &str) -> Option<Gap> {
    let is_whole = of_file.runs.is_empty();
    let watched = if is_whole { of_file.dispenses.len() as u64 } else { of_file.checked };
    if of_file.unread_lengths * 100 <= watched {
        return None;
    }
    let what = format!(
        "Records of watched drugs whose stop date or days' supply cannot be read: {}. Their length was assumed.",
        of_file.unread_lengths
    );
    let remedy = "Have stop dates written as YYYY-MM-DD, and days as whole numbers; or name the right column with `--columns days_supply=…` \
                  or `stop=…`, and what it counts with `days-unit` in a profile.";
    Some(Gap::new(GapKind::OpenColumn, what, remedy).of(path))
}

/// More or fewer records than the sender says.
pub(super) fn expected(read: u64, settings: &RunSettings) -> Option<Gap> {
    let expected = settings.expect_records.filter(|&expected| expected != read)?;
    let what = format!("{expected} records were expected (--expect-records), {read} were read.");
    let remedy = "The export is incomplete, or holds something else: have it sent again.";
    Some(Gap::new(GapKind::Expected, what, remedy))
}

/// More records than allowed that could not be understood.
pub(super) fn rejected(
    rejected: &[Rejected],
    files: &[RecordCount],
    settings: &RunSettings,
) -> Option<Gap> {
    let most = settings.max_rejects;
    let count: u64 = rejected.iter().map(Rejected::len).sum();
    if count <= most {
        return None;
    }
    let what =
        format!("Records that could not be understood: {count}, more than --max-rejects {most}.");
    let mut remedy = "Standard error names the first ones with their reasons, and `--rejects FILE` writes them all: have them fixed at the \
                      source.".to_owned();
    if has_groups(rejected, files) {
        remedy += " Where only the first row of a group names the patient, have the identifier filled into the rows below (in a \
                   spreadsheet: select the patient's columns, Go To Special, Blanks, type `=` and the cell above, Ctrl+Enter).";
    }
    Some(Gap::new(GapKind::Rejected, what, remedy))
}

/// Whether rows of a table lack their patients again and again, and never the first: they may be those of the row above.
fn has_groups(rejected: &[Rejected], files: &[RecordCount]) -> bool {
    const TABLES: [&str; 5] = ["csv", "xlsx", "xlsb", "xls", "ods"];
    const OFTEN: usize = 2;
    let of_tables = rejected
        .iter()
        .zip(files)
        .filter(|(_, file)| TABLES.contains(&file.format.as_str()))
        .flat_map(|(rejected, _)| rejected.kept());
    let without =
        of_tables.filter(|(key, reason)| *reason == Reason::NoPatient && key.place().record > 1);
    without.count() >= OFTEN
}

/// More records than allowed that name no drug.
pub(super) fn unresolved(
    files: &[RecordCount],
    first: &str,
    settings: &RunSettings,
) -> Option<Gap> {
    let sum = |count: fn(&RecordCount) -> u64| files.iter().map(count).sum::<u64>();
    let (read, unresolved) = (sum(|file| file.read), sum(|file| file.unresolved));
    let allowed = settings.max_unresolved;
    if allowed.allows(unresolved, read) {
        return None;
    }
    let mut most: Vec<&RecordCount> = files.iter().filter(|file| file.unresolved > 0).collect();
    most.sort_by_key(|file| std::cmp::Reverse(file.unresolved));
    let paths: Vec<&str> = most.iter().map(|file| file.path.as_str()).collect();
    let what = format!(
        "{unresolved} of {read} records name no drug that can be read, more than --max-unresolved {allowed}: in {}{first}.",
        named(&paths)
    );
    let remedy = "If the drugs are given as codes, `--vocabulary FILE` says what they mean; if another column holds the names, `--columns \
                  drug=…` names it; if no drug is named at all (a patient's own supply), look at those records, and allow for them with \
                  `--max-unresolved`.";
    Some(Gap::new(GapKind::Unresolved, what, remedy))
}

/// Names the vocabularies that were left out where records name no drug: what is missing may be in them.
pub fn name_vocabularies(summary: &mut Summary) {
    let left_out = format!(" was left out: it is {VOCABULARY}.");
    let paths = summary.notes.iter().filter_map(|note| note.strip_suffix(&left_out));
    let options: Vec<String> = paths.map(|path| format!("`--vocabulary {path}`")).collect();
    if options.is_empty() {
        return;
    }
    for gap in summary.gaps.iter_mut().filter(|gap| gap.kind == GapKind::Unresolved) {
        let which = if options.len() == 1 { "a vocabulary was" } else { "vocabularies were" };
        gap.remedy = format!("{which} left out: try {}. {}", options.join(" and "), gap.remedy);
        gap.remedy[..1].make_ascii_uppercase();
    }
}

//! The summary of a run: what it says besides its findings.

use super::judge::Everybody;
use super::{RunSettings, gaps};
use rxlint_engine::collect::first_days::FirstDays;
use rxlint_engine::collect::{Diagnoses, Rejected};
use rxlint_engine::exposure::status::UnknownStatuses;
use rxlint_engine::today::Today;
use rxlint_input::Input;
use rxlint_input::layout::{self, ColumnUse, Found};
use rxlint_ledger::past::Past;
use rxlint_model::finding::Finding;
use rxlint_model::finding::fingerprint::PatientKey;
use rxlint_model::place::RowKey;
use rxlint_model::record::Field;
use rxlint_model::summary::{RecordCount, Summary};

/// The counts of a run; those of older exports are kept apart.
pub(super) fn of(
    files: Vec<(RecordCount, FirstDays)>,
    judged: &Everybody,
    past: &Past<'_>,
) -> Summary {
    let mut files: Vec<RecordCount> = files.into_iter().map(|(file, _)| file).collect();
    let today = match past {
        Past::History(today) => (*today).min(files.len()),
        Past::Nothing | Past::Ledger(_) => files.len(),
    };
    let history = files.split_off(today);
    let mut summary = Summary {
        files,
        history,
        patients: judged.patients,
        exposures: judged.exposures,
        reversed: judged.reversed,
        ..Summary::default()
    };
    if judged.assumed > 0 {
        summary.assumed.insert("days-supply", judged.assumed);
    }
    summary
}

/// What a person should know about the inputs.
pub(super) fn of_inputs(
    files: &[RecordCount],
    judged: &Everybody,
    inputs: &[Input],
) -> Vec<String> {
    let mut notes: Vec<String> = under_several(judged, inputs).into_iter().collect();
    notes.extend(passed_over(&judged.passed_over, inputs));
    notes.extend(empty_files(files, inputs));
    notes.extend(doubtfully_inactive(files, inputs));
    notes.extend(inputs.iter().flat_map(Input::order_notes).cloned());
    notes.extend(plans(inputs));
    notes.extend(undated_dispenses(inputs));
    notes
}

/// Says that a table has identifiers under more than one facility, which count as different people.
fn under_several(judged: &Everybody, inputs: &[Input]) -> Option<String> {
    let mut alone: Vec<PatientKey> = judged.apart.iter().map(|(_, alone)| *alone).collect();
    alone.sort_unstable();
    alone.dedup();
    let columns = inputs.iter().flat_map(Input::columns);
    let column = columns.into_iter().find(|column| {
        column.fields.contains(&Field::Authority) && column.found == Some(Found::Header)
    })?;
    (!alone.is_empty()).then(|| {
        format!(
            "Patient identifiers that occur under more than one {}: {}. They count as different people; `--columns authority=` makes them one.",
            column.called,
            alone.len()
        )
    })
}

/// How many places are named in a note.
const NAMED: usize = 5;

/// Says which opioids lie between two fills of one antagonist episode: rules judge only its beginning.
fn passed_over(keys: &[RowKey], inputs: &[Input]) -> Option<String> {
    let count = keys.len();
    let places = keys.iter().filter_map(|key| {
        let place = key.place();
        Some((inputs.get(place.file as usize)?.path(), place.line))
    });
    let mut places: Vec<(&str, u32)> = places.collect();
    places.sort_unstable();
    let more = if places.len() > NAMED { ", and others" } else { "" };
    let named: Vec<String> =
        places.iter().take(NAMED).map(|(path, line)| format!("{path}:{line}")).collect();
    let at =
        if named.is_empty() { String::new() } else { format!(" ({}{more})", named.join(", ")) };
    let (courses, they) = match count {
        0 => return None,
        1 => ("1 opioid supply lies".to_owned(), "It was"),
        _ => (format!("{count} opioid supplies lie"), "They were"),
    };
    Some(format!(
        "{courses} between two supplies of an antagonist that are at most 30 days apart, with too few opioid-free days before the \
         second{at}. {they} not judged, since only the beginning of an antagonist episode is: ask whether the antagonist had been stopped."
    ))
}

/// Names files of tonight without any record, if others have some: an empty delivery may be a broken one.
fn empty_files(files: &[RecordCount], inputs: &[Input]) -> Option<String> {
    let is_empty = |(file, input): &(&RecordCount, &Input)| {
        file.read == 0 && !file.unread && !input.is_context()
    };
    let empty: Vec<&str> =
        files.iter().zip(inputs).filter(is_empty).map(|(file, _)| file.path.as_str()).collect();
    let others = files.iter().any(|file| file.read > 0);
    (others && !empty.is_empty()).then(|| {
        let named = gaps::named(&empty);
        format!("There are no records in {named}: an empty delivery may have been cut off. `--expect-records` makes sure.")
    })
}

/// Names the columns by which records of a file are inactive that may say something else: nearly all records, half of them by answers,
/// or any by answers and payments that leave open whether something was handed over.
fn doubtfully_inactive(files: &[RecordCount], inputs: &[Input]) -> Vec<String> {
    const SAY_SO: [Field; 5] =
        [Field::Status, Field::Voided, Field::Cancelled, Field::Active, Field::Adjustment];
    let told = |(file, input): (&RecordCount, &Input)| {
        if file.inactive == 0 || input.is_context() {
            return None;
        }
        let columns = input.columns();
        let serves = |field: Field| columns.iter().any(|column| column.fields.contains(&field));
        let says_so = columns
            .iter()
            .filter(|column| column.fields.iter().any(|field| SAY_SO.contains(field)));
        let doubted = says_so.filter(|column| is_doubtful(column, file, serves(Field::Claim)));
        let called: Vec<&str> = doubted.map(|column| column.called.as_str()).collect();
        (!called.is_empty()).then(|| {
            format!(
                "{}: {} of {} records are inactive, by {}. If that column means something else, `--columns` gives its field another column, \
                 or none (`voided=`).",
                file.path,
                file.inactive,
                file.read,
                gaps::named(&called)
            )
        })
    };
    files.iter().zip(inputs).filter_map(told).collect()
}

/// Whether a column that says what became of the records of a file may say something else.
fn is_doubtful(column: &ColumnUse, file: &RecordCount, has_claims: bool) -> bool {
    const FEWEST: u64 = 5;
    let is_share = |tenths: u64| file.read >= FEWEST && file.inactive * 10 >= file.read * tenths;
    let is_answer = layout::says_handed_over(&column.header);
    column.found == Some(Found::Header)
        && (layout::says_doubtful_step(&column.header)
            || !has_claims && layout::says_status_of_payment(&column.header)
            || is_answer && is_share(5))
        || is_share(9)
}

/// Says how many requests were left out as plans.
fn plans(inputs: &[Input]) -> Option<String> {
    // All inputs of FHIR count together.
    let plans = inputs.iter().map(Input::plans).max().filter(|&count| count > 0)?;
    Some(format!(
        "Requests that only plan a medicine (`intent` is `plan`) and say neither that it was reported nor that the patient asked for it: \
         {plans}. They are inactive, unless `plan = \"active\"` is set under `[status]`: set it if the system uses that intent for what \
         people take."
    ))
}

/// Says how many dispenses were left out because they are being prepared and have no day.
fn undated_dispenses(inputs: &[Input]) -> Option<String> {
    // All inputs of FHIR count together.
    let undated = inputs.iter().map(Input::undated_dispenses).max().filter(|&count| count > 0)?;
    Some(format!(
        "Dispenses that are being prepared (`preparation`, `in-progress`) and have no date: {undated}. They are inactive: have \
         `whenPrepared` or `whenHandedOver` exported with them, or add the requests that they fulfil."
    ))
}

/// Says how many records were not judged because their drug is unknown.
pub(super) fn unresolved(
    summary: &mut Summary,
    first: &[RowKey],
    inputs: &[Input],
    settings: &RunSettings,
) {
    let first = first_places(first, &inputs[..inputs.len().min(summary.files.len())]);
    let sum = |count: fn(&RecordCount) -> u64| summary.files.iter().map(count).sum::<u64>();
    let (read, unresolved) = (sum(|file| file.read), sum(|file| file.unresolved));
    match gaps::unresolved(&summary.files, &first, settings) {
        Some(gap) => summary.gaps.push(gap),
        None if unresolved > 0 => {
            let (name, they) =
                if unresolved == 1 { ("names", "it was") } else { ("name", "they were") };
            summary.notes.push(format!(
                "{unresolved} of {read} records {name} no drug that can be read, neither in words nor by a code of a known vocabulary nor by a \
                 Medication that was given{first}: {they} not judged."
            ));
        }
        None => {}
    }
}

/// Where the first few records of some kind are: ` (the first: a.csv:5, a.csv:9)`; empty if there are none.
fn first_places(keys: &[RowKey], inputs: &[Input]) -> String {
    let places: Vec<String> = keys.iter().filter_map(|key| place_of(*key, inputs)).collect();
    if places.is_empty() { String::new() } else { format!(" (the first: {})", places.join(", ")) }
}

/// Where a record is: `a.csv:5`.
fn place_of(key: RowKey, inputs: &[Input]) -> Option<String> {
    let place = key.place();
    Some(format!("{}:{}", inputs.get(place.file as usize)?.path(), place.line))
}

/// Says which status words are unknown: they counted as active.
pub(super) fn unknown_statuses(summary: &mut Summary, unknown: &UnknownStatuses, inputs: &[Input]) {
    if unknown.records == 0 {
        return;
    }
    summary.unknown_statuses = unknown.shown().into_iter().collect();
    let (records, they) = match unknown.records {
        1 => ("1 record has".to_owned(), "counts"),
        records => (format!("{records} records have"), "count"),
    };
    let shown: u64 = summary.unknown_statuses.iter().map(|(_, count)| count).sum();
    let files = &inputs[..inputs.len().min(summary.files.len())];
    let first = unknown.first_hidden().and_then(|key| place_of(key, files));
    let first = first.map_or_else(String::new, |place| format!(", first {place}"));
    let hidden = match unknown.records - shown.min(unknown.records) {
        0 => String::new(),
        _ if shown == 0 => format!(
            " (its words are not shown, since they may say something about a person: look at the status column{first})"
        ),
        hidden => format!(
            " (the words of {hidden} of them are not shown, since they may say something about a person: look at the status column{first})"
        ),
    };
    summary.notes.push(format!(
        "{records} a status that is not known{hidden}, and {they} as active. Say what it means in rxlint.toml, under [status]: \"WORD\" = \"cancelled\" or \"active\"."
    ));
}

/// Says that cells about pregnancy or breast-feeding were not understood.
pub(super) fn unknown_flags(count: u64) -> Option<String> {
    (count > 0).then(|| {
        format!(
            "{count} cells about pregnancy or breast-feeding were not understood, and count as no. Write yes, no, a date, or an ICD-10 or \
             SNOMED CT code."
        )
    })
}

/// Says that directions were not understood, if they would give the length of a record.
pub(super) fn unread_directions(count: u64) -> Option<String> {
    (count > 0).then(|| {
        format!(
            "Directions of watched drugs, beside a quantity, that were not understood: {count}. The length of these records was assumed; \
             the days' supply or a stop date in the export would give it."
        )
    })
}

/// Says that routes were not understood, if the form of a drug would follow from them.
pub(super) fn unread_routes(count: u64) -> Option<String> {
    (count > 0).then(|| {
        format!(
            "Routes of watched drugs that were not understood, where nothing else gives the form: {count}. The usual form was assumed, \
             though some may be depots or patches: write the route in words (oral, intramuscular, subcutaneous), or export the dosage form."
        )
    })
}

/// Says that reversals name no patient and match no known claim.
pub(super) fn reversals_of_nobody(count: usize) -> Option<String> {
    (count > 0).then(|| {
        format!(
            "Reversals that name no patient, and whose number and day match no one person's claim about a watched drug: {count}. They \
             cancelled nothing: have the patient sent with them, or check the original claims in the same run."
        )
    })
}

/// Fewer diagnoses in words than this may all be irrelevant: a note about them would only be skipped.
const FEWEST_DIAGNOSES: u64 = 5;

/// Says that no diagnosis was understood at all, or that some are codes of a system that is not read.
pub(super) fn unread_diagnoses(diagnoses: Diagnoses) -> Option<String> {
    let Diagnoses { read, unread, foreign } = diagnoses;
    if read == 0 && (unread >= FEWEST_DIAGNOSES || unread > 0 && foreign > 0) {
        return Some(format!(
            "No diagnosis was understood (different texts: {unread}), so rules about diagnoses had nothing to go by. ICD-10 and SNOMED CT \
             codes are understood, and the plainest names of the conditions that rules ask about, in English and a few in German, French, \
             Spanish and Portuguese; give codes with --conditions FILE."
        ));
    }
    (foreign > 0).then(|| {
        format!(
            "Diagnosis codes that are neither ICD-10 nor SNOMED CT were not understood (different texts: {foreign}), so rules about \
             diagnoses could not use them; give ICD-10 or SNOMED CT codes with --conditions FILE."
        )
    })
}

/// Says that a few outlying dates were not taken for today.
pub(super) fn left_out(summary: &mut Summary, today: Today) {
    if today.left_out > 0 {
        let begin = match today.left_out {
            1 => "1 record begins more than a year after all others and was".to_owned(),
            count => format!("{count} records begin more than a year after all others and were"),
        };
        summary.notes.push(format!(
            "{begin} not taken for today, which is {}; --as-of DATE settles it.",
            today.day
        ));
    }
}

/// Says that records stayed in memory despite the limit.
pub(super) fn spill_failure(summary: &mut Summary, failure: Option<&str>) {
    if let Some(failure) = failure {
        let note = "The temporary file of --memory-limit could not be written";
        summary.notes.push(format!(
            "{note} ({failure}): watched records stayed in memory, and all of them were judged."
        ));
    }
}

/// Counts findings and rejected records, and says what was not checked.
pub(super) fn count(
    summary: &mut Summary,
    findings: &[Finding],
    rejected: &[Rejected],
    settings: &RunSettings,
) {
    summary.tally(findings);
    // Older exports were counted when they were today's: their rejected records are mentioned, but decide nothing now.
    let (rejected, before) = rejected.split_at(summary.files.len().min(rejected.len()));
    for (code, count) in rejected.iter().flat_map(Rejected::counts) {
        *summary.rejects.entry(code).or_default() += count;
    }
    let before: u64 = before.iter().map(Rejected::len).sum();
    if before > 0 {
        let records = match before {
            1 => "1 record".to_owned(),
            count => format!("{count} records"),
        };
        summary.notes.push(format!(
            "{records} of the history could not be understood: what they say is not known, and does not count for --max-rejects."
        ));
    }
    let read: u64 = summary.files.iter().map(|file| file.read).sum();
    summary.gaps.extend(gaps::nothing_checked(&summary.files));
    summary.gaps.extend(gaps::expected(read, settings));
    summary.gaps.extend(gaps::rejected(rejected, &summary.files, settings));
}

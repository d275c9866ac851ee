//! The product's sentence: read the inputs, gather each patient's exposures, judge every patient, sort the findings.

pub mod formulary;

use rayon::prelude::*;

use crate::day::Day;
use crate::exposure::intake::first_days::FirstDays;
use crate::exposure::intake::spill::PARTS;
use crate::exposure::intake::{Desk, Gathered};
use crate::exposure::person::{Fact, FactKind};
use crate::exposure::{Dispense, ExposureOptions, Marks};
use crate::finding::Finding;
use crate::finding::fingerprint::PatientKey;
use crate::input::Input;
use crate::input::error::{ErrorKind, InputError};
use crate::input::reject::Reason;
use crate::past::{self, Found, Past};
use crate::record::Place;
use crate::rule::relevance::Relevance;
use crate::rule::{self, Book, Context};
use crate::summary::{FileLedger, Summary};
use crate::timeline::build::Builder;
use crate::{patient, today};

/// What a run may be told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// "Today"; the latest first day of the input where it is not given.
    pub as_of: Option<Day>,
    /// How records become exposures.
    pub exposure: ExposureOptions,
    /// `us`, `uk` or `eu`.
    pub jurisdiction: String,
    /// Whether every gap below `soft` is high.
    pub strict: bool,
    /// More rejected records than these leave the run incomplete.
    pub max_rejects: u64,
    /// How many records the sender says there are.
    pub expect_records: Option<u64>,
    /// More bytes of watched records than these are not kept in memory.
    pub memory_limit: Option<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            as_of: None,
            exposure: ExposureOptions::default(),
            jurisdiction: "us".to_owned(),
            strict: false,
            max_rejects: 0,
            expect_records: None,
            memory_limit: None,
        }
    }
}

/// What a run came to.
#[derive(Debug)]
pub struct Outcome {
    /// The findings, sorted by path, record, rule and fingerprint.
    pub findings: Vec<Finding>,
    /// The ledger and the counts.
    pub summary: Summary,
    /// The records that could not be understood, in the order of the input.
    pub rejected: Vec<(Place, Reason)>,
    /// What counted as today; `None` where no record has a first day.
    pub as_of: Option<Day>,
    /// Whether one identifier was issued by several authorities: patients are to be shown with theirs.
    pub ambiguous: bool,
}

/// Reads the inputs and judges every patient in them.
///
/// # Errors
/// An input that cannot be read to its end. Records that cannot be understood are no error: they are rejected and counted.
pub fn lint(
    book: &Book,
    inputs: &[Input],
    facts: &[Fact],
    settings: &Settings,
) -> Result<Outcome, InputError> {
    lint_after(book, inputs, facts, settings, Past::Nothing)
}

/// Reads the inputs, asks what is known from before of their patients, and judges these.
///
/// # Errors
/// As [`lint`]; and a ledger that cannot be used.
pub fn lint_after(
    book: &Book,
    inputs: &[Input],
    facts: &[Fact],
    settings: &Settings,
    mut past: Past<'_>,
) -> Result<Outcome, InputError> {
    let desk = Desk::new(book, settings.exposure.clone())
        .with_limit(settings.memory_limit)
        .by_identity(past.keeps_persons());
    let (mut gathered, files) = gather(&desk, inputs, past.keeps_persons())?;
    gathered.facts.extend_from_slice(facts);
    desk.relieve(&mut gathered);
    if let Past::Ledger(ledger) = &mut past {
        ledger.recall(&desk, &mut gathered, &files)?;
    }
    let (verdicts, authorities, spill) = desk.close();

    let today = today::of(gathered.first_days.all());
    let as_of = settings.as_of.or(today.map(|today| today.day));
    let today_files = past.today(inputs);
    let context = Context {
        book,
        jurisdiction: &settings.jurisdiction,
        strict: settings.strict,
        today: today_files.as_deref(),
    };
    let builder = Builder {
        dictionary: book.dictionary(),
        verdicts: &verdicts,
        options: &settings.exposure,
        as_of: as_of.unwrap_or(Day(0)),
    };
    let relevance = Relevance::of(&context, &verdicts);
    let judge_all = |mut dispenses, mut facts| {
        if let (Past::History(_), Some(today)) = (&past, &today_files) {
            past::only_today(today, &mut dispenses, &mut facts);
        }
        let patients = patient::group(dispenses, facts, &authorities);
        let one = |judged: Judged, (key, records, facts): (_, &[_], &[_])| {
            judged.and(judge(&context, &builder, &relevance, key, records, facts))
        };
        let judged = patients.all().fold(Judged::default, one).reduce(Judged::default, Judged::and);
        Judged { ambiguous: patients.ambiguous, apart: patients.apart, ..judged }
    };
    let mut judged = Judged::default();
    if gathered.runs.is_empty() {
        judged = judge_all(gathered.dispenses, gathered.facts);
    } else {
        let failed = |error| {
            InputError::new(ErrorKind::Read {
                path: "the temporary file of --memory-limit".to_owned(),
                error,
            })
        };
        // The rest goes the same way, so that every patient is in one part.
        gathered
            .runs
            .push(spill.put(&mut gathered.dispenses, &mut gathered.facts).map_err(failed)?);
        drop(gathered.dispenses);
        for part in 0..PARTS {
            let (dispenses, facts) = spill.get(&gathered.runs, part).map_err(failed)?;
            judged = judged.and(judge_all(dispenses, facts));
        }
    }

    let mut files: Vec<FileLedger> = files.into_iter().map(|(file, _)| file).collect();
    let history = files.split_off(if let Past::History(today) = past {
        today.min(files.len())
    } else {
        files.len()
    });
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
    let mut findings = judged.findings;
    judged.apart.sort_unstable();
    match past {
        Past::Nothing => {}
        Past::History(_) => findings.retain(|finding| finding.fresh),
        Past::Ledger(ledger) => {
            let found = Found { findings, waiting: judged.waiting, apart: judged.apart, as_of };
            let (reported, known) = ledger.settle(found)?;
            findings = reported;
            summary.ledger = Some(known);
        }
    }
    let paths: Vec<&str> = inputs.iter().map(Input::path).collect();
    sort(&mut findings, &paths);
    count(&mut summary, &findings, &gathered.rejected, settings);
    let (read, unresolved) = summary
        .files
        .iter()
        .fold((0, 0), |(read, unresolved), file| (read + file.read, unresolved + file.unresolved));
    if unresolved > 0 {
        summary.notes.push(format!(
            "{unresolved} of {read} records name no drug that can be read (no text, and a code of no known vocabulary or a reference to a Medication that was not given): they were not judged."
        ));
    }
    if settings.as_of.is_none() && today.is_some_and(|today| today.left_out > 0) {
        summary.notes.push(left_out(today.map_or(0, |today| today.left_out), as_of));
    }
    if let Some(failure) = spill.failure() {
        let note = "The temporary file of --memory-limit could not be written";
        summary.notes.push(format!(
            "{note} ({failure}): watched records stayed in memory, all of them were judged."
        ));
    }
    Ok(Outcome {
        findings,
        summary,
        rejected: gathered.rejected,
        as_of,
        ambiguous: judged.ambiguous,
    })
}

/// Files below this many bytes are read beside each other.
const SMALL: u64 = 1 << 20;

fn gather(
    desk: &Desk<'_>,
    inputs: &[Input],
    of_anyone: bool,
) -> Result<(Gathered, Vec<(FileLedger, FirstDays)>), InputError> {
    let read = |input: &Input| -> Result<Gathered, InputError> {
        let mut of_file = Gathered::default();
        for block in input.read(&|| desk.intake())? {
            of_file.absorb(block.finish());
        }
        Ok(of_file)
    };
    let mut gathered: Vec<Option<Gathered>> = Vec::new();
    // A large file keeps all threads busy by itself; small ones are read beside each other.
    for group in inputs.chunk_by(|a, b| a.is_shorter_than(SMALL) && b.is_shorter_than(SMALL)) {
        let read =
            |input: &Input| if input.is_context() { Ok(None) } else { read(input).map(Some) };
        let group: Vec<Result<Option<Gathered>, InputError>> = group.par_iter().map(read).collect();
        // Of several failures the first is told, in the order of the inputs.
        for of_file in group {
            gathered.push(of_file?);
        }
    }
    // What tells of persons alone is read last: by then it is known whose birth and diagnoses matter.
    let in_memory = gathered.iter().flatten().all(|of_file| of_file.runs.is_empty());
    if !of_anyone && in_memory && gathered.iter().any(Option::is_none) {
        desk.care_only_for(
            gathered
                .iter()
                .flatten()
                .flat_map(|of_file| of_file.dispenses.iter().map(|dispense| dispense.patient)),
        );
    }
    let mut all = Gathered::default();
    let mut files = Vec::new();
    for (input, of_file) in inputs.iter().zip(gathered) {
        let of_file = of_file.map_or_else(|| read(input), Ok)?;
        let counted = FileLedger {
            read: of_file.read,
            checked: of_file.checked,
            inactive: of_file.inactive,
            unresolved: of_file.unresolved,
            rejected: of_file.rejected.len() as u64,
            ..input.ledger()
        };
        files.push((counted, of_file.first_days.clone()));
        all.absorb(of_file);
        desk.relieve(&mut all);
    }
    Ok((all, files))
}

/// What judging some patients came to.
#[derive(Default)]
struct Judged {
    findings: Vec<Finding>,
    patients: u64,
    reversed: u64,
    exposures: u64,
    assumed: u64,
    ambiguous: bool,
    waiting: Vec<PatientKey>,
    apart: Vec<(PatientKey, PatientKey)>,
}

impl Judged {
    fn and(mut self, mut other: Self) -> Self {
        self.findings.append(&mut other.findings);
        self.patients += other.patients;
        self.reversed += other.reversed;
        self.exposures += other.exposures;
        self.assumed += other.assumed;
        self.ambiguous |= other.ambiguous;
        self.waiting.append(&mut other.waiting);
        self.apart.append(&mut other.apart);
        self
    }
}

fn judge(
    context: &Context<'_>,
    builder: &Builder<'_>,
    relevance: &Relevance,
    key: PatientKey,
    records: &[Dispense],
    facts: &[Fact],
) -> Judged {
    let has_facts = !facts.is_empty() || records.iter().any(|record| record.born().is_some());
    let rules = relevance.rules(records, has_facts, builder.as_of);
    let waiting =
        if waits(records, facts, relevance, builder.as_of) { vec![key] } else { Vec::new() };
    if let (true, [only]) = (rules.is_empty(), records)
        && !only.marks.has(Marks::REVERSAL)
    {
        let (exposures, assumed) = builder.tally(only);
        return Judged { patients: 1, exposures, assumed, waiting, ..Judged::default() };
    }
    let mut facts = facts.to_vec();
    let born = records.iter().filter_map(|record| Some((record, record.born()?)));
    facts.extend(born.map(|(record, day)| Fact {
        patient: key,
        authority: record.authority,
        what: FactKind::Born(day),
        place: record.place(),
    }));
    facts.sort_unstable();
    let (timeline, reversed) = builder.timeline(key, records.to_vec(), facts);
    Judged {
        findings: if rules.is_empty() {
            Vec::new()
        } else {
            rule::judge(context, &timeline, rules)
        },
        patients: 1,
        reversed,
        exposures: timeline.exposures.len() as u64,
        assumed: timeline.exposures.iter().filter(|exposure| exposure.assumed).count() as u64,
        waiting,
        ..Judged::default()
    }
}

/// Whether the mere passing of days may change what is found: a record or fact lies ahead, or a course is still open beside
/// a drug that it may meet.
fn waits(records: &[Dispense], facts: &[Fact], relevance: &Relevance, as_of: Day) -> bool {
    let ahead = |fact: &Fact| match fact.what {
        FactKind::Condition { on: Some(on), .. } | FactKind::Aged { on, .. } => on > as_of,
        FactKind::Condition { on: None, .. } | FactKind::Born(_) => false,
    };
    records.iter().any(|record| record.first > as_of)
        || facts.iter().any(ahead)
        || records.iter().any(|record| record.marks.has(Marks::OPEN)) && relevance.has_pair(records)
}

/// Sorts by path, record, rule and fingerprint: one order, whatever the number of threads. `paths` are those of the inputs.
pub fn sort(findings: &mut [Finding], paths: &[&str]) {
    let path = |finding: &Finding| {
        finding.places.first().and_then(|place| paths.get(place.place.file as usize)).copied()
    };
    let record = |finding: &Finding| {
        finding.places.first().map(|place| (place.place.file, place.place.record))
    };
    findings.par_sort_by(|a, b| {
        (path(a), record(a), &a.rule.id, a.fingerprint)
            .cmp(&(path(b), record(b), &b.rule.id, b.fingerprint))
            .then_with(|| a.message.cmp(&b.message))
    });
}

fn count(
    summary: &mut Summary,
    findings: &[Finding],
    rejected: &[(Place, Reason)],
    settings: &Settings,
) {
    summary.tally(findings);
    // What older exports hold was counted when they were today's: it is told, and decides nothing now.
    let today = summary.files.len();
    let (rejected, before): (Vec<_>, Vec<_>) =
        rejected.iter().partition(|(place, _)| (place.file as usize) < today);
    for (_, reason) in &rejected {
        *summary.rejects.entry(reason.code()).or_default() += 1;
    }
    if !before.is_empty() {
        summary.notes.push(format!(
            "{} records of the history could not be understood: what they say is not known. They do not count for --max-rejects.",
            before.len()
        ));
    }
    let read: u64 = summary.files.iter().map(|file| file.read).sum();
    summary.complete = !summary.files.is_empty() && rejected.len() as u64 <= settings.max_rejects;
    if read == 0 {
        summary.complete = false;
        summary.notes.push("No record was read: nothing was checked.".to_owned());
    }
    if let Some(expected) = settings.expect_records.filter(|&expected| expected != read) {
        summary.complete = false;
        summary.notes.push(format!(
            "{expected} records were expected (--expect-records), {read} were read: the export is not whole, or holds something else."
        ));
    }
}

fn left_out(records: u64, as_of: Option<Day>) -> String {
    let day = as_of.map(|day| day.to_string()).unwrap_or_default();
    format!(
        "{records} records begin more than a year after all others and were not taken for today, which is {day}; --as-of DATE settles it."
    )
}

//! Questions of an auditor: which of a run's findings are shown, and how many each prescriber, site, rule or month has. What a
//! filter leaves out is counted, and every report says so.

mod folded;
mod members;
mod occurs;

use std::collections::{BTreeMap, BTreeSet};

use self::folded::Folded;
use self::occurs::Wanted;
use crate::command::Failure;
use crate::command::judging::CommandRun;
use crate::drug_words::ingredients;
use rustc_hash::FxHashSet;
use rxlint_engine::drug::Identity;
use rxlint_engine::rule::Book;
use rxlint_input::Input;
use rxlint_input::error::{ErrorKind, InputError};
use rxlint_input::merges::goes_by;
use rxlint_model::day::Day;
use rxlint_model::finding::{Finding, PatientKey, Severity};
use rxlint_model::place::RowKey;
use rxlint_model::record::Field;
use rxlint_model::record_text::RecordText;
use rxlint_model::sink::RecordSink;
use rxlint_model::summary::{Filtered, Group, GroupBy, Groups};
use rxlint_model::wildcard::{fits, fold};
use rxlint_report::redaction;

/// Which findings are shown: those that fit every question that is asked.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of one of these patients.
    pub patient: Vec<String>,
    /// With a record of one of these prescribers.
    pub prescriber: Vec<String>,
    /// With a record of one of these sites.
    pub site: Vec<String>,
    /// About one of these drugs.
    pub drug: Vec<String>,
    /// Not over before this day.
    pub from: Option<Day>,
    /// Begun by this day.
    pub to: Option<Day>,
    /// Of this many days up to as-of, itself included.
    pub last: Option<u32>,
}

impl Filter {
    /// The options that are given.
    fn options(&self) -> Vec<&'static str> {
        [
            ("--patient", !self.patient.is_empty()),
            ("--prescriber", !self.prescriber.is_empty()),
            ("--site", !self.site.is_empty()),
            ("--drug", !self.drug.is_empty()),
            ("--from", self.from.is_some()),
            ("--to", self.to.is_some()),
            ("--last", self.last.is_some()),
        ]
        .into_iter()
        .filter(|(_, is_given)| *is_given)
        .map(|(option, _)| option)
        .collect()
    }

    fn asks_for_several(&self) -> bool {
        [&self.patient, &self.prescriber, &self.site].iter().any(|texts| texts.len() > 1)
    }

    /// The days that are asked for.
    fn days(&self, as_of: Option<Day>) -> (Option<Day>, Option<Day>) {
        match (self.last, as_of) {
            (Some(days), Some(as_of)) => {
                let before = i32::try_from(days).unwrap_or(i32::MAX).saturating_sub(1);
                (Some(as_of.plus(-before)), Some(as_of))
            }
            _ => (self.from, self.to),
        }
    }

    fn wants(
        &self,
        finding: &Finding,
        run: &CommandRun,
        folded: &Folded,
        whom: &[PatientKey],
    ) -> bool {
        let (from, to) = self.days(run.outcome.as_of);
        (from.is_none() && to.is_none() || is_within(finding, from, to))
            && (self.drug.is_empty() || self.is_about(finding, run))
            && (self.patient.is_empty() || self.is_of(finding, run, whom))
            && (self.prescriber.is_empty()
                || may_name(finding, run, folded, Field::Prescriber, &self.prescriber))
            && (self.site.is_empty() || may_name(finding, run, folded, Field::Pharmacy, &self.site))
    }

    /// Whether a record of the finding is about a drug that is asked for: all its ingredients, where it is a combination.
    fn is_about(&self, finding: &Finding, run: &CommandRun) -> bool {
        let book = run.engine.book();
        let listed = || finding.places.iter().chain(&finding.also_places);
        let told = || listed().map(|place| place.drug.as_str());
        self.drug.iter().any(|wanted| {
            let wanted_names = asked_for(book, wanted);
            told().any(|drug| fits(wanted, drug) || wanted_names == [drug])
                || records(finding, run).any(|record| {
                    let named = named_in(book, &record);
                    let is_named = |name: &&str| named.contains(name);
                    named.iter().any(|name| fits(wanted, name))
                        || !wanted_names.is_empty() && wanted_names.iter().all(is_named)
                })
        })
    }

    /// Refuses a question that no finding could answer.
    ///
    /// # Errors
    /// A drug that no rule knows, or days that end before they begin.
    pub fn check(&self, book: &Book) -> Result<(), Failure> {
        if let Some((from, to)) = self.from.zip(self.to).filter(|(from, to)| from > to) {
            return Err(Failure::new(
                format!("--from {from} is after --to {to}: no day is between them"),
                "give the earlier day with --from",
            ));
        }
        let is_known = |wanted: &&String| {
            book.dictionary().drugs().iter().any(|drug| fits(wanted, &drug.name))
                || !asked_for(book, wanted).is_empty()
        };
        match self.drug.iter().find(|wanted| !is_known(wanted)) {
            Some(wanted) => Err(Failure::new(
                format!("--drug `{wanted}`: no drug that a rule watches is called that"),
                "give an ingredient or a brand, or * for any characters; `rxlint explain NAME` says how a name is understood",
            )),
            None => Ok(()),
        }
    }

    /// Refuses a question about a person or place that no record names: a mistyped identifier must not read as good news.
    ///
    /// # Errors
    /// An identifier that is in no record, or an input that cannot be read again.
    fn check_occurs(&self, run: &CommandRun) -> Result<(), Failure> {
        // An identifier given up in a merge need not be in any record of tonight.
        let is_own = |wanted: &&String| numbers(wanted, run).len() == 1;
        let patients: Vec<String> = self.patient.iter().filter(is_own).cloned().collect();
        let wanted: Vec<Wanted<'_>> = [
            ("--patient", Field::Patient, &patients),
            ("--prescriber", Field::Prescriber, &self.prescriber),
            ("--site", Field::Pharmacy, &self.site),
        ]
        .into_iter()
        .filter(|(_, _, texts)| !texts.is_empty())
        .map(|(option, field, texts)| Wanted {
            option,
            field,
            texts,
            has_wildcards: field != Field::Patient,
        })
        .collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let missing = occurs::missing(&run.inputs, &wanted)?;
        let Some((wanted, missing)) = wanted.iter().zip(missing).find(|(_, missing)| *missing > 0)
        else {
            return Ok(());
        };
        let option = wanted.option;
        must_be_held(run, option, wanted.field)?;
        let what = match wanted.texts.len() {
            1 => format!("{option}: no record that was read names it"),
            all => format!("{option}: no record that was read names {missing} of the {all} given"),
        };
        let how = match wanted.has_wildcards {
            true => "it is compared with the whole cell; * stands for any characters",
            false => {
                "write it as the export does: it is compared whole, with its letter case and leading zeros"
            }
        };
        let help = format!("{how}. `rxlint check --dry-run FILE` shows which column holds it");
        Err(Failure::new(what, &help))
    }

    /// What a person should know about the answer.
    fn notes(
        &self,
        shown: &[Finding],
        others: &[Finding],
        run: &CommandRun,
        folded: &Folded,
    ) -> Vec<String> {
        let mut notes = Vec::new();
        for (option, field, wanted) in [
            ("--prescriber", Field::Prescriber, &self.prescriber),
            ("--site", Field::Pharmacy, &self.site),
        ] {
            let is_unsure = |finding: &&Finding| {
                !names(finding, run, folded, field, wanted) && is_not_kept(finding, run, field)
            };
            let unsure = if wanted.is_empty() { 0 } else { shown.iter().filter(is_unsure).count() };
            if unsure > 0 {
                notes.push(format!(
                    "{option}: {unsure} of these rest on records of earlier nights, for which the ledger keeps no such name and whose files \
                     are no longer read; they may belong to others. Use --history with the old exports to be sure."
                ));
            }
        }
        let is_asked = |wanted: &[String]| !wanted.is_empty();
        if shown.is_empty() && !others.is_empty() {
            let named = "is compared with the whole cell; * stands for any characters";
            for (option, is_asked, how) in [
                ("--patient", is_asked(&self.patient), "is compared whole, leading zeros included"),
                ("--prescriber", is_asked(&self.prescriber), named),
                ("--site", is_asked(&self.site), named),
            ] {
                if is_asked {
                    notes.push(format!(
                        "{option} {how}: none of {} findings fits what was asked.",
                        others.len()
                    ));
                }
            }
        }
        notes
    }

    /// The patients that are asked for: an identifier that was given up in a merge also finds its person.
    fn whom(&self, run: &CommandRun) -> Vec<PatientKey> {
        let shown = self.patient.iter().filter_map(|wanted| with_authority(wanted));
        let shown = shown.map(|(number, authority)| PatientKey::new(number, authority));
        self.patient.iter().flat_map(|wanted| numbers(wanted, run)).chain(shown).collect()
    }

    fn is_of(&self, finding: &Finding, run: &CommandRun, whom: &[PatientKey]) -> bool {
        let is_shown = || {
            records(finding, run).any(|record| {
                redaction::patient(&record)
                    .is_some_and(|shown| whom.contains(&PatientKey::new(shown.trim(), "")))
            })
        };
        whom.contains(&finding.patient)
            // Where several authorities issue the same identifiers, the key is different.
            || run.outcome.ambiguous && is_shown()
    }
}

/// Leaves out the findings that are not asked for, and counts those of each group. What is left out counts as not reported yet.
///
/// # Errors
/// A question that nothing could answer, or a ledger that cannot be written.
pub fn apply(run: &mut CommandRun, filter: &Filter, by: Option<GroupBy>) -> Result<(), Failure> {
    filter.check(run.engine.book())?;
    match by {
        Some(GroupBy::Prescriber) => must_be_held(run, "--group-by", Field::Prescriber)?,
        Some(GroupBy::Site) => must_be_held(run, "--group-by", Field::Pharmacy)?,
        _ => {}
    }
    let options = filter.options();
    let names_of_groups = matches!(by, Some(GroupBy::Prescriber | GroupBy::Site));
    let asks_whose = !filter.prescriber.is_empty() || !filter.site.is_empty() || names_of_groups;
    let folded = if asks_whose { Folded::read(run)? } else { Folded::default() };
    if !options.is_empty() {
        let whom = filter.whom(run);
        let findings = std::mem::take(&mut run.outcome.findings);
        let (findings, others): (Vec<Finding>, Vec<Finding>) =
            findings.into_iter().partition(|finding| filter.wants(finding, run, &folded, &whom));
        // Where a finding is shown, what was asked for is there.
        if findings.is_empty() || filter.asks_for_several() {
            filter.check_occurs(run)?;
        }
        let notes = filter.notes(&findings, &others, run, &folded);
        not_told(run, &others)?;
        let summary = &mut run.outcome.summary;
        summary.notes.extend(notes);
        summary.tally(&findings);
        summary.filtered = Some(Filtered { options, left_out: others.len() as u64 });
        run.outcome.findings = findings;
    }
    if let Some(by) = by {
        run.outcome.summary.groups = Some(groups(run, &folded, by)?);
    }
    if let Some(least) = run.config.show {
        let below = run.outcome.findings.iter().filter(|finding| finding.severity < least).count();
        if below > 0 {
            let note = format!("Findings below {}, counted and not shown: {below}.", least.name());
            run.outcome.summary.notes.push(note);
        }
    }
    Ok(())
}

fn not_told(run: &CommandRun, findings: &[Finding]) -> Result<(), InputError> {
    run.ledger.as_ref().map_or(Ok(()), |ledger| ledger.mark_untold(findings))
}

/// The findings of each group. One counts with every prescriber and site that its records name, as a filter finds it.
fn groups(run: &CommandRun, folded: &Folded, by: GroupBy) -> Result<Groups, InputError> {
    let mut groups: BTreeMap<String, (Group, BTreeSet<PatientKey>)> = BTreeMap::new();
    // How each name is written, and how often: the table shows one of the spellings.
    let mut spellings: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    let one = |name: Option<String>| BTreeSet::from([name.unwrap_or_default()]);
    for finding in &run.outcome.findings {
        let names = match by {
            GroupBy::Rule => one(Some(finding.rule.id.clone())),
            GroupBy::Month => one(happened(finding).map(Day::month)),
            GroupBy::Prescriber => all_names(finding, run, folded, Field::Prescriber),
            GroupBy::Site => all_names(finding, run, folded, Field::Pharmacy),
        };
        let mut folds = BTreeSet::new();
        for name in names {
            let fold = fold(&name);
            *spellings.entry(fold.clone()).or_default().entry(name).or_default() += 1;
            if !folds.insert(fold.clone()) {
                continue;
            }
            let (group, patients) = groups.entry(fold).or_default();
            match finding.severity {
                Severity::High => group.high += 1,
                Severity::Moderate => group.moderate += 1,
                Severity::Low => group.low += 1,
            }
            if finding.patient != PatientKey::default() {
                patients.insert(finding.patient);
            }
        }
    }
    let members = members::counted(run, by, &groups.keys().cloned().collect())?;
    let row = |(name, (group, patients)): (String, (Group, BTreeSet<PatientKey>))| {
        let patients = patients.len() as u64;
        // Records of earlier nights are in none of tonight's files.
        let watched = members.get(&name).copied().unwrap_or(0).max(patients);
        let written = spellings.get(&name).into_iter().flatten();
        let most = written.max_by(|one, other| (one.1, other.0).cmp(&(other.1, one.0)));
        let name = most.map_or(name, |(written, _)| written.clone());
        Group { name, patients, watched, ..group }
    };
    let mut rows: Vec<Group> = groups.into_iter().map(row).collect();
    if by != GroupBy::Month {
        rows.sort_by(|a, b| {
            let key = |group: &Group| std::cmp::Reverse((group.findings(), group.high));
            key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
        });
    }
    let findings = run.outcome.findings.len() as u64;
    Ok(Groups { by, watched: run.outcome.summary.patients, findings, rows })
}

/// The day on which a finding came to be: that on which the last of its drugs began.
fn happened(finding: &Finding) -> Option<Day> {
    finding.places.iter().filter_map(|place| place.days).map(|(first, _)| first).max()
}

/// Whether the days of a finding overlap these, or it came to be within them. One that counts no days is about those of its
/// first record.
fn is_within(finding: &Finding, from: Option<Day>, to: Option<Day>) -> bool {
    let reaches = |first: Day, last: Day| {
        from.is_none_or(|from| last >= from) && to.is_none_or(|to| first <= to)
    };
    let happened = happened(finding);
    let came = happened.is_some_and(|day| reaches(day, day));
    let lasts = match finding.days {
        Some(days) => (days.count > 0).then_some((days.first, days.last)),
        None => finding.places.first().and_then(|place| place.days),
    };
    // A further record counts from the day on which the finding came to be.
    let goes_on = |(first, last): (Day, Day)| {
        let from = happened.map_or(first, |day| first.max(day));
        from <= last && reaches(from, last)
    };
    let listed = finding.also_places.iter().filter_map(|place| place.days);
    let mut further = listed.chain(finding.counted.iter().filter_map(|(_, days)| *days));
    came || lasts.is_some_and(|(first, last)| reaches(first, last.max(first)))
        || further.any(goes_on)
}

/// The watched ingredients that a question names. A short form such as LDN, which is doubtful in a record, is clear where a drug is
/// asked for: it is read as if it had an amount beside it.
fn asked_for<'b>(book: &'b Book, wanted: &str) -> Vec<&'b str> {
    let named = ingredients(book, &Identity::text(wanted));
    if !named.is_empty() {
        return named;
    }
    ingredients(book, &Identity::text(&format!("{wanted} mg")))
}

/// The watched ingredients that a record names in words or by a code.
fn named_in<'b>(book: &'b Book, record: &RecordText) -> Vec<&'b str> {
    const NAMES: [Field; 3] = [Field::Drug, Field::Generic, Field::Brand];
    let of_text = record.cells.iter().filter(|cell| NAMES.contains(&cell.field));
    let mut named: Vec<&str> =
        of_text.flat_map(|cell| ingredients(book, &Identity::text(&cell.text))).collect();
    if let Some(cell) = record.cell(Field::Ndc) {
        let coded = Identity { ndc: cell.text.as_str().into(), ..Identity::default() };
        named.extend(ingredients(book, &coded));
    }
    named
}

/// An identifier and its authority, as reports show them if there are several: `7 (HOSPA)`.
fn with_authority(wanted: &str) -> Option<(&str, &str)> {
    let (number, authority) = wanted.trim().strip_suffix(')')?.rsplit_once(" (")?;
    Some((number.trim(), authority.trim()))
}

/// The keys of an identifier, and of those that its person goes by instead.
fn numbers(wanted: &str, run: &CommandRun) -> Vec<PatientKey> {
    let own = PatientKey::new(wanted.trim(), "");
    let tonight = goes_by(&run.inputs, wanted);
    let earlier = run.ledger.iter().flat_map(|ledger| ledger.goes_by(own));
    let mut all: Vec<PatientKey> =
        tonight.iter().map(|number| PatientKey::new(number, "")).chain(earlier).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The records of a finding, read again.
fn records<'a>(finding: &'a Finding, run: &'a CommandRun) -> impl Iterator<Item = RecordText> + 'a {
    let sources = run.sources();
    rows(finding).into_iter().filter_map(move |row| sources.reread(&row.place()))
}

/// The records that a finding counts, the main one first.
fn rows(finding: &Finding) -> Vec<RowKey> {
    let mut met = FxHashSet::default();
    finding.records().map(|(row, _)| row).filter(|row| met.insert(*row)).collect()
}

/// Whether a record of the finding names one of these people or sites.
fn names(
    finding: &Finding,
    run: &CommandRun,
    folded: &Folded,
    field: Field,
    wanted: &[String],
) -> bool {
    let is_wanted = |name: &str| wanted.iter().any(|wanted| fits(wanted, name));
    folded.names(finding, field).any(is_wanted)
        || records(finding, run)
            .any(|record| record.cell(field).is_some_and(|cell| is_wanted(&cell.text)))
}

/// The same, or it is unknown.
fn may_name(
    finding: &Finding,
    run: &CommandRun,
    folded: &Folded,
    field: Field,
    wanted: &[String],
) -> bool {
    names(finding, run, folded, field, wanted) || is_not_kept(finding, run, field)
}

/// Whether records of the input may say something in that field: those of a table do where a column serves it.
fn may_hold(input: &Input, field: Field) -> bool {
    input.columns().is_empty() || input.header(field).is_some()
}

/// Reads an input once more; nothing where its dates kept it from being read in the run.
fn read_again<S: RecordSink>(
    input: &Input,
    make: &(dyn Fn() -> S + Sync),
) -> Result<Vec<S>, InputError> {
    match input.read(make) {
        Err(error) if matches!(error.kind(), ErrorKind::AmbiguousDates { .. }) => Ok(Vec::new()),
        blocks => blocks,
    }
}

/// Refuses a question about a field that no column of any input holds.
fn must_be_held(run: &CommandRun, option: &str, field: Field) -> Result<(), Failure> {
    if run.inputs.is_empty() || run.inputs.iter().any(|input| may_hold(input, field)) {
        return Ok(());
    }
    let field = field.name();
    Err(Failure::new(
        format!("{option}: no column was taken for the {field}"),
        format!(
            "name it with --columns {field}=HEADER. `rxlint check --dry-run FILE` shows what each column was taken for"
        ),
    ))
}

/// Whether a record of the finding is from an earlier night and no longer says this: the ledger keeps neither prescriber nor site.
fn is_not_kept(finding: &Finding, run: &CommandRun, field: Field) -> bool {
    let sources = run.sources();
    rows(finding).into_iter().map(RowKey::place).any(|place| {
        place.file as usize > run.inputs.len()
            && sources.reread(&place).is_none_or(|record| record.cell(field).is_none())
    })
}

/// Everyone whom the finding's records name; no name is empty.
fn all_names(
    finding: &Finding,
    run: &CommandRun,
    folded: &Folded,
    field: Field,
) -> BTreeSet<String> {
    let named = records(finding, run)
        .filter_map(|record| Some(record.cell(field)?.text.trim().to_owned()))
        .filter(|name| !name.is_empty());
    let names: BTreeSet<String> =
        named.chain(folded.names(finding, field).map(str::to_owned)).collect();
    if names.is_empty() { BTreeSet::from([String::new()]) } else { names }
}

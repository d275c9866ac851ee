//! The cases of the rule files: small exports that must, or must not, give findings. `rxlint rules test` and `cargo test`
//! run them the same way as any other export.

use std::sync::Arc;

use crate::run::{self, RunSettings};
use rxlint_engine::engine::{self, Engine};
use rxlint_engine::formulary::alerts::Alerts;
use rxlint_engine::rule::file::{CaseFile, Expected};
use rxlint_engine::rule::formulary::alert;
use rxlint_engine::rule::kind::Judges;
use rxlint_engine::rule::{Book, Rule};
use rxlint_input::{Input, InputError, InputOptions, PersonTableKind};
use rxlint_model::day::Day;
use rxlint_model::finding::Finding;
use rxlint_model::purpose::Purpose;

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseResult {
    /// As expected.
    Passed,
    /// Not as expected, and the case says so: a known miss.
    Todo(String),
    /// Not as expected: what was expected and what was found.
    Failed(String),
}

/// Runs one case of an active rule.
pub fn run(book: &Arc<Book>, rule: &Rule, case: &CaseFile) -> CaseResult {
    match found(book, rule, case).and_then(|found| expect(&found, case)) {
        Ok(()) => CaseResult::Passed,
        Err(what) if case.todo.is_some() => CaseResult::Todo(what),
        Err(what) => CaseResult::Failed(what),
    }
}

/// What the rule finds in the records of a case.
fn found(book: &Arc<Book>, rule: &Rule, case: &CaseFile) -> Result<Vec<Finding>, String> {
    if rule.file.kind.about().judges == Judges::Formularies {
        return of_formulary(book, rule, case);
    }
    let inputs = inputs(case).map_err(|error| error.to_string())?;
    let engine = Engine::of(
        Arc::clone(book),
        engine::Settings {
            jurisdiction: case.jurisdiction.clone().unwrap_or_else(|| "us".to_owned()),
            strict: case.strict,
            ..engine::Settings::default()
        },
    );
    let settings =
        RunSettings { as_of: case.as_of.as_ref().and_then(day), ..RunSettings::default() };
    let outcome = run::lint(&engine, &inputs, &[], &settings).map_err(|error| error.to_string())?;
    if let Some((place, reason)) = outcome.rejected.first() {
        let table = inputs.get(place.file as usize).map_or("records", Input::path);
        return Err(format!("line {} of the {table} was rejected: {reason}", place.line));
    }
    Ok(outcome.findings.into_iter().filter(|finding| finding.rule.id == rule.file.id).collect())
}

/// The tables of a case, read like the exports and tables of a run.
fn inputs(case: &CaseFile) -> Result<Vec<Input>, InputError> {
    let options = InputOptions::default();
    let bytes = |table: &str| table.trim_start().as_bytes().to_vec();
    let mut inputs = vec![Input::memory(0, "records", bytes(&case.records), &options)?];
    for (name, table, told) in [
        ("patients", &case.patients, PersonTableKind::Births),
        ("conditions", &case.conditions, PersonTableKind::Conditions),
    ] {
        if let Some(table) = table {
            let at = inputs.len() as u32;
            inputs.extend(Input::memory_people(at, name, bytes(table), told, &options)?);
        }
    }
    Ok(inputs)
}

fn of_formulary(book: &Arc<Book>, rule: &Rule, case: &CaseFile) -> Result<Vec<Finding>, String> {
    let options = InputOptions { purpose: Purpose::Formulary, ..InputOptions::default() };
    let input =
        Input::memory(0, "case.csv", case.records.trim_start().as_bytes().to_vec(), &options)
            .map_err(|error| error.to_string())?;
    let alerts = case
        .alerts
        .as_ref()
        .map(|table| Alerts::read("alerts.csv", table.trim_start().as_bytes(), &alert::names(book)))
        .transpose()?;
    let engine = Engine::of(Arc::clone(book), engine::Settings::default());
    let settings =
        RunSettings { as_of: case.as_of.as_ref().and_then(day), ..RunSettings::default() };
    let outcome = run::formulary::lint(&engine, &[input], alerts.as_ref(), &settings)
        .map_err(|error| error.to_string())?;
    if let Some((place, reason)) = outcome.rejected.first() {
        return Err(format!("line {} of the records was rejected: {reason}", place.line));
    }
    Ok(outcome.findings.into_iter().filter(|finding| finding.rule.id == rule.file.id).collect())
}

/// Compares what was found with what the case expects.
fn expect(found: &[Finding], case: &CaseFile) -> Result<(), String> {
    if found.len() != case.finds.len() {
        let messages: Vec<String> = found
            .iter()
            .map(|finding| format!("{}: {}", finding.severity.name(), finding.message))
            .collect();
        return Err(format!(
            "expected {} findings, found {}{}",
            case.finds.len(),
            found.len(),
            list(&messages)
        ));
    }
    // Findings of one record are ordered by fingerprint, which means nothing to a reader: any order will do.
    let mut left: Vec<&Finding> = found.iter().collect();
    for expected in &case.finds {
        let Some(at) = left.iter().position(|finding| compare(expected, finding).is_ok()) else {
            return compare(expected, left[0]);
        };
        left.remove(at);
    }
    Ok(())
}

fn compare(expected: &Expected, finding: &Finding) -> Result<(), String> {
    let differs = |what: &str, expected: String, found: String| {
        Err(format!(
            "{what}: expected {expected}, found {found} in “{} {}”",
            finding.message, finding.help
        ))
    };
    if let Some(severity) = expected.severity.filter(|&severity| severity != finding.severity) {
        return differs("severity", severity.name().to_owned(), finding.severity.name().to_owned());
    }
    let days = finding.days.map(|days| days.count);
    if expected.days.is_some() && expected.days != days {
        return differs("days", format!("{:?}", expected.days), format!("{days:?}"));
    }
    let clean = expected.clean_from.as_ref().and_then(day);
    if clean.is_some() && clean != finding.clean_from {
        let shown = |day: Option<Day>| day.map_or_else(|| "none".to_owned(), |day| day.to_string());
        return differs("clean-from", shown(clean), shown(finding.clean_from));
    }
    if let Some(says) = expected.says.as_ref().filter(|says| {
        !finding.message.contains(says.as_str()) && !finding.help.contains(says.as_str())
    }) {
        return differs("says", says.clone(), "no such words".to_owned());
    }
    let drug = finding.places.get(1).map(|place| &place.drug);
    if expected.drug.is_some() && expected.drug.as_ref() != drug {
        return differs("drug", format!("{:?}", expected.drug), format!("{drug:?}"));
    }
    if let Some(also) = expected.also.filter(|&also| also != finding.also) {
        return differs("also", also.to_string(), finding.also.to_string());
    }
    Ok(())
}

fn day(written: &toml::value::Datetime) -> Option<Day> {
    let date = written.date?;
    Day::from_ymd(i32::from(date.year), u32::from(date.month), u32::from(date.day))
}

fn list(lines: &[String]) -> String {
    lines.iter().map(|line| format!("\n      {line}")).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn a_case_that_fails_tells_what_was_found_unless_it_is_a_known_miss() {
        let book = Arc::new(Book::built_in().unwrap());
        let rule = book.rule("recent-opioid").unwrap();
        let good = rule.cases().iter().find(|case| case.finds.len() == 1).unwrap();
        let miss = CaseFile { finds: Vec::new(), ..good.clone() };
        let message = "expected 0 findings, found 1\n      high: Naltrexone begins 6 opioid-free days after oxycodone".to_owned();
        let known = |case: &CaseFile| CaseFile { todo: Some("unknown".to_owned()), ..case.clone() };

        assert_eq!(run(&book, rule, good), CaseResult::Passed);
        assert_eq!(run(&book, rule, &miss), CaseResult::Failed(message.clone()));
        assert_eq!(run(&book, rule, &known(&miss)), CaseResult::Todo(message));
        assert_eq!(run(&book, rule, &known(good)), CaseResult::Passed);
    }

    /// A word that a kind says it fills in, and that no case of such a rule has a value for, would
    /// be a hole in a message.
    #[test]
    fn every_word_of_a_rule_is_filled_in_by_some_case() {
        let mut book = Arc::new(Book::built_in().unwrap());
        let mut filled: BTreeMap<Vec<&str>, BTreeSet<&str>> = BTreeMap::new();
        for at in 0..book.rules().len() {
            let words = book.rules()[at].condition.rule().words();
            let rule = &mut Arc::get_mut(&mut book).unwrap().rules_mut()[at];
            rule.active = true;
            let text: Vec<String> = words.iter().map(|word| format!("{word}={{{word}}}")).collect();
            rule.file.message.text = text.join(" ");
            rule.file.message.text_subject_first = None;
            let rule = &book.rules()[at];
            let messages: Vec<String> = rule
                .cases()
                .iter()
                .flat_map(|case| found(&book, rule, case).unwrap())
                .map(|finding| finding.message)
                .collect();
            let has = |word: &&str| {
                messages.iter().any(|message| !message.contains(&format!("{word}={{{word}}}")))
            };
            filled.entry(words.clone()).or_default().extend(words.into_iter().filter(has));
        }
        for (words, filled) in filled {
            let holes: Vec<_> = words.iter().filter(|word| !filled.contains(**word)).collect();
            assert!(holes.is_empty(), "no case fills in {holes:?} of {words:?}");
        }
    }

    /// A case accepts and refuses exactly what `--patients` and `--conditions` do.
    #[test]
    fn a_case_reads_persons_as_a_run_does() {
        let book = Arc::new(Book::built_in().unwrap());
        let verdict = |id: &str, patients: Option<&str>, conditions: Option<&str>| {
            let rule = book.rule(id).unwrap();
            let case = rule.cases().iter().find(|case| case.finds.len() == 1).unwrap();
            let table = |table: Option<&str>| table.map(str::to_owned);
            let (patients, conditions) = (table(patients), table(conditions));
            run(&book, rule, &CaseFile { patients, conditions, ..case.clone() })
        };
        let holds = |verdict: &CaseResult, expected: &str| match verdict {
            CaseResult::Passed => expected.is_empty(),
            CaseResult::Failed(what) => !expected.is_empty() && what.starts_with(expected),
            CaseResult::Todo(_) => false,
        };
        let rejected = |table: &str| format!("line 2 of the {table} was rejected: ");
        for (patients, expected) in [
            ("patient,birth_date\nP1,2012-05-01\n", String::new()),
            ("MRN;Date of birth\nP1;2012\n", String::new()),
            ("patient,birth_date\nP1,soon\n", rejected("patients")),
            ("patient,birth_date\n,2012-05-01\n", rejected("patients")),
            ("patient,name\nP1,A\n", "patients: ".to_owned()),
        ] {
            let found = verdict("naltrexone-under-18", Some(patients), None);
            assert!(holds(&found, &expected), "{patients}: {found:?}");
        }
        for (conditions, expected) in [
            ("patient,code,date\nP1,Z33.1,2026-03-01\n", String::new()),
            ("BENE_ID|condition_start_date|condition_code\nP1|2026-03-01|Z33.1\n", String::new()),
            ("patient,code,date\nP1,Z33.1,soon\n", rejected("conditions")),
        ] {
            let found = verdict("naltrexone-in-pregnancy", None, Some(conditions));
            assert!(holds(&found, &expected), "{conditions}: {found:?}");
        }
    }
}

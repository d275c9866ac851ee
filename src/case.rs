//! The cases of the rule files: small exports that must, or must not, give findings. `rxlint rules test` and `cargo test`
//! run them through the same door as any other export.

use std::sync::Arc;

use crate::run::{self, Settings};
use rxlint_engine::engine::{self, Engine};
use rxlint_engine::exposure::person;
use rxlint_engine::formulary::alerts::Alerts;
use rxlint_engine::rule::file::{CaseFile, Condition, Expected};
use rxlint_engine::rule::{Book, Rule};
use rxlint_input::{Input, InputOptions};
use rxlint_model::day::Day;
use rxlint_model::finding::Finding;
use rxlint_model::purpose::Purpose;

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it says.
    Passed,
    /// Not as it says, and the case knows: a known miss.
    Todo(String),
    /// Not as it says: what was expected and what was found.
    Failed(String),
}

/// Runs one case of an active rule.
pub fn run(book: &Arc<Book>, rule: &Rule, case: &CaseFile) -> Verdict {
    match check(book, rule, case) {
        Ok(()) => Verdict::Passed,
        Err(what) if case.todo.is_some() => Verdict::Todo(what),
        Err(what) => Verdict::Failed(what),
    }
}

fn check(book: &Arc<Book>, rule: &Rule, case: &CaseFile) -> Result<(), String> {
    if matches!(rule.condition, Condition::Formulary(_)) {
        let found = of_formulary(book, rule, case)?;
        return expect(&found, case);
    }
    let input = Input::memory(
        0,
        "case.csv",
        case.records.trim_start().as_bytes().to_vec(),
        &InputOptions::default(),
    )
    .map_err(|error| error.to_string())?;
    let mut facts = Vec::new();
    if let Some(table) = &case.patients {
        facts.extend(person::read_patients(table.trim_start().as_bytes())?);
    }
    if let Some(table) = &case.conditions {
        facts.extend(person::read_conditions(table.trim_start().as_bytes(), book.conditions())?);
    }
    let engine = Engine::of(
        Arc::clone(book),
        engine::Settings {
            jurisdiction: case.jurisdiction.clone().unwrap_or_else(|| "us".to_owned()),
            strict: case.strict,
            ..engine::Settings::default()
        },
    );
    let settings = Settings { as_of: case.as_of.as_ref().and_then(day), ..Settings::default() };
    let outcome =
        run::lint(&engine, &[input], &facts, &settings).map_err(|error| error.to_string())?;
    if let Some((place, reason)) = outcome.rejected.first() {
        return Err(format!("line {} of the records was rejected: {reason}", place.line));
    }
    let found: Vec<Finding> =
        outcome.findings.into_iter().filter(|finding| finding.rule.id == rule.file.id).collect();
    expect(&found, case)
}

fn of_formulary(book: &Arc<Book>, rule: &Rule, case: &CaseFile) -> Result<Vec<Finding>, String> {
    let options = InputOptions { purpose: Purpose::Formulary, ..InputOptions::default() };
    let input =
        Input::memory(0, "case.csv", case.records.trim_start().as_bytes().to_vec(), &options)
            .map_err(|error| error.to_string())?;
    let alerts = case
        .alerts
        .as_ref()
        .map(|table| Alerts::read("alerts.csv", table.trim_start().as_bytes()))
        .transpose()?;
    let engine = Engine::of(Arc::clone(book), engine::Settings::default());
    let outcome = run::formulary::lint(&engine, &[input], alerts.as_ref(), &Settings::default())
        .map_err(|error| error.to_string())?;
    if let Some((place, reason)) = outcome.rejected.first() {
        return Err(format!("line {} of the records was rejected: {reason}", place.line));
    }
    Ok(outcome.findings.into_iter().filter(|finding| finding.rule.id == rule.file.id).collect())
}

/// Compares what was found with what the case expects.
fn expect(found: &[Finding], case: &CaseFile) -> Result<(), String> {
    if found.len() != case.finds.len() {
        let told: Vec<String> = found
            .iter()
            .map(|finding| format!("{}: {}", finding.severity.name(), finding.message))
            .collect();
        return Err(format!(
            "expected {} findings, found {}{}",
            case.finds.len(),
            found.len(),
            list(&told)
        ));
    }
    // Findings of one record stand in the order of their fingerprints, which says nothing to a reader: any order will do.
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
    use super::*;

    #[test]
    fn a_case_that_fails_tells_what_was_found_unless_it_is_a_known_miss() {
        let book = Arc::new(Book::built_in().unwrap());
        let rule = book.rule("recent-opioid").unwrap();
        let good = rule.file.cases.iter().find(|case| case.finds.len() == 1).unwrap();
        let miss = CaseFile { finds: Vec::new(), ..good.clone() };
        let told = "expected 0 findings, found 1\n      high: Naltrexone begins 6 opioid-free days after oxycodone".to_owned();
        let known =
            |case: &CaseFile| CaseFile { todo: Some("nobody knows".to_owned()), ..case.clone() };

        assert_eq!(run(&book, rule, good), Verdict::Passed);
        assert_eq!(run(&book, rule, &miss), Verdict::Failed(told.clone()));
        assert_eq!(run(&book, rule, &known(&miss)), Verdict::Todo(told));
        assert_eq!(run(&book, rule, &known(good)), Verdict::Passed);
    }
}

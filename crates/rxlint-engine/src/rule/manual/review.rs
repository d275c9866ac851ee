//! A sheet on which a pharmacist reviews rules: what each says, its numbers and sources, its borderline cases, and room for a verdict.

use std::fmt::Write;

use super::{evidence, grade_meaning, list, unbroken};
use crate::rule::book::{Book, Rule};
use crate::rule::file::CaseFile;

/// The line for the reviewer's name.
pub const BY: &str = "- Reviewed by:";
/// The line for the day.
pub const ON: &str = "- On:";
/// The line for what was checked, and what should change.
pub const REMARKS: &str = "- Looked at, and remarks:";

/// What a filled-in sheet says about one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewed {
    /// The rule.
    pub id: String,
    /// The version that was reviewed.
    pub version: u32,
    /// The words for the rule's `reviewed`.
    pub words: String,
}

/// The sheet for all rules of the book, or for one.
pub fn sheet(book: &Book, only: Option<&Rule>) -> String {
    let mut page = String::from(
        "# Review of the rules\n\nFor a pharmacist who is not the author. For each rule: compare every number with its source, read the border cases, and write \
         down your name, the day, and what you looked at. A rule whose name or day is left empty counts as not reviewed.\nThen: `rxlint rules \
         reviewed THIS-FILE --dir rules`\n",
    );
    let rules: Vec<&Rule> = match only {
        Some(rule) => vec![rule],
        None => book.rules().iter().collect(),
    };
    for rule in rules {
        page.push('\n');
        page.push_str(&of_rule(rule));
    }
    page
}

fn of_rule(rule: &Rule) -> String {
    let file = &rule.file;
    let mut page = format!("## {} (version {})\n\n{}.\n\n", file.id, file.version, file.title);
    let _ = writeln!(
        page,
        "Severity {} · evidence {} ({}) · DUR {} · now: {}\n",
        file.severity.name(),
        evidence(rule),
        grade_meaning(&rule.info.grade),
        file.dur,
        file.reviewed
    );
    let _ = writeln!(page, "**Why.** {}\n", unbroken(&file.why));
    let _ = writeln!(page, "**Fires.** {}\n", unbroken(&rule.condition.rule().describe()));
    let _ = writeln!(
        page,
        "**Says.** {} {}\n",
        unbroken(&file.message.text),
        unbroken(&file.message.help)
    );
    let _ = writeln!(page, "**Advises.** {}\n", unbroken(&file.remedy));
    let sources = file.sources.iter().map(|source| match &source.says {
        Some(says) => format!("[ ] {}: {}", source.title, unbroken(says)),
        None => format!("[ ] {}", source.title),
    });
    list(&mut page, "Sources: tick those that say so", sources);
    list(
        &mut page,
        "Cases: tick those that you would decide in the same way",
        rule.cases().iter().map(case),
    );
    let _ = write!(page, "{BY} \n{ON} \n{REMARKS} \n");
    page
}

fn case(case: &CaseFile) -> String {
    let verdict = match case.finds.len() {
        0 => "silent".to_owned(),
        _ => {
            let severities: Vec<&str> = case
                .finds
                .iter()
                .map(|finding| finding.severity.map_or("fires", |s| s.name()))
                .collect();
            severities.join(" and ")
        }
    };
    format!("[ ] {}: {verdict}", case.name)
}

/// What a filled-in sheet says: the rules with a name and a day.
pub fn read(sheet: &str) -> Vec<Reviewed> {
    let mut all = Vec::new();
    for part in sheet.split("\n## ").skip(1) {
        let head = part.lines().next().unwrap_or_default();
        let Some((id, version)) = head.split_once(" (version ") else { continue };
        let Ok(version) = version.trim_end().trim_end_matches(')').parse() else { continue };
        let after = |start: &str| {
            let line = part.lines().find_map(|line| line.strip_prefix(start));
            line.map(str::trim).filter(|text| !text.is_empty())
        };
        if let (Some(by), Some(on)) = (after(BY), after(ON)) {
            let remarks = after(REMARKS).map(|text| format!(": {text}")).unwrap_or_default();
            let words = format!("{by}, {on}, version {version}{remarks}");
            all.push(Reviewed { id: id.to_owned(), version, words });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_comes_back_with_what_was_written_on_it() {
        let book = Book::built_in().unwrap();
        let blank = sheet(&book, None);
        assert!(read(&blank).is_empty(), "nobody has reviewed anything");
        let rule = book.rule("recent-opioid").unwrap();
        let one = sheet(&book, Some(rule));
        assert!(one.contains("below 7 high, below 10 moderate"), "its numbers stand on it");
        let filled = one
            .replace(&format!("{BY} "), &format!("{BY} A. Pharmacist"))
            .replace(&format!("{ON} "), &format!("{ON} 2026-12-01"))
            .replace(&format!("{REMARKS} "), &format!("{REMARKS} windows against the label"));
        let version = rule.file.version;
        assert_eq!(
            read(&filled),
            [Reviewed {
                id: "recent-opioid".to_owned(),
                version,
                words: format!(
                    "A. Pharmacist, 2026-12-01, version {version}: windows against the label"
                ),
            }]
        );
    }
}

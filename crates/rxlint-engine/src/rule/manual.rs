//! A rule as a page for people: what `rxlint explain` prints and what `docs/rules.md` consists of.
//! Both come from the rule's file, cases included, so that the manual cannot lie.

pub mod review;

use std::fmt::Write;

use super::book::{Book, Rule};
use super::file::CaseFile;
use super::notice;

/// The whole manual, in Markdown.
pub fn manual(book: &Book) -> String {
    let mut page = String::from(
        "# Rules\n\nGenerated from the files under `rules/` by `rxlint rules --format markdown`; do not edit.\n\n",
    );
    page.push_str("| rule | severity | evidence | DUR | finds |\n|---|---|---|---|---|\n");
    for rule in book.rules() {
        let file = &rule.file;
        let _ = writeln!(
            page,
            "| [`{0}`](#{0}) | {1} | {2} | {3} | {4} |",
            file.id,
            file.severity.name(),
            evidence(rule),
            file.dur,
            file.title
        );
    }
    for rule in book.rules() {
        let _ = write!(page, "\n{}", rule_page(rule));
    }
    for (id, title, text) in notice::RULES {
        let _ = write!(page, "\n{}", notice_page(id, title, text));
    }
    page
}

/// A rule about the configuration itself, which no file under `rules/` holds.
pub fn notice_page(id: &str, title: &str, text: &str) -> String {
    format!(
        "## {id}\n\n{title}.\n\nSeverity low · DUR {} · tags: {}\n\n{text}\n",
        notice::DUR,
        notice::TAG
    )
}

/// One rule, in Markdown that also reads well as plain text.
pub fn rule_page(rule: &Rule) -> String {
    let file = &rule.file;
    let mut page = format!("## {}\n\n{}.\n\n", file.id, file.title);
    let _ = writeln!(
        page,
        "Severity {} · evidence {} · DUR {} · {} since {} · version {} · tags: {}\n",
        file.severity.name(),
        evidence(rule),
        file.dur,
        format!("{:?}", file.status).to_lowercase(),
        file.since,
        file.version,
        file.tags.join(", ")
    );
    let mut section = |title: &str, text: &str| {
        let _ = writeln!(page, "**{title}.** {}\n", unbroken(text));
    };
    section("Why", &file.why);
    let off = if file.opt_in { " Off unless it is asked for." } else { "" };
    section("When it fires", &format!("{}{off}", rule.condition.rule().describe()));
    section("What to do", &file.remedy);
    list(&mut page, "Known false alarms", file.false_positives.iter().cloned());
    examples(&mut page, rule.cases());
    list(
        &mut page,
        "Sources",
        file.sources.iter().map(|source| match &source.says {
            Some(says) => format!("{}: {}", source.title, unbroken(says)),
            None => source.title.clone(),
        }),
    );
    let _ = writeln!(page, "Authored {}; {}.", file.authored, file.reviewed);
    page
}

fn evidence(rule: &Rule) -> String {
    match (rule.info.grade.as_str(), rule.info.disputed) {
        ("", _) => "–".to_owned(),
        (grade, true) => format!("{grade}, disputed"),
        (grade, false) => grade.to_owned(),
    }
}

/// What an evidence grade means.
pub fn grade_meaning(grade: &str) -> &'static str {
    match grade {
        "A" => "a regulator-approved label says so",
        "B" => "a guideline, an agency or a large compendium says so",
        "C" => "human studies, case reports, or arithmetic from label pharmacokinetics",
        "D" => "laboratory work or mechanism only",
        "E" => "no primary source was found",
        _ => "no clinical claim",
    }
}

fn list(page: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.map(|line| format!("- {}", unbroken(&line))).collect();
    if !lines.is_empty() {
        let _ = writeln!(page, "**{title}**\n\n{}\n", lines.join("\n"));
    }
}

/// The first case that fires and the first that stays silent.
fn examples(page: &mut String, cases: &[CaseFile]) {
    let fires = cases.iter().find(|case| !case.finds.is_empty());
    let silent = cases.iter().find(|case| case.finds.is_empty());
    let mut example = |title: &str, case: &CaseFile| {
        let _ =
            writeln!(page, "**{title}** ({})\n\n```csv\n{}\n```\n", case.name, case.records.trim());
        if let Some(alerts) = &case.alerts {
            let _ = writeln!(
                page,
                "beside this interaction table:\n\n```csv\n{}\n```\n",
                alerts.trim()
            );
        }
    };
    if let Some(case) = fires {
        example("Fires", case);
    }
    if let Some(case) = silent {
        example("Stays silent", case);
    }
}

fn unbroken(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;

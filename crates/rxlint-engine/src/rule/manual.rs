//! A rule as a page for people: what `rxlint explain` prints and what `docs/rules.md` is made of. Both come from the rule's
//! file, cases included, so that the manual cannot lie.

use std::fmt::Write;

use super::book::{Book, Rule};
use super::file::{CaseFile, Condition, RuleFile};
use super::notice;
use super::select::Selector;

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
    section("When it fires", &format!("{}{off}", condition(&rule.condition)));
    section("What to do", &file.remedy);
    list(&mut page, "Known false alarms", file.false_positives.iter().cloned());
    examples(&mut page, file);
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
fn examples(page: &mut String, file: &RuleFile) {
    let fires = file.cases.iter().find(|case| !case.finds.is_empty());
    let silent = file.cases.iter().find(|case| case.finds.is_empty());
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

/// The arithmetic of a condition, in words.
fn condition(condition: &Condition) -> String {
    match condition {
        Condition::Overlap(c) => {
            let near = if c.within_days > 0 { format!(", or lie fewer than {} days apart", c.within_days) } else { String::new() };
            format!("An exposure to {} and one to {} share at least one day{near}.", selection(&c.subject), selection(&c.other))
        }
        Condition::Washout(c) => {
            let windows: Vec<String> = c
                .window
                .iter()
                .map(|(name, w)| format!("{name}: below {} high, below {} moderate ({}, grade {})", w.hard, w.soft, w.source, w.grade))
                .collect();
            format!(
                "An episode of {} begins too few days after {} ended: free days = first day of the one − day after the last of the other. {}.",
                selection(&c.subject),
                selection(&c.other),
                windows.join("; ")
            )
        }
        Condition::Blockade(c) => {
            let windows: Vec<String> =
                c.window.iter().map(|(name, w)| format!("{name}: {} days ({}, grade {})", w.days, w.source, w.grade)).collect();
            format!(
                "{} begins fewer days after the end of {} than the blockade lasts. {}.",
                super::message::capital(&selection(&c.other)),
                selection(&c.subject),
                windows.join("; ")
            )
        }
        Condition::Duplicate(c) => format!(
            "{} and {} share more than {} days.",
            super::message::capital(&selection(&c.subject)),
            selection(&c.other),
            c.more_than_days
        ),
        Condition::Dose(c) => {
            let mut parts: Vec<String> =
                c.above.iter().map(|bound| format!("above {} mg a day: {}", bound.mg, bound.severity.name())).collect();
            parts.extend(c.between_mg.map(|[low, high]| format!("between {low} and {high} mg a day, both exclusive")));
            parts.extend(c.titration.as_ref().map(|t| {
                format!(
                    "within {} to {} mg a day, an episode begins above {} mg, or a step within {} days is larger than {} mg",
                    t.band_from_mg, t.band_to_mg, t.start_above_mg, t.within_days, t.rise_above_mg
                )
            }));
            parts.extend(c.interval.as_ref().map(|i| {
                format!(
                    "two injections fewer than {} days apart, another dose than {} mg, or directions that say weekly",
                    i.min_days, i.dose_mg
                )
            }));
            format!("{}: {}. Daily dose = strength × quantity / days.", super::message::capital(&selection(&c.subject)), parts.join("; "))
        }
        Condition::Person(c) => {
            let mut parts = Vec::new();
            parts.extend(c.younger_than.map(|age| format!("the patient is younger than {age} on the first day")));
            parts.extend(c.dose_from_mg.map(|mg| format!("the daily dose is {mg} mg or more")));
            if !c.condition.is_empty() {
                parts.push(format!("on record: {}", c.condition.join(", ")));
            }
            if !c.unless_condition.is_empty() {
                parts.push(format!("none on record of: {}", c.unless_condition.join(", ")));
            }
            parts.extend(c.severity_by.iter().map(|(place, severity)| format!("{} where the jurisdiction is {place}", severity.name())));
            format!("{}: {}.", super::message::capital(&selection(&c.subject)), parts.join("; "))
        }
        Condition::Formulary(c) => super::formulary::words::condition(c),
        Condition::Record(c) => match c.check {
            super::file::Check::NameCodeMismatch => "Text and code of a watched record name different drugs.",
            super::file::Check::NearMissDrugName => {
                "A word is one letter added, dropped or changed, or one swap, away from a watched name, and is no other known drug."
            }
            super::file::Check::MissingDaysSupply => {
                "The record of a watched drug gives neither stop date nor days' supply, nor quantity with certain directions."
            }
            super::file::Check::ImplausibleDate => "A watched record ends before it starts, starts after today, or starts before 1990.",
        }
        .to_owned(),
    }
}

/// A selector in words.
pub(super) fn selection(selector: &Selector) -> String {
    let mut parts: Vec<String> = Vec::new();
    let kinds = |kinds: &[crate::drug::FormKind]| {
        kinds.iter().map(|kind| format!("{kind:?}").to_lowercase()).collect::<Vec<_>>().join(" or ")
    };
    parts.extend((!selector.ingredient.is_empty()).then(|| selector.ingredient.join(", ")));
    parts.extend((!selector.role.is_empty()).then(|| {
        let roles: Vec<String> =
            selector.role.iter().map(|role| format!("any {}", role.label())).collect();
        roles.join(" or ")
    }));
    parts.extend(
        (!selector.tag.is_empty())
            .then(|| format!("any drug tagged {}", selector.tag.join(" or "))),
    );
    if parts.is_empty() {
        parts.push("any drug".to_owned());
    }
    let mut text = parts.join(", ");
    for (words, list) in [
        (" other than ", &selector.except),
        (" in a product with ", &selector.with),
        (" in a product without ", &selector.without),
    ] {
        if !list.is_empty() {
            let _ = write!(text, "{words}{}", list.join(" or "));
        }
    }
    if !selector.kind.is_empty() {
        let _ = write!(text, " as {}", kinds(&selector.kind));
    }
    if !selector.except_kind.is_empty() {
        let _ = write!(text, " not as {}", kinds(&selector.except_kind));
    }
    text
}

fn unbroken(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;

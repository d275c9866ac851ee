//! The summary that a run writes to standard error: every record accounted for, then what was found.

use std::fmt::Write;

use super::Style;
use crate::redaction::safe;
use rxlint_model::finding::Severity;
use rxlint_model::gap::Gap;
use rxlint_model::summary::{Filtered, Group, GroupBy, Groups, RecordCount, Summary};

/// How many inputs are listed individually.
const FILES: usize = 20;
/// How many findings that are gone from a baseline are listed individually.
const GONE: usize = 10;
/// How many characters of a path are shown; its end is more informative than its beginning.
const PATH: usize = 48;

/// The summary as a person reads it: a table of the inputs, what was found and assumed, and one sentence that says it all.
pub fn summary_text(summary: &Summary, style: &Style) -> String {
    let mut text = table(summary, style);
    if let Some(products) = summary.products {
        let _ = writeln!(
            text,
            "\nProducts listed: {}, with a watched drug: {}",
            thousands(products.listed),
            thousands(products.watched)
        );
    } else {
        let _ = writeln!(text, "\nPatients with a watched drug: {}", thousands(summary.patients));
        let _ = writeln!(text, "Exposures judged: {}", thousands(summary.exposures));
    }
    if summary.reversed > 0 {
        let _ = writeln!(text, "Claims removed by a reversal: {}", thousands(summary.reversed));
    }
    let found = counts(summary);
    let _ = writeln!(text, "Findings: {}", if found.is_empty() { "none" } else { &found });
    list(&mut text, summary.by_rule.iter().map(|(name, count)| (name.as_str(), *count)));
    if !summary.assumed.is_empty() {
        text.push_str("Assumed, because the records do not say it (exposures):\n");
        list(&mut text, summary.assumed.iter().map(|(name, count)| (*name, *count)));
    }
    write_ledger(&mut text, summary);
    if !summary.rejects.is_empty() {
        text.push_str("Rejected, because they could not be understood (records):\n");
        list(&mut text, summary.rejects.iter().map(|(name, count)| (*name, *count)));
    }
    if summary.accepted + summary.baselined > 0 {
        let (accepted, known) = (thousands(summary.accepted), thousands(summary.baselined));
        let _ = writeln!(text, "Findings left out: {accepted} accepted, {known} in the baseline");
    }
    if summary.settled > 0 {
        let settled = thousands(summary.settled);
        let _ = writeln!(text, "Findings left out: {settled} settled by dispositions");
    }
    if summary.returned > 0 {
        let _ = writeln!(
            text,
            "Findings reported again although a disposition had settled them: {} (each says why)",
            thousands(summary.returned)
        );
    }
    if let Some(filtered) = &summary.filtered {
        let _ = writeln!(text, "Findings left out: {}", filtered_text(filtered));
    }
    if !summary.gone.is_empty() {
        let _ = writeln!(
            text,
            "In the baseline, and not found again: {} (`rxlint baseline prune PATH…` over the same files removes them)",
            thousands(summary.gone.len() as u64)
        );
        for known in summary.gone.iter().take(GONE) {
            let _ = writeln!(text, "  {} {}", known.fingerprint, safe(&known.rule));
        }
        if summary.gone.len() > GONE {
            let _ = writeln!(
                text,
                "  and {} more: --format json lists them",
                thousands((summary.gone.len() - GONE) as u64)
            );
        }
    }
    for note in &summary.notes {
        let _ = writeln!(text, "Note: {}", safe(note));
    }
    if !summary.is_complete() {
        text.push_str("Incomplete:\n");
        for gap in &summary.gaps {
            let _ = writeln!(text, "  {}\n    {}", gap_text(gap), safe(&gap.remedy));
        }
    }
    let _ = writeln!(text, "\n{}", closing_sentence(summary));
    text
}

/// What was not checked: `visits.csv:12: naltrexone is mentioned in …`.
pub(crate) fn gap_text(gap: &Gap) -> String {
    let line = gap.line.map(|line| format!(":{line}")).unwrap_or_default();
    let at = gap.path.as_deref().map(|path| format!("{}{line}: ", safe(path))).unwrap_or_default();
    format!("{at}{}", safe(&gap.what))
}

/// Each gap with what to do about it, a line each.
pub fn gap_lines(summary: &Summary) -> impl Iterator<Item = String> + '_ {
    summary.gaps.iter().map(|gap| format!("{} {}", gap_text(gap), safe(&gap.remedy)))
}

/// What a format says that ends with one line: every record accounted for, and what was not checked.
pub fn account(summary: &Summary) -> String {
    std::iter::once(counts_line(summary)).chain(gap_lines(summary)).collect::<Vec<_>>().join(" ")
}

/// The same, a line each.
pub fn account_lines(summary: &Summary) -> String {
    let lines = std::iter::once(counts_line(summary)).chain(gap_lines(summary));
    lines.map(|line| line + "\n").collect()
}

/// What is known from before, and what is no longer found.
fn write_ledger(text: &mut String, summary: &Summary) {
    let Some(ledger) = &summary.ledger else { return };
    let (recalled, earlier) = (thousands(ledger.recalled), thousands(ledger.earlier));
    let _ = writeln!(
        text,
        "From the ledger {}: {recalled} earlier records of these patients",
        safe(&ledger.path)
    );
    let _ = writeln!(
        text,
        "New findings, which this run or one over the same files made first: {}",
        thousands(ledger.new)
    );
    if ledger.earlier > 0 {
        let _ = writeln!(
            text,
            "Findings left out: {earlier} known from an earlier run (--since DATE reports them again)"
        );
    }
    if !ledger.withdrawn.is_empty() {
        let _ = writeln!(
            text,
            "Findings of earlier runs that no longer stand: {}",
            thousands(ledger.withdrawn.len() as u64)
        );
        for gone in ledger.withdrawn.iter().take(GONE) {
            let since =
                gone.first_seen.map(|day| format!(", first seen {day}")).unwrap_or_default();
            let _ = writeln!(text, "  {} {}{since}", gone.fingerprint, safe(&gone.rule));
        }
        if ledger.withdrawn.len() > GONE {
            let _ = writeln!(
                text,
                "  and {} more: --format json lists them",
                thousands((ledger.withdrawn.len() - GONE) as u64)
            );
        }
    }
}

/// What was found in how many records, and what was not checked. Never says that anything is safe.
pub fn closing_sentence(summary: &Summary) -> String {
    let sum = Sum::of(&summary.files);
    if summary.files.is_empty() {
        return "Nothing was checked: there was no input.".into();
    }
    if sum.read == 0 {
        return "Nothing was checked: the input holds no records.".into();
    }
    let not_judged = not_judged(&sum);
    if sum.checked == 0 {
        let read = plural(sum.read, "record", "records");
        let inactive = plural(sum.inactive, "record is inactive", "records are inactive");
        let why = [
            (sum.inactive > 0).then_some(inactive),
            (!not_judged.is_empty()).then_some(not_judged),
        ];
        let why: Vec<String> = why.into_iter().flatten().collect();
        return format!("Nothing was checked: of {read} read, {}.", why.join(", and "));
    }
    let mut text = found(summary);
    let checked = plural(sum.checked, "checked record", "checked records");
    let of = match summary.products {
        Some(products) => plural(products.listed, "product", "products"),
        None => format!("{} with a watched drug", plural(summary.patients, "patient", "patients")),
    };
    let _ = write!(text, " in {checked} of {of}");
    if !not_judged.is_empty() {
        let _ = write!(text, "; {not_judged}");
    }
    if let Some(earlier) =
        summary.ledger.as_ref().map(|ledger| ledger.earlier).filter(|&earlier| earlier > 0)
    {
        let _ = write!(
            text,
            "; {} not reported again",
            plural(
                earlier,
                "finding of an earlier run still stands and is",
                "findings of earlier runs still stand and are"
            )
        );
    }
    if let Some(filtered) = &summary.filtered {
        let _ = write!(text, "; {}", filtered_text(filtered));
    }
    text.push('.');
    if !summary.is_complete() {
        text.push_str(" The check is incomplete.");
    }
    text
}

/// How many findings, by severity.
fn found(summary: &Summary) -> String {
    let total: u64 = summary.findings.values().sum();
    let new = if summary.baselined > 0 { "new " } else { "" };
    match total {
        0 => format!("No {new}findings"),
        1 => format!("1 {new}finding ({})", counts(summary)),
        _ => format!("{} {new}findings ({})", thousands(total), counts(summary)),
    }
}

/// One line that accounts for every record, as every text report ends.
pub fn counts_line(summary: &Summary) -> String {
    let mut found = found(summary);
    let earlier = summary.ledger.as_ref().map_or(0, |ledger| ledger.earlier);
    let left_out = [
        (summary.accepted, "accepted"),
        (summary.settled, "settled by dispositions"),
        (summary.baselined, "in the baseline"),
        (earlier, "of earlier runs not reported again"),
    ];
    for (count, why) in left_out {
        if count > 0 {
            let _ = write!(found, ", {} {why}", thousands(count));
        }
    }
    if let Some(filtered) = &summary.filtered {
        let _ = write!(found, ", {}", filtered_text(filtered));
    }
    let sum = Sum::of(&summary.files);
    let read = plural(sum.read, "record", "records");
    let [checked, inactive, unresolved, rejected] =
        [sum.checked, sum.inactive, sum.unresolved, sum.rejected].map(thousands);
    let end = if summary.is_complete() { "." } else { "; the check is incomplete." };
    format!(
        "{found}. {read} read: {checked} checked, {inactive} inactive, {unresolved} unresolved, {rejected} rejected{end}"
    )
}

/// `12 not asked for (--patient, --from)`. What was asked for may be about a person, and is not repeated.
fn filtered_text(filtered: &Filtered) -> String {
    format!("{} not asked for ({})", thousands(filtered.left_out), filtered.options.join(", "))
}

/// The name of a group as a table has it.
pub(super) fn group_name(group: &Group) -> &str {
    if group.name.is_empty() { "not known" } else { &group.name }
}

/// The findings of each group, as a table for a terminal.
pub fn groups_text(groups: &Groups) -> String {
    let mut text = String::from("  findings      high  moderate       low  patients  per 1,000  ");
    let _ = writeln!(text, "{}", groups.by.name());
    for group in &groups.rows {
        let counts = [group.findings(), group.high, group.moderate, group.low, group.patients];
        for count in counts {
            let _ = write!(text, "{:>10}", thousands(count));
        }
        let _ = writeln!(text, "{:>11}  {}", group.rate(), safe(group_name(group)));
    }
    let _ = writeln!(text, "{}", groups_note(groups));
    text
}

/// What the numbers of the groups are of, and why they may add up to more than there are findings.
pub(super) fn groups_note(groups: &Groups) -> String {
    let of = match groups.by {
        GroupBy::Rule => "",
        GroupBy::Prescriber => " by that prescriber",
        GroupBy::Site => " from that site",
        GroupBy::Month => " that began in that month",
    };
    let rate = format!(
        "The rate is of patients with such a finding, for each 1,000 patients with a watched drug{of}; {} in all.",
        thousands(groups.watched)
    );
    let sum: u64 = groups.rows.iter().map(Group::findings).sum();
    if sum == groups.findings {
        return rate;
    }
    format!(
        "A finding counts with each {} that its records name; {} in all. {rate}",
        groups.by.name(),
        plural(groups.findings, "finding", "findings")
    )
}

/// What no rule has checked, although it may be a prescription.
fn not_judged(sum: &Sum) -> String {
    let unresolved = plural(
        sum.unresolved,
        "record names no drug that can be read",
        "records name no drug that can be read",
    );
    let rejected = plural(sum.rejected, "record was rejected", "records were rejected");
    match (sum.unresolved, sum.rejected) {
        (0, 0) => String::new(),
        (_, 0) => unresolved,
        (0, _) => rejected,
        _ => format!("{unresolved}, and {rejected}"),
    }
}

/// `1 high, 4 moderate`; zero counts are left out.
fn counts(summary: &Summary) -> String {
    let worst_first = [Severity::High, Severity::Moderate, Severity::Low];
    let counts = worst_first.into_iter().filter_map(|severity| {
        let count = *summary.findings.get(&severity)?;
        (count > 0).then(|| format!("{} {}", thousands(count), severity.name()))
    });
    counts.collect::<Vec<_>>().join(", ")
}

#[derive(Clone, Copy, Default)]
struct Sum {
    read: u64,
    checked: u64,
    inactive: u64,
    unresolved: u64,
    rejected: u64,
}

impl Sum {
    fn of(files: &[RecordCount]) -> Self {
        files.iter().fold(Self::default(), |sum, file| Self {
            read: sum.read + file.read,
            checked: sum.checked + file.checked,
            inactive: sum.inactive + file.inactive,
            unresolved: sum.unresolved + file.unresolved,
            rejected: sum.rejected + file.rejected,
        })
    }

    fn row(self, name: String) -> [String; 6] {
        let [a, b, c, d, e] =
            [self.read, self.checked, self.inactive, self.unresolved, self.rejected].map(thousands);
        [name, a, b, c, d, e]
    }
}

/// The inputs with their counts, names left-aligned and numbers right-aligned.
fn table(summary: &Summary, style: &Style) -> String {
    let files = &summary.files;
    let mut rows =
        vec![["file", "read", "checked", "inactive", "unresolved", "rejected"].map(String::from)];
    let listed = if files.len() > FILES { FILES - 1 } else { files.len() };
    let (named, rest) = files.split_at(listed);
    rows.extend(
        named
            .iter()
            .map(|file| Sum::of(std::slice::from_ref(file)).row(short(&safe(&file.path), style))),
    );
    if !rest.is_empty() {
        rows.push(Sum::of(rest).row(format!("{} more files", thousands(rest.len() as u64))));
    }
    if files.len() > 1 {
        rows.push(Sum::of(files).row("total".into()));
    }
    // Older exports are listed separately: today's total is of today.
    match &summary.history[..] {
        [] => {}
        [one] => rows.push(
            Sum::of(std::slice::from_ref(one))
                .row(format!("history: {}", short(&safe(&one.path), style))),
        ),
        all => {
            rows.push(Sum::of(all).row(format!("history: {} files", thousands(all.len() as u64))))
        }
    }
    let width =
        |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 6] = std::array::from_fn(width);
    let mut text = String::new();
    for row in &rows {
        let _ = write!(text, "{:width$}", row[0], width = widths[0]);
        for (cell, width) in row.iter().zip(widths).skip(1) {
            let _ = write!(text, "  {cell:>width$}");
        }
        text.push('\n');
    }
    text
}

/// The end of a long path.
fn short(path: &str, style: &Style) -> String {
    let length = path.chars().count();
    if length <= PATH {
        return path.into();
    }
    let mark = if style.unicode { "…" } else { "..." };
    let end: String = path.chars().skip(length - PATH + mark.chars().count()).collect();
    format!("{mark}{end}")
}

/// Names and counts, indented and aligned, the most frequent first.
fn list<'a>(text: &mut String, entries: impl Iterator<Item = (&'a str, u64)>) {
    let mut entries: Vec<(&str, u64)> = entries.filter(|entry| entry.1 > 0).collect();
    entries.sort_by_key(|&(name, count)| (std::cmp::Reverse(count), name));
    let names = entries.iter().map(|entry| entry.0.chars().count()).max().unwrap_or(0);
    let counts = entries.iter().map(|entry| thousands(entry.1).len()).max().unwrap_or(0);
    for (name, count) in entries {
        let _ = writeln!(text, "  {name:names$}  {:>counts$}", thousands(count));
    }
}

/// `1 record`, `1,204 records`.
pub fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(count), if count == 1 { one } else { many })
}

/// A number with a comma before every three digits.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;

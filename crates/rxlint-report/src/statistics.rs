//! How many findings each rule has.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::summary::{counts_line, gap_lines, thousands};
use rxlint_model::finding::{Finding, Severity};
use rxlint_model::summary::Summary;

/// A table of the rules that have findings, the most frequent first, and one line that accounts for every record.
pub fn statistics(findings: &[Finding], summary: &Summary) -> String {
    let mut by_rule: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for finding in findings {
        by_rule.entry(&finding.rule.id).or_default()[column(finding.severity)] += 1;
    }
    let mut rows: Vec<(&str, [u64; 3])> = by_rule.into_iter().collect();
    rows.sort_by_key(|(rule, counts)| (std::cmp::Reverse(counts.iter().sum::<u64>()), *rule));
    let mut text = String::new();
    if !rows.is_empty() {
        text.push_str("  findings      high  moderate       low  rule\n");
    }
    for (rule, counts) in rows {
        let [high, moderate, low] = counts.map(thousands);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{:>10}{high:>10}{moderate:>10}{low:>10}  {rule}",
            thousands(counts.iter().sum())
        );
    }
    let _ = writeln!(text, "{}", counts_line(summary));
    for line in gap_lines(summary) {
        let _ = writeln!(text, "{line}");
    }
    text
}

fn column(severity: Severity) -> usize {
    match severity {
        Severity::High => 0,
        Severity::Moderate => 1,
        Severity::Low => 2,
    }
}

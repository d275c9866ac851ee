//! What the decisions of a site say about its alerts: how many of each rule were real, and how many there are.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::{Decided, WorklistCount};
use rxlint_model::disposition::DispositionKind;

/// The name and version of the JSON form.
pub const SCHEMA: &str = "rxlint/dispositions/1";

/// How many findings of a rule were decided how. Each counts once, as it was decided last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RuleCount {
    /// The rule; `all` for the sum.
    pub rule: String,
    /// Findings about which something was decided.
    pub decided: u64,
    /// Those that were right: accepted, changed or counselled.
    pub real: u64,
    /// Those of them whose prescription was changed.
    pub changed: u64,
    /// Those that were false alarms.
    pub false_alarms: u64,
    /// Those whose answer is still to come.
    pub open: u64,
    /// Real ones of those that are settled, in percent; `None` if none is.
    pub precision: Option<u64>,
    /// Current findings about which nothing was decided; `None` if it is not kept which are current.
    pub undecided: Option<u64>,
}

/// The findings of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Month {
    /// `2026-03`
    pub month: String,
    /// The findings of that month.
    pub findings: u64,
    /// The patients with a watched drug; `None` if that is unknown.
    pub patients: Option<u64>,
    /// Findings per 1,000 patients.
    pub per_1000: Option<u64>,
}

/// The whole report.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DispositionReport {
    schema: &'static str,
    /// By rule, the rule with most decisions first.
    pub rules: Vec<RuleCount>,
    /// All rules together.
    pub all: RuleCount,
    /// By month.
    pub months: Vec<Month>,
}

impl RuleCount {
    fn add(&mut self, kind: DispositionKind) {
        self.decided += 1;
        match kind {
            DispositionKind::Accepted | DispositionKind::Counselled => self.real += 1,
            DispositionKind::Changed => {
                self.real += 1;
                self.changed += 1;
            }
            DispositionKind::FalseAlarm => self.false_alarms += 1,
            DispositionKind::Called | DispositionKind::Later => self.open += 1,
        }
        let settled = self.real + self.false_alarms;
        self.precision = (settled > 0).then(|| rounded(self.real * 100, settled));
    }

    /// In the order of the columns: decided, real, changed, false alarms, open.
    fn numbers(&self) -> [u64; 5] {
        [self.decided, self.real, self.changed, self.false_alarms, self.open]
    }

    /// `83 % (5 of 6)`
    fn precision_in_words(&self) -> String {
        let settled = self.real + self.false_alarms;
        match self.precision {
            Some(percent) => format!("{percent} % ({} of {settled})", self.real),
            None => "none settled".to_owned(),
        }
    }

    fn undecided_in_words(&self) -> String {
        self.undecided.map_or_else(|| "not known".to_owned(), |count| count.to_string())
    }
}

fn rounded(above: u64, below: u64) -> u64 {
    (above + below / 2) / below
}

impl Month {
    /// The rate of a month.
    pub fn new(month: String, findings: u64, patients: Option<u64>) -> Self {
        let per_1000 =
            patients.filter(|&count| count > 0).map(|count| rounded(findings * 1000, count));
        Self { month, findings, patients, per_1000 }
    }

    fn rate(&self) -> String {
        self.per_1000.map_or_else(|| "not known".to_owned(), |rate| rate.to_string())
    }

    fn patients(&self) -> String {
        self.patients.map_or_else(|| "not known".to_owned(), |count| count.to_string())
    }
}

/// The months of the worklists that were imported; of several on one day, the last counts.
pub fn months(worklists: &[WorklistCount]) -> Vec<Month> {
    let by_day: BTreeMap<_, _> = worklists.iter().map(|count| (count.as_of, count)).collect();
    let mut months: BTreeMap<String, (u64, Option<u64>)> = BTreeMap::new();
    for (day, count) in by_day {
        let sum = months.entry(day.month()).or_insert((0, Some(0)));
        sum.0 += count.findings;
        sum.1 = sum.1.zip(count.patients).map(|(sum, count)| sum + count);
    }
    months
        .into_iter()
        .map(|(month, (found, patients))| Month::new(month, found, patients))
        .collect()
}

impl DispositionReport {
    /// The report on what was decided, with the findings of each month. `undecided` are the current ones without a decision, by
    /// rule, where that is kept.
    pub fn new(
        decided: &Decided,
        months: Vec<Month>,
        undecided: Option<BTreeMap<String, u64>>,
    ) -> Self {
        let mut by_rule: BTreeMap<&str, RuleCount> = BTreeMap::new();
        let mut all = RuleCount { rule: "all".to_owned(), ..RuleCount::default() };
        for last in decided.last() {
            let count = by_rule.entry(&last.rule).or_default();
            count.rule.clone_from(&last.rule);
            count.add(last.kind);
            all.add(last.kind);
        }
        if let Some(undecided) = &undecided {
            for (rule, count) in undecided {
                let of_rule = by_rule.entry(rule).or_default();
                (of_rule.rule, of_rule.undecided) = (rule.clone(), Some(*count));
            }
            let none = by_rule.values_mut().filter(|rule| rule.undecided.is_none());
            none.for_each(|rule| rule.undecided = Some(0));
            all.undecided = Some(undecided.values().sum());
        }
        let mut rules: Vec<RuleCount> = by_rule.into_values().collect();
        rules.sort_by(|a, b| b.decided.cmp(&a.decided).then_with(|| a.rule.cmp(&b.rule)));
        Self { schema: SCHEMA, rules, all, months }
    }

    /// The rules, then all together.
    fn counts(&self) -> impl Iterator<Item = &RuleCount> {
        self.rules.iter().chain([&self.all])
    }

    /// For a person at a terminal.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let width = self.rules.iter().map(|rule| rule.rule.len()).max().unwrap_or(0).max(4);
        let _ = writeln!(
            text,
            "{:width$}  decided  real  changed  false alarms  open  undecided  precision",
            "rule"
        );
        for rule in self.counts() {
            let [decided, real, changed, false_alarms, open] = rule.numbers();
            let _ = writeln!(
                text,
                "{:width$}  {decided:>7}  {real:>4}  {changed:>7}  {false_alarms:>12}  {open:>4}  {:>9}  {}",
                rule.rule,
                rule.undecided_in_words(),
                rule.precision_in_words()
            );
        }
        if !self.months.is_empty() {
            text.push_str("\nmonth    findings   patients  per 1,000 patients\n");
        }
        for month in &self.months {
            let _ = writeln!(
                text,
                "{}  {:>8}  {:>9}  {:>18}",
                month.month,
                month.findings,
                month.patients(),
                month.rate()
            );
        }
        text
    }

    /// For a mail or a page.
    pub fn markdown(&self) -> String {
        let mut text = String::from(
            "| rule | decided | real | changed | false alarms | open | precision | undecided |\n|---|--:|--:|--:|--:|--:|---|--:|\n",
        );
        for rule in self.counts() {
            let numbers = rule.numbers().map(|number| number.to_string()).join(" | ");
            let (precision, undecided) = (rule.precision_in_words(), rule.undecided_in_words());
            let _ = writeln!(text, "| {} | {numbers} | {precision} | {undecided} |", rule.rule);
        }
        if !self.months.is_empty() {
            text.push_str(
                "\n| month | findings | patients | per 1,000 patients |\n|---|--:|--:|--:|\n",
            );
        }
        for month in &self.months {
            let (patients, rate) = (month.patients(), month.rate());
            let _ =
                writeln!(text, "| {} | {} | {patients} | {rate} |", month.month, month.findings);
        }
        text
    }

    /// For a spreadsheet: a row per rule, then a row per month.
    pub fn csv(&self) -> String {
        let number = |number: Option<u64>| number.map(|n| n.to_string()).unwrap_or_default();
        let mut text = String::from(
            "type,name,decided,real,changed,false_alarms,open,precision_percent,findings,patients,per_1000,undecided\n",
        );
        for rule in self.counts() {
            let numbers = rule.numbers().map(|number| number.to_string()).join(",");
            let (precision, undecided) = (number(rule.precision), number(rule.undecided));
            let _ = writeln!(text, "rule,{},{numbers},{precision},,,,{undecided}", rule.rule);
        }
        for month in &self.months {
            let (patients, rate) = (number(month.patients), number(month.per_1000));
            let _ =
                writeln!(text, "month,{},,,,,,,{},{patients},{rate},", month.month, month.findings);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rxlint_model::day::Day;

    #[test]
    fn burden_is_counted_by_month_and_says_where_patients_are_not_known() {
        let count = |day: &str, findings, patients| WorklistCount {
            as_of: Day::from_iso(day).unwrap(),
            findings,
            patients,
        };
        let months = months(&[
            count("2026-03-01", 9, Some(1000)),
            // The same morning again: the later list counts.
            count("2026-03-01", 3, Some(1000)),
            count("2026-03-02", 1, Some(600)),
            count("2026-04-01", 2, None),
        ]);
        assert_eq!(months[0], Month::new("2026-03".into(), 4, Some(1600)));
        assert_eq!(months[0].per_1000, Some(3));
        assert_eq!(months[1].rate(), "not known");
    }
}

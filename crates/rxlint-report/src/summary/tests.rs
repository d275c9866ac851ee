use super::*;
use rxlint_model::gap::{Gap, GapKind};
use rxlint_model::summary::GroupBy;

fn file(path: &str, counts: [u64; 4]) -> RecordCount {
    let [checked, inactive, unresolved, rejected] = counts;
    let read = counts.iter().sum();
    RecordCount {
        path: path.into(),
        read,
        checked,
        inactive,
        unresolved,
        rejected,
        ..RecordCount::default()
    }
}

fn clean() -> Summary {
    Summary {
        files: vec![file("claims.csv", [1204, 3, 0, 0])],
        patients: 312,
        mentioned: 0,
        exposures: 400,
        ..Summary::default()
    }
}

#[test]
fn a_clean_run() {
    let expected = "\
file         read  checked  inactive  unresolved  rejected
claims.csv  1,207    1,204         3           0         0

Patients with a watched drug: 312
Exposures judged: 400
Findings: none

No findings in 1,204 checked records of 312 patients with a watched drug.
";
    assert_eq!(summary_text(&clean(), &Style::default()), expected);
}

#[test]
fn a_run_with_everything() {
    let summary = Summary {
        files: vec![file("a.csv", [1_000_000, 20, 3, 1]), file("b.hl7", [1, 0, 0, 1])],
        history: Vec::new(),
        ledger: None,
        patients: 2,
        products: None,
        mentioned: 0,
        exposures: 14,
        reversed: 1,
        findings: [(Severity::High, 2), (Severity::Low, 1)].into(),
        by_rule: [("missing-days-supply".into(), 1), ("opioid-antagonist-overlap".into(), 2)]
            .into(),
        assumed: [("days-supply", 1)].into(),
        rejects: [("no-date", 2)].into(),
        accepted: 1,
        baselined: 0,
        acceptances: Vec::new(),
        gone: Vec::new(),
        unknown_statuses: Vec::new(),
        gaps: vec![Gap::new(
            GapKind::Rejected,
            "Two records could not be understood.",
            "Mend them.",
        )],
        notes: vec!["b.hl7: no trailer".into()],
        ..Summary::default()
    };
    let expected = "\
file        read    checked  inactive  unresolved  rejected
a.csv  1,000,024  1,000,000        20           3         1
b.hl7          2          1         0           0         1
total  1,000,026  1,000,001        20           3         2

Patients with a watched drug: 2
Exposures judged: 14
Claims removed by a reversal: 1
Findings: 2 high, 1 low
  opioid-antagonist-overlap  2
  missing-days-supply        1
Assumed, because the records do not say it (exposures):
  days-supply  1
Rejected, because they could not be understood (records):
  no-date  2
Findings left out: 1 accepted, 0 in the baseline
Note: b.hl7: no trailer
Incomplete:
  Two records could not be understood.
    Mend them.

3 findings (2 high, 1 low) in 1,000,001 checked records of 2 patients with a watched drug; 3 records name no drug that \
can be read, and 2 records were rejected. The check is incomplete.
";
    assert_eq!(summary_text(&summary, &Style::default()), expected);
}

#[test]
fn when_nothing_could_be_checked() {
    let sentence = |files| closing_sentence(&Summary { files, ..Summary::default() });
    assert_eq!(sentence(vec![]), "Nothing was checked: there was no input.");
    assert_eq!(
        sentence(vec![file("a", [0; 4])]),
        "Nothing was checked: the input holds no records."
    );
    assert_eq!(
        sentence(vec![file("a", [0, 2, 0, 1])]),
        "Nothing was checked: of 3 records read, 2 records are inactive, and 1 record was rejected."
    );
}

#[test]
fn many_files_and_long_paths_stay_readable() {
    let files = (0..55).map(|n| file(&format!("{}{n}", "x/".repeat(40)), [1, 0, 0, 0])).collect();
    let text = table(&Summary { files, ..Summary::default() }, &Style::default());
    assert_eq!(text.lines().count(), 1 + 19 + 2);
    assert!(text.contains("\n36 more files "), "{text}");
    assert!(text.lines().all(|line| line.chars().count() < 100), "{text}");
}

#[test]
fn thousands_are_separated() {
    let shown: Vec<String> = [0, 999, 1_000, 12_345, 1_234_567, u64::MAX].map(thousands).into();
    assert_eq!(shown, ["0", "999", "1,000", "12,345", "1,234,567", "18,446,744,073,709,551,615"]);
}

#[test]
fn a_filter_is_told_with_its_options_and_what_it_left_out_and_never_with_what_it_asked_for() {
    let filtered = Filtered { options: vec!["--patient", "--from"], left_out: 1204 };
    let summary =
        Summary { filtered: Some(filtered), settled: 3, returned: 1, ..Summary::default() };
    let line = counts_line(&summary);
    assert!(
        line.starts_with(
            "No findings, 3 settled by dispositions, 1,204 not asked for (--patient, --from). "
        ),
        "{line}"
    );
    let text = summary_text(&summary, &Style::default());
    assert!(text.contains("Findings left out: 1,204 not asked for (--patient, --from)"), "{text}");
    assert!(text.contains("a disposition had settled them: 1 (each says why)"), "{text}");
}

#[test]
fn groups_are_counted_for_each_thousand_patients() {
    let group = |name: &str, high, low| Group {
        name: name.to_owned(),
        high,
        low,
        patients: 1,
        watched: 417,
        ..Group::default()
    };
    let rows = vec![group("Dr Adams", 2, 1), group("", 0, 1)];
    let groups = Groups { by: GroupBy::Prescriber, watched: 1234, findings: 4, rows };
    let text = groups_text(&groups);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].ends_with("per 1,000  prescriber"), "{text}");
    assert!(
        lines[1].starts_with("         3         2         0         1         1        2.4"),
        "{text}"
    );
    assert!(lines[2].ends_with("2.4  not known"), "{text}");
    assert!(lines[3].ends_with("with a watched drug by that prescriber; 1,234 in all."), "{text}");
    let text = groups_text(&Groups { findings: 3, ..groups });
    assert!(
        text.contains(
            "\nA finding counts with each prescriber that its records name; 3 findings in all. The"
        ),
        "{text}"
    );
}

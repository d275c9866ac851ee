//! A synthetic month at a pharmacy with a ledger: a run every night, a worklist filled in every morning, a corrected file, a night without a run.
//! What stays quiet, what comes back, and what the final report says.
#![cfg(all(feature = "spreadsheets", feature = "ledger"))]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::collections::BTreeMap;

use crate::common::{stderr, stdout};
use crate::pharmacist::{Entry, Pharmacist, decide};

const HEADER: &str =
    "claim_id,patient_id,fill_date,drug_name,quantity,days_supply,status,prescriber,pharmacy\n";
const LEDGER: [&str; 2] = ["--ledger", "rx.ledger"];

/// A month at the pharmacy.
struct Month {
    site: Pharmacist,
    rows: BTreeMap<u32, String>,
}

fn day(of_march: u32) -> String {
    format!("2026-03-{of_march:02}")
}

fn file(of_march: u32) -> String {
    format!("night-{of_march:02}.csv")
}

impl Month {
    fn new() -> Self {
        Self { site: Pharmacist::new(), rows: BTreeMap::new() }
    }

    /// A prescription that is filled on a day in March.
    fn fill(&mut self, on: u32, claim: u32, patient: &str, drug: &str, days: u32) {
        let row = format!(
            "C{claim},{patient},{},{drug} tablet,{days},{days},PAID,Dr {patient},Main\n",
            day(on)
        );
        self.rows.entry(on).or_default().push_str(&row);
    }

    fn write(&self, on: u32) {
        // Every night has a patient without findings.
        let plain = format!("D{on},N{on},{},Oxycodone 5 mg tablet,20,5,PAID,Dr N,Main\n", day(on));
        let rows = self.rows.get(&on).cloned().unwrap_or_default();
        self.site.write(&file(on), &format!("{HEADER}{plain}{rows}"));
    }

    /// A night's run over these files; returns the patients on its worklist.
    fn night(&self, on: u32, files: &[u32]) -> Vec<String> {
        files.iter().for_each(|&on| self.write(on));
        let names: Vec<String> = files.iter().map(|&on| file(on)).collect();
        let mut arguments: Vec<&str> = names.iter().map(String::as_str).collect();
        let (today, report) = (day(on), format!("xlsx=list-{on:02}.xlsx"));
        arguments.extend(LEDGER);
        arguments.extend(["--new-ledger", "--as-of", &today, "--report", &report]);
        let report = self.site.check(&arguments);
        let mut patients: Vec<String> =
            Pharmacist::patients(&report).iter().map(|patient| (*patient).to_owned()).collect();
        patients.sort();
        patients
    }

    /// The morning after: each patient's entry; the others are left empty.
    fn morning(&self, on: u32, entries: &[(&str, Entry)]) {
        let (list, filled) = (format!("list-{on:02}.xlsx"), format!("filled-{on:02}.xlsx"));
        let mut left: BTreeMap<&str, Entry> =
            entries.iter().map(|(patient, entry)| (*patient, entry.clone())).collect();
        self.site.fill_in(&list, &filled, |row| {
            left.remove(row["patient"].as_str()).unwrap_or_else(|| decide("", "", "", ""))
        });
        assert!(left.is_empty(), "{left:?} are not on the list of {on} March");
        let told = self.import(&filled);
        assert!(told.contains(&format!("{} imported", entries.len())), "{told}");
        // Importing twice changes nothing.
        let again = self.import(&filled);
        assert!(again.contains(&format!("0 imported, {} known before", entries.len())), "{again}");
    }

    fn import(&self, filled: &str) -> String {
        let told = self.site.run(&[&["dispositions", "import", filled], &LEDGER[..]].concat());
        assert!(told.status.success(), "{}", stderr(&told));
        stdout(&told)
    }
}

#[test]
fn a_month_of_nights_and_mornings() {
    let mut month = Month::new();
    // Opioid, then naltrexone: one finding each.
    let overlap = |month: &mut Month, on: u32, claim: u32, patient: &str| {
        month.fill(on, claim, patient, "Oxycodone 5 mg", 10);
        month.fill(on, claim + 1, patient, "Naltrexone 50 mg", 30);
    };
    overlap(&mut month, 2, 10, "AGREED");
    overlap(&mut month, 2, 20, "CHANGED");
    overlap(&mut month, 2, 30, "FAULTY");
    overlap(&mut month, 3, 40, "CALLED");
    overlap(&mut month, 5, 50, "MISTYPED");
    overlap(&mut month, 8, 60, "LATER");
    // The same patients come again: for a refill, and with another opioid.
    month.fill(10, 12, "AGREED", "Oxycodone 5 mg", 10);
    month.fill(12, 22, "CHANGED", "Oxycodone 5 mg", 10);
    month.fill(14, 32, "FAULTY", "Hydromorphone 2 mg", 5);
    let nobody = [""; 0];

    // Monday: three findings, all of which are decided.
    assert_eq!(month.night(2, &[2]), ["AGREED", "CHANGED", "FAULTY"]);
    month.morning(
        2,
        &[
            ("AGREED", decide("accepted", "Pain clinic, tapering", "RPh Meyer", &day(20))),
            ("CHANGED", decide("changed", "", "RPh Meyer", "")),
            ("FAULTY", decide("false alarm", "An old label", "RPh Meyer", "")),
        ],
    );
    // A new patient; the answer is due by the sixth.
    assert_eq!(month.night(3, &[3]), ["CALLED"]);
    month.morning(3, &[("CALLED", decide("called", "", "RPh Okafor", &day(6)))]);
    assert_eq!(month.night(4, &[4]), nobody);
    // A file with a mistake: the oxycodone was another patient's.
    assert_eq!(month.night(5, &[5]), ["MISTYPED"]);
    assert_eq!(month.night(6, &[6]), nobody, "the prescriber has until today");
    // The day is over: it comes back, although the patient is in none of the night's files, and again until someone decides.
    assert_eq!(month.night(7, &[7]), ["CALLED"]);
    // The night of the eighth has no run.
    assert_eq!(month.night(9, &[8, 9]), ["CALLED", "LATER"], "what was missed is made up");
    month.morning(
        9,
        &[
            ("CALLED", decide("changed", "Naltrexone put off", "RPh Okafor", "")),
            ("LATER", decide("counselled", "", "RPh Okafor", &day(25))),
        ],
    );
    // A refill of what was accepted is not news; a correction withdraws its finding.
    let row = month.rows.get_mut(&5).unwrap();
    *row = row.replace("C50,MISTYPED", "C50,OPHELIA");
    assert_eq!(month.night(10, &[5, 10]), nobody);
    assert_eq!(month.night(11, &[11]), nobody);
    // What was to be changed is dispensed again anyway.
    assert_eq!(month.night(12, &[12]), ["CHANGED"]);
    month.morning(12, &[("CHANGED", decide("accepted", "Dr says so", "RPh Meyer", &day(31)))]);
    assert_eq!(month.night(13, &[13]), nobody);
    // A false alarm says nothing about another opioid.
    assert_eq!(month.night(14, &[14]), ["FAULTY"]);
    month.morning(14, &[("FAULTY", decide("changed", "", "RPh Meyer", ""))]);
    for on in 15..=20 {
        assert_eq!(month.night(on, &[on]), nobody, "{on} March");
    }
    assert_eq!(month.night(21, &[21]), ["AGREED"], "its day has passed");
    month.morning(21, &[("AGREED", decide("accepted", "Tapered off", "RPh Meyer", "2026-12-31"))]);
    for on in 22..=25 {
        assert_eq!(month.night(on, &[on]), nobody, "{on} March");
    }
    assert_eq!(month.night(26, &[26]), ["LATER"]);
    month.morning(26, &[("LATER", decide("counselled", "", "RPh Okafor", "2026-06-30"))]);
    for on in 27..=31 {
        assert_eq!(month.night(on, &[on]), nobody, "{on} March");
    }

    // A repeated night reports the same again, and adds nothing.
    assert_eq!(month.night(31, &[31]), nobody);
    assert!(
        stdout(&month.site.run(&[&["ledger", "verify"], &LEDGER[..]].concat())).contains("whole")
    );
    let report = |format: &str| {
        let all = [&["dispositions", "report", "--format", format], &LEDGER[..]].concat();
        stdout(&month.site.run(&all))
    };
    let json: serde_json::Value = serde_json::from_str(&report("json")).unwrap();
    let all = &json["all"];
    let count = |name: &str| all[name].as_u64().unwrap();
    // Six findings: FAULTY has two, one of which was a false alarm.
    assert_eq!(
        ["decided", "real", "changed", "false_alarms", "open", "precision"].map(count),
        [6, 5, 2, 1, 0, 83]
    );
    assert!(report("text").contains("83 % (5 of 6)"), "{}", report("text"));
    let march = &json["months"][0];
    // Seven findings, including the mistyped one; 30 patients of one night, the month's six, and OPHELIA.
    assert_eq!((&march["month"], &march["findings"]), (&"2026-03".into(), &7.into()));
    assert_eq!((&march["patients"], &march["per_1000"]), (&37.into(), &189.into()), "{march}");
    let history = stdout(&month.site.run(&[&["dispositions", "list"], &LEDGER[..]].concat()));
    assert_eq!(history.lines().count(), 1 + 10, "nothing that was decided is lost: {history}");
}

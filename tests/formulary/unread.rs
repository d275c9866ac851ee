//! A column that nothing reads, in which a drug that rules speak of is said to be off the list, never passes silently; limits side by
//! side are judged each by its own days; and what a site did with an alert is read where it is written.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::process::Command;

/// The exit code, and all that was printed.
fn run(list: &str, alerts: Option<&str>) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("list.csv"), list).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rxlint"));
    command.current_dir(folder.path()).args(["formulary", "--isolated"]);
    if let Some(alerts) = alerts {
        std::fs::write(folder.path().join("alerts.csv"), alerts).unwrap();
        command.args(["--alerts", "alerts.csv"]);
    }
    let output = command.arg("list.csv").output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

/// A list with one more column, in which the others say something and naloxone something else.
fn listed(header: &str, others: [&str; 2], naloxone: &str) -> (i32, String) {
    let drugs = ["Morphine 10 mg tablet", "Oxycodone 5 mg tablet", "Lisinopril 10 mg tablet"];
    let rows: Vec<String> = drugs
        .iter()
        .zip([others[0], others[1], others[0]])
        .map(|(drug, cell)| format!("{drug},{cell}\n"))
        .collect();
    run(&format!("Drug,{header}\n{}Naloxone 0.4 mg/mL injection,{naloxone}\n", rows.concat()), None)
}

#[test]
fn a_word_for_off_in_a_column_that_nothing_reads_is_asked_about() {
    for header in
        ["Location", "Component", "Category", "Level of Care", "Pyxis", "Restriction Criteria"]
    {
        for off in ["Non-formulary", "Discontinued", "Not stocked", "Retired", "NF"] {
            let (code, text) = listed(header, ["Main", "ED"], off);
            assert_eq!(code, 3, "{header}, {off}: {text}");
        }
    }
    for (header, off) in [
        ("History", "Removed from formulary Jan 2016"),
        ("Criteria", "Deleted by P&T 3/2024"),
        ("Shortage", "No longer stocked"),
        ("Disposition", "Do not order"),
    ] {
        assert_eq!(listed(header, ["", "Pain team first"], off).0, 3, "{header}, {off}");
    }
}

#[test]
fn what_is_said_of_other_things_is_not_asked_about() {
    for (header, others, naloxone) in [
        ("Location", ["Main", "ED"], "Antidote cabinet"),
        ("Contract", ["Signed", "Signed"], "Non-formulary"),
        ("Brand status", ["", ""], "Discontinued"),
        ("Uuid", ["3c1a-0a6e", "77d2-11ab"], "462b-9d0c-2222"),
        ("Date added", ["", ""], "2019-03-01"),
        ("Mail order", ["90 days", "30 days"], "Excluded"),
    ] {
        let (code, text) = listed(header, others, naloxone);
        assert_eq!(code, 0, "{header}: {text}");
    }
}

#[test]
fn an_end_is_read_under_its_many_names_or_asked_about() {
    for header in ["Reimbursable To", "OBSDTEC", "Withdrawal Date", "Date de radiation"] {
        assert_eq!(listed(header, ["", ""], "31/12/2023").0, 1, "{header}");
    }
    assert_eq!(listed("Zork", ["", ""], "31/12/2023").0, 3);
}

#[test]
fn limits_side_by_side_are_judged_each_by_the_days_of_its_header() {
    for (one, other, limits) in [
        ("Qty Limit Retail (30 DS)", "Qty Limit Mail (90 DS)", "30,720"),
        ("Monthly QL", "90-Day QL", "30,720"),
        ("Daily Max", "Monthly Max", "1,240"),
        ("QL Retail 30", "QL Mail 90", ",720"),
    ] {
        let list =
            |limits: &str| format!("Drug,Tier,{one},{other}\nNaltrexone 50 mg tablet,1,{limits}\n");
        let (code, text) = run(&list(limits), None);
        assert_eq!(code, 1, "{one}, {other}: {text}");
        let (code, text) = run(&list("1,30"), None);
        assert_eq!(code, 0, "{one}, {other}: {text}");
    }
}

#[test]
fn an_alert_that_was_switched_off_is_in_doubt_under_a_header_of_actions_too() {
    const LIST: &str = "Drug,Tier\nNaltrexone 50 mg tablet,1\nOxycodone 5 mg tablet,1\nNaloxone 4 mg nasal spray,1\n";
    let table = |header: &str, off: &str| {
        format!(
            "Drug 1,Drug 2,Severity,{header}\nNaltrexone,Oxycodone,High,{off}\nWarfarin,Aspirin,High,Alert kept\n\
             Lithium,Ibuprofen,High,Alert kept\n"
        )
    };
    for header in ["Action", "Local action", "Management", "Clinical management"] {
        for off in ["Alert suppressed", "Silenced", "Deactivated 3/2024", "Never shown"] {
            let (code, text) = run(LIST, Some(&table(header, off)));
            assert_ne!(code, 0, "{header}, {off}: {text}");
        }
        let (code, text) = run(LIST, Some(&table(header, "Avoid combination")));
        assert_eq!(code, 0, "{header}: {text}");
    }
    // A nurse need not see what the prescriber and the pharmacist see.
    let roles = "Drug 1,Drug 2,Severity,MD alert,RPh alert,RN alert\nNaltrexone,Oxycodone,High,Y,Y,N\n\
                 Warfarin,Aspirin,High,Y,Y,N\n";
    assert_eq!(run(LIST, Some(roles)).0, 0);
    for between in [" -- ", " > ", " mit ", " avec "] {
        let pairs =
            [("Naltrexone", "Oxycodone"), ("Warfarin", "Aspirin"), ("Lithium", "Ibuprofen")];
        let rows: String = pairs.iter().map(|(a, b)| format!("{a}{between}{b},Major\n")).collect();
        let (code, text) = run(LIST, Some(&format!("Interaction,Severity\n{rows}")));
        assert_eq!(code, 0, "{between}: {text}");
    }
}

//! What may switch a row of an interaction table off, and what limits, tiers, marks and notes of a list say of it: nothing of that
//! passes in silence.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::process::Command;

const DRUG: &str = "naltrexone 50 mg tablet";

/// The exit code, the rules that speak of a list, and its notes and gaps.
fn told(list: &str, alerts: Option<&str>) -> (i32, Vec<String>, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("list.csv"), list).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rxlint"));
    command.current_dir(folder.path()).args(["formulary", "--isolated", "--format", "json"]);
    if let Some(table) = alerts {
        std::fs::write(folder.path().join("a.csv"), table).unwrap();
        command.args(["--alerts", "a.csv"]);
    }
    let output = command.arg("list.csv").output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let mut rules: Vec<String> = findings
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap().replace("formulary-", ""))
        .collect();
    rules.dedup();
    (output.status.code().unwrap(), rules, report["summary"].to_string())
}

/// The code for a list with naltrexone and oxycodone, compared with a table.
fn alerts(table: &str) -> (i32, String) {
    let list = format!("drug\n{DRUG}\noxycodone 5 mg tablet\nnaloxone 4 mg nasal spray\n");
    let (code, _, notes) = told(&list, Some(table));
    (code, notes)
}

/// The code where one further column says this of the pair, and that of another one.
fn column(header: &str, cell: &str, other: &str) -> (i32, String) {
    alerts(&format!(
        "drug_a,drug_b,severity,{header}\nwarfarin,aspirin,Major,{other}\nnaltrexone,oxycodone,Major,{cell}\n"
    ))
}

#[test]
fn a_row_that_has_ended_warns_nobody_whatever_the_header_of_its_end() {
    for header in ["Eff End", "Termed", "Sunset", "Turned Off On", "To", "OBSDTEC", "Last Active"] {
        assert_eq!(column(header, "2019-12-31", "").0, 1, "{header}");
    }
    assert_eq!(column("Valid", "2015-01-01 - 2019-12-31", "2015-01-01 - 2099-12-31").0, 1);
    let (code, notes) = column("Moon", "2019-12-31", "");
    assert!(
        code == 3 && notes.contains("`Moon`") && notes.contains("accept.columns = [\"Moon\"]"),
        "{notes}"
    );
    for header in ["Reviewed", "Created on", "Date", "Effective Date"] {
        assert_eq!(column(header, "2019-12-31", "2019-01-01").0, 0, "{header}");
    }
}

#[test]
fn crosses_and_answers_switch_a_row_off_or_leave_it_in_doubt() {
    for (header, cell, other) in [
        ("Active?", "", "X"),
        ("On", "", "X"),
        ("Ignore", "X", ""),
        ("Opted Out", "X", ""),
        ("Not displayed", "X", ""),
        ("No alert", "X", ""),
        ("Do Not Alert", "Y", ""),
        ("Suspended", "Y", "N"),
        ("Triggered", "No", "Yes"),
    ] {
        assert_eq!(column(header, cell, other).0, 1, "{header}");
    }
    for (header, cell, other) in [
        ("DNF", "Y", ""),
        ("CPOE", "N", "Y"),
        ("Flag", "I", "A"),
        ("Level Setting", "Not interruptive", "Interruptive"),
    ] {
        let (code, notes) = column(header, cell, other);
        assert!(code == 3 && notes.contains(&format!("`{header}`")), "{header}: {code} {notes}");
    }
    assert_eq!(column("Committee action", "Retire", "Retain").0, 1);
    for (header, cell, other) in [
        ("Signed off", "Y", "Y"),
        ("Signed off", "Y", "N"),
        ("CPOE", "Y", "Y"),
        ("Boxed", "Y", "N"),
        ("Overridable", "N", "Y"),
        ("Custom", "Y", "N"),
    ] {
        assert_eq!(column(header, cell, other).0, 0, "{header}");
    }
}

#[test]
fn a_remark_may_switch_a_row_off_and_take_a_drug_from_a_class() {
    for remark in ["OFF", "no longer fires", "Alert fatigue - hidden", "removed by pharmacy"] {
        let (code, notes) = column("Comment", remark, "");
        assert!(code == 3 && notes.contains("`Comment`"), "{remark}: {code} {notes}");
    }
    for remark in [
        "turn off infusion before switching",
        "Hold it; may be inactive",
        "avoid",
        "cannot be turned off",
        "Must not be suppressed",
    ] {
        assert_eq!(column("Comment", remark, "").0, 0, "{remark}");
    }
    for remark in ["not active in production", "Warnung erscheint nicht", "已停用"] {
        assert_eq!(column("Comment", remark, "").0, 3, "{remark}");
    }
    let class = |header: &str, remark: &str| {
        alerts(&format!("drug_a,drug_b,severity,{header}\nnaltrexone,opioids,Major,{remark}\n")).0
    };
    for remark in [
        "except oxycodone",
        "excludes oxycodone",
        "not for oxycodone",
        "all but oxycodone",
        "does not apply to oxycodone",
        "oxycodone: no alert",
    ] {
        assert_eq!(class("Comment", remark), 3, "{remark}");
        assert_eq!(class("Comment", &remark.replace("oxycodone", "morphine")), 0, "{remark}");
    }
    assert_eq!(class("Not including", "oxycodone"), 1);
}

#[test]
fn columns_without_a_header_and_titles_are_read_too() {
    for word in ["off", "suppressed", "None", "N", "hidden"] {
        let table = format!("warfarin,aspirin,major\nnaltrexone,oxycodone,{word}\n");
        assert_eq!(alerts(&table).0, 1, "{word}");
    }
    assert_eq!(alerts("naltrexone,oxycodone,major,on\nwarfarin,aspirin,major,off\n").0, 0);
    for title in ["Interaction table\n", "# Interaction table\n", "Interaction table\n\n"] {
        let table = "drug_a,drug_b,severity\nnaltrexone,oxycodone,Major\nwarfarin,aspirin,Major\n";
        assert_eq!(alerts(&format!("{title}{table}")).0, 0, "{title}");
    }
}

#[test]
fn a_marked_or_narrower_name_is_in_doubt() {
    for name in
        ["oxycodone_OLD", "oxycodone DNU", "z_oxycodone", "oxycodone (off)", "test oxycodone"]
    {
        let table = format!("drug_a,drug_b,severity\nnaltrexone,{name},Major\n");
        assert_eq!(alerts(&table).0, 3, "{name}");
    }
    assert_eq!(alerts("drug_a,drug_b\nlow dose naltrexone,opioids\n").0, 3);
    assert_eq!(alerts("drug_a,drug_b\nnaltrexone,Opioid Analgesic [EPC]\n").0, 0);
    for (header, cell, other) in [
        ("severity", "Use Alternative", ""),
        ("status", "Firing", "Not firing"),
        ("Override", "None", ""),
    ] {
        assert_eq!(column(header, cell, other).0, 0, "{header}");
    }
}

#[test]
fn limits_stand_under_many_headers() {
    let of = |header: &str, cells: [&str; 3]| {
        let rows = [DRUG, "naloxone 4 mg nasal spray", "lisinopril 10 mg tablet"];
        let rows: String = rows.iter().zip(cells).map(|(a, b)| format!("{a},{b}\n")).collect();
        told(&format!("Drug,{header}\n{rows}"), None)
    };
    for header in ["MDD", "MDL", "Qty/Day", "Daily Quantity", "Qty Per Diem"] {
        assert_eq!(of(header, ["4/day", "1/day", "1/day"]).0, 1, "{header}");
    }
    for header in ["Qty/Month", "Monthly Qty", "Qty/30", "QL30", "Limit/30DS"] {
        assert_eq!(of(header, ["120", "2", "90"]).0, 1, "{header}");
    }
    for header in [
        "Plan Limit,Plan Limit Days",
        "Rx Limit,Days",
        "Plan Qty,Plan Days",
        "Quantity Limit,Duration",
        "QL Quantity,QL Duration",
        "MaxQty,MaxDS",
        "Supply Limit,Supply Days",
    ] {
        assert_eq!(of(header, ["120,30", "2,30", "90,90"]).0, 1, "{header}");
    }
    assert_eq!(of("Retail QL,Mail QL", ["90/30,360/90", "2/30,6/90", "30/30,90/90"]).0, 1);
}

#[test]
fn one_product_is_found_twice_in_any_order_of_words_and_one_tier_in_any_spelling() {
    let conflicts = |other: &str, tier: &str| {
        let list = format!("Drug,Tier\n{DRUG},1\n{other},{tier}\nnaloxone 4 mg nasal spray,1\n");
        told(&list, None).1 == ["conflicting-entry"]
    };
    for other in [
        "naltrexone tablet 50 mg",
        "NALTREXONE HCL TAB 50MG",
        "naltrexone 0.05 g tablet",
        "naltrexone 50 mg film-coated tablet",
    ] {
        assert!(conflicts(other, "3"), "{other}");
        assert!(!conflicts(other, "Tier 1: Preferred Generic"), "{other}");
    }
    assert!(!conflicts("naltrexone 100 mg tablet", "3"));
    let depots =
        "Drug,Tier\nVivitrol 380 mg kit,1\nVivitrol INJ 380MG,3\nnaloxone 4 mg nasal spray,1\n";
    assert_eq!(told(depots, None).1, ["conflicting-entry"]);
}

#[test]
fn what_is_off_the_list_is_told_by_its_tier_its_note_or_its_name() {
    let rescue = |header: &str, row: &str| {
        let more = ",".repeat(header.matches(',').count());
        let list = format!(
            "Drug,{header}\noxycodone 5 mg tablet,1{more}\nlisinopril 10 mg tablet,1{more}\n{row}\n"
        );
        told(&list, None).1 == ["missing-reversal-agent"]
    };
    for tier in ["Excluded from coverage", "Tier NF", "Not Covered (NC)", "Non-Formulary Brand"] {
        assert!(rescue("Tier", &format!("naloxone 4 mg nasal spray,{tier}")), "{tier}");
    }
    for note in ["discontinued", "removed 2023", "(NF)", "no longer stocked"] {
        assert!(rescue("Tier,Notes", &format!("naloxone 4 mg nasal spray,1,{note}")), "{note}");
    }
    assert!(rescue("Tier", "naloxone 4 mg nasal spray removed 2023,1"));
    assert!(!rescue("Tier", "naloxone 4 mg nasal spray,Preferred"));
}

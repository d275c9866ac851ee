//! What may switch off a row of an interaction table, and what limits, tiers, marks and notes of a list say about it: none of it passes silently.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::process::Command;

const DRUG: &str = "naltrexone 50 mg tablet";

/// The exit code, the rules that fire for a list, and its notes and gaps.
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

/// The exit code and notes for a list with naltrexone and oxycodone, compared with a table.
fn alerts(table: &str) -> (i32, String) {
    let list = format!("drug\n{DRUG}\noxycodone 5 mg tablet\nnaloxone 4 mg nasal spray\n");
    let (code, _, notes) = told(&list, Some(table));
    (code, notes)
}

/// The exit code and notes if an additional column has this cell for the pair, and the other cell for another pair.
fn column(header: &str, cell: &str, other: &str) -> (i32, String) {
    alerts(&format!(
        "drug_a,drug_b,severity,{header}\nwarfarin,aspirin,Major,{other}\nnaltrexone,oxycodone,Major,{cell}\n"
    ))
}

#[test]
fn a_row_that_has_ended_warns_no_one_whatever_the_header_of_its_end() {
    for header in ["Eff End", "Termed", "Sunset", "Turned Off On", "To", "OBSDTEC", "Last Active"] {
        assert_eq!(column(header, "2019-12-31", "").0, 1, "{header}");
    }
    assert_eq!(column("Valid", "2015-01-01 - 2019-12-31", "2015-01-01 - 2099-12-31").0, 1);
    let (code, notes) = column("Moon", "2019-12-31", "");
    assert!(code == 3 && notes.contains("column 4") && notes.contains("accept.columns"), "{notes}");
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
fn limits_are_read_under_many_headers() {
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
fn what_is_off_the_list_is_known_by_its_tier_note_or_name() {
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

#[test]
fn unknown_letters_digits_and_words_leave_a_pair_in_doubt() {
    let headers = [
        "Active",
        "Active?",
        "Alert Status",
        "Alert Active",
        "Enabled",
        "State",
        "Alert",
        "Active Flag",
        "Zork",
    ];
    let letters =
        [("D", "A"), ("S", "A"), ("X", "A"), ("D", "Y"), ("D", "E"), ("X", "O"), ("2", "1")];
    let of_headers = headers.map(|header| (header, "I", "A"));
    let of_letters = letters.map(|(cell, other)| ("Status", cell, other));
    for (header, cell, other) in of_headers.into_iter().chain(of_letters) {
        let (code, notes) = column(header, cell, other);
        // What is no word of headers may be data, and is called by its number.
        let called = if header == "Zork" { "column 4" } else { header };
        assert!(code == 3 && notes.contains(called), "{header} {cell}/{other}: {code} {notes}");
    }
    for (header, cell, other) in [
        ("Alert Type", "Inbox", "Popup"),
        ("Alert Type", "Info only", "Hard stop"),
        ("Alert Type", "Silent logging", "Popup"),
        ("Alert Type", "Below threshold", "Above threshold"),
        ("Threshold", "Below", "Above"),
        ("Firing", "Below", "Above"),
        ("Zork", "Fnord", "Plugh"),
        ("Suppressed", "A", "I"),
        ("Status", "", "A"),
    ] {
        assert_eq!(column(header, cell, other).0, 3, "{header} {cell}/{other}");
    }
    for (header, cell, other) in [
        ("Status", "A", "I"),
        ("Status", "A", "A"),
        ("Status", "1", "0"),
        ("Lexicomp", "X", "D"),
        ("Risk Rating", "2", "1"),
        ("Alert Level", "2", "1"),
        ("Alert Type", "Hard stop", "Soft stop"),
        ("Alert Type", "Popup", "Popup"),
        ("Mechanism", "PD", "PK"),
        ("Outcome", "withdrawal", "bleeding"),
        ("Source", "Lexicomp", "Micromedex"),
        ("Reference", "A", "B"),
        ("Drug class", "antagonist", "anticoagulant"),
        ("PMID", "12345678", "23456789"),
        ("Handling", "Avoid combination", "Monitor"),
    ] {
        let (code, notes) = column(header, cell, other);
        assert_eq!(code, 0, "{header} {cell}/{other}: {notes}");
    }
}

#[test]
fn answers_below_order_entry_and_verification_switch_or_are_in_doubt() {
    for header in [
        "Shown at order entry",
        "Displayed at order entry",
        "Fires at order entry",
        "Alert at order entry",
        "Show at verification",
        "Shown at review",
    ] {
        assert_eq!(column(header, "N", "Y").0, 1, "{header}");
        assert_eq!(column(header, "Y", "N").0, 0, "{header}");
    }
    for header in [
        "Order Entry",
        "Entry",
        "Order",
        "Verification",
        "Pharmacist verification",
        "Approved by P&T",
    ] {
        let (code, notes) = column(header, "N", "Y");
        assert!(code == 3 && notes.contains(&format!("`{header}`")), "{header}: {code}");
    }
    for header in ["Entry date", "Verification date", "Approved on"] {
        assert_eq!(column(header, "2019-12-31", "2019-01-01").0, 0, "{header}");
    }
    assert_eq!(column("Sort order", "2", "1").0, 0);
}

#[test]
fn limits_are_read_in_notes_beside_a_column_of_limits() {
    let exit = |headers: &str, cells: [&str; 3]| {
        let rows = ["lisinopril 10 mg tablet", "naloxone 4 mg nasal spray", DRUG];
        let rows: String = rows.iter().zip(cells).map(|(a, b)| format!("{a},1,{b}\n")).collect();
        told(&format!("Drug Name,Tier,{headers}\n{rows}"), None)
    };
    for (first, cell, second) in [
        ("QL", "", "Notes"),
        ("Limits", "Y", "Comments"),
        ("Quantity Limit", "QL", "Restrictions"),
        ("QL Amount", "30/30", "Remarks"),
        ("Requirements/Limits", "Y", "QL Details"),
        ("QL", "", "Limit Notes"),
    ] {
        let row = format!("{cell},QL: 120 per 30 days");
        let (code, rules, notes) = exit(&format!("{first},{second}"), [",", ",", &row]);
        assert!(code == 1 && rules == ["limit-above-maximum"], "{first},{second}: {notes}");
    }
    for (header, cell) in [
        ("UM", "#120/30"),
        ("UM", "4/1"),
        ("Notes", "QLL (120/30)"),
        ("Restrictions", "Q (120/30)"),
        ("Comments", "DL (120/30)"),
        ("Edits", "120 x 30 days"),
        ("Special Code", "120 per 30 DOS"),
    ] {
        let (_, rules, notes) = exit(header, ["", "", cell]);
        assert_eq!(rules, ["limit-above-maximum"], "{header} {cell}: {notes}");
    }
    for header in ["MDD", "Max Daily Dose", "Maximum daily dose"] {
        assert_eq!(exit(header, ["1", "1", "4"]).1, ["limit-above-maximum"], "{header}");
        assert_eq!(exit(header, ["40", "4", "200"]).1, ["limit-above-maximum"], "{header}");
        assert!(exit(header, ["40", "4", "100"]).1.is_empty(), "{header}");
        assert!(exit(header, ["1", "1", "2"]).1.is_empty(), "{header}");
    }
    for headers in ["Max Qty Per Fill,Max DS Per Fill", "Quantity Limit,Quantity Limit Time"] {
        assert_eq!(
            exit(headers, ["30,30", "2,30", "120,30"]).1,
            ["limit-above-maximum"],
            "{headers}"
        );
    }
    let quiet = exit("QL,Notes", ["30/30,age 18+", "2/30,see page 12", "30/30,take with food"]);
    assert_eq!((quiet.0, quiet.2.contains("could not be read")), (0, false), "{}", quiet.2);
}

#[test]
fn a_status_counts_with_a_remark_after_it() {
    let list = |status: &str| {
        format!(
            "Drug,Formulary Status\noxycodone 5 mg tablet,Formulary\nmethadone 10 mg tablet,Formulary\nnaloxone 4 mg nasal spray,{status}\n"
        )
    };
    for status in [
        "Inactive - no longer stocked",
        "Inactive (no longer stocked)",
        "INACTIVE 3/2024",
        "Inactive as of 3/2024",
        "Removed by P&T",
        "No longer stocked",
        "Non-stock",
        "NF (interchange)",
    ] {
        assert_eq!(told(&list(status), None).1, ["missing-reversal-agent"], "{status}");
    }
    for status in ["Formulary (was NF)", "Formulary - restricted", "Formulary 2024", "Wombat 2024"]
    {
        let (_, rules, notes) = told(&list(status), None);
        assert!(rules.is_empty(), "{status}");
        assert_eq!(
            notes.contains("unknown status") || notes.contains("Unknown statuses"),
            status.starts_with("Wombat"),
            "{status}: {notes}"
        );
    }
}

#[test]
fn a_brand_and_a_name_of_another_drug_differ_in_one_cell() {
    let rules = |name: &str| {
        told(&format!("Drug Name,Tier\nnaloxone 4 mg nasal spray,1\n{name},1\n"), None).1
    };
    for name in [
        "Vivitrol (methylnaltrexone)",
        "OxyContin (naltrexone)",
        "Narcan (naltrexone)",
        "Suboxone (naltrexone)",
        "morphine (OXYCONTIN) 15 mg 12 hr tablet",
        "naltrexone (RELISTOR) 12 mg injection",
        "oxycodone 10 mg tablet [Vivitrol]",
    ] {
        assert_eq!(rules(name), ["name-code-mismatch"], "{name}");
    }
    for name in [
        "Vivitrol (naltrexone)",
        "OxyContin (oxycodone)",
        "Suboxone (buprenorphine/naloxone)",
        "oxycodone (OXYCONTIN) 15 mg 12 hr tablet",
        "methylnaltrexone (Relistor) 12 mg injection",
        "Percocet (oxycodone-acetaminophen)",
        "buprenorphine (with naloxone)",
        "naltrexone (opioid antagonist)",
        "morphine ER (not OxyContin)",
        "codeine (guaifenesin) syrup",
    ] {
        assert!(rules(name).is_empty(), "{name}");
    }
}

#[test]
fn rows_below_a_heading_or_title_for_off_are_in_doubt() {
    let below = |heading: &str| {
        alerts(&format!(
            "Drug A,Drug B,Severity\nWarfarin,Aspirin,Major\n{heading},,\nNaltrexone,Oxycodone,Major\n"
        ))
    };
    for heading in [
        "SUPPRESSED ALERTS",
        "--- OFF ---",
        "Disabled by P&T",
        "Proposed (not yet live)",
        "Nicht mehr aktiv",
        "Abgeschaltet",
        "Alertes désactivées",
        "Alertas desactivadas",
        "Avvisi disattivati",
        "Verwijderd",
    ] {
        let (code, notes) = below(heading);
        // Words that no table of the kind has may be data.
        let is_named = notes.contains(heading) || notes.contains("a heading that is not shown");
        assert!(code == 3 && is_named, "{heading}: {code} {notes}");
    }
    for heading in ["Active alerts", "Opioids", "2024", "Anticoagulants"] {
        assert_eq!(below(heading).0, 0, "{heading}");
    }
    // The next heading ends it; a drug name does not.
    let (code, _) = alerts(
        "Drug A,Drug B,Severity\nRETIRED,,\nWarfarin,Aspirin,Major\nAlerts in use,,\nNaltrexone,Oxycodone,Major\n",
    );
    assert_eq!(code, 0);
    let (code, _) = alerts(
        "Drug A,Drug B,Severity\nRETIRED,,\nWarfarin,Aspirin,Major\nNaltrexone,,\nNaltrexone,Oxycodone,Major\n",
    );
    assert_eq!(code, 3);
    for title in ["Suppressed interactions", "Interactions turned off by MAC 2023"] {
        let (code, _) =
            alerts(&format!("{title},,\nDrug A,Drug B,Severity\nNaltrexone,Oxycodone,Major\n"));
        assert_eq!(code, 3, "{title}");
    }
}

#[test]
fn rows_below_a_heading_for_off_are_not_listed() {
    let below = |heading: &str| {
        let list = format!(
            "Drug,Tier\nOxycodone 5 mg tablet,2\nLisinopril 10 mg tablet,1\n{heading},\nNaloxone 4 mg nasal spray,1\n"
        );
        told(&list, None)
    };
    for heading in [
        "NON-FORMULARY",
        "Deleted from formulary",
        "REMOVED 2023",
        "Discontinued products",
        "Not covered",
        "Nicht gelistet",
        "Hors livret",
        "No incluidos",
        "Não padronizados",
        "Excluídos",
    ] {
        assert_eq!(below(heading).1, ["missing-reversal-agent"], "{heading}");
    }
    for heading in ["Antidotes", "Formulary drugs", "Reversal agents", "Off-label only"] {
        assert_eq!(below(heading).1, Vec::<String>::new(), "{heading}");
    }
}

#[test]
fn classes_that_are_cut_off_or_say_the_opposite_are_read_as_they_are() {
    let of = |drug: &str, class: &str| {
        told(&format!("Drug;Class\n{drug};{class}\nnaloxone 4 mg nasal spray;Antidotes\n"), None).1
    };
    for class in [
        "Opioid Antag",
        "Opiate Antag.",
        "Opioid Ant.",
        "Opioid antg",
        "OPIOID RECEPT ANTAG",
        "Opioidantag.",
        "Antag. opioïdes",
        "Opioid Rev Agents",
        "Opioid Blckr",
        "Overdose reversal",
        "Antimorphiniques",
    ] {
        assert_eq!(of("naltrexone 50 mg tablet", class), Vec::<String>::new(), "{class}");
        assert_eq!(of("oxycodone 5 mg tablet", class), ["misclassified-antagonist"], "{class}");
    }
    for class in ["Nichtopioidanalgetika", "Opioidfreie Analgetika", "Opioid Receptor"] {
        assert_eq!(of("naltrexone 50 mg tablet", class), Vec::<String>::new(), "{class}");
    }
    for class in ["Narc Analgesics", "ANALG,NARC", "Opiod analgesics", "Antalgiques palier III"] {
        assert_eq!(of("naltrexone 50 mg tablet", class), ["misclassified-antagonist"], "{class}");
    }
    for class in ["Opioid/antagonist combinations", "Opioids with opioid antagonist"] {
        assert_eq!(
            of("oxycodone-naloxone 5-2.5 mg tablet", class),
            Vec::<String>::new(),
            "{class}"
        );
    }
}

#[test]
fn a_part_of_a_class_or_drug_covers_nothing_for_sure() {
    let row = |a: &str, b: &str| {
        alerts(&format!("Drug A,Drug B,Severity\n\"{a}\",\"{b}\",Contraindicated\n")).0
    };
    for class in [
        "Mixed agonist/antagonist opioids",
        "Mixed opioids",
        "Nichtopioidanalgetika",
        "Opioidfreie Analgetika",
        "Phenylpiperidine opioids",
        "Oripavine derivatives",
        "Semisynthetic opioids",
        "Opioid combinations",
        "Other opioids",
        "Opioids (see list)",
        "Opioidpflaster",
        "Opioids (no alert for oxycodone)",
        "Opioids (oxycodone off)",
        "Opioids (oxycodone turned off 2021)",
        "Opioids -oxycodone",
    ] {
        assert_ne!(row("Naltrexone", class), 0, "{class}");
    }
    for drug in [
        "Naltrexone (LDN)",
        "Naltrexone, extended release",
        "Naltrexone >50 mg",
        "Revia brand only",
        "Naltrexone (pediatric)",
        "Opioid antagonist combinations",
        "Other opioid antagonists",
    ] {
        assert_ne!(row(drug, "Oxycodone"), 0, "{drug}");
    }
    for class in ["Opioids", "Opioid agonists", "Opioids and other narcotics", "All opioids"] {
        assert_eq!(row("Naltrexone", class), 0, "{class}");
    }
}

#[test]
fn ticks_states_and_conditions_of_a_row_are_not_passed_over() {
    for (header, cell, other) in [
        ("Gelöscht", "x", ""),
        ("Foo", "x", ""),
        ("Foo", "✓", ""),
        ("Foo", "*", ""),
        ("Excluído", "x", ""),
        ("On hold", "Y", "N"),
        ("Test mode", "Y", "N"),
        ("Shadow mode", "Y", "N"),
        ("Außer Betrieb", "ja", "nein"),
        ("Estado", "Baja", "Alta"),
        ("Action", "Remove", "Keep"),
        ("Condition", "only in pediatrics", ""),
        ("Comment", "ICU patients only", ""),
        ("Start Date", "not yet live", "2020-01-01"),
    ] {
        assert_ne!(column(header, cell, other).0, 0, "{header}={cell}");
    }
    for (header, cell, other) in [
        ("Lexicomp risk", "X", ""),
        ("Alert mode", "Y", "N"),
        ("Condition", "all patients", "all patients"),
        ("Gravedad", "Alta", "Baja"),
    ] {
        assert_eq!(column(header, cell, other).0, 0, "{header}={cell}");
    }
}

#[test]
fn tables_of_other_pairs_are_refused_and_severities_are_not_drugs() {
    for header in ["Alternative", "Compatible with", "Look-alike", "Antidote", "Ersatz"] {
        let (code, _) =
            alerts(&format!("Drug,{header}\nNaltrexone,Oxycodone\nWarfarin,Apixaban\n"));
        assert_eq!(code, 2, "{header}");
    }
    for header in ["Drug,Class,Severity", "A,B,Severity", "Victim,Perpetrator,Level"] {
        let (code, _) =
            alerts(&format!("{header}\nNaltrexone,Opioids,Major\nWarfarin,Aspirin,High\n"));
        assert_eq!(code, 0, "{header}");
    }
}

#[test]
fn a_reversal_agent_beside_a_drug_is_not_its_generic_name() {
    for header in ["Reversal agent", "Rescue drug", "Conversion drug", "Fármaco alternativo"] {
        let list = format!(
            "Drug,{header}\nOxycodone 5 mg tablet,naloxone\nMorphine 15 mg tablet,naloxone\n"
        );
        let (code, rules, _) = told(&list, None);
        assert_eq!((code, &*rules), (1, &["missing-reversal-agent".to_owned()][..]), "{header}");
    }
    let list =
        "Drug,Interacting class\nNaltrexone 50 mg tablet,opioids\nNaloxone 4 mg spray,opioids\n";
    assert_eq!(told(list, None).1, Vec::<String>::new());
}

/// The exit code and notes for an alerts table in a workbook with these sheets, each with its name and rows.
fn workbook(sheets: &[(&str, &[[&str; 3]])], hidden: &[u32]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        let header = ["Drug A", "Drug B", "Severity"];
        for (row, cells) in std::iter::once(&header).chain(*rows).enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                sheet.write(row as u32, column as u16, *cell).unwrap();
            }
        }
        for row in hidden {
            sheet.set_row_hidden(*row).unwrap();
        }
    }
    book.save(folder.path().join("a.xlsx")).unwrap();
    let list = format!("drug\n{DRUG}\noxycodone 5 mg tablet\nnaloxone 4 mg nasal spray\n");
    std::fs::write(folder.path().join("list.csv"), list).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rxlint"));
    command.current_dir(folder.path()).args(["formulary", "--isolated", "--format", "json"]);
    let output = command.args(["--alerts", "a.xlsx", "list.csv"]).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code().unwrap(), report["summary"].to_string())
}

#[test]
fn every_sheet_of_a_table_counts_and_one_called_off_is_in_doubt() {
    let pair = ["Naltrexone", "Oxycodone", "Contraindicated"];
    let other = ["Warfarin", "Aspirin", "Major"];
    let further = ["Simvastatin", "Clarithromycin", "Major"];
    let (code, _) = workbook(&[("A-M", &[further, other]), ("N-Z", &[pair])], &[]);
    assert_eq!(code, 0);
    for name in ["Turned off 2023", "Retired", "Inaktiv", "Archive"] {
        let (code, notes) = workbook(&[(name, &[pair, other]), ("Active", &[further])], &[]);
        assert!(code == 3 && notes.contains(name), "{name}: {code} {notes}");
    }
    let (code, notes) = workbook(&[("DDI", &[pair, other])], &[1]);
    assert!(code == 0 && notes.contains("hidden"), "{notes}");
}

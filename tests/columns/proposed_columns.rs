//! What is proposed for a table that is not understood: no birth or end date as the first day, no plan number as the patient, and nothing if the
//! cells are inconclusive.
#![allow(clippy::unwrap_used, reason = "a helper of a test may panic as a test may")]

use crate::common;

use crate::common::table::{OVERLAP, check, told};

/// The messages about a refused table.
#[track_caller]
fn refused(table: &str) -> String {
    let (code, _, said) = told(table.as_bytes(), &[]);
    assert_eq!(code, 2, "{table}\n{said}");
    said
}

/// Fills of two drugs by one person, each with these cells around the drug name.
fn fills(header: &str, before: &str, first: &str, second: &str) -> String {
    format!(
        "{header}\n{before},Oxycodone 5 mg tablet,{first}\n{before},Naltrexone 50 mg tablet,{second}\n"
    )
}

#[test]
fn a_birth_date_is_not_a_first_day() {
    for birth in ["1971-02-03", "02/13/1971", "02/13/45", "19710203"] {
        let nameless =
            fills("", &format!("4711,\"Doe, Jane\",{birth}"), "01/14/2026,7", "11/20/2026,30");
        let said = refused(nameless.trim_start());
        assert!(
            said.contains("--no-header --columns patient=1,drug=4,fill_date=5"),
            "{birth}: {said}"
        );
        let odd =
            fills("MRN,Foo,Drug,Bar,Days", &format!("1,{birth}"), "2026-01-14,7", "2026-01-18,30");
        let (code, findings, said) = told(odd.as_bytes(), &["--format", "jsonl"]);
        assert!(code == 1 && findings.contains(OVERLAP), "{birth}: {findings}");
        assert!(said.contains("understood by content: fill_date from column 4"), "{said}");
    }
    let years = ["1940-02-03", "1962-05-06", "1995-12-30"];
    let alone: String =
        years.map(|year| format!("88{year},{year},Naltrexone 50 mg tablet\n")).concat();
    assert!(refused(&format!("MRN,Foo,Drug\n{alone}")).contains("fill_date=HEADER"));
    let shelf_life = fills("", "4711", "2026-01-14,2028-01-31", "2026-11-20,2029-01-31");
    assert!(refused(shelf_life.trim_start()).contains("columns 3 and 4 hold days"));
}

#[test]
fn a_birth_date_requested_as_the_first_day_is_reported() {
    let table = fills("MRN,DOB,Drug,Days", "1,1971-02-03", "7", "30");
    let (_, _, said) = told(table.as_bytes(), &["--columns", "fill_date=DOB"]);
    assert!(said.contains("`DOB`, as was asked for, and its header speaks of births"), "{said}");
}

#[test]
fn an_end_is_not_a_first_day() {
    for (start, end) in [
        ("Effective Date", "Termination Date"),
        ("Onset Date", "Term Date"),
        ("Date Entered", "Withdrawn Date"),
        ("Effective", "Fecha baja"),
        ("Effective Date", "Quux"),
    ] {
        let header = format!("Patient ID,Medication,{start},{end}");
        let table = format!(
            "{header}\nA1,Oxycodone 5 mg tablet,2026-01-01,2026-01-31\nA1,Naltrexone 50 mg tablet,2026-01-15,2026-06-30\n"
        );
        let said = refused(&table);
        let proposes_end = said.contains(&format!("fill_date={end}"));
        assert!(said.contains("fill_date=") && !proposes_end, "{header}: {said}");
    }
}

#[test]
fn a_day_after_the_start_may_be_that_of_the_end() {
    let table = |end: &str| {
        format!(
            "Patient ID,Drug,Start Date,{end}\nA1,Oxycodone 5 mg tablet,2026-01-01,2026-01-31\nA1,Naltrexone 50 mg tablet,2026-01-15,2026-06-30\n"
        )
    };
    for end in [
        "Inactive Date",
        "Date Inactivated",
        "Deactivated On",
        "Cessation Date",
        "DCd Date",
        "停止日期",
        "Withdrawn Date",
        "Last Taken",
        "Last Given",
    ] {
        let (code, findings) = check(&table(end));
        assert!(code == 1 && findings.contains(OVERLAP), "{end}: {code} {findings}");
    }
    for end in ["Termination Date", "Term Date", "Fecha baja"] {
        let (code, _, said) = told(table(end).as_bytes(), &[]);
        assert!(
            code == 3 && said.contains("stop=") && !said.contains("fill_date="),
            "{end}: {said}"
        );
    }
    for end in ["Completed Date", "Quux"] {
        let (code, _, said) = told(table(end).as_bytes(), &[]);
        assert!(code == 3 && said.contains("if it says when it ended"), "{end}: {said}");
    }
}

#[test]
fn plan_numbers_are_not_patients_beside_a_family_number() {
    for coarse in ["account", "division", "Contract ID", "LOB", "PBP", "Quux"] {
        let header = format!("carrier,{coarse},cardholder_id,fill_date,drug_name,days_supply");
        let row = |one: &str, holder: &str, day: u32, drug: &str| {
            format!("\nC1,{one},{holder},2026-03-0{day},{drug},7")
        };
        let split = row("A01", "W1001", 1, "Oxycodone 5 mg tablet")
            + &row("A02", "W1001", 5, "Naltrexone 50 mg tablet");
        let crossed = row("A05", "W7001", 1, "Oxycodone 5 mg tablet")
            + &row("A05", "W7002", 5, "Naltrexone 50 mg tablet");
        for rows in [split.clone(), format!("{split}{crossed}")] {
            let said = refused(&format!("{header}{rows}\n"));
            assert!(said.contains("--columns patient=cardholder_id"), "{coarse}: {said}");
        }
    }
}

#[test]
fn rows_with_more_cells_than_the_header_are_reported() {
    let table = "MRN,Name,Birth,Drug,Dispensed,DS\n4711,Doe, Jane,1971-02-03,Oxycodone 5 mg,2026-11-14,7\n4711,Doe, Jane,1971-02-03,Naltrexone 50 mg,2026-11-20,30\n";
    let said = refused(table);
    assert!(said.contains("more cells (7) than its header has names (6)"), "{said}");
}

#[test]
fn a_profile_says_that_it_is_a_guess_and_leaves_open_what_it_cannot_know() {
    let folder = tempfile::tempdir().unwrap();
    let table = fills("", "4711,1971-02-03", "2026-01-14,2026-01-15,7", "2026-11-20,2026-11-21,30");
    std::fs::write(folder.path().join("fills.csv"), table.trim_start()).unwrap();
    let output = common::rxlint_in(folder.path(), &["init", "fills.csv", "-o", "rx.toml"]);
    assert!(output.status.success(), "{}", common::stderr(&output));
    let text = std::fs::read_to_string(folder.path().join("rx.toml")).unwrap();
    let profile = text.split("[[profile]]").last().unwrap();
    assert!(text.contains("# Guessed from its cells") && profile.contains("drug = \"3\""));
    assert!(profile.contains("# fill_date = \"\""), "{profile}");
}

#[test]
fn service_dates_and_numbered_fields_of_claims_are_known() {
    for (day, drug) in [
        ("First DOS", "Product/Service ID (407-D7)"),
        ("First Date of Service", "Product/Service ID [407-D7]"),
        ("First Service Date", "Product/Service ID - 407-D7"),
        ("First Svc Dt", "Product/Service ID_407-D7"),
        ("Date of Service (401-D1)", "407-D7 Product/Service ID"),
    ] {
        let table = format!(
            "Member ID,{drug},{day},Days Supply\nA1,00406055201,2026-03-01,10\nA1,00406117003,2026-03-05,30\n"
        );
        let (code, findings) = check(&table);
        assert!(code == 1 && findings.contains(OVERLAP), "{day} {drug}: {code} {findings}");
    }
}

#[test]
fn the_one_column_of_days_is_named_whatever_it_is_called() {
    for header in ["Visit Date", "Encounter Date"] {
        let table = format!(
            "MRN,{header},Medication,Days Supply\n1,2026-03-01,Oxycodone 5 mg,30\n1,2026-03-09,Naltrexone 50 mg,30\n"
        );
        assert!(refused(&table).contains(&format!("'fill_date={header}'")), "{header}");
    }
}

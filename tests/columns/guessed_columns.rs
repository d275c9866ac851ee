//! Exports as a newcomer brings them: a name under an unknown header, families sharing one number, forms that look like statuses, directions as
//! British pharmacies print them. And options that were not meant as written.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::process::Output;

use crate::common::table::told;
use crate::common::{rxlint_in, stderr, stdout};

/// The result of `check` for this table with these additional options.
fn check(table: &str, options: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.csv"), table).unwrap();
    let all = [&["check", "a.csv", "--isolated", "--format", "concise"], options].concat();
    rxlint_in(folder.path(), &all)
}

/// The rules of the findings, with severity and patient, except those about what the export lacks.
fn found(table: &str) -> Vec<String> {
    let text = stdout(&check(table, &["--ignore", "MS"]));
    let finding = |line: &str| {
        let (_, rest) = line.strip_prefix("a.csv:")?.split_once(' ')?;
        let (rule, rest) = rest.split_once("] ")?;
        ["high[", "moderate[", "low["].iter().find(|severity| rule.starts_with(**severity))?;
        Some(format!("{} {}", rule.replace('[', " "), rest.split(':').next()?))
    };
    text.lines().filter_map(finding).collect()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn a_name_beside_a_code_counts_whatever_its_column_is_called() {
    for header in ["Bezeichnung", "Omschrijving", "Naam", "DRGDSC", "valmiste"] {
        let table = format!(
            "patient,atc,{header},fill_date,days_supply\n\
             9001,N07BC01,BUVIDAL 96MG,2026-10-13,28\n9001,N07BB04,NALTREXON 50MG,2026-12-02,30\n"
        );
        assert_eq!(found(&table), ["high recent-depot-buprenorphine 9001"], "{header}");
    }
    for (first, second) in [("generic_name", "Tekst"), ("drug", "Tekst")] {
        let table = format!(
            "patient,{first},{second},fill_date,days_supply\n\
             9001,buprenorphine,Sublocade 300 mg,2026-10-13,28\n9001,naltrexone,Naltrexon 50 mg,2026-12-02,30\n"
        );
        assert_eq!(found(&table), ["high recent-depot-buprenorphine 9001"], "{first}");
    }
}

#[test]
fn of_two_name_columns_none_is_used_and_both_are_reported() {
    let table = "patient,atc,Naam1,Tekst2,fill_date,days_supply\n\
                 9001,N07BC01,BUVIDAL 96MG,Buvidal 96 mg/0.27 ml,2026-10-13,28\n\
                 9001,N07BB04,NALTREXON 50MG,Naltrexon 50 mg,2026-12-02,30\n";
    let said = stderr(&check(table, &[]));
    assert!(said.contains("column 3 holds drug names and is not read"), "{said}");
    assert!(said.contains("`--columns drug=4` reads it"), "{said}");
}

#[test]
fn what_a_patient_had_before_is_not_what_the_code_says() {
    // The same text beside other codes, and the same code beside other texts.
    let rows = [
        ("9001", "N02AA05", "Naltrexon 50 mg"),
        ("9002", "N02AA05", "Metformin 500 mg"),
        ("9003", "N02AA05", "Ibuprofen 400 mg"),
        ("9003", "C09AA05", "Naltrexon 50 mg"),
        ("9004", "A10BA02", "Ibuprofen 400 mg"),
        ("9001", "A10BA02", "Naltrexon 50 mg"),
    ];
    let rows = rows.map(|(who, atc, text)| format!("{who},{atc},{text},2026-10-13,28\n")).concat();
    let table = format!("patient,atc,Vorher,fill_date,days_supply\n{rows}");
    assert_eq!(found(&table), [""; 0]);
    assert_eq!(code(&check(&table, &[])), 3, "the mentions are told");
}

#[test]
fn a_shared_family_number_and_a_person_code_identify_one_person() {
    for (number, person) in [
        ("Cardholder ID", "Person Code"),
        ("Card ID", "Person Nbr"),
        ("Policy Number", "Person Cd"),
        ("Alt ID", "Person Code"),
        ("Family ID", "Member No"),
        ("Contract No", "Member No"),
        ("Household", "Person"),
        ("Subscriber ID", "Dep"),
        ("Subscriber ID", "Member Suffix"),
        ("Subscriber ID", "Family Member Code"),
        ("Member ID", "Person Code"),
        ("Member ID", "Dependant Code"),
        ("Insured ID", "Dependent No"),
        ("Medicare No", "IRN"),
    ] {
        let table = format!(
            "{number},{person},Drug,Fill Date,Days Supply\n\
             W100200,01,Oxycodone 5 mg tablet,2026-11-13,20\n\
             W100201,01,Naltrexone 50 mg tablet,2026-11-20,30\n\
             W100200,02,Naltrexone 50 mg tablet,2026-11-20,30\n\
             W100207,03,Oxycodone 5 mg tablet,2026-11-13,20\n\
             W100207,03,Naltrexone 50 mg tablet,2026-11-20,30\n"
        );
        assert_eq!(
            found(&table),
            ["high opioid-antagonist-overlap W100207 03"],
            "{number}, {person}"
        );
    }
}

#[test]
fn a_person_code_alone_identifies_no_one() {
    let table = "Xid,Person Code,Drug,Fill Date,Days Supply\n\
                 W100200,01,Oxycodone 5 mg tablet,2026-11-13,20\nW100201,01,Naltrexone 50 mg tablet,2026-11-20,30\n\
                 W100201,01,Naltrexone 50 mg tablet,2026-12-20,30\n";
    let output = check(table, &["--columns", "patient=Person Code"]);
    assert_eq!(code(&output), 1, "somebody said so");
    let output =
        check(&table.replace("W100201,01,Naltrexone 50 mg tablet,2026-12-20,30\n", ""), &[]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("patient=HEADER+Person Code"), "{}", stderr(&output));
}

#[test]
fn a_number_of_the_persons_own_needs_no_second_one() {
    for (number, other) in
        [("Patient ID", "Person Code"), ("MRN", "Dep No"), ("Patient ID", "Family ID")]
    {
        let table = format!(
            "{number},{other},Drug,Fill Date,Days Supply\n\
             W1,01,Oxycodone 5 mg tablet,2026-11-13,20\nW1,02,Naltrexone 50 mg tablet,2026-11-20,30\n"
        );
        assert_eq!(found(&table), ["high opioid-antagonist-overlap W1"], "{number}, {other}");
    }
}

#[test]
fn residents_of_two_homes_with_one_number_are_two() {
    let table = "Facility,Resident No,Drug,Fill Date,Days Supply\n\
                 Elm House,12,Oxycodone 5 mg tablet,2026-11-13,20\nOak Court,12,Naltrexone 50 mg tablet,2026-11-20,30\n";
    assert_eq!(found(table), [""; 0]);
}

#[test]
fn drug_forms_are_not_statuses() {
    for (one, two) in
        [("RET", "FTA"), ("REV", "TAB"), ("CAN", "BOT"), ("RTS", "TAB"), ("RET", "RET")]
    {
        let output = check(&with_word(one, two), &[]);
        assert_eq!(code(&output), 1, "{one}, {two}: {}", stderr(&output));
    }
    for (one, two, word, line) in [
        ("PAID", "REV", "REV", 3),
        ("REV", "", "REV", 2),
        ("Odebrano", "Anulowano", "Anulowano", 3),
    ] {
        let output = check(&with_word(one, two), &[]);
        let said = stderr(&output);
        assert_eq!(code(&output), 3, "{one}, {two}: {said}");
        assert!(
            said.contains(&format!("a.csv:{line}: "))
                && said.contains(&format!("such as `{word}`")),
            "{said}"
        );
    }
}

fn with_word(one: &str, two: &str) -> String {
    format!(
        "patient;drug;DF;Datum;days_supply\n4711;Tilidin 50 mg;{one};02.11.2026;25\n4711;Naltrexon 50 mg;{two};16.11.2026;28\n"
    )
}

#[test]
fn directions_are_read_under_any_header_and_without_a_unit() {
    for header in
        ["directions", "Dir.", "Dirs", "Posology", "Take", "Dose Text", "Dosage", "Label Words"]
    {
        let table = format!(
            "patient,drug,fill_date,quantity,{header}\n\
             P1,Codeine 30mg tablets,2026-10-01,100,One to be taken twice a day\n\
             P1,Naltrexone 50mg tablets,2026-11-10,28,Take 1 tablet once a day\n"
        );
        assert_eq!(found(&table), ["high opioid-antagonist-overlap P1"], "{header}");
    }
}

#[test]
fn a_field_that_is_given_twice_is_refused_with_the_way_to_join_columns() {
    let table = "patient,claim_no,drug,fill_date,days_supply\nP1,1,Oxycodone 5 mg,2026-11-13,20\n";
    for options in [
        &["--columns", "patient=patient,patient=claim_no"][..],
        &["--columns", "patient=patient", "--columns", "Patient=claim_no"],
    ] {
        let output = check(table, options);
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains("patient=A+B"), "{}", stderr(&output));
    }
}

#[test]
fn a_run_without_any_rule_is_refused() {
    let table = "patient,drug,fill_date,days_supply\nP1,Oxycodone 5 mg,2026-11-13,20\n";
    for options in [
        &["--select", "DD", "--ignore", "DD"][..],
        &["--ignore", "DD,ID,TD,HD,ER,DC,PA,PG,MS,NR"],
        &["--select", "configuration"],
    ] {
        let output = check(table, options);
        assert_eq!(code(&output), 2, "{options:?}: {}", stdout(&output));
        assert!(stderr(&output).contains("no rule is left"), "{}", stderr(&output));
    }
}

#[test]
fn a_number_of_packs_is_not_a_number_of_tablets() {
    let fills = |columns: &str, oxycodone: &str, naltrexone: &str| {
        format!(
            "patient,drug,directions,date,{columns}\n\
             P1,Oxycodone 5 mg tablet,Take 1 tablet twice daily,2026-03-02,{oxycodone}\n\
             P1,Naltrexone 50 mg tablet,1 daily,2026-03-27,{naltrexone}\n"
        )
    };
    let high = ["high opioid-antagonist-overlap P1"];
    for (columns, oxycodone, naltrexone) in [
        ("Qty,UOM", "1,Box of 56", "28,TAB"),
        ("Qty,Unit", "2,Pack of 28", "1,Pack of 28"),
        ("Pack Size,Packs", "28,2", "28,1"),
        ("Quantity", "2x28", "28"),
    ] {
        assert_eq!(found(&fills(columns, oxycodone, naltrexone)), high, "{columns}");
    }
    for (columns, oxycodone) in
        [("Qty,UOM", "1,BX"), ("Packs,Clerk", "1,x"), ("Qty,Clerk", "1 OP,x")]
    {
        let table = fills(columns, oxycodone, oxycodone);
        assert_eq!(found(&table), ["moderate opioid-antagonist-overlap P1"], "assumed: {columns}");
    }
    assert_eq!(found(&fills("Qty,UOM", "14,TAB", "28,TAB")), [""; 0], "seven days");
}

#[test]
fn a_log_of_doses_lasts_as_long_as_what_was_taken_home() {
    let log = |header: &str, last: &str| {
        format!(
            "Client,Medication,{header}\n\
             C1,Methadone 80 mg,2026-03-09,1\nC1,Methadone 80 mg,2026-03-10,{last}\nC1,Naltrexone 50 mg,2026-04-01,1\n"
        )
    };
    for (header, last) in [
        ("Dose Date,Days Supply", "14"),
        ("Dosing Date,Days Dispensed", "14"),
        ("Administered,Take-Home Qty", "13"),
        ("Dose Date,Takeaways", "13"),
        ("Dose Date,Take Away Doses", "13"),
        ("Dose Date,No. of carries", "13"),
        ("Dose Date,TH Doses", "13"),
        ("Dose Date,Unsupervised doses", "13"),
        ("Dose Date,Home doses", "13"),
        ("Gabedatum,Mitgabe", "13"),
        ("Dose Date,Anzahl Mitgaben", "13"),
        ("Dose Date,Z-Rezept Tage", "13"),
        ("Dose Date,Doses à emporter", "13"),
        ("Dose Date,Dosis para llevar", "13"),
        ("Dose Date,Giorni di affido", "13"),
        ("Dose Date,Meegegeven doses", "13"),
        ("Dose Date,Dawki do domu", "13"),
    ] {
        assert_eq!(found(&log(header, last)), ["high recent-maintenance-opioid C1"], "{header}");
    }
    // What was ordered for two weeks was given for a day.
    for (header, last) in [("Admin Date,Order Duration", "14"), ("Dose Date,Doses", "1")] {
        assert_eq!(found(&log(header, last)), [""; 0], "{header}");
    }
}

#[test]
fn doses_that_were_observed_last_a_day_each_whatever_their_date_is_called() {
    let table = "Client,Date,Medication,Dose Type\n\
                 C1,2026-03-09,Methadone 80 mg,Observed\nC1,2026-03-10,Methadone 80 mg,Take-home\n\
                 C1,2026-03-18,Naltrexone 50 mg,Observed\n";
    assert_eq!(found(table), ["high recent-maintenance-opioid C1"]);
    assert!(stdout(&check(table, &[])).contains("7 opioid-free days"));
}

#[test]
fn directions_that_are_not_understood_are_reported() {
    let table = "patient,drug,date,quantity,directions\n\
                 P1,Oxycodone 5 mg tablet,2026-03-02,56,1 lusikka aamulla ja illalla\n";
    assert!(stderr(&check(table, &[])).contains("beside a quantity, that were not understood: 1"));
    let read = table.replace("1 lusikka aamulla ja illalla", "1 tablett 2 gånger per dag");
    assert!(!stderr(&check(&read, &[])).contains("not understood"));
}

/// The advice is a single command, which works as printed.
#[test]
fn an_advised_command_is_complete() {
    let rows = |header: &str| {
        format!(
            "{header}\n4711,Oxycodone 5 mg tablet,2026-03-14,42,7\n4711,Naltrexone 50 mg tablet,2026-03-16,30,30\n\
             4712,Lisinopril 10 mg tablet,2026-03-17,30,30\n"
        )
    };
    let named =
        rows("Name,Drug,Date,Qty,Days").replace("4711", "Ash Lee").replace("4712", "Elm Jo");
    let cases = [
        (rows("id,med,dt,n,d"), "`--columns quantity=4,days_supply=5`", "counts units and"),
        (
            rows("RUN,NDC Description,Pick-up date,Qty,Supply"),
            "`--columns patient=RUN`",
            "no column says whose",
        ),
        (named, "`--columns patient=Name`", "have a patient number exported"),
    ];
    for (table, command, why) in cases {
        let said = stderr(&check(&table, &[]));
        assert!(said.contains(command) && said.contains(why), "{said}");
        assert!(!said.contains("list of drugs"), "{said}");
        let pasted: Vec<&str> = command.trim_matches('`').split(' ').collect();
        let output = check(&table, &pasted);
        assert!(stdout(&output).contains("opioid-antagonist-overlap"), "{}", stderr(&output));
    }
}

#[test]
fn an_empty_file_is_called_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("nothing")).unwrap();
    std::fs::write(folder.path().join("empty.csv"), "").unwrap();
    let header = "patient_id,drug_name,fill_date,quantity,days_supply\n";
    std::fs::write(folder.path().join("header.csv"), header).unwrap();
    for (path, says) in [
        ("nothing", "no file in this folder"),
        ("empty.csv", "no header row either"),
        ("header.csv", "a header row and no rows below it"),
    ] {
        let output = rxlint_in(folder.path(), &["check", "--isolated", path]);
        assert_eq!(code(&output), 3);
        assert!(stderr(&output).contains(says), "{path}: {}", stderr(&output));
    }
}

#[test]
fn two_words_for_all_rows_are_no_drug_beside_a_column_of_names() {
    let names = ["Lisinopril 10 mg tablet", "Metformin 500 mg tablet", "Sertraline 50 mg tablet"];
    for kind in ["Activity Type", "Claim Type", "Unit Name"] {
        let word = |at: usize| match kind {
            "Activity Type" => "Drug",
            "Unit Name" => "Tablet",
            _ if at % 3 == 1 => "Adjusted",
            _ => "Original",
        };
        let mut table =
            format!("Member ID,Service Start,{kind},Service Description,Quantity,Days Supply\n");
        for at in 0..12 {
            let name = names[at % names.len()];
            table += &format!("Q{at},2026-03-{:02},{},{name},30,30\n", at + 1, word(at));
        }
        let (code, _, error) = told(table.as_bytes(), &[]);
        assert_eq!(code, 2, "{kind}: {error}");
        assert!(error.contains("no column was recognised for a drug"), "{kind}: {error}");
    }
}

//! Claims that are reversed and billed again, sent twice and copied: in one run over all files, in any order, and night after night.

use crate::common::{stderr, stdout};
use crate::ledger::tools::{Site, prints};

/// Whether oxycodone and naltrexone are found to overlap in these files.
fn is_found(files: &[String]) -> bool {
    rules_of(files).iter().any(|rule| rule == "opioid-antagonist-overlap")
}

/// The rules of the findings in these files. Every way of reading them must give the same.
fn rules_of(files: &[String]) -> Vec<String> {
    let names: Vec<String> = (1..=files.len()).map(|number| format!("f{number}.csv")).collect();
    let write = |site: &Site| {
        for (name, text) in names.iter().zip(files) {
            std::fs::write(site.path().join(name), text).unwrap();
        }
    };
    let report = |site: &Site, arguments: &[&str]| -> serde_json::Value {
        let all = [&["check", "--isolated", "--format", "json"], arguments].concat();
        let output = site.run(&all);
        assert_ne!(output.status.code(), Some(2), "{}", stderr(&output));
        serde_json::from_str(&stdout(&output)).unwrap()
    };
    let rules = |report: &serde_json::Value| -> Vec<String> {
        let found = report["findings"].as_array().unwrap();
        found.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
    };
    let site = Site::new();
    write(&site);
    let mut order: Vec<&str> = names.iter().map(String::as_str).collect();
    let found = report(&site, &order);
    if files.len() > 1 {
        for night in &order {
            report(&site, &["--new-ledger", "--ledger", "ledger.db", night]);
        }
        order.reverse();
        let reversed = prints(&report(&site, &order));
        let said = [prints(&found), reversed, site.kept(false)];
        assert!(said.iter().all(|prints| *prints == said[0]), "{said:?}\n{files:#?}");
    }
    rules(&found)
}

/// A file with these columns besides claim, patient, drug, day, quantity and days; each row gives quantity and days, then these.
fn file(more: &str, rows: &[&str]) -> String {
    let mut text = format!("claim_id,patient_id,drug_name,fill_date,quantity,days_supply{more}\n");
    for row in rows {
        let (claim, cells) = match row.strip_prefix("naltrexone") {
            Some(cells) => ("C9,P1,Naltrexone HCl 50 MG Oral Tablet,2026-03-05,30,30", cells),
            None => ("C1,P1,Oxycodone HCl 5 MG Tablet,2026-03-01,", *row),
        };
        text += &format!("{claim}{cells}\n");
    }
    text
}

#[test]
fn what_was_billed_after_its_reversal_counts() {
    for (more, rows) in [
        (
            ",status,transaction_date",
            ["42,14,REVERSED,2026-03-02", "42,14,PAID,2026-03-03", "naltrexone,PAID,2026-03-05"],
        ),
        (
            ",status,adjudication_date",
            ["42,14,REVERSED,2026-03-02", "42,10,PAID,2026-03-13", "naltrexone,PAID,2026-03-05"],
        ),
        (
            ",status,processed_time",
            [
                "42,14,REVERSED,2026-03-02 10:00:00",
                "42,14,PAID,2026-03-02 10:05:00",
                "naltrexone,PAID,2026-03-05 11:00:00",
            ],
        ),
        (",status,sequence", ["42,14,REVERSED,2", "42,14,PAID,3", "naltrexone,PAID,1"]),
        (",adjustment_code", ["42,14,D", "42,10,A", "naltrexone,"]),
        (",claim_frequency_code", ["42,14,8", "42,14,7", "naltrexone,1"]),
        ("", ["-42,-14", "30,10", "naltrexone"]),
    ] {
        assert!(is_found(&[file(more, &rows)]), "{more}");
        let [reversal, claim, other] = rows;
        assert!(is_found(&[file(more, &[claim, reversal, other])]), "{more}, later row first");
        let nights = [&[reversal, other][..], &[claim, other]].map(|rows| file(more, rows));
        assert!(is_found(&nights), "{more}, two files");
    }
    assert!(is_found(&[file(",adjustment_code", &["42,14,V", "42,10,R", "naltrexone,O"])]));
    let by_prescription = "rx_number,fill_number,patient_id,drug_name,fill_date,quantity,days_supply,status,transaction_date\n\
        7,0,P1,Oxycodone 5 mg tablet,2026-03-01,42,14,REVERSED,2026-03-02\n7,0,P1,Oxycodone 5 mg tablet,2026-03-01,42,14,PAID,2026-03-03\n\
        8,0,P1,Naltrexone 50 mg tablet,2026-03-05,30,30,PAID,2026-03-05\n";
    assert!(is_found(&[by_prescription.to_owned()]));
}

#[test]
fn a_bill_its_reversal_and_a_rebill_are_distinguished_by_numbers_or_dates() {
    let numbers = ["1", "2", "3"];
    let suffixes = ["00", "01", "02"];
    let days = ["2026-03-01", "2026-03-02", "2026-03-03"];
    let times = ["2026-03-01 10:00:00", "2026-03-02 10:00:00", "2026-03-03 10:00:00"];
    for (header, told) in [
        ("seq_no", numbers),
        ("Seq", numbers),
        ("revision", numbers),
        ("Claim Suffix", suffixes),
        ("last_updated", times),
        ("update_timestamp", times),
        ("paid_date", days),
        ("paid_at", times),
        ("Date Paid", days),
        ("CLAIM_SEQ_NUM", numbers),
        ("Rev No", numbers),
        ("created_at", times),
    ] {
        let [first, second, third] = told;
        let paid = format!("42,14,PAID,{first}");
        let reversed = format!("42,14,REVERSED,{second}");
        let again = format!("42,14,PAID,{third}");
        let other = format!("naltrexone,PAID,{first}");
        let more = format!(",status,{header}");
        for rows in [[&paid, &again, &reversed], [&paid, &reversed, &again]] {
            let rows = rows.map(String::as_str);
            assert!(is_found(&[file(&more, &[rows[0], rows[1], rows[2], &other])]), "{header}");
        }
        let nights = [file(&more, &[&paid, &other]), file(&more, &[&reversed, &again])];
        assert!(is_found(&nights), "{header}, two files");
        assert!(!is_found(&[file(&more, &[&paid, &other, &reversed])]), "{header}, not again");
    }
}

#[test]
fn identical_bills_that_outnumber_their_reversals_are_reported() {
    let (bill, back, naltrexone) = ("42,14,PAID", "42,14,REVERSED", "naltrexone,PAID");
    let of = |rows: &[&str]| file(",status", rows);
    let is_told = |files: &[String]| rules_of(files).iter().any(|r| r == "conflicting-versions");
    for files in [
        vec![of(&[bill, bill, back, naltrexone])],
        vec![of(&[back, bill, bill, naltrexone])],
        vec![of(&[bill, bill, "-42,-14,PAID", naltrexone])],
        vec![of(&[bill, naltrexone]), of(&[back, bill])],
        vec![of(&[bill, naltrexone]), of(&[back]), of(&[bill])],
    ] {
        assert!(is_told(&files), "{files:?}");
        // One of them is judged, unless a file has the bill before its reversal.
        let is_taken_back = files[0]
            .contains("PAID\nC1,P1,Oxycodone HCl 5 MG Tablet,2026-03-01,42,14,REVERSED")
            || files[0].contains("-42,-14");
        assert_eq!(is_found(&files), !is_taken_back, "{files:?}");
    }
    for files in [
        vec![of(&[bill, back, bill, naltrexone])],
        vec![of(&[bill, back, naltrexone])],
        vec![of(&[bill, bill, back, back, naltrexone])],
        vec![of(&[bill, bill, naltrexone])],
        // No antagonist is on record.
        vec![of(&[bill, bill, back])],
        // The files overlap: what both contain counts once.
        vec![of(&[bill, naltrexone]), of(&[bill, back, naltrexone])],
    ] {
        assert!(!is_told(&files), "{files:?}");
    }
}

#[test]
fn a_reversal_reverses_the_claim_that_it_names_beside_its_own_number() {
    let table = |header: &str, rows: [&str; 3]| {
        let head = format!(
            "patient_id,claim_id,{header},drug_name,fill_date,quantity,days_supply,status\n"
        );
        let drug = "Oxycodone HCl 5 MG Tablet";
        let mut text = head;
        for row in rows.iter().filter(|row| !row.is_empty()) {
            let (numbers, rest) = row.split_once(' ').unwrap();
            text += &format!("P1,{numbers},{drug},{rest}\n");
        }
        text + "P1,200,,Naltrexone HCl 50 MG Tablet,2026-03-05,30,30,PAID\n"
    };
    let bill = "100, 2026-03-01,42,14,PAID";
    for header in [
        "original_claim_id",
        "adjusted_from_claim_id",
        "Prior Claim Number",
        "replaced_claim",
        "reversed_claim_id",
        "Former ICN",
    ] {
        for back in [
            "101,100 2026-03-01,42,14,REVERSED",
            "101,100 2026-03-02,42,14,REVERSED",
            "101,100 2026-03-02,-42,-14,REVERSED",
        ] {
            assert!(!is_found(&[table(header, [bill, back, ""])]), "{header} {back}");
        }
        let back = "101,77 2026-03-02,42,14,REVERSED";
        assert!(is_found(&[table(header, [bill, back, ""])]), "{header}: another claim");
        let back = "101,100 2026-03-01,42,14,REVERSED";
        let again = "102,100 2026-03-01,42,14,PAID";
        assert!(is_found(&[table(header, [bill, again, back])]), "{header}: billed again");
    }
}

/// Claims with the claim that they refer to and the code of what they do to it; each row gives number, other number, code, day in March, quantity and
/// days.
fn chain(rows: &[&str]) -> String {
    let mut text =
        "claim_id,patient_id,original_claim_id,claim_frequency_code,drug_name,fill_date,quantity,days_supply\n"
            .to_owned();
    for row in rows {
        let cells: Vec<&str> = row.split(' ').collect();
        let [own, other, code, day, quantity, days, drug @ ..] = &cells[..] else {
            panic!("{row}")
        };
        let other = other.trim_matches('-');
        let drug = drug.first().unwrap_or(&"Oxycodone 5 mg tablet");
        text += &format!("{own},P1,{other},{code},{drug},2026-03-{day},{quantity},{days}\n");
    }
    text
}

#[test]
fn a_replacement_is_reversed_and_replaced_by_its_own_number() {
    let bill = "C10 - 1 01 60 30";
    let replaced = "C11 C10 7 01 30 15";
    for (what, rows, day, found) in [
        ("voided", vec![bill, replaced, "C12 C11 8 01 30 15"], "04", false),
        ("voided, and the first is elsewhere", vec![replaced, "C12 C11 8 01 30 15"], "04", false),
        ("voided by a negative quantity", vec![bill, replaced, "C12 C11 8 01 -30 15"], "04", false),
        ("voided under its own number", vec![bill, replaced, "C11 - 8 01 30 15"], "04", false),
        ("another was voided", vec![bill, replaced, "C12 C19 8 01 30 15"], "04", true),
        ("replaced again", vec![bill, replaced, "C12 C11 7 01 4 2"], "12", false),
        ("replaced again by more", vec![bill, replaced, "C12 C11 7 01 60 30"], "20", true),
        (
            "replaced by another drug, and that by the first",
            vec![bill, "C11 C10 7 01 30 30 Lisinopril", "C12 C11 7 01 60 30"],
            "20",
            true,
        ),
        (
            "replaced by another drug",
            vec![bill, replaced, "C12 C11 7 01 30 30 Lisinopril"],
            "04",
            false,
        ),
        ("on another day", vec![bill, "C11 C10 7 02 4 2"], "12", false),
        ("in a circle", vec!["C10 C11 7 01 60 30", "C11 C10 7 01 60 30"], "20", true),
    ] {
        let naltrexone = format!("C50 - 1 {day} 30 30 Naltrexone");
        let mut rows = [rows, vec![naltrexone.as_str()]].concat();
        assert_eq!(is_found(&[chain(&rows)]), found, "{what}");
        let nights: Vec<String> = rows.iter().map(|row| chain(&[row])).collect();
        assert_eq!(is_found(&nights), found, "{what}, by nights");
        rows.reverse();
        assert_eq!(is_found(&[chain(&rows)]), found, "{what}, the other way round");
    }
}

#[test]
fn lines_of_a_claim_are_not_replaced_by_another_line() {
    let lines = ["C10 - 1 01 60 30", "C10 - 1 01 30 30 Naltrexone"];
    let corrected = "C11 C10 7 01 50 25";
    assert!(is_found(&[chain(&[lines[0], lines[1], corrected])]), "of the first alone");
    let both = [lines[0], lines[1], corrected, "C11 C10 7 01 30 30 Lisinopril"];
    assert!(!is_found(&[chain(&both)]), "of both");
}

#[test]
fn what_was_returned_to_stock_reverses_its_bill() {
    for word in ["Returned to Stock", "RTS", "Put back"] {
        let back = format!("42,14,{word}");
        let rows = ["42,14,PAID", &back, "naltrexone,PAID"];
        assert!(!is_found(&[file(",status", &rows)]), "{word}");
    }
    assert!(is_found(&[file(",status", &["42,14,PAID", "42,14,Rejected", "naltrexone,PAID"])]));
    let fills = |refill: u8| {
        format!(
            "rx_number,refill,patient_id,drug_name,fill_date,quantity,days_supply,status\n\
             7,0,P1,Oxycodone 5 mg tablet,2026-03-01,42,14,PAID\n\
             7,{refill},P1,Oxycodone 5 mg tablet,2026-03-02,42,14,REVERSED\n\
             8,0,P1,Naltrexone 50 mg tablet,2026-03-05,30,30,PAID\n"
        )
    };
    assert!(!is_found(&[fills(0)]) && is_found(&[fills(1)]));
}

#[test]
fn what_was_billed_before_its_reversal_is_reversed() {
    for (more, rows) in [
        (
            ",status,transaction_date",
            ["42,14,REVERSED,2026-03-03", "42,14,PAID,2026-03-01", "naltrexone,PAID,2026-03-05"],
        ),
        // The order is unknown: a reversal applies to the existing claim.
        (
            ",status,transaction_date",
            ["42,14,REVERSED,2026-03-02", "42,14,PAID,2026-03-02", "naltrexone,PAID,2026-03-05"],
        ),
        (",status,sequence", ["42,14,REVERSED,2", "42,14,PAID,1", "naltrexone,PAID,1"]),
        (",adjustment_code", ["42,14,V", "42,14,O", "naltrexone,O"]),
        (",status", ["42,14,REVERSED", "42,14,PAID", "naltrexone,PAID"]),
        ("", ["-42,-14", "42,14", "naltrexone"]),
    ] {
        assert!(!is_found(&[file(more, &rows)]), "{more}");
        let [reversal, claim, other] = rows;
        assert!(!is_found(&[file(more, &[claim, reversal, other])]), "{more}, claim first");
        let nights = [&[reversal, other][..], &[claim, other]].map(|rows| file(more, rows));
        assert!(!is_found(&nights), "{more}, two files");
    }
}

#[test]
fn a_repeated_reversal_reverses_nothing_more() {
    let (bill, back, again) = ("42,14,PAID", "42,14,REVERSED", "42,10,PAID");
    let naltrexone = "naltrexone,PAID";
    let of = |rows: &[&str]| file(",status", rows);
    assert!(is_found(&[of(&[bill, back, back, again, naltrexone])]));
    assert!(is_found(&[of(&[bill, back, again, back, naltrexone])]));
    let nights = [&[bill][..], &[back], &[back, naltrexone], &[again], &[naltrexone]].map(of);
    assert!(is_found(&nights));
    assert!(!is_found(&[of(&[bill, back, back, naltrexone])]));
    let dated = [
        "42,14,PAID,2026-03-01",
        "42,14,REVERSED,2026-03-02",
        "42,14,REVERSED,2026-03-02",
        "42,10,PAID,2026-03-03",
        "naltrexone,PAID,2026-03-05",
    ];
    assert!(is_found(&[file(",status,transaction_date", &dated)]));
    let nights = dated.map(|row| file(",status,transaction_date", &[row]));
    assert!(is_found(&nights[1..]), "the first file is missing");
}

#[test]
fn a_copy_of_a_claim_is_reversed_with_it() {
    let naltrexone = "naltrexone,PAID";
    for (more, bill, back) in
        [(",status", "42,14,PAID", "42,14,REVERSED"), (",status", "42,14,PAID", "-42,-14,PAID")]
    {
        let of = |rows: &[&str]| file(more, rows);
        for files in [
            vec![of(&[bill, bill, back, naltrexone])],
            vec![of(&[bill]), of(&[bill, back, naltrexone])],
            vec![of(&[bill, back]), of(&[bill, back, naltrexone])],
            vec![of(&[bill, naltrexone]), of(&[naltrexone, bill]), of(&[back])],
        ] {
            assert!(!is_found(&files), "{files:?}");
        }
        // Within one file, the claim is billed again if its reversal comes between.
        assert!(is_found(&[of(&[bill, back, bill, naltrexone])]));
        assert!(is_found(&[of(&[bill]), of(&[bill, back, bill, naltrexone])]));
        assert!(!is_found(&[of(&[bill, back, bill, back, naltrexone])]));
    }
}

#[test]
fn a_correction_replaces_copies_if_someone_says_so() {
    let row = |claim: &str, patient: &str, drug: &str, day: &str| {
        format!("{claim},{patient},,,{day},{drug},42,14,PAID,")
    };
    let site = Site::new();
    let (oxycodone, tramadol) = ("Oxycodone HCl 5 MG Tablet", "Tramadol HCl 50 MG Tablet");
    let third = row("C3", "P3", tramadol, "2026-03-02");
    let wrong = [row("C1", "P1", oxycodone, "2026-03-01"), third.clone()];
    let right = [row("C1", "P1", "Lisinopril 10 MG Tablet", "2026-03-01"), third];
    let lines = |rows: &[String; 2]| rows.join("\n");
    let notes = |report: &serde_json::Value| report["summary"]["notes"].to_string();
    site.export("a.csv", &[&lines(&wrong)]);
    site.export("copy.csv", &[&lines(&wrong)]);
    site.night(&["a.csv"]);
    site.night(&["copy.csv"]);
    site.export("a.csv", &[&lines(&right)]);
    let replaced = site.night(&["a.csv", "--same-name", "replace"]);
    assert!(notes(&replaced).contains("a.csv replaces what the ledger held"), "{replaced}");
    assert!(notes(&replaced).contains("copy.csv: it went too"), "{replaced}");
    site.export("n2.csv", &[&row("C9", "P1", "Naltrexone HCl 50 MG Tablet", "2026-03-05")]);
    assert_eq!(site.night(&["n2.csv"])["summary"]["findings"]["high"], 0);
    assert_eq!(site.verify(), "ledger.db: whole\n");
    // The copy is read again: its rows count.
    site.night(&["copy.csv"]);
    site.export("copy.csv", &[&lines(&right)]);
    assert!(notes(&site.night(&["copy.csv"])).contains("copy.csv replaces"));

    // If no one said so, the copy's rows remain, and that is reported.
    let site = Site::new();
    site.export("a.csv", &[&lines(&wrong)]);
    site.export("copy.csv", &[&lines(&wrong)]);
    site.night(&["a.csv"]);
    site.night(&["copy.csv"]);
    site.export("a.csv", &[&lines(&right)]);
    assert!(notes(&site.night(&["a.csv"])).contains("with `--same-name replace`"));
}

#[test]
fn words_say_what_a_bill_does_to_the_claim_that_it_names() {
    for header in [
        "claim_type",
        "Record Type",
        "claim_freq_type",
        "transaction_type",
        "Claim Frequency Type Code",
        "action",
    ] {
        for (replacement, void) in [
            ("Replacement", "Void"),
            ("Corrected claim", "Reversal"),
            ("Replacement of prior claim", "Void/cancel of prior claim"),
        ] {
            let table = |more: &str, day: &str| {
                format!(
                    "claim_id,patient,{header},original_claim_id,drug,fill_date,quantity,days_supply\n\
                     C1,P1,Original,,Oxycodone 5 mg tablet,2026-03-01,60,15\n\
                     C2,P1,{replacement},C1,Oxycodone 5 mg tablet,2026-03-01,20,5\n{more}\
                     C9,P1,Original,,Naltrexone 50 mg tablet,2026-03-{day},30,30\n"
                )
            };
            let back = format!("C3,P1,{void},C2,Oxycodone 5 mg tablet,2026-03-01,20,5\n");
            assert!(!is_found(&[table("", "13")]), "{header} {replacement}");
            assert!(is_found(&[table("", "03")]), "{header} {replacement}: it stands");
            assert!(!is_found(&[table(&back, "03")]), "{header} {void}");
        }
    }
}

#[test]
fn of_adjustments_that_all_name_the_first_claim_the_last_counts() {
    let table = |rows: &[&str], day: &str| {
        let mut text = "claim_id,patient,frequency_code,original_claim_id,quantity,days_supply,processed_date,drug,fill_date\n".to_owned();
        for row in rows {
            text += &format!("{row},Oxycodone 5 mg tablet,2026-03-01\n");
        }
        text + &format!("N,P1,1,,30,30,2026-03-05,Naltrexone 50 mg tablet,2026-03-{day}\n")
    };
    let bill = "C1,P1,1,,60,15,2026-03-01";
    let longer = "C2,P1,7,C1,80,20,2026-03-01";
    let last = "C3,P1,7,C1,20,5,2026-03-04";
    let back = "C4,P1,8,C1,20,5,2026-03-05";
    let nothing: [&str; 0] = [];
    assert_eq!(rules_of(&[table(&[bill, longer, last], "16")]), nothing);
    assert_eq!(rules_of(&[table(&[last, bill, longer], "16")]), nothing);
    assert_eq!(rules_of(&[table(&[bill, longer, last, back], "03")]), nothing);
    assert!(is_found(&[table(&[bill, longer, last], "03")]));
    let told = |rows: &[&str]| {
        rules_of(&[table(rows, "16")]).iter().any(|rule| rule == "conflicting-versions")
    };
    assert!(told(&[bill, longer, &last.replace("03-04", "03-01")]), "on the same day");
    assert!(told(&[bill, longer, &last.replace("2026-03-04", "")]), "on a day that is not told");
}

#[test]
fn an_adjustment_may_correct_the_drug_of_a_claim() {
    let table = |header: &str, rows: &[&str]| {
        let mut text =
            format!("claim_number,patient,{header},drug,quantity,days_supply,fill_date\n");
        for row in rows {
            text += &format!("C1,P1,{row},2026-03-01\n");
        }
        text + "C9,P1,0,Naltrexone 50 mg tablet,30,30,2026-03-05\n"
    };
    let opioid = "0,Oxycodone 5 mg tablet,60,15";
    for header in ["adj_seq", "claim_version", "Adj_No", "Claim Adj Nbr", "adjustment_number"] {
        let found = |rows: &[&str]| is_found(&[table(header, rows)]);
        assert!(found(&[opioid]), "{header}");
        assert!(!found(&[opioid, "1,Oxycodone 5 mg tablet,4,1"]), "{header}: the same");
        let corrected = rules_of(&[table(header, &[opioid, "1,Tramadol 50 mg tablet,4,1"])]);
        assert!(corrected.iter().all(|rule| rule != "opioid-antagonist-overlap"), "{header}");
        let back = "2,Oxycodone 5 mg tablet,60,15";
        assert!(found(&[opioid, "1,Tramadol 50 mg tablet,4,1", back]), "{header}: and back");
        let lines = [opioid, "0,Tramadol 50 mg tablet,8,2", "1,Tramadol 50 mg tablet,4,1"];
        assert!(found(&lines), "{header}: lines of one claim");
    }
}

#[test]
fn a_reversal_without_a_patient_reverses_the_claim_of_an_earlier_night() {
    let night = |rows: &str| {
        format!(
            "Member ID,Pharmacy NPI,Rx Number,Fill Number,Fill Date,Drug Name,Qty,Days Supply,Trans Type\n{rows}"
        )
    };
    let bill = "P1,1111111111,7001,0,2026-03-01,Oxycodone 5 mg tablet,40,10,B1\n";
    let naltrexone = "P1,1111111111,7009,0,2026-03-05,Naltrexone 50 mg tablet,30,30,B1\n";
    let back = ",1111111111,0007001,0,2026-03-01,,,,B2\n";
    let both = format!("{bill}{naltrexone}");
    assert!(!is_found(&[night(&both), night(back)]));
    assert!(!is_found(&[night(bill), night(&format!("{back}{naltrexone}"))]));
    let of_another = back.replace("1111111111", "2222222222");
    assert!(is_found(&[night(&both), night(&of_another)]));
}

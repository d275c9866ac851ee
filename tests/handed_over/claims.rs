//! What reverses or replaces a bill: voids, replacements, frequencies and versions, by claim numbers.
#![allow(clippy::expect_used, reason = "a helper of a test may panic as a test may")]

use crate::common::table::{CLEAN, Expected, FOUND, OVERLAP, expect, told};
use crate::common::{rxlint_in, stderr, stdout};

#[test]
fn a_void_with_its_own_number_reverses_the_claim_that_it_names() {
    let medicaid = "MSIS_ID,CLM_ID,ORGNL_CLM_NUM,LINE_NUM,ADJSTMT_IND,RX_FILL_DT,NDC_CD,NDC_QTY,SUPLY_DAYS_CNT\n\
                    1,901,901,1,0,2026-03-01,00406055201,40,30\n1,902,901,1,1,2026-03-01,00406055201,40,30\n\
                    1,903,903,1,0,2026-03-15,00406117003,30,30\n";
    expect("every row names an original", medicaid, &CLEAN);
    let payer = "patient_id,claim_id,original_claim_id,status,fill_date,drug_name,days_supply\n1,901,,Paid,2026-03-01,Oxycodone 5 mg,30\n\
                 1,902,901,Void,2026-03-01,Oxycodone 5 mg,30\n1,903,,Paid,2026-03-15,Naltrexone 50 mg,30\n";
    expect("the void alone does", payer, &CLEAN);
    let billed_again = payer.replace("Void,", "Paid,");
    expect("a replacement takes nothing away from the patient", &billed_again, &FOUND);
}

#[test]
fn a_bill_names_the_one_before_it_by_its_reference() {
    for header in [
        "original_ref_no",
        "original_reference_number",
        "Orig Ref #",
        "payer_control_number",
        "REF_F8",
        "replaces_claim",
    ] {
        let table = |frequency: &str, original: &str, days: &str| {
            format!(
                "claim_id,claim_frequency_code,{header},patient_id,fill_date,drug_name,quantity,days_supply\n\
                 C1,1,,P1,2026-03-01,Oxycodone 5 mg tablet,42,7\n\
                 C2,{frequency},{original},P1,2026-03-01,Oxycodone 5 mg tablet,{days}\n\
                 C9,1,,P1,2026-03-03,Naltrexone 50 mg tablet,30,30\n"
            )
        };
        expect(header, &table("8", "C1", "42,7"), &CLEAN);
        expect(header, &table("8", "C7", "42,7"), &FOUND);
        expect(header, &table("7", "C1", "6,1"), &Expected { codes: &[1], ..CLEAN });
    }
}

#[test]
fn a_column_of_reversed_claims_is_known_by_its_words_and_cells() {
    let table = |header: &str, number: &str| {
        format!(
            "Claim ID,Member ID,{header},Claim Frequency Code,Fill Date,Drug Name,Qty,Days Supply\n\
             C10,P1,,1,2026-03-01,Oxycodone 5 mg tablet,60,30\n\
             C11,P1,{number},8,2026-03-01,Oxycodone 5 mg tablet,60,30\n\
             C50,P1,,1,2026-03-04,Naltrexone 50 mg tablet,30,30\n"
        )
    };
    for header in [
        "Original Rx Claim",
        "Mother ICN",
        "Adjusted From",
        "Original PCN",
        "Replacement Of",
        "Adj Of Claim",
        "Prior Paid Claim",
    ] {
        expect(header, &table(header, "C10"), &CLEAN);
    }
    // Only its cells hint at what it may be.
    let asked = Expected { codes: &[3], ..FOUND };
    expect("a header that says nothing", &table("Foo Bar", "C10"), &asked);
    expect("other numbers", &table("Foo Bar", "77-1"), &FOUND);
    let paid = table("Foo Bar", "").replace(",,1,", ",C77,1,");
    expect("of what was paid", &paid, &FOUND);
    expect("of something else, maybe", &table("Original Rx No", "R10"), &asked);
}

#[test]
fn transaction_codes_reverse_under_any_header_about_transactions() {
    for header in ["Txn", "NCPDP Trans", "Trx Code", "NCPDP Msg", "Trans Code", "Claim Txn"] {
        let row = |claim: &str, code: &str, rest: &str| format!("{claim},P1,{code},A,{rest}\n");
        let oxycodone = "2026-03-01,Oxycodone 5 mg tablet,60,30";
        let mut text = format!(
            "Claim ID,Member ID,{header},Response Status,Fill Date,Drug Name,Qty,Days Supply\n"
        );
        text += &row("C10", "B1", oxycodone);
        let naltrexone = row("C50", "B1", "2026-03-04,Naltrexone 50 mg tablet,30,30");
        expect(header, &(text.clone() + &naltrexone), &FOUND);
        expect(header, &(text + &row("C10", "B2", oxycodone) + &naltrexone), &CLEAN);
    }
}

/// Oxycodone for a month, what happened to it, and naltrexone in that month; each with claim, original claim and status.
fn claims(header: &str, bill: &str, then: &str, last: &str) -> String {
    format!(
        "member_id,claim_id,original_claim_id,fill_date,drug_name,quantity,days_supply,{header}\n\
         M1,C1,,2026-03-01,Oxycodone 5 mg tablet,90,30,{bill}\n{then}\nM1,C3,,2026-03-20,Naltrexone 50 mg tablet,30,30,{last}\n"
    )
}

#[test]
fn payers_letters_and_codes_reverse_a_bill() {
    let again = |status: &str| format!("M1,C1,,2026-03-01,Oxycodone 5 mg tablet,90,30,{status}");
    for header in ["claim_status", "Status", "Transaction Status"] {
        expect(header, &claims(header, "P", &again("X"), "P"), &CLEAN);
        // It reverses nothing of another claim.
        expect(header, &claims(header, "P", &again("X").replace("C1", "C9"), "P"), &FOUND);
    }
    let header = "claim_status_code";
    expect("taken back", &claims(header, "1", &again("22"), "1"), &CLEAN);
    let denied = again("22").replace("C1", "C9");
    expect("denied", &claims(header, "4", &denied, "1"), &CLEAN);
    expect("denied, and nothing else of the list", &claims(header, "4", "", "1"), &CLEAN);
    expect("a code of another list, maybe", &claims("claim_status", "4", "", "1"), &FOUND);
}

#[test]
fn remittance_codes_need_no_others_beside_them() {
    for header in ["CLP02", "CLP02_ClaimStatus", "CLP_STATUS", "clp02_claim_status_code"] {
        for (first, then) in [("1", "22"), ("01", "22"), ("4", ""), ("04", "")] {
            let again = format!("M1,C1,,2026-03-01,Oxycodone 5 mg tablet,90,30,{then}");
            let again = if then.is_empty() { String::new() } else { again };
            expect(header, &claims(header, first, &again, "1"), &CLEAN);
        }
        expect(header, &claims(header, "1", "", "1"), &FOUND);
    }
}

#[test]
fn versions_count_by_the_number_of_their_claim_whoever_gave_it() {
    for header in ["RX_CLAIM_NBR", "Pharmacy Claim ID", "PayerClaimControlNumber", "DCN", "ICN_NBR"]
    {
        let versions = format!(
            "MEMBER_ID,{header},CLAIM_LINE,FILL_DATE,DRUG,QTY,DAYS_SUPPLY,VERSION\n\
             M1,C1,1,20260301,Oxycodone 5 mg tablet,40,10,1\nM1,C1,1,20260301,Oxycodone 5 mg tablet,12,3,2\n\
             M1,C2,1,20260305,Naltrexone 50 mg tablet,30,30,1\n"
        );
        let recent = Expected {
            codes: &[1],
            fires: &["recent-opioid"],
            is_quiet: &["opioid-antagonist-overlap"],
        };
        expect(header, &versions, &recent);
    }
}

#[test]
fn the_frequency_of_a_bill_is_read_under_each_of_its_names() {
    let bills = |header: &str, [new, void]: [&str; 2]| {
        format!(
            "CLM_ID,{header},MBR_ID,FROM_DT,HCPCS,UNITS\nA1,{new},M1,2026-03-05,J2315,380\n\
             A1,{void},M1,2026-03-05,J2315,380\nB1,{new},M1,2026-03-20,J2270,1\n"
        )
    };
    for header in
        ["BILL_FREQ_CD", "ClaimFreqCd", "clm_freq", "FREQ", "Resubmission_Code", "Frequency Code"]
    {
        expect(header, &bills(header, ["1", "8"]), &CLEAN);
    }
    for header in ["TOB", "Type of Bill", "bill_type_cd"] {
        expect(header, &bills(header, ["131", "138"]), &CLEAN);
        expect(header, &bills(header, ["0131", "0138"]), &CLEAN);
        expect(header, &bills(header, ["131", "132"]), &FOUND);
    }
}

#[test]
fn money_is_not_a_length() {
    for header in ["ALLOWED", "ALLOWED_AMT", "ALWD_AMT", "BILLED", "NET", "COINS", "Plan_Amt"] {
        let lines = format!(
            "CLM_ID,MBR_ID,FROM_DT,HCPCS,UNITS,{header}\nA1,M1,2026-03-05,J2315,380,25\n\
             B1,M1,2026-03-20,J2270,1,10\n"
        );
        expect(header, &lines, &FOUND);
    }
}

#[test]
fn what_adjusts_a_claim_replaces_it() {
    let adjusted = |status: &str| format!("M1,C2,C1,2026-03-01,Oxycodone 5 mg tablet,6,2,{status}");
    for word in ["Adjusted", "Replacement", "Corrected", "7"] {
        expect(word, &claims("claim_status", "Paid", &adjusted(word), "Paid"), &CLEAN);
    }
    expect("another bill", &claims("claim_status", "Paid", &adjusted("Paid"), "Paid"), &FOUND);
}

#[test]
fn a_patient_control_number_is_a_claim_number() {
    let interval = Expected { codes: &[1], fires: &["depot-interval"], is_quiet: &[] };
    let none = Expected { codes: &[0], fires: &[], is_quiet: &["depot-interval"] };
    for header in ["patient_control_number", "Patient Control No", "CLM01"] {
        let bills = |frequency: u8| {
            format!(
                "{header},claim_frequency_code,original_claim_number,member_id,dos,hcpcs,units\nA1,1,,M1,2026-03-01,J2315,380\n\
                 A2,{frequency},A1,M1,2026-03-01,J2315,380\nA3,1,,M1,2026-03-10,J2315,380\n"
            )
        };
        expect(header, &bills(8), &none);
        expect(header, &bills(1), &interval);
    }
}

#[test]
fn a_rejected_reversal_reverses_nothing() {
    for headers in
        ["transaction_code,response_status", "tran_type,Resp Status", "transaction_type,status"]
    {
        let claims = |answer: &str| {
            format!(
                "patient_id,rx_number,fill_date,drug_name,quantity,days_supply,{headers}\n\
                 P1,100,2026-03-01,Oxycodone HCl 5 MG Tablet,80,20,B1,P\n\
                 P1,100,2026-03-01,Oxycodone HCl 5 MG Tablet,80,20,B2,{answer}\n\
                 P1,200,2026-03-15,Naltrexone HCl 50 MG Tablet,30,30,B1,P\n"
            )
        };
        expect(headers, &claims("R"), &FOUND);
        expect(headers, &claims("A"), &CLEAN);
    }
}

#[test]
fn a_later_version_with_another_drug_replaces_the_first() {
    for (header, [first, second]) in [
        ("VERSION", ["1", "2"]),
        ("Version_Number", ["0", "1"]),
        ("adj_seq", ["00", "01"]),
        ("claim_version", ["1", "03"]),
    ] {
        let versions = |claim: &str, drug: &str| {
            format!(
                "MEMBER_ID,CLAIM_ID,FILL_DATE,DRUG,QTY,DAYS_SUPPLY,{header}\n\
                 M1,C1,20260301,Oxycodone 5 mg tablet,40,10,{first}\n\
                 M2,C9,20260301,Metformin 500 mg tablet,60,30,{first}\n\
                 M1,{claim},20260301,{drug},40,10,{second}\n\
                 M1,C2,20260305,Naltrexone 50 mg tablet,30,30,{first}\n"
            )
        };
        let corrected = "Amoxicillin 500 mg capsule";
        expect(header, &versions("C1", corrected), &CLEAN);
        expect("another claim", &versions("C3", corrected), &FOUND);
        expect("to another opioid", &versions("C1", "Morphine 15 mg tablet"), &FOUND);
        let lines = format!(
            "{}M1,C1,20260301,Oxycodone 5 mg tablet,40,10,{second}\n",
            versions("C1", corrected)
        );
        expect("one line of two", &lines, &FOUND);
    }
}

/// Checks a table as a whole, with its rows reversed, and night by night with a ledger in both orders, one row each; the findings of the last night
/// count.
fn expect_in_any_order(name: &str, table: &str, expected: &Expected) {
    let (header, rows) = table.split_once('\n').expect("a table has a header");
    let rows: Vec<&str> = rows.lines().collect();
    let back: Vec<&str> = rows.iter().rev().copied().collect();
    expect(name, table, expected);
    expect(name, &format!("{header}\n{}\n", back.join("\n")), expected);
    let is_found = expected.fires.contains(&OVERLAP);
    for nights in [&rows, &back] {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let mut last = String::new();
        for (night, row) in nights.iter().enumerate() {
            let file = format!("night{night}.csv");
            let text = format!("{header}\n{row}\n");
            std::fs::write(folder.path().join(&file), text).expect("there is room for a table");
            let ledger = ["check", "--isolated", &file, "--ledger", "rx.ledger"];
            let new: &[&str] = if night == 0 { &["--new-ledger"] } else { &[] };
            let told = ["--format", "jsonl", "--since", "2020-01-01"];
            let output = rxlint_in(folder.path(), &[&ledger[..], new, &told].concat());
            // A night with nothing but a reversal says so.
            let said = stderr(&output);
            let is_empty = output.status.code() == Some(3) && said.contains("Nothing was checked");
            assert!(output.status.code() < Some(2) || is_empty, "{name}: {said}");
            last = stdout(&output);
        }
        let says = last.contains(&format!("\"type\":\"finding\",\"rule\":\"{OVERLAP}\""));
        assert_eq!(says, is_found, "{name}, by nights: {nights:?}\n{last}");
    }
}

#[test]
fn a_reversal_reverses_the_claim_of_its_own_day() {
    for fill in ["0", "00", "1"] {
        let table = |reversed: &str, stays: &str| {
            format!(
                "Claim Status,Member ID,Rx Number,Fill Number,Drug Name,Date of Service,Quantity,Days Supply\n\
                 Paid,P1,7001,0,Oxycodone 5 mg tablet,2026-03-01,40,10\n\
                 Paid,P1,5001,{fill},Naltrexone 50 mg tablet,{reversed},30,30\n\
                 Reversed,P1,5001,{fill},Naltrexone 50 mg tablet,{reversed},30,30\n\
                 Paid,P1,5001,{fill},Naltrexone 50 mg tablet,{stays},30,30\n"
            )
        };
        expect_in_any_order("true day earlier", &table("2026-05-01", "2026-03-05"), &FOUND);
        expect_in_any_order("true day later", &table("2026-03-05", "2026-05-01"), &CLEAN);
    }
}

#[test]
fn beside_credits_a_debit_bills_a_claim_anew() {
    let table = |header: &str, [credit, debit]: [&str; 2], [wrong, right]: [&str; 2]| {
        format!(
            "TCN,FORMER_TCN,{header},RECIP_ID,DRUG_NAME,FDOS,QTY,DAYS_SUPPLY\n\
             1001,,O,P1,Naltrexone 50 mg tablet,2026-03-05,30,30\n\
             1002,,O,P1,{wrong},2026-03-01,40,10\n\
             1003,1002,{credit},P1,{wrong},2026-03-01,40,10\n\
             1004,1002,{debit},P1,{right},2026-03-01,40,10\n"
        )
    };
    let (opioid, other) = ("Oxycodone 5 mg tablet", "Lisinopril 10 mg tablet");
    for header in
        ["ADJ_IND", "ADJUSTMENT_INDICATOR", "ADJ_TYPE", "ADJUSTMENT_CODE", "ClaimLineType"]
    {
        for letters in [["C", "D"], ["CR", "DR"], ["CREDIT", "DEBIT"]] {
            expect(header, &table(header, letters, [other, opioid]), &FOUND);
            expect(header, &table(header, letters, [opioid, other]), &CLEAN);
        }
    }
    // A deletion alone remains one.
    let deleted = table("ADJ_IND", ["D", "D"], [opioid, opioid]);
    expect("deleted", &deleted, &CLEAN);
}

#[test]
fn a_replacement_replaces_the_claim_that_it_names_whatever_that_was() {
    let layouts = [
        ("PayerClaimControlNumber,ClaimLineType,FormerClaimNumber", ["@,O,", "C9,R,C1"]),
        ("Claim Number,ADJ_IND,FORMER_TCN", ["@,O,", "C9,R,C1"]),
        ("ICN,Void Indicator,Replaces ICN", ["@,N,", "C9,N,C1"]),
        ("ICN_ADJ,ADJUSTMENT_IND,ICN_ORIG", [",0,@", "C9,4,C1"]),
    ];
    for (headers, [bill, again]) in layouts {
        let table = |corrected: &str| {
            let (first, probe) = (bill.replace('@', "C1"), bill.replace('@', "C5"));
            format!(
                "{headers},Member ID,Drug Name,Fill Date,Quantity,Days Supply\n\
                 {first},P1,Oxycodone 5 mg tablet,2026-03-01,40,10\n\
                 {again},P1,{corrected}\n\
                 {probe},P1,Naltrexone 50 mg tablet,2026-03-05,30,30\n"
            )
        };
        let quiet = Expected { codes: &[0, 1], ..CLEAN };
        for corrected in [
            "Lisinopril 10 mg tablet,2026-03-01,40,10",
            "Oxycodone 5 mg tablet,2026-01-01,40,10",
            "Oxycodone 5 mg tablet,2026-03-01,12,3",
        ] {
            expect_in_any_order(headers, &table(corrected), &quiet);
        }
        expect(headers, &table("Oxycodone 5 mg tablet,2026-03-01,44,11"), &FOUND);
    }
}

#[test]
fn a_rebill_replaces_earlier_bills_of_its_fill() {
    let table = |code: &str, drug: &str| {
        format!(
            "Transaction Code,Member ID,Rx Number,Fill Number,Drug Name,Date of Service,Quantity,Days Supply\n\
             B1,P1,7001,0,Naltrexone 50 mg tablet,2026-03-05,30,30\n\
             B1,P1,5001,0,Oxycodone 5 mg tablet,2026-03-01,40,10\n\
             {code},P1,5001,0,{drug},2026-03-01,40,10\n"
        )
    };
    for drug in ["Lisinopril 10 mg tablet", "Naltrexone 50 mg tablet"] {
        expect_in_any_order(drug, &table("B3", drug), &Expected { codes: &[0, 1], ..CLEAN });
    }
    expect("another bill", &table("B1", "Lisinopril 10 mg tablet"), &FOUND);
    expect("another opioid", &table("B3", "Morphine 15 mg tablet"), &FOUND);
}

#[test]
fn a_last_version_that_voids_another_drug_reverses_the_claim() {
    for word in ["VOID", "VOIDED", "REVERSED", "CANCELLED"] {
        let table = |claim: &str| {
            format!(
                "claim_id,version_number,claim_status,member_id,drug_name,fill_date,quantity,days_supply\n\
                 C2,1,PAID,P1,Oxycodone 5 mg tablet,2026-03-01,40,10\n\
                 {claim},2,{word},P1,Lisinopril 10 mg tablet,2026-03-01,40,10\n\
                 C1,1,PAID,P1,Naltrexone 50 mg tablet,2026-03-05,30,30\n"
            )
        };
        expect_in_any_order(word, &table("C2"), &CLEAN);
        expect("another claim", &table("C7"), &FOUND);
    }
}

#[test]
fn a_cancellation_reverses_the_claim_with_its_number_in_any_language() {
    let table = |status: &str, claim: &str| {
        format!(
            "Claim Number,Original Claim Number,Claim Status,Member ID,Drug Name,Date of Service,Quantity,Days Supply\n\
             1,,P,P1,Naltrexone 50 mg tablet,2026-03-05,30,30\n\
             2,,P,P1,Oxycodone 5 mg tablet,2026-03-01,40,10\n\
             {claim},{status},P1,Oxycodone 5 mg tablet,2026-03-01,40,10\n"
        )
    };
    for word in ["RVRSL", "Recouped", "Takeback", "storniert", "annulé", "avoir"] {
        expect_in_any_order(word, &table(word, "2,"), &CLEAN);
    }
    for word in ["anulado", "annullato", "geannuleerd", "anulowano", "annullerad"] {
        expect(word, &table(word, "2,"), &CLEAN);
        expect(word, &table(word, "3,"), &FOUND);
    }
    expect_in_any_order("R of the claim that it names", &table("R", "3,2"), &CLEAN);
    expect("R that names none is a rejection", &table("R", "3,"), &FOUND);
    expect("R of another claim", &table("R", "3,9"), &FOUND);
}

#[test]
fn a_claim_billed_again_after_its_void_is_another() {
    let table = "ICN_ORIG,ICN_ADJ,ADJUSTMENT_IND,MSIS_IDENTIFICATION_NUM,PRESCRIPTION_NUM,DRUG_NAME,PRESCRIPTION_FILL_DATE,QUANTITY_ACTUAL,DAYS_SUPPLY\n\
                 1001,,0,P1,7001,Naltrexone 50 mg tablet,20260305,30,30\n\
                 1002,,0,P1,5001,Oxycodone 5 mg tablet,20260301,40,10\n\
                 1002,1003,1,P1,5001,Oxycodone 5 mg tablet,20260301,40,10\n\
                 1004,,0,P1,5001,Oxycodone 5 mg tablet,20260301,40,10\n";
    expect_in_any_order("void and rebill", table, &FOUND);
}

/// Oxycodone with what reverses or replaces it, and naltrexone; each row has its own claim number, another claim's, day and status.
fn voided(own: &str, other: &str, rows: &[[&str; 4]]) -> String {
    let header = format!(
        "{own},{other},Member ID,Rx Number,Fill Number,Fill Date,Drug Name,Qty,Days Supply,Claim Status\n"
    );
    let row = |[number, names, day, status]: &[&str; 4]| {
        format!("{number},{names},P1,7001,0,{day},Oxycodone 5 mg tablet,40,10,{status}\n")
    };
    let rows: String = rows.iter().map(row).collect();
    format!("{header}{rows}5009,,P1,7009,0,2026-03-05,Naltrexone 50 mg tablet,30,30,Paid\n")
}

#[test]
fn the_number_of_the_original_is_never_the_claims_own() {
    let rebilled = [
        ["5001", "", "2026-01-05", "Paid"],
        ["5002", "5001", "2026-01-05", "Reversed"],
        ["5003", "5001", "2026-03-01", "Paid"],
    ];
    let moved_away = [
        ["5001", "", "2026-03-01", "Paid"],
        ["5002", "5001", "2026-03-01", "Reversed"],
        ["5003", "5001", "2026-01-05", "Paid"],
    ];
    for own in [
        "TPA Claim ID",
        "Record ID",
        "Row ID",
        "Txn No",
        "Bill ID",
        "Document No",
        "Invoice Number",
        "Adjudication ID",
        "Claim Auth Number",
        "CLM_SK",
        "Unique ID",
        "Claim ID",
        // Nothing says that it is a number.
        "Foo",
    ] {
        for other in ["Original Claim ID", "Adjusted Claim ID", "Parent Claim ID", "Original TCN"] {
            let name = format!("{own} beside {other}");
            expect(&name, &voided(own, other, &rebilled), &FOUND);
            expect(&name, &voided(own, other, &moved_away), &Expected { codes: &[0, 3], ..CLEAN });
        }
    }
}

#[test]
fn a_reversal_without_a_patient_is_that_of_the_claim_it_reverses() {
    let table = |reversal: &str| {
        format!(
            "Member ID,Pharmacy NPI,Rx Number,Fill Number,Fill Date,NDC,Drug Name,Qty,Days Supply,Trans Type\n\
             P1,1111111111,7001,0,2026-03-01,00406055201,Oxycodone 5 mg tablet,40,10,B1\n\
             P2,2222222222,7001,0,2026-03-01,00406055201,Oxycodone 5 mg tablet,40,10,B1\n\
             {reversal}\n\
             P1,1111111111,7009,0,2026-03-05,00406117003,Naltrexone 50 mg tablet,30,30,B1\n"
        )
    };
    let bare = ",1111111111,7001,0,2026-03-01,,,,,B2";
    expect("numbers and day alone", &table(bare), &CLEAN);
    expect(
        "with its drug",
        &table(&bare.replace(",,,,,", ",00406055201,Oxycodone,40,10,")),
        &CLEAN,
    );
    expect("numbers with zeros before them", &table(&bare.replace("7001", "0007001")), &CLEAN);
    for (what, other) in [
        ("of another pharmacy", bare.replace("1111111111", "2222222222")),
        ("of nobody's pharmacy", bare.replace("1111111111", "3333333333")),
        ("of another day", bare.replace("-01,", "-02,")),
        ("of another drug", bare.replace(",,,,,", ",68180098001,Lisinopril 10 mg tablet,40,10,")),
    ] {
        expect(what, &table(&other), &FOUND);
    }
    let of_two = table(bare).replace(",Pharmacy NPI", "").replace(",1111111111", "");
    let of_two = of_two.replace(",2222222222", "");
    expect("of one of two persons", &of_two, &FOUND);
    let (_, _, notes) = told(of_two.as_bytes(), &[]);
    assert!(notes.contains("Reversals that name no patient"), "{notes}");
    let by_claim = "claim_id,member_id,fill_date,drug_name,quantity,days_supply,claim_status\n\
                    0C1,P1,2026-03-01,Oxycodone 5 mg tablet,40,10,Paid\n\
                    0C1,,2026-03-01,,,,Reversed\n\
                    0C9,P1,2026-03-05,Naltrexone 50 mg tablet,30,30,Paid\n";
    expect("by the number of the claim", by_claim, &CLEAN);
}

#[test]
fn zeros_before_a_number_do_not_make_it_another() {
    for (claim, reversal) in [("7001", "0007001"), ("0007001", "7001")] {
        let table = format!(
            "Member ID,Rx Number,Fill Number,Fill Date,Drug Name,Qty,Days Supply,Claim Status\n\
             P1,{claim},0,2026-03-01,Oxycodone 5 mg tablet,40,10,Paid\n\
             P1,{reversal},0,2026-03-01,Oxycodone 5 mg tablet,40,10,Reversed\n\
             P1,7009,0,2026-03-05,Naltrexone 50 mg tablet,30,30,Paid\n"
        );
        expect(claim, &table, &CLEAN);
    }
}

#[test]
fn numbers_of_a_lines_records_are_versions() {
    for header in [
        "ClaimSeq",
        "claim_sequence_number",
        "CLM_SEQ_NBR",
        "Transaction Seq",
        "RevisionNo",
        "Iteration",
        "version_nbr",
        "ICN Suffix",
        "Claim Suffix",
        "AdjSeq",
    ] {
        for line in ["LineNbr", "Claim Line", "Service Line No"] {
            let table = format!(
                "MemberID|ClaimID|{line}|{header}|ServiceDate|ProductName|Qty|DS|StatusCd\n\
                 P1|CL1000|1|0|2026-03-01|Oxycodone 5 mg tablet|40|10|P\n\
                 P1|CL1000|1|1|2026-01-01|Oxycodone 5 mg tablet|40|10|P\n\
                 P1|CL1000|2|0|2026-01-01|Lisinopril 10 mg tablet|30|30|P\n\
                 P1|CL1009|1|0|2026-03-05|Naltrexone 50 mg tablet|30|30|P\n"
            );
            let name = format!("{header} beside {line}");
            expect(&name, &table, &CLEAN);
            let back = table.replace("1|0|2026-03-01|Oxy", "1|2|2026-03-01|Oxy");
            expect(&name, &back, &FOUND);
        }
    }
    for (first, second) in [("A", "B"), ("A0", "A1")] {
        let table = format!(
            "claim_id,claim_version,line_number,member_id,service_date,drug_name,quantity,days_supply\n\
             C1,{second},1,P1,2026-01-01,Oxycodone 5 mg tablet,40,10\n\
             C1,{first},1,P1,2026-03-01,Oxycodone 5 mg tablet,40,10\n\
             C9,{first},1,P1,2026-03-05,Naltrexone 50 mg tablet,30,30\n"
        );
        expect("letters", &table, &CLEAN);
    }
}

#[test]
fn the_last_word_on_a_claim_is_known_by_its_flag() {
    let table = |header: &str, stands: &str, gone: &str| {
        format!(
            "Member ID,Claim ID,Rx Number,Fill Number,Service Date,Drug Name,Qty,Days Supply,{header}\n\
             P1,CL1001,1,0,2026-03-01,Oxycodone 5 mg tablet,40,10,{gone}\n\
             P1,CL1002,1,0,2026-01-01,Oxycodone 5 mg tablet,40,10,{stands}\n\
             P1,CL1003,2,0,2026-03-05,Naltrexone 50 mg tablet,30,30,{stands}\n"
        )
    };
    for (header, stands, gone) in [
        ("CLM_FINAL_ACTN_IND", "Y", "N"),
        ("Final Claim Indicator", "Y", "N"),
        ("Highest Version", "1", "0"),
        ("highest_version_flag", "Y", "N"),
        ("Latest Version", "Y", "N"),
        ("is_latest", "true", "false"),
        ("Current Record Ind", "Y", "N"),
    ] {
        expect(header, &table(header, stands, gone), &CLEAN);
        let beside_status = table(&format!("{header},Claim Status"), stands, gone)
            .replace(&format!("10,{gone}\n"), &format!("10,{gone},Paid\n"))
            .replace(&format!(",{stands}\n"), &format!(",{stands},Paid\n"));
        expect(header, &beside_status, &CLEAN);
        expect(header, &table(header, stands, stands), &FOUND);
    }
    let asked = Expected { codes: &[3], ..FOUND };
    for (header, gone) in [
        ("Replaced By", "CL1002"),
        ("Superseded By", "CL1002"),
        ("Adjusted To Claim ID", "CL1002"),
        ("Adjusted By ICN", "CL1002"),
        ("Daughter ICN", "CL1002"),
        ("Next Claim Number", "CL1002"),
        ("Reversal Claim ID", "CL1009"),
    ] {
        expect(header, &table(header, "", gone), &asked);
        expect(header, &table(header, "", ""), &FOUND);
    }
    expect("of what is not said", &table("IS_CURRENT", "1", "0"), &asked);
}

#[test]
fn rejection_codes_are_asked_about_without_a_status() {
    let table = |header: &str, code: &str, paid: &str| {
        format!(
            "Member ID,Claim ID,Rx Number,Fill Number,Fill Date,Drug Name,Qty,Days Supply,{header}\n\
             P1,1001,7001,0,2026-03-01,Oxycodone 5 mg tablet,40,10,{paid}\n\
             P1,1002,7009,0,2026-03-05,Naltrexone 50 mg tablet,30,30,{code}\n\
             P2,1003,7019,0,2026-03-05,Lisinopril 10 mg tablet,30,30,{paid}\n"
        )
    };
    let asked = Expected { codes: &[3], ..FOUND };
    for (header, code, paid) in [
        ("Reject Code", "75", ""),
        ("Reject Code 1", "79", ""),
        ("NCPDP Reject Code", "70", ""),
        ("Reject Count", "2", "0"),
        ("Claim Denial Code", "CO-16", ""),
        ("CARC", "CO16", ""),
        ("EOB Code", "16", ""),
        ("Denial Reason", "Not covered", ""),
    ] {
        expect(header, &table(header, code, paid), &asked);
        expect(header, &table(header, paid, paid), &FOUND);
    }
    expect("what claims have that were paid", &table("CARC", "CO45", "CO45"), &FOUND);
    let status = table("Reject Code,Claim Status", "", "").replace(",\n", ",,Paid\n");
    expect("beside a status", &status.replacen(",,Paid", ",75,Paid", 1), &FOUND);
}

#[test]
fn standard_codes_say_what_happened_to_a_claim() {
    let table = |header: &str, code: &str, of_oxycodone: &str| {
        format!(
            "Patient ID,Rx Number,Fill Number,Fill Date,NDC,Drug Name,Qty,Days Supply,{header}\n\
             P1,7001,0,2026-03-01,00406055201,Oxycodone 5 mg tablet,40,10,{code}\n\
             P1,7009,0,2026-03-05,00406117003,Naltrexone 50 mg tablet,30,30,{code}\n\
             P1,7001,0,2026-03-01,00406055201,Oxycodone 5 mg tablet,40,10,{of_oxycodone}\n"
        )
    };
    for (header, code, back) in [
        ("RECORD STATUS CODE", "1", "3"),
        ("Transaction Code", "01", "11"),
        ("CLM05-3", "1", "8"),
        ("Type of Bill Frequency", "1", "8"),
        ("Bill Submission Reason Code", "00", "01"),
        ("Bill Submission Reason", "Original", "Cancel"),
        ("Transaction Set Purpose Code", "00", "01"),
    ] {
        expect(header, &table(header, code, back), &CLEAN);
        expect(header, &table(header, code, code), &FOUND);
    }
    expect("rejected, then paid", &table("RECORD STATUS CODE", "1", "2"), &FOUND);
    let apcd = "payer_claim_control_number,claim_line_number,claim_line_type,claim_status,member_unique_id,drug_name,\
                date_prescription_filled,quantity_dispensed,days_supply\n\
                C1,1,O,4,P1,Oxycodone 5 mg tablet,20260301,40,10\n\
                C2,1,O,1,P1,Naltrexone 50 mg tablet,20260305,30,30\n";
    expect("denied, in a night without reversals", apcd, &CLEAN);
    let ma = "PC001|PC004|PC005|PC025|PC026|PC027|PC028|PC032|PC033|PC034|PC058|PC107|PC110|PC111\n\
              1|C1|1|01|00406055201|OXYCODONE HCL 5 MG TABLET|00|20260301|40|10|7001|P1|O|\n\
              1|C2|1|01|00406055201|OXYCODONE HCL 5 MG TABLET|00|20260105|40|10|7001|P1|R|C1\n\
              1|C9|1|01|00406117003|NALTREXONE HCL 50 MG TABLET|00|20260305|30|30|7009|P1|O|\n";
    expect("what a replacement names", ma, &CLEAN);
    let cclf = "CUR_CLM_UNIQ_ID|BENE_MBI_ID|CLM_LINE_NDC_CD|CLM_LINE_FROM_DT|CLM_LINE_SRVC_UNIT_QTY|CLM_LINE_DAYS_SUPLY_QTY|\
                CLM_ADJSMT_TYPE_CD|CLM_EFCTV_DT|CLM_IDR_LD_DT|CLM_LINE_RX_SRVC_RFRNC_NUM|CLM_LINE_RX_FILL_NUM\n\
                91|1EG4TE5M101|00406055201|2026-03-01|40|10|0|2026-03-11|2026-03-11|7001|0\n\
                92|1EG4TE5M101|00406055201|2026-03-01|40|10|1|2026-03-12|2026-03-12|7001|0\n\
                93|1EG4TE5M101|00406055201|2026-03-01|40|10|0|2026-03-13|2026-03-13|7001|0\n\
                99|1EG4TE5M101|00406117003|2026-03-05|30|30|0|2026-03-11|2026-03-11|7009|0\n";
    expect("cancelled, and made again later", cclf, &FOUND);
    expect("cancelled", &cclf.replace("|0|2026-03-13|", "|1|2026-03-13|"), &CLEAN);
    let worker = "Injured Worker ID,Date Dispensed,Drug Name,Quantity,Days Supply\n\
                  W1,2026-03-01,Oxycodone 5 mg tablet,40,10\n\
                  W1,2026-03-05,Naltrexone 50 mg tablet,30,30\n";
    expect("whose they are", worker, &FOUND);
}

#[test]
fn an_adjustment_of_a_prescriptions_fill_may_be_of_its_drug() {
    let table = |header: &str, code: &str, adjusted: &str, ndc: &str| {
        format!(
            "PDE_ID|BENE_ID|SRVC_DT|SRVC_PRVDR_ID|RX_SRVC_RFRNC_NUM|PROD_SRVC_ID|QTY_DSPNSD_NUM|DAYS_SUPLY_NUM|FILL_NUM|{header}\n\
             101|9001|01-MAR-2026|1234|7001|00406055201|40|10|0|{code}\n\
             102|9001|01-MAR-2026|1234|7001|{ndc}|40|10|0|{adjusted}\n\
             103|9001|05-MAR-2026|1234|7009|00406117003|30|30|0|{code}\n"
        )
    };
    for (header, code, adjusted) in [("ADJSTMT_DLTN_CD", "", "A"), ("CLM_ADJSMT_TYPE_CD", "0", "2")]
    {
        expect(header, &table(header, code, adjusted, "68180098001"), &CLEAN);
        expect(header, &table(header, code, adjusted, "00406055201"), &FOUND);
        let of_another =
            table(header, code, adjusted, "68180098001").replacen("|7001|", "|7002|", 1);
        expect("of another prescription", &of_another, &FOUND);
    }
}

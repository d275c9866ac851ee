//! What takes a bill back, or its place: voids, replacements, frequencies and versions, by the numbers of the claims.
#![allow(clippy::expect_used, reason = "a helper of a test may panic as a test may")]

mod common;

use common::table::{CLEAN, Expected, FOUND, OVERLAP, expect};
use common::{rxlint_in, stderr, stdout};

#[test]
fn a_void_with_its_own_number_takes_the_claim_back_that_it_names() {
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
fn a_column_of_the_claims_that_others_take_back_is_known_by_its_words_and_cells() {
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
    // Nothing but its cells says what it may be.
    let asked = Expected { codes: &[3], ..FOUND };
    expect("a header that says nothing", &table("Foo Bar", "C10"), &asked);
    expect("other numbers", &table("Foo Bar", "77-1"), &FOUND);
    let paid = table("Foo Bar", "").replace(",,1,", ",C77,1,");
    expect("of what was paid", &paid, &FOUND);
    expect("of something else, maybe", &table("Original Rx No", "R10"), &asked);
}

#[test]
fn codes_of_transactions_take_back_under_whatever_speaks_of_transactions() {
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

/// Oxycodone for a month, what became of it, and naltrexone in that month; each with claim, original claim and status.
fn claims(header: &str, bill: &str, then: &str, last: &str) -> String {
    format!(
        "member_id,claim_id,original_claim_id,fill_date,drug_name,quantity,days_supply,{header}\n\
         M1,C1,,2026-03-01,Oxycodone 5 mg tablet,90,30,{bill}\n{then}\nM1,C3,,2026-03-20,Naltrexone 50 mg tablet,30,30,{last}\n"
    )
}

#[test]
fn letters_and_codes_of_payers_take_a_bill_back() {
    let again = |status: &str| format!("M1,C1,,2026-03-01,Oxycodone 5 mg tablet,90,30,{status}");
    for header in ["claim_status", "Status", "Transaction Status"] {
        expect(header, &claims(header, "P", &again("X"), "P"), &CLEAN);
        // Of another claim it takes nothing back.
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
fn the_codes_of_a_remittance_need_no_others_beside_them() {
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
fn money_is_no_length() {
    for header in ["ALLOWED", "ALLOWED_AMT", "ALWD_AMT", "BILLED", "NET", "COINS", "Plan_Amt"] {
        let lines = format!(
            "CLM_ID,MBR_ID,FROM_DT,HCPCS,UNITS,{header}\nA1,M1,2026-03-05,J2315,380,25\n\
             B1,M1,2026-03-20,J2270,1,10\n"
        );
        expect(header, &lines, &FOUND);
    }
}

#[test]
fn what_adjusts_a_claim_takes_its_place() {
    let adjusted = |status: &str| format!("M1,C2,C1,2026-03-01,Oxycodone 5 mg tablet,6,2,{status}");
    for word in ["Adjusted", "Replacement", "Corrected", "7"] {
        expect(word, &claims("claim_status", "Paid", &adjusted(word), "Paid"), &CLEAN);
    }
    expect("another bill", &claims("claim_status", "Paid", &adjusted("Paid"), "Paid"), &FOUND);
}

#[test]
fn a_patient_control_number_is_a_claim_s() {
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
fn a_reversal_that_the_payer_rejected_takes_nothing_back() {
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
fn a_later_version_of_another_drug_takes_the_place_of_the_first() {
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

/// Checks a table whole, with its rows the other way round, and night by night with a ledger in both orders, a row each: what is found of
/// the last.
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
            // A night that takes back and nothing else says so.
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
fn a_reversal_takes_back_the_claim_of_its_own_day() {
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
    // A deletion alone stays one.
    let deleted = table("ADJ_IND", ["D", "D"], [opioid, opioid]);
    expect("deleted", &deleted, &CLEAN);
}

#[test]
fn a_replacement_takes_the_place_of_the_claim_that_it_names_whatever_that_was() {
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
fn a_rebill_takes_the_place_of_what_was_billed_of_its_fill() {
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
fn a_last_version_that_voids_another_drug_takes_the_claim_back() {
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
fn a_cancellation_takes_back_the_claim_of_its_number_in_any_language() {
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

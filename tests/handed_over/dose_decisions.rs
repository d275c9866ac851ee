//! Dose statuses that are about something else, doses taken home, and columns that say what was decided about each drug.

use crate::common::table::{ASKED, CLEAN, Expected, FOUND, expect, told};

const RECENT: &str = "recent-maintenance-opioid";
const GIVEN: Expected = Expected { codes: &[1, 3], fires: &[RECENT], is_quiet: &[] };
const QUIET: Expected = Expected { codes: &[0], fires: &[], is_quiet: &[RECENT] };

/// Methadone four days before naltrexone, among daily doses, with these cells in the last column.
fn log(header: &str, usual: &str, methadone: &str) -> String {
    let mut table = format!("Client ID,Medication,Dose Date,Dose (mg),{header}\n");
    for client in 1..=3 {
        for day in 1..=6 {
            table.push_str(&format!("Q{client},Methadone,2026-03-{day:02},60,{usual}\n"));
        }
    }
    table.push_str(&format!(
        "P1,Methadone,2026-03-16,60,{methadone}\nP1,Naltrexone,2026-03-20,50,{usual}\n"
    ));
    table
}

#[test]
fn a_refusal_of_something_else_makes_no_dose_inactive() {
    for word in [
        "refused UDS",
        "Refused counseling",
        "declined to give a urine sample",
        "Missed group",
        "Refused vitals",
        "dose held at 80 mg",
        "Held dose at 80 mg - no increase",
        "Held increase",
        "Refused 20 mg of 80",
        "refused half",
        "Returned to clinic and dosed",
        "Cancelled take home; dosed at window",
    ] {
        for header in ["Dose Status", "Attendance", "Outcome", "Disposition"] {
            expect(&format!("{header}: {word}"), &log(header, "Dosed", word), &GIVEN);
        }
    }
}

#[test]
fn a_dose_that_was_not_given_stays_so() {
    for word in [
        "Refused",
        "Refused dose - UDS positive",
        "Held - sedated",
        "Held pending UDS",
        "Not dosed - refused UDS",
        "AWOL",
        "Clinic closed",
        "Spilled",
        "Transferred",
        "Deferred",
        "N/S",
        "No show",
    ] {
        expect(word, &log("Dose Status", "Dosed", word), &QUIET);
    }
    for (usual, word) in [
        ("verabreicht", "fehlt"),
        ("verabreicht", "fehlt unentschuldigt"),
        ("verabreicht", "nicht vergeben"),
        ("verabreicht", "keine Vergabe"),
        ("verabreicht", "ausgefallen"),
        ("toegediend", "gemist"),
        ("given", "avböjd"),
        ("given", "ej utdelad"),
        ("given", "inställd"),
    ] {
        expect(word, &log("Status", usual, word), &QUIET);
    }
    // Still to be done, where the others were done.
    expect("Ordered", &log("Status", "Administered", "Ordered"), &QUIET);
}

#[test]
fn a_word_that_leaves_a_dose_open_is_reported_as_written_or_by_place() {
    let (_, _, error) = told(log("Dose Status", "Dosed", "Stopped").as_bytes(), &[]);
    assert!(error.contains("\"Stopped\"") && !error.contains("dose or stop"), "{error}");
    let (_, _, error) = told(log("Dose Status", "Dosed", "refused UDS; was Jane").as_bytes(), &[]);
    assert!(error.contains(", first ") && error.contains("export.csv:20"), "{error}");
}

#[test]
fn take_home_doses_are_counted_or_asked_about() {
    let sent = |header: &str| log(header, "0", "27").replace("2026-03-20", "2026-04-20");
    for header in ["Bottles Sent Home", "Doses Sent Home", "Sent Home", "Hemdoser"] {
        expect(header, &sent(header), &GIVEN);
    }
    for header in ["Doses Sent", "Bottles Delivered"] {
        expect(header, &sent(header), &ASKED);
    }
    // What someone is allowed is not what was handed over.
    for header in ["TH Phase", "TH Level", "Take Home Level", "TH Eligibility Level"] {
        let table = log(header, "4", "6").replace("2026-03-20", "2026-04-08");
        expect(header, &table, &QUIET);
    }
}

#[test]
fn the_next_dose_days_later_is_asked_about_and_one_on_the_next_day_is_not() {
    let next = |header: &str, methadone: &str| {
        let mut table = format!("Client ID,Medication,Dose Date,Dose (mg),{header}\n");
        for client in 1..=3 {
            for day in 1..=6 {
                table.push_str(&format!(
                    "Q{client},Methadone,2026-03-{day:02},60,2026-03-{:02}\n",
                    day + 1
                ));
            }
        }
        table.push_str(&format!("P1,Methadone,2026-03-02,60,{methadone}\n"));
        table
    };
    for header in ["Next Dose Due", "Next Pickup Date", "Next Dose"] {
        expect(header, &next(header, "2026-03-20"), &ASKED);
        expect(header, &next(header, "2026-03-03"), &CLEAN);
    }
    for header in ["Days to next dose", "Days Until Next Visit", "Next Visit Days"] {
        expect(header, &log(header, "1", "18"), &ASKED);
        let (code, ..) = told(log(header, "1", "1").as_bytes(), &[]);
        assert_eq!(code, 1, "{header}: methadone was given four days before");
    }
}

#[test]
fn a_reason_in_a_log_may_say_that_a_dose_was_not_given() {
    for header in ["Reason", "Exception Reason", "Dose Reason"] {
        expect(header, &log(header, "", "No show"), &ASKED);
    }
    let claims = "Patient ID,Drug,Fill Date,Days Supply,Reason\n1,Lisinopril 10 mg,2026-03-01,30,Refused\n\
                  1,Naltrexone 50 mg,2026-03-02,30,pain\n";
    expect("of fills", claims, &CLEAN);
}

/// A discharge list: naltrexone and oxycodone, with the decision on the oxycodone.
fn discharge(header: &str, usual: &str, oxycodone: &str) -> String {
    let mut table = format!("MRN,Medication,Start Date,{header}\n");
    for patient in 1..=12 {
        table.push_str(&format!("X{patient},Lisinopril 10 mg tablet,2026-03-01,{usual}\n"));
    }
    table.push_str(&format!(
        "P1,Naltrexone 50 mg tablet,2026-03-01,{usual}\nP1,Oxycodone 5 mg tablet,2026-03-01,{oxycodone}\n"
    ));
    table
}

#[test]
fn what_was_decided_at_a_discharge_is_read_by_its_words() {
    for header in [
        "Discharge Instruction",
        "Discharge Action",
        "Reconciliation Action",
        "Med Rec Action",
        "Change Type",
        "Instruction",
        "Plan",
        "Taking?",
        "Currently Taking",
        "Pt Taking",
        "Reconciled",
        "Disposition",
        "Med Status",
        "Action",
    ] {
        for word in ["START", "NEW", "CHANGE", "RESUME", "CONTINUE"] {
            expect(&format!("{header} {word}"), &discharge(header, "CONTINUE", word), &FOUND);
        }
        for word in ["STOP", "HOLD"] {
            expect(&format!("{header} {word}"), &discharge(header, "CONTINUE", word), &CLEAN);
        }
    }
    for (header, usual, stopped) in [
        ("Acción", "continuar", "suspender"),
        ("Azione", "continua", "sospendere"),
        ("Maßnahme", "weiter", "absetzen"),
        ("Actie", "continueren", "staken"),
        ("Action", "poursuivre", "arrêt"),
    ] {
        expect(header, &discharge(header, usual, stopped), &CLEAN);
        expect(header, &discharge(header, usual, usual), &FOUND);
    }
    for header in ["Pt Taking", "Patient Taking", "Still taking"] {
        expect(header, &discharge(header, "Y", "N"), &CLEAN);
        expect(header, &discharge(header, "Taking", "Not taking"), &CLEAN);
        expect(header, &discharge(header, "Y", "Y"), &FOUND);
    }
}

#[test]
fn decisions_under_another_header_are_asked_about_however_many_words_there_are() {
    expect("Vorgehen", &discharge("Vorgehen", "weiter", "absetzen"), &ASKED);
    let words = [
        "START",
        "NEW",
        "CONTINUE",
        "CHANGE",
        "CHANGED",
        "MODIFY",
        "RESUME",
        "RESTART",
        "TAKE",
        "Unchanged",
        "Keep taking",
        "Start taking",
        "Continue taking",
        "Increase",
        "Decrease",
        "Taking",
        "Dose change",
        "STOP",
        "HOLD",
        "Stopped",
        "Held",
        "Not taking",
    ];
    let mut table = discharge("Med Rec Step", "CONTINUE", "STOP TAKING");
    for (patient, word) in words.iter().enumerate() {
        table.push_str(&format!("Y{patient},Lisinopril 10 mg tablet,2026-03-01,{word}\n"));
    }
    expect("many words", &table, &ASKED);
}

#[test]
fn columns_that_decide_nothing_stay_what_they_are() {
    for (header, cell) in [
        ("Plan", "HMO Gold"),
        ("Instruction", "take 1 tablet daily"),
        ("Order Type", "New"),
        ("Fill Type", "New"),
    ] {
        expect(header, &discharge(header, cell, cell), &FOUND);
    }
}

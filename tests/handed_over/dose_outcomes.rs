//! Doses that were given, whatever a column about money, a next visit, a cabinet or a late hour says, and doses that were not.

use crate::common::table::{Expected, expect, told};

const RECENT: &str = "recent-maintenance-opioid";
const DEPOT: &str = "recent-depot-buprenorphine";
const GIVEN: Expected = Expected { codes: &[1], fires: &[RECENT], is_quiet: &[] };
const QUIET: Expected = Expected { codes: &[0], fires: &[], is_quiet: &[RECENT, "overlap"] };

#[test]
fn who_pays_for_an_injection_does_not_say_whether_it_was_given() {
    const INJECTED: Expected = Expected { codes: &[1], fires: &[DEPOT], is_quiet: &[] };
    let log = |dated: &str, given: &str, word: &str, paid: &str, denied: &str, settled: &str| {
        let (given, word) = match given {
            "" => (String::new(), String::new()),
            given => (format!(",{given}"), format!(",{word}")),
        };
        format!(
            "Patient ID,{dated},Medication{given},{paid}\nP1,2026-03-01,SUBLOCADE 300 MG{word},{denied}\n\
             P1,2026-04-10,VIVITROL 380 MG{word},{settled}\nP2,2026-04-10,VIVITROL 380 MG{word},{settled}\n\
             P3,2026-04-11,VIVITROL 380 MG{word},{settled}\n"
        )
    };
    let money = [
        ("Claim Status", "Denied", "Paid"),
        ("Billing Status", "Void", "Billed"),
        ("Payment Status", "Rejected", "Paid"),
        ("Adjudication Status", "Reversed", "Paid"),
        ("Paid?", "N", "Y"),
    ];
    for (paid, denied, settled) in money {
        for (given, word) in [
            ("", ""),
            ("Admin Status", "Given"),
            ("Given?", "Yes"),
            ("Outcome", "Given"),
            ("Event", "Administered"),
        ] {
            let log = log("Injection Date", given, word, paid, denied, settled);
            expect(&format!("{given} {paid}"), &log, &INJECTED);
        }
        // For a service day the rules for claims apply, unless a column says what was given.
        let beside = log("Service Date", "Status", "Given", paid, denied, settled);
        expect(&format!("service {paid}"), &beside, &INJECTED);
        let alone = log("Service Date", "", "", paid, denied, settled);
        expect(&format!("claims {paid}"), &alone, &QUIET);
    }
    let denied = log("Injection Date", "", "", "Claim Status", "Denied", "Paid");
    let (_, _, error) = told(denied.as_bytes(), &[]);
    assert!(error.contains("`Claim Status` marks 1 records as not paid"), "{error}");
}

#[test]
fn a_return_visit_reverses_no_dose() {
    const ASKED: Expected = Expected { codes: &[3], fires: &[RECENT], is_quiet: &[] };
    for header in ["Return Date", "Date Returned", "Returned On", "Returned", "Retour"] {
        let log = format!(
            "Client ID,Dose Date,Medication,Dose mg,Status,{header}\n201,2026-03-05,METHADONE 10 MG/ML,80,Dosed,2026-03-06\n\
             201,2026-03-10,VIVITROL 380 MG,380,Dosed,\n202,2026-03-05,METHADONE 10 MG/ML,60,Dosed,\n\
             202,2026-03-06,METHADONE 10 MG/ML,60,Dosed,\n"
        );
        expect(header, &log, &ASKED);
    }
}

#[test]
fn a_number_of_what_came_back_may_be_a_part() {
    let log = |out: &str, back: &str, counts: [&str; 2]| {
        let mut log = format!("MRN,Admin Date,Medication,{out},{back}\n");
        for day in 3..9 {
            log += &format!("700101,2026-03-0{day},LISINOPRIL 10 MG TAB,1,0\n");
        }
        let [taken, back] = counts;
        log + &format!(
            "700200,2026-03-05,OXYCODONE 5 MG TAB,{taken},{back}\n700200,2026-03-07,NALTREXONE 50 MG TAB,1,0\n"
        )
    };
    for (out, back) in [("Issued", "Returned"), ("Removed", "Returned"), ("Dispensed", "RTS")] {
        let (code, findings, error) = told(log(out, back, ["2", "1"]).as_bytes(), &[]);
        assert!(code == 3 && findings.contains("recent-opioid"), "{out} {back}\n{findings}{error}");
    }
    let (code, _, error) = told(log("Qty Removed", "Qty Returned", ["1", "1"]).as_bytes(), &[]);
    assert_eq!(code, 3, "{error}");
    let (code, findings, error) =
        told(log("Qty Removed", "Qty Returned", ["2", "1"]).as_bytes(), &[]);
    assert!(code == 1 && findings.contains("recent-opioid"), "{findings}{error}");
}

#[test]
fn a_dose_that_was_given_late_was_given() {
    for status in [
        "Given late - pt asleep",
        "Given late: patient away",
        "Given (late) - asleep",
        "Administered late - asleep",
        "toegediend, te laat - afwezig",
    ] {
        for header in ["Status", "MAR Action", "Action", "Admin Status"] {
            let log = format!(
                "Patient ID;Dose Date;Medication;{header}\nP1;2026-03-05;METHADONE 10 MG/ML;{status}\n\
                 P1;2026-03-10;VIVITROL 380 MG;Given\nP2;2026-03-10;VIVITROL 380 MG;Given\nP3;2026-03-10;VIVITROL 380 MG;Given\n"
            );
            expect(&format!("{header} {status}"), &log, &GIVEN);
        }
    }
}

#[test]
fn what_was_taken_out_of_a_cabinet_or_paused_is_reported() {
    for word in ["Removed", "Paused", "Stopped"] {
        let log = format!(
            "Patient ID,Date,Medication,Action\nP1,2026-03-05,OXYCODONE 5 MG TAB,{word}\n\
             P1,2026-03-07,NALTREXONE 50 MG TAB,Given\nP2,2026-03-07,LISINOPRIL 10 MG TAB,Given\nP3,2026-03-07,LISINOPRIL 10 MG TAB,Given\n"
        );
        let (code, findings, error) = told(log.as_bytes(), &[]);
        assert!(code != 0 && error.contains(word), "{word} {code}\n{findings}{error}");
    }
}

#[test]
fn not_given_applies_to_the_drug_beside_it() {
    let list = |cell: &str, partner: &str| {
        format!(
            "MRN,Order Date,Medication,Days Supply\nT1,2026-03-05,\"{cell}\",14\nT1,2026-03-07,{partner},14\n\
             T2,2026-03-07,metformin 500 mg tab,14\nT3,2026-03-08,amlodipine 5 mg tab,14\n"
        )
    };
    for cell in [
        "lisinopril 10 mg not given; oxycodone 5 mg",
        "lisinopril 10 mg not given, oxycodone 5 mg",
        "lisinopril 10 mg not given oxycodone 5 mg",
        "1) lisinopril 10 mg not given 2) oxycodone 5 mg",
        "Not given: ibuprofen 400 mg. Given: oxycodone 5 mg",
        "ibuprofen not given, gave oxycodone 5 mg",
        "lisinopril 10 mg - not given\noxycodone 5 mg tab - given",
        "oxycodone 5 mg - naloxone kit not given",
        "oxycodone 5 mg - reason for prn not given",
        "oxycodone 5 mg PRN - not given in last 24h",
        "oxycodone 5 mg 0800 not given, 1400 given",
        "oxycodone 5 mg tab - not given refills",
        // The patient's own supply need not be dispensed.
        "oxycodone 5 mg not supplied (POD)",
        "oxycodone 5 mg - not supplied, patient's own",
        "oxycodone 5 mg NOT DISPENSED (pt has supply)",
        "oxycodone 5 mg held for pickup",
        "oxycodone 5 mg tab held at front desk",
    ] {
        let (code, findings, error) = told(list(cell, "naltrexone 50 mg tab").as_bytes(), &[]);
        assert_eq!(code, 1, "{cell}\n{findings}{error}");
    }
    for cell in [
        "oxycodone 5 mg not given",
        "oxycodone 5 mg tab not given (NPO)",
        "not given: oxycodone 5 mg tab",
        "lisinopril 10 mg given; oxycodone 5 mg not given",
        "oxycodone 5 mg not supplied",
        "oxycodone 5 mg held for surgery",
    ] {
        let (code, findings, error) = told(list(cell, "naltrexone 50 mg tab").as_bytes(), &[]);
        assert_eq!(code, 0, "{cell}\n{findings}{error}");
    }
}

#[test]
fn a_status_of_the_charting_does_not_say_that_a_dose_was_given() {
    let log = |tag: &str, result: &str| {
        let mut log = "MRN,Event End Dt/Tm,Medication,Event Tag,Result Status\n".to_owned();
        for day in 3..9 {
            log += &format!(
                "9,2026-03-0{day} 08:00,LISINOPRIL 10 MG TAB,Administered,Auth (Verified)\n"
            );
        }
        log + &format!(
            "1,2026-03-05 09:00,METHADONE 10 MG TAB,{tag},{result}\n1,2026-03-07 09:00,NALTREXONE 50 MG TAB,Administered,Auth (Verified)\n"
        )
    };
    for tag in ["Not Given: Patient Refused", "Not Given: NPO", "Not Done: Held per order"] {
        expect(tag, &log(tag, "Auth (Verified)"), &QUIET);
    }
    expect("in error", &log("Administered", "In Error"), &QUIET);
    for result in ["Auth (Verified)", "Modified", "Altered"] {
        expect(result, &log("Administered", result), &GIVEN);
    }
}

#[test]
fn a_word_in_place_of_a_dose_says_that_none_was_given_and_nothing_is_reported() {
    let log = |dose: &str| {
        let mut log = "Client ID,Dose Date,Medication,Dose mg\n".to_owned();
        for day in 3..9 {
            log += &format!("201,2026-03-0{day},METHADONE 10 MG/ML,80\n");
        }
        log + &format!(
            "204,2026-03-05,METHADONE 10 MG/ML,{dose}\n204,2026-03-10,VIVITROL 380 MG,380\n"
        )
    };
    for dose in ["MISSED", "NS", "held", "Refused", "No show"] {
        expect(dose, &log(dose), &QUIET);
    }
    for dose in ["80", "80 TH", "80 (guest)", "40/40 split"] {
        expect(dose, &log(dose), &GIVEN);
    }
    let (code, findings, error) = told(log("0").as_bytes(), &[]);
    assert!(code != 0 && findings.contains(RECENT) && error.contains("\"0\""), "{findings}{error}");
}

#[test]
fn the_time_of_administration_is_known_in_many_languages() {
    const FOUND: Expected = Expected {
        codes: &[1],
        fires: &["recent-opioid"],
        is_quiet: &["overlap", "missing-days-supply"],
    };
    for header in [
        "Administrationstidspunkt",
        "Administreret",
        "Givet kl.",
        "Indgivet",
        "Administreringstid",
        "Tid givet",
        "Toedientijd",
        "Heure réelle",
        "Data/Hora Checagem",
        "Dt. Aplicação",
        "Czas podania",
        "Čas podania",
        "Beadás ideje",
        "Beadva",
        "Data administrării",
        "Verildi",
        "Дата введения",
        "Введено",
        "Время приема",
        "Ώρα χορήγησης",
        "投与日時",
        "给药时间",
        "Appliziert",
    ] {
        let log = format!(
            "Patient ID;Drug;{header};Dose\n4102;Oxycodone 5 mg;2026-03-05 09:00;1\n4102;Naltrexone 50 mg;2026-03-09 09:00;1\n"
        );
        expect(header, &log, &FOUND);
    }
}

#[test]
fn the_status_of_an_order_does_not_say_whether_its_dose_was_given() {
    const OVERLAP: &str = "opioid-antagonist-overlap";
    const BOTH: Expected = Expected { codes: &[1], fires: &[OVERLAP], is_quiet: &[] };
    const REFUSED: Expected = Expected { codes: &[0], fires: &[], is_quiet: &[OVERLAP] };
    let columns = [
        ("Order Status", "Result"),
        ("Rx Status", "MAR_RESULT"),
        ("Order Status", "Action"),
        ("Status", "Admin Status"),
        ("Dispense Status", "Charting"),
        ("Prescription Status", "Administration Status"),
    ];
    for (ordered, charted) in columns {
        let log = |order: &str, dose: &str| {
            format!(
                "MRN,Administration Date,Medication,{ordered},{charted}\n\
                 P1,2026-03-10,Oxycodone 5 mg,{order},{dose}\nP1,2026-03-10,Naltrexone 50 mg,Active,Given\n\
                 P2,2026-03-10,Lisinopril 10 mg,Active,Given\nP3,2026-03-11,Metformin 500 mg,Active,Refused\n"
            )
        };
        for order in ["Canceled", "Suspended", "On Hold", "Discontinued"] {
            expect(&format!("{ordered} {order}, {charted}"), &log(order, "Given"), &BOTH);
        }
        expect(&format!("{ordered}, {charted}"), &log("Active", "Refused"), &REFUSED);
    }
}

#[test]
fn a_dose_that_was_refused_and_then_taken_or_sent_along_was_taken() {
    const OVERLAP: &str = "opioid-antagonist-overlap";
    const TAKEN: Expected = Expected { codes: &[1], fires: &[OVERLAP], is_quiet: &[] };
    const NOT: Expected = Expected { codes: &[0], fires: &[], is_quiet: &[OVERLAP] };
    let log = |word: &str| {
        format!(
            "Resident ID,Administration Date,Medication,Status\nP1,2026-03-10,Oxycodone 5 mg,{word}\n\
             P1,2026-03-10,Naltrexone 50 mg,Given\nP2,2026-03-10,Lisinopril 10 mg,Given\n\
             P3,2026-03-10,Lisinopril 10 mg,Refused\nP4,2026-03-10,Lisinopril 10 mg,Given\n"
        )
    };
    for word in [
        "Refused first; took later",
        "verweigert - später genommen",
        "Rechazado y luego tomado",
        "Geweigerd - later ingenomen",
        "Out on pass - meds sent",
        "abwesend - mitgegeben",
        "Absent - take home",
        "LOA with meds",
    ] {
        expect(word, &log(word), &TAKEN);
    }
    for word in [
        "Refused",
        "Refused - not taken",
        "verweigert",
        "Absent",
        "Drug Refused",
        "vernichtet",
        "PTA Patch Rmvd",
    ] {
        expect(word, &log(word), &NOT);
    }
}

//! Dose logs and clinic sheets: wards that look like lengths, missed doses, unknown ends, and names of programmes and of misused substances.

use crate::common;

use crate::common::table::{ASKED, CLEAN, Expected, FOUND, OVERLAP, expect, told};

#[test]
fn a_ward_or_another_time_is_not_a_length_whatever_it_looks_like() {
    // The header does not mention a length: the run asks, and uses none.
    for (header, cell) in [
        ("Unit", "4W"),
        ("Area", "10D"),
        ("Cabinet", "2W"),
        ("Sobriety", "7 days"),
        ("Clean Time", "7 days"),
        ("Time in Tx", "12 weeks"),
        ("UDS Window", "7 days"),
        ("Symptom Duration", "2 weeks"),
        ("GA", "20w"),
        ("Rx Type", "90D"),
    ] {
        let table = format!(
            "Patient ID,Drug,Start Date,{header}\n551,Oxycodone 5 mg tablet,03/13/2026,{cell}\n\
             551,Naltrexone 50 mg tablet,03/30/2026,{cell}\n552,Lisinopril 10 mg tablet,03/14/2026,{cell}\n"
        );
        let (code, findings, error) = told(table.as_bytes(), &[]);
        assert_eq!(code, 3, "{header} {cell}\n{findings}{error}");
        assert!(!error.contains("understood by content"), "{header} {cell}\n{error}");
        // An administration needs no length, so there is nothing to ask.
        let log = format!(
            "MRN,Medication,Admin Time,MAR Action,{header}\n551,Oxycodone 5 mg tablet,03/13/2026 08:00,Given,{cell}\n\
             551,Naltrexone 50 mg tablet,04/05/2026 08:00,Given,{cell}\n552,Lisinopril 10 mg tablet,03/14/2026 08:00,Given,{cell}\n"
        );
        expect(header, &log, &CLEAN);
    }
    // What can only be a place is not asked about.
    for header in ["Nursing Unit", "Station", "Ward", "Floor", "Bed"] {
        let table = format!(
            "Patient ID,Drug,Start Date,{header}\n551,Oxycodone 5 mg tablet,03/13/2026,4W\n\
             551,Naltrexone 50 mg tablet,03/30/2026,5D\n552,Lisinopril 10 mg tablet,03/14/2026,5D\n"
        );
        let (code, findings, error) = told(table.as_bytes(), &[]);
        assert_eq!(code, 1, "{header}\n{findings}{error}");
    }
}

/// Methadone, whose dose may have been missed, three days before naltrexone.
fn log(header: &str, methadone: &str, naltrexone: &str) -> String {
    format!(
        "Client ID,Medication,Dose Date,{header}\nC-122,Methadone 30 mg,03/14/2026,{methadone}\n\
         C-122,Naltrexone 50 mg,03/17/2026,{naltrexone}\nC-123,Methadone 40 mg,03/15/2026,{naltrexone}\n"
    )
}

const RECENT: &str = "recent-maintenance-opioid";

#[test]
fn a_missed_dose_was_not_taken() {
    const QUIET: Expected = Expected { codes: &[0], fires: &[], is_quiet: &[RECENT] };
    const GIVEN: Expected = Expected { codes: &[1], fires: &[RECENT], is_quiet: &[] };
    for word in [
        "No Show",
        "No-show",
        "NS",
        "DNS",
        "DNA",
        "Did not attend",
        "Absent",
        "Not dosed",
        "Skipped",
        "Left without dosing",
        "LWBS",
        "Excused",
        "Incarcerated",
        "Hospitalized",
        "Guest dosed elsewhere",
        "N",
        "Pt refused",
        "Dose held",
        "Not Admin",
        "Documented not given",
        "Ref",
        "Hold Dose",
        "Missed",
    ] {
        for header in ["Status", "MAR Action", "Dose Status"] {
            expect(&format!("{header} {word}"), &log(header, word, "Dosed"), &QUIET);
        }
    }
    for (header, missed, taken) in [
        ("Dosed?", "N", "Y"),
        ("Dosed?", "No", "Yes"),
        ("Attended", "N", "Y"),
        ("Attendance", "No Show", "Attended"),
        ("Attendance", "A", "P"),
        ("Attendance", "N", "Y"),
        ("Dose Given", "N", "Y"),
        ("Dosing Status", "N", "Y"),
        ("MAR Action", "N", "Y"),
    ] {
        expect(&format!("{header} {missed}"), &log(header, missed, taken), &QUIET);
        expect(&format!("{header} {taken}"), &log(header, taken, taken), &GIVEN);
    }
    for (header, missed, taken) in [
        ("Visit Status", "No Show", "Given"),
        ("Outcome", "No Show", "Given"),
        ("Outcome", "N", "Y"),
        ("Disposition", "No Show", "Given"),
        ("Result", "N", "Y"),
        ("Given?", "No Show", "Given"),
        ("No Show", "Y", "N"),
    ] {
        let (code, findings, error) = told(log(header, missed, taken).as_bytes(), &[]);
        assert!(
            code == 3 || !findings.contains(RECENT) && code == 0,
            "{header} {missed}: {code}\n{findings}{error}"
        );
    }
}

#[test]
fn an_unknown_status_is_reported_by_its_words_or_as_a_count() {
    for (word, told_as) in [
        ("No dose today", "No dose today"),
        ("Went to the fair", "the words of 1 of them are not shown"),
        ("Closed", "Closed"),
    ] {
        let table = log("Status", word, "Dosed").replace("03/15/2026,Dosed", "03/15/2026,Zork");
        let (_, _, error) = told(table.as_bytes(), &["--phi", "show"]);
        assert!(error.contains(told_as), "{word}\n{error}");
    }
}

#[test]
fn an_unknown_end_is_blank() {
    for filler in [
        "-",
        "--",
        "—",
        "*",
        "?",
        "none",
        "nil",
        "Active",
        "Unknown",
        "UNK",
        "cont.",
        "continue",
        "long term",
        "Long-term",
        "No end date",
        "still taking",
        "To date",
        "until further notice",
        "now",
        "(blank)",
        "None recorded",
        "1/0/1900",
        "Ongoing",
    ] {
        let table = format!(
            "MRN,Medication,Start Date,End Date\n88101,Oxycodone 10 mg tablet,01/15/2026,{filler}\n\
             88101,Naltrexone 50 mg tablet,03/14/2026,{filler}\n88102,Oxycodone 5 mg tablet,01/02/2026,01/09/2026\n"
        );
        let (code, findings, error) = told(table.as_bytes(), &[]);
        assert!(!error.contains("stop date or days' supply cannot be read"), "{filler}\n{error}");
        assert!(code == 1 && findings.contains(OVERLAP), "{filler}: {code}\n{findings}{error}");
    }
}

#[test]
fn misused_substances_were_not_dispensed() {
    for header in ["Substance", "Substance Used", "Primary Substance", "Drug of Choice"] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply,{header}\n88101,Oxycodone 5 mg tablet,2026-01-13,5,Heroin\n\
             88101,Naltrexone 50 mg tablet,2026-03-30,30,Alcohol\n88102,Lisinopril 10 mg tablet,2026-03-14,30,Alcohol\n"
        );
        let quiet =
            Expected { codes: &[0], fires: &[], is_quiet: &["name-code-mismatch", OVERLAP] };
        expect(header, &table, &quiet);
    }
    let ingredient = "Patient ID,Drug,Fill Date,Days Supply,Substance\n88101,Roxicodone 5 mg,2026-03-13,30,Oxycodone\n\
         88101,Revia 50 mg,2026-03-30,30,Naltrexone\n";
    expect("a substance that is an ingredient", ingredient, &FOUND);
}

#[test]
fn a_programme_or_a_clinic_may_be_called_after_a_drug() {
    let sheet = |header: &str, cell: &str| {
        format!(
            "Patient ID,Drug,Fill Date,Days Supply,{header}\n88101,Oxycodone 5 mg tablet,2026-01-13,5,{cell}\n\
             88101,Naltrexone 50 mg tablet,2026-03-30,30,{cell}\n88102,Lisinopril 10 mg tablet,2026-03-14,30,{cell}\n"
        )
    };
    for (header, cell) in [
        ("Department", "METHADONE MAINTENANCE"),
        ("Clinic", "Methadone Clinic"),
        ("Cost Center", "Methadone Program"),
        ("Program", "Vivitrol"),
        ("Track", "Suboxone"),
    ] {
        expect(header, &sheet(header, cell), &CLEAN);
    }
    expect("how much of it", &sheet("Program", "Vivitrol 380 mg"), &ASKED);
    let (code, _, error) = told(sheet("MOUD", "Vivitrol").as_bytes(), &[]);
    assert!(code == 3 && error.contains("`MOUD`"), "{error}");
}

/// The cells of a dose that was given.
fn cells_of(header: &str) -> &'static str {
    if header.contains(',') { "10 mg,10 mg" } else { "10 mg" }
}

#[test]
fn a_dose_of_zero_was_not_given() {
    const QUIET: Expected = Expected { codes: &[0], fires: &[], is_quiet: &[RECENT] };
    const GIVEN: Expected = Expected { codes: &[1], fires: &[RECENT], is_quiet: &[] };
    for header in
        ["Dose Given", "Amount Given", "Administered Dose", "Qty Given", "Dose,Dose Given"]
    {
        let log = |cell: &str| {
            let cells = |dose: &str, given: &str| match header {
                "Dose,Dose Given" => format!("{dose},{given}"),
                _ => given.to_owned(),
            };
            format!(
                "MRN,Administration Date,Medication,{header}\n1,2026-03-01,Methadone 10 mg tab,{}\n\
                 1,2026-03-13,Methadone 10 mg tab,{}\n1,2026-03-20,Naltrexone 50 mg tab,{}\n",
                cells("10 mg", "10 mg"),
                cells("10 mg", cell),
                cells("50 mg", "50 mg"),
            )
        };
        let is_first = header == "Dose Given";
        let nothing = ["0 mg", "Refused", "0", "0.0", "0mg", "0 tabs", "nil", "held"];
        for nothing in nothing.into_iter().filter(|cell| is_first || cell.len() > 3) {
            expect(&format!("{header} {nothing}"), &log(nothing), &QUIET);
        }
        for some in ["10 mg", "0.5"] {
            expect(&format!("{header} {some}"), &log(some), &GIVEN);
        }
        // What one row says is not carried over to the next.
        let after = log("Refused").replace("1,2026-03-20", "1,2026-03-14").replace(
            "1,2026-03-14,Nal",
            &format!("1,2026-03-14,Methadone 10 mg tab,{}\n1,2026-03-20,Nal", cells_of(header)),
        );
        expect(header, &after, &GIVEN);
    }
    // The first dose is the one that was given.
    let first = "MRN,Administration Date,Medication,Dose Given\n\
                 1042,2026-02-25,Naltrexone 50 mg tablet,0 mg\n1042,2026-03-07,Oxycodone 10 mg tablet,10 mg\n\
                 1042,2026-03-08,Oxycodone 10 mg tablet,10 mg\n1042,2026-03-10,Naltrexone 50 mg tablet,50 mg\n";
    let (_, findings) = common::table::check(first);
    assert!(findings.contains("\"rule\":\"recent-opioid\""), "{findings}");
    // An amount of zero says so only in a column of given doses.
    expect("ordered", &log("Dose", "0 mg", "10 mg"), &GIVEN);
}

#[test]
fn words_for_a_dose_not_given_are_known() {
    const QUIET: Expected = Expected { codes: &[0], fires: &[], is_quiet: &[RECENT] };
    for word in [
        "Patient away",
        "Away",
        "Nil by mouth",
        "Out of stock",
        "Not available",
        "No access",
        "Patient absent",
        "Patient on leave",
        "Unable to swallow",
        "Contraindicated",
        "Not Given per Sliding Scale",
        "Not given - patient request",
        "Odmítl",
        "Nepodáno",
        "Vägrade",
        "Ej intagen",
        "nevyzvednuto",
        "Odmówiła",
        "kieltäytyi",
        "niet toegediend",
    ] {
        expect(word, &log("MAR Action", word, "Given"), &QUIET);
    }
    let (_, _, error) = told(log("MAR Action", "Stopped", "Given").as_bytes(), &["--phi", "show"]);
    assert!(error.contains("\"Stopped\""), "{error}");
}

/// An amount of zero is not a dose, and a remark beside it only says why.
#[test]
fn an_amount_of_zero_is_not_a_dose_whatever_its_header() {
    let table = |header: &str, amount: &str, remark: &str, last: &str| {
        format!(
            "Patient ID,Dose Date,Medication,{header},Comments\n\
             P1,2026-03-01,Methadone 10 mg/ml,{amount},{remark}\nP1,2026-03-04,Naltrexone 50 mg tablet,50,\n\
             P2,2026-03-01,Methadone 10 mg/ml,60,{last}\n"
        )
    };
    for header in [
        "Dose Given",
        "Doses Given",
        "Doses Administered",
        "Actual Dose",
        "Gegebene Dosis",
        "Verabreichte Menge",
        "Toegediende dosis",
        "Gegeven dosis",
        "Toegediende hoeveelheid",
        "Doses administrées",
    ] {
        let (code, _, error) = told(table(header, "0", "Refused", "").as_bytes(), &[]);
        assert_eq!(code, 0, "{header}: {error}");
        let (code, ..) = told(table(header, "60", "", "").as_bytes(), &[]);
        assert_eq!(code, 1, "{header}");
        // In a row that counts, the remark is asked about.
        let (code, ..) = told(table(header, "0", "Refused", "Refused").as_bytes(), &[]);
        assert_eq!(code, 3, "{header}");
    }
    for amount in
        ["0/60", "0 of 60", "60 mg refused", "refused 60 mg", "60 mg held", "60 mg - not given"]
    {
        let (code, _, error) = told(table("Dose Given", amount, "", "").as_bytes(), &[]);
        assert_eq!(code, 0, "{amount}: {error}");
    }
    for amount in ["60/60", "30 of 60", "0.5 mg", "60 mg; rest refused", "40 mg refused 20 mg"] {
        let (code, ..) = told(table("Dose Given", amount, "", "").as_bytes(), &[]);
        assert_eq!(code, 1, "{amount}");
    }
}

/// Take-home doses under an unknown header.
#[test]
fn unread_small_numbers_of_a_log_are_reported() {
    let table = |header: &str, of: [&str; 3]| {
        let [first, second, third] = of;
        format!(
            "Patient ID,Dose Date,Medication,Dose (mg),{header}\nP1,2026-03-01,Methadone 10 mg/ml,80,{first}\n\
             P1,2026-03-18,Naltrexone 50 mg,50,{second}\nP2,2026-03-01,Methadone 10 mg/ml,60,{third}\n"
        )
    };
    for header in ["Wxyz", "Bottles out", "Doses to go"] {
        for of in [["6", "0", "0"], ["6", "", "13"]] {
            let (code, _, error) = told(table(header, of).as_bytes(), &[]);
            assert!(
                code == 3 && error.contains("handed over for the following days"),
                "{header} {error}"
            );
        }
    }
    // Numbers that are in every row, that are yes/no answers, or that have such a header do not count doses for other days.
    for (header, of) in [
        ("Wxyz", ["6", "3", "4"]),
        ("Wxyz", ["1", "0", "0"]),
        ("COWS", ["6", "0", "0"]),
        ("Pain", ["6", "0", "3"]),
        ("Doses missed", ["2", "0", "0"]),
        ("Nurse ID", ["12", "", "14"]),
    ] {
        expect(header, &table(header, of), &CLEAN);
    }
    let known = table("Wxyz,Take Homes", ["6,6", "0,0", "0,0"]);
    expect("what is known", &known, &Expected { codes: &[1], fires: &[RECENT], is_quiet: &[] });
}

#[test]
fn what_was_not_taken_on_another_day_says_nothing_of_this_one() {
    const GIVEN: Expected = Expected { codes: &[1], fires: &[RECENT], is_quiet: &[] };
    const QUIET: Expected = Expected { codes: &[0], fires: &[], is_quiet: &[RECENT] };
    for status in [
        "Missed yesterday",
        "Missed previous dose",
        "Missed one dose",
        "Missed Monday dose",
        "Missed 3 doses",
        "Not given yesterday",
        "absent hier",
        "assente ieri",
    ] {
        expect(
            status,
            &log("Dose Given,Status", &format!("30 mg,{status}"), "50 mg,Given"),
            &GIVEN,
        );
        let (_, _, error) = told(
            log("Dose Given,Status", &format!("30 mg,{status}"), "50 mg,Given").as_bytes(),
            &[],
        );
        assert!(error.contains("a status that is not known"), "{status}: {error}");
    }
    for status in ["Missed dose", "Held since yesterday", "Held until Monday", "Refused today"] {
        expect(status, &log("Status", status, "Given"), &QUIET);
    }
}

#[test]
fn words_of_wards_are_known_in_each_language() {
    const QUIET: Expected = Expected { codes: &[0], fires: &[], is_quiet: &[RECENT] };
    for word in [
        "omitido",
        "zurückgehalten",
        "Nüchtern",
        "beurlaubt",
        "en permission",
        "À jeun",
        "suspendido",
        "no acude",
        "paciente ausente",
        "paziente assente",
        "sospeso",
        "met verlof",
        "pacjent nieobecny",
        "nie przyjął",
        "na przepustce",
        "doente ausente",
        "não veio",
        "vom Patienten abgelehnt",
        "R",
        "H",
    ] {
        expect(word, &log("Status", word, "Given"), &QUIET);
    }
    // Beside a prescription, it is a course that was broken off.
    let course = "Patient ID,Drug,Start Date,Days Supply,Status\nP1,Oxycodone 5 mg tablet,2026-03-01,30,suspendido\n\
                  P1,Naltrexone 50 mg tablet,2026-03-05,30,activo\n";
    expect("a course", course, &FOUND);
}

#[test]
fn letters_in_place_of_an_amount_or_a_time_say_that_nothing_was_given() {
    const QUIET: Expected = Expected { codes: &[0], fires: &[], is_quiet: &[RECENT] };
    for cell in ["R", "H", "NG", "DNA", "Ref.", "no", "NIL GIVEN", "none given", "keine", "À jeun"]
    {
        expect(cell, &log("Dose Given", cell, "50 mg"), &QUIET);
    }
    for cell in ["R", "held", "H", "08:00 refused", "08:00 R", "not given"] {
        let table = log("Dose,Time Given", &format!("30 mg,{cell}"), "50 mg,8:10 am");
        expect(cell, &table.replace("Dose Date", "Date"), &QUIET);
    }
    expect("amounts", &log("Given", "0", "50").replace("Dose Date", "Date"), &QUIET);
    // An unknown code is reported.
    for (header, amount, last) in
        [("Dose Given", "", "50 mg"), ("Dose,Time Given", "30 mg,", "50 mg,08:10")]
    {
        let table = log(header, &format!("{amount}W"), last);
        let (code, _, error) = told(table.as_bytes(), &[]);
        assert!(code == 1 && error.contains("Unknown statuses: \"W\" (1)"), "{header}: {error}");
    }
    for cell in ["x", "--"] {
        let (code, _, error) = told(log("Dose Given", cell, "50 mg").as_bytes(), &[]);
        assert!(code == 1 && error.contains("a status that is not known"), "{cell}: {error}");
    }
}

/// A dose of methadone, two weeks of it, and naltrexone on the second day after those.
fn weeks(header: &str, cells: [&str; 3]) -> String {
    let [first, second, last] = cells;
    format!(
        "Client ID,Dose Date,Medication,Dose (mg),{header},Status\n\
         C1041,03/25/2026,Methadone 10 mg/mL oral conc,80,{first},Dosed\n\
         C1041,03/26/2026,Methadone 10 mg/mL oral conc,80,{second},Dosed\n\
         C1041,04/10/2026,Naltrexone 50 mg tab,50,{last},Dosed\n"
    )
}

#[test]
fn doses_that_were_handed_over_last_a_day_each() {
    const GIVEN: Expected = Expected { codes: &[1], fires: &[RECENT], is_quiet: &[] };
    for header in [
        "Bottles Dispensed",
        "Doses Dispensed",
        "Number of Doses",
        "# Doses",
        "Dose Count",
        "Doses Given",
        "Total Doses",
        "Days Medicated",
        "Days Provided",
    ] {
        let (code, findings, error) = told(weeks(header, ["1", "14", "1"]).as_bytes(), &[]);
        assert!(
            code == 1 && findings.contains("begins 1 opioid-free day"),
            "{header}: {findings}{error}"
        );
        // Zero is not a number of days: a count for the following days is asked about.
        if header != "Doses Given" {
            expect(header, &weeks(header, ["0", "14", "0"]), &ASKED);
        }
    }
    // Under another header it may be.
    for header in ["Wxyz", "THB Issued", "Doses to go", "Qty"] {
        expect(header, &weeks(header, ["1", "14", "1"]), &ASKED);
    }
    for header in ["Window", "Room", "Pain", "Dispensing Line"] {
        expect(header, &weeks(header, ["1", "14", "1"]), &CLEAN);
    }
    for (from, to) in [
        ("TH From", "TH To"),
        ("Take Home Start", "Take Home End"),
        ("First TH Date", "Last TH Date"),
        ("Mitgabe von", "Mitgabe bis"),
        ("Doses à emporter du", "Doses à emporter au"),
        ("Para llevar desde", "Para llevar hasta"),
    ] {
        let table = weeks(&format!("{from},{to}"), [",", "03/27/2026,04/08/2026", ","]);
        expect(from, &table, &GIVEN);
    }
    // The end of an order is not one of them.
    expect("an order", &weeks("Order End", ["12/31/2026", "12/31/2026", "12/31/2026"]), &CLEAN);
}

#[test]
fn a_dose_is_taken_on_the_day_that_it_is_for() {
    for (handed, taken) in [
        ("Date Given", "Dose For"),
        ("Date Given", "For Date"),
        ("Dispense Date", "Ingestion Date"),
        ("Dispense Date", "Date of Dose"),
        ("Dispense Date", "Scheduled Dose Date"),
        ("Date Issued", "Date To Be Taken"),
        ("Medicated Date", "For Date"),
        ("Abgabedatum", "Einnahmedatum"),
        ("Date de remise", "Date de prise"),
        ("Fecha de entrega", "Fecha de toma"),
        ("Datum uitgifte", "Datum inname"),
    ] {
        let table = format!(
            "Client ID,{handed},{taken},Medication,Dose (mg),Take Home,Status\n\
             C1041,03/26/2026,03/26/2026,Methadone 10 mg/mL oral conc,80,N,Dosed\n\
             C1041,03/26/2026,04/08/2026,Methadone 10 mg/mL oral conc,80,Y,Dosed\n\
             C1041,04/10/2026,04/10/2026,Naltrexone 50 mg tab,50,N,Dosed\n"
        );
        let (code, findings, error) = told(table.as_bytes(), &[]);
        assert!(
            code == 1 && findings.contains("begins 1 opioid-free day"),
            "{handed}, {taken}: {findings}{error}"
        );
    }
}

#[test]
fn logs_of_doses_are_known_in_each_language() {
    for (headers, status) in [
        ("Patientennummer;Vergabedatum;Medikament;Dosis (mg);Mitgabetage;Status", "vergeben"),
        ("Patientennummer;Dosisdatum;Medikament;Dosis (mg);Take-Home;Status", "eingenommen"),
        ("Patientennummer;Datum;Medikament;Dosis (mg);Mitgabedosen;Status", "verabreicht"),
        ("Patientennummer;Einnahmedatum;Medikament;Dosis (mg);Mitgaben;Status", "gegeben"),
        ("No patient;Date de la dose;Médicament;Dose (mg);Doses à emporter;Statut", "donné"),
        ("No patient;Date de prise;Médicament;Dose (mg);Jours emportés;Statut", "prise"),
        ("Nº paciente;Fecha de dosis;Medicamento;Dosis (mg);Dosis para llevar;Estado", "tomada"),
        ("Patiëntnummer;Datum dosis;Medicijn;Dosis (mg);Meegegeven doses;Status", "gegeven"),
        ("Patiëntnummer;Datum inname;Medicijn;Dosis (mg);Meegeefdagen;Status", "ingenomen"),
    ] {
        let table = format!(
            "{headers}\n1041;26.03.2026;Methadon 1 % Lösung;80;6;{status}\n\
             1041;15.04.2026;Naltrexon 50 mg Tablette;50;0;{status}\n"
        );
        let (code, findings, error) = told(table.as_bytes(), &[]);
        assert!(
            code == 1 && findings.contains("begins 13 opioid-free days"),
            "{headers}: {findings}{error}"
        );
        assert!(!error.contains("not known"), "{status}: {error}");
    }
}

#[test]
fn daily_doses_are_a_log_and_fills_are_not() {
    let rows = |days: &[u8], drug: &str| -> String {
        days.iter().map(|day| format!("P1,03/{day:02}/2026,{drug},80\n")).collect()
    };
    let header = "Patient ID,Date,Medication,Dose (mg)\n";
    let naltrexone = "P1,03/28/2026,Naltrexone 50 mg tab,50\n";
    let methadone = "Methadone 10 mg/mL oral conc";
    let daily = rows(&[1, 2, 3, 4, 5, 7, 8], methadone);
    expect("day by day", &format!("{header}{daily}{naltrexone}"), &CLEAN);
    let fills = rows(&[1, 8, 15, 20, 22], methadone);
    let (code, findings, _) = told(format!("{header}{fills}{naltrexone}").as_bytes(), &[]);
    assert!(code == 1 && findings.contains("overlap"), "{findings}");
    // A row with a stated supply is a fill, whatever dates are beside it.
    for (headers, cells) in [
        ("Fill Date,Pickup Date,Days Supply,Dose (mg)", ["30,5", "30,5", "30,50"]),
        ("Fill Date,Consume Date,Quantity,Dose (mg)", ["60,5", "60,5", "30,50"]),
        ("Fill Date,Paid Date,Take Home,Strength", ["Y,5 mg", "Y,5 mg", "N,50 mg"]),
        ("Fill Date,Sold Date,Refills,Strength", ["0,5 mg", "1,5 mg", "3,50 mg"]),
    ] {
        let [first, second, last] = cells;
        let table = format!(
            "Patient ID,Drug,{headers}\nP1,Oxycodone 5 mg tablet,03/01/2026,03/01/2026,{first}\n\
             P1,Oxycodone 5 mg tablet,03/01/2026,03/04/2026,{second}\n\
             P1,Naltrexone 50 mg tablet,03/20/2026,03/20/2026,{last}\n"
        );
        let (code, findings, error) = told(table.as_bytes(), &[]);
        assert!(code != 0 && findings.contains(OVERLAP), "{headers}: {findings}{error}");
    }
}

/// An unreadable cell of take-home doses costs only that cell, and is reported.
#[test]
fn take_home_doses_are_counted_however_they_are_written() {
    const GIVEN: Expected = Expected { codes: &[1], fires: &[RECENT], is_quiet: &[] };
    let table = |header: &str, [first, second, last]: [&str; 3]| {
        format!(
            "Patient ID,Medication,Dose Date,Dose (mg),Dose Type,{header}\n\
             M1,Methadone,2026-03-02,80,Observed,{first}\nM1,Methadone,2026-03-09,80,Observed,{second}\n\
             M1,Naltrexone,2026-03-25,50,Observed,{last}\n"
        )
    };
    let is_counted = |header: &str, cell: &str, last: &str| {
        let (code, findings, error) = told(table(header, ["6.0", cell, last]).as_bytes(), &[]);
        let is_right = code == 1 && findings.contains("begins 2 opioid-free days");
        assert!(is_right, "{header} {cell} {last}: {findings}{error}");
    };
    for header in ["Take-Home Qty", "Carries", "Mitgabe", "Affido"] {
        for cell in ["13", "13.0", "13 doses", "13 days", "13 bottles", "x13", "6+7", "13 giorni"] {
            is_counted(header, cell, "");
        }
        for last in ["0", "0.0", "-", "N", "none"] {
            is_counted(header, "13", last);
        }
        // Another patient's unreadable cell is reported, and the others count.
        expect(header, &table(header, ["6", "13", "N/A"]), &GIVEN);
        for cell in ["see note", "3/26-4/7", "twelve"] {
            let (code, findings, error) = told(table(header, ["6", "13", cell]).as_bytes(), &[]);
            assert!(code == 3 && findings.contains("2 opioid-free days"), "{cell}: {findings}");
            assert!(error.contains("are not numbers"), "{cell}: {error}");
        }
        for cell in ["3/4-3/16", "2026-03-04 to 2026-03-16"] {
            expect(cell, &table(header, ["", cell, ""]), &ASKED);
        }
    }
    for header in ["Take Home Dates", "TH Period", "Doses Dispensed For"] {
        expect(header, &table(header, ["", "2026-03-10 to 2026-03-22", ""]), &ASKED);
    }
    for (header, cell) in [("Take Home", "Y"), ("Take-Home Agreement Date", "2025-11-02")] {
        expect(header, &table(header, ["N", cell, "N"]), &CLEAN);
    }
}

#[test]
fn the_day_on_which_a_dose_was_taken_makes_a_log() {
    for header in [
        "Date de prise",
        "Date de la prise",
        "Fecha de toma",
        "Data da toma",
        "Data da dose",
        "Data della dose",
        "Data assunzione",
        "Data di assunzione",
        "Einnahmedatum",
        "Datum der Einnahme",
        "Innamedatum",
        "Datum inname",
        "Medicated Date",
        "Date Taken",
    ] {
        let table = format!(
            "Patient;Medication;{header};Dose (mg)\nM1;Methadone;2026-03-02;80\nM1;Methadone;2026-03-03;80\n\
             M1;Methadone;2026-03-04;80\nM1;Naltrexone;2026-03-25;50\n"
        );
        expect(header, &table, &CLEAN);
    }
    // An intake is the beginning of a stay.
    let table = "Patient;Medication;Intake Date;Dose (mg)\nM1;Methadone;2026-03-02;80\nM1;Naltrexone;2026-03-25;50\n";
    let (code, ..) = told(table.as_bytes(), &[]);
    assert_ne!(code, 0);
}

#[test]
fn a_word_in_place_of_a_time_says_that_a_dose_was_not_given_in_each_language() {
    const QUIET: Expected = Expected { codes: &[0], fires: &[], is_quiet: &[RECENT] };
    for (header, word) in [
        ("Time", "refused"),
        ("Uhrzeit", "verweigert"),
        ("Uhrzeit", "schläft"),
        ("Heure", "refusé"),
        ("Heure", "à jeun"),
        ("Hora", "en ayunas"),
        ("Tijd", "geweigerd"),
        ("Ora", "rifiutato"),
    ] {
        let table = format!(
            "Client ID;Medication;Dose Date;Dose Given;{header}\nC1;Methadone 30 mg;2026-03-13;30 mg;{word}\n\
             C1;Naltrexone 50 mg;2026-03-17;50 mg;08:15\nC2;Methadone 40 mg;2026-03-14;40 mg;08:10\n"
        );
        expect(&format!("{header} {word}"), &table, &QUIET);
    }
}

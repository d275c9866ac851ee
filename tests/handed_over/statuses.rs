//! What happened to a row: statuses, flags, voids and quantities by which tables say that something was or was not handed over.

use crate::common;

use crate::common::table::{ASKED, CLEAN, Expected, FOUND, expect, pair};

#[test]
fn statuses_of_messages_labels_and_refills_reverse_no_fill() {
    for (header, word) in
        [("Refill Status", "Denied"), ("eRx Status", "Error"), ("Label Status", "Voided")]
    {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply,{header}\nP1,Naltrexone 50 mg,2026-03-01,30,Approved\nP1,Oxycodone 5 mg,2026-03-10,5,{word}\n"
        );
        expect(header, &table, &Expected { codes: &[3], ..FOUND });
    }
    let rows: String = (1..7)
        .map(|day| {
            let drug = if day % 2 == 1 { "Naltrexone" } else { "Oxycodone" };
            format!("P{},{drug} 5 mg,2026-03-0{day},10,2026-04-28\n", (day + 1) / 2)
        })
        .collect();
    let visits = format!("Patient ID,Drug,Fill Date,Days Supply,Return Date\n{rows}");
    expect("a next visit for everybody", &visits, &Expected { codes: &[3], ..FOUND });
}

#[test]
fn negative_quantities_are_read_in_every_notation() {
    for quantity in ["(20)", "20-", "−20", "- 20", "20 CR"] {
        let table = format!(
            "Patient ID,Rx Number,Drug,Fill Date,Qty,Days Supply\nP1,77,Oxycodone 5 mg,2026-03-01,20,30\n\
             P1,77,Oxycodone 5 mg,2026-03-01,{quantity},30\nP1,78,Naltrexone 50 mg,2026-03-15,30,30\n"
        );
        expect(quantity, &table, &CLEAN);
    }
}

#[test]
fn a_final_action_is_not_false() {
    let claims = |flag: &str, of: &str| {
        format!(
            "PDE_ID,{flag},BENE_ID,SRVC_DT,DRUG_NAME,DAYS_SUPLY_NUM\n1,{of},B1,2026-03-01,Oxycodone 5 mg,30\n2,F,B1,2026-03-09,Naltrexone 50 mg,30\n"
        )
    };
    expect("final", &claims("FINAL_ACTION", "F"), &FOUND);
    expect("replaced", &claims("FINAL_ACTION", "N"), &CLEAN);
    let filled = claims("Filled", "F") + "3,N,B2,2026-03-09,Lisinopril 10 mg,30\n";
    expect("filled", &filled, &FOUND);
}

#[test]
fn of_several_statuses_the_one_at_the_counter_decides() {
    let statuses = |one: &str, other: &str, cells: [&str; 2]| {
        format!(
            "Patient ID,Drug,Fill Date,Days Supply,{one},{other}\nP1,Oxycodone 5 mg,2026-03-01,30,{},{}\n\
             P1,Naltrexone 50 mg,2026-03-15,30,{},{}\nP2,Lisinopril 10 mg,2026-03-15,30,{},{}\n",
            cells[0], cells[1], "Completed", "Active", "Completed", "Active"
        )
    };
    for (near, far) in [
        ("Rx Transaction Status", "Rx Status"),
        ("TRXSTAT", "RXSTAT"),
        ("Workflow Status", "Prescription Status"),
        ("Rx Fill Status", "Rx Status"),
    ] {
        expect(near, &statuses(near, far, ["Returned to Stock", "Active"]), &CLEAN);
    }
    let codes = "Patient ID,Drug,Start Date,Stop Date,ORDER_STATUS_CD,ORDER_STATUS_DISP\nP1,Oxycodone 5 mg,2026-03-01,2026-03-30,2544,Voided\n\
                 P1,Naltrexone 50 mg,2026-03-15,2026-04-15,2543,Completed\nP2,Lisinopril 10 mg,2026-03-15,2026-04-15,2543,Completed\n";
    expect("codes that nobody knows beside their words", codes, &CLEAN);
}

#[test]
fn rows_reversed_by_another_word_are_asked_about() {
    for header in ["RemovedData", "Row Deleted", "is_superseded", "Retracted"] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply,{header}\nP1,Oxycodone 5 mg,2026-03-01,30,1\nP1,Naltrexone 50 mg,2026-03-15,30,0\n\
             P2,Lisinopril 10 mg,2026-03-15,30,0\n"
        );
        expect(header, &table, &ASKED);
    }
}

#[test]
fn reversal_flags_are_asked_about_and_foreign_statuses_are_known() {
    for header in ["Claim Indicator", "Flag", "Txn Ind"] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply,{header}\nP1,Oxycodone 5 mg,2026-03-01,30,Reversed\nP1,Naltrexone 50 mg,2026-03-15,30,Paid\n"
        );
        expect(header, &table, &ASKED);
    }
    for word in ["Zrušeno", "Törölt", "İptal", "取消", "취소", "Отменён"] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply,Status\nP1,Oxycodone 5 mg,2026-03-01,30,{word}\nP1,Naltrexone 50 mg,2026-03-15,30,Paid\n"
        );
        expect(word, &table, &CLEAN);
    }
}

#[test]
fn an_unknown_word_beside_a_short_word_for_not_taken_is_asked_about() {
    for header in ["TxStatus", "Disposition", "Last Action"] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply,{header}\nP1,Oxycodone 5 mg,2026-03-01,30,ADJ\nP1,Naltrexone 50 mg,2026-03-15,30,RTS\n"
        );
        expect(header, &table, &ASKED);
    }
    let forms = "Patient ID,Drug,Fill Date,Days Supply,Kind\nP1,Oxycodone 5 mg,2026-03-01,30,RET\nP1,Naltrexone 50 mg,2026-03-15,30,TAB\n";
    expect("a retard tablet", forms, &FOUND);
}

#[test]
fn an_inconclusive_status_is_active() {
    for status in ["active (was cancelled)", "cancelled in error", "Paid/Reversed", "Cancelled?"] {
        let table = pair(|mut cells| {
            cells[4] = status;
            cells.map(str::to_owned)
        });
        expect(status, &table, &FOUND);
    }
}

/// Two records of a pair and one of another patient, each with a cell of an additional column between the quantity and the days.
fn beside_the_days(header: &str, cells: [&str; 3]) -> String {
    format!(
        "Patient ID,Fill Date,Drug,Qty,{header},Days Supply\n1,2026-03-01,Oxycodone 5 mg tablet,20,{},10\n\
         1,2026-03-30,Naltrexone 50 mg tablet,30,{},30\n2,2026-03-05,Lisinopril 10 mg tablet,30,{},30\n",
        cells[0], cells[1], cells[2]
    )
}

#[test]
fn sexes_states_and_classes_beside_the_days_are_not_their_unit() {
    for header in ["Geschlecht", "Gender", "Class", "Tech", "Kön", "Init"] {
        expect(header, &beside_the_days(header, ["W", "W", "M"]), &CLEAN);
        expect(header, &beside_the_days(header, ["W", "W", "W"]), &CLEAN);
    }
    for header in ["State", "Bundesland"] {
        expect(header, &beside_the_days(header, ["MO", "MO", "MO"]), &CLEAN);
    }
    expect("a flag of the row", &beside_the_days("Row Status", ["A", "A", "D"]), &CLEAN);
    let weeks = beside_the_days("Days Unit", ["W", "D", "D"]);
    expect("a unit that says so", &weeks, &FOUND);
}

/// Two records of a pair and one of another patient, each with the cells of two additional columns.
fn two_columns(headers: [&str; 2], cells: [[&str; 2]; 3]) -> String {
    let rows = [
        ("1,2026-03-01,Oxycodone 5 mg tablet,20,10", cells[0]),
        ("1,2026-03-05,Naltrexone 50 mg tablet,30,30", cells[1]),
        ("2,2026-03-05,Lisinopril 10 mg tablet,30,30", cells[2]),
    ];
    let rows = rows.map(|(row, [one, other])| format!("{row},{one},{other}\n"));
    let [one, other] = headers;
    format!("Patient ID,Fill Date,Drug,Qty,Days Supply,{one},{other}\n{}", rows.concat())
}

/// The same with the two columns in either order.
fn in_either_order(headers: [&str; 2], cells: [[&str; 2]; 3], expected: &Expected) {
    expect(&headers.join(" and "), &two_columns(headers, cells), expected);
    let cells = cells.map(|[one, other]| [other, one]);
    let headers = [headers[1], headers[0]];
    expect(&headers.join(" and "), &two_columns(headers, cells), expected);
}

#[test]
fn payments_and_sales_neither_reverse_nor_restore_beside_a_status() {
    for flag in ["Paid", "Valid", "Delivered", "Paid_YN", "Final Action", "Abgeholt"] {
        let no = [["Dispensed", "N"], ["Dispensed", "N"], ["Dispensed", "Y"]];
        in_either_order(["Status", flag], no, &FOUND);
        let yes = [["Reversed", "Y"], ["Paid", "Y"], ["Paid", "Y"]];
        in_either_order(["Claim Status", flag], yes, &CLEAN);
        let not_reversed = [["N", "N"], ["N", "Y"], ["N", "Y"]];
        in_either_order(["Reversed", flag], not_reversed, &FOUND);
        let voided = [["", "N"], ["", "N"], ["", "Y"]];
        in_either_order(["Void Date", flag], voided, &FOUND);
        let alone = [["a", "N"], ["b", "Y"], ["c", "Y"]];
        in_either_order(["Notes", flag], alone, &CLEAN);
    }
    for flag in ["Dispensed", "Filled", "Given"] {
        let yes = [["Reversed", "Y"], ["Paid", "Y"], ["Paid", "Y"]];
        in_either_order(["Status", flag], yes, &CLEAN);
        let no = [["Active", "N"], ["Active", "Y"], ["Active", "Y"]];
        in_either_order(["Status", flag], no, &CLEAN);
    }
    let last = [["Reversed", "F"], ["Paid", "F"], ["Paid", "F"]];
    in_either_order(["Status", "Final Action"], last, &CLEAN);
}

#[test]
fn a_catalogue_status_is_not_the_dispensings() {
    for header in ["Drug Status", "Item Status", "Medication Status"] {
        let deleted = [["Deleted", "N"], ["Active", "N"], ["Active", "N"]];
        in_either_order([header, "Reversed"], deleted, &FOUND);
        let paid = [["Deleted", "Paid"], ["Active", "Paid"], ["Active", "Paid"]];
        in_either_order([header, "Status"], paid, &FOUND);
        let reversed = [["Discontinued", "Reversed"], ["Active", "Paid"], ["Active", "Paid"]];
        in_either_order([header, "Status"], reversed, &CLEAN);
    }
    let alone = [["Deleted", "a"], ["Active", "b"], ["Active", "c"]];
    in_either_order(["Drug Status", "Notes"], alone, &ASKED);
    in_either_order(["Item Status", "Notes"], alone, &ASKED);
}

#[test]
fn the_dispensing_status_precedes_the_prescriptions() {
    for (near, far, gone, held) in [
        ("Abgabestatus", "Rezeptstatus", "storniert", "aktiv"),
        ("Abgabestatus", "Verordnungsstatus", "storniert", "aktiv"),
        ("Estado despacho", "Estado receta", "anulado", "activo"),
        ("Status realizacji", "Status recepty", "anulowano", "aktywna"),
        ("Statut délivrance", "Statut ordonnance", "annulé", "actif"),
        ("Stato erogazione", "Stato ricetta", "annullato", "attivo"),
    ] {
        let cells = [[gone, held], [held, held], [held, held]];
        in_either_order([near, far], cells, &CLEAN);
    }
}

#[test]
fn reversal_flags_are_read_or_asked_about_in_each_language() {
    const FLAGS: &str = "\
        de|Stornokz|0/1;de|Retoure|nein/ja;de|Löschkennzeichen|/X;fr|est_annule|0/1;fr|est_annule|false/true;fr|Rejeté|N/O;\
        fr|Extourne|N/O;es|Reversado|N/S;es|Devolución|N/S;es|Rechazado|N/S;es|Baja|N/S;es|Borrado|N/S;it|Eliminato|N/S;\
        it|Respinta|N/S;it|Annullata|no/sì;pt|Devolução|N/S;pt|Glosado|N/S;pt|Rejeitado|N/S;nl|Vervallen|nee/ja;\
        nl|Teruggeboekt|N/J;sv|Raderad|Nej/Ja;sv|Retur|N/J;sv|Återlämnad|N/J;sv|Borttagen|0/1;sv|Återtagen|Nej/Ja;\
        da|Slettet|Nej/Ja;da|Tilbageført|0/1;da|Returneret|N/J;da|Retur|Nej/Ja;da|Makuleret|N/J;no|Annullert|Nei/Ja;\
        no|Slettet|Nei/Ja;no|Returnert|N/J;no|Tilbakeført|Nei/Ja;fi|Mitätöity|Ei/Kyllä;fi|Poistettu|E/K;\
        fi|Palautettu|Ei/Kyllä;fi|Hylätty|Ei/Kyllä;fi|Hyvitetty|Ei/Kyllä;cs|Storno|ne/ano;cs|Zrušeno|Ne/Ano;\
        cs|Smazáno|0/1;cs|Vráceno|Ne/Ano;cs|Zamítnuto|ne/ano;cs|Vratka|ne/ano;tr|İptal|H/E;tr|İptal|Hayır/Evet;\
        tr|Silindi|0/1;tr|İade|H/E;tr|İade Edildi|Hayır/Evet;tr|Reddedildi|H/E;tr|Geri Alındı|H/E;en|REV_CD|N/Y;\
        en|Denial Flag|N/Y;en|Reject Ind|/R";
    let mut silent = Vec::new();
    for line in FLAGS.split(';') {
        let [_, header, answers] = line.split('|').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let (no, yes) = answers.split_once('/').expect("two answers");
        let table = format!(
            "Patient ID;Fill Date;Drug;Qty;Days Supply;{header}\n1;2026-03-01;Oxycodone 5 mg tablet;20;10;{yes}\n\
             1;2026-03-05;Naltrexone 50 mg tablet;30;30;{no}\n2;2026-03-05;Lisinopril 10 mg tablet;30;30;{no}\n\
             3;2026-03-05;Metformin 500 mg tablet;30;30;{no}\n"
        );
        let (code, _) = common::table::check(&table);
        if ![0, 3].contains(&code) {
            silent.push(line);
        }
    }
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn a_letter_that_may_mean_yes_or_active_is_reported() {
    let table = "Patient ID,Fill Date,Drug,Days Supply,Storno\n1,2026-03-01,Oxycodone 5 mg tablet,10,A\n\
                 1,2026-03-05,Naltrexone 50 mg tablet,30,N\n";
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let path = folder.path().join("export.csv");
    std::fs::write(&path, table).expect("there is room for a table");
    let path = path.to_str().expect("the path of a folder for tests is text");
    let told = common::stderr(&common::rxlint(&["check", "--isolated", path]));
    assert!(told.contains("1 record has a status that is not known"), "{told}");
    let site = folder.path().join("rxlint.toml");
    std::fs::write(&site, "[status]\n\"A\" = \"cancelled\"\n").expect("there is room for it");
    let site = site.to_str().expect("the path of a folder for tests is text");
    let output = common::rxlint(&["check", "--config", site, path]);
    assert_eq!(output.status.code(), Some(0), "{}", common::stderr(&output));
}

/// A table with one additional column, which has `gone` for the opioid of a pair and `held` for everything else.
fn with_outcome(header: &str, held: &str, gone: &str) -> String {
    format!(
        "Patient ID;Fill Date;Drug;Qty;Days Supply;{header}\n1;2026-03-01;Oxycodone 5 mg tablet;20;10;{gone}\n\
         1;2026-03-05;Naltrexone 50 mg tablet;30;30;{held}\n2;2026-03-05;Lisinopril 10 mg tablet;30;30;{held}\n\
         3;2026-03-05;Metformin 500 mg tablet;30;30;{held}\n"
    )
}

#[test]
fn letters_mean_what_their_header_says() {
    for (header, held, gone) in [
        ("Paid/Denied", "P", "D"),
        ("Paid Flag", "P", "R"),
        ("Paid Ind", "P", "D"),
        ("Status Flag", "A", "V"),
        ("NCPDP Status", "P", "R"),
        ("Row Status", "A", "D"),
        ("row_status", "current", "deleted"),
        ("Esito", "OK", "KO"),
        ("Situação", "Paga", "Glosada"),
    ] {
        expect(header, &with_outcome(header, held, gone), &CLEAN);
        expect(header, &with_outcome(header, held, held), &FOUND);
    }
    for (header, held, other) in [("Valid Flag", "V", "I"), ("Delivered", "D", "N")] {
        expect(
            header,
            &with_outcome(header, held, other)
                .replace(&format!(";10;{other}"), &format!(";10;{held}")),
            &FOUND,
        );
    }
}

#[test]
fn outcome_letters_are_obeyed_or_asked_about() {
    let claims = |header: &str, held: &str, gone: &str| {
        let rows = with_outcome(header, held, gone);
        let numbered = |(at, row): (usize, &str)| match at {
            0 => format!("Claim ID;{row}\n"),
            _ => format!("C{at};{row}\n"),
        };
        rows.lines().enumerate().map(numbered).collect::<String>()
    };
    for (header, held, gone) in [
        ("Outcome", "P", "D"),
        ("outcome", "A", "V"),
        ("Resp", "P", "R"),
        ("Response", "A", "R"),
        ("disposition", "A", "R"),
        ("Adjudication", "P", "D"),
        ("Result", "P", "D"),
        ("Claim Outcome", "P", "D"),
        ("claim_status", "A", "D"),
        ("Status", "P", "D"),
        ("Approved", "Y", "N"),
        ("Payable", "Y", "N"),
        ("debit_credit", "D", "C"),
        ("Frequency Code", "1", "8"),
    ] {
        expect(header, &claims(header, held, gone), &CLEAN);
        expect(header, &claims(header, held, held), &FOUND);
    }
    for (header, held, gone) in [
        ("rec_type", "P", "R"),
        ("Outcome", "A", "D"),
        ("Response", "P", "D"),
        ("Result", "P", "N"),
    ] {
        expect(header, &claims(header, held, gone), &Expected { codes: &[3], ..FOUND });
    }
    // Such letters beside a status raise no question, and a dispensed record of an order counts.
    let beside = claims("Status;Outcome", "PAID;A", "PAID;D");
    expect("beside a status", &beside, &FOUND);
    expect("Order Status", &with_outcome("Order Status", "P", "D"), &FOUND);
}

#[test]
fn the_result_of_a_claim_is_a_status_in_each_language() {
    for (header, held, gone) in [
        ("PBS Status", "Paid", "Rejected"),
        ("Claim Result", "Paid", "Reversed"),
        ("Claim Outcome", "Paid", "Denied"),
        ("TRANSACTION_RESULT", "PAID", "REVERSED"),
        ("Claim State", "PAID", "REVERSED"),
        ("Final Status", "Paid", "Reversed"),
        ("Vorgangsstatus", "abgegeben", "storniert"),
        ("État ligne", "active", "supprimée"),
        ("Situación", "pagada", "rechazada"),
        ("Esito", "erogata", "annullata"),
        ("Stato riga", "valida", "annullata"),
        ("Declaratiestatus", "betaald", "afgewezen"),
        ("Estatus", "surtida", "cancelada"),
        ("Reseptstatus", "utlevert", "kansellert"),
        ("Toimituksen tila", "toimitettu", "peruttu"),
        ("İşlem Durumu", "verildi", "iptal edildi"),
    ] {
        expect(header, &with_outcome(header, held, gone), &CLEAN);
    }
    let states = with_outcome("Claim State", "MO", "VA");
    expect("where claims come from", &states, &FOUND);
}

#[test]
fn the_result_of_a_dose_is_read_under_many_headers() {
    for header in ["Admin Action", "Outcome", "Event Type", "Given/Not Given", "RESULT_STATUS_DISP"]
    {
        for word in ["Held", "Pt asleep", "LOA", "Dose not available", "ikke gitt", "未实施"] {
            let log = format!(
                "MRN,Medication,Admin Date/Time,{header}\n2,oxycodone 5 mg tab,2026-03-01 08:00,{word}\n\
                 2,naltrexone 50 mg tab,2026-03-05 08:00,Given\n2,naltrexone 50 mg tab,2026-03-06 08:00,Given\n"
            );
            expect(header, &log, &Expected { is_quiet: &["recent-opioid"], ..CLEAN });
        }
    }
    for (header, cell) in
        [("Reason Not Given", "NPO"), ("Held Reason", "Sedated"), ("Refused?", "Yes")]
    {
        let log = format!(
            "MRN,Medication,Admin Date/Time,{header}\n2,oxycodone 5 mg tab,2026-03-01 08:00,{cell}\n\
             2,naltrexone 50 mg tab,2026-03-05 08:00,\n"
        );
        expect(header, &log, &ASKED);
        expect(
            header,
            &log.replace(&format!(",{cell}\n"), ",\n"),
            &Expected { codes: &[1], ..ASKED },
        );
    }
}

#[test]
fn a_fill_whose_refills_went_elsewhere_was_handed_over() {
    let fill = |status: &str| {
        format!(
            "Patient ID,Fill Date,Drug,Days Supply,Status\nA1,2026-03-01,Oxycodone 5 mg tablet,7,{status}\n\
             A1,2026-03-05,Naltrexone 50 mg tablet,30,Filled\n"
        )
    };
    for status in ["Transferred Out", "TRANSFERRED-OUT", "Xfer out"] {
        expect(status, &fill(status), &FOUND);
    }
    for status in ["Queued", "To be filled", "Pended", "Prior auth required", "Insurance rejected"]
    {
        expect(status, &fill(status), &CLEAN);
    }
}

#[test]
fn remarks_that_say_not_taken_are_asked_about_under_every_remarks_header() {
    let table = |header: &str, remark: &str| {
        format!(
            "MRN,Drug,Fill Date,Days Supply,{header}\n1,Oxycodone 10 mg tablet,2026-03-01,30,{remark}\n\
             1,Naltrexone 50 mg tablet,2026-03-10,30,\n2,Lisinopril 10 mg tablet,2026-03-11,30,take with food\n"
        )
    };
    let told = Expected { codes: &[3], ..FOUND };
    for header in [
        "Remarks",
        "Remark",
        "Memo",
        "Comment",
        "Pharmacist Comments",
        "Rx Notes",
        "Note",
        "Bemerkung",
        "Kommentar",
        "Remarques",
        "Observaciones",
        "Uwagi",
        "Opmerkingen",
        "Poznámka",
        "Anmärkning",
    ] {
        expect(header, &table(header, "not collected"), &told);
    }
    for remark in [
        "Returned to stock",
        "Not picked up - returned to stock",
        "RTS 3/9",
        "patient refused",
        "client away",
        "Refused. Will try again tomorrow after talking to the doctor",
        "Nothing dispensed",
        "Refused by patient",
        "Patient never collected",
        "Patient refused to take it",
        "Rezept storniert",
        "Patient hat nicht abgeholt",
        "Patient n'a pas retiré",
        "refusé par le patient",
        "paciente no lo recogió",
        "rifiutato dal paziente",
        "nooit opgehaald",
        "nigdy nie odebrano",
        "recusado pelo doente",
    ] {
        expect(remark, &table("Notes", remark), &told);
    }
    // What is only mentioned says nothing about the record.
    for remark in [
        "refused counseling",
        "hold for SBP < 100",
        "patient will return Friday",
        "missed appointment with Dr Ames",
        "cancelled old script",
        "void where prohibited",
        "plan",
        "ret",
        "\"declined insurance, paid cash\"",
        "missed last dose",
        "hat Beratung abgelehnt",
        "keine Angabe",
        "nicht nüchtern",
        "bag not supplied",
    ] {
        expect(remark, &table("Notes", remark), &FOUND);
    }
    for header in ["Allergy Notes", "Counseling Comments"] {
        expect(header, &table(header, "refused"), &FOUND);
    }
    // A refused delivery brought nothing.
    expect("a delivery", &table("Delivery Notes", "refused"), &told);
    // A status says what happened to the row.
    let settled = table("Status,Notes", "PAID,returned to stock").replace("30,\n", "30,PAID,\n");
    let settled = settled.replace("take with food", "PAID,take with food");
    expect("a status", &settled, &FOUND);
}

#[test]
fn a_step_that_leaves_open_whether_something_was_handed_over_is_told() {
    let told = |header: &str, no: &str| {
        let table = with_outcome(header, "Y", no);
        let (code, _, error) = crate::common::table::told(table.as_bytes(), &[]);
        assert_eq!(code, 0, "{header}: {error}");
        error.contains("1 of 4 records are inactive, by")
    };
    for header in
        ["Paid", "Delivered?", "Is Shipped", "Received", "Approved", "Pickup", "Entregado"]
    {
        assert!(told(header, "N"), "{header}");
    }
    for header in ["Sold", "Picked Up", "Dispensed?", "Filled"] {
        assert!(!told(header, "N"), "{header}");
    }
    for (header, word) in [("Payment Status", "Rejected"), ("Billing Status", "On hold")] {
        assert!(told(header, word), "{header}");
    }
    let claims = with_outcome("Claim Status", "Paid", "Rejected");
    let (_, _, error) = crate::common::table::told(claims.as_bytes(), &[]);
    assert!(!error.contains("are inactive, by"), "{error}");
}

#[test]
fn a_course_that_is_not_completed_is_taken() {
    for header in ["Completed", "Is Completed"] {
        expect(header, &with_outcome(header, "Y", "N"), &FOUND);
    }
}

#[test]
fn what_was_dispensed_was_received_whatever_else_was_not() {
    let no = [["Dispensed", "N"], ["Dispensed", "Y"], ["Dispensed", "Y"]];
    in_either_order(["Status", "Received"], no, &FOUND);
}

#[test]
fn states_of_claims_are_read_or_asked_about_whatever_their_column_is_called() {
    let table = |header: &str, held: &str, gone: &str| {
        let more = "4;2026-03-06;Metformin 500 mg tablet;30;30;Rejected\n";
        with_outcome(header, held, gone) + more
    };
    for header in ["Claim Line Status", "Pharmacy Claim Status", "CLM_LINE_STATUS"] {
        expect(header, &table(header, "Paid", "Reversed"), &CLEAN);
    }
    for first in
        ["Plan", "Payer", "Insurance", "Invoice", "Store", "Shipment", "Batch", "Encounter"]
    {
        let header = format!("{first} Status");
        expect(&header, &table(&header, "Paid", "Reversed"), &ASKED);
        // Other statuses of such things are none of the fill's.
        expect(&header, &with_outcome(&header, "Active", "Cancelled"), &FOUND);
    }
    expect("Line Disposition", &table("Line Disposition", "Paid", "Reversed"), &ASKED);
    expect("Copay Card Status", &table("Copay Card Status", "Paid", "Reversed"), &FOUND);
}

#[test]
fn codes_of_deletions_remove_what_they_mark() {
    for header in ["Deletion Code", "ADJ_DEL_CD", "Adjustment Deletion Code", "Adj/Del Code"] {
        expect(header, &with_outcome(header, "", "D"), &CLEAN);
    }
}

//! What a pharmacy's bills say without words: the day on which a supply was picked up, packs that come back, signs beside the quantity, debits and
//! credits.

use crate::common::table::{CLEAN, Expected, FOUND, expect, told};

/// A table of fills on three days, with an additional date each.
fn fills(filled: &str, handed: &str, opioid: [&str; 2], antagonist: [&str; 2]) -> String {
    let row = |patient: &str, rx: &str, days: [&str; 2], drug: &str| {
        format!("{patient},{rx},0,{},{},{drug}\n", days[0], days[1])
    };
    [
        format!("Patient ID,Rx Number,Fill Number,{filled},{handed},Drug Name,Qty,Days Supply\n"),
        row("P1", "7001", opioid, "Oxycodone 5 mg tablet,40,10"),
        row("P1", "7009", antagonist, "Naltrexone 50 mg tablet,30,30"),
        row("P2", "7010", ["2026-03-14", "2026-03-15"], "Lisinopril 10 mg tablet,30,30"),
        row("P3", "7011", ["2026-03-15", "2026-03-15"], "Lisinopril 10 mg tablet,30,30"),
    ]
    .concat()
}

#[test]
fn a_supply_begins_on_the_day_of_its_pickup() {
    let late = |filled: &str, handed: &str| {
        let table =
            fills(filled, handed, ["2026-02-14", "2026-02-26"], ["2026-03-07", "2026-03-07"]);
        expect(&format!("{filled}, {handed}"), &table, &FOUND);
    };
    for handed in ["Sold Date", "Picked Up On", "Will Call Pickup Date", "POS Date", "Ship Date"] {
        late("Fill Date", handed);
    }
    for filled in ["Date Filled", "Service Date", "Date of Service"] {
        late(filled, "Sold Timestamp");
    }
    for handed in ["Date Sold", "Delivery Date"] {
        let table = |opioid, antagonist| fills("Fill Date", handed, opioid, antagonist);
        let apart = table(["2026-02-20", "2026-02-20"], ["2026-03-01", "2026-03-12"]);
        expect(handed, &apart, &CLEAN);
        // It is waiting in the shop and may be picked up today.
        let waiting = table(["2026-02-25", ""], ["2026-03-01", "2026-03-01"]);
        expect(handed, &waiting, &FOUND);
    }
}

#[test]
fn a_few_shipments_say_nothing_about_the_other_fills() {
    let rows = (10..20)
        .map(|day| format!("P{day},80{day},0,2026-03-{day},,Lisinopril 10 mg tablet,30,30\n"));
    let table = fills("Fill Date", "Ship Date", ["2026-02-25", ""], ["2026-03-01", "2026-03-02"]);
    expect("mail order", &format!("{table}{}", rows.collect::<String>()), &FOUND);
}

#[test]
fn dates_that_are_not_a_pickup_do_not_move_the_fill() {
    for header in ["Next Pickup Date", "Expected Delivery Date", "RTS Date", "Claim Date"] {
        let blank = if header == "RTS Date" { "" } else { "2026-03-25" };
        let table = fills("Fill Date", header, ["2026-02-25", blank], ["2026-03-17", blank]);
        let table = table.replace("2026-03-15,Lis", &format!("{blank},Lis"));
        expect(header, &table, &CLEAN);
    }
    // Nothing was sold before the fill.
    let earlier =
        fills("Fill Date", "Sold Date", ["2026-02-25", "2026-01-25"], ["2026-03-01", "2026-02-01"]);
    let earlier = earlier.replace("2026-03-15,Lis", "2026-01-15,Lis");
    expect("earlier", &earlier, &FOUND);
    // It does not say what was done then.
    let done = fills(
        "Fill Date",
        "Completed Date",
        ["2026-02-14", "2026-02-26"],
        ["2026-03-07", "2026-03-07"],
    );
    expect("asked", &done, &Expected { codes: &[3], ..CLEAN });
    // If everyone came the day after, that changes nothing.
    let at_once = fills(
        "Fill Date",
        "Completed Date",
        ["2026-02-26", "2026-02-27"],
        ["2026-03-07", "2026-03-07"],
    );
    expect("not asked", &at_once.replace(",40,10", ",60,15"), &FOUND);
}

/// A supply that came back under this header, with more columns after the quantity.
fn regularised(header: &str, counts: [&str; 2], more: &str, cell: &str) -> String {
    format!(
        "patient_id,fill_date,drug,{header}{more},days_supply\n\
         P1,2026-03-01,Oxycodone 5 mg tablet,{}{cell},10\n\
         P1,2026-03-01,Oxycodone 5 mg tablet,{}{cell},10\n\
         P1,2026-03-05,Naltrexone 50 mg tablet,1{cell},30\n\
         P3,2026-03-14,Lisinopril 10 mg tablet,1{cell},30\n\
         P4,2026-03-14,Lisinopril 10 mg tablet,2{cell},30\n",
        counts[0], counts[1]
    )
}

#[test]
fn returned_packs_reverse_packs() {
    for header in [
        "packs",
        "Packungen",
        "Confezioni",
        "Antal pakninger",
        "AntallPakninger",
        "Nb boîtes",
        "Opakowania",
        "quantity",
        "Menge",
    ] {
        expect(header, &regularised(header, ["1", "-1"], "", ""), &CLEAN);
        expect(header, &regularised(header, ["2", "-2"], "", ""), &CLEAN);
        expect(header, &regularised(header, ["1", "(1)"], "", ""), &CLEAN);
        // A different supply came back.
        expect(header, &regularised(header, ["1", "-3"], "", ""), &FOUND);
    }
    for (more, cell) in [(",uom", ",BX"), (",pack_size", ",28"), (",Einheit", ",OP")] {
        expect(more, &regularised("quantity", ["1", "-1"], more, cell), &CLEAN);
    }
    let negative_days = regularised("packs", ["1", "-1"], "", "").replacen("-1,10", "-1,-10", 1);
    expect("days below nothing", &negative_days, &CLEAN);
}

#[test]
fn some_of_the_packs_are_returned() {
    let table = |back: &str| {
        format!(
            "patient_id,rx_number,fill_number,fill_date,drug,packs,days_supply\n\
             P1,7001,0,2026-01-01,Oxycodone 5 mg tablet,3,90\n\
             P1,7001,0,2026-01-01,Oxycodone 5 mg tablet,{back},90\n\
             P1,7009,0,2026-03-05,Naltrexone 50 mg tablet,1,30\n"
        )
    };
    expect(
        "one of three: sixty days are left",
        &table("-1"),
        &Expected { codes: &[0, 1], ..CLEAN },
    );
    expect("none", &table("-4"), &FOUND);
}

#[test]
fn quantities_are_known_by_the_words_of_payers() {
    for header in [
        "OT-RX-CLAIM-QUANTITY-ACTUAL",
        "RX-QUANTITY-ACTUAL",
        "PRESCRIPTION-QUANTITY-ACTUAL",
        "CLM_LINE_NDC_QTY",
        "rev_cntr_ndc_qty",
        "quan",
        "MET_DEC_QTY",
        "RX_QTY_ACTL",
        "Billed Quantity",
        "Allowed Units",
        "ALLOWED_QTY",
        "APPROVED_QTY",
        "Paid Units",
        "Submitted Quantity",
        "Aantal",
        "Dispensed Units",
    ] {
        let table = format!(
            "BENE_ID,SRVC_DT,NDC,{header},DAYS_SUPPLY,FILL_NUM\n\
             100101,2026-03-05,00406117003,120,30,0\n100102,2026-03-06,68180098001,30,30,0\n"
        );
        expect(header, &table, &Expected { fires: &["dose-above-maximum"], ..FOUND });
        expect(header, &regularised(header, ["40", "-40"], "", ""), &CLEAN);
    }
    // A total may include all refills.
    for header in ["Qty Foo", "TOT_UNITS"] {
        let open = "BENE_ID,SRVC_DT,NDC,HEADER,DAYS_SUPPLY\n100101,2026-03-05,00406117003,120,30\n";
        expect(header, &open.replace("HEADER", header), &Expected { codes: &[3], ..CLEAN });
    }
}

#[test]
fn of_two_quantities_the_one_that_is_taken_counts() {
    for [right, other] in [
        ["METQTY", "QTY"],
        ["Metric Qty", "Qty"],
        ["Decimal Qty", "Rx Qty"],
        ["NDC Units", "Service Units"],
        ["Line NDC Quantity", "Billed Units"],
        ["Dispensed Units", "Claim Qty"],
        ["Metric Quantity", "Quantity"],
        ["Billed Quantity", "Qty"],
    ] {
        let row = |patient: &str, drug: &str, count: &str| {
            format!("{patient},2026-03-05,{drug},{count},30,1\n")
        };
        let table = [
            format!("member_id,service_date,drug_name,{right},days_supply,{other}\n"),
            row("P1", "Naltrexone 50 mg tablet", "120"),
            row("P2", "Lisinopril 10 mg tablet", "30"),
            row("P3", "Lisinopril 10 mg tablet", "90"),
        ]
        .concat();
        let found = Expected { fires: &["dose-above-maximum"], ..FOUND };
        expect(&format!("{right}, {other}"), &table, &found);
    }
}

/// An oxycodone and its twin, with a column after them.
fn twins(header: &str, [billed, back]: [&str; 2]) -> String {
    format!(
        "Patient ID,Rx Number,Fill Number,Fill Date,Drug Name,Qty,Days Supply,{header}\n\
         P1,7001,0,2026-03-01,Oxycodone 5 mg tablet,40,10,{billed}\n\
         P1,7009,0,2026-03-05,Naltrexone 50 mg tablet,30,30,{billed}\n\
         P1,7001,0,2026-03-01,Oxycodone 5 mg tablet,40,10,{back}\n"
    )
}

#[test]
fn a_negative_claim_count_reverses_a_claim() {
    for header in
        ["Claim Count", "Claim Counter", "CLM_CNT", "Rx Count", "Script Count", "Number of Claims"]
    {
        for (one, back) in [("1", "-1"), ("1.00", "-1.00"), ("1", "(1)")] {
            expect(header, &twins(header, [one, back]), &CLEAN);
        }
        expect(header, &twins(header, ["1", "1"]), &FOUND);
    }
    expect("a sign", &twins("Amount Sign", ["+", "-"]), &CLEAN);
}

#[test]
fn negative_money_on_the_twin_of_a_claim_is_asked_about() {
    let asked = Expected { codes: &[3], ..FOUND };
    for header in ["Plan Paid", "Ingredient Cost", "Paid Amount", "Total Cost", "Net Amount"] {
        expect(header, &twins(header, ["12.50", "-12.50"]), &asked);
        expect(header, &twins(header, ["$12.50", "($12.50)"]), &asked);
        expect("a rebate alone", &twins(header, ["12.50", "-0.75"]), &FOUND);
        let option = format!("adjustment={header}");
        let table = twins(header, ["12.50", "(12.50)"]);
        let (code, findings, _) = told(table.as_bytes(), &["--columns", &option]);
        assert_eq!(code, 0, "{header}: {findings}");
    }
}

#[test]
fn credits_reverse_debits() {
    for header in [
        "Debit/Credit",
        "Debit Credit Ind",
        "Debit/Credit Indicator",
        "CREDIT_DEBIT_IND",
        "DR/CR",
        "D/C",
        "Indicatie debet/credit",
        "Debet Credit Code",
        "Soll/Haben",
        "Débit/Crédit",
    ] {
        let others = [("DR", "CR"), ("Debit", "Credit")];
        let forms = if ["D/C", "DR/CR"].contains(&header) { &others[..] } else { &others[..1] };
        for (debit, credit) in [("D", "C")].iter().chain(forms) {
            let name = format!("{header} {debit}/{credit}");
            expect(&name, &twins(header, [debit, credit]), &CLEAN);
            if header != "D/C" {
                expect(&name, &twins(header, [debit, debit]), &FOUND);
            }
        }
    }
    expect("S and H", &twins("Soll/Haben-Kennzeichen", ["S", "H"]), &CLEAN);
}

/// A fill with directions and without days' supply, and naltrexone on the next day after what it should last.
fn lasting(drug: &str, directions: &str, quantity: &str, unit: &str) -> String {
    format!(
        "Patient ID,Fill Date,Drug Name,Sig,Qty,UOM\nP1,2026-02-01,{drug},{directions},{quantity},{unit}\n\
         P1,2026-03-02,Naltrexone 50 mg tablet,1 tablet daily,30,EA\n"
    )
}

#[test]
fn containers_of_one_dose_are_not_counted_in_millilitres() {
    const RECENT: [&str; 2] = ["recent-maintenance-opioid", "recent-opioid"];
    const OVERLAP: [&str; 2] = ["maintenance-opioid-overlap", "opioid-antagonist-overlap"];
    for (drug, directions, enough, too_few, unit) in [
        ("Methadone 40 mg/4 mL unit dose bottle", "Take 40 mg once daily", "30", "28", ""),
        ("Methadone 40 mg/4 mL unit dose cup", "Take 4 mL once daily", "30", "28", "EA"),
        ("Methadone 5 mg/5 mL oral syringe", "Give 5 mg twice daily", "60", "56", "SYR"),
        ("Morphine 2.5 mg/0.5 mL oral syringe", "2.5 mg every 12 hours", "60", "56", ""),
        // Without such words the quantity is in mL.
        ("Methadone 10 mg/5 mL solution", "Take 20 mg daily", "300", "280", "mL"),
    ] {
        let is_morphine = usize::from(drug.starts_with("Morphine"));
        let (overlap, recent) =
            (&OVERLAP[is_morphine..=is_morphine], &RECENT[is_morphine..=is_morphine]);
        let still = Expected { codes: &[1], fires: overlap, is_quiet: recent };
        let over = Expected { codes: &[1], fires: recent, is_quiet: overlap };
        expect(drug, &lasting(drug, directions, enough, unit), &still);
        expect(drug, &lasting(drug, directions, too_few, unit), &over);
    }
}

#[test]
fn a_depot_is_counted_in_injections_whatever_its_volume() {
    const STILL: Expected =
        Expected { codes: &[1], fires: &["maintenance-opioid-overlap"], is_quiet: &[] };
    const OVER: Expected = Expected {
        codes: &[1],
        fires: &["recent-depot-buprenorphine"],
        is_quiet: &["maintenance-opioid-overlap"],
    };
    for (drug, directions, unit) in [
        ("Sublocade 100 mg/0.5 mL", "Inject 100 mg SC monthly", ""),
        ("Sublocade 300 mg/1.5 mL", "Inject 300 mg SC every 4 weeks", "SYR"),
        ("Brixadi 96 mg/0.27 mL", "Inject 96 mg subcutaneously every 4 weeks", "EA"),
        ("Buvidal 64 mg/0.18 mL", "Inject 64 mg monthly", ""),
    ] {
        expect(drug, &lasting(drug, directions, "1", unit), &OVER);
        expect(drug, &lasting(drug, directions, "2", unit), &STILL);
    }
}

#[test]
fn a_quantity_and_directions_of_one_unit_count_it_whatever_it_is() {
    const STILL: Expected =
        Expected { codes: &[1], fires: &["maintenance-opioid-overlap"], is_quiet: &[] };
    const OVER: Expected = Expected {
        codes: &[1],
        fires: &["recent-maintenance-opioid"],
        is_quiet: &["maintenance-opioid-overlap"],
    };
    let methadone = "Methadone 10 mg/mL oral solution";
    for (directions, unit) in [
        ("1 cup daily", "cups"),
        ("Take 1 cup by mouth daily", "cup"),
        ("1 bottle daily", "bottles"),
        ("1 dose daily", "doses"),
        ("1 Becher täglich", "Becher"),
        ("1 Fläschchen täglich", "Fläschchen"),
        ("1 frasco al día", "frascos"),
        ("1 flacon par jour", "flacons"),
    ] {
        expect(directions, &lasting(methadone, directions, "60", unit), &STILL);
        expect(directions, &lasting(methadone, directions, "20", unit), &OVER);
        // In the cell of the quantity.
        let quantity = format!("60 {unit}");
        expect(directions, &lasting(methadone, directions, &quantity, ""), &STILL);
    }
}

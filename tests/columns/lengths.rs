//! How long a supply in a table lasts: days in many units and words, and the daily amount. Each line is the smallest of its kind.
#![allow(clippy::unwrap_used, reason = "a helper of a test may panic as a test may")]

use crate::common;

use crate::common::table::{ASKED, CLEAN, Expected, FOUND, OVERLAP, expect, told};

#[test]
fn a_length_counts_in_the_unit_of_its_header() {
    for header in [
        "Duration [wk]",
        "Dur (wk)",
        "Weeks",
        "# Weeks",
        "Durée (sem)",
        "Wochen",
        "Týdny",
        "Недель",
        "週数",
    ] {
        let table = format!(
            "Patient ID,Drug,Fill Date,{header}\nP1,Oxycodone 5 mg,2026-01-01,12\nP1,Naltrexone 50 mg,2026-03-15,4\n"
        );
        expect(header, &table, &FOUND);
    }
    for header in ["Months", "Supply (mos)", "Duur (mnd)"] {
        let table = format!(
            "Patient ID,Drug,Fill Date,{header}\nP1,Oxycodone 5 mg,2026-01-01,3\nP1,Naltrexone 50 mg,2026-03-15,1\n"
        );
        expect(header, &table, &FOUND);
    }
}

#[test]
fn a_length_counts_in_the_unit_beside_it() {
    for header in ["UOM", "Time Unit", "Period", "W/M/D", "Column 5", ""] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Duration,{header}\nP1,Oxycodone 5 mg,2026-01-01,12,weeks\nP1,Naltrexone 50 mg,2026-03-15,4,weeks\n"
        );
        expect(header, &table, &FOUND);
    }
    for (header, [week, day]) in [
        ("UOM", ["wk", "d"]),
        ("Unit", ["vk", "pv"]),
        ("Yksikkö", ["viikko", "päivä"]),
        ("Eenheid", ["Wo.", "dg"]),
        ("Jednostka", ["tyg.", "dni"]),
        ("Unit", ["vecka", "v"]),
    ] {
        let four = if day == "v" { ("4", "v") } else { ("28", day) };
        let table = format!(
            "Patient ID;Drug;Fill Date;Duration;{header}\nP1;Oxycodone 5 mg;2026-01-05;12;{week}\n\
             P1;Naltrexone 50 mg;2026-03-20;{};{}\nP2;Metformin 500 mg;2026-03-02;28;{day}\n",
            four.0, four.1
        );
        expect(week, &table, &FOUND);
    }
    for (header, one, other) in [
        ("Days Supply", "zorp", "d"),
        ("Length of therapy", "zorp", "d"),
        ("Length of therapy", "zorp", "blip"),
    ] {
        let table = format!(
            "Patient ID,Drug,Fill Date,{header},Unit\nP1,Oxycodone 5 mg,2026-01-05,12,{one}\nP1,Naltrexone 50 mg,2026-03-20,28,{other}\n"
        );
        expect("a unit that cannot be read", &table, &ASKED);
    }
    let pieces = "Patient ID,Drug,Fill Date,Qty,Days Supply,Unit\nP1,Oxycodone 5 mg,2026-01-05,60,90,TAB\nP1,Naltrexone 50 mg,2026-03-20,28,28,EA\n";
    expect("the unit of the quantity", pieces, &FOUND);
    let men = "Patient ID,Drug,Fill Date,Days Supply,Sex\nP1,Oxycodone 5 mg,2026-01-01,12,M\nP1,Naltrexone 50 mg,2026-03-15,4,M\n";
    expect("men are no months", men, &CLEAN);
}

#[test]
fn lengths_with_their_unit_are_read_below_any_header_or_asked_about() {
    let table = |header: &str, long: &str, short: &str| {
        format!(
            "Patient ID,Drug,Start Date,{header}\nP1,Oxycodone 5 mg,2026-01-05,{long}\nP1,Naltrexone 50 mg,2026-03-20,{short}\n\
             P2,Metformin 500 mg,2026-03-02,{short}\n"
        )
    };
    for header in [
        "Length",
        "Course",
        "Supply",
        "For",
        "Period",
        "Term",
        "Time",
        "How long",
        "Länge",
        "Tiempo",
        "Czas",
        "Okres leczenia",
        "Pituus",
        "Längd",
    ] {
        expect(header, &table(header, "84 days", "28 days"), &FOUND);
    }
    for (long, short) in
        [("84d", "28d"), ("12 wks", "4 wks"), ("12w", "4w"), ("3 months", "1 month")]
    {
        expect(long, &table("Length", long, short), &FOUND);
    }
    expect("three days", &table("Length", "3 days", "28 days"), &CLEAN);
    for header in ["Coverage", "Interval", "Age limit", "Follow-up"] {
        expect(header, &table(header, "84 days", "28 days"), &ASKED);
    }
    let two = table("Length,Term", "84 days,12 weeks", "28 days,4 weeks");
    expect("two such columns", &two, &ASKED);
}

#[test]
fn small_numbers_beside_missing_lengths_are_asked_about() {
    for header in ["Supply", "Packs", "Xyz"] {
        let table = format!(
            "Patient ID,Drug,Fill Date,{header}\nP1,Oxycodone 5 mg,2026-01-01,12\nP1,Naltrexone 50 mg,2026-03-15,4\n"
        );
        expect(header, &table, &ASKED);
    }
}

#[test]
fn days_are_read_in_words_and_full_width_digits() {
    for (opioid, antagonist) in
        [("９０", "３０"), ("ninety", "thirty"), ("three months", "one month"), ("90日", "30日")]
    {
        let table = format!(
            "患者番号,薬品名,調剤日,日数\n1,オキシコドン錠5mg,2026-01-01,{opioid}\n1,ナルトレキソン 50mg,2026-03-15,{antagonist}\n"
        );
        expect(opioid, &table, &FOUND);
    }
    for (opioid, antagonist) in [
        ("84 vrk", "28 vrk"),
        ("12 tyg.", "4 tyg."),
        ("12 wkn", "4 wkn"),
        ("84*", "28"),
        ("~84", "28"),
        ("28x3", "28x1"),
    ] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply\n1,Oxycodone 5 mg,2026-01-05,{opioid}\n1,Naltrexone 50 mg,2026-03-20,{antagonist}\n"
        );
        expect(opioid, &table, &FOUND);
    }
    for cell in ["quarterly", "monthly", "lifelong"] {
        let table = format!(
            "Patient ID,Drug,Fill Date,Days Supply\n1,Oxycodone 5 mg,2026-01-01,{cell}\n1,Naltrexone 50 mg,2026-03-15,30\n"
        );
        expect(cell, &table, &ASKED);
    }
}

#[test]
fn what_is_taken_in_a_day_gives_the_days_of_a_quantity() {
    for header in ["Tabs per day", "Units/day", "Daily Qty", "Tabletten pro Tag"] {
        let table = format!(
            "Patient ID,Drug,Qty,{header},Fill Date\n1,Naltrexone 50 mg tab,90,1,2026-01-01\n1,Oxycodone 5 mg tab,12,4,2026-03-20\n"
        );
        expect(header, &table, &FOUND);
    }
}

#[test]
fn broken_pieces_in_a_day_count_as_whole_ones_do() {
    let table = |header: &str, two: &str, half: &str| {
        format!(
            "Patient ID;Drug;Fill Date;Qty;{header}\nP1;Oxycodone 5 mg tablet;2026-01-05;168;{two}\n\
             P1;Naltrexone 50 mg tablet;2026-03-20;28;1\nP2;Metformin 500 mg tablet;2026-03-02;14;{half}\n"
        )
    };
    for half in ["0.5", ".5", "1.5", "0,5", "0.25", "1/2", "½", "1½", "1 1/2"] {
        expect(half, &table("Tabs per day", "2", half), &FOUND);
    }
    for two in ["2.0", "2,0"] {
        expect(two, &table("Tabs per day", two, "1.0"), &FOUND);
    }
    for header in [
        "Daily Qty",
        "Daily Dose (tabs)",
        "Tabletten pro Tag",
        "Comprimés par jour",
        "Tabletter dagligt",
        "Tablettia päivässä",
        "Tabletek dziennie",
    ] {
        expect(header, &table(header, "2", "0.5"), &FOUND);
    }
    expect("an unknown header", &table("Xyz", "2", "0.5"), &ASKED);
}

#[test]
fn what_is_taken_at_each_time_of_the_day_is_added_up() {
    for headers in [
        "AM;Noon;PM;HS",
        "Morning;Noon;Evening;Bedtime",
        "Breakfast;Lunch;Dinner;Bedtime",
        "morgens;mittags;abends;nachts",
    ] {
        for cells in ["1;0;1;0", "1;;1;", "0.5;0.5;1;0"] {
            let table = format!(
                "Patient ID;Drug;Fill Date;Qty;{headers}\nP1;Oxycodone 5 mg tablet;2026-01-05;168;{cells}\n\
                 P1;Naltrexone 50 mg tablet;2026-03-20;28;1;0;0;0\n"
            );
            expect(headers, &table, &FOUND);
        }
    }
    for (headers, cell) in [("Qty;Frequency", "BID"), ("Units;Times daily", "2")] {
        let table = format!(
            "Patient ID;Drug;Fill Date;{headers}\nP1;Oxycodone 5 mg tablet;2026-01-05;168;{cell}\n\
             P1;Naltrexone 50 mg tablet;2026-03-20;28;{cell}\n"
        );
        expect(headers, &table, &ASKED);
    }
}

#[test]
fn times_of_the_day_are_read_or_asked_about() {
    let table = |headers: &str, oxycodone: &str, naltrexone: &str| {
        format!(
            "Patient ID;Drug;Fill Date;Qty;{headers}\nP1;Oxycodone 5 mg tablet;2026-01-05;168;{oxycodone}\n\
             P1;Naltrexone 50 mg tablet;2026-03-20;28;{naltrexone}\n"
        )
    };
    for (two, one) in [
        ("1;-;1", "1;-;-"),
        ("1;—;1", "1;—;—"),
        ("1;nil;1", "1;none;nil"),
        ("1 tab;;1 tab", "1 tab;;"),
        ("1T;-;1T", "1T;-;-"),
        ("one;-;one", "one;-;-"),
    ] {
        for headers in ["AM;Noon;PM", "0800;1200;1800", "08:00;12:00;20:00", "M;N;E"] {
            expect(headers, &table(headers, two, one), &FOUND);
        }
    }
    for headers in [
        "Morn;Noon;Eve;Bed",
        "Morn;Aft;Eve;Night",
        "Mor;Noon;Eve;Night",
        "Morning;Lunch;Tea;Bedtime",
    ] {
        expect(headers, &table(headers, "1;;1;", "1;;;"), &FOUND);
    }
    for (two, one) in
        [("X;;X", "X;;"), ("✓;-;✓", "✓;-;-"), ("Y;N;Y", "Y;N;N"), ("5 mg;-;5 mg", "50 mg;-;-")]
    {
        for headers in ["AM;Noon;PM", "0800;1200;1800", "M;N;E"] {
            expect(two, &table(headers, two, one), &ASKED);
        }
    }
}

#[test]
fn an_actual_end_or_length_is_that_of_the_record() {
    for planned in ["Planned End Date", "Scheduled Stop", "Order Stop Date", "Stop Date", "End"] {
        for actual in ["Actual End Date", "ACTUAL_STOP_DT", "Actual Stop", "Real End Date"] {
            let table = |headers: String, ends: [&str; 2]| {
                format!(
                    "Patient ID,Drug,Start Date,{headers}\nA1,Oxycodone 5 mg tablet,2026-03-01,{}\n\
                     A1,Naltrexone 50 mg tablet,2026-04-15,2026-05-31,2026-05-31\n",
                    ends.join(",")
                )
            };
            let later = table(format!("{planned},{actual}"), ["2026-03-07", "2026-04-20"]);
            expect(actual, &later, &FOUND);
            let before = table(format!("{actual},{planned}"), ["2026-04-20", "2026-03-07"]);
            expect(actual, &before, &FOUND);
            let sooner = table(format!("{planned},{actual}"), ["2026-04-20", "2026-03-07"]);
            expect(actual, &sooner, &CLEAN);
        }
    }
    for header in [
        "Actual Stop Date",
        "Last Dose Date",
        "Last Dose",
        "Until",
        "Documented Stop Date",
        "Clinical End Date",
    ] {
        let table = |first: &str, days: &str, end: &str| {
            format!(
                "Patient ID,Drug,{first},Days Supply,{header}\nA1,Oxycodone 5 mg tablet,2026-03-01,{days},{end}\n\
                 A1,Naltrexone 50 mg tablet,2026-03-22,30,2026-05-31\n"
            )
        };
        expect(header, &table("Start Date", "7", "2026-04-20"), &FOUND);
        expect(header, &table("Fill Date", "30", "2026-03-07"), &CLEAN);
    }
    let lengths = "Patient ID,Drug,Fill Date,Days Supply,Actual Days Supply\nA1,Oxycodone 5 mg tablet,2026-03-01,3,20\n\
                   A1,Naltrexone 50 mg tablet,2026-03-15,30,30\n";
    expect("lengths", lengths, &FOUND);
    let earlier = "Patient ID,Drug,Fill Date,Days Supply,Last Dose Date\nA1,Oxycodone 5 mg tablet,2026-03-01,30,2026-02-20\n\
                   A1,Naltrexone 50 mg tablet,2026-03-15,30,2026-03-13\n";
    expect("a dose before the fill", earlier, &FOUND);
    for header in ["Last Rx Date", "Last Injection Date", "First Injection Date"] {
        let table = earlier.replace("Last Dose Date", header).replace("2026-02-20", "2026-03-02");
        expect(header, &table, &FOUND);
    }
}

#[test]
fn a_first_dose_is_when_an_order_begins() {
    for header in ["First Dose Date", "First Dose", "Date of First Dose", "Initial Dose Date"] {
        let table = format!(
            "Patient ID,Drug,Order Date,{header},Days Supply\nA1,Oxycodone 5 mg tablet,2026-02-01,2026-03-06,7\n\
             A1,Naltrexone 50 mg tablet,2026-03-12,2026-03-12,30\n"
        );
        expect(header, &table, &FOUND);
    }
}

#[test]
fn the_actual_end_counts_whatever_was_planned() {
    let table = |headers: &str, ends: &str| {
        format!(
            "MRN,Medication,Start Date,{headers}\n1042,Oxycodone 10 mg tablet,2026-01-01,{ends}\n\
             1042,Naltrexone 50 mg tablet,2026-03-10,2026-04-08,2026-04-08\n"
        )
    };
    for stopped in [
        "Discontinued Date",
        "D/C Date",
        "Date Discontinued",
        "Discontinued On",
        "Date Ceased",
        "Withdrawn",
        "Actual D/C Date",
        "Fecha de suspensión",
        "Data sospensione",
        "Datum gestopt",
        "Data odstawienia",
        "Stop Date",
        "Last Dose",
        "Last Taken",
    ] {
        let headers = format!("Planned End Date,{stopped}");
        expect(&headers, &table(&headers, "2026-01-05,2026-03-14"), &FOUND);
        expect(&headers, &table(&headers, "2026-03-14,2026-01-05"), &CLEAN);
    }
    for planned in ["Projected End Date", "Geplantes Ende", "Date de fin prévue"] {
        let headers = format!("{planned},D/C Date");
        expect(&headers, &table(&headers, "2026-01-05,2026-03-14"), &FOUND);
        // Nothing has happened yet: the plan applies, whatever other rows say.
        let headers = format!("{planned},Actual End Date");
        expect(&headers, &table(&headers, "2026-01-05,"), &CLEAN);
        expect(&headers, &table(&headers, "2026-03-14,0000-00-00"), &FOUND);
    }
    // A stated end is not a plan: a later discontinuation does not extend it.
    let stated = "End Date,Discontinued Date";
    expect(stated, &table(stated, "2026-01-05,2026-03-14"), &CLEAN);
    // Some rows contain more than the order of day and month in the other column does.
    let orders = table("Planned End Date,Actual End Date", "2026-01-05,2026-03-14")
        .replace("1042,Oxy", "1043,Lisinopril 10 mg tablet,2026-01-01,3/25/2026,\n1042,Oxy");
    expect("orders", &orders, &FOUND);
}

#[test]
fn a_stop_is_the_end_beside_an_end_and_a_blank_one_hides_none() {
    let table = |first: &str, [end, stop]: [&str; 2], days: [&str; 2]| {
        format!(
            "MRN,Medication,{first},{end},{stop}\n1042,Oxycodone 10 mg tablet,2026-03-01,{}\n\
             1042,Naltrexone 50 mg tablet,2026-04-20,2026-05-30,\n1043,Lisinopril 10 mg tablet,2026-03-01,2026-03-31,2026-03-12\n",
            days.join(",")
        )
    };
    let pairs = [
        ["End Date", "Stop Date"],
        ["Order End Date", "Date Stopped"],
        ["End Date", "Stopped"],
        ["End Date", "Ceased"],
        ["Stop Date", "Date Stopped"],
        ["End Date", "Date Ended"],
        ["End Date", "Stopped Taking"],
        ["Ende", "Abgesetzt am"],
        ["Ende", "Absetzdatum"],
        ["Ende", "Beendet am"],
        ["Ende", "Absetzung"],
        ["Date de fin", "Date d'arrêt"],
        ["Date de fin", "Arrêt"],
        ["Fecha fin", "Suspendido"],
        ["Fecha fin", "Fecha de interrupción"],
        ["Einddatum", "Stopdatum"],
        ["Einddatum", "Staakdatum"],
        ["Data zakończenia", "Odstawiono"],
        ["Data de fim", "Suspenso em"],
        ["Date de fin", "Fin"],
    ];
    for (at, headers) in pairs.into_iter().enumerate() {
        let first = ["Start Date", "Fill Date"][at % 2];
        let case = format!("{first}, {headers:?}");
        expect(&case, &table(first, headers, ["2026-05-30", ""]), &FOUND);
        expect(&case, &table(first, headers, ["", "2026-05-30"]), &FOUND);
        expect(&case, &table(first, headers, ["2026-03-05", ""]), &CLEAN);
        if headers[1] != "Fin" {
            expect(&case, &table(first, headers, ["2026-05-30", "2026-03-06"]), &CLEAN);
        }
    }
}

#[test]
fn the_last_dose_is_the_end_whatever_was_ordered() {
    for (ordered, last) in [
        ("End Date", "Last Dose Date"),
        ("Order End Date", "Last Dose"),
        ("Rx End Date", "Date of Last Dose"),
        ("Stop Date", "Last Taken"),
        ("End Date", "Date Last Given"),
        ("Therapy End Date", "Last Dose Given"),
        ("End", "Last Administered"),
        ("End Date", "Letzte Gabe"),
        ("Stop", "Date de dernière prise"),
    ] {
        let table = |ends: &str| {
            format!(
                "MRN,Medication,Start Date,{ordered},{last}\n1042,Oxycodone 10 mg tablet,2026-01-01,{ends}\n\
                 1042,Naltrexone 50 mg tablet,2026-03-22,2026-04-08,2026-04-08\n"
            )
        };
        let name = format!("{ordered} {last}");
        expect(&name, &table("2026-01-05,2026-03-24"), &FOUND);
        expect(&name, &table("2026-03-24,2026-03-08"), &CLEAN);
        expect(&name, &table("2026-03-24,"), &FOUND);
    }
}

#[test]
fn the_first_dose_is_the_beginning_whatever_was_ordered() {
    const RECENT: Expected = Expected { codes: &[1], fires: &["recent-opioid"], is_quiet: &[] };
    for (ordered, first) in [
        ("Start Date", "First Dose"),
        ("Order Start", "First Dose Date"),
        ("Order Start", "First Dose Given"),
        ("Order Start Date", "First Given"),
        ("Start", "Date First Administered"),
        ("Start Date", "First Administration"),
        ("Beginn", "Erste Gabe"),
        ("Start Date", "Actual Start"),
        ("Planned Start", "Actual Start"),
    ] {
        let table = |days: &str| {
            format!(
                "MRN,Medication,{ordered},{first},Stop Date\n1042,Oxycodone 10 mg tablet,2026-02-01,2026-02-01,2026-02-24\n\
                 1042,Naltrexone 50 mg tablet,{days},2026-04-10\n"
            )
        };
        let name = format!("{ordered} {first}");
        expect(&name, &table("2026-03-12,2026-03-01"), &RECENT);
        expect(&name, &table("2026-03-01,2026-03-12"), &CLEAN);
        if ordered != "Planned Start" {
            expect(&name, &table("2026-03-01,"), &RECENT);
        }
    }
    // The first dose of a programme, years ago, is not the first dose of this order.
    let years_ago = "MRN,Medication,Start Date,First Dose Date,Stop Date\n\
                     1042,Oxycodone 10 mg tablet,2026-03-20,2019-05-01,2026-04-24\n\
                     1042,Naltrexone 50 mg tablet,2026-03-01,2020-03-01,2026-03-05\n";
    let (_, findings) = common::table::check(years_ago);
    assert!(!findings.contains(common::table::OVERLAP), "{findings}");
}

#[test]
fn what_may_be_a_first_dose_is_proposed_as_the_beginning_of_a_course() {
    let table = "MRN,Medication,Order Start,Injection Given,Stop Date\n\
                 1042,Oxycodone 10 mg tablet,2026-01-01,2026-01-02,2026-03-12\n\
                 1042,Naltrexone 50 mg tablet,2026-03-10,2026-03-11,2026-04-10\n";
    let (code, _, error) = told(table.as_bytes(), &[]);
    assert!(code != 3 || error.contains("start=") && !error.contains("administered="), "{error}");
}

#[test]
fn numbers_beside_units_of_time_are_lengths() {
    for (header, unit) in [
        ("Duration Value", "Duration Units"),
        ("Length", "Length Unit"),
        ("Expected Duration", "Duration Unit"),
        ("Course", "Course Unit"),
    ] {
        let table = format!(
            "Patient ID,Fill Date,Drug,{header},{unit}\nA1,2026-03-01,Oxycodone 5 mg tablet,2,months\n\
             A1,2026-04-15,Naltrexone 50 mg tablet,2,months\n"
        );
        expect(header, &table, &FOUND);
    }
    let often = "Patient ID,Fill Date,Drug,Period,Period Unit\nA1,2026-03-01,Oxycodone 5 mg tablet,2,days\n\
                 A1,2026-03-20,Naltrexone 50 mg tablet,2,days\n";
    let (code, _, error) = told(often.as_bytes(), &[]);
    assert_eq!(code, 1, "a period is how often it is taken\n{error}");
}

#[test]
fn doses_units_and_frequencies_say_how_long_a_quantity_lasts() {
    for (headers, one, other) in [
        ("Dose,Unit,Frequency", "1,tablet,QID", "1,tablet,DAILY"),
        ("Dose,UOM,Frequency", "5,mg,QID", "50,mg,DAILY"),
        ("Dose,Frequency", "1,QID", "1,DAILY"),
    ] {
        let table = format!(
            "Patient ID,Fill Date,Drug,Quantity,{headers}\nC3,2026-03-01,Oxycodone 5 mg tablet,28,{one}\n\
             C3,2026-03-20,Naltrexone 50 mg tablet,30,{other}\n"
        );
        expect(headers, &table, &CLEAN);
    }
    for (header, directions, cells) in [
        ("Aantal", "Gebruik", ["4D1T", "1D1T"]),
        ("Antal", "Dosering", ["1 tablett 4 gånger dagligen", "1 tablett dagligen"]),
        ("Anzahl", "Dosierung", ["4x tgl. 1 Tbl.", "1x tgl. 1 Tbl."]),
    ] {
        let table = format!(
            "Patient ID,Fill Date,Drug,{header},{directions}\nA1,2026-03-01,Oxycodone 5 mg tablet,28,{}\n\
             A1,2026-03-20,Naltrexone 50 mg tablet,30,{}\n",
            cells[0], cells[1]
        );
        expect(header, &table, &CLEAN);
    }
}

#[test]
fn a_quantity_is_counted_whole_or_its_length_is_assumed() {
    let table = |drug: &str, quantity: &str, directions: &str, day: &str| {
        format!(
            "MRN;Drug;Fill Date;Qty;Sig\n1;{drug};2026-03-01;{quantity};{directions}\n\
             1;Naltrexone 50 mg tablets;{day};28;1 daily\n"
        )
    };
    let assumed = Expected { codes: &[1], fires: &[OVERLAP, "missing-days-supply"], is_quiet: &[] };
    let article = "Oxygesic 10 mg RET 50 ST";
    for (drug, quantity, day) in [
        (article, "1 OP + 20 St", "2026-04-03"),
        ("Oxycodone 10 mg tablets", "30 tabs x 3", "2026-04-10"),
        ("Longtec 10mg tablets 2x56", "1", "2026-04-20"),
        ("OXYCONTIN 10MG TBL PRO 3X10", "1 OP", "2026-03-10"),
    ] {
        expect(quantity, &table(drug, quantity, "1-0-1", day), &FOUND);
    }
    for quantity in ["3 mths", "10 d", "30 x 3 repeats", "28 owing", "3 Blister"] {
        expect(quantity, &table(article, quantity, "1-0-1", "2026-03-20"), &assumed);
    }
    let ampoules = table("Morphine 10 mg/ml 20 fiale", "1 scatola", "1 amp daily", "2026-03-09");
    expect("twenty ampoules", &ampoules, &FOUND);
}

#[test]
fn packs_beside_loose_pieces_are_not_all_that_was_handed_over() {
    for header in ["Packs,Loose", "Boxes,Extra Tabs", "Full Packs,Loose Tablets"] {
        let table = format!(
            "MRN,Drug,Date,{header},Pack Size,Directions\n\
             1,Longtec 10mg tablets,2026-03-01,1,28,56,1 twice daily\n\
             1,Naltrexone 50 mg tablets,2026-03-29,1,1,28,1 daily\n"
        );
        let (code, findings) = common::table::check(&table);
        assert!(code != 0 && findings.contains("missing-days-supply"), "{header}: {code}");
    }
}

#[test]
fn hardly_any_number_but_one_and_two_may_count_packs() {
    let table = |header: &str, quantities: [&str; 4], naltrexone: &str| {
        let [oxycodone, metformin, inhaler, omeprazole] = quantities;
        format!(
            "MRN,Drug,Date,{header},Directions\n\
             1,Oxycodone 5 mg tablets,2026-03-01,{oxycodone},1 daily\n\
             2,Metformin 500 mg tablets,2026-03-01,{metformin},1 twice daily\n\
             3,Salbutamol inhaler,2026-03-02,{inhaler},2 puffs as needed\n\
             4,Omeprazole 20 mg capsules,2026-03-02,{omeprazole},1 daily\n\
             1,{naltrexone},2026-03-14,1,1 daily\n"
        )
    };
    let naltrexone = "Naltrexone 50 mg tablets";
    let asked = Expected { codes: &[3], fires: &[OVERLAP, "missing-days-supply"], is_quiet: &[] };
    for header in ["Qty", "Quantity", "Amount dispensed", "Menge", "Cantidad"] {
        for quantities in
            [["1", "2", "1", "1"], ["2", "1", "1", "1.00"], ["1", "2 OP", "1", "1 OP"]]
        {
            expect(header, &table(header, quantities, naltrexone), &asked);
        }
        expect("sizes", &table(header, ["1", "2", "1", "1"], "Naltrexone 50 mg 28 tabs"), &asked);
    }
    let counted = Expected { codes: &[1], fires: &["recent-opioid"], is_quiet: &[OVERLAP] };
    expect("tablets", &table("Qty", ["4", "60", "1", "28"], naltrexone), &counted);
    expect(
        "tablets by the header",
        &table("Tablets dispensed", ["4", "5", "1", "2"], naltrexone),
        &counted,
    );
}

#[test]
fn letters_are_a_unit_of_days_only_below_a_header_of_units() {
    let table = |header: &str, letters: [&str; 2]| {
        format!(
            "Patient ID,Drug,Fill Date,Days Supply,{header}\nP1,Oxycodone 5 mg,2026-01-05,90,{}\nP1,Naltrexone 50 mg,2026-03-15,30,{}\n\
             P2,Metformin 500 mg,2026-03-02,30,{}\n",
            letters[0], letters[1], letters[1]
        )
    };
    for header in ["Rec Type", "Action Code", "Benefit", "Floor", "Part", "Shift", "Person Type"] {
        for letters in [["A", "D"], ["D", "D"], ["M", "W"], ["W", "W"]] {
            expect(header, &table(header, letters), &FOUND);
        }
    }
    // A ward of men, and no 90 months.
    for letters in [["M", "W"], ["M", "M"]] {
        expect("Unit", &table("Unit", letters), &FOUND);
    }
    let weeks = table("Unit", ["W", "W"]).replace(",90,", ",12,").replace(",30,", ",4,");
    expect("weeks", &weeks, &FOUND);
}

#[test]
fn a_number_of_a_dispensing_is_no_amount() {
    const QUIET: Expected = Expected { codes: &[0], fires: &[], is_quiet: &["dose-above-maximum"] };
    for header in ["調剤番号", "調剤No", "調剤ID", "調剤録番号", "調剤受付番号", "数量番号"]
    {
        let table = format!(
            "患者番号,{header},調剤日,薬品名,数量,日数\n101,40017,2026-03-01,ナルトレキソン錠50mg,30,30\n\
             102,40018,2026-03-01,ナルトレキソン錠50mg,30,30\n"
        );
        expect(header, &table, &QUIET);
    }
}

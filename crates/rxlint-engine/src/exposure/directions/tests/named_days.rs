//! Directions that name days of the week.

use super::{of_drug, read, said_of};

#[test]
fn one_amount_on_days_that_are_named_is_taken_on_so_many_days_a_week() {
    for (text, days, most) in [
        ("1 tab MWF", 3.0, 1.0),
        ("1 tab Mon, Wed, Fri", 3.0, 1.0),
        ("Take 1 tablet by mouth on Monday, Wednesday and Friday", 3.0, 1.0),
        ("1 tab po every Mon/Wed/Fri", 3.0, 1.0),
        ("MWF: take 1 tablet", 3.0, 1.0),
        ("take 3 tablets once daily on Mon, Wed, Fri", 9.0, 3.0),
        ("2 tabs daily MWF", 6.0, 2.0),
        ("1 tab T/Th/S with food", 3.0, 1.0),
        ("2 tabs 3 times a week: Mon, Wed, Fri", 6.0, 2.0),
        ("Take 4 tablets every Friday", 4.0, 4.0),
        ("4 tabs Mon and Thu", 8.0, 4.0),
        ("2 tablets twice daily on Mon, Wed and Fri", 12.0, 4.0),
        ("4 tablets once weekly on Friday", 4.0, 4.0),
        ("1 tab Mon-Wed-Fri", 3.0, 1.0),
    ] {
        let a_day = of_drug("Naltrexone 50 mg tablet", text);
        assert!(a_day.is_some_and(|a_day| (a_day - days / 7.0).abs() < 1e-9), "{text}: {a_day:?}");
        assert_eq!(read(text).schedule().most(), Some(most), "{text}");
    }
    assert!(read("Take 1 vial every Monday").weekly);
    assert_eq!(of_drug("Naltrexone 50 mg tablet", "100 mg M/W/F"), Some(6.0 / 7.0));
}

#[test]
fn days_with_amounts_of_their_own_make_a_week() {
    for text in [
        "2 tabs Mon and Wed, 3 tabs Fri",
        "2 tabs Mon/Wed, 3 tabs Fri",
        "2 tabs M & W, 3 tabs F",
        "2 tabs every Monday and Wednesday and 3 tabs every Friday",
        "100 mg on Mondays and Wednesdays and 150 mg on Fridays",
        "100 mg M/W, 150 mg F",
        "Mo Mi 2 Tbl, Fr 3 Tbl",
        "Take 2 tablets by mouth on Monday and Wednesday, and 3 tablets on Friday",
    ] {
        let said = said_of("Naltrexone 50 mg tablet", text);
        assert_eq!(said.units_a_day(), Some(1.0), "{text}");
        assert_eq!(said.schedule().most(), Some(3.0), "{text}");
    }
    for text in
        ["2 tabs Mon and Wed, 1-2 tabs Fri", "2 tabs Mon, 3 tabs Mon", "2 tabs Mon-Wed, 1 tab Fri"]
    {
        assert_eq!(of_drug("Naltrexone 50 mg tablet", text), None, "{text}");
    }
}

#[test]
fn days_on_which_it_is_picked_up_or_taken_home_are_no_days_of_taking_it() {
    for text in [
        "1 tab daily. Pick up Mondays",
        "1 tab daily, pick up Mon Wed Fri",
        "1 tab daily. Pick up Monday, Wednesday and Friday",
        "1 tab daily, Sunday take home",
        "1 tab daily with Sunday take home",
        "1 tab daily; weekly carries",
        "1 tab daily, weekly pick-up",
        "1 tab daily, collect Mon and Thu",
        "1 tab daily supervised consumption",
        "1 tab daily witnessed ingestion",
        "1 tab to be taken daily under supervision",
        "1 tab daily for OUD X: XA1234567",
    ] {
        assert_eq!(of_drug("Methadone 10 mg tablet", text), Some(1.0), "{text}");
    }
}

#[test]
fn what_else_a_sentence_with_days_says_leaves_the_amount_open_and_the_most_is_known() {
    for (text, most) in [
        ("1 daily except 4 on Saturday", Some(4.0)),
        ("7 tablets weekly, 1 each Mon, Tue, Wed, Thu, Fri, Sat, Sun", None),
        ("2 tablets daily except 1 on Sunday", Some(2.0)),
        ("up to 4 tablets every Friday", None),
        ("Take 1 tablet daily Monday through Friday and 2 tablets on Saturday", Some(2.0)),
        ("1 tab Mon-Thu", Some(1.0)),
        ("1 tab Mon, Wed and Mon", Some(1.0)),
        ("1 tab daily, start Monday", Some(1.0)),
        ("1 tab daily. Next visit Friday", Some(1.0)),
        ("2 tabs every other day, Mon, Wed, Fri", None),
    ] {
        let read = read(text);
        assert_eq!((read.most_on_a_day, read.open), (most, true), "{text}");
        assert_eq!(read.schedule().average(), None, "{text}");
    }
    let first = "1/2 tablet twice on the first day, 1 tablet daily";
    assert_eq!(read(first).units_a_day(), None, "a first day is none of the week");
}

#[test]
fn days_are_counted_in_other_languages() {
    for (text, days) in [
        ("Mo/Mi/Fr 1 Tablette", 3.0),
        ("1 Tbl. Mo+Do", 2.0),
        ("1 Tablette montags und donnerstags", 2.0),
        ("jeden Montag 1 Tablette", 1.0),
        ("1 cp lun/mer/ven", 3.0),
        ("1 cp lundi mercredi vendredi", 3.0),
        ("1 comprimé le lundi et le jeudi", 2.0),
        ("1 comprimido lunes, miércoles y viernes", 3.0),
        ("1 comprimido segunda, quarta e sexta", 3.0),
        ("1 compressa lunedì, mercoledì e venerdì", 3.0),
        ("1 tablet ma-wo-vr", 3.0),
        ("1 tablett måndag, onsdag och fredag", 3.0),
        ("1 tabl mån/ons/fre", 3.0),
        ("1 tabletti ma ke pe", 3.0),
        ("1 tabl. w poniedziałek, środę i piątek", 3.0),
        ("1 tabl. pn śr pt", 3.0),
        ("1 tableta po, st, pá", 3.0),
        ("pazartesi, çarşamba, cuma 1 tablet", 3.0),
        ("по 1 таблетке пн ср пт", 3.0),
        ("1 tabletta hétfő, szerda, péntek", 3.0),
        ("1 δισκίο Δευτέρα Τετάρτη Παρασκευή", 3.0),
        ("1日1回1錠 月水金", 3.0),
    ] {
        let a_day = of_drug("oxycodone 5 mg tablet", text);
        assert!(a_day.is_some_and(|a_day| (a_day - days / 7.0).abs() < 1e-9), "{text}: {a_day:?}");
    }
}

#[test]
fn spans_of_days_and_days_that_are_left_out_are_open() {
    for text in [
        "1 Tablette Mo-Do",
        "1 Tablette Di bis Fr",
        "1 Tbl. Mo oder Do",
        "1 Tablette täglich außer So",
        "1 cp par jour sauf mardi",
        "1 tablet maandag tot en met vrijdag",
        "1 tabletti ma-pe",
        "1 tabl. od poniedziałku do piątku",
        "по 1 таблетке пн-пт",
        "по 1 таблетке с пн по пт",
        "2 Tbl. Mo, 1 Tbl. Do",
        "1 tablet nie op ma, wo",
    ] {
        assert_eq!(of_drug("oxycodone 5 mg tablet", text), None, "{text}");
    }
}

#[test]
fn on_which_days_a_daily_dose_is_witnessed_says_nothing_of_how_much() {
    for text in [
        "60 ml daily, Mon-Sat supervised, Sunday take away",
        "60 mL daily supervised Mon-Fri",
        "60 mL daily (supervised Mon-Fri, take home Sat-Sun)",
        "60 ml daily. Supervised Monday to Saturday. Sunday dose to take home.",
        "60 ml OD S/C Mon Tue Wed Thu Fri Sat, T/A Sun",
        "60 ml observed daily",
        "60 ml täglich, Mo-Sa unter Sicht, So Mitgabe",
        "60 ml par jour, lundi à samedi supervisé, dimanche à emporter",
        "60 ml per dag, ma t/m za onder toezicht, zo meegeven",
    ] {
        let said = said_of("methadone 1 mg/ml oral solution", text);
        assert_eq!(said.units_a_day(), Some(60.0), "{text}");
    }
    // Without a word that says daily, those are the days of the doses.
    let said = said_of("naltrexone 50 mg tablet", "2 tablets Mon, Wed, Fri supervised");
    assert_eq!(said.days_a_week, Some(3.0));
    let open = said_of("methadone 1 mg/ml oral solution", "60 ml Mon-Sat supervised");
    assert_eq!(open.units_a_day(), None);
}

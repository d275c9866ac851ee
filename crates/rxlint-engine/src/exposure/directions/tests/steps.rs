//! Schedules in steps, and what is between an amount and its frequency.

use super::{built_in, of_columns, of_drug};
use crate::exposure::directions::Directions;
use rxlint_model::record::{Field, Record, Statement};

/// What the directions of a product of the built-in book say.
fn said(drug: &str, text: &str) -> Directions {
    thread_local! {
        static BOOK: crate::rule::Book = crate::rule::Book::built_in().unwrap();
    }
    let verdict = BOOK.with(|book| book.dictionary().resolve(&crate::drug::Identity::text(drug)));
    let cells = [(Field::Drug, drug), (Field::Directions, text)];
    built_in().of(&Record::of_cells(Statement::Fill, &cells), &verdict)
}

/// The days that a quantity lasts, and the most on one day.
fn days(drug: &str, quantity: f64, text: &str) -> (Option<f64>, Option<f64>) {
    let said = said(drug, text);
    (said.days_of(quantity).map(f64::round), said.schedule().most())
}

#[test]
fn a_schedule_lasts_as_long_as_its_steps() {
    let tablet = "oxycodone 5 mg tablet";
    for (quantity, text, lasts, most) in [
        (49.0, "2 tabs bid x7d, 1 tab bid x7d, 1 tab qd x7d", 21.0, 4.0),
        (49.0, "2 tabs bid x 7 days; 1 tab bid x 7 days; 1 tab daily x 7 days", 21.0, 4.0),
        (49.0, "2 tabs bid for 7 days. 1 tab bid for 7 days. 1 tab daily for 7 days.", 21.0, 4.0),
        (49.0, "2 tabs bid x 7 days / 1 tab bid x 7 days / 1 tab daily x 7 days", 21.0, 4.0),
        (49.0, "2 tabs bid x 1 wk\n1 tab bid x 1 wk\n1 tab daily x 1 wk", 21.0, 4.0),
        (
            49.0,
            "2 tabs bid for 7 days, then 1 tab bid for 7 days, then 1 tab daily for 7 days, then stop",
            21.0,
            4.0,
        ),
        (
            49.0,
            "2 tabs bid for 7 days followed by 1 tab bid for 7 days followed by 1 tab daily for 1 week",
            21.0,
            4.0,
        ),
        (60.0, "1 tab bid x 7 days, 1 tab qhs x 7 days", 14.0, 2.0),
        (35.0, "1 tab tid x 7 days, 1 tab bid x 7 days", 14.0, 3.0),
        (15.0, "1 tab bid x 5 days, daily x 5 days", 10.0, 2.0),
        (40.0, "2 tabs bid x 7 days, 1 tab bid", 13.0, 4.0),
        (20.0, "2 tabs bid x 7 days, 1 tab bid x 7 days", 5.0, 4.0),
        (6.0, "Take 2 tablets on day 1, then 1 tablet daily for 4 days", 5.0, 2.0),
        (7.0, "1 tab daily for 3 days then 1 tab every other day for 8 days", 11.0, 1.0),
        (9.0, "For 3 days take 2 tablets daily, then 1 tablet daily for 3 days", 6.0, 2.0),
    ] {
        assert_eq!(days(tablet, quantity, text), (Some(lasts), Some(most)), "{text}");
        assert_eq!(of_drug(tablet, text), None, "{text}: no one amount a day");
    }
    let naltrexone = "naltrexone 50 mg tablet";
    for (text, lasts, most) in [
        ("1/2 tab daily x 3 days, 1 tab daily", 32.0, 1.0),
        ("25 mg daily x 3 days, 50 mg daily", 32.0, 1.0),
        ("0.5 tab qd x 7 days; 1 tab qd", 34.0, 1.0),
        ("1/2 tab daily for 3 days (1 tab daily thereafter)", 32.0, 1.0),
        ("200 mg on day 1 then 50 mg daily", 27.0, 4.0),
    ] {
        assert_eq!(days(naltrexone, 30.0, text), (Some(lasts), Some(most)), "{text}");
    }
    let contrave = "Contrave 8-90 mg ER tablet";
    let start =
        "1 tab daily x 7 days, 1 tab bid x 7 days, 2 tabs qam and 1 tab qpm x 7 days, 2 tabs bid";
    assert_eq!(days(contrave, 70.0, start), (Some(28.0), Some(4.0)));
    let low = "1 cap qhs x 14 days, 2 caps qhs x 14 days, 3 caps qhs";
    assert_eq!(days("naltrexone 1.5 mg capsule", 84.0, low), (Some(42.0), Some(3.0)));
}

#[test]
fn a_step_that_does_not_say_how_often_is_taken_as_often_as_the_daily_ones() {
    for text in [
        "½ tab x 3 days then 1 tab daily",
        "1/2 tab x3d then 1 tab qd",
        "Half tab x 3 days then 1 tab daily",
        "25 mg x 3 days, then 50 mg daily",
        "Take 1/2 tablet for 3 days then increase to 1 tablet daily",
        "½ Tbl. für 3 Tage, dann 1 Tbl. tgl.",
        "1/2 cp pendant 3 jours puis 1 cp par jour",
        "medio comprimido 3 días, luego 1 al día",
        "1/2 tab daily x 3 days then 1 tab daily",
    ] {
        assert_eq!(days("naltrexone 50 mg tablet", 90.0, text).0, Some(92.0), "{text}");
    }
    let week = "Start with 1/2 tab daily for 1 week, then 1 tab daily";
    assert_eq!(days("naltrexone 50 mg tablet", 90.0, week).0, Some(94.0));
    let bare = "4 tabs x 3 days, 3 tabs x 3 days, 2 tabs x 3 days, 1 tab x 3 days";
    assert_eq!(days("oxycodone 5 mg tablet", 30.0, bare).0, Some(12.0));
    assert_eq!(days("oxycodone 5 mg tablet", 60.0, bare).0, None, "twice a day, perhaps");
    let headed = "Taper: 2 tabs BID x 14 days, 1 tab BID x 14 days, 1 tab daily x 6 days";
    assert_eq!(days("oxycodone 5 mg tablet", 90.0, headed).0, Some(34.0));
    assert_eq!(days("oxycodone 5 mg tablet", 90.0, "Taper: 2 tabs BID").0, None);
    let weeks =
        "Week 1: 1 tab in AM. Week 2: 1 tab BID. Week 3: 2 tabs AM 1 tab PM. Week 4: 2 tabs BID";
    assert_eq!(days("Contrave 8-90 mg ER tablet", 70.0, weeks).0, Some(28.0));
}

#[test]
fn a_schedule_of_which_a_step_is_not_read_gives_no_days() {
    for (text, most) in [
        ("2 tabs bid x 7 days, 1-2 tabs daily x 7 days", Some(4.0)),
        ("2 tabs bid x 7 days, 1 tab x 7 days", Some(4.0)),
        ("2 tabs bid x 7 days then 1 tab bid prn", Some(4.0)),
        ("1 tab daily, then 4 tabs daily", Some(4.0)),
        ("1 tab bid x 5 days then titrate to 4 tabs daily", Some(2.0)),
        ("2 tabs bid x 7 days, 1 glop daily x 7 days", Some(4.0)),
    ] {
        let said = said("oxycodone 5 mg tablet", text);
        assert_eq!((said.days_of(28.0), said.stated_days(Some(28.0))), (None, None), "{text}");
        assert_eq!(said.schedule().most(), most, "{text}");
    }
}

#[test]
fn one_step_and_a_remark_are_no_schedule() {
    for (text, a_day) in [
        ("2 tabs daily x 7 days", 2.0),
        ("1 tab bid x 10 days (5 mg)", 2.0),
        ("1 tab x 5 days bid", 2.0),
        ("1 tab daily x 30 days. Take with food every day", 1.0),
        ("Take 1 tablet every 6 hours for 5 days for pain. Take with 8 oz of water", 4.0),
        ("1 tab bid x 14 days, pick up every week", 2.0),
    ] {
        assert_eq!(of_drug("oxycodone 5 mg tablet", text), Some(a_day), "{text}");
    }
}

#[test]
fn a_word_between_an_amount_and_daily_may_be_how_often() {
    for text in [
        "1 tab twise daily",
        "1 tab twcie daily",
        "1 tab b1d daily",
        "1 tab bi daily",
        "1 tab doubly daily",
        "1 tab am/pm daily",
        "1 tab daily twice",
        "1 tab daily x2",
        "1 tab daily (2)",
        "1 tab with meals daily",
        "1 tab at breakfast, lunch, dinner daily",
        "1 tab twice (3) daily",
        "1 tab by mouth twise a day",
        "1 tab twise weekly",
        "1 tab twise in the morning",
    ] {
        assert_eq!(of_drug("oxycodone 5 mg tablet", text), None, "{text}");
        assert!(said("oxycodone 5 mg tablet", text).unread, "{text}");
    }
    for (text, a_day) in [
        ("take 2 tablets twice-daily", 4.0),
        ("1 tab two time daily", 2.0),
        ("1 tab 3xs daily", 3.0),
        ("1 compressa due volte al giorno", 2.0),
        ("1 compressa due volte al dì", 2.0),
        ("1 tablet tweemaal daags", 2.0),
        ("1 tablet driemaal per dag", 3.0),
        ("1 tablet to ganger daglig", 2.0),
        ("take two (2) tablets twice (2) daily", 4.0),
        ("take one (1) tablet by mouth twice (2x) daily", 2.0),
        ("1 tab twice (two times) daily", 2.0),
        ("1 tab thrice (3) daily", 3.0),
        ("1 tab three times (3) daily", 3.0),
        ("1 tab three (3) times daily", 3.0),
        ("Take 1 tablet by mouth 2 (two) times daily", 2.0),
        ("Take 1 tablet (5 mg total) by mouth every 6 (six) hours", 4.0),
        ("Take 1 tablet by mouth every 12 (twelve) hours", 2.0),
        ("Take 1 patch every 72 (seventy-two) hours", 1.0 / 3.0),
        ("Take 1 tablet by mouth 2 (two) times a day. Max Daily Amount: 10 mg", 2.0),
        ("Take 1 tablet of oxycodone by mouth with food daily for chronic pain", 1.0),
        ("1 tab oxycodone under the tongue daily", 1.0),
        ("Take 1 tablet (5 mg) by mouth once daily in the morning", 1.0),
        ("1 tab in AM and 1 tab in PM", 2.0),
        ("1 tab qam, 2 tabs qpm", 3.0),
        ("1 tab BDS", 2.0),
        ("1 tab q.6.h.", 4.0),
        ("1 tab Q12", 2.0),
        ("1,5 Tbl. 2x tgl.", 3.0),
        ("2mal täglich 1 Tbl.", 2.0),
        ("1-1-1-1-0", 4.0),
    ] {
        let read = of_drug("oxycodone 5 mg tablet", text);
        assert!(read.is_some_and(|read| (read - a_day).abs() < 1e-9), "{text}: {read:?}");
    }
    let less = "Take 1 tablet every 4 (four) hours. Max Daily Amount: 20 mg";
    assert_eq!(of_drug("oxycodone 5 mg tablet", less), None, "less often than that");
    let frequency = [(Field::Directions, "1 tab"), (Field::Frequency, "twise daily")];
    assert_eq!(of_columns("oxycodone 5 mg tablet", &frequency).0, None);
}

#[test]
fn a_depot_every_day_is_too_soon() {
    let depot = "Vivitrol 380 mg kit";
    for text in [
        "380 mg IM once daily",
        "380 mg IM qd",
        "inject 380 mg bid",
        "inject 380 mg every other day",
        "380 mg every 24 hours",
        "1 injection per day",
        "inject 4 mL daily",
        "380 mg every 1 (one) week",
        "380 mg 1 (one) time per week",
        "380 mg IM biweekly",
        "380 mg every 14 days",
    ] {
        let said = said(depot, text);
        assert!(said.too_soon || said.weekly, "{text}");
    }
    for text in [
        "380 mg every 4 weeks",
        "380 mg once a month",
        "380 mg monthly, follow up in 1 week",
        "380 mg IM every 28 days",
        "inject 1 kit every month",
    ] {
        let said = said(depot, text);
        assert!(!said.too_soon && !said.weekly, "{text}");
    }
    assert_eq!(said(depot, "inject 2 kits IM monthly").by_mg, Some(2.0));
    assert_eq!(said(depot, "inject 1 kit IM monthly").by_mg, None);
}

#[test]
fn steps_named_by_their_weeks_last_as_long_as_all_of_them() {
    let days = |text: &str| said("buprenorphine-naloxone 8-2 mg film", text).stated_days(None);
    for (text, all) in [
        ("Week 1-4: 8 mg daily, Week 5-8: 4 mg daily", 56.0),
        ("Weeks 1 to 2: 8 mg daily; weeks 3 to 4: 4 mg daily", 28.0),
        ("Days 1-3: 8 mg daily; Days 4-6: 4 mg daily", 6.0),
        ("Month 1: 8 mg daily; Month 2: 4 mg daily", 60.0),
        ("4 mg x 7d then 2 mg x 7d", 14.0),
        ("8 mg daily 7 days; 4 mg daily 7 days; stop", 14.0),
    ] {
        assert_eq!(days(text), Some(all), "{text}");
    }
    for text in [
        "Week 1-4: 8 mg daily, Week 6-8: 4 mg daily",
        "Week 1-4: 8 mg daily, then 4 mg daily",
        "Week 5-8: 8 mg daily, Week 9-12: 4 mg daily",
        "Days 1-3: 8 mg daily; thereafter 4 mg daily",
    ] {
        assert_eq!(days(text), None, "{text}");
    }
    // A quantity may belong to a schedule of several doses a day.
    let said = said("buprenorphine 2 mg tablet", "4 mg x 7d then 2 mg x 7d");
    assert_eq!((said.days_of(21.0), said.stated_days(Some(90.0))), (Some(14.0), None));
}

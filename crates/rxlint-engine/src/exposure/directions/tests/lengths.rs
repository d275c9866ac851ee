//! For how long something is taken: a length counts only in the clause of the dose.

use super::said_of;

fn stated(text: &str) -> Option<f64> {
    said_of("oxycodone 5 mg tablet", text).stated_days(None)
}

#[test]
fn a_length_of_the_dose() {
    for (text, days) in [
        ("1 tab tid x 5 days", 5.0),
        ("2 tabs q4-6h x 3 days", 3.0),
        ("take 1 tablet q4-6h prn pain for 3 days", 3.0),
        ("1 tab every 6 hours for 72 hours", 3.0),
        ("1 tab q6h for 48 hrs", 2.0),
        ("1 tab q6h days 1-3", 3.0),
        ("1 tab BID, stop after 3 days", 3.0),
        ("1 tab BID 60 days", 60.0),
        ("1 tab bd 6/52", 42.0),
        ("1 tab bd 1/52", 7.0),
        ("1 tab bd 5/7", 5.0),
        ("1 tab bd, 2/12", 60.0),
        ("1 cpr x 2/die per 10 gg", 10.0),
        ("1 cp x 2/j pdt 5 j", 5.0),
        ("1 comp c/12h, 7 dias", 7.0),
        ("1 tabl 2x daags, 10 dagen", 10.0),
        ("1-0-1, 10 Tage lang", 10.0),
        ("1-0-1 10 Tage lang", 10.0),
        ("1 tbl 2x denně, 7 dní", 7.0),
        ("1 tbl 2x denně po dobu 7 dní", 7.0),
        ("1 tab bid, 7 day course", 7.0),
        ("1 tab tid for 28 days", 28.0),
        ("1 tablet, Oral, TID, for 5 days", 5.0),
        ("1 tab tid. For 5 days.", 5.0),
        ("1 tab tid. Take for 5 days.", 5.0),
        ("For 3 days take 1 tab tid", 3.0),
        ("1 tab PO three times daily; Duration: 10 days", 10.0),
        ("1 tab TID. 20 DS", 20.0),
        ("1 tab tid with food for 7 days", 7.0),
        ("Take 1-2 tablets by mouth every 4-6 hours as needed for pain for up to 5 days", 5.0),
        (
            "Take 1 tablet every 6 hours as needed for severe pain (pain score 7-10) for up to 3 days.",
            3.0,
        ),
        ("Take 1 tab every 6 hours, as needed for pain, for up to 3 days", 3.0),
        ("1 tab tid x 2 weeks", 14.0),
        ("1 tab tid for two (2) weeks", 14.0),
        ("1 tab tid for six weeks", 42.0),
        ("1 tab tid for a week", 7.0),
        ("1 tab tid x 1 month", 30.0),
        ("1 tab tid x 10/7", 10.0),
        ("1 tab tid x 2/52", 14.0),
        ("1 comp c/8h x 7 días", 7.0),
        ("1 cp matin et soir pendant 28 jours", 28.0),
        ("1 cp 3x/j x 7 jours", 7.0),
        ("1 Tbl. alle 12 Std. für 2 Wochen", 14.0),
        ("1-0-1 für 7 Tage", 7.0),
        ("3dd1 gedurende 7 dagen", 7.0),
        ("3x1 przez 7 dni", 7.0),
    ] {
        assert_eq!(stated(text), Some(days), "{text}");
    }
}

#[test]
fn a_length_of_something_else() {
    for text in [
        "1 tab tid. Avoid alcohol for 3 days.",
        "1 tab daily 5 days a week",
        "1 tab daily 7 days on, 7 days off",
        "1 patch for 72 hours",
        "1 tab daily on days 1-5 of each cycle",
        "1 tab bid, 3 days per week",
        "1 tab tid, avoid alcohol for 3 days",
        "1 tab tid avoid alcohol for 3 days",
        "1 tab tid, no driving for 2 days",
        "1 tab tid no driving for 2 days",
        "1 tab tid; ice for 2 days",
        "1 tab tid. Rest for 3 days",
        "1 tab tid; soft diet for 5 days",
        "1 tab tid, off work for 3 days",
        "1 tab tid; keep dry for 2 days",
        "1 tab tid; call if no BM for 3 days",
        "1 tab tid; if pain persists for 3 days call",
        "1 tab tid, take with antibiotic for 7 days",
        "1 tab tid. ibuprofen 600 mg tid for 3 days",
        "1 tab tid with ibuprofen 600 tid x 3 days",
        "1 tab tid; avoid naltrexone for 7 days",
        "1 tab tid, no refill for 30 days",
        "1 tab tid. No work for 2 weeks",
        "3x tgl. 1 Tbl.; kein Alkohol für 3 Tage",
        "1 cp 3x/j; pas de conduite pendant 2 jours",
    ] {
        assert_eq!(stated(text), None, "{text}");
    }
}

#[test]
fn weeks_and_months_may_be_those_of_several_supplies() {
    let said = said_of("naltrexone 50 mg tablet", "1 tab daily for 3 months");
    assert_eq!((said.contradicts(30.0), said.days_of(30.0)), (false, Some(30.0)));
    let said = said_of("naltrexone 50 mg tablet", "1 tab daily prn for 3 months");
    assert_eq!(said.stated_days(Some(30.0)), None);
}

#[test]
fn a_last_day_of_the_dose() {
    let until =
        |text: &str| said_of("oxycodone 5 mg tablet", text).until.map(|day| day.to_string());
    for text in [
        "1 tab bid until 3/15/2026",
        "1 tab bid until 15 Mar 2026",
        "1 tab bid, until 2026-03-15",
        "1 tab bid thru March 15, 2026",
        "1 tab bid (through 03/15/26)",
        "1 Tbl. 2x tgl. bis 15.03.2026",
        "1-0-1 bis zum 15. März 2026",
        "1 cp 2 fois par jour jusqu'au 15/03/2026",
        "1 comp cada 12 h hasta el 15 de marzo de 2026",
        "1 cpr ogni 12 ore fino al 15/03/2026",
        "2 maal daags 1 tablet t/m 15-03-2026",
        "2 x dziennie 1 tabl. do 15.03.2026",
        "1 comprimido de 12/12 horas até 15/03/2026",
    ] {
        let said = said_of("oxycodone 5 mg tablet", text);
        assert_eq!(until(text).as_deref(), Some("2026-03-15"), "{text}");
        assert_eq!(said.units_a_day(), Some(2.0), "{text}");
    }
    for text in [
        "1 tab bid until 3/4/2026",
        "1 tab bid, do not fill until 3/15/2026",
        "Do not fill until 3/15/2026. 1 tab bid",
        "1 tab bid until 3/15/2026 then 1 tab daily",
        "hold until 3/15/2026 then 1 tab bid",
        "1 tab bid, earliest fill 3/15/2026",
        "Valid until 3/15/2026, 1 tab bid",
        "1 tab bid until better",
        "1 tab bid, weekly visits until 3/15/2026",
        "1 tab bid. Rx valid through 3/15/2026",
    ] {
        assert_eq!(until(text), None, "{text}");
    }
}

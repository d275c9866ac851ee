//! Ordinary regular directions, as labels and prescriptions have them, and doses that are taken once.

use super::{read, said_of};

#[test]
fn ordinary_regular_directions_are_certain() {
    for (text, a_day) in [
        // `As directed` after a whole dose.
        ("1 tab daily as directed", 1.0),
        ("Take 1 tablet daily, as directed", 1.0),
        ("Use one tablet daily as directed by clinic", 1.0),
        ("take 1 tablet by mouth twice a day ut dict", 2.0),
        ("1 tablet by mouth at bedtime as directed for pain", 1.0),
        // Sets of days.
        ("1 tablet weekdays only", 5.0 / 7.0),
        ("Take 1 tablet by mouth every weekday", 5.0 / 7.0),
        ("Take 1 tablet twice a day on weekdays", 10.0 / 7.0),
        ("1 tab on weekends only", 2.0 / 7.0),
        ("Take 1 tablet daily except Sunday", 6.0 / 7.0),
        ("1 tablet daily, not on Sundays", 6.0 / 7.0),
        ("1 tab Tu/Th/Sa", 3.0 / 7.0),
        ("1 tab T, Th, Sat", 3.0 / 7.0),
        // Times of day next to each other, and in other languages.
        ("1 qam 1 qpm", 2.0),
        ("2 tabs AM 2 tabs PM", 4.0),
        ("1 tab AM 1/2 tab PM", 1.5),
        ("1 matin 1 soir", 2.0),
        ("1 co BID", 2.0),
        ("1 co die", 1.0),
        ("1 co 2 fois par jour", 2.0),
        ("1 comprimé aux 12 heures", 2.0),
        ("1 cp 2 prises par jour", 2.0),
        ("un demi-comprimé matin et soir", 1.0),
        ("1 comprimido en desayuno y cena", 2.0),
        ("1 comprimido antes de dormir", 1.0),
        ("1 cpr a colazione e a cena", 2.0),
        ("1 compressa mattina, pranzo e cena", 3.0),
        ("1 compressa prima di coricarsi", 1.0),
        ("1 cpr x 2", 2.0),
        ("1 abends", 1.0),
        ("1 Kapsel am Abend", 1.0),
        ("früh und abends 1 Tbl.", 2.0),
        ("2 d.d. 1", 2.0),
        ("3dd1 tablet", 3.0),
        ("1 tablet a.n.", 1.0),
        // By a tube, and what laws require.
        ("1 tab via g-tube TID", 3.0),
        ("1 tab per PEG q8h", 3.0),
        ("1 tab TID p.c.", 3.0),
        ("NONACUTE PAIN 1 tab TID", 3.0),
        // Meals are times of the day.
        ("Take 1 tablet with breakfast", 1.0),
        ("Take 1 tablet with breakfast and dinner", 2.0),
        ("Take 1 tablet before breakfast and before dinner", 2.0),
        ("Take 1 tablet 2 (two) times daily with breakfast and dinner", 2.0),
        ("1 tablet before breakfast, lunch and dinner", 3.0),
        ("1 tablet with meals", 3.0),
        ("1 tablet after every meal", 3.0),
        ("1 tab 1 hour before meals", 3.0),
        ("1 tablet twice daily with meals", 2.0),
        ("Take 1 tablet before each meal and at bedtime", 4.0),
        ("1 tab AC and HS", 4.0),
        ("Take 1 tablet every evening with meals", 1.0),
        ("Take 1 tablet at bedtime after meals", 1.0),
        ("1 tab AM/PM", 2.0),
        ("Take 1 tablet prior to bed", 1.0),
        ("1 tab @ hs", 1.0),
        ("1 hs", 1.0),
        // An article, and a number with the route.
        ("Take a tablet twice a day", 2.0),
        ("Take a single tablet daily", 1.0),
        ("Take 1 SL QD", 1.0),
        ("1 sl daily", 1.0),
        ("1 supp PR q12h", 2.0),
        // A dose that is changed or kept.
        ("Increase to 1 tablet twice daily", 2.0),
        ("Decrease to 1 tablet daily", 1.0),
        ("Continue 1 tab daily", 1.0),
        ("1 tab eod", 0.5),
        ("Take 1 tablet by mouth @8am and 1/2 tablet @3pm", 1.5),
    ] {
        let drug = if text.contains("supp") {
            "morphine 10 mg suppository"
        } else {
            "oxycodone 5 mg tablet"
        };
        let read = said_of(drug, text).days_of(420.0).map(|days| 420.0 / days);
        assert!(read.is_some_and(|read| (read - a_day).abs() < 1e-9), "{text}: {read:?}");
    }
    let methadone = said_of("methadone 1 mg/ml oral solution", "FIFTY-FIVE mL daily");
    assert_eq!(methadone.days_of(110.0), Some(2.0));
}

#[test]
fn what_is_said_beside_them_still_counts() {
    for text in [
        "1 tab daily or as directed",
        "1 tablet q6h as directed by pain level",
        "1 tablet daily as directed per taper schedule",
        "1 tablet with meals as needed",
        "1 tablet with meals and in the evening",
        "1 tablet with larger meals",
        "1 tablet before bed and during the night",
        "Increase to 1 tablet twice daily after 3 days",
        "Increase to 1 tablet twice daily if tolerated",
        "Continue 1 tablet daily until seen",
        "1 tablet weekdays, 2 tablets weekends",
        "1 tablet on weekdays and 2 on weekends",
        "2 tablets daily except 1 on Sunday",
        "Take a tablet or two every 6 hours",
        "1 SL q6h prn",
        "twenty to thirty tablets daily",
        "1 tab AM/PM alternating",
    ] {
        assert_eq!(said_of("oxycodone 5 mg tablet", text).days_of(420.0), None, "{text}");
    }
}

#[test]
fn one_dose_lasts_a_day() {
    for text in [
        "STAT dose",
        "single dose",
        "One-time dose",
        "once",
        "ONCE PRN",
        "1 dose",
        "Take 1 tablet now",
        "pre-op",
        "intraop",
        "Given once in ED",
        "in PACU x1",
        "take 1 tablet on the day of surgery",
        "take one tablet tonight",
        "Take 1 tab today only",
    ] {
        let said = said_of("oxycodone 5 mg tablet", text);
        assert_eq!((said.days_of(1.0), said.days_of(30.0)), (Some(1.0), None), "{text}");
    }
    let two = said_of("oxycodone 5 mg tablet", "2 tablets now and 1 tablet tonight");
    assert_eq!((two.days_of(3.0), two.unread), (None, true));
}

#[test]
fn what_is_not_understood_is_said() {
    let not_understood = [
        "1 lusikka aamulla",
        "take a few with every meal",
        "xx yy zz",
        // A dose, but how often is open.
        "1 tab prn",
        "1 tab daily or as directed",
        "1 tablet daily as directed per taper schedule",
        "Take 1 tab daily; take 2 tabs on Saturday",
        "Take 1 tablet daily 3 weeks on 1 week off",
        // How often, but no dose: by whichever word.
        "BID",
        "twice a day",
        "t.i.d.",
        "q12h",
        "every 12 hours",
        "once daily",
        "nightly",
        "twice daily as directed",
    ];
    for text in not_understood {
        assert!(read(text).unread, "{text}");
    }
    for text in [
        "",
        "PRN",
        "1 tab q6h prn",
        "1-2 tablets every 4-6 hours as needed",
        "take as directed",
        "1 tab daily",
        "1-0-1",
        "1 daily",
        "Mon, Wed, Fri 1 tab",
    ] {
        assert!(!read(text).unread, "{text}");
    }
}

//! Directions that name hours of the day.

use super::of_drug;

#[test]
fn hours_are_counted() {
    for (text, a_day) in [
        ("1 tab at 08:00 and 20:00", 2.0),
        ("1 tab 8am, 2pm, 8pm", 3.0),
        ("1 tab 0800 1400 2000", 3.0),
        ("1 tab at 0600, 1200, 1800, 2400", 4.0),
        ("1 tab 8a/2p/8p", 3.0),
        ("1 tab at 9pm", 1.0),
        ("1 tab bid at 8 am and 8 pm", 2.0),
        ("um 8 und 20 Uhr je 1 Tablette", 2.0),
        ("1 Tablette um 8, 14 und 20 Uhr", 3.0),
        ("1 cp à 8h et 20h", 2.0),
        ("1 cp 8h-14h-20h", 3.0),
        ("1 comprimido a las 8 y a las 20 h", 2.0),
        ("1 compressa alle ore 8 e alle ore 20", 2.0),
        ("om 8.00, 14.00 en 20.00 uur 1 tablet", 3.0),
        ("1 tablett kl 8 och kl 20", 2.0),
        ("1 tabletti klo 8 ja 20", 2.0),
        ("1 tabl. o 8:00 i 20:00", 2.0),
        ("1 tableta v 8 a 20 hod", 2.0),
        ("saat 8 ve 20 de 1 tablet", 2.0),
        ("по 1 таблетке в 8:00 и 20:00", 2.0),
    ] {
        assert_eq!(of_drug("oxycodone 5 mg tablet", text), Some(a_day), "{text}");
    }
}

#[test]
fn other_numbers_are_no_hours() {
    for text in [
        "1 tab 8am or 8pm",
        "Take 2 tablets daily at 8 am and 8 pm",
        "2 Tabletten täglich um 8 und 20 Uhr",
        "1 tab between 8am and 8pm",
        "1 tab 08:00 - 20:00",
        "1 tab at 8 am, then 2 at 8 pm",
        "take 1 tab at 1/2 hour before meals",
        "1 tab on 3/15 at 8:00",
        "appointment 8:00 and 20:00, 1 tab",
        "1 tab, call at 8:00 and 10:00",
        "Take 0.25 mg, 0.50 mg",
        "alle 8, 12 Stunden 1 Tbl.",
        "1 a 2 comprimidos por dia",
        "1 tab 10 20 30",
        "take 2 4 pm",
    ] {
        assert_eq!(of_drug("oxycodone 5 mg tablet", text), None, "{text}");
    }
    assert_eq!(of_drug("oxycodone 5 mg tablet", "1 tab tid, next visit 3/15 at 8:00"), Some(3.0));
}

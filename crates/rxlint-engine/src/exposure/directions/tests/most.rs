//! The most that directions allow a day, if they leave it to the patient how much is taken.

use super::*;

/// How many days so many tablets last at least, and how many they last, as far as either is certain.
fn days(text: &str, quantity: f64) -> (Option<u16>, Option<f64>) {
    let said = said_of("oxycodone 5 mg tablet", text);
    (said.least_days(quantity), said.days_of(quantity))
}

#[test]
fn a_quantity_lasts_at_least_as_long_as_the_most_a_day_leaves_it() {
    for (text, least) in [
        ("1 tab q4-6h prn, max 6/day", 10),
        ("1-2 tablets every 4 to 6 hours as needed, maximum 8 tablets in 24 hours", 8),
        ("maximum 8 tablets in 24 hours", 8),
        ("1 tab prn, not to exceed 3 a day", 20),
        ("1 tab every 6 hours as needed", 15),
        ("1-2 tabs q4-6h", 5),
        ("take 1 or 2 twice a day", 15),
        ("1 tab bid-tid", 20),
        ("1-2 QDS PRN", 8),
        ("5-10 mg q6h prn", 8),
        ("1 tablet up to three times a day", 20),
        ("bei Bedarf 1 Tablette, maximal 8 Tabletten/Tag", 8),
        ("max. 4x tgl. 1 Tablette", 15),
        ("bis zu 4x täglich 1 Tablette", 15),
        ("1 comprimido si dolor sin exceder de 4 al día", 15),
        ("1 comprimé si douleur, max 6 par jour", 10),
        ("1 cp si besoin, 4 fois par jour maximum", 15),
        ("1 compressa al bisogno max 4 al giorno", 15),
        ("zo nodig 1 tablet, maximaal 4 per dag", 15),
        ("1 tablett vid behov, max 4 st/dygn", 15),
        ("1 tabl. w razie bólu, maksymalnie 4 tabletki na dobę", 15),
        ("1 tbl při bolesti, max. 4 denně", 15),
        ("szükség esetén 1 tabletta, max. napi 4", 15),
        ("ağrı oldukça 1 tablet, günde en fazla 4 tablet", 15),
        ("по 1 таблетке при болях, не более 4 в сутки", 15),
        ("1回1錠 疼痛時 1日4回まで", 15),
        ("必要时每次1片，每日不超过4片", 15),
        ("필요시 1정, 1일 최대 4정", 15),
    ] {
        assert_eq!(days(text, 60.0), (Some(least), None), "{text}");
    }
}

#[test]
fn what_may_be_more_has_no_most() {
    for text in [
        "1 tab prn",
        "1 tab q6h prn, may repeat once",
        "1 tab daily and 1 tab prn",
        "1 tab daily plus 1 tab as needed",
        "1 tab bid + 1 qhs prn",
        "1 tab in am, 2 hs prn",
        "1 tab bid and as needed",
        "1 tab bid and prn for breakthrough",
        "1-0-1 und bei Bedarf 1",
        "1 Tbl. täglich und bei Bedarf",
        "1 cp matin et soir + 1 si besoin",
        "1 tablet twice daily, extra if needed",
        "1 tab q6h prn (1-2 for severe)",
        "1 tab q6h prn pain 4-6, 2 tabs q6h prn pain 7-10",
        "1 tab q6h prn, can take 2 if severe",
        "loading dose 2 tabs, then 1 tab q8h prn",
        "1 tab daily, may increase to 2 if needed",
        "1 tab bid as tolerated",
        "Take 1 tablet (10 mg total) every 8 hours as needed",
        "1 tab prn max 2 per week",
        "1 tab qid prn max 4 days",
        "1日1片或2片 酌情",
        "take as directed",
    ] {
        assert_eq!(days(text, 30.0), (None, None), "{text}");
    }
}

#[test]
fn a_number_that_may_count_times_is_the_larger_bound() {
    assert_eq!(days("2 tabs as needed, max 4/day", 40.0).0, Some(5), "4 times 2, or 4");
    assert_eq!(days("2 tabs as needed, max 4 tablets/day", 40.0).0, Some(10));
    assert_eq!(days("2 tabs q12h prn, max 4/day", 40.0).0, Some(10), "it is not taken 4 times");
    assert_eq!(days("1 tab bid prn, max 3 a day", 60.0).0, Some(20), "what is stated");
    assert_eq!(days("Take 1 tablet (5 mg total) every 6 hours as needed", 60.0).0, Some(15));
    assert_eq!(days("1 tab daily", 30.0), (None, Some(30.0)), "what is certain needs no bound");
}

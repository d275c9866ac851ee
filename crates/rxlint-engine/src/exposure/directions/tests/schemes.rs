//! Schemes in short, amounts by the hour, and what only looks like one.

use super::said_of;

fn days(text: &str) -> Option<f64> {
    said_of("oxycodone 5 mg tablet", text).days_of(20.0)
}

#[test]
fn schemes_in_short_are_certain() {
    for (text, a_day) in [
        ("2 tabs at 8am and 1 at 8pm", 3.0),
        ("1 tab 0900", 1.0),
        ("1 tab at 8:00 and 1/2 tab at 20:00", 1.5),
        ("0800 1 tab, 1400 1 tab, 2200 2 tabs", 4.0),
        ("1 tablet on alternate days", 0.5),
        ("1 tablet every 3rd day", 1.0 / 3.0),
        ("1 om 1 on", 2.0),
        ("1 mane 2 nocte", 3.0),
        ("1cp/8h", 3.0),
        ("1 comprimido ao deitar", 1.0),
        ("1 comprimé au coucher", 1.0),
        ("1 comprimé tous les matins", 1.0),
        (">>1-0-0<<", 1.0),
        ("3 mal 1 täglich", 3.0),
        ("1일3회 매식후 1정", 3.0),
        ("每周一、三、五各1片", 3.0 / 7.0),
        ("1 tab daily M-F", 5.0 / 7.0),
        ("1 tablet daily Monday to Friday", 5.0 / 7.0),
        ("1 Tablette täglich Mo-Fr", 5.0 / 7.0),
        ("1 comprimé du lundi au vendredi", 5.0 / 7.0),
        ("1 cp lundi à vendredi", 5.0 / 7.0),
        ("1 comprimido lunes a viernes", 5.0 / 7.0),
        ("1 comprimido de segunda a sexta", 5.0 / 7.0),
        ("1 compressa dal lunedì al venerdì", 5.0 / 7.0),
        ("1 tablet ma t/m vr", 5.0 / 7.0),
        ("1 tabl. pn-pt", 5.0 / 7.0),
        ("1 tab tid Montag bis Freitag", 15.0 / 7.0),
    ] {
        let lasts = 20.0 / a_day;
        assert!(days(text).is_some_and(|days| (days - lasts).abs() < 1e-9), "{text}");
    }
}

#[test]
fn what_only_looks_like_a_scheme_is_not_certain() {
    for text in [
        "1-0-1 N",
        "1-2-3",
        "1 tab q 8h, 12h",
        "2 tabs at 8am and 1 at 8am",
        "2 tabs at 8am and 1 at 8pm and 1 at bedtime",
        "1 tab M-F, 2 tabs Sat",
        "1 tab daily except Mo-Fr",
    ] {
        assert_eq!(days(text), None, "{text}");
    }
}

#[test]
fn a_length_in_other_languages_is_compared_with_the_quantity() {
    let said = |text| said_of("oxycodone 5 mg tablet", text);
    for text in
        ["1 comprimé toutes les 6 heures pendant 5 jours", "1 Tablette alle 6 Stunden für 5 Tage"]
    {
        assert!(said(text).contradicts(30.0) && !said(text).contradicts(20.0), "{text}");
    }
    let needed = said("1 comprimé si besoin pendant 5 jours puis 1 comprimé par jour");
    assert_eq!(needed.stated_days(Some(20.0)), None);
    let steps = said("1-0-1 für 5 Tage, dann 0-0-1 für 5 Tage");
    assert_eq!(steps.stated_days(None), Some(10.0));
}

#[test]
fn a_frequency_may_stand_right_behind_its_number_and_meals_may_be_short() {
    for (text, a_day) in [
        ("1BD", Some(2.0)),
        ("2tds", Some(6.0)),
        ("1 tab ac", Some(3.0)),
        ("1 tab p.c.", Some(3.0)),
        ("1 tab bid ac", Some(2.0)),
        ("1 tab daily pc", Some(1.0)),
        ("1 tab ac & hs", Some(4.0)),
        ("1 tab q4-6h", None),
    ] {
        let said = said_of("oxycodone 5 mg tablet", text);
        assert_eq!(said.units_a_day(), a_day, "{text}");
    }
    let said = said_of("oxycodone 5 mg tablet", "1 tab ac breakfast");
    assert!(said.units_a_day().is_none_or(|units| units == 1.0));
    for text in ["16/4 mg daily", "16 mg-4 mg daily", "16mg daily"] {
        let said = said_of("buprenorphine-naloxone 8-2 mg SL film", text);
        assert_eq!(said.units_a_day(), Some(2.0), "{text}");
    }
}

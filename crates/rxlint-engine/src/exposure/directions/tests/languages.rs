//! Directions in Czech, Hungarian, Turkish and Russian, and `2x1`.

use super::of_drug;

#[test]
fn directions_of_the_east_are_read() {
    for (text, a_day) in [
        ("1 tableta 2x denně", Some(2.0)),
        ("1 tbl. po 12 hodinách", Some(2.0)),
        ("1 tableta každých 8 hodin", Some(3.0)),
        ("dvě tablety jednou denně", Some(2.0)),
        ("1 tableta denně", Some(1.0)),
        ("Günde 2x1", Some(2.0)),
        ("Günde 2 kez 1 tablet", Some(2.0)),
        ("12 saatte bir 1 tablet", Some(2.0)),
        ("Günde 3x1 tok karnına", Some(3.0)),
        ("по 1 таб. 2 раза в день", Some(2.0)),
        ("по 1 таблетке каждые 12 часов", Some(2.0)),
        ("по две таблетки один раз в сутки", Some(2.0)),
        ("naponta 2x1 tabletta", Some(2.0)),
        ("1 tabletta naponta kétszer", Some(2.0)),
        ("1 tabletta 12 óránként", Some(2.0)),
        ("1 tabl x 2", Some(2.0)),
        ("2x1", Some(2.0)),
        ("1x2", Some(2.0)),
        ("2 x 1 tabl. dziennie", Some(2.0)),
        // A tablet and how many days, packs, or as needed: open.
        ("1 tab x 2", None),
        ("2x1 při bolesti", None),
        ("2x30", None),
        ("по 1 таб. при болях", None),
    ] {
        assert_eq!(of_drug("oxycodone 5 mg tablet", text), a_day, "{text}");
    }
    assert_eq!(of_drug("oxycodone 5 mg/5 mL solution", "2x1"), None);
}

#[test]
fn a_number_before_a_half_is_the_half() {
    for (text, a_day) in [
        ("eine halbe Tablette täglich", 0.5),
        ("1 halbe Tablette täglich", 0.5),
        ("2x täglich eine halbe Tablette", 1.0),
        ("2 halbe Tabletten täglich", 1.0),
        ("zwei halbe Tabletten täglich", 1.0),
        ("een halve tablet per dag", 0.5),
        ("1 halve tablet per dag", 0.5),
        ("one half tablet daily", 0.5),
        ("1 half tablet daily", 0.5),
        ("2 half tablets daily", 1.0),
        ("un demi comprimé par jour", 0.5),
        ("1 demi comprimé par jour", 0.5),
        ("una media tableta al día", 0.5),
        ("un medio comprimido al día", 0.5),
        ("la mitad de 1 tableta al día", 0.5),
        ("metade de um comprimido por dia", 0.5),
        ("um meio comprimido por dia", 0.5),
        ("una mezza compressa al giorno", 0.5),
        ("1 halv tablett dagligen", 0.5),
        ("en halv tablett dagligen", 0.5),
        ("1 puoli tablettia päivässä", 0.5),
        ("1 ja puoli tablettia päivässä", 1.5),
        ("1 1/2 tablets daily", 1.5),
        ("1 and one half tablets daily", 1.5),
        ("one and a half tablets daily", 1.5),
        ("1 comprimé et demi par jour", 1.5),
        ("1 comprimido y medio al día", 1.5),
        ("anderhalve tablet per dag", 1.5),
        ("1 compressa e mezza 2 volte al giorno", 3.0),
        ("2 + 1/2 tabs daily", 2.5),
        ("3 + 1/2 tab daily", 3.5),
        ("1+½ tab bid", 3.0),
        ("1 plus 1/2 tab bid", 3.0),
        ("1 & 1/2 tab bid", 3.0),
        ("one plus one-half tablet bid", 3.0),
        ("1.1/2 tab bid", 3.0),
        ("1 1/2-0-1 1/2", 3.0),
        ("1 1/2 - 0 - 1 1/2", 3.0),
        ("1 ½-0-1 ½", 3.0),
        ("1½-0-1½-0", 3.0),
        ("3 1/2-0-0", 3.5),
        ("2 1/2-0-1", 3.5),
        ("0-0-1 1/2", 1.5),
        ("2 dd 1,5 tablet", 3.0),
        ("2x1,5 tabl.", 3.0),
    ] {
        let read = of_drug("oxycodone 5 mg tablet", text);
        assert!(read.is_some_and(|read| (read - a_day).abs() < 1e-9), "{text}: {read:?}");
    }
    for text in [
        "½-1 tab bid",
        "one 1/2 tablet daily",
        "11/2 tabs daily",
        "21/2 tab daily",
        "11/2 po bid",
        "1. 5 tab bid",
        "5-0-5 mg",
    ] {
        assert_eq!(of_drug("oxycodone 5 mg tablet", text), None, "{text}");
    }
}

#[test]
fn two_times_of_the_day_are_two_or_open() {
    for (text, a_day) in [
        ("1 tableta ráno a večer", Some(2.0)),
        ("1 tableta ráno i večer", Some(2.0)),
        ("1 tablett morgon samt kväll", Some(2.0)),
        ("1 tableta ráno, v poledne a večer", Some(3.0)),
        ("1 tableta ráno", Some(1.0)),
        ("1 tablett dagligen i 30 dagar", Some(1.0)),
        ("1 tableta ráno a 1 večer", Some(2.0)),
        ("1 tableta ráno 1, večer 1", None),
        ("1 tableta ráno a v poledne", Some(2.0)),
        ("2 tablety ráno a 1 večer", Some(3.0)),
        ("1 tableta ráno, 1 na obed, 1 večer", Some(3.0)),
        ("1 tablett morgon, 2 kväll", Some(3.0)),
        ("1 tablett morgon och vid sänggående", None),
        ("1 tabletti aamulla ja 2 illalla", Some(3.0)),
        ("2 tablettia aamulla ja 1 illalla", Some(3.0)),
        ("1 tabletti aamulla, 1 tabl illalla", Some(2.0)),
        ("1 tabletti aamulla, 1 illalla ja 1 yöksi", Some(3.0)),
        ("1 tabletti aamulla ja 1 tabletti yöksi", Some(2.0)),
        ("1 tabletti aamulla, 1 illalla ja 1 sängyssä nachts", None),
        ("1 cp cedo e 1 cp à noite", None),
    ] {
        assert_eq!(of_drug("oxycodone 5 mg tablet", text), a_day, "{text}");
    }
    for text in ["günde 1 tablet sabah akşam", "1 tableta denně ráno a večer"] {
        let read = of_drug("oxycodone 5 mg tablet", text);
        assert!(read != Some(1.0), "{text}: {read:?}");
    }
}

#[test]
fn days_with_a_pause_and_named_days_are_not_every_day() {
    for text in [
        "1 tablet nightly for 5 nights on, 2 nights off",
        "1 Tablette täglich, 5 Tage Einnahme, 2 Tage Pause",
        "1 cp/j 5 jours sur 7",
        "1 cp par jour, 3 semaines sur 4",
        "1 tab daily first 2 weeks of month",
        "1 tablet 2 times every other day",
    ] {
        assert_eq!(of_drug("naltrexone 50 mg tablet", text), None, "{text}");
    }
    for text in [
        "1 cp/j lun mer ven",
        "1 cp al dì lun mer ven",
        "1 cp ao dia seg qua sex",
        "1 tabl dagligen mån ons fre",
        "1 tabl päivässä ma ke pe",
        "günde 1 tablet pazartesi çarşamba cuma",
    ] {
        let read = of_drug("naltrexone 50 mg tablet", text);
        assert!(read.is_none_or(|read| (read - 3.0 / 7.0).abs() < 1e-9), "{text}: {read:?}");
    }
    for text in ["1-0-0 obden", "1-0-0 jeden 2. Tag", "1 cp 1 jour sur 2"] {
        let read = of_drug("naltrexone 50 mg tablet", text);
        assert!(read.is_none_or(|read| read < 0.6), "{text}: {read:?}");
    }
}

#[test]
fn one_bare_number_beside_how_often_counts_units() {
    for (text, a_day) in [
        ("1x täglich 1", 1.0),
        ("1x tgl. 1", 1.0),
        ("zweimal täglich 1", 2.0),
        ("1 tab 6hrly", 4.0),
        ("2x tgl. 1", 2.0),
        ("1x daags 1", 1.0),
        ("2x per dag 1", 2.0),
        ("1 maal daags 1", 1.0),
        ("1 fois par jour 1", 1.0),
        ("täglich 1", 1.0),
        ("früh 1", 1.0),
        ("1/Tag", 1.0),
        ("1/j", 1.0),
        ("1 Tbl/d", 1.0),
        ("1 FTA tgl.", 1.0),
        ("1 diaria", 1.0),
        ("1 por la mañana", 1.0),
        ("1x1/die", 1.0),
        ("1х1", 1.0),
        ("1 tab dly", 1.0),
        ("1 tab breakfast and 1 tab dinner", 2.0),
        ("1 tab w/ each meal", 3.0),
        ("1 tab morning noon and night", 3.0),
        ("1 tab alt days", 0.5),
        ("1 tab per week", 1.0 / 7.0),
        ("2 x 5mg bd", 4.0),
        ("ii bid", 4.0),
    ] {
        let read = of_drug("Adepend 5 mg Tabletten", text);
        assert!(read.is_some_and(|read| (read - a_day).abs() < 1e-9), "{text}: {read:?}");
    }
    assert_eq!(of_drug("Tramadol Tropfen 100 mg/ml", "3x täglich 1"), None, "drops");
}

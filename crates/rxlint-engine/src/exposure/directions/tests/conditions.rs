//! Limits, conditions and doses that fade: what is said is the most, or not even that.

use super::said_of;

/// Whether it is certain how long 20 tablets last, and how many days they last at least.
fn days(text: &str) -> (Option<f64>, Option<u16>) {
    let said = said_of("oxycodone 5 mg tablet", text);
    (said.days_of(20.0), said.least_days(20.0))
}

#[test]
fn up_to_so_many_is_a_bound_in_every_language() {
    let mut wrong = Vec::new();
    for text in [
        "bis 4 Tabletten täglich",
        "bis 4x tgl. 1 Tablette",
        "1 Tablette bis viermal täglich",
        "tot 4 tabletten per dag",
        "tot 4x daags 1 tablet",
        "1 tablet tot 4 maal daags",
        "ten hoogste 4 tabletten per dag",
        "do 4 tabletek dziennie",
        "do 4 tabletek na dobę",
        "1 tabletka do 4 razy dziennie",
        "maks. 4 tabletki dziennie",
        "najwyżej 4 tabletki dziennie",
        "až 4x denně 1 tableta",
        "1 tableta až 4x denně",
        "až 4 tablety denně",
        "do 4 tablet denně",
        "maximálně 4 tablety denně",
        "до 4 таблеток в сутки",
        "по 1 таблетке до 4 раз в день",
        "по 1 таблетке до 4 р/д",
        "maximalt 4 tabletter per dygn",
        "som mest 4 tabletter dagligen",
        "maks. 4 tabletter dagligt",
        "indtil 4 tabletter dagligt",
        "maks 4 tabletter daglig",
        "opptil 4 tabletter daglig",
        "1 tablett opp til 4 ganger daglig",
        "jopa 4 tablettia päivässä",
        "pas plus de 4 comprimés par jour",
        "4 tabletas al día como mucho",
        "não mais de 4 comprimidos por dia",
        "günde 4 tablete kadar",
        "as many as 4 tablets a day",
        "<= 4 tablets daily",
        "1 tablet ≤4 times daily",
    ] {
        wrong.extend((days(text) != (None, Some(5))).then_some((text, days(text))));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn words_for_when_needed_leave_it_open() {
    let mut wrong = Vec::new();
    for (dose, needed) in [
        (
            "1 comprimido 6/6h",
            &[
                "S/N",
                "SN",
                "S.N.",
                "se nec",
                "ACM",
                "a critério médico",
                "caso dor",
                "caso necessário",
                "se houver dor",
                "na dor",
                "resgate",
            ][..],
        ),
        (
            "1 Tablette alle 6 Stunden",
            &[
                "bB",
                "bedarfsweise",
                "als Reserve",
                "in Reserve",
                "i.R.",
                "sofern nötig",
                "wenn Schmerzen",
            ],
        ),
        ("1 comprimé toutes les 6 heures", &["SB", "en réserve", "en R", "si EVA > 4"]),
        (
            "1 tableta cada 6 horas",
            &[
                "S/N",
                "s.n.",
                "en caso necesario",
                "si lo necesita",
                "rescate",
                "condicional a dolor",
            ],
        ),
        ("1 compressa ogni 6 ore", &["a.b.", "a/b", "ab", "s.n.", "se VAS > 4"]),
        (
            "4 maal daags 1 tablet",
            &["bij behoefte", "i.n.", "op geleide van pijn", "bij doorbraakpijn"],
        ),
        ("1 tablett 4 gånger dagligen", &["vid värk", "behov", "eventuelt"]),
        ("1 tablet 4 gange dagligt", &["v. behov"]),
        ("1 tabletka 4 razy dziennie", &["jeśli boli", "w bólu", "d.p."]),
        (
            "по 1 таблетке 4 раза в день",
            &["по потребности", "если болит", "при болевом синдроме", "ситуационно"],
        ),
        ("1 tabletti 4 kertaa päivässä", &["tarv.", "kivun mukaan"]),
        ("1 tableta 4x denně", &["d.p.", "při obtížích", "pp"]),
        (
            "1 tablet every 6 hours",
            &[
                "rescue",
                "ad lib",
                "for pain not relieved by Tylenol",
                "pm pain",
                "unless drowsy",
                "depending on pain",
                "should pain recur",
                "for flares",
                "for migraine attacks",
                "during attacks",
                "w/ pain",
                "only with severe flare",
                "till pain free",
            ],
        ),
    ] {
        for word in needed {
            for text in [format!("{dose} {word}"), format!("{word}, {dose}")] {
                wrong.extend(days(&text).0.is_some().then_some(text));
            }
        }
        assert_eq!(days(dose), (Some(5.0), None), "{dose}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(days("1 comprimido 6/6h S/N"), (None, Some(5)));
    assert_eq!(days("1 tablet every 6 hours unless drowsy"), (None, Some(5)));
    assert_eq!(days("1 tablet every 6 hours, if severe 2"), (None, None));
}

#[test]
fn doses_that_fade_have_no_certain_end() {
    for text in [
        "1 tab q6h, reduce when better",
        "1 tab q6h may decrease",
        "1 tab q6h x 3 doses",
        "1 tab q6h first week only",
        "1 cp 4 fois par jour, dégressif",
        "1 comprimido 6/6h reduzir gradualmente",
        "1 tableta cada 6 horas e ir bajando",
        "1 tablett 4 gånger dagligen, nedtrappning",
        "1 tablet 4 gange dagligt, nedtrapning",
        "1 tabletti 4 kertaa päivässä, vähennetään",
    ] {
        assert_eq!(days(text), (None, None), "{text}");
    }
}

#[test]
fn what_only_looks_like_a_condition_leaves_it_certain() {
    for text in [
        "1 tablet every 6 hours until gone",
        "1 tablet every 6 hours unless otherwise directed",
        "1 tablet every 6 hours. Call your doctor if rash",
        "1 tablet every 6 hours, stop if rash",
        "1 tablet every 6 hours with food if stomach upset",
        "1 tablet every 6 hours to reduce pain",
        "1 tablet every 6 hours. Do not drive until you know",
        "2 tablets at 8 am and 2 tablets at 8 pm",
        "1 tablet every 6 hours. Tablets should be swallowed whole",
        "1 tableta cada 6 horas, se toma con agua",
        "1 compressa ogni 6 ore, si assume con acqua",
        "1 tablett 4 gånger dagligen, se bipacksedel",
        "ab morgen 4x täglich 1 Tablette",
        "1 tablet every 6 hours in the am and pm for pain",
    ] {
        let said = days(text).0;
        assert!(said.is_none_or(|said| said == 5.0), "{text}: {said:?}");
        assert!(!said_of("oxycodone 5 mg tablet", text).open, "{text}");
    }
}

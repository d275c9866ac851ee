//! Directions in scripts without spaces, in Cyrillic and Greek, and schemes of the day.

use super::of_drug;

fn assert_read(directions: &[(&str, f64)]) {
    for (text, a_day) in directions {
        let read = of_drug("oxycodone 5 mg tablet", text);
        assert!(read.is_some_and(|read| (read - a_day).abs() < 1e-9), "{text}: {read:?}");
    }
}

fn assert_open(directions: &[&str]) {
    for text in directions {
        assert_eq!(of_drug("oxycodone 5 mg tablet", text), None, "{text}");
    }
}

#[test]
fn patterns_of_other_scripts_are_patterns() {
    let words = super::built_in().ready();
    words.check_translations(&[(String::new(), String::new())]).unwrap();
}

#[test]
fn japanese_is_read() {
    assert_read(&[
        ("1日3回毎食後 1回1錠", 3.0),
        ("１日３回　毎食後　１回１錠", 3.0),
        ("分3毎食後 1日3錠", 3.0),
        ("6錠分3毎食後 7日分", 6.0),
        ("1日1回朝食後 1錠", 1.0),
        ("2錠 分2 朝・夕食後", 2.0),
        ("1日2回 朝夕食後 1回1錠", 2.0),
        ("朝夕食後、就寝前 1回1錠", 3.0),
        ("毎食後と寝る前 1回1錠", 4.0),
        ("朝1錠 夕2錠", 3.0),
        ("1回半錠 1日2回", 1.0),
        ("12時間ごとに1錠", 2.0),
        ("1日おきに1錠", 0.5),
        ("週1回 1錠", 1.0 / 7.0),
        ("食後30分 1回1錠 1日3回", 3.0),
    ]);
    assert_open(&[
        "頓服 1回1錠",
        "1回1錠 疼痛時",
        "1日3回毎食後",
        "1日1〜2回 1錠",
        "20錠 1日2回",
        "1日1回 1錠 3日目から2錠",
        "1日3錠 毎食後",
        "1日3回 1回1錠 検査前日まで",
    ]);
}

#[test]
fn chinese_and_korean_are_read() {
    assert_read(&[
        ("每日两次 每次1片", 2.0),
        ("一天三次，一次一片", 3.0),
        ("一日三次 一次两片", 6.0),
        ("1片 bid po", 2.0),
        ("qd 口服 1片", 1.0),
        ("每8小时一次，每次1片", 3.0),
        ("每十二小时一片", 2.0),
        ("睡前1片", 1.0),
        ("早中晚各1片", 3.0),
        ("隔日一次 每次1片", 0.5),
        ("每次半片，每日两次", 1.0),
        ("每日早1片晚2片", 3.0),
        ("1일 3회 1회 1정", 3.0),
        ("하루 세 번 한 알씩", 3.0),
        ("아침 저녁 1정", 2.0),
        ("8시간마다 1정", 3.0),
        ("격일로 1정", 0.5),
        ("1회 반 정 1일 2회", 1.0),
    ]);
    assert_open(&[
        "必要时 每次1片",
        "每日三次，每次1-2片",
        "每日1片或2片",
        "首次2片，以后每次1片 每日3次",
        "每日三次 每次1片，后改为每日一次 每次2片 酌情",
        "二十片 每日两次",
        "第1天2片，之后每日1片",
        "필요시 1정",
        "1일 3회 1회 1~2정",
    ]);
}

#[test]
fn cyrillic_and_greek_are_read() {
    assert_read(&[
        ("по 1 т. 2 раза в день", 2.0),
        ("1т 3р/д", 3.0),
        ("по 1 капс. 2 р. в сут.", 2.0),
        ("по одной таблетке трижды в день", 3.0),
        ("по полтаблетки 2 раза в день", 1.0),
        ("1 таблетка утром и 1 вечером", 2.0),
        ("по 1 таблетке через день", 0.5),
        ("1 раз в 3 дня по 1 таб", 1.0 / 3.0),
        ("1 таблетка раз в неделю", 1.0 / 7.0),
        ("1 δισκίο 3 φορές την ημέρα", 3.0),
        ("ένα δισκίο δύο φορές ημερησίως", 2.0),
        ("μισό δισκίο 2 φορές την ημέρα", 1.0),
        ("1 δισκίο κάθε 8 ώρες", 3.0),
        ("1 δισκίο πρωί και βράδυ", 2.0),
        ("1 δισκίο μέρα παρά μέρα", 0.5),
    ]);
    assert_open(&[
        "по 1-2 таблетки 3 раза в день",
        "по 1 таб 2 раза в день, затем 1 раз",
        "начальная доза 1 таб в день, увеличить до 2",
        "1 δισκίο 2 έως 3 φορές την ημέρα",
    ]);
}

#[test]
fn latin_scripts_of_the_east_and_north_are_read() {
    assert_read(&[
        ("günde üç kez bir tablet", 3.0),
        ("sabah öğle akşam birer tablet", 3.0),
        ("sabah 2 akşam 1 tablet", 3.0),
        ("günaşırı 1 tablet", 0.5),
        ("günde 2 kez yarım tablet", 1.0),
        ("haftada 1 kez 1 tablet", 1.0 / 7.0),
        ("reggel 1 tabletta, este 1 tabletta", 2.0),
        ("másnaponta 1 tabletta", 0.5),
        ("napi 3x1", 3.0),
        ("fél tabletta naponta kétszer", 1.0),
        ("ráno 1 tbl, večer 2 tbl", 3.0),
        ("1 tableta ráno a 2 večer", 3.0),
        ("1 tableta ráno, v poledne a večer", 3.0),
        ("1 tableta jednou týdně", 1.0 / 7.0),
        ("půl tablety denně", 0.5),
        ("1 tabl. rano i 1 wieczorem", 2.0),
        ("pół tabletki 2 razy dziennie", 1.0),
        ("1 pół tabletki 2 razy dziennie", 1.0),
        ("1 tabletka przed snem", 1.0),
        ("en tablett tre gånger dagligen", 3.0),
        ("1 tablett varje 8:e timme", 3.0),
        ("1 tabletti kerran viikossa", 1.0 / 7.0),
        ("1 Tabl. morgens, 1 Tabl. mittags, 2 Tabl. zur Nacht", 4.0),
        ("1 tableta por la mañana y 2 por la noche", 3.0),
    ]);
    assert_open(&[
        "günde 2-3 kez 1 tablet",
        "1 tableta 2 alebo 3x denně",
        "reggel 1 tabletta, majd 2",
        "1 a 2 comprimidos por dia",
        "tomar este comprimido",
    ]);
}

#[test]
fn schemes_are_read_however_they_are_joined() {
    assert_read(&[
        ("1-0-1-0", 2.0),
        ("1–0–1", 2.0),
        ("½-0-0-½", 1.0),
        ("1/2-0-1/2", 1.0),
        ("1,5-0-1,5", 3.0),
        ("1/0/1", 2.0),
        ("1/0/1/0", 2.0),
        ("1_0_1", 2.0),
        ("1·1·1", 3.0),
    ]);
    assert_open(&["1/2/24 1 tab", "1/0/24", "2/0/1 mg", "1-1", "x-0-x", "10-0-20", "3-2-1"]);
}

use super::*;

mod asides;
mod clock;
mod conditions;
mod languages;
mod lengths;
mod most;
mod named_days;
mod packs;
mod regular;
mod schemes;
mod scripts;
mod steps;
mod sums;
mod systems;

fn read(text: &str) -> Directions {
    built_in().read(text)
}
use rxlint_model::record::{Field, Statement};

#[test]
fn certain_directions() {
    for (text, a_day) in [
        ("Take 1 tablet by mouth daily", 1.0),
        ("1 tab po bid", 2.0),
        ("TAKE TWO TABLETS BY MOUTH TWICE A DAY", 4.0),
        ("one tablet every other day", 0.5),
        ("take 1 capsule q2d", 0.5),
        ("1 tab q3d", 1.0 / 3.0),
        ("1 tablet every 12 hours", 2.0),
        ("take 1/2 tablet daily", 0.5),
        ("take half a tablet at bedtime", 0.5),
        ("1.5 tabs once daily", 1.5),
        (".5 tab daily", 0.5),
        ("0,5 tablet daily", 0.5),
        ("1 1/2 tablets daily", 1.5),
        ("take 1 and 1/2 tabs bid", 3.0),
        ("take one and a half tablets every day", 1.5),
        ("½ tablet at bedtime", 0.5),
        ("1½ tablets daily", 1.5),
        ("take one-half tablet daily", 0.5),
        ("take one-half 10-mg tablet every 8 hours", 1.5),
        ("1/2 5-mg tablet twice daily", 1.0),
        ("half of a 5-mg tablet twice daily", 1.0),
        ("take two 5-mg tablets every 8 hours", 6.0),
        ("2 (5-mg) tablets twice daily", 4.0),
        ("2 of the 5-mg tablets twice daily", 4.0),
        ("Take 2 (two) capsules by mouth daily", 2.0),
        ("take 1 tablet every day at bedtime", 1.0),
        ("Take 4.5 mL at bedtime", 4.5),
        ("apply 1 patch every 72 hours", 1.0 / 3.0),
        ("1 tab 3 times daily", 3.0),
        ("1 tab 3 times a week", 3.0 / 7.0),
        ("1 tab twice a day", 2.0),
        ("inject 1 vial every 4 weeks", 1.0 / 28.0),
    ] {
        let read = read(text).units_a_day();
        assert!(read.is_some_and(|read| (read - a_day).abs() < 1e-9), "{text}: {read:?}");
    }
}

#[test]
fn what_is_open_is_not_guessed() {
    for text in [
        "1-2 tablets every 4 hours as needed",
        "1 tab prn",
        "take as directed",
        "1 tablet daily then 2 tablets daily",
        "Once daily",
        "",
        "up to 3 tablets daily",
        "1 tablet in the morning and 1 tablet at bedtime as needed",
        "1 tablet twice a day and at bedtime",
        "1 tab bid & 1 tab qhs",
        "0/2 tablet daily",
        "2 1 tablets daily",
    ] {
        assert_eq!(read(text).units_a_day(), None, "{text}");
    }
}

#[test]
fn crushing_and_tubes() {
    for text in [
        "Crush and mix with water",
        "open capsule, dissolve contents and give via PEG",
        "1 capsule per G-tube daily",
        "administer through nasogastric tube",
        "Do not swallow whole: crush 1 capsule daily",
        "give by NG tube. Do not chew",
    ] {
        assert!(read(text).tampered, "{text}");
    }
    for text in [
        "Swallow whole. Do not crush, chew, or dissolve",
        "take 1 capsule daily, do not crush or chew",
        "never crush; never give through a feeding tube",
        "open and sprinkle on applesauce, swallow without chewing",
        "1 tube",
        "Take 1 capsule every 12 hours",
    ] {
        assert!(!read(text).tampered, "{text}");
    }
    assert!(
        built_in().is_tube("PEG")
            && built_in().is_tube("G-Tube")
            && !built_in().is_tube("PO")
            && !built_in().is_tube("oral")
    );
}

#[test]
fn weekly() {
    for text in [
        "inject 380 mg once weekly",
        "q week",
        "every 7 days",
        "every 1 week",
        "1 x weekly",
        "once a week as needed",
    ] {
        assert!(read(text).weekly, "{text}");
    }
    for text in [
        "every 4 weeks",
        "once a month",
        "3 times weekly",
        "every 6 days",
        "every 8 days",
        "daily",
        "",
    ] {
        assert!(!read(text).weekly, "{text}");
    }
}

#[test]
fn what_is_no_number_is_no_amount() {
    let endless = "9".repeat(400);
    for text in [
        "0 tablets daily",
        "1/0 tablet daily",
        "0/0 tablet daily",
        "1 tablet every 0 days",
        "1 tablet 0 times a day",
        &format!("1 tablet every {endless} days"),
        &format!("1 tablet every {endless} hours"),
        &format!("1 tablet {endless} times a day"),
        &format!("{endless} tablets daily"),
        &format!("1/{endless} tablet daily"),
    ] {
        assert_eq!(read(text).units_a_day(), None, "{text}");
    }
}

#[test]
fn an_amount_may_be_said_twice() {
    assert_eq!(read("1 tablet (50 mg) daily: 1 tablet in the morning").units_a_day(), Some(1.0));
    assert_eq!(read("1 tablet (50 mg) daily: 2 tablets in the morning").units_a_day(), None);
}

/// What a record's columns say about a drug of the built-in book: units a day, and whether weekly.
fn of_columns(drug: &str, cells: &[(Field, &str)]) -> (Option<f64>, bool) {
    let directions = all_of_columns(drug, cells);
    (directions.units_a_day(), directions.weekly)
}

fn all_of_columns(drug: &str, cells: &[(Field, &str)]) -> Directions {
    thread_local! {
        static BOOK: crate::rule::Book = crate::rule::Book::built_in().unwrap();
    }
    let verdict = BOOK.with(|book| book.dictionary().resolve(&crate::drug::Identity::text(drug)));
    let record = Record::of_cells(Statement::Fill, cells);
    built_in().of(&record, &verdict)
}

#[test]
fn a_sentence_decides_else_the_frequency_with_the_dose() {
    use Field::{Directions, Dose, DoseUnit, Frequency};
    let tablet = "naltrexone 50 mg tablet";
    for (what, cells, said) in [
        ("a sentence alone", &[(Directions, "Take 1 tablet daily")][..], (Some(1.0), false)),
        (
            "a certain sentence decides",
            &[(Directions, "Take 1 tablet daily"), (Frequency, "1 tablet bid")],
            (Some(1.0), false),
        ),
        (
            "an uncertain one does not",
            &[(Directions, "Take as directed"), (Frequency, "1 tablet bid")],
            (Some(2.0), false),
        ),
        ("a frequency needs an amount", &[(Frequency, "bid")], (None, false)),
        ("in units", &[(Frequency, "bid"), (Dose, "2"), (DoseUnit, "tablets")], (Some(4.0), false)),
        ("or in mg", &[(Frequency, "bid"), (Dose, "100"), (DoseUnit, "mg")], (Some(4.0), false)),
        (
            "which may be half a tablet",
            &[(Frequency, "daily"), (Dose, "25 mg")],
            (Some(0.5), false),
        ),
        (
            "an amount needs a frequency",
            &[(Directions, "2 tablets"), (Dose, "2 tablets")],
            (None, false),
        ),
        ("weekly in the frequency", &[(Frequency, "weekly")], (None, true)),
        (
            "weekly in the sentence",
            &[(Directions, "once a week"), (Frequency, "bid")],
            (None, true),
        ),
        (
            "beside a frequency that is certain",
            &[(Directions, "once a week"), (Frequency, "1 tablet bid")],
            (Some(2.0), true),
        ),
    ] {
        assert_eq!(of_columns(tablet, cells), said, "{what}");
    }
    let liquid = "naltrexone 1 mg/mL oral suspension";
    assert_eq!(of_columns(liquid, &[(Frequency, "daily"), (Dose, "4 mL")]), (Some(4.0), false));
    assert_eq!(
        of_columns(liquid, &[(Frequency, "daily"), (Dose, "4 mg")]),
        (None, false),
        "mg of a liquid count no units"
    );
}

#[test]
fn what_the_patient_judges_leaves_the_amount_open() {
    for text in [
        "TAKE 1 TABLET THREE TIMES A DAY WHEN REQUIRED",
        "TAKE 1 TABLET TID IF REQUIRED",
        "1 TABLET 3 TIMES DAILY WHEN NECESSARY",
        "1 TAB QID AS NECESSARY",
        "1 TAB TID S.O.S.",
        "1 tab tid in case of pain",
        "1 tab tid when in pain",
        "TAKE 1 TABLET EVERY 4 HOURS FOR BREAKTHROUGH PAIN",
        "TAKE 1 TABLET EVERY 4 HOURS FOR SEVERE PAIN",
        "1 TAB QID, USE SPARINGLY",
        "1 TABLET AT MOST 3 TIMES DAILY",
        "1 TABLET NO MORE THAN 3 TIMES A DAY",
        "1 tab tid bei Bedarf",
        "1 tab tid bei Schmerzen",
        "1 tab tid si besoin",
        "1 tab tid en cas de douleur",
        "1 tab tid al bisogno",
        "1 tab tid zo nodig",
        "1 tab tid vid behov",
        "1 tab tid ved behov",
        "1 tab tid tarvittaessa",
        "1 tab tid se necessário",
        "1 tab tid si precisa",
        "1 tab tid si es necesario",
        "1 tab tid w razie potrzeby",
        "1 tab tid при необходимости",
        "1 tab tid 必要時",
        "TAKE 1 TABLET BID-TID",
        "1 TAB QD-BID",
        "1 TAB BID OR TID",
        "1 TABLET ONCE OR TWICE DAILY",
        "1 TAB DAILY TO BID",
        "1 TAB Q4-6H",
        "TAKE 1 (ONE) TO 2 (TWO) TABLETS DAILY",
        "TAKE 1 TABLET EVERY 4 HOURS TO 6 HOURS",
        "HALF TO ONE TABLET DAILY",
        "1 TAB Q4H WHILE AWAKE",
        "1 TABLET 4 TIMES A DAY AS SYMPTOMS REQUIRE",
        "1 TABLET 4 TIMES DAILY AS PAIN DICTATES",
        "1 TAB BID ON CLINIC DAYS",
        "ONE TO TWO TABLETS DAILY",
        "1 TAB BID X 5 DAYS, DAILY X 5 DAYS",
        "1 TAB BID, REDUCE BY 1 TAB EVERY 3 DAYS",
        "DECREASE BY 1 TABLET EVERY WEEK",
        "1 TAB Q4H ON DIALYSIS DAYS",
    ] {
        assert!(read(text).open, "{text}");
        assert_eq!(read(text).units_a_day(), None, "{text}");
    }
}

#[test]
fn a_bound_a_permission_or_an_earlier_dose_is_no_dose() {
    for text in [
        "do not take more than 4 tablets per day",
        "don't take more than 4 tabs daily",
        "never take more than 8 tablets daily",
        "less than 4 tabs daily",
        "1 tab qid or less",
        "may take 4 tabs daily",
        "can take 1 tab q6h",
        "mx 4 tabs daily",
        "1 qid if req",
        "1 tab qid A/N",
        "1-1-1 i.B.",
        "week 1: 1 tab daily",
        "1 tab q6h w/a",
        "1 tab daily 21 days on, 7 off",
        "Previously on 4 tabs daily",
        "was taking 4 tabs daily",
        "reduce from 4 tabs daily",
        "instead of 4 tabs daily",
        "not 4 tabs daily",
        "stop if taking 4 tabs daily",
        "limit 4 tabs daily",
        "1 tablet every 4 hours, do not take more than 4 tablets a day",
    ] {
        assert_eq!(of_drug("Codeine 30 mg tablets", text), None, "{text}");
    }
    for (text, a_day) in [
        ("1 tab daily. Do not take more than 4 tabs daily", 1.0),
        ("Take 1 tablet daily instead of 4 tablets daily", 1.0),
        ("Take 1 tablet twice daily. May take with food", 2.0),
        ("Previously on 4 tabs daily. Now take 1 tab bid", 2.0),
    ] {
        assert_eq!(of_drug("Codeine 30 mg tablets", text), Some(a_day), "{text}");
    }
}

#[test]
fn directions_in_other_languages() {
    for (text, a_day) in [
        ("1 cp 2 fois par jour", 2.0),
        ("1 cp par jour", 1.0),
        ("1 cp/j", 1.0),
        ("un comprimé deux fois par jour", 2.0),
        ("1 gélule 3x/j", 3.0),
        ("1 comprimé toutes les 12 heures", 2.0),
        ("2 comprimés matin et soir", 4.0),
        ("1 cp matin, midi et soir", 3.0),
        ("1 cp le soir", 1.0),
        ("1 cp le matin, 2 le soir", 3.0),
        ("1 cp matin et 2 cp le soir", 3.0),
        ("50 mg x 2 par jour", 2.0),
        ("1 cp un jour sur deux", 0.5),
        ("Tomar 1 tableta al día", 1.0),
        ("TOME UNA TABLETA POR BOCA TODOS LOS DIAS", 1.0),
        ("1 comprimido cada 8 horas", 3.0),
        ("1 comp c/12h", 2.0),
        ("1 cp ao dia", 1.0),
        ("1 cp de 6/6h", 4.0),
        ("1 comprimido de 12 em 12 horas", 2.0),
        ("Tomar 1 comprimido duas vezes ao dia", 2.0),
        ("1 compressa 2 volte al giorno", 2.0),
        ("1 cpr/die", 1.0),
        ("1 Tablette täglich", 1.0),
        ("1x täglich 1 Tablette", 1.0),
        ("4mal täglich 1 Tablette", 4.0),
        ("zweimal täglich 1 Tbl.", 2.0),
        ("1 Tablette morgens und abends", 2.0),
        ("morgens 1 und abends 2 Tabletten", 3.0),
        ("alle 8 Stunden 1 Kapsel", 3.0),
        ("1x per dag 1 tablet", 1.0),
        ("2x daags 1 tablet", 2.0),
        ("1D1T", 1.0),
        ("1d4t", 4.0),
        ("4dd1", 4.0),
        ("2 dd 1 tablet", 2.0),
        ("1 tablet om de 8 uur", 3.0),
        ("1 tablet om de dag", 0.5),
        ("1 tablett dagligen", 1.0),
        ("1 tablett 2 gånger per dag", 2.0),
        ("1 tablett x 2 dagligen", 2.0),
        ("1 tablett var 8:e timme", 3.0),
        ("1 tablet 2 gange daglig", 2.0),
        ("1 tablett morgen og kveld", 2.0),
        ("1 tabletti 2 kertaa päivässä", 2.0),
        ("1 tabletka 2 x dziennie", 2.0),
        ("T1T BD", 2.0),
        ("T2T PO BID", 4.0),
        ("i tab po qd", 1.0),
        ("ii tabs bid", 4.0),
    ] {
        let read = of_drug("Naltrexone 50 mg", text);
        assert!(read.is_some_and(|read| (read - a_day).abs() < 1e-9), "{text}: {read:?}");
    }
    for text in [
        "1 à 2 cp 3 fois par jour",
        "1 ou 2 comprimés par jour",
        "1 cp toutes les 4 à 6 heures",
        "1 cp 3 fois par jour si douleur",
        "1 comprimé 1/2 par jour",
        "1 cp par jour puis 2 cp par jour",
        "1 comp cada 8 horas si precisa",
        "1 cp ao dia se necessário",
        "1 Tablette täglich, dann 2 Tabletten täglich",
        "1 Tablette bei Bedarf",
        "1 tablett vid behov, högst 3 dagligen",
    ] {
        assert_eq!(of_drug("Naltrexone 50 mg", text), None, "{text}");
    }
}

#[test]
fn a_second_dose_of_the_day_is_not_left_out() {
    for text in [
        "1 tab bid and 2 hs",
        "1 tab bid, 2 hs",
        "1 tab bid & 2 hs",
        "1 bid and 2 hs",
        "1 tab tid and 1 hs",
        "1 tab tid & hs",
        "TAKE 2 TABS DAILY AT 8 AM AND 8 PM",
    ] {
        assert_eq!(of_drug("Naltrexone 50 mg tablets", text), None, "{text}");
    }
    for (text, a_day) in [
        ("1 tab qam and 3 hs", 4.0),
        ("1 tab x4 daily", 4.0),
        ("1 tab x 4 per day", 4.0),
        ("x4 daily 1 tab", 4.0),
        ("2 tabs x2 daily", 4.0),
        ("take 1 tablet daily, at bedtime", 1.0),
        ("take 1 tablet twice daily at 8 am and 8 pm", 2.0),
        ("1 tab daily x 4 days", 1.0),
    ] {
        assert_eq!(of_drug("Naltrexone 50 mg tablets", text), Some(a_day), "{text}");
    }
}

#[test]
fn what_a_patient_does_besides_is_no_frequency() {
    for (text, a_day) in [
        ("TAKE 1 TABLET TWICE DAILY, PICK UP EVERY WEEK", 2.0),
        ("TAKE 1 TABLET TWICE DAILY PICK UP EVERY WEEK", 2.0),
        ("COUNSELING EVERY WEEK. TAKE 1 TABLET TWICE DAILY", 2.0),
        ("1 TAB BID, WEEKLY PICKUP", 2.0),
        ("1 TAB BID, DISPENSE WEEKLY", 2.0),
        ("1 TAB BID. LABS EVERY 3 MONTHS", 2.0),
        ("TAKE 1 TABLET DAILY REFILL EVERY 7 DAYS", 1.0),
        ("1 TABLET DAILY FOR WEIGHT LOSS", 1.0),
        ("1 TABLET DAILY TO REDUCE CRAVINGS", 1.0),
        ("1 TABLET EVERY 12 HOURS DAILY", 2.0),
        ("1 tab twice a day, every day", 2.0),
        ("1 tablet every other day at bedtime", 0.5),
        ("1 TABLET TWICE A WEEK", 2.0 / 7.0),
        ("1 TABLET EVERY OTHER WEEK", 1.0 / 14.0),
        ("1 TABLET TWICE DAILY 3 DAYS A WEEK", 6.0 / 7.0),
        ("1 TAB TID 5 DAYS PER WEEK", 15.0 / 7.0),
        ("1 TABLET 3 DAYS A WEEK", 3.0 / 7.0),
        ("1 vial every 4 weeks, counselling every week", 1.0 / 28.0),
    ] {
        let found = read(text);
        let read = found.units_a_day();
        assert!(read.is_some_and(|read| (read - a_day).abs() < 1e-9), "{text}: {found:?}");
        assert!(!found.weekly, "{text}");
    }
    assert_eq!(read("1 TAB BID 3 DAYS A WEEK").schedule().most(), Some(2.0));
    assert!(!read("INJECT 380 MG 4 WEEKLY").weekly, "every four weeks, in Britain");
}

#[test]
fn one_dose_lasts_a_day() {
    for text in ["TAKE 1 TABLET ONCE BEFORE PROCEDURE", "1 tablet x 1 dose", "take 1 tab stat"] {
        assert_eq!(read(text).days_of(1.0), Some(1.0), "{text}");
        assert_eq!(read(text).days_of(30.0), None, "{text}: more than one dose");
    }
    assert_eq!(read("take 1 tablet once daily").days_of(1.0), Some(1.0));
    assert_eq!(read("take 1 tablet once daily").days_of(30.0), Some(30.0));
}

#[test]
fn what_is_taken_as_needed_gets_no_amount_from_another_field() {
    use Field::{Directions, Dose, Frequency};
    let needed =
        [(Directions, "1 tab TID as needed"), (Frequency, "3 times daily"), (Dose, "1 tab")];
    assert_eq!(of_columns("naltrexone 50 mg tablet", &needed), (None, false));
}

#[test]
fn ordinary_directions_stay_certain() {
    for (text, a_day) in [
        ("TAKE 1 TABLET BY MOUTH TWICE DAILY FOR 7 DAYS", 2.0),
        ("TAKE 1 TABLET BY MOUTH EVERY 6 HOURS FOR 5 DAYS FOR ACUTE PAIN", 4.0),
        ("TAKE 1 TABLET BY MOUTH 2 TIMES A DAY WITH MEALS", 2.0),
        ("TAKE ONE TABLET ONCE DAILY AT THE SAME TIME EACH DAY", 1.0),
        ("TAKE 1 TABLET DAILY. SWALLOW WHOLE. DO NOT CRUSH", 1.0),
        ("APPLY 1 PATCH TO SKIN EVERY 72 HOURS. REMOVE OLD PATCH", 1.0 / 3.0),
        ("DISSOLVE 1 FILM UNDER TONGUE TWICE A DAY FOR OPIOID DEPENDENCE", 2.0),
        ("TAKE 1 TABLET 3 TIMES A DAY. MUST LAST 30 DAYS", 3.0),
        ("1 TAB PO Q8H X 10 DAYS", 3.0),
        ("1 TAB PO Q12H SCHEDULED", 2.0),
        ("TAKE 1 CAPSULE ONCE A DAY AT LEAST 1 HOUR BEFORE BREAKFAST", 1.0),
        ("TAKE 1 TABLET BY MOUTH EVERY DAY IN THE MORNING", 1.0),
        ("TAKE 1 TABLET BY MOUTH EVERY EVENING AT BEDTIME", 1.0),
        ("GIVE 2.5 ML BY MOUTH EVERY 4 HOURS", 15.0),
        ("TAKE 1 TABLET TWICE DAILY (8AM AND 8PM)", 2.0),
        ("TAKE 1 TABLET FOUR TIMES A DAY FOR PAIN", 4.0),
        ("TAKE 1 TABLET DAILY DISPENSE 30", 1.0),
        ("1 TABLET 6 HOURLY", 4.0),
        ("INJECT 1 VIAL EVERY 4 WEEKS (MONTHLY)", 1.0 / 28.0),
    ] {
        let found = read(text);
        let read = found.units_a_day();
        assert!(read.is_some_and(|read| (read - a_day).abs() < 1e-9), "{text}: {found:?}");
    }
}

/// Units a day that the directions of a drug say.
fn of_drug(drug: &str, directions: &str) -> Option<f64> {
    said_of(drug, directions).units_a_day()
}

fn said_of(drug: &str, directions: &str) -> Directions {
    all_of_columns(drug, &[(Field::Drug, drug), (Field::Directions, directions)])
}

#[test]
fn a_number_without_a_unit_counts_tablets() {
    for (text, a_day) in [
        ("One to be taken twice a day", 2.0),
        ("ONE TO BE TAKEN THREE TIMES A DAY", 3.0),
        ("TAKE ONE TWICE DAILY", 2.0),
        ("Take one twice a day", 2.0),
        ("TWO AT NIGHT", 2.0),
        ("1 BD", 2.0),
        ("1 bid", 2.0),
        ("2 tds", 6.0),
        ("1 qds", 4.0),
        ("1 po bid", 2.0),
        ("1 po q12h", 2.0),
        ("Take 1 po twice daily", 2.0),
        ("Take 1 3 times a day", 3.0),
        ("ONE DAILY", 1.0),
        ("1 daily", 1.0),
        ("1 OD", 1.0),
        ("One each day", 1.0),
        ("One a day", 1.0),
        ("1 nocte", 1.0),
        ("1 mane", 1.0),
        ("1 om", 1.0),
        ("1 every 8 hours", 3.0),
        ("1 tablet every 6 hours (4 a day)", 4.0),
        ("2 tablets a day", 2.0),
        ("1 6 hourly", 4.0),
        ("half daily", 0.5),
        ("1 1/2 daily", 1.5),
        ("One every other day", 0.5),
        ("Take 2 (two) daily with food", 2.0),
        ("1-0-1", 2.0),
        ("1-0-0-1", 2.0),
        ("1 - 1 - 1", 3.0),
        ("½-0-½", 1.0),
        ("1+0+1", 2.0),
        ("1-0-1 nach dem Essen", 2.0),
        ("1-0-1 Tabl.", 2.0),
        ("One in the morning and one at night", 2.0),
        ("Take one in the morning and two at night", 3.0),
        ("Take 1 in the morning, 1 at lunchtime and 2 at bedtime", 4.0),
        ("1 mane and 1 nocte", 2.0),
        ("ONE IN THE MORNING AND AT NIGHT", 2.0),
        ("1 tablet in the morning and 2 tablets at bedtime", 3.0),
    ] {
        let read = of_drug("Codeine 30 mg tablets", text);
        assert!(read.is_some_and(|read| (read - a_day).abs() < 1e-9), "{text}: {read:?}");
    }
}

#[test]
fn a_number_without_a_unit_is_no_amount_where_it_may_be_something_else() {
    for text in [
        "T BD",
        "2 times a day",
        "3 x daily",
        "Once daily",
        "1 or 2 daily",
        "ONE OR TWO FOUR TIMES A DAY",
        "One every 4 to 6 hours",
        "1 BD PRN",
        "1 bd when required",
        "1-2 daily",
        "1-0-1 bei Bedarf",
        "3-2-1",
        "1-1-2026",
        "1-0-1, dann 1-0-0",
        "1 bd for 3 days, 2 bd after",
        "One daily, two at weekends",
        "Take 30 daily",
        "One 5ml spoonful twice a day",
        "As directed",
        "one in the morning and one at night when needed",
        "one in the morning and one in the morning",
        "several times a day",
        "1 bd increasing to 2 bd",
    ] {
        assert_eq!(of_drug("Codeine 30 mg tablets", text), None, "{text}");
    }
    for drug in [
        "Codeine 15 mg/5 mL linctus",
        "Methadone 1 mg/mL oral solution",
        "Oramorph oral solution",
        "Morphine 10 mg injection",
        "Tilidin Tropfen",
    ] {
        assert_eq!(of_drug(drug, "1 BD"), None, "{drug}: what is counted?");
    }
    assert_eq!(of_drug("Naltrexone 1.5 mg capsules", "take 3 at night"), None, "3 mg, or three?");
    assert_eq!(of_drug("Naltrexone 1.5 mg capsules", "take three at night"), Some(3.0));
}

#[test]
fn a_number_without_a_unit_needs_a_whole_quantity() {
    use Field::{Directions, Drug, Quantity};
    let book = crate::rule::Book::built_in().unwrap();
    let verdict = book.dictionary().resolve(&crate::drug::Identity::text("Codeine 30 mg"));
    let days = |quantity: &str| {
        let cells = [(Drug, "Codeine 30 mg"), (Directions, "1 BD"), (Quantity, quantity)];
        let record = Record::of_cells(Statement::Fill, &cells);
        let said = built_in().of(&record, &verdict);
        said.days_of(crate::exposure::days::number(record.text(Quantity)).unwrap())
    };
    assert_eq!((days("100"), days("100.5")), (Some(50.0), None));
}

#[test]
fn amounts_in_mg_are_units_of_a_product_whose_strength_is_known() {
    use Field::{Directions, Frequency};
    let tablet = "naltrexone 50 mg tablet";
    let said = |drug: &str, text: &str| of_columns(drug, &[(Directions, text)]).0;
    for (text, a_day) in [
        ("Take 200 mg by mouth daily", 4.0),
        ("300 mg PO QD", 6.0),
        ("100 mg PO BID", 4.0),
        ("Take 25 mg daily", 0.5),
        ("Take 200 mg every other day", 2.0),
        ("Take one 50 mg tablet daily", 1.0),
        ("2 x 50 mg tablets daily", 2.0),
        ("2x50 mg tablets daily", 2.0),
        ("Naltrexone 50 mg tablets: take one daily", 1.0),
    ] {
        assert_eq!(said(tablet, text), Some(a_day), "{text}");
    }
    for text in [
        "Take 50 to 100 mg daily",
        "Take 50-100 mg daily",
        "Take 50 mg daily, max 200 mg",
        "Take 25 mg for 3 days then 50 mg daily",
        "total daily dose 100 mg, twice daily",
        "100 mg daily in 2 divided doses",
        "1.5 mg/kg daily",
        "Take 50 mg in the morning and 100 mg at night",
    ] {
        assert_eq!(said(tablet, text), None, "{text}");
    }
    let both = [(Directions, "Take 100 mg"), (Frequency, "twice daily")];
    assert_eq!(of_columns(tablet, &both).0, Some(4.0));
}

#[test]
fn a_stated_length_counts_where_the_quantity_agrees_and_nothing_follows() {
    for text in [
        "Take 1 tablet every 6 hours as needed for pain for up to 3 days",
        "1 tab q6h prn x 3 days",
        "1 tab q6h prn x3d",
        "1 tab q6h prn, 3 day supply",
        "take 1 tablet every 6 hours for up to three days",
    ] {
        assert_eq!(read(text).stated_days(Some(12.0)), Some(3.0), "{text}");
        assert_eq!(read(text).stated_days(None), Some(3.0), "{text}");
        assert_eq!(read(text).stated_days(Some(30.0)), None, "{text}");
    }
    for text in [
        "1 tab q6h prn x 3 days then 1 tab daily",
        "1 tab q6h prn for 3 days before the period",
        "1 tab daily for 21 days, 7 days off",
        "1 tab q6h prn. Not for more than 3 days",
        "1 tab q6h prn for 3 days each month",
        "1 tab q6h prn x 3 days, may repeat",
        "1 tab q6h prn",
    ] {
        assert_eq!(read(text).stated_days(Some(12.0)), None, "{text}");
    }
}

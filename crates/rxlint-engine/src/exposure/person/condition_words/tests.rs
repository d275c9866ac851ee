//! What texts of diagnoses say.

use super::*;
use crate::rule::Book;

#[test]
fn the_plainest_names_are_read_and_what_is_denied_is_not() {
    let book = Book::built_in().unwrap();
    let named = |text: &str| -> Vec<&str> {
        let found = named(book.conditions(), text);
        found.into_iter().map(|at| book.conditions()[usize::from(at)].name.as_str()).collect()
    };
    for (text, name) in [
        ("Alcoholic cirrhosis of liver without ascites", "cirrhosis"),
        ("Cirrhosis of liver", "cirrhosis"),
        ("Chronic kidney disease, stage 4 (severe)", "severe-kidney-disease"),
        ("CKD stage IV", "severe-kidney-disease"),
        ("ESRD", "severe-kidney-disease"),
        ("End-stage renal disease on hemodialysis", "dialysis"),
        ("Acute liver failure", "liver-failure"),
        ("AKI", "acute-kidney-failure"),
        ("Acute renal failure", "acute-kidney-failure"),
        ("Pregnancy", "pregnancy"),
        ("Normal pregnancy (finding)", "pregnancy"),
        ("Pregnant, 20 weeks", "pregnancy"),
        ("Breastfeeding mother", "breast-feeding"),
        ("Fibromyalgia", "pain"),
        ("Alcohol use disorder, severe", "alcohol-use"),
        ("History of alcohol use disorder", "alcohol-use"),
        ("Opioid use disorder in remission", "opioid-use"),
        ("Morbid obesity", "weight"),
        ("Hypertension; Alcohol dependence", "alcohol-use"),
        ("Ectopic pregnancy", "pregnancy-end"),
        ("Miscarriage in first trimester", "pregnancy-end"),
    ] {
        assert!(named(text).contains(&name), "{text}: {:?}", named(text));
    }
    for text in [
        "No cirrhosis",
        "Denies pregnancy",
        "Family history of alcoholism",
        "FHx cirrhosis",
        "Mother with ESRD",
        "r/o cirrhosis",
        "Cirrhosis ruled out",
        "Cirrhosis?",
        "Encounter for pregnancy test",
        "History of pregnancy",
        "Trying for pregnancy",
        "At risk for alcohol use disorder",
        "Pregnancy counseling",
        "CKD stage 3",
        "Chronic kidney disease stage 3b",
        "Essential hypertension",
        "Nonalcoholic steatohepatitis",
        "K74.60",
        "",
    ] {
        assert!(named(text).is_empty(), "{text}: {:?}", named(text));
    }
    assert!(!named("Acute renal failure").contains(&"kidney-failure"), "the longer name counts");
}

/// The names of the conditions that a text names.
fn read(text: &str) -> Vec<&'static str> {
    static BOOK: std::sync::LazyLock<Book> = std::sync::LazyLock::new(|| Book::built_in().unwrap());
    let found = named(BOOK.conditions(), text).into_iter();
    found.map(|at| BOOK.conditions()[usize::from(at)].name.as_str()).collect()
}

#[test]
fn a_denial_concerns_its_own_part_of_the_cell() {
    for text in [
        "cirrhosis, HIV negative",
        "HIV negative, cirrhosis",
        "cirrhosis / HIV negative",
        "HIV negative / cirrhosis",
        "cirrhosis HIV negative",
        "cirrhosis and HIV negative",
        "cirrhosis - HIV negative",
        "cirrhosis (HIV negative)",
        "cirrhosis, UDS negative for opioids",
        "no opioid use, cirrhosis, AUD",
        "no varices, cirrhosis",
        "cirrhosis, no varices",
        "cirrhosis/no varices",
        "cirrhosis: no varices",
        "no SI/HI, cirrhosis",
        "no DVT. Cirrhosis.",
        "no DVT but cirrhosis",
        "1) no DVT 2) cirrhosis",
        "lives with mother, cirrhosis",
        "rule out DVT, cirrhosis",
        "cirrhosis, unknown etiology",
        "cirrhosis, none, N/A",
        "cirrhosis, fall risk",
        "HIV?, cirrhosis",
        "non-alcoholic cirrhosis",
        "NASH cirrhosis, high risk of HCC",
        "cirrhosis, not a transplant candidate",
        "Cirrhosis of liver (disorder), no alcohol",
    ] {
        assert!(read(text).contains(&"cirrhosis"), "{text}: {:?}", read(text));
    }
    for text in [
        "cirrhosis: no",
        "cirrhosis - none",
        "cirrhosis, ruled out",
        "cirrhosis (ruled out)",
        "cirrhosis (mother)",
        "cirrhosis? no",
        "cirrhosis (?)",
        "cirrhosis of the liver was excluded",
        "no fever, cough, or cirrhosis",
        "no hepatitis, cirrhosis or ascites",
        "Rule out: HCC, cirrhosis",
        "Family history: diabetes, cirrhosis",
        "suspected (cirrhosis)",
        "no (known) cirrhosis",
        "negative for cirrhosis",
        "cirrhosis negative",
    ] {
        assert!(!read(text).contains(&"cirrhosis"), "{text}: {:?}", read(text));
    }
}

#[test]
fn pregnancies_are_read_by_the_titles_of_their_codes() {
    for text in [
        "Supervision of high risk pregnancy, unspecified, second trimester",
        "high-risk pregnancy",
        "Pre-existing hypertension complicating pregnancy",
        "Supervision of elderly primigravida",
        "Rh negative, pregnant",
        "Rh negative pregnant",
        "pregnant, HIV negative",
        "possible UTI, pregnant",
        "pregnant, screening for diabetes",
        "hyperemesis gravidarum",
        "gestational diabetes",
        "Pregnancy test positive",
        "G2P1 at 24 wks gestation",
        "Supervision of pregnancy with history of pre-term labor",
        "pregnant, previous cesarean section",
    ] {
        assert!(read(text).contains(&"pregnancy"), "{text}: {:?}", read(text));
    }
    for text in [
        "pregnancy: no",
        "pregnancy status: not pregnant",
        "Pregnancy, denied",
        "false pregnancy",
        "pregnancy in partner",
        "pregnant wife",
        "Miscarriage in first trimester",
        "Pregnancy, delivered",
        "history of gestational diabetes",
        "Recurrent pregnancy loss",
        "pre-pregnancy counseling",
    ] {
        assert!(!read(text).contains(&"pregnancy"), "{text}: {:?}", read(text));
    }
    assert!(read("lactating: no").is_empty());
    assert_eq!(read("lactating mother"), ["breast-feeding"]);
}

#[test]
fn organs_are_read_by_the_titles_of_their_codes() {
    for (text, name) in [
        ("Hepatitis A without hepatic coma", "acute-hepatitis"),
        ("hepatitis B, acute", "acute-hepatitis"),
        ("liver disease, end stage", "liver-failure"),
        ("Toxic liver disease with hepatic necrosis, without coma", "liver-failure"),
        ("CKD stage 3-4", "severe-kidney-disease"),
        ("CKD (stage 4)", "severe-kidney-disease"),
        ("no CKD 3, CKD stage 4", "severe-kidney-disease"),
        ("ESRD, PPD negative", "severe-kidney-disease"),
        (
            "Hypertensive chronic kidney disease with stage 5 chronic kidney disease or end stage renal disease",
            "severe-kidney-disease",
        ),
    ] {
        assert!(read(text).contains(&name), "{text}: {:?}", read(text));
    }
    for text in [
        "Hypertensive chronic kidney disease with stage 1 through stage 4 chronic kidney disease, or unspecified chronic kidney disease",
        "resolved acute hepatitis B",
        "acute kidney injury, resolved",
        "PMH: AKI, acute hepatitis",
        "hepatitis A vaccine",
        "hepatitis A and B vaccine",
        "Encounter for immunization, hepatitis A vaccination",
        "Chronic viral hepatitis B without hepatic coma",
    ] {
        assert!(read(text).is_empty(), "{text}: {:?}", read(text));
    }
}

#[test]
fn titles_in_other_languages_are_read_as_far_as_the_book_has_them() {
    for (text, name) in [
        ("Alkoholische Leberzirrhose, Child-Pugh A", "cirrhosis"),
        ("Sonstige und nicht näher bezeichnete Zirrhose der Leber", "cirrhosis"),
        ("Cirrhose alcoolique du foie", "cirrhosis"),
        ("Cirrosis hepática alcohólica, sin ascitis", "cirrhosis"),
        ("Cirrose hepática não especificada", "cirrhosis"),
        ("Chronische Nierenkrankheit, Stadium 5", "severe-kidney-disease"),
        ("Maladie rénale chronique, stade 4", "severe-kidney-disease"),
        ("Überwachung einer normalen Schwangerschaft", "pregnancy"),
        ("Surveillance d'une grossesse normale", "pregnancy"),
        ("Supervisión de embarazo normal", "pregnancy"),
        ("Supervisão de gravidez de alto risco", "pregnancy"),
    ] {
        assert!(read(text).contains(&name), "{text}: {:?}", read(text));
    }
    for text in [
        "V.a. Leberzirrhose",
        "keine Leberzirrhose",
        "Leberzirrhose ausgeschlossen",
        "pas de cirrhose",
        "sin cirrosis",
        "sem cirrose",
        "Zustand nach Schwangerschaft",
        "prueba de embarazo",
        "Chronische Nierenkrankheit, Stadium 3",
    ] {
        assert!(read(text).is_empty(), "{text}: {:?}", read(text));
    }
}

#[test]
fn reasons_for_the_usual_dose_are_read_in_words() {
    for (text, name) in [
        ("ETOH abuse", "alcohol-use"),
        ("binge drinking", "alcohol-use"),
        ("Alcohol use, unspecified", "alcohol-use"),
        ("chronic pain, alcohol use disorder, HIV negative", "alcohol-use"),
        ("heroin use", "opioid-use"),
        ("Opioid use, unspecified, uncomplicated", "opioid-use"),
        ("BMI 40", "weight"),
        ("BMI: 31.4 kg/m2", "weight"),
        ("Body mass index [BMI] 40.0-44.9, adult", "weight"),
        ("pain", "pain"),
        ("Pain, unspecified", "pain"),
        ("hypertension, pain", "pain"),
        ("Cervicalgia", "pain"),
        ("Neoplasm related pain (acute) (chronic)", "pain"),
    ] {
        assert!(read(text).contains(&name), "{text}: {:?}", read(text));
    }
    for text in [
        "no alcohol use",
        "Alcohol use: none",
        "social alcohol use",
        "Long term (current) use of opiate analgesic",
        "long-term opioid use",
        "BMI 24",
        "chest pain",
        "denies pain",
        "no pain",
    ] {
        assert!(read(text).is_empty(), "{text}: {:?}", read(text));
    }
}

#[test]
fn codes_are_known_by_their_shape() {
    for text in
        ["K74.6", "k7460", "E11", "72892002", "Cirrhosis (K74.60)", "ICD-10: O80", "K74.6@20250101"]
    {
        assert!(has_code(text), "{text}");
    }
    for text in ["Cirrhosis", "571.5", "12345", "", "n/a", "stage 4", "V22.1", "571.2@20250601"] {
        assert!(!has_code(text), "{text}");
    }
    for text in [
        "571.2",
        "ICD9:571.2",
        "BK:5712",
        "DX001",
        "V22.1",
        "571.2, 303.90",
        "F10.20; 571.2",
        "571.2@20250601",
    ] {
        assert!(holds_foreign_code(text), "{text}");
    }
    for text in [
        "hypertension",
        "stage 4",
        "MVA 2015",
        "BMI 24",
        "12",
        "",
        ":",
        "F10.20; 2015",
        "F10.20, 2019-03-01",
    ] {
        assert!(!holds_foreign_code(text), "{text}");
    }
}

#[test]
fn who_is_not_pregnant_is_said_to_be_so() {
    for text in [
        "not pregnant",
        "Not pregnant",
        "Pregnancy test negative",
        "negative pregnancy test",
        "pregnancy status: not pregnant",
        "no longer pregnant",
        "nicht schwanger",
        "pas enceinte",
        "no embarazada",
    ] {
        assert_eq!(read(text), ["not-pregnant"], "{text}");
    }
    for text in ["wife not pregnant", "if not pregnant"] {
        assert!(read(text).is_empty(), "{text}: {:?}", read(text));
    }
    for text in ["miscarried", "pregnancy ended"] {
        assert_eq!(read(text), ["pregnancy-end"], "{text}");
    }
}

#[test]
fn what_is_denied_feared_over_or_of_relatives_is_none() {
    for text in [
        "cirrhosis - refuted",
        "(-) cirrhosis",
        "cirrhosis (-)",
        "F/H liver failure",
        "MGF cirrhosis",
        "grandmother with cirrhosis",
        "differential: cirrhosis, NASH",
        "cirrhosis, entered in error",
        "Vater Leberzirrhose",
        "Mutter: Leberzirrhose",
        "padre con cirrosis",
        "père: cirrhose",
        "Z. n. akuter Hepatitis A",
        "Z.n. akuter Hepatitis A",
        "V. a. Leberzirrhose",
        "stopped breastfeeding",
        "finished breastfeeding",
        "ceased breastfeeding",
        "previously breastfeeding",
        "breastfeeding stopped",
        "breastfed first child 2015",
        "last pregnant 2018",
        "may be pregnant",
        "if pregnant",
    ] {
        assert!(read(text).is_empty(), "{text}: {:?}", read(text));
    }
    assert_eq!(read("stopped drinking, cirrhosis"), ["cirrhosis"]);
}

#[test]
fn the_plainest_words_of_other_languages_are_read() {
    for (text, name) in [
        ("schwanger", "pregnancy"),
        ("enceinte", "pregnancy"),
        ("embarazada de 20 semanas", "pregnancy"),
        ("grávida", "pregnancy"),
        ("stillend", "breast-feeding"),
        ("Stillzeit", "breast-feeding"),
        ("allaitement", "breast-feeding"),
        ("lactancia materna", "breast-feeding"),
        ("dialysepflichtig", "dialysis"),
        ("Leberversagen", "liver-failure"),
        ("Leberinsuffizienz", "liver-failure"),
        ("insuffisance hépatique", "liver-failure"),
        ("terminale Niereninsuffizienz", "severe-kidney-disease"),
        ("insuffisance rénale terminale", "severe-kidney-disease"),
        ("Niereninsuffizienz Stadium 4", "severe-kidney-disease"),
        ("Fibromyalgie", "pain"),
        ("fibromialgia", "pain"),
        ("Rückenschmerzen", "pain"),
        ("douleur chronique", "pain"),
        ("CKD stg 4", "severe-kidney-disease"),
        ("prenatal visit", "pregnancy"),
        ("UPT pos", "pregnancy"),
        ("HCG positive", "pregnancy"),
        ("Child-Pugh C", "cirrhosis"),
    ] {
        assert!(read(text).contains(&name), "{text}: {:?}", read(text));
    }
    for text in ["Child-Pugh A", "keine Stillzeit", "präterminale Niereninsuffizienz", "UPT neg"] {
        let found = read(text);
        assert!(found.iter().all(|name| *name == "not-pregnant"), "{text}: {found:?}");
    }
}

#[test]
fn a_code_is_denied_by_what_stands_directly_beside_it() {
    for text in [
        "K74.60 ruled out",
        "R/O K74.60",
        "no K74.60",
        "family history of K74.60",
        "K74.60 (ruled out)",
        "K74.60, ruled out",
        "K74.60?",
        "K74.60 (-)",
        "ruled out: K74.60, N18.6",
        "K74.60 (V)",
        "K74.6 V",
        "K74.6 A",
        "K74.6Z",
    ] {
        assert!(code::stated(text).iter().all(|code| !code.starts_with("K74")), "{text}");
    }
    for text in [
        "K74.60",
        "K74-60",
        "K74.6 G",
        "F10.20 no withdrawal K74.60",
        "N18.6 disease without heart failure K74.60",
        "lactating mother K74.60",
        "pregnancy test K74.60",
        "HIV negative, K74.60",
        "no fever, K74.60",
        "Unspecified cirrhosis (K74.60)",
        "K74.60 N18.6",
        "K74.60 of liver without ascites",
        "HTN?, K74.60",
    ] {
        assert!(code::stated(text).iter().any(|code| code.starts_with("K746")), "{text}");
    }
}

#[test]
fn what_is_said_beside_a_diagnosis_may_deny_it() {
    for said in [
        "refuted",
        "Refuted",
        "entered-in-error",
        "ruled out",
        "Family history",
        "active; ruled out",
        "differential",
        "suspected",
        "Ausgeschlossen",
    ] {
        assert!(is_denial(said), "{said}");
    }
    for said in ["", "confirmed", "active", "A", "N", "resolved", "history", "unknown", "F/U"] {
        assert!(!is_denial(said), "{said}");
    }
}

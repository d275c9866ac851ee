use crate::drug::Identity;
use crate::rule::Book;

fn about(book: &Book, text: &str) -> String {
    let verdict = book.dictionary().resolve(&Identity::text(text));
    assert!(verdict.resolved, "{text}");
    let first = verdict.components.first();
    first.map_or("", |c| book.dictionary().drug(c.drug).file.id.as_str()).to_owned()
}

#[test]
fn a_test_a_supply_and_an_allergy_are_no_drug() {
    let book = Book::built_in().unwrap();
    for text in [
        "BTNX FENTANYL TEST STRIPS 20CT",
        "Fentanyl drug screen, urine",
        "Methadone (EDDP) urine test",
        "Oxycodone UDS",
        "Fentanyl immunoassay",
        "Fentanyl Rapid Test 20 ng/mL",
        "Drug test cup 12 panel incl. buprenorphine and oxycodone",
        "One Step Fentanyl Drug Test Dip Card",
        "Buprenorphine, urine",
        "Diluent for Vivitrol",
        "Needle 20G for use with Vivitrol 380 mg",
        "Sharps container for Sublocade",
        "PCA tubing morphine",
        "Methadone lockbox",
        "Morphine allergy",
        "Morphin-Testkassette",
        "Drogenschnelltest Methadon",
        "Test de orina tramadol",
        "Methadon-Flasche 100ml leer",
        "Fentanyl patch cover dressing",
        "Patch disposal bag fentanyl",
        "Deckpflaster für Fentanyl-Pflaster",
        "Ordine 5 pz siringhe",
        "Ordine n. 5 garze sterili",
    ] {
        assert_eq!(about(&book, text), "", "{text}");
        assert!(book.dictionary().why_no_drug(text).is_some(), "{text}");
        assert!(book.dictionary().mentions(text).is_empty(), "{text}");
    }
    for (text, drug) in [
        ("Vivitrol 380 mg kit with diluent and needle for injection", "naltrexone"),
        ("Suboxone film strips 8-2", "buprenorphine"),
        ("Naltrexone 50 mg tablet; urine drug screen", "naltrexone"),
        ("Morphine 1 mg/mL PCA syringe", "morphine"),
        ("Buprenorphine test dose 2 mg", "buprenorphine"),
        ("Fentanyl patch 25 mcg/h, codeine allergy", "fentanyl"),
    ] {
        assert_eq!(about(&book, text), drug, "{text}");
    }
}

#[test]
fn what_a_product_is_free_of_is_not_in_it() {
    let book = Book::built_in().unwrap();
    for text in [
        "Codeine-free cough syrup",
        "Sirop sans codéine",
        "Codein-frei Hustensaft",
        "sin codeína jarabe",
        "Butalbital/APAP/caffeine w/o codeine",
        "Codral cold codeine free",
        "Hostemedicin uden kodein",
        "Kodein-freier Hustensaft",
        "コデイン非含有シロップ",
        "코데인 없는 시럽",
    ] {
        assert_eq!(about(&book, text), "", "{text}");
        assert!(book.dictionary().mentions(text).is_empty(), "{text}");
    }
    for (text, drug) in [
        ("Morphine free base", "morphine"),
        ("Morphin freie Base 10 mg", "morphine"),
        ("Fentanyl patch 25 mcg/h", "fentanyl"),
        ("Ordine 5 mg/mL oral solution", "morphine"),
        ("Methadone sugar free 1 mg/mL", "methadone"),
        ("Codeine w/o acetaminophen", "codeine"),
        ("Naltrexone without bupropion", "naltrexone"),
        ("Tylenol w/ codeine", "codeine"),
    ] {
        assert_eq!(about(&book, text), drug, "{text}");
    }
}

#[test]
fn an_allergy_and_what_is_not_taken_are_no_drug() {
    let book = Book::built_in().unwrap();
    for text in [
        "Allergy: codeine",
        "Allergies: penicillin, codeine",
        "drug allergy - codeine",
        "Allergie Codein",
        "alergia codeina",
        "аллергия на кодеин",
        "可待因过敏",
        "NKA / codeine rash",
        "ADR: morphine",
        "Hypersensitivity: codeine",
        "no tramadol",
        "not on methadone",
        "Acetaminophen 500 mg (no codeine)",
        "paracetamol (instead of tramadol)",
        "Ibuprofen 400 (replaces codeine)",
        "Ibuprofen - do not take with tramadol",
        "declined naltrexone",
        "フェンタニル検査キット",
        "羟考酮检测试纸",
        "экспресс-тест морфин",
        "H/O heroin use",
        "History of methadone maintenance",
        "Hx oxycodone use disorder counselling",
        "Ibuprofen 600 mg tab - intolerant of morphine",
        "Ibuprofen 600 mg tab - cannot take tramadol",
        "Ibuprofen 600 mg - naltrexone intolerant",
    ] {
        assert_eq!(about(&book, text), "", "{text}");
        assert!(book.dictionary().mentions(text).is_empty(), "{text}");
    }
    for (text, drug) in [
        ("Tramadol 50 mg, no known allergies", "tramadol"),
        ("Codeine 30 mg tablet (allergy: penicillin)", "codeine"),
        ("NKDA codeine 30 mg tab", "codeine"),
        ("No known drug allergies. Codeine 30 mg tablet", "codeine"),
        ("Methadone replaces morphine", "methadone"),
        ("Tramadol 50 mg (replaces Ultram)", "tramadol"),
        ("Tylenol No 3 with codeine", "codeine"),
        ("Benadryl Allergy; oxycodone 5 mg", "oxycodone"),
        ("Penicillin allergy, oxycodone 5 mg tab", "oxycodone"),
        ("No tramadol 50 mg tablet", "tramadol"),
        ("Methadone 10 mg tab - do not take with alcohol", "methadone"),
    ] {
        assert_eq!(about(&book, text), drug, "{text}");
    }
}

#[test]
fn a_drug_that_was_stopped_is_unresolved_unless_its_strength_is_stated() {
    let book = Book::built_in().unwrap();
    for text in ["tramadol stopped", "Stopped tramadol"] {
        assert!(!book.dictionary().resolve(&Identity::text(text)).resolved, "{text}");
    }
    assert_eq!(about(&book, "tramadol 50 mg stopped 3/1"), "tramadol");
}

#[test]
fn a_thing_that_bears_a_drug_s_name_is_no_drug() {
    let book = Book::built_in().unwrap();
    for text in [
        "NEEDLE 20G 1.5 IN VIVITROL",
        "Suboxone film dispenser card",
        "Vivitrol co-pay card",
        "Vivitrol injection training video",
        "Methadone clinic bus pass",
        "Fentanyl patch disposal pouch",
        "Tegaderm for fentanyl patch",
        "Morphine PCA pump rental",
        "Naltrexone pellet insertion trocar",
        "Buprenorphine cup 12-panel",
        "Tramadol quant blood",
        "MORPHINE GLUCURONIDE SERUM",
        "Morphine calibrator 300 ng/ml",
        "Codeine reference standard 1mg/ml",
        "CYP2D6 genotype codeine",
        "Placebo for naltrexone 50 mg",
        "Matched placebo to buprenorphine",
        "Black Opium Eau de Parfum 50 ml",
        "Opium poppy seeds",
        "Opium comp. ampoules WALA",
        "Oxycodone-like pain relief herbal",
        "Ibuprofen as alternative to codeine",
        "Oxycodone 5 mg - NOT DISPENSED, patient refused",
        "Codeine sensitivity noted",
        "Vivitrol needle 20G 1.5in",
        "Vivitrol administration kit needles",
        "MedicAlert bracelet naltrexone",
        "Naltrexone monitoring LFT",
    ] {
        assert_eq!(about(&book, text), "", "{text}");
        assert!(book.dictionary().mentions(text).is_empty(), "{text}");
    }
    for (text, drug) in [
        ("Vivitrol 380 mg needle 20G", "naltrexone"),
        ("Vivitrol 380 needle 20G", "naltrexone"),
        ("Methadone w/ adapter", "methadone"),
        ("Methadone, oral syringe included", "methadone"),
        ("Fentanyl patch, disposal pouch included", "fentanyl"),
        ("Morphine PCA pump", "morphine"),
        ("Methadone given 10:00 EDT", "methadone"),
        ("Opium tincture", "opium"),
        ("Oxycodone 5 mg not given with food", "oxycodone"),
        ("Naltrexone 50 mg vs placebo", "naltrexone"),
        ("Suboxone as alternative to methadone", "buprenorphine"),
    ] {
        assert_eq!(about(&book, text), drug, "{text}");
    }
}

#[test]
fn what_leaves_open_whether_somebody_has_a_drug_is_unresolved_and_mentioned() {
    let book = Book::built_in().unwrap();
    for text in [
        "Methadone supervised consumption service",
        "Suboxone supervised administration fee",
        "Oral syringe methadone",
        "Sterile needle Vivitrol kit replacement",
        "Heroin use disorder",
        "Ex-heroin user: hepatitis A vaccine",
        "Switched from oxycodone to ibuprofen 600",
        "oxycodone stopped, ibuprofen 600 started",
    ] {
        let verdict = book.dictionary().resolve(&Identity::text(text));
        assert!(!verdict.resolved && verdict.components.is_empty(), "{text}");
        assert!(!book.dictionary().mentions(text).is_empty(), "{text}");
    }
    for (text, drug) in [
        ("Changed from tramadol to oxycodone", "oxycodone"),
        ("History of heroin use; methadone 40 mg", "methadone"),
        ("tramadol stopped, oxycodone started", "oxycodone"),
        ("Naltrexone for alcohol use disorder", "naltrexone"),
        ("Methadone supervised consumption 40 mg", "methadone"),
    ] {
        assert_eq!(about(&book, text), drug, "{text}");
    }
}

#[test]
fn laboratory_tests_in_the_words_of_laboratories_are_no_drug() {
    let book = Book::built_in().unwrap();
    for text in [
        "oxyCODONE Ur Ql Scn",
        "fentaNYL Ur-mCnc",
        "Methadone SerPl-mCnc",
        "Codeine Ur Ql Cfm",
        "OXYCODONE SCR UR",
        "METHADONE LVL",
        "OXYCODONE CONFIRM",
        "OXYCODONE CUTOFF 100",
        "Oxycodone, POC",
        "Oxycodone, hair",
        "Oxycodone oral fluid",
        "Buprenorphine w/ reflex",
        "Meperidine/Normeperidine Confirm",
        "Pain Mgmt Panel w/ Tapentadol",
        "Oxycodone waste",
        "Oxycodone PA appeal",
        "Suboxone copay assistance",
        "Zubsolv Sample Voucher",
        "Fentanyl patch overlay Tegaderm",
        "Med guide: tramadol",
        "Norco Wheelchair 18 in",
    ] {
        assert_eq!(about(&book, text), "", "{text}");
    }
    for (text, drug) in [
        ("Methadone conc", "methadone"),
        ("Methadone 10 mg/mL oral solution, confirm dose", "methadone"),
        ("Oxycodone 5 mg tablet - blood pressure low", "oxycodone"),
        ("Morphine oral", "morphine"),
        ("Fentanyl patch with Tegaderm", "fentanyl"),
        ("Methadone free of charge", "methadone"),
        ("Oxycodone w/ APAP", "oxycodone"),
    ] {
        assert_eq!(about(&book, text), drug, "{text}");
    }
    // A fee for a dose says that somebody may have had it.
    for text in ["Methadone Dosing Fee", "PCA Morphine Set-up"] {
        let verdict = book.dictionary().resolve(&Identity::text(text));
        assert!(!verdict.resolved && verdict.components.is_empty(), "{text}");
    }
}

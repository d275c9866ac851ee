use super::*;
use rxlint_model::finding::Severity;

fn engine(settings: &str) -> Engine {
    Engine::new(Pack::default(), toml::from_str(settings).unwrap()).unwrap()
}

#[test]
fn the_digest_changes_with_everything_that_changes_a_verdict_and_with_nothing_else() {
    let usual = engine("").digest().to_owned();
    let others = [
        "strict = true",
        "jurisdiction = \"uk\"",
        "exposure.default-days = 14",
        "exposure.carry-cap = 7",
        "exposure.placeholders = [\"nobody\"]",
        "book.select = [\"DD\"]",
        "book.ignore = [\"missing-days-supply\"]",
        "book.severity.missing-days-supply = \"high\"",
        "book.windows.short-acting = { hard = 7, soft = 14 }",
        "book.blockade.oral = 4",
    ];
    let digests: std::collections::BTreeSet<String> =
        others.iter().map(|text| engine(text).digest().to_owned()).collect();
    assert_eq!(digests.len(), others.len());
    assert!(!digests.contains(&usual));
    assert_eq!(engine("book.named = [\"recent-opioid\"]").digest(), usual);
    let one = engine("book.ignore = [\"recent-opioid\", \"missing-days-supply\"]");
    let other = engine("book.ignore = [\"missing-days-supply\", \"recent-opioid\"]");
    assert_eq!(one.digest(), other.digest(), "the order of a list says nothing");
}

#[test]
fn the_content_of_a_table_counts_and_not_its_name() {
    let of = |name: &str, table: &str| {
        let vocabulary: &[(&str, &[u8])] = &[(name, table.as_bytes())];
        let pack = Pack { vocabulary, ..Pack::default() };
        Engine::new(pack, Settings::default()).unwrap().digest().to_owned()
    };
    let table = "code,name\nA1,Naltrexone 50 mg\nB2,Aspirin\n";
    assert_eq!(of("a.csv", table), of("b.csv", table));
    assert_eq!(of("a.csv", table), of("a.csv", "code,name\nB2,Aspirin\nA1,Naltrexone 50 mg\n"));
    assert_ne!(of("a.csv", table), of("a.csv", "code,name\nA1,Naltrexone 50 mg\n"));
    assert_ne!(of("a.csv", table), of("a.csv", &table.replace("Naltrexone", "Oxycodone")));
    assert_ne!(of("a.csv", table), engine("").digest());
}

#[test]
fn what_differs_from_the_built_in_settings_is_told() {
    let text = "strict = true\nbook.severity.missing-days-supply = \"high\"\nbook.windows.short-acting = { hard = 7, soft = 14 }";
    assert_eq!(
        engine(text).changed_settings(),
        [
            "severity.missing-days-supply = \"high\"",
            "windows.short-acting.hard = 7",
            "windows.short-acting.soft = 14",
            "strict = true"
        ]
    );
    let names = BookSettings {
        severity: [("recent-opioid".to_owned(), Severity::Low)].into(),
        ..BookSettings::default()
    };
    let settings = Settings { book: names, ..Settings::default() };
    assert_eq!(
        Engine::new(Pack::default(), settings).unwrap().changed_settings(),
        ["severity.recent-opioid = \"low\""]
    );
}

#[test]
fn one_patient_has_one_key_however_the_identifier_is_padded() {
    let engine = engine("");
    assert_eq!(engine.patient_key(" M1 "), engine.patient_key("M1"));
    assert_ne!(engine.patient_key("m1"), engine.patient_key("M1"));
    assert_eq!(engine.patient_key(" UNKNOWN"), None);
}

//! Kinds of faults in drug lists and interaction tables, and what resembles them but is not one: one or two small cases of each.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::path::Path;
use std::process::Command;

const DRUG: &str = "naltrexone 50 mg tablet";
/// Rules by their short names.
const MISMATCH: &str = "name-code-mismatch";
const CODE: &str = "invalid-code";
const CLASS: &str = "misclassified-antagonist";
const CONFLICT: &str = "conflicting-entry";
const RESCUE: &str = "missing-reversal-agent";
const ALERT: &str = "missing-alert";

fn rxlint(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rxlint"));
    let output = command
        .current_dir(folder)
        .args(["formulary", "--isolated"])
        .args(arguments)
        .output()
        .unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

/// The exit code and the rules that fire for the files, each once.
fn told(files: &[(&str, &[u8])], arguments: &[&str]) -> (i32, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let (code, out) = rxlint(folder.path(), &[&["--format", "json"], arguments].concat());
    let report: serde_json::Value = serde_json::from_str(&out).unwrap_or_default();
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let mut rules: Vec<String> = findings
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap().replace("formulary-", ""))
        .collect();
    rules.sort();
    rules.dedup();
    (code, rules)
}

fn list(text: &str) -> Vec<String> {
    told(&[("list.csv", text.as_bytes())], &["list.csv"]).1
}

/// The result for a list with naltrexone, naloxone and these drugs, compared with an interaction table.
fn alerts(drugs: &[&str], table: &str) -> (i32, Vec<String>) {
    let mut text = format!("drug,tier\n{DRUG},1\nnaloxone 4 mg nasal,1\n");
    drugs.iter().for_each(|drug| text.push_str(&format!("{drug},1\n")));
    let files = [("list.csv", text.as_bytes()), ("a.csv", table.as_bytes())];
    told(&files, &["list.csv", "--alerts", "a.csv"])
}

#[test]
fn files_in_a_folder_of_lists_are_read_or_reported() {
    let bad = r#"[{"drug_name":"naltrexone 50 mg tablet","class":"Opioid analgesics"}]"#;
    let medication = r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Medication","code":{"text":"naltrexone 50 mg tablet","coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"864706"}]}}}]}"#;
    let lfs = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 12345\n";
    for (name, text, code, rules) in [
        ("list.json", bad, 1, &[CLASS][..]),
        ("list.ndjson", &bad[1..bad.len() - 1], 1, &[CLASS]),
        ("list.json", &format!("{{\"formulary\":{{\"drugs\":{bad}}}}}"), 1, &[CLASS]),
        ("bundle.json", medication, 1, &[MISMATCH]),
        ("cut.json", &bad[..30], 3, &[]),
        ("values.json", r#"{"resourceType":"ValueSet"}"#, 3, &[]),
        ("list.xml", "<list><drug>naltrexone</drug></list>", 3, &[]),
        ("list.csv", lfs, 3, &[]),
        ("list.xlsx", lfs, 3, &[]),
        ("list.xlsx", "", 3, &[]),
        ("list.xlsx", "no\0\u{1}\u{2}\u{4}\u{5}\u{6}\u{7}book", 3, &[]),
        ("package.json", r#"{"name":"x","version":"1.0.0"}"#, 0, &[]),
        ("claims.json", r#"{"resourceType":"MedicationRequest"}"#, 0, &[]),
        ("notes.md", "naltrexone", 0, &[]),
    ] {
        let base = ("f/formulary.csv", "drug\nnaltrexone 50 mg\n".as_bytes());
        let found = told(&[base, (&format!("f/{name}"), text.as_bytes())], &["f"]);
        assert_eq!(
            found,
            (code, rules.iter().map(|rule| (*rule).to_owned()).collect()),
            "{name} {text}"
        );
    }
}

#[test]
fn codes_of_further_columns_and_of_other_vocabularies_are_compared() {
    for second in ["NDC2", "Alternate NDC", "Old NDC", "Unit NDC", "ndc_formatted"] {
        let of = |code: &str| {
            list(&format!("Drug,NDC,{second}\n{DRUG},00406117003,{code}\nnaloxone,,\n"))
        };
        assert_eq!(of("00054421925"), [MISMATCH], "methadone under {second}");
        assert_eq!(of("4.06E+08"), [CODE], "a damaged code under {second}");
        assert!(of("00406117001").is_empty(), "another package under {second}");
    }
    assert!(list(&format!("Drug,NDC,NDC Count\n{DRUG},00406117003,12\nnaloxone,,\n")).is_empty());
    let part_d =
        |codes: &str| list(&format!("FORMULARY_ID|RXCUI|NDC|TIER_LEVEL_VALUE\n1|{codes}|5\n"));
    assert_eq!(part_d("637216|51267089099"), [MISMATCH], "Vivitrol and Contrave");
    assert_eq!(part_d("864706|00054421825"), [MISMATCH], "methadone 10 mg and 5 mg");
    assert_eq!(part_d("637216|00406117003"), [MISMATCH], "Vivitrol and a tablet");
    assert!(part_d("637216|65757030001").is_empty(), "Vivitrol twice");
}

#[test]
fn a_form_that_a_name_states_has_to_fit_the_code() {
    let of = |name: &str, code: &str| list(&format!("drug,ndc\n{name},{code}\nnaloxone,\n"));
    for name in ["naltrexone tablet", "ReVia"] {
        assert_eq!(of(name, "65757030001"), [MISMATCH], "{name} and the depot");
    }
    for name in ["Vivitrol", "naltrexone ER injection"] {
        assert_eq!(of(name, "00406117003"), [MISMATCH], "{name} and a tablet");
    }
    for (name, code) in [
        ("naltrexone", "65757030001"),
        ("naltrexone", "00406117003"),
        ("Vivitrol 380 mg", "65757030001"),
        ("ReVia 50 mg", "00406117003"),
        ("morphine 15 mg tablet", "00054023524"),
    ] {
        assert!(of(name, code).is_empty(), "{name} {code}");
    }
}

#[test]
fn excess_digits_are_reported_and_zeros_before_a_known_code_are_not() {
    let of = |code: &str| list(&format!("drug,ndc\noxycodone 5 mg,{code}\nnaloxone,\n"));
    for code in ["002282876111", "0022828761100"] {
        assert_eq!(of(code), [CODE], "{code}");
    }
    assert!(of("000228287611").is_empty());
    let filled: String =
        (0..6).map(|at| format!("lisinopril {at} mg,0999990{:05}\n", 12345 + at)).collect();
    assert!(list(&format!("drug,ndc\n{filled}")).is_empty(), "a whole column is filled up so");
}

#[test]
fn nine_digits_of_a_known_product_are_its_code_and_nothing_unknown_is_fixed() {
    let list = "naltrexone 50 mg,167290081,1\nVivitrol 380 mg,657570300,5\nnaloxone 4 mg nasal,500902422,1\n";
    for header in ["ndc", "ndc9", "product_ndc"] {
        let text = format!("drug,{header},tier\n{list}");
        assert_eq!(told(&[("l.csv", text.as_bytes())], &["l.csv"]), (0, vec![]), "{header}");
    }
    let folder = tempfile::tempdir().unwrap();
    let text =
        format!("drug,ndc,tier\n{list}lisinopril,123456789,1\nnaltrexone 50 mg,406117003,1\n");
    std::fs::write(folder.path().join("l.csv"), text).unwrap();
    let (_, patch) = rxlint(folder.path(), &["--fix", "l.csv"]);
    let changed: Vec<&str> = patch.lines().filter(|line| line.starts_with("+nal")).collect();
    assert_eq!(changed, ["+naltrexone 50 mg,00406117003,1"], "{patch}");
    assert_eq!(patch.lines().filter(|line| line.starts_with("@@")).count(), 1);
}

#[test]
fn an_interaction_table_covers_what_it_says_and_no_more() {
    let row = |row: &str| format!("drug_a,drug_b,severity\n{row}\n");
    let rows = "N07BB04,N02A,major\nN07BB04,N07BC,major";
    for (drug, table, code) in [
        ("methadone 10 mg tablet", "N07BB04,N02A,major", 3),
        ("buprenorphine-naloxone 8-2 mg film", "N07BB04,N02A,major", 3),
        ("codeine 30 mg tablet", "N07BB04,N02A,major", 3),
        ("oxycodone 5 mg tablet", "N07BB04,N02A,major", 0),
        ("hydrocodone-acetaminophen 5-325 mg tablet", "N07BB04,N02A,major", 0),
        ("buprenorphine 8 mg tablet", rows, 0),
        ("methadone 10 mg tablet", rows, 0),
        ("oxycodone 5 mg tablet", "naltrexone - DO NOT USE,oxycodone,major", 3),
        ("oxycodone 5 mg tablet", "naltrexone (zz),oxycodone,major", 3),
        ("oxycodone 5 mg tablet", "#naltrexone,oxycodone,major", 3),
        ("oxycodone 5 mg tablet", "naltrexone,OLD oxycodone,major", 3),
        ("oxycodone 5 mg tablet", "naltrexone (oral),oxycodone,major", 0),
        ("oxycodone 5 mg tablet", "naltrexone,oxycodone,4 - severe", 0),
    ] {
        assert_eq!(alerts(&[drug], &row(table)), (code, vec![]), "{drug}: {table}");
    }
    let none = "naltrexone,oxycodone,4 - none";
    assert_eq!(alerts(&["oxycodone 5 mg tablet"], &row(none)), (1, vec![ALERT.to_owned()]));
    let text = "drug_a,drug_b,description\nnaltrexone,oxycodone,no interaction expected\n";
    assert_eq!(alerts(&["oxycodone 5 mg tablet"], text).0, 3);
    let floats = "rxcui1,rxcui2,severity\n7243.0,7804.0,major\n";
    assert_eq!(alerts(&["oxycodone 5 mg tablet"], floats), (0, vec![]));
}

#[test]
fn one_combination_is_one_product_with_and_without_a_code() {
    let of = |one: &str, other: &str| {
        list(&format!("drug,ndc,tier\n{one},00023602201,1\n{other},,4\nnaloxone,,1\n"))
    };
    let name = "hydrocodone-acetaminophen 10-325 mg tablet";
    assert_eq!(of(name, name), [CONFLICT]);
    assert_eq!(of(name, "Hydrocodone/APAP 10-325 mg tablet"), [CONFLICT]);
    assert!(of(name, "hydrocodone-acetaminophen 5-325 mg tablet").is_empty());
}

#[test]
fn classes_are_read_through_damage_and_as_codes() {
    for class in
        ["AnalgÃ©siques opioÃ¯des", "Analg?siques opio?des", "Analg&eacute;siques opio&iuml;des"]
    {
        let text = format!("drug,class\n{DRUG},{class}\nnaloxone,Antidotes\n");
        assert_eq!(list(&text), [CLASS], "{class}");
    }
    for (header, class) in
        [("HIC3", "H3A"), ("GPI14", "65100075100310"), ("AHFS Code", "28080800"), ("ATC", "N02A")]
    {
        let others = ["oxycodone 5 mg tablet", "morphine 15 mg tablet", "tramadol 50 mg tablet"];
        let others: String = others.iter().map(|drug| format!("{drug},{class}\n")).collect();
        let text = format!("drug,{header}\n{DRUG},{class}\n{others}naloxone 4 mg nasal,\n");
        assert_eq!(list(&text), [CLASS], "{header}");
    }
}

#[test]
fn a_name_that_is_out_of_use_is_not_listed() {
    let of = |name: &str| list(&format!("drug,tier\noxycodone 5 mg tablet,1\n{name},1\n"));
    for name in [
        "naloxone 4 mg nasal - DO NOT USE",
        "zz naloxone",
        "naloxone [RETIRED]",
        "naloxone 4 mg - NF",
    ] {
        assert_eq!(of(name), [RESCUE], "{name}");
    }
    for name in ["naloxone 4 mg nasal", "naloxone (nasal)", "naloxone - 4 mg spray"] {
        assert!(of(name).is_empty(), "{name}");
    }
}

#[test]
fn bounds_are_not_strengths_and_a_class_is_not_another_drug() {
    for bound in [">100 MG", "OVER 100 MG", "GREATER THAN 100 MG"] {
        let text = format!(
            "CHARGE CODE,CHARGE DESCRIPTION,REV CODE,HCPCS,NDC,PRICE\n1,BUPRENORPHINE ER INJ {bound},0636,Q9992,12496-0300-01,1850\n"
        );
        assert!(list(&text).is_empty(), "{bound}");
    }
    let of =
        |drug: &str, code: &str| list(&format!("drug,atc\n{drug},{code}\nnaloxone 4 mg nasal,\n"));
    assert!(of("oxycodone 5 mg tablet", "N02AA").is_empty());
    assert!(of("fentanyl 25 mcg/hr patch", "N02AB").is_empty());
    assert_eq!(of(DRUG, "N02AA"), [MISMATCH]);
}

#[test]
fn names_are_read_under_headers_of_keys_and_exclusions() {
    let gpi = "GPI14,GPI Name,Tier\n62405040000320,Naltrexone HCl Tab 50 MG,1\n93400020,Naloxone HCl Nasal Spray,1\n";
    assert_eq!(told(&[("l.csv", gpi.as_bytes())], &["l.csv"]), (0, vec![]));
    let excluded = format!(
        "Non-Formulary Drug,Formulary Alternative,Class\noxycodone 5 mg,morphine,Opioids\n{DRUG},,Opioid analgesics\n"
    );
    assert_eq!(list(&excluded), [CLASS]);
}

#[test]
fn a_column_of_exceptions_takes_drugs_from_a_class() {
    let table = |header: &str, cell: &str| {
        format!("Class,Interacting Class,{header}\nOpioid antagonists,Opioids,{cell}\n")
    };
    for header in ["Exclude", "Exceptions", "Except"] {
        let methadone = table(header, "methadone");
        assert_eq!(alerts(&["methadone 10 mg tablet"], &methadone), (1, vec![ALERT.to_owned()]));
        assert!(alerts(&["oxycodone 5 mg tablet"], &methadone).1.is_empty(), "{header}");
        assert!(alerts(&["methadone 10 mg tablet"], &table(header, "none")).1.is_empty());
    }
}

/// What CMS has required above each hospital's prices since July 2024, and the prices of naltrexone with oxycodone's code.
fn price_list(sentence: &str, location: &str, pad: bool) -> String {
    let padding = if pad { ",".repeat(3) } else { String::new() };
    format!(
        "hospital_name,last_updated_on,version,{location},hospital_address,license_number|CA,\"{sentence}\"{padding}\n\
         Sample Hospital,2026-01-01,2.2.0,Sample,1 Main St,123,true{padding}\n\
         description,code|1,code|1|type,code|2,code|2|type,setting,drug_unit_of_measurement,drug_type_of_measurement,\
         standard_charge|gross,standard_charge|discounted_cash\n\
         NALTREXONE 50 MG PO TAB,00406055201,NDC,0637,RC,both,1,UN,15.00,9.00\n\
         NALOXONE 0.4 MG/ML IJ SOLN,J2310,HCPCS,36000030810,NDC,both,1,ML,45,30\n\
         OXYCODONE HCL 5 MG PO TAB,00406055201,NDC,0637,RC,both,1,UN,12.50,8.00\n"
    )
}

#[test]
fn a_sentence_on_charges_above_a_price_list_is_not_a_price_column() {
    for sentence in [
        "To the best of its knowledge and belief, the hospital has included all applicable standard charge information",
        "standard charge",
        "true",
    ] {
        for location in ["hospital_location", "location_name"] {
            for pad in [true, false] {
                let text = price_list(sentence, location, pad);
                assert_eq!(list(&text), [MISMATCH], "{sentence} {location} {pad}");
                assert_eq!(
                    list(&format!("\u{feff}{text}")),
                    [MISMATCH],
                    "{sentence} {location} {pad}"
                );
            }
        }
    }
}

#[test]
fn classes_above_their_blocks_are_read_without_a_header_and_are_not_products() {
    let blocks = |header: &str| {
        format!(
            "{header},Drug Name,Tier,Limits\nOPIOID ANALGESICS,,,\n,oxycodone 5 mg tablet,1,\n,{DRUG},1,\n\
             ANTIHYPERTENSIVES,,,\n,lisinopril 10 mg tablet,1,\n,amlodipine 5 mg tablet,1,\nREVERSAL AGENTS,,,\n\
             ,naloxone 4 mg nasal spray,1,\n"
        )
    };
    for header in ["", "Category"] {
        assert_eq!(
            told(&[("list.csv", blocks(header).as_bytes())], &["list.csv"]),
            (1, vec![CLASS.to_owned()])
        );
    }
    let headings = "Drug Name,Tier\nOPIOID ANALGESICS,\noxycodone 5 mg tablet,1\nmorphine 15 mg tablet,1\n\
                    ANTIHYPERTENSIVES,\nlisinopril 10 mg tablet,1\namlodipine 5 mg tablet,1\nnaloxone 4 mg nasal spray,1\n";
    for (text, listed) in [(blocks(""), 5), (headings.to_owned(), 5)] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("list.csv"), text).unwrap();
        let (_, out) = rxlint(folder.path(), &["--format", "json", "list.csv"]);
        let report: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(report["summary"]["products"]["listed"], listed, "{}", report["summary"]);
    }
}

#[test]
fn a_group_of_the_gpi_is_a_class_of_two_digits() {
    for (header, class, wrong) in [
        ("GPI2", "65", true),
        ("GPI", "65", true),
        ("GPI Group", "65", true),
        ("GPI2", "6510", true),
        ("GPI2", "93", false),
        ("Category", "65", false),
    ] {
        let text =
            format!("Drug Name,Tier,{header}\n{DRUG},1,{class}\nlisinopril 10 mg tablet,1,36\n");
        let expected: &[&str] = if wrong { &[CLASS] } else { &[] };
        assert_eq!(list(&text), expected, "{header} {class}");
    }
}

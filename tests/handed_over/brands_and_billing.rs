//! What a pharmacist meets in an export, on the command line: foreign brands, two drugs in one row, billed services, directions beside structured
//! ones.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::process::Command;

/// The findings (`severity rule`, places by their text) and the exit code of a run over one file.
fn check(name: &str, text: &str, arguments: &[&str]) -> (Vec<serde_json::Value>, i32) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_rxlint"))
        .args(["check", "--isolated", "--format", "jsonl", "--phi", "show"])
        .args(arguments)
        .arg(&path)
        .output()
        .unwrap();
    let findings = String::from_utf8(output.stdout).unwrap();
    let findings = findings.lines().map(|line| serde_json::from_str(line).unwrap());
    let findings = findings.filter(|line: &serde_json::Value| line["type"] == "finding").collect();
    (findings, output.status.code().unwrap())
}

fn told(findings: &[serde_json::Value]) -> Vec<String> {
    let word = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
    findings.iter().map(|f| format!("{} {}", word(f, "severity"), word(f, "rule"))).collect()
}

#[test]
fn a_brand_of_two_drugs_is_settled_by_the_jurisdiction() {
    let export =
        "patient,drug,quantity,days_supply,fill_date\nP1,Syndol tablets,30,30,2026-03-01\n";
    let (findings, code) = check("claims.csv", export, &[]);
    assert_eq!((told(&findings), code), (vec!["moderate ambiguous-brand".to_owned()], 1));
    let (findings, code) = check("claims.csv", export, &["--jurisdiction", "uk"]);
    assert_eq!((told(&findings), code), (Vec::new(), 0), "in Britain it is codeine");
}

#[test]
fn a_nalmefene_without_a_form_is_a_tablet_in_europe() {
    let export = "patient,drug,quantity,days_supply,fill_date\nP1,nalmefene,30,30,2026-03-01\n\
                  P1,oxycodone 5 mg tablet,20,5,2026-03-10\n";
    let (findings, _) = check("claims.csv", export, &["--jurisdiction", "eu"]);
    assert_eq!(told(&findings), ["high opioid-antagonist-overlap"]);
}

#[test]
fn of_two_drug_columns_each_place_points_at_its_own() {
    let export = "patient,fill_date,Med1,Med2,days_supply\n\
                  P1,2026-03-01,Oxycodone 5 mg tablet,ReVia 50 mg tablet,10\n";
    let (findings, _) = check("claims.csv", export, &[]);
    let columns: Vec<u64> = findings[0]["places"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| place["column"].as_u64().unwrap())
        .collect();
    assert_eq!(columns, [37, 15], "the antagonist in Med2, the opioid in Med1");
    assert_eq!(
        findings[0]["clean_from"], "2026-03-21",
        "ten days after the opioid of its own record"
    );
}

#[test]
fn a_billed_service_without_a_drug_is_known() {
    let export = "patient,service_date,hcpcs,units\nP1,2026-03-01,J2315,380\nP1,2026-03-01,96372,1\n\
                  P2,2026-03-01,G2074,1\n";
    let (findings, code) = check("claims.csv", export, &[]);
    let assumed = vec!["low missing-days-supply".to_owned()];
    assert_eq!((told(&findings), code), (assumed, 0), "the injection's own 28 days");
}

#[test]
fn a_billed_code_is_read_after_a_qualifier_and_among_others() {
    for code in [
        "HC:J2315",
        "HC:J2315:JZ",
        "HC^J2315",
        "HP:J2315",
        "J2315/JZ",
        "'J2315",
        "99213;J2315;96372",
    ] {
        let export = format!(
            "member_id,claim_no,dos,procedure_code,units\nM1,A1,2026-03-01,{code},380\nM1,A2,2026-03-10,Q9991,1\n"
        );
        let (findings, exit) = check("claims.csv", &export, &[]);
        let findings = told(&findings);
        let is_told = findings.contains(&"high maintenance-opioid-overlap".to_owned());
        assert!(is_told && exit == 1, "{code}: {findings:?}");
    }
}

#[test]
fn a_code_of_a_drug_without_known_codes_contradicts_nothing() {
    let export = "patient_id,drug_name,ndc,fill_date,days_supply,quantity\n\
                  P1,Metoprolol Succinate ER 50 MG Tablet,00186109005,2026-01-05,30,30\n";
    let (findings, code) = check("claims.csv", export, &[]);
    assert_eq!((told(&findings), code), (Vec::new(), 0));
}

#[test]
fn as_needed_in_the_text_is_believed_beside_a_structured_timing() {
    let request = |id: &str, drug: &str, day: &str, sig: &str, timing: &str| {
        format!(
            r#"{{"resourceType":"MedicationDispense","id":"{id}","status":"completed","subject":{{"reference":"Patient/1"}},"medicationCodeableConcept":{{"text":"{drug}"}},"whenHandedOver":"{day}","quantity":{{"value":30}},"dosageInstruction":[{{"text":"{sig}","timing":{{"repeat":{{"frequency":{timing},"period":1,"periodUnit":"d"}}}},"doseAndRate":[{{"doseQuantity":{{"value":1,"unit":"tablet"}}}}]}}]}}"#
        )
    };
    let opioid = |sig| request("a", "oxycodone 5 mg tablet", "2026-03-01", sig, "3");
    let antagonist = request("b", "naltrexone 50 mg tablet", "2026-03-25", "1 tab daily", "1");
    let of = |sig| check("export.ndjson", &format!("{}\n{antagonist}\n", opioid(sig)), &[]).0;
    assert_eq!(told(&of("1 tab TID")), Vec::<String>::new(), "ten days, fourteen free ones");
    let findings = told(&of("1 tab TID as needed"));
    assert!(findings.contains(&"moderate opioid-antagonist-overlap".to_owned()), "{findings:?}");
}

/// The notes in the summary of a run over one file, with the exit code.
fn notes(text: &str) -> (Vec<String>, i32) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("claims.csv");
    std::fs::write(&path, text).unwrap();
    let program = Command::new(env!("CARGO_BIN_EXE_rxlint"))
        .args(["check", "--isolated", "--format", "concise"])
        .arg(&path)
        .output()
        .unwrap();
    let told = String::from_utf8(program.stderr).unwrap();
    let notes = told.lines().filter(|line| line.starts_with("Note: ")).map(str::to_owned);
    (notes.collect(), program.status.code().unwrap())
}

#[test]
fn an_opioid_between_two_fills_of_one_episode_is_reported() {
    let export = |end: &str| {
        format!(
            "patient,drug,fill_date,quantity,days_supply\nP1,naltrexone 50 mg tablet,2026-03-01,30,30\n\
             P1,OxyContin 20 mg,2026-04-05,50,{end}\nP1,naltrexone 50 mg tablet,2026-04-30,30,30\n"
        )
    };
    let (told, code) = notes(&export("25"));
    assert!(told.len() == 1 && told[0].contains("1 opioid supply lies"), "{told:?}");
    assert!(told[0].contains("claims.csv:3)"), "{told:?}");
    assert_eq!(code, 0, "no finding speaks of it");
    let (told, _) = notes(&export("11"));
    assert!(told.is_empty(), "two weeks without an opioid: {told:?}");
}

#[test]
fn an_unread_kidney_column_is_reported_beside_an_antagonist_only() {
    let export = |drug: &str| {
        format!("patient,drug,fill_date,quantity,days_supply,egfr\nP1,{drug},2026-03-01,30,30,18\n")
    };
    let (told, code) = notes(&export("naltrexone 50 mg tablet"));
    assert!(told.len() == 1 && told[0].contains("(egfr) may say something about"), "{told:?}");
    assert_eq!(code, 0);
    let (told, _) = notes(&export("oxycodone 5 mg tablet"));
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn unread_diagnoses_are_reported_beside_an_antagonist_only() {
    let export = |drug: &str, diagnoses: &[&str]| {
        let rows =
            diagnoses.iter().map(|diagnosis| format!("P1,{drug},2026-03-01,30,30,{diagnosis}\n"));
        format!(
            "patient,drug,fill_date,quantity,days_supply,diagnosis\n{}",
            rows.collect::<String>()
        )
    };
    let antagonist = |diagnoses: &[&str]| notes(&export("naltrexone 50 mg tablet", diagnoses)).0;
    for foreign in ["571.2", "V22.1", "BK:5712", "DX001"] {
        let told = antagonist(&[foreign]);
        let says = told.len() == 1 && told[0].contains("No diagnosis was understood");
        assert!(says, "{foreign}: {told:?}");
    }
    // A few words may all be irrelevant.
    assert!(antagonist(&["seasonal hayfever"]).is_empty());
    let told = antagonist(&["one thing", "another", "hayfever", "xyzzy", "plugh"]);
    assert!(told.len() == 1 && told[0].contains("No diagnosis was understood"), "{told:?}");
    let told = antagonist(&["571.2", "E11.9"]);
    assert!(told.len() == 1 && told[0].contains("neither ICD-10"), "{told:?}");
    let told = antagonist(&["571.2; E11.9"]);
    assert!(told.len() == 1 && told[0].contains("neither ICD-10"), "{told:?}");
    for fine in [
        &["E11.9"][..],
        &["E11.9", "hypertension"],
        &["E11.9; 2019-03-01"],
        &["denies cirrhosis"],
        &[""],
        &["unknown"],
    ] {
        assert!(antagonist(fine).is_empty(), "{fine:?}");
    }
    let told = notes(&export("oxycodone 5 mg tablet", &["571.2"])).0;
    assert!(told.is_empty(), "no rule asks: {told:?}");
}

#[test]
fn a_table_of_conditions_may_negate_one() {
    let folder = tempfile::tempdir().unwrap();
    let conditions = folder.path().join("dx.csv");
    let export = "patient,drug,quantity,days_supply,fill_date\nP1,naltrexone 50 mg tablet,30,30,2026-03-01\n";
    let found = |header: &str, said: &str| {
        let table = format!("patient,code,date,{header}\nP1,K74.6,2025-06-01,{said}\n");
        std::fs::write(&conditions, table).unwrap();
        told(&check("claims.csv", export, &["--conditions", conditions.to_str().unwrap()]).0)
    };
    for (header, said) in [
        ("status", "refuted"),
        ("verification_status", "entered-in-error"),
        ("status", "ruled out"),
        ("verificationStatus", "Family history"),
        ("Diagnosesicherheit", "V"),
        ("Diagnosesicherheit", "A"),
    ] {
        assert!(found(header, said).is_empty(), "{header}: {said}");
    }
    for (header, said) in
        [("status", "active"), ("status", "A"), ("Diagnosesicherheit", "G"), ("comment", "refuted")]
    {
        assert_eq!(
            found(header, said),
            ["moderate naltrexone-hepatic-disease"],
            "{header}: {said}"
        );
    }
}

#[test]
fn an_entry_that_was_cancelled_was_not_given() {
    let export = |action: &str| {
        format!(
            "patient,drug,administration_date,mar_action\nP1,oxycodone 5 mg tablet,2026-03-10,{action}\n\
             P1,naltrexone 50 mg tablet,2026-03-10,Given\n"
        )
    };
    let overlaps = |action: &str| told(&check("mar.csv", &export(action), &[]).0).len();
    assert_eq!((overlaps("Given"), overlaps("Canceled Entry")), (1, 0));
}

#[test]
fn a_column_of_reasons_that_names_conditions_is_asked_about() {
    let export = |header: &str, said: &str| {
        format!(
            "patient,drug,fill_date,quantity,days_supply,{header}\nP1,naltrexone 50 mg tablet,2026-03-01,30,30,{said}\n"
        )
    };
    let code = |header, said| check("claims.csv", &export(header, said), &[]).1;
    for header in ["medical_history", "PMH"] {
        assert_eq!(code(header, "cirrhosis of liver"), 3, "{header}");
    }
    assert_eq!(code("reason for use", "cirrhosis of liver"), 1, "what it is for is read");
    assert_eq!(code("medical_history", "hypertension"), 0);
    assert_eq!(code("comments", "cirrhosis of liver"), 0, "a sentence about somebody");
}

/// The findings for one patient's rows: drug, quantity, days' supply, first day, directions.
fn prescribed(rows: &[[&str; 5]]) -> Vec<String> {
    let mut export = "patient,drug,quantity,days_supply,fill_date,directions\n".to_owned();
    for [drug, quantity, days, first, directions] in rows {
        export += &format!("P1,\"{drug}\",{quantity},{days},{first},\"{directions}\"\n");
    }
    told(&check("claims.csv", &export, &[]).0)
}

/// The findings with naltrexone that begins on that day.
fn before_naltrexone(row: [&str; 4], day: &str) -> Vec<String> {
    let [drug, quantity, first, directions] = row;
    let naltrexone = ["naltrexone 50 mg tablet", "30", "30", day, "1 tab daily"];
    prescribed(&[[drug, quantity, "", first, directions], naltrexone])
}

const FIRST: &str = "2026-03-01";
const TABLET: &str = "naltrexone 50 mg tablet";

#[test]
fn a_count_beside_daily_is_not_a_single_daily_dose() {
    for text in ["take 2 tablets twice-daily", "take two (2) tablets twice (2) daily"] {
        let found = prescribed(&[[TABLET, "120", "", FIRST, text]]);
        assert_eq!(found, ["high dose-above-maximum"], "{text}");
    }
    for text in ["1 tab twise daily", "1 tab b1d daily", "1 tab daily x2"] {
        let found = prescribed(&[["oxycodone 5 mg tablet", "20", "", FIRST, text]]);
        assert_eq!(found, ["low missing-days-supply"], "{text}: nobody knows");
    }
    let twice = ["oxycodone 5 mg tablet", "20", FIRST, "1 tab twice-daily"];
    assert_eq!(before_naltrexone(twice, "2026-03-22"), [""; 0], "11 free days");
}

#[test]
fn the_standard_wording_of_electronic_prescriptions_is_read() {
    let methadone =
        ["methadone 10 mg tablet", "180", FIRST, "Take 1 tablet by mouth 2 (two) times daily"];
    let found = before_naltrexone(methadone, "2026-04-15");
    assert_eq!(found, ["high maintenance-opioid-overlap"], "90 days");
    let hours = ["oxycodone 5 mg tablet", "20", FIRST, "Take 1 tablet every 6 (six) hours"];
    assert_eq!(before_naltrexone(hours, "2026-03-25"), [""; 0], "5 days");
}

#[test]
fn tapers_last_as_long_as_their_steps() {
    let taper = "2 tabs bid x7d, 1 tab bid x7d, 1 tab qd x7d";
    let found = before_naltrexone(["oxycodone 5 mg tablet", "49", FIRST, taper], "2026-03-21");
    assert_eq!(found, ["high opioid-antagonist-overlap"]);
    for (drug, quantity, text) in [
        (TABLET, "30", "1/2 tab daily x 3 days, 1 tab daily"),
        (TABLET, "30", "25 mg daily x 3 days, 50 mg daily"),
        (TABLET, "30", "0.5 tab qd x 7 days followed by 1 tablet daily"),
        (
            "Contrave 8-90 mg ER tablet",
            "70",
            "1 tab daily x 7 days, 1 tab bid x 7 days, 2 tabs qam and 1 tab qpm x 7 days, 2 tabs bid",
        ),
    ] {
        assert_eq!(prescribed(&[[drug, quantity, "", FIRST, text]]), [""; 0], "{text}");
    }
}

#[test]
fn a_quantity_that_is_not_in_pieces_counts_none() {
    let found = |drug, quantity, directions, day| {
        before_naltrexone([drug, quantity, FIRST, directions], day)
    };
    let overlap = ["high opioid-antagonist-overlap"];
    let syrup = "codeine-guaifenesin 10-100 mg/5 mL syrup";
    assert_eq!(found(syrup, "16 oz", "10 mL q6h", "2026-03-12"), overlap, "480 mL");
    let methadone = found("methadone 10 mg/mL concentrate", "1 L", "8 mL daily", "2026-04-14");
    assert_eq!(methadone, ["high maintenance-opioid-overlap"], "125 days");
    let tablets = found("oxycodone 5 mg tablet", "14 days", "1 tab qid", "2026-03-12");
    assert_eq!(tablets.len(), 2, "assumed: {tablets:?}");
    let german = found("Oxycodon 5 mg Tabletten N3", "1", "1-0-1", "2026-03-20");
    assert_eq!(german.len(), 2, "assumed: {german:?}");
}

#[test]
fn a_box_of_patches_is_not_a_single_patch() {
    for (drug, quantity, overlaps) in [
        ("Butrans 20 mcg/hr patch", "1 box", true),
        ("Butrans 20 mcg/hr patch 4 ct", "1 box", true),
        ("Butrans 20 mcg/hr patch (4 patches/box)", "1 BX", true),
        ("fentanyl 25 mcg/hr patch 5/box", "2 boxes", true),
        ("Butrans 20 mcg/hr patch", "1", false),
    ] {
        let weekly = [drug, quantity, FIRST, "1 patch weekly"];
        let found = before_naltrexone(weekly, "2026-03-25");
        let says = found.iter().any(|finding| finding.contains("overlap"));
        assert_eq!(says, overlaps, "{drug} {quantity}: {found:?}");
    }
}

#[test]
fn patches_worn_together_last_as_long_as_one() {
    let two = ["fentanyl 25 mcg/hr patch", "10", FIRST, "apply 2 patches every 72 hours"];
    let found = before_naltrexone(two, "2026-03-30");
    assert_eq!(found, [""; 0], "15 days, and 14 free of it");
}

#[test]
fn a_note_on_another_product_is_not_part_of_the_name() {
    let days = |drug: &str, quantity: &str, supply: &str, day: &str| {
        prescribed(&[[drug, quantity, supply, FIRST, ""], [TABLET, "30", "30", day, ""]])
    };
    let kit = "Oxycodone 5 mg tab (Naloxone kit dispensed)";
    assert_eq!(days(kit, "30", "30", "2026-04-11"), [""; 0], "11 free days");
    let real = days("Oxycodone/naloxone 10/5 mg tab", "30", "30", "2026-04-11");
    assert_eq!(real, ["moderate recent-opioid"], "it is long-acting");
    let bridge = "Buprenorphine 8 mg SL tab (Sublocade bridge)";
    assert_eq!(days(bridge, "14", "7", "2026-03-22"), [""; 0], "14 free days");
    let lead_in = ["Naltrexone 50 mg tab (before Vivitrol)", "30", "30", FIRST, ""];
    assert_eq!(prescribed(&[lead_in]), [""; 0]);
}

#[test]
fn what_contradicts_itself_or_may_be_more_is_assumed() {
    for (quantity, text) in [
        ("90", "Take 1 tab BID; may take an additional tab midday"),
        ("60", "1 tab bid, ok to take 2 at bedtime"),
        ("90", "Take 1 tablet (10 mg total) every 8 hours"),
        ("60", "Take 1 tablet BID. Total daily dose 20 mg"),
        ("14", "1 tablet BID x 28 days"),
    ] {
        let found = prescribed(&[["oxycodone 5 mg tablet", quantity, "", FIRST, text]]);
        assert_eq!(found, ["low missing-days-supply"], "{text}");
    }
    for (quantity, text) in [
        ("28", "1 tab, PO, QID, x 7 day(s), # 28 tab(s)"),
        ("30", "1 tab MWF"),
        ("28", "2 tabs/day"),
        ("60", "5 mg q6h"),
    ] {
        let row = ["Percocet 5-325 mg tablet", quantity, "", FIRST, text];
        assert_eq!(prescribed(&[row]), [""; 0], "{text}");
    }
}

#[test]
fn more_tablets_than_a_stated_length_needs_last_no_longer_than_they_are_taken_for() {
    for (quantity, text) in [
        ("28", "1 tab bid x7d"),
        ("30", "1 tab TID x 7 days then stop"),
        ("40", "1 tab qid for 5 days"),
    ] {
        let found =
            before_naltrexone(["oxycodone 5 mg tablet", quantity, FIRST, text], "2026-03-29");
        assert_eq!(found, [""; 0], "{text}: at most 14 days, and 14 free of it");
    }
}

#[test]
fn another_drugs_status_in_the_cell_removes_no_drug() {
    let overlaps = |drug: &str| {
        let found = before_naltrexone([drug, "60", FIRST, "1 tab bid"], "2026-03-10");
        found.iter().filter(|finding| finding.contains("overlap")).cloned().collect::<Vec<_>>()
    };
    let both = ["high opioid-antagonist-overlap"];
    for drug in [
        "Senna refused, oxycodone 5 mg given",
        "Tramadol 50 mg declined; oxycodone 5 mg given",
        "Oxycodone 5 mg tab, generic refused",
        "Oxycodone 5 mg tab - old rx void",
    ] {
        assert_eq!(overlaps(drug), both, "{drug}");
    }
    for drug in ["Oxycodone 5 mg (CANCELLED)", "CANCELLED: oxycodone 5 mg", "Oxycodone 5 mg void"] {
        assert_eq!(overlaps(drug), [""; 0], "{drug}");
    }
}

#[test]
fn as_needed_lasts_at_least_as_long_as_the_most_a_day_leaves_it() {
    let tablet = "oxycodone 5 mg tablet";
    let few = [tablet, "20", FIRST, "1 tab q4-6h prn, max 4/day"];
    let missing = "low missing-days-supply";
    let found = before_naltrexone(few, "2026-03-05");
    assert_eq!(found, [missing, "high opioid-antagonist-overlap"], "5 days are certain");
    let found = before_naltrexone(few, "2026-03-08");
    assert_eq!(found, [missing, "moderate opioid-antagonist-overlap"], "30 are assumed");
    let many = [tablet, "180", FIRST, "1-2 tablets every 6 hours as needed, max 4 tablets a day"];
    let found = before_naltrexone(many, "2026-04-13");
    assert_eq!(found, ["high opioid-antagonist-overlap"], "45 days");
    // A maximum is not a dose.
    let doses = [TABLET, "360", "", FIRST, "up to 4 tablets a day"];
    assert_eq!(prescribed(&[doses]), [""; 0]);
}

#[test]
fn a_patchs_own_days_are_stated_if_the_record_gives_fewer() {
    let export = |days: &str| {
        format!(
            "patient,drug,quantity,days_supply,fill_date\nP1,Fentanyl 50 mcg/hr patch,15,{days},2026-03-01\n\
             P1,naltrexone 50 mg tablet,30,30,2026-04-11\n"
        )
    };
    let help = |days: &str| {
        let (found, _) = check("claims.csv", &export(days), &[]);
        found[0]["help"].as_str().unwrap().to_owned()
    };
    let own = "The 45 days of fentanyl are the product's own; its record gives 30.";
    assert!(help("30").contains(own), "{}", help("30"));
    assert!(!help("45").contains("product's own"), "both agree");
}

#[test]
fn a_note_of_a_given_dose_does_not_turn_a_fill_into_a_dose() {
    let export = |note: &str, cells: &str| {
        format!(
            "patient_id,fill_date,drug_name,quantity,days_supply,end_date\n\
             1,2026-03-01,Naltrexone 50 mg tablet{note},{cells}\n\
             1,2026-03-05,Oxycodone 5 mg tablet,30,10,\n"
        )
    };
    for (note, cells) in [
        (" - Narcan kit given", "30,30,"),
        (" (given)", "30,30,"),
        (" to be administered by nurse", ",,2026-03-30"),
        (" - not given elsewhere", "30,30,"),
    ] {
        let (findings, _) = check("fills.csv", &export(note, cells), &[]);
        assert_eq!(told(&findings), ["high opioid-antagonist-overlap"], "{note} {cells}");
    }
    for (note, cells) in [(" - Narcan kit given", ",,"), (" (30 tabs given)", "30,,")] {
        let (findings, _) = check("fills.csv", &export(note, cells), &[]);
        let assumed = "moderate opioid-antagonist-overlap".to_owned();
        assert!(told(&findings).contains(&assumed), "{note}: 30 days are assumed");
    }
    for note in [" (given)", " - not given"] {
        let (findings, _) = check("fills.csv", &export(note, "1,,"), &[]);
        let told = told(&findings);
        assert!(!told.iter().any(|told| told.ends_with("opioid-antagonist-overlap")), "{note}");
    }
    let message = "MSH|^~\\&|A|B|C|D|20260310||RDS^O13|1|P|2.5\rPID|1||1001^^^HOSP^MR||DOE^JANE||19800101\r\
                   ORC|RE|O1\rRXD|1|^Naltrexone 50 mg tablet given|20260301|30|TAB|||||||30\r\
                   ORC|RE|O2\rRXD|1|^Oxycodone 5 mg tablet|20260305|30|TAB|||||||10\r";
    let (findings, _) = check("dispenses.hl7", message, &[]);
    assert!(told(&findings).contains(&"moderate opioid-antagonist-overlap".into()), "days assumed");
}

#[test]
fn a_drug_text_that_says_refused_or_returned_is_inactive() {
    for (text, inactive, code) in [
        ("Naltrexone 50 mg tab (REFUSED)", 3, 0),
        ("Naltrexone 50 mg tab - ON HOLD", 3, 0),
        ("*VOID* Naltrexone 50 mg tab", 3, 0),
        ("Naltrexone refused", 3, 0),
        ("Naltrexone 50 mg tablet - not given", 3, 0),
        ("Naltrexone 50 mg tab - discontinued before first dose", 3, 0),
        ("Naltrexone 50 mg tab refused counseling", 0, 1),
        ("Naltrexone 50 mg tab declined by insurance - paid cash", 0, 1),
        ("CANCELLED naltrexone 50 mg tab", 3, 0),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("claims.csv");
        let row = |day: u32| format!("P1,{text},00406117003,2026-01-{day},30,30\n");
        let rows = format!(
            "patient_id,drug_name,ndc,fill_date,days_supply,quantity\n\
             P1,Oxycodone 5 mg tablet,,2026-01-01,60,120\n{}{}{}",
            row(10),
            row(12),
            row(14)
        );
        let rows = if code == 3 { rows.replace("00406117003", "") } else { rows };
        std::fs::write(&path, rows).unwrap();
        let run = Command::new(env!("CARGO_BIN_EXE_rxlint"))
            .args(["check", "--isolated", "--format", "json"])
            .arg(&path)
            .output()
            .unwrap();
        let report: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
        assert_eq!(report["summary"]["files"][0]["inactive"], inactive, "{text}");
        assert_eq!(run.status.code(), Some(code), "{text}");
    }
}

#[test]
fn injections_are_known_by_the_words_of_their_billing_codes() {
    let dose = |drug: &str, quantity: &str| {
        let export =
            format!("patient,drug,service_date,units\nP1,\"{drug}\",2026-03-01,{quantity}\n");
        told(&check("claims.csv", &export, &["--ignore", "missing-days-supply"]).0)
    };
    for drug in [
        "Injection, naltrexone, depot form, 1 mg",
        "J2315 naltrexone depot 1 mg",
        "Vivitrol 380 mg",
    ] {
        let quantity = if drug.starts_with('V') { "1" } else { "380" };
        assert_eq!(dose(drug, quantity), [""; 0], "{drug}");
    }
    assert_eq!(dose("Naltrexone, depot form, 1 mg", "190"), ["high depot-interval"]);

    // Naltrexone eight weeks after the injection.
    let after = |words: &str| {
        let brixadi = format!("Injection, buprenorphine extended-release (Brixadi), {words}");
        let export = format!(
            "patient,drug,service_date,units\nP1,\"{brixadi}\",2026-03-01,1\n\
             P1,Naltrexone 50 mg tablet,2026-05-20,30\n"
        );
        let (findings, _) = check("claims.csv", &export, &[]);
        let is_washout = |f: &serde_json::Value| f["rule"] == "recent-depot-buprenorphine";
        findings.iter().any(is_washout)
    };
    for monthly in [
        "greater than 7 days of therapy",
        "more than 7 days of therapy",
        ">7 days of therapy",
        "greater than 7 days and up to 28 days of therapy",
    ] {
        assert!(after(monthly), "{monthly}");
    }
    for weekly in [
        "less than or equal to 7 days of therapy",
        "up to 7 days of therapy",
        "<= 7 days of therapy",
    ] {
        assert!(!after(weekly), "{weekly}");
    }
}

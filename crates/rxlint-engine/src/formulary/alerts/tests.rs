use super::*;

/// A dictionary of a few words.
fn names(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    let known = [
        "naltrexone",
        "oxycodone",
        "morphine",
        "methadone",
        "opioids",
        "warfarin",
        "buprenorphine",
        "aspirin",
        "tramadol",
    ];
    let brand = |brand: &str, name: &str| (text == brand).then(|| name.to_owned());
    known
        .iter()
        .find(|name| text.contains(*name))
        .map(|name| (*name).to_owned())
        .or_else(|| brand("vivitrol", "naltrexone"))
        .or_else(|| brand("oxycontin", "oxycodone"))
        .or_else(|| brand("7243", "naltrexone"))
        .or_else(|| brand("n02a", "N02A"))
}

fn read(text: &str) -> Result<Vec<String>, String> {
    let alerts = Alerts::read("alerts.csv", text.as_bytes(), &names)?;
    Ok(alerts
        .rows
        .iter()
        .map(|row| row.sides.each_ref().map(|side| side.join("/")).join(" with "))
        .collect())
}

fn rows(text: &str) -> Vec<String> {
    read(text).unwrap()
}

const PAIR: [&str; 1] = ["naltrexone with oxycodone"];

#[test]
fn two_columns_by_whatever_their_headers_say() {
    for header in [
        "drug_a,drug_b",
        "Drug 1,Drug 2",
        "drug1,drug2",
        "DrugA;DrugB",
        "Interacting Medication 1,Interacting Medication 2",
        "Interacting class 1;Interacting class 2",
        "Object,Precipitant",
        "object_drug,precipitant_drug",
        "drug,interacts_with",
        "Medication,Interacting Medication",
        "Medicamento 1;Medicamento 2",
        "Wirkstoff 1;Wirkstoff 2",
        "left,right",
        "x,y",
        "Ingredient (first)\tIngredient (second)",
        "affected drug|affecting drug",
    ] {
        let delimiter = header.chars().find(|c| ",;\t|".contains(*c)).unwrap();
        assert_eq!(rows(&format!("{header}\nnaltrexone{delimiter}oxycodone\n")), PAIR, "{header}");
    }
}

#[test]
fn keys_of_other_systems_are_no_drugs() {
    let table = "ID,Drug1_Name,Drug1_CID,Drug2_Name,Drug2_CID,Level\n1,naltrexone,5360515,oxycodone,5284603,Major\n";
    assert_eq!(rows(table), PAIR);
    let table = "id,drug1,class1,drug2,class2\n7,naltrexone,,,opioids\n8,methadone,,warfarin,\n";
    assert_eq!(rows(table), ["naltrexone with opioids", "methadone with warfarin"]);
    let table = "drug_1_rxcui,drug_1_concept_name,drug_2_rxcui,drug_2_concept_name\n7243,naltrexone,7804,oxycodone\n";
    assert!(rows(table)[0].contains("naltrexone with"), "{:?}", rows(table));
    assert_eq!(rows("RXCUI_1,ATC_2\n7243,N02A\n"), ["7243 with N02A"]);
}

#[test]
fn a_table_without_a_header_keeps_its_first_pair() {
    assert_eq!(
        rows("naltrexone,oxycodone\nnaltrexone,morphine\n"),
        ["naltrexone with oxycodone", "naltrexone with morphine"]
    );
    assert_eq!(rows("naltrexone,oxycodone,major\n"), PAIR);
}

#[test]
fn a_matrix_and_cells_that_name_both() {
    let matrix =
        ",naltrexone,oxycodone,morphine\nnaltrexone,,X,major\noxycodone,X,,none\nmorphine,-,,\n";
    assert_eq!(
        rows(matrix),
        ["naltrexone with oxycodone", "naltrexone with morphine", "oxycodone with naltrexone"]
    );
    assert_eq!(
        rows("Interaction,Level\nNaltrexone + Oxycodone,major\nwarfarin + aspirin,major\n").len(),
        2
    );
    assert_eq!(rows("pair\nnaltrexone / oxycodone\n"), PAIR);
}

#[test]
fn what_warns_nobody_covers_nothing() {
    let off = |header: &str, cell: &str| {
        let table =
            format!("drug_a,drug_b,{header}\nnaltrexone,oxycodone,{cell}\nwarfarin,aspirin,\n");
        rows(&table).iter().all(|row| !row.starts_with("naltrexone"))
    };
    for (header, cell) in [
        ("severity", "none"),
        ("Severity Level", "Off"),
        ("alert_level", "Suppressed"),
        ("risk_rating", "No known interaction"),
        ("action", "Do not alert"),
        ("active", "N"),
        ("enabled", "false"),
        ("status", "Retired"),
        ("suppressed", "Y"),
    ] {
        assert!(off(header, cell), "{header} {cell}");
    }
    for (header, cell) in [
        ("severity", "high"),
        ("active", "Y"),
        ("suppressed", "N"),
        ("status", "Active"),
        ("severity", ""),
    ] {
        assert!(!off(header, cell), "{header} {cell}");
    }
    let table = "drug_a,drug_b,end_date\nnaltrexone,oxycodone,2019-12-31\nnaltrexone,morphine,12/31/2099\nmethadone,warfarin,\n";
    let alerts = Alerts::read("alerts.csv", table.as_bytes(), &names).unwrap();
    let today = Day::from_iso("2026-03-31").unwrap();
    assert_eq!(alerts.in_force(today).count(), 2);
}

#[test]
fn what_holds_no_pairs_is_refused() {
    for (table, why) in [
        ("", "empty"),
        ("only\nnaltrexone\n", "list of drugs"),
        ("a,b\n", "no column"),
        (
            "plan_id,drug_name,tier\nA,naltrexone 50 mg tablet,1\nA,oxycodone 5 mg tablet,2\n",
            "formulary",
        ),
        ("drug,class\nnaltrexone,opioids\nmorphine,opioids\n", "`drug`"),
        (
            "generic_name,brand_name\nnaltrexone,Vivitrol\noxycodone,OxyContin\n",
            "both of its columns name one drug",
        ),
        ("note\nhello\n", "no column"),
    ] {
        let told = read(table).unwrap_err();
        assert!(told.contains(why), "{table}: {told}");
    }
}

#[test]
fn a_side_that_is_written_once_for_its_block_is_that_of_the_rows_below() {
    let merged = "Drug,Interacts with,Level\nnaltrexone,oxycodone,Major\n,methadone,Major\n";
    assert_eq!(rows(merged), ["naltrexone with oxycodone", "naltrexone with methadone"]);
    // One empty cell in a long table is a gap.
    let gap = format!("Drug,Interacts with\n{},methadone\n", "naltrexone,oxycodone\n".repeat(9));
    assert_eq!(rows(&gap).len(), 9);
}

#[test]
fn arrows_stand_between_two_sides_and_a_matrix_may_have_unknown_classes() {
    assert_eq!(rows("Interaction\nNaltrexone → Oxycodone\n"), ["Naltrexone with Oxycodone"]);
    let matrix = ",opioids,benzodiazepines\nnaltrexone,X,\nalcohol,,X\n";
    assert_eq!(rows(matrix)[0], "naltrexone with opioids");
}

//! The columns of lists, recognised by their words and contents: findings under headers that no list of names has.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use rxlint::drug_words::{names_a_class, names_a_listed_drug};
use rxlint::run::formulary::lint;
use rxlint::run::{Outcome, RunSettings};
use rxlint_engine::engine::Engine;
use rxlint_engine::formulary::alerts::Alerts;
use rxlint_engine::rule::Book;
use rxlint_engine::rule::formulary::alert;
use rxlint_input::layout::DrugLook;
use rxlint_input::{Input, InputOptions};
use rxlint_model::purpose::Purpose;

fn run(engine: &Engine, list: &str, alerts: Option<&str>) -> Outcome {
    let options = InputOptions {
        purpose: Purpose::Formulary,
        drug_look: DrugLook::new(names_a_listed_drug).and_classes(names_a_class),
        ..InputOptions::default()
    };
    let input = Input::memory(0, "list.csv", list.as_bytes().to_vec(), &options).unwrap();
    let names = Book::built_in().unwrap();
    let alerts = alerts
        .map(|table| Alerts::read("alerts.csv", table.as_bytes(), &alert::names(&names)).unwrap());
    lint(engine, &[input], alerts.as_ref(), &RunSettings::default()).unwrap()
}

/// The rules that fire for a list, each once.
fn told(engine: &Engine, list: &str) -> Vec<String> {
    let outcome = run(engine, list, None);
    let mut rules: Vec<String> =
        outcome.findings.iter().map(|finding| finding.rule.id.replace("formulary-", "")).collect();
    rules.sort();
    rules.dedup();
    rules
}

#[test]
fn columns_are_read_under_unlisted_headers() {
    let engine = Engine::built_in().unwrap();
    for (list, rules) in [
        // Names beside a code.
        (
            "Agent,NDC,Tier\nnaltrexone 50 mg tablet,00406-0552-01,1\nnaloxone spray,69547-353-02,1\n",
            &["name-code-mismatch"][..],
        ),
        (
            "Omschrijving,NDC,Tier\nnaltrexone 50 mg tablet,00406-1170-03,1\nnaloxone spray,69547-353-02,1\n",
            &[],
        ),
        // A filler under a well-known header.
        (
            "PRIMARY_MNEMONIC,SYNONYM,MNEMONIC_TYPE,FORMULARY_STATUS\nnaltrexone,ReVia,BRANDNAME,Formulary\noxycodone,Dilaudid,BRANDNAME,Formulary\nnaloxone,Narcan,BRANDNAME,Formulary\n",
            &["name-code-mismatch"],
        ),
        (
            "Agent,Product,Tier\noxycodone,tablet,1\nmorphine,tablet,1\n",
            &["missing-reversal-agent"],
        ),
        // Other drugs beside the drug are not its names.
        ("Drug,Formulary Alternative,Tier\nnaltrexone,oxycodone,1\nnaloxone,,1\n", &[]),
        ("Drug,Preferred Agent,Tier\nnaltrexone,oxycodone,1\nnaloxone,,1\n", &[]),
        // Agents of a class in two columns, order sentences, and a mapping of OpenMRS.
        (
            "Class,Preferred Agents,Non-Preferred Agents\nNarcotic analgesics,morphine,OxyContin; Vivitrol\nOpiate antagonists,naloxone spray,\n",
            &["misclassified-antagonist"],
        ),
        (
            "Order Set,Order Sentence\nA,oxycodone 5 mg tablet PO q4h PRN\nA,naltrexne 50 mg tablet PO daily\n",
            &["unresolved-drug"],
        ),
        ("Order Set,Order Sentence\nA,oxycodone 5 mg tablet PO q4h PRN pain\n", &[]),
        (
            "uuid,Void/Retire,Fully specified name:en,Mappings|SAME-AS|RxNORM\na,,Naltrexone,7243\nb,,Oxycodone,7243\nc,,Naloxone,7242\n",
            &["name-code-mismatch"],
        ),
        (
            "Drug,rxnorm_concept_id,Tier\nnaltrexone 50 mg,1049621,1\nnaloxone 4 mg,1725059,1\n",
            &["name-code-mismatch"],
        ),
        // A price without a name is an entry; an empty row is not.
        ("Item,Description,Price\n1,naloxone spray,9\n2,,4\n", &["unresolved-drug"]),
        ("Item,Description,Price\n1,naloxone spray,9\n2,,\n", &[]),
        // Classes.
        (
            "Drug,Strength,VA Class\nnaltrexone,50 mg tablet,Opioid analgesics\nnaloxone,4 mg spray,Opioid antagonists\n",
            &["misclassified-antagonist"],
        ),
        (
            "Drug,Strength,USP Category,USP Class\nnaltrexone,50 mg tablet,Analgesics,Opioid analgesics\nnaloxone,4 mg spray,,Opioid antagonists\n",
            &["misclassified-antagonist"],
        ),
        (
            "Drug,Strength,Price Group\nnaltrexone,50 mg tablet,Opioid analgesics\nnaloxone,4 mg spray,\n",
            &[],
        ),
        // Classes above their drugs.
        (
            "Drug,Strength,Status\nOPIOID ANALGESICS,,\nnaltrexone,50 mg tablet,F\noxycodone,5 mg tablet,F\nANTIDOTES,,\nnaloxone,4 mg spray,F\n",
            &["misclassified-antagonist"],
        ),
        (
            "Class,Drug,Strength\nOpioid Analgesics,morphine,15 mg tablet\n,naltrexone,50 mg tablet\nOpioid Antagonists,naloxone,4 mg spray\n,naloxone,0.4 mg/mL\n",
            &["misclassified-antagonist"],
        ),
        (
            "Class,Drug,Strength\nOpioid antagonists,naltrexone,50 mg tablet\n,oxycodone,5 mg tablet\nOpioid antagonists,naloxone,4 mg spray\n",
            &[],
        ),
        // Limits.
        (
            "Drug,Tier,QL per 30 days\nnaltrexone 50 mg tablet,1,180\nnaloxone 4 mg spray,1,\n",
            &["limit-above-maximum"],
        ),
        ("Drug,Tier,QL per 90 days\nnaltrexone 50 mg tablet,1,180\nnaloxone 4 mg spray,1,\n", &[]),
        (
            "Drug,Tier,Special Code\nnaltrexone 50 mg tablet,1,QL (180 per 30 days)\nnaloxone 4 mg spray,1,PA\n",
            &["limit-above-maximum"],
        ),
        (
            "Drug,Unit Strength,Max Daily Qty\nnaltrexone tablet,50 mg,6\nnaloxone spray,4 mg,\n",
            &["limit-above-maximum"],
        ),
        // RxNorm codes and classes, in the words of the field.
        (
            "Medication,RxNorm Codes,Tier\nnaltrexone 50 mg tablet,1049621,1\nnaloxone spray,1725059,1\n",
            &["name-code-mismatch"],
        ),
        (
            "Medication,RxN,Tier\nnaltrexone 50 mg tablet,1049621,1\nnaloxone spray,1725059,1\n",
            &["name-code-mismatch"],
        ),
        (
            "Droga;Nombre comercial;Acción farmacológica\nNaltrexona;Revia;Analgésicos opioides\nNaloxona;Narcan;Antagonistas opioides\n",
            &["misclassified-antagonist"],
        ),
        (
            "Drug;GPI Description\nnaltrexone tablet;Opioid analgesics\nnaloxone spray;Opioid antagonists\n",
            &["misclassified-antagonist"],
        ),
        (
            "BNF Section,Drug\n0407020,naltrexone 50 mg tablets\n1501070,naloxone spray\n",
            &["misclassified-antagonist"],
        ),
        (
            "pbs_code,drug_name,brand_name,li_drug_name,form_strength,atc_code,program_code\n8370M,naltrexone,Naltrexone,naltrexone,Tablet 4.5 mg,N07BB04,GE\n1111A,naloxone,Narcan,naloxone,Nasal spray 4 mg,V03AB15,GE\n",
            &["unmarketed-strength"],
        ),
        // Off the list.
        (
            "Drug,Listenstatus\nmorphine 15 mg,gelistet\nnaloxone 4 mg,ausgelistet\n",
            &["missing-reversal-agent"],
        ),
        (
            "Drug,Inpatient,Outpatient\nmorphine 15 mg,F,F\nnaloxone 4 mg,NF,NF\n",
            &["missing-reversal-agent"],
        ),
        ("Drug,Inpatient,Outpatient\nmorphine 15 mg,F,F\nnaloxone 4 mg,NF,F\n", &[]),
        (
            "Name,Strength,Void/Retire\nmorphine,15 mg tablet,\nnaloxone,4 mg spray,TRUE\n",
            &["missing-reversal-agent"],
        ),
        (
            "Name,Strength,TERM_DT\nmorphine,15 mg tablet,\nnaloxone,4 mg spray,20240101\n",
            &["missing-reversal-agent"],
        ),
        ("Name,Strength,Removed On\nmorphine,15 mg tablet,\nnaloxone,4 mg spray,2099-01-01\n", &[]),
        (
            "Drug,P&T Action\nmorphine 15 mg,Add\nnaloxone spray,Delete\n",
            &["missing-reversal-agent"],
        ),
        (
            "Médicament,Au livret\nmorphine 15 mg,Oui\nnaloxone spray,Non\n",
            &["missing-reversal-agent"],
        ),
        (
            "Medicamento,Incluido en guía\nmorfina 15 mg,Sí\nnaloxona spray,No\n",
            &["missing-reversal-agent"],
        ),
    ] {
        assert_eq!(told(&engine, list), rules, "{list}");
    }
}

#[test]
fn what_was_not_understood_is_reported() {
    let engine = Engine::built_in().unwrap();
    for (list, words) in [
        (
            "Drug,Class,Wert,Tier\nnaltrexone 50 mg,,Opioid analgesics,1\nnaloxone 4 mg,,Opioid antagonists,1\n",
            "holds classes of opioids",
        ),
        (
            "Drug,Indication,Tier\nnaltrexone 50 mg,Opioid dependence,1\nnaloxone 4 mg,Opioid overdose,1\n",
            "holds words for opioids",
        ),
        (
            "Drug,Generic,Brand,Wert,Tier\nnaltrexone 50 mg,naltrexone,ReVia,naltrexone,1\nnaloxone 4 mg,naloxone,Narcan,naloxone,1\n",
            "holds names of drugs",
        ),
        (
            "Drug,ATC,Wert,Tier\nnaltrexone 50 mg,N07BB04,N02AA05,1\nnaloxone 4 mg,V03AB15,V03AB15,1\n",
            "holds codes of drugs",
        ),
        ("Drug,Status\nnaltrexone 50 mg,Wombat\nnaloxone 4 mg,Formulary\n", "“wombat” (1)"),
        (
            "Drug,QL\nnaltrexone 50 mg,30\nnaloxone 4 mg,\n",
            "could not be read together with their days",
        ),
        (
            "Drug,QL per 30 days\nnaltrexone tablet,300\nnaloxone 4 mg,\n",
            "content per unit is not stated",
        ),
    ] {
        let notes = run(&engine, list, None).summary.notes;
        assert!(notes.iter().any(|note| note.contains(words)), "{list}: {notes:?}");
    }
}

#[test]
fn a_list_with_unread_classes_or_names_is_not_checked_as_a_whole() {
    let engine = Engine::built_in().unwrap();
    for (list, words) in [
        (
            "Drug,Wert,Tier\nnaltrexone 50 mg,Opioid analgesics,1\nnaloxone 4 mg,Opioid antagonists,1\n",
            "holds classes of opioids",
        ),
        (
            "Drug,Wert,Tier\nnaltrexone 50 mg,oxycodone,1\nnaloxone 4 mg,morphine,1\n",
            "holds names of drugs",
        ),
    ] {
        let gaps = run(&engine, list, None).summary.gaps;
        assert!(gaps.iter().any(|gap| gap.what.contains(words)), "{list}: {gaps:?}");
    }
    // Statements about the law, or about what a drug is for, are not classes.
    for list in [
        "Drug,Controlled Schedule,Tier\nnaltrexone 50 mg,,1\noxycodone 5 mg,Narcotic,1\nnaloxone spray,,1\n",
        "Drug,Indication,Tier\nnaltrexone 50 mg,Opioid dependence,1\nnaloxone 4 mg,Opioid overdose,1\n",
    ] {
        assert_eq!(run(&engine, list, None).summary.gaps, [], "{list}");
    }
}

#[test]
fn pairs_in_doubt_are_named_with_their_places() {
    let engine = Engine::built_in().unwrap();
    let list = "drug,atc,tier\nnaltrexone 50 mg tablet,N07BB04,1\nmethadone 10 mg tablet,N07BC02,2\n\
                oxycodone 5 mg tablet,N02AA05,2\nnaloxone spray,V03AB15,1\n";
    let gaps = |rows: &str| run(&engine, list, Some(rows)).summary.gaps;
    // Methadone is in N02A only by the code of a combination.
    let told = &gaps("atc_1,atc_2\nN07BB04,N02A\n")[0];
    assert!(told.what.contains("naltrexone with methadone (list.csv:2 and 3)"), "{told:?}");
    assert!(told.remedy.contains("naltrexone with methadone"), "{told:?}");
    assert_eq!(gaps("atc_1,atc_2\nN07BB04,N02A\nN07BB04,N07BC\n"), []);
    for (header, cells) in [
        ("Stof A;Stof B;Ernst", ["gecontraïndiceerd", "licht"]),
        ("Farmaco A;Farmaco B;Gravità", ["controindicata", "lieve"]),
    ] {
        let table = cells.map(|cell| format!("naltrexone;opioids;{cell}\n")).concat();
        assert_eq!(gaps(&format!("{header}\n{table}")), [], "{header}");
    }
}

#[test]
fn a_row_of_an_interaction_table_that_is_switched_off_covers_nothing() {
    let engine = Engine::built_in().unwrap();
    let list = "drug,tier\nnaltrexone 50 mg tablet,1\noxycodone 5 mg tablet,2\nnaloxone spray,1\n";
    let missing = |header: &str, cell: &str| {
        let table = format!(
            "Drug 1,Drug 2,Severity,{header}\nnaltrexone,oxycodone,Contraindicated,{cell}\n"
        );
        run(&engine, list, Some(&table)).findings.len()
    };
    for (header, on, off) in [
        ("Suppress", "N", "Y"),
        ("Display to Provider", "Yes", "No"),
        ("Visible", "TRUE", "FALSE"),
        ("Inpatient (On/Off)", "On", "Off"),
        ("Filter Status", "Active", "Suppressed"),
        ("Status", "in use", "not in use"),
        ("Alert Status", "fires", "never fires"),
        ("Status", "aktiv", "stillgelegt"),
        ("Mode", "Interruptive", "Log only"),
        ("P&T Decision", "Keep on", "Turn off"),
        ("Turned Off", "", "2023-05-01"),
        ("Gültig bis", "31.12.2099", "31.12.2023"),
        ("Aktiv", "ja", "nein"),
        ("Activa", "Sí", "No"),
        ("Alerte active", "oui", "non"),
        ("Attivo", "Sì", "No"),
        ("Override Action", "Allow", "Do Not Show"),
        ("Display name", "Oxycodone", "Oxycodone"),
    ] {
        assert_eq!(missing(header, on), 0, "{header} {on}");
        assert_eq!(missing(header, off), usize::from(header != "Display name"), "{header} {off}");
    }
    let notes =
        run(&engine, list, Some("Drug 1,Drug 2,Frob\nnaltrexone,oxycodone,Y\n")).summary.notes;
    assert!(notes.iter().any(|note| note.starts_with("The column `Frob`")), "{notes:?}");
}

#[test]
fn titles_and_hyphens_do_not_hide_the_pairs_of_a_table() {
    let engine = Engine::built_in().unwrap();
    let list = "drug,tier\nnaltrexone 50 mg tablet,1\nmethadone 10 mg tablet,2\nnaloxone spray,1\n";
    for table in [
        "Our interactions 2026,\nDrug 1,Drug 2\nnaltrexone,methadone\n",
        "pair,severity\nnaltrexone-methadone,high\n",
        "drug_a,drug_b\nnaltrexone,Opioid Agonists / Methadone\n",
    ] {
        assert_eq!(run(&engine, list, Some(table)).findings.len(), 0, "{table}");
    }
}

#[test]
fn limits_tiers_and_headings_of_real_lists_are_read() {
    let engine = Engine::built_in().unwrap();
    let above = &["limit-above-maximum"][..];
    for (list, rules) in [
        ("Drug,Dispensing Limits\nContrave 8-90 mg tablet,180 per 30 days\n", above),
        ("Drug,Qty per 30 DS\nContrave 8-90 mg tablet,180\n", above),
        ("Drug,Restrictions\nContrave 8-90 mg tablet,Max 6 tablets per day\n", above),
        ("Drug,Restrictions\nContrave 8-90 mg tablet,Max 4 tablets per day\n", &[]),
        ("Drug,Restrictions\nVivitrol 380 mg kit,2 injections every 28 days\n", above),
        ("Drug,Quantity Limit\nContrave 8-90 mg tablet,six tablets daily\n", above),
        (
            "Drug,Commercial QL,Medicare QL\nContrave 8-90 mg tablet,120 per 30 days,180 per 30 days\n",
            above,
        ),
        (
            "Drug,Plan A Tier,Plan B Tier\noxycodone 5 mg,1,1\nnaloxone spray,NF,NF\n",
            &["missing-reversal-agent"],
        ),
        ("Drug,Plan A Tier,Plan B Tier\noxycodone 5 mg,1,1\nnaloxone spray,NF,2\n", &[]),
        (
            "Drug,Tier\nOpioid Agonists,\noxycodone 5 mg,2\nnaltrexone 50 mg tablet,\nACE Inhibitors,\nlisinopril 10 mg,1\nAntidotes,\nnaloxone spray,1\n",
            &["misclassified-antagonist"],
        ),
        (
            "Drug,Tier\nOpioid Agonists,\noxycodone 5 mg,2\nACE Inhibitors,\nlisinopril 10 mg,\nnaltrexone 50 mg tablet,1\nnaloxone spray,1\n",
            &[],
        ),
    ] {
        assert_eq!(told(&engine, list), rules, "{list}");
    }
}

#[test]
fn several_drugs_or_codes_in_one_cell_differ_from_combinations() {
    let engine = Engine::built_in().unwrap();
    let differ = &["name-code-mismatch"][..];
    for (list, rules) in [
        (
            "Class,Drug,Tier\nOpioid Analgesics,\"oxycodone, naltrexone\",1\nAntidotes,naloxone,1\n",
            &["misclassified-antagonist"][..],
        ),
        ("Generic,Brand\nnaltrexone,Contrave\n", differ),
        // Combination names are cut after their first ingredient.
        ("Generic,Brand\nbupropion,Contrave\n", &[]),
        ("Generic,Brand\nnaltrexone/bupropion,Contrave\n", &[]),
        ("Generic,Brand\noxycodone/naloxone,Suboxone\n", differ),
        ("Generic,Brand\nbuprenorphine-nalox,Suboxone\nnaloxone,Narcan\n", &[]),
        ("Generic,Brand\noxycodone-acetaminophen,Percocet\nnaloxone,Narcan\n", &[]),
        ("Drug,NDC\nnaltrexone 50 mg tablet,\"00406-1170-03, 00406-0552-01\"\n", differ),
        ("Drug,NDC\nnaltrexone 50 mg tablet,\"00406-1170-03, 00406-1170-01\"\n", &[]),
        ("Drug,Mappings,Class\nNaltrexone,CIEL:80106;RxNORM:7804,Drug\n", differ),
        ("Drug,Tier\nnaltrexonne 50 mg tablet,1\n", &["unresolved-drug"]),
        ("Medicamento,Tier\nvarfarina 5 mg,1\ndiidrocodeína 30 mg,1\nnaloxona,1\n", &[]),
        (
            "Drug,Strength,Route,Tier\nmorphine,10 mg/mL,oral,1\nmorphine,10 mg/mL,IV,3\nnaloxone,,nasal,1\n",
            &[],
        ),
        (
            "Drug,Tier,Effective\nnaltrexone 50 mg tablet,1,2025-01-01\nnaltrexone 50 mg tablet,2,2026-01-01\n",
            &[],
        ),
    ] {
        assert_eq!(told(&engine, list), rules, "{list}");
    }
}

#[test]
fn words_that_may_mean_off_make_a_run_incomplete_and_those_that_do_are_off() {
    let engine = Engine::built_in().unwrap();
    let list = "drug,tier\nnaltrexone 50 mg tablet,1\noxycodone 5 mg tablet,2\nnaloxone spray,1\n";
    // How many pairs are missing, and how many gaps there are.
    let outcome = |table: &str| {
        let outcome = run(&engine, list, Some(table));
        (outcome.findings.len(), outcome.summary.gaps.len())
    };
    let (warns, off, doubt) = ((0, 0), (1, 0), (0, 1));
    for (header, cell, expected) in [
        ("Severity", "deactivated", off),
        ("Severity", "OFF (P&T 3/2024)", off),
        ("Severity", "masqué", off),
        ("Severity", "wombat", doubt),
        ("Severity", "-", doubt),
        ("Severity", "Contraindicated", warns),
        ("Severity", "2", warns),
        ("Risk Rating", "A", off),
        ("Risk Rating", "X", warns),
        ("Management", "Discontinue the opioid 7 days before", warns),
        ("Active", "f", off),
        ("Active", "t", warns),
        ("Suppressed", "FALSE", warns),
        ("Suppressed", "TRUE", off),
        ("Is_Retired", "f", warns),
        ("Built", "No", off),
        ("Outpatient", "Off", off),
        ("Deactivation Date", "2021-04-01", off),
        ("End Date", "43831", off),
        ("End Date", "2020", off),
        ("Expiration", "Jan 2020", off),
        ("End Date", "soon", doubt),
        ("End Date", "2099-12-31", warns),
        ("Comment", "Turned off by P&T 2022", doubt),
        ("Comment", "Blocks the opioid", warns),
        // Headers that are not in any list.
        ("Niveau de contrainte", "contre-indication", warns),
        ("Niveau de contrainte", "aucune", doubt),
        ("Response", "Turned off", off),
        ("Description", "Turned off by P&T 2022", doubt),
        ("Mechanism", "Its inactive metabolite adds nothing", warns),
        ("Reference", "none", warns),
        ("Start Date", "2035-01-01", warns),
    ] {
        let table = format!("drug_a,drug_b,{header}\nnaltrexone,oxycodone,{cell}\n");
        assert_eq!(outcome(&table), expected, "{header} {cell}");
    }
    // Beside words for how severe a pair is, one that means nothing is a severity.
    assert_eq!(
        outcome("a,b,Bewertung\nnaltrexone,oxycodone,keine\nwarfarin,aspirin,schwerwiegend\n"),
        off
    );
    // A row that another row covers too is in no doubt that matters.
    assert_eq!(
        outcome("drug_a,drug_b,severity\nnaltrexone,oxycodone,wombat\nnaltrexone,opioids,high\n"),
        warns
    );
    for (table, expected) in [
        ("Drug,naltrexone,naloxone\noxycodone,X,\nmorphine,X,\nfentanyl,X,X\n", warns),
        (",naltrexone,oxycodone,tramadol\nnaltrexone,,✗,✓\noxycodone,✗,,✓\ntramadol,✓,✓,\n", doubt),
        (",naltrexone,oxycodone\nnaltrexone,,Major\noxycodone,Major,-\n", warns),
        (",naltrexone,oxycodone\nnaltrexone,,False\noxycodone,False,\n", off),
        ("drug_a,drug_b\nnaltrexone,oxycodone or morphine\n", warns),
        ("pair\nnaltrexone × oxycodone\n", warns),
        ("drug_a,drug_b\nDO NOT USE - naltrexone,oxycodone\n", doubt),
        (
            "drug1_name,drug1_rxcui,drug2_name,drug2_rxcui\nwarfarin,11289,ibuprofen,5640\nnaltrexone,7243,morphine,7804\n",
            off,
        ),
        ("drug_a,drug_b\nnaltrexone,opioids (except oxycodone)\n", off),
        ("drug_a,drug_b\nnaltrexone,opioids except tramadol\n", warns),
        ("drug_a,drug_b\nnaltrexone,opioids and tramadol\n", warns),
        ("drug_a,drug_b\nnaltrexone,opioids [see tramadol]\n", warns),
        // Possible parts of a class, and other words that leave out a drug.
        ("drug_a,drug_b\nAntídotos de opioides,opioides\n", doubt),
        ("drug_a,drug_b\nOpioid antagonists (GI),opioids\n", doubt),
        ("drug_a,drug_b\nOpioid Antagonists (Peripherally Acting),opioids\n", off),
        ("drug_a,drug_b\nnaltrexone,Opioid cough suppressants\n", doubt),
        ("drug_a,drug_b\nnaltrexone,Opioids (tramadol only)\n", doubt),
        ("drug_a,drug_b\nnaltrexone,Tramadol (opioid)\n", doubt),
        ("drug_a,drug_b\nnaltrexone,Opioids (oxycodone excluded)\n", off),
        ("drug_a,drug_b\nnaltrexone,Opioids m.u.v. oxycodone\n", off),
        ("drug_a,drug_b\nnaltrexone,Opioid Analgesics and related drugs\n", warns),
        ("drug_a,drug_b\nNALTREXONE ORAL/INJECTION,opioids\n", warns),
        // A zero beside crosses, the code of one drug beside the name of another, two switches beside a cell of both.
        (",oxycodone,morphine\nnaltrexone,0,X\n", off),
        (",oxycodone,morphine\nnaltrexone,O,X\n", doubt),
        ("RXCUI1,DRUG1,RXCUI2,DRUG2\n7243,naltrexone,7804,trazodone\n", off),
        (
            "Interaction,Severity,Display to Provider,Display to Pharmacist\nNaltrexone + Oxycodone,Major,Yes,Yes\n",
            warns,
        ),
        ("drug_a,drug_b\nnaltrexone,Antidotes: Narcotic\n", off),
    ] {
        assert_eq!(outcome(table), expected, "{table}");
    }
}

#[test]
fn classes_of_several_columns_are_judged_each_by_itself() {
    let engine = Engine::built_in().unwrap();
    let list = |category: &str, class: &str, drug: &str| {
        format!(
            "Category,Class,Drug Description,Tier\n\"{category}\",\"{class}\",{drug},2\nAntidotes,,naloxone inj,1\n"
        )
    };
    let dependence = "Anti-Addiction/Substance Abuse Treatment Agents";
    for (category, class, drug) in [
        (dependence, "Opioid Reversal Agents", "oxycodone 5 mg tablet"),
        (dependence, "Alcohol Deterrents/Anti-craving", "tramadol 50 mg tablet"),
        (dependence, "Opioid Analgesics", "naltrexone 50 mg tablet"),
        ("ANALGESICS", "OPIOID ANTAGONISTS", "oxycodone 5 mg tablet"),
        ("NARCOTIC ANTAGONISTS", "ANALGESICS", "hydromorphone 2 mg tablet"),
        ("Antidotes", "Opioid Analgesics", "naltrexone 50 mg tablet"),
        ("Analgesics", "Narcotics", "naltrexone 50 mg tablet"),
    ] {
        let found = told(&engine, &list(category, class, drug));
        assert_eq!(found, ["misclassified-antagonist"], "{category} | {class} | {drug}");
    }
    for (category, class, drug) in [
        (dependence, "Opioid Antagonists", "naltrexone 50 mg tablet"),
        (dependence, "Opioid Dependence Treatments", "Suboxone 8-2 mg film"),
        ("Opioids", "Antagonists", "naltrexone 50 mg tablet"),
        ("Opioid Analgesics", "Opioid Antagonists", "naltrexone 50 mg tablet"),
        ("Analgesics", "Opioid Analgesics, Short-acting", "oxycodone 5 mg tablet"),
    ] {
        let found = told(&engine, &list(category, class, drug));
        assert!(found.is_empty(), "{category} | {class} | {drug}: {found:?}");
    }
}

#[test]
fn answers_codes_and_numbers_are_recognised_by_their_contents() {
    let engine = Engine::built_in().unwrap();
    let listed = |header: &str, no: &str, yes: &str| {
        format!(
            "Drug,Strength,{header}\nnaloxone spray,4 mg,{no}\noxycodone tablet,5 mg,{yes}\nmorphine tablet,15 mg,{yes}\nlisinopril,10 mg,{yes}\n"
        )
    };
    for (header, no, yes) in [
        ("Inpatient Formulary", "No", "Yes"),
        ("VANF", "N", "Y"),
        ("FORMULARY_IND", "0", "1"),
        ("On PDL", "No", "Yes"),
        ("In prontuario", "No", "Sì"),
        ("Im Haus gelistet", "Nein", "Ja"),
        ("Formulary", "", "Y"),
        ("Formulary", "", "X"),
        ("Status", "I", "A"),
    ] {
        let found = told(&engine, &listed(header, no, yes));
        assert_eq!(found, ["missing-reversal-agent"], "{header} {no}/{yes}");
    }
    for (header, gaps) in [
        ("NF Indicator", 1),
        ("Zork", 1),
        ("Specialty", 0),
        ("Prior Authorization", 0),
        ("Combination", 0),
    ] {
        let outcome = run(&engine, &listed(header, "No", "Yes"), None);
        assert_eq!((outcome.findings.len(), outcome.summary.gaps.len()), (0, gaps), "{header}");
    }
    for list in [
        "Principio attivo;Nome commerciale;Codice ATC\nNaltrexone cloridrato;Nalorex;N02AA01\nNaloxone;Narcan;V03AB15\n",
        "МНН;Лекарственная форма;АТХ\nНалтрексон;порошок;N02AA01\nНалоксон;раствор;V03AB15\n",
        "Drug,Classe ATC\nnaltrexone,N02AA01\nnaloxone,V03AB15\n",
        "Drug,Foo\nnaltrexone,N02AA01\nnaloxone,V03AB15\nlisinopril,C09AA03\n",
        "Drug,Foo\nnaltrexone,59011041010\nnaloxone,69547035302\nlisinopril,00093111201\n",
        "Drug,NDC code of pkg,Tier\nnaltrexone,59011041010,1\nnaloxone,69547035302,1\n",
        "Item #,Description,NDC\n1,naltrexone 50 mg tablet,59011041010\n2,naloxone spray,69547035302\n",
        "Drug #,Item Description,NDC\n1,naltrexone 50 mg tablet,59011041010\n2,naloxone spray,69547035302\n",
    ] {
        assert_eq!(told(&engine, list), ["name-code-mismatch"], "{list}");
    }
    for list in [
        "Product,Pack,Price\nNaltrexone 50mg tablets,28,10.00\nNaloxone inj,1,5.00\n",
        "Presentation,Pack\nNaltrexone 50mg tablets,28\nNaloxone inj,1\nOxycodone 5mg capsules,28\n",
        "Therapeutic Class,Medication,Strength\nOpioid Analgesics,,\n,codeine sulfate,30 mg tab\nAntidotes,,\n,naloxone,4 mg spray\n",
        "Drug,Vendor Lot\nnaltrexone,59011041010\nnaloxone,69547035302\n",
        "drug,ndc,tier\nnaloxone 4 mg nasal spray,69547-0353-02,1\noxycodone 5 mg tablet,00406-0552-01,2\n",
        "Charge Code,Description,Revenue Code,HCPCS,Price\n1,\"INJECTION, NALTREXONE, DEPOT FORM, 1 MG\",0636,J2315,5.00\n",
    ] {
        assert!(told(&engine, list).is_empty(), "{list}: {:?}", told(&engine, list));
    }
    // The name counts: naloxone with another drug's code is a mismatch, but still naloxone.
    let list = "drug,ndc,tier\nnaloxone 4 mg nasal spray,65757-0300-01,1\noxycodone 5 mg tablet,00406-0552-01,2\n";
    assert_eq!(told(&engine, list), ["name-code-mismatch"]);
}

#[test]
fn a_drug_without_known_codes_is_not_contradicted_by_lists_of_other_drugs() {
    let engine = Engine::built_in().unwrap();
    for row in [
        "metoprolol succinate er 50 mg tablet,00186109005",
        "phenytoin sodium er 100 mg capsule,51672411101",
        "tacrolimus 1 mg capsule,16729004201",
        "cyclosporine 100 mg capsule,00078024115",
        "sirolimus 1 mg tablet,00008104105",
        "amitriptyline 25 mg tablet,00781148701",
    ] {
        let list = format!("Drug Name,NDC\n{row}\nnaloxone 4 mg spray,\n");
        assert_eq!(told(&engine, &list), Vec::<String>::new(), "{row}");
    }
    for pair in [
        "tacrolimus,Prograf",
        "tacrolimus,Astagraf XL",
        "phenytoin sodium,Dilantin",
        "cyclosporine,Neoral",
        "cyclosporine,Restasis",
        "sirolimus,Rapamune",
        "metoprolol succinate,Kapspargo Sprinkle",
    ] {
        let list = format!("Generic Name,Brand Name\n{pair}\nnaloxone,Narcan\n");
        assert_eq!(told(&engine, &list), Vec::<String>::new(), "{pair}");
    }
    let differ = ["name-code-mismatch"];
    let of_another = "Drug Name,NDC\nnaltrexone 50 mg tablet,00186109005\nnaloxone spray,\n";
    assert_eq!(told(&engine, of_another), differ);
    assert_eq!(told(&engine, "Generic,Brand\nmetoprolol,OxyContin\nnaloxone,Narcan\n"), differ);
}

#[test]
fn a_brand_of_another_drug_is_reported_beside_a_generic_name_and_in_brackets() {
    let engine = Engine::built_in().unwrap();
    for pair in [
        "oxycodone hcl,Lyrica",
        "oxycodone hcl,Xanax",
        "oxycodone hcl,Ambien CR",
        "oxycodone hcl,Skyrizi",
        "naltrexone-bupropion,Qsymia",
        "naltrexone-bupropion,Belviq",
    ] {
        let list = format!("Generic Name,Brand Name\n{pair}\nnaloxone,Narcan\n");
        assert_eq!(told(&engine, &list), ["name-code-mismatch"], "{pair}");
    }
    for pair in ["oxycodone hcl,Mylan", "oxycodone hcl,Generic", "oxycodone,Roxicodone"] {
        let list = format!("Generic Name,Brand Name\n{pair}\nnaloxone,Narcan\n");
        assert_eq!(told(&engine, &list), Vec::<String>::new(), "{pair}");
    }
    let list = |cell: &str| format!("Drug Name,Tier\n{cell},1\nnaloxone 4 mg spray,1\n");
    for cell in [
        "Vivitrol (methylnaltrexone)",
        "OxyContin (naltrexone)",
        "Narcan (naltrexone)",
        "Suboxone (naltrexone hcl)",
        "morphine (OXYCONTIN) 15 mg 12 hr tablet",
        "naltrexone (RELISTOR) 12 mg injection",
    ] {
        assert_eq!(told(&engine, &list(cell)), ["name-code-mismatch"], "{cell}");
    }
    for cell in [
        "Vivitrol (naltrexone) 380 mg",
        "oxycodone-acetaminophen (PERCOCET) 5-325 mg",
        "Suboxone (buprenorphine and naloxone)",
        "OxyContin (12 hr tablet)",
        "OxyContin (step therapy: morphine first)",
        "Butrans (after tramadol)",
    ] {
        assert_eq!(told(&engine, &list(cell)), Vec::<String>::new(), "{cell}");
    }
}

//! Headers of columns beside the drug, and cells below them, as systems in many countries write them: each alone decides a finding.
#![allow(clippy::unwrap_used, reason = "a helper of a test may panic as a test may")]

use crate::common;

use crate::common::stdout;

/// Checks tables in one run, each under its own name; returns in which of them a rule fired, and the other messages.
fn fired(tables: &[String], rule: &str, arguments: &[&str]) -> (Vec<bool>, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = vec!["check", "--isolated", "--format", "jsonl", "--phi", "show"];
    command.extend_from_slice(arguments);
    let paths: Vec<String> = (0..tables.len())
        .map(|n| folder.path().join(format!("t{n}.csv")).to_str().unwrap().to_owned())
        .collect();
    for (n, (path, table)) in paths.iter().zip(tables).enumerate() {
        std::fs::write(path, table.replace("P1", &format!("P{n}-1"))).unwrap();
    }
    command.extend(paths.iter().map(String::as_str));
    let output = common::rxlint(&command);
    let said = stdout(&output) + &String::from_utf8_lossy(&output.stderr);
    let found = |n: usize| {
        let of_it = |line: &&str| {
            line.contains(&format!("\"rule\":\"{rule}\"")) && line.contains(&format!("\"P{n}-1\""))
        };
        said.lines().any(|line| of_it(&line))
    };
    ((0..tables.len()).map(found).collect(), said)
}

/// Expects the rule to fire in the table made from each text.
fn all_fire(texts: &str, rule: &str, arguments: &[&str], table: impl Fn(&str) -> String) {
    let texts: Vec<&str> = texts.split('|').collect();
    let tables: Vec<String> = texts.iter().map(|text| table(text)).collect();
    let (fired, _) = fired(&tables, rule, arguments);
    let silent: Vec<&str> =
        texts.into_iter().zip(fired).filter(|(_, fired)| !fired).map(|(text, _)| text).collect();
    assert!(silent.is_empty(), "{silent:?}");
}

const OVERLAP: &str = "opioid-antagonist-overlap";

#[test]
fn the_route_is_found_under_its_headers_and_makes_a_depot_of_naltrexone() {
    let headers = "ROUTE_OF_ADMIN|Route_of_Admin|RTE|RTE_OF_ADMIN|med_rte|ROUTE_DESC|route_cd|route_concept_name|Applikationsweg|\
         Verabreichungsweg|Verabreichungsart|Voie|Voie d'administration|voie_admin|Vía de administración|Vía adm.|\
         Via de administração|Via di somministrazione|Via somm.|Toedieningsweg|Droga podania|Administreringssätt|\
         Administreringsväg|Administrationsvej|Administrasjonsvei|Antoreitti|Antotapa|Cesta podání|Veriliş Yolu|Uygulama Yolu|投与経路";
    all_fire(headers, OVERLAP, &[], |header| {
        format!(
            "patient_id,drug_name,fill_date,days_supply,{header}\nP1,Oxycodone 5 mg tablet,2026-03-20,10,oral\n\
             P1,Naltrexone,2026-03-05,1,i.m.\n"
        )
    });
}

#[test]
fn an_unknown_route_is_reported_if_the_form_depends_on_it() {
    let table = |drug: &str, route: &str| {
        let head = "patient_id,drug_name,fill_date,days_supply,Route";
        vec![format!("{head}\nP1,{drug},2026-03-05,1,{route}\n")]
    };
    let told = |drug, route| {
        fired(&table(drug, route), OVERLAP, &[]).1.contains("Routes of watched drugs")
    };
    assert!(told("Naltrexone", "Q9"));
    assert!(!told("Naltrexone", "IM") && !told("Naltrexone 50 mg tablet", "Q9"));
    assert!(!told("Oxycodone", "Q9"));
}

#[test]
fn the_form_is_found_under_its_headers() {
    let headers = "PHARM_FORM|Forme pharmaceutique|Forma farm.|Formafarm|Beredningsform|Dispenseringsform|Léková forma|Lääkemuoto|\
         Valmistemuoto|İlaç Formu|İlaç Şekli|Farmasötik Form|Лекарственная форма|剤形|\
         Μορφή|ΦΑΡΜΑΚΟΤΕΧΝΙΚΗ ΜΟΡΦΗ|Φαρμακευτική μορφή|Лекарствена форма|Лікарська форма";
    all_fire(headers, OVERLAP, &["--jurisdiction", "us"], |header| {
        format!(
            "patient_id,drug_name,fill_date,days_supply,{header}\nP1,Oxycodone,2026-03-01,10,tablet\n\
             P1,Nalmefene,2026-03-05,30,tablet\n"
        )
    });
}

#[test]
fn the_strength_is_found_under_its_headers() {
    let headers = "Dose Strength|STRENGTH_NUM_MG|Dosagem|Dosagem (mg)|Dawka (mg)|Dawka leku (mg)|Doz (mg)|Etken madde miktarı (mg)";
    all_fire(headers, "dose-above-maximum", &[], |header| {
        format!(
            "patient_id,drug_name,{header},fill_date,days_supply,quantity\n\
             P1,Naltrexone tablet,50 mg,2026-03-05,30,150\n"
        )
    });
}

#[test]
fn the_prescriber_is_found_under_its_headers() {
    let headers = "Prscrbr Last Name|AUTH_PROV_NM|Prescriber PIN|GP Name|Prescriber Licence No|Consultant|N° RPPS|Facultativo|CRM|\
         AGB-code arts|Nr PWZ|Förskrivarkod|Udsteder|Ordinerende læge|Rekvirent|Forskriver|Lääkkeen määrääjä|Doktor Adı";
    all_fire(headers, OVERLAP, &["--prescriber", "Okafor"], |header| {
        format!(
            "patient_id,drug_name,fill_date,days_supply,{header}\nP1,Oxycodone 5 mg tablet,2026-03-01,10,Lindqvist\n\
             P1,Naltrexone 50 mg tablet,2026-03-05,30,Okafor\n"
        )
    });
}

#[test]
fn a_question_about_a_prescriber_without_a_column_says_that_there_is_none() {
    let table = "patient_id,drug_name,fill_date,days_supply,zz\nP1,Naltrexone 50 mg tablet,2026-03-05,30,Okafor\n";
    let said = |arguments: &[&str]| fired(&[table.to_owned()], OVERLAP, arguments).1;
    let none = said(&["--prescriber", "Okafor"]);
    assert!(none.contains("no column was taken for the prescriber"), "{none}");
    assert!(none.contains("--columns prescriber=HEADER"), "{none}");
    let other = said(&["--prescriber", "Nobody", "--columns", "prescriber=zz"]);
    assert!(other.contains("no record that was read names it"), "{other}");
}

#[test]
fn days_quantities_and_pickup_dates_are_found_under_their_headers() {
    all_fire(
        "Dsupp|qt_dias|nb_jours_ttt|Liczba dni stosowania|Hoidon kesto (pv)",
        OVERLAP,
        &[],
        |header| {
            format!(
                "patient_id,drug_name,fill_date,{header}\nP1,Oxycodone 5 mg tablet,2026-01-05,90\n\
             P1,Naltrexone 50 mg tablet,2026-03-05,30\n"
            )
        },
    );
    let quantities = "Issued Qty|Quantity Dispensed (EA)|DSPD_QTY|Quantità erogata|Afgeleverde hoeveelheid|Ilość wydana|Adet|unidades";
    all_fire(quantities, OVERLAP, &[], |header| {
        format!(
            "patient_id,drug_name,fill_date,{header},directions\n\
             P1,Oxycodone 5 mg tablet,2026-01-05,180,Take 1 tablet by mouth twice daily\n\
             P1,Naltrexone 50 mg tablet,2026-03-05,30,Take 1 tablet by mouth daily\n"
        )
    });
    let dates = "Date of Supply|Date of Supply (PBS)|Collected Date|ABGDAT|Abg.-Datum|Data Aviamento|dt_eroga|Utlämnad|Vydáno dne|İlaç Alım Tarihi";
    all_fire(dates, OVERLAP, &[], |header| {
        format!(
            "patient_id,drug_name,written_date,{header},days_supply\nP1,Oxycodone 5 mg tablet,2026-03-01,2026-03-01,10\n\
             P1,Naltrexone 50 mg tablet,2026-01-02,2026-03-05,30\n"
        )
    });
}

#[test]
fn tables_of_national_claims_are_known_by_their_headers() {
    let table = |head: &str, rows: [&str; 2]| format!("{head}\n{}\n{}\n", rows[0], rows[1]);
    let tables = [
        table(
            "BEN_NIR_PSA;EXE_SOI_DTD;PHA_PRS_C13;PHA_ATC_CLA;PHA_ACT_QSN",
            ["P1;20/03/2026;1;N02AA05;1", "P1;25/03/2026;2;N07BB04;1"],
        ),
        table(
            "SPEC_ID_SNO,JID,RECU_FR_DD,GNL_CD,DRUG_NM,TOT_MDCT_DDCNT",
            ["1,P1,20260301,1941,Oxycodone 5 mg,10", "2,P1,20260305,1917,Naltrexone 50 mg,30"],
        ),
        table(
            "FEE_YM,HOSP_ID,APPL_DATE,ID,FUNC_DATE,DRUG_NO,DRUG_NAME,TOTAL_QTY,DRUG_DAY",
            [
                "202603,H1,20260320,P1,20260301,A1,Oxycodone 5 mg,20,10",
                "202603,H1,20260320,P1,20260305,A2,Naltrexone 50 mg,30,30",
            ],
        ),
        table(
            "claim_id|hvid|patient_gender|date_service|ndc_code|days_supply",
            ["1|P1|M|2026-03-01|00406055201|10", "2|P1|M|2026-03-05|00406117003|30"],
        ),
    ];
    let (found, said) = fired(&tables, OVERLAP, &[]);
    assert_eq!(found, [true; 4], "{said}");

    // A box that was returned.
    let returned = table(
        "BEN_NIR_PSA;EXE_SOI_DTD;PHA_PRS_C13;PHA_ATC_CLA;PHA_ACT_QSN",
        ["P1;01/03/2026;1;N02AA05;1\nP1;01/03/2026;1;N02AA05;-1", "P1;15/03/2026;2;N07BB04;1"],
    );
    assert_eq!(fired(&[returned], OVERLAP, &[]).0, [false]);
}

#[test]
fn atc_codes_of_other_drugs_are_checked_by_their_class() {
    let table = "patient;dispensed;atc;days\nP1;2026-03-01;N02AA05;10\nP1;2026-03-05;N07BB04;30\n2;2026-03-05;C09AA03;30\n2;2026-03-05;A10BA02;30\n";
    let (found, said) = fired(&[table.to_owned()], OVERLAP, &[]);
    assert_eq!(found, [true]);
    assert!(said.contains("\"checked\":4,\"inactive\":0,\"unresolved\":0"), "{said}");
}

//! What is off a list is off it, whichever column, remark or sheet says so and in whatever language; if that is unclear, it is reported.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::process::Command;

const MISSING: &str = "missing-reversal-agent";

/// The exit code, the rules that fire for a list, and its notes and gaps.
fn told(name: &str, list: &str) -> (i32, Vec<String>, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, list).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rxlint"));
    command.current_dir(folder.path()).args(["formulary", "--isolated", "--format", "json", name]);
    let output = command.output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    let mut rules: Vec<String> = findings
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap().replace("formulary-", ""))
        .collect();
    rules.dedup();
    (output.status.code().unwrap(), rules, report["summary"].to_string())
}

/// A list in which only the naloxone has other cells.
fn listed(headers: &str, others: &str, naloxone: &str) -> (i32, Vec<String>, String) {
    let row = |drug: &str, says: &str| format!("{drug},{says}\n");
    let mut list = format!("Drug,{headers}\n");
    for drug in ["Naltrexone 50 mg tablet", "Oxycodone 5 mg tablet", "Lisinopril 10 mg tablet"] {
        list += &row(drug, others);
    }
    list += &row("Morphine 10 mg tablet", others);
    list += &row("Naloxone 4 mg nasal spray", naloxone);
    told("list.csv", &list)
}

#[test]
fn a_drug_is_off_by_the_status_of_the_list_or_by_that_of_its_record() {
    for (headers, others, naloxone) in [
        ("FORM_STAT,STATUS", "F,Active", "NF,Active"),
        ("STATUS,F/NF", "Active,F", "Active,NF"),
        ("Status,IP Formulary", "Active,Yes", "Active,No"),
        ("Status,Formulary Category", "Active,Formulary", "Active,Non-Formulary"),
        ("Inpatient Status,Status", "F,Active", "NF,Active"),
        ("Formulary Status,Record Status", "Formulary,Active", "Formulary,Inactive"),
        ("Formulary Status,ERX Status", "Formulary,Active", "Formulary,Hidden"),
        ("Formulary Status,NDC Status", "Formulary,Active", "Formulary,Obsolete"),
        ("Formulary Status,Lifecycle", "Formulary,Current", "Formulary,Retired"),
        ("Availability", "Available", "Discontinued"),
        ("Listenstatus,Status", "gelistet,aktiv", "gelistet,inaktiv"),
        ("Statut livret,Statut", "Au livret,Actif", "Au livret,Inactif"),
        ("PTO,Stato", "Sì,Attivo", "Sì,Inattivo"),
    ] {
        let (code, rules, notes) = listed(headers, others, naloxone);
        assert_eq!((code, rules), (1, vec![MISSING.to_owned()]), "{headers}: {notes}");
    }
    // A list kept for two places is off if both say so.
    let places = listed("Inpatient Formulary,Outpatient Formulary", "F,F", "NF,F");
    assert_eq!(places.0, 0, "{}", places.2);
    assert_eq!(listed("Status,Contract Status", "Active,Active", "Active,Expired").0, 0);
}

#[test]
fn unclear_statuses_are_reported_if_they_switch_off_a_watched_drug() {
    for (headers, others, naloxone) in [
        ("Formulary Status,Downtown", "Formulary,F", "Formulary,NF"),
        ("Formulary Status,Record Status", "Formulary,A", "Formulary,I"),
        ("FORM_STAT,REC_STAT", "F,A", "F,I"),
    ] {
        let (code, _, notes) = listed(headers, others, naloxone);
        assert!(code == 3 && notes.contains("--columns"), "{headers}: {code} {notes}");
    }
}

#[test]
fn remarks_take_a_drug_off_where_they_say_nothing_else() {
    for (header, remark) in [
        ("Comments", "Discontinued by manufacturer"),
        ("Comments", "D/C by mfr"),
        ("Comments", "NF - use nalmefene"),
        ("Bemerkung", "außer Vertrieb seit 01/2026"),
        ("Bemerkung", "aus der Hausliste gestrichen"),
        ("Observations", "retiré du livret"),
        ("Observaciones", "Baja en guía 2025"),
        ("Osservazioni", "eliminato dal PTO"),
        ("Observações", "Despadronizado"),
        ("Opmerking", "uit de handel per 2025"),
    ] {
        let (code, rules, notes) = listed(header, "", remark);
        assert_eq!((code, rules), (1, vec![MISSING.to_owned()]), "{header} {remark}: {notes}");
    }
    for remark in ["Removed from ADC", "brand discontinued", "Excluded for outpatients"] {
        let (code, _, notes) = listed("Comments", "", remark);
        assert!(code == 3 && notes.contains("`Comments`"), "{remark}: {code} {notes}");
    }
    for remark in ["Keep refrigerated", "Discontinue opioids first", "Restricted to ED", "PA"] {
        assert_eq!(listed("Comments", "", remark).0, 0, "{remark}");
    }
}

#[test]
fn statuses_are_known_by_their_words_whatever_the_header() {
    for (header, on, off) in [
        ("Hauslistenstatus", "gelistet", "gestrichen"),
        ("Kennzeichen", "aktiv", "gesperrt"),
        ("Référencement", "Référencé", "Déréférencé"),
        ("Incluido GFT", "Alta", "Baja"),
        ("PTR", "Incluso", "Escluso"),
        ("Prontuario", "Presente", "Assente"),
        ("Assortiment", "Opgenomen", "Niet opgenomen"),
        ("Formulary Status", "Formulary", "Not orderable"),
        ("Formulary Status", "Formulary", "NC"),
    ] {
        let (code, rules, notes) = listed(header, on, off);
        assert_eq!((code, rules), (1, vec![MISSING.to_owned()]), "{header} {off}: {notes}");
    }
    let (code, _, notes) = listed("Formulary Status", "Formulary", "Therapeutic interchange");
    assert!(code == 3 && notes.contains("`Formulary Status`"), "{code} {notes}");
    assert_eq!(listed("Formulary Status", "Formulary", "Restricted - not for new starts").0, 0);
}

#[test]
fn a_folder_says_nothing_about_its_lists() {
    let list = "Drug,Tier\nnaltrexone 50 mg,1\noxycodone 5 mg,2\n";
    for name in ["Exclusions/l.csv", "2026 Formulary Exclusions/l.csv", "excluded-plans/l.csv"] {
        assert_eq!(told(name, list).0, 1, "{name}");
    }
    for name in ["exclusions.csv", "excluded_drugs.csv", "Ausschlussliste.csv"] {
        let (code, _, notes) = told(name, list);
        assert!(code == 0 && notes.contains("its name says"), "{name}: {notes}");
    }
}

#[test]
fn entries_side_by_side_are_reported_and_not_compared_with_each_other() {
    for list in [
        "Drug,Tier,,Drug,Tier\noxycodone,2,,omeprazole,1\nlisinopril,1,,naloxone,1\n",
        "Drug,Tier,Drug.1,Tier.1\noxycodone,2,omeprazole,1\nlisinopril,1,naloxone,1\n",
        "Wirkstoff;Form;Wirkstoff;Form\nOxycodon;Tabl;Omeprazol;Kps\nRamipril;Tabl;Naloxon;Spray\n",
    ] {
        let (code, rules, notes) = told("list.csv", list);
        assert_eq!((code, rules.len()), (3, 0), "{notes}");
        assert!(notes.contains("second block"), "{notes}");
    }
}

#[test]
fn a_title_padded_with_commas_is_not_a_header() {
    let list = "Hospital list,,,\nSection,Medicine,Dosage form and strength,ATC\n\
        2.2 Opioid analgesics,Morphine,Tablet 10 mg,N02AA01\n2.2 Opioid analgesics,Fentanyl,Patch 25 mcg/h,N02AB03\n\
        4.2 Antidotes,Naloxone,Injection 0.4 mg,V03AB15\n";
    assert_eq!(told("list.csv", list).0, 0);
    let (code, rules, _) = told(
        "list.csv",
        &list.replace("Fentanyl,Patch 25 mcg/h,N02AB03", "Naltrexone,Tablet 50 mg,N07BB04"),
    );
    assert_eq!((code, rules), (1, vec!["misclassified-antagonist".to_owned()]));
}

#[test]
fn limits_are_read_among_remarks_in_the_languages_of_lists() {
    for (header, limit) in [
        ("Opmerking", "max. 4 tabletten per dag"),
        ("Remarques", "max 4 cp/jour"),
        ("Note", "dose massima 200 mg/die"),
        ("Bemerkung", "Tageshöchstdosis 200 mg"),
        ("Comments", "not to exceed 200 mg daily"),
        ("Restricciones", "máx. 4 comp. por día"),
        ("Límite", "4 comp/día"),
        ("Cantidad", "120 / 30 días"),
        ("Limite mensile", "120"),
    ] {
        let list = format!("Drug,{header}\nNaltrexone 50 mg tablet,{limit}\nLisinopril 10 mg,\n");
        let (code, rules, notes) = told("list.csv", &list);
        let expected = (1, vec!["limit-above-maximum".to_owned()]);
        assert_eq!((code, rules), expected, "{header} {limit}: {notes}");
    }
}

#[test]
fn dependence_classes_are_known_in_local_words_and_german_and_brazilian_names_are_not_slips() {
    for class in [
        "Disassuefazione da oppiacei",
        "Désintoxication opiacés",
        "Adicción a opioides",
        "Desabituação de opiáceos",
        "Afkickmiddelen opiaten",
        "Rückfallprophylaxe Opioide",
        "Opioid SUD",
    ] {
        let list = format!("Drug;Class\nNaltrexone 50 mg tablet;{class}\nLisinopril 10 mg;ACE\n");
        assert_eq!(told("list.csv", &list).0, 0, "{class}");
    }
    let list = "Arzneimittel;Status\nMarcumar 3 mg;gelistet\nTaxilan 25 mg;gelistet\nDissulfiram 250 mg;gelistet\n";
    assert_eq!(told("list.csv", list).0, 0);
}

#[test]
fn a_list_of_codes_or_prices_says_that_it_is_taken_as_one() {
    for (list, kind) in [
        ("Drug,PBS Code\nOxycodone 5 mg tablet,8385H\nLisinopril 10 mg,2457F\n", "list of codes"),
        (
            "GCN,NDC,Drug Name,Strength,MAC Price\n4225,00406-0552-01,oxycodone,5 mg,0.08\n",
            "list of prices",
        ),
    ] {
        let (code, _, notes) = told("list.csv", list);
        assert!(code == 0 && notes.contains(kind), "{code} {notes}");
    }
}

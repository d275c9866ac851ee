//! The kinds of fault in single rows, from field knowledge: what is typed, pasted, sorted and exported wrongly in drug lists.

use std::collections::BTreeMap;

use super::Kind;
use super::base::{Coded, Row, coded};

const CODE: &[&str] = &["formulary-invalid-code"];
const IDENTITY: &[&str] = &["formulary-name-code-mismatch"];
const CLASS: &[&str] = &["formulary-misclassified-antagonist"];
const LIMIT: &[&str] = &["formulary-limit-above-maximum"];
const NAME: &[&str] = &["formulary-unresolved-drug"];
const TERMS: &[&str] = &["formulary-conflicting-entry"];

pub(crate) fn all() -> Vec<Kind> {
    vec![
        kind("a watched code beside an unwatched name", IDENTITY, watched_codes()),
        kind("a brand beside another generic name", IDENTITY, other_generics()),
        kind("an NDC of another strength of the drug", IDENTITY, other_strengths()),
        kind("swapped digits that make another watched code", IDENTITY, swapped()),
        kind("damaged and impossible codes", CODE, broken()),
        kind("an antagonist among the opioids", CLASS, antagonists_among_opioids()),
        kind("an opioid among the antagonists", CLASS, opioids_among_antagonists()),
        kind(
            "a sequestered or peripheral product in a class of dependence",
            CLASS,
            of_dependence(),
        ),
        kind("a limit above the maximum", LIMIT, limits()),
        kind("a name one slip away", NAME, slips()),
        kind("an entry without name and code", NAME, nameless()),
        kind("one product twice on other terms", TERMS, duplicates()),
    ]
}

fn kind(name: &'static str, rules: &'static [&'static str], rows: Vec<Row>) -> Kind {
    Kind { name, rules, rows }
}

/// Products spread over the table, away from those of the clean list: some of each drug.
fn some(drug: &str, count: usize) -> Vec<Coded> {
    let all: Vec<Coded> = coded().into_iter().filter(|coded| coded.drug == drug).collect();
    let step = (all.len() / count).max(1);
    all.into_iter().step_by(step).take(count).collect()
}

fn watched_codes() -> Vec<Row> {
    let names = [
        "SKYRIZI 150 MG/ML pen",
        "Humira 40 MG/0.4 ML pen",
        "lisinopril 10 MG tablet",
        "ELIQUIS 5 MG tablet",
        "Jardiance 10 MG TABS",
        "metformin HCl 500 MG",
        "atorvastatin 20 MG tablet",
        "TRULICITY 1.5 MG/0.5 ML",
        "levothyroxine 50 MCG tablet",
        "Xarelto 20 MG tablet",
    ];
    let drugs = ["oxycodone", "naltrexone", "methadone", "hydromorphone"];
    let codes = drugs.iter().flat_map(|drug| some(drug, 7));
    codes
        .enumerate()
        .map(|(at, coded)| Row::new(&[("drug_name", names[at % names.len()]), ("ndc", &coded.ndc)]))
        .collect()
}

fn other_generics() -> Vec<Row> {
    [
        ("Vivitrol 380 MG", "methylnaltrexone", "Vivitrol"),
        ("Percocet 5-325 MG", "hydrocodone/acetaminophen", "Percocet"),
        ("Narcan 4 MG nasal spray", "naltrexone", "Narcan"),
        ("OxyContin 10 MG", "morphine sulfate", "OxyContin"),
        ("Norco 5-325 MG tablet", "oxycodone-acetaminophen", ""),
        ("Dilaudid 2 MG tablet", "oxycodone HCl", ""),
        ("MS Contin 15 MG", "oxycodone", "MS Contin"),
        ("Subutex 8 MG", "methadone", "Subutex"),
        ("ReVia 50 MG tablet", "naloxone", ""),
        ("Dolophine 10 MG", "buprenorphine", ""),
        ("Ultram 50 MG", "tapentadol", ""),
        ("Nucynta 50 MG tablet", "tramadol HCl", "Nucynta"),
        ("Relistor 12 MG/0.6 ML", "naltrexone", "Relistor"),
        ("Contrave 8-90 MG", "phentermine/topiramate", "Contrave"),
        ("naltrexone 50 MG tablet", "naltrexone", "Vivactil"),
        ("Opana ER 10 MG", "oxycodone", "Opana ER"),
        ("Lybalvi 10-10 MG", "olanzapine/fluoxetine", "Lybalvi"),
        ("Movantik 25 MG", "naltrexone", "Movantik"),
        ("Duragesic 25 MCG/HR", "buprenorphine", "Duragesic"),
        ("Butrans 10 MCG/HR", "fentanyl", "Butrans"),
    ]
    .iter()
    .map(|(name, generic, brand)| {
        Row::new(&[("drug_name", *name), ("generic_name", generic), ("brand_name", brand)])
    })
    .collect()
}

/// Two codes of one drug and form in two strengths.
fn strengths_of(drug: &str) -> Vec<(Coded, Coded)> {
    let mut by: BTreeMap<(String, String), Vec<Coded>> = BTreeMap::new();
    for coded in coded().into_iter().filter(|coded| coded.drug == drug) {
        by.entry((coded.form.clone(), coded.strength.clone())).or_default().push(coded);
    }
    let forms: Vec<(&(String, String), &Vec<Coded>)> = by.iter().collect();
    forms
        .windows(2)
        .filter(|pair| pair[0].0.0 == pair[1].0.0)
        .filter_map(|pair| Some((pair[0].1.get(2)?.clone(), pair[1].1.get(2)?.clone())))
        .collect()
}

fn other_strengths() -> Vec<Row> {
    let drugs = [
        "oxycodone",
        "methadone",
        "buprenorphine",
        "hydromorphone",
        "morphine",
        "oxymorphone",
        "tapentadol",
        "warfarin",
        "buspirone",
    ];
    let pairs = drugs.iter().flat_map(|drug| strengths_of(drug));
    pairs
        .take(40)
        .enumerate()
        .map(|(at, (named, by_code))| {
            let strength = &named.strength;
            let name = match at % 3 {
                0 => format!("{} {strength} tablet", named.drug),
                1 => {
                    format!("{} HCl {} TABS", named.drug.to_uppercase(), strength.replace(' ', ""))
                }
                _ => format!("{} oral tablet {strength}", named.drug),
            };
            let name = if named.form == "extended-release" { format!("{name} ER") } else { name };
            Row::new(&[("drug_name", &name), ("ndc", &by_code.ndc)])
        })
        .collect()
}

/// Codes with two neighbouring digits swapped, so that they are those of another drug or strength.
fn swapped() -> Vec<Row> {
    let all: BTreeMap<String, Coded> =
        coded().into_iter().map(|coded| (coded.ndc.clone(), coded)).collect();
    let mut rows = Vec::new();
    for coded in all.values() {
        let other = (0..10).find_map(|at| {
            let mut digits: Vec<u8> = coded.ndc.bytes().collect();
            digits.swap(at, at + 1);
            let other = all.get(&String::from_utf8(digits).unwrap())?;
            let differs = other.drug != coded.drug || other.strength != coded.strength;
            (differs && other.ndc != coded.ndc).then(|| other.ndc.clone())
        });
        if let Some(other) = other {
            let name = format!("{} {} tablet", coded.drug, coded.strength);
            rows.push(Row::new(&[("drug_name", &name), ("ndc", &other)]));
        }
    }
    let step = (rows.len() / 40).max(1);
    rows.into_iter().step_by(step).take(40).collect()
}

fn broken() -> Vec<Row> {
    [
        ("ndc", "4.06E+08"),
        ("ndc", "5.36E+10"),
        ("ndc", "406055201"),
        ("ndc", "54355424"),
        ("ndc", "406055201.0"),
        ("ndc", "0406055201"),
        ("ndc", "004060552011"),
        ("ndc", "00406-05522-01"),
        ("ndc", "0040605520l"),
        ("ndc", "NALT50"),
        ("ndc", "00406-O552-01"),
        ("gtin", "4006381333932"),
        ("gtin", "40063813339"),
        ("gtin", "4.00638E+12"),
    ]
    .iter()
    .map(|(column, cell)| Row::new(&[("drug_name", "oxycodone HCl 5 MG tablet"), (column, cell)]))
    .collect()
}

fn antagonists_among_opioids() -> Vec<Row> {
    let classes = [
        "ANALGESICS, NARCOTIC",
        "Opioid Analgesics, Short-acting",
        "Narcotic Analgesics",
        "N02A",
        "N02AA",
        "CN101",
        "CN101 OPIOID ANALGESICS",
        "28:08.08 Opiate Agonists",
        "280808",
        "Opioid pain relievers",
        "Analgésicos opioides",
        "Opioidanalgetika",
        "Analgésiques opioïdes",
        "Analgesici oppioidi",
        "Analgésicos opióides",
        "Opioid Agonist [EPC]",
        "Full Opioid Agonists [MoA]",
        "ANALGESICS - OPIOID",
        "Analgesic Opioid Agonists",
        "Analgesic Narcotic Agonists",
        "65100075",
        "Opiates",
        "Narcotics",
        "4.7.2 Opioid analgesics",
        "Opioide",
        "Hipnoanalgésicos",
        "Opioïden",
        "Narcotic pain medications",
        "Pain Relief - Opioids",
        "H3A",
    ];
    let drugs = [
        "naltrexone 50 MG tablet",
        "Vivitrol 380 MG kit",
        "naloxone 0.4 MG/ML vial",
        "Relistor 12 MG syringe",
        "nalmefene 18 MG tablet",
    ];
    classes.iter().enumerate().map(|(at, class)| classed(drugs[at % drugs.len()], class)).collect()
}

fn opioids_among_antagonists() -> Vec<Row> {
    let classes = [
        "Opioid Antagonists",
        "OPIATE ANTAGONISTS",
        "28:10 Opiate Antagonists",
        "281000",
        "Narcotic Antagonists",
        "Opioid Antagonist [EPC]",
        "Opioid Antagonists [MoA]",
        "CN102",
        "Opioid Reversal Agents",
        "Opioid-Antagonisten",
        "Antagonistes des opioïdes",
        "Antagonistas opioides",
        "Antagonistas opióides",
        "Antagonisti degli oppioidi",
        "Opioïdantagonisten",
        "93400020",
        "Antidotes - Opioid",
        "V03AB15",
        "N07BB04",
        "Alcohol Deterrents/Anti-craving",
    ];
    let drugs = [
        "oxycodone 5 MG tablet",
        "morphine sulfate 15 MG tablet",
        "hydromorphone 2 MG tablet",
        "fentanyl 25 MCG/HR patch",
    ];
    classes.iter().enumerate().map(|(at, class)| classed(drugs[at % drugs.len()], class)).collect()
}

fn of_dependence() -> Vec<Row> {
    [
        ("Embeda 20-0.8 MG capsule", "Substance use disorder"),
        ("Embeda 20-0.8 MG capsule", "Opioid Dependence Treatments"),
        ("Embeda 50-2 MG capsule", "Alcohol Deterrents"),
        ("Embeda 50-2 MG capsule", "Opioid antagonists"),
        ("Troxyca ER 10-1.2 MG capsule", "Anti-Addiction/Substance Abuse Treatment Agents"),
        ("morphine-naltrexone 30-1.2 MG ER capsule", "Drugs for opioid dependence"),
        ("methylnaltrexone 12 MG syringe", "Alcohol Deterrents"),
        ("Relistor 150 MG tablet", "Alcohol use disorder"),
        ("Relistor 12 MG/0.6 ML", "Drugs used in alcohol dependence"),
        ("methylnaltrexone bromide 12 MG", "N07BB"),
        ("Relistor 12 MG/0.6 ML", "Opioid Dependence"),
        ("Movantik 25 MG tablet", "Substance Use Disorder Agents"),
    ]
    .iter()
    .map(|(name, class)| classed(name, class))
    .collect()
}

fn classed(name: &str, class: &str) -> Row {
    Row::new(&[("drug_name", name), ("drug_class", class)])
}

fn limits() -> Vec<Row> {
    [
        ("naltrexone 50 MG tablet", "QL (120 per 30 days)"),
        ("naltrexone 50 MG tablet", "PA, QL (120 per 30 days)"),
        ("naltrexone 50 MG tablet", "4 daily"),
        ("naltrexone 50 MG tablet", "360/90"),
        ("naltrexone 50 MG tablet", "120 EA/30 DY"),
        ("naltrexone 50 MG tablet", "QL: 4 EA/DY"),
        ("naltrexone 50 MG tablet", "4 tablets/day"),
        ("naltrexone 50 MG tablet", "120 TABS / 30 DAYS"),
        ("naltrexone 50 MG tablet", "QL (0.2 g per day)"),
        ("naltrexone 50 MG tablet", "1460 per year"),
        ("naltrexone 50 MG tablet", "Max 4 per day"),
        ("naltrexone 50 MG tablet", "Qty limit: 28 per 7 days"),
        ("naltrexone 50 MG tablet", "120 per month"),
        ("naltrexone 50 MG tablet", "QL=120 in 30 days"),
        ("naltrexone 50 MG tablet", "4 tabs per 1 day"),
        ("Vivitrol 380 MG kit", "8 mL per 28 days"),
        ("Vivitrol 380 MG kit", "2 kits per 28 days"),
        ("Vivitrol 380 MG kit", "26 per year"),
        ("Vivitrol 380 MG kit", "2 doses every 4 weeks"),
        ("Vivitrol 380 MG kit", "1 per 14 days"),
        ("Sublocade 300 MG/1.5 ML syringe", "2 per 28 days"),
        ("Sublocade 300 MG/1.5 ML syringe", "3 mL per 28 days"),
        ("Contrave 8-90 MG ER tablet", "180 per 30 days"),
        ("Contrave 8-90 MG ER tablet", "6 per day"),
        ("Lybalvi 10-10 MG tablet", "60 per 30 days"),
        ("tramadol 50 MG tablet", "360 per 30 days"),
        ("Ultram 50 MG tablet", "12/day"),
        ("tramadol 100 MG ER tablet", "150 EA/30 DAYS"),
        ("methadone 10 MG tablet", "1800 per 30 days"),
        ("Percocet 5-325 MG tablet", "450 per 30 days"),
        ("hydrocodone-acetaminophen 5-325 MG tablet", "QL (15 per day)"),
        ("oxycodone-acetaminophen 10-325 MG tablet", "480 EA/30 DAYS"),
        ("tapentadol 100 MG tablet", "240 per 30 days"),
        ("diphenoxylate-atropine 2.5-0.025 MG tablet", "360 per 30 days"),
        ("Selincro 18 MG tablet", "60 per 30 days"),
        ("disulfiram 500 MG tablet", "60 per 30 days"),
    ]
    .iter()
    .enumerate()
    .map(|(at, (name, limit))| {
        // Rows of one product with one fault are one finding, which lists some of them: here each is a separate product.
        let name = format!("{name}, bottle {}", char::from(b'A' + (at % 26) as u8));
        Row::new(&[("drug_name", &name), ("quantity_limit", limit)])
    })
    .collect()
}

fn slips() -> Vec<Row> {
    [
        "naltrexonw 50 MG tablet",
        "naltexone 50 MG tablet",
        "nalrexone HCl 50 MG tablet",
        "NALTRAXONE 50MG TAB",
        "naloxne 4 MG nasal spray",
        "nalxone 0.4 MG/ML vial",
        "naloxoone 0.4 MG/ML",
        "NALOXOEN 0.4 MG/ML INJ",
        "naloxonr 4 MG spray",
        "oxycodne 5 MG tablet",
        "oxycdone 10 MG tablet",
        "OXYCODNOE HCL 5MG TAB",
        "hydrocodne-acetaminophen 5-325 MG",
        "hydormorphone 2 MG tablet",
        "HYDROMOPHONE 4 MG TAB",
        "methdone 10 MG tablet",
        "methadonr 5 MG tablet",
        "METHADNOE 10MG TAB",
        "bupernorphine 8 MG SL tablet",
        "buprenorphne 8 MG SL tablet",
        "buprenorphin-naloxne 8-2 MG film",
        "tramadl 50 MG tablet",
        "TRAMDOL HCL 50MG TAB",
        "morphne sulfate 15 MG tablet",
        "mrophine sulfate 15 MG tablet",
        "fentnyl 25 MCG/HR patch",
        "fentanly 50 MCG/HR patch",
        "tapentadl 50 MG tablet",
        "oxymorphne 10 MG tablet",
        "methylnaltrexne 12 MG syringe",
    ]
    .iter()
    .map(|name| Row::new(&[("drug_name", *name)]))
    .collect()
}

fn nameless() -> Vec<Row> {
    [("", ""), ("", "00000000000"), ("N/A", "N/A"), ("?", ""), ("-", "none"), ("12345", "")]
        .iter()
        .map(|(name, ndc)| {
            Row::new(&[("drug_name", name), ("ndc", ndc), ("drug_class", "Analgesics")])
        })
        .collect()
}

/// Rows that contradict one of the clean list, or each other.
fn duplicates() -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    // Another package of a product that the clean list has on tier 2.
    for drug in ["oxycodone", "methadone", "hydromorphone", "oxymorphone"] {
        let mut of_strength: BTreeMap<String, Vec<Coded>> = BTreeMap::new();
        for coded in
            coded().into_iter().filter(|coded| coded.drug == drug && coded.form == "tablet")
        {
            of_strength.entry(coded.strength.clone()).or_default().push(coded);
        }
        for (strength, all) in of_strength.into_iter().filter(|(_, all)| all.len() > 3).take(3) {
            let name = format!("{drug} {strength} tablet");
            rows.push(Row::new(&[("drug_name", &name), ("ndc", &all[3].ndc), ("tier", "4")]));
        }
    }
    for (one, other) in [
        ("Zubsolv 5.7-1.4 MG SL tablet", "Zubsolv 5.7-1.4MG SL tablet"),
        ("levorphanol 4 MG tablet", "LEVORPHANOL 4MG TABLET"),
        ("naltrexone 25 MG compounded capsule", "naltrexone 25MG compounded capsule"),
        ("Belbuca 75 MCG film", "BELBUCA 75MCG FILM"),
        ("amlodipine 5 MG tablet", "amlodipine 5MG tablet"),
    ] {
        rows.push(Row::new(&[("drug_name", one), ("tier", "1")]));
        rows.push(Row::new(&[("drug_name", other), ("tier", "3")]));
    }
    // Two classes, only one of which can be right.
    for class in ["Opioid Agonists", "Opioid Partial Agonists"] {
        rows.push(Row::new(&[
            ("drug_name", "Zubsolv 2.9-0.71 MG SL tablet"),
            ("drug_class", class),
        ]));
    }
    rows
}

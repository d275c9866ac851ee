//! The clean list into which faults are planted: watched drugs with their codes from `rules/codes/ndc.csv`, and drugs that no rule watches from
//! `rules/drugs/names-at-large.txt`, classed, limited and priced as a careful plan would.

use std::collections::BTreeMap;

use super::common::root;

/// The columns of the list, in order.
pub(crate) const COLUMNS: [&str; 12] = [
    "drug_name",
    "generic_name",
    "brand_name",
    "ndc",
    "drug_class",
    "tier",
    "quantity_limit",
    "formulary_status",
    "effective_date",
    "termination_date",
    "gtin",
    "notes",
];

/// One row, by column.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Row(BTreeMap<&'static str, String>);

impl Row {
    pub(crate) fn new(cells: &[(&'static str, &str)]) -> Self {
        let mut row = Self::default();
        row.0.insert("tier", "2".to_owned());
        for (column, cell) in cells {
            assert!(COLUMNS.contains(column), "{column}");
            row.0.insert(column, (*cell).to_owned());
        }
        row
    }

    pub(crate) fn get(&self, column: &str) -> &str {
        self.0.get(column).map_or("", String::as_str)
    }

    /// The row with one cell changed.
    pub(crate) fn with(&self, column: &'static str, cell: &str) -> Self {
        let mut row = self.clone();
        row.0.insert(column, cell.to_owned());
        row
    }
}

/// A list as CSV, its first row on line 2.
pub(crate) fn csv(rows: &[Row]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).unwrap();
    for row in rows {
        writer.write_record(COLUMNS.map(|column| row.get(column))).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// A watched product in the shipped code table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Coded {
    pub(crate) drug: String,
    pub(crate) form: String,
    pub(crate) strength: String,
    pub(crate) ndc: String,
}

/// Every single-ingredient product in the table with a strength in mg, sorted.
pub(crate) fn coded() -> Vec<Coded> {
    let text = std::fs::read_to_string(root().join("rules/codes/ndc.csv")).unwrap();
    let mut all: Vec<Coded> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let [ndc, drug, form, strength] = cells[..] else { return None };
            let is_plain = strength.to_uppercase().strip_suffix(" MG").is_some_and(|number| {
                number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
                    && number.starts_with(|c| c != '.')
            });
            (is_plain && ndc.len() == 11 && matches!(form, "tablet" | "extended-release")).then(
                || Coded {
                    drug: drug.to_owned(),
                    form: form.to_owned(),
                    strength: strength.to_uppercase(),
                    ndc: ndc.to_owned(),
                },
            )
        })
        .collect();
    all.sort();
    all
}

/// The class of a watched drug, as plans write it.
fn class(drug: &str, at: usize) -> &'static str {
    let any = |classes: [&'static str; 4]| classes[at % 4];
    match drug {
        "naltrexone" => any([
            "Opioid Antagonists",
            "Alcohol Deterrents",
            "OPIATE ANTAGONISTS",
            "Antidotes and Specific Antagonists",
        ]),
        "buprenorphine" => any([
            "Opioid Partial Agonists",
            "Opioid Dependence Treatments",
            "ANALGESICS, NARCOTIC",
            "Anti-Addiction Agents",
        ]),
        "methadone" => any([
            "Opioid Agonists",
            "Opioid Analgesics, Long-acting",
            "N07BC02",
            "Analgesics - Opioid",
        ]),
        "acamprosate" | "disulfiram" => "Alcohol Deterrents",
        "buspirone" => "Anxiolytics",
        "warfarin" => "Anticoagulants",
        "loperamide" => "Antidiarrheals",
        "naloxegol" => "Peripheral Opioid Receptor Antagonists",
        "codeine" | "hydrocodone" | "hydromorphone" | "morphine" | "oxycodone" | "oxymorphone"
        | "tramadol" | "tapentadol" => any([
            "Opioid Analgesics",
            "ANALGESICS, NARCOTIC",
            "Opioid Agonists",
            "Analgesics - Opioid",
        ]),
        _ => "",
    }
}

fn title(coded: &Coded, at: usize) -> String {
    let er = coded.form == "extended-release";
    let words = match (er, at % 3) {
        (true, 0) => "ER tablet",
        (true, _) => "extended-release tablet",
        (false, 0) => "tablet",
        (false, 1) => "oral tablet",
        (false, _) => "TAB",
    };
    match at % 2 {
        0 => format!("{} {} {words}", coded.drug, coded.strength),
        _ => format!("{} {} {words}", coded.drug.to_uppercase(), coded.strength.replace(' ', "")),
    }
}

/// Some 900 rows without a fault.
pub(crate) fn clean() -> Vec<Row> {
    let mut rows = Vec::new();
    let mut taken: BTreeMap<(String, String, String), usize> = BTreeMap::new();
    // The agents that reverse an overdose are in `by_hand`.
    for coded in coded().into_iter().filter(|coded| coded.drug != "naloxone") {
        let count = taken
            .entry((coded.drug.clone(), coded.form.clone(), coded.strength.clone()))
            .or_default();
        *count += 1;
        if *count > 2 {
            continue;
        }
        let at = rows.len();
        // A product has one class and one status, in every package.
        let product =
            coded.drug.bytes().chain(coded.strength.bytes()).map(usize::from).sum::<usize>();
        rows.push(Row::new(&[
            ("drug_name", &title(&coded, at)),
            ("generic_name", if at.is_multiple_of(2) { &coded.drug } else { "" }),
            ("ndc", &coded.ndc),
            ("drug_class", class(&coded.drug, product)),
            ("quantity_limit", if coded.drug == "naltrexone" { "QL (30 per 30 days)" } else { "" }),
            ("formulary_status", ["Y", "Formulary", ""][product % 3]),
        ]));
    }
    rows.extend(by_hand());
    let large = std::fs::read_to_string(root().join("rules/drugs/names-at-large.txt")).unwrap();
    let sure: Vec<&str> = large
        .lines()
        .filter_map(|line| line.strip_prefix(['*', '+']))
        .filter(|name| name.len() > 6 && name.is_ascii())
        .collect();
    let step = sure.len() / 560;
    for (at, name) in sure.iter().step_by(step).enumerate() {
        rows.push(Row::new(&[
            ("drug_name", &format!("{name} {} MG tablet", 5 * (at % 20 + 1))),
            (
                "drug_class",
                ["Antibacterials", "Cardiovascular Agents", "Dermatological Agents"][at % 3],
            ),
            ("tier", ["1", "2", "3"][at % 3]),
            (
                "quantity_limit",
                ["", "30 EA/30 DAYS", "QL (60 per 30 days)", "PA, QL (9 EA/30 DY)"][at % 4],
            ),
            ("formulary_status", ["", "Y"][at % 2]),
            ("termination_date", ["", "2099-12-31", ""][at % 3]),
        ]));
    }
    rows
}

/// Products that the code table lacks or has without a strength: brands, depots, combinations, reversal agents.
fn by_hand() -> Vec<Row> {
    [
        ("Narcan 4 MG nasal spray", "naloxone", "Narcan", "Opioid Reversal Agents", ""),
        (
            "Vivitrol 380 MG kit",
            "naltrexone",
            "Vivitrol",
            "Alcohol Deterrents/Anti-craving",
            "1 kit per 28 days",
        ),
        (
            "Contrave 8-90 MG ER tablet",
            "naltrexone/bupropion",
            "Contrave",
            "Anorexiants",
            "120 per 30 days",
        ),
        (
            "Lybalvi 10-10 MG tablet",
            "olanzapine/samidorphan",
            "Lybalvi",
            "Atypical Antipsychotics",
            "30 per 30 days",
        ),
        (
            "Relistor 12 MG/0.6 ML syringe",
            "methylnaltrexone",
            "Relistor",
            "Gastrointestinal Agents",
            "",
        ),
        (
            "Movantik 25 MG tablet",
            "naloxegol",
            "Movantik",
            "Opioid-Induced Constipation Agents",
            "30 per 30 days",
        ),
        (
            "Suboxone 8-2 MG film",
            "buprenorphine/naloxone",
            "Suboxone",
            "Opioid Dependence Treatments",
            "90 per 30 days",
        ),
        (
            "Sublocade 300 MG/1.5 ML syringe",
            "buprenorphine",
            "Sublocade",
            "Opioid Dependence",
            "1.5 mL per 28 days",
        ),
        (
            "Percocet 5-325 MG tablet",
            "oxycodone/acetaminophen",
            "Percocet",
            "Analgesics, Narcotic",
            "360 per 30 days",
        ),
        (
            "hydrocodone-acetaminophen 5-325 MG tablet",
            "",
            "",
            "Opioid Combinations",
            "240 EA/30 DAYS",
        ),
        ("Ultram 50 MG tablet", "tramadol", "Ultram", "Opioid Analgesics, Short-acting", "240/30"),
        (
            "Embeda 20-0.8 MG capsule",
            "morphine/naltrexone",
            "Embeda",
            "Opioid Analgesics, Long-acting",
            "60 per 30 days",
        ),
        ("fentanyl 25 MCG/HR patch", "fentanyl", "", "Opioid Agonists", "10 per 30 days"),
        (
            "OxyContin 10 MG ER tablet",
            "oxycodone",
            "OxyContin",
            "Opioid Analgesics, Long-acting",
            "60 EA/30 DAYS",
        ),
        ("nalmefene 2.7 MG nasal spray", "nalmefene", "Opvee", "Opioid Antagonists", ""),
        ("butorphanol 10 MG/ML nasal spray", "butorphanol", "", "Opioid Partial Agonists", ""),
        (
            "Lucemyra 0.18 MG tablet",
            "lofexidine",
            "Lucemyra",
            "Opioid Withdrawal Agents",
            "96 per 7 days",
        ),
        ("amoxicillin 500 MG capsule", "amoxicillin", "", "Penicillins", ""),
        ("Lipitor 20 MG tablet", "atorvastatin", "Lipitor", "Statins", "30 per 30 days"),
    ]
    .iter()
    .map(|(name, generic, brand, class, limit)| {
        Row::new(&[
            ("drug_name", *name),
            ("generic_name", generic),
            ("brand_name", brand),
            ("drug_class", class),
            ("quantity_limit", limit),
        ])
    })
    .collect()
}

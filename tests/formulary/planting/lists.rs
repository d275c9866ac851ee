//! The kinds of fault that affect a whole list: damaged columns, a reversal agent that is off, missing alerts.

use std::collections::BTreeSet;

use super::base::{Row, csv};
use super::{Bench, Score};

type List = fn(&Bench, &[Row]) -> Score;

pub(crate) fn all(bench: &Bench, clean: &[Row], only: &str) -> Vec<Score> {
    let lists: [(&str, List); 5] = [
        ("two class columns", two_classes),
        ("other columns", other_columns),
        ("damaged column", damaged_columns),
        ("reversal agent", reversal_agent_off),
        ("missing alert", missing_alerts),
    ];
    lists
        .into_iter()
        .filter(|(name, _)| name.contains(only))
        .map(|(_, list)| list(bench, clean))
        .collect()
}

/// Whole columns that a spreadsheet or data frame took for numbers: one finding each, with a count.
fn damaged_columns(bench: &Bench, clean: &[Row]) -> Score {
    let long = |code: &str| -> u64 { format!("21{code}0001").parse().unwrap() };
    #[allow(clippy::type_complexity, reason = "a damage and its name")]
    let damages: [(&str, &dyn Fn(&str) -> String); 5] = [
        ("zeros", &|code: &str| code.trim_start_matches('0').to_owned()),
        ("floats", &|code: &str| format!("{}.0", code.trim_start_matches('0'))),
        ("exponents", &|code: &str| {
            let digits = code.trim_start_matches('0');
            format!("{}.{}E+{:02}", &digits[..1], &digits[1..3], digits.len() - 1)
        }),
        // 17-digit dm+d codes passed through a float, and through a spreadsheet.
        ("rounded", &|code: &str| (long(code) as f64 as u64).to_string()),
        ("rounded to 15 digits", &|code: &str| (long(code) / 100 * 100).to_string()),
    ];
    let mut score =
        Score { name: "a damaged column, told once", planted: damages.len(), found: 0, wrong: 0 };
    for (name, damage) in damages {
        let column = if name.starts_with("rounded") { "gtin" } else { "ndc" };
        let rows: Vec<Row> = clean
            .iter()
            .map(|row| match row.get("ndc") {
                "" => row.clone(),
                code if name.starts_with("rounded") => {
                    row.with("ndc", "").with("notes", &damage(code))
                }
                code => row.with(column, &damage(code)),
            })
            .collect();
        let list = csv(&rows);
        let list = if name.starts_with("rounded") {
            list.replacen("notes", "snomed_code", 1).replacen("gtin", "spare", 1)
        } else {
            list
        };
        let damaged = clean
            .iter()
            .filter(|row| !row.get("ndc").is_empty() && damage(row.get("ndc")) != row.get("ndc"))
            .count();
        let outcome = bench.run(&list, None);
        // Ten-digit codes that lost a zero have one cause, codes without a lost digit another.
        let told: Vec<_> =
            outcome.findings.iter().filter(|f| f.rule.id == "formulary-invalid-code").collect();
        let counted: usize = told.iter().map(|f| f.places.len() + f.also as usize).sum();
        let other = outcome.findings.len() - told.len();
        println!("{name}: {} findings, {counted} of {damaged} codes, {other} others", told.len());
        if told.len() <= 2
            && counted * 100 >= damaged * 95
            && told.iter().all(|f| f.places.len() <= 5)
        {
            score.found += 1;
        } else {
            told.iter().take(3).for_each(|f| println!("  {}", f.message));
        }
        for finding in
            outcome.findings.iter().filter(|f| f.rule.id != "formulary-invalid-code").take(3)
        {
            println!("  false: {} {}", finding.rule.id, finding.message);
        }
        score.wrong += other;
    }
    score
}

/// The only agent that reverses an overdose, taken off the list in the ways seen in the field.
fn reversal_agent_off(bench: &Bench, clean: &[Row]) -> Score {
    let off: [(&str, &'static str, &'static str); 14] = [
        ("ended in 2021", "termination_date", "2021-12-31"),
        ("ended, US date", "termination_date", "12/31/2024"),
        ("NF", "formulary_status", "NF"),
        ("Not Listed", "formulary_status", "Not Listed"),
        ("Nonformulary", "formulary_status", "Nonformulary"),
        ("Non-Formulary", "formulary_status", "Non-Formulary"),
        ("Void/Retire", "formulary_status", "Void/Retire"),
        ("Void", "formulary_status", "Void"),
        ("Retired", "formulary_status", "Retired"),
        ("NFD", "formulary_status", "NFD"),
        ("N", "formulary_status", "N"),
        ("No", "formulary_status", "No"),
        ("Excluded", "formulary_status", "Plan Exclusion"),
        ("tier", "tier", "NF"),
    ];
    let mut score = Score {
        name: "a reversal agent that is off the list",
        planted: off.len(),
        found: 0,
        wrong: 0,
    };
    for (name, column, cell) in off {
        let rescue = |row: &Row| {
            ["Narcan", "nalmefene 2.7"].iter().any(|name| row.get("drug_name").starts_with(name))
        };
        let rows: Vec<Row> = clean
            .iter()
            .map(|row| if rescue(row) { row.with(column, cell) } else { row.clone() })
            .collect();
        let outcome = bench.run(&csv(&rows), None);
        let told = |rule: &str| outcome.findings.iter().filter(|f| f.rule.id == rule).count();
        if told("formulary-missing-reversal-agent") == 1 {
            score.found += 1;
        } else {
            println!("missed: reversal agent off by {name}");
        }
        score.wrong += outcome.findings.len() - told("formulary-missing-reversal-agent");
    }
    score
}

/// Wrong classes beside a category that is true of everything, as in Part D lists and hospital systems with two columns.
fn two_classes(bench: &Bench, _: &[Row]) -> Score {
    let dependence = "Anti-Addiction/Substance Abuse Treatment Agents";
    let wrong = [
        (dependence, "Opioid Reversal Agents", "oxycodone 5 mg tablet"),
        (dependence, "Opioid Antagonists", "hydromorphone 2 mg tablet"),
        (dependence, "Alcohol Deterrents/Anti-craving", "morphine 15 mg tablet"),
        (dependence, "Opioid Analgesics", "naltrexone 50 mg tablet"),
        ("Antidotes", "Opioid Analgesics", "naltrexone 50 mg tablet"),
        ("Substance Abuse Agents", "Opioid Agonists", "Vivitrol 380 mg kit"),
        ("Analgesics", "Opioid Antagonists", "oxycodone 5 mg tablet"),
        ("Narcotic Antagonists", "Analgesics", "hydromorphone 2 mg tablet"),
        (
            "Antidotes, Deterrents and Poison Control",
            "Narcotic Analgesics",
            "naloxone 4 mg nasal spray",
        ),
        ("Analgesics", "Narcotics", "naltrexone 50 mg tablet"),
    ];
    let right = "Analgesics,Opioid Analgesics,tramadol 50 mg tablet,1\n\
        Anti-Addiction/Substance Abuse Treatment Agents,Opioid Dependence Treatments,Suboxone 8-2 mg film,2\n\
        Anti-Addiction/Substance Abuse Treatment Agents,Opioid Reversal Agents,nalmefene 2.7 mg spray,2\n";
    let mut score = Score { name: "a wrong class in two columns", planted: 0, found: 0, wrong: 0 };
    for (category, class, drug) in wrong {
        let list = format!(
            "Category,Class,Drug Description,Tier\n\"{category}\",\"{class}\",{drug},1\n{right}"
        );
        count(bench, &list, "formulary-misclassified-antagonist", &mut score);
    }
    score
}

/// Statuses, codes and names under headers that are in no list of headers.
fn other_columns(bench: &Bench, _: &[Row]) -> Score {
    let mut score = Score {
        name: "a fault under headers of answers, letters, codes and item numbers",
        planted: 0,
        found: 0,
        wrong: 0,
    };
    let off = [
        ("Inpatient Formulary", "No", "Yes"),
        ("National Formulary Indicator", "N", "Y"),
        ("Is Covered", "false", "true"),
        ("In formularium", "Nee", "Ja"),
        ("Inscrit au livret", "Non", "Oui"),
        ("Prontuario", "No", "Si"),
        ("Formulary", "", "X"),
        ("Status", "I", "A"),
    ];
    for (header, no, yes) in off {
        let list = format!(
            "Drug,Strength,{header}\nnaloxone nasal spray,4 mg,{no}\noxycodone tablet,5 mg,{yes}\nmorphine tablet,15 mg,{yes}\n"
        );
        count(bench, &list, "formulary-missing-reversal-agent", &mut score);
    }
    for header in
        ["Codice ATC", "ATC-kode", "Kod ATC", "Classe ATC", "ATC (5th level)", "АТХ", "Foo"]
    {
        let list =
            format!("Drug,{header}\nnaltrexone,N02AA01\nnaloxone,V03AB15\nlisinopril,C09AA03\n");
        count(bench, &list, "formulary-name-code-mismatch", &mut score);
    }
    for header in ["NDC code of pkg", "Pkg NDC", "Foo"] {
        let list = format!(
            "Drug,{header}\nnaltrexone,59011-0410-10\nnaloxone,69547-0353-02\nlisinopril,00093-1112-01\n"
        );
        count(bench, &list, "formulary-name-code-mismatch", &mut score);
    }
    for header in ["Item #,Description", "Drug #,Item Description", "Item,Product"] {
        let list = format!(
            "{header},NDC\n1,naltrexone 50 mg tablet,59011-0410-10\n2,naloxone nasal spray,69547-0353-02\n"
        );
        count(bench, &list, "formulary-name-code-mismatch", &mut score);
    }
    score
}

/// Runs a list with one fault, and counts the findings.
fn count(bench: &Bench, list: &str, rule: &str, score: &mut Score) {
    let outcome = bench.run(list, None);
    let told = outcome.findings.iter().filter(|finding| finding.rule.id == rule).count();
    score.planted += 1;
    score.found += usize::from(told > 0);
    score.wrong += outcome.findings.len() - told;
    if told == 0 {
        println!("missed {}: {list}", score.name);
    }
}

/// A pair of drugs that need an alert.
type Pair = (String, String);

/// The pairs that a run reports as missing.
fn missing(bench: &Bench, list: &str, table: &str) -> Vec<Pair> {
    let bare = |name: &str| name.split(" (").next().unwrap_or_default().to_owned();
    let outcome = bench.run(list, Some(table));
    let told =
        outcome.findings.iter().filter(|finding| finding.rule.id == "formulary-missing-alert");
    told.map(|finding| {
        let (_, pair) = finding.message.split_once(" for ").unwrap();
        let (one, other) = pair.split_once(" with ").unwrap();
        (bare(one), bare(other))
    })
    .collect()
}

/// Alert tables in the shapes seen in the field, each complete and each with one pair removed or made to warn no one.
fn missing_alerts(bench: &Bench, clean: &[Row]) -> Score {
    // Each drug once: a table says nothing about packages.
    let mut drugs = BTreeSet::new();
    let short: Vec<Row> = clean
        .iter()
        .filter(|row| drugs.insert((row.get("generic_name"), row.get("brand_name"))))
        .cloned()
        .collect();
    let list = csv(&short);
    let all = missing(bench, &list, "drug_a,drug_b\nlisinopril,potassium\n");
    println!("{} pairs need an alert", all.len());
    let mut score = Score { name: "a missing alert", planted: 0, found: 0, wrong: 0 };
    for (at, (name, table)) in shapes().into_iter().enumerate() {
        let told = missing(bench, &list, &table(&all, None));
        if !told.is_empty() {
            println!("false {name}: {} such as {:?}", told.len(), told[0]);
        }
        score.wrong += told.len();
        for step in 0..3 {
            // An entry for an ingredient also covers its combinations: their pairs are not a gap.
            let single = |at: &usize| !all[*at].0.contains(' ');
            let out = (0..all.len()).filter(single).cycle().nth(at * 7 + step * 11).unwrap();
            let told = missing(bench, &list, &table(&all, Some(out)));
            score.planted += 1;
            if told.contains(&all[out]) {
                score.found += 1;
            } else {
                println!("missed {name}: {:?}", all[out]);
            }
            score.wrong += told.iter().filter(|pair| **pair != all[out]).count();
        }
    }
    score
}

type Table = fn(&[Pair], Option<usize>) -> String;

/// The table with its header and a row per pair, except the one left out.
fn rows(header: &str, pairs: &[Pair], out: Option<usize>, row: impl Fn(&Pair) -> String) -> String {
    let rows =
        pairs.iter().enumerate().filter(|(at, _)| Some(*at) != out).map(|(_, pair)| row(pair));
    std::iter::once(header.to_owned())
        .filter(|header| !header.is_empty())
        .chain(rows)
        .collect::<Vec<_>>()
        .join("\n")
        + "\n"
}

/// The table with a last cell that differs for one pair.
fn marked(header: &str, pairs: &[Pair], out: Option<usize>, [on, off]: [&str; 2]) -> String {
    let rows = pairs
        .iter()
        .enumerate()
        .map(|(at, (a, b))| format!("{a},{b},{}", if Some(at) == out { off } else { on }));
    std::iter::once(header.to_owned()).chain(rows).collect::<Vec<_>>().join("\n") + "\n"
}

fn shapes() -> Vec<(&'static str, Table)> {
    vec![
        ("two columns", |pairs, out| {
            rows("drug_a,drug_b,severity", pairs, out, |(a, b)| format!("{a},{b},high"))
        }),
        ("interacting medication", |pairs, out| {
            rows("Interacting Medication 1,Interacting Medication 2", pairs, out, |(a, b)| {
                format!("{b},{a}")
            })
        }),
        ("keys beside names", |pairs, out| {
            rows("ID,Drug1_Name,Drug1_CID,Drug2_Name,Drug2_CID,Level", pairs, out, |(a, b)| {
                format!("9,{a},7243,{b},7804,Major")
            })
        }),
        ("no header", |pairs, out| rows("", pairs, out, |(a, b)| format!("{a},{b}"))),
        ("both in one cell", |pairs, out| {
            rows("Interaction,Severity", pairs, out, |(a, b)| format!("{a} + {b},Major"))
        }),
        ("a matrix", matrix),
        ("semicolons", |pairs, out| {
            rows("Medicamento 1;Medicamento 2", pairs, out, |(a, b)| format!("{a};{b}"))
        }),
        ("a severity of none", |pairs, out| {
            marked("drug_a,drug_b,severity", pairs, out, ["major", "none"])
        }),
        ("suppressed", |pairs, out| {
            marked("object,precipitant,alert level", pairs, out, ["interruptive", "suppressed"])
        }),
        ("switched off", |pairs, out| marked("drug1,drug2,active", pairs, out, ["Y", "N"])),
        ("ended", |pairs, out| marked("drug1,drug2,end_date", pairs, out, ["", "2019-12-31"])),
    ]
}

fn matrix(pairs: &[Pair], out: Option<usize>) -> String {
    let mut names: Vec<&String> = pairs.iter().flat_map(|(a, b)| [a, b]).collect();
    names.sort();
    names.dedup();
    let mut lines = vec![names.iter().fold(String::new(), |line, name| format!("{line},{name}"))];
    for one in &names {
        let marks = names.iter().map(|other| {
            let at = pairs.iter().position(|(a, b)| a == *one && b == *other);
            if at.is_some() && at != out { ",X" } else { "," }
        });
        lines.push(format!("{one}{}", marks.collect::<String>()));
    }
    lines.join("\n") + "\n"
}

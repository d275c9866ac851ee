//! Canaries: every cell, header, field and element of every format contains a name and a number that must not appear anywhere in the output of a
//! masked run, nor, if they identify someone, in the ledger, nor in any error.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::common::{everything_written, root, rxlint_in};

/// A name and a number that occur nowhere else, in lower case.
const CANARIES: [&str; 2] = ["zqcanary", "7712345"];
const CANARY: &str = "Zqcanary 7712345";

/// The output of a run.
fn said(output: &Output) -> String {
    [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat()
}

fn holds_none(what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    for canary in CANARIES {
        let at = text.find(canary);
        let around = at.map(|at| {
            text[..at].chars().rev().take(120).collect::<String>().chars().rev().collect::<String>()
                + &text[at..].chars().take(60).collect::<String>()
        });
        assert_eq!(around, None, "{what}");
    }
}

/// Runs everything that writes or says something about an export, and looks for canaries. `in_ledger` says whether the ledger may contain them (it
/// keeps a drug as the record wrote it). Returns whether any finding was made.
fn sing(name: &str, bytes: &[u8], in_ledger: bool, what: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join(name), bytes).unwrap();
    let masked = ["check", name, "--isolated", "--phi", "mask", "--max-rejects", "99999"];
    let written = everything_written();
    let mut all = masked.to_vec();
    all.extend(written.iter().map(String::as_str));
    let output = rxlint_in(folder, &all);
    holds_none(&format!("{what}: said"), said(&output).as_bytes());
    let found = output.status.code() == Some(1);
    let dry = rxlint_in(folder, &[&masked[..], &["--dry-run"]].concat());
    holds_none(&format!("{what}: dry run"), said(&dry).as_bytes());
    for entry in fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        assert!(!file.ends_with(".tmp"), "{what}: {file}");
        if file != name && (in_ledger || !file.starts_with("rx.ledger")) {
            holds_none(&format!("{what}: {file}"), &fs::read(folder.join(&file)).unwrap());
        }
    }
    found
}

/// A table with canaries in a column, beside or instead of its contents.
fn with_column(text: &str, column: usize, instead: bool) -> String {
    let mut lines = text.lines().map(str::to_owned);
    let header = lines.next().unwrap();
    let rows = lines.map(|line| {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        if let Some(cell) = cells.get_mut(column) {
            *cell = if instead { CANARY.to_owned() } else { format!("{cell} {CANARY}") };
        }
        cells.join(",") + "\n"
    });
    header + "\n" + &rows.collect::<String>()
}

#[test]
fn no_cell_of_a_table_is_revealed() {
    let mut found = 0;
    let mut ran = 0;
    for sample in ["claims.csv", "catalogue.csv", "broken-row.csv"] {
        let text = fs::read_to_string(root().join("samples").join(sample)).unwrap();
        let headers: Vec<&str> = text.lines().next().unwrap().split(',').collect();
        for (column, header) in headers.iter().enumerate() {
            let of_drug =
                ["drug", "ndc", "form", "route", "strength", "dose", "freq", "sig", "code"];
            let in_ledger = !of_drug.iter().any(|word| header.contains(word));
            for instead in [false, true] {
                let text = with_column(&text, column, instead);
                let what = format!("{sample}, {header}, instead: {instead}");
                found += u32::from(sing(sample, text.as_bytes(), in_ledger, &what));
                ran += 1;
            }
        }
    }
    println!("{found} of {ran} runs had findings");
    assert!(found * 3 > ran, "{found} of {ran} runs had findings: the test shows little");
}

#[test]
fn no_header_and_no_first_row_is_revealed() {
    let text = fs::read_to_string(root().join("samples/claims.csv")).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let bare: String = rows.lines().map(|line| format!("{line},{CANARY}\n")).collect();
    let width = header.split(',').count();
    let persons = format!("{CANARY},{}\n{rows}", vec![CANARY; width - 1].join(","));
    let renamed = |at: usize| {
        let mut headers: Vec<&str> = header.split(',').collect();
        headers[at] = CANARY;
        format!("{}\n{rows}", headers.join(","))
    };
    let mut files = vec![
        ("no-header.csv".to_owned(), bare.clone()),
        ("persons.csv".to_owned(), persons.clone()),
        ("title.csv".to_owned(), format!("Patient: Zqcanary DOB 7712345\n{text}")),
        ("one.csv".to_owned(), format!("{CANARY}\n")),
        (
            "asap.txt".to_owned(),
            format!("TH*4.2*7712345*01**20260301*P*{CANARY}~~\nIS*Zqcanary*7712345*\n"),
        ),
        ("no-msh.hl7".to_owned(), format!("PID|1||7712345||Zqcanary^Jane\rRXE|1|{CANARY}\r")),
        ("broken.json".to_owned(), format!("{{\"resourceType\":\"{CANARY}\", {CANARY}")),
        ("broken.xml".to_owned(), "<Message><Header><Zqcanary></Body></Message>".to_owned()),
        ("telecom.txt".to_owned(), format!("7712345D0B1\u{1e}\u{1c}{CANARY}\u{1d}")),
    ];
    files.extend((0..width).map(|at| (format!("renamed-{at}.csv"), renamed(at))));
    let columns = "patient=2,birth_date=4,fill_date=5,drug=7,days_supply=9";
    for (name, text) in &files {
        sing(name, text.as_bytes(), true, name);
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name), text).unwrap();
        let persons = format!("drug={CANARY}");
        let copied = format!("patient=Patient: Zqcanary, 7712345,{CANARY}=1");
        for (at, more) in [
            &["--columns", columns][..],
            &["--columns", &persons],
            &["--columns", &copied],
            &["--columns", "drug=Zqcanaryy"],
            &["--delimiter", "tab"],
            &["--input-format", "hl7"],
            &["--input-format", "fhir"],
            &["--input-format", "ncpdp"],
            &["--patients", name],
            &["--conditions", name],
            &["--vocabulary", name],
            &["--baseline", name],
            &["--dry-run", "--columns", columns],
        ]
        .into_iter()
        .enumerate()
        {
            let log = ["text", "json"][(at + name.len()) % 2];
            let masked = ["check", name, "--isolated", "--phi", "mask", "--log-format", log];
            let output = rxlint_in(folder.path(), &[&masked[..], more].concat());
            holds_none(&format!("{name} {more:?}"), said(&output).as_bytes());
        }
        for command in
            [&["formulary", name][..], &["formulary", name, "--alerts", name], &["init", name]]
        {
            // A formulary has no patients: its cells are shown, but its errors still reveal none.
            let output = rxlint_in(folder.path(), command);
            if output.status.code() == Some(2) {
                holds_none(&format!("{command:?}"), &output.stderr);
            }
        }
        if let Ok(written) = fs::read(folder.path().join("rxlint.toml")) {
            holds_none(&format!("init {name}"), &written);
        }
    }
}

/// Compares a list with an interaction table, and looks for canaries in whatever is said of the table. Returns what was said.
fn compare(table: &str, what: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let list = "drug\nnaltrexone 50 mg tablet\noxycodone 5 mg tablet\nnaloxone 4 mg nasal spray\n";
    fs::write(folder.path().join("list.csv"), list).unwrap();
    fs::write(folder.path().join("a.csv"), table).unwrap();
    let given = ["formulary", "--isolated", "list.csv", "--alerts", "a.csv"];
    let mut all = String::new();
    for more in [["--format", "json"].as_slice(), &["--dry-run"]] {
        let output = rxlint_in(folder.path(), &[&given[..], more].concat());
        holds_none(&format!("{what} {more:?}"), said(&output).as_bytes());
        all += &said(&output);
    }
    all
}

#[test]
fn no_header_and_no_cell_of_an_interaction_table_is_told_that_may_be_of_a_person() {
    let tables = [
        "drug_a,drug_b,severity,active,comment\nnaltrexone,oxycodone,Major,yes,hidden since May\nwarfarin,aspirin,Minor,no,\nopioids,naltrexone,Major,yes,",
        "Drug 1,Drug 2,Grade,End date,Exceptions,Moon\nnaltrexone,oxycodone,1,2099-12-31,,x\nopioid antagonists,opioids,2,,,y\nRetired rows\nnaltrexone,morphine,1,,codeine,x",
        ",naltrexone,warfarin\noxycodone,X,\naspirin,,x\nmorphine,Major,?",
        "pair,status\nnaltrexone + oxycodone,dormant\nwarfarin + aspirin,active",
        "Patient,drug,allergy,status\nP1,naltrexone,oxycodone,parked\nP2,warfarin,aspirin,parked",
    ];
    let mut in_doubt = 0;
    for table in tables {
        let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split(',').collect()).collect();
        let width = rows[0].len();
        for (column, of_header) in (0..width).flat_map(|column| [(column, true), (column, false)]) {
            // Beside what is there and, in every other row, instead of it.
            let changed = rows.iter().enumerate().map(|(row, cells)| {
                let changed = cells.iter().enumerate().map(|(at, cell)| {
                    match at == column && of_header == (row == 0) {
                        false => (*cell).to_owned(),
                        true if row % 2 == 0 => format!("{cell} {CANARY}"),
                        true => CANARY.to_owned(),
                    }
                });
                changed.collect::<Vec<_>>().join(",")
            });
            let text = changed.collect::<Vec<_>>().join("\n");
            in_doubt += u32::from(compare(&text, &text).contains("not shown"));
        }
        // Of every row at once, as in a table of persons.
        let persons: Vec<String> = table.lines().map(|line| format!("{line},{CANARY}")).collect();
        compare(&persons.join("\n"), table);
    }
    assert!(in_doubt > 5, "{in_doubt} runs left something out: the test shows little");
}

#[test]
fn words_of_interaction_tables_are_told() {
    let table = "drug_a,drug_b,severity,status\nnaltrexone,oxycodone,Major,retired?\nwarfarin,aspirin,Minor,active\n\
                 Retired\nopioids,naltrexone,Major,active";
    let told = compare(table, "words");
    for words in ["drug_a", "below “Retired”"] {
        assert!(told.contains(words), "{words}: {told}");
    }
}

/// Puts canaries beside or, every other time, in place of each piece that `pieces` finds.
fn each_piece(
    name: &str,
    text: &str,
    pieces: impl Fn(&str) -> Vec<std::ops::Range<usize>>,
    told: impl Fn(&str) -> bool,
) {
    let (mut found, mut ran) = (0, 0);
    for (nth, piece) in pieces(text).into_iter().enumerate() {
        let instead = nth % 2 == 1;
        let old = if instead { "" } else { &text[piece.clone()] };
        let space = if instead { "" } else { " " };
        let new = format!("{}{old}{space}{CANARY}{}", &text[..piece.start], &text[piece.end..]);
        let what =
            format!("{name}, {}…{}", &text[piece.start.saturating_sub(40)..piece.start], old);
        found += u32::from(sing(name, new.as_bytes(), told(&what), &what));
        ran += 1;
    }
    println!("{name}: {found} of {ran} runs had findings");
    assert!(found > 0, "no run had findings: the test shows nothing");
}

/// The stretches of text between certain characters.
fn between(text: &str, ends: &[char], from: usize) -> Vec<std::ops::Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = from;
    for (at, c) in text.char_indices().filter(|(at, _)| *at >= from) {
        if ends.contains(&c) {
            if at > start {
                pieces.push(start..at);
            }
            start = at + c.len_utf8();
        }
    }
    pieces
}

#[test]
fn no_field_of_a_message_is_revealed() {
    let message = |number: u32, day: &str, drug: &str, days: u32| {
        format!(
            "MSH|^~\\&|PHARM|SITE|RX|SITE|{day}0930||RDE^O11|{number}|P|2.5.1\r\
             PID|1||M1^^^SITE^MR||Doe^Jane||19610423|F|||12 Elm^^Town^CA^1||555|||||A1\r\
             PV1|1|I|W1||||77^Who^Dr\rDG1|1||F11.20^Opioid^I10\rAL1|1|DA|x^Penicillin\r\
             ORC|NW|C{number}|F{number}||CM||||{day}|||77^Who^Dr\r\
             RXE|1^QD^^{day}|{drug}|1||TAB^tablet|TAB|^Take it|||{days}|TAB|0|||P{number}||||||||||50|MG\r\
             NTE|1||a note\rRXR|PO^oral\r"
        )
    };
    let text = message(1, "20260301", "00406055201^Oxycodone HCl 5 MG Tablet^NDC", 7)
        + &message(2, "20260305", "00406117003^Naltrexone HCl 50 MG Tablet^NDC", 30);
    // The first message's header says how all others are read, and its type that they are read.
    let pieces = |text: &str| {
        let all = between(text, &['|', '^', '\r'], text.find("PHARM").unwrap());
        let is_frame = |piece: &std::ops::Range<usize>| {
            piece.len() == 3
                && text[piece.end..].starts_with('|')
                && (piece.start == 0 || text[..piece.start].ends_with('\r'))
        };
        all.into_iter().filter(|piece| !is_frame(piece)).take(64).collect()
    };
    // The authority after an identifier is kept as is: it identifies no one.
    each_piece("orders.hl7", &text, pieces, |what| what.contains("PID|") && !what.contains("^^^…"));
}

#[test]
fn no_element_of_a_resource_is_revealed() {
    let dispense = |number: u32, day: &str, drug: &str, code: &str, days: u32| {
        format!(
            r#"{{"resourceType":"MedicationDispense","id":"C{number}","identifier":[{{"system":"urn:x","value":"V{number}"}}],"status":"completed","subject":{{"reference":"Patient/M1","display":"Jane Doe"}},"performer":[{{"actor":{{"display":"Dr Who"}}}}],"note":[{{"text":"a note"}}],"whenHandedOver":"{day}","medicationCodeableConcept":{{"text":"{drug}","coding":[{{"system":"http://hl7.org/fhir/sid/ndc","code":"{code}","display":"{drug}"}}]}},"quantity":{{"value":30,"unit":"tab"}},"daysSupply":{{"value":{days}}},"dosageInstruction":[{{"text":"Take it","route":{{"text":"oral"}},"doseAndRate":[{{"doseQuantity":{{"value":1,"unit":"tab"}}}}]}}]}}"#
        )
    };
    let text = [
        r#"{"resourceType":"Patient","id":"M1","name":[{"family":"Doe","given":["Jane"]}],"birthDate":"1961-04-23","telecom":[{"system":"phone","value":"555"}],"address":[{"line":["12 Elm"],"postalCode":"1"}]}"#.to_owned(),
        dispense(1, "2026-03-01", "Oxycodone HCl 5 MG Tablet", "00406055201", 7),
        dispense(2, "2026-03-05", "Naltrexone HCl 50 MG Tablet", "00406117003", 30),
    ]
    .join("\n")
        + "\n";
    // Every string that is a value.
    let pieces = |text: &str| {
        let quotes: Vec<usize> = text.match_indices('"').map(|(at, _)| at).collect();
        quotes
            .chunks(2)
            .map(|pair| pair[0] + 1..pair[1])
            .filter(|piece| !text[piece.end + 1..].starts_with(':'))
            .take(34)
            .collect()
    };
    each_piece("dispenses.ndjson", &text, pieces, |what| {
        what.contains("Patient") || what.contains("birthDate") || what.contains("family")
    });
}

#[test]
fn no_element_of_a_script_message_is_revealed() {
    let message = |number: u32, day: &str, drug: &str, code: &str, days: u32| {
        format!(
            "<Message xmlns=\"x\"><Header><MessageID>C{number}</MessageID><SentTime>{day}T09:00:00Z</SentTime></Header><Body><NewRx><Patient><HumanPatient><Identification><MedicalRecordIdentificationNumberEHR>M1</MedicalRecordIdentificationNumberEHR></Identification><Name><LastName>Doe</LastName><FirstName>Jane</FirstName></Name><DateOfBirth><Date>1970-01-02</Date></DateOfBirth></HumanPatient></Patient><Prescriber><NonVeterinarian><Name><LastName>Who</LastName></Name></NonVeterinarian></Prescriber><MedicationPrescribed><DrugDescription>{drug}</DrugDescription><DrugCoded><ProductCode><Code>{code}</Code><Qualifier>ND</Qualifier></ProductCode></DrugCoded><Quantity><Value>30</Value></Quantity><DaysSupply>{days}</DaysSupply><WrittenDate><Date>{day}</Date></WrittenDate><Note>a note</Note><Sig><SigText>1 tab daily</SigText></Sig></MedicationPrescribed></NewRx></Body></Message>\n"
        )
    };
    let text = message(1, "2026-03-01", "Oxycodone HCl 5 MG Tablet", "00406055201", 7)
        + &message(2, "2026-03-05", "Naltrexone HCl 50 MG Tablet", "00406117003", 30);
    let pieces = |text: &str| {
        let all = between(text, &['<', '>'], 0);
        let is_text = |piece: &std::ops::Range<usize>| {
            text[..piece.start].ends_with('>') && !text[piece.clone()].trim().is_empty()
        };
        all.into_iter().filter(is_text).take(17).collect()
    };
    each_piece("rx.xml", &text, pieces, |what| what.contains("Name") || what.contains("Identif"));
}

#[test]
fn no_output_controls_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let text = fs::read_to_string(root().join("samples/claims.csv")).unwrap();
    let steers = "\u{1b}[31m\u{202e}\u{2066}\u{7f}\u{200f}\n";
    let name = format!("a{steers}.csv");
    let text = text.replace("patient_name", "patient\u{1b}[2Jname\u{202e}")
        + "C99,,x\u{202e}\u{1b}]8;;x,,2026-03-01,,Naltrexone\u{202e}\u{1b}[31m 50 mg,1,1,PAID\n";
    fs::write(folder.join(&name), &text).unwrap();
    let missing = format!("missing{steers}");
    let runs: [&[&str]; 12] = [
        &["check", &name],
        &["check", &name, "--phi", "show", "--format", "concise", "-v"],
        &["check", &name, "--phi", "show", "--format", "full"],
        &["check", &name, "--dry-run", "--phi", "show"],
        &["check", &name, "--dry-run"],
        &["check", &missing],
        &["check", &name, "--rejects", &name],
        &["check", &name, "--log-format", "json", "-v", "-qq"],
        &["check", &name, "--columns", "drug=\u{1b}[31m"],
        &["check", &name, "--baseline", &name],
        &["baseline", "write", &name, "-o", &name],
        &["init", "--output", &name],
    ];
    for arguments in runs {
        let output = rxlint_in(folder, arguments);
        let said = said(&output);
        let steering = said.chars().find(|&c| {
            c.is_control() && c != '\n'
                || ('\u{200b}'..='\u{200f}').contains(&c)
                || ('\u{202a}'..='\u{202e}').contains(&c)
                || ('\u{2066}'..='\u{2069}').contains(&c)
        });
        assert_eq!(steering, None, "{arguments:?}: {}", said.escape_debug());
    }
    assert!(Path::new(&folder.join(&name)).exists());
}

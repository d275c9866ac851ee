//! The formats as they come out, and the inputs that would trip a renderer.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::*;
use crate::redaction::{Pseudonyms, RedactionTerms};
use rxlint_model::finding::{Days, Finding, FindingPlace, Fingerprint, PatientKey, Side};
use rxlint_model::place::Place;
use rxlint_model::record::Field;
use rxlint_model::record_text::{CellText, RecordText};
use rxlint_model::summary::{RecordCount, Summary};

const HELP: &str = "Opioid first: precipitated withdrawal. Confirm that oxycodone has stopped; naltrexone is clean from \
    2026-03-18 (10 opioid-free days; label minimum 7). Evidence A: FDA label, naltrexone tablets, section 4.";

fn day(text: &str) -> Day {
    Day::from_iso(text).unwrap()
}

/// A row with its drug and, in the second cell, its patient; the third cell is a birth date.
fn row(line: u32, text: &[u8], drug: &str) -> RecordText {
    let drug = text
        .windows(drug.len())
        .position(|part| part == drug.as_bytes())
        .map(|at| at..at + drug.len());
    let mut at = 0;
    let cells: Vec<Range<usize>> = text
        .split(|&b| b == b',')
        .map(|cell| {
            at += cell.len() + 1;
            at - 1 - cell.len()..at - 1
        })
        .collect();
    let cell = |field, span: Option<Range<usize>>, label: &'static str| CellText {
        field,
        text: span
            .clone()
            .map(|span| String::from_utf8_lossy(&text[span]).into_owned())
            .unwrap_or_default(),
        span,
        label: Cow::Borrowed(label),
        at: None,
    };
    RecordText {
        raw: text.to_vec(),
        line,
        column: 1,
        cells: vec![
            cell(Field::Patient, cells.get(1).cloned(), "patient_id"),
            cell(Field::Drug, drug, "drug_name"),
        ],
        private: cells.get(2).cloned().into_iter().collect(),
    }
}

fn place(file: u32, record: u32, role: &str, drug: &str, first: &str, last: &str) -> FindingPlace {
    FindingPlace {
        row: Place { file, record, line: record + 1, offset: 0 }.into(),
        field: Field::Drug,
        role: role.into(),
        side: if role == "antagonist" { Side::Antagonist } else { Side::Opioid },
        drug: drug.into(),
        days: Some((day(first), day(last))),
        carried: 0,
    }
}

fn finding(files: [u32; 2]) -> Finding {
    Finding {
        rule: Arc::new(RuleInfo {
            id: "opioid-antagonist-overlap".into(),
            title: "Opioid and antagonist together".into(),
            dur: "DD".into(),
            grade: "A".into(),
            disputed: false,
            sources: vec!["FDA label".into()],
            tags: Vec::new(),
            version: 1,
        }),
        severity: Severity::High,
        patient: PatientKey::new("P0007", ""),
        message: "Naltrexone dispensed while oxycodone was still in use: 3 shared days".into(),
        help: HELP.into(),
        days: Some(Days {
            kind: "overlap",
            first: day("2026-03-05"),
            last: day("2026-03-07"),
            count: 3,
        }),
        clean_from: Some(day("2026-03-18")),
        assumed: Vec::new(),
        places: vec![
            place(files[0], 11, "antagonist", "naltrexone", "2026-03-05", "2026-04-03"),
            place(files[1], 6, "full agonist", "oxycodone", "2026-03-01", "2026-03-07"),
        ],
        also: 0,
        also_places: Vec::new(),
        counted: Vec::new(),
        fingerprint: Fingerprint(7),
        fresh: true,
        first_seen: None,
        stands_again: false,
        premise: "high".into(),
    }
}

const NALTREXONE: &str =
    "C0012,P0007,1990-01-01,2026-03-05,00406117003,Naltrexone HCl 50 MG Oral Tablet,30,30,PAID";
const OXYCODONE: &str =
    "C0007,P0007,1990-01-01,2026-03-01,00406055201,Oxycodone HCl 5 MG Tablet,42,7,PAID";

fn reread(place: &Place) -> Option<RecordText> {
    Some(match place.record {
        11 => row(12, NALTREXONE.as_bytes(), "Naltrexone HCl 50 MG Oral Tablet"),
        _ => row(7, OXYCODONE.as_bytes(), "Oxycodone HCl 5 MG Tablet"),
    })
}

fn summary() -> Summary {
    Summary {
        files: vec![RecordCount {
            path: "claims.csv".into(),
            format: "csv".into(),
            bytes: 1,
            read: 4,
            checked: 3,
            inactive: 1,
            ..RecordCount::default()
        }],
        patients: 2,
        findings: [(Severity::High, 1)].into(),
        by_rule: [("opioid-antagonist-overlap", 1), ("in-the-summary-alone", 0)]
            .map(|(rule, count)| (rule.to_owned(), count))
            .into(),
        ..Summary::default()
    }
}

/// Renders findings with their records, on the terms of the format or on others.
fn told(
    format: &str,
    findings: &[Finding],
    reread: &(dyn Fn(&Place) -> Option<RecordText> + Sync),
    terms: RedactionTerms,
    style: Style,
    max_shown: Option<usize>,
) -> String {
    let (summary, people) = (summary(), Pseudonyms::new(findings, None));
    let drugs = NoDrugs;
    let info = finding([0, 0]).rule;
    let rules =
        [RuleText { info: &info, severity: Severity::High, why: "Because.", remedy: "Call." }];
    let document = Document {
        version: "0.1.0",
        digest: "d",
        changed_settings: &[],
        rules: &rules,
        as_of: Some(day("2026-03-31")),
        summary: &people.summary(&summary, terms),
        fail_on: Severity::Moderate,
        root: None,
    };
    let paths = ["claims.csv".to_string(), "march/clinic.csv".to_string()];
    let view = View { paths: &paths, terms, people: &people, drugs: &drugs, authority: false };
    let (mut out, findings) = (Vec::new(), findings.iter().collect::<Vec<_>>());
    let (format, findings) =
        (Format::from_name(format).unwrap(), Findings::new(&findings, view, reread));
    write(format, &document, &findings, &style, max_shown, &mut out).unwrap();
    text_of(out)
}

/// A document as text: of a workbook, the text of all its parts.
fn text_of(document: Vec<u8>) -> String {
    if !document.starts_with(b"PK") {
        return String::from_utf8(document).unwrap();
    }
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(document)).unwrap();
    let mut text = String::new();
    for index in 0..archive.len() {
        std::io::Read::read_to_string(&mut archive.by_index(index).unwrap(), &mut text).unwrap();
        text.push('\n');
    }
    text.replace("\r\n", "\n")
}

fn render(format: &str, findings: &[Finding], style: Style, max_shown: Option<usize>) -> String {
    told(format, findings, &reread, RedactionTerms::default(), style, max_shown)
}

fn one(
    format: &str,
    finding: &Finding,
    reread: impl Fn(&Place) -> Option<RecordText> + Sync,
) -> String {
    told(
        format,
        std::slice::from_ref(finding),
        &reread,
        RedactionTerms::default(),
        Style::default(),
        None,
    )
}

#[test]
fn full_reads_as_promised() {
    let expected = "\
opioid-antagonist-overlap (docs/rules.md#opioid-antagonist-overlap)

  × P0007: Naltrexone dispensed while oxycodone was still in use: 3 shared days
    ╭─[claims.csv:12:47]
 12 │ C0012,P0007,****-**-**,2026-03-05,00406117003,Naltrexone HCl 50 MG Oral Tablet,30,30,PAID
    ·                                               ────────────────┬───────────────
    ·                                                               ╰── antagonist, 2026-03-05 to 2026-04-03
    ╰────
   ╭─[claims.csv:7:47]
 7 │ C0007,P0007,****-**-**,2026-03-01,00406055201,Oxycodone HCl 5 MG Tablet,42,7,PAID
   ·                                               ────────────┬────────────
   ·                                                           ╰── full agonist, 2026-03-01 to 2026-03-07
   ╰────
  help: Opioid first: precipitated withdrawal. Confirm that oxycodone has stopped; naltrexone is clean from 2026-03-18
        (10 opioid-free days; label minimum 7). Evidence A: FDA label, naltrexone tablets, section 4.

1 finding (1 high). 4 records read: 3 checked, 1 inactive, 0 unresolved, 0 rejected.
";
    assert_eq!(one("full", &finding([0, 0]), reread), expected);
}

#[test]
fn full_in_two_files_with_all_that_can_be_added() {
    let mut finding = finding([0, 1]);
    finding.severity = Severity::Moderate;
    finding.assumed = vec!["days-supply"];
    finding.also = 2;
    finding.also_places =
        vec![finding.places[0].clone(), finding.places[1].clone(), finding.places[1].clone()];
    let style = Style { unicode: false, width: 80, ..Style::default() };
    let expected = "\
opioid-antagonist-overlap (docs/rules.md#opioid-antagonist-overlap)

  ! P0007: Naltrexone dispensed while oxycodone was still in use: 3 shared
  | days
    ,-[claims.csv:12:47]
 12 | ...*-**,2026-03-05,00406117003,Naltrexone HCl 50 MG Oral Tablet,30,30,PAID
    :                                ^^^^^^^^^^^^^^^^|^^^^^^^^^^^^^^^
    :                                                `-- antagonist, 2026-03-05 to 2026-04-03
    `----
   ,-[march/clinic.csv:7:47]
 7 | ...07,****-**-**,2026-03-01,00406055201,Oxycodone HCl 5 MG Tablet,42,7,PAID
   :                                         ^^^^^^^^^^^^|^^^^^^^^^^^^
   :                                                     `-- full agonist, 2026-03-01 to 2026-03-07
   `----
  help: Opioid first: precipitated withdrawal. Confirm that oxycodone has
        stopped; naltrexone is clean from 2026-03-18 (10 opioid-free days; label
        minimum 7). Evidence A: FDA label, naltrexone tablets, section 4.
        Rests on an assumed days' supply.
        And 2 more pairs in these two courses: records at claims.csv:12,
        march/clinic.csv:7, :7.

1 finding (1 high). 4 records read: 3 checked, 1 inactive, 0 unresolved, 0 rejected.
";
    assert_eq!(render("full", &[finding], style, None), expected);
}

#[test]
fn narrated_reads_in_sentences() {
    let expected = "\
P0007: Naltrexone dispensed while oxycodone was still in use: 3 shared days
    Severity: high
Begin snippet for claims.csv starting at line 12, column 1

snippet line 12: C0012,P0007,****-**-**,2026-03-05,00406117003,Naltrexone HCl 50 MG Oral Tablet,30,30,PAID
    label at line 12, columns 47 to 78: antagonist, 2026-03-05 to 2026-04-03
Begin snippet for claims.csv starting at line 7, column 1

snippet line 7: C0007,P0007,****-**-**,2026-03-01,00406055201,Oxycodone HCl 5 MG Tablet,42,7,PAID
    label at line 7, columns 47 to 71: full agonist, 2026-03-01 to 2026-03-07
diagnostic help: ";
    let text = one("narrated", &finding([0, 0]), reread);
    assert!(text.starts_with(expected), "{text}");
    assert!(text.contains("diagnostic code: opioid-antagonist-overlap\n"));
}

#[test]
fn concise_is_one_line_a_finding() {
    assert_eq!(
        one("concise", &finding([0, 1]), reread),
        "claims.csv:12:47: high[opioid-antagonist-overlap] P0007: Naltrexone dispensed while oxycodone was still in use: 3 shared \
         days (with march/clinic.csv:7:47; clean from 2026-03-18)\n\
         1 finding (1 high). 4 records read: 3 checked, 1 inactive, 0 unresolved, 0 rejected.\n"
    );
    let mut finding = finding([0, 0]);
    finding.clean_from = None;
    finding.places.truncate(1);
    assert!(
        one("concise", &finding, reread)
            .contains("3 shared days (Opioid first: precipitated withdrawal)\n")
    );
}

#[test]
fn what_is_left_out_is_counted() {
    let findings: Vec<_> = (0..3).map(|_| finding([0, 0])).collect();
    for format in ["full", "concise", "narrated"] {
        let text = render(format, &findings, Style::default(), Some(1));
        assert!(
            text.ends_with("\n2 more findings: --max-shown all, or --report json=report.json\n"),
            "{text}"
        );
        assert_eq!(text.matches("Naltrexone dispensed").count(), 1);
    }
    assert_eq!(render("json", &findings, Style::default(), Some(1)).matches("\"rule\"").count(), 3);
}

#[test]
fn a_record_that_is_gone_loses_no_finding() {
    let finding = finding([0, 1]);
    let gone = |place: &Place| (place.record == 11).then(|| reread(place)).flatten();
    let text = one("full", &finding, gone);
    assert!(text.contains("[claims.csv:12:47]"));
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("march/clinic.csv:7 (oxycodone, full agonist, 2026-03-01 to 2026-03-07) could not be read again: the input changed")
    );
    let text = one("full", &finding, |_| None);
    assert!(text.contains("3 shared days\n  help: "), "{text}");
    assert!(one("concise", &finding, |_| None).starts_with("claims.csv:12: high["));
    assert!(one("narrated", &finding, |_| None).contains("claims.csv:12 (naltrexone, antagonist"));
    let json: serde_json::Value = serde_json::from_str(&one("json", &finding, |_| None)).unwrap();
    assert!(json["findings"][0]["patient"].is_null());
    assert_eq!(json["findings"][0]["places"][0]["line"], 12);
}

#[test]
fn json_is_the_published_format() {
    let json = one("json", &finding([0, 0]), reread);
    let compact: String =
        json.lines().map(str::trim_start).collect::<String>().replace("\": ", "\":");
    let expected = concat!(
        r#"{"schema":"rxlint/report/1","tool":{"name":"rxlint","version":"0.1.0"},"rules":{"digest":"d"},"#,
        r#""as_of":"2026-03-31","summary":{"files":[{"path":"claims.csv","format":"csv","bytes":1,"read":4,"checked":3,"#,
        r#""inactive":1,"unresolved":0,"rejected":0}],"patients":2,"findings":{"high":1,"moderate":0,"low":0},"#,
        r#""by_rule":{"in-the-summary-alone":0,"opioid-antagonist-overlap":1},"accepted":0,"baselined":0,"complete":true,"exposures":0,"mentioned":0,"#,
        r#""reversed":0,"assumed":{},"rejects":{},"notes":[]},"findings":[{"rule":"opioid-antagonist-overlap","#,
        r#""severity":"high","dur":"DD","patient":"P0007","message":"Naltrexone dispensed while oxycodone was still in "#,
        r#"use: 3 shared days","help":"HELP","days":{"kind":"overlap","first":"2026-03-05","last":"2026-03-07","count":3},"#,
        r#""clean_from":"2026-03-18","evidence":{"grade":"A","disputed":false,"sources":["FDA label"]},"assumed":[],"#,
        r#""places":[{"path":"claims.csv","record":11,"line":12,"column":47,"field":"drug","label":"drug_name","#,
        r#""role":"antagonist","drug":"naltrexone","first":"2026-03-05","last":"2026-04-03"},{"path":"claims.csv","#,
        r#""record":6,"line":7,"column":47,"field":"drug","label":"drug_name","role":"full agonist","drug":"oxycodone","#,
        r#""first":"2026-03-01","last":"2026-03-07"}],"also":0,"also_places":[],"#,
        r#""fingerprint":"00000000000000000000000000000007","premise":"high"}]}"#,
    );
    assert_eq!(compact, expected.replace("HELP", HELP));
}

#[test]
fn jsonl_is_one_object_a_line() {
    let text = one("jsonl", &finding([0, 0]), reread);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with(r#"{"type":"finding","rule":"opioid-antagonist-overlap","#));
    assert!(lines[1].starts_with(r#"{"type":"summary","schema":"rxlint/report/1","tool":{"#));
    assert!(lines.iter().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
}

#[test]
fn without_findings_there_is_still_one_document() {
    for format in Format::names() {
        let text = render(format, &[], Style::default(), Some(50));
        assert!(text.ends_with('\n') && text.contains("unresolved"), "{text}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&render("json", &[], Style::default(), None)).unwrap();
    assert_eq!(json["findings"], serde_json::json!([]));
}

#[test]
fn formats_are_what_they_say_of_themselves() {
    let names: BTreeSet<&str> = Format::names().into_iter().collect();
    assert_eq!(names.len(), Format::all().count(), "two formats have one name");
    for format in Format::all() {
        let FormatInfo { name, medium, leaves_site, holds_summary } = format.about();
        assert!(name.bytes().all(|b| b.is_ascii_lowercase()), "{name}");
        assert!(!(leaves_site && medium == Medium::Terminal), "{name}");
        let text = render(name, &[], Style::default(), None);
        assert_eq!(text.contains("in-the-summary-alone"), holds_summary, "{name}: {text}");
        // What leaves the site does not name its patients.
        let text = told(
            name,
            &[finding([0, 0])],
            &reread,
            RedactionTerms { privacy: format.privacy(), ..RedactionTerms::default() },
            Style::default(),
            None,
        );
        assert!(!(leaves_site && text.contains("P0007")), "{name}: {text}");
    }
}

#[test]
fn two_cells_of_one_record_share_a_window() {
    let mut finding = finding([0, 0]);
    finding.places[1] = FindingPlace { field: Field::Patient, ..finding.places[0].clone() };
    let text = one("full", &finding, reread);
    assert_eq!(text.matches("claims.csv:12:47").count(), 1, "{text}");
    assert_eq!(text.matches("C0012").count(), 1);
    assert_eq!(text.matches("antagonist, 2026-03-05").count(), 2);
    assert!(text.contains("╰── naltrexone, antagonist, 2026-03-05"), "{text}");
}

/// Renders a finding about one record in every style and format, and checks what must hold for all of them.
fn survives(record: &RecordText) -> String {
    let mut finding = finding([0, 0]);
    finding.message = "evil \u{1b}[31m\u{202e}\r\nmessage".into();
    let mut full = String::new();
    for format in Format::names() {
        for (color, unicode, width) in
            [(false, true, 120), (true, false, 80), (false, true, 0), (false, false, usize::MAX)]
        {
            let style = Style { color, unicode, links: false, width };
            let text = told(
                format,
                std::slice::from_ref(&finding),
                &|_| Some(record.clone()),
                RedactionTerms::default(),
                style,
                None,
            );
            let escapes = text.matches('\u{1b}').count() - text.matches("\u{1b}[").count();
            assert_eq!(escapes, 0);
            assert!(color || !text.contains('\u{1b}'), "{text}");
            assert!(!text.contains(['\r', '\0', '\u{202e}', '\u{fffd}']), "{text}");
            assert!(!text.contains("Failed to read"), "{text}");
            let longest = text
                .lines()
                .filter(|line| color || !line.contains("\"help\""))
                .map(|line| line.chars().count())
                .max();
            let narrow = matches!(format, "full" | "concise" | "narrated" | "json");
            assert!(color || !narrow || longest < Some(600), "{longest:?}");
            if format == "full" && style == Style::default() {
                full = text;
            }
        }
    }
    full
}

#[test]
fn hostile_records_are_shown_all_the_same() {
    let drug = |raw: &[u8], span: Range<usize>, column: u32| RecordText {
        raw: raw.to_vec(),
        line: 4_000_000_000,
        column,
        cells: vec![CellText {
            field: Field::Drug,
            text: "x".into(),
            span: Some(span),
            label: "drug".into(),
            at: None,
        }],
        private: vec![3..usize::MAX, Range { start: 9, end: 2 }],
    };
    // A cell at column 1,000,000 of a line of 2 MB, and one that is a megabyte long.
    let long = [vec![b'a'; 1_000_000], b"needle".to_vec(), vec![b'b'; 1_000_000]].concat();
    let text =
        survives(&RecordText { private: Vec::new(), ..drug(&long, 1_000_000..1_000_006, 1) });
    assert!(
        text.contains("[claims.csv:4000000000:1000001]") && text.contains("aaaneedlebbb"),
        "{text}"
    );
    survives(&drug(&long, 10..1_500_000, 1));
    // One line, in which the resource begins far to the right.
    let text = survives(&drug(b"{\"a\":\"needle\"}", 6..12, 70_000));
    assert!(text.contains(":70006]"), "{text}");
    // Bytes that are not UTF-8, cut through characters, and every byte there is.
    survives(&drug(b"caf\xe9,\xff\xfe,n\xc3\xa9", 4..8, 1));
    survives(&drug("é".repeat(1000).as_bytes(), 999..1001, 1));
    let all: Vec<u8> = (0..=255).cycle().take(4096).collect();
    (0..all.len()).step_by(97).for_each(|at| drop(survives(&drug(&all, at..at + 40, 1))));
    // Lone carriage returns, as in HL7 v2.
    let text = survives(&RecordText {
        private: Vec::new(),
        ..drug(b"ORC|NW\rRXE|1|drug\r\nNTE|x", 13..17, 1)
    });
    assert!(
        text.contains("4000000001 │ RXE|1|drug\n")
            && text.contains("4000000001:7]")
            && !text.contains("ORC"),
        "{text}"
    );
    // Spans past the end, empty spans, empty records, no cell at all.
    survives(&drug(b"a,b,", 4..4, 1));
    survives(&drug(b"a,b,", 900..999, 1));
    survives(&drug(b"", 0..0, 0));
    survives(&drug(b"\n", 0..1, 1));
    survives(&drug(b"\"\n\n\n\n\nx\"", 0..8, 1));
    survives(&drug(b"\t\t\tx\ty", 3..4, 1));
    survives(&drug(b"backwards", Range { start: 7, end: 2 }, 1));
    survives(&RecordText::default());
}

#[test]
fn an_empty_last_cell_is_pointed_at() {
    let mut record = row(3, b"C1,P1,x,naltrexone,", "naltrexone");
    record.cells.push(CellText {
        field: Field::DaysSupply,
        text: String::new(),
        span: Some(19..19),
        label: "days".into(),
        at: None,
    });
    let mut finding = finding([0, 0]);
    finding.places.truncate(1);
    finding.places[0].field = Field::DaysSupply;
    let text = one("full", &finding, |_| Some(record.clone()));
    let picture = "[claims.csv:3:20]\n 3 │ C1,P1,*,naltrexone, \n   ·                    ▲\n   ·                    ╰── naltrexone, antagonist, ";
    assert!(text.contains(picture), "{text}");
}

/// No word is of a drug: nothing is masked here.
#[derive(Debug)]
struct NoDrugs;

impl crate::redaction::DrugWords for NoDrugs {
    fn words(&self, text: &str) -> Vec<String> {
        vec![text.to_lowercase()]
    }

    fn has_word(&self, _: &str) -> bool {
        false
    }
}

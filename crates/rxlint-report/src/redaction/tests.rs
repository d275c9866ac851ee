use super::*;

fn record(raw: &str, cells: &[(Field, &str)], private: &[&str]) -> RecordText {
    let find = |part: &str| raw.find(part).map(|at| at..at + part.len());
    RecordText {
        raw: raw.into(),
        line: 10,
        column: 1,
        cells: cells
            .iter()
            .map(|&(field, text)| CellText {
                field,
                text: text.into(),
                span: find(text),
                label: field.name().into(),
                at: None,
            })
            .collect(),
        private: private.iter().filter_map(|part| find(part)).collect(),
    }
}

fn shown(record: &RecordText, field: Field, privacy: Privacy) -> (Shown, Vec<String>) {
    let place = Place { file: 0, record: 9, line: record.line, offset: 0 };
    let shown = Shown::new(
        "a.csv",
        place,
        field,
        record,
        RedactionTerms { privacy, ..RedactionTerms::default() },
        &drugs(),
    );
    let lines = shown
        .excerpt
        .iter()
        .flat_map(|excerpt| &excerpt.lines)
        .map(|line| line.text.clone())
        .collect();
    (shown, lines)
}

/// A drug that is known.
#[derive(Debug)]
struct Known;

impl DrugWords for Known {
    fn words(&self, text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_lowercase).collect()
    }

    fn has_word(&self, word: &str) -> bool {
        word == "naltrexone"
    }
}

fn drugs() -> Known {
    Known
}

#[test]
fn private_parts_keep_their_shape_alone() {
    let record = record(
        "P1,Jöhn O'Brien,1990-01-01,naltrexone 50 mg",
        &[
            (Field::Patient, "P1"),
            (Field::Drug, "naltrexone 50 mg"),
            (Field::BirthDate, "1990-01-01"),
        ],
        &["Jöhn O'Brien", "1990-01-01"],
    );
    let (minimum, lines) = shown(&record, Field::Drug, Privacy::Minimum);
    assert_eq!(lines, ["P1,**** *'*****,****-**-**,naltrexone 50 mg"]);
    assert_eq!(
        (minimum.line, minimum.column, minimum.text.as_str()),
        (10, Some(29), "naltrexone 50 mg")
    );
    let excerpt = minimum.excerpt.unwrap();
    assert_eq!(&excerpt.lines[0].text[excerpt.span], "naltrexone 50 mg");
    assert_eq!(
        shown(&record, Field::Drug, Privacy::Mask).1,
        ["**,**** *'*****,****-**-**,naltrexone 50 mg"]
    );
    assert_eq!(
        shown(&record, Field::Drug, Privacy::Show).1,
        ["P1,Jöhn O'Brien,1990-01-01,naltrexone 50 mg"]
    );

    assert_eq!(shown(&record, Field::BirthDate, Privacy::Minimum).0.text, "****-**-**");
    assert_eq!(shown(&record, Field::BirthDate, Privacy::Show).0.text, "1990-01-01");
    assert_eq!(shown(&record, Field::Patient, Privacy::Mask).0.text, "**");
    assert_eq!(patient(&record).as_deref(), Some("P1"));
}

#[test]
fn a_cell_from_elsewhere_is_masked_too() {
    let mut record = record("naltrexone", &[(Field::Drug, "naltrexone")], &[]);
    let cell = |field, text: &str| CellText {
        field,
        text: text.into(),
        span: None,
        label: "p".into(),
        at: None,
    };
    record.cells.extend([cell(Field::BirthDate, "1990-01-01"), cell(Field::Patient, "P1")]);
    let (birth, _) = shown(&record, Field::BirthDate, Privacy::Minimum);
    assert_eq!((birth.text.as_str(), birth.column), ("****-**-**", Some(1)));
    assert_eq!(shown(&record, Field::Patient, Privacy::Mask).0.text, "**");
    assert_eq!(shown(&record, Field::Patient, Privacy::Minimum).0.text, "P1");
}

#[test]
fn only_the_lines_of_the_cell_are_shown() {
    let raw = "1,\"take\r\none\ndaily\",\"drug\nof\nfour\nlines\",x";
    let record = record(
        raw,
        &[(Field::Directions, "take\r\none\ndaily"), (Field::Drug, "drug\nof\nfour\nlines")],
        &[],
    );
    let (drug, lines) = shown(&record, Field::Drug, Privacy::Show);
    assert_eq!(lines, ["daily\",\"drug", "of", "four"]);
    assert_eq!((drug.line, drug.column), (12, Some(9)));
    let (directions, lines) = shown(&record, Field::Directions, Privacy::Show);
    assert_eq!(lines, ["1,\"take", "one", "daily\",\"drug"]);
    assert_eq!((directions.line, directions.column), (10, Some(4)));
}

#[test]
fn long_lines_are_cut_around_the_cell() {
    let raw = format!("{}needle{}", "ü".repeat(500), "x".repeat(500));
    let (place, lines) =
        shown(&record(&raw, &[(Field::Drug, "needle")], &[]), Field::Drug, Privacy::Minimum);
    assert_eq!(place.column, Some(1001));
    assert!(lines[0].len() <= LIMIT && lines[0].contains("üneedlex"));
    let excerpt = place.excerpt.unwrap();
    let line = &excerpt.lines[0];
    assert_eq!(&line.text[excerpt.span.clone()], "needle");
    assert!(line.cut_left && line.cut_right && excerpt.span.start <= BEFORE);
}

#[test]
fn what_would_steer_a_terminal_becomes_a_question_mark() {
    let raw = "a\u{1b}[31m,\u{202e}evil\u{200b},\u{85}\u{7f}\0,b";
    let (_, lines) =
        shown(&record(raw, &[(Field::Drug, "evil")], &[]), Field::Drug, Privacy::Minimum);
    assert_eq!(lines, ["a?[31m,?evil?,???,b"]);
    assert_eq!(safe("one\r\ntwo\tthree\u{1b}]8;;x\u{2066}"), "one  two three?]8;;x?");
    assert!(matches!(safe("naïve, 5 mg – plain"), Cow::Borrowed(_)));
}

#[test]
fn each_byte_that_is_not_utf8_is_one_question_mark() {
    let mut record = record("caf?,drug", &[(Field::Drug, "drug")], &[]);
    record.raw[3] = 0xe9;
    let (place, lines) = shown(&record, Field::Drug, Privacy::Minimum);
    assert_eq!(lines, ["caf?,drug"]);
    assert_eq!(place.excerpt.unwrap().span, 5..9);
}

#[test]
fn a_missing_cell_points_at_the_drug_or_the_beginning() {
    let record = record("P1,drug", &[(Field::Drug, "drug")], &[]);
    assert_eq!(shown(&record, Field::DaysSupply, Privacy::Minimum).0.column, Some(4));
    let empty =
        RecordText { raw: b"P1,drug".to_vec(), line: 3, column: 5, ..RecordText::default() };
    assert_eq!(shown(&empty, Field::Drug, Privacy::Minimum).0.column, Some(5));
}

#[test]
fn a_masked_record_shows_the_drug_and_its_days_alone() {
    let record = record(
        "C1,P1,guardian Eve,2026-03-05,naltrexone 50 mg,30,Rx 7,take daily",
        &[
            (Field::Claim, "C1"),
            (Field::Patient, "P1"),
            (Field::Dispensed, "2026-03-05"),
            (Field::Drug, "naltrexone 50 mg"),
            (Field::DaysSupply, "30"),
            (Field::Prescription, "Rx 7"),
            (Field::Directions, "take daily"),
        ],
        &[],
    );
    assert_eq!(
        shown(&record, Field::Drug, Privacy::Mask).1,
        ["**,**,******** ***,2026-03-05,naltrexone 50 mg,30,** *,**** *****"]
    );
    assert_eq!(
        shown(&record, Field::Drug, Privacy::Minimum).1,
        ["C1,P1,guardian Eve,2026-03-05,naltrexone 50 mg,30,Rx 7,**** *****"]
    );
    let place = Place { file: 0, record: 9, line: record.line, offset: 0 };
    for (privacy, patient) in
        [(Privacy::Show, "P1"), (Privacy::Minimum, "P1"), (Privacy::Mask, "**")]
    {
        let shown = Shown::new(
            "a.csv",
            place,
            Field::Dispensed,
            &record,
            RedactionTerms { privacy, dates: DateDisplay::Relative },
            &drugs(),
        );
        let expected =
            format!("**,{patient},******** ***,****-**-**,naltrexone 50 mg,30,** *,**** *****");
        assert_eq!(
            (shown.excerpt.unwrap().lines[0].text.as_str(), shown.text.as_str()),
            (expected.as_str(), "****-**-**")
        );
    }
}

#[test]
fn characters_are_counted_beside_bytes() {
    let (place, _) = shown(
        &record("é,naltréxone,", &[(Field::Drug, "naltréxone")], &[]),
        Field::Drug,
        Privacy::Minimum,
    );
    assert_eq!((place.column, place.characters), (Some(4), Some((3, 10))));
}

#[test]
fn what_stands_in_the_place_of_an_amount_or_a_day_is_hidden() {
    for (text, field, seen) in [
        ("30", Field::DaysSupply, "30"),
        ("30 Tabletten", Field::Quantity, "30 Tabletten"),
        ("ongoing", Field::DaysSupply, "ongoing"),
        ("1 x 28 tabs", Field::Quantity, "1 x 28 tabs"),
        ("until Mary calls", Field::DaysSupply, "***** **** *****"),
        ("30 until Mary calls", Field::Quantity, "** ***** **** *****"),
        ("Mary", Field::Quantity, "****"),
        ("2026-03-01", Field::Dispensed, "2026-03-01"),
        ("Mary came", Field::Dispensed, "**** ****"),
        ("1957-11-20", Field::Quantity, "****-**-**"),
        ("11/20/57", Field::Quantity, "**/**/**"),
        ("555-0117", Field::DaysSupply, "***-****"),
        ("(212) 555-0117", Field::Quantity, "(***) ***-****"),
        ("2125550117", Field::DaysSupply, "**********"),
        ("100.0000", Field::Quantity, "100.0000"),
        ("5-325", Field::Strength, "5-325"),
        ("5/325 mg/15 ml", Field::Strength, "5/325 mg/15 ml"),
        ("PAID 555-012-7719", Field::Status, "PAID ***-***-****"),
        ("12.5 mg", Field::Strength, "12.5 mg"),
    ] {
        let terms = RedactionTerms::default();
        assert_eq!(cell(field, text, terms, &drugs()), seen, "{text}");
        let record = record(text, &[(field, text)], &[]);
        assert_eq!(self::shown(&record, field, Privacy::Minimum).1, [seen], "{text}");
    }
}

#[test]
fn who_stands_beside_a_drug_is_hidden_where_the_shape_shows_it() {
    for (text, seen) in [
        (
            "NALTREXONE 50 MG TAB for Jane Doe DOB 02/03/1971 tel 555-123-4567",
            "NALTREXONE 50 MG TAB for **** *** DOB **/**/**** tel ***-***-****",
        ),
        ("NALTREXONE 50 MG FOR JANE DOE", "NALTREXONE 50 MG FOR **** ***"),
        ("naltrexone 50 mg for jane doe", "naltrexone 50 mg for **** ***"),
        ("naltrexone 50 mg for Jane M. O'Brien", "naltrexone 50 mg for **** *. *'*****"),
        ("naltrexone 50 mg D.O.B.: 3 Feb 1971", "naltrexone 50 mg D.O.B.: * *** ****"),
        ("naltrexone (born on 19710203) 50 mg", "naltrexone (born on ********) 50 mg"),
        ("naltrexone date of birth 1971-02-03 50 mg", "naltrexone date of birth ****-**-** 50 mg"),
        ("naltrexone, Dr Zimmer", "naltrexone, Dr ******"),
        ("Mrs. Zelda Fitz naltrexone 50 mg", "Mrs. ***** **** naltrexone 50 mg"),
        ("pt: Zelda Fitz", "pt: ***** ****"),
        ("Zelda Fitz's naltrexone", "***** ****'s naltrexone"),
        ("naltrexone 50 mg DOE, JANE", "naltrexone 50 mg ***, ****"),
        ("naltrexone +44 20 7946 0958", "naltrexone +** ** **** ****"),
        ("naltrexone call 5551234567", "naltrexone call **********"),
        ("naltrexone 555-0117", "naltrexone ***-****"),
        ("naltrexone (555) 123-4567", "naltrexone (***) ***-****"),
        ("naltrexone 411-11-0123", "naltrexone ***-**-****"),
        ("naltrexone zelda@mail.example 50 mg", "naltrexone *****@****.******* 50 mg"),
        ("naltrexone NHS no 943 476 5919", "naltrexone NHS no *** *** ****"),
        // What is about the drug stays.
        ("naltrexone 5-325 mg/15 ml", "naltrexone 5-325 mg/15 ml"),
        ("naltrexone 500-1000 mg", "naltrexone 500-1000 mg"),
        ("naltrexone 00406-0552-01", "naltrexone 00406-0552-01"),
        ("naltrexone 00406055201", "naltrexone 00406055201"),
        ("naltrexone for Chronic Pain", "naltrexone for Chronic Pain"),
        ("NALTREXONE FOR OPIOID USE DISORDER", "NALTREXONE FOR OPIOID USE DISORDER"),
        (
            "Naltrexone for Extended Release Suspension",
            "Naltrexone for Extended Release Suspension",
        ),
        ("NALTREXONE DR 50 MG", "NALTREXONE DR 50 MG"),
        ("PATIENT OWN MED NALTREXONE", "PATIENT OWN MED NALTREXONE"),
        ("naltrexone 50 mg 2026-03-02", "naltrexone 50 mg 2026-03-02"),
        ("naltrexone 50 mg, 30 tabs", "naltrexone 50 mg, 30 tabs"),
        ("Zelda Labs naltrexone", "Zelda Labs naltrexone"),
    ] {
        let terms = RedactionTerms::default();
        assert_eq!(cell(Field::Drug, text, terms, &drugs()), seen, "{text}");
        let record = record(text, &[(Field::Drug, text)], &[]);
        assert_eq!(self::shown(&record, Field::Drug, Privacy::Minimum).1, [seen], "{text}");
        assert_eq!(self::shown(&record, Field::Drug, Privacy::Show).1, [text], "{text}");
    }
}

#[test]
fn days_and_numbers_of_people_are_hidden_wherever_they_stand() {
    let relative = DateDisplay::Relative;
    for (text, field, terms, seen) in [
        ("1957-11-20", Field::Quantity, (Privacy::Mask, relative), "****-**-**"),
        ("411-11-0123", Field::DaysSupply, (Privacy::Mask, DateDisplay::Calendar), "***-**-****"),
        ("30", Field::DaysSupply, (Privacy::Mask, relative), "30"),
        ("SOLD 3/2/26", Field::Status, (Privacy::Mask, relative), "SOLD */*/**"),
        ("SOLD 3/2/26", Field::Status, (Privacy::Minimum, relative), "SOLD */*/**"),
        (
            "naltrexone 50 mg 2026-03-02",
            Field::Drug,
            (Privacy::Minimum, relative),
            "naltrexone 50 mg ****-**-**",
        ),
        ("naltrexone 50 mg", Field::Drug, (Privacy::Minimum, relative), "naltrexone 50 mg"),
        ("1957-11-20", Field::Quantity, (Privacy::Show, DateDisplay::Calendar), "1957-11-20"),
    ] {
        let terms = RedactionTerms { privacy: terms.0, dates: terms.1 };
        assert_eq!(cell(field, text, terms, &drugs()), seen, "{text}");
    }
}

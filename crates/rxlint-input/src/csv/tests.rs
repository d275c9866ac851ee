use super::*;
use crate::{Input, InputOptions};
use rxlint_model::place::RowKey;
use rxlint_model::reason::Reason;
use rxlint_model::record::{DateOrder, Record};

/// Records everything in words.
#[derive(Default)]
struct Notes {
    records: Vec<(Place, String)>,
    rejects: Vec<(Place, Reason)>,
}

impl RecordSink for Notes {
    fn record(&mut self, record: &Record<'_>) {
        let cells = Field::ALL.into_iter().filter(|field| !record.cell(*field).is_empty());
        let cells: Vec<String> =
            cells.map(|field| format!("{}={}", field.name(), record.string(field))).collect();
        self.records.push((record.key.place(), cells.join("|")));
    }

    fn reject(&mut self, key: impl Into<RowKey>, reason: Reason) {
        let key: RowKey = key.into();
        self.rejects.push((key.place(), reason));
    }

    fn shift(&mut self, by: RowKey) {
        let places = self
            .records
            .iter_mut()
            .map(|(place, _)| place)
            .chain(self.rejects.iter_mut().map(|(place, _)| place));
        for place in places {
            *place = RowKey::from(*place).shifted(by).place();
        }
    }
}

fn open(text: &str) -> Input {
    Input::memory(0, "test.csv", text.as_bytes().to_vec(), &InputOptions::default()).unwrap()
}

fn read(input: &Input) -> Notes {
    let mut all = Notes::default();
    for notes in input.read(&Notes::default).unwrap() {
        all.records.extend(notes.records);
        all.rejects.extend(notes.rejects);
    }
    all
}

fn record(number: u32, line: u32, offset: u64) -> Place {
    Place { file: 0, record: number, line, offset }
}

const HEADER: &str = "patient_id,drug,fill_date,quantity\n";

#[test]
fn rows_become_records() {
    let input = open(&format!(
        "{HEADER}P1,\" a, \"\"b\"\" \",2026-01-02, NULL\r\n\r\nNULL,\"x\ny\",N/A,\"30\"\nP3,d,e,1,,"
    ));
    let notes = read(&input);
    assert_eq!(
        notes.records,
        [
            (record(1, 2, 35), "patient=P1|drug=a, \"b\"|fill_date=2026-01-02".to_owned()),
            (record(2, 4, 71), "patient=NULL|drug=x\ny|quantity=30".to_owned()),
            (record(3, 6, 91), "patient=P3|drug=d|quantity=1|fill_date=e".to_owned()),
        ]
    );
    assert_eq!(notes.rejects, []);
}

#[test]
fn rows_that_do_not_fit_are_rejected_and_headers_among_them_are_not_counted() {
    let notes =
        read(&open(&format!("{HEADER}P1,a,b\nP2,a,b,1,x\n{HEADER}\u{FEFF}{HEADER}P3,a,b,1\n")));
    assert_eq!(
        notes.rejects,
        [
            (record(1, 2, 35), Reason::CellCount { expected: 4, found: 3 }),
            (record(2, 3, 42), Reason::CellCount { expected: 4, found: 5 }),
        ]
    );
    assert_eq!(
        notes.records,
        [(record(3, 6, 126), "patient=P3|drug=a|quantity=1|fill_date=b".to_owned())]
    );
}

#[test]
fn an_open_quote_costs_one_line_and_not_the_file() {
    let notes = read(&open(&format!(
        "{HEADER}P1,\"a,2026-01-02,1\nP2,b,2026-01-03,1\nP3,c,2026-01-04,1\n"
    )));
    assert_eq!(notes.rejects, [(record(1, 2, 35), Reason::OpenQuote)]);
    assert_eq!(notes.records.iter().map(|(place, _)| place.line).collect::<Vec<_>>(), [3, 4]);
}

#[test]
fn a_stray_quote_does_not_swallow_the_rows_up_to_the_next_one() {
    let rows = "P1,\"a,2026-01-02,1\nP2,b,2026-01-03,1\nP3,c,2026-01-04,1\nP4,\"d, e\",2026-01-05,1\nP5,\"f\ng\",2026-01-06,1\n";
    let notes = read(&open(&format!("{HEADER}{rows}")));
    assert_eq!(notes.rejects, [(record(1, 2, 35), Reason::CellCount { expected: 4, found: 5 })]);
    let told: Vec<_> =
        notes.records.iter().map(|(place, text)| (place.line, &text[8..12])).collect();
    assert_eq!(told, [(3, "P2|d"), (4, "P3|d"), (5, "P4|d"), (6, "P5|d")]);
}

#[test]
fn a_stray_quote_in_the_last_column_does_not_swallow_rows_that_fit() {
    let header = "patient_id,drug,fill_date,notes\n";
    // The cell runs to the next quote, so that the row has as many cells as it should.
    let rows =
        "P1,a,2026-01-02,\"late\nP2,b,2026-01-03,x\nP3,c,2026-01-04,\nP4,d,2026-01-05,\"y\"\n";
    let one = "P1,a,2026-01-02,\"late\nP2,b,2026-01-03,\"y\"\n";
    let lines = |text: &str| {
        let notes = read(&open(text));
        assert_eq!(notes.rejects, [(record(1, 2, 32), Reason::OpenQuote)]);
        notes.records.iter().map(|(place, _)| place.line).collect::<Vec<_>>()
    };
    assert_eq!(lines(&format!("{header}{rows}")), [3, 4, 5]);
    assert_eq!(lines(&format!("{header}{one}")), [3]);
    let whole = read(&open(&format!("{header}P1,a,2026-01-02,\"two\nlines, one comma\"\n")));
    assert_eq!((whole.records.len(), whole.rejects.len()), (1, 0), "a note of two lines");
}

#[test]
fn many_stray_quotes_take_time_in_proportion() {
    // Each line is part of one row that ends with the last of them, and has too many cells.
    let rows = "x\",\"y\n".repeat(300_000);
    let notes = read(&open(&format!("{HEADER}{rows}x\"\nP1,a,2026-01-02,1\n")));
    assert_eq!((notes.rejects.len(), notes.records.len()), (300_001, 1));
}

#[test]
fn empty_files_and_headers_alone_hold_no_records() {
    for text in ["", "\n\r\n", "\u{FEFF}", HEADER, HEADER.trim()] {
        assert!(read(&open(text)).records.is_empty());
    }
    assert_eq!((open("").layout(), open(HEADER).layout()), ("empty", "generic"));
}

#[test]
fn records_read_again_are_the_ones_that_were_read() {
    let rows = format!(
        "P1,\" a, \"\"b\"\" \",2026-01-02,NULL\r\n P2 ,\"x\ny\", 2026-01-03,\"30\"\n{HEADER}P3,d,e,1,,"
    );
    let input = open(&format!("\u{FEFF}{HEADER}{rows}"));
    let notes = read(&input);
    assert_eq!(notes.records.len(), 3);
    for (place, text) in &notes.records {
        let again = input.reread(*place).unwrap();
        let mut cells: Vec<_> = again
            .cells
            .iter()
            .map(|cell| (cell.field, format!("{}={}", cell.field.name(), cell.text)))
            .collect();
        cells.sort_by_key(|(field, _)| *field as u8);
        assert_eq!(&cells.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("|"), text);
        assert_eq!((again.line, again.column), (place.line, 1));
    }
    let again = input.reread(notes.records[1].0).unwrap();
    let shown = |field| {
        let cell = again.cell(field).unwrap();
        (
            String::from_utf8_lossy(&again.raw[cell.span.clone().unwrap()]).into_owned(),
            cell.label.clone().into_owned(),
        )
    };
    assert_eq!(shown(Field::Patient), ("P2".into(), "patient_id".into()));
    assert_eq!(shown(Field::Drug).0, "\"x\ny\"");
    assert_eq!(shown(Field::Dispensed), ("2026-01-03".into(), "fill_date".into()));
}

#[test]
fn private_columns_are_marked_inside_their_quotes() {
    let input = open(
        "patient_id,patient_name,dob,drug,fill_date,notes\nP1,\"Doe, Jo\",1961-02-03,a,2026-01-02,\n",
    );
    let again = input.reread(read(&input).records[0].0).unwrap();
    let private: Vec<_> = again
        .private
        .iter()
        .map(|range| String::from_utf8_lossy(&again.raw[range.clone()]))
        .collect();
    assert_eq!(private, ["Doe, Jo", "1961-02-03"]);
}

#[test]
fn a_place_where_no_record_stands_is_an_error() {
    let input = open(&format!("{HEADER}P1,a,2026-01-02,1\nP2,a,2026-01-02,1\n"));
    for offset in [0, 3, 36, 54, 10_000] {
        assert!(input.reread(record(1, 2, offset)).is_err(), "{offset}");
    }
    assert!(input.reread(record(1, 2, 35)).is_ok());
}

/// The order in which a date of the column was read, or the refusal.
fn order(dates: &[&str]) -> Result<Option<DateOrder>, String> {
    struct DateOrders(Vec<Option<DateOrder>>);
    impl RecordSink for DateOrders {
        fn record(&mut self, record: &Record<'_>) {
            self.0.push(record.date_order[Field::Dispensed as usize]);
        }
        fn reject(&mut self, _: impl Into<RowKey>, _: Reason) {}
        fn shift(&mut self, _: RowKey) {}
    }
    let rows: String = dates.iter().map(|date| format!("P,a,{date},1\n")).collect();
    let input = open(&format!("{HEADER}{rows}"));
    let sinks = input.read(&|| DateOrders(Vec::new())).map_err(|error| error.to_string())?;
    let mut orders: Vec<_> = sinks.into_iter().flat_map(|orders| orders.0).collect();
    orders.dedup();
    assert_eq!(orders.len(), 1);
    Ok(orders[0])
}

#[test]
fn the_whole_file_settles_the_order_of_its_dates() {
    assert_eq!(order(&["2026-01-02", "2026-01-13"]), Ok(None));
    assert_eq!(order(&["01/02/2026", "13/02/2026"]), Ok(Some(DateOrder::Dmy)));
    assert_eq!(order(&["01/02/2026", "02/13/2026"]), Ok(Some(DateOrder::Mdy)));
    // The head knows nothing of the last row, or suggests the opposite.
    let mut late = vec!["01/02/2026"; 20_000];
    late.push("13/02/2026");
    assert_eq!(order(&late), Ok(Some(DateOrder::Dmy)));
    let mut empty = vec![""; 20_000];
    empty.push("13/02/2026");
    assert_eq!(order(&empty), Ok(Some(DateOrder::Dmy)));
    late.push("02/13/2026");
    assert!(
        order(&late)
            .unwrap_err()
            .contains("`fill_date` contradict each other (lines 20002 and 20003)")
    );
    assert!(
        order(&["01/02/2026", "2026-01-01", "03/02/2026"]).unwrap_err().contains("(line 2 and 4)")
    );
    assert_eq!(order(&["02/02/2026"]), Ok(Some(DateOrder::Mdy)), "it makes no difference");
}

#[test]
fn what_is_asked_for_outranks_the_file() {
    let options = InputOptions {
        date_order: Some(DateOrder::Dmy),
        delimiter: Some(b'#'),
        ..InputOptions::default()
    };
    let input =
        Input::memory(0, "t", b"patient_id#drug#fill_date\n1#a,b#02/13/2026\n".to_vec(), &options)
            .unwrap();
    let notes = read(&input);
    assert_eq!(notes.records[0].1, "patient=1|drug=a,b|fill_date=02/13/2026");
}

#[test]
fn line_ends_encodings_and_odd_bytes_make_no_difference() {
    let rows = format!("{HEADER}P1,M\u{FC}ller,2026-01-02,1\nP2,\"x, y\",2026-01-03,2\n");
    let expected: Vec<String> =
        read(&open(&rows)).records.into_iter().map(|(_, text)| text).collect();
    let texts = |bytes: Vec<u8>| -> Vec<(u32, String)> {
        let notes = read(&Input::memory(0, "t", bytes, &InputOptions::default()).unwrap());
        assert_eq!(notes.rejects, []);
        notes.records.into_iter().map(|(place, text)| (place.line, text)).collect()
    };
    let numbered: Vec<(u32, String)> = (2..).zip(expected).collect();
    assert_eq!(texts(rows.replace('\n', "\r\n").into_bytes()), numbered);
    assert_eq!(texts(rows.replace('\n', "\r").into_bytes()), numbered);
    assert_eq!(texts(format!("\u{FEFF}{rows}").into_bytes()), numbered);
    assert_eq!(
        texts(
            std::iter::once(0xFEFF).chain(rows.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        ),
        numbered
    );
    assert_eq!(texts(rows.chars().map(|c| c as u8).collect()), numbered, "Latin-1");
    assert_eq!(texts(rows.replace("P2", "\0P2\0").into_bytes()), numbered);
    assert_eq!(texts(rows.replace(',', ";").replace("x; y", "x, y").into_bytes()), numbered);
}

#[test]
fn a_record_beyond_the_limit_is_rejected_and_the_next_one_read() {
    let long = "x".repeat(cut::LIMIT);
    let notes = read(&open(&format!(
        "{HEADER}P1,{long},2026-01-02,1\nP2,b,2026-01-03,1\n\"{long}\n{long}\",b,c,d\nP3,c,2026-01-04,1\n"
    )));
    let rejected: Vec<_> =
        notes.rejects.iter().map(|(place, reason)| (place.line, reason.code())).collect();
    assert_eq!(rejected, [(2, "too-large"), (4, "too-large"), (5, "too-large")]);
    assert_eq!(
        notes.records.iter().map(|(place, _)| (place.record, place.line)).collect::<Vec<_>>(),
        [(2, 3), (5, 6)]
    );
}

#[test]
fn many_blocks_give_one_numbering_and_reread_finds_every_record() {
    let rows: String =
        (0..250_000).map(|n| format!("P{n},\"a\nb {n}\",2026-01-02,{n}\n")).collect();
    let input = open(&format!("{HEADER}{rows}"));
    let blocks = input.read(&Notes::default).unwrap();
    assert!(blocks.len() > 2);
    let places: Vec<Place> =
        blocks.into_iter().flat_map(|notes| notes.records).map(|(place, _)| place).collect();
    assert_eq!(places.len(), 250_000);
    for (n, place) in places.iter().enumerate() {
        assert_eq!((place.record, place.line), (n as u32 + 1, 2 * n as u32 + 2));
        if n % 9973 == 0 {
            assert_eq!(
                input.reread(*place).unwrap().cell(Field::Quantity).map_or("", |cell| &cell.text),
                n.to_string()
            );
        }
    }
}

/// A small generator is enough, and gives the same texts every time.
fn random() -> impl FnMut(usize) -> usize {
    let mut state = 7u64;
    move |below| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    }
}

#[test]
fn what_the_csv_crate_writes_is_read_back() {
    let mut random = random();
    let pieces = ["a", "\"", ",", ";", "\n", "\r\n", "\r", "x y", "é", "\t", "12", "|", "\"\""];
    for _ in 0..3_000 {
        let mut writer = ::csv::WriterBuilder::new()
            .delimiter(b",;|\t"[random(4)])
            .quote_style(
                [
                    ::csv::QuoteStyle::Necessary,
                    ::csv::QuoteStyle::Always,
                    ::csv::QuoteStyle::NonNumeric,
                ][random(3)],
            )
            .terminator(
                [
                    ::csv::Terminator::CRLF,
                    ::csv::Terminator::Any(b'\n'),
                    ::csv::Terminator::Any(b'\r'),
                ][random(3)],
            )
            .from_writer(Vec::new());
        writer.write_record(["patient_id", "drug name", "fill_date", "sig"]).unwrap();
        let rows: Vec<Vec<String>> = (0..random(5))
            .map(|n| {
                let mut row: Vec<String> = (0..4)
                    .map(|_| (0..random(5)).map(|_| pieces[random(pieces.len())]).collect())
                    .collect();
                row[0] = format!("P{n}{}", row[0]);
                row
            })
            .collect();
        rows.iter().for_each(|row| writer.write_record(row).unwrap());
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let notes = read(&open(&text));
        assert_eq!(notes.rejects, [], "{text:?}");
        let expected: Vec<String> = rows
            .iter()
            .map(|row| {
                let trimmed = |n: usize| row[n].trim();
                let cells = [
                    ("patient", trimmed(0)),
                    ("drug", trimmed(1)),
                    ("directions", trimmed(3)),
                    ("fill_date", trimmed(2)),
                ];
                let told = cells.iter().filter(|(name, text)| {
                    !text.is_empty() && (*name == "drug" || *name == "patient" || *text != "\"\"")
                });
                told.map(|(name, text)| format!("{name}={text}")).collect::<Vec<_>>().join("|")
            })
            .collect();
        assert_eq!(
            notes.records.into_iter().map(|(_, text)| text).collect::<Vec<_>>(),
            expected,
            "{text:?}"
        );
    }
}

#[test]
fn bytes_of_any_kind_are_read_or_refused_and_every_row_is_accounted_for() {
    let mut random = random();
    let pieces = [
        "a",
        "\"",
        ",",
        "\n",
        "\r",
        "P1,a,2026-01-02,3\n",
        "\u{0}",
        "\u{FEFF}",
        HEADER,
        "01/02/2026",
        "13/13/2026",
        "é",
    ];
    for _ in 0..5_000 {
        let body: String = (0..random(30)).map(|_| pieces[random(pieces.len())]).collect();
        let mut bytes =
            if random(5) == 0 { body.into_bytes() } else { format!("{HEADER}{body}").into_bytes() };
        if let Some(at) =
            bytes.len().checked_sub(1).map(|last| random(last + 1)).filter(|_| random(3) == 0)
        {
            bytes[at] = random(256) as u8;
        }
        let Ok(input) = Input::memory(0, "t", bytes, &InputOptions::default()) else { continue };
        let Ok(blocks) = input.read(&Notes::default) else { continue };
        let mut places: Vec<Place> = Vec::new();
        for notes in blocks {
            for (place, _) in &notes.records {
                assert_eq!(input.reread(*place).unwrap().line, place.line);
            }
            places.extend(
                notes
                    .records
                    .iter()
                    .map(|(place, _)| place)
                    .chain(notes.rejects.iter().map(|(place, _)| place)),
            );
        }
        places.sort();
        assert!(places.iter().zip(1..).all(|(place, number)| place.record == number), "{places:?}");
    }
}

#[test]
fn a_row_of_totals_is_no_record() {
    for total in ["Total,,,123", "GRAND TOTAL:,,,123", "\"Total records\",,,5"] {
        let notes = read(&open(&format!("{HEADER}P1,a,2026-01-02,30\n{total}\n")));
        assert_eq!((notes.records.len(), notes.rejects.len()), (1, 0), "{total}");
    }
    for line in [
        "Page 1 of 3,,,",
        "-- End of Report --,,,",
        "(14 rows),,,",
        "\"Confidential, do not copy\",,,",
        "Source: Epic Clarity,,,",
        "Average,,,33",
        "Total,,82,",
        "Suma,,14,",
    ] {
        let notes = read(&open(&format!("{HEADER}P1,a,2026-01-02,30\n{line}\n")));
        assert_eq!((notes.records.len(), notes.rejects.len()), (1, 0), "{line}");
    }
    // A patient alone is a record in which all else is missing.
    let notes = read(&open(&format!("{HEADER}P1,a,2026-01-02,30\n40012,,,\n")));
    assert_eq!(notes.records.len(), 2);
    // A row with a drug or a date is a record, whatever its patient is called.
    for record in ["Total,a,2026-01-02,1", "Total,,2026-01-02,1", "Totally,,,1"] {
        assert_eq!(read(&open(&format!("{HEADER}{record}\n"))).records.len(), 1, "{record}");
    }
}

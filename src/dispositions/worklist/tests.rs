use super::*;

fn fingerprint(number: u32) -> String {
    format!("{number:032x}")
}

/// A worklist with these rows of disposition, reason, by, until, outcome; in the order in which someone left the columns.
fn worklist(separator: char, rows: &[[&str; 5]]) -> Vec<u8> {
    let header = [
        "by",
        "Disposition",
        "our own",
        "rule",
        "until",
        "reason",
        "outcome",
        "fingerprint",
        "premise",
        "as_of",
        "also",
    ];
    let mut text = header.join(&separator.to_string()) + "\n";
    for (number, [disposition, reason, by, until, outcome]) in (1..).zip(rows) {
        let print = fingerprint(number);
        let cells = [
            *by,
            disposition,
            "x",
            "recent-opioid",
            until,
            reason,
            outcome,
            &print,
            "high",
            "2026-03-10",
            "0",
        ];
        text += &(cells.join(&separator.to_string()) + "\n");
    }
    text.into_bytes()
}

fn taken(text: &[u8], settings: WorklistSettings) -> Worklist {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("worklist.csv");
    std::fs::write(&path, text).unwrap();
    read(&path, settings).unwrap()
}

fn faults(rows: &[[&str; 5]]) -> Vec<(String, String)> {
    taken(&worklist(',', rows), WorklistSettings::default()).faults
}

#[test]
fn a_worklist_is_read_whatever_became_of_its_columns_and_separators() {
    let rows = [
        ["accepted", "known to the clinic", "RPh Meyer", "2026-06-30", ""],
        ["", "", "", "", ""],
        ["False Alarm", "an old record", "RPh Meyer", "", "1A"],
        ["", "", "RPh Meyer", "", "1C"],
    ];
    for separator in [',', ';', '\t', '|'] {
        let read = taken(&worklist(separator, &rows), WorklistSettings::default());
        assert_eq!(read.faults, []);
        let kinds: Vec<_> = read.decisions.iter().map(|(_, one)| one.kind).collect();
        assert_eq!(
            kinds,
            [DispositionKind::Accepted, DispositionKind::FalseAlarm, DispositionKind::Changed]
        );
        let (cell, one) = &read.decisions[0];
        assert_eq!((cell.as_str(), one.until), ("B2", Day::from_iso("2026-06-30")));
        assert_eq!((one.by.as_str(), one.on), ("RPh Meyer", Day::from_iso("2026-03-10")));
        assert_eq!(read.without, 1);
        assert_eq!(read.counts.len(), 1);
        assert_eq!((read.counts[0].findings, read.counts[0].patients), (4, None));
    }
    // As Excel saves `Unicode text`, and with a line of titles above.
    let text = String::from_utf8(worklist('\t', &rows)).unwrap();
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(format!("our list\n{text}").encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let read = taken(&utf16, WorklistSettings::default());
    assert_eq!(read.decisions.len(), 3);
    assert_eq!(read.decisions[0].0, "B3");
}

#[test]
fn what_is_incomplete_is_told_by_its_cell_and_never_repeated() {
    for (row, cell, what) in [
        (["acepted", "Jane", "M", "2026-06-30", ""], "B2", "not a disposition"),
        (["accepted", "", "M", "2026-06-30", ""], "F2", "needs a reason"),
        (["accepted", "Jane", "", "2026-06-30", ""], "A2", "who decided"),
        (["accepted", "Jane", "M", "", ""], "E2", "needs the last day"),
        (["accepted", "Jane", "M", "soon", ""], "E2", "not a date"),
        (["accepted", "Jane", "M", "2026-02-30", ""], "E2", "the calendar"),
        (["accepted", "Jane", "M", "06/2026", ""], "E2", "not a date"),
        (["accepted", "Jane", "M", "2025-06-30", ""], "E2", "before 2026-03-10"),
        (["accepted", "Jane", "M", "04/05/2026", ""], "E2", "day and month"),
        (["false alarm", "Jane", "M", "", "1C"], "G2", "means `changed`"),
        (["changed", "", "M", "", "yes!"], "G2", "not an NCPDP code"),
        (["", "", "M", "", "ZZ"], "G2", "not a disposition"),
    ] {
        let faults = faults(&[row]);
        assert_eq!(faults.len(), 1, "{row:?}");
        assert_eq!(faults[0].0, cell, "{row:?}: {faults:?}");
        assert!(faults[0].1.contains(what), "{row:?}: {faults:?}");
        assert!(!faults[0].1.contains("Jane") && !faults[0].1.contains("acepted"), "{faults:?}");
    }
}

#[test]
fn local_dates_are_read_where_the_column_or_the_site_says_their_order() {
    let until = |cells: &[&str], settings| -> Vec<Option<Day>> {
        let rows: Vec<[&str; 5]> =
            cells.iter().map(|until| ["accepted", "known", "M", until, ""]).collect();
        let read = taken(&worklist(';', &rows), settings);
        assert_eq!(read.faults, []);
        read.decisions.iter().map(|(_, one)| one.until).collect()
    };
    let day = Day::from_iso;
    let unsettled = WorklistSettings::default();
    assert_eq!(until(&["31.12.2026"], unsettled), [day("2026-12-31")]);
    assert_eq!(until(&["31-Dec-2026"], unsettled), [day("2026-12-31")]);
    assert_eq!(until(&["46387"], unsettled), [day("2026-12-31")], "a cell that lost its format");
    assert_eq!(
        until(&["04/05/2026", "25/05/2026"], unsettled),
        [day("2026-05-04"), day("2026-05-25")]
    );
    assert_eq!(
        until(&["04/05/2026", "05/25/2026"], unsettled),
        [day("2026-04-05"), day("2026-05-25")]
    );
    let dmy = WorklistSettings { date_order: Some(DateOrder::Dmy), ..unsettled };
    assert_eq!(until(&["04/05/2026"], dmy), [day("2026-05-04")]);
    let both = [
        ["accepted", "known", "M", "25/05/2026", ""],
        ["accepted", "known", "M", "05/25/2026", ""],
    ];
    assert!(
        faults(&both).iter().any(|(cell, what)| cell == "E3" && what.contains("a different order"))
    );
}

#[test]
fn a_row_that_says_something_without_a_disposition_is_named_and_one_of_a_masked_list_refused() {
    let read = taken(
        &worklist(',', &[["", "asked Dr Z", "", "", ""], ["later", "", "M", "2026-04-01", ""]]),
        WorklistSettings::default(),
    );
    assert_eq!(read.loose, ["F2"]);
    assert_eq!((read.without, read.decisions.len()), (1, 1));
    let text = String::from_utf8(worklist(',', &[["later", "", "M", "2026-04-01", ""]])).unwrap();
    let masked = taken(text.replace("high", "masked").as_bytes(), WorklistSettings::default());
    assert_eq!(masked.faults[0].0, "I2");
    let twice = text.replace("our own", "reason");
    let faults = taken(twice.as_bytes(), WorklistSettings::default()).faults;
    assert_eq!(faults[0].0, "F1");
    let gone = text.replace("until", "bis");
    let faults = taken(gone.as_bytes(), WorklistSettings::default()).faults;
    assert!(faults[0].1.contains("no column `until`"));
}

#[test]
fn line_ends_within_cells_begin_no_row() {
    let text = format!(
        "fingerprint,rule,disposition,reason,by,until,as_of,premise,also\r\n{},r,changed,\"one\ntwo\",M,,2026-03-10,high,0\r\n\r\n{},r,changed,,,,2026-03-10,high,0\r\n",
        fingerprint(1),
        fingerprint(2)
    );
    let read = taken(text.as_bytes(), WorklistSettings::default());
    assert_eq!(read.decisions.len(), 1);
    assert_eq!(read.faults[0].0, "E4");
}

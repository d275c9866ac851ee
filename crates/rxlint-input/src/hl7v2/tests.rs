//! Messages read into records, and read again.

use crate::{Input, InputError, InputOptions};
use rxlint_model::place::{Place, RowKey};
use rxlint_model::reason::Reason;
use rxlint_model::record::{Field, Record, decode};
use rxlint_model::sink::RecordSink;

/// Keeps what it is given.
#[derive(Default)]
struct Keep {
    records: Vec<(Place, Vec<(Field, String)>)>,
    rejects: Vec<(Place, String)>,
}

impl RecordSink for Keep {
    fn record(&mut self, record: &Record<'_>) {
        let cells = Field::ALL.into_iter().filter(|field| !record.text(*field).is_empty());
        self.records.push((
            record.key.place(),
            cells.map(|field| (field, decode(record.text(field)).into_owned())).collect(),
        ));
    }

    fn reject(&mut self, key: impl Into<RowKey>, reason: Reason) {
        let key: RowKey = key.into();
        self.rejects.push((key.place(), reason.to_string()));
    }

    fn shift(&mut self, by: RowKey) {
        for place in self
            .records
            .iter_mut()
            .map(|(place, _)| place)
            .chain(self.rejects.iter_mut().map(|(place, _)| place))
        {
            *place = RowKey::from(*place).shifted(by).place();
        }
    }
}

fn open(text: &[u8]) -> Result<Input, InputError> {
    Input::memory(0, "test.hl7", text.to_vec(), &InputOptions::default())
}

fn read(text: &str) -> Keep {
    let mut all = Keep::default();
    for block in open(text.as_bytes()).unwrap().read(&Keep::default).unwrap() {
        all.records.extend(block.records);
        all.rejects.extend(block.rejects);
    }
    all
}

fn get(keep: &Keep, record: usize, field: Field) -> &str {
    keep.records[record].1.iter().find(|(f, _)| *f == field).map_or("", |(_, text)| text)
}

#[test]
fn what_was_dispensed_decides_and_another_order_stands_beside_it() {
    let keep = read(&format!(
        "{HEAD}ORC|NW|1\rRXO|00406055201^Morphine 10 MG^NDC|1\rRXE||IBU^Ibuprofen 400 MG^L|1||TAB\r"
    ));
    let cells = [Field::Drug, Field::Ordered, Field::Brand, Field::Ndc];
    assert_eq!(
        cells.map(|field| get(&keep, 0, field)),
        ["Ibuprofen 400 MG", "Morphine 10 MG", "", ""]
    );
}

#[test]
fn an_order_that_names_no_drug_is_told_or_ends_another() {
    for (body, records, rejected) in [
        ("ORC|NW|1^A\r", 0, 1),
        ("ORC|CA|1^A\r", 1, 0),
        ("ORC|DC|1^A||||||||20260305\r", 1, 0),
        ("ORC|NW|1^A\rZRX|1|Oxycodone 5 MG\r", 0, 1),
        ("ORC|NW|1^A\rOBR|1|||CBC\r", 0, 0),
        ("", 0, 1),
        ("ORC|NW|1^A\rRXE|1^QID", 0, 1),
        ("ORC|NW|1^A\rRXE|1^QID|OXY^Oxycod", 0, 1),
        ("ORC|NW|1^A\rRXE|1^QID|OXY^Oxycodone 5 MG^L|1||TAB", 1, 0),
    ] {
        let keep = read(&format!("{HEAD}{body}"));
        assert_eq!((keep.records.len(), keep.rejects.len()), (records, rejected), "{body}");
    }
}

#[test]
fn directions_may_be_in_the_notes_of_a_dispense() {
    let dispense =
        "RXD|1|M^Morphine 15 MG Tab^L|20260101|180|TAB||||TAKE 1 TABLET THREE TIMES DAILY\r";
    let keep = read(&format!("{HEAD}ORC|RE|1\r{dispense}"));
    assert_eq!(get(&keep, 0, Field::Directions), "TAKE 1 TABLET THREE TIMES DAILY");
    let encoded = "RXE||M^Morphine 15 MG Tab^L|1||TAB||^take 1 twice daily\r";
    let keep = read(&format!("{HEAD}ORC|RE|1\r{encoded}{dispense}"));
    assert_eq!(get(&keep, 0, Field::Directions), "take 1 twice daily");
}

const HEAD: &str = "MSH|^~\\&|A|B|C|D|20260301120000||RDE^O11|1|P|2.5\rPID|1||S1^^^^SS~P1^^^HOSP&1.2&ISO^MR~X^^^^PI||Doe^J||19700102|M\r";

#[test]
fn an_order_its_encoding_and_its_dispense_are_one_record() {
    let text = format!(
        "{HEAD}ORC|NW|PL1^A|FI2||||^BID||20260228\rRXO|1^Oxycodone ordered 5 MG^L|1||TAB\rRXR|PO^Oral\r\
         RXE||111^Oxycodone encoded 5 MG^RXNORM^00406-0552-01^Alternate^NDC^^^Original|2||TAB|TAB^tablet|^twice daily||||60|TAB\r\
         RXD|2|N02^Oxycodone dispensed 5 MG^ATC|20260302|30\rDG1|1||G89.4^Pain^I10\r"
    );
    let keep = read(&text);
    assert_eq!(keep.records.len(), 1);
    let expected = [
        (Field::Patient, "P1"),
        (Field::Authority, "HOSP"),
        (Field::BirthDate, "19700102"),
        (Field::Drug, "Oxycodone dispensed 5 MG"),
        (Field::Brand, "Oxycodone encoded 5 MG; Alternate; Original; Oxycodone ordered 5 MG"),
        (Field::Ordered, ""),
        (Field::Atc, "N02"),
        (Field::Rxcui, "111"),
        (Field::Ndc, "00406-0552-01"),
        (Field::Route, "Oral"),
        (Field::Form, "tablet"),
        (Field::Dose, "2"),
        (Field::DoseUnit, "TAB"),
        (Field::Quantity, "30"),
        (Field::Frequency, "2 times daily"),
        (Field::Directions, "twice daily"),
        (Field::Dispensed, "20260302"),
        (Field::Written, "20260228"),
        (Field::Claim, "PL1^A"),
        (Field::Prescription, "FI2^"),
        (Field::FillNumber, "2"),
        (Field::Diagnosis, "G89.4"),
        (Field::Adjustment, ""),
    ];
    for (field, text) in expected {
        assert_eq!(get(&keep, 0, field), text, "{}", field.name());
    }
    assert_eq!(keep.records[0].0.line, 7);
}

#[test]
fn several_orders_and_administrations() {
    let text = format!(
        "{HEAD}ORC|NW|1\rRXO|^a\rRXE||^b\rORC|NW|2\rRXE||^c\rRXE||^d\rORC|RE|3\rRXA|0|1|20260303||^e|999\rRXA|0|2|20260304|20260305|^e|1|mg\r"
    );
    let keep = read(&text);
    let drugs: Vec<&str> = (0..keep.records.len()).map(|n| get(&keep, n, Field::Drug)).collect();
    assert_eq!(drugs, ["b", "c", "d", "e", "e"]);
    assert_eq!(
        (get(&keep, 2, Field::Claim), get(&keep, 3, Field::Dose), get(&keep, 4, Field::Dose)),
        ("2^", "", "1")
    );
    assert_eq!((get(&keep, 3, Field::DaysSupply), get(&keep, 4, Field::Stop)), ("1", "20260305"));
    assert_eq!(
        keep.records.iter().map(|(place, _)| (place.record, place.line)).collect::<Vec<_>>(),
        [(1, 5), (2, 7), (3, 8), (4, 10), (5, 11)]
    );
}

#[test]
fn parts_of_a_compound_count_once() {
    let text = format!(
        "{HEAD}ORC|NW|1\rRXO|^Mixture\rRXC|B|^Carrier\rRXC|A|9^Active^RXN\rRXE||^Mixture\rRXC|B|^Carrier\rRXC|A|9^Active^RXN\rRXC|A|^Other\r"
    );
    let keep = read(&text);
    assert_eq!(keep.records.len(), 1);
    assert_eq!(get(&keep, 0, Field::Brand), "Carrier; Active; Other");
    assert_eq!(get(&keep, 0, Field::Rxcui), "9");
}

#[test]
fn shifted_and_free_text_drugs() {
    let drug = |segment: &str| {
        get(&read(&format!("{HEAD}ORC|NW|1\r{segment}\r")), 0, Field::Drug).to_owned()
    };
    assert_eq!(drug("RXO|1|5^Shifted 5 MG^L|2"), "Shifted 5 MG");
    assert_eq!(drug("RXO||||||^500 mg Something Q6H"), "500 mg Something Q6H");
    assert_eq!(drug("RXG|1|7^Second field|^once|"), "Second field");
    assert_eq!(drug("RXE||Name in the code"), "Name in the code");
    assert_eq!(drug("RXE||\"\"^\"\""), "");
}

#[test]
fn cancelled_stopped_changed_and_held_orders() {
    let marks = |control: &str, tail: &str| {
        let keep = read(&format!("{HEAD}ORC|{control}|1|||||||20260310\rRXE|{tail}|^a\r"));
        [Field::Adjustment, Field::Status, Field::Start, Field::Written, Field::Discontinued]
            .map(|field| get(&keep, 0, field).to_owned())
    };
    let row = |texts: [&str; 5]| texts.map(str::to_owned);
    assert_eq!(marks("NW", ""), row(["order", "", "", "20260310", ""]));
    assert_eq!(marks("CA", "")[0], "order-cancel");
    assert_eq!(marks("XO", "")[0], "order-exchange");
    assert_eq!(marks("HD", ""), row(["order-hold", "", "", "20260310", ""]));
    assert_eq!(marks("HD", "^^^20260215"), row(["order-hold", "", "", "20260310", ""]));
    assert_eq!(marks("UA", "")[0], "order-cancel");
    assert_eq!(marks("DC", ""), row(["order-stop", "", "", "20260310", ""]));
    assert_eq!(
        marks("DC", "^^^20260215"),
        row(["order-ended", "", "20260215", "20260310", "20260310"])
    );
    let dispense = read(&format!("{HEAD}ORC|CA|1\rRXD|1|^a|20260302\r"));
    assert_eq!(get(&dispense, 0, Field::Status), "reversed");
    let released = read(&format!("{HEAD}ORC|RL|1|||||||20260312\r"));
    assert_eq!(get(&released, 0, Field::Adjustment), "order-release");
}

#[test]
fn framing_line_ends_and_numbering() {
    let one = "MSH|^~\\&|||||20260301||RDS^O13|1|P|2.3\rPID|||P1\rORC|RE\rRXD|1|^a|20260301\r";
    for text in [
        format!("\u{B}{one}\u{1C}\r\u{B}{one}\u{1C}\r"),
        format!("{one}{one}"),
        format!("{one}\r\r{one}"),
        format!("{one}{one}").replace('\r', "\n"),
        format!("\u{FEFF}{one}{one}").replace('\r', "\r\n"),
    ] {
        let keep = read(&text);
        assert_eq!((keep.records.len(), keep.rejects.len()), (2, 0), "{text:?}");
        let input = open(text.as_bytes()).unwrap();
        for (place, _) in &keep.records {
            let shown = input.reread(*place).unwrap();
            assert_eq!(shown.raw, b"RXD|1|^a|20260301", "{text:?}");
            let lines = text.replace("\r\n", "\n").replace('\r', "\n");
            assert!(
                lines.lines().nth(place.line as usize - 1).unwrap().ends_with("RXD|1|^a|20260301")
            );
        }
    }
}

#[test]
fn a_broken_message_is_rejected_and_reading_goes_on() {
    let text = format!("{HEAD}ORC|NW|1\rRXE||^a\rMSH|^~\r{HEAD}ORC|NW|2\rRXE||^b\r");
    let keep = read(&text);
    assert_eq!(keep.records.len(), 2);
    assert_eq!((keep.rejects[0].0.line, keep.rejects[0].0.record), (5, 2));
    assert!(keep.rejects[0].1.contains("header is cut off"), "{}", keep.rejects[0].1);
    assert_eq!((keep.records[1].0.line, keep.records[1].0.record), (9, 3));
}

#[test]
fn batches_whose_trailers_do_not_add_up_are_said() {
    let batch = |count: u32| format!("BHS|^~\\&|A\r{HEAD}ORC|NW|1\rRXE||^a\rBTS|{count}\r");
    assert!(read(&batch(1)).rejects.is_empty());
    let keep = read(&batch(3));
    assert_eq!(keep.rejects[0].0.line, 6);
    assert!(keep.rejects[0].1.contains("says 3 messages, and there are 1"));
    assert_eq!((keep.records[0].0.record, keep.rejects[0].0.record), (1, 2));
}

#[test]
fn files_without_prescriptions_are_refused() {
    let error = open(b"MSH|^~\\&|||||||ADT^A01|1|P|2.5\rPID|||1\rAL1|1||^Aspirin\r").unwrap_err();
    assert!(error.to_string().contains("none of which orders"), "{error}");
    assert!(open(b"MSH|^~\\&|||||||ORU^R01|1\rNTE|||see RXE|x\r").is_err());
}

#[test]
fn a_record_is_shown_by_its_telling_segment() {
    let text = format!("{HEAD}ORC|NW|1\rRXE||5^Codein\\T\\Co^RXN|1||TAB||||||30|||77^Adams^John\r");
    let keep = read(&text);
    let shown = open(text.as_bytes()).unwrap().reread(keep.records[0].0).unwrap();
    assert!(shown.raw.starts_with(b"RXE||5^Codein") && shown.line == 4 && shown.column == 1);
    let drug = shown.cell(Field::Drug).unwrap();
    assert_eq!(
        (drug.text.as_str(), &*drug.label, &shown.raw[drug.span.clone().unwrap()]),
        ("Codein&Co", "RXE-2.2", &b"Codein\\T\\Co"[..])
    );
    let patient = shown.cell(Field::Patient).unwrap();
    assert_eq!(
        (patient.text.as_str(), patient.span.clone(), &*patient.label),
        ("P1", None, "PID-3.1")
    );
    assert_eq!(
        shown.private.iter().map(|range| &shown.raw[range.clone()]).collect::<Vec<_>>(),
        [&b"77^Adams^John"[..]]
    );
    assert!(
        open(text.as_bytes()).unwrap().reread(Place { offset: 3, ..keep.records[0].0 }).is_err()
    );
}

#[test]
fn the_wanted_identifier_is_taken() {
    let text = format!("{HEAD}ORC|NW|1\rRXE||^a\r");
    let options = InputOptions { identifier_type: Some("PI".into()), ..InputOptions::default() };
    let input = Input::memory(0, "test.hl7", text.into_bytes(), &options).unwrap();
    let blocks = input.read(&Keep::default).unwrap();
    assert_eq!(get(&blocks[0], 0, Field::Patient), "X");
}

#[test]
fn blocks_do_not_change_what_is_read() {
    let mut text = String::new();
    while text.len() < 3 << 20 {
        text += &format!("{HEAD}NTE|1||a note\nover two lines\rORC|NW|{}\rRXE||^a\r", text.len());
    }
    let keep = read(&text);
    let messages = text.matches("MSH|").count();
    assert_eq!((keep.records.len(), keep.rejects.len()), (messages, 0));
    for (number, (place, _)) in keep.records.iter().enumerate() {
        assert_eq!((place.record, place.line), (number as u32 + 1, number as u32 * 6 + 6));
    }
    let last = keep.records[messages - 1].0;
    assert_eq!(open(text.as_bytes()).unwrap().reread(last).unwrap().raw, b"RXE||^a");
}

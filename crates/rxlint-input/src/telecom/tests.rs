//! Transmissions read into records.

use rxlint_model::place::RowKey;
use rxlint_model::reason::Reason;
use rxlint_model::record::{Field, Record};
use rxlint_model::sink::RecordSink;

use super::*;
use crate::{Input, InputOptions};

#[derive(Default)]
struct Keep(Vec<String>, Vec<String>, Vec<Place>);

impl RecordSink for Keep {
    fn record(&mut self, record: &Record<'_>) {
        let cells: Vec<String> = Field::ALL
            .into_iter()
            .filter(|field| !record.text(*field).is_empty())
            .map(|field| format!("{}={}", field.name(), record.string(field)))
            .collect();
        self.0.push(cells.join(" "));
        self.2.push(record.key.place());
    }
    fn reject(&mut self, _: impl Into<RowKey>, reason: Reason) {
        self.1.push(reason.to_string());
    }
    fn shift(&mut self, _: RowKey) {}
}

fn read(text: &str) -> Keep {
    let input = Input::memory(0, "a.txt", text.into(), &InputOptions::default()).unwrap();
    input.read(&Keep::default).unwrap().into_iter().next().unwrap_or_default()
}

/// A request: a header of 56 characters, then segments that begin with `AM`, their fields after spaces.
fn request(code: &str, day: &str, segments: &[&str]) -> String {
    let claims = segments
        .iter()
        .filter(|segment| segment.trim_start_matches('+').starts_with("AM07"))
        .count();
    let mut text = format!("610066D0{code}PCN1234567{claims}011234567893     {day}VENDOR0001");
    for segment in segments {
        let (mark, segment) = match segment.strip_prefix('+') {
            Some(rest) => ("\x1D\x1E", rest),
            None => ("\x1E", *segment),
        };
        text.push_str(mark);
        for field in segment.split('|') {
            text.push('\x1C');
            text.push_str(field);
        }
    }
    text
}

const PERSON: &str = "AM01|C419620615|C52|CAJANE|CBDOE";
const INSURANCE: &str = "AM04|C2987654321|C301";
const CLAIM: &str =
    "+AM07|EM1|D2000001234567|E103|D700406055201|E70000060000|D301|D5030|D61|DE20260131";

#[test]
fn a_claim_with_its_person() {
    let read = read(&request(
        "B1",
        "20260201",
        &[PERSON, INSURANCE, CLAIM, "AM03|EZ01|DB1987654321", "AM13|VE1|WE02|DOG894"],
    ));
    assert_eq!(
        read.0,
        [
            "patient=987654321-01 ndc=00406055201 quantity=60 days_supply=030 fill_date=20260201 written=20260131 \
          prescription=1234567 fill_number=01 adjustment=original prescriber=1987654321 birth_date=19620615 diagnosis=G894"
        ]
    );
    assert!(read.1.is_empty());
}

#[test]
fn what_the_transactions_do() {
    for (code, expected) in [
        ("B1", "adjustment=original"),
        ("N1", "adjustment=original"),
        ("B2", "adjustment=reversal"),
        ("B3", "adjustment=revision"),
        ("D1", "status=quote"),
    ] {
        let read = read(&request(code, "20260201", &[PERSON, INSURANCE, CLAIM]));
        assert!(read.0[0].contains(expected), "{code}: {:?}", read.0);
    }
}

#[test]
fn a_reversal_is_about_the_person_of_its_claim() {
    let claim = request("B1", "20260201", &[PERSON, INSURANCE, CLAIM]);
    let reversal = request("B2", "20260201", &["+AM07|EM1|D21234567|E103|D700406055201"]);
    let both = read(&format!("{claim}\n{reversal}\n"));
    assert!(both.0[1].starts_with("patient=987654321-01 ndc=00406055201"), "{:?}", both.0);
}

#[test]
fn a_line_without_a_known_header_is_nobody_elses() {
    let other = "AM04|C2111222333|C301";
    let first = request("B1", "20251201", &[PERSON, INSURANCE, CLAIM]);
    let unknown = request("ZZ", "20260301", &[PERSON, other, CLAIM]);
    let last = request("B1", "20260305", &[PERSON, other, CLAIM]);
    for (name, line) in [
        ("a transaction code", unknown.clone()),
        ("a version", request("B1", "20260301", &[PERSON, other, CLAIM]).replacen("D0", "X9", 1)),
        ("a character is gone", unknown[1..].replacen("ZZ", "B1", 1)),
        ("no header", unknown[56..].to_owned()),
    ] {
        let read = read(&format!("{first}\n{line}\n{last}\n"));
        assert_eq!(
            (read.0.last().map(|r| &r[..20]), read.1.len()),
            (Some("patient=111222333-01"), 1)
        );
        let told = read.0.iter().any(|record| record.contains("fill_date=20260301"));
        assert!(!told, "{name}: {:?}", read.0);
    }
}

#[test]
fn transmissions_with_nothing_between_them() {
    let one = |day| request("B1", day, &[PERSON, INSURANCE, CLAIM]);
    let both = read(&format!("{}{}", one("20260201"), one("20260305")));
    assert_eq!((both.0.len(), both.1.len()), (2, 0), "{:?}", both.1);
}

#[test]
fn several_claims_and_a_compound() {
    let compound = "+AM07|EM1|D277|E100|D70|E70000030000|D300|D530|D62";
    let ingredients =
        "AM10|EF01|EG1|EC02|RE03|TE00406117003|ED0000003000|RE03|TE00395266101|ED0000027500";
    let read = read(&request("B1", "20260201", &[PERSON, INSURANCE, CLAIM, compound, ingredients]));
    assert_eq!(read.0.len(), 3);
    assert!(read.0[1].contains("ndc=00406117003 quantity=3 days_supply=30"), "{:?}", read.0);
    assert!(read.0[2].contains("ndc=00395266101 quantity=27.5 days_supply=30"), "{:?}", read.0);
}

#[test]
fn people_of_one_cardholder_are_told_apart() {
    let family = |born: &str| {
        request("B1", "20260201", &[&format!("AM01|C4{born}|CAX|CBDOE"), "AM04|C2987654321", CLAIM])
    };
    let people = read(&format!("{}\n{}\n", family("19620615"), family("20100101")));
    let person = |at: usize| people.0[at].split(' ').next().unwrap().to_owned();
    assert!(
        person(0) != person(1) && person(0).starts_with("patient=987654321/"),
        "{:?}",
        people.0
    );
    assert!(read(&family("19620615")).0[0].starts_with("patient=987654321 "));
    // A number of the patient's own is better; a social security number does not count.
    let own = request("B1", "20260201", &["AM01|CX99|CYMRN1|C419620615", INSURANCE, CLAIM]);
    assert!(read(&own).0[0].starts_with("patient=MRN1 "));
    let social = request("B1", "20260201", &["AM01|CX01|CY123456789|C419620615", INSURANCE, CLAIM]);
    assert!(read(&social).0[0].starts_with("patient=987654321-01 "));
}

#[test]
fn a_claim_that_its_payer_rejected_was_not_dispensed_on_it() {
    let claim = request("B1", "20260201", &[PERSON, INSURANCE, CLAIM]);
    let answer = |status: &str| {
        format!(
            "D0B11A011234567893     20260201\x1D\x1E\x1CAM21\x1CAN{status}\x1E\x1CAM22\x1CEM1\x1CD21234567"
        )
    };
    let rejected = read(&format!("{claim}\n{}\n", answer("R")));
    assert!(rejected.0.len() == 1 && rejected.0[0].contains("status=rejected"), "{:?}", rejected.0);
    // Some answers leave out the end of their header.
    let short = "D0B11R011234567893     \x1DAM21\x1CANR";
    assert!(
        Input::memory(0, "a.txt", short.into(), &InputOptions::default()).unwrap().is_context()
    );
    // Sent again and paid: the second answer is for the second claim.
    let again = read(&format!("{claim}\n{claim}\n{}\n{}\n", answer("R"), answer("P")));
    let states: Vec<bool> =
        again.0.iter().map(|record| record.contains("status=rejected")).collect();
    assert_eq!(states, [true, false]);
}

#[test]
fn batches_printed_marks_and_older_versions() {
    let claim = request("B1", "20260201", &[PERSON, INSURANCE, CLAIM]);
    let expected = read(&claim).0;
    let batch = format!("\x0200T1234567893\x03\x02G10000000001{claim}\x03\x02990000003\x03");
    for other in [
        batch,
        claim.replace('\x1C', "<1C>").replace('\x1D', "<1D>").replace('\x1E', "<1E>"),
        claim.replace("66D0", "6651"),
        format!("{claim}\r\n"),
    ] {
        let read = read(&other);
        assert_eq!((&read.0, read.1.len()), (&expected, 0), "{other:?}");
    }
}

#[test]
fn what_was_cut_or_run_together_is_rejected() {
    let claim = request("B1", "20260201", &[PERSON, INSURANCE, CLAIM]);
    let framed = format!("\x02G10000000001{claim}\x03");
    for at in (40..framed.len() - 1).step_by(7) {
        let input = Input::memory(0, "a.txt", framed[..at].into(), &InputOptions::default());
        let Ok(input) = input else { continue };
        let read = input.read(&Keep::default).unwrap().into_iter().next().unwrap_or_default();
        assert!(read.0.is_empty() && !read.1.is_empty(), "cut at {at}: {:?}", read.0);
    }
    // The header of the second is torn.
    let twice = format!("{claim}{}", &claim.replace("987654321", "111222333")[30..]);
    assert!(read(&twice).1[0].contains("into each other"));
    // The header says how many claims follow.
    let fewer = claim.replace("PCN12345671", "PCN12345673");
    assert_eq!(read(&fewer).1.len(), 2);
}

#[test]
fn the_way_back_shows_the_claim() {
    let text = format!("\n{}", request("B1", "20260201", &[PERSON, INSURANCE, CLAIM]));
    let input = Input::memory(0, "a.txt", text.into(), &InputOptions::default()).unwrap();
    let Keep(_, _, places) = input.read(&Keep::default).unwrap().remove(0);
    let shown = input.reread(places[0]).unwrap();
    assert!(shown.raw.starts_with(b"EM1\x1CD2") && shown.line == 2);
    let ndc = shown.cell(Field::Ndc).unwrap().span.clone().unwrap();
    assert_eq!(&shown.raw[ndc], b"00406055201");
}

//! Messages and resources that are settled by their bytes are counted like those that are read whole.

use super::*;

/// One of these texts, usually one of the first.
fn one_of(
    usual: &'static [&'static str],
    odd: &'static [&'static str],
) -> impl Strategy<Value = &'static str> {
    prop_oneof![6 => prop::sample::select(usual), 1 => prop::sample::select(odd)]
}

/// The drug of an HL7 message, as code, name and system.
fn coded() -> impl Strategy<Value = &'static str> {
    one_of(
        &["12345^Lisinopril 10 mg^NDC", "^Metformin 500 mg", "99^Xyzzy^L"],
        &[
            "",
            "12345",
            "^Naltrexone 50 mg tablet",
            "00406055201^Oxycodone 5 mg^NDC",
            "7^Aspirin^L^00406055201^Oxycodone^NDC",
            "1",
        ],
    )
}

/// The segments of an order about a drug.
fn order() -> impl Strategy<Value = String> {
    let control =
        one_of(&["NW", "RE", ""], &["CA", "DC", "HD", "XO", "RO", "RP", "DE", "UA", "ca"]);
    let status = one_of(&["", "CM", "IP"], &["CA", "DC", "RP", "ER"]);
    let day = one_of(
        &["20250102", "20250103101500", ""],
        &["20251345", "00000000", "\"\"", "tomorrow", "19000101", "2025\\T\\0102"],
    );
    let (timing, quantity) = (
        one_of(&["", "1^^D30^20250104"], &["~1^^^20250105", "\"\""]),
        one_of(&["30", ""], &["-30", "0"]),
    );
    let indication = one_of(&[""], &["K74.6^Cirrhosis^I10"]);
    let parts = (control, status, timing, day, day_of(), quantity, indication);
    (parts, coded(), coded(), 0..14u8, one_of(&["PO^Oral", ""], &["IM"])).prop_map(
        |((control, status, timing, day, given, quantity, indication), drug, other, shape, route)| {
            let orc = format!("ORC|{control}|A1^X|B1||{status}||{timing}||{day}||||||{given}|{}", if shape == 3 { indication } else { "" });
            let rxe = format!("RXE|{timing}|{drug}|1||TAB|TAB||||{quantity}|TAB|||||||||||||||50|MG|{indication}|||||{given}");
            let rxd = format!("RXD|1|{drug}|{day}|{quantity}|TAB");
            let rxa = |code: &str| format!("RXA|0|1|{day}|{given}|{drug}|1|TAB||||||||||||CP|{code}");
            let tq1 = format!("TQ1|1||BID|||30^D|{given}");
            let rxr = format!("RXR|{route}");
            match shape {
                0 => format!("{orc}\rRXO|{other}|1||MG\r{rxe}\r{tq1}\r{rxr}"),
                1 | 2 => format!("{orc}\r{rxe}\r{tq1}\r{rxr}\r{rxd}"),
                4 => format!("{orc}\r{}\r{rxr}", rxa("A")),
                5 => format!("{orc}\r{}", rxa("D")),
                6 => format!("{rxe}\r{rxd}"),
                7 => format!("{orc}\r{rxe}\r{rxd}\r{rxd}"),
                8 => format!("{orc}\r{rxe}\rRXC|B|{other}|1|MG"),
                9 => format!("{orc}\rOBR|1"),
                10 => format!("{orc}\rRXG|1||{timing}|{drug}|1||TAB\r{rxr}"),
                11 => format!("{tq1}\r{orc}\r{rxe}\r{tq1}\r{tq1}"),
                12 => format!("{orc}\r{rxd}\r{rxe}"),
                _ => format!("{orc}\r{rxe}\r{rxr}"),
            }
        },
    )
}

fn day_of() -> impl Strategy<Value = &'static str> {
    one_of(&["", "20250106"], &["99991231", "x"])
}

fn message() -> impl Strategy<Value = String> {
    let header = one_of(
        &[
            "MSH|^~\\&|A|B|C|D|20250102||RDE^O11|1|P|2.5.1",
            "MSH|^~\\&|A|B|C|D|20250102||RDS^O13|1|P|2.5.1||||||ASCII",
        ],
        &[
            "MSH|^~\\&#|A|B|C|D|20250102||RDE^O11|1|P|2.7",
            "MSH|^~\\&|A|B|C|D|20250102||ADT^A01|1|P|2.5.1||||||8859/2",
            "MSH|^~\\&|A",
        ],
    );
    let person = one_of(
        &["PID|1||P0001^^^H^MR", "PID|1||P0002^^^H^MR~9^^^X^SS", "PID|1||A^^^H^AN~P0003^^^H^MR"],
        &[
            "PID|1||^^^H",
            "PID|1||UNKNOWN^^^H^MR",
            "PID|1|P4",
            "PID|1||A\\T\\B^^^H^MR",
            "PID|1||P0005^^^H^MR~P0006^^^H^MR",
            "NTE|1",
            "PID|1||P7^^^H^MR\rMRG|P0001^^^H^MR",
            "pid|1||P8^^^H^MR",
        ],
    );
    let beside = one_of(
        &["PV1|1|I|W", "AL1|1|DA|7^Penicillin", "NTE|1|P|checked", "OBX|1|NM|1^x||2"],
        &[
            "PV1|1|I|W||||||||||||B6",
            "DG1|1||K74.6^Cirrhosis^I10",
            "ZZ1|x",
            "NTE|1||two\rlines",
            "MSA|AA",
            "BTS|1",
            "\u{1C}",
        ],
    );
    let end = one_of(&["\r"], &["\r\r", "\r\u{1C}\r\u{B}", "\r\n", ""]);
    (header, person, beside, order(), prop::option::of(order()), beside_again(), end).prop_map(
        |(header, person, beside, order, more, tail, end)| {
            let more = more
                .filter(|more| more.len() % 5 == 0)
                .map(|more| format!("\r{more}"))
                .unwrap_or_default();
            format!("{header}\r{person}\r{beside}\r{order}{more}\r{tail}{end}")
        },
    )
}

fn beside_again() -> impl Strategy<Value = &'static str> {
    one_of(
        &["NTE|1|P|checked", "ZRX|1", "OBX|1|NM|1^x||2"],
        &["FTS|1", "lines that are none", "RDF|1", "NTE|1||caf\u{e9}"],
    )
}

/// A medication resource on one line.
fn resource() -> impl Strategy<Value = String> {
    let kind = one_of(
        &[
            "MedicationRequest",
            "MedicationDispense",
            "MedicationAdministration",
            "MedicationStatement",
        ],
        &["MedicationOrder", "Medication", "Observation"],
    );
    let medication = one_of(
        &[
            r#""medicationCodeableConcept":{"text":"Lisinopril 10 mg"}"#,
            r#""medicationCodeableConcept":{"coding":[{"system":"http://hl7.org/fhir/sid/ndc","code":"12345"}],"text":"Xyzzy"}"#,
            r##""contained":[{"resourceType":"Medication","id":"m","code":{"text":"Metformin 500 mg"}}],"medicationReference":{"reference":"#m"}"##,
        ],
        &[
            r#""medicationCodeableConcept":{"text":"Naltrexone 50 mg tablet"}"#,
            r##""contained":[{"resourceType":"Medication","id":"m","code":{"text":"Oxycodone 5 mg"}}],"medicationReference":{"reference":"#m"}"##,
            r#""medicationReference":{"reference":"Medication/1"}"#,
            r#""medicationReference":{"reference":"Medication/2","display":"Lisinopril 10 mg"}"#,
            r#""medication":{"concept":{"text":"Lisinopril 10 mg"}}"#,
            r#""medicationCodeableConcept":null"#,
            r#""note":[]"#,
        ],
    );
    let status = one_of(
        &["active", "completed"],
        &["cancelled", "entered-in-error", "on-hold", "draft", "ACTIVE", "intended", ""],
    );
    let subject = one_of(
        &[
            r#""subject":{"reference":"Patient/P0001"}"#,
            r#""subject":{"reference":"Patient/P0002","display":"A"}"#,
        ],
        &[
            r#""subject":{"reference":"Patient/UNKNOWN"}"#,
            r#""patient":{"reference":"http://x/Patient/P1"}"#,
            r#""subject":{"identifier":{"value":"P9"}}"#,
            r#""subject":{"reference":"Patient/"}"#,
            r#""subject":{"reference":"Group/1"}"#,
            r#""subject":[{"reference":"Patient/P3"}]"#,
            r#""x":1"#,
            r#""subject":{"reference":"Patient\/P0001"}"#,
        ],
    );
    let dates = one_of(
        &[
            r#""authoredOn":"2025-01-02","whenHandedOver":"2025-01-03T10:00:00Z","effectiveDateTime":"2025-01-04""#,
            r#""authoredOn":"2025-01-03","whenPrepared":"2025-01-03","effectiveDateTime":"2025-01""#,
        ],
        &[
            r#""authoredOn":"2025-13-45","whenHandedOver":"soon","effectiveDateTime":"1900-01-01""#,
            r#""effectivePeriod":{"start":"2025-01-05","end":"2025-01-09"},"authoredOn":"2025-01-05""#,
            r#""y":1"#,
        ],
    );
    let beside = one_of(
        &[
            r#""intent":"order""#,
            r#""dosageInstruction":[{"text":"one daily","route":{"text":"oral"}}]"#,
            r#""quantity":{"value":30}"#,
        ],
        &[
            r#""intent":"plan""#,
            r#""intent":"plan","reportedBoolean":true"#,
            r#""doNotPerform":true"#,
            r#""doNotPerform":false"#,
            r#""taken":"n""#,
            r#""wasNotTaken":true"#,
            r#""reasonCode":[{"coding":[{"code":"K74.6"}]}]"#,
            r#""quantity":{"value":-30}"#,
            r#""dispenseRequest":{"quantity":{"value":-1}}"#,
            r#""adherence":{"code":{"coding":[{"code":"not-taking"}]}}"#,
            r#""dosageInstruction":[{"timing":{"repeat":{"boundsPeriod":{"start":"2025-02-01"}}}}]"#,
            r#""meta":{"versionId":"2","lastUpdated":"2025-01-09"}"#,
        ],
    );
    let id = one_of(&[r#""id":"a1","#, r#""id":"a2","#], &["", r#""id":"","#]);
    (kind, id, status, medication, subject, dates, beside, 0..60u8).prop_map(
        |(kind, id, status, medication, subject, dates, beside, odd)| {
            let whole = format!(
                r#"{{"resourceType":"{kind}",{id}"status":"{status}",{medication},{subject},{dates},{beside}}}"#
            );
            match odd {
                0 => whole[..whole.len() - 1].to_owned(),
                1 => format!(r#"{{"resourceType":"Bundle","entry":[{{"resource":{whole}}}]}}"#),
                2 => r#"{"resourceType":"Medication","id":"1","code":{"text":"Naltrexone 50 mg"}}"#.to_owned(),
                3 => r#"{"resourceType":"Patient","id":"P0001","identifier":[{"system":"http://x","value":"77"}]}"#.to_owned(),
                _ => whole,
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_message_is_settled_at_a_glance_as_its_record_is(messages in prop::collection::vec(message(), 1..40)) {
        same("export.hl7", &messages.concat());
    }

    #[test]
    fn a_resource_is_settled_at_a_glance_as_its_record_is(lines in prop::collection::vec(resource(), 1..40)) {
        same("export.ndjson", &lines.join("\n"));
    }
}

/// An export of orders about one drug that no rule watches.
#[test]
fn usual_messages_and_resources_are_settled_without_a_record() {
    let message = |n: u32| {
        format!(
            "MSH|^~\\&|A|B|C|D|20250102||RDS^O13|{n}|P|2.5.1\rPID|1||P{n:04}^^^H^MR~1^^^X^SS\rPV1|1|I|W\rAL1|1|DA|7^Latex\rORC|RE|A{n}^X\rRXE|1^BID|12345^Lisinopril 10 mg^NDC|1||TAB\rNTE|1|P|checked\rTQ1|1||BID|||30^D|20250102\rRXR|PO\rRXD|1|12345^Lisinopril 10 mg^NDC|20250103|30|TAB\rOBX|1|NM|1^x||2\rZRX|{n}\r"
        )
    };
    let resource = |n: u32| {
        format!(
            r#"{{"resourceType":"MedicationDispense","id":"{n}","meta":{{"lastUpdated":"2025-01-02"}},"status":"completed","medicationCodeableConcept":{{"text":"Lisinopril 10 mg"}},"subject":{{"reference":"Patient/P{n}"}},"quantity":{{"value":30}},"whenHandedOver":"2025-01-02"}}"#
        ) + "\n"
    };
    let exports: [(&str, String); 2] =
        [("a.hl7", (0..50).map(message).collect()), ("a.ndjson", (0..50).map(resource).collect())];
    for (name, text) in exports {
        let collection = collection();
        let counted = fast_path::read(&collection, name, &text);
        assert!(counted.settled >= 49, "{name}: {}", counted.settled);
        assert_eq!(counted.intake.finish().checked, 50, "{name}");
    }
}

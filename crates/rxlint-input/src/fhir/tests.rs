use super::*;
use crate::{Input, InputOptions};
use rxlint_model::place::RowKey;
use rxlint_model::reason::Reason;
use rxlint_model::record::{Field, PersonFact, Record, Said, Statement};

/// What a sink was given, as text.
#[derive(Default)]
struct Heard(Vec<String>, u32);

impl RecordSink for Heard {
    fn record(&mut self, record: &Record<'_>) {
        let cells = Field::ALL.into_iter().filter(|field| !record.text(*field).is_empty());
        let cells: Vec<String> =
            cells.map(|field| format!("{}={}", field.name(), record.string(field))).collect();
        let kind = if record.statement == Statement::Fill { "fill" } else { "course" };
        self.0.push(format!(
            "{}:{} {kind} {}",
            record.key.place().record,
            record.key.place().line,
            cells.join("|")
        ));
    }

    fn reject(&mut self, key: impl Into<RowKey>, reason: Reason) {
        let key: RowKey = key.into();
        let place = key.place();
        self.0.push(format!("{}:{} {reason}", place.record, place.line));
    }

    fn person(&mut self, said: &Said<'_>) {
        let what = match said.what {
            PersonFact::Born(day) => format!("born {day}"),
            PersonFact::Condition { codes, on, .. } => format!("has {codes} since {on}"),
            PersonFact::Observation { question, answer, on } => {
                format!("answered {question} with {answer} on {on}")
            }
        };
        self.0.push(format!(
            "{}{} {what}",
            said.patient,
            if said.authority.is_empty() { "" } else { "@" }
        ));
    }

    fn shift(&mut self, by: RowKey) {
        self.1 = by.place().record;
    }
}

fn open(name: &str, text: &str) -> Input {
    Input::memory(0, name, text.as_bytes().to_vec(), &InputOptions::default()).unwrap()
}

fn heard(name: &str, text: &str) -> Vec<String> {
    open(name, text).read(&Heard::default).unwrap().into_iter().flat_map(|heard| heard.0).collect()
}

/// What is reported of one resource, without its place.
fn one(text: &str) -> String {
    let heard = heard("one.json", text);
    assert_eq!(heard.len(), 1, "{heard:?}");
    heard[0].split_once(' ').unwrap().1.to_owned()
}

const NALTREXONE: &str = r#""medicationCodeableConcept":{"text":"Naltrexone 50 mg tablet"}"#;

#[test]
fn requests_of_every_version() {
    let r4 = format!(
        r#"{{"resourceType":"MedicationRequest","status":"active","intent":"order",{NALTREXONE},"subject":{{"reference":"Patient/P1"}},
        "authoredOn":"2026-03-01T09:00:00Z","reasonCode":[{{"coding":[{{"code":"F10.20"}},{{"code":"7200002"}}]}}],
        "dosageInstruction":[{{"text":"1 tablet daily","timing":{{"repeat":{{"boundsPeriod":{{"start":"2026-03-02","end":"2026-04-01"}}}}}}}}],
        "dispenseRequest":{{"quantity":{{"value":30}},"expectedSupplyDuration":{{"value":4,"code":"wk"}}}}}}"#
    );
    assert_eq!(
        one(&r4),
        "course patient=P1|drug=Naltrexone 50 mg tablet|quantity=30|days_supply=28|directions=1 tablet daily|start=2026-03-02|\
         written=2026-03-01T09:00:00Z|stop=2026-04-01|status=active|diagnosis=F10.20;7200002"
    );
    let dstu2 = format!(
        r#"{{"resourceType":"MedicationOrder","status":"stopped",{NALTREXONE},"patient":{{"reference":"http://x.org/fhir/Patient/P1"}},
        "dateWritten":"2026-03-01","dateEnded":"2026-03-09"}}"#
    );
    assert_eq!(
        one(&dstu2),
        "course patient=P1|authority=http://x.org/fhir|drug=Naltrexone 50 mg tablet|written=2026-03-01|discontinued=2026-03-09|status=stopped"
    );
    let r5 = r#"{"resourceType":"MedicationRequest","medication":{"concept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"1"}]}},
        "subject":{"reference":"urn:uuid:ab-1"},"authoredOn":"2026-03-01","reason":[{"concept":{"coding":[{"code":"M54.5"}]}}]}"#;
    assert_eq!(one(r5), "course patient=ab-1|rxcui=1|written=2026-03-01|diagnosis=M54.5");
}

#[test]
fn the_quantity_of_one_dispense_is_not_that_of_a_refilled_course() {
    let with = |refills: u32| {
        one(&format!(
            r#"{{"resourceType":"MedicationRequest",{NALTREXONE},"authoredOn":"2026-03-01","dosageInstruction":[{{"timing":{{"repeat":{{"boundsDuration":{{"value":6,"code":"mo"}}}}}}}}],
            "dispenseRequest":{{"numberOfRepeatsAllowed":{refills},"quantity":{{"value":30}}}}}}"#
        ))
    };
    assert!(with(0).contains("|quantity=30|days_supply=180"), "{}", with(0));
    assert!(with(5).contains("tablet|days_supply=180"), "{}", with(5));
}

#[test]
fn dispenses_administrations_and_statements() {
    let of = |rest: &str| {
        one(&format!(r#"{{{rest},{NALTREXONE},"subject":{{"reference":"Patient/P1"}}}}"#))
            .replace("patient=P1|drug=Naltrexone 50 mg tablet|", "… ")
    };
    assert_eq!(
        of(
            r#""resourceType":"MedicationDispense","status":"completed","whenPrepared":"2026-03-01","whenHandedOver":"2026-03-02","daysSupply":{"value":30,"unit":"days"},"quantity":{"value":30}"#
        ),
        "fill … quantity=30|days_supply=30|fill_date=2026-03-02|status=completed"
    );
    assert_eq!(
        of(
            r#""resourceType":"MedicationDispense","status":"preparation","whenPrepared":"2026-03-01""#
        ),
        "fill … fill_date=2026-03-01|status=preparation"
    );
    assert_eq!(
        of(
            r#""resourceType":"MedicationAdministration","status":"completed","effectiveDateTime":"2026-03-02T10:00:00Z","dosage":{"dose":{"value":380,"unit":"mg"}}"#
        ),
        "fill … dose=380|dose_unit=mg|administered=2026-03-02T10:00:00Z|stop=2026-03-02T10:00:00Z|status=completed"
    );
    assert_eq!(
        of(
            r#""resourceType":"MedicationAdministration","wasNotGiven":true,"effectiveTimePeriod":{"start":"2026-03-02","end":"2026-03-04"}"#
        ),
        "fill … administered=2026-03-02|stop=2026-03-04|status=not-given"
    );
    assert_eq!(
        of(r#""resourceType":"MedicationAdministration","occurencePeriod":{"start":"2026-03-02"}"#),
        "fill … administered=2026-03-02",
        "still running"
    );
    assert_eq!(
        of(
            r#""resourceType":"MedicationStatement","status":"active","effectivePeriod":{"start":"2026-03-02"},"dateAsserted":"2026-03-05""#
        ),
        "course … start=2026-03-02|written=2026-03-05|status=active"
    );
}

#[test]
fn what_was_not_taken_says_so_in_one_way() {
    for (rest, status) in [
        (
            r#""resourceType":"MedicationRequest","status":"active","doNotPerform":true"#,
            "not-given",
        ),
        (r#""resourceType":"MedicationRequest","status":"active","intent":"plan""#, "plan"),
        (
            r#""resourceType":"MedicationRequest","status":"active","intent":"plan","reportedBoolean":true"#,
            "active",
        ),
        (
            r#""resourceType":"MedicationRequest","status":"active","intent":"plan","reported":true"#,
            "active",
        ),
        (
            r#""resourceType":"MedicationRequest","status":"active","intent":"plan","requester":{"reference":"Patient/P1"}"#,
            "active",
        ),
        (
            r#""resourceType":"MedicationRequest","status":"active","intent":"plan","requester":{"reference":"Practitioner/D1"}"#,
            "plan|prescriber=D1",
        ),
        (
            r#""resourceType":"MedicationRequest","status":"active","intent":"plan","reportedBoolean":false"#,
            "plan",
        ),
        (r#""resourceType":"MedicationRequest","status":"active","intent":"proposal""#, "proposal"),
        (r#""resourceType":"MedicationRequest","status":"active","intent":"option""#, "option"),
        (
            r#""resourceType":"MedicationRequest","status":"active","intent":"filler-order""#,
            "active",
        ),
        (
            r#""resourceType":"MedicationRequest","status":"entered-in-error","doNotPerform":true"#,
            "entered-in-error",
        ),
        (
            r#""resourceType":"MedicationStatement","status":"active","wasNotTaken":true"#,
            "not-given",
        ),
        (r#""resourceType":"MedicationStatement","status":"active","wasNotTaken":false"#, "active"),
        (r#""resourceType":"MedicationStatement","status":"completed","taken":"n""#, "not-taken"),
        (r#""resourceType":"MedicationStatement","status":"intended","taken":"y""#, "planned"),
        (
            r#""resourceType":"MedicationStatement","status":"recorded","adherence":{"code":{"coding":[{"code":"not-taking"}]}}"#,
            "not-taken",
        ),
        (r#""resourceType":"MedicationStatement","status":"not-taken""#, "not-taken"),
        (r#""resourceType":"MedicationDispense","status":"in-progress""#, "draft"),
        (r#""resourceType":"MedicationDispense","status":"declined""#, "declined"),
        (r#""resourceType":"MedicationDispense","notDone":true"#, "not-given"),
    ] {
        assert_eq!(one(&format!("{{{rest}}}")).rsplit_once("status=").unwrap().1, status, "{rest}");
    }
}

#[test]
fn medications_are_found_inside_beside_and_in_other_files() {
    let request = |reference: &str, more: &str| {
        format!(
            r#"{{"resourceType":"MedicationRequest","medicationReference":{{"reference":"{reference}"{more}}},"subject":{{"reference":"Patient/P1"}}}}"#
        )
    };
    let contained = r##"{"resourceType":"MedicationRequest","contained":[{"resourceType":"Medication","id":"m","code":{"text":"Inside"}}],"medicationReference":{"reference":"#m"}}"##;
    assert_eq!(one(contained), "course drug=Inside");
    let bundle = format!(
        r#"{{"resourceType":"Bundle","entry":[{{"resource":{}}},{{"resource":{{"resourceType":"Medication","id":"1","code":{{"text":"Beside"}}}},"fullUrl":"urn:uuid:77"}}]}}"#,
        request("urn:uuid:77", "")
    );
    assert_eq!(one(&bundle), "course patient=P1|drug=Beside");

    let orders = format!(
        "{}\n{}\n{}\n",
        request("Medication/1", ""),
        request("Medication/2", ""),
        request("Medication/3", ",\"display\":\"Shown\"")
    );
    let products =
        "{\"resourceType\":\"Medication\",\"id\":\"1\",\"code\":{\"text\":\"Elsewhere\"}}\n\n";
    let options = InputOptions::default();
    let memory = |index, name, text: &str| {
        Input::memory(index, name, text.as_bytes().to_vec(), &options).unwrap()
    };
    let mut inputs =
        [memory(0, "MedicationRequest.ndjson", &orders), memory(1, "Medication.ndjson", products)];
    Input::link(&mut inputs).unwrap();
    let heard: Vec<String> =
        inputs[0].read(&Heard::default).unwrap().into_iter().flat_map(|heard| heard.0).collect();
    assert_eq!(
        heard,
        [
            "1:1 course patient=P1|drug=Elsewhere",
            "2:2 course patient=P1",
            "3:3 course patient=P1|drug=Shown"
        ]
    );
    assert!(inputs[1].is_context() && !inputs[0].is_context());
    let place = Place { record: 1, line: 1, ..Place::default() };
    let again = inputs[0].reread(place).unwrap();
    let drug = again.cell(Field::Drug).unwrap();
    assert_eq!((drug.text.as_str(), drug.span.clone()), ("Elsewhere", None));
}

#[test]
fn lines_go_on_behind_broken_ones() {
    let text = "{\"resourceType\":\"MedicationRequest\",\"id\":\"1\"}\r\n\n{ this is not json\n{\"resourceType\":\"Encounter\", broken\n{\"a\":1}\n\
                {\"resourceType\":\"Encounter\",\"x\":{\"resourceType\":\"MedicationRequest\"\n\
                {\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"MedicationDispense\"}}]}\n\
                {\"resourceType\":\"Patient\",\"id\":\"P1\",\"birthDate\":\"1974-12\"}\n\
                {\"resourceType\":\"MedicationRequest\",\"id\":\"2\"";
    assert_eq!(
        heard("x.ndjson", text),
        [
            "1:1 course claim=MedicationRequest/1|prescription=MedicationRequest/1|adjustment=order",
            "2:3 the resource cannot be read: it is not valid JSON (line 1, column 3 of it)",
            "3:4 the resource cannot be read: it is not valid JSON (line 1, column 30 of it)",
            "4:5 the line is not a FHIR resource: it has no resourceType",
            "5:6 the resource cannot be read: it ends before it is complete",
            "6:7 fill ",
            "P1 born 1974-12-01",
            "7:9 the resource cannot be read: it ends before it is complete",
        ]
    );
}

#[test]
fn broken_bundles_are_read_as_far_as_they_go() {
    let text = "{\"resourceType\":\"Bundle\",\"entry\":[\n{\"resource\":{\"resourceType\":\"MedicationRequest\"}},\n{\"resource\":{\"resourceType\":\"MedicationRequest\" oops}}\n]}\n}";
    let heard = heard("b.json", text);
    assert_eq!(heard.len(), 3);
    assert_eq!(heard[0], "1:2 course ");
    assert!(heard[1].starts_with("2:3 the resource cannot be read"), "{heard:?}");
    assert!(
        heard[2].starts_with(
            "3:5 the document around the resources is broken: there is one `}` too many"
        ),
        "{heard:?}"
    );
}

#[test]
fn persons() {
    let text = [
        r#"{"resourceType":"Patient","id":"P1","birthDate":"1980-02-03"}"#,
        r#"{"resourceType":"Patient","id":"P2","birthDate":"1980"}"#,
        r#"{"resourceType":"Condition","subject":{"reference":"Patient/P1"},"code":{"coding":[{"code":"K74.6"},{"code":"1"}]},"onsetDateTime":"2025-01"}"#,
        r#"{"resourceType":"Condition","verificationStatus":{"coding":[{"code":"refuted"}]},"subject":{"reference":"Patient/P1"},"code":{"coding":[{"code":"K74.6"}]}}"#,
        r#"{"resourceType":"Condition","verificationStatus":{"coding":[{"code":"differential"}]},"subject":{"reference":"Patient/P1"},"code":{"coding":[{"code":"K74.6"}]}}"#,
        r#"{"resourceType":"Condition","verificationStatus":"entered-in-error","patient":{"reference":"Patient/P1"},"code":{"coding":[{"code":"K74.6"}]}}"#,
        r#"{"resourceType":"Observation","subject":{"reference":"Patient/P1"},"code":{"coding":[{"code":"82810-3"}]},"valueCodeableConcept":{"coding":[{"code":"77386006"}]},"effectiveDateTime":"2026-01-02"}"#,
        r#"{"resourceType":"Observation","subject":{"reference":"Patient/P1"},"valueQuantity":{"value":1}}"#,
    ];
    assert_eq!(
        heard("x.ndjson", &text.join("\n")),
        [
            "P1 born 1980-02-03",
            "P2 born 1980-01-01",
            "P1 has K74.6;1 since 2025-01-01",
            "P1 answered 82810-3 with 77386006 on 2026-01-02"
        ]
    );
}

#[test]
fn what_is_no_export_is_refused_and_large_inputs_are_cut() {
    for text in ["[]", "{}", "{\"a\":1}", "{\"resourceType\":\"Encounter\"}", "[{\"drug\":\"x\"}]"]
    {
        assert!(
            Input::memory(0, "x.json", text.as_bytes().to_vec(), &InputOptions::default())
                .unwrap_err()
                .is_no_export(),
            "{text}"
        );
    }
    // Several blocks, as lines and as one document on one line; a resource that is too long.
    let request = |n: usize| {
        format!(
            "{{\"resourceType\":\"MedicationRequest\",\"id\":\"{n}\",\"note\":\"{}\"}}",
            "x".repeat(900)
        )
    };
    let count = 12_000;
    let all: Vec<String> = (0..count).map(request).collect();
    let lines = heard("x.ndjson", &all.join("\n"));
    assert_eq!(lines.len(), count);
    assert!(lines.last().unwrap().contains(&format!(":{count} course ")));
    let long = format!(
        "{{\"resourceType\":\"MedicationRequest\",\"id\":\"{}\"}}",
        "y".repeat(cut::LIMIT + 10)
    );
    let entries = all
        .iter()
        .chain([&long])
        .chain(all.iter().take(2))
        .map(|text| format!("{{\"resource\":{text}}}"));
    let bundle = format!(
        "{{\"resourceType\":\"Bundle\",\"entry\":[{}]}}",
        entries.collect::<Vec<_>>().join(",")
    );
    let found = heard("x.json", &bundle);
    assert_eq!(found.len(), count + 3);
    assert!(!found[count].contains("course"), "{}", found[count]);
    assert!(found[count + 2].contains("course "));
    let found = heard("x.ndjson", &[all[0].as_str(), &long, &all[1]].join("\n"));
    assert!(found.len() == 3 && found[2].starts_with("2:3 course "), "{}", found[1]);
}

#[test]
fn a_record_is_shown_around_what_tells() {
    let head = "{\"resourceType\":\"Bundle\",\"entry\":[{\n \"resource\": ";
    let request = "{\n  \"resourceType\": \"MedicationRequest\",\n  \"medicationCodeableConcept\": {\n    \"coding\": [{\"code\": \"1\"}, {\"display\": \"Naltrexone\"}]\n  },\n  \"subject\": {\"reference\": \"Patient/P1\", \"display\": \"Ann Other\"},\n  \"note\": [{\"text\": \"private\"}]\n}";
    let input = open("b.json", &format!("{head}{request}}}]}}"));
    let place = Place { record: 1, line: 2, offset: head.len() as u64, ..Place::default() };
    let text = input.reread(place).unwrap();
    assert_eq!((text.raw.as_slice(), text.line, text.column), (request.as_bytes(), 2, 14));
    let drug = text.cell(Field::Drug).unwrap();
    assert_eq!(drug.label, "MedicationRequest.medicationCodeableConcept.coding[1].display");
    assert_eq!(&text.raw[drug.span.clone().unwrap()], b"Naltrexone");
    let patient = text.cell(Field::Patient).unwrap();
    assert_eq!(
        (&text.raw[patient.span.clone().unwrap()], patient.label.as_ref()),
        (&b"P1"[..], "MedicationRequest.subject.reference")
    );
    let private: Vec<&[u8]> = text.private.iter().map(|range| &text.raw[range.clone()]).collect();
    assert_eq!(private, [&b"Ann Other"[..], b"private"]);
    assert!(input.reread(Place { offset: 3, ..place }).is_err());

    let padded = format!(
        "{{\"resourceType\":\"MedicationRequest\",\"text\":{{\"div\":\"{}\"}},{NALTREXONE},\"x\":\"{}\"}}\n{{\"resourceType\":\"Patient\"}}",
        "é".repeat(90_000),
        "z".repeat(90_000)
    );
    let text =
        open("x.ndjson", &padded).reread(Place { record: 1, line: 1, ..Place::default() }).unwrap();
    assert!(text.raw.len() <= 40 << 10);
    let span = text.cell(Field::Drug).unwrap().span.clone().unwrap();
    assert_eq!(&text.raw[span.clone()], b"Naltrexone 50 mg tablet");
    assert_eq!(text.column as usize - 1 + span.start, padded.find("Naltrexone").unwrap());
}

/// Where each record is, for reading it again.
#[derive(Default)]
struct Places(Vec<Place>, u32);

impl RecordSink for Places {
    fn record(&mut self, record: &Record<'_>) {
        self.0.push(record.key.place());
        self.1 += 1;
    }

    fn reject(&mut self, _: impl Into<RowKey>, _: Reason) {
        self.1 += 1;
    }

    fn shift(&mut self, _: RowKey) {}
}

#[test]
fn no_damage_makes_it_panic_or_lose_its_place() {
    let request = format!(
        r##"{{"resourceType":"MedicationRequest","contained":[{{"resourceType":"Medication","id":"m"}}],"medicationReference":{{"reference":"#m"}},{NALTREXONE},"subject":{{"reference":"Patient/\u00e9"}},"dosageInstruction":[{{"text":"é \"1\" daily"}}]}}"##
    );
    let bundle = format!(
        "{{\"resourceType\":\"Bundle\",\"entry\":[{{\"fullUrl\":\"urn:uuid:1\",\n\"resource\":{request}}},{{\"resource\":{request}}}]}}\n"
    );
    let lines = format!("{request}\n{request}\n");
    for (name, whole) in [("b.json", bundle), ("x.ndjson", lines)] {
        for at in 0..whole.len() {
            // Two kinds at each place; each kind at every few places.
            let kinds = [&b""[..], b"{", b"}", b"\"", b"\\", b"\n", b"\xFF", b"]"];
            for damage in [kinds[at % 8], kinds[at / 3 % 8]] {
                let mut bytes = whole.as_bytes().to_vec();
                bytes.splice(at..=at, damage.iter().copied());
                let Ok(input) = Input::memory(0, name, bytes, &InputOptions::default()) else {
                    continue;
                };
                for place in
                    input.read(&Places::default).unwrap().into_iter().flat_map(|places| places.0)
                {
                    let text = input.reread(place).unwrap();
                    assert!(text.cells.iter().all(|cell| {
                        cell.span.as_ref().is_none_or(|span| span.end <= text.raw.len())
                    }));
                }
            }
            let cut =
                Input::memory(0, name, whole.as_bytes()[..at].to_vec(), &InputOptions::default());
            if let Ok(input) = cut {
                let told: u32 =
                    input.read(&Places::default).unwrap().iter().map(|places| places.1).sum();
                assert!(told > 0 || at < 60, "{name} cut at {at} is read in silence");
            }
        }
    }
}

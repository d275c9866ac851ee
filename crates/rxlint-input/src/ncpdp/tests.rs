//! Messages read into records.

use super::*;
use crate::{Input, InputOptions};
use rxlint_model::place::RowKey;

fn message(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<Message xmlns=\"x\">\n<Header><MessageID>M1</MessageID><RelatesToMessageID>M0</RelatesToMessageID><SentTime>2026-03-01T09:00:00Z</SentTime></Header>\n<Body>{body}</Body>\n</Message>\n"
    )
}

const PATIENT: &str = "<Patient><HumanPatient><Name><LastName>Doe</LastName><FirstName>Jane</FirstName></Name><DateOfBirth><Date>1970-01-02</Date></DateOfBirth></HumanPatient></Patient>";
const DRUG: &str = "<MedicationPrescribed><DrugDescription>Something 5 MG</DrugDescription><DrugCoded><ProductCode><Code>00406055201</Code><Qualifier>ND</Qualifier></ProductCode><DrugDBCode Qualifier=\"SCD\">99</DrugDBCode></DrugCoded><Quantity><Value>30</Value></Quantity><DaysSupply>10</DaysSupply><Note>call her</Note><Sig><SigText>1 tab daily</SigText></Sig></MedicationPrescribed>";

fn drafts_of(text: &str) -> Vec<ScriptDraft> {
    drafts(&text[text.find("<Message").unwrap()..], &DeniedCancels::default()).unwrap()
}

fn get(draft: &ScriptDraft, field: Field) -> &str {
    draft.cells.iter().find(|cell| cell.field == field).map_or("", |cell| &cell.text)
}

#[test]
fn a_new_prescription() {
    let text = message(&format!("<NewRx>{PATIENT}{DRUG}</NewRx>"));
    let drafts = drafts_of(&text);
    for (field, expected) in [
        (Field::Drug, "Something 5 MG"),
        (Field::Ndc, "00406055201"),
        (Field::Rxcui, "99"),
        (Field::Quantity, "30"),
        (Field::DaysSupply, "10"),
        (Field::Directions, "1 tab daily"),
        (Field::Written, "2026-03-01T09:00:00Z"),
        (Field::BirthDate, "1970-01-02"),
        (Field::Claim, "M1"),
        (Field::Adjustment, "order"),
    ] {
        assert_eq!(get(&drafts[0], field), expected, "{}", field.name());
    }
    assert!(get(&drafts[0], Field::Patient).starts_with("name-and-birth-"));
    assert!(!get(&drafts[0], Field::Patient).contains("oe"));
}

#[test]
fn what_the_other_transactions_mean() {
    let mark = |body: &str| {
        let drafts = drafts_of(&message(body));
        drafts.first().map(|draft| {
            (
                get(draft, Field::Adjustment).to_owned(),
                get(draft, Field::Status).to_owned(),
                get(draft, Field::Claim).to_owned(),
            )
        })
    };
    let row = |a: &str, b: &str| Some((a.to_owned(), b.to_owned(), "M0".to_owned()));
    assert_eq!(mark(&format!("<CancelRx>{PATIENT}{DRUG}</CancelRx>")), row("order-cancel", ""));
    assert_eq!(mark(&format!("<RxFill>{PATIENT}{DRUG}</RxFill>")), row("", ""));
    assert_eq!(mark(&format!("<RxRenewalRequest>{DRUG}</RxRenewalRequest>")), row("", "proposed"));
    assert_eq!(
        mark(&format!(
            "<RxRenewalResponse><Response><Denied/></Response>{DRUG}</RxRenewalResponse>"
        )),
        row("", "denied")
    );
    assert_eq!(
        mark(&format!(
            "<RxRenewalResponse><Response><ApprovedWithChanges>{DRUG}</ApprovedWithChanges></Response></RxRenewalResponse>"
        )),
        row("order", "")
    );
    assert_eq!(
        mark(&format!(
            "<RxChangeResponse><Response><Approved/></Response>{DRUG}</RxChangeResponse>"
        )),
        row("order-exchange", "")
    );
    assert_eq!(mark("<Status><Code>010</Code></Status>"), None);
    let both = message(&format!(
        "<RxRenewalResponse><Response><Approved/><Denied/></Response>{DRUG}</RxRenewalResponse>"
    ));
    assert!(
        drafts(&both[both.find("<Message").unwrap()..], &DeniedCancels::default())
            .unwrap_err()
            .contains("both approves and denies")
    );
}

#[test]
fn several_messages_one_of_them_broken_and_the_way_back() {
    #[derive(Default)]
    struct Keep(Vec<Place>, Vec<(Place, String)>);
    impl RecordSink for Keep {
        fn record(&mut self, record: &Record<'_>) {
            self.0.push(record.key.place());
        }
        fn reject(&mut self, key: impl Into<RowKey>, reason: Reason) {
            let key: RowKey = key.into();
            self.1.push((key.place(), reason.to_string()));
        }
        fn shift(&mut self, _: RowKey) {}
    }
    let good = message(&format!("<NewRx>{PATIENT}\n{DRUG}</NewRx>"));
    let text = good.clone() + &good.replace("</NewRx>", "") + &good;
    let input = Input::memory(0, "a.xml", text.into_bytes(), &InputOptions::default()).unwrap();
    let blocks = input.read(&Keep::default).unwrap();
    let Keep(records, rejects) = &blocks[0];
    assert_eq!(
        records.iter().map(|place| (place.record, place.line)).collect::<Vec<_>>(),
        [(1, 5), (3, 17)]
    );
    assert_eq!((rejects[0].0.record, rejects[0].0.line), (2, 8));
    let shown = input.reread(records[1]).unwrap();
    assert!(shown.raw.starts_with(b"<MedicationPrescribed>") && shown.line == 17);
    let drug = shown.cell(Field::Drug).unwrap();
    assert_eq!(
        (&shown.raw[drug.span.clone().unwrap()], &*drug.label),
        (&b"Something 5 MG"[..], "MedicationPrescribed/DrugDescription")
    );
    assert_eq!(&shown.raw[shown.private[0].clone()], b"call her");
    assert!(
        Input::memory(0, "a.xml", message("<Error/>").into_bytes(), &InputOptions::default())
            .is_err()
    );
}

#[test]
fn tags() {
    assert_eq!(tag(b"<?xml?><!-- Message --><n:Message a='1'>").unwrap(), b"<n:Message");
    assert_eq!(tag(b"<MessageID>"), None);
    assert_eq!(tag(b"<Bundle>"), None);
}

#[test]
fn a_transferred_prescription_is_one_whatever_its_element_is_called() {
    let transfer = |response: &str, name: &str| {
        let drug = DRUG.replace("MedicationPrescribed", name);
        let body = format!("<RxTransferResponse>{response}{PATIENT}{drug}</RxTransferResponse>");
        let drafts = drafts_of(&message(&body));
        assert_eq!(drafts.len(), 1, "{name}");
        let said = [Field::Adjustment, Field::Status].map(|field| get(&drafts[0], field));
        said.map(str::to_owned)
    };
    for name in ["MedicationPrescribed", "MedicationTransferred", "MedicationTransfer"] {
        assert_eq!(transfer("", name), ["order", ""], "{name}");
    }
    let denied = transfer("<Response><Denied/></Response>", "MedicationTransfer");
    assert_eq!(denied, ["", "denied"]);
}

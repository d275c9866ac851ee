//! FHIR: dispenses as NDJSON, requests in pretty-printed Bundles, and the shapes of an older version.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::patients::Person;

fn birth(person: &Person) -> Value {
    json!({"resourceType": "Patient", "id": person.id, "name": [{"family": "Other"}], "birthDate": person.born.to_string()})
}

fn condition(person: &Person) -> Option<Value> {
    let (code, on) = person.condition?;
    let coding = json!([{"system": "http://example.org/any", "code": code}]);
    Some(
        json!({"resourceType": "Condition", "subject": {"reference": format!("Patient/{}", person.id)}, "code": {"coding": coding}, "onsetDateTime": on.to_string()}),
    )
}

fn lines(values: impl Iterator<Item = Value>) -> String {
    values.map(|value| format!("{value}\n")).collect()
}

/// A bulk export: a file per type, drugs by reference, births and conditions in their own files.
pub(crate) fn ndjson(people: &[Person], folder: &Path) {
    let mut names: Vec<&str> =
        people.iter().flat_map(|person| &person.prescriptions).map(|rx| rx.product.name).collect();
    names.sort_unstable();
    names.dedup();
    let id = |name: &str| names.iter().position(|known| *known == name).unwrap();
    let dispenses = people.iter().flat_map(|person| {
        person.prescriptions.iter().map(move |rx| {
            json!({
                "resourceType": "MedicationDispense", "status": "completed",
                "medicationReference": {"reference": format!("Medication/{}", id(rx.product.name))},
                "subject": {"reference": format!("Patient/{}", person.id), "display": "Somebody"},
                "quantity": {"value": rx.quantity}, "daysSupply": {"value": rx.days, "unit": "days", "code": "d"},
                "whenHandedOver": format!("{}T17:30:00+02:00", rx.first),
            })
        })
    });
    fs::write(folder.join("MedicationDispense.ndjson"), lines(dispenses)).unwrap();
    let products = names.iter().map(|name| json!({"resourceType": "Medication", "id": id(name).to_string(), "code": {"text": name}}));
    fs::write(folder.join("Medication.ndjson"), lines(products)).unwrap();
    fs::write(folder.join("Patient.ndjson"), lines(people.iter().map(birth))).unwrap();
    fs::write(folder.join("Condition.000.ndjson"), lines(people.iter().filter_map(condition)))
        .unwrap();
}

/// Requests with the period of their dosage, ten patients per Bundle, addressed by UUIDs.
pub(crate) fn bundles(people: &[Person], folder: &Path) {
    each_bundle(people, |number, bundle| {
        let text = serde_json::to_string_pretty(bundle).unwrap();
        fs::write(folder.join(format!("bundle-{number}.json")), text).unwrap();
    });
}

/// The same Bundles as XML.
pub(crate) fn xml(people: &[Person], folder: &Path) {
    each_bundle(people, |number, bundle| {
        let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        element(&mut text, "Bundle", bundle, " xmlns=\"http://hl7.org/fhir\"");
        fs::write(folder.join(format!("bundle-{number}.xml")), text).unwrap();
    });
}

/// Writes a value as an element: primitive values as its attribute, a resource as an element with its own name.
fn element(out: &mut String, name: &str, value: &Value, attributes: &str) {
    let escaped =
        |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    match value {
        Value::Array(values) => values.iter().for_each(|value| element(out, name, value, "")),
        Value::Object(members) => {
            let kind = members.get("resourceType").and_then(Value::as_str);
            let inner = kind.filter(|kind| *kind != name);
            *out += &format!("<{name}{attributes}>\n");
            if let Some(kind) = inner {
                *out += &format!("<{kind}>\n");
            }
            for (name, value) in members.iter().filter(|(name, _)| *name != "resourceType") {
                element(out, name, value, "");
            }
            if let Some(kind) = inner {
                *out += &format!("</{kind}>\n");
            }
            *out += &format!("</{name}>\n");
        }
        Value::String(text) => *out += &format!("<{name} value=\"{}\"/>\n", escaped(text)),
        plain => *out += &format!("<{name} value=\"{plain}\"/>\n"),
    }
}

fn each_bundle(people: &[Person], take: impl Fn(usize, &Value)) {
    for (number, some) in people.chunks(10).enumerate() {
        let mut entries = Vec::new();
        for person in some {
            let requests = person.prescriptions.iter().map(|rx| {
                let period = json!({"start": rx.first.to_string(), "end": rx.last().to_string()});
                json!({
                    "medicationCodeableConcept": {"coding": [{"display": rx.product.name}]}, "intent": "order", "status": "completed",
                    "subject": {"reference": format!("urn:uuid:{}", person.id)}, "authoredOn": rx.first.to_string(),
                    "dosageInstruction": [{"timing": {"repeat": {"boundsPeriod": period}}}],
                    "dispenseRequest": {"quantity": {"value": rx.quantity}}, "resourceType": "MedicationRequest",
                })
            });
            let all = requests.chain([birth(person)]).chain(condition(person));
            entries.extend(all.map(
                |resource| json!({"fullUrl": format!("urn:uuid:{}", person.id), "resource": resource, "request": {"method": "POST"}}),
            ));
        }
        take(number, &json!({"resourceType": "Bundle", "type": "transaction", "entry": entries}));
    }
}

/// Orders with a contained Medication and an expected duration, in one Bundle on one line; patients referenced by a server's address.
pub(crate) fn dstu2(people: &[Person], folder: &Path) {
    let orders = people.iter().flat_map(|person| {
        person.prescriptions.iter().map(move |rx| {
            json!({"resource": {
                "resourceType": "MedicationOrder", "status": "completed",
                "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": rx.product.name}}],
                "medicationReference": {"reference": "#m"}, "dateWritten": rx.first.to_string(),
                "patient": {"reference": format!("https://ehr.example.org/fhir/Patient/{}", person.id)},
                "dispenseRequest": {"quantity": {"value": rx.quantity}, "expectedSupplyDuration": {"value": rx.days * 24, "code": "h"}},
            }})
        })
    });
    let context = people
        .iter()
        .flat_map(|person| std::iter::once(birth(person)).chain(condition(person)))
        .map(|resource| json!({"resource": resource}));
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": orders.chain(context).collect::<Vec<_>>()});
    fs::write(folder.join("bundle.json"), bundle.to_string()).unwrap();
}

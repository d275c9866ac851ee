//! Claims of pharmacies, and what payers made of them: Claim and ExplanationOfBenefit, as in CARIN Blue Button.

use std::borrow::Cow;

use super::cells::FhirCells;
use super::json::{JsonValue, Object};
use super::medication::{Medications, concept};
use super::{record, reference};
use rxlint_model::record::Field;

/// The lines that are about drugs: all of a pharmacy's, else those with a code that only drugs have. A claim for a prescription
/// that the same system sends as an order says nothing new.
pub(super) fn items<'a>(resource: &Object<'a>) -> Vec<Object<'a>> {
    let is_claim =
        resource.get("resourceType").and_then(JsonValue::text).as_deref() == Some("Claim");
    if is_claim && resource.get("prescription").is_some() {
        return Vec::new();
    }
    let is_pharmacy =
        codes(resource.get("type")).any(|(_, code)| code.eq_ignore_ascii_case("pharmacy"));
    let items = resource.get("item").into_iter().flat_map(JsonValue::items).map(JsonValue::object);
    items
        .filter(|item| {
            let product = product(item);
            product.is_some()
                && (is_pharmacy || codes(product).any(|(system, code)| is_drug(&system, &code)))
        })
        .collect()
}

fn product<'a>(item: &Object<'a>) -> Option<JsonValue<'a>> {
    item.any(&["productOrService", "service"])
}

fn codes<'a>(concept: Option<JsonValue<'a>>) -> impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)> {
    let codings = concept.and_then(|concept| concept.get("coding")).into_iter();
    codings.flat_map(JsonValue::items).map(|coding| {
        (
            coding.text_at(&["system"]).unwrap_or_default(),
            coding.text_at(&["code"]).unwrap_or_default(),
        )
    })
}

/// Whether a code is one of drugs alone: an NDC, a concept of RxNorm, an ATC class, a J code.
fn is_drug(system: &str, code: &str) -> bool {
    let system = system.to_ascii_lowercase();
    let drugs = ["/ndc", "rxnorm", "/atc", "113883.6.69", "113883.6.88", "113883.6.73"];
    drugs.iter().any(|part| system.contains(part))
        || system.contains("hcpcs") && code.starts_with('J')
}

/// The cells of one line.
pub(super) fn cells<'a>(
    resource: &Object<'a>,
    item: Object<'a>,
    medications: &'a Medications,
    file: u32,
) -> FhirCells<'a> {
    let mut cells = FhirCells(Vec::with_capacity(12));
    reference::patient(resource, (&medications.persons, file), &mut cells);
    if let Some(product) = product(&item) {
        concept(product, &mut cells);
    }
    record::identity(resource, medications, file, &mut cells);
    // Each line is a record of its own.
    let line = item.get("sequence").and_then(JsonValue::text);
    if let (Some(line), Some(cell)) =
        (line, cells.0.iter_mut().find(|cell| cell.field == Field::Claim))
    {
        cell.text = Cow::Owned(format!("{}/{line}", cell.text));
    }
    for (name, word) in
        [("outcome", "error"), ("use", "preauthorization"), ("use", "predetermination")]
    {
        let said = resource.get(name).filter(|said| said.text().as_deref() == Some(word));
        let means = if name == "use" { "proposed" } else { "rejected" };
        if said.is_some() {
            cells.say(Field::Status, Cow::Borrowed(means), said);
        }
    }
    cells.put(Field::Status, resource.get("status"));
    cells.put(Field::Dispensed, item.get("servicedDate"));
    let period = |of: Option<JsonValue<'a>>| of.and_then(|period| period.get("start"));
    cells.put(Field::Dispensed, period(item.get("servicedPeriod")));
    cells.put(Field::Dispensed, period(resource.get("billablePeriod")));
    cells.put(Field::Written, resource.get("created"));
    cells.put(Field::Quantity, item.get("quantity").and_then(|quantity| quantity.get("value")));
    let infos = resource.any(&["supportingInfo", "information"]);
    for info in infos.into_iter().flat_map(JsonValue::items) {
        let is = |name: &str| {
            codes(info.get("category")).any(|(_, code)| code.eq_ignore_ascii_case(name))
        };
        let value = info.get("valueQuantity").and_then(|quantity| quantity.get("value"));
        if is("dayssupply") {
            cells.put(Field::DaysSupply, value);
        } else if is("refillnum") {
            cells.put(Field::FillNumber, value);
        }
    }
    // Blue Button has them beside the quantity.
    let quantity = item.get("quantity").map(JsonValue::object).unwrap_or_default();
    for place in [quantity, item] {
        extensions(&place, &mut cells);
    }
    cells
}

/// The extensions of CMS that serve a field, by the end of their address.
const EXTENSIONS: [(&str, Field); 4] = [
    ("days_suply_num", Field::DaysSupply),
    ("CLM-LINE-DAYS-SUPLY-QTY", Field::DaysSupply),
    ("fill_num", Field::FillNumber),
    ("CLM-LINE-RX-FILL-NUM", Field::FillNumber),
];

fn extensions<'a>(place: &Object<'a>, cells: &mut FhirCells<'a>) {
    for extension in place.get("extension").into_iter().flat_map(JsonValue::items) {
        let url = extension.text_at(&["url"]).unwrap_or_default();
        let name = url.rsplit('/').next().unwrap_or_default();
        if let Some((_, field)) = EXTENSIONS.iter().find(|(known, _)| *known == name) {
            let value = extension.get("valueQuantity").and_then(|quantity| quantity.get("value"));
            cells.put(*field, value.or_else(|| extension.get("valueInteger")));
        }
    }
}

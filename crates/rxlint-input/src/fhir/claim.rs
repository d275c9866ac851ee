//! Claims of pharmacies, and payers' answers to them: Claim and ExplanationOfBenefit, as in CARIN Blue Button.

use std::borrow::Cow;

use super::cells::FhirCells;
use super::json::{JsonValue, Object};
use super::medication::{Medications, concept};
use super::{record, reference};
use rxlint_model::record::Field;

/// A claim line about a drug: the item, and which of its parts names the drug, if one does.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ClaimLine<'a> {
    item: Object<'a>,
    part: Option<Object<'a>>,
    /// Whether the item's own code is about something else, or about all its parts.
    by_part_alone: bool,
}

/// The lines about drugs: all of a pharmacy's, else those with a code that only drugs have. A claim for a prescription that the same system sends as
/// an order adds nothing.
pub(super) fn lines<'a>(resource: &Object<'a>) -> Vec<ClaimLine<'a>> {
    let is_claim =
        resource.get("resourceType").and_then(JsonValue::text).as_deref() == Some("Claim");
    if is_claim && resource.get("prescription").is_some() {
        return Vec::new();
    }
    let is_pharmacy =
        codes(resource.get("type")).any(|(_, code)| code.eq_ignore_ascii_case("pharmacy"));
    let items = resource.get("item").into_iter().flat_map(JsonValue::items).map(JsonValue::object);
    items.flat_map(|item| lines_of(item, is_pharmacy)).collect()
}

/// The lines of an item: itself, or its parts, which are the drugs of a hospital's line or the ingredients of a compound.
fn lines_of<'a>(item: Object<'a>, is_pharmacy: bool) -> Vec<ClaimLine<'a>> {
    let tells = |one: &Object<'a>| {
        let has_product = product(one).is_some();
        has_product && is_pharmacy || drug_codes(one).next().is_some()
    };
    let own = ClaimLine { item, ..ClaimLine::default() };
    let said: Vec<String> = drug_codes(&item).map(|(_, code)| code.into_owned()).collect();
    let is_new =
        |part: &Object<'a>| !drug_codes(part).any(|(_, code)| said.iter().any(|one| *one == code));
    let mut parts = parts(item);
    parts.retain(|part| tells(part) && is_new(part));
    let is_named = product(&item).is_some_and(|product| {
        let mut codings = product.get("coding").into_iter().flat_map(JsonValue::items);
        product.get("text").is_some() || codings.any(|coding| coding.get("display").is_some())
    });
    let has_product_code = drug_codes(&item).any(|(system, _)| !is_billing(&system));
    let line =
        |by_part_alone: bool| move |part| ClaimLine { item, part: Some(part), by_part_alone };
    match parts.as_slice() {
        [] if tells(&item) => vec![own],
        [] => Vec::new(),
        [part] if !has_product_code => {
            vec![line(!tells(&item))(*part)]
        }
        _ => {
            let own = (has_product_code || is_pharmacy && is_named).then_some(own);
            own.into_iter().chain(parts.into_iter().map(line(true))).collect()
        }
    }
}

/// The parts of an item, and theirs.
fn parts<'a>(item: Object<'a>) -> Vec<Object<'a>> {
    let of = |whole: Object<'a>, name: &str| -> Vec<Object<'a>> {
        whole.get(name).into_iter().flat_map(JsonValue::items).map(JsonValue::object).collect()
    };
    let details = of(item, "detail");
    let inner: Vec<Object<'a>> = details.iter().flat_map(|one| of(*one, "subDetail")).collect();
    details.into_iter().chain(inner).collect()
}

/// The codes of a line that only drugs have, its own or in an extension.
fn drug_codes<'a>(
    line: &Object<'a>,
) -> impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)> + use<'a> {
    let beside = extended(line).map(coding);
    codes(product(line)).chain(beside).filter(|(system, code)| is_drug(system, code))
}

/// The codings in a line's extensions.
fn extended<'a>(line: &Object<'a>) -> impl Iterator<Item = JsonValue<'a>> + use<'a> {
    let extensions = line.get("extension").into_iter().flat_map(JsonValue::items);
    extensions.filter_map(|extension| extension.get("valueCoding"))
}

fn coding<'a>(coding: JsonValue<'a>) -> (Cow<'a, str>, Cow<'a, str>) {
    let text = |name: &str| coding.text_at(&[name]).unwrap_or_default();
    (text("system"), text("code"))
}

fn product<'a>(item: &Object<'a>) -> Option<JsonValue<'a>> {
    item.any(&["productOrService", "service"])
}

fn codes<'a>(concept: Option<JsonValue<'a>>) -> impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)> {
    let codings = concept.and_then(|concept| concept.get("coding")).into_iter();
    codings.flat_map(JsonValue::items).map(coding)
}

/// Beginnings of billing codes for drugs, and for treatment with one: given by injection, for a day, for a week.
const BILLED_DRUGS: [&str; 5] = ["J", "Q999", "H0020", "G206", "G207"];

/// Whether a code belongs only to drugs: an NDC, a concept of RxNorm, an ATC class, a J code.
fn is_drug(system: &str, code: &str) -> bool {
    let drugs = ["/ndc", "rxnorm", "/atc", "113883.6.69", "113883.6.88", "113883.6.73"];
    is_billing(system) && BILLED_DRUGS.iter().any(|begins| code.starts_with(begins))
        || drugs.iter().any(|part| system.to_ascii_lowercase().contains(part)) && !code.is_empty()
}

fn is_billing(system: &str) -> bool {
    let system = system.to_ascii_lowercase();
    system.contains("hcpcs") || system.contains("113883.6.285") || system.contains("113883.6.14")
}

/// The cells of one line.
pub(super) fn cells<'a>(
    resource: &Object<'a>,
    line: ClaimLine<'a>,
    medications: &'a Medications,
    file: u32,
) -> FhirCells<'a> {
    let ClaimLine { item, part, by_part_alone } = line;
    let mut cells = FhirCells(Vec::with_capacity(12));
    reference::patient(resource, (&medications.persons, file), &mut cells);
    let telling = [Some(item).filter(|_| !by_part_alone), part].into_iter().flatten();
    for one in telling.clone() {
        if let Some(product) = product(&one) {
            concept(product, &mut cells);
        }
        for found in extended(&one).filter(|found| coding(*found).0.ends_with("/ndc")) {
            cells.put(Field::Ndc, found.get("code"));
        }
    }
    record::identity(resource, &mut cells);
    // Each line is a separate record.
    let number = |of: Object<'a>| of.get("sequence").and_then(JsonValue::text);
    let line = number(item).map(|line| match part.and_then(number) {
        Some(part) => Cow::Owned(format!("{line}.{part}")),
        None => line,
    });
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
    if let Some(said) = denial(resource, item) {
        cells.say(Field::Status, Cow::Borrowed("denied"), Some(said));
    }
    cells.put(Field::Status, resource.get("status"));
    cells.put(Field::Dispensed, item.get("servicedDate"));
    let period = |of: Option<JsonValue<'a>>| of.and_then(|period| period.get("start"));
    cells.put(Field::Dispensed, period(item.get("servicedPeriod")));
    cells.put(Field::Dispensed, period(resource.get("billablePeriod")));
    cells.put(Field::Written, resource.get("created"));
    for one in telling {
        cells.put(Field::Quantity, one.get("quantity").and_then(|quantity| quantity.get("value")));
    }
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
    // Blue Button has them next to the quantity.
    let quantity = item.get("quantity").map(JsonValue::object).unwrap_or_default();
    for place in [quantity, item] {
        extensions(&place, &mut cells);
    }
    cells
}

/// What says that the payer denied a line: the claim's payment, decision or disposition, or an
/// adjudication of the line or, if it has none, of the claim.
fn denial<'a>(resource: &Object<'a>, item: Object<'a>) -> Option<JsonValue<'a>> {
    let says = |concept: &JsonValue<'a>| {
        let mut coded = codes(Some(*concept));
        coded.any(|(_, code)| is_denied(&code))
            || concept
                .text()
                .or_else(|| concept.text_at(&["text"]))
                .is_some_and(|text| text.split(|c: char| !c.is_alphanumeric()).any(is_denied))
    };
    let payment = resource.get("payment").and_then(|payment| payment.get("type"));
    if codes(payment).any(|(_, code)| code.eq_ignore_ascii_case("paid")) {
        return None;
    }
    let whole = [payment, resource.get("decision"), resource.get("disposition")];
    let own = item.get("adjudication").or_else(|| resource.get("adjudication"));
    let reviewed = item.get("reviewOutcome").and_then(|outcome| outcome.get("decision"));
    let reasons = own.into_iter().flat_map(JsonValue::items).filter(|one| {
        codes(one.get("category")).any(|(_, code)| code.eq_ignore_ascii_case("denialreason"))
    });
    whole.into_iter().chain([reviewed]).flatten().find(says).or_else(|| reasons.into_iter().next())
}

fn is_denied(word: &str) -> bool {
    ["denied", "deny", "rejected"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// The CMS extensions that serve a field, by the end of their address.
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

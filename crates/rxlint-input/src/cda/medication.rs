//! One administration or supply of a document as a record.

use rxlint_model::record::{AdjustmentCodes, Field, Statement};

use super::product::{self, Narrative, is_row, narrated};
use super::section::SectionKind;
use super::times::{Times, When, iso, when};
use crate::dose_unit;
use crate::drafts::{Draft, DraftCell};
use crate::xml::XmlNode;

/// What all entries of a document share.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) patient: String,
    pub(super) authority: String,
    pub(super) born: String,
    /// When the document was made.
    pub(super) made: String,
}

/// The template of a medication whose status says whether it is still taken: other templates always require "completed".
const MEDICATION_ACTIVITY: &str = "2.16.840.1.113883.10.20.22.4.16";
/// The template of directions as text.
const FREE_TEXT_SIG: &str = "2.16.840.1.113883.10.20.22.4.147";

/// Reads an entry. `id` identifies it in other documents.
pub(super) fn draft<'x, 't>(
    entry: XmlNode<'x, 't>,
    material: Option<XmlNode<'x, 't>>,
    section: SectionKind,
    (header, narrative): (&Header, &Narrative<'x, 't>),
    id: Option<&str>,
) -> Draft {
    let adjustment = AdjustmentCodes::Order;
    let mut draft = Draft { range: entry.range(), adjustment, ..Draft::default() };
    draft.put(Field::Patient, &*header.patient, None, "patientRole/id");
    draft.put(Field::Authority, &*header.authority, None, "patientRole/id");
    draft.put(Field::BirthDate, &*header.born, None, "patient/birthTime");
    if let Some(material) = material {
        product::add(&mut draft, material, narrative);
    }
    let row = entry.child("text").and_then(|text| narrated(text, narrative));
    if let (Some((target, words)), false) = (&row, draft.has(Field::Drug)) {
        draft.put(Field::Drug, words.clone(), Some(target.text().1), "section/text");
    }
    status(&mut draft, entry, section);
    let times = Times::of(entry);
    days(&mut draft, entry, section, &times, header);
    amounts(&mut draft, entry, &times, narrative);
    supplies(&mut draft, entry);
    leave_partial(&mut draft, &times);
    for code in indications(entry) {
        draft.also(Field::Diagnosis, code.0, None, "observation/value");
    }
    if let Some(id) = id {
        draft.put(Field::Claim, id, None, "id");
        draft.put(Field::Version, iso(&header.made), None, "effectiveTime");
    }
    if let Some(npi) = entry
        .inside()
        .find(|node| node.name() == "id" && node.value("root") == "2.16.840.1.113883.4.6")
    {
        draft.put(Field::Prescriber, npi.value("extension"), None, "author/id");
    }
    draft.private = private(entry);
    draft
}

/// A supply that was handed out on an order, which it names. Its own values count; the order is used for comparison.
pub(super) fn dispense<'x, 't>(
    supply: XmlNode<'x, 't>,
    (own, ordered): (Option<XmlNode<'x, 't>>, Option<XmlNode<'x, 't>>),
    (order, often): (XmlNode<'x, 't>, Option<When>),
    shared: (&Header, &Narrative<'x, 't>),
    number: Option<&str>,
) -> Draft {
    let mut fill = draft(supply, own.or(ordered), SectionKind::Dispensed, shared, None);
    if let (Some(_), Some(ordered)) = (own, ordered) {
        let mut other = Draft::default();
        product::add(&mut other, ordered, shared.1);
        fill.put(Field::Ordered, other.text(Field::Drug).to_owned(), None, "consumable");
    }
    fill.put(Field::Prescription, number.unwrap_or_default(), None, "id");
    if let Some(often) = often {
        fill.put(Field::Frequency, often.text, None, "effectiveTime");
    }
    if !fill.has(Field::Dose) {
        dose(&mut fill, order);
        // It is in the order, not in what is shown of the supply.
        fill.cells
            .iter_mut()
            .filter(|cell| cell.field == Field::Dose)
            .for_each(|cell| cell.range = None);
    }
    fill
}

/// Makes a record an order, which its fills carry out.
pub(super) fn order(draft: &mut Draft, number: &str) {
    draft.put(Field::Prescription, number, None, "id");
    draft.put(Field::Adjustment, "order", None, "moodCode");
}

fn status(draft: &mut Draft, entry: XmlNode<'_, '_>, section: SectionKind) {
    let mut say = |word: &str, label: &'static str| draft.put(Field::Status, word, None, label);
    if entry.is_true("negationInd") {
        say("not taken", "negationInd");
    }
    match entry.value("moodCode") {
        "PRP" | "PRMS" | "GOL" | "OPT" | "DEF" | "ARQ" | "APT" => say("proposal", "moodCode"),
        // What is requested counts as ordered, wherever it is.
        "INT" if section == SectionKind::Plan => say("planned", "moodCode"),
        "INT" | "EVN" | "RQO" | "" => {}
        // It counts, and is reported like an unknown status.
        other => say(other, "moodCode"),
    }
    let observed =
        entry.all("entryRelationship").filter_map(|related| related.child("observation"));
    for observation in
        observed.filter(|o| o.child("code").is_some_and(|c| c.value("code") == "33999-4"))
    {
        match observation.child("value").map_or("", |value| value.value("code")) {
            "55561003" => say("active", "observation/value"),
            "73425007" | "392521001" => say("stopped", "observation/value"),
            "421139008" | "385655000" => say("on hold", "observation/value"),
            _ => {}
        }
    }
    let is_told = entry.all("templateId").any(|template| {
        template.value("root") == MEDICATION_ACTIVITY && template.value("extension") >= "2014"
    });
    let is_known = entry.all("templateId").next().is_some();
    match entry.child("statusCode").map_or("", |status| status.value("code")) {
        "active" => say("active", "statusCode"),
        // A status that a guide prescribes for every entry says nothing.
        "completed" if is_told || !is_known || section == SectionKind::Dispensed => {
            say("completed", "statusCode");
        }
        "completed" | "" => {}
        // It is unknown whether it was handed out. It counts, and is reported like an unknown status.
        "aborted" if entry.name() == "supply" && entry.value("moodCode") == "EVN" => {
            say("aborted", "statusCode");
        }
        "aborted" => say("stopped", "statusCode"),
        // A new version has replaced it.
        "obsolete" => say("cancelled", "statusCode"),
        "suspended" | "held" => say("on hold", "statusCode"),
        "cancelled" => say("cancelled", "statusCode"),
        "nullified" => say("entered in error", "statusCode"),
        "new" => say("draft", "statusCode"),
        other => say(other, "statusCode"),
    }
}

fn days(
    draft: &mut Draft,
    entry: XmlNode<'_, '_>,
    section: SectionKind,
    times: &Times,
    header: &Header,
) {
    let is_supply = entry.name() == "supply";
    let happened = matches!(entry.value("moodCode"), "EVN" | "");
    let first = match (is_supply, happened) {
        (true, _) if section == SectionKind::Dispensed || happened => Field::Dispensed,
        (false, _) if section == SectionKind::Administered => Field::Administered,
        _ => Field::Start,
    };
    draft.statement = if first == Field::Start { Statement::Course } else { Statement::Fill };
    if let Some(point) = &times.point {
        // A single time is that of the one dose that was given.
        let field = if !is_supply && happened { Field::Administered } else { first };
        if field == Field::Administered {
            draft.statement = Statement::Fill;
        }
        draft.put(field, &*point.text, Some(point.range.clone()), "effectiveTime");
    }
    if let Some(low) = &times.low {
        draft.put(first, &*low.text, Some(low.range.clone()), "effectiveTime/low");
    }
    if let Some(high) = &times.high {
        draft.put(Field::Stop, &*high.text, Some(high.range.clone()), "effectiveTime/high");
    }
    if let (Field::Administered, Some(last)) = (first, times.last_by_width()) {
        draft.put(Field::Stop, last, None, "effectiveTime/width");
    }
    if let Some((width, unit)) = &times.width {
        draft.put(
            Field::DaysSupply,
            &*width.text,
            Some(width.range.clone()),
            "effectiveTime/width",
        );
        draft.put(Field::DaysUnit, &**unit, None, "effectiveTime/width");
    }
    let authored = entry.child("author").and_then(|author| when(author.child("time")?, false));
    if let Some(authored) = authored {
        draft.put(Field::Written, authored.text, Some(authored.range), "author/time");
    }
    // What a document lists as taken was taken when the document was made.
    let ended = matches!(draft.text(Field::Status), "completed" | "stopped");
    let dated = Field::FIRST_DAY.iter().any(|field| draft.has(*field));
    if !dated && !ended && times.high.is_none() {
        draft.put(Field::Written, header.made.get(..8).unwrap_or_default(), None, "effectiveTime");
    }
}

/// A month or a year as the first day means its first day if the course continues from there or says when it ended. Otherwise it is unknown when it
/// was: the day is left as written, which is not a date.
fn leave_partial(draft: &mut Draft, times: &Times) {
    let ended = matches!(draft.text(Field::Status), "completed" | "stopped");
    let has_length = draft.has(Field::DaysSupply) || draft.has(Field::Quantity);
    let goes_on = draft.statement == Statement::Course && !ended && !has_length;
    if times.high.is_some() || goes_on {
        return;
    }
    let Some(start) = times.point.as_ref().or(times.low.as_ref()) else { return };
    let Some(partial) = &start.partial else { return };
    let is_first = |cell: &&mut DraftCell| {
        matches!(cell.field, Field::Administered | Field::Dispensed | Field::Start)
            && cell.text == start.text
    };
    draft.cells.iter_mut().filter(is_first).for_each(|cell| cell.text.clone_from(partial));
    draft.cells.retain(|cell| cell.field != Field::Stop);
}

fn amounts<'x, 't>(
    draft: &mut Draft,
    entry: XmlNode<'x, 't>,
    times: &Times,
    narrative: &Narrative<'x, 't>,
) {
    let as_needed = entry.child("precondition").is_some();
    let with = |words: &str| {
        if as_needed { format!("{words} (as needed)") } else { words.to_owned() }
    };
    let sig = entry.inside().find(|node| {
        node.name() == "substanceAdministration"
            && node.all("templateId").any(|template| template.value("root") == FREE_TEXT_SIG)
    });
    for text in [sig.and_then(|sig| sig.child("text")), entry.child("text")].into_iter().flatten() {
        let (own, range) = text.text();
        if !own.is_empty() {
            draft.put(Field::Directions, with(own), Some(range), "text");
        } else if let Some((target, words)) =
            narrated(text, narrative).filter(|(at, _)| !is_row(*at))
            && !draft.text(Field::Drug).eq_ignore_ascii_case(&words)
        {
            draft.put(Field::Directions, with(&words), Some(target.text().1), "text");
        }
    }
    if let Some(often) = &times.frequency {
        let words =
            if as_needed { format!("{} as needed", often.text) } else { often.text.clone() };
        draft.put(Field::Frequency, words, Some(often.range.clone()), "effectiveTime");
    }
    dose(draft, entry);
    if let Some(route) = entry.child("routeCode") {
        put(draft, Field::Route, route, "displayName", "routeCode");
        if let Some(other) = route.child("translation") {
            put(draft, Field::Route, other, "displayName", "routeCode");
        }
    }
}

/// How much is taken at a time.
fn dose(draft: &mut Draft, entry: XmlNode<'_, '_>) {
    if let Some(dose) = entry.child("doseQuantity") {
        let [low, high] =
            ["low", "high"].map(|name| dose.child(name).map_or("", |at| at.value("value")));
        match (low, high) {
            ("", "") => put(draft, Field::Dose, dose, "value", "doseQuantity"),
            (low, high) if low.is_empty() || high.is_empty() || low == high => {
                let one = if low.is_empty() { high } else { low };
                draft.put(Field::Dose, one, Some(dose.range()), "doseQuantity");
            }
            (low, high) => {
                draft.put(Field::Dose, format!("{low}-{high}"), Some(dose.range()), "doseQuantity");
            }
        }
        let unit = dose.value("unit");
        let unit = if unit.is_empty() {
            dose.child("low").map_or("", |low| low.value("unit"))
        } else {
            unit
        };
        if let Some(counted) = entry.child("administrationUnitCode") {
            put(draft, Field::DoseUnit, counted, "displayName", "administrationUnitCode");
        }
        let names = [Field::Drug, Field::Generic, Field::Brand, Field::Form];
        let names = names.map(|field| draft.text(field).to_owned());
        let unit = dose_unit::of(unit, draft.text(Field::Dose), names.iter().map(String::as_str));
        draft.put(Field::DoseUnit, unit, None, "doseQuantity");
    }
}

/// What the supplies in an entry say about the amount; for a supply, the entry itself.
fn supplies(draft: &mut Draft, entry: XmlNode<'_, '_>) {
    let own = (entry.name() == "supply").then_some(entry);
    let inner = entry.inside().filter(|node| node.name() == "supply");
    for supply in own.into_iter().chain(inner) {
        if let Some(width) = supply.at(&["expectedUseTime", "width"]) {
            put(draft, Field::DaysSupply, width, "value", "expectedUseTime/width");
            draft.put(
                Field::DaysUnit,
                super::times::unit(width.value("unit")),
                None,
                "expectedUseTime",
            );
        }
        let repeats = supply.child("repeatNumber").map_or("", |number| number.value("value"));
        let many = repeats.parse::<f64>().is_ok_and(|repeats| repeats > 1.0);
        // The quantity of one of many fills is not that of the course.
        let open = draft.statement == Statement::Course && !draft.has(Field::Stop);
        if let Some(quantity) = supply.child("quantity").filter(|_| !(many && open)) {
            put(draft, Field::Quantity, quantity, "value", "supply/quantity");
            put(draft, Field::QuantityUnit, quantity, "unit", "supply/quantity");
        }
    }
}

fn put(draft: &mut Draft, field: Field, node: XmlNode<'_, '_>, name: &str, label: &'static str) {
    if let Some(attribute) = node.attribute(name) {
        draft.put(field, &*attribute.value, Some(attribute.range.clone()), label);
    }
}

/// The codes of the diagnoses that a drug is given for.
fn indications<'x, 't>(entry: XmlNode<'x, 't>) -> impl Iterator<Item = (&'x str, XmlNode<'x, 't>)> {
    let reasons = entry.all("entryRelationship").filter(|r| r.value("typeCode") == "RSON");
    let values = reasons.filter_map(|reason| reason.child("observation")?.child("value"));
    values.flat_map(conditions)
}

/// The codes of a coded value and its translations that conditions are looked up by.
pub(super) fn conditions<'x, 't>(
    value: XmlNode<'x, 't>,
) -> impl Iterator<Item = (&'x str, XmlNode<'x, 't>)> {
    let all = std::iter::once(value).chain(value.all("translation").collect::<Vec<_>>());
    all.filter(|node| {
        matches!(
            node.value("codeSystem"),
            "2.16.840.1.113883.6.96"
                | "2.16.840.1.113883.6.90"
                | "2.16.840.1.113883.6.3"
                | "1.2.276.0.76.5.409"
        ) && !node.value("code").is_empty()
    })
    .map(|node| (node.value("code"), node))
}

/// Names, addresses and texts in an entry.
fn private(entry: XmlNode<'_, '_>) -> Vec<std::ops::Range<usize>> {
    const PEOPLE: [&str; 6] =
        ["author", "performer", "informant", "participant", "assignedEntity", "addr"];
    let mut ranges = Vec::new();
    let mut end = 0;
    for node in entry.inside() {
        let is_private = PEOPLE.contains(&node.name()) || node.name() == "text";
        if is_private && node.range().start >= end {
            end = node.range().end;
            ranges.push(node.range());
        }
    }
    ranges
}

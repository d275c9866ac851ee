//! Which part of a medication resource serves which field, over the versions of FHIR.

use std::borrow::Cow;

use super::cells::FhirCells;
use super::json::{JsonValue, Object};
use super::kind::ResourceKind;
use super::medication::{self, Medications, concept};
use super::{claim, dosage, reference};
use crate::partial_date::last_of;
use rxlint_model::date;
use rxlint_model::record::{Field, Statement};

/// Whether a resource of that kind states a fill or a course.
pub(super) fn statement(kind: ResourceKind) -> Statement {
    match kind {
        ResourceKind::Request | ResourceKind::Statement => Statement::Course,
        _ => Statement::Fill,
    }
}

/// The cells of a medication resource in that file.
pub(super) fn cells<'a>(
    kind: ResourceKind,
    resource: &Object<'a>,
    medications: &'a Medications,
    file: u32,
) -> FhirCells<'a> {
    if kind == ResourceKind::Claim {
        let first = claim::lines(resource).into_iter().next().unwrap_or_default();
        return claim::cells(resource, first, medications, file);
    }
    let mut cells = telling(kind, (resource, None), medications, file);
    rest(resource, &mut cells);
    cells
}

/// The cells that decide whether the record is about a watched drug, and how it is counted if it is
/// not. In a Bundle the resource comes with its `fullUrl`.
pub(super) fn telling<'a>(
    kind: ResourceKind,
    (resource, full_url): (&Object<'a>, Option<&str>),
    medications: &'a Medications,
    file: u32,
) -> FhirCells<'a> {
    let mut cells = FhirCells(Vec::with_capacity(16));
    reference::patient(resource, (&medications.persons, file), &mut cells);
    drug(resource, medications, file, &mut cells);
    identity(resource, &mut cells);
    status(kind, resource, &mut cells);
    match kind {
        ResourceKind::Request => {
            request(resource, &mut cells);
            // It is an order, which its fills carry out. In a Bundle they may refer to it by its address there.
            let id = cells.text(Field::Claim).map(str::to_owned);
            let url = full_url.filter(|url| id.is_none() || url.starts_with("urn:"));
            if let Some(name) = url.map(|url| request_name(resource, url)).or(id) {
                cells.say(Field::Prescription, Cow::Owned(name), resource.get("id"));
                cells.say(Field::Adjustment, Cow::Borrowed("order"), resource.get("id"));
            }
        }
        ResourceKind::Dispense => dispense(resource, &mut cells),
        ResourceKind::Administration => administration(resource, &mut cells),
        _ => taken(resource, &mut cells),
    }
    dosage::routes(dosages(resource), &mut cells);
    reasons(resource, &mut cells);
    leave_partial(kind, &mut cells);
    cells
}

/// A month or a year as the first day means its first day if the course continues from there or says when it ended. Otherwise it is unknown when it
/// was: the day is left as written, which is not a date, unless another date says it.
fn leave_partial(kind: ResourceKind, cells: &mut FhirCells<'_>) {
    let first = Field::FIRST_DAY.iter().find(|field| cells.has(**field));
    let Some((&field, span)) = first.and_then(|field| Some((field, cells.partial(*field)?))) else {
        return;
    };
    let ended = matches!(cells.text(Field::Status), Some("completed" | "stopped"));
    let has_length = cells.has(Field::DaysSupply) || cells.has(Field::Quantity);
    let goes_on = statement(kind) == Statement::Course && !ended && !has_length;
    if cells.has(Field::Stop) || goes_on {
        return;
    }
    let written = cells.text(Field::Written);
    let is_told = field != Field::Written
        && cells.partial(Field::Written).is_none()
        && written.is_some_and(|written| written.starts_with(span));
    if is_told {
        cells.0.retain(|cell| cell.field != field);
    } else if let Some(cell) = cells.0.iter_mut().find(|cell| cell.field == field) {
        cell.text = Cow::Borrowed(span);
    }
}

/// The cells that matter only if the drug does.
pub(super) fn rest<'a>(resource: &Object<'a>, cells: &mut FhirCells<'a>) {
    dosage::put(dosages(resource), cells);
    cells.put(Field::Directions, of_r5(resource, "renderedDosageInstruction"));
    reference::prescriber(resource, cells);
}

/// Which resource it is, and which version of it: its type and id, and when it was last changed, else its number.
pub(super) fn identity<'a>(resource: &Object<'a>, cells: &mut FhirCells<'a>) {
    let text = |name: &str| resource.get(name).and_then(JsonValue::text);
    let (Some(kind), Some(id)) = (text("resourceType"), text("id")) else { return };
    let name = format!("{}{kind}/{id}", server(resource));
    let part = |name: &str| resource.get("meta")?.get(name);
    cells.say(Field::Claim, Cow::Owned(name), resource.get("id"));
    cells.put(Field::Version, part("lastUpdated"));
    cells.put(Field::Version, part("versionId"));
}

/// The server that a resource says it comes from, as written before its name.
fn server(resource: &Object<'_>) -> String {
    let source = resource.get("meta").and_then(|meta| meta.text_at(&["source"]));
    let source = source.unwrap_or_default();
    match source.split('#').next() {
        None | Some("") => String::new(),
        Some(server) => format!("{server} "),
    }
}

/// The name of a request on the server of this resource, by a reference to it or by its address.
fn request_name(resource: &Object<'_>, reference: &str) -> String {
    let reference = reference::without_version(reference);
    let id = reference.rsplit(['/', ':']).next().unwrap_or(reference);
    format!("{}MedicationRequest/{id}", server(resource))
}

fn dosages<'a>(resource: &Object<'a>) -> Option<JsonValue<'a>> {
    resource.any(&["dosageInstruction", "dosage"])
}

/// The drug: coded, or by reference to a resource that is contained, in the same file or in another.
fn drug<'a>(
    resource: &Object<'a>,
    medications: &'a Medications,
    file: u32,
    cells: &mut FhirCells<'a>,
) {
    let either = resource.get("medication");
    // R5 has both in one member.
    let coded = resource.get("medicationCodeableConcept").or_else(|| either?.get("concept"));
    if let Some(coded) = coded
        .or(either.filter(|either| either.get("coding").is_some() || either.get("text").is_some()))
    {
        concept(coded, cells);
    }
    let referring = resource
        .get("medicationReference")
        .or_else(|| either?.get("reference").filter(|inner| inner.raw().starts_with('{')))
        .or(either);
    let Some(referring) = referring else { return };
    let Some(reference) = referring.text_at(&["reference"]) else {
        return cells.put(Field::Drug, referring.get("display"));
    };
    if let Some(contained) = reference::contained_as(resource.get("contained"), &reference) {
        medication::medication(&contained, resource.get("contained"), cells);
    } else if let Some(identity) = medications.find(file, &reference) {
        identity.iter().for_each(|(field, text)| cells.elsewhere(*field, text));
    } else if coded.is_none() && referring.get("display").is_none() {
        medications.note_unfound();
    }
    // If the Medication is missing or empty, its name may be next to the reference.
    cells.put(Field::Drug, referring.get("display"));
}

/// What a request may be.
const INTENTS: [&str; 11] = [
    "proposal",
    "plan",
    "order",
    "original-order",
    "reflex-order",
    "filler-order",
    "instance-order",
    "option",
    "directive",
    "",
    "original",
];

/// Whether a plan is what someone takes: it was reported, or the patient made it.
fn is_own_plan(resource: &Object<'_>) -> bool {
    const REPORTED: [&str; 4] =
        ["reported", "reportedBoolean", "reportedReference", "informationSource"];
    let is_reported = REPORTED.iter().any(|name| {
        resource.get(name).is_some_and(|value| value.text().is_none_or(|text| text != "false"))
    });
    let reference = |whole: JsonValue<'_>| whole.text_at(&["reference"]).map(Cow::into_owned);
    let who = resource.get("requester");
    let asked = who.and_then(|who| reference(who.get("agent").unwrap_or(who)));
    let about = || resource.any(&["subject", "patient"]).and_then(reference);
    let is_own = asked.is_some_and(|asked| {
        asked.starts_with("Patient/") || asked.contains("/Patient/") || about() == Some(asked)
    });
    is_reported || is_own
}

/// The status, in the words common to all formats. A status that says that nothing was to be taken outranks the rest.
fn status<'a>(kind: ResourceKind, resource: &Object<'a>, cells: &mut FhirCells<'a>) {
    let told = resource.get("status");
    let word = told.and_then(JsonValue::text);
    let word = word.as_deref().unwrap_or_default();
    let says = |name: &str, value: &str| {
        resource.get(name).filter(|found| found.text().is_some_and(|text| text == value))
    };
    let mut put = |word: &'static str, value: Option<JsonValue<'a>>| {
        cells.say(Field::Status, Cow::Borrowed(word), value)
    };
    if word == "entered-in-error" {
        put("entered-in-error", told);
    }
    for name in ["doNotPerform", "wasNotTaken", "wasNotGiven", "notGiven", "notDone"] {
        if let Some(value) = says(name, "true") {
            put("not-given", Some(value));
        }
    }
    if let Some(value) = says("taken", "n") {
        put("not-taken", Some(value));
    }
    for intent in ["proposal", "plan", "option"] {
        let value = says("intent", intent).filter(|_| intent != "plan" || !is_own_plan(resource));
        if let Some(value) = value {
            put(intent, Some(value));
        }
    }
    // An intent that FHIR does not define is reported as an unknown status.
    if matches!(word, "active" | "completed" | "")
        && let Some(intent) = resource.get("intent").filter(|intent| {
            let known = |text: Cow<'_, str>| INTENTS.contains(&text.as_ref());
            kind == ResourceKind::Request && !intent.text().is_some_and(known)
        })
        && let Some(word) = intent.text()
    {
        cells.say(Field::Status, word, Some(intent));
    }
    // An unknown modifier, which changes the meaning of the whole, is reported likewise; a course that is over remains so.
    let is_over = statement(kind) == Statement::Course && word == "completed";
    if matches!(word, "active" | "completed" | "")
        && !is_over
        && let Some(modifier) = resource.get("modifierExtension")
    {
        cells.say(Field::Status, Cow::Borrowed("modifierExtension"), Some(modifier));
    }
    let mut put = |word: &'static str, value: Option<JsonValue<'a>>| {
        cells.say(Field::Status, Cow::Borrowed(word), value)
    };
    match (kind, word) {
        (ResourceKind::Statement, "intended") => put("planned", told),
        // What is being prepared counts as handed over, unless it has not even a day.
        (ResourceKind::Dispense, "preparation" | "in-progress")
            if resource.any(&["whenHandedOver", "whenPrepared", "recorded"]).is_none() =>
        {
            put("draft", told)
        }
        _ => {}
    }
    if let Some(adherence) = resource.get("adherence").and_then(|adherence| adherence.get("code")) {
        let mut codes = adherence.get("coding").into_iter().flat_map(JsonValue::items);
        let code = codes.find_map(|coding| coding.text_at(&["code"])).unwrap_or_default();
        match code.as_ref() {
            code if code.starts_with("not-taking") => put("not-taken", Some(adherence)),
            code if code.starts_with("on-hold") => put("on-hold", Some(adherence)),
            code if code.starts_with("stopped") => put("stopped", Some(adherence)),
            _ => {}
        }
    }
    cells.put(Field::Status, told);
}

fn request<'a>(resource: &Object<'a>, cells: &mut FhirCells<'a>) {
    let supply = resource.get("dispenseRequest").map(JsonValue::object).unwrap_or_default();
    cells.put(Field::Written, resource.any(&["authoredOn", "dateWritten"]));
    cells.put(Field::Written, supply.get("validityPeriod").and_then(|period| period.get("start")));
    cells.put(Field::Discontinued, resource.get("dateEnded").or_else(|| stopped_on(resource)));
    days(Field::DaysSupply, supply.get("expectedSupplyDuration"), cells);
    let each_lasts = cells.has(Field::DaysSupply);
    dose_period(resource, cells);
    bounds(resource, cells);
    later_start(resource, &supply, cells);
    // The quantity is that of one dispense. If the days are those of the whole course, they do not belong to it.
    let refilled = supply
        .get("numberOfRepeatsAllowed")
        .and_then(JsonValue::number)
        .is_some_and(|repeats| repeats > 0.0);
    let of_the_course = cells.has(Field::Stop) || cells.has(Field::DaysSupply) && !each_lasts;
    if !(refilled && of_the_course) {
        counted(supply.get("quantity"), cells);
        cells.put(Field::Refills, supply.get("numberOfRepeatsAllowed"));
    }
}

/// What R5 has in a member, and earlier versions in an extension named after it: `extension-MedicationRequest.statusChanged`.
pub(super) fn of_r5<'a>(resource: &Object<'a>, name: &str) -> Option<JsonValue<'a>> {
    let is_called = |extension: &JsonValue<'a>| {
        let url = extension.text_at(&["url"]);
        url.is_some_and(|url| url.rsplit(['/', '.']).next() == Some(name))
    };
    let values = ["valuePeriod", "valueDateTime", "valueMarkdown", "valueString"];
    let in_extension = || {
        let extension = resource.get("extension")?.items().find(is_called)?;
        values.iter().find_map(|value| extension.get(value))
    };
    resource.get(name).or_else(in_extension)
}

/// The period over which the drug is to be taken.
pub(super) fn period<'a>(resource: &Object<'a>) -> Option<JsonValue<'a>> {
    of_r5(resource, "effectiveDosePeriod")
}

fn dose_period<'a>(resource: &Object<'a>, cells: &mut FhirCells<'a>) {
    let Some(period) = period(resource) else { return };
    // What was handed out is available from that day on.
    if !cells.has(Field::Dispensed) {
        cells.put(Field::Start, period.get("start"));
    }
    cells.put(Field::Stop, period.get("end"));
}

/// The day on which a request was stopped early: it has that status since then.
fn stopped_on<'a>(resource: &Object<'a>) -> Option<JsonValue<'a>> {
    let status = resource.get("status").and_then(JsonValue::text);
    // GP Connect (STU3) has the day next to the reason, in one extension.
    let with_reason = || {
        let mut extensions = resource.get("extension")?.items();
        let day = |part: JsonValue<'a>| {
            let is_day = part.text_at(&["url"]).as_deref() == Some("statusChangeDate");
            part.get("valueDateTime").filter(|_| is_day)
        };
        extensions.find_map(|outer| outer.get("extension")?.items().find_map(day))
    };
    matches!(status.as_deref(), Some("stopped" | "ended"))
        .then(|| of_r5(resource, "statusChanged").or_else(with_reason))?
}

/// A quantity, and what it counts: pieces, or packages as in German prescriptions.
fn counted<'a>(quantity: Option<JsonValue<'a>>, cells: &mut FhirCells<'a>) {
    let Some(quantity) = quantity else { return };
    cells.put(Field::Quantity, quantity.get("value"));
    cells.put(Field::QuantityUnit, quantity.get("unit").or_else(|| quantity.get("code")));
}

/// A prescription that may only be filled from a later day on begins then: the validity of the supply, or the span of one part of a multi-part
/// prescription.
fn later_start<'a>(resource: &Object<'a>, supply: &Object<'a>, cells: &mut FhirCells<'a>) {
    let written = cells.text(Field::Written).and_then(|text| text.get(..10)).map(str::to_owned);
    let Some(written) = written.filter(|_| !cells.has(Field::Start)) else { return };
    let validity = supply.get("validityPeriod").and_then(|period| period.get("start"));
    for day in [part_start(resource), validity].into_iter().flatten() {
        let is_later = |text: Cow<'a, str>| text.get(..10).is_some_and(|day| day > &*written);
        if day.text().is_some_and(is_later) {
            cells.put(Field::Start, Some(day));
        }
    }
}

/// When a part of a German multi-part prescription may first be filled.
fn part_start<'a>(resource: &Object<'a>) -> Option<JsonValue<'a>> {
    let extensions = |of: Option<JsonValue<'a>>| of.into_iter().flat_map(JsonValue::items);
    let is_called = |extension: &JsonValue<'a>, end: &str| {
        extension.text_at(&["url"]).is_some_and(|url| url.ends_with(end))
    };
    let several = extensions(resource.get("extension"))
        .find(|extension| is_called(extension, "_Multiple_Prescription"))?;
    let span = extensions(several.get("extension")).find(|part| is_called(part, "Zeitraum"))?;
    span.get("valuePeriod")?.get("start")
}

fn dispense<'a>(resource: &Object<'a>, cells: &mut FhirCells<'a>) {
    let order = resource.get("authorizingPrescription").and_then(|orders| orders.items().next());
    if let Some((order, text)) =
        order.and_then(|order| Some((order, order.text_at(&["reference"])?)))
    {
        let name = request_name(resource, &text);
        cells.say(Field::Prescription, Cow::Owned(name), order.get("reference"));
    }
    cells.put(Field::Dispensed, resource.any(&["whenHandedOver", "whenPrepared"]));
    cells.put(Field::Written, resource.get("recorded"));
    days(Field::DaysSupply, resource.get("daysSupply"), cells);
    counted(resource.get("quantity"), cells);
    dose_period(resource, cells);
    if !cells.has(Field::Dispensed) {
        bounds(resource, cells);
    }
}

/// A dose is given on its day: an administration without a period ends when it begins. A depot continues to act.
fn administration<'a>(resource: &Object<'a>, cells: &mut FhirCells<'a>) {
    let when = ["effective", "occurence", "occurrence", "effectiveTime"];
    let find = |kind: &str| when.iter().find_map(|name| resource.get(&format!("{name}{kind}")));
    if let Some(period) = find("Period") {
        cells.put(Field::Administered, period.get("start"));
        cells.put(Field::Administered, period.get("end"));
        cells.put(Field::Stop, period.get("end"));
    }
    let event = || find("Timing")?.get("event")?.items().next();
    let day = find("DateTime").or_else(event);
    cells.put(Field::Administered, day);
    let is_whole = cells.partial(Field::Administered).is_none();
    if cells.has(Field::Administered) && !cells.has(Field::Stop) && day.is_some() && is_whole {
        cells.put(Field::Stop, day);
    }
}

fn taken<'a>(resource: &Object<'a>, cells: &mut FhirCells<'a>) {
    let period = resource.get("effectivePeriod").map(JsonValue::object).unwrap_or_default();
    cells.put(Field::Start, resource.get("effectiveDateTime").or_else(|| period.get("start")));
    cells.put(Field::Stop, period.get("end"));
    // It was being taken when that was said, unless it had ended by then.
    let day = |value: Option<JsonValue<'a>>| {
        let text = last_of(value?.text()?);
        date::parse(text.as_bytes(), None).ok()
    };
    let asserted = resource.get("dateAsserted");
    let had_ended = day(period.get("end"))
        .is_some_and(|end| day(asserted).is_some_and(|asserted| asserted > end));
    if !had_ended {
        cells.put(Field::Written, asserted);
    }
    if let Some(timing) = resource.get("effectiveTiming") {
        bounds_of(timing, cells);
    }
    dose_period(resource, cells);
    bounds(resource, cells);
}

/// When the dosages begin and end: for several, from the first beginning to the last end.
fn bounds<'a>(resource: &Object<'a>, cells: &mut FhirCells<'a>) {
    let dosages: Vec<JsonValue<'a>> =
        dosages(resource).into_iter().flat_map(JsonValue::items).collect();
    match dosages.as_slice() {
        [dosage] => {
            if let Some(timing) = dosage.get("timing") {
                bounds_of(timing, cells);
            }
        }
        several => {
            let periods: Vec<JsonValue<'a>> = several
                .iter()
                .filter_map(|dosage| dosage.at(&["timing", "repeat", "boundsPeriod"]))
                .collect();
            let all = |name: &str| {
                periods.iter().filter_map(|period| period.get(name)).collect::<Vec<_>>()
            };
            cells.put(Field::Start, all("start").into_iter().min_by(|a, b| a.raw().cmp(b.raw())));
            // One without an end may continue.
            if all("end").len() == several.len() {
                // One that cannot be read may be the last.
                let is_read = |end: &JsonValue<'a>| {
                    let text = end.text().map(last_of).unwrap_or_default();
                    date::parse(text.as_bytes(), None).is_ok()
                };
                let last = all("end").into_iter().max_by_key(|end| (!is_read(end), end.raw()));
                cells.put(Field::Stop, last);
            }
            if periods.is_empty() {
                durations(several, cells);
            }
        }
    }
}

/// The duration of several dosages that each state one: their sum if they are numbered in sequence, else the longest.
fn durations<'a>(several: &[JsonValue<'a>], cells: &mut FhirCells<'a>) {
    let all: Vec<Cow<'a, str>> = several
        .iter()
        .filter_map(|dosage| dosage::days(dosage.at(&["timing", "repeat", "boundsDuration"])?))
        .collect();
    let number = |days: &Cow<'a, str>| days.parse::<f64>().ok();
    if let Some(unread) = all.iter().find(|days| number(days).is_none()) {
        return cells.say(Field::DaysSupply, unread.clone(), several.first().copied());
    }
    // One that states nothing may continue.
    if all.len() < several.len() {
        return;
    }
    let all: Vec<f64> = all.iter().filter_map(number).collect();
    let numbers: Option<Vec<f64>> =
        several.iter().map(|dosage| dosage.get("sequence")?.number()).collect();
    let in_sequence = numbers.is_some_and(|mut numbers| {
        numbers.sort_by(f64::total_cmp);
        numbers.windows(2).all(|pair| pair[0] < pair[1])
    });
    let longest = all.iter().copied().fold(0.0, f64::max);
    let days = if in_sequence { all.iter().sum() } else { longest };
    if days > 0.0 {
        cells.say(Field::DaysSupply, Cow::Owned(days.ceil().to_string()), several.first().copied());
    }
}

fn bounds_of<'a>(timing: JsonValue<'a>, cells: &mut FhirCells<'a>) {
    let Some(repeat) = timing.get("repeat") else { return events(timing, cells) };
    if let Some(period) = repeat.get("boundsPeriod") {
        cells.put(Field::Start, period.get("start"));
        cells.put(Field::Stop, period.get("end"));
    }
    days(Field::DaysSupply, repeat.get("boundsDuration"), cells);
    let number = |name: &str| repeat.get(name).and_then(JsonValue::number).filter(|n| *n > 0.0);
    let count = ["countMax", "count"].into_iter().find_map(number);
    let each = match repeat.text_at(&["periodUnit"]).as_deref() {
        Some("h") => 1.0 / 24.0,
        Some("d") => 1.0,
        Some("wk") => 7.0,
        _ => return,
    };
    let frequency = number("frequency").unwrap_or(1.0);
    if let (Some(count), Some(period)) = (count, number("period")) {
        // This many times in total.
        let days = (count * period * each / frequency).ceil().max(1.0);
        cells.say(Field::DaysSupply, Cow::Owned(days.to_string()), repeat.get("count"));
    }
}

/// What is to be taken at certain times begins with the first of them, and ends with the last.
fn events<'a>(timing: JsonValue<'a>, cells: &mut FhirCells<'a>) {
    let all: Vec<JsonValue<'a>> =
        timing.get("event").into_iter().flat_map(JsonValue::items).collect();
    cells.put(Field::Start, all.iter().copied().min_by(|a, b| a.raw().cmp(b.raw())));
    cells.put(Field::Stop, all.iter().copied().max_by(|a, b| a.raw().cmp(b.raw())));
}

fn days<'a>(field: Field, quantity: Option<JsonValue<'a>>, cells: &mut FhirCells<'a>) {
    if let Some((quantity, text)) =
        quantity.and_then(|quantity| Some((quantity, dosage::days(quantity)?)))
    {
        cells.say(field, text, quantity.get("value"));
    }
}

/// The codes of what it is given for.
fn reasons<'a>(resource: &Object<'a>, cells: &mut FhirCells<'a>) {
    let Some(reasons) = resource.any(&[
        "reasonCode",
        "reason",
        "reasonCodeableConcept",
        "reasonForUseCodeableConcept",
    ]) else {
        return;
    };
    let concepts = reasons.items().map(|reason| reason.get("concept").unwrap_or(reason));
    let codes: Vec<String> = concepts
        .map(|concept| super::person::codes(Some(concept)))
        .filter(|codes| !codes.is_empty())
        .collect();
    cells.say(Field::Diagnosis, Cow::Owned(codes.join(";")), Some(reasons));
}

//! Who a record is about, according to references.

use std::borrow::Cow;

use super::cells::FhirCells;
use super::json::{JsonValue, Object};
use super::persons::Persons;
use rxlint_model::record::Field;

/// Adds the patient that a resource is about, and who issued the identifier, if that is stated. A person whom the same file describes has one name,
/// however they are referred to.
pub(super) fn patient<'a>(
    resource: &Object<'a>,
    (persons, file): (&'a Persons, u32),
    cells: &mut FhirCells<'a>,
) {
    let Some(subject) = resource.any(&["subject", "patient"]) else { return };
    let subject = subject.items().next().unwrap_or(subject);
    // A number or a boolean in its place refers to no one.
    let reference = subject.get("reference").filter(|reference| reference.first() == b'"');
    let text = reference.and_then(JsonValue::text);
    let by_identifier = || {
        let identifier = subject.get("identifier")?.items().next()?;
        let system = identifier.text_at(&["system"])?;
        let value = identifier.text_at(&["value"])?;
        persons.find(file, &format!("Patient?identifier={system}|{value}"))
    };
    let known = match &text {
        Some(text) => persons.find(file, text),
        None if persons.is_empty() => None,
        None => by_identifier(),
    };
    if let Some((id, authority)) = known {
        let from = reference.or_else(|| subject.get("identifier")?.items().next()?.get("value"));
        cells.say(Field::Patient, Cow::Borrowed(id), from);
        return cells.say(Field::Authority, Cow::Borrowed(authority), from);
    }
    match text {
        Some(text) if text.starts_with('#') => {
            // The id of a contained resource means nothing outside; an identifier says who it is.
            let person = contained_as(resource.get("contained"), &text).unwrap_or_default();
            let known = person.get("identifier").into_iter().flat_map(JsonValue::items);
            let known = known.filter(|_| !persons.is_empty()).find_map(|identifier| {
                let system = identifier.text_at(&["system"])?;
                let value = identifier.text_at(&["value"])?;
                persons.find(file, &format!("Patient?identifier={system}|{value}"))
            });
            if let Some((id, authority)) = known {
                cells.say(Field::Patient, Cow::Borrowed(id), reference);
                cells.say(Field::Authority, Cow::Borrowed(authority), reference);
            }
            identifier(person.get("identifier"), cells);
            cells.put(Field::BirthDate, person.get("birthDate"));
        }
        Some(text) => {
            let found = match text {
                Cow::Borrowed(text) => {
                    id(text).map(|(id, authority)| (Cow::Borrowed(id), authority.to_owned()))
                }
                Cow::Owned(text) => id(&text)
                    .map(|(id, authority)| (Cow::Owned(id.to_owned()), authority.to_owned())),
            };
            if let Some((id, authority)) = found {
                cells.say(Field::Patient, id, reference);
                cells.say(Field::Authority, Cow::Owned(authority), reference);
            }
        }
        None => identifier(subject.get("identifier"), cells),
    }
}

/// The part, borrowed from the resource where possible.
fn part<'a>(whole: &Cow<'a, str>, part: &str) -> Cow<'a, str> {
    match whole {
        Cow::Borrowed(whole) => whole.find(part).map_or_else(
            || Cow::Owned(part.to_owned()),
            |at| Cow::Borrowed(&whole[at..at + part.len()]),
        ),
        Cow::Owned(_) => Cow::Owned(part.to_owned()),
    }
}

fn identifier<'a>(identifiers: Option<JsonValue<'a>>, cells: &mut FhirCells<'a>) {
    if let Some(identifier) = identifiers
        .into_iter()
        .flat_map(JsonValue::items)
        .find(|identifier| identifier.text_at(&["value"]).is_some())
    {
        cells.put(Field::Patient, identifier.get("value"));
        cells.put(Field::Authority, identifier.get("system"));
    }
}

/// Adds the prescriber: the id of a reference, or an identifier.
pub(super) fn prescriber<'a>(resource: &Object<'a>, cells: &mut FhirCells<'a>) {
    let Some(who) = resource.any(&["requester", "prescriber"]) else { return };
    // STU3 has the person one level deeper.
    let who = who.get("agent").unwrap_or(who);
    let reference = who.get("reference");
    // A patient who requested it prescribed nothing.
    let text = reference.and_then(JsonValue::text).filter(|text| !text.contains("Patient/"));
    if let Some(text) = text.filter(|text| !text.starts_with('#')) {
        let whole = without_version(&text);
        let id = whole.rsplit(['/', ':']).next().unwrap_or(whole);
        let id =
            if whole.contains('?') { whole.rsplit(['|', '=']).next().unwrap_or(whole) } else { id };
        cells.say(Field::Prescriber, part(&text, id), reference);
    }
    let identifier = who.get("identifier").and_then(|identifiers| identifiers.items().next());
    cells.put(Field::Prescriber, identifier.and_then(|identifier| identifier.get("value")));
    let kind = who.text_at(&["type"]);
    let whole = reference.and_then(JsonValue::text).unwrap_or_default();
    let is_other = |kind: &str| matches!(kind, "Patient" | "RelatedPerson");
    let of_other = ["Patient/", "RelatedPerson/"].iter().any(|kind| whole.contains(kind));
    if of_other || kind.is_some_and(|kind| is_other(&kind)) {
        return;
    }
    if let Some(within) = contained_as(resource.get("contained"), &whole) {
        let kind = within.get("resourceType").and_then(JsonValue::text);
        if kind.is_some_and(|kind| is_other(&kind)) {
            return;
        }
        person_within(&within, cells);
    }
    // A prescriber with only a name counts too; a patient named there does not.
    let display = |of: JsonValue<'a>| of.get("display");
    let subject = resource.any(&["subject", "patient"]).and_then(display).and_then(JsonValue::text);
    let named = display(who).filter(|named| subject.is_none() || named.text() != subject);
    cells.put(Field::Prescriber, named);
}

/// A contained Practitioner or PractitionerRole: its number, otherwise its name.
fn person_within<'a>(within: &Object<'a>, cells: &mut FhirCells<'a>) {
    let numbers = within.get("identifier").into_iter().flat_map(JsonValue::items);
    let number = numbers.filter_map(|identifier| identifier.get("value")).next();
    cells.put(Field::Prescriber, number);
    let names = within.get("name").filter(|name| matches!(name.first(), b'[' | b'{'));
    if let Some(name) = names.into_iter().flat_map(JsonValue::items).next() {
        cells.put(Field::Prescriber, name.get("text"));
        let of = |part: &str| {
            let parts = name.get(part).into_iter().flat_map(JsonValue::items);
            parts.filter_map(JsonValue::text).map(Cow::into_owned).collect::<Vec<_>>().join(" ")
        };
        let both = [of("family"), of("given")];
        let both: Vec<&str> =
            both.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        cells.say(Field::Prescriber, Cow::Owned(both.join(", ")), Some(name));
    }
    let role = within.get("practitioner");
    cells.put(Field::Prescriber, role.and_then(|practitioner| practitioner.get("display")));
}

/// The contained resource that `#id` names.
pub(super) fn contained_as<'a>(
    contained: Option<JsonValue<'a>>,
    reference: &str,
) -> Option<Object<'a>> {
    let id = reference.strip_prefix('#')?;
    contained?.items().map(JsonValue::object).find(|resource| {
        resource
            .get("id")
            .and_then(JsonValue::text)
            .is_some_and(|own| own.trim_start_matches('#') == id)
    })
}

/// A reference without the version of what it refers to.
pub(super) fn without_version(reference: &str) -> &str {
    if !reference.contains('_') {
        return reference;
    }
    reference.split("/_history/").next().unwrap_or(reference)
}

/// The id and the server or system of a reference to a patient; `None` for a reference to something else (a group).
pub(super) fn id(reference: &str) -> Option<(&str, &str)> {
    let reference = without_version(reference);
    // Checking one letter first saves nearly every reference the search.
    let condition =
        reference.contains('?').then(|| reference.split_once("Patient?identifier=")).flatten();
    if let Some((_, condition)) = condition {
        let (system, value) = condition.split_once('|').unwrap_or(("", condition));
        return Some((value, system)).filter(|(value, _)| !value.is_empty());
    }
    if reference.starts_with("urn:") {
        return reference.rsplit_once(':').map(|(_, id)| (id, "")).filter(|(id, _)| !id.is_empty());
    }
    let found = match reference.rsplit_once('/') {
        None => (reference, ""),
        Some(("Patient", id)) => (id, ""),
        Some((before, id)) => (id, before.strip_suffix("/Patient")?),
    };
    (!found.0.is_empty() && !found.0.contains(['?', '#'])).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::super::json::Tape;
    use super::*;

    #[test]
    fn references_to_patients() {
        for (reference, found) in [
            ("Patient/P1", Some(("P1", ""))),
            ("Patient/P1/_history/3", Some(("P1", ""))),
            ("urn:uuid:0a-1", Some(("0a-1", ""))),
            (
                "https://ehr.example.org/fhir/Patient/P1",
                Some(("P1", "https://ehr.example.org/fhir")),
            ),
            ("Patient?identifier=http://hospital|77", Some(("77", "http://hospital"))),
            ("P1", Some(("P1", ""))),
            ("Group/1", None),
            ("https://ehr.example.org/fhir/Group/1", None),
            ("Patient/", None),
            ("", None),
            ("Patient?name=x", None),
        ] {
            assert_eq!(id(reference), found, "{reference}");
        }
    }

    #[test]
    fn prescribers_of_every_version() {
        for (text, found) in [
            (r#"{"requester":{"reference":"Practitioner/d1","display":"Dr. X"}}"#, "d1"),
            (
                r#"{"requester":{"agent":{"reference":"http://x/Practitioner/d2/_history/1"}}}"#,
                "d2",
            ),
            (
                r#"{"requester":{"reference":"Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|9999987297"}}"#,
                "9999987297",
            ),
            (r#"{"prescriber":{"identifier":{"value":"77"}}}"#, "77"),
            (r#"{"requester":{"reference":"urn:uuid:ab"}}"#, "ab"),
            (r#"{"requester":{"display":"Dr Ann Roe"}}"#, "Dr Ann Roe"),
            (
                r##"{"requester":{"reference":"#d"},"contained":[{"resourceType":"Practitioner","id":"d","name":[{"family":"Roe","given":["Ann","B"]}]}]}"##,
                "Roe, Ann B",
            ),
            (
                r##"{"requester":{"reference":"#d","display":"Dr Roe"},"contained":[{"resourceType":"Practitioner","id":"d","identifier":[{"value":"7"}],"name":[{"text":"Ann Roe"}]}]}"##,
                "7",
            ),
            (
                r##"{"requester":{"reference":"#r"},"contained":[{"resourceType":"PractitionerRole","id":"r","practitioner":{"display":"Dr Roe"}}]}"##,
                "Dr Roe",
            ),
        ] {
            let mut tape = Tape::default();
            let object = tape.read(text.as_bytes()).unwrap();
            let mut cells = FhirCells::default();
            prescriber(&object, &mut cells);
            assert_eq!(cells.text(Field::Prescriber), Some(found), "{text}");
        }
    }

    #[test]
    fn a_patient_who_asked_prescribed_nothing() {
        for text in [
            r#"{"requester":{"reference":"Patient/1","display":"Maria Gonzalez"}}"#,
            r#"{"requester":{"type":"Patient","display":"Maria Gonzalez"}}"#,
            r#"{"requester":{"display":"Maria Gonzalez"},"subject":{"display":"Maria Gonzalez"}}"#,
            r##"{"requester":{"reference":"#p"},"contained":[{"resourceType":"Patient","id":"p","name":[{"text":"Maria"}]}]}"##,
        ] {
            let mut tape = Tape::default();
            let object = tape.read(text.as_bytes()).unwrap();
            let mut cells = FhirCells::default();
            prescriber(&object, &mut cells);
            assert_eq!(cells.text(Field::Prescriber), None, "{text}");
        }
    }

    #[test]
    fn patients_inside_and_by_identifier() {
        let said = |text: &str| {
            let mut tape = Tape::default();
            let object = tape.read(text.as_bytes()).unwrap();
            let mut cells = FhirCells::default();
            let persons = Persons::default();
            patient(&object, (&persons, 0), &mut cells);
            [Field::Patient, Field::Authority, Field::BirthDate]
                .map(|field| cells.text(field).unwrap_or_default().to_owned())
        };
        let contained = r##"{"subject":{"reference":"#p"},"contained":[{"resourceType":"Patient","id":"p","identifier":[{"use":"x"},{"system":"s","value":"9001"}],"birthDate":"1980-01-02"}]}"##;
        assert_eq!(said(contained), ["9001", "s", "1980-01-02"]);
        assert_eq!(
            said(r##"{"subject":{"reference":"#p"},"contained":[{"id":"p"}]}"##)[0],
            "",
            "a local id is nobody"
        );
        assert_eq!(said(r#"{"patient":{"identifier":{"value":"77"}}}"#), ["77", "", ""]);
        assert_eq!(
            said(r#"{"subject":{"reference":"http:\/\/x\/Patient\/P1"}}"#),
            ["P1", "http://x", ""]
        );
        assert_eq!(said(r#"{"subject":{"display":"Somebody"}}"#)[0], "");
    }
}

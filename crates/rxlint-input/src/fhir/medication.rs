//! Which drug: coded concepts, and Medication resources next to a record, inside it or in another file.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashMap;

use super::cells::{FhirCell, FhirCells};
use super::json::{JsonValue, Object};
use super::persons::Persons;
use super::reference::{contained_as, without_version};
use rxlint_model::day::Day;
use rxlint_model::record::Field;

/// The vocabularies of codes, by part of their address, in lower case.
const SYSTEMS: [(&str, Field); 8] = [
    ("rxnorm", Field::Rxcui),
    ("2.16.840.1.113883.6.88", Field::Rxcui),
    ("/ndc", Field::Ndc),
    ("2.16.840.1.113883.6.69", Field::Ndc),
    ("/atc", Field::Atc),
    ("2.16.840.1.113883.6.73", Field::Atc),
    ("hcpcs", Field::Hcpcs),
    ("2.16.840.1.113883.6.285", Field::Hcpcs),
];

/// Adds what a coded concept says about a drug: its text and the names of its codes, and one code of each vocabulary.
///
/// A code of a vocabulary in which drugs are not looked up (SNOMED CT and many local ones) is left
/// out: its digits could be taken for those of another.
pub(super) fn concept<'a>(concept: JsonValue<'a>, cells: &mut FhirCells<'a>) {
    name(concept.get("text"), cells);
    let parts = ingredient_codings(concept);
    if !parts.is_empty() {
        let whole = parts.join(" / ");
        let free = [Field::Drug, Field::Generic, Field::Brand]
            .into_iter()
            .find(|field| !cells.has(*field));
        if let Some(field) = free {
            cells.say(field, Cow::Owned(whole), concept.get("coding"));
        }
    }
    let codings = || concept.get("coding").into_iter().flat_map(JsonValue::items);
    let is_chosen =
        |coding: &JsonValue<'_>| coding.get("userSelected").is_some_and(JsonValue::is_true);
    for coding in codings().filter(is_chosen).chain(codings().filter(|coding| !is_chosen(coding))) {
        let coding = coding.object();
        let is_part = |text: Cow<'_, str>| parts.contains(&text);
        if !coding.get("display").and_then(JsonValue::text).is_some_and(is_part) {
            name(coding.get("display"), cells);
        }
        let system = coding.get("system").and_then(JsonValue::text).unwrap_or_default();
        let code = coding.get("code");
        match vocabulary(&system) {
            Some(Field::Rxcui) if cells.has(Field::Rxcui) && !cells.has(Field::Code) => {
                cells.put(Field::Code, code);
                cells.elsewhere(Field::CodeSystem, "rxnorm");
            }
            Some(field) => cells.put(field, code),
            None if system.is_empty() => cells.put(Field::Code, code),
            None => {}
        }
    }
}

/// The names of ingredients, if several codings of RxNorm list those of one product, each without a strength.
fn ingredient_codings(concept: JsonValue<'_>) -> Vec<Cow<'_, str>> {
    let codings = concept.get("coding").into_iter().flat_map(JsonValue::items);
    let mut names: Vec<Cow<'_, str>> = Vec::new();
    for coding in codings {
        let Some(name) = coding.text_at(&["display"]) else { continue };
        let is_rxnorm =
            || vocabulary(&coding.text_at(&["system"]).unwrap_or_default()) == Some(Field::Rxcui);
        if !name.contains(|c: char| c.is_ascii_digit()) && is_rxnorm() && !names.contains(&name) {
            names.push(name);
        }
    }
    if names.len() < 2 { Vec::new() } else { names }
}

/// The field for the codes of a vocabulary.
fn vocabulary(system: &str) -> Option<Field> {
    // What nearly every export writes is recognised without a search.
    match system {
        "" => None,
        "http://www.nlm.nih.gov/research/umls/rxnorm" => Some(Field::Rxcui),
        "http://hl7.org/fhir/sid/ndc" => Some(Field::Ndc),
        _ => {
            let system = system.to_ascii_lowercase();
            SYSTEMS.iter().find(|(part, _)| system.contains(part)).map(|&(_, field)| field)
        }
    }
}

/// Puts a name into the first free name field, unless it is already there.
fn name<'a>(value: Option<JsonValue<'a>>, cells: &mut FhirCells<'a>) {
    let Some((value, text)) = value.and_then(|value| Some((value, value.text()?))) else { return };
    for field in [Field::Drug, Field::Generic, Field::Brand] {
        match cells.text(field) {
            None => return cells.say(field, text, Some(value)),
            Some(there) if there.eq_ignore_ascii_case(&text) => return,
            Some(_) => {}
        }
    }
}

/// Adds what a Medication says, with what the resource around it contains: its code, else its ingredients; its form; and its strength if no name
/// states one.
/// name says one.
pub(super) fn medication<'a>(
    medication: &Object<'a>,
    around: Option<JsonValue<'a>>,
    cells: &mut FhirCells<'a>,
) {
    if let Some(code) = medication.get("code") {
        // A Substance of R5 has its concept one level deeper.
        concept(code.get("concept").unwrap_or(code), cells);
    }
    // DSTU2 has both under `product`.
    let product = medication.get("product").map(JsonValue::object).unwrap_or_default();
    let within = |name: &str| medication.get(name).or_else(|| product.get(name));
    if let Some(form) = within("form") {
        words(Field::Form, form, cells);
    }
    let ingredients = ingredients(medication);
    pack_size(medication, cells);
    // A contained resource may refer to others contained there.
    let contained = medication.get("contained").or(around);
    // Ingredients count wherever they are: the name of the product may be a local one.
    let names: Vec<Cow<'a, str>> = ingredients
        .iter()
        .filter_map(|ingredient| ingredient_name(ingredient, contained, cells))
        .collect();
    let names = names.join(" / ");
    let free =
        [Field::Drug, Field::Generic, Field::Brand].into_iter().find(|field| !cells.has(*field));
    if let (false, Some(field)) = (names.is_empty(), free) {
        cells.say(field, Cow::Owned(names), within("ingredient"));
    }
    let named = [Field::Drug, Field::Generic, Field::Brand]
        .into_iter()
        .filter_map(|field| cells.text(field));
    if let ([ingredient], false) = (
        ingredients.as_slice(),
        named.into_iter().any(|name| name.contains(|c: char| c.is_ascii_digit())),
    ) {
        strength(ingredient, cells);
    }
}

/// How much a pack of a Medication holds. The German E-Rezept gives the number in an extension, as the register of products writes it: `2 x 14`.
fn pack_size<'a>(medication: &Object<'a>, cells: &mut FhirCells<'a>) {
    let Some(amount) = medication.any(&["amount", "totalVolume"]) else { return };
    let amount = amount.get("numerator").unwrap_or(amount);
    let written = || {
        let mut extensions = amount.get("extension")?.items();
        let is_size = |one: &JsonValue<'a>| {
            one.text_at(&["url"]).is_some_and(|url| url.ends_with("_PackagingSize"))
        };
        extensions.find(is_size)?.text_at(&["valueString"])
    };
    let Some(size) = amount.text_at(&["value"]).or_else(written) else { return };
    let unit = amount.text_at(&["unit"]).or_else(|| amount.text_at(&["code"])).unwrap_or_default();
    cells.say(Field::PackSize, Cow::Owned(format!("{size} {unit}")), Some(amount));
}

/// The ingredients of a Medication: DSTU2 has them under `product`.
fn ingredients<'a>(medication: &Object<'a>) -> Vec<Object<'a>> {
    let product = medication.get("product").map(JsonValue::object).unwrap_or_default();
    let all = medication.get("ingredient").or_else(|| product.get("ingredient"));
    all.into_iter().flat_map(JsonValue::items).map(JsonValue::object).collect()
}

/// The other resources that a Medication is made of, by reference.
pub(super) fn made_of(medication: &Object<'_>) -> Vec<Box<str>> {
    let reference = |ingredient: &Object<'_>| {
        let item = ingredient.any(&["itemReference", "item"])?;
        let item =
            item.get("reference").filter(|inner| inner.raw().starts_with('{')).unwrap_or(item);
        item.text_at(&["reference"]).map(|text| Box::from(text.as_ref()))
    };
    let all = ingredients(medication).iter().filter_map(reference).collect::<Vec<Box<str>>>();
    all.into_iter().filter(|reference| !reference.starts_with('#')).collect()
}

fn ingredient_name<'a>(
    ingredient: &Object<'a>,
    contained: Option<JsonValue<'a>>,
    cells: &mut FhirCells<'a>,
) -> Option<Cow<'a, str>> {
    let item = ingredient.any(&["itemCodeableConcept", "itemReference", "item"])?;
    let item = item
        .get("concept")
        .or_else(|| item.get("reference").filter(|inner| inner.raw().starts_with('{')))
        .unwrap_or(item);
    let item = match item.text_at(&["reference"]) {
        Some(reference) => contained_as(contained, &reference)
            .and_then(|resource| resource.get("code"))
            .unwrap_or(item),
        None => item,
    };
    let mut own = FhirCells::default();
    concept(item, &mut own);
    let name = own
        .text(Field::Drug)
        .map(|name| Cow::Owned(name.to_owned()))
        .or_else(|| item.text_at(&["display"]));
    // The code of an ingredient is as good as its name.
    own.0.retain(|found| {
        !matches!(found.field, Field::Drug | Field::Generic | Field::Brand)
            && !cells.has(found.field)
    });
    cells.0.append(&mut own.0);
    name
}

fn strength<'a>(ingredient: &Object<'a>, cells: &mut FhirCells<'a>) {
    let Some(ratio) = ingredient.any(&["strengthRatio", "strength"]) else { return };
    let unit = |quantity: JsonValue<'a>| {
        quantity
            .get("unit")
            .or_else(|| quantity.get("code"))
            .and_then(JsonValue::text)
            .unwrap_or_default()
    };
    let Some(top) = ratio.get("numerator") else { return };
    let Some(amount) = top.text_at(&["value"]) else { return };
    let mut text = format!("{amount} {}", unit(top));
    if let Some(bottom) = ratio.get("denominator") {
        let volume = unit(bottom);
        let each = bottom.text_at(&["value"]).unwrap_or(Cow::Borrowed("1"));
        if volume.eq_ignore_ascii_case("ml") {
            text = format!("{text}/{each} mL");
        } else if each.parse() != Ok(1.0) {
            return;
        }
    }
    cells.say(Field::Strength, Cow::Owned(text), Some(ratio));
}

/// Adds the words of a concept that is not a drug: its text, else the name of its code, else the
/// code.
pub(super) fn words<'a>(field: Field, concept: JsonValue<'a>, cells: &mut FhirCells<'a>) {
    cells.put(field, concept.get("text"));
    for coding in concept.get("coding").into_iter().flat_map(JsonValue::items) {
        cells.put(field, coding.get("display"));
        cells.put(field, coding.get("code"));
    }
}

/// What is known about a Medication in another resource: fields and texts, without their places.
pub(super) type MedicationIdentity = Vec<(Field, Box<str>)>;

/// The Medications of a run, by the names that records use for them.
///
/// For each, a hash and a number are held, and each distinct identity once: some 24 bytes per Medication.
#[derive(Debug, Default)]
pub(super) struct Medications {
    /// `None` if two different ones have the same name.
    numbers: FxHashMap<u128, Option<u32>>,
    identities: Vec<MedicationIdentity>,
    /// The persons of documents.
    pub(super) persons: Persons,
    /// What was deleted, by file and name.
    deleted: FxHashMap<u128, Vec<Deletion>>,
    folders: FxHashMap<u32, u64>,
    known: FxHashMap<MedicationIdentity, u32>,
    /// Those that are made of others, until all are known.
    mixed: Vec<Mixed>,
    /// How many records refer to one that no input has, and say nothing else about their drug.
    unfound: AtomicU64,
    /// How many requests only plan what someone else is to take.
    plans: AtomicU64,
    /// How many dispenses are being prepared, and have no day.
    undated: AtomicU64,
}

/// The deletion of a resource: on which server, and when in minutes; empty and `None` if not stated.
#[derive(Debug)]
struct Deletion {
    server: Box<str>,
    minute: Option<i64>,
}

/// A Medication that is made of others: its file, its names, its own content, and what it is made of.
type Mixed = (u32, Vec<Box<str>>, MedicationIdentity, Vec<Box<str>>);

impl Medications {
    /// Notes that a record refers to one that no input has.
    pub(super) fn note_unfound(&self) {
        self.unfound.fetch_add(1, Ordering::Relaxed);
    }

    /// How many records read so far refer to one that no input has.
    pub(super) fn unfound(&self) -> u64 {
        self.unfound.load(Ordering::Relaxed)
    }

    /// Notes that a request only plans what someone else is to take.
    pub(super) fn note_plan(&self) {
        self.plans.fetch_add(1, Ordering::Relaxed);
    }

    /// How many requests read so far only plan what someone else is to take.
    pub(super) fn plans(&self) -> u64 {
        self.plans.load(Ordering::Relaxed)
    }

    /// Notes that a dispense is being prepared, and has no day.
    pub(super) fn note_undated(&self) {
        self.undated.fetch_add(1, Ordering::Relaxed);
    }

    /// How many dispenses read so far are being prepared, and have no day.
    pub(super) fn undated(&self) -> u64 {
        self.undated.load(Ordering::Relaxed)
    }

    /// Adds one of a file, under all its names.
    pub(super) fn add(&mut self, file: u32, names: &[Box<str>], identity: MedicationIdentity) {
        let next = self.identities.len() as u32;
        let number = *self.known.entry(identity).or_insert_with_key(|identity| {
            self.identities.push(identity.clone());
            next
        });
        for name in names {
            // A file's own Medications come first; beyond the file a name must be unambiguous.
            for key in [key(Some(file), name), key(None, name)] {
                let there = self.numbers.entry(key).or_insert(Some(number));
                if *there != Some(number) {
                    *there = None;
                }
            }
        }
    }

    /// Adds one that is made of others, once those are known.
    pub(super) fn add_mixed(&mut self, mixed: Mixed) {
        self.mixed.push(mixed);
    }

    /// Gives those that are made of others the ingredients' names, each after its parts, if those exist.
    pub(super) fn mix(&mut self) {
        let mut left = std::mem::take(&mut self.mixed);
        // Parts may themselves have parts; nothing is mixed deeper.
        for is_last in [false, false, true] {
            let mut later = Vec::new();
            for (file, names, mut identity, parts) in left {
                let found: Vec<&MedicationIdentity> =
                    parts.iter().filter_map(|part| self.find(file, part)).collect();
                if found.len() < parts.len() && !is_last {
                    later.push((file, names, identity, parts));
                    continue;
                }
                mix(&mut identity, &found);
                self.add(file, &names, identity);
            }
            left = later;
        }
    }

    /// Notes that a file says that a resource was deleted: one of its own, or one of the folder.
    pub(super) fn delete(
        &mut self,
        (file, folder): (u32, Option<u64>),
        url: &str,
        full_url: &str,
        when: &str,
    ) {
        let from = url.rfind('/').and_then(|at| url[..at].rfind('/')).map_or(0, |at| at + 1);
        let name = &url[from..];
        let server = match server_of(full_url, name) {
            "" => server_of(url, name),
            server => server,
        };
        let folder = folder.map(|folder| key(None, &format!("{folder} {name}")));
        for key in [Some(key(Some(file), name)), folder].into_iter().flatten() {
            let deletion = Deletion { server: server.into(), minute: minute(when) };
            self.deleted.entry(key).or_default().push(deletion);
        }
    }

    /// Whether a file, or one next to it, says that its resource (`MedicationRequest/1`) was deleted after it was last updated. The same name on
    /// another server is another resource.
    pub(super) fn is_deleted(&self, file: u32, name: &str, server: &str, updated: &str) -> bool {
        if self.deleted.is_empty() {
            return false;
        }
        let folder = self.folders.get(&file).copied().unwrap_or_default();
        let keys = [key(Some(file), name), key(None, &format!("{folder} {name}"))];
        let updated = minute(updated);
        keys.iter().filter_map(|key| self.deleted.get(key)).flatten().any(|deletion| {
            let same =
                server.is_empty() || deletion.server.is_empty() || *deletion.server == *server;
            same && deletion.minute.zip(updated).is_none_or(|(deleted, updated)| deleted >= updated)
        })
    }

    /// Whether any file says that anything was deleted.
    pub(super) fn has_deleted(&self) -> bool {
        !self.deleted.is_empty()
    }

    /// Notes which folder a file is in.
    pub(super) fn lies_in(&mut self, file: u32, folder: u64) {
        self.folders.insert(file, folder);
    }

    /// The one that a reference in that file means.
    pub(super) fn find(&self, file: u32, reference: &str) -> Option<&MedicationIdentity> {
        let number = names(reference).find_map(|name| {
            let own = self.numbers.get(&key(Some(file), name));
            own.or_else(|| self.numbers.get(&key(None, name))).copied()
        })?;
        self.identities.get(number? as usize)
    }
}

/// Adds the names of ingredients to a Medication, and a code of each vocabulary of which it has none.
fn mix(identity: &mut MedicationIdentity, parts: &[&MedicationIdentity]) {
    const NAMES: [Field; 3] = [Field::Drug, Field::Generic, Field::Brand];
    let has = |identity: &MedicationIdentity, field| identity.iter().any(|(own, _)| *own == field);
    let name = |part: &&MedicationIdentity| {
        part.iter().find(|(field, _)| NAMES.contains(field)).map(|(_, text)| text.to_string())
    };
    let names: Vec<String> = parts.iter().filter_map(name).collect();
    let free = NAMES.into_iter().find(|field| !has(identity, *field));
    if let (Some(field), false) = (free, names.is_empty()) {
        identity.push((field, names.join(" / ").into()));
    }
    for (field, text) in parts.iter().flat_map(|part| part.iter()) {
        let is_code = matches!(field, Field::Rxcui | Field::Ndc | Field::Atc | Field::Hcpcs);
        if is_code && !has(identity, *field) {
            identity.push((*field, text.clone()));
        }
    }
}

/// The names that a reference may mean: as written, and without its server.
fn names(reference: &str) -> impl Iterator<Item = &str> {
    let whole = without_version(reference);
    let kinds = ["Medication/", "Substance/"];
    let local = kinds.iter().find_map(|kind| whole.rfind(kind)).filter(|&at| at > 0);
    let local = local.map(|at| &whole[at..]);
    [Some(whole), local].into_iter().flatten()
}

/// The names by which records can refer to a Medication: its id, and the address that its Bundle gives it.
pub(super) fn own_names(medication: &Object<'_>, full_url: Option<&str>) -> Vec<Box<str>> {
    let text = |name: &str| medication.get(name).and_then(JsonValue::text);
    let kind = text("resourceType").unwrap_or(Cow::Borrowed("Medication"));
    let id = text("id").map(|id| format!("{kind}/{id}").into_boxed_str());
    let mut all: Vec<Box<str>> =
        id.into_iter().chain(full_url.into_iter().flat_map(names).map(Box::from)).collect();
    let identifiers = medication.get("identifier").into_iter().flat_map(JsonValue::items);
    all.extend(identifiers.filter_map(|identifier| {
        let system = identifier.text_at(&["system"]).unwrap_or_default();
        let value = identifier.text_at(&["value"])?;
        Some(format!("{kind}?identifier={system}|{value}").into_boxed_str())
    }));
    all.dedup();
    all
}

/// The identity of a Medication, for the index.
pub(super) fn identity(resource: &Object<'_>) -> MedicationIdentity {
    let mut cells = FhirCells::default();
    medication(resource, None, &mut cells);
    cells.0.into_iter().map(|FhirCell { field, text, .. }| (field, text.into())).collect()
}

/// The server in the address of a resource; empty if the address does not name it.
pub(super) fn server_of<'u>(url: &'u str, name: &str) -> &'u str {
    let url = without_version(url).trim_end_matches('/');
    url.strip_suffix(name)
        .filter(|server| server.contains("://"))
        .unwrap_or("")
        .trim_end_matches('/')
}

/// An instant in minutes: `2026-03-06T00:00:00+01:00`; for a day alone, its beginning.
fn minute(text: &str) -> Option<i64> {
    let day = i64::from(Day::from_iso(text.get(..10)?)?.0) * 1440;
    let number = |text: Option<&str>| text?.parse::<i64>().ok();
    let Some(time) = text.get(11..16) else { return Some(day) };
    let of_day = number(time.get(..2))? * 60 + number(time.get(3..5))?;
    let zone = text[16..].find(['+', '-']).map(|at| &text[16 + at..]);
    let ahead =
        zone.and_then(|zone| Some((zone, number(zone.get(1..3))? * 60 + number(zone.get(4..6))?)));
    let ahead =
        ahead.map_or(0, |(zone, minutes)| if zone.starts_with('-') { -minutes } else { minutes });
    Some(day + of_day - ahead)
}

pub(super) fn key(file: Option<u32>, name: &str) -> u128 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&file.map_or(u64::MAX, u64::from).to_le_bytes()).update(name.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    u128::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::json::Tape;
    use super::*;

    fn said(text: &str) -> Vec<(Field, String)> {
        let mut tape = Tape::default();
        let object = tape.read(text.as_bytes()).unwrap();
        identity(&object).into_iter().map(|(field, text)| (field, text.into_string())).collect()
    }

    fn pairs(list: &[(Field, &str)]) -> Vec<(Field, String)> {
        list.iter().map(|(field, text)| (*field, (*text).to_owned())).collect()
    }

    #[test]
    fn codes_go_by_their_vocabulary_and_names_by_their_order() {
        let text = r#"{"code":{"coding":[
            {"system":"http://hl7.org/fhir/sid/ndc","code":"00406-1170-03","display":"NALTREXONE"},
            {"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"1","display":"naltrexone 50 MG Oral Tablet","userSelected":true},
            {"system":"urn:oid:2.16.840.1.113883.6.88","code":"2"},
            {"system":"http://snomed.info/sct","code":"373546002","display":"naltrexone"},
            {"system":"http://www.whocc.no/atc","code":"N07BB04"}],"text":"Naltrexone tab"}}"#;
        let expected = [
            (Field::Drug, "Naltrexone tab"),
            (Field::Generic, "naltrexone 50 MG Oral Tablet"),
            (Field::Rxcui, "1"),
            (Field::Brand, "NALTREXONE"),
            (Field::Ndc, "00406-1170-03"),
            (Field::Code, "2"),
            (Field::CodeSystem, "rxnorm"),
            (Field::Atc, "N07BB04"),
        ];
        assert_eq!(said(text), pairs(&expected));
    }

    #[test]
    fn ingredients_stand_in_for_a_code() {
        let text = r##"{"contained":[{"resourceType":"Substance","id":"s","code":{"text":"Oxycodone"}}],"form":{"coding":[{"display":"Tablet"}]},
            "ingredient":[{"itemReference":{"reference":"#s"},"strength":{"numerator":{"value":5,"code":"mg"},"denominator":{"value":1,"code":"TAB"}}}]}"##;
        assert_eq!(
            said(text),
            pairs(&[
                (Field::Form, "Tablet"),
                (Field::Drug, "Oxycodone"),
                (Field::Strength, "5 mg")
            ])
        );
        let text = r#"{"ingredient":[{"item":{"concept":{"text":"A"}},"strengthRatio":{"numerator":{"value":500,"unit":"mg"},"denominator":{"value":10,"unit":"mL"}}}]}"#;
        assert_eq!(said(text), pairs(&[(Field::Drug, "A"), (Field::Strength, "500 mg/10 mL")]));
    }

    #[test]
    fn what_was_deleted_is_of_one_server_and_may_come_back() {
        let mut index = Medications::default();
        let url = "http://a/fhir/MedicationRequest/1";
        index.delete((0, None), "MedicationRequest/1", url, "2026-03-06T00:00:00Z");
        let is_deleted = |server: &str, updated: &str| {
            index.is_deleted(0, "MedicationRequest/1", server, updated)
        };
        assert!(is_deleted("http://a/fhir", "2026-03-05T12:00:00Z") && is_deleted("", ""));
        assert!(is_deleted("http://a/fhir", "2026-03-06T00:30:00+01:00"), "an hour before");
        assert!(!is_deleted("http://b/fhir", "2026-03-05T12:00:00Z"), "another server's");
        assert!(!is_deleted("http://a/fhir", "2026-03-07T00:00:00Z"), "made again");
    }

    #[test]
    fn names_mean_one_thing_or_nothing() {
        let mut index = Medications::default();
        let drug = |name: &str| vec![(Field::Drug, Box::from(name))];
        index.add(0, &["Medication/1".into(), "urn:uuid:a".into()], drug("a"));
        index.add(0, &["Medication/1".into()], drug("a"));
        index.add(1, &["Medication/1".into(), "http://x/Medication/1".into()], drug("b"));
        assert_eq!(index.find(0, "Medication/1"), Some(&drug("a")), "its own file's");
        assert_eq!(index.find(1, "http://x/Medication/1/_history/2"), Some(&drug("b")));
        assert_eq!(index.find(2, "Medication/1"), None, "two that differ");
        assert_eq!(index.find(2, "urn:uuid:a"), Some(&drug("a")));
        assert_eq!(index.find(0, "http://elsewhere/fhir/Medication/1"), Some(&drug("a")));
        assert_eq!(index.find(0, "Medication/2"), None);
    }
}

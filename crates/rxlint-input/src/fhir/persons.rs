//! The persons of JSON documents, by every name that references use for them: the address in the Bundle, the id, an identifier.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::json::{JsonValue, Object};
use super::medication::key;
use super::reference::{id, without_version};
use crate::merges::{Holder, Merge, PersonName, shared, survivors};

/// A Patient resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Person {
    id: String,
    server: String,
    full_url: String,
    birth: String,
    /// `system|value`.
    identifiers: Vec<String>,
    /// Other Patients that are the same person.
    links: Vec<(Link, String)>,
}

/// How a Patient is the same person as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    /// The other replaces it from then on.
    Other,
    /// It replaces the other.
    Own,
    /// Both remain valid.
    Both,
}

/// The references to Patients that a Person or a Linkage says are one person, the main one first. `None` if there are fewer than two. Links that are
/// unsure or no longer valid do not count.
pub(super) fn one_person(resource: &Object<'_>) -> Option<Vec<String>> {
    if resource.get("active").and_then(JsonValue::text).is_some_and(|active| active == "false") {
        return None;
    }
    let listed = |name: &str| resource.get(name).into_iter().flat_map(JsonValue::items);
    let links = listed("link").filter_map(|link| {
        let is_sure = link.text_at(&["assurance"]).is_none_or(|level| level != "level1");
        link.text_at(&["target", "reference"]).filter(|_| is_sure)
    });
    let is_source = |item: &JsonValue<'_>| item.text_at(&["type"]).is_some_and(|t| t == "source");
    let (sources, others): (Vec<_>, Vec<_>) = listed("item").partition(is_source);
    let items = sources.into_iter().chain(others);
    let items = items.filter_map(|item| item.text_at(&["resource", "reference"]));
    let patients = links.chain(items).filter(|to| id(to).is_some()).map(Cow::into_owned);
    Some(patients.collect::<Vec<_>>()).filter(|patients| patients.len() > 1)
}

/// The persons of a run, by file and name.
#[derive(Debug, Default)]
pub(crate) struct Persons {
    names: FxHashMap<u128, PersonName>,
    all: Vec<(u32, Person)>,
    /// References that are said to mean one person, the main one first, by file.
    same: Vec<(u32, Vec<String>)>,
    /// The folders of the files of lines, within which an identifier identifies someone.
    folders: FxHashMap<u32, u64>,
    /// Whether an identifier identifies someone beyond a file.
    is_wide: bool,
    /// Who has an identifier in a folder of files of lines; `None` if several have.
    lines: FxHashMap<String, Option<String>>,
    /// The names that were given up, each with the one that replaces it, in every file: an id is the same person's in all of them.
    replaced: FxHashMap<PersonName, PersonName>,
    /// Who has which identifiers, by which other runs may know the person.
    holders: Vec<Holder<PersonName, String>>,
}

impl Person {
    /// The person that a Patient resource describes; `None` if it has no id.
    pub(super) fn of(resource: &Object<'_>, full_url: Option<&str>) -> Option<Self> {
        let text = |name: &str| resource.get(name).and_then(JsonValue::text).unwrap_or_default();
        let full_url = full_url.unwrap_or_default();
        let (address, server) = id(full_url).unwrap_or_default();
        let own = text("id");
        let identifiers = resource.get("identifier").into_iter().flat_map(JsonValue::items);
        let identifiers = identifiers.filter_map(|identifier| {
            let system = identifier.text_at(&["system"]).unwrap_or_default();
            Some(format!("{system}|{}", identifier.text_at(&["value"])?))
        });
        let id = if own.is_empty() { address } else { own.as_ref() };
        let links = resource.get("link").into_iter().flat_map(JsonValue::items);
        let links = links.filter_map(|link| {
            let other = link.text_at(&["other", "reference"])?.into_owned();
            match link.text_at(&["type"])?.as_ref() {
                // DSTU2 calls it `replace`; one that refers is in use, and the other is the main one of the same person.
                "replaced-by" | "replace" | "refer" => Some((Link::Other, other)),
                "replaces" => Some((Link::Own, other)),
                "seealso" => Some((Link::Both, other)),
                _ => None,
            }
        });
        (!id.is_empty()).then(|| Self {
            id: id.to_owned(),
            server: server.to_owned(),
            full_url: full_url.to_owned(),
            birth: text("birthDate").into_owned(),
            identifiers: identifiers.collect(),
            links: links.collect(),
        })
    }

    /// Whether a Patient is said to be the same person as another, but how or as which is unknown.
    /// A link of unknown meaning makes no one the same person.
    pub(super) fn is_unclear(resource: &Object<'_>) -> bool {
        const KNOWN: [&str; 5] = ["replaced-by", "replace", "replaces", "refer", "seealso"];
        let mut links = resource.get("link").into_iter().flat_map(JsonValue::items);
        links.any(|link| {
            let kind = link.text_at(&["type"]);
            let names_other =
                link.text_at(&["other", "reference"]).is_some_and(|other| !other.trim().is_empty());
            match kind.as_deref() {
                Some(kind) => !KNOWN.contains(&kind) || !names_other,
                None => true,
            }
        })
    }

    /// Whether it says which Patient replaces which.
    pub(super) fn is_linked(&self) -> bool {
        !self.links.is_empty()
    }

    /// The same with only its id and its links, if references use only ids.
    pub(super) fn by_id(self) -> Self {
        Self { id: self.id, links: self.links, ..Self::default() }
    }

    /// Whether two resources with one id are about different people.
    fn is_another(&self, other: &Self) -> bool {
        let differ = |a: &str, b: &str| {
            let shared = a.len().min(b.len());
            shared > 0 && a.get(..shared) != b.get(..shared)
        };
        let shares = self.identifiers.iter().any(|one| other.identifiers.contains(one));
        let both = !self.identifiers.is_empty() && !other.identifiers.is_empty();
        !shares && (both || differ(&self.birth, &other.birth))
    }
}

impl Persons {
    /// Notes which folder a file is in.
    pub(super) fn lies_in(&mut self, file: u32, folder: u64) {
        self.folders.insert(file, folder);
    }

    /// Adds one that a file describes.
    pub(super) fn add(&mut self, file: u32, person: Person) {
        self.all.push((file, person));
    }

    /// Notes that references of a file mean one person.
    pub(super) fn add_one(&mut self, file: u32, references: Vec<String>) {
        self.same.push((file, references));
    }

    /// Notes the identifiers of one that a file of lines describes, in its folder.
    pub(super) fn add_line(&mut self, folder: u64, person: &Person) {
        let is_usable =
            |one: &&String| one.split_once('|').is_some_and(|(_, value)| is_telling(value));
        for identifier in person.identifiers.iter().filter(is_usable) {
            let name = format!("{folder} Patient?identifier={identifier}");
            let holder = self.lines.entry(name).or_insert_with(|| Some(person.id.clone()));
            if holder.as_ref().is_some_and(|holder| *holder != person.id) {
                *holder = None;
            }
        }
    }

    /// Decides the name of every person, once all are known: Patients of two files with one id and different identifiers or births are two people.
    pub(super) fn settle(&mut self) {
        let all = std::mem::take(&mut self.all);
        let held = holders(&all);
        let common = shared(&held);
        let mut owns: Vec<PersonName> = Vec::with_capacity(all.len());
        let mut by_id: FxHashMap<&str, Vec<&(u32, Person)>> = FxHashMap::default();
        for one in &all {
            by_id.entry(&one.1.id).or_default().push(one);
        }
        for (file, person) in &all {
            let rivals = by_id.get(person.id.as_str()).map(Vec::as_slice).unwrap_or_default();
            let is_apart = rivals
                .iter()
                .take(64)
                .any(|(other, rival)| other != file && person.is_another(rival));
            let own = || person.identifiers.first().unwrap_or(&person.birth).as_str();
            let authority = if is_apart { own() } else { &person.server };
            let own: PersonName = (person.id.as_str().into(), authority.into());
            let identifiers = || person.identifiers.iter().map(String::as_str);
            let name = match identifiers().find_map(|one| common.get(one)) {
                Some(identifier) => name_of(identifier),
                None => own.clone(),
            };
            let by_id = [format!("Patient/{}", person.id), person.full_url.clone()];
            let by_identifier =
                person.identifiers.iter().map(|one| format!("Patient?identifier={one}"));
            for called in by_id.into_iter().chain(by_identifier).filter(|called| !called.is_empty())
            {
                self.names.entry(key(Some(*file), &called)).or_insert_with(|| name.clone());
            }
            owns.push(own);
        }
        std::mem::take(&mut self.lines).into_iter().for_each(|(name, holder)| {
            if let Some(id) = holder {
                self.is_wide = true;
                self.names.insert(key(None, &name), (id.into(), "".into()));
            }
        });
        self.replace(&all);
        self.holders =
            (owns.into_iter().zip(all).filter(|(_, (_, person))| !person.identifiers.is_empty()))
                .map(|(who, (_, person))| Holder {
                    who,
                    born: person.birth,
                    identifiers: person.identifiers,
                })
                .collect();
    }

    /// Gives those who are one person the name of the one that replaces them.
    fn replace(&mut self, all: &[(u32, Person)]) {
        let same = std::mem::take(&mut self.same);
        let mut pairs = Vec::new();
        let mut add = |file: u32, link: Link, own: &str, other: &str| {
            let names = [own, other].map(|reference| self.called(file, reference));
            let [Some(a), Some(b)] = names else { return };
            let is_given_up = match link {
                Link::Other => true,
                Link::Own => false,
                Link::Both => a > b,
            };
            pairs.push(if is_given_up { (a, b) } else { (b, a) });
        };
        for (file, person) in all {
            let own = format!("Patient/{}", person.id);
            person.links.iter().for_each(|(link, other)| add(*file, *link, &own, other));
        }
        for (file, references) in same {
            let Some((own, others)) = references.split_first() else { continue };
            others.iter().for_each(|other| add(file, Link::Own, own, other));
        }
        pairs.retain(|(from, to)| from != to);
        let names = survivors(&pairs, |_, _| false, |_| false);
        let replaced = names.into_iter().filter(|(from, to)| from != to);
        self.replaced = replaced.map(|(from, to)| (from.clone(), to.clone())).collect();
        self.names.values_mut().for_each(|name| {
            if let Some(survivor) = self.replaced.get(name) {
                *name = survivor.clone();
            }
        });
    }

    /// The names that were given up, each with the one that replaces it, in a fixed order.
    pub(crate) fn merges(&self) -> Vec<Merge> {
        let text = |(id, issued): &PersonName| (id.to_string(), issued.to_uppercase());
        let mut merges: Vec<Merge> = (self.replaced.iter())
            .map(|(from, to)| Merge { given_up: text(from), number: text(to) })
            .collect();
        merges.sort_unstable();
        merges
    }

    /// Who has which identifiers, by which other runs may know the person.
    pub(crate) fn holders(&self) -> Vec<Holder<PersonName, PersonName>> {
        let named = |holder: &Holder<PersonName, String>| Holder {
            who: holder.who.clone(),
            born: holder.born.clone(),
            identifiers: usable(&holder.identifiers).map(name_of).collect(),
        };
        self.holders.iter().map(named).collect()
    }

    /// The name of the person whom a reference in that file means.
    fn called(&self, file: u32, reference: &str) -> Option<PersonName> {
        let known = self.names.get(&key(Some(file), without_version(reference))).cloned();
        known.or_else(|| id(reference).map(|(id, server)| (id.into(), server.into())))
    }

    /// Whether every person has the name that references give.
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.replaced.is_empty()
    }

    /// The person whom a reference in that file means, if the file describes one or another replaces it.
    pub(super) fn find(&self, file: u32, reference: &str) -> Option<&PersonName> {
        if self.is_empty() {
            return None;
        }
        let reference = without_version(reference);
        let own = self.names.get(&key(Some(file), reference));
        let by_identifier = || {
            let folder = self.folders.get(&file).filter(|_| self.is_wide)?;
            self.names.get(&key(None, &format!("{folder} {reference}")))
        };
        own.or_else(by_identifier).or_else(|| {
            let (id, issued) = id(reference).filter(|_| !self.replaced.is_empty())?;
            self.replaced.get(&(id.into(), issued.into()))
        })
    }
}

/// Who has which usable identifiers.
fn holders(all: &[(u32, Person)]) -> Vec<Holder<&str, &str>> {
    let holders = all.iter().map(|(_, person)| Holder {
        who: person.id.as_str(),
        born: person.birth.clone(),
        identifiers: usable(&person.identifiers).collect(),
    });
    holders.collect()
}

/// The identifiers that state their issuer and are not fillers.
fn usable(identifiers: &[String]) -> impl Iterator<Item = &str> {
    identifiers.iter().map(String::as_str).filter(|one| {
        one.split_once('|').is_some_and(|(system, value)| !system.is_empty() && is_telling(value))
    })
}

/// Whether the value of an identifier is not a filler, which would make several people one.
fn is_telling(value: &str) -> bool {
    value.bytes().any(|byte| byte.is_ascii_alphanumeric() && !matches!(byte, b'0' | b'9'))
        || !value.is_ascii()
}

/// The name of a person with this identifier. A social security number is never shown.
fn name_of(identifier: &str) -> PersonName {
    let (system, value) = identifier.split_once('|').unwrap_or(("", identifier));
    if system.contains("us-ssn") || system.ends_with("113883.4.1") {
        let digest = blake3::hash(value.as_bytes());
        (format!("number-{}", &digest.to_hex()[..16]).into(), "".into())
    } else {
        (value.into(), system.into())
    }
}

#[cfg(test)]
mod tests {
    use super::super::json::Tape;
    use super::*;

    fn person(text: &str, full_url: &str) -> Person {
        let mut tape = Tape::default();
        let object = tape.read(text.as_bytes()).unwrap();
        Person::of(&object, Some(full_url).filter(|url| !url.is_empty())).unwrap()
    }

    #[test]
    fn one_person_goes_by_every_name_of_theirs() {
        let mut persons = Persons::default();
        persons.add(
            0,
            person(
                r#"{"id":"t4","identifier":[{"system":"urn:mrn","value":"7"}]}"#,
                "urn:uuid:0aa",
            ),
        );
        persons.settle();
        for reference in
            ["Patient/t4", "urn:uuid:0aa", "Patient?identifier=urn:mrn|7", "Patient/t4/_history/2"]
        {
            assert_eq!(persons.find(0, reference).map(|(id, _)| &**id), Some("t4"), "{reference}");
        }
        assert_eq!(persons.find(1, "Patient/t4"), None, "another file's reference is its own");
    }

    #[test]
    fn a_link_that_cannot_be_followed_is_unclear() {
        for (link, unclear) in [
            (r#"[{"other":{"reference":"Patient/b"},"type":"refer"}]"#, false),
            (r#"[{"other":{"reference":"Patient/b"},"type":"seealso"}]"#, false),
            (r#"[{"other":{"reference":"Patient/b"},"type":"merged"}]"#, true),
            (r#"[{"type":"replaced-by"}]"#, true),
            (r#"[[{"other":{"reference":"Patient/b"},"type":"replaced-by"}]]"#, true),
            (r#"[{"other":{"reference":"Patient/b"}}]"#, true),
        ] {
            let text = format!("{{\"id\":\"a\",\"link\":{link}}}");
            let mut tape = Tape::default();
            assert_eq!(Person::is_unclear(&tape.read(text.as_bytes()).unwrap()), unclear, "{link}");
        }
    }

    #[test]
    fn documents_that_give_one_person_new_ids_are_about_one_person() {
        let mut persons = Persons::default();
        let document = |id: &str, number: &str, birth: &str| {
            person(
                &format!(
                    r#"{{"id":"{id}","birthDate":"{birth}","identifier":[{{"system":"http://fhir.de/sid/gkv/kvid-10","value":"{number}"}}]}}"#
                ),
                "",
            )
        };
        persons.add(0, document("a", "X110411675", "1970-01-01"));
        persons.add(1, document("b", "X110411675", "1970-01-01"));
        persons.add(2, document("c", "X110411676", "1970-01-01"));
        // A sample number with two birth dates identifies no one.
        persons.add(3, document("d", "X123456789", "1970-01-01"));
        persons.add(4, document("e", "X123456789", "1980-01-01"));
        persons.settle();
        assert_eq!(persons.find(0, "Patient/a").unwrap().0.as_ref(), "X110411675");
        assert_eq!(persons.find(0, "Patient/a"), persons.find(1, "Patient/b"));
        assert_eq!(persons.find(2, "Patient/c").unwrap().0.as_ref(), "c");
        assert_ne!(persons.find(3, "Patient/d"), persons.find(4, "Patient/e"));
    }

    #[test]
    fn a_patient_that_was_replaced_is_the_one_that_stands_for_it() {
        for (first, second) in [
            (
                r#"{"id":"p9","link":[{"other":{"reference":"Patient/p1"},"type":"replaced-by"}]}"#,
                r#"{"id":"p1"}"#,
            ),
            (
                r#"{"id":"p9"}"#,
                r#"{"id":"p1","link":[{"other":{"reference":"Patient/p9"},"type":"replaces"}]}"#,
            ),
            (
                r#"{"id":"p8","link":[{"other":{"reference":"Patient/p9"},"type":"seealso"}]}"#,
                r#"{"id":"p1","link":[{"other":{"reference":"Patient/p9"},"type":"replaces"}]}"#,
            ),
        ] {
            let mut persons = Persons::default();
            (0..2).for_each(|file| persons.lies_in(file, 7));
            persons.lies_in(2, 8);
            persons.add(0, person(first, ""));
            persons.add(0, person(second, ""));
            persons.settle();
            for file in 0..2 {
                assert_eq!(
                    persons.find(file, "Patient/p9").map(|(id, _)| &**id),
                    Some("p1"),
                    "{first}"
                );
            }
            let elsewhere = persons.find(2, "Patient/p9").map(|(id, _)| &**id);
            assert_eq!(elsewhere, Some("p1"), "another folder's: an id is one person's in all");
            let is_linked = persons.find(0, "Patient/p8").is_some_and(|(id, _)| &**id == "p1");
            assert_eq!(is_linked, first.contains("seealso"), "{first}");
        }
    }

    #[test]
    fn two_files_examples_are_two_people_unless_they_agree() {
        let mut persons = Persons::default();
        persons.add(0, person(r#"{"id":"example","birthDate":"1970-01-02"}"#, ""));
        persons.add(1, person(r#"{"id":"example","birthDate":"1991-01-02"}"#, ""));
        persons.add(2, person(r#"{"id":"other","birthDate":"1991"}"#, ""));
        persons.add(3, person(r#"{"id":"other","birthDate":"1991-05-06"}"#, ""));
        persons.settle();
        assert_ne!(persons.find(0, "Patient/example"), persons.find(1, "Patient/example"));
        assert_eq!(persons.find(2, "Patient/other"), persons.find(3, "Patient/other"));
    }
}

//! A document: whom it is about, and its entries in order.

use rustc_hash::{FxHashMap, FxHashSet};

use super::medication::{self, Header, conditions};
use super::product::{self, Narrative};
use super::section::{SectionKind, is_text_alone, is_vaccination};
use super::steps;
use super::times::{Times, When, when};
use crate::drafts::{Draft, DraftCondition, Drafted, name_and_birth};
use crate::hl7v2::persons::Persons;
use crate::xml::{XmlNode, XmlTree};
use rxlint_model::record::Field;

/// The root under which social security numbers are issued.
const SOCIAL: &str = "2.16.840.1.113883.4.1";

/// The root of LOINC, whose codes are questions.
const LOINC: &str = "2.16.840.1.113883.6.1";
/// The template of an observation that someone is pregnant.
const PREGNANCY: &str = "2.16.840.1.113883.10.20.15.3.8";
/// The end of a pregnancy, passed on as the ICD-10 code for its outcome.
const DELIVERED: &str = "Z37";

const TEXT_ALONE: &str = "this section of medicines has text for readers alone and no entries: have the document sent with entries";

const STRAY: &str = "a medicine is in an element that is neither `substanceAdministration` nor `supply`: its name is misspelled; have the \
                     document sent again";

/// The documents that this one replaces.
pub(super) fn replaced_by(text: &str) -> Vec<String> {
    let Ok(tree) = XmlTree::read(text) else { return Vec::new() };
    let related = tree.root().all("relatedDocument");
    let replaced = related.filter(|related| related.value("typeCode") == "RPLC");
    replaced.filter_map(|related| number(related.child("parentDocument")?)).collect()
}

/// What the documents of a run say about each other.
#[derive(Clone, Copy)]
pub(super) struct Between<'p> {
    pub(super) persons: &'p Persons,
    /// Those that others replace.
    pub(super) replaced: &'p FxHashSet<String>,
}

/// Reads a document that begins at `start`.
pub(super) fn drafts(
    text: &str,
    start: usize,
    between: Between<'_>,
    take: &mut dyn FnMut(Drafted),
) {
    let tree = match XmlTree::read(text) {
        Ok(tree) => tree,
        Err(why) => return take(Drafted::broken(start, why)),
    };
    let root = tree.root();
    let mut reading = Reading::new(root, start, between.persons);
    reading.is_replaced = number(root).is_some_and(|own| between.replaced.contains(&own));
    for node in root.inside() {
        match node.name() {
            "substanceAdministration" | "supply" => reading.entry(node, take),
            "observation" => reading.observation(node, take),
            "consumable" | "product" if reading.is_stray(node) => {
                take(Drafted::broken(start + node.range().start, STRAY));
            }
            "section" if is_text_alone(node) => {
                take(Drafted::broken(start + node.range().start, TEXT_ALONE));
            }
            _ => {}
        }
    }
}

/// Whether a document contains anything about medicines.
pub(super) fn tells_something(text: &str) -> bool {
    let mut any = false;
    let (persons, replaced) = (Persons::default(), FxHashSet::default());
    let between = Between { persons: &persons, replaced: &replaced };
    drafts(text, 0, between, &mut |drafted| any |= !matches!(drafted, Drafted::Condition(_)));
    any
}

/// Whether a document has a section of medicines: if that is empty, or says so, the patient takes none.
pub(super) fn has_section_of_medicines(text: &str) -> bool {
    XmlTree::read(text).is_ok_and(|tree| {
        let mut sections = tree.root().inside().filter(|node| node.name() == "section");
        sections.any(|section| SectionKind::of(section).tells_medicines())
    })
}

/// Whether the body of a document is something else: a picture, a PDF.
pub(super) fn is_unstructured(text: &str) -> bool {
    XmlTree::read(text).is_ok_and(|tree| tree.root().at(&["component", "nonXMLBody"]).is_some())
}

/// What every entry needs is gathered once, so that the time per entry does not grow with the document.
struct Reading<'x, 't> {
    header: Header,
    narrative: Narrative<'x, 't>,
    sections: FxHashMap<u32, SectionKind>,
    /// The number of each entry.
    numbers: FxHashMap<u32, String>,
    /// The number of the document itself.
    number: String,
    /// Identifiers that several entries share, and which therefore identify none.
    twice: FxHashSet<String>,
    vaccinations: FxHashSet<u32>,
    /// The order whose supplies are being read, with its product and how often it is taken.
    order: Option<(u32, Option<XmlNode<'x, 't>>, Option<When>)>,
    /// The administration whose steps are being read, and its draft; no draft if it is an order that was filled.
    whole: Option<(u32, Option<Draft>)>,
    start: usize,
    /// Whether another document replaces this one.
    is_replaced: bool,
}

impl<'x, 't> Reading<'x, 't> {
    fn new(root: XmlNode<'x, 't>, start: usize, persons: &Persons) -> Self {
        let mut header = header(root);
        if let Some((id, authority)) = persons.survivor_of(&header.patient, &header.authority) {
            (header.patient, header.authority) = (id.to_owned(), authority.to_owned());
        }
        let mut reading = Self {
            header,
            narrative: FxHashMap::default(),
            sections: FxHashMap::default(),
            numbers: FxHashMap::default(),
            number: number(root).unwrap_or_default(),
            twice: FxHashSet::default(),
            vaccinations: FxHashSet::default(),
            order: None,
            whole: None,
            start,
            is_replaced: false,
        };
        let mut seen = FxHashSet::default();
        for node in root.inside() {
            if let Some(id) = node.attribute("ID") {
                reading.narrative.entry(id.value.trim()).or_insert(node);
            }
            match node.name() {
                "section" => {
                    reading.sections.insert(node.index(), SectionKind::of(node));
                }
                "substanceAdministration" | "supply" => {
                    if is_vaccination(node) {
                        reading.vaccinations.insert(node.index());
                    }
                    let Some(number) = number(node) else { continue };
                    if !seen.insert(number.clone()) {
                        reading.twice.insert(number.clone());
                    }
                    reading.numbers.insert(node.index(), number);
                }
                _ => {}
            }
        }
        reading
    }

    /// The kind of the nearest section around an entry.
    fn section(&self, entry: XmlNode<'_, '_>) -> SectionKind {
        let mut kinds = entry.ancestors().filter_map(|node| self.sections.get(&node.index()));
        kinds.next().copied().unwrap_or(SectionKind::Other)
    }

    /// Whether a product is in an element that does not hold one: its name is misspelled.
    fn is_stray(&self, product: XmlNode<'_, '_>) -> bool {
        let holder = product.ancestors().next();
        let is_known = holder
            .is_none_or(|holder| matches!(holder.name(), "substanceAdministration" | "supply"));
        !is_known
            && product.child("manufacturedProduct").is_some()
            && self.section(product) != SectionKind::Immunizations
    }

    /// Whether a supply in an entry was handed out. Inside an entry of what is taken, a supply that
    /// names neither a product nor a day only says how much of it.
    fn is_fill(supply: XmlNode<'_, '_>, around: XmlNode<'_, '_>) -> bool {
        let names_one = || product::product(supply).is_some_and(product::says_something);
        supply.name() == "supply"
            && supply.value("moodCode") == "EVN"
            && (is_order(around) || names_one() || has_day(supply))
    }

    /// The number of an order, even if it states none.
    fn number_of(&self, order: XmlNode<'_, '_>) -> String {
        let own = self.numbers.get(&order.index());
        own.cloned().unwrap_or_else(|| format!("{} {}", self.number, order.index()))
    }

    /// What an order says about all its supplies.
    fn of_order(&mut self, order: XmlNode<'x, 't>) -> (Option<XmlNode<'x, 't>>, Option<When>) {
        match &self.order {
            Some((index, material, often)) if *index == order.index() => (*material, often.clone()),
            _ => {
                // A supply of a step is of the drug of the whole.
                let says =
                    |node| product::product(node).filter(|own| product::says_something(*own));
                let material = says(order).or_else(|| says(steps::whole_of(order)?));
                let often = Times::of(order).frequency;
                self.order = Some((order.index(), material, often.clone()));
                (material, often)
            }
        }
    }

    /// The draft of the administration whose step is being read; none if it is an order that was filled, which its fills carry out.
    fn of_whole(&mut self, whole: XmlNode<'x, 't>) -> Option<&Draft> {
        if self.whole.as_ref().is_none_or(|(index, _)| *index != whole.index()) {
            let draft = (!Self::is_filled(whole)).then(|| {
                let material = product::product(whole).filter(|own| product::says_something(*own));
                let shared = (&self.header, &self.narrative);
                medication::draft(whole, material, self.section(whole), shared, None)
            });
            self.whole = Some((whole.index(), draft));
        }
        self.whole.as_ref()?.1.as_ref()
    }

    /// Whether an entry is an order that was filled.
    fn is_filled(entry: XmlNode<'_, '_>) -> bool {
        is_order(entry) && entry.inside().any(|inner| Self::is_fill(inner, entry))
    }

    /// A step of the administration around it, with its own days.
    fn step(&mut self, step: XmlNode<'x, 't>, whole: XmlNode<'x, 't>) -> Option<Draft> {
        let material = product::product(whole).filter(|own| product::says_something(*own));
        let is_none = |own| product::is_vaccine(own) || product::says_none(own, &self.narrative);
        if !steps::adds_days(step, whole) || material.is_some_and(is_none) {
            return None;
        }
        let number = self.numbers.get(&step.index());
        let id = number.filter(|id| !self.twice.contains(*id)).map(String::as_str);
        let shared = (&self.header, &self.narrative);
        let mut draft = medication::draft(step, material, self.section(step), shared, id);
        steps::inherit(&mut draft, self.of_whole(whole)?);
        Some(draft)
    }

    fn entry(&mut self, entry: XmlNode<'x, 't>, take: &mut dyn FnMut(Drafted)) {
        let around = |name: &'static str| entry.ancestors().find(move |node| node.name() == name);
        let section = self.section(entry);
        let own = product::product(entry);
        let material = own.filter(|material| product::says_something(*material));
        let outer = around("substanceAdministration").or_else(|| around("supply"));
        let is_supply = entry.name() == "supply";
        let ordered = outer.filter(|_| is_supply).and_then(product::product);
        let is_vaccination = |node: XmlNode<'_, '_>| self.vaccinations.contains(&node.index());
        if material
            .or(ordered)
            .or(own)
            .is_some_and(|own| product::is_vaccine(own) || product::says_none(own, &self.narrative))
            || section == SectionKind::Immunizations
            || says_nothing(entry, own, material)
            || is_vaccination(entry)
            || outer.is_some_and(is_vaccination)
        {
            return;
        }
        let mut draft = match outer {
            // What was handed out; other supplies in an entry say how much of it.
            Some(order) if is_supply => {
                if !Self::is_fill(entry, order) {
                    return;
                }
                let number = is_order(order).then(|| self.number_of(order));
                let (drug, often) = self.of_order(order);
                let shared = (&self.header, &self.narrative);
                let number = number.as_deref();
                medication::dispense(entry, (material, drug), (order, often), shared, number)
            }
            // A part of the schedule names no drug itself.
            Some(_) if material.is_none() => {
                let whole = steps::whole_of(entry);
                let Some(step) = whole.and_then(|whole| self.step(entry, whole)) else { return };
                step
            }
            None if is_supply && own.is_none() => return,
            _ if !is_supply && steps::is_dated_by_steps(entry) && !Self::is_filled(entry) => {
                return;
            }
            _ => {
                let number = self.numbers.get(&entry.index());
                let id = number.filter(|id| !self.twice.contains(*id)).map(String::as_str);
                let shared = (&self.header, &self.narrative);
                let mut draft = medication::draft(entry, material, section, shared, id);
                if Self::is_filled(entry) {
                    medication::order(&mut draft, &self.number_of(entry));
                }
                draft
            }
        };
        if self.is_replaced {
            draft.cells.retain(|cell| cell.field != Field::Status);
            draft.put(Field::Status, "cancelled", None, "relatedDocument");
        }
        draft.shift(self.start);
        take(Drafted::record(draft));
    }

    /// What an observation says about the person: a problem, a pregnancy, an answer to a LOINC question.
    fn observation(&self, observation: XmlNode<'x, 't>, take: &mut dyn FnMut(Drafted)) {
        let mood = observation.value("moodCode");
        if observation.is_true("negationInd") || !matches!(mood, "EVN" | "") {
            return;
        }
        let is_pregnancy = observation.all("templateId").any(|one| one.value("root") == PREGNANCY);
        let asked = observation.child("code").filter(|code| code.value("codeSystem") == LOINC);
        let question = match self.section(observation) {
            SectionKind::Problems => "",
            _ if is_pregnancy => "",
            _ => match asked {
                Some(question) => question.value("code"),
                None => return,
            },
        };
        let Some(value) = observation.child("value") else { return };
        let codes: Vec<&str> = conditions(value).map(|(code, _)| code).collect();
        if codes.is_empty() || self.header.patient.is_empty() {
            return;
        }
        let time = observation.child("effectiveTime");
        let on = time.and_then(|time| when(time.child("low").unwrap_or(time), false));
        let mut say = |question: &str, codes: String, on: Option<When>| {
            take(Drafted::Condition(DraftCondition {
                at: self.start + observation.range().start,
                patient: self.header.patient.clone(),
                authority: self.header.authority.clone(),
                codes,
                question: question.to_owned(),
                on: on.map(|on| on.text).unwrap_or_default(),
            }));
        };
        say(question, codes.join(";"), on);
        let ended = time.and_then(|time| when(time.child("high")?, true));
        if is_pregnancy && ended.is_some() {
            say("", DELIVERED.to_owned(), ended);
        }
    }
}

/// Whether an entry says that no medicine at all is taken, or that none is known.
fn says_nothing(
    entry: XmlNode<'_, '_>,
    own: Option<XmlNode<'_, '_>>,
    material: Option<XmlNode<'_, '_>>,
) -> bool {
    entry.is_true("negationInd") && own.is_some_and(product::is_any)
        || entry.attribute("nullFlavor").is_some() && material.is_none()
}

/// Whether an entry says when it was.
fn has_day(entry: XmlNode<'_, '_>) -> bool {
    entry.child("effectiveTime").is_some_and(|time| {
        when(time, false).is_some() || time.child("low").and_then(|low| when(low, false)).is_some()
    })
}

/// Whether an entry is an order.
fn is_order(entry: XmlNode<'_, '_>) -> bool {
    matches!(entry.value("moodCode"), "INT" | "RQO")
}

/// The number of an entry.
fn number(entry: XmlNode<'_, '_>) -> Option<String> {
    let id = entry.all("id").find(|id| !id.value("root").is_empty())?;
    Some(format!("{} {}", id.value("root"), id.value("extension")).trim_end().to_owned())
}

/// The patient's identifiers with their issuers, and the birth date, by a quick look at the role:
/// everything before the person's own element and the provider's.
pub(super) fn identifiers(document: &[u8]) -> (Vec<(String, String)>, String) {
    let find = |from: usize, name: &str| {
        memchr::memmem::find(document.get(from..)?, name.as_bytes()).map(|at| from + at)
    };
    let Some(start) = find(0, "patientRole") else { return <_>::default() };
    let end = find(start + 11, "patientRole").unwrap_or(document.len());
    let role = rxlint_model::record::decode(&document[start..end]);
    let mut identifiers = Vec::new();
    let mut born = "";
    for tag in role.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        let value = |attribute: &str| {
            let at = attributes.find(&format!("{attribute}="))? + attribute.len() + 1;
            let quote = attributes[at..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
            attributes[at + 1..].split(quote).next().map(str::trim)
        };
        match name.rsplit(':').next().unwrap_or_default() {
            "id" if value("nullFlavor").is_none() => {
                let (root, extension) = (value("root"), value("extension"));
                if let (Some(root), Some(extension)) = (root, extension)
                    && root != SOCIAL
                {
                    identifiers.push((extension.to_owned(), root.to_owned()));
                }
            }
            "birthTime" => born = value("value").unwrap_or_default(),
            // These have their own identifiers.
            "guardian" | "providerOrganization" => break,
            _ => {}
        }
    }
    (identifiers, born.get(..8).unwrap_or_default().to_owned())
}

/// Whom the document is about: the first identifier that is not a social security number, else a digest of name and birth date.
fn header(root: XmlNode<'_, '_>) -> Header {
    let role = root.at(&["recordTarget", "patientRole"]);
    let time = |node: Option<XmlNode<'_, '_>>| node.and_then(|node| when(node, false));
    let born = role.and_then(|role| role.at(&["patient", "birthTime"]));
    let born = time(born).map(|born| born.text).unwrap_or_default();
    let born =
        born.get(..8).filter(|_| born.as_bytes().get(4) != Some(&b'-')).unwrap_or(&born).to_owned();
    let made = root.child("effectiveTime").map(|made| made.value("value").to_owned());
    let mut header = Header { born, made: made.unwrap_or_default(), ..Header::default() };
    let Some(role) = role else { return header };
    let ids = role
        .all("id")
        .filter(|id| id.value("root") != SOCIAL && id.attribute("nullFlavor").is_none());
    let ids: Vec<(&str, &str)> = ids.map(|id| (id.value("root"), id.value("extension"))).collect();
    if let Some((root, extension)) = ids.iter().find(|(_, extension)| !extension.is_empty()) {
        (header.patient, header.authority) = ((*extension).to_owned(), (*root).to_owned());
    } else if let Some((root, _)) = ids.iter().find(|(root, _)| !root.is_empty()) {
        header.patient = (*root).to_owned();
    } else if let Some(name) = role.at(&["patient", "name"]) {
        let part = |part: &str| name.child(part).map(|part| part.text().0).unwrap_or_default();
        header.patient =
            name_and_birth(part("family"), part("given"), &header.born).unwrap_or_default();
    }
    header
}

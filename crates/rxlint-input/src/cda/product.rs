//! Which drug a product of a document is: its codes, their translations, its names, and the narrative that they point to.

use std::ops::Range;

use rustc_hash::FxHashMap;
use rxlint_model::record::Field;

use super::section::no_medicines;
use crate::drafts::Draft;
use crate::xml::XmlNode;

/// The texts of a document's narrative by the name under which entries point to them, and whether each is a whole row.
pub(super) type Narrative<'x, 't> = FxHashMap<&'x str, XmlNode<'x, 't>>;

/// What the narrative says if an element points to it.
pub(super) fn narrated<'x, 't>(
    node: XmlNode<'x, 't>,
    narrative: &Narrative<'x, 't>,
) -> Option<(XmlNode<'x, 't>, String)> {
    let reference = node.child("reference")?.value("value");
    let target = *narrative.get(reference.strip_prefix('#').unwrap_or(reference))?;
    let words = target.words();
    (!words.is_empty()).then_some((target, words))
}

/// The product of an administration or a supply.
pub(super) fn product<'x, 't>(entry: XmlNode<'x, 't>) -> Option<XmlNode<'x, 't>> {
    let within = entry.child("consumable").or_else(|| entry.child("product"))?;
    let product = within.child("manufacturedProduct").unwrap_or(within);
    ["manufacturedMaterial", "manufacturedLabeledDrug", "material"]
        .iter()
        .find_map(|name| product.child(name))
}

/// Whether it names a drug in any way.
pub(super) fn says_something(material: XmlNode<'_, '_>) -> bool {
    material.inside().any(|node| match node.name() {
        "code" | "translation" => {
            !node.value("code").is_empty() || !node.value("displayName").is_empty()
        }
        "name" | "originalText" => !node.text().0.is_empty() || node.child("reference").is_some(),
        _ => false,
    })
}

/// Whether its words say that there is no medicine: `No known medications`.
pub(super) fn says_none<'x, 't>(material: XmlNode<'x, 't>, narrative: &Narrative<'x, 't>) -> bool {
    let mut said = Draft::default();
    add(&mut said, material, narrative);
    let is_coded = [Field::Rxcui, Field::Ndc, Field::Atc, Field::Hcpcs, Field::Generic];
    !is_coded.into_iter().any(|field| said.has(field)) && no_medicines(said.text(Field::Drug))
}

/// The SNOMED CT code for any drug or medicine.
const ANY_DRUG: &str = "410942007";

/// Whether it means any medicine: "not taken" then refers to nothing in particular.
pub(super) fn is_any(material: XmlNode<'_, '_>) -> bool {
    material.inside().any(|node| {
        matches!(node.name(), "code" | "translation")
            && node.value("code") == ANY_DRUG
            && node.value("codeSystem") == "2.16.840.1.113883.6.96"
    })
}

/// Whether it is a vaccine, by the vocabulary of its code.
pub(super) fn is_vaccine(material: XmlNode<'_, '_>) -> bool {
    material.child("code").is_some_and(|code| {
        matches!(code.value("codeSystem"), "2.16.840.1.113883.12.292" | "2.16.840.1.113883.6.59")
    })
}

/// Adds the drug to a record. Codes of vocabularies in which drugs are not looked up are left out: their digits could be taken for those of another.
pub(super) fn add<'x, 't>(
    draft: &mut Draft,
    material: XmlNode<'x, 't>,
    narrative: &Narrative<'x, 't>,
) {
    let codes = || {
        material.inside().filter(|node| match node.name() {
            "code" => !is_packaging(*node),
            name => name == "translation",
        })
    };
    for code in codes() {
        attribute(draft, code, "displayName");
    }
    for node in material.inside().filter(|node| node.name() == "name") {
        let (text, range) = node.text();
        name(draft, text, range, "manufacturedMaterial/name");
    }
    for original in material.inside().filter(|node| node.name() == "originalText") {
        let (text, range) = original.text();
        name(draft, text, range, "code/originalText");
        if let Some((target, words)) = narrated(original, narrative).filter(|_| text.is_empty())
            && !(is_row(target) && draft.has(Field::Drug))
        {
            name(draft, &words, target.text().1, "section/text");
        }
    }
    for code in codes() {
        coded(draft, code);
    }
    if let Some(form) = material.inside().find(|node| node.name() == "formCode")
        && let Some(said) = form.attribute("displayName")
    {
        draft.put(Field::Form, &*said.value, Some(said.range.clone()), "formCode");
    }
}

/// Some guides call codes of forms and containers codes.
fn is_packaging(code: XmlNode<'_, '_>) -> bool {
    code.parent().is_some_and(|parent| parent.name().to_ascii_lowercase().contains("content"))
}

fn attribute(draft: &mut Draft, code: XmlNode<'_, '_>, called: &str) {
    if let Some(said) = code.attribute(called) {
        name(draft, said.value.trim(), said.range.clone(), "manufacturedMaterial/code");
    }
}

/// Puts a name into the first free name field, unless it is already there.
pub(super) fn name(draft: &mut Draft, text: &str, range: Range<usize>, label: &'static str) {
    for field in [Field::Drug, Field::Generic, Field::Brand] {
        match draft.text(field) {
            "" => return draft.put(field, text, Some(range), label),
            there if there.eq_ignore_ascii_case(text.trim()) => return,
            _ => {}
        }
    }
}

fn coded(draft: &mut Draft, node: XmlNode<'_, '_>) {
    let Some(code) = node.attribute("code") else { return };
    let field = match node.value("codeSystem") {
        "2.16.840.1.113883.6.88" => Field::Rxcui,
        "2.16.840.1.113883.6.69" => Field::Ndc,
        "2.16.840.1.113883.6.73" => Field::Atc,
        "2.16.840.1.113883.6.285" | "2.16.840.1.113883.6.14" => Field::Hcpcs,
        "" => match node.value("codeSystemName").to_ascii_lowercase().as_str() {
            "rxnorm" => Field::Rxcui,
            "ndc" => Field::Ndc,
            "atc" => Field::Atc,
            "hcpcs" => Field::Hcpcs,
            "" => Field::Code,
            _ => return,
        },
        _ => return,
    };
    let label = "manufacturedMaterial/code";
    if field == Field::Rxcui && draft.has(Field::Rxcui) && !draft.has(Field::Code) {
        draft.put(Field::Code, &*code.value, Some(code.range.clone()), label);
        draft.put(Field::CodeSystem, "rxnorm", None, label);
    } else {
        draft.put(field, &*code.value, Some(code.range.clone()), label);
    }
}

/// Whether a piece of narrative is a row or more, and so says more than the name.
pub(super) fn is_row(node: XmlNode<'_, '_>) -> bool {
    matches!(node.name(), "tr" | "table" | "tbody" | "list" | "text")
}

//! Which exposures a rule applies to.

use std::fmt::Write;

use serde::Deserialize;

use crate::drug::{Component, Dictionary, FormKind, Role, Verdict};

/// A selection of exposures; every given key must match.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Selector {
    /// One of these roles.
    pub role: Vec<Role>,
    /// One of these ingredients.
    pub ingredient: Vec<String>,
    /// None of these ingredients.
    pub except: Vec<String>,
    /// One of these kinds of form.
    pub kind: Vec<FormKind>,
    /// None of these kinds of form.
    pub except_kind: Vec<FormKind>,
    /// One of these tags.
    pub tag: Vec<String>,
    /// The product also contains one of these ingredients.
    pub with: Vec<String>,
    /// The product contains none of these ingredients.
    pub without: Vec<String>,
}

impl Selector {
    /// Whether it selects a component of a product.
    pub fn matches(
        &self,
        dictionary: &Dictionary,
        component: &Component,
        product: &Verdict,
    ) -> bool {
        let drug = dictionary.drug(component.drug);
        let kind = drug.forms[component.form as usize].kind;
        let id = &drug.file.id;
        let holds = |ids: &[String]| {
            product
                .medicine(component.medicine)
                .any(|c| ids.contains(&dictionary.drug(c.drug).file.id))
        };
        (self.role.is_empty() || self.role.contains(&component.role))
            && (self.ingredient.is_empty() || self.ingredient.contains(id))
            && !self.except.contains(id)
            && (self.kind.is_empty() || self.kind.contains(&kind))
            && !self.except_kind.contains(&kind)
            && (self.tag.is_empty() || self.tag.iter().any(|tag| drug.file.tags.contains(tag)))
            && (self.with.is_empty() || holds(&self.with))
            && !holds(&self.without)
    }

    /// Every ingredient that it names, for checking that the book has it.
    pub fn ingredients(&self) -> impl Iterator<Item = &String> {
        self.ingredient.iter().chain(&self.except).chain(&self.with).chain(&self.without)
    }

    /// In words, for the manual.
    pub fn in_words(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        let kinds = |kinds: &[FormKind]| {
            kinds
                .iter()
                .map(|kind| format!("{kind:?}").to_lowercase())
                .collect::<Vec<_>>()
                .join(" or ")
        };
        parts.extend((!self.ingredient.is_empty()).then(|| self.ingredient.join(", ")));
        parts.extend((!self.role.is_empty()).then(|| {
            let roles: Vec<String> =
                self.role.iter().map(|role| format!("any {}", role.label())).collect();
            roles.join(" or ")
        }));
        parts.extend(
            (!self.tag.is_empty()).then(|| format!("any drug tagged {}", self.tag.join(" or "))),
        );
        if parts.is_empty() {
            parts.push("any drug".to_owned());
        }
        let mut text = parts.join(", ");
        for (words, list) in [
            (" other than ", &self.except),
            (" in a product with ", &self.with),
            (" in a product without ", &self.without),
        ] {
            if !list.is_empty() {
                let _ = write!(text, "{words}{}", list.join(" or "));
            }
        }
        if !self.kind.is_empty() {
            let _ = write!(text, " as {}", kinds(&self.kind));
        }
        if !self.except_kind.is_empty() {
            let _ = write!(text, " not as {}", kinds(&self.except_kind));
        }
        text
    }
}

//! The ingredients of a compound that a prescription lists.

use super::elements::Element;
use super::transaction::{ScriptCell, ScriptDraft, label};
use rxlint_model::record::Field;

/// An ingredient: its name, or the number in place of it.
struct Ingredient<'a> {
    whole: &'a Element,
    name: Option<&'a Element>,
    number: Option<&'a Element>,
    qualifier: &'a str,
}

fn ingredients<'a>(compound: &[&'a Element]) -> Vec<Ingredient<'a>> {
    let wholes = compound.iter().copied().filter(|e| e.path.ends_with("/CompoundIngredient/"));
    wholes
        .map(|whole| {
            let part = |ends: &[&str]| {
                compound.iter().copied().find(|e| {
                    whole.whole.contains(&e.whole.start)
                        && !e.text.trim().is_empty()
                        && ends.iter().any(|end| e.path.ends_with(end))
                })
            };
            let number = part(&["/ItemNumber/Code/", "/ItemNumber/"]);
            let beside = part(&["/ItemNumber/Qualifier/"]).map(|e| e.text.trim());
            let attribute = number.and_then(|number| number.qualifier.as_deref());
            Ingredient {
                whole,
                name: part(&["/CompoundIngredientItemDescription/"]),
                number,
                qualifier: attribute.or(beside).unwrap_or_default(),
            }
        })
        .collect()
}

impl ScriptDraft {
    /// Adds the names of the ingredients: they count in addition to the name of the whole, which may be a local one.
    pub(super) fn compound(&mut self, compound: &[&Element]) {
        let all = ingredients(compound);
        let names: Vec<&Element> = all.iter().filter_map(|one| one.name).collect();
        let Some(first) = names.first() else { return };
        let texts: Vec<&str> = names.iter().map(|name| name.text.trim()).collect();
        let free = [Field::Drug, Field::Generic].into_iter().find(|field| !self.has(*field));
        if let (Some(field), [_]) = (free, texts.as_slice()) {
            self.set(field, Some(first));
        } else if let Some(field) = free {
            self.say(field, &texts.join(" / "), label(&first.path));
        }
    }
}

/// Each ingredient that is named only by a number, as a separate record with the other data of the whole.
pub(super) fn coded(whole: &ScriptDraft, compound: &[&Element]) -> Vec<ScriptDraft> {
    const OF_THE_WHOLE: [Field; 7] = [
        Field::Drug,
        Field::Generic,
        Field::Ndc,
        Field::Rxcui,
        Field::Strength,
        Field::StrengthUnit,
        Field::Quantity,
    ];
    let unnamed = ingredients(compound).into_iter().filter(|one| one.name.is_none());
    unnamed
        .filter_map(|one| {
            let number = one.number?;
            let field =
                if matches!(one.qualifier, "ND" | "NDC" | "") { Field::Ndc } else { Field::Code };
            let mut draft = ScriptDraft { range: one.whole.whole.clone(), ..whole.clone() };
            draft.cells.retain(|cell: &ScriptCell| !OF_THE_WHOLE.contains(&cell.field));
            draft.set(field, Some(number));
            Some(draft)
        })
        .collect()
}

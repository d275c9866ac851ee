//! Names that are mistaken for each other, both listed, and not written in the letters that tell
//! them apart.

use super::file::{FormularyCheck, LookAlike};
use super::{FormularyContext, FormularyDraft};
use crate::formulary::{FormularyEntry, Product};
use crate::rule::book::Rule;
use crate::rule::message::Words;
use rxlint_model::finding::Finding;
use rxlint_model::record::Field;

pub(super) fn judge(
    context: &FormularyContext<'_>,
    rule: &Rule,
    check: &FormularyCheck,
) -> Vec<Finding> {
    check.look_alikes.iter().filter_map(|pair| of_pair(context, rule, pair)).collect()
}

fn of_pair(context: &FormularyContext<'_>, rule: &Rule, pair: &LookAlike) -> Option<Finding> {
    let mut entries: [Vec<(&FormularyEntry, Field, bool)>; 2] = [Vec::new(), Vec::new()];
    for entry in context.formulary.active() {
        let product = context.formulary.product(entry);
        for (side, name) in entries.iter_mut().zip(&pair.names) {
            side.extend(written(product, name).map(|(field, tall)| (entry, field, tall)));
        }
    }
    let plain =
        |side: &[(&FormularyEntry, Field, bool)]| side.iter().filter(|(_, _, tall)| !tall).count();
    if entries.iter().any(Vec::is_empty) || entries.iter().all(|side| plain(side) == 0) {
        return None;
    }
    // For each name, the first entry that needs changing is shown, otherwise the first entry.
    let places = entries.iter().map(|side| {
        let (entry, field, tall) =
            side.iter().find(|(_, _, tall)| !tall).or(side.first()).copied()?;
        Some((
            entry,
            field,
            if tall { "in tall-man letters" } else { "without tall-man letters" }.to_owned(),
        ))
    });
    let places: Vec<_> = places.collect::<Option<_>>()?;
    let words = Words::default()
        .with("one", &pair.names[0])
        .with("other", &pair.names[1])
        .with("count", plain(&entries[0]) + plain(&entries[1]))
        .with("source", &pair.source);
    let keys = pair.names.iter().map(|name| name.to_lowercase()).collect();
    Some(context.finding(
        rule,
        FormularyDraft { keys, words, bound: String::new(), places, also: Vec::new() },
    ))
}

/// The cell in which a name occurs as a whole word, and whether it is in tall-man letters.
fn written(product: &Product, name: &str) -> Option<(Field, bool)> {
    let fields = [Field::Drug, Field::Generic, Field::Brand];
    product.identity.texts.iter().zip(fields).find_map(|(text, field)| {
        let word = text
            .split(|c: char| !c.is_alphabetic())
            .find(|word| word.eq_ignore_ascii_case(name))?;
        Some((field, word == name))
    })
}

//! Names that are mistaken for each other, both listed, and not written in the letters that tell
//! them apart.

use super::file::{FormularyCheck, LookAlike, Test};
use super::{FormularyContext, FormularyDraft};
use crate::formulary::{Formulary, FormularyEntry, Product};
use crate::rule::book::{Book, Rule};
use crate::rule::file::Condition;
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

/// A word of an entry that should be in tall-man letters, as it is and as it should be.
pub type TallMan<'f> = (&'f FormularyEntry, String, String);

/// The words of all entries that the active rule on look-alike names would write differently.
pub fn tall_man<'f>(book: &Book, formulary: &'f Formulary) -> Vec<TallMan<'f>> {
    let checks = book.active().filter_map(|rule| match &rule.condition {
        Condition::Formulary(check) if check.check == Test::LookAlike => Some(check),
        _ => None,
    });
    let mut found = Vec::new();
    for pair in checks.flat_map(|check| &check.look_alikes) {
        let of_name = |name: &String| -> Vec<TallMan<'f>> {
            let of_entry = |entry: &'f FormularyEntry| {
                let words = plain_words(formulary.product(entry), name);
                words.into_iter().map(move |word| (entry, word, name.clone()))
            };
            formulary.active().flat_map(of_entry).collect()
        };
        let [one, other] = pair.names.each_ref().map(of_name);
        // As in the rule: both are listed.
        if !one.is_empty() && !other.is_empty() {
            let plain = one.into_iter().chain(other).filter(|(_, word, name)| word != name);
            found.extend(plain);
        }
    }
    found
}

/// The spellings in which a name occurs as a whole word.
fn plain_words(product: &Product, name: &str) -> Vec<String> {
    let words =
        product.identity.texts.iter().flat_map(|text| text.split(|c: char| !c.is_alphabetic()));
    let mut words: Vec<String> =
        words.filter(|word| word.eq_ignore_ascii_case(name)).map(str::to_owned).collect();
    words.sort();
    words.dedup();
    words
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

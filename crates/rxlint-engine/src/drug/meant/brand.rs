//! What a brand means if it names several drugs: decided by country, by what else the text names, and by the word after it.

use crate::drug::book::dictionary::{Dictionary, LINE_EXTENSION, Phrase};
use crate::drug::spelling::stem;
use crate::drug::verdict::{Ambiguity, Meaning};

impl Dictionary {
    /// The drug that a brand means where the records come from, with what else it may be if that is unknown.
    pub(in crate::drug) fn settled<'d>(
        &'d self,
        text: &[String],
        at: usize,
        first: &'d Phrase,
    ) -> (&'d Phrase, Option<Ambiguity>) {
        if first.countries.is_empty() {
            return (first, None);
        }
        let same: Vec<&Phrase> =
            self.phrases(&text[at]).iter().filter(|other| other.words == first.words).collect();
        if same.iter().all(|other| other.drug == first.drug) {
            return (first, None);
        }
        // What else the text names settles it: `Trexan 2.5 mg methotrexate`.
        let rest = || text[..at].iter().chain(&text[at + first.words.len()..]);
        let named: Vec<&Phrase> = same
            .iter()
            .copied()
            .filter(|meaning| rest().any(|w| self.is_held(w, meaning)))
            .collect();
        if let [only] = named[..] {
            return (only, None);
        }
        let place = self.place();
        let used =
            |phrase: &&&Phrase| phrase.countries.split(' ').any(|country| place.holds(country));
        let here: Vec<&&Phrase> = same.iter().filter(used).collect();
        match here[..] {
            [only] => (only, None),
            _ => {
                let drugs = same
                    .iter()
                    .map(|p| Meaning { drug: p.drug, form: None, countries: p.countries.clone() })
                    .collect();
                (first, Some(Ambiguity { word: first.words.join(" "), drugs }))
            }
        }
    }

    /// Whether a word names something that a brand holds.
    fn is_held(&self, word: &str, brand: &Phrase) -> bool {
        let is_same = |held: &Vec<String>| {
            let same_stem =
                || stem::stem(word).is_some_and(|s| stem::stem(&held.concat()) == Some(s));
            held[..] == [word.to_owned()] || same_stem()
        };
        let named = || self.meaning_of(word).map(|(drug, _)| drug);
        brand.with.iter().any(is_same)
            || named().is_some_and(|drug| self.shares_ingredient(drug, brand.drug))
    }

    /// A brand followed by a word that makes it another product (`Kaffetin Cold`), if no list has that product and the text does not say what it
    /// holds.
    pub(in crate::drug) fn line_extension(
        &self,
        text: &[String],
        at: usize,
        brand: &Phrase,
    ) -> Option<Ambiguity> {
        let end = at + brand.words.len();
        let next = text.get(end).filter(|next| self.lexicon().is_line_extension(next))?;
        let is_brand = !brand.forms.is_empty() || !brand.countries.is_empty();
        if !is_brand || !self.is_watched(brand.drug) {
            return None;
        }
        let names_it = |word: &String| {
            let named = self.meaning_of(word).map(|(drug, _)| drug);
            named.is_some_and(|drug| self.shares_ingredient(drug, brand.drug))
        };
        if text[..at].iter().chain(&text[end..]).any(names_it) {
            return None;
        }
        let of = |drug, countries: &str| Meaning { drug, form: None, countries: countries.into() };
        let drugs = vec![of(brand.drug, &brand.countries), of(self.find(LINE_EXTENSION)?, "")];
        let word = format!("{} {next}", brand.words.join(" "));
        Some(Ambiguity { word, drugs })
    }
}

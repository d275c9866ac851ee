//! Whether anything in an identity states the form of its drug, and the brand that other words give it.

use crate::drug::book::dictionary::{Dictionary, DrugIx};
use crate::drug::identity::Identity;

impl Dictionary {
    /// Whether nothing in an identity states the form of its only drug: it was taken for what a bare name means.
    pub fn leaves_form_open(&self, identity: &Identity<'_>) -> bool {
        self.of_product(identity, |product| self.is_form_open(product))
    }

    fn is_form_open(&self, identity: &Identity<'_>) -> bool {
        let verdict = self.resolve_legible(identity);
        let [only] = verdict.components[..] else { return false };
        if verdict.mismatch.is_some() {
            return false;
        }
        let code = self.code_of(identity).0.map(|(_, entry)| entry);
        let said = self.words_of(identity);
        let hits = self.scan_all(identity, &said).hits;
        // A site's table named it.
        if hits.is_empty() && code.is_none() {
            return false;
        }
        let of_drug = hits.iter().filter(|hit| hit.drug == only.drug);
        let brands: Vec<u8> = of_drug.flat_map(|hit| hit.forms.iter().copied()).collect();
        let by_code = code.filter(|entry| entry.drug == only.drug).and_then(|entry| entry.form);
        let strength = identity.stated_strength().or_else(|| {
            identity.bare_strength().filter(|_| self.lexicon().is_injection(&said.hints))
        });
        let chosen = self.chosen_form(only.drug, &brands, &said.hints, strength, by_code);
        let tablet_mg = self.drug(only.drug).file.tablet_mg;
        let is_tablet = tablet_mg.is_some() && only.strength.map(|own| own.mg) == tablet_mg;
        !chosen.told && chosen.form == only.form && !is_tablet
    }

    /// A brand of one of a drug's forms among words with single spaces in between, and what precedes it.
    pub fn brand_of_form<'t>(&self, drug: DrugIx, text: &'t str) -> Option<(String, &'t str)> {
        let said: Vec<String> = text.split(' ').map(str::to_owned).collect();
        (0..said.len()).find_map(|at| {
            let phrase = self.phrase_at(&said, at)?;
            let is_of_form = phrase.drug == drug && phrase.forms.iter().all(|form| *form != 0);
            let before = said[..at].iter().map(|word| word.len() + 1).sum::<usize>();
            (is_of_form && !phrase.forms.is_empty())
                .then(|| (phrase.words.join(" "), &text[..before.min(text.len())]))
        })
    }

    /// The words of a route cell with the plain word for each, separated by spaces.
    pub fn route_in_words(&self, cell: &str) -> String {
        self.route_words(cell).join(" ")
    }

    /// Which of a drug's injections comes in that strength.
    pub fn is_strength_of_injection(&self, drug: DrugIx, mg: f64, is_injected: bool) -> bool {
        let near = |own: &f64| (own / mg - 1.0).abs() < 0.001;
        self.drug(drug).forms.iter().any(|form| {
            form.kind == crate::drug::FormKind::Depot
                && (form.strengths_mg.iter().any(near)
                    || is_injected && form.brand_strengths_mg.iter().any(near))
        })
    }
}

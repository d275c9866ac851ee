//! Texts of one record that name different drugs: a brand and a generic name, the dispensed and the ordered drug.

use super::book::dictionary::Dictionary;
use super::identity::Identity;
use super::resolve::{Scan, concerns};
use super::said::reading::Reading;
use super::verdict::{Component, Mismatch, Verdict};
use rxlint_model::record::Field;

/// What one text names: watched drugs, or a known drug that is not watched.
struct Named {
    components: Vec<Component>,
    name: String,
}

impl Dictionary {
    /// Compares the texts with each other. A difference is reported; what the record is about stays, unless only the order names it.
    pub(super) fn weigh_texts(
        &self,
        verdict: &mut Verdict,
        texts: &[Vec<String>],
        identity: &Identity<'_>,
        hints: &[String],
    ) {
        let named: Vec<Named> =
            texts.iter().filter_map(|text| self.named(text, identity, hints)).collect();
        let pairs = (0..named.len()).flat_map(|a| (a + 1..named.len()).map(move |b| (a, b)));
        let differ = pairs.into_iter().find(|&(a, b)| self.differ(&named[a], &named[b]));
        if let (None, Some((a, b))) = (&verdict.mismatch, differ) {
            verdict.mismatch =
                Some(Mismatch { text: named[a].name.clone(), code: named[b].name.clone() });
        }
        if identity.ordered.is_empty() {
            return;
        }
        let Some(ordered) = self.named(&self.read(&identity.ordered), identity, hints) else {
            verdict.resolved |= self.names_a_drug(&identity.ordered);
            return;
        };
        let own = named.into_iter().next();
        match own {
            _ if !verdict.components.is_empty() && own.is_none() => {
                let name = self.names(&verdict.components);
                let by_code = Named { components: verdict.components.clone(), name };
                self.note(verdict, &by_code, &ordered);
            }
            Some(own) => self.note(verdict, &own, &ordered),
            // The dispensed drug is not known: it is taken for the ordered one.
            None => {
                verdict.resolved = true;
                verdict.decided = Field::Ordered;
                verdict.components = ordered.components;
            }
        }
    }

    fn named(&self, text: &[String], identity: &Identity<'_>, hints: &[String]) -> Option<Named> {
        let mut scan = Scan::default();
        self.scan(text, 0, (Field::Drug, ""), hints, &mut scan);
        scan.hits.retain(|hit| !self.is_absent("", text, &hit.words));
        let texts = [text.to_vec()];
        let reading = Reading { hits: &scan.hits, texts: &texts, beside: &[], hints, identity };
        let components = self.components(&reading, None);
        let known = || self.known_name(&texts, &[]);
        let name = if components.is_empty() { known()? } else { self.names(&components) };
        Some(Named { components, name })
    }

    fn note(&self, verdict: &mut Verdict, own: &Named, ordered: &Named) {
        if verdict.mismatch.is_none() && self.differ(own, ordered) {
            verdict.mismatch =
                Some(Mismatch { text: own.name.clone(), code: ordered.name.clone() });
        }
    }

    /// Whether two texts name drugs that have nothing in common, and one of them matters. The beginning of a name is not another drug.
    fn differ(&self, a: &Named, b: &Named) -> bool {
        let shares = a.components.iter().any(|a| b.components.iter().any(|b| a.drug == b.drug));
        let matters = concerns(&a.components) || concerns(&b.components);
        let shortens = |short: &Named, whole: &Named| {
            short.components.is_empty() && self.is_head_of(&short.name, &whole.components)
        };
        let may_be = |brand: &Named, drug: &Named| {
            brand.components.is_empty() && !self.is_none_of_others(&drug.components)
        };
        let is_one = |a, b| shortens(a, b) || may_be(a, b);
        matters && !shares && a.name != b.name && !is_one(a, b) && !is_one(b, a)
    }
}

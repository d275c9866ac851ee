//! Which form of an ingredient a record is about.

use super::dictionary::{Dictionary, DrugIx};
use super::file::FormKind;
use super::resolve::contains;
use super::strength::Strength;

impl Dictionary {
    /// The form: given by a brand with one form, then by words beside the name (a patch, an implant or a cream is one whatever else
    /// is said), then by the code, then by a strength that only one form has. A brand with several forms and no further evidence
    /// means the longest-lasting one; a bare name the form that is usual there.
    pub(super) fn choose_form(
        &self,
        drug: DrugIx,
        brands: &[u8],
        hints: &[String],
        strength: Option<Strength>,
        by_code: Option<u8>,
    ) -> u8 {
        let forms = &self.drug(drug).forms;
        if forms.len() < 2 {
            return 0;
        }
        let of_brand = |form: u8| brands.contains(&form);
        let allowed = |form: u8| {
            brands.is_empty() || of_brand(form) || brands.iter().all(|&brand| brand == 0)
        };
        let first = brands.first().copied();
        let one_brand = first.filter(|&one| one != 0 && brands.iter().all(|&brand| brand == one));
        if let Some(one) = one_brand {
            let injected = forms[one as usize].kind == FormKind::ExtendedRelease
                && self.lexicon().is_injection(hints);
            let short = forms.iter().position(|form| form.kind == FormKind::Tablet);
            return short.filter(|_| injected).map_or(one, |form| form as u8);
        }
        let all: Vec<u8> = (0..forms.len() as u8)
            .filter(|&form| {
                allowed(form) && (form == 0 || !forms[form as usize].is_inner || of_brand(form))
            })
            .collect();
        let kind_of = |form: u8| forms[form as usize].kind;
        let kind = self.lexicon().kind(hints, |kind| all.iter().any(|&form| kind_of(form) == kind));
        let of_kind = |kind: FormKind| -> Vec<u8> {
            all.iter().copied().filter(|&form| kind_of(form) == kind).collect()
        };
        let strong = kind
            .filter(|kind| matches!(kind, FormKind::Implant | FormKind::Patch | FormKind::Topical));
        let choice = strong.map_or_else(|| all.clone(), of_kind);
        if let Some(form) = self.form_by_words(drug, &choice, hints) {
            return form;
        }
        let per_ml = strength.filter(|strength| strength.per_ml);
        let of_concentration = per_ml.and_then(|strength| {
            let has = |form: &u8| {
                let list = &forms[*form as usize].mg_per_ml;
                list.iter().any(|mg| (mg / strength.mg - 1.0).abs() < 0.001)
            };
            choice.iter().copied().find(has)
        });
        if let Some(form) = of_concentration {
            return form;
        }
        let choice = kind.map_or(choice, of_kind);
        let by_strength = strength.and_then(|strength| {
            choice.iter().copied().find(|&at| {
                let form = &forms[at as usize];
                let has =
                    |list: &[f64]| list.iter().any(|mg| (mg / strength.mg - 1.0).abs() < 0.001);
                !strength.per_ml
                    && (has(&form.strengths_mg) || of_brand(at) && has(&form.brand_strengths_mg))
            })
        });
        let longest_brand = brands
            .iter()
            .copied()
            .filter(|form| choice.contains(form))
            .max_by_key(|&form| forms[form as usize].days_each);
        let usual = choice
            .iter()
            .copied()
            .find(|&form| forms[form as usize].usual_in.contains(&self.place().jurisdiction));
        by_code
            .filter(|form| choice.contains(form))
            .or(by_strength)
            .or(longest_brand)
            .or(usual)
            .or(choice.first().copied())
            .unwrap_or(0)
    }

    /// The form of which the longest phrase stands among the hints.
    fn form_by_words(&self, drug: DrugIx, choice: &[u8], hints: &[String]) -> Option<u8> {
        let longest = |form: u8| {
            let phrases = &self.form(drug, form).words;
            let found = phrases.iter().filter(|phrase| contains(hints, phrase));
            found.map(|phrase| phrase.iter().map(String::len).sum::<usize>()).max()
        };
        let found =
            choice.iter().filter_map(|&form| Some((longest(form)?, std::cmp::Reverse(form))));
        found.max().map(|(_, form)| form.0)
    }
}

//! What the codes of an identity stand for, in the built-in tables and in a site's own.

use super::code::{self, NdcProblem};
use super::dictionary::{CodeEntry, Dictionary};
use super::identity::Identity;
use super::vocabulary::{self, CodeMeaning, System};
use rxlint_model::record::Field;

impl Dictionary {
    /// What the codes stand for, the most specific first, and what is wrong with one that cannot be
    /// used.
    pub(super) fn code_of(
        &self,
        identity: &Identity<'_>,
    ) -> (Option<(Field, CodeEntry)>, Option<NdcProblem>) {
        let mut problem = None;
        let mut by_ndc = |text: &str| match code::ndc(text) {
            Ok(ndc) => self.ndc(ndc.number),
            Err(why) => {
                problem = Some(why);
                None
            }
        };
        let system = identity.system.to_ascii_lowercase();
        let mut found = Vec::new();
        if !identity.ndc.is_empty() {
            found.push((Field::Ndc, by_ndc(&identity.ndc)));
        }
        found.push((
            Field::Rxcui,
            code::rxcui(&identity.rxcui).and_then(|number| self.rxcui(number)),
        ));
        found.push((Field::Hcpcs, self.hcpcs(&identity.hcpcs)));
        found.push((Field::Atc, self.atc(&identity.atc)));
        let open = identity.code.as_ref();
        if !open.is_empty() {
            let entry = if system.contains("rxn") {
                code::rxcui(open).and_then(|number| self.rxcui(number))
            } else if system.contains("ndc") {
                by_ndc(open)
            } else if code::is_atc(open) {
                self.atc(open)
            } else if code::is_hcpcs(open) {
                self.hcpcs(open)
            } else if open.bytes().filter(u8::is_ascii_digit).count() >= 8 {
                by_ndc(open)
            } else if !identity.concept.is_empty() {
                // OMOP's source value holds whatever the source had; next to a concept id, a short
                // number is an RxCUI.
                code::rxcui(open).and_then(|number| self.rxcui(number))
            } else {
                None
            };
            found.push((Field::Code, entry));
        }
        (found.into_iter().find_map(|(field, entry)| Some((field, entry?))), problem)
    }

    /// What a site's tables say about the codes, the most specific first.
    pub(super) fn vocabulary_meaning(
        &self,
        identity: &Identity<'_>,
    ) -> Option<(Field, CodeMeaning<'_>)> {
        let vocabulary = self.vocabulary();
        let ndc = |text: &str| {
            let number = code::ndc(text).ok()?.number;
            vocabulary
                .meaning(System::Ndc, number)
                .or_else(|| vocabulary.meaning(System::NdcProduct, number / 100))
        };
        let local = |text: &str| {
            (!text.is_empty())
                .then(|| vocabulary.meaning(System::Local, vocabulary::local(text)))
                .flatten()
        };
        let rxcui = |text: &str| vocabulary.meaning(System::Rxcui, u64::from(code::rxcui(text)?));
        let concept = |text: &str| vocabulary.meaning(System::Concept, text.trim().parse().ok()?);
        let found = [
            (Field::Ndc, ndc(&identity.ndc).or_else(|| local(&identity.ndc))),
            (Field::Rxcui, rxcui(&identity.rxcui)),
            (Field::Concept, concept(&identity.concept)),
            (Field::Code, local(&identity.code).or_else(|| ndc(&identity.code))),
        ];
        found.into_iter().find_map(|(field, meaning)| Some((field, meaning?)))
    }
}

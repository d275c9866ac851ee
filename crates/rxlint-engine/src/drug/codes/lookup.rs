//! What the codes of an identity stand for, in the built-in tables and in a site's own.

use super::atc;
use super::billing::{self, billing_codes};
use super::code::{self, NdcProblem, Prefix};
use super::vocabulary::{self, CodeMeaning, System};
use crate::drug::book::dictionary::{CodeEntry, Dictionary, DrugIx};
use crate::drug::identity::Identity;
use crate::drug::resolve::concerns;
use crate::drug::verdict::Component;
use rxlint_model::record::Field;

impl Dictionary {
    /// Whether a code stands for a watched drug, whatever else is in the record.
    pub(crate) fn knows_code(&self, identity: &Identity<'_>) -> bool {
        self.code_of(identity).0.is_some()
    }

    /// What the codes stand for, the most specific first, and what is wrong with one that cannot be
    /// used.
    pub(in crate::drug) fn code_of(
        &self,
        identity: &Identity<'_>,
    ) -> (Option<(Field, CodeEntry)>, Option<NdcProblem>) {
        let (codes, problem) = self.codes_of(identity);
        (codes.first().copied(), problem)
    }

    /// The same for every known code. A code that only gives a class of opioids does not count next to a drug's code.
    pub(in crate::drug) fn codes_of(
        &self,
        identity: &Identity<'_>,
    ) -> (Vec<(Field, CodeEntry)>, Option<NdcProblem>) {
        let mut problem = None;
        let mut by_ndc = |text: &str| match code::ndc(text) {
            Ok(ndc) => self.by_ndc(ndc),
            Err(_) if code::is_text(text) => None,
            Err(NdcProblem::TenDigits) if self.only_reading(text).is_some() => {
                self.only_reading(text).and_then(|number| self.ndc(number))
            }
            Err(why) => {
                problem = Some(why);
                None
            }
        };
        let written = identity.system.to_ascii_lowercase();
        let system = code::system(&written);
        let mut found = Vec::new();
        if !identity.ndc.is_empty() {
            found.push((
                Field::Ndc,
                by_ndc(&identity.ndc).or_else(|| self.by_letters(&identity.ndc)),
            ));
        }
        found.push((
            Field::Rxcui,
            code::rxcui(&identity.rxcui).and_then(|number| self.rxcui(number)),
        ));
        found.push((Field::Hcpcs, self.by_letters(&identity.hcpcs)));
        found.push((Field::Atc, self.by_letters(&identity.atc)));
        let open = identity.code.trim();
        if !open.is_empty() {
            let entry = if system == Some(Prefix::Rxcui) || written.contains("rxn") {
                code::rxcui(open).and_then(|number| self.rxcui(number))
            } else if system == Some(Prefix::Ndc) || written.contains("ndc") {
                by_ndc(open)
            } else if let Some(entry) = self.by_letters(open).or_else(|| self.snomed(open)) {
                Some(entry)
            } else if code::is_other_system(&written) {
                None
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
        let texts = [Field::Drug, Field::Generic, Field::Brand].into_iter().zip(&identity.texts);
        found.extend(texts.map(|(field, text)| (field, self.code_in_text(text))));
        let mut known: Vec<(Field, CodeEntry)> =
            found.into_iter().filter_map(|(field, entry)| Some((field, entry?))).collect();
        if known.len() > 1 {
            let first = known[0];
            known.retain(|(field, entry)| *field == first.0 || !self.is_class(entry.drug));
        }
        (known, problem)
    }

    /// What an NDC stands for: its package, otherwise its product, otherwise the nine digits read as having lost no zeros.
    pub(in crate::drug) fn by_ndc(&self, ndc: code::Ndc) -> Option<CodeEntry> {
        let package = if ndc.product_only { None } else { self.ndc(ndc.number) };
        let by_product = |product: u32, new_package: bool| {
            Some(CodeEntry { new_package, ..self.ndc_product(product)? })
        };
        package
            .or_else(|| by_product(ndc.product(), !ndc.product_only))
            .or_else(|| by_product(ndc.number.try_into().ok().filter(|_| ndc.padded)?, false))
    }

    /// Whether eleven digits are a known package, or one of a known product, in any table.
    pub(in crate::drug) fn knows_package(&self, number: u64) -> bool {
        self.is_package(number) || self.knows_product(number / 100)
    }

    /// Whether eleven digits are a package known by itself.
    pub(in crate::drug) fn is_package(&self, number: u64) -> bool {
        self.ndc(number).is_some() || self.vocabulary().meaning(System::Ndc, number).is_some()
    }

    /// Whether nine digits are a labeler's product that is known.
    pub(in crate::drug) fn knows_product(&self, number: u64) -> bool {
        u32::try_from(number).is_ok_and(|product| self.is_built_in_product(product))
            || self.vocabulary().meaning(System::NdcProduct, number).is_some()
    }

    /// Whether the built-in tables know nine digits as a labeler's product.
    fn is_built_in_product(&self, product: u32) -> bool {
        self.ndc_product(product).is_some() || self.is_other_product(product)
    }

    /// Whether a mix-up of these components with a drug from the lists of other drugs matters: it counts as another drug only if the tables hold
    /// packages of one of them.
    pub(in crate::drug) fn is_none_of_others(&self, components: &[Component]) -> bool {
        concerns(components) && self.has_packages(components.iter().map(|c| c.drug))
    }

    /// Whether neither the built-in tables nor a site's know eleven digits.
    pub(crate) fn is_unknown_package(&self, digits: &str) -> bool {
        self.vocabulary().is_empty()
            && code::ndc(digits).is_ok_and(|ndc| self.by_ndc(ndc).is_none())
    }

    /// Whether some text of an identity names a drug in words that can be read.
    pub(crate) fn is_named(&self, identity: &Identity<'_>) -> bool {
        identity.written().iter().any(|(_, text)| self.names_something(text))
    }

    /// The reading of ten digits without hyphens, if one of the three is a known package and neither of the others is a known product.
    fn only_reading(&self, text: &str) -> Option<u64> {
        let known: Vec<u64> = code::readings(&code::ten_digits(text))
            .into_iter()
            .filter(|&number| self.is_built_in_product((number / 100) as u32))
            .collect();
        match known[..] {
            [only] => Some(only).filter(|&number| self.ndc(number).is_some()),
            _ => None,
        }
    }

    /// What a code with letters stands for: HCPCS, with or without modifiers, ATC, or one after the name of its vocabulary.
    pub(in crate::drug) fn by_letters(&self, text: &str) -> Option<CodeEntry> {
        match code::prefixed(text) {
            Some((Prefix::Rxcui, number)) => return self.rxcui(code::rxcui(number)?),
            Some((Prefix::Hcpcs | Prefix::Atc, code)) => return self.by_plain_letters(code),
            Some((Prefix::Ndc, code)) => return self.by_ndc(code::ndc(code).ok()?),
            None => {}
        }
        self.by_plain_letters(text)
    }

    fn by_plain_letters(&self, text: &str) -> Option<CodeEntry> {
        let text = &*billing::in_one(text);
        let mut codes = billing_codes(text).peekable();
        if codes.peek().is_some() {
            return codes.find_map(|code| self.hcpcs(code));
        }
        self.by_atc(text)
            .or_else(|| self.by_atc(&atc::in_one(text)?))
            .or_else(|| self.by_atc(&atc::without_letters_o(text)?))
            .or_else(|| self.by_atc(atc::of_animals(text)?))
    }

    /// What an ATC code stands for; for an unknown substance, what its class says.
    pub(in crate::drug) fn by_atc(&self, text: &str) -> Option<CodeEntry> {
        let class = atc::class(text)?;
        self.atc(text).or_else(|| self.atc(&class))
    }

    /// What a text that is only a code stands for.
    fn code_in_text(&self, text: &str) -> Option<CodeEntry> {
        let text = text.trim();
        if !text.bytes().any(|b| b.is_ascii_digit())
            || text.len() > 24 && code::token(text).is_none()
        {
            return None;
        }
        // Labeler and product without a package are a code only with a hyphen, and a number that lost its zeros only if a spreadsheet wrote it.
        let whole = |ndc: &code::Ndc| {
            (!ndc.padded || code::is_exponent(text)) && (!ndc.product_only || text.contains('-'))
        };
        self.by_letters(text)
            .or_else(|| self.snomed(text))
            .or_else(|| self.by_ndc(code::ndc(text).ok().filter(whole)?))
    }

    /// What an identifier of SNOMED CT stands for: those of the United Kingdom's dictionary of medicines (dm+d).
    fn snomed(&self, text: &str) -> Option<CodeEntry> {
        const SHORTEST: usize = 8;
        let is_one = text.len() >= SHORTEST && text.bytes().all(|b| b.is_ascii_digit());
        self.by_snomed(text.parse().ok().filter(|_| is_one)?)
    }

    /// Whether a code that may be from another system than it was read in is next to the name of another drug.
    pub(in crate::drug) fn is_contradicted(
        &self,
        identity: &Identity<'_>,
        (field, entry): (Field, CodeEntry),
        named: &[DrugIx],
        known_name: impl FnOnce() -> bool,
    ) -> bool {
        field == Field::Code
            && code::may_be_of_another_system(&identity.code)
            && self.snomed(&identity.code).is_none()
            && code::system(&identity.system).is_none()
            && if named.is_empty() {
                known_name()
            } else {
                !named.iter().any(|drug| self.shares_ingredient(*drug, entry.drug))
            }
    }

    /// What a site's tables say about the codes, the most specific first.
    pub(in crate::drug) fn vocabulary_meaning(
        &self,
        identity: &Identity<'_>,
    ) -> Option<(Field, CodeMeaning<'_>)> {
        let vocabulary = self.vocabulary();
        let ndc = |text: &str| {
            let ndc = code::ndc(text).ok()?;
            let package = || vocabulary.meaning(System::Ndc, ndc.number);
            Some(())
                .filter(|()| !ndc.product_only)
                .and_then(|()| package())
                .or_else(|| vocabulary.meaning(System::NdcProduct, u64::from(ndc.product())))
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
        // The key of a site's own list may be in a field for the name.
        let keys = [Field::Drug, Field::Generic, Field::Brand].into_iter().zip(&identity.texts);
        let keys = keys.map(|(field, text)| (field, local(text)));
        found.into_iter().chain(keys).find_map(|(field, meaning)| Some((field, meaning?)))
    }
}

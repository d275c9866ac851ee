//! Billing codes of HCPCS, by themselves or as claims write them: with modifiers, after a qualifier, several in one cell.

use std::borrow::Cow;

use super::code::{self, is_hcpcs};
use crate::drug::book::dictionary::Dictionary;
use crate::drug::identity::Identity;
use crate::drug::verdict::Component;

/// The HCPCS codes of a text that holds nothing but billing codes, with or without qualifiers and modifiers: `J2315-HG`, `J2315HG`,
/// `HC:J2315:JZ` of X12, `99213;J2315`. Empty for all other texts.
pub(crate) fn billing_codes(text: &str) -> impl Iterator<Item = &str> {
    let parts = || text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let is_beside = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_only_codes = text.is_ascii()
        && parts().all(|part| is_beside(part) || is_cpt(part) || hcpcs_part(part).is_some());
    parts().filter(move |_| is_only_codes).filter_map(hcpcs_part)
}

/// A billing code with a hyphen or a space after its letter, without it: `J-2315`.
pub(super) fn in_one(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    match text.as_bytes() {
        [letter, b'-' | b' ', digits @ ..]
            if letter.is_ascii_alphabetic()
                && digits.iter().take_while(|b| b.is_ascii_digit()).count() == 4 =>
        {
            Cow::Owned(format!("{}{}", &text[..1], &text[2..]))
        }
        _ => Cow::Borrowed(text),
    }
}

/// Billing codes that stand for no watched drug (`codes/hcpcs-other.txt`): sorted ranges.
#[derive(Debug, Default)]
pub(in crate::drug) struct OtherBilling(Vec<(u32, u32)>);

impl OtherBilling {
    /// Adds a list: codes and ranges of codes, `J1885` and `J0120-J0122`. Lines that begin with `#` are comments.
    pub(in crate::drug) fn add(&mut self, list: &str) {
        let words =
            list.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
        self.0.extend(words.filter_map(|word| {
            let (first, last) = word.split_once('-').unwrap_or((word, word));
            number(first).zip(number(last))
        }));
        self.0.sort_unstable();
    }

    /// Whether a code is known not to stand for a watched drug.
    fn has(&self, code: &str) -> bool {
        let Some(number) = number(code) else { return false };
        let after = self.0.partition_point(|&(first, _)| first <= number);
        after > 0 && number <= self.0[after - 1].1
    }
}

/// The letter and the digits of a code of HCPCS level II, as one number.
fn number(code: &str) -> Option<u32> {
    let letter = u32::from(code.as_bytes().first()?.to_ascii_uppercase());
    let digits: u32 = code.get(1..)?.parse().ok()?;
    is_hcpcs(code).then_some(letter * 10_000 + digits)
}

/// Whether it has the form of a HCPCS level I (CPT) code: five digits, from the first anesthesia code up, or four and the letter of a category. These
/// are services, not drugs.
fn is_service(code: &str) -> bool {
    const FIRST: u32 = 100;
    let is_filler = || code.bytes().all(|b| b.is_ascii_digit() && b == code.as_bytes()[0]);
    is_cpt(code) && !is_filler() && code.parse().map_or(true, |number: u32| number >= FIRST)
}

/// Whether a text has the shape of a CPT code: `99213`, `0054T`.
pub(crate) fn is_cpt(text: &str) -> bool {
    matches!(text.as_bytes(), [digits @ .., last]
        if digits.len() == 4 && digits.iter().all(u8::is_ascii_digit) && last.is_ascii_alphanumeric())
}

/// The HCPCS code in a part of a text. Only a modifier with a letter may be glued to it: `J231559` could be any number.
fn hcpcs_part(part: &str) -> Option<&str> {
    let (code, modifier) = part.split_at_checked(5)?;
    let is_modifier = modifier.len() == 2 && modifier.bytes().any(|b| b.is_ascii_alphabetic());
    (is_hcpcs(code) && (modifier.is_empty() || is_modifier)).then_some(code)
}

impl Dictionary {
    /// Whether a record holds billing codes, none of which is for a watched drug, and nothing that could be one. An office visit says nothing about
    /// the drug of an NDC next to it; ketorolac's code does.
    pub(in crate::drug) fn is_billed_for_others(&self, identity: &Identity<'_>) -> bool {
        const DIGITS_OF_A_DRUG: usize = 8;
        let of_system = code::system(&identity.system) == Some(code::Prefix::Hcpcs);
        let prefixed = |text: &'_ str| match code::prefixed(text) {
            Some((code::Prefix::Hcpcs, code)) => Some(code.to_owned()),
            _ => None,
        };
        let written = Some(&*identity.hcpcs).filter(|text| !text.is_empty()).map(str::to_owned);
        let written = written.or_else(|| of_system.then(|| identity.code.to_string()));
        let written = written.or_else(|| prefixed(&identity.code));
        let Some(written) = written.or_else(|| prefixed(&identity.texts[0])) else { return false };
        let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
        let may_be_a_drug = !identity.ndc.trim().is_empty()
            || !of_system && digits(&identity.code) >= DIGITS_OF_A_DRUG
            || identity
                .texts
                .iter()
                .any(|text| !text.trim().is_empty() && prefixed(text).is_none());
        let written = in_one(prefixed(&written).as_deref().unwrap_or(&written)).into_owned();
        let is_modifier =
            |part: &&str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphanumeric());
        let mut codes = written
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|part| !part.is_empty() && !is_modifier(part))
            .peekable();
        let is_other = |part: &str| {
            let code = hcpcs_part(part).unwrap_or(part);
            let is_drug = code.starts_with(['J', 'j', 'Q', 'q']);
            let is_known = self.other_billing().has(code)
                || self.drugless(&code.to_ascii_uppercase())
                || is_service(code);
            is_known && (is_drug || !may_be_a_drug)
        };
        written.is_ascii() && codes.peek().is_some() && codes.all(is_other)
    }

    /// The billed units of a depot whose text is that of a billing code, with that code's unit as the strength: `depot form, 1 mg` of an injection of
    /// 380 mg. The 1 mg is not a strength of the product.
    pub(in crate::drug) fn billed_in_words(&self, components: &mut [Component]) -> Option<f32> {
        let [only] = components else { return None };
        let form = self.form(only.drug, only.form);
        let (whole, stated) = (form.strengths_mg.first()?, only.strength.filter(|s| !s.per_ml)?);
        let is_unit = |units: &&(String, f64)| (stated.mg * units.1 - whole).abs() < 1e-9;
        let (_, units) = form.units.iter().filter(|units| units.1 > 1.0).find(is_unit)?;
        only.strength = None;
        Some(*units as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Book;

    #[test]
    fn a_service_and_a_drug_that_no_rule_watches_are_known_by_their_billing_codes() {
        let book = Book::built_in().unwrap();
        let resolved = |hcpcs: &str, ndc: &str, text: &str| {
            let [hcpcs, ndc] = [hcpcs, ndc].map(|text| text.to_owned().into());
            book.dictionary().resolve(&Identity { hcpcs, ndc, ..Identity::text(text) }).resolved
        };
        for code in [
            "99213",
            "99213-25",
            "99213:25:GT",
            "HC:90471",
            "36415",
            "80305",
            "00100",
            "0054T",
            "0001A",
            "J1885",
            "j1885",
            "J1100",
            "J2405",
            "J0696",
            "J3301",
            "J3420",
            "J7120",
            "J2550",
            "J1885JW",
            "J-1885",
            "H0004",
            "H0005",
            "G0463",
            "E0601",
            "A4253",
            "L3000",
            "V2020",
            "G8427",
            "99213;J1885;90471",
            "HCPCS J1885",
            "CPT 99213",
        ] {
            assert!(resolved(code, "", ""), "{code}");
        }
        // Codes that may be any drug, codes newer than the list, and texts that are not codes.
        for code in [
            "J3490",
            "J3590",
            "J7999",
            "J8499",
            "C9399",
            "A9150",
            "J0216",
            "J0576",
            "G0533",
            "H0033",
            "99213;J3490",
            "99999",
            "00000",
            "00012",
            "9921",
            "992133",
            "P12",
            "XXXXX",
            "12345678901",
        ] {
            assert!(!resolved(code, "", ""), "{code}");
        }
        // An office visit says nothing about the drug next to it.
        assert!(!resolved("99213", "12345678901", "") && !resolved("99213", "", "MED001"));
        assert!(resolved("J1885", "12345678901", "") && resolved("J1885", "", "MED001"));
    }

    #[test]
    fn a_code_is_a_billing_code_only_where_something_says_so() {
        let book = Book::built_in().unwrap();
        let resolved = |code: &str, system: &str| {
            let [code, system] = [code, system].map(|text| text.to_owned().into());
            book.dictionary().resolve(&Identity { code, system, ..Identity::default() }).resolved
        };
        assert!(resolved("99213", "CPT") && resolved("J1885", "HCPCS"));
        assert!(resolved("99213", "urn:oid:2.16.840.1.113883.6.12"));
        assert!(!resolved("99213", "") && !resolved("A1234", "") && !resolved("99213", "local"));
    }

    #[test]
    fn a_hyphen_after_the_letter_of_a_billing_code_is_read_over() {
        assert_eq!(in_one("J-2315"), "J2315");
        assert_eq!(in_one("j 2315 JZ"), "j2315 JZ");
        for text in ["J-23150", "J-231", "J2315", "99213-25", "-", ""] {
            assert_eq!(in_one(text), text);
        }
    }

    #[test]
    fn a_billing_code_is_found_with_its_qualifier_and_modifiers() {
        for text in [
            "J2315",
            "J2315-HG",
            "J2315HG",
            "J2315:59",
            "J2315 HG 59",
            "J2315:JZ:HG",
            "HC:J2315",
            "HC:J2315:JZ",
            "HC^J2315",
            "HC>J2315",
            "HC|J2315",
            "HP:J2315",
            "J2315^JZ",
            "J2315/JZ",
            "J2315.",
            "'J2315",
            "99213;J2315;96372",
            "0054T, J2315",
        ] {
            assert_eq!(billing_codes(text).collect::<Vec<_>>(), ["J2315"], "{text}");
        }
        assert_eq!(billing_codes("HC:J2315|HC:Q9991").collect::<Vec<_>>(), ["J2315", "Q9991"]);
        for text in [
            "J23150",
            "J231559",
            "J2315-HGX",
            "J2315 tablet",
            "N07BB04",
            "MED001",
            "99213",
            "",
            "HC",
        ] {
            assert_eq!(billing_codes(text).next(), None, "{text}");
        }
    }
}

//! Billing codes of HCPCS, by themselves or as claims write them: with modifiers, behind a qualifier, several in one cell.

use super::code::is_hcpcs;
use super::dictionary::Dictionary;
use super::verdict::Component;

/// The HCPCS codes of a text that holds nothing but billing codes, with or without qualifiers and modifiers: `J2315-HG`, `J2315HG`,
/// `HC:J2315:JZ` of X12, `99213;J2315`. Empty for all other texts.
pub(crate) fn billing_codes(text: &str) -> impl Iterator<Item = &str> {
    let parts = || text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let is_beside = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_only_codes = text.is_ascii()
        && parts().all(|part| is_beside(part) || is_cpt(part) || hcpcs_part(part).is_some());
    parts().filter(move |_| is_only_codes).filter_map(hcpcs_part)
}

/// Whether a text has the shape of a CPT code: `99213`, `0054T`.
pub(crate) fn is_cpt(text: &str) -> bool {
    matches!(text.as_bytes(), [digits @ .., last]
        if digits.len() == 4 && digits.iter().all(u8::is_ascii_digit) && last.is_ascii_alphanumeric())
}

/// The HCPCS code of a part of a text, to which a modifier with a letter may be glued: `J231559` is any number.
fn hcpcs_part(part: &str) -> Option<&str> {
    let (code, modifier) = part.split_at_checked(5)?;
    let is_modifier = modifier.len() == 2 && modifier.bytes().any(|b| b.is_ascii_alphabetic());
    (is_hcpcs(code) && (modifier.is_empty() || is_modifier)).then_some(code)
}

impl Dictionary {
    /// The billed units of a depot whose text is that of a billing code, with the unit of the code for its strength: `depot form,
    /// 1 mg` of an injection of 380 mg. That is no strength of the product.
    pub(super) fn billed_in_words(&self, components: &mut [Component]) -> Option<f32> {
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

//! Whether a record names a drug in words that can be read: what separates *checked* from *unresolved*.

use super::code;
use super::dictionary::Dictionary;
use super::identity::Identity;
use super::name::words;
use super::script;

/// A shorter word may be anything.
const SHORTEST: usize = 4;

impl Dictionary {
    /// Whether a text names a drug in words that can be read: a word of four letters that is no form, unit, route or filler, has no
    /// digit in it, and is of a script whose names the dictionary knows; or a listed short form.
    pub(super) fn names_something(&self, text: &str) -> bool {
        let is_word = |c: char| c.is_alphanumeric() || c == '\u{ad}' || c == '\u{200b}';
        text.split(|c| !is_word(c)).any(|run| !run.is_empty() && self.run_names_a_drug(run))
    }

    fn run_names_a_drug(&self, run: &str) -> bool {
        let words = words(run);
        // `Naltrexone50mg` names, `MED001` does not: letters before digits are a name only if they are known.
        if let [word] = &words[..] {
            let letters = word.chars().count();
            if letters >= SHORTEST
                && word.chars().all(char::is_alphabetic)
                && script::is_covered(word)
            {
                return !self.lexicon().is_filler(word);
            }
        }
        words.iter().any(|word| self.lexicon().is_short_name(word) && words.len() == 1)
            || self.names_a_drug(run)
    }

    /// Whether a billing code is known to stand for no drug.
    pub(super) fn is_drugless(&self, identity: &Identity<'_>) -> bool {
        let codes = [&identity.hcpcs, &identity.code, &identity.texts[0]];
        codes.into_iter().any(|code| {
            let code = code.trim();
            (5..=7).contains(&code.len()) && self.drugless(&code.to_ascii_uppercase())
        })
    }

    /// Whether a code stands for a known product that no rule watches.
    pub(super) fn is_other_code(&self, identity: &Identity<'_>) -> bool {
        [&identity.ndc, &identity.code].into_iter().any(|text| {
            code::ndc(text).is_ok_and(|ndc| !ndc.padded && self.is_other_product(ndc.product()))
        })
    }
}

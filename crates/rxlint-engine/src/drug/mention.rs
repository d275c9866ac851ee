//! Mentions of watched drugs in any text: what the witness looks for, wherever it stands.

use super::code;
use super::dictionary::{Dictionary, DrugIx, How};
use super::file::Role;
use super::name::words;

/// Words that name no drug and often stand beside one: units, forms, routes, salts.
const BESIDE: [&str; 44] = [
    "mg",
    "mcg",
    "ug",
    "g",
    "gm",
    "ml",
    "meq",
    "hr",
    "h",
    "hcl",
    "hydrochloride",
    "tab",
    "tabs",
    "tablet",
    "tablets",
    "cap",
    "caps",
    "capsule",
    "capsules",
    "er",
    "sr",
    "xr",
    "cr",
    "ir",
    "oral",
    "po",
    "sl",
    "film",
    "patch",
    "inj",
    "injection",
    "solution",
    "soln",
    "susp",
    "vial",
    "kit",
    "each",
    "ea",
    "per",
    "x",
    "of",
    "acetate",
    "citrate",
    "sulfate",
];

/// With more words than this beside the name a text is a sentence, not a product.
const MOST_OTHER_WORDS: usize = 1;

/// A watched drug that a text mentions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The drug.
    pub drug: DrugIx,
    /// Whether the text reads as a product: a name alone, or with a strength or form.
    pub is_product: bool,
}

impl Dictionary {
    /// The watched drugs that a text mentions by name, or whose code it is. Shorthand that means a drug only beside other
    /// words is no mention.
    pub fn mentions(&self, text: &str) -> Vec<Mention> {
        if let Some(drug) = self.code_mention(text.trim()) {
            return vec![Mention { drug, is_product: true }];
        }
        let words = words(text);
        let (mut found, mut others, mut at) = (Vec::new(), 0, 0);
        while at < words.len() {
            let names = |phrase: &&super::dictionary::Phrase| {
                phrase.how != How::Doubtful && words[at..].starts_with(&phrase.words)
            };
            match self.phrases(&words[at]).iter().find(names) {
                Some(phrase) => {
                    if self.is_watched(phrase.drug) {
                        found.push(phrase.drug);
                    }
                    at += phrase.words.len();
                }
                None => {
                    others += usize::from(!is_beside(&words[at]));
                    at += 1;
                }
            }
        }
        let is_product = others <= MOST_OTHER_WORDS;
        found.into_iter().map(|drug| Mention { drug, is_product }).collect()
    }

    /// The drug of a text that is nothing but a code. Bare numbers of other lengths than a product code's are no mention: they
    /// may be anything.
    fn code_mention(&self, text: &str) -> Option<DrugIx> {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let entry = match text.len() {
            5 if code::is_hcpcs(text) => self.hcpcs(text),
            7 if code::is_atc(text) => self.atc(text),
            11..=13 if digits >= 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-') => {
                code::ndc(text).ok().and_then(|ndc| self.ndc(ndc.number))
            }
            _ => None,
        }?;
        self.is_watched(entry.drug).then_some(entry.drug)
    }

    /// Whether a text holds the name of any known drug, watched or not.
    pub fn names_a_drug(&self, text: &str) -> bool {
        words(text).iter().any(|word| word.len() > 3 && self.has_word(word) && !is_beside(word))
    }

    /// The ingredients of a drug: itself, or the parts of a combination.
    pub fn ingredients(&self, drug: DrugIx) -> Vec<DrugIx> {
        match &self.drug(drug).components[..] {
            [] => vec![drug],
            parts => parts.iter().map(|part| part.drug).collect(),
        }
    }

    /// Whether some rule can concern the drug, in any of its forms.
    fn is_watched(&self, drug: DrugIx) -> bool {
        let is_watched = |role| !matches!(role, Role::Known | Role::Rescue | Role::Deterrent);
        self.ingredients(drug)
            .into_iter()
            .any(|part| self.drug(part).forms.iter().any(|form| is_watched(form.role)))
    }
}

fn is_beside(word: &str) -> bool {
    word.bytes().any(|b| b.is_ascii_digit()) || word.len() < 2 || BESIDE.contains(&word)
}

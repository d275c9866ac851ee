//! What a record is about, and what is doubtful about it.

use super::book::dictionary::{Dictionary, DrugIx};
use super::book::file::Role;
use super::codes::code::NdcProblem;
use super::forms::strength::Strength;
use rxlint_model::record::Field;

/// An ingredient of the product that a record is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Component {
    /// The ingredient.
    pub drug: DrugIx,
    /// Its form, by index into the ingredient's forms.
    pub form: u8,
    /// Its role in this product.
    pub role: Role,
    /// How much of it one unit contains, if that is certain.
    pub strength: Option<Strength>,
    /// Which medicine of the record it is in: a cell may list several.
    pub medicine: u8,
}

/// A text and a code that name different drugs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// What the text names.
    pub text: String,
    /// What the code stands for.
    pub code: String,
}

/// A word that is not quite a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// The word as it is written.
    pub word: String,
    /// The drug that it may be meant for.
    pub meant: DrugIx,
    /// Why it is thought so, if it is not the drug's own name.
    pub by: SlipBy,
    /// Whether it is a listed misspelling, which is taken for the drug anyway.
    pub resolved: bool,
}

/// Why a word is taken for a slip.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SlipBy {
    /// It resembles the drug's name, in some language's spelling.
    #[default]
    Name,
    /// It resembles that brand, or another of the drug's names.
    Other(String),
    /// It is shorthand, or a brand that is another word too, and nothing next to it says which is meant.
    Doubtful,
    /// The sign of a cough medicine with the drug follows it: `Nalex AC`.
    CoughMark,
}

impl Slip {
    /// What it resembles, in words: `a slip of tramadol`, `a slip of Anadol (tramadol)`, `a cough medicine with codeine`.
    pub fn in_words(&self, dictionary: &Dictionary) -> String {
        let drug = &dictionary.drug(self.meant).name;
        match &self.by {
            SlipBy::Other(name) if name != drug => {
                let mut letters = name.chars();
                let first = letters.next().into_iter().flat_map(char::to_uppercase);
                let name: String = first.chain(letters).collect();
                format!("a slip of {name} ({drug})")
            }
            SlipBy::Name | SlipBy::Other(_) => format!("a slip of {drug}"),
            SlipBy::Doubtful => format!("a name of {drug} that may be another word"),
            SlipBy::CoughMark => format!("a cough medicine with {drug}"),
        }
    }
}

/// What a record is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The ingredients that the dictionary knows; empty for every other drug.
    pub components: Vec<Component>,
    /// The combination, or the only ingredient.
    pub product: Option<DrugIx>,
    /// The field that decided.
    pub decided: Field,
    /// Whether the record names any drug in a readable way.
    pub resolved: bool,
    /// Whether its texts name one: whatever the codes.
    pub named: bool,
    /// Whether its text says that it was refused or cancelled (`Naltrexone 50 mg tab - VOID`), whatever its code is.
    pub not_taken: bool,
    /// Text and code name different drugs.
    pub mismatch: Option<Mismatch>,
    /// A word one slip away from a name.
    pub slip: Option<Slip>,
    /// Billed units that make one unit of the product.
    pub billed_units: Option<f32>,
    /// Days that one billed unit covers, if the code has its own period.
    pub billed_days: Option<u8>,
    /// Whether the billing code is that of an injection.
    pub billed_injection: bool,
    /// What is wrong with the code.
    pub problem: Option<NdcProblem>,
    /// Whether a pharmacy made it: it says so, or no manufacturer makes this form.
    pub compounded: bool,
    /// A brand that may be another drug.
    pub ambiguity: Option<Ambiguity>,
    /// The code's product is known, but its package is not.
    pub new_package: bool,
    /// The numbers of its texts, otherwise its code, hashed: products of different strengths differ in it. 0 if there are none.
    pub numbers: u64,
}

impl Verdict {
    /// Whether its name or code is in doubt.
    pub const fn is_doubtful(&self) -> bool {
        self.mismatch.is_some() || self.slip.is_some() || self.ambiguity.is_some()
    }

    /// Whether the medicine that holds a component also contains that ingredient. If text and code name it differently, it is one medicine all the
    /// same.
    pub fn holds(&self, component: &Component, drug: DrugIx) -> bool {
        let is_one = self.mismatch.is_some();
        self.components
            .iter()
            .any(|c| c.drug == drug && (is_one || c.medicine == component.medicine))
    }

    /// The components of one medicine of the record.
    pub fn medicine(&self, medicine: u8) -> impl Iterator<Item = &Component> {
        self.components.iter().filter(move |c| c.medicine == medicine)
    }
}

/// A brand that means different drugs in different countries, if no country settles it; or one with a word after it that may make it another product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ambiguity {
    /// The brand as written.
    pub word: String,
    /// What it may be, beginning with what it was taken for.
    pub drugs: Vec<Meaning>,
}

/// One of the things that a name may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The drug.
    pub drug: DrugIx,
    /// Its form, if the drug is the same and only the form is in doubt.
    pub form: Option<u8>,
    /// The countries or regions where it means that, separated by spaces; empty if that is not the question.
    pub countries: String,
}

impl Ambiguity {
    /// Whether the question is a word after the brand, which no country settles.
    pub fn is_line_extension(&self) -> bool {
        self.drugs.last().is_some_and(|last| last.countries.is_empty() && last.form.is_none())
    }
}

impl Meaning {
    /// The meaning in words: `codeine (GB)`, `nalmefene, tablet (EU, UK)`.
    pub fn in_words(&self, dictionary: &Dictionary) -> String {
        let name = &dictionary.drug(self.drug).name;
        let form = self.form.map(|form| format!(", {}", dictionary.form(self.drug, form).id));
        let form = form.unwrap_or_default();
        if self.countries.is_empty() {
            return format!("{name}{form}");
        }
        format!("{name}{form} ({})", self.countries.replace(' ', ", "))
    }
}

//! The condition of a formulary rule, as written.

use serde::Deserialize;

use crate::drug::name::words;
use crate::formulary::classes::ClassGroup;
use crate::rule::select::Selector;
use rxlint_model::finding::Severity;

/// What is required of a formulary.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FormularyCheck {
    /// Which check.
    pub check: Test,
    /// The drugs in question, if it compares two groups.
    #[serde(default)]
    pub subject: Option<Selector>,
    /// The drugs that they are compared with.
    #[serde(default)]
    pub other: Option<Selector>,
    /// Classes in which a drug must not be listed.
    #[serde(default, rename = "class")]
    pub classes: Vec<WrongClass>,
    /// What a limit must not exceed.
    #[serde(default, rename = "maximum")]
    pub maximums: Vec<Maximum>,
    /// The strengths that are sold.
    #[serde(default)]
    pub marketed: Option<Marketed>,
    /// What the classes of interaction tables stand for.
    #[serde(default, rename = "group")]
    pub groups: Vec<Group>,
    /// Ingredients that no rule watches, and brands of products with one: such a product is covered by the opioid's name, and
    /// covers only itself.
    #[serde(default)]
    pub partners: Vec<String>,
    /// Names that are mistaken for each other.
    #[serde(default, rename = "look-alike")]
    pub look_alikes: Vec<LookAlike>,
}

/// The checks of a formulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Test {
    /// A code that cannot be one.
    InvalidCode,
    /// Name and code of different drugs.
    NameCodeMismatch,
    /// An entry whose drug is unknown.
    UnresolvedDrug,
    /// One product on different terms.
    ConflictingEntry,
    /// A drug in a class where it does not belong.
    MisclassifiedAntagonist,
    /// A quantity limit that allows too much.
    LimitAboveMaximum,
    /// A strength that no one sells.
    UnmarketedStrength,
    /// Two drugs that the site's alerts do not treat as dangerous together.
    MissingAlert,
    /// A group of drugs without those needed alongside it.
    MissingReversalAgent,
    /// Names that are mistaken for each other.
    LookAlike,
}

/// A class in which a drug must not be listed.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WrongClass {
    /// The drug.
    pub subject: Selector,
    /// Phrases of which at least one must occur in the class.
    #[serde(default)]
    pub says: Vec<String>,
    /// What the class holds: at least one of these.
    #[serde(default)]
    pub holds: Vec<ClassGroup>,
    /// What makes it right nevertheless.
    #[serde(default)]
    pub unless: Vec<ClassGroup>,
    /// Only if no ingredient of the product is an opioid.
    #[serde(default)]
    pub without_opioid: bool,
    /// Only if no ingredient of the product blocks opioids.
    #[serde(default)]
    pub without_antagonist: bool,
    /// Only if no ingredient of the product is there to deter misuse.
    #[serde(default)]
    pub without_deterrent: bool,
    /// What is wrong with it, for the message.
    pub wrong: String,
}

/// The most that a limit may allow.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Maximum {
    /// The drug.
    pub subject: Selector,
    /// A daily maximum in mg.
    #[serde(default)]
    pub daily_mg: Option<f64>,
    /// One unit in this many days.
    #[serde(default)]
    pub one_in_days: Option<f64>,
    /// Only in this form of the drug, by its id.
    #[serde(default)]
    pub form: Option<String>,
    /// The mL of one unit, if the product does not state them.
    #[serde(default)]
    pub ml_each: Option<f64>,
    /// The maximum is that of another ingredient than the drug.
    #[serde(default)]
    pub partner: Option<String>,
    /// Short names of that ingredient, and brands of products with it.
    #[serde(default)]
    pub partner_names: Vec<String>,
    /// Marks of products that go by a number instead of their strengths: `#3`.
    #[serde(default)]
    pub partner_marks: Vec<String>,
    /// The mg of that ingredient in each product so marked.
    #[serde(default)]
    pub partner_marks_mg: Option<f64>,
    /// Another severity than the rule's.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Where the number comes from.
    pub source: String,
    /// How strong that evidence is.
    pub grade: String,
}

/// The strengths that are sold.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Marketed {
    /// The drug, as the only one in its product.
    pub subject: Selector,
    /// Strengths of one unit in mg.
    pub strengths_mg: Vec<f64>,
    /// Words that mark a compounded product.
    pub marks: Vec<String>,
}

/// A class of an interaction table.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Group {
    /// What the class holds, by its name or code.
    pub holds: Vec<ClassGroup>,
    /// The drugs in it.
    pub covers: Selector,
}

impl FormularyCheck {
    /// Whether texts name an ingredient or brand of [`Self::partners`].
    pub fn is_combined<'t>(&self, mut texts: impl Iterator<Item = &'t str>) -> bool {
        texts.any(|text| {
            let said = words(text);
            self.partners.iter().any(|partner| said.iter().any(|word| word == partner))
        })
    }
}

/// Two names that are mistaken for each other, in tall-man letters.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LookAlike {
    /// The names as the list writes them.
    pub names: [String; 2],
    /// The list.
    pub source: String,
}

//! The condition of a formulary rule, as written.

use serde::Deserialize;

use crate::rule::select::Selector;

/// What is asked of a formulary.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FormularyCheck {
    /// Which check.
    pub check: Test,
    /// The drugs that it is about, where it compares two groups.
    #[serde(default)]
    pub subject: Option<Selector>,
    /// The drugs that they are compared with.
    #[serde(default)]
    pub other: Option<Selector>,
    /// Classes in which a drug must not stand.
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
    /// An entry of which nobody can tell what it is.
    UnresolvedDrug,
    /// One product on different terms.
    ConflictingEntry,
    /// A drug in a class where it does not belong.
    MisclassifiedAntagonist,
    /// A quantity limit that allows too much.
    LimitAboveMaximum,
    /// A strength that nobody sells.
    UnmarketedStrength,
    /// Two drugs that the site's alerts do not know together.
    MissingAlert,
    /// A group of drugs without what is needed beside it.
    MissingReversalAgent,
    /// Names that are mistaken for each other.
    LookAlike,
}

/// A class in which a drug must not stand.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WrongClass {
    /// The drug.
    pub subject: Selector,
    /// Phrases of which one must occur in the class.
    pub says: Vec<String>,
    /// Words that make it right all the same.
    #[serde(default)]
    pub unless: Vec<String>,
    /// Only where no ingredient of the product is an opioid.
    #[serde(default)]
    pub without_opioid: bool,
    /// What is wrong about it, for the message.
    pub wrong: String,
}

/// The most that a limit may allow.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Maximum {
    /// The drug.
    pub subject: Selector,
    /// So many mg a day.
    #[serde(default)]
    pub daily_mg: Option<f64>,
    /// One unit in so many days.
    #[serde(default)]
    pub one_in_days: Option<f64>,
    /// Where the number comes from.
    pub source: String,
    /// How good that is.
    pub grade: String,
}

/// The strengths that are sold.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Marketed {
    /// The drug, alone in its product.
    pub subject: Selector,
    /// Strengths of one unit in mg.
    pub strengths_mg: Vec<f64>,
    /// Words of which one marks a compounded product.
    pub marks: Vec<String>,
}

/// A class of an interaction table.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Group {
    /// What it is called.
    pub names: Vec<String>,
    /// The drugs in it.
    pub covers: Selector,
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

//! The files under `rules/drugs/`, as written. `rules/README.md` describes every key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::built_in;

/// The files of one folder of rules: the built-in ones or a site's additions.
#[derive(Clone, Copy, Debug)]
pub struct RulePack<'a> {
    /// The folder as the site names it; empty if it is built in.
    pub folder: &'a str,
    /// Each file's path below the folder, with slashes, and its text.
    pub files: &'a [(&'a str, &'a str)],
}

/// The lists of names in `drugs/`.
pub const NAMES: [&str; 3] = ["known-names.txt", "names-at-large.txt", "ordinary-words.txt"];

/// The other files there: words that occur with names and in directions, brands by country.
const WORDS: [&str; 6] = [
    "lexicon.toml",
    "directions.toml",
    "brands.csv",
    "brands-by-hand.csv",
    "line-extensions.csv",
    "scripts.csv",
];

/// Whether a file of that name in `drugs/` holds names or words instead of a drug.
pub fn is_words(name: &str) -> bool {
    NAMES.contains(&name) || WORDS.contains(&name)
}

impl RulePack<'_> {
    /// Whether these are the built-in files, whose tables are precompiled.
    pub fn is_built_in(&self) -> bool {
        self.folder.is_empty() && built_in::is_built_in(self.files)
    }

    /// A file's path as shown to a person.
    pub fn shown(&self, path: &str) -> String {
        match self.folder.trim_end_matches('/') {
            "" => path.to_owned(),
            folder => format!("{folder}/{path}"),
        }
    }

    /// The same for use in a sentence: `the built-in drugs/oxycodone.toml`.
    pub fn named(&self, path: &str) -> String {
        let built_in = if self.folder.is_empty() { "the built-in " } else { "" };
        format!("{built_in}{}", self.shown(path))
    }
}

/// What a drug does in a product, as far as rules care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Blocks the opioid receptors of the whole body.
    Antagonist,
    /// A full opioid agonist, tramadol included.
    FullAgonist,
    /// Opioids used for maintenance: buprenorphine in every form, methadone and kin.
    Maintenance,
    /// A mixed agonist and antagonist.
    Mixed,
    /// An opioid used against diarrhoea.
    Antidiarrheal,
    /// An antagonist that the product keeps locked away unless it is tampered with.
    Sequestered,
    /// An antagonist given to reverse an overdose.
    Rescue,
    /// An antagonist that does not enter the brain.
    Peripheral,
    /// Naloxone in a combination, against misuse.
    Deterrent,
    /// Neither opioid nor antagonist, but mentioned by some rule.
    Other,
    /// Not mentioned by any rule.
    Known,
}

impl Role {
    /// Whether the drug acts as an opioid.
    pub const fn is_opioid(self) -> bool {
        matches!(self, Self::FullAgonist | Self::Maintenance | Self::Mixed | Self::Antidiarrheal)
    }

    /// As shown to a person: `full agonist`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Antagonist => "antagonist",
            Self::FullAgonist => "full agonist",
            Self::Maintenance => "maintenance opioid",
            Self::Mixed => "mixed agonist-antagonist",
            Self::Antidiarrheal => "antidiarrheal opioid",
            Self::Sequestered => "sequestered antagonist",
            Self::Rescue => "rescue antagonist",
            Self::Peripheral => "peripheral antagonist",
            Self::Deterrent => "misuse deterrent",
            Self::Other => "partner drug",
            Self::Known => "other drug",
        }
    }
}

/// Route and release class: what makes one era, and what carries over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FormKind {
    /// Every short-acting form: tablet, liquid, injection, spray.
    Tablet,
    /// Extended release by mouth.
    ExtendedRelease,
    /// A patch.
    Patch,
    /// A depot injection.
    Depot,
    /// An implant.
    Implant,
    /// A cream, an ointment, drops: acts where it is applied.
    Topical,
}

impl FormKind {
    /// Whether a unit lasts for a fixed time whatever the record says.
    pub const fn lasts_by_itself(self) -> bool {
        matches!(self, Self::Patch | Self::Depot | Self::Implant)
    }

    /// Whether a refill is lengthened by supply left over when it arrives. Depots and implants
    /// cannot be saved up.
    pub const fn carries_over(self) -> bool {
        !matches!(self, Self::Depot | Self::Implant)
    }
}

/// A file under `rules/drugs/`: an ingredient, or a combination if it has components.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DrugFile {
    /// Part of every fingerprint; never changes.
    pub id: String,
    /// The role of the ingredient; in a combination, the roles of its components count instead.
    #[serde(default = "known")]
    pub role: Role,
    /// Free words that rules may select by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Names, the one to show first.
    #[serde(default)]
    pub names: Vec<String>,
    /// Misspellings that resolve to the drug and are reported as slips.
    #[serde(default)]
    pub misspellings: Vec<String>,
    /// Shorthand that cannot mean anything else.
    #[serde(default)]
    pub abbreviations: Vec<String>,
    /// Shorthand that is believed only with a confirming word next to it.
    #[serde(default)]
    pub doubtful: Vec<Doubtful>,
    /// What it is combined with, in full or as shorthand: next to that, a shorter beginning of its name means the drug.
    #[serde(default)]
    pub combined_with: Vec<String>,
    /// Words that say that a pharmacy made it, including forms that no manufacturer makes.
    #[serde(default)]
    pub compounded: Vec<String>,
    /// Brands of the first form.
    #[serde(default)]
    pub brands: Vec<String>,
    /// The strength of its tablets, if they come in one only: a bare number next to the name means that.
    #[serde(default)]
    pub tablet_mg: Option<f64>,
    /// Brands that come only in that strength.
    #[serde(default)]
    pub tablet_mg_brands: Vec<String>,
    /// RxCUIs of the ingredient or of products of the first form.
    #[serde(default)]
    pub rxcui: Vec<String>,
    /// ATC codes, level 5.
    #[serde(default)]
    pub atc: Vec<String>,
    /// Identifiers of SNOMED CT: those of the United Kingdom's dictionary of medicines (dm+d).
    #[serde(default)]
    pub snomed: Vec<String>,
    /// ATC classes, level 4: a code in one that no drug has names this drug.
    #[serde(default)]
    pub atc_classes: Vec<String>,
    /// Where the facts come from.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Facts of this file for which no source was seen.
    #[serde(default)]
    pub unverified: Vec<String>,
    /// Remarks for the reader.
    #[serde(default)]
    pub notes: Option<String>,
    /// The forms, the one that a bare name means first.
    #[serde(default, rename = "form")]
    pub forms: Vec<FormFile>,
    /// The ingredients of a combination.
    #[serde(default, rename = "component")]
    pub components: Vec<ComponentFile>,
}

impl DrugFile {
    /// Its brands: those of every form, and those of a single form.
    pub fn all_brands(&self) -> impl Iterator<Item = &String> {
        self.brands.iter().chain(self.forms.iter().flat_map(|form| &form.brands))
    }
}

fn known() -> Role {
    Role::Known
}

/// Shorthand that resolves only next to one of `with`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Doubtful {
    /// The shorthand.
    pub text: String,
    /// Words that confirm it.
    pub with: Vec<String>,
    /// Words next to which it is something else: an acne wash, a disease.
    #[serde(default)]
    pub never: Vec<String>,
}

/// A form of an ingredient.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FormFile {
    /// Part of the fingerprint if it is not the first.
    pub id: String,
    /// What messages call it, if its id is not a name.
    #[serde(default)]
    pub title: Option<String>,
    /// Route and release class.
    pub kind: FormKind,
    /// The role in this form, if it differs.
    #[serde(default)]
    pub role: Option<Role>,
    /// The washout window that applies after it.
    #[serde(default)]
    pub washout: Option<String>,
    /// The blockade window that applies after it.
    #[serde(default)]
    pub blockade: Option<String>,
    /// Days that one unit lasts.
    #[serde(default)]
    pub days_each: Option<u16>,
    /// Brands of this form.
    #[serde(default)]
    pub brands: Vec<String>,
    /// Words that identify this form.
    #[serde(default)]
    pub words: Vec<String>,
    /// Words next to which it can be no other form, whatever else is said.
    #[serde(default)]
    pub decisive: Vec<String>,
    /// Words next to which it is not this form, whatever else is said.
    #[serde(default)]
    pub never: Vec<String>,
    /// Strengths in mg that tell this form from its siblings.
    #[serde(default)]
    pub strengths_mg: Vec<f64>,
    /// Strengths in mg that do so only next to a brand of this form.
    #[serde(default)]
    pub brand_strengths_mg: Vec<f64>,
    /// Concentrations in mg in one mL that tell this form from its siblings.
    #[serde(default)]
    pub mg_per_ml: Vec<f64>,
    /// What one holds in mL, if that is a whole number: a quantity of that many without a unit is one.
    #[serde(default)]
    pub volume_ml: Option<f64>,
    /// Jurisdictions in which a bare name means this form.
    #[serde(default)]
    pub usual_in: Vec<String>,
    /// ATC codes of this form.
    #[serde(default)]
    pub atc: Vec<String>,
    /// RxCUIs of products of this form.
    #[serde(default)]
    pub rxcui: Vec<String>,
    /// Billing codes of this form.
    #[serde(default)]
    pub hcpcs: Vec<String>,
    /// How many billed units of a code make one.
    #[serde(default)]
    pub units: BTreeMap<String, f64>,
}

/// An ingredient of a combination.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ComponentFile {
    /// The ingredient's id.
    pub ingredient: String,
    /// Its role in this product.
    #[serde(default)]
    pub role: Option<Role>,
    /// Its form in this product.
    #[serde(default)]
    pub form: Option<String>,
    /// Its strength in mg, if all strengths of the product contain the same amount.
    #[serde(default)]
    pub strength_mg: Option<f64>,
    /// How much of it there is for one mg of the first ingredient, if all strengths of the product agree.
    #[serde(default)]
    pub share: Option<f64>,
}

//! The drugs of the tables: names, codes and strengths from the project's own lists.

use std::collections::BTreeSet;

use super::dice::Dice;

const KNOWN_NAMES: &str = include_str!("../../rules/drugs/known-names.txt");
const OTHER_CODES: &str = include_str!("../../rules/codes/ndc-other.txt");
const WATCHED_CODES: &str = include_str!("../../rules/codes/ndc.csv");
const WATCHED_CONCEPTS: &str = include_str!("../../rules/codes/rxcui.csv");

/// Watched drugs, and how often each is drawn. The queries of benches/peers understand all but the last.
const WATCHED: [(&str, u64); 10] = [
    ("naltrexone", 2),
    ("tramadol", 4),
    ("buprenorphine", 2),
    ("methadone", 1),
    ("oxycodone", 5),
    ("hydrocodone", 5),
    ("morphine", 2),
    ("hydromorphone", 1),
    ("codeine", 2),
    ("warfarin", 2),
];

/// Names in the list of other drugs that some rule watches nevertheless: with a foreign code, each would be a finding.
const ALSO_WATCHED: [&str; 23] = [
    "amoxapine",
    "trimipramine",
    "norpramin",
    "toprol",
    "envarsus",
    "xadago",
    "silenor",
    "metoprolol",
    "clomipramine",
    "doxepin",
    "nortriptyline",
    "protriptyline",
    "anafranil",
    "cequa",
    "imipramine",
    "amitriptyline",
    "desipramine",
    "rythmol",
    "lopressor",
    "pamelor",
    "zyvox",
    "neoral",
    "verkazia",
];

const STRENGTHS: [&str; 12] =
    ["10", "20", "5", "50", "100", "25", "40", "500", "2.5", "250", "81", "850"];
const FORMS: [&str; 6] = ["Tablet", "Capsule", "Tablet", "Tablet", "Capsule", "Tablet"];
const PACKAGES: [&str; 4] = ["30", "90", "01", "10"];

/// A product.
pub(crate) struct Drug {
    /// Its name, capitalised.
    pub(crate) name: String,
    /// A number and a unit, in upper case.
    pub(crate) strength: String,
    pub(crate) form: &'static str,
    /// Eleven digits.
    pub(crate) ndc: String,
    /// Its number in a vocabulary of concepts.
    pub(crate) concept: u64,
    /// The concept's name, if the lists have one.
    pub(crate) concept_name: Option<&'static str>,
}

pub(crate) struct Drugs {
    /// By rank.
    others: Vec<Vec<Drug>>,
    /// The cumulative weights up to each rank.
    weights: Vec<u64>,
    watched: Vec<(u64, Vec<Drug>)>,
}

fn lines(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Eleven-digit codes: for each labeler, the first product of each range.
fn other_codes() -> Vec<String> {
    let of_labeler = |line: &'static str| {
        let (labeler, products) = line.split_once(' ').unwrap_or((line, ""));
        let first = products.split(' ').filter_map(|range| range.split('-').next());
        first
            .filter(|product| !product.is_empty())
            .map(move |product| format!("{labeler}{product:0>4}"))
    };
    lines(OTHER_CODES).flat_map(of_labeler).collect()
}

impl Drugs {
    pub(crate) fn new(names: usize) -> Self {
        let mut dice = Dice::new(7);
        let watched = lines(WATCHED_CODES).filter_map(|line| line.split(',').nth(1));
        let watched: BTreeSet<&str> = watched.flat_map(|drug| drug.split('-')).collect();
        let is_other =
            |word: &&str| word.len() > 4 && !watched.contains(word) && !ALSO_WATCHED.contains(word);
        let mut words: Vec<&str> = lines(KNOWN_NAMES).filter(is_other).collect();
        for at in (1..words.len()).rev() {
            words.swap(at, dice.below(at as u64 + 1) as usize);
        }
        let codes = other_codes();
        let other = |rank: usize| {
            let variant = rank / words.len() + rank % words.len();
            // A name is sold by one to four companies.
            let product = |company: usize| Drug {
                name: capitalised(words[rank % words.len()]),
                strength: format!("{} MG", STRENGTHS[variant % STRENGTHS.len()]),
                form: FORMS[variant / 2 % FORMS.len()],
                ndc: format!(
                    "{}{}",
                    codes[(rank * 4 + company) * 37 % codes.len()],
                    PACKAGES[company]
                ),
                concept: 2_900_000 + rank as u64,
                concept_name: None,
            };
            (0..1 + rank % 4).map(product).collect()
        };
        let mut sum = 0;
        let weights = (0..names as u64).map(|rank| {
            sum += 1_000_000_000 / (rank + 1);
            sum
        });
        let weights = weights.collect();
        let watched = WATCHED.iter().map(|(name, weight)| (*weight, products_of(name))).collect();
        Self { others: (0..names).map(other).collect(), weights, watched }
    }

    /// A drug that no rule watches, by Zipf's law.
    pub(crate) fn other(&self, dice: &mut Dice) -> &Drug {
        let drawn = dice.below(self.weights.last().copied().unwrap_or(1));
        let rank = self.weights.partition_point(|sum| *sum <= drawn);
        dice.one_of(&self.others[rank])
    }

    /// A watched drug.
    pub(crate) fn watched(&self, dice: &mut Dice) -> &Drug {
        let mut drawn = dice.below(self.watched.iter().map(|(weight, _)| weight).sum());
        for (weight, products) in &self.watched {
            if drawn < *weight {
                return dice.one_of(products);
            }
            drawn -= weight;
        }
        &self.watched[0].1[0]
    }
}

/// Tablets of a drug, each with a strength in milligrams.
fn products_of(drug: &str) -> Vec<Drug> {
    let is_whole = |strength: &str| {
        let mut digits = strength.trim_end_matches(" MG").bytes();
        strength.ends_with(" MG") && digits.all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    let concepts: Vec<(&str, &str)> = lines(WATCHED_CONCEPTS)
        .filter_map(|line| {
            let mut cells = line.splitn(5, ',');
            let (code, of, form) = (cells.next()?, cells.next()?, cells.next()?);
            let (strength, name) = (cells.next()?.to_uppercase(), cells.next()?.trim_matches('"'));
            let is_it = of == drug && form == "tablet" && is_whole(&strength);
            (is_it && name.contains("Oral Tablet")).then_some((code, name))
        })
        .collect();
    let products = lines(WATCHED_CODES).filter_map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        let [code, of, "tablet", strength] = cells[..] else { return None };
        let strength = strength.to_uppercase();
        (of == drug && code.len() == 11 && is_whole(&strength)).then(|| (code.to_owned(), strength))
    });
    let products = products.take(60).enumerate().map(|(at, (ndc, strength))| {
        let concept = concepts.get(at % concepts.len().max(1));
        Drug {
            name: capitalised(drug),
            strength,
            form: "Tablet",
            ndc,
            concept: concept.and_then(|(code, _)| code.parse().ok()).unwrap_or(0),
            concept_name: concept.map(|(_, name)| *name),
        }
    });
    products.collect()
}

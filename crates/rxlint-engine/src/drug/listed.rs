//! A stricter look at what a drug list says about one product. A list is typed once and read by every system: what is tolerated in a prescription (a
//! code that overrules its name, a name that can just be guessed) is a fault there.

mod several;

use std::cell::OnceCell;

use rustc_hash::FxHashSet;

use super::book::dictionary::{CodeEntry, Dictionary, DrugIx};
use super::book::file::{FormKind, Role};
use super::forms::strength;
use super::identity::Identity;
use super::resolve::concerns;
use super::spelling::name::{one_slip, words};
use super::spelling::near::{self, NearNames};
use super::verdict::{Mismatch, Slip, SlipBy, Verdict};
use rxlint_model::record::Field;
use several::{Codes, is_code};

/// Strengths closer than this are the same, counted as salt or as base: codeine 30 and 32.4 mg.
const SAME_STRENGTH: f64 = 1.09;

/// Shorter words may be anything.
const SHORTEST_NAME: usize = 5;

/// Words after a name that are not names.
const SALTS: [&str; 16] = [
    "hydrochloride",
    "hydrochlorid",
    "chlorhydrate",
    "clorhidrato",
    "cloridrato",
    "hydrobromide",
    "sulfate",
    "sulphate",
    "acetate",
    "citrate",
    "tartrate",
    "bitartrate",
    "phosphate",
    "maleate",
    "fumarate",
    "sodium",
];

/// What the check needs besides the dictionary.
#[derive(Debug)]
pub struct ListedLook<'d> {
    dictionary: &'d Dictionary,
    /// The strengths of each drug in the code tables, in µg.
    strengths: FxHashSet<(DrugIx, u64)>,
    /// Names of agents that reverse an overdose: a slip in one does not matter in a prescription.
    rescue: NearNames,
}

impl<'d> ListedLook<'d> {
    /// Prepares the check.
    pub fn of(dictionary: &'d Dictionary) -> Self {
        let strengths = dictionary
            .coded_strengths()
            .map(|(drug, mg)| (drug, micrograms(f64::from(mg))))
            .collect();
        let mut names = Vec::new();
        for (at, drug) in dictionary.drugs().iter().enumerate() {
            if drug.forms.iter().any(|form| form.role == Role::Rescue) {
                let single = |name: &&String| words(name).len() == 1 && name.len() > SHORTEST_NAME;
                names.extend(
                    drug.file
                        .names
                        .iter()
                        .filter(single)
                        .map(|name| (name.to_lowercase(), at as DrugIx)),
                );
            }
        }
        Self { dictionary, strengths, rescue: NearNames::of(names) }
    }

    /// The verdict on a product of a list: names decide, codes have to agree with them and with each other, and guesses are reported. If names or
    /// codes differ, the fields that do come with it. `further` are codes of further columns.
    pub fn verdict(
        &self,
        identity: &Identity<'_>,
        further: &[(Field, Identity<'_>)],
    ) -> (Verdict, Option<[Field; 2]>) {
        let mut verdict = self.dictionary.resolve(identity);
        let mut codes = self.dictionary.codes_of(identity).0;
        let of_further = further.iter().flat_map(|(field, code)| {
            let known = self.dictionary.codes_of(code).0;
            known.into_iter().map(|(_, entry)| (*field, entry))
        });
        codes.extend(of_further);
        let mut places = verdict.mismatch.as_ref().map(|told| self.places(identity, told, &codes));
        if places.is_none() {
            let named = OnceCell::new();
            let named = || named.get_or_init(|| self.named(identity));
            let by_code = || codes.first().map_or(Field::Code, |(field, _)| *field);
            let found = self
                .another_name(identity, &verdict)
                .map(|told| (told, [Field::Drug, by_code()]))
                .or_else(|| self.another_code(identity, &verdict, &codes))
                .or_else(|| self.another_of_cell(identity, &verdict))
                .or_else(|| self.another_of_column(&verdict, further))
                .or_else(|| self.another_combination(identity, named, &codes))
                .or_else(|| self.another_product(identity, &codes))
                .or_else(|| self.another_form(identity, named, &codes))
                .or_else(|| self.another_brand(identity))
                .or_else(|| self.another_brand_at_large(identity))
                .or_else(|| self.another_in_brackets(identity))
                .or_else(|| self.another_strength(identity, &verdict, &codes));
            if let Some((told, fields)) = found {
                (verdict.mismatch, places) = (Some(told), Some(fields));
            }
        }
        // The name is what people read: the entry is not about the drug of a code that contradicts it.
        if verdict.mismatch.is_some() && is_code(verdict.decided) {
            verdict.components.clear();
            verdict.product = None;
            verdict.decided = Field::Drug;
            verdict.resolved = true;
        }
        if verdict.slip.is_none() {
            verdict.slip = self.slip(identity, &verdict);
        }
        (verdict, places)
    }

    /// Whether a package is known, in the built-in tables or in a site's own, by itself or by its product.
    pub(crate) fn knows_package(&self, number: u64) -> bool {
        self.dictionary.knows_package(number)
    }

    /// Whether a package is known by itself.
    pub(crate) fn is_package(&self, number: u64) -> bool {
        self.dictionary.is_package(number)
    }

    /// Whether a labeler's product is known, by nine digits.
    pub(crate) fn knows_product(&self, number: u64) -> bool {
        self.dictionary.knows_product(number)
    }

    /// The two places that differ.
    fn places(&self, identity: &Identity<'_>, told: &Mismatch, codes: &Codes) -> [Field; 2] {
        let is_told = |(_, entry): &&(Field, CodeEntry)| {
            let of_code = self.dictionary.components_of_code(*entry, &[], identity);
            self.dictionary.names(&of_code) == told.code
        };
        if let Some((field, _)) = codes.iter().find(is_told) {
            return [Field::Drug, *field];
        }
        let fields = [Field::Drug, Field::Generic, Field::Brand];
        let filled: Vec<Field> = fields
            .into_iter()
            .zip(&identity.texts)
            .filter(|(_, text)| !text.is_empty())
            .map(|(field, _)| field)
            .collect();
        match filled[..] {
            [one, .., other] if told.code != "another drug" => [one, other],
            _ => [Field::Drug, codes.first().map_or(Field::Ndc, |(field, _)| *field)],
        }
    }

    /// A name of another drug next to a code that decides by itself: `SKYRIZI` and a code of oxycodone.
    fn another_name(&self, identity: &Identity<'_>, verdict: &Verdict) -> Option<Mismatch> {
        if !is_code(verdict.decided) || !concerns(&verdict.components) {
            return None;
        }
        let known = |text: &&String| self.is_other_name(text, verdict);
        // A name of that drug with a slip in it is reported as such, whatever salt follows.
        let is_slip = |word: &String| {
            let meant = near::slip_of(self.dictionary, &self.rescue, word);
            meant.is_some_and(|(_, meant)| verdict.components.iter().any(|c| c.drug == *meant))
                || verdict.components.iter().any(|component| {
                    let names = &self.dictionary.drug(component.drug).file.names;
                    names.iter().any(|name| is_inner_slip(word, &name.to_lowercase()))
                })
        };
        if identity.texts.iter().flat_map(|text| words(text)).any(|word| is_slip(&word)) {
            return None;
        }
        let word = identity.texts.iter().flat_map(|text| words(text)).collect::<Vec<_>>();
        let word = word.iter().find(known)?;
        Some(Mismatch { text: word.clone(), code: self.dictionary.names(&verdict.components) })
    }

    /// Whether a word is a name that does not resemble any name of the code's drug.
    fn is_other_name(&self, word: &str, verdict: &Verdict) -> bool {
        let dictionary = self.dictionary;
        let large = dictionary.at_large();
        let is_name = word.len() >= SHORTEST_NAME
            && !SALTS.contains(&word)
            && word.chars().all(char::is_alphabetic)
            && !dictionary.has_part(word)
            && (large.has(word) || large.has_stem(word));
        let head =
            |text: &str| text.chars().take(3).flat_map(char::to_lowercase).collect::<String>();
        let alike = || {
            verdict.components.iter().any(|component| {
                let file = &dictionary.drug(component.drug).file;
                file.names
                    .iter()
                    .chain(&file.abbreviations)
                    .chain(file.all_brands())
                    .any(|name| head(name) == head(word))
            })
        };
        is_name && !alike()
    }

    /// A stated strength that differs from that of a code: `oxycodone 5 mg` and a code of 10 mg.
    fn another_strength(
        &self,
        identity: &Identity<'_>,
        verdict: &Verdict,
        codes: &Codes,
    ) -> Option<(Mismatch, [Field; 2])> {
        if !concerns(&verdict.components) {
            return None;
        }
        let of_drug = |entry: &CodeEntry| {
            !entry.new_package
                && verdict.components.iter().any(|component| component.drug == entry.drug)
        };
        codes.iter().filter(|(_, entry)| of_drug(entry)).find_map(|(field, entry)| {
            let coded = f64::from(entry.strength_mg?);
            let other = self.stated_otherwise(identity, entry, coded)?;
            let name = &self.dictionary.drug(entry.drug).name;
            let mg = |mg: f64| format!("{} mg", strength::mg(mg));
            // An unknown name says only how much of a drug there is, not which.
            let text =
                if is_code(verdict.decided) { mg(other) } else { format!("{name} {}", mg(other)) };
            let code = format!("{name} {}", mg(coded));
            Some((Mismatch { text, code }, [Field::Drug, *field]))
        })
    }

    /// A strength that the texts state, if none of them is that of the code.
    fn stated_otherwise(
        &self,
        identity: &Identity<'_>,
        entry: &CodeEntry,
        coded: f64,
    ) -> Option<f64> {
        let kind = entry.form.map(|form| self.dictionary.form(entry.drug, form).kind);
        let mut stated: Vec<f64> = Vec::new();
        let mut written: Vec<f64> = Vec::new();
        for text in identity.all_texts() {
            let text = &*strength::without_bounds(text);
            for amount in strength::amounts(text) {
                // For a depot the whole syringe is meant; for other liquids it is unknown.
                let total = match (amount.per_ml, kind, strength::volume(text)) {
                    (false, ..) => amount.mg,
                    (true, Some(FormKind::Depot), Some(volume)) => amount.mg * volume,
                    (true, ..) => return None,
                };
                written.push(total);
            }
            // The numbers in an address are not strengths.
            if !text.contains("://") {
                stated.extend(strength::joined(text));
            }
        }
        let of_column = strength::of_column(&identity.strength, &identity.strength_unit);
        written.extend(of_column.filter(|strength| !strength.per_ml).map(|strength| strength.mg));
        written.sort_by(f64::total_cmp);
        written.dedup();
        stated.splice(0..0, written.iter().copied());
        let same = |mg: &f64| mg.max(coded) / mg.min(coded) < SAME_STRENGTH;
        // Only strengths in which the drug is known: anything else may be a volume, a pack or a share.
        let is_known = |mg: &f64| self.strengths.contains(&(entry.drug, micrograms(*mg)));
        let is_range = || {
            let (least, most) = written
                .iter()
                .fold((f64::MAX, 0.0_f64), |(least, most), mg| (least.min(*mg), most.max(*mg)));
            written.len() > 1 && written.iter().all(is_known) && (least..=most).contains(&coded)
        };
        if stated.iter().any(same) || is_range() {
            return None;
        }
        // Half a tablet and two tablets are not strengths that are sold, but still differ from that of the code.
        let is_multiple = |mg: &f64| {
            let ratio = mg.max(coded) / mg.min(coded);
            (1..=10).any(|n| (ratio / f64::from(n) - 1.0).abs() < 0.001) && is_solid(identity)
        };
        let only = || match written[..] {
            [only] if stated.len() == 1 && is_multiple(&only) => Some(only),
            _ => None,
        };
        stated.iter().copied().find(is_known).or_else(only)
    }

    /// A word that was taken for a name although it has a wrong letter inside, or an unexplained word next to the name of a rescue agent.
    fn slip(&self, identity: &Identity<'_>, verdict: &Verdict) -> Option<Slip> {
        for word in identity.texts.iter().flat_map(|text| words(text)) {
            if self.dictionary.has_word(&word) || word.len() < SHORTEST_NAME + 1 {
                continue;
            }
            let slip = near::slip_of(self.dictionary, &self.rescue, &word);
            if let Some(meant) = slip.map(|near| near.1).filter(|meant| !self.means(&word, *meant))
            {
                return Some(Slip { word, meant, by: SlipBy::Name, resolved: false });
            }
            let guessed = verdict.components.iter().find(|component| {
                let file = &self.dictionary.drug(component.drug).file;
                file.names.iter().any(|name| is_inner_slip(&word, &name.to_lowercase()))
            });
            if let Some(component) = guessed.filter(|_| !self.dictionary.at_large().has(&word)) {
                return Some(Slip {
                    word,
                    meant: component.drug,
                    by: SlipBy::Name,
                    resolved: true,
                });
            }
        }
        None
    }

    /// Whether a word is another spelling of that name: a Latin genitive, another language.
    fn means(&self, word: &str, drug: DrugIx) -> bool {
        let verdict = self.dictionary.resolve(&Identity::text(word));
        verdict.slip.is_none() && verdict.components.iter().any(|component| component.drug == drug)
    }
}

/// Whether the product is said to be a tablet or a capsule, whose strength is that of one unit.
fn is_solid(identity: &Identity<'_>) -> bool {
    const SOLIDS: [&str; 8] =
        ["tablet", "tablets", "tab", "tabs", "capsule", "capsules", "cap", "caps"];
    let texts = identity.all_texts().chain([identity.form.as_ref()]);
    texts.flat_map(words).any(|word| SOLIDS.contains(&word.as_str()))
}

fn micrograms(mg: f64) -> u64 {
    (mg * 1000.0).round() as u64
}

/// Whether a word is a name with one slip in its middle. A difference at the end, or in letters that languages write differently, is another
/// language's spelling.
fn is_inner_slip(word: &str, name: &str) -> bool {
    let spelling = |text: &str| {
        text.replace("ph", "f")
            .replace("th", "t")
            .replace('y', "i")
            .replace(['c', 'x', 'q'], "k")
            .replace('z', "s")
    };
    let (said, meant) = (spelling(word), spelling(name));
    one_slip(word, name) && word.chars().last() == name.chars().last() && said != meant
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Book;

    fn verdict(name: &str, ndc: &str) -> Verdict {
        let book = Book::built_in().unwrap();
        let identity = Identity {
            texts: [name.into(), "".into(), "".into()],
            ndc: ndc.into(),
            ..Identity::default()
        };
        ListedLook::of(book.dictionary()).verdict(&identity, &[]).0
    }

    #[test]
    fn a_code_that_does_not_fit_the_name_does_not_decide() {
        let found = verdict("SKYRIZI 150 MG/ML pen", "00406055201");
        assert!(found.mismatch.is_some() && found.components.is_empty());
        for name in ["OXY IR 5 MG", "tablet 5 mg", "", "Roxicodone 5 mg", "OXYC5", "OXYC 5 TAB"] {
            assert_eq!(verdict(name, "00406055201").mismatch, None, "{name}");
        }
    }

    #[test]
    fn a_code_of_another_strength_is_told() {
        let told = |name: &str| {
            verdict(name, "00406055201").mismatch.map(|mismatch| (mismatch.text, mismatch.code))
        };
        let other = ("oxycodone 10 mg".to_owned(), "oxycodone 5 mg".to_owned());
        assert_eq!(told("oxycodone HCl 10 MG tablet"), Some(other.clone()));
        assert_eq!(told("oxycodone-acetaminophen 10-325 MG tablet"), Some(other));
        for name in [
            "oxycodone 5 mg tablet",
            "oxycodone 5 mg/5 mL solution",
            "oxycodone tablet",
            "oxycodone 7 mg",
            "oxycodone 5-325",
        ] {
            assert_eq!(told(name), None, "{name}");
        }
    }

    #[test]
    fn names_with_a_letter_wrong_are_told_and_other_languages_are_not() {
        let slip = |name: &str| verdict(name, "").slip.map(|slip| slip.word);
        for name in ["tramadl", "tapentadl", "naloxne", "nalxone", "naltrexonne", "naloxonee"] {
            assert_eq!(slip(&format!("{name} 50 mg tablet")).as_deref(), Some(name));
        }
        for name in [
            "tramadolo",
            "oxycodon",
            "oxicodona",
            "fentanil",
            "metadona",
            "naloxon",
            "naloxona",
            "OXYCDN",
        ] {
            assert_eq!(slip(&format!("{name} 50 mg tablet")), None, "{name}");
        }
    }
}

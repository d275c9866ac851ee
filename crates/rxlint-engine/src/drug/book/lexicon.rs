//! Words that occur with names in every language: salts, forms, fillers. Read from `drugs/lexicon.toml`.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::file::{FormKind, RulePack};
use super::phrases::Phrases;
use crate::built_in;
use crate::drug::forms::route::Routes;
use crate::drug::meant::cough::{Cough, CoughFile};
use crate::drug::resolve::contains;
use crate::drug::said::aside::{Asides, AsidesFile};
use crate::drug::said::not_the_drug::{NotTheDrug, NotTheDrugFile};
use crate::drug::said::notes::{Notes, NotesFile};
use crate::drug::said::remark::{Remarks, RemarksFile};
use crate::drug::said::verb::{Kind, Verbs, VerbsFile};
use crate::drug::spelling::name::words;
use crate::drug::spelling::stem::{sounds, without_ending};
use crate::file_error::FileError;

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct LexiconFile {
    salts: Vec<String>,
    cations: Vec<String>,
    unspaced: Vec<String>,
    glue: Vec<String>,
    #[serde(default)]
    glue_of_substances: Vec<String>,
    #[serde(default)]
    cyrillic_countries: Vec<String>,
    #[serde(default)]
    greek_countries: Vec<String>,
    code_systems: Vec<String>,
    fillers: Vec<String>,
    #[serde(default)]
    stand_ins: Vec<String>,
    #[serde(default)]
    stand_in_phrases: Vec<String>,
    short_names: Vec<String>,
    salts_of_cuts: Vec<String>,
    line_extensions: Vec<String>,
    homeopathic: Vec<String>,
    diluted: Vec<String>,
    dilutions: Vec<String>,
    dilutions_alone: Vec<String>,
    undiluted: Vec<String>,
    injections: Vec<String>,
    units_of_use: Vec<String>,
    separators: Vec<String>,
    #[serde(default)]
    beside_products: Vec<String>,
    not_the_drug: NotTheDrugFile,
    #[serde(default)]
    remarks: RemarksFile,
    #[serde(default)]
    notes: NotesFile,
    #[serde(default)]
    asides: AsidesFile,
    #[serde(default)]
    verbs: VerbsFile,
    cough: CoughFile,
    #[serde(default)]
    atc: AtcFile,
    #[serde(default)]
    routes: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    form_cells: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    same_words: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    per_cent: BTreeMap<String, Vec<String>>,
    kind: Vec<KindFile>,
}

/// The groups of the ATC classification as they are written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct AtcFile {
    groups: Vec<String>,
    open: Vec<String>,
}

/// Texts as phrases of folded words.
pub(in crate::drug) fn phrases(texts: &[String]) -> Vec<Vec<String>> {
    texts.iter().map(|text| words(text)).filter(|phrase| !phrase.is_empty()).collect()
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct KindFile {
    kind: FormKind,
    words: Vec<String>,
}

/// Words that occur with names, ready for matching.
#[derive(Debug, Default)]
pub(in crate::drug) struct Lexicon {
    /// Sounds of salts, hydrates and forms without their endings, as they are glued to a name.
    affixes: FxHashSet<String>,
    /// Those of them that are neither a form nor a cation: never a name by themselves.
    salts: FxHashSet<String>,
    /// Affixes of scripts without spaces.
    unspaced: FxHashSet<String>,
    /// What is glued to a name besides forms and salts: routes, units, retirement marks.
    glue: FxHashSet<String>,
    /// What is glued only to the name of a substance, and only once.
    glue_of_substances: FxHashSet<String>,
    /// Countries that write Cyrillic letters, and Greek ones.
    cyrillic_countries: Vec<String>,
    greek_countries: Vec<String>,
    fillers: FxHashSet<String>,
    /// What is written in place of a drug without naming one; phrases of which one word is a name by itself.
    stand_ins: FxHashSet<String>,
    stand_in_phrases: Phrases,
    /// Words that are only forms.
    forms: FxHashSet<String>,
    /// Folded, with a space between letters and digits: `d 5 w`.
    short_names: FxHashSet<String>,
    /// Beginnings of salts next to which a short beginning of an opioid's name means the opioid.
    salts_of_cuts: Vec<String>,
    /// Words after a brand that make it another product: `Cold`, `Ultra`.
    line_extensions: FxHashSet<String>,
    not_the_drug: NotTheDrug,
    remarks: Remarks,
    notes: Notes,
    asides: Asides,
    verbs: Verbs,
    cough: Cough,
    /// Groups of the ATC classification, and beginnings of codes that may belong to a watched drug.
    atc_groups: FxHashSet<String>,
    open_atc: Vec<String>,
    routes: Routes,
    homeopathic: Phrases,
    /// Names of what homeopathy dilutes, its dilution signs, and words that rule a dilution out.
    diluted: FxHashSet<String>,
    dilutions: FxHashSet<String>,
    dilutions_alone: FxHashSet<String>,
    undiluted: FxHashSet<String>,
    injections: Phrases,
    units_of_use: FxHashSet<String>,
    /// Whole cells of forms, each with the plain word for it.
    form_cells: FxHashMap<Vec<String>, String>,
    /// Words that mean the same in product names, and those that mean nothing there.
    same_words: FxHashMap<String, String>,
    /// What shows the form next to a strength in per cent, with the plain word for that form.
    per_cent: Vec<(String, Vec<Vec<String>>)>,
    beside_products: FxHashSet<String>,
    kinds: Vec<(FormKind, Vec<Vec<String>>)>,
}

impl Lexicon {
    /// Adds the contents of a pack's file.
    pub(super) fn add(&mut self, pack: &RulePack<'_>, at: usize) -> Result<(), FileError> {
        let file: LexiconFile = built_in::read(pack.files, at).map_err(|error| {
            let (path, text) = pack.files.get(at).copied().unwrap_or_default();
            FileError::toml(&pack.shown(path), text, &error)
        })?;
        let folded = phrases;
        let affix = |phrase: &Vec<String>| {
            sounds(&phrase.concat()).map(|sounds| without_ending(&sounds).to_owned())
        };
        let (salts, cations) = (folded(&file.salts), folded(&file.cations));
        self.affixes.extend(salts.iter().chain(&cations).filter_map(affix));
        self.salts.extend(salts.iter().filter_map(affix));
        self.unspaced.extend(folded(&file.unspaced).into_iter().flatten());
        self.glue.extend(folded(&file.glue).into_iter().flatten());
        self.glue_of_substances.extend(folded(&file.glue_of_substances).into_iter().flatten());
        self.cyrillic_countries.extend(file.cyrillic_countries);
        self.greek_countries.extend(file.greek_countries);
        self.fillers.extend(folded(&file.code_systems).into_iter().flatten());
        self.fillers.extend(folded(&file.fillers).into_iter().flatten());
        self.fillers.extend(salts.into_iter().flatten());
        self.fillers.extend(folded(&file.separators).into_iter().flatten());
        for (word, others) in &file.same_words {
            let others = folded(others).into_iter().flatten();
            self.same_words.extend(others.map(|other| (other, word.clone())));
        }
        let by_per_cent = file.per_cent.iter().map(|(word, said)| (word.clone(), folded(said)));
        self.per_cent.extend(by_per_cent);
        for (word, cells) in &file.form_cells {
            self.form_cells.extend(folded(cells).into_iter().map(|cell| (cell, word.clone())));
        }
        self.beside_products.extend(folded(&file.beside_products).into_iter().flatten());
        self.stand_ins.extend(folded(&file.stand_ins).into_iter().flatten());
        self.stand_in_phrases.add(folded(&file.stand_in_phrases));
        self.salts_of_cuts.extend(file.salts_of_cuts);
        self.short_names.extend(folded(&file.short_names).iter().map(|phrase| phrase.join(" ")));
        self.line_extensions.extend(folded(&file.line_extensions).into_iter().flatten());
        self.not_the_drug.add(&file.not_the_drug);
        self.remarks.add(&file.remarks);
        self.notes.add(&file.notes);
        self.asides.add(&file.asides);
        self.add_verbs(&file.verbs);
        self.cough.add(&file.cough);
        self.atc_groups.extend(file.atc.groups);
        self.open_atc.extend(file.atc.open);
        self.routes.add(&file.routes);
        self.homeopathic.add(folded(&file.homeopathic));
        self.diluted.extend(folded(&file.diluted).into_iter().flatten());
        self.dilutions.extend(folded(&file.dilutions).into_iter().flatten());
        self.dilutions_alone.extend(folded(&file.dilutions_alone).into_iter().flatten());
        self.undiluted.extend(folded(&file.undiluted).into_iter().flatten());
        let injections = folded(&file.injections);
        self.injections.add(injections.iter().cloned());
        self.units_of_use.extend(folded(&file.units_of_use).into_iter().flatten());
        self.fillers.extend(injections.into_iter().flatten());
        for kind in &file.kind {
            let phrases = folded(&kind.words);
            for word in phrases.iter().flatten() {
                self.fillers.insert(word.clone());
                self.forms.insert(word.clone());
                if !word.is_ascii() {
                    self.unspaced.insert(word.clone());
                } else if word.len() >= 4 {
                    self.affixes
                        .extend(sounds(word).map(|sounds| without_ending(&sounds).to_owned()));
                }
            }
            self.kinds.push((kind.kind, phrases));
        }
        Ok(())
    }

    /// A word of a product's name as products are compared, however it is shortened; `None` if it means nothing there.
    pub(super) fn in_products(&self, word: String) -> Option<String> {
        if self.beside_products.contains(&word) {
            return None;
        }
        Some(self.same_words.get(&word).cloned().unwrap_or(word))
    }

    /// Whether the word is a form, a unit, a route, a salt or a filler: never a name.
    pub(in crate::drug) fn is_filler(&self, word: &str) -> bool {
        self.fillers.contains(word)
    }

    /// The plain word for a form that is the whole cell of a form column: `patch` for `PAT`.
    pub(in crate::drug) fn form_of_cell(&self, cell: &[String]) -> Option<&String> {
        self.form_cells.get(cell)
    }

    /// The plain words for the forms that these words show next to a strength in per cent.
    pub(in crate::drug) fn forms_by_per_cent(
        &self,
        said: &[String],
    ) -> impl Iterator<Item = &String> {
        let is_said =
            |(_, phrases): &&(String, Vec<Vec<String>>)| phrases.iter().any(|p| contains(said, p));
        self.per_cent.iter().filter(is_said).map(|(word, _)| word)
    }

    /// Whether the word, neither a form nor a filler, is written in place of a drug without naming one: `nonformulary`, `opioid`, `xxxxx`.
    pub(in crate::drug) fn is_stand_in(&self, word: &str) -> bool {
        let mut letters = word.chars();
        let first = letters.next();
        self.stand_ins.contains(word) || letters.all(|letter| Some(letter) == first)
    }

    /// How many words at the beginning together replace a drug's name without naming one: `pain medication`.
    pub(in crate::drug) fn stand_in_phrase(&self, text: &[String]) -> usize {
        self.stand_in_phrases.starts(text).unwrap_or(0)
    }

    /// Whether the word shows that a short beginning of a name is one: a salt, however it is cut.
    pub(in crate::drug) fn is_salt_of_cuts(&self, word: &str) -> bool {
        const SHORTEST: usize = 3;
        // `sulfate` goes on after `sulf`, and so does `sulfamethoxazole`.
        const LONGEST_ENDING: usize = 5;
        self.salts_of_cuts.iter().any(|salt| {
            word.len() >= SHORTEST && salt.starts_with(word)
                || word.starts_with(salt) && word.len() <= salt.len() + LONGEST_ENDING
        })
    }

    /// Whether the word is a salt, an ending or a form that occurs with a name but is never one: `sulfate`.
    pub(in crate::drug) fn is_salt(&self, word: &str) -> bool {
        sounds(word).is_some_and(|sounds| self.salts.contains(without_ending(&sounds)))
    }

    /// Whether the word is glued to names: a form, a salt, a route, a unit, a retirement mark.
    pub(in crate::drug) fn is_glue(&self, word: &str) -> bool {
        self.glue.contains(word)
            || word.len() >= 3 && (self.forms.contains(word) || self.is_salt(word))
    }

    /// Whether such glue also ends ordinary words, so that it is glued only to the name of a substance.
    pub(in crate::drug) fn is_glue_of_substances(&self, word: &str) -> bool {
        self.glue_of_substances.contains(word)
    }

    /// Whether a country writes brands in Greek letters, or in Cyrillic ones.
    pub(in crate::drug) fn writes(&self, country: &str, greek: bool) -> bool {
        let countries = if greek { &self.greek_countries } else { &self.cyrillic_countries };
        countries.iter().any(|known| known == country)
    }

    /// Whether the word says which form it is.
    pub(in crate::drug) fn is_form(&self, word: &str) -> bool {
        self.forms.contains(word)
    }

    /// Whether folded words, with spaces between, are the short form of a drug's name: `nph`, `d 5 w`.
    pub(in crate::drug) fn is_short_name(&self, words: &str) -> bool {
        self.short_names.contains(words)
    }

    /// Whether the word after a brand makes it another product.
    pub(in crate::drug) fn is_line_extension(&self, word: &str) -> bool {
        self.line_extensions.contains(word)
    }

    /// What notes say about another product.
    pub(in crate::drug) const fn notes(&self) -> &Notes {
        &self.notes
    }

    /// Words of remarks about another form or drug.
    pub(in crate::drug) const fn asides(&self) -> &Asides {
        &self.asides
    }

    /// What governs the drug after it, or before it.
    pub(in crate::drug) const fn verbs(&self) -> &Verbs {
        &self.verbs
    }

    /// Adds a table of verbs, and what other tables have of them.
    fn add_verbs(&mut self, file: &VerbsFile) {
        let (verbs, not, remarks) = (&mut self.verbs, &self.not_the_drug, &self.remarks);
        for all in [remarks.refusals(), remarks.taken_back(), remarks.not_given()] {
            verbs.put(all, Some(Kind::Not), Some(Kind::Not));
        }
        verbs.put(not.not_taken_before(), Some(Kind::Not), None);
        verbs.put(not.not_taken_after(), None, Some(Kind::Not));
        verbs.put(remarks.perhaps_refusals(), None, Some(Kind::Not));
        verbs.put(not.stopped(), Some(Kind::Stopped), Some(Kind::Stopped));
        verbs.put(self.notes.left(), Some(Kind::Stopped), Some(Kind::Stopped));
        for all in [not.stopped(), self.notes.left()] {
            verbs.stops.extend(all.iter().cloned());
        }
        verbs.put(self.asides.instead(), Some(Kind::Stopped), None);
        verbs.add(file);
        verbs.put_headings(not.headings(), Kind::Not, true);
    }

    /// What is said about a drug that is not the record's drug.
    pub(in crate::drug) const fn not_the_drug(&self) -> &NotTheDrug {
        &self.not_the_drug
    }

    /// What is said about the person who has a medicine.
    pub(in crate::drug) const fn remarks(&self) -> &Remarks {
        &self.remarks
    }

    /// The signs of cough medicines.
    pub(in crate::drug) const fn cough(&self) -> &Cough {
        &self.cough
    }

    /// Whether an ATC code of level 4 or 5, in capitals, belongs to a group in which every watched drug has a file.
    pub(in crate::drug) fn is_atc_of_others(&self, code: &str) -> bool {
        let is_of_group = code.get(..3).is_some_and(|group| self.atc_groups.contains(group));
        let is_open = |open: &String| code.starts_with(open) || open.starts_with(code);
        is_of_group && !self.open_atc.iter().any(is_open)
    }

    /// The spellings of routes.
    pub(in crate::drug) const fn routes(&self) -> &Routes {
        &self.routes
    }

    /// Whether the word, in a script without spaces, occurs with names.
    pub(in crate::drug) fn is_unspaced(&self, word: &str) -> bool {
        self.unspaced.contains(word)
    }

    /// Whether such words say that the product is a homeopathic dilution: in words, or by a dilution (`30 C`, `D 6`) after a name that homeopathy
    /// uses, unless a form of other medicines is next to it (`codeinum D 30 tabl`).
    pub(in crate::drug) fn is_homeopathic(&self, hints: &[String]) -> bool {
        let is_number = |word: &String| word.bytes().all(|b| b.is_ascii_digit());
        // `LM VI`
        let is_roman = |word: &String| word.bytes().all(|b| b"ivx".contains(&b));
        let is_dilution = |pair: &[String]| match pair {
            [number, sign] if is_number(number) && self.dilutions.contains(sign) => true,
            // A Q-potency (LM) is written as `0/6` too.
            [name, sign] if self.diluted.contains(name) => self.dilutions_alone.contains(sign),
            [zero, number] if zero == "0" && is_number(number) => true,
            // `x 30` is a pack.
            [sign, number] if is_number(number) => sign != "x" && self.dilutions.contains(sign),
            [sign, number] => matches!(sign.as_str(), "lm" | "q") && is_roman(number),
            _ => false,
        };
        // Single letters and numbers occur in phrases of forms too (`x r`, `12 hr`).
        let is_form = |word: &String| {
            word.chars().count() > 2 && self.forms.contains(word) && !self.dilutions.contains(word)
        };
        let is_other = |word: &String| self.undiluted.contains(word) || is_form(word);
        self.homeopathic.any_in(hints)
            || hints.iter().any(|word| self.diluted.contains(word))
                && hints.windows(2).any(is_dilution)
                && !hints.iter().any(is_other)
    }

    /// Whether the word is a unit that is taken: a tablet, a capsule.
    pub(in crate::drug) fn is_unit_of_use(&self, word: &str) -> bool {
        self.units_of_use.contains(word)
    }

    /// Whether such words say that the product is injected.
    pub(in crate::drug) fn is_injection(&self, hints: &[String]) -> bool {
        self.injections.any_in(hints)
    }

    /// Whether sounds are only affixes and endings: `hidroklorid`, `idrokloridtablet`.
    pub(in crate::drug) fn is_affixes(&self, rest: &str) -> bool {
        if rest.len() <= 2 && rest.bytes().all(|b| b"aeiounsm".contains(&b)) {
            return true;
        }
        // A linking vowel, and the first letter of an affix that doubles the one before it.
        (0..=2.min(rest.len())).any(|link| {
            let Some((head, tail)) = rest.split_at_checked(link) else { return false };
            head.bytes().all(|b| b"aeiouns".contains(&b))
                && (2..=tail.len()).rev().any(|end| {
                    tail.get(..end).is_some_and(|affix| self.affixes.contains(affix))
                        && (end == tail.len() || self.is_affixes(&tail[end..]))
                })
        })
    }

    /// Whether sounds are the beginning of a salt or a form, as when a field of limited length cuts it off (`idroklor`).
    pub(in crate::drug) fn begins_salt(&self, rest: &str) -> bool {
        const SHORTEST: usize = 3;
        // A linking vowel.
        (0..=1.min(rest.len())).any(|link| {
            let Some((head, tail)) = rest.split_at_checked(link) else { return false };
            head.bytes().all(|b| b"aeiou".contains(&b))
                && tail.len() >= SHORTEST
                && self.salts.iter().any(|salt| salt.starts_with(tail))
        })
    }

    /// The kind of form that the words state: the first in the file's order that has a word among them, so that a patch is a patch even if `extended
    /// release` follows.
    pub(in crate::drug) fn kind(
        &self,
        hints: &[String],
        offered: impl Fn(FormKind) -> bool,
    ) -> Option<FormKind> {
        self.kinds
            .iter()
            .find(|(kind, phrases)| {
                offered(*kind) && phrases.iter().any(|phrase| contains(hints, phrase))
            })
            .map(|&(kind, _)| kind)
    }
}

//! Every drug that rxlint knows, indexed by name and code. Built from the files under `rules/drugs/` and `rules/codes/`.

mod coded;
mod files;
mod tables;

use std::cmp::Reverse;
use std::hash::Hasher;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::file::{DrugFile, FormKind, Role, RulePack};
use super::large::NamesAtLarge;
use super::lexicon::{Lexicon, phrases};
use super::ordinary::OrdinaryWords;
use crate::built_in;
use crate::drug::codes::billing::OtherBilling;
use crate::drug::codes::code;
use crate::drug::codes::vocabulary::Vocabulary;
use crate::drug::meant::place::PlaceOfUse;
use crate::drug::spelling::abroad::Abroad;
use crate::drug::spelling::name::words;
use crate::drug::spelling::near::{NearNames, Origins};
use crate::drug::spelling::stem;
use crate::file_error::{FileError, nearest};
use coded::Codes;
use files::drug_files;

/// Which drug, by its index in the dictionary.
pub type DrugIx = u16;

/// An ingredient or a combination.
#[derive(Clone, Debug)]
pub struct Drug {
    /// The contents of the file.
    pub file: DrugFile,
    /// The file's path.
    pub path: String,
    /// The name to show.
    pub name: String,
    /// Phrases that say that a pharmacy made it.
    pub compounded: Vec<Vec<String>>,
    /// The forms; at least one for an ingredient, none for a combination.
    pub forms: Vec<Form>,
    /// The ingredients of a combination; empty for an ingredient.
    pub components: Vec<CombinationPart>,
}

/// A form of an ingredient, ready for matching.
#[derive(Clone, Debug)]
pub struct Form {
    /// Its id.
    pub id: String,
    /// What messages call it, if its id is not a name.
    pub title: Option<String>,
    /// Route and release class.
    pub kind: FormKind,
    /// The drug's role in this form.
    pub role: Role,
    /// The washout window after it.
    pub washout: Option<String>,
    /// The blockade window after it.
    pub blockade: Option<String>,
    /// Days that one unit lasts.
    pub days_each: Option<u16>,
    /// Words that identify it, as phrases.
    pub words: Vec<Vec<String>>,
    /// Words that rule the other forms out, as phrases.
    pub decisive: Vec<Vec<String>>,
    /// Words next to which it is not this form, as phrases.
    pub never: Vec<Vec<String>>,
    /// Strengths that identify it.
    pub strengths_mg: Vec<f64>,
    /// Strengths that identify it next to one of its own brands.
    pub brand_strengths_mg: Vec<f64>,
    /// Concentrations that identify it.
    pub mg_per_ml: Vec<f64>,
    /// What one holds in mL, if a quantity may count them.
    pub volume_ml: Option<f64>,
    /// Jurisdictions in which a bare name means it.
    pub usual_in: Vec<String>,
    /// Whether it occurs only inside combinations: nothing else identifies it.
    pub is_inner: bool,
    /// Billed units that make one, by code.
    pub units: Vec<(String, f64)>,
}

/// An ingredient in a combination.
#[derive(Clone, Copy, Debug)]
pub struct CombinationPart {
    /// Which ingredient.
    pub drug: DrugIx,
    /// Its role in the product.
    pub role: Option<Role>,
    /// Its form in the product, by index.
    pub form: Option<u8>,
    /// Its strength in mg, if it is always the same.
    pub strength_mg: Option<f64>,
    /// How much of it there is for one mg of the first, if that is always the same.
    pub share: Option<f64>,
}

/// How a phrase names a drug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// A name or a brand.
    Name,
    /// A listed misspelling.
    Misspelling,
    /// Shorthand that needs a word next to it.
    Doubtful,
}

/// A phrase that names a drug.
#[derive(Clone, Debug)]
pub struct Phrase {
    /// Its words.
    pub words: Vec<String>,
    /// The drug.
    pub drug: DrugIx,
    /// The forms that it stands for, if it is a brand of only some; empty if it implies no form.
    pub forms: Vec<u8>,
    /// How it names it.
    pub how: How,
    /// For doubtful shorthand: phrases of which at least one must also occur. For a product of drugs/line-extensions.csv: what it
    /// holds.
    pub with: Vec<Vec<String>>,
    /// For doubtful shorthand: phrases next to which it is something else.
    pub never: Vec<Vec<String>>,
    /// Countries in which it is that drug, as two capital letters each, separated by spaces; empty if everywhere.
    pub countries: String,
}

/// What a code stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CodeEntry {
    /// The drug.
    pub drug: DrugIx,
    /// Its form, if the code implies one.
    pub form: Option<u8>,
    /// Strength in mg per unit, if the table gives it and the drug is not a combination.
    pub strength_mg: Option<f32>,
    /// Billed units that make one unit of the product.
    pub units: Option<f32>,
    /// Days that one billed unit covers, if the code has its own period.
    pub days: Option<u8>,
    /// Whether the billed item is an injection, given on the day of the service, however many units are billed.
    pub injection: bool,
    /// The code's product is known, but its package is not.
    pub new_package: bool,
}

/// Every drug, by name and code.
#[derive(Debug, Default)]
pub struct Dictionary {
    drugs: Vec<Drug>,
    by_id: FxHashMap<String, DrugIx>,
    phrases: FxHashMap<String, Vec<Phrase>>,
    known_words: FxHashSet<String>,
    /// Every word of a multi-word name, and of the phrases that identify a form.
    parts: FxHashSet<String>,
    near: NearNames,
    /// Stems of international names that a slip in some language could have been meant for.
    near_stems: NearNames,
    /// How names sound in Cyrillic and Greek letters, made when a text in one of them is first met.
    abroad: OnceLock<Abroad>,
    /// Stems of international names; `None` if two drugs share one.
    stems: FxHashMap<String, Option<DrugIx>>,
    /// International names, by their first two letters.
    heads: FxHashMap<String, Vec<(String, DrugIx)>>,
    /// Hashes, with lengths, of the first words of names and of the first three letters of what may sound like one.
    first_words: FxHashSet<(usize, u64)>,
    lexicon: Lexicon,
    /// Billing codes that stand for no drug at all.
    drugless: FxHashSet<String>,
    /// Billing codes that stand for no watched drug.
    other_billing: OtherBilling,
    at_large: NamesAtLarge,
    pub(super) ordinary: OrdinaryWords,
    place: PlaceOfUse,
    ndc: Codes,
    /// By labeler and product, nine digits.
    products: Codes,
    /// Labeler and product of other drugs, as sorted ranges, if they are not the built-in ones.
    other_products: Vec<(u32, u32)>,
    /// Whether the built-in products of other drugs count.
    has_other_products: bool,
    rxcui: Codes,
    /// RxCUIs of the drug files, used after those of the tables.
    rxcui_of_files: FxHashMap<u32, CodeEntry>,
    atc: FxHashMap<String, CodeEntry>,
    hcpcs: FxHashMap<String, CodeEntry>,
    snomed: FxHashMap<u64, CodeEntry>,
    vocabulary: Vocabulary,
    /// Drugs with packages in the tables, made on first use.
    packaged: OnceLock<FxHashSet<DrugIx>>,
}

/// The drug file that stands for whatever a line extension holds.
pub(in crate::drug) const LINE_EXTENSION: &str = "line-extension";

/// Shorter stems are never guessed from a slip: folding removes too many differences between words.
const SHORTEST_STEM: usize = 7;

impl Dictionary {
    /// Builds the dictionary from packs; a drug in a later pack replaces an earlier one with the
    /// same id.
    ///
    /// # Errors
    /// Every file that cannot be understood, with the place in it.
    pub fn build(packs: &[RulePack<'_>]) -> Result<Self, FileError> {
        let mut dictionary = Self::default();
        let mut faults = Vec::new();
        let read = drug_files(packs, &mut faults);
        for (at, (_, _, file)) in read.iter().enumerate() {
            dictionary.by_id.insert(file.id.clone(), at as DrugIx);
        }
        for (path, text, file) in read {
            match dictionary.drug_of(&file) {
                Ok(drug) => dictionary.drugs.push(Drug { path, ..drug }),
                Err((word, what)) => {
                    faults.push(FileError::at(&path, text, &format!("\"{word}\""), what))
                }
            }
        }
        // An index into drugs with some missing would be of no use.
        FileError::all(faults)?;
        let mut faults = Vec::new();
        for at in 0..dictionary.drugs.len() {
            dictionary.index(at as DrugIx);
        }
        for pack in packs {
            let ready = pack.is_built_in();
            for (at, &(path, text)) in pack.files.iter().enumerate() {
                match path {
                    "codes/ndc.csv" | "codes/rxcui.csv" if ready => {
                        faults.extend(dictionary.ready_codes(path).err())
                    }
                    "codes/ndc-other.txt" if ready => dictionary.has_other_products = true,
                    "drugs/names-at-large.txt" if ready => dictionary.at_large.add_built_in(),
                    "codes/ndc.csv" | "codes/rxcui.csv" | "codes/hcpcs.csv" => {
                        faults.extend(dictionary.codes(path, &pack.shown(path), text).err())
                    }
                    "codes/ndc-other.txt" => dictionary.add_other_products(text),
                    "codes/hcpcs-other.txt" => dictionary.other_billing.add(text),
                    "drugs/brands.csv" | "drugs/brands-by-hand.csv" => {
                        faults.extend(dictionary.brands(&pack.shown(path), text).err())
                    }
                    "drugs/line-extensions.csv" => {
                        faults.extend(dictionary.line_extensions(&pack.shown(path), text).err())
                    }
                    "drugs/scripts.csv" => {
                        faults.extend(dictionary.scripts(&pack.shown(path), text).err())
                    }
                    "drugs/lexicon.toml" => faults.extend(dictionary.lexicon.add(pack, at).err()),
                    "drugs/names-at-large.txt" => dictionary.at_large.add(text),
                    "drugs/ordinary-words.txt" => dictionary.ordinary.add(text),
                    path if path.ends_with("known-names.txt") => dictionary
                        .known_words
                        .extend(text.lines().filter(|line| !line.starts_with('#')).flat_map(words)),
                    _ => {}
                }
            }
        }
        FileError::all(faults)?;
        dictionary.finish_codes();
        dictionary.finish_names();
        Ok(dictionary)
    }

    /// All drugs, ingredients and combinations.
    pub fn drugs(&self) -> &[Drug] {
        &self.drugs
    }

    /// One drug.
    pub fn drug(&self, drug: DrugIx) -> &Drug {
        &self.drugs[drug as usize]
    }

    /// A form of an ingredient.
    pub fn form(&self, drug: DrugIx, form: u8) -> &Form {
        &self.drugs[drug as usize].forms[form as usize]
    }

    /// The drug with that id.
    pub fn find(&self, id: &str) -> Option<DrugIx> {
        self.by_id.get(id).copied()
    }

    /// A site's own tables of codes.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Adds a site's own tables of codes.
    pub fn set_vocabulary(&mut self, vocabulary: Vocabulary) {
        self.vocabulary = vocabulary;
    }

    /// The phrases that begin with that word, longest first.
    pub(in crate::drug) fn phrases(&self, first: &str) -> &[Phrase] {
        self.phrases.get(first).map_or(&[], Vec::as_slice)
    }

    /// Whether the word is a known drug name.
    pub(in crate::drug) fn is_known_word(&self, word: &str) -> bool {
        self.known_words.contains(word)
    }

    /// Whether the word, folded by [`words`], is a drug name, part of one, or identifies a form.
    pub fn has_word(&self, word: &str) -> bool {
        self.is_known_word(word) || self.parts.contains(word)
    }

    /// Stems of names that a slip in another language's spelling could have been meant for.
    pub(in crate::drug) fn near_stems(&self) -> &NearNames {
        &self.near_stems
    }

    /// Names as they sound in Cyrillic and Greek letters.
    pub(in crate::drug) fn abroad(&self) -> &Abroad {
        self.abroad.get_or_init(|| {
            let names = self.phrases.values().flatten();
            let names = names.filter(|phrase| phrase.how == How::Name);
            Abroad::of(names, Origins::of(&self.drugs), &self.at_large)
        })
    }

    /// Whether a text says that the product is injected.
    pub fn says_injection(&self, text: &str) -> bool {
        self.lexicon.is_injection(&self.split_unspaced(words(text)))
    }

    /// The names that a slip could have been meant for.
    pub(in crate::drug) fn near_names(&self) -> &NearNames {
        &self.near
    }

    /// Whether the word is part of a name, or occurs with names.
    pub(in crate::drug) fn has_part(&self, word: &str) -> bool {
        self.has_word(word) || self.lexicon.is_filler(word)
    }

    /// Whether some name begins with that word.
    pub(in crate::drug) fn begins_phrase(&self, word: &str) -> bool {
        self.phrases.contains_key(word)
    }

    /// Whether the short list of known names has the word.
    pub(in crate::drug) fn known_words_have(&self, word: &str) -> bool {
        word.len() > 2 && self.known_words.contains(word)
    }

    /// Whether lower-case letters may be the first word of a name.
    pub(in crate::drug) fn is_head(&self, word: &[u8]) -> bool {
        let head = |length: usize| word.get(..length).map(|head| (length, hash(head)));
        head(word.len()).is_some_and(|head| self.first_words.contains(&head))
            || word.len() > 4 && head(3).is_some_and(|head| self.first_words.contains(&head))
    }

    /// The drug whose international name has that stem.
    pub(in crate::drug) fn stem(&self, stem: &str) -> Option<DrugIx> {
        self.stems.get(stem).copied().flatten()
    }

    /// International names that begin with these two letters.
    pub(in crate::drug) fn names_beginning(&self, head: &str) -> &[(String, DrugIx)] {
        self.heads.get(head).map_or(&[], Vec::as_slice)
    }

    /// A word of a product's name as products are compared, however it is shortened; `None` if it means nothing there.
    pub(crate) fn in_products(&self, word: String) -> Option<String> {
        self.lexicon.in_products(word)
    }

    /// Words that occur with names.
    pub(in crate::drug) fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// Whether a billing code, in capitals, is known to stand for no drug at all.
    pub(in crate::drug) fn drugless(&self, code: &str) -> bool {
        self.drugless.contains(code)
    }

    /// Billing codes that stand for no watched drug.
    pub(in crate::drug) fn other_billing(&self) -> &OtherBilling {
        &self.other_billing
    }

    /// Drug names at large.
    pub fn at_large(&self) -> &NamesAtLarge {
        &self.at_large
    }

    /// Where the records come from.
    pub fn place(&self) -> &PlaceOfUse {
        &self.place
    }

    /// Sets where the records come from.
    pub fn set_place(&mut self, place: PlaceOfUse) {
        self.place = place;
    }

    /// What an NDC stands for.
    pub(in crate::drug) fn ndc(&self, number: u64) -> Option<CodeEntry> {
        self.ndc.get(number, self)
    }

    /// What a product (labeler and product of an NDC, nine digits) stands for.
    pub(in crate::drug) fn ndc_product(&self, number: u32) -> Option<CodeEntry> {
        self.products.get(u64::from(number), self)
    }

    /// The strengths of the known packages, each with its drug; some occur more than once.
    pub(in crate::drug) fn coded_strengths(&self) -> impl Iterator<Item = (DrugIx, f32)> {
        let read = self.ndc.read().into_iter().map(|(_, entry)| entry);
        let all = self.ndc.meanings(self).into_iter().chain(read);
        all.filter_map(|entry| Some((entry.drug, entry.strength_mg?)))
    }

    /// Whether the tables hold packages of one of these drugs. For all others, a package or brand known as not watched may still be the drug.
    pub(in crate::drug) fn has_packages(&self, mut drugs: impl Iterator<Item = DrugIx>) -> bool {
        let packaged = self.packaged.get_or_init(|| {
            let read = self.ndc.read().into_iter().map(|(_, entry)| entry);
            let all = self.ndc.meanings(self).into_iter().chain(read);
            all.flat_map(|entry| self.ingredients(entry.drug)).collect()
        });
        drugs.any(|drug| packaged.contains(&drug))
    }

    /// Whether it is a known product that no rule watches.
    pub(in crate::drug) fn is_other_product(&self, number: u32) -> bool {
        let after = self.other_products.partition_point(|&(first, _)| first <= number);
        after > 0 && number <= self.other_products[after - 1].1
            || self.has_other_products && built_in::is_other_product(number)
    }

    /// What an RxCUI stands for.
    pub(in crate::drug) fn rxcui(&self, number: u32) -> Option<CodeEntry> {
        let of_tables = self.rxcui.get(u64::from(number), self);
        of_tables.or_else(|| self.rxcui_of_files.get(&number).copied())
    }

    /// What an ATC code stands for.
    pub(in crate::drug) fn atc(&self, code: &str) -> Option<CodeEntry> {
        self.atc.get(&code.to_ascii_uppercase()).copied()
    }

    /// What an identifier of SNOMED CT stands for.
    pub(in crate::drug) fn by_snomed(&self, number: u64) -> Option<CodeEntry> {
        self.snomed.get(&number).copied()
    }

    /// What a HCPCS code stands for.
    pub(in crate::drug) fn hcpcs(&self, code: &str) -> Option<CodeEntry> {
        self.hcpcs.get(&code.to_ascii_uppercase()).copied()
    }

    /// A message that the book has no drug with that id, with the one that may be meant.
    fn no_drug(&self, id: &str) -> String {
        let meant = nearest(id, self.by_id.keys().map(String::as_str));
        let meant = meant.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        format!("`{id}` is not a drug of the book{meant}")
    }

    /// The drug that a file describes; otherwise the word that is wrong, and the reason.
    fn drug_of(&self, file: &DrugFile) -> Result<Drug, (String, String)> {
        let forms: Vec<Form> = file
            .forms
            .iter()
            .map(|form| Form {
                id: form.id.clone(),
                title: form.title.clone(),
                kind: form.kind,
                role: form.role.unwrap_or(file.role),
                washout: form.washout.clone(),
                blockade: form.blockade.clone(),
                days_each: form.days_each,
                words: phrases(&form.words),
                decisive: phrases(&form.decisive),
                never: phrases(&form.never),
                strengths_mg: form.strengths_mg.clone(),
                brand_strengths_mg: form.brand_strengths_mg.clone(),
                mg_per_ml: form.mg_per_ml.clone(),
                volume_ml: form.volume_ml,
                usual_in: form.usual_in.clone(),
                is_inner: false,
                units: form
                    .units
                    .iter()
                    .map(|(code, units)| (code.to_ascii_uppercase(), *units))
                    .collect(),
            })
            .collect();
        let mut components = Vec::new();
        for part in &file.components {
            let drug = self
                .find(&part.ingredient)
                .ok_or_else(|| (part.ingredient.clone(), self.no_drug(&part.ingredient)))?;
            components.push((part, drug));
        }
        let forms = if forms.is_empty() && components.is_empty() {
            vec![Form::only(file.role)]
        } else {
            forms
        };
        Ok(Drug {
            name: file.names.first().cloned().unwrap_or_else(|| file.id.clone()),
            file: file.clone(),
            compounded: file.compounded.iter().map(|text| words(text)).collect(),
            path: String::new(),
            forms,
            components: components
                .into_iter()
                .map(|(part, drug)| CombinationPart {
                    drug,
                    role: part.role,
                    form: None,
                    strength_mg: part.strength_mg,
                    share: part.share,
                })
                .collect(),
        })
    }

    /// Indexes the names and codes of one drug.
    fn index(&mut self, at: DrugIx) {
        let file = self.drugs[at as usize].file.clone();
        for (part, written) in (0..file.components.len()).zip(&file.components) {
            let ingredient = self.drugs[at as usize].components[part].drug;
            let form = written
                .form
                .as_deref()
                .and_then(|id| self.drug(ingredient).forms.iter().position(|form| form.id == id));
            self.drugs[at as usize].components[part].form = form.map(|form| form as u8);
            if let Some(form) =
                form.and_then(|form| self.drugs[ingredient as usize].forms.get_mut(form))
            {
                form.is_inner = form.words.is_empty() && form.strengths_mg.is_empty();
            }
        }
        // Next to each other, the names of the locked-away drug and of its partner may be two products: `oxycodone; naltrexone`.
        let locks = file.components.iter().any(|part| part.role == Some(Role::Sequestered));
        let names = file.names.iter().filter(|_| !locks);
        for text in names.chain(&file.abbreviations) {
            self.add_phrase(text, at, None, How::Name);
        }
        for text in &file.brands {
            self.add_phrase(text, at, (!file.forms.is_empty()).then_some(0), How::Name);
        }
        for text in &file.misspellings {
            self.add_phrase(text, at, None, How::Misspelling);
        }
        for doubtful in &file.doubtful {
            if let Some(phrase) = self.add_phrase(&doubtful.text, at, None, How::Doubtful) {
                phrase.with = phrases(&doubtful.with);
                phrase.never = phrases(&doubtful.never);
            }
        }
        let entry = |form| CodeEntry {
            drug: at,
            form,
            strength_mg: None,
            units: None,
            days: None,
            injection: false,
            new_package: false,
        };
        for code in file.atc.iter().chain(&file.atc_classes) {
            self.atc.entry(code.to_ascii_uppercase()).or_insert(entry(None));
        }
        let snomed = file.snomed.iter().filter_map(|code| code.parse().ok());
        self.snomed.extend(snomed.map(|code| (code, entry(None))));
        for text in &file.names {
            self.add_stem(text, at);
        }
        for code in file.rxcui.iter().filter_map(|code| code::rxcui(code)) {
            self.rxcui_of_files.entry(code).or_insert(entry(None));
        }
        for (form, written) in file.forms.iter().enumerate() {
            for text in &written.brands {
                self.add_phrase(text, at, Some(form as u8), How::Name);
            }
            for code in &written.atc {
                self.atc.insert(code.to_ascii_uppercase(), entry(Some(form as u8)));
            }
            for code in written.rxcui.iter().filter_map(|code| code::rxcui(code)) {
                self.rxcui_of_files.insert(code, entry(Some(form as u8)));
            }
            for code in &written.hcpcs {
                let units = written.units.get(code).map(|&units| units as f32);
                self.hcpcs.insert(
                    code.to_ascii_uppercase(),
                    CodeEntry { units, ..entry(Some(form as u8)) },
                );
            }
        }
    }

    /// Sorts the phrases and collects the names that a slip could be meant for.
    #[allow(
        clippy::iter_over_hash_type,
        reason = "every list is sorted by itself, and the collected names are sorted after"
    )]
    fn finish_names(&mut self) {
        let mut near = Vec::new();
        let origins = Origins::of(&self.drugs);
        let line_extension = self.find(LINE_EXTENSION);
        for list in self.phrases.values_mut() {
            // For a brand of several drugs, the watched ones come first.
            let order = |phrase: &Phrase| {
                let last = Some(phrase.drug) == line_extension;
                (Reverse(phrase.words.len()), phrase.how, last, phrase.drug)
            };
            list.sort_by_key(order);
            for phrase in list.iter() {
                self.parts.extend(phrase.words.iter().cloned());
                if phrase.how == How::Doubtful {
                    self.parts.extend(phrase.with.iter().flatten().cloned());
                }
                if let [word] = &phrase.words[..] {
                    self.known_words.insert(word.clone());
                    let is_guessed = self.drugs[phrase.drug as usize].is_guessed();
                    if let Some(slips) = origins.slips(word, phrase).filter(|_| is_guessed) {
                        near.push(((word.clone(), phrase.drug), slips));
                    }
                }
            }
        }
        self.near = NearNames::with(near);
        let stems = self.stems.iter().filter_map(|(stem, drug)| Some((stem.clone(), (*drug)?)));
        self.near_stems = NearNames::of(
            stems
                .filter(|(stem, drug)| {
                    stem.len() >= SHORTEST_STEM && self.drugs[usize::from(*drug)].is_guessed()
                })
                .collect(),
        );
        for word in self.phrases.keys() {
            self.first_words.insert((word.len(), hash(word.as_bytes())));
        }
        for (name, _) in self.heads.values().flatten().filter(|(name, _)| name.is_ascii()) {
            stem::each_head(&name[..4], &mut |head| {
                self.first_words.insert((3, hash(head.as_bytes())));
            });
        }
        let forms = self.drugs.iter().flat_map(|drug| &drug.forms);
        self.parts.extend(forms.flat_map(|form| form.words.iter().flatten()).cloned());
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}

impl Drug {
    /// Whether a slip of the pen may be meant for it: true for every drug that rules may mention.
    fn is_guessed(&self) -> bool {
        let guessed = |role: Role| !matches!(role, Role::Known | Role::Rescue | Role::Deterrent);
        guessed(self.file.role)
            || self.forms.iter().any(|form| guessed(form.role))
            || !self.components.is_empty()
    }
}

impl Form {
    /// What messages call it.
    pub fn title(&self) -> String {
        self.title.clone().unwrap_or_else(|| self.id.replace('-', " "))
    }

    fn only(role: Role) -> Self {
        Self {
            id: "tablet".to_owned(),
            title: None,
            kind: FormKind::Tablet,
            role,
            washout: None,
            blockade: None,
            days_each: None,
            words: Vec::new(),
            strengths_mg: Vec::new(),
            decisive: Vec::new(),
            never: Vec::new(),
            brand_strengths_mg: Vec::new(),
            mg_per_ml: Vec::new(),
            volume_ml: None,
            usual_in: Vec::new(),
            is_inner: false,
            units: Vec::new(),
        }
    }
}

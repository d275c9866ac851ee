//! One verdict on a record's identity, from every field that is filled in: the text decides, codes confirm it or replace it.

use std::ops::Range;

use super::book::dictionary::{CodeEntry, Dictionary, DrugIx, How};
use super::book::file::{FormKind, Role};
use super::codes::vocabulary::CodeMeaning;
use super::forms::strength::{self, Strength};
use super::identity::Identity;
use super::meant::doubtful::{Doubt, Doubts};
use super::said::reading::Reading;
use super::spelling::name::words;
use super::spelling::near;
use super::verdict::{Ambiguity, Component, Mismatch, Slip, SlipBy, Verdict};
use rxlint_model::record::{FREE_TEXT, Field};

/// The numbers of a record's texts, whatever their order, otherwise its codes, as one number.
fn numbers(words: &[String], identity: &Identity<'_>) -> u64 {
    let mut numbers: Vec<&str> =
        words.iter().map(String::as_str).filter(|word| word.parse::<f64>().is_ok()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let codes = [&identity.ndc, &identity.rxcui, &identity.code, &identity.concept];
    if numbers.is_empty() && identity.written().is_empty() {
        numbers.extend(codes.into_iter().map(AsRef::as_ref).filter(|code: &&str| !code.is_empty()));
    }
    if numbers.is_empty() {
        0
    } else {
        twox_hash::XxHash64::oneshot(0, numbers.join(" ").as_bytes()).max(1)
    }
}

/// A name found in a text.
pub(super) struct Hit {
    pub(super) drug: DrugIx,
    pub(super) forms: Vec<u8>,
    pub(super) field: Field,
    /// The text that it is in, and its words there.
    pub(super) text: usize,
    pub(super) words: Range<usize>,
}

/// The result of reading the texts of an identity.
#[derive(Default)]
pub(super) struct Scan {
    pub(super) hits: Vec<Hit>,
    pub(super) slip: Option<Slip>,
    pub(super) ambiguity: Option<Ambiguity>,
    /// The first unexplained word that is one slip away from a name, with its text.
    pub(super) near: Option<(Slip, usize)>,
    /// Every drug is only said to have been stopped.
    pub(super) stopped: bool,
    /// Every drug is only said to have been refused or cancelled.
    pub(super) not_taken: bool,
}

/// At most this many strengths of a text are compared.
const MOST_STRENGTHS: usize = 64;

impl Dictionary {
    /// The verdict on an identity.
    pub fn resolve(&self, identity: &Identity<'_>) -> Verdict {
        self.of_product(identity, |product| self.resolve_legible(product))
    }

    /// Applies a function to an identity in readable letters, without what was taken before a change, and without remarks on something else.
    pub(super) fn of_product<T>(
        &self,
        identity: &Identity<'_>,
        ask: impl FnOnce(&Identity<'_>) -> T,
    ) -> T {
        let legible = self.legible_identity(identity);
        let identity = legible.as_ref().unwrap_or(identity);
        let now = self.after_changes(identity);
        let identity = now.as_ref().unwrap_or(identity);
        let product = self.without_asides(identity);
        ask(product.as_ref().unwrap_or(identity))
    }

    /// The verdict on such a cleaned identity.
    pub(super) fn resolve_legible(&self, identity: &Identity<'_>) -> Verdict {
        if let Some(verdict) = self.of_several_codes(identity) {
            return verdict;
        }
        let (code, problem) = self.code_of(identity);
        let by_vocabulary = if code.is_none() && !self.vocabulary().is_empty() {
            self.vocabulary_meaning(identity)
        } else {
            None
        };
        if let Some((decided, CodeMeaning::Named(name))) = by_vocabulary
            && self.lacks_text(identity, decided)
        {
            return Verdict { decided, ..self.resolve_named(identity, name) };
        }
        let words = self.words_of(identity);
        let Words { written, texts, beside, hints } = &words;
        let scan = self.scan_all(identity, &words);
        let named: Vec<DrugIx> = scan.hits.iter().map(|hit| hit.drug).collect();
        let known_name = || self.known_name(texts, &[]).is_some();
        let code = code.filter(|code| !self.is_contradicted(identity, *code, &named, known_name));
        let known_code_is_watched = code.is_some() || by_vocabulary.is_some();
        let known_code = known_code_is_watched
            || self.is_other_code(identity)
            || self.is_drugless(identity)
            || self.is_billed_for_others(identity)
            || self.is_atc_of_others(identity);
        let names_something = self.found_something(identity, written, &scan);
        let Scan { hits, slip, ambiguity, near, not_taken, .. } = scan;
        let mut verdict = Verdict {
            components: Vec::new(),
            product: None,
            decided: Field::Drug,
            resolved: names_something || known_code,
            named: names_something,
            not_taken,
            mismatch: None,
            slip: None,
            billed_units: code.and_then(|(_, entry)| entry.units),
            billed_days: code.and_then(|(_, entry)| entry.days),
            billed_injection: code.is_some_and(|(_, entry)| entry.injection),
            problem: if known_code { None } else { problem },
            compounded: false,
            ambiguity,
            new_package: code.is_some_and(|(_, entry)| entry.new_package),
            numbers: numbers(hints, identity),
        };
        // Most identities: no file knows anything in them, and no comparison of their texts could matter.
        if hits.is_empty()
            && verdict.ambiguity.is_none()
            && !known_code_is_watched
            && slip.is_none()
            && near.is_none()
            && identity.ordered.is_empty()
        {
            return verdict;
        }
        let reading = Reading { hits: &hits, texts, beside, hints, identity };
        verdict.components = self.components(&reading, code.map(|(_, entry)| entry));
        verdict.decided = hits.first().map_or(Field::Drug, |hit| hit.field);
        if let Some((field, entry)) = code {
            let by_code = self.components_of_code(entry, hints, identity);
            self.weigh_code(&mut verdict, (field, by_code), &hits, texts);
        } else if let Some((field, meaning)) = by_vocabulary {
            self.weigh_vocabulary(&mut verdict, field, meaning, identity, texts);
        }
        let other_code = !known_code_is_watched && self.is_other_code(identity);
        if other_code && self.is_none_of_others(&verdict.components) {
            let text = self.names(&verdict.components);
            verdict.mismatch.get_or_insert(Mismatch { text, code: "another drug".to_owned() });
        }
        verdict.billed_units =
            verdict.billed_units.or_else(|| self.billed_in_words(&mut verdict.components));
        self.weigh_texts(&mut verdict, texts, identity, hints);
        self.settle_brand(&mut verdict, &reading, code.map(|(_, entry)| entry));
        verdict.product = self.product(&verdict.components);
        verdict.compounded = self.is_compounded(&verdict.components, hints);
        let near = near.map(|(slip, text)| (slip, written[text].0));
        settle_slip(&mut verdict, slip, near);
        verdict
    }

    /// Whether no text says anything, so that the name that a site's table gives the code in that field replaces it.
    fn lacks_text(&self, identity: &Identity<'_>, code: Field) -> bool {
        let fields = [Field::Drug, Field::Generic, Field::Brand];
        fields
            .into_iter()
            .zip(&identity.texts)
            .all(|(field, text)| text.is_empty() || field == code && !self.names_something(text))
    }

    /// The verdict on a name that a site's table gives the code of an identity.
    fn resolve_named(&self, identity: &Identity<'_>, name: &str) -> Verdict {
        let texts = [name.into(), "".into(), "".into()];
        self.resolve(&Identity { texts, ..identity.codeless() })
    }

    pub(super) fn words_of<'i>(&self, identity: &'i Identity<'_>) -> Words<'i> {
        let written = identity.written();
        let texts: Vec<Vec<String>> = written.iter().map(|(_, text)| self.read(text)).collect();
        let mut beside: Vec<String> = [&identity.strength, &identity.strength_unit]
            .into_iter()
            .flat_map(|text| self.split_unspaced(words(text)))
            .collect();
        let form = self.split_unspaced(words(&identity.form));
        beside.extend(self.lexicon().form_of_cell(&form).cloned());
        beside.extend(form);
        beside.extend(self.route_words(&identity.route));
        if identity.all_texts().any(strength::is_per_cent) {
            let said: Vec<String> = texts.iter().flatten().chain(&beside).cloned().collect();
            beside.extend(self.lexicon().forms_by_per_cent(&said).cloned());
        }
        let hints = texts.iter().flatten().chain(&beside).cloned().collect();
        Words { written, texts, beside, hints }
    }

    /// What all texts of an identity name.
    pub(super) fn scan_all(&self, identity: &Identity<'_>, words: &Words<'_>) -> Scan {
        let Words { written, texts, hints, .. } = words;
        let mut scan = Scan::default();
        for (at, written) in written.iter().enumerate() {
            self.scan(&texts[at], at, *written, hints, &mut scan);
        }
        if self.lexicon().is_homeopathic(hints) && identity.stated_strength().is_none() {
            scan = Scan::default();
        }
        self.leave_out(written, texts, &mut scan);
        self.leave_notes_out(written, texts, &mut scan);
        scan
    }

    /// Whether the texts name a drug, watched or not.
    fn found_something(
        &self,
        identity: &Identity<'_>,
        written: &[(Field, &str)],
        scan: &Scan,
    ) -> bool {
        let names = |text: &str| match &*identity.system {
            FREE_TEXT => self.names_a_drug(text),
            _ => self.names_something(text),
        };
        !scan.hits.is_empty()
            || scan.slip.is_some()
            || !scan.stopped && written.iter().any(|(_, text)| names(text))
    }

    /// What is left open about a brand, or about the form that a name means: a code that agrees settles it.
    fn settle_brand(&self, verdict: &mut Verdict, reading: &Reading<'_>, code: Option<CodeEntry>) {
        if verdict.ambiguity.is_none() {
            verdict.ambiguity = verdict.components.iter().find_map(|component| {
                let of_drug = reading.hits.iter().filter(|hit| hit.drug == component.drug);
                let brands: Vec<u8> = of_drug.flat_map(|hit| hit.forms.iter().copied()).collect();
                let entry = code.filter(|entry| entry.drug == component.drug);
                let by_code = entry.and_then(|entry| entry.form);
                self.unsettled_form(component, &brands, reading.hints, by_code)
            });
        }
        if let (Some(entry), None) = (code, &verdict.mismatch) {
            let is_taken = |brand: &Ambiguity| {
                brand.drugs[..1].iter().any(|m| m.form.is_none() && m.drug == entry.drug)
            };
            verdict.ambiguity = verdict.ambiguity.take().filter(|brand| !is_taken(brand));
        }
    }

    fn is_compounded(&self, components: &[Component], hints: &[String]) -> bool {
        components.iter().any(|c| {
            let words = &self.drug(c.drug).compounded;
            words.iter().any(|word| contains(hints, word))
                || !words.is_empty() && c.strength.is_some_and(|strength| strength.per_ml)
        })
    }

    /// Whether a drug is a class with codes but no name: any opioid.
    pub(super) fn is_class(&self, drug: DrugIx) -> bool {
        !self.drug(drug).file.atc_classes.is_empty()
    }

    /// Weighs the text, whose components the verdict has so far, against the code: the text decides
    /// if it names a watched drug.
    fn weigh_code(
        &self,
        verdict: &mut Verdict,
        (field, by_code): (Field, Vec<Component>),
        hits: &[Hit],
        texts: &[Vec<String>],
    ) {
        let from_text = &verdict.components;
        let text_name = if hits.is_empty() {
            self.known_name(texts, &by_code)
        } else {
            Some(self.names(from_text))
        };
        let differ =
            if hits.is_empty() { text_name.is_some() } else { !agree(from_text, &by_code) };
        // The code of a class of opioids is not another drug than an opioid of that class.
        let is_of_class = || {
            by_code.iter().all(|c| self.is_class(c.drug))
                && from_text.iter().any(|c| c.role.is_opioid())
        };
        let differ = differ && !is_of_class();
        if let (true, Some(text)) = (differ, text_name)
            && (concerns(from_text) || concerns(&by_code))
        {
            verdict.mismatch = Some(Mismatch { text, code: self.names(&by_code) });
        }
        let code_decides = if differ {
            !concerns(from_text) && concerns(&by_code)
        } else {
            by_code.len() > from_text.len()
        };
        if code_decides {
            (verdict.components, verdict.decided) = (by_code, field);
        } else {
            verdict.decided = hits.first().map_or(field, |hit| hit.field);
        }
    }

    /// Weighs a text against what a site's table says about the code: the text decides if it names
    /// a watched drug.
    fn weigh_vocabulary(
        &self,
        verdict: &mut Verdict,
        field: Field,
        meaning: CodeMeaning<'_>,
        identity: &Identity<'_>,
        texts: &[Vec<String>],
    ) {
        let by_code = match meaning {
            CodeMeaning::Named(name) => self.resolve_named(identity, name).components,
            CodeMeaning::Other => Vec::new(),
        };
        let text = if verdict.components.is_empty() {
            self.known_name(texts, &by_code)
        } else {
            Some(self.names(&verdict.components))
        };
        let differ = !agree(&verdict.components, &by_code);
        if let Some(text) =
            text.filter(|_| differ && (concerns(&verdict.components) || concerns(&by_code)))
        {
            let code =
                if by_code.is_empty() { "another drug".to_owned() } else { self.names(&by_code) };
            verdict.mismatch = Some(Mismatch { text, code });
        }
        if !concerns(&verdict.components) && concerns(&by_code) {
            (verdict.components, verdict.decided) = (by_code, field);
        }
    }

    /// Every name in one text, longest first, each word used once; and the unexplained words.
    pub(super) fn scan(
        &self,
        text: &[String],
        number: usize,
        (field, written): (Field, &str),
        hints: &[String],
        scan: &mut Scan,
    ) {
        let mut at = 0;
        let mut doubts = Doubts::default();
        while at < text.len() {
            let Some(phrase) = self.phrase_at(text, at) else {
                if let Some((drug, forms)) = self.split_name(written, text, at) {
                    let words = at..at + 2;
                    at = words.end;
                    scan.hits.push(Hit { drug, forms, field, text: number, words });
                    continue;
                }
                self.scan_word(text, at, number, field, scan);
                at += 1;
                continue;
            };
            let (phrase, ambiguity) = self.settled(text, at, phrase);
            let ambiguity = ambiguity.or_else(|| self.line_extension(text, at, phrase));
            let words = at..at + phrase.words.len();
            at = words.end;
            // Nobody writes an ordinary word alone where a drug belongs.
            let doubt = if text.len() > 1 && self.is_ordinary_here(phrase, hints) {
                Doubt::Open
            } else {
                doubts.of(phrase, hints)
            };
            let (confirmed, doubted) = match doubt {
                Doubt::None => (true, false),
                Doubt::Other => (false, false),
                Doubt::Open if self.is_cut_beside(text, &words, phrase) => (true, false),
                Doubt::Open => (false, !self.is_part_of_another(text, &words)),
            };
            if phrase.how == How::Misspelling || doubted {
                scan.slip.get_or_insert_with(|| Slip {
                    word: phrase.words.join(" "),
                    meant: phrase.drug,
                    by: if doubted { SlipBy::Doubtful } else { SlipBy::Name },
                    resolved: confirmed,
                });
            }
            if confirmed {
                let forms = phrase.forms.clone();
                scan.hits.push(Hit { drug: phrase.drug, forms, field, text: number, words });
                scan.ambiguity = scan.ambiguity.take().or(ambiguity);
            }
        }
        if scan.slip.is_none() && !scan.hits.iter().any(|hit| hit.text == number) {
            scan.slip = self.cough_mark(text);
        }
    }

    /// A word that begins no listed name: a name in another spelling or shortened, perhaps a slip, usually neither.
    fn scan_word(&self, text: &[String], at: usize, number: usize, field: Field, scan: &mut Scan) {
        let word = text[at].as_str();
        let whole = self.whole_word(word).map(|drug| (drug, Vec::new()));
        if let Some((drug, forms)) = whole.or_else(|| self.short_form(word)) {
            scan.hits.push(Hit { drug, forms, field, text: number, words: at..at + 1 });
        } else if let Some((drug, is_sure)) = self.cut_beside(text, at) {
            if is_sure {
                let words = at..at + 1;
                scan.hits.push(Hit { drug, forms: Vec::new(), field, text: number, words });
            } else {
                let (word, by) = (word.to_owned(), SlipBy::Doubtful);
                scan.slip.get_or_insert(Slip { word, meant: drug, by, resolved: false });
            }
        } else if let Some(name) = self.misread(word)
            && let Some((drug, forms)) = self.meaning_of(&name)
        {
            scan.slip.get_or_insert_with(|| Slip {
                word: word.to_owned(),
                meant: drug,
                by: SlipBy::Name,
                resolved: true,
            });
            scan.hits.push(Hit { drug, forms, field, text: number, words: at..at + 1 });
        } else if scan.near.is_none()
            && !self.is_half_of_another(text, at)
            && let Some((meant, name)) = near::slip(self, word)
        {
            let by = name.map_or(SlipBy::Name, |name| SlipBy::Other(name.to_owned()));
            let word = word.to_owned();
            scan.near = Some((Slip { word, meant, by, resolved: false }, number));
        }
    }

    /// The drug and the forms that a one-word name means.
    pub(super) fn meaning_of(&self, name: &str) -> Option<(DrugIx, Vec<u8>)> {
        let listed = self.phrases(name).iter().find(|phrase| phrase.words.len() == 1);
        listed
            .map(|phrase| (phrase.drug, phrase.forms.clone()))
            .or_else(|| Some((self.whole_word(name)?, Vec::new())))
    }

    /// The components that names in a text mean.
    pub(super) fn components(
        &self,
        reading: &Reading<'_>,
        code: Option<CodeEntry>,
    ) -> Vec<Component> {
        let Reading { hits, hints, identity, .. } = *reading;
        let mut components: Vec<Component> = Vec::new();
        let mut ingredients: Vec<DrugIx> = Vec::new();
        // Each name once: a cell that repeats it a million times must not be read a million times.
        let mut met: Vec<(DrugIx, bool)> = Vec::new();
        for hit in hits {
            let name = (hit.drug, self.is_brand(hit, reading));
            if met.contains(&name) {
                continue;
            }
            met.push(name);
            if self.drug(hit.drug).components.is_empty() {
                ingredients.push(hit.drug);
            } else if self.is_fixed(hit.drug, name.1, reading, code) {
                self.add_combination(hit.drug, hints, &mut components);
            } else {
                ingredients.extend(self.drug(hit.drug).components.iter().map(|part| part.drug));
            }
        }
        let known =
            |drug: DrugIx, components: &[Component]| components.iter().any(|c| c.drug == drug);
        for (at, drug) in self.drugs().iter().enumerate() {
            let complete = !drug.components.is_empty()
                && drug.components.iter().all(|part| ingredients.contains(&part.drug));
            if complete
                && !drug.components.iter().all(|part| known(part.drug, &components))
                && self.is_fixed(at as DrugIx, false, reading, code)
            {
                self.add_combination(at as DrugIx, hints, &mut components);
            }
        }
        ingredients.dedup();
        let one_unit = reading.is_one_unit(self);
        let several = ingredients.iter().any(|drug| *drug != ingredients[0]);
        for drug in ingredients {
            if known(drug, &components) {
                continue;
            }
            let brands: Vec<u8> = hits
                .iter()
                .filter(|other| other.drug == drug)
                .flat_map(|other| other.forms.iter().copied())
                .collect();
            let by_code = code.filter(|entry| entry.drug == drug).and_then(|entry| entry.form);
            let own = if several { reading.hints_of(drug) } else { hints.to_vec() };
            let strength = identity
                .stated_strength()
                .or_else(|| identity.bare_strength().filter(|_| self.lexicon().is_injection(hints)))
                .filter(|_| !several);
            let form = self.choose_form(drug, &brands, &own, strength, by_code);
            let next = components.iter().map(|c| c.medicine + 1).max().unwrap_or(0);
            let medicine = if one_unit { next.saturating_sub(1) } else { next };
            components.push(Component {
                drug,
                form,
                role: self.form(drug, form).role,
                strength: None,
                medicine,
            });
        }
        if let [only] = &mut components[..] {
            let same_drug = code.filter(|entry| entry.drug == only.drug);
            let coded = same_drug
                .and_then(|entry| entry.strength_mg)
                .map(|mg| Strength { mg: f64::from(mg), per_ml: false });
            let stated = identity.stated_strength().or(only.strength).or(coded);
            only.strength = stated.or_else(|| self.plain_strength(only, reading));
        }
        components
    }

    /// Whether a name of a combination is a brand, and not composed of its ingredients' names.
    fn is_brand(&self, hit: &Hit, reading: &Reading<'_>) -> bool {
        let parts = &self.drug(hit.drug).components;
        let is_part = |word: &String| {
            self.meaning_of(word)
                .is_some_and(|(drug, _)| parts.iter().any(|part| part.drug == drug))
        };
        !parts.is_empty() && !reading.texts[hit.text][hit.words.clone()].iter().any(is_part)
    }

    /// Whether the ingredients of a combination that a text names are one product, not medicines listed one after the other. If the product locks an
    /// antagonist away, that must be stated: by its brand, its code, its strengths or its form.
    fn is_fixed(
        &self,
        combination: DrugIx,
        brand: bool,
        reading: &Reading<'_>,
        code: Option<CodeEntry>,
    ) -> bool {
        if brand || code.is_some_and(|entry| entry.drug == combination) {
            return true;
        }
        let parts = &self.drug(combination).components;
        let amounts: Vec<f64> =
            reading.identity.all_texts().flat_map(strength::amounts).map(|s| s.mg).collect();
        let mut all = amounts.clone();
        all.extend(reading.identity.all_texts().flat_map(strength::joined));
        // A text with more strengths is not a product's, and each is compared with each.
        all.truncate(MOST_STRENGTHS);
        let of_share =
            |share: f64| all.iter().any(|a| all.iter().any(|b| (b / a / share - 1.0).abs() < 0.03));
        let shares: Vec<f64> = parts.iter().filter_map(|part| part.share).collect();
        if shares.iter().any(|&share| of_share(share)) {
            return true;
        }
        let locked = parts.iter().any(|part| part.role == Some(Role::Sequestered));
        // Two strengths that none of its products has.
        if locked && amounts.iter().any(|mg| *mg != amounts[0]) {
            return false;
        }
        if reading.is_one_unit(self) {
            return true;
        }
        let listed = reading.identity.all_texts().any(is_list) || locked && reading.is_parted(self);
        if locked {
            let form_says = parts.iter().any(|part| {
                part.form.is_some_and(|form| {
                    let kind = self.form(part.drug, form).kind;
                    kind != FormKind::Tablet
                        && self.lexicon().kind(reading.hints, |other| other == kind).is_some()
                })
            });
            return form_says && !listed;
        }
        let fixed_mg: Vec<f64> = parts.iter().filter_map(|part| part.strength_mg).collect();
        let says_otherwise = !fixed_mg.is_empty()
            && amounts.len() > 1
            && !fixed_mg.iter().any(|mg| amounts.contains(mg));
        !listed && !says_otherwise
    }

    pub(super) fn components_of_code(
        &self,
        entry: CodeEntry,
        hints: &[String],
        identity: &Identity<'_>,
    ) -> Vec<Component> {
        if !self.drug(entry.drug).components.is_empty() {
            let mut components = Vec::new();
            self.add_combination(entry.drug, hints, &mut components);
            return components;
        }
        let strength = identity
            .stated_strength()
            .or_else(|| entry.strength_mg.map(|mg| Strength { mg: f64::from(mg), per_ml: false }));
        let form =
            entry.form.unwrap_or_else(|| self.choose_form(entry.drug, &[], hints, strength, None));
        let role = self.form(entry.drug, form).role;
        vec![Component { drug: entry.drug, form, role, strength, medicine: 0 }]
    }

    fn add_combination(
        &self,
        combination: DrugIx,
        hints: &[String],
        components: &mut Vec<Component>,
    ) {
        let medicine = components.iter().map(|c| c.medicine + 1).max().unwrap_or(0);
        for part in &self.drug(combination).components {
            let form =
                part.form.unwrap_or_else(|| self.choose_form(part.drug, &[], hints, None, None));
            let role = part.role.unwrap_or_else(|| self.form(part.drug, form).role);
            let strength = part.strength_mg.map(|mg| Strength { mg, per_ml: false });
            components.retain(|c| c.drug != part.drug);
            components.push(Component { drug: part.drug, form, role, strength, medicine });
        }
    }

    /// The combination that these components make up, or the only one; `None` for a mixture without
    /// a name.
    pub(super) fn product(&self, components: &[Component]) -> Option<DrugIx> {
        if components.iter().any(|c| c.medicine != components[0].medicine) {
            return None;
        }
        if let [only] = components {
            return Some(only.drug);
        }
        (0..self.drugs().len() as DrugIx).find(|&drug| {
            let parts = &self.drug(drug).components;
            parts.len() == components.len()
                && !parts.is_empty()
                && parts.iter().all(|part| components.iter().any(|c| c.drug == part.drug))
        })
    }

    /// A known drug name in the text that is not in any drug file and not the beginning of the name of one of those components: `OXYC5` next to the
    /// code of oxycodone is a site's own short form of it.
    pub(super) fn known_name(&self, texts: &[Vec<String>], beside: &[Component]) -> Option<String> {
        texts
            .iter()
            .flatten()
            .find(|word| {
                word.chars().count() > 3
                    && !self.is_head_of(word, beside)
                    && (self.is_known_word(word)
                        || self.at_large().has_stem(word) && !self.has_part(word))
            })
            .cloned()
    }

    /// The names of the ingredients of a component's medicine, as shown.
    pub fn names_of(&self, product: &Verdict, component: &Component) -> String {
        let medicine: Vec<Component> = product.medicine(component.medicine).copied().collect();
        self.names(&medicine)
    }

    /// The names of components, as shown: `buprenorphine/naloxone`.
    pub fn names(&self, components: &[Component]) -> String {
        components.iter().map(|c| self.drug(c.drug).name.as_str()).collect::<Vec<_>>().join("/")
    }
}

/// Whether a mix-up of these components matters: not if all are merely known or rescue drugs.
pub(super) fn concerns(components: &[Component]) -> bool {
    components.iter().any(|c| !matches!(c.role, Role::Known | Role::Rescue))
}

/// Whether one of two lists contains the other, ingredient by ingredient and role by role.
fn agree(a: &[Component], b: &[Component]) -> bool {
    let holds = |all: &[Component], part: &[Component]| {
        part.iter().all(|p| all.iter().any(|c| c.drug == p.drug && c.role == p.role))
    };
    !a.is_empty() && !b.is_empty() && (holds(a, b) || holds(b, a))
}

/// Whether a text holds a separator that only a list has: a semicolon, a bar, a new line
/// (in a cell of a workbook, a line separator).
pub(super) fn is_list(text: &str) -> bool {
    text.contains([';', '|', '\n', '\u{2028}', '\u{ff1b}', '\u{3001}'])
}

/// Keeps the slip of a verdict: one that the code settles is settled; a listed misspelling is reported anyway. A word that is near a name comes with
/// its field.
fn settle_slip(verdict: &mut Verdict, slip: Option<Slip>, near: Option<(Slip, Field)>) {
    let near_field = near.as_ref().map(|(_, field)| *field);
    verdict.slip = slip
        .or(near.map(|(slip, _)| slip))
        .filter(|slip| slip.resolved || !verdict.components.iter().any(|c| c.drug == slip.meant));
    if let (true, true, Some(field)) =
        (verdict.components.is_empty(), verdict.slip.is_some(), near_field)
    {
        verdict.decided = field;
    }
}

/// The texts of an identity and their words.
pub(super) struct Words<'i> {
    written: Vec<(Field, &'i str)>,
    texts: Vec<Vec<String>>,
    /// The words of strength, form and route columns.
    beside: Vec<String>,
    /// All of them.
    pub(super) hints: Vec<String>,
}

/// Whether the words of a phrase occur next to each other.
pub(crate) fn contains(words: &[String], phrase: &[String]) -> bool {
    !phrase.is_empty() && words.windows(phrase.len()).any(|window| window == phrase)
}

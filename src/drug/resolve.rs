//! One verdict on a record's identity, from every field that says something: text decides, codes confirm or stand in.

use std::borrow::Cow;

use super::code::{self, NdcProblem};
use super::dictionary::{CodeEntry, Dictionary, DrugIx, How};
use super::file::Role;
use super::name::words;
use super::near;
use super::strength::{self, Strength};
use super::vocabulary::{self, Meaning, System};
use crate::record::{Field, Record};

/// Everything in a record that tells which drug it is about.
#[derive(Clone, Debug, Default)]
pub struct Identity<'a> {
    /// Name, generic name, brand: what a person wrote.
    pub texts: [Cow<'a, str>; 3],
    /// The code fields.
    pub ndc: Cow<'a, str>,
    /// RxNorm concept.
    pub rxcui: Cow<'a, str>,
    /// ATC code.
    pub atc: Cow<'a, str>,
    /// HCPCS code.
    pub hcpcs: Cow<'a, str>,
    /// A code of a vocabulary that the layout does not tell.
    pub code: Cow<'a, str>,
    /// The vocabulary of `code`, where a cell names it.
    pub system: Cow<'a, str>,
    /// OMOP concept id.
    pub concept: Cow<'a, str>,
    /// Strength column.
    pub strength: Cow<'a, str>,
    /// Unit of the strength column.
    pub strength_unit: Cow<'a, str>,
    /// Dose form and route columns.
    pub form: Cow<'a, str>,
    /// Route column.
    pub route: Cow<'a, str>,
}

/// The fields that make an identity, in the order in which they are compared.
pub const IDENTITY_FIELDS: [Field; 14] = [
    Field::Drug,
    Field::Generic,
    Field::Brand,
    Field::Ndc,
    Field::Rxcui,
    Field::Atc,
    Field::Hcpcs,
    Field::Code,
    Field::CodeSystem,
    Field::Concept,
    Field::Strength,
    Field::StrengthUnit,
    Field::Form,
    Field::Route,
];

impl<'a> Identity<'a> {
    /// The identity of a record.
    pub fn of(record: &Record<'a>) -> Self {
        Self {
            texts: [record.string(Field::Drug), record.string(Field::Generic), record.string(Field::Brand)],
            ndc: record.string(Field::Ndc),
            rxcui: record.string(Field::Rxcui),
            atc: record.string(Field::Atc),
            hcpcs: record.string(Field::Hcpcs),
            code: record.string(Field::Code),
            system: record.string(Field::CodeSystem),
            concept: record.string(Field::Concept),
            strength: record.string(Field::Strength),
            strength_unit: record.string(Field::StrengthUnit),
            form: record.string(Field::Form),
            route: record.string(Field::Route),
        }
    }

    /// An identity that is a text alone.
    pub fn text(text: &'a str) -> Self {
        Self { texts: [text.into(), "".into(), "".into()], ..Self::default() }
    }
}

/// An ingredient of the product that a record is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Component {
    /// The ingredient.
    pub drug: DrugIx,
    /// Its form, by place in the ingredient's forms.
    pub form: u8,
    /// Its role in this product.
    pub role: Role,
    /// How much of it one unit holds, where that is beyond doubt.
    pub strength: Option<Strength>,
}

/// Text and code that name different drugs.
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
    /// The word as written.
    pub word: String,
    /// The drug that it may be meant for.
    pub meant: DrugIx,
    /// Whether it is a listed misspelling, taken for the drug all the same.
    pub resolved: bool,
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
    /// Whether the record names a drug at all that can be read.
    pub resolved: bool,
    /// Text and code name different drugs.
    pub mismatch: Option<Mismatch>,
    /// A word one slip away from a name.
    pub slip: Option<Slip>,
    /// Billed units that make one unit of the product.
    pub billed_units: Option<f32>,
    /// What is wrong with the code.
    pub problem: Option<NdcProblem>,
}

/// A name found in a text.
struct Hit {
    drug: DrugIx,
    forms: Vec<u8>,
    field: Field,
}

impl Dictionary {
    /// The verdict on an identity.
    pub fn resolve(&self, identity: &Identity<'_>) -> Verdict {
        let (mut code, problem) = self.code_of(identity);
        let by_vocabulary = if code.is_none() && !self.vocabulary().is_empty() { self.vocabulary_meaning(identity) } else { None };
        if let Some((_, Meaning::Named(name))) = by_vocabulary {
            if identity.texts.iter().all(|text| text.is_empty()) {
                // The table's name stands in for the text that the record lacks.
                let named = Identity { texts: [name.into(), "".into(), "".into()], ..codeless(identity) };
                let decided = by_vocabulary.map_or(Field::Code, |(field, _)| field);
                return Verdict { decided, ..self.resolve(&named) };
            }
            code = None;
        }
        let fields = [Field::Drug, Field::Generic, Field::Brand];
        let texts: Vec<Vec<String>> = identity.texts.iter().map(|text| words(text)).collect();
        let hints: Vec<String> = texts.iter().flatten().cloned().chain(words(&identity.strength)).chain(words(&identity.strength_unit)).chain(words(&identity.form)).chain(words(&identity.route)).collect();

        let (mut hits, mut slip) = (Vec::new(), None);
        for (text, field) in texts.iter().zip(fields) {
            self.scan(text, field, &hints, &mut hits, &mut slip);
        }
        let says_something = texts.iter().flatten().any(|word| word.chars().any(char::is_alphabetic));
        let mut verdict = Verdict {
            components: Vec::new(),
            product: None,
            decided: Field::Drug,
            resolved: says_something || code.is_some() || by_vocabulary.is_some(),
            mismatch: None,
            slip: None,
            billed_units: code.and_then(|(_, entry)| entry.units),
            problem: if code.is_some() { None } else { problem },
        };
        let from_text = self.components(&hits, &hints, identity, code.map(|(_, entry)| entry));
        let from_code = code.map(|(field, entry)| (field, self.components_of_code(entry, &hints, identity)));
        let concerns = |components: &[Component]| components.iter().any(|c| !matches!(c.role, Role::Known | Role::Rescue));

        if let Some((field, by_code)) = from_code {
            let text_name = if hits.is_empty() { self.known_name(&texts) } else { Some(self.names(&from_text)) };
            let differ = if hits.is_empty() { text_name.is_some() } else { !agree(&from_text, &by_code) };
            if let (true, Some(text)) = (differ, text_name)
                && (concerns(&from_text) || concerns(&by_code)) {
                    verdict.mismatch = Some(Mismatch { text, code: self.names(&by_code) });
                }
            let code_decides = if differ { !concerns(&from_text) && concerns(&by_code) } else { by_code.len() > from_text.len() };
            (verdict.components, verdict.decided) =
                if code_decides { (by_code, field) } else { (from_text, hits.first().map_or(field, |hit| hit.field)) };
        } else {
            verdict.decided = hits.first().map_or(Field::Drug, |hit| hit.field);
            verdict.components = from_text;
            if let Some((field, meaning)) = by_vocabulary {
                self.weigh_vocabulary(&mut verdict, field, meaning, identity, &texts, concerns);
            }
        }
        verdict.product = self.product(&verdict.components);
        if slip.is_none() && hits.is_empty() {
            slip = texts.iter().find_map(|text| near::slip(self, text)).map(|(word, meant)| Slip { word: word.to_owned(), meant, resolved: false });
        }
        // A slip that the code settles is settled; a listed misspelling is said all the same.
        verdict.slip = slip.filter(|slip| slip.resolved || !verdict.components.iter().any(|c| c.drug == slip.meant));
        if verdict.components.is_empty() && verdict.slip.is_some() {
            verdict.decided = fields[texts.iter().position(|text| text.iter().any(|w| verdict.slip.as_ref().is_some_and(|s| s.word.contains(w.as_str())))).unwrap_or(0)];
        }
        verdict
    }

    /// Weighs a text against what a site's table says of the code: the text decides where it names a watched drug.
    fn weigh_vocabulary(&self, verdict: &mut Verdict, field: Field, meaning: Meaning<'_>, identity: &Identity<'_>, texts: &[Vec<String>], concerns: impl Fn(&[Component]) -> bool) {
        let by_code = match meaning {
            Meaning::Named(name) => self.resolve(&Identity { texts: [name.into(), "".into(), "".into()], ..codeless(identity) }).components,
            Meaning::Other => Vec::new(),
        };
        let text = if verdict.components.is_empty() { self.known_name(texts) } else { Some(self.names(&verdict.components)) };
        let differ = !agree(&verdict.components, &by_code);
        if let Some(text) = text.filter(|_| differ && (concerns(&verdict.components) || concerns(&by_code))) {
            let code = if by_code.is_empty() { "another drug".to_owned() } else { self.names(&by_code) };
            verdict.mismatch = Some(Mismatch { text, code });
        }
        if !concerns(&verdict.components) && concerns(&by_code) {
            (verdict.components, verdict.decided) = (by_code, field);
        }
    }

    /// What a site's tables say of the codes, the most telling first.
    fn vocabulary_meaning(&self, identity: &Identity<'_>) -> Option<(Field, Meaning<'_>)> {
        let vocabulary = self.vocabulary();
        let ndc = |text: &str| {
            let number = code::ndc(text).ok()?.number;
            vocabulary.meaning(System::Ndc, number).or_else(|| vocabulary.meaning(System::NdcProduct, number / 100))
        };
        let local = |text: &str| (!text.is_empty()).then(|| vocabulary.meaning(System::Local, vocabulary::local(text))).flatten();
        let rxcui = |text: &str| vocabulary.meaning(System::Rxcui, u64::from(code::rxcui(text)?));
        let concept = |text: &str| vocabulary.meaning(System::Concept, text.trim().parse().ok()?);
        let found = [
            (Field::Ndc, ndc(&identity.ndc).or_else(|| local(&identity.ndc))),
            (Field::Rxcui, rxcui(&identity.rxcui)),
            (Field::Concept, concept(&identity.concept)),
            (Field::Code, local(&identity.code).or_else(|| ndc(&identity.code))),
        ];
        found.into_iter().find_map(|(field, meaning)| Some((field, meaning?)))
    }

    /// Every name in one text, longest first, each word used once.
    fn scan(&self, text: &[String], field: Field, hints: &[String], hits: &mut Vec<Hit>, slip: &mut Option<Slip>) {
        let mut at = 0;
        while at < text.len() {
            let found = self.phrases(&text[at]).iter().find(|phrase| text[at..].starts_with(&phrase.words));
            let Some(phrase) = found else {
                at += 1;
                continue;
            };
            let confirmed = phrase.how != How::Doubtful || phrase.with.iter().any(|with| contains(hints, with));
            if phrase.how == How::Misspelling || !confirmed {
                slip.get_or_insert_with(|| Slip { word: phrase.words.join(" "), meant: phrase.drug, resolved: confirmed });
            }
            if confirmed {
                hits.push(Hit { drug: phrase.drug, forms: phrase.forms.clone(), field });
            }
            at += phrase.words.len();
        }
    }

    /// The components that names in a text stand for.
    fn components(&self, hits: &[Hit], hints: &[String], identity: &Identity<'_>, code: Option<CodeEntry>) -> Vec<Component> {
        let mut components: Vec<Component> = Vec::new();
        let mut ingredients: Vec<DrugIx> = Vec::new();
        for hit in hits {
            if self.drug(hit.drug).components.is_empty() {
                ingredients.push(hit.drug);
            } else {
                self.add_combination(hit.drug, hints, &mut components);
            }
        }
        let known = |drug: DrugIx, components: &[Component]| components.iter().any(|c| c.drug == drug);
        for (at, drug) in self.drugs().iter().enumerate() {
            let complete = !drug.components.is_empty() && drug.components.iter().all(|part| ingredients.contains(&part.drug));
            if complete && !drug.components.iter().all(|part| known(part.drug, &components)) {
                self.add_combination(at as DrugIx, hints, &mut components);
            }
        }
        for hit in hits.iter().filter(|hit| self.drug(hit.drug).components.is_empty()) {
            if known(hit.drug, &components) {
                continue;
            }
            let brands: Vec<u8> = hits.iter().filter(|other| other.drug == hit.drug).flat_map(|other| other.forms.iter().copied()).collect();
            let by_code = code.filter(|entry| entry.drug == hit.drug).and_then(|entry| entry.form);
            let strength = stated_strength(identity);
            let form = self.choose_form(hit.drug, &brands, hints, strength, by_code);
            components.push(Component { drug: hit.drug, form, role: self.form(hit.drug, form).role, strength: None });
        }
        if let [only] = &mut components[..] {
            only.strength = stated_strength(identity).or(only.strength);
            let same_drug = code.filter(|entry| entry.drug == only.drug);
            only.strength = only.strength.or_else(|| same_drug.and_then(|entry| entry.strength_mg).map(|mg| Strength { mg: f64::from(mg), per_ml: false }));
        }
        components
    }

    fn components_of_code(&self, entry: CodeEntry, hints: &[String], identity: &Identity<'_>) -> Vec<Component> {
        if !self.drug(entry.drug).components.is_empty() {
            let mut components = Vec::new();
            self.add_combination(entry.drug, hints, &mut components);
            return components;
        }
        let strength = stated_strength(identity).or_else(|| entry.strength_mg.map(|mg| Strength { mg: f64::from(mg), per_ml: false }));
        let form = entry.form.unwrap_or_else(|| self.choose_form(entry.drug, &[], hints, strength, None));
        vec![Component { drug: entry.drug, form, role: self.form(entry.drug, form).role, strength }]
    }

    fn add_combination(&self, combination: DrugIx, hints: &[String], components: &mut Vec<Component>) {
        for part in &self.drug(combination).components {
            let form = part.form.unwrap_or_else(|| self.choose_form(part.drug, &[], hints, None, None));
            let role = part.role.unwrap_or_else(|| self.form(part.drug, form).role);
            let strength = part.strength_mg.map(|mg| Strength { mg, per_ml: false });
            components.retain(|c| c.drug != part.drug);
            components.push(Component { drug: part.drug, form, role, strength });
        }
    }

    /// The form: a brand of one form says it, then words beside the name, then the code, then a strength that only one
    /// form has; else the first. Where a brand has several forms and nothing tells, the one that lasts longest.
    fn choose_form(&self, drug: DrugIx, brands: &[u8], hints: &[String], strength: Option<Strength>, by_code: Option<u8>) -> u8 {
        let forms = &self.drug(drug).forms;
        let allowed = |form: u8| brands.is_empty() || brands.contains(&form) || brands.iter().all(|&brand| brand == 0);
        let by_words = (0..forms.len() as u8)
            .filter(|&form| allowed(form))
            .filter_map(|form| {
                let longest = forms[form as usize].words.iter().filter(|phrase| contains(hints, phrase)).map(|phrase| phrase.iter().map(String::len).sum::<usize>()).max()?;
                Some((longest, std::cmp::Reverse(form)))
            })
            .max()
            .map(|(_, form)| form.0);
        let by_strength = strength.and_then(|strength| {
            (0..forms.len() as u8).filter(|&form| allowed(form)).find(|&form| forms[form as usize].strengths_mg.contains(&strength.mg))
        });
        let one_brand = brands.first().copied().filter(|first| *first != 0 && brands.iter().all(|brand| brand == first));
        let longest_brand = brands.iter().copied().max_by_key(|&form| forms[form as usize].days_each);
        one_brand.or(by_words).or(by_code.filter(|&form| allowed(form))).or(by_strength).or(longest_brand).unwrap_or(0)
    }

    /// What the codes stand for, the most telling first, and what is wrong with one that cannot be used.
    fn code_of(&self, identity: &Identity<'_>) -> (Option<(Field, CodeEntry)>, Option<NdcProblem>) {
        let mut problem = None;
        let mut by_ndc = |text: &str| match code::ndc(text) {
            Ok(ndc) => self.ndc(ndc.number),
            Err(why) => {
                problem = Some(why);
                None
            }
        };
        let system = identity.system.to_ascii_lowercase();
        let mut found = Vec::new();
        if !identity.ndc.is_empty() {
            found.push((Field::Ndc, by_ndc(&identity.ndc)));
        }
        found.push((Field::Rxcui, code::rxcui(&identity.rxcui).and_then(|number| self.rxcui(number))));
        found.push((Field::Hcpcs, self.hcpcs(&identity.hcpcs)));
        found.push((Field::Atc, self.atc(&identity.atc)));
        let open = identity.code.as_ref();
        if !open.is_empty() {
            let entry = if system.contains("rxn") {
                code::rxcui(open).and_then(|number| self.rxcui(number))
            } else if system.contains("ndc") {
                by_ndc(open)
            } else if code::is_atc(open) {
                self.atc(open)
            } else if code::is_hcpcs(open) {
                self.hcpcs(open)
            } else if open.bytes().filter(u8::is_ascii_digit).count() >= 8 {
                by_ndc(open)
            } else if !identity.concept.is_empty() {
                // OMOP's source value holds whatever the source had; beside a concept id a short number is an RxCUI.
                code::rxcui(open).and_then(|number| self.rxcui(number))
            } else {
                None
            };
            found.push((Field::Code, entry));
        }
        (found.into_iter().find_map(|(field, entry)| Some((field, entry?))), problem)
    }

    /// The combination that these components make, or the only one; `None` for a mixture without a name.
    fn product(&self, components: &[Component]) -> Option<DrugIx> {
        if let [only] = components {
            return Some(only.drug);
        }
        (0..self.drugs().len() as DrugIx).find(|&drug| {
            let parts = &self.drug(drug).components;
            parts.len() == components.len() && !parts.is_empty() && parts.iter().all(|part| components.iter().any(|c| c.drug == part.drug))
        })
    }

    /// A text's known drug name that is in no drug file.
    fn known_name(&self, texts: &[Vec<String>]) -> Option<String> {
        texts.iter().flatten().find(|word| word.chars().count() > 3 && self.is_known_word(word)).cloned()
    }

    /// The names of components, as shown: `buprenorphine/naloxone`.
    pub fn names(&self, components: &[Component]) -> String {
        components.iter().map(|c| self.drug(c.drug).name.as_str()).collect::<Vec<_>>().join("/")
    }
}

/// Whether one of two lists holds the other, ingredient by ingredient and role by role.
fn agree(a: &[Component], b: &[Component]) -> bool {
    let holds = |all: &[Component], part: &[Component]| part.iter().all(|p| all.iter().any(|c| c.drug == p.drug && c.role == p.role));
    !a.is_empty() && !b.is_empty() && (holds(a, b) || holds(b, a))
}

/// The strength that the record states for a product of one ingredient: in its own column, else in the text.
fn stated_strength(identity: &Identity<'_>) -> Option<Strength> {
    let column = strength::of_column(&identity.strength, &identity.strength_unit);
    let mut texts = identity.texts.iter().filter_map(|text| strength::single(text));
    let text = texts.next();
    match (column, text) {
        // Two statements that differ are no statement.
        (Some(a), Some(b)) if a != b => None,
        (a, b) => a.or(b),
    }
}

/// An identity without its texts and codes.
fn codeless<'a>(identity: &Identity<'a>) -> Identity<'a> {
    Identity { strength: identity.strength.clone(), strength_unit: identity.strength_unit.clone(), form: identity.form.clone(), route: identity.route.clone(), ..Identity::default() }
}

fn contains(hints: &[String], phrase: &[String]) -> bool {
    !phrase.is_empty() && hints.windows(phrase.len()).any(|window| window == phrase)
}

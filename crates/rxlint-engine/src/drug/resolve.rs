//! One verdict on a record's identity, from every field that is filled in: text decides, codes
//! confirm or stand in.

use super::code::NdcProblem;
use super::dictionary::{CodeEntry, Dictionary, DrugIx, How};
use super::file::Role;
use super::identity::Identity;
use super::name::words;
use super::near;
use super::strength::{self, Strength};
use super::vocabulary::CodeMeaning;
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
    /// How much of it one unit contains, if that is beyond doubt.
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
    /// Whether it is a listed misspelling, which is taken for the drug all the same.
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
    /// Whether the record names any drug that can be read.
    pub resolved: bool,
    /// Text and code name different drugs.
    pub mismatch: Option<Mismatch>,
    /// A word one slip away from a name.
    pub slip: Option<Slip>,
    /// Billed units that make one unit of the product.
    pub billed_units: Option<f32>,
    /// Days that one billed unit covers, where the code has a period of its own.
    pub billed_days: Option<u8>,
    /// What is wrong with the code.
    pub problem: Option<NdcProblem>,
    /// Whether it was made by a pharmacy: it says so, or no manufacturer makes this form.
    pub compounded: bool,
}

/// A name found in a text.
pub(super) struct Hit {
    drug: DrugIx,
    forms: Vec<u8>,
    field: Field,
}

impl Dictionary {
    /// The verdict on an identity.
    pub fn resolve(&self, identity: &Identity<'_>) -> Verdict {
        let (mut code, problem) = self.code_of(identity);
        let by_vocabulary = if code.is_none() && !self.vocabulary().is_empty() {
            self.vocabulary_meaning(identity)
        } else {
            None
        };
        if let Some((_, CodeMeaning::Named(name))) = by_vocabulary {
            if identity.texts.iter().all(|text| text.is_empty()) {
                // The table's name stands in for the text that the record lacks.
                let named =
                    Identity { texts: [name.into(), "".into(), "".into()], ..identity.codeless() };
                let decided = by_vocabulary.map_or(Field::Code, |(field, _)| field);
                return Verdict { decided, ..self.resolve(&named) };
            }
            code = None;
        }
        let fields = [Field::Drug, Field::Generic, Field::Brand];
        let texts: Vec<Vec<String>> = identity.texts.iter().map(|text| words(text)).collect();
        let hints: Vec<String> = texts
            .iter()
            .flatten()
            .cloned()
            .chain(words(&identity.strength))
            .chain(words(&identity.strength_unit))
            .chain(words(&identity.form))
            .chain(words(&identity.route))
            .collect();

        let (mut hits, mut slip) = (Vec::new(), None);
        for (text, field) in texts.iter().zip(fields) {
            self.scan(text, field, &hints, &mut hits, &mut slip);
        }
        let says_something = identity.texts.iter().any(|text| says_something(text));
        let mut verdict = Verdict {
            components: Vec::new(),
            product: None,
            decided: Field::Drug,
            resolved: says_something || code.is_some() || by_vocabulary.is_some(),
            mismatch: None,
            slip: None,
            billed_units: code.and_then(|(_, entry)| entry.units),
            billed_days: code.and_then(|(_, entry)| entry.days),
            problem: if code.is_some() { None } else { problem },
            compounded: false,
        };
        let from_text = self.components(&hits, &hints, identity, code.map(|(_, entry)| entry));
        let from_code =
            code.map(|(field, entry)| (field, self.components_of_code(entry, &hints, identity)));
        verdict.decided = hits.first().map_or(Field::Drug, |hit| hit.field);
        verdict.components = from_text;
        if let Some(from_code) = from_code {
            self.weigh_code(&mut verdict, from_code, &hits, &texts);
        } else if let Some((field, meaning)) = by_vocabulary {
            self.weigh_vocabulary(&mut verdict, field, meaning, identity, &texts);
        }
        self.weigh_texts(&mut verdict, &texts, identity, &hints);
        verdict.product = self.product(&verdict.components);
        verdict.compounded = verdict.components.iter().any(|c| {
            let words = &self.drug(c.drug).compounded;
            words.iter().any(|word| contains(&hints, word))
                || !words.is_empty() && c.strength.is_some_and(|strength| strength.per_ml)
        });
        if slip.is_none() && hits.is_empty() {
            slip = texts.iter().find_map(|text| near::slip(self, text)).map(|(word, meant)| Slip {
                word: word.to_owned(),
                meant,
                resolved: false,
            });
        }
        // A slip that the code settles is settled; a listed misspelling is reported all the same.
        verdict.slip = slip.filter(|slip| {
            slip.resolved || !verdict.components.iter().any(|c| c.drug == slip.meant)
        });
        if let (true, Some(slip)) = (verdict.components.is_empty(), &verdict.slip) {
            let has_slip = |text: &Vec<String>| text.iter().any(|word| slip.word.contains(word));
            verdict.decided = fields[texts.iter().position(has_slip).unwrap_or(0)];
        }
        verdict
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
        let text_name =
            if hits.is_empty() { self.known_name(texts) } else { Some(self.names(from_text)) };
        let differ =
            if hits.is_empty() { text_name.is_some() } else { !agree(from_text, &by_code) };
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
            CodeMeaning::Named(name) => {
                self.resolve(&Identity {
                    texts: [name.into(), "".into(), "".into()],
                    ..identity.codeless()
                })
                .components
            }
            CodeMeaning::Other => Vec::new(),
        };
        let text = if verdict.components.is_empty() {
            self.known_name(texts)
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

    /// Every name in one text, longest first, each word used once.
    pub(super) fn scan(
        &self,
        text: &[String],
        field: Field,
        hints: &[String],
        hits: &mut Vec<Hit>,
        slip: &mut Option<Slip>,
    ) {
        let mut at = 0;
        while at < text.len() {
            let found =
                self.phrases(&text[at]).iter().find(|phrase| text[at..].starts_with(&phrase.words));
            let Some(phrase) = found else {
                at += 1;
                continue;
            };
            let confirmed =
                phrase.how != How::Doubtful || phrase.with.iter().any(|with| contains(hints, with));
            if phrase.how == How::Misspelling || !confirmed {
                slip.get_or_insert_with(|| Slip {
                    word: phrase.words.join(" "),
                    meant: phrase.drug,
                    resolved: confirmed,
                });
            }
            if confirmed {
                hits.push(Hit { drug: phrase.drug, forms: phrase.forms.clone(), field });
            }
            at += phrase.words.len();
        }
    }

    /// The components that names in a text stand for.
    pub(super) fn components(
        &self,
        hits: &[Hit],
        hints: &[String],
        identity: &Identity<'_>,
        code: Option<CodeEntry>,
    ) -> Vec<Component> {
        let mut components: Vec<Component> = Vec::new();
        let mut ingredients: Vec<DrugIx> = Vec::new();
        for hit in hits {
            if self.drug(hit.drug).components.is_empty() {
                ingredients.push(hit.drug);
            } else {
                self.add_combination(hit.drug, hints, &mut components);
            }
        }
        let known =
            |drug: DrugIx, components: &[Component]| components.iter().any(|c| c.drug == drug);
        for (at, drug) in self.drugs().iter().enumerate() {
            let complete = !drug.components.is_empty()
                && drug.components.iter().all(|part| ingredients.contains(&part.drug));
            if complete && !drug.components.iter().all(|part| known(part.drug, &components)) {
                self.add_combination(at as DrugIx, hints, &mut components);
            }
        }
        for hit in hits.iter().filter(|hit| self.drug(hit.drug).components.is_empty()) {
            if known(hit.drug, &components) {
                continue;
            }
            let brands: Vec<u8> = hits
                .iter()
                .filter(|other| other.drug == hit.drug)
                .flat_map(|other| other.forms.iter().copied())
                .collect();
            let by_code = code.filter(|entry| entry.drug == hit.drug).and_then(|entry| entry.form);
            let strength = stated_strength(identity);
            let form = self.choose_form(hit.drug, &brands, hints, strength, by_code);
            components.push(Component {
                drug: hit.drug,
                form,
                role: self.form(hit.drug, form).role,
                strength: None,
            });
        }
        if let [only] = &mut components[..] {
            only.strength = stated_strength(identity).or(only.strength);
            let same_drug = code.filter(|entry| entry.drug == only.drug);
            only.strength = only.strength.or_else(|| {
                same_drug
                    .and_then(|entry| entry.strength_mg)
                    .map(|mg| Strength { mg: f64::from(mg), per_ml: false })
            });
        }
        components
    }

    fn components_of_code(
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
        let strength = stated_strength(identity)
            .or_else(|| entry.strength_mg.map(|mg| Strength { mg: f64::from(mg), per_ml: false }));
        let form =
            entry.form.unwrap_or_else(|| self.choose_form(entry.drug, &[], hints, strength, None));
        vec![Component { drug: entry.drug, form, role: self.form(entry.drug, form).role, strength }]
    }

    fn add_combination(
        &self,
        combination: DrugIx,
        hints: &[String],
        components: &mut Vec<Component>,
    ) {
        for part in &self.drug(combination).components {
            let form =
                part.form.unwrap_or_else(|| self.choose_form(part.drug, &[], hints, None, None));
            let role = part.role.unwrap_or_else(|| self.form(part.drug, form).role);
            let strength = part.strength_mg.map(|mg| Strength { mg, per_ml: false });
            components.retain(|c| c.drug != part.drug);
            components.push(Component { drug: part.drug, form, role, strength });
        }
    }

    /// The form: given by a brand with one form, then by words beside the name, then by the code,
    /// then by a strength that only one form has; otherwise the first. A brand with several forms
    /// and no further evidence means the longest-lasting one.
    fn choose_form(
        &self,
        drug: DrugIx,
        brands: &[u8],
        hints: &[String],
        strength: Option<Strength>,
        by_code: Option<u8>,
    ) -> u8 {
        let forms = &self.drug(drug).forms;
        let allowed = |form: u8| {
            brands.is_empty() || brands.contains(&form) || brands.iter().all(|&brand| brand == 0)
        };
        let by_words = (0..forms.len() as u8)
            .filter(|&form| allowed(form))
            .filter_map(|form| {
                let longest = forms[form as usize]
                    .words
                    .iter()
                    .filter(|phrase| contains(hints, phrase))
                    .map(|phrase| phrase.iter().map(String::len).sum::<usize>())
                    .max()?;
                Some((longest, std::cmp::Reverse(form)))
            })
            .max()
            .map(|(_, form)| form.0);
        let by_strength = strength.and_then(|strength| {
            (0..forms.len() as u8)
                .filter(|&form| allowed(form))
                .find(|&form| forms[form as usize].strengths_mg.contains(&strength.mg))
        });
        let one_brand = brands
            .first()
            .copied()
            .filter(|first| *first != 0 && brands.iter().all(|brand| brand == first));
        let longest_brand =
            brands.iter().copied().max_by_key(|&form| forms[form as usize].days_each);
        one_brand
            .or(by_words)
            .or(by_code.filter(|&form| allowed(form)))
            .or(by_strength)
            .or(longest_brand)
            .unwrap_or(0)
    }

    /// The combination that these components make up, or the only one; `None` for a mixture without
    /// a name.
    fn product(&self, components: &[Component]) -> Option<DrugIx> {
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

    /// A known drug name in the text that is not in any drug file.
    pub(super) fn known_name(&self, texts: &[Vec<String>]) -> Option<String> {
        texts
            .iter()
            .flatten()
            .find(|word| word.chars().count() > 3 && self.is_known_word(word))
            .cloned()
    }

    /// The names of components, as shown: `buprenorphine/naloxone`.
    pub fn names(&self, components: &[Component]) -> String {
        components.iter().map(|c| self.drug(c.drug).name.as_str()).collect::<Vec<_>>().join("/")
    }
}

/// Whether a mix-up involving these components matters: not if all are merely known or rescue drugs.
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

/// The strength that the record states for a product with one ingredient: in its own column,
/// otherwise in the text.
fn stated_strength(identity: &Identity<'_>) -> Option<Strength> {
    let column = strength::of_column(&identity.strength, &identity.strength_unit);
    let mut texts = identity.texts.iter().filter_map(|text| strength::single(text));
    let text = texts.next();
    match (column, text) {
        // Two statements that differ count as none.
        (Some(a), Some(b)) if a != b => None,
        (a, b) => a.or(b),
    }
}

/// Whether a text names anything: it has letters, and is not one of the words used for an empty
/// cell.
pub(super) fn says_something(text: &str) -> bool {
    const NOTHING: [&str; 9] =
        ["null", "none", "na", "n/a", "nan", "unknown", "not available", "missing", "\\n"];
    let text = text.trim();
    text.chars().any(char::is_alphabetic)
        && !NOTHING.iter().any(|nothing| text.eq_ignore_ascii_case(nothing))
}

fn contains(hints: &[String], phrase: &[String]) -> bool {
    !phrase.is_empty() && hints.windows(phrase.len()).any(|window| window == phrase)
}

//! What several fields of one listed product say: two codes, a name and the code of a combination, a generic name and a brand.

use super::super::book::dictionary::{CodeEntry, DrugIx};
use super::super::book::file::{FormKind, Role};
use super::super::codes::code_cell;
use super::super::forms::strength;
use super::super::identity::Identity;
use super::super::resolve::{concerns, contains};
use super::super::spelling::name::words;
use super::super::verdict::{Component, Mismatch, Verdict};
use super::{ListedLook, SAME_STRENGTH, is_solid};
use rxlint_model::record::Field;

/// Two fields that differ, and how.
pub(super) type Differ = (Mismatch, [Field; 2]);

/// Every known code of a product, the most specific first.
pub(super) type Codes = Vec<(Field, CodeEntry)>;

impl ListedLook<'_> {
    /// A code of another drug than the name's, or than the first code's if there is no name. The first code was compared already.
    pub(super) fn another_code(
        &self,
        identity: &Identity<'_>,
        verdict: &Verdict,
        codes: &Codes,
    ) -> Option<Differ> {
        let own = &verdict.components;
        let field = if is_code(verdict.decided) { verdict.decided } else { Field::Drug };
        // An ATC code of a class of opioids is not another drug than an opioid.
        let is_class = |entry: &CodeEntry| {
            self.dictionary.is_class(entry.drug)
                && own.iter().any(|component| component.role.is_opioid())
        };
        let differ =
            codes.iter().filter(|(_, entry)| !is_class(entry)).find_map(|(other, entry)| {
                let components = self.of_code(*entry, identity);
                let matters = concerns(own) || concerns(&components);
                let differs = !own.is_empty() && matters && !shares(own, &components);
                differs.then(|| (self.differ(own, &components), [field, *other]))
            });
        let is_none = || self.dictionary.is_none_of_others(own);
        let unwatched = || {
            let is_other =
                field != Field::Ndc && is_none() && self.dictionary.is_other_code(identity);
            let mismatch =
                || Mismatch { text: self.dictionary.names(own), code: "another drug".to_owned() };
            is_other.then(|| (mismatch(), [field, Field::Ndc]))
        };
        differ.or_else(unwatched)
    }

    /// A further code in the same cell for another drug than the name's or the first code's.
    pub(super) fn another_of_cell(
        &self,
        identity: &Identity<'_>,
        verdict: &Verdict,
    ) -> Option<Differ> {
        let parts = code_cell::parts(&identity.ndc, "NDC");
        if parts.len() < 2 {
            return None;
        }
        let of_part = |part: &String| {
            let alone = Identity { ndc: part.as_str().into(), ..Identity::default() };
            self.dictionary.resolve(&alone).components
        };
        let of_parts: Vec<Vec<Component>> = parts.iter().map(of_part).collect();
        let own = Some(&verdict.components).filter(|own| !own.is_empty() && verdict.named);
        let own = own.or_else(|| of_parts.iter().find(|components| !components.is_empty()))?;
        let field = if is_code(verdict.decided) { Field::Ndc } else { Field::Drug };
        let differs = |other: &&Vec<Component>| {
            !other.is_empty() && (concerns(own) || concerns(other)) && !shares(own, other)
        };
        let other = of_parts.iter().find(differs)?;
        Some((self.differ(own, other), [field, Field::Ndc]))
    }

    /// A combination next to one of its ingredients: the name is of one, the package code of the other.
    pub(super) fn another_combination<'n>(
        &self,
        identity: &Identity<'_>,
        named: impl Fn() -> &'n Verdict,
        codes: &Codes,
    ) -> Option<Differ> {
        if identity.texts.iter().all(|text| text.is_empty()) {
            return None;
        }
        let mut codes = codes.iter().filter(|(field, _)| is_product(*field)).peekable();
        codes.peek()?;
        codes.find_map(|(field, entry)| self.combination_beside(identity, named(), (*field, entry)))
    }

    fn combination_beside(
        &self,
        identity: &Identity<'_>,
        named: &Verdict,
        (field, entry): (Field, &CodeEntry),
    ) -> Option<Differ> {
        let by_code = self.of_code(*entry, identity);
        if !concerns(&by_code) || !shares(&named.components, &by_code) {
            return None;
        }
        let more = |a: &[Component], b: &[Component]| {
            a.iter().any(|a| !b.iter().any(|b| b.drug == a.drug))
        };
        // A name without a strength may be half a name, and an ingredient's concept half a code.
        let code_has_more = more(&by_code, &named.components) && states_one_strength(identity);
        let name_has_more = more(&named.components, &by_code)
            && (field == Field::Ndc || entry.strength_mg.is_some());
        (code_has_more || name_has_more)
            .then(|| (self.differ(&named.components, &by_code), [Field::Drug, field]))
    }

    /// What the names say by themselves.
    pub(super) fn named(&self, identity: &Identity<'_>) -> Verdict {
        self.dictionary.resolve(&Identity { texts: identity.texts.clone(), ..identity.codeless() })
    }

    /// A code of a further column for a drug that no rule watches.
    pub(super) fn another_of_column(
        &self,
        verdict: &Verdict,
        further: &[(Field, Identity<'_>)],
    ) -> Option<Differ> {
        let own = &verdict.components;
        let field = if is_code(verdict.decided) { verdict.decided } else { Field::Drug };
        let is_other = |(_, code): &&(Field, Identity<'_>)| {
            self.dictionary.is_none_of_others(own) && self.dictionary.is_other_code(code)
        };
        let (other, _) = further.iter().find(is_other)?;
        let text = self.dictionary.names(own);
        Some((Mismatch { text, code: "another drug".to_owned() }, [field, *other]))
    }

    /// Two codes of different vocabularies for different products of one drug: of another strength or form, or a combination and one of its
    /// ingredients. Two packages may well hold two strengths of what an entry lists.
    pub(super) fn another_product(&self, identity: &Identity<'_>, codes: &Codes) -> Option<Differ> {
        let of_products: Vec<&(Field, CodeEntry)> = codes
            .iter()
            .filter(|(field, entry)| is_product(*field) && !entry.new_package)
            .collect();
        let pairs =
            (0..of_products.len()).flat_map(|a| (a + 1..of_products.len()).map(move |b| (a, b)));
        pairs.into_iter().find_map(|(a, b)| {
            let ((one, first), (other, second)) = (of_products[a], of_products[b]);
            if one == other {
                return None;
            }
            let said = self.differing(identity, first, second)?;
            Some((said, [*one, *other]))
        })
    }

    /// How two codes that share a drug differ.
    fn differing(
        &self,
        identity: &Identity<'_>,
        first: &CodeEntry,
        second: &CodeEntry,
    ) -> Option<Mismatch> {
        let [a, b] = [first, second].map(|entry| self.of_code(*entry, identity));
        if !shares(&a, &b) || !(concerns(&a) || concerns(&b)) {
            return None;
        }
        // An ingredient's concept is not a product: it has neither form nor strength.
        let has_product = |entry: &CodeEntry| entry.form.is_some() || entry.strength_mg.is_some();
        if has_more(&a, &b) && has_product(second) || has_more(&b, &a) && has_product(first) {
            return Some(self.differ(&a, &b));
        }
        if first.drug != second.drug {
            return None;
        }
        let name = &self.dictionary.drug(first.drug).name;
        let strengths = first.strength_mg.zip(second.strength_mg);
        if let Some((one, other)) = strengths.filter(|(one, other)| !is_same(*one, *other)) {
            let said = |mg: f32| format!("{name} {} mg", strength::mg(f64::from(mg)));
            return Some(Mismatch { text: said(one), code: said(other) });
        }
        let [one, other] =
            [first, second].map(|entry| Some(self.dictionary.form(entry.drug, entry.form?).kind));
        let (one, other) = one.zip(other).filter(|(one, other)| one != other)?;
        let said = |kind: FormKind| format!("{name} ({})", in_words(kind));
        Some(Mismatch { text: said(one), code: said(other) })
    }

    /// A form that the names state and that differs from that of a code: Vivitrol and the code of a tablet.
    pub(super) fn another_form<'n>(
        &self,
        identity: &Identity<'_>,
        named: impl Fn() -> &'n Verdict,
        codes: &Codes,
    ) -> Option<Differ> {
        let is_compared = |(field, entry): &&(Field, CodeEntry)| {
            is_product(*field) && entry.form.is_some() && !entry.new_package
        };
        let mut codes = codes.iter().filter(is_compared).peekable();
        codes.peek()?;
        let named = named();
        let [component] = named.components[..] else { return None };
        codes.filter(|(_, entry)| entry.drug == component.drug).find_map(|(field, entry)| {
            let drug = self.dictionary.drug(entry.drug);
            let coded = self.dictionary.form(entry.drug, entry.form?);
            let said = self.dictionary.form(component.drug, component.form);
            let of_file = drug.file.forms.get(entry.form? as usize);
            let has_brands = of_file.is_some_and(|form| !form.brands.is_empty());
            let is_stated = component.form > 0
                || is_solid(identity) && coded.kind.lasts_by_itself()
                || is_brand_of_others(identity, &drug.file.brands) && has_brands;
            let differs = said.kind != coded.kind && is_stated && concerns(&named.components);
            let called = |kind: FormKind| format!("{} ({})", drug.name, in_words(kind));
            differs.then(|| {
                let mismatch = Mismatch { text: called(said.kind), code: called(coded.kind) };
                (mismatch, [Field::Drug, *field])
            })
        })
    }

    /// A brand of another product than the generic name next to it: of another drug, of a single ingredient next to a combination, or of a
    /// combination in which the drug of the generic name is locked away.
    pub(super) fn another_brand(&self, identity: &Identity<'_>) -> Option<Differ> {
        let fields = [Field::Drug, Field::Generic, Field::Brand];
        let named: Vec<(Field, &str, Vec<Component>)> = fields
            .into_iter()
            .zip(&identity.texts)
            .filter(|(_, text)| !text.is_empty())
            .map(|(field, text)| (field, text.as_ref(), self.components_of(text)))
            .filter(|(_, _, components)| !components.is_empty())
            .collect();
        let pairs = (0..named.len()).flat_map(|a| (a + 1..named.len()).map(move |b| (a, b)));
        pairs.into_iter().find_map(|(a, b)| {
            let ((one, text, a), (other, _, b)) = (&named[a], &named[b]);
            let matters = a.iter().chain(b).any(|component| component.role != Role::Known);
            let differs = !shares(a, b) && matters
                || has_more(a, b)
                || is_locked(a, b)
                || crosses(a, b)
                || *other == Field::Brand
                    && has_more(b, a)
                    && is_single(text)
                    && !self.is_first(a, b)
                || *other != Field::Brand && (has_more(b, a) || is_locked(b, a));
            differs.then(|| (self.differ(a, b), [*one, *other]))
        })
    }

    /// A brand that no rule watches next to a generic name: Lyrica next to oxycodone.
    pub(super) fn another_brand_at_large(&self, identity: &Identity<'_>) -> Option<Differ> {
        let [name, generic, brand] = &identity.texts;
        let (field, generic) =
            if generic.is_empty() { (Field::Drug, name) } else { (Field::Generic, generic) };
        let own = self.components_of(generic);
        if !self.dictionary.is_none_of_others(&own) || !self.components_of(brand).is_empty() {
            return None;
        }
        let dictionary = self.dictionary;
        let word = words(brand).into_iter().next()?;
        // It may be a maker's name, or a maker's name may begin a brand.
        let is_name = dictionary.at_large().is_sure(&word)
            && !dictionary.has_part(&word)
            && !dictionary.lexicon().is_glue(&word);
        let text = dictionary.names(&own);
        is_name.then_some((Mismatch { text, code: word }, [field, Field::Brand]))
    }

    fn components_of(&self, text: &str) -> Vec<Component> {
        self.dictionary.resolve(&Identity::text(text)).components
    }

    /// A brand and a name of another drug in one cell: `Vivitrol (methylnaltrexone)`, `morphine (OXYCONTIN) 15 mg tablet`.
    pub(super) fn another_in_brackets(&self, identity: &Identity<'_>) -> Option<Differ> {
        let fields = [Field::Drug, Field::Generic, Field::Brand];
        fields.into_iter().zip(&identity.texts).find_map(|(field, text)| {
            let (outside, inside) =
                brackets(text).filter(|(_, inside)| self.is_only_a_name(inside))?;
            let [one, other] =
                [&outside, &inside].map(|part| self.dictionary.resolve(&Identity::text(part)));
            let (a, b) = (&one.components, &other.components);
            let brand =
                [(&outside, &one), (&inside, &other)].map(|(part, of)| self.is_brand(part, of));
            let (a_is_other, b_is_other) =
                (self.names_another(&outside, a), self.names_another(&inside, b));
            let differs = match (a.is_empty(), b.is_empty()) {
                (false, false) => {
                    (concerns(a) || concerns(b)) && !shares(a, b) && brand != [false, false]
                }
                (true, false) => a_is_other.is_some() && concerns(b) && brand[1],
                (false, true) => b_is_other.is_some() && concerns(a) && brand[0],
                (true, true) => false,
            };
            let named = |of: &[Component], other: Option<String>| {
                other.unwrap_or_else(|| self.dictionary.names(of))
            };
            differs.then(|| {
                let (text, code) = (named(a, a_is_other), named(b, b_is_other));
                (Mismatch { text, code }, [field, field])
            })
        })
    }

    /// Whether a text holds only names and what belongs to them, and no remark.
    fn is_only_a_name(&self, text: &str) -> bool {
        let (dictionary, words) = (self.dictionary, words(text));
        let (lexicon, large) = (dictionary.lexicon(), dictionary.at_large());
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let phrase = dictionary.phrase_at(&words, at).map(|phrase| phrase.words.len());
            let is_beside = || {
                word.starts_with(|c: char| c.is_ascii_digit())
                    || lexicon.is_filler(word)
                    || lexicon.is_salt(word)
                    || large.is_sure(word)
            };
            match phrase {
                Some(length) => at += length,
                None if dictionary.names_one(&words, at) || is_beside() => at += 1,
                None => return false,
            }
        }
        true
    }

    /// Whether a text names its drug by a brand.
    fn is_brand(&self, text: &str, verdict: &Verdict) -> bool {
        let said = words(text);
        let drugs = verdict.components.iter().map(|component| component.drug);
        drugs.chain(verdict.product).any(|drug| {
            let mut brands = self.dictionary.drug(drug).file.all_brands();
            brands.any(|brand| contains(&said, &words(brand)))
        })
    }

    /// The name of a drug that no rule is about, in a text that names no other.
    fn names_another(&self, text: &str, components: &[Component]) -> Option<String> {
        let large = self.dictionary.at_large();
        let is_name = |word: &String| word.len() >= super::SHORTEST_NAME && large.is_sure(word);
        words(text).into_iter().find(is_name).filter(|_| components.is_empty())
    }

    /// Whether a names the first ingredient of b: systems cut the names of combinations, whose ingredients are in alphabetical order.
    fn is_first(&self, a: &[Component], b: &[Component]) -> bool {
        let name = |component: &Component| &self.dictionary.drug(component.drug).name;
        b.iter()
            .map(name)
            .min()
            .is_some_and(|first| a.iter().any(|component| name(component) == first))
    }

    /// The components that a code stands for.
    fn of_code(&self, entry: CodeEntry, identity: &Identity<'_>) -> Vec<Component> {
        self.dictionary.components_of_code(entry, &[], identity)
    }

    fn differ(&self, one: &[Component], other: &[Component]) -> Mismatch {
        Mismatch { text: self.dictionary.names(one), code: self.dictionary.names(other) }
    }
}

/// The text in the first brackets, and the text around them.
fn brackets(text: &str) -> Option<(String, String)> {
    let (before, rest) = text.split_once(['(', '['])?;
    let (inside, after) = rest.split_once([')', ']'])?;
    Some((format!("{before} {after}"), inside.to_owned()))
}

pub(super) const fn is_code(field: Field) -> bool {
    matches!(field, Field::Ndc | Field::Rxcui | Field::Atc | Field::Hcpcs | Field::Code)
}

/// Whether codes of this field stand for products: packages, or clinical drugs.
const fn is_product(field: Field) -> bool {
    matches!(field, Field::Ndc | Field::Rxcui | Field::Code)
}

/// Whether two strengths are the same, as salt or as base.
fn is_same(one: f32, other: f32) -> bool {
    f64::from(one.max(other) / one.min(other)) < SAME_STRENGTH
}

/// Whether a text names a brand of a drug that is not limited to one form of it.
fn is_brand_of_others(identity: &Identity<'_>, brands: &[String]) -> bool {
    let said: Vec<String> = identity.texts.iter().flat_map(|text| words(text)).collect();
    brands.iter().any(|brand| contains(&said, &words(brand)))
}

const fn in_words(kind: FormKind) -> &'static str {
    match kind {
        FormKind::Tablet => "short-acting form",
        FormKind::ExtendedRelease => "extended release",
        FormKind::Patch => "patch",
        FormKind::Depot => "depot",
        FormKind::Implant => "implant",
        FormKind::Topical => "topical form",
    }
}

fn shares(a: &[Component], b: &[Component]) -> bool {
    a.iter().any(|a| b.iter().any(|b| a.drug == b.drug))
}

/// Whether a names all that b does, and another drug that matters.
fn has_more(a: &[Component], b: &[Component]) -> bool {
    let holds = |all: &[Component], drug: DrugIx| all.iter().any(|c| c.drug == drug);
    b.iter().all(|c| holds(a, c.drug))
        && a.iter().any(|c| c.role != Role::Known && !holds(b, c.drug))
        && shares(a, b)
}

/// Whether each names a drug that matters and that the other lacks.
fn crosses(a: &[Component], b: &[Component]) -> bool {
    let lacks = |a: &[Component], b: &[Component]| {
        a.iter().any(|c| c.role != Role::Known && !b.iter().any(|other| other.drug == c.drug))
    };
    lacks(a, b) && lacks(b, a)
}

/// Whether a generic name is that of one ingredient, not the first half of a longer one: `buprenorphine-nalox`.
fn is_single(text: &str) -> bool {
    let words: Vec<&str> = text
        .split_ascii_whitespace()
        .take_while(|word| !word.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    !text.contains(['/', '+', '&', '-', ',', ';']) && words.len() < 3
}

/// Whether all that a names is locked away in b.
fn is_locked(a: &[Component], b: &[Component]) -> bool {
    shares(a, b)
        && a.iter().all(|a| b.iter().any(|b| b.drug == a.drug && b.role == Role::Sequestered))
}

/// Whether the names and the strength together state one amount, so that they are about one ingredient.
fn states_one_strength(identity: &Identity<'_>) -> bool {
    let mut amounts: Vec<u64> = Vec::new();
    for text in identity.all_texts() {
        if !strength::joined(text).is_empty() {
            return false;
        }
        amounts.extend(strength::amounts(text).iter().map(|amount| (amount.mg * 1000.0) as u64));
    }
    amounts.sort_unstable();
    amounts.dedup();
    amounts.len() == 1
}

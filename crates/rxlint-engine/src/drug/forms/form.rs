//! Which form of an ingredient a record is about.

use super::strength::Strength;
use crate::drug::book::dictionary::{Dictionary, DrugIx, Form};
use crate::drug::book::file::FormKind;
use crate::drug::resolve::contains;
use crate::drug::verdict::{Ambiguity, Component, Meaning};

/// A form, and whether the record states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) form: u8,
    /// Whether it is more than the default for a bare name.
    pub(super) told: bool,
}

impl Chosen {
    const fn told(form: u8) -> Self {
        Self { form, told: true }
    }
}

impl Dictionary {
    /// The form: given by a brand with one form, then by words next to the name (a patch, an implant or a cream is one whatever else is said), then
    /// by the code, then by a strength that only one form has. A brand with several forms and no further evidence means the longest-lasting one; a
    /// bare name means the form that is usual there. A decisive word (`sublingual`) rules every other form out.
    pub(in crate::drug) fn choose_form(
        &self,
        drug: DrugIx,
        brands: &[u8],
        hints: &[String],
        strength: Option<Strength>,
        by_code: Option<u8>,
    ) -> u8 {
        self.chosen_form(drug, brands, hints, strength, by_code).form
    }

    /// The same, with whether the record states it.
    pub(super) fn chosen_form(
        &self,
        drug: DrugIx,
        brands: &[u8],
        hints: &[String],
        strength: Option<Strength>,
        by_code: Option<u8>,
    ) -> Chosen {
        let is_usual = |form: &Form| form.usual_in.iter().any(|region| self.place().is_in(region));
        self.choose_form_where(drug, brands, hints, strength, by_code, &is_usual)
    }

    /// The same, given which form a bare name means.
    fn choose_form_where(
        &self,
        drug: DrugIx,
        brands: &[u8],
        hints: &[String],
        strength: Option<Strength>,
        by_code: Option<u8>,
        is_usual: &dyn Fn(&Form) -> bool,
    ) -> Chosen {
        let forms = &self.drug(drug).forms;
        if forms.len() < 2 {
            return Chosen::told(0);
        }
        let of_brand = |form: u8| brands.contains(&form);
        if let Some(form) = self.form_of_one_brand(forms, brands, hints) {
            let form = other_patch(forms, form, strength, hints).unwrap_or(form);
            return Chosen::told(form);
        }
        let all = allowed(forms, brands, hints);
        let kind_of = |form: u8| forms[form as usize].kind;
        let kind = self.lexicon().kind(hints, |kind| all.iter().any(|&form| kind_of(form) == kind));
        let of_kind = |kind: FormKind| -> Vec<u8> {
            all.iter().copied().filter(|&form| kind_of(form) == kind).collect()
        };
        let strong = kind
            .filter(|kind| matches!(kind, FormKind::Implant | FormKind::Patch | FormKind::Topical));
        let choice = strong.map_or_else(|| all.clone(), of_kind);
        let near = |list: &[f64], mg: f64| list.iter().any(|own| (own / mg - 1.0).abs() < 0.001);
        let of_one = strength.filter(|strength| !strength.per_ml);
        let has_own = |at: u8| {
            of_one.is_some_and(|strength| near(&forms[at as usize].strengths_mg, strength.mg))
        };
        let is_decided = |&form: &u8| {
            let phrases = &forms[form as usize].decisive;
            phrases.iter().any(|phrase| contains(hints, phrase))
        };
        let decided = choice.iter().copied().find(is_decided);
        let is_depot = |&form: &u8| kind_of(form) == FormKind::Depot && has_own(form);
        if let Some(form) = decided.filter(|_| !choice.iter().any(is_depot)) {
            return Chosen::told(form);
        }
        let of_concentration = strength.filter(|strength| strength.per_ml).and_then(|strength| {
            choice.iter().copied().find(|&form| near(&forms[form as usize].mg_per_ml, strength.mg))
        });
        if let Some(form) = of_concentration {
            return Chosen::told(form);
        }
        let is_injected = self.lexicon().is_injection(hints);
        // A depot is injected too, under any name.
        let is_told_by_strength = |at: u8| {
            of_brand(at) || is_injected && !forms[at as usize].brand_strengths_mg.is_empty()
        };
        let has_strength = |at: u8| {
            let of_brand = &forms[at as usize].brand_strengths_mg;
            has_own(at)
                || is_told_by_strength(at)
                    && of_one.is_some_and(|strength| near(of_brand, strength.mg))
        };
        // Among a brand's forms, or among injections, the strength is better evidence than a word that fits them all.
        let told = choice.iter().copied().find(|&at| is_told_by_strength(at) && has_strength(at));
        if let Some(form) = told {
            return Chosen::told(form);
        }
        if let Some(form) = self.form_by_words(drug, &choice, hints) {
            // Which depot or patch it is, the code shows more reliably.
            let same_kind = by_code.filter(|&code| kind_of(code) == kind_of(form));
            let of_kind = same_kind.filter(|code| choice.contains(code));
            return Chosen::told(of_kind.unwrap_or(form));
        }
        let choice = kind.map_or(choice, of_kind);
        let by_strength = choice.iter().copied().find(|&at| has_strength(at));
        let by_brand = brands.iter().copied().filter(|form| choice.contains(form));
        let longest_brand = by_brand.max_by_key(|&form| forms[form as usize].days_each);
        let usual = choice.iter().copied().find(|&form| is_usual(&forms[form as usize]));
        let by_code = by_code.filter(|form| choice.contains(form));
        let told = by_code.or(by_strength).or(longest_brand).or(usual);
        let form = told.or(choice.first().copied()).unwrap_or(0);
        Chosen { form, told: told.is_some() || kind.is_some() }
    }

    /// The form that all brands of a text stand for, if they stand for one. A form that is said to be injected is not one that lasts in the gut.
    fn form_of_one_brand(&self, forms: &[Form], brands: &[u8], hints: &[String]) -> Option<u8> {
        let one = *brands.first()?;
        if one == 0 || brands.iter().any(|&brand| brand != one) {
            return None;
        }
        let injected = forms[one as usize].kind == FormKind::ExtendedRelease
            && self.lexicon().is_injection(hints);
        let short = forms.iter().position(|form| form.kind == FormKind::Tablet);
        Some(short.filter(|_| injected).map_or(one, |form| form as u8))
    }

    /// What a bare name may mean, if another form is usual in other countries and has another role there, and nothing says where the records come
    /// from.
    pub(in crate::drug) fn unsettled_form(
        &self,
        component: &Component,
        brands: &[u8],
        hints: &[String],
        by_code: Option<u8>,
    ) -> Option<Ambiguity> {
        let drug = component.drug;
        let forms = &self.drug(drug).forms;
        if self.place().is_known() || forms.iter().all(|form| form.usual_in.is_empty()) {
            return None;
        }
        let is_usual = |form: &Form| !form.usual_in.is_empty();
        let strength = component.strength;
        let there = self.choose_form_where(drug, brands, hints, strength, by_code, &is_usual).form;
        let form = self.form(drug, there);
        let regions = form.usual_in.join(" ").to_uppercase();
        (form.role != component.role).then(|| Ambiguity {
            word: self.drug(drug).name.clone(),
            drugs: vec![
                Meaning { drug, form: Some(component.form), countries: "elsewhere".to_owned() },
                Meaning { drug, form: Some(there), countries: regions },
            ],
        })
    }

    /// The form with the longest phrase among the hints; a phrase with a number in it outweighs any without.
    fn form_by_words(&self, drug: DrugIx, choice: &[u8], hints: &[String]) -> Option<u8> {
        let longest = |form: u8| {
            let phrases = &self.form(drug, form).words;
            let found = phrases.iter().filter(|phrase| contains(hints, phrase));
            let has_number = |phrase: &[String]| {
                phrase.iter().any(|w| w.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
            };
            found
                .map(|phrase| (has_number(phrase), phrase.iter().map(String::len).sum::<usize>()))
                .max()
        };
        let found =
            choice.iter().filter_map(|&form| Some((longest(form)?, std::cmp::Reverse(form))));
        found.max().map(|(_, form)| form.0)
    }
}

/// The forms that brands and words leave.
fn allowed(forms: &[Form], brands: &[u8], hints: &[String]) -> Vec<u8> {
    let any_brand = brands.iter().all(|&brand| brand == 0);
    let is_allowed = |&at: &u8| {
        let form = &forms[at as usize];
        let is_never = || form.never.iter().any(|phrase| contains(hints, phrase));
        brands.contains(&at) || any_brand && (at == 0 || !form.is_inner) && !is_never()
    };
    (0..forms.len() as u8).filter(is_allowed).collect()
}

/// The only patch of that strength, if a brand of it is known that lasts longer: 35 micrograms an hour are changed after four days at the latest.
/// Without a unit, the number of a patch is its micrograms.
fn other_patch(
    forms: &[Form],
    of_brand: u8,
    strength: Option<Strength>,
    hints: &[String],
) -> Option<u8> {
    let mut numbers = hints.iter().filter_map(|word| word.parse::<f64>().ok());
    let only = numbers.next().filter(|_| numbers.next().is_none());
    let stated = strength.filter(|strength| !strength.per_ml).map(|strength| strength.mg);
    let mg = stated
        .or_else(|| only.filter(|_| strength.is_none()).map(|micrograms| micrograms / 1000.0))?;
    let is_it = |form: &Form| {
        form.kind == FormKind::Patch
            && form.strengths_mg.iter().any(|own| (own / mg - 1.0).abs() < 0.001)
    };
    let brand = &forms[of_brand as usize];
    let other = forms.iter().position(is_it).filter(|_| brand.kind == FormKind::Patch)?;
    // A brand that is changed sooner keeps its own days.
    (brand.days_each > forms[other].days_each).then_some(other as u8)
}

#[cfg(test)]
mod tests {
    use crate::drug::{FormKind, Identity, PlaceOfUse, Role};
    use crate::rule::Book;

    #[test]
    fn a_depot_is_one_in_the_terms_of_every_register() {
        let book = Book::built_in().unwrap();
        let dictionary = book.dictionary();
        let kind = |identity: &Identity<'_>| {
            let read = dictionary.resolve(identity).components[0];
            dictionary.form(read.drug, read.form).kind
        };
        for form in [
            "depotinjektionsvätska, suspension",
            "depotinjektionsvæske, opløsning",
            "suspensão injetável de libertação prolongada",
            "zawiesina do wstrzykiwań o przedłużonym uwalnianiu",
            "injekční suspenze s prodlouženým uvolňováním",
            "uzatılmış salımlı enjeksiyonluk süspansiyon",
            "суспензия для инъекций пролонгированного действия",
            "порошок для приготовления суспензии для внутримышечного введения пролонгированного действия",
            "раствор для подкожного введения пролонгированного действия",
            "缓释注射用混悬液",
            "徐放性注射剤",
            "Retard-Injektionssuspension",
        ] {
            for drug in ["Naltrexone", "Buprenorphine"] {
                let in_column = Identity { form: form.into(), ..Identity::text(drug) };
                assert_eq!(kind(&in_column), FormKind::Depot, "{drug}: {form}");
            }
            let in_name = format!("Naltrexone {form}");
            assert_eq!(kind(&Identity::text(&in_name)), FormKind::Depot, "{in_name}");
        }
        for form in [
            "tablet o przedłużonym uwalnianiu",
            "depottabletter",
            "缓释片",
            "таблетки пролонгированного действия",
        ] {
            let in_column = Identity { form: form.into(), ..Identity::text("Oxycodone") };
            assert_eq!(kind(&in_column), FormKind::ExtendedRelease, "{form}");
        }
    }

    /// The drug and the form of an identity's last component, and its role.
    fn form_of(book: &Book, identity: &Identity<'_>) -> (String, String, Role) {
        let dictionary = book.dictionary();
        let verdict = dictionary.resolve(identity);
        let shown = format!("{identity:?}");
        let last = verdict.components.last().unwrap_or_else(|| panic!("{shown}"));
        let form = dictionary.form(last.drug, last.form);
        (dictionary.drug(last.drug).file.id.clone(), form.id.clone(), last.role)
    }

    #[test]
    fn the_short_forms_of_patches_tell_a_patch_in_their_column() {
        let book = Book::built_in().unwrap();
        let form = |name: &'static str, form: &'static str| {
            let strength = "25".into();
            form_of(&book, &Identity { form: form.into(), strength, ..Identity::text(name) }).1
        };
        for text in [
            "PTWK", "PATC", "PAT", "PTC", "TDSY", "TDP", "TRDP", "TPFL", "Pfl", "PLEIST", "EMPL",
            "emp", "tape", "membrane",
        ] {
            assert_eq!(form("fentanyl", text), "patch", "{text}");
            assert_eq!(form("buprenorphine", text), "patch", "{text}");
        }
        assert_eq!(form("buprenorphine", "PTTW"), "patch-4-days");
        assert_eq!(form("fentanyl", "soln"), "tablet");
        let own_supply = Identity::text("Buprenorphine 8 mg SL tab, pat own supply");
        assert_eq!(form_of(&book, &own_supply).1, "tablet");
    }

    #[test]
    fn the_strength_of_an_injection_of_buprenorphine_tells_which_depot_it_is() {
        let book = Book::built_in().unwrap();
        for (strength, form, route, is) in [
            ("32 mg", "solution for injection", "", "weekly"),
            ("16 mg", "solution for injection", "SC", "weekly"),
            ("8", "SOSY", "", "weekly"),
            ("100", "SOSY", "", "monthly"),
            ("300", "SC", "", "monthly"),
            ("96 mg", "solution for injection", "SC", "monthly"),
            ("0.3 mg/mL", "solution for injection", "IM", "tablet"),
            ("0.3 mg/mL", "SC", "", "tablet"),
            ("8 mg", "sublingual tablet", "SL", "tablet"),
            ("8 mg", "", "", "tablet"),
        ] {
            let (strength, form, route) = (strength.into(), form.into(), route.into());
            let identity = Identity { strength, form, route, ..Identity::text("buprenorphine") };
            assert_eq!(form_of(&book, &identity).1, is, "{identity:?}");
        }
    }

    #[test]
    fn naltrexone_to_swallow_is_no_depot_whatever_is_said_of_its_release() {
        let book = Book::built_in().unwrap();
        for (text, form, role) in [
            ("LDN ER 4.5mg capsule", "tablet", Role::Antagonist),
            ("NALTREXONE HCL ER 50 MG TAB", "tablet", Role::Antagonist),
            ("naltrexone XR tablets 50mg", "tablet", Role::Antagonist),
            ("naltrexone ER 380 mg, after tablets", "depot", Role::Antagonist),
            ("naltrexone ER injection", "depot", Role::Antagonist),
            ("Embeda ER 30-1.2 mg capsule", "tablet", Role::Sequestered),
            ("EMBEDA 30MG-1.2MG CAP ER", "tablet", Role::Sequestered),
            (
                "morphine sulfate 30 MG / naltrexone hydrochloride 1.2 MG Extended Release Oral Capsule [Embeda]",
                "tablet",
                Role::Sequestered,
            ),
            ("Troxyca ER", "tablet", Role::Sequestered),
            ("oxycodone/naltrexone ER 10-1.2", "tablet", Role::Sequestered),
            ("ALO-02", "tablet", Role::Sequestered),
            ("Contrave ER", "combination", Role::Other),
        ] {
            let read = form_of(&book, &Identity::text(text));
            assert_eq!((read.1.as_str(), read.2), (form, role), "{text}");
        }
    }

    #[test]
    fn what_lasts_long_is_known_by_its_salt_its_brand_or_its_short_form() {
        let book = Book::built_in().unwrap();
        for text in [
            "hydrocodone polistirex",
            "codeine polistirex",
            "Vantrela",
            "Tramadol long 100",
            "tramadol tbl plg",
            "tramadol lib mod",
            "oxycodone RETT",
        ] {
            assert_eq!(form_of(&book, &Identity::text(text)).1, "extended-release", "{text}");
        }
    }

    #[test]
    fn a_numbered_tylenol_holds_codeine() {
        let book = Book::built_in().unwrap();
        for text in [
            "TYLENOL NO. 1",
            "TYLENOL NO.1 CAPLET",
            "TYLENOL NO-2",
            "Tylenol n°3",
            "TYL NO 2",
            "TYLENOL NUMBER 3",
            "Tylenol III",
            "TYLENOL 2 300 mg-15 mg",
        ] {
            assert_eq!(form_of(&book, &Identity::text(text)).0, "codeine", "{text}");
        }
        for text in ["Tylenol 2 tabs", "Tylenol 1 g", "Tylenol 500 mg"] {
            let verdict = book.dictionary().resolve(&Identity::text(text));
            assert!(verdict.components.is_empty() && verdict.slip.is_none(), "{text}");
        }
        let told = book.dictionary().resolve(&Identity::text("TYLENOL 2"));
        assert!(told.components.is_empty() && told.slip.is_some());
    }

    #[test]
    fn nalmefene_is_a_tablet_where_its_words_or_the_country_say_so_and_is_told_where_nothing_does()
    {
        let at = |jurisdiction: &str, country: &str, text: &str| {
            let mut book = Book::built_in().unwrap();
            let (jurisdiction, country) = (jurisdiction.to_owned(), country.to_owned());
            book.set_place(PlaceOfUse { jurisdiction, country });
            let verdict = book.dictionary().resolve(&Identity::text(text));
            (verdict.components[0].role, verdict.ambiguity.is_some())
        };
        for text in [
            "Nalmefen Filmtabletten",
            "nalméfène cpr",
            "ナルメフェン塩酸塩錠",
            "налмефен таблетки",
            "nalmefene caplet",
        ] {
            assert_eq!(at("", "", text), (Role::Antagonist, false), "{text}");
        }
        assert_eq!(at("", "", "Nalmefene"), (Role::Rescue, true));
        assert_eq!(at("us", "", "Nalmefene"), (Role::Rescue, false));
        assert_eq!(at("eu", "", "Nalmefene"), (Role::Antagonist, false));
        assert_eq!(at("", "DE", "Nalmefene"), (Role::Antagonist, false));
        assert_eq!(at("uk", "", "Nalmefene 1 mg/mL injection"), (Role::Rescue, false));
        assert_eq!(at("", "", "Opvee nasal spray"), (Role::Rescue, false));
    }
}

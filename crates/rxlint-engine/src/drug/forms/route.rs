//! What a cell says about the way in which a drug is given: `i.m.`, `SC`, `zum Einnehmen`. The words are in `drugs/lexicon.toml`.

use std::collections::BTreeMap;

use crate::drug::book::dictionary::{Dictionary, DrugIx};
use crate::drug::book::file::FormKind;
use crate::drug::book::lexicon::phrases;
use crate::drug::resolve::contains;
use crate::drug::spelling::name::words;
use crate::drug::verdict::Verdict;
use rxlint_model::record::{Field, Record};

/// Shorter spellings are other words too (`in`, `o`): they count only if nothing but a form or a unit is next to them.
const SHORTEST_WORD: usize = 3;

/// The routes, each with its spellings as phrases.
#[derive(Debug, Default)]
pub(in crate::drug) struct Routes {
    routes: Vec<(Vec<String>, Vec<Vec<String>>)>,
}

impl Routes {
    pub(in crate::drug) fn add(&mut self, file: &BTreeMap<String, Vec<String>>) {
        let route = |(name, spellings): (&String, &Vec<String>)| (words(name), phrases(spellings));
        self.routes.extend(file.iter().map(route));
    }
}

impl Dictionary {
    /// The words of a route cell, followed by the plain word for each route that it names in another way.
    pub(in crate::drug) fn route_words(&self, cell: &str) -> Vec<String> {
        let mut said = self.split_unspaced(words(cell));
        if said.is_empty() {
            return said;
        }
        let named: Vec<String> = self.routes_in(&said).flatten().cloned().collect();
        said.extend(named);
        said
    }

    /// The routes whose spellings are among these words.
    fn routes_in<'d>(&'d self, said: &'d [String]) -> impl Iterator<Item = &'d Vec<String>> {
        let fits = |spelling: &Vec<String>| {
            let is_short = spelling.iter().map(String::len).sum::<usize>() < SHORTEST_WORD;
            let is_beside =
                |word: &String| spelling.contains(word) || self.lexicon().is_filler(word);
            contains(said, spelling) && (!is_short || said.iter().all(is_beside))
        };
        let routes = self.lexicon().routes().routes.iter();
        routes.filter(move |(_, spellings)| spellings.iter().any(fits)).map(|(name, _)| name)
    }

    /// Whether a route cell says that the drug is injected.
    pub fn is_injected_by(&self, cell: &str) -> bool {
        !cell.is_empty() && self.lexicon().is_injection(&self.route_words(cell))
    }

    /// Whether a route cell says something, but nothing that is known.
    pub fn is_unknown_route(&self, cell: &str) -> bool {
        let said = self.split_unspaced(words(cell));
        let lexicon = self.lexicon();
        let is_known = |word: &String| lexicon.is_filler(word) || lexicon.is_glue(word);
        !said.is_empty() && !said.iter().any(is_known) && self.routes_in(&said).next().is_none()
    }

    /// Whether the form of a drug in the verdict would follow from the route, because nothing else in the record states it.
    pub fn needs_route(&self, record: &Record<'_>, verdict: &Verdict) -> bool {
        let says_form = |field: Field| {
            let text = self.split_unspaced(words(&record.string(field)));
            text.iter().any(|word| self.lexicon().is_form(word))
                || self.lexicon().is_injection(&text)
        };
        let fields = [Field::Drug, Field::Generic, Field::Brand, Field::Form, Field::Strength];
        verdict.components.iter().any(|component| self.is_told_by_route(component.drug))
            && record.text(Field::Ndc).is_empty()
            && !fields.into_iter().any(says_form)
    }

    /// Whether forms of a drug that differ in how they are given differ in how long they last, or in what they are for.
    fn is_told_by_route(&self, drug: DrugIx) -> bool {
        let forms = &self.drug(drug).forms;
        let lasts = |kind| matches!(kind, FormKind::Depot | FormKind::Patch);
        forms.iter().any(|form| lasts(form.kind) || form.role != forms[0].role)
    }
}

#[cfg(test)]
mod tests {
    use crate::drug::book::file::FormKind;
    use crate::drug::{Identity, PlaceOfUse, Role};
    use crate::rule::Book;

    #[test]
    fn a_route_tells_the_form_however_it_is_written() {
        let mut book = Book::built_in().unwrap();
        book.set_place(PlaceOfUse { jurisdiction: "us".into(), country: String::new() });
        let said = |name: &str, route: &str| {
            let identity = Identity { route: route.to_owned().into(), ..Identity::text(name) };
            let component = book.dictionary().resolve(&identity).components[0];
            let form = book.dictionary().form(component.drug, component.form);
            (form.kind, component.role)
        };
        let spellings = |texts: &'static str| texts.split(", ");
        for route in spellings(
            "i.m., I.M., i. m., IM, IM inj, INTRAMUSC, intramuskulär, intramusculaire, intramuscolare, domięśniowo, intramuskulárně, \
             внутримышечно, 筋肉内, 78421000, voie intramusculaire, podanie domięśniowe",
        ) {
            assert_eq!(said("Naltrexone", route).0, FormKind::Depot, "{route}");
        }
        for route in spellings("SC, s.c., sq, Subcut, subkutan, sous-cutanée, ihon alle, SC inj") {
            assert_eq!(said("Buprenorphine", route).0, FormKind::Depot, "{route}");
        }
        for route in spellings("td, transderm., transdermique, przezskórnie, 経皮") {
            assert_eq!(said("Buprenorphine", route).0, FormKind::Patch, "{route}");
        }
        for route in spellings(
            "p.o., P.O., per os, Orally, mouth, O, oraal, doustnie, peroral, perorálně, suun kautta, ağızdan, zum Einnehmen, voie orale, \
             via orale, orale, внутрь",
        ) {
            assert_eq!(said("Nalmefene", route).1, Role::Antagonist, "{route}");
        }
        for route in spellings("in, i.n., in den Muskel, nasal, xyzzy") {
            assert_ne!(said("Nalmefene", route).1, Role::Antagonist, "{route}");
        }
    }

    #[test]
    fn a_route_that_nothing_is_known_of_is_told_from_one_that_is() {
        let book = Book::built_in().unwrap();
        for route in ["xyzzy", "Q9", "1048"] {
            assert!(book.dictionary().is_unknown_route(route), "{route}");
        }
        for route in ["", "-", "oral", "IM", "p.o.", "unknown", "epidural", "per os", "peg tube"] {
            assert!(!book.dictionary().is_unknown_route(route), "{route}");
        }
    }
}

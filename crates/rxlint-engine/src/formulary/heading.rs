//! Classes above their drugs: a row with only the name of a class, and a class that is only in the first row of its block, as merged cells leave it.

use super::intake::{ListCollector, ProductText};
use super::{CoverageTerms, FormularyEntry, section};

impl ListCollector {
    /// Gives the drugs below a class that class. `is_class` says whether a text is one, `is_drug` whether it names a drug.
    pub fn inherit(&mut self, is_class: &dyn Fn(&str) -> bool, is_drug: &dyn Fn(&str) -> bool) {
        let mut entries = std::mem::take(&mut self.entries);
        let mut rest = &mut entries[..];
        while let Some(first) = rest.first() {
            let list = first.list;
            let end = rest.iter().position(|entry| entry.list != list).unwrap_or(rest.len());
            let (of_list, later) = rest.split_at_mut(end);
            self.below_sections(of_list, is_drug);
            if of_list.iter().all(|entry| self.text(entry).class.is_empty()) {
                self.below_headings(of_list, is_class, is_drug);
            } else {
                self.below_merged(of_list);
            }
            rest = later;
        }
        self.entries = entries;
    }

    fn text(&self, entry: &FormularyEntry) -> &ProductText {
        &self.products.values[entry.product as usize]
    }

    /// The only text of a row that says nothing else.
    fn heading(&self, entry: &FormularyEntry) -> Option<&str> {
        let terms = &self.terms.values[entry.terms as usize];
        if *terms != CoverageTerms::default() {
            return None;
        }
        self.text(entry).only_text()
    }

    /// Takes entries off the list that are below a heading that says so, up to the next heading.
    fn below_sections(&self, entries: &mut [FormularyEntry], is_drug: &dyn Fn(&str) -> bool) {
        let heading = |entry: &FormularyEntry| {
            let product = self.text(entry);
            let alone = if entry.is_heading { Some(product.class.as_str()) } else { None };
            alone.or_else(|| self.heading(entry)).filter(|text| !is_drug(text))
        };
        let alone = entries.iter().filter(|entry| heading(entry).is_some()).count();
        if alone * 2 > entries.len() {
            return;
        }
        let mut is_out = false;
        for entry in entries {
            match heading(entry) {
                Some(text) => {
                    is_out = section::says_off(text);
                    entry.is_heading |= is_out;
                    entry.active &= !is_out;
                }
                None => entry.active &= !is_out,
            }
        }
    }

    fn below_headings(
        &mut self,
        entries: &mut [FormularyEntry],
        is_class: &dyn Fn(&str) -> bool,
        is_drug: &dyn Fn(&str) -> bool,
    ) {
        let is_heading = |entry: &FormularyEntry| self.heading(entry).is_some_and(is_class);
        // A drug about which the list says nothing else is not a heading.
        let is_other = |text: &str| is_class(text) || !is_drug(text);
        // A list with only names has no headings: its rows have nothing else either.
        let alone =
            entries.iter().filter(|entry| self.heading(entry).is_some_and(is_other)).count();
        if alone * 2 > entries.len() || !entries.iter().any(is_heading) {
            return;
        }
        let mut class: Option<String> = None;
        for entry in entries {
            match self.heading(entry).filter(|text| is_other(text)).map(str::to_owned) {
                Some(text) => {
                    // Another heading ends the class, whatever it says.
                    let says_class = is_class(&text);
                    entry.active &= !says_class;
                    entry.is_heading = true;
                    class = says_class.then_some(text);
                }
                None => self.give(entry, class.as_deref()),
            }
        }
    }

    fn below_merged(&mut self, entries: &mut [FormularyEntry]) {
        let mut classes: Vec<&str> = entries
            .iter()
            .map(|entry| self.text(entry).class.as_str())
            .filter(|class| !class.is_empty())
            .collect();
        let count = classes.len();
        classes.sort_unstable();
        classes.dedup();
        let first = entries.first().is_some_and(|entry| !self.text(entry).class.is_empty());
        // Merged cells write each class once; a list with gaps repeats them.
        if !first || count < 2 || classes.len() < count || entries.len() < count * 2 {
            return;
        }
        let mut class = String::new();
        for entry in entries {
            match self.text(entry).class.as_str() {
                "" => self.give(entry, Some(class.as_str())),
                own => class = own.to_owned(),
            }
        }
    }

    /// Gives an entry's product a class.
    fn give(&mut self, entry: &mut FormularyEntry, class: Option<&str>) {
        let Some(class) = class.filter(|class| !class.is_empty()) else { return };
        let product = self.text(entry).with_class(class);
        let key = format!("{}\x1f\x1f{class}", entry.product);
        entry.product = self.products.number(&key, || product);
    }
}

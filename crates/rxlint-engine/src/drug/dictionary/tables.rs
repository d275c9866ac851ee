//! Reads the tables beside the drug files: codes, brands by country, names in other scripts, products of other drugs.

use rustc_hash::FxHashMap;

use super::{CodeEntry, Dictionary, DrugIx, How, Phrase};
use crate::drug::code;
use crate::drug::name::words;
use crate::file_error::FileError;

impl Dictionary {
    /// Reads the brands by country: `name,drug,form,countries,source`.
    pub(super) fn brands(&mut self, path: &str, text: &str) -> Result<(), FileError> {
        for (number, line) in text.lines().enumerate().filter(|(_, l)| !l.starts_with('#')).skip(1)
        {
            let cells: Vec<&str> = line.split(',').collect();
            let [name, id, form, countries, _source] = cells[..] else {
                let what = format!("line {}: five cells are expected", number + 1);
                return Err(FileError::plain(path, &what));
            };
            let drug = self.drug_of_line(path, number + 1, id)?;
            let form_ix = self.drug(drug).forms.iter().position(|known| known.id == form);
            if form_ix.is_none() && !form.is_empty() {
                let what = format!("line {}: `{id}` has no form `{form}`", number + 1);
                return Err(FileError::plain(path, &what));
            }
            self.add_brand(name, drug, form_ix.map(|form| form as u8), countries);
        }
        Ok(())
    }

    /// Reads names in other scripts: `name,drug,language,source`.
    pub(super) fn scripts(&mut self, path: &str, text: &str) -> Result<(), FileError> {
        for (number, line) in text.lines().enumerate().filter(|(_, l)| !l.starts_with('#')).skip(1)
        {
            let mut cells = line.split(',');
            let (name, id) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
            let drug = self.drug_of_line(path, number + 1, id)?;
            self.add_phrase(name, drug, None, How::Name, &[]);
        }
        Ok(())
    }

    /// The drug that a line of a table names.
    fn drug_of_line(
        &self,
        path: &str,
        line: impl std::fmt::Display,
        id: &str,
    ) -> Result<DrugIx, FileError> {
        let unknown = || FileError::plain(path, &format!("line {line}: {}", self.no_drug(id)));
        self.find(id).ok_or_else(unknown)
    }

    /// Adds a brand of some countries; what the drug files say of the same name stays.
    pub(super) fn add_brand(
        &mut self,
        name: &str,
        drug: DrugIx,
        form: Option<u8>,
        countries: &str,
    ) {
        let words = words(name);
        let Some(first) = words.first() else { return };
        let list = self.phrases.entry(first.clone()).or_default();
        if let Some(known) = list.iter_mut().find(|p| p.words == words && p.drug == drug) {
            if !known.countries.is_empty() {
                known.countries.push(' ');
            }
            known.countries.push_str(countries);
            return;
        }
        // A drug file says nothing of countries: its brands are those of the United States.
        for known in list.iter_mut().filter(|known| known.words == words) {
            if known.countries.is_empty() {
                known.countries.push_str("US");
            }
        }
        list.push(Phrase {
            words,
            drug,
            forms: form.into_iter().collect(),
            how: How::Name,
            with: Vec::new(),
            countries: countries.to_owned(),
        });
    }

    /// Reads the products of other drugs: a labeler, then its products as ranges.
    pub(super) fn add_other_products(&mut self, text: &str) {
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some((labeler, products)) = line.split_once(' ') else { continue };
            let Ok(labeler) = labeler.parse::<u32>() else { continue };
            for range in products.split(' ') {
                let (from, to) = range.split_once('-').unwrap_or((range, range));
                if let (Ok(from), Ok(to)) = (from.parse::<u32>(), to.parse::<u32>()) {
                    self.other_products
                        .extend((from..=to.min(9_999)).map(|p| labeler * 10_000 + p));
                }
            }
        }
    }

    /// Sorts the codes; a product whose packages are known is known by itself.
    pub(super) fn finish_codes(&mut self) {
        self.ndc.sort_by_key(|&(code, _)| code);
        for &(code, entry) in &self.ndc {
            self.products.entry((code / 100) as u32).or_insert(entry);
        }
        self.other_products.sort_unstable();
    }

    /// Reads a table of codes, `code,drug,form,strength…`, finding its columns by the header.
    pub(super) fn codes(&mut self, table: &str, path: &str, text: &str) -> Result<(), FileError> {
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .flexible(true)
            .from_reader(text.as_bytes());
        let header =
            reader.headers().map_err(|error| FileError::plain(path, &error.to_string()))?.clone();
        let column = |name: &str| header.iter().position(|cell| cell.trim() == name);
        let (form_at, strength_at, units_at, days_at) =
            (column("form"), column("strength"), column("units"), column("days"));
        let mut row = csv::StringRecord::new();
        // A few strengths fill thousands of rows.
        let mut strengths: FxHashMap<String, Option<f32>> = FxHashMap::default();
        while reader
            .read_record(&mut row)
            .map_err(|error| FileError::plain(path, &error.to_string()))?
        {
            let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).unwrap_or("").trim();
            let id = cell(Some(1));
            let drug = self.drug_of_line(path, reader.position().line(), id)?;
            let form = cell(form_at);
            let form_ix = self.drug(drug).forms.iter().position(|known| known.id == form);
            if form_ix.is_none() && !form.is_empty() && self.drug(drug).components.is_empty() {
                let what =
                    format!("line {}: `{id}` has no form `{form}`", reader.position().line());
                return Err(FileError::plain(path, &what));
            }
            let form = form_ix.map(|form| form as u8);
            let strength = cell(strength_at);
            let strength_mg = match strengths.get(strength) {
                Some(&known) => known,
                None => *strengths
                    .entry(strength.to_owned())
                    .or_insert_with(|| crate::drug::strength::of_table(strength)),
            };
            let strength_mg = strength_mg.filter(|_| self.drug(drug).components.is_empty());
            let units = cell(units_at).parse().ok();
            let days = cell(days_at).parse().ok();
            let entry = CodeEntry { drug, form, strength_mg, units, days, new_package: false };
            match table {
                "codes/ndc.csv" if cell(Some(0)).len() == 9 => self
                    .products
                    .extend(cell(Some(0)).parse().ok().map(|number: u32| (number, entry))),
                "codes/ndc.csv" => {
                    self.ndc.extend(cell(Some(0)).parse().ok().map(|number: u64| (number, entry)))
                }
                "codes/rxcui.csv" => {
                    self.rxcui.extend(code::rxcui(cell(Some(0))).map(|number| (number, entry)))
                }
                _ => {
                    self.hcpcs.insert(cell(Some(0)).to_ascii_uppercase(), entry);
                }
            }
        }
        Ok(())
    }
}

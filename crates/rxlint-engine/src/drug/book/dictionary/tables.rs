//! Reads the tables next to the drug files: codes, brands by country, names in other scripts, products of other drugs.

use rustc_hash::FxHashMap;

use super::{CodeEntry, Dictionary, DrugIx, How, LINE_EXTENSION, Phrase};
use crate::built_in;
use crate::drug::codes::code;
use crate::drug::spelling::name::words;
use crate::drug::spelling::stem;
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

    /// Reads products without a watched drug under a brand that has one: `name,holds,countries,source`.
    pub(super) fn line_extensions(&mut self, path: &str, text: &str) -> Result<(), FileError> {
        for (number, line) in text.lines().enumerate().filter(|(_, l)| !l.starts_with('#')).skip(1)
        {
            let cells: Vec<&str> = line.split(',').collect();
            let [name, holds, countries, _source] = cells[..] else {
                let what = format!("line {}: four cells are expected", number + 1);
                return Err(FileError::plain(path, &what));
            };
            let drug = self.drug_of_line(path, number + 1, LINE_EXTENSION)?;
            self.add_brand(name, drug, None, countries);
            self.add_held(name, drug, holds);
        }
        Ok(())
    }

    /// Adds what a product holds: words of four letters and more, and strengths with decimals.
    fn add_held(&mut self, name: &str, drug: DrugIx, holds: &str) {
        let words_of = words(name);
        let Some(list) = words_of.first().and_then(|first| self.phrases.get_mut(first)) else {
            return;
        };
        if let Some(phrase) = list.iter_mut().find(|p| p.words == words_of && p.drug == drug) {
            phrase.with.extend(
                words(holds)
                    .into_iter()
                    .filter(|w| w.len() > 3 || w.contains('.'))
                    .map(|w| vec![w]),
            );
        }
    }

    /// Reads names in other scripts: `name,drug,language,source`.
    pub(super) fn scripts(&mut self, path: &str, text: &str) -> Result<(), FileError> {
        for (number, line) in text.lines().enumerate().filter(|(_, l)| !l.starts_with('#')).skip(1)
        {
            let mut cells = line.split(',');
            let (name, id) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
            let drug = self.drug_of_line(path, number + 1, id)?;
            self.add_phrase(name, drug, None, How::Name);
        }
        Ok(())
    }

    /// Adds a phrase that names a drug; `None` if it is known already.
    pub(super) fn add_phrase(
        &mut self,
        text: &str,
        drug: DrugIx,
        form: Option<u8>,
        how: How,
    ) -> Option<&mut Phrase> {
        let words_of = words(text);
        let list = self.phrases.entry(words_of.first()?.clone()).or_default();
        // A brand with two forms (a weekly and a monthly injection under one name) stands for both.
        if let Some(phrase) =
            list.iter_mut().find(|phrase| phrase.words == words_of && phrase.drug == drug)
        {
            phrase.forms.extend(form);
            return None;
        }
        list.push(Phrase {
            words: words_of,
            drug,
            forms: form.into_iter().collect(),
            how,
            with: Vec::new(),
            never: Vec::new(),
            countries: String::new(),
        });
        list.last_mut()
    }

    /// Keeps the stem of an international name, unless another drug has it too.
    pub(super) fn add_stem(&mut self, text: &str, drug: DrugIx) {
        let words = words(text);
        let [word] = &words[..] else { return };
        if let Some(head) = word.get(..2).filter(|_| word.len() > 5) {
            let list = self.heads.entry(head.to_owned()).or_default();
            list.push((word.clone(), drug));
        }
        if let Some(stem) = stem::stem(word) {
            let known = self.stems.entry(stem).or_insert(Some(drug));
            *known = known.filter(|&other| other == drug);
        }
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

    /// Adds a brand of some countries; what the drug files say about the same name takes precedence.
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
            if known.forms.is_empty() {
                known.forms.extend(form);
            }
            return;
        }
        // A drug file does not mention countries: its brands are those of the United States.
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
            never: Vec::new(),
            countries: countries.to_owned(),
        });
    }

    /// Reads the products of other drugs: a labeler, then its products as ranges.
    pub(super) fn add_other_products(&mut self, text: &str) {
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut ranges = line.as_bytes().split(|&b| b == b' ');
            let Some(labeler) = ranges.next().and_then(small_number) else { continue };
            for range in ranges {
                let mut ends = range.split(|&b| b == b'-').map(small_number);
                if let Some(Some(from)) = ends.next() {
                    let to = ends.next().flatten().unwrap_or(from);
                    self.other_products.push((labeler * 10_000 + from, labeler * 10_000 + to));
                }
            }
        }
    }

    /// Sorts what was read; a product with known packages is known by itself.
    pub(super) fn finish_codes(&mut self) {
        let mut of_packages: FxHashMap<u64, CodeEntry> = FxHashMap::default();
        for (code, entry) in self.ndc.read() {
            of_packages.entry(code / 100).or_insert(entry);
        }
        self.products.add_missing(of_packages);
        self.other_products.sort_unstable();
    }

    /// Adds a precompiled table of codes.
    pub(super) fn ready_codes(&mut self, path: &str) -> Result<(), FileError> {
        let table = if path == "codes/ndc.csv" { &built_in::NDC } else { &built_in::RXCUI };
        let entries: Result<Vec<CodeEntry>, FileError> = table
            .meanings
            .iter()
            .map(|meaning| {
                let (drug, form) =
                    self.drug_and_form(path, meaning.line, meaning.drug, meaning.form)?;
                let (units, days) = (meaning.units.parse().ok(), meaning.days.parse().ok());
                Ok(CodeEntry {
                    drug,
                    form,
                    strength_mg: None,
                    units,
                    days,
                    injection: false,
                    new_package: false,
                })
            })
            .collect();
        let entries = entries?;
        if path == "codes/ndc.csv" {
            self.products.set_ready(&built_in::NDC_PRODUCTS, entries.clone());
            self.ndc.set_ready(table, entries);
        } else {
            self.rxcui.set_ready(table, entries);
        }
        Ok(())
    }

    /// The drug and the form that a row of a table of codes names.
    fn drug_and_form(
        &self,
        path: &str,
        line: usize,
        id: &str,
        form: &str,
    ) -> Result<(DrugIx, Option<u8>), FileError> {
        let drug = self.drug_of_line(path, line, id)?;
        let form_ix = self.drug(drug).forms.iter().position(|known| known.id == form);
        if form_ix.is_none() && !form.is_empty() && self.drug(drug).components.is_empty() {
            let what = format!("line {line}: `{id}` has no form `{form}`");
            return Err(FileError::plain(path, &what));
        }
        Ok((drug, form_ix.map(|form| form as u8)))
    }

    /// Reads a table of codes, `code,drug,form,strength…`, finding its columns by the header.
    pub(super) fn codes(&mut self, table: &str, path: &str, text: &str) -> Result<(), FileError> {
        if text.contains('"') {
            return self.codes_with_quotes(table, path, text);
        }
        let mut lines = text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
        let Some((_, header)) = lines.next() else { return Ok(()) };
        let columns = CodeColumns::of(header.split(','));
        // What follows the code is the same in thousands of lines.
        let mut known: FxHashMap<&str, CodeEntry> = FxHashMap::default();
        for (number, line) in lines {
            let (code, rest) = line.split_once(',').unwrap_or((line, ""));
            let entry = match known.get(rest) {
                Some(&entry) => entry,
                None => {
                    let entry = self
                        .code_entry(path, number + 1, &columns, |at| rest.split(',').nth(at - 1))?;
                    known.insert(rest, entry);
                    entry
                }
            };
            self.add_code(table, code.trim(), entry);
        }
        Ok(())
    }

    /// The same for quoted cells.
    fn codes_with_quotes(&mut self, table: &str, path: &str, text: &str) -> Result<(), FileError> {
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .flexible(true)
            .from_reader(text.as_bytes());
        let broken = |error: csv::Error| FileError::plain(path, &error.to_string());
        let columns = CodeColumns::of(reader.headers().map_err(broken)?.iter());
        let mut row = csv::StringRecord::new();
        while reader.read_record(&mut row).map_err(broken)? {
            let line = reader.position().line() as usize;
            if row.get(1).is_some_and(|id| id.trim().is_empty()) {
                self.drugless.extend(row.get(0).map(|code| code.trim().to_ascii_uppercase()));
                continue;
            }
            let entry = self.code_entry(path, line, &columns, |at| row.get(at))?;
            self.add_code(table, row.get(0).unwrap_or_default().trim(), entry);
        }
        Ok(())
    }

    /// What a row of a code table says about its code.
    fn code_entry<'c>(
        &self,
        path: &str,
        line: usize,
        columns: &CodeColumns,
        cell: impl Fn(usize) -> Option<&'c str>,
    ) -> Result<CodeEntry, FileError> {
        let cell = |at: Option<usize>| at.and_then(&cell).unwrap_or("").trim();
        let (drug, form) = self.drug_and_form(path, line, cell(Some(1)), cell(columns.form))?;
        let is_single = self.drug(drug).components.is_empty();
        let strength = cell(columns.strength);
        Ok(CodeEntry {
            drug,
            form,
            strength_mg: is_single
                .then(|| crate::drug::forms::strength::of_table(strength))
                .flatten(),
            units: cell(columns.units).parse().ok(),
            days: cell(columns.days).parse().ok(),
            injection: cell(columns.injection) == "yes",
            new_package: false,
        })
    }

    fn add_code(&mut self, table: &str, code: &str, entry: CodeEntry) {
        match table {
            "codes/ndc.csv" => {
                let codes = if code.len() == 9 { &mut self.products } else { &mut self.ndc };
                if let Ok(number) = code.parse() {
                    codes.add(number, entry);
                }
            }
            "codes/rxcui.csv" => {
                if let Some(number) = code::rxcui(code) {
                    self.rxcui.add(u64::from(number), entry);
                }
            }
            _ => {
                self.hcpcs.insert(code.to_ascii_uppercase(), entry);
            }
        }
    }
}

/// A number of one to five digits. Tens of thousands of these are read at each start.
fn small_number(digits: &[u8]) -> Option<u32> {
    let is_small = (1..=5).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    is_small.then(|| digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0')))
}

/// The columns of a code table; the code and the drug come first in all of them.
struct CodeColumns {
    form: Option<usize>,
    strength: Option<usize>,
    units: Option<usize>,
    days: Option<usize>,
    injection: Option<usize>,
}

impl CodeColumns {
    fn of<'h>(header: impl Iterator<Item = &'h str> + Clone) -> Self {
        let column =
            |name: &str| header.clone().position(|cell| cell.trim() == name).filter(|&at| at > 1);
        Self {
            form: column("form"),
            strength: column("strength"),
            units: column("units"),
            days: column("days"),
            injection: column("injection"),
        }
    }
}

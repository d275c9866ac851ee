//! Builds the code tables under `rules/codes/` from public lists.
//!
//! `cargo run --example build_codes -- FOLDER` reads the lists in FOLDER (and the drug files under `rules/drugs/`, which say what is a brand and
//! which words name a form) and writes `ndc.csv`, `rxcui.csv` and `hcpcs.csv`. The same lists give the same bytes. What cannot be used is left out
//! and counted on standard error, never guessed.
#![allow(missing_docs, reason = "a program, not a library")]
#![allow(clippy::print_stderr, reason = "it reports what it left out")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use toml::Table;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let folder =
        PathBuf::from(std::env::args().nth(1).ok_or("usage: build_codes FOLDER-WITH-THE-LISTS")?);
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let book = Book::read(&rules.join("drugs"))?;
    let out = rules.join("codes");
    fs::create_dir_all(&out)?;
    fs::write(out.join("ndc.csv"), ndc_table(&book, &folder)?)?;
    fs::write(out.join("rxcui.csv"), rxcui_table(&book, &folder)?)?;
    fs::write(out.join("hcpcs.csv"), hcpcs_table(&book, &folder)?)?;
    Ok(())
}

// ---------------------------------------------------------------------------------------------------- the drug files

/// The words of a text: letters and digits separate, decimals together, lower case.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut characters = text.chars().flat_map(char::to_lowercase).peekable();
    while let Some(c) = characters.next() {
        let last = current.chars().next_back();
        let goes_on = match last {
            Some(l) if c.is_alphabetic() => l.is_alphabetic(),
            Some(l) if c.is_ascii_digit() => !l.is_alphabetic(),
            Some(l) => {
                c == '.'
                    && l.is_ascii_digit()
                    && characters.peek().is_some_and(char::is_ascii_digit)
            }
            None => true,
        };
        if !goes_on && !current.is_empty() {
            words.push(std::mem::take(&mut current));
        }
        if c.is_alphanumeric() || (goes_on && last.is_some() && c == '.') {
            current.push(c);
        }
    }
    if !current.is_empty() {
        words.push(current);
    }
    words
}

fn contains(text: &[String], phrase: &[String]) -> bool {
    !phrase.is_empty() && text.windows(phrase.len()).any(|window| window == phrase)
}

#[derive(Default)]
struct Form {
    id: String,
    brands: Vec<Vec<String>>,
    words: Vec<Vec<String>>,
}

#[derive(Default)]
struct Drug {
    names: Vec<Vec<String>>,
    brands: Vec<Vec<String>>,
    forms: Vec<Form>,
    components: BTreeSet<String>,
}

struct Book {
    drugs: BTreeMap<String, Drug>,
    /// RxCUIs in the drug files.
    rxcui: BTreeSet<String>,
}

impl Book {
    fn read(folder: &Path) -> Result<Self> {
        let (mut drugs, mut rxcui) = (BTreeMap::new(), BTreeSet::new());
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let is_drug = path.extension().is_some_and(|ending| ending == "toml")
                && path
                    .file_name()
                    .is_some_and(|name| name != "lexicon.toml" && name != "directions.toml");
            if !is_drug {
                continue;
            }
            let table: Table = fs::read_to_string(&path)?.parse()?;
            let id = table
                .get("id")
                .and_then(toml::Value::as_str)
                .ok_or("a drug without id")?
                .to_owned();
            let tables = |key: &str| {
                table
                    .get(key)
                    .and_then(toml::Value::as_array)
                    .into_iter()
                    .flatten()
                    .filter_map(toml::Value::as_table)
            };
            rxcui.extend(
                std::iter::once(&table)
                    .chain(tables("form"))
                    .flat_map(|part| texts(part, "rxcui"))
                    .map(str::to_owned),
            );
            let names = ["names", "misspellings", "abbreviations"]
                .iter()
                .flat_map(|key| phrases(&table, key))
                .collect();
            let forms = tables("form")
                .map(|form| Form {
                    id: form.get("id").and_then(toml::Value::as_str).unwrap_or_default().to_owned(),
                    brands: phrases(form, "brands"),
                    words: phrases(form, "words"),
                })
                .collect();
            let components = tables("component")
                .filter_map(|part| part.get("ingredient")?.as_str().map(str::to_owned))
                .collect();
            drugs.insert(id, Drug { names, brands: phrases(&table, "brands"), forms, components });
        }
        Ok(Self { drugs, rxcui })
    }

    /// The drug that a text names: a combination's brand, otherwise the ingredients, joined if they make a combination.
    fn drug_of(&self, text: &str) -> Option<&str> {
        let text = words(text);
        let mut found: Vec<(usize, &str)> = Vec::new();
        for (id, drug) in &self.drugs {
            let phrases = drug
                .names
                .iter()
                .chain(&drug.brands)
                .chain(drug.forms.iter().flat_map(|form| &form.brands));
            let longest = phrases.filter(|phrase| contains(&text, phrase)).map(Vec::len).max();
            found.extend(longest.map(|words| (words, id.as_str())));
        }
        let ingredients: BTreeSet<&str> = found
            .iter()
            .map(|&(_, id)| id)
            .filter(|id| self.drugs[*id].components.is_empty())
            .collect();
        let combination =
            found.iter().map(|&(_, id)| id).find(|id| !self.drugs[*id].components.is_empty());
        let made = self
            .drugs
            .iter()
            .find(|(_, drug)| {
                !drug.components.is_empty()
                    && drug.components.len() > 1
                    && drug.components.iter().all(|part| ingredients.contains(part.as_str()))
            })
            .map(|(id, _)| id.as_str());
        combination.or(made).or_else(|| found.iter().max().map(|&(_, id)| id))
    }

    /// The product of a row that a list assigns to `ingredient`: the combination in its name; another ingredient if the name has only that one (opium
    /// tincture listed as morphine); otherwise the ingredient itself.
    fn product_of<'a>(&'a self, ingredient: &'a str, text: &str) -> &'a str {
        match self.drug_of(text) {
            Some(id) if self.drugs[id].components.contains(ingredient) => id,
            Some(id) if self.drugs[id].components.is_empty() && !self.names(ingredient, text) => id,
            _ => ingredient,
        }
    }

    /// Whether a text names that drug.
    fn names(&self, id: &str, text: &str) -> bool {
        let (text, drug) = (words(text), &self.drugs[id]);
        drug.names
            .iter()
            .chain(&drug.brands)
            .chain(drug.forms.iter().flat_map(|form| &form.brands))
            .any(|phrase| contains(&text, phrase))
    }

    /// The form in a text, by a brand or by the longest word; empty if there is none.
    fn form_of(&self, id: &str, text: &str) -> &str {
        let text = words(text);
        let forms = &self.drugs[id].forms;
        if let [only] = &forms[..] {
            return &only.id;
        }
        let with_brand: Vec<&Form> = forms
            .iter()
            .filter(|form| form.brands.iter().any(|brand| contains(&text, brand)))
            .collect();
        if let [only] = with_brand[..] {
            return &only.id;
        }
        let longest = |form: &Form| {
            form.words
                .iter()
                .filter(|word| contains(&text, word))
                .map(|word| word.concat().len())
                .max()
        };
        forms
            .iter()
            .filter_map(|form| Some((longest(form)?, form)))
            .max_by_key(|&(length, _)| length)
            .map_or("", |(_, form)| &form.id)
    }

    fn has_form(&self, id: &str, form: &str) -> bool {
        self.drugs[id].forms.iter().any(|f| f.id == form)
    }
}

fn texts<'t>(table: &'t Table, key: &str) -> impl Iterator<Item = &'t str> {
    table
        .get(key)
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_str)
}

fn phrases(table: &Table, key: &str) -> Vec<Vec<String>> {
    texts(table, key).map(words).filter(|phrase| !phrase.is_empty()).collect()
}

// ---------------------------------------------------------------------------------------------------------- the lists

/// The rows of a tab-separated list, cells by column name.
fn list(folder: &Path, name: &str) -> Result<Vec<BTreeMap<String, String>>> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .comment(Some(b'#'))
        .quoting(false)
        .flexible(true)
        .from_path(folder.join(name))?;
    let header: Vec<String> = reader
        .byte_headers()?
        .iter()
        .map(|cell| String::from_utf8_lossy(cell).into_owned())
        .collect();
    let mut rows = Vec::new();
    for record in reader.byte_records() {
        let record = record?;
        rows.push(
            header
                .iter()
                .cloned()
                .zip(record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()))
                .collect(),
        );
    }
    Ok(rows)
}

fn cell<'a>(row: &'a BTreeMap<String, String>, column: &str) -> &'a str {
    row.get(column).map_or("", String::as_str)
}

/// The drug file's id for an ingredient as the lists name it.
fn ingredient(name: &str) -> &str {
    match name {
        "propoxyphene" => "dextropropoxyphene",
        "levomethadyl" => "levacetylmethadol",
        "naloxone+buprenorphine" | "buprenorphine+naloxone" => "buprenorphine-naloxone",
        "naloxone+pentazocine" => "pentazocine-naloxone",
        "naltrexone+bupropion" => "naltrexone-bupropion",
        "naltrexone+morphine" => "morphine-naltrexone",
        "naltrexone+oxycodone" => "oxycodone-naltrexone",
        "bupropion+dextromethorphan" => "dextromethorphan-bupropion",
        "samidorphan" | "olanzapine+samidorphan" => "olanzapine-samidorphan",
        other => other,
    }
}

/// A strength that names one amount: `5 MG`, `50 mcg/ml`. Several amounts (`5-325 mg`), percentages, and what a spreadsheet turned into a date are
/// not strengths.
fn strength(number: &str, unit: &str) -> String {
    let number = number.trim();
    let (number, unit) = match number.split_once(' ') {
        Some((n, u)) if unit.is_empty() || unit == "NA" => (n, u.trim()),
        _ => (number, unit.trim()),
    };
    let unit = unit.strip_suffix("/1").unwrap_or(unit);
    let plain = !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && number.parse::<f64>().is_ok_and(|n| n > 0.0);
    let known = ["mg", "mcg", "ug", "mg/ml", "mcg/ml", "ug/ml", "mcg/hr", "ug/h", "mg/hr"]
        .contains(&unit.to_lowercase().as_str());
    if plain && known { format!("{number} {unit}") } else { String::new() }
}

const DATE: &str = "# Built by examples/build_codes.rs; lists collected up to 2026-11-21.\n";
const NLM: &str = "# This product uses publicly available data courtesy of the U.S. National Library of Medicine (NLM), National Institutes of Health,\n# Department of Health and Human Services; NLM is not responsible for the product and does not endorse or recommend this or any other product.\n";

// ----------------------------------------------------------------------------------------------------------- NDC

/// Codes for which the CDC list and the UNC list name different opioids. The product name decides.
const CONFLICTS: &str = "# Panlor (26 codes) and Maxidone (3 codes): the two lists disagree; the ingredient is that of the product's name, dihydrocodeine for Panlor\n# and hydrocodone for Maxidone, as in the CDC list. Both are full agonists. Opium tincture\n# (5 codes), which one list gives to morphine, stands as opium.\n";

fn ndc_table(book: &Book, folder: &Path) -> Result<String> {
    let mut rows: BTreeMap<String, (String, String, String)> = BTreeMap::new();
    let mut left_out = 0;
    for row in list(folder, "opioid_ndc_union.tsv")? {
        let code = cell(&row, "ndc11");
        if code.len() != 11 {
            left_out += 1; // ten digits without hyphens
            continue;
        }
        let product = cell(&row, "product");
        let id = book.product_of(ingredient(cell(&row, "ingredient")), product);
        let form = opioid_form(book, id, &row);
        let strength = if book.drugs[id].components.is_empty() {
            strength(cell(&row, "strength"), cell(&row, "uom"))
        } else {
            String::new()
        };
        rows.insert(code.to_owned(), (id.to_owned(), form, strength));
    }
    for row in list(folder, "rxmix_ndc_rxcui_oud.tsv")? {
        let name = cell(&row, "rx_name");
        let Some(id) = book.drug_of(name) else { continue };
        let form = book.form_of_product(id, name);
        rows.entry(cell(&row, "ndc11").to_owned())
            .or_insert_with(|| (id.to_owned(), form, strength_in_name(book, id, name)));
    }
    for row in list(folder, "openfda_ndc_seen.tsv")? {
        let id = ingredient(cell(&row, "ingredients"));
        let text = format!("{} {}", cell(&row, "product"), cell(&row, "form"));
        let form = book.form_of_product(id, &text);
        rows.entry(cell(&row, "ndc11").to_owned())
            .or_insert_with(|| (id.to_owned(), form, String::new()));
    }
    for row in list(folder, "naltrexone_ndc_all.tsv")? {
        let kind = cell(&row, "kind");
        let (id, form, strength) = match kind {
            "depot" => ("naltrexone", "depot", "380 mg"),
            "oral-50" => ("naltrexone", "tablet", "50 mg"),
            "combination-bupropion" => ("naltrexone-bupropion", "", ""),
            kind if kind.starts_with("sequestered") => ("morphine-naltrexone", "", ""),
            // Bulk powder is compounded, usually to a low dose: the strength is the record's, or none.
            _ => ("naltrexone", "tablet", ""),
        };
        rows.insert(
            cell(&row, "ndc11").to_owned(),
            (id.to_owned(), form.to_owned(), strength.to_owned()),
        );
    }
    directory_2019(book, folder, &mut rows)?;
    later_products(book, folder, &mut rows)?;
    eprintln!("ndc.csv: {} codes, {left_out} left out (not 11 digits)", rows.len());
    let mut text = String::from(
        "# National Drug Codes, 11 digits (nine where the list gives labeler and product alone). Facts only: code, ingredient, form, strength.\n\
         # Lists of April 2019 (FDA directory, all watched drugs), January 2025 (openFDA, opioids) and April 2026 (NADAC, in part): what was\n\
         # listed later is known by its labeler and product, or not at all.\n\
         # Sources: CDC opioid list 2018 (facts), opioid code lists of opioiddatalab (UNC), RxNav RxMix output and treatment code lists in\n\
         # uc-cms/medicaid-utils (MIT), openFDA drug/ndc.json 2026 (CC0, open.fda.gov/license), DailyMed label pages, FDA NDC directory\n\
         # 2019 (public domain), openFDA NDC 2025 (CC0), CMS NADAC 2026-04-29 (public domain).\n",
    );
    text += CONFLICTS;
    text += "# Naltrexone bulk powder stands as tablet without a strength: what is compounded of it is usually a low dose.\n";
    text += DATE;
    text += NLM;
    text += "ndc,drug,form,strength\n";
    for (code, (id, form, strength)) in rows {
        text += &format!("{code},{id},{form},{strength}\n");
    }
    Ok(text)
}

type NdcRows = BTreeMap<String, (String, String, String)>;

/// FDA's directory of April 2019: every watched drug, opioid or not. Homeopathic dilutions contain none of it.
fn directory_2019(book: &Book, folder: &Path, rows: &mut NdcRows) -> Result<()> {
    for row in list(folder, "fda_ndc_2019.tsv")? {
        if cell(&row, "unit").contains("[hp_") || cell(&row, "category").contains("HOMEO") {
            continue;
        }
        let Some(id) = book.drug_of(cell(&row, "substance")) else { continue };
        let (form, route) = (cell(&row, "form").to_lowercase(), cell(&row, "route").to_lowercase());
        let text = format!("{} {form} {route}", cell(&row, "proprietary"));
        let by_column = if form.contains("patch") {
            "patch"
        } else if form.contains("extended release") && route.contains("oral") {
            "extended-release"
        } else if form.contains("implant") {
            "implant"
        } else {
            ""
        };
        let form = if book.drugs[id].components.is_empty() && book.has_form(id, by_column) {
            by_column.to_owned()
        } else {
            book.form_of_product(id, &text)
        };
        let strength = if book.drugs[id].components.is_empty() {
            strength(cell(&row, "strength"), cell(&row, "unit"))
        } else {
            String::new()
        };
        rows.entry(cell(&row, "ndc11").to_owned()).or_insert((id.to_owned(), form, strength));
    }
    Ok(())
}

/// What was listed later: products by labeler and product code (openFDA, January 2025), packages in the price list (NADAC, April 2026).
fn later_products(book: &Book, folder: &Path, rows: &mut NdcRows) -> Result<()> {
    for (name, code, text) in
        [("us_ndc9_2025.tsv", "ndc9", "text"), ("ndc11_nadac_2026-04.tsv", "ndc11", "nadac_text")]
    {
        for row in list(folder, name)? {
            let ingredients = cell(&row, "ingredients");
            let id = ingredient(ingredients);
            let id = if book.drugs.contains_key(id) { Some(id) } else { book.drug_of(ingredients) };
            let (Some(id), code) = (id, cell(&row, code)) else { continue };
            let known = rows.range(code.to_owned()..).next();
            if known.is_some_and(|(known, _)| known.starts_with(code)) {
                continue;
            }
            let kind = match cell(&row, if name.starts_with("us") { "form" } else { "form_kind" }) {
                "er" => "extended-release",
                other => other,
            };
            let form = if book.drugs[id].components.is_empty() && book.has_form(id, kind) {
                kind.to_owned()
            } else {
                book.form_of_product(id, cell(&row, text))
            };
            rows.insert(
                code.to_owned(),
                (id.to_owned(), form, strength_in_text(book, id, cell(&row, text))),
            );
        }
    }
    Ok(())
}

/// The only strength in a listing's text: `Buprenorphine HCl 2 mg/1 TABLET`.
fn strength_in_text(book: &Book, id: &str, text: &str) -> String {
    if !book.drugs[id].components.is_empty() {
        return String::new();
    }
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let amounts: Vec<String> = tokens
        .windows(2)
        .map(|pair| strength(pair[0], pair[1]))
        .filter(|amount| !amount.is_empty())
        .collect();
    if let [only] = &amounts[..] { only.clone() } else { String::new() }
}

/// The form in a row of the opioid list: its form column, otherwise what the product's name and unit say.
fn opioid_form(book: &Book, id: &str, row: &BTreeMap<String, String>) -> String {
    if !book.drugs[id].components.is_empty() {
        return String::new();
    }
    let (form, product, unit) =
        (cell(row, "form").to_lowercase(), cell(row, "product"), cell(row, "uom").to_lowercase());
    let by_column = match form.as_str() {
        "" => "",
        f if f.contains("patch") => "patch",
        f if f.contains("subcutaneous") => "monthly",
        f if f.contains("extended release") => "extended-release",
        f if f.contains("implant") => "implant",
        _ => "tablet",
    };
    if book.has_form(id, by_column) {
        return by_column.to_owned();
    }
    // An infusion that a list calls a transdermal system is measured per mL.
    if unit.contains("/ml") || cell(row, "strength").to_lowercase().contains("/ml") {
        return if book.has_form(id, "tablet")
            && book.form_of(id, product) == "patch"
            && !product.eq_ignore_ascii_case("ionsys")
        {
            "tablet".to_owned()
        } else {
            book.form_of_product(id, product)
        };
    }
    book.form_of_product(id, &format!("{product} {unit}"))
}

impl Book {
    /// The form in the text; none for a combination.
    fn form_of_product(&self, id: &str, text: &str) -> String {
        if !self.drugs[id].components.is_empty() {
            return String::new();
        }
        self.form_of(id, text).to_owned()
    }
}

/// The strength of the only watched ingredient in an RxNorm name: `naltrexone hydrochloride 50 MG Oral Tablet`.
fn strength_in_name(book: &Book, id: &str, name: &str) -> String {
    if !book.drugs[id].components.is_empty() {
        return String::new();
    }
    let Some(part) = name.split(" / ").find(|part| book.drug_of(part) == Some(id)) else {
        return String::new();
    };
    let tokens: Vec<&str> = part.split_whitespace().collect();
    let amounts: Vec<String> = tokens
        .windows(2)
        .map(|pair| strength(pair[0], pair[1]))
        .filter(|amount| !amount.is_empty())
        .collect();
    if let [only] = &amounts[..] { only.clone() } else { String::new() }
}

// --------------------------------------------------------------------------------------------------------- RxCUI

/// Sources whose licence allows redistribution: Apache-2.0, CC0, MIT. Rows that only other sources have are left out.
const LICENSED: [&str; 4] = ["OMTK2020", "VSAC-Cliniwiz2021", "RxMix(medicaid-utils)", "eCQM2025"];

fn rxcui_table(book: &Book, folder: &Path) -> Result<String> {
    let mut rows: BTreeMap<u32, (String, String, String, String)> = BTreeMap::new();
    let (mut unlicensed, mut unknown) = (0, 0);
    let mut add = |code: &str, id: Option<&str>, name: &str| -> Result<()> {
        let Some(id) = id.filter(|id| book.drugs.contains_key(*id)) else {
            unknown += 1;
            return Ok(());
        };
        if book.rxcui.contains(code) {
            return Ok(());
        }
        let mut form = book.form_of_product(id, name);
        if form.is_empty() && book.drugs[id].components.is_empty() && ends_like_a_product(name) {
            form = "tablet".to_owned();
        }
        let form = if book.has_form(id, &form) { form } else { String::new() };
        rows.entry(code.parse()?).or_insert_with(|| {
            (id.to_owned(), form, strength_in_name(book, id, name), name.to_owned())
        });
        Ok(())
    };
    for row in list(folder, "rxnorm_products.tsv")? {
        if !cell(&row, "sources").split(';').any(|source| LICENSED.contains(&source)) {
            unlicensed += 1;
            continue;
        }
        let (parsed, name) = (cell(&row, "ingredients_parsed"), cell(&row, "name"));
        let id = if parsed.is_empty() { book.drug_of(name) } else { Some(ingredient(parsed)) };
        add(cell(&row, "rxcui"), id, name)?;
    }
    for row in list(folder, "cdc_cds_opioid_long_short_2018.tsv")? {
        add(cell(&row, "rxcui"), book.drug_of(cell(&row, "name")), cell(&row, "name"))?;
    }
    for row in list(folder, "rxmix_ndc_rxcui_oud.tsv")? {
        add(cell(&row, "rxcui"), book.drug_of(cell(&row, "rx_name")), cell(&row, "rx_name"))?;
    }
    eprintln!(
        "rxcui.csv: {} codes, {unlicensed} left out (no licence), {unknown} name no drug of the book",
        rows.len()
    );
    let mut text = String::from(
        "# RxNorm concepts of products and brands. Ingredient-level concepts stand in the drug files.\n\
         # Sources: OMTKData of opioid-mme-r4 (RxNav 2020-10-20, Apache-2.0), value sets of cumulus-library-opioid (2021, Apache-2.0), eCQM value\n\
         # sets of ecqm-content-qicore (CC0), opioid-cds-logic long- and short-acting opioids (2018, Apache-2.0), RxNav RxMix output in\n\
         # uc-cms/medicaid-utils (MIT). Rows that only a source without a licence has are left out.\n",
    );
    text += DATE;
    text += NLM;
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["rxcui", "drug", "form", "strength", "name"])?;
    for (code, (id, form, strength, name)) in rows {
        writer.write_record([&code.to_string(), &id, &form, &strength, &name])?;
    }
    text += &String::from_utf8(writer.into_inner()?)?;
    Ok(text)
}

/// Whether an RxNorm name states a dose form, so that a name without another form's words means the first form.
fn ends_like_a_product(name: &str) -> bool {
    let name = name.to_lowercase();
    [
        "tablet",
        "capsule",
        "solution",
        "suspension",
        "injection",
        "cartridge",
        "lozenge",
        "spray",
        "film",
        "suppository",
        "strip",
        "syringe",
    ]
    .iter()
    .any(|form| name.contains(form))
        && !name.contains("product")
}

// --------------------------------------------------------------------------------------------------------- HCPCS

/// Codes that do not represent a drug.
const DRUGLESS: [(&str, &str); 10] = [
    ("11981", "Insertion of a drug-releasing implant"),
    ("11982", "Removal of a drug-releasing implant"),
    ("11983", "Removal and insertion of a drug-releasing implant"),
    ("96372", "Injection under the skin or into a muscle"),
    ("G2071", "Removal of a buprenorphine implant; weekly bundle"),
    ("G2074", "Weekly bundle of an opioid treatment program without a drug"),
    ("G2075", "Weekly bundle of an opioid treatment program, drug not otherwise specified"),
    ("G2076", "Intake activities of an opioid treatment program"),
    ("G2077", "Periodic assessment by an opioid treatment program"),
    ("G2080", "Each additional 30 minutes of counselling by an opioid treatment program"),
];

/// Codes with their drug, form, and, if they are not products themselves, the billed units of one product.
const HCPCS: [(&str, &str, &str, &str); 46] = [
    ("G1028", "naloxone", "", ""),
    ("G2067", "methadone", "", ""),
    ("G2068", "buprenorphine", "tablet", ""),
    ("G2069", "buprenorphine", "monthly", ""),
    ("G2070", "buprenorphine", "implant", ""),
    ("G2072", "buprenorphine", "implant", ""),
    ("G2073", "naltrexone", "depot", ""),
    ("G2078", "methadone", "", ""),
    ("G2079", "buprenorphine", "tablet", ""),
    ("G2215", "naloxone", "", ""),
    ("G2216", "naloxone", "", ""),
    ("H0020", "methadone", "", ""),
    ("J0570", "buprenorphine", "implant", ""),
    ("J0571", "buprenorphine", "tablet", ""),
    ("J0572", "buprenorphine-naloxone", "", ""),
    ("J0573", "buprenorphine-naloxone", "", ""),
    ("J0574", "buprenorphine-naloxone", "", ""),
    ("J0575", "buprenorphine-naloxone", "", ""),
    ("J0577", "buprenorphine", "weekly", ""),
    ("J0578", "buprenorphine", "monthly", ""),
    ("J0592", "buprenorphine", "tablet", ""),
    ("J0595", "butorphanol", "", ""),
    ("J0745", "codeine", "tablet", ""),
    ("J1170", "hydromorphone", "tablet", ""),
    ("J1230", "methadone", "", ""),
    ("J2175", "meperidine", "", ""),
    ("J2212", "methylnaltrexone", "", ""),
    ("J2270", "morphine", "tablet", ""),
    ("J2300", "nalbuphine", "", ""),
    ("J2315", "naltrexone", "depot", "380"),
    ("J3010", "fentanyl", "tablet", ""),
    ("J1171", "hydromorphone", "tablet", ""),
    ("J1810", "fentanyl", "tablet", ""),
    ("J1960", "levorphanol", "", ""),
    ("J2180", "meperidine", "", ""),
    ("J2271", "morphine", "tablet", ""),
    ("J2274", "morphine", "tablet", ""),
    ("J2275", "morphine", "tablet", ""),
    ("J2310", "naloxone", "", ""),
    ("J2410", "oxymorphone", "tablet", ""),
    ("J3070", "pentazocine", "", ""),
    ("Q9991", "buprenorphine", "monthly", ""),
    ("Q9992", "buprenorphine", "monthly", ""),
    ("S0109", "methadone", "", ""),
    // Not an exposure, or not an HCPCS code: listed so that a new code in the list is noticed.
    ("G2071", "", "", ""),
    ("HZ", "", "", ""),
];

/// The days that one billed unit covers, if the code says so and the product does not.
const DAYS: [(&str, &str); 5] =
    [("G2067", "7"), ("G2068", "7"), ("G2078", "7"), ("G2079", "7"), ("H0020", "1")];

/// Descriptions of codes that are not in the treatment list; seen as drug codes in public OMOP and claims data.
const SEEN: [(&str, &str); 22] = [
    ("J0577", "Injection, buprenorphine extended-release (Brixadi), up to 7 days of therapy"),
    (
        "J0578",
        "Injection, buprenorphine extended-release (Brixadi), more than 7 and up to 28 days of therapy",
    ),
    ("J0595", "Injection, butorphanol tartrate, 1 mg"),
    ("J0745", "Injection, codeine phosphate, per 30 mg"),
    ("J2212", "Injection, methylnaltrexone, 0.1 mg"),
    ("J2300", "Injection, nalbuphine hydrochloride, per 10 mg"),
    ("J1171", "Injection, hydromorphone, 0.1 mg"),
    ("J1810", "Injection, droperidol and fentanyl citrate, up to 2 ml ampule"),
    ("J1960", "Injection, levorphanol tartrate, up to 2 mg"),
    ("J2180", "Injection, meperidine and promethazine hcl, up to 50 mg"),
    ("J2271", "Injection, morphine sulfate, 100 mg"),
    (
        "J2274",
        "Injection, morphine sulfate, preservative-free for epidural or intrathecal use, 10 mg",
    ),
    ("J2275", "Injection, morphine sulfate (preservative-free sterile solution), per 10 mg"),
    ("J2310", "Injection, naloxone hydrochloride, per 1 mg"),
    ("J2410", "Injection, oxymorphone hcl, up to 1 mg"),
    ("J3070", "Injection, pentazocine, 30 mg"),
    ("J1170", "Hydromorphone, injection"),
    ("J2175", "Meperidine, injection"),
    ("J2270", "Morphine sulfate, injection"),
    ("J3010", "Fentanyl citrate, injection"),
    ("Q9991", "Buprenorphine extended-release injection (Sublocade)"),
    ("Q9992", "Buprenorphine extended-release injection (Sublocade)"),
];

fn hcpcs_table(book: &Book, folder: &Path) -> Result<String> {
    let mut descriptions: BTreeMap<String, String> =
        SEEN.iter().map(|&(code, text)| (code.to_owned(), text.to_owned())).collect();
    for row in list(folder, "medicaid_utils_oud_procedure_codes.tsv")? {
        let code = cell(&row, "code");
        if !HCPCS.iter().any(|&(known, ..)| !known.is_empty() && code.starts_with(known)) {
            eprintln!("hcpcs.csv: {code} is new: give it a drug or say that it is none");
        }
        let text = cell(&row, "description");
        let text = text.split_once(" (provision").map_or(text, |(head, _)| head);
        let text = text.strip_suffix(code).unwrap_or(text).trim();
        descriptions.insert(code.to_owned(), text.to_owned());
    }
    let mut text = String::from(
        "# HCPCS level II billing codes. `units`: how many billed units make one product (J2315 is billed by the mg: 380 are one injection).\n\
         # `days`: how many days one billed unit covers where the code says so and the product does not: the weekly bundles and take-home\n\
         # supplies (up to 7 additional days) of 42 CFR 410.67 (opioid treatment programs), and H0020, which is billed by the day.\n\
         # `injection`: by its description an injection that is no depot: it is given on the day of the service, however many units are billed.\n\
         # Sources: treatment code lists in uc-cms/medicaid-utils (MIT; HCPCS level II is public); codes of injected opioids as seen in public\n\
         # OMOP data; Q9991 and Q9992 from the CI-NYC treatment episode script; J0595, J0745, J1810, J1960, J2180, J2271, J2274,\n\
         # J2275, J2300, J2310, J2410 and J3070 from HCPCS 2020 (wamuir/hcpcs); J1171, which took the place of J1170 in October 2024, from billing references.\n\
         # J0577, J0578 and J2212 were not seen in a list here.\n\
         # G2069 (injectable buprenorphine) does not say weekly or monthly: the monthly injection is assumed.\n\
         # Codes without a drug are known and stand for none: giving it, an implant's removal, bundles that name no drug. Left out: ICD-10-PCS codes HZ.\n",
    );
    text += DATE;
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["code", "drug", "form", "units", "days", "injection", "description"])?;
    let mut rows: Vec<[&str; 7]> =
        DRUGLESS.iter().map(|&(code, text)| [code, "", "", "", "", "", text]).collect();
    for &(code, id, form, units) in HCPCS.iter().filter(|&&(_, id, ..)| !id.is_empty()) {
        if !book.drugs.contains_key(id) || !(form.is_empty() || book.has_form(id, form)) {
            return Err(format!("{code}: no drug {id} with a form {form}").into());
        }
        let description =
            descriptions.get(code).ok_or_else(|| format!("{code}: no description"))?;
        let days = DAYS.iter().find(|(of, _)| *of == code).map_or("", |(_, days)| days);
        // A depot has its own duration.
        let is_depot = ["depot", "weekly", "monthly"].contains(&form);
        let is_injection = description.to_lowercase().contains("injection") && !is_depot;
        let injection = if is_injection { "yes" } else { "" };
        rows.push([code, id, form, units, days, injection, description]);
    }
    rows.sort_unstable();
    for row in rows {
        writer.write_record(row)?;
    }
    text += &String::from_utf8(writer.into_inner()?)?;
    Ok(text)
}

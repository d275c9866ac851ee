//! A site's own tables of codes: code → name, for codes that the built-in tables lack. Plain CSV,
//! FDA's NDC directory (`product.txt`), RxNorm (`RXNCONSO.RRF`) and OMOP (`CONCEPT.csv`),
//! recognised by their first line and read as a stream.

mod copy;
mod headers;

use std::io::{BufRead, BufReader, Read};

use rustc_hash::{FxHashMap, FxHashSet};

use super::code;
use crate::drug::{Dictionary, Identity};
use rxlint_model::record::decode;

/// The vocabularies that a code may belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum System {
    /// National Drug Code, 11 digits.
    Ndc,
    /// Labeler and product of an NDC, 9 digits.
    NdcProduct,
    /// RxNorm concept.
    Rxcui,
    /// OMOP concept id.
    Concept,
    /// A site's own code.
    Local,
}

/// What a vocabulary says about a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeMeaning<'v> {
    /// It stands for a product with this name, which the dictionary knows.
    Named(&'v str),
    /// It stands for some other drug.
    Other,
}

/// The codes of all vocabularies of a run. Names are kept only for drugs in the dictionary; for the others, only that they exist.
#[derive(Debug, Default)]
pub struct Vocabulary {
    names: Vec<Box<str>>,
    named: FxHashMap<(System, u64), u32>,
    other: FxHashSet<(System, u64)>,
}

/// A table that cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub struct VocabularyError {
    /// What is wrong, and where.
    pub what: String,
    /// What to do.
    pub help: &'static str,
}

impl VocabularyError {
    /// A table that cannot be read.
    pub fn unreadable(name: &str, error: &std::io::Error) -> Self {
        Self {
            what: format!("the vocabulary {name} cannot be read: {error}"),
            help: "check the path, and that this user may read it",
        }
    }
}

/// Reads the codes of a row, from its columns.
type ReadRow = fn(&[usize], &csv::ByteRecord) -> Option<Vec<(System, u64)>>;

/// The columns of a table, by index.
#[derive(Clone, Debug)]
struct CodeTableShape {
    delimiter: u8,
    header: bool,
    read: ReadRow,
    columns: Vec<usize>,
    names: Vec<usize>,
    /// Columns whose words follow the name if it lacks them: strength and form.
    beside: Vec<usize>,
}

impl CodeTableShape {
    /// What a row calls its drug.
    fn name(&self, row: &csv::ByteRecord) -> String {
        let cells = |columns: &[usize]| -> Vec<String> {
            let cells = columns.iter().filter_map(|&at| row.get(at)).map(decode);
            cells.map(|cell| cell.trim().to_owned()).filter(|cell| !cell.is_empty()).collect()
        };
        let mut name = cells(&self.names).join(" ");
        for word in cells(&self.beside) {
            let (whole, part) = (name.to_lowercase().replace(' ', ""), word.to_lowercase());
            // A strength that the name has already is not repeated.
            let has_strength = part.starts_with(|c: char| c.is_ascii_digit())
                && name.contains(|c: char| c.is_ascii_digit());
            if !has_strength && !whole.contains(&part.replace(' ', "")) {
                name = format!("{name} {word}");
            }
        }
        name
    }
}

impl Vocabulary {
    /// Whether no table was read.
    pub fn is_empty(&self) -> bool {
        self.named.is_empty() && self.other.is_empty()
    }

    /// How many codes stand for drugs of the dictionary, and how many for others.
    pub fn counts(&self) -> (usize, usize) {
        (self.named.len(), self.other.len())
    }

    /// A digest of the contents, independent of reading order and of the tables' names.
    pub fn digest(&self) -> u64 {
        let one = |system: &System, code: u64, name: &str| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(&[*system as u8]).update(&code.to_le_bytes()).update(name.as_bytes());
            hasher.finalize().as_bytes()[..8].iter().fold(0, |n, &b| (n << 8) | u64::from(b))
        };
        let named = self
            .named
            .iter()
            .map(|((system, code), &name)| one(system, *code, &self.names[name as usize]));
        // A code of another drug has no name, while every named code has one.
        let other = self.other.iter().map(|(system, code)| one(system, *code, ""));
        named.chain(other).fold(0, u64::wrapping_add)
    }

    /// What a code stands for; `None` if no table has it.
    pub fn meaning(&self, system: System, code: u64) -> Option<CodeMeaning<'_>> {
        match self.named.get(&(system, code)) {
            Some(&name) => Some(CodeMeaning::Named(&self.names[name as usize])),
            None => self.other.contains(&(system, code)).then_some(CodeMeaning::Other),
        }
    }

    /// Reads a table; `name` is what it is called in errors.
    ///
    /// # Errors
    /// A table that cannot be read, or whose columns are not recognised.
    pub fn read(
        &mut self,
        name: &str,
        table: impl Read,
        dictionary: &Dictionary,
    ) -> Result<(), VocabularyError> {
        let cannot = |error: std::io::Error| VocabularyError::unreadable(name, &error);
        let mut file = BufReader::with_capacity(1 << 20, table);
        let first = first_line(&mut file).map_err(cannot)?;
        let shape = shape(&first).ok_or_else(|| VocabularyError {
            what: format!("the vocabulary {name} has columns that are not known"),
            help: "give a CSV with a column of codes (code, drug_key, item_no) and one of names (name, description, drug), and system (ndc, rxcui, concept or local) if it has several; FDA's product.txt, RXNCONSO.RRF or OMOP's CONCEPT.csv",
        })?;
        let mut table = csv::ReaderBuilder::new()
            .delimiter(shape.delimiter)
            .has_headers(shape.header)
            .quoting(matches!(shape.delimiter, b',' | b';'))
            .flexible(true)
            .from_reader(first.as_slice().chain(file));
        let mut row = csv::ByteRecord::new();
        let mut seen: FxHashMap<String, Option<u32>> = FxHashMap::default();
        while table.read_byte_record(&mut row).map_err(|error| cannot(error.into()))? {
            let Some(keys) = (shape.read)(&shape.columns, &row) else { continue };
            let written = shape.name(&row);
            let known = match seen.get(&written) {
                Some(&known) => known,
                None => {
                    let verdict = dictionary.resolve(&Identity::text(&written));
                    let known = (!verdict.components.is_empty()).then(|| {
                        self.names.push(written.as_str().into());
                        self.names.len() as u32 - 1
                    });
                    if seen.len() > MOST_NAMES {
                        seen.clear();
                    }
                    seen.insert(written, known);
                    known
                }
            };
            for key in keys {
                match known {
                    Some(name) => {
                        self.named.entry(key).or_insert(name);
                    }
                    None => {
                        self.other.insert(key);
                    }
                }
            }
        }
        Ok(())
    }
}

/// A list of names longer than this is dropped and started again: a table with millions must not fill the memory.
const MOST_NAMES: usize = 1 << 16;

/// A local code as a number: a hash of its folded words.
pub fn local(code: &str) -> u64 {
    let hash = blake3::hash(code.trim().to_lowercase().as_bytes());
    hash.as_bytes()[..8].iter().fold(0, |n, &b| (n << 8) | u64::from(b))
}

fn first_line(file: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut line = Vec::new();
    file.by_ref().take(1 << 16).read_until(b'\n', &mut line)?;
    if line.starts_with(b"\xef\xbb\xbf") {
        line.drain(..3);
    }
    Ok(line)
}

/// Which kind of table it is, judging by its first line.
fn shape(first: &[u8]) -> Option<CodeTableShape> {
    let line = decode(first).to_lowercase();
    if line.matches('|').count() >= 14
        && line.split('|').next().is_some_and(|cell| code::rxcui(cell).is_some())
    {
        return Some(CodeTableShape {
            delimiter: b'|',
            header: false,
            read: rxnconso,
            columns: Vec::new(),
            names: vec![14],
            beside: Vec::new(),
        });
    }
    let delimiter = *[b'\t', b',', b'|', b';']
        .iter()
        .max_by_key(|&&d| line.bytes().filter(|&b| b == d).count())?;
    let header: Vec<&str> = line
        .trim_end()
        .split(char::from(delimiter))
        .map(|cell| cell.trim().trim_matches('"'))
        .collect();
    let column = |name: &str| header.iter().position(|cell| *cell == name);
    let columns =
        |names: &[&str]| names.iter().map(|name| column(name)).collect::<Option<Vec<usize>>>();
    let shape = |read, columns, names| {
        let beside = Vec::new();
        Some(CodeTableShape { delimiter, header: true, read, columns, names, beside })
    };
    if let Some(found) = columns(&["concept_id", "vocabulary_id", "concept_code", "domain_id"]) {
        return shape(concept as ReadRow, found, vec![column("concept_name")?]);
    }
    if let Some(found) = columns(&["productndc"]) {
        let names = [
            "proprietaryname",
            "nonproprietaryname",
            "substancename",
            "dosageformname",
            "active_numerator_strength",
            "active_ingred_unit",
        ];
        return shape(product, found, names.iter().filter_map(|name| column(name)).collect());
    }
    let plain_columns = (
        column("code").or_else(|| column("ndc")).or_else(|| column("rxcui")),
        column("name").or_else(|| column("description")),
    );
    let (Some(code), Some(name)) = plain_columns else {
        let found = headers::own_list(&header)?;
        let read = own_list as ReadRow;
        let columns = std::iter::once(found.code).chain(found.ndc).collect();
        let (names, beside) = (found.names, found.beside);
        return Some(CodeTableShape { delimiter, header: true, read, columns, names, beside });
    };
    let own = headers::own_list(&header).filter(|own| own.code != code && !own.is_vague);
    if let Some(own) = own.filter(|_| column("code") != Some(code)) {
        let (names, beside) = (own.names, own.beside);
        let columns = vec![own.code, code];
        let read = if column("ndc") == Some(code) { own_list as ReadRow } else { own_rxcui };
        return Some(CodeTableShape { delimiter, header: true, read, columns, names, beside });
    }
    let system = column("system");
    if column("ndc") == Some(code) {
        return shape(plain_ndc, vec![code], vec![name]);
    }
    if column("rxcui") == Some(code) {
        return shape(plain_rxcui, vec![code], vec![name]);
    }
    shape(plain, std::iter::once(code).chain(system).collect(), vec![name])
}

fn cell<'r>(row: &'r csv::ByteRecord, at: usize) -> std::borrow::Cow<'r, str> {
    decode(row.get(at).unwrap_or_default().trim_ascii())
}

fn rxnconso(_: &[usize], row: &csv::ByteRecord) -> Option<Vec<(System, u64)>> {
    let of_rxnorm = row.get(11) == Some(b"RXNORM".as_slice());
    let number = code::rxcui(&cell(row, 0)).filter(|_| of_rxnorm)?;
    Some(vec![(System::Rxcui, u64::from(number))])
}

fn concept(columns: &[usize], row: &csv::ByteRecord) -> Option<Vec<(System, u64)>> {
    if !cell(row, columns[3]).eq_ignore_ascii_case("drug") {
        return None;
    }
    let mut keys: Vec<(System, u64)> = cell(row, columns[0])
        .parse()
        .ok()
        .filter(|&id: &u64| id > 0)
        .map(|id| (System::Concept, id))
        .into_iter()
        .collect();
    let written = cell(row, columns[2]);
    match cell(row, columns[1]).to_ascii_lowercase().as_str() {
        "rxnorm" => {
            keys.extend(code::rxcui(&written).map(|number| (System::Rxcui, u64::from(number))))
        }
        "ndc" => keys.extend(code::ndc(&written).ok().map(ndc_key)),
        _ => {}
    }
    Some(keys)
}

/// `0069-4200`: labeler and product, padded to 5 and 4 digits.
fn product(columns: &[usize], row: &csv::ByteRecord) -> Option<Vec<(System, u64)>> {
    let written = cell(row, columns[0]);
    let (labeler, product) = written.split_once('-')?;
    let number = format!("{labeler:0>5}{product:0>4}").parse().ok()?;
    Some(vec![(System::NdcProduct, number)])
}

fn plain_ndc(columns: &[usize], row: &csv::ByteRecord) -> Option<Vec<(System, u64)>> {
    code::ndc(&cell(row, columns[0])).ok().map(|ndc| vec![ndc_key(ndc)])
}

fn ndc_key(ndc: code::Ndc) -> (System, u64) {
    if ndc.product_only { (System::NdcProduct, ndc.number) } else { (System::Ndc, ndc.number) }
}

fn plain_rxcui(columns: &[usize], row: &csv::ByteRecord) -> Option<Vec<(System, u64)>> {
    code::rxcui(&cell(row, columns[0])).map(|number| vec![(System::Rxcui, u64::from(number))])
}

/// A site's own key, and the NDC next to it.
fn own_list(columns: &[usize], row: &csv::ByteRecord) -> Option<Vec<(System, u64)>> {
    let own = cell(row, columns[0]);
    let mut keys: Vec<(System, u64)> =
        (!own.is_empty()).then(|| (System::Local, local(&own))).into_iter().collect();
    keys.extend(columns.get(1).and_then(|&at| plain_ndc(&[at], row)).unwrap_or_default());
    (!keys.is_empty()).then_some(keys)
}

/// A site's own key, and the RxCUI next to it.
fn own_rxcui(columns: &[usize], row: &csv::ByteRecord) -> Option<Vec<(System, u64)>> {
    let mut keys = own_list(&columns[..1], row).unwrap_or_default();
    keys.extend(columns.get(1).and_then(|&at| plain_rxcui(&[at], row)).unwrap_or_default());
    (!keys.is_empty()).then_some(keys)
}

fn plain(columns: &[usize], row: &csv::ByteRecord) -> Option<Vec<(System, u64)>> {
    let written = cell(row, columns[0]);
    match columns.get(1).map(|&at| cell(row, at).to_ascii_lowercase()).as_deref() {
        Some("ndc") => plain_ndc(columns, row),
        Some("rxcui" | "rxnorm") => plain_rxcui(columns, row),
        Some("concept" | "omop") => written.parse().ok().map(|id| vec![(System::Concept, id)]),
        _ if written.is_empty() => None,
        _ => Some(vec![(System::Local, local(&written))]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Book;

    fn read(text: &str) -> Result<Vocabulary, VocabularyError> {
        let book = Book::built_in().unwrap();
        let mut vocabulary = Vocabulary::default();
        vocabulary.read("codes.csv", text.as_bytes(), book.dictionary()).map(|()| vocabulary)
    }

    #[test]
    fn every_kind_of_table() {
        let plain =
            read("code,name\nNTX50,Naltrexone 50 mg tab\nLIS10,Lisinopril 10 mg\n").unwrap();
        assert_eq!(
            plain.meaning(System::Local, local("ntx50")),
            Some(CodeMeaning::Named("Naltrexone 50 mg tab"))
        );
        assert_eq!(plain.meaning(System::Local, local("LIS10")), Some(CodeMeaning::Other));
        assert_eq!(plain.meaning(System::Local, local("XYZ")), None);

        let fda = read("PRODUCTID\tPRODUCTNDC\tPROPRIETARYNAME\tNONPROPRIETARYNAME\n1\t0406-1170\tNaltrexone\tnaltrexone hydrochloride\n")
            .unwrap();
        assert!(matches!(fda.meaning(System::NdcProduct, 4_061_170), Some(CodeMeaning::Named(_))));

        let rxnorm = read("1483744|ENG||||||||||RXNORM|SCD|1483744|naltrexone hydrochloride 50 MG Oral Tablet||N||\n7|ENG||||||||||SNOMEDCT_US|PT|7|morphine||N||\n").unwrap();
        assert!(matches!(rxnorm.meaning(System::Rxcui, 1_483_744), Some(CodeMeaning::Named(_))));
        assert_eq!(rxnorm.meaning(System::Rxcui, 7), None);

        let omop = read("concept_id,concept_name,domain_id,vocabulary_id,concept_class_id,standard_concept,concept_code\n1714319,naltrexone,Drug,RxNorm,Ingredient,S,7243\n8532,FEMALE,Gender,Gender,Gender,S,F\n").unwrap();
        assert!(matches!(
            omop.meaning(System::Concept, 1_714_319),
            Some(CodeMeaning::Named("naltrexone"))
        ));
        assert_eq!(omop.counts(), (2, 0));

        assert!(read("a,b,c\n1,2,3\n").is_err());
    }

    #[test]
    fn a_sites_own_list_of_drugs_is_read_by_its_own_headers() {
        for (header, code) in [
            ("drug_key,description,strength,form,ndc", "12"),
            ("Item Code,Description,Strength,Form,NDC", "12"),
            ("ITEM_NO;ITEM_DESC;STR;FORM;X", "12"),
            ("Artikelnummer;Bezeichnung;Stärke;Form;X", "12"),
            ("MedID\tMedication Name\tStrength\tDosage Form\tX", "12"),
            ("product_id|product_name|strength|form|x", "12"),
            ("id,generic_name,strength,form,x", "12"),
        ] {
            let between = if header.contains(';') {
                ";"
            } else if header.contains('\t') {
                "\t"
            } else if header.contains('|') {
                "|"
            } else {
                ","
            };
            let row = ["12", "Naltrexone", "50 mg", "Tablet", ""].join(between);
            let read = read(&format!("{header}\n{row}\n")).unwrap();
            assert_eq!(
                read.meaning(System::Local, local(code)),
                Some(CodeMeaning::Named("Naltrexone 50 mg Tablet")),
                "{header}"
            );
        }
        let both =
            read("drug_key,description,ndc\n12,Naltrexone 50 mg tab,00406-1170-03\n").unwrap();
        assert_eq!(both.counts().0, 2);
        // Lists of other things.
        assert!(read("patient_key,name,city\n1,Ash,York\n").is_err());
        assert!(read("visit_id,description\n1,x\n").is_err());
    }
}

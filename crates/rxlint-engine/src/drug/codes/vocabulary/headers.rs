//! The headers of a site's own drug list: which column holds its keys, and which its names.

/// The columns of a list.
pub(super) struct OwnList {
    pub(super) code: usize,
    pub(super) ndc: Option<usize>,
    pub(super) names: Vec<usize>,
    /// Strength and form.
    pub(super) beside: Vec<usize>,
    /// Whether the header of the keys does not mention drugs.
    pub(super) is_vague: bool,
}

/// What drug lists call a drug, at the beginnings of headers.
const DRUGS: [&str; 26] = [
    "drug",
    "medication",
    "medicine",
    "med",
    "product",
    "prod",
    "item",
    "formulary",
    "local",
    "artikel",
    "arzneimittel",
    "medikament",
    "praeparat",
    "produkt",
    "produit",
    "medicament",
    "medicamento",
    "producto",
    "articulo",
    "farmaco",
    "prodotto",
    "geneesmiddel",
    "middel",
    "lek",
    "charge",
    "stock",
];
/// What follows it in the header of keys.
const KEYS: [&str; 16] = [
    "", "key", "id", "code", "cd", "no", "nr", "nbr", "num", "number", "nummer", "mnemonic",
    "kode", "codigo", "codice", "sk",
];
/// What follows it in the header of names.
const NAMES: [&str; 13] = [
    "",
    "name",
    "nm",
    "desc",
    "description",
    "label",
    "text",
    "bezeichnung",
    "omschrijving",
    "naam",
    "libelle",
    "nombre",
    "descr",
];
/// Key headers that do not mention drugs.
const VAGUE_KEYS: [&str; 8] =
    ["id", "key", "code", "mnemonic", "pzn", "codigo", "codice", "nummer"];
/// Name headers that do not mention drugs.
const VAGUE_NAMES: [&str; 17] = [
    "name",
    "description",
    "desc",
    "label",
    "labelname",
    "displayname",
    "genericname",
    "generic",
    "brandname",
    "tradename",
    "bezeichnung",
    "omschrijving",
    "libelle",
    "designation",
    "nombre",
    "nome",
    "nazwa",
];
const STRENGTHS: [&str; 9] = [
    "strength",
    "str",
    "dosestrength",
    "drugstrength",
    "starke",
    "staerke",
    "dosage",
    "sterkte",
    "dosis",
];
const FORMS: [&str; 7] =
    ["form", "dosageform", "doseform", "dosform", "darreichungsform", "forme", "forma"];

/// A header in lower case, without accents and separators.
fn fold(header: &str) -> String {
    let plain = |c: char| match c {
        'ä' | 'à' | 'á' | 'â' => 'a',
        'é' | 'è' | 'ê' => 'e',
        'í' => 'i',
        'ö' | 'ó' => 'o',
        'ü' | 'ú' => 'u',
        other => other,
    };
    header.to_lowercase().chars().map(plain).filter(char::is_ascii_alphanumeric).collect()
}

/// Whether a header is one of the words for drugs with one of these ends.
fn is_of_drug(folded: &str, ends: &[&str]) -> bool {
    DRUGS.iter().any(|drug| folded.strip_prefix(drug).is_some_and(|end| ends.contains(&end)))
}

/// Finds the columns of a list by its headers, in lower case; `None` if they are not those of a drug list.
pub(super) fn own_list(header: &[&str]) -> Option<OwnList> {
    let folded: Vec<String> = header.iter().map(|header| fold(header)).collect();
    let find = |fits: &dyn Fn(&str) -> bool| folded.iter().position(|header| fits(header));
    let one_of = |names: &[&str]| names.iter().find_map(|name| find(&|header| header == *name));
    let of_drug = find(&|header| is_of_drug(header, &KEYS[1..]));
    let code = of_drug.or_else(|| one_of(&VAGUE_KEYS));
    let named = find(&|header| is_of_drug(header, &NAMES[1..]))
        .or_else(|| find(&|header| is_of_drug(header, &[""])));
    let name = named.or_else(|| one_of(&VAGUE_NAMES))?;
    // A key and a name that are both unspecific make a list of anything.
    if of_drug.is_none() && named.is_none() && one_of(&["genericname", "generic"]).is_none() {
        return None;
    }
    let beside = [one_of(&STRENGTHS), one_of(&FORMS)].into_iter().flatten();
    let code = code.filter(|&code| code != name)?;
    Some(OwnList {
        code,
        ndc: one_of(&["ndc", "ndccode", "ndc11", "ndcnumber"]).filter(|&ndc| ndc != code),
        names: vec![name],
        beside: beside.filter(|&at| at != name && at != code).collect(),
        is_vague: of_drug.is_none(),
    })
}

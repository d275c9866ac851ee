//! Whether two columns are about the same thing: a code and its name, a brand and its ingredient.

use std::collections::{BTreeMap, BTreeSet};

use rxlint_model::record::decode;

use super::cell::is_nothing;
use super::name_words;
use crate::layout::cells::drug_look::DrugLook;

/// Whether the texts of one column go with those of another: one of the two nearly always determines the other. If none recurs, names
/// have words in common.
pub(in crate::layout) fn go_together(rows: &[Vec<Vec<u8>>], one: usize, other: usize) -> bool {
    if let Some(alike) = are_alike(rows, one, other) {
        return alike;
    }
    let decides = |from: usize, to: usize| {
        let mut first: BTreeMap<&[u8], &[u8]> = BTreeMap::new();
        let pairs = rows.iter().filter_map(|row| Some((&**row.get(from)?, &**row.get(to)?)));
        let (mut again, mut same) = (0, 0);
        for (text, code) in pairs.filter(|(text, code)| !text.is_empty() && !code.is_empty()) {
            match first.get(text) {
                Some(known) => {
                    again += 1;
                    same += usize::from(*known == code);
                }
                None => {
                    first.insert(text, code);
                }
            }
        }
        same * 10 >= again * 8
    };
    decides(one, other) || decides(other, one)
}

/// Whether most rows have a common word of a name in both columns; `None` if texts recur, or one column holds no names.
fn are_alike(rows: &[Vec<Vec<u8>>], one: usize, other: usize) -> Option<bool> {
    let text = |row: &Vec<Vec<u8>>, at: usize| row.get(at).map(|cell| decode(cell).to_lowercase());
    let pairs: Vec<(String, String)> =
        rows.iter().filter_map(|row| Some((text(row, one)?, text(row, other)?))).collect();
    let distinct = |of: fn(&(String, String)) -> &str| {
        pairs.iter().map(of).collect::<BTreeSet<_>>().len() == pairs.len()
    };
    if !distinct(|pair| &pair.0) || !distinct(|pair| &pair.1) {
        return None;
    }
    // The beginning is enough: `naltrexone` and `Naltrexon` are one word.
    let begins = |word: String| word.chars().take(6).collect::<String>();
    let words = |text: &str| name_words(text).into_iter().map(begins).collect::<BTreeSet<_>>();
    let are_names = pairs.iter().all(|pair| !name_words(&pair.1).is_empty());
    let same = pairs.iter().filter(|pair| !words(&pair.0).is_disjoint(&words(&pair.1))).count();
    // If no word recurs, they may be brands and ingredients: a record too many is noticed, a missing one is not.
    (are_names && same > 0).then_some(same * 2 >= pairs.len())
}

/// Whether the cells of a column name drugs that these columns do not name in the same row: what the patient takes besides.
pub(in crate::layout) fn names_other_drugs(
    rows: &[Vec<Vec<u8>>],
    index: usize,
    of_row: &[usize],
    drugs: &DrugLook,
) -> bool {
    let (mut filled, mut others) = (0, 0);
    let mut seen = BTreeSet::new();
    for row in rows {
        let Some(cell) = row.get(index).filter(|cell| !is_nothing(cell)) else { continue };
        filled += 1;
        let own = of_row.iter().filter_map(|at| row.get(*at));
        let own: BTreeSet<String> = own.flat_map(|cell| name_words(&decode(cell))).collect();
        let text = decode(cell);
        let words = text.split(|c: char| !c.is_alphanumeric());
        let rest: Vec<&str> = words.filter(|word| !own.contains(&word.to_lowercase())).collect();
        let rest = rest.join(" ");
        if seen.contains(&rest) || !name_words(&rest).is_empty() && drugs.names_listed(&rest) {
            others += 1;
            seen.insert(rest);
        }
    }
    others * 10 >= filled && others > 0
}

/// Whether the amounts of a column are equivalents of morphine, which are no dose of the drug in their row: `30.00 MME`.
pub(in crate::layout) fn are_equivalents(rows: &[Vec<Vec<u8>>], at: usize) -> bool {
    const UNITS: [&str; 6] = ["mme", "mmes", "medd", "med", "ome", "omeq"];
    let texts = || {
        let cells = rows.iter().filter_map(|row| row.get(at));
        cells.map(|cell| String::from_utf8_lossy(cell)).filter(|text| !text.trim().is_empty())
    };
    let says_unit = |text: &str| {
        let mut words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
        words.next().is_some_and(|word| UNITS.iter().any(|unit| word.eq_ignore_ascii_case(unit)))
    };
    texts().next().is_some() && texts().all(|text| says_unit(&text))
}

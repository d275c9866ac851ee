//! The unit in which a dose is counted, if it is left out or is a counting unit.
//!
//! Documents and resources that name a product as it is handed out give the dose as a number of pieces, without a unit.

/// What products are counted in: the beginnings of the words for it, and the word that the reader of directions understands.
const PIECES: [(&str, &str); 11] = [
    ("tablet", "tablet"),
    ("filmtab", "tablet"),
    ("comprim", "tablet"),
    ("compress", "tablet"),
    ("capsul", "capsule"),
    ("cápsul", "capsule"),
    ("kapsel", "capsule"),
    ("kapsul", "capsule"),
    ("kapsuł", "capsule"),
    ("patch", "patch"),
    ("lozenge", "lozenge"),
];

/// The same, abbreviated.
const SHORT: [(&str, &str); 11] = [
    ("tab", "tablet"),
    ("tabs", "tablet"),
    ("tabl", "tablet"),
    ("tbl", "tablet"),
    ("ftbl", "tablet"),
    ("cap", "capsule"),
    ("caps", "capsule"),
    ("kaps", "capsule"),
    ("kps", "capsule"),
    ("film", "film"),
    ("films", "film"),
];

/// More pieces than this at one time mean that another unit was left out.
const MOST: f64 = 10.0;

/// The unit of a dose as the reader of directions understands it. If it is left out, the dose counts pieces of a product whose names say what a piece
/// is; a number that also occurs in a name may be its strength, and then nothing is certain.
pub(crate) fn of<'n>(unit: &str, dose: &str, names: impl Iterator<Item = &'n str>) -> String {
    // UCUM writes counted things in braces.
    let stated = unit.trim().trim_matches(['{', '}', '[', ']']);
    if !matches!(stated, "" | "1") {
        return piece(stated).map_or(stated, |piece| piece).to_owned();
    }
    let names: Vec<String> = names.map(str::to_lowercase).collect();
    let number = dose.trim().parse::<f64>().unwrap_or(f64::NAN);
    // Pieces are divided into quarters at most.
    let may_count = number > 0.0 && number <= MOST && (number * 4.0).fract() == 0.0;
    let numbers =
        names.iter().flat_map(|name| name.split(|c: char| !c.is_ascii_digit() && c != '.'));
    let is_strength = number > 1.0 && { numbers }.any(|text| text.parse() == Ok(number));
    let mut words = names.iter().flat_map(|name| name.split(|c: char| !c.is_alphabetic()));
    let piece = words.find_map(piece).filter(|_| may_count && !is_strength);
    piece.unwrap_or_default().to_owned()
}

fn piece(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    let long = PIECES.iter().find(|(begins, _)| word.starts_with(begins));
    long.or_else(|| SHORT.iter().find(|(short, _)| *short == word)).map(|(_, piece)| *piece)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dose_without_a_unit_counts_pieces() {
        let tablet = ["naltrexone hydrochloride 50 MG Oral Tablet"];
        for (unit, dose, names, expected) in [
            ("", "4", &tablet[..], "tablet"),
            ("1", "2", &tablet, "tablet"),
            ("{tbl}", "1", &tablet, "tablet"),
            ("[tbl]", "1", &[], "tablet"),
            ("{Tablet}", "1", &[], "tablet"),
            ("mg", "50", &tablet, "mg"),
            ("", "50", &tablet, ""),
            ("", "0.3", &tablet, ""),
            ("", "4.5", &["Naltrexone 4.5 mg capsule"], ""),
            ("", "5", &["naltrexone 1 MG/ML Oral Solution"], ""),
            ("", "1", &["Methadon", "Filmtabletten"], "tablet"),
            ("", "1-2", &tablet, ""),
            ("tablespoon", "1", &tablet, "tablespoon"),
        ] {
            assert_eq!(of(unit, dose, names.iter().copied()), expected, "{dose} {unit} {names:?}");
        }
    }
}

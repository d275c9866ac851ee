//! Headers by their words: `Pt MRN`, `DISPENSE_SUP` and `Abgabedatum` need no entry each.

use unicode_normalization::UnicodeNormalization;

use rxlint_model::record::Field;

use super::fold;
use super::vocabulary::{Meanings, VOCABULARY};

/// A header with more words is more than the name of a column.
const MOST_WORDS: usize = 8;
/// At most this many readings of a header are tried.
const MOST_WAYS: usize = 256;
/// Parts of a compound are at least this long, apart from those below.
const SHORTEST: usize = 3;
/// Short words that end compounds: `filldt`, `patnr`.
const SHORT: [&str; 15] =
    ["pv", "id", "no", "nr", "dt", "cd", "nm", "ts", "tm", "rx", "ds", "am", "pt", "on", "at"];
/// What joins the parts of a compound.
const JOINTS: [&str; 4] = ["s", "n", "es", "en"];
/// Longer texts are not words of headers.
const LONGEST: usize = 40;
/// A compound has at most this many parts.
const MOST_PARTS: usize = 4;

/// The field that a header's words name, and the place of the line that says so.
pub(super) fn meaning(header: &str) -> Option<(Field, usize)> {
    let words = words(header)?;
    let mut ways = Vec::new();
    understand(&words, 0, &mut ways);
    ways.iter()
        .filter_map(|way| VOCABULARY.rule(*way))
        .min_by_key(|(at, _)| *at)
        .map(|(at, field)| (field, at))
}

/// Whether some word of a header can have that meaning, whatever the others say.
pub(in crate::layout) fn says(header: &str, meaning: &str) -> bool {
    says_any(header, &[meaning])
}

/// Whether some word of a header can have one of those meanings.
pub(in crate::layout) fn says_any(header: &str, meanings: &[&str]) -> bool {
    let wanted = all_of(meanings);
    let says =
        |text: &String| VOCABULARY.meanings(text).iter().any(|known| wanted >> known & 1 == 1);
    parts(header).iter().any(says) || phrases(header).any(|phrase| says(&phrase))
}

/// Whether every word of a header is known to have one of those meanings.
pub(in crate::layout) fn says_only(header: &str, meanings: &[&str]) -> bool {
    let wanted = all_of(meanings);
    let is_one = |part: &String| VOCABULARY.meanings(part).iter().any(|bit| wanted >> bit & 1 == 1);
    parts(header).iter().all(is_one)
}

/// Whether every word of a header has one of those meanings, or is one that `goes` with them. Numbers do not count.
pub(in crate::layout) fn says_only_or(
    header: &str,
    meanings: &[&str],
    goes: impl Fn(&str) -> bool,
) -> bool {
    let wanted = all_of(meanings);
    let means = |part: &str| VOCABULARY.meanings(part).iter().any(|bit| wanted >> bit & 1 == 1);
    let fits = |word: &String| {
        goes(word)
            || means(word)
            || compound(word, MOST_PARTS)
                .is_some_and(|parts| parts.iter().all(|part| means(part) || goes(part)))
    };
    let words = each_word(header);
    words.iter().all(fits)
        || words.iter().enumerate().all(|(at, word)| {
            let beside = [at.checked_sub(1), Some(at)].into_iter().flatten();
            fits(word)
                || beside
                    .filter_map(|from| words.get(from..from + 2))
                    .any(|two| means(&two.join("_")))
        })
}

/// Whether no word of a header is known, apart from words that say nothing.
pub(super) fn says_nothing(header: &str) -> bool {
    !says_more(header, &["noise", "and"])
}

/// A header without its words of that meaning; `None` if it has none, or nothing else.
pub(in crate::layout) fn without(header: &str, meaning: &str) -> Option<String> {
    let wanted = VOCABULARY.bits(meaning);
    let words = fold::words(header);
    let is_meant = |word: &&String| {
        VOCABULARY.meanings(&plain(word)).iter().any(|known| wanted >> known & 1 == 1)
    };
    let rest: Vec<&str> = words.iter().filter(|word| !is_meant(word)).map(String::as_str).collect();
    (!rest.is_empty() && rest.len() < words.len()).then(|| rest.join(" "))
}

/// Whether some word of a header has the first meaning and not the second.
pub(in crate::layout) fn says_but(header: &str, meaning: &str, but: &str) -> bool {
    let (wanted, spared) = (VOCABULARY.bits(meaning), VOCABULARY.bits(but));
    let says = |text: &String| {
        let known = VOCABULARY.meanings(text).iter().fold(0, |all: Meanings, bit| all | 1 << bit);
        known & wanted != 0 && known & spared == 0
    };
    parts(header).iter().any(says) || phrases(header).any(|phrase| says(&phrase))
}

/// The words of a header in lower case and without accents.
pub(crate) fn words_of(header: &str) -> Vec<String> {
    fold::words(header).iter().map(|word| plain(word)).collect()
}

/// Whether some word of a header is one of these.
pub(crate) fn words_have(header: &str, list: &[&str]) -> bool {
    words_of(header).iter().any(|word| list.contains(&word.as_str()))
}

/// Whether a header ends in a word for a number that identifies something: `Fill ID`, `調剤番号`, `調剤No`.
pub(in crate::layout) fn ends_in_number(header: &str) -> bool {
    let names = |text: &str| {
        let means = |of: &str| {
            let wanted = VOCABULARY.bits(of);
            VOCABULARY.meanings(text).iter().any(|bit| wanted >> bit & 1 == 1)
        };
        means("id") && !means("count") && !means("quantity")
    };
    let header = plain(header.trim());
    // Scripts without spaces may have the word behind others, or in Latin letters.
    let is_latin = |c: char| c.is_ascii();
    let behind = || {
        let mut tails = header.char_indices().map(|(at, _)| &header[at..]);
        tails.any(|tail| !tail.starts_with(is_latin) && names(tail))
    };
    let latin = header.rsplit(|c: char| !c.is_ascii()).next().unwrap_or_default();
    let last = words_of(latin).pop();
    last.is_some_and(|last| names(&last)) || behind()
}

/// The same, if it is written in a script without spaces, where no amount is called a number.
pub(in crate::layout) fn ends_in_written_number(header: &str) -> bool {
    let is_wide = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}');
    header.contains(is_wide) && ends_in_number(header)
}

/// Words in headers for the pieces that are taken.
const PIECES: [&str; 33] = [
    "tab",
    "tabs",
    "tablet",
    "tablets",
    "cap",
    "caps",
    "capsule",
    "capsules",
    "pill",
    "pills",
    "tablette",
    "tabletten",
    "stuck",
    "comprime",
    "comprimes",
    "comprimido",
    "comprimidos",
    "compressa",
    "compresse",
    "tabletki",
    "tabletka",
    "tabletek",
    "tabletter",
    "tabl",
    "tabletit",
    "tablettia",
    "tabletteja",
    "kapsel",
    "kapseln",
    "gelule",
    "gelules",
    "capsulas",
    "kapsler",
];

/// Whether a header names the pieces that its column counts.
pub(in crate::layout) fn says_pieces(header: &str) -> bool {
    words_have(header, &PIECES)
}

/// Whether a header says that its column counts what is taken per day: `Tabs per day`, `Daily qty`, `units/day`.
pub(crate) fn says_per_day(header: &str) -> bool {
    const COUNTED: [&str; 17] = [
        "unit", "units", "qty", "quantity", "amount", "amt", "count", "dose", "doses", "number",
        "no", "of", "taken", "antal", "antall", "aantal", "anzahl",
    ];
    const PER: [&str; 10] = ["per", "pro", "par", "por", "al", "a", "each", "every", "na", "om"];
    const DAY: [&str; 10] =
        ["day", "tag", "jour", "dia", "giorno", "dag", "dzien", "d", "dagen", "doba"];
    const DAILY: [&str; 13] = [
        "daily",
        "taglich",
        "quotidien",
        "quotidiens",
        "diaria",
        "diarias",
        "diarios",
        "dziennie",
        "dagligt",
        "daglig",
        "dagelijks",
        "paivassa",
        "giornaliere",
    ];
    let words = words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let is_daily = words.iter().any(|word| is(&DAILY, word));
    let is_per_day = words.last().is_some_and(|last| is(&DAY, last))
        && words.len() > 1
        && (is(&PER, &words[words.len() - 2]) || header.contains('/'));
    let known = |word: &String| {
        is(&COUNTED, word)
            || is(&PIECES, word)
            || is_daily && is(&DAILY, word)
            || is_per_day && (is(&PER, word) || is(&DAY, word))
    };
    (is_daily && words.len() > 1 || is_per_day) && words.iter().all(known)
}

/// Whether a header says in brackets that its column counts days: `Term (days)`, `Bestand [Tage]`.
pub(in crate::layout) fn says_in_days(header: &str) -> bool {
    const LETTERS: [&str; 2] = ["d", "t"];
    let is_day = |word: &String| LETTERS.contains(&word.as_str()) || says(word, "days");
    let inner =
        header.trim_end().strip_suffix([')', ']']).and_then(|text| text.rsplit_once(['(', '[']));
    inner.is_some_and(|(_, inner)| {
        let words = words_of(inner);
        words.iter().any(is_day) && words.iter().all(|word| is_day(word) || says(word, "noise"))
    })
}

/// Whether every word of a header is about a length or a course, or adds nothing to one that is: `How long`, `Course`, `Okres
/// leczenia`. `Time` is enough by itself: time in treatment, or clean, is time that has passed.
pub(in crate::layout) fn speaks_of_length(header: &str) -> bool {
    const MEANINGS: [&str; 6] = ["days", "duration", "length", "supply", "ds", "spans"];
    const WORDS: [&str; 20] = [
        "for",
        "period",
        "periode",
        "periodo",
        "term",
        "how",
        "long",
        "lange",
        "langd",
        "lengte",
        "pituus",
        "okres",
        "laufzeit",
        "zeitraum",
        "zeitspanne",
        "span",
        "plazo",
        "course",
        "kuur",
        "delka",
    ];
    const ALONE: [&str; 9] =
        ["time", "tiempo", "czas", "zeit", "temps", "tempo", "tijd", "tid", "aika"];
    const BESIDE: [&str; 8] =
        ["therapy", "drug", "rx", "dispense", "fill", "order", "noise", "and"];
    let words = words_of(header);
    if let [only] = &words[..]
        && ALONE.contains(&only.as_str())
    {
        return true;
    }
    let means = |part: &String, meanings: &[&str]| {
        VOCABULARY.meanings(part).iter().any(|known| all_of(meanings) >> known & 1 == 1)
    };
    let speaks = |part: &String| WORDS.contains(&part.as_str()) || means(part, &MEANINGS);
    let parts: Vec<String> = words
        .into_iter()
        .flat_map(|word| compound(&word, MOST_PARTS).unwrap_or(vec![word]))
        .collect();
    parts.iter().any(speaks) && parts.iter().all(|part| speaks(part) || means(part, &BESIDE))
}

/// Whether a header says that its column counts packs: `Packs`, `Anzahl Packungen`, `Quantity (packs)`. A `Packung` is a single one, of some size.
pub(in crate::layout) fn says_packs(header: &str) -> bool {
    says(header, "pack") && !words_of(header).iter().any(|word| word == "packung")
}

/// The bits of these meanings.
fn all_of(meanings: &[&str]) -> Meanings {
    meanings.iter().fold(0, |all, meaning| all | VOCABULARY.bits(meaning))
}

/// The words of a header, and those that its compounds are made of.
fn parts(header: &str) -> Vec<String> {
    let taken_apart = |word: String| compound(&word, MOST_PARTS).unwrap_or_else(|| vec![word]);
    each_word(header).into_iter().flat_map(taken_apart).collect()
}

/// Two or more consecutive words of a header, as `words.txt` writes them.
fn phrases(header: &str) -> impl Iterator<Item = String> {
    let words = each_word(header);
    let most = VOCABULARY.longest.min(words.len());
    (2..=most).flat_map(move |length| {
        words.windows(length).map(|words| words.join("_")).collect::<Vec<_>>()
    })
}

/// Whether some known word of a header cannot mean anything on that list.
pub(in crate::layout) fn says_more(header: &str, allowed: &[&str]) -> bool {
    let allowed = all_of(allowed);
    parts(header).iter().any(|part| {
        let known = VOCABULARY.meanings(part);
        !known.is_empty() && known.iter().all(|known| allowed >> known & 1 == 0)
    })
}

/// Whether a word is one of `words.txt`, or made of some of them that are not short.
pub(in crate::layout) fn is_known(word: &str) -> bool {
    let word = plain(word);
    if word.chars().count() < 2 {
        return false;
    }
    let is_long = |parts: Vec<String>| parts.iter().all(|part| part.len() >= SHORTEST);
    !VOCABULARY.meanings(&word).is_empty() || compound(&word, MOST_PARTS).is_some_and(is_long)
}

/// The meaningful words of a header: without accents, compounds split; `None` if there are too many, or one is unknown.
fn words(header: &str) -> Option<Vec<String>> {
    let spaced = header
        .replace('#', " number ")
        .replace(['°', 'º'], " ")
        .replace(['/', '&', '+'], " and ")
        .replace('\'', " ");
    // Written with full stops, as in `D.O.B.`, or as one word that has an entry.
    let whole = plain(&spaced).replace(|c: char| !c.is_alphanumeric(), "");
    if !VOCABULARY.meanings(&whole).is_empty() {
        return Some(vec![whole]);
    }
    let words = each_word(&spaced);
    (!words.is_empty() && words.len() <= MOST_WORDS).then_some(words)
}

/// A header with its initials as one word: `CF` of `C.F.`, `Pt DOB` of `Pt D.O.B.`
fn without_stops(header: &str) -> String {
    let letters: Vec<char> = header.chars().collect();
    let is_alone = |at: usize| {
        let beside = |at: Option<usize>| {
            at.and_then(|at| letters.get(at)).is_some_and(|c| c.is_alphanumeric())
        };
        letters.get(at).is_some_and(|c| c.is_alphabetic())
            && !beside(at.checked_sub(1))
            && !beside(at.checked_add(1))
    };
    let joins = |at: usize| letters[at] == '.' && at > 0 && is_alone(at - 1) && is_alone(at + 1);
    (0..letters.len()).filter(|&at| !joins(at)).map(|at| letters[at]).collect()
}

/// The words of a header without accents and without numbers.
fn each_word(header: &str) -> Vec<String> {
    let words = fold::words(&without_stops(header)).into_iter().map(|word| plain(&word));
    let bare = words.map(|word| match word.trim_matches(|c: char| c.is_ascii_digit()) {
        bare if VOCABULARY.meanings(&word).is_empty() => bare.to_owned(),
        _ => word,
    });
    bare.filter(|word| !word.is_empty()).collect()
}

/// Adds every way to understand the words: each word, or a few of them together, means one thing.
fn understand(words: &[String], so_far: Meanings, ways: &mut Vec<Meanings>) {
    if ways.len() >= MOST_WAYS {
        return;
    }
    let Some(first) = words.first() else {
        ways.push(so_far);
        return;
    };
    for taken in (2..=VOCABULARY.longest.min(words.len())).rev() {
        for meaning in VOCABULARY.meanings(&words[..taken].join("_")) {
            understand(&words[taken..], so_far | 1 << meaning, ways);
        }
    }
    let meanings = VOCABULARY.meanings(first);
    for meaning in meanings {
        understand(&words[1..], so_far | 1 << meaning, ways);
    }
    if meanings.is_empty() {
        let whole = || VOCABULARY.unabbreviated(first).map(|word| vec![word.to_owned()]);
        if let Some(mut rest) = compound(first, MOST_PARTS).or_else(whole) {
            rest.extend_from_slice(&words[1..]);
            understand(&rest, so_far, ways);
        }
    }
}

/// The known words that a word consists of, as few as possible.
fn compound(word: &str, most: usize) -> Option<Vec<String>> {
    if most == 0 || word.len() > LONGEST {
        return None;
    }
    if !VOCABULARY.meanings(word).is_empty() && (word.len() >= SHORTEST || SHORT.contains(&word)) {
        return Some(vec![word.to_owned()]);
    }
    let mut best: Option<Vec<String>> = None;
    for at in (2..word.len()).rev().filter(|&at| word.is_char_boundary(at)) {
        let (head, tail) = word.split_at(at);
        if VOCABULARY.meanings(head).is_empty() || head.len() < SHORTEST && !SHORT.contains(&head) {
            continue;
        }
        let joined =
            JOINTS.iter().filter(|_| head.len() > 3).filter_map(|joint| tail.strip_prefix(joint));
        for rest in std::iter::once(tail).chain(joined).filter(|rest| !rest.is_empty()) {
            if let Some(parts) = compound(rest, most - 1)
                && best.as_ref().is_none_or(|best| parts.len() + 1 < best.len())
            {
                best = Some([vec![head.to_owned()], parts].concat());
            }
        }
    }
    best
}

/// A text in lower case and without accents.
pub(super) fn plain(text: &str) -> String {
    let letters = text.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    let mut plain = String::with_capacity(text.len());
    for c in letters.flat_map(char::to_lowercase) {
        match c {
            'ł' => plain.push('l'),
            'ø' => plain.push('o'),
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_things_are_told_from_amounts() {
        for header in [
            "調剤番号",
            "調剤No",
            "調剤ID",
            "調剤録番号",
            "数量番号",
            "발행번호",
            "Fill ID",
            "Dispensed No",
        ] {
            assert!(ends_in_number(header), "{header}");
        }
        for header in
            ["数量", "調剤数量", "処方日数", "Qty", "No. of tablets", "Number Dispensed", "Száma"]
        {
            assert!(!ends_in_number(header), "{header}");
        }
    }

    #[test]
    fn words_are_split_at_case_punctuation_and_seams() {
        for (header, field) in [
            ("Pt MRN", Field::Patient),
            ("MR#", Field::Patient),
            ("N° dossier patient", Field::Patient),
            ("Abgabedatum", Field::Dispensed),
            ("Verordnungsdatum", Field::Written),
            ("DISPENSE_SUP", Field::DaysSupply),
            ("Day Supp", Field::DaysSupply),
            ("Date of Supply", Field::Dispensed),
            ("Behandlungstage", Field::DaysSupply),
            ("Drug/Strength/Form", Field::Drug),
            ("D.O.B.", Field::BirthDate),
            ("Data urodzenia", Field::BirthDate),
            ("Präparatename", Field::Drug),
        ] {
            assert_eq!(meaning(header).map(|(field, _)| field), Some(field), "{header}");
        }
    }
}

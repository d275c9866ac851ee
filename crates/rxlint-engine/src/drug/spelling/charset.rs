//! Names in a character set that nothing declared. Bytes that are not UTF-8 are read as Latin-1, which turns Cyrillic, Greek, Chinese or the accents
//! of DOS and the Macintosh into letters that no language writes like that. Also character references, as web pages have them: `M&#233;thadone`.

use std::borrow::Cow;

use super::name::words;
use crate::drug::book::dictionary::Dictionary;
use crate::drug::identity::Identity;
use rxlint_model::charset;

/// Those whose texts may be recognised without a known name, by letters and their case: Cyrillic and Greek.
const BY_LETTERS: usize = 7;
/// Shorter words show nothing.
const SHORTEST: usize = 4;
/// Character references are no longer than this, with their signs.
const LONGEST_REFERENCE: usize = 10;
/// Longer texts are sentences.
const LONGEST: usize = 400;

impl Dictionary {
    /// The identity with its texts as they were meant, if one of them is damaged.
    pub(in crate::drug) fn legible_identity<'a>(
        &self,
        identity: &'a Identity<'_>,
    ) -> Option<Identity<'a>> {
        let texts = identity.texts.each_ref().map(|text| self.legible(text));
        let beside = [&identity.ordered, &identity.code, &identity.form, &identity.strength]
            .map(|text| self.legible(text));
        if !texts.iter().chain(&beside).any(|text| matches!(text, Cow::Owned(_))) {
            return None;
        }
        let [ordered, code, form, strength] = beside;
        Some(Identity {
            texts,
            ordered,
            code,
            form,
            strength,
            ndc: identity.ndc.as_ref().into(),
            rxcui: identity.rxcui.as_ref().into(),
            atc: identity.atc.as_ref().into(),
            hcpcs: identity.hcpcs.as_ref().into(),
            system: identity.system.as_ref().into(),
            concept: identity.concept.as_ref().into(),
            strength_unit: identity.strength_unit.as_ref().into(),
            route: identity.route.as_ref().into(),
        })
    }

    /// The text as it was meant, if it is damaged and only one meaning is likely.
    pub(in crate::drug) fn legible<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let text = without_references(text);
        let text = match self.with_breaks(&text) {
            Some(broken) => Cow::Owned(broken),
            None => text,
        };
        if !is_suspect(&text) {
            return text;
        }
        match self.decoded(&text) {
            Some(decoded) => Cow::Owned(decoded),
            None => text,
        }
    }

    /// The text with breaks for those that an export wrote out (`lisinopril\\nUltram`), if there are any. If the letter could also begin a name after
    /// a backslash (`oxycodone\\naloxone`), it does.
    fn with_breaks(&self, text: &str) -> Option<String> {
        const CODES: [&str; 4] = ["\\r\\n", "\\n", "\\r", "\\t"];
        if !text.contains('\\') {
            return None;
        }
        let is_break = |code: &str, rest: &str| {
            let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
            let (next, letter) = (&rest[..end], &code[code.len() - 1..]);
            let is_name = |word: &str| self.names_a_drug(word);
            code.len() > 2
                || !rest.starts_with(char::is_lowercase)
                || is_name(next) && !is_name(&format!("{letter}{next}"))
        };
        let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
        while let Some(at) = rest.find('\\') {
            let (before, from) = rest.split_at(at);
            plain.push_str(before);
            let code = CODES.iter().find(|code| from.starts_with(**code));
            let code = code.filter(|code| is_break(code, &from[code.len()..]));
            plain.push(if code.is_some() { '\n' } else { '\\' });
            rest = &from[code.map_or(1, |code| code.len())..];
        }
        plain.push_str(rest);
        (plain != text).then_some(plain)
    }

    /// The text in the character set in which it has more known names than as it is; otherwise in the only one in which its words look natural.
    fn decoded(&self, text: &str) -> Option<String> {
        let bytes: Vec<u8> =
            text.chars().map(|c| u8::try_from(u32::from(c))).collect::<Result<_, _>>().ok()?;
        // UTF-8 that was shown byte by byte is corrected elsewhere.
        if std::str::from_utf8(&bytes).is_ok() {
            return None;
        }
        // Longer names outweigh shorter ones: `Cod` of `Cod\u{82}ine` is one too.
        let weigh = |text: &str| {
            let named = self.names_in(text);
            (named.iter().map(|word| word.chars().count()).sum::<usize>(), named)
        };
        let (as_it_stands, _) = weigh(text);
        let named: Vec<_> = charset::readings(&bytes)
            .map(|reading| (weigh(&reading), reading))
            .filter(|((weight, _), _)| *weight > as_it_stands)
            .collect();
        if let Some(most) = named.iter().map(|((weight, _), _)| *weight).max() {
            let mut best = named.into_iter().filter(|((weight, _), _)| *weight == most);
            let ((_, names), reading) = best.next()?;
            return best.all(|((_, others), _)| others == names).then_some(reading);
        }
        if !is_garbled(text) {
            return None;
        }
        let by_letters = charset::SETS[..BY_LETTERS].iter();
        let read = by_letters.filter_map(|set| charset::read_in(set, &bytes));
        let mut natural: Vec<String> = read.filter(|text| is_natural(text)).collect();
        natural.dedup();
        let only = <[String; 1]>::try_from(natural).ok();
        only.map(|[only]| only)
    }

    /// The words of a text that name a drug.
    fn names_in(&self, text: &str) -> Vec<String> {
        let words = self.split_unspaced(words(text));
        let is_named = |at: usize| self.names_one(&words, at);
        (0..words.len()).filter(|at| is_named(*at)).map(|at| words[at].clone()).collect()
    }
}

/// The words of a text, where a byte beyond ASCII counts as part of a word, whatever it would be by itself.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric()).filter(|run| !run.is_empty())
}

fn beyond_ascii(run: &str) -> usize {
    run.chars().filter(|c| !c.is_ascii()).count()
}

/// Whether a text may be in another character set that was read as Latin-1: it has a control character or a sign within a word, or a word mostly of
/// letters that no language uses that often.
fn is_suspect(text: &str) -> bool {
    // Signs that occur in Latin words, or next to them.
    const SIGNS: [char; 9] = ['ª', 'º', '®', '°', '·', '´', '\u{ad}', '\u{a0}', 'µ'];
    let is_one = |run: &str| {
        let letters: Vec<char> = run.chars().collect();
        let is_letter = |at: usize| letters.get(at).is_some_and(|c| c.is_ascii_alphabetic());
        let is_odd = |at: usize, c: char| {
            let is_control = ('\u{80}'..='\u{9f}').contains(&c);
            let is_sign = ('\u{a0}'..='\u{bf}').contains(&c) && !SIGNS.contains(&c);
            let is_beside = is_letter(at + 1) || at > 0 && is_letter(at - 1);
            (is_control || is_sign && is_letter(at + 1)) && is_beside
        };
        letters.iter().enumerate().any(|(at, c)| is_odd(at, *c)) || is_garbled_run(run)
    };
    !text.is_ascii()
        && text.len() <= LONGEST
        && text.chars().all(|c| u32::from(c) <= 0xFF)
        && runs(text).any(is_one)
}

/// Whether a word is mostly letters beyond ASCII, which no language written in Latin-1 has.
fn is_garbled_run(run: &str) -> bool {
    const FEWEST: usize = 3;
    let beyond = beyond_ascii(run);
    beyond >= FEWEST && beyond * 3 >= run.chars().count() * 2
}

/// Whether a text has such a word.
pub(in crate::drug) fn is_garbled(text: &str) -> bool {
    !text.is_ascii() && text.chars().all(|c| u32::from(c) <= 0xFF) && runs(text).any(is_garbled_run)
}

/// Whether the words of a text beyond ASCII look natural: letters of one script, capitals only at the beginning or throughout, and some vowels.
fn is_natural(text: &str) -> bool {
    const VOWELS: &str = "аеёиоуыэюяіїєαεηιουωάέήίόύώϊϋ";
    let is_cyrillic = |c: char| {
        ('а'..='я').contains(&c.to_lowercase().next().unwrap_or(c)) || "ёіїєґЁІЇЄҐ".contains(c)
    };
    let is_natural = |run: &&str| {
        let letters: Vec<char> = run.chars().collect();
        let of = |from: char, to: char| letters.iter().all(|c| (from..=to).contains(c));
        let capitals = letters.iter().filter(|c| c.is_uppercase()).count();
        let begins = letters.first().is_some_and(|c| c.is_uppercase());
        let vowels = run.to_lowercase().chars().filter(|c| VOWELS.contains(*c)).count();
        // A final sigma occurs only at the end of a word.
        let is_broken = run.trim_end_matches('ς').contains('ς');
        letters.iter().all(|c| c.is_alphabetic())
            && !is_broken
            && (letters.iter().all(|c| is_cyrillic(*c)) || of('\u{386}', '\u{3ce}'))
            && (capitals == 0 || capitals == letters.len() || capitals == 1 && begins)
            && (letters.len() < SHORTEST
                || vowels * 4 >= letters.len() && vowels * 3 <= letters.len() * 2)
    };
    let beyond: Vec<&str> =
        text.split(|c: char| c.is_ascii()).filter(|run| !run.is_empty()).collect();
    beyond.iter().any(|run| run.chars().count() >= SHORTEST) && beyond.iter().all(is_natural)
}

/// The text with character references replaced by letters: `M&#233;thadone`, `Cod&eacute;ine`.
pub(crate) fn without_references(text: &str) -> Cow<'_, str> {
    if !text.contains('&') || !text.contains(';') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        // No reference is longer.
        let end = from.bytes().take(LONGEST_REFERENCE).position(|byte| byte == b';');
        let name = end.map(|end| &from[1..end]);
        let reference = name.and_then(|name| Some((name, letter(name)?)));
        match reference {
            Some((name, letter)) => {
                plain.push(letter);
                rest = &from[name.len() + 2..];
            }
            None => {
                plain.push('&');
                rest = &from[1..];
            }
        }
    }
    plain.push_str(rest);
    if plain == text { Cow::Borrowed(text) } else { Cow::Owned(plain) }
}

/// The letter that a reference names: by its number, or by the base letter of an accented one.
fn letter(name: &str) -> Option<char> {
    const ACCENTS: [&str; 9] =
        ["acute", "grave", "circ", "uml", "tilde", "cedil", "ring", "slash", "caron"];
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        let code = hex.map_or_else(|| number.parse(), |hex| u32::from_str_radix(hex, 16)).ok()?;
        return char::from_u32(code).filter(|c| !c.is_control());
    }
    match name {
        "amp" => return Some('&'),
        "nbsp" => return Some(' '),
        "quot" => return Some('"'),
        "szlig" => return Some('ß'),
        "deg" => return Some('°'),
        "reg" => return Some('®'),
        "micro" => return Some('µ'),
        _ => {}
    }
    // Names are compared without accents: the letter itself will do.
    let base = name.chars().next().filter(char::is_ascii_alphabetic)?;
    ACCENTS.contains(&&name[1..]).then_some(base)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Book;

    /// The ingredient of a text in these bytes; `other` for one that no file has, `unresolved` if nothing can be read.
    fn about(book: &Book, bytes: &[u8]) -> String {
        let text = rxlint_model::record::decode(bytes);
        let dictionary = book.dictionary();
        let verdict = dictionary.resolve(&Identity::text(&text));
        match (verdict.components.first(), verdict.resolved) {
            (Some(component), _) => dictionary.drug(component.drug).file.id.clone(),
            (None, true) => "other".to_owned(),
            (None, false) => "unresolved".to_owned(),
        }
    }

    #[test]
    fn a_break_that_was_written_out_parts_what_it_stands_between() {
        let book = Book::built_in().unwrap();
        for (text, is) in [
            (r"lisinopril\nUltram 50 mg", "tramadol"),
            (r"lisinopril 5 mg\noxycodone 5 mg", "oxycodone"),
            (r"lisinopril 5 mg\r\noxycodone 5 mg", "oxycodone"),
            (r"lisinopril 5 mg\tMS Contin 30 mg", "morphine"),
            (r"lisinopril 5 mg\nLDN 4.5 mg", "naltrexone"),
            (r"lisinopril 5 mg\n1. Subutex 8 mg", "buprenorphine"),
            // Here the letter belongs to the name.
            (r"lisinopril\naltrexone 50 mg", "naltrexone"),
            (r"lisinopril\tramadol 50 mg", "tramadol"),
        ] {
            assert_eq!(about(&book, text.as_bytes()), is, "{text}");
        }
    }

    #[test]
    fn a_name_is_read_in_the_character_set_that_it_was_written_in() {
        let book = Book::built_in().unwrap();
        let sets = [
            (encoding_rs::WINDOWS_1251, "Налтрексон 50 мг таб.", "naltrexone"),
            (encoding_rs::KOI8_R, "Оксикодон 5 мг", "oxycodone"),
            (encoding_rs::X_MAC_CYRILLIC, "НАЛТРЕКСОН 50 мг", "naltrexone"),
            (encoding_rs::WINDOWS_1253, "Ναλτρεξόνη 50 mg", "naltrexone"),
            (encoding_rs::GB18030, "盐酸羟考酮片5mg", "oxycodone"),
            (encoding_rs::GB18030, "盐酸纳曲酮片50mg", "naltrexone"),
            (encoding_rs::MACINTOSH, "Méthadone AP-HP 20 mg", "methadone"),
            (encoding_rs::WINDOWS_1252, "MÉTHADONE 20 mg", "methadone"),
            (encoding_rs::WINDOWS_1251, "Лизиноприл 10 мг", "other"),
            (encoding_rs::KOI8_R, "Лизиноприл 10 мг", "other"),
            (encoding_rs::GB18030, "赖诺普利片10mg", "unresolved"),
        ];
        for (set, text, drug) in sets {
            assert_eq!(about(&book, &set.encode(text).0), drug, "{text} in {}", set.name());
        }
        assert_eq!(about(&book, b"M\x82thadone AP-HP 20 mg"), "methadone", "code page 850");
        assert_eq!(about(&book, b"M&#233;thadone 20 mg"), "methadone");
        assert_eq!(about(&book, b"Cod&eacute;ine 30 mg"), "codeine");
        assert_eq!(about(&book, b"M{thadone 40 mg"), "methadone", "ISO 646");
    }

    #[test]
    fn what_is_written_in_latin_letters_stays_as_it_is() {
        for text in [
            "Méthadone",
            "Vivitrol\u{ae}",
            "Öl für Säuglinge",
            "été",
            "À jeun",
            "L\u{92}Oréal",
            "5 µg",
            "AT&T; x",
        ] {
            let book = Book::built_in().unwrap();
            assert!(!is_garbled(text), "{text}");
            assert_eq!(book.dictionary().legible(text), text);
        }
    }
}

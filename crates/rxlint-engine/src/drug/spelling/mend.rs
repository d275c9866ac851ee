//! Undoes what typing, scanning and exporting did to a name: characters of another encoding, digits for letters, words broken in two or glued to
//! their neighbours. A text is corrected only if that makes a known name of it.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::name::words;
use super::stem::{self, sounds};
use crate::drug::book::dictionary::{Dictionary, How};
use crate::drug::forms::strength;

/// Shorter words are not glued together: too many other words are spelled like that.
const SHORTEST_GLUED: usize = 6;
/// Longer words are not either.
const LONGEST_GLUED: usize = 48;
/// Words that are broken in two, or that lack letters, have at least this many letters.
const SHORTEST_BROKEN: usize = 7;
/// The longest run of capitals after a name that is not a name itself: a maker, how to take it.
const LONGEST_MARK: usize = 4;
/// The shortest name in which a digit is read as a letter.
const SHORTEST_SCANNED: usize = 5;
/// At most this many readings of one word are tried.
const MOST_READINGS: usize = 64;
/// This many letters, each a word by itself, are one name: `N A L T R E X O N E`.
const SPACED_OUT: usize = 5;
/// This many are one if they have dots: `L.D.N.`
const DOTTED: usize = 3;

/// The text without the German word for a pack size, `28er`, which is not extended release; `None` if there is none next to a strength.
fn without_packs(text: &str) -> Option<String> {
    static PACK: LazyLock<Regex> = LazyLock::new(|| {
        #[allow(clippy::unwrap_used, reason = "a pattern of this file, which a test reads")]
        Regex::new(r"\b(\d{1,3})er\b").unwrap()
    });
    if !text.contains("er") || !PACK.is_match(text) || strength::amounts(text).is_empty() {
        return None;
    }
    Some(PACK.replace_all(text, "$1").into_owned())
}

/// The text with words for the signs for more than or at most a number: `>7 days of therapy`.
fn bounds_in_words(text: &str) -> Option<String> {
    static BOUND: LazyLock<Regex> = LazyLock::new(|| {
        #[allow(clippy::unwrap_used, reason = "a pattern of this file, which a test reads")]
        Regex::new(r"(^|[^-=<>])([<>≤≥])=?\s*(\d)").unwrap()
    });
    if !text.contains(['<', '>', '≤', '≥']) || !BOUND.is_match(text) {
        return None;
    }
    let in_words = |found: &Captures<'_>| {
        let bound = if matches!(&found[2], "<" | "≤") { "up to" } else { "over" };
        format!("{} {bound} {}", &found[1], &found[3])
    };
    Some(BOUND.replace_all(text, in_words).into_owned())
}

impl Dictionary {
    /// The words of a text, with damaged names corrected.
    pub fn read(&self, text: &str) -> Vec<String> {
        let text = restored(text);
        let text = bounds_in_words(&text).map_or(text, Cow::Owned);
        let text = without_packs(&text).map_or(text, Cow::Owned);
        let text = self.parted(&text).map_or(text, Cow::Owned);
        let text = self.without_accent(&text).map_or(text, Cow::Owned);
        let text = self.scanned(&text).map_or(text, Cow::Owned);
        let words = self.heard(&text, self.joined(self.split_unspaced(words(&text))));
        if words.iter().all(|word| self.is_explained(word)) {
            return words;
        }
        words
            .into_iter()
            .flat_map(|word| {
                self.unglued(&word).unwrap_or_else(|| vec![self.without_article(word)])
            })
            .collect()
    }

    /// The text with a space where capitals or a multiplication sign begin or end something glued to a name: `TramadolAL 50`, `NovoTramadol`,
    /// `1xTramal`, `Tramalx20`.
    fn parted(&self, text: &str) -> Option<String> {
        if !text.is_ascii() {
            return None;
        }
        let mut parted = String::new();
        let mut done = 0;
        let mut begin = 0;
        let letters = text.as_bytes();
        while begin < letters.len() {
            let length = letters[begin..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
            let run = &text[begin..begin + length];
            let digits = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
            let before = digits(letters.get(begin.wrapping_sub(1)));
            let after = digits(letters.get(begin + length));
            if let Some(at) = self.part_of_run(run, before, after) {
                parted.push_str(&text[done..begin + at]);
                parted.push(' ');
                done = begin + at;
            }
            begin += length.max(1);
        }
        (done > 0).then(|| parted + &text[done..])
    }

    /// Where to split a run of letters with a digit before or after it.
    fn part_of_run(&self, run: &str, digit_before: bool, digit_after: bool) -> Option<usize> {
        if !(SHORTEST_GLUED..=LONGEST_GLUED).contains(&run.len()) {
            return None;
        }
        let letters = run.as_bytes();
        let is_times = |b: u8| b.eq_ignore_ascii_case(&b'x');
        let turns = |at: &usize| {
            let (before, next) = (letters[at - 1], letters[*at]);
            let after = letters.get(at + 1).copied().unwrap_or_default();
            before.is_ascii_lowercase() && next.is_ascii_uppercase()
                || before.is_ascii_uppercase()
                    && next.is_ascii_uppercase()
                    && after.is_ascii_lowercase()
                || *at == 1 && digit_before && is_times(before)
                || *at == letters.len() - 1 && digit_after && is_times(next)
        };
        let places: Vec<usize> = (1..run.len()).filter(turns).collect();
        if places.is_empty() {
            return None;
        }
        let word = run.to_ascii_lowercase();
        if self.is_explained(&word) || self.is_name(&word) || self.whole_word(&word).is_some() {
            return None;
        }
        places.into_iter().find(|&at| {
            let (head, tail) = word.split_at(at);
            // What precedes a name may make it another (`EthylMorphine`); capitals that follow do not.
            let is_name = |part: &str| part.len() >= stem::SHORTEST && self.is_name(part);
            let is_mark = |part: &str| part.len() <= LONGEST_MARK;
            is_name(head) && is_mark(tail) || is_name(tail) && (head == "x" || self.is_glued(head))
        })
    }

    /// A word without the Arabic article, if that leaves a known name.
    fn without_article(&self, word: String) -> String {
        const ARTICLE: &str = "\u{627}\u{644}";
        match word.strip_prefix(ARTICLE) {
            Some(name) if self.begins_phrase(name) => name.to_owned(),
            _ => word,
        }
    }

    /// Whether the word is a name of a drug in this dictionary, or one in another language's spelling.
    fn is_name(&self, word: &str) -> bool {
        if self.is_ordinary(word) {
            return false;
        }
        let is_exact = self
            .phrases(word)
            .iter()
            .any(|phrase| phrase.words.len() == 1 && phrase.how != How::Doubtful);
        is_exact
            || sounds(word).is_some_and(|sounds| self.stem(stem::without_ending(&sounds)).is_some())
    }

    /// Whether the word is a name everywhere: `pro pain` is not a brand of one country.
    fn is_international(&self, word: &str) -> bool {
        let mut listed =
            self.phrases(word).iter().filter(|phrase| phrase.words.len() == 1).peekable();
        self.is_name(word)
            && (listed.peek().is_none() || listed.any(|phrase| phrase.countries.is_empty()))
    }

    fn is_explained(&self, word: &str) -> bool {
        !word.is_ascii() && self.begins_phrase(word)
            || word.len() < SHORTEST_GLUED
            || self.is_known_as_written(word)
    }

    /// The two words of a name that were written as one: `mscontin`.
    fn two_words(&self, word: &str) -> Option<[String; 2]> {
        (2..word.len().saturating_sub(1)).filter(|&at| word.is_char_boundary(at)).find_map(|at| {
            let (first, second) = word.split_at(at);
            let known = self.phrases(first).iter().any(|phrase| {
                phrase.how == How::Name && matches!(&phrase.words[..], [_, last] if last == second)
            });
            known.then(|| [first.to_owned(), second.to_owned()])
        })
    }

    /// The parts of a word that is only a name glued to forms, routes, salts, retirement marks or another drug's name: `INJMORPHINE`, `OxycodoneTab`,
    /// `zznaltrexone`, `HydrocodoneApap`.
    fn unglued(&self, word: &str) -> Option<Vec<String>> {
        let fits = (SHORTEST_GLUED..=LONGEST_GLUED).contains(&word.len())
            && word.bytes().all(|b| b.is_ascii_lowercase());
        if !fits || self.is_explained(word) || self.is_name(word) {
            return None;
        }
        if let Some(parts) = self.two_words(word) {
            return Some(parts.to_vec());
        }
        // `trandolap` is trandolapril, cut off.
        if self.begins_longer_name(word) {
            return None;
        }
        let heads = self.heads(word);
        for begin in (0..=word.len() - stem::SHORTEST).filter(|&begin| heads[begin].is_some()) {
            for end in (begin + stem::SHORTEST..=word.len()).rev() {
                let name = &word[begin..end];
                if begin == 0 && end == word.len() {
                    continue;
                }
                let whole = if self.is_name(name) {
                    vec![name.to_owned()]
                } else if let Some(parts) = self.two_words(name) {
                    parts.to_vec()
                } else {
                    continue;
                };
                // `oxycodoner` is a slip, not an extended-release `oxycodon`.
                let next = word.as_bytes().get(end).copied().unwrap_or_default();
                let cut = word.len() - end == 2
                    && b"aeiou".contains(&next)
                    && word.as_bytes()[end - 1] != next
                    && self.is_name(&word[begin..=end]);
                if cut {
                    continue;
                }
                if let Some(after) = self.parts_behind(&word[end..])
                    && self.may_be_released(name, &after)
                {
                    return Some([Self::parts_before(word, &heads, begin), whole, after].concat());
                }
            }
        }
        None
    }

    /// Whether what is glued behind a name may be there: marks of a release that also end words (`fortalecer`, `hydrometer`) only behind the name of a
    /// substance, and only one.
    fn may_be_released(&self, name: &str, after: &[String]) -> bool {
        let marks = after.iter().filter(|part| self.lexicon().is_glue_of_substances(part)).count();
        let is_substance =
            || sounds(name).is_some_and(|s| self.stem(stem::without_ending(&s)).is_some());
        marks == 0 || marks == 1 && is_substance()
    }

    /// Where what is glued before a name may end, each with the start of its last part; the beginning of the word is one of them.
    fn heads(&self, word: &str) -> Vec<Option<usize>> {
        let mut heads = vec![None; word.len()];
        heads[0] = Some(0);
        for begin in 0..word.len() {
            if heads[begin].is_none() {
                continue;
            }
            for end in begin + 2..=word.len().saturating_sub(stem::SHORTEST) {
                if heads[end].is_none() && self.is_glued(&word[begin..end]) {
                    heads[end] = Some(begin);
                }
            }
        }
        heads
    }

    /// The parts before a name that begins at one of the heads.
    fn parts_before(word: &str, heads: &[Option<usize>], mut end: usize) -> Vec<String> {
        let mut parts = Vec::new();
        while let Some(begin) = heads[end].filter(|&begin| begin < end) {
            parts.insert(0, word[begin..end].to_owned());
            end = begin;
        }
        parts
    }

    /// The words glued after a name; `None` if some part of it is not one. Works from the end, so that each place is looked at once.
    fn parts_behind(&self, rest: &str) -> Option<Vec<String>> {
        let mut next: Vec<Option<usize>> = vec![None; rest.len() + 1];
        next[rest.len()] = Some(rest.len());
        for begin in (0..rest.len().saturating_sub(1)).rev() {
            next[begin] = (begin + 2..=rest.len())
                .rev()
                .find(|&end| next[end].is_some() && self.is_glued(&rest[begin..end]));
        }
        let mut parts = Vec::new();
        let mut at = 0;
        while at < rest.len() {
            let end = next[at]?;
            parts.push(rest[at..end].to_owned());
            at = end;
        }
        Some(parts)
    }

    /// Whether a part of a word is something glued to names: a form, a route, a salt, a retirement mark, another drug.
    fn is_glued(&self, part: &str) -> bool {
        self.lexicon().is_glue(part)
            || self.lexicon().is_short_name(part)
            || part.len() >= 4 && (self.known_words_have(part) || self.at_large().is_sure(part))
    }

    /// Joins a name that a hyphen, a space or a line break split: `oxy-codone`, `N A L T R E X O N E`.
    fn joined(&self, words: Vec<String>) -> Vec<String> {
        let is_part =
            |word: &String| word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase());
        let mut joined: Vec<String> = Vec::with_capacity(words.len());
        let mut words = words.into_iter().peekable();
        while let Some(mut word) = words.next() {
            let is_letter =
                |word: &String| word.len() == 1 && word.as_bytes()[0].is_ascii_lowercase();
            if is_letter(&word) {
                let mut letters = vec![word];
                while let Some(next) = words.next_if(is_letter) {
                    letters.push(next);
                }
                let name = letters.concat();
                let is_listed =
                    |name: &str| self.phrases(name).iter().any(|phrase| phrase.words.len() == 1);
                if letters.len() >= SPACED_OUT && self.is_name(&name)
                    || letters.len() >= DOTTED && is_listed(&name)
                    || words.peek().is_some_and(|next| self.begins_with_two(&name, next))
                {
                    joined.push(name);
                } else {
                    joined.extend(letters);
                }
                continue;
            }
            let other = words.peek().filter(|next| is_part(&word) && is_part(next));
            if let Some(next) = other
                && word.len() + next.len() >= SHORTEST_BROKEN
                && self.is_broken(&word, next)
            {
                word.push_str(next);
                words.next();
            }
            joined.push(word);
        }
        joined
    }

    /// Whether two words begin the name of a drug: `m.s. contin`.
    fn begins_with_two(&self, word: &str, next: &str) -> bool {
        let is_name = |words: &[String]| matches!(words, [_, second] if second == next);
        word.len() > 1 && self.phrases(word).iter().any(|p| p.how == How::Name && is_name(&p.words))
    }

    /// Whether two words are a name together, though neither is one by itself.
    fn is_broken(&self, word: &str, next: &str) -> bool {
        let means_something = |word: &str| {
            let doubtful = |word: &str| self.phrases(word).iter().all(|p| p.how == How::Doubtful);
            (self.has_part(word) || self.at_large().has(word)) && !doubtful(word)
                || self.begins_phrase(word) && !doubtful(word)
        };
        let name = format!("{word}{next}");
        let is_generic =
            sounds(&name).is_some_and(|sounds| self.stem(stem::without_ending(&sounds)).is_some());
        (is_generic || !(means_something(word) && means_something(next)))
            && self.is_international(&name)
            && !self.is_name(word)
            && !self.is_name(next)
    }

    /// The text with letters where a scanner read digits, or an export lost an accent, in words that then are names: `M0RPHINE`, `Tramado1`,
    /// `m?thadone`.
    fn scanned(&self, text: &str) -> Option<String> {
        let is_in_run = |c: char| c.is_alphanumeric() || !stands_for(c).is_empty();
        let mut mended = String::new();
        let mut done = 0;
        let mut rest = text;
        while let Some(begin) = rest.find(is_in_run) {
            let from = text.len() - rest.len() + begin;
            let run = &text[from..];
            let run = &run[..run.find(|c| !is_in_run(c)).unwrap_or(run.len())];
            rest = &text[from + run.len()..];
            if let Some(name) = self.scanned_run(run) {
                mended.push_str(&text[done..from]);
                mended.push_str(&name);
                done = from + run.len();
            }
        }
        (done > 0).then(|| mended + &text[done..])
    }

    /// The text with names corrected in which one letter became a sign that stands for accented letters where ASCII has no room for them:
    /// `M{thadone`, `M_thadone`.
    fn without_accent(&self, text: &str) -> Option<String> {
        const SIGNS: [char; 8] = ['_', '{', '}', '|', '~', '\\', '[', ']'];
        if !text.contains(SIGNS) {
            return None;
        }
        let mended = |word: &str| {
            let (before, after) = word.split_once(SIGNS)?;
            let is_whole = |part: &str| self.is_name(&part.to_lowercase());
            let is_one = !after.contains(SIGNS) && !is_whole(before) && !is_whole(after);
            self.lost_letter(&format!("{before}?{after}")).filter(|_| is_one)
        };
        let words: Vec<&str> = text.split(' ').collect();
        let found: Vec<Option<String>> = words.iter().map(|word| mended(word)).collect();
        let put_right = |(word, found): (&&str, &Option<String>)| {
            found.clone().unwrap_or_else(|| (*word).to_owned())
        };
        found
            .iter()
            .any(Option::is_some)
            .then(|| words.iter().zip(&found).map(put_right).collect::<Vec<_>>().join(" "))
    }

    /// The name that a run of letters and digits is if each digit is read as a letter.
    fn scanned_run(&self, run: &str) -> Option<String> {
        self.scanned_letters(run).or_else(|| self.lost_letter(run))
    }

    /// The name that lost any one letter in an export: `Na?trexone`. At the end of a word it is a question mark.
    fn lost_letter(&self, run: &str) -> Option<String> {
        const LOST: [char; 2] = ['?', '\u{fffd}'];
        let (before, after) = run.split_once(LOST)?;
        let letters = before.chars().count() + after.chars().count();
        let is_inside = letters + 1 >= SHORTEST_BROKEN && !before.is_empty() && !after.is_empty();
        if !is_inside || !before.chars().chain(after.chars()).all(char::is_alphabetic) {
            return None;
        }
        let meant = ('a'..='z').map(|letter| format!("{before}{letter}{after}").to_lowercase());
        let names: Vec<String> = meant.filter(|name| self.is_name(name)).collect();
        // Among spellings of one drug (`methadone`, `mettadone`) the listed one is meant.
        let name = names.iter().find(|name| self.begins_phrase(name)).or(names.first())?;
        let drug = |name: &String| self.meaning_of(name).map(|(drug, _)| drug);
        names.iter().all(|other| drug(other) == drug(name)).then(|| name.clone())
    }

    /// The same, if the sign shows which letter it may stand for.
    fn scanned_letters(&self, run: &str) -> Option<String> {
        let letters = run.chars().filter(|c| c.is_alphabetic()).count();
        let others = run.chars().count() - letters;
        if others == 0 || others > letters || letters + others < SHORTEST_SCANNED {
            return None;
        }
        // `codeine5` states a strength.
        let name = run.trim_end_matches(|c: char| c.is_ascii_digit()).to_lowercase();
        if name.len() < run.len() && (self.is_name(&name) || self.whole_word(&name).is_some()) {
            return None;
        }
        let mut readings = vec![String::new()];
        for c in run.chars() {
            let meant = stands_for(c);
            if c.is_alphabetic() || meant.is_empty() {
                readings.iter_mut().for_each(|reading| reading.push(c));
                continue;
            }
            if readings.len() * meant.chars().count() > MOST_READINGS {
                return None;
            }
            readings = readings
                .iter()
                .flat_map(|reading| meant.chars().map(move |letter| format!("{reading}{letter}")))
                .collect();
        }
        readings.into_iter().find(|reading| {
            matches!(&words(reading)[..], [word] if word.len() >= SHORTEST_SCANNED
                && (self.is_name(word) || self.begins_phrase(word) || self.known_words_have(word)))
        })
    }

    /// The name whose letters a scanner split or merged: `rnorphine`, `trarnadol`, `Methaclone`.
    pub(in crate::drug) fn misread(&self, word: &str) -> Option<String> {
        const MISREAD: [(&str, &str); 4] = [("rn", "m"), ("cl", "d"), ("ci", "d"), ("vv", "w")];
        if word.len() < SHORTEST_BROKEN || self.is_explained(word) {
            return None;
        }
        MISREAD.iter().find_map(|&(seen, meant)| {
            word.match_indices(seen).find_map(|(at, _)| {
                let name = format!("{}{meant}{}", &word[..at], &word[at + seen.len()..]);
                self.is_name(&name).then_some(name)
            })
        })
    }
}

/// The letters for which a sign may stand.
const fn stands_for(c: char) -> &'static str {
    match c {
        '0' => "o",
        '1' | '|' | '!' => "li",
        '3' => "e",
        '4' | '@' => "a",
        '5' | '$' => "s",
        '6' => "gb",
        '7' => "t",
        '8' => "b",
        '9' => "g",
        // Signs that an export writes for a letter it cannot write.
        '?' | '\u{fffd}' => "eioaunyc",
        _ => "",
    }
}

/// The text with UTF-8 that was read as Latin corrected: `codÃ©ine`, `Ð¼Ð¾Ñ€Ñ„Ð¸Ð½`.
pub(crate) fn restored(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let letters: Vec<char> = text.chars().collect();
    let mut restored = String::with_capacity(text.len());
    let (mut at, mut mended) = (0, 0);
    while at < letters.len() {
        match sequence(&letters[at..]) {
            Some((meant, length)) => {
                restored.push(meant);
                // Two marks of Latin text that can also occur by themselves: `CAFÉ®` is not damaged.
                mended += if matches!(letters[at], 'Ã' | 'Â') { 2 } else { 1 };
                at += length;
            }
            None => {
                restored.push(letters[at]);
                at += 1;
            }
        }
    }
    if mended > 1 { Cow::Owned(restored) } else { Cow::Borrowed(text) }
}

/// The character of a UTF-8 sequence each byte of which is shown as a character, and the number of these.
fn sequence(letters: &[char]) -> Option<(char, usize)> {
    let lead = u8::try_from(u32::from(*letters.first()?)).ok()?;
    let length = match lead {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let mut bytes = vec![lead];
    for &c in letters.get(1..length)? {
        bytes.push(as_byte(c)?);
    }
    let meant = std::str::from_utf8(&bytes).ok()?.chars().next()?;
    Some((meant, length))
}

/// The byte from 0x80 to 0xBF that Windows shows as that character.
fn as_byte(c: char) -> Option<u8> {
    const SHOWN: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    match c as u32 {
        code @ 0x80..=0xBF => Some(code as u8),
        _ => SHOWN.chars().position(|shown| shown == c).map(|at| 0x80 + at as u8),
    }
}

#[cfg(test)]
mod tests {
    use crate::rule::Book;

    #[test]
    fn a_damaged_name_is_read_as_the_name() {
        let book = Book::built_in().unwrap();
        let read = |text: &str| book.dictionary().read(text).join(" ");
        for (text, words) in [
            ("INJMORPHINE", "inj morphine"),
            // A pack of 28, and an extended release.
            ("Buprenorphin 2 mg 28er Sublingualtabl.", "buprenorphin 2 mg 28 sublingualtabl"),
            ("Morphine 15er", "morphine 15 er"),
            ("OxycodoneTab", "oxycodone tab"),
            ("TabTramadol50mg", "tab tramadol 50 mg"),
            ("TramadolSR100", "tramadol sr 100"),
            ("zzNALTREXONE 50MG", "zz naltrexone 50 mg"),
            ("OxycodoneAcetaminophen", "oxycodone acetaminophen"),
            ("BuprenorphineNaloxone", "buprenorphine naloxone"),
            ("tramadolacetaminophen", "tramadol acetaminophen"),
            ("MSContin15mg", "ms contin 15 mg"),
            ("5mgOxycodone", "5 mg oxycodone"),
            ("MorphineSO4", "morphine so 4"),
            ("oxy-codone 5 mg", "oxycodone 5 mg"),
            ("nal trexone", "naltrexone"),
            ("N A L T R E X O N E 50", "naltrexone 50"),
            ("CODE´INE", "codeine"),
            ("codÃ©ine 30mg", "codeine 30 mg"),
            ("mÃ©thadone", "methadone"),
            ("Ð¼Ð¾Ñ€Ñ„Ð¸Ð½", "morfin"),
            ("m?thadone 40mg", "methadone 40 mg"),
            ("cod\u{fffd}ine", "codeine"),
            ("Na\u{fffd}trexone 50 mg", "naltrexone 50 mg"),
            ("Mo\u{fffd}phine", "morphine"),
            ("Hyd?omorphone", "hydromorphone"),
            ("Me?hadone", "methadone"),
            ("HYDR0C0D0NE/APAP", "hydrocodone apap"),
            ("V1CODIN", "vicodin"),
            ("Fentany1 50mcg", "fentanyl 50 mcg"),
            ("SU8OXONE", "suboxone"),
            ("TYLEN0L #3", "tylenol # 3"),
            ("trama-dol", "tramadol"),
            ("Apo-Morphine", "apo morphine"),
            ("الترامادول", "ترامادول"),
            ("NaltrexonActavis", "naltrexon actavis"),
            ("FENTANILOMATRIXCINFA", "fentanilo matrix cinfa"),
            ("TYLENOLWITHCODEINE", "tylenol with codeine"),
            ("HydromorphonAristolong", "hydromorphon aristo long"),
            ("TramadolAL 50", "tramadol al 50"),
            ("TramadolCT", "tramadol ct"),
            ("TRAMADOLCT", "tramadol ct"),
            ("TramadolPRN", "tramadol prn"),
            ("OTCTramadol", "otc tramadol"),
            ("NovoTramadol", "novo tramadol"),
            ("NOVOTRAMADOL", "novo tramadol"),
            ("1xTramal", "1 x tramal"),
            ("Tramalx20", "tramal x 20"),
            ("TramalN20", "tramal n 20"),
            ("L.D.N. 4.5 mg", "ldn 4.5 mg"),
            ("L D N 4.5 mg", "ldn 4.5 mg"),
            ("M.S. Contin", "ms contin"),
        ] {
            assert_eq!(read(text), words, "{text}");
        }
    }

    #[test]
    fn what_is_no_name_stays_as_it_is() {
        let book = Book::built_in().unwrap();
        let read = |text: &str| book.dictionary().read(text).join(" ");
        for (text, words) in [
            ("apomorphine 10 mg", "apomorphine 10 mg"),
            ("ipratropium", "ipratropium"),
            ("MED001", "med 001"),
            ("Vitamin B12", "vitamin b 12"),
            ("INJEÇÃO", "injecao"),
            ("CAFÉ®", "cafe"),
            // Many ways to cut it, and no name in it: it is looked at once.
            (
                "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzq",
                "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzq",
            ),
            ("Metformin500", "metformin 500"),
            ("codeine5 tab", "codeine 5 tab"),
            ("Percocet5/325", "percocet 5 325"),
            ("naltrexoner", "naltrexoner"),
            ("methyl naltrexone", "methyl naltrexone"),
            ("EthylMorphine", "ethylmorphine"),
            ("ApoMorphine", "apomorphine"),
            ("NorBuprenorphine", "norbuprenorphine"),
            ("b.i.d. 5 mg", "b i d 5 mg"),
            ("OxyRub Pro Pain Relief", "oxyrub pro pain relief"),
        ] {
            assert_eq!(read(text), words, "{text}");
        }
    }
}

//! A word that no list has as it is written: a name in another language's spelling, glued to its salt or form, or without its spaces.

use super::script::{self, Class};
use super::stem::{self, sounds};
use crate::drug::book::dictionary::{Dictionary, DrugIx, How};

/// No name with its salt and form is longer, in bytes; a longer word is not searched for one at every letter.
const LONGEST: usize = 160;

impl Dictionary {
    /// The drug that a word names though no list has it like that: by its stem, or with salts and forms glued to it.
    pub(in crate::drug) fn whole_word(&self, word: &str) -> Option<DrugIx> {
        if word.len() < stem::SHORTEST || word.len() > LONGEST || self.is_known_as_written(word) {
            return None;
        }
        let sounds = sounds(word)?;
        let drug = |stem: &str| self.stem(stem);
        if let Some(found) = drug(stem::without_ending(&sounds)).or_else(|| drug(&sounds)) {
            return Some(found);
        }
        // From the longest head: levomethadon before any shorter name.
        let head = |is_rest: &dyn Fn(&str) -> bool| {
            (stem::SHORTEST..sounds.len().saturating_sub(1))
                .rev()
                .find_map(|end| drug(&sounds[..end]).filter(|_| is_rest(&sounds[end..])))
        };
        let lexicon = self.lexicon();
        head(&|rest| lexicon.is_affixes(rest)).or_else(|| head(&|rest| lexicon.begins_salt(rest)))
    }

    /// A word without the salt glued to it (`naltrexnhydrochlorid`), if there is one.
    pub(super) fn without_salt<'w>(&self, word: &'w str) -> Option<&'w str> {
        const SHORTEST_SALT: usize = 5;
        if !word.is_ascii() || word.len() > LONGEST {
            return None;
        }
        let ends = stem::SHORTEST..word.len().saturating_sub(SHORTEST_SALT - 1);
        ends.map(|end| word.split_at(end))
            .find(|(_, rest)| self.lexicon().is_salt(rest))
            .map(|(name, _)| name)
    }

    /// The drug of a name that is written as two words, neither of which is a name by itself: with a hyphen (`Vivi-Trol`), or if it is too long to be
    /// ordinary words (`Duro Gesic`, and not `pro pain`).
    pub(in crate::drug) fn split_name(
        &self,
        written: &str,
        text: &[String],
        at: usize,
    ) -> Option<(DrugIx, Vec<u8>)> {
        const SHORTEST: usize = 5;
        const SHORTEST_SPACED: usize = 9;
        let [head, tail] = text.get(at..at + 2)? else { return None };
        let is_part = |word: &str| {
            word.len() > 1
                && word.bytes().all(|b| b.is_ascii_lowercase())
                && !self.at_large().is_sure(word)
                && !self.is_known_word(word)
        };
        let length = head.len() + tail.len();
        if !(SHORTEST..LONGEST).contains(&length) || !is_part(head) || !is_part(tail) {
            return None;
        }
        let hyphened = || is_hyphened(&written.to_lowercase(), &format!("{head}-{tail}"));
        if length < SHORTEST_SPACED && !hyphened() {
            return None;
        }
        let whole = format!("{head}{tail}");
        let name = self.phrases(&whole).iter().find(|phrase| phrase.words.len() == 1)?;
        (name.how == How::Name).then(|| (name.drug, name.forms.clone()))
    }

    /// Splits words of scripts without spaces into their names and affixes; other words stay.
    pub(in crate::drug) fn split_unspaced(&self, words: Vec<String>) -> Vec<String> {
        if words.iter().all(|word| word.is_ascii()) {
            return words;
        }
        let mut split = Vec::with_capacity(words.len());
        for word in words {
            match word.chars().next().map(script::class) {
                Some(Class::Katakana | Class::Glued) if !self.begins_phrase(&word) => {
                    self.split_word(&word, &mut split);
                }
                _ => split.push(word),
            }
        }
        split
    }

    /// A name counts at the beginning of the word, after another name or affix, and whatever follows: a name in the middle of unknown signs is part
    /// of another word.
    fn split_word(&self, word: &str, split: &mut Vec<String>) {
        let katakana = word.chars().next().map(script::class) == Some(Class::Katakana);
        let starts: Vec<usize> =
            word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
        let (mut at, mut unknown) = (0, 0);
        let begins = split.len();
        while at + 1 < starts.len() {
            let known = (at + 1..starts.len()).rev().find(|&end| {
                let part = &word[starts[at]..starts[end]];
                self.begins_phrase(part) && part.chars().count() > 1
                    || self.lexicon().is_unspaced(part)
            });
            match known.filter(|_| unknown == at) {
                Some(end) => {
                    split.push(word[starts[at]..starts[end]].to_owned());
                    at = end;
                    unknown = end;
                }
                // An affix ends an unknown stretch; a name does not.
                None if known.is_some_and(|end| {
                    self.lexicon().is_unspaced(&word[starts[at]..starts[end]])
                }) && !katakana =>
                {
                    split.push(word[starts[unknown]..starts[at]].to_owned());
                    unknown = at;
                }
                None => at += 1,
            }
        }
        if unknown < at {
            // In katakana, an unexplained rest makes the whole run another word.
            if katakana {
                split.truncate(begins);
                split.push(word.to_owned());
            } else {
                split.push(word[starts[unknown]..].to_owned());
            }
        }
    }
}

/// Whether two parts with a hyphen between them are in a text, and not in a row of words: `Pro-Val` of a peptide.
fn is_hyphened(text: &str, pair: &str) -> bool {
    const ROW: usize = 4;
    let is_name = |part: &str| part.chars().all(char::is_alphabetic) && !part.is_empty();
    let is_row = |word: &str| word.split('-').filter(|part| is_name(part)).count() >= ROW;
    text.split_whitespace().any(|word| word.contains(pair) && !is_row(word))
}

#[cfg(test)]
mod tests {
    use crate::drug::Identity;
    use crate::rule::Book;

    #[test]
    fn a_brand_may_be_written_as_two_words() {
        let book = Book::built_in().unwrap();
        let dictionary = book.dictionary();
        let meant = |text: &str| {
            let verdict = dictionary.resolve(&Identity::text(text));
            verdict.components.first().map(|c| dictionary.drug(c.drug).file.id.clone())
        };
        for (text, drug) in [
            ("Re-Via 50 mg", "naltrexone"),
            ("VIVI-TROL", "naltrexone"),
            ("Zal-diar", "tramadol"),
            ("Nor-span 5", "buprenorphine"),
            ("Inj-Vivi-Trol-380", "naltrexone"),
            ("DURO GESIC 25", "fentanyl"),
        ] {
            assert_eq!(meant(text).as_deref(), Some(drug), "{text}");
        }
        for text in ["OxyRub Pro Pain Relief", "re via oral", "Tyr-Leu-Glu-Pro-Gly-Pro-Val"] {
            assert_eq!(meant(text), None, "{text}");
        }
    }

    #[test]
    fn a_slip_is_told_in_one_word_with_its_salt() {
        let book = Book::built_in().unwrap();
        let dictionary = book.dictionary();
        for (text, drug) in [
            ("Naltrexnhydrochlorid", "naltrexone"),
            ("Oxycodnhydrochlorid", "oxycodone"),
            ("Morphnsulfat", "morphine"),
        ] {
            let slip = dictionary.resolve(&Identity::text(text)).slip;
            let meant = slip.map(|slip| dictionary.drug(slip.meant).file.id.clone());
            assert_eq!(meant.as_deref(), Some(drug), "{text}");
        }
    }

    #[test]
    fn a_salt_in_one_word_with_a_name_may_be_cut_short() {
        let book = Book::built_in().unwrap();
        let dictionary = book.dictionary();
        let id = |word: &str| {
            dictionary.whole_word(word).map(|drug| dictionary.drug(drug).file.id.clone())
        };
        for (word, drug) in [
            ("naltrexonhydrochlorid", "naltrexone"),
            ("naltrexonhydrochlori", "naltrexone"),
            ("naltrexonhydrochl", "naltrexone"),
            ("naltrexonhydro", "naltrexone"),
            ("naltrexonehydrochl", "naltrexone"),
            ("oxycodonhydrochlor", "oxycodone"),
            ("tramadolhydrochl", "tramadol"),
            ("buprenorphinhydrochlo", "buprenorphine"),
            ("buprenorfinehydrochl", "buprenorphine"),
            ("codeinphosph", "codeine"),
            ("kodeinfosf", "codeine"),
            ("fentanylcit", "fentanyl"),
            ("morphinsul", "morphine"),
            ("morfinesulfa", "morphine"),
            ("methadonhydrochl", "methadone"),
            ("hydromorfonhydrokl", "hydromorphone"),
        ] {
            assert_eq!(id(word).as_deref(), Some(drug), "{word}");
        }
        for word in ["naltrexonquartz", "oxycodonplasma"] {
            assert_eq!(id(word), None, "{word}");
        }
        assert_eq!(id("apomorphinhydrochl").as_deref(), Some("apomorphine"));
    }
}

//! Words that are one slip away from a watched name and are not themselves a drug.

use rustc_hash::{FxHashMap, FxHashSet};

use super::name::{one_slip, words};
use super::stem;
use crate::drug::book::dictionary::{Dictionary, Drug, DrugIx, How, Phrase};

/// Shorter words are not taken for slips of a name.
const SHORTEST_WORD: usize = 5;

/// The names that a slip could have been meant for, by their ends: a slip leaves the first or the last letter in place.
#[derive(Debug, Default)]
pub(in crate::drug) struct NearNames {
    names: Vec<(String, DrugIx)>,
    /// Which slips of each name are reported.
    slips: Vec<Slips>,
    by_first: FxHashMap<char, Vec<u32>>,
    by_last: FxHashMap<char, Vec<u32>>,
}

/// Which slips of a name are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::drug) enum Slips {
    /// Of a substance: all.
    All,
    /// Of a long brand: those that leave both ends alone. There are many brands, and many foreign products differ from one by a letter at an end:
    /// `Altermol`, `Altermon`.
    Inner,
    /// Of a short brand: typing slips (letters swapped, doubled, added, left out) and, unless it is too short, hearing slips (one vowel for another,
    /// `Subatex`, or a letter that sounds alike, `Belbuka`). Short brands differ from each other in other letters: `Dolorex`, `Dolonex`. The first
    /// letter stays.
    Typed,
}

impl Slips {
    /// Whether a word that is one slip away from a name is reported.
    fn tells(self, word: &str, name: &str) -> bool {
        let one_end = || begin_alike(word, name);
        let both_ends = || one_end() && word.chars().next_back() == name.chars().next_back();
        let letters = |text: &str| {
            let mut letters: Vec<char> = text.chars().collect();
            letters.sort_unstable();
            letters
        };
        match self {
            Self::All => true,
            Self::Inner => both_ends(),
            Self::Typed => {
                let is_swap = || letters(word) == letters(name);
                let is_left_out = || word.chars().count() != name.chars().count();
                one_end() && (is_left_out() || is_swap() || is_misheard(word, name))
            }
        }
    }
}

/// What the drug files say about names: which are substances, and which are brands of the United States.
#[derive(Debug, Default)]
pub(in crate::drug) struct Origins {
    substances: FxHashSet<String>,
    brands: FxHashSet<String>,
}

impl Origins {
    pub(in crate::drug) fn of(drugs: &[Drug]) -> Self {
        let names = drugs.iter().flat_map(|drug| &drug.file.names);
        let brands = drugs.iter().flat_map(|drug| drug.file.all_brands()).map(|brand| words(brand));
        Self {
            substances: names.flat_map(|name| words(name)).collect(),
            brands: brands
                .filter_map(|mut words| words.pop().filter(|_| words.is_empty()))
                .collect(),
        }
    }

    /// Whether a word is part of the name of a substance.
    pub(super) fn is_substance(&self, word: &str) -> bool {
        self.substances.contains(word)
    }

    /// Whether a word is a brand of the drug files.
    pub(super) fn is_brand(&self, word: &str) -> bool {
        self.brands.contains(word)
    }

    /// Which slips of a one-word name are reported, if any.
    pub(in crate::drug) fn slips(&self, word: &str, phrase: &Phrase) -> Option<Slips> {
        /// Names shorter than this are never guessed from a slip: too many other words are one letter away.
        const SHORTEST: usize = 5;
        const SHORTEST_LONG_BRAND: usize = 8;
        let letters = word.chars().count();
        if letters < SHORTEST || phrase.how != How::Name {
            return None;
        }
        let everywhere = phrase.countries.is_empty();
        // Names in other scripts are names of substances.
        if self.substances.contains(word) || everywhere && !word.is_ascii() {
            return Some(Slips::All);
        }
        match (everywhere || self.brands.contains(word), letters >= SHORTEST_LONG_BRAND) {
            (true, true) => Some(Slips::All),
            (true, false) => Some(Slips::Typed),
            (false, true) => Some(Slips::Inner),
            (false, false) => None,
        }
    }
}

impl NearNames {
    pub(in crate::drug) fn of(names: Vec<(String, DrugIx)>) -> Self {
        Self::with(names.into_iter().map(|name| (name, Slips::All)).collect())
    }

    /// The same, each with the slips that are reported.
    pub(in crate::drug) fn with(mut names: Vec<((String, DrugIx), Slips)>) -> Self {
        names.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut this = Self::default();
        for (at, ((name, _), _)) in names.iter().enumerate() {
            if let (Some(first), Some(last)) = (name.chars().next(), name.chars().next_back()) {
                this.by_first.entry(first).or_default().push(at as u32);
                this.by_last.entry(last).or_default().push(at as u32);
            }
        }
        (this.names, this.slips) = names.into_iter().unzip();
        this
    }

    /// The names with that beginning.
    pub(super) fn beginning_with<'n>(
        &'n self,
        head: &'n str,
    ) -> impl Iterator<Item = &'n (String, DrugIx)> {
        let from = self.names.partition_point(|(name, _)| name.as_str() < head);
        self.names[from..].iter().take_while(move |(name, _)| name.starts_with(head))
    }

    /// The name that is one slip away; if there are several, that of a substance or of a brand that is known everywhere.
    fn nearest(&self, word: &str) -> Option<&(String, DrugIx)> {
        let key = |at: u32| (self.slips[at as usize], at);
        let near = |list: Option<&Vec<u32>>| {
            let is_near = |at: &u32| {
                let (name, slips) = (&self.names[*at as usize].0, self.slips[*at as usize]);
                one_slip(word, name) && slips.tells(word, name)
            };
            list.into_iter().flatten().copied().filter(is_near).min_by_key(|&at| key(at))
        };
        let first = near(word.chars().next().and_then(|c| self.by_first.get(&c)));
        let last = near(word.chars().next_back().and_then(|c| self.by_last.get(&c)));
        let at = match (first, last) {
            (Some(a), Some(b)) => {
                if key(a) < key(b) {
                    a
                } else {
                    b
                }
            }
            (a, b) => a.or(b)?,
        };
        self.names.get(at as usize)
    }
}

/// Whether two words begin with the same letter, or with letters that languages interchange: `Kodipar`, `Codipar`.
fn begin_alike(a: &str, b: &str) -> bool {
    a.bytes().next().map(sound) == b.bytes().next().map(sound)
}

/// One representative of letters that languages interchange.
const fn sound(letter: u8) -> u8 {
    match letter {
        b'c' | b'k' | b'q' => b'k',
        b's' | b'z' => b's',
        b'v' | b'w' => b'v',
        b'i' | b'j' | b'y' => b'i',
        other => other,
    }
}

/// Whether a word is a name with one vowel for another in it, or with a letter that sounds alike.
fn is_misheard(word: &str, name: &str) -> bool {
    const SHORTEST: usize = 6;
    let is_vowel = |letter: u8| matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    let alike = |(a, b): (u8, u8)| sound(a) == sound(b) || is_vowel(a) && is_vowel(b);
    word.len() == name.len() && word.len() >= SHORTEST && word.bytes().zip(name.bytes()).all(alike)
}

impl Dictionary {
    /// Whether a word is half of another drug's name that was split in two: `Dexa-methasone`.
    pub(in crate::drug) fn is_half_of_another(&self, text: &[String], at: usize) -> bool {
        let is_other = |first: &String, second: &String| {
            let whole = format!("{first}{second}");
            self.at_large().is_sure(&whole) || self.at_large().has_stem(&whole)
        };
        let word = &text[at];
        at.checked_sub(1).is_some_and(|before| is_other(&text[before], word))
            || text.get(at + 1).is_some_and(|after| is_other(word, after))
    }
}

/// The drug that an unexplained word may be meant for, and the name it resembles if that is one as people write it.
pub(in crate::drug) fn slip<'d>(
    dictionary: &'d Dictionary,
    word: &str,
) -> Option<(DrugIx, Option<&'d str>)> {
    if let Some((name, drug)) = slip_of(dictionary, dictionary.near_names(), word) {
        // A word equally near to the drug's own name is reported as a slip of that.
        let is_own = one_slip(word, &dictionary.drug(*drug).name);
        // A name in another script is not shown: folded, it lacks its marks.
        return Some((*drug, (!is_own && name.is_ascii()).then_some(name)));
    }
    if let Some(name) = dictionary.without_salt(word)
        && let Some((_, drug)) = slip_of(dictionary, dictionary.near_names(), name)
    {
        return Some((*drug, None));
    }
    let stem = stem_of(dictionary, word)?;
    slip_of(dictionary, dictionary.near_stems(), &stem).map(|(_, drug)| (*drug, None))
}

/// The stem of a word that is unexplained as it is written.
fn stem_of(dictionary: &Dictionary, word: &str) -> Option<String> {
    let is_known = dictionary.is_known_as_written(word) || dictionary.at_large().has_stem(word);
    if is_known { None } else { stem::stem(word) }
}

/// The name, among these, that a word may be meant for, and its drug.
pub(in crate::drug) fn slip_of<'n>(
    dictionary: &Dictionary,
    names: &'n NearNames,
    word: &str,
) -> Option<&'n (String, DrugIx)> {
    let letters = word.chars().count();
    if letters < SHORTEST_WORD
        || !word.chars().all(char::is_alphabetic)
        || dictionary.is_known_as_written(word)
        || dictionary.at_large().has_stem(word)
    {
        return None;
    }
    names.nearest(word)
}

#[cfg(test)]
mod tests {
    use crate::drug::Identity;
    use crate::rule::Book;

    /// What a word is reported to resemble.
    fn told(book: &Book, word: &str) -> String {
        let verdict = book.dictionary().resolve(&Identity::text(word));
        verdict.slip.map(|slip| slip.in_words(book.dictionary())).unwrap_or_default()
    }

    #[test]
    fn a_short_brand_is_told_with_a_letter_added_left_out_or_swapped() {
        let book = Book::built_in().unwrap();
        for (word, like) in [
            ("vicodine", "a slip of Vicodin (hydrocodone)"),
            ("subutext", "a slip of Subutex (buprenorphine)"),
            ("Noroc", "a slip of Norco (hydrocodone)"),
            ("Nroco", "a slip of Norco (hydrocodone)"),
            ("Lybelvi", "a slip of Lybalvi (olanzapine samidorphan)"),
            ("subatex", "a slip of Subutex (buprenorphine)"),
            ("brixady", "a slip of Brixadi (buprenorphine)"),
            ("zubsalv", "a slip of Zubsolv (buprenorphine naloxone)"),
            ("belbuka", "a slip of Belbuca (buprenorphine)"),
            ("vicadin", "a slip of Vicodin (hydrocodone)"),
            ("ultrum", "a slip of Ultram (tramadol)"),
            // Another consonant makes it another brand.
            ("Lortap", ""),
            // Another letter makes it another brand.
            ("Nerco", ""),
            ("Toradol", ""),
        ] {
            assert_eq!(told(&book, word), like, "{word}");
        }
    }

    #[test]
    fn half_of_another_drugs_name_is_no_slip() {
        let book = Book::built_in().unwrap();
        for text in [
            "Dexa-methasone 4 mg",
            "Dexa methasone 8mg inj",
            "Beta methasone 0.1% cream",
            "Dexa-methason",
            "betha-methason",
        ] {
            assert_eq!(told(&book, text), "", "{text}");
        }
        assert_eq!(told(&book, "Methasone 5 mg"), "a slip of methadone");
    }

    #[test]
    fn of_two_brands_the_one_known_everywhere_is_meant() {
        let book = Book::built_in().unwrap();
        assert_eq!(told(&book, "perkocet"), "a slip of Percocet (oxycodone)");
    }

    #[test]
    fn a_listed_misspelling_is_the_drug() {
        let book = Book::built_in().unwrap();
        for word in
            ["vicoden", "vikodin", "subutix", "nucenta", "lomitil", "Lybalvy", "naltrexalone"]
        {
            let verdict = book.dictionary().resolve(&Identity::text(word));
            assert!(!verdict.components.is_empty(), "{word}");
            assert!(verdict.slip.is_some_and(|slip| slip.resolved), "{word}");
        }
    }
}

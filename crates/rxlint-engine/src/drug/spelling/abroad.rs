//! Brands in Cyrillic and Greek letters: `Оксиконтин` is OxyContin, `Темгезик` Temgesic, `Ζαλντιάρ` Zaldiar. Both spellings are folded to how they
//! sound, more coarsely than names in one script are.

use rustc_hash::{FxHashMap, FxHashSet};

use super::name::{own_letters, words};
use super::near::Origins;
use super::stem::without_ending;
use crate::drug::book::dictionary::{Dictionary, DrugIx, How, Phrase};
use crate::drug::book::large::NamesAtLarge;

/// Shorter names sound like too many other words.
const SHORTEST: usize = 5;
/// Shorter words of a name are not looked up.
const SHORTEST_PART: usize = 4;
/// Shorter brands are ordinary words in some language: a foreign one needs an amount, or stands alone.
const SHORTEST_ALONE: usize = 7;

/// Words of names, by how they sound in those scripts.
#[derive(Debug, Default)]
pub(in crate::drug) struct Abroad {
    names: FxHashMap<String, String>,
    origins: Origins,
}

/// A word of a name, and the drug if the word is a name by itself.
type Heard<'p> = (&'p str, Option<DrugIx>);

impl Abroad {
    /// Built from these names. A sound that is also that of a name at large, or of names of two drugs, is left out.
    pub(in crate::drug) fn of<'p>(
        names: impl Iterator<Item = &'p Phrase>,
        origins: Origins,
        at_large: &NamesAtLarge,
    ) -> Self {
        let mut heard: FxHashMap<String, Vec<Heard<'p>>> = FxHashMap::default();
        for phrase in names {
            for word in phrase.words.iter().filter(|word| is_latin(word)) {
                let drug = (phrase.words.len() == 1).then_some(phrase.drug);
                for sound in sounds_of_name(word) {
                    heard.entry(sound).or_default().push((word, drug));
                }
            }
        }
        let mut other = FxHashSet::default();
        at_large.each(|name| {
            if is_latin(name) && name.len() >= SHORTEST {
                other.extend(sounds_of_name(name).into_iter().filter(|s| heard.contains_key(s)));
            }
        });
        let names = heard
            .into_iter()
            .filter_map(|(sound, mut words)| {
                words.sort_unstable();
                let (first, drug) = words[0];
                let is_one_word = words.iter().all(|(word, _)| *word == first);
                let is_one_drug = drug.is_some() && words.iter().all(|(_, other)| *other == drug);
                let is_name = words.iter().any(|(_, drug)| drug.is_some());
                let clear = (is_one_word || is_one_drug) && !(is_name && other.contains(&sound));
                clear.then(|| (sound, first.to_owned()))
            })
            .collect();
        Self { names, origins }
    }
}

/// What a word in Cyrillic or Greek letters, folded to Latin ones, means.
enum Meant<'d> {
    /// What its letters say.
    AsRead,
    /// A name that it sounds like.
    Name(&'d str),
    /// No name, though its letters or its sound look like one.
    NoName,
}

impl Dictionary {
    /// The words of a text, with those in Cyrillic or Greek letters that no list has replaced by the names that they sound like, and those that only
    /// look like a name by themselves in their own letters.
    pub(super) fn heard(&self, text: &str, read: Vec<String>) -> Vec<String> {
        self.replaced(text, read, true)
    }

    /// The words of a text, with those in Cyrillic or Greek letters that only look like a name in their own letters.
    pub(in crate::drug) fn without_other_words(
        &self,
        text: &str,
        read: Vec<String>,
    ) -> Vec<String> {
        self.replaced(text, read, false)
    }

    fn replaced(&self, text: &str, mut read: Vec<String>, with_names: bool) -> Vec<String> {
        let is_foreign = |c: char| matches!(c as u32, 0x370..=0x52F | 0x1F00..=0x1FFF);
        if !text.contains(is_foreign) {
            return read;
        }
        let shows_product = read.len() == 1 || text.bytes().any(|b| b.is_ascii_digit());
        // Each word once: a cell may repeat it a million times.
        let mut meant: FxHashMap<String, Option<String>> = FxHashMap::default();
        let runs = text.split(|c: char| !c.is_alphanumeric() && c != '\u{ad}');
        for run in runs.filter(|run| run.contains(is_foreign)) {
            let is_greek = run.chars().any(|c| matches!(c as u32, 0x370..=0x3FF | 0x1F00..=0x1FFF));
            let script = Script { is_greek, shows_product };
            for word in words(run) {
                if meant.contains_key(&word) {
                    continue;
                }
                let own = own_letters(run);
                let parts = own.split(|c: char| !c.is_alphabetic());
                let own = parts.max_by_key(|part| part.len()).unwrap_or_default();
                let instead = match self.meant_abroad(&word, own, script) {
                    Meant::Name(name) if with_names => Some(name.to_owned()),
                    Meant::NoName => Some(own.to_owned()),
                    Meant::Name(_) | Meant::AsRead => None,
                };
                meant.insert(word, instead);
            }
        }
        for word in &mut read {
            if let Some(Some(instead)) = meant.get(word) {
                word.clone_from(instead);
            }
        }
        read
    }

    fn meant_abroad(&self, word: &str, own: &str, script: Script) -> Meant<'_> {
        if self.is_ordinary(own) {
            return Meant::NoName;
        }
        if word.len() < SHORTEST_PART {
            return Meant::AsRead;
        }
        let listed = self.phrases(word);
        if listed.iter().any(|p| p.words.len() > 1 || self.is_clear_abroad(p, script)) {
            return Meant::AsRead;
        }
        if !listed.is_empty() {
            return Meant::NoName;
        }
        if self.at_large().has(word)
            || self.at_large().has_stem(word)
            || self.whole_word(word).is_some()
        {
            return Meant::AsRead;
        }
        let names = &self.abroad().names;
        let sounds = sounds_of_run(word, script.is_greek);
        if let Some(name) = sounds.into_iter().find_map(|sound| names.get(&sound)) {
            let mut is_meant = self.phrases(name).iter().map(|p| self.is_clear_abroad(p, script));
            // A word that only occurs inside names stands for itself.
            let is_part = is_meant.len() == 0;
            return if is_part || is_meant.any(|is| is) {
                Meant::Name(name)
            } else {
                Meant::NoName
            };
        }
        let is_cut = || self.short_form(word).is_some() && !self.is_cut_substance(word);
        if is_cut() { Meant::NoName } else { Meant::AsRead }
    }

    /// Whether a one-word name is meant by a word in another script that spells it or sounds like it: the name of a substance, or a brand that is long
    /// enough, or known everywhere or where that script is written, or in a text that shows a product.
    fn is_clear_abroad(&self, name: &Phrase, script: Script) -> bool {
        let [word] = &name.words[..] else { return true };
        let origins = &self.abroad().origins;
        if name.how != How::Name || word.len() >= SHORTEST_ALONE || origins.is_substance(word) {
            return true;
        }
        let is_brand = !name.countries.is_empty() || origins.is_brand(word);
        let is_home = |country: &str| self.lexicon().writes(country, script.is_greek);
        let is_sold = || name.countries.is_empty() || name.countries.split(' ').any(is_home);
        is_brand && (script.shows_product || is_sold())
    }

    /// Whether a word is a long enough beginning of a substance's name.
    fn is_cut_substance(&self, word: &str) -> bool {
        let names = word.get(..2).map_or(&[][..], |head| self.names_beginning(head));
        word.len() >= SHORTEST_ALONE && names.iter().any(|(name, _)| name.starts_with(word))
    }
}

/// The script of a word, and whether its text shows a product: it states an amount, or is only that word.
#[derive(Clone, Copy)]
struct Script {
    is_greek: bool,
    shows_product: bool,
}

fn is_latin(word: &str) -> bool {
    word.len() >= SHORTEST_PART && word.bytes().all(|b| b.is_ascii_lowercase())
}

/// How a name in Latin letters may sound: J and G before E and I differ between languages.
fn sounds_of_name(name: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (j, g) in [("", "g"), ("j", "g"), ("i", "g"), ("", "j"), ("j", "j")] {
        let mut spelled = String::with_capacity(name.len());
        let letters = name.as_bytes();
        for (at, &letter) in letters.iter().enumerate() {
            let soft = letters.get(at + 1).is_some_and(|next| b"eiy".contains(next));
            match letter {
                b'j' => spelled.push_str(j),
                b'g' if soft => spelled.push_str(g),
                _ => spelled.push(char::from(letter)),
            }
        }
        found.extend(sound(&spelled));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// How a word in another script, folded to Latin letters, may sound: Greek writes B as ΜΠ and D as ΝΤ.
fn sounds_of_run(word: &str, is_greek: bool) -> Vec<String> {
    let mut spellings = vec![word.to_owned()];
    if is_greek {
        let spelled = word.replace("tz", "j").replace("gk", "g");
        spellings.push(spelled.clone());
        spellings.push(spelled.replace("nt", "d").replace("mp", "b"));
    } else {
        // Ц is the only letter that is folded to a plain C.
        let spelled = word.replace("ch", "\u{1}").replace('c', "s").replace('\u{1}', "ch");
        let spelled = spelled.replace("dzh", "j").replace("zh", "j");
        spellings = vec![spelled.replace("yu", "u").replace("ya", "a"), spelled];
    }
    spellings.iter().filter_map(|spelling| sound(spelling)).collect()
}

/// The sound of a word: sounds that some script does not distinguish are folded together. `None` if too few are left.
fn sound(word: &str) -> Option<String> {
    let letters = word.as_bytes();
    let mut sounds: Vec<u8> = Vec::with_capacity(letters.len() + 2);
    for (at, &letter) in letters.iter().enumerate() {
        let next = letters.get(at + 1).copied().unwrap_or_default();
        let after = letters.get(at + 2).copied().unwrap_or_default();
        let sound: &[u8] = match letter {
            b'p' if next == b'h' => b"f",
            b'h' => b"",
            b'c' if next == b'h' => b"",
            b'c' if b"eiy".contains(&next) => b"s",
            b'c' | b'q' => b"k",
            b't' if next == b'i' && b"aeou".contains(&after) && at > 0 => b"s",
            b'x' => b"ks",
            b'y' => b"i",
            b'w' => b"v",
            b'z' => b"s",
            b'u' if letters.get(at.wrapping_sub(1)) == Some(&b'q') => b"v",
            _ => std::slice::from_ref(&letter),
        };
        for &one in sound {
            if sounds.last() != Some(&one) {
                sounds.push(one);
            }
        }
    }
    let sounds = String::from_utf8(sounds).ok()?;
    let stem = without_ending(&sounds);
    (stem.len() >= SHORTEST_PART).then(|| stem.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::drug::Identity;
    use crate::rule::Book;

    #[test]
    fn brands_in_cyrillic_and_greek_letters_are_the_brands() {
        let book = Book::built_in().unwrap();
        let about = |text: &str| {
            let verdict = book.dictionary().resolve(&Identity::text(text));
            let first = verdict.components.first();
            first.map_or("", |c| book.dictionary().drug(c.drug).file.id.as_str()).to_owned()
        };
        for (text, drug) in [
            ("Оксиконтин 20 мг", "oxycodone"),
            ("ОксиНорм капсулы", "oxycodone"),
            ("Субоксон 8 мг/2 мг", "buprenorphine"),
            ("Темгезик", "buprenorphine"),
            ("Налорекс 50", "naltrexone"),
            ("Немексин", "naltrexone"),
            ("Актик 400 мкг", "fentanyl"),
            ("Юрниста 8 мг", "hydromorphone"),
            ("Джурниста", "hydromorphone"),
            ("Инстанил", "fentanyl"),
            ("Дурогезик", "fentanyl"),
            ("Контрамал", "tramadol"),
            ("Селинкро 18 мг", "nalmefene"),
            ("Ревацио 20 мг", "sildenafil"),
            ("Азилект", "rasagiline"),
            ("Зивокс 600 мг", "linezolid"),
            ("Ревия 50 мг", "naltrexone"),
            ("Ζαλντιάρ", "tramadol"),
            ("ΣΟΥΜΠΟΞΟΝ", "buprenorphine"),
            ("Ντουροτζέσικ", "fentanyl"),
            ("Μορφίνη 10 mg", "morphine"),
            ("Трамал", "tramadol"),
            ("Скенан", "morphine"),
            ("Скенан капсули 30 мг", "morphine"),
            ("Налтрексо 50", "naltrexone"),
            ("Трамадо", "tramadol"),
            ("героин", "diamorphine"),
        ] {
            assert_eq!(about(text), drug, "{text}");
        }
        for text in [
            "Ксанакс",
            "Лирика",
            "Мотилиум",
            "Но-шпа форте",
            "Кетанов",
            "Золофт",
            "таблетки",
            "форте",
            // Greek: form, acetate, lid, mattress, Celtic, a first name.
            "Depon 500 mg μορφή: δισκία",
            "ΦΑΡΜΑΚΕΥΤΙΚΗ ΜΟΡΦΗ ΔΙΣΚΙΑ 20",
            "Κυπροτερόνη οξική 50 mg",
            "ΛΕΥΠΡΟΡΕΛΙΝΗ ΟΞΙΚΗ 3,75 MG",
            "οξικό οξύ 5%",
            "σιρόπι 120 ml με καπάκι ασφαλείας",
            "Στρώμα αέρος 90x200",
            "Μανώλης",
            "Προσέχετε",
            // Bulgarian and Russian: a lid, failure, melodious, hexane, an approval.
            "флакон с капачка 20 мл",
            "провал",
            "мелодичный звонок 2 шт",
            "гексан 1 л",
            "кованый",
        ] {
            assert_eq!(about(text), "", "{text}");
        }
    }
}

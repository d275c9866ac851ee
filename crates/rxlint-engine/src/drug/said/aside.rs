//! Remarks after a product about another form, or another drug, that was taken before or will be taken later: `Sublocade 300 mg, stopped suboxone
//! film`, `Oxycodone 10 mg tab (was on fentanyl patch)`. The product is read without them. The words are under `[asides]` in `drugs/lexicon.toml`.

use std::ops::Range;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::clause::signs;
use super::not_the_drug::is_number;
use crate::drug::book::dictionary::Dictionary;
use crate::drug::book::lexicon::phrases;
use crate::drug::identity::Identity;
use crate::drug::spelling::name::words;

/// The table as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(in crate::drug) struct AsidesFile {
    instead: Vec<String>,
    other: Vec<String>,
    same: Vec<String>,
    past: Vec<String>,
    behind: Vec<String>,
}

/// The same, ready for matching.
#[derive(Debug, Default)]
pub(in crate::drug) struct Asides {
    /// Beginnings of remarks that say that whatever follows is not taken, whether or not a sign precedes them.
    instead: Vec<Vec<String>>,
    /// Beginnings of remarks that may be about any drug.
    other: Vec<Vec<String>>,
    /// Beginnings of remarks only about the same drug: another drug that follows is taken too.
    same: Vec<Vec<String>>,
    /// Beginnings of remarks that may be about the product itself, unless the remark names its form.
    past: Vec<Vec<String>>,
    /// The same, after what the remark is about.
    behind: Vec<Vec<String>>,
    /// The first words of them all.
    first: FxHashSet<String>,
}

impl Asides {
    pub(in crate::drug) fn add(&mut self, file: &AsidesFile) {
        self.instead.extend(phrases(&file.instead));
        self.other.extend(phrases(&file.other));
        self.same.extend(phrases(&file.same));
        self.past.extend(phrases(&file.past));
        self.behind.extend(phrases(&file.behind));
        let all = [&self.instead, &self.other, &self.same, &self.past, &self.behind];
        let all = all.into_iter().flatten();
        self.first = all.filter_map(|phrase| phrase.first().cloned()).collect();
    }

    /// Whether words end with a phrase that says that a drug was the last one.
    pub(super) fn is_past(&self, before: &[String]) -> bool {
        self.past.iter().any(|phrase| before.ends_with(phrase))
    }

    /// The phrases that say that whatever follows is not taken.
    pub(in crate::drug) fn instead(&self) -> &[Vec<String>] {
        &self.instead
    }

    /// Whether a text contains a word of such a remark: most texts have none.
    fn may_stand_in(&self, text: &str) -> bool {
        const MOST: usize = 20;
        if !text.is_ascii() {
            return true;
        }
        text.split(|c: char| !c.is_ascii_alphabetic()).any(|word| {
            let mut lower = [0; MOST];
            let Some(lower) = lower.get_mut(..word.len()) else { return false };
            lower.copy_from_slice(word.as_bytes());
            lower.make_ascii_lowercase();
            std::str::from_utf8(lower).is_ok_and(|word| self.first.contains(word))
        })
    }
}

/// The length of the longest phrase that these words begin with.
fn begins(all: &[Vec<String>], words: &[String]) -> Option<usize> {
    all.iter().filter(|phrase| words.starts_with(phrase)).map(Vec::len).max()
}

/// Where parts of a text begin, each up to the next sign, and whether a sign precedes it.
fn parts(text: &str) -> Vec<(Range<usize>, bool)> {
    let bytes = text.as_bytes();
    let signs: Vec<Range<usize>> = signs(text).into_iter().map(|(span, _)| span).collect();
    let end = |from: usize| {
        let next = signs.partition_point(|sign| sign.start < from);
        signs.get(next).map_or(text.len(), |sign| sign.start)
    };
    let spaces = (0..bytes.len()).filter(|&at| bytes[at] == b' ');
    let unsigned = spaces.map(|at| (at..end(at + 1), false));
    let mut all: Vec<_> =
        signs.iter().map(|sign| (sign.end..end(sign.end), true)).chain(unsigned).collect();
    all.sort_by_key(|(part, signed)| (part.start, !signed));
    all
}

impl Dictionary {
    /// The identity without such remarks, if there are any.
    pub(in crate::drug) fn without_asides<'a>(
        &self,
        identity: &'a Identity<'_>,
    ) -> Option<Identity<'a>> {
        let shorter = identity.texts.each_ref().map(|text| self.without_aside(text));
        if shorter.iter().all(Option::is_none) {
            return None;
        }
        let mut read = identity.clone();
        for (text, shorter) in read.texts.iter_mut().zip(shorter) {
            *text = shorter.map_or_else(|| std::mem::take(text), Into::into);
        }
        Some(read)
    }

    /// A text without the remarks in it, if there are any.
    pub(in crate::drug) fn without_aside(&self, text: &str) -> Option<String> {
        const LONGEST: usize = 400;
        const MOST: usize = 8;
        if text.len() > LONGEST || !self.lexicon().asides().may_stand_in(text) {
            return None;
        }
        let shorter = |text: &str| {
            let is_aside =
                |(part, signed): &(Range<usize>, bool)| self.is_aside_part(text, part, *signed);
            let (part, _) = parts(text).into_iter().find(is_aside)?;
            Some(format!("{} {}", &text[..part.start], &text[part.end..]))
        };
        let mut read = shorter(text)?;
        for _ in 1..MOST {
            let Some(shorter) = shorter(&read) else { break };
            read = shorter;
        }
        Some(read)
    }

    /// Whether a part of a text is such a remark: it names a form or a drug, and the product before it states its form or strength, or has a brand
    /// that implies it.
    fn is_aside_part(&self, text: &str, part: &Range<usize>, signed: bool) -> bool {
        let asides = self.lexicon().asides();
        let said = words(&text[part.clone()]);
        let leading = [&asides.instead, &asides.other, &asides.same, &asides.past];
        let lengths = leading.map(|all| begins(all, &said));
        let [instead, other, same, _] = lengths.map(|length| length.is_some());
        let behind = signed && self.is_said_behind(&said);
        let length = lengths.into_iter().flatten().max().or(behind.then_some(0));
        // `refused injection` is said about the product.
        let length = length.filter(|_| self.lexicon().remarks().refusal(&said).is_none());
        // `lisinopril 10 mg - stopped and naltrexone`
        let joins = |at: usize| self.lexicon().verbs().joins.contains(&said[at]);
        let length = length.filter(|&length| {
            let is_amp = || text[part.clone()].contains('&') && self.names_one(&said, length);
            length == said.len() || !joins(length) && !is_amp()
        });
        let speaks = |at: usize| self.says_form(&said[at]) || self.names_one(&said, at);
        if !length.is_some_and(|length| (length..said.len()).any(speaks))
            || (instead || other) && self.says_what_now(&said)
            // `stop oxycodone in 7 days`, `stopped oxycodone 1/5 but restarted`
            || other && self.says_taken(&text[part.clone()], &self.read(&text[part.clone()]))
        {
            return false;
        }
        let product = self.read(&text[..part.start]);
        let Some(name) = (0..product.len()).find(|&at| self.names_one(&product, at)) else {
            return false;
        };
        let is_brand = self.phrase_at(&product, name).is_some_and(|p| !p.forms.is_empty());
        let says_form = is_brand || product[name + 1..].iter().any(|word| self.says_form(word));
        let says_strength = product[name + 1..].iter().any(|word| is_number(word));
        (says_form || says_strength && (instead || other || same))
            // Without a sign it may be the product that was stopped, and then the other drug is taken.
            && (instead || other && signed || behind || self.speaks_of_same(&said, &product, name))
    }

    /// Whether a remark goes on to say what is taken now: `switched from tablets to film`, `off tramadol now on oxycodone`.
    fn says_what_now(&self, said: &[String]) -> bool {
        let (not, verbs) = (self.lexicon().not_the_drug(), self.lexicon().verbs());
        let is_now = |at: usize| not.is_switched_to(&said[at]) || verbs.says_taken(&said[at..]);
        let to = (0..said.len()).find(|&at| is_now(at));
        to.is_some_and(|to| {
            (to + 1..said.len()).any(|at| self.says_form(&said[at]) || self.names_one(said, at))
        })
    }

    fn says_form(&self, word: &str) -> bool {
        let lexicon = self.lexicon();
        lexicon.is_form(word)
            || lexicon.is_unit_of_use(word)
            || lexicon.is_injection(std::slice::from_ref(&word.to_owned()))
    }

    /// Whether words say that the form or the drug they begin with is no longer taken: `implant removed`.
    fn is_said_behind(&self, said: &[String]) -> bool {
        const FARTHEST: usize = 8;
        let is_thing = |at: usize| {
            is_number(&said[at])
                || self.says_form(&said[at])
                || self.lexicon().is_filler(&said[at])
                || self.lexicon().is_glue(&said[at])
                || self.names_one(said, at)
        };
        let things = (0..said.len().min(FARTHEST)).take_while(|&at| is_thing(at)).count();
        (1..=things).any(|at| begins(&self.lexicon().asides().behind, &said[at..]).is_some())
    }

    /// Whether words name no drug but the product.
    fn speaks_of_same(&self, said: &[String], product: &[String], name: usize) -> bool {
        let own = self.drug_at(product, name);
        (0..said.len()).filter(|&at| self.names_one(said, at)).all(|at| {
            let both = self.drug_at(said, at).zip(own);
            both.is_some_and(|(a, b)| self.shares_ingredient(a, b))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::drug::{FormKind, Identity};
    use crate::rule::Book;

    /// The drugs of a text, each with its kind of form.
    fn read(book: &Book, text: &str) -> Vec<(String, FormKind)> {
        let dictionary = book.dictionary();
        let components = dictionary.resolve(&Identity::text(text)).components;
        let one = |c: &crate::drug::Component| {
            (dictionary.drug(c.drug).file.id.clone(), dictionary.form(c.drug, c.form).kind)
        };
        components.iter().map(one).collect()
    }

    #[test]
    fn a_form_or_a_drug_in_a_remark_behind_a_product_is_not_the_product_s() {
        let book = Book::built_in().unwrap();
        for (text, drug, kind) in [
            ("Sublocade 300 mg, stopped suboxone film", "buprenorphine", FormKind::Depot),
            ("Sublocade 300 mg after Suboxone 8 mg films", "buprenorphine", FormKind::Depot),
            ("Sublocade 300 mg (previously Suboxone)", "buprenorphine", FormKind::Depot),
            ("Sublocade 100 mg (off SL tablets)", "buprenorphine", FormKind::Depot),
            (
                "buprenorphine ER injection 300 mg (tablets stopped)",
                "buprenorphine",
                FormKind::Depot,
            ),
            ("buprenorphine ER inj 300 mg after SL films", "buprenorphine", FormKind::Depot),
            (
                "buprenorphine ER inj 300 mg (prior SL tablets 8 mg)",
                "buprenorphine",
                FormKind::Depot,
            ),
            ("buprenorphine 300 mg/1.5 mL inj, off tablets", "buprenorphine", FormKind::Depot),
            ("buprenorphine ER inj 300 mg, last film today", "buprenorphine", FormKind::Depot),
            (
                "buprenorphine monthly depot 300 mg, tablets stopped",
                "buprenorphine",
                FormKind::Depot,
            ),
            ("naltrexone ER 380 mg IM, tolerated 50 mg tablets", "naltrexone", FormKind::Depot),
            ("naltrexone 380 mg injection given after 50 mg tablet", "naltrexone", FormKind::Depot),
            ("Oxycodone 10 mg tab (was on fentanyl patch)", "oxycodone", FormKind::Tablet),
            ("Tramadol 50 mg tab - stop Butrans patch", "tramadol", FormKind::Tablet),
            ("Buprenorphine 8 mg SL tab; patch removed", "buprenorphine", FormKind::Tablet),
            ("Naltrexone 50 mg tablet (implant removed)", "naltrexone", FormKind::Tablet),
            (
                "Buprenorphine 8 mg SL tab, wants Sublocade injection",
                "buprenorphine",
                FormKind::Tablet,
            ),
            ("Naltrexone 50 mg tab, then Vivitrol 380 mg", "naltrexone", FormKind::Tablet),
            ("Naltrexone 50 mg until depot injection available", "naltrexone", FormKind::Tablet),
            ("naltrexone, 380 mg, extended-release injection", "naltrexone", FormKind::Depot),
            ("Naltrexone (380 mg) ER injection", "naltrexone", FormKind::Depot),
            ("buprenorphine (Butrans) patch", "buprenorphine", FormKind::Patch),
            ("Buprenorphine 10 mcg/h, patch", "buprenorphine", FormKind::Patch),
            ("Fentanyl 25, last patch today", "fentanyl", FormKind::Patch),
            ("Vivitrol 380 mg (after naltrexone 50 mg tab)", "naltrexone", FormKind::Depot),
        ] {
            assert_eq!(read(&book, text), [(drug.to_owned(), kind)], "{text}");
        }
        for text in [
            "Oxycodone 5 mg tablet, after that tramadol 50 mg tab",
            "Oxycodone 5 mg tablet, then tramadol 50 mg tab",
            "Oxycodone 5 mg tablet (stopped Butrans patch), methadone 10 mg tablet",
        ] {
            assert_eq!(read(&book, text).len(), 2, "{text}");
        }
    }

    #[test]
    fn every_remark_of_a_cell_goes_whatever_sign_and_language_it_stands_in() {
        let book = Book::built_in().unwrap();
        for text in [
            "Sublocade 300 mg, stopped suboxone film, stopped tablets",
            "Sublocade 300 mg (off SL tablets); d/c Subutex films; last film 3/1",
            "buprenorphine ER injection 300 mg (tablets stopped) - was on Suboxone 8 mg films",
            "Sublocade 300 mg [was on Suboxone 8-2 film] - tolerated SL tablets",
            "Sublocade 100 mg – previously Subutex 8 mg tablets",
            "Sublocade 300 mg: stopped SL films",
            "Sublocade 300 mg / d/c Suboxone film",
            "Sublocade 300 mg {prior SL tablets}",
            "Sublocade 300 mg -- stopped Suboxone film",
            "Sublocade 300 mg, declined SL tablets, UDS negative",
            "Sublocade 300 mg; cancelled Suboxone film refill",
            "Sublocade 300 mg switched from tablets to injection",
            "Sublocade 300 mg, Suboxone film abgesetzt",
            "Sublocade 300 mg, arrêt Subutex 8 mg",
            "Sublocade 300 mg (comprimés arrêtés)",
            "Sublocade 300 mg en lugar de Suboxone 8 mg",
            "Buvidal 64 mg (compresse sospese)",
            "Buvidal 96 mg, comprimidos suspensos",
            "Buvidal 96 mg (voorheen Suboxone tabletten)",
            "Buvidal 96 mg (Suboxone tabletter utsatta)",
            "Buvidal 96 mg, Suboxone tabletter seponeret",
            "Buvidal 96 mg, tidligere Subutex tabletter",
            "Buvidal 96 mg (Suboxone tabletit lopetettu)",
            "Buvidal 96 mg zamiast Suboxone tabletki",
            "naltrexone ER 380 mg IM, oral test dose 50 mg tablet given",
            "Vivitrol 380 mg - patient refused tablets",
        ] {
            let read = read(&book, text);
            assert!(matches!(&read[..], [(_, FormKind::Depot)]), "{text}: {read:?}");
        }
        for text in [
            "Oxycodone 10 mg tab instead of fentanyl patch",
            "Tramadol 50 mg Tabl. - Fentanyl Pflaster abgesetzt",
            "Tramadol 50 mg comprimé, patch de fentanyl retiré",
            "Oxycodon 10 mg tablet in plaats van fentanyl pleister",
            "Naltrexone 50 mg tablet (implant removed), refused Vivitrol injection",
            "Buprenorphine 8 mg SL tab, refused Sublocade injection",
        ] {
            let read = read(&book, text);
            assert!(matches!(&read[..], [(_, FormKind::Tablet)]), "{text}: {read:?}");
        }
        for text in [
            "Suboxone 8 mg film switched from tablets to film",
            "Oxycodone 5 mg tablet, stopped tramadol 50 mg tab, naltrexone 50 mg tab",
        ] {
            assert_eq!(read(&book, text).len(), 2, "{text}");
        }
    }

    #[test]
    fn what_was_refused_or_taken_back_is_not_taken_and_what_may_be_is_told() {
        let book = Book::built_in().unwrap();
        let dictionary = book.dictionary();
        for text in [
            "Vivitrol 380 mg - patient refused",
            "Naltrexone 50 mg tablet - declined",
            "Vivitrol 380 mg - refused injection",
            "Vivitrol 380 mg geweigerd",
            "Naltrexone 50 mg tab (REFUSED)",
            "Naltrexone 50 mg tab - ON HOLD",
            "HOLD: naltrexone 50 mg tab",
            "*VOID* Naltrexone 50 mg tab",
            "Naltrexone 50 mg tab - not given",
            "Naltrexone 50 mg tab - not dispensed",
            "Naltrexone 50 mg tab - discontinued before first dose",
            "Naltrexone refused",
            "declined naltrexone 50 mg",
            "CANCELLED naltrexone 50 mg tab",
        ] {
            let verdict = dictionary.resolve(&Identity::text(text));
            assert!(verdict.not_taken && verdict.components.is_empty(), "{text}");
        }
        for text in ["Vivitrol 380 mg - no show", "Naltrexone 50 mg tablet - not taking"] {
            let verdict = dictionary.resolve(&Identity::text(text));
            assert!(read(&book, text).is_empty() && !verdict.resolved, "{text}");
            assert!(!verdict.not_taken, "{text}");
            assert!(!dictionary.mentions(text).is_empty(), "{text}: it reads as a product");
        }
        assert!(read(&book, "Vivitrol - pt declined").is_empty());
        let mentions = dictionary.mentions("Naltrexone 50 mg tab - was on methadone 40 mg");
        assert_eq!(mentions.iter().filter(|mention| mention.is_product).count(), 1);
        for text in [
            "Vivitrol 380 mg - patient refused tablets",
            "Oxycodone 5 mg tablet - not taken today",
            "Oxycodone 5 mg tablet, hold for sedation",
            "Oxycodone 5 mg tablet, hold 2 doses",
            "Naltrexone 50 mg tab declined by insurance, paid cash",
            "Naltrexone 50 mg previously refused",
            "Vivitrol 380 mg - refused counseling",
            "Naltrexone 50 mg tablet - patient refused Vivitrol",
            "Oxycodone 5 mg tablet - declined naloxone",
        ] {
            assert_eq!(read(&book, text).len(), 1, "{text}");
        }
    }
}

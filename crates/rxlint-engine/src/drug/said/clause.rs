//! The clauses of a drug's text: the stretches between signs. What a text says about one drug in its own clause is not said about the drug in the
//! next: `Senna refused, oxycodone 5 mg given`.

use std::ops::Range;

use crate::drug::book::dictionary::{Dictionary, DrugIx};

/// A text with more words is not a drug's text. What it says next to its names is not looked for, since that takes quadratic time.
pub(super) const MOST_WORDS: usize = 300;

/// A sign that ends a clause: its range, and the sign itself.
pub(super) type Sign = (Range<usize>, char);

/// The signs of a text that end a clause.
pub(super) fn signs(text: &str) -> Vec<Sign> {
    let bytes = text.as_bytes();
    let is_space = |at: usize| bytes.get(at).is_none_or(u8::is_ascii_whitespace);
    let is_between = |at: usize| {
        at > 0 && bytes[at - 1] == b' ' && matches!(bytes.get(at + 1), Some(b' ' | b'-' | b'/'))
    };
    let is_sign = |at: usize, sign: char| match sign {
        ';' | '(' | '[' | '{' | ')' | ']' | '}' | '+' | '*' | '|' | '–' | '—' => true,
        '\n' | '\u{2028}' => true,
        '>' | '→' => is_space(at + sign.len_utf8()),
        ',' => !bytes.get(at + 1).is_some_and(u8::is_ascii_digit),
        ':' => bytes.get(at + 1) == Some(&b' '),
        '.' => is_space(at + 1) && at + 1 < bytes.len(),
        '-' | '/' => is_between(at),
        _ => false,
    };
    text.char_indices()
        .filter(|&(at, sign)| is_sign(at, sign))
        .map(|(at, sign)| (at..at + sign.len_utf8(), sign))
        .collect()
}

/// Signs that may also occur within what is said about one drug.
fn weak_signs(text: &str) -> Vec<Sign> {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let is_sign = |at: usize, sign: char| match sign {
        '>' | '→' | ':' | '&' | '\\' => true,
        '/' => at > 0 && !is_digit(at - 1) && !is_digit(at + 1),
        _ => false,
    };
    let all = text.char_indices().filter(|&(at, sign)| is_sign(at, sign));
    all.map(|(at, sign)| (at..at + sign.len_utf8(), sign)).collect()
}

/// Where the clauses of a text after the first begin: at which word, and after which sign.
#[derive(Debug, Default)]
pub(super) struct Clauses(Vec<(usize, char)>);

impl Clauses {
    /// The sign after which a word begins a clause.
    pub(super) fn sign_before(&self, word: usize) -> Option<char> {
        self.0.iter().rev().find(|(at, _)| *at == word).map(|(_, sign)| *sign)
    }

    /// Every clause of a text with so many words, with the sign before it.
    pub(super) fn all(&self, words: usize) -> Vec<(Range<usize>, Option<char>)> {
        let starts = std::iter::once((0, None));
        let starts: Vec<_> =
            starts.chain(self.0.iter().map(|&(at, sign)| (at, Some(sign)))).collect();
        let end = |at: usize| starts.get(at + 1).map_or(words, |(next, _)| *next);
        let all = starts.iter().enumerate().map(|(at, &(start, sign))| (start..end(at), sign));
        // Two signs may be adjacent: the first says the most.
        let mut clauses: Vec<(Range<usize>, Option<char>)> = Vec::new();
        let mut pending = None;
        for (clause, sign) in all {
            let sign = pending.take().or(sign);
            if clause.is_empty() {
                pending = sign;
            } else {
                clauses.push((clause, sign));
            }
        }
        clauses
    }

    /// The clauses that begin at or after a word, in a text with so many words.
    fn from(&self, word: usize, words: usize) -> impl Iterator<Item = Range<usize>> {
        let end = move |at: usize| self.0.get(at + 1).map_or(words, |(next, _)| *next);
        let all = self.0.iter().enumerate().filter(move |(_, (start, _))| *start >= word);
        all.map(move |(at, (start, _))| *start..end(at))
    }
}

impl Dictionary {
    /// The clauses of a text that was read as these words; none if its parts are read as other words than the whole.
    pub(super) fn clauses(&self, text: &str, words: &[String]) -> Clauses {
        if words.len() > MOST_WORDS {
            return Clauses::default();
        }
        let mut clauses = self.clauses_at(signs(text), text, words);
        self.part_pairs(&mut clauses, text, words);
        clauses
    }

    /// Separates the drugs of a list of pairs, each with what was done after a sign: `lisinopril - HELD and oxycodone - CONTINUED`. Without the sign
    /// the verb may refer to what follows it.
    fn part_pairs(&self, clauses: &mut Clauses, text: &str, words: &[String]) {
        let amps: Vec<Sign> = text.match_indices('&').map(|(at, _)| (at..at + 1, '&')).collect();
        let amps =
            if amps.is_empty() { Clauses::default() } else { self.clauses_at(amps, text, words) };
        let (mut parted, mut from) = (Vec::new(), 0);
        for &(start, sign) in &clauses.0 {
            let before = from..start;
            from = start;
            if matches!(sign, '-' | '–' | '—' | ':')
                && let Some(join) = self.next_pair(words, start, &amps)
                && before.into_iter().any(|at| self.names_one(words, at))
            {
                parted.push((join, ','));
            }
        }
        if !parted.is_empty() {
            clauses.0.extend(parted);
            clauses.0.sort_by_key(|(at, _)| *at);
        }
    }

    /// Where, after a verb at a word, the next drug is joined to the one that the verb was about.
    fn next_pair(&self, words: &[String], start: usize, amps: &Clauses) -> Option<usize> {
        const FARTHEST: usize = 5;
        let verbs = self.lexicon().verbs();
        let said = verbs.at(words.get(start..)?)?;
        said.behind?;
        let end = start + said.words.len();
        let is_join = |at: usize| verbs.joins.contains(&words[at]);
        let is_amp = |at: usize| amps.sign_before(at).is_some();
        let mut near = (end..words.len()).take(FARTHEST);
        let join =
            near.find(|&at| is_join(at) || is_amp(at) || !self.is_beside_verb(&words[at]))?;
        let name = match (is_join(join), is_amp(join)) {
            (true, _) => join + 1,
            (_, true) => join,
            _ => return None,
        };
        (name < words.len() && self.names_one(words, name)).then_some(join)
    }

    /// Whether a sign of any kind precedes a word.
    pub(super) fn has_weak_sign_before(&self, text: &str, words: &[String], word: usize) -> bool {
        words.len() <= MOST_WORDS
            && self.clauses_at(weak_signs(text), text, words).sign_before(word).is_some()
    }

    fn clauses_at(&self, signs: Vec<Sign>, text: &str, words: &[String]) -> Clauses {
        let (mut starts, mut from, mut count) = (Vec::new(), 0, 0);
        for (span, sign) in signs {
            count += self.read(&text[from..span.start]).len();
            starts.push((count, sign));
            from = span.end;
        }
        if starts.is_empty() || count + self.read(&text[from..]).len() != words.len() {
            return Clauses::default();
        }
        Clauses(starts)
    }

    /// The drug that is named at a word.
    pub(super) fn drug_at(&self, words: &[String], at: usize) -> Option<DrugIx> {
        let phrase = self.phrase_at(words, at).map(|phrase| phrase.drug);
        phrase.or_else(|| self.whole_word(&words[at]))
    }

    /// Whether a word begins the name of a drug other than the one named by these words.
    pub(super) fn is_another(&self, words: &[String], at: usize, named: &Range<usize>) -> bool {
        let both = || self.drug_at(words, at).zip(self.drug_at(words, named.start));
        !named.contains(&at)
            && self.names_one(words, at)
            && both().is_none_or(|(one, other)| !self.shares_ingredient(one, other))
    }

    /// The words after a name up to the clause that names another drug.
    pub(super) fn own_words<'w>(
        &self,
        clauses: &Clauses,
        words: &'w [String],
        named: &Range<usize>,
    ) -> &'w [String] {
        let names_another =
            |clause: &Range<usize>| clause.clone().any(|at| self.is_another(words, at, named));
        let next = clauses.from(named.end, words.len()).find(names_another);
        &words[named.end..next.map_or(words.len(), |clause| clause.start)]
    }

    /// Whether a clause after a name names another drug.
    pub(super) fn another_follows(
        &self,
        clauses: &Clauses,
        words: &[String],
        named: &Range<usize>,
    ) -> bool {
        self.own_words(clauses, words, named).len() < words.len() - named.end
    }
}

#[cfg(test)]
mod tests {
    use crate::drug::{Identity, Role};
    use crate::rule::Book;

    /// The watched drugs of a text, or what becomes of it instead.
    fn said(book: &Book, text: &str) -> String {
        let dictionary = book.dictionary();
        let verdict = dictionary.resolve(&Identity::text(text));
        let is_watched =
            |c: &&crate::drug::Component| !matches!(c.role, Role::Known | Role::Rescue);
        let drugs = verdict.components.iter().filter(is_watched);
        let names: Vec<&str> = drugs.map(|c| dictionary.drug(c.drug).file.id.as_str()).collect();
        match (names.is_empty(), verdict.not_taken, verdict.resolved) {
            (false, ..) => names.join("+"),
            (_, true, _) => "not taken".to_owned(),
            (_, _, true) => "none".to_owned(),
            _ => "open".to_owned(),
        }
    }

    fn check(book: &Book, text: &str, is: &str) {
        assert_eq!(said(book, text), is, "{text}");
    }

    #[test]
    fn what_was_refused_in_a_clause_of_its_own_is_no_other_drug() {
        let book = Book::built_in().unwrap();
        for status in ["refused", "was refused", "(refused)", "- refused", "declined", "not given"]
        {
            for sign in [",", ";", ".", " -", " /", " +", "\n"] {
                for first in ["Senna", "Ibuprofen 600 mg", "Epidural", "Narcan", "docusate"] {
                    check(
                        &book,
                        &format!("{first} {status}{sign} oxycodone 5 mg given"),
                        "oxycodone",
                    );
                }
                check(
                    &book,
                    &format!("Suboxone {status}{sign} naltrexone 50 mg tab"),
                    "naltrexone",
                );
                let one = format!("Tramadol 50 mg {status}{sign} oxycodone 5 mg given");
                check(&book, &one, "oxycodone");
                let other = format!("Oxycodone 5 mg given{sign} tramadol 50 mg {status}");
                check(&book, &other, "oxycodone");
            }
        }
        for status in ["held", "cancelled", "on hold", "returned to stock", "not taken", "stopped"]
        {
            let one = format!("Tramadol 50 mg {status}; oxycodone 5 mg given");
            check(&book, &one, "oxycodone");
            let other = format!("Oxycodone 5 mg given; tramadol 50 mg {status}");
            check(&book, &other, "oxycodone");
        }
        for status in ["refused", "denied", "cancelled", "not given"] {
            for sign in [": ", "/", " & ", "&", " \\ ", " > ", " => ", " -> ", " → "] {
                check(&book, &format!("Gabapentin {status}{sign}oxycodone 5 mg tab"), "oxycodone");
                let one = format!("Acamprosate {status}{sign}naltrexone 50 mg tab");
                check(&book, &one, "naltrexone");
            }
        }
        for text in [
            "Pt refused: oxycodone 5 mg",
            "Order cancelled: oxycodone 5 mg",
            "Refused - oxycodone 5 mg",
            "pt refused oxycodone",
        ] {
            check(&book, text, "not taken");
        }
    }

    #[test]
    fn what_was_refused_of_a_medicine_leaves_the_medicine() {
        let book = Book::built_in().unwrap();
        for drug in ["Oxycodone 5 mg tab", "Tramadol 50 mg tab", "Naltrexone 50 mg tab"] {
            let id = drug.split(' ').next().unwrap().to_lowercase();
            for what in [
                "generic refused",
                "brand declined",
                "brand not given",
                "generic not taken",
                "brand on hold",
                "brand not dispensed",
                "bottle refused",
                "blister refused",
                "generic refused by pt",
                "1 dose held",
                "5 tabs returned to stock",
                "old rx void",
                "brand cancelled",
            ] {
                for text in [
                    format!("{drug}, {what}"),
                    format!("{drug} {what}"),
                    format!("{drug} ({what})"),
                ] {
                    check(&book, &text, &id);
                }
            }
        }
        check(&book, "Oxycodone 5 mg 1 tab refused", "oxycodone");
        check(&book, "Percocet 5/325 tab refused", "not taken");
        check(&book, "Oxycodone 5 mg bottle refused", "not taken");
    }

    #[test]
    fn what_was_cancelled_was_not_taken() {
        let book = Book::built_in().unwrap();
        for text in [
            "Oxycodone 5 mg cancelled",
            "Oxycodone 5 mg (CANCELLED)",
            "CANCELLED: oxycodone 5 mg",
            "Oxycodone 5 mg tab canceled",
            "Oxycodone 5 mg - order cancelled",
            "Oxycodone 5 mg CANCELED BY MD",
            "Oxycodone 5 mg void",
            "Oxycodone 5 mg (deleted)",
            "Oxicodona 5 mg comprimido anulada",
            "Oxycodon 5 mg Tablette verweigert",
        ] {
            check(&book, text, "not taken");
        }
        for text in ["Oxycodone 5 mg cancelled refills", "Oxycodone 5 mg, Norco cancelled"] {
            check(&book, text, "oxycodone");
        }
    }

    #[test]
    fn an_allergy_a_screen_and_a_drug_of_before_are_mentions() {
        let book = Book::built_in().unwrap();
        for remark in [
            "(allergic to codeine)",
            "(allergy: codeine)",
            "UDS neg fentanyl",
            "negative UDS for oxycodone, methadone",
            "(last oxycodone 10 days ago)",
            "(last Suboxone 2 weeks ago)",
            "Last opioid: oxycodone 10 d ago",
            "previously methadone",
            "(blocks morphine)",
            "for heroin/oxycodone dependence",
            "ne pas associer au tramadol",
            "non assumere con tramadolo",
        ] {
            check(&book, &format!("Naltrexone 50mg tabs, {remark}"), "naltrexone");
        }
        for text in [
            "Discontinue oxycodone; start naltrexone 50 mg",
            "d/c Percocet, start naltrexone 50",
            "STOP Suboxone, START Vivitrol",
            "Change from Suboxone to Vivitrol",
            "Suboxone -> Vivitrol",
        ] {
            check(&book, text, "naltrexone");
        }
        check(&book, "Oxycodone 5 mg, hold naltrexone", "oxycodone");
        check(&book, "Stop Norco, start Percocet", "oxycodone");
        check(&book, "UDS - oxycodone screen", "none");
        check(&book, "Naltrexone 50 mg tab, UDS done, oxycodone 5 mg tab", "naltrexone+oxycodone");
    }
}

//! Changes from one drug to another (`methadone -> buprenorphine`, `switched from oxycodone to tramadol`, `was on oxycodone; naltrexone 50 mg`) and
//! from one form or strength to another (`switched from oxycodone IR to ER`): what follows is taken, what precedes is reported as a mention. The
//! words are under `[verbs]` in `drugs/lexicon.toml`.

use std::ops::Range;

use super::clause::signs;
use super::not_the_drug::{is_number, states_strength};
use super::sentence::Standing;
use crate::drug::book::dictionary::{Dictionary, DrugIx};
use crate::drug::identity::Identity;
use crate::drug::spelling::name::words;

/// A longer text is not a drug's text.
const LONGEST: usize = 400;

/// What arrows are made of.
const HEADS: [char; 8] = ['>', '→', '⇒', '➔', '⟶', '➜', '➡', '⟹'];
const HEADS_BACK: [char; 4] = ['<', '←', '⇐', '⟵'];
const SHAFTS: [char; 5] = ['-', '=', '~', '–', '—'];

/// What separates the items of a list.
const ITEMS: [char; 5] = [';', ',', '|', '\n', '\u{2028}'];

/// What a text says about a change: what is taken after it, with everything that the change is not about, and what was taken before.
pub(in crate::drug) struct Change {
    pub(in crate::drug) now: String,
    pub(in crate::drug) before: String,
}

/// A word of a text and its position.
struct Token {
    at: Range<usize>,
    word: String,
}

fn tokens(text: &str) -> Vec<Token> {
    let mut all = Vec::new();
    let mut start = None;
    let ends = text.char_indices().chain([(text.len(), ' ')]);
    for (at, c) in ends {
        match (c.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                all.push(Token { at: from..at, word: words(&text[from..at]).join(" ") });
                start = None;
            }
            _ => {}
        }
    }
    all
}

/// The arrows of a text, and whether they point back.
fn arrows(text: &str) -> Vec<(Range<usize>, bool)> {
    let is_part = |c: char| HEADS.contains(&c) || HEADS_BACK.contains(&c) || SHAFTS.contains(&c);
    let mut all: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| is_part(*c)) {
        match all.last_mut() {
            Some(last) if last.end == at => last.end += c.len_utf8(),
            _ => all.push(at..at + c.len_utf8()),
        }
    }
    // A single sign may belong to a tag or a comparison.
    let is_tagged = text.contains('<');
    let kind = |at: Range<usize>| {
        let arrow = &text[at.clone()];
        let (on, back) = (arrow.contains(HEADS), arrow.contains(HEADS_BACK));
        let is_arrow = on != back && arrow != "<" && !(arrow == ">" && is_tagged);
        is_arrow.then_some((at, back))
    };
    all.into_iter().filter_map(kind).collect()
}

impl Dictionary {
    /// The identity without what was taken before a change, if its texts describe one.
    pub(in crate::drug) fn after_changes<'a>(
        &self,
        identity: &'a Identity<'_>,
    ) -> Option<Identity<'a>> {
        let changes = identity.texts.each_ref().map(|text| self.change(text));
        if changes.iter().all(Option::is_none) {
            return None;
        }
        let mut read = identity.clone();
        for (text, change) in read.texts.iter_mut().zip(changes) {
            *text = change.map_or_else(|| std::mem::take(text), |change| change.now.into());
        }
        Some(read)
    }

    /// The change that a text describes.
    pub(in crate::drug) fn change(&self, text: &str) -> Option<Change> {
        if text.len() > LONGEST {
            return None;
        }
        self.by_arrows(text).or_else(|| self.by_words(text)).or_else(|| self.by_clauses(text))
    }

    /// What the arrows of a text say, one after the other: `methadone -> buprenorphine -> naltrexone`.
    fn by_arrows(&self, text: &str) -> Option<Change> {
        const MOST: usize = 4;
        let mut change = self.by_arrow(text)?;
        for _ in 1..MOST {
            let Some(next) = self.by_arrow(&change.now) else { break };
            change = Change { now: next.now, before: format!("{} {}", next.before, change.before) };
        }
        Some(change)
    }

    /// What an arrow says that stands directly between two drugs in one item of a list. Before a strength it is a change of dose, and at the
    /// beginning a bullet.
    fn by_arrow(&self, text: &str) -> Option<Change> {
        if !text.contains(HEADS) && !text.contains(HEADS_BACK)
            || text.trim_start().starts_with(|c: char| HEADS.contains(&c) || SHAFTS.contains(&c))
        {
            return None;
        }
        arrows(text).into_iter().rev().find_map(|(arrow, back)| {
            let (left, right) = (&text[..arrow.start], &text[arrow.end..]);
            let start = left.rfind(ITEMS).map_or(0, |at| at + 1);
            let end = right.find(ITEMS).unwrap_or(right.len());
            // A bare sign between two strengths separates them too.
            let is_sign = text[arrow].len() == 1 && states_strength(&left[start..]);
            if is_sign || !self.is_name_last(&left[start..]) || !self.is_name_first(&right[..end]) {
                return None;
            }
            if back {
                let end = self.end_of_name(right);
                let (before, rest) = right.split_at(end);
                return self
                    .are_two(before, left)
                    .then(|| Change { now: format!("{left} {rest}"), before: before.to_owned() });
            }
            let start = self.start_of_name(left);
            self.are_two(&left[start..], right).then(|| Change {
                now: format!("{} {right}", &left[..start]),
                before: left[start..].to_owned(),
            })
        })
    }

    /// Whether an item of a list ends with a name and its amount.
    fn is_name_last(&self, item: &str) -> bool {
        let words = self.read(item);
        let name = self.named_in(&words).pop();
        name.is_some_and(|(name, _)| words[name.end..].iter().all(|w| self.is_beside_verb(w)))
    }

    /// Whether an item of a list begins with a name and states no condition: `-> ibuprofen if not relieved` is given in addition.
    fn is_name_first(&self, item: &str) -> bool {
        let words = self.read(item);
        let verbs = self.lexicon().verbs();
        let first = (0..words.len()).find(|&at| self.names_one(&words, at));
        first.is_some_and(|first| {
            words[..first].iter().all(|word| self.is_beside_verb(word) && !is_number(word))
        }) && !words.iter().any(|word| verbs.conditions.contains(word))
    }

    fn by_words(&self, text: &str) -> Option<Change> {
        let (not, verbs) = (self.lexicon().not_the_drug(), self.lexicon().verbs());
        let is_to = |word: &str| not.is_switched_to(word);
        if !text.split(|c: char| !c.is_alphanumeric()).any(|word| is_to(&word.to_lowercase())) {
            return None;
        }
        let tokens = tokens(text);
        let to = (0..tokens.len()).filter(|&at| is_to(&tokens[at].word));
        to.into_iter().find_map(|to| {
            let start = signs(&text[..tokens[to].at.start]).last().map_or(0, |(sign, _)| sign.end);
            let right = &text[tokens[to].at.end..];
            let first = tokens.iter().position(|token| token.at.start >= start)?;
            let own = &tokens[first..to];
            let verb = own.iter().position(|token| verbs.is_change(&token.word));
            match verb {
                Some(verb) if own[..verb].iter().any(|t| verbs.is_intention(&t.word)) => None,
                Some(verb) => {
                    let left = start..tokens[to].at.start;
                    self.by_verb(text, left, own[verb].at.start, right)
                }
                // `a` is the Czech *and*.
                None if !verbs.is_to_alone(&tokens[to].word) => None,
                None => self.by_to(&text[start..tokens[to].at.start], right).then(|| Change {
                    now: format!("{} {right}", &text[..start]),
                    before: text[start..tokens[to].at.start].to_owned(),
                }),
            }
        })
    }

    /// What a verb of change in the left part of a text says.
    fn by_verb(&self, text: &str, left: Range<usize>, verb: usize, right: &str) -> Option<Change> {
        let change = |now: String| Change { now, before: text[left.clone()].to_owned() };
        let own = &text[left.clone()];
        let clause = &right[..signs(right).first().map_or(right.len(), |(sign, _)| sign.start)];
        let after = self.read(clause);
        let is_judged = |(_, drug): &(Range<usize>, Option<DrugIx>)| {
            drug.is_some_and(|drug| self.is_watched(drug))
        };
        if self.are_two(own, clause) && self.named_in(&after).iter().any(is_judged) {
            return Some(change(format!("{} {right}", &text[..left.start])));
        }
        let said = self.read(own);
        let name = self.named_in(&said).into_iter().next()?;
        if !self.named_in(&after).is_empty() {
            return None;
        }
        // Another form or strength of the same drug.
        let lexicon = self.lexicon();
        let is_part = |word: &String| {
            is_number(word)
                || lexicon.is_form(word)
                || lexicon.is_glue(word)
                || lexicon.is_injection(std::slice::from_ref(word))
        };
        let kept = &text[left.start..verb];
        let named_before = !self.named_in(&self.read(kept)).is_empty();
        let kept = if named_before { kept.to_owned() } else { said[name.0].join(" ") };
        let now = || format!("{} {kept} {right}", &text[..left.start]);
        after.first().is_some_and(is_part).then(|| change(now()))
    }

    /// Whether only `to` is between two drugs: `methadone to buprenorphine`.
    fn by_to(&self, left: &str, right: &str) -> bool {
        let (before, after) = (self.read(left), self.read(right));
        let names = self.named_in(&before);
        let begins = |words: &[String]| !words.is_empty() && self.names_one(words, 0);
        let is_plain = |at: usize| {
            names.iter().any(|(name, _)| name.contains(&at)) || self.is_beside_verb(&before[at])
        };
        begins(&before)
            && begins(&after)
            && (0..before.len()).all(is_plain)
            && self.are_two(left, right)
    }

    /// A clause that says that a drug was stopped, if its name and the next one would make a combination.
    fn by_clauses(&self, text: &str) -> Option<Change> {
        let (sign, _) = signs(text).into_iter().next()?;
        let (left, right) = (&text[..sign.start], &text[sign.end..]);
        let before = self.read(left);
        let (name, _) = self.named_in(&before).pop()?;
        // Nothing is said about most names, and they need not be read as a whole.
        if self.standing(left, &before, &name) != Some(Standing::Stopped) {
            return None;
        }
        let all = self.read(text);
        let is_crossed = self
            .phrase_at(&all, name.start)
            .is_some_and(|phrase| name.start + phrase.words.len() > before.len());
        is_crossed.then(|| Change { now: right.to_owned(), before: left.to_owned() })
    }

    /// Where words contain names, and the drugs that they name.
    fn named_in(&self, words: &[String]) -> Vec<(Range<usize>, Option<DrugIx>)> {
        let (mut all, mut at) = (Vec::new(), 0);
        while at < words.len() {
            let length = self.phrase_at(words, at).map_or(1, |phrase| phrase.words.len());
            if self.names_one(words, at) {
                all.push((at..at + length, self.drug_at(words, at)));
            }
            at += length;
        }
        all
    }

    /// Whether two texts name drugs that have nothing in common.
    fn are_two(&self, left: &str, right: &str) -> bool {
        let (left, right) = (self.read(left), self.read(right));
        let (one, other) = (self.named_in(&left), self.named_in(&right));
        let Some((first, drug)) = other.first() else { return false };
        let is_other = |(name, own): &(Range<usize>, Option<DrugIx>)| match (own, drug) {
            (Some(own), Some(drug)) => !self.shares_ingredient(*own, *drug),
            (None, None) => left[name.clone()] != right[first.clone()],
            _ => true,
        };
        !one.is_empty() && one.iter().all(is_other)
    }

    /// Where the clause that names the last drug of a text begins.
    fn start_of_name(&self, text: &str) -> usize {
        let names = |from: usize| !self.named_in(&self.read(&text[from..])).is_empty();
        let signs = signs(text);
        signs.iter().rev().map(|(sign, _)| sign.end).find(|from| names(*from)).unwrap_or(0)
    }

    /// Where the clause that names the first drug of a text ends.
    fn end_of_name(&self, text: &str) -> usize {
        let names = |to: usize| !self.named_in(&self.read(&text[..to])).is_empty();
        let signs = signs(text);
        signs.iter().map(|(sign, _)| sign.start).find(|to| names(*to)).unwrap_or(text.len())
    }
}

#[cfg(test)]
mod tests {
    use crate::drug::Identity;
    use crate::rule::Book;

    /// The drugs of a text.
    fn drugs(book: &Book, text: &str) -> Vec<String> {
        let dictionary = book.dictionary();
        let verdict = dictionary.resolve(&Identity::text(text));
        verdict.components.iter().map(|c| dictionary.drug(c.drug).file.id.clone()).collect()
    }

    #[test]
    fn what_stands_behind_a_change_is_taken_and_what_stands_before_is_told() {
        let book = Book::built_in().unwrap();
        for (first, second) in [
            ("oxycodone", "naltrexone"),
            ("naltrexone", "oxycodone"),
            ("methadone", "naltrexone"),
            ("hydromorphone", "oxycodone"),
            ("tramadol", "methadone"),
        ] {
            for text in [
                format!("{first} -> {second}"),
                format!("{first} --> {second} 50 mg"),
                format!("{first}->{second}"),
                format!("{first} 10 mg → {second} 50 mg"),
                format!("{first} >> {second}"),
                format!("{first} > {second}"),
                format!("{first} ⇒ {second}"),
                format!("{first} ➔ {second}"),
                format!("{second} <- {first}"),
                format!("{first} to {second}"),
                format!("switched from {first} to {second}"),
                format!("changed {first} to {second} 50 mg"),
                format!("{first} changed to {second}"),
                format!("rotated {first} to {second} 10 mg"),
                format!("transitioned off {first} onto {second}"),
                format!("was on {first}, now {second}"),
                format!("was on {first}; {second} 50 mg"),
                format!("Umstellung von {first} auf {second}"),
                format!("relais {first} par {second}"),
            ] {
                assert_eq!(drugs(&book, &text), [second.to_owned()], "{text}");
                let mentions = book.dictionary().mentions(&text);
                let is_told = mentions.iter().any(|mention| {
                    !mention.is_product && book.dictionary().drug(mention.drug).file.id == first
                });
                assert!(is_told, "{text}: {mentions:?}");
            }
        }
    }

    #[test]
    fn a_change_of_form_or_strength_leaves_the_drug() {
        let book = Book::built_in().unwrap();
        for (text, drug) in [
            ("switched from oxycodone IR to ER", "oxycodone"),
            ("changed from methadone liquid to tablets", "methadone"),
            ("switched from naltrexone oral to injection", "naltrexone"),
            ("switched from oxycodone 5 mg to 10 mg", "oxycodone"),
            ("oxycodone IR changed to ER", "oxycodone"),
            ("methadone liquid -> tablets", "methadone"),
            ("methadone 10 mg to 20 mg", "methadone"),
        ] {
            assert_eq!(drugs(&book, text), [drug], "{text}");
        }
        for (text, count) in [
            ("plan to switch from methadone to naltrexone", 2),
            ("naltrexone 50 mg; tramadol -> oxycodone", 2),
            ("oxycodone<br>tramadol", 2),
        ] {
            let drugs = drugs(&book, text);
            assert!(drugs.len() == count || text.starts_with("plan"), "{text}: {drugs:?}");
        }
    }

    #[test]
    fn an_arrow_is_a_change_of_drugs_only_between_two_of_one_item() {
        let book = Book::built_in().unwrap();
        for text in [
            "oxycodone 5 mg prn pain >7; naltrexone 50 mg",
            "oxycodone 5 mg prn pain >=7; naltrexone 50 mg",
            "oxycodone 5 mg (pain > 6), naltrexone 50 mg",
            "oxycodone 5 mg (BP>90) naltrexone 50 mg",
            "oxycodone 5 mg -> 10 mg; naltrexone 50 mg",
            "oxycodone 5 mg -> 10 mg naltrexone 50 mg",
            "oxycodone 5 -> 10 -> 15 mg, naltrexone 50 mg",
            "oxycodone 5 mg bid → tid | naltrexone 50 mg",
            "oxycodone 5 mg PO->SL, naltrexone 50 mg",
            "oxycodone 10 mg <- 5 mg; naltrexone 50 mg",
            "> oxycodone 5 mg > naltrexone 50 mg",
            "→ oxycodone 5 mg, → naltrexone 50 mg",
            "=> oxycodone 5 mg => naltrexone 50 mg",
            "oxycodone 5 mg > naltrexone 50 mg",
            "home meds -> oxycodone 5 mg; discharge meds -> naltrexone 50 mg",
            "1) oxycodone 5 mg prn pain >4 2) naltrexone 50 mg qd",
            "oxycodone 5 mg -> naltrexone 50 mg if not relieved",
            "Oxycodon 10 mg bei NRS >3, Naltrexon 50 mg",
            "oxycodone 5 mg si EVA >6 ; naltrexone 50 mg",
        ] {
            let mut drugs = drugs(&book, text);
            drugs.sort();
            assert_eq!(drugs, ["naltrexone", "oxycodone"], "{text}");
        }
        for text in [
            "oxycodone 5 mg prn pain >7; ibuprofen 400 mg",
            "oxycodone 5 mg tab (for pain >7) #12; naloxone 4 mg spray",
            "oxycodone 5 mg -> 10 mg, clonidine 0.1 mg",
            "oxycodone 5 mg -> 10 mg",
        ] {
            assert!(drugs(&book, text).contains(&"oxycodone".to_owned()), "{text}");
        }
        for text in [
            "methadone -> buprenorphine -> naltrexone",
            "lisinopril 10 mg, methadone 40 mg daily -> naltrexone 50 mg",
            "CHANGE: oxycodone 5 mg -> naltrexone 50 mg",
        ] {
            assert_eq!(drugs(&book, text), ["naltrexone"], "{text}");
        }
    }

    #[test]
    fn a_word_that_is_and_elsewhere_is_a_change_only_behind_one_of_change() {
        let book = Book::built_in().unwrap();
        for text in [
            "Naltrexon 50 mg a Oxycodon 10 mg",
            "Oxycodon 10 mg a Naltrexon 50 mg",
            "naltrexon a oxycodon",
            "naltrexón 50 mg 1-0-0 a oxykodón 10 mg",
        ] {
            assert_eq!(drugs(&book, text).len(), 2, "{text}");
        }
        assert_eq!(drugs(&book, "oxycodon 10 mg a paracetamol 500 mg"), ["oxycodone"]);
        for text in [
            "cambio de oxicodona a naltrexona",
            "passaggio da ossicodone a naltrexone 50 mg",
            "změna z oxycodon na naltrexon",
        ] {
            assert_eq!(drugs(&book, text), ["naltrexone"], "{text}");
        }
    }
}

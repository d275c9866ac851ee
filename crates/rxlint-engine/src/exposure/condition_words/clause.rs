//! A text of diagnoses, cut into clauses, and each of these into parts: what is said in one part concerns that part alone.

use std::ops::Range;

use super::denial::{Bare, bare, closes_a_list, opens_a_denial};
use crate::drug::name::words;

/// What stands between two semicolons, lines or sentences.
#[derive(Debug, Default)]
pub(super) struct Clause {
    /// Its words in their order, over all parts: a name may go on in the next part.
    pub(super) words: Vec<String>,
    /// The part that each word stands in.
    parts: Vec<usize>,
    /// What is said of each part from outside, and what it follows.
    said: Vec<Part>,
}

/// What is known of a part.
#[derive(Clone, Copy, Debug)]
struct Part {
    denied: bool,
    over: bool,
    /// The part that it follows, or stands within.
    follows: usize,
    /// What it begins with.
    begins: Mark,
}

/// What stands between parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Comma,
    Dash,
    Colon,
    Open,
    Close,
    Doubt,
}

/// Abbreviations that a full stop does not end.
const ABBREVIATED: [&str; 11] =
    ["fam", "poss", "prob", "susp", "hist", "r", "h", "w", "s", "v", "z"];

/// The clauses of a text.
pub(super) fn clauses(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let whole = rest?;
        let end = end_of_clause(whole);
        rest = end.map(|(_, after)| &whole[after..]);
        Some(&whole[..end.map_or(whole.len(), |(at, _)| at)])
    })
}

/// Where the first clause of a text ends, and where the next begins.
fn end_of_clause(text: &str) -> Option<(usize, usize)> {
    let mut open = 0_i32;
    for (at, c) in text.char_indices() {
        let after = at + c.len_utf8();
        open += i32::from(matches!(c, '(' | '[' | '{')) - i32::from(matches!(c, ')' | ']' | '}'));
        let ends = match c {
            ';' | '|' | '\n' | '\r' | '\t' | '~' | '*' | '•' | '·' => true,
            '.' => is_full_stop(&text[..at], &text[after..]),
            // `1) … 2) …`
            _ => open < 0,
        };
        if ends {
            return Some((at, after));
        }
    }
    None
}

fn is_full_stop(before: &str, after: &str) -> bool {
    let last = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    let goes_on = after.starts_with(char::is_alphanumeric) && last.contains(char::is_numeric);
    // `V.a.`, `Z.n.`
    let initials = before.strip_suffix(last).is_some_and(|rest| rest.ends_with('.'));
    if initials && last.chars().count() == 1 {
        return false;
    }
    !goes_on && !ABBREVIATED.contains(&last.to_ascii_lowercase().as_str())
}

impl Clause {
    /// The clause with this text.
    pub(super) fn of(text: &str) -> Self {
        let mut clause = Self::default();
        let (mut part, mut from) = (clause.begin(Mark::Comma, 0), 0);
        // The parts around the one that is read, and what is said of all that follow.
        let (mut around, mut label) = (Vec::new(), None);
        for (at, end, mark) in marks(text) {
            clause.push(&text[from..at], part);
            from = end;
            let said = || bare(&clause.words_of(part));
            match mark {
                Mark::Doubt => clause.said[part].denied = true,
                Mark::Colon => label = label.or(said()),
                Mark::Open => {
                    around.push(part);
                    // `suspected (cirrhosis)`
                    if said().is_none() {
                        part = clause.begin(mark, part);
                    }
                }
                Mark::Close => part = around.pop().unwrap_or(part),
                Mark::Comma | Mark::Dash => {
                    if mark == Mark::Dash && part == 0 {
                        label = label.or(said());
                    }
                    part = clause.begin(mark, part);
                    clause.say(part, label);
                }
            }
        }
        clause.push(&text[from..], part);
        clause.settle();
        clause
    }

    fn begin(&mut self, begins: Mark, follows: usize) -> usize {
        self.said.push(Part { denied: false, over: false, follows, begins });
        self.said.len() - 1
    }

    fn push(&mut self, text: &str, part: usize) {
        self.words.extend(words(text));
        self.parts.resize(self.words.len(), part);
    }

    fn say(&mut self, part: usize, what: Option<Bare>) {
        self.said[part].denied |= matches!(what, Some(Bare::Denied | Bare::Answer));
        self.said[part].over |= what == Some(Bare::Over);
    }

    fn words_of(&self, part: usize) -> Vec<&str> {
        let all = self.words.iter().zip(&self.parts);
        all.filter(|(_, of)| **of == part).map(|(word, _)| word.as_str()).collect()
    }

    /// Lets parts that are nothing but a denial speak of the part before them, and a list that is denied be denied whole.
    fn settle(&mut self) {
        for part in 1..self.said.len() {
            let (words, this) = (self.words_of(part), self.said[part]);
            let said = match bare(&words) {
                None if words.is_empty() && this.denied => Some(Bare::Denied),
                // In a list a cell without a diagnosis says nothing of the others.
                Some(Bare::Answer) if this.begins == Mark::Comma => None,
                said => said,
            };
            let said = said.filter(|said| *said != Bare::Filler);
            if said.is_some() {
                // What follows it speaks of the same.
                let before = this.follows;
                self.say(before, said);
                self.said
                    .iter_mut()
                    .filter(|other| other.follows == part)
                    .for_each(|other| other.follows = before);
            }
        }
        for part in 0..self.said.len() {
            if let Some(last) = self.end_of_list(part) {
                self.said[part + 1..=last].iter_mut().for_each(|item| item.denied = true);
            }
        }
    }

    /// The last part of a list that is denied at its head: `no A, B or C`.
    fn end_of_list(&self, part: usize) -> Option<usize> {
        if !opens_a_denial(&self.words_of(part)) {
            return None;
        }
        let items = part + 1..self.said.len();
        let mut items = items.take_while(|item| self.said[*item].begins == Mark::Comma);
        items.find(|item| closes_a_list(&self.words_of(*item)))
    }

    /// Whether what stands around the part of a word denies it.
    pub(super) fn denies(&self, word: usize, passes: bool) -> bool {
        let part = self.said[self.parts[word]];
        part.denied || passes && part.over
    }

    /// Those words of a stretch that stand in the same part as a word, and where.
    pub(super) fn part_of(&self, word: usize, stretch: Range<usize>) -> (Vec<&str>, Vec<usize>) {
        let same = stretch.filter(|at| self.parts[*at] == self.parts[word]);
        same.map(|at| (self.words[at].as_str(), at)).unzip()
    }

    /// Whether two words stand in one part.
    pub(super) fn is_same_part(&self, one: usize, other: usize) -> bool {
        self.parts[one] == self.parts[other]
    }

    /// Whether these words are all that their part holds.
    pub(super) fn is_whole_part(&self, words: Range<usize>) -> bool {
        self.parts
            .iter()
            .enumerate()
            .all(|(at, part)| words.contains(&at) == (*part == self.parts[words.start]))
    }
}

/// The marks between parts, each with where it begins and ends.
fn marks(text: &str) -> impl Iterator<Item = (usize, usize, Mark)> + '_ {
    text.char_indices().filter_map(|(at, c)| {
        let end = at + c.len_utf8();
        let (before, after) = (text[..at].chars().next_back(), text[end..].chars().next());
        let both = |is: fn(char) -> bool| before.is_some_and(is) && after.is_some_and(is);
        let mark = match c {
            ',' if !both(|c| c.is_ascii_digit()) => Mark::Comma,
            '^' | '—' => Mark::Comma,
            '-' | '–' | '/' if both(char::is_whitespace) => Mark::Dash,
            ':' | '=' => Mark::Colon,
            '(' | '[' | '{' => Mark::Open,
            ')' | ']' | '}' => Mark::Close,
            // Within a word it stands for a letter that was lost.
            '?' if !both(char::is_alphanumeric) => Mark::Doubt,
            _ => return None,
        };
        Some((at, end, mark))
    })
}

//! A text of diagnoses, cut into clauses, and each of these into parts: what is said in one part concerns only that part.

use std::ops::Range;

use super::denial::{Bare, bare, closes_a_list, opens_a_denial};
use crate::drug::name::words;

/// The text between two semicolons, lines or sentences.
#[derive(Debug, Default)]
pub(super) struct Clause {
    /// Its words in order, over all parts: a name may continue in the next part.
    pub(super) words: Vec<String>,
    /// The part that each word is in.
    parts: Vec<usize>,
    /// What is known of each part.
    said: Vec<Part>,
}

/// What is known of a part.
#[derive(Debug)]
struct Part {
    /// The positions of its words.
    words: Vec<usize>,
    /// Whether something outside it denies it.
    denied: bool,
    over: bool,
    /// The part that it follows, or is within.
    follows: usize,
    /// What it begins with.
    begins: Mark,
}

/// What separates parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Comma,
    Dash,
    Colon,
    Open,
    Close,
    Doubt,
}

/// How many words of one part are read on either side of a name: more do not make a sentence.
const SENTENCE: usize = 100;

/// Abbreviations whose full stop does not end a clause.
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
    // `V.a.`, `Z. n.`
    let initials = before.strip_suffix(last).is_some_and(|rest| rest.trim_end().ends_with('.'));
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
        // The parts around the one being read, and what a label says about all that follow.
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
        self.said.push(Part { words: Vec::new(), denied: false, over: false, follows, begins });
        self.said.len() - 1
    }

    fn push(&mut self, text: &str, part: usize) {
        let from = self.words.len();
        self.words.extend(words(text));
        self.parts.resize(self.words.len(), part);
        self.said[part].words.extend(from..self.words.len());
    }

    fn say(&mut self, part: usize, what: Option<Bare>) {
        self.said[part].denied |= matches!(what, Some(Bare::Denied | Bare::Answer));
        self.said[part].over |= what == Some(Bare::Over);
    }

    fn words_of(&self, part: usize) -> Vec<&str> {
        self.said[part].words.iter().map(|at| self.words[*at].as_str()).collect()
    }

    /// Applies parts that are only a denial to the part before them, and a denial of a list to the whole list.
    fn settle(&mut self) {
        let mut is_passed = vec![false; self.said.len()];
        for part in 1..self.said.len() {
            let (words, this) = (self.words_of(part), &self.said[part]);
            let said = match bare(&words) {
                None if words.is_empty() && this.denied => Some(Bare::Denied),
                // In a list, a cell without a diagnosis says nothing about the others.
                Some(Bare::Answer) if this.begins == Mark::Comma => None,
                said => said,
            };
            let mut before = this.follows;
            if is_passed[before] {
                // What follows a denial is about the same as the denial.
                before = self.said[before].follows;
                self.said[part].follows = before;
            }
            let said = said.filter(|said| *said != Bare::Filler);
            if said.is_some() {
                self.say(before, said);
                is_passed[part] = true;
            }
        }
        self.deny_lists();
    }

    /// Denies every part of a list that is denied at its beginning: `no A, B or C`.
    fn deny_lists(&mut self) {
        // For each part, the next part that closes a list reaching it; found from last to first.
        let mut closes = None;
        let mut ends = vec![None; self.said.len()];
        for part in (1..self.said.len()).rev() {
            if self.said[part].begins != Mark::Comma {
                closes = None;
            } else if closes_a_list(&self.words_of(part)) {
                closes = Some(part);
            }
            ends[part - 1] = closes;
        }
        let mut last = 0;
        for (part, end) in ends.into_iter().enumerate() {
            self.said[part].denied |= part != 0 && part <= last;
            if let Some(end) = end.filter(|end| *end > last)
                && opens_a_denial(&self.words_of(part))
            {
                last = end;
            }
        }
    }

    /// Whether something around a word's part denies it.
    pub(super) fn denies(&self, word: usize, passes: bool) -> bool {
        let part = &self.said[self.parts[word]];
        part.denied || passes && part.over
    }

    /// The words before a word in its part.
    pub(super) fn before(&self, word: usize) -> Vec<&str> {
        let part = &self.said[self.parts[word]].words;
        let end = part.partition_point(|at| *at < word);
        let near = &part[end.saturating_sub(SENTENCE)..end];
        near.iter().map(|at| self.words[*at].as_str()).collect()
    }

    /// The words after a word in its part, and their positions.
    pub(super) fn after(&self, word: usize) -> (Vec<&str>, Vec<usize>) {
        let part = &self.said[self.parts[word]].words;
        let near = part[part.partition_point(|at| *at <= word)..].iter().take(SENTENCE);
        near.map(|at| (self.words[*at].as_str(), *at)).unzip()
    }

    /// The part that a word is in.
    pub(super) fn part(&self, word: usize) -> usize {
        self.parts[word]
    }

    /// Whether these words are all that their part holds.
    pub(super) fn is_whole_part(&self, words: Range<usize>) -> bool {
        self.said[self.parts[words.start]].words.iter().copied().eq(words)
    }
}

/// The marks between parts, each with its beginning and end.
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
            // `cirrhosis (-)`
            '-' | '–' if before == Some('(') && after == Some(')') => Mark::Doubt,
            _ => return None,
        };
        Some((at, end, mark))
    })
}

//! Which number to use for a person who has several.

use std::hash::Hash;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::Input;

/// A number that was given up, and the surviving one; each an identifier and its issuer, in capitals.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Merge {
    /// The number that was given up, or occurs next to the other.
    pub given_up: (String, String),
    /// The surviving number.
    pub number: (String, String),
}

/// A person's name: the identifier and its issuer.
pub type PersonName = (Box<str>, Box<str>);

/// Someone with identifiers that others may have too, as in documents, which give a person a new number each time.
#[derive(Clone, Debug)]
pub struct Holder<W, I> {
    /// The person's number.
    pub who: W,
    /// The birth date, as far as it is given.
    pub born: String,
    /// The identifiers.
    pub identifiers: Vec<I>,
}

/// The identifiers that holders with different numbers have in common, each with the one to use for the person: their first in the order of the
/// holders. An identifier with two birth dates is no one's.
pub fn shared<W: PartialEq, I: Copy + Eq + Hash>(holders: &[Holder<W, I>]) -> FxHashMap<I, I> {
    let mut by_identifier: FxHashMap<I, Vec<&Holder<W, I>>> = FxHashMap::default();
    for holder in holders {
        for identifier in &holder.identifiers {
            by_identifier.entry(*identifier).or_default().push(holder);
        }
    }
    let mut shared = FxHashMap::default();
    for identifier in holders.iter().flat_map(|holder| &holder.identifiers) {
        let people = by_identifier.get(identifier).map(Vec::as_slice).unwrap_or_default();
        let Some((first, others)) = people.split_first() else { continue };
        if shared.contains_key(identifier)
            || others.iter().any(|other| differs(&first.born, &other.born))
            || others.iter().all(|other| other.who == first.who)
        {
            continue;
        }
        // A person with several shared identifiers is known by the first of them.
        for one in people.iter().flat_map(|holder| &holder.identifiers) {
            shared.entry(*one).or_insert(*identifier);
        }
    }
    shared
}

/// Whether two birth dates differ in the parts that both give.
pub fn differs(a: &str, b: &str) -> bool {
    let length = a.len().min(b.len());
    a.get(..length) != b.get(..length)
}

/// This number, and those that replace it for its person, according to these inputs.
pub fn goes_by(inputs: &[Input], number: &str) -> Vec<String> {
    let number = number.trim();
    let instead = inputs.iter().flat_map(Input::merges).filter(|merge| merge.given_up.0 == number);
    let mut all: Vec<String> = instead.map(|merge| merge.number.0).collect();
    all.push(number.to_owned());
    all.sort_unstable();
    all.dedup();
    all
}

/// Every number in these pairs, sorted, with the surviving number of its person: the one that no one gave up; if there are several or none, first one
/// with an authority, then the first. Each pair is a number that was given up, and a surviving one. A number without an authority (`is_bare`) is
/// taken for the one with an authority, if only one number is otherwise the `same`.
pub fn survivors<N: Ord>(
    pairs: &[(N, N)],
    same: impl Fn(&N, &N) -> bool,
    is_bare: impl Fn(&N) -> bool,
) -> Vec<(&N, &N)> {
    let mut numbers: Vec<&N> = pairs.iter().flat_map(|(from, to)| [from, to]).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let at = |number: &N| numbers.binary_search(&number).unwrap_or_default();
    let mut groups = Groups((0..numbers.len()).collect());
    for (from, to) in pairs {
        groups.join(at(from), at(to));
    }
    for run in numbers.chunk_by(|a, b| same(a, b)) {
        if let &[bare, only] = run
            && is_bare(bare)
        {
            groups.join(at(bare), at(only));
        }
    }
    let given_up: FxHashSet<usize> = pairs.iter().map(|(from, _)| at(from)).collect();
    let rank = |at: usize| (given_up.contains(&at), is_bare(numbers[at]), at);
    let mut survivors: FxHashMap<usize, usize> = FxHashMap::default();
    for at in 0..numbers.len() {
        let survivor = survivors.entry(groups.root(at)).or_insert(at);
        if rank(at) < rank(*survivor) {
            *survivor = at;
        }
    }
    let survivor = |at: usize| survivors.get(&groups.root(at)).copied().unwrap_or(at);
    (0..numbers.len()).map(survivor).zip(&numbers).map(|(at, from)| (*from, numbers[at])).collect()
}

/// Numbers that belong together, as a forest.
struct Groups(Vec<usize>);

impl Groups {
    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}

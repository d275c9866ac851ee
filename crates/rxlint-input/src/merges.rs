//! Which number a person goes by, where several numbers are one person's.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::Input;

/// This number, and those that its person goes by instead, as far as these inputs tell.
pub fn goes_by(inputs: &[Input], number: &str) -> Vec<String> {
    let number = number.trim();
    let instead = inputs.iter().flat_map(Input::merges).filter(|merge| merge.given_up.0 == number);
    let mut all: Vec<String> = instead.map(|merge| merge.number.0).collect();
    all.push(number.to_owned());
    all.sort_unstable();
    all.dedup();
    all
}

/// Every number in these pairs, sorted, with the one that its person goes by: the one that nobody gave up, and of several or none
/// first one with an authority, then the first. Each pair is a number that was given up, and one that holds. A number without an
/// authority (`is_bare`) is the one that has one, if only one number is the `same` but for that.
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

//! What the words around a name say about it: denied, feared, looked for, over, or someone else's. The words are data.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::clause::Clause;

/// How many words may separate a name from words after it that need not follow it directly.
const REACH: usize = 4;

/// A list that a denial opens is closed by a part of at most this many words with an `or` in it.
const LAST_OF_LIST: usize = 6;

/// What a word says about the name next to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Before,
    Adjacent,
    First,
    After,
    Near,
    Answer,
    OverBefore,
    OverAfter,
    OverNear,
    Filler,
    But,
    Or,
}

const WORDS: &str = include_str!("denials.csv");

/// All words of an entry, and its role.
type Entry = (Vec<&'static str>, Role);

/// The entries by their first word.
static ROLES: LazyLock<FxHashMap<&'static str, Vec<Entry>>> = LazyLock::new(|| {
    let mut roles: FxHashMap<_, Vec<_>> = FxHashMap::default();
    for (role, words) in lines() {
        let words: Vec<&str> = words.split(' ').collect();
        roles.entry(words[0]).or_default().extend(self::role(role).map(|role| (words, role)));
    }
    roles
});

/// Role and words of each line.
fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = WORDS.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines.map(|line| {
        let mut cells = line.split(',');
        (cells.next().unwrap_or(""), cells.nth(1).unwrap_or(""))
    })
}

fn role(name: &str) -> Option<Role> {
    Some(match name {
        "before" => Role::Before,
        "adjacent" => Role::Adjacent,
        "first" => Role::First,
        "after" => Role::After,
        "near" => Role::Near,
        "answer" => Role::Answer,
        "over-before" => Role::OverBefore,
        "over-after" => Role::OverAfter,
        "over-near" => Role::OverNear,
        "filler" => Role::Filler,
        "but" => Role::But,
        "or" => Role::Or,
        _ => return None,
    })
}

/// The roles of the entries that these words begin with, each with its number of words.
fn roles<'w>(words: &'w [&str]) -> impl Iterator<Item = (usize, Role)> + 'w {
    let entries = words.first().and_then(|word| ROLES.get(word)).map_or(&[][..], Vec::as_slice);
    entries
        .iter()
        .filter(|(entry, _)| words.starts_with(entry))
        .map(|(entry, role)| (entry.len(), *role))
}

/// The number of words in the longest entry of one of these roles that the words begin with.
fn longest(words: &[&str], of: impl Fn(Role) -> bool) -> Option<usize> {
    roles(words).filter(|(_, role)| of(*role)).map(|(length, _)| length).max()
}

/// What all the words of a part say together, if none of them says anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bare {
    /// Nothing.
    Filler,
    /// It is over.
    Over,
    /// There is nothing.
    Answer,
    /// It is denied.
    Denied,
}

/// What a part says if none of its words is more than a denial.
pub(super) fn bare(words: &[&str]) -> Option<Bare> {
    let (mut at, mut said) = (0, Bare::Filler);
    while at < words.len() {
        let says =
            roles(&words[at..]).filter_map(|(length, role)| Some((length, says_alone(role)?)));
        let (length, says) = says.max()?;
        (at, said) = (at + length, said.max(says));
    }
    (!words.is_empty()).then_some(said)
}

fn says_alone(role: Role) -> Option<Bare> {
    match role {
        Role::Filler => Some(Bare::Filler),
        Role::OverBefore | Role::OverAfter | Role::OverNear => Some(Bare::Over),
        Role::Answer => Some(Bare::Answer),
        Role::But | Role::Or => None,
        Role::Before | Role::Adjacent | Role::First | Role::After | Role::Near => {
            Some(Bare::Denied)
        }
    }
}

/// Whether something in these words denies whatever follows them.
pub(super) fn opens_a_denial(words: &[&str]) -> bool {
    says_before(words, false)
}

/// Whether these words close a list of things that are denied: `or cirrhosis`, `hepatitis or cirrhosis`.
pub(super) fn closes_a_list(words: &[&str]) -> bool {
    let is_or = |at: usize| roles(&words[at..]).any(|(_, role)| role == Role::Or);
    !words.is_empty() && (is_or(0) || words.len() <= LAST_OF_LIST && (0..words.len()).any(is_or))
}

/// Whether the name at these words of a clause is not a current condition of the patient. `is_same` says whether a name of the same
/// condition is at a word.
pub(super) fn is_denied(
    clause: &Clause,
    (start, end): (usize, usize),
    passes: bool,
    is_same: impl Fn(usize) -> bool,
) -> bool {
    if [start, end - 1].into_iter().any(|at| clause.denies(at, passes)) {
        return true;
    }
    let before = clause.before(start);
    let (after, places) = clause.after(end - 1);
    says_before(&before, passes)
        || says_after(&after, passes)
        || answers_no(&after, |at| is_same(places[at]))
}

/// Whether the code at these words of a clause is not a current condition of the patient. Titles of other codes may be in the same
/// part: only words that are purely a denial apply to it.
pub(super) fn is_code_denied(clause: &Clause, (start, end): (usize, usize)) -> bool {
    if clause.denies(start, false) {
        return true;
    }
    let has_digit = |word: &&str| word.bytes().any(|byte| byte.is_ascii_digit());
    let before = clause.before(start);
    let from = before.iter().rposition(has_digit).map_or(0, |at| at + 1);
    let before = &before[from..];
    let says = |at: usize| roles(&before[at..]).any(|(_, role)| role == Role::Before);
    let (after, _) = clause.after(end - 1);
    bare(before).is_some() && (0..before.len()).any(says) || bare(&after) == Some(Bare::Denied)
}

fn says_before(before: &[&str], passes: bool) -> bool {
    let is = |at: usize, wanted: Role| roles(&before[at..]).any(|(_, role)| role == wanted);
    let from = (0..before.len()).rev().find(|&at| is(at, Role::But)).map_or(0, |at| at + 1);
    (from..before.len()).any(|at| {
        // `nicht näher bezeichnete Zirrhose`: the longest entry says what the words mean.
        let long = longest(&before[at..], |_| true);
        let mut said = roles(&before[at..]).filter(|(length, _)| Some(*length) == long);
        said.any(|(length, role)| match role {
            Role::Before => true,
            Role::Adjacent => at + length == before.len(),
            Role::First => at == 0,
            Role::OverBefore => passes,
            _ => false,
        })
    })
}

fn says_after(after: &[&str], passes: bool) -> bool {
    let says = |at: usize, denies: Role, over: Role| {
        roles(&after[at..]).any(|(_, role)| role == denies || passes && role == over)
    };
    let mut at = 0;
    while at < after.len() {
        if says(at, Role::After, Role::OverAfter) {
            return true;
        }
        match longest(&after[at..], |role| role == Role::Filler) {
            Some(length) => at += length,
            None => break,
        }
    }
    (0..after.len().min(REACH)).any(|at| says(at, Role::Near, Role::OverNear))
}

/// Whether a name is followed by a no and nothing else: `pregnancy: no`, `pregnancy status: not pregnant`.
fn answers_no(after: &[&str], is_same: impl Fn(usize) -> bool) -> bool {
    let (mut at, mut denies) = (0, false);
    while at < after.len() {
        let rest = &after[at..];
        if let Some(length) = longest(rest, |role| role == Role::Answer) {
            (at, denies) = (at + length, true);
        } else if let Some(length) = longest(rest, |role| role == Role::Filler) {
            at += length;
        } else if is_same(at) {
            at += 1;
        } else {
            return false;
        }
    }
    denies
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_a_role() {
        for (name, words) in lines() {
            assert!(role(name).is_some() && !words.is_empty(), "{name} {words}");
        }
    }
}

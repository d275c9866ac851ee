//! What a status of several words means. One that says that something was not taken is only obeyed if no other word leaves it open: `Reversal
//! rejected`, `Cancel requested`, `Rejected - paid cash`, `Void remaining refills` are unknown, and so are reported.

mod late;
mod other_thing;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::words::{Meaning, fold};

/// What a word does to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Act,
    Undone,
    Asked,
    Resolves,
    Part,
    Earlier,
    Not,
    Subject,
    Filler,
    Confirms,
    Reason,
    Vague,
    Denies,
    Untaken,
    Mistaken,
    Past,
    Aside,
    Never,
    Done,
    OtherDay,
    OfDose,
    During,
    TakenBack,
    Thing,
    Change,
    Holds,
    Level,
    Piece,
    Cause,
    Given,
    Late,
    Circumstance,
    Refuses,
    Offers,
    Beside,
}

const PHRASES: &str = include_str!("phrases.csv");

static ROLES: LazyLock<FxHashMap<String, Vec<Role>>> = LazyLock::new(|| {
    let mut roles: FxHashMap<String, Vec<Role>> = FxHashMap::default();
    for (role, word) in lines() {
        roles.entry(fold(word)).or_default().extend(self::role(role));
    }
    roles
});

/// Role and word in each line.
fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = PHRASES.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines.filter_map(|line| Some((line.split(',').next()?, line.split(',').nth(2)?)))
}

/// The words that occur in phrases of statuses.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    lines().flat_map(|(_, word)| word.split(' '))
}

fn role(name: &str) -> Option<Role> {
    Some(match name {
        "act" => Role::Act,
        "undone" => Role::Undone,
        "asked" => Role::Asked,
        "resolves" => Role::Resolves,
        "part" => Role::Part,
        "earlier" => Role::Earlier,
        "not" => Role::Not,
        "subject" => Role::Subject,
        "filler" => Role::Filler,
        "confirms" => Role::Confirms,
        "reason" => Role::Reason,
        "vague" => Role::Vague,
        "denies" => Role::Denies,
        "untaken" => Role::Untaken,
        "mistaken" => Role::Mistaken,
        "past" => Role::Past,
        "aside" => Role::Aside,
        "never" => Role::Never,
        "done" => Role::Done,
        "other-day" => Role::OtherDay,
        "of-dose" => Role::OfDose,
        "during" => Role::During,
        "taken-back" => Role::TakenBack,
        "thing" => Role::Thing,
        "change" => Role::Change,
        "holds" => Role::Holds,
        "level" => Role::Level,
        "piece" => Role::Piece,
        "cause" => Role::Cause,
        "given" => Role::Given,
        "late" => Role::Late,
        "circumstance" => Role::Circumstance,
        "refuses" => Role::Refuses,
        "offers" => Role::Offers,
        "beside" => Role::Beside,
        _ => return None,
    })
}

/// A word of the text, folded, and the number of its part.
struct Word {
    part: usize,
    folded: String,
}

impl Word {
    fn is(&self, role: Role) -> bool {
        is(&self.folded, role)
    }
}

fn is(folded: &str, role: Role) -> bool {
    ROLES.get(folded).is_some_and(|roles| roles.contains(&role))
}

/// What some of the words mean together.
#[derive(Clone, Copy)]
struct Mention {
    from: usize,
    to: usize,
    meaning: Meaning,
}

fn is_taken(meaning: Meaning) -> bool {
    matches!(meaning, Meaning::Active | Meaning::Ended | Meaning::Replacement)
}

/// Whether it says that something was not taken.
pub(super) fn is_not_taken(meaning: Meaning) -> bool {
    !is_taken(meaning)
}

/// The parts of a text, separated by punctuation.
fn parts_of(text: &str) -> Vec<&str> {
    let parts = text.split([':', ';', ',', '|', '/', '(', ')', '[', ']', '\u{2013}']);
    parts.flat_map(|part| part.split(" - ")).collect()
}

/// Whether some part of a text is a status that says that something was not taken, ignoring words that only say what the status is about.
pub(super) fn says_in_full(text: &str, look: impl Fn(&str) -> Option<Meaning>) -> bool {
    let parts: Vec<&str> = parts_of(text).into_iter().flat_map(|part| part.split(". ")).collect();
    let says_not = |text: &str| look(text).is_some_and(is_not_taken);
    parts.iter().enumerate().any(|(at, part)| {
        let is_answer = at > 0 && is_of_refusal(part) && other_thing::is_only_that(parts[at - 1]);
        denies_hand_over(part)
            || !is_answer
                && [part, &&*bare(part)].iter().any(|text| {
                    let is_plain = text.chars().count() > SHORTEST || is_short_status(text);
                    is_plain && !is_vague(text) && says_not(text)
                })
    })
}

/// Whether a part says no more than that something was refused.
fn is_of_refusal(part: &str) -> bool {
    is(&fold(&bare(part)), Role::Refuses)
}

/// Whether a word says nothing about what became of a medicine: who it was for, who did it, what it is called.
fn says_nothing(folded: &str) -> bool {
    [Role::Subject, Role::Filler, Role::Aside].iter().any(|role| is(folded, *role))
}

/// A part without the words around it that say nothing: `abgelehnt` in `vom Patienten abgelehnt`, `refused` in `Patient refused to take it`.
fn bare(part: &str) -> String {
    let words: Vec<&str> = part.split_whitespace().map(|word| word.trim_matches('.')).collect();
    let is_idle = |word: &&&str| says_nothing(&fold(word));
    let from = words.iter().take_while(is_idle).count();
    let behind = words[from..].iter().rev().take_while(is_idle).count();
    words[from..words.len() - behind].join(" ")
}

/// Whether a part only says that a medicine did not change hands or was not taken: `hat nicht abgeholt`, `nothing dispensed`, `no lo recogió`.
fn denies_hand_over(part: &str) -> bool {
    let (mut is_denied, mut is_done) = (false, false);
    for folded in part.split_whitespace().map(fold).filter(|folded| !folded.is_empty()) {
        if is(&folded, Role::Never) && !is_done {
            is_denied = true;
        } else if is(&folded, Role::Done) && is_denied {
            is_done = true;
        } else if !says_nothing(&folded) {
            return false;
        }
    }
    is_done
}

/// Shorter texts may be the short form of anything...
const SHORTEST: usize = 3;

/// ...except for these: returned to stock, not picked up, nothing by mouth, leave of absence.
fn is_short_status(text: &str) -> bool {
    ["rts", "npu", "npo", "loa", "dnf"].iter().any(|short| text.eq_ignore_ascii_case(short))
}

/// What a text means that `look` does not know as a whole; `None` if nothing about it is known, or its words leave it open.
pub(super) fn meaning(text: &str, look: impl Fn(&str) -> Option<Meaning>) -> Option<Meaning> {
    let parts = parts_of(text);
    if let Some(late) = late::meaning(&parts, &look) {
        return late;
    }
    let around = |part: &str| {
        let bare = Some(bare(part)).filter(|bare| bare.chars().count() > SHORTEST)?;
        look(&bare).filter(|meaning| is_not_taken(*meaning) && !is_vague(&bare))
    };
    let denies = |part: &str| denies_hand_over(part).then_some(Meaning::Inactive);
    let whole = |part: &str| {
        let known = look(part).or_else(|| look(without_subject(part)?));
        known.or_else(|| around(part)).or_else(|| denies(part))
    };
    let known: Vec<Meaning> = parts.iter().filter_map(|part| whole(part)).collect();
    let not_taken =
        known.iter().find(|meaning| !matches!(meaning, Meaning::Active | Meaning::Ended));
    let beginning = || {
        // `Discontinued by pharmacist`: the first word says it.
        let first =
            |text: &str| look(text.split_whitespace().next().filter(|first| first.len() > 3)?);
        without_subject(text).and_then(first).or_else(|| first(text))
    };
    // `Not given per sliding scale`: no single word says it.
    let denied = || {
        let words: Vec<&str> = text.split_whitespace().collect();
        let says_not = |folded: String| is(&folded, Role::Not) && !is(&folded, Role::Denies);
        let is_denied = words.first().is_some_and(|first| says_not(fold(first)));
        let begins = |to| look(&words[..to].join(" ")).filter(|meaning| is_not_taken(*meaning));
        (2..=words.len().min(LONGEST)).rev().filter(|_| is_denied).find_map(begins)
    };
    let meaning = not_taken.or(known.first()).copied().or_else(beginning).or_else(denied)?;
    let phrase = Phrase::of(&parts, look);
    let is_open = match is_taken(meaning) {
        true => phrase.takes_back(),
        false => phrase.leaves_open(meaning) || text.contains('/') && phrase.says_both(),
    };
    (!is_open).then_some(meaning)
}

/// Whether a text is a word that means something else together with others.
pub(super) fn is_vague(text: &str) -> bool {
    is(&fold(text), Role::Vague)
}

/// The words after those that only say what the status is about: `cancelled` in `Order was cancelled`.
fn without_subject(part: &str) -> Option<&str> {
    let mut rest = part.trim_start();
    while let Some((first, after)) = rest.split_once(char::is_whitespace) {
        let folded = fold(first);
        if !is(&folded, Role::Subject) && !is(&folded, Role::Filler) {
            break;
        }
        rest = after.trim_start();
    }
    (rest.len() < part.trim_start().len() && !is(&fold(rest), Role::Vague)).then_some(rest)
}

/// The words of a text and what is known about them.
struct Phrase {
    words: Vec<Word>,
    mentions: Vec<Mention>,
}

/// At most this many words mean something together.
const LONGEST: usize = 4;

impl Phrase {
    fn of(parts: &[&str], look: impl Fn(&str) -> Option<Meaning>) -> Self {
        let word = |(part, text): (usize, &str)| Word { part, folded: fold(text) };
        let words: Vec<Word> = (parts.iter().enumerate())
            .flat_map(|(part, text)| {
                text.split(|c: char| c.is_whitespace() || "&+.>".contains(c))
                    .map(move |w| (part, w))
            })
            .map(word)
            .filter(|word| !word.folded.is_empty())
            .collect();
        let mut mentions = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let of = |to: usize| -> Option<Mention> {
                let words = &words[at..to];
                let text: String = words.iter().map(|word| word.folded.as_str()).collect();
                let is_plain =
                    words.len() > 1 || text.chars().count() > 3 && !is(&text, Role::Vague);
                let meaning = look(&text)
                    .filter(|_| is_plain && words[0].part == words[words.len() - 1].part)?;
                Some(Mention { from: at, to, meaning })
            };
            let longest = (at + 1..=words.len().min(at + LONGEST)).rev().find_map(of);
            at = longest.map_or(at + 1, |mention| mention.to);
            mentions.extend(longest);
        }
        Self { words, mentions }
    }

    fn not_taken(&self) -> impl DoubleEndedIterator<Item = &Mention> {
        self.mentions.iter().filter(|mention| !is_taken(mention.meaning))
    }

    /// Whether a word before it, in the same part, has that role.
    fn is_after(&self, at: usize, reach: usize, roles: &[Role]) -> bool {
        let before = &self.words[at.saturating_sub(reach)..at];
        let part = self.words[at].part;
        before.iter().any(|word| word.part == part && roles.iter().any(|role| word.is(*role)))
    }

    /// Whether it also says that something was not taken, and not that this is over.
    fn takes_back(&self) -> bool {
        self.not_taken()
            .filter(|mention| !self.is_about_another(mention))
            .any(|mention| !self.is_after(mention.from, 3, &[Role::Earlier, Role::Not]))
            || self.words.iter().any(|word| word.is(Role::Untaken))
    }

    /// Whether what it says was not taken may have been taken, if only in part.
    fn leaves_open(&self, meaning: Meaning) -> bool {
        let is_refused = self.not_taken().all(|mention| mention.meaning == Meaning::Rejected)
            && meaning == Meaning::Rejected;
        self.is_denied()
            || self.is_undone()
            || self.is_mistaken()
            || self.is_over()
            || self.is_of_another_day()
            || self.is_about_another_thing()
            || !is_refused && self.is_of_a_part()
            || self.is_resolved(is_refused)
    }

    /// `Paid/Reversed`: either may be true.
    fn says_both(&self) -> bool {
        self.mentions.iter().any(|mention| self.says_taken(mention))
    }

    /// Whether it says that something was taken: a bare `order` only says what the status is about.
    fn says_taken(&self, mention: &Mention) -> bool {
        let is_subject =
            mention.to - mention.from == 1 && self.words[mention.from].is(Role::Subject);
        is_taken(mention.meaning) && !is_subject
    }

    /// `Cancelled in error`: it was not meant to be.
    fn is_mistaken(&self) -> bool {
        self.not_taken().any(|mention| {
            let part = self.words[mention.from].part;
            match &self.words[mention.to..] {
                [first, second, ..] if first.part == part && second.part == part => {
                    is(&format!("{}{}", first.folded, second.folded), Role::Mistaken)
                }
                _ => false,
            }
        })
    }

    /// `Active (was cancelled)`: the cancellation is in the past, and the text says first that it was taken.
    fn is_over(&self) -> bool {
        let taken = self.mentions.iter().find(|mention| self.says_taken(mention));
        let was =
            |mention: &Mention| mention.from > 0 && self.words[mention.from - 1].is(Role::Past);
        taken.is_some_and(|taken| {
            self.not_taken().any(|mention| mention.from > taken.from && was(mention))
        })
    }

    /// `Reversed: no`, `Void N`: the answer to a question.
    fn is_denied(&self) -> bool {
        self.words.len() > 1 && self.words.last().is_some_and(|word| word.is(Role::Denies))
    }

    /// `Missed yesterday`, `Missed Monday dose`: what was not taken is not this dose. A day next to a reversal is the day of the reversal.
    fn is_of_another_day(&self) -> bool {
        let is_in = |mention: &Mention, at: usize| (mention.from..mention.to).contains(&at);
        let is_back = |mention: &Mention| {
            let words = &self.words[mention.from..mention.to];
            mention.meaning == Meaning::Reversal
                || words.iter().any(|word| word.is(Role::TakenBack))
        };
        let is_said = |at: usize| {
            let part = self.words[at].part;
            self.not_taken().all(|mention| !is_in(mention, at) && !is_back(mention))
                && self.not_taken().any(|mention| self.words[mention.from].part == part)
        };
        let is_dose = |at: usize| self.words.get(at).is_some_and(|word| word.is(Role::Subject));
        (0..self.words.len()).any(|at| {
            let word = &self.words[at];
            let names_day = word.is(Role::OtherDay) || word.is(Role::OfDose) && is_dose(at + 1);
            names_day && is_said(at) && !self.is_after(at, 2, &[Role::During])
        })
    }

    fn is_of_a_part(&self) -> bool {
        self.words.iter().any(|word| word.is(Role::Part))
    }

    /// Whether a word is the name of an act, and not part of a longer status.
    fn is_act(&self, at: usize) -> bool {
        let is_alone = |m: &Mention| !(m.from..m.to).contains(&at) || m.to - m.from == 1;
        self.words[at].is(Role::Act) && self.mentions.iter().all(is_alone)
    }

    /// `Reversal rejected`, `Hold was lifted`, `Pending cancellation`: the act was only requested, or is over.
    fn is_undone(&self) -> bool {
        (0..self.words.len()).filter(|at| self.is_act(*at)).any(|at| {
            let part = self.words[at].part;
            let behind = || self.words[at + 1..].iter().take_while(|word| word.part == part);
            let is_asked = self.is_after(at, 1, &[Role::Asked]);
            let mut says =
                behind().skip_while(|word| word.is(Role::Filler) || word.is(Role::Subject));
            let is_done = behind().any(|word| word.is(Role::Confirms));
            !is_done && (is_asked || says.next().is_some_and(|word| word.is(Role::Undone)))
        })
    }

    /// `Rejected - paid cash`, `Paid/Reversed/Paid`: it was taken in the end. What an insurer refuses may be paid for at any time.
    fn is_resolved(&self, is_refused: bool) -> bool {
        let last = self.not_taken().last();
        let from = if is_refused { 0 } else { last.map_or(0, |mention| mention.to) };
        // `Reversal approved` says that it was reversed.
        let is_act = last.is_some_and(|mention| self.is_act(mention.from));
        let is_reason = |text: &str| is(text, Role::Reason);
        let is_in_mention = |at: usize| {
            self.mentions
                .iter()
                .any(|m| m.to - m.from > 1 && (m.from..m.to).contains(&at) && !is_taken(m.meaning))
        };
        let pair = |at: usize| -> String {
            self.words[at..].iter().take(2).map(|word| word.folded.as_str()).collect()
        };
        let has_reason = (from..self.words.len())
            .any(|at| is_reason(&self.words[at].folded) || is_reason(&pair(at)));
        !has_reason
            && (from..self.words.len()).any(|at| {
                let word = &self.words[at];
                let resolves = word.is(Role::Resolves) || is(&pair(at), Role::Resolves);
                let confirms_act = is_act && word.is(Role::Confirms);
                let is_free = !confirms_act && !is_in_mention(at);
                resolves && is_free && !self.is_after(at, 2, &[Role::Not, Role::Never])
            })
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::StatusTable;
    use super::*;

    fn said(text: &str) -> Option<Meaning> {
        StatusTable::built_in().look(None, text.as_bytes())
    }

    #[test]
    fn every_line_has_a_role() {
        for (name, word) in lines() {
            assert!(role(name).is_some() && !fold(word).is_empty(), "{name} {word}");
        }
    }

    #[test]
    fn what_was_only_asked_for_refused_or_undone_is_told() {
        for text in [
            "Reversal rejected",
            "Reversal denied",
            "Reversal failed",
            "Cancel request rejected",
            "Cancel requested",
            "Cancel pending",
            "Pending cancellation",
            "Hold released",
            "Hold lifted",
            "Hold was removed",
            "Void failed",
            "Return rejected",
            "Storno abgelehnt",
            "Annulation refusée",
            "reversed: no",
            "Reversal N",
            "Reversal: none",
            "void: N",
            "Storniert: nein",
            "Annulé: non",
            "cancelled in error",
            "Voided by mistake",
            "active (was cancelled)",
            "Paid/Reversed",
            "Cancelled?",
            "returned to stock?",
        ] {
            assert_eq!(said(text), None, "{text}");
        }
    }

    #[test]
    fn what_was_taken_in_the_end_is_told() {
        for text in [
            "Rejected then paid",
            "Rejected - paid cash",
            "Rejected/Cash",
            "Denied - Cash",
            "Not covered - cash",
            "Rejected by insurance, patient paid cash",
            "Refused by insurance - sold cash",
            "Declined insurance - paid cash",
            "Denied by secondary, paid by primary",
            "Rejected, overridden",
            "Paid/Reversed/Paid",
            "Reversed & rebilled",
            "Void/Reissued",
            "Cancelled and re-entered",
            "Void remaining refills",
            "Deleted refill",
            "Cancelled refills",
            "Returned to stock partial, sold 20",
            "Abgelehnt - bar bezahlt",
            "Cash/Rejected",
            "Cash; insurance rejected",
        ] {
            assert_eq!(said(text), None, "{text}");
        }
    }

    #[test]
    fn what_was_not_taken_stays_so() {
        use Meaning::{Inactive, Rejected, Reversal};
        for (text, meaning) in [
            ("Cancelled - patient request", Inactive),
            ("Cancelled by prescriber - order changed", Inactive),
            ("Cancelled patient refused", Inactive),
            ("Void - duplicate", Reversal),
            ("Void - filled in error", Reversal),
            ("Reversed - duplicate of paid", Reversal),
            ("Rejected: Refill too soon", Rejected),
            ("Rejected - drug not covered", Rejected),
            ("Cancelled - filled elsewhere", Inactive),
            ("Returned to stock - never picked up", Reversal),
            ("Returned to stock - not dispensed", Reversal),
            ("Filled; returned to stock", Reversal),
            ("Paid - reversed", Reversal),
            ("Cancelled before dispensed", Inactive),
            ("Order cancelled", Inactive),
            ("Order canceled", Inactive),
            ("Order voided", Reversal),
            ("Order deleted", Reversal),
            ("Order entered in error", Inactive),
            ("Fill cancelled", Inactive),
            ("Order Cancelled - Patient request", Inactive),
            ("Rx cancelled", Inactive),
            ("Claim voided", Reversal),
            ("Order was cancelled", Inactive),
            ("Written off - never dispensed", Inactive),
            ("Reversal approved", Reversal),
            ("Reversal - accepted", Reversal),
            ("Cancel request approved", Inactive),
            ("Void processed", Reversal),
            ("Held - last given yesterday", Inactive),
            ("Refill too soon", Rejected),
            ("Not picked up RTS", Reversal),
            ("Reversed (Rejected)", Reversal),
            ("Prescription on hold", Inactive),
            ("Cancelled - entered in error", Inactive),
            ("vom Patienten abgelehnt", Rejected),
            ("Rezept storniert", Meaning::Cancelled),
            ("hat nicht abgeholt", Inactive),
            ("nichts abgegeben", Inactive),
            ("no lo recogió", Inactive),
            ("Not yet picked up", Inactive),
            ("Held until Monday", Inactive),
            ("Cancelled yesterday", Inactive),
            ("Reversed previous claim", Reversal),
        ] {
            // What was cancelled is not taken either.
            let plain = |said| if said == Meaning::Cancelled { Inactive } else { said };
            assert_eq!(said(text).map(plain), Some(plain(meaning)), "{text}");
        }
    }

    #[test]
    fn what_was_taken_stays_so() {
        for text in [
            "Paid after rejection",
            "Reversed and rebilled - paid",
            "Released from hold",
            "Sold - counseling refused",
            "Order entered",
            "Claim paid",
            "Paid by plan",
            "Active - verified",
            "Dispensed (no longer on hold)",
        ] {
            assert!(said(text).is_none_or(is_taken), "{text}");
        }
        for text in [
            "Paid after rejection",
            "Released from hold",
            "Sold - counseling refused",
            "Claim paid",
        ] {
            assert_eq!(said(text), Some(Meaning::Active), "{text}");
        }
        for text in [
            "Refill denied",
            "Filled in error",
            "Sold then returned",
            "Discontinued before dispensed",
            "Not given, dispensed later",
            "Not verified",
            "Missed yesterday",
            "Missed Monday dose",
        ] {
            assert_eq!(said(text), None, "{text}: told");
        }
    }
}

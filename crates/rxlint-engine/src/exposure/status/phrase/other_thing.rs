//! What was not done may be something other than taking the dose: a urine sample was refused, an increase was held, a part of the dose was left. Then
//! it is unknown whether anything was taken.

use super::super::words::fold;
use super::{Mention, Phrase, Role, Word, is, says_nothing};

/// At most this many words may be between what was not done and its object.
const REACH: usize = 4;

impl Phrase {
    /// Whether everything that it says was not done is about something other than the dose, or about a part of it.
    pub(super) fn is_about_another_thing(&self) -> bool {
        let mut not_taken = self.not_taken().peekable();
        not_taken.peek().is_some() && not_taken.all(|mention| self.is_about_another(mention))
    }

    /// The same for one of those.
    pub(super) fn is_about_another(&self, mention: &Mention) -> bool {
        let part = self.words[mention.from].part;
        let behind = self.words[mention.to..].iter().take_while(|word| word.part == part).count();
        let (behind, rest) = self.words[mention.to..].split_at(behind);
        let is_held = self.words[mention.from..mention.to].iter().any(|word| word.is(Role::Holds));
        names_thing(behind, is_held) || is_level(behind, rest) || is_of_a_part(behind, rest)
    }
}

/// Whether a part of a remark only names such a thing, or says that it was offered: `narcan offered`, `Safety cap`. What is refused
/// after it is that.
pub(super) fn is_only_that(part: &str) -> bool {
    const THINGS: [Role; 3] = [Role::Thing, Role::Change, Role::Beside];
    let words: Vec<String> =
        part.split_whitespace().map(fold).filter(|word| !word.is_empty()).collect();
    let is_thing = |words: &[String]| THINGS.iter().any(|role| is(&words.concat(), *role));
    let (mut at, mut is_named) = (0, false);
    while at < words.len() {
        let taken = (1..=2).rev().find(|len| words.get(at..at + len).is_some_and(is_thing));
        match taken {
            Some(_) => is_named = true,
            None if is(&words[at], Role::Offers) || says_nothing(&words[at]) => {}
            None => return false,
        }
        at += taken.unwrap_or(1);
    }
    is_named
}

/// `refused a urine screen`, `held the increase`: things that people refuse but never hold do not count after a word for holding.
fn names_thing(behind: &[Word], is_held: bool) -> bool {
    let says = |at: usize, role: Role| {
        let pair: String = behind[at..].iter().take(2).map(|word| word.folded.as_str()).collect();
        behind[at].is(role) || is(&pair, role)
    };
    let is_thing = |at: usize| says(at, Role::Change) || !is_held && says(at, Role::Thing);
    // After a cause, and after the dose itself, it only says why.
    let is_over = |at: usize| {
        let is_dose = behind[at].is(Role::Subject);
        behind[at].is(Role::Cause)
            || is_dose && !(at + 1 < behind.len() && says(at + 1, Role::Change))
    };
    let end = (0..behind.len()).find(|at| is_over(*at) && !is_thing(*at)).unwrap_or(behind.len());
    (0..end.min(REACH)).any(is_thing)
}

/// `held at 80 mg`: the dose stays what it is. `held at 8:00` says when.
fn is_level(behind: &[Word], rest: &[Word]) -> bool {
    let is_moment = |at: usize| {
        const HOURS: [&str; 8] = ["am", "pm", "a", "p", "h", "hr", "hrs", "uhr"];
        let is_clock = |word: &Word| word.folded.len() == 2 && number(&word.folded).is_some();
        match behind.get(at + 1) {
            Some(next) => HOURS.contains(&next.folded.as_str()),
            None => rest.first().is_some_and(is_clock),
        }
    };
    (1..behind.len()).any(|at| {
        behind[at - 1].is(Role::Level) && amount(&behind[at].folded).is_some() && !is_moment(at)
    })
}

/// `refused 20 mg of 80`, `refused 1/2 of it`, `refused half`: the rest may have been taken.
fn is_of_a_part(behind: &[Word], rest: &[Word]) -> bool {
    let is_idle =
        |word: &&Word| word.is(Role::Subject) || word.is(Role::Filler) || word.is(Role::Aside);
    let idle = behind.iter().take_while(is_idle).count();
    let behind = &behind[idle..];
    let Some(first) = behind.first() else { return false };
    if first.is(Role::Piece) {
        return true;
    }
    let Some(has_unit) = amount(&first.folded) else { return false };
    let is_of = |word: &Word| word.folded == "of";
    match &behind[1..] {
        [next, ..] => has_unit || is_of(next) || is_unit(&next.folded),
        [] => {
            has_unit
                || matches!(rest, [next, of, ..] if amount(&next.folded).is_some() && is_of(of))
        }
    }
}

/// Whether an amount of up to three digits has its unit with it; `None` for any other word.
fn amount(word: &str) -> Option<bool> {
    const DIGITS: usize = 3;
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let unit = word.get(digits..)?;
    ((1..=DIGITS).contains(&digits) && (unit.is_empty() || is_unit(unit)))
        .then_some(!unit.is_empty())
}

fn number(word: &str) -> Option<u32> {
    word.parse().ok()
}

fn is_unit(word: &str) -> bool {
    ["mg", "ml", "mcg", "mgs", "mls"].contains(&word)
}

#[cfg(test)]
mod tests {
    use super::super::super::words::{Meaning, StatusTable};

    fn said(text: &str) -> Option<Meaning> {
        StatusTable::built_in().look(None, text.as_bytes())
    }

    #[test]
    fn a_screen_a_talk_or_a_part_of_the_dose_that_was_refused_is_no_dose_that_was() {
        for text in [
            "refused UDS",
            "Refused to give a urine sample",
            "Refused random UDS",
            "Refused counseling",
            "declined group",
            "Declined his counseling session",
            "missed counseling",
            "cancelled labs",
            "Refused BP check",
            "Refused vitals",
            "no show for group",
            "dose held at 80 mg",
            "Held at 80",
            "Held dose at 80 mg - no increase",
            "held @ 80 mg",
            "Held increase",
            "Refused dose increase",
            "Refused 20 mg of 80",
            "refused 1 of 2",
            "Refused 1/2 of dose",
            "refused half",
            "Refused half the dose",
            "Returned to clinic and dosed",
            "Returned to clinic",
            "Cancelled take home; dosed at window",
            "Returned bottles",
            "verweigert Urinkontrolle",
            "refusé entretien",
            "rechazada consejería",
            "rifiutato colloquio",
            "geweigerd urinecontrole",
            "recusou entrevista",
        ] {
            assert!(
                said(text).is_none_or(|said| said == Meaning::Active),
                "{text} {:?}",
                said(text)
            );
        }
        assert_eq!(said("Dosed - refused UDS"), Some(Meaning::Active));
    }

    #[test]
    fn what_a_remark_names_before_a_refusal_was_refused() {
        let asks =
            |text: &str| super::super::super::remark_says_not_taken(text, StatusTable::built_in());
        for text in [
            "narcan offered, declined",
            "Offer to counsel - declined",
            "Safety cap: refused",
            "Auto refill - declined",
            "Flu shot offered; refused",
            "PA: denied, appeal sent",
            "Interpreter: declined",
            "UDS - refused",
        ] {
            assert!(!asks(text), "{text}");
        }
        for text in [
            "declined",
            "Methadone offered, refused",
            "Dose offered - refused",
            "Oxycodone: refused",
            "pt called; declined",
            "UDS positive, refused",
            "Sold; returned to stock",
            "counseled; rx cancelled",
        ] {
            assert!(asks(text), "{text}");
        }
    }

    #[test]
    fn what_was_refused_or_held_for_a_cause_was_not_taken() {
        for text in [
            "Refused",
            "Refused dose",
            "Pt refused dose - UDS positive",
            "Refused dose after UDS",
            "Held BP 90",
            "Held - BP low",
            "held low bp",
            "Held pending UDS",
            "held due to positive UDS",
            "Held d/t positive UDS",
            "Not dosed - refused UDS",
            "refused UDS, not dosed",
            "Held at 8:00",
            "held at 8 am",
            "Held at 0800",
            "Held until Monday",
            "Refused by patient",
            "Returned to stock",
            "Missed appointment",
            "No show",
            "Held by counselor",
        ] {
            let known = said(text);
            assert!(known.is_some_and(super::super::is_not_taken), "{text} {known:?}");
        }
    }
}

//! What the clause of a drug says about it. A cell is cut into clauses. In each, a word for being allergic, stopping, holding, refusing or taking
//! governs the drug after it (`stopped ibuprofen, on tramadol`) or, if nothing after it in its clause is its object, the one before it (`oxycodone -
//! STOPPED`). If it governs something else (`oxycodone, allergic to penicillin`), it says nothing about the drug. If the words leave open which of
//! two drugs is meant, one counts as taken and the other stays open. The words are in `verb`.

use std::ops::Range;

use super::clause::MOST_WORDS;
use super::not_the_drug::is_number;
use super::verb::{Kind, Phrase};
use crate::drug::book::dictionary::Dictionary;

/// What the words that govern a drug say about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is taken.
    Taken,
    /// It is taken, perhaps elsewhere.
    Perhaps,
    /// The words next to it are about something else.
    Free,
    /// It was stopped.
    Stopped,
    /// It is not taken.
    Not,
    /// It was held, and not given.
    Held,
    /// It may be this drug or another one that was stopped.
    Open,
}

impl From<Kind> for Standing {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Taken => Self::Taken,
            Kind::Perhaps => Self::Perhaps,
            Kind::Stopped => Self::Stopped,
            Kind::Not => Self::Not,
        }
    }
}

/// What follows a verb in its clause.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Object {
    /// Nothing, or only why, when and by whom.
    None,
    /// A day, or another number.
    Number,
    /// A drug, at this word.
    Drug(usize),
    /// Anything else.
    Thing,
}

/// A verb in a text.
struct Verb {
    at: Range<usize>,
    ahead: Option<Kind>,
    behind: Option<Kind>,
    heads: bool,
    lists: bool,
    clause: usize,
}

/// A text as its clauses, its drugs and its verbs.
struct Sentence<'t> {
    words: &'t [String],
    /// Each clause, and the sign before it.
    clauses: Vec<(Range<usize>, Option<char>)>,
    drugs: Vec<Range<usize>>,
    verbs: Vec<Verb>,
}

impl Sentence<'_> {
    fn drug_at(&self, word: usize) -> Option<&Range<usize>> {
        self.drugs.iter().find(|drug| drug.contains(&word))
    }

    fn clause_of(&self, word: usize) -> usize {
        self.clauses.iter().rposition(|(words, _)| words.start <= word).unwrap_or(0)
    }

    fn sign_before(&self, clause: usize) -> Option<char> {
        self.clauses.get(clause).and_then(|(_, sign)| *sign)
    }

    /// Whether the clause of a verb is a heading for the next one.
    fn heads_next(&self, verb: &Verb) -> bool {
        match self.sign_before(verb.clause + 1) {
            Some(':') => true,
            Some('-' | '–' | '—') => verb.lists,
            _ => false,
        }
    }

    /// Where what belongs to a verb ends: at the next one, or with its clause.
    fn end_of(&self, verb: &Verb) -> usize {
        let end = self.clauses[verb.clause].0.end;
        let next = self.verbs.iter().find(|other| other.at.start >= verb.at.end);
        next.map_or(end, |next| next.at.start.min(end))
    }
}

impl Dictionary {
    /// What the verbs of a text say about what these words of it name, if one of them does.
    pub(super) fn standing(
        &self,
        text: &str,
        words: &[String],
        named: &Range<usize>,
    ) -> Option<Standing> {
        let sentence = self.sentence(text, words)?;
        self.said_before(&sentence, named).or_else(|| self.said_after(&sentence, named))
    }

    /// Whether a text says that one of its drugs is taken.
    pub(super) fn says_taken(&self, text: &str, words: &[String]) -> bool {
        self.sentence(text, words).is_some_and(|sentence| {
            let is_taken = |drug: &Range<usize>| {
                matches!(
                    self.said_before(&sentence, drug),
                    Some(Standing::Taken | Standing::Perhaps)
                )
            };
            sentence.drugs.iter().any(is_taken)
        })
    }

    /// The text as a sentence, if it has verbs.
    fn sentence<'t>(&self, text: &str, words: &'t [String]) -> Option<Sentence<'t>> {
        let verbs = self.lexicon().verbs();
        if words.len() > MOST_WORDS || !words.iter().any(|word| verbs.phrases.contains_key(word)) {
            return None;
        }
        let clauses = self.clauses(text, words).all(words.len());
        let (mut drugs, mut at) = (Vec::new(), 0);
        while at < words.len() {
            let length = self.phrase_at(words, at).map_or(1, |phrase| phrase.words.len());
            if verbs.at(&words[at..]).is_none() && self.names_one(words, at) {
                drugs.push(at..at + length);
            }
            at += length;
        }
        let mut sentence = Sentence { words, clauses, drugs, verbs: Vec::new() };
        for clause in 0..sentence.clauses.len() {
            self.add_verbs(&mut sentence, clause);
        }
        (!sentence.verbs.is_empty()).then_some(sentence)
    }

    fn add_verbs(&self, sentence: &mut Sentence<'_>, clause: usize) {
        let (verbs, words) = (self.lexicon().verbs(), sentence.words);
        let range = sentence.clauses[clause].0.clone();
        let mut at = range.start;
        while at < range.end {
            let Some(phrase) = verbs.at(&words[at..range.end]) else {
                at += 1;
                continue;
            };
            let here = at..at + phrase.words.len();
            at = here.end;
            if let Some(last) = sentence
                .verbs
                .last_mut()
                .filter(|last| last.clause == clause && last.at.end == here.start)
            {
                // `stopped taking`, `now on`
                let is_taking = |kind| matches!(kind, Some(Kind::Taken | Kind::Perhaps));
                if is_taking(phrase.ahead) && !verbs.reactions.contains(&words[last.at.clone()]) {
                    last.at.end = here.end;
                    continue;
                }
            }
            if self.add_stay(sentence, clause, &here) {
                continue;
            }
            let from = sentence.verbs.last().map_or(range.start, |verb| verb.at.end);
            let before = &words[from.clamp(range.start, here.start)..here.start];
            if !verbs.is_denied(before) {
                let Phrase { ahead, behind, heads, lists, .. } = *phrase;
                sentence.verbs.push(Verb { at: here, ahead, behind, heads, lists, clause });
            }
        }
    }

    /// Adds a stop that is preceded by a denial or an intention as a verb of taking: `do not stop`, `refuses to stop`, `until off`.
    fn add_stay(&self, sentence: &mut Sentence<'_>, clause: usize, at: &Range<usize>) -> bool {
        let (verbs, words) = (self.lexicon().verbs(), sentence.words);
        let start = sentence.clauses[clause].0.start;
        let start = (start..at.start)
            .rev()
            .find(|&at| sentence.drug_at(at).is_some())
            .map_or(start, |at| at + 1);
        let before = &words[start..at.start];
        let is_until = before.last().is_some_and(|word| verbs.meanwhile.contains(word));
        let is_end =
            || verbs.at(&words[at.clone()]).is_some_and(|p| p.ahead == Some(Kind::Stopped));
        if !(verbs.stops.contains(&words[at.clone()]) && verbs.stays(before)
            || is_until && is_end())
        {
            return false;
        }
        // `refuses to` is not a refusal of the drug.
        let is_before = |verb: &Verb| verb.clause == clause && verb.at.start >= start;
        while sentence.verbs.last().is_some_and(is_before) {
            sentence.verbs.pop();
        }
        let taken = Some(Kind::Taken);
        let at = at.clone();
        sentence.verbs.push(Verb {
            at,
            ahead: taken,
            behind: taken,
            heads: false,
            lists: false,
            clause,
        });
        true
    }

    /// Whether a word between a verb and its drug says nothing by itself.
    pub(super) fn is_beside_verb(&self, word: &str) -> bool {
        let (lexicon, verbs) = (self.lexicon(), self.lexicon().verbs());
        !verbs.reasons.contains(word)
            && (is_number(word)
                || verbs.beside.contains(word)
                || lexicon.is_filler(word)
                || lexicon.is_salt(word)
                || lexicon.is_glue(word)
                || lexicon.is_form(word)
                || lexicon.is_unit_of_use(word)
                || lexicon.remarks().is_itself(word)
                || lexicon.not_the_drug().is_link(word))
    }

    fn object(&self, sentence: &Sentence<'_>, verb: &Verb) -> Object {
        let (lexicon, verbs) = (self.lexicon(), self.lexicon().verbs());
        const FARTHEST: usize = 4;
        let said = &sentence.words[verb.at.clone()];
        let is_cause = sentence.words.get(verb.at.end).is_some_and(|w| verbs.causes.contains(w));
        let of_reaction = verbs.reactions.contains(said) && is_cause;
        let may_be_other = verbs.perhaps_orders.contains(said);
        let start = verb.at.end + usize::from(of_reaction);
        let behind = start..sentence.end_of(verb).max(start);
        let mut nearest = sentence.words[behind.clone()].iter().take(FARTHEST);
        if nearest.any(|word| verbs.payers.contains(word)) {
            return Object::Thing;
        }
        let mut object = Object::None;
        for at in behind {
            let word = &sentence.words[at];
            if verbs.reasons.contains(word) {
                return object;
            }
            if let Some(drug) = sentence.drug_at(at) {
                return Object::Drug(drug.start);
            }
            // `d/c home` is a discharge.
            let is_other = may_be_other && !is_number(word) || verbs.parameters.contains(word);
            let is_part = is_other
                || !lexicon.remarks().is_itself(word)
                    && (lexicon.is_form(word)
                        || lexicon.is_unit_of_use(word)
                        || lexicon.is_salt(word));
            if is_part || !self.is_beside_verb(word) {
                return Object::Thing;
            }
            if object == Object::None && is_number(word) {
                object = Object::Number;
            }
        }
        let ends = sentence.clauses[verb.clause].0.end == sentence.end_of(verb);
        // `codeine allergy - on tramadol`
        let is_own = || {
            sentence.sign_before(verb.clause + 1) == Some(':')
                || self.subject(sentence, verb) == Ok(None)
        };
        let is_heading = ends && sentence.heads_next(verb) && is_own();
        if is_heading && object == Object::None { Object::Thing } else { object }
    }

    /// The drug before a verb in its clause, with only its amount in between; `Err` if something else is the subject.
    fn subject<'s>(
        &self,
        sentence: &'s Sentence<'_>,
        verb: &Verb,
    ) -> Result<Option<&'s Range<usize>>, ()> {
        let not = self.lexicon().not_the_drug();
        for at in (sentence.clauses[verb.clause].0.start..verb.at.start).rev() {
            let word = &sentence.words[at];
            if let Some(drug) = sentence.drug_at(at) {
                return Ok(Some(drug));
            }
            if sentence.verbs.iter().any(|other| other.at.contains(&at)) {
                return Ok(None);
            }
            if !self.is_beside_verb(word) && !not.is_opener(word) {
                return Err(());
            }
        }
        Ok(None)
    }

    /// Whether a verb between two drugs without a sign may refer to either.
    fn is_between(&self, sentence: &Sentence<'_>, verb: &Verb) -> bool {
        matches!(self.subject(sentence, verb), Ok(Some(_))) && !self.is_linked(sentence, verb)
    }

    /// Whether a verb is linked to what follows it: `allergic to`.
    fn is_linked(&self, sentence: &Sentence<'_>, verb: &Verb) -> bool {
        let next = sentence.words.get(verb.at.end);
        next.is_some_and(|next| self.lexicon().not_the_drug().is_link(next))
    }

    /// Whether a word between two drugs makes both the object of a verb: `not taking oxycodone or morphine`, `allergic to penicillin and codeine`.
    fn is_joined(&self, sentence: &Sentence<'_>, verb: &Verb, word: &str) -> bool {
        let verbs = self.lexicon().verbs();
        verbs.either.contains(word)
            || self.is_linked(sentence, verb) && self.lexicon().not_the_drug().is_together(word)
    }

    /// The verb directly after a drug and its amount, in its clause.
    fn verb_behind<'s>(&self, sentence: &'s Sentence<'_>, drug: &Range<usize>) -> Option<&'s Verb> {
        let clause = sentence.clause_of(drug.start);
        let is_near = |verb: &&Verb| verb.clause == clause && verb.at.start >= drug.end;
        let verb = sentence.verbs.iter().find(is_near)?;
        let between = &sentence.words[drug.end..verb.at.start];
        let is_drug = |at: usize| sentence.drug_at(drug.end + at).is_some();
        // `oxycodone 5 mg gabapentin stopped`
        let own = between.iter().take_while(|word| !is_number(word)).count();
        let is_beside = |at: usize| self.is_beside_verb(&between[at]) || at < own && is_drug(at);
        (0..between.len()).all(is_beside).then_some(verb)
    }

    /// What the verb before a drug says about it.
    fn said_before(&self, sentence: &Sentence<'_>, named: &Range<usize>) -> Option<Standing> {
        let clause = sentence.clause_of(named.start);
        let is_near = |verb: &&Verb| verb.clause == clause && verb.at.end <= named.start;
        let Some(verb) = sentence.verbs.iter().rfind(is_near) else {
            return self.said_by_heading(sentence, named, clause);
        };
        if self.is_why_held(sentence, verb, named) {
            return Some(Standing::Taken);
        }
        let kind = verb.ahead.filter(|_| !verb.heads)?;
        let Object::Drug(object) = self.object(sentence, verb) else { return None };
        let (verbs, said) = (self.lexicon().verbs(), &sentence.words[verb.at.clone()]);
        if verbs.reactions.contains(said) && !verbs.causes.contains(&sentence.words[verb.at.end]) {
            return None;
        }
        // The parts of a combination go together: `stopped Percocet (oxycodone/acetaminophen)`.
        let between = &sentence.words[object..named.start];
        let is_one = |at: usize| {
            sentence.drug_at(object + at).is_some()
                || kind == Kind::Not && self.is_joined(sentence, verb, &between[at])
        };
        if !(0..between.len()).all(is_one) {
            return None;
        }
        // Without a word that joins them the second one may be taken: `not taking ibuprofen tramadol`.
        let is_bare = !between.is_empty()
            && (0..between.len()).all(|at| sentence.drug_at(object + at).is_some())
            && self.is_another(sentence.words, object, named);
        if is_bare && kind == Kind::Not {
            return Some(Standing::Free);
        }
        // `Norco declined naloxone`
        let is_thing = verbs.things.contains(&sentence.words[object]);
        if !is_thing && self.is_between(sentence, verb) {
            let is_taking = |kind| matches!(kind, Some(Kind::Taken | Kind::Perhaps));
            match self.verb_behind(sentence, named) {
                Some(next) if is_taking(next.behind.or(next.ahead)) => {
                    return Some(Standing::Taken);
                }
                Some(_) => return None,
                // It is unknown which of the two was stopped: this one counts as taken.
                None if verb.behind.is_some() => return Some(Standing::Taken),
                None => {}
            }
        }
        if kind == Kind::Taken || kind == Kind::Perhaps {
            return Some(kind.into());
        }
        if self.is_order_until(sentence, verb, named.end)
            || self.is_stop(said) && self.is_taken_again(sentence, named.end)
        {
            return Some(Standing::Taken);
        }
        let has_strength = || sentence.words.get(named.end).is_some_and(|word| is_number(word));
        let is_open = verbs.perhaps_orders.contains(said) && has_strength();
        (!is_open).then_some(kind.into())
    }

    /// Whether a verb is an instruction with a condition or a time after the drug: `hold methadone for RR < 12`.
    fn is_order_until(&self, sentence: &Sentence<'_>, verb: &Verb, from: usize) -> bool {
        let verbs = self.lexicon().verbs();
        let said = &sentence.words[verb.at.clone()];
        if !verbs.orders.contains(said) {
            return false;
        }
        let is_hold = verbs.holds.contains(said);
        let end = sentence.clauses[verb.clause].0.end.max(from);
        let is_condition = |word: &String| {
            verbs.conditions.contains(word) || is_hold && verbs.hold_conditions.contains(word)
        };
        let words = sentence.words;
        // `in 7 days`
        let is_delay = |at: usize| {
            verbs.delays.contains(&words[at])
                && words.get(at + 1).is_some_and(|word| is_number(word))
        };
        let is_until = |at: &usize| is_condition(&words[*at]) || is_delay(*at);
        let mut behind = from..end;
        let first = behind.find(|at| is_until(at) || !self.is_beside_verb(&words[*at]));
        // `hold oxycodone while on Vivitrol`: that applies now.
        first.filter(is_until).is_some_and(|at| !is_hold || !self.is_met_now(sentence, at, end))
    }

    /// Whether a condition at a word is that another drug is taken, which applies now.
    fn is_met_now(&self, sentence: &Sentence<'_>, at: usize, end: usize) -> bool {
        let is_verb = |at: &usize| sentence.verbs.iter().any(|verb| verb.at.contains(at));
        let is_beside = |at: &usize| is_verb(at) || self.is_beside_verb(&sentence.words[*at]);
        self.lexicon().verbs().meanwhile.contains(&sentence.words[at])
            && (at + 1..end)
                .find(|at| sentence.drug_at(*at).is_some() || !is_beside(at))
                .is_some_and(|at| sentence.drug_at(at).is_some())
    }

    /// Whether a drug is why another one is held: `naltrexone held due to oxycodone`, `hold naltrexone until oxycodone finished`.
    fn is_why_held(&self, sentence: &Sentence<'_>, verb: &Verb, named: &Range<usize>) -> bool {
        let verbs = self.lexicon().verbs();
        let said = &sentence.words[verb.at.clone()];
        if !verbs.held.contains(said) && !verbs.holds.contains(said) {
            return false;
        }
        let mut behind = (verb.at.end..named.start).rev();
        let why = behind.find(|at| {
            let word = &sentence.words[*at];
            verbs.meanwhile.contains(word) || !self.is_beside_verb(word)
        });
        why.is_some_and(|at| verbs.meanwhile.contains(&sentence.words[at]))
    }

    /// Whether a phrase says that a drug was stopped or held.
    fn is_stop(&self, said: &[String]) -> bool {
        let verbs = self.lexicon().verbs();
        verbs.stops.contains(said) || verbs.at(said).is_some_and(|p| p.ahead == Some(Kind::Stopped))
    }

    /// What a clause before a drug's clause says about it, if it is only a verb: `Stopped: oxycodone`, `[DISCONTINUED] naltrexone`; after a colon,
    /// about every drug of a list.
    fn said_by_heading(
        &self,
        sentence: &Sentence<'_>,
        named: &Range<usize>,
        clause: usize,
    ) -> Option<Standing> {
        let is_plain =
            |at| sentence.drug_at(at).is_some() || self.is_beside_verb(&sentence.words[at]);
        if !(sentence.clauses[clause].0.start..named.start).all(is_plain) {
            return None;
        }
        let heading = |clause: usize| {
            let is_heading = |at: &usize| sentence.sign_before(*at + 1) == Some(':');
            let at = (0..clause).rev().find(is_heading)?;
            Some(&sentence.words[sentence.clauses[at].0.clone()])
        };
        let is_of_meds = || {
            let listed = &self.lexicon().verbs().listed;
            heading(clause).is_some_and(|words| words.iter().any(|word| listed.contains(word)))
        };
        let is_list_of = |clause: &usize| {
            let words = sentence.clauses[*clause].0.clone();
            sentence.sign_before(*clause) == Some(',')
                && !sentence.verbs.iter().any(|verb| verb.clause == *clause)
                && (!sentence.words[words].iter().any(|word| is_number(word)) || is_of_meds())
        };
        let listed = (1..=clause).rev().take_while(is_list_of).count();
        let first = (clause - listed).checked_sub(1)?;
        let verb = sentence.verbs.iter().rfind(|verb| verb.clause == first)?;
        let kind = verb.ahead?;
        let is_colon = sentence.heads_next(verb);
        // `naltrexone (taking), hydrocodone`
        let is_remark = matches!(sentence.sign_before(first), Some('(' | '[' | ':')) && first > 0;
        if is_remark && matches!(kind, Kind::Taken | Kind::Perhaps) {
            return None;
        }
        if (listed > 0 || verb.heads) && !is_colon || self.subject(sentence, verb) != Ok(None) {
            return None;
        }
        let end = sentence.clauses[first].0.end;
        let has_strength = || sentence.words.get(named.end).is_some_and(|word| is_number(word));
        let is_discharge = || {
            let said = &sentence.words[verb.at.clone()];
            let is_perhaps = self.lexicon().verbs().perhaps_orders.contains(said);
            is_perhaps && (verb.at.end < end || has_strength())
        };
        if self.is_order_until(sentence, verb, verb.at.end) || is_discharge() {
            return Some(Standing::Free);
        }
        // `Epidural refused, oxycodone 5 mg given`
        let (verbs, not) = (self.lexicon().verbs(), self.lexicon().not_the_drug());
        let may_lead = |word: &String| verbs.beside.contains(word) || not.is_opener(word);
        let lead = sentence.clauses[first].0.start..verb.at.start;
        if !is_colon && !sentence.words[lead].iter().all(may_lead) {
            return None;
        }
        let rest = verb.at.end..sentence.clauses[first].0.end;
        // `naltrexone 50 mg (changed from 25 mg); oxycodone`
        let said = &sentence.words[verb.at.clone()];
        if !rest.is_empty() && self.lexicon().asides().instead().iter().any(|all| all == said) {
            return None;
        }
        // `patient refused generic, oxycodone 5 mg`
        let is_of_it = |word: &String| self.lexicon().remarks().is_refused_of_it(word);
        if kind == Kind::Not && !is_colon && sentence.words[rest.clone()].iter().any(is_of_it) {
            return Some(Standing::Free);
        }
        let why = rest.clone().find(|&at| verbs.reasons.contains(&sentence.words[at]));
        let is_alone = rest.into_iter().all(|at| {
            let word = &sentence.words[at];
            let is_beside = || self.is_beside_verb(word) && !self.lexicon().is_salt(word);
            sentence.drug_at(at).is_none() && (why.is_some_and(|why| why <= at) || is_beside())
        });
        // `oxycodone (stopped) naltrexone`
        let of_before = || verb.behind.is_some() && !is_colon && first > 0;
        (is_alone && !of_before()).then_some(kind.into())
    }

    /// What the verb after a drug says about it: in its clause, or by itself in the next one.
    fn said_after(&self, sentence: &Sentence<'_>, named: &Range<usize>) -> Option<Standing> {
        if let Some(verb) = self.verb_behind(sentence, named) {
            return self.said_in_clause(sentence, named, verb);
        }
        let clause = sentence.clause_of(named.start);
        let rest = &sentence.words[named.end..sentence.clauses[clause].0.end.max(named.end)];
        let is_rest = |word: &String| self.is_beside_verb(word);
        if !rest.iter().all(is_rest) {
            return None;
        }
        let verb = sentence.verbs.iter().find(|verb| verb.clause == clause + 1)?;
        let kind = verb.behind.or(verb.ahead)?;
        let has_subject = self.subject(sentence, verb) != Ok(None);
        let object = self.object(sentence, verb);
        if has_subject {
            return None;
        }
        match (kind, object) {
            (Kind::Stopped | Kind::Not, Object::Drug(_) | Object::Thing) => Some(Standing::Free),
            (Kind::Stopped | Kind::Not, Object::None | Object::Number)
                if self.is_stop(&sentence.words[verb.at.clone()])
                    && self.is_taken_again(sentence, verb.at.end) =>
            {
                Some(Standing::Taken)
            }
            (Kind::Stopped, Object::None) => {
                let is_until = self.is_order_until(sentence, verb, verb.at.end);
                let said = if is_until { Standing::Taken } else { Standing::Stopped };
                verb.behind.map(|_| said)
            }
            (Kind::Taken, _) => verb.behind.map(|_| Standing::Taken),
            (Kind::Not, Object::None) => self.is_held_for(sentence, verb).then_some(Standing::Held),
            // Refusals, cancellations and the day of a stop are read elsewhere.
            _ => None,
        }
    }

    /// Whether words after a verb say that the same drug was started again: `stopped and restarted`.
    fn is_taken_again(&self, sentence: &Sentence<'_>, from: usize) -> bool {
        let mut later = sentence.verbs.iter().filter(|later| later.at.start >= from);
        later.any(|later| {
            let between = from..later.at.start;
            later.behind.or(later.ahead) == Some(Kind::Taken)
                && matches!(self.object(sentence, later), Object::None | Object::Number)
                && !between.into_iter().any(|at| sentence.drug_at(at).is_some())
        })
    }

    /// Whether a verb says that a drug was held, and the words after it why: not the reason to hold a single dose.
    fn is_held_for(&self, sentence: &Sentence<'_>, verb: &Verb) -> bool {
        let verbs = self.lexicon().verbs();
        let said = |words: Range<usize>| &sentence.words[words];
        let clause = &sentence.clauses[verb.clause].0;
        let why = said(verb.at.end..clause.end);
        verbs.held.contains(said(verb.at.clone()))
            && why.first().is_some_and(|word| verbs.reasons.contains(word))
            && !why.iter().any(|word| verbs.parameters.contains(word))
            && !said(clause.start..verb.at.start).iter().any(|w| verbs.parameters.contains(w))
    }

    fn said_in_clause(
        &self,
        sentence: &Sentence<'_>,
        named: &Range<usize>,
        verb: &Verb,
    ) -> Option<Standing> {
        let object = self.object(sentence, verb);
        let verbs = self.lexicon().verbs();
        let thing = || {
            let behind = verb.at.end..sentence.end_of(verb);
            let mut words = sentence.words[behind].iter();
            words.any(|word| verbs.things.contains(word) || verbs.payers.contains(word))
        };
        let is_illness = || {
            let next = sentence.words.get(verb.at.end);
            next.is_some_and(|next| verbs.illnesses.contains(next))
        };
        let Some(kind) = verb.behind else {
            return matches!(object, Object::Drug(_)).then_some(Standing::Free);
        };
        match (kind, object) {
            // `last Vivitrol given 1/3`
            (Kind::Taken, Object::None | Object::Number) => {
                let before = &sentence.words[..named.start];
                (!self.lexicon().asides().is_past(before)).then_some(Standing::Taken)
            }
            (Kind::Taken, _) => None,
            (_, Object::None | Object::Number)
                if self.is_stop(&sentence.words[verb.at.clone()])
                    && self.is_taken_again(sentence, verb.at.end) =>
            {
                Some(Standing::Taken)
            }
            (_, Object::Drug(drug)) if verbs.things.contains(&sentence.words[drug]) => {
                Some(Standing::Free)
            }
            (_, Object::Drug(drug)) => {
                let next = sentence.drug_at(drug).and_then(|drug| self.verb_behind(sentence, drug));
                Some(match (next, self.is_between(sentence, verb)) {
                    (Some(_), _) => kind.into(),
                    (None, true) if verb.ahead.is_some() => Standing::Open,
                    (None, true) => kind.into(),
                    (None, false) => Standing::Free,
                })
            }
            (Kind::Not, Object::Thing) if self.is_linked(sentence, verb) => Some(Standing::Free),
            (_, Object::Thing) if thing() || is_illness() => Some(Standing::Free),
            (Kind::Not, Object::None) if verb.lists => Some(Standing::Not),
            (Kind::Not, Object::None) => self.is_held_for(sentence, verb).then_some(Standing::Held),
            (Kind::Stopped, Object::Thing) => Some(Standing::Free),
            (Kind::Stopped, Object::None) => {
                let is_until = self.is_order_until(sentence, verb, verb.at.end);
                Some(if is_until { Standing::Taken } else { Standing::Stopped })
            }
            _ => None,
        }
    }

    /// Whether another drug of a text is one that someone takes.
    pub(super) fn takes_another(
        &self,
        text: &str,
        words: &[String],
        others: impl Iterator<Item = usize>,
    ) -> bool {
        let Some(sentence) = self.sentence(text, words) else { return true };
        let not = self.lexicon().not_the_drug();
        let mut left: Option<usize> = None;
        for at in others {
            let drug = sentence.drug_at(at).cloned().unwrap_or(at..at + 1);
            let said =
                self.said_before(&sentence, &drug).or_else(|| self.said_after(&sentence, &drug));
            // `failed gabapentin and ibuprofen`
            let is_joined =
                || left.is_some_and(|left| left + 1 == drug.start && not.is_together(&words[left]));
            let is_taken = match said {
                None => {
                    !self.is_absent(text, words, &drug)
                        && !self.lexicon().notes().is_spoken_behind(&words[drug.end..])
                        && !is_joined()
                }
                Some(said) => matches!(said, Standing::Taken | Standing::Perhaps | Standing::Free),
            };
            if is_taken {
                return true;
            }
            left = Some(drug.end);
        }
        false
    }
}

#[cfg(test)]
mod tests;

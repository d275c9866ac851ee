//! What the cells of a column show of what it holds, counted while the witness looks at them.

use std::cmp::Reverse;
use std::hash::BuildHasher;

use rustc_hash::{FxHashMap, FxHashSet};

use super::doses::is_broken;
use super::names::{given_name, is_name, is_placeholder};
use super::remarks::{Remarks, telling_word};
use super::{asks_for_illness, says_what_became};

use rxlint_engine::exposure::status::{StatusTable, is_not_taken, is_reversed};
use rxlint_input::layout::{
    ColumnUse, RivalKind, Years, decision, is_diagnosis_code, is_length, is_negative, is_paid,
    is_unread_take_home,
};
use rxlint_model::answers::{says_no, says_yes};
use rxlint_model::date;
use rxlint_model::record::DateOrder;

/// This many cells of a piece of an input show what a column holds.
const ENOUGH: u64 = 2000;
/// More different texts than this are not counted.
const MOST_TEXTS: usize = 4096;
/// A status column has at most this many different words, each at most this long.
const STATUS_WORDS: usize = 16;
const LONGEST_STATUS: usize = 24;
/// Words up to this length may be the short form of anything: RET is returned, or a retard tablet.
const SHORT_STATUS: usize = 4;
/// Short words that are hardly anything else. RTS is not one of them: it may be a retard tablet too.
const PLAIN_STATUSES: [&str; 13] = [
    "cxl", "cxld", "cncl", "canc", "void", "rtnd", "retd", "rvrs", "rvsd", "rvsl", "npu", "dnf",
    "rej",
];
/// Usual lengths of supply, in days.
const USUAL_DAYS: [&str; 10] = ["5", "7", "10", "14", "28", "30", "56", "60", "84", "90"];
/// A longer text is not a diagnosis but a sentence about some.
const LONGEST_DIAGNOSIS: usize = 80;
/// Fewer texts than this show nothing about a column of drugs.
const FEWEST_NAMES: usize = 20;

/// What a column seems to hold.
#[derive(Clone, Debug, Default)]
pub(in crate::run::witness) struct ColumnStats {
    filled: u64,
    /// Whole numbers from 1 to 366, broken pieces (`0.5`), and lengths with their unit.
    pub(super) whole_numbers: u64,
    usual_days: u64,
    /// Whole numbers below a month, and those of them above one and those that are zero.
    small: u64,
    several: u64,
    zeros: u64,
    many: u64,
    beyond_a_week: u64,
    /// Texts with digits that are not a day: counts with a word, ranges of days. For take-home doses, what is not a count.
    pub(super) counted: u64,
    /// The first text without a digit: where its row begins, and the word if it is a code or says *not taken*.
    pub(super) lettered: Option<(u64, String)>,
    /// The first text that is a status meaning *not taken*: where its row begins, and the word.
    pub(super) not_taken: Option<(u64, String)>,
    /// Whether one of those is a longer word, which is hardly anything else.
    is_plain: bool,
    /// Hashes of the texts that are statuses of any meaning.
    pub(super) statuses: FxHashSet<u64>,
    /// Different texts that have the shape of a code of a diagnosis, those written with a point, and those that name a condition
    /// that a rule is about.
    diagnoses: [usize; 2],
    conditions: usize,
    /// Those of the different texts that are days.
    years: Years,
    /// Whether some text says that a claim was paid, and some that it was reversed.
    is_paid: bool,
    is_reversed: bool,
    /// Single letters among the different texts: a bit for each.
    letters: u32,
    /// Filled cells, however many were looked at.
    pub(super) said: u64,
    /// Answers: yes or no, and those of them that are yes.
    answers: u64,
    yes: u64,
    /// Hashes of the different texts, and how many of them hold the name of a known drug.
    pub(super) texts: FxHashSet<u64>,
    named: FxHashSet<u64>,
    longest: usize,
    /// What people remark in it about records.
    pub(in crate::run::witness) remarks: Remarks,
    /// The watched drug that the header names.
    pub(in crate::run::witness) of_drug: Option<Box<str>>,
    /// What a comparison with the column that it may contradict shows.
    pub(super) compared: Compared,
}

/// How the cells of a column relate to those of another.
#[derive(Clone, Debug, Default)]
pub(super) struct Compared {
    pub(super) both: u64,
    pub(super) differ: u64,
    dates: u64,
    /// Days on or after the other's, and not much later, in either order of day and month.
    after: [u64; 2],
    /// Those that are some days later.
    later: [u64; 2],
    /// The first of the texts, and whether another followed.
    first: Option<u64>,
    varies: bool,
    /// By the text of an identifier, the other identifier in its row, and how many have several.
    persons: FxHashMap<u64, u64>,
    joined: FxHashSet<u64>,
    /// By the text of an identifier, what else is known about the person, and the identifiers that have several of those.
    bearers: FxHashMap<u64, u64>,
    unlike: FxHashSet<u64>,
    /// The same the other way round: two identifiers that cross do not identify the same people.
    others: FxHashMap<u64, u64>,
    crossed: FxHashSet<u64>,
    /// Rows in which one of the two says *not taken*, and the other does not.
    pub(super) taken: u64,
    /// Rows in which as much came back as was taken out, or may have.
    pub(super) all_back: u64,
}

/// A prescription is filled within a year.
const MOST_DAYS: i32 = 400;
/// A supply or an order usually lasts as long; what is only written down about it comes sooner.
const FEWEST_DAYS: i32 = 2;
/// More different identifiers than this are not compared.
const MOST_PERSONS: usize = 1 << 16;

impl Compared {
    fn absorb(&mut self, later: &Self) {
        self.both += later.both;
        self.differ += later.differ;
        self.dates += later.dates;
        self.taken += later.taken;
        self.all_back += later.all_back;
        for (mine, more) in self.after.iter_mut().zip(later.after) {
            *mine += more;
        }
        for (mine, more) in self.later.iter_mut().zip(later.later) {
            *mine += more;
        }
        self.varies |= later.varies
            || matches!((self.first, later.first), (Some(one), Some(other)) if one != other);
        self.first = self.first.or(later.first);
        let mut persons: Vec<(u64, u64)> =
            later.persons.iter().map(|(mine, other)| (*mine, *other)).collect();
        persons.sort_unstable();
        for (mine, other) in persons {
            self.person(mine, other);
        }
        let mut bearers: Vec<(u64, u64)> =
            later.bearers.iter().map(|(mine, who)| (*mine, *who)).collect();
        bearers.sort_unstable();
        for (mine, who) in bearers {
            self.bearer(mine, who);
        }
        self.unlike.extend(&later.unlike);
        self.joined.extend(&later.joined);
        self.crossed.extend(&later.crossed);
    }

    /// Notes that two identifiers of a patient are in one row.
    fn person(&mut self, mine: u64, other: u64) {
        if self.persons.len() >= MOST_PERSONS && !self.persons.contains_key(&mine) {
            return;
        }
        if *self.persons.entry(mine).or_insert(other) != other {
            self.joined.insert(mine);
        }
        if *self.others.entry(other).or_insert(mine) != mine {
            self.crossed.insert(other);
        }
    }

    /// Notes who bears an identifier, as their birth and first name show.
    fn bearer(&mut self, mine: u64, who: u64) {
        if self.bearers.len() >= MOST_PERSONS && !self.bearers.contains_key(&mine) {
            return;
        }
        if *self.bearers.entry(mine).or_insert(who) != who {
            self.unlike.insert(mine);
        }
    }

    /// Whether it may name people whom the other identifier names several times; a few slips do not count. Several birth dates mean a
    /// family, and if the header says nothing, nearly each has to go with one of the other.
    pub(super) fn may_join(&self, kind: RivalKind) -> bool {
        const SHARE: usize = 4;
        if kind == RivalKind::Person {
            return !self.joined.is_empty() && self.crossed.len() * 10 <= self.joined.len();
        }
        let joined = self.joined.difference(&self.unlike).count();
        let is_seldom = kind != RivalKind::Alike || self.joined.len() * SHARE <= self.persons.len();
        joined > 0 && is_seldom && self.crossed.len() * 10 <= self.joined.len()
    }

    /// Whether some amount occurs with one quantity with either sign.
    pub(super) fn has_both_signs(&self) -> bool {
        !self.joined.is_empty()
    }

    /// Whether the other identifier may number groups of those whom this one names.
    pub(super) fn may_number_groups(&self, kind: RivalKind) -> bool {
        let crossed = self.crossed.len();
        let is_within = kind == RivalKind::Within || self.joined.len() * 10 <= crossed;
        crossed > 0 && crossed * 2 >= self.others.len() && is_within
    }

    /// Whether some identifier goes with several of these.
    pub(super) fn has_several(&self) -> bool {
        !self.crossed.is_empty()
    }

    /// How many identifiers go with several of these first names, if that is more than typos and short forms of names.
    pub(super) fn families(&self) -> Option<usize> {
        const SHARE: usize = 50;
        let crossed = self.crossed.len();
        (crossed > 0 && crossed * SHARE >= self.others.len()).then_some(crossed)
    }

    fn days(&mut self, mine: &str, other: &str) {
        let mut is_date = false;
        let counts = self.after.iter_mut().zip(&mut self.later);
        for (order, (after, later)) in [DateOrder::Dmy, DateOrder::Mdy].into_iter().zip(counts) {
            let day = |text: &str| date::parse(text.as_bytes(), Some(order)).ok();
            let Some(mine) = day(mine) else { continue };
            is_date = true;
            if let Some(other) = day(other) {
                *after += u64::from((0..=MOST_DAYS).contains(&mine.since(other)));
                *later += u64::from((FEWEST_DAYS..=MOST_DAYS).contains(&mine.since(other)));
            }
        }
        self.dates += u64::from(is_date);
    }
}

/// Whether a cell holds more than white space.
fn says_something(text: &str) -> bool {
    text.bytes().next().is_some_and(|first| first.is_ascii_graphic()) || !text.trim().is_empty()
}

impl ColumnStats {
    /// Whether its words say *not taken* only in rows whose quantity is negative.
    pub(super) fn says_no_more_than_signs(&self) -> bool {
        self.compared.both > 0 && self.compared.taken == 0
    }

    /// Whether more comparisons with the column that it may contradict would add nothing.
    pub(in crate::run::witness) fn is_compared_enough(&self, kind: RivalKind) -> bool {
        const OF_DAYS: [RivalKind; 4] =
            [RivalKind::FirstDay, RivalKind::HandOver, RivalKind::Processed, RivalKind::End];
        OF_DAYS.contains(&kind) && self.compared.both >= ENOUGH
    }

    /// Notes a cell of a column of drugs. `names_a_drug` also gets its hash.
    pub(in crate::run::witness) fn note_drug(
        &mut self,
        text: &str,
        names_a_drug: impl FnOnce(u64, &str) -> bool,
    ) {
        self.said += u64::from(says_something(text));
        let text = text.trim();
        if text.is_empty() || self.filled >= ENOUGH {
            return;
        }
        self.filled += 1;
        let hash = rustc_hash::FxBuildHasher.hash_one(text);
        if self.texts.len() < MOST_TEXTS && self.texts.insert(hash) && names_a_drug(hash, text) {
            self.named.insert(hash);
        }
    }

    /// Notes a cell of a column of lengths.
    pub(in crate::run::witness) fn note_length(&mut self, text: &str) {
        self.whole_numbers += u64::from(text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)));
    }

    /// Notes a cell of a column of take-home doses.
    pub(in crate::run::witness) fn note_take_home(&mut self, text: &str) {
        self.counted += u64::from(is_unread_take_home(text.as_bytes()));
    }

    /// Notes a cell of a column of quantities.
    pub(in crate::run::witness) fn note_count(&mut self, text: &str) {
        let text = text.trim();
        self.filled += u64::from(!text.is_empty());
        self.note_small(text);
    }

    /// Notes a cell of an open column, in the row that begins at `row`. `names_a_condition` also gets its hash.
    pub(in crate::run::witness) fn note(
        &mut self,
        text: &str,
        row: u64,
        names_a_condition: impl FnOnce(u64, &str) -> bool,
    ) {
        self.said += u64::from(says_something(text));
        // Enough shows what a column holds; only rare words among few may still be statuses.
        if self.filled >= ENOUGH && self.texts.len() > STATUS_WORDS {
            return;
        }
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let hash = rustc_hash::FxBuildHasher.hash_one(text);
        if self.filled >= ENOUGH && self.texts.contains(&hash) {
            return;
        }
        self.filled += 1;
        let number = text.parse::<u32>().is_ok_and(|number| (1..=366).contains(&number))
            || is_length(text)
            || is_broken(text);
        self.whole_numbers += u64::from(number);
        self.note_small(text);
        let is_usual = USUAL_DAYS.contains(&text) || is_length(text);
        self.usual_days += u64::from(number && is_usual);
        let yes = says_yes(text.as_bytes());
        self.answers += u64::from(yes || says_no(text.as_bytes()));
        self.yes += u64::from(yes);
        if self.texts.len() >= MOST_TEXTS || !self.texts.insert(hash) {
            return;
        }
        self.longest = self.longest.max(text.len());
        self.years.note(text);
        let has_number = text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
        let is_day = |order| date::parse(text.as_bytes(), Some(order)).is_ok();
        let is_plain =
            || text.parse::<u32>().is_ok() || is_day(DateOrder::Mdy) || is_day(DateOrder::Dmy);
        self.counted += u64::from(has_number && !is_plain());
        self.note_status(text, row, hash);
        self.note_letters(text, row);
        if let &[letter] = text.as_bytes()
            && letter.is_ascii_alphabetic()
        {
            self.letters |= 1 << (letter.to_ascii_uppercase() - b'A');
        }
        let is_code = is_diagnosis_code(text);
        self.diagnoses[0] += usize::from(is_code);
        self.diagnoses[1] += usize::from(is_code && text.as_bytes().get(3) == Some(&b'.'));
        if is_code || text.len() <= LONGEST_DIAGNOSIS && text.contains(char::is_alphabetic) {
            self.conditions += usize::from(names_a_condition(hash, text));
        }
    }

    fn note_small(&mut self, text: &str) {
        const MONTH: u32 = 31;
        // The days of a week besides the one on which it is handed over.
        const WEEKS_REST: u32 = 6;
        if let Some(number) = text.parse::<u32>().ok().filter(|number| *number <= MONTH) {
            self.small += 1;
            self.several += u64::from(number > 1);
            self.zeros += u64::from(number == 0);
            self.many += u64::from(number >= WEEKS_REST);
            self.beyond_a_week += u64::from(number > WEEKS_REST + 1);
        }
    }

    fn note_letters(&mut self, text: &str, row: u64) {
        let is_first = self.lettered.as_ref().is_none_or(|(at, _)| row < *at);
        let is_word = text.contains(char::is_alphabetic) && !text.contains(char::is_numeric);
        if is_first && is_word {
            let is_code = text.len() < SHORT_STATUS && text.is_ascii();
            let word =
                if is_code { text.to_owned() } else { telling_word(text, StatusTable::built_in()) };
            self.lettered = Some((row, word));
        }
    }

    fn note_status(&mut self, text: &str, row: u64, hash: u64) {
        let table = StatusTable::built_in();
        let decision = decision(text.as_bytes());
        if decision.is_none() && table.look(None, text.as_bytes()).is_none() {
            return;
        }
        self.statuses.insert(hash);
        self.is_paid |= is_paid(text);
        self.is_reversed |= is_reversed(text.as_bytes(), table);
        let is_gone = || decision.is_some_and(|known| !known.is_taken);
        // A letter or two may be the code of anything.
        if text.len() < 3 || !is_not_taken(text.as_bytes(), table) && !is_gone() {
            return;
        }
        self.is_plain |= text.len() > SHORT_STATUS
            || PLAIN_STATUSES.iter().any(|plain| text.eq_ignore_ascii_case(plain));
        let is_first = self.not_taken.as_ref().is_none_or(|(at, _)| row < *at);
        if is_first {
            self.not_taken = Some((row, telling_word(text, table)));
        }
    }

    pub(in crate::run::witness) fn absorb(&mut self, later: Self) {
        self.filled += later.filled;
        self.said += later.said;
        self.whole_numbers += later.whole_numbers;
        self.usual_days += later.usual_days;
        self.small += later.small;
        self.several += later.several;
        self.zeros += later.zeros;
        self.many += later.many;
        self.beyond_a_week += later.beyond_a_week;
        self.counted += later.counted;
        self.is_plain |= later.is_plain;
        self.is_paid |= later.is_paid;
        self.is_reversed |= later.is_reversed;
        self.statuses.extend(later.statuses);
        self.diagnoses[0] += later.diagnoses[0];
        self.diagnoses[1] += later.diagnoses[1];
        self.conditions += later.conditions;
        self.letters |= later.letters;
        self.years.absorb(&later.years);
        let first = |(at, _): &(u64, String)| *at;
        self.not_taken =
            [self.not_taken.take(), later.not_taken].into_iter().flatten().min_by_key(first);
        self.lettered =
            [self.lettered.take(), later.lettered].into_iter().flatten().min_by_key(first);
        self.answers += later.answers;
        self.yes += later.yes;
        self.longest = self.longest.max(later.longest);
        self.remarks.absorb(later.remarks);
        self.compared.absorb(&later.compared);
        self.texts.extend(later.texts);
        self.named.extend(later.named);
    }

    /// Compares a cell with that of the column that it may contradict, in a row that identifies someone.
    pub(in crate::run::witness) fn compare(
        &mut self,
        kind: RivalKind,
        (mine, other): (&str, &str),
        who: &str,
    ) {
        if self.is_compared_enough(kind) {
            return;
        }
        let compared = &mut self.compared;
        let (mine, other) = (mine.trim(), other.trim());
        let number = |text: &str| text.parse::<f64>().ok();
        let is_same = || number(mine).is_some() && number(mine) == number(other);
        // A column of corrections is empty if there is none.
        let says_nothing = || mine.is_empty() || number(mine) == Some(0.0) || mine == "NULL";
        let is_of_amounts = matches!(kind, RivalKind::Corrected | RivalKind::Supplied);
        if is_of_amounts && (says_nothing() || is_same()) {
            return;
        }
        compared.both += 1;
        compared.differ += u64::from(!mine.eq_ignore_ascii_case(other));
        let hash = |text: &str| rustc_hash::FxBuildHasher.hash_one(text);
        match kind {
            RivalKind::FirstDay | RivalKind::HandOver => compared.days(mine, other),
            RivalKind::Processed => compared.days(other, mine),
            RivalKind::End => {
                let text = hash(mine);
                compared.varies |= compared.first.is_some_and(|first| first != text);
                compared.first.get_or_insert(text);
                compared.days(mine, other);
            }
            kind if kind.joins_persons()
                && !is_placeholder(mine)
                && !is_name(mine)
                && !other.is_empty() =>
            {
                compared.person(hash(mine), hash(other));
                if !who.is_empty() {
                    compared.bearer(hash(mine), hash(who));
                }
            }
            RivalKind::Finer | RivalKind::Within | RivalKind::Count
                if !is_placeholder(mine) && !is_placeholder(other) =>
            {
                compared.person(hash(mine), hash(other));
            }
            RivalKind::Name if !mine.is_empty() && !is_placeholder(other) => {
                compared.person(hash(&given_name(mine)), hash(other));
            }
            RivalKind::Sign | RivalKind::Counted
                if mine.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) =>
            {
                // The amount with its quantity, and which of the two signs it has.
                let is_amount = |c: &char| c.is_ascii_digit() || *c == '.';
                let amount: String = mine.chars().filter(is_amount).collect();
                if !is_negative(other) {
                    compared.person(hash(&format!("{amount} {other}")), is_negative(mine).into());
                }
            }
            RivalKind::CountedByName => compared.all_back += u64::from(is_negative(mine)),
            RivalKind::ReturnedCount | RivalKind::ReturnedOrCount => {
                let [mine, other] = [mine, other].map(|text| text.parse::<f64>().unwrap_or(0.0));
                let is_all = mine >= other || kind == RivalKind::ReturnedOrCount;
                compared.all_back += u64::from(mine > 0.0 && is_all);
            }
            RivalKind::Money => {
                let table = StatusTable::built_in();
                let is_gone = is_not_taken(mine.as_bytes(), table) || says_no(mine.as_bytes());
                compared.taken += u64::from(mine.len() <= LONGEST_STATUS && is_gone);
            }
            RivalKind::BySign => {
                let is_gone = is_not_taken(mine.as_bytes(), StatusTable::built_in());
                compared.taken += u64::from(is_gone && !is_negative(other));
            }
            RivalKind::Status | RivalKind::SameName if mine.len() <= LONGEST_STATUS => {
                let table = StatusTable::built_in();
                let gone = |text: &str| is_not_taken(text.as_bytes(), table);
                compared.taken += u64::from(gone(mine) != gone(other));
            }
            _ => {}
        }
    }

    /// What a column with a drug in its header says, unless all it says is no.
    pub(super) fn told_of(&self, drug: &str) -> Option<String> {
        let is_no = self.answers == self.filled && self.yes == 0;
        (self.filled > 0 && !is_no).then(|| {
            format!("{{}} names {drug} in its header, and was not read: rows may hold several medicines.")
        })
    }

    /// Whether most of its days are some days after the other's.
    pub(super) fn may_be_ends(&self) -> bool {
        const FEW: u64 = 3;
        let Compared { both, dates, later, varies, .. } = self.compared;
        let is_later = later[0].max(later[1]) * 10 >= both * 8;
        both > 0 && dates * 10 >= both * 9 && is_later && (varies || both <= FEW)
    }

    pub(super) fn may_be_first_days(&self) -> bool {
        let Compared { both, differ, dates, after, .. } = self.compared;
        let later = after[0].max(after[1]);
        differ > 0 && dates * 10 >= both * 9 && later * 10 >= both * 8
    }

    /// Whether it may hold the days on which someone came for what was filled some days before: if all came at once, that changes
    /// nothing.
    pub(super) fn may_be_hand_overs(&self) -> bool {
        let Compared { after, later, .. } = self.compared;
        // In the order of day and month that fits most; if both do, in the one that says less.
        let fitting =
            after.into_iter().zip(later).max_by_key(|&(after, later)| (after, Reverse(later)));
        self.may_be_first_days() && fitting.is_some_and(|(_, later)| later > 0)
    }

    /// Whether it may hold lengths: the usual ones in days, or other small numbers, which may count weeks or months. If they are the
    /// same in every row, or differ in each of many, they count something else.
    pub(super) fn may_be_days(&self) -> bool {
        let different = self.texts.len();
        let differ =
            different > 1 && (different < FEWEST_NAMES || (different as u64) * 2 <= self.filled);
        self.filled > 0
            && self.whole_numbers * 10 >= self.filled * 9
            && (self.usual_days * 2 >= self.filled || differ)
    }

    /// Whether it may count doses that were handed over with some of those of a log: small numbers in some rows, nothing in others,
    /// where `most` rows say something.
    pub(super) fn may_be_take_home(&self, most: u64) -> bool {
        self.several > 0 && self.small == self.filled && (self.zeros > 0 || self.said < most)
    }

    /// The same for numbers that include the dose of the day: one in most rows, and a week's or more in some.
    pub(super) fn may_be_handed_over(&self) -> bool {
        let ones = self.filled.saturating_sub(self.several + self.zeros);
        self.many > 0 && self.small == self.filled && ones * 2 >= self.filled
    }

    /// Whether some of its small numbers are more than the days of a week.
    pub(super) fn has_more_than_a_week(&self) -> bool {
        self.beyond_a_week > 0
    }

    /// Whether it counts something, and more than one in some rows.
    pub(super) fn is_several_in_some(&self) -> bool {
        self.several > 0 && self.small * 10 >= self.filled * 9
    }

    /// The same, if it is one or nothing in most rows.
    pub(super) fn is_mostly_next_day(&self) -> bool {
        self.is_several_in_some() && self.several * 2 <= self.filled
    }

    /// Whether some of its days are several days after the other's.
    pub(super) fn is_sometimes_later(&self) -> bool {
        self.compared.later.iter().any(|later| *later > 0)
    }

    /// Whether it may hold statuses. Short words that mean *not taken* may be the forms of drugs: then most of the words must be
    /// statuses, and a single one must not be in every row, as many as the `most` filled of the other columns has; or the header
    /// says that the column gives what became of something.
    pub(super) fn may_be_statuses(&self, most: u64, header: &str) -> bool {
        let are_statuses = self.is_plain
            || says_what_became(header)
            || self.statuses.len() * 2 > self.texts.len()
                && (self.texts.len() > 1 || self.said != most);
        self.not_taken.is_some()
            && are_statuses
            && (self.texts.len() <= STATUS_WORDS || self.are_mostly_statuses())
            && self.longest <= LONGEST_STATUS
    }

    /// Whether most of its words are statuses, although there are more than a status column usually has.
    fn are_mostly_statuses(&self) -> bool {
        const MOST: usize = 64;
        self.texts.len() <= MOST && self.statuses.len() * 2 > self.texts.len()
    }

    /// Whether it answers a question, sometimes with yes.
    pub(super) fn says_yes(&self) -> bool {
        self.yes > 0 && self.answers == self.filled
    }

    /// Whether it holds only one or two letters, and not a single one that says no or is in each of `most` rows: `N` and
    /// `S`, `H` and `E`, `R` and blanks.
    pub(super) fn is_no_or_a_letter(&self, most: u64) -> bool {
        let bit = |letter: u8| 1 << (letter - b'A');
        let is_no = || b"NHF".iter().any(|letter| self.letters == bit(*letter));
        let letters = self.letters.count_ones() as usize;
        self.longest == 1
            && self.texts.len() == letters
            && (letters == 2 || letters == 1 && self.said < most && !is_no())
    }

    /// Whether it answers a question, sometimes with no.
    pub(super) fn says_no(&self) -> bool {
        self.answers == self.filled && self.yes < self.answers
    }

    /// Whether it holds only zeros, or answers of which none is yes.
    pub(super) fn says_nothing_but_no(&self) -> bool {
        let is_no = self.answers == self.filled && self.yes == 0;
        self.said == 0 || self.filled == self.zeros || is_no
    }

    /// Whether it says yes for most records.
    pub(super) fn says_mostly_yes(&self) -> bool {
        self.yes * 2 > self.answers
    }

    /// Whether nearly all of its different texts are days that lie far apart, and most of them plausible birth dates.
    pub(super) fn may_be_births(&self) -> bool {
        self.years.may_be_births(self.texts.len())
    }

    /// Whether it may hold adjustments of claims: originals and voids, and otherwise only letters that go with those.
    pub(super) fn may_be_adjustments(&self) -> bool {
        let bits =
            |letters: &[u8]| letters.iter().fold(0, |all: u32, letter| all | 1 << (letter - b'A'));
        self.letters & bits(b"OV") == bits(b"OV")
            && self.letters & !bits(b"OVRABC") == 0
            && self.letters.count_ones() as usize == self.texts.len()
    }

    /// The first word that says plainly that something was not taken, in a column that is blank in most of the `most` rows.
    pub(super) fn reversed_in_few(&self, most: u64) -> Option<&(u64, String)> {
        let is_seldom = self.said > 0 && self.said * 2 < most.max(1) + 1;
        self.not_taken
            .as_ref()
            .filter(|_| is_seldom && self.is_plain && self.longest <= LONGEST_STATUS)
    }

    /// The first word that says that something was not taken, if all of its words are states of claims, paid and reversed among them.
    pub(super) fn reversed_beside_paid(&self) -> Option<&(u64, String)> {
        let are_states =
            self.is_paid && self.is_reversed && self.statuses.len() == self.texts.len();
        self.not_taken.as_ref().filter(|_| are_states)
    }

    /// Whether it holds these single letters, each of them, and nothing else.
    pub(super) fn are_the_letters(&self, letters: &[u8]) -> bool {
        let bits = letters.iter().fold(0, |all: u32, letter| all | 1 << (letter - b'A'));
        self.letters == bits && self.texts.len() == letters.len()
    }

    /// Whether it holds a few single letters, and more than one.
    pub(super) fn is_some_letters(&self) -> bool {
        const MOST: usize = 6;
        (2..=MOST).contains(&self.texts.len())
            && self.letters.count_ones() as usize == self.texts.len()
    }

    /// Whether it may hold diagnoses: conditions that rules are about, among codes or in some of its texts; or a long list of codes
    /// that are hardly anything else, part of which was looked at.
    pub(super) fn may_be_diagnoses(&self, column: &ColumnUse) -> bool {
        // Codes of general practice look like those of ICD-10 and mean something else.
        if column.header.to_lowercase().contains("icpc") {
            return false;
        }
        let texts = self.texts.len();
        let [codes, with_point] = self.diagnoses;
        let are_codes = codes * 10 >= texts * 9;
        let are_many = self.filled >= ENOUGH && texts >= FEWEST_NAMES && with_point * 2 >= texts;
        let may_be_names = !column.is_free_text || asks_for_illness(&column.header);
        let are_names = may_be_names && self.conditions * 5 >= texts;
        self.conditions > 0 && (are_codes || are_names) || are_codes && are_many
    }

    pub(super) fn holds_no_names(&self) -> bool {
        self.texts.len() >= FEWEST_NAMES && self.named.len() * 5 < self.texts.len()
    }
}

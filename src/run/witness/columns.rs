//! Columns that nobody asked for and that could hold what is missing: lengths of supply, statuses; and a column of drugs that
//! holds no names.

use std::hash::BuildHasher;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Looked;
use rxlint_engine::drug::Dictionary;
use rxlint_engine::exposure::person::{ConditionCodes, told_by_header};
use rxlint_engine::exposure::status::{StatusTable, header_says_not_taken, is_not_taken};
use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_input::layout::{
    ColumnUse, DRUG_NAMES, Rival, RivalKind, is_diagnosis_code, says_length,
};
use rxlint_model::date;
use rxlint_model::gap::{Gap, GapKind};
use rxlint_model::record::{DateOrder, Field, says_no, says_yes};

/// So many cells of a piece of an input show what a column holds.
const ENOUGH: u64 = 2000;
/// More different texts than this are not counted.
const MOST_TEXTS: usize = 4096;
/// A column of statuses has at most so many different words, each at most so long.
const STATUS_WORDS: usize = 16;
const LONGEST_STATUS: usize = 24;
/// Words that are no longer may be the short form of anything: RET is returned, or a retard tablet.
const SHORT_STATUS: usize = 4;
/// Short words that are hardly anything else. RTS is not one of them: it may be a retard tablet too.
const PLAIN_STATUSES: [&str; 13] = [
    "cxl", "cxld", "cncl", "canc", "void", "rtnd", "retd", "rvrs", "rvsd", "rvsl", "npu", "dnf",
    "rej",
];
/// Lengths for which drugs are usually supplied, in days.
const USUAL_DAYS: [&str; 10] = ["5", "7", "10", "14", "28", "30", "56", "60", "84", "90"];
/// A longer text is no diagnosis but a sentence about some.
const LONGEST_DIAGNOSIS: usize = 80;
/// Fewer texts than this show nothing about a column of drugs.
const FEWEST_NAMES: usize = 20;

/// What a column seems to hold.
#[derive(Clone, Debug, Default)]
pub(super) struct ColumnStats {
    filled: u64,
    /// Whole numbers from 1 to 366.
    whole_numbers: u64,
    usual_days: u64,
    /// The first of the texts that is a status that means *not taken*: where its row begins, and the word.
    not_taken: Option<(u64, String)>,
    /// Whether one of those is a word of some length, which is hardly anything else.
    is_plain: bool,
    /// Hashes of the texts that are statuses of any meaning.
    statuses: FxHashSet<u64>,
    /// Different texts that have the shape of a code of a diagnosis, those written with a point, and those that name a condition
    /// of which a rule speaks.
    diagnoses: [usize; 2],
    conditions: usize,
    /// Single letters among the different texts: a bit for each.
    letters: u32,
    /// Cells that say something, however many were looked at.
    said: u64,
    /// Answers: yes or no, and yes.
    answers: u64,
    yes: u64,
    /// Hashes of the different texts, and how many of them hold the name of a known drug.
    texts: FxHashSet<u64>,
    named: FxHashSet<u64>,
    longest: usize,
    /// The watched drug that the header names.
    pub(super) of_drug: Option<Box<str>>,
    /// What a comparison with the column that it may contradict shows.
    compared: Compared,
}

/// How the cells of a column stand to those of another.
#[derive(Clone, Debug, Default)]
struct Compared {
    both: u64,
    differ: u64,
    dates: u64,
    /// Days on or after the other's, and not much later, in either order of day and month.
    after: [u64; 2],
    /// Those that are some days later.
    later: [u64; 2],
    /// The first of the texts, and whether another followed.
    first: Option<u64>,
    varies: bool,
    /// By the text of an identifier, the other identifier beside it, and how many stand beside several.
    persons: FxHashMap<u64, u64>,
    joined: FxHashSet<u64>,
    /// Rows in which one of the two says *not taken*, and the other does not.
    taken: u64,
}

/// A prescription is filled within a year.
const MOST_DAYS: i32 = 400;
/// What is supplied or ordered lasts as long, mostly; what is only written down about it is so sooner.
const FEWEST_DAYS: i32 = 2;
/// More different identifiers than this are not compared.
const MOST_PERSONS: usize = 1 << 16;

impl Compared {
    fn absorb(&mut self, later: &Self) {
        self.both += later.both;
        self.differ += later.differ;
        self.dates += later.dates;
        self.taken += later.taken;
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
        self.joined.extend(&later.joined);
    }

    /// Notes that two identifiers of a patient stand in one row.
    fn person(&mut self, mine: u64, other: u64) {
        if self.persons.len() >= MOST_PERSONS && !self.persons.contains_key(&mine) {
            return;
        }
        if *self.persons.entry(mine).or_insert(other) != other {
            self.joined.insert(mine);
        }
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

/// Whether a cell names nobody: empty, or the same character throughout.
fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 6] = ["unknown", "null", "none", "na", "n/a", "test"];
    let mut bytes = text.bytes().filter(|byte| byte.is_ascii_alphanumeric());
    let first = bytes.next();
    let is_one =
        first.is_none_or(|first| matches!(first, b'0' | b'9') && bytes.all(|byte| byte == first));
    is_one || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a cell holds more than white space.
fn says_something(text: &str) -> bool {
    text.bytes().next().is_some_and(|first| first.is_ascii_graphic()) || !text.trim().is_empty()
}

impl ColumnStats {
    /// Whether more comparisons with the column that it may contradict would show nothing more.
    pub(super) fn is_compared_enough(&self, kind: RivalKind) -> bool {
        matches!(kind, RivalKind::FirstDay | RivalKind::End) && self.compared.both >= ENOUGH
    }

    /// Notes a cell of a column of drugs. `names_a_drug` gets its hash as well.
    pub(super) fn note_drug(&mut self, text: &str, names_a_drug: impl FnOnce(u64, &str) -> bool) {
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

    /// Notes a cell of an open column, in the row that begins at `row`. `names_a_condition` gets its hash as well.
    pub(super) fn note(
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
        let number = text.parse::<u32>().is_ok_and(|number| (1..=366).contains(&number));
        self.whole_numbers += u64::from(number);
        self.usual_days += u64::from(number && USUAL_DAYS.contains(&text));
        let yes = says_yes(text.as_bytes());
        self.answers += u64::from(yes || says_no(text.as_bytes()));
        self.yes += u64::from(yes);
        if self.texts.len() >= MOST_TEXTS || !self.texts.insert(hash) {
            return;
        }
        self.longest = self.longest.max(text.len());
        self.note_status(text, row, hash);
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

    fn note_status(&mut self, text: &str, row: u64, hash: u64) {
        let table = StatusTable::built_in();
        if table.look(None, text.as_bytes()).is_none() {
            return;
        }
        self.statuses.insert(hash);
        // A letter or two may be the code of anything.
        if text.len() < 3 || !is_not_taken(text.as_bytes(), table) {
            return;
        }
        self.is_plain |= text.len() > SHORT_STATUS
            || PLAIN_STATUSES.iter().any(|plain| text.eq_ignore_ascii_case(plain));
        // Of a longer text nothing is shown but a word of the table.
        let words = text.split_whitespace();
        let word = words.into_iter().find(|word| is_not_taken(word.as_bytes(), table));
        let is_first = self.not_taken.as_ref().is_none_or(|(at, _)| row < *at);
        if is_first {
            let is_word = |word: &&str| word.chars().all(char::is_alphabetic);
            self.not_taken = Some((row, word.filter(is_word).unwrap_or_default().to_owned()));
        }
    }

    pub(super) fn absorb(&mut self, later: Self) {
        self.filled += later.filled;
        self.said += later.said;
        self.whole_numbers += later.whole_numbers;
        self.usual_days += later.usual_days;
        self.is_plain |= later.is_plain;
        self.statuses.extend(later.statuses);
        self.diagnoses[0] += later.diagnoses[0];
        self.diagnoses[1] += later.diagnoses[1];
        self.conditions += later.conditions;
        self.letters |= later.letters;
        let first = |(at, _): &(u64, String)| *at;
        self.not_taken =
            [self.not_taken.take(), later.not_taken].into_iter().flatten().min_by_key(first);
        self.answers += later.answers;
        self.yes += later.yes;
        self.longest = self.longest.max(later.longest);
        self.compared.absorb(&later.compared);
        self.texts.extend(later.texts);
        self.named.extend(later.named);
    }

    /// Compares a cell with that of the column that it may contradict.
    pub(super) fn compare(&mut self, kind: RivalKind, mine: &str, other: &str) {
        if self.is_compared_enough(kind) {
            return;
        }
        let compared = &mut self.compared;
        let (mine, other) = (mine.trim(), other.trim());
        compared.both += 1;
        compared.differ += u64::from(!mine.eq_ignore_ascii_case(other));
        let hash = |text: &str| rustc_hash::FxBuildHasher.hash_one(text);
        match kind {
            RivalKind::FirstDay => compared.days(mine, other),
            RivalKind::End => {
                let text = hash(mine);
                compared.varies |= compared.first.is_some_and(|first| first != text);
                compared.first.get_or_insert(text);
                compared.days(mine, other);
            }
            RivalKind::Person if !is_placeholder(mine) && !other.is_empty() => {
                compared.person(hash(mine), hash(other));
            }
            RivalKind::Status | RivalKind::SameName if mine.len() <= LONGEST_STATUS => {
                let table = StatusTable::built_in();
                let gone = |text: &str| is_not_taken(text.as_bytes(), table);
                compared.taken += u64::from(gone(mine) != gone(other));
            }
            _ => {}
        }
    }

    /// What a column tells that names a drug in its header, unless all it says is no.
    fn told_of(&self, drug: &str) -> Option<String> {
        let is_no = self.answers == self.filled && self.yes == 0;
        (self.filled > 0 && !is_no).then(|| {
            format!("{{}} names {drug} in its header, and was not read: rows may hold several medicines.")
        })
    }

    /// Whether most of its days are some days after the other's.
    fn may_be_ends(&self) -> bool {
        const FEW: u64 = 3;
        let Compared { both, dates, later, varies, .. } = self.compared;
        let is_later = later[0].max(later[1]) * 10 >= both * 8;
        both > 0 && dates * 10 >= both * 9 && is_later && (varies || both <= FEW)
    }

    fn may_be_first_days(&self) -> bool {
        let Compared { both, differ, dates, after, .. } = self.compared;
        let later = after[0].max(after[1]);
        differ > 0 && dates * 10 >= both * 9 && later * 10 >= both * 8
    }

    /// Whether it may hold lengths: the usual ones in days, or other small numbers, which may count weeks or months. The same in
    /// every row, or another in each of many, they count something else.
    fn may_be_days(&self) -> bool {
        let different = self.texts.len();
        let differ =
            different > 1 && (different < FEWEST_NAMES || (different as u64) * 2 <= self.filled);
        self.filled > 0
            && self.whole_numbers * 10 >= self.filled * 9
            && (self.usual_days * 2 >= self.filled || differ)
    }

    /// Whether it may hold statuses. Short words that mean *not taken* may be the forms of drugs: then most of the words must be
    /// statuses, and one alone must not stand in every row, as it does in the `most` filled of the other columns; or the header
    /// says that the column tells what became of something.
    fn may_be_statuses(&self, most: u64, header: &str) -> bool {
        let are_statuses = self.is_plain
            || says_what_became(header)
            || self.statuses.len() * 2 > self.texts.len()
                && (self.texts.len() > 1 || self.said != most);
        self.not_taken.is_some()
            && are_statuses
            && self.texts.len() <= STATUS_WORDS
            && self.longest <= LONGEST_STATUS
    }

    /// Whether it answers a question, sometimes with yes.
    fn says_yes(&self) -> bool {
        self.yes > 0 && self.answers == self.filled
    }

    /// Whether it may hold adjustments of claims: originals and voids, and nothing but letters that stand beside those.
    fn may_be_adjustments(&self) -> bool {
        let bits =
            |letters: &[u8]| letters.iter().fold(0, |all: u32, letter| all | 1 << (letter - b'A'));
        self.letters & bits(b"OV") == bits(b"OV")
            && self.letters & !bits(b"OVRABC") == 0
            && self.letters.count_ones() as usize == self.texts.len()
    }

    /// Whether it may hold diagnoses: conditions that rules speak of, among codes or in some of its texts; or a long list of codes
    /// that are hardly anything else, of which a part was looked at.
    fn may_be_diagnoses(&self, column: &ColumnUse) -> bool {
        // Codes of general practice look like those of ICD-10 and mean something else.
        if column.header.to_lowercase().contains("icpc") {
            return false;
        }
        let texts = self.texts.len();
        let [codes, with_point] = self.diagnoses;
        let are_codes = codes * 10 >= texts * 9;
        let are_many = self.filled >= ENOUGH && texts >= FEWEST_NAMES && with_point * 2 >= texts;
        let are_names = !column.is_free_text && self.conditions * 5 >= texts;
        self.conditions > 0 && (are_codes || are_names) || are_codes && are_many
    }

    fn holds_no_names(&self) -> bool {
        self.texts.len() >= FEWEST_NAMES && self.named.len() * 5 < self.texts.len()
    }
}

/// Whether a header says that its column counts what is taken, not for how long.
fn says_amount_a_day(header: &str) -> bool {
    const WORDS: [&str; 6] = ["dose", "daily", "dosis", "frequency", "strength", "refills"];
    rxlint_input::layout::words(header).iter().any(|word| WORDS.contains(&word.as_str()))
}

/// Whether a header says that its column tells what became of something: `TxStatus`, `Disposition`, `Last Action`.
fn says_what_became(header: &str) -> bool {
    const WORDS: [&str; 8] =
        ["status", "dispo", "action", "outcome", "result", "queue", "workflow", "adjud"];
    let header = header.to_lowercase();
    WORDS.iter().any(|word| header.contains(word))
}

/// What the columns of an input leave open. `assumed` is whether the length of most watched records was assumed,
/// `is_personal` whether a rule asks for conditions of a patient with some drug of the input.
pub(super) fn gaps(
    input: &Input,
    columns: &[ColumnUse],
    stats: &[ColumnStats],
    assumed: bool,
    is_personal: bool,
    looked: &Looked,
) -> Result<Vec<Gap>, InputError> {
    let serves = |field: Field| columns.iter().any(|column| column.fields.contains(&field));
    let serves_days = serves(Field::DaysSupply);
    let serves_status = serves(Field::Status);
    let serves_quantity = serves(Field::Quantity);
    let most = stats.iter().map(|stats| stats.said).max().unwrap_or(0);
    let next = stats.iter().map(|stats| stats.said).filter(|said| *said < most).max().unwrap_or(0);
    let is_alone = stats.iter().filter(|stats| stats.said == most).count() == 1;
    let most_of_others =
        |stats: &ColumnStats| if is_alone && stats.said == most { next } else { most };
    let mut gaps = Vec::new();
    for (column, stats) in columns.iter().zip(stats) {
        if looked.holds(column) {
            continue;
        }
        let is_open = column.fields.is_empty();
        let (mut line, mut word) = (None, String::new());
        let found = if is_open
            && assumed
            && (!serves_days || says_length(&column.header))
            && stats.may_be_days()
            && !says_amount_a_day(&column.header)
        {
            let what =
                "days' supply is assumed for most records of watched drugs, and {} may hold it.";
            (GapKind::OpenColumn, what, Field::DaysSupply)
        } else if assumed
            && !serves_days
            && column.fields.contains(&Field::Quantity)
            && rxlint_input::layout::says_packs(&column.header)
        {
            let what = "days' supply is assumed for most records of watched drugs, since {} counts packs, and how much is in one, \
                        or how much of it is taken, is not known.";
            gaps.push(Gap::new(GapKind::OpenColumn, what.replace("{}", &column.called), format!(
                "Have the export state days' supply, or the size of a pack and the directions; if that cannot be had, list it in \
                 rxlint.toml: {}.",
                looked_at(column)
            )).of(input.path()));
            continue;
        } else if is_open
            && !serves_status
            && stats.may_be_statuses(most_of_others(stats), &column.header)
        {
            if let Some((row, said)) = &stats.not_taken {
                line = input.lines_of(&[*row])?.pop();
                word = if said.is_empty() { said.clone() } else { format!(", such as `{said}`") };
            }
            let what = "no column of statuses was recognised, and {} holds words that may mean *not taken*{word}.";
            (GapKind::OpenColumn, what, Field::Status)
        } else if let Some(what) =
            stats.of_drug.as_deref().filter(|_| is_open).and_then(|drug| stats.told_of(drug))
        {
            let remedy = format!(
                "Have the export give each medicine a row of its own; if the column is of no use, list it in rxlint.toml: {}.",
                looked_at(column)
            );
            let what = what.replace("{}", &column.called);
            gaps.push(Gap::new(GapKind::OpenColumn, what, remedy).of(input.path()));
            continue;
        } else if is_open && stats.says_yes() && header_says_not_taken(&column.header) {
            let what = "{} says of some records that they were not taken, and was not read.";
            (GapKind::OpenColumn, what, Field::Voided)
        } else if is_open && !serves(Field::Adjustment) && stats.may_be_adjustments() {
            let what = "{} holds the letters of original claims and voids, and was not read.";
            (GapKind::OpenColumn, what, Field::Adjustment)
        } else if is_open && is_personal && stats.may_be_diagnoses(column) {
            let what = "{} seems to hold diagnoses, which rules on a drug of this input ask for, and was not read.";
            (GapKind::OpenColumn, what, Field::Diagnosis)
        } else if column.fields.contains(&Field::Drug) && stats.holds_no_names() {
            let what = "fewer than one in five of the different texts of {} hold the name of a known drug: it is another \
                        column than it was taken for, or in a language that rxlint does not know.";
            (GapKind::UnknownNames, what, Field::Drug)
        } else if let Some((what, field)) =
            column.rival.and_then(|rival| contradicts(rival, stats, assumed))
        {
            (GapKind::OpenColumn, what, field)
        } else {
            continue;
        };
        let (kind, what, field) = found;
        let remedy = match kind {
            GapKind::UnknownNames => "`--columns drug=…` names the right one; if the texts are codes, `--vocabulary FILE` says \
                                      what they mean."
                .to_owned(),
            GapKind::OpenColumn if column.rival.is_some_and(|rival| is_of_another(rival.kind)) => format!(
                "Have the export give each medicine a row of its own, and each column a name of its own; if the column is of \
                 no use, list it in rxlint.toml: {}.",
                looked_at(column)
            ),
            _ if field == Field::DaysSupply && !serves_quantity => format!(
                "If it counts days, add {}; if it counts units, {}; if neither, list it in rxlint.toml: {}.",
                column.option(field),
                column.option(Field::Quantity),
                looked_at(column)
            ),
            _ => {
                let is_person = column.rival.is_some_and(|rival| rival.kind == RivalKind::Person);
                format!(
                    "If it {}, add {}; if not, list it in rxlint.toml: {}.",
                    if is_person { "is" } else { "does" },
                    column.option(field),
                    looked_at(column)
                )
            }
        };
        let other = column.rival.and_then(|rival| columns.get(rival.of));
        let other = other.map_or_else(String::new, |other| other.called.clone());
        let what =
            what.replace("{word}", &word).replace("{}", &column.called).replace("{other}", &other);
        let gap = Gap::new(kind, what, remedy).of(input.path());
        gaps.push(match line {
            Some(line) => gap.at(line),
            None => gap,
        });
    }
    gaps.extend(overflows(input, columns, stats, looked));
    Ok(gaps)
}

/// The columns behind the last header that hold in a few rows what that last column holds: there a cell was pushed in before it.
fn overflows(
    input: &Input,
    columns: &[ColumnUse],
    stats: &[ColumnStats],
    looked: &Looked,
) -> Vec<Gap> {
    const FEW: u64 = 3;
    let has_header = |column: &ColumnUse| !column.header.trim().is_empty();
    let Some(at) = columns.iter().rposition(has_header) else { return Vec::new() };
    let last = &columns[at];
    let serves = |fields: &[Field]| last.fields.iter().any(|field| fields.contains(field));
    let most = stats.iter().map(|stats| stats.said).max().unwrap_or(0);
    let is_pushed = |stats: &ColumnStats| {
        let is_alike = serves(&[Field::Status, Field::Adjustment]) && !stats.statuses.is_empty()
            || serves(&[Field::DaysSupply, Field::Quantity]) && stats.whole_numbers > 0;
        is_alike && stats.said * FEW <= most
    };
    let behind = columns.iter().zip(stats).skip(at + 1);
    let pushed = behind.filter(|(column, stats)| is_pushed(stats) && !looked.holds(column));
    let told = |(column, _): (&ColumnUse, &ColumnStats)| {
        let what = format!(
            "{} has no header, and holds in few records what {} holds: a cell may have been put in before it.",
            column.called, last.called
        );
        let remedy = format!(
            "Look at those records; if they are as they should be, list the column in rxlint.toml: {}.",
            looked_at(column)
        );
        Gap::new(GapKind::OpenColumn, what, remedy).of(input.path())
    };
    pushed.map(told).collect()
}

/// The watched drug that the header of an open column names: `vivitrol_date`. A level, a test or a consent is none.
pub(super) fn drug_of_header(column: &ColumnUse, dictionary: &Dictionary) -> Option<Box<str>> {
    const MOST_WORDS: usize = 4;
    const OTHER: [&str; 19] = [
        "level",
        "lab",
        "screen",
        "urine",
        "uds",
        "udt",
        "allergy",
        "consent",
        "test",
        "result",
        "conc",
        "serum",
        "naive",
        "tolerant",
        "mme",
        "prior",
        "history",
        "interaction",
        "contraindicated",
    ];
    if !column.fields.is_empty() || column.is_of_no_use || column.is_free_text {
        return None;
    }
    let words: Vec<String> = rxlint_input::layout::words(&column.header);
    if words.len() > MOST_WORDS || words.iter().any(|word| OTHER.contains(&word.as_str())) {
        return None;
    }
    let mention = dictionary.mentions(&words.join(" ")).into_iter().next()?;
    Some(dictionary.drug(mention.drug).name.as_str().into())
}

/// Columns of the names of drugs that nothing reads: what they say of brand, form and strength is not known.
pub(super) fn open_names(columns: &[ColumnUse], looked: &Looked) -> Vec<String> {
    let is_open = |column: &&ColumnUse| {
        column.fields.is_empty() && column.looks_like == Some(DRUG_NAMES) && !looked.holds(column)
    };
    let served = columns.iter().any(|column| column.fields.contains(&Field::Drug));
    let field = if served { Field::Brand } else { Field::Drug };
    let told = |column: &ColumnUse| {
        format!(
            "{} holds names of drugs and is not read: brand, form and strength in it count for nothing. {} reads it.",
            column.called,
            column.option(field)
        )
    };
    columns.iter().filter(is_open).map(told).collect()
}

/// Columns that speak of a condition that rules ask about, and that nothing reads.
pub(super) fn of_conditions(
    book: &[ConditionCodes],
    columns: &[ColumnUse],
    stats: &[ColumnStats],
    looked: &Looked,
) -> Vec<String> {
    let note = |(column, stats): (&ColumnUse, &ColumnStats)| {
        let open = column.fields.is_empty() && stats.said > 0 && !looked.holds(column);
        let (condition, words) = told_by_header(book, &column.header).filter(|_| open)?;
        Some(format!(
            "{} ({words}) may say something of {}, and is not read: rules about the person judge by diagnoses, as codes or in words, and by a \
             column that says yes or no to pregnancy.",
            column.called,
            condition.replace('-', " ")
        ))
    };
    columns.iter().zip(stats).filter_map(note).collect()
}

/// Whether the column belongs to another medicine of the row, or has no name of its own.
fn is_of_another(kind: RivalKind) -> bool {
    matches!(kind, RivalKind::Numbered | RivalKind::SameName)
}

/// What a column that serves no field leaves open beside one that does.
fn contradicts(rival: Rival, stats: &ColumnStats, assumed: bool) -> Option<(&'static str, Field)> {
    let compared = &stats.compared;
    match rival.kind {
        RivalKind::FirstDay if stats.may_be_first_days() => Some((
            "records begin on the day in {other}, which only says when something was written, ordered or begun, and {} may say \
             when it was handed over or given.",
            rival.field,
        )),
        RivalKind::End if assumed && stats.may_be_ends() => Some((
            "days' supply is assumed for most records of watched drugs, and {} holds days after that of {other}: it may say when \
             they end.",
            rival.field,
        )),
        RivalKind::Person if !compared.joined.is_empty() => Some((
            "{} has one identifier where {other} has several: it may be one person, whose records were judged apart.",
            rival.field,
        )),
        RivalKind::Returned if compared.both > 0 => Some((
            "{} has a date of return in nearly every record, and was not read: it may say that they went back to stock, or when \
             somebody comes again.",
            Field::Voided,
        )),
        RivalKind::SameName if rival.field == Field::Status && compared.taken > 0 => Some((
            "{} has the name of {other}, and says otherwise: only the first was read.",
            rival.field,
        )),
        RivalKind::SameName if rival.field != Field::Status && compared.differ > 0 => Some((
            "{} has the name of {other}, and says otherwise: only the first was read.",
            rival.field,
        )),
        RivalKind::Numbered if compared.differ > 0 => Some((
            "rows seem to hold several medicines: {} differs from {other}, and only that was read.",
            rival.field,
        )),
        _ => None,
    }
}

/// Columns of statuses that say *not taken* where the one that decides does not, or the other way round: the column, that one,
/// and how often.
pub(super) fn second_statuses(
    columns: &[ColumnUse],
    stats: &[ColumnStats],
    looked: &Looked,
) -> Vec<String> {
    let mut notes = Vec::new();
    for (column, stats) in columns.iter().zip(stats) {
        let Some(rival) = column.rival.filter(|rival| rival.kind == RivalKind::Status) else {
            continue;
        };
        let Some(other) = columns.get(rival.of) else { continue };
        if stats.compared.taken > 0 && !looked.holds(column) {
            notes.push(format!(
                "{} and {} disagree on {} records: {} decides, as it is nearer to the hand-over. {} lets the other decide.",
                column.called, other.called, stats.compared.taken, other.called, column.option(Field::Status)
            ));
        }
    }
    notes
}

/// The line of the configuration after which a column is told no more.
pub(super) fn looked_at(column: &ColumnUse) -> String {
    format!("[accept] columns = [\"{}\"]", column.argument().replace('"', "\\\""))
}

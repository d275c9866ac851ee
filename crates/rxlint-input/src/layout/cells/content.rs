//! Columns by their content: drug names, codes, dates, days, identifiers that recur.
//!
//! The sample is the head of the file, so that the same file always reads the same. What a header says outranks what its cells look
//! like: content only helps if a header says nothing.

mod candidates;
pub(in crate::layout) mod cell;
mod together;
pub(in crate::layout) use candidates::{
    candidates, days_candidates, directions_candidates, named_drugs, stated_lengths,
};
pub use cell::is_diagnosis_code;
pub(in crate::layout) use together::{are_equivalents, go_together, names_other_drugs};

use std::collections::BTreeSet;

use rxlint_model::answers::answer;
use rxlint_model::date;
use rxlint_model::record::{DateOrder, Field, decode};

use super::drug_look::DrugLook;
use super::looks::Looks;
use crate::layout::amounts::moments::amount_at_a_time;
use crate::layout::days::other_days::Years;
use crate::layout::outcomes::decisions::decision;
use crate::layout::outcomes::outcome;
use cell::{
    has_strength, is_checked_number, is_code, is_full_name, is_given, is_length, is_misused,
    is_negative, is_nothing, is_one, is_personal_number, is_procedure_code, pieces, says_how_often,
    says_number, time_unit,
};

/// What the cells of one column look like.
#[derive(Clone, Debug, Default)]
pub(in crate::layout) struct Content {
    /// How many rows were looked at.
    rows: usize,
    /// How many cells are not blank.
    filled: usize,
    distinct: usize,
    dates: usize,
    /// Dates that are not mere numbers.
    written_dates: usize,
    /// Five, nine, ten, twelve or thirteen digits: counted dates, or codes.
    counted: usize,
    /// Whole numbers from 1 to 366.
    days: usize,
    /// Those that are usual lengths of supplies.
    usual_days: usize,
    /// Numbers of five digits or more.
    long_numbers: usize,
    digits: usize,
    /// Cells that state a number or a length without ASCII digits.
    in_words: usize,
    /// Whole numbers from 1900 to 2100.
    years: usize,
    letters: usize,
    /// Cells of letters without a number, of any length.
    lettered: usize,
    /// Those of several words, written as names of people are.
    full_names: usize,
    /// Codes with the shape of drug codes.
    codes: usize,
    /// Codes with the shape of diagnosis codes.
    diagnoses: usize,
    /// Codes with the shape of procedure codes.
    procedures: usize,
    /// A name with an amount.
    strengths: usize,
    drugs: usize,
    /// Short texts that are classes of drugs.
    classes: usize,
    /// Amounts with their unit, with or without a name before them.
    amounts: usize,
    /// Texts of more letters than a name has.
    long: usize,
    identifiers: usize,
    /// Cells of one word with digits, or with an address, of any length.
    keys: usize,
    /// Identifiers that begin with a letter.
    prefixed: usize,
    flags: usize,
    /// Which single letters its cells are, as bits from `A` on, and how many cells are single letters.
    letters_met: u32,
    single_letters: usize,
    /// The same for digits.
    digits_met: u32,
    single_digits: usize,
    /// Codes of transactions: `B1`.
    transactions: usize,
    /// Words of bills: `Replacement`.
    bills: usize,
    /// Words for what was decided about a medicine: `STOP`.
    decisions: usize,
    /// Debits and credits: `DR`.
    debits: usize,
    /// Cells that are 1 or -1, and negative numbers.
    ones: usize,
    negatives: usize,
    /// Words that say only that a dose was given: `Administered`.
    given: usize,
    /// Words for what became of the charting of a dose: `Auth (Verified)`.
    charted: usize,
    /// Cells such as `01`: codes from a list, not numbers.
    padded: usize,
    /// Numbers with a check digit after a hyphen.
    checked: usize,
    /// Cells that say how often something is taken.
    directions: usize,
    /// Cells that name what people misuse and no one dispenses.
    misused: usize,
    /// Cells that say only what a length is counted in (`weeks`, `D`), by how plainly they do.
    time_units: [usize; 3],
    /// Cells that state a length with its unit: `84 days`.
    lengths: usize,
    /// Cells that count a few pieces, including fractions.
    pieces: usize,
    /// The same with the word for them, and cells that say that none are taken: `1 tab`, `-`.
    amounts_at_a_time: usize,
    /// Cells of more words than a product name has.
    sentences: usize,
    /// The bytes of the longest cell.
    longest: usize,
    /// The bytes of its days.
    years_of_days: Years,
}

/// Answers to *is it generic?* other than yes and no.
const FLAGS: [&str; 4] = ["generic", "brand", "branded", "g"];

/// How long supplies often last.
const USUAL_DAYS: [u32; 22] =
    [3, 5, 7, 10, 14, 15, 20, 21, 28, 30, 31, 42, 45, 56, 60, 84, 90, 91, 100, 112, 180, 365];

/// Pseudonyms have at most this length: 64 bytes in hexadecimal digits.
const LONGEST_KEY: usize = 128;

/// A product name has at most this many words.
const MOST_WORDS: usize = 14;

impl Content {
    /// Looks at one column of some rows.
    pub(in crate::layout) fn of(rows: &[Vec<Vec<u8>>], column: usize, drugs: &DrugLook) -> Self {
        let mut content = Self { rows: rows.len(), ..Self::default() };
        let mut seen = BTreeSet::new();
        for cell in rows.iter().filter_map(|row| row.get(column)) {
            if cell.is_empty() || is_nothing(cell) {
                continue;
            }
            content.filled += 1;
            seen.insert(cell.as_slice());
            content.note(cell, drugs);
        }
        content.distinct = seen.len();
        content
    }

    fn note(&mut self, cell: &[u8], drugs: &DrugLook) {
        let text = decode(cell);
        let count = |yes: bool| usize::from(yes);
        let is_date = [DateOrder::Dmy, DateOrder::Mdy]
            .into_iter()
            .any(|order| date::parse(cell, Some(order)).is_ok());
        let digits = cell.iter().filter(|byte| byte.is_ascii_digit()).count();
        let is_number = digits == cell.len();
        let counts_in_words = digits == 0 && says_number(&text);
        let number = if is_number { text.parse::<u32>().ok() } else { None };
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let is_date = is_date && !(is_number && digits < 8) && !is_personal_number(cell);
        self.dates += count(is_date);
        if is_date {
            self.years_of_days.note(&text);
        }
        self.written_dates += count(is_date && !is_number);
        self.counted += count(is_number && matches!(digits, 5 | 9 | 10 | 12 | 13));
        self.long_numbers += count(is_number && digits > 4);
        self.days += count(number.is_some_and(|number| (1..=366).contains(&number)));
        self.years += count(number.is_some_and(|number| (1900..=2100).contains(&number)));
        self.usual_days += count(number.is_some_and(|number| USUAL_DAYS.contains(&number)));
        self.digits += count(digits > 0);
        self.in_words += count(counts_in_words);
        self.letters += count(letters > 2);
        let is_lettered = letters > 0 && !text.contains(char::is_numeric);
        self.lettered += count(is_lettered);
        self.full_names += count(is_lettered && is_full_name(&text));
        self.codes += count(is_code(&text));
        self.diagnoses += count(is_diagnosis_code(&text));
        self.procedures += count(is_procedure_code(&text));
        self.strengths += count(letters > 3 && has_strength(&text));
        let is_flag = answer(cell).is_some()
            || FLAGS.iter().any(|flag| text.trim().eq_ignore_ascii_case(flag));
        self.flags += count(is_flag);
        if let [letter] = cell
            && letter.is_ascii_alphabetic()
        {
            self.letters_met |= letter_bit(*letter);
            self.single_letters += 1;
        }
        if let [digit @ b'0'..=b'9'] = cell {
            self.digits_met |= 1 << (digit - b'0');
            self.single_digits += 1;
        }
        self.transactions += count(is_transaction(cell));
        self.bills += count(outcome::is_bill(text.trim()));
        self.decisions += count(decision(cell).is_some());
        self.debits += count(outcome::is_debit_or_credit(text.trim()));
        self.ones += count(is_one(&text));
        self.negatives += count(is_negative(&text));
        self.given += count(is_given(&text));
        self.charted += count(outcome::is_charting(&text));
        self.padded += count(matches!(cell, [b'0', b'0'..=b'9']));
        self.checked += count(is_checked_number(cell));
        self.drugs += count(letters > 3 && drugs.names_drug(&text));
        self.classes += count(letters > 3 && letters < 60 && drugs.names_class(&text));
        self.amounts += count(has_strength(&text));
        self.long += count(letters > 100);
        self.directions += count(says_how_often(&text));
        self.misused += count(is_misused(&text));
        if let Some(plainness) = time_unit(&text) {
            self.time_units[plainness as usize] += 1;
        }
        self.lengths += count(is_length(&text));
        self.pieces += count(pieces(&text).is_some());
        self.amounts_at_a_time += count(amount_at_a_time(&text).is_some());
        self.sentences += count(text.split_whitespace().count() > MOST_WORDS);
        self.longest = self.longest.max(cell.len());
        let is_key = cell.len() <= LONGEST_KEY && !text.contains(char::is_whitespace);
        self.keys += count(is_key && !is_date && (digits > 0 || text.contains('@')));
        let is_identifier = is_key && digits > 1 && !is_date && !text.contains(['.', ',', '/']);
        self.identifiers += count(is_identifier);
        self.prefixed += count(is_identifier && text.starts_with(char::is_alphabetic));
    }

    /// Whether nearly all filled cells are of that kind.
    fn nearly_all(&self, count: usize) -> bool {
        self.filled > 0 && count * 10 >= self.filled * 9
    }

    /// Whether it is blank in every row that was looked at.
    pub(in crate::layout) fn is_empty(&self) -> bool {
        self.rows > 0 && self.filled == 0
    }

    /// Whether it is filled in every row that was looked at.
    pub(in crate::layout) fn fills_all(&self) -> bool {
        self.filled == self.rows
    }

    /// Whether at least that share of its cells name a drug, in texts as short as names are.
    pub(in crate::layout) fn names_drugs(&self, share: f64) -> bool {
        self.filled > 0
            && self.drugs as f64 >= share * self.filled as f64
            && self.nearly_all(self.letters)
            && self.long * 10 <= self.filled
    }

    /// Whether some of its cells are classes of drugs that matter, and none is a sentence.
    pub(in crate::layout) fn names_classes(&self) -> bool {
        // A list of all drugs has few opioids.
        self.classes * 50 >= self.filled && self.classes > 0 && self.long == 0
    }

    /// Whether it says almost nothing: the same few words in all rows, none of them a drug.
    pub(in crate::layout) fn is_filler(&self) -> bool {
        self.filled > 0
            && self.drugs == 0
            && self.codes == 0
            && (self.is_flag() || self.distinct * 5 <= self.filled.max(5))
    }

    /// Whether most of its cells state an amount with its unit.
    pub(in crate::layout) fn states_amounts(&self) -> bool {
        self.filled > 0 && self.amounts * 2 >= self.filled
    }

    /// Whether some of its cells name what people misuse and no one dispenses.
    pub(in crate::layout) fn names_misused(&self) -> bool {
        self.misused > 0
    }

    pub(in crate::layout) fn is_drug(&self) -> bool {
        let named = self.strengths * 10 >= self.filled * 6 || self.drugs * 5 >= self.filled;
        self.filled > 0 && (named && self.nearly_all(self.letters) || self.is_code())
    }

    /// Whether it answers yes or no.
    pub(in crate::layout) fn is_flag(&self) -> bool {
        self.nearly_all(self.flags)
    }

    /// The same, if no answer is a number among others, as in amounts that are mostly zero.
    pub(in crate::layout) fn is_answers(&self) -> bool {
        self.is_flag() && (self.flags == self.filled || self.digits == 0)
    }

    /// Whether every cell is a single letter, some of them this one and some others.
    pub(in crate::layout) fn has_letter_beside_others(&self, letter: u8) -> bool {
        let bit = letter_bit(letter);
        self.filled > 0
            && self.single_letters == self.filled
            && self.letters_met & bit != 0
            && self.letters_met != bit
    }

    /// Whether every cell is one of these letters.
    pub(in crate::layout) fn is_letters_of(&self, letters: &[u8]) -> bool {
        let known = letters.iter().fold(0, |bits, letter| bits | letter_bit(*letter));
        self.filled > 0 && self.single_letters == self.filled && self.letters_met & !known == 0
    }

    /// Whether every cell is 1, 7 or 8: the frequencies of bills that are new, replace and void.
    pub(in crate::layout) fn is_bill_frequency(&self) -> bool {
        const KNOWN: u32 = 1 << 1 | 1 << 7 | 1 << 8;
        self.filled > 0 && self.single_digits == self.filled && self.digits_met & !KNOWN == 0
    }

    /// The same, if more than one of them occurs.
    pub(in crate::layout) fn is_bill_frequencies(&self) -> bool {
        const NEW: u32 = 1 << 1;
        self.is_bill_frequency() && self.digits_met & NEW != 0 && self.digits_met != NEW
    }

    /// Whether every cell is a code of NCPDP's transactions (103-A3).
    pub(in crate::layout) fn is_transactions(&self) -> bool {
        self.filled > 0 && self.transactions == self.filled
    }

    /// Whether every cell says in words whether a bill is new, replaces another or cancels it.
    pub(in crate::layout) fn is_bills(&self) -> bool {
        self.filled > 0 && self.bills == self.filled
    }

    /// Whether nearly all cells say what was decided about a medicine.
    pub(in crate::layout) fn is_decisions(&self) -> bool {
        self.nearly_all(self.decisions) && !self.is_flag()
    }

    /// Whether some of its cells say only that a dose was given.
    pub(in crate::layout) fn says_given(&self) -> bool {
        self.given > 0 && self.letters > 0
    }

    /// Whether nearly all of its cells say what became of the charting of a dose.
    pub(in crate::layout) fn is_charting(&self) -> bool {
        self.nearly_all(self.charted)
    }

    /// Whether its cells have three or four digits, as bill types do.
    pub(in crate::layout) fn is_bill_types(&self) -> bool {
        matches!(self.longest, 3 | 4) && self.is_numbers() && self.dates == 0
    }

    pub(in crate::layout) fn is_code(&self) -> bool {
        self.nearly_all(self.codes)
    }

    /// Whether its cells may be diagnosis codes.
    pub(in crate::layout) fn is_diagnosis_codes(&self) -> bool {
        self.nearly_all(self.diagnoses)
    }

    /// Whether its cells may be procedure codes (CPT, HCPCS).
    pub(in crate::layout) fn is_procedure_codes(&self) -> bool {
        self.nearly_all(self.procedures)
    }

    /// Whether it holds short codes, few of them different.
    pub(in crate::layout) fn is_short_code(&self, longest: usize, most: usize) -> bool {
        self.longest <= longest && self.distinct <= most
    }

    /// Whether all filled cells say the same.
    pub(in crate::layout) fn is_of_one(&self) -> bool {
        self.distinct == 1
    }

    /// Whether no cell has more than two letters or digits.
    pub(in crate::layout) fn is_tiny(&self) -> bool {
        self.filled > 0 && self.longest <= 2
    }

    /// Whether nearly every row has the name of a drug in it, or a name with an amount.
    pub(in crate::layout) fn is_drug_names(&self) -> bool {
        self.may_be_names() && self.is_drug()
    }

    /// Whether nearly every row has words in it, and not too many.
    fn may_be_names(&self) -> bool {
        self.filled * 10 >= self.rows * 8
            && self.nearly_all(self.letters)
            && !self.is_code()
            && !self.is_flag()
            && !self.nearly_all(self.dates)
            && self.sentences * 10 <= self.filled
    }

    /// Whether most cells say how often something is taken.
    pub(in crate::layout) fn is_directions(&self) -> bool {
        self.filled > 0 && self.directions * 10 >= self.filled * 6
    }

    /// Whether its cells say what a length is counted in; the letters of sexes and states do so only below a header of units. Below
    /// such a header there may be unknown words: the lengths next to those cannot be read, and are reported.
    pub(in crate::layout) fn is_time_unit(&self, is_unit: bool) -> bool {
        let [letters, shared, plain] = self.time_units;
        self.nearly_all(letters + shared + plain) && (plain > 0 || is_unit && shared > 0)
            || is_unit && plain * 10 >= self.filled && plain > 0
    }

    /// Whether nearly all of its cells are words or abbreviations without a number.
    pub(in crate::layout) fn is_words(&self) -> bool {
        self.filled > 0 && self.digits == 0 && !self.is_flag()
    }

    /// Whether nearly all of its cells are words of several letters, without a number.
    pub(in crate::layout) fn is_text(&self) -> bool {
        self.is_words() && self.nearly_all(self.letters)
    }

    /// Whether nearly all of its cells have letters, and none is a drug code.
    pub(in crate::layout) fn is_text_with_names(&self) -> bool {
        self.nearly_all(self.letters) && self.codes == 0
    }

    /// Whether nearly all of its cells are lengths with their unit.
    pub(in crate::layout) fn is_lengths(&self) -> bool {
        self.nearly_all(self.lengths)
    }

    /// Whether nearly all of its cells count a few pieces, including fractions.
    pub(in crate::layout) fn is_pieces(&self) -> bool {
        self.nearly_all(self.pieces)
    }

    /// Whether nearly all of its cells say how many pieces are taken at a time.
    pub(in crate::layout) fn is_amounts_at_a_time(&self) -> bool {
        self.nearly_all(self.amounts_at_a_time)
    }

    /// Whether nearly all of its cells are dates, and nearly every row has one.
    pub(in crate::layout) fn has_dates_throughout(&self) -> bool {
        const FEWEST: usize = 4;
        self.rows >= FEWEST && self.filled * 10 >= self.rows * 8 && self.nearly_all(self.dates)
    }

    /// Whether nearly all of its cells are numbers of at most three digits.
    pub(in crate::layout) fn is_small_numbers(&self) -> bool {
        self.nearly_all(self.days)
    }

    /// Whether nearly all of its cells are numbers with a word: `1 tab`, `50 mg`.
    pub(in crate::layout) fn is_amounts_in_words(&self) -> bool {
        self.nearly_all(self.digits) && self.nearly_all(self.letters.max(self.amounts))
    }

    /// Whether nearly all of its cells are dates, and none of a form that may be a number.
    pub(in crate::layout) fn is_written_dates(&self) -> bool {
        self.nearly_all(self.written_dates)
    }

    /// Whether every cell is a debit or a credit.
    pub(in crate::layout) fn is_debits(&self) -> bool {
        self.filled > 0 && self.debits == self.filled
    }

    /// Whether every cell is 1 or -1.
    pub(in crate::layout) fn is_ones(&self) -> bool {
        self.filled > 0 && self.ones == self.filled
    }

    /// Whether some numbers are negative.
    pub(in crate::layout) fn has_negatives(&self) -> bool {
        self.negatives > 0
    }

    /// Whether its cells have digits but no words.
    pub(in crate::layout) fn is_numbers(&self) -> bool {
        self.has_digits() && self.letters == 0
    }

    /// Whether nearly all of its cells have digits.
    pub(in crate::layout) fn has_digits(&self) -> bool {
        self.nearly_all(self.digits)
    }

    /// Whether it holds days: some, and nothing else.
    pub(in crate::layout) fn is_day_column(&self) -> bool {
        self.nearly_all(self.dates)
    }

    /// Whether its days seem to be birth dates.
    pub(in crate::layout) fn may_be_births(&self) -> bool {
        self.years_of_days.may_be_births(self.filled)
    }

    /// Whether some of its cells are dates.
    pub(in crate::layout) fn has_dates(&self) -> bool {
        self.filled == 0 || self.dates > 0
    }

    /// Whether nearly all of its cells have the digits of a year.
    pub(in crate::layout) fn is_years(&self) -> bool {
        self.nearly_all(self.years)
    }

    /// Whether its names say how much of the drug there is.
    pub(in crate::layout) fn has_strengths(&self) -> bool {
        self.strengths * 10 >= self.filled * 6
    }

    pub(in crate::layout) fn is_first_day(&self) -> bool {
        self.nearly_all(self.dates) && self.filled * 10 >= self.rows * 8
    }

    /// Whether its numbers are usual lengths of supplies in days.
    pub(in crate::layout) fn is_days(&self) -> bool {
        self.nearly_all(self.days) && self.usual_days * 10 >= self.filled * 6
    }

    pub(in crate::layout) fn is_identifier(&self) -> bool {
        self.is_identifier_or_code() && !self.is_code()
    }

    /// The same if they may also be drug codes by their shape: many countries number people by eleven digits.
    pub(in crate::layout) fn is_identifier_or_code(&self) -> bool {
        self.nearly_all(self.identifiers)
            && self.filled * 10 >= self.rows * 9
            && self.distinct > 1
            && self.distinct < self.filled
            && !self.is_days()
            // Two digits are codes from a list, unless they are plain numbers, such as of residents.
            && !(self.is_tiny() && self.padded > 0)
    }

    /// Whether nearly every row has a key or an address.
    pub(in crate::layout) fn is_keys(&self) -> bool {
        self.nearly_all(self.keys)
            && self.filled * 10 >= self.rows * 9
            && self.distinct > 1
            && !self.is_code()
            && !self.is_flag()
            && !self.is_days()
    }

    /// The same if some recur.
    pub(in crate::layout) fn repeats_keys(&self) -> bool {
        self.is_keys() && self.distinct < self.filled
    }

    /// Whether so few texts recur so often that they are of places, visits or kinds rather than people.
    pub(in crate::layout) fn comes_too_often(&self) -> bool {
        const ENOUGH: usize = 20;
        const FEW: usize = 3;
        // Prescribers, dispensers and clerks in one place recur as often; each of so many patients recurs less.
        const STAFF: usize = 8;
        const OFTEN: usize = 8;
        self.filled >= ENOUGH && self.distinct <= FEW
            || self.distinct <= STAFF && self.filled >= self.distinct.max(FEW) * OFTEN
    }

    /// Whether its cells are only words, as names of people are.
    pub(in crate::layout) fn is_names_of_people(&self) -> bool {
        self.nearly_all(self.letters) && self.digits * 10 <= self.filled && !self.is_flag()
    }

    /// Whether nearly all of its cells are letters without a number: names or initials, if another column can be the number.
    pub(in crate::layout) fn is_letters_alone(&self) -> bool {
        self.nearly_all(self.lettered) && !self.is_flag()
    }

    /// Whether nearly all of its cells are clearly names of people.
    pub(in crate::layout) fn is_full_names(&self) -> bool {
        self.nearly_all(self.full_names) && !self.is_flag()
    }

    /// Whether nearly all of its cells are identifiers, and none can be an amount or a drug code.
    pub(in crate::layout) fn is_of_identifiers_alone(&self) -> bool {
        self.nearly_all(self.identifiers)
            && self.nearly_all(self.prefixed.max(self.long_numbers))
            && self.codes + self.amounts + self.days == 0
    }

    /// Whether each row has a different text, and there are a few rows.
    pub(in crate::layout) fn never_repeats(&self) -> bool {
        const FEWEST: usize = 5;
        self.rows >= FEWEST && self.filled == self.rows && self.distinct == self.filled
    }

    /// Whether it holds identifiers of some length, one in each row, some of which recur.
    pub(in crate::layout) fn repeats_identifiers(&self) -> bool {
        const SHORTEST: usize = 5;
        self.filled == self.rows
            && self.distinct > 1
            && self.distinct < self.filled
            && self.longest >= SHORTEST
            && self.nearly_all(self.identifiers)
    }

    /// Whether its cells may be identifiers, though none recurs.
    pub(in crate::layout) fn may_be_identifier(&self) -> bool {
        self.nearly_all(self.identifiers)
            && self.filled * 10 >= self.rows * 9
            && !self.is_code()
            && !self.nearly_all(self.days)
    }

    /// Whether nearly all of its cells are numbers with a check digit: `12.345.678-K`.
    pub(in crate::layout) fn is_checked_numbers(&self) -> bool {
        self.nearly_all(self.checked)
    }

    /// Whether it can be the column of that field; a blank column can be any.
    pub(in crate::layout) fn can_be(&self, field: Field) -> bool {
        if self.filled == 0 {
            return true;
        }
        match field {
            field if field.is_date() => self.dates + self.counted > 0,
            Field::DaysSupply => {
                self.digits + self.in_words > 0
                    && !self.nearly_all(self.dates)
                    && !self.nearly_all(self.long_numbers)
            }
            Field::Patient => !self.nearly_all(self.dates) && (!self.is_drug() || self.is_code()),
            Field::Drug | Field::Generic | Field::Brand => {
                self.letters + self.codes > 0 && !self.is_flag()
            }
            Field::Quantity => self.digits > 0,
            Field::Diagnosis => !self.nearly_all(self.dates) && !self.is_flag(),
            _ => true,
        }
    }
}

fn is_transaction(cell: &[u8]) -> bool {
    let [letter, digit] = cell else { return false };
    b"BCDENPS".contains(&letter.to_ascii_uppercase()) && (b'1'..=b'4').contains(digit)
}

fn letter_bit(letter: u8) -> u32 {
    1 << (letter.to_ascii_uppercase() - b'A')
}

/// What every column of some rows looks like.
pub(in crate::layout) fn of_columns(
    rows: &[Vec<Vec<u8>>],
    width: usize,
    drugs: &DrugLook,
) -> Vec<Content> {
    (0..width).map(|column| Content::of(rows, column, drugs)).collect()
}

/// The words of a text that may be part of a name, in lower case.
pub(in crate::layout) fn name_words(text: &str) -> Vec<String> {
    const SHORTEST: usize = 4;
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() >= SHORTEST);
    words.map(str::to_lowercase).collect()
}

/// What a column that serves no field could be useful for.
pub(in crate::layout) fn looks_like(content: &Content) -> Option<Looks> {
    match content {
        content if content.filled == 0 => None,
        content if content.is_drug() => Some(Looks::DrugsOrCodes),
        content if content.nearly_all(content.dates) => Some(Looks::Dates),
        content if content.is_days() || content.is_lengths() => Some(Looks::Days),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(cells: &[&str]) -> Content {
        let rows: Vec<Vec<Vec<u8>>> =
            cells.iter().map(|cell| vec![cell.as_bytes().to_vec()]).collect();
        Content::of(&rows, 0, &DrugLook::new(|text| text.contains("warfarin")))
    }

    #[test]
    fn a_column_is_known_by_what_is_in_it() {
        assert!(
            content(&["Lisinopril 10 mg tablet", "Metformin 500 MG Tab", "ASPIRIN 81MG"]).is_drug()
        );
        assert!(content(&["warfarin", "other"]).is_drug(), "a name that the caller knows");
        assert!(content(&["00406-0552-01", "0406-0552-01", "00406055201"]).is_drug());
        assert!(!content(&["J. Smith", "A. Jones"]).is_drug());
        assert!(content(&["2026-01-02", "3/14/2026", "20260401"]).is_first_day());
        assert!(!content(&["2026", "2027"]).is_first_day());
        assert!(content(&["30", "90", "7"]).is_days() && !content(&["1", "2", "11"]).is_days());
        assert!(content(&["P0001", "P0002", "P0001"]).is_identifier());
        assert!(!content(&["P0001", "P0002", "P0003"]).is_identifier(), "nobody comes again");
        assert!(!content(&["2026-01-02", "2026-01-02", "2026-01-03"]).is_identifier());
    }
}

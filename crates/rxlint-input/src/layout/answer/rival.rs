//! Columns that serve no field and may contradict one that does: a second column of the same name, the dates of a second medicine in
//! the row, a date next to one on which a prescription was only written.

use rxlint_model::record::Field;

use super::corrected;
use crate::layout::cells::content::Content;
use crate::layout::cells::looks::Looks;
use crate::layout::days::hand_over;
use crate::layout::doses::claims_and_orders::Doses;
use crate::layout::doses::says_next_dose;
use crate::layout::headers::fold::fold;
use crate::layout::headers::tokens::{says, says_any, words_of};
use crate::layout::headers::{generic, private};
use crate::layout::outcomes::returned;
use crate::layout::persons::group::{self, OtherPersons};
use crate::layout::persons::household;
use crate::layout::table::JoinedColumns;
use crate::layout::{assign, says_money_of_claims};

/// What a column that serves no field may contradict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rival {
    /// The column that serves the field.
    pub of: usize,
    /// The field.
    pub field: Field,
    /// Why it may.
    pub kind: RivalKind,
}

/// Why a column may contradict another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RivalKind {
    /// Its header is the same.
    SameName,
    /// Its header is the same but for a number: it belongs to another medicine of the row.
    Numbered,
    /// One of the two is called corrected: `Corrected Days Supply` next to `Days Supply`.
    Corrected,
    /// The other only says when something was written, ordered or begun; this one may say when it was handed over.
    FirstDay,
    /// The other is the day of the fill; this one may be the day on which someone picked it up.
    HandOver,
    /// The other is the day on which a claim was processed; this one may be the day of the fill.
    Processed,
    /// Both are statuses; the other is nearer to the hand-over.
    Status,
    /// It says of nearly every record, or of doses, when it was or should be returned.
    Returned,
    /// It counts how much came back of what the other counts.
    ReturnedCount,
    /// The same, or it says that all of it did.
    ReturnedOrCount,
    /// It says who pays for doses, and no other column says what became of them.
    Money,
    /// It holds days next to a first day, and nothing says how long records last: they may be the ends.
    End,
    /// It is called an end, but lies on the first day in every row, though days' supply says more.
    AtOnce,
    /// It says how much was handed over, and the other does not.
    Supplied,
    /// Both identify a patient, and this one may show that several identifiers of the other are one person.
    Person,
    /// The same, but its header says only that it numbers something for longer or in more places.
    Wider,
    /// The same, but only its cells suggest it: nearly each goes with one of the other.
    Alike,
    /// It may number people within the groups that the other numbers.
    Finer,
    /// It may number people anew within each number of the other.
    Within,
    /// It counts something within each number of the other, which families may share.
    Count,
    /// It holds the names of the people whom the other numbers, who may be a family.
    Name,
    /// It holds amounts of money, and negative ones may be in rows that cancel others.
    Sign,
    /// It holds numbers, no column is known to count what was supplied, and negative ones may be in rows that cancel others.
    Counted,
    /// The same, and its header says that it counts something.
    CountedByName,
    /// It may hold the numbers of claims that the other's claims reverse or replace.
    Original,
    /// It alone tells rows apart of which one names the other's claim: it may say that one takes the other back.
    TakesBack,
    /// Its words go with the signs of the other's quantities, which say it already.
    BySign,
}

impl RivalKind {
    /// Whether both columns identify people, and one person of this may be several of the other.
    pub fn joins_persons(self) -> bool {
        matches!(self, Self::Person | Self::Wider | Self::Alike)
    }
}

/// The fields that belong to one medicine.
const OF_ONE: [Field; 8] = [
    Field::Administered,
    Field::Dispensed,
    Field::Start,
    Field::Stop,
    Field::DaysSupply,
    Field::Quantity,
    Field::Strength,
    Field::Status,
];

/// A table whose columns are known, as far as they are.
pub(in crate::layout) struct Recognised<'a> {
    pub(in crate::layout) headers: &'a [String],
    pub(in crate::layout) folded: &'a [String],
    pub(in crate::layout) contents: &'a [Content],
    pub(in crate::layout) columns: &'a [(usize, Field)],
    pub(in crate::layout) joined: &'a [JoinedColumns],
    /// The columns that nothing identifies.
    pub(in crate::layout) open: &'a [(usize, Option<Looks>)],
    pub(in crate::layout) persons: &'a OtherPersons,
    /// The column that only by its cells seems to name other claims.
    pub(in crate::layout) original: Option<usize>,
    /// The columns of ends that lie on the first day in every row, though days' supply says more.
    pub(in crate::layout) at_once: &'a [usize],
    /// The columns that say in some rows how much was handed over, where the quantity says something else.
    pub(in crate::layout) supplied: &'a [usize],
    /// The columns that alone tell rows apart of which one names the other.
    pub(in crate::layout) telling: &'a [usize],
    /// The columns whose words go with the signs of quantities.
    pub(in crate::layout) by_sign: &'a [usize],
    /// Whether a known system wrote it.
    pub(in crate::layout) is_known: bool,
}

/// The fields that say whether a row takes another back.
const SAYS: [Field; 3] = [Field::Status, Field::Adjustment, Field::Voided];
/// Meanings of headers that count.
const COUNTS: [&str; 2] = ["quantity", "count"];

/// The rivals among the columns that serve no field.
pub(in crate::layout) fn rivals(table: &Recognised<'_>) -> Vec<(usize, Rival)> {
    let doses = Doses::of(table.headers, table.contents);
    let said = Said { signs: table.signs(), counts: table.counts(), doses };
    (0..table.headers.len())
        .filter(|&index| !table.serves(index))
        .filter_map(|index| Some((index, table.rival(index, &said)?)))
        .collect()
}

/// What all columns together say, determined once per table.
struct Said {
    /// The columns whose signs may cancel rows, in order.
    signs: Vec<usize>,
    /// The columns that may count what was supplied, in order.
    counts: Vec<usize>,
    doses: Doses,
}

impl Recognised<'_> {
    fn serves(&self, index: usize) -> bool {
        // Two columns of lengths with the same name may still be different.
        let is_part = |joined: &JoinedColumns| {
            joined.columns.contains(&index)
                && (joined.field != Field::DaysSupply
                    || self.folded[joined.columns[0]] != self.folded[index])
        };
        self.columns.iter().any(|(at, _)| *at == index) || self.joined.iter().any(is_part)
    }

    fn column(&self, field: Field) -> Option<usize> {
        self.columns.iter().find(|(_, other)| *other == field).map(|(at, _)| *at)
    }

    fn holds_dates(&self, index: usize) -> bool {
        self.contents.get(index).is_some_and(Content::is_day_column)
    }

    /// What a column that serves no field may contradict.
    fn rival(&self, index: usize, said: &Said) -> Option<Rival> {
        if let Some(rival) = self.namesake(index).or_else(|| self.corrected(index)) {
            return Some(rival);
        }
        // No one's number is negative, or a count.
        if (says_any(&self.headers[index], &COUNTS)
            || self.contents.get(index).is_some_and(Content::has_negatives))
            && let Some(rival) = self.counted(index, said)
        {
            return Some(rival);
        }
        if self.at_once.contains(&index) {
            let of = Field::FIRST_DAY.iter().find_map(|field| self.column(*field))?;
            return Some(Rival { of, field: Field::Stop, kind: RivalKind::AtOnce });
        }
        if self.supplied.contains(&index)
            && let Some(of) = self.column(Field::Quantity)
        {
            return Some(Rival { of, field: Field::Quantity, kind: RivalKind::Supplied });
        }
        let header = &self.headers[index];
        let meaning = generic::header_meaning(header).map(|(field, _)| field);
        if meaning == Some(Field::Status)
            && let Some(of) = self.column(Field::Status)
        {
            return Some(Rival { of, field: Field::Status, kind: RivalKind::Status });
        }
        if meaning == Some(Field::Voided)
            && (assign::is_return_date(&self.folded[index])
                || returned::says_returned(header) && self.holds_dates(index))
        {
            let mut columns = self.columns.iter();
            let (of, _) = columns.find(|(_, field)| Field::FIRST_DAY.contains(field))?;
            return Some(Rival { of: *of, field: Field::Voided, kind: RivalKind::Returned });
        }
        let tells = [Field::Status, Field::Adjustment, Field::Voided, Field::Cancelled];
        if returned::says_taken_back_on(header)
            && self.holds_dates(index)
            && tells.iter().all(|field| self.column(*field).is_none())
            && let Some(of) = Field::FIRST_DAY.iter().find_map(|field| self.column(*field))
        {
            return Some(Rival { of, field: Field::Voided, kind: RivalKind::Returned });
        }
        if said.signs.binary_search(&index).is_ok()
            && let Some(of) = self.column(Field::Quantity)
        {
            return Some(Rival { of, field: Field::Adjustment, kind: RivalKind::Sign });
        }
        if returned::says_returned(header)
            && self.column(Field::Status).or(self.column(Field::Adjustment)).is_none()
            && self.contents.get(index).is_some_and(Content::is_numbers)
            && let Some(of) = returned::taken_out(self.headers, self.contents, index)
        {
            let kind = match meaning {
                Some(Field::Voided) => RivalKind::ReturnedOrCount,
                _ => RivalKind::ReturnedCount,
            };
            return Some(Rival { of, field: Field::Voided, kind });
        }
        if said.doses.says_who_pays(header)
            && let Some(of) = self.column(Field::Administered)
        {
            return Some(Rival { of, field: Field::Status, kind: RivalKind::Money });
        }
        if let Some(rival) = self.takes_back(index) {
            return Some(rival);
        }
        if self.original == Some(index) {
            let of = self.column(Field::Claim)?;
            return Some(Rival { of, field: Field::Original, kind: RivalKind::Original });
        }
        if self.is_known {
            return self.counted(index, said);
        }
        let is_joined = |at: &usize| self.joined.iter().any(|joined| joined.columns.contains(at));
        if let Some(of) = self.column(Field::Patient).filter(|at| !is_joined(at))
            && let Some(kind) = self.other_person(index, of, meaning)
        {
            return Some(Rival { of, field: Field::Patient, kind });
        }
        self.other_day(index).or_else(|| self.counted(index, said))
    }

    /// A column that may say which rows take others back, or says no more about that than quantities do.
    fn takes_back(&self, index: usize) -> Option<Rival> {
        let (of, kind) = if self.telling.contains(&index) {
            (Field::Claim, RivalKind::TakesBack)
        } else if self.by_sign.contains(&index) {
            (Field::Quantity, RivalKind::BySign)
        } else {
            return None;
        };
        Some(Rival { of: self.column(of)?, field: Field::Status, kind })
    }

    /// A column of numbers that may count what was supplied, which nothing else does.
    fn counted(&self, index: usize, said: &Said) -> Option<Rival> {
        if said.counts.binary_search(&index).is_err() {
            return None;
        }
        let of = Field::IDENTITY.iter().find_map(|field| self.column(*field))?;
        let kind = match says_any(&self.headers[index], &COUNTS) {
            true => RivalKind::CountedByName,
            false => RivalKind::Counted,
        };
        Some(Rival { of, field: Field::Quantity, kind })
    }

    /// Whether the signs of a column's amounts may say which rows cancel others: no other column says what became of them, and it is
    /// the first column of such amounts that has negative ones in the first rows.
    fn signs(&self) -> Vec<usize> {
        if SAYS.iter().any(|field| self.column(*field).is_some()) {
            return Vec::new();
        }
        let is_money = |at: &usize| says_money_of_claims(&self.headers[*at]) && !self.serves(*at);
        let is_negative = |at: &&usize| self.contents.get(**at).is_some_and(Content::has_negatives);
        let money: Vec<usize> = (0..self.headers.len()).filter(is_money).collect();
        money.iter().find(is_negative).map_or_else(|| money.clone(), |first| vec![*first])
    }

    /// The columns of numbers that may count what was supplied, if none is known to: those with negative ones in the first rows, otherwise the
    /// first few whose headers mean nothing else.
    fn counts(&self) -> Vec<usize> {
        const MOST: usize = 4;
        let is_given = [Field::Quantity, Field::Administered];
        if is_given.iter().any(|field| self.column(*field).is_some()) {
            return Vec::new();
        }
        let cells = |at: usize| self.contents.get(at);
        // Where a column says what became of a row, a minus adds nothing, unless it is that of a part.
        let is_told = SAYS.iter().any(|field| self.column(*field).is_some());
        let may_count = |at: &usize| {
            let means = generic::header_meaning(&self.headers[*at]).map(|(field, _)| field);
            !self.serves(*at)
                && (!is_told || says_any(&self.headers[*at], &COUNTS))
                && means.is_none_or(|field| field == Field::Quantity)
                && cells(*at).is_some_and(|cells| cells.is_numbers() && !cells.is_day_column())
        };
        let is_negative = |at: &&usize| cells(**at).is_some_and(Content::has_negatives);
        let numbers: Vec<usize> = (0..self.headers.len()).filter(may_count).collect();
        let negative: Vec<usize> = numbers.iter().filter(is_negative).copied().collect();
        if negative.is_empty() { numbers.into_iter().take(MOST).collect() } else { negative }
    }

    /// What a column may say that contradicts the patient's.
    fn other_person(&self, index: usize, of: usize, meaning: Option<Field>) -> Option<RivalKind> {
        let header = &self.headers[index];
        let has_names = self.contents.get(index).is_some_and(Content::is_names_of_people);
        if has_names {
            let is_name =
                group::calls_given_names(header) && group::may_be_shared(&self.headers[of]);
            return is_name.then_some(RivalKind::Name);
        }
        if self.persons.finer.contains(&index) {
            return Some(RivalKind::Finer);
        }
        if self.persons.counts.contains(&index) {
            return Some(RivalKind::Count);
        }
        if self.persons.within.contains(&index) {
            return Some(RivalKind::Within);
        }
        let is_person = is_of_person(header, meaning) && !self.holds_dates(index)
            || self.persons.coarser.contains(&index);
        if is_person && !self.persons.groups.contains(&index) {
            return Some(RivalKind::Person);
        }
        if self.persons.groups.contains(&index) {
            return None;
        }
        let aliases = &self.persons.aliases;
        let is_said = aliases.said.contains(&index);
        is_said
            .then_some(RivalKind::Wider)
            .or_else(|| aliases.alike.contains(&index).then_some(RivalKind::Alike))
    }

    /// The column with the same header, or the same but for a number.
    fn namesake(&self, index: usize) -> Option<Rival> {
        let folded = self.folded;
        let stem =
            |at: usize| -> String { folded[at].chars().filter(|c| !c.is_ascii_digit()).collect() };
        let twin = self.columns.iter().find(|(at, field)| {
            folded[*at] == folded[index] && !folded[index].is_empty() && *field != Field::Prescriber
        });
        if let Some(&(of, field)) = twin {
            return Some(Rival { of, field, kind: RivalKind::SameName });
        }
        let own = stem(index);
        let numbered = self
            .columns
            .iter()
            .find(|(at, field)| OF_ONE.contains(field) && own.len() > 2 && stem(*at) == own);
        if let Some(&(of, field)) = numbered {
            return Some(Rival { of, field, kind: RivalKind::Numbered });
        }
        // Data frames number columns of the same name.
        let (name, number) = self.headers[index].rsplit_once('.')?;
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        let mut columns = self.columns.iter().filter(|_| is_number);
        let &(of, field) = columns.find(|(at, _)| name == self.headers[*at])?;
        Some(Rival { of, field, kind: RivalKind::SameName })
    }

    /// The column of which this one is the corrected form, or the reverse.
    fn corrected(&self, index: usize) -> Option<Rival> {
        let own = corrected::plain(&self.headers[index]);
        let is_form = |&&(at, field): &&(usize, Field)| {
            let other = corrected::plain(&self.headers[at]);
            corrected::may_be(field) && own.corrects(&other)
        };
        let &(of, field) = self.columns.iter().find(is_form)?;
        Some(Rival { of, field, kind: RivalKind::Corrected })
    }

    /// Whether a header says that its days are those on which something began, in a table of claims: what was billed.
    fn is_start_of_claim(&self, header: &str) -> bool {
        self.column(Field::Claim).is_some() && says(header, "start")
    }

    /// The column of the first day, if this one may hold the hand-over or the end.
    fn other_day(&self, index: usize) -> Option<Rival> {
        let header = self.headers[index].as_str();
        let holds_dates = self.holds_dates(index);
        let is_open = || self.open.iter().any(|(at, _)| *at == index);
        if let Some(of) = self.column(Field::Dispensed)
            && holds_dates
            && !hand_over::says_hand_over(&self.headers[of])
        {
            let kind = match hand_over::says_hand_over(header) {
                true => Some(RivalKind::FirstDay),
                false if is_open() && hand_over::may_be_hand_over(header) => {
                    Some(RivalKind::HandOver)
                }
                false => None,
            };
            if let Some(kind) = kind {
                return Some(Rival { of, field: Field::Dispensed, kind });
            }
        }
        if let Some(of) = self.column(Field::Dispensed)
            && holds_dates
            && says_processing(&self.headers[of])
            && (is_open() || self.is_start_of_claim(header))
            && may_be_first_day(header)
            && !says_processing(header)
            && !says_time_of_plan(header)
            && !self.is_other_day(index)
        {
            return Some(Rival { of, field: Field::Dispensed, kind: RivalKind::Processed });
        }
        if let Some((of, _)) = first_day(self.columns) {
            let is_given = holds_dates && says(header, "given");
            let may_be_it = || {
                holds_dates
                    && self.columns.contains(&(of, Field::Written))
                    && !self.is_other_day(index)
            };
            if (is_open() || is_given || may_be_it()) && may_be_first_day(header) {
                // A record whose end is known is a course: it began then, and is not a single day's dose.
                let field = match (is_given, self.column(Field::Stop)) {
                    (true, Some(_)) => Field::Start,
                    (true, None) => Field::Administered,
                    (false, _) => Field::Dispensed,
                };
                return Some(Rival { of, field, kind: RivalKind::FirstDay });
            }
        }
        let has_length = self.column(Field::Stop).or(self.column(Field::DaysSupply)).is_some();
        if has_length || !holds_dates || !may_be_end(header) {
            return None;
        }
        let of = Field::FIRST_DAY.iter().find_map(|field| self.column(*field))?;
        Some(Rival { of, field: Field::Stop, kind: RivalKind::End })
    }
}

impl Recognised<'_> {
    /// Whether a header says that its days are not about the medicine's way to its patient, but when it was entered or how long
    /// something is valid. If the only known day is that of the writing, any other day may be the one that counts.
    fn is_other_day(&self, index: usize) -> bool {
        #[rustfmt::skip]
        const OTHERS: [&str; 76] = [
            "created", "create", "updated", "update", "updt", "upd", "modified", "modify", "load", "loaded", "extract", "extracted",
            "entered", "entry", "enter", "signed", "signature", "reviewed", "review", "reconciled", "admit", "admission", "discharge",
            "death", "died", "deceased", "eligibility", "enrollment", "enrolled", "enrolment", "term", "onset", "diagnosis", "lab",
            "test", "auth", "authorization", "approval", "approved", "pa", "exp", "expiration", "expire", "expires", "expiry", "discard",
            "beyond", "lot", "dea", "license", "injury", "index", "last", "previous", "prev", "prior", "next", "first", "original",
            "appointment", "appt", "report", "import", "imported", "download", "downloaded", "etl", "insert", "inserted", "refresh",
            "refreshed", "sys", "system", "print", "printed", "sync",
        ];
        let header = self.headers[index].as_str();
        let says_other = words_of(header).iter().any(|word| OTHERS.contains(&word.as_str()));
        says_other
            || private::is_private(header)
            || self
                .contents
                .get(index)
                .is_some_and(|cells| cells.may_be_births() || cells.is_of_one())
    }
}

/// The column of the first day, if it only says when something was written, ordered or begun.
fn first_day(columns: &[(usize, Field)]) -> Option<(usize, Field)> {
    let column = |field: Field| columns.iter().copied().find(|(_, other)| *other == field);
    if column(Field::Administered).or(column(Field::Dispensed)).is_some() {
        return None;
    }
    column(Field::Start).or(column(Field::Written))
}

/// Whether a header only speaks of the work on claims and their payment, whose days come after those of the fills.
fn says_processing(header: &str) -> bool {
    const LATER: [&str; 8] =
        ["settlement", "settled", "remittance", "remit", "payment", "paid", "posted", "received"];
    let is_later = words_of(header).iter().any(|word| LATER.contains(&word.as_str()));
    (is_later || says(header, "transaction"))
        && !says_any(header, &["fill", "dispense", "service", "handed", "supply", "given"])
}

/// Whether a header speaks of the time for which somebody is insured.
fn says_time_of_plan(header: &str) -> bool {
    const PLAN: [&str; 8] =
        ["coverage", "plan", "benefit", "contract", "period", "cycle", "effective", "group"];
    words_of(header).iter().any(|word| PLAN.contains(&word.as_str()))
}

/// Whether the column is another identifier of a person, and not a number that families or homes share.
fn is_of_person(header: &str, meaning: Option<Field>) -> bool {
    // Outside Chile a `run` is that of a program.
    const PREVIOUS: [&str; 6] = ["old", "previous", "prior", "former", "account", "run"];
    const NATIONAL: [&str; 4] = ["ssn", "socialsecuritynumber", "ssnhash", "ssnhashed"];
    let words = words_of(header);
    let is_previous = words.iter().any(|word| PREVIOUS.contains(&word.as_str()));
    (meaning == Some(Field::Patient) || NATIONAL.contains(&fold(header).as_str()))
        && !is_previous
        && !household::is_part(header)
}

/// Words of headers whose days are about the row, its money or a visit.
#[rustfmt::skip]
const NOT_THE_END: [&str; 53] = [
    "created", "create", "updated", "update", "modified", "load", "loaded", "extract", "extracted",
    "report", "batch", "received", "sent", "transmitted", "entered", "entry", "verified", "signed",
    "reviewed", "reconciled", "resolved", "onset", "admit", "admission", "discharge", "death",
    "died", "deceased", "eligibility", "enrollment", "paid", "payment", "pay", "processed",
    "process", "adjudicated", "adjudication", "billed", "bill", "invoice", "check", "posted",
    "visit", "encounter", "appointment", "print", "printed", "appt", "diagnosis", "lab", "test",
    "sold", "pickup",
];

/// Meanings of headers whose days are not an end, unless they mention a next fill.
#[rustfmt::skip]
const NO_END: [&str; 9] = [
    "birth", "prescriber", "fill", "dispense", "written", "order", "start", "given", "article",
];

/// A next or due fill is when the last one ends.
#[rustfmt::skip]
const NEXT: [&str; 18] = [
    "next", "due", "refill", "expected", "proxima", "proximo", "prossima", "prossimo", "volgende",
    "nachste", "prochaine", "prochain", "nasta", "naeste", "neste", "seuraava", "nastepna",
    "nastepne",
];

/// Whether nothing in the header says that its days are about something other than the end of what was supplied or ordered.
fn may_be_end(header: &str) -> bool {
    let words = words_of(header);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    says_next_dose(header, false)
        || !has(&NOT_THE_END)
            && (has(&NEXT)
                || says(header, "ending")
                || !NO_END.iter().any(|meaning| says(header, meaning)))
}

/// Whether nothing in the header says that its dates are others.
pub(in crate::layout) fn may_be_first_day(header: &str) -> bool {
    let meaning = generic::header_meaning(header).map(|(field, _)| field);
    let is_plan = says(header, "planned") && says(header, "start");
    !is_plan
        && !matches!(meaning, Some(Field::Stop | Field::Discontinued))
        && !["end", "ending", "thru", "birth", "discontinue", "prescriber", "article"]
            .iter()
            .any(|word| says(header, word))
}

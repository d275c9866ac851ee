//! Columns that are not read and could hold what is missing: lengths of supply, statuses; and a drug column that holds no
//! names.

mod besides;
mod claims;
mod doses;
mod families;
mod names;
mod notes;
mod payments;
mod remarks;
mod reversals;
mod rivals;
mod stats;

use rxlint_engine::drug::Dictionary;
use rxlint_engine::exposure::person::{ConditionCodes, told_by_header};
use rxlint_engine::exposure::status::header_says_not_taken;
use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_input::layout::{
    ColumnUse, Looks, QuantityCount, RivalKind, columns_option, may_say_birth, moments_of,
    says_length, says_money, says_quantity, says_stock, says_taken_back,
};
use rxlint_model::gap::{Gap, GapKind};
use rxlint_model::record::Field;

use super::Looked;
pub(super) use claims::may_tell_of_claims;
use claims::says_outcome;
use doses::may_say_why;
pub(super) use doses::may_tell_in_a_log;
pub(super) use families::families;
pub(super) use names::given_name;
pub(super) use notes::second_statuses;
pub(super) use reversals::may_tell_of_reversals;
use rivals::contradicts;
pub(super) use stats::ColumnStats;

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
    let states_days = columns.iter().zip(stats).any(|(column, stats)| {
        column.fields.contains(&Field::DaysSupply) && stats.whole_numbers > 0
    });
    let mut served: Vec<Field> =
        columns.iter().flat_map(|column| column.fields.iter().copied()).collect();
    served.sort_unstable();
    served.dedup();
    let table =
        Table { columns, served, most_said: most_said(stats), assumed, is_personal, states_days };
    let mut gaps = Vec::new();
    let open = columns.iter().zip(stats).filter(|(column, _)| !looked.holds(column));
    let doubts: Vec<(&ColumnUse, Doubt)> =
        open.filter_map(|(column, stats)| Some((column, table.doubt(column, stats)?))).collect();
    let lengths: Vec<&ColumnUse> = doubts
        .iter()
        .filter(|(_, doubt)| matches!(doubt.remedy, Remedy::ReadAs(Field::DaysSupply)))
        .map(|(column, _)| *column)
        .collect();
    for (column, doubt) in &doubts {
        let remedy = table.remedy_of_two(doubt, &lengths);
        let remedy = remedy.unwrap_or_else(|| table.remedy(doubt, column));
        let gap = Gap::new(doubt.kind(), table.told(doubt, column), remedy);
        let line = match doubt.row {
            Some(row) => input.lines_of(&[row])?.pop(),
            None => None,
        };
        gaps.push(Gap { line, ..gap.of(input.path()) });
    }
    gaps.extend(overflows(input, columns, stats, looked));
    gaps.extend(families::under_guessed_numbers(input, columns, stats, looked));
    Ok(gaps)
}

/// What a column leaves open.
struct Doubt {
    /// A sentence in which `{}` stands for the column, and `{other}` for the one that it may contradict.
    what: String,
    /// The row that shows it.
    row: Option<u64>,
    remedy: Remedy,
}

/// What helps.
enum Remedy {
    /// The column may be read as a field.
    ReadAs(Field),
    /// The same, or it may be the end.
    ReadAsOrEnd(Field),
    /// Another column may hold the names of drugs.
    RightNames,
    /// The export may state what packs hold.
    StateSupply,
    /// The export may state what a number counts.
    StateUnit,
    /// The export may have a row for each medicine.
    RowEach,
    /// Someone may say what the codes mean.
    Meaning,
    /// The export may say of each claim whether it is in force.
    Standing,
    /// The column may count doses for the following days, or days.
    TakeHome,
    /// The export may count the doses that were handed over until the next one.
    NextDose,
    /// The export may write numbers in it.
    Numbers,
}

impl Doubt {
    fn of(what: impl Into<String>, remedy: Remedy) -> Self {
        Self { what: what.into(), row: None, remedy }
    }

    /// A column of such things, the first of them in that row, with that word.
    fn of_not_taken(things: &str, (row, said): &(u64, String)) -> Self {
        let such_as = if said.is_empty() { String::new() } else { format!(", such as `{said}`") };
        let what = format!(
            "no status column was recognised, and {{}} holds {things} that may mean *not taken*{such_as}."
        );
        Self { row: Some(*row), ..Self::of(what, Remedy::ReadAs(Field::Status)) }
    }

    fn kind(&self) -> GapKind {
        match self.remedy {
            Remedy::RightNames => GapKind::UnknownNames,
            _ => GapKind::OpenColumn,
        }
    }
}

/// The columns of an input, among which each is judged.
struct Table<'a> {
    columns: &'a [ColumnUse],
    /// The fields that some column serves.
    served: Vec<Field>,
    /// The two highest counts of filled cells in any column.
    most_said: [u64; 2],
    assumed: bool,
    is_personal: bool,
    /// Whether the days' supply column states some length; zeros state none.
    states_days: bool,
}

fn most_said(stats: &[ColumnStats]) -> [u64; 2] {
    stats.iter().fold([0, 0], |[most, next], stats| match stats.said {
        said if said > most => [said, most],
        said => [most, next.max(said)],
    })
}

impl Table<'_> {
    fn serves(&self, field: Field) -> bool {
        self.served.contains(&field)
    }

    /// The first thing that a column leaves open.
    fn doubt(&self, column: &ColumnUse, stats: &ColumnStats) -> Option<Doubt> {
        // Negative quantities take back already what its words would.
        let is_by_sign = column.rival.is_some_and(|rival| rival.kind == RivalKind::BySign);
        if is_by_sign && stats.says_no_more_than_signs() {
            return None;
        }
        let of_open = || self.of_open(column, stats);
        let contradicted = || {
            let of_next = || self.of_next_dose(column, stats);
            contradicts(column.rival?, stats, self.assumed).or_else(of_next)
        };
        column
            .is_open()
            .then(of_open)
            .flatten()
            .or_else(|| self.of_claims(column, stats))
            .or_else(|| self.of_reversals(column, stats))
            .or_else(|| self.of_remarks(column, stats))
            .or_else(|| self.of_doses_counted(column, stats))
            .or_else(|| self.of_packs(column))
            .or_else(|| self.of_frequency(column, stats))
            .or_else(|| self.of_moment(column, stats))
            .or_else(|| of_names(column, stats))
            .or_else(contradicted)
    }

    /// What a column that serves no field may hold.
    fn of_open(&self, column: &ColumnUse, stats: &ColumnStats) -> Option<Doubt> {
        let header = column.header.as_str();
        if column.is_of_no_use && !says_why_not_taken(header) {
            let is_log = self.serves(Field::Administered);
            let of_statuses = || self.of_statuses(header, stats).filter(|_| may_say_why(header));
            let of_doses = || self.of_doses(column, stats).or_else(of_statuses).filter(|_| is_log);
            return self.of_births(column, stats).or_else(of_doses);
        }
        let may_be_days = self.assumed
            && (!self.states_days || says_length(header))
            && stats.may_be_days()
            && !says_amount_a_day(header)
            && !says_place(header)
            && !says_stock(header)
            && !says_money(header);
        if may_be_days {
            let what =
                "days' supply is assumed for most records of watched drugs, and {} may hold it.";
            return Some(Doubt::of(what, Remedy::ReadAs(Field::DaysSupply)));
        }
        if let Some(doubt) = self.of_doses(column, stats) {
            return Some(doubt);
        }
        if !column.is_of_people
            && let Some(doubt) = self.of_statuses(header, stats)
        {
            return Some(doubt);
        }
        if let Some(what) = stats.of_drug.as_deref().and_then(|drug| stats.told_of(drug)) {
            return Some(Doubt::of(what, Remedy::RowEach));
        }
        if !self.serves(Field::Status) && says_why_not_taken(header) && stats.said > 0 {
            let what = "{} says why some records were not given, and was not read.";
            return Some(Doubt::of(what, Remedy::Meaning));
        }
        let is_taken_back = || {
            (header_says_not_taken(header) || says_taken_back(header)) && !self.is_beside(header)
        };
        let is_answer = stats.says_yes() || stats.is_no_or_a_letter(self.most_said[0]);
        let says_not_taken = is_answer && is_taken_back();
        if says_not_taken && stats.says_mostly_yes() {
            let what = "{} would mark most records as not taken; either that is so, or its codes mean the opposite. It was not read.";
            return Some(Doubt::of(what, Remedy::Meaning));
        }
        if self.may_be_quantity(header, stats) {
            let what = "no quantity column was recognised, and {} may hold it: without it no dose is checked, and no negative quantity \
                        reverses a fill.";
            return Some(Doubt::of(what, Remedy::ReadAs(Field::Quantity)));
        }
        let (what, field) = if says_not_taken {
            ("{} marks some records as not taken, and was not read.", Field::Voided)
        } else if !self.serves(Field::Adjustment) && stats.may_be_adjustments() {
            (
                "{} holds letters that mark original claims and voids, and was not read.",
                Field::Adjustment,
            )
        } else if self.may_be_outcomes(header, stats) {
            (
                "{} holds letters that may say what became of a claim or a dose, and was not read.",
                Field::Status,
            )
        } else if self.is_personal && stats.may_be_diagnoses(column) {
            (
                "{} seems to hold diagnoses, which a rule about a drug of this input needs, and was not read.",
                Field::Diagnosis,
            )
        } else {
            return self.of_births(column, stats);
        };
        Some(Doubt::of(what, Remedy::ReadAs(field)))
    }

    /// Numbers below a header about quantities, if no column is known to hold them.
    fn may_be_quantity(&self, header: &str, stats: &ColumnStats) -> bool {
        !self.serves(Field::Quantity)
            && !self.serves(Field::Administered)
            && stats.whole_numbers > 0
            && says_quantity(header)
    }

    /// Birth dates, if no column gives a patient's age and nothing says whose dates these are.
    fn of_births(&self, column: &ColumnUse, stats: &ColumnStats) -> Option<Doubt> {
        let may_be = self.is_personal
            && !self.serves(Field::BirthDate)
            && !self.serves(Field::Age)
            && (!column.is_of_no_use || may_say_birth(&column.header))
            && stats.may_be_births();
        let what = "{} looks like birth dates, which a rule about a drug of this input needs, and was not read.";
        may_be.then(|| Doubt::of(what, Remedy::ReadAs(Field::BirthDate)))
    }

    /// Letters for what became of claims or doses, if no column is known to say it.
    fn may_be_outcomes(&self, header: &str, stats: &ColumnStats) -> bool {
        !self.serves(Field::Status)
            && !self.serves(Field::Adjustment)
            && [Field::Claim, Field::Prescription, Field::Administered]
                .iter()
                .any(|field| self.serves(*field))
            && says_outcome(header)
            && stats.is_some_letters()
    }

    /// Statuses, if no column is known to hold them.
    fn of_statuses(&self, header: &str, stats: &ColumnStats) -> Option<Doubt> {
        let [most, next] = self.most_said;
        let most_of_others = if stats.said == most { next } else { most };
        let is_open = !self.serves(Field::Status)
            && !self.is_beside(header)
            && !stats.are_ways_to_pay(header);
        if !is_open || !stats.may_be_statuses(most_of_others, header) {
            return None;
        }
        stats.not_taken.as_ref().map(|first| Doubt::of_not_taken("words", first))
    }

    /// Remarks, if no column is known to hold statuses.
    fn of_remarks(&self, column: &ColumnUse, stats: &ColumnStats) -> Option<Doubt> {
        let first = stats.remarks.not_taken.as_ref();
        let first = first.filter(|_| column.is_open() && !self.serves(Field::Status))?;
        Some(Doubt::of_not_taken("remarks", first))
    }

    /// A column that counts packs, or may count them, if nothing else says how long records last.
    fn of_packs(&self, column: &ColumnUse) -> Option<Doubt> {
        let (what, remedy) = match column.quantity_count? {
            QuantityCount::Pieces => return None,
            QuantityCount::Packs => (
                "days' supply is assumed for most records of watched drugs, since {} counts packs, and it is not known how much a pack \
                 holds or how much is taken.",
                Remedy::StateSupply,
            ),
            QuantityCount::PiecesOrPacks => (
                "days' supply is assumed for most records of watched drugs, since {} may count packs: most of its numbers are 1 or 2.",
                Remedy::StateUnit,
            ),
        };
        (self.assumed && !self.serves(Field::DaysSupply)).then(|| Doubt::of(what, remedy))
    }

    /// A column for one time of day that was not added up with the others, if nothing else says how long records last.
    fn of_moment(&self, column: &ColumnUse, stats: &ColumnStats) -> Option<Doubt> {
        let is_alone = self.assumed && !self.serves(Field::DaysSupply) && !self.serves(Field::Stop);
        if !is_alone || !column.is_open() || stats.said == 0 {
            return None;
        }
        let headers: Vec<&str> = self.columns.iter().map(|other| other.header.as_str()).collect();
        let mut moments = moments_of(&headers).into_iter();
        let what = "days' supply is assumed for most records of watched drugs: {} seems to say what is taken at one time of day, and was \
                    not read.";
        moments
            .any(|at| std::ptr::eq(&self.columns[at], column))
            .then(|| Doubt::of(what, Remedy::StateSupply))
    }

    /// A column that says how often something is taken, if nothing says how much at a time or how long records last.
    fn of_frequency(&self, column: &ColumnUse, stats: &ColumnStats) -> Option<Doubt> {
        let is_open = column.is_open() && stats.said > 0 && says_how_often(&column.header);
        let says_more = [Field::Directions, Field::Dose, Field::DaysSupply, Field::Stop];
        let is_alone = self.serves(Field::Quantity)
            && !says_more.map(|field| self.serves(field)).contains(&true);
        let what = "days' supply is assumed for most records of watched drugs: {} says how often they are taken, but not how much at a time.";
        (self.assumed && is_alone && (is_open || column.fields.contains(&Field::Frequency)))
            .then(|| Doubt::of(what, Remedy::StateSupply))
    }

    /// The sentence that reports it.
    fn told(&self, doubt: &Doubt, column: &ColumnUse) -> String {
        let other = column.rival.and_then(|rival| self.columns.get(rival.of));
        let other = other.map_or("", |other| other.called.as_str());
        // In one pass: a header may hold braces itself.
        let parts: Vec<String> =
            doubt.what.split("{}").map(|part| part.replace("{other}", other)).collect();
        parts.join(&column.called)
    }

    /// What helps if two columns may say how long records last: one command for both.
    fn remedy_of_two(&self, doubt: &Doubt, lengths: &[&ColumnUse]) -> Option<String> {
        let (Remedy::ReadAs(Field::DaysSupply), &[one, other]) = (&doubt.remedy, lengths) else {
            return None;
        };
        let as_supply = |quantity, days| {
            columns_option(&[(Field::Quantity, quantity), (Field::DaysSupply, days)])
        };
        (!self.serves(Field::Quantity)).then(|| {
            format!(
                "If {} counts units and {} days, add {}; the other way round, {}. List a column that counts neither in rxlint.toml: {}.",
                one.called,
                other.called,
                as_supply(one, other),
                as_supply(other, one),
                looked_at(&[one, other])
            )
        })
    }

    /// What helps, as a sentence.
    fn remedy(&self, doubt: &Doubt, column: &ColumnUse) -> String {
        let accept = looked_at(&[column]);
        let is_rival = |is: fn(RivalKind) -> bool| column.rival.is_some_and(|rival| is(rival.kind));
        let other = column.rival.and_then(|rival| self.columns.get(rival.of));
        match doubt.remedy {
            Remedy::RightNames => "`--columns drug=…` names the right one; if the texts are codes, `--vocabulary FILE` says \
                                   what they mean."
                .to_owned(),
            Remedy::StateSupply => format!(
                "Have the export state days' supply, or the size of a pack and the directions; if that is not possible, list it in \
                 rxlint.toml: {accept}."
            ),
            Remedy::StateUnit => format!(
                "Have the export state days' supply, or say in a column of units whether it counts tablets or packs; if that is not \
                 possible, list it in rxlint.toml: {accept}."
            ),
            Remedy::RowEach => format!(
                "Have the export give each medicine a row of its own; if the column is of no use, list it in rxlint.toml: {accept}."
            ),
            Remedy::Meaning => format!(
                "Find out what its codes mean. If the rows that it marks as not taken should be left out, have the export say so with \
                 another code, or omit them; if the column is of no use, list it in rxlint.toml: {accept}."
            ),
            Remedy::Standing => format!(
                "Have the export give each claim a status (Paid, Rejected, Reversed), or leave out those that are no longer in force; if \
                 the column is of no use, list it in rxlint.toml: {accept}."
            ),
            Remedy::TakeHome => format!(
                "If it does, have the export call it `Take-home doses`; if it says how many days a record lasts, add {}; if neither, \
                 list it in rxlint.toml: {accept}.",
                column.option(Field::DaysSupply)
            ),
            Remedy::NextDose => format!(
                "If they were, have the export count them in a column `Take-home doses`; if not, list it in rxlint.toml: {accept}."
            ),
            Remedy::Numbers => format!(
                "Have the export write how many doses there were; if such cells are of no use, list the column in rxlint.toml: {accept}."
            ),
            Remedy::ReadAs(_) if is_rival(is_of_another) => format!(
                "Have the export give each medicine its own row, and each column its own name; if the column is of no use, list it in \
                 rxlint.toml: {accept}."
            ),
            Remedy::ReadAs(field) if is_rival(is_of_group) => format!(
                "If {} is the patient's, add {}; where people are numbered anew within each {}, \
                 `--columns \"patient={}+{}\"`; if it is neither, list it in rxlint.toml: {accept}.",
                column.called,
                column.option(field),
                other.map_or("", |other| other.called.as_str()),
                other.map_or_else(String::new, ColumnUse::argument),
                column.argument(),
            ),
            Remedy::ReadAs(Field::DaysSupply) if !self.serves(Field::Quantity) => format!(
                "If it counts days, add {}; if it counts units, {}; if neither, list it in rxlint.toml: {accept}.",
                column.option(Field::DaysSupply),
                column.option(Field::Quantity),
            ),
            Remedy::ReadAsOrEnd(field) => format!(
                "If it does, add {}; if it says when it ended, {}; if neither, list it in rxlint.toml: {accept}.",
                column.option(field),
                column.option(Field::Stop),
            ),
            Remedy::ReadAs(field) => format!(
                "If it {}, add {}; if not, list it in rxlint.toml: {accept}.",
                if is_rival(RivalKind::joins_persons) { "is" } else { "does" },
                column.option(field),
            ),
        }
    }
}

/// A column of drugs that holds no names of drugs.
fn of_names(column: &ColumnUse, stats: &ColumnStats) -> Option<Doubt> {
    let what = "fewer than one in five of the different texts in {} contain the name of a known drug: either it is the wrong column, or it \
                is in a language that rxlint does not know.";
    (column.fields.contains(&Field::Drug) && stats.holds_no_names())
        .then(|| Doubt::of(what, Remedy::RightNames))
}

/// Whether a header says that its column gives reasons why something was not given: `Reason Not Given`, `Held Reason`.
pub(super) fn says_why_not_taken(header: &str) -> bool {
    const REASONS: [&str; 6] = ["reason", "reasons", "why", "grund", "motif", "motivo"];
    const OMITTED: [&str; 5] =
        ["omission", "refusal", "nonadmin", "nonadministration", "rejection"];
    let words = rxlint_input::layout::words(header);
    let (reasons, rest): (Vec<_>, Vec<_>) =
        words.into_iter().partition(|word| REASONS.contains(&word.as_str()));
    let rest: Vec<&str> =
        rest.iter().map(String::as_str).filter(|word| !["for", "of"].contains(word)).collect();
    let is_omitted = rest.iter().any(|word| OMITTED.contains(word))
        || rest.starts_with(&["non", "admin"])
        || header_says_not_taken(&rest.join(" "));
    !reasons.is_empty() && is_omitted
}

/// Whether a header says that its column counts what is taken, not for how long.
fn says_amount_a_day(header: &str) -> bool {
    const WORDS: [&str; 6] = ["dose", "daily", "dosis", "frequency", "strength", "refills"];
    rxlint_input::layout::words(header).iter().any(|word| WORDS.contains(&word.as_str()))
}

/// Whether a header says that its column names a part of a hospital: `3W` is a ward in the west, `5D` one on the fifth floor.
fn says_place(header: &str) -> bool {
    const PLACES: [&str; 10] =
        ["nursing", "ward", "station", "room", "bed", "dept", "department", "floor", "wing", "pod"];
    !says_length(header)
        && rxlint_input::layout::words(header).iter().any(|word| PLACES.contains(&word.as_str()))
}

/// Whether a header says that its column gives how often something is taken.
fn says_how_often(header: &str) -> bool {
    const OFTEN: [&str; 10] = [
        "frequency",
        "freq",
        "frecuencia",
        "frequence",
        "frequenza",
        "frequentie",
        "frekvens",
        "frequencia",
        "haufigkeit",
        "czestotliwosc",
    ];
    let words = rxlint_input::layout::words(header);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&OFTEN) || has(&["times"]) && has(&["daily", "day"])
}

/// Columns after the last header that in a few rows hold what the last column holds: there an extra cell shifted the row.
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
            "{} has no header and, in a few records, holds what belongs in {}: an extra cell may have shifted those rows.",
            column.called, last.called
        );
        let remedy = format!(
            "Look at those records; if they are right, list the column in rxlint.toml: {}.",
            looked_at(&[column])
        );
        Gap::new(GapKind::OpenColumn, what, remedy).of(input.path())
    };
    pushed.map(told).collect()
}

/// The watched drug that the header of an open column names: `vivitrol_date`. A level, a test or a consent does not count.
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
    if !column.is_open() || column.is_of_no_use || column.is_free_text {
        return None;
    }
    let words: Vec<String> = rxlint_input::layout::words(&column.header);
    if words.len() > MOST_WORDS || words.iter().any(|word| OTHER.contains(&word.as_str())) {
        return None;
    }
    let mention = dictionary.mentions(&words.join(" ")).into_iter().next()?;
    Some(dictionary.drug(mention.drug).name.as_str().into())
}

/// Unread columns of drug names: what they say about brand, form and strength is lost.
pub(super) fn open_names(columns: &[ColumnUse], looked: &Looked) -> Vec<String> {
    let is_open = |column: &&ColumnUse| {
        column.is_open() && column.looks_like == Some(Looks::DrugNames) && !looked.holds(column)
    };
    let served = columns.iter().any(|column| column.fields.contains(&Field::Drug));
    let field = if served { Field::Brand } else { Field::Drug };
    let told = |column: &ColumnUse| {
        format!(
            "{} holds drug names and is not read: the brand, form and strength in it are ignored. {} reads it.",
            column.called,
            column.option(field)
        )
    };
    columns.iter().filter(is_open).map(told).collect()
}

/// Unread columns about a condition that rules ask about.
pub(super) fn of_conditions(
    book: &[ConditionCodes],
    columns: &[ColumnUse],
    stats: &[ColumnStats],
    looked: &Looked,
) -> Vec<String> {
    let note = |(column, stats): (&ColumnUse, &ColumnStats)| {
        let open = column.is_open() && stats.said > 0 && !looked.holds(column);
        let (condition, words) = told_by_header(book, &column.header).filter(|_| open)?;
        Some(format!(
            "{} ({words}) may say something about {}, and is not read: rules about the person go by diagnoses, as codes or in words, and by \
             a yes/no column for pregnancy.",
            column.called,
            condition.replace('-', " ")
        ))
    };
    columns.iter().zip(stats).filter_map(note).collect()
}

/// Whether the column may number people within the numbers of the patient column.
fn is_of_group(kind: RivalKind) -> bool {
    matches!(kind, RivalKind::Finer | RivalKind::Within | RivalKind::Count)
}

/// Whether the column belongs to another medicine of the row, or has no name.
fn is_of_another(kind: RivalKind) -> bool {
    matches!(kind, RivalKind::Numbered | RivalKind::SameName)
}

/// The line of the configuration that silences questions about columns. It goes before all lines in brackets.
pub(in crate::run) fn looked_at(columns: &[&ColumnUse]) -> String {
    let names: Vec<String> = columns.iter().map(|column| column.argument()).collect();
    accepted_columns(&names)
}

/// The same, for headers.
pub(in crate::run) fn accepted_columns(headers: &[String]) -> String {
    let list = toml::Value::from(headers.to_vec());
    format!("`accept.columns = {list}` at its top")
}

/// Whether a header asks why, or what someone's illness is: `reason for use`, `medical_history`.
fn asks_for_illness(header: &str) -> bool {
    const WORDS: [&str; 8] =
        ["reason", "reasons", "history", "hx", "problem", "problems", "indication", "indications"];
    let words = rxlint_input::layout::words(header);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&WORDS) && !has(&["family", "social"])
}

/// Whether a header says that its column gives what became of something: `TxStatus`, `Disposition`, `Last Action`.
fn says_what_became(header: &str) -> bool {
    const WORDS: [&str; 8] =
        ["status", "dispo", "action", "outcome", "result", "queue", "workflow", "adjud"];
    let header = header.to_lowercase();
    WORDS.iter().any(|word| header.contains(word))
}

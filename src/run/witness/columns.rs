//! Columns that nobody asked for and that could hold what is missing: lengths of supply, statuses; and a column of drugs that
//! holds no names.

use std::hash::BuildHasher;

use rustc_hash::FxHashSet;

use super::Looked;
use rxlint_engine::drug::Dictionary;
use rxlint_engine::exposure::status::{StatusTable, is_not_taken};
use rxlint_input::Input;
use rxlint_input::layout::ColumnUse;
use rxlint_model::gap::{Gap, GapKind};
use rxlint_model::record::Field;

/// So many cells of a piece of an input show what a column holds.
const ENOUGH: u64 = 2000;
/// More different texts than this are not counted.
const MOST_TEXTS: usize = 4096;
/// A column of statuses has at most so many different words, each at most so long.
const STATUS_WORDS: usize = 16;
const LONGEST_STATUS: usize = 24;
/// Lengths for which drugs are usually supplied, in days.
const USUAL_DAYS: [&str; 10] = ["5", "7", "10", "14", "28", "30", "56", "60", "84", "90"];
/// Fewer texts than this show nothing about a column of drugs.
const FEWEST_NAMES: usize = 20;

/// What a column seems to hold.
#[derive(Clone, Debug, Default)]
pub(super) struct ColumnStats {
    filled: u64,
    whole_numbers: u64,
    usual_days: u64,
    /// Whether one of the texts is a status that means *not taken*.
    not_taken: bool,
    /// Hashes of the different texts, and how many of them hold the name of a known drug.
    texts: FxHashSet<u64>,
    named: FxHashSet<u64>,
    longest: usize,
}

impl ColumnStats {
    /// Notes a cell. `dictionary` is given for a column of drugs.
    pub(super) fn note(&mut self, text: &str, dictionary: Option<&Dictionary>) {
        // Enough shows what a column holds; only rare words among few may still be statuses.
        if self.filled >= ENOUGH && (dictionary.is_some() || self.texts.len() > STATUS_WORDS) {
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
        self.usual_days += u64::from(USUAL_DAYS.contains(&text));
        if self.texts.len() >= MOST_TEXTS || !self.texts.insert(hash) {
            return;
        }
        self.longest = self.longest.max(text.len());
        // A letter or two may be the code of anything.
        self.not_taken |= text.len() > 2 && is_not_taken(text.as_bytes(), StatusTable::built_in());
        if dictionary.is_some_and(|dictionary| dictionary.names_a_drug(text)) {
            self.named.insert(hash);
        }
    }

    pub(super) fn absorb(&mut self, later: Self) {
        self.filled += later.filled;
        self.whole_numbers += later.whole_numbers;
        self.usual_days += later.usual_days;
        self.not_taken |= later.not_taken;
        self.longest = self.longest.max(later.longest);
        self.texts.extend(later.texts);
        self.named.extend(later.named);
    }

    fn may_be_days(&self) -> bool {
        self.filled > 0
            && self.whole_numbers * 10 >= self.filled * 9
            && self.usual_days * 2 >= self.filled
    }

    fn may_be_statuses(&self) -> bool {
        self.not_taken && self.texts.len() <= STATUS_WORDS && self.longest <= LONGEST_STATUS
    }

    fn holds_no_names(&self) -> bool {
        self.texts.len() >= FEWEST_NAMES && self.named.len() * 5 < self.texts.len()
    }
}

/// What the columns of an input leave open. `assumed` is whether the length of most watched records was assumed.
pub(super) fn gaps(
    input: &Input,
    columns: &[ColumnUse],
    stats: &[ColumnStats],
    assumed: bool,
    looked: &Looked,
) -> Vec<Gap> {
    let serves = |field: Field| columns.iter().any(|column| column.fields.contains(&field));
    let mut gaps = Vec::new();
    for (column, stats) in columns.iter().zip(stats) {
        if looked.holds(column) {
            continue;
        }
        let is_open = column.fields.is_empty();
        let found = if is_open && assumed && !serves(Field::DaysSupply) && stats.may_be_days() {
            let what =
                "days' supply is assumed for most records of watched drugs, and {} may hold it.";
            (GapKind::OpenColumn, what, Field::DaysSupply)
        } else if is_open && !serves(Field::Status) && stats.may_be_statuses() {
            let what =
                "no column of statuses was recognised, and {} holds words that mean *not taken*.";
            (GapKind::OpenColumn, what, Field::Status)
        } else if column.fields.contains(&Field::Drug) && stats.holds_no_names() {
            let what = "fewer than one in five of the different texts of {} hold the name of a known drug: it is another \
                        column than it was taken for, or in a language that rxlint does not know.";
            (GapKind::UnknownNames, what, Field::Drug)
        } else {
            continue;
        };
        let (kind, what, field) = found;
        let remedy = match kind {
            GapKind::UnknownNames => "`--columns drug=…` names the right one; if the texts are codes, `--vocabulary FILE` says \
                                      what they mean."
                .to_owned(),
            _ => format!(
                "If it does, add {}; if not, list it in rxlint.toml: {}.",
                column.option(field),
                looked_at(column)
            ),
        };
        gaps.push(Gap::new(kind, what.replace("{}", &column.called), remedy).of(input.path()));
    }
    gaps
}

/// The line of the configuration after which a column is told no more.
pub(super) fn looked_at(column: &ColumnUse) -> String {
    format!("[accept] columns = [\"{}\"]", column.argument().replace('"', "\\\""))
}

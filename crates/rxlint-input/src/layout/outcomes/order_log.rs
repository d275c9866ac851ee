//! Logs of orders, each row of which says that a medicine was started, changed, held or stopped on a day: `Action` with Start and Stop.
//! Whether a day of actions is that of a dose, of a fill or of an order is told by the words next to it, which are in `order_log.txt`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use rxlint_model::record::{Field, decode};

use super::word_table::{self, small};
use crate::layout::SampleRows;
use crate::layout::cells::content::Content;
use crate::layout::doses;
use crate::layout::headers::tokens;

/// What a word says of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Said {
    /// Whether the medicine is taken from then on.
    starts: bool,
    /// Whether the word is no state of an order.
    is_event: bool,
}

fn all() -> impl Iterator<Item = (&'static str, Said)> {
    word_table::words(include_str!("order_log.txt")).map(|(says, word)| {
        (word, Said { starts: says.starts_with("starts"), is_event: says.ends_with("event") })
    })
}

/// Every word, with whether the medicine is taken from then on.
pub(crate) fn words() -> impl Iterator<Item = (&'static str, bool)> {
    all().map(|(word, said)| (word, said.starts))
}

/// What a cell says of an order; `None` if it is not such a word.
fn said(cell: &[u8]) -> Option<Said> {
    const LONGEST: usize = 24;
    static KNOWN: LazyLock<FxHashMap<String, Said>> =
        LazyLock::new(|| all().map(|(word, said)| (small(word), said)).collect());
    let is_short = !cell.is_empty() && cell.len() <= LONGEST;
    is_short.then(|| KNOWN.get(&small(&decode(cell))).copied()).flatten()
}

/// Settles what the days of actions are. Returns whether the table is a log of orders.
pub(in crate::layout) fn place(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
    rows: &SampleRows,
) -> bool {
    let table = Table { headers, contents, rows };
    let given = column(columns, Field::Administered);
    let of_actions = given.filter(|at| says_action_day(&headers[*at]));
    if let Some(at) = given.filter(|at| {
        of_actions.is_none() && says_day_given(&headers[*at]) && table.counts_several(columns)
    }) {
        hand_over(columns, at);
        return false;
    }
    if given.is_some() && of_actions.is_none() {
        return false;
    }
    let log = table.actions(columns, of_actions.is_some());
    if let Some(action) = log {
        columns.retain(|(at, field)| *at != action && *field != Field::Adjustment);
        columns.push((action, Field::Status));
        columns.iter_mut().filter(|(at, _)| Some(*at) == of_actions).for_each(|one| {
            one.1 = Field::Start;
        });
        return true;
    }
    if let Some(at) = of_actions.filter(|_| !table.is_of_doses(columns)) {
        hand_over(columns, at);
    }
    false
}

/// The day is that on which something was handed over, unless another column gives that.
fn hand_over(columns: &mut Vec<(usize, Field)>, day: usize) {
    let is_known = column(columns, Field::Dispensed).is_some();
    columns.retain(|column| !(is_known && *column == (day, Field::Administered)));
    columns.iter_mut().filter(|column| **column == (day, Field::Administered)).for_each(|one| {
        one.1 = Field::Dispensed;
    });
}

fn column(columns: &[(usize, Field)], wanted: Field) -> Option<usize> {
    columns.iter().find(|(_, field)| *field == wanted).map(|(at, _)| *at)
}

/// Words for what was done with an order or a fill.
const ACTIONS: [&str; 9] =
    ["change", "action", "actions", "actioned", "accion", "azione", "actie", "aktion", "acao"];

/// Whether a header gives the day of an action, and does not say that a dose was given: `Action Date`.
fn says_action_day(header: &str) -> bool {
    const OF_DOSES: [&str; 14] = [
        "admin",
        "administration",
        "administered",
        "given",
        "taken",
        "mar",
        "emar",
        "bcma",
        "dose",
        "dosing",
        "dosed",
        "med",
        "charted",
        "infusion",
    ];
    tokens::words_have(header, &ACTIONS) && !tokens::words_have(header, &OF_DOSES)
}

/// Whether a header says only that its days are those on which something was given: `Date Given`, `Given On`.
fn says_day_given(header: &str) -> bool {
    tokens::words_have(header, &["given"])
        && tokens::words_of(header)
            .iter()
            .all(|word| ["given", "date", "day", "on", "dt"].contains(&word.as_str()))
}

struct Table<'a> {
    headers: &'a [String],
    contents: &'a [Content],
    rows: &'a SampleRows,
}

impl Table<'_> {
    /// The column of actions, if the table is a log of orders: nearly all of its cells say so, and either its days are those of actions or
    /// some medicine of some patient was started and stopped.
    fn actions(&self, columns: &[(usize, Field)], has_days: bool) -> Option<usize> {
        const OF_FILLS: [Field; 5] = [
            Field::Quantity,
            Field::DaysSupply,
            Field::Dispensed,
            Field::Stop,
            Field::Discontinued,
        ];
        let is_fill = columns.iter().any(|(_, field)| OF_FILLS.contains(field));
        let first =
            [Field::Start, Field::Written].into_iter().any(|f| column(columns, f).is_some());
        if is_fill || !(has_days || first) {
            return None;
        }
        let serves = |at: usize| {
            let mut served = columns.iter().filter(|(other, _)| *other == at).map(|(_, f)| *f);
            served.all(|field| matches!(field, Field::Status | Field::Adjustment))
        };
        (0..self.headers.len()).filter(|&at| serves(at)).find(|&at| {
            self.are_actions(at) && (has_days || self.says_events(at) && self.pairs(columns, at))
        })
    }

    /// Whether a column says what was done with orders, and not in which state they are.
    fn says_events(&self, at: usize) -> bool {
        let is_event = |row: &Vec<Vec<u8>>| {
            row.get(at).and_then(|cell| said(cell)).is_some_and(|said| said.is_event)
        };
        tokens::words_have(&self.headers[at], &ACTIONS) || self.rows.iter().any(is_event)
    }

    fn are_actions(&self, at: usize) -> bool {
        let cells =
            || self.rows.iter().filter_map(|row| row.get(at)).filter(|cell| !cell.is_empty());
        let known = cells().filter(|cell| said(cell).is_some()).count();
        known > 0 && known * 10 >= cells().count() * 9
    }

    /// Whether some patient's medicine has rows of both kinds.
    fn pairs(&self, columns: &[(usize, Field)], action: usize) -> bool {
        let (Some(patient), Some(drug)) =
            (column(columns, Field::Patient), column(columns, Field::Drug))
        else {
            return false;
        };
        let mut seen: FxHashMap<[&[u8]; 2], [bool; 2]> = FxHashMap::default();
        for row in self.rows {
            let cells =
                [patient, drug, action].map(|at| row.get(at).map_or(&[][..], Vec::as_slice));
            if let Some(said) = said(cells[2]) {
                seen.entry([cells[0], cells[1]]).or_default()[usize::from(said.starts)] = true;
            }
        }
        seen.into_values().any(|said| said == [true, true])
    }

    /// Whether days of actions are those of doses: something says that doses were given, or nothing says what was done, or how much was
    /// handed over.
    fn is_of_doses(&self, columns: &[(usize, Field)]) -> bool {
        let is_served = |at: usize, spared: Field| {
            columns.iter().any(|(other, field)| *other == at && *field != spared)
        };
        let mut texts = (0..self.headers.len()).filter(|at| !is_served(*at, Field::Status));
        let says = |at: usize| {
            self.contents.get(at).is_some_and(Content::says_given)
                || self.contents.get(at).is_some_and(|content| !content.has_dates())
                    && doses::says_amount_given(&self.headers[at])
        };
        let is_handed_over = [Field::Quantity, Field::DaysSupply, Field::Dispensed]
            .into_iter()
            .any(|field| column(columns, field).is_some());
        let says_what = column(columns, Field::Status).is_some();
        texts.any(says) || !is_handed_over && !says_what
    }

    /// Whether rows count many pieces and say how they are taken, but not what was given at a time: a clinic that hands over days of them.
    fn counts_several(&self, columns: &[(usize, Field)]) -> bool {
        const SEVERAL: u32 = 10;
        let Some(quantity) = column(columns, Field::Quantity) else { return false };
        let is_dose = |field| column(columns, field).is_some();
        let number = |row: &Vec<Vec<u8>>| {
            std::str::from_utf8(row.get(quantity)?).ok()?.trim().parse::<u32>().ok()
        };
        let many = self.rows.iter().filter_map(number).filter(|count| *count >= SEVERAL).count();
        is_dose(Field::Directions)
            && !is_dose(Field::Dose)
            && !is_dose(Field::Status)
            && many * 2 >= self.rows.len()
    }
}

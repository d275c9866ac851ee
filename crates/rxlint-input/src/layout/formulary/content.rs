//! What the columns of a list are, by their content: names under an unknown header, fillers under a well-known one, statuses, limits in sentences.

use super::{questions, words};
use crate::layout::answer::essential::Essential;
use crate::layout::cells::content::{self, Content};
use crate::layout::cells::looks::Looks;
use crate::layout::{DrugLook, SampleRows};
use rxlint_model::record::Field::{self, *};
use rxlint_model::record::decode;

/// The columns of a list as they are being recognised.
pub(super) struct Columns<'a> {
    pub(super) headers: &'a [String],
    pub(super) rows: &'a SampleRows,
    pub(super) columns: &'a mut Vec<(usize, Field)>,
    contents: Vec<Content>,
    pub(super) drugs: &'a DrugLook,
    /// What was found by content.
    pub(super) found: Vec<(usize, Field)>,
    /// Columns of statuses, each of which takes a drug off by itself.
    pub(super) either: Vec<usize>,
}

pub(super) const NAME_FIELDS: [Field; 3] = [Drug, Generic, Brand];

impl<'a> Columns<'a> {
    pub(super) fn of(
        headers: &'a [String],
        rows: &'a SampleRows,
        columns: &'a mut Vec<(usize, Field)>,
        drugs: &'a DrugLook,
    ) -> Self {
        let contents = content::of_columns(rows, headers.len(), drugs);
        Self { headers, rows, columns, contents, drugs, found: Vec::new(), either: Vec::new() }
    }

    /// Finds what the headers do not say, and drops what the cells contradict.
    pub(super) fn mend(&mut self) {
        self.codes();
        self.no_flags();
        self.names();
        self.preferred();
        self.classes();
        self.statuses();
        self.listed();
        self.further_statuses();
        self.limits();
        self.strengths();
        self.mappings();
    }

    /// Mappings to several vocabularies in one column: `CIEL:80106;RxNORM:7804`.
    fn mappings(&mut self) {
        let is_mapped = |cell: &[u8]| {
            let text = decode(cell).to_ascii_lowercase();
            let after = text
                .split_once("rxnorm")
                .map(|(_, after)| after.trim_start_matches([':', ' ', '=', '-']));
            after.is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()))
        };
        let has_name = self.columns.iter().any(|(_, field)| NAME_FIELDS.contains(field));
        let filled = |index: usize| self.cells(index).filter(|cell| !cell.is_empty());
        let found = (0..self.headers.len()).filter(|&index| has_name && !self.serves(index)).find(
            |&index| {
                let mapped = filled(index).filter(|cell| is_mapped(cell)).count();
                mapped > 0 && mapped * 2 >= filled(index).count()
            },
        );
        if let Some(index) = found.filter(|_| !self.has(Rxcui)) {
            self.add(index, Rxcui);
        }
    }

    /// Classes under a header that may also be that of names, and those without a header above their blocks.
    fn classes(&mut self) {
        let is_class = |index: &usize| {
            words::may_be_class(&self.headers[*index]) && self.contents[*index].names_classes()
                || self.heads_blocks(*index)
        };
        let found = (0..self.headers.len()).filter(|index| !self.serves(*index)).find(is_class);
        if let Some(index) = found.filter(|_| !self.has(Class)) {
            self.add(index, Class);
        }
    }

    /// Whether a column without a header is filled only in rows that are otherwise empty.
    fn heads_blocks(&self, index: usize) -> bool {
        let stands_alone = |row: &&Vec<Vec<u8>>| {
            row.iter().enumerate().all(|(at, cell)| cell.is_empty() != (at == index))
        };
        let says = |row: &&Vec<Vec<u8>>| row.get(index).is_some_and(|cell| !cell.is_empty());
        let is_blank = |index: usize| self.headers[index].trim().is_empty();
        let heads = self.rows.iter().filter(says).count();
        is_blank(index)
            && heads > 0
            && heads * 2 <= self.rows.len()
            && self.rows.iter().filter(says).all(|row| stands_alone(&row))
    }

    pub(super) fn serves(&self, index: usize) -> bool {
        self.columns.iter().any(|(at, _)| *at == index)
    }

    pub(super) fn has(&self, field: Field) -> bool {
        self.columns.iter().any(|(_, other)| *other == field)
    }

    pub(super) fn add(&mut self, index: usize, field: Field) {
        self.columns.push((index, field));
        self.found.push((index, field));
    }

    /// Whether most cells are short texts that name a drug.
    fn is_name(&self, index: usize) -> bool {
        let content = &self.contents[index];
        content.names_drugs(0.5) && !words::says_other_drug(&self.headers[index])
    }

    /// If entries are side by side: the column at which a header of names recurs. What follows belongs to other entries.
    pub(super) fn second_block(&self) -> Option<usize> {
        let base = |index: usize| words::without_number(&self.headers[index]);
        let is_name = |index: &usize| self.contents[*index].names_drugs(0.5);
        let names: Vec<usize> = (0..self.headers.len()).filter(is_name).collect();
        let comes_again =
            |at: &usize| names.iter().any(|first| first < at && base(*first) == base(*at));
        names.iter().copied().filter(|at| !base(*at).is_empty()).find(comes_again)
    }

    /// Ignores the columns of a second block.
    pub(super) fn leave(&mut self, block: Option<usize>) {
        let is_left = |index: usize| block.is_some_and(|block| index >= block);
        self.columns.retain(|(index, _)| !is_left(*index));
        self.found.retain(|(index, _)| !is_left(*index));
        self.either.retain(|index| !is_left(*index));
    }

    /// The columns of names, whatever their headers are. If a header is itself a name, the list has no header.
    pub(super) fn named(&self) -> Vec<usize> {
        let is_named = |index: &usize| self.is_name(*index);
        (0..self.headers.len()).filter(is_named).collect()
    }

    /// A column of names is not a flag: `Non-Formulary Drug` with the drugs below it.
    fn no_flags(&mut self) {
        let is_flag = |field: Field| matches!(field, Voided | Discontinued | Cancelled | Active);
        let names: Vec<usize> = self.named();
        self.columns.retain(|(index, field)| !is_flag(*field) || !names.contains(index));
    }

    /// A column of names under an unknown header serves if a name is missing, and replaces one of fillers.
    fn names(&mut self) {
        // A line above the header identifies none of the columns.
        let is_table = self.columns.iter().any(|(_, field)| *field != Plan)
            || self
                .headers
                .iter()
                .any(|header| questions::says_price(header) || questions::says_orders(header));
        let open: Vec<usize> = (0..self.headers.len())
            .filter(|&index| is_table && !self.serves(index) && self.is_name(index))
            .collect();
        if open.is_empty() {
            return;
        }
        let contents = &self.contents;
        self.columns
            .retain(|(index, field)| !NAME_FIELDS.contains(field) || !contents[*index].is_filler());
        let named = |columns: &Columns<'_>| {
            columns.columns.iter().any(|(_, field)| NAME_FIELDS.contains(field))
        };
        let had_names = named(self);
        for index in open {
            let free = NAME_FIELDS.into_iter().find(|field| !self.has(*field));
            if let Some(field) = free
                && (!had_names && !named(self) || words::says_name(&self.headers[index]))
            {
                self.add(index, field);
            }
        }
    }

    /// Preferred and other agents of a class next to each other, if they are the only names: all of them are on the list.
    fn preferred(&mut self) {
        let named = |(_, field): &(usize, Field)| Essential::Drug.fields().contains(field);
        if self.columns.iter().any(named) || self.columns.is_empty() {
            return;
        }
        if let Some(index) = (0..self.headers.len()).find(|index| self.is_preferred(*index)) {
            self.add(index, Drug);
        }
    }

    fn is_preferred(&self, index: usize) -> bool {
        words::says_preferred(&self.headers[index])
            && !self.serves(index)
            && self.contents[index].names_drugs(0.5)
    }

    /// The columns of preferred and other agents.
    pub(super) fn agents(&self) -> Vec<usize> {
        let first = self.found.iter().find(|(_, field)| *field == Drug);
        match first.filter(|(index, _)| words::says_preferred(&self.headers[*index])) {
            Some(_) => self.with_further(Drug, |index| self.is_preferred(index)),
            None => Vec::new(),
        }
    }

    /// Whether a column of names is next to one that says which are on a list: that is said of drugs, whatever the headers.
    pub(super) fn lists_drugs(&self) -> bool {
        let is_named =
            |(index, field): &(usize, Field)| NAME_FIELDS.contains(field) && self.is_name(*index);
        self.columns.iter().any(is_named) && (0..self.headers.len()).any(|at| self.is_status(at))
    }

    /// The column of a field and the columns of the same kind that serve nothing; empty if there is only the one.
    pub(super) fn with_further(&self, field: Field, is_one: impl Fn(usize) -> bool) -> Vec<usize> {
        let Some(&(first, _)) = self.columns.iter().find(|(_, of)| *of == field) else {
            return Vec::new();
        };
        let is_further = |&index: &usize| index != first && !self.serves(index) && is_one(index);
        let further: Vec<usize> = (0..self.headers.len()).filter(is_further).collect();
        if further.is_empty() { further } else { [vec![first], further].concat() }
    }

    /// Limits in a column of restrictions or notes.
    fn limits(&mut self) {
        if self.has(Quantity) {
            return;
        }
        let is_text =
            |index: usize| self.columns.iter().all(|(at, field)| *at != index || *field == Note);
        let says = |index: &usize| {
            self.rows.iter().filter_map(|row| row.get(*index)).any(|cell| says_limit(cell))
        };
        let texts = || (0..self.headers.len()).filter(|&index| is_text(index));
        // Outside restrictions, a text without `QL` may be about something else.
        let bounds = |index: &usize| {
            words::says_limits(&self.headers[*index]) && self.cells(*index).any(says_rate)
        };
        let found = texts().find(says).or_else(|| texts().find(bounds));
        if let Some(index) = found {
            self.add(index, Quantity);
        }
    }

    pub(super) fn cells(&self, index: usize) -> impl Iterator<Item = &[u8]> {
        self.rows.iter().filter_map(move |row| row.get(index)).map(Vec::as_slice)
    }

    /// The further columns of limits, each with its own days: those of several plans, and notes that include limits.
    pub(super) fn further_limits(&self) -> Vec<usize> {
        let Some(&(first, _)) = self.columns.iter().find(|(_, field)| *field == Quantity) else {
            return Vec::new();
        };
        let serves_other =
            |index: usize| self.columns.iter().any(|(at, field)| *at == index && *field != Note);
        let is_further = |index: &usize| {
            let header = &self.headers[*index];
            let may_be = words::meaning(header) == Some(Quantity) || words::says_limits(header);
            *index != first
                && !serves_other(*index)
                && (self.cells(*index).any(says_limit)
                    || may_be && self.cells(*index).any(says_rate)
                    || words::says_own_days(header) && self.are_amounts(*index))
        };
        let further: Vec<usize> = (0..self.headers.len()).filter(is_further).collect();
        if further.is_empty() { further } else { [vec![first], further].concat() }
    }

    /// Whether the cells of a column are numbers, with or without a unit.
    fn are_amounts(&self, index: usize) -> bool {
        let mut filled = self.cells(index).filter(|cell| !cell.is_empty()).peekable();
        filled.peek().is_some() && filled.all(|cell| cell[0].is_ascii_digit())
    }

    /// The tiers of several plans.
    pub(super) fn further_tiers(&self) -> Vec<usize> {
        self.with_further(Tier, |index| {
            words::meaning(&self.headers[index]) == Some(Tier) && self.is_tier(index)
        })
    }

    /// Whether all cells are tiers.
    fn is_tier(&self, index: usize) -> bool {
        const WORDS: [&str; 8] =
            ["nf", "nc", "ex", "excluded", "nonformulary", "notcovered", "generic", "brand"];
        let is_tier = |cell: &String| {
            let digits = cell.trim_start_matches("tier").trim_start_matches('t');
            cell.is_empty()
                || digits.len() < 3 && digits.bytes().all(|b| b.is_ascii_digit())
                || WORDS.contains(&cell.as_str())
        };
        let cells: Vec<String> = self.cells(index).map(folded).collect();
        cells.iter().any(|cell| !cell.is_empty()) && cells.iter().all(is_tier)
    }

    /// Whether it looks like the tiers of a plan, though some cells are not tiers.
    fn is_open_tier(&self, index: usize) -> bool {
        let is_none = |cell: &[u8]| {
            matches!(folded(cell).as_str(), "nf" | "nc" | "nonformulary" | "notcovered")
        };
        self.is_tier(index) && self.cells(index).any(is_none)
    }

    /// Strengths under another header, or in the column of forms.
    fn strengths(&mut self) {
        if self.has(Strength) {
            return;
        }
        let is_free =
            |index: usize| self.columns.iter().all(|(at, field)| *at != index || *field == Form);
        let fits = |index: &usize| {
            words::says_strength(&self.headers[*index]) && self.contents[*index].states_amounts()
        };
        let found = (0..self.headers.len()).filter(|&index| is_free(index)).find(fits);
        if let Some(index) = found {
            self.add(index, Strength);
        }
    }

    /// Whether a column that serves nothing looks like names or classes. Remarks about other drugs, indications or the law may name opioids too.
    fn names_or_classes(&self, index: usize) -> Option<Looks> {
        let (header, content) = (&self.headers[index], &self.contents[index]);
        let is_other = words::says_other_drug(header);
        if !is_other && content.names_drugs(0.5) {
            return Some(Looks::ListedNames);
        }
        let may_be_class = !is_other && !words::says_other_class(header);
        let speaks_of_drug = !is_other || words::says_indication(header);
        match content.names_classes() {
            true if may_be_class => Some(Looks::Classes),
            true if speaks_of_drug => Some(Looks::OpioidWords),
            _ => None,
        }
    }

    /// What the columns that serve nothing look like.
    pub(super) fn open(&self, joined: &[usize]) -> Vec<(usize, Option<Looks>)> {
        let looks = |index: usize| {
            self.names_or_classes(index)
                .or_else(|| self.is_open_code(index).then_some(Looks::Codes))
                .or_else(|| self.open_status(index))
                .or_else(|| self.open_answer(index))
                .or_else(|| self.is_open_tier(index).then_some(Looks::Tiers))
                .or_else(|| {
                    let is_limit = words::meaning(&self.headers[index]) == Some(Quantity)
                        || words::says_limits(&self.headers[index])
                            && self.cells(index).any(says_rate);
                    (is_limit
                        && self.cells(index).any(|cell| !cell.is_empty())
                        && !is_flagged(self.cells(index)))
                    .then_some(Looks::Limits)
                })
        };
        (0..self.headers.len())
            .filter(|index| !self.serves(*index) && !joined.contains(index))
            .map(|index| (index, looks(index)))
            .collect()
    }
}

pub(super) fn folded(cell: &[u8]) -> String {
    decode(cell).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether cells are only flags, such as `QL` with Y and N.
fn is_flagged<'c>(cells: impl Iterator<Item = &'c [u8]>) -> bool {
    cells.into_iter().all(|cell| !cell.iter().any(u8::is_ascii_digit))
}

/// Whether a short text gives a number and the days it is for: `180 per 30 days`, `Max 6 tablets per day`.
fn says_rate(cell: &[u8]) -> bool {
    const PER: [&str; 14] = [
        "per", "every", "each", "in", "pro", "par", "por", "cada", "al", "je", "alle", "for", "a",
        "q",
    ];
    const PERIODS: &[&str] = &[
        "day",
        "days",
        "week",
        "weeks",
        "month",
        "months",
        "year",
        "ds",
        "dos",
        "dy",
        "da",
        "wk",
        "wks",
        "mo",
        "rx",
        "tag",
        "tage",
        "tagen",
        "woche",
        "wochen",
        "monat",
        "monate",
        "jour",
        "jours",
        "semaine",
        "semaines",
        "mois",
        "dia",
        "dias",
        "día",
        "días",
        "semana",
        "semanas",
        "mes",
        "meses",
        "giorno",
        "giorni",
        "dag",
        "dagen",
        "die",
        "dì",
        "mese",
        "mesi",
        "settimana",
        "settimane",
        "maand",
        "maanden",
        "weken",
        "mês",
        "j",
        "d",
    ];
    const USUAL_DAYS: [&str; 7] = ["1", "28", "30", "31", "34", "84", "90"];
    let text = decode(cell).to_lowercase();
    // `360/90`, `4/1` and `#120/30`, and nothing else.
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let days = text.trim().trim_start_matches('#').split_once('/');
    let days = days.filter(|(amount, _)| is_digits(amount.trim()));
    if days.is_some_and(|(_, days)| USUAL_DAYS.contains(&days.trim())) {
        return true;
    }
    let text = spaced(&text.replace('/', " per ").replace(" x ", " per "));
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '.')
        .filter(|word| !word.is_empty())
        .collect();
    let has = |is: fn(&str) -> bool| words.iter().any(|word| is(word));
    // `max 300 mg daily`, `max daily dose 300 mg`.
    let is_bound = |word: &str| {
        ["max", "massim", "höchst", "exceed"].iter().any(|begin| word.starts_with(begin))
    };
    let is_daily = |word: &str| {
        [
            "daily",
            "täglich",
            "quotidienne",
            "journalière",
            "diaria",
            "diária",
            "giornaliera",
            "dagelijks",
        ]
        .contains(&word)
    };
    let is_bounded = has(is_bound) && has(is_daily)
        || has(|word| {
            ["tageshöchstdosis", "tagesmaximaldosis", "maximaltagesdosis"].contains(&word)
        });
    let is_number = |word: &str| word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let rates = |at: usize| {
        let mut rest = words[at + 1..].iter().skip_while(|word| !PER.contains(word));
        let between = words[at + 1..].iter().take_while(|word| !PER.contains(word)).count();
        let next = rest.by_ref().nth(1);
        let period = next.filter(|word| !is_number(word)).or_else(|| rest.next());
        between < 3 && next.is_some() && period.is_some_and(|word| PERIODS.contains(word))
    };
    let states = |at: usize| is_number(words[at]) && (is_bounded || rates(at));
    words.len() < 14 && (0..words.len()).any(states)
}

/// A text with a space between a number and the letters after it: `300 mg` for `300mg`.
fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 4);
    for c in text.chars() {
        if c.is_alphabetic() && spaced.ends_with(|last: char| last.is_ascii_digit()) {
            spaced.push(' ');
        }
        spaced.push(c);
    }
    spaced
}

/// Whether a sentence includes a quantity limit.
fn says_limit(cell: &[u8]) -> bool {
    let text = decode(cell).to_lowercase();
    let has_digit = text.bytes().any(|b| b.is_ascii_digit());
    let is_word =
        |word: &str| text.split(|c: char| !c.is_alphanumeric()).any(|other| other == word);
    let has_name = || ["ql", "qll", "dl"].into_iter().any(is_word);
    // `Q (120/30)`
    let is_named_rate = || {
        let rate = text.strip_prefix("q ").map(|rest| rest.trim_matches(['(', ')', ' ']));
        rate.is_some_and(|rate| says_rate(rate.as_bytes()))
    };
    has_digit
        && (has_name()
            || is_named_rate()
            || text.contains("quantity limit")
            || text.contains("qty limit"))
}

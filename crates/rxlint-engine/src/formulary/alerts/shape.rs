//! How an interaction table is laid out: which columns are the two sides of a row, and what else says whether the row counts.

use super::hints::{Looks, is_text, look};
use super::severity::{self, LetterScale, Says};
use super::words::{
    ADVICE, CLASSES, CODES, EXCEPTIONS, FORMULARY, KEYS, NOUNS, NUMBERED, REMARKS, SEVERITIES,
    SIDES, SWITCHES, Switch, answers, fold, is_end, is_start, switch, tokens,
};

/// Whatever a text names, if it is known: two texts with the same answer are the same drug or class.
pub type Names<'n> = &'n dyn Fn(&str) -> Option<String>;

/// So many rows are looked at.
const SAMPLE: usize = 200;

/// How a table is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Two sides, each of some columns.
    Pairs([Vec<usize>; 2]),
    /// One column whose cells name both sides.
    Joined(usize),
    /// Drugs along the top and down the first column.
    Matrix,
}

/// The columns of a table.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) shape: Shape,
    /// Whether the first row is no header but a pair.
    pub(super) headless: bool,
    pub(super) severities: Vec<usize>,
    /// Of these, those that grade by letters.
    pub(super) letters: Vec<(usize, LetterScale)>,
    /// Columns of advice and of remarks, in which hardly anything is about the row itself.
    pub(super) advice: Vec<usize>,
    pub(super) remarks: Vec<usize>,
    pub(super) switches: Vec<usize>,
    /// The switches that say off where they say yes.
    pub(super) reversed: Vec<usize>,
    pub(super) starts: Vec<usize>,
    pub(super) ends: Vec<usize>,
    /// Columns under unknown headers whose short cells, or whose texts, may say that a row is off.
    pub(super) hints: Vec<usize>,
    pub(super) texts: Vec<usize>,
    /// Columns that answer yes or no, on or off, and nothing says what.
    pub(super) open: Vec<usize>,
    /// Columns of what a class leaves out.
    pub(super) exceptions: Vec<usize>,
    /// Whether an empty cell of the first side is that of the row above, as merged cells are written.
    pub(super) is_merged: bool,
}

impl Layout {
    /// Finds out how a table is laid out.
    ///
    /// # Errors
    /// Why it holds no pairs.
    pub(super) fn of(rows: &[Vec<String>], names: Names<'_>) -> Result<Self, String> {
        let Some(first) = rows.first() else { return Err("it is empty".to_owned()) };
        let shares = shares(rows, names);
        if is_matrix(rows, names) {
            return Ok(Self::plain(Shape::Matrix, false));
        }
        let headless = first.iter().filter(|cell| names(cell).is_some()).count()
            >= 2.min(first.len())
            && first.iter().all(|cell| !is_header(cell));
        let known = |at: &usize| shares.get(*at).copied().unwrap_or_default() >= 0.25;
        let mut sides: [Vec<usize>; 2] =
            if headless { Default::default() } else { sides_of(first) };
        // Keys of other systems beside the names, and columns of which nothing is known.
        for side in &mut sides {
            if side.iter().any(known) {
                side.retain(known);
            }
        }
        if sides.iter().any(Vec::is_empty) {
            if let Some(at) = joined(rows, names) {
                return Ok(Self::with_header(Shape::Joined(at), false, rows));
            }
            let says = |at: usize, list: &[&str]| {
                !headless
                    && first.get(at).is_some_and(|cell| {
                        tokens(cell).iter().any(|word| list.contains(&word.as_str()))
                    })
            };
            if (0..first.len()).any(|at| says(at, &FORMULARY)) {
                return Err("its columns are those of a formulary, not of pairs".to_owned());
            }
            // Beside a drug, a class without a side is that of the drug.
            let is_side = |at: &usize| known(at) && !says(*at, &CLASSES);
            let mut told: Vec<usize> = (0..shares.len()).filter(is_side).collect();
            told.sort_by(|a, b| shares[*b].total_cmp(&shares[*a]).then(a.cmp(b)));
            let [one, other, ..] = told[..] else {
                return Err(no_pairs(&told, first));
            };
            sides = [vec![one.min(other)], vec![one.max(other)]];
        }
        if same_drug(&rows[usize::from(!headless)..], &sides, names) {
            return Err(
                "both of its columns name one drug: it is a list of drugs, not of pairs".to_owned()
            );
        }
        Ok(Self::with_header(Shape::Pairs(sides), headless, rows))
    }

    /// Gives a row the first side of the row above, where merged cells left it empty.
    pub(super) fn complete(&self, sides: &mut [Vec<String>; 2], above: &mut Vec<String>) {
        let [one, other] = sides;
        if self.is_merged && one.is_empty() && !other.is_empty() {
            one.clone_from(above);
        }
        above.clone_from(one);
    }

    fn plain(shape: Shape, headless: bool) -> Self {
        Self {
            shape,
            headless,
            severities: Vec::new(),
            letters: Vec::new(),
            advice: Vec::new(),
            remarks: Vec::new(),
            switches: Vec::new(),
            reversed: Vec::new(),
            starts: Vec::new(),
            ends: Vec::new(),
            hints: Vec::new(),
            texts: Vec::new(),
            open: Vec::new(),
            exceptions: Vec::new(),
            is_merged: false,
        }
    }

    fn with_header(shape: Shape, headless: bool, rows: &[Vec<String>]) -> Self {
        let Some((header, below)) = rows.split_first().filter(|_| !headless) else {
            return Self::plain(shape, true);
        };
        let table = Headed { header, below };
        let free: Vec<usize> = (0..header.len()).filter(|at| !shape.has_side(*at)).collect();
        let those = |is: &dyn Fn(usize) -> bool| -> Vec<usize> {
            free.iter().copied().filter(|at| is(*at)).collect()
        };
        let ends = those(&|at| is_end(&header[at]));
        let ends_row = |at: usize| ends.contains(&at);
        let switched: Vec<(usize, Switch)> = those(&|at| !ends_row(at))
            .into_iter()
            .filter_map(|at| Some((at, table.switch(at)?)))
            .collect();
        let is_switch = |at: usize| switched.iter().any(|(other, _)| *other == at);
        let (advice, mut severities): (Vec<usize>, Vec<usize>) =
            those(&|at| table.grades(at) && !is_switch(at) && !ends_row(at))
                .into_iter()
                .partition(|at| table.has(*at, &ADVICE));
        let starts = those(&|at| !is_switch(at) && !ends_row(at) && is_start(&header[at]));
        // A flag that excludes a row is a switch.
        let exceptions = those(&|at| table.has(at, &EXCEPTIONS) && !is_switch(at) && !ends_row(at));
        let is_told = |at: usize| {
            is_switch(at)
                || exceptions.contains(&at)
                || ends_row(at)
                || starts.contains(&at)
                || severities.contains(&at)
                || advice.contains(&at)
                || table.has(at, &REMARKS)
        };
        let unknown: Vec<(usize, Looks)> = those(&|at| !is_told(at) && !table.answers(at))
            .into_iter()
            .map(|at| (at, look(&header[at], table.cells(at))))
            .collect();
        severities.extend(of_kind(&unknown, Looks::Severities));
        let letters = severities.iter().filter_map(|at| Some((*at, table.scale(*at)?))).collect();
        let remarks =
            those(&|at| table.has(at, &REMARKS) && !is_switch(at) && !severities.contains(&at));
        let open = those(&|at| {
            !table.has(at, &KEYS)
                && !is_switch(at)
                && !ends_row(at)
                && !severities.contains(&at)
                && !advice.contains(&at)
                && table.cells(at).any(|cell| !cell.is_empty())
                && table.answers(at)
        });
        Self {
            is_merged: is_merged(&shape, below),
            exceptions,
            shape,
            headless: false,
            severities,
            letters,
            advice,
            remarks,
            switches: of_kind(&switched, Switch::On),
            reversed: of_kind(&switched, Switch::Off),
            starts,
            hints: of_kind(&unknown, Looks::Hints),
            texts: of_kind(&unknown, Looks::Texts),
            open,
            ends,
        }
    }
}

impl Shape {
    /// Whether a column is one of the sides of a row.
    fn has_side(&self, at: usize) -> bool {
        match self {
            Self::Pairs(sides) => sides.iter().any(|side| side.contains(&at)),
            Self::Joined(joined) => *joined == at,
            Self::Matrix => false,
        }
    }
}

/// Whether the first side of pairs is written once for the rows of its block: the first row has it, and many below it do not.
fn is_merged(shape: &Shape, rows: &[Vec<String>]) -> bool {
    let Shape::Pairs([one, other]) = shape else { return false };
    let says = |row: &Vec<String>, side: &[usize]| {
        side.iter().any(|at| row.get(*at).is_some_and(|cell| !cell.is_empty()))
    };
    let bare = rows.iter().filter(|row| !says(row, one) && says(row, other)).count();
    one < other && rows.first().is_some_and(|row| says(row, one)) && bare * 5 >= rows.len()
}

/// The columns of that kind.
fn of_kind<K: PartialEq>(columns: &[(usize, K)], wanted: K) -> Vec<usize> {
    columns.iter().filter(|(_, kind)| *kind == wanted).map(|(at, _)| *at).collect()
}

/// A table whose first row is its header.
#[derive(Clone, Copy)]
struct Headed<'r> {
    header: &'r [String],
    below: &'r [Vec<String>],
}

impl<'r> Headed<'r> {
    fn cells(self, at: usize) -> impl Iterator<Item = &'r str> {
        self.below.iter().filter_map(move |row| row.get(at)).map(String::as_str)
    }

    /// Whether the header of a column has a word of the list.
    fn has(self, at: usize, list: &[&str]) -> bool {
        tokens(&self.header[at]).iter().any(|token| list.contains(&token.as_str()))
    }

    fn answers(self, at: usize) -> bool {
        self.cells(at).all(is_answer)
    }

    /// What a column switches. Whatever its header says, one of on and off cells is a switch; a remark may be about anything.
    fn switch(self, at: usize) -> Option<Switch> {
        let switches = || {
            let is_off = self.cells(at).any(severity::is_plainly_off);
            let is_about = self.has(at, &REMARKS) || is_text(&self.header[at]);
            (is_off && !is_about && self.cells(at).all(answers)).then_some(Switch::On)
        };
        switch(&self.header[at], self.cells(at)).or_else(switches)
    }

    fn scale(self, at: usize) -> Option<LetterScale> {
        severity::letter_scale(&self.header[at], self.cells(at))
    }

    /// Whether a column says how bad a pair is.
    fn grades(self, at: usize) -> bool {
        let tokens = tokens(&self.header[at]);
        let says_so =
            tokens.iter().any(|token| SEVERITIES.contains(&token.as_str())) && tokens.len() < 4;
        says_so || self.scale(at) == Some(LetterScale::ToX)
    }
}

fn no_pairs(told: &[usize], first: &[String]) -> String {
    match told {
        [only] => {
            let header = first.get(*only).map_or("", String::as_str);
            let column = if is_header(header) {
                format!("`{header}`")
            } else {
                format!("number {}", only + 1)
            };
            format!(
                "only its column {column} names drugs or classes: it is a list of drugs, not of pairs"
            )
        }
        _ => "no column of it names drugs or classes".to_owned(),
    }
}

/// Whether a cell says yes or no, and nothing else.
fn is_answer(cell: &str) -> bool {
    answers(cell) && !severity::is_none(cell)
}

fn is_switch(header: &str) -> bool {
    SWITCHES.contains(&fold(header).as_str())
}

/// Whether a cell is a header: some word of it says what stands below.
fn is_header(cell: &str) -> bool {
    let words = tokens(cell);
    let known = [&NOUNS[..], &CLASSES, &CODES, &KEYS, &SEVERITIES];
    is_switch(cell)
        || is_end(cell)
        || words.iter().any(|word| known.iter().any(|list| list.contains(&word.as_str())))
}

/// The columns of each side, by the words of their headers.
fn sides_of(header: &[String]) -> [Vec<usize>; 2] {
    let mut sides: [Vec<usize>; 2] = Default::default();
    let mut plain: Vec<usize> = Vec::new();
    for (at, cell) in header.iter().enumerate() {
        let words = glued(cell);
        let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        let is_of_drugs = has(&NOUNS) || has(&CLASSES) || has(&CODES);
        if has(&SEVERITIES)
            || !is_of_drugs && !words.iter().any(|word| word.len() > 3)
            || is_end(cell)
        {
            continue;
        }
        // `Interacting class 1` and `2`: a number tells before a word.
        let numbered = NUMBERED.map(has);
        let of_side = if numbered == [false, false] { SIDES.map(has) } else { numbered };
        match of_side {
            [true, false] if is_of_drugs => sides[0].push(at),
            [_, true]
                if is_of_drugs
                    || has(&[
                        "interacting",
                        "interacts",
                        "interactant",
                        "precipitant",
                        "precipitante",
                        "perpetrator",
                    ]) =>
            {
                sides[1].push(at);
            }
            [false, false] if is_of_drugs => plain.push(at),
            _ => {}
        }
    }
    // `drug, interacts_with`: the first side needs no word of its own.
    if sides[0].is_empty() && !sides[1].is_empty() {
        sides[0].extend(plain.first());
    }
    let is_key = |at: &usize| glued(&header[*at]).iter().any(|word| KEYS.contains(&word.as_str()));
    for side in &mut sides {
        if side.iter().any(|at| !is_key(at)) {
            side.retain(|at| !is_key(at));
        }
    }
    sides
}

/// The words of a header, with a letter or digit behind a noun taken off: `druga`, `drugname2`.
fn glued(header: &str) -> Vec<String> {
    let mut words = tokens(header);
    if let [only] = &words[..]
        && let Some((stem, end)) = only.char_indices().next_back().map(|(at, _)| only.split_at(at))
        && ["a", "b"].contains(&end)
        && (NOUNS.contains(&stem) || ["drugname", "drugclass", "drugcode"].contains(&stem))
    {
        words = vec!["drug".to_owned(), end.to_owned()];
    }
    let names = [
        "drugname",
        "drugclass",
        "drugcode",
        "genericname",
        "interactingdrug",
        "objectdrug",
        "precipitantdrug",
        "otherdrug",
        "seconddrug",
        "firstdrug",
    ];
    for word in words.clone() {
        if names.contains(&word.as_str()) {
            words.push("drug".to_owned());
            let side = ["object", "precipitant", "interacting", "other", "second", "first"]
                .iter()
                .find(|side| word.starts_with(**side));
            words.extend(side.map(|side| (*side).to_owned()));
        }
        if ["interactswith", "interactionwith", "interactingclass"].contains(&word.as_str()) {
            words.extend(["interacts".to_owned(), "drug".to_owned()]);
        }
    }
    words
}

/// What part of the cells of each column is known.
fn shares(rows: &[Vec<String>], names: Names<'_>) -> Vec<f64> {
    let width = rows.iter().map(Vec::len).max().unwrap_or_default();
    let below: Vec<&Vec<String>> =
        rows.iter().skip(usize::from(rows.len() > 1)).take(SAMPLE).collect();
    (0..width)
        .map(|at| {
            let cells: Vec<&str> = below
                .iter()
                .filter_map(|row| row.get(at))
                .map(String::as_str)
                .filter(|cell| !cell.is_empty())
                .collect();
            let known = cells.iter().filter(|cell| names(cell).is_some()).count();
            known as f64 / cells.len().max(1) as f64
        })
        .collect()
}

/// Drugs along the top and down the first column.
fn is_matrix(rows: &[Vec<String>], names: Names<'_>) -> bool {
    let [first, below @ ..] = rows else { return false };
    // Headers name no drug, whatever drug is like them.
    let is_about = |cell: &String| {
        switch(cell, std::iter::empty()).is_some()
            || tokens(cell).iter().any(|word| SEVERITIES.contains(&word.as_str()))
    };
    if first.iter().skip(1).any(is_about) {
        return false;
    }
    let top = first.iter().skip(1).filter(|cell| !cell.is_empty());
    let (count, known) = top.fold((0, 0), |(count, known), cell| {
        (count + 1, known + usize::from(names(cell).is_some()))
    });
    let side = below
        .iter()
        .take(SAMPLE)
        .filter(|row| row.first().is_some_and(|cell| names(cell).is_some()))
        .count();
    let marks = below
        .iter()
        .take(SAMPLE)
        .flat_map(|row| row.iter().skip(1))
        .filter(|cell| severity::severity(cell) != Says::Unknown || names(cell).is_none())
        .count();
    let cells = below.iter().take(SAMPLE).map(|row| row.len().saturating_sub(1)).sum::<usize>();
    count >= 1
        && known * 2 >= count
        && known >= 1
        && side * 2 >= below.len().min(SAMPLE)
        && marks * 10 >= cells * 9
        && first.first().is_none_or(|corner| is_header(corner) || names(corner).is_none())
}

/// The column whose cells name both sides.
fn joined(rows: &[Vec<String>], names: Names<'_>) -> Option<usize> {
    let width = rows.iter().map(Vec::len).max()?;
    (0..width).find(|&at| {
        let cells: Vec<&str> = rows
            .iter()
            .skip(1)
            .take(SAMPLE)
            .filter_map(|row| row.get(at))
            .map(String::as_str)
            .collect();
        let both = |cell: &&&str| {
            split(cell)
                .is_some_and(|parts| parts.iter().filter(|part| names(part).is_some()).count() == 2)
        };
        let pairs = cells.iter().filter(both).count();
        pairs > 0 && pairs * 2 >= cells.len()
    })
}

/// What stands between the sides of a cell that names both.
const BETWEEN: [&str; 27] = [
    " + ", "+", " <-> ", "<->", "->", "=>", " ↔ ", "↔", "→", "⇒", " – ", " — ", " - ", " / ",
    " with ", " and ", " & ", " vs. ", " vs ", " x ", " X ", "×", "—", "|", ";", "/", "-",
];

/// Whether a cell names more than two.
pub(super) fn names_many(cell: &str) -> bool {
    BETWEEN.iter().any(|between| cell.matches(between).count() > 1)
}

/// The two sides of a cell that names both.
pub(super) fn split(cell: &str) -> Option<[&str; 2]> {
    BETWEEN.into_iter().find_map(|between| {
        let (one, other) = cell.split_once(between)?;
        let is_whole =
            !one.trim().is_empty() && !other.trim().is_empty() && !other.contains(between);
        is_whole.then(|| [one.trim(), other.trim()])
    })
}

/// Whether most rows name one drug on both sides: a generic name and its brand.
fn same_drug(rows: &[Vec<String>], sides: &[Vec<usize>; 2], names: Names<'_>) -> bool {
    let name = |row: &Vec<String>, side: &[usize]| {
        side.iter().filter_map(|at| row.get(*at)).find_map(|cell| names(cell))
    };
    let pairs = rows
        .iter()
        .take(SAMPLE)
        .filter_map(|row| Some((name(row, &sides[0])?, name(row, &sides[1])?)));
    let (count, same) =
        pairs.fold((0, 0), |(count, same), (a, b)| (count + 1, same + usize::from(a == b)));
    same * 2 > count
}

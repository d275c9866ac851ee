//! How an interaction table is laid out: which columns are the two sides of a row, and what else says whether the row counts.

use super::columns::{Column, Columns};
use super::headers::{Header, Means, answers, is_end, switch};
use super::severity::{self, Says};
use super::shown::Called;
use super::words::{
    CLASSES, CODES, FORMULARY, KEYS, NOUNS, NUMBERED, SEVERITIES, SIDES, SWITCHES, fold, tokens,
};

/// What a text names, if it is known: two texts with the same answer are the same drug or class.
pub type Names<'n> = &'n dyn Fn(&str) -> Option<String>;

/// At most this many rows are looked at.
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

/// How a table is laid out, and what each column next to the sides says about its rows.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) shape: Shape,
    /// Whether the first row is a pair rather than a header.
    pub(super) headless: bool,
    pub(super) columns: Vec<(usize, Column)>,
    /// Whether an empty cell of the first side repeats the row above, as merged cells are written.
    pub(super) is_merged: bool,
}

impl Layout {
    /// Finds out how a table is laid out.
    ///
    /// # Errors
    /// Why it holds no pairs.
    pub(super) fn of(
        rows: &[Vec<String>],
        names: Names<'_>,
        called: &[Called],
    ) -> Result<Self, String> {
        let Some(first) = rows.first() else { return Err("it is empty".to_owned()) };
        // `Major` is not a drug, even if a drug has that name.
        let all = names;
        let names: Names<'_> =
            &|text: &str| if severity::is_bare_grade(text) { None } else { all(text) };
        let shares = shares(rows, names);
        if is_matrix(rows, names) {
            return Ok(Self {
                shape: Shape::Matrix,
                headless: false,
                columns: Vec::new(),
                is_merged: false,
            });
        }
        let headless = first.iter().filter(|cell| names(cell).is_some()).count()
            >= 2.min(first.len())
            && first.iter().enumerate().all(|(at, cell)| !is_header(cell) || is_value(rows, at));
        let known = |at: &usize| shares.get(*at).copied().unwrap_or_default() >= 0.25;
        let mut sides: [Vec<usize>; 2] =
            if headless { Default::default() } else { sides_of(first) };
        // Keys of other systems next to the names, and columns of unknown meaning.
        for side in &mut sides {
            if side.iter().any(known) {
                side.retain(known);
            }
        }
        if sides.iter().any(Vec::is_empty) {
            if let Some(at) = joined(rows, names) {
                return Ok(Self::with_columns(Shape::Joined(at), false, rows));
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
            // Next to a drug, a class without a side is that of the drug.
            let is_side = |at: &usize| known(at) && !says(*at, &CLASSES);
            let mut told: Vec<usize> = (0..shares.len()).filter(is_side).collect();
            // Next to a severity it is the other side.
            if told.len() == 1 && (0..first.len()).any(|at| says(at, &SEVERITIES)) {
                told = (0..shares.len()).filter(known).collect();
            }
            told.sort_by(|a, b| shares[*b].total_cmp(&shares[*a]).then(a.cmp(b)));
            let [one, other, ..] = told[..] else {
                return Err(no_pairs(&told, called));
            };
            sides = [vec![one.min(other)], vec![one.max(other)]];
        }
        if same_drug(&rows[usize::from(!headless)..], &sides, names) {
            return Err(
                "both of its columns name one drug: it is a list of drugs, not of pairs".to_owned()
            );
        }
        let of_others = first.iter().zip(called).enumerate().find_map(|(at, (header, called))| {
            let is_side = sides.iter().any(|side| side.contains(&at));
            (!headless && pairs_others(header, is_side)).then(|| called.in_words())
        });
        if let Some(column) = of_others {
            return Err(format!("{column} shows that it pairs drugs that no alert is about"));
        }
        Ok(Self::with_columns(Shape::Pairs(sides), headless, rows))
    }

    /// The two sides of a row; if merged cells left the first one empty, it is that of the row above.
    pub(super) fn sides<'c>(
        &self,
        cell: impl Fn(usize) -> &'c str,
        above: &mut Vec<String>,
    ) -> [Vec<String>; 2] {
        let filled = |side: &Vec<usize>| {
            let cells = side.iter().map(|at| cell(*at)).filter(|cell| !cell.is_empty());
            cells.map(str::to_owned).collect::<Vec<_>>()
        };
        let mut sides = match &self.shape {
            Shape::Pairs(sides) => sides.each_ref().map(filled),
            Shape::Joined(at) => split(cell(*at))
                .map(|parts| parts.map(|part| vec![part.to_owned()]))
                .unwrap_or_default(),
            Shape::Matrix => Default::default(),
        };
        let [one, other] = &mut sides;
        if self.is_merged && one.is_empty() && !other.is_empty() {
            one.clone_from(above);
        }
        above.clone_from(one);
        sides
    }

    /// Whether it is unknown what a column answers.
    pub(super) fn is_open(&self, at: usize) -> bool {
        self.columns.iter().any(|(other, column)| *other == at && column.open().is_some())
    }

    /// What each column is called.
    pub(super) fn called(&self, columns: Vec<Called>) -> impl Fn(usize) -> Called + use<> {
        let columns = if self.headless { Vec::new() } else { columns };
        move |at| columns.get(at).cloned().unwrap_or_else(|| Called::number(at))
    }

    fn with_columns(shape: Shape, headless: bool, rows: &[Vec<String>]) -> Self {
        let below = &rows[usize::from(!headless).min(rows.len())..];
        let is_merged = !headless && is_merged(&shape, below);
        let header = rows.first().filter(|_| !headless).map_or(&[][..], Vec::as_slice);
        let table = Columns { header, below };
        let width = rows.iter().map(Vec::len).max().unwrap_or_default();
        let free = (0..width).filter(|at| !shape.has_side(*at));
        let columns = free.filter_map(|at| Some((at, table.column(at)?))).collect();
        Self { shape, headless, columns, is_merged }
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

/// Whether the first side of pairs is written once for its block of rows: the first row has it, and many below it do not.
fn is_merged(shape: &Shape, rows: &[Vec<String>]) -> bool {
    let Shape::Pairs([one, other]) = shape else { return false };
    let says = |row: &Vec<String>, side: &[usize]| {
        side.iter().any(|at| row.get(*at).is_some_and(|cell| !cell.is_empty()))
    };
    let bare = rows.iter().filter(|row| !says(row, one) && says(row, other)).count();
    one < other && rows.first().is_some_and(|row| says(row, one)) && bare * 5 >= rows.len()
}

/// Whether a header is one of drugs that go with another, replace it or are confused with it, or of how well they match.
fn pairs_others(header: &str, is_side: bool) -> bool {
    let words = Header::of(header);
    words.has(Means::Matches) || is_side && words.has(Means::Beside)
}

fn no_pairs(told: &[usize], called: &[Called]) -> String {
    match told {
        [only] => {
            let column = called.get(*only).cloned().unwrap_or_else(|| Called::number(*only));
            format!(
                "only its {} names drugs or classes: it is a list of drugs, not of pairs",
                column.in_words()
            )
        }
        _ => "no column of it names drugs or classes".to_owned(),
    }
}

fn is_switch(header: &str) -> bool {
    SWITCHES.contains(&fold(header).as_str())
}

/// Whether a cell is a header: some word of it says what is below.
fn is_header(cell: &str) -> bool {
    let words = tokens(cell);
    let known = [&NOUNS[..], &CLASSES, &CODES, &KEYS, &SEVERITIES];
    is_switch(cell)
        || is_end(cell)
        || words.iter().any(|word| known.iter().any(|list| list.contains(&word.as_str())))
}

/// Whether the first cell of a column is one of its values: `on` above `on` and `off`.
fn is_value(rows: &[Vec<String>], at: usize) -> bool {
    let mut below =
        rows.iter().skip(1).filter_map(|row| row.get(at)).filter(|cell| !cell.is_empty());
    let is_word = |cell: &String| answers(cell) && fold(cell).len() > 1 && !severity::is_yes(cell);
    rows[0].get(at).is_some_and(is_word) && below.all(is_word)
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
        // `Interacting class 1` and `2`: a number counts before a word.
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
    // `drug, interacts_with`: the first side needs no word.
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

/// The words of a header, without a letter or digit after a noun: `druga`, `drugname2`.
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

/// What share of the cells of each column is known.
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
    // Headers do not name drugs, even if a drug resembles them.
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

/// What separates the sides in a cell that names both.
const BETWEEN: [&str; 40] = [
    " -- ", "--", " + ", "+", " <-> ", "<->", "->", "=>", " ↔ ", "↔", "→", "⇒", " – ", " — ",
    " - ", " / ", " with ", " and ", " & ", " vs. ", " vs ", " x ", " X ", "×", "—", "|", ";", "/",
    "-", " > ", ">", " ~ ", "~", " mit ", " und ", " avec ", " et ", " con ", " y ", " e ",
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

/// Whether most rows name the same drug on both sides: a generic name and its brand.
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

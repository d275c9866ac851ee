//! What a quantity counts: pieces, or packs each of which holds many. `1` next to `Box of 56` is not a tablet.

use regex::Regex;

use super::file::WordsFile;
use super::pattern::{Fault, any_of, regex};
use super::quantity_cell::{CellPatterns, Product};
use crate::drug::name::words;
use crate::drug::phrases::Phrases;
use crate::drug::strength;
use crate::exposure::days::{self, number};
use crate::exposure::supply::Supply;
use rxlint_model::record::{Field, Record};
use rxlint_model::time_unit::{Plainness, TimeUnit};

/// A quantity as it is written, and what it counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Quantity {
    /// The number that the cell gives, if it is not a plain one.
    pub(crate) number: Option<f64>,
    /// What it counts.
    pub(crate) counts: Counts,
    /// For how many days that is, if the cell says so: `112 for 56 days`.
    pub(crate) days: Option<f64>,
}

/// What a quantity counts, by the texts around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Counts {
    /// Pieces: its unit says so.
    Pieces,
    /// Unknown: pieces, unless they are fewer than are taken on a day.
    Unsaid,
    /// Packs, each of so many pieces if that is stated.
    Packs(Option<f64>),
    /// Strips or blisters, of which a pack holds several: its size is not theirs.
    Strips,
    /// A measure of a liquid, of so many mL: ounces.
    Measures(f64),
    /// Containers that each hold one dose of a liquid, of so many mL if that is stated: unit dose cups.
    Doses(Option<f64>),
    /// Not pieces, and nothing from which pieces follow: days, mg, dozens.
    Others,
    /// Something in it is not understood.
    Unread,
    /// Pieces or packs: something says how many pieces are in a pack, but nothing says which of them is counted.
    Either(Option<f64>, SizeFrom),
}

/// Where the size of a pack comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SizeFrom {
    /// The name of an article.
    Article,
    /// A separate column.
    Column,
    /// A name, which may be that of a product.
    Label,
    /// A name, as the volume of a bottle.
    Volume,
}

/// At most this many of something that comes in packs are packs.
const MOST_ARTICLES: f64 = 5.0;
const MOST_PACKS: f64 = 3.0;
/// Fewer pieces are not a pack.
const SMALLEST_PACK: f64 = 4.0;
const FEWEST_PATCHES: f64 = 3.0;
const SMALLEST_BOTTLE: f64 = 10.0;
pub(super) const LARGEST_PACK: f64 = 1_500.0;
/// Up to this many may be pieces of a pack or packs, if it is unknown how long they last; more are pieces.
pub(super) const MOST_IN_DOUBT: f64 = 28.0;
/// If packs would last longer than half a year, they are not packs: no one dispenses so much at once.
const LONGEST_SUPPLY: f64 = 183.0;
/// If fewer a day than this are taken, by quantity and days' supply, they are not pieces; if more, they are not packs.
const FEWEST_A_DAY: f64 = 0.3;
/// No patch is worn longer than a week.
const FEWEST_PATCHES_A_DAY: f64 = 1.0 / 8.0;
const MOST_A_DAY: f64 = 12.0;
const MOST_ML_A_DAY: f64 = 200.0;

/// Whether a quantity may count packs at all: a plain number of many pieces does not, if no other cell mentions packs, nor does a
/// number that lasts several days if the days are stated.
pub(crate) fn may_count_packs(
    record: &Record<'_>,
    stated: Option<f64>,
    a_day: Option<f64>,
) -> bool {
    let says = |field: Field| !record.text(field).is_empty();
    let is_few = |count: f64| {
        let most = if says(Field::DaysSupply) { MOST_ARTICLES } else { MOST_IN_DOUBT };
        count > 0.0 && (count <= most || a_day.is_some_and(|a_day| count < a_day))
    };
    says(Field::Quantity)
        && (says(Field::QuantityUnit)
            || says(Field::PackSize)
            || !is_plain(record.text(Field::Quantity))
            || stated.is_some_and(is_few))
}

/// Whether a record names a liquid by what several mL, or less than one, hold: `40 mg/4 mL`. These may be containers of one dose each.
pub(crate) fn may_be_single_doses(record: &Record<'_>) -> bool {
    let is_such = |field: Field| {
        let text = record.text(field);
        text.contains(&b'/')
            && text.windows(2).any(|pair| pair.eq_ignore_ascii_case(b"ml"))
            && text.windows(2).any(|pair| pair[0] == b'/' && !pair[1].is_ascii_alphabetic())
    };
    NAMES.into_iter().any(is_such)
}

/// The mL of one container of a product, if its name or strength states them: 4 for `40 mg/4 mL`.
pub(crate) fn volume_of(record: &Record<'_>) -> Option<f64> {
    NAMES.into_iter().find_map(|field| strength::volume(&record.string(field)))
}

/// Where the amount in a product may be stated.
const NAMES: [Field; 4] = [Field::Drug, Field::Generic, Field::Brand, Field::Strength];

/// Whether a quantity is a number and nothing else, which does not say what it counts.
pub(crate) fn is_plain(quantity: &[u8]) -> bool {
    quantity.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

impl Quantity {
    /// A quantity in which something is not understood.
    pub(super) const UNREAD: Self = Self { number: None, counts: Counts::Unread, days: None };

    /// The pieces as [`Self::counted`], unless the cell states other days than they last.
    pub(crate) fn pieces(
        self,
        plain: Option<f64>,
        supply: Supply,
        a_day: Option<f64>,
        lasts: (bool, bool),
    ) -> Option<f64> {
        let pieces = self.counted(plain, supply, a_day, lasts);
        let fits = |pieces: f64| {
            self.days.zip(a_day).is_none_or(|(days, a_day)| (pieces / a_day - days).abs() < 1.0)
        };
        pieces.filter(|pieces| fits(*pieces))
    }

    /// The pieces that a record is about; `None` if it counts packs of unknown content. A product that `lasts_by_itself`
    /// (a depot, a patch) is counted in its own units, and is never poured from a bottle; a pack holds several patches.
    fn counted(
        self,
        plain: Option<f64>,
        supply: Supply,
        a_day: Option<f64>,
        (lasts_by_itself, is_patch): (bool, bool),
    ) -> Option<f64> {
        let count = self.number.or(plain)?;
        let days = match supply {
            Supply::Days(days) => Some(days),
            Supply::Unbelievable | Supply::None => None,
        };
        // No one dispenses less than is taken on a day: these are not pieces.
        let is_no_day = days.is_none()
            && !lasts_by_itself
            && count > 0.0
            && a_day.is_some_and(|a_day| count < a_day * 0.999);
        let (size, from) = match self.counts {
            Counts::Pieces => return Some(count),
            Counts::Packs(Some(size)) => return Some(count * size),
            Counts::Packs(None) | Counts::Strips | Counts::Unread => {
                return (lasts_by_itself && !is_patch).then_some(count);
            }
            Counts::Measures(ml) => return Some(count * ml),
            Counts::Doses(ml) => return ml.map(|ml| count * ml),
            Counts::Others => return None,
            Counts::Unsaid => return (!is_no_day).then_some(count),
            Counts::Either(size, from) => (size, from),
        };
        let most = if from == SizeFrom::Article { MOST_ARTICLES } else { MOST_PACKS };
        let are_whole = match size {
            // Half a pack is dispensed, and half a tablet taken.
            Some(size) if !lasts_by_itself => (count * size).fract() == 0.0,
            _ => count.fract() == 0.0,
        };
        let may_be_packs = count > 0.0 && are_whole && size.is_none_or(|size| count < size);
        let is_few = count <= most;
        let Some(size) = size.filter(|_| may_be_packs) else {
            // A single patch, or a pack of them that is not described.
            let is_pack = is_patch && from == SizeFrom::Article && days.is_none();
            let is_unknown = may_be_packs && is_few && (!lasts_by_itself || is_pack);
            return (!is_unknown && !is_no_day).then_some(count);
        };
        let packs = count * size;
        let is_article = matches!(from, SizeFrom::Article | SizeFrom::Column);
        if lasts_by_itself {
            let are_packs = match days {
                Some(days) if is_patch => count / days < FEWEST_PATCHES_A_DAY,
                _ => is_patch || from == SizeFrom::Article,
            };
            let is_certain = from == SizeFrom::Article || count == 1.0;
            return match are_packs && is_few {
                true => Some(packs).filter(|_| is_certain),
                false => Some(count),
            };
        }
        if let Some(days) = days {
            let most = if from == SizeFrom::Volume { MOST_ML_A_DAY } else { MOST_A_DAY };
            return match !is_few || count / days >= FEWEST_A_DAY {
                true => Some(count),
                false => Some(packs).filter(|packs| packs / days <= most),
            };
        }
        if is_few && (is_article || is_no_day) {
            return Some(packs);
        }
        let is_supply = |a_day: f64| packs / a_day <= LONGEST_SUPPLY;
        let is_in_doubt = is_few || is_no_day || a_day.is_some_and(is_supply);
        (!is_in_doubt).then_some(count)
    }
}

/// What is known about a product when its unit is read.
#[derive(Clone, Copy)]
pub(super) struct Unit {
    /// Whether strips are packs of it.
    in_strips: bool,
    /// Whether it is measured in mL.
    is_liquid: bool,
}

/// What finds packs and their sizes.
#[derive(Debug)]
pub(super) struct PackPatterns {
    packs: Phrases,
    blisters: Phrases,
    strips: Phrases,
    stripped: Phrases,
    pieces: Phrases,
    in_doubt: Phrases,
    each: Phrases,
    others: Phrases,
    measures: Vec<(f64, Phrases)>,
    single_doses: Phrases,
    liquids: Phrases,
    amounts: Phrases,
    pub(super) article_packs: Regex,
    articles: Vec<Regex>,
    labels: Vec<Regex>,
    volumes: Option<Regex>,
    joined: Regex,
    /// Words of pieces that directions know as units, and of dose forms in names.
    forms: Regex,
    /// Words of single things, which may be packs too: `St`.
    single: Regex,
    pub(super) cell: CellPatterns,
}

impl PackPatterns {
    pub(super) fn of(file: &WordsFile) -> Result<Self, Fault> {
        let (forms, counts) = (file.pack_forms.join("|"), file.pack_counts.join("|"));
        let called = format!("(?:{forms}|{counts})");
        let sized = |pattern: &String| {
            if !pattern.contains("(N)") {
                let why = "this pattern of sizes lacks `(N)`, the place of the size";
                return Err((pattern.clone(), why.to_owned()));
            }
            let number = r"(?:(?P<times>\d{1,2})\s*[x×]\s*)?(?P<size>\d{1,4})";
            let size = pattern.replace("(N)", number).replace("(F)", &called);
            regex(&size, pattern)
        };
        let all = |list: &[String]| list.iter().map(sized).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            packs: Phrases::of(&file.packs),
            blisters: Phrases::of(&file.blisters),
            strips: Phrases::of(&file.strips),
            stripped: Phrases::of(&file.stripped),
            pieces: Phrases::of(&file.pieces),
            in_doubt: Phrases::of(&file.pieces_or_packs),
            each: Phrases::of(&file.each),
            others: Phrases::of(&file.other_units),
            measures: file
                .measures
                .iter()
                .map(|measure| (measure.ml, Phrases::of(&measure.words)))
                .collect(),
            single_doses: Phrases::of(&file.single_doses),
            liquids: Phrases::of(&file.uncounted),
            amounts: Phrases::of(&file.quantity_words),
            article_packs: any_of(&file.article_packs)?,
            articles: all(&file.article_sizes)?,
            labels: all(&file.label_sizes)?,
            volumes: file.volumes.as_ref().map(sized).transpose()?,
            joined: regex(r"\d\s*[+/-]\s*\d", "")?,
            forms: regex(&format!("^(?:{forms}|{})$", file.units.join("|")), "")?,
            single: regex(&format!("^(?:{counts})$"), "")?,
            cell: CellPatterns::of(file)?,
        })
    }

    /// What the quantity of a record counts. `has_volume` is whether it may be poured from a bottle.
    pub(super) fn quantity(
        &self,
        record: &Record<'_>,
        has_volume: bool,
        is_patch: bool,
    ) -> Quantity {
        let cell = record.string(Field::Quantity).to_lowercase();
        let names = [Field::Drug, Field::Generic, Field::Brand, Field::Form]
            .map(|field| record.string(field).to_lowercase());
        let unit = Unit {
            in_strips: names.iter().any(|name| self.stripped.any_in(&words(name))),
            is_liquid: has_volume && self.is_liquid(record),
        };
        let column = record.string(Field::PackSize);
        let sized = self.size_in_cell(&column).map(|size| (size, SizeFrom::Column)).or_else(|| {
            names.iter().find_map(|name| self.size_in_name(name, record, (has_volume, is_patch)))
        });
        let size = sized.map(|(size, _)| size);
        let of_packs = |counts: Counts| match counts {
            Counts::Packs(None) => Counts::Packs(size),
            counts => counts,
        };
        let is_written = !is_plain(cell.as_bytes())
            && !number(cell.as_bytes()).is_some_and(|number| number < 0.0);
        let written = is_written.then(|| {
            let words: Vec<String> = names.iter().flat_map(|name| words(name)).collect();
            let mg = strengths_of(&names);
            self.written(&cell, &Product { unit, size, words: &words, mg: &mg })
        });
        let is_bare = |said: &Quantity| said.counts == Counts::Unsaid && !self.says_quantity(&cell);
        if let Some(quantity) = written.filter(|said| !is_bare(said)) {
            let counts = match quantity.counts {
                // Injections are counted one by one; patches come in packs.
                Counts::Either(..) if !has_volume && !is_patch => Counts::Unsaid,
                Counts::Either(_, from) => Counts::Either(size, sized.map_or(from, |(_, of)| of)),
                counts => counts,
            };
            return Quantity { counts, ..quantity };
        }
        if self.is_of_single_doses(record, &names) && self.is_liquid(record) {
            let number = written.and_then(|said| said.number);
            return Quantity { number, counts: Counts::Doses(volume_of(record)), days: None };
        }
        let is_article = || names.iter().any(|name| self.says_article(name));
        let counts = match (self.unit(&record.string(Field::QuantityUnit), unit), sized) {
            (Some(Counts::Either(_, from)), _) => Counts::Either(size, from),
            (Some(counts), _) => of_packs(counts),
            (None, Some((size, SizeFrom::Column))) => Counts::Either(Some(size), SizeFrom::Column),
            (None, _) if self.packs.any_in(&words(&column)) => {
                Counts::Either(None, SizeFrom::Column)
            }
            (None, Some((size, from))) => Counts::Either(Some(size), from),
            (None, None) if is_article() => Counts::Either(None, SizeFrom::Article),
            (None, None) => Counts::Unsaid,
        };
        let (number, days) = written.map_or((None, None), |said| (said.number, said.days));
        Quantity { number, counts, days }
    }

    /// Whether a product comes in containers of one dose each, and its quantity does not say that it counts mL.
    fn is_of_single_doses(&self, record: &Record<'_>, names: &[String]) -> bool {
        let unit = record.string(Field::QuantityUnit).to_lowercase();
        let texts = names.iter().map(String::as_str).chain([unit.as_str()]);
        !days::counts_volume(record) && texts.map(words).any(|said| self.single_doses.any_in(&said))
    }

    /// Whether a product is measured in mL.
    fn is_liquid(&self, record: &Record<'_>) -> bool {
        const TEXTS: [Field; 5] =
            [Field::Drug, Field::Generic, Field::Brand, Field::Form, Field::Strength];
        TEXTS.iter().map(|&field| record.string(field)).any(|text| {
            self.liquids.any_in(&words(&text))
                || strength::amounts(&text).iter().any(|amount| amount.per_ml)
        })
    }

    /// Whether a name is that of a pack, without its size: `Tabletten N3`.
    fn says_article(&self, name: &str) -> bool {
        let behind = strength::last_end(name).and_then(|at| name.get(at..));
        behind.is_some_and(|rest| self.article_packs.is_match(rest))
    }

    /// What the words of a unit count, if they begin with a known one: what is counted, and how many words say so.
    pub(super) fn counted(&self, words: &[String], unit: Unit) -> Option<(Counts, usize)> {
        let strip = || self.strips.starts(words).filter(|_| unit.in_strips);
        if let Some(taken) = self.blisters.starts(words).or_else(strip) {
            return Some((Counts::Strips, taken));
        }
        if let Some(taken) = self.packs.starts(words) {
            return Some((Counts::Packs(None), taken));
        }
        let measure = self.measures.iter().find_map(|(ml, of)| Some((*ml, of.starts(words)?)));
        if let Some((ml, taken)) = measure {
            let counts = if unit.is_liquid { Counts::Measures(ml) } else { Counts::Others };
            return Some((counts, taken));
        }
        if let Some(taken) = self.each.starts(words).filter(|_| unit.is_liquid) {
            return Some((Counts::Either(None, SizeFrom::Article), taken));
        }
        if let Some(taken) = self.in_doubt.starts(words) {
            return Some((Counts::Either(None, SizeFrom::Article), taken));
        }
        let first = words.first()?;
        let is_time = TimeUnit::of(first).is_some_and(|unit| unit.plainness == Plainness::Plain);
        if let Some(taken) = self.others.starts(words).or(is_time.then_some(1)) {
            return Some((Counts::Others, taken));
        }
        if let Some(taken) = self.each.starts(words).or(self.single.is_match(first).then_some(1)) {
            return Some((Counts::Unsaid, taken));
        }
        let taken = self.pieces.starts(words).or(self.forms.is_match(first).then_some(1));
        taken.map(|taken| (Counts::Pieces, taken))
    }

    /// A quantity without the words that say that it is one, or that it was dispensed: `qty 30`, `Disp: #30`, `issued 30 tablets`.
    pub(super) fn without_label<'c>(&self, cell: &'c str) -> &'c str {
        let at = cell.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
        let label = words(&cell[..at]);
        let mut rest = &label[..];
        while let Some(taken) = self.amounts.starts(rest).or_else(|| self.cell.handed.starts(rest))
        {
            rest = &rest[taken..];
        }
        // `<30` and `~30` are not 30.
        let is_bound = cell[..at].contains(['<', '>', '~', '≈', '≤', '≥', '±']);
        let is_label = !is_bound && rest.iter().all(|word| word == "#");
        if is_label { &cell[at..] } else { cell.trim() }
    }

    /// Whether a cell says that it is a quantity, of pieces as prescriptions count them.
    fn says_quantity(&self, cell: &str) -> bool {
        let cell = cell.trim_start();
        cell.starts_with('#') || self.amounts.starts(&words(cell)).is_some()
    }

    /// What a unit says: `Box of 56`, `BX`, `TAB`.
    fn unit(&self, text: &str, unit: Unit) -> Option<Counts> {
        if text.is_empty() {
            return None;
        }
        let words = words(text);
        for at in 0..words.len() {
            let is_counted = at > 0 && words[at - 1].starts_with(|c: char| c.is_ascii_digit());
            match self.counted(&words[at..], unit) {
                Some((Counts::Packs(_), taken)) => {
                    let others = [&words[..at], &words[at + taken..]].concat();
                    return Some(Counts::Packs(size_among(&others)));
                }
                Some((Counts::Strips, taken)) => {
                    let size = size_among(&[&words[..at], &words[at + taken..]].concat());
                    return Some(size.map_or(Counts::Strips, |size| Counts::Packs(Some(size))));
                }
                Some((Counts::Unsaid, _)) => {}
                Some((counts, _)) if !is_counted => return Some(counts),
                _ => {}
            }
        }
        None
    }

    /// The size that a separate cell gives: `50`, `15S`, `28 tablets`, `2 x 14`.
    fn size_in_cell(&self, cell: &str) -> Option<f64> {
        if cell.is_empty() {
            return None;
        }
        let all = words(cell);
        let taken = self.packs.starts(&all).unwrap_or(0);
        size_among(&all[taken..])
    }

    /// The size of a pack that a name gives.
    fn size_in_name(
        &self,
        name: &str,
        record: &Record<'_>,
        (has_volume, is_patch): (bool, bool),
    ) -> Option<(f64, SizeFrom)> {
        if !name.contains(char::is_numeric) {
            return None;
        }
        let size = |found: &regex::Captures<'_>| {
            let of = |part: &str| found.name(part)?.as_str().parse::<f64>().ok();
            let size = of("size")? * of("times").unwrap_or(1.0);
            let smallest = if is_patch { FEWEST_PATCHES } else { SMALLEST_PACK };
            (smallest..=LARGEST_PACK).contains(&size).then_some(size)
        };
        let by = |patterns: &[Regex], name: &str| {
            patterns.iter().find_map(|one| size(&one.captures(name)?))
        };
        if let Some(size) = by(&self.articles, name) {
            return Some((size, SizeFrom::Article));
        }
        // Without a strength the number may be that: `Naltrexone 50 tablet`.
        let strength = record.string(Field::Strength);
        let rest = strength::without_amounts(name);
        let has_strength = rest.len() < name.len();
        let is_strength = |size: f64| {
            let of_name = strength::amounts(name).iter().any(|amount| amount.mg == size);
            (of_name || number(strength.as_bytes()) == Some(size)) && !repeats_strength(name, size)
        };
        let labelled = has_strength || !strength.is_empty() || self.joined.is_match(name);
        let size_of_label = || by(&self.labels, &rest).filter(|&size| !is_strength(size));
        if let Some(size) = labelled.then(size_of_label).flatten() {
            return Some((size, SizeFrom::Label));
        }
        let volume = |found: regex::Captures<'_>| -> Option<f64> {
            let is_alone = found.name("per").is_none();
            size(&found).filter(|ml| is_alone && *ml >= SMALLEST_BOTTLE)
        };
        let volumes = self.volumes.as_ref().filter(|_| has_volume && has_strength)?;
        Some((volumes.captures_iter(name).filter_map(volume).last()?, SizeFrom::Volume))
    }
}

/// Whether a name gives a strength in mg and after it the same number again, as that of the pieces: `50 MG 50 CPR`.
fn repeats_strength(name: &str, size: f64) -> bool {
    let behind = strength::last_end(name).and_then(|end| name.get(end..));
    let of_name = strength::single(name).is_some_and(|amount| amount.mg == size);
    of_name && behind.is_some_and(|rest| words(rest).contains(&size.to_string()))
}

/// The mg that names give, as amounts and as the numbers that share a unit; none if they are those of a liquid.
fn strengths_of(names: &[String]) -> Vec<f64> {
    let amounts: Vec<_> = names.iter().flat_map(|name| strength::amounts(name)).collect();
    if amounts.is_empty() || amounts.iter().any(|amount| amount.per_ml) {
        return Vec::new();
    }
    let joined = names.iter().flat_map(|name| strength::joined(name));
    amounts.iter().map(|amount| amount.mg).chain(joined).collect()
}

/// The one number among words, or the product of two with an `x` between them, as the size of a pack.
fn size_among(words: &[String]) -> Option<f64> {
    let is_number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
    let is_strength = |at: usize| {
        words.get(at + 1).is_some_and(|next| matches!(next.as_str(), "mg" | "mcg" | "g" | "ug"))
    };
    let found: Vec<usize> =
        (0..words.len()).filter(|&at| is_number(&words[at]) && !is_strength(at)).collect();
    let of = |at: usize| words[at].parse::<f64>().ok();
    let size = match found[..] {
        [only] => of(only)?,
        [one, two] if two == one + 2 && words[one + 1] == "x" => of(one)? * of(two)?,
        _ => return None,
    };
    (2.0..=LARGEST_PACK).contains(&size).then_some(size)
}

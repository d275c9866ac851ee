//! The words of directions, in the languages in which they are written. Read from `drugs/directions.toml`.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use regex::{Captures, Regex};
use rustc_hash::FxHashMap;

use super::amount::{amount, halves, ranges, units, with_tens_in_digits, word_number};
use super::asides::Asides;
use super::bare::{Bare, BarePatterns, Scheme};
use super::between::BetweenPatterns;
use super::blank::blank;
use super::clock::Clock;
use super::file::{DepotWords, FrequencyFile, WordsFile};
use super::form::FormPatterns;
use super::lengths::Lengths;
use super::most::{As, MostPatterns};
use super::named_days::NamedDays;
use super::packs::{Counts, PackPatterns, Quantity};
use super::pattern::{Fault, NUMBER, any_of, number, phrases, regex};
use super::rate::Rate;
use super::spans::Spans;
use super::sums::Sums;
use super::translate::{Translations, rewrites, without_accents};
use super::until::Until;
use crate::drug::file::RulePack;
use crate::drug::name::words;
use crate::drug::phrases::Phrases;
use crate::drug::strength;
use crate::file_error::FileError;
use rxlint_model::record::Record;

/// The file that holds the words.
const PATH: &str = "drugs/directions.toml";

/// A frequency in a text: where, and how many times a day; NaN if that is unclear.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Often {
    pub(super) span: Range<usize>,
    pub(super) times: f64,
    /// Whether it says so only if nothing next to it does: `daily`.
    pub(super) is_plain: bool,
}

impl Often {
    /// Whether both come to the same: monthly is every four weeks.
    pub(super) fn is_same(&self, times: f64) -> bool {
        (0.88..1.13).contains(&(self.times / times))
    }
}

/// The words of directions, as a book has them. Compiled when the first directions are read: most runs read none.
#[derive(Debug, Default)]
pub struct DirectionWords {
    /// Path and text of each pack's file.
    files: Vec<(String, String)>,
    ready: OnceLock<Words>,
}

/// The words, ready for matching. Without a file, nothing can be read with certainty.
#[derive(Debug, Default)]
pub(super) struct Words {
    unspaced: Vec<String>,
    open: Phrases,
    optional: Phrases,
    days: Phrases,
    deferred: Phrases,
    once: Phrases,
    tubes: Phrases,
    uncounted: Phrases,
    patterns: Option<Patterns>,
    pub(super) depot: Option<DepotWords>,
    pub(super) forms: Option<FormPatterns>,
}

#[derive(Debug)]
struct Patterns {
    spans: Spans,
    translations: Translations,
    rewrites: Vec<(Regex, String)>,
    numbers: Regex,
    number_of: FxHashMap<String, String>,
    halves: Regex,
    open: Regex,
    optional: Regex,
    conditions: Regex,
    no_conditions: Regex,
    most: MostPatterns,
    limits: Regex,
    days: Regex,
    on_weekday: Regex,
    weekday: Regex,
    every_weekday: Regex,
    lengths: Lengths,
    until: Until,
    sums: Regex,
    range: Regex,
    units: Regex,
    bare: BarePatterns,
    packs: PackPatterns,
    tampered: Regex,
    forbids: Regex,
    remarks: Regex,
    follows_errand: Regex,
    begins_errand: [Regex; 2],
    frequency: Vec<(Regex, Rate, bool)>,
    time_of_day: Vec<Regex>,
    a_day: Vec<(Regex, f64)>,
    days_a_week: Regex,
    step_lengths: Vec<(Regex, Rate)>,
    step_joins: Regex,
    between: BetweenPatterns,
    asides: Asides,
    named_days: NamedDays,
    clock: Clock,
    dose_sums: Sums,
    max_daily: Regex,
    depot_too_soon: Regex,
    whole_depots: Regex,
    repeated: Regex,
}

/// The most that directions allow a day.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Most {
    pub(super) mg: Option<f64>,
    pub(super) units: Option<f64>,
}

fn least(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.into_iter().chain(other).reduce(f64::min)
}

/// Numbers that may be repeated in brackets: `two (2)`, `twice (2)`, `1/2 (one-half)`.
const REPEATED: &str = r"\d+/\d+|\d*\.?\d+|½|one[-\s]half|half|one|two|three|four|five|six|seven|eight|twelve|once|twice|thrice";

impl DirectionWords {
    /// The words of all packs together; a later pack's words for how often are looked for first.
    ///
    /// # Errors
    /// A file that cannot be used.
    pub fn read_packs(packs: &[RulePack<'_>]) -> Result<Self, FileError> {
        let mut words = Self::default();
        for pack in packs {
            let own = pack.files.iter().filter(|(path, _)| *path == PATH);
            words.files.extend(own.map(|(path, text)| (pack.shown(path), (*text).to_owned())));
        }
        // The built-in words are checked by a test.
        if packs.iter().any(|pack| !pack.folder.is_empty()) {
            let ready = Words::read_files(&words.files)?;
            ready.check_translations(&words.files)?;
            words.ready = OnceLock::from(ready);
        }
        Ok(words)
    }

    pub(super) fn ready(&self) -> &Words {
        self.ready.get_or_init(|| Words::read_files(&self.files).unwrap_or_default())
    }
}

impl Words {
    fn read_files(files: &[(String, String)]) -> Result<Self, FileError> {
        let mut all = WordsFile::default();
        for (path, text) in files {
            all.add(toml::from_str(text).map_err(|error| FileError::toml(path, text, &error))?);
        }
        let Some((path, text)) = files.last() else { return Ok(Self::default()) };
        let fault = |(near, what): Fault| FileError::at(path, text, &near, what);
        let patterns = Patterns::of(&all).map_err(fault)?;
        Ok(Self {
            open: Phrases::of(&all.open),
            optional: Phrases::of(&all.optional),
            days: Phrases::of(&all.days),
            deferred: Phrases::of(&all.deferred),
            once: Phrases::of(&all.once),
            tubes: Phrases::of(&all.tubes),
            uncounted: Phrases::of(&all.uncounted),
            patterns: Some(patterns),
            depot: all.depot.take(),
            forms: Some(FormPatterns::of(&all.form).map_err(fault)?),
            unspaced: all.unspaced,
        })
    }

    /// Checks that the patterns of other scripts are valid.
    pub(super) fn check_translations(&self, files: &[(String, String)]) -> Result<(), FileError> {
        let Some((patterns, (path, text))) = self.patterns.as_ref().zip(files.last()) else {
            return Ok(());
        };
        patterns.translations.check().map_err(|(near, what)| FileError::at(path, text, &near, what))
    }

    /// Every frequency in a text, the more specific first.
    pub(super) fn all_frequencies(&self, text: &str) -> Vec<Often> {
        let Some(patterns) = &self.patterns else { return Vec::new() };
        let mut rest = text.to_owned();
        blank(&mut rest, patterns.remarks.find_iter(text).map(|found| found.range()), "\0");
        let mut often = Vec::new();
        for (regex, rate, is_plain) in &patterns.frequency {
            let often_of = |found: Captures<'_>| {
                let (span, times) = (found.get(0)?.range(), rate.times(&found));
                Some(Often { span, times, is_plain: *is_plain })
            };
            let found: Vec<Often> = regex.captures_iter(&rest).filter_map(often_of).collect();
            blank(&mut rest, found.iter().map(|one| one.span.clone()), "\0");
            often.extend(found);
        }
        often
    }

    /// Once a day if only one time of day is named; as often as a word for several meals says, if nothing else is named.
    pub(super) fn by_time_of_day(&self, text: &str) -> Option<f64> {
        let all = self.patterns.as_ref()?;
        let a_day = all.a_day.iter().find_map(|(day, times)| Some((day.find(text)?, *times)));
        if let Some((meals, times)) = a_day.filter(|(_, times)| *times > 1.0) {
            let beside = [&text[..meals.start()], &text[meals.end()..]];
            let is_alone = !beside.into_iter().any(|part| self.names_time_of_day(part));
            return is_alone.then_some(times);
        }
        let is_once = all.time_of_day.iter().filter(|time| time.is_match(text)).count() == 1;
        (is_once || a_day.is_some()).then_some(1.0)
    }

    pub(super) fn names_time_of_day(&self, text: &str) -> bool {
        let patterns = self.patterns.as_ref();
        patterns.is_some_and(|all| all.time_of_day.iter().any(|time| time.is_match(text)))
    }

    /// Where times of day, counted days of the week, and lengths are.
    pub(super) fn times(&self, text: &str) -> Vec<Range<usize>> {
        let Some(all) = &self.patterns else { return Vec::new() };
        let lengths = all.lengths.all(text).into_iter().map(|(span, _)| span);
        let others = [&all.remarks, &all.no_conditions].into_iter();
        let others = others.flat_map(|one| one.find_iter(text)).map(|found| found.range());
        self.moments(text).into_iter().chain(lengths).chain(others).collect()
    }

    /// Where times of day and counted days of the week are.
    pub(super) fn moments(&self, text: &str) -> Vec<Range<usize>> {
        let Some(all) = &self.patterns else { return Vec::new() };
        let a_day = all.a_day.iter().map(|(day, _)| day);
        let regexes = a_day.chain(&all.time_of_day).chain([&all.days_a_week]);
        regexes.flat_map(|one| one.find_iter(text)).map(|found| found.range()).collect()
    }

    /// What finds what is said besides the dose.
    pub(super) fn asides(&self) -> Option<(&Asides, &BetweenPatterns)> {
        self.patterns.as_ref().map(|all| (&all.asides, &all.between))
    }

    /// On how many days of the week it is taken, if they are counted.
    pub(super) fn days_a_week(&self, text: &str) -> Option<f64> {
        let found = self.patterns.as_ref()?.days_a_week.captures(text)?;
        number(&found).filter(|days| (1.0..=7.0).contains(days))
    }

    /// Whether the last words before something are about something else that the patient does: `pick up every week`.
    pub(super) fn follows_errand(&self, before: &str) -> bool {
        self.patterns.as_ref().is_some_and(|patterns| patterns.follows_errand.is_match(before))
    }

    /// Whether the words after something, or after one more, are about something else that the patient does: `weekly pick up`.
    pub(super) fn begins_errand(&self, after: &str, words_between: usize) -> bool {
        let patterns = self.patterns.as_ref();
        patterns.is_some_and(|patterns| patterns.begins_errand[words_between].is_match(after))
    }

    /// Whether they leave it open how much is taken: a range, a taper, and as needed or up to a limit unless the most is asked for.
    pub(super) fn leaves_open(&self, text: &str, how: As) -> bool {
        let by_pattern =
            |patterns: &Patterns| patterns.open.is_match(text) || patterns.range.is_match(text);
        self.patterns.as_ref().is_none_or(by_pattern)
            || self.open.any_in(&words(text))
            || self.has_unread_script(text)
            || how == As::Taken && (self.is_optional(text) || self.has_condition(text))
    }

    /// Whether it contains a word of a condition that is not part of a warning: `unless drowsy`.
    fn has_condition(&self, text: &str) -> bool {
        self.patterns.as_ref().is_some_and(|patterns| {
            patterns.conditions.is_match(text)
                && patterns.conditions.is_match(&patterns.no_conditions.replace_all(text, " "))
        })
    }

    /// Whether words of a script without spaces are left that have not been translated.
    fn has_unread_script(&self, text: &str) -> bool {
        let is_one = |c: char| matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}');
        text.contains(is_one)
            && self
                .unspaced
                .iter()
                .fold(text.to_owned(), |rest, phrase| rest.replace(phrase, ""))
                .contains(is_one)
    }

    /// Whether it is taken only when needed, or up to a limit.
    pub(super) fn is_optional(&self, text: &str) -> bool {
        self.patterns.as_ref().is_some_and(|patterns| patterns.optional.is_match(text))
            || self.optional.any_in(&words(text))
            || !text.is_ascii() && self.unspaced.iter().any(|phrase| text.contains(phrase))
    }

    /// What finds the most that they allow.
    pub(super) fn most_patterns(&self) -> Option<&MostPatterns> {
        self.patterns.as_ref().map(|patterns| &patterns.most)
    }

    /// The text as it is read: without accents, short forms spelled out, numbers in digits.
    pub(super) fn rewritten<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Some(patterns) = &self.patterns else { return Cow::Borrowed(text) };
        let is_ascii = text.is_ascii();
        let lower = without_accents(text).to_lowercase();
        let mut text = Cow::Owned(patterns.spans.as_lengths(&lower).into_owned());
        let translations: &[_] = if is_ascii { &[] } else { patterns.translations.all() };
        for (regex, to) in translations.iter().chain(&patterns.rewrites) {
            if regex.is_match(&text) {
                text = Cow::Owned(regex.replace_all(&text, to.as_str()).into_owned());
            }
        }
        if let Cow::Owned(with_digits) = with_tens_in_digits(&text) {
            text = Cow::Owned(with_digits);
        }
        if patterns.numbers.is_match(&text) {
            let number = |found: &Captures<'_>| {
                let word = &found[0];
                patterns.number_of.get(word).cloned().unwrap_or_else(|| word.to_owned())
            };
            text = Cow::Owned(patterns.numbers.replace_all(&text, number).into_owned());
        }
        if text.contains("1/2") || text.contains('½') {
            text = Cow::Owned(patterns.halves.replace_all(&text, "${1}${2}.5${3}").into_owned());
        }
        if text.contains('(') {
            text = Cow::Owned(patterns.without_repeats(&text));
        }
        text
    }

    /// The text without the most that it allows a day, and what that is: `Max Daily Amount: 20 mg`, `do not exceed 2 tablets a day`.
    pub(super) fn without_max_daily<'t>(&self, text: &'t str) -> (Cow<'t, str>, Most) {
        let Some(patterns) = &self.patterns else { return (Cow::Borrowed(text), Most::default()) };
        let mut most = Most::default();
        for clause in patterns.max_daily.find_iter(text) {
            let clause = clause.as_str();
            let mut words = clause.split(|c: char| !c.is_alphanumeric() && c != '.');
            match strength::single(clause) {
                Some(amount) => most.mg = least(most.mg, Some(amount.mg)),
                None => most.units = least(most.units, words.find_map(word_number)),
            }
        }
        (patterns.max_daily.replace_all(text, " "), most)
    }

    /// Where the lengths of steps are, each in days and whether it is one named day; and the words that join steps.
    pub(super) fn cuts(&self, text: &str) -> (Vec<StepLength>, Vec<Range<usize>>) {
        let Some(patterns) = &self.patterns else { return Default::default() };
        let mut lengths: Vec<StepLength> = Vec::new();
        for (regex, rate) in &patterns.step_lengths {
            let of = |found: Captures<'_>| {
                let days = 1.0 / rate.times(&found);
                let is_day = matches!(rate, Rate::Times(_));
                Some((found.get(0)?.range(), days.is_finite().then_some((days, is_day))))
            };
            lengths.extend(regex.captures_iter(text).filter_map(of));
        }
        (lengths, patterns.step_joins.find_iter(text).map(|found| found.range()).collect())
    }

    /// Whether a depot is repeated too soon at that frequency, or by words that say so.
    pub(super) fn is_too_soon(&self, text: &str, often: Option<&Often>) -> bool {
        let Some((patterns, depot)) = self.patterns.as_ref().zip(self.depot.as_ref()) else {
            return false;
        };
        often.is_some_and(|often| depot.is_too_soon(often.times))
            || patterns.depot_too_soon.is_match(text)
    }

    /// How many whole injections are given at once, if that is more than one: `inject 2 kits`.
    pub(super) fn whole_depots(&self, text: &str) -> Option<f64> {
        let found = self.patterns.as_ref()?.whole_depots.captures(text)?;
        number(&found).filter(|count| *count > 1.0)
    }

    /// Whether a text contains an amount with its unit.
    pub(super) fn has_amount(&self, text: &str) -> bool {
        self.patterns.as_ref().is_some_and(|patterns| patterns.units.is_match(text))
    }

    /// Whether one of these frequencies says only `daily`, and something next to it may say how often. So may the words
    /// before a time of day if there is no frequency.
    pub(super) fn may_be_counted(&self, text: &str, often: &[Often], names: &[String]) -> bool {
        let Some(patterns) = &self.patterns else { return false };
        let times = patterns.time_of_day.iter().chain(patterns.a_day.iter().map(|(day, _)| day));
        let meals = patterns.a_day.iter().filter(|(_, times)| *times > 1.0);
        let meals = meals.filter_map(|(meals, _)| meals.find(text)).next();
        let spans: Vec<Range<usize>> = if let Some(meals) = meals.filter(|_| often.is_empty()) {
            vec![meals.range()]
        } else if often.is_empty() {
            times.flat_map(|time| time.find_iter(text)).map(|found| found.range()).collect()
        } else {
            often.iter().filter(|one| one.is_plain).map(|one| one.span.clone()).collect()
        };
        // Each is checked with what is around it; a text with more of them is not a sentence.
        const MOST: usize = 16;
        if spans.len() > MOST {
            return true;
        }
        let mut rest = text.to_owned();
        blank(&mut rest, often.iter().map(|one| one.span.clone()), " ");
        spans
            .into_iter()
            .any(|span| patterns.between.may_count(&rest[..span.start], &rest[span.end..], names))
    }

    /// The text without what is not to be taken, or no longer: `do not take more than 4 tablets daily`.
    pub(super) fn without_limits<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let patterns = self.patterns.as_ref();
        patterns.map_or(Cow::Borrowed(text), |patterns| patterns.limits.replace_all(text, " "))
    }

    /// The fewest units that are named in a statement of what is not to be taken.
    pub(super) fn limit(&self, text: &str) -> Option<f64> {
        let patterns = self.patterns.as_ref()?;
        let clauses = patterns.limits.find_iter(text);
        clauses.filter_map(|clause| self.units(clause.as_str())).reduce(f64::min)
    }

    /// Whether they name days of the week, or limit it to other days.
    pub(super) fn names_days(&self, text: &str) -> bool {
        self.patterns.as_ref().is_some_and(|patterns| patterns.days.is_match(text))
            || self.days.any_in(&words(text))
    }

    /// The units that are taken on some day, each as it is written: with its unit, or before the name of a day.
    pub(super) fn amounts_on_days<'t>(&'t self, text: &'t str) -> impl Iterator<Item = f64> + 't {
        let patterns = self.patterns.iter();
        patterns.flat_map(move |patterns| {
            let with_unit = patterns.units.captures_iter(text).filter_map(|found| amount(&found));
            let before_day = patterns
                .on_weekday
                .captures_iter(text)
                .filter_map(|found| word_number(found.name("amount")?.as_str()));
            with_unit.chain(before_day)
        })
    }

    /// What finds days that are named one after another.
    pub(super) fn named_days(&self) -> Option<&NamedDays> {
        self.patterns.as_ref().map(|patterns| &patterns.named_days)
    }

    /// What finds hours of the day.
    pub(super) fn clock(&self) -> Option<&Clock> {
        self.patterns.as_ref().map(|patterns| &patterns.clock)
    }

    /// What finds what a dose or a day comes to.
    pub(super) fn sums(&self) -> Option<&Sums> {
        self.patterns.as_ref().map(|patterns| &patterns.dose_sums)
    }

    /// Whether the sentence around a place says only what may be next to an amount.
    pub(super) fn knows_sentence(&self, before: &str, after: &str, names: &[String]) -> bool {
        self.patterns.as_ref().is_some_and(|all| all.between.knows_sentence(before, after, names))
    }

    /// Whether the same amount is taken each time, in units, or in mg if no units are named.
    pub(super) fn has_one_amount(&self, text: &str) -> bool {
        self.units(text).is_some() || !self.has_amount(text) && strength::single(text).is_some()
    }

    /// Whether exactly one day of the week is named.
    pub(super) fn names_one_day(&self, text: &str) -> bool {
        self.patterns.as_ref().is_some_and(|patterns| patterns.weekday.find_iter(text).count() == 1)
    }

    /// Whether they say `every Monday`.
    pub(super) fn is_every_weekday(&self, text: &str) -> bool {
        self.patterns.as_ref().is_some_and(|patterns| patterns.every_weekday.is_match(text))
    }

    /// What finds for how long it is taken.
    pub(super) fn lengths(&self) -> Option<&Lengths> {
        self.patterns.as_ref().map(|patterns| &patterns.lengths)
    }

    /// Whether an amount may be that of a day, a week or a kilogram rather than what is taken each time.
    pub(super) fn sums_up(&self, text: &str) -> bool {
        let patterns = self.patterns.as_ref();
        patterns.is_none_or(|all| all.sums.is_match(text) || all.remarks.is_match(text))
    }

    /// Whether they say that the directions are somewhere else.
    pub(super) fn defers(&self, text: &str) -> bool {
        self.deferred.any_in(&words(text))
    }

    /// Whether they are about a single dose.
    pub(super) fn is_once(&self, text: &str) -> bool {
        self.once.any_in(&words(text))
    }

    /// How many units are taken each time. Every amount must be the same one, and each must be readable.
    pub(super) fn units(&self, text: &str) -> Option<f64> {
        let mut amounts =
            self.patterns.as_ref()?.units.captures_iter(text).map(|found| amount(&found));
        let first_amount = amounts.next().flatten();
        first_amount.filter(|_| amounts.all(|other| other == first_amount))
    }

    /// How many are taken each time, if no unit says what is counted, and whether the number is written in digits.
    pub(super) fn bare_amount(&self, text: &str) -> Option<Bare> {
        self.patterns.as_ref()?.bare.amount(text)
    }

    /// Amounts by the time of day: `1-0-1`, `one in the morning and two at night`. The rest of the text, and how many a day.
    pub(super) fn scheme(&self, text: &str) -> Option<(String, Scheme)> {
        self.patterns.as_ref()?.bare.scheme(text)
    }

    /// What the quantity of a record counts.
    pub(super) fn quantity(
        &self,
        record: &Record<'_>,
        has_volume: bool,
        is_patch: bool,
    ) -> Quantity {
        let nothing = Quantity { number: None, counts: Counts::Pieces, days: None };
        self.packs().map_or(nothing, |packs| packs.quantity(record, has_volume, is_patch))
    }

    /// What finds the last day that they state.
    pub(super) fn until(&self) -> Option<&Until> {
        self.patterns.as_ref().map(|patterns| &patterns.until)
    }

    /// What distinguishes packs from pieces.
    pub(super) fn packs(&self) -> Option<&PackPatterns> {
        self.patterns.as_ref().map(|patterns| &patterns.packs)
    }

    /// Whether a product's texts say that no units of it are counted.
    pub(super) fn is_uncounted(&self, text: &str) -> bool {
        self.uncounted.any_in(&words(text))
    }

    /// Whether some sentence says to crush or dissolve the product or to give it by a tube, and does not forbid it.
    pub(super) fn is_tampered(&self, text: &str) -> bool {
        let Some(patterns) = &self.patterns else { return false };
        let sentences = text.split(['.', ';', '!', '(', ')']).flat_map(|part| part.split(" but "));
        sentences.into_iter().any(|sentence| {
            let forbidden = |until: usize| {
                patterns.forbids.is_match(&sentence[..until].replace("not swallow", ""))
            };
            patterns.tampered.find_iter(sentence).any(|found| !forbidden(found.start()))
        })
    }

    /// Whether a route is a feeding tube.
    pub(super) fn is_tube(&self, route: &str) -> bool {
        !route.is_empty()
            && (self.tubes.is_all_of(&words(route)) || self.is_tampered(&route.to_lowercase()))
    }
}

/// Where the length of a step is; how many days, and whether it is one named day.
pub(super) type StepLength = (Range<usize>, Option<(f64, bool)>);

impl Patterns {
    /// The text without the numbers in brackets that repeat a number.
    fn without_repeats(&self, text: &str) -> String {
        let value = |word: &str| match word {
            "once" => Some(1.0),
            "twice" => Some(2.0),
            "thrice" => Some(3.0),
            word => word_number(word),
        };
        let once = |found: &Captures<'_>| {
            let (number, again) = (value(&found["number"]), value(&found["again"]));
            let is_same = number.is_some() && number == again;
            if is_same { found["said"].to_owned() } else { found[0].to_owned() }
        };
        self.repeated.replace_all(text, once).into_owned()
    }

    fn of(file: &WordsFile) -> Result<Self, Fault> {
        let numbered = |pattern: &str| pattern.replace("(N)", &format!("({NUMBER})"));
        let one = |file: &FrequencyFile| {
            regex(&format!(r"\b(?:{})", numbered(&file.pattern)), &file.pattern)
        };
        let errands = phrases(&file.errands);
        let weekday = phrases(&file.weekdays);
        let in_words = file.numbers.values().flatten().cloned().collect::<Vec<_>>();
        let number_of = file
            .numbers
            .iter()
            .flat_map(|(number, words)| words.iter().map(|word| (word.clone(), number.clone())));
        Ok(Self {
            translations: Translations::of(&file.translate),
            spans: Spans::of(file)?,
            rewrites: rewrites(&file.rewrite)?,
            numbers: if in_words.is_empty() {
                any_of(&[])?
            } else {
                regex(&phrases(&in_words), "")?
            },
            number_of: number_of.collect(),
            halves: regex(&halves(&file.units.join("|"), &phrases(&file.half_joins)), "")?,
            open: any_of(&file.open_patterns)?,
            optional: any_of(&file.optional_patterns)?,
            conditions: any_of(&file.conditions)?,
            no_conditions: any_of(&file.no_conditions)?,
            most: MostPatterns::of(file)?,
            limits: any_of(&file.limits)?,
            days: any_of(&file.day_patterns)?,
            on_weekday: on_weekday(&weekday)?,
            weekday: regex(&weekday, "")?,
            every_weekday: regex(&format!(r"\b(?:every|each)\s+{weekday}"), "")?,
            lengths: Lengths::of(file)?,
            until: Until::of(file)?,
            sums: any_of(&file.sums)?,
            range: regex(&ranges(&phrases(&file.joins)), "")?,
            units: regex(&units(&file.units.join("|")), "")?,
            bare: BarePatterns::of(file)?,
            packs: PackPatterns::of(file)?,
            tampered: any_of(&file.tampered)?,
            forbids: any_of(&file.forbids)?,
            remarks: regex(&phrases(&file.remarks), "")?,
            follows_errand: regex(&format!(r"{errands}(?:[\s'/-]+\w+){{0,2}}[\s'/-]*$"), "")?,
            begins_errand: [
                regex(&format!(r"^[\s'/-]+{errands}"), "")?,
                regex(&format!(r"^[\s'/-]+(?:\w+[\s'/-]+)?{errands}"), "")?,
            ],
            frequency: file
                .frequency
                .iter()
                .map(|file| Ok((one(file)?, file.rate()?, file.plain)))
                .collect::<Result<_, Fault>>()?,
            step_lengths: file
                .step_length
                .iter()
                .map(|file| Ok((one(file)?, file.rate()?)))
                .collect::<Result<_, Fault>>()?,
            step_joins: any_of(&file.step_joins)?,
            between: BetweenPatterns::of(file)?,
            asides: Asides::of(file)?,
            named_days: NamedDays::of(file)?,
            clock: Clock::of(file)?,
            dose_sums: Sums::of(file)?,
            max_daily: any_of(&file.max_daily)?,
            depot_too_soon: any_of(file.depot.as_ref().map_or(&[], |depot| &depot.too_soon))?,
            whole_depots: whole_depots(file.depot.as_ref())?,
            repeated: repeated()?,
            time_of_day: file.time_of_day.iter().map(one).collect::<Result<_, _>>()?,
            a_day: file
                .a_day
                .iter()
                .map(|file| Ok((one(file)?, file.times.unwrap_or(1.0))))
                .collect::<Result<_, Fault>>()?,
            days_a_week: any_of(
                &file.days_a_week.iter().map(|file| numbered(&file.pattern)).collect::<Vec<_>>(),
            )?,
        })
    }
}

/// How much is taken on a day of the week: `2 on Mondays`.
fn on_weekday(weekday: &str) -> Result<Regex, Fault> {
    let amount = format!(r"(?:^|[\s,;(])(?<amount>\d+(?:\.\d+)?|{NUMBER})");
    regex(&format!(r"{amount}\s+(?:on|every|each)\s+{weekday}"), "")
}

/// How many whole depots are given at once: `2 kits`.
fn whole_depots(depot: Option<&DepotWords>) -> Result<Regex, Fault> {
    let Some(depot) = depot else { return any_of(&[]) };
    regex(&format!(r"\b({NUMBER})\s+(?:{})\b", depot.whole.join("|")), "")
}

/// A number that is repeated in brackets: `two (2)`, `twice (2x)`.
fn repeated() -> Result<Regex, Fault> {
    let times = r"(?:\s*(?:times?|x))?";
    let pattern =
        format!(r"\b(?<said>(?<number>{REPEATED}){times})\s*\(\s*(?<again>{REPEATED}){times}\s*\)");
    regex(&pattern, "")
}

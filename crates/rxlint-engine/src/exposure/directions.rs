//! Directions for use, as far as they can be read with certainty: units a day, and whether they say weekly.

mod amount;
mod asides;
mod asked;
mod bare;
mod between;
mod blank;
mod clock;
mod file;
mod form;
mod lengths;
mod most;
mod named_days;
pub(crate) mod packs;
mod pattern;
mod quantity_cell;
mod rate;
mod same_unit;
mod spans;
mod spelled;
mod steps;
mod sums;
mod translate;
mod until;
mod words;

use super::schedule::Schedule;
use super::supply::MOST_DAYS;
use crate::drug::{Verdict, strength};
pub(crate) use asked::{COUNTED_BY, Memo};
pub use form::SaidForm;
use most::As;
use named_days::Week;
use rxlint_model::day::Day;
use rxlint_model::record::Record;
use steps::Steps;
use sums::Held;
pub use words::DirectionWords;
use words::{Most, Often, Words};

/// What directions say. What they leave open is not guessed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Directions {
    /// How many units are taken each time.
    pub units: Option<f64>,
    /// How many times a day; below 1 for every other day and less often.
    pub times_a_day: Option<f64>,
    /// On how many days of each week, if they count them.
    pub days_a_week: Option<f64>,
    /// Whether they are about a single dose.
    pub once: bool,
    /// Whether they say once a week.
    pub weekly: bool,
    /// Whether they repeat it sooner than a monthly depot may be repeated: `every 2 weeks`.
    pub too_soon: bool,
    /// How many units one amount in mg comes to, unless it is too small for a depot.
    pub by_mg: Option<f64>,
    /// How many mg are taken each time, for a product that does not state how many its units hold.
    mg: Option<f64>,
    /// Whether they say to crush, chew or dissolve it, or to give it by a tube.
    pub tampered: bool,
    /// Whether they leave it to the patient or to later days how much is taken, so that no other field can say it.
    pub open: bool,
    /// The most units on one day, if they name days of the week or consist of steps.
    pub most_on_a_day: Option<f64>,
    /// Whether they say something that is not understood.
    pub unread: bool,
    /// For how many days at most, if they say so.
    pub for_days: Option<f64>,
    /// The same if they count weeks or months: those of all supplies, not of this one.
    for_weeks: Option<f64>,
    /// The last day on which it is taken, if they say so.
    pub until: Option<Day>,
    /// The steps of which they consist, if each can be read.
    steps: Option<Steps>,
    /// The most that they allow a day.
    most: Most,
    /// The most units a day while it is taken, whether or not they leave it to the patient.
    at_most_a_day: Option<f64>,
    /// The most units that they allow a day, if they do not say how many are taken.
    units_a_day_at_most: Option<f64>,
    /// Whether days of the week are named.
    names_days: bool,
    /// What is taken in a week, in mg, if days of the week have different amounts.
    week_mg: Option<Week>,
    /// How many are taken each time by a number without a unit: units, if those of the product are counted.
    bare: Option<bare::Bare>,
    /// Whether the units rest on such a number.
    is_bare: bool,
}

impl Directions {
    /// Units a day, if both parts are certain.
    pub fn units_a_day(self) -> Option<f64> {
        Some(self.units? * self.times_a_day? * self.days_a_week.map_or(1.0, |days| days / 7.0))
    }

    /// The amounts by day, if both parts are certain.
    pub fn schedule(self) -> Schedule {
        if let Some((mg, times)) = self.mg.zip(self.times_a_day) {
            let is_daily = times >= 1.0 && self.days_a_week.is_none();
            return Schedule::of_mg(mg * times.max(1.0), is_daily);
        }
        if let Some((most, _)) = self.most_on_a_day.zip(self.days_a_week) {
            return Schedule::on_some_days(most);
        }
        match (self.units, self.times_a_day, self.days_a_week) {
            (Some(units), Some(times), Some(days)) => Schedule::spread(units * times, 7.0 / days),
            (Some(units), Some(times), None) => Schedule::of(units, times),
            _ => self.most_on_a_day.map_or_else(Schedule::default, Schedule::on_some_days),
        }
    }

    /// The most days that they say it is taken, if the quantity is not more than that needs.
    pub fn stated_days(self, quantity: Option<f64>) -> Option<f64> {
        if let Some(steps) = self.steps {
            return steps.total(quantity.is_some());
        }
        const LONGEST: f64 = 90.0;
        let a_day = self.at_most_a_day.unwrap_or(bare::MOST_A_DAY);
        let is_enough = |days: &f64| quantity.is_none_or(|units| units <= days * a_day * 1.001);
        let for_weeks = self.for_weeks.filter(|_| quantity.is_none());
        self.for_days.or(for_weeks).filter(|days| *days <= LONGEST).filter(is_enough)
    }

    /// Taken for at most this many days, if they do not say themselves for how many.
    pub fn lasting(self, days: f64) -> Self {
        Self { for_days: self.for_days.or(Some(days)), ..self }
    }

    /// Whether so many units last longer or shorter than they say that it is taken: `1 tablet daily for 90 days` of 30 tablets. A
    /// day more or less, and a package that is a little larger, mean nothing.
    pub fn contradicts(self, quantity: f64) -> bool {
        let differ = |(stated, lasts): (f64, f64)| {
            let lasts = lasts.ceil();
            (stated - lasts).abs() > 1.0 && (stated - lasts).abs() > 0.1 * stated.max(lasts)
        };
        self.for_days.zip(self.days_of(quantity)).is_some_and(differ)
    }

    /// How many units are used at one time and together last for more than a day: two patches.
    pub fn at_once(self) -> Option<f64> {
        self.units
            .filter(|&units| units > 1.0 && !self.open)
            .filter(|_| self.times_a_day.is_some_and(|times| times < 1.0))
    }

    /// After how many days a patch is changed, if that is certain: at least two.
    pub fn worn_for(self) -> Option<f64> {
        const LEAST: f64 = 2.0;
        let is_certain = !self.open && !self.once && self.steps.is_none();
        let every = self.times_a_day.filter(|_| is_certain).map(|times| 1.0 / times);
        let days = every? * 7.0 / self.days_a_week.unwrap_or(7.0);
        (days > LEAST * 0.99).then_some(days)
    }

    /// The days that so many units last, if that is certain. A single dose lasts a day.
    pub fn days_of(self, quantity: f64) -> Option<f64> {
        if let Some(steps) = self.steps {
            return steps.days_of(quantity);
        }
        if self.once {
            return self.units.filter(|&units| quantity <= units).map(|_| 1.0);
        }
        if self.is_bare && quantity.fract() != 0.0 {
            return None;
        }
        Some(quantity / self.units_a_day()?)
    }

    /// The days that so many units last at least, if it is only certain how many are allowed a day.
    pub fn least_days(self, quantity: f64) -> Option<u16> {
        let days = super::days::whole_days(quantity / self.units_a_day_at_most?);
        let is_believed = self.for_days.is_none() && (1.0..=MOST_DAYS).contains(&days);
        is_believed.then_some(days as u16)
    }

    fn bare_units(self) -> Option<f64> {
        self.bare.map(|bare| bare.units)
    }

    /// Adds the units that a number without a unit counts, for a product whose unit holds so many mg.
    fn counting(self, is_counted: bool, mg: Option<f64>) -> Self {
        let Some(bare) = self.bare.filter(|_| self.units.is_none() && !self.open && is_counted)
        else {
            return self;
        };
        // `take 3` of a capsule of 1.5 mg may be 3 mg.
        let may_be_mg = |mg: f64| bare.in_digits && mg <= bare.units && (mg - 1.0).abs() > 1e-9;
        if mg.is_some_and(may_be_mg) {
            return self;
        }
        Self { units: Some(bare.units), is_bare: true, ..self }
    }
}

impl Directions {
    /// Left open if the most that they allow a day is less than what they say, for units that hold so many mg.
    fn within_most(self, mg: Option<f64>) -> Self {
        let units = self.units_a_day();
        let in_mg = units.zip(mg).map(|(units, mg)| units * mg);
        let exceeds = |a_day: Option<f64>, most: Option<f64>| {
            a_day.zip(most).is_some_and(|(a_day, most)| a_day > most * 1.001)
        };
        let is_more = exceeds(in_mg, self.most.mg) || exceeds(units, self.most.units);
        if is_more { Self { open: true, units: None, ..self } } else { self }
    }
}

impl DirectionWords {
    /// Reads directions. Ranges, "as needed", tapers and titrations leave the amount open.
    pub fn read(&self, text: &str) -> Directions {
        if text.is_empty() {
            return Directions::default();
        }
        let words = self.ready();
        let (text, until) = words.without_until(text);
        let said = words.in_steps(&words.rewritten(&text), |part| {
            let said = words.read(part, &[], As::Taken);
            words.with_most(part, said, |upper| words.read(upper, &[], As::Most))
        });
        Directions { until, ..said }
    }

    /// The directions of a record: the sentence, else the frequency column with the amount that the dose column gives
    /// (in units, or in mg of a product whose strength is known).
    pub fn of(&self, record: &Record<'_>, verdict: &Verdict) -> Directions {
        self.of_memo(record, verdict, &mut Memo::default())
    }

    /// The same; words that were read before, for whichever product, are not read again.
    pub(crate) fn of_memo(
        &self,
        record: &Record<'_>,
        verdict: &Verdict,
        memo: &mut Memo,
    ) -> Directions {
        memo.directions(self.ready(), record, verdict)
    }

    /// What the quantity of a record counts: pieces, or packs. `has_volume` is whether it may be poured from a bottle.
    pub(crate) fn quantity(
        &self,
        record: &Record<'_>,
        has_volume: bool,
        is_patch: bool,
    ) -> packs::Quantity {
        self.ready().quantity(record, has_volume, is_patch)
    }

    /// Whether a route is a feeding tube.
    pub fn is_tube(&self, route: &str) -> bool {
        !route.is_empty() && self.ready().is_tube(route)
    }
}

impl Words {
    /// Reads directions that are not steps, as `rewritten` spells them. Ranges, "as needed", tapers and titrations leave the amount
    /// open. `names` are the words of the drug's own name.
    fn read(&self, spelled: &str, names: &[String], how: As) -> Directions {
        let (whole, most) = self.without_max_daily(spelled);
        let is_every_weekday = self.is_every_weekday(&self.without_limits(&whole));
        let whole = self.with_hours_counted(&whole, names);
        let whole = self.with_days_counted(&whole, names);
        let whole = whole.as_ref();
        let kept = self.without_limits(whole);
        let kept = self.without_reference(&kept);
        let text = kept.as_ref();
        let often = self.frequencies(text);
        let weekly = often.first().is_some_and(|often| often.is_same(1.0 / 7.0))
            || often.is_empty() && is_every_weekday;
        let agreed = often.iter().all(|one| one.is_same(often[0].times));
        let too_soon = agreed && self.is_too_soon(text, often.first());
        let tampered = self.is_tampered(whole);
        let said = Directions { weekly, too_soon, tampered, most, ..Directions::default() };
        let said = if agreed { self.limited(text, &often, names, said) } else { said };
        if let Some(scheme) = self.by_scheme(text, names, said, how) {
            return scheme;
        }
        if !agreed || self.leaves_open(whole, how) {
            return Directions { open: true, unread: self.has_any_amount(text), ..said };
        }
        if self.names_days(text) {
            if let Some((week, are_units)) = self.week(text, &often, names) {
                return match are_units {
                    true => week.taken(1.0, said),
                    false => Directions { week_mg: Some(week), open: true, unread: true, ..said },
                };
            }
            let most_on_a_day = self.most_on_named_days(text, &often);
            let said = Directions { open: true, unread: true, ..said };
            return Directions { names_days: true, most_on_a_day, ..said };
        }
        if self.defers(text) {
            return Directions { unread: !often.is_empty() || self.has_any_amount(text), ..said };
        }
        if self.may_be_counted(text, &often, names) {
            return Directions { unread: true, for_days: None, for_weeks: None, ..said };
        }
        let days_a_week = self.days_a_week(text);
        let times_a_day = match (often.first(), days_a_week) {
            // A share of the week and a share of its days are two ways of saying it, or a contradiction.
            (Some(often), Some(_)) if often.times < 1.0 => return said,
            (Some(often), _) => Some(often.times),
            (None, Some(_)) => Some(1.0),
            (None, None) => self.by_time_of_day(text),
        };
        let by_mg = self.whole_depots(text);
        let once = times_a_day.is_none() && self.is_once(text);
        let units = self.units(text);
        let one = || (once && !self.has_any_amount(text)).then_some(bare::ONE);
        let bare = if units.is_none() { self.bare_amount(text).or_else(one) } else { None };
        let read = Directions { units, times_a_day, days_a_week, once, bare, by_mg, ..said };
        // `1 tablet every 4 hours, do not take more than 4 tablets`: less often than that.
        let is_bounded = how == As::Taken
            && self.limit(whole).zip(read.units_a_day()).is_some_and(|(most, a_day)| most < a_day);
        let unread = read.units_a_day().is_none()
            && bare.is_none()
            && (!once || units.is_none())
            && (says_much(text) || times_a_day.is_some());
        if is_bounded {
            return Directions { open: true, unread: true, ..said };
        }
        if how == As::Taken && !once && !unread && !self.accounts_for(text, names) {
            return Directions { unread: true, by_mg, ..said };
        }
        Directions { unread, ..read }
    }

    /// Adds for how many days it is taken at most, and how much a day that could be.
    fn limited(
        &self,
        text: &str,
        often: &[Often],
        names: &[String],
        said: Directions,
    ) -> Directions {
        let Some(lasting) = self.lasting(text, often, names) else { return said };
        // Two amounts belong to two steps.
        let amounts = strength::amounts(text);
        let units = self.units(text);
        let differ = units.is_none()
            && (self.has_amount(text) || amounts.iter().any(|amount| *amount != amounts[0]));
        if differ {
            return said;
        }
        let units = units.or_else(|| self.bare_amount(text).map(|bare| bare.units));
        let times = often.iter().map(|one| one.times.max(1.0)).reduce(f64::max);
        let at_most_a_day = units.zip(times).map(|(units, times)| units * times);
        let [for_days, for_weeks] =
            [!lasting.is_long, lasting.is_long].map(|is_one| is_one.then_some(lasting.days));
        Directions { for_days, for_weeks, at_most_a_day, ..said }
    }

    /// The most units on one of the named days of the week. A share of the week next to them is another way of saying it,
    /// or the sum of them.
    fn most_on_named_days(&self, text: &str, often: &[Often]) -> Option<f64> {
        let is_weekly = |one: &Often| one.is_same(1.0 / 7.0) && self.names_one_day(text);
        if often.iter().any(|one| one.times < 1.0 && !is_weekly(one)) {
            return None;
        }
        let times = often.iter().map(|one| one.times).fold(1.0, f64::max);
        self.amounts_on_days(text).reduce(f64::max).map(|units| units * times)
    }

    /// Adds the units that an amount in mg comes to, for a product of one watched drug whose unit holds so many.
    fn counting_mg(&self, text: &str, said: Directions, held: &Held) -> Directions {
        let amounts = strength::amounts(text);
        let is_sum = || self.sums_up(text) || amounts.iter().any(|amount| amount.per_ml);
        if held.is_unknown {
            return self.in_mg(text, said, is_sum());
        }
        let Some(unit) =
            held.mg().filter(|_| !amounts.is_empty() && said.bare.is_none() && !is_sum())
        else {
            return said;
        };
        if let Some(week) = said.week_mg {
            return week.taken(unit, said);
        }
        let is_of_depot = |mg: f64| self.depot.as_ref().is_some_and(|depot| depot.is_amount(mg));
        let by_mg = strength::single(text).filter(|amount| is_of_depot(amount.mg));
        let by_mg = by_mg.map(|amount| amount.mg / unit).or(said.by_mg);
        let said = Directions { by_mg, ..said };
        if said.names_days {
            let most = amounts.iter().map(|amount| amount.mg / unit).reduce(f64::max);
            let most_on_a_day = most.into_iter().chain(said.most_on_a_day).reduce(f64::max);
            return Directions { most_on_a_day, ..said };
        }
        if said.units.is_some() || said.open {
            return said;
        }
        let units = strength::single(text).and_then(|amount| held.units_of(amount.mg));
        Directions { units, ..said }
    }

    /// What a scheme of the day says, if nothing else in the text contradicts it.
    fn by_scheme(
        &self,
        text: &str,
        names: &[String],
        said: Directions,
        how: As,
    ) -> Option<Directions> {
        let (rest, scheme) = self.scheme(text)?;
        let is_daily = self.frequencies(&rest).iter().all(|one| one.is_same(1.0));
        // `... and one at a time that was not counted`
        let goes_on = scheme.by_time && self.names_time_of_day(&rest);
        if !is_daily
            || goes_on
            || self.leaves_open(&rest, how)
            || self.names_days(&rest)
            || self.defers(&rest)
            || self.days_a_week(&rest).is_some()
            || how == As::Taken && !self.accounts_for(&rest, names)
        {
            return None;
        }
        let bare = Some(scheme.a_day);
        let units = scheme.has_units.then_some(scheme.a_day.units);
        Some(Directions { units, times_a_day: Some(1.0), bare, ..said })
    }

    /// The frequencies at which it is taken, the more specific first, without those of what else the patient does.
    fn frequencies(&self, text: &str) -> Vec<Often> {
        let mut often = self.all_frequencies(text);
        often.retain(|one| {
            let is_errand = self.follows_errand(&text[..one.span.start])
                || one.times < 1.0 && self.begins_errand(&text[one.span.end..], 0);
            !is_errand
        });
        if often.iter().any(|one| !one.is_same(often[0].times)) {
            let (errands, doses): (Vec<Often>, Vec<Often>) =
                often.into_iter().partition(|one| self.begins_errand(&text[one.span.end..], 1));
            often = if doses.is_empty() { errands } else { doses };
        }
        // "every 12 hours daily", "twice a day, every day"
        let ends: Vec<usize> =
            often.iter().filter(|one| one.times > 1.0).map(|one| one.span.end).collect();
        let repeats = |one: &Often| {
            let between = |&end: &usize| text.get(end..one.span.start);
            one.is_same(1.0)
                && ends.iter().filter_map(between).any(|text| !text.contains(char::is_alphanumeric))
        };
        often.retain(|one| !repeats(one));
        often
    }
}

/// Whether a text is more than a word: a number and a word, or three words.
fn says_much(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let has_number = text.contains(|c: char| c.is_ascii_digit());
    words.count() >= if has_number { 2 } else { 3 }
}

/// The words of the built-in book.
#[cfg(test)]
pub(crate) fn built_in() -> &'static DirectionWords {
    static WORDS: std::sync::LazyLock<DirectionWords> = std::sync::LazyLock::new(|| {
        let pack = crate::drug::file::RulePack { folder: "", files: crate::rule::book::BUILT_IN };
        DirectionWords::read_packs(&[pack]).unwrap()
    });
    &WORDS
}

#[cfg(test)]
mod tests;

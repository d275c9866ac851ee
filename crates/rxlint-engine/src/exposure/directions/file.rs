//! `drugs/directions.toml`, as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::form::FormsFile;

/// The file as written.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct WordsFile {
    pub(super) open_patterns: Vec<String>,
    pub(super) limits: Vec<String>,
    pub(super) deferred: Vec<String>,
    pub(super) reference: Option<String>,
    pub(super) open: Vec<String>,
    pub(super) optional: Vec<String>,
    pub(super) optional_patterns: Vec<String>,
    pub(super) conditions: Vec<String>,
    pub(super) no_conditions: Vec<String>,
    pub(super) most_before: Vec<String>,
    pub(super) most_a_day: Vec<String>,
    pub(super) most_besides: Vec<String>,
    pub(super) most_extra: Vec<String>,
    pub(super) interval_units: Vec<String>,
    pub(super) unspaced: Vec<String>,
    pub(super) days: Vec<String>,
    pub(super) day_patterns: Vec<String>,
    pub(super) weekdays: Vec<String>,
    pub(super) clock_before: Vec<String>,
    pub(super) clock_after: Vec<String>,
    pub(super) day_names: Vec<String>,
    pub(super) half_joins: Vec<String>,
    pub(super) day_joins: Vec<String>,
    pub(super) day_articles: Vec<String>,
    pub(super) day_sets: Vec<DaySetFile>,
    pub(super) short_days: Vec<Vec<String>>,
    pub(super) for_days: Vec<String>,
    pub(super) for_weeks: String,
    pub(super) spans: String,
    pub(super) not_for_days: Vec<String>,
    pub(super) until: Vec<String>,
    pub(super) not_until: Vec<String>,
    pub(super) not_of_dose: Vec<String>,
    pub(super) step_length: Vec<FrequencyFile>,
    pub(super) step_joins: Vec<String>,
    pub(super) between: Vec<String>,
    pub(super) between_words: Vec<String>,
    pub(super) counted: Vec<String>,
    pub(super) aside_words: Vec<String>,
    pub(super) aside_remarks: Vec<String>,
    pub(super) purposes: Vec<String>,
    pub(super) no_purposes: Vec<String>,
    pub(super) max_daily: Vec<String>,
    pub(super) sums: Vec<String>,
    pub(super) dose_sums: Vec<String>,
    pub(super) day_sums: Vec<String>,
    pub(super) joins: Vec<String>,
    pub(super) units: Vec<String>,
    pub(super) bare_before: Vec<String>,
    pub(super) bare_after: Vec<String>,
    pub(super) uncounted: Vec<String>,
    pub(super) day_parts: Vec<String>,
    pub(super) packs: Vec<String>,
    pub(super) blisters: Vec<String>,
    pub(super) strips: Vec<String>,
    pub(super) stripped: Vec<String>,
    pub(super) pieces: Vec<String>,
    pub(super) pieces_or_packs: Vec<String>,
    pub(super) each: Vec<String>,
    pub(super) other_units: Vec<String>,
    pub(super) measures: Vec<MeasureFile>,
    #[serde(default)]
    pub(super) single_doses: Vec<String>,
    pub(super) quantity_words: Vec<String>,
    pub(super) article_packs: Vec<String>,
    pub(super) quantity_sums: Vec<String>,
    pub(super) quantity_of: Vec<String>,
    pub(super) handed_over: Vec<String>,
    pub(super) no_refills: Vec<String>,
    pub(super) holding: Vec<String>,
    pub(super) short_packs: Vec<String>,
    pub(super) split_in: Vec<String>,
    pub(super) spelled_numbers: BTreeMap<String, Vec<String>>,
    pub(super) pack_forms: Vec<String>,
    pub(super) pack_counts: Vec<String>,
    pub(super) article_sizes: Vec<String>,
    pub(super) label_sizes: Vec<String>,
    pub(super) volumes: Option<String>,
    pub(super) tampered: Vec<String>,
    pub(super) forbids: Vec<String>,
    pub(super) tubes: Vec<String>,
    pub(super) once: Vec<String>,
    pub(super) errands: Vec<String>,
    pub(super) remarks: Vec<String>,
    pub(super) translate: Vec<RewriteFile>,
    pub(super) rewrite: Vec<RewriteFile>,
    pub(super) numbers: BTreeMap<String, Vec<String>>,
    pub(super) frequency: Vec<FrequencyFile>,
    pub(super) time_of_day: Vec<FrequencyFile>,
    pub(super) a_day: Vec<FrequencyFile>,
    pub(super) days_a_week: Vec<FrequencyFile>,
    pub(super) depot: Option<DepotWords>,
    pub(super) form: FormsFile,
}

/// What directions must say about a depot to be about its next injection, or the amount of one.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct DepotWords {
    /// If it is repeated sooner than after this many days, it comes too soon.
    pub(super) sooner_than_days: f64,
    /// If it is repeated every so many days or more often, a system wrote that by default.
    pub(super) default_days: f64,
    /// Fewer mg than this are not an amount of it.
    pub(super) least_mg: f64,
    /// Words that say that it comes too soon, however they are understood: `biweekly`.
    #[serde(default)]
    pub(super) too_soon: Vec<String>,
    /// One whole injection, as patterns: `inject 2 kits`.
    #[serde(default)]
    pub(super) whole: Vec<String>,
}

/// Intervals that differ by less than this share are one.
const CLOSE: f64 = 0.01;

impl DepotWords {
    /// Whether it comes too soon at so many times a day.
    pub(super) fn is_too_soon(&self, times: f64) -> bool {
        1.0 / times < self.sooner_than_days * (1.0 - CLOSE)
    }

    /// Whether that is how often a system writes by default.
    pub(super) fn is_default(&self, times: f64) -> bool {
        1.0 / times <= self.default_days * (1.0 + CLOSE)
    }

    /// Whether it is an amount of one injection.
    pub(super) fn is_amount(&self, mg: f64) -> bool {
        mg >= self.least_mg
    }
}

/// A pattern, and what it says about how often.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct FrequencyFile {
    pub(super) pattern: String,
    #[serde(default)]
    pub(super) times: Option<f64>,
    #[serde(default)]
    pub(super) per: Option<f64>,
    #[serde(default)]
    pub(super) days: Option<f64>,
    #[serde(default)]
    pub(super) hours: Option<f64>,
    #[serde(default)]
    pub(super) unclear: bool,
    /// Whether it says how often only if nothing next to it does: `daily`.
    #[serde(default)]
    pub(super) plain: bool,
}

/// A set of days of the week: `weekdays`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct DaySetFile {
    pub(super) pattern: String,
    pub(super) days: u8,
}

/// A measure of liquids.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct MeasureFile {
    pub(super) ml: f64,
    pub(super) words: Vec<String>,
}

/// A short form, and what is read in its place.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct RewriteFile {
    pub(super) pattern: String,
    pub(super) to: String,
}

/// Appends each of these lists to the list of the same name.
macro_rules! extend {
    ($whole:ident, $more:ident: $($list:ident),* $(,)?) => {
        $($whole.$list.extend($more.$list);)*
    };
}

impl WordsFile {
    pub(super) fn add(&mut self, more: Self) {
        extend!(self, more:
            open_patterns, limits, deferred, open, optional, optional_patterns, conditions,
            no_conditions, most_before, most_a_day, most_besides, most_extra, interval_units,
            unspaced, days, day_patterns, weekdays, clock_before, clock_after, day_names,
            half_joins, day_joins, day_articles, day_sets, short_days, for_days, not_for_days,
            until, not_until, not_of_dose, step_length, step_joins, between, between_words, counted,
            aside_words, aside_remarks, purposes, no_purposes, max_daily, sums, dose_sums, day_sums,
            joins, units, bare_before, bare_after, uncounted, day_parts, packs, blisters, strips,
            stripped, pieces, pieces_or_packs, each, other_units, measures, single_doses,
            quantity_words, article_packs, quantity_sums, quantity_of, handed_over, no_refills, holding,
            short_packs, split_in, pack_forms, pack_counts, article_sizes, label_sizes, tampered,
            forbids, tubes, once, errands, remarks, translate, rewrite, a_day, days_a_week
        );
        self.reference = more.reference.or(self.reference.take());
        if !more.for_weeks.is_empty() {
            self.for_weeks = more.for_weeks;
        }
        if !more.spans.is_empty() {
            self.spans = more.spans;
        }
        for (number, words) in more.spelled_numbers {
            self.spelled_numbers.entry(number).or_default().extend(words);
        }
        self.volumes = more.volumes.or(self.volumes.take());
        self.depot = more.depot.or(self.depot.take());
        self.form.add(more.form);
        for (number, words) in more.numbers {
            self.numbers.entry(number).or_default().extend(words);
        }
        self.frequency.splice(0..0, more.frequency);
        // A time of day that a copy of the folder names again is not a second one.
        for time in more.time_of_day {
            if !self.time_of_day.iter().any(|known| known.pattern == time.pattern) {
                self.time_of_day.push(time);
            }
        }
    }
}

//! `drugs/directions.toml`, as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;

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
}

/// What directions have to say of a depot to be about its next injection, or the amount of one.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct DepotWords {
    /// Repeated sooner than after so many days, it comes too soon.
    pub(super) sooner_than_days: f64,
    /// Repeated every so many days or more often, they are what a system writes by default.
    pub(super) default_days: f64,
    /// Fewer mg than these are no amount of it.
    pub(super) least_mg: f64,
    /// Words that say that it comes too soon, however they are understood: `biweekly`.
    #[serde(default)]
    pub(super) too_soon: Vec<String>,
    /// What is one whole injection, as patterns: `inject 2 kits`.
    #[serde(default)]
    pub(super) whole: Vec<String>,
}

/// Intervals that differ by less than this share are one.
const CLOSE: f64 = 0.01;

impl DepotWords {
    /// Whether it comes too soon, so many times a day.
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

/// A pattern, and what it says of how often.
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
    /// Whether it says how often only where nothing beside it does: `daily`.
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

impl WordsFile {
    pub(super) fn add(&mut self, more: Self) {
        self.open_patterns.extend(more.open_patterns);
        self.limits.extend(more.limits);
        self.deferred.extend(more.deferred);
        self.reference = more.reference.or(self.reference.take());
        self.open.extend(more.open);
        self.optional.extend(more.optional);
        self.optional_patterns.extend(more.optional_patterns);
        self.conditions.extend(more.conditions);
        self.no_conditions.extend(more.no_conditions);
        self.most_before.extend(more.most_before);
        self.most_a_day.extend(more.most_a_day);
        self.most_besides.extend(more.most_besides);
        self.most_extra.extend(more.most_extra);
        self.interval_units.extend(more.interval_units);
        self.unspaced.extend(more.unspaced);
        self.days.extend(more.days);
        self.day_patterns.extend(more.day_patterns);
        self.weekdays.extend(more.weekdays);
        self.clock_before.extend(more.clock_before);
        self.clock_after.extend(more.clock_after);
        self.day_names.extend(more.day_names);
        self.half_joins.extend(more.half_joins);
        self.day_joins.extend(more.day_joins);
        self.day_articles.extend(more.day_articles);
        self.day_sets.extend(more.day_sets);
        self.short_days.extend(more.short_days);
        self.for_days.extend(more.for_days);
        if !more.for_weeks.is_empty() {
            self.for_weeks = more.for_weeks;
        }
        self.not_for_days.extend(more.not_for_days);
        self.until.extend(more.until);
        self.not_until.extend(more.not_until);
        self.not_of_dose.extend(more.not_of_dose);
        self.step_length.extend(more.step_length);
        self.step_joins.extend(more.step_joins);
        self.between.extend(more.between);
        self.between_words.extend(more.between_words);
        self.counted.extend(more.counted);
        self.aside_words.extend(more.aside_words);
        self.aside_remarks.extend(more.aside_remarks);
        self.purposes.extend(more.purposes);
        self.no_purposes.extend(more.no_purposes);
        self.max_daily.extend(more.max_daily);
        self.sums.extend(more.sums);
        self.dose_sums.extend(more.dose_sums);
        self.day_sums.extend(more.day_sums);
        self.joins.extend(more.joins);
        self.units.extend(more.units);
        self.bare_before.extend(more.bare_before);
        self.bare_after.extend(more.bare_after);
        self.uncounted.extend(more.uncounted);
        self.day_parts.extend(more.day_parts);
        self.packs.extend(more.packs);
        self.blisters.extend(more.blisters);
        self.strips.extend(more.strips);
        self.stripped.extend(more.stripped);
        self.pieces.extend(more.pieces);
        self.pieces_or_packs.extend(more.pieces_or_packs);
        self.each.extend(more.each);
        self.other_units.extend(more.other_units);
        self.measures.extend(more.measures);
        self.quantity_words.extend(more.quantity_words);
        self.article_packs.extend(more.article_packs);
        self.quantity_sums.extend(more.quantity_sums);
        self.quantity_of.extend(more.quantity_of);
        self.handed_over.extend(more.handed_over);
        self.no_refills.extend(more.no_refills);
        self.holding.extend(more.holding);
        self.short_packs.extend(more.short_packs);
        self.split_in.extend(more.split_in);
        for (number, words) in more.spelled_numbers {
            self.spelled_numbers.entry(number).or_default().extend(words);
        }
        self.pack_forms.extend(more.pack_forms);
        self.pack_counts.extend(more.pack_counts);
        self.article_sizes.extend(more.article_sizes);
        self.label_sizes.extend(more.label_sizes);
        self.volumes = more.volumes.or(self.volumes.take());
        self.depot = more.depot.or(self.depot.take());
        self.tampered.extend(more.tampered);
        self.forbids.extend(more.forbids);
        self.tubes.extend(more.tubes);
        self.once.extend(more.once);
        self.errands.extend(more.errands);
        self.remarks.extend(more.remarks);
        self.translate.extend(more.translate);
        self.rewrite.extend(more.rewrite);
        for (number, words) in more.numbers {
            self.numbers.entry(number).or_default().extend(words);
        }
        self.frequency.splice(0..0, more.frequency);
        // A time of the day that a copy of the folder names again is no second one.
        for time in more.time_of_day {
            if !self.time_of_day.iter().any(|known| known.pattern == time.pattern) {
                self.time_of_day.push(time);
            }
        }
        self.a_day.extend(more.a_day);
        self.days_a_week.extend(more.days_a_week);
    }
}

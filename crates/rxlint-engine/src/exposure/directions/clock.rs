//! Hours of the day: `1 tablet at 08:00 and 20:00` is taken twice a day.

use std::borrow::Cow;
use std::ops::Range;

use regex::{Captures, Regex};

use super::bare::{AMOUNT, MOST_A_DAY, bare};
use super::blank::blank;
use super::file::WordsFile;
use super::pattern::{Fault, any_of, phrases, regex};
use super::words::Words;

/// More hours of a day than this are not a list of doses.
const MOST_TIMES: usize = 6;

/// Numbers up to this before `am` and `pm` may be how many are taken.
const MOST_AT_ONCE: u32 = 4;

/// What finds them.
#[derive(Debug)]
pub(super) struct Clock {
    /// One hour, or several in a row.
    list: Regex,
    /// Each of them.
    one: Regex,
    /// What precedes a number that is an hour.
    before: Regex,
    /// An amount at each hour, before or after it: all of them, and each.
    amounts: [(Regex, Regex); 2],
}

impl Clock {
    pub(super) fn of(file: &WordsFile) -> Result<Self, Fault> {
        any_of(&file.clock_before)?;
        any_of(&file.clock_after)?;
        let or = |list: &[String]| {
            if list.is_empty() { r"[^\s\S]".to_owned() } else { list.join("|") }
        };
        let (before, after) = (or(&file.clock_before), or(&file.clock_after));
        let joins = phrases(&file.day_joins);
        let suffix = format!(r"(?:(?<half>[ap]|\s*[ap]\.?m)\b\.?|\s*(?<after>(?:{after})\b\.?))");
        let hour = r"(?<hour>[01]?\d|2[0-4])(?:[:.h](?<minute>[0-5]\d)|(?<round>00|30))?";
        let one = format!(r"\b{hour}(?:{suffix})?\b");
        let unnamed = |pattern: &str| {
            ["half", "after", "hour", "minute", "round"]
                .iter()
                .fold(pattern.to_owned(), |all, name| all.replace(&format!("?<{name}>"), "?:"))
        };
        // Without a word between them, only what is plainly an hour follows another.
        let plain = unnamed(&format!(
            r"\b(?:[01]?\d|2[0-4])(?:[:.h][0-5]\d(?:{suffix})?|(?:00|30)(?:{suffix})?|{suffix})\b"
        ));
        let member = format!(r"(?:(?:{before})\W{{0,2}})?{}", unnamed(&one));
        let join = format!(r"(?:\s*(?:[,;/&+–-]|{joins}))+\s*");
        let taken = file.bare_before.join("|");
        let dose = format!(r"(?<amount>{AMOUNT})(?:\s*(?<unit>(?:{})\w*)\b\.?)?", or(&file.units));
        let stated = format!(
            r"(?:@\s?|(?:{before})\W{{1,2}})?\b(?<hour>[01]?\d|2[0-4])(?:[:.h](?<minute>[0-5]\d)|(?<round>00|30))?(?:{suffix})?\b"
        );
        let each = |one: String| {
            let plain = unnamed(&one).replace("?<amount>", "?:").replace("?<unit>", "?:");
            let all = format!(r"^\W*(?:(?:{taken})\s+)*{plain}(?:{join}{plain})+");
            Ok::<_, Fault>((regex(&all, "")?, regex(&one, "")?))
        };
        Ok(Self {
            amounts: [
                each(format!(r"{dose}(?:\s+(?:by\s+mouth|p\.?o\.?|orally))?\s+{stated}"))?,
                each(format!(r"{stated}\s*:?\s+{dose}"))?,
            ],
            list: regex(&format!(r"(?:\b|@\s?){member}(?:{join}{member}|\s+{plain})*"), "")?,
            one: regex(&one, "")?,
            before: regex(&format!(r"^(?:@|(?:{before})\W)"), "")?,
        })
    }

    /// The text with the amounts that it names at the beginning, each with its hour, as those of a day.
    fn with_amounts_summed(&self, text: &str) -> Option<String> {
        let (whole, one) =
            self.amounts.iter().find_map(|(all, one)| Some((all.find(text)?, one)))?;
        let (mut minutes, mut sum, mut unit) = (Vec::new(), 0.0, "p.o.");
        for found in one.captures_iter(whole.as_str()) {
            let is_hour =
                ["minute", "round", "half", "after"].iter().any(|&part| found.name(part).is_some());
            let at = minute(&found).filter(|at| is_hour && !minutes.contains(at))?;
            minutes.push(at);
            sum += bare(&found)?.units;
            unit = if found.name("unit").is_some() { "tablet" } else { unit };
        }
        let is_day = minutes.len() <= MOST_TIMES && sum <= MOST_A_DAY;
        is_day.then(|| format!("{sum} {unit} 1 times daily {}", &text[whole.end()..]))
    }

    /// Where hours are named, and how many. If two have a dash between them, it is open what lies between.
    fn list(&self, text: &str) -> Option<(Range<usize>, usize)> {
        let mut lists = self.list.find_iter(text).filter_map(|found| {
            let count = self.hours(found.as_str())?;
            Some((found.range(), count))
        });
        let list = lists.next()?;
        lists.next().is_none().then_some(list)
    }

    /// How many hours a list names, each once, if it is a list of hours.
    fn hours(&self, list: &str) -> Option<usize> {
        let (mut minutes, mut stated, mut ends_in_unit, mut is_exact) =
            (Vec::new(), 0, false, false);
        let mut is_written = false;
        let mut latest = 0;
        for found in self.one.captures_iter(list) {
            minutes.push(minute(&found)?);
            latest = latest.max(found["hour"].parse::<u32>().ok()?);
            ends_in_unit = found.name("half").or(found.name("after")).is_some();
            is_exact = found.name("minute").or(found.name("half")).is_some();
            is_written = found.name("round").is_some() && found["hour"].len() == 2;
            stated += usize::from(is_exact || ends_in_unit || is_written);
        }
        let count = minutes.len();
        minutes.sort_unstable();
        minutes.dedup();
        let is_marked = self.before.is_match(list) || ends_in_unit;
        // `1 hour` is not one, nor are `at 1/2` and `0.50, 0.25`.
        let is_hours = match count {
            // `0900` is an hour by itself.
            1 if is_written => is_marked || list.starts_with('0'),
            1 => is_exact && is_marked,
            _ if stated == count => is_marked || !list.contains('.'),
            _ => is_marked && !list.contains('/'),
        };
        let is_span = count == 2 && list.contains(['-', '–']);
        // `1 am, 2 pm` are amounts.
        let are_amounts = latest <= MOST_AT_ONCE && !list.contains([':', '0']);
        (is_hours && !is_span && !are_amounts && minutes.len() == count && count <= MOST_TIMES)
            .then_some(count)
    }
}

/// The minute of the day.
fn minute(found: &Captures<'_>) -> Option<u32> {
    let part = |name: &str| found.name(name).map(|part| part.as_str());
    let hour: u32 = part("hour")?.parse().ok()?;
    let minutes = part("minute").or(part("round")).map_or(Some(0), |text| text.parse().ok())?;
    let is_afternoon = part("half").is_some_and(|half| half.trim_start().starts_with(['p', 'P']));
    Some(
        (hour % if part("half").is_some() { 12 } else { 24 } + if is_afternoon { 12 } else { 0 })
            * 60
            + minutes,
    )
}

impl Words {
    /// The text with the hours that it names as a number of times a day, if one amount is taken at each of them and the sentence
    /// says nothing else. `names` are the words of the drug's own name.
    pub(super) fn with_hours_counted<'t>(&self, text: &'t str, names: &[String]) -> Cow<'t, str> {
        if !text.contains(|c: char| c.is_ascii_digit()) {
            return Cow::Borrowed(text);
        }
        let summed = self.clock().and_then(|clock| clock.with_amounts_summed(text));
        let counted = summed.or_else(|| self.hours_counted(text, names));
        counted.map_or(Cow::Borrowed(text), Cow::Owned)
    }

    fn hours_counted(&self, text: &str, names: &[String]) -> Option<String> {
        let (span, count) = self.clock()?.list(text)?;
        let mut rest = text.to_owned();
        blank(&mut rest, [span.clone()], " ");
        let often = self.frequencies(&rest);
        let times = count as f64;
        // `Twice a day at 8 and 20` says it twice; `2 tablets daily at 8 and 20` may be those of the whole day, and stays in doubt.
        let is_said = often.iter().any(|one| one.is_same(times));
        let agrees = often.iter().all(|one| one.is_same(times) || one.is_same(1.0) && one.is_plain);
        if !agrees || !self.has_one_amount(&rest) && self.bare_amount(&rest).is_none() {
            return None;
        }
        let mut beside = rest.clone();
        blank(&mut beside, often.iter().map(|one| one.span.clone()), " ");
        if !self.knows_sentence(&beside[..span.start], &beside[span.end..], names) {
            return None;
        }
        let count = if is_said { " ".to_owned() } else { format!(" {count} times daily ") };
        Some(format!("{}{count}{}", &rest[..span.start], &rest[span.end..]))
    }
}

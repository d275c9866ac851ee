//! How much and how often, in words that the reader of directions understands for every format.

use std::borrow::Cow;

use super::cells::FhirCells;
use super::json::{JsonValue, inner};
use super::medication::words;
use crate::dose_unit;
use rxlint_model::record::Field;

/// Adds the route of a resource's dosages.
pub(super) fn routes<'a>(dosages: Option<JsonValue<'a>>, cells: &mut FhirCells<'a>) {
    for dosage in dosages.into_iter().flat_map(JsonValue::items) {
        if let Some(route) = dosage.get("route") {
            words(Field::Route, route, cells);
        }
    }
}

/// Adds directions, frequency and dose of a resource's dosages.
///
/// Dosages for the same day, such as morning and evening, are added up. Others (a taper) leave the
/// daily amount open: their texts are joined as steps.
pub(super) fn put<'a>(dosages: Option<JsonValue<'a>>, cells: &mut FhirCells<'a>) {
    let Some(whole) = dosages else { return };
    let dosages: Vec<JsonValue<'a>> = whole.items().collect();
    match dosages.as_slice() {
        [] => {}
        [dosage] => one(*dosage, cells),
        several if together(whole, several, cells) => {}
        several => {
            let texts: Vec<Cow<'a, str>> =
                several.iter().filter_map(|dosage| dosage.text_at(&["text"])).collect();
            cells.say(Field::Directions, Cow::Owned(texts.join(", then ")), Some(whole));
        }
    }
}

/// Adds up dosages of one day, by their timings, else by the times of day in their texts; returns whether they are such.
fn together<'a>(
    whole: JsonValue<'a>,
    several: &[JsonValue<'a>],
    cells: &mut FhirCells<'a>,
) -> bool {
    let sequence = |dosage: &JsonValue<'a>| dosage.get("sequence").and_then(JsonValue::number);
    let first = sequence(&several[0]);
    let is_open = |dosage: &JsonValue<'a>| {
        let as_needed = ["asNeededBoolean", "asNeeded", "asNeededCodeableConcept", "asNeededFor"];
        let repeat = dosage.at(&["timing", "repeat"]);
        let bound = ["boundsPeriod", "boundsDuration", "boundsRange", "count", "dayOfWeek"];
        as_needed.iter().any(|name| dosage.get(name).is_some_and(|value| value.raw() != "false"))
            || bound.iter().any(|name| repeat.is_some_and(|repeat| repeat.get(name).is_some()))
    };
    if several.iter().any(|dosage| sequence(dosage) != first || is_open(dosage)) {
        return false;
    }
    added_up(whole, several, first.is_some(), cells) || side_by_side(whole, several, cells)
}

/// Adds up amounts in one unit, each taken so many times a day: in one sequence, or at different times of day.
fn added_up<'a>(
    whole: JsonValue<'a>,
    several: &[JsonValue<'a>],
    in_sequence: bool,
    cells: &mut FhirCells<'a>,
) -> bool {
    let mut times: Vec<Cow<'a, str>> = Vec::new();
    let (mut total, mut of_first) = (0.0, None);
    for dosage in several {
        let Some(repeat) = dosage.at(&["timing", "repeat"]) else { return false };
        let when = ["when", "timeOfDay"].iter().filter_map(|name| repeat.get(name));
        let when: Vec<Cow<'a, str>> =
            when.flat_map(JsonValue::items).filter_map(JsonValue::text).collect();
        if !in_sequence && (when.is_empty() || when.iter().any(|time| times.contains(time))) {
            return false;
        }
        times.extend(when);
        let often = dosage.get("timing").and_then(frequency);
        let a_day = match often.as_deref() {
            Some("once daily") => 1.0,
            Some(often) => match often.strip_suffix(" times a day").map(str::parse::<f64>) {
                Some(Ok(times)) => times,
                _ => return false,
            },
            None => return false,
        };
        let Some(quantity) = quantity(*dosage) else { return false };
        let Some(amount) = quantity.get("value").and_then(JsonValue::number) else { return false };
        let unit = |of: JsonValue<'a>| of.text_at(&["unit"]).or_else(|| of.text_at(&["code"]));
        if unit(*of_first.get_or_insert(quantity)) != unit(quantity) {
            return false;
        }
        total += amount * a_day;
    }
    let Some(first) = of_first else { return false };
    cells.say(Field::Frequency, Cow::Borrowed("once daily"), Some(whole));
    cells.say(Field::Dose, Cow::Owned(total.to_string()), Some(whole));
    dose(first, cells);
    true
}

/// Times of day, as texts name them.
const TIMES_OF_DAY: [&[&str]; 4] = [
    &["morning", "breakfast", "morgens", "matin", "mañana", "mattina", "manhã", "ochtend"],
    &["noon", "midday", "lunch", "mittags", "midi", "mediodía", "mezzogiorno"],
    &["evening", "dinner", "supper", "abends", "soir", "noche", "sera", "noite", "avond"],
    &["bedtime", "night", "nachts", "coucher"],
];

/// Joins texts that each name a different time of day.
fn side_by_side<'a>(
    whole: JsonValue<'a>,
    several: &[JsonValue<'a>],
    cells: &mut FhirCells<'a>,
) -> bool {
    let texts: Vec<Cow<'a, str>> =
        several.iter().filter_map(|dosage| dosage.text_at(&["text"])).collect();
    let names = |text: &str, times: &[&str]| {
        let text = text.to_lowercase();
        text.split(|c: char| !c.is_alphabetic()).any(|word| times.contains(&word))
    };
    let of = |text: &str| -> Vec<usize> {
        (0..TIMES_OF_DAY.len()).filter(|&at| names(text, TIMES_OF_DAY[at])).collect()
    };
    let all: Vec<Vec<usize>> = texts.iter().map(|text| of(text)).collect();
    let differ = (0..TIMES_OF_DAY.len())
        .all(|time| all.iter().filter(|times| times.contains(&time)).count() < 2);
    if texts.len() < several.len() || !differ || all.iter().any(|times| times.len() != 1) {
        return false;
    }
    cells.say(Field::Directions, Cow::Owned(texts.join(" and ")), Some(whole));
    true
}

/// How much a dosage says to take at a time.
fn quantity(dosage: JsonValue<'_>) -> Option<JsonValue<'_>> {
    let members = dosage.object();
    let rate = members
        .get("doseAndRate")
        .and_then(|rates| rates.items().next())
        .map(JsonValue::object)
        .unwrap_or_default();
    ["doseQuantity", "dose", "quantityQuantity", "quantity", "doseRange"]
        .iter()
        .find_map(|name| rate.get(name).or_else(|| members.get(name)))
}

fn one<'a>(dosage: JsonValue<'a>, cells: &mut FhirCells<'a>) {
    let members = dosage.object();
    let as_needed = members
        .any(&["asNeededBoolean", "asNeeded", "asNeededCodeableConcept", "asNeededFor"])
        .is_some_and(|value| value.raw() != "false");
    let text = members.get("text");
    match text.and_then(JsonValue::text) {
        Some(words) if as_needed => {
            cells.say(Field::Directions, Cow::Owned(format!("{words} (as needed)")), text)
        }
        Some(words) => cells.say(Field::Directions, words, text),
        None => {}
    }
    if let Some((timing, mut words)) =
        members.get("timing").and_then(|timing| Some((timing, frequency(timing)?)))
    {
        if as_needed {
            words.push_str(" as needed");
        }
        cells.say(Field::Frequency, Cow::Owned(words), timing.get("repeat").or(Some(timing)));
    }
    if let Some(quantity) = quantity(dosage) {
        dose(quantity, cells);
    }
}

fn dose<'a>(quantity: JsonValue<'a>, cells: &mut FhirCells<'a>) {
    let (low, high) = (quantity.get("low"), quantity.get("high"));
    let each = low.or(high).unwrap_or(quantity);
    match (
        low.and_then(|low| low.text_at(&["value"])),
        high.and_then(|high| high.text_at(&["value"])),
    ) {
        (Some(low), Some(high)) if low != high => {
            cells.say(Field::Dose, Cow::Owned(format!("{low}-{high}")), Some(quantity))
        }
        _ => cells.put(Field::Dose, each.get("value")),
    }
    let unit = each.get("unit").or_else(|| each.get("code"));
    let stated = unit.and_then(JsonValue::text).unwrap_or_default();
    let names = [Field::Drug, Field::Generic, Field::Brand, Field::Form];
    let names = names.map(|field| cells.text(field).unwrap_or_default());
    let dose = cells.text(Field::Dose).unwrap_or_default();
    let counted = dose_unit::of(&stated, dose, names.into_iter());
    let text = if counted == *stated { stated } else { Cow::Owned(counted) };
    cells.say(Field::DoseUnit, text, unit.or(each.get("value")));
}

/// How often, in words: `2 times a day`, `every 8 hours`, `once weekly`. `None` if that is not stated.
pub(super) fn frequency(timing: JsonValue<'_>) -> Option<String> {
    repeat(timing).or_else(|| code(timing.get("code")?))
}

fn repeat(timing: JsonValue<'_>) -> Option<String> {
    let repeat = timing.get("repeat")?.object();
    let number =
        |name: &str| repeat.get(name).and_then(JsonValue::number).filter(|&number| number > 0.0);
    let many = |name: &str| repeat.get(name).map_or(0, |list| list.items().count());
    let days = many("dayOfWeek");
    let unit = repeat.any(&["periodUnit", "periodUnits"]).and_then(JsonValue::text);
    let period = number("period");
    let times = number("frequency").or(match many("timeOfDay").max(many("when")) {
        0 if period.is_some() || days > 0 => Some(1.0),
        0 => None,
        count => Some(count as f64),
    })?;
    let unit = unit.as_deref().unwrap_or(if days > 0 { "wk" } else { "d" });
    let period = period.unwrap_or(1.0);
    if let Some(most) = number("frequencyMax").filter(|&most| most > times) {
        return Some(format!("{times} to {most} times in {period} {unit}"));
    }
    if let Some(most) = number("periodMax").filter(|&most| most > period) {
        return Some(format!("{times} times in {period} to {most} {unit}"));
    }
    if days > 0 {
        return match (unit, times) {
            ("wk", 1.0) | ("d", 1.0) if period == 1.0 => Some(a_week(days as f64)),
            _ => Some(format!("{times} in {period} {unit} on {days} weekdays")),
        };
    }
    Some(match unit {
        "d" if period == 1.0 => a_day(times),
        "d" if period == 7.0 => a_week(times),
        "d" if times == 1.0 && whole(period) => format!("every {period} days"),
        "h" if times == 1.0 && whole(period) => format!("every {period} hours"),
        "h" if whole(24.0 * times / period) => a_day(24.0 * times / period),
        "wk" if period == 1.0 => a_week(times),
        "wk" if times == 1.0 && whole(period) => format!("every {period} weeks"),
        "mo" if times == 1.0 && period == 1.0 => "once monthly".to_owned(),
        // Nothing known: the daily amount stays open.
        _ => format!("{times} in {period} {unit}"),
    })
}

fn a_day(times: f64) -> String {
    if times == 1.0 {
        "once daily".to_owned()
    } else if whole(times) {
        format!("{times} times a day")
    } else {
        format!("{times} in 1 d")
    }
}

fn a_week(times: f64) -> String {
    match times {
        1.0 => "once weekly".to_owned(),
        7.0 => "once daily".to_owned(),
        _ if whole(times) => format!("{times} times a week"),
        _ => format!("{times} in 1 wk"),
    }
}

fn whole(number: f64) -> bool {
    number.fract() == 0.0 && number >= 1.0
}

/// Most codes of HL7's table of timings are self-explanatory.
fn code(code: JsonValue<'_>) -> Option<String> {
    let coded = code
        .get("coding")
        .into_iter()
        .flat_map(JsonValue::items)
        .find_map(|coding| coding.text_at(&["code"]));
    let words = match coded.as_deref() {
        Some("AM") => "every morning",
        Some("PM") => "every evening",
        Some("BED") => "at bedtime",
        Some("WK") => "once weekly",
        Some("MO") => "once monthly",
        Some(
            code @ ("QD" | "QOD" | "BID" | "TID" | "QID" | "Q1H" | "Q2H" | "Q3H" | "Q4H" | "Q6H"
            | "Q8H"),
        ) => code,
        _ => {
            return code
                .text_at(&["text"])
                .or_else(|| code.get("coding")?.items().next()?.text_at(&["display"]))
                .map(Cow::into_owned);
        }
    };
    Some(words.to_owned())
}

/// Units of time, and how many days each is.
const LENGTHS: [(&[&str], f64); 7] = [
    (&["d", "day", "days"], 1.0),
    (&["h", "hr", "hrs", "hour", "hours"], 1.0 / 24.0),
    (&["min", "minute", "minutes"], 1.0 / 1440.0),
    (&["s", "sec", "second", "seconds"], 1.0 / 86400.0),
    (&["wk", "week", "weeks"], 7.0),
    (&["mo", "month", "months"], 30.0),
    (&["a", "y", "yr", "year", "years"], 365.0),
];

/// The number of days in a quantity of time; its text if that cannot be read here.
pub(super) fn days(quantity: JsonValue<'_>) -> Option<Cow<'_, str>> {
    let members = quantity.object();
    let value = members.get("value")?;
    let stated = value.text()?;
    let number = value.number();
    // Zero or negative counts as blank.
    if stated.trim().is_empty() || number.is_some_and(|number| number <= 0.0) {
        return None;
    }
    let units: Vec<Cow<'_, str>> =
        ["code", "unit"].into_iter().filter_map(|name| members.get(name)?.text()).collect();
    let each = |unit: &Cow<'_, str>| {
        let unit = unit.trim_matches(['{', '}']);
        let is =
            |(names, _): &&(&[&str], f64)| names.iter().any(|name| name.eq_ignore_ascii_case(unit));
        LENGTHS.iter().find(is).map(|(_, days)| *days)
    };
    let each = if units.is_empty() { Some(1.0) } else { units.iter().find_map(each) };
    match (each, number) {
        (Some(1.0), Some(_)) => Some(Cow::Borrowed(inner(value.raw()).trim())),
        (Some(each), Some(number)) => Some(Cow::Owned(format!("{}", (number * each).ceil()))),
        _ => {
            let unit = units.last().map_or("days", |unit| unit);
            Some(Cow::Owned(format!("{} {unit}", stated.trim())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::json::Tape;
    use super::*;

    fn words(text: &str) -> Option<String> {
        let whole = format!("{{\"timing\":{text}}}");
        frequency(Tape::default().read(whole.as_bytes()).unwrap().get("timing").unwrap())
    }

    #[test]
    fn timings_become_words() {
        for (repeat, expected) in [
            (r#""frequency":1,"period":1,"periodUnit":"d""#, "once daily"),
            (r#""frequency":3,"period":1,"periodUnit":"d""#, "3 times a day"),
            (r#""frequency":1,"period":8,"periodUnits":"h""#, "every 8 hours"),
            (r#""frequency":2,"period":24,"periodUnit":"h""#, "2 times a day"),
            (r#""frequency":1,"period":2,"periodUnit":"d""#, "every 2 days"),
            (r#""frequency":1,"period":1,"periodUnit":"wk""#, "once weekly"),
            (r#""frequency":3,"period":1,"periodUnit":"wk""#, "3 times a week"),
            (r#""frequency":1,"period":4,"periodUnit":"wk""#, "every 4 weeks"),
            (r#""frequency":1,"period":1,"periodUnit":"mo""#, "once monthly"),
            (r#""timeOfDay":["08:00:00","20:00:00"]"#, "2 times a day"),
            (r#""when":["HS"]"#, "once daily"),
            (
                r#""dayOfWeek":["mon","wed","fri"],"period":1,"periodUnit":"wk","frequency":1"#,
                "3 times a week",
            ),
            (
                r#""frequency":1,"frequencyMax":2,"period":1,"periodUnit":"d""#,
                "1 to 2 times in 1 d",
            ),
            (r#""frequency":1,"period":4,"periodMax":6,"periodUnit":"h""#, "1 times in 4 to 6 h"),
            (r#""frequency":2,"period":36,"periodUnit":"h""#, "2 in 36 h"),
            (r#""frequency":2,"period":3,"periodUnit":"d""#, "2 in 3 d"),
        ] {
            let words = words(&format!("{{\"repeat\":{{{repeat}}}}}")).unwrap();
            assert_eq!(words, expected);
        }
        assert_eq!(
            words(r#"{"code":{"coding":[{"code":"BID"}],"text":"x"}}"#).as_deref(),
            Some("BID")
        );
        assert_eq!(words(r#"{"code":{"coding":[{"code":"BED"}]}}"#).as_deref(), Some("at bedtime"));
        assert_eq!(words(r#"{"code":{"text":"twice a day"}}"#).as_deref(), Some("twice a day"));
        assert_eq!(words(r#"{"repeat":{"boundsDuration":{"value":10}}}"#), None);
    }

    #[test]
    fn dosages() {
        let said = |text: &str| {
            let whole = format!("{{\"d\":{text}}}");
            let mut tape = Tape::default();
            let object = tape.read(whole.as_bytes()).unwrap();
            let mut cells = FhirCells::default();
            routes(object.get("d"), &mut cells);
            put(object.get("d"), &mut cells);
            cells
                .0
                .iter()
                .map(|found| format!("{}={}", found.field.name(), found.text))
                .collect::<Vec<_>>()
                .join("|")
        };
        assert_eq!(
            said(
                r#"[{"text":"1 tab daily","route":{"coding":[{"code":"PO","display":"oral"}]},"timing":{"repeat":{"frequency":1,"period":1,"periodUnit":"d"}},"doseAndRate":[{"doseQuantity":{"value":1,"code":"{tbl}"}}]}]"#
            ),
            "route=oral|directions=1 tab daily|frequency=once daily|dose=1|dose_unit=tablet"
        );
        assert_eq!(
            said(
                r#"[{"text":"1 tab q6h","asNeededBoolean":true,"doseQuantity":{"value":5,"unit":"mg"}}]"#
            ),
            "directions=1 tab q6h (as needed)|dose=5|dose_unit=mg"
        );
        assert_eq!(
            said(
                r#"[{"asNeededBoolean":false,"doseRange":{"low":{"value":1},"high":{"value":2,"unit":"TAB"}}}]"#
            ),
            "dose=1-2"
        );
        assert_eq!(
            said(r#"[{"text":"1 daily"},{"text":"2 daily"}]"#),
            "directions=1 daily, then 2 daily"
        );
        // Morning and evening are one day.
        assert_eq!(
            said(
                r#"[{"timing":{"repeat":{"when":["MORN"]}},"doseAndRate":[{"doseQuantity":{"value":2,"unit":"TAB"}}]},{"timing":{"repeat":{"when":["EVE"]}},"doseAndRate":[{"doseQuantity":{"value":1,"unit":"TAB"}}]}]"#
            ),
            "frequency=once daily|dose=3|dose_unit=tablet"
        );
        assert_eq!(
            said(r#"[{"text":"2 tablets every morning"},{"text":"1 tablet every evening"}]"#),
            "directions=2 tablets every morning and 1 tablet every evening"
        );
        assert_eq!(
            said(
                r#"[{"sequence":1,"text":"2 tablets every morning"},{"sequence":2,"text":"1 tablet every evening"}]"#
            ),
            "directions=2 tablets every morning, then 1 tablet every evening",
            "one after the other"
        );
        assert_eq!(
            said(r#"{"text":"given","dose":{"value":380,"unit":"mg"}}"#),
            "directions=given|dose=380|dose_unit=mg"
        );
    }

    #[test]
    fn lengths_of_time_become_days() {
        for (quantity, expected) in [
            (r#"{"value":30,"unit":"days","code":"d"}"#, Some("30")),
            (r#"{"value":30}"#, Some("30")),
            (r#"{"value":2,"code":"wk"}"#, Some("14")),
            (r#"{"value":"1","unit":"month"}"#, Some("30")),
            (r#"{"value":36,"code":"h"}"#, Some("2")),
            (r#"{"value":0,"code":"d"}"#, None),
            (r#"{"value":"2","code":"wk","unit":"Wochen"}"#, Some("14")),
            // In another language, and not a time at all: left to the reader of days.
            (r#"{"value":30,"unit":"Tage"}"#, Some("30 Tage")),
            (r#"{"value":5,"code":"mg"}"#, Some("5 mg")),
            (r#"{"value":"forty","unit":"days"}"#, Some("forty days")),
        ] {
            let whole = format!("{{\"q\":{quantity}}}");
            assert_eq!(
                days(Tape::default().read(whole.as_bytes()).unwrap().get("q").unwrap()).as_deref(),
                expected,
                "{quantity}"
            );
        }
    }
}

//! When something happens: points in time, intervals, and how often, as HL7 version 3 writes them.

use std::ops::Range;

use rxlint_model::date;
use rxlint_model::day::Day;

use crate::xml::XmlNode;

/// A time as written, completed to a whole date if it has no day.
#[derive(Clone, Debug, Default)]
pub(super) struct When {
    pub(super) text: String,
    pub(super) range: Range<usize>,
    /// The month or year as written, of which `text` is the first or the last day.
    pub(super) partial: Option<String>,
}

/// What the times of an entry amount to.
#[derive(Clone, Debug, Default)]
pub(super) struct Times {
    /// The single time at which it was.
    pub(super) point: Option<When>,
    pub(super) low: Option<When>,
    pub(super) high: Option<When>,
    /// How long, and the unit.
    pub(super) width: Option<(When, String)>,
    /// How often, in words that the reader of directions understands.
    pub(super) frequency: Option<When>,
}

impl Times {
    /// Reads the times of an entry: the first interval or point, and the repetition.
    pub(super) fn of(entry: XmlNode<'_, '_>) -> Self {
        let mut times = Self::default();
        let (mut events, mut first) = (0, None);
        for time in entry.all("effectiveTime") {
            times.add(time, &mut events, &mut first);
            for part in time.all("comp") {
                times.add(part, &mut events, &mut first);
            }
        }
        if times.low.is_none() && times.high.is_none() && times.point.is_none() {
            // A repetition says when it first happens.
            let mut phases = entry.all("effectiveTime").filter_map(|time| time.child("phase"));
            times.low = phases.find_map(|phase| when(phase.child("low").unwrap_or(phase), false));
        }
        if times.frequency.is_none() && events > 0 {
            let range = first.unwrap_or_default();
            times.frequency = Some(When { text: a_day(f64::from(events)), range, partial: None });
        }
        times
    }

    /// The last day of an interval that states its beginning and length.
    pub(super) fn last_by_width(&self) -> Option<String> {
        let (low, (width, unit)) = (self.low.as_ref()?, self.width.as_ref()?);
        let first = date::parse(low.text.as_bytes(), None).ok()?;
        let each = match unit.as_str() {
            "min" => 1.0 / 1440.0,
            "hours" => 1.0 / 24.0,
            "days" => 1.0,
            "weeks" => 7.0,
            _ => return None,
        };
        let days = width.text.parse::<f64>().ok()? * each;
        (0.0..=366.0).contains(&days).then(|| first.plus(days.ceil() as i32 - 1).to_string())
    }

    fn add(&mut self, time: XmlNode<'_, '_>, events: &mut u32, first: &mut Option<Range<usize>>) {
        let bound = |name: &str, is_end: bool| when(time.child(name)?, is_end);
        if let Some(period) = time.child("period") {
            let text = every(period.value("value"), period.value("unit"));
            let said = text.map(|text| When { text, range: time.range(), partial: None });
            self.frequency = self.frequency.take().or(said);
        } else if let Some(often) = time.child("frequency") {
            let (times, each) = (often.child("numerator"), often.child("denominator"));
            let number = times.and_then(|n| n.value("value").parse::<f64>().ok());
            let said = number.zip(each).and_then(|(number, each)| {
                let length = each.value("value").parse::<f64>().ok().filter(|n| *n > 0.0)?;
                every(&(length / number).to_string(), each.value("unit"))
            });
            let said = said.map(|text| When { text, range: time.range(), partial: None });
            self.frequency = self.frequency.take().or(said);
        } else if let Some(event) = time.child("event") {
            *events += per_event(event.value("code"));
            first.get_or_insert(time.range());
        } else if time.child("low").is_some()
            || time.child("high").is_some()
            || time.child("width").is_some()
        {
            if self.low.is_none() && self.point.is_none() {
                self.low = bound("low", false);
                self.high = bound("high", true);
                self.width = time.child("width").and_then(|width| {
                    let text = width.value("value").to_owned();
                    let unit = unit(width.value("unit")).to_owned();
                    let when = When { text, range: width.range(), partial: None };
                    (!when.text.is_empty()).then_some((when, unit))
                });
            }
        } else if self.low.is_none() && self.point.is_none() {
            self.point = when(time, false).or_else(|| bound("center", false));
        }
    }
}

/// The time of an element's value; `None` if it has none. A month or a year begins with its first day and ends with its last.
pub(super) fn when(node: XmlNode<'_, '_>, is_end: bool) -> Option<When> {
    let attribute = node.attribute("value")?;
    let text = attribute.value.trim();
    let whole = whole(text, is_end);
    let partial = whole.is_some().then(|| text.to_owned());
    let text = whole.unwrap_or_else(|| text.to_owned());
    (!text.is_empty()).then(|| When { text, range: attribute.range.clone(), partial })
}

fn whole(text: &str, is_end: bool) -> Option<String> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i32>().ok();
    let (year, month) = match text.len() {
        4 => (number(0, 4)?, None),
        6 => (number(0, 4)?, Some(number(4, 6)?)),
        _ => return None,
    };
    let first = Day::from_ymd(year, month.unwrap_or(1) as u32, 1)?;
    if !is_end {
        return Some(first.to_string());
    }
    let next = match month {
        None | Some(12) => Day::from_ymd(year + 1, 1, 1)?,
        Some(month) => Day::from_ymd(year, month as u32 + 1, 1)?,
    };
    Some(next.plus(-1).to_string())
}

/// A time as ISO 8601 writes it, by which versions are compared.
pub(super) fn iso(text: &str) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let part = |from: usize| text.get(from..from + 2).filter(|_| digits >= from + 2);
    let (Some(year), Some(month), Some(day)) =
        (text.get(..4).filter(|_| digits >= 8), part(4), part(6))
    else {
        return text.to_owned();
    };
    let time = [part(8), part(10), part(12)].map(|part| part.unwrap_or("00"));
    let zone = text.find(['+', '-']).and_then(|at| text.get(at..at + 5)).unwrap_or_default();
    let zone =
        if zone.is_empty() { String::new() } else { format!("{}:{}", &zone[..3], &zone[3..]) };
    format!("{year}-{month}-{day}T{}{zone}", time.join(":"))
}

/// A unit of time in words.
pub(super) fn unit(ucum: &str) -> &str {
    match ucum {
        "h" | "hour" | "hours" => "hours",
        "d" | "D" | "day" | "days" => "days",
        "wk" | "week" | "weeks" => "weeks",
        "mo" | "month" | "months" => "months",
        "a" | "y" | "year" | "years" => "years",
        other => other,
    }
}

fn every(value: &str, ucum: &str) -> Option<String> {
    let length = value.parse::<f64>().ok().filter(|length| *length > 0.0 && length.is_finite())?;
    let times = 24.0 / length;
    Some(match unit(ucum) {
        "hours" if (times - times.round()).abs() < 0.01 && times >= 0.99 => a_day(times.round()),
        "days" if length <= 1.0 => a_day((1.0 / length).round()),
        "weeks" if length == 1.0 => "once weekly".to_owned(),
        "months" if length == 1.0 => "once monthly".to_owned(),
        unit if length == 1.0 => format!("every {}", unit.trim_end_matches('s')),
        unit => format!("every {length} {unit}"),
    })
}

fn a_day(times: f64) -> String {
    if times == 1.0 { "once daily".to_owned() } else { format!("{times} times a day") }
}

/// How often a day something happens at an event that a code names: each meal is one.
fn per_event(code: &str) -> u32 {
    match code.trim() {
        "C" | "AC" | "PC" | "IC" => 3,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::XmlTree;

    fn times(inner: &str) -> Times {
        let text = format!("<e>{inner}</e>");
        Times::of(XmlTree::read(&text).unwrap().root())
    }

    fn said(when: &Option<When>) -> &str {
        when.as_ref().map_or("", |when| &when.text)
    }

    #[test]
    fn intervals_points_and_lengths() {
        let t = times("<effectiveTime><low value='2026'/><high value='202602'/></effectiveTime>");
        assert_eq!((said(&t.low), said(&t.high)), ("2026-01-01", "2026-02-28"));
        let t =
            times("<effectiveTime><low nullFlavor='UNK'/><high nullFlavor='NI'/></effectiveTime>");
        assert_eq!((said(&t.low), said(&t.high)), ("", ""));
        let t = times("<effectiveTime value='20260103101500+0100'/>");
        assert_eq!(said(&t.point), "20260103101500+0100");
        let t = times(
            "<effectiveTime><low value='20260103'/><width value='2' unit='wk'/></effectiveTime>",
        );
        let phase = "<effectiveTime><phase><low value='20260103'/></phase><period value='1' unit='d'/></effectiveTime>";
        assert_eq!(said(&times(phase).low), "20260103");
        let (length, unit) = t.width.unwrap();
        assert_eq!((length.text.as_str(), unit.as_str()), ("2", "weeks"));
    }

    #[test]
    fn how_often() {
        for (inner, expected) in [
            ("<effectiveTime><period value='12' unit='h'/></effectiveTime>", "2 times a day"),
            ("<effectiveTime><period value='1' unit='d'/></effectiveTime>", "once daily"),
            ("<effectiveTime><period value='0.5' unit='d'/></effectiveTime>", "2 times a day"),
            ("<effectiveTime><period value='4' unit='wk'/></effectiveTime>", "every 4 weeks"),
            ("<effectiveTime><event code='HS'/></effectiveTime>", "once daily"),
            ("<effectiveTime><event code='AC'/></effectiveTime>", "3 times a day"),
            (
                "<effectiveTime><comp><event code='ACM'/></comp><comp><event code='HS'/></comp></effectiveTime>",
                "2 times a day",
            ),
            (
                "<effectiveTime><frequency><numerator value='3'/><denominator value='1' unit='d'/></frequency></effectiveTime>",
                "3 times a day",
            ),
            ("<effectiveTime><period nullFlavor='UNK'/></effectiveTime>", ""),
        ] {
            assert_eq!(said(&times(inner).frequency), expected, "{inner}");
        }
    }

    #[test]
    fn times_are_compared_as_iso() {
        assert_eq!(iso("20260301120000-0500"), "2026-03-01T12:00:00-05:00");
        assert_eq!(iso("20260301"), "2026-03-01T00:00:00");
        assert_eq!(iso("2026"), "2026");
    }
}

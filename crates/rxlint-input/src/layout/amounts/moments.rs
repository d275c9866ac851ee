//! Columns for the times of a day, each with what is taken then: `AM`, `Noon`, `PM`, `HS`; `0800`, `1200`, `1800`; `M`, `N`, `E`.

use rxlint_model::record::Field;

use crate::layout::cells::content::Content;
use crate::layout::cells::content::cell::pieces;
use crate::layout::headers::tokens;
use crate::layout::table::JoinedColumns;

/// What is taken at each time of the day, if each has a column and nothing else says how the drug is taken. The sum is what is taken per day.
pub(in crate::layout) fn add_moments(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
) -> Option<JoinedColumns> {
    if columns.iter().any(|(_, field)| *field == Field::Directions) {
        return None;
    }
    let names: Vec<&str> = headers.iter().map(String::as_str).collect();
    let counts = |at: &usize| contents.get(*at).is_some_and(Content::is_amounts_at_a_time);
    let is_empty = |at: &usize| contents.get(*at).is_some_and(Content::is_empty);
    let moments = of_headers(&names);
    // One that cannot be read makes the sum wrong: then nothing is added up, and each is asked about.
    let list: Vec<usize> =
        moments.iter().copied().filter(|at| counts(at) || is_empty(at)).collect();
    let counted = list.iter().filter(|at| counts(at)).count();
    let is_sum = list.len() == moments.len() && (counted > 1 || counted == 1 && list.len() > 2);
    let &first = list.first().filter(|_| is_sum)?;
    columns.retain(|(at, _)| !list.contains(at));
    columns.push((first, Field::Directions));
    Some(JoinedColumns::of(Field::Directions, list, JoinedColumns::SUM))
}

/// Which of these headers are times of a day, if at least two are.
pub fn of_headers(headers: &[&str]) -> Vec<usize> {
    const MORNING_NOON_EVENING: [&str; 3] = ["m", "n", "e"];
    const LETTERS: [&str; 6] = ["m", "n", "e", "a", "b", "h"];
    let folded = |at: usize| headers[at].trim().to_lowercase();
    let letters: Vec<String> = (0..headers.len()).map(folded).filter(|h| h.len() == 1).collect();
    let are_letters =
        MORNING_NOON_EVENING.iter().all(|letter| letters.iter().any(|own| own == letter));
    let is_letter = |at: usize| are_letters && LETTERS.contains(&folded(at).as_str());
    let is_one = |at: &usize| is_named(headers[*at]) || is_clock(headers[*at]) || is_letter(*at);
    let list: Vec<usize> = (0..headers.len()).filter(is_one).collect();
    if list.len() > 1 { list } else { Vec::new() }
}

/// Whether a header names a time of the day: `Morning`, `Qty at noon`.
fn is_named(header: &str) -> bool {
    const BESIDE: [&str; 8] =
        ["moment", "dosing", "quantity", "count", "with", "noise", "days", "date"];
    tokens::says(header, "moment") && !tokens::says_more(header, &BESIDE)
}

/// Whether a header is a clock time, to the half hour: `0800`, `08:00`.
fn is_clock(header: &str) -> bool {
    let header = header.trim();
    let (hour, minute) = match header.split_once(':') {
        Some(parts) => parts,
        None if header.len() == 4 && header.is_ascii() => header.split_at(2),
        None => return false,
    };
    hour.parse::<u8>().is_ok_and(|hour| hour < 24) && ["00", "30"].contains(&minute)
}

/// How many pieces are taken at a time: `1`, `½`, `1 tab`, `1T`, `one`; none for `-` and `nil`.
pub(crate) fn amount_at_a_time(text: &str) -> Option<f64> {
    const NOTHING: [&str; 8] = ["-", "--", "–", "—", "nil", "none", "n/a", "na"];
    const NUMBERS: [(&str, f64); 5] =
        [("half", 0.5), ("one", 1.0), ("two", 2.0), ("three", 3.0), ("four", 4.0)];
    const SHORT: [&str; 3] = ["t", "tb", "c"];
    let text = text.trim().to_lowercase();
    if NOTHING.contains(&text.as_str()) {
        return Some(0.0);
    }
    let (number, rest) = text.split_at(text.find(char::is_alphabetic).unwrap_or(text.len()));
    let mut words = rest.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let count = if number.is_empty() {
        let word = words.next()?;
        NUMBERS.iter().find(|(name, _)| *name == word).map(|(_, count)| *count)
    } else {
        pieces(number)
    };
    let is_piece = |word: &str| SHORT.contains(&word) || tokens::says_pieces(word);
    // The `s` of `tab(s)`.
    count.filter(|_| words.all(|word| word == "s" || is_piece(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_at_a_time_are_read_in_many_hands() {
        for (text, count) in [
            ("1", 1.0),
            ("½", 0.5),
            ("1 tab", 1.0),
            ("2 Tab(s)", 2.0),
            ("1T", 1.0),
            ("one", 1.0),
            ("One tablet", 1.0),
            ("-", 0.0),
            ("—", 0.0),
            ("nil", 0.0),
            ("None", 0.0),
        ] {
            assert_eq!(amount_at_a_time(text), Some(count), "{text}");
        }
        for text in ["", "X", "✓", "Y", "5 mg", "as needed", "tab", "s"] {
            assert_eq!(amount_at_a_time(text), None, "{text}");
        }
    }

    #[test]
    fn headers_are_times_of_the_day_where_two_are() {
        let count = |list: &str| of_headers(&list.split(',').collect::<Vec<_>>()).len();
        for (list, moments) in [
            ("drug,0800,1200,1800", 3),
            ("drug,08:00,22:30", 2),
            ("Morn,Noon,Eve,Bed", 4),
            ("Morn,Aft,Eve,Night", 4),
            ("Morning,Lunch,Tea,Bedtime", 4),
            ("id,M,N,E", 3),
            ("M,F,E", 0),
            ("drug,0800", 0),
            ("Bed,Ward", 0),
            ("2024,2025", 0),
        ] {
            assert_eq!(count(list), moments, "{list}");
        }
    }
}

//! Dates with the month in letters: `12-MAY-2015`, `Mar 5, 2026`, `Thu, 05 Mar 2026 10:15:00 GMT`, `1er août 2026`.

use std::sync::LazyLock;

use super::weekday;
use super::{DateError, day_of, full_year, is_time, leading_digits, number};
use crate::day::Day;
use crate::record::decode;

/// The names of each month in English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Czech, Turkish, Russian, Greek, Finnish, Danish,
/// Hungarian, Romanian and Ukrainian (also the form used after a day), without accents. The first three letters are enough.
const MONTHS: [&str; 12] = [
    "january januar janner janvier enero janeiro gennaio januari styczen stycznia leden ledna ocak январь января ιανουαριοσ \
     ιανουαριου tammikuu tammikuuta ianuarie січень січня",
    "february februar fevrier febrero fevereiro febbraio februari luty lutego unor unora subat февраль февраля φεβρουαριοσ \
     φεβρουαριου helmikuu helmikuuta februarie лютий лютого",
    "march marz maerz mrz mars marzo marco maart mrt marzec marca brezen brezna mart март марта μαρτιοσ μαρτιου \
     maaliskuu maaliskuuta marts marcius martie березень березня",
    "april avril abril aprile kwiecien kwietnia duben dubna nisan апрель апреля απριλιοσ απριλιου huhtikuu huhtikuuta aprilis \
     aprilie квітень квітня",
    "may mai mayo maio maggio mei maj maja kveten kvetna mayis май мая μαιοσ μαιου toukokuu toukokuuta \
     majus травень травня",
    "june juni juin junio junho giugno czerwiec czerwca cerven cervna haziran июнь июня ιουνιοσ ιουνιου kesakuu kesakuuta junius iunie \
     червень червня",
    "july juli juillet julio julho luglio lipiec lipca cervenec cervence temmuz июль июля ιουλιοσ ιουλιου heinakuu \
     heinakuuta julius iulie липень липня",
    "august aout agosto augustus sierpien sierpnia srpen srpna agustos август августа αυγουστοσ αυγουστου \
     elokuu elokuuta augusztus серпень серпня",
    "september septembre septiembre setiembre setembro settembre wrzesien wrzesnia zari eylul сентябрь сентября \
     σεπτεμβριοσ σεπτεμβριου syyskuu syyskuuta szeptember septembrie вересень вересня",
    "october oktober octobre octubre outubro ottobre pazdziernik pazdziernika rijen rijna ekim октябрь октября οκτωβριοσ \
     οκτωβριου lokakuu lokakuuta octombrie жовтень жовтня",
    "november novembre noviembre novembro listopad listopada listopadu kasim ноябрь ноября νοεμβριοσ νοεμβριου \
     noiembrie листопада",
    "december dezember decembre diciembre dezembro dicembre grudzien grudnia prosinec prosince aralik декабрь декабря \
     δεκεμβριοσ δεκεμβριου joulukuu joulukuuta decembrie грудень грудня",
];

/// Names that begin like another month's and only count in full: November in Finnish begins like March.
const WHOLE: [(&str, u32); 2] = [("marraskuu", 11), ("marraskuuta", 11)];

/// What the words of a date can be.
enum Word {
    Month(u32),
    /// A number and how many digits it has.
    Number(u32, usize),
    Weekday,
    /// `de`, as in `5 de marzo de 2026`, and `den`, as in `Montag, den 2. März 2026`.
    Of,
}

pub(super) fn parse(text: &[u8], first_of_1900s: u32) -> Result<Day, DateError> {
    // Most texts that are tried as dates are names.
    if !text.iter().any(u8::is_ascii_digit) {
        return Err(DateError::Unknown);
    }
    let (mut month, mut numbers, mut rest) = (None, [None; 2], text);
    // A month and two numbers make a date; what follows the last of them must be a time.
    while month.is_none() || numbers[1].is_none() {
        let (word, after) = match next(rest) {
            Some(next) => next,
            None if rest.is_empty() && month.is_some() && matches!(numbers[0], Some((_, 4))) => {
                return Err(DateError::Incomplete);
            }
            None => return Err(DateError::Unknown),
        };
        match (word, numbers) {
            (Word::Month(_), _) if month.is_some() => return Err(DateError::Unknown),
            (Word::Month(n), _) => month = Some(n),
            (Word::Number(n, digits), [None, None]) => numbers[0] = Some((n, digits)),
            (Word::Number(n, digits), [Some(_), None]) => numbers[1] = Some((n, digits)),
            (Word::Weekday, [None, None]) if month.is_none() => {}
            (Word::Of, _) => {}
            _ => return Err(DateError::Unknown),
        }
        rest = after;
    }
    let (Some(month), [Some(first), Some(second)]) = (month, numbers) else {
        return Err(DateError::Unknown);
    };
    // Oracle: `20-JUL-25 12.00.00.000000 AM`.
    let is_dotted =
        rest.iter().filter(|byte| **byte == b'.').count() > 1 && is_time(&[b" ", rest].concat());
    if !is_time(rest) && !is_time(rest.strip_prefix(b",").unwrap_or(rest)) && !is_dotted {
        return Err(DateError::Unknown);
    }
    match (first, second) {
        ((day, 1 | 2), (year, 4)) | ((year, 4), (day, 1 | 2)) => day_of(year, month, day),
        ((day, 1 | 2), (year, 2)) => day_of(full_year(Err(year), first_of_1900s), month, day),
        _ => Err(DateError::Unknown),
    }
}

/// The next word, and what follows it and its separators.
fn next(text: &[u8]) -> Option<(Word, &[u8])> {
    let digits = leading_digits(text);
    if digits > 0 {
        if digits > 4 {
            return None;
        }
        let value = number(&text[..digits])?;
        let rest = &text[digits..];
        let rest = [&b"st"[..], b"nd", b"rd", b"th", b"er"]
            .into_iter()
            .find_map(|end| rest.strip_prefix(end))
            .unwrap_or(rest);
        // Nothing is stripped after a year: the time begins there.
        return Some((
            Word::Number(value, digits),
            if digits == 4 { unless_time(rest) } else { separators(rest) },
        ));
    }
    let (word, rest) = letters(text);
    let (word, rest) = (folded(word), separators(rest));
    if ["de", "del", "den", "di", "of"].contains(&word.as_str()) {
        return Some((Word::Of, rest));
    }
    if word.chars().count() < 3 {
        return None;
    }
    if let Some(month) = month_of(&word) {
        return Some((Word::Month(month), rest));
    }
    weekday::is_name(&word).then_some((Word::Weekday, rest))
}

/// The names in order, each with its month.
static NAMES: LazyLock<Vec<(&str, u32)>> = LazyLock::new(|| {
    let months = (1..).zip(&MONTHS);
    let mut names: Vec<(&str, u32)> =
        months.flat_map(|(month, names)| names.split(' ').map(move |name| (name, month))).collect();
    names.sort_unstable();
    names
});

/// The only month whose name begins like this.
fn month_of(word: &str) -> Option<u32> {
    if let Some((_, month)) = WHOLE.iter().find(|(name, _)| *name == word) {
        return Some(*month);
    }
    let from = NAMES.partition_point(|(name, _)| *name < word);
    let mut names = NAMES[from..].iter().take_while(|(name, _)| name.starts_with(word));
    let (first, month) = names.next()?;
    // `cerven` is a whole name and also the beginning of the next month's.
    let is_one = *first == word || names.all(|(_, other)| other == month);
    (is_one && (*first == word || word.chars().count() >= 3)).then_some(*month)
}

/// The month that a text begins with, and what follows its letters.
pub(super) fn month(text: &[u8]) -> Option<(u32, &[u8])> {
    let (word, rest) = letters(text);
    Some((month_of(&folded(word))?, rest))
}

/// The letters at the beginning, and what follows them.
fn letters(text: &[u8]) -> (&[u8], &[u8]) {
    let is_letter = |byte: &&u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
    text.split_at(text.iter().take_while(is_letter).count())
}

/// A word in lower case without accents.
pub(super) fn folded(word: &[u8]) -> String {
    let plain = |c: char| match c {
        'à'..='å' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' => 'c',
        'è'..='ë' | 'ę' => 'e',
        'ì'..='ï' => 'i',
        'ò'..='ö' | 'ø' | 'ő' => 'o',
        'ù'..='ü' | 'ű' => 'u',
        'ł' => 'l',
        'ț' | 'ţ' => 't',
        'ń' => 'n',
        'ś' => 's',
        'ź' | 'ż' | 'ž' => 'z',
        'č' => 'c',
        'ě' => 'e',
        'ğ' => 'g',
        'ı' => 'i',
        'ň' => 'n',
        'ř' => 'r',
        'š' | 'ş' => 's',
        'ů' => 'u',
        'ý' => 'y',
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ς' => 'σ',
        'ύ' => 'υ',
        'ώ' => 'ω',
        other => other,
    };
    decode(word).chars().flat_map(char::to_lowercase).map(plain).collect()
}

fn separators(text: &[u8]) -> &[u8] {
    let length = text.iter().take_while(|byte| b" -/.,".contains(byte)).count();
    &text[length..]
}

/// Strips separators where a month or day still follows: `2026-Mar-05`.
fn unless_time(text: &[u8]) -> &[u8] {
    let rest = separators(text);
    if rest.first().is_some_and(u8::is_ascii_alphabetic) && !text.starts_with(b"T") {
        rest
    } else {
        text
    }
}

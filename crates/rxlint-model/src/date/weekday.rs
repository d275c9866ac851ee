//! Days of the week beside a date: `Mo, 02.03.2026`, `lundi 2 mars 2026`, `2026-03-02 (Mo)`. They add nothing to the date.

use super::words::folded;
use crate::record::decode;

/// The days of the week in English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Czech, Swedish, Danish, Norwegian, Finnish,
/// Hungarian, Romanian, Turkish, Russian, Ukrainian and Greek, without accents. The first three letters are enough.
const NAMES: [&str; 19] = [
    "monday tuesday wednesday thursday friday saturday sunday",
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miercoles jueves viernes sabado domingo",
    "segunda terca quarta quinta sexta",
    "lunedi martedi mercoledi giovedi venerdi sabato domenica",
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "poniedzialek wtorek sroda czwartek piatek sobota niedziela",
    "pondeli utery streda ctvrtek patek nedele",
    "mandag tisdag onsdag torsdag fredag lordag sondag",
    "tirsdag",
    "maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai",
    "hetfo kedd szerda csutortok pentek szombat vasarnap",
    "luni miercuri joi vineri sambata duminica",
    "pazartesi sali carsamba persembe cuma cumartesi pazar",
    "понедельник вторник среда четверг пятница суббота воскресенье",
    "понеділок вівторок середа п'ятниця субота неділя",
    "δευτερα τριτη τεταρτη πεμπτη παρασκευη σαββατο κυριακη",
    "月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日",
];

/// Shorter ones, and those that skip letters. Left out are those that also say *until*, *after*, *about* or *on* before a date: `to`, `po`, `ca`,
/// `v`.
const SHORT: &str = "mo tu we th fr sa su di mi do so lu ma me je ve mie sab dom wo vr za zo pn wt sr cz czw pt ndz nd ut ct pa ti \
                     ke pe sze cs szo пн вт ср чт пт сб вс нд δε τρ τε πε πα σα κυ 月 火 水 木 金 土 日";

/// No weekday name is longer, including what surrounds it.
const LONGEST: usize = 40;

/// The text without a weekday before or after it; `None` if there is none.
pub(super) fn without(text: &[u8]) -> Option<&[u8]> {
    before(text).or_else(|| behind(text))
}

fn before(text: &[u8]) -> Option<&[u8]> {
    let end = text.iter().take(LONGEST).position(u8::is_ascii_digit).filter(|end| *end > 0)?;
    is_one(&text[..end]).then(|| &text[end..])
}

fn behind(text: &[u8]) -> Option<&[u8]> {
    let in_brackets = text.ends_with(b")").then(|| text.iter().rposition(|byte| *byte == b'('));
    let end = match in_brackets.flatten() {
        Some(at) => at,
        None => text.iter().rposition(u8::is_ascii_digit)? + 1,
    };
    let is_short = (1..=LONGEST).contains(&(text.len() - end));
    (end > 0 && is_short && is_one(&text[end..])).then(|| text[..end].trim_ascii_end())
}

/// Whether a text is a weekday, with whatever separates it from the date.
fn is_one(text: &[u8]) -> bool {
    let text = decode(text);
    let word = text.trim_matches(|c: char| " ,.()（）".contains(c));
    let word = word.strip_suffix("-feira").unwrap_or(word);
    !word.is_empty()
        && word.chars().all(|c| c.is_alphabetic() || c == '\'')
        && is_name(&folded(word.as_bytes()))
}

/// Whether a lower-case word without accents is a weekday.
pub(super) fn is_name(word: &str) -> bool {
    let begins = || {
        word.chars().count() >= 3
            && NAMES.iter().flat_map(|names| names.split(' ')).any(|name| name.starts_with(word))
    };
    SHORT.split(' ').any(|short| short == word) || begins()
}

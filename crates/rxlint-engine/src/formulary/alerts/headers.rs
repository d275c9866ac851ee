//! The words of headers that say what a column next to the two sides does to its row.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::severity::{is_no, is_plainly_off, is_yes};
use super::words::{OFF, SWITCHES, fold, tokens};
use crate::formulary::days;

/// What a word of a header means.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Means {
    On,
    Off,
    Word,
    Not,
    End,
    Until,
    EndAlone,
    Start,
    From,
    StartAlone,
    Date,
    Remark,
    Text,
    Figure,
    Exception,
    About,
    AboutDay,
    Place,
    Row,
    Beside,
    Matches,
    Condition,
    Prescriber,
    Nurse,
    Action,
}

#[derive(Deserialize)]
struct Line {
    means: Means,
    text: String,
}

static WORDS: LazyLock<FxHashSet<(Means, String)>> = LazyLock::new(|| {
    let text = include_str!("headers.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let lines = reader.deserialize::<Line>().filter_map(Result::ok);
    lines.map(|line| (line.means, crate::drug::name::words(&line.text).join(" "))).collect()
});

/// Whether the table has a word.
pub(super) fn has_word(word: &str) -> bool {
    static ALONE: LazyLock<FxHashSet<String>> = LazyLock::new(|| {
        WORDS.iter().flat_map(|(_, phrase)| phrase.split(' ')).map(str::to_owned).collect()
    });
    ALONE.contains(word)
}

/// The most words of a phrase.
const LONGEST: usize = 4;

/// The words of a header.
pub(super) struct Header(Vec<String>);

impl Header {
    pub(super) fn of(header: &str) -> Self {
        Self(tokens(header).iter().flat_map(|token| crate::drug::name::words(token)).collect())
    }

    /// Whether a header has a word or phrase with this meaning.
    pub(super) fn has(&self, means: Means) -> bool {
        self.find(means).next().is_some()
    }

    /// Where the words and phrases with this meaning begin.
    fn find(&self, means: Means) -> impl Iterator<Item = usize> {
        let phrases =
            (1..=LONGEST.min(self.0.len())).flat_map(|length| self.0.windows(length).enumerate());
        phrases.filter(move |(_, said)| WORDS.contains(&(means, said.join(" ")))).map(|(at, _)| at)
    }

    fn is_alone(&self, means: Means) -> bool {
        WORDS.contains(&(means, self.0.concat()))
    }

    /// Whether a header has a word with this meaning that is not negated.
    fn says(&self, means: Means) -> bool {
        self.find(means).any(|at| !self.is_turned(at))
    }

    /// Whether it has a negated one: `Not displayed`, `Do not alert`.
    fn denies(&self, means: Means) -> bool {
        self.find(means).any(|at| self.is_turned(at))
    }

    fn is_turned(&self, at: usize) -> bool {
        at > 0 && WORDS.contains(&(Means::Not, self.0[at - 1].clone()))
    }

    /// Whether it is about the pair, or about who maintained the row, and not about where the alert is shown: `Shown at review`.
    fn is_about(&self) -> bool {
        let is_place =
            |at: usize| at > 0 && WORDS.contains(&(Means::Place, self.0[at - 1].clone()));
        self.find(Means::About).any(|at| !is_place(at))
    }

    /// Whether each of its words is about the row, or about alerts in general.
    fn is_explained(&self) -> bool {
        let is = |word: &String, means: Means| WORDS.contains(&(means, word.clone()));
        let known = [Means::On, Means::Off, Means::Word, Means::Not, Means::About, Means::Row];
        self.0.iter().all(|word| known.iter().any(|means| is(word, *means)))
    }

    /// Whether cells below it are texts, references or numbers.
    pub(super) fn is_text(&self) -> bool {
        self.has(Means::Text) || self.has(Means::Figure)
    }

    /// Whether days or answers below it do not say whether the row is on.
    pub(super) fn is_about_the_pair(&self) -> bool {
        let is_bare = || self.find(Means::Date).count() == self.0.len();
        self.has(Means::About) || self.has(Means::Text) || is_bare()
    }

    /// Whether days below it are not end dates.
    pub(super) fn is_of_other_days(&self) -> bool {
        self.is_about_the_pair() || self.has(Means::AboutDay) || self.has(Means::Figure)
    }
}

/// What a column does to its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Switch {
    /// The row is off if it says no, or a word for off.
    On,
    /// The row is off if it says yes, and from a day on.
    Off,
}

/// What a column does to its row, by its header and its cells.
pub(super) fn switch<'c>(
    header: &str,
    mut cells: impl Iterator<Item = &'c str> + Clone,
) -> Option<Switch> {
    let words = Header::of(header);
    let on = words.says(Means::On) || words.denies(Means::Off);
    let off = words.says(Means::Off) || words.denies(Means::On);
    let is_yes_no = || cells.clone().all(|cell| cell.is_empty() || is_yes_or_no(cell));
    if words.has(Means::Word) && off && is_yes_no() {
        // `Silent mode` says whether the row is silent.
        return Some(if words.denies(Means::Off) { Switch::On } else { Switch::Off });
    }
    // `Shadow mode`: yes and no below an unknown word are asked about.
    let is_asked = words.has(Means::Word) && is_yes_no() && !words.is_explained();
    if words.has(Means::Word) && !is_asked || SWITCHES.contains(&fold(header).as_str()) && !off {
        return Some(Switch::On);
    }
    // `Signed off` says who reviewed the row.
    if !on && !off || words.is_about() && cells.clone().all(answers) {
        return None;
    }
    // `Show/Hide` means one of the two, `Alert suppressed` and `Do not alert` the second.
    let on = on && !words.denies(Means::On) && (!off || header.contains('/'));
    // `Display name` is a name: only a column of answers or states is a switch.
    let fits = cells.all(|cell| answers(cell) || !on && days::end_of(cell).is_some());
    fits.then_some(if on { Switch::On } else { Switch::Off })
}

/// Whether a header is that of the day on which a row ends.
pub(super) fn is_end(header: &str) -> bool {
    let words = Header::of(header);
    // `On/Off` is a switch, `Turned off on` is not.
    let is_switch = words.0.windows(2).any(|pair| pair == ["on", "off"]);
    !words.has(Means::About)
        && (words.is_alone(Means::EndAlone) && words.0 != ["to"]
            || words.has(Means::End) && words.has(Means::Date) && !is_switch
            || words.has(Means::Until))
}

/// Whether a column holds the days on which its rows end.
pub(super) fn ends<'c>(header: &str, cells: impl Iterator<Item = &'c str>) -> bool {
    let words = Header::of(header);
    let is_near = words.has(Means::End) || words.is_alone(Means::EndAlone);
    is_end(header) || is_near && !words.has(Means::About) && are_days(cells)
}

/// Whether a column holds only days.
pub(super) fn are_days<'c>(cells: impl Iterator<Item = &'c str>) -> bool {
    let mut filled = cells.filter(|cell| !is_open(cell)).peekable();
    filled.peek().is_some() && filled.all(|cell| days::latest(cell).is_some())
}

/// Whether an end cell is empty or says in words that there is no end.
pub(super) fn is_open(cell: &str) -> bool {
    const OPEN: [&str; 12] = [
        "", "na", "none", "null", "open", "never", "no", "ongoing", "current", "active", "present",
        "nan",
    ];
    OPEN.contains(&fold(cell).as_str())
}

/// Whether a header is that of the day from which a row warns.
pub(super) fn is_start(header: &str) -> bool {
    let words = Header::of(header);
    words.is_alone(Means::StartAlone)
        || words.has(Means::Start) && (words.has(Means::Date) || words.has(Means::From))
}

/// Whether a cell says yes or no, in a word or a letter.
fn is_yes_or_no(cell: &str) -> bool {
    is_yes(cell) || is_no(cell)
}

/// Whether a cell says yes, no, on or off.
pub(super) fn answers(cell: &str) -> bool {
    let folded = fold(cell);
    folded.is_empty()
        || is_yes(cell)
        || is_plainly_off(cell)
        || OFF.contains(&folded.as_str())
        || ["f", "on", "active", "enabled", "live", "show", "display"].contains(&folded.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_say_what_switches_a_row_off_and_when_it_ends() {
        let of = |header: &str| switch(header, ["Y", "", "N"].into_iter());
        for header in [
            "Ignore",
            "Alert suppressed",
            "Turn off?",
            "Not in use",
            "Not displayed",
            "No alert",
            "Do not fire",
            "Opted Out",
            "Mute",
        ] {
            assert_eq!(of(header), Some(Switch::Off), "{header}");
        }
        for header in ["On", "Active?", "Triggered", "Warning", "Not suppressed"] {
            assert_eq!(of(header), Some(Switch::On), "{header}");
        }
        for header in ["Signed off", "CPOE", "Sign-off by"] {
            assert_eq!(of(header), None, "{header}");
        }
        for header in ["Effective End", "Removal Date", "Last Active", "To", "OBSDTEC"] {
            assert!(ends(header, ["", "2019-12-31"].into_iter()), "{header}");
        }
        for header in ["Date", "Reviewed on", "From", "Signed off on"] {
            assert!(!ends(header, ["", "2019-12-31"].into_iter()), "{header}");
        }
    }
}

//! The picture in a terminal: a row per drug, a row per finding, then all of it in words.

use std::fmt::Write;

use super::{Chart, Lane, Scale, in_words, mark_in_words, title};
use crate::Style;
use crate::redaction::ShownDay;
use rxlint_model::finding::Side;

/// The characters of a picture.
struct Characters {
    antagonist: char,
    opioid: char,
    other: char,
    assumed: char,
    today: char,
    clean: char,
    mark: char,
    axis: char,
    cut: &'static str,
}

const UNICODE: Characters = Characters {
    antagonist: '█',
    opioid: '▓',
    other: '▒',
    assumed: '░',
    today: '│',
    clean: '◆',
    mark: '─',
    axis: '─',
    cut: "…",
};
const ASCII: Characters = Characters {
    antagonist: '#',
    opioid: '=',
    other: '-',
    assumed: '.',
    today: '|',
    clean: '*',
    mark: '~',
    axis: '-',
    cut: "...",
};

/// No label is wider.
const WIDEST_LABEL: usize = 26;

impl Chart {
    /// The picture, no line wider than the terminal.
    pub fn text(&self, style: &Style) -> String {
        let characters = if style.unicode { UNICODE } else { ASCII };
        let mut text = format!("{}\n", self.patient);
        let Some(scale) = self.scale() else {
            text.push_str("no exposures\n");
            return text;
        };
        let label = self.lanes.iter().map(|lane| lane.drug.chars().count()).max().unwrap_or(0);
        let label = label.clamp(8, WIDEST_LABEL);
        let columns = style.width.saturating_sub(label + 1).max(20);
        let plot = Plot { scale, columns, label, characters: &characters, today: self.today };
        for lane in &self.lanes {
            plot.row(&mut text, &lane.drug, |cells| plot.bars(lane, cells));
        }
        for (number, mark) in (1..).zip(&self.marks) {
            plot.row(&mut text, &format!("[{number}]"), |cells| {
                if let Some((first, last)) = mark.days {
                    plot.fill(cells, first, last, characters.mark);
                }
                if let Some(day) = mark.clean_from {
                    cells[plot.column(day)] = characters.clean;
                }
            });
        }
        plot.axis(&mut text);
        self.words(&mut text, style.width, &characters);
        text
    }

    /// What the picture says, in words.
    fn words(&self, text: &mut String, width: usize, characters: &Characters) {
        text.push('\n');
        let legend = format!(
            "{} antagonist, {} opioid, {} other, {} days assumed, {} clean from, {} today ({})",
            characters.antagonist,
            characters.opioid,
            characters.other,
            characters.assumed,
            characters.clean,
            characters.today,
            self.today
        );
        wrapped(text, &legend, width);
        for lane in &self.lanes {
            let bars: Vec<String> = lane.bars.iter().map(in_words).collect();
            wrapped(text, &format!("{}: {}", title(lane), bars.join("; ")), width);
        }
        for (number, mark) in (1..).zip(&self.marks) {
            wrapped(text, &format!("[{number}] {}", mark_in_words(mark)), width);
        }
    }
}

/// Where days are drawn.
struct Plot<'c> {
    scale: Scale,
    columns: usize,
    label: usize,
    characters: &'c Characters,
    today: ShownDay,
}

impl Plot<'_> {
    fn column(&self, day: ShownDay) -> usize {
        let at = (self.scale.at(day) * self.columns as f64) as usize;
        at.min(self.columns - 1)
    }

    fn fill(&self, cells: &mut [char], first: ShownDay, last: ShownDay, with: char) {
        // A day is at least one column wide, and a course ends where its last day does.
        let from = self.column(first);
        let to = (self.scale.at(last.plus(1)) * self.columns as f64).ceil() as usize;
        let to = to.clamp(from + 1, self.columns.max(from + 1));
        let end = to.min(cells.len());
        cells[from.min(end)..end].fill(with);
    }

    fn bars(&self, lane: &Lane, cells: &mut [char]) {
        let with = match lane.side {
            Side::Antagonist => self.characters.antagonist,
            Side::Opioid => self.characters.opioid,
            Side::Other => self.characters.other,
        };
        for bar in &lane.bars {
            let with = if bar.assumed { self.characters.assumed } else { with };
            self.fill(cells, bar.first, bar.last, with);
        }
    }

    /// One row: its label, cut where it is too long, and its cells.
    fn row(&self, text: &mut String, label: &str, draw: impl FnOnce(&mut [char])) {
        let mut cells = vec![' '; self.columns];
        if self.scale.holds(self.today) {
            cells[self.column(self.today)] = self.characters.today;
        }
        draw(&mut cells);
        let length = label.chars().count();
        let label = if length > self.label {
            let kept = self.label.saturating_sub(self.characters.cut.chars().count());
            label.chars().take(kept).collect::<String>() + self.characters.cut
        } else {
            label.to_owned()
        };
        let cells: String = cells.into_iter().collect();
        let _ = writeln!(text, "{label:width$} {}", cells.trim_end(), width = self.label);
    }

    /// The line below the rows, with days where there is room for them.
    fn axis(&self, text: &mut String) {
        let line: String = std::iter::repeat_n(self.characters.axis, self.columns).collect();
        let _ = writeln!(text, "{:width$} {line}", "", width = self.label);
        let mut days = vec![' '; self.columns];
        let mut write = |day: ShownDay, at: usize| {
            let name: Vec<char> = day.to_string().chars().collect();
            let at = at.min(self.columns.saturating_sub(name.len()));
            let room = at.saturating_sub(2)..(at + name.len() + 2).min(self.columns);
            if days[room].iter().all(|c| *c == ' ') && at + name.len() <= self.columns {
                days[at..at + name.len()].copy_from_slice(&name);
            }
        };
        write(self.scale.first, 0);
        write(self.scale.last(), self.columns);
        for quarter in 1..4 {
            let day = self.scale.first.plus(self.scale.days * quarter / 4);
            write(day, self.column(day));
        }
        let days: String = days.into_iter().collect();
        let _ = writeln!(text, "{:width$} {}", "", days.trim_end(), width = self.label);
    }
}

/// A paragraph within the width, its further lines indented.
fn wrapped(text: &mut String, paragraph: &str, width: usize) {
    let mut column = 0;
    for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            text.push_str("\n  ");
            column = 2;
        } else if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text.push('\n');
}

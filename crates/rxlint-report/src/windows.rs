//! The excerpts of one finding as one source for miette: a window for each record, whichever file it is in.
//!
//! miette reads a source by offset, and counts lines from the source's first byte. An input is not in memory, and counting
//! its lines would take too long, so each window has its own offsets, far from those of the others, and knows its line.
//! A span that reaches from one window into the next cannot be read, which keeps miette from joining them.

use std::ops::Range;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::redaction::{Excerpt, ExcerptLine, Shown};

/// Put after a name that itself says which cell it is. No text that is shown has this character.
pub(super) const NAMED_CELL: char = '\u{1}';

/// The distance in offsets between the beginnings of two windows; no window is that long.
const APART: usize = 1 << 20;
/// How many columns a tab takes at most; miette's own default.
const TAB: usize = 4;

/// How wide an excerpt may be, and the mark where it is cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fit {
    pub(super) width: usize,
    pub(super) ellipsis: &'static str,
}

/// The excerpts of a finding.
#[derive(Debug, Default)]
pub(super) struct ExcerptWindows(Vec<ExcerptWindow>);

#[derive(Debug)]
struct ExcerptWindow {
    path: String,
    /// The lines, joined by line feeds.
    text: String,
    /// The first line's number, from 0, as miette counts.
    line: usize,
    /// The column at which the text begins, from 0.
    column: usize,
    labels: Vec<CellLabel>,
}

#[derive(Debug)]
struct CellLabel {
    span: Range<usize>,
    /// The true column in the input, from 0.
    column: usize,
    text: String,
    primary: bool,
}

/// A cell to underline, before it has a window.
struct LabelledCell<'a> {
    shown: &'a Shown,
    excerpt: &'a Excerpt,
    label: String,
    primary: bool,
}

impl ExcerptWindows {
    /// The windows of the places that have an excerpt, each with its label, the main one first. Cells of the same
    /// record share a window if it is wide enough.
    pub(super) fn new<'a>(places: impl Iterator<Item = (&'a Shown, String)>, fit: Fit) -> Self {
        let mut groups: Vec<Vec<LabelledCell<'_>>> = Vec::new();
        for (index, (shown, label)) in places.enumerate() {
            let Some(excerpt) = &shown.excerpt else { continue };
            let cell = LabelledCell { shown, excerpt, label, primary: index == 0 };
            match groups.iter_mut().find(|group| joins(group, &cell, fit)) {
                Some(group) => group.push(cell),
                None => groups.push(vec![cell]),
            }
        }
        Self(groups.iter().filter_map(|group| window(group, fit)).collect())
    }

    /// The labels, with their offsets.
    pub(super) fn labels(&self) -> impl Iterator<Item = LabeledSpan> {
        self.0.iter().enumerate().flat_map(|(index, window)| {
            window.labels.iter().map(move |label| {
                let span = SourceSpan::from((index * APART + label.span.start, label.span.len()));
                match label.primary {
                    true => LabeledSpan::new_primary_with_span(Some(label.text.clone()), span),
                    false => LabeledSpan::new_with_span(Some(label.text.clone()), span),
                }
            })
        })
    }
}

impl SourceCode for ExcerptWindows {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (index, start) = (span.offset() / APART, span.offset() % APART);
        let window = self.0.get(index).ok_or(MietteError::OutOfBounds)?;
        let range = start..start.saturating_add(span.len());
        let cell = window.text.as_bytes().get(range).ok_or(MietteError::OutOfBounds)?;
        // Without context miette asks where the cell is, for the heading; with context, what to print.
        let (data, offset, column) = if before == 0 {
            let label = window.labels.iter().find(|label| label.span.start == start);
            (cell, span.offset(), label.map_or(window.column, |label| label.column))
        } else {
            (window.text.as_bytes(), index * APART, window.column)
        };
        Ok(Box::new(MietteSpanContents::new_named(
            window.path.clone(),
            data,
            (offset, data.len()).into(),
            window.line,
            column,
            window.text.lines().count(),
        )))
    }
}

/// From the first to the last byte of the cells, in the text that they share.
fn hull<'a>(cells: impl Iterator<Item = &'a LabelledCell<'a>>) -> Range<usize> {
    let spans = cells.map(|cell| cell.excerpt.span.clone());
    spans.reduce(|hull, span| hull.start.min(span.start)..hull.end.max(span.end)).unwrap_or(0..0)
}

/// Whether the cell is in the same lines as the group's cells, does not overlap them, and is near enough for one window.
fn joins(group: &[LabelledCell<'_>], cell: &LabelledCell<'_>, fit: Fit) -> bool {
    let span = &cell.excerpt.span;
    hull(group.iter().chain([cell])).len() < fit.width.saturating_sub(20)
        && group.iter().all(|other| {
            other.shown.path == cell.shown.path
                && other.excerpt.lines == cell.excerpt.lines
                && (other.excerpt.span.end < span.start || span.end < other.excerpt.span.start)
        })
}

/// The window for cells in the same lines.
fn window(cells: &[LabelledCell<'_>], fit: Fit) -> Option<ExcerptWindow> {
    let LabelledCell { shown, excerpt, .. } = cells.first()?;
    let (first, last) = (excerpt.lines.first()?, excerpt.lines.last()?);
    // Before the text, miette prints the line number and its gutter.
    let columns = fit.width.saturating_sub(last.number.to_string().len() + 4).max(40);
    let (mut text, part) = narrow(first, &hull(cells.iter()), columns, fit.ellipsis);
    let marker = if part.cut_left { fit.ellipsis.len() } else { 0 };
    let moved = |at: usize| at.clamp(part.range.start, part.range.end) - part.range.start + marker;
    let labels = cells.iter().map(|cell| CellLabel {
        span: moved(cell.excerpt.span.start)..moved(cell.excerpt.span.end),
        column: cell.shown.column.unwrap_or(1).saturating_sub(1),
        text: cell.label.clone(),
        primary: cell.primary,
    });
    let labels: Vec<CellLabel> = labels.collect();
    // miette draws nothing for an empty span at the very end of a text.
    if labels.iter().any(|label| label.span.start == text.len()) {
        text.push(' ');
    }
    for line in excerpt.lines.iter().skip(1) {
        text.push('\n');
        text.push_str(&narrow(line, &(0..0), columns, fit.ellipsis).0);
    }
    // miette counts no line after the last line feed.
    if text.ends_with('\n') {
        text.push(' ');
    }
    let line = (first.number as usize).saturating_sub(1);
    let path = match &shown.sheet_cell {
        Some(_) => format!("{}{NAMED_CELL}", shown.at_line()),
        None => shown.path.clone(),
    };
    Some(ExcerptWindow { path, text, line, column: first.column + part.range.start, labels })
}

/// What was kept of a line.
struct KeptPart {
    range: Range<usize>,
    cut_left: bool,
}

/// The part of a line around `keep` that fits into this many columns, with an ellipsis where something is missing.
fn narrow(
    line: &ExcerptLine,
    keep: &Range<usize>,
    columns: usize,
    ellipsis: &str,
) -> (String, KeptPart) {
    let mut column = 0;
    let mut stops: Vec<(usize, usize)> = Vec::with_capacity(line.text.len() + 1);
    for (at, c) in line.text.char_indices() {
        stops.push((at, column));
        column += if c == '\t' { TAB } else { 1 };
    }
    stops.push((line.text.len(), column));
    let column_of =
        |at: usize| stops.iter().find(|stop| stop.0 >= at).map_or(column, |stop| stop.1);
    let byte_of = |wanted: usize| {
        stops.iter().find(|stop| stop.1 >= wanted).map_or(line.text.len(), |stop| stop.0)
    };

    let mark = ellipsis.chars().count();
    let marks = (usize::from(line.cut_left) + usize::from(line.cut_right)) * mark;
    let range = if column + marks <= columns {
        0..line.text.len()
    } else {
        let room = columns.saturating_sub(2 * mark);
        let cell = (column_of(keep.end) - column_of(keep.start)).min(room);
        // A third of what is left stays before the cell: its label goes to the right.
        let wanted = column_of(keep.start).saturating_sub((room - cell) / 3);
        let from = wanted.min((column + mark).saturating_sub(columns));
        let mut to =
            from + columns.saturating_sub(if from > 0 || line.cut_left { mark } else { 0 });
        if to < column || line.cut_right {
            to = to.saturating_sub(mark);
        }
        let start = byte_of(from);
        let end = stops.iter().rev().find(|stop| stop.1 <= to).map_or(start, |stop| stop.0);
        start..end.max(start)
    };
    let cut_left = line.cut_left || range.start > 0;
    let cut_right = line.cut_right || range.end < line.text.len();
    let mark = |cut: bool| if cut { ellipsis } else { "" };
    let text = format!("{}{}{}", mark(cut_left), &line.text[range.clone()], mark(cut_right));
    (text, KeptPart { range, cut_left })
}

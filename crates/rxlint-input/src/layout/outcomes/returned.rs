//! Returns: in a log of doses the day of a return is that of the next visit, and a number returned may be part of what was taken out.
//! Neither cancels its row by itself.

use rxlint_model::record::Field;

use crate::layout::SampleRows;
use crate::layout::cells::content::Content;
use crate::layout::headers::tokens::words_of;

/// What headers call returns.
const RETURNED: [&str; 26] = [
    "return",
    "returns",
    "returned",
    "retd",
    "ret",
    "rts",
    "retour",
    "retours",
    "retourne",
    "dateretour",
    "retourniert",
    "retourdatum",
    "zuruckgegeben",
    "devuelto",
    "devolucion",
    "fechadevolucion",
    "devolvido",
    "devolucao",
    "datadevolucao",
    "restituito",
    "reso",
    "resa",
    "geretourneerd",
    "zwrocony",
    "datazwrotu",
    "zwrot",
];
/// What a dispensing cabinet gave out for someone.
const TAKEN_OUT: [&str; 6] = ["removed", "issued", "vended", "pulled", "withdrawn", "taken"];
/// Words that may count that in a log.
const AMOUNTS: [&str; 6] = ["dispensed", "disp", "qty", "quantity", "given", "count"];

/// Whether a header speaks of a return.
pub(in crate::layout) fn says_returned(header: &str) -> bool {
    says_one_of(header, &RETURNED)
}

/// Whether a header names the day on which a record was reversed: `Rev Date`, `Undo Date`, `Annulé le`.
pub(in crate::layout) fn says_taken_back_on(header: &str) -> bool {
    const BACK: [&str; 22] = [
        "rev",
        "revdate",
        "revdt",
        "undo",
        "undone",
        "credit",
        "credited",
        "refund",
        "refunded",
        "return",
        "returned",
        "retoure",
        "retour",
        "ruckgabe",
        "ruckgabedatum",
        "returnering",
        "annule",
        "annulation",
        "annullering",
        "annulering",
        "retourniert",
        "gutschrift",
    ];
    const DAYS: [&str; 12] =
        ["date", "dt", "dte", "on", "day", "le", "datum", "dato", "am", "rx", "claim", "fill"];
    let words = words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    words.iter().any(|word| is(&BACK, word))
        && words.iter().all(|word| is(&BACK, word) || is(&DAYS, word))
}

fn says_one_of(header: &str, list: &[&str]) -> bool {
    words_of(header).iter().any(|word| list.contains(&word.as_str()))
}

/// Leaves the days and numbers of returns in a log of doses to the witness, which asks about them if they may matter.
pub(in crate::layout) fn leave_to_others(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    contents: &[Content],
    rows: &SampleRows,
) {
    let is_log = columns.iter().any(|(_, field)| *field == Field::Administered);
    let left = |at: usize| {
        let Some(cells) = contents.get(at).filter(|_| says_returned(&headers[at])) else {
            return false;
        };
        let is_day = !cells.is_empty() && cells.has_dates();
        is_day && is_log || counts_a_part(headers, contents, rows, at, is_log)
    };
    columns.retain(|(at, field)| *field != Field::Voided || !left(*at));
}

/// Whether some numbers of a column are smaller than what was taken out in their row: a flag would mean that all of several pieces came back.
fn counts_a_part(
    headers: &[String],
    contents: &[Content],
    rows: &SampleRows,
    index: usize,
    is_log: bool,
) -> bool {
    if !contents.get(index).is_some_and(Content::is_numbers) {
        return false;
    }
    let Some(out) = taken_out(headers, contents, index) else { return false };
    if !is_log && !says_one_of(&headers[out], &TAKEN_OUT) {
        return false;
    }
    rows.iter().any(|row| {
        let [back, out] = [row.get(index), row.get(out)].map(number);
        back.zip(out).is_some_and(|(back, out)| back > 0.0 && back < out)
    })
}

/// The column that counts what was taken out, for one that counts what came back: the nearest before it.
pub(in crate::layout) fn taken_out(
    headers: &[String],
    contents: &[Content],
    index: usize,
) -> Option<usize> {
    let is_it = |at: &usize| {
        contents.get(*at).is_some_and(|cells| cells.is_numbers() && cells.fills_all())
            && (says_one_of(&headers[*at], &TAKEN_OUT) || says_one_of(&headers[*at], &AMOUNTS))
            && !says_returned(&headers[*at])
    };
    (0..index).rev().find(is_it)
}

fn number(cell: Option<&Vec<u8>>) -> Option<f64> {
    std::str::from_utf8(cell?).ok()?.trim().parse().ok()
}

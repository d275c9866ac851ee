//! Lines that programs print around rows: rules of dashes, `(3 rows)`, `Page 1 of 2`, form feeds. They are not records.

use super::cells::trim;

/// Longer lines have content.
const LONGEST: usize = 80;

/// Whether a line without the cells of a row is one of those.
#[cold]
pub(super) fn is_residue(line: &[u8]) -> bool {
    let line = trim(line);
    if line.is_empty() || is_rule(line) {
        return true;
    }
    if is_confidential(line) || is_signed(line) || is_label(line) {
        return true;
    }
    if line.len() > LONGEST {
        return false;
    }
    let text = String::from_utf8_lossy(line).to_lowercase();
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    let told: Vec<&str> = words.iter().copied().filter(|word| !is_number(word)).collect();
    let counts = words.len() > told.len();
    if counts && (counts_rows(&told) || is_total(&told)) {
        return true;
    }
    match told[..] {
        ["row" | "rows" | "record" | "records" | "page"] => counts,
        [
            "row" | "rows" | "record" | "records" | "line" | "rx" | "rxs" | "claim" | "fill",
            "count" | "total",
        ] => counts,
        [
            "total" | "number",
            "of",
            "rows" | "records" | "rxs" | "prescriptions" | "fills" | "claims" | "lines",
        ] => counts,
        ["count"] | ["records" | "rows", "read" | "written" | "exported"] => counts,
        ["row" | "rows" | "record" | "records", "selected" | "affected" | "returned" | "s"] => {
            counts
        }
        ["row" | "record", "s", "selected" | "affected" | "returned"] => counts,
        ["row" | "rows", "in", "set"] | ["row" | "rows", "in", "set", "sec"] => counts,
        ["trailer" | "trl" | "tlr" | "footer"] => counts,
        ["end"] => line.iter().any(|byte| b"*-=#".contains(byte)),
        ["page", "of"] | ["total" | "totals"] | ["grand", "total"] => true,
        ["total", "rows" | "records" | "rx" | "rxs" | "prescriptions" | "fills" | "claims"] => {
            counts
        }
        ["end", "of", "report" | "file" | "data" | "extract"] | ["eof"] | ["sql"] => true,
        ["ende", "der", "liste"] | ["fin", "del", "informe"] | ["fin", "de", "liste"] => true,
        ["stand"] | ["seite", "von"] | ["page", "sur"] | ["pagina", "di" | "de" | "van"] => counts,
        ["erstellt", "am"] | ["édité", "le"] | ["impreso", "el"] | ["stampato", "il"] => counts,
        _ => false,
    }
}

/// Words before a sum or an average in the languages of the exports, without spaces.
const SUMS: [&str; 71] = [
    "total",
    "totals",
    "grandtotal",
    "subtotal",
    "sum",
    "sums",
    "summe",
    "gesamt",
    "gesamtergebnis",
    "gesamtsumme",
    "zwischensumme",
    "endsumme",
    "anzahl",
    "totalgénéral",
    "totalgeneral",
    "soustotal",
    "totaux",
    "totale",
    "totali",
    "totalegenerale",
    "somma",
    "totalgeral",
    "totais",
    "soma",
    "suma",
    "sumatotal",
    "totales",
    "totaal",
    "eindtotaal",
    "subtotaal",
    "totaalgeneraal",
    "summa",
    "delsumma",
    "totalt",
    "totalsumma",
    "slutsumma",
    "antal",
    "ialt",
    "sumtotalt",
    "totalsum",
    "yhteensä",
    "summayhteensä",
    "razem",
    "ogółem",
    "łącznie",
    "sumakońcowa",
    "celkem",
    "grandtotals",
    "subtotals",
    "reporttotal",
    "reporttotals",
    "average",
    "averages",
    "mean",
    "median",
    "moyenne",
    "somme",
    "итого",
    "всего",
    "合計",
    "総計",
    "小計",
    "合计",
    "总计",
    "합계",
    "총계",
    "összesen",
    "toplam",
    "σύνολο",
    "ukupno",
    "spolu",
];

/// Words before a number of rows, or after all of them; below a table, in a row without anything else.
const COUNTS_AND_ENDS: [&str; 23] = [
    "recordcount",
    "records",
    "totalrecords",
    "rowcount",
    "totalrx",
    "totalrxs",
    "totalprescriptions",
    "totalclaims",
    "totalfills",
    "totalrows",
    "totalcount",
    "totalqty",
    "totalquantity",
    "totalpatients",
    "totalitems",
    "totalscripts",
    "rxcount",
    "claimcount",
    "count",
    "endofreport",
    "endoffile",
    "endofdata",
    "endofextract",
];

/// Whether these words say that a sum follows.
fn is_total(words: &[&str]) -> bool {
    SUMS.contains(&words.concat().as_str())
}

/// Whether a cell begins a row of totals, by words that announce the number in another cell: `Summe`, `Antal rader`.
pub(super) fn names_total(cell: &[u8]) -> bool {
    if cell.len() > LONGEST {
        return false;
    }
    let text = String::from_utf8_lossy(cell).to_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !word.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    is_total(&words)
        || COUNTS_AND_ENDS.contains(&words.concat().as_str())
        || words.len() > 1 && counts_rows(&words)
}

/// Whether these words, next to a number, count the rows above: `Anzahl Datensätze: 4`, `Total de registros: 4`.
fn counts_rows(words: &[&str]) -> bool {
    const COUNTS: [&str; 14] = [
        "anzahl",
        "nombre",
        "aantal",
        "número",
        "numero",
        "liczba",
        "antal",
        "antall",
        "total",
        "totaal",
        "totale",
        "gesamt",
        "summe",
        "łącznie",
    ];
    const ROWS: [&str; 20] = [
        "datensätze",
        "zeilen",
        "positionen",
        "rezepte",
        "lignes",
        "enregistrements",
        "records",
        "regels",
        "registros",
        "registos",
        "filas",
        "linhas",
        "righe",
        "rekordów",
        "wierszy",
        "rader",
        "poster",
        "rækker",
        "printed",
        "gesamt",
    ];
    let is_small = |word: &&str| ["de", "di", "aantal", "av"].contains(word);
    words.iter().any(|word| ROWS.contains(word))
        && words.iter().all(|word| COUNTS.contains(word) || ROWS.contains(word) || is_small(word))
}

/// Whether a line only says that the file is confidential: it has no number, as every record has.
fn is_confidential(line: &[u8]) -> bool {
    const LONGEST: usize = 400;
    if line.len() > LONGEST || line.iter().any(u8::is_ascii_digit) {
        return false;
    }
    let text = String::from_utf8_lossy(line).to_lowercase();
    ["confidential", "vertraulich", "confidentiel", "confidencial", "riservato", "vertrouwelijk"]
        .iter()
        .any(|word| text.contains(word))
}

/// Whether a line says who made the report and when, or how it was filtered: `Prepared by: J. Smith RPh`.
fn is_signed(line: &[u8]) -> bool {
    const LONGEST: usize = 100;
    const MADE: [&str; 9] = [
        "prepared",
        "printed",
        "generated",
        "created",
        "exported",
        "reviewed",
        "approved",
        "verified",
        "signed",
    ];
    let text = String::from_utf8_lossy(line).to_lowercase();
    let text = text.trim_start_matches('"');
    if text.starts_with("applied filters:") {
        return true;
    }
    let text = text.strip_prefix("report ").unwrap_or(text);
    let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let by_or_on = |word: &str| ["by", "on", "at"].contains(&word) || word.parse::<u16>().is_ok();
    text.len() <= LONGEST
        && has_few_cells(text)
        && words.next().is_some_and(|word| MADE.contains(&word))
        && words.next().is_some_and(by_or_on)
}

/// Whether a line is a label of the report or a note below it: `Source: Epic Clarity`, `*includes mail order`.
fn is_label(line: &[u8]) -> bool {
    const LABELS: [&str; 14] = [
        "source",
        "sources",
        "printed",
        "generated",
        "created",
        "exported",
        "filter",
        "filters",
        "parameters",
        "criteria",
        "note",
        "notes",
        "legend",
        "disclaimer",
    ];
    let text = String::from_utf8_lossy(line).to_lowercase();
    let is_labelled = text
        .split_once(':')
        .is_some_and(|(label, _)| LABELS.contains(&label.trim_matches([' ', '"'])));
    let is_footnote = text.strip_prefix('*').is_some_and(|note| {
        let note = note.trim_start_matches(['*', ' ', '=']);
        note.contains(' ')
            && note.starts_with(char::is_alphabetic)
            && !note.contains(|c: char| c.is_numeric())
    });
    has_few_cells(&text) && (is_labelled || is_footnote)
}

/// Whether a line has at most one character that may separate cells.
fn has_few_cells(text: &str) -> bool {
    text.chars().filter(|c| matches!(c, ',' | ';' | '\t' | '|')).count() < 2
}

/// Whether a line is drawn: dashes and their connectors.
pub(super) fn is_rule(line: &[u8]) -> bool {
    let drawn = line.iter().filter(|byte| matches!(byte, b'-' | b'=' | b'_')).count();
    drawn > 2 && line.iter().all(|byte| b"-=_+|*~: \t,;\"\r\n".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_around_rows_is_no_record() {
        for line in [
            "\u{1A}",
            "\u{C}",
            "-----+------+---",
            "--------- ----------",
            "=====",
            "(3 rows)",
            "3 rows selected.",
            "(1 row affected)",
            "Page 1 of 2",
            "Page: 3",
            "Total",
            "Grand Total: 12",
            "Total Rxs: 3",
            "*** End of Report ***",
            "Record count: 2",
            "Total Rx: 5",
            "2 rows in set (0.00 sec)",
            "*** END ***",
            "TRAILER|2",
            "| --- | :--- | ---: |",
            "Number of records: 12",
            "Prepared by: J. Smith RPh",
            "Printed on 03/05/2026, 10:15",
            "Report generated 04/02/2026 by JDOE",
            "* = controlled substance",
            "* Per CDC guidance the MME may vary",
            "Итого: 4",
            "合計: 4",
            "Printed: 03/31/2026",
            "Anzahl Datensätze: 4",
            "Datensätze: 4",
            "Nombre de lignes : 4",
            "Totaal aantal regels: 4",
            "Número de registros: 4",
            "Liczba rekordów: 4",
            "Records printed: 4",
            "Gesamt: 4",
            "Stand: 31.12.2025",
            "Erstellt am 31.12.2025",
            "Édité le 31/12/2025",
            "Ende der Liste",
            "Seite 1 von 2",
            "Summe;56",
            "Summe: 56",
            "Gesamtsumme;56",
            "Anzahl;56",
            "Total général;56",
            "Totalt 56",
            "I alt;56",
            "Yhteensä: 56",
            "Ogółem 56",
            "Łącznie;56",
            "Source: Epic Clarity",
            "*includes mail order",
            "-- End of Report --",
            "\"Applied filters:\nSite is Main\"",
            "CONFIDENTIAL - contains protected health information, do not copy",
        ] {
            assert!(is_residue(line.as_bytes()), "{line:?}");
        }
        for line in [
            "P1",
            "Total Care 7",
            "Stand by 7",
            "Nombre 7",
            "Prepared meal 7",
            "Oxycodone 5 mg",
            "page",
            "12",
            "P1,Naltrexone 50 mg",
            "--",
            "rows of teeth",
            "Summe",
            "Suma P7",
        ] {
            assert!(!is_residue(line.as_bytes()), "{line}");
        }
    }
}

//! A column that names the claim which a row reverses, adjusts or replaces: `ORGNL_CLM_NUM`, `Prior Claim ID`.

use std::collections::BTreeSet;

use rxlint_model::record::Field;

use crate::layout::SampleRows;
use crate::layout::cells::content::Content;
use crate::layout::headers::claim_number::{CLAIM, NUMBER, NUMBERS_OF_CLAIMS, WHOSE};
use crate::layout::headers::{fold, tokens};

/// Gives the original's number its own field, next to that of the row.
pub(in crate::layout) fn place(
    headers: &[String],
    columns: &mut Vec<(usize, Field)>,
    (contents, rows): (&[Content], &SampleRows),
    is_joined: impl Fn(usize) -> bool,
) {
    let serves = |at: usize| columns.iter().any(|(other, _)| *other == at) || is_joined(at);
    let is_number = |at: usize| {
        contents.get(at).is_some_and(|cells| !cells.is_day_column() && !cells.is_flag())
    };
    let column =
        |wanted: Field| columns.iter().find(|(_, field)| *field == wanted).map(|(at, _)| *at);
    let Some(claim) = column(Field::Claim) else {
        let is_free = |at: &usize| !serves(*at) && is_number(*at);
        let of = |says: fn(&str) -> bool| {
            (0..headers.len()).filter(is_free).find(|at| says(&headers[*at]))
        };
        if let Some(original) = column(Field::Original).or_else(|| of(says_original_claim)) {
            let free = (0..headers.len()).filter(|at| is_free(at) && *at != original);
            let own = of(says_adjusting_claim)
                .or_else(|| own_number(headers, (contents, rows), original, free));
            columns.retain(|(_, field)| *field != Field::Original);
            if let Some(own) = own {
                columns.extend([(original, Field::Original), (own, Field::Claim)]);
            } else if contents.get(original).is_some_and(Content::fills_all) {
                // The same for all versions, including the first. If that one has none, it is never the claim's own.
                columns.push((original, Field::Claim));
            }
        }
        return;
    };
    let find = |says: fn(&str) -> bool| {
        (0..headers.len()).filter(move |&at| !serves(at) && is_number(at) && says(&headers[at]))
    };
    // A number that every row has is its own.
    let is_rare = |at: &usize| !contents[*at].fills_all() && column(Field::Adjustment).is_some();
    let is_like = |at: &usize| is_like_claims(rows, *at, claim);
    let changes = column(Field::Adjustment).or(column(Field::Status)).is_some();
    let original = (find(says_original_claim).next())
        .or_else(|| find(says_original_reference).next())
        .or_else(|| find(says_payer_number).find(is_rare))
        .or_else(|| {
            find(says_another).find(|at| changes && !contents[*at].fills_all() && is_like(at))
        });
    let is_due = column(Field::Original).is_none();
    columns.extend(original.filter(|_| is_due).map(|at| (at, Field::Original)));
}

/// The number that each row of a table which names other claims has for itself, if its header uses another word: `TPA Claim ID`,
/// `Record No`, `Belegnummer`. One in which those others are found comes first, then one that speaks of claims.
fn own_number(
    headers: &[String],
    (contents, rows): (&[Content], &SampleRows),
    original: usize,
    free: impl Iterator<Item = usize>,
) -> Option<usize> {
    let cells =
        |at: usize| rows.iter().map(move |row| cell(row, at)).filter(|cell| !cell.is_empty());
    let named: BTreeSet<&[u8]> = cells(original).collect();
    let is_like = |at: &usize| named.is_empty() || is_like_claims(rows, original, *at);
    let holds_them = |at: usize| cells(at).any(|cell| named.contains(cell));
    let rank = |at: usize| {
        let speaks_of_claims = has(&tokens::words_of(&headers[at]), &CLAIM);
        (!holds_them(at), !speaks_of_claims, !contents[at].never_repeats(), at)
    };
    free.filter(|&at| contents[at].fills_all() && says_own_number(&headers[at]))
        .filter(|at| holds_them(*at) || is_like(at))
        .min_by_key(|&at| rank(at))
}

/// The only column of these that may hold such numbers, whatever it is called: it has numbers like those of claims in some rows, some
/// of which say of their claim what the others do not, and none in the others. Paid claims have other numbers too, and rejected ones
/// have codes.
pub(in crate::layout) fn by_content(
    columns: &[(usize, Field)],
    rows: &SampleRows,
    open: impl Iterator<Item = usize>,
) -> Option<usize> {
    let column =
        |wanted: Field| columns.iter().find(|(_, field)| *field == wanted).map(|(at, _)| *at);
    let claim = column(Field::Claim)?;
    let change = column(Field::Adjustment).or(column(Field::Status))?;
    column(Field::Original).is_none().then_some(())?;
    const LONGEST_CODE: usize = 2;
    let claims: BTreeSet<&[u8]> = rows.iter().map(|row| cell(row, claim)).collect();
    let mut fits = open.filter(|&at| {
        let said = |row: &Vec<Vec<u8>>| !cell(row, at).is_empty();
        let (with, without): (Vec<_>, Vec<_>) = rows.iter().partition(|row| said(row));
        let names_another = |row: &&Vec<Vec<u8>>| {
            cell(row, at) != cell(row, claim) && cell(row, at).len() > LONGEST_CODE
        };
        let of = |rows: &[&Vec<Vec<u8>>]| -> BTreeSet<Vec<u8>> {
            rows.iter().map(|row| cell(row, change).to_ascii_lowercase()).collect()
        };
        // A rebilled claim also names the claim that was reversed, and is paid as that was.
        let names_a_row = with.iter().any(|row| claims.contains(cell(row, at)));
        let is_of_changes = match names_a_row {
            true => !of(&with).is_subset(&of(&without)),
            false => with.len() < without.len() && of(&with).is_disjoint(&of(&without)),
        };
        !with.is_empty()
            && is_of_changes
            && with.iter().all(names_another)
            && is_like_claims(rows, at, claim)
    });
    let only = fits.next()?;
    fits.next().is_none().then_some(only)
}

fn cell(row: &[Vec<u8>], at: usize) -> &[u8] {
    row.get(at).map_or(&b""[..], |cell| cell.trim_ascii())
}

/// Whether everything in a column has the form of the claim numbers in another.
fn is_like_claims(rows: &SampleRows, at: usize, claim: usize) -> bool {
    // A single character is a code.
    const SHORTEST: usize = 2;
    let all = |at: usize| rows.iter().map(move |row| cell(row, at)).filter(|cell| !cell.is_empty());
    let shapes: BTreeSet<Vec<u8>> = all(claim).map(shape).collect();
    let lengths = all(claim).map(<[u8]>::len);
    let (least, most) = lengths.fold((usize::MAX, 0), |(a, b), n| (a.min(n), b.max(n)));
    let is_like = |cell: &[u8]| {
        (least.max(SHORTEST)..=most).contains(&cell.len()) && shapes.contains(&shape(cell))
    };
    all(at).next().is_some() && all(at).all(is_like)
}

/// A number with each run of letters or digits reduced to one of them: `RX0012-1` is `a0-0`.
fn shape(number: &[u8]) -> Vec<u8> {
    let mut shape: Vec<u8> = Vec::with_capacity(number.len());
    for byte in number {
        let kind = match byte {
            b'0'..=b'9' => b'0',
            byte if byte.is_ascii_alphabetic() => b'a',
            other => *other,
        };
        if !kind.is_ascii_alphanumeric() || shape.last() != Some(&kind) {
            shape.push(kind);
        }
    }
    shape
}

/// What another row did to a claim, or its position before it.
const ORIGINAL: [&str; 38] = [
    "original",
    "orig",
    "orgnl",
    "orgnal",
    "origin",
    "parent",
    "adjusted",
    "prior",
    "previous",
    "prev",
    "prv",
    "former",
    "replaced",
    "reversed",
    "rvrsd",
    "voided",
    "corrected",
    "resubmitted",
    "cancelled",
    "canceled",
    "superseded",
    "preceding",
    "predecessor",
    "earlier",
    "old",
    "initial",
    "first",
    "replaces",
    "reverses",
    "voids",
    "adjusts",
    "corrects",
    "cancels",
    "supersedes",
    "mother",
    "ancestor",
    "antecedent",
    "root",
];
/// Words that say of a claim only that another row is about it.
const LINKED: [&str; 7] = ["source", "linked", "related", "referenced", "ref", "xref", "cross"];
/// What was done to a claim, followed by these: `Reversal Of`.
const DONE: [&str; 16] = [
    "reversal",
    "replacement",
    "adjustment",
    "void",
    "correction",
    "rebill",
    "resubmission",
    "credit",
    "adj",
    "adjs",
    "rev",
    "rvsl",
    "repl",
    "rplc",
    "corr",
    "vd",
];
/// Words before the claim to which it was done.
const OF: [&str; 3] = ["of", "from", "for"];
/// Other short forms: claim control number, patient control number. By themselves they are numbers of something else.
const CONTROL_NUMBERS: [&str; 2] = ["ccn", "pcn"];
const REFERENCE: [&str; 5] = ["ref", "reference", "control", "ctrl", "cntl"];

/// Whether a header names a claim by its number, and by what another row did to it or its position before it.
pub(super) fn says_original_claim(header: &str) -> bool {
    let words = tokens::words_of(header);
    let has = |list: &[&str]| has(&words, list);
    // With these words the claim needs no word for a number; what is done `by` another is done by the later claim.
    let is_bare = || is_made_of(&words, &[&ORIGINAL, &LINKED, &CLAIM, &OF, &["the"], &DONE]);
    let is_of_whom = || {
        has(&CLAIM)
            && is_made_of(&words[words.len() - 1..], &[&CLAIM])
            && is_made_of(&words, &[&ORIGINAL, &LINKED, &CLAIM, &WHOSE])
    };
    let is_numbered = has(&NUMBER) || has(&NUMBERS_OF_CLAIMS) || has(&["ccn"]);
    // In workers' compensation, where a claim is the injury.
    const BILLS: [&str; 2] = ["bill", "invoice"];
    let is_bill = || {
        has(&BILLS) && has(&NUMBER) && is_made_of(&words, &[&ORIGINAL, &LINKED, &BILLS, &NUMBER])
    };
    let is_claim = has(&CLAIM) || has(&NUMBERS_OF_CLAIMS) || has(&["ccn"]);
    says_of_another(&words)
        && (is_claim && (is_numbered || is_bare() || is_of_whom()) || is_bill())
        && !has(&["by", "to", "into", "date", "dt", "status", "type", "amount", "amt", "line"])
}

/// Whether a header says that its row replaces the claim that it names: `Replaces ICN`, `Adjustment Of Claim`.
pub(in crate::layout) fn says_replaces(header: &str) -> bool {
    const REPLACES: [&str; 5] = ["replaces", "adjusts", "corrects", "supersedes", "replaced"];
    const IN_PLACE: [&str; 6] =
        ["replacement", "adjustment", "correction", "rebill", "repl", "corr"];
    let words = tokens::words_of(header);
    let is_one = has(&words, &REPLACES) || has(&words, &IN_PLACE) && has(&words, &OF);
    is_one && !has(&words, &["reversed", "voided", "or", "by"])
}

/// Whether a header names a later claim, which replaced the one in its row or reversed it: `Replaced By`, `Daughter ICN`, `Next Claim Number`.
pub fn says_later_claim(header: &str) -> bool {
    const DONE_TO: [&str; 10] = [
        "replaced",
        "superseded",
        "adjusted",
        "corrected",
        "reversed",
        "voided",
        "cancelled",
        "canceled",
        "resubmitted",
        "rebilled",
    ];
    const LATER: [&str; 6] =
        ["daughter", "next", "successor", "subsequent", "reversal", "replacement"];
    const BY: [&str; 4] = ["by", "to", "as", "with"];
    let words = tokens::words_of(header);
    let has = |list: &[&str]| has(&words, list);
    let is_done = has(&DONE_TO) && has(&BY);
    let is_later =
        has(&LATER) && (has(&CLAIM) && has(&NUMBER) || has(&NUMBERS_OF_CLAIMS)) && !has(&OF);
    (is_done || is_later)
        && is_made_of(&words, &[&DONE_TO, &LATER, &BY, &CLAIM, &NUMBERS_OF_CLAIMS, &NUMBER])
}

/// Whether a header names the number of a row, a bill or what was done with it, whoever gave it. Next to the number of another claim
/// it is the row's own.
fn says_own_number(header: &str) -> bool {
    const OF_ROWS: [&str; 22] = [
        "record",
        "rec",
        "row",
        "txn",
        "trx",
        "trans",
        "tran",
        "transaction",
        "bill",
        "billing",
        "document",
        "doc",
        "invoice",
        "adjudication",
        "auth",
        "authorization",
        "authorisation",
        "event",
        "unique",
        "remit",
        "remittance",
        "tpa",
    ];
    const SURROGATE: [&str; 4] = ["sk", "uid", "uuid", "guid"];
    let words = tokens::words_of(header);
    let is_named = has(&words, &OF_ROWS) || has(&words, &CLAIM) || has(&words, &NUMBERS_OF_CLAIMS);
    let is_numbered = [&NUMBER[..], &SURROGATE, &NUMBERS_OF_CLAIMS]
        .iter()
        .any(|list| words.last().is_some_and(|last| list.contains(&last.as_str())));
    is_named
        && is_numbered
        && is_made_of(&words, &[&OF_ROWS, &CLAIM, &NUMBERS_OF_CLAIMS, &NUMBER, &WHOSE, &SURROGATE])
}

/// Whether a header names the number of a claim that adjusts another, next to that of the original: T-MSIS's `ICN_ADJ`.
fn says_adjusting_claim(header: &str) -> bool {
    const ADJUSTS: [&str; 4] = ["adj", "adjustment", "adjusting", "adjstmt"];
    let words = tokens::words_of(header);
    has(&words, &ADJUSTS)
        && (has(&words, &NUMBERS_OF_CLAIMS) || has(&words, &CLAIM) && has(&words, &NUMBER))
        && is_made_of(&words, &[&ADJUSTS, &NUMBERS_OF_CLAIMS, &CLAIM, &NUMBER])
}

/// Whether a header says only what was done to something, or that it came before: `Adjusted From`, `Original PCN`.
fn says_another(header: &str) -> bool {
    let words = tokens::words_of(header);
    let of = [&OF[..], &["the", "to"]].concat();
    says_of_another(&words)
        && is_made_of(
            &words,
            &[&ORIGINAL, &LINKED, &DONE, &of, &CLAIM, &NUMBERS_OF_CLAIMS, &CONTROL_NUMBERS, &NUMBER],
        )
        // What something was adjusted to is the later one.
        && (!has(&words, &["to"]) || has(&words, &LINKED))
}

fn says_of_another(words: &[String]) -> bool {
    has(words, &ORIGINAL) || has(words, &LINKED) || has(words, &DONE) && has(words, &OF)
}

/// Whether a header names the reference that a bill makes to the one before it: box 22 of CMS-1500, REF F8 of X12 837.
fn says_original_reference(header: &str) -> bool {
    const BILL: [&str; 6] = ["document", "internal", "transaction", "payer", "payor", "bill"];
    const AGAIN: [&str; 1] = ["resubmission"];
    let words = tokens::words_of(header);
    let has = |list: &[&str]| has(&words, list);
    const CALLED: [&[&str]; 4] = [&NUMBER, &CLAIM, &NUMBERS_OF_CLAIMS, &CONTROL_NUMBERS];
    let is_known =
        is_made_of(&words, &[&[&ORIGINAL[..], &AGAIN, &REFERENCE, &BILL], &CALLED[..]].concat());
    let is_again = has(&ORIGINAL) || has(&AGAIN);
    is_known && is_again && has(&REFERENCE) || fold::fold(header).contains("reff8")
}

/// Whether a header names the number that the payer gave a claim: on a bill that of the previous one, on a payment its own.
fn says_payer_number(header: &str) -> bool {
    const PAYER: [&str; 2] = ["payer", "payor"];
    let words = tokens::words_of(header);
    let has = |list: &[&str]| has(&words, list);
    has(&PAYER)
        && has(&["control", "ctrl", "cntl"])
        && is_made_of(&words, &[&PAYER, &REFERENCE, &NUMBER, &CLAIM, &NUMBERS_OF_CLAIMS])
}

fn has(words: &[String], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(&word.as_str()))
}

/// Whether all words are among these.
fn is_made_of(words: &[String], lists: &[&[&str]]) -> bool {
    words.iter().all(|word| lists.iter().any(|list| list.contains(&word.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_original_claim_is_told_from_other_claims() {
        for header in [
            "ORGNL_CLM_NUM",
            "original_claim_id",
            "Original Claim Number",
            "OrigICN",
            "adjusted_from_claim_id",
            "Prior Claim Number",
            "replaced_claim",
            "reversed_claim_id",
            "Former ICN",
            "previous_claim_number",
            "Claim Ref Original No",
            "replaces_claim",
            "Reversal Of Claim",
            "Original Rx Claim",
            "Ref-Belegnummer",
            "Original Bill ID",
            "Prior Pharmacy Claim",
            "Mother ICN",
            "Adj Of Claim",
            "Void For Claim No",
        ] {
            assert!(says_original_claim(header), "{header}");
        }
        for header in [
            "claim_id",
            "Original Rx Number",
            "original_claim_date",
            "Parent ID",
            "replaced_by_claim_id",
            "adjusted_to_claim",
            "reversal_claim_id",
            "Prior Claim Status",
            "Original Claim Plan",
            "Original PCN",
        ] {
            assert!(!says_original_claim(header), "{header}");
        }
    }

    #[test]
    fn a_later_claim_is_told_from_an_earlier_one() {
        for header in [
            "Replaced By",
            "Superseded By",
            "Adjusted To Claim ID",
            "Adjusted By ICN",
            "Daughter ICN",
            "Next Claim Number",
            "Reversal Claim ID",
        ] {
            assert!(says_later_claim(header), "{header}");
        }
        for header in [
            "Replaced Claim ID",
            "Reversal Of Claim",
            "Adjusted From",
            "Next Refill Date",
            "Filled By",
            "Verified By",
            "Adjusted By User",
            "Reversal Date",
        ] {
            assert!(!says_later_claim(header), "{header}");
        }
    }

    #[test]
    fn the_number_of_a_row_is_its_own_whatever_it_is_called() {
        for header in [
            "TPA Claim ID",
            "Record ID",
            "Txn No",
            "Bill ID",
            "Document No",
            "Invoice Number",
            "Adjudication ID",
            "Claim Auth Number",
            "Belegnummer",
            "CLM_SK",
            "Unique ID",
            "Claim Record Key",
        ] {
            assert!(says_own_number(header), "{header}");
        }
        for header in [
            "Original Claim ID",
            "Prior Auth No",
            "Plan ID",
            "Payer ID",
            "Member ID",
            "Rx Number",
            "Record Type",
            "Bill Date",
            "Document Status",
            "Pharmacy Number",
        ] {
            assert!(!says_own_number(header), "{header}");
        }
    }

    #[test]
    fn the_row_that_replaces_a_claim_is_told_from_the_claim_that_adjusts_it() {
        for header in ["Replaces ICN", "replaced_claim", "Adjustment Of Claim", "corrects_claim_id"]
        {
            assert!(says_replaces(header), "{header}");
        }
        for header in ["replaced_by_claim_id", "Original Claim", "Former TCN", "Reversal Of Claim"]
        {
            assert!(!says_replaces(header), "{header}");
        }
        assert!(says_adjusting_claim("ICN_ADJ") && says_adjusting_claim("ADJSTMT_CLM_NUM"));
        assert!(!says_adjusting_claim("ADJUSTMENT_IND") && !says_adjusting_claim("ICN_ORIG"));
    }

    #[test]
    fn what_says_no_more_than_that_it_came_before_is_known_by_its_cells_as_well() {
        for header in
            ["Adjusted From", "Replacement Of", "Original PCN", "Parent ID", "Linked To", "Voids"]
        {
            assert!(says_another(header), "{header}");
        }
        for header in
            ["Adjusted To", "Replaced By", "Original Rx No", "Reversal ID", "Prior Auth No", "From"]
        {
            assert!(!says_another(header), "{header}");
        }
        let rows = |cells: &[[&str; 2]]| -> Vec<Vec<Vec<u8>>> {
            cells.iter().map(|row| row.map(|cell| cell.as_bytes().to_vec()).to_vec()).collect()
        };
        assert!(is_like_claims(&rows(&[["C10", ""], ["C11", "C10"], ["C9", ""]]), 1, 0));
        for other in ["10", "X-10", "C1045", "C"] {
            assert!(!is_like_claims(&rows(&[["C10", ""], ["C11", other]]), 1, 0), "{other}");
        }
        assert_eq!(shape(b"RX0012-1"), b"a0-0");
    }

    #[test]
    fn the_reference_of_a_bill_is_that_to_the_one_before_it() {
        for header in [
            "original_ref_no",
            "Original Reference Number",
            "Orig Ref #",
            "original_document_control_number",
            "Resubmission Ref No",
            "REF_F8",
            "REF*F8",
        ] {
            assert!(says_original_reference(header), "{header}");
        }
        for header in ["reference_number", "Original Rx Ref No", "Ref Code", "Control Number"] {
            assert!(!says_original_reference(header), "{header}");
        }
        for header in ["payer_control_number", "Payer Claim Control Number", "payor_ctrl_no"] {
            assert!(says_payer_number(header), "{header}");
        }
        assert!(!says_payer_number("payer_id") && !says_payer_number("Patient Control Number"));
    }
}

//! Columns that say what was decided about each medicine, at a discharge or when lists were compared: `Discharge Instruction` with
//! `CONTINUE`, `CHANGE` and `STOP`. Their words are in `decisions.txt`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use rxlint_model::record::{Field, decode};

use super::word_table::{self, small};
use crate::layout::cells::content::Content;
use crate::layout::headers::{generic, tokens};

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether the medicine is taken from then on.
    pub is_taken: bool,
    /// Whether the word is an instruction, as no status is.
    pub is_order: bool,
}

/// Every word with what it says.
pub(crate) fn decisions() -> impl Iterator<Item = (&'static str, Decision)> {
    word_table::words(include_str!("decisions.txt")).map(|(says, word)| {
        (word, Decision { is_taken: !says.starts_with("not"), is_order: says.ends_with("order") })
    })
}

/// What a cell says was decided; `None` if it is not such a word.
pub fn decision(cell: &[u8]) -> Option<Decision> {
    const LONGEST: usize = 40;
    static KNOWN: LazyLock<FxHashMap<String, Decision>> =
        LazyLock::new(|| decisions().map(|(word, decision)| (small(word), decision)).collect());
    let is_short = !cell.is_empty() && cell.len() <= LONGEST;
    is_short.then(|| KNOWN.get(&small(&decode(cell))).copied()).flatten()
}

/// Whether a column says what was decided about each medicine: by its header, and by nearly all of its cells.
pub(in crate::layout) fn is_of_decisions(header: &str, content: Option<&Content>) -> bool {
    let serves_another = matches!(
        generic::header_meaning(header),
        Some((Field::Adjustment | Field::Status | Field::Voided, _))
    );
    !serves_another && says_decision(header) && content.is_some_and(Content::is_decisions)
}

/// Words in headers for what is done with a medicine.
const DECIDED: [&str; 27] = [
    "action",
    "actions",
    "instruction",
    "instructions",
    "plan",
    "taking",
    "takes",
    "reconciliation",
    "reconciled",
    "reconcile",
    "medrec",
    "change",
    "changes",
    "disposition",
    "decision",
    "recommendation",
    "accion",
    "azione",
    "actie",
    "acao",
    "atgard",
    "massnahme",
    "maßnahme",
    "conduite",
    "entscheidung",
    "conducta",
    "beslissing",
];

/// Words that may accompany them.
const BESIDE: [&str; 44] = [
    "discharge",
    "disch",
    "dc",
    "d",
    "c",
    "admission",
    "transfer",
    "home",
    "med",
    "meds",
    "medication",
    "medications",
    "medicine",
    "drug",
    "rx",
    "order",
    "type",
    "status",
    "code",
    "desc",
    "pt",
    "patient",
    "currently",
    "current",
    "still",
    "is",
    "at",
    "on",
    "for",
    "the",
    "provider",
    "final",
    "list",
    "new",
    "rec",
    "alta",
    "al",
    "sortie",
    "dimissione",
    "ontslag",
    "entlassung",
    "bei",
    "y",
    "n",
];

/// Whether a header says only that its column may say what was decided: `Discharge Instruction`, `Plan`, `Pt Taking`.
pub(crate) fn says_decision(header: &str) -> bool {
    let words = tokens::words_of(header);
    let is = |list: &[&str], word: &String| list.contains(&word.as_str());
    let is_rec = words.windows(2).any(|pair| pair[0].starts_with("med") && pair[1] == "rec");
    (is_rec || words.iter().any(|word| is(&DECIDED, word)))
        && words.iter().all(|word| is(&DECIDED, word) || is(&BESIDE, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_says_that_a_medicine_is_taken_and_that_it_is_not() {
        for (word, known) in decisions() {
            let found = decision(word.as_bytes());
            assert_eq!(found.map(|found| found.is_taken), Some(known.is_taken), "{word}");
        }
    }

    #[test]
    fn headers_of_decisions_are_known_and_others_are_none() {
        for header in [
            "Discharge Instruction",
            "Discharge Action",
            "Reconciliation Action",
            "Med Rec Action",
            "Change Type",
            "Instruction",
            "Plan",
            "Taking?",
            "Currently Taking",
            "Patient Taking",
            "Acción",
            "Azione",
        ] {
            assert!(says_decision(header), "{header}");
        }
        for header in ["Order Type", "Plan Name", "Status", "Drug", "Medication", "Discharge Date"]
        {
            assert!(!says_decision(header), "{header}");
        }
    }
}

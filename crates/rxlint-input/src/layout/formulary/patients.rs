//! Whether a table is about patients: then it is not a list of drugs, and must not be stored with lists.

use super::{NAMES, plain};
use crate::layout::cells::content::{self, Content};
use crate::layout::headers::{fold, generic, private, tokens};
use crate::layout::{DrugLook, SampleRows};
use rxlint_model::record::Field::{self, *};

/// Who may also be the customer of a plan, or an identifier that products have too, if no day says that something was handed over.
const VAGUE: [&str; 14] = [
    "client",
    "clients",
    "customer",
    "consumer",
    "subject",
    "participant",
    "member",
    "mbr",
    "subscriber",
    "claimant",
    "recipient",
    "individual",
    "cust",
    "clnt",
];
/// Identifiers of persons that elsewhere are those of products.
const OF_PRODUCTS: [&str; 9] = ["cip", "pid", "eid", "cns", "sns", "ur", "hn", "mr", "sid"];

/// Whether a table has patients in it, by the names of its columns as prescriptions have them, in any language.
pub(super) fn are_there(headers: &[String], rows: &SampleRows) -> bool {
    let contents = content::of_columns(rows, headers.len(), &DrugLook::default());
    let handed_over =
        || headers.iter().zip(&contents).any(|(header, content)| is_of_a_fill(header, content));
    let is_list = || headers.iter().any(|header| says_list(header));
    let cells = |at: usize| -> Vec<&[u8]> {
        rows.iter().filter_map(|row| row.get(at)).map(Vec::as_slice).collect()
    };
    headers.iter().zip(&contents).enumerate().any(|(at, (header, content))| match who(header) {
        _ if is_list_of_answers(header, content) || is_list_of_words(header, &cells(at)) => false,
        Who::Patient => true,
        Who::Perhaps => !is_list() || handed_over(),
        Who::Nobody => false,
    }) || handed_over() && headers.iter().any(|header| private::is_name(header))
}

/// Whether a header is the Italian word for a formulary, which in Portuguese is a patient's record, above cells that are only answers.
fn is_list_of_answers(header: &str, content: &Content) -> bool {
    tokens::words_of(header).iter().any(|word| word == "prontuario") && content.is_short_code(3, 4)
}

/// The same above a few words that recur: `Incluso` and `Escluso`. A record number has digits.
fn is_list_of_words(header: &str, cells: &[&[u8]]) -> bool {
    const MOST: usize = 4;
    let has_no_digit = |cell: &&[u8]| !cell.iter().any(u8::is_ascii_digit);
    let mut distinct: Vec<&[u8]> = cells.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    tokens::words_of(header).iter().any(|word| word == "prontuario")
        && distinct.len() <= MOST
        && distinct.len() < cells.len()
        && cells.iter().any(|cell| !cell.is_empty())
        && cells.iter().all(has_no_digit)
}

enum Who {
    Patient,
    Perhaps,
    Nobody,
}

fn who(header: &str) -> Who {
    let folded = plain(&fold::fold(header));
    let words = tokens::words_of(header);
    let is_one = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let field = generic::header_meaning(header).map(|(field, _)| field);
    let listed = generic::meaning(&folded).map(|(field, _)| field);
    let says_patient = tokens::says(header, "patient");
    match field {
        _ if is_one(&OF_PRODUCTS) && !says_patient => Who::Nobody,
        Some(Patient) if is_one(&VAGUE) && words.len() == 1 => Who::Perhaps,
        _ if listed == Some(Patient) => Who::Patient,
        Some(BirthDate) => Who::Patient,
        Some(Patient) if says_patient => Who::Patient,
        Some(Patient) => Who::Perhaps,
        None if says_patient && is_account_or_name(header, &words) => Who::Patient,
        _ => Who::Nobody,
    }
}

/// `PT_ACCT_NO`, `Patient Name`: first the words for a patient, last those for a number or a name.
fn is_account_or_name(header: &str, words: &[String]) -> bool {
    const PATIENT: [&str; 8] =
        ["patient", "pt", "pat", "paciente", "paziente", "patienten", "pacjent", "resident"];
    let first = words.first().is_some_and(|first| PATIENT.contains(&first.as_str()));
    let last = words.last().is_some_and(|last| tokens::says(last, "id"));
    first && (last && words.len() < 4 || private::is_name(header))
}

/// Whether a column holds the days on which something was handed over to someone: no list has them.
fn is_of_a_fill(header: &str, content: &Content) -> bool {
    let field = generic::header_meaning(header).map(|(field, _)| field);
    matches!(field, Some(Dispensed | Administered))
        && tokens::says_any(header, &["fill", "dispense"])
        && content.has_dates()
}

/// Whether a header is one that lists of drugs have and prescriptions do not.
fn says_list(header: &str) -> bool {
    let folded = plain(&fold::fold(header));
    let of_lists = |field: Field| matches!(field, Plan | Tier | Class | Quantity | DaysSupply);
    let is_listed = NAMES.iter().any(|(field, names)| {
        of_lists(*field) && names.split_ascii_whitespace().any(|name| name == folded)
    });
    is_listed && generic::header_meaning(header).is_none()
        || matches!(super::words::meaning(header), Some(Plan | Tier | Class))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_patients(headers: &str) -> bool {
        let headers: Vec<String> = headers.split(',').map(str::to_owned).collect();
        are_there(&headers, &[])
    }

    #[test]
    fn patients_are_seen_in_any_language() {
        for who in [
            "Kd-Nr.",
            "Patientennr",
            "N° dossier",
            "NHC",
            "Nr pacjenta",
            "Cod. paziente",
            "Client",
            "Resident",
            "Patient Name",
            "PT_ACCT_NO",
            "patient_id",
            "MRN",
            "Member ID",
            "DOB",
            "Geburtsdatum",
        ] {
            assert!(has_patients(&format!("{who},Fill Date,Drug,Qty")), "{who} beside a fill");
            assert!(has_patients(&format!("{who},Date,Drug,Qty")), "{who}");
        }
        assert!(has_patients("Last,First,Fill Date,Drug"), "names");
    }

    #[test]
    fn lists_that_speak_of_patients_members_or_clients_stay_lists() {
        for list in [
            "Client,Drug Name,Tier,QL",
            "CIP,Libellé,Statut livret",
            "Drug Name,Member Cost Share,Tier",
            "Drug Name,Patient Restrictions,Status",
            "Drug Name,Tier,Patient Pay Amount",
            "Drug,Class,Status,Effective Date",
            "VPID,NM,PID",
            "name,first,last,class",
            "Drug Name,Date Added,Status",
        ] {
            assert!(!has_patients(list), "{list}");
        }
    }
}

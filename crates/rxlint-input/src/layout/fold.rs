//! Makes header names comparable: `Patient ID`, `patient_id` and `PatientId` are the same name.

/// The letters and digits of a header in lower case; a table's name before a dot is left out
/// (`claims.patient_id`).
pub(super) fn fold(header: &str) -> String {
    let name = match header.rsplit_once('.') {
        Some((table, name)) if is_name(table) && table.len() > 3 && is_name(name) => name,
        _ => header,
    };
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is_name(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() > 1
}

/// The words of a header in lower case, at spaces, punctuation and changes of case.
pub(super) fn words(header: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for c in header.chars() {
        if !c.is_alphanumeric() || after_small && c.is_uppercase() {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
        after_small = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The header with its word for the kind of time replaced by "date": `filldt`, `dispensedat` and
/// `starttimestamp`.
pub(super) fn as_date(folded: &str) -> Option<String> {
    let ends = ["datetime", "timestamp", "dttm", "dtm", "date", "dt", "ts", "at", "on"];
    let stem = ends.iter().find_map(|end| folded.strip_suffix(end))?;
    Some(format!("{stem}date"))
}

/// How many letters have to be added, dropped, changed or swapped with their neighbour to turn one
/// into the other.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = [vec![0; b.len() + 1], (0..=b.len()).collect(), vec![0; b.len() + 1]];
    for i in 0..a.len() {
        let [before, last, next] = &mut rows;
        next[0] = i + 1;
        for j in 0..b.len() {
            let change = last[j] + usize::from(a[i] != b[j]);
            next[j + 1] = change.min(last[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                next[j + 1] = next[j + 1].min(before[j - 1] + 1);
            }
        }
        rows.rotate_left(1);
    }
    rows[1][b.len()]
}

/// The candidate that the text most likely means, if one is near enough.
pub(crate) fn nearest<'c>(
    text: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let text = fold(text);
    let near =
        candidates.into_iter().map(|candidate| (distance(&text, &fold(candidate)), candidate));
    near.min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= 1 + text.len() / 4)
        .map(|(_, found)| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_fold_to_one_name() {
        for header in [
            "Patient ID",
            "patient_id",
            "PatientId",
            "PATIENT-ID",
            "claims.patient_id",
            " patient id ",
        ] {
            assert_eq!(fold(header), "patientid");
        }
        assert_eq!(fold("No."), "no");
        assert_eq!(words("patientFirstName"), ["patient", "first", "name"]);
        assert_eq!(words("BENE_SRNM_NAME"), ["bene", "srnm", "name"]);
        assert_eq!(as_date("filldt").as_deref(), Some("filldate"));
        assert_eq!(as_date("dispensedat").as_deref(), Some("dispenseddate"));
    }

    #[test]
    fn the_nearest_name_is_found() {
        assert_eq!(distance("patient", "pateint"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("drug", "drug"), 0);
        assert_eq!(nearest("pateint", ["patient", "prescriber"]), Some("patient"));
        assert_eq!(nearest("zebra", ["patient", "drug"]), None);
    }
}

//! Printed reports: spaces separate what would be columns, and cannot be distinguished from those in a cell.

/// This many lines show how a text is written.
const LOOKED_AT: usize = 200;

/// Whether a text is a printed report: at least two lines, and half of those that are not blank, have two gaps of several spaces.
pub(super) fn is_printed(text: &[u8]) -> bool {
    let says = |line: &&[u8]| line.iter().filter(|byte| byte.is_ascii_alphanumeric()).count() > 3;
    let lines = text.split(|byte| matches!(byte, b'\n' | b'\r')).filter(says).take(LOOKED_AT);
    let (mut all, mut gapped) = (0, 0);
    for line in lines {
        all += 1;
        gapped += usize::from(gaps(line) > 1);
    }
    gapped > 1 && gapped * 2 >= all
}

/// How often two or more spaces are between words.
fn gaps(line: &[u8]) -> usize {
    let line = line.trim_ascii();
    let words = line.split(|byte| *byte == b' ');
    // Between two spaces there is an empty word.
    let empty: Vec<bool> = words.map(<[u8]>::is_empty).collect();
    empty.windows(2).filter(|pair| pair[1] && !pair[0]).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_gaps_in_its_lines_and_a_table_has_none() {
        let report = b"        SUNNY PHARMACY\nRX#     PATIENT          FILLED    DRUG\n\
            0100001 BIRD, BIG        03/14/26  NALTREXONE 50MG TABLET       30  30\n\
            0100002 BIRD, BIG        03/20/26  HYDROCODONE/APAP 5-325       12   3\n";
        assert!(is_printed(report));
        assert!(!is_printed(b"patient,drug,date\nP1,Naltrexone 50 mg,2026-03-01\n"));
        assert!(!is_printed(b"Take it.  Then rest.  Then go.\nNothing else.\nReally.\n"));
    }
}

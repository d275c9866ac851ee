//! Headings, titles, and names of sheets and files that disable what is below or in them: `NON-FORMULARY`, `Suppressed alerts`, `archive_2019`.

use super::{off, struck};

/// Whether a heading, a title or the name of a sheet says that its contents are out of use.
pub fn says_off(text: &str) -> bool {
    off::heading(text, true) || is_struck(text)
}

/// The same for a text whose single word may be about the text itself: `old.csv`, `draft.csv`.
fn puts_out(text: &str) -> bool {
    off::heading(text, false) || is_struck(text)
}

fn is_struck(text: &str) -> bool {
    struck::is_mark(&off::without_numbers(text).join(" "))
}

/// Whether the name of a file, without its folders and extension, or that of a sheet or its workbook says so.
pub fn name_says_off(path: &str) -> bool {
    let says = |name: &str| {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let bare = name.rsplit_once('.').map_or(name, |(bare, _)| bare);
        let text = bare.replace(['_', '-', '.'], " ");
        if name.contains('.') { puts_out(&text) } else { says_off(&text) }
    };
    let mut parts = path.rsplit('!');
    let last = parts.next().unwrap_or(path);
    // A member of `archive.zip` has an extension, a sheet of `archive.xlsx` has not.
    says(last) || !last.contains('.') && parts.next().is_some_and(says)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_put_what_is_below_them_out_of_use() {
        for text in [
            "SUPPRESSED ALERTS",
            "--- OFF ---",
            "Disabled by P&T",
            "Not displayed",
            "Proposed (not yet live)",
            "Archive",
            "Interactions turned off by MAC 2023",
            "Unterdrückte Warnungen",
            "Alertes désactivées",
            "Alertas desactivadas",
            "NON-FORMULARY",
            "Non-formulary drugs",
            "Deleted from formulary",
            "REMOVED 2023",
            "Not covered",
            "Nicht gelistet",
            "Außer Handel",
            "Hors livret",
            "No incluidos",
            "Não padronizados",
            "Excluídos",
            "NF",
        ] {
            assert!(says_off(text), "{text}");
        }
        for text in [
            "Active alerts",
            "Formulary",
            "Formulary and non-formulary drugs",
            "Listed / not listed",
            "Opioid antagonists",
            "Off-label use",
            "Vaccines, inactivated",
            "Appetite suppressants",
            "Smoking cessation",
            "Old World screwworm agents",
            "",
        ] {
            assert!(!says_off(text), "{text}");
        }
        assert!(name_says_off("lists/archive_2019.csv") && name_says_off("non_formulary.csv"));
        assert!(name_says_off("book.xlsx!Non-Formulary") && name_says_off("archive 2019.xlsx!A"));
        assert!(!name_says_off("archive.zip!list.csv") && !name_says_off("book.xlsx!Active"));
        assert!(!name_says_off("archive/list.csv") && !name_says_off("formulary.csv"));
        assert!(!name_says_off("old.csv") && name_says_off("book.xlsx!Old"));
    }
}

//! The conditions of formulary rules in words, for the manual.

use super::file::{FormularyCheck, Test};
use crate::rule::manual::selection;
use crate::rule::message::mg;

/// When the rule fires.
pub fn condition(check: &FormularyCheck) -> String {
    match check.check {
        Test::InvalidCode => "A code cannot be what its column says: a spreadsheet rounded it or wrote `.0` behind it, leading zeros \
                              are lost, its length or shape is wrong, or its check digit does not fit (GTIN, SNOMED CT and dm+d, PZN; \
                              NDC, RxCUI, ATC and HCPCS have none). Product codes without a package and fillers of zeros are none."
            .to_owned(),
        Test::NameCodeMismatch => "Name and code of an entry are of different drugs, and one of them is watched.".to_owned(),
        Test::UnresolvedDrug => "An entry has neither a name nor a code that can be read, or its name is one slip away from a watched \
                                 one. A well-formed code without a name that no table knows is counted as unresolved, and is no finding."
            .to_owned(),
        Test::ConflictingEntry => "One product (by NDC, else RxCUI, else code, else name) stands twice in one formulary with another \
                                   tier, limit or status. One formulary is one plan; within one file, unless the plans are named in JSON. \
                                   Rows with different effective dates follow each other and do not contradict."
            .to_owned(),
        Test::MisclassifiedAntagonist => {
            let parts = check.classes.iter().map(|class| {
                let unless = if class.unless.is_empty() { String::new() } else { format!(" without {}", class.unless.join(" or ")) };
                format!("{} in a class that says {}{unless}", selection(&class.subject), class.says.join(" or "))
            });
            format!("{}.", parts.collect::<Vec<_>>().join("; "))
        }
        Test::LimitAboveMaximum => {
            let parts = check.maximums.iter().map(|maximum| {
                let most = match (maximum.daily_mg, maximum.one_in_days) {
                    (Some(daily), _) => format!("{} mg a day", mg(daily)),
                    (_, days) => format!("one in {} days", mg(days.unwrap_or_default())),
                };
                format!("{}: {most} ({}, grade {})", selection(&maximum.subject), maximum.source, maximum.grade)
            });
            format!("A quantity limit with its days allows more than the maximum. {}.", parts.collect::<Vec<_>>().join("; "))
        }
        Test::UnmarketedStrength => {
            let Some(marketed) = &check.marketed else { return String::new() };
            let sold: Vec<String> = marketed.strengths_mg.iter().map(|strength| format!("{} mg", mg(*strength))).collect();
            format!(
                "{}, alone in its product, in another strength than {}, and nothing in the entry says {}.",
                selection(&marketed.subject),
                sold.join(" or "),
                marketed.marks.join(" or ")
            )
        }
        Test::MissingAlert => format!(
            "Only with `--alerts FILE`: the formulary lists {} and {}, and no row of the table covers the two by drug, brand, code or class, \
             in either order. An antagonist in a combination is a drug of its own.",
            check.subject.as_ref().map(selection).unwrap_or_default(),
            check.other.as_ref().map(selection).unwrap_or_default()
        ),
        Test::MissingReversalAgent => format!(
            "A formulary lists {}, and no {}. Silent where some entry may be any drug.",
            check.subject.as_ref().map(selection).unwrap_or_default(),
            check.other.as_ref().map(selection).unwrap_or_default()
        ),
        Test::LookAlike => {
            let pairs: Vec<String> = check.look_alikes.iter().map(|pair| pair.names.join(" and ")).collect();
            format!("Both names of a pair are listed, and one of them not in its tall-man letters: {}.", pairs.join("; "))
        }
    }
}

//! The kind of rule that judges formularies.

use super::file::{FormularyCheck, Test};
use crate::drug::strength::mg;
use crate::formulary::classes::ClassGroup;
use crate::rule::book::Rule;
use crate::rule::context::Context;
use crate::rule::kind::{Judges, KindInfo, Mentions, RuleKind, SetOff, WindowTablesMut};
use crate::rule::select::Selector;
use crate::timeline::Timeline;
use rxlint_model::finding::Finding;

/// Where such rules are kept, and how one begins.
pub const ABOUT: KindInfo = KindInfo {
    folder: "formulary",
    judges: Judges::Formularies,
    skeleton: r#"[formulary]
check = "limit-above-maximum"

[[formulary.maximum]]
subject  = { ingredient = ["naltrexone"] }
daily-mg = 150
source   = "<where the number comes from>"
grade    = "A""#,
};

impl RuleKind for FormularyCheck {
    /// A formulary has no patients: see [`super::judge`].
    fn judge(&self, _: &Context<'_>, _: &Timeline<'_>, _: &Rule) -> Vec<Finding> {
        Vec::new()
    }

    fn set_off(&self) -> SetOff<'_> {
        SetOff::Nothing
    }

    fn mentions(&self) -> Mentions<'_> {
        let classes = self.classes.iter().map(|class| &class.subject);
        let maximums = self.maximums.iter().map(|maximum| &maximum.subject);
        let marketed = self.marketed.iter().map(|marketed| &marketed.subject);
        let groups = self.groups.iter().map(|group| &group.covers);
        let sides = self.subject.iter().chain(&self.other);
        let selectors =
            classes.chain(maximums).chain(marketed).chain(groups).chain(sides).collect();
        Mentions { selectors, ..Mentions::default() }
    }

    fn windows_mut(&mut self) -> WindowTablesMut<'_> {
        WindowTablesMut::None
    }

    fn words(&self) -> Vec<&'static str> {
        match self.check {
            Test::InvalidCode => vec!["code", "system", "why", "entries"],
            Test::NameCodeMismatch => vec!["what", "one", "word", "other", "meant", "entries"],
            Test::UnresolvedDrug => vec!["what", "entries"],
            Test::ConflictingEntry => vec!["title", "plan", "what", "one", "other"],
            Test::MisclassifiedAntagonist => vec!["drug", "class", "wrong", "title", "entries"],
            Test::LimitAboveMaximum => vec!["allowed", "most", "entries"],
            Test::UnmarketedStrength => vec!["drug", "strength", "sold", "entries"],
            Test::MissingAlert => vec!["subject", "other", "table"],
            Test::MissingReversalAgent => vec!["list", "drugs", "count"],
            Test::LookAlike => vec!["one", "other", "count", "source"],
        }
    }

    fn describe(&self) -> String {
        describe(self)
    }
}

/// When the rule fires.
fn describe(check: &FormularyCheck) -> String {
    match check.check {
        Test::InvalidCode => "A code cannot be what its column says: a spreadsheet rounded it or added `.0`, leading zeros are lost, its \
                              length or shape is wrong, or its check digit does not fit (GTIN, SNOMED CT and dm+d, PZN; NDC, RxCUI, ATC and \
                              HCPCS have none). Product codes without a package and fillers of zeros do not count."
            .to_owned(),
        Test::NameCodeMismatch => "Two fields of an entry are of different drugs, and one of them is \
             watched: its name and a code, two of its codes, its generic name and its brand. A \
             combination is another drug than one of its ingredients. Or a code is that of another \
             strength than the entry states."
            .to_owned(),
        Test::UnresolvedDrug => "An entry has neither a name nor a code that can be read, or its name is one slip away from a watched one. \
                                 A well-formed code without a name that no table knows is counted as unresolved, and is not a finding."
            .to_owned(),
        Test::ConflictingEntry => "One product (by NDC, else RxCUI, else code, else name; also by its name with its strength, in another \
                                   package or spelling) is listed twice in one formulary with another tier, limit, status, or a class of the \
                                   opposite. One formulary is one plan; within one file, unless the plans are named in JSON. Rows with \
                                   different effective dates follow each other and do not contradict."
            .to_owned(),
        Test::MisclassifiedAntagonist => describe_classes(check),
        Test::LimitAboveMaximum => describe_maximums(check),
        Test::UnmarketedStrength => describe_strengths(check),
        Test::MissingAlert => format!(
            "Only with `--alerts FILE`: the formulary lists {} and {}, and no row of the \
             table covers the two by drug, brand, code or class, in either order. An antagonist in a \
             combination is a drug of its own.",
            check.subject.as_ref().map(Selector::in_words).unwrap_or_default(),
            check.other.as_ref().map(Selector::in_words).unwrap_or_default()
        ),
        Test::MissingReversalAgent => format!(
            "A formulary lists {}, and no {}. Silent where some entry may be any drug.",
            check.subject.as_ref().map(Selector::in_words).unwrap_or_default(),
            check.other.as_ref().map(Selector::in_words).unwrap_or_default()
        ),
        Test::LookAlike => {
            let pairs: Vec<String> =
                check.look_alikes.iter().map(|pair| pair.names.join(" and ")).collect();
            format!(
                "Both names of a pair are listed, and one of them not in its tall-man letters: \
                 {}.",
                pairs.join("; ")
            )
        }
    }
}

fn describe_classes(check: &FormularyCheck) -> String {
    let parts = check.classes.iter().map(|class| {
        let list = |groups: &[ClassGroup]| {
            groups
                .iter()
                .map(|group| format!("{group:?}").to_lowercase())
                .collect::<Vec<_>>()
                .join(" or ")
        };
        let unless = if class.unless.is_empty() {
            String::new()
        } else {
            format!(", and not {}", list(&class.unless))
        };
        let says = if class.says.is_empty() {
            String::new()
        } else {
            format!(" says {}", class.says.join(" or "))
        };
        let holds = if class.holds.is_empty() {
            String::new()
        } else {
            format!(" by its name or code (`classes.csv`) holds {}", list(&class.holds))
        };
        let or = if says.is_empty() || holds.is_empty() { "" } else { ", or" };
        format!("{} in a class that{says}{or}{holds}{unless}", class.subject.in_words())
    });
    format!("{}.", parts.collect::<Vec<_>>().join("; "))
}

fn describe_maximums(check: &FormularyCheck) -> String {
    let parts = check.maximums.iter().map(|maximum| {
        let most = match (maximum.daily_mg, maximum.one_in_days) {
            (Some(daily), _) => format!("{} mg a day", mg(daily)),
            (_, days) => format!("one in {} days", mg(days.unwrap_or_default())),
        };
        let most = match (&maximum.partner, &maximum.form) {
            (Some(partner), _) => format!("{most} of {partner} beside it"),
            (None, Some(form)) => format!("{form}, {most}"),
            (None, None) => most,
        };
        format!(
            "{}: {most} ({}, grade {})",
            maximum.subject.in_words(),
            maximum.source,
            maximum.grade
        )
    });
    format!(
        "A quantity limit with its days allows more than the maximum. {}.",
        parts.collect::<Vec<_>>().join("; ")
    )
}

fn describe_strengths(check: &FormularyCheck) -> String {
    let Some(marketed) = &check.marketed else { return String::new() };
    let sold: Vec<String> =
        marketed.strengths_mg.iter().map(|strength| format!("{} mg", mg(*strength))).collect();
    format!(
        "{}, alone in its product, in another strength than {}, and nothing in the \
         entry says {}.",
        marketed.subject.in_words(),
        sold.join(" or "),
        marketed.marks.join(" or ")
    )
}

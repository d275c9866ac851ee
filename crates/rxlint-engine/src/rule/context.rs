//! What rules share while a run judges its patients.

use std::sync::Arc;

use super::book::{Book, Rule};
use super::file::{Kind, RuleSource};
use super::message::Words;
use super::select::Selector;
use super::washout::Window;
use crate::drug::{Dictionary, DrugIx, FormKind, Role};
use crate::exposure::Marks;
use crate::timeline::{Era, Exposure, Timeline};
use rxlint_model::day::Day;
use rxlint_model::finding::{Days, Finding, FindingPlace, Fingerprint, RuleInfo, Severity, Side};
use rxlint_model::place::RowKey;
use rxlint_model::record::Field;

/// Jurisdictions whose labels differ.
pub const JURISDICTIONS: [&str; 3] = ["us", "uk", "eu"];

/// The book and the settings that a verdict may depend on.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The rule book.
    pub book: &'a Book,
    /// The jurisdiction: `us`, `uk` or `eu`.
    pub jurisdiction: &'a str,
    /// Whether every gap below `soft` is high.
    pub strict: bool,
    /// Which records are today's, by key; all of them if this is not set.
    pub today: Option<&'a (dyn Fn(RowKey) -> bool + Sync)>,
}

/// What a rule has found, before it is put into words.
#[derive(Debug)]
pub struct FindingDraft<'t, 'a> {
    /// Its severity.
    pub severity: Severity,
    /// The exposure that the rule judges.
    pub subject: &'t Exposure<'a>,
    /// The exposure that it must not meet.
    pub other: Option<&'t Exposure<'a>>,
    /// The days it is about.
    pub days: Option<Days>,
    /// The first clean day.
    pub clean_from: Option<Day>,
    /// How many further pairs there are.
    pub also: u64,
    /// Further exposures to list.
    pub also_exposures: Vec<&'t Exposure<'a>>,
    /// Further exposures that break the rule and are not listed.
    pub unlisted: Vec<&'t Exposure<'a>>,
    /// Whether something of today's other than an exposure is involved: a diagnosis.
    pub fresh: bool,
    /// Whether the subject came first.
    pub subject_first: bool,
    /// The cell that shows it, if that is not the drug.
    pub field: Option<Field>,
    /// Further words for the message.
    pub words: Words,
    /// What the finding depends on, if that is unknown: `if dependent`.
    pub only_if: Vec<&'static str>,
    /// The limit of the rule that was exceeded, if it has several: part of the premise.
    pub bound: String,
    /// What is said about the rule, if the finding rests on another source than the rule's first.
    pub info: Option<Arc<RuleInfo>>,
    /// Which of the cases that the message distinguishes this is.
    pub variant: Option<&'t str>,
    /// A further exposure to point at, which is not part of the finding's fingerprint.
    pub beside: Option<&'t Exposure<'a>>,
}

impl<'t, 'a> FindingDraft<'t, 'a> {
    /// A draft about one exposure.
    pub fn about(severity: Severity, subject: &'t Exposure<'a>) -> Self {
        Self {
            severity,
            subject,
            other: None,
            days: None,
            clean_from: None,
            also: 0,
            also_exposures: Vec::new(),
            unlisted: Vec::new(),
            fresh: false,
            subject_first: false,
            field: None,
            words: Words::default(),
            only_if: Vec::new(),
            bound: String::new(),
            info: None,
            variant: None,
            beside: None,
        }
    }
}

/// The most records that a finding lists in addition to its pair.
pub const MOST_LISTED: usize = 8;

impl<'a> Context<'a> {
    /// The name of a drug.
    pub fn name(&self, drug: DrugIx) -> &'a str {
        &self.book.dictionary().drug(drug).name
    }

    /// Every drug, by name and code.
    pub fn dictionary(&self) -> &'a Dictionary {
        self.book.dictionary()
    }

    /// The drug as fingerprints identify it: its id, and its form if that is not the first.
    pub fn drug_key(&self, drug: DrugIx, form: u8) -> String {
        let drug = self.book.dictionary().drug(drug);
        if form == 0 {
            drug.file.id.clone()
        } else {
            format!("{}/{}", drug.file.id, drug.forms[form as usize].id)
        }
    }

    /// Whether a selector selects an exposure.
    pub fn selects(&self, selector: &Selector, exposure: &Exposure<'_>) -> bool {
        selector.matches(self.book.dictionary(), &exposure.component, exposure.product)
    }

    /// The exposures of an era that a selector selects, by first day.
    pub fn selected<'t, 'e>(
        &self,
        timeline: &'t Timeline<'e>,
        era: &'t Era,
        selector: &Selector,
    ) -> Vec<&'t Exposure<'e>> {
        timeline.members(era).filter(|exposure| self.selects(selector, exposure)).collect()
    }

    /// The first day, no earlier than the exposure's own, on which it could begin without a
    /// finding: no selected exposure still lasts or ended fewer days before than it requires.
    /// `asks` gives that number of days, or `None` for exposures that do not matter.
    pub fn clean_start(
        &self,
        timeline: &Timeline<'_>,
        subject: &Exposure<'_>,
        asks: impl Fn(&Exposure<'_>) -> Option<i32>,
    ) -> Day {
        let length = subject.end.since(subject.first);
        // Another medicine of the same record is as much in the way as one of another record.
        let medicine = |e: &Exposure<'_>| (e.key(), e.component.medicine);
        let mut day = subject.first;
        let matters: Vec<(Day, Day)> = timeline
            .exposures
            .iter()
            .filter(|other| medicine(other) != medicine(subject))
            .filter_map(|other| Some((other.first, other.end.plus(asks(other)?))))
            .collect();
        loop {
            let before = day;
            for &(first, free_from) in &matters {
                if first < day.plus(length) && day < free_from {
                    day = free_from;
                }
            }
            if day == before {
                return day;
            }
        }
    }

    /// The first day, no earlier than the opioid's own, on which no antagonist of the subject's role still blocks it.
    pub fn unblocked(
        &self,
        timeline: &Timeline<'_>,
        subject: &Exposure<'_>,
        opioid: &Exposure<'_>,
    ) -> Day {
        self.clean_start(timeline, opioid, |exposure| {
            let form = self.book.dictionary().form(exposure.drug(), exposure.component.form);
            let window = form.blockade.as_deref().and_then(|name| self.book.blockade_of(name));
            let days = window.map_or(0, |window| window.days_for(opioid.role()));
            (exposure.role() == subject.role()).then_some(days)
        })
    }

    /// The window after an opioid before that antagonist, as a rule sees it; `None` if no washout rule mentions it.
    pub fn window(
        &self,
        rule: &Rule,
        antagonist: &Exposure<'_>,
        opioid: &Exposure<'_>,
    ) -> Option<Window> {
        if !opioid.role().is_opioid() {
            return None;
        }
        let dictionary = self.book.dictionary();
        let form = dictionary.form(opioid.drug(), opioid.component.form);
        let window = self.book.window_of(rule, form.washout.as_deref()?)?;
        Some(window.before(&dictionary.drug(antagonist.drug()).file.id))
    }

    /// Whether the product is an antagonist for the skin, of which little reaches the blood.
    pub fn is_topical_antagonist(&self, exposure: &Exposure<'_>) -> bool {
        let form = self.book.dictionary().form(exposure.drug(), exposure.component.form);
        exposure.role() == Role::Antagonist && form.kind == FormKind::Topical
    }

    /// Puts a draft into words.
    pub fn finding(
        &self,
        rule: &Rule,
        timeline: &Timeline<'_>,
        draft: FindingDraft<'_, '_>,
    ) -> Finding {
        let subject = draft.subject;
        let other_name = draft.other.map(|other| self.name(other.drug())).unwrap_or_default();
        let mut words =
            Words::default().with("subject", self.name(subject.drug())).with("other", other_name);
        let came = |exposure: &Exposure<'_>| {
            if exposure.record.marks.has(Marks::ADMINISTERED) { "given" } else { "dispensed" }
        };
        words = words.with("subject-came", came(subject));
        words = words.with("other-came", draft.other.map_or("", came));
        if let Some(day) = draft.clean_from {
            words = words.with("clean", day);
        }
        let words = words.and(&draft.words);
        let variant = draft.variant.filter(|name| rule.file.message.variant.contains_key(*name));
        let variant = variant.or_else(|| self.own_message(rule, subject, draft.other));
        let (text, help) = rule.file.message.pick(variant, draft.subject_first);
        let help = words.fill(&help) + &self.own_days(subject, draft.other);
        let info = draft.info.clone().unwrap_or_else(|| self.citation(rule, subject, draft.other));
        let mut eras = vec![self.era_key(timeline, subject)];
        eras.extend(draft.other.map(|other| self.era_key(timeline, other)));
        let eras: Vec<(&str, Day)> = eras.iter().map(|(key, day)| (key.as_str(), *day)).collect();
        let involved = std::iter::once(subject).chain(draft.other);
        let all = involved
            .clone()
            .chain(draft.also_exposures.iter().copied())
            .chain(draft.unlisted.iter().copied());
        let fresh = draft.fresh || all.into_iter().any(|exposure| self.is_today(exposure.key()));
        let is_light = rule.file.kind != Kind::Record
            && involved.clone().any(|exposure| self.is_topical_antagonist(exposure));
        let severity = if is_light { Severity::Low } else { draft.severity };
        let through_skin = is_light.then_some(IF_ABSORBED);
        let only_if: Vec<&str> = draft.only_if.iter().copied().chain(through_skin).collect();
        let only_if =
            if only_if.is_empty() { String::new() } else { format!(", {}", only_if.join(" and ")) };
        let assumed = if involved.clone().any(|exposure| exposure.assumed) {
            vec!["days-supply"]
        } else {
            Vec::new()
        };
        Finding {
            severity,
            message: words.fill(&text) + &only_if,
            help: with_evidence(&info, help),
            rule: info,
            days: draft.days,
            clean_from: draft.clean_from,
            assumed,
            places: involved
                .chain(draft.beside)
                .enumerate()
                .map(|(at, exposure)| self.place(exposure, draft.field.filter(|_| at == 0)))
                .collect(),
            also: u32::try_from(draft.also).unwrap_or(u32::MAX),
            also_places: draft
                .also_exposures
                .iter()
                .take(MOST_LISTED)
                .map(|exposure| self.place(exposure, None))
                .collect(),
            counted: counted(&draft),
            fingerprint: Fingerprint::new(&rule.file.id, timeline.patient, &eras),
            patient: timeline.patient,
            fresh,
            first_seen: None,
            stands_again: false,
            premise: premise(severity, &draft.bound),
        }
    }

    /// Says, for a patch or a depot whose record gives fewer days, that the product's own days count.
    fn own_days(&self, subject: &Exposure<'_>, other: Option<&Exposure<'_>>) -> String {
        let said = |exposure: &Exposure<'_>| {
            let given = exposure.shorter_on_record()?;
            let (days, name) = (exposure.days, self.name(exposure.drug()));
            Some(format!(
                " The {days} days of {name} are the product's own; its record gives {given}."
            ))
        };
        std::iter::once(subject).chain(other).filter_map(said).collect()
    }

    /// The case of the message that is about one of these drugs, if there is one.
    fn own_message<'r>(
        &self,
        rule: &'r Rule,
        subject: &Exposure<'_>,
        other: Option<&Exposure<'_>>,
    ) -> Option<&'r str> {
        let is_about = |about: &Selector| {
            std::iter::once(subject).chain(other).any(|e| self.selects(about, e))
        };
        let mut variants = rule.file.message.variant.iter();
        let own = variants.find(|(_, variant)| variant.about.as_ref().is_some_and(is_about));
        own.map(|(name, _)| name.as_str())
    }

    /// What a finding says about its rule, citing the source that is about its product first, if there is one.
    fn citation(
        &self,
        rule: &Rule,
        subject: &Exposure<'_>,
        other: Option<&Exposure<'_>>,
    ) -> Arc<RuleInfo> {
        let is_about = |source: &&RuleSource| {
            source.about.as_ref().is_some_and(|about| {
                std::iter::once(subject).chain(other).any(|e| self.selects(about, e))
            })
        };
        let source = rule.file.sources.iter().find(is_about);
        source.map_or_else(
            || Arc::clone(&rule.info),
            |source| rule.citing(&rule.info.grade, &source.title),
        )
    }

    /// Whether a record is one of today's.
    pub fn is_today(&self, key: RowKey) -> bool {
        self.today.is_none_or(|is_today| is_today(key))
    }

    /// An exposure as a place that a finding points at.
    pub fn place(&self, exposure: &Exposure<'_>, field: Option<Field>) -> FindingPlace {
        FindingPlace {
            row: exposure.key(),
            field: field.unwrap_or(exposure.product.decided),
            role: exposure.role().label().to_owned(),
            side: side(exposure.role()),
            drug: self.name(exposure.drug()).to_owned(),
            days: Some((exposure.first, exposure.last())),
            carried: u32::try_from(exposure.end.since(exposure.first) - exposure.days).unwrap_or(0),
        }
    }

    fn era_key(&self, timeline: &Timeline<'_>, exposure: &Exposure<'_>) -> (String, Day) {
        (
            self.drug_key(exposure.drug(), exposure.component.form),
            timeline.eras[exposure.era as usize].first,
        )
    }
}

/// The records that a finding counts in addition to those that it shows, with their days.
fn counted(draft: &FindingDraft<'_, '_>) -> Vec<(RowKey, Option<(Day, Day)>)> {
    let exposures = draft.also_exposures.iter().chain(&draft.unlisted);
    let mut counted: Vec<_> = exposures
        .map(|exposure| (exposure.key(), Some((exposure.first, exposure.last()))))
        .collect();
    counted.sort_unstable();
    counted.dedup();
    counted
}

/// Said if a finding holds only if an exposure without a stated length lasted as long as was assumed.
pub const AS_LONG_AS_ASSUMED: &str = "if it was taken as long as assumed";

/// What a short use of an opioid leaves open.
pub const IF_DEPENDENT: &str = "if dependent";

/// What an ultra-low dose leaves open.
pub const AT_ULTRA_LOW: &str = "if an ultra-low dose does what a usual one does";

/// What a cream leaves open.
pub const IF_ABSORBED: &str = "if enough of it is absorbed through the skin";

/// What an opioid against diarrhoea leaves open.
pub const IF_ABOVE_ANTIDIARRHEAL: &str = "if it was taken far above the dose against diarrhoea";

/// The side that a role is on.
pub fn side(role: Role) -> Side {
    match role {
        Role::Antagonist => Side::Antagonist,
        role if role.is_opioid() => Side::Opioid,
        _ => Side::Other,
    }
}

/// What a finding rests on: `high`, or `moderate, above 100 mg`.
pub fn premise(severity: Severity, bound: &str) -> String {
    if bound.is_empty() {
        severity.name().to_owned()
    } else {
        format!("{}, {bound}", severity.name())
    }
}

/// The help text, with the grade and the source at its end.
pub fn with_evidence(info: &RuleInfo, help: String) -> String {
    if info.grade.is_empty() {
        return help;
    }
    let disputed = if info.disputed { ", disputed" } else { "" };
    let source = info.sources.first().map(|source| format!(": {source}")).unwrap_or_default();
    format!("{help} Evidence {}{disputed}{source}.", info.grade)
}

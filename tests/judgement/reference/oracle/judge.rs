//! The reference's own reading of the semantics: exposures, carry-over, eras, and the three kinds of rule over all pairs.

use std::collections::BTreeMap;

use rxlint_engine::drug::Identity;
use rxlint_engine::rule::file::Condition;
use rxlint_engine::rule::{Book, Rule};
use rxlint_model::day::Day;
use rxlint_model::finding::fingerprint::{Fingerprint, PatientKey};
use serde_json::{Value, json};

use super::claims::standing;
use super::exposures::{Era, Exposure, eras, exposures, order};
use super::read::Row;

pub(crate) const RULES: [&str; 8] = [
    "opioid-antagonist-overlap",
    "tramadol-antagonist-overlap",
    "maintenance-opioid-overlap",
    "mixed-agonist-antagonist-overlap",
    "recent-opioid",
    "recent-maintenance-opioid",
    "recent-depot-buprenorphine",
    "opioid-during-blockade",
];

/// The findings as lines of `jsonl`, in order.
pub(crate) fn findings(book: &Book, rows: &[Row], path: &str) -> Vec<String> {
    let mut patients: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        patients.entry(&row.patient).or_default().push(row);
    }
    let mut found: Vec<((usize, String, String), Value)> = Vec::new();
    for (patient, rows) in patients {
        let mut exposures = exposures(book, &standing(book, &rows));
        let eras = eras(&mut exposures);
        for rule in book.rules().iter().filter(|rule| RULES.contains(&rule.file.id.as_str())) {
            let judge = Judge { book, rule, exposures: &exposures, eras: &eras, patient, path };
            for finding in judge.judge() {
                let key = (
                    finding["places"][0]["record"].as_u64().unwrap() as usize,
                    rule.file.id.clone(),
                    finding["fingerprint"].as_str().unwrap().to_owned(),
                );
                found.push((key, finding));
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found.into_iter().map(|(_, finding)| line(&finding)).collect()
}

struct Judge<'t, 'r> {
    book: &'t Book,
    rule: &'t Rule,
    exposures: &'t [Exposure<'r>],
    eras: &'t [Era],
    patient: &'t str,
    path: &'t str,
}

struct Found<'t, 'r> {
    severity: &'static str,
    pair: (&'t Exposure<'r>, &'t Exposure<'r>),
    days: Value,
    clean: i32,
    words: Vec<(&'static str, String)>,
    subject_first: bool,
    only_if: Vec<&'static str>,
    also: Vec<(&'t Exposure<'r>, &'t Exposure<'r>)>,
    listed: Vec<&'t Exposure<'r>>,
    /// The grade and the title of the source of the numbers that were used.
    evidence: (String, String),
    variant: Option<&'static str>,
}

impl<'t, 'r> Judge<'t, 'r> {
    fn judge(&self) -> Vec<Value> {
        let found = match &self.rule.condition {
            Condition::Overlap(_) => self.overlaps(),
            Condition::Washout(_) => self.washouts(),
            _ => self.blockades(),
        };
        found.iter().map(|found| self.finding(found)).collect()
    }

    fn selected(&self, which: usize) -> Vec<&'t Exposure<'r>> {
        let selector = self.rule.condition.selectors().nth(which).unwrap();
        let verdict =
            |e: &Exposure<'_>| self.book.dictionary().resolve(&Identity::text(&e.row.drug));
        self.exposures
            .iter()
            .filter(|e| selector.matches(self.book.dictionary(), &e.component, &verdict(e)))
            .collect()
    }

    /// Pairs of a subject and another exposure, by their eras; a product is never paired with itself.
    fn pairs(
        &self,
        breaks: impl Fn(&Exposure<'_>, &Exposure<'_>) -> bool,
    ) -> BTreeMap<(usize, usize), Vec<(&'t Exposure<'r>, &'t Exposure<'r>)>> {
        let mut pairs: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let others = self.selected(1);
        for subject in self.selected(0) {
            for &other in others.iter().filter(|other| {
                subject.era != other.era && !one_product(subject, other) && breaks(subject, other)
            }) {
                pairs.entry((subject.era, other.era)).or_default().push((subject, other));
            }
        }
        pairs
    }

    fn overlaps(&self) -> Vec<Found<'t, 'r>> {
        let mut found = Vec::new();
        for (_, pairs) in self.pairs(shares_a_day) {
            let &(subject, other) = pairs
                .iter()
                .min_by_key(|(s, o)| (s.first.max(o.first), order(s), order(o)))
                .unwrap();
            let (first, end) = (subject.first.max(other.first), subject.end.min(other.end));
            let mut words = vec![("shared", count(end - first, "shared day"))];
            words.extend(self.windows(subject, other));
            let product: Vec<&str> = subject
                .product
                .iter()
                .map(|c| self.book.dictionary().drug(c.drug).name.as_str())
                .collect();
            words.push(("product", product.join("/")));
            words.push(("unblocked", Day(self.unblocked(other)).to_string()));
            let certain =
                pairs.iter().any(|(s, o)| s.first < o.certain_end && o.first < s.certain_end);
            let mut listed: Vec<&Exposure<'_>> =
                pairs.iter().map(|pair| pair.1).filter(|o| !std::ptr::eq(*o, other)).collect();
            listed.sort_by_key(|e| order(e));
            let mut subjects: Vec<&Exposure<'_>> =
                pairs.iter().map(|pair| pair.0).filter(|s| !std::ptr::eq(*s, subject)).collect();
            subjects.sort_by_key(|e| order(e));
            listed.extend(subjects);
            listed.dedup_by(|a, b| std::ptr::eq(*a, *b));
            let severity = self.rule.file.severity.name();
            found.push(Found {
                severity: if certain || severity != "high" { severity } else { "moderate" },
                only_if: if certain { Vec::new() } else { vec![ASSUMED] },
                pair: (subject, other),
                days: days("overlap", first, end - 1, end - first),
                clean: self.clean(subject),
                words,
                subject_first: subject.first < other.first,
                also: pairs,
                listed,
                evidence: self.by_product(subject, other),
                variant: if subject.first < other.first {
                    self.cannot_be_stopped(subject).then_some("depot")
                } else {
                    self.cannot_be_stopped(other).then_some("other-depot")
                },
            });
        }
        found
    }

    fn washouts(&self) -> Vec<Found<'t, 'r>> {
        let Condition::Washout(condition) = &self.rule.condition else { return Vec::new() };
        let (subjects, others) = (self.selected(0), self.selected(1));
        let mut found: Vec<Found<'_, '_>> = Vec::new();
        for subject in &subjects {
            let begins = subjects
                .iter()
                .all(|earlier| earlier.first >= subject.first || subject.first - earlier.end > 30);
            if !begins {
                continue;
            }
            for other in &others {
                let kind =
                    |e: &Exposure<'_>| (e.component.drug, e.component.form, e.component.role);
                let ended =
                    |e: &Exposure<'_>| e.end <= subject.first && e.row.record != subject.row.record;
                let latest = others
                    .iter()
                    .filter(|e| kind(e) == kind(other) && ended(e))
                    .map(|e| (e.end, std::cmp::Reverse(order(e))))
                    .max();
                let is_latest = latest == Some((other.end, std::cmp::Reverse(order(other))));
                let form = self.book.dictionary().form(other.component.drug, other.component.form);
                let windows = form.washout.as_ref().and_then(|name| condition.window.get(name));
                let antagonist = &self.book.dictionary().drug(subject.component.drug).file.id;
                let window = windows.map(|windows| (windows.before(antagonist), windows));
                let Some((window, windows)) = window
                    .filter(|(window, _)| is_latest && subject.first - other.end < window.soft)
                else {
                    continue;
                };
                let own = windows.own.get(antagonist);
                let evidence =
                    own.map_or((&windows.grade, &windows.source), |own| (&own.grade, &own.source));
                let kind_near = others.iter().any(|e| {
                    kind(e) == kind(other)
                        && e.first < subject.first
                        && subject.first - e.certain_end < window.soft
                });
                let mut severity =
                    if subject.first - other.end < window.hard { "high" } else { "moderate" };
                let mut only_if = Vec::new();
                if other.end != other.certain_end && !kind_near {
                    severity = "moderate";
                    only_if.push(ASSUMED);
                }
                if condition.dependence.is_some() && self.may_be_new_to_opioids(subject, other) {
                    severity = "moderate";
                    only_if.push("if dependent");
                }
                let told =
                    found.iter().any(|f| (f.pair.0.era, f.pair.1.era) == (subject.era, other.era));
                if told || self.eras_share_a_day(subject.era, other.era) {
                    continue;
                }
                let free = subject.first - other.end;
                let mut words = vec![("free", count(free, "opioid-free day"))];
                words
                    .extend([("hard", window.hard.to_string()), ("soft", window.soft.to_string())]);
                let name = form.title.clone().unwrap_or_else(|| form.id.replace('-', " "));
                words.push(("form", name));
                found.push(Found {
                    severity,
                    only_if,
                    pair: (subject, other),
                    days: days("opioid-free", other.end, subject.first - 1, free),
                    clean: self.clean(subject),
                    words,
                    subject_first: false,
                    also: vec![(subject, other)],
                    listed: Vec::new(),
                    evidence: (evidence.0.clone(), title(evidence.1)),
                    variant: (window.hard == window.soft).then_some("one-limit"),
                });
            }
        }
        found
    }

    fn blockades(&self) -> Vec<Found<'t, 'r>> {
        let Condition::Blockade(condition) = &self.rule.condition else { return Vec::new() };
        let window = |e: &Exposure<'_>, opioid: &Exposure<'_>| {
            let form = self.book.dictionary().form(e.component.drug, e.component.form);
            let window = form.blockade.as_ref().and_then(|name| condition.window.get(name))?;
            let by_role = window.days_by_role.get(&opioid.component.role);
            Some(by_role.copied().unwrap_or(window.days))
        };
        let blocked = |s: &Exposure<'_>, o: &Exposure<'_>| {
            o.first >= s.end && window(s, o).is_some_and(|days| o.first - s.end < days)
        };
        let mut found = Vec::new();
        for (eras, pairs) in self.pairs(blocked) {
            if self.eras_share_a_day(eras.0, eras.1) {
                continue;
            }
            // Each opioid counts once, after the antagonist that ended last.
            let mut others: Vec<&Exposure<'_>> = pairs.iter().map(|pair| pair.1).collect();
            others.sort_by_key(|e| order(e));
            others.dedup_by(|a, b| std::ptr::eq(*a, *b));
            let last = |other: &Exposure<'_>| {
                pairs
                    .iter()
                    .filter(|(_, o)| std::ptr::eq(*o, other))
                    .map(|pair| pair.0)
                    .max_by_key(|s| (s.end, order(s)))
                    .unwrap()
            };
            let pairs: Vec<_> = others.iter().map(|other| (last(other), *other)).collect();
            let (subject, other) = pairs[0];
            let limit = window(subject, other).unwrap();
            // Whether an antagonist of that era ended this late, whatever length is assumed for it.
            let certain = subject.end == subject.certain_end
                || self.selected(0).iter().any(|s| {
                    s.era == subject.era
                        && s.certain_end <= other.first
                        && other.first - s.certain_end < limit
                });
            found.push(Found {
                only_if: if certain { Vec::new() } else { vec![ASSUMED] },
                severity: self.rule.file.severity.name(),
                pair: (subject, other),
                days: days(
                    "blockade",
                    subject.end,
                    subject.end + limit - 1,
                    other.first - subject.end,
                ),
                clean: self.first_free(other, |e| {
                    window(e, other)
                        .filter(|_| e.component.role == rxlint_engine::drug::Role::Antagonist)
                }),
                words: vec![
                    ("free", count(other.first - subject.end, "free day")),
                    ("limit", limit.to_string()),
                ],
                subject_first: false,
                evidence: self.of_blockade(condition, subject, other),
                variant: None,
                listed: others[1..].to_vec(),
                also: pairs,
            });
        }
        found
    }

    /// The source about either product, otherwise the rule's first.
    fn by_product(&self, subject: &Exposure<'_>, other: &Exposure<'_>) -> (String, String) {
        let is_about = |about: &rxlint_engine::rule::select::Selector, e: &Exposure<'_>| {
            let verdict = self.book.dictionary().resolve(&Identity::text(&e.row.drug));
            about.matches(self.book.dictionary(), &e.component, &verdict)
        };
        let sources = &self.rule.file.sources;
        let own = sources.iter().find(|source| {
            let about = source.about.as_ref();
            about.is_some_and(|about| is_about(about, subject) || is_about(about, other))
        });
        (self.rule.file.evidence.clone(), own.unwrap_or(&sources[0]).title.clone())
    }

    fn of_blockade(
        &self,
        condition: &rxlint_engine::rule::blockade::Blockade,
        subject: &Exposure<'_>,
        opioid: &Exposure<'_>,
    ) -> (String, String) {
        let form = self.book.dictionary().form(subject.component.drug, subject.component.form);
        let window = &condition.window[form.blockade.as_ref().unwrap()];
        match &window.source_by_role {
            Some(own) if window.days_by_role.contains_key(&opioid.component.role) => {
                (own.grade.clone(), title(&own.source))
            }
            _ => (window.grade.clone(), title(&window.source)),
        }
    }

    fn cannot_be_stopped(&self, e: &Exposure<'_>) -> bool {
        use rxlint_engine::drug::FormKind;
        let form = self.book.dictionary().form(e.component.drug, e.component.form);
        matches!(form.kind, FormKind::Depot | FormKind::Implant)
    }

    /// The first day on which an opioid could begin without an antagonist in use or its blockade lasting.
    fn unblocked(&self, opioid: &Exposure<'_>) -> i32 {
        let condition = self.book.rules().iter().find_map(|rule| match &rule.condition {
            Condition::Blockade(condition) => Some(condition),
            _ => None,
        });
        self.first_free(opioid, |e| {
            let form = self.book.dictionary().form(e.component.drug, e.component.form);
            let window = form.blockade.as_ref().and_then(|name| condition?.window.get(name));
            let days = window.map_or(0, |window| {
                let by_role = window.days_by_role.get(&opioid.component.role);
                by_role.copied().unwrap_or(window.days)
            });
            (e.component.role == rxlint_engine::drug::Role::Antagonist).then_some(days)
        })
    }

    fn eras_share_a_day(&self, a: usize, b: usize) -> bool {
        let of = |era: usize| self.exposures.iter().filter(move |e| e.era == era);
        of(a).any(|one| of(b).any(|other| shares_a_day(one, other) && !one_product(one, other)))
    }

    /// Whether there are at most three days of opioids in the thirty before, and none of a kind that causes dependence sooner.
    fn may_be_new_to_opioids(&self, antagonist: &Exposure<'_>, opioid: &Exposure<'_>) -> bool {
        use rxlint_engine::drug::{FormKind, Role};
        let kind =
            |e: &Exposure<'_>| self.book.dictionary().form(e.component.drug, e.component.form).kind;
        let lasting = |e: &Exposure<'_>| {
            e.component.role == Role::Maintenance
                || matches!(kind(e), FormKind::ExtendedRelease | FormKind::Patch)
        };
        let before = antagonist.first - 30..antagonist.first;
        let taken = |e: &&Exposure<'_>| {
            e.component.role.is_opioid() && before.clone().any(|day| e.first <= day && day < e.end)
        };
        let opioids: Vec<&Exposure<'_>> = self.exposures.iter().filter(taken).collect();
        let days =
            before.clone().filter(|&day| opioids.iter().any(|e| e.first <= day && day < e.end));
        days.count() <= 3 && !lasting(opioid) && !opioids.iter().any(|e| lasting(e))
    }

    /// The washout window between an opioid and that antagonist.
    fn window(
        &self,
        antagonist: &Exposure<'_>,
        opioid: &Exposure<'_>,
    ) -> Option<rxlint_engine::rule::washout::Window> {
        let dictionary = self.book.dictionary();
        let form = dictionary.form(opioid.component.drug, opioid.component.form);
        let window = self.book.windows().get(form.washout.as_ref()?)?;
        Some(window.before(&dictionary.drug(antagonist.component.drug).file.id))
    }

    fn windows(
        &self,
        antagonist: &Exposure<'_>,
        opioid: &Exposure<'_>,
    ) -> Vec<(&'static str, String)> {
        self.window(antagonist, opioid).map_or_else(Vec::new, |window| {
            vec![("hard", window.hard.to_string()), ("soft", window.soft.to_string())]
        })
    }

    /// The first day on which the subject could begin without an opioid in use or its soft window running.
    fn clean(&self, subject: &Exposure<'_>) -> i32 {
        let soft = |e: &Exposure<'_>| {
            let window = self.window(subject, e);
            window.filter(|_| e.component.role.is_opioid()).map(|window| window.soft)
        };
        self.first_free(subject, soft)
    }

    /// The first day on which an exposure could begin without meeting another or the days after it: day by day.
    fn first_free(
        &self,
        subject: &Exposure<'_>,
        after: impl Fn(&Exposure<'_>) -> Option<i32>,
    ) -> i32 {
        let length = subject.end - subject.first;
        let in_the_way = |day: i32| {
            let others = self.exposures.iter().filter(|e| e.row.record != subject.row.record);
            others
                .filter_map(|e| Some((e, after(e)?)))
                .any(|(e, after)| e.first < day + length && day < e.end + after)
        };
        (subject.first..).find(|&day| !in_the_way(day)).unwrap()
    }

    fn finding(&self, found: &Found<'t, 'r>) -> Value {
        let (subject, other) = found.pair;
        let name = |e: &Exposure<'_>| self.book.dictionary().drug(e.component.drug).name.clone();
        let mut words = found.words.clone();
        words.extend([
            ("subject", name(subject)),
            ("other", name(other)),
            ("clean", Day(found.clean).to_string()),
            ("subject-came", "dispensed".to_owned()),
            ("other-came", "dispensed".to_owned()),
        ]);
        let message = &self.rule.file.message;
        let choose = |usual: &String, first: &Option<String>| {
            fill(first.as_ref().filter(|_| found.subject_first).unwrap_or(usual), &words)
        };
        let variant = found.variant.and_then(|name| message.variant.get(name));
        let in_this_case = variant.and_then(|variant| {
            if found.subject_first {
                variant.help_subject_first.as_ref()
            } else {
                variant.help.as_ref()
            }
        });
        let help = match in_this_case {
            Some(help) => fill(help, &words),
            None => choose(&message.help, &message.help_subject_first),
        };
        // A depot has a fixed duration, whatever its record says.
        let own_days = [subject, other].map(|e| {
            let forms =
                e.product.iter().map(|c| self.book.dictionary().form(c.drug, c.form).days_each);
            match (forms.max().flatten().map(i32::from), e.row.days.parse::<i32>()) {
                (Some(own), Ok(given)) if given > 1 && own > given => format!(
                    " The {own} days of {} are the product's own; its record gives {given}.",
                    name(e)
                ),
                _ => String::new(),
            }
        });
        let help = help + &own_days.concat();
        let only_if = match &found.only_if[..] {
            [] => String::new(),
            conditions => format!(", {}", conditions.join(" and ")),
        };
        let key = |e: &Exposure<'_>| {
            let drug = self.book.dictionary().drug(e.component.drug);
            if e.component.form == 0 {
                drug.file.id.clone()
            } else {
                format!("{}/{}", drug.file.id, drug.forms[e.component.form as usize].id)
            }
        };
        let keys = [
            (key(subject), Day(self.eras[subject.era].first)),
            (key(other), Day(self.eras[other.era].first)),
        ];
        let keys: Vec<(&str, Day)> = keys.iter().map(|(key, day)| (key.as_str(), *day)).collect();
        let (grade, first) = &found.evidence;
        let titles = self.rule.file.sources.iter().map(|source| source.title.as_str());
        let mut sources: Vec<&str> = titles.filter(|title| title != first).collect();
        sources.insert(0, first);
        // Further places are not read again, so their columns are unknown.
        let mut listed: Vec<Value> =
            found.listed.iter().take(8).map(|e| self.place(e, &name(e))).collect();
        listed
            .iter_mut()
            .filter_map(Value::as_object_mut)
            .for_each(|place| place.retain(|key, _| key != "column" && key != "label"));
        json!({
            "type": "finding", "rule": self.rule.file.id, "severity": found.severity, "dur": self.rule.file.dur, "patient": self.patient,
            "message": choose(&message.text, &message.text_subject_first) + &only_if,
            "help": format!("{help} Evidence {grade}: {}.", sources[0]),
            "days": found.days, "clean_from": Day(found.clean).to_string(),
            "evidence": { "grade": grade, "disputed": self.rule.file.disputed, "sources": sources },
            "assumed": if subject.assumed || other.assumed { vec!["days-supply"] } else { Vec::new() },
            "places": [self.place(subject, &name(subject)), self.place(other, &name(other))],
            "also": found.also.len() - 1, "also_places": listed,
            "fingerprint": Fingerprint::new(&self.rule.file.id, PatientKey::new(self.patient, ""), &keys).to_string(),
            "premise": premise(found),
        })
    }

    fn place(&self, e: &Exposure<'_>, drug: &str) -> Value {
        json!({
            "path": self.path, "record": e.row.record, "line": e.row.line, "column": e.row.column, "field": "drug", "label": "drug_name",
            "role": e.component.role.label(), "drug": drug, "first": Day(e.first).to_string(), "last": Day(e.end - 1).to_string(),
        })
    }
}

const ASSUMED: &str = "if it was taken as long as assumed";

/// A source's title without its statement.
fn title(source: &str) -> String {
    source.split(": ").next().unwrap().to_owned()
}

fn shares_a_day(a: &Exposure<'_>, b: &Exposure<'_>) -> bool {
    a.first < b.end && b.first < a.end
}

/// Whether two exposures are of products that each contain the other's drug.
fn one_product(a: &Exposure<'_>, b: &Exposure<'_>) -> bool {
    let holds = |e: &Exposure<'_>, drug: u16| e.product.iter().any(|c| c.drug == drug);
    holds(a, b.component.drug) && holds(b, a.component.drug)
}

fn days(kind: &str, first: i32, last: i32, count: i32) -> Value {
    json!({ "kind": kind, "first": Day(first).to_string(), "last": Day(last).to_string(), "count": count })
}

/// A finding's premise: its severity and the number of free days.
fn premise(found: &Found<'_, '_>) -> String {
    match found.days["count"].as_i64().filter(|_| found.days["kind"] == "opioid-free") {
        Some(free) => format!("{}, {}", found.severity, count(free as i32, "free day")),
        None => found.severity.to_owned(),
    }
}

fn count(number: i32, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// A sentence with its words filled in; a capitalised word gets a capital.
fn fill(sentence: &str, words: &[(&'static str, String)]) -> String {
    let mut text = sentence.to_owned();
    for (name, value) in words {
        let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
        text = text
            .replace(&format!("{{{name}}}"), value)
            .replace(&format!("{{{}}}", capital(name)), &capital(value));
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One object, its keys in the order of the format.
fn line(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            const KEYS: [&str; 31] = [
                "type",
                "rule",
                "severity",
                "dur",
                "patient",
                "message",
                "help",
                "days",
                "clean_from",
                "evidence",
                "grade",
                "disputed",
                "sources",
                "assumed",
                "places",
                "path",
                "record",
                "line",
                "column",
                "field",
                "label",
                "role",
                "drug",
                "kind",
                "first",
                "last",
                "count",
                "also",
                "also_places",
                "fingerprint",
                "premise",
            ];
            let members = KEYS
                .iter()
                .filter_map(|key| Some(format!("\"{key}\":{}", line(object.get(*key)?))));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(line).collect::<Vec<_>>().join(",")),
        plain => plain.to_string(),
    }
}

/// A finding in JSON without prescription, claim, prescriber, site, quantity and days' supply of its records: contact details are not part of the
/// judgement.
pub(crate) fn without_contacts(line: &str) -> String {
    let mut finding: Value = serde_json::from_str(line).unwrap();
    for key in ["places", "also_places"] {
        for place in finding[key].as_array_mut().into_iter().flatten() {
            let place = place.as_object_mut().unwrap();
            for contact in
                ["prescription", "claim", "prescriber", "site", "quantity", "days_supply"]
            {
                place.remove(contact);
            }
        }
    }
    finding.to_string()
}

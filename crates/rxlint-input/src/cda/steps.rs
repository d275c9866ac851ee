//! The steps of a tapered, split or conditional dose: administrations within another, with their own days. The drug, and what else they leave out,
//! comes from the one around them.

use rxlint_model::date;
use rxlint_model::day::Day;
use rxlint_model::record::Field;

use super::product;
use super::times::Times;
use crate::drafts::Draft;
use crate::xml::XmlNode;

const ADMINISTRATION: &str = "substanceAdministration";

/// The fields that say which drug it is.
const DRUG: [Field; 10] = [
    Field::Drug,
    Field::Generic,
    Field::Brand,
    Field::Rxcui,
    Field::Ndc,
    Field::Atc,
    Field::Hcpcs,
    Field::Code,
    Field::CodeSystem,
    Field::Form,
];

/// The first and the last day of an entry, if it states them.
#[derive(Clone, Copy)]
struct Span {
    first: Option<Day>,
    last: Option<Day>,
}

impl Span {
    fn of(entry: XmlNode<'_, '_>) -> Self {
        let times = Times::of(entry);
        let day = |text: &str| date::parse(text.as_bytes(), None).ok();
        let bound = |when: &Option<super::times::When>| when.as_ref().and_then(|at| day(&at.text));
        let point = bound(&times.point);
        let by_width = times.last_by_width().and_then(|last| day(&last));
        Self { first: bound(&times.low).or(point), last: bound(&times.high).or(by_width).or(point) }
    }

    fn is_said(self) -> bool {
        self.first.is_some() || self.last.is_some()
    }

    /// Whether it covers all days of another.
    fn covers(self, other: Self) -> bool {
        let Some(first) = self.first else { return false };
        let ends = self.last.is_none_or(|last| other.last.is_some_and(|other| other <= last));
        ends && other.first.is_none_or(|other| first <= other)
    }
}

/// The administration of which an entry without a drug may be a step: the nearest around it that names one, else the outermost.
pub(super) fn whole_of<'x, 't>(entry: XmlNode<'x, 't>) -> Option<XmlNode<'x, 't>> {
    let mut last = None;
    for around in entry.ancestors().filter(|node| node.name() == ADMINISTRATION) {
        last = Some(around);
        if product::product(around).is_some_and(product::says_something) {
            break;
        }
    }
    last
}

/// Whether a step has days that the whole does not state itself: other steps only say how the drug is taken on these.
pub(super) fn adds_days(step: XmlNode<'_, '_>, whole: XmlNode<'_, '_>) -> bool {
    let own = Span::of(step);
    own.is_said() && !Span::of(whole).covers(own)
}

/// Whether only the steps of an administration state its days.
pub(super) fn is_dated_by_steps(whole: XmlNode<'_, '_>) -> bool {
    let is_step = |node: XmlNode<'_, '_>| {
        !product::product(node).is_some_and(product::says_something) && Span::of(node).is_said()
    };
    let related = whole.all("entryRelationship");
    related.flat_map(|related| related.all(ADMINISTRATION)).any(is_step)
        && !Span::of(whole).is_said()
}

/// Copies to a step what it leaves out. If the whole was never taken, neither was the step.
pub(super) fn inherit(step: &mut Draft, whole: &Draft) {
    let counts = |status: &str| matches!(status, "" | "active" | "completed" | "stopped");
    if !counts(whole.text(Field::Status)) {
        step.cells.retain(|cell| cell.field != Field::Status);
    }
    let has_drug = [Field::Drug, Field::Rxcui].into_iter().any(|field| step.has(field));
    let is_dosed = step.has(Field::Dose) || step.has(Field::Frequency);
    let is_dated = Field::FIRST_DAY.iter().any(|field| step.has(*field));
    let mut take = |fields: &[Field]| {
        for cell in whole.cells.iter().filter(|cell| fields.contains(&cell.field)) {
            step.put(cell.field, &*cell.text, None, cell.label.clone());
        }
    };
    if !has_drug {
        take(&DRUG);
    }
    if !is_dosed {
        take(&[Field::Dose, Field::DoseUnit, Field::Frequency, Field::Directions]);
    }
    take(&[Field::Status, Field::Route, Field::Diagnosis, Field::Prescriber, Field::Frequency]);
    if !is_dated {
        take(&Field::FIRST_DAY);
    }
}

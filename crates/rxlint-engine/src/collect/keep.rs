//! What is kept of a record about a watched drug: how much of it, for how long, and which marks.

use std::ops::Deref;
use std::sync::PoisonError;

use super::numbers::{claim_number, made, numbered, prescription_number, referring, versioned};
use super::{Collection, Collector};
use crate::drug::strength;
use crate::exposure::days::{Administered, Length};
use crate::exposure::directions::Directions;
use crate::exposure::directions::packs::{self, Counts};
use crate::exposure::schedule::Schedule;
use crate::exposure::status::{Status, StatusReading};
use crate::exposure::{Dispense, Marks, VerdictId, days, packed, status, supply};
use rxlint_model::answers::says_yes;
use rxlint_model::date;
use rxlint_model::day::Day;
use rxlint_model::finding::fingerprint::PatientKey;
use rxlint_model::record::{AdjustmentCodes, Field, Record, Statement};

/// How a record says that its drug is taken.
pub(super) struct Course {
    /// The number in its quantity.
    stated: Option<f64>,
    /// How many pieces that is.
    quantity: Option<f64>,
    /// How many of them count one after another.
    kept: Option<f64>,
    directions: Directions,
    given: Administered,
    /// The field that gives its first day.
    dated_by: Field,
    pub(super) length: Length,
    /// Whether the product has its own duration: a depot, an implant, a patch.
    lasts_by_itself: bool,
}

/// What the product says about its units.
struct OwnUnits {
    /// Whether it has its own duration: a depot, an implant, a patch.
    lasts_by_itself: bool,
    /// Whether a code bills them.
    are_billed: bool,
    /// Whether that code is for an injection.
    are_injected: bool,
    /// How many days one lasts, if it is a patch.
    patch_days: Option<u16>,
    /// How many mL one holds, if a quantity may count them.
    volume_ml: Option<f64>,
}

impl Course {
    /// The units per day, if no quantity is stated.
    fn per_day(&self) -> Option<f64> {
        self.directions.units_a_day().filter(|_| self.kept.is_none())
    }

    /// What is kept of the quantity. Packs of unknown content are noted: reversals find them by their number.
    pub(super) fn noted_quantity(&self) -> f32 {
        let packs = || self.stated.map_or(f32::NAN, packed::of);
        self.kept.or(self.per_day()).map_or_else(packs, |quantity| quantity as f32)
    }

    /// For a depot, only an amount in mg shows how much is given: `4 mL (380 mg)` is one injection.
    fn schedule(&self, record: &Record<'_>) -> Schedule {
        match (self.lasts_by_itself, self.directions.by_mg) {
            (false, _) => days::schedule(record, self.quantity, self.directions, self.length),
            (true, Some(units)) => Schedule::of(units, 1.0),
            (true, None) => Schedule::default(),
        }
    }
}

/// Whether a supply is about as long as that many days, or is not stated.
fn fits(days: f64, supply: supply::Supply) -> bool {
    match supply {
        supply::Supply::Days(stated) => (stated - days).abs() <= (0.1 * days).max(1.0),
        supply::Supply::None => true,
        supply::Supply::Unbelievable => false,
    }
}

impl<C: Deref<Target = Collection> + Send> Collector<C> {
    /// Keeps a record about a watched drug.
    pub(super) fn keep(
        &mut self,
        record: &Record<'_>,
        patient: PatientKey,
        authority: u16,
        dated: (Day, Field),
        verdict: VerdictId,
        status: StatusReading,
    ) {
        let course = self.course(record, dated, verdict, status);
        let marks = self.marks(record, verdict, status, &course);
        self.count_unread(marks, &course);
        if self.lacks_route(record, verdict) {
            self.collected.unread_routes += u64::from(!marks.has(Marks::REVERSAL));
        }
        let dispense = Dispense {
            quantity: course.noted_quantity(),
            claim: claim_number(record),
            prescription: prescription_number(record),
            days: course.length.days,
            authority,
            marks,
            schedule: course.schedule(record),
            ..Dispense::at(record.key, patient, verdict, dated.0)
        };
        let dispense = referring(numbered(dispense, record), record);
        self.keep_own_number(record, &dispense);
        self.collected.dispenses.push(made(versioned(dispense, record), record));
    }

    pub(super) fn course(
        &mut self,
        record: &Record<'_>,
        (first, dated_by): (Day, Field),
        verdict: VerdictId,
        status: StatusReading,
    ) -> Course {
        let own = self.own_units(verdict);
        let lasts_by_itself = own.lasts_by_itself;
        // `4 mL` of a depot is one injection, not four.
        let text = record.text(Field::Quantity);
        let is_volume = |quantity: f64| {
            days::counts_volume(record) || days::is_volume_of_one(record, quantity, own.volume_ml)
        };
        let stated = days::number(text);
        let is_volume = lasts_by_itself && stated.is_some_and(is_volume);
        let stated = stated.filter(|_| !is_volume);
        let of = |id: VerdictId| {
            self.shared.verdicts.read().unwrap_or_else(PoisonError::into_inner).values[id as usize]
                .clone()
        };
        let words = self.shared.engine.book().directions();
        let directions = self.memo.directions(record, verdict, words, of);
        let as_stated = own.are_billed || is_volume;
        let (quantity, kept) = self.amounts(record, stated, directions, (&own, as_stated));
        let memo = &mut self.memo;
        let given = Administered::of(record, dated_by, || {
            memo.says_given(record, self.shared.dictionary())
                && !days::states_supply(record, (first, dated_by))
        });
        // A depot lasts as long as it does, whatever was planned.
        let given = match given {
            Administered::InLog if lasts_by_itself => Administered::Yes,
            given => given,
        };
        // An injection that is billed is given on one day, whatever days its claim spans.
        let is_of_claim = own.are_injected && !record.text(Field::Hcpcs).is_empty();
        let without_stop = is_of_claim.then(|| record.without(Field::Stop));
        let record = without_stop.as_ref().unwrap_or(record);
        let course =
            status.goes_on.then(|| Record { statement: Statement::Course, ..record.clone() });
        let record = course.as_ref().unwrap_or(record);
        // The negative days' supply of a reversal is that of the original fill.
        let is_back = stated.is_some_and(|number| number < 0.0);
        let unsigned = is_back.then(|| without_sign(record, Field::DaysSupply));
        let record = unsigned.as_ref().unwrap_or(record);
        let read_date = |field: Field| {
            let text = record.text(field);
            let order = record.date_order[field as usize];
            // Most records only state when they begin.
            if text.is_empty() { None } else { date::parse(text, order).ok() }
        };
        // A depot is counted in injections, and directions in mg may have been read as mL of it.
        let is_whole = quantity.is_some_and(|pieces| pieces.fract() == 0.0);
        let is_depot = lasts_by_itself && own.patch_days.is_none() && !as_stated && is_whole;
        let volume = (is_depot && says_amount(record)).then(|| packs::volume_of(record)).flatten();
        let supplied = quantity.map(|pieces| pieces * volume.unwrap_or(1.0));
        let is_open = directions.units_a_day().is_none() && !lasts_by_itself && !is_back;
        let words = self.shared.engine.book().directions();
        let by_same_unit = if is_open { words.by_same_unit(record) } else { None };
        let amount = by_same_unit
            .map_or((supplied, directions), |(count, directions)| (Some(count), directions));
        let assumed = self.shared.engine.settings().exposure.default_days;
        let mut length = days::of(record, first, amount, given, assumed, read_date);
        if status.ends_order && given == Administered::No {
            length = Length { days: 1, marks: Marks::ENDS_ORDER, unread: false };
        } else if length.marks.has(Marks::OPEN) && (status.ended || self.orders_packs(record, &own))
        {
            length.marks = length.marks.without(Marks::OPEN);
        }
        if given == Administered::No && !lasts_by_itself && self.is_in_force(record, dated_by) {
            length = days::with_refills(record, length);
        }
        Course { stated, quantity, kept, directions, given, dated_by, length, lasts_by_itself }
    }

    /// Whether a record is an order, or an entry of a list, that is in force and states no end: it may be filled again.
    fn is_in_force(&self, record: &Record<'_>, dated_by: Field) -> bool {
        const ENDS: [Field; 3] = [Field::Stop, Field::Discontinued, Field::Cancelled];
        let goes_on = || {
            self.shared.statuses.goes_on(record.text(Field::Status))
                || says_yes(record.text(Field::Active))
                || record.adjustment == AdjustmentCodes::Order
        };
        matches!(dated_by, Field::Start | Field::Written)
            && !record.text(Field::Refills).is_empty()
            && ENDS.iter().all(|field| record.text(*field).is_empty())
            && goes_on()
    }

    /// How many pieces a record is about, and how many of them count one after another. A reversal is counted like the fill that it
    /// cancels, so that one can be matched with the other.
    fn amounts(
        &mut self,
        record: &Record<'_>,
        stated: Option<f64>,
        directions: Directions,
        (own, as_stated): (&OwnUnits, bool),
    ) -> (Option<f64>, Option<f64>) {
        if let Some(negative) = stated.filter(|number| *number < 0.0) {
            let unsigned = [Field::Quantity, Field::DaysSupply]
                .into_iter()
                .fold(record.clone(), |record, field| without_sign(&record, field));
            let (quantity, kept) =
                self.amounts(&unsigned, Some(-negative), directions, (own, as_stated));
            return (quantity.map(|number| -number), kept.map(|number| -number));
        }
        let quantity = match as_stated {
            true => stated,
            false => self.pieces(record, stated, directions, own),
        };
        let kept = match own.patch_days.filter(|_| stated.is_some()) {
            Some(each) => Some(self.patches(record, quantity, each, directions)),
            None => quantity,
        };
        (quantity, kept)
    }

    /// The patches that are worn one after another: those worn together are one. If the content of a pack is unknown, they are
    /// as many as for a fill that states nothing. If they are changed sooner than they last, they are as many as would last that long.
    fn patches(
        &self,
        record: &Record<'_>,
        quantity: Option<f64>,
        days_each: u16,
        directions: Directions,
    ) -> f64 {
        let default = f64::from(self.shared.engine.settings().exposure.default_days);
        let each = f64::from(days_each);
        let together = directions.at_once().unwrap_or(1.0);
        let Some(patches) = quantity.map(|patches| (patches / together).ceil()) else {
            return (default / each).round();
        };
        let supply = supply::stated(record);
        // Who does not say how many are worn together is believed where the days agree.
        let is_sure = directions.units.is_some() || matches!(supply, supply::Supply::Days(_));
        let worn = directions.worn_for().filter(|worn| is_sure && *worn < each);
        match worn.map(|worn| patches * worn) {
            Some(days) if fits(days, supply) => (days / each).ceil(),
            _ => patches,
        }
    }

    fn own_units(&self, verdict: VerdictId) -> OwnUnits {
        let verdicts = self.shared.verdicts.read().unwrap_or_else(PoisonError::into_inner);
        let verdict = &verdicts.values[verdict as usize];
        let dictionary = self.shared.dictionary();
        OwnUnits {
            lasts_by_itself: days::own_duration(dictionary, verdict, None).is_some(),
            are_billed: verdict.billed_units.is_some(),
            are_injected: verdict.billed_injection,
            patch_days: days::patch_days(dictionary, verdict),
            volume_ml: days::volume_of_one(dictionary, verdict),
        }
    }

    /// How many pieces the record is about: what it counts may be packs. Most quantities are plain numbers, and nothing next to them
    /// mentions packs.
    fn pieces(
        &mut self,
        record: &Record<'_>,
        stated: Option<f64>,
        directions: Directions,
        own: &OwnUnits,
    ) -> Option<f64> {
        let a_day = directions.units_a_day();
        let may_be_doses = !own.lasts_by_itself && packs::may_be_single_doses(record);
        let may_be_packs = packs::may_count_packs(record, stated, a_day);
        if !may_be_doses && !may_be_packs {
            return stated;
        }
        let counted = self.counted(record, own);
        if may_be_doses {
            let is_by_piece = !says_amount(record) && directions.units.is_some();
            match counted.counts {
                Counts::Doses(_) if is_by_piece => return counted.number.or(stated),
                Counts::Doses(_) => {}
                _ if !may_be_packs => return stated,
                _ => {}
            }
        }
        let supply = supply::stated(record);
        counted.pieces(stated, supply, a_day, (own.lasts_by_itself, own.patch_days.is_some()))
    }

    /// What the quantity of a record counts.
    fn counted(&mut self, record: &Record<'_>, own: &OwnUnits) -> packs::Quantity {
        let dictionary = self.shared.dictionary();
        let lasts_by_itself = own.lasts_by_itself;
        let has_volume = || !lasts_by_itself && !days::says_injection(dictionary, record);
        let words = self.shared.engine.book().directions();
        let lasts = (lasts_by_itself, own.patch_days.is_some());
        self.memo.quantity(record, words, lasts, has_volume)
    }

    /// Whether a resource orders packs: that is one fill, however long it lasts, not a course that goes on.
    fn orders_packs(&mut self, record: &Record<'_>, own: &OwnUnits) -> bool {
        record.is_resource
            && !record.text(Field::Quantity).is_empty()
            && matches!(self.counted(record, own).counts, Counts::Packs(_))
    }

    fn marks(
        &mut self,
        record: &Record<'_>,
        verdict: VerdictId,
        status: StatusReading,
        course: &Course,
    ) -> Marks {
        let is_order = status.is_order && status.status == Status::Active;
        let of_order = if is_order { Marks::ORDER } else { status::order_marks(record) };
        let mut marks = course.length.marks.with(of_order);
        if course.length.days == 0 && self.is_one_injection(record, verdict, course) {
            marks = marks.with(Marks::ONE_INJECTION);
        }
        match status.status {
            Status::Reversal if of_order == Marks::default() => {
                marks =
                    Marks::REVERSAL.with(status::mark_of_reversal(record, &self.shared.statuses));
            }
            Status::Reversal => marks = Marks::REVERSAL.with(of_order),
            Status::Replacement => {
                let revises = status::is_revision(record);
                let own = if revises { Marks::REVISION } else { Marks::default() };
                marks = marks.with(Marks::REPLACEMENT).with(own);
            }
            _ => {}
        }
        let said = course.directions;
        if said.weekly || said.too_soon && course.lasts_by_itself {
            marks = marks.with(Marks::WEEKLY);
        }
        // The outcome of an order is neither given nor dispensed.
        let is_answer =
            of_order == Marks::ORDER.with(Marks::ANSWER) && status.status == Status::Active;
        let changes_order =
            is_answer || of_order != Marks::default() && status.status == Status::Replacement;
        if changes_order && course.dated_by == Field::Written {
            marks = marks.with(Marks::NO_START);
        } else if course.given != Administered::No && !changes_order {
            marks = marks.with(Marks::ADMINISTERED);
        }
        let words = self.shared.engine.book().directions();
        let is_reversal = status.status == Status::Reversal;
        if !is_reversal && (said.tampered || self.memo.is_tube(record, words)) {
            marks = marks.with(Marks::TAMPERED);
        }
        if course.per_day().is_some() {
            marks = marks.with(Marks::PER_DAY);
        }
        marks
    }

    /// Counts what was not understood in a record that is not a reversal.
    fn count_unread(&mut self, marks: Marks, course: &Course) {
        if marks.has(Marks::REVERSAL) {
            return;
        }
        if course.length.unread {
            self.collected.unread_lengths += 1;
        }
        let is_assumed = course.length.days == 0 && !course.lasts_by_itself;
        let says = course.directions;
        if is_assumed && (says.unread || says.once) && course.stated.is_some() {
            self.collected.unread_directions += 1;
        }
    }

    /// Whether the record's route is not understood, and the form of its drug would follow from it.
    fn lacks_route(&mut self, record: &Record<'_>, verdict: VerdictId) -> bool {
        let dictionary = self.shared.dictionary();
        if !self.memo.is_unknown_route(record, dictionary) {
            return false;
        }
        let verdicts = self.shared.verdicts.read().unwrap_or_else(PoisonError::into_inner);
        dictionary.needs_route(record, &verdicts.values[verdict as usize])
    }

    /// Whether it is one injection, or billed by the code of one, which is given on one day however many units are billed.
    fn is_one_injection(&self, record: &Record<'_>, verdict: VerdictId, course: &Course) -> bool {
        let is_billed = || {
            let verdicts = self.shared.verdicts.read().unwrap_or_else(PoisonError::into_inner);
            verdicts.values[verdict as usize].billed_injection
        };
        // One pack of ten is not one injection.
        let units = course.quantity.or(course.stated);
        days::is_one_injection(self.shared.dictionary(), record, units) || is_billed()
    }
}

/// A record without what marks a field's number as negative.
fn without_sign<'a>(record: &Record<'a>, field: Field) -> Record<'a> {
    const BEFORE: [&str; 4] = ["-", "(", "\u{2212}", "\u{2013}"];
    const BEHIND: [&str; 4] = ["-", ")", "CR", "Cr"];
    let mut unsigned = record.clone();
    let cell = &mut unsigned.cells[field as usize];
    let mut text = cell.text.trim_ascii();
    for sign in BEFORE {
        text = text.strip_prefix(sign.as_bytes()).unwrap_or(text).trim_ascii();
    }
    for sign in BEHIND {
        text = text.strip_suffix(sign.as_bytes()).unwrap_or(text).trim_ascii();
    }
    cell.text = text;
    unsigned
}

/// Whether the directions of a record state an amount by mass or volume, and not by the piece: `take 40 mg`, `0.5 mL`.
fn says_amount(record: &Record<'_>) -> bool {
    let dose = [record.string(Field::Dose), record.string(Field::DoseUnit)].join(" ");
    let texts = [record.string(Field::Directions), record.string(Field::Frequency), dose.into()];
    texts.iter().any(|text| !strength::amounts(text).is_empty() || strength::says_ml(text))
}

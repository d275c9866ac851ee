//! The witness: a second, simple look at the raw inputs for watched drugs, whatever their cells and values were understood as.
//! A mention that no record accounts for is a gap.

mod columns;
mod earlier;
mod identifiers;
mod links;
mod look;
mod numbers;
mod passed_over;

use std::collections::{BTreeMap, BTreeSet};

use rxlint_engine::collect::{Collection, RecordOutcome};
use rxlint_engine::drug::{Dictionary, DrugIx, Role, Verdict};
use rxlint_engine::engine::Engine;
use rxlint_input::Input;
use rxlint_input::error::InputError;
use rxlint_input::layout::{ColumnUse, says_rxnorm};
use rxlint_input::raw::RawExtent;
use rxlint_model::gap::{Gap, GapKind};
use rxlint_model::place::RowKey;
use rxlint_model::record::Field;

use columns::ColumnStats;
pub(super) use columns::{accepted_columns, looked_at};
use earlier::Earlier;
use identifiers::Identifiers;
use links::AllLinks;
use look::{Found, FoundField, Look, Memories};
use numbers::Numbered;
pub use passed_over::passed_over;

/// At most this many gaps about mentions are reported per input.
const TOLD: usize = 8;

/// What the witness found.
#[derive(Debug, Default)]
pub(super) struct Testimony {
    /// Mentions that no record accounts for.
    pub(super) gaps: Vec<Gap>,
    /// Identifiers of patients that are written in more than one way, by input.
    alike: Vec<(String, usize, Vec<u32>)>,
    /// How many are written in more than one way by messages of one input.
    alike_in_messages: usize,
    /// How many are written in more than one way by different inputs.
    alike_between: usize,
    /// What the columns of each input seem to hold.
    stats: Vec<InputStats>,
    /// Unread columns about a condition, next to an antagonist.
    untold: Vec<String>,
    /// How often free text mentions a watched drug.
    pub(super) mentioned: u64,
}

/// What the columns of an input seem to hold.
#[derive(Debug)]
struct InputStats {
    file: u32,
    columns: Vec<ColumnStats>,
    /// Whether a rule asks for conditions of a patient with some drug of the input.
    is_personal: bool,
}

/// How much the witness looks at, and what it need not report.
#[derive(Clone, Debug, Default)]
pub struct WitnessSettings {
    /// How much of each input.
    pub extent: RawExtent,
    /// What the site has looked at itself.
    pub looked: Looked,
}

impl WitnessSettings {
    /// The records whose outcome has to be noted: those that begin where the witness looks, and a little beyond, since a
    /// message may have begun there.
    pub(super) fn noting(&self) -> Option<fn(RowKey) -> bool> {
        const BEYOND: u64 = 1 << 20;
        match self.extent {
            RawExtent::Off => None,
            RawExtent::All => Some(|_| true),
            RawExtent::Sampled => Some(|key| {
                let offset = key.place().offset;
                RawExtent::Sampled.holds(offset)
                    || RawExtent::Sampled.holds(offset.saturating_sub(BEYOND))
            }),
        }
    }
}

/// What a site has looked at, and is not asked about again.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// Headers of columns.
    pub columns: Vec<String>,
}

/// Looks at the inputs that were read; at `earlier` ones only for how they number people. `noted` says what became of their records, in no order.
pub(super) fn testify(
    engine: &Engine,
    collection: &Collection,
    (inputs, earlier): (&[&Input], &[&Input]),
    mut noted: Vec<(RowKey, RecordOutcome)>,
    settings: &WitnessSettings,
) -> Result<Testimony, InputError> {
    let (extent, looked) = (settings.extent, &settings.looked);
    let mut all = Testimony::default();
    if extent == RawExtent::Off {
        return Ok(all);
    }
    let of_place = |key: &RowKey| (key.place().file, key.place().offset);
    noted.sort_unstable_by_key(|(key, _)| of_place(key));
    let dictionary = engine.book().dictionary();
    let verdicts = collection.verdicts();
    let memories = Memories::default();
    let (mut identifiers, mut numbered) = (Identifiers::default(), Numbered::default());
    let mut linked = AllLinks::default();
    for input in inputs.iter().filter(|input| !input.is_context() || input.is_of_messages()) {
        let columns = input.columns();
        let file = input.index();
        let from = noted.partition_point(|(key, _)| key.place().file < file);
        let to = noted.partition_point(|(key, _)| key.place().file <= file);
        let records = Records { noted: &noted[from..to], verdicts: &verdicts, dictionary };
        let make =
            || Look::new(engine.book(), &columns, &memories, inputs.len() + earlier.len() == 1);
        let mut whole = make();
        for look in input.look(extent, &make)? {
            whole.absorb(look);
        }
        let strays = strays(&records, &whole, &mut all.mentioned);
        all.gaps.extend(stray_gaps(input, dictionary, &columns, strays, looked)?);
        let alike = whole.identifiers.alike();
        // A message may list several numbers of one person.
        let is_table = !columns.is_empty();
        all.alike_in_messages += if is_table { 0 } else { alike };
        if alike > 0 && is_table {
            let lines = whole.identifiers.lines(input, &columns, extent)?;
            all.alike.push((input.path().to_owned(), alike, lines));
        }
        identifiers.absorb(whole.identifiers);
        numbered.add(input.path(), &columns, whole.numbers, false);
        linked.add(input.path(), &columns, whole.links, false);
        for (stats, column) in whole.stats.iter_mut().zip(&columns) {
            stats.of_drug = columns::drug_of_header(column, dictionary);
        }
        let untold =
            columns::of_conditions(engine.book().conditions(), &columns, &whole.stats, looked);
        let about = records.verdicts();
        let is_antagonist = |verdict: &&Verdict| {
            verdict.components.iter().any(|component| component.role == Role::Antagonist)
        };
        if !untold.is_empty() && about.iter().any(is_antagonist) {
            all.untold.extend(untold.into_iter().map(|note| format!("{}: {note}", input.path())));
        }
        let is_personal = about.iter().any(|verdict| engine.book().is_personal(verdict));
        all.stats.push(InputStats { file, columns: whole.stats, is_personal });
    }
    let mut within: usize = all.alike.iter().map(|(_, count, _)| count).sum();
    for input in earlier.iter().filter(|input| !input.is_context()) {
        let columns = input.columns();
        let mut whole = Earlier::new(&columns);
        for look in input.look(extent, &|| Earlier::new(&columns))? {
            whole.absorb(look);
        }
        within += whole.identifiers.alike();
        identifiers.absorb(whole.identifiers);
        numbered.add(input.path(), &columns, whole.numbers, true);
        linked.add(input.path(), &columns, whole.links, true);
    }
    all.gaps.extend(numbered.gaps(looked));
    all.gaps.extend(linked.gaps(looked));
    all.alike_between = identifiers.alike().saturating_sub(within + all.alike_in_messages);
    Ok(all)
}

impl Testimony {
    /// What the columns of the inputs leave open. `assumed` is whether the length of most watched records was assumed.
    pub(super) fn open_columns(
        &self,
        inputs: &[Input],
        assumed: bool,
        looked: &Looked,
    ) -> Result<Vec<Gap>, InputError> {
        let mut gaps = Vec::new();
        for InputStats { file, columns: stats, is_personal } in &self.stats {
            if let Some(input) = inputs.get(*file as usize) {
                let columns = input.columns();
                gaps.extend(columns::gaps(input, &columns, stats, assumed, *is_personal, looked)?);
            }
        }
        Ok(gaps)
    }

    /// Notes on identifiers of patients that are written in more than one way.
    pub(super) fn identifiers_written_otherwise(&self) -> Vec<String> {
        const WAYS: &str = "(letter case, leading zeros, hyphens, `.0`, an apostrophe and the like). They count as different people.";
        let within = self.alike.iter().map(|(path, count, lines)| {
            let are = if *count == 1 { "patient identifier is" } else { "patient identifiers are" };
            let lines: Vec<String> = lines.iter().map(|line| format!("{path}:{line}")).collect();
            let seen = match lines.is_empty() {
                true => String::new(),
                false => format!(" Look at {}.", lines.join(" and ")),
            };
            format!("{path}: {count} {are} written in more than one way {WAYS}{seen}")
        });
        let count = self.alike_between;
        let between = (count > 0).then(|| {
            format!(
                "{count} patient identifiers are written differently in different inputs {WAYS}"
            )
        });
        within.chain(between).collect()
    }

    /// Columns of statuses next to the one that decides, if the two disagree, and names of drugs that nothing reads.
    pub(super) fn untold_columns(&self, inputs: &[Input], looked: &Looked) -> Vec<String> {
        let of = |InputStats { file, columns: stats, .. }: &InputStats| {
            let input = inputs.get(*file as usize)?;
            let columns = input.columns();
            let mut notes = columns::second_statuses(&columns, stats, looked);
            notes.extend(columns::families(&columns, stats, looked));
            notes.extend(columns::open_names(&columns, looked));
            Some(
                notes
                    .into_iter()
                    .map(|note| format!("{}: {note}", input.path()))
                    .collect::<Vec<_>>(),
            )
        };
        self.stats.iter().filter_map(of).flatten().chain(self.untold.iter().cloned()).collect()
    }
}

/// What became of the records of one input.
struct Records<'a> {
    noted: &'a [(RowKey, RecordOutcome)],
    verdicts: &'a [Verdict],
    dictionary: &'a Dictionary,
}

/// How a mention relates to the records of its unit.
#[derive(PartialEq, Eq)]
enum Account {
    /// A record was judged as that drug, or is inactive or rejected.
    Given,
    /// None was; but one names no readable drug.
    Unresolved,
    /// None was.
    Missing,
    /// The unit is not a record: a line of a cell with line ends in it.
    NoRecord,
}

impl Records<'_> {
    /// The first record from an offset on. Mentions come in the order of the input, mostly: it is not far from the one before.
    fn first_from(&self, offset: u64, before: usize) -> usize {
        let lies_before = |(key, _): &(RowKey, RecordOutcome)| key.place().offset < offset;
        if before > 0 && !self.noted.get(before - 1).is_some_and(lies_before) {
            return self.noted.partition_point(lies_before);
        }
        before + self.noted[before..].iter().take_while(|noted| lies_before(noted)).count()
    }

    /// What became of the mention; the first record of its unit, or after it, is at `begin`.
    fn account(&self, found: &Found, begin: usize) -> Account {
        let unit = found.unit;
        let of_unit = self.noted[begin..]
            .iter()
            .take_while(|(key, _)| key.place().offset < unit.end)
            .map(|(_, outcome)| outcome);
        let (mut any, mut unresolved) = (false, false);
        for outcome in of_unit {
            any = true;
            match outcome {
                RecordOutcome::Watched(verdict) if !self.is_about(*verdict, found.drug) => {}
                RecordOutcome::Unresolved => unresolved = true,
                _ => return Account::Given,
            }
        }
        match (any, unresolved) {
            (_, true) => Account::Unresolved,
            (false, false) if !unit.whole => Account::NoRecord,
            _ => Account::Missing,
        }
    }

    /// What the watched records are about.
    fn verdicts(&self) -> Vec<&Verdict> {
        let watched = self.noted.iter().filter_map(|(_, outcome)| match outcome {
            RecordOutcome::Watched(verdict) => Some(*verdict),
            _ => None,
        });
        let distinct: BTreeSet<u32> = watched.collect();
        distinct.into_iter().filter_map(|verdict| self.verdicts.get(verdict as usize)).collect()
    }

    fn is_about(&self, verdict: u32, drug: DrugIx) -> bool {
        let parts = &self.dictionary.drug(drug).components;
        self.verdicts.get(verdict as usize).is_some_and(|verdict| {
            // Where text and code name different drugs, that is a finding already.
            if verdict.mismatch.is_some() {
                return true;
            }
            let of_slip = verdict.slip.as_ref().map(|slip| slip.meant);
            let components = verdict.components.iter().map(|component| component.drug);
            components
                .chain(of_slip)
                .any(|known| known == drug || parts.iter().any(|part| part.drug == known))
        })
    }
}

/// Mentions that no record accounts for, by field and drug: how many, and the first byte of the first record.
type Strays<'l> = BTreeMap<(&'l FoundField, DrugIx), (u64, u64)>;

fn strays<'l>(records: &Records<'_>, look: &'l Look<'_>, mentioned: &mut u64) -> Strays<'l> {
    let mut strays = Strays::new();
    let mut begin = 0;
    for found in &look.found {
        begin = records.first_from(found.unit.start, begin);
        let is_stray = match records.account(found, begin) {
            Account::Given => continue,
            Account::Unresolved => true,
            Account::Missing => found.is_product && !found.is_free_text,
            Account::NoRecord => false,
        };
        if !is_stray {
            *mentioned += 1;
            continue;
        }
        let field = &look.fields[found.field as usize];
        let stray = strays.entry((field, found.drug)).or_insert((0, u64::MAX));
        *stray = (stray.0 + 1, stray.1.min(found.unit.start));
    }
    strays
}

fn stray_gaps(
    input: &Input,
    dictionary: &Dictionary,
    columns: &[ColumnUse],
    strays: Strays<'_>,
    looked: &Looked,
) -> Result<Vec<Gap>, InputError> {
    let (mut gaps, mut offsets, mut untold) = (Vec::new(), Vec::new(), 0);
    for ((field, drug), (count, offset)) in strays {
        let column = match field {
            FoundField::Column(column) => columns.get(*column),
            FoundField::Named(_) => None,
        };
        if column.is_some_and(|column| looked.holds(column)) {
            continue;
        }
        if gaps.len() >= TOLD {
            untold += count;
            continue;
        }
        let place = match field {
            FoundField::Column(_) => column.map(|column| column.called.clone()),
            FoundField::Named(name) if name.is_empty() => {
                Some("an element that the format does not have".to_owned())
            }
            FoundField::Named(name) => Some(name.clone()),
        };
        let place = place.unwrap_or_else(|| "a column without header".to_owned());
        let drug = &dictionary.drug(drug).name;
        let what = match count {
            1 => format!(
                "{drug} is mentioned in {place} of a record that was not judged as that drug."
            ),
            _ => format!(
                "{drug} is mentioned in {place} of {count} records that were not judged as that drug."
            ),
        };
        gaps.push(Gap::new(GapKind::StrayMention, what, remedy(column)).of(input.path()));
        offsets.push(offset);
    }
    let lines = input.lines_of(&offsets)?;
    let mut gaps: Vec<Gap> = gaps.into_iter().zip(lines).map(|(gap, line)| gap.at(line)).collect();
    if untold > 0 {
        let what = format!(
            "{untold} more mentions of watched drugs in records that were not judged as them."
        );
        let remedy = "Fix the first ones; that often fixes the rest.";
        gaps.push(Gap::new(GapKind::StrayMention, what, remedy).of(input.path()));
    }
    Ok(gaps)
}

fn remedy(column: Option<&ColumnUse>) -> String {
    match column {
        None => "Look at the record: if it is a prescription, the drug is in a field where rxlint does not look for it; have it sent in the \
                 drug field."
            .to_owned(),
        Some(column) if column.fields.iter().any(|field| Field::IDENTITY.contains(field)) => {
            "Look at the record: the cell names a drug, but the record was not judged as that drug.".to_owned()
        }
        Some(column) => format!(
            "If the column says what was dispensed, {} reads it; if not, list it in rxlint.toml: {}.",
            column.option(if says_rxnorm(&column.header) { Field::Rxcui } else { Field::Drug }),
            looked_at(&[column])
        ),
    }
}

impl Looked {
    /// Whether the site has looked at that column.
    fn holds(&self, column: &ColumnUse) -> bool {
        let argument = column.argument();
        self.columns.iter().any(|known| known.eq_ignore_ascii_case(&argument))
    }
}

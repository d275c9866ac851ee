//! Opens the inputs of a run: files, folders, standard input, and tables of persons.

mod contents;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rxlint_model::record::Field;

use crate::columnar::{ArrowInput, ColumnSource, ColumnarInput};
use crate::container::{self, Budget, Part};
use crate::convert;
use crate::csv::{CsvInput, PersonTableKind};
use crate::error::InputError;
use crate::fhir::{FhirInput, manifest};
use crate::folder;
use crate::format::InputFormat;
use crate::hl7v2::Hl7Input;
use crate::input::Input;
use crate::layout::{ColumnUse, Found, says_birth};
use crate::options::InputOptions;
use crate::registry::{self, OpenedFormat};
use crate::source::InputSource;

/// The inputs of a run, and what to report about files that were left out.
#[derive(Debug, Default)]
pub struct Opened {
    /// The inputs in the order in which they were given; those of a folder are sorted by name.
    pub inputs: Vec<Input>,
    /// What was skipped in a folder, since it holds no prescriptions.
    pub notes: Vec<String>,
    /// Tables of a folder that were skipped only because of their headers, with the reasons.
    pub unknown: Vec<UnknownTable>,
    /// Why the other inputs were not read.
    pub unread: Vec<InputError>,
    /// Files among lists of drugs that were left out because they have patients in them.
    pub with_patients: Vec<String>,
    /// The files that were left out with a note, or because of their kind.
    pub left_out: Vec<String>,
    /// How many of the inputs are today's; older exports follow them.
    pub today: usize,
}

/// A table that was skipped only because of its headers.
#[derive(Debug)]
pub struct UnknownTable {
    /// Why it was skipped.
    pub why: InputError,
    /// Whether its cells are known not to be prescriptions, so that only its name could suggest that it holds some.
    pub is_known: bool,
    pub(crate) place: FilePlace,
}

impl UnknownTable {
    /// Its path; for a part of an archive or workbook it begins with that of the container.
    pub fn path(&self) -> &Path {
        self.place.path()
    }

    /// Its names: the file and, in a container, the part, without the file's ending.
    pub fn names(&self) -> Vec<String> {
        let path = self.path().to_string_lossy();
        let mut parts = path.split(container::INSIDE);
        let file = parts.next().map(|file| Path::new(file).file_name().unwrap_or_default());
        let called = |part: &str| match Path::new(part).extension() {
            Some(ending) if ending.len() <= LONGEST_ENDING => Path::new(part).with_extension(""),
            _ => PathBuf::from(part),
        };
        let file = file.map(|file| called(&file.to_string_lossy()));
        let all = file.into_iter().chain(parts.map(called));
        all.map(|name| name.to_string_lossy().replace('_', " ")).collect()
    }

    /// Whether it is in the same workbook or archive as an input.
    pub fn is_beside(&self, input: &str) -> bool {
        let path = self.path().to_string_lossy();
        let file = |path: &str| path.split_once(container::INSIDE).map(|(file, _)| file.to_owned());
        file(&path).is_some_and(|of| file(input) == Some(of))
    }

    /// Whether it may be read once its columns are named.
    pub fn asks_for_columns(&self) -> bool {
        !self.is_known && !self.why.is_of_other_kinds() && !self.is_narrow_sheet()
    }

    /// Whether it is a sheet of a workbook with too few columns for prescriptions.
    pub fn is_narrow_sheet(&self) -> bool {
        self.why.is_too_narrow() && matches!(&self.place, FilePlace::Part(part) if part.is_sheet())
    }

    /// The messages or resources in it, of which none is read, so that their values can be looked at; `None` where it has none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn of_other_kinds(&self) -> Result<Option<Input>, InputError> {
        let source = convert::readable(self.place.open(None)?, &InputOptions::default())?;
        let head = source.reader()?.bytes(source.start(), 4096)?;
        let opened = match Hl7Input::sniff(&head) {
            true => Some(OpenedFormat::Hl7v2(Hl7Input::of_other_kinds())),
            false => FhirInput::of_other_kinds(&source)?.map(OpenedFormat::Fhir),
        };
        Ok(opened.map(|opened| Input::new(0, source, opened)))
    }

    /// The note that says that it was passed over.
    pub fn note(&self) -> String {
        self.why.passed_over()
    }
}

/// A file that a caller found, such as one in a repository.
#[derive(Clone, Debug)]
pub struct FoundFile {
    /// The path by which people know it.
    pub path: PathBuf,
    /// A copy to be read in its place.
    pub copy: Option<PathBuf>,
    /// Whether it was named, so that it is never skipped.
    pub is_named: bool,
}

impl FoundFile {
    /// Whether a file of that name is hidden or in a hidden folder.
    pub fn is_hidden(name: &str) -> bool {
        folder::is_hidden(name)
    }
}

/// Where a file is: on disk, or in a container.
#[derive(Clone, Debug)]
pub(crate) enum FilePlace {
    Path(PathBuf),
    /// A copy of a file, read in its place under its name.
    Copy {
        at: PathBuf,
        of: PathBuf,
    },
    Part(Part),
}

impl FilePlace {
    /// Opens it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn open(&self, stdin_name: Option<&str>) -> Result<InputSource, InputError> {
        match self {
            Self::Path(path) => InputSource::open(path, stdin_name),
            Self::Copy { at, of } => InputSource::open_as(at, of.display().to_string()),
            Self::Part(part) => Ok(part.open()),
        }
    }

    /// Its path; for a part it begins with that of the container.
    fn path(&self) -> &Path {
        match self {
            Self::Path(path) | Self::Copy { of: path, .. } => path,
            Self::Part(part) => part.path(),
        }
    }
}

/// Anything longer after the last dot of a name is not an ending.
const LONGEST_ENDING: usize = 7;

const NARROW: &str = "it has too few columns for a patient, a drug and a date";

const NOTHING_INSIDE: &str =
    "Check that it is the right file; `--dry-run` says of each part what it was taken for.";

/// Up to this many files stay open during a run; if there are more, each is opened when it is read.
const KEPT_OPEN: usize = 64;

/// A table in a file, as text.
#[derive(Clone, Debug)]
pub struct NamedTable {
    /// The name of the sheet, if it is one: its lines are then the rows of the sheet, with commas between its cells.
    pub sheet: Option<String>,
    /// What it holds.
    pub text: Vec<u8>,
    /// Remarks on it: that the workbook hides it, or some of its rows.
    pub notes: Vec<String>,
    /// The rows of a sheet, from 0, in which a cell is struck through.
    pub struck: Vec<u32>,
}

impl Input {
    /// Opens files, folders and, for `-`, standard input. In a folder every file is opened, except for kinds that never hold prescriptions. A file
    /// that is not understood does not keep the others from being read: it is listed in [`Opened::unread`].
    ///
    /// # Errors
    /// When a path that was given does not exist, or none of the files is understood.
    pub fn open(paths: &[PathBuf], options: &InputOptions) -> Result<Opened, InputError> {
        Self::open_after(paths, &[], options)
    }

    /// Opens inputs, followed by older exports that are only read for their history.
    ///
    /// # Errors
    /// As [`Input::open`].
    pub fn open_after(
        paths: &[PathBuf],
        history: &[PathBuf],
        options: &InputOptions,
    ) -> Result<Opened, InputError> {
        let mut opened = Opened::default();
        opened.add_exports(paths, options)?;
        opened.propose_lists();
        // With nothing to read the run is impossible; the first reason says why.
        if opened.inputs.is_empty() && !opened.unread.is_empty() {
            return Err(opened.unread.remove(0));
        }
        opened.and_the_rest(history, options)
    }

    /// Opens what can be opened: if nothing is understood, the reasons are in [`Opened::unread`].
    ///
    /// # Errors
    /// When a path that was given does not exist.
    pub fn examine(
        paths: &[PathBuf],
        history: &[PathBuf],
        options: &InputOptions,
    ) -> Result<Opened, InputError> {
        let mut opened = Opened::default();
        opened.add_exports(paths, options)?;
        opened.propose_lists();
        opened.and_the_rest(history, options)
    }

    /// Opens files that a caller found, as those of a folder are opened: what certainly holds nothing is skipped, and listed in [`Opened::left_out`].
    ///
    /// # Errors
    /// When a file with Medications cannot be read again.
    pub fn examine_files(
        files: &[FoundFile],
        options: &InputOptions,
    ) -> Result<Opened, InputError> {
        let mut opened = Opened::default();
        for file in files {
            opened.add_found(file, options);
        }
        opened.propose_lists();
        opened.and_the_rest(&[], options)
    }

    /// The files of a folder that may be inputs, sorted.
    pub fn files(folder: &Path) -> Vec<PathBuf> {
        folder::contents(folder).files
    }

    /// The tables in a file that is not an input of the run, as text: that of the file itself, or those in a workbook or an archive, with their
    /// names, in file order.
    ///
    /// # Errors
    /// When the file cannot be read, or is not text.
    pub fn named_tables(path: &Path, longest: usize) -> Result<Vec<NamedTable>, InputError> {
        let source = InputSource::open(path, None)?;
        let contents = container::open(&source, &mut Budget::of(&source))?;
        let Some(contents) = contents else {
            registry::refuse_binary(&source)?;
            let text = source.reader()?.bytes(source.start(), longest)?;
            return Ok(vec![NamedTable {
                sheet: None,
                text,
                notes: Vec::new(),
                struck: Vec::new(),
            }]);
        };
        let part = |part: &Part| -> Result<NamedTable, InputError> {
            let source = part.open();
            let text = source.reader()?.bytes(source.start(), longest)?;
            let name = part.name.rsplit(container::INSIDE).next().unwrap_or_default();
            let is_of = |note: &&String| {
                note.strip_prefix(&part.name).is_some_and(|rest| rest.starts_with(": "))
            };
            let notes = contents.notes.iter().filter(is_of).cloned().collect();
            let sheet = part.is_sheet().then(|| name.to_owned());
            Ok(NamedTable { sheet, text, notes, struck: part.struck.clone() })
        };
        match contents.errors.into_iter().next() {
            Some(error) if contents.parts.is_empty() => Err(error),
            _ => contents.parts.iter().map(part).collect(),
        }
    }

    /// Gives each input what it refers to in the others, such as the Medications of FHIR. Call it once for inputs that were not opened together.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn link(inputs: &mut [Self]) -> Result<(), InputError> {
        OpenedFormat::link(
            inputs.iter_mut().map(|input| (&mut input.opened, &input.source)).collect(),
        )
    }

    /// An input in memory: tests, and the cases of a rule.
    ///
    /// # Errors
    /// When it is not understood.
    pub fn memory(
        index: u32,
        name: &str,
        bytes: Vec<u8>,
        options: &InputOptions,
    ) -> Result<Self, InputError> {
        let mut input = recognised(InputSource::memory(name, bytes), index, options)?;
        Self::link(std::slice::from_mut(&mut input))?;
        Ok(input)
    }

    /// A table in memory whose cells come by column.
    ///
    /// # Errors
    /// When it is not understood.
    pub fn of_columns(
        index: u32,
        name: &str,
        columns: Arc<dyn ColumnSource>,
        options: &InputOptions,
    ) -> Result<Self, InputError> {
        let opened = ColumnarInput::of(name, columns, index, options)?;
        let source = InputSource::memory(name, Vec::new());
        Ok(Self::new(index, source, OpenedFormat::Arrow(ArrowInput(opened))))
    }

    /// A table of persons in memory: the cases of a rule. It is read like a file of `--patients` or `--conditions`.
    ///
    /// # Errors
    /// When it lacks the columns.
    pub fn memory_people(
        index: u32,
        name: &str,
        bytes: Vec<u8>,
        kind: PersonTableKind,
        options: &InputOptions,
    ) -> Result<Option<Self>, InputError> {
        persons(InputSource::memory(name, bytes), index, Some(kind), options)
    }
}

impl Opened {
    /// Adds tables of persons and older exports.
    fn and_the_rest(
        mut self,
        history: &[PathBuf],
        options: &InputOptions,
    ) -> Result<Self, InputError> {
        for (paths, kind) in [
            (&options.patients, PersonTableKind::Births),
            (&options.conditions, PersonTableKind::Conditions),
        ] {
            for path in paths {
                self.add_persons_given(path, kind, options)?;
            }
        }
        self.today = self.inputs.len();
        self.add_exports(history, options)?;
        if self.inputs.len() <= KEPT_OPEN {
            self.inputs.iter_mut().for_each(|input| input.source.keep_open());
        }
        self.persons_follow();
        Input::link(&mut self.inputs)?;
        Ok(self)
    }

    /// If a table lacks its drugs, and one that was skipped seems to list them, proposes the option for that.
    fn propose_lists(&mut self) {
        let (lists, tables) = (&self.unknown, &mut self.unread);
        let of_lists: Vec<(&InputError, &Path)> =
            lists.iter().map(|list| (&list.why, list.place.path())).collect();
        for table in tables {
            for (list, path) in &of_lists {
                let path = path.display().to_string();
                if !path.contains('\'') {
                    table.propose_list(list, &crate::layout::quoted(&path));
                }
            }
        }
    }

    /// If a table of persons has several identifiers, that of the prescriptions counts.
    fn persons_follow(&mut self) {
        let headers: Vec<String> = (self.inputs.iter())
            .filter_map(|input| input.header(Field::Patient).map(str::to_owned))
            .collect();
        for input in &mut self.inputs {
            if let OpenedFormat::Csv(table) = &mut input.opened {
                table.follow(&headers);
            }
        }
    }

    fn add_exports(&mut self, paths: &[PathBuf], options: &InputOptions) -> Result<(), InputError> {
        self.notes.extend(given_twice(paths));
        for path in paths {
            if path.as_os_str() != "-" && self.add_bulk_export(path, options) {
                continue;
            }
            if path.as_os_str() == "-" || !path.is_dir() {
                match self.add_given(&FilePlace::Path(path.clone()), options) {
                    Err(error) if error.is_absent() => return Err(error),
                    Err(error) => self.unread.push(error),
                    Ok(()) => {}
                }
                continue;
            }
            let folder = folder::contents(path);
            self.notes.extend(folder.passed_over());
            self.unread.extend(folder.unread);
            for file in folder.files {
                if let Err(error) = self.add_file_of_folder(&FilePlace::Path(file), options) {
                    self.unread.push(error);
                }
            }
            for file in folder.seldom {
                let place = FilePlace::Path(file);
                if let Err(why) = self.add_file_of_folder(&place, options) {
                    self.leave_out(&why);
                    self.unknown.push(UnknownTable { why, is_known: false, place });
                }
            }
        }
        Ok(())
    }

    /// Adds a file that a caller found.
    fn add_found(&mut self, file: &FoundFile, options: &InputOptions) {
        let path = || file.path.clone();
        let place = match &file.copy {
            Some(at) => FilePlace::Copy { at: at.clone(), of: path() },
            None => FilePlace::Path(path()),
        };
        let name = file.path.to_string_lossy();
        let added = if file.is_named {
            self.add_given(&place, options)
        } else if folder::is_never_an_input(&file.path) {
            self.left_out.push(name.into_owned());
            self.notes.extend(folder::passed_over(&[path()]));
            Ok(())
        } else {
            match self.add_file_of_folder(&place, options) {
                Err(why) if folder::is_seldom_an_input(&file.path) => {
                    self.leave_out(&why);
                    Ok(())
                }
                added => added,
            }
        };
        self.unread.extend(added.err());
    }

    /// Leaves a file out with a note.
    fn leave_out(&mut self, why: &InputError) {
        self.notes.push(why.passed_over());
        self.left_out.push(why.about().0.to_owned());
        self.note_patients(why);
    }

    /// Adds the files next to the list of a bulk export; `false` if the path is not such a list.
    fn add_bulk_export(&mut self, path: &Path, options: &InputOptions) -> bool {
        let mut files = manifest::files_beside(path);
        let is_list = !files.is_empty();
        // The list itself is asked last, and reports what is missing.
        files.extend(is_list.then(|| path.to_owned()));
        for file in files {
            if let Err(error) = self.add_file_of_folder(&FilePlace::Path(file), options) {
                self.unread.push(error);
            }
        }
        is_list
    }

    /// Adds a file that was given, or what it holds.
    fn add_given(&mut self, place: &FilePlace, options: &InputOptions) -> Result<(), InputError> {
        let source = place.open(options.stdin_name.as_deref())?;
        let mut budget = Budget::of(&source);
        if let Some(contents) = container::open(&source, &mut budget)? {
            return self.add_contents(&source, contents, &mut budget, options);
        }
        let input = recognised(source, self.next_index(), options)?;
        self.add(input);
        Ok(())
    }

    fn note_patients(&mut self, error: &InputError) {
        if error.holds_patients() {
            self.with_patients.push(error.about().0.to_owned());
        }
    }

    /// Adds an input, with a note if a column was recognised only by its content.
    fn add(&mut self, input: Input) {
        let told: Vec<String> = input
            .columns()
            .iter()
            .filter(|column| column.found == Some(Found::Content))
            .map(|column| {
                let fields: Vec<&str> = column.fields.iter().map(|field| field.name()).collect();
                format!("{} from {}", fields.join(" and "), column.called)
            })
            .collect();
        if !told.is_empty() {
            self.notes.push(format!(
                "{}: understood by content: {}. If that is wrong, name the columns with `--columns`.",
                input.path(),
                told.join(", ")
            ));
        }
        let is_birth = |column: &&ColumnUse| {
            column.fields.iter().any(|field| Field::FIRST_DAY.contains(field))
                && says_birth(&column.header)
        };
        for column in input.columns().iter().filter(is_birth) {
            self.notes.push(format!(
                "{}: records begin on the day in {}, as was asked for, and its header speaks of births. If those are births, name the \
                 column of the day on which something was handed over or given.",
                input.path(),
                column.called
            ));
        }
        if let Some(told) = input.second_header() {
            self.notes.push(format!("{}: {told}", input.path()));
        }
        let dates = input.dates_of_digits();
        if !dates.is_empty() {
            self.notes.push(format!(
                "{}: dates of digits alone are read by what all cells of their column have in common: {}. If that is wrong, state \
                 their form with `--date-format`.",
                input.path(),
                dates.join(", ")
            ));
        }
        let odd = input.odd_days();
        if !odd.is_empty() {
            self.notes.push(format!(
                "{}: counted as a spreadsheet counts days, {} lies before 1990 or after 2049 throughout: another program may count \
                 from another day (SAS from 1960). If so, have the dates written out.",
                input.path(),
                odd.join(", ")
            ));
        }
        self.inputs.push(input);
    }

    /// Adds tables of persons that were given, in whatever container.
    ///
    /// # Errors
    /// When none was found.
    fn add_persons_given(
        &mut self,
        path: &Path,
        kind: PersonTableKind,
        options: &InputOptions,
    ) -> Result<(), InputError> {
        let source = InputSource::open(path, options.stdin_name.as_deref())?;
        let Some(contents) = container::open(&source, &mut Budget::of(&source))? else {
            return self.add_persons_from(source, Some(kind), options).map(drop);
        };
        self.notes.extend(contents.notes);
        let mut first = contents.errors.into_iter().next();
        let before = self.inputs.len();
        for part in contents.parts {
            if let Err(error) = self.add_persons_from(part.open(), Some(kind), options) {
                first.get_or_insert(error);
            }
        }
        match first {
            Some(error) if self.inputs.len() == before => Err(error),
            _ => Ok(()),
        }
    }

    /// Adds a table of persons; `false` if the file is not one.
    fn add_persons(
        &mut self,
        file: &FilePlace,
        kind: Option<PersonTableKind>,
        options: &InputOptions,
    ) -> Result<bool, InputError> {
        self.add_persons_from(file.open(options.stdin_name.as_deref())?, kind, options)
    }

    fn add_persons_from(
        &mut self,
        source: InputSource,
        kind: Option<PersonTableKind>,
        options: &InputOptions,
    ) -> Result<bool, InputError> {
        let input = persons(source, self.next_index(), kind, options)?;
        let is_added = input.is_some();
        self.inputs.extend(input);
        Ok(is_added)
    }

    fn export(&self, file: &FilePlace, options: &InputOptions) -> Result<Input, InputError> {
        let source = file.open(options.stdin_name.as_deref())?;
        recognised(source, self.next_index(), options)
    }

    fn next_index(&self) -> u32 {
        u32::try_from(self.inputs.len()).unwrap_or(u32::MAX)
    }
}

/// A note on each file that was given under two names or twice: its records are read that often.
fn given_twice(paths: &[PathBuf]) -> Vec<String> {
    let mut seen: BTreeMap<PathBuf, &Path> = BTreeMap::new();
    let mut notes = Vec::new();
    for path in paths.iter().filter(|path| path.is_file()) {
        let Ok(real) = path.canonicalize() else { continue };
        if let Some(before) = seen.insert(real, path) {
            notes.push(format!(
                "{}: is the same file as {}, which was given before: its records are counted twice.",
                path.display(),
                before.display()
            ));
        }
    }
    notes
}

fn recognised(
    source: InputSource,
    index: u32,
    options: &InputOptions,
) -> Result<Input, InputError> {
    let source = convert::readable(source, options)?;
    let options = options.for_path(source.name());
    let sheet = source.workbook().map(|sheet| options.for_sheet(sheet));
    let opened = registry::open(&source, index, sheet.as_ref().unwrap_or(options))?;
    Ok(Input::new(index, source, opened))
}

fn persons(
    source: InputSource,
    index: u32,
    kind: Option<PersonTableKind>,
    options: &InputOptions,
) -> Result<Option<Input>, InputError> {
    let sheet = source.workbook().map(|sheet| options.for_sheet(sheet));
    let options = sheet.as_ref().unwrap_or(options);
    let table = CsvInput::open_persons(&source, index, kind, options)?;
    Ok(table.map(|table| Input::new(index, source, OpenedFormat::Csv(table))))
}

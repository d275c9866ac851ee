//! Opens the inputs of a run: files, folders, standard input, and tables of persons.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rxlint_model::purpose::Purpose;

use crate::columnar::{ArrowInput, ColumnSource, ColumnarInput};
use crate::csv::{CsvInput, PersonTableKind, is_named_like_conditions};
use crate::error::InputError;
use crate::folder;
use crate::input::Input;
use crate::layout::{ColumnMap, Found};
use crate::options::InputOptions;
use crate::registry::{self, OpenedFormat};
use crate::source::InputSource;

/// The inputs of a run, and what to tell the user about files that were left out.
#[derive(Debug, Default)]
pub struct Opened {
    /// The inputs in the order in which they were given; those of a folder are sorted by name.
    pub inputs: Vec<Input>,
    /// What of a folder was passed over, since it holds no prescriptions.
    pub notes: Vec<String>,
    /// Tables of a folder that were passed over for their headers alone, with the reasons.
    pub unknown: Vec<(PathBuf, InputError)>,
    /// Why the other inputs were not read.
    pub unread: Vec<InputError>,
    /// How many of the inputs are today's; older exports follow them.
    pub today: usize,
}

/// Up to this many files stay open during a run; of more, each is opened when it is read.
const KEPT_OPEN: usize = 64;

impl Input {
    /// Opens files, folders and, for `-`, standard input. Of a folder every file is opened, but for
    /// kinds that never hold prescriptions. A file that is not understood does not keep the others
    /// from being read: it is listed in [`Opened::unread`].
    ///
    /// # Errors
    /// When a path that was given cannot be opened, or none of the files is understood.
    pub fn open(paths: &[PathBuf], options: &InputOptions) -> Result<Opened, InputError> {
        Self::open_after(paths, &[], options)
    }

    /// Opens inputs, followed by older exports that are read for their history only.
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
        // With nothing to read the run cannot be done; the first reason says why.
        if opened.inputs.is_empty() && !opened.unread.is_empty() {
            return Err(opened.unread.remove(0));
        }
        opened.and_the_rest(history, options)
    }

    /// Opens what can be opened: with nothing understood, the reasons stand in [`Opened::unread`].
    ///
    /// # Errors
    /// When a path that was given cannot be opened.
    pub fn examine(
        paths: &[PathBuf],
        history: &[PathBuf],
        options: &InputOptions,
    ) -> Result<Opened, InputError> {
        let mut opened = Opened::default();
        opened.add_exports(paths, options)?;
        opened.and_the_rest(history, options)
    }

    /// The files of a folder that may be inputs, sorted.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    pub fn files(folder: &Path) -> Result<Vec<PathBuf>, InputError> {
        folder::contents(folder).map(|folder| folder.files)
    }

    /// Tells each input what the others hold that it refers to, such as the Medications of FHIR.
    /// Call it once for inputs that were not opened together.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn link(inputs: &mut [Self]) -> Result<(), InputError> {
        OpenedFormat::link(
            inputs.iter_mut().map(|input| (&mut input.opened, &input.source)).collect(),
        )
    }

    /// An input that is in memory: tests, and the cases of a rule.
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

    /// A table whose cells come by column and that is in memory.
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

    /// A table of persons that is in memory: the cases of a rule. It is read like a file of
    /// `--patients` or `--conditions`.
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
                self.add_persons(path, Some(kind), options)?;
            }
        }
        self.today = self.inputs.len();
        self.add_exports(history, options)?;
        if self.inputs.len() <= KEPT_OPEN {
            self.inputs.iter_mut().for_each(|input| input.source.keep_open());
        }
        Input::link(&mut self.inputs)?;
        Ok(self)
    }

    fn add_exports(&mut self, paths: &[PathBuf], options: &InputOptions) -> Result<(), InputError> {
        for path in paths {
            if path.as_os_str() == "-" || !path.is_dir() {
                match self.export(path, options) {
                    Ok(input) => self.add(input),
                    Err(error) if error.is_unopened() => return Err(error),
                    Err(error) => self.unread.push(error),
                }
                continue;
            }
            let folder = folder::contents(path)?;
            self.notes.extend(folder.passed_over());
            for file in folder.files {
                if let Err(error) = self.add_file_of_folder(&file, options) {
                    self.unread.push(error);
                }
            }
        }
        Ok(())
    }

    /// Adds a file of a folder, or a note on why it was passed over.
    fn add_file_of_folder(
        &mut self,
        file: &Path,
        options: &InputOptions,
    ) -> Result<(), InputError> {
        let prescriptions = options.purpose == Purpose::Prescriptions;
        // A table of patients, codes and dates could be prescriptions: its name decides.
        let named_like_conditions =
            prescriptions && options.format.is_none() && is_named_like_conditions(file);
        if named_like_conditions && self.add_persons(file, None, options)? {
            return Ok(());
        }
        let options = options.for_path(&file.to_string_lossy());
        match self.export(file, options) {
            Ok(input) => self.add(input),
            // The columns that were named are those of the folder's other files.
            Err(error) if error.is_other_layout() => {
                let own = InputOptions { columns: ColumnMap::default(), ..options.clone() };
                let before = self.inputs.len();
                self.add_file_of_folder(file, &own)?;
                if self.inputs.len() > before {
                    self.notes.push(format!(
                        "{}: has none of the columns that `--columns` or rxlint.toml names; it was read by its own headers.",
                        file.display()
                    ));
                }
            }
            Err(error) if error.is_no_export() => {
                if !prescriptions || !self.add_persons(file, None, options)? {
                    self.notes.push(error.passed_over());
                    if error.is_unknown_table() {
                        self.unknown.push((file.to_owned(), error));
                    }
                }
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Adds an input, and says so where a column is known by its content alone.
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
        self.inputs.push(input);
    }

    /// Adds a table of persons; `false` where the file is none.
    fn add_persons(
        &mut self,
        path: &Path,
        kind: Option<PersonTableKind>,
        options: &InputOptions,
    ) -> Result<bool, InputError> {
        let source = InputSource::open(path, options.stdin_name.as_deref())?;
        let input = persons(source, self.next_index(), kind, options)?;
        let is_added = input.is_some();
        self.inputs.extend(input);
        Ok(is_added)
    }

    fn export(&self, path: &Path, options: &InputOptions) -> Result<Input, InputError> {
        let source = InputSource::open(path, options.stdin_name.as_deref())?;
        recognised(source, self.next_index(), options)
    }

    fn next_index(&self) -> u32 {
        u32::try_from(self.inputs.len()).unwrap_or(u32::MAX)
    }
}

fn recognised(
    source: InputSource,
    index: u32,
    options: &InputOptions,
) -> Result<Input, InputError> {
    let opened = registry::open(&source, index, options.for_path(source.name()))?;
    Ok(Input::new(index, source, opened))
}

fn persons(
    source: InputSource,
    index: u32,
    kind: Option<PersonTableKind>,
    options: &InputOptions,
) -> Result<Option<Input>, InputError> {
    let table = CsvInput::open_persons(&source, index, kind, options)?;
    Ok(table.map(|table| Input::new(index, source, OpenedFormat::Csv(table))))
}

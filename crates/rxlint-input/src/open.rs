//! Opens the inputs of a run: files, folders, standard input, and tables of persons.

use std::path::{Path, PathBuf};

use rxlint_model::purpose::Purpose;

use crate::csv::{CsvInput, PersonTableKind, is_named_like_conditions};
use crate::error::InputError;
use crate::folder;
use crate::input::Input;
use crate::layout::{ColumnMap, ColumnUse, Found, Taken};
use crate::options::InputOptions;
use crate::registry::{self, OpenedFormat};
use crate::source::InputSource;

/// The inputs of a run, and what to tell the user about files that were left out.
#[derive(Debug, Default)]
pub struct Opened {
    /// The inputs in the order in which they were given; those of a folder are sorted by name.
    pub inputs: Vec<Input>,
    /// One line for each file of a folder that holds no prescriptions.
    pub notes: Vec<String>,
    /// How many of the inputs are today's; older exports follow them.
    pub today: usize,
}

/// Up to this many files stay open during a run; of more, each is opened when it is read.
const KEPT_OPEN: usize = 64;

impl Input {
    /// Opens files, folders and, for `-`, standard input. A folder is searched for the endings of
    /// the input formats and of packed files. A file that holds no prescriptions is left out of a
    /// folder with a note, and is an error where it was named.
    ///
    /// # Errors
    /// When a path cannot be read, or a file is not understood: its format, its header, or an
    /// option for it.
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
        for (paths, kind) in [
            (&options.patients, PersonTableKind::Births),
            (&options.conditions, PersonTableKind::Conditions),
        ] {
            for path in paths {
                opened.add_persons(path, Some(kind), options)?;
            }
        }
        opened.today = opened.inputs.len();
        opened.add_exports(history, options)?;
        if opened.inputs.len() <= KEPT_OPEN {
            opened.inputs.iter_mut().for_each(|input| input.source.keep_open());
        }
        Self::link(&mut opened.inputs)?;
        Ok(opened)
    }

    /// The files of a folder that have the ending of an input, sorted.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    pub fn files(folder: &Path) -> Result<Vec<PathBuf>, InputError> {
        folder::files(folder)
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
    fn add_exports(&mut self, paths: &[PathBuf], options: &InputOptions) -> Result<(), InputError> {
        for path in paths {
            if path.as_os_str() == "-" || !path.is_dir() {
                let input = self.export(path, options)?;
                self.add(input);
                continue;
            }
            for file in folder::files(path)? {
                self.add_file_of_folder(&file, options)?;
            }
        }
        Ok(())
    }

    /// Adds a file of a folder, or a note on why it was left out.
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
                self.add_file_of_folder(file, &own)?;
                self.notes.push(format!(
                    "{}: has none of the columns that `--columns` or rxlint.toml names; it was read by its own headers.",
                    file.display()
                ));
            }
            Err(error) if error.is_no_export() => {
                if !prescriptions || !self.add_persons(file, None, options)? {
                    self.notes.push(error.left_out());
                }
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Adds an input, and says so where a column is known by its content alone.
    fn add(&mut self, input: Input) {
        let by_content = |column: &ColumnUse| match column.taken {
            Taken::Field(field, Found::Content) => Some((
                format!("{} from {}", field.name(), column.label),
                format!("{}={}", field.name(), column.index + 1),
            )),
            _ => None,
        };
        let (told, named): (Vec<_>, Vec<_>) = input.columns().iter().filter_map(by_content).unzip();
        if !told.is_empty() {
            self.notes.push(format!(
                "{}: understood by content: {}. `--columns {}` says the same; name others if that is wrong.",
                input.path(),
                told.join(", "),
                named.join(",")
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

//! The contents of folders and containers: each file and each part is opened as what it is, or reported as skipped.

use super::{FilePlace, NARROW, NOTHING_INSIDE, Opened, UnknownTable, recognised};
use crate::container::{self, Budget, Contents, Part};
use crate::csv::is_named_like_conditions;
use crate::error::{ErrorKind, InputError};
use crate::folder;
use crate::format_name::InputFormatName;
use crate::layout::{ColumnMap, WORKLIST};
use crate::options::InputOptions;
use crate::registry::OpenedFormat;
use crate::source::InputSource;
use rxlint_model::purpose::Purpose;

impl Opened {
    /// Adds the contents of a container, as the files of a folder are added.
    ///
    /// # Errors
    /// The first reason why a part was skipped, if none was added: what was given or found must not be skipped silently.
    pub(super) fn add_contents(
        &mut self,
        source: &InputSource,
        contents: Contents,
        budget: &mut Budget,
        options: &InputOptions,
    ) -> Result<(), InputError> {
        let before = (self.inputs.len(), self.unread.len());
        self.notes.extend(folder::passed_over(&contents.never));
        self.unread.extend(contents.errors);
        let is_bare = contents.parts.is_empty() && contents.never.is_empty();
        if is_bare && contents.is_workbook && self.unread.len() == before.1 {
            // A workbook with empty sheets is an input without records.
            let empty = InputSource::memory(source.name(), Vec::new());
            let as_text = InputOptions { format: Some(InputFormatName::Csv), ..options.clone() };
            let input = recognised(empty, self.next_index(), &as_text)?;
            self.add(input);
            return Ok(());
        }
        let (mut notes, mut unknown) = (Vec::new(), Vec::new());
        for part in contents.parts {
            let told = (self.notes.len(), self.unknown.len());
            let place = FilePlace::Part(part);
            let read = self.inputs.len();
            match self.add_inside(&place, budget, options) {
                // As in a folder: a package has a page for readers.
                Err(why) if folder::is_seldom_an_input(place.path()) => {
                    self.leave_out(&why);
                    let place = place.clone();
                    self.unknown.push(UnknownTable { why, is_known: false, place });
                }
                Err(error) => self.unread.push(error),
                Ok(()) => {}
            }
            if let (FilePlace::Part(Part { doubt: Some(doubt), name, .. }), true) =
                (&place, self.inputs.len() > read)
            {
                self.unread.push(container::doubtful(name, doubt.clone()));
            }
            notes.extend(self.notes.split_off(told.0));
            unknown.extend(self.unknown.split_off(told.1));
        }
        self.notes.extend(contents.notes);
        let is_nothing = (self.inputs.len(), self.unread.len()) == before;
        let is_one_sheet =
            matches!(&unknown[..], [sheet] if sheet.is_known || !sheet.is_narrow_sheet());
        if is_nothing && contents.is_workbook && is_one_sheet {
            // A workbook with one sheet is that sheet.
            return Err(unknown.remove(0).why);
        }
        let is_worklist = notes.iter().any(|note| note.contains(WORKLIST));
        if is_worklist && self.inputs.len() == before.0 {
            // Filled-in worklists are kept next to the exports; apart from the list they contain only a summary of a run and its notes.
            self.unread.truncate(before.1);
            return Err(InputError::new(ErrorKind::NotPrescriptions {
                path: source.name().to_owned(),
                layout: "rxlint-worklist",
                why: WORKLIST,
            }));
        }
        if is_nothing {
            let what = match (contents.is_workbook, is_bare) {
                (true, _) => "is a workbook of which no sheet holds prescriptions",
                (false, true) => "is an archive without any file",
                (false, false) => "is an archive of which no file holds prescriptions",
            };
            let what = format!("{what}{}", said_of_parts(source.name(), &notes));
            return Err(container::refused(source.name(), what, NOTHING_INSIDE));
        }
        self.notes.extend(notes);
        self.unknown.extend(unknown);
        Ok(())
    }

    /// Adds a part of a container, or the contents of that part.
    pub(super) fn add_inside(
        &mut self,
        place: &FilePlace,
        budget: &mut Budget,
        options: &InputOptions,
    ) -> Result<(), InputError> {
        let source = place.open(None)?;
        let contents = match source.workbook() {
            Some(_) => None,
            None if !budget.enter() => {
                budget.leave();
                return Err(container::refused(
                    source.name(),
                    "lies in an archive in an archive in an archive: it was not opened",
                    "Unpack the outer archives, and give rxlint the folder.",
                ));
            }
            None => container::open(&source, budget)?,
        };
        let added = match contents {
            Some(contents) => self.add_contents(&source, contents, budget, options),
            None => self.add_plain_file(place, options),
        };
        if source.workbook().is_none() {
            budget.leave();
        }
        added
    }

    /// Adds a file of a folder, or its contents.
    pub(super) fn add_file_of_folder(
        &mut self,
        file: &FilePlace,
        options: &InputOptions,
    ) -> Result<(), InputError> {
        let source = file.open(options.stdin_name.as_deref())?;
        let mut budget = Budget::of(&source);
        match container::open(&source, &mut budget)? {
            Some(contents) => {
                let parts = contents.parts.clone();
                match self.add_contents(&source, contents, &mut budget, options) {
                    Err(error) if error.is_no_export() => {
                        self.leave_out(&error);
                        // The one sheet of a workbook.
                        let part = parts.into_iter().find(|part| part.name == error.about().0);
                        if let Some(part) = part.filter(|_| error.is_unknown_table()) {
                            let place = FilePlace::Part(part);
                            self.unknown.push(UnknownTable { why: error, is_known: false, place });
                        }
                        Ok(())
                    }
                    added => added,
                }
            }
            None => {
                drop(source);
                self.add_plain_file(file, options)
            }
        }
    }

    /// Adds a file of a folder or a part of a container, or a note on why it was skipped.
    pub(super) fn add_plain_file(
        &mut self,
        file: &FilePlace,
        options: &InputOptions,
    ) -> Result<(), InputError> {
        let prescriptions = options.purpose == Purpose::Prescriptions;
        // A table of patients, codes and dates could be prescriptions: its name decides.
        let named_like_conditions =
            prescriptions && options.format.is_none() && is_named_like_conditions(file.path());
        if named_like_conditions && self.add_persons(file, None, options)? {
            return Ok(());
        }
        let options = options.for_path(&file.path().to_string_lossy());
        match self.export(file, options) {
            Ok(input) => self.add(input),
            // The named columns are those of the folder's other files.
            Err(error) if error.is_other_layout() => {
                let own = InputOptions { columns: ColumnMap::default(), ..options.clone() };
                let before = self.inputs.len();
                self.add_plain_file(file, &own)?;
                if self.inputs.len() > before {
                    self.notes.push(format!(
                        "{}: has none of the columns that `--columns` or rxlint.toml names; it was read by its own headers.",
                        file.path().display()
                    ));
                }
            }
            // Workbooks have sheets of notes and of sums besides those with records.
            Err(error)
                if error.is_too_narrow()
                    && matches!(file, FilePlace::Part(part) if part.is_sheet()) =>
            {
                let why = if prescriptions {
                    NARROW
                } else {
                    "it has too few columns for a list of drugs"
                };
                self.notes.push(format!("{} was left out: {why}.", file.path().display()));
                let (is_known, place) = (error.lacks_only_drugs(), file.clone());
                self.unknown.push(UnknownTable { why: error, is_known, place });
            }
            // A file with the name of a workbook that is unintelligible text is a damaged workbook.
            Err(error)
                if error.is_unknown_table()
                    && container::is_named_as_workbook(&file.path().to_string_lossy()) =>
            {
                return Err(error);
            }
            Err(error) if error.is_no_export() => {
                let is_persons = prescriptions && self.add_persons(file, None, options)?;
                if !is_persons {
                    self.leave_out(&error);
                }
                let is_guessed = || {
                    let last = self.inputs.last().map(|input| &input.opened);
                    matches!(last, Some(OpenedFormat::Csv(table)) if table.is_guessed())
                };
                let is_known = is_persons && !is_guessed();
                let may_mention = error.is_unknown_table() || error.is_of_other_kinds();
                if may_mention && (!is_known || error.lacks_only_drugs()) {
                    let place = file.clone();
                    self.unknown.push(UnknownTable { why: error, is_known, place });
                }
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// What the first notes on the parts of a container say, without its name.
fn said_of_parts(container: &str, notes: &[String]) -> String {
    let inside = format!("{container}{}", container::INSIDE);
    let said: Vec<String> = notes
        .iter()
        .take(3)
        .map(|note| note.replace(&inside, "").trim_end_matches('.').to_owned())
        .collect();
    let more = if notes.len() > said.len() { "; and others" } else { "" };
    if said.is_empty() { String::new() } else { format!(": {}{more}", said.join("; ")) }
}

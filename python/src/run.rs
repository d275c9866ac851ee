//! One run over files or tables in memory.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use rxlint::command::judging::CommandRun;
use rxlint::embed::{self, NamedTable};
use rxlint_arrow::{MemoryColumns, read_arrow, tally};

use crate::engine::Engine;
use crate::table::Table;
use crate::{failed, glue};

/// A finished run.
#[pyclass(frozen, module = "rxlint._rxlint")]
pub(crate) struct Run(CommandRun);

/// Lints files or tables; `options` are those of `rxlint check`.
#[pyfunction]
pub(crate) fn lint(
    py: Python<'_>,
    engine: Option<PyRef<'_, Engine>>,
    options: Vec<String>,
    paths: Vec<PathBuf>,
    tables: Vec<(String, Bound<'_, PyAny>)>,
) -> PyResult<Run> {
    let mut read: Vec<NamedTable> = Vec::new();
    for (name, table) in &tables {
        let (schema, batches) = glue::import(table)?;
        read.push((name.clone(), Arc::new(MemoryColumns::new(schema, &batches))));
    }
    let engine = engine.map(|engine| engine.engine.clone());
    py.detach(|| embed::lint(engine, &options, paths, read)).map(Run).map_err(failed)
}

#[pymethods]
impl Run {
    /// The findings, one per row.
    fn findings(&self, py: Python<'_>) -> PyResult<Table> {
        let bytes = py.detach(|| embed::document(&self.0, "arrow")).map_err(failed)?;
        let (schema, batches) =
            read_arrow(bytes).map_err(|error| crate::error(error.to_string(), None))?;
        Ok(Table { schema, batches })
    }

    /// The counts.
    fn tally(&self) -> PyResult<Table> {
        let batch = tally(&embed::counts(&self.0.outcome.summary))
            .map_err(|error| crate::error(error.to_string(), None))?;
        Ok(Table { schema: batch.schema(), batches: vec![batch] })
    }

    /// A document in any format.
    fn report<'py>(&self, py: Python<'py>, format: &str) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = py.detach(|| embed::document(&self.0, format)).map_err(failed)?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Whether everything that should be checked was checked.
    #[getter]
    fn complete(&self) -> bool {
        self.0.outcome.summary.is_complete()
    }

    /// What was not checked, and what to do about it.
    #[getter]
    fn gaps(&self) -> Vec<(String, String)> {
        let gaps = self.0.outcome.summary.gaps.iter();
        gaps.map(|gap| (gap.what.clone(), gap.remedy.clone())).collect()
    }

    /// The digest of rules and settings.
    #[getter]
    fn digest(&self) -> &str {
        self.0.engine.digest()
    }

    /// The day that counted as today, as text.
    #[getter]
    fn as_of(&self) -> Option<String> {
        self.0.outcome.as_of.map(|day| day.to_string())
    }
}

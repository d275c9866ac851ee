//! The steps of a run on many machines.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use arrow_array::RecordBatch;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use rxlint_arrow::cluster::{self, Seen};
use rxlint_arrow::tally;
use rxlint_model::day::Day;
use rxlint_model::record::{DateOrder, Field};

use crate::engine::Engine;
use crate::table::Table;
use crate::{error, glue, refused};

/// What every worker must know. It can be pickled.
#[pyclass(module = "rxlint._rxlint")]
pub(crate) struct Plan(cluster::Plan);

#[pymethods]
impl Plan {
    /// A plan from the names of the columns and the first rows.
    #[staticmethod]
    #[pyo3(signature = (engine, sample, columns, date_order=None, as_of=None, show=false))]
    fn of(
        engine: &Engine,
        sample: &Bound<'_, PyAny>,
        columns: BTreeMap<String, String>,
        date_order: Option<&str>,
        as_of: Option<&str>,
        show: bool,
    ) -> PyResult<Self> {
        let (schema, batches) = glue::import(sample)?;
        let date_order = match date_order {
            None => None,
            Some("dmy") => Some(DateOrder::Dmy),
            Some("mdy") => Some(DateOrder::Mdy),
            Some(_) => {
                let help = Some("write dmy (31/12/2025) or mdy (12/31/2025)".to_owned());
                return Err(error("there is no such order of dates".to_owned(), help));
            }
        };
        let day = |text: &str| {
            let help = Some("write it as YYYY-MM-DD".to_owned());
            Day::from_iso(text).ok_or_else(|| error("`as_of` is no date".to_owned(), help))
        };
        let as_of = as_of.map(day).transpose()?.map(|day| day.0);
        let headers = schema.fields().iter().map(|field| field.name().clone()).collect();
        let (sample, digest) = (cluster::sample(&batches), engine.engine.digest().to_owned());
        let plan = cluster::Plan {
            headers,
            sample,
            columns,
            date_order,
            scout: None,
            as_of,
            show,
            digest,
        };
        // Whatever is wrong with the columns is reported here, not by a worker.
        plan.wanted(&engine.engine).map_err(refused)?;
        for (at, field) in schema.fields().iter().enumerate() {
            if let Some(why) = rxlint_arrow::why_unreadable(field.data_type())
                && plan.wanted(&engine.engine).map_err(refused)?.contains(&at)
            {
                let help = "select what is in it, or say which other column holds it (`columns`)";
                let what = format!("the column `{}` {why}", field.name());
                return Err(error(what, Some(help.to_owned())));
            }
        }
        Ok(Self(plan))
    }

    /// The names of the columns that must be passed, in order.
    fn wanted(&self, engine: &Engine) -> PyResult<Vec<String>> {
        let wanted = self.0.wanted(&engine.engine).map_err(refused)?;
        Ok(wanted.into_iter().filter_map(|at| self.0.headers.get(at).cloned()).collect())
    }

    /// The name of the column that serves a field.
    fn column(&self, engine: &Engine, field: &str) -> PyResult<Option<String>> {
        let Some(field) = Field::from_name(field) else { return Ok(None) };
        let at = self.0.column(&engine.engine, field).map_err(refused)?;
        Ok(at.and_then(|at| self.0.headers.get(at).cloned()))
    }

    /// Which column serves which field, both by name.
    fn fields(&self, engine: &Engine) -> PyResult<BTreeMap<&'static str, String>> {
        let mut fields = BTreeMap::new();
        for field in Field::ALL {
            if let Some(at) = self.0.column(&engine.engine, field).map_err(refused)?
                && let Some(header) = self.0.headers.get(at)
            {
                fields.insert(field.name(), header.clone());
            }
        }
        Ok(fields)
    }

    /// Decides dates and as-of from what was seen. `True` if the survey must be repeated.
    fn settle(&mut self, engine: &Engine, seen: Vec<Vec<u8>>) -> PyResult<bool> {
        let seen = merged(&seen)?;
        self.0.settle(&engine.engine, &seen).map_err(refused)
    }

    /// The day that counts as today.
    #[getter]
    fn as_of(&self) -> Option<String> {
        self.0.as_of.map(|day| Day(day).to_string())
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes =
            serde_json::to_vec(&self.0).map_err(|error| crate::error(error.to_string(), None))?;
        Ok(PyBytes::new(py, &bytes))
    }

    #[staticmethod]
    fn from_bytes(bytes: &[u8]) -> PyResult<Self> {
        serde_json::from_slice(bytes).map(Self).map_err(|_| {
            let help = "install the same version of rxlint everywhere".to_owned();
            error("these bytes are not a plan of this version of rxlint".to_owned(), Some(help))
        })
    }
}

fn merged(parts: &[Vec<u8>]) -> PyResult<Seen> {
    let mut all = Seen::default();
    for part in parts {
        let part: Seen = serde_json::from_slice(part).map_err(|_| {
            let help = "install the same version of rxlint everywhere".to_owned();
            error("a worker counted otherwise than this version of rxlint".to_owned(), Some(help))
        })?;
        all.merge(&part);
    }
    Ok(all)
}

/// The counts as a table.
#[pyfunction]
pub(crate) fn counts(seen: Vec<Vec<u8>>) -> PyResult<Table> {
    let batch =
        tally(&merged(&seen)?.rows()).map_err(|error| crate::error(error.to_string(), None))?;
    Ok(Table { schema: batch.schema(), batches: vec![batch] })
}

fn bytes<'py>(py: Python<'py>, seen: &Seen) -> PyResult<Bound<'py, PyBytes>> {
    let bytes = serde_json::to_vec(seen).map_err(|error| crate::error(error.to_string(), None))?;
    Ok(PyBytes::new(py, &bytes))
}

fn table(batches: Vec<RecordBatch>) -> PyResult<Table> {
    let schema = batches.first().map(RecordBatch::schema);
    let schema = schema.unwrap_or_else(cluster::rows_schema);
    Ok(Table { schema, batches })
}

/// Takes the contents of a cell that may be emptied once.
fn emptied() -> PyErr {
    error("this was finished already".to_owned(), Some("make a new one".to_owned()))
}

macro_rules! step {
    ($(#[$doc:meta])* $Name:ident) => {
        $(#[$doc])*
        #[pyclass(frozen, module = "rxlint._rxlint")]
        pub(crate) struct $Name(Mutex<Option<cluster::$Name>>);

        impl $Name {
            fn with<T>(
                &self,
                run: impl FnOnce(&mut cluster::$Name) -> Result<T, cluster::ClusterError>,
            ) -> PyResult<T> {
                let mut step = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                run(step.as_mut().ok_or_else(emptied)?).map_err(refused)
            }
        }
    };
}
step!(
    /// Counts rows.
    Survey
);
step!(
    /// Keeps the rows that a finding can depend on.
    Sieve
);
step!(
    /// Judges whole patients.
    Worker
);

#[pymethods]
impl Survey {
    #[new]
    fn new(engine: &Engine, plan: &Plan) -> PyResult<Self> {
        let survey = cluster::Survey::new(&engine.engine, &plan.0).map_err(refused)?;
        Ok(Self(Mutex::new(Some(survey))))
    }

    fn batch(&self, py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<()> {
        let (_, batches) = glue::import(data)?;
        py.detach(|| self.with(|survey| batches.iter().try_for_each(|batch| survey.batch(batch))))
    }

    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let survey = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        bytes(py, &survey.ok_or_else(emptied)?.finish())
    }
}

#[pymethods]
impl Sieve {
    #[new]
    fn new(engine: &Engine, plan: &Plan) -> PyResult<Self> {
        let sieve = cluster::Sieve::new(&engine.engine, &plan.0).map_err(refused)?;
        Ok(Self(Mutex::new(Some(sieve))))
    }

    fn batch(&self, py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<Table> {
        let (_, batches) = glue::import(data)?;
        let left = py.detach(|| {
            self.with(|sieve| batches.iter().map(|batch| sieve.batch(batch)).collect())
        })?;
        table(left)
    }
}

#[pymethods]
impl Worker {
    #[new]
    fn new(engine: &Engine, plan: &Plan) -> PyResult<Self> {
        let worker = cluster::Worker::new(&engine.engine, &plan.0).map_err(refused)?;
        Ok(Self(Mutex::new(Some(worker))))
    }

    /// Takes patients one after another.
    fn batch(&self, py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<Table> {
        let (_, batches) = glue::import(data)?;
        let found = py.detach(|| {
            self.with(|worker| batches.iter().map(|batch| worker.batch(batch)).collect())
        })?;
        table(found)
    }

    /// Takes rows in any order.
    fn push(&self, py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<()> {
        let (_, batches) = glue::import(data)?;
        py.detach(|| {
            self.with(|worker| batches.into_iter().try_for_each(|batch| worker.push(batch)))
        })
    }

    /// The findings about all rows since the last call.
    fn close(&self, py: Python<'_>) -> PyResult<Table> {
        table(vec![py.detach(|| self.with(cluster::Worker::close_all))?])
    }

    fn finish<'py>(&self, py: Python<'py>) -> PyResult<(Table, Bound<'py, PyBytes>)> {
        let worker = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (batch, seen) = worker.ok_or_else(emptied)?.finish().map_err(refused)?;
        Ok((table(vec![batch])?, bytes(py, &seen)?))
    }
}

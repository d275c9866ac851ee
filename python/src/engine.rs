//! The engine in Python.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use rxlint::command::explain;
use rxlint::embed::EngineSpec;

use crate::failed;

/// Rules and settings. It is built once and may be used by many threads; it can be pickled.
#[pyclass(frozen, module = "rxlint._rxlint")]
pub(crate) struct Engine {
    spec: Arc<EngineSpec>,
    pub(crate) engine: rxlint_engine::engine::Engine,
}

/// The engines built from bytes: a worker of a cluster gets the same ones again and again.
static BUILT: Mutex<Option<HashMap<Vec<u8>, (Arc<EngineSpec>, rxlint_engine::engine::Engine)>>> =
    Mutex::new(None);

/// At most this many are kept.
const MOST: usize = 8;

#[pymethods]
impl Engine {
    /// An engine from options of `rxlint check`.
    #[new]
    #[pyo3(signature = (options=Vec::new()))]
    fn new(py: Python<'_>, options: Vec<String>) -> PyResult<Self> {
        let built = py.detach(|| {
            let spec = EngineSpec::of(&options)?;
            let engine = spec.build()?;
            Ok(Self { spec: Arc::new(spec), engine })
        });
        built.map_err(failed)
    }

    /// 16 hexadecimal digits over everything that can change a verdict.
    #[getter]
    fn digest(&self) -> &str {
        self.engine.digest()
    }

    /// Everything that the engine is made of.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.spec.to_bytes())
    }

    /// The engine from those bytes.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, bytes: &[u8]) -> PyResult<Self> {
        let known = |bytes: &[u8]| {
            BUILT.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.get(bytes).cloned()
        };
        if let Some((spec, engine)) = known(bytes) {
            return Ok(Self { spec, engine });
        }
        let built = py.detach(|| {
            let spec = EngineSpec::from_bytes(bytes)?;
            let engine = spec.build()?;
            Ok(Self { spec: Arc::new(spec), engine })
        });
        let built: Self = built.map_err(failed)?;
        let mut all = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
        let all = all.get_or_insert_default();
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(bytes.to_vec(), (Arc::clone(&built.spec), built.engine.clone()));
        Ok(built)
    }

    /// The key of a patient, as 32 hexadecimal digits; `None` for a placeholder.
    fn patient_key(&self, identifier: &str) -> Option<String> {
        let key = self.engine.patient_key(identifier)?;
        Some(format!("{:016x}{:016x}", key.0[0], key.0[1]))
    }

    /// What is known about a rule, or how a drug, text or code is understood.
    fn explain(&self, what: &str) -> PyResult<String> {
        explain::text(self.engine.book(), what.trim()).map_err(failed)
    }
}

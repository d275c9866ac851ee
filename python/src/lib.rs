//! The Python module `rxlint._rxlint`, on which the package `rxlint` is built.
//!
//! Only `glue.rs`, where columns pass through the Arrow C data interface, uses `unsafe`.
#![deny(unsafe_code)]

mod cluster;
mod engine;
mod glue;
mod run;
mod table;

use pyo3::exceptions::PyException;
use pyo3::prelude::*;

use rxlint::command::{Failure, in_words};
use rxlint_arrow::cluster::ClusterError;

pyo3::create_exception!(
    rxlint,
    RxlintError,
    PyException,
    "Why something could not be done. `what` says what is wrong, `help` what to do about it."
);

/// What went wrong and what to do, as an exception.
fn error(what: String, help: Option<String>) -> PyErr {
    let text = match &help {
        Some(help) => format!("{what}\n  help: {help}"),
        None => what.clone(),
    };
    let error = RxlintError::new_err(text);
    Python::attach(|py| {
        let value = error.value(py);
        // Without these attributes, the text still says everything.
        let _ = value.setattr("what", what);
        let _ = value.setattr("help", help);
    });
    error
}

fn failed(failure: Failure) -> PyErr {
    let (what, help) = in_words(&failure);
    error(what, help)
}

fn refused(failure: ClusterError) -> PyErr {
    error(failure.what, Some(failure.help))
}

/// The program: arguments in, exit code out.
#[pyfunction]
fn main(py: Python<'_>, arguments: Vec<String>) -> u8 {
    use clap::Parser;
    use rxlint::cli::{Cli, guess};
    let words = std::iter::once("rxlint".to_owned()).chain(arguments.iter().cloned());
    match Cli::try_parse_from(words) {
        Ok(cli) => py.detach(|| rxlint::command::run(cli) as u8),
        Err(error) => {
            let arguments: Vec<_> = arguments.into_iter().map(Into::into).collect();
            let error = guess::mend(error, &arguments);
            let _ = error.print();
            u8::try_from(error.exit_code()).unwrap_or(2)
        }
    }
}

#[pymodule]
fn _rxlint(module: &Bound<'_, PyModule>) -> PyResult<()> {
    rxlint::panic::quiet();
    module.add("RxlintError", module.py().get_type::<RxlintError>())?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<engine::Engine>()?;
    module.add_class::<table::Table>()?;
    module.add_class::<run::Run>()?;
    module.add_class::<cluster::Plan>()?;
    module.add_class::<cluster::Survey>()?;
    module.add_class::<cluster::Sieve>()?;
    module.add_class::<cluster::Worker>()?;
    module.add_function(wrap_pyfunction!(main, module)?)?;
    module.add_function(wrap_pyfunction!(run::lint, module)?)?;
    module.add_function(wrap_pyfunction!(cluster::counts, module)?)?;
    module.add_function(wrap_pyfunction!(table::hold, module)?)?;
    module.add_function(wrap_pyfunction!(table::no_findings, module)?)?;
    Ok(())
}

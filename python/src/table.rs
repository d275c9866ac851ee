//! A table owned by Rust and viewed from Python.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int32Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Field, FieldRef, Schema, SchemaRef};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDate, PyDict};

use rxlint_arrow::cluster::{SEQUENCE, rows_schema};
use rxlint_model::day::Day;

use crate::glue;

/// Takes the columns of anything that has Arrow's PyCapsule interface.
#[pyfunction]
pub(crate) fn hold(data: &Bound<'_, PyAny>) -> PyResult<Table> {
    let (schema, batches) = glue::import(data)?;
    Ok(Table { schema, batches })
}

/// An empty table of findings.
#[pyfunction]
pub(crate) fn no_findings() -> Table {
    Table { schema: rows_schema(), batches: Vec::new() }
}

/// A table of columns. It can be passed to anything that accepts Arrow's PyCapsule interface.
#[pyclass(frozen, module = "rxlint._rxlint")]
pub(crate) struct Table {
    pub(crate) schema: SchemaRef,
    pub(crate) batches: Vec<RecordBatch>,
}

#[pymethods]
impl Table {
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // Consumers may ask for other types, but must cope with those they get.
        drop(requested_schema);
        glue::export(py, self.schema.clone(), self.batches.clone())
    }

    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The names of the columns.
    fn columns(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// The columns with these names, in this order; if `sequence` is given, its whole numbers as the column that workers look for.
    #[pyo3(signature = (names, sequence=None))]
    fn select(&self, names: Vec<String>, sequence: Option<&str>) -> PyResult<Self> {
        let position = |name: &str| {
            self.schema.index_of(name).map_err(|_| {
                let help = "all batches must have the columns of the first".to_owned();
                crate::error("a column of the first batch is missing".to_owned(), Some(help))
            })
        };
        let mut fields: Vec<FieldRef> = Vec::new();
        let mut columns: Vec<usize> = Vec::new();
        for name in &names {
            columns.push(position(name)?);
        }
        fields.extend(columns.iter().filter_map(|at| self.schema.fields().get(*at)).cloned());
        if let Some(sequence) = sequence {
            let at = position(sequence)?;
            if *self.schema.field(at).data_type() != DataType::Int64 {
                let help = "cast it to int64; of two records of one claim the later one has the greater number".to_owned();
                return Err(crate::error(
                    "the sequence is no column of whole numbers".to_owned(),
                    Some(help),
                ));
            }
            columns.push(at);
            fields.push(Arc::new(Field::new(SEQUENCE, DataType::Int64, true)));
        }
        let schema = Arc::new(Schema::new(fields));
        let of = |batch: &RecordBatch| {
            let columns = columns.iter().map(|at| batch.column(*at).clone()).collect();
            RecordBatch::try_new(schema.clone(), columns)
        };
        let batches = self.batches.iter().map(of).collect::<Result<_, _>>();
        let batches = batches.map_err(|error| crate::error(error.to_string(), None))?;
        Ok(Self { schema: schema.clone(), batches })
    }

    /// The rows as dictionaries, starting at one.
    #[pyo3(signature = (start=0, count=None))]
    fn rows<'py>(
        &self,
        py: Python<'py>,
        start: usize,
        count: Option<usize>,
    ) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let mut rows = Vec::new();
        let (mut before, wanted) = (0, count.unwrap_or(usize::MAX));
        for batch in &self.batches {
            for row in 0..batch.num_rows() {
                if before + row < start || rows.len() >= wanted {
                    continue;
                }
                let of_row = PyDict::new(py);
                for (field, column) in self.schema.fields().iter().zip(batch.columns()) {
                    of_row.set_item(field.name(), value(py, column.as_ref(), row)?)?;
                }
                rows.push(of_row);
            }
            before += batch.num_rows();
        }
        Ok(rows)
    }
}

fn value<'py>(py: Python<'py>, column: &dyn Array, row: usize) -> PyResult<Bound<'py, PyAny>> {
    if column.is_null(row) {
        return Ok(py.None().into_bound(py));
    }
    Ok(match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).into_pyobject(py)?.into_any(),
        DataType::Int32 => {
            column.as_primitive::<Int32Type>().value(row).into_pyobject(py)?.into_any()
        }
        DataType::Int64 => {
            column.as_primitive::<Int64Type>().value(row).into_pyobject(py)?.into_any()
        }
        DataType::Boolean => {
            column.as_boolean().value(row).into_pyobject(py)?.to_owned().into_any()
        }
        DataType::Date32 => {
            let (year, month, day) = Day(column.as_primitive::<Date32Type>().value(row)).ymd();
            PyDate::new(py, year, month as u8, day as u8)?.into_any()
        }
        _ => py.None().into_bound(py),
    })
}

//! Passing columns through Arrow's C data interface, in PyCapsules. All `unsafe` of the wheel is here.
#![allow(unsafe_code)]

use std::ffi::CStr;

use arrow_array::ffi::{FFI_ArrowArray, from_ffi};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader, StructArray};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{ArrowError, SchemaRef};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};

const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";

/// The columns of anything that has the Arrow PyCapsule interface.
pub(crate) fn import(data: &Bound<'_, PyAny>) -> PyResult<(SchemaRef, Vec<RecordBatch>)> {
    let damaged = |error: ArrowError| crate::error(error.to_string(), None);
    if data.hasattr("__arrow_c_stream__")? {
        let capsule = data.call_method0("__arrow_c_stream__")?;
        let capsule = capsule.cast::<PyCapsule>()?;
        let stream = capsule.pointer_checked(Some(STREAM))?.cast::<FFI_ArrowArrayStream>();
        // SAFETY: the capsule's name says that it holds such a stream, which is moved out of it: the capsule keeps an empty one, as the interface
        // requires.
        let reader =
            unsafe { RecordBatchStreamReader::from_raw(stream.as_ptr()) }.map_err(damaged)?;
        let schema = reader.schema();
        let batches =
            data.py().detach(|| reader.collect::<Result<Vec<_>, _>>()).map_err(damaged)?;
        return Ok((schema, batches));
    }
    if data.hasattr("__arrow_c_array__")? {
        let pair = data.call_method0("__arrow_c_array__")?;
        let pair = pair.cast::<PyTuple>()?;
        let (schema, array) = (pair.get_item(0)?, pair.get_item(1)?);
        let schema = schema.cast::<PyCapsule>()?.pointer_checked(Some(SCHEMA))?;
        let array = array.cast::<PyCapsule>()?.pointer_checked(Some(ARRAY))?;
        // SAFETY: the names say what the capsules hold; the array is moved out and leaves an empty one, the schema is read while its capsule is
        // alive.
        let data = unsafe {
            let array = FFI_ArrowArray::from_raw(array.as_ptr().cast());
            let schema = schema.cast::<FFI_ArrowSchema>();
            from_ffi(array, schema.as_ref())
        };
        let batch = RecordBatch::from(StructArray::from(data.map_err(damaged)?));
        return Ok((batch.schema(), vec![batch]));
    }
    Err(PyTypeError::new_err(
        "this is no table: give a path, or anything that has the Arrow PyCapsule interface (pyarrow, Polars, pandas, DuckDB)",
    ))
}

/// Batches as a stream in a capsule.
pub(crate) fn export<'py>(
    py: Python<'py>,
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
) -> PyResult<Bound<'py, PyCapsule>> {
    let batches = RecordBatchIterator::new(batches.into_iter().map(Ok), schema);
    let stream = FFI_ArrowArrayStream::new(Box::new(batches));
    PyCapsule::new_with_value(py, stream, STREAM)
}

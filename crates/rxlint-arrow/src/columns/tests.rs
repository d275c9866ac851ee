#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder, StringDictionaryBuilder};
use arrow_array::types::{Int8Type, IntervalMonthDayNano, UInt64Type};
use arrow_array::{
    BooleanArray, Date32Array, Date64Array, Decimal128Array, DictionaryArray,
    DurationNanosecondArray, DurationSecondArray, Float32Array, Float64Array, Int8Array,
    Int64Array, IntervalMonthDayNanoArray, IntervalYearMonthArray, LargeStringArray, NullArray,
    StringViewArray, TimestampMicrosecondArray, TimestampSecondArray, UInt64Array,
};

use super::*;

/// The cells of a column as text, read early and late.
fn texts(column: ArrayRef) -> Vec<String> {
    let of = |late: bool| {
        let columns = [column.clone()];
        BatchCells::default().with(column.len(), &columns, &[late], |batch| {
            let text = |row| String::from_utf8(batch.columns[0].to_vec(row)).unwrap();
            (0..batch.rows).map(text).collect::<Vec<_>>()
        })
    };
    let early = of(false);
    assert_eq!(early, of(true));
    early
}

#[test]
fn numbers_are_written_without_decimals_that_they_need_not_have() {
    assert_eq!(texts(Arc::new(Int64Array::from(vec![Some(-7), None, Some(0)]))), ["-7", "", "0"]);
    assert_eq!(texts(Arc::new(UInt64Array::from(vec![u64::MAX]))), ["18446744073709551615"]);
    assert_eq!(
        texts(Arc::new(Float64Array::from(vec![30.0, 2.5, -0.125, f64::NAN]))),
        ["30", "2.5", "-0.125", ""]
    );
    assert_eq!(texts(Arc::new(Float32Array::from(vec![0.1, 30.0]))), ["0.1", "30"]);
    assert_eq!(texts(Arc::new(BooleanArray::from(vec![Some(true), None]))), ["true", ""]);
    let amounts = Decimal128Array::from(vec![Some(3000), Some(-5), None]);
    let amounts = amounts.with_precision_and_scale(9, 2).unwrap();
    assert_eq!(texts(Arc::new(amounts)), ["30.00", "-0.05", ""]);
}

#[test]
fn a_number_that_may_identify_several_people_is_written_as_rounded() {
    let identifiers = Float64Array::from(vec![9_007_199_254_740_991.0, 9_007_199_254_740_992.0]);
    assert_eq!(texts(Arc::new(identifiers)), ["9007199254740991", "9.007199254740992E15"]);
    assert_eq!(texts(Arc::new(Float32Array::from(vec![16_777_216.0]))), ["1.6777216E7"]);
}

#[test]
fn days_are_days_and_instants_have_the_day_of_their_place() {
    let days = Date32Array::from(vec![Some(20_513), None, Some(i32::MAX), Some(-1)]);
    assert_eq!(texts(Arc::new(days)), ["2026-03-01", "", "?", "1969-12-31"]);
    assert_eq!(texts(Arc::new(Date64Array::from(vec![86_400_000]))), ["1970-01-02"]);
    let midnight = 1_772_323_200_000_000;
    let at = |zone: Option<&str>, instants: Vec<i64>| {
        let instants = TimestampMicrosecondArray::from(instants);
        let instants: ArrayRef = match zone {
            Some(zone) => Arc::new(instants.with_timezone(zone)),
            None => Arc::new(instants),
        };
        assert_eq!(why_unreadable(instants.data_type()), None);
        texts(instants)
    };
    assert_eq!(at(None, vec![midnight]), ["2026-03-01"]);
    assert_eq!(
        at(Some("UTC"), vec![midnight, midnight + 90_000_001]),
        ["2026-03-01 00:00:00", "2026-03-01 00:01:30.000001"]
            .map(|text| text.replace(" 00:00:00", ""))
    );
    assert_eq!(at(Some("+02:00"), vec![midnight - 3_600_000_000]), ["2026-03-01 01:00:00"]);
    assert_eq!(at(Some("-0500"), vec![midnight]), ["2026-02-28 19:00:00"]);
    assert_eq!(texts(Arc::new(TimestampSecondArray::from(vec![i64::MAX]))).len(), 1);
    // New York is five hours behind in winter, four in summer.
    let (winter, summer) = (1_772_323_200_000_000, 1_782_864_000_000_000);
    assert_eq!(
        at(Some("America/New_York"), vec![winter, summer]),
        ["2026-02-28 19:00:00", "2026-06-30 20:00:00"]
    );
    assert_eq!(at(Some("America/New_York"), vec![winter + 18_000_000_000]), ["2026-03-01"]);
    assert_eq!(at(Some("Europe/Berlin"), vec![winter - 3_600_000_000]), ["2026-03-01"]);
    assert_eq!(at(Some("Europe/Berlin"), vec![i64::MIN, i64::MAX]).len(), 2);
    let zone = DataType::Timestamp(TimeUnit::Second, Some("Atlantis".into()));
    assert!(why_unreadable(&zone).unwrap().contains("Atlantis"));
}

#[test]
fn lengths_of_time_are_days() {
    let hours = |hours: i64| hours * 3_600_000_000_000;
    let spans = DurationNanosecondArray::from(vec![Some(hours(168)), None, Some(hours(12))]);
    assert_eq!(texts(Arc::new(spans)), ["7", "", "0.5"]);
    assert_eq!(texts(Arc::new(DurationSecondArray::from(vec![30 * 86_400]))), ["30"]);
    let of = |months, days, nanoseconds| IntervalMonthDayNano { months, days, nanoseconds };
    let spans = vec![of(0, 30, 0), of(0, 1, hours(24)), of(2, 0, 0), of(1, 1, 0)];
    let spans = IntervalMonthDayNanoArray::from(spans);
    assert_eq!(texts(Arc::new(spans)), ["30", "2", "2 months", "1 months 1 days"]);
    assert_eq!(texts(Arc::new(IntervalYearMonthArray::from(vec![2]))), ["2 months"]);
}

#[test]
fn texts_come_from_every_kind_of_array() {
    assert_eq!(texts(Arc::new(LargeStringArray::from(vec![Some("ä"), None]))), ["ä", ""]);
    let view = StringViewArray::from(vec!["a text that is longer than twelve bytes", "short"]);
    assert_eq!(texts(Arc::new(view)), ["a text that is longer than twelve bytes", "short"]);
    assert_eq!(texts(Arc::new(NullArray::new(2))), ["", ""]);
    let mut codes = ListBuilder::new(StringBuilder::new());
    codes.append_value([Some("F10.20"), Some("M54.5")]);
    codes.append_null();
    assert_eq!(texts(Arc::new(codes.finish())), ["F10.20;M54.5", ""]);
    assert!(why_unreadable(&DataType::Time32(TimeUnit::Second)).is_some());
}

#[test]
fn the_entries_of_a_dictionary_are_the_same_from_batch_to_batch() {
    let mut entries = StringDictionaryBuilder::<Int8Type>::new();
    ["x", "y", "x"].iter().for_each(|text| entries.append_value(text));
    entries.append_null();
    let column: ArrayRef = Arc::new(entries.finish());
    assert_eq!(texts(column.clone()), ["x", "y", "x", ""]);
    let mut cells = BatchCells::default();
    let mut generation = |column: &ArrayRef| {
        cells.with(column.len(), &[column.clone()], &[false], |batch| match &batch.columns[0] {
            Cells::Entries { generation, .. } => *generation,
            _ => 0,
        })
    };
    let first = generation(&column.slice(0, 2));
    assert!(first > 0);
    assert_eq!(generation(&column.slice(2, 2)), first);
    let other = DictionaryArray::<Int8Type>::from_iter(["y", "x"]);
    assert_ne!(generation(&(Arc::new(other) as ArrayRef)), first);
    let numbers = DictionaryArray::<UInt64Type>::new(
        UInt64Array::from(vec![Some(1), None, Some(0)]),
        Arc::new(Int8Array::from(vec![30, 90])),
    );
    assert_eq!(texts(Arc::new(numbers)), ["90", "", "30"]);
}

//! Bytes to records: opens what a pharmacy points rxlint at, tells its format, and reads it record by record.

pub mod csv;
pub mod date;
pub mod layout;
pub mod reject;
pub mod source;

use std::borrow::Cow;
use std::ops::Range;

use crate::record::{Field, Place, Record};
use reject::Reason;

/// Takes the records of one block of one input. Blocks are read in parallel, each into an intake of its own;
/// afterwards the intakes are handed back in the order of the input.
pub trait Intake: Send {
    /// A record that could be read. Its place counts records and lines from the block's first.
    fn record(&mut self, record: &Record<'_>);

    /// A record that could not be read, with the reason. It counts as read and rejected.
    fn reject(&mut self, place: Place, reason: Reason);

    /// Adds the records and lines that stand before the block, once those are known.
    fn shift(&mut self, records: u32, lines: u32);
}

/// A record read again, for showing it to a person: the bytes that tell the story and the cells in them.
#[derive(Clone, Debug, Default)]
pub struct RecordText {
    /// The bytes to show, without the final line end: the row, the segment, the lines of the resource.
    pub raw: Vec<u8>,
    /// The physical line on which `raw` begins, from 1.
    pub line: u32,
    /// The column (in bytes, from 1) at which `raw` begins on that line.
    pub column: u32,
    /// The cells that the record has.
    pub cells: Vec<CellText>,
    /// The parts of `raw` that identify a person or are free text (names, birth dates, addresses, notes): masked unless asked for.
    pub private: Vec<Range<usize>>,
}

/// One cell of a record that was read again.
#[derive(Clone, Debug)]
pub struct CellText {
    /// What the cell says.
    pub field: Field,
    /// Its text, without quotes and escapes.
    pub text: String,
    /// Where it stands in `raw`; `None` where it stands elsewhere (a patient's id in another segment or file).
    pub span: Option<Range<usize>>,
    /// How the input calls it: the header, `RXE-2.2`, a path in the resource.
    pub label: Cow<'static, str>,
}

impl RecordText {
    /// The cell of that field, where the record has one.
    pub fn cell(&self, field: Field) -> Option<&CellText> {
        self.cells.iter().find(|cell| cell.field == field)
    }
}
// TEMPORARY
use crate::record::{Cell, Statement};
pub struct Input { path: String, bytes: Vec<u8> }
#[derive(Debug)] pub struct InputError(String);
impl std::fmt::Display for InputError { fn fmt(&self, f:&mut std::fmt::Formatter<'_>)->std::fmt::Result{ f.write_str(&self.0)}}
impl InputError { pub fn help(&self)->Option<String>{None} }
#[derive(Default)] pub struct InputOptions { pub columns: layout::ColumnMap, pub date_order: Option<crate::record::DateOrder>, pub delimiter: Option<u8> }
pub fn open(paths:&[std::path::PathBuf], _o:&InputOptions)->Result<Vec<Input>,InputError>{ paths.iter().map(|p| Ok(Input{path:p.display().to_string(), bytes: std::fs::read(p).map_err(|e|InputError(e.to_string()))?})).collect() }
impl Input {
 pub fn memory(n:&str,b:Vec<u8>)->Result<Self,InputError>{Ok(Self{path:n.into(),bytes:b})}
 pub fn path(&self)->&str{&self.path} pub fn format(&self)->&str{"csv"} pub fn layout(&self)->&str{"generic"} pub fn bytes(&self)->u64{self.bytes.len() as u64}
 pub fn describe(&self)->Result<String,InputError>{Ok(String::new())}
 fn field(h:&str)->Option<Field>{ Some(match h {"patient"|"PATIENT"|"patient_id"=>Field::Patient,"drug"|"DESCRIPTION"|"drug_name"=>Field::Drug,"days_supply"=>Field::DaysSupply,"fill_date"=>Field::Dispensed,"ndc"=>Field::Ndc,"quantity"=>Field::Quantity,"stop_date"|"STOP"=>Field::Stop,"START"=>Field::Start,"CODE"=>Field::Rxcui,"claim_id"=>Field::Claim, "rxcui"=>Field::Rxcui,"hcpcs"=>Field::Hcpcs, h=>Field::from_name(h)?}) }
 pub fn read<I:Intake>(&self, make:&(dyn Fn()->I+Sync))->Result<Vec<I>,InputError>{
  let mut it=make(); let mut r=::csv::ReaderBuilder::new().flexible(true).from_reader(&self.bytes[..]);
  let h=r.byte_headers().unwrap().clone(); let map:Vec<Option<Field>>=h.iter().map(|c|Self::field(std::str::from_utf8(c).unwrap())).collect();
  let mut row=::csv::ByteRecord::new(); let mut n=0;
  while r.read_byte_record(&mut row).unwrap(){ n+=1; let p=row.position().unwrap();
   let mut rec=Record::empty(Place{file:0,record:n,line:p.line() as u32,offset:p.byte()}, if map.contains(&Some(Field::Stop)) && !map.contains(&Some(Field::DaysSupply)) {Statement::Course} else {Statement::Fill});
   for (i,c) in row.iter().enumerate(){ if let Some(Some(f))=map.get(i){ rec.cells[*f as usize]=Cell{text:c.trim_ascii(),start:0,len:0}; } }
   it.record(&rec); }
  Ok(vec![it]) }
 pub fn reread(&self, place:Place)->Result<RecordText,InputError>{ let rest=&self.bytes[place.offset as usize..]; let line=rest.split(|b|*b==b'\n').next().unwrap(); Ok(RecordText{raw:line.to_vec(),line:place.line,column:1,cells:vec![],private:vec![]}) }
}

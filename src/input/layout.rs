//! tmp
#[derive(Default)] pub struct ColumnMap;
impl ColumnMap { pub fn new(_:&std::collections::BTreeMap<String,String>)->Result<Self,super::InputError>{Ok(Self)} }

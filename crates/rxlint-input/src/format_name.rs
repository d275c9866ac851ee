//! The table of the input formats, and their names.
//!
//! To add a format, add a module that implements [`InputFormat`](crate::format::InputFormat) for
//! its type, and a line here. The compiler names whatever the module lacks; the tests of
//! [`registry`](crate::registry) check the rest.

/// Passes the table to a macro: the module, the variant and the type of each format, in the order
/// in which they are asked about a file and listed in the help.
macro_rules! for_each_input_format {
    ($then:ident) => {
        $then! {
            csv: Csv(CsvInput),
            hl7v2: Hl7v2(Hl7Input),
            fhir: Fhir(FhirInput),
            ncpdp: Ncpdp(ScriptInput),
            asap: Asap(AsapInput),
            cda: Cda(CdaInput),
            telecom: Telecom(TelecomInput),
            parquet: Parquet(ParquetInput),
            arrow: Arrow(ArrowInput),
        }
    };
}
pub(crate) use for_each_input_format;

macro_rules! names {
    ($($module:ident: $Variant:ident($Type:ident),)*) => {
        /// The input formats, by name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each has the name of its format")]
        #[non_exhaustive]
        pub enum InputFormatName {
            $($Variant,)*
        }

        impl InputFormatName {
            /// Every format, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$Variant),*];
        }
    };
}
for_each_input_format!(names);

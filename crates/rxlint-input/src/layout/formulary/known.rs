//! Lists of known sources, by the names of their columns.

use rxlint_model::record::Field::{self, *};

/// A list of a known source.
pub(super) struct KnownFormulary {
    pub(super) name: &'static str,
    /// All of these must be there.
    pub(super) needs: &'static [&'static str],
    pub(super) names: &'static [(Field, &'static str)],
    pub(super) ignored: &'static [&'static str],
    /// Fields that numbered columns make together, each with the first of them.
    pub(super) joined: &'static [(Field, &'static str)],
    /// Whether it may have columns that its source does not name.
    pub(super) is_open: bool,
}

/// What the CMS crosswalk says about the code and the package rather than the drug.
const ASP_IGNORED: &[&str] = &[
    "shortdescription",
    "hcpcsdosage",
    "labelername",
    "pkgsize",
    "pkgqty",
    "billunits",
    "billunitspkg",
];

/// The first that fits is used.
pub(super) const KNOWN: &[KnownFormulary] = &[
    KnownFormulary {
        name: "price-transparency",
        needs: &["description", "code1", "code1type"],
        names: &[
            (Drug, "description"),
            (Code, "code1"),
            (CodeSystem, "code1type"),
            (Note, "additionalgenericnotes"),
            (Price, "standardchargegross standardchargediscountedcash"),
        ],
        ignored: &["setting", "modifiers", "planname", "payername", "drugtypeofmeasurement"],
        joined: &[(Code, "code1"), (CodeSystem, "code1type")],
        is_open: false,
    },
    KnownFormulary {
        name: "pbs",
        needs: &["programcode", "pbscode", "atccode"],
        names: &[
            (Drug, "tpuuormpppt scheduleform liform"),
            (Generic, "mppt drugname"),
            (Brand, "tpppt brandname"),
            (Atc, "atccode"),
            (Strength, "formstrength"),
        ],
        // A maximum per prescription has no days.
        ignored: &[
            "maxquantity",
            "maximumquantityunits",
            "packsize",
            "lidrugname",
            "manufacturercode",
            "pbscode",
        ],
        joined: &[],
        is_open: false,
    },
    // The items of the PBS API, whose `formulary` is a group of prices (F1, F2).
    KnownFormulary {
        name: "pbs-items",
        needs: &["liitemid", "pbscode", "drugname"],
        names: &[
            (Drug, "scheduleform liform"),
            (Generic, "drugname"),
            (Brand, "brandname"),
            (Atc, "atccode"),
        ],
        ignored: &[
            "formulary",
            "lidrugname",
            "maximumprescribablepack",
            "maximumquantityunits",
            "packsize",
            "manufacturercode",
            "pbscode",
        ],
        joined: &[],
        is_open: false,
    },
    // Which NDCs are billed under which code (CMS, quarterly ASP NDC-HCPCS crosswalk). Its short descriptions are those of the code.
    KnownFormulary {
        name: "asp-crosswalk",
        needs: &["hcpcscode", "ndc2", "hcpcsdosage", "drugname"],
        names: &[(Drug, "drugname"), (Hcpcs, "hcpcscode"), (Ndc, "ndc2")],
        ignored: ASP_IGNORED,
        joined: &[],
        is_open: false,
    },
    // The same for later quarters, whose codes are below their year.
    KnownFormulary {
        name: "asp-crosswalk",
        needs: &["shortdescription", "ndc2", "hcpcsdosage", "drugname"],
        names: &[
            (Drug, "drugname"),
            (
                Hcpcs,
                "hcpcs 2020code 2021code 2022code 2023code 2024code 2025code 2026code 2027code 2028code 2029code 2030code",
            ),
            (Ndc, "ndc2"),
        ],
        ignored: ASP_IGNORED,
        joined: &[],
        is_open: false,
    },
    KnownFormulary {
        name: "dmd",
        needs: &["vpid", "nm"],
        names: &[(Drug, "nm"), (Code, "vpid")],
        ignored: &["vtmid", "basiscd"],
        joined: &[],
        is_open: false,
    },
    KnownFormulary {
        name: "cms-formulary",
        needs: &["formularyid", "rxcui", "tierlevelvalue"],
        names: &[
            (Plan, "formularyid"),
            (Quantity, "quantitylimitamount"),
            (DaysSupply, "quantitylimitdays"),
        ],
        ignored: &[
            "quantitylimityn",
            "priorauthorizationyn",
            "steptherapyyn",
            "selecteddrugyn",
            "formularyversion",
            "contractyear",
        ],
        joined: &[],
        is_open: false,
    },
    KnownFormulary {
        name: "ndc-directory",
        needs: &["productndc", "productid"],
        names: &[
            (Drug, "nonproprietaryname"),
            (Brand, "proprietaryname"),
            (Generic, "substancename"),
            (Ndc, "ndcpackagecode productndc"),
            (Class, "pharmclasses"),
        ],
        // A number without its unit, or several for several ingredients.
        ignored: &[
            "activenumeratorstrength",
            "activeingredunit",
            "startmarketingdate",
            "endmarketingdate",
            "productid",
            "packagedescription",
        ],
        joined: &[],
        is_open: false,
    },
    KnownFormulary {
        name: "rxnorm-names",
        needs: &["rxcui", "rxstring"],
        names: &[(Rxcui, "rxcui"), (Drug, "rxstring")],
        ignored: &[],
        joined: &[],
        is_open: false,
    },
    KnownFormulary {
        name: "drug-costs",
        needs: &["code", "min", "mode", "max", "comments"],
        names: &[(Rxcui, "code"), (Drug, "comments")],
        ignored: &["min", "mode", "max"],
        joined: &[],
        is_open: false,
    },
];

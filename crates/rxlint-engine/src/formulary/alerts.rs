//! A site's interaction table: which drugs or classes its alerts treat as dangerous together.

use rxlint_model::record::decode;

/// The rows of an interaction table that are in force.
#[derive(Clone, Debug, Default)]
pub struct Alerts {
    /// The path, as it was given.
    pub path: String,
    /// The two sides of each row: names, classes or codes.
    pub rows: Vec<[Vec<String>; 2]>,
    /// Rows that are switched off.
    pub off: u64,
}

/// Column names for the two sides, folded.
const SIDES: [&[&str]; 2] = [
    &[
        "drug",
        "object",
        "objectdrug",
        "subject",
        "firstdrug",
        "ingredient",
        "class",
        "drugname",
        "medication",
    ],
    &[
        "interactswith",
        "interactingdrug",
        "interactant",
        "with",
        "precipitant",
        "precipitantdrug",
        "other",
        "otherdrug",
        "seconddrug",
        "interactionwith",
        "interactingclass",
    ],
];

/// What a side's column name says before the letter or number of its side.
const STEMS: [&str; 16] = [
    "drug",
    "drugname",
    "drugclass",
    "ingredient",
    "class",
    "name",
    "code",
    "rxcui",
    "atc",
    "item",
    "medication",
    "substance",
    "concept",
    "drugcode",
    "generic",
    "agent",
];
const ENDS: [[&str; 4]; 2] = [["a", "1", "one", "left"], ["b", "2", "two", "right"]];
const SWITCHES: [&str; 8] = [
    "status",
    "active",
    "enabled",
    "isactive",
    "isenabled",
    "state",
    "alertstatus",
    "alertenabled",
];
const OFF: [&str; 12] = [
    "n",
    "no",
    "false",
    "0",
    "off",
    "inactive",
    "disabled",
    "suppressed",
    "retired",
    "deleted",
    "obsolete",
    "ignored",
];

impl Alerts {
    /// Reads a table with a header row: two columns (or two groups of columns) of drugs or classes
    /// and, optionally, a column that says whether the row is in force.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(path: &str, bytes: &[u8]) -> Result<Self, String> {
        let text = decode(bytes);
        let text = text.trim_start_matches('\u{FEFF}');
        let first = text.lines().next().unwrap_or_default();
        let delimiter = [b',', b';', b'\t', b'|']
            .into_iter()
            .max_by_key(|&d| first.bytes().filter(|&b| b == d).count())
            .unwrap_or(b',');
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .from_reader(text.as_bytes());
        let headers: Vec<String> =
            reader.headers().map_err(|error| error.to_string())?.iter().map(fold).collect();
        let mut sides: [Vec<usize>; 2] = [0, 1]
            .map(|side| (0..headers.len()).filter(|&at| is_side(&headers[at], side)).collect());
        if sides.iter().any(Vec::is_empty) {
            if headers.len() < 2 {
                return Err("it needs two columns, one for each of two drugs or classes".to_owned());
            }
            sides = [vec![0], vec![1]];
        }
        let switch = headers.iter().position(|header| SWITCHES.contains(&header.as_str()));
        let mut alerts = Self { path: path.to_owned(), ..Self::default() };
        for row in reader.records() {
            let row = row.map_err(|error| error.to_string())?;
            let cell = |at: usize| row.get(at).unwrap_or("").trim();
            if switch.is_some_and(|at| OFF.contains(&fold(cell(at)).as_str())) {
                alerts.off += 1;
                continue;
            }
            let cells = sides.clone().map(|side| {
                side.into_iter()
                    .map(|at| cell(at).to_owned())
                    .filter(|cell| !cell.is_empty())
                    .collect::<Vec<String>>()
            });
            if cells.iter().all(|side| !side.is_empty()) {
                alerts.rows.push(cells);
            }
        }
        if alerts.rows.is_empty() && alerts.off == 0 {
            return Err("no row of it names two drugs or classes".to_owned());
        }
        Ok(alerts)
    }
}

fn is_side(header: &str, side: usize) -> bool {
    let stemmed = || {
        ENDS[side]
            .iter()
            .any(|end| header.strip_suffix(end).is_some_and(|stem| STEMS.contains(&stem)))
    };
    SIDES[side].contains(&header) || stemmed()
}

fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_several_shapes() {
        let read = |text: &str| {
            Alerts::read("alerts.csv", text.as_bytes()).map(|alerts| (alerts.rows, alerts.off))
        };
        let pair = |a: &str, b: &str| [vec![a.to_owned()], vec![b.to_owned()]];
        assert_eq!(
            read("drug_a,drug_b,severity\nnaltrexone,oxycodone,high\n").unwrap().0,
            [pair("naltrexone", "oxycodone")]
        );
        assert_eq!(
            read("Object;Precipitant;Active\nx;y;N\nx;z;Y\n").unwrap(),
            (vec![pair("x", "z")], 1)
        );
        assert_eq!(read("left,right\na,b\n").unwrap().0, [pair("a", "b")]);
        let both = read("id,drug1,class1,drug2,class2\n7,naltrexone,,,opioids\n").unwrap().0;
        assert_eq!(both, [pair("naltrexone", "opioids")]);
        assert!(read("only\nx\n").is_err() && read("a,b\n").is_err() && read("").is_err());
    }
}

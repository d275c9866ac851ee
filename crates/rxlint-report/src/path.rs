//! Paths as forges expect them: relative to the root of a repository, with slashes, never absolute.

use std::path::{Component, Path};

/// The path relative to the root. One that is not below it loses what makes it absolute: a report does not reveal where a
/// site keeps its exports.
pub(super) fn relative(path: &str, root: Option<&Path>) -> String {
    let path = Path::new(path);
    let below = root.and_then(|root| path.strip_prefix(root).ok()).unwrap_or(path);
    let parts = below.components().filter_map(|part| match part {
        Component::Normal(part) => Some(part.to_string_lossy()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/").replace('\\', "/")
}

/// The path as a relative URI reference.
pub(super) fn uri(path: &str, root: Option<&Path>) -> String {
    let mut uri = String::new();
    for byte in relative(path, root).bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte))
            }
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_the_root() {
        let root = Some(Path::new("/srv/site"));
        assert_eq!(relative("/srv/site/in/a.csv", root), "in/a.csv");
        assert_eq!(relative("/srv/other/a.csv", root), "srv/other/a.csv");
        assert_eq!(relative("./in//a.csv", None), "in/a.csv");
        assert_eq!(relative("../a.csv", root), "../a.csv");
        assert_eq!(relative("-", root), "-");
        assert_eq!(uri("in/März 1%.csv", root), "in/M%C3%A4rz%201%25.csv");
    }
}

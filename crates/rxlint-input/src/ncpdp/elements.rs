//! The elements of one message that hold text, with their paths.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::xml::{local, resolved, wrong};

/// An element that holds text, or one that encloses others.
#[derive(Clone, Debug)]
pub(super) struct Element {
    /// Local names from the message's root on, separated by slashes, with one before and one after: `/Message/Body/NewRx/`.
    pub(super) path: String,
    /// Its own text, without that of nested elements.
    pub(super) text: String,
    /// Where that text is in the message.
    pub(super) range: Range<usize>,
    /// Where the element is, including its tags.
    pub(super) whole: Range<usize>,
    /// Its attribute `Qualifier`.
    pub(super) qualifier: Option<String>,
}

/// Every element of the message, in the order in which they begin.
///
/// # Errors
/// What is wrong with the XML, and where.
pub(super) fn elements(message: &str) -> Result<Vec<Element>, String> {
    let mut reader = Reader::from_str(message);
    reader.config_mut().expand_empty_elements = true;
    let mut all: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let broken = |at: u64, why: &str| {
        format!(
            "the XML is broken {at} bytes after the beginning of the message ({why}): send the message again"
        )
    };
    loop {
        let before = reader.buffer_position() as usize;
        let event =
            reader.read_event().map_err(|error| broken(reader.error_position(), wrong(&error)))?;
        let after = reader.buffer_position() as usize;
        let text = match &event {
            Event::Start(start) => {
                let parent = open.last().map_or("/", |&at| all[at].path.as_str());
                let path = format!("{parent}{}/", local(start.name().as_ref()));
                let attribute = start.attributes().flatten().find(|attribute| {
                    local(attribute.key.as_ref()).eq_ignore_ascii_case("Qualifier")
                });
                let qualifier =
                    attribute.map(|attribute| attribute.value.as_ref().trim().to_owned());
                open.push(all.len());
                // No real message is nested deeper; anything deeper is an attack.
                if open.len() > 64 {
                    return Err(
                        "its elements are nested more than 64 deep, which no SCRIPT message needs"
                            .to_owned(),
                    );
                }
                all.push(Element {
                    path,
                    text: String::new(),
                    range: after..after,
                    whole: before..after,
                    qualifier,
                });
                continue;
            }
            Event::End(_) => {
                if let Some(at) = open.pop() {
                    all[at].whole.end = after;
                }
                if open.is_empty() {
                    return Ok(all);
                }
                continue;
            }
            Event::Eof => return Err(
                "the message is not closed (`</Message>`): it may have been cut off; send it again"
                    .to_owned(),
            ),
            Event::Text(text) => text.xml10_content().into_owned(),
            Event::CData(text) => text.xml10_content().into_owned(),
            Event::GeneralRef(reference) => {
                resolved(reference).map_err(|why| broken(after as u64, why))?
            }
            _ => continue,
        };
        if let Some(&at) = open.last() {
            let element = &mut all[at];
            if element.text.trim().is_empty() {
                element.text.clear();
                element.range.start = before;
            }
            if !text.trim().is_empty() || !element.text.is_empty() {
                element.text.push_str(&text);
                element.range.end = after;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_texts_and_places() {
        let message = "<n:Message a='1'><Body><Drug Qualifier=\"ND\">A &amp; B<![CDATA[ <C>]]>&#33;</Drug><E/></Body></n:Message> rest";
        let all = elements(message).unwrap();
        assert_eq!(
            all.iter().map(|e| e.path.as_str()).collect::<Vec<_>>(),
            ["/Message/", "/Message/Body/", "/Message/Body/Drug/", "/Message/Body/E/"]
        );
        assert_eq!((all[2].text.as_str(), all[2].qualifier.as_deref()), ("A & B <C>!", Some("ND")));
        assert!(
            message[all[2].range.clone()].starts_with("A &amp; B")
                && message[all[2].whole.clone()].ends_with("</Drug>")
        );
    }

    #[test]
    fn broken_messages_say_why() {
        assert!(elements("<Message><Body>").unwrap_err().contains("not closed"));
        assert!(elements("<Message><Body></Message>").unwrap_err().contains("broken"));
        assert!(elements("<Message>A & B</Message>").is_err());
        assert!(elements("<Message>&nbsp;</Message>").unwrap_err().contains("&amp;"));
        assert!(elements(&"<Message>".repeat(1000)).unwrap_err().contains("64 deep"));
    }
}

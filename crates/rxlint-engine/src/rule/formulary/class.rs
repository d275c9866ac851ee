//! Drugs in a class where they do not belong.

use super::file::FormularyCheck;
use super::{FormularyContext, Remark};
use crate::drug::name::words;
use crate::drug::resolve::contains;
use crate::drug::{Component, Role};
use crate::formulary::classes::ClassGroup;
use crate::formulary::{Product, is_name};
use crate::rule::book::Rule;
use crate::rule::message::Words;
use rxlint_model::finding::Finding;
use rxlint_model::record::Field;

pub(super) fn judge(
    context: &FormularyContext<'_>,
    rule: &Rule,
    check: &FormularyCheck,
) -> Vec<Finding> {
    context.by_product(rule, |product, _| {
        // The class, or the generic name next to a name: both classify the drug.
        let generic = &product.identity.texts[1];
        let named = product.differ.is_none_or(|[_, other]| !is_name(other))
            && product.texts().any(|text| text != generic.as_ref());
        let classes = context.book.classes();
        let of_columns = classes.readings(&product.class);
        let written: Vec<(Field, &str)> = of_columns
            .iter()
            .map(|class| (Field::Class, class.as_ref()))
            .chain([(Field::Generic, if named { generic.as_ref() } else { "" })])
            .chain([(Field::Atc, atc_class(product))])
            .collect();
        check.classes.iter().find_map(|wrong| {
            let component = context.selected(&wrong.subject, product)?;
            let components = &product.verdict.components;
            let is_opioid = |component: &Component| component.role.is_opioid();
            let blocks = |component: &Component| {
                use Role::{Antagonist, Peripheral, Rescue, Sequestered};
                matches!(component.role, Antagonist | Rescue | Peripheral | Sequestered)
            };
            let deters = |component: &Component| component.role == Role::Deterrent;
            if !product.lists_several()
                && (wrong.without_opioid && components.iter().any(is_opioid)
                    || wrong.without_antagonist && components.iter().any(blocks)
                    || wrong.without_deterrent && components.iter().any(deters))
            {
                return None;
            }
            let (field, text) = written.iter().find(|(_, text)| {
                let said = words(text);
                let groups = classes.groups(text);
                let is = |list: &[ClassGroup]| list.iter().any(|group| groups.contains(group));
                let says = wrong.says.iter().any(|phrase| contains(&said, &words(phrase)));
                (says || is(&wrong.holds)) && !is(&wrong.unless)
            })?;
            let drug = &context.book.dictionary().drug(component.drug).name;
            let filled = Words::default()
                .with("drug", drug)
                .with("class", text)
                .with("wrong", &wrong.wrong)
                .with("title", product.title());
            let role = component.role.label().to_owned();
            Some(Remark::new(*field, role, filled, wrong.wrong.clone()))
        })
    })
}

/// The class in the column of ATC codes, unless something else in the entry contradicts it.
fn atc_class(product: &Product) -> &str {
    let code = product.identity.atc.trim();
    let is_class = (3..=5).contains(&code.len()) && product.differ.is_none();
    if is_class { code } else { "" }
}

//! The smallest messages, resources, documents and reports of kinds that were once missed or raised a false alarm, with the expected result of each.

use std::collections::BTreeSet;

use crate::common::{rxlint, stdout};

/// A file or folder of `tests/messages`, the exit code, and the rules of every finding above low.
type Case = (&'static str, i32, &'static [&'static str]);

const OVERLAP: &[&str] = &["opioid-antagonist-overlap"];
const RECENT: &[&str] = &["recent-opioid"];

const CASES: &[Case] = &[
    // Text in place of a drug names none, and the drug beside it is reported.
    ("01-filler-nte.hl7", 3, &[]),
    ("01b-filler.json", 3, &[]),
    ("01c-opioid-word.json", 3, &[]),
    // What a response grants was renewed.
    ("02-renewal.xml", 1, OVERLAP),
    // One person under several numbers.
    ("03-enterprise-id.hl7", 1, OVERLAP),
    ("03b-authority-oid.hl7", 1, OVERLAP),
    ("04-patient-link.json", 1, OVERLAP),
    ("04b-a24.hl7", 1, OVERLAP),
    ("10-cda-ids", 1, OVERLAP),
    // An order that could not be cancelled remains.
    ("05-unable-to-cancel.hl7", 1, OVERLAP),
    ("05b-uc-alone.hl7", 1, OVERLAP),
    ("05c-dc-ud.hl7", 1, OVERLAP),
    // What was deleted on another server, or before it was recreated, remains.
    ("06-delete-then-recreated.json", 1, OVERLAP),
    ("06b-delete-other-server.json", 1, OVERLAP),
    // One page of a search is not the whole result.
    ("07-next-page.json", 3, &[]),
    ("08-preg-obx.hl7", 1, &["naltrexone-in-pregnancy"]),
    // Morning and evening are one day.
    ("09-two-doses.json", 1, &["dose-above-maximum"]),
    ("18-seq-days.json", 0, &[]),
    // A number without its namespace names the order.
    ("13-ei-namespace.hl7", 0, &[]),
    // Codings that list ingredients are one product.
    ("14-multi-ingredient.json", 0, &[]),
    // What was refused, not given or replaced was not taken.
    ("15-refused.hl7", 0, &[]),
    ("15b-notgiven.hl7", 0, &[]),
    ("16-replaced.hl7", 0, &[]),
    ("16b-rq.hl7", 0, &[]),
    // A revision may change the drug.
    ("12-asap-revised-drug.dat", 0, &[]),
    // A code that is in no table counts as active, and is reported.
    ("17-unknown-status.hl7", 1, OVERLAP),
    // A stop or a hold ends what was ordered before it, and nothing that is ordered, released or changed afterwards.
    ("19-hold-release.hl7", 1, OVERLAP),
    ("19b-release-original-start.hl7", 1, OVERLAP),
    ("19c-stop-change.hl7", 1, OVERLAP),
    ("19d-change-later.hl7", 1, OVERLAP),
    ("19e-hold.hl7", 0, &[]),
    ("19f-hold-again.hl7", 0, &[]),
    ("19g-hold-stop.hl7", 1, RECENT),
    ("19h-stop-before-begin.hl7", 0, &[]),
    ("19i-rescheduled.hl7", 0, &[]),
    ("19j-hold-release-stop.hl7", 1, OVERLAP),
    ("19k-cancel.hl7", 0, &[]),
    // An administration that says how long it took lasts that long.
    ("20-infusion.hl7", 1, OVERLAP),
    ("20b-end-before.hl7", 0, &[]),
    ("20c-infusion.ndjson", 1, OVERLAP),
    ("20d-infusion.xml", 1, OVERLAP),
    // What is not JSON is rejected, whatever it may have been.
    ("21-type-lost.ndjson", 3, &[]),
    ("21b-comma-lost.ndjson", 3, &[]),
    ("21c-in-a-bundle.json", 3, &[]),
    ("21d-encounter.ndjson", 3, &[]),
    ("21e-well-formed.ndjson", 0, &[]),
    // An entry has its resource under that name, or it is reported.
    ("22-misnamed.json", 3, &[]),
    ("22b-bare.json", 3, &[]),
    ("22c-text.json", 3, &[]),
    ("22d-all.json", 3, &[]),
    ("22e-requests.json", 0, &[]),
    ("22f-lists.json", 0, &[]),
    // A denial that names the order but no request applies to that order.
    ("23-denied.xml", 1, OVERLAP),
    ("23b-then-granted.xml", 0, &[]),
    ("23c-another-order.xml", 0, &[]),
    // A person named by an identifier is the Patient that has it, and no one if several have it.
    ("24-by-identifier.ndjson", 1, OVERLAP),
    ("24b-another.ndjson", 0, &[]),
    // A month is not the first day of a fill, but it is that of a course that continues or has ended.
    ("25-month.ndjson", 3, &[]),
    ("25b-month.xml", 3, &[]),
    ("25c-open.ndjson", 1, OVERLAP),
    ("25d-ended.ndjson", 0, &[]),
    ("25e-written.ndjson", 1, OVERLAP),
    // Differing timings extend from the earliest first day to the latest last day.
    ("26-timings.hl7", 1, OVERLAP),
    ("26b-orc-7.hl7", 1, OVERLAP),
    ("26c-same.hl7", 0, &[]),
    ("26d-one-after-the-other.hl7", 0, &[]),
    ("26e-count.hl7", 0, &[]),
    // What has just begun when the file ends was cut off.
    ("27-torn.hl7", 3, &[]),
    ("27b-torn.hl7", 3, &[]),
    ("27c-torn.xml", 3, &[]),
    ("27d-torn-document.xml", 3, &[]),
    ("27e-torn.dat", 3, &[]),
    ("27f-torn-type.hl7", 3, &[]),
    // A patient without a dispensing, and a dispensing without a prescriber before a patient who has one too many.
    ("28-shifted.dat", 3, &[]),
    ("28b-no-dispensing.dat", 3, &[]),
    ("28c-prescriber-first.dat", 0, &[]),
    ("28d-no-prescriber.dat", 0, &[]),
    // All fields of a person are shifted by one.
    ("28e-person-shifted.hl7", 1, OVERLAP),
    // Two resources in place of one.
    ("34-two-resources.xml", 3, &[]),
    // A name in place of a number identifies no one, nor does the number of the segment.
    ("35-name-as-number.hl7", 3, &[]),
    ("35b-number-of-segment.hl7", 0, &[]),
    // Readers differ on what a repeated name means.
    ("36-member-twice.ndjson", 3, &[]),
    ("36b-same-value-twice.ndjson", 1, OVERLAP),
    // An entry that lost its resource, and an incomplete answer.
    ("37-lost.json", 3, &[]),
    ("37b-null.json", 3, &[]),
    ("37c-not-found.json", 3, &[]),
    ("37d-outcome.json", 3, &[]),
    ("37e-deleted.json", 0, &[]),
    ("38-reference-is-number.ndjson", 3, &[]),
    ("39-misspelled-entry.xml", 3, &[]),
    // A cancellation that was denied by a message without sender or receiver.
    ("35-cancel-denied", 1, OVERLAP),
    ("36-pregnant-by-answer.json", 1, &["naltrexone-in-pregnancy"]),
    // Directions are not a name.
    ("37-directions-for-a-name.hl7", 3, &[]),
    // The other dose of the day remains; so do two versions if it is unknown which is the last.
    ("29-other-dose.hl7", 1, OVERLAP),
    ("30-versions.ndjson", 1, &["conflicting-versions"]),
    // A record with two names does not interact with itself, and a batch has its own characters.
    ("31-two-names.ndjson", 1, &["name-code-mismatch"]),
    ("32-batch.hl7", 1, OVERLAP),
    // A claim that names only its cardholder is no one's if others say whose they are.
    ("33-no-patient-segment.dat", 3, &[]),
    // An end or a length that cannot be read is reported, and no shorter one replaces it.
    ("40-stop.hl7", 3, &["recent-opioid"]),
    ("40b-orc-7.hl7", 3, &["recent-opioid"]),
    ("40c-unit.hl7", 3, &["recent-opioid"]),
    ("40d-code.hl7", 3, &["recent-opioid"]),
    ("40e-days.hl7", 1, OVERLAP),
    ("40f-end.json", 3, OVERLAP),
    ("40g-duration.json", 3, OVERLAP),
    ("40h-supply.json", 3, OVERLAP),
    ("40i-supply-days.json", 1, OVERLAP),
    ("40j-ongoing.json", 1, OVERLAP),
    ("40k-days.xml", 3, &["recent-opioid"]),
    // A merge that cannot be followed is reported.
    ("42-person.hl7", 1, OVERLAP),
    ("42b-event.hl7", 1, OVERLAP),
    ("42c-nobody.hl7", 3, &[]),
    ("42d-no-segment.hl7", 3, &[]),
    ("42e-no-person.hl7", 3, &[]),
    // An entry that is null or empty.
    ("43-null.json", 3, &[]),
    ("43b-null-first.json", 3, &[]),
    ("43c-empty.json", 3, &[]),
    ("43d-empty-resource.json", 3, &[]),
    ("43e-alone.json", 3, &[]),
    // What a payer denied was not dispensed on that claim.
    ("44-payment.json", 0, &[]),
    ("44b-item.json", 0, &[]),
    ("44c-claim.json", 0, &[]),
    ("44d-disposition.json", 0, &[]),
    ("44e-decision.json", 0, &[]),
    ("44f-paid.json", 1, OVERLAP),
    ("45-modifier.json", 1, OVERLAP),
    // Nothing was given.
    ("46-nothing.hl7", 0, &[]),
    ("46b-note.hl7", 0, &[]),
    ("46c-given.hl7", 1, OVERLAP),
    ("46d-action.hl7", 1, OVERLAP),
    // An order that is replaced by an order in another message.
    ("47-replaced.hl7", 0, &[]),
    // One that was changed to another drug before its first day was over, later, and under another number.
    ("47b-exchanged.hl7", 0, &[]),
    ("47c-later.hl7", 1, OVERLAP),
    ("47d-watched.hl7", 0, &[]),
    ("47e-other-number.hl7", 1, OVERLAP),
    // A link of a Patient that refers to the main one, and links that cannot be followed.
    ("48-refer.json", 1, OVERLAP),
    ("48b-unknown.json", 3, &[]),
    ("48c-no-other.json", 3, &[]),
    ("48d-nested.json", 3, &[]),
    // Patients that link to each other are one person too, and so are those of a Person or a Linkage, unless the confidence is low.
    ("48e-see-also.json", 1, OVERLAP),
    ("48f-both-see-also.ndjson", 1, OVERLAP),
    ("48g-person.ndjson", 1, OVERLAP),
    ("48h-little-confidence.ndjson", 0, &[]),
    ("48i-linkage.ndjson", 1, OVERLAP),
    ("48j-no-linkage.ndjson", 0, &[]),
    ("48k-see-also-alone.ndjson", 1, OVERLAP),
    // A document that was replaced by another, and one that was appended to.
    ("49-replaced.xml", 0, &[]),
    ("49b-appended.xml", 1, OVERLAP),
    ("49c-negated.xml", 0, &[]),
    // Separators that are not punctuation.
    ("50-separators.hl7", 1, OVERLAP),
    // A patient without a number is no one if others of that name and birth date have one.
    ("51-no-number.xml", 3, &[]),
    ("51b-nobody-has.xml", 1, OVERLAP),
    ("51c-both.xml", 1, OVERLAP),
    // The status of an order leaves its days unchanged, unless it states others.
    ("52-status.hl7", 1, OVERLAP),
    ("52b-before-start.hl7", 0, &[]),
    ("52c-exchanged.hl7", 1, OVERLAP),
    ("52d-released.hl7", 1, OVERLAP),
    ("52e-answered.hl7", 0, &[]),
    ("52f-other-stop.hl7", 0, &[]),
    ("52g-stopped.hl7", 0, &[]),
    // One charted dose is not its whole order.
    ("53-charted.hl7", 1, OVERLAP),
    // What was dispensed on an order counts, whatever was ordered.
    ("54-dispense-within.xml", 1, &["name-code-mismatch", "opioid-antagonist-overlap"]),
    // An action points to the prescription that it contains.
    ("55-request-group.json", 1, OVERLAP),
    ("56-reported.json", 1, OVERLAP),
    ("57-page-within.json", 3, &[]),
    // A reason for refusal in words only.
    ("58-refused-text.hl7", 0, &[]),
    // A hospital's own short form of the drug.
    ("59-mnemonic.hl7", 0, &[]),
    // What was replaced was taken until then, unless it was replaced on its first day.
    ("60-replaced-status.hl7", 1, OVERLAP),
    ("60b-replaced-later.hl7", 1, OVERLAP),
    ("60c-replaced-before.hl7", 0, &[]),
    // A dose that was given and a fill that was made are not undone by what happens to their order.
    ("80-given-then-replaced.hl7", 1, OVERLAP),
    ("80b-given-order-cancelled.hl7", 1, OVERLAP),
    ("80c-dose-cancelled.hl7", 0, &[]),
    ("80d-fill-on-hold.hl7", 1, OVERLAP),
    ("80e-fill-replaced.hl7", 1, OVERLAP),
    // What one pharmacy transfers to another is a prescription.
    ("86-transferred.xml", 1, OVERLAP),
    // One give is a dose of its order, not the whole order.
    ("87-give.hl7", 1, OVERLAP),
    ("87b-give-untimed.hl7", 1, OVERLAP),
    // A pharmacy may refuse an order in its response.
    ("88-refused-in-reply.hl7", 0, &[]),
    ("88b-not-refused.hl7", 1, OVERLAP),
    // What someone plans to take without an order is taken; a plan by others is reported.
    ("85-own-plan.ndjson", 1, OVERLAP),
    ("85b-others-plan.ndjson", 0, &[]),
    // A number that was moved to another.
    ("81-number-moved.hl7", 1, OVERLAP),
    // A dose step takes its drug from the whole, and adds its days to it.
    ("82-later-step.xml", 1, OVERLAP),
    ("82b-steps-alone.xml", 1, OVERLAP),
    ("82c-never-taken.xml", 0, &[]),
    ("82d-within.xml", 0, &[]),
    // A segment that continues in the next, and drug codes in places other than their own.
    ("83-continued.hl7", 1, OVERLAP),
    ("84-supplementary.hl7", 1, OVERLAP),
    ("84b-supplementary-code.hl7", 1, OVERLAP),
    ("84c-second-alternate.hl7", 1, OVERLAP),
    ("61-indented.hl7", 1, OVERLAP),
    ("62-no-medications.xml", 0, &[]),
    // A document that is not opened is reported; a note for readers is not one.
    ("63-document.json", 3, &[]),
    ("63b-binary.json", 3, &[]),
    ("63c-note.json", 0, &[]),
    // A version that says that nothing was taken replaces the versions before it, even if it says nothing else.
    ("64-taken-back.json", 0, &[]),
    ("64b-without-drug.json", 0, &[]),
    ("64c-earlier.json", 1, OVERLAP),
    ("64d-of-nobody.json", 0, &[]),
    ("64e-of-nobody-earlier.json", 1, OVERLAP),
    // What was dispensed is the drug of the enclosing activity; an amount alone is not a supply.
    ("65-dispensed-within.xml", 1, OVERLAP),
    ("65b-amount-alone.xml", 0, &[]),
    // A stop says nothing about the daily amount.
    ("66-stopped-dose.hl7", 0, &[]),
    // A change that names no drug leaves the order as it was.
    ("67-bare-change.hl7", 3, OVERLAP),
    // A fill without days lasts according to its quantity and its order's daily amount.
    ("68-rate.hl7", 1, OVERLAP),
    ("68b-two-fills.hl7", 1, OVERLAP),
    ("68c-every-day.hl7", 0, &[]),
    ("75-rate.json", 1, OVERLAP),
    // A stop ends what was dispensed for its order before it, and nothing that was dispensed afterwards.
    ("69-fills-stopped.hl7", 0, &[]),
    ("69b-order-elsewhere.hl7", 0, &[]),
    ("69c-filled-afterwards.hl7", 1, OVERLAP),
    // A response to a stop or a report on the order does not begin it anew.
    ("70-stop-answered.hl7", 0, &[]),
    ("70b-completed.hl7", 0, &[]),
    ("70c-told.hl7", 0, &[]),
    ("70d-cancelled.hl7", 0, &[]),
    ("70e-ordered-again.hl7", 1, OVERLAP),
    // An order is stopped by either of its numbers, whichever message gave it.
    ("71-second-number.hl7", 0, &[]),
    ("71b-of-a-fill.hl7", 0, &[]),
    // The day of a hold or an exchange is the order's last.
    ("72-last-day-of-a-hold.hl7", 1, RECENT),
    ("72b-exchanged.hl7", 1, RECENT),
    // A status names no drug, since its order does; a fill that names none is reported.
    ("73-status-alone.hl7", 0, &[]),
    ("73b-fill-without-drug.hl7", 3, &[]),
    // In a Bundle, a fill refers to its prescription by whatever identifies it there.
    ("74-by-urn.json", 0, &[]),
    ("74b-with-an-id.json", 0, &[]),
    ("74c-by-id.json", 0, &[]),
    ("74d-another.json", 1, OVERLAP),
    // Documents of people who take nothing, beside others.
    ("76-no-medicines", 0, &[]),
    // It is unknown whether it was dispensed.
    ("77-aborted.xml", 1, OVERLAP),
    // An approved change may be to another drug.
    ("78-changed-drug.xml", 0, &[]),
    ("78b-another-order.xml", 1, OVERLAP),
    ("78c-later.xml", 1, OVERLAP),
    // An end is not a first day, unless someone asserts before it that the drug is taken.
    ("41-end-alone.json", 3, &[]),
    ("41b-asserted.json", 1, OVERLAP),
    ("41c-asserted-later.json", 3, &[]),
    // The period of a dose begins and ends it, as a member and as an extension.
    ("89-dose-period.ndjson", 1, OVERLAP),
    ("89b-dose-period-extension.ndjson", 1, OVERLAP),
    ("89c-dose-period-alone.ndjson", 1, OVERLAP),
    ("89d-short-dose-period.ndjson", 0, &[]),
    ("89e-dose-period-of-dispense.ndjson", 1, OVERLAP),
    // A stopped one has the day of the stop; a continuing one does not.
    ("90-status-changed.ndjson", 0, &[]),
    ("90b-still-active.ndjson", 1, OVERLAP),
    ("90c-status-change-date.ndjson", 0, &[]),
    ("90d-status-changed-late.ndjson", 1, OVERLAP),
    ("93-rendered-directions.ndjson", 0, &[]),
    // An order that could not be cancelled remains, whatever message refuses it.
    ("91-refused-in-reply.hl7", 1, OVERLAP),
    ("91b-refused-with-drug.hl7", 1, OVERLAP),
    ("91c-stop-refused.hl7", 1, OVERLAP),
    ("91d-cancelled-again.hl7", 0, &[]),
    ("91e-stop-with-drug-refused.hl7", 1, OVERLAP),
    // The day of a stop is the last and may be the only one, even if the message stands alone.
    ("92-stopped-on-first-day.hl7", 1, OVERLAP),
    ("92b-cancelled-on-first-day.hl7", 0, &[]),
    ("94-nothing-dispensed.hl7", 0, &[]),
    // A reversal that names another person reverses only that person's claim.
    ("95-another-card.dat", 1, OVERLAP),
    ("95b-another-person.dat", 1, OVERLAP),
    ("95c-own-claim.dat", 0, &[]),
    // An order that begins after a fill with its number had run out is another course.
    ("96-renewed.hl7", 1, OVERLAP),
    ("96b-renewed", 1, OVERLAP),
    ("96c-renewed.ndjson", 1, OVERLAP),
    ("96d-within.hl7", 1, RECENT),
    // A change that was refused was not made; one that was made counts.
    ("97-change-refused.hl7", 1, OVERLAP),
    ("97b-with-drug.hl7", 1, OVERLAP),
    ("97c-changed.hl7", 0, &[]),
    ("97d-to-another-drug.hl7", 1, OVERLAP),
    ("97e-second-change-refused.hl7", 0, &[]),
    ("97f-release-refused.hl7", 0, &[]),
    // A message that repeats the replaced order ends it; one that states another is what is taken.
    ("98-replaced-and-repeated.hl7", 0, &[]),
    ("98b-replaced-by-what-it-states.hl7", 1, OVERLAP),
];

#[test]
fn every_kind_that_was_once_missed_is_reported() {
    for (name, code, rules) in CASES {
        let path = format!("{}/tests/messages/{name}", env!("CARGO_MANIFEST_DIR"));
        let output = rxlint(&["check", "--isolated", &path, "--format", "jsonl"]);
        let text = stdout(&output);
        let values = text.lines().map(|line| {
            serde_json::from_str::<serde_json::Value>(line)
                .unwrap_or_else(|why| panic!("{name}: {why}"))
        });
        let findings =
            values.filter(|value| value["type"] == "finding" && value["severity"] != "low");
        let found: BTreeSet<String> =
            findings.filter_map(|value| value["rule"].as_str().map(str::to_owned)).collect();
        let expected: BTreeSet<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
        assert_eq!((output.status.code(), found), (Some(*code), expected), "{name}");
    }
}

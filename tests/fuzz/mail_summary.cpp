// Stored bytes, however damaged, are refused or read within bounds.
#include "common/mail/preview.h"
#include "common/mail/printed_envelope.h"
#include "common/mail/summary.h"
#include "tests/support/fuzz/target.h"

FUZZ_TARGET(mail_summary) {
    const auto view = helio::mail::SummaryView::open(input);
    if (!view) return;
    std::string body;
    view->append_body(body);
    FUZZ_CHECK(body.size() <= view->bodystructure().size());
    FUZZ_CHECK(view->parts().size() <= input.size());
    const std::uint32_t path[] = {1, 2, 1};
    view->find_part(path);
    view->find_message(path);
    for (const auto list : {helio::mail::EnvelopeList::from, helio::mail::EnvelopeList::cc}) {
        const auto address = helio::mail::first_address(view->envelope(), list);
        FUZZ_CHECK(!address || !address->mailbox || address->mailbox->size() <= input.size());
    }
    if (const auto part = helio::mail::preview_part(*view)) helio::mail::preview_of(*part, "text");
}

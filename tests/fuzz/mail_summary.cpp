// Stored bytes, however damaged, are refused or read within bounds.
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
}

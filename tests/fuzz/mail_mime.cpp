// A message scans the same in pieces as at once; parts lie within their parents; its summary reads back; what IMAP
// shows of it keeps to the grammar.
#include <algorithm>

#include "common/mail/bodystructure.h"
#include "common/mail/summary.h"
#include "tests/support/body_grammar.h"
#include "tests/support/fuzz/target.h"

using namespace helio::mail;

FUZZ_TARGET(mail_mime) {
    const ScanLimits limits{.depth = 20, .parts = 100, .header_bytes = 16 * 1024};
    const auto tree = scan_mime(input, limits);
    FUZZ_CHECK(tree.bytes == input.size());
    FUZZ_CHECK(!tree.parts.empty() && tree.parts.size() <= limits.parts);
    for (const auto& part : tree.parts) {
        FUZZ_CHECK(part.header_offset + part.header_bytes == part.body_offset);
        FUZZ_CHECK(part.body_offset + part.body_bytes <= input.size());
        for (const auto child : part.children) {
            const auto& inner = tree.parts[child];
            FUZZ_CHECK(inner.header_offset >= part.body_offset);
            FUZZ_CHECK(inner.body_offset + inner.body_bytes <= part.body_offset + part.body_bytes);
        }
    }
    const auto bytes = encode_summary(tree);
    const auto view = SummaryView::open(bytes);
    FUZZ_CHECK(view && view->parts().size() == tree.parts.size());
    FUZZ_CHECK(view->bodystructure() == print_bodystructure(tree).text);
    std::string body;
    view->append_body(body);
    FUZZ_CHECK(body.size() < view->bodystructure().size());
    using helio::test::BodyGrammar;
    FUZZ_CHECK(BodyGrammar::is_envelope(view->envelope()));
    FUZZ_CHECK(BodyGrammar::is_body(view->bodystructure(), true));
    FUZZ_CHECK(BodyGrammar::is_body(body, false));

    MimeScanner scanner(limits);
    const std::size_t piece = input.empty() ? 1 : 1 + static_cast<unsigned char>(input.front()) % 17;
    for (auto rest = input; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size())))
        scanner.feed(rest.substr(0, piece));
    FUZZ_CHECK(encode_summary(scanner.finish()) == bytes);
}

// The first byte chooses row or attempt; what decodes must encode to something that decodes to the same.
#include "mta/queue/queued_message.h"
#include "tests/support/fuzz/target.h"

using namespace helio::mta;

FUZZ_TARGET(mta_queue_records) {
    if (input.empty()) return;
    const auto bytes = input.substr(1);
    if (input.front() % 2 == 0) {
        const auto message = decode_message(bytes);
        if (!message) return;
        const auto again = decode_message(encode(*message));
        FUZZ_CHECK(again && encode(*again) == encode(*message));
        FUZZ_CHECK(again->recipients == message->recipients);
        return;
    }
    const auto attempted = decode_attempted(bytes);
    if (!attempted) return;
    const auto again = decode_attempted(encode(*attempted));
    FUZZ_CHECK(again && encode(*again) == encode(*attempted));
    QueuedMessage message;  // places behind its recipients change nothing
    message.recipients.resize(2);
    again->apply_to(message);
    FUZZ_CHECK(message.recipients.size() == 2);
}

#include "store/imapd/progress.h"

#include "common/imap/print.h"

namespace helio::store::imapd {

// "INPROGRESS" SP "(" (tag-string / nil) SP (number / nil) SP (nz-number / nil) ")"
Task<Result<>> Progress::tell(std::uint64_t done) {
    if (goal_ == 0 || session_.services().clock.now() < next_) co_return Result<>();
    next_ = session_.deadline(interval());
    std::string code = "INPROGRESS (";
    imap::print_string(code, tag_);
    code += ' ' + std::to_string(done) + ' ' + std::to_string(goal_) + ')';
    session_.untagged(imap::Status::ok, code, "Working");
    auto sent = co_await session_.flush();
    co_return sent;
}

}  // namespace helio::store::imapd

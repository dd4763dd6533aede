#include "store/imapd/append_body.h"

#include <algorithm>

namespace helio::store::imapd {

namespace {

constexpr std::uint64_t piece_bytes = 64 * 1024;

}  // namespace

Task<Result<>> AppendBody::read_literal(std::uint64_t bytes) {
    has_nul_ = false;
    while (bytes > 0) {
        const auto most = static_cast<std::size_t>(std::min(bytes, piece_bytes));
        const auto piece = co_await session_.wire().read_some(most, session_.idle_deadline());
        if (!piece) co_return fail(piece.error());
        bytes -= piece->size();
        has_nul_ = has_nul_ || piece->find('\0') != std::string_view::npos;
        add(*piece);
    }
    co_return Result<>();
}

void AppendBody::add(std::string_view bytes) {
    if (refused_) return;
    const auto kept = text_->append(bytes);
    if (!kept) refused_ = kept.error();
}

}  // namespace helio::store::imapd

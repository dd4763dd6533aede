#include "store/search/message_text.h"

#include <utility>

#include "common/storage/errc.h"

namespace helio::store::search {

bool is_gone(const Error& error) { return error.code == make_error_code(storage::errc::no_such_body); }

Result<> MessageText::read(std::uint64_t offset, std::uint64_t length, std::string& into) {
    if (!body_) {
        auto opened = store_.open_body(message_.body);
        if (!opened) return fail(opened.error());
        body_ = std::move(*opened);
    }
    return body_->read(offset, static_cast<std::size_t>(length), into);
}

const mail::SummaryView* MessageText::summary_at_hand() {
    if (summary_) return &*summary_;
    if (view_ != nullptr) stored_summary_ = std::exchange(view_, nullptr)->summary(message_.body).value_or("");
    if (stored_summary_.empty()) return nullptr;
    auto view = mail::SummaryView::open(stored_summary_);
    if (!view) return nullptr;
    summary_ = *view;
    return &*summary_;
}

Result<const mail::SummaryView*> MessageText::summary() {
    if (const auto* known = summary_at_hand()) return known;
    if (stored_summary_.empty()) {
        auto stored = store_.summary(message_.body);
        if (stored) summary_bytes_ = std::move(*stored);
        stored_summary_ = summary_bytes_;
        if (const auto* known = summary_at_hand()) return known;
    }
    std::string text;
    auto whole = read(0, message_.size, text);
    if (!whole) return fail(whole.error());
    summary_bytes_ = mail::summarize(text);
    auto view = mail::SummaryView::open(summary_bytes_);
    if (!view) return fail(view.error());
    summary_ = *view;
    return &*summary_;
}

const std::string* MessageText::folded(std::uint64_t offset) const {
    const auto kept = folded_.find(offset);
    return kept == folded_.end() ? nullptr : &kept->second;
}

void MessageText::keep_folded(std::uint64_t offset, std::string text) {
    constexpr std::size_t most_bytes = 64u << 20;
    if (folded_bytes_ + text.size() > most_bytes) return;
    folded_bytes_ += text.size();
    folded_.emplace(offset, std::move(text));
}

}  // namespace helio::store::search

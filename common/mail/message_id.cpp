#include "common/mail/message_id.h"

namespace helio::mail {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Reads what follows "<" up to ">": quoted strings without their quotes, comments dropped.
class IdReader {
public:
    explicit IdReader(std::string_view text) : text_(text) {}

    /// False when there is no id; at() is then where to go on.
    bool read() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '<') return false;  // begins anew
            ++at_;
            if (c == '>') return !id_.empty() && id_.size() <= message_id_most;
            if (c == '"') {
                quoted();
            } else if (c == '(') {
                comment();
            } else if (!is_blank(c)) {
                put(c);
            }
        }
        return false;
    }
    std::size_t at() const { return at_; }
    std::string take() { return std::move(id_); }

private:
    void put(char c) {
        if (id_.size() <= message_id_most) id_ += c;
    }
    void quoted() {
        for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
            put(text_[at_]);
        }
        if (at_ < text_.size()) ++at_;
    }
    void comment() {
        for (unsigned depth = 1; at_ < text_.size() && depth > 0; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
                ++at_;
            } else if (text_[at_] == '(') {
                ++depth;
            } else if (text_[at_] == ')') {
                --depth;
            }
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string id_;
};

}  // namespace

std::optional<std::string> next_message_id(std::string_view& text) {
    for (auto start = text.find('<'); start != std::string_view::npos; start = text.find('<')) {
        text.remove_prefix(start + 1);
        IdReader reader(text);
        const bool found = reader.read();
        text.remove_prefix(reader.at());
        if (found) return reader.take();
    }
    text = {};
    return std::nullopt;
}

std::optional<std::string> first_message_id(std::string_view text) { return next_message_id(text); }

std::vector<std::string> ancestors(std::string_view references, std::string_view in_reply_to, std::size_t most) {
    std::vector<std::string> ids;
    while (auto id = next_message_id(references)) {
        if (ids.size() >= most && ids.size() > 1) ids.erase(ids.begin() + 1);
        ids.push_back(std::move(*id));
    }
    if (!ids.empty()) return ids;
    if (auto id = first_message_id(in_reply_to)) ids.push_back(std::move(*id));
    return ids;
}

}  // namespace helio::mail

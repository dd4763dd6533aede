#include "common/mail/printed_envelope.h"

#include "common/base/text.h"

namespace helio::mail {
namespace {

class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool take(std::string_view text) {
        if (!rest_.starts_with(text)) return false;
        rest_.remove_prefix(text.size());
        return true;
    }
    bool ok() const { return ok_; }

    // nstring; `into` may be null to pass over it
    void nstring(std::optional<std::string>* into) {
        if (take("NIL")) return;
        if (take("{")) return literal(into);
        if (!take("\"")) return fail();
        std::string text;
        for (; !rest_.empty() && rest_.front() != '"'; rest_.remove_prefix(1)) {
            if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
            if (into) text += rest_.front();
        }
        if (!take("\"")) return fail();
        if (into) *into = std::move(text);
    }

    // "(" name SP adl SP mailbox SP host ")"
    void address(ListedAddress* into) {
        if (!take("(")) return fail();
        nstring(into ? &into->name : nullptr);
        space();
        nstring(nullptr);
        space();
        nstring(into ? &into->mailbox : nullptr);
        space();
        nstring(into ? &into->host : nullptr);
        if (!take(")")) fail();
    }

    void pass_list() {
        if (take("NIL")) return;
        if (!take("(")) return fail();
        while (ok_ && !take(")")) address(nullptr);
    }

    void space() {
        if (!take(" ")) fail();
    }

private:
    void literal(std::optional<std::string>* into) {
        const auto end = rest_.find("}\r\n");
        const auto size = end == std::string_view::npos ? std::nullopt : base::parse_number32(rest_.substr(0, end));
        if (!size || rest_.size() - end - 3 < *size) return fail();
        if (into) *into = std::string(rest_.substr(end + 3, *size));
        rest_.remove_prefix(end + 3 + *size);
    }
    void fail() {
        ok_ = false;
        rest_ = {};
    }

    std::string_view rest_;
    bool ok_ = true;
};

}  // namespace

std::optional<ListedAddress> first_address(std::string_view printed_envelope, EnvelopeList which) {
    Reader reader(printed_envelope);
    reader.take("(");
    reader.nstring(nullptr);  // date
    reader.space();
    reader.nstring(nullptr);  // subject
    reader.space();
    for (int field = static_cast<int>(EnvelopeList::from); reader.ok() && field < static_cast<int>(which); ++field) {
        reader.pass_list();
        reader.space();
    }
    if (!reader.ok() || !reader.take("(")) return std::nullopt;
    ListedAddress address;
    reader.address(&address);
    if (!reader.ok()) return std::nullopt;
    return address;
}

}  // namespace helio::mail

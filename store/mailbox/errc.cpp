#include "store/mailbox/errc.h"

#include <string>

namespace helio::store {
namespace {

class Category final : public std::error_category {
public:
    const char* name() const noexcept override { return "store"; }
    std::string message(int value) const override {
        switch (static_cast<errc>(value)) {
            case errc::no_such_user:
                return "no such user";
            case errc::no_such_mailbox:
                return "no such mailbox";
            case errc::mailbox_exists:
                return "mailbox exists";
            case errc::bad_name:
                return "bad mailbox name";
            case errc::not_allowed:
                return "not allowed for this mailbox";
            case errc::has_children:
                return "mailbox has children";
            case errc::over_quota:
                return "over quota";
            case errc::over_quota_now:
                return "over quota for now";
            case errc::no_such_quota_root:
                return "no such quota root";
            case errc::too_many_mailboxes:
                return "too many mailboxes";
            case errc::too_many_keywords:
                return "too many keywords";
            case errc::bad_keyword:
                return "bad keyword";
            case errc::too_many_messages:
                return "too many messages";
            case errc::too_many:
                return "too many";
            case errc::no_such_message:
                return "no such message";
            case errc::too_large:
                return "message too large";
            case errc::state_changed:
                return "the account has changed";
            case errc::state_unknown:
                return "the history does not reach back to that state";
            case errc::email_exists:
                return "the account holds that email already";
            case errc::no_permission:
                return "permission denied";
        }
        return "unknown";
    }
};

}  // namespace

const std::error_category& category() {
    static const Category instance;
    return instance;
}

}  // namespace helio::store

// Login: how a try to log in ended.
#pragma once

#include <memory>
#include <string>

#include "common/ldap/directory.h"

namespace helio::auth {

enum class Verdict {
    ok,
    rejected,     ///< wrong password, unknown user, account not active for this service: one answer for all
    unavailable,  ///< the directory gave no answer: temporary
    throttled,    ///< too many failures of late; answered like `rejected`, after a delay, without asking the directory
    forbidden,    ///< proven, but may not act as whom he names
};

struct Login {
    Verdict verdict = Verdict::unavailable;
    std::shared_ptr<const ldap::User> user = nullptr;  ///< set with ok, unless a front end speaks for him
    std::string reason = {};    ///< for the log: "wrong password", "no such user", "status disabled"
    std::string name = {};      ///< with ok: "uid@canonical-domain", or whom the front end names; else as typed
    bool by_front_end = false;  ///< a trusted front end has proved the user
};

}  // namespace helio::auth

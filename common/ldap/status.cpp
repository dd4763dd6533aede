#include "common/ldap/status.h"

#include "common/base/text.h"

namespace helio::ldap {

Status parse_general_status(std::string_view value) {
    const auto word = base::to_lower(base::trim(value));
    if (word.empty() || word == "active") return Status::active;
    if (word == "deleted") return Status::deleted;
    return Status::inactive;
}

Status parse_mail_status(std::string_view value) {
    const auto word = base::to_lower(base::trim(value));
    if (word == "disabled") return Status::disabled;
    if (word == "removed") return Status::removed;
    if (word == "hold") return Status::hold;
    if (word == "overquota") return Status::overquota;
    return parse_general_status(word);
}

Status first_not_active(std::initializer_list<Status> in_order) {
    for (const auto status : in_order)
        if (status != Status::active) return status;
    return Status::active;
}

}  // namespace helio::ldap

// Changes of annotations (RFC 5464): values by name on a mailbox or on the server, each user's own (/private) or
// everybody's (/shared). All entries of one SETMETADATA are one change.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/mailbox/change_support.h"

namespace helio::store {

/// `mailbox` nothing: the server's; those in /shared are read-only there. Names are canonical (annotation_name()).
/// Needs `r` for the user's own, `w` for everybody's. Errors: no_such_mailbox, no_permission, bad_name, too_many
/// (AnnotationLimits::entries), too_large (value_bytes). The owner's special_use_entry is the mailbox's special use,
/// one of parse_special_use() or nothing; bad_name: another.
class SetAnnotationsChange final : public StoreChange {
public:
    SetAnnotationsChange(DecideContext& context, std::optional<MailboxId> mailbox, std::vector<AnnotationValue> values)
        : StoreChange(context), mailbox_(mailbox), values_(std::move(values)) {}
    Result<> plan(storage::Decision& decision) override;
    std::size_t weight_bytes() const override;

private:
    Result<> set(storage::Decision& decision, const AnnotationValue& value);
    Result<> set_special_use(storage::Decision& decision, const AnnotationValue& value);

    std::optional<MailboxId> mailbox_;
    std::vector<AnnotationValue> values_;
};

/// "/Private/Comment" in its stored form: lower case. Errors: bad_name when it is not /private/... or /shared/..., has
/// empty parts, wildcards or characters beyond printable ASCII, or is over-long.
[[nodiscard]] Result<std::string> annotation_name(std::string_view name);
/// RFC 6154 §5.
inline constexpr std::string_view special_use_entry = "/private/specialuse";
[[nodiscard]] bool is_private_annotation(std::string_view name);

}  // namespace helio::store

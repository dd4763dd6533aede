#include "store/mailbox/annotation_changes.h"

#include <algorithm>

#include "common/base/text.h"
#include "store/mailbox/errc.h"
#include "store/mailbox/index_rows.h"
#include "store/mailbox/sharing_records.h"

namespace helio::store {

Result<std::string> annotation_name(std::string_view name) {
    auto stored = base::to_lower(name);
    const bool rooted = stored.starts_with("/private/") || stored.starts_with("/shared/");
    const bool plain = std::ranges::all_of(stored, [](char c) { return c > ' ' && c < 0x7f && c != '*' && c != '%'; });
    if (!rooted || !plain || stored.ends_with('/') || stored.find("//") != std::string::npos ||
        stored.size() > annotation_name_bytes) {
        return fail(errc::bad_name, "entry");
    }
    return stored;
}

bool is_private_annotation(std::string_view name) { return name.starts_with("/private/"); }

std::size_t SetAnnotationsChange::weight_bytes() const {
    std::size_t weight = 512;
    for (const auto& value : values_) weight += value.name.size() + (value.value ? value.value->size() : 0);
    return weight;
}

Result<> SetAnnotationsChange::plan(storage::Decision& decision) {
    if (mailbox_) {
        const auto exists = need(decision, *mailbox_, {});
        if (!exists) return exists;
    }
    for (const auto& value : values_) {
        const auto done = set(decision, value);
        if (!done) return done;
    }
    return {};
}

Result<> SetAnnotationsChange::set(storage::Decision& decision, const AnnotationValue& value) {
    if (mailbox_ && value.name == special_use_entry) return set_special_use(decision, value);
    const auto& index = decision.index();
    const auto& limits = context_.config.limits;
    const bool own = is_private_annotation(value.name);
    if (!mailbox_ && !own) return fail(errc::no_permission, value.name);
    if (mailbox_) {
        const auto allowed = check_rights(rights(decision, *mailbox_), own ? Right::read : Right::write);
        if (!allowed) return allowed;
    }
    if (value.value && value.value->size() > limits.annotation_bytes) return fail(errc::too_large, value.name);
    const auto mailbox = mailbox_.value_or(MailboxId{});
    const auto user = own ? actor().id : UserId{};
    const auto key = keys::of_annotation(mailbox, user, value.name);
    const auto row = index.get(keys::annotation, key);
    if (!row && !value.value) return {};
    if (!row) {
        std::size_t count = 0;
        const auto prefix = keys::of_annotation(mailbox, user, "");
        index.scan(keys::annotation, prefix, keys::after_prefix(prefix),
                   [&](std::string_view, std::string_view) { return ++count < limits.annotations; });
        if (count >= limits.annotations) return fail(errc::too_many, value.name);
    }
    const auto counter = mailbox_ ? mailbox_->owner() : user;
    event(mailbox_.value_or(MailboxId::of(user, 0))).annotations.push_back({user, !mailbox_, value.name});
    add(decision, records::Annotation{mailbox, user, next_modseq(index, counter), value.name, value.value});
    return {};
}

/// It is the owner's, whatever rights others have.
Result<> SetAnnotationsChange::set_special_use(storage::Decision& decision, const AnnotationValue& value) {
    if (actor().id != mailbox_->owner()) return fail(errc::no_permission, value.name);
    const auto use = value.value ? parse_special_use(*value.value) : SpecialUse::none;
    if (!use) return fail(errc::bad_name, value.name);
    auto info = read_info(decision.index(), *mailbox_);
    if (!info) return fail(errc::no_such_mailbox);
    info->special_use = *use;
    auto& changed = event(*mailbox_);
    changed.mailbox_changed = true;
    changed.annotations.push_back({actor().id, false, value.name});
    const auto modseq = next_modseq(decision.index(), mailbox_->owner());
    add(decision, records::MailboxSet{to_mailbox(*mailbox_, std::move(*info)), modseq});
    return {};
}

}  // namespace helio::store

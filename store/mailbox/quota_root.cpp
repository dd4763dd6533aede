#include "store/mailbox/quota_root.h"

#include "common/base/text.h"
#include "store/mailbox/encoding.h"

namespace helio::store {
namespace {

constexpr std::string_view user_prefix = "user/";
constexpr std::string_view domain_prefix = "domain/";
constexpr std::string_view folder_prefix = "folder/";

}  // namespace

std::string QuotaRootId::key() const {
    Encoder out;
    out.u8(static_cast<std::uint8_t>(scope));
    switch (scope) {
        case QuotaScope::user:
            return out.u32be(user_id.value).take();
        case QuotaScope::domain:
            return out.raw(domain).take();
        case QuotaScope::folder:
            return out.u64be(mailbox.value).take();
    }
    return out.take();
}

std::optional<QuotaRootId> QuotaRootId::of_key(std::string_view key) {
    Decoder in(key);
    QuotaRootId root;
    switch (in.u8()) {
        case static_cast<std::uint8_t>(QuotaScope::user):
            root = user(UserId{in.u32be()});
            break;
        case static_cast<std::uint8_t>(QuotaScope::domain):
            root = of_domain(std::string(in.raw(in.rest().size())));
            if (root.domain.empty()) return std::nullopt;
            break;
        case static_cast<std::uint8_t>(QuotaScope::folder):
            root = folder(MailboxId{in.u64be()});
            break;
        default:
            return std::nullopt;
    }
    if (!in.done()) return std::nullopt;
    return root;
}

std::string QuotaRootName::to_string() const {
    switch (scope) {
        case QuotaScope::user:
            return std::string(user_prefix) + owner;
        case QuotaScope::domain:
            return std::string(domain_prefix) + owner;
        case QuotaScope::folder:
            return std::string(folder_prefix) + owner + "/" + mailbox;
    }
    return {};
}

std::optional<QuotaRootName> QuotaRootName::parse(std::string_view text) {
    QuotaRootName name;
    if (text.starts_with(user_prefix)) {
        name.owner = base::to_lower(text.substr(user_prefix.size()));
    } else if (text.starts_with(domain_prefix)) {
        name.scope = QuotaScope::domain;
        name.owner = base::to_lower(text.substr(domain_prefix.size()));
    } else if (text.starts_with(folder_prefix)) {
        // A local part may hold "/", a domain can't: the mailbox begins behind the first one after the "@".
        text.remove_prefix(folder_prefix.size());
        const auto at = text.find('@');
        const auto slash = at == std::string_view::npos ? at : text.find('/', at);
        if (slash == std::string_view::npos) return std::nullopt;
        name.scope = QuotaScope::folder;
        name.owner = base::to_lower(text.substr(0, slash));
        name.mailbox = text.substr(slash + 1);
        if (name.mailbox.empty()) return std::nullopt;
    } else {
        return std::nullopt;
    }
    if (name.owner.empty()) return std::nullopt;
    return name;
}

}  // namespace helio::store

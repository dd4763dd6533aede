#include "store/imapd/metadata_answer.h"

#include <algorithm>

#include "common/base/text.h"
#include "store/mailbox/annotation_changes.h"
#include "store/mailbox/names.h"

namespace helio::store::imapd {

namespace {

using Depth = imap::GetMetadataArguments::Depth;

bool is_asked(std::string_view name, const std::vector<std::string>& entries, Depth depth) {
    return std::ranges::any_of(entries, [&](const std::string& entry) {
        if (name == entry) return true;
        if (depth == Depth::none || !is_below(name, entry)) return false;
        return depth == Depth::infinity || name.find('/', entry.size() + 1) == std::string_view::npos;
    });
}

}  // namespace

std::optional<std::vector<std::string>> metadata_names(const std::vector<std::string>& entries, bool roots) {
    std::vector<std::string> names;
    for (const auto& entry : entries) {
        auto name = base::to_lower(entry);
        if (!roots || (name != "/private" && name != "/shared")) {
            auto canonical = annotation_name(entry);
            if (!canonical) return std::nullopt;
            name = std::move(*canonical);
        }
        names.push_back(std::move(name));
    }
    return names;
}

Result<MetadataAnswer> read_metadata(const ImapSession& session, std::optional<MailboxId> mailbox,
                                     const std::vector<std::string>& entries, Depth depth,
                                     std::optional<std::uint32_t> max_size) {
    MetadataAnswer answer;
    std::vector<std::string> met;
    const auto take = [&](std::string_view name, std::string_view value) {
        if (!is_asked(name, entries, depth)) return;
        met.emplace_back(name);
        if (max_size && value.size() > *max_size) {
            answer.longest_left_out = std::max(answer.longest_left_out, value.size());
        } else {
            answer.values.emplace_back(std::string(name), std::string(value));
        }
    };
    const auto read = session.store().each_annotation(mailbox, take);
    if (!read) return fail(read.error());
    if (!mailbox) {
        const auto& config = session.config();
        if (!config.admin.empty()) take("/shared/admin", config.admin);
        if (!config.comment.empty()) take("/shared/comment", config.comment);
    }
    if (depth != Depth::none) return answer;
    for (const auto& entry : entries) {
        if (std::ranges::find(met, entry) == met.end()) answer.values.emplace_back(entry, std::nullopt);
    }
    return answer;
}

}  // namespace helio::store::imapd

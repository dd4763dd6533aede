// StoreConfig: limits and defaults of the mailbox model, as main reads them from [storage] and [limits].
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "common/storage/partition.h"
#include "store/mailbox/message.h"
#include "store/mailbox/sharing_rules.h"

namespace helio::store {

/// A folder that a user gets at the first login.
struct InitialFolder {
    std::string name;
    SpecialUse special_use = SpecialUse::none;
    bool subscribed = true;
};

struct StoreLimits {
    std::uint64_t message_bytes = 100u << 20;
    std::size_t name_bytes = 400;           ///< of a mailbox name
    std::size_t name_depth = 64;            ///< parts of a mailbox name
    std::size_t mailboxes = 100'000;        ///< of a user
    std::size_t subscriptions = 100'000;    ///< of a user
    std::size_t change_messages = 100'000;  ///< messages in one atomic copy or move
    std::size_t batch_messages = 5'000;     ///< store_flags() and expunge() go in steps of so many
    std::size_t vanished_rows = 1'024;      ///< history rows kept of a mailbox; the older half goes
    std::size_t deliveries = 500'000;       ///< delivery ids remembered
    std::chrono::hours delivery_window{7 * 24};
    std::size_t watches = 200'000;
    std::size_t watch_ranges = 256;           ///< in one set of a MailboxEvent
    std::size_t cached_uid_sets = 2'000;      ///< mailboxes whose UID sets are remembered
    std::size_t change_emails = 1'000;        ///< emails in one update
    std::size_t uploads = 1'000;              ///< of a user
    std::uint64_t upload_bytes = 500u << 20;  ///< of a user, together
    std::chrono::hours upload_life{24};
};

/// Quotas (quota.h): what holds where nobody said otherwise, and what happens at the limit.
struct QuotaConfig {
    QuotaLimits user_default;
    QuotaLimits domain_default;
    unsigned warning_percent = 90;  ///< of the tighter limit; 0: nobody is warned
    std::chrono::seconds warning_interval = std::chrono::hours(7 * 24);
    std::string warning_subject = "Your mailbox is {percent} % full";
    std::string warning_text =
        "Your mailbox {user} holds {used} of {limit} in {messages} messages.\n"
        "When it is full, new messages are sent back to their senders.\n"
        "Please delete what you no longer need, and empty the trash.\n";
    std::chrono::seconds grace = std::chrono::hours(120);  ///< refused mail is held by the relay for so long
};

struct StoreConfig {
    storage::Options storage;
    StoreLimits limits;
    SharingRules sharing;
    QuotaConfig quota;
    std::vector<InitialFolder> initial_folders = {{"Drafts", SpecialUse::drafts},
                                                  {"Sent", SpecialUse::sent},
                                                  {"Junk", SpecialUse::junk},
                                                  {"Trash", SpecialUse::trash},
                                                  {"Archive", SpecialUse::archive}};
};

}  // namespace helio::store

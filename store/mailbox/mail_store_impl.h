// MailStore::Impl: what mail_store.cpp (reading, watching) and mail_store_changes.cpp (all that commits) share.
#pragma once

#include <atomic>

#include "store/mailbox/mail_store.h"
#include "store/mailbox/mailbox_changes.h"
#include "store/mailbox/mailbox_model.h"
#include "store/mailbox/names.h"
#include "store/mailbox/publish_order.h"
#include "store/mailbox/recent_table.h"
#include "store/mailbox/uid_cache.h"
#include "store/mailbox/watch_hub.h"

namespace helio::store {

struct MailStore::Impl {
    Impl(StoreConfig its_config, const OpenPartition& open, const logging::Logger& its_log, base::Registry& metrics,
         const base::Clock& clock, AccountSource* its_accounts)
        : config(std::move(its_config)),
          log(its_log),
          accounts(its_accounts),
          names{config.limits.name_bytes, config.limits.name_depth},
          deliveries(config.limits.deliveries, config.limits.delivery_window),
          context{config, clock, deliveries, 0},
          hub({config.limits.watches, config.limits.watch_ranges},
              metrics.gauge("helio_store_watches", "Sessions that wait for changes of a mailbox or user")),
          uid_cache(config.limits.cached_uid_sets),
          partition(open(model)) {
        partition->read([&](const storage::IndexReader& index) { deliveries.load(index); });
    }

    /// Submits, and tells the watchers when it is done.
    Task<Result<>> commit(StoreChange& change) {
        auto done = co_await partition->submit(change);
        if (done) recent.arrived(change.events());
        order.ended(change.place(), done ? change.events() : std::vector<MailboxEvent>());
        co_return done;
    }
    Task<Result<Expunged>> expunge(MailboxId mailbox, UidSet uids, bool deleted_only, Actor actor);
    Task<Result<Copied>> copy(MailboxId from, UidSet uids, MailboxId to, QuotaLimits quota, bool move, Actor actor);
    Task<Result<>> remove(DeleteMailboxChange& change);
    Task<Result<>> purge(MailboxId mailbox);
    Result<> read(MailboxId mailbox, const std::function<void(const MailboxView&)>& use) const;
    Result<UidsAt> uids_at(MailboxId mailbox);
    Result<std::shared_ptr<const UidSet>> uids(MailboxId mailbox);

    const StoreConfig config;
    const logging::Logger& log;
    AccountSource* const accounts;
    const NameLimits names;
    MailboxModel model;
    DeliveryWindow deliveries;
    DecideContext context;
    WatchHub hub;
    PublishOrder order{hub};
    RecentTable recent;
    UidCache uid_cache;
    std::atomic<std::uint64_t> quotas_set = 0;
    std::unique_ptr<storage::Partition> partition;  // last: its threads use the others
};

}  // namespace helio::store

// UidCache: the UID sets of the mailboxes that sessions look at, so that SELECT of a large one costs no scan. An entry
// is right for one UIDNEXT and one last expunge; what came since is added to it. Thread-safe; the least used go.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "store/mailbox/views.h"

namespace helio::store {

class UidCache {
public:
    explicit UidCache(std::size_t most) : most_(most) {}
    UidsAt uids(const MailboxView& view);
    /// Without a look at the index: nothing unless they are known as they were at `modseq` or later.
    std::optional<UidsAt> known_uids(MailboxId mailbox, ModSeq modseq);

private:
    struct Entry {
        MailboxId mailbox;
        UidsAt known;
    };
    void remember(Entry entry);

    const std::size_t most_;
    std::mutex lock_;
    std::list<Entry> entries_;  // the last used first
    std::unordered_map<MailboxId, std::list<Entry>::iterator> places_;
};

}  // namespace helio::store

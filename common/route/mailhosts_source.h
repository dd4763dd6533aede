// MailhostsSource: holds the Mailhosts that new sessions use, so that SIGHUP can replace them while old ones go on.
// Made in main, used by every front end. Thread-safe.
#pragma once

#include <memory>
#include <mutex>

#include "common/route/mailhosts.h"

namespace helio::route {

class MailhostsSource {
public:
    explicit MailhostsSource(Mailhosts mailhosts)
        : mailhosts_(std::make_shared<const Mailhosts>(std::move(mailhosts))) {}

    std::shared_ptr<const Mailhosts> current() const {
        const std::lock_guard guard(lock_);
        return mailhosts_;
    }
    void replace(Mailhosts mailhosts) {
        auto fresh = std::make_shared<const Mailhosts>(std::move(mailhosts));
        const std::lock_guard guard(lock_);
        mailhosts_.swap(fresh);
    }

private:
    mutable std::mutex lock_;
    std::shared_ptr<const Mailhosts> mailhosts_;
};

}  // namespace helio::route

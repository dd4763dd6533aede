#include "common/storage/waiter.h"

namespace helio::storage {
namespace {

void wake_all(const std::vector<Waiter*>& waiters) {
    for (auto* waiter : waiters) waiter->wake();
}

}  // namespace

void Answers::send() {
    auto waiters = std::exchange(waiters_, {});
    while (!waiters.empty()) {
        auto* home = waiters.front()->home();
        std::vector<Waiter*> mine;
        std::vector<Waiter*> others;
        for (auto* waiter : waiters) (waiter->home() == home ? mine : others).push_back(waiter);
        if (home && home != base::Executor::current_or_null())
            home->post([held = std::move(mine)] { wake_all(held); });
        else
            wake_all(mine);
        waiters = std::move(others);
    }
}

void Answers::send(const Result<>& result) {
    for (auto* waiter : waiters_) waiter->result = result;
    send();
}

}  // namespace helio::storage

#include "mta/deliver/client_pool.h"

#include "common/base/completion.h"

namespace helio::mta {

ClientPools::Pool* ClientPools::here() {
    const std::lock_guard guard(lock_);
    if (closed_) return nullptr;
    auto& pool = pools_[&net::Worker::current()];
    if (!pool) pool = std::make_unique<Pool>();
    return pool.get();
}

void ClientPools::drop_old(Pool& pool) const {
    const auto oldest = std::chrono::steady_clock::now() - limits_.idle;
    for (auto peer = pool.idle.begin(); peer != pool.idle.end();) {
        auto& list = peer->second;
        while (!list.empty() && list.front().since < oldest) {
            list.front().client->quit();
            list.erase(list.begin());
            --pool.size;
        }
        peer = list.empty() ? pool.idle.erase(peer) : std::next(peer);
    }
}

std::unique_ptr<Client> ClientPools::take(const std::string& peer) {
    auto* pool = here();
    if (pool == nullptr) return nullptr;
    drop_old(*pool);
    const auto found = pool->idle.find(peer);
    if (found == pool->idle.end()) return nullptr;
    auto client = std::move(found->second.back().client);  // the youngest is the likeliest to live
    found->second.pop_back();
    --pool->size;
    if (found->second.empty()) pool->idle.erase(found);
    return client;
}

void ClientPools::give_back(const std::string& peer, std::unique_ptr<Client> client) {
    auto* pool = here();
    if (pool != nullptr) drop_old(*pool);
    const bool keeps = pool != nullptr && client->usable() && client->messages() < limits_.messages &&
                       pool->size < limits_.idle_total && pool->idle[peer].size() < limits_.idle_per_peer;
    if (!keeps) {
        client->quit();
        return;
    }
    pool->idle[peer].push_back({std::move(client), std::chrono::steady_clock::now()});
    ++pool->size;
}

Task<> ClientPools::close() {
    std::map<net::Worker*, std::unique_ptr<Pool>> pools;
    {
        const std::lock_guard guard(lock_);
        closed_ = true;
        pools.swap(pools_);
    }
    for (auto& [worker, pool] : pools) {
        base::Completion<bool> done;
        worker->post([&done, held = std::move(pool)]() mutable {
            for (auto& [peer, list] : held->idle) {
                for (auto& idle : list) idle.client->quit();
            }
            held.reset();
            done.set(true);
        });
        const bool closed = co_await done;
        (void)closed;
    }
}

}  // namespace helio::mta

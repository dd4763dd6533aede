#include "mta/deliver/client_pool.h"

#include "common/base/completion.h"

namespace helio::mta {

ClientPools::Pool& ClientPools::here() {
    const std::lock_guard guard(lock_);
    auto& pool = pools_[&net::Worker::current()];
    if (!pool) pool = std::make_unique<Pool>();
    return *pool;
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
    auto& pool = here();
    drop_old(pool);
    const auto found = pool.idle.find(peer);
    if (found == pool.idle.end()) return nullptr;
    auto client = std::move(found->second.back().client);  // the youngest is the likeliest to live
    found->second.pop_back();
    --pool.size;
    if (found->second.empty()) pool.idle.erase(found);
    pool.active.insert(client.get());
    return client;
}

void ClientPools::adopt(Client& client) {
    here().active.insert(&client);
    if (closed_) client.interrupt();
}

void ClientPools::give_back(const std::string& peer, std::unique_ptr<Client> client) {
    auto& pool = here();
    pool.active.erase(client.get());
    drop_old(pool);
    const bool keeps = !closed_ && client->usable() && client->messages() < limits_.messages &&
                       pool.size < limits_.idle_total && pool.idle[peer].size() < limits_.idle_per_peer;
    if (!keeps) {
        client->quit();
        return;
    }
    pool.idle[peer].push_back({std::move(client), std::chrono::steady_clock::now()});
    ++pool.size;
}

void ClientPools::sweep() {
    const std::lock_guard guard(lock_);
    for (const auto& [worker, pool] : pools_) {
        worker->post([this, held = pool.get()] { drop_old(*held); });
    }
}

Task<> ClientPools::close() {
    closed_ = true;
    std::vector<std::pair<net::Worker*, Pool*>> pools;
    {
        const std::lock_guard guard(lock_);
        for (const auto& [worker, pool] : pools_) pools.emplace_back(worker, pool.get());
    }
    for (const auto& [worker, pool] : pools) {
        base::Completion<bool> done;
        worker->post([&done, pool] {
            for (auto& [peer, list] : pool->idle) {
                for (auto& idle : list) idle.client->quit();
            }
            pool->idle.clear();
            pool->size = 0;
            for (auto* client : pool->active) client->interrupt();
            done.set(true);
        });
        const bool closed = co_await done;
        (void)closed;
    }
}

}  // namespace helio::mta

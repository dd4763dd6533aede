#include "common/ldap/server_list.h"

#include <algorithm>
#include <numeric>

namespace helio::ldap {
namespace {

constexpr std::chrono::milliseconds first_rest{1'000};
constexpr std::chrono::milliseconds longest_rest{30'000};

}  // namespace

std::chrono::milliseconds back_off(unsigned failures, std::chrono::milliseconds first, std::chrono::milliseconds most) {
    const unsigned doublings = std::min(failures == 0 ? 0U : failures - 1, 20U);
    return std::min(first * (std::int64_t{1} << doublings), most);
}

std::vector<std::size_t> ServerList::order(base::SteadyTime now) const {
    std::vector<std::size_t> all(servers_.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    std::ranges::sort(all, {}, [&](std::size_t server) {
        const auto until = servers_[server].rests_until;
        return std::pair(until <= now ? base::SteadyTime{} : until, server);
    });
    return all;
}

void ServerList::failed(std::size_t server, base::SteadyTime now) {
    auto& it = servers_[server];
    ++it.failures;
    it.rests_until = now + back_off(it.failures, first_rest, longest_rest);
}

void ServerList::answered(std::size_t server) { servers_[server] = {}; }

}  // namespace helio::ldap

#include "mta/deliver/store_deliverer.h"

namespace helio::mta {
namespace {

smtp::Reply unreachable(const std::string& host, const Error& error) {
    return smtp::reply(451, {4, 4, 1}, "store " + host + " not reachable: " + to_string(error));
}

}  // namespace

Task<Client::Step> StoreDeliverer::secure(Client& client, const route::Target& target, net::SteadyTime until) {
    auto greeted = co_await client.greet(until);
    if (!greeted || settings_.tls != StoreTls::starttls) co_return greeted;
    co_return co_await client.start_tls(tls_->current(), target.tls_name, until);
}

Task<StoreDeliverer::Connected> StoreDeliverer::connect(route::Target target, net::SteadyTime until) {
    const auto deadline = std::min(until, std::chrono::steady_clock::now() + settings_.timeouts.connect);
    auto transport = co_await connector_.connect(target.host, deadline);
    if (!transport) co_return std::unexpected(unreachable(target.host.to_string(), transport.error()));
    if (settings_.tls == StoreTls::implicit) {
        transport = co_await net::tls_connect(std::move(*transport), tls_->current(), target.tls_name, deadline);
        if (!transport) co_return std::unexpected(unreachable(target.host.to_string(), transport.error()));
    }
    auto client = std::make_unique<Client>(net::Wire(std::move(*transport)), Dialect::lmtp, target.tls_name,
                                           settings_.hostname, settings_.timeouts);
    auto ready = co_await secure(*client, target, until);
    if (!ready) co_return std::unexpected(std::move(ready.error()));
    co_return client;
}

Task<std::vector<Outcome>> StoreDeliverer::deliver(std::shared_ptr<const Message> message, Destination destination,
                                                   std::vector<std::size_t> which, base::SteadyTime until) {
    const auto target = mailhosts_.current()->find(destination.name, route::Protocol::lmtp);
    if (!target) {
        log_.error("mta.unknown_mailhost", {{"mailhost", destination.name}, {"id", message->envelope.id}});
        co_return all_alike(which.size(),
                            {Fate::deferred, smtp::reply(451, {4, 3, 5}, "mailhost not configured"), {}, true});
    }
    if (destinations_.is_resting(destination)) {
        co_return all_alike(which.size(),
                            {Fate::deferred, smtp::reply(451, {4, 4, 1}, "store not reachable of late"), {}, true});
    }
    const auto peer = "lmtp:" + target->host.to_string();
    auto client = pools_.take(peer);
    if (client) {
        auto outcomes = co_await client->deliver(*message, which, until);
        const bool stale = !client->usable() && !client->answered();  // closed while it was idle: says nothing
        pools_.give_back(peer, std::move(client));
        if (!stale) co_return outcomes;
    }
    auto connected = co_await connect(*target, until);
    if (!connected) {
        destinations_.rest(destination);
        log_.warning("mta.store_unreachable", {{"mailhost", destination.name},
                                               {"id", message->envelope.id},
                                               {"reply", smtp::one_line(connected.error())}});
        // Also what a store says in its greeting for good is no verdict on this message.
        auto reply = std::move(connected.error());
        if (reply.is_permanent()) reply = smtp::reply(451, {4, 4, 1}, "store not available: " + smtp::one_line(reply));
        co_return all_alike(which.size(), {Fate::deferred, std::move(reply), {}, true});
    }
    destinations_.wake(destination);
    pools_.adopt(**connected);
    auto outcomes = co_await (*connected)->deliver(*message, which, until);
    pools_.give_back(peer, std::move(*connected));
    co_return outcomes;
}

}  // namespace helio::mta

#include "common/net/tls_session_cache.h"

#include <ctime>

namespace helio::net {
namespace {

bool is_usable(const SSL_SESSION* session) {
    const auto expires = SSL_SESSION_get_time(session) + SSL_SESSION_get_timeout(session);
    return SSL_SESSION_is_resumable(session) == 1 && expires > std::time(nullptr);
}

}  // namespace

void TlsSessionCache::keep(const std::string& peer, SslSessionPtr session) {
    const std::lock_guard guard(lock_);
    if (by_peer_.size() >= most_peers && !by_peer_.contains(peer)) {
        // Any other will do: its peer costs one full handshake more.
        auto victim = by_peer_.lower_bound(peer);
        by_peer_.erase(victim == by_peer_.end() ? by_peer_.begin() : victim);
    }
    auto& sessions = by_peer_[peer];
    if (sessions.size() >= most_per_peer) sessions.erase(sessions.begin());
    sessions.push_back(std::move(session));
}

SslSessionPtr TlsSessionCache::take(const std::string& peer) {
    const std::lock_guard guard(lock_);
    const auto found = by_peer_.find(peer);
    if (found == by_peer_.end()) return nullptr;
    auto& sessions = found->second;
    SslSessionPtr session;
    while (!session && !sessions.empty()) {
        session = std::move(sessions.back());
        sessions.pop_back();
        if (!is_usable(session.get())) session.reset();
    }
    if (sessions.empty()) by_peer_.erase(found);
    return session;
}

std::size_t TlsSessionCache::peers() const {
    const std::lock_guard guard(lock_);
    return by_peer_.size();
}

}  // namespace helio::net

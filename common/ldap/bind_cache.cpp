#include "common/ldap/bind_cache.h"

#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace helio::ldap {

BindCache::BindCache(std::chrono::milliseconds ttl, std::size_t entries, const base::Clock& clock)
    : ttl_(ttl), entries_(entries), clock_(clock) {
    if (RAND_bytes(key_.data(), static_cast<int>(key_.size())) != 1)
        throw std::runtime_error("no random bytes for the bind cache's key");
}

BindCache::Mac BindCache::mac_of(std::string_view dn, const base::Secret& password) const {
    std::string text(dn);
    text += '\0';  // a DN holds none, so the pair is unambiguous
    text += password.reveal();
    const base::Secret wiped_later(std::move(text));
    const auto& bytes = wiped_later.reveal();
    Mac mac{};
    unsigned length = 0;
    if (HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
             reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), mac.data(), &length) == nullptr)
        throw std::runtime_error("HMAC-SHA-256 failed");
    return mac;
}

bool BindCache::holds(const std::string& dn, const base::Secret& password) {
    if (ttl_.count() == 0) return false;
    const auto mac = mac_of(dn, password);
    const std::lock_guard lock(lock_);
    const auto found = by_dn_.find(dn);
    if (found == by_dn_.end() || found->second->holds_until <= clock_.now()) return false;
    return CRYPTO_memcmp(found->second->mac.data(), mac.data(), mac.size()) == 0;
}

void BindCache::accepted(const std::string& dn, const base::Secret& password) {
    if (ttl_.count() == 0) return;
    const auto mac = mac_of(dn, password);
    const std::lock_guard lock(lock_);
    if (const auto found = by_dn_.find(dn); found != by_dn_.end()) {
        const auto place = found->second;
        by_dn_.erase(found);
        kept_.erase(place);
    }
    kept_.push_front({dn, mac, clock_.now() + ttl_});
    by_dn_.emplace(kept_.front().dn, kept_.begin());
    if (by_dn_.size() > entries_) {
        by_dn_.erase(kept_.back().dn);
        kept_.pop_back();
    }
}

}  // namespace helio::ldap

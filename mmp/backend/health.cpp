#include "mmp/backend/health.h"

#include <algorithm>

namespace helio::mmp {

bool Health::may_try(const std::string& endpoint) {
    const std::lock_guard guard(lock_);
    const auto found = circuits_.find(endpoint);
    if (found == circuits_.end() || !found->second.open) return true;
    auto& circuit = found->second;
    if (circuit.probing || clock_.now() < circuit.until) return false;
    circuit.probing = true;
    return true;
}

void Health::succeeded(const std::string& endpoint) {
    const std::lock_guard guard(lock_);
    circuits_.erase(endpoint);
}

bool Health::failed(const std::string& endpoint) {
    if (config_.failures == 0) return false;
    const std::lock_guard guard(lock_);
    if (!circuits_.contains(endpoint)) make_room();
    auto& circuit = circuits_[endpoint];
    ++circuit.failures;
    // Tries that began before the circuit opened end late; they neither count as the probe nor prolong the pause.
    if (circuit.open && !circuit.probing) return false;
    if (!circuit.open && circuit.failures < config_.failures) return false;
    const bool opened = !circuit.open;
    circuit.open = true;
    circuit.probing = false;
    circuit.until = clock_.now() + config_.open_for;
    return opened;
}

std::size_t Health::open_count() const {
    const std::lock_guard guard(lock_);
    return static_cast<std::size_t>(
        std::count_if(circuits_.begin(), circuits_.end(), [](const auto& row) { return row.second.open; }));
}

/// Names come from the directory when DNS fall-back is on, so they can be many.
void Health::make_room() {
    if (circuits_.size() < config_.entries) return;
    std::erase_if(circuits_, [this](const auto& row) { return !row.second.open || row.second.until < clock_.now(); });
    if (circuits_.size() >= config_.entries) circuits_.erase(circuits_.begin());
}

}  // namespace helio::mmp
